/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes a change: bounded, the same in a batch and alone, in any order of
 * the rules and whenever it is judged again.
 */
#include "past_steps.h"

/* --- limits */

static void test_records_of_a_key_are_bounded(void)
{
    static const char rules[] =
        "memory { id = \"seen\", key = { \"actor\", \"conversation\" }, keep = \"1y\","
        " set = { on = \"message\" } }\n"
        R("old", "login", "where = known { \"seen\", key = \"actor\", at_least = 4 }")
        R("three", "login", "where = known { \"seen\", key = \"actor\", at_least = 3 }");
    policy_limits limits = POLICY_LIMITS_INIT;
    struct past p;

    limits.entries = 3;
    if (!past_open_with(&p, NULL, rules, &limits))
        return;
    for (int i = 0; i < 6; i++) {
        char fields[64], id[8];
        struct step s = { id, i, "message", fields, "" };

        snprintf(id, sizeof(id), "%d", i);
        snprintf(fields, sizeof(fields), "\"actor\":\"u\",\"conversation\":\"c%d\"", i);
        if (!judge(&p.h, &p.state, &s))
            break;
        CHECK_CSTR_EQ(id, past_found(p.h.decision), i < 3 ? "" : "!limit-entries");
        past_apply(&p, id);
    }
    if (judge(&p.h, &p.state, &(struct step){ "9", 9, "login", "\"actor\":\"u\"", "" }))
        CHECK_CSTR_EQ("three are left", past_found(p.h.decision), "three");
    past_close(&p);
}

/* What a rule in shadow counts is told, and has no effect. */
static void test_a_shadow_that_is_full_holds_nothing(void)
{
    static const char rules[] =
        R("often", "message", "match = term \"甲\", mode = \"shadow\", count = {"
          " by = { \"actor\", \"conversation\" }, over = \"1h\", more_than = 2 }");
    policy_limits limits = POLICY_LIMITS_INIT;
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
        CHECK_CSTR_EQ(id, past_found(p.h.decision), i < 3 ? "" : "!limit-entries");
        CHECK_INT_EQ(id, policy_decision_verdict(p.h.decision), POLICY_ALLOW);
        past_apply(&p, id);
    }
    past_close(&p);
}

/* --- batches */

static const char batch_rules[] =
    "memory { id = \"seen\", key = \"actor\", keep = \"1d\", set = { on = \"login\" } }\n"
    R("new", "message", "match = term \"甲\", where = unknown { \"seen\", key = \"actor\" }")
    R("often", "message", "match = term \"甲\","
      " count = { by = \"actor\", over = \"1h\", more_than = 2 }");

enum { BATCH = 60 };

static void draw_step(struct step *s, char fields[128], char id[16], uint32_t i)
{
    snprintf(id, 16, "e%u", i);
    snprintf(fields, 128, "\"actor\":\"u%u\"%s", past_draw(3),
             past_draw(4) ? ",\"text\":\"甲\"" : "");
    *s = (struct step){ id, i * 3, past_draw(5) ? "message" : "login", fields, "" };
    if (strcmp(s->type, "login") == 0)
        snprintf(fields, 128, "\"actor\":\"u%u\"", past_draw(3));
}

static void test_a_batch_decides_as_one_after_another(void)
{
    for (uint32_t seed = 1; seed <= 5; seed++) {
        static char json[BATCH][512], want[BATCH][4096];
        policy_event *events[BATCH] = { NULL };
        const policy_decision *out[BATCH];
        policy_status status[BATCH];
        policy_memory *one = NULL, *all = NULL;
        policy_state state;
        struct host h;
        size_t size = seed == 1 ? BATCH : 7, done, refused = 0;

        past_seed = seed;
        if (!host_open(&h, NULL, batch_rules) ||
            policy_memory_new(&one, NULL, 0, NULL) ||
            policy_memory_new(&all, NULL, 0, NULL))
            return;
        state = policy_memory_state(one);
        for (uint32_t i = 0; i < BATCH; i++) {
            char fields[128], id[16];
            struct step s;

            draw_step(&s, fields, id, i);
            step_json(json[i], sizeof(json[i]), &s);
            if (i && past_draw(6) == 0) /* one that came before comes again */
                memcpy(json[i], json[past_draw(i)], sizeof(json[i]));
            if (!host_read(&h, json[i]) ||
                policy_session_evaluate(&h.decision, h.session, h.event, &state,
                                        &h.error))
                return;
            snprintf(want[i], sizeof(want[i]), "%s", host_json(&h, 0));
            CHECK(!policy_memory_apply(one, h.decision, &h.error), "%s",
                  h.error.message);
            policy_event_new(&events[i], NULL, NULL, NULL);
            policy_event_read_json(events[i], host_str(json[i]), NULL);
        }
        state = policy_memory_state(all);
        /* As a host does: what does not apply is evaluated again. */
        for (size_t i = 0, j; i < BATCH; i += j) {
            size_t count = i + size < BATCH ? size : BATCH - i;

            CHECK(!policy_session_evaluate_many(
                      out, status, &done, h.session,
                      (const policy_event *const *)events + i, count, &state,
                      &h.error) && done == count, "%s", h.error.message);
            for (j = 0; j < done; j++) {
                h.decision = out[j];
                CHECK_CSTR_EQ("decision", host_json(&h, 0), want[i + j]);
                if (policy_memory_apply(all, out[j], &h.error))
                    break;
            }
            refused += j < done;
            if (!CHECK(j > 0, "the first applies: %s", h.error.message))
                break;
        }
        CHECK(refused < 3, "most batches hold: %zu", refused);
        for (size_t i = 0; i < BATCH; i++)
            policy_event_free(events[i]);
        policy_memory_free(one);
        policy_memory_free(all);
        host_close(&h);
    }
}

