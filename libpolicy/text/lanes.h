/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sixteen bytes at once, as the compilers do it on any machine.
 */
#ifndef POL_TEXT_LANES_H
#define POL_TEXT_LANES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { POL_LANES16 = 16 };

typedef uint8_t pol_bytes16 __attribute__((vector_size(POL_LANES16)));

static inline pol_bytes16 pol_load16(const uint8_t *p)
{
    pol_bytes16 v;

    memcpy(&v, p, sizeof(v));
    return v;
}

/* Any bit of any byte. */
static inline bool pol_any16(pol_bytes16 v)
{
    uint64_t half[2];

    memcpy(half, &v, sizeof(half));
    return half[0] | half[1];
}

/* Is some byte `what`? The last block overlaps the one before it: a loop over
 * what is left would cost more than all of a usual message. */
static inline bool pol_has_byte(const uint8_t *bytes, size_t count,
                                unsigned what)
{
    pol_bytes16 seen = { 0 };
    bool is = false;

    if (count < POL_LANES16) {
        for (size_t i = 0; i < count; i++)
            is |= bytes[i] == what;
        return is;
    }
    for (size_t i = 0; i + POL_LANES16 < count; i += POL_LANES16)
        seen |= (pol_bytes16)(pol_load16(bytes + i) == (uint8_t)what);
    seen |= (pol_bytes16)(pol_load16(bytes + count - POL_LANES16) ==
                          (uint8_t)what);
    return pol_any16(seen);
}

#endif
