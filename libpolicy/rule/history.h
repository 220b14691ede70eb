/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules know of the past, as it is compiled: *records* that are kept, the
 * *clauses* that say who writes them, and the tests that ask for them.
 *
 * A memory, a count and a duty are all records: keyed, with a time, an end and
 * perhaps a due date. All records of one definition that share the first field
 * of their key are one stored value (state/stored.h), which is read and written
 * as a whole. So whatever is asked of a definition is asked by its first key.
 */
#ifndef POL_RULE_HISTORY_H
#define POL_RULE_HISTORY_H

#include "event/event.h"
#include "state/window.h"

struct pol_cond;

enum { POL_KEY_FIELDS = 3 };

/* The fields of an event that make a key. An event that lacks one of them has
 * none; of a list each element is the first part of a key of its own. */
typedef struct pol_key_use {
    int32_t fields[POL_KEY_FIELDS];
    uint8_t count; /* 0: one key for the whole organisation */
} pol_key_use;

/* The kind stands in the key of the store; ORDER RECORD: pol_record_kinds */
typedef enum pol_record_kind {
    POL_RECORD_MEMORY, POL_RECORD_COUNT, POL_RECORD_DUTY, POL_RECORD_KINDS
} pol_record_kind;

typedef struct pol_record_def {
    pol_record_kind kind;
    policy_str id;           /* "regulation/leaks"; the library's own: no slash */
    uint8_t key_count;
    uint8_t key_kinds[POL_KEY_FIELDS]; /* pol_id_kind: who may ask */
    pol_key_use key;         /* of the definition; clauses may have another */
    const int32_t *fields;   /* kept of the event that wrote */
    size_t field_count;
    uint32_t types;          /* of events that write: what kind a field is of */
    int64_t keep;            /* ms; INT64_MAX: for ever */
    int32_t until;           /* a time that ends the record before that; -1 */
    bool attempts;           /* write = "always": what was held or blocked, too */
    bool carries;            /* what an event does not say stays as it was */
} pol_record_def;

/* ORDER CLAUSE */
typedef enum pol_clause_does {
    POL_CLAUSE_SET, POL_CLAUSE_CLEAR,                  /* a memory */
    POL_CLAUSE_RESET,                                  /* a count */
    POL_CLAUSE_OPEN, POL_CLAUSE_DONE, POL_CLAUSE_STOP  /* a duty */
} pol_clause_does;

/*
 * Which events do something to a record. One of a rule (`types` 0) goes with
 * the findings of it and stands in pol_rule.writes; the others are indexed by
 * their types and conditions, as rules are.
 */
typedef struct pol_clause {
    pol_clause_does does;
    const pol_record_def *record;
    uint32_t types;          /* bit = type */
    policy_str rule;         /* full id of the rule whose findings write; or "" */
    const struct pol_cond *where; /* NULL: always */
    pol_key_use key;         /* as long as the record's, or, but for SET and
                                OPEN, shorter: then all below it */
    int32_t at;              /* a time field: when it took place */
    bool first;              /* only where nothing is known of the key */
} pol_clause;

/* `known { … }` and `unknown { … }`; of duties `pending` and `overdue`. */
typedef struct pol_known {
    const pol_record_def *record;
    pol_key_use key;         /* as long as the record's or shorter: any below */
    const struct pol_cond *where; /* fields are the record's, operands the
                                     event's; NULL: any record */
    int64_t within;          /* ms; 0: however old */
    uint32_t at_least;       /* records, 1 or more */
    bool other;              /* all but the one of the event's own key */
} pol_known;

/* `count` of a rule. The record's first key is the first field of `by`. */
typedef struct pol_count {
    const pol_record_def *record; /* kind COUNT; rules that share one have equal
                                     `over`, `period`, `distinct` and `sum` */
    pol_key_use by;
    int64_t over;            /* ms, or */
    pol_period period;
    int64_t more_than;
    int32_t distinct, sum;   /* fields; -1: events are counted */
    bool resets;             /* some clause does */
} pol_count;

/* `field.attribute`: what a standing memory has of whom the field names.
 * ORDER ATTRIBUTE */
typedef enum pol_attribute {
    POL_ATTRIBUTE_NONE,
    POL_ATTRIBUTE_PERSON_ROLES, POL_ATTRIBUTE_PERSON_DEPT,
    POL_ATTRIBUTE_PERSON_STATE,
    POL_ATTRIBUTE_ACCOUNT_HOLDER, POL_ATTRIBUTE_ACCOUNT_KIND,
    POL_ATTRIBUTE_ACCOUNT_DEPT,
    POL_ATTRIBUTE_GROUP_RESPONSIBLE, POL_ATTRIBUTE_GROUP_KIND,
    POL_ATTRIBUTE_GROUP_PURPOSE,
    POL_ATTRIBUTE_COUNT
} pol_attribute;

#endif
