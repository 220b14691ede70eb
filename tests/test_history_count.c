/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What windows hold, and what rules say that count.
 */
#include "past_steps.h"

static void test_a_window_slides(void)
{
    static const char rules[] =
        R("often", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", more_than = 2 }");
#define AD(actor) "\"actor\":\"" actor "\",\"text\":\"广告\""
    static const struct step steps[] = {
        { "1", 0, "message", AD("u1"), "" },
        { "2", 10, "message", AD("u1"), "" },
        { "3", 20, "message", "\"actor\":\"u1\",\"text\":\"别的\"", "" },
        { "4", 30, "message", AD("u2"), "" },
        { "5", 40, "message", AD("u1"), "often" },
        { "6", 59, "message", AD("u1"), "often" },
        { "7", 69, "message", AD("u1"), "often" },
        { "8", 110, "message", AD("u1"), "often" },
        { "9", 135, "message", AD("u1"), "" },
        { "10", 136, "message", AD("u1"), "often" },
        { "11", 137, "message", "\"text\":\"广告\"", "" },
    };

    RUN(NULL, rules, steps);
}

static void test_each_period_counts_anew(void)
{
    static const char rules[] =
        R("long", "usage_period", "broad = true,"
          " count = { by = \"actor\", period = \"day\", sum = \"minutes\", more_than = 60 }");
#define USE(from, to) "\"actor\":\"u1\",\"started\":\"2026-03-02T" from ":00Z\"," \
                      "\"ended\":\"2026-03-02T" to ":00Z\""
    static const struct step steps[] = {
        { "1", 0, "usage_period", USE("00:00", "00:30"), "" },
        { "2", 1, "usage_period", USE("00:00", "00:30"), "" },
        { "3", 2, "usage_period", USE("00:00", "00:01"), "long" },
        { "4", 14 * 60 + 59, "usage_period", USE("00:00", "00:01"), "long" },
        { "5", 15 * 60, "usage_period", USE("00:00", "00:59"), "" },
        { "6", 15 * 60 + 1, "usage_period", "\"actor\":\"u1\"", "" },
        { "7", 15 * 60 + 2, "usage_period", USE("00:00", "00:02"), "long" },
    };

    RUN(NULL, rules, steps);
}

static void test_distinct_values_count_once(void)
{
    static const char rules[] =
        R("chats", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", distinct = \"conversation\", more_than = 1 }")
        R("people", "message", "match = term \"通知\","
          " count = { by = \"actor\", over = \"1h\", distinct = \"recipients\", more_than = 2 }");
#define CHAT(c) "\"actor\":\"u1\",\"text\":\"广告\",\"conversation\":\"" c "\""
#define PEOPLE(p) "\"actor\":\"u1\",\"text\":\"通知\",\"recipients\":[" p "]"
    static const struct step steps[] = {
        { "1", 0, "message", CHAT("c1"), "" },
        { "2", 1, "message", CHAT("c1"), "" },
        { "3", 2, "message", CHAT("c2"), "chats" },
        { "4", 62, "message", CHAT("c2"), "" },
        { "5", 63, "message", PEOPLE("\"p1\",\"p2\""), "" },
        { "6", 64, "message", PEOPLE("\"p2\""), "" },
        { "7", 65, "message", PEOPLE("\"p2\",\"p3\""), "people" },
    };

    RUN(NULL, rules, steps);
}

/* Of a value the newest place is known; an event has its own all the same. */
static void test_a_late_event_has_its_own_values(void)
{
    static const char rules[] =
        R("people", "message", "broad = true, count = { by = \"actor\", over = \"1h\","
          " distinct = \"recipients\", more_than = 1 }");
    static const struct step steps[] = {
        { "1", 30, "message", PEOPLE("\"u2\""), "" },
        { "2", 23, "message", PEOPLE("\"u3\",\"u2\",\"u2\""), "people" },
        { "3", 24, "message", PEOPLE("\"u2\""), "people" },
        { "4", 10, "message", PEOPLE("\"u2\""), "" },
    };

    RUN(NULL, rules, steps);
}

