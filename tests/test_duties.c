/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties in sequences of events with ticks, against the store that comes with
 * the library: each alone, all in batches, under limits, against hostile stores,
 * without memory, under another bundle.
 */
#include "host.h"

#define DUTY(id, rest)                                                        \
    "duty { id = \"" id "\", title = \"职责\", reason = \"理由\", " rest " }\n"

static const char people[] =
    "roles: { officer: [u1, u2], head: [u9], checker: [u3] }\n"
    "departments: [内科, 外科]\n";

struct step {
    const char *id, *time; /* of 2026, UTC+8 */
    const char *type, *fields;
    const char *finds;     /* findings, !errors */
    const char *duties;    /* "opened key/day;" */
};

static void step_json(char *json, size_t room, const struct step *s)
{
    snprintf(json, room,
             "{\"id\":\"%s\",\"source\":\"s\",\"type\":\"%s\",\"org\":\"o\","
             "\"time\":\"2026-%s:00+08:00\"%s%s}",
             s->id, s->type, s->time, *s->fields ? "," : "", s->fields);
}

static const char *found(const policy_decision *d)
{
    static char ids[1024];
    size_t n = 0;

    ids[0] = '\0';
    for (size_t i = 0; i < policy_decision_finding_count(d, POLICY_ENFORCED); i++)
        n += (size_t)snprintf(ids + n, sizeof(ids) - n, "%s%s", n ? " " : "",
                              strchr(policy_decision_finding(d, POLICY_ENFORCED,
                                                             i)->rule, '/') + 1);
    for (size_t i = 0; i < policy_decision_error_count(d); i++)
        n += (size_t)snprintf(ids + n, sizeof(ids) - n, "%s!%s", n ? " " : "",
                              policy_decision_error(d, i)->code);
    if (policy_decision_more(d))
        snprintf(ids + n, sizeof(ids) - n, "+");
    return ids;
}

static const char *const changes[] = { "opened", "done", "reminded", "overdue",
                                       "retired" };

/* "opened o/d/key/2026-…Z who due;" of all, without what is always the same. */
static const char *duties(const policy_decision *d)
{
    static char text[4096];
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < policy_decision_duty_count(d) && n < 3900; i++) {
        const policy_duty *duty = policy_decision_duty(d, i);
        policy_str id = duty->id;
        bool timed = id.len > 12 && id.ptr[id.len - 1] == 'Z';
        size_t end = id.len - (timed ? strlen("T00:00:00Z") : 0);

        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %.*s %.*s",
                              n ? "; " : "", changes[duty->change],
                              (int)(end - 2), id.ptr + 2, (int)duty->who.len,
                              duty->who.ptr);
    }
    return text;
}

static bool judge(struct host *h, const policy_state *state, const struct step *s)
{
    static char json[1 << 14];

    step_json(json, sizeof(json), s);
    h->decision = NULL;
    return host_read(h, json) &&
           CHECK(policy_session_evaluate(&h->decision, h->session, h->event, state,
                                         &h->error) == POLICY_OK,
                 "%s: %s", json, h->error.message);
}

/* Each step is judged, applied, and judged again, which changes nothing: an
 * event counts once. */
static void run_steps(const char *rules, const policy_limits *limits,
                      const struct step *steps, size_t count)
{
    policy_memory *m = NULL;
    policy_state state;
    struct host h;

    if (!host_open_with(&h, people, rules, limits) ||
        !CHECK(!policy_memory_new(&m, NULL, 0, NULL), "a store"))
        return;
    state = policy_memory_state(m);
    for (size_t i = 0; i < count; i++) {
        bool more;

        if (!judge(&h, &state, &steps[i]))
            break;
        CHECK_CSTR_EQ(steps[i].id, found(h.decision), steps[i].finds);
        CHECK_CSTR_EQ(steps[i].id, duties(h.decision), steps[i].duties);
        more = policy_decision_more(h.decision);
        CHECK(policy_memory_apply(m, h.decision, &h.error) == POLICY_OK, "%s: %s",
              steps[i].id, h.error.message);
        if (!more && judge(&h, &state, &steps[i]))
            CHECK_INT_EQ(steps[i].id, policy_decision_change_count(h.decision), 0);
    }
    policy_memory_free(m);
    host_close(&h);
}
#define RUN(rules, steps)                                                     \
    run_steps(rules, NULL, steps, sizeof(steps) / sizeof(*(steps)))

/* --- one that a clause opens */

static const char report[] =
    DUTY("report",
         "owner = \"officer\", within = \"4h\", remind = { \"1h\", \"2h\" },"
         " open = { on = \"incident\", where = { state = \"noticed\" }, key = \"incident\" },"
         " done = { on = \"incident\", where = { state = \"reported\" }, key = \"incident\" },"
         " stop = { on = \"incident\", where = { state = \"closed\" }, key = \"incident\" },"
         " overdue = { verdict = \"warn\", again = \"1d\" }");

