/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher as the layers above use it: term sets over folded units. Builder
 * and scanner meet in matcher_layout.h.
 */
#ifndef POL_MATCH_MATCHER_H
#define POL_MATCH_MATCHER_H

#include <stdbool.h>

#include <policy/matcher.h>

#include "text/fold.h"

/*
 * A term is folded by the same function as the text. Terms that begin or end
 * with a Latin letter or digit match whole words there (a Han neighbour is a
 * boundary) unless POL_TERM_INSIDE; POL_TERM_EXACT wants the original bytes.
 */
enum { POL_TERM_EXACT = POLICY_TERM_EXACT, POL_TERM_INSIDE = 16 };

typedef struct pol_hit {
    uint32_t id;         /* as given when the term was added */
    uint32_t start, end; /* units of the folded text */
} pol_hit;
typedef int (*pol_on_hit)(void *user, const pol_hit *hit);

/* Every occurrence, overlapping ones too, by end, then by id. `source` is the
 * original text (for exact terms). Allocates nothing. */
policy_status pol_matcher_scan(const policy_matcher *m, policy_scratch *s,
                               const pol_folded *text, policy_str source,
                               pol_on_hit on_hit, void *user);
/* Terms in it; 0 for NULL. */
size_t pol_matcher_terms(const policy_matcher *m);

#endif