/* Rules of one counter count an event once; one in shadow counts for itself. */
static void test_counters_are_shared_by_id(void)
{
    static const char rules[] =
        R("soft", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", more_than = 1, id = \"ads\" }")
        R("hard", "message", "match = any { term \"广告\", term \"推销\" },"
          " count = { by = \"actor\", over = \"1h\", more_than = 2, id = \"ads\" }")
        R("shadow", "message", "match = term \"试用\", mode = \"shadow\","
          " count = { by = \"actor\", over = \"1h\", more_than = 0, id = \"ads\" }");
    static const struct step steps[] = {
        { "1", 0, "message", AD("u1"), "" },
        { "2", 1, "message", "\"actor\":\"u1\",\"text\":\"推销\"", "" },
        { "3", 2, "message", "\"actor\":\"u1\",\"text\":\"试用\"", "" },
        { "4", 3, "message", AD("u1"), "soft hard" },
    };

    RUN(NULL, rules, steps);
}

static void test_attempts_count(void)
{
    static const char rules[] =
        "rule { id = \"ad\", title = \"t\", reason = \"r\", category = \"spam\","
        " on = \"message\", match = term \"广告\", verdict = \"block\" }\n"
        R("often", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", more_than = 1 }");
    static const struct step steps[] = {
        { "1", 0, "message", AD("u1"), "ad" },
        { "2", 1, "message", AD("u1"), "ad often" },
    };

    RUN(NULL, rules, steps);
}

static void test_a_count_is_told(void)
{
    static const char rules[] =
        R("often", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", more_than = 0 },"
          " tell = \"{count} / {limit} {missing}\"");
    static const struct step step = { "1", 0, "message", AD("u1"), "" };
    struct past p;
    const policy_finding *f;

    if (!past_open(&p, NULL, rules))
        return;
    if (judge(&p.h, &p.state, &step)) {
        f = host_finding(p.h.decision, POLICY_ENFORCED, "o/often");
        CHECK(f && f->count == 1 && f->limit == 0, "in the finding");
        CHECK_STR_EQ("told", policy_decision_tell(p.h.decision, 0, "zh"), "1 / 0 ");
        CHECK(strstr(host_json(&p.h, 0), "\"count\":1,\"limit\":0,"), "%s", p.h.json);
        CHECK(strstr(p.h.json, "\"changes\":1,"), "%s", p.h.json);
    }
    past_close(&p);
}

/* What a rule in shadow counts has no effect, be it more than the limit. */
static void test_values_in_shadow_above_the_limit_hold_nothing(void)
{
    static const char rules[] =
        R("often", "message", "match = term \"甲\", mode = \"shadow\", count = {"
          " by = \"actor\", distinct = \"conversation\", over = \"1h\","
          " more_than = 2 }");
    policy_limits limits = POLICY_LIMITS_INIT;
    int cut = 0;
    struct past p;

    limits.entries = 3;
    if (!past_open_with(&p, NULL, rules, &limits))
        return;
    for (int i = 0; i < 6; i++) {
        char fields[80], id[8];
        struct step s = { id, i, "message", fields, "" };

        snprintf(id, sizeof(id), "%d", i);
        snprintf(fields, sizeof(fields), "\"actor\":\"u\",\"text\":\"甲\","
                 "\"conversation\":\"c%d\"", i);
        if (!judge(&p.h, &p.state, &s))
            break;
        cut += host_error(p.h.decision, "limit-entries") != NULL;
        CHECK_INT_EQ(id, policy_decision_verdict(p.h.decision), POLICY_ALLOW);
        past_apply(&p, id);
    }
    CHECK_INT_EQ("cut", cut, 3);
    past_close(&p);
}

static const struct test_case tests[] = {
    { "a window slides", test_a_window_slides },
    { "each period counts anew", test_each_period_counts_anew },
    { "distinct values count once", test_distinct_values_count_once },
    { "a late event has its own values", test_a_late_event_has_its_own_values },
    { "values in shadow above the limit hold nothing",
      test_values_in_shadow_above_the_limit_hold_nothing },
    { "counters are shared by id", test_counters_are_shared_by_id },
    { "attempts count", test_attempts_count },
    { "a count is told", test_a_count_is_told },
};

POLICY_TEST_MAIN("history_count", tests)
