/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same text for every engine: lines folded once, as units for ours and as
 * UTF-8 for the peers, and terms folded likewise.
 */
#ifndef TESTS_BENCH_FOLDED_TEXT_H
#define TESTS_BENCH_FOLDED_TEXT_H

#include "text/fold.h"

#include "bench.h"

/* Lines, folded: views into one run of units with a line end after each, and
 * the same as UTF-8. */
struct corpus {
    struct bench_lines lines;
    pol_folded all;    /* lines and line ends */
    pol_folded *views; /* of `all`, by line */
    const pol_folded **texts; /* pointers to them */
    uint32_t *bytes;   /* of each unit of `all` and the end: place in `utf8` */
    char *utf8;
    policy_str *utf8_lines;
    size_t count;
};

struct terms {
    policy_str *at; /* folded UTF-8, sorted, each once; its place is its id */
    size_t count, longest;
    char *bytes;
};

/* Takes `lines`. */
struct corpus corpus_of(struct bench_lines lines);
void corpus_fini(struct corpus *c);
/* Place of unit `unit` of a line in the line's UTF-8. */
size_t corpus_byte(const struct corpus *c, size_t line, size_t unit);
/* The units of some lines and what is between them as one text. */
pol_folded corpus_joined(const struct corpus *c, size_t first, size_t end);
/* The same as UTF-8. */
policy_str corpus_joined_utf8(const struct corpus *c, size_t first, size_t end);

struct terms terms_of(const struct bench_lines *list);
void terms_fini(struct terms *t);
/* A million: the 100,000 of `own_file`, and halves of terms of both lists of
 * 100,000 joined. */
struct bench_lines million_lines(const char *own_file);
/* `count` lines of a list, evenly taken; they point into it. */
struct bench_lines some_lines(const struct bench_lines *list, size_t count);

int by_bytes(const void *a, const void *b); /* of policy_str, for qsort */
/* Where a character of `s` ends that begins at or before `at`. */
size_t character_end(policy_str s, size_t at);
/* Longer terms are left out of lists and texts that are made of terms. */
enum { TERM_BYTES_MAX = 200 };
char *append(char *p, policy_str s);

void *need(void *p); /* or the end of the program */
void check(policy_status st, const char *what);

/* What the callback of each engine does when timed: keep a count and a sum. */
struct tally {
    uint64_t count, sum;
};

static inline void tally_hit(struct tally *t, uint32_t id, uint64_t end)
{
    t->count++;
    t->sum += ((uint64_t)id + 1) * 0x9e3779b97f4a7c15u ^
              end * 0xff51afd7ed558ccdu;
}

static inline bool same_tally(struct tally a, struct tally b)
{
    return a.count == b.count && a.sum == b.sum;
}

#endif
