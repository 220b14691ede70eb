/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties in the course of one event: opened, fulfilled and stopped by clauses,
 * fulfilled by attestations, looked at by ticks. All of them work on what will
 * be (pol_slot.now); what conditions ask stays as it was.
 */
#ifndef POL_EVALUATE_DUTIES_H
#define POL_EVALUATE_DUTIES_H

#include "evaluate/history.h"

/* What a clause of a duty does to a key; `at`: when it took place. */
void pol_duty_clause(struct pol_evaluation *v, const pol_clause *c,
                     pol_slot *slot, const pol_key_parts *key, int64_t at);
/* A duty to look at something, called `rest` behind the id of its definition;
 * it is in the decision whether there is a state or not. */
void pol_duty_escalate(struct pol_evaluation *v, const pol_duty *duty,
                       policy_str rest, policy_str who);
/* What the duty is called then; in the arena. */
policy_str pol_duty_escalation_id(struct pol_evaluation *v, policy_str record,
                                  policy_str rest);
/* "/part": a part of a key in an id, which is never empty and has no slash; at
 * most 3 bytes for one and 2 more. */
size_t pol_duty_put_part(char *to, policy_str part);
/* An event of type review: it decides what a ladder proposed. */
void pol_duty_review(struct pol_evaluation *v);
/* An event of type attestation. */
void pol_duty_attest(struct pol_evaluation *v);
/* An event of type tick: standing duties open, what is due is looked at. */
void pol_duty_tick(struct pol_evaluation *v);
/* How many of the key, or below it, are open, and, where that is asked,
 * overdue. */
uint32_t pol_duty_known(struct pol_evaluation *v, const pol_known *k,
                        const pol_stored_entry *key, const pol_slot *slot);
/* Of what will be, drop what ended and is remembered no more. */
void pol_duty_forget(pol_stored *s, int64_t now);
/* First keys of a duty in shadow are its own. */
policy_str pol_shadow_first(struct pol_evaluation *v, policy_str first);

#endif
