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
   the others (its out is NULL). An event that was applied before belongs at the end
   of a batch: the store takes none of its changes again (state.h), but those behind
   it would see them. All decisions live until the next evaluation;
   when the arena is full, `*done` < `count` and the rest is for the next call. */
POLICY_API policy_status policy_session_evaluate_many(const policy_decision **out,
    policy_status *status, size_t *done, policy_session *s,
    const policy_event *const *events, size_t count, const policy_state *state,
    policy_error *err);
/* Each thing that a rule asks, whether or not it came to that: tests of `where`,
   parts of `match` (`near`, `at_least` and `none` with all that they join),
   exceptions, facts; of duties their clauses, of ladders their tracks, each before
   what it asks. `truth`: "true", "false", "unknown" (a test
   of what is absent), "not-asked" (something before it decided). */
typedef struct policy_explained_test {
    policy_str key, wanted, found;
    const char *truth;
    int32_t secret; /* as of policy_explanation */
} policy_explained_test;
/* Why each rule of the event's organisation did or did not fire, in the order
   of the sources. `outcome`: "fired", "shadow", "off", "not-reached" (no key of
   it was seen), "type", "not-yet" (in force), "sample" (left out of it),
   "where", "match", "except", "requires" (the gate is passed), "count", "check",
   "error"; of a "shadow" `key` may be "ratio" or "brake"; else `key` is what
   stopped or triggered it, `wanted` and `found` the values. `reached`: by the
   index, so that the rule was judged at all; `verdict`: of one that fired, else
   -1. Of `match` it is the part that decides, `key` "near", "at_least" or "none" if
   it is such a one; of several conditions of which any would do, or none may be,
   `key` is "any" or "none", and all are named. Then duties and ladders of which
   nothing came: "type", "not-yet", "where" (of the clause, or track, that came
   nearest: what it lacks), "held" (nothing becomes of an event that a verdict
   stops), "not-due" (of a tick), "unchanged" (a clause applied, and nothing was
   there to change), "error"; of those that are tried out "shadow". Then what the event did to duties ("opened", "done", "reminded",
   "overdue", "retired": id, due date, whose) and what ladders propose
   ("proposed": id, step, person). `wanted_zh` and `found_zh` say the same in
   Chinese; they are empty where nothing is to be translated. Borrowed for the call. `visit` returns
   non-zero to stop. */
typedef struct policy_explanation {
    const char *rule, *outcome;
    policy_str title, key, wanted, found;
    const char *mode;
    policy_str file; uint32_t line;
    int32_t reached, verdict;
    const policy_explained_test *tests; size_t test_count;
    policy_str wanted_zh, found_zh;
    /* Has `found` words of the event? 1: that a term or list found; 2: that a
       detector or regex found, or a text as it is. Of 2 `masked` is what may be
       shown: of what they found the first character and the last. */
    int32_t secret;
    policy_str masked, masked_zh;
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
    policy_str text;           /* of the event, else its fields; or "steps" */
    policy_str expected, got;
    int32_t hit;               /* of a rule's `hit`, else of a `miss` */
    policy_str file;           /* of `line`: the rule's, or its theme's */
    const policy_state *state; /* before the event that it is about, for the call */
} policy_test_result;
POLICY_API policy_status policy_session_test(policy_session *s, const char *org,
    void (*on_result)(void *user, const policy_test_result *r), void *user, policy_error *err);/* The same, with the event of each, which another session may explain, and the
   decision; NULL where the test was refused. All are borrowed for the call. */
POLICY_API policy_status policy_session_test_each(policy_session *s, const char *org,
    void (*on_result)(void *user, const policy_test_result *r, const policy_event *e,
                      const policy_decision *d),
    void *user, policy_error *err);
/* Each hit of those tests again, its evidence in all disguises that the library
   sees through and that its terms and detectors allow: does the rule still find
   it, with the same verdict, at the very bytes? `disguise` is "full-width",
   "symbols", … (docs/disguises.md); `text` is the disguised value of `field`. A
   test that does not hit as it is written is passed over. */
typedef struct policy_evasion {
    const char *organisation, *rule, *disguise;
    policy_str file; uint32_t line; int32_t held;
    policy_str field, text, expected, got;
} policy_evasion;
POLICY_API policy_status policy_session_evade(policy_session *s, const char *org,
    void (*on_result)(void *user, const policy_evasion *r), void *user, policy_error *err);
/* What the rules' own tests reach of each rule, part by part: `kind` is "rule" (it
   fired, and it did not), "where" (a test that was true, and false), "match" (a
   word or detector that was there; of `near` and `at_least`, that it held, and
   that it did not although what it asks for was there), "except" (that it made the
   exception; of several tests each, as of "where"), "requires" (a test of the gate, as of "where"), "count" (it was above
   the limit, and it was not), "check" (a line that ran), "duty" (what may become of
   it: "opened", "done", "reminded", "overdue"; a clause, that it applied; a test of
   one, as of "where") or "ladder" (a step of a track, that it was proposed). Of steps each that expects something is a test. `parts` are those that there are,
   `reached` those that some test of the rule saw; `yes` and `no` count tests.
   `key` and `wanted` as in policy_explanation; borrowed for the call. */
typedef struct policy_coverage {
    const char *organisation, *rule, *kind;
    policy_str file; uint32_t line, column; /* of the part, or the rule where it
                                               has no place of its own */
    policy_str key, wanted;
    uint32_t parts, reached;
    uint64_t yes, no;
} policy_coverage;
POLICY_API policy_status policy_session_cover(policy_session *s, const char *org,
    void (*on_part)(void *user, const policy_coverage *c), void *user, policy_error *err);
/* Would some test fail if the rule were wrong? Each rule is changed in one place,
   its own tests run, and the change is `killed` if one of those that pass else
   fails. `kind` is what was changed: "match" (a part of it), "word" (of a list,
   that some test has), "where", "except", "requires", "count", "check", "verdict",
   "duty", "ladder", "scope" (a type of `on`, one of `fields`), "memory" (a clause of
   one that the rule asks for, told with the first that does; tests of all that do
   may notice it); `change` is "drop", "negate" (a test), "apart" (`near` at any
   distance), "less" and "more" (a number, by one), "half" and "twice" (a span of
   time, a distance), or "verdict" (`wanted` became another). Words are struck in
   tests without a past only. `number` runs from 1 to `total`, those of one rule side
   by side. Nothing of the bundle changes. */
typedef struct policy_mutant {
    const char *organisation, *rule, *kind, *change;
    policy_str file; uint32_t line, column; /* of the test, word, clause, … , or the
                                               rule where it has no place of its own */
    policy_str key, wanted;          /* as in policy_explanation; or list and word */
    int32_t killed;
    int32_t equivalent; /* not killed, and never would be: the rule means the same */
    uint64_t number, total;
} policy_mutant;
typedef struct policy_mutate_options {
    size_t size;
    uint64_t limit;  /* 0: all; else a sample of so many, the same for one seed */
    uint64_t seed;
} policy_mutate_options;
#define POLICY_MUTATE_OPTIONS_INIT { sizeof(policy_mutate_options), 0, 0 }
/* `on_mutant` returns non-zero to stop; what is left is not told. */
POLICY_API policy_status policy_session_mutate(policy_session *s, const char *org,
    const policy_mutate_options *o,
    int (*on_mutant)(void *user, const policy_mutant *m), void *user, policy_error *err);

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
