/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows from a condition, and what cannot be so beside it. All of it is
 * sound and incomplete: true is proved, false is not known. The work for one
 * pair of conditions is bounded, whatever they are.
 */
#ifndef POL_COMPILE_IMPLY_H
#define POL_COMPILE_IMPLY_H

#include "rule/rule.h"

/* Is `b` true whenever `a` is? */
bool pol_cond_implies(const pol_cond *a, const pol_cond *b);
/* Can the two not be true of one event? */
bool pol_cond_excludes(const pol_cond *a, const pol_cond *b);
/* Is what `a` asks of the past never known without what `b` asks? */
bool pol_known_implies(const pol_known *a, const pol_known *b);
/* May it be true for an event of the type? */
bool pol_cond_may_hold(const pol_cond *c, int32_t type);

/* Conditions in it, with itself. */
size_t pol_cond_size(const pol_cond *c);
/* Of the host or the past, and not of a field of the event. */
bool pol_cond_asks_elsewhere(const pol_cond *c);
/* Has `outer` each value of `inner`? */
bool pol_cond_values_in(const pol_cond *inner, const pol_cond *outer);

#endif
