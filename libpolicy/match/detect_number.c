/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that are known by their digits: the resident identity number, the
 * mainland mobile number, the bank card.
 *
 * A number is tried only where a run of digits begins, and each of its groups
 * must be a whole run: no part of a longer number is ever taken. It may be
 * written in one, or in the groups that people use, with a space or a hyphen
 * between. Letters may stand beside it (tel138..., 138...vx) unless there are
 * digits again behind them, as in a hash or a serial number.
 */
#include <string.h>

#include "match/detectors.h"

enum { GROUPS_MAX = 5, DIGITS_MAX = 19 };
/* How far letters beside a number are looked at: the longest label in use is
 * some "shenfenzheng"; hashes have digits again long before. */
enum { LABEL_MAX = 16 };

/* How many digits in each group; the rest 0. */
typedef uint8_t form[GROUPS_MAX];

struct number {
    size_t start, end;
    size_t count;
    uint8_t digits[DIGITS_MAX]; /* 10 for the x of a resident's number */
    bool grouped;
};

static uint16_t unit_at(const pol_folded *t, size_t i)
{
    return i < t->count ? t->units[i] : 0;
}

static bool is_digit(const pol_folded *t, size_t i)
{
    return pol_unit_digit(unit_at(t, i));
}

/* Space, hyphen, and the dashes that replace it. */
static bool is_separator(const pol_folded *t, size_t i)
{
    uint16_t u = unit_at(t, i);

    return u == ' ' || u == '-' || (u >= 0x2010 && u <= 0x2013);
}

/* Read `f` from `start`, where a run of digits begins. With `x`, the last digit
 * may be an x. */
static bool read_form(const pol_folded *t, size_t start, const form f, bool x,
                      struct number *n)
{
    size_t i = start, group, k;

    n->count = 0;
    for (group = 0; group < GROUPS_MAX && f[group]; group++) {
        bool last = group + 1 == GROUPS_MAX || !f[group + 1];

        if (group > 0 && !is_separator(t, i++))
            return false;
        for (k = 0; k < f[group]; k++, i++) {
            if (is_digit(t, i))
                n->digits[n->count++] = (uint8_t)(t->units[i] - '0');
            else if (x && last && k + 1u == f[group] && unit_at(t, i) == 'x')
                n->digits[n->count++] = 10;
            else
                return false;
        }
        if (is_digit(t, i))
            return false;
    }
    n->start = start;
    n->end = i;
    n->grouped = group > 1;
    return true;
}

/* How many digits end before `pos`, down to `from`; 5 for more than four. */
static size_t run_before(const pol_folded *t, size_t from, size_t pos)
{
    size_t n = 0;

    while (n < 5 && pos - n > from && is_digit(t, pos - n - 1))
        n++;
    return n;
}

static size_t run_after(const pol_folded *t, size_t pos)
{
    size_t n = 0;

    while (n < 5 && is_digit(t, pos + n))
        n++;
    return n;
}

/* A grouped number goes on beside itself if there is one more group: behind a
 * hyphen any, behind a space one of four, like those of a card. */
static bool goes_on(const pol_folded *t, size_t separator, size_t run)
{
    return is_separator(t, separator) &&
           (unit_at(t, separator) == ' ' ? run == 4 : run > 0);
}

/* Is the point at `point` one of a decimal fraction, 0.138 or 123.138? The 1.
 * and 12. of an enumeration are not. */
static bool is_fraction(const pol_folded *t, size_t point)
{
    size_t run = run_before(t, 0, point);

    return unit_at(t, point) == '.' &&
           (run > 2 || (run > 0 && t->units[point - run] == '0'));
}

