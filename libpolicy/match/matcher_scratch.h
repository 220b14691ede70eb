/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scan works in.
 */
#ifndef POL_MATCH_MATCHER_SCRATCH_H
#define POL_MATCH_MATCHER_SCRATCH_H

#include "match/matcher_layout.h"

/* Short texts of a batch are laid side by side and scanned as one run. */
enum { RUN_UNITS = 2048, RUN_TEXT_MAX = 512 };

/* Ends that hits may wait for, (3) of matcher_layout.h, the one at hand, and
 * once more those that the automaton finds again where it takes over. */
enum { FOUND_ENDS = AHEAD_MAX + 2 };

typedef struct pol_found { uint32_t id, start, end; } pol_found;

struct policy_scratch {
    policy_allocator allocator;
    pol_folded folded;
    pol_regex_scratch *regexes; /* NULL until a matcher has some */
    pol_hit *matches;           /* of the regexes in one text */
    size_t match_count, match_cap;
    pol_found *found; /* hits not yet reported, twice: sorting needs as much */
    size_t found_cap;
    /* Of the last matcher that had a text too dear for its table: how many texts
     * are left to the automaton alone, of how many in turn. */
    const policy_matcher *mood_of;
    size_t mood_left, mood_span;
};

#endif
