/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows and anchors, as matcher_layout.h defines them.
 */
#include "match/matcher_place.h"
#include "text/rarity.h"
#include "text/words.h"

static bool is_narrow(const uint16_t *units, size_t len)
{
    size_t i;

    if (len < NARROW_ANCHOR)
        return false;
    for (i = 0; i < len; i++)
        if (units[i] >= NARROW_LIMIT)
            return false;
    return true;
}

/* The units [at, at + count) of a tier with `bits` a unit. */
static uint64_t packed(const uint16_t *units, size_t at, size_t count,
                       unsigned bits)
{
    uint64_t w = 0;
    size_t i;

    for (i = 0; i < count; i++)
        w |= (uint64_t)units[at + i] << bits * i;
    return w;
}

/* Is it among the fifty pairs that make up half of English? */
static bool is_common_pair(uint16_t first, uint16_t second)
{
    static const char pairs[] =
        "th he in er an re on at en nd ti es or te of ed is it al ar st to nt "
        "ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll be "
        "ma si om ur";
    size_t i;

    for (i = 0; i + 1 < sizeof(pairs); i += 3)
        if (pairs[i] == first && pairs[i + 1] == second)
            return true;
    return false;
}

/* What makes a word of two characters is not rare, however rare these are; nor
 * is what most English words are made of. */
static unsigned rarity_of(const uint16_t *units, size_t count)
{
    enum { WORD = 8, PAIR = 3 };
    unsigned sum = 0;
    size_t i;

    for (i = 0; i < count; i++)
        sum += pol_rarity(units[i]);
    if (count == WIDE_ANCHOR)
        return pol_word_is(units, count) ? sum : sum + WORD;
    for (i = 1; i < count; i++)
        sum += is_common_pair(units[i - 1], units[i]) ? 0 : PAIR;
    return sum;
}

/* The window of `size` units at `at`, with its anchor at one end. */
static pol_window window_at(const uint16_t *units, size_t len, bool narrow,
                            size_t at, size_t size, bool right)
{
    const size_t half = narrow ? NARROW_ANCHOR : WIDE_ANCHOR;
    size_t count = size < half ? size : half; /* of the anchor */
    size_t anchor = right ? at : at + size - count;

    return (pol_window){
        .units = packed(units, at, size, narrow ? 8 : 16),
        .key = (uint32_t)size | (right ? KEY_RIGHT : 0) |
               (narrow ? KEY_NARROW : 0),
        .before = (uint16_t)at,
        .after = (uint16_t)(len - at - size),
        .ahead = (uint16_t)(len - anchor - count),
        .rarity = rarity_of(units + anchor, count),
    };
}

/* Letters between half and all of the largest window are not worth a look for
 * each number of them on either side: that is left to the rest. */
static size_t size_of(size_t len, bool narrow)
{
    const size_t half = narrow ? NARROW_ANCHOR : WIDE_ANCHOR;

    return len >= 2 * half ? 2 * half : narrow ? half : len;
}

size_t pol_windows_of(pol_window out[POL_WINDOWS_MAX], const uint16_t *units,
                      size_t len)
{
    const bool narrow = is_narrow(units, len);
    const size_t half = narrow ? NARROW_ANCHOR : WIDE_ANCHOR;
    const size_t size = size_of(len, narrow);
    size_t last = len - size, count = 0, at;

    for (at = last > AFTER_MAX ? last - AFTER_MAX : 0; at <= last; at++) {
        out[count++] = window_at(units, len, narrow, at, size, false);
        if (size > half)
            out[count++] = window_at(units, len, narrow, at, size, true);
    }
    return count;
}

unsigned pol_grant_of(uint64_t window, uint32_t key, uint32_t *anchor)
{
    const unsigned half = key & KEY_NARROW ? NARROW_ANCHOR : WIDE_ANCHOR;
    unsigned count = key & KEY_UNITS, more = count > half ? count - half : 0;

    /* The oldest unit is in the low bits. */
    *anchor = (uint32_t)(key & KEY_RIGHT
                             ? window
                             : window >> more * (key & KEY_NARROW ? 8 : 16));
    if (count < half)
        return GRANT_SINGLE;
    if (!more)
        return GRANT_ANCHOR;
    return more < half ? GRANT_PART : key & KEY_RIGHT ? GRANT_RIGHT : GRANT_LEFT;
}
