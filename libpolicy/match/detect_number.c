/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that are known by their digits: the resident identity number, the
 * residence permit, mainland telephones, the bank card, the social security
 * number of the USA.
 *
 * A number is tried only where a run of digits begins, and each of its groups
 * must be a whole run: no part of a longer number is ever taken. It may be
 * written in one, or in the groups that people use, with a space or a hyphen
 * between. Letters may stand beside it (tel138..., 138...vx) unless there are
 * digits again behind them, as in a hash or a serial number.
 */
#include <string.h>

#include "match/detect.h"
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

static bool is_digit(const pol_folded *t, size_t i)
{
    return pol_unit_digit(pol_at(t, i));
}

/* Space, hyphen, and the dashes that replace it. */
static bool is_separator(const pol_folded *t, size_t i)
{
    uint16_t u = pol_at(t, i);

    return u == ' ' || u == '-' || (u >= 0x2010 && u <= 0x2013);
}

/* How a number may be written: with x for its last digit; with a dot between its
 * groups, as no version and no fraction has them. */
enum { WITH_X = 1, DOTTED = 2 };

/* Space, hyphen, and with DOTTED a dot. */
static bool separates(const pol_folded *t, size_t i, unsigned how)
{
    return is_separator(t, i) ||
           (how & DOTTED && (pol_at(t, i) == '.' || pol_at(t, i) == 0xb7));
}

