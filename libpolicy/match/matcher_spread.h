/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second pass of a scan: which places of the tables may say something about
 * the survivors of the first. matcher_spread.c has what every machine can run,
 * matcher_spread_<family>.c what only some can; all list the same looks, in the
 * same order.
 */
#ifndef POL_MATCH_MATCHER_SPREAD_H
#define POL_MATCH_MATCHER_SPREAD_H

#include "match/matcher_sieve.h"

enum {
    LOOKS = 128, /* of a call, with those to spare */
    LOOKS_SPARE = 72 /* that eight anchors can have */
};

/* A window whose entry is on its way into the cache. */
typedef struct pol_look {
    uint64_t window;
    uint32_t key, slot;
    uint32_t at, end; /* the anchor's last unit; behind the window */
} pol_look;

typedef struct pol_looks {
    size_t count;
    pol_look at[LOOKS + LOOKS_SPARE];
    /* By survivor: where its looks end, or 0 where it has none. */
    uint8_t end[SIEVE_BLOCK + SIEVE_SPARE];
} pol_looks;

/* What the pass works on; `block` is where the block of the survivors begins. */
typedef struct pol_spread_input {
    const policy_matcher *m;
    const uint16_t *units; /* of the whole text */
    size_t count, block;
    const pol_survivors *s;
} pol_spread_input;

/* List the looks of the survivors from number `first` on, as many as there is
 * room for, and have their pairs fetched too. The next one. */
size_t pol_spread_plain(const pol_spread_input *in, size_t first,
                        pol_looks *out);
/* Quicker, or NULL. */
pol_spread pol_spread_wide(void);

/* For the others: what a survivor has besides its pair and the windows of the
 * wide tier. */
void pol_spread_rest(const pol_spread_input *in, size_t at, unsigned may,
                     pol_looks *out);

#endif
