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
    POL_WRONG_DUTY, POL_WRONG_LADDER
} pol_wrong_kind;
typedef enum pol_wrong_change {
    POL_WRONG_DROP, POL_WRONG_NEGATE, POL_WRONG_APART, POL_WRONG_LESS,
    POL_WRONG_MORE, POL_WRONG_OTHER
} pol_wrong_change;

/* What else is dropped: of a duty, of a ladder. */
typedef enum pol_wrong_part {
    POL_WRONG_CLAUSE, POL_WRONG_ATTEST, POL_WRONG_REMIND, POL_WRONG_TRACK,
    POL_WRONG_REPEATS
} pol_wrong_part;

typedef struct pol_wrong {
    pol_wrong_kind kind;
    pol_wrong_change change;
    const void *what;      /* pol_match, pol_cond, pol_except, pol_clause or
                              pol_track */
    pol_wrong_part part;   /* of DUTY and LADDER */
    size_t ordinal;        /* of a clause: among those of its duty that do the
                              same */
} pol_wrong;

/* The rule with that place wrong; its parts lie in the arena, or are the
 * rule's. A WORD changes nothing, and of a duty or a ladder nothing is changed
 * here. False: no memory. */
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
void pol_stand_in_fini(pol_stand_in *x, const policy_allocator *a);

#endif
