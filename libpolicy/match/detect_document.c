/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents and accounts whose numbers have letters: permits, the passport, the
 * unified social credit code, the IBAN. Each is a whole word of ASCII letters
 * and digits; what is joined to more by a hyphen or the like is part of a longer
 * code. An IBAN may stand in groups of four besides.
 */
#include <string.h>

#include "match/detect.h"
#include "match/detectors.h"

/* An IBAN has 34 at most (ISO 13616-1); nothing longer is of interest. */
enum { WORD_MAX = 34 };

struct word {
    size_t start, end, len;
    char text[WORD_MAX + 1]; /* letters small */
};

static bool is_alnum(const pol_folded *t, size_t i)
{
    uint16_t u = pol_at(t, i);

    return pol_unit_letter(u) || pol_unit_digit(u);
}

static bool is_one_of(uint16_t u, const char *ascii)
{
    return u && u < 0x80 && strchr(ascii, u);
}

/* Does a longer code, a path or a mailbox go on beside it? */
static bool is_joined(const pol_folded *t, const struct word *w)
{
    return (w->start > 1 && is_one_of(t->units[w->start - 1], "-_/@+") &&
            is_alnum(t, w->start - 2)) ||
           (is_one_of(pol_at(t, w->end), "-_/@.") && is_alnum(t, w->end + 1)) ||
           pol_at(t, w->end) == '@';
}

/* The next word from `i` on of at most WORD_MAX characters. */
static bool next_word(const pol_folded *t, size_t i, struct word *w)
{
    for (; i < t->count; i = w->end) {
        while (i > 0 && is_alnum(t, i - 1) && is_alnum(t, i))
            i++;
        i = pol_next_alnum(t, i);
        w->start = i;
        for (w->len = 0; is_alnum(t, i); i++)
            if (w->len++ < WORD_MAX)
                w->text[w->len - 1] = (char)t->units[i];
        w->end = i;
        if (w->len > 0 && w->len <= WORD_MAX) {
            w->text[w->len] = '\0';
            return true;
        }
    }
    return false;
}

/* Does the word have the shape: 9 a digit, a a letter, else itself? */
static bool has_shape(const char *s, const char *shape)
{
    for (; *s && *shape; s++, shape++) {
        bool digit = pol_unit_digit((uint8_t)*s);

        if (*shape == '9' ? !digit : *shape == 'a' ? digit : *shape != *s)
            return false;
    }
    return !*s && !*shape;
}

static unsigned decimal(const char *s, size_t count)
{
    unsigned v = 0;

    for (; count; count--)
        v = v * 10 + (unsigned)(*s++ - '0');
    return v;
}

/* What a word may be by itself, by a word near it only, or not at all. */
enum kind { NONE, IN_CONTEXT, ALONE };

static bool find_word(const pol_folded *t, size_t from, int detector,
                      enum kind (*kind_of)(const struct word *w), pol_find *out)
{
    struct word w;
    size_t i;

    for (i = from; next_word(t, i, &w); i = w.end) {
        enum kind kind = kind_of(&w);
        int context;

        if (kind == NONE || is_joined(t, &w))
            continue;
        context = pol_context(t, w.start, w.end, detector);
        if (kind == ALONE ? context >= 0 : context > 0) {
            *out = (pol_find){ w.start, w.end, kind == IN_CONTEXT };
            return true;
        }
    }
    return false;
}

/* ---- foreigners' permanent residence permit ---- */

static enum kind permanent_residence(const struct word *w)
{
    static const char fifteen[] = "aaa999999999999";
    uint8_t digits[18];
    size_t i;

    /* Of 2004 and 2017: country (ISO 3166), region of issue, date of birth with two
     * digits of the year, sequence and check digit, whose rule is not published. */
    if (has_shape(w->text, fifteen))
        return pol_is_province(decimal(w->text + 3, 2)) &&
               pol_is_birthday(2000 + decimal(w->text + 7, 2),
                               decimal(w->text + 9, 2),
                               decimal(w->text + 11, 2)) ? ALONE : NONE;
    /* Of 2023, by the immigration administration's notice on reading the cards: 9,
     * then as the older one, but for the country in three digits and the year in
     * four; checked as a resident's number. */
    if (w->len != 18 || w->text[0] != '9' ||
        !pol_is_province(decimal(w->text + 1, 2)))
        return NONE;
    for (i = 0; i < 18; i++) {
        if (!pol_unit_digit((uint8_t)w->text[i]) &&
            !(i == 17 && w->text[i] == 'x'))
            return NONE;
        digits[i] = w->text[i] == 'x' ? 10 : (uint8_t)(w->text[i] - '0');
    }
    return pol_dated_and_checked(digits) ? ALONE : NONE;
}

