/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns, by utf8proc's table. It counts a soft hyphen and other format
 * characters as a terminal shows them.
 */
#include "text/width.h"

#include <utf8proc.h>

#include "text/utf8.h"

size_t pol_display_width(policy_str s)
{
    size_t width = 0;

    for (size_t pos = 0; pos < s.len;) {
        uint32_t cp;
        bool ok;

        pos = pol_utf8_next(s, pos, &cp, &ok);
        width += ok ? (size_t)utf8proc_charwidth((utf8proc_int32_t)cp) : 1;
    }
    return width;
}
