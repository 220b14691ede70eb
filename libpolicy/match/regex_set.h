/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many regexes at once. What each of them needs (its gate, regex.h) is asked of
 * a matcher, which looks for the literals of all of them in one scan; only those
 * whose gate is open are run, and only from where a match may begin.
 *
 * The literals may stand in a matcher of the set's own, or beside the terms of
 * another, so that there is one scan for both: then whoever scans opens the
 * gates.
 */
#ifndef POL_MATCH_REGEX_SET_H
#define POL_MATCH_REGEX_SET_H

#include "match/matcher.h"
#include "match/regex.h"

typedef struct pol_regex_set pol_regex_set;         /* immutable once filled */
typedef struct pol_regex_scratch pol_regex_scratch; /* one thread at a time */

policy_status pol_regex_set_new(pol_regex_set **out, const policy_allocator *a,
                                policy_error *err);
void pol_regex_set_free(pol_regex_set *s); /* NULL is fine */
/* One more regex; several may share an id. Fails as pol_regex_compile does, and
 * leaves the set as it was. */
policy_status pol_regex_set_add(pol_regex_set *s, policy_str pattern,
                                uint32_t id, uint64_t states, size_t *at,
                                policy_error *err);
size_t pol_regex_set_count(const pol_regex_set *s); /* 0 for NULL */
const pol_regex_gate *pol_regex_set_gate(const pol_regex_set *s, size_t i);
size_t pol_regex_set_bytes(const pol_regex_set *s); /* held; 0 for NULL */

/* The literals of all gates, numbered from 0. */
size_t pol_regex_set_literals(const pol_regex_set *s);
/* Put them into `patterns`, literal n with the id `first` + n. ENOMEM. */
policy_status pol_regex_set_file(const pol_regex_set *s,
                                 policy_pattern_set *patterns, uint32_t first,
                                 policy_error *err);
/* Make the matcher of the set's own. */
policy_status pol_regex_set_build(pol_regex_set *s, policy_error *err);

/* It may serve several sets, one after the other. */
policy_status pol_regex_scratch_new(pol_regex_scratch **out,
                                    const policy_allocator *a,
                                    policy_error *err);
/* Room for `s` (may be NULL), so that scanning allocates nothing. */
policy_status pol_regex_scratch_reserve(pol_regex_scratch *c,
                                        const pol_regex_set *s,
                                        policy_error *err);
void pol_regex_scratch_free(pol_regex_scratch *c); /* NULL is fine */

/*
 * Of each regex all matches that do not overlap, the leftmost first (as Perl
 * and RE2 choose), by end, then by id, the shorter first. An empty match is none.
 * `on_hit` returns non-zero to stop, which is no failure.
 *
 * Nothing is allocated where `c` was reserved for `s`; else ENOMEM may come,
 * before the first hit. ELIMIT, behind the hits so far: what regexes of any
 * length read in vain behind their matches is more than the text's share.
 */
policy_status pol_regex_set_scan(const pol_regex_set *s, pol_regex_scratch *c,
                                 const pol_folded *text, pol_on_hit on_hit,
                                 void *user);

/* The same in three steps, for who has the literals in another matcher: begin
 * with a text; open the gate of each literal that is found, by where it starts,
 * in the order in which the matcher tells; run. */
policy_status pol_regex_set_begin(const pol_regex_set *s, pol_regex_scratch *c,
                                  const pol_folded *text);
void pol_regex_set_open(const pol_regex_set *s, pol_regex_scratch *c,
                        uint32_t literal, uint32_t start);
policy_status pol_regex_set_run(const pol_regex_set *s, pol_regex_scratch *c,
                                const pol_folded *text, pol_on_hit on_hit,
                                void *user);
/* Is the gate of some regex open? */
bool pol_regex_set_is_open(const pol_regex_scratch *c);

#endif
