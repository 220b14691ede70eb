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

/* By value of from / 64: a bit for each that has a pair, and where the pairs
 * begin, by `from`. Nearly all that is asked has none, and is answered by bits
 * of a few lines of memory. */
extern const uint64_t pol_skeleton_has[1024];
extern const uint16_t pol_skeleton_places[1024];
extern const pol_skeleton_pair pol_skeleton_pairs[];
extern const size_t pol_skeleton_pair_count;

/* 0 where there is none. */
static inline uint16_t pol_skeleton_of(uint16_t from)
{
    uint64_t has = pol_skeleton_has[from >> 6];
    uint64_t bit = UINT64_C(1) << (from & 63);

    if (!(has & bit))
        return 0;
    return pol_skeleton_pairs[pol_skeleton_places[from >> 6] +
                              __builtin_popcountll(has & (bit - 1))].to;
}

#endif
