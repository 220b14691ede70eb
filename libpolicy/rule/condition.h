/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions in three values: true, false, unknown. A test on an absent field
 * is unknown, and so is its negation; `absent`, `present` and `empty` ask, and
 * are always true or false. A condition counts only if true.
 */
#ifndef POL_RULE_CONDITION_H
#define POL_RULE_CONDITION_H

#include "rule/derived.h"
#include "rule/rule.h"

/* `stopped` (may be NULL) becomes the test that kept it from being true. */
pol_truth pol_cond_eval(const pol_cond *c, pol_view *view,
                        const pol_cond **stopped);
/* Asked of a condition that is not true: could it be, if nothing but those facts
 * of `needs` were given that the event has not? */
bool pol_cond_awaits(const pol_cond *c, pol_view *view, const policy_str *needs,
                     size_t count);
/* Does the value equal it, or a list hold it? */
bool pol_value_is(const pol_value *v, const pol_value *wanted);

#endif
