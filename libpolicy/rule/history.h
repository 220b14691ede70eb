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

#include "config/calendar.h"
#include "event/event.h"
#include "state/window.h"

/* Where in the sources something stands, for people. */
typedef struct pol_spot {
    const char *file; /* NULL: nowhere */
    uint32_t line, column;
} pol_spot;

struct pol_cond;
struct pol_duty;
struct pol_rule;

enum { POL_KEY_FIELDS = 3 };

/* Events of these types have happened when they are told of, whatever their
 * `phase`: no verdict stops them. */
#define POL_TYPES_HAPPENED                                                    \
    (UINT32_C(1) << POLICY_TYPE_INCIDENT |                                    \
     UINT32_C(1) << POLICY_TYPE_VIOLATION |                                   \
     UINT32_C(1) << POLICY_TYPE_STAFF_CHANGE |                                \
     UINT32_C(1) << POLICY_TYPE_REVIEW |                                      \
     UINT32_C(1) << POLICY_TYPE_REPORT |                                      \
     UINT32_C(1) << POLICY_TYPE_ATTESTATION |                                 \
     UINT32_C(1) << POLICY_TYPE_CONTENT_REMOVE |                              \
     UINT32_C(1) << POLICY_TYPE_USAGE_PERIOD |                                \
     UINT32_C(1) << POLICY_TYPE_TICK)

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
    const struct pol_duty *duty; /* of kind DUTY */
} pol_record_def;

/* ORDER CLAUSE */
typedef enum pol_clause_does {
    POL_CLAUSE_SET, POL_CLAUSE_CLEAR,                  /* a memory */
    POL_CLAUSE_RESET,                                  /* a count */
    POL_CLAUSE_OPEN, POL_CLAUSE_DONE, POL_CLAUSE_STOP  /* a duty */
} pol_clause_does;

/* Of `each`: the field is the value. */
typedef struct pol_only {
    int32_t field;
    policy_str value; /* empty: whatever the event */
} pol_only;

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
    pol_only only;
    pol_spot spot;
} pol_clause;

/* `known { … }` and `unknown { … }`; of duties `pending` and `overdue`. */
typedef struct pol_known {
    const pol_record_def *record;
    pol_key_use key;         /* as long as the record's or shorter: any below */
    const struct pol_cond *where; /* fields are the record's, operands the
                                     event's; NULL: any record */
    pol_span within;         /* count 0: however old */
    uint32_t at_least;       /* records, 1 or more */
    bool other;              /* all but the one of the event's own key */
    bool overdue;            /* of a duty: past its due date, too */
    bool each;               /* of one with `each`: whichever of its siblings is
                                the event's; `record` is the first's */
} pol_known;

/* A check reads so many memories at most: each is a read of the state. */
enum { POL_READS_MAX = 8 };

/* One of `reads`: what the check of a rule may see of the past. */
typedef struct pol_read {
    policy_str name;         /* as the rule says it */
    const pol_record_def *record;
    pol_key_use key;         /* as long as the record's or shorter: all below */
} pol_read;

/* So often a duty reminds: each is put in order with the others at every look. */
enum { POL_REMINDERS_MAX = 64 };

/* How a duty comes again. ORDER RECURS */
typedef enum pol_recurs {
    POL_RECURS_NOT,    /* `within` from each opening by a clause */
    POL_RECURS_EVERY,  /* so long from its opening or last fulfilment */
    POL_RECURS_PERIOD, /* each period of the calendar */
    POL_RECURS_ONCE    /* `within` from the first tick that knows it */
} pol_recurs;

/*
 * What somebody has to do by a date. Each opening is an *instance*; of one key
 * one is open at a time, but for those of a period, of which the last may wait
 * for late events while the next goes on.
 */
typedef struct pol_duty {
    const pol_record_def *record;
    const struct pol_rule *face; /* id, title, cites, mode, and what being overdue
                                    means: a finding of the tick that says so */
    policy_str role;             /* whose it is; or */
    policy_str person;           /* one of a role, for each of whom it is; or */
    int32_t who;                 /* a field of the event that opens it, -1 */
    uint8_t who_attribute;       /* pol_attribute */
    bool who_key;                /* of the first key, which is of that kind */
    bool stands;                 /* opened by ticks and not by clauses */
    bool once_a_key;             /* by some clause, the `first` for its key */
    pol_recurs recurs;
    pol_span within;             /* or `every` */
    pol_period period;
    bool renew;
    pol_span grain;
    bool timer;                  /* nothing fulfils it */
    uint64_t times;              /* so often, 1 or more */
    int32_t unique;              /* once for each value of the field, -1 */
    bool attested;               /* by whoever has the role `by` */
    policy_str by;               /* empty: by anybody */
    bool evidence, not_owner;
    const pol_span *remind;      /* before the due date */
    size_t remind_count;         /* up to POL_REMINDERS_MAX */
    pol_span grace, again;       /* again: count 0: said once */
    bool escalation;             /* to look at something: its only key is the rest
                                    of its id, and when it began is not in it */
    bool decides;                /* by a review, and not by an attestation */
    const struct pol_duty *escalated; /* what falls overdue opens it, or NULL */
    pol_only only;               /* of `each`: whose; value empty: of no `each` */
    const struct pol_duty *const *siblings; /* then all of them, by `only` */
    size_t sibling_count;
} pol_duty;

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
    pol_spot spot;
} pol_count;

/* `field.attribute`: what a standing memory has of whom the field names.
 * ORDER ATTRIBUTE */
typedef enum pol_attribute {
    POL_ATTRIBUTE_NONE,
    POL_ATTRIBUTE_PERSON_ROLES, POL_ATTRIBUTE_PERSON_DEPT,
    POL_ATTRIBUTE_PERSON_MANAGER, POL_ATTRIBUTE_PERSON_STATE,
    POL_ATTRIBUTE_ACCOUNT_HOLDER, POL_ATTRIBUTE_ACCOUNT_KIND,
    POL_ATTRIBUTE_ACCOUNT_DEPT,
    POL_ATTRIBUTE_GROUP_RESPONSIBLE, POL_ATTRIBUTE_GROUP_KIND,
    POL_ATTRIBUTE_GROUP_PURPOSE,
    POL_ATTRIBUTE_COUNT
} pol_attribute;

#endif
