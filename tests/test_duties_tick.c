/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ticks: periods and timers, so many steps at a time, hostile stores, another
 * bundle, and a batch that decides as one event after another.
 */
#include "duty_steps.h"

/* A clock that stood still for months goes through all of them. */
static void test_each_period_that_went_by_is_judged(void)
{
    static const char rules[] =
        DUTY("check", "owner = \"head\", period = \"month\", attest = { by = \"officer\" }");
    static const struct step steps[] = {
        { "t1", "03-02T09:00", "tick", "", "", "opened check/2026-03-31 head" },
        { "t2", "06-03T09:00", "tick", "", "check check",
          "opened check/2026-04-30 head; overdue check/2026-03-31 head; "
          "opened check/2026-05-31 head; overdue check/2026-04-30 head" },
        { "t3", "06-03T09:01", "tick", "", "", "" },
    };

    RUN(rules, steps);
}

static void test_each_and_every(void)
{
    static const char rules[] =
        DUTY("backup", "owner = \"head\", each = \"departments\", every = \"7d\","
             " attest = { by = \"officer\" }")
        DUTY("timer", "owner = \"head\", every = \"10d\"");
    static const struct step steps[] = {
        { "t1", "03-02T09:00", "tick", "", "",
          "opened backup/内科/2026-03-02 head; opened backup/外科/2026-03-02 head; "
          "opened timer/2026-03-02 head" },
        { "a1", "03-05T09:00", "attestation", "\"duty\":\"o/backup/内科\",\"done_by\":\"u1\"", "",
          "done backup/内科/2026-03-02 head; opened backup/内科/2026-03-05 head" },
        { "t2", "03-09T09:00", "tick", "", "backup", "overdue backup/外科/2026-03-02 head" },
        { "t3", "03-12T09:00", "tick", "", "backup timer",
          "overdue backup/内科/2026-03-05 head; "
          "overdue timer/2026-03-02 head; opened timer/2026-03-12 head" },
        { "a2", "03-13T09:00", "attestation",
          "\"duty\":\"o/backup/外科/2026-03-02T01:00:00Z\",\"done_by\":\"u2\"", "",
          "done backup/外科/2026-03-02 head; opened backup/外科/2026-03-13 head" },
        { "t4", "05-20T09:00", "tick", "", "backup timer",
          "overdue backup/外科/2026-03-13 head; "
          "overdue timer/2026-03-12 head; opened timer/2026-05-20 head" },
    };

    RUN(rules, steps);
}

/* Of one for each, an event asks for its own. */
static void test_whose_is_pending(void)
{
    static const char rules[] =
        DUTY("backup", "owner = \"head\", each = \"departments\", every = \"7d\","
             " attest = { by = \"officer\" },"
             " overdue = { escalate = { to = \"checker\", within = \"1d\" } }")
        DUTY("plan", "each = \"officer\", once = true, within = \"3bd\","
             " attest = { by = \"head\" }")
        "rule { id = \"late\", title = \"标题\", reason = \"理由\", category = \"off_topic\",\n"
        "  on = \"post\", verdict = \"flag\", where = overdue { \"o/backup\" } }\n"
        "rule { id = \"one\", title = \"标题\", reason = \"理由\", category = \"off_topic\",\n"
        "  on = \"post\", verdict = \"flag\", where = pending { \"backup/外科\" } }\n"
        "rule { id = \"plans\", title = \"标题\", reason = \"理由\", category = \"off_topic\",\n"
        "  on = \"post\", verdict = \"flag\", where = none { pending { \"plan\" } } }\n";
    static const struct step steps[] = {
        { "t1", "03-02T09:00", "tick", "", "",
          "opened backup/内科/2026-03-02 head; opened backup/外科/2026-03-02 head; "
          "opened plan/u1/2026-03-02 u1; opened plan/u2/2026-03-02 u2" },
        { "p1", "03-02T09:30", "post", "\"actor_dept\":\"内科\"", "one", "" },
        { "a1", "03-03T09:00", "attestation", "\"duty\":\"o/backup/内科\",\"done_by\":\"u1\"", "",
          "done backup/内科/2026-03-02 head; opened backup/内科/2026-03-03 head" },
        { "a2", "03-03T09:05", "attestation", "\"duty\":\"o/plan/u2\",\"done_by\":\"u9\"", "",
          "done plan/u2/2026-03-02 u2" },
        { "p2", "03-09T10:00", "post", "\"actor_dept\":\"外科\"", "late one", "" },
        { "p3", "03-09T10:00", "post", "\"actor_dept\":\"内科\",\"actor\":\"u1\"", "one", "" },
        { "p4", "03-09T10:00", "post", "\"actor_dept\":\"食堂\",\"actor\":\"u2\"", "one plans", "" },
        { "p5", "03-09T10:00", "post", "\"actor\":\"u9\"", "one plans", "" },
    };

    RUN(rules, steps);
}

