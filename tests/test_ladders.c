/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ladders propose, against the store that comes with the library.
 */
#include "past.h"

static const char ladder[] =
    "ladder { id = \"discipline\", title = \"违规处理\", reason = \"理由\", decide = \"head\",\n"
    "  within = \"2d\", where = any { absent \"merit\", { merit = false } },\n"
    "  repeats = { over = \"10d\", raise = 1 }, tracks = {\n"
    "  { id = \"minor\", where = { severity = \"minor\" },\n"
    "    steps = { step { \"warning\", zh = \"警告\", en = \"Warning\" } } },\n"
    "  { id = \"serious\", where = { severity = { \"serious\", \"grave\" } },\n"
    "    gravity = { serious = 1, grave = 3 }, steps = { step { \"circulated\", zh = \"通报\" },\n"
    "    step { \"inquiry\", zh = \"停职\" }, step { \"end\", zh = \"解除\" } } },\n"
    "  { id = \"crime\", where = { crime_suspected = true },\n"
    "    steps = { step { \"court\", zh = \"移送\", kind = \"authority\" } } } } }\n"
    "ladder { id = \"dept\", title = \"部门\", reason = \"理由\", decide = \"head\", within = \"2d\",\n"
    "  where = { severity = \"grave\" }, also = \"departments\",\n"
    "  tracks = { { id = \"t\", steps = { step { \"s\" } } } } }\n";

/* "track/step person; " of all. */
static const char *proposals(const policy_decision *d)
{
    static char text[2048];
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < policy_decision_proposal_count(d); i++) {
        const policy_proposal *p = policy_decision_proposal(d, i);

        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s/%s %.*s",
                              n ? "; " : "", p->track, p->step, (int)p->person.len,
                              p->person.ptr);
    }
    return text;
}

struct step {
    const char *id, *time, *type, *fields, *proposes;
    size_t duties; /* opened, done or overdue */
    const char *error;
};

static void step_json(char *json, size_t room, const struct step *s)
{
    past_json(json, room, s->id, s->time, s->type, s->fields);
}

static bool judge(struct host *h, const policy_state *state, const struct step *s)
{
    static char json[4096];

    step_json(json, sizeof(json), s);
    return past_judge(h, state, json);
}

#define OF(person, severity) "\"person\":\"" person "\",\"severity\":\"" severity "\""

static const struct step steps[] = {
    { "v1", "03-02T09:00", "violation", OF("u1", "minor"), "minor/warning u1", 1, "" },
    { "v2", "03-02T09:00", "violation", OF("u2", "serious"), "serious/circulated u2", 1, "" },
    { "m1", "03-02T09:01", "violation", OF("u2", "serious") ",\"merit\":true", "", 0, "" },
    { "v3", "03-03T09:00", "violation", OF("u2", "serious") ",\"crime_suspected\":true",
      "serious/inquiry u2; crime/court u2", 2, "" },
    { "r0", "03-03T10:00", "review",
      "\"subject\":\"o/discipline/minor/s/v1\",\"reviewer\":\"u5\",\"decision\":\"pass\"", "", 0,
      "review-refused" },
    { "a0", "03-03T10:00", "attestation",
      "\"duty\":\"o/discipline/minor/s/v1\",\"done_by\":\"u9\"", "", 0,
      "attestation-refused" },
    { "r9", "03-03T10:00", "review",
      "\"subject\":\"o/discipline/minor/s/v9\",\"reviewer\":\"u9\",\"decision\":\"pass\"", "", 0,
      "review-refused" },
    { "rx", "03-03T10:00", "review",
      "\"subject\":\"o/post-7\",\"reviewer\":\"u9\",\"decision\":\"pass\"", "", 0, "" },
    { "r1", "03-03T10:00", "review",
      "\"subject\":\"o/discipline/minor/s/v1\",\"reviewer\":\"u9\",\"decision\":\"pass\"", "", 1, "" },
    { "t1", "03-04T09:00", "tick", "", "", 1, "" },
    { "v4", "03-05T09:00", "violation", OF("u2", "grave") ",\"departments\":[\"内科\",\"a/b\"]",
      "serious/end u2; t/s u2; t/s 内科; t/s a/b", 4, "" },
    /* Older than what counts. */
    { "v5", "03-14T09:00", "violation", OF("u1", "serious"), "serious/circulated u1", 1, "" },
    { "v6", "03-14T09:00", "violation", OF("u2", "serious"), "serious/inquiry u2", 1, "" },
};

