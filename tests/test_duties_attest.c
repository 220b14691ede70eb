/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may say that something is done.
 */
#include "duty_steps.h"

static void test_who_may_attest(void)
{
    static const char rules[] =
        DUTY("d", "owner = \"officer\", within = \"4h\","
             " open = { on = \"incident\", key = \"incident\" },"
             " attest = { by = \"officer\", evidence = true, other_than = \"owner\" }")
        DUTY("e", "owner = \"head\", within = \"4h\","
             " open = { on = \"incident\", key = \"incident\" },"
             " attest = { by = \"checker\", evidence = true, other_than = \"owner\" }");
#define ATTEST(duty, by) "\"duty\":\"" duty "\",\"done_by\":\"" by "\",\"evidence\":\"照片\""
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "",
          "opened d/a/2026-03-02 officer; opened e/a/2026-03-02 head" },
        { "2", "03-02T09:00", "incident", INCIDENT("b", "noticed"), "",
          "opened d/b/2026-03-02 officer; opened e/b/2026-03-02 head" },
        { "owner", "03-02T10:00", "attestation", ATTEST("o/d", "u1") ",\"subject\":\"a\"",
          "!attestation-refused", "" },
        { "role", "03-02T10:00", "attestation", ATTEST("o/e", "u1") ",\"subject\":\"a\"",
          "!attestation-refused", "" },
        { "evidence", "03-02T10:00", "attestation",
          "\"duty\":\"o/e\",\"done_by\":\"u3\",\"subject\":\"a\"", "!attestation-refused", "" },
        { "failed", "03-02T10:00", "attestation",
          ATTEST("o/e", "u3") ",\"subject\":\"a\",\"result\":\"fail\"",
          "!attestation-refused", "" },
        { "nothing", "03-02T10:00", "attestation", ATTEST("o/e", "u3") ",\"subject\":\"x\"",
          "!attestation-refused", "" },
        { "nobody's", "03-02T10:00", "attestation", ATTEST("o/ex", "u3"), "!attestation-refused", "" },
        { "whose", "03-02T10:00", "attestation", ATTEST("o/e", "u3"),
          "!attestation-refused", "" },
        { "before", "03-02T10:00", "attestation",
          ATTEST("o/e", "u3") ",\"subject\":\"a\",\"done_at\":\"2026-03-02T08:59:00+08:00\"",
          "!attestation-refused", "" },
        { "good", "03-02T10:00", "attestation", ATTEST("o/e", "u3") ",\"subject\":\"a\"", "",
          "done e/a/2026-03-02 head" },
        { "named", "03-02T10:00", "attestation",
          ATTEST("o/e/b/2026-03-02T01:00:00Z", "u3"), "", "done e/b/2026-03-02 head" },
        { "twice", "03-02T10:01", "attestation",
          ATTEST("o/e/b/2026-03-02T01:00:00Z", "u3"), "!attestation-refused", "" },
    };

    RUN(rules, steps);
}

/* run_steps() judges each again: it must not find the next to be fulfilled. */
static void test_an_attestation_is_for_one(void)
{
    static const char rules[] =
        DUTY("d", "owner = \"officer\", within = \"4h\","
             " open = { on = \"incident\", key = { \"subject_account\", \"incident\" } },"
             " attest = { by = \"checker\" }");
#define OF_A ",\"subject_account\":\"a\""
#define CHECKED "\"duty\":\"o/d\",\"subject\":\"a\",\"done_by\":\"u3\""
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("i1", "noticed") OF_A, "",
          "opened d/a/i1/2026-03-02 officer" },
        { "2", "03-02T09:01", "incident", INCIDENT("i2", "noticed") OF_A, "",
          "opened d/a/i2/2026-03-02 officer" },
        { "a1", "03-02T10:00", "attestation", CHECKED, "",
          "done d/a/i1/2026-03-02 officer" },
        { "a2", "03-02T10:00", "attestation", CHECKED, "",
          "done d/a/i2/2026-03-02 officer" },
    };

    RUN(rules, steps);
}

/* The message of the only error, or "". */
static const char *refusal(const policy_decision *d)
{
    static char text[200];

    text[0] = '\0';
    if (policy_decision_error_count(d) == 1) {
        policy_str says = policy_decision_error(d, 0)->message;

        snprintf(text, sizeof(text), "%.*s", (int)says.len, says.ptr);
    }
    return text;
}

static void test_what_counts_for_nothing_is_told(void)
{
    static const char rules[] =
        DUTY("timer", "owner = \"officer\", every = \"7d\"")
        DUTY("spot", "each = \"departments\", owner = \"officer\", every = \"7d\","
             " attest = { by = \"checker\" }");
    static const struct { const char *id, *fields, *says; } rows[] = {
        { "unknown", "\"duty\":\"o/nosuch\",\"done_by\":\"u3\"", "no duty has this id" },
        { "passed", "\"duty\":\"o/nosuch\",\"done_by\":\"u3\",\"result\":\"pass\"",
          "no duty has this id" },
        { "rubbish", "\"duty\":\"rubbish\",\"done_by\":\"u8\"", "no duty has this id" },
        { "a training", "\"duty\":\"safety\",\"done_by\":\"u8\",\"result\":\"pass\"", "" },
        { "a timer", "\"duty\":\"o/timer\",\"done_by\":\"u3\"", "no attestation fulfils" },
        { "of all", "\"duty\":\"o/spot\",\"done_by\":\"u3\"", "such a duty for each" },
        { "of nobody", "\"duty\":\"o/spot\",\"subject\":\"儿科\",\"done_by\":\"u3\"",
          "such a duty for each" },
        { "role", "\"duty\":\"o/spot\",\"subject\":\"内科\",\"done_by\":\"u1\"",
          "does not have the role" },
        { "of each", "\"duty\":\"o/spot\",\"subject\":\"内科\",\"done_by\":\"u3\"", "" },
    };
    struct step tick = { "t", "03-02T09:00", "tick", "", "", "" };
    struct past p;

    if (!past_open_with(&p, people, rules, NULL))
        return;
    if (judge(&p.h, &p.state, &tick))
        past_apply(&p, tick.id);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct step s = { rows[i].id, "03-02T10:00", "attestation", rows[i].fields,
                          "", "" };
        const char *says;

        if (!judge(&p.h, &p.state, &s))
            break;
        says = refusal(p.h.decision);
        CHECK(*rows[i].says ? strstr(says, rows[i].says) != NULL : !*says,
              "%s: %s", rows[i].id, says);
        if (strcmp(rows[i].id, "of each") == 0)
            CHECK(strstr(duties(p.h.decision), "done spot/内科"), "of each: %s",
                  duties(p.h.decision));
    }
    past_close(&p);
}

/* A rule may ask for what is no duty. */
static void test_what_a_rule_asks_for_is_not_refused(void)
{
    static const char rules[] =
        "rule { id = \"seen\", title = \"t\", reason = \"x\", category = \"off_topic\","
        " on = \"attestation\", where = { duty = \"drill\" }, verdict = \"flag\" }";
    static const struct step steps[] = {
        { "1", "03-02T09:00", "attestation", ATTEST("drill", "u3"), "seen", "" },
    };

    RUN(rules, steps);
}

static const struct test_case tests[] = {
    { "who may attest", test_who_may_attest },
    { "an attestation is for one", test_an_attestation_is_for_one },
    { "what counts for nothing is told", test_what_counts_for_nothing_is_told },
    { "what a rule asks for is not refused",
      test_what_a_rule_asks_for_is_not_refused },
};

POLICY_TEST_MAIN("duties_attest", tests)
