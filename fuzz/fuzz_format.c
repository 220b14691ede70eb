/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: whatever the bytes, they are refused with something said, or their
 * canonical form differs from them in white space only, is not much longer, and
 * is its own form.
 */
#include <stdint.h>

#include "../tests/format_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t told;
    policy_str bytes, once, twice;
    char *copy = malloc(size ? size : 1);

    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    bytes = (policy_str){ copy, size };
    once = formatted(bytes, &told);
    require((once.ptr == NULL) == (told > 0));
    if (once.ptr) {
        twice = formatted(once, &told);
        require(twice.ptr && pol_str_eq(once, twice));
        require(differ_in_space_only(bytes, once));
        /* A line of a byte is indented by a hundred at the most. */
        require(once.len <= bytes.len * 102 + 1);
        free((char *)twice.ptr);
    }
    free((char *)once.ptr);
    free(copy);
    return 0;
}
