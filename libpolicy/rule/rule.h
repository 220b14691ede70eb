/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule as it is evaluated: scope, trigger, condition, exceptions and outcome,
 * all names resolved to numbers. Made by compile/, immutable, in the arena of
 * its organisation's part of the bundle.
 */
#ifndef POL_RULE_RULE_H
#define POL_RULE_RULE_H

#include <string.h>

#include "config/organisation.h"
#include "event/event.h"
#include "rule/history.h"
#include "rule/rollout.h"

/*
 * What a match asks for is a *signal*, numbered densely in an organisation: a
 * list, an inline term, a detector, a regex, or the phrases of an exception. A hit names
 * its signal.
 */
typedef enum pol_signal_kind {
    POL_SIGNAL_LIST, POL_SIGNAL_TERM, POL_SIGNAL_DETECTOR, POL_SIGNAL_PHRASE,
    POL_SIGNAL_REGEX
} pol_signal_kind;

typedef struct pol_signal {
    pol_signal_kind kind;
    policy_str name; /* of the list or detector, or the term or regex */
    uint32_t flags;  /* of a term: POL_TERM_… */
    /* Of a detector that is a pattern of the organisation: words, folded, that
     * say what it is, NULL at the end; else NULL. */
    const uint16_t *const *context;
} pol_signal;

/* An occurrence in a text of the event. */
typedef struct pol_signal_hit {
    uint32_t signal;
    uint32_t text;       /* index into pol_event_texts */
    uint32_t start, end; /* bytes of the original */
    uint32_t reasons;    /* POL_REASON_* */
    uint32_t word;       /* which term of the signal's list: tells terms apart */
    uint8_t confidence;  /* POLICY_CONFIDENCE_*; 0: of no detector */
} pol_signal_hit;

/* The trigger: ORDER MATCH pol_match_eval */
typedef enum pol_match_op {
    POL_MATCH_SIGNAL, POL_MATCH_ANY, POL_MATCH_ALL, POL_MATCH_NONE,
    POL_MATCH_NEAR,    /* kids[0] and kids[1], at most `count` characters apart */
    POL_MATCH_AT_LEAST /* kids[0], `count` distinct spans */
} pol_match_op;

typedef struct pol_match {
    pol_match_op op;
    uint32_t signal;
    uint8_t confidence; /* of a signal: hits that are surer, or as sure */
    uint32_t count;
    const struct pol_match *kids;
    size_t kid_count;
    pol_spot spot;
} pol_match;

/* A sorted set of ids, or of host names taken by suffix. */
typedef struct pol_idset {
    policy_str name;
    bool hosts;
    const policy_str *items;
    size_t count;
} pol_idset;

/* Conditions: ORDER COND */
typedef enum pol_cond_op {
    POL_COND_ALL, POL_COND_ANY, POL_COND_NONE,
    POL_COND_IS,        /* equals one of `values`; a list has one of them */
    POL_COND_NONE_OF, POL_COND_ALL_OF,
    POL_COND_MORE, POL_COND_LESS,
    POL_COND_AMONG, POL_COND_OUTSIDE,
    POL_COND_SAME, POL_COND_DIFFERS, POL_COND_BEYOND, POL_COND_LATER,
    POL_COND_ABSENT, POL_COND_PRESENT, POL_COND_EMPTY,
    POL_COND_KNOWN, POL_COND_UNKNOWN
} pol_cond_op;

typedef struct pol_cond {
    pol_cond_op op;
    int32_t field, other;
    uint8_t attribute;          /* pol_attribute: of whom `field` names */
    policy_str fact;            /* `facts.name` instead of a field, else empty */
    const pol_value *values;    /* scalars */
    size_t value_count;
    int64_t number;             /* MORE, LESS; of LATER so many of `unit` */
    uint8_t unit;               /* pol_span_unit */
    const pol_idset *set;
    const pol_known *known;     /* KNOWN, UNKNOWN */
    const struct pol_cond *kids;
    size_t kid_count;
    pol_spot spot;
} pol_cond;

typedef struct pol_except {
    const pol_cond *where;   /* NULL: only phrases */
    int64_t phrase_signal;   /* -1: none */
    policy_str why, owner;
    int64_t expires;         /* ms since 1970, exclusive; INT64_MAX: never */
    policy_str file;
    uint32_t line, column;
} pol_except;

