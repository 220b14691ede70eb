/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session inside: what one evaluation works on. Everything of an evaluation
 * stands in the arena or in arrays that only grow, so that a warm session asks
 * the allocator for nothing.
 */
#ifndef POL_EVALUATE_EVALUATION_H
#define POL_EVALUATE_EVALUATION_H

#include <policy/session.h>

#include "base/error.h"
#include "bundle/layout.h"
#include "evaluate/batch.h"
#include "evaluate/decision.h"
#include "evaluate/faults.h"
#include "evaluate/history.h"
#include "rule/condition.h"
#include "rule/hits.h"
#include "script/guard.h"
#include "text/decode.h"
#include "text/overlay.h"
#include "text/squeeze.h"

/* The guards of one organisation; NULL until a check of it runs. */
typedef struct pol_guard_slot {
    pol_guard *guard;
    size_t bytes;  /* of it, in the session's guard_bytes */
    uint64_t used; /* number of the evaluation that used it last */
} pol_guard_slot;

/* Where views are made, each where a term wants it and the text has something
 * for it. */
typedef struct pol_views {
    pol_squeezed squeezed, collapsed;
    pol_overlay skeleton, pinyin, numerals;
    pol_decoded decoded; /* a text in the text, and */
    pol_folded child;    /* its fold */
    pol_plain plain;     /* for the host's detectors */
} pol_views;

void pol_views_init(pol_views *w, const policy_allocator *a);
void pol_views_fini(pol_views *w);

struct policy_session {
    policy_allocator allocator;
    policy_limits given;  /* the caller's; may be wider than the bundle's */
    policy_limits limits; /* in effect */
    policy_bundle *bundle;
    pol_arena arena;
    pol_folded folded, aside; /* of the text in hand; of comparisons */
    pol_views views;           /* of the text in hand */
    policy_scratch *scratch;
    pol_regex_scratch *regexes;
    pol_signal_hit *hits;
    size_t hit_count, hit_cap;
    pol_signal_hit *phrases; /* spans of allowed phrases of the text in hand */
    size_t phrase_count, phrase_cap;
    uint8_t *use; /* two marks a hit: evidence of a rule, then POL_SHOWN_… */
    size_t use_cap;
    uint64_t *candidates;
    size_t candidate_cap; /* words */
    uint64_t *clauses;    /* that may write, as candidates */
    size_t clause_cap;
    pol_guard_slot *guards; /* by number of the organisation */
    size_t guard_slots;
    const pol_guard_lines *watch; /* lines that checks run; NULL: nobody asks */
    size_t guard_bytes, guards_open;
    policy_counters counters;
    bool testing;         /* the rules' own tests: no event is left to chance */
    /* A wrong copy of an organisation that is asked in its place, or NULL; and
     * which of its rules every event reaches, since the index was made for
     * another; SIZE_MAX: none. */
    const pol_org *stand_in;
    size_t suspect;
};

/* Marks of hits over all rules: evidence of any finding, of an enforced one. */
enum { POL_SHOWN = 1, POL_SHOWN_MASKED = 2 };

/* One event being judged. */
typedef struct pol_evaluation {
    policy_session *s;
    const policy_event *event;
    const policy_state *state;
    const pol_batch *batch; /* what events before it changed; NULL: alone */
    const pol_org *org;
    size_t org_number;
    const policy_limits *limits; /* the session's, tightened by the organisation */
    policy_limits own_limits;
    int64_t now;           /* the event's time */
    pol_view view;
    pol_event_text *texts;
    size_t text_count;
    uint32_t flags;        /* POLICY_TEXT_* of all texts */
    pol_hits hits;
    uint8_t *shown;        /* by hit: POL_SHOWN_…, whatever the limit of spans */
    pol_guard_hit *guard_hits; /* room for all hits, once a guard asks */
    char *guard_names;
    policy_decision *decision;
    size_t hits_from;      /* hits of the session that the limit leaves out */
    bool hits_cut;         /* more hits than the limit */
    bool regexes_cut;      /* regexes read more in vain than they may */
    uint64_t instructions; /* of guards, so far */
    pol_slot *breaches;    /* of budgets by checks; NULL: not yet asked for */
    struct pol_reading *readings; /* what checks were given of the past: reads.c */
    uint64_t spans;
    pol_history history;   /* what was asked of the state, and is written */
    uint64_t stopped;      /* detectors of the host that are asked no more */
    bool chinese;          /* explanations are, else English */
    pol_arena *aside;      /* where explanations are written; NULL: the session's */
    policy_error *err;
    policy_status status;  /* what makes the evaluation fail */
} pol_evaluation;

/* Out of memory: the evaluation fails, unless it has already. False. */
static inline bool pol_no_memory(pol_evaluation *v)
{
    if (!v->status)
        v->status = pol_error_oom(v->err);
    return false;
}

/* --- gather.c: the hits of all texts. */
void pol_gather(pol_evaluation *v);
/* Beside the reasons of a hit, until views are compared: several characters of
 * it were repeated. */