/* Somebody else wrote in between: the second of a batch does not pass for one
 * that saw it. */
static void test_a_chain_that_broke_is_refused(void)
{
    static const struct step steps[] = {
        { "1", 0, "message", "\"actor\":\"u\",\"text\":\"甲\"", "" },
        { "2", 1, "message", "\"actor\":\"u\",\"text\":\"甲\"", "" },
    };
    policy_event *events[2] = { NULL };
    const policy_decision *out[2];
    policy_status status[2];
    struct past p;
    char json[2][512];
    struct host other;
    size_t done;

    if (!past_open(&p, NULL, batch_rules) || !host_open(&other, NULL, batch_rules))
        return;
    for (int i = 0; i < 2; i++) {
        step_json(json[i], sizeof(json[i]), &steps[i]);
        policy_event_new(&events[i], NULL, NULL, NULL);
        policy_event_read_json(events[i], host_str(json[i]), NULL);
    }
    CHECK(!policy_session_evaluate_many(out, status, &done, p.h.session,
                                        (const policy_event *const *)events, 2,
                                        &p.state, &p.h.error), "%s", p.h.error.message);
    CHECK(policy_decision_change(out[1], 0)->after.len == 1 &&
              policy_decision_change(out[1], 0)->after_source.len == 1, "chained");
    CHECK_INT_EQ("without the first",
                 policy_memory_apply(p.m, out[1], &p.h.error), POLICY_ESTATE);
    judge(&other, &p.state, &(struct step){ "3", 2, "message",
                                          "\"actor\":\"u\",\"text\":\"甲\"", "" });
    CHECK(!policy_memory_apply(p.m, other.decision, &p.h.error), "somebody else");
    CHECK_INT_EQ("the first", policy_memory_apply(p.m, out[0], &p.h.error), POLICY_ESTATE);
    CHECK_CSTR_EQ("why", p.h.error.code, "state-version");
    CHECK_INT_EQ("nor the second", policy_memory_apply(p.m, out[1], &p.h.error),
                 POLICY_ESTATE);
    for (int i = 0; i < 2; i++)
        policy_event_free(events[i]);
    host_close(&other);
    past_close(&p);
}

/* --- order, replay */

/* All decisions and all that they write, as text. */
static bool replay(char *to, size_t room, const char *rules, uint32_t seed)
{
    struct past p;

    to[0] = '\0';
    past_seed = seed;
    if (!past_open(&p, NULL, rules))
        return false;
    for (uint32_t i = 0; i < BATCH; i++) {
        char fields[128], id[16];
        struct step s;

        draw_step(&s, fields, id, i);
        if (!judge(&p.h, &p.state, &s))
            return false;
        snprintf(to + strlen(to), room - strlen(to), "%s\n", past_found(p.h.decision));
        past_append_changes(to, room, p.h.decision);
        past_apply(&p, id);
    }
    past_close(&p);
    return true;
}

static void test_a_replay_writes_the_same_bytes(void)
{
    static char a[1 << 16], b[1 << 16];

    if (replay(a, sizeof(a), batch_rules, 9) && replay(b, sizeof(b), batch_rules, 9))
        CHECK_CSTR_EQ("both", a, b);
    CHECK(strlen(a) > 1000, "something is written: %s", a);
}

/* Findings stand in the order of the rules; what is written does not. */
static void test_the_order_of_rules_changes_nothing(void)
{
    static const char turned[] =
        R("often", "message", "match = term \"甲\","
          " count = { by = \"actor\", over = \"1h\", more_than = 2 }")
        R("new", "message", "match = term \"甲\", where = unknown { \"seen\", key = \"actor\" }")
        "memory { id = \"seen\", key = \"actor\", keep = \"1d\", set = { on = \"login\" } }\n";
    static char a[1 << 16], b[1 << 16];

    if (!replay(a, sizeof(a), batch_rules, 9) || !replay(b, sizeof(b), turned, 9))
        return;
    for (char *s = b; (s = strstr(s, "often new\n")); s++)
        memcpy(s, "new often\n", 10);
    CHECK_CSTR_EQ("both", a, b);
}

static const struct test_case tests[] = {
    { "records of a key are bounded", test_records_of_a_key_are_bounded },
    { "a shadow that is full holds nothing",
      test_a_shadow_that_is_full_holds_nothing },
    { "a batch decides as one after another",
      test_a_batch_decides_as_one_after_another },
    { "a chain that broke is refused", test_a_chain_that_broke_is_refused },
    { "a replay writes the same bytes", test_a_replay_writes_the_same_bytes },
    { "the order of rules changes nothing",
      test_the_order_of_rules_changes_nothing },
};

POLICY_TEST_MAIN("history_write", tests)