static bool border_before(const pol_folded *t, size_t from,
                          const struct number *n)
{
    size_t i = n->start;

    if (i == 0 || t->units[i] == '+')
        return true;
    if (is_digit(t, i - 1) || is_fraction(t, i - 1))
        return false;
    if (n->grouped && i > from &&
        goes_on(t, i - 1, run_before(t, from, i - 1)))
        return false;
    while (i > 0 && n->start - i < LABEL_MAX &&
           pol_unit_letter(t->units[i - 1]))
        i--;
    return i == n->start || i == 0 || !is_digit(t, i - 1);
}

static bool border_after(const pol_folded *t, const struct number *n)
{
    size_t i = n->end;

    if (is_digit(t, i) || (unit_at(t, i) == '.' && is_digit(t, i + 1)))
        return false;
    if (n->grouped && goes_on(t, i, run_after(t, i + 1)))
        return false;
    while (i - n->end < LABEL_MAX && pol_unit_letter(unit_at(t, i)))
        i++;
    /* An x with letters behind it begins a word instead. */
    return i == n->end ||
           (!is_digit(t, i) && n->digits[n->count - 1] != 10);
}

/* Read one of the forms, the first that fits and passes `valid`. */
static bool read_number(const pol_folded *t, size_t from, size_t start,
                        const form *forms, size_t count, bool x,
                        bool (*valid)(const struct number *n),
                        struct number *n)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (read_form(t, start, forms[i], x, n) && valid(n) &&
            border_before(t, from, n) && border_after(t, n))
            return true;
    return false;
}

/* The next place from `i` on where a run of digits begins; the end of the text
 * if there is none. */
static size_t next_run(const pol_folded *t, size_t i)
{
    while (i < t->count &&
           !(is_digit(t, i) && (i == 0 || !is_digit(t, i - 1))))
        i++;
    return i;
}

/* ---- resident identity number: GB 11643-1999 ---- */

/* The first two digits: provinces as in GB/T 2260. */
static bool is_province(unsigned code)
{
    static const uint8_t last_of_region[10] = {
        /* 0 */ 0, 5, 3, 7, 6, 4, 5, 1, 3, 0
    };
    unsigned region = code / 10, number = code % 10;

    if (region == 5)
        return number <= 4; /* from 50: Chongqing */
    return region < 10 && number >= 1 && number <= last_of_region[region];
}

/* A day of the Gregorian calendar that a living or remembered person may have
 * been born on; there is no clock here to ask. */
