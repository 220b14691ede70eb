/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts and confidences are chains, categories a closed set: their names and
 * numbers.
 */
#ifndef POL_RULE_VERDICT_H
#define POL_RULE_VERDICT_H

#include <policy/decision.h>

/* ORDER VERDICT: allow < flag < warn < redact < hold < block */
enum { POL_VERDICT_COUNT = 6 };
extern const char *const pol_verdict_names[POL_VERDICT_COUNT];
/* -1: no verdict. */
int32_t pol_verdict_find(policy_str name);

/* From POLICY_CONFIDENCE_LOW on. */
enum { POL_CONFIDENCE_COUNT = 3 };
extern const char *const pol_confidence_names[POL_CONFIDENCE_COUNT];

/* What a step of a test may expect. ORDER EXPECT, after nothing */
enum { POL_EXPECT_NAMES = 7 };
extern const char *const pol_expect_names[POL_EXPECT_NAMES];

typedef struct pol_category { const char *name, *zh, *en; } pol_category;
extern const pol_category pol_categories[];
extern const size_t pol_category_count;
/* NULL: no signal of the inventory. */
const pol_category *pol_category_find(policy_str name);

#endif
