/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of lists are shown as they were written, since a disguise is best seen
 * with the eyes; what a detector found, and long numbers anywhere, are masked.
 */
#include "mask.h"

/* From here on digits may be a number that belongs to somebody: a short
 * telephone number has seven. */
enum { DIGITS_MIN = 7, STARS_MAX = 16 };

static bool is_digit(char b)
{
    return b >= '0' && b <= '9';
}

static bool is_inside(char b) /* a byte of a character, not its first */
{
    return ((unsigned char)b & 0xc0) == 0x80;
}

void cli_mask(struct cli_string *out, policy_str text)
{
    size_t first = 1, last = text.len ? text.len - 1 : 0, stars = 0;

    while (first < text.len && is_inside(text.ptr[first]))
        first++;
    while (last > 0 && is_inside(text.ptr[last]))
        last--;
    if (first >= text.len) { /* one character, or none */
        cli_string_adds(out, text.len ? "*" : "");
        return;
    }
    cli_string_add(out, (policy_str){ text.ptr, first });
    for (size_t i = first; i < last; i++)
        stars += !is_inside(text.ptr[i]);
    if (!stars) { /* of two characters both would be shown */
        cli_string_adds(out, "*");
        return;
    }
    /* A long one need not show how long it is. */
    for (size_t i = 0; i < stars && i < STARS_MAX; i++)
        cli_string_adds(out, "*");
    cli_string_add(out, (policy_str){ text.ptr + last, text.len - last });
}

void cli_mask_all(struct cli_string *out, policy_str text)
{
    size_t stars = 0;

    for (size_t i = 0; i < text.len && stars < STARS_MAX; i++)
        if (!is_inside(text.ptr[i])) {
            cli_string_adds(out, "*");
            stars++;
        }
}

void cli_view_add(struct cli_string *out, const struct cli *c, policy_str view)
{
    size_t from = 0, to;

    for (; from < view.len; from = to + 1) {
        const char *shown;

        for (to = from; to < view.len && view.ptr[to] != ' '; to++)
            ;
        if (from)
            cli_string_adds(out, " ");
        shown = cli_view(c->language, view.ptr + from, to - from);
        if (shown)
            cli_string_adds(out, shown);
        else
            cli_string_add(out, (policy_str){ view.ptr + from, to - from });
    }
}

void cli_mask_digits(struct cli_string *out, policy_str text)
{
    size_t start = 0, end;

    for (; start < text.len; start = end) {
        policy_str part;
        bool number = is_digit(text.ptr[start]);

        for (end = start; end < text.len && is_digit(text.ptr[end]) == number;
             end++)
            ;
        /* the check letter of an identity number */
        if (number && end - start >= DIGITS_MIN && end < text.len &&
            (text.ptr[end] == 'X' || text.ptr[end] == 'x'))
            end++;
        part = (policy_str){ text.ptr + start, end - start };
        if (number && part.len >= DIGITS_MIN)
            cli_mask(out, part);
        else
            cli_string_add(out, part);
    }
}
