/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instances in sequences of events with ticks: asked by rules, explained,
 * escalated, without memory.
 */
#include "duty_steps.h"

/* --- asked by rules */

static void test_rules_ask_what_is_open(void)
{
    static const char rules[] =
        DUTY("pw", "owner = \"officer\", within = \"10d\", grace = \"1d\","
             " open = { on = \"account_change\", key = \"subject_account\" }")
        DUTY("plan", "owner = \"head\", once = true, within = \"1d\", attest = { by = \"head\" }")
        "rule { id = \"p\", title = \"标题\", reason = \"理由\", category = \"off_topic\","
        " on = \"login\", where = pending { \"pw\", key = \"account\" }, verdict = \"flag\" }\n"
        "rule { id = \"o\", title = \"标题\", reason = \"理由\", category = \"off_topic\","
        " on = \"login\", where = overdue { \"o/pw\", key = \"account\" }, verdict = \"warn\" }\n"
        "rule { id = \"n\", title = \"标题\", reason = \"理由\", category = \"off_topic\","
        " on = \"login\", broad = true, where = { none { pending { \"plan\" } } }, verdict = \"flag\" }\n";
    static const struct step steps[] = {
        { "1", "03-02T09:00", "login", "\"account\":\"a\"", "n", "" },
        { "2", "03-02T09:00", "account_change", "\"subject_account\":\"a\",\"change\":\"register\"",
          "", "opened pw/a/2026-03-02 officer" },
        { "3", "03-02T09:00", "login", "\"account\":\"a\"", "p n", "" },
        { "4", "03-02T09:00", "login", "\"account\":\"b\"", "n", "" },
        { "t", "03-02T10:00", "tick", "", "", "opened plan/2026-03-02 head" },
        { "5", "03-13T08:59", "login", "\"account\":\"a\"", "p", "" },
        /* It is overdue whether a tick has come or not. */
        { "6", "03-13T09:00", "login", "\"account\":\"a\"", "p o", "" },
    };

    RUN(rules, steps);
}

/* --- escalations */

static void test_somebody_has_to_look_at_it(void)
{
    static const char rules[] =
        "rule { id = \"b\", title = \"标题\", reason = \"理由\", category = \"off_topic\","
        " on = \"message\", match = term \"甲\", verdict = \"block\","
        " escalate = { to = \"officer\", within = \"8bh\", other_than = \"actor\" } }\n"
        DUTY("d", "owner = \"officer\", within = \"4h\","
             " open = { on = \"incident\", where = { state = \"noticed\" }, key = \"incident\" },"
             " done = { on = \"incident\", where = { state = \"reported\" }, key = \"incident\" },"
             " overdue = { escalate = { to = \"head\", within = \"1bd\" }, again = \"1h\" }");
    static const struct step steps[] = {
        { "m/1", "03-02T16:00", "message", "\"actor\":\"u1\",\"text\":\"甲\"", "b",
          "opened b/s/m/1 u2" },
        { "t0", "03-03T14:59", "tick", "", "", "" },
        { "t1", "03-03T15:00", "tick", "", "b", "overdue b/s/m/1 u2" },
        { "t2", "03-04T16:00", "tick", "", "", "" },
        { "a1", "03-05T09:00", "attestation", "\"duty\":\"o/b/s/m/1\",\"done_by\":\"u7\"", "",
          "done b/s/m/1 u2" },
        { "1", "03-06T09:00", "incident", INCIDENT("a", "noticed"), "",
          "opened d/a/2026-03-06 officer" },
        { "t3", "03-06T13:00", "tick", "", "d",
          "overdue d/a/2026-03-06 officer; opened d//escalated/a/2026-03-06 head" },
        { "t4", "03-06T14:00", "tick", "", "d", "overdue d/a/2026-03-06 officer" },
        { "2", "03-06T15:00", "incident", INCIDENT("a", "reported"), "",
          "done d/a/2026-03-06 officer" },
        { "a2", "03-07T09:00", "attestation",
          "\"duty\":\"o/d//escalated/a/2026-03-06T01:00:00Z\",\"done_by\":\"u9\"", "",
          "done d//escalated/a/2026-03-06 head" },
        { "t5", "03-20T14:00", "tick", "", "", "" },
    };

    RUN(rules, steps);
}

/* --- explained */

struct shown { const char *outcome, *id; unsigned count; };

