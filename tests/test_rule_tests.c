/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules' own tests: what passes, what fails and what it says then.
 */
#include "host.h"

#define TESTED(id, rest, tests)                                               \
    "rule { id = \"" id "\", title = \"t\", reason = \"r\", on = \"message\","  \
    " category = \"off_topic\", verdict = \"hold\", severity = 3, " rest      \
    ", tests = { " tests " } }\n"

static const char rules[] =
    TESTED("good", "match = term \"甲\"", "hit \"甲\", hit { \"x甲\", at = \"甲\" },"
           " hit { \"甲\", verdict = \"hold\" }, miss \"好\"")
    TESTED("wrong", "match = term \"甲\"", "hit \"乙\", miss \"甲\"")
    TESTED("verdict", "match = term \"甲\", check = function() return { verdict ="
           " \"flag\" } end", "hit { \"甲\", verdict = \"hold\" }, miss \"好\"")
    TESTED("at", "match = term \"甲\"", "hit { \"甲乙\", at = \"乙\" }, miss \"好\"")
    TESTED("broken", "match = term \"甲\", check = function() error(\"哎\") end",
           "hit \"甲\", miss \"甲\", miss \"好\"")
    TESTED("shadow", "match = term \"甲\", mode = \"shadow\"", "hit \"甲\", miss \"好\"")
    TESTED("off", "match = term \"甲\", mode = \"off\"", "hit \"乙\", miss \"甲\"")
    TESTED("nobody", "match = term \"甲\", escalate = { to = \"officer\", within ="
           " \"1h\", other_than = \"actor\" }", "hit { \"甲\", actor = \"u1\" }, miss \"好\"")
    TESTED("office-hours", "match = term \"甲\", where = { work_hours = true }",
           "hit \"甲\", miss { \"甲\", work_hours = false }")
    TESTED("often", "match = term \"甲\", count = { by = \"actor\", over = \"1h\","
           " more_than = 1 }",
           "miss { \"甲\", actor = \"u1\" },"
           " steps { { \"甲\", actor = \"u1\", expect = \"miss\" },"
           " { \"甲\", actor = \"u1\", after = \"1m\", expect = \"hit\" } },"
           " steps { { \"甲\", actor = \"u1\" },"
           " { \"甲\", actor = \"u1\", after = \"2h\", expect = \"hit\" } }")
    TESTED("gone", "where = { direction = \"out\","
           " known { \"leavers\", key = \"account\" } }",
           "steps { { type = \"staff_change\", change = \"leave\", accounts = \"a\" },"
           " { account = \"a\", expect = \"hit\" }, { account = \"b\", expect = \"miss\" } }");

