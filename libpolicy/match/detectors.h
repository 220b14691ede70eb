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

/* `weak`: of a form that is known by less than the detector's usual one. */
typedef struct pol_find { size_t start, end; bool weak; } pol_find;

bool pol_find_resident_id(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_mobile(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_bank_card(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_email(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_url(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_domain(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_residence_permit(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_permanent_residence(const pol_folded *t, size_t from,
                                  pol_find *out);
bool pol_find_entry_permit(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_passport(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_landline(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_credit_code(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_plate(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_ip(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_wechat(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_qq(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_address(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_iban(const pol_folded *t, size_t from, pol_find *out);
bool pol_find_ssn(const pol_folded *t, size_t from, pol_find *out);

/* One of these by its number. */
bool pol_find_with(int32_t detector, const pol_folded *t, size_t from,
                   pol_find *out);

/* Those of the detectors in `mask` that may find something in `t`; the others find
 * nothing. */
uint32_t pol_detect_possible(const pol_folded *t, uint32_t mask);

/* The first digit, or letter or digit, from `i` on; the end of the text. */
size_t pol_next_digit(const pol_folded *t, size_t i);
size_t pol_next_alnum(const pol_folded *t, size_t i);

/* What the words near [start, end) say of a find of `detector`: 1 that it is one,
 * -1 that it is something else, 0 nothing. Words for it stand up to 24 units
 * before or 12 behind, words against it right before. Bounded work. */
int pol_context(const pol_folded *t, size_t start, size_t end, int detector);
/* The same of what the words of the list (folded, NULL at its end) say it is. */
int pol_context_words(const pol_folded *t, size_t start, size_t end,
                      const uint16_t *const *list);

/* Digits by value, 10 for X: a date in 18 digits from the seventh on, and the
 * check character of GB 11643-1999. */
bool pol_dated_and_checked(const uint8_t digits[18]);
/* The first two digits of a region in GB/T 2260. */
bool pol_is_province(unsigned code);
/* A day that a living or remembered person may have been born on. */
bool pol_is_birthday(unsigned year, unsigned month, unsigned day);

bool pol_email_possible(const pol_folded *t);

/* Has the text a word that a WeChat handle could stand behind? */
bool pol_wechat_possible(const pol_folded *t);

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

/* The unit at `i`; 0 behind the end. */
static inline uint16_t pol_at(const pol_folded *t, size_t i)
{
    return i < t->count ? t->units[i] : 0;
}

#endif