static void test_once_is_once(void)
{
    static const char rules[] =
        DUTY("plan", "each = \"officer\", once = true, within = \"3bd\","
             " attest = { by = \"head\" }");
    static const struct step steps[] = {
        { "t1", "03-05T09:00", "tick", "", "",
          "opened plan/u1/2026-03-05 u1; opened plan/u2/2026-03-05 u2" },
        { "a1", "03-06T09:00", "attestation", "\"duty\":\"o/plan/u1\",\"done_by\":\"u9\"", "",
          "done plan/u1/2026-03-05 u1" },
        { "t2", "03-10T08:59", "tick", "", "", "" },
        { "t3", "03-10T09:00", "tick", "", "plan", "overdue plan/u2/2026-03-05 u2" },
        { "a2", "12-06T09:00", "attestation", "\"duty\":\"o/plan/u2\",\"done_by\":\"u9\"", "",
          "done plan/u2/2026-03-05 u2" },
        { "t4", "12-31T09:00", "tick", "", "", "" },
    };

    RUN(rules, steps);
}

/* --- limits */

static void test_a_tick_does_so_much_and_says_that_there_is_more(void)
{
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("c", "noticed"), "", "opened report/c/2026-03-02 officer" },
        { "2", "03-02T09:01", "incident", INCIDENT("b", "noticed"), "", "opened report/b/2026-03-02 officer" },
        { "3", "03-02T09:02", "incident", INCIDENT("a", "noticed"), "", "opened report/a/2026-03-02 officer" },
        { "t1", "03-02T13:30", "tick", "", "report report+",
          "overdue report/c/2026-03-02 officer; overdue report/b/2026-03-02 officer" },
        { "t2", "03-02T13:30", "tick", "", "report", "overdue report/a/2026-03-02 officer" },
        { "t3", "03-02T13:30", "tick", "", "", "" },
    };
    policy_limits limits = POLICY_LIMITS_INIT;

    limits.due = 2;
    run_steps(REPORT, &limits, steps, sizeof(steps) / sizeof(*steps));
}

/* --- batches */

static const char mixed_rules[] =
    DUTY("report", "owner = \"officer\", within = \"4h\", remind = { \"1h\" },"
         " open = { on = \"incident\", where = { state = \"noticed\" }, key = \"incident\" },"
         " done = { on = \"incident\", where = { state = \"reported\" }, key = \"incident\" },"
         " stop = { on = \"incident\", where = { state = \"closed\" }, key = \"incident\" },"
         " overdue = { again = \"6h\" }")
    DUTY("watch", "owner = who \"reporter\", every = \"5h\", attest = { by = \"officer\" },"
         " open = { on = \"incident\", key = \"incident\", first = true }")
    DUTY("day", "owner = \"head\", period = \"day\", times = 2, grace = \"2h\","
         " done = { on = \"incident\" }")
    DUTY("shadow", "owner = \"head\", every = \"7h\", mode = \"shadow\"");

