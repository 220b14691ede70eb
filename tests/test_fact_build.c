/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

#include "host.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, fact_cases, NULL);
}

/* Nothing is said where `needs` and conditions, or the check, agree. */
static void test_is_silent_where_all_is_asked(void)
{
    static const struct {
        const char *label, *rule;
    } rows[] = {
        { "in where", NEEDING("\"a\"", "where = { [\"facts.a\"] = true }") },
        { "in none", NEEDING("\"a\"", "where = none { [\"facts.a\"] = true }") },
        { "asked whether it is there",
          NEEDING("\"a\"", "requires = present \"facts.a\"") },
        { "each of two",
          NEEDING("{ \"a\", \"b\" }", "where = { [\"facts.a\"] = \"x\" },\n"
                "  except = { { [\"facts.b\"] = 3, why = \"w\", owner = \"o\", expires = \"2099-01-01\" } }") },
        { "by a check",
          NEEDING("\"a\"", "check = function(event) return event.facts.a end") },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct tree t;

        tree_begin(&t);
        tree_put(&t, "o/rules.lua", rows[i].rule);
        if (tree_compile_well(&t, rows[i].label, TREE_ANY))
            for (size_t r = 0; r < t.report_count; r++)
                CHECK(t.reports[r].severity == POLICY_NOTE, "%s: %s",
                      rows[i].label, t.reports[r].message);
        tree_end(&t);
    }
}

/* Tests on a fact are those on a field, by what kind of value it is. */
static void test_tests_by_the_kind_of_the_value(void)
{
    static const struct {
        const char *test, *fact;
        bool holds;
    } rows[] = {
        { "{ \"a\", \"b\" }", "\"b\"", true },
        { "{ \"a\", \"b\" }", "\"c\"", false },
        { "{ 1, true, \"a\" }", "true", true },
        { "{ 1, 2 }", "2", true },
        { "none_of { \"a\", \"b\" }", "\"c\"", true },
        { "none_of { \"a\", \"b\" }", "[\"c\", \"a\"]", false },
        { "all_of { \"a\", \"b\" }", "[\"b\", \"c\", \"a\"]", true },
        { "all_of { \"a\", \"b\" }", "[\"b\"]", false },
        { "more_than(3)", "4", true },
        { "more_than(3)", "3", false },
        { "more_than(3)", "\"4\"", false },
        { "less_than(3)", "2", true },
        { "among \"insult\"", "\"笨蛋\"", true },
        { "among \"insult\"", "[\"q\", \"笨蛋\"]", true },
        { "outside \"insult\"", "\"q\"", true },
        { "outside \"insult\"", "\"笨蛋\"", false },
        { "same \"actor\"", "\"u1\"", true },
        { "differs \"actor\"", "\"u1\"", false },
        { "differs \"actor\"", "\"u2\"", true },
        { "same \"text\"", "\"ＡＢＣ\"", true },
        { "beyond \"recipients\"", "[\"u2\", \"u9\"]", true },
        { "beyond \"recipients\"", "[\"u2\"]", false },
        { "\"a\"", "null", false },
        { "none_of { \"a\" }", "null", false },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char rule[600], fields[200], label[120];
        struct host h;

        snprintf(label, sizeof(label), "%s of %s", rows[i].test, rows[i].fact);
        snprintf(rule, sizeof(rule), NEEDING("\"f\"",
                 "where = { [\"facts.f\"] = %s }"), rows[i].test);
        snprintf(fields, sizeof(fields), "\"actor\":\"u1\",\"text\":\"abc\","
                 "\"recipients\":[\"u2\"],\"facts\":{\"f\":%s}", rows[i].fact);
        if (!host_open(&h, "lists: { insult: { kind: ids } }\n", rule))
            continue;
        if (host_decide(&h, fields))
            CHECK_INT_EQ(label, policy_decision_verdict(h.decision),
                         rows[i].holds ? POLICY_FLAG : POLICY_ALLOW);
        host_close(&h);
    }
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "is silent where all is asked", test_is_silent_where_all_is_asked },
    { "tests by the kind of the value", test_tests_by_the_kind_of_the_value },
};

POLICY_TEST_MAIN("fact_build", tests)
