/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* The library's matcher as a side of races: from folded units, that is what the
 * layers above give it. */
#ifndef TESTS_BENCH_OURS_H
#define TESTS_BENCH_OURS_H

#include "match/matcher.h"

#include "folded_text.h"

struct ours {
    const struct corpus *c;
    policy_matcher *m;
    policy_scratch *s;
    struct tally tally;
    double set_s, build_s; /* folding the terms; building */
};

void ours_build(struct ours *o, const struct corpus *c, const struct terms *t);
void ours_fini(struct ours *o);
/* Sides of a race: a call a line; many lines a call; all lines as one text. */
void ours_single(void *ours, size_t first, size_t end);
void ours_batch(void *ours, size_t first, size_t end);
void ours_buffer(void *ours, size_t first, size_t end);
/* The public call for many lines: from the original bytes. */
void ours_batch_folding(void *ours, size_t first, size_t end);

/* Every hit in a line with its end in bytes, as the peers tell it; and each
 * term in it once, without a place. */
struct tally ours_tally(const struct ours *o, size_t line);
struct tally ours_ids_tally(const struct ours *o, size_t line);

#endif
