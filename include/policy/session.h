/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Evaluation of events on one thread.
 */
#ifndef POLICY_SESSION_H
#define POLICY_SESSION_H

#include <policy/bundle.h>
#include <policy/decision.h>
#include <policy/event.h>
#ifdef __cplusplus
extern "C" {
#endif
/* One thread at a time; may move between threads. No malloc once warm. */
typedef struct policy_session policy_session;
typedef struct policy_session_options {
    size_t size;
    const policy_allocator *allocator; /* copied */
    const policy_limits *limits;       /* copied; can only tighten the bundle's */
} policy_session_options;
#define POLICY_SESSION_OPTIONS_INIT { sizeof(policy_session_options), NULL, NULL }
POLICY_API policy_status policy_session_new(policy_session **out, policy_bundle *b,
    const policy_session_options *o, policy_error *err);
POLICY_API void policy_session_free(policy_session *s);
/* Hot swap, between two evaluations. On failure the old bundle stays bound. */
POLICY_API policy_status policy_session_bind(policy_session *s, policy_bundle *b, policy_error *err);

/* A pure function of bundle, event and what `state` returns. `state` NULL: rules
   that need history are error entries and act as on_error; brakes and
   quarantines rest, and the decision says so. A verdict, an
   exhausted budget or a broken rule is no failure; failures are POLICY_EINPUT,
   EORG, ELIMIT, ESTATE and ENOMEM (and EMISUSE for a state without `get`), and
   the session works afterwards. */
POLICY_API policy_status policy_session_evaluate(const policy_decision **out,
    policy_session *s, const policy_event *e, const policy_state *state, policy_error *err);
/* As if one after another, each seeing the changes of those before it. `out`
   and `status` are the caller's arrays of `count`; one bad event does not stop
   the others (its out is NULL). All decisions live until the next evaluation;
   when the arena is full, `*done` < `count` and the rest is for the next call. */
POLICY_API policy_status policy_session_evaluate_many(const policy_decision **out,
    policy_status *status, size_t *done, policy_session *s,
    const policy_event *const *events, size_t count, const policy_state *state,
    policy_error *err);
/* Why each rule of the event's organisation did or did not fire, in the order
   of the sources. `outcome`: "fired", "shadow", "off", "not-reached" (no key of
   it was seen), "type", "not-yet" (in force), "sample" (left out of it), "where",
   "match", "except", "requires" (the gate is passed), "count", "check", "error";
   of a "shadow" `key` may be "ratio" or "brake"; else `key` is
   what stopped or triggered it, `wanted` and `found` the values. Borrowed for
   the call. `visit` returns non-zero to stop. */
typedef struct policy_explanation {
    const char *rule, *outcome;
    policy_str title, key, wanted, found;
} policy_explanation;
POLICY_API policy_status policy_session_explain_each(policy_session *s, const policy_event *e,
    const policy_state *state, int (*visit)(void *user, const policy_explanation *x),
    void *user, policy_error *err);
/* The views of the event's texts in which the organisation's terms are looked for, of
   each text the folded one first: "folded", "squeezed", "skeleton squeezed", "decoded" …
   `text` is UTF-8, with | where no term goes on, and sounds as their letters in brackets.
   Views that have nothing for the text are left out. Borrowed for the visit; non-zero: stop. */
typedef struct policy_text_view { policy_str field, view, text; } policy_text_view;
POLICY_API policy_status policy_session_views_each(policy_session *s, const policy_event *e,
    int (*visit)(void *user, const policy_text_view *x), void *user, policy_error *err);
/* The rules with the decision, and if clear words are wanted the views: JSON, as
   policy_decision_json. */
POLICY_API policy_status policy_session_explain(char *buf, size_t cap, size_t *len,
    policy_session *s, const policy_event *e, const policy_state *state, uint32_t flags,
    policy_error *err);
/* The rules' own tests, of one organisation or (NULL) all. */
typedef struct policy_test_result {
    const char *organisation, *rule; uint32_t line; int32_t passed;
    policy_str text, expected, got;
} policy_test_result;
POLICY_API policy_status policy_session_test(policy_session *s, const char *org,
    void (*on_result)(void *user, const policy_test_result *r), void *user, policy_error *err);

/* Since the session was made; never reset, so that readers may subtract. */
typedef struct policy_counters {
    size_t size;
    uint64_t events, verdicts[6], findings, shadow, errors, limits, guards;
    uint64_t instructions, swaps, state_reads, lua_states, arena_peak;
} policy_counters;
#define POLICY_COUNTERS_INIT { sizeof(policy_counters) }
POLICY_API void policy_session_counters(policy_counters *out, const policy_session *s);
#ifdef __cplusplus
}
#endif

#endif
