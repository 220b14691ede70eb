/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties that clauses open, renew, fulfil and stop.
 */
#include "duty_steps.h"

static void test_what_is_opened_is_done_or_overdue(void)
{
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "",
          "opened report/a/2026-03-02 officer" },
        { "2", "03-02T09:00", "incident", INCIDENT("b/%", "noticed"), "",
          "opened report/b%2F%25/2026-03-02 officer" },
        { "again", "03-02T09:30", "incident", INCIDENT("a", "noticed"), "", "" },
        { "early", "03-02T08:59", "incident", INCIDENT("a", "reported"), "", "" },
        { "t1", "03-02T10:59", "tick", "", "", "" },
        { "t2", "03-02T11:00", "tick", "", "",
          "reminded report/a/2026-03-02 officer; reminded report/b%2F%25/2026-03-02 officer" },
        { "done", "03-02T11:30", "incident", INCIDENT("a", "reported"), "",
          "done report/a/2026-03-02 officer" },
        { "twice", "03-02T11:31", "incident", INCIDENT("a", "reported"), "", "" },
        { "t3", "03-02T12:10", "tick", "", "", "reminded report/b%2F%25/2026-03-02 officer" },
        { "t4", "03-02T13:00", "tick", "", "report", "overdue report/b%2F%25/2026-03-02 officer" },
        { "t5", "03-02T14:00", "tick", "", "", "" },
        { "t6", "03-05T14:00", "tick", "", "report", "overdue report/b%2F%25/2026-03-02 officer" },
        { "t7", "03-06T12:59", "tick", "", "", "" },
        { "late", "03-06T13:00", "incident", INCIDENT("b/%", "reported"), "",
          "done report/b%2F%25/2026-03-02 officer" },
        { "t8", "03-07T14:00", "tick", "", "", "" },
        { "anew", "03-07T15:00", "incident", INCIDENT("a", "noticed"), "",
          "opened report/a/2026-03-07 officer" },
        { "stop", "03-07T15:01", "incident", INCIDENT("a", "closed"), "",
          "retired report/a/2026-03-07 officer" },
        { "t9", "03-08T14:00", "tick", "", "", "" },
    };

    RUN(REPORT, steps);
}

static void test_a_later_opening_moves_the_due_date(void)
{
    static const char rules[] =
        DUTY("pw",
             "owner = who \"account.holder\", within = \"10d\", renew = true, grain = \"1h\","
             " open = { { on = \"account_change\", where = { change = { \"register\", \"password\" } },"
             "            key = \"subject_account\" },"
             "          { on = \"login\", key = \"account\", first = true } },"
             " stop = { on = \"account_change\", where = { change = \"close\" }, key = \"subject_account\" },"
             " overdue = { tell = { zh = \"应于{due}前\" } }");
    static const struct step steps[] = {
        { "1", "03-02T09:00", "account_change",
          "\"subject_account\":\"a\",\"change\":\"register\",\"holder\":\"u5\"", "",
          "opened pw/a/2026-03-02 u5" },
        { "2", "03-03T09:00", "login", "\"account\":\"a\"", "", "" },
        { "3", "03-03T09:00", "login", "\"account\":\"b\"", "", "opened pw/b/2026-03-03 " },
        { "4", "03-05T09:00", "account_change",
          "\"subject_account\":\"a\",\"change\":\"password\"", "", "" },
        { "grain", "03-05T09:59", "account_change",
          "\"subject_account\":\"a\",\"change\":\"password\"", "", "" },
        { "t1", "03-13T09:00", "tick", "", "pw", "overdue pw/b/2026-03-03 " },
        { "to", "03-14T09:00", "account_change",
          "\"subject_account\":\"a\",\"change\":\"transfer\",\"holder\":\"u6\"", "", "" },
        { "t2", "03-15T08:59", "tick", "", "", "" },
        { "t3", "03-15T09:00", "tick", "", "pw", "overdue pw/a/2026-03-02 u6" },
        { "5", "03-16T09:00", "account_change",
          "\"subject_account\":\"a\",\"change\":\"password\"", "", "" },
        { "t4", "03-25T09:00", "tick", "", "", "" },
        { "t5", "03-26T09:00", "tick", "", "pw", "overdue pw/a/2026-03-02 u6" },
        { "6", "03-27T09:00", "account_change",
          "\"subject_account\":\"a\",\"change\":\"close\"", "", "retired pw/a/2026-03-02 u6" },
    };

    RUN(rules, steps);
}

