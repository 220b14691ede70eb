/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The e-mail address in the forms that people use: dot-atom @ domain (RFC 5321,
 * 4.1.2), the domain with two labels or more and a last one of letters. Quoted
 * local parts, comments and address literals are not looked for.
 *
 * From the @ outwards, as far as an address may reach: the longest local part,
 * which must begin as one (a letter, digit or _ that continues none), and the
 * longest domain.
 */
#include <string.h>

#include "match/detect_marks.h"
#include "match/detectors.h"

/* RFC 5321, 4.5.3.1, and RFC 1035, 2.3.4. */
enum { LOCAL_MAX = 64, DOMAIN_MAX = 255, LABEL_MAX = 63 };

static bool is_alnum(uint16_t u)
{
    return pol_unit_letter(u) || pol_unit_digit(u);
}

/* RFC 5322, 3.2.3; without capitals, which the fold has left none of. */
static bool is_atext(uint16_t u)
{
    return is_alnum(u) || (u > ' ' && u < 127 &&
                           strchr("!#$%&'*+-/=?^_`{|}~", u) != NULL);
}

/* Where the local part of the @ at `at` begins; `at` if there is none. */
static size_t local_start(const uint16_t *u, size_t from, size_t at)
{
    size_t i, start = at;

    for (i = at; i > from && at - i < LOCAL_MAX; i--) {
        uint16_t c = u[i - 1];
        bool begins = is_alnum(c) || c == '_';

        if (!is_atext(c) && !(c == '.' && i < at && u[i] != '.'))
            break;
        if (begins && (i - 1 == from || !(is_alnum(u[i - 2]) ||
                                          u[i - 2] == '_')))
            start = i - 1;
    }
    return start;
}

/* The end of the label at `i`: letters, digits, and hyphens between them; `i`
 * if there is none. */
static size_t label_end(const pol_folded *t, size_t i, bool *letters)
{
    size_t end = i, k;

    *letters = true;
    for (k = i; k < t->count && end - i <= LABEL_MAX; k++) {
        if (!is_alnum(t->units[k])) {
            if (t->units[k] != '-' || k == i)
                break;
            continue;
        }
        *letters = *letters && k == end && pol_unit_letter(t->units[k]);
        end = k + 1;
    }
    return end - i > LABEL_MAX ? i : end;
}

/* The end of the domain at `start`; `start` if there is none. */
static size_t domain_end(const pol_folded *t, size_t start)
{
    size_t i = start, best = start, labels = 0;

    for (;;) {
        bool letters;
        size_t end = label_end(t, i, &letters);

        if (end == i || end - start > DOMAIN_MAX)
            return best;
        if (++labels > 1 && letters && end - i > 1)
            best = end;
        if (end == t->count || t->units[end] != '.')
            return best;
        i = end + 1;
    }
}

static inline pol_units8 at_mark(const uint16_t *u)
{
    return pol_is8(pol_load8(u), '@');
}

bool pol_email_possible(const pol_folded *t)
{
    return pol_next_mark(t, 0, 1, at_mark) < t->count;
}

bool pol_find_email(const pol_folded *t, size_t from, pol_find *out)
{
    size_t i;

    for (i = from; (i = pol_next_mark(t, i, 1, at_mark)) < t->count; i++) {
        size_t start, end;

        start = local_start(t->units, from, i);
        end = start < i ? domain_end(t, i + 1) : i + 1;
        if (end > i + 1) {
            *out = (pol_find){ start, end };
            return true;
        }
    }
    return false;
}
