/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 and UTF-16, one code point at a time. Ill-formed UTF-8 is read by
 * maximal subpart (Unicode 3.9, U+FFFD Substitution of Maximal Subparts).
 */
#ifndef POL_TEXT_UTF8_H
#define POL_TEXT_UTF8_H

#include <stdbool.h>

#include <policy/status.h>

#define POL_CP_REPLACEMENT 0xFFFDu
#define POL_CP_MAX 0x10FFFFu

/* Read the code point at `pos` (which must be below s.len); where ill-formed,
 * POL_CP_REPLACEMENT and *ok = false. The position after it is returned. */
size_t pol_utf8_next(policy_str s, size_t pos, uint32_t *cp, bool *ok);
/* The start of the character or maximal subpart that ends at `pos` (> 0), which
 * must be a boundary. */
size_t pol_utf8_prev(policy_str s, size_t pos);
bool pol_utf8_valid(policy_str s);
/* Code points, each maximal subpart counted as one. */
size_t pol_utf8_count(policy_str s);
/* `cp` must be a scalar value. Bytes written, 1 to 4. */
size_t pol_utf8_put(char out[4], uint32_t cp);

static inline bool pol_is_surrogate(uint32_t cp)
{
    return cp - 0xD800u < 0x800u;
}

static inline bool pol_is_high(uint16_t unit)
{
    return (unit & 0xFC00u) == 0xD800u;
}

static inline bool pol_is_low(uint16_t unit)
{
    return (unit & 0xFC00u) == 0xDC00u;
}

static inline uint32_t pol_from_pair(uint16_t high, uint16_t low)
{
    return 0x10000u + (((uint32_t)high & 0x3FFu) << 10) + (low & 0x3FFu);
}

static inline uint16_t pol_high_of(uint32_t cp)
{
    return (uint16_t)(0xD7C0u + (cp >> 10));
}

static inline uint16_t pol_low_of(uint32_t cp)
{
    return (uint16_t)(0xDC00u + (cp & 0x3FFu));
}

/* The code point at units[*pos], which moves past it; a lone surrogate is
 * returned as it is. *pos must be below `count`. */
uint32_t pol_utf16_next(const uint16_t *units, size_t count, size_t *pos);

#endif
