/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terms on their way into a matcher: folded, with what must hold at a hit.
 */
#ifndef POL_MATCH_PATTERN_SET_H
#define POL_MATCH_PATTERN_SET_H

#include <policy/limits.h>

#include "match/matcher.h"

typedef struct pol_pattern {
    size_t at, len;            /* of `units`, never empty */
    size_t bytes_at, bytes_len; /* of `bytes`; empty unless exact */
    uint32_t id, flags;        /* OUTPUT_... of matcher_layout.h */
    bool inside;
} pol_pattern;

typedef struct pol_regex_pattern {
    size_t bytes_at, bytes_len; /* of `bytes` */
    uint32_t id;
} pol_regex_pattern;

struct policy_pattern_set {
    policy_allocator allocator;
    policy_limits limits;
    pol_folded folded;
    uint64_t seed; /* a hash over all that was added */
    pol_pattern *patterns;
    size_t count, cap;
    uint16_t *units;
    size_t unit_count, unit_cap;
    char *bytes;
    size_t byte_count, byte_cap;
    pol_regex_pattern *regexes;
    size_t regex_count, regex_cap;
    bool whole_of_few; /* an automaton even of few terms, as tests want it */
};

/* A letter or digit that makes words in the sense of matcher.h. */
static inline bool pol_class_in_word(uint8_t class)
{
    return class == POL_CLASS_LATIN || class == POL_CLASS_DIGIT;
}

#endif