enum { EVENTS = 80 };

static void draw_json(char json[512], uint32_t i)
{
    static const char *const states[] = { "noticed", "noticed", "reported", "closed" };
    uint32_t hour = i + past_draw(2);
    char time[32];

    snprintf(time, sizeof(time), "03-%02uT%02u:%02u", 2 + hour / 24, hour % 24, past_draw(60));
    if (past_draw(3) == 0)
        snprintf(json, 512, "{\"id\":\"e%u\",\"source\":\"s\",\"type\":\"tick\",\"org\":\"o\","
                 "\"time\":\"2026-%s:00+08:00\"}", i, time);
    else if (past_draw(5) == 0)
        snprintf(json, 512, "{\"id\":\"e%u\",\"source\":\"s\",\"type\":\"attestation\",\"org\":\"o\","
                 "\"time\":\"2026-%s:00+08:00\",\"duty\":\"o/watch\",\"subject\":\"i%u\","
                 "\"done_by\":\"u%u\"}", i, time, past_draw(3), past_draw(3));
    else
        snprintf(json, 512, "{\"id\":\"e%u\",\"source\":\"s\",\"type\":\"incident\",\"org\":\"o\","
                 "\"time\":\"2026-%s:00+08:00\",\"kind\":\"leak\",\"incident\":\"i%u\","
                 "\"state\":\"%s\",\"reporter\":\"u%u\"}", i, time, past_draw(3),
                 states[past_draw(4)], past_draw(3));
}

static void test_a_batch_decides_as_one_after_another(void)
{
    for (uint32_t seed = 1; seed <= 8; seed++) {
        static char json[EVENTS][512], want[EVENTS][1 << 14], got[1 << 14];
        policy_event *events[EVENTS] = { NULL };
        const policy_decision *out[EVENTS];
        policy_status status[EVENTS];
        policy_limits limits = POLICY_LIMITS_INIT;
        policy_memory *one = NULL, *all = NULL;
        policy_state state;
        struct host h;
        size_t size = seed == 1 ? EVENTS : 7, done, overdue = 0;

        past_seed = seed;
        limits.due = seed % 2 ? 2 : 0;
        if (!host_open_with(&h, people, mixed_rules, &limits) ||
            policy_memory_new(&one, NULL, 0, NULL) ||
            policy_memory_new(&all, NULL, 0, NULL))
            return;
        state = policy_memory_state(one);
        for (uint32_t i = 0; i < EVENTS; i++) {
            draw_json(json[i], i);
            if (!host_read(&h, json[i]) ||
                !CHECK(!policy_session_evaluate(&h.decision, h.session, h.event,
                                                &state, &h.error), "%s", h.error.message))
                return;
            snprintf(want[i], sizeof(want[i]), "%s", host_json(&h, 0));
            past_append_changes(want[i], sizeof(want[i]), h.decision);
            for (size_t j = 0; j < policy_decision_duty_count(h.decision); j++)
                overdue += policy_decision_duty(h.decision, j)->change ==
                           POLICY_DUTY_OVERDUE;
            CHECK(!policy_memory_apply(one, h.decision, &h.error), "%s",
                  h.error.message);
            policy_event_new(&events[i], NULL, NULL, NULL);
            policy_event_read_json(events[i], host_str(json[i]), NULL);
        }
        CHECK(overdue > 3, "something falls overdue: %zu", overdue);
        state = policy_memory_state(all);
        for (size_t i = 0; i < EVENTS; i += done) {
            size_t count = i + size < EVENTS ? size : EVENTS - i;

            if (!CHECK(!policy_session_evaluate_many(
                           out, status, &done, h.session,
                           (const policy_event *const *)events + i, count, &state,
                           &h.error) && done, "%s", h.error.message))
                break;
            for (size_t j = 0; j < done; j++) {
                h.decision = out[j];
                snprintf(got, sizeof(got), "%s", host_json(&h, 0));
                past_append_changes(got, sizeof(got), h.decision);
                CHECK_CSTR_EQ("decision", got, want[i + j]);
                CHECK(!policy_memory_apply(all, out[j], &h.error), "%u %zu: %s",
                      seed, i + j, h.error.message);
            }
        }
        for (size_t i = 0; i < EVENTS; i++)
            policy_event_free(events[i]);
        policy_memory_free(one);
        policy_memory_free(all);
        host_close(&h);
    }
}