static const struct {
    const char *rule, *text, *expected, *got;
    int passed;
} rows[] = {
    { "o/good", "甲", "hit", "hit", 1 }, { "o/good", "x甲", "hit", "hit", 1 },
    { "o/good", "甲", "hit", "hit", 1 }, { "o/good", "好", "miss", "miss", 1 },
    { "o/wrong", "乙", "hit", "miss", 0 }, { "o/wrong", "甲", "miss", "hit", 0 },
    { "o/verdict", "甲", "hit, verdict hold", "hit, verdict flag", 0 },
    { "o/verdict", "好", "miss", "miss", 1 },
    { "o/at", "甲乙", "hit at 乙", "hit elsewhere", 0 },
    { "o/at", "好", "miss", "miss", 1 },
    { "o/broken", "甲", "hit", NULL, 0 }, { "o/broken", "甲", "miss", NULL, 0 },
    { "o/broken", "好", "miss", "miss", 1 },
    { "o/shadow", "甲", "hit", "hit", 1 }, { "o/shadow", "好", "miss", "miss", 1 },
    { "o/nobody", "甲", "hit", "hit", 1 }, { "o/nobody", "好", "miss", "miss", 1 },
    { "o/office-hours", "甲", "hit", "hit", 1 },
    { "o/office-hours", "甲", "miss", "miss", 1 },
    { "o/often", "甲", "miss", "miss", 1 },
    { "o/often", "steps", "steps", "steps", 1 },
    { "o/often", "steps", "step 2: hit", "miss", 0 },
    { "o/gone", "steps", "steps", "steps", 1 },
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

static void on_result(void *user, const policy_test_result *r)
{
    size_t *n = user, i = (*n)++;
    char label[40];

    snprintf(label, sizeof(label), "result %zu", i);
    if (!CHECK(i < ROWS, "%s: %s", label, r->rule))
        return;
    CHECK_CSTR_EQ(label, r->organisation, "o");
    CHECK_CSTR_EQ(label, r->rule, rows[i].rule);
    CHECK_STR_EQ(label, r->text, rows[i].text);
    CHECK_STR_EQ(label, r->expected, rows[i].expected);
    if (rows[i].got)
        CHECK_STR_EQ(label, r->got, rows[i].got);
    else
        CHECK(r->got.len > 7 && memcmp(r->got.ptr, "error: ", 7) == 0, "%.*s",
              (int)r->got.len, r->got.ptr);
    CHECK_INT_EQ(label, r->passed, rows[i].passed);
    CHECK(r->line > 0, "%s: no line", label);
}

static const char yaml[] = "roles: { officer: [u1] }\n";

static void test_each_result_says_what_came(void)
{
    struct host h;
    size_t n = 0;

    if (!host_open(&h, yaml, rules))
        return;
    CHECK_INT_EQ("status", policy_session_test(h.session, "o", on_result, &n, NULL),
                 POLICY_OK);
    CHECK_INT_EQ("results", n, ROWS);
    n = 0;
    CHECK_INT_EQ("of all", policy_session_test(h.session, NULL, on_result, &n, NULL),
                 POLICY_OK);
    CHECK_INT_EQ("results", n, ROWS);
    CHECK_INT_EQ("works on", host_judge(&h, "\"text\":\"甲\""), POLICY_OK);
    host_close(&h);
}

static void test_an_unknown_organisation_is_said(void)
{
    struct host h;
    size_t n = 0;

    if (!host_open(&h, yaml, rules))
        return;
    CHECK_INT_EQ("status", policy_session_test(h.session, "p", on_result, &n,
                                               &h.error), POLICY_EORG);
    CHECK_CSTR_EQ("code", h.error.code, "organisation");
    CHECK_INT_EQ("results", n, 0);
    host_close(&h);
}

static void count_passed(void *user, const policy_test_result *r)
{
    size_t *n = user;

    n[r->passed != 0]++;
    if (!r->passed)
        CHECK(false, "%s: %.*s", r->rule, (int)r->got.len, r->got.ptr);
}

/* A rule of a regulation that binds later is tested on a day that it binds. */
static void test_rules_of_tomorrow_are_tested(void)
{
    size_t n[2] = { 0, 0 };
    struct host h;

    if (!host_open(&h, "regulations: { alpha: { mode: enforce, from: 2040-01-01 } }\n",
                   TESTED("x", "match = term \"甲\"", "hit \"甲\", miss \"好\"")))
        return;
    CHECK_INT_EQ("status", policy_session_test(h.session, NULL, count_passed, n, NULL),
                 POLICY_OK);
    CHECK_INT_EQ("passed", n[1], 4);
    host_close(&h);
}

static void test_no_memory_is_said(void)
{
    struct host h;
    size_t n = 0;

    if (!host_open(&h, yaml, rules))
        return;
    h.memory.fail_at = h.memory.requests + 1;
    CHECK_INT_EQ("status", policy_session_test(h.session, NULL, on_result, &n,
                                               &h.error), POLICY_ENOMEM);
    CHECK_INT_EQ("status", h.error.status, POLICY_ENOMEM);
    host_close(&h);
}

static const struct test_case tests[] = {
    { "each result says what came", test_each_result_says_what_came },
    { "an unknown organisation is said", test_an_unknown_organisation_is_said },
    { "rules of tomorrow are tested", test_rules_of_tomorrow_are_tested },
    { "no memory is said", test_no_memory_is_said },
};

POLICY_TEST_MAIN("rule_tests", tests)