#define POL_HIT_DRAWN_OUT (UINT32_C(1) << 30)
/* One more hit, or span of an allowed phrase, of the text in hand; false: no
 * more are wanted. */
bool pol_gather_hit(pol_evaluation *v, const pol_signal_hit *hit);
bool pol_gather_phrase(pol_evaluation *v, const pol_signal_hit *hit);
/* Put the hits from `from` on into order: how many hits there are. */
size_t pol_gather_settle(pol_evaluation *v, size_t from);
/* Is there a hit at that place for that signal among those from `from` up to
 * `to`, which are in order? Then it is as sure, and as plain, as the better. */
bool pol_gather_surer(pol_evaluation *v, size_t from, size_t to,
                      const pol_signal_hit *hit);
/* The hits of `text` in the place of text `number`, behind the others of the
 * session: where they begin. Whoever asked drops them. */
size_t pol_gather_again(pol_evaluation *v, uint32_t number, policy_str text);

/* --- views.c: fold `text`, which stands for text `number`, and scan it and its
 * views. */
void pol_scan_views(pol_evaluation *v, uint32_t number, policy_str text);
/* Once more, for the regexes that are run only beside a hit. */
void pol_scan_late(pol_evaluation *v, uint32_t number, policy_str text);
/* Show the views instead of scanning them; `views` are POL_VIEW_*. */
typedef void (*pol_show_view)(void *user, unsigned views, const pol_folded *f);
void pol_show_views(pol_evaluation *v, policy_str text, pol_show_view show,
                    void *user);

/* --- judge.c */
typedef enum pol_outcome {
    POL_FIRED, POL_NOT_TYPE, POL_NOT_YET, POL_NOT_SAMPLED,
    POL_NOT_WHERE, POL_NOT_MATCH, POL_EXCEPTED,
    POL_REQUIRED_MET, POL_NEEDS_FACT, POL_COUNTED_FEW, POL_CHECKED_NO, POL_RULE_FAULT
} pol_outcome;

typedef struct pol_judgement {
    pol_outcome outcome;
    bool left_out;             /* of the rule's ratio: it has no effect */
    const pol_cond *stopped;   /* the test that was not true */
    const pol_except *except;
    bool awaits;               /* `where` hangs on facts that are needed */
    policy_str fact;           /* that is needed */
    const pol_cond *missing;   /* of `requires`: the test that was not true */
    int64_t amount;            /* of `count`: with this event */
    int64_t due;               /* of a duty that is overdue: when it was; or 0 */
    int32_t verdict, severity;
    policy_str note;           /* of a check */
    const char *code;          /* of a fault */
    const pol_text *message;
    bool breached;             /* by a check, of a budget that was its own */
} pol_judgement;

/* What an error acts as that is no rule's: on_error of severity 3. */
int32_t pol_worst_error_verdict(const pol_evaluation *v);
/* The rule fails. */
void pol_judge_fault(pol_judgement *j, pol_fault f);
/* What becomes of one rule; the evidence is marked in the session's `use`. */
pol_judgement pol_judge(pol_evaluation *v, const pol_rule *rule);
/* Does this part of the rule's match hold by itself, without exceptions? What
 * shows it is marked. */
bool pol_judge_part(const pol_evaluation *v, const pol_rule *rule,
                    const pol_match *part);
/* Evaluate up to the decision; `decision` is filled. */
policy_status pol_evaluate_event(pol_evaluation *v);
/* `st`, unless the arena refused somebody since pol_evaluate_event began: then
 * POLICY_ELIMIT where it was full. Whoever was refused need not know why. */
policy_status pol_evaluation_status(const pol_evaluation *v, policy_status st);
/* Organisation, check of the event, texts, hits: what comes before rules. */
policy_status pol_evaluation_begin(pol_evaluation *v);

/* --- guards.c */
void pol_run_guard(pol_evaluation *v, const pol_rule *rule, pol_judgement *j);
/* No guard of this event is to come. */
void pol_rest_guards(pol_evaluation *v);
void pol_close_guards(policy_session *s);
/* Each line that the rule's check may run; some more than once. */
policy_status pol_list_guard_lines(pol_evaluation *v, const pol_rule *rule,
                                   const pol_guard_lines *lines);

/* Has what the rule finds, or its failure, an effect? A brake aside. */
static inline bool pol_bites(const pol_rule *rule, const pol_judgement *j)
{
    return rule->mode == POL_MODE_ENFORCE && !j->left_out;
}

/* --- record.c: what a judgement adds to the decision. */
void pol_record(pol_evaluation *v, const pol_rule *rule, const pol_judgement *j);
/* `kind` of evidence: the detector, "term", "regex"; empty for a list. Static. */
policy_str pol_signal_kind_shown(const pol_signal *signal);
/* `message` NULL: there was no memory for it, which v->status says. */
void pol_record_error(pol_evaluation *v, const char *rule, const char *code,
                      const pol_text *message, int32_t acted_as);
/* The redacted texts of enforced evidence. */
void pol_record_texts(pol_evaluation *v);

#endif
