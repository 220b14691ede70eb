/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher as the layers above use it: term sets over folded units. Builder
 * and scanner meet in matcher_layout.h.
 */
#ifndef POL_MATCH_MATCHER_H
#define POL_MATCH_MATCHER_H

#include <stdbool.h>

#include <policy/limits.h>
#include <policy/matcher.h>

#include "text/fold.h"

/*
 * A term is folded by the same function as the text. Terms that begin or end
 * with a Latin letter or digit match whole words there (a Han neighbour is a
 * boundary) unless POL_TERM_INSIDE; POL_TERM_EXACT wants the original bytes.
 */
enum {
    POL_TERM_EXACT = POLICY_TERM_EXACT,
    POL_TERM_INSIDE = POLICY_TERM_INSIDE
};

size_t pol_pattern_set_count(const policy_pattern_set *set);
/* Add what is folded already, and one unit at least: units and classes of `f`
 * are copied. `bytes` is what POL_TERM_EXACT wants. No limit is looked at. */
policy_status pol_pattern_set_add_folded(policy_pattern_set *set,
                                         const pol_folded *f, policy_str bytes,
                                         uint32_t id, uint32_t flags,
                                         policy_error *err);

/* The same of bare units, found inside of words too. */
policy_status pol_pattern_set_add_units(policy_pattern_set *set,
                                        const uint16_t *units, size_t count,
                                        uint32_t id, policy_error *err);

typedef struct pol_hit {
    uint32_t id;         /* as given when the term was added */
    uint32_t start, end; /* units of the folded text */
    uint32_t text;       /* index in a batch, else 0 */
} pol_hit;
typedef int (*pol_on_hit)(void *user, const pol_hit *hit);

/*
 * Every occurrence, overlapping ones too, by end, then by id, then the shorter
 * first; none twice. `source` is the original text (for exact terms). Allocates
 * nothing, unless `s` was not yet used or reserved for a matcher as large:
 * POLICY_ENOMEM is the only failure, and comes before the first hit. (Once in
 * the life of a matcher, the automaton of matcher_whole.h; if that fails, nothing
 * does.) `on_hit`
 * returns non-zero to stop, which is no failure; `m` NULL finds nothing.
 */
policy_status pol_matcher_scan(const policy_matcher *m, policy_scratch *s,
                               const pol_folded *text, policy_str source,
                               pol_on_hit on_hit, void *user);
/* The same for many texts, one after the other. */
policy_status pol_matcher_scan_batch(const policy_matcher *m, policy_scratch *s,
                                     const pol_folded *const *texts,
                                     const policy_str *sources, size_t count,
                                     pol_on_hit on_hit, void *user);
/* One scratch may serve several matchers, one after the other; `m` may be NULL,
 * `a` may not. */
policy_status pol_scratch_new(policy_scratch **out, const policy_allocator *a,
                              const policy_matcher *m, policy_error *err);
policy_status pol_scratch_reserve(policy_scratch *s, const policy_matcher *m,
                                  policy_error *err);
/* What the first pass of a scan reads of a small matcher, in lines of 64 bytes:
 * for whoever knows before that there will be one, and can ask for it in time.
 * Of a large one, and of NULL, nothing. */
enum { POL_HOT_RANGES = 4, POL_HOT_MAX = 32 };
typedef struct pol_hot {
    const void *at[POL_HOT_RANGES];
    uint8_t lines[POL_HOT_RANGES];
} pol_hot;
pol_hot pol_matcher_hot(const policy_matcher *m);
/* Terms in it; 0 for NULL. */
size_t pol_matcher_terms(const policy_matcher *m);

#endif
