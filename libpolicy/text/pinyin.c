/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readings, the view, the terms in it, and the rule of hits: Mandarin has four
 * hundred syllables, so that short terms sound like honest text all the time.
 */
#include "text/pinyin.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "text/pinyin_tables.h"
#include "text/words.h"

static uint16_t cell_of(uint16_t unit)
{
    return pol_pinyin_cells[pol_pinyin_index[unit / POL_PINYIN_BLOCK] +
                            unit % POL_PINYIN_BLOCK];
}

static uint16_t reading_of(uint16_t cell)
{
    return cell & (uint16_t)~(POL_PINYIN_CELL_MORE | POL_PINYIN_CELL_BREAK);
}

uint16_t pol_pinyin(uint16_t han)
{
    return reading_of(cell_of(han));
}

/* `han` is one of them. */
static const pol_pinyin_others *others_of(uint16_t han)
{
    size_t low = 0, high = pol_pinyin_more_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (pol_pinyin_more[middle].han <= han)
            low = middle;
        else
            high = middle;
    }
    return &pol_pinyin_more[low];
}

size_t pol_pinyin_readings(uint16_t han, uint16_t out[POL_PINYIN_MAX])
{
    uint16_t cell = cell_of(han);
    const pol_pinyin_others *more;
    size_t count = 1;

    if (!reading_of(cell))
        return 0;
    out[0] = reading_of(cell);
    if (cell & POL_PINYIN_CELL_MORE) {
        more = others_of(han);
        while (count < POL_PINYIN_MAX && more->cells[count - 1]) {
            out[count] = more->cells[count - 1];
            count++;
        }
    }
    return count;
}

const char *pol_pinyin_spelling(uint16_t id)
{
    return pol_pinyin_spellings[id <= pol_pinyin_count ? id : 0];
}

/* --- the view ------------------------------------------------------------- */

_Static_assert(POL_PINYIN_UNIT(POL_PINYIN_CELL_BREAK) == POL_UNIT_BREAK,
               "syllables and breaks are made alike");
_Static_assert(POL_CLASS_HAN == 0 && POL_CLASS_COUNT <= 128,
               "a byte is Han where adding 127 leaves its high bit unset");

/* A place that has no Han before it; eight at a time, since texts of other
 * scripts are told from this alone. */
static size_t before_han(const uint8_t *classes, size_t count)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t i = 0;
    uint64_t w;

    for (; i + 8 <= count; i += 8) {
        memcpy(&w, classes + i, 8);
        if (((w + (high >> 7) * 127) & high) != high)
            break;
    }
    return i;
}

/* Does a run have two Han? Most texts that have any say so soon. */
static bool has_two_han(const pol_folded *f)
{
    size_t run = 0;

    for (size_t i = before_han(f->classes, f->count); i < f->count; i++) {
        uint16_t cell = cell_of(f->units[i]);

        run = cell & POL_PINYIN_CELL_BREAK ? 0 : run + (cell != 0);
        if (run == 2)
            return true;
    }
    return false;
}

policy_status pol_pinyin_view(pol_overlay *out, const pol_folded *f,
                              policy_error *err)
{
    const uint16_t keep = POL_PINYIN_CELL_ID | POL_PINYIN_CELL_BREAK;
    uint16_t *units;

    pol_overlay_clear(out);
    if (!has_two_han(f))
        return POLICY_OK;
    if (!pol_overlay_fill(out, f))
        return pol_error_oom(err);
    units = out->text.units;
    for (size_t i = 0; i < f->count; i++) {
        uint16_t cell = cell_of(units[i]);

        units[i] = cell ? POL_PINYIN_UNIT(cell & keep) : units[i];
    }
    return POLICY_OK;
}

/* --- terms ---------------------------------------------------------------- */

/* The syllables of a character, or a unit that stays; 0: neither. */
static size_t choices(const pol_folded *term, size_t i,
                      uint16_t out[POL_PINYIN_MAX])
{
    uint16_t readings[POL_PINYIN_MAX];
    size_t n = pol_pinyin_readings(term->units[i], readings), count = 0;

    for (size_t r = 0; r < n; r++) {
        size_t k = 0;

        out[count] = POL_PINYIN_UNIT(POL_PINYIN_ID(readings[r]));
        while (out[k] != out[count])
            k++;
        count += k == count;
    }
    if (cell_of(term->units[i]) == 0)
        out[count++] = term->units[i];
    return count;
}

