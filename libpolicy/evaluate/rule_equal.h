/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do two rules ask for the same, in other words?
 */
#ifndef POL_EVALUATE_RULE_EQUAL_H
#define POL_EVALUATE_RULE_EQUAL_H

#include "rule/rule.h"

/* Is the one true of every event of which the other is? NULL is always true.
 * False also where there is too much to try. */
bool pol_cond_equal(const pol_cond *a, const pol_cond *b);
/* The same of matches, which also look for the same words. */
bool pol_match_equal(const pol_match *a, const pol_match *b);

#endif