static bool is_birthday(unsigned year, unsigned month, unsigned day)
{
    static const uint8_t days[13] = { 0, 31, 28, 31, 30, 31, 30,
                                      31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return year >= 1880 && year <= 2099 && month >= 1 && month <= 12 &&
           day >= 1 && day <= days[month] + (unsigned)(month == 2 && leap);
}

static unsigned decimal(const uint8_t *digits, size_t count)
{
    unsigned v = 0;

    for (; count; count--)
        v = v * 10 + *digits++;
    return v;
}

/* ISO 7064, MOD 11-2, whose check character of ten is X. */
static bool mod_11_2(const struct number *n)
{
    unsigned sum = 0;
    size_t i;

    for (i = 0; i + 1 < n->count; i++)
        sum = (sum + n->digits[i]) * 2 % 11;
    return (sum + n->digits[n->count - 1]) % 11 == 1;
}

static bool valid_resident_id(const struct number *n)
{
    const uint8_t *d = n->digits;

    return is_province(decimal(d, 2)) &&
           is_birthday(decimal(d + 6, 4), decimal(d + 10, 2),
                       decimal(d + 12, 2)) &&
           mod_11_2(n);
}

bool pol_find_resident_id(const pol_folded *t, size_t from, pol_find *out)
{
    static const form forms[] = { { 18 }, { 6, 8, 4 } };
    struct number n;
    size_t i;

    for (i = next_run(t, from); i < t->count; i = next_run(t, i + 1))
        if (read_number(t, from, i, forms, 2, true, valid_resident_id, &n)) {
            *out = (pol_find){ n.start, n.end };
            return true;
        }
    return false;
}

/* ---- mainland mobile number ---- */

static bool valid_mobile(const struct number *n)
{
    return n->digits[0] == 1 && n->digits[1] >= 3;
}

static bool reads(const pol_folded *t, size_t i, const char *ascii)
{
    for (; *ascii; ascii++, i++)
        if (unit_at(t, i) != (uint8_t)*ascii)
            return false;
    return true;
}

/* Where the number begins behind a country code at `i`, or `i`. */
static size_t after_country(const pol_folded *t, size_t i)
{
    size_t len = reads(t, i, "0086") ? 4
                 : i > 0 && t->units[i - 1] == '+' && reads(t, i, "86") ? 2
                                                                        : 0;

    return i + len + (len && is_separator(t, i + len));
}

static bool mobile_at(const pol_folded *t, size_t from, size_t i,
                      struct number *n)
{
    static const form forms[] = { { 11 }, { 3, 4, 4 } };
    size_t start = after_country(t, i);
    size_t k;

    if (start == i)
        return read_number(t, from, i, forms, 2, false, valid_mobile, n);
    for (k = 0; k < 2; k++)
        if (read_form(t, start, forms[k], false, n) && valid_mobile(n)) {
            n->start = i > from && t->units[i - 1] == '+' ? i - 1 : i;
            if (border_before(t, from, n) && border_after(t, n))
                return true;
        }
    return false;
}

bool pol_find_mobile(const pol_folded *t, size_t from, pol_find *out)
{
    struct number n;
    size_t i;

    for (i = next_run(t, from); i < t->count; i = next_run(t, i + 1))
        if (mobile_at(t, from, i, &n)) {
            *out = (pol_find){ n.start, n.end };
            return true;
        }
    return false;
}

/* ---- bank card: ISO/IEC 7812 ---- */

/* Who issues cards in these lengths, by the first digits. Bit n: 16 + n
 * digits. */
static const struct issuer { uint8_t digits; uint16_t first, last;
                             uint8_t lengths; } issuers[] = {
    { 2, 62, 62, 0xf },     /* UnionPay */
    { 1, 4, 4, 0x9 },       /* Visa */
    { 2, 51, 55, 0x1 },     /* Mastercard */
    { 4, 2221, 2720, 0x1 }, /* Mastercard */
    { 4, 3528, 3589, 0xf }, /* JCB */
    { 4, 9558, 9558, 0x8 }, /* ICBC's before UnionPay, still in use */
};

static bool is_issued(const struct number *n)
{
    size_t i;

    for (i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++) {
        const struct issuer *s = &issuers[i];
        unsigned prefix = decimal(n->digits, s->digits);

        if (prefix >= s->first && prefix <= s->last &&
            s->lengths >> (n->count - 16) & 1)
            return true;
    }
    return false;
}

/* ISO/IEC 7812-1, annex B: every second digit from the right is doubled. */
static bool luhn(const struct number *n)
{
    unsigned sum = 0;
    size_t i;

    for (i = 0; i < n->count; i++) {
        unsigned d = n->digits[n->count - 1 - i] * (i % 2 + 1u);

        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

static bool valid_bank_card(const struct number *n)
{
    return is_issued(n) && luhn(n);
}

bool pol_find_bank_card(const pol_folded *t, size_t from, pol_find *out)
{
    static const form forms[] = {
        { 16 }, { 17 }, { 18 }, { 19 }, { 4, 4, 4, 4, 3 }, { 4, 4, 4, 4, 2 },
        { 4, 4, 4, 4, 1 }, { 4, 4, 4, 4 }
    };
    struct number n;
    size_t i;

    for (i = next_run(t, from); i < t->count; i = next_run(t, i + 1))
        if (read_number(t, from, i, forms, sizeof(forms) / sizeof(forms[0]),
                        false, valid_bank_card, &n)) {
            *out = (pol_find){ n.start, n.end };
            return true;
        }
    return false;
}