/* How many strings all readings make, at most one more than fit; 0: no term. */
static size_t combinations(const pol_folded *term)
{
    size_t count = 1, han = 0;
    uint16_t of[POL_PINYIN_MAX];

    for (size_t i = 0; i < term->count; i++) {
        size_t n = choices(term, i, of);

        if (n == 0)
            return 0;
        han += pol_pinyin(term->units[i]) != 0;
        count = count > POL_PINYIN_STRINGS ? count : count * n;
    }
    return han >= 2 ? count : 0;
}

/* Each string that ends before `i` goes on with each of `of`. */
static size_t branch(uint16_t *out, size_t strings, size_t len, size_t i,
                     const uint16_t *of, size_t count)
{
    for (size_t c = 0; c < count; c++)
        for (size_t s = 0; s < strings; s++) {
            uint16_t *to = out + (c * strings + s) * len;

            if (c > 0)
                memcpy(to, out + s * len, i * sizeof(*to));
            to[i] = of[c];
        }
    return strings * count;
}

size_t pol_pinyin_term(const pol_folded *term, uint16_t out[POL_PINYIN_ROOM])
{
    size_t all, strings = 1;
    uint16_t of[POL_PINYIN_MAX];
    bool fit;

    if (term->count > POL_PINYIN_ROOM || !(all = combinations(term)))
        return 0;
    fit = all <= POL_PINYIN_STRINGS && all * term->count <= POL_PINYIN_ROOM;
    for (size_t i = 0; i < term->count; i++) {
        size_t count = choices(term, i, of);

        strings = branch(out, strings, term->count, i, of, fit ? count : 1);
    }
    return strings;
}

/* --- the rule ------------------------------------------------------------- */

/* ORDER LIKE */
enum { UNLIKE, LIKE, LIKE_TONE };

/* By any reading of either. */
static int likeness(uint16_t a, uint16_t b)
{
    uint16_t of_a[POL_PINYIN_MAX], of_b[POL_PINYIN_MAX];
    size_t count_a = pol_pinyin_readings(a, of_a);
    size_t count_b = pol_pinyin_readings(b, of_b);
    int best = UNLIKE;

    for (size_t i = 0; i < count_a; i++)
        for (size_t k = 0; k < count_b; k++) {
            if (of_a[i] == of_b[k])
                return LIKE_TONE;
            if (POL_PINYIN_ID(of_a[i]) == POL_PINYIN_ID(of_b[k]))
                best = LIKE;
        }
    return best;
}

static bool is_enough(size_t han, size_t same, bool tones, unsigned level)
{
    if (level == POL_PINYIN_LOOSE)
        return han > 2 || same > 0;
    if (han <= 3)
        return han == 3 && same == 2 && tones;
    return 2 * same >= han || (tones && same > 0);
}

/* Nothing, a word, or a character that is hardly anything else. */
static bool is_whole(const uint16_t *units, size_t count)
{
    return count == 0 || pol_word_is(units, count) ||
           (count == 1 && pol_word_alone(*units) == POL_ALONE_MOSTLY);
}

/* Does the unit at `i` of the hit read as what it is? A hit of three characters
 * is a word and a common character by chance (控制|是 for 控制室), one of more
 * hardly. */
static bool is_honest(const pol_folded *f, size_t start, size_t end, size_t i)
{
    unsigned alone = pol_word_alone(f->units[i]);

    if (alone == POL_ALONE_MOSTLY || pol_word_covers(f, i))
        return true;
    return alone == POL_ALONE_OFTEN && end - start <= 3 &&
           is_whole(f->units + start, i - start) &&
           is_whole(f->units + i + 1, end - i - 1);
}

bool pol_pinyin_admits(const pol_folded *f, size_t start, size_t end,
                       const uint16_t *term, unsigned level)
{
    const uint16_t *units = f->units + start;
    size_t han = 0, same = 0, len = end - start;
    bool tones = true;

    assert(start < end && end <= f->count);
    for (size_t i = 0; i < len; i++) {
        int like = units[i] == term[i] ? LIKE_TONE
                                       : likeness(units[i], term[i]);

        if (like == UNLIKE)
            return false;
        tones &= like == LIKE_TONE;
        han += pol_pinyin(term[i]) != 0;
        same += pol_pinyin(term[i]) && units[i] == term[i];
    }
    if (same == han || !is_enough(han, same, tones, level))
        return false;
    for (size_t i = 0; i < len; i++)
        if (units[i] != term[i] && is_honest(f, start, end, start + i))
            return false;
    return true;
}
