/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule, a duty or a ladder that is wrong in one place, and the organisation
 * that has it.
 */
#ifndef POL_EVALUATE_RULE_WRONG_H
#define POL_EVALUATE_RULE_WRONG_H

#include "evaluate/rule_tests.h"

/* ORDER KIND, ORDER CHANGE: rule_mutants.c */
typedef enum pol_wrong_kind {
    POL_WRONG_MATCH, POL_WRONG_WORD, POL_WRONG_WHERE, POL_WRONG_EXCEPT,
    POL_WRONG_REQUIRES, POL_WRONG_COUNT, POL_WRONG_CHECK, POL_WRONG_VERDICT,
    POL_WRONG_DUTY, POL_WRONG_LADDER, POL_WRONG_SCOPE, POL_WRONG_MEMORY
} pol_wrong_kind;
/* LESS and MORE are by one; HALF and TWICE of what is measured in time, or in
 * characters, since nobody writes an example to the millisecond. */
typedef enum pol_wrong_change {
    POL_WRONG_DROP, POL_WRONG_NEGATE, POL_WRONG_APART, POL_WRONG_LESS,
    POL_WRONG_MORE, POL_WRONG_OTHER, POL_WRONG_HALF, POL_WRONG_TWICE
} pol_wrong_change;

/* What of it is wrong. ORDER PART: rule_mutants.c */
typedef enum pol_wrong_part {
    POL_WRONG_WHOLE,
    /* of a test: one of its values, its number; of what is known */
    POL_WRONG_VALUE, POL_WRONG_NUMBER, POL_WRONG_WITHIN, POL_WRONG_AT_LEAST,
    POL_WRONG_ANY_KEY,
    /* of a match */
    POL_WRONG_CONFIDENCE,
    /* of a rule: a type of `on`, one of `fields` */
    POL_WRONG_TYPE, POL_WRONG_FIELD,
    /* of a count, and `over` of a ladder's repeats */
    POL_WRONG_OVER, POL_WRONG_DISTINCT, POL_WRONG_SUM,
    /* of a duty */
    POL_WRONG_CLAUSE, POL_WRONG_ATTEST, POL_WRONG_REMIND, POL_WRONG_DUE,
    POL_WRONG_TIMES, POL_WRONG_UNIQUE, POL_WRONG_RENEW, POL_WRONG_GRACE,
    POL_WRONG_AGAIN, POL_WRONG_BY, POL_WRONG_EVIDENCE, POL_WRONG_NOT_OWNER,
    POL_WRONG_ESCALATE,
    /* of a ladder */
    POL_WRONG_TRACK, POL_WRONG_REPEATS, POL_WRONG_GRAVITY, POL_WRONG_ALSO
} pol_wrong_part;

typedef struct pol_wrong {
    pol_wrong_kind kind;
    pol_wrong_change change;
    const void *what;      /* pol_match, pol_cond, pol_except, pol_count,
                              pol_clause or pol_track */
    pol_wrong_part part;
    size_t ordinal;        /* of a value, a severity, a type; of FIELD: a field,
                              or POLICY_FIELD_COUNT for parts, and above it a
                              role */
    const pol_clause *clause; /* that it is, or stands in; NULL: in none */
    const pol_except *except; /* that it stands in; NULL: in none */
} pol_wrong;

/* The rule with that place wrong; its parts lie in the arena, or are the
 * rule's. A WORD changes nothing, and what is wrong with a clause, a duty or a
 * ladder is not changed here, but what a rule escalates is. False: no memory. */
bool pol_wrong_rule(pol_rule *out, const pol_rule *rule, const pol_wrong *w,
                    pol_arena *arena);

/*
 * An organisation that stands in for another, equal to it but for one wrong
 * place at a time. Zero it to begin with.
 */
typedef struct pol_stand_in {
    const pol_org *of;
    pol_org org;
    pol_rule *rules;
    pol_clause *clauses;
    const pol_duty **duties;
    const pol_ladder **ladders;
    size_t rule_cap, clause_cap, duty_cap, ladder_cap;
} pol_stand_in;

/* As `of` is, with nothing wrong. False: no memory. */
bool pol_stand_in_take(pol_stand_in *x, const policy_allocator *a,
                       const pol_org *of);
/* With the wrong rule in the place of `rule`. */
void pol_stand_in_rule(pol_stand_in *x, const pol_rule *rule,
                       const pol_rule *wrong);
/* With what `face` is the face of wrong in that place; copies lie in the arena.
 * False: no memory. */
bool pol_stand_in_face(pol_stand_in *x, const pol_rule *face,
                       const pol_wrong *w, pol_arena *arena);
/* With the clause wrong, which writes to the records of its definition; of duties
 * of `each` in all instances. False: no memory. */
bool pol_stand_in_clause(pol_stand_in *x, const pol_wrong *w, pol_arena *arena);
/* Where a walk over clauses is. */
typedef struct pol_clause_walk { size_t rule, at; } pol_clause_walk;
#define POL_CLAUSE_WALK_INIT { SIZE_MAX, 0 }
/* The next clause that writes to the record (NULL: to any), first those of
 * events, then those that go with findings of each rule; NULL: no more. */
const pol_clause *pol_clause_next(const pol_org *org, const pol_record_def *record,
                                  pol_clause_walk *walk);
void pol_stand_in_fini(pol_stand_in *x, const policy_allocator *a);

#endif
