/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stored values that an event reads: none without a state, each once, what a
 * hostile store gives refused, none of it with memory that is not there.
 */
#include "past_steps.h"

/* --- without a state, or with a bad one */

static const char asking[] =
    R("known", "login", "where = { second_factor = true, known { \"leavers\", key = \"account\" } }")
    R("gate", "post", "requires = known { \"reviews\", key = \"content_id\" }")
    R("count", "message", "match = term \"广告\","
      " count = { by = \"actor\", over = \"1h\", more_than = 5 }")
    R("except", "message", "match = term \"例外\","
      " except = { { known { \"trained\", key = \"actor\" }, why = \"w\", owner = \"o\" } }")
    R("role", "payment", "requires = { [\"actor.roles\"] = \"manager\" }");

static void test_without_a_state_the_decision_says_so(void)
{
    static const struct { const char *type, *fields, *finds; } rows[] = {
        { "login", "\"account\":\"a\",\"second_factor\":true", "!state-missing" },
        { "login", "\"account\":\"a\",\"second_factor\":false", "" },
        { "login", "\"second_factor\":true", "" },
        { "post", "\"content_id\":\"p\"", "!state-missing" },
        { "message", "\"actor\":\"u\",\"text\":\"广告\"", "!state-missing" },
        { "message", "\"actor\":\"u\",\"text\":\"别的\"", "" },
        { "message", "\"actor\":\"u\",\"text\":\"例外\"", "!state-missing" },
        { "payment", "\"actor\":\"u\"", "!state-missing" },
        { "payment", "", "role" },
    };
    struct host h;

    if (!host_open(&h, "on_error: { 2: hold }\n", asking))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct step s = { "1", 0, rows[i].type, rows[i].fields, rows[i].finds };

        if (!judge(&h, NULL, &s))
            continue;
        CHECK_CSTR_EQ(rows[i].fields, past_found(h.decision), rows[i].finds);
        CHECK_INT_EQ("changes nothing", policy_decision_change_count(h.decision), 0);
        if (strchr(rows[i].finds, '!'))
            CHECK_INT_EQ("acts as on_error", policy_decision_verdict(h.decision),
                         POLICY_HOLD);
    }
    host_close(&h);
}

struct fake {
    policy_str value;
    policy_status status;
    unsigned reads;
};

static policy_status fake_get(void *user, policy_str key, policy_record *out)
{
    struct fake *f = user;

    (void)key;
    f->reads++;
    *out = (policy_record){ f->value, 1 };
    return f->status;
}

static void test_a_bad_state_fails_the_evaluation(void)
{
    static const struct { const char *label; policy_str value; policy_status st; } rows[] = {
        { "it fails", { "", 0 }, POLICY_EIO },
        { "another version", { "\x02", 1 }, POLICY_OK },
        { "not what was written", { "\x01\xff\xff", 3 }, POLICY_OK },
        { "text", { "{\"a\":1}", 7 }, POLICY_OK },
    };
    static const struct step s = { "1", 0, "login",
                                   "\"account\":\"a\",\"second_factor\":true", "" };
    char json[512];
    struct host h;

    if (!host_open(&h, NULL, asking))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct fake f = { rows[i].value, rows[i].st, 0 };
        policy_state state = { sizeof(state), &f, fake_get, NULL };

        step_json(json, sizeof(json), &s);
        host_read(&h, json);
        CHECK_INT_EQ(rows[i].label,
                     policy_session_evaluate(&h.decision, h.session, h.event,
                                             &state, &h.error),
                     POLICY_ESTATE);
        CHECK(h.decision == NULL && *h.error.message, "%s", rows[i].label);
        judge(&h, NULL, &s);
    }
    host_close(&h);
}

/* --- cost */

static void test_what_is_not_asked_is_not_read(void)
{
    static const struct { const char *label, *type, *fields; unsigned reads; } rows[] = {
        { "a rule that is no candidate", "message", "\"actor\":\"u\",\"text\":\"别的\"", 0 },
        { "one that counts", "message", "\"actor\":\"u\",\"text\":\"广告\"", 1 },
        { "stopped before", "login", "\"account\":\"a\",\"second_factor\":false", 0 },
        { "one memory, asked twice", "comment", "\"actor\":\"u\",\"text\":\"两次\"", 1 },
        { "a rare type that writes", "review", "\"subject\":\"p\"", 1 },
    };
    static const char rules[] =
        R("a", "comment", "match = term \"两次\","
          " requires = known { \"trained\", key = \"actor\" }")
        R("b", "comment", "match = term \"两次\","
          " where = unknown { \"trained\", key = \"actor\", within = \"1d\" }");
    char all[4096];
    struct host h;

    snprintf(all, sizeof(all), "%s%s", asking, rules);
    if (!host_open(&h, NULL, all))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct step s = { "1", 0, rows[i].type, rows[i].fields, "" };
        struct fake f = { { "", 0 }, POLICY_OK, 0 };
        policy_state state = { sizeof(state), &f, fake_get, NULL };

        if (judge(&h, &state, &s))
            CHECK_INT_EQ(rows[i].label, f.reads, rows[i].reads);
    }
    host_close(&h);
}

static void test_a_warm_session_asks_for_nothing(void)
{
    static const struct step s = { "1", 0, "message",
                                   "\"actor\":\"u\",\"text\":\"广告\"", "" };
    struct past p;
    size_t requests;

    if (!past_open(&p, NULL, asking))
        return;
    for (int i = 0; i < 3; i++)
        judge(&p.h, &p.state, &s);
    requests = p.h.memory.requests;
    for (int i = 0; i < 10; i++)
        judge(&p.h, &p.state, &s);
    CHECK_INT_EQ("requests", p.h.memory.requests, requests);
    CHECK_INT_EQ("and it writes", policy_decision_change_count(p.h.decision), 1);
    past_close(&p);
}

static void finds_new(const policy_decision *d)
{
    CHECK_CSTR_EQ("works afterwards", past_found(d), "new");
}

static void test_survives_a_lack_of_memory(void)
{
    static const char rules[] =
        "memory { id = \"seen\", key = \"actor\", keep = \"1d\", set = { on = \"login\" } }\n"
        R("new", "message", "match = term \"甲\", where = unknown { \"seen\", key = \"actor\" }")
        R("often", "message", "match = term \"甲\","
          " count = { by = \"actor\", over = \"1h\", more_than = 2 }");
    static const struct step step = { "1", 0, "message",
                                      "\"actor\":\"u\",\"text\":\"甲\"", "" };
    struct past p;
    char json[512];

    if (!past_store(&p))
        return;
    step_json(json, sizeof(json), &step);
    past_starve(&p, NULL, rules, json, finds_new);
    policy_memory_free(p.m);
}

static const struct test_case tests[] = {
    { "without a state the decision says so",
      test_without_a_state_the_decision_says_so },
    { "a bad state fails the evaluation",
      test_a_bad_state_fails_the_evaluation },
    { "what is not asked is not read", test_what_is_not_asked_is_not_read },
    { "a warm session asks for nothing", test_a_warm_session_asks_for_nothing },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
};

POLICY_TEST_MAIN("history", tests)