bool pol_find_permanent_residence(const pol_folded *t, size_t from,
                                  pol_find *out)
{
    return find_word(t, from, POL_DETECT_PERMANENT_RESIDENCE,
                     permanent_residence, out);
}

/* ---- exit-entry permits ---- */

/* H and M: home-return permits, by the notice of 2010 with two digits for the
 * issue. C, and since 2018 C with a letter but I and O: the mainland's for Hong Kong
 * and Macao; L and T: for Taiwan. Eight or ten digits: Taiwan compatriots'. */
static enum kind entry_permit(const struct word *w)
{
    static const char *const shapes[] = {
        "h99999999", "h9999999999", "m99999999", "m9999999999", "c99999999",
        "ca9999999", "l99999999", "t99999999", "99999999", "9999999999"
    };
    size_t i;

    if (w->text[0] == '0')
        return IN_CONTEXT * (w->len == 8 && has_shape(w->text, "99999999"));
    for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
        if (has_shape(w->text, shapes[i]))
            break;
    if (i == sizeof(shapes) / sizeof(*shapes))
        return NONE;
    /* Digits alone may be the day of issue. */
    return i == 8 && pol_is_birthday(decimal(w->text, 4),
                                     decimal(w->text + 4, 2),
                                     decimal(w->text + 6, 2))
               ? NONE : IN_CONTEXT;
}

bool pol_find_entry_permit(const pol_folded *t, size_t from, pol_find *out)
{
    return find_word(t, from, POL_DETECT_ENTRY_PERMIT, entry_permit, out);
}

/* ---- passport ---- */

/* A letter and a day, d20240101, is a code of something else. */
static bool is_dated(const char *digits)
{
    return pol_is_birthday(decimal(digits, 4), decimal(digits + 4, 2),
                           decimal(digits + 6, 2));
}

static enum kind passport(const struct word *w)
{
    static const char *const abroad[] = {
        "a9999999", "a99999999", "aa9999999", "aa999999", "999999999",
        "99aa99999", "aaa999999", "a999999"
    };
    size_t i;

    /* G of 2000; of 2012 E, and E with a letter but I and O. For duty abroad D, S
     * and P, now with an E. Others, as Hong Kong's and Macao's, look like anybody's
     * codes. */
    if (has_shape(w->text, "e99999999") || has_shape(w->text, "g99999999"))
        return is_dated(w->text + 1) ? IN_CONTEXT : ALONE;
    if (has_shape(w->text, "ea9999999") && !is_one_of((uint8_t)w->text[1], "io"))
        return ALONE;
    if (is_one_of((uint8_t)w->text[0], "dsp") && has_shape(w->text, "ae9999999"))
        return ALONE;
    if (is_one_of((uint8_t)w->text[0], "dsph") && has_shape(w->text, "a99999999"))
        return is_dated(w->text + 1) || w->text[0] == 'h' ? IN_CONTEXT : ALONE;
    if (w->len < 7 || w->len > 9)
        return NONE;
    for (i = 0; i < sizeof(abroad) / sizeof(*abroad); i++)
        if (has_shape(w->text, abroad[i]))
            return IN_CONTEXT;
    return NONE;
}

bool pol_find_passport(const pol_folded *t, size_t from, pol_find *out)
{
    return find_word(t, from, POL_DETECT_PASSPORT, passport, out);
}

/* ---- unified social credit code: GB 32100-2015 ---- */

/* Who registers, and the kinds of each: as public restatements of the standard's
 * tables have them, but for 54 and 55, which none of those has. */
static bool is_registered(const char *s)
{
    static const char *const kinds[] = {
        "11", "12", "13", "19", "21", "29", "31", "32", "33", "34", "35", "39",
        "41", "49", "51", "52", "53", "54", "55", "59", "61", "62", "69", "71",
        "72", "79", "81", "89", "91", "92", "93", "a1", "a9", "n1", "n2", "n3",
        "n9", "y1"
    };
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (memcmp(s, kinds[i], 2) == 0)
            return true;
    return false;
}

/* The value of a character in the alphabet of the standard, or -1. */
static int credit_value(char c)
{
    static const char alphabet[] = "0123456789abcdefghjklmnpqrtuwxy";
    const char *at = strchr(alphabet, c);

    return c && at ? (int)(at - alphabet) : -1;
}

