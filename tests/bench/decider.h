/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engines that decide messages by rules, behind one face; a file
 * decider_<name>.c each.
 */
#ifndef TESTS_DECIDER_H
#define TESTS_DECIDER_H

#include "rule_set.h"

struct decider {
    const char *name;  /* in figures: x_<name> */
    const char *title; /* for people: what is inside its time */
    /* NULL, or why it cannot be had on this machine. */
    const char *(*lacks)(void);
    /* On failure the program ends. The set is borrowed until `fini`. */
    void *(*build)(const struct rule_set *s);
    void (*fini)(void *self);
    /* The rules that fire on a message, ascending, each once; how many. There
     * is room for all rules. NULL: it has other rules, and is not compared. */
    size_t (*decide)(void *self, size_t message, uint32_t *fired);
    /* Decide the messages [first, end): here, or in a process of its own, whose
     * CPU seconds are told. As of bench_side. */
    void (*run)(void *self, size_t first, size_t end);
    double (*timed)(void *self, size_t first, size_t end);
};

/* libpolicy, the first of the race; with terms as they are by default. */
extern const struct decider decider_ours, decider_disguised;
/* A loop over all rules in Lua 5.4, in this process. */
extern const struct decider decider_lua;
/* Rspamd's multipattern, the core of its multimap, in rspamadm. */
extern const struct decider decider_rspamd_core;
/* A worker of Rspamd with multimap; the same without a rule that could fire. */
extern const struct decider decider_rspamd, decider_rspamd_idle;

/* For qsort of what `decide` found. */
int by_rule(const void *a, const void *b);

#endif
