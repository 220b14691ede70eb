/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which detectors can find anything in a text: what is left out would find
 * nothing, what is named may.
 *
 * Most texts have no digit, no Latin letter, no house number and no dot inside a
 * name: one look without branches tells. Where there are digits, how long their
 * runs are tells most detectors of numbers that theirs is not among them: a price
 * or a time of day is shorter than anything they look for.
 */
#include "match/detect.h"
#include "match/detect_marks.h"
#include "match/detectors.h"

/* --- the look ---------------------------------------------------------------- */

enum { LANES = POL_LANES };

struct look { pol_units8 digits, letters, houses, stops; };

/* A stop counts where a wide name stands behind it. */
static inline void look_at(struct look *l, pol_units8 u, pol_units8 next)
{
    l->digits |= pol_in8(u, '0', '9');
    l->letters |= pol_in8(u, 'a', 'z');
    l->houses |= pol_is8(u, 0x53f7); /* 号 */
    l->stops |= pol_is8(u, '.') & (pol_units8)(next >= 0x80);
}

/* Blocks overlap at the end, so that there is no rest to look at one by one. */
static struct look look(const pol_folded *t)
{
    struct look l = { 0 };
    uint16_t few[LANES + 1] = { 0 };
    const uint16_t *u = t->units;
    size_t n = t->count, i;

    if (n <= LANES) {
        for (i = 0; i < n; i++)
            few[i] = u[i];
        look_at(&l, pol_load8(few), pol_load8(few + 1));
        return l;
    }
    for (i = 0; i + LANES < n; i += LANES)
        look_at(&l, pol_load8(u + i), pol_load8(u + i + 1));
    look_at(&l, pol_load8(u + n - LANES - 1), pol_load8(u + n - LANES));
    look_at(&l, pol_load8(u + n - LANES), pol_load8(u + n - LANES));
    return l;
}

/* --- runs -------------------------------------------------------------------- */

static bool is_alnum(uint16_t u)
{
    return pol_unit_digit(u) || pol_unit_letter(u);
}

static inline pol_units8 digit_mark(const uint16_t *u)
{
    return pol_in8(pol_load8(u), '0', '9');
}

static inline pol_units8 word_mark(const uint16_t *u)
{
    return digit_mark(u) | pol_in8(pol_load8(u), 'a', 'z');
}

/* Between the words of a number or a time are one or two units. */
enum { NEAR = 2 };

size_t pol_next_digit(const pol_folded *t, size_t i)
{
    for (size_t end = i + NEAR; i < end && i < t->count; i++)
        if (pol_unit_digit(t->units[i]))
            return i;
    return pol_next_mark(t, i, 1, digit_mark);
}

size_t pol_next_alnum(const pol_folded *t, size_t i)
{
    for (size_t end = i + NEAR; i < end && i < t->count; i++)
        if (is_alnum(t->units[i]))
            return i;
    return pol_next_mark(t, i, 1, word_mark);
}

/* Beside the lengths of runs. */
enum {
    OCTETS = 1, /* three words with a stop behind them */
    GROUPS = 2, /* six words with a colon behind them, or two colons in one */
    PLATE = 4,  /* Han and a letter, or 使 before a word */
    COUNTRY = 8 /* a word that begins with two letters and two digits */
};

/* Longer ones count as of this length; lengths are bits. */
enum { RUN_MAX = 31 };

struct runs {
    uint32_t digits, words; /* of digits; of letters and digits */
    uint32_t seen;
    size_t total;           /* how many digits */
};

static uint32_t length_bit(size_t len)
{
    return UINT32_C(1) << (len < RUN_MAX ? len : RUN_MAX);
}

/* Read the word at `i`; its end. */
static size_t read_word(const pol_folded *t, size_t i, struct runs *r)
{
    size_t start = i, run;

    while (i < t->count && is_alnum(t->units[i])) {
        if (!pol_unit_digit(t->units[i])) {
            i++;
            continue;
        }
        for (run = i; pol_unit_digit(pol_at(t, i));)
            i++;
        r->digits |= length_bit(i - run);
        r->total += i - run;
    }
    r->words |= length_bit(i - start);
    return i;
}

static bool has_country(const pol_folded *t, size_t i)
{
    return pol_unit_letter(pol_at(t, i)) && pol_unit_letter(pol_at(t, i + 1)) &&
           pol_unit_digit(pol_at(t, i + 2)) && pol_unit_digit(pol_at(t, i + 3));
}

/* What was seen at the word [start, end). */
static uint32_t see(const pol_folded *t, size_t start, size_t end,
                    size_t *stops, size_t *colons)
{
    uint16_t before = start > 0 ? t->units[start - 1] : 0;
    bool twice = (pol_at(t, end) == ':' && pol_at(t, end + 1) == ':') ||
                 (start > 1 && before == ':' && t->units[start - 2] == ':');
    bool plate = before == 0x4f7f /* 使 */ ||
                 (before >= 0x80 && pol_unit_letter(t->units[start]));

    *stops += pol_at(t, end) == '.';
    *colons += pol_at(t, end) == ':';
    return (twice ? GROUPS : 0) | (plate ? PLATE : 0) |
           (has_country(t, start) ? COUNTRY : 0);
}