/* Table 4 of the standard: weights are powers of 3 modulo 31. */
static bool is_credit_checked(const char *s)
{
    unsigned sum = 0, weight = 1;
    size_t i;

    for (i = 0; i < 18; i++, weight = weight * 3 % 31) {
        int v = credit_value(s[i]);

        if (v < 0)
            return false;
        sum += (unsigned)v * (i < 17 ? weight : 1);
    }
    return sum % 31 == 0;
}

/* The organisation's own code in it, GB 11714-1997, whose check character of ten
 * is X; letters count from A = 10. */
static bool is_organisation(const char *s)
{
    static const uint8_t weights[8] = { 3, 7, 9, 10, 5, 8, 4, 2 };
    unsigned sum = 0, check;
    size_t i;

    for (i = 0; i < 8; i++)
        sum += weights[i] * (unsigned)(pol_unit_digit((uint8_t)s[i])
                                           ? s[i] - '0' : s[i] - 'a' + 10);
    check = (11 - sum % 11) % 11;
    return s[8] == (check == 10 ? 'x' : (char)('0' + check));
}

static enum kind credit_code(const struct word *w)
{
    size_t i;

    if (w->len != 18 || !is_registered(w->text))
        return NONE;
    for (i = 2; i < 8; i++)
        if (!pol_unit_digit((uint8_t)w->text[i]))
            return NONE;
    return (pol_is_province(decimal(w->text + 2, 2)) ||
            decimal(w->text + 2, 6) == 100000) &&
                   is_credit_checked(w->text) && is_organisation(w->text + 8)
               ? ALONE : NONE;
}

bool pol_find_credit_code(const pol_folded *t, size_t from, pol_find *out)
{
    return find_word(t, from, POL_DETECT_CREDIT_CODE, credit_code, out);
}

/* ---- IBAN: ISO 13616 ---- */

/* Lengths by country: those of the registry of ISO 13616 in the release of 89
 * countries, as python-stdnum has it. */
static unsigned iban_len(const char *s)
{
    static const char countries[] =
        "ad24ae23al28at20az28ba20be16bg22bh22bi27br29by28ch21cr22cy28cz24de22"
        "dj27dk18do28ee20eg29es24fi18fk18fo18fr27gb22ge22gi23gl18gr27gt28hn28"
        "hr21hu28ie22il23iq23is26it27jo30kw30kz20lb28lc32li21lt20lu20lv21ly25"
        "mc27md24me22mk19mn20mr27mt31mu30ni28nl18no15om23pk24pl28ps29pt25qa29"
        "ro24rs22ru33sa24sc31sd18se24si19sk24sm27so23st25sv28tl23tn24tr26ua29"
        "va22vg24xk20ye30";
    const char *at;

    for (at = countries; *at; at += 4)
        if (at[0] == s[0] && at[1] == s[1])
            return decimal(at + 2, 2);
    return 0;
}

/* ISO 7064, MOD 97-10: the first four characters go to the end. */
static bool is_iban(const char *s, size_t len)
{
    unsigned rest = 0;
    size_t i;

    for (i = 0; i < len; i++) {
        char c = s[(i + 4) % len];

        rest = pol_unit_digit((uint8_t)c)
                   ? rest * 10 + (unsigned)(c - '0')
                   : rest * 100 + (unsigned)(c - 'a' + 10);
        rest %= 97;
    }
    return rest == 1;
}

/* Read an IBAN from the word at `w` on, over single spaces between fours. */
static bool read_iban(const pol_folded *t, struct word *w)
{
    unsigned want = w->len >= 4 && pol_unit_letter((uint8_t)w->text[0]) &&
                            pol_unit_letter((uint8_t)w->text[1]) &&
                            pol_unit_digit((uint8_t)w->text[2]) &&
                            pol_unit_digit((uint8_t)w->text[3])
                        ? iban_len(w->text) : 0;
    struct word more;

    if (!want)
        return false;
    while (w->len < want && w->len % 4 == 0 && pol_at(t, w->end) == ' ' &&
           next_word(t, w->end, &more) && more.start == w->end + 1 &&
           (more.len == 4 || w->len + more.len == want) &&
           more.len <= 4 && w->len + more.len <= want) {
        memcpy(w->text + w->len, more.text, more.len);
        w->len += more.len;
        w->end = more.end;
    }
    return w->len == want && is_iban(w->text, w->len) && !is_joined(t, w);
}

bool pol_find_iban(const pol_folded *t, size_t from, pol_find *out)
{
    struct word w;
    size_t i, next;

    for (i = from; next_word(t, i, &w); i = next) {
        next = w.end;
        if (read_iban(t, &w)) {
            *out = (pol_find){ w.start, w.end, false };
            return true;
        }
    }
    return false;
}