/* Tried out, it asks nobody, and a lack of state holds nothing. */
static void test_in_shadow_it_only_says_so(void)
{
    static char json[4096];
    char shadow[sizeof(ladder) + 100];
    const char *body = strstr(ladder, "reason");
    const policy_finding *f = NULL;
    const policy_decision *d;
    struct past p;

    snprintf(shadow, sizeof(shadow), "%.*smode = \"shadow\", %s",
             (int)(body - ladder), ladder, body);
    if (!past_open(&p, "roles: { head: [u9] }\n", shadow))
        return;
    past_json(json, sizeof(json), "v1", "03-02T09:00", "violation",
              OF("u2", "serious") ",\"crime_suspected\":true");
    if (past_judge(&p.h, &p.state, json)) {
        d = p.h.decision;
        CHECK_INT_EQ("proposes", policy_decision_proposal_count(d), 0);
        CHECK_INT_EQ("duties", policy_decision_duty_count(d), 0);
        CHECK_INT_EQ("verdict", policy_decision_verdict(d), POLICY_ALLOW);
        CHECK_INT_EQ("findings", policy_decision_finding_count(d, POLICY_ENFORCED), 0);
        CHECK_INT_EQ("in shadow", policy_decision_finding_count(d, POLICY_SHADOW), 2);
        f = policy_decision_finding(d, POLICY_SHADOW, 0);
    }
    if (CHECK(f != NULL, "a finding")) {
        CHECK_CSTR_EQ("whose", f->rule, "o/discipline");
        CHECK_CSTR_EQ("why idle", f->idle ? f->idle : "", "mode");
        CHECK_STR_EQ("what", f->note,
                     "u2: circulated, 通报（严重程度：serious；此前 0 次）");
    }
    if (past_judge(&p.h, NULL, json)) {
        d = p.h.decision;
        CHECK_INT_EQ("an error", policy_decision_error_count(d), 1);
        CHECK_INT_EQ("that holds nothing", policy_decision_verdict(d), POLICY_ALLOW);
    }
    past_close(&p);
}

static void test_steps_are_proposed_and_decided(void)
{
    struct past p;

    if (!past_open(&p, "roles: { head: [u9] }\n", ladder))
        return;
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        for (int again = 0; again < 2; again++) {
            const struct step *s = &steps[i];

            if (!judge(&p.h, &p.state, s))
                break;
            CHECK_CSTR_EQ(s->id, proposals(p.h.decision), s->proposes);
            if (!again) {
                CHECK_INT_EQ(s->id, policy_decision_duty_count(p.h.decision), s->duties);
                CHECK_CSTR_EQ(s->id, policy_decision_error_count(p.h.decision)
                                         ? policy_decision_error(p.h.decision, 0)->code : "",
                              s->error);
            }
            /* Judged twice, it proposes the same, and writes nothing. */
            if (again)
                CHECK_INT_EQ(s->id, policy_decision_change_count(p.h.decision), 0);
            past_apply(&p, s->id);
        }
    past_close(&p);
}

