/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guards in a session: what they see and lower, their budget, their memory, and
 * the errors that they leave.
 */
#include "host.h"

#define GUARDED(id, match, check)                                             \
    "rule { id = \"" id "\", title = \"t\", reason = \"r\", on = \"message\","  \
    " category = \"off_topic\", verdict = \"hold\", severity = 3,"            \
    " match = " match ", check = " check ","                                  \
    " tests = { hit \"甲\", miss \"好\" } }\n"

static const char sees[] =
    GUARDED("yes", "term \"甲\"", "function() return true end")
    GUARDED("no", "term \"甲\"", "function() return false end")
    GUARDED("nil", "term \"甲\"", "function() end")
    GUARDED("lower", "term \"甲\"",
            "function() return { verdict = \"flag\", severity = 1 } end")
    GUARDED("never-above", "term \"甲\"",
            "function() return { verdict = \"block\" } end")
    GUARDED("fields", "term \"甲\"",
            "function(event, hits) return event.text == \"甲乙机密\" and"
            " event.actor == \"u1\" and event.external == nil end")
    GUARDED("hits", "all { term \"甲\", list \"own\", pii \"mobile\" }",
            "function(event, hits) return #hits == 3 and hits[1].kind == \"term\""
            " and hits[2].list == \"own\" and hits[2].text == \"机密\""
            " and hits[2].field == \"text\" and hits[3].kind == \"mobile\" end")
    GUARDED("flags", "term \"甲\"",
            "function(event) return #event.flags == 1 and"
            " event.flags[1] == \"ignorable\" end")
    GUARDED("evidence-only", "term \"乙\"",
            "function(event, hits) return #hits == 1 end");

static void check_fires(struct host *h, const char *rule, bool fires,
                        int32_t verdict, int32_t severity)
{
    const policy_finding *f = host_finding(h->decision, POLICY_ENFORCED, rule);

    if (CHECK((f != NULL) == fires, "%s", rule) && f) {
        CHECK_INT_EQ(rule, f->verdict, verdict);
        CHECK_INT_EQ(rule, f->severity, severity);
    }
}

static void test_guards_decide(void)
{
    struct host h;

    if (!host_open(&h, NULL, sees) ||
        !host_decide(&h, "\"text\":\"甲乙机密\",\"actor\":\"u1\","
                         "\"parts\":[{\"role\":\"quote\",\"text\":\"好\u2060\"}]"))
        return;
    CHECK(policy_decision_error_count(h.decision) == 0, "%s", host_json(&h, 0));
    check_fires(&h, "o/yes", true, POLICY_HOLD, 3);
    check_fires(&h, "o/no", false, 0, 0);
    check_fires(&h, "o/nil", false, 0, 0);
    check_fires(&h, "o/lower", true, POLICY_FLAG, 1);
    check_fires(&h, "o/never-above", true, POLICY_HOLD, 3);
    check_fires(&h, "o/fields", true, POLICY_HOLD, 3);
    check_fires(&h, "o/flags", true, POLICY_HOLD, 3);
    check_fires(&h, "o/evidence-only", true, POLICY_HOLD, 3);
    CHECK_INT_EQ("guards", policy_decision_cost(h.decision)->guards, 8);
    CHECK(policy_decision_cost(h.decision)->instructions > 0, "counted");
    if (host_decide(&h, "\"text\":\"甲机密13800138000\""))
        check_fires(&h, "o/hits", true, POLICY_HOLD, 3);
    host_close(&h);
}

static void test_a_broken_guard_acts_as_an_error(void)
{
    static const struct {
        const char *label, *check, *code;
    } rows[] = {
        { "an error", "function(event) return event.text + 1 end", "guard-error" },
        { "a wrong field", "function(event) return event.txt end", "guard-error" },
        { "an endless loop", "function() while true do end end",
          "guard-instructions" },
        { "too much memory", "function() local t = {} for i = 1, 1e9 do t[i] ="
          " i end return true end", NULL },
    };
    const policy_rule_error *e;
    struct host h;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char rules[1024];

        snprintf(rules, sizeof(rules),
                 "rule { id = \"b\", title = \"t\", reason = \"r\", on = \"message\","
                 " category = \"off_topic\", verdict = \"warn\", severity = 3,"
                 " match = term \"甲\", check = %s, tests = { hit \"甲\", miss \"好\" } }\n"
                 GUARDED("good", "term \"甲\"", "function() return true end"),
                 rows[i].check);
        if (!host_open(&h, "on_error: { 3: block }\n", rules))
            return;
        for (int again = 0; again < 2 && host_decide(&h, "\"text\":\"甲\"");
             again++) {
            e = policy_decision_error(h.decision, 0);
            if (CHECK(e != NULL, "%s", rows[i].label)) {
                CHECK_CSTR_EQ(rows[i].label, e->rule, "o/b");
                if (rows[i].code)
                    CHECK_CSTR_EQ(rows[i].label, e->code, rows[i].code);
                CHECK_INT_EQ(rows[i].label, e->acted_as, POLICY_BLOCK);
                CHECK(e->message.len > 0, "%s: no message", rows[i].label);
            }
            CHECK_INT_EQ(rows[i].label, policy_decision_verdict(h.decision),
                         POLICY_BLOCK);
            check_fires(&h, "o/good", true, POLICY_HOLD, 3);
        }
        host_close(&h);
    }
}