#define INCIDENT(i, state) "\"kind\":\"leak\",\"incident\":\"" i "\",\"state\":\"" state "\""

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

    RUN(report, steps);
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
        { "attested too late", "03-05T08:59", "attestation", ATTESTED, "", "" },
        { "t3", "03-13T09:00", "tick", "", "pw", "overdue pw/a/2026-03-02 officer" },
        { "renewed late", "03-06T09:00", "account_change", PASSWORD, "", "" },
        { "t4", "03-13T09:01", "tick", "", "pw", "overdue pw/a/2026-03-02 officer" },
        { "attested", "03-07T09:00", "attestation", ATTESTED, "",
          "done pw/a/2026-03-02 officer" },
    };

    RUN(report, steps);
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
          "leak !escalate-nobody", "opened leak/s/m2 " },
        { "s2", "03-02T12:00", "staff_change",
          "\"person\":\"u1\",\"change\":\"move\",\"manager\":\"u9\"", "", "" },
        { "t1", "03-03T10:00", "tick", "", "leak leak read talk",
          "overdue leak/s/m1 u8; overdue leak/s/m2 ; overdue read/p1/2026-03-02 u8; "
          "overdue talk/u1/2026-03-02 u9" },
    };

    RUN(rules, steps);
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

/* --- those that stand */

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

/* --- attestations */

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
        { "whose", "03-02T10:00", "attestation", ATTEST("o/e", "u3"), "", "" },
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
    run_steps(report, &limits, steps, sizeof(steps) / sizeof(*steps));
}

/* --- batches and replays */

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
static uint32_t random_state;

static uint32_t draw(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

static void draw_json(char json[512], uint32_t i)
{
    static const char *const states[] = { "noticed", "noticed", "reported", "closed" };
    uint32_t hour = i + draw(2);
    char time[32];

    snprintf(time, sizeof(time), "03-%02uT%02u:%02u", 2 + hour / 24, hour % 24, draw(60));
    if (draw(3) == 0)
        snprintf(json, 512, "{\"id\":\"e%u\",\"source\":\"s\",\"type\":\"tick\",\"org\":\"o\","
                 "\"time\":\"2026-%s:00+08:00\"}", i, time);
    else if (draw(5) == 0)
        snprintf(json, 512, "{\"id\":\"e%u\",\"source\":\"s\",\"type\":\"attestation\",\"org\":\"o\","
                 "\"time\":\"2026-%s:00+08:00\",\"duty\":\"o/watch\",\"subject\":\"i%u\","
                 "\"done_by\":\"u%u\"}", i, time, draw(3), draw(3));
    else
        snprintf(json, 512, "{\"id\":\"e%u\",\"source\":\"s\",\"type\":\"incident\",\"org\":\"o\","
                 "\"time\":\"2026-%s:00+08:00\",\"kind\":\"leak\",\"incident\":\"i%u\","
                 "\"state\":\"%s\",\"reporter\":\"u%u\"}", i, time, draw(3),
                 states[draw(4)], draw(3));
}

static void append_changes(char *to, size_t room, const policy_decision *d)
{
    size_t n = strlen(to);

    for (size_t i = 0; i < policy_decision_change_count(d); i++) {
        const policy_change *c = policy_decision_change(d, i);

        for (size_t j = 0; j < c->value.len && n + 3 < room; j++)
            n += (size_t)snprintf(to + n, room - n, "%02x",
                                  (unsigned char)c->value.ptr[j]);
        n += (size_t)snprintf(to + n, room - n, " %lld %lld\n",
                              (long long)c->expires, (long long)c->due);
    }
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

        random_state = seed;
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
            append_changes(want[i], sizeof(want[i]), h.decision);
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
                append_changes(got, sizeof(got), h.decision);
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

/* --- modes and bundles */

static void test_a_shadow_shows_nothing_but_its_finding(void)
{
    static const char rules[] =
        DUTY("report", "owner = \"officer\", within = \"4h\", mode = \"shadow\","
             " open = { on = \"incident\", where = { state = \"noticed\" }, key = \"incident\" }");
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "", "" },
        { "t1", "03-02T13:00", "tick", "", "", "" },
    };
    policy_memory *m = NULL;
    policy_state state;
    struct host h;

    if (!host_open(&h, people, rules) || policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (size_t i = 0; i < 2; i++) {
        if (!judge(&h, &state, &steps[i]))
            break;
        CHECK_INT_EQ("duties", policy_decision_duty_count(h.decision), 0);
        CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision), POLICY_ALLOW);
        CHECK_INT_EQ("shadow", policy_decision_finding_count(h.decision, POLICY_SHADOW), i);
        CHECK(!policy_memory_apply(m, h.decision, &h.error), "%s", h.error.message);
    }
    policy_memory_free(m);
    host_close(&h);
}