/* However long ago, and though what fulfilled it came late. */
static void test_the_first_is_the_first_for_good(void)
{
    static const char rules[] =
        DUTY("course", "owner = who \"actor\", within = \"3d\","
             " open = { { on = \"login\", key = \"account\", first = true },"
             "          { on = \"account_change\", where = { change = \"register\" },"
             "            key = \"subject_account\" } },"
             " done = { on = \"contact_add\", key = \"account\" }");
    static const struct step steps[] = {
        { "1", "03-01T09:00", "login", "\"account\":\"a\",\"actor\":\"u1\"", "",
          "opened course/a/2026-03-01 u1" },
        { "2", "03-01T10:00", "login", "\"account\":\"b\",\"actor\":\"u2\"", "",
          "opened course/b/2026-03-01 u2" },
        { "3", "03-09T09:00", "contact_add", "\"account\":\"b\"", "",
          "done course/b/2026-03-01 u2" },
        /* So late that it would be forgotten before the next event. */
        { "4", "03-01T11:00", "contact_add", "\"account\":\"a\"", "",
          "done course/a/2026-03-01 u1" },
        { "5", "03-09T10:00", "login", "\"account\":\"a\",\"actor\":\"u1\"", "", "" },
        { "6", "05-09T10:00", "login", "\"account\":\"a\",\"actor\":\"u1\"", "", "" },
        { "7", "05-09T10:00", "login", "\"account\":\"b\",\"actor\":\"u2\"", "", "" },
        { "8", "05-10T10:00", "account_change",
          "\"subject_account\":\"a\",\"change\":\"register\",\"actor\":\"u3\"", "",
          "opened course/a/2026-05-10 u3" },
        { "9", "05-11T10:00", "contact_add", "\"account\":\"a\"", "",
          "done course/a/2026-05-10 u3" },
        { "10", "08-11T10:00", "login", "\"account\":\"a\",\"actor\":\"u1\"", "", "" },
    };

    RUN(rules, steps);
}

/* Of many keys with one first, what has ended goes before what is open. */
static void test_what_has_ended_goes_first_above_the_limit(void)
{
    static const char rules[] =
        DUTY("reply", "owner = \"officer\", within = \"1d\","
             " open = { on = \"message\", where = { needs_reply = true },"
             "          key = { \"conversation\", \"thing\" }, first = true },"
             " done = { on = \"message\", where = { present \"reply_to\" },"
             "          key = { \"conversation\", \"reply_to\" } }");
#define ASKS "\"conversation\":\"c\",\"needs_reply\":true,\"text\":\"?\""
#define REPLY(to) "\"conversation\":\"c\",\"reply_to\":\"" to "\",\"text\":\"!\""
    static const struct step steps[] = {
        { "m1", "03-06T09:00", "message", ASKS, "", "opened reply/c/m1/2026-03-06 officer" },
        { "m2", "03-06T09:01", "message", ASKS, "", "opened reply/c/m2/2026-03-06 officer" },
        { "r2", "03-06T09:02", "message", REPLY("m2"), "", "done reply/c/m2/2026-03-06 officer" },
        { "m3", "03-06T09:03", "message", ASKS, "!limit-entries",
          "opened reply/c/m3/2026-03-06 officer" },
        { "r1", "03-06T09:04", "message", REPLY("m1"), "", "done reply/c/m1/2026-03-06 officer" },
    };
    policy_limits limits = POLICY_LIMITS_INIT;
    struct past p;

    limits.entries = 2;
    run_steps(rules, &limits, steps, sizeof(steps) / sizeof(*steps));
    if (!past_open_with(&p, people, rules, &limits))
        return;
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        judge(&p.h, &p.state, &steps[i]);
        CHECK_INT_EQ(steps[i].id, policy_decision_verdict(p.h.decision),
                     POLICY_ALLOW);
        past_apply(&p, steps[i].id);
    }
    past_close(&p);
}

