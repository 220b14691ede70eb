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
        { "nothing", "03-02T10:00", "attestation", ATTEST("o/e", "u3") ",\"subject\":\"x\"", "", "" },
        { "nobody's", "03-02T10:00", "attestation", ATTEST("o/ex", "u3"), "", "" },
        { "whose", "03-02T10:00", "attestation", ATTEST("o/e", "u3"),
          "!attestation-refused", "" },
        { "before", "03-02T10:00", "attestation",
          ATTEST("o/e", "u3") ",\"subject\":\"a\",\"done_at\":\"2026-03-02T08:59:00+08:00\"", "", "" },
        { "good", "03-02T10:00", "attestation", ATTEST("o/e", "u3") ",\"subject\":\"a\"", "",
          "done e/a/2026-03-02 head" },
        { "named", "03-02T10:00", "attestation",
          ATTEST("o/e/b/2026-03-02T01:00:00Z", "u3"), "", "done e/b/2026-03-02 head" },
        { "twice", "03-02T10:01", "attestation",
          ATTEST("o/e/b/2026-03-02T01:00:00Z", "u3"), "", "" },
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

static const struct test_case tests[] = {
    { "who may attest", test_who_may_attest },
    { "an attestation is for one", test_an_attestation_is_for_one },
};

POLICY_TEST_MAIN("duties_attest", tests)
