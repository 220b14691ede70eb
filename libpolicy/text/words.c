/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words are looked up from each place that they may begin at; one walk down the
 * tree tells all that begin there.
 */
#include "text/words.h"

#include <assert.h>

#include "text/words_tables.h"

/* The pair that begins with `first`, and goes on with `second`; or NULL. */
static const uint32_t *find_pair(uint16_t first, uint16_t second)
{
    unsigned at = first - (unsigned)POL_WORDS_FIRST;
    size_t low, high;

    if (at >= POL_WORDS_FIRSTS)
        return NULL;
    low = pol_words_first[at];
    high = pol_words_first[at + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint16_t unit = (uint16_t)(pol_words_pairs[middle] >> 16);

        if (unit == second)
            return &pol_words_pairs[middle];
        if (unit < second)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

unsigned pol_word_lengths(const uint16_t *units, size_t count)
{
    const uint32_t *pair = count < 2 ? NULL : find_pair(units[0], units[1]);
    unsigned lengths;
    size_t end;

    if (!pair)
        return 0;
    lengths = *pair & POL_WORDS_WHOLE ? 1u << 2 : 0;
    end = count < 3 ? 0 : pair[1] & POL_WORDS_TAILS;
    for (size_t i = *pair & POL_WORDS_TAILS; i < end; i++) {
        uint32_t tail = pol_words_tails[i];

        if (tail >> 16 != units[2])
            continue;
        if (!(tail & 0xffff))
            lengths |= 1u << 3;
        else if (count > 3 && (tail & 0xffff) == units[3])
            lengths |= 1u << 4;
    }
    return lengths;
}

bool pol_word_is(const uint16_t *units, size_t count)
{
    return count <= POL_WORD_MAX && pol_word_lengths(units, count) >> count & 1;
}

unsigned pol_word_alone(uint16_t unit)
{
    size_t low = 0, high = pol_words_alone_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t alone = pol_words_alone[middle];

        if (alone >> 16 == unit)
            return alone & 0xffff;
        if (alone >> 16 < unit)
            low = middle + 1;
        else
            high = middle;
    }
    return POL_ALONE_RARELY;
}

static unsigned words_at(const pol_folded *f, size_t pos)
{
    return pol_word_lengths(f->units + pos, f->count - pos);
}

bool pol_word_covers(const pol_folded *f, size_t pos)
{
    assert(pos < f->count);
    for (size_t back = 0; back < POL_WORD_MAX && back <= pos; back++)
        if (words_at(f, pos - back) >> (back + 1))
            return true;
    return false;
}

/* Of the words that begin before `start`: bit n, one ends n units behind it. */
static unsigned ends_from_before(const pol_folded *f, size_t start)
{
    unsigned ends = 0;

    for (size_t back = 1; back <= POL_WORD_MAX && back <= start; back++)
        ends |= words_at(f, start - back) >> back;
    return ends;
}

bool pol_word_straddled(const pol_folded *f, size_t start, size_t end)
{
    unsigned ends = ends_from_before(f, start);
    size_t len = end - start;

    assert(start < end && end <= f->count);
    /* Three units on each side are the most that two words cover. */
    if (ends <= 1 || len > 2 * (POL_WORD_MAX - 1))
        return false;
    for (size_t n = 1; n < len && n < POL_WORD_MAX; n++)
        if (ends >> n & 1 && len - n < POL_WORD_MAX &&
            words_at(f, start + n) >> (len - n + 1))
            return !(ends & 1 && words_at(f, end));
    return false;
}

bool pol_word_doubles(const pol_folded *f, size_t pos)
{
    unsigned ends = ends_from_before(f, pos); /* bit n: n units behind pos */

    assert(pos > 0 && pos < f->count);
    return (ends & 1 && words_at(f, pos)) || ends >> 1;
}
