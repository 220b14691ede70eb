/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ladders propose about a confirmed violation, each with a duty to decide.
 */
#ifndef POL_EVALUATE_LADDERS_H
#define POL_EVALUATE_LADDERS_H

struct pol_evaluation;

/* An event of type violation. */
void pol_ladders_propose(struct pol_evaluation *v);

#endif