static void test_a_reply_fulfils_one_of_its_key(void)
{
    static const char rules[] =
        DUTY("reply", "owner = who \"recipients\", within = \"1bd\","
             " open = { on = \"message\", where = { needs_reply = true },"
             "          key = { \"conversation\", \"thing\" } },"
             " done = { on = \"message\", where = { present \"reply_to\" },"
             "          key = { \"conversation\", \"reply_to\" } }");
    static const struct step steps[] = {
        { "m1", "03-06T09:00", "message",
          "\"conversation\":\"c\",\"needs_reply\":true,\"recipients\":[\"u1\",\"u2\"],\"text\":\"?\"",
          "", "opened reply/c/m1/2026-03-06 u1,u2" },
        { "m2", "03-06T10:00", "message",
          "\"conversation\":\"c\",\"needs_reply\":true,\"recipients\":[\"u1\"],\"text\":\"?\"",
          "", "opened reply/c/m2/2026-03-06 u1" },
        { "m3", "03-06T11:00", "message",
          "\"conversation\":\"c\",\"reply_to\":\"m2\",\"text\":\"!\"", "",
          "done reply/c/m2/2026-03-06 u1" },
        { "t1", "03-08T11:00", "tick", "", "", "" },
        { "t2", "03-09T09:00", "tick", "", "reply", "overdue reply/c/m1/2026-03-06 u1,u2" },
        { "t3", "03-19T09:00", "tick", "", "", "" },
    };

    RUN(rules, steps);
}

static void test_what_is_blocked_opens_nothing(void)
{
    static const char rules[] =
        "rule { id = \"b\", title = \"标题\", reason = \"理由\", category = \"off_topic\","
        " on = \"message\", match = term \"甲\", verdict = \"block\" }\n"
        DUTY("reply", "owner = \"officer\", within = \"1h\","
             " open = { on = \"message\", where = { needs_reply = true }, key = \"thing\" }")
        DUTY("look", "owner = \"officer\", within = \"1h\","
             " open = { rule = \"b\", key = \"thing\" }");
    static const struct step steps[] = {
        { "m1", "03-06T09:00", "message", "\"needs_reply\":true,\"text\":\"甲\"", "b", "" },
        { "m2", "03-06T09:00", "message", "\"needs_reply\":true,\"text\":\"乙\"", "",
          "opened reply/m2/2026-03-06 officer" },
        { "m3", "03-06T09:00", "message",
          "\"needs_reply\":true,\"phase\":\"done\",\"text\":\"甲\"", "b",
          "opened reply/m3/2026-03-06 officer; opened look/m3/2026-03-06 officer" },
    };

    RUN(rules, steps);
}