static void test_a_proposal_says_why(void)
{
    static const struct { const char *languages, *why; } rows[] = {
        { "", "警告（严重程度：minor；此前 0 次）" },
        { "languages: [en]\n", "Warning (severity: minor; earlier: 0)" },
    };

    for (int i = 0; i < 2; i++) {
        struct past p;
        char yaml[128];

        snprintf(yaml, sizeof(yaml), "roles: { head: [u9] }\n%s", rows[i].languages);
        if (!past_open(&p, yaml, ladder))
            return;
        if (judge(&p.h, &p.state, &steps[0])) {
            const policy_proposal *proposed = policy_decision_proposal(p.h.decision, 0);
            const policy_duty *d = policy_decision_duty(p.h.decision, 0);

            CHECK_STR_EQ("why", proposed->why, rows[i].why);
            CHECK_STR_EQ("id", proposed->id, "o/discipline/minor/s/v1");
            CHECK_STR_EQ("the duty's, too", d->id, "o/discipline/minor/s/v1");
            CHECK_STR_EQ("who decides", d->who, "head");
            CHECK_CSTR_EQ("kind", proposed->kind, "measure");
            CHECK_INT_EQ("nothing is done", policy_decision_verdict(p.h.decision),
                         POLICY_ALLOW);
        }
        past_close(&p);
    }
}

/* Whether something went before nobody can say. */
static void test_without_a_state_nothing_is_guessed(void)
{
    const struct step *s = steps;
    struct host h;

    while (strcmp(s->id, "v4") != 0)
        s++;
    if (!host_open(&h, "roles: { head: [u9] }\n", ladder))
        return;
    if (judge(&h, NULL, s)) {
        CHECK_CSTR_EQ("proposed", proposals(h.decision), "t/s u2; t/s 内科; t/s a/b");
        CHECK_CSTR_EQ("said", policy_decision_error(h.decision, 0)->code, "state-missing");
    }
    host_close(&h);
}

/* What a condition asks of the past is said to be lacking, too; of a ladder in
 * shadow without effect. */
static void test_a_question_without_a_state_is_no_guess(void)
{
    static const struct { const char *mode; int32_t verdict; } rows[] = {
        { "enforce", POLICY_FLAG }, { "shadow", POLICY_ALLOW },
    };
    static const struct step violation = { "v", "03-02T09:00", "violation",
                                           OF("u1", "minor"), "", 0, NULL };
    char rules[1024];

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const policy_rule_error *e;
        struct host h;

        snprintf(rules, sizeof(rules),
                 "ladder { id = \"l\", title = \"t\", reason = \"r\", decide = \"head\","
                 " within = \"2d\", mode = \"%s\", where = unknown { \"people\","
                 " key = \"person\" }, tracks = { { id = \"t\","
                 " steps = { step { \"s\", zh = \"甲\" } } } } }\n", rows[i].mode);
        if (!host_open(&h, "roles: { head: [u9] }\n", rules))
            return;
        if (judge(&h, NULL, &violation)) {
            e = host_error(h.decision, "state-missing");
            CHECK(e && !strcmp(e->rule, "o/l") && e->acted_as == rows[i].verdict,
                  "%s: an error", rows[i].mode);
            CHECK_INT_EQ(rows[i].mode, policy_decision_verdict(h.decision),
                         rows[i].verdict);
            CHECK_CSTR_EQ(rows[i].mode, proposals(h.decision), "");
        }
        host_close(&h);
    }
}

static void warns(const policy_decision *d)
{
    CHECK_CSTR_EQ("works afterwards", proposals(d), "minor/warning u1");
}

static void test_survives_a_lack_of_memory(void)
{
    struct past p;
    char json[512];

    if (!past_store(&p))
        return;
    step_json(json, sizeof(json), &steps[0]);
    past_starve(&p, "roles: { head: [u9] }\n", ladder, json, warns);
    policy_memory_free(p.m);
}

static const struct test_case tests[] = {
    { "in shadow it only says so", test_in_shadow_it_only_says_so },
    { "steps are proposed and decided", test_steps_are_proposed_and_decided },
    { "a proposal says why", test_a_proposal_says_why },
    { "without a state nothing is guessed", test_without_a_state_nothing_is_guessed },
    { "a question without a state is no guess",
      test_a_question_without_a_state_is_no_guess },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
};

POLICY_TEST_MAIN("ladders", tests)
