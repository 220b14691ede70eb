/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The skeleton of a folded text.
 *
 * The mapping does not ask how a text came to be: every digit of a word with a
 * letter is mapped, honest or not. Were honest ones left alone, a term with one
 * (win10) would have two skeletons, and a text another one with each disguise.
 * What is honest is decided once, for the whole text: a view is made or not.
 */
#include "text/skeleton.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "text/lanes.h"
#include "text/skeleton_tables.h"
#include "text/utf8.h"

enum {
    SIGNS_MAX = 2, /* signs side by side in a word; more are a flourish */
    DIGITS_MAX = 2 /* digits side by side that are still no number */
};

typedef uint16_t units8 __attribute__((vector_size(POL_LANES16)));

_Static_assert(POL_CLASS_HAN < POL_CLASS_LATIN &&
                   POL_CLASS_LATIN + 1 == POL_CLASS_DIGIT &&
                   POL_CLASS_DIGIT + 1 == POL_CLASS_LETTER,
               "words are of classes side by side");

static bool is_latin(const pol_folded *f, size_t i)
{
    return f->classes[i] == POL_CLASS_LATIN;
}

static bool is_digit(const pol_folded *f, size_t i)
{
    return f->classes[i] == POL_CLASS_DIGIT;
}

/* Of classes LATIN to `last`: DIGIT, or LETTER for any script but Han. */
static bool is_wordish(const pol_folded *f, size_t i, unsigned last)
{
    return f->classes[i] >= POL_CLASS_LATIN && f->classes[i] <= last;
}

/* The letter that the digit or sign stands for, or 0. */
static uint16_t leet_of(uint16_t unit)
{
    static const char digits[] = "ol\0eas\0tbg"; /* 0 to 9 */

    if (unit >= '0' && unit <= '9')
        return (uint16_t)digits[unit - '0'];
    switch (unit) {
    case '@':
        return 'a';
    case '$':
        return 's';
    case '!':
    case '|':
        return 'l';
    }
    return 0;
}

static bool is_sign(const pol_folded *f, size_t i)
{
    return f->classes[i] != POL_CLASS_DIGIT && leet_of(f->units[i]);
}

/* --- a quick look --------------------------------------------------------- */

/* What a look saw that may be a disguise. */
enum { SAW_LETTER = 1, SAW_SIGN = 2 };

/* Classes that are looked at together, and two that show how they go on. */
enum { SEEN = POL_LANES16 + 2 };

static inline pol_bytes16 is(pol_bytes16 v, unsigned what)
{
    return (pol_bytes16)(v == (uint8_t)what);
}

/* SYMBOL or SENTENCE, as the signs are. */
static inline pol_bytes16 may_sign(pol_bytes16 c)
{
    return is(c, POL_CLASS_SYMBOL) | is(c, POL_CLASS_SENTENCE);
}

/* A letter and a digit, in any order; Han beside a LETTER too. */
static inline pol_bytes16 differ(pol_bytes16 a, pol_bytes16 b)
{
    return is(a | b, 3) & is(a ^ b, 3);
}

/*
 * By classes alone, of SEEN: a letter of another script, or a digit or sign
 * where it may be a letter. A sign stands before a letter or digit (bit 4 is
 * off) and, maybe with another sign between, behind one.
 */
static inline pol_bytes16 look_at_classes(const uint8_t *classes)
{
    pol_bytes16 a = pol_load16(classes), b = pol_load16(classes + 1);
    pol_bytes16 c = pol_load16(classes + 2);
    pol_bytes16 joined = ~(is(a, POL_CLASS_SPACE) | is(a, POL_CLASS_CLAUSE));

    return is(a, POL_CLASS_LETTER) | is(b, POL_CLASS_LETTER) |
           is(c, POL_CLASS_LETTER) | differ(a, b) | differ(b, c) |
           (may_sign(b) & is(c & 4, 0) & joined);
}

_Static_assert(POL_CLASS_LATIN == 1 && POL_CLASS_DIGIT == 2 &&
                   POL_CLASS_SYMBOL == 4,
               "letters beside digits make 3, and 4 is of signs");

static inline units8 load_units(const uint16_t *p)
{
    units8 v;

    memcpy(&v, p, sizeof(v));
    return v;
}