static void test_an_event_has_one_budget(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    struct host h;

    limits.guards = 2;
    if (!host_open_with(&h, "on_error: { 3: block }\n", sees, &limits) ||
        !host_decide(&h, "\"text\":\"甲\""))
        return;
    CHECK_INT_EQ("guards run", policy_decision_cost(h.decision)->guards, 2);
    CHECK_INT_EQ("the others are errors", policy_decision_error_count(h.decision), 5);
    CHECK(host_error(h.decision, "limit-guards") != NULL, "by name");
    CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision), POLICY_BLOCK);
    host_close(&h);

    limits.guards = 0;
    limits.event_instructions = 1;
    if (!host_open_with(&h, "on_error: { 3: block }\n", sees, &limits) ||
        !host_decide(&h, "\"text\":\"甲\""))
        return;
    CHECK_INT_EQ("one is cut", policy_decision_cost(h.decision)->guards, 1);
    CHECK_INT_EQ("all are errors, and without a state nobody notes the one",
                 policy_decision_error_count(h.decision), 8);
    CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision), POLICY_BLOCK);
    host_close(&h);
}

/* Two organisations in a session that has room for less than one state. */
static void test_states_of_idle_organisations_go_first(void)
{
    static const struct host_file files[] = {
        { "a/organisation.yaml", "id: a\nname: 甲\nkind: company\n" },
        { "a/rules.lua",
          GUARDED("yes", "term \"甲\"", "function() return true end") },
        { "b/organisation.yaml", "id: b\nname: 乙\nkind: company\n" },
        { "b/rules.lua",
          GUARDED("yes", "term \"甲\"", "function() return true end") },
    };
    static const char *const events[] = {
        "{\"id\":\"1\",\"source\":\"s\",\"type\":\"message\",\"org\":\"a\",\"time\":0,"
        "\"text\":\"甲\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"type\":\"message\",\"org\":\"b\",\"time\":0,"
        "\"text\":\"甲\"}",
    };
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    policy_limits limits = POLICY_LIMITS_INIT;
    policy_counters counters = POLICY_COUNTERS_INIT;
    struct host h = { .error = POLICY_ERROR_INIT };

    test_allocator_init(&h.memory);
    limits.lua_bytes = 1;
    h.bundle = host_compile(files, 4, NULL, &h.memory.allocator);
    CU_ASSERT_FATAL(h.bundle != NULL);
    for (int tight = 0; tight < 2; tight++) {
        o.limits = tight ? &limits : NULL;
        CU_ASSERT_FATAL(policy_session_new(&h.session, h.bundle, &o, NULL) == 0 &&
                        policy_event_new(&h.event, NULL, NULL, NULL) == 0);
        for (int i = 0; i < 6; i++) {
            host_read(&h, events[i % 2]);
            CHECK(policy_session_evaluate(&h.decision, h.session, h.event, NULL,
                                          NULL) == POLICY_OK &&
                      policy_decision_verdict(h.decision) == POLICY_HOLD,
                  "event %d", i);
        }
        policy_session_counters(&counters, h.session);
        CHECK_INT_EQ(tight ? "opened each time" : "opened once",
                     counters.lua_states, tight ? 6 : 2);
        CHECK_INT_EQ("guards", counters.guards, 6);
        policy_session_free(h.session);
        policy_event_free(h.event);
    }
    policy_bundle_unref(h.bundle);
    test_allocator_clean(&h.memory);
}

/* The third organisation's state is larger than all may be together: it closes
 * itself, and the states of the other two stay. */
static void test_a_large_state_closes_itself(void)
{
    static const struct host_file files[] = {
        { "a/organisation.yaml", "id: a\nname: 甲\nkind: company\n" },
        { "a/rules.lua",
          GUARDED("yes", "term \"甲\"", "function() return true end") },
        { "b/organisation.yaml", "id: b\nname: 乙\nkind: company\n" },
        { "b/rules.lua",
          GUARDED("yes", "term \"甲\"", "function() return true end") },
        { "c/organisation.yaml", "id: c\nname: 丙\nkind: company\n" },
        { "c/rules.lua",
          "local s = 'x' for i = 1, 18 do s = s .. s end\n"
          GUARDED("yes", "term \"甲\"", "function() return #s > 5 end") },
    };
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    policy_limits limits = POLICY_LIMITS_INIT;
    policy_counters counters = POLICY_COUNTERS_INIT;
    struct host h = { .error = POLICY_ERROR_INIT };
    char event[200];

    test_allocator_init(&h.memory);
    limits.lua_bytes = 200000;
    o.limits = &limits;
    h.bundle = host_compile(files, 6, NULL, &h.memory.allocator);
    CU_ASSERT_FATAL(h.bundle != NULL);
    CU_ASSERT_FATAL(policy_session_new(&h.session, h.bundle, &o, NULL) == 0 &&
                    policy_event_new(&h.event, NULL, NULL, NULL) == 0);
    for (int i = 0; i < 12; i++) {
        snprintf(event, sizeof(event),
                 "{\"id\":\"1\",\"source\":\"s\",\"type\":\"message\","
                 "\"org\":\"%c\",\"time\":0,\"text\":\"甲\"}", 'a' + i % 3);
        host_read(&h, event);
        CHECK(policy_session_evaluate(&h.decision, h.session, h.event, NULL,
                                      NULL) == POLICY_OK &&
                  policy_decision_verdict(h.decision) == POLICY_HOLD,
              "event %d", i);
    }
    policy_session_counters(&counters, h.session);
    CHECK_INT_EQ("two once, one four times", counters.lua_states, 2 + 4);
    policy_session_free(h.session);
    policy_event_free(h.event);
    policy_bundle_unref(h.bundle);
    test_allocator_clean(&h.memory);
}

static const struct test_case tests[] = {
    { "guards decide", test_guards_decide },
    { "a broken guard acts as an error", test_a_broken_guard_acts_as_an_error },
    { "an event has one budget", test_an_event_has_one_budget },
    { "states of idle organisations go first",
      test_states_of_idle_organisations_go_first },
    { "a large state closes itself", test_a_large_state_closes_itself },
};

POLICY_TEST_MAIN("guards", tests)