static void test_what_nobody_defines_any_more_is_retired(void)
{
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "",
          "opened report/a/2026-03-02 officer" },
        { "t1", "03-02T11:00", "tick", "", "", "retired report/a/2026-03-02 " },
        { "t2", "03-02T15:00", "tick", "", "", "" },
    };
    policy_memory *m = NULL;
    policy_state state;

    if (policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (size_t i = 0; i < 3; i++) {
        struct host h;

        if (!host_open(&h, people, i ? "" : report) || !judge(&h, &state, &steps[i]))
            break;
        CHECK_CSTR_EQ(steps[i].id, duties(h.decision), steps[i].duties);
        CHECK_CSTR_EQ(steps[i].id, found(h.decision), "");
        CHECK(!policy_memory_apply(m, h.decision, &h.error), "%s", h.error.message);
        host_close(&h);
    }
    policy_memory_free(m);
}

/* --- states that fail */

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

    if (!host_open(&h, people, report))
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
            CHECK_CSTR_EQ("said", found(h.decision), "!state-missing");
    }
    host_close(&h);
}

static void test_survives_a_lack_of_memory(void)
{
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "", "" },
        { "t", "03-02T13:00", "tick", "", "", "" },
    };
    policy_memory *m = NULL;
    policy_state state;
    char json[512];
    size_t failed = 0;

    if (policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (size_t which = 0; which < 2; which++)
        for (size_t n = 0; n < 400; n++) {
            policy_status st;
            struct host h;

            if (!host_open(&h, people, report))
                return;
            step_json(json, sizeof(json), &steps[which]);
            host_read(&h, json);
            h.memory.fail_at = h.memory.requests + n + 1;
            st = policy_session_evaluate(&h.decision, h.session, h.event, &state,
                                         &h.error);
            h.memory.fail_at = 0;
            failed += st == POLICY_ENOMEM;
            CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "allocation %zu: %d", n,
                  (int)st);
            if (st == POLICY_ENOMEM && judge(&h, &state, &steps[which]))
                CHECK_INT_EQ("works afterwards",
                             policy_decision_duty_count(h.decision), 1);
            if (st == POLICY_OK)
                CHECK(!policy_memory_apply(m, h.decision, &h.error), "%s",
                      h.error.message);
            host_close(&h);
            if (st == POLICY_OK)
                break;
        }
    CHECK(failed > 1, "some failed");
    policy_memory_free(m);
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
    policy_memory *m = NULL;
    policy_state state;
    struct host h;

    if (!host_open(&h, people, report) || policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        struct shown s = { steps[i].duties, "o/report/a/2026-03-02T", 0 };

        if (!judge(&h, &state, &steps[i]))
            break;
        CHECK(!policy_memory_apply(m, h.decision, &h.error), "%s", h.error.message);
        if (i + 1 < sizeof(steps) / sizeof(*steps))
            continue;
        CHECK_INT_EQ("done already",
                     policy_session_explain_each(h.session, h.event, &state, see, &s,
                                                 &h.error), 0);
        CHECK_INT_EQ("nothing", s.count, 0);
    }
    policy_memory_free(m);
    if (policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        struct shown s = { steps[i].duties, "o/report/a/2026-03-02T", 0 };
        char json[512];

        step_json(json, sizeof(json), &steps[i]);
        host_read(&h, json);
        CHECK_INT_EQ(steps[i].id,
                     policy_session_explain_each(h.session, h.event, &state, see, &s,
                                                 &h.error), 0);
        CHECK_INT_EQ(steps[i].id, s.count, 1);
        if (!judge(&h, &state, &steps[i]) || policy_memory_apply(m, h.decision, &h.error))
            break;
    }
    policy_memory_free(m);
    host_close(&h);
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

static const struct test_case tests[] = {
    { "explanations tell what became of duties",
      test_explanations_tell_what_became_of_duties },
    { "somebody has to look at it", test_somebody_has_to_look_at_it },
    { "what is opened is done or overdue", test_what_is_opened_is_done_or_overdue },
    { "a later opening moves the due date", test_a_later_opening_moves_the_due_date },
    { "what was judged stays judged", test_what_was_judged_stays_judged },
    { "a manager is asked", test_a_manager_is_asked },
    { "a reply fulfils one of its key", test_a_reply_fulfils_one_of_its_key },
    { "what is blocked opens nothing", test_what_is_blocked_opens_nothing },
    { "a period wants so many", test_a_period_wants_so_many },
    { "each period that went by is judged", test_each_period_that_went_by_is_judged },
    { "each and every", test_each_and_every },
    { "once is once", test_once_is_once },
    { "who may attest", test_who_may_attest },
    { "rules ask what is open", test_rules_ask_what_is_open },
    { "a tick does so much and says that there is more",
      test_a_tick_does_so_much_and_says_that_there_is_more },
    { "a batch decides as one after another",
      test_a_batch_decides_as_one_after_another },
    { "a shadow shows nothing but its finding",
      test_a_shadow_shows_nothing_but_its_finding },
    { "what nobody defines any more is retired",
      test_what_nobody_defines_any_more_is_retired },
    { "a bad state fails the tick", test_a_bad_state_fails_the_tick },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
};

POLICY_TEST_MAIN("duties", tests)
