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

/* What makes a word of two characters is not rare, however rare these are. */
static unsigned rarity_of(const uint16_t *units, size_t count)
{
    enum { WORD = 8 };
    unsigned sum = WORD;
    size_t i;

    for (i = 0; i < count; i++)
        sum += pol_rarity(units[i]);
    return count == WIDE_ANCHOR && pol_word_is(units, count) ? sum - WORD : sum;
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

size_t pol_windows_of(pol_window out[POL_WINDOWS_MAX], const uint16_t *units,
                      size_t len)
{
    const bool narrow = is_narrow(units, len);
    const size_t half = narrow ? NARROW_ANCHOR : WIDE_ANCHOR;
    const size_t most = 2 * half, size = len < most ? len : most;
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