/* Is one of the units, SEEN or more, beyond ASCII? */
static inline bool is_beyond(const uint16_t *units, size_t count)
{
    units8 all = load_units(units + count - 8);
    uint64_t half[2];

    for (size_t i = 0; i + 8 < count; i += 8)
        all |= load_units(units + i);
    memcpy(half, &all, sizeof(half));
    return (half[0] | half[1]) & UINT64_C(0xFF80FF80FF80FF80);
}

/* Of a text with Latin letters. Where it sees nothing there is nothing. */
static bool may_be_disguised(const pol_folded *f)
{
    pol_bytes16 saw = { 0 };

    if (f->count < SEEN)
        return true;
    for (size_t i = 0; i + SEEN < f->count; i += POL_LANES16)
        saw |= look_at_classes(f->classes + i);
    saw |= look_at_classes(f->classes + f->count - SEEN);
    return pol_any16(saw) || is_beyond(f->units, f->count);
}

/* The second look is at what each letter and sign is. */
static unsigned look(const pol_folded *f)
{
    unsigned saw = 0;

    if (!pol_has_byte(f->classes, f->count, POL_CLASS_LATIN) ||
        !may_be_disguised(f))
        return 0;
    for (size_t i = 0; i < f->count; i++) {
        if (f->classes[i] == POL_CLASS_LETTER ||
            (is_latin(f, i) && f->units[i] > 0x7F))
            saw |= SAW_LETTER;
        else if (f->classes[i] == POL_CLASS_DIGIT || is_sign(f, i))
            saw |= SAW_SIGN;
    }
    return saw;
}

/* --- leet ----------------------------------------------------------------- */

/* Past the signs at `i`, if the word goes on after one or two. */
static size_t skip_signs(const pol_folded *f, size_t i, unsigned last)
{
    size_t end = i;

    while (end < f->count && end - i <= SIGNS_MAX && is_sign(f, end))
        end++;
    return end - i <= SIGNS_MAX && end < f->count && is_wordish(f, end, last)
               ? end
               : i;
}

/* A word: letters and digits, and signs between them. */
struct word {
    size_t start, end;
    bool latin; /* holds a Latin letter */
};

/* The next one from `w->end` on; false: no more. */
static bool next_word(struct word *w, const pol_folded *f, unsigned last)
{
    size_t i = w->end, past;

    while (i < f->count && !is_wordish(f, i, last))
        i++;
    w->start = i;
    w->latin = false;
    do {
        for (; i < f->count && is_wordish(f, i, last); i++)
            w->latin |= is_latin(f, i);
        past = i;
        i = skip_signs(f, i, last);
    } while (i > past);
    w->end = i;
    return w->start < i;
}

/* Letters from `i` on, within the word. */
static size_t letters_at(const pol_folded *f, const struct word *w, size_t i)
{
    size_t end = i;

    while (end < w->end && is_latin(f, end))
        end++;
    return end - i;
}

static size_t letters_before(const pol_folded *f, const struct word *w,
                             size_t i)
{
    size_t start = i;

    while (start > w->start && is_latin(f, start - 1))
        start--;
    return i - start;
}

/*
 * Are the digits [i, end) of a word letters? Between letters, if they are few:
 * h3ll0, b00b. In front of letters they count and measure (3rd, 5pm, 10kg), but
 * for a single one that makes a word of four; behind them they number (win10,
 * mp3, covid19), but for an o or two and ee.
 */
static bool are_letters(const pol_folded *f, const struct word *w, size_t i,
                        size_t end)
{
    size_t before = letters_before(f, w, i), after = letters_at(f, w, end);
    size_t digits = end - i;
    uint16_t first = f->units[i], last = f->units[end - 1];

    for (size_t k = i; k < end; k++)
        if (!leet_of(f->units[k]))
            return false;
    if (before && after)
        return digits <= DIGITS_MAX;
    if (after)
        return digits == 1 && after >= 3 && end + after == w->end;
    if (digits == 1)
        return before >= 3 && first == '0';
    return digits == 2 && before >= 2 && first == last &&
           (first == '0' || first == '3');
}

static bool is_leet_word(const pol_folded *f, const struct word *w)
{
    size_t i = w->start;

    while (i < w->end) {
        size_t end = i + 1;

        if (is_sign(f, i) && (is_latin(f, i - 1) || is_latin(f, i + 1)))
            return true;
        if (is_digit(f, i)) {
            while (end < w->end && is_digit(f, end))
                end++;
            if (are_letters(f, w, i, end))
                return true;
        }
        i = end;
    }
    return false;
}

