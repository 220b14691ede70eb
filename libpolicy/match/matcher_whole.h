/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The automaton over all terms of a matcher. It is dear, and most matchers never
 * meet a text that asks for it; so only the strings are kept, until the texts on
 * which it would have helped are as long as all of them together: what it costs
 * is then no more than what it would have spared. The strings are given back for
 * it.
 *
 * Threads that share the matcher need not know: each asks when it needs it, one
 * of them builds it, and the others go on without until it is there. If memory is
 * short they always do.
 */
#ifndef POL_MATCH_MATCHER_WHOLE_H
#define POL_MATCH_MATCHER_WHOLE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "match/automaton.h"

/* A matcher of few terms does without, and so does one of many or of long ones:
 * an automaton takes some 30 bytes a unit, and long terms have one already. */
enum {
    WHOLE_TERMS_MIN = 512,
    WHOLE_UNITS_MAX = 1 << 20, /* altogether */
    WHOLE_MEAN_MAX = 16        /* of a term */
};

typedef struct pol_whole {
    policy_allocator allocator;
    _Atomic(pol_automaton *) built; /* NULL: not yet */
    _Atomic(uint64_t) missed; /* units of the texts that asked for it */
    /* While it is not built. */
    pol_string *strings;
    size_t count, cap;
    uint16_t *units;
    size_t unit_count, unit_cap;
} pol_whole;

/* With room for `strings` of `units` altogether. NULL: no memory. */
pol_whole *pol_whole_new(const policy_allocator *a, size_t strings,
                         size_t units);
void pol_whole_free(pol_whole *w);
size_t pol_whole_bytes(const pol_whole *w); /* held; 0 for NULL */
/* `value` and `mark` are told of its ends. The units are copied. */
void pol_whole_add(pol_whole *w, const uint16_t *units, size_t len,
                   uint32_t value, bool mark);
/* What was built, or NULL; `w` may be NULL. */
const pol_automaton *pol_whole_get(pol_whole *w);
/* It would have helped on a text of `units`. Perhaps build it. */
void pol_whole_miss(pol_whole *w, size_t units);

#endif