/* Read `f` from `start`, where a run of digits begins. */
static bool read_form(const pol_folded *t, size_t start, const form f,
                      unsigned how, struct number *n)
{
    size_t i = start, group, k;

    n->count = 0;
    for (group = 0; group < GROUPS_MAX && f[group]; group++) {
        bool last = group + 1 == GROUPS_MAX || !f[group + 1];

        if (group > 0 && !separates(t, i++, how))
            return false;
        for (k = 0; k < f[group]; k++, i++) {
            if (is_digit(t, i))
                n->digits[n->count++] = (uint8_t)(t->units[i] - '0');
            else if (how & WITH_X && last && k + 1u == f[group] &&
                     pol_at(t, i) == 'x')
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
           (pol_at(t, separator) == ' ' ? run == 4 : run > 0);
}

/* Is the point at `point` one of a decimal fraction, 0.138 or 123.138? The 1.
 * and 12. of an enumeration are not. */
static bool is_fraction(const pol_folded *t, size_t point)
{
    size_t run = run_before(t, 0, point);

    return pol_at(t, point) == '.' &&
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

    if (is_digit(t, i) || (pol_at(t, i) == '.' && is_digit(t, i + 1)))
        return false;
    if (n->grouped && goes_on(t, i, run_after(t, i + 1)))
        return false;
    while (i - n->end < LABEL_MAX && pol_unit_letter(pol_at(t, i)))
        i++;
    /* An x with letters behind it begins a word instead. */
    return i == n->end ||
           (!is_digit(t, i) && n->digits[n->count - 1] != 10);
}

/* Read one of the forms, the first that fits and passes `valid`. */
static bool read_number(const pol_folded *t, size_t from, size_t start,
                        const form *forms, size_t count, unsigned how,
                        bool (*valid)(const struct number *n),
                        struct number *n)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (read_form(t, start, forms[i], how, n) && valid(n) &&
            border_before(t, from, n) && border_after(t, n))
            return true;
    return false;
}

/* The next place from `i` on where a run of digits begins; the end of the text
 * if there is none. */
static size_t next_run(const pol_folded *t, size_t i)
{
    while (i > 0 && is_digit(t, i - 1) && is_digit(t, i))
        i++;
    return pol_next_digit(t, i);
}

/* ---- resident identity number: GB 11643-1999 ---- */

/* The first two digits: provinces as in GB/T 2260. */
bool pol_is_province(unsigned code)
{
    static const uint8_t last_of_region[10] = {
        /* 0 */ 0, 5, 3, 7, 6, 4, 5, 1, 0, 0
    };
    unsigned region = code / 10, number = code % 10;

    if (region == 5)
        return number <= 4; /* from 50: Chongqing */
    return region < 10 && number >= 1 && number <= last_of_region[region];
}

/* A day of the Gregorian calendar that a living or remembered person may have
 * been born on; there is no clock here to ask. */
bool pol_is_birthday(unsigned year, unsigned month, unsigned day)
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
static bool mod_11_2(const uint8_t digits[18])
{
    unsigned sum = 0;
    size_t i;

    for (i = 0; i < 17; i++)
        sum = (sum + digits[i]) * 2 % 11;
    return (sum + digits[17]) % 11 == 1;
}

bool pol_dated_and_checked(const uint8_t digits[18])
{
    return pol_is_birthday(decimal(digits + 6, 4), decimal(digits + 10, 2),
                           decimal(digits + 12, 2)) &&
           mod_11_2(digits);
}

/* Until 1999 fifteen digits, with the year's last two and no check character.
 * Those who have one were born before. */
static bool valid_old_id(const uint8_t *d)
{
    return decimal(d + 2, 4) > 0 && decimal(d + 12, 3) > 0 && d[14] < 10 &&
           pol_is_birthday(1900 + decimal(d + 6, 2), decimal(d + 8, 2),
                           decimal(d + 10, 2));
}

/* Permits of Hong Kong, Macao and Taiwan residents have the same form, and who
 * asks for one means both. */
static bool is_region(const struct number *n)
{
    unsigned code = decimal(n->digits, 2);

    return pol_is_province(code) ||
           (n->count == 18 && code >= 81 && code <= 83);
}

static bool valid_resident_id(const struct number *n)
{
    return is_region(n) &&
           (n->count == 15 ? valid_old_id(n->digits)
                           : pol_dated_and_checked(n->digits));
}

/* The first find at `i` or later of a number in one of the forms that is valid;
 * finds before it end at `from`. */
static bool find_number(const pol_folded *t, size_t from, size_t i,
                        const form *forms, size_t count, unsigned how,
                        bool (*valid)(const struct number *n), pol_find *out)
{
    struct number n;

    for (i = next_run(t, i); i < t->count; i = next_run(t, i + 1))
        if (read_number(t, from, i, forms, count, how, valid, &n)) {
            *out = (pol_find){ n.start, n.end, n.count == 15 };
            return true;
        }
    return false;
}

bool pol_find_resident_id(const pol_folded *t, size_t from, pol_find *out)
{
    static const form forms[] = { { 18 }, { 6, 8, 4 }, { 15 }, { 6, 6, 3 } };
    size_t i;

    for (i = from; find_number(t, from, i, forms, 4, WITH_X, valid_resident_id,
                               out); i = out->end)
        if (!out->weak || pol_context(t, out->start, out->end,
                                      POL_DETECT_RESIDENT_ID) >= 0)
            return true;
    return false;
}

/* ---- residence permit of Hong Kong, Macao and Taiwan residents ---- */

/* As a resident's number, with one region for each of the three. */
static bool valid_residence_permit(const struct number *n)
{
    unsigned region = decimal(n->digits, 6);

    return (region == 810000 || region == 820000 || region == 830000) &&
           pol_dated_and_checked(n->digits);
}

bool pol_find_residence_permit(const pol_folded *t, size_t from, pol_find *out)
{
    static const form forms[] = { { 18 }, { 6, 8, 4 } };

    return find_number(t, from, from, forms, 2, WITH_X, valid_residence_permit,
                       out);
}

/* ---- mainland mobile number ---- */

static bool valid_mobile(const struct number *n)
{
    return n->digits[0] == 1 && n->digits[1] >= 3;
}

static bool reads(const pol_folded *t, size_t i, const char *ascii)
{
    for (; *ascii; ascii++, i++)
        if (pol_at(t, i) != (uint8_t)*ascii)
            return false;
    return true;
}

/* Where the number begins behind a country code at `i`, or `i`. */
static size_t after_country(const pol_folded *t, size_t i)
{
    size_t len = reads(t, i, "0086") ? 4
                 : i > 0 && t->units[i - 1] == '+' && reads(t, i, "86") ? 2
                                                                        : 0;

    return i + len + (len && separates(t, i + len, DOTTED));
}

static bool mobile_at(const pol_folded *t, size_t from, size_t i,
                      struct number *n)
{
    static const form forms[] = { { 11 }, { 3, 4, 4 } };
    size_t start = after_country(t, i);
    size_t k;

    if (start == i)
        return read_number(t, from, i, forms, 2, DOTTED, valid_mobile, n);
    for (k = 0; k < 2; k++)
        if (read_form(t, start, forms[k], DOTTED, n) && valid_mobile(n)) {
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

/* Who issues cards in these lengths, by the first digits. Bit n: 16 + n digits.
 * ISO keeps its register to itself: these are the ranges on which the public
 * validators of card numbers agree. */
static const struct issuer { uint8_t digits; uint16_t first, last;
                             uint8_t lengths; } issuers[] = {
    { 2, 62, 62, 0xf },     /* UnionPay */
    { 4, 8100, 8171, 0x9 }, /* UnionPay; of 18 digits are residence permits */
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

    return find_number(t, from, from, forms, sizeof(forms) / sizeof(forms[0]),
                       DOTTED, valid_bank_card, out);
}

/* ---- mainland landline ---- */

/* Area codes of four digits 0abc: bit c of [ab]. Checked against the fixed lines
 * of country code 86 in libphonenumber 8.12: its names of places, and of the codes
 * without one those that its pattern of numbers has. */
static const uint16_t areas[100] = {
    [31] = 0x3ff, [33] = 0x020, [34] = 0x200, [35] = 0x3ff, [37] = 0x3ff,
    [39] = 0x17e, [41] = 0x3ff, [42] = 0x282, [43] = 0x3fe, [45] = 0x3fe,
    [46] = 0x390, [47] = 0x3ff, [48] = 0x00c, [51] = 0x3ff, [52] = 0x088,
    [53] = 0x3ff, [54] = 0x048, [55] = 0x3ff, [56] = 0x05e, [57] = 0x3ff,
    [58] = 0x001, [59] = 0x3fe, [63] = 0x03e, [66] = 0x10d, [69] = 0x006,
    [70] = 0x002, [71] = 0x3ff, [72] = 0x114, [73] = 0x3f3, [74] = 0x078,
    [75] = 0x3ff, [76] = 0x34d, [77] = 0x3ff, [79] = 0x3ff, [80] = 0x080,
    [81] = 0x1cc, [82] = 0x0e0, [83] = 0x3ff, [85] = 0x3fe, [87] = 0x3ff, [88] = 0x1c8,
    [89] = 0x1fe, [90] = 0x34e, [91] = 0x2fe, [93] = 0x3ff, [94] = 0x00a,
    [95] = 0x03e, [97] = 0x2ff, [99] = 0x3ff,
};

/* How many digits the area code at the start has, without its 0; 0 for none.
 * Those of two: 10 and 20 to 29 but 26. */
static size_t area_len(const uint8_t *d)
{
    unsigned two = decimal(d, 2);

    if (two == 10 || (two >= 20 && two <= 29 && two != 26))
        return 2;
    return areas[two] >> d[2] & 1 ? 3 : 0;
}

/* The subscriber's number: eight digits in the large cities, else seven or
 * eight, and none of a service. */
static bool valid_landline_at(const struct number *n, size_t zero)
{
    const uint8_t *d = n->digits + zero;
    size_t area, rest;

    if (zero && n->digits[0] != 0)
        return false;
    area = area_len(d);
    rest = n->count - zero - area;
    return area && d[area] >= 2 && d[area] <= 8 &&
           (rest == 8 || (rest == 7 && area == 3));
}

static bool valid_landline(const struct number *n)
{
    return valid_landline_at(n, 1);
}

static bool valid_abroad(const struct number *n)
{
    return valid_landline_at(n, 0);
}

/* Behind an extension of two to five digits at `i`: -123, 转123, ext.123. */
static size_t extension_end(const pol_folded *t, size_t i)
{
    size_t k = i + (pol_at(t, i) == ' '), run;

    if (pol_at(t, k) == 0x8f6c) /* 转 */
        k += 1u + (pol_at(t, k + 1) == ' ');
    else if (reads(t, k, "ext"))
        k += 3u + (pol_at(t, k + 3) == '.') + (pol_at(t, k + 3) == ' ');
    else if (is_separator(t, i) && pol_at(t, i) != ' ')
        k = i + 1;
    else
        return i;
    for (run = 0; run < 6 && is_digit(t, k + run); run++)
        ;
    return run >= 2 && run < 6 ? k + run : i;
}

/* (010) 62345678: the area code in its brackets, the run of it at `i`. */
static bool bracketed_at(const pol_folded *t, size_t i, struct number *n)
{
    static const form forms[] = { { 8 }, { 7 }, { 4, 4 }, { 3, 4 } };
    uint8_t digits[DIGITS_MAX];
    size_t area = run_after(t, i), k, rest = i + area + 1;

    if (i == 0 || t->units[i - 1] != '(' || pol_at(t, i + area) != ')' ||
        (area != 3 && area != 4))
        return false;
    for (k = 0; k < area; k++)
        digits[k] = (uint8_t)(t->units[i + k] - '0');
    rest += is_separator(t, rest);
    for (k = 0; k < 4; k++) {
        if (!read_form(t, rest, forms[k], 0, n))
            continue;
        memmove(n->digits + area, n->digits, n->count);
        memcpy(n->digits, digits, area);
        n->count += area;
        n->start = i - 1;
        if (valid_landline(n) && area_len(n->digits + 1) + 1 == area)
            return true;
    }
    return false;
}

/* Does the form part the area code from the rest? */
static bool parts_area(const form f, const struct number *n, size_t zero)
{
    return !f[1] || f[0] == area_len(n->digits + zero) + zero;
}

static bool landline_at(const pol_folded *t, size_t i, struct number *n)
{
    static const form forms[] = {
        { 11 }, { 12 }, { 3, 8 }, { 4, 8 }, { 4, 7 }, { 3, 4, 4 },
        { 4, 4, 4 }, { 4, 3, 4 }
    };
    static const form abroad[] = {
        { 10 }, { 11 }, { 2, 8 }, { 3, 8 }, { 3, 7 }, { 2, 4, 4 },
        { 3, 4, 4 }, { 3, 3, 4 }
    };
    size_t start = after_country(t, i), k;

    if (bracketed_at(t, i, n))
        return true;
    for (k = 0; k < 8; k++)
        if (start == i
                ? read_form(t, i, forms[k], 0, n) && valid_landline(n) &&
                      parts_area(forms[k], n, 1)
                : read_form(t, start, abroad[k], 0, n) && valid_abroad(n) &&
                      parts_area(abroad[k], n, 0)) {
            n->start = i - (start > i && i > 0 && t->units[i - 1] == '+');
            return true;
        }
    return false;
}

bool pol_find_landline(const pol_folded *t, size_t from, pol_find *out)
{
    struct number n;
    size_t i;

    for (i = next_run(t, from); i < t->count; i = next_run(t, i + 1)) {
        if (!landline_at(t, i, &n) || n.start < from)
            continue;
        n.end = extension_end(t, n.end);
        if (border_before(t, from, &n) && border_after(t, &n)) {
            *out = (pol_find){ n.start, n.end, !n.grouped };
            return true;
        }
    }
    return false;
}

/* ---- social security number of the USA ---- */

/* By the rules of the Social Security Administration since 2011. */
static bool valid_ssn(const struct number *n)
{
    unsigned area = decimal(n->digits, 3);

    return area > 0 && area != 666 && area < 900 &&
           decimal(n->digits + 3, 2) > 0 && decimal(n->digits + 5, 4) > 0;
}

/* Nine digits in one are anything. */
bool pol_find_ssn(const pol_folded *t, size_t from, pol_find *out)
{
    static const form forms[] = { { 3, 2, 4 }, { 9 } };
    size_t i;

    for (i = from; find_number(t, from, i, forms, 2, 0, valid_ssn, out);
         i = out->end) {
        int context = pol_context(t, out->start, out->end, POL_DETECT_SSN);
        bool hyphens = out->end - out->start == 11 &&
                       t->units[out->start + 3] != ' ' &&
                       t->units[out->start + 6] != ' ';

        out->weak = !hyphens;
        if (hyphens ? context >= 0 : context > 0)
            return true;
    }
    return false;
}
