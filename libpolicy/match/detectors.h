/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function a detector, called by detect.c: the first find that starts at
 * `from` or later, as units [*start, *end). What stands before `from` was
 * reported by the same detector or holds nothing for it; it is looked at only
 * as a border. The work is linear in the distance from `from` to the find.
 */
#ifndef POL_MATCH_DETECTORS_H
#define POL_MATCH_DETECTORS_H

#include <stdbool.h>

#include "text/fold.h"

typedef struct pol_find { size_t start, end; } pol_find;

bool pol_find_resident_id(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_mobile(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_bank_card(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_email(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_url(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_domain(const pol_folded *t, size_t from, pol_find *out);

/* Has the text anything that the two of them could begin with? */
bool pol_url_possible(const pol_folded *t);

/* Code points that a label may decode to, which has no more letters. */
enum { POL_PUNYCODE_MAX = 63 };

/* `s` (RFC 3492, without the prefix xn--) as code points; false if ill-formed. */
bool pol_punycode_decode(uint32_t out[POL_PUNYCODE_MAX], size_t *count,
                         policy_str s);

static inline bool pol_unit_digit(uint16_t u)
{
    return u >= '0' && u <= '9';
}

/* The fold leaves no capitals. */
static inline bool pol_unit_letter(uint16_t u)
{
    return u >= 'a' && u <= 'z';
}

#endif