static struct runs read_runs(const pol_folded *t)
{
    struct runs r = { 0 };
    size_t i, end, stops = 0, colons = 0;

    for (i = pol_next_alnum(t, 0); i < t->count; i = pol_next_alnum(t, end)) {
        end = read_word(t, i, &r);
        r.seen |= see(t, i, end, &stops, &colons);
    }
    r.seen |= (stops >= 3 ? OCTETS : 0) | (colons >= 6 ? GROUPS : 0);
    return r;
}

/* --- what each detector needs -------------------------------------------------- */

#define L(n) (UINT32_C(1) << (n))
/* Of this length or longer. */
#define FROM(n) (UINT32_MAX << (n))

/* Runs of digits of one of these lengths: all of the number, or its first group
 * and its last; words of one of these lengths; one of what was seen; so many
 * digits in all. 0 asks nothing. */
static const struct need {
    uint8_t detector, total, seen;
    uint32_t whole, first, last, words;
} needs[] = {
    { POL_DETECT_RESIDENT_ID, 15, 0, L(15) | L(17) | L(18), L(6), L(3) | L(4),
      0 },
    /* 5 and 7, 13 and 15: with a country code before it */
    { POL_DETECT_MOBILE, 11, 0, L(11) | L(13) | L(15), L(3) | L(5) | L(7), L(4),
      0 },
    { POL_DETECT_BANK_CARD, 16, 0, L(16) | L(17) | L(18) | L(19), L(4), L(4),
      0 },
    { POL_DETECT_RESIDENCE_PERMIT, 17, 0, L(17) | L(18), L(6), L(3) | L(4), 0 },
    { POL_DETECT_PERMANENT_RESIDENCE, 12, 0, L(12) | L(17) | L(18), 0, 0,
      L(15) | L(18) },
    { POL_DETECT_ENTRY_PERMIT, 7, 0, L(7) | L(8) | L(10), 0, 0,
      L(8) | L(9) | L(10) | L(11) },
    { POL_DETECT_PASSPORT, 6, 0, L(5) | L(6) | L(7) | L(8) | L(9), 0, 0,
      L(7) | L(8) | L(9) },
    { POL_DETECT_LANDLINE, 11, 0,
      L(10) | L(11) | L(12) | L(13) | L(14) | L(15), FROM(2),
      L(4) | L(7) | L(8), 0 },
    { POL_DETECT_CREDIT_CODE, 6, 0, 0, 0, 0, L(18) },
    { POL_DETECT_PLATE, 2, PLATE, 0, 0, 0, 0 },
    { POL_DETECT_IP, 1, OCTETS | GROUPS, 0, 0, 0, 0 },
    { POL_DETECT_QQ, 5, 0, FROM(5) & ~FROM(12), 0, 0, 0 },
    /* the first group, which may be of several fours */
    { POL_DETECT_IBAN, 2, COUNTRY, 0, 0, 0, L(4) | L(8) | L(12) | FROM(15) },
    { POL_DETECT_SSN, 9, 0, L(9), L(3), L(4), 0 },
};

/* Those that have a digit in them. */
#define WITH_DIGITS                                         \
    (POL_DETECT_NUMBERS | UINT32_C(1) << POL_DETECT_PLATE | \
     UINT32_C(1) << POL_DETECT_IP | UINT32_C(1) << POL_DETECT_IBAN)

static bool has_run(const struct need *n, uint32_t digits)
{
    return !(n->whole | n->first) || n->whole & digits ||
           (n->first & digits && n->last & digits);
}

static bool is_met(const struct need *n, const struct runs *r)
{
    return r->total >= n->total && has_run(n, r->digits) &&
           (!n->words || n->words & r->words) &&
           (!n->seen || n->seen & r->seen);
}

static uint32_t with_digits(const pol_folded *t, uint32_t mask)
{
    struct runs r;
    uint32_t met = 0;

    if (!(mask & WITH_DIGITS))
        return 0;
    r = read_runs(t);
    for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++)
        met |= (uint32_t)is_met(&needs[i], &r) << needs[i].detector;
    return met;
}

/* Names of the web have letters, but for those of Han behind a stop. */
uint32_t pol_detect_possible(const pol_folded *t, uint32_t mask)
{
    struct look l = look(t);
    bool letters = pol_any8(l.letters);
    uint32_t found = 0;

    if (pol_any8(l.houses))
        found |= UINT32_C(1) << POL_DETECT_ADDRESS;
    if (pol_any8(l.digits))
        found |= with_digits(t, mask);
    if (letters && mask >> POL_DETECT_EMAIL & 1 && pol_email_possible(t))
        found |= UINT32_C(1) << POL_DETECT_EMAIL;
    if (letters && mask >> POL_DETECT_WECHAT & 1 && pol_wechat_possible(t))
        found |= UINT32_C(1) << POL_DETECT_WECHAT;
    if ((letters || pol_any8(l.stops)) && mask & POL_DETECT_ADDRESSES &&
        pol_url_possible(t))
        found |= POL_DETECT_ADDRESSES;
    return found & mask;
}
