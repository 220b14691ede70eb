/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in a text the windows of many regexes are (regex.h), for so many that
 * one look at a unit's four nibbles still tells most of them apart. regex_sift.c
 * has what every machine can run, regex_sift_<family>.c what only some can; all
 * leave the same.
 */
#ifndef POL_MATCH_REGEX_SIFT_H
#define POL_MATCH_REGEX_SIFT_H

#include "match/regex.h"

/* Windows that one may have: above it most of the text would be left. */
enum { POL_SIFT_MAX = 512 };

enum {
    POL_SIFT_LOOKS = 3, /* units that are looked at for a place */
    POL_SIFT_NIBBLES = 4,
    POL_SIFT_LANES = 64,
    /* Places asked at once: those of which 64 units tell all. */
    POL_SIFT_BLOCK = POL_SIFT_LANES - POL_SIFT_LOOKS + 1
};

/* By unit, nibble (the lowest first) and its value: bits of the buckets whose
 * windows may be there. `bits` is for one place at a time, the halves of it for
 * many. */
typedef struct pol_sift_tables {
    uint8_t halves[2][POL_SIFT_LOOKS][POL_SIFT_NIBBLES][16];
    uint16_t bits[POL_SIFT_LOOKS][POL_SIFT_NIBBLES][16];
} pol_sift_tables;

/* The buckets of each place that has some; of others it is not said. */
typedef struct pol_sifted {
    uint8_t halves[2][POL_SIFT_LANES];
} pol_sifted;

/* Which of the first POL_SIFT_BLOCK places are left, as bits. Reads units[0] to
 * units[count - 1]; behind them zeros are taken to stand. */
typedef uint64_t (*pol_sift)(const pol_sift_tables *t, const uint16_t *units,
                             size_t count, pol_sifted *out);

uint64_t pol_sift_plain(const pol_sift_tables *t, const uint16_t *units,
                        size_t count, pol_sifted *out);
/* Those of this machine that are quicker, the quickest first; NULL after the
 * last. */
pol_sift pol_sift_wide(unsigned rank);

typedef struct pol_regex_sift pol_regex_sift; /* immutable */

/* Window n of `windows` is told as n. ENOMEM; `count` is POL_SIFT_MAX at most. */
policy_status pol_regex_sift_new(pol_regex_sift **out,
                                 const policy_allocator *a,
                                 const pol_regex_window *windows, size_t count,
                                 policy_error *err);
void pol_regex_sift_free(pol_regex_sift *s); /* NULL is fine */
size_t pol_regex_sift_bytes(const pol_regex_sift *s);
const pol_sift_tables *pol_regex_sift_tables(const pol_regex_sift *s);

/* Tell where windows start: all places, and on a text that was made for it some
 * more, so that it is linear in the text. By the place of their rarest units. */
typedef void (*pol_on_window)(void *user, uint32_t window, uint32_t start);
void pol_regex_sift_run(const pol_regex_sift *s, const uint16_t *units,
                        size_t count, pol_on_window on_window, void *user);

#endif
