/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Brakes: a rule that suddenly hits too much has no effect until it hits less.
 */
#ifndef POL_EVALUATE_BRAKE_H
#define POL_EVALUATE_BRAKE_H

#include "evaluate/evaluation.h"

/* Counts a finding of the rule, which has a brake and teeth: has it lost them?
 * What is odd is in the decision's errors: that it has, or that nobody can tell
 * without a state. */
bool pol_brake_holds(pol_evaluation *v, const pol_rule *rule);
/* Counts the event for all brakes that watch its type, found or not. */
void pol_brake_event(pol_evaluation *v);

#endif
