/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The matcher as a tool of its own.
 */
#ifndef POLICY_MATCHER_H
#define POLICY_MATCHER_H

#include <policy/text.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct policy_pattern_set policy_pattern_set; /* One thread at a time. */
typedef struct policy_matcher policy_matcher;         /* Immutable; share freely. */
typedef struct policy_scratch policy_scratch;         /* One thread at a time. */
POLICY_API policy_status policy_pattern_set_new(policy_pattern_set **out, const policy_allocator *a, policy_error *err);
POLICY_API void policy_pattern_set_free(policy_pattern_set *set);
enum { POLICY_TERM = 0, POLICY_TERM_EXACT = 1, POLICY_REGEX = 2 };
/* Copied. Several patterns may share an id. A term that folds to nothing is EINPUT. */
POLICY_API policy_status policy_pattern_set_add(policy_pattern_set *set, policy_str pattern,
    uint32_t id, uint32_t flags, policy_error *err);
POLICY_API policy_status policy_matcher_build(policy_matcher **out, const policy_pattern_set *set, policy_error *err);
POLICY_API void policy_matcher_free(policy_matcher *m);
POLICY_API size_t policy_matcher_size(const policy_matcher *m); /* bytes held */
POLICY_API policy_status policy_scratch_new(policy_scratch **out, const policy_matcher *m, policy_error *err);
POLICY_API void policy_scratch_free(policy_scratch *s);
typedef struct policy_match { uint32_t text, id; policy_span span; uint16_t reasons; } policy_match;
typedef int (*policy_on_match)(void *user, const policy_match *m); /* non-zero: stop */
/* Every occurrence, overlapping ones too, by end, then by id; spans in bytes of
   the original. Folds, then scans; allocates nothing. `text` of a match is its
   index in a batch. Stopping is no failure. */
POLICY_API policy_status policy_matcher_scan(const policy_matcher *m, policy_scratch *s,
    policy_str text, policy_on_match on_match, void *user);
POLICY_API policy_status policy_matcher_scan_batch(const policy_matcher *m, policy_scratch *s,
    const policy_str *texts, size_t count, policy_on_match on_match, void *user);
/* The same on a text that is folded already. */
POLICY_API policy_status policy_matcher_scan_text(const policy_matcher *m, policy_scratch *s,
    const policy_text *text, policy_on_match on_match, void *user);
#ifdef __cplusplus
}
#endif

#endif