static int see(void *user, const policy_explanation *x)
{
    struct shown *s = user;

    if (strcmp(x->outcome, s->outcome) == 0 && strcmp(x->rule, "o/report") == 0 &&
        x->key.len >= strlen(s->id) && memcmp(x->key.ptr, s->id, strlen(s->id)) == 0)
        s->count++;
    return 0;
}

static void test_explanations_tell_what_became_of_duties(void)
{
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "", "opened" },
        { "t1", "03-02T12:00", "tick", "", "", "reminded" },
        { "t2", "03-02T13:00", "tick", "", "", "overdue" },
        { "2", "03-02T13:00", "incident", INCIDENT("a", "reported"), "", "done" },
    };
    struct past p;

    if (!past_open(&p, people, REPORT))
        return;
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        struct shown s = { steps[i].duties, "o/report/a/2026-03-02T", 0 };

        if (!judge(&p.h, &p.state, &steps[i]))
            break;
        past_apply(&p, steps[i].id);
        if (i + 1 < sizeof(steps) / sizeof(*steps))
            continue;
        CHECK_INT_EQ("done already",
                     policy_session_explain_each(p.h.session, p.h.event,
                                                 &p.state, see, &s, &p.h.error),
                     0);
        CHECK_INT_EQ("nothing", s.count, 0);
    }
    policy_memory_free(p.m);
    if (!past_store(&p))
        return;
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        struct shown s = { steps[i].duties, "o/report/a/2026-03-02T", 0 };
        char json[512];

        step_json(json, sizeof(json), &steps[i]);
        host_read(&p.h, json);
        CHECK_INT_EQ(steps[i].id,
                     policy_session_explain_each(p.h.session, p.h.event,
                                                 &p.state, see, &s, &p.h.error),
                     0);
        CHECK_INT_EQ(steps[i].id, s.count, 1);
        if (!judge(&p.h, &p.state, &steps[i]))
            break;
        past_apply(&p, steps[i].id);
    }
    past_close(&p);
}

/* What was renewed and falls overdue again is looked at again; while it is still
 * being looked at, nobody is asked twice. */
static void test_each_time_somebody_has_to_look_at_it(void)
{
    static const char rules[] =
        DUTY("d", "owner = \"officer\", within = \"1d\", renew = true, grain = \"1h\","
             " open = { on = \"incident\", key = \"incident\" },"
             " overdue = { escalate = { to = \"head\", within = \"30d\" } }");
#define LOOKED_AT "\"duty\":\"o/d//escalated/a/2026-03-02T01:00:00Z\",\"done_by\":\"u9\""
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "",
          "opened d/a/2026-03-02 officer" },
        { "t1", "03-03T09:00", "tick", "", "d",
          "overdue d/a/2026-03-02 officer; opened d//escalated/a/2026-03-02 head" },
        { "2", "03-03T10:00", "incident", INCIDENT("a", "noticed"), "", "" },
        { "t2", "03-04T10:00", "tick", "", "d", "overdue d/a/2026-03-02 officer" },
        { "a1", "03-04T11:00", "attestation", LOOKED_AT, "",
          "done d//escalated/a/2026-03-02 head" },
        { "3", "03-04T12:00", "incident", INCIDENT("a", "noticed"), "", "" },
        { "t3", "03-05T12:00", "tick", "", "d",
          "overdue d/a/2026-03-02 officer; opened d//escalated/a/2026-03-02 head" },
        { "a2", "03-05T13:00", "attestation", LOOKED_AT, "",
          "done d//escalated/a/2026-03-02 head" },
    };

    RUN(rules, steps);
}

static void says_one(const policy_decision *d)
{
    CHECK_INT_EQ("works afterwards", policy_decision_duty_count(d), 1);
}

static void test_survives_a_lack_of_memory(void)
{
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "", "" },
        { "t", "03-02T13:00", "tick", "", "", "" },
    };
    struct past p;
    char json[512];

    if (!past_store(&p))
        return;
    for (size_t i = 0; i < 2; i++) {
        step_json(json, sizeof(json), &steps[i]);
        past_starve(&p, people, REPORT, json, says_one);
    }
    policy_memory_free(p.m);
}

static const struct test_case tests[] = {
    { "rules ask what is open", test_rules_ask_what_is_open },
    { "somebody has to look at it", test_somebody_has_to_look_at_it },
    { "each time somebody has to look at it",
      test_each_time_somebody_has_to_look_at_it },
    { "explanations tell what became of duties",
      test_explanations_tell_what_became_of_duties },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
};

POLICY_TEST_MAIN("duties", tests)