/* --- bundles */

/* Each step under rules of its own, as a new bundle brings them. */
static void run_bundles(const char *const *rules, const struct step *steps,
                        size_t count)
{
    struct past p;

    if (!past_store(&p))
        return;
    for (size_t i = 0; i < count; i++) {
        if (!host_open(&p.h, people, rules[i]) ||
            !judge(&p.h, &p.state, &steps[i]))
            break;
        CHECK_CSTR_EQ(steps[i].id, duties(p.h.decision), steps[i].duties);
        CHECK_CSTR_EQ(steps[i].id, past_found(p.h.decision), steps[i].finds);
        past_apply(&p, steps[i].id);
        host_close(&p.h);
    }
    policy_memory_free(p.m);
}

static void test_what_nobody_defines_any_more_is_retired(void)
{
    static const char *const rules[] = { REPORT, "", "" };
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "",
          "opened report/a/2026-03-02 officer" },
        { "t1", "03-02T11:00", "tick", "", "", "retired report/a/2026-03-02 " },
        { "t2", "03-02T15:00", "tick", "", "", "" },
    };

    run_bundles(rules, steps, 3);
}

/* One of `each` that is gone, and one that is off. */
static void test_who_is_gone_has_nothing_to_do(void)
{
#define PLAN(more) \
    DUTY("plan", more " owner = \"head\", once = true, within = \"1d\", attest = { by = \"head\" }")
    static const char *const rules[] = {
        PLAN("each = \"departments\","), PLAN("each = \"departments\", mode = \"off\","),
        PLAN("each = \"departments\","),
    };
    static const struct step steps[] = {
        { "t1", "03-02T09:00", "tick", "", "",
          "opened plan/内科/2026-03-02 head; opened plan/外科/2026-03-02 head" },
        { "t2", "03-03T09:00", "tick", "", "",
          "retired plan/内科/2026-03-02 ; retired plan/外科/2026-03-02 " },
        { "t3", "03-04T09:00", "tick", "", "",
          "opened plan/内科/2026-03-04 head; opened plan/外科/2026-03-04 head" },
    };

    run_bundles(rules, steps, 3);
}

/* A new bundle's standing duties open with its first tick; what is open keeps the
 * date that it was given, and falls overdue as the new bundle says. */
static void test_a_due_date_stays_as_opened(void)
{
#define WITHIN(span, verdict)                                                 \
    DUTY("r", "owner = \"officer\", within = \"" span "\","                  \
         " open = { on = \"incident\", key = \"incident\" },"               \
         " overdue = { verdict = \"" verdict "\" }")
    static const char *const rules[] = {
        WITHIN("4h", "flag"), WITHIN("1h", "warn") PLAN(""),
        WITHIN("1h", "warn") PLAN(""), WITHIN("1h", "warn") PLAN(""),
        WITHIN("1h", "warn") PLAN(""),
    };
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "",
          "opened r/a/2026-03-02 officer" },
        { "t1", "03-02T11:00", "tick", "", "", "opened plan/2026-03-02 head" },
        { "2", "03-02T11:30", "incident", INCIDENT("b", "noticed"), "",
          "opened r/b/2026-03-02 officer" },
        { "t2", "03-02T12:59", "tick", "", "r", "overdue r/b/2026-03-02 officer" },
        { "t3", "03-02T13:00", "tick", "", "r", "overdue r/a/2026-03-02 officer" },
    };

    run_bundles(rules, steps, sizeof(steps) / sizeof(*steps));
}

