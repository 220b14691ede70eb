/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What was decided, why, by which article, on which bytes.
 */
#ifndef POLICY_DECISION_H
#define POLICY_DECISION_H

#include <policy/state.h>
#ifdef __cplusplus
extern "C" {
#endif
/* ORDER VERDICT */
enum { POLICY_ALLOW, POLICY_FLAG, POLICY_WARN, POLICY_REDACT, POLICY_HOLD, POLICY_BLOCK };
/* Borrowed from its session, valid until that session evaluates, binds or dies,
   and as long as the event's bytes are; dup to keep. */
typedef struct policy_decision policy_decision;
typedef struct policy_evidence {
    policy_str field;          /* "text", "parts[2]" */
    policy_span span;
    policy_str kind, list;     /* detector, "term", "regex"; or list: one is empty */
    const char *const *how;    /* folds that were needed, NULL at the end */
    /* Which entry of the list, counted from 1 in the order of its file, allowed
       phrases included and what is there twice once; 0: no list. With the
       decision's organisation it names the term, and shows nothing of the
       message. */
    uint32_t term;
    int32_t shared;            /* of the libraries' list of that name, not of the
                                  organisation's own */
    int32_t confidence;        /* POLICY_CONFIDENCE_* of a detector's find */
} policy_evidence;
typedef struct policy_finding {
    const char *rule, *mode, *category;
    int32_t verdict, severity;
    const policy_cite *cites;         size_t cite_count;
    const policy_evidence *evidence;  size_t evidence_count;
    policy_str note;           /* what the rule's check had to say; may be empty */
    /* What "requires" of the rule lacked: names of fields and memories, joined
       by spaces; empty: the rule has none. */
    policy_str missing;
    /* Of a rule that counts: how much there was with this event, and how much
       may be; else -1. */
    int64_t count, limit;
    /* Of POLICY_SHADOW, why it has no effect: "mode" of the rule, the event's
       actor is out of its "ratio", its "brake" holds; else NULL. Static. */
    const char *idle;
    uint32_t exception; /* of POLICY_SUPPRESSED: which of the rule's, from 1; or 0 */
} policy_finding;
/* ORDER DUTY: what this event did to it */
enum { POLICY_DUTY_OPENED, POLICY_DUTY_DONE, POLICY_DUTY_REMINDED, POLICY_DUTY_OVERDUE, POLICY_DUTY_RETIRED };
typedef struct policy_duty { const char *rule; policy_str id, what, who; int64_t due; int32_t change; } policy_duty;
/* A ladder's step, proposed to a person; a `review` event names its id. */
typedef struct policy_proposal { const char *ladder, *track, *step, *kind; policy_str id, person, why; const policy_cite *cites; size_t cite_count; } policy_proposal;
/* What a rule could not do, or, `rule` empty, the library: `code` is stable and
   for machines, `message` is English, `message_zh` says the same in Chinese. */
typedef struct policy_rule_error { const char *rule, *code; policy_str message; int32_t acted_as; policy_str message_zh; } policy_rule_error;
typedef struct policy_cost { uint64_t hits, candidates, guards, instructions, bytes; } policy_cost;

enum { POLICY_ENFORCED, POLICY_SHADOW, POLICY_SUPPRESSED };
POLICY_API int32_t policy_decision_verdict(const policy_decision *d);
/* "allow", … of a verdict; NULL for a number that is none. Static. */
POLICY_API const char *policy_verdict_name(int32_t verdict);
/* "low", "medium", "high"; NULL for any other number. Static. */
POLICY_API const char *policy_confidence_name(int32_t confidence);
POLICY_API policy_str policy_decision_organisation(const policy_decision *d);
POLICY_API policy_str policy_decision_source(const policy_decision *d);
POLICY_API policy_str policy_decision_event(const policy_decision *d); /* its id */
/* The event's, ms since 1970: what the expiry of records is measured by. */
POLICY_API int64_t policy_decision_time(const policy_decision *d);
POLICY_API size_t policy_decision_finding_count(const policy_decision *d, int32_t which);
POLICY_API const policy_finding *policy_decision_finding(const policy_decision *d, int32_t which, size_t i);
/* In `language`, else the organisation's, else the first there is. */
POLICY_API policy_str policy_decision_tell(const policy_decision *d, size_t i, const char *language);
POLICY_API size_t policy_decision_error_count(const policy_decision *d);
POLICY_API const policy_rule_error *policy_decision_error(const policy_decision *d, size_t i);
POLICY_API size_t policy_decision_duty_count(const policy_decision *d);
POLICY_API const policy_duty *policy_decision_duty(const policy_decision *d, size_t i);
/* Of a tick: was more due than the limit `due` lets one tick look at? Apply the
   decision, and send another tick with an id of its own. */
POLICY_API int policy_decision_more(const policy_decision *d);
POLICY_API size_t policy_decision_proposal_count(const policy_decision *d);
POLICY_API const policy_proposal *policy_decision_proposal(const policy_decision *d, size_t i);
POLICY_API size_t policy_decision_change_count(const policy_decision *d);
POLICY_API const policy_change *policy_decision_change(const policy_decision *d, size_t i);
/* Facts that a candidate rule lacks. Until they are given, or are given as
   null, the verdict counts such a rule as its `on_error` says. */
POLICY_API size_t policy_decision_needed_count(const policy_decision *d);
POLICY_API const char *policy_decision_needed(const policy_decision *d, size_t i);
/* What is odd about the event itself: "ill-formed", "ignorable", "control",
   "bidi", "tag", "private-use", "mixed-script", "mixed-han", "marks", "rare-han"
   (text.h says what they mean), "lone-surrogate" in JSON, and "unknown-kind" of a
   record that its adapter does not know. Static. */
POLICY_API size_t policy_decision_flag_count(const policy_decision *d);
POLICY_API const char *policy_decision_flag(const policy_decision *d, size_t i);
POLICY_API const policy_cost *policy_decision_cost(const policy_decision *d);
/* The field's text with evidence masked; borrowed from the decision. */
POLICY_API policy_status policy_decision_redacted(policy_str *out, policy_decision *d, const char *field);
/* Masked unless POLICY_JSON_CLEAR. Keys in a fixed order: same input, same
   bytes. Writes at most `cap` bytes; `*len` is the length needed. */
enum { POLICY_JSON_CLEAR = 1 };
POLICY_API policy_status policy_decision_json(char *buf, size_t cap, size_t *len,
    const policy_decision *d, uint32_t flags);
/* Deep copy, owned by the caller, needs neither session nor event. */
POLICY_API policy_status policy_decision_dup(policy_decision **out,
    const policy_decision *d, const policy_allocator *a);
POLICY_API void policy_decision_free(policy_decision *d); /* only what dup made */
#ifdef __cplusplus
}
#endif

#endif