static void test_a_period_wants_so_many(void)
{
    static const char rules[] =
        DUTY("push", "owner = \"head\", period = \"month\", times = 2, unique = \"content_id\","
             " done = { on = \"post\", where = { surface = \"official\" } }, remind = { \"7d\" }");
    static const struct step steps[] = {
        { "t1", "03-02T09:00", "tick", "", "", "opened push/2026-03-31 head" },
        { "early", "03-31T23:59", "post", "\"surface\":\"official\",\"content_id\":\"c0\",\"text\":\"x\"",
          "", "" },
        { "p1", "04-01T00:00", "post", "\"surface\":\"official\",\"content_id\":\"c1\",\"text\":\"x\"",
          "", "" },
        { "same", "04-02T00:00", "post", "\"surface\":\"official\",\"content_id\":\"c1\",\"text\":\"x\"",
          "", "" },
        { "t2", "04-24T00:00", "tick", "", "", "reminded push/2026-03-31 head" },
        /* May begins with what comes first in it. */
        { "p2", "05-01T00:30", "post", "\"surface\":\"official\",\"content_id\":\"c2\",\"text\":\"x\"",
          "", "opened push/2026-04-30 head" },
        { "late", "04-30T23:00", "post", "\"surface\":\"official\",\"content_id\":\"c3\",\"text\":\"x\"",
          "", "done push/2026-03-31 head" },
        { "t3", "05-02T09:00", "tick", "", "", "" },
        { "t4", "05-25T09:00", "tick", "", "", "reminded push/2026-04-30 head" },
        { "t5", "06-01T09:00", "tick", "", "", "opened push/2026-05-31 head" },
        { "t6", "06-02T00:00", "tick", "", "push", "overdue push/2026-04-30 head" },
        { "gone", "05-31T09:00", "post", "\"surface\":\"official\",\"content_id\":\"c4\",\"text\":\"x\"",
          "", "" },
        { "p5", "06-03T00:00", "post", "\"surface\":\"official\",\"content_id\":\"c5\",\"text\":\"x\"", "", "" },
        { "p6", "06-04T00:00", "post", "\"surface\":\"official\",\"content_id\":\"c6\",\"text\":\"x\"", "",
          "done push/2026-05-31 head" },
        { "t7", "07-01T00:00", "tick", "", "", "opened push/2026-06-30 head" },
    };

    RUN(rules, steps);
}

/* `late` is seven days: what took place longer before the last tick that said so
 * neither fulfils, nor ends, nor renews what it found overdue. */
static void test_what_was_judged_stays_judged(void)
{
    static const char renewed[] =
        DUTY("pw", "owner = \"officer\", within = \"1d\", renew = true,"
             " open = { on = \"account_change\", where = { change = \"password\" },"
             "          key = \"subject_account\" },"
             " attest = { by = \"checker\" }, overdue = { again = \"1d\" }");
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "",
          "opened report/a/2026-03-02 officer" },
        { "2", "03-02T09:00", "incident", INCIDENT("b", "noticed"), "",
          "opened report/b/2026-03-02 officer" },
        { "t1", "03-02T13:00", "tick", "", "report report",
          "overdue report/a/2026-03-02 officer; overdue report/b/2026-03-02 officer" },
        { "t2", "03-10T13:00", "tick", "", "report report",
          "overdue report/a/2026-03-02 officer; overdue report/b/2026-03-02 officer" },
        { "done too late", "03-03T12:59", "incident", INCIDENT("a", "reported"), "", "" },
        { "ended too late", "03-03T12:59", "incident", INCIDENT("a", "closed"), "", "" },
        { "t3", "03-10T13:01", "tick", "", "", "" },
        { "late", "03-03T13:00", "incident", INCIDENT("a", "reported"), "",
          "done report/a/2026-03-02 officer" },
        { "ended late", "03-03T13:00", "incident", INCIDENT("b", "closed"), "",
          "retired report/b/2026-03-02 officer" },
        { "what is done stays done", "03-02T09:00", "incident", INCIDENT("b", "reported"),
          "", "" },
        { "t4", "03-12T13:00", "tick", "", "", "" },
    };