static bool has_leet(const pol_folded *f)
{
    struct word w = { 0 };

    while (next_word(&w, f, POL_CLASS_DIGIT))
        if (w.latin && is_leet_word(f, &w))
            return true;
    return false;
}

/* --- the mapping ---------------------------------------------------------- */

static void put(pol_folded *t, size_t i, uint16_t unit, uint16_t reason)
{
    t->units[i] = unit;
    t->reasons[i] |= reason;
}

static uint16_t letter_of(const pol_folded *f, policy_str source, size_t i)
{
    uint32_t cp = 0;
    uint16_t to = 0;
    bool ok;

    /* Of an expansion and of a base with marks only the first unit is what is
     * written there. */
    if (i == 0 || f->starts[i - 1] != f->starts[i]) {
        assert(f->starts[i] < source.len);
        pol_utf8_next(source, f->starts[i], &cp, &ok);
        to = cp < 0x10000 && ok ? pol_skeleton_of((uint16_t)cp) : 0;
    }
    return to ? to : pol_skeleton_of(f->units[i]);
}

/* In words of several scripts, one of them Latin. They reach at least as far as
 * those of map_signs, which therefore makes no other word Latin: what is mapped
 * is at rest. */
static bool map_letters(pol_folded *t, const pol_folded *f, policy_str source)
{
    struct word w = { 0 };
    bool changed = false;

    while (next_word(&w, f, POL_CLASS_LETTER)) {
        for (size_t i = w.start; w.latin && i < w.end; i++) {
            uint16_t to = f->units[i] > 0x7F ? letter_of(f, source, i) : 0;

            if (!to)
                continue;
            put(t, i, to, POL_REASON_HOMOGLYPH);
            t->classes[i] = POL_CLASS_LATIN;
            changed = true;
        }
    }
    return changed;
}

static bool map_rare(pol_folded *t)
{
    bool changed = false;

    for (size_t i = 0; i < t->count; i++) {
        uint16_t to =
            t->classes[i] == POL_CLASS_HAN ? pol_skeleton_of(t->units[i]) : 0;

        if (!to)
            continue;
        put(t, i, to, POL_REASON_RARE);
        changed = true;
    }
    return changed;
}

/* Signs and digits, which become letters, and i. */
static void map_signs(pol_folded *t)
{
    struct word w = { 0 };

    while (next_word(&w, t, POL_CLASS_DIGIT)) {
        for (size_t i = w.start; w.latin && i < w.end; i++) {
            uint16_t to = is_latin(t, i) ? 0 : leet_of(t->units[i]);

            if (t->units[i] == 'i')
                t->units[i] = 'l';
            if (!to)
                continue;
            put(t, i, to, POL_REASON_LEET);
            t->classes[i] = POL_CLASS_LATIN;
        }
    }
}

/* What a text must hold to be given a view. */
static policy_status skeleton(pol_overlay *out, const pol_folded *f,
                              policy_str source, unsigned saw, bool disguised,
                              policy_error *err)
{
    if (!pol_overlay_fill(out, f))
        return pol_error_oom(err);
    if (saw & SAW_LETTER)
        disguised |= map_letters(&out->text, f, source);
    if (f->flags & POLICY_TEXT_RARE_HAN)
        disguised |= map_rare(&out->text);
    if (disguised)
        map_signs(&out->text);
    else
        pol_overlay_clear(out);
    return POLICY_OK;
}

policy_status pol_skeleton(pol_overlay *out, const pol_folded *f,
                           policy_str source, policy_error *err)
{
    unsigned saw = look(f);
    bool leet = saw & SAW_SIGN && has_leet(f);

    pol_overlay_clear(out);
    if (!leet && !(saw & SAW_LETTER) && !(f->flags & POLICY_TEXT_RARE_HAN))
        return POLICY_OK;
    return skeleton(out, f, source, saw, leet, err);
}

policy_status pol_skeleton_term(pol_overlay *out, const pol_folded *f,
                                policy_str source, policy_error *err)
{
    return skeleton(out, f, source, SAW_LETTER, true, err);
}
