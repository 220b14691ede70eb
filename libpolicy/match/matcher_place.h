/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The windows that a term can be filed under, and their anchors.
 */
#ifndef POL_MATCH_MATCHER_PLACE_H
#define POL_MATCH_MATCHER_PLACE_H

#include "match/matcher_layout.h"

typedef struct pol_window {
    uint64_t units;
    uint32_t key;
    /* Units of the term before the window, behind it, and behind the anchor. */
    uint16_t before, after, ahead;
    unsigned rarity; /* of the anchor: the greater, the rarer */
} pol_window;

/* Two for each place that (3) of matcher_layout.h leaves. */
enum { POL_WINDOWS_MAX = 2 * (AFTER_MAX + 1) };

/* All windows of a term of one unit or more, in no order; equal terms have
 * equal ones. A term of no more units than the largest window of its tier is
 * its own window. How many they are: one at least. */
size_t pol_windows_of(pol_window out[POL_WINDOWS_MAX], const uint16_t *units,
                      size_t len);

/* What filter one grants a window, and for which anchor. */
unsigned pol_grant_of(uint64_t window, uint32_t key, uint32_t *anchor);

#endif
