/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a check sees of the past: the records that its rule says it reads.
 */
#ifndef POL_EVALUATE_READS_H
#define POL_EVALUATE_READS_H

#include "evaluate/evaluation.h"

/* Those of the rule, for the call, in the arena. False: the judgement is a fault
 * (no state was given; too many records), or v->status. */
bool pol_reads_fill(pol_evaluation *v, const pol_rule *rule, pol_guard_call *call,
                    pol_judgement *j);

#endif
