/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of verdicts and categories.
 */
#include "harness.h"

#include "base/slice.h"
#include "rule/verdict.h"

static void test_verdicts_have_names_in_order(void)
{
    static const struct {
        int32_t verdict;
        const char *name;
    } rows[] = {
        { POLICY_ALLOW, "allow" }, { POLICY_FLAG, "flag" },
        { POLICY_WARN, "warn" },   { POLICY_REDACT, "redact" },
        { POLICY_HOLD, "hold" },   { POLICY_BLOCK, "block" },
    };

    for (int32_t i = 0; i < POL_VERDICT_COUNT; i++) {
        CHECK_INT_EQ(rows[i].name, rows[i].verdict, i);
        CHECK_CSTR_EQ(rows[i].name, policy_verdict_name(i), rows[i].name);
        CHECK_INT_EQ(rows[i].name, pol_verdict_find(pol_str(rows[i].name)), i);
    }
}

static void test_other_numbers_and_names_are_none(void)
{
    static const char *const names[] = { "", "Block", "block ", "blocks",
                                         "bloc" };

    CHECK(!policy_verdict_name(-1), "-1");
    CHECK(!policy_verdict_name(POL_VERDICT_COUNT), "one too many");
    CHECK(!policy_verdict_name(INT32_MIN), "the least");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        CHECK_INT_EQ(names[i], pol_verdict_find(pol_str(names[i])), -1);
    CHECK_INT_EQ("NUL", pol_verdict_find(POL_STR("block\0")), -1);
}

static void test_confidences_have_names_in_order(void)
{
    CHECK(!policy_confidence_name(POLICY_CONFIDENCE_NONE), "none");
    CHECK_CSTR_EQ("low", policy_confidence_name(POLICY_CONFIDENCE_LOW), "low");
    CHECK_CSTR_EQ("medium", policy_confidence_name(POLICY_CONFIDENCE_MEDIUM),
                  "medium");
    CHECK_CSTR_EQ("high", policy_confidence_name(POLICY_CONFIDENCE_HIGH),
                  "high");
    CHECK(!policy_confidence_name(POLICY_CONFIDENCE_HIGH + 1), "one too many");
    CHECK(!policy_confidence_name(INT32_MIN), "the least");
}

static void test_categories_are_found_by_name(void)
{
    for (size_t i = 0; i < pol_category_count; i++) {
        const pol_category *c = &pol_categories[i];

        CHECK(pol_category_find(pol_str(c->name)) == c, "%s is there once",
              c->name);
        CHECK(*c->zh && *c->en, "%s has both words", c->name);
        CHECK(strspn(c->name, "abcdefghijklmnopqrstuvwxyz_") == strlen(c->name),
              "%s is a name", c->name);
    }
    CHECK(pol_category_count > 50, "%zu categories", pol_category_count);
    CHECK(pol_category_find(POL_STR("personal_info")) != NULL, "a known one");
    CHECK(!pol_category_find(POL_STR("")), "empty");
    CHECK(!pol_category_find(POL_STR("Insult")), "case");
}

static const struct test_case tests[] = {
    { "verdicts have names in order", test_verdicts_have_names_in_order },
    { "other numbers and names are none",
      test_other_numbers_and_names_are_none },
    { "confidences have names in order", test_confidences_have_names_in_order },
    { "categories are found by name", test_categories_are_found_by_name },
};

POLICY_TEST_MAIN("verdict", tests)
