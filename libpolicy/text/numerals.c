/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs of digits by any name. A stretch is as many digit-like units as follow
 * each other, with single separators between them; letters that belong to a
 * word cut it into runs. Ten, hundred and their like are no digits: they end a
 * stretch, as they end the spelling of a number digit by digit.
 */
#include "text/numerals.h"

#include "base/error.h"

/* What names a digit. */
enum {
    NONE,
    ASCII,
    HAN,
    RADIO, /* 洞 and 拐 are also a cave and a turn: they begin no number */
    LETTER
};

struct name {
    uint16_t unit;
    uint8_t kind, digit;
};

/* By their low bytes, of which no two are the same. */
static const struct name names[256] = {
    [0x07] = { 0x3007, HAN, 0 }, /* 〇 */
    [0xf6] = { 0x96f6, HAN, 0 }, /* 零 */
    [0x00] = { 0x4e00, HAN, 1 }, /* 一 */
    [0xf9] = { 0x58f9, HAN, 1 }, /* 壹 */
    [0x7a] = { 0x5e7a, HAN, 1 }, /* 幺 */
    [0x8c] = { 0x4e8c, HAN, 2 }, /* 二 */
    [0x30] = { 0x8d30, HAN, 2 }, /* 贰 */
    [0x24] = { 0x4e24, HAN, 2 }, /* 两 */
    [0x09] = { 0x4e09, HAN, 3 }, /* 三 */
    [0xc1] = { 0x53c1, HAN, 3 }, /* 叁 */
    [0xc2] = { 0x53c2, HAN, 3 }, /* 参, as the fold leaves 參 */
    [0xdb] = { 0x56db, HAN, 4 }, /* 四 */
    [0x86] = { 0x8086, HAN, 4 }, /* 肆 */
    [0x94] = { 0x4e94, HAN, 5 }, /* 五 */
    [0x0d] = { 0x4f0d, HAN, 5 }, /* 伍 */
    [0x6d] = { 0x516d, HAN, 6 }, /* 六 */
    [0x46] = { 0x9646, HAN, 6 }, /* 陆 */
    [0x03] = { 0x4e03, HAN, 7 }, /* 七 */
    [0xd2] = { 0x67d2, HAN, 7 }, /* 柒 */
    [0x6b] = { 0x516b, HAN, 8 }, /* 八 */
    [0x4c] = { 0x634c, HAN, 8 }, /* 捌 */
    [0x5d] = { 0x4e5d, HAN, 9 }, /* 九 */
    [0x96] = { 0x7396, HAN, 9 }, /* 玖 */
    [0x1e] = { 0x6d1e, RADIO, 0 }, /* 洞 */
    [0xd0] = { 0x62d0, RADIO, 7 }, /* 拐 */
    [0x6f] = { 'o', LETTER, 0 },
    [0x6c] = { 'l', LETTER, 1 },
    [0x69] = { 'i', LETTER, 1 },
};

enum { YEAR = 0x5e74, ONE = 0x4e00, PAIR = 0x4e24, JOIN = 0x53c2 };

/* Of the mainland's mobile numbers. */
enum { MOBILE_DIGITS = 11 };

static struct name name_of(uint16_t u)
{
    const struct name *n = &names[u & 0xff];

    if (u >= '0' && u <= '9')
        return (struct name){ u, ASCII, (uint8_t)(u - '0') };
    return n->unit == u && u ? *n : (struct name){ 0 };
}

static uint8_t kind_at(const pol_folded *f, size_t i)
{
    return i < f->count ? name_of(f->units[i]).kind : NONE;
}

static bool is_separator(uint16_t u)
{
    return u == ' ' || u == '-' || (u >= 0x2010 && u <= 0x2013);
}

/* --- stretches ------------------------------------------------------------- */

static size_t stretch_start(const pol_folded *f, size_t from, size_t i)
{
    for (;;) {
        while (i > from && kind_at(f, i - 1))
            i--;
        if (i < from + 2 || !is_separator(f->units[i - 1]) ||
            !kind_at(f, i - 2))
            return i;
        i--;
    }
}

static size_t stretch_end(const pol_folded *f, size_t i)
{
    for (;;) {
        while (kind_at(f, i))
            i++;
        if (i >= f->count || !is_separator(f->units[i]) || !kind_at(f, i + 1))
            return i;
        i++;
    }
}

/* A stretch has at least seven units, and a digit in any two that are next to
 * each other: two of every six tell whether there is one. */
