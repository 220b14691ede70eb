/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout that gen_skeleton.py writes and skeleton.c reads.
 */
#ifndef POL_TEXT_SKELETON_TABLES_H
#define POL_TEXT_SKELETON_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* Look-alikes of letters go from a code point of the source to ASCII, rare Han
 * from a folded unit to Han. No target is looked up again. */
typedef struct pol_skeleton_pair {
    uint16_t from, to;
} pol_skeleton_pair;

/* By `from`; those of one value of from / 64 begin at that place, and end at
 * the next one. */
extern const uint16_t pol_skeleton_places[1025];
extern const pol_skeleton_pair pol_skeleton_pairs[];
extern const size_t pol_skeleton_pair_count;

/* 0 where there is none. At most 64 steps, and seldom more than eight. */
static inline uint16_t pol_skeleton_of(uint16_t from)
{
    size_t at = pol_skeleton_places[from >> 6];
    size_t end = pol_skeleton_places[(from >> 6) + 1];

    while (at < end && pol_skeleton_pairs[at].from < from)
        at++;
    return at < end && pol_skeleton_pairs[at].from == from
               ? pol_skeleton_pairs[at].to
               : 0;
}

#endif
