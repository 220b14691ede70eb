/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of verdicts, confidences and categories.
 */
#include "rule/verdict.h"

#include "base/slice.h"

const char *const pol_verdict_names[POL_VERDICT_COUNT] = {
    "allow", "flag", "warn", "redact", "hold", "block",
};

const char *policy_verdict_name(int32_t verdict)
{
    return verdict >= 0 && verdict < POL_VERDICT_COUNT
               ? pol_verdict_names[verdict] : NULL;
}

/* ORDER EXPECT, after nothing */
const char *const pol_expect_names[POL_EXPECT_NAMES] = {
    "hit", "miss", "opened", "done", "reminded", "overdue", "proposed"
};

/* ORDER CONFIDENCE */
const char *const pol_confidence_names[POL_CONFIDENCE_COUNT] = {
    "low", "medium", "high",
};

const char *policy_confidence_name(int32_t confidence)
{
    return confidence > 0 && confidence <= POL_CONFIDENCE_COUNT
               ? pol_confidence_names[confidence - 1] : NULL;
}

int32_t pol_verdict_find(policy_str name)
{
    for (int32_t i = 0; i < POL_VERDICT_COUNT; i++)
        if (pol_str_is(name, pol_verdict_names[i]))
            return i;
    return -1;
}

const pol_category pol_categories[] = {
#define POL_CATEGORY(name, zh, en) { name, zh, en },
#include "rule/categories.def"
#undef POL_CATEGORY
};
const size_t pol_category_count = sizeof(pol_categories) / sizeof(*pol_categories);

const pol_category *pol_category_find(policy_str name)
{
    for (size_t i = 0; i < pol_category_count; i++)
        if (pol_str_is(name, pol_categories[i].name))
            return &pol_categories[i];
    return NULL;
}
