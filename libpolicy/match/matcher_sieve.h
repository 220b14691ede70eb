/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first passes of a scan: which ends the filters leave. matcher_sieve.c has
 * what every machine can run, matcher_sieve_<family>.c what only some can; all
 * leave the same.
 */
#ifndef POL_MATCH_MATCHER_SIEVE_H
#define POL_MATCH_MATCHER_SIEVE_H

#include "match/matcher_layout.h"

/* Units of a block: small enough that its lists stay in the nearest cache.
 * Vectors are stored whole, so that lists have SIEVE_SPARE places more. */
enum { SIEVE_BLOCK = 256, SIEVE_SPARE = 16 };

/* What may end at a unit. Bits 0 and 1 are those of filter two. */
enum {
    MAY_TWO = 1,
    MAY_LONGER = 2, /* until filters three and four say what exactly */
    MAY_ONE = 4,
    MAY_THREE = 8,
    MAY_FOUR = 16 /* or more */
};

/* Of a block, which is one part of a long text or several short ones. */
typedef struct pol_survivors {
    size_t count;
    uint32_t end[SIEVE_BLOCK + SIEVE_SPARE];
    uint8_t may[SIEVE_BLOCK + SIEVE_SPARE];
} pol_survivors;

/* Add the ends in (from, to] of `units` that are left, SIEVE_BLOCK altogether
 * at most. Reads units[0] to units[to - 1]. */
void pol_sieve_plain(const policy_matcher *m, const uint16_t *units,
                     size_t from, size_t to, pol_survivors *s);
/* The second half of each: the ends in the list from `from` on have MAY_ONE,
 * MAY_TWO and MAY_LONGER; leave those that filters three and four grant. */
void pol_sieve_longer(const policy_matcher *m, const uint16_t *units,
                      size_t from, pol_survivors *s);
/* The sieves of this machine that are quicker, the quickest first; NULL after
 * the last. */
pol_sieve pol_sieve_wide(unsigned rank);

#endif