static bool next_stretch(const pol_folded *f, size_t from, size_t *start,
                         size_t *end)
{
    enum { STEP = POL_NUMERALS_MIN - 1 };

    for (size_t i = from; i + 1 < f->count; i += STEP)
        if (name_of(f->units[i]).kind | name_of(f->units[i + 1]).kind) {
            size_t at = kind_at(f, i) ? i : i + 1;

            *start = stretch_start(f, from, at);
            *end = stretch_end(f, at);
            return true;
        }
    return false;
}

/* --- runs -------------------------------------------------------------------- */

static bool is_latin(const pol_folded *f, size_t i)
{
    return i < f->count && f->classes[i] == POL_CLASS_LATIN;
}

static bool is_numeral(const pol_folded *f, size_t i)
{
    uint8_t kind = kind_at(f, i);

    return kind && kind != LETTER;
}

/* Are the letters [start, end) digits? Not in a word, nor without a digit
 * beside them; and no number that is looked for begins with 0. */
static bool are_digits(const pol_folded *f, size_t start, size_t end,
                       bool first)
{
    if ((start > 0 && is_latin(f, start - 1)) || is_latin(f, end))
        return false;
    if (first)
        return f->units[start] != 'o' && is_numeral(f, end);
    return is_numeral(f, start - 1) || is_numeral(f, end);
}

/* The number 一三八零零一三八零零零 and the 一 of 一起 behind it, or 参 of 参加. */
static size_t without_word(const pol_folded *f, size_t start, size_t end,
                           size_t digits)
{
    uint16_t last = f->units[end - 1];

    return digits == MOBILE_DIGITS + 1 &&
                   (last == ONE || last == PAIR || last == JOIN) &&
                   name_of(f->units[start]).digit == 1 && end < f->count &&
                   f->classes[end] == POL_CLASS_HAN
               ? end - 1 : end;
}

static policy_status rewrite(pol_overlay *out, const pol_folded *f,
                             size_t start, size_t end, policy_error *err)
{
    if (!out->text.count && !pol_overlay_fill(out, f))
        return pol_error_oom(err);
    for (; start < end; start++) {
        struct name n = name_of(f->units[start]);

        if (n.kind == NONE || n.kind == ASCII)
            continue;
        out->text.units[start] = (uint16_t)('0' + n.digit);
        out->text.classes[start] = POL_CLASS_DIGIT;
        out->text.reasons[start] |= POL_REASON_NUMERAL;
    }
    return POLICY_OK;
}

static policy_status finish_run(pol_overlay *out, const pol_folded *f,
                                size_t start, size_t end, policy_error *err)
{
    size_t kinds[LETTER + 1] = { 0 }, digits;

    if (end > start && !kind_at(f, end - 1))
        end--;
    for (size_t i = start; i < end; i++)
        kinds[kind_at(f, i)]++;
    digits = end - start - kinds[NONE];
    if (digits < POL_NUMERALS_MIN || digits == kinds[ASCII] ||
        kinds[LETTER] * 3 > digits * 2 ||
        (end < f->count && f->units[end] == YEAR))
        return POLICY_OK;
    return rewrite(out, f, start, without_word(f, start, end, digits), err);
}

/* Where the run that begins at `i` may begin indeed. */
static size_t run_start(const pol_folded *f, size_t i, size_t end)
{
    while (i < end && (!kind_at(f, i) || kind_at(f, i) == RADIO))
        i++;
    return i;
}

static policy_status look_at(pol_overlay *out, const pol_folded *f,
                             size_t start, size_t end, policy_error *err)
{
    policy_status st = POLICY_OK;
    size_t i = run_start(f, start, end), run = i;

    while (i < end && st == POLICY_OK) {
        size_t letters = i;

        while (letters < end && kind_at(f, letters) == LETTER)
            letters++;
        if (letters == i) {
            i++;
        } else if (are_digits(f, i, letters, i == run)) {
            i = letters;
        } else {
            st = finish_run(out, f, run, i, err);
            i = run = run_start(f, letters, end);
        }
    }
    return st == POLICY_OK ? finish_run(out, f, run, i, err) : st;
}

/* Letters alone are none. The loop has no branch, so that compilers look at many
 * units at once. */
static bool has_numerals(const pol_folded *f)
{
    uint8_t any = 0;

    for (size_t i = 0; i < f->count; i++)
        any |= f->classes[i] == POL_CLASS_HAN || f->classes[i] == POL_CLASS_DIGIT;
    return any;
}

policy_status pol_numerals(pol_overlay *out, const pol_folded *f,
                           policy_error *err)
{
    size_t start, end = 0;
    policy_status st = POLICY_OK;

    pol_overlay_clear(out);
    if (!has_numerals(f))
        return POLICY_OK;
    while (st == POLICY_OK && next_stretch(f, end, &start, &end))
        if (end - start >= POL_NUMERALS_MIN)
            st = look_at(out, f, start, end, err);
    return st;
}
