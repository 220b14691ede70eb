/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules whose check went over its budget again and again: it is put aside for a
 * while, and the others go on.
 */
#ifndef POL_EVALUATE_ASIDE_H
#define POL_EVALUATE_ASIDE_H

#include "evaluate/evaluation.h"

/* Is the check of the rule put aside? *why then says so, in the arena. False
 * without a state, and with v->status. */
bool pol_aside_holds(pol_evaluation *v, const pol_rule *rule,
                     const pol_text **why);
/* The check of the rule went over a budget that was its own. Without a state
 * nothing is noted, and the decision's errors say so. */
void pol_aside_note(pol_evaluation *v, const pol_rule *rule);

#endif