/* Where a rule looks: all texts, or those named. */
typedef struct pol_scope {
    bool all, parts;
    uint64_t mask[(POLICY_FIELD_COUNT + 63) / 64];
    const policy_str *roles; /* "parts.quote" */
    size_t role_count;
} pol_scope;

typedef struct pol_escalate {
    bool set;
    policy_str to;      /* a role of the organisation; or */
    int32_t who;        /* a field, -1; */
    pol_attribute attribute; /* of whom it names */
    int32_t other_than; /* a field, -1 */
    pol_span within;
    const pol_duty *duty; /* of a rule that is enforced */
} pol_escalate;

/* One of the rule's own tests. `values` overlay the rule's plain scope. ORDER
 * EXPECT; those of duties are in ORDER DUTY. */
typedef enum pol_expect {
    POL_EXPECT_NOTHING, POL_EXPECT_HIT, POL_EXPECT_MISS,
    POL_EXPECT_OPENED, POL_EXPECT_DONE, POL_EXPECT_REMINDED, POL_EXPECT_OVERDUE,
    POL_EXPECT_PROPOSED
} pol_expect;
typedef struct pol_test_value { int32_t field; pol_value value; } pol_test_value;
typedef struct pol_test_fact { policy_str name, json; } pol_test_fact;
typedef struct pol_rule_test {
    bool hit;          /* of steps: some are to hit */
    int32_t type;
    policy_str file;   /* a theme's; empty: the rule's */
    uint32_t line;
    const pol_test_value *values;
    size_t value_count;
    const pol_part *parts;
    size_t part_count;
    const pol_test_fact *facts;
    size_t fact_count;
    policy_str shown;  /* the text, or the fields, for people */
    policy_str at;     /* the words that evidence must show, or the step that is
                          proposed; may be empty */
    int32_t verdict;   /* -1: not said */
    int64_t after;     /* so many ms after the event before it */
    pol_expect expect; /* of a step; of `hit` and `miss` just that */
    const struct pol_rule_test *steps; /* one after another; else none: this is
                                          the one event */
    size_t step_count;
    const struct pol_rule_test *before; /* of the one event: those that went
                                           before it, and expect nothing */
    size_t before_count;
} pol_rule_test;

/* What a pol_rule is the face of. */
typedef enum pol_face_of { POL_OF_RULE, POL_OF_DUTY, POL_OF_LADDER } pol_face_of;

typedef struct pol_rule {
    const char *id;        /* regulation/rule */
    pol_text title, tell;
    const char *category;
    pol_mode mode;
    int32_t verdict, severity;
    uint32_t types;        /* bit = type */
    int64_t in_force;      /* ms since 1970: earlier events are not its matter */
    bool broad;
    uint8_t of;            /* pol_face_of */
    const pol_cond *where; /* NULL: always */
    const pol_match *match;
    pol_scope fields;
    const pol_except *excepts;
    size_t except_count;
    const policy_cite *cites;
    size_t cite_count;
    policy_str reason;
    const pol_cond *requires; /* the gate; NULL: none */
    const policy_str *needs; /* facts asked of the host */
    size_t need_count;
    const pol_count *count;  /* NULL: none */
    const pol_rollout *rollout; /* NULL: for all, always, without a brake */
    const pol_clause *const *writes; /* that go with its findings */
    size_t write_count;
    bool named;              /* by some clause, so it stays a rule of its own */
    pol_escalate escalate;
    int32_t guard_file;    /* -1: no check */
    uint32_t guard_function;
    const pol_read *reads; /* what the check may see of the past */
    size_t read_count;
    int32_t on_error;      /* verdict that an error acts as */
    const pol_rule_test *tests;
    size_t test_count;
    policy_str file;
    uint32_t line, column, length;
    uint64_t cost;
} pol_rule;

/* As it is asked for: of a duty with `each` the one that they share. */
static inline policy_str pol_known_name(const pol_known *k)
{
    const char *shared = k->each ? k->record->duty->face->id : NULL;

    return shared ? (policy_str){ shared, strlen(shared) } : k->record->id;
}

#endif