/* --- stores that fail */

struct fake {
    policy_str key, value;
    size_t count;
    policy_status status;
};

static policy_status fake_get(void *user, policy_str key, policy_record *out)
{
    struct fake *f = user;

    (void)key;
    *out = (policy_record){ f->value, 1 };
    return POLICY_OK;
}

static policy_status fake_due(void *user, policy_str org, int64_t until,
                              policy_str cursor, policy_str *keys, size_t cap,
                              size_t *count)
{
    struct fake *f = user;

    (void)org, (void)until, (void)cursor;
    for (size_t i = 0; i < f->count && i < cap; i++)
        keys[i] = f->key;
    *count = f->count;
    return f->status;
}

#define S(text) { text, sizeof(text) - 1 }

static void test_a_bad_state_fails_the_tick(void)
{
    static const struct { const char *label; struct fake f; } rows[] = {
        { "it fails", { S(""), S(""), 0, POLICY_EIO } },
        { "more than there is room for", { S("o\ndue\no/report\na"), S(""), 100000, POLICY_OK } },
        { "another organisation's", { S("p\ndue\no/report\na"), S(""), 1, POLICY_OK } },
        { "another kind", { S("o\nmemory\no/report\na"), S(""), 1, POLICY_OK } },
        { "no key at all", { S("o"), S(""), 1, POLICY_OK } },
        { "no definition", { S("o\ndue\no"), S(""), 1, POLICY_OK } },
        { "no stored value", { S("o\ndue\no/report\na"), S("\x02"), 1, POLICY_OK } },
        { "no duty", /* parts 0, state 0, due; at 0, due 1, "", "", no body */
          { S("o\ndue\no/report\na"), S("\x01\x40\x00\x02\x00\x00\x00"), 1, POLICY_OK } },
    };
    static const struct step tick = { "t", "03-02T09:00", "tick", "", "", "" };
    char json[512];
    struct host h;

    if (!host_open(&h, people, REPORT))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct fake f = rows[i].f;
        policy_state state = { sizeof(state), &f, fake_get, fake_due };

        step_json(json, sizeof(json), &tick);
        host_read(&h, json);
        CHECK_INT_EQ(rows[i].label,
                     policy_session_evaluate(&h.decision, h.session, h.event, &state,
                                             &h.error), POLICY_ESTATE);
        CHECK(h.decision == NULL && *h.error.message, "%s", rows[i].label);
    }
    /* Without a state nothing is due; with one that knows no due dates neither. */
    for (int i = 0; i < 2; i++) {
        struct fake f = { S(""), S(""), 0, POLICY_OK };
        policy_state state = { sizeof(state), &f, fake_get, NULL };

        if (judge(&h, i ? &state : NULL, &tick))
            CHECK_CSTR_EQ("said", past_found(h.decision), "!state-missing");
    }
    host_close(&h);
}

static const struct test_case tests[] = {
    { "each period that went by is judged",
      test_each_period_that_went_by_is_judged },
    { "each and every", test_each_and_every },
    { "whose is pending", test_whose_is_pending },
    { "once is once", test_once_is_once },
    { "a tick does so much and says that there is more",
      test_a_tick_does_so_much_and_says_that_there_is_more },
    { "a batch decides as one after another",
      test_a_batch_decides_as_one_after_another },
    { "what nobody defines any more is retired",
      test_what_nobody_defines_any_more_is_retired },
    { "who is gone has nothing to do", test_who_is_gone_has_nothing_to_do },
    { "a due date stays as opened", test_a_due_date_stays_as_opened },
    { "a bad state fails the tick", test_a_bad_state_fails_the_tick },
};

POLICY_TEST_MAIN("duties_tick", tests)