#define PASSWORD "\"subject_account\":\"a\",\"change\":\"password\""
#define ATTESTED "\"duty\":\"o/pw\",\"subject\":\"a\",\"done_by\":\"u3\",\"result\":\"pass\""
    static const struct step renewals[] = {
        { "1", "03-02T09:00", "account_change", PASSWORD, "", "opened pw/a/2026-03-02 officer" },
        { "t1", "03-03T09:00", "tick", "", "pw", "overdue pw/a/2026-03-02 officer" },
        { "t2", "03-12T09:00", "tick", "", "pw", "overdue pw/a/2026-03-02 officer" },
        { "renewed too late", "03-05T08:59", "account_change", PASSWORD, "", "" },
        { "attested too late", "03-05T08:59", "attestation", ATTESTED,
          "!attestation-refused", "" },
        { "t3", "03-13T09:00", "tick", "", "pw", "overdue pw/a/2026-03-02 officer" },
        { "renewed late", "03-06T09:00", "account_change", PASSWORD, "", "" },
        { "t4", "03-13T09:01", "tick", "", "pw", "overdue pw/a/2026-03-02 officer" },
        { "attested", "03-07T09:00", "attestation", ATTESTED, "",
          "done pw/a/2026-03-02 officer" },
    };

    RUN(REPORT, steps);
    RUN(renewed, renewals);
}

/* Whose it is stands in what is known of people: of the key today's, of anybody
 * else that of the opening; a rule's escalation goes there, too. */
static void test_a_manager_is_asked(void)
{
    static const char rules[] =
        DUTY("talk", "owner = who \"person.manager\", within = \"1d\","
             " open = { on = \"violation\", key = \"person\" }")
        DUTY("read", "owner = who \"actor.manager\", within = \"1d\","
             " open = { on = \"report\", key = \"id\" }")
        "rule { id = \"leak\", title = \"t\", reason = \"r\","
        " category = \"leak_suspected\", on = \"message\", match = term \"泄密\","
        " verdict = \"flag\", escalate = { to = who \"actor.manager\", within = \"4h\" } }\n";
    static const struct step steps[] = {
        { "s1", "03-02T09:00", "staff_change",
          "\"person\":\"u1\",\"change\":\"join\",\"manager\":\"u8\"", "", "" },
        { "v1", "03-02T10:00", "violation", "\"person\":\"u1\",\"severity\":\"minor\"", "",
          "opened talk/u1/2026-03-02 u8" },
        { "p1", "03-02T10:00", "report", "\"actor\":\"u1\",\"text\":\"x\"", "",
          "opened read/p1/2026-03-02 u8" },
        { "m1", "03-02T11:00", "message", "\"actor\":\"u1\",\"text\":\"泄密\"", "leak",
          "opened leak/s/m1 u8" },
        { "m2", "03-02T11:00", "message", "\"actor\":\"u2\",\"text\":\"泄密\"",
          "leak!escalate-nobody", "opened leak/s/m2 " },
        { "s2", "03-02T12:00", "staff_change",
          "\"person\":\"u1\",\"change\":\"move\",\"manager\":\"u9\"", "", "" },
        { "t1", "03-03T10:00", "tick", "", "leak leak read talk",
          "overdue leak/s/m1 u8; overdue leak/s/m2 ; overdue read/p1/2026-03-02 u8; "
          "overdue talk/u1/2026-03-02 u9" },
    };

    RUN(rules, steps);
}

static const struct test_case tests[] = {
    { "what is opened is done or overdue",
      test_what_is_opened_is_done_or_overdue },
    { "a later opening moves the due date",
      test_a_later_opening_moves_the_due_date },
    { "what was judged stays judged", test_what_was_judged_stays_judged },
    { "a manager is asked", test_a_manager_is_asked },
    { "the first is the first for good", test_the_first_is_the_first_for_good },
    { "what has ended goes first above the limit",
      test_what_has_ended_goes_first_above_the_limit },
    { "a reply fulfils one of its key", test_a_reply_fulfils_one_of_its_key },
    { "what is blocked opens nothing", test_what_is_blocked_opens_nothing },
    { "a period wants so many", test_a_period_wants_so_many },
};

POLICY_TEST_MAIN("duties_clauses", tests)
