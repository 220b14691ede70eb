/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The matcher as a tool of its own: many terms at once, through their
 * disguises, with the bytes of the original where each was found.
 */
#ifndef POLICY_MATCHER_H
#define POLICY_MATCHER_H

#include <policy/text.h>
#ifdef __cplusplus
extern "C" {
#endif

/* One thread at a time. */
typedef struct policy_pattern_set policy_pattern_set;
/* Immutable; share freely. Texts made to be dear make it grow, once. */
typedef struct policy_matcher policy_matcher;
/* One thread at a time. */
typedef struct policy_scratch policy_scratch;

/* `a` is copied; NULL is malloc. The matcher and its scratch use it too. */
POLICY_API policy_status policy_pattern_set_new(policy_pattern_set **out,
                                                const policy_allocator *a,
                                                policy_error *err);
POLICY_API void policy_pattern_set_free(policy_pattern_set *set);

/* Flags, to be combined. Without any, a term is found folded as the text is,
 * and where it begins or ends with a Latin letter or a digit, no other may
 * stand beside it: "vx" is in 加vx吧 but not in devx. */
enum {
    POLICY_TERM = 0,
    POLICY_TERM_EXACT = 1,  /* only where the original bytes are the same */
    POLICY_REGEX = 2,       /* a regex over the folded text; with no other flag */
    POLICY_TERM_INSIDE = 16 /* inside words, too */
};

/**
 * Add a copy of `pattern`. Several patterns may share an id; one that says what
 * another says already adds nothing.
 *
 * A regex has the syntax of RE2, less what needs groups or bytes. Of each, the
 * matches are reported that do not overlap, the leftmost first, as RE2 chooses
 * them; an empty one is none. A regex is run only on texts that hold what each
 * of its matches must hold, so name something in it.
 *
 * @return POLICY_EINPUT for a pattern that folds to nothing (`term-empty`), what
 *         is no regex (`regex-syntax`, `regex-refused`; `err` has the byte, the
 *         message says it too) or flags that are not above (`pattern-flags`);
 *         POLICY_ELIMIT above `terms`, `term_bytes` or `regex_states` of
 *         policy_limits_default; POLICY_ENOMEM.
 */
POLICY_API policy_status policy_pattern_set_add(policy_pattern_set *set,
                                                policy_str pattern, uint32_t id,
                                                uint32_t flags,
                                                policy_error *err);

/* The set is borrowed for the call, and can grow and build on. */
POLICY_API policy_status policy_matcher_build(policy_matcher **out,
                                              const policy_pattern_set *set,
                                              policy_error *err);
POLICY_API void policy_matcher_free(policy_matcher *m);
POLICY_API size_t policy_matcher_size(const policy_matcher *m); /* bytes held */

/* Made for `m`, which it does not borrow. It serves other matchers too. */
POLICY_API policy_status policy_scratch_new(policy_scratch **out,
                                            const policy_matcher *m,
                                            policy_error *err);
POLICY_API void policy_scratch_free(policy_scratch *s);

typedef struct policy_match {
    uint32_t text, id; /* index in a batch, else 0; as given with the pattern */
    policy_span span;  /* bytes of the original */
    uint32_t reasons;  /* why its units differ from it: policy_reason_name */
} policy_match;
/* Non-zero: stop. */
typedef int (*policy_on_match)(void *user, const policy_match *m);

/**
 * Report every occurrence, overlapping ones too, by end, then by id, the
 * shorter first; of a batch, one text after the other. Stopping is no failure.
 *
 * Nothing is allocated once `s` has seen a text as long (and a matcher as
 * large, if it was not made for `m`); before that, POLICY_ENOMEM may come, and
 * then before any match of that text. POLICY_ELIMIT is a text that
 * policy_text_fold would refuse, or one made so that a regex of any length reads
 * it in vain again and again; then what was reported is not all.
 * Arguments are borrowed for the call.
 */
POLICY_API policy_status policy_matcher_scan(const policy_matcher *m,
                                             policy_scratch *s, policy_str text,
                                             policy_on_match on_match,
                                             void *user);
POLICY_API policy_status policy_matcher_scan_batch(const policy_matcher *m,
                                                   policy_scratch *s,
                                                   const policy_str *texts,
                                                   size_t count,
                                                   policy_on_match on_match,
                                                   void *user);
/* The same on a text that is folded already. Exact terms are compared with the
   bytes that were folded: they must still be there. */
POLICY_API policy_status policy_matcher_scan_text(const policy_matcher *m,
                                                  policy_scratch *s,
                                                  const policy_text *text,
                                                  policy_on_match on_match,
                                                  void *user);
#ifdef __cplusplus
}
#endif

#endif
