/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules' own tests: what passes, what fails and what it says then.
 */
#include "host.h"

#define TESTED(id, rest, tests)                                               \
    "rule { id = \"" id "\", title = \"t\", reason = \"r\", on = \"message\","  \
    " category = \"off_topic\", verdict = \"hold\", severity = 3, " rest      \
    ", tests = { " tests " } }\n"

static const char rules[] =
    TESTED("good", "match = term \"甲\"", "hit \"甲\", hit { \"x甲\", at = \"甲\" },"
           " hit { \"甲\", verdict = \"hold\" }, miss \"好\"")
    TESTED("wrong", "match = term \"甲\"", "hit \"乙\", miss \"甲\"")
    TESTED("verdict", "match = term \"甲\", check = function() return { verdict ="
           " \"flag\" } end", "hit { \"甲\", verdict = \"hold\" }, miss \"好\"")
    TESTED("at", "match = term \"甲\"", "hit { \"甲乙\", at = \"乙\" }, miss \"好\"")
    TESTED("broken", "match = term \"甲\", check = function() error(\"哎\") end",
           "hit \"甲\", miss \"甲\", miss \"好\"")
    TESTED("shadow", "match = term \"甲\", mode = \"shadow\"", "hit \"甲\", miss \"好\"")
    TESTED("off", "match = term \"甲\", mode = \"off\"", "hit \"乙\", miss \"甲\"")
    TESTED("nobody", "match = term \"甲\", escalate = { to = \"officer\", within ="
           " \"1h\", other_than = \"actor\" }", "hit { \"甲\", actor = \"u1\" }, miss \"好\"")
    TESTED("office-hours", "match = term \"甲\", where = { work_hours = true }",
           "hit \"甲\", miss { \"甲\", work_hours = false }")
    TESTED("often", "match = term \"甲\", count = { by = \"actor\", over = \"1h\","
           " more_than = 1 }",
           "miss { \"甲\", actor = \"u1\" },"
           " steps { { \"甲\", actor = \"u1\", expect = \"miss\" },"
           " { \"甲\", actor = \"u1\", after = \"1m\", expect = \"hit\" } },"
           " steps { { \"甲\", actor = \"u1\" },"
           " { \"甲\", actor = \"u1\", after = \"2h\", expect = \"hit\" } }")
    TESTED("gone", "where = { direction = \"out\","
           " known { \"leavers\", key = \"account\" } }",
           "steps { { type = \"staff_change\", change = \"leave\", accounts = \"a\" },"
           " { account = \"a\", expect = \"hit\" }, { account = \"b\", expect = \"miss\" } }");

static const struct {
    const char *rule, *text, *expected, *got;
    int passed;
} rows[] = {
    { "o/good", "甲", "hit", "hit", 1 }, { "o/good", "x甲", "hit", "hit", 1 },
    { "o/good", "甲", "hit", "hit", 1 }, { "o/good", "好", "miss", "miss", 1 },
    { "o/wrong", "乙", "hit", "miss", 0 }, { "o/wrong", "甲", "miss", "hit", 0 },
    { "o/verdict", "甲", "hit, verdict hold", "hit, verdict flag", 0 },
    { "o/verdict", "好", "miss", "miss", 1 },
    { "o/at", "甲乙", "hit at 乙", "hit elsewhere", 0 },
    { "o/at", "好", "miss", "miss", 1 },
    { "o/broken", "甲", "hit", NULL, 0 }, { "o/broken", "甲", "miss", NULL, 0 },
    { "o/broken", "好", "miss", "miss", 1 },
    { "o/shadow", "甲", "hit", "hit", 1 }, { "o/shadow", "好", "miss", "miss", 1 },
    { "o/nobody", "甲", "hit", "hit", 1 }, { "o/nobody", "好", "miss", "miss", 1 },
    { "o/office-hours", "甲", "hit", "hit", 1 },
    { "o/office-hours", "甲", "miss", "miss", 1 },
    { "o/often", "甲", "miss", "miss", 1 },
    { "o/often", "steps", "steps", "steps", 1 },
    { "o/often", "steps", "step 2: hit", "miss", 0 },
    { "o/gone", "steps", "steps", "steps", 1 },
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

static void on_result(void *user, const policy_test_result *r)
{
    size_t *n = user, i = (*n)++;
    char label[40];

    snprintf(label, sizeof(label), "result %zu", i);
    if (!CHECK(i < ROWS, "%s: %s", label, r->rule))
        return;
    CHECK_CSTR_EQ(label, r->organisation, "o");
    CHECK_CSTR_EQ(label, r->rule, rows[i].rule);
    CHECK_STR_EQ(label, r->text, rows[i].text);
    CHECK_STR_EQ(label, r->expected, rows[i].expected);
    if (rows[i].got)
        CHECK_STR_EQ(label, r->got, rows[i].got);
    else
        CHECK(r->got.len > 7 && memcmp(r->got.ptr, "error: ", 7) == 0, "%.*s",
              (int)r->got.len, r->got.ptr);
    CHECK_INT_EQ(label, r->passed, rows[i].passed);
    CHECK(r->line > 0, "%s: no line", label);
}

static const char yaml[] = "roles: { officer: [u1] }\n";

static void test_each_result_says_what_came(void)
{
    struct host h;
    size_t n = 0;

    if (!host_open(&h, yaml, rules))
        return;
    CHECK_INT_EQ("status", policy_session_test(h.session, "o", on_result, &n, NULL),
                 POLICY_OK);
    CHECK_INT_EQ("results", n, ROWS);
    n = 0;
    CHECK_INT_EQ("of all", policy_session_test(h.session, NULL, on_result, &n, NULL),
                 POLICY_OK);
    CHECK_INT_EQ("results", n, ROWS);
    CHECK_INT_EQ("works on", host_judge(&h, "\"text\":\"甲\""), POLICY_OK);
    host_close(&h);
}

struct with_decisions {
    size_t count, refused, others;
    policy_session *other; /* which may be asked meanwhile */
    const char *rule;
    char outcome[32];
};

static int keep_outcome(void *user, const policy_explanation *x)
{
    struct with_decisions *w = user;

    if (strcmp(x->rule, w->rule) == 0)
        snprintf(w->outcome, sizeof(w->outcome), "%s", x->outcome);
    return 0;
}

static void on_decision(void *user, const policy_test_result *r,
                        const policy_event *e, const policy_decision *d)
{
    struct with_decisions *x = user;
    bool own = false;

    x->count++;
    x->rule = r->rule;
    CHECK_INT_EQ(r->rule, policy_session_explain_each(x->other, e, NULL, keep_outcome,
                                                      x, NULL), POLICY_OK);
    CHECK((strcmp(x->outcome, "fired") == 0 || strcmp(x->outcome, "shadow") == 0) ==
              (r->hit != 0), "%s: %s", r->rule, x->outcome);
    if (!d) {
        x->refused++;
        return;
    }
    for (int32_t which = POLICY_ENFORCED; which <= POLICY_SHADOW; which++)
        for (size_t i = 0; i < policy_decision_finding_count(d, which); i++) {
            const char *rule = policy_decision_finding(d, which, i)->rule;

            own |= strcmp(rule, r->rule) == 0;
            x->others += strcmp(rule, r->rule) != 0;
        }
    CHECK(own == r->hit, "%s: %.*s", r->rule, (int)r->text.len, r->text.ptr);
}

static void test_decisions_come_along(void)
{
    static const char two[] =
        TESTED("one", "match = term \"甲\"", "hit \"甲乙\", miss \"好\"")
        TESTED("two", "match = term \"乙\", mode = \"shadow\"",
               "hit \"乙\", hit \"乙甲\", miss \"甲\", miss \"好\"");
    struct with_decisions x = { .count = 0 };
    struct host h;

    if (!host_open(&h, yaml, two) ||
        !CHECK(policy_session_new(&x.other, h.bundle, NULL, NULL) == POLICY_OK,
               "session"))
        return;
    CHECK_INT_EQ("status", policy_session_test_each(h.session, NULL, on_decision,
                                                    &x, NULL), POLICY_OK);
    CHECK_INT_EQ("results", x.count, 6);
    CHECK_INT_EQ("refused", x.refused, 0);
    CHECK_INT_EQ("others", x.others, 3);
    policy_session_free(x.other);
    host_close(&h);
}

static void test_an_unknown_organisation_is_said(void)
{
    struct host h;
    size_t n = 0;

    if (!host_open(&h, yaml, rules))
        return;
    CHECK_INT_EQ("status", policy_session_test(h.session, "p", on_result, &n,
                                               &h.error), POLICY_EORG);
    CHECK_CSTR_EQ("code", h.error.code, "organisation");
    CHECK_INT_EQ("results", n, 0);
    host_close(&h);
}

static void count_passed(void *user, const policy_test_result *r)
{
    size_t *n = user;

    n[r->passed != 0]++;
    if (!r->passed)
        CHECK(false, "%s: %.*s", r->rule, (int)r->got.len, r->got.ptr);
}

/* --- steps of duties, ladders and escalations */

#define STEPS(...) " tests = { steps { " __VA_ARGS__ " } } }\n"
#define REPORT                                                                \
    "duty { id = \"report\", title = \"t\", reason = \"r\", owner = \"officer\","  \
    " open = { on = \"incident\", where = { state = \"noticed\" }, key ="         \
    " \"incident\" }, done = { on = \"incident\", where = { state = \"closed\" },"  \
    " key = \"incident\" }, within = \"3d\", remind = \"1d\","                     \
    " overdue = { verdict = \"warn\" },"
#define NOTICED "{ type = \"incident\", incident = \"i\", state = \"noticed\""
#define CLOSED "{ type = \"incident\", incident = \"i\", state = \"closed\""
#define DISCIPLINE                                                            \
    "ladder { id = \"steps\", title = \"t\", reason = \"r\", decide = \"officer\","  \
    " within = \"5d\", repeats = { over = \"1y\", raise = 1 }, tracks = {"         \
    " { id = \"minor\", where = { severity = \"minor\" }, steps = {"               \
    " step { \"talk\", zh = \"谈\" }, step { \"warning\", zh = \"警告\" } } } },"
static const struct {
    const char *label, *rules, *expected, *got; /* expected NULL: it passes */
} steps_rows[] = {
    { "a duty from its opening to its end",
      REPORT STEPS(NOTICED ", expect = \"opened\" },"
                   " { after = \"1d\", expect = \"miss\" },"
                   " { after = \"1d\", expect = \"reminded\" },"
                   " { after = \"2d\", expect = \"overdue\", verdict = \"warn\" },"
                   CLOSED ", expect = \"done\" }"), NULL, "steps" },
    { "what did not come", REPORT STEPS(NOTICED " }, { after = \"2d\" },"
                                        " { expect = \"overdue\" }"),
      "step 3: overdue", "miss" },
    { "what came instead", REPORT STEPS(NOTICED ", expect = \"done\" }"),
      "step 1: done", "opened" },
    { "all that came", REPORT STEPS(NOTICED " }, { after = \"3d\", expect = \"done\" }"),
      "step 2: done", "hit, overdue" },
    { "that nothing comes", REPORT STEPS(NOTICED ", expect = \"miss\" }"),
      "step 1: miss", "opened" },
    { "another verdict",
      REPORT STEPS(NOTICED " }, { after = \"3d\", expect = \"overdue\","
                   " verdict = \"flag\" }"),
      "step 2: overdue, verdict flag", "hit, verdict warn" },
    { "a finding of a duty", REPORT STEPS(NOTICED " }, { after = \"3d\", expect = \"hit\" }"),
      NULL, "steps" },
    { "an attestation that is refused is none",
      "duty { id = \"drill\", title = \"t\", reason = \"r\", owner = \"officer\","
      " once = true, within = \"3d\", attest = { by = \"officer\" },"
      STEPS("{ expect = \"opened\" }, { type = \"attestation\", duty = \"o/drill\","
            " done_by = \"u2\", expect = \"miss\" }, { type = \"attestation\", duty ="
            " \"o/drill\", done_by = \"u1\", expect = \"done\" }"), NULL, "steps" },
    { "why not",
      "duty { id = \"drill\", title = \"t\", reason = \"r\", owner = \"officer\","
      " once = true, within = \"3d\", attest = { by = \"officer\" },"
      STEPS("{ expect = \"opened\" }, { type = \"attestation\", duty = \"o/drill\","
            " done_by = \"u2\", expect = \"done\" }"), "step 2: done", NULL },
    { "one duty of each",
      "duty { id = \"drill\", title = \"t\", reason = \"r\", each = \"pair\","
      " once = true, within = \"3d\", attest = { by = \"officer\" },"
      STEPS("{ expect = \"opened\" }, { after = \"3d\", expect = \"overdue\" }"),
      NULL, "steps" },
    { "steps that a ladder proposes",
      DISCIPLINE STEPS("{ person = \"u2\", severity = \"minor\", expect = \"proposed\","
                       " at = \"talk\" }, { person = \"u2\", severity = \"minor\","
                       " expect = \"proposed\", at = \"warning\", after = \"9d\" },"
                       " { person = \"u2\", severity = \"grave\", expect = \"miss\" },"
                       " { type = \"review\", reviewer = \"u1\", decision = \"pass\","
                       " subject = \"o/steps/minor/test/test-1\", expect = \"done\" }"),
      NULL, "steps" },
    { "a duty in shadow",
      REPORT "mode = \"shadow\"," STEPS(NOTICED ", expect = \"opened\" },"
                   " { after = \"2d\", expect = \"reminded\" },"
                   " { after = \"2d\", expect = \"overdue\" },"
                   CLOSED ", expect = \"done\" }"), NULL, "steps" },
    { "a ladder in shadow",
      DISCIPLINE "mode = \"shadow\"," STEPS(
          "{ person = \"u2\", severity = \"minor\", expect = \"proposed\","
          " at = \"talk\" }, { type = \"review\", reviewer = \"u1\", decision ="
          " \"pass\", subject = \"o/steps/minor/test/test-1\", expect = \"done\" }"),
      NULL, "steps" },
    { "another step",
      DISCIPLINE STEPS("{ person = \"u2\", severity = \"minor\", expect ="
                       " \"proposed\", at = \"warning\" }"),
      "step 1: proposed warning", "opened, proposed talk" },
    { "an escalation of a rule",
      TESTED("told", "match = term \"甲\", escalate = { to = \"officer\","
             " within = \"1h\" }",
             "steps { { \"甲\", expect = \"opened\" }, { type = \"tick\", after ="
             " \"1h\", expect = \"overdue\" }, { \"乙\", expect = \"miss\" } }"),
      NULL, "steps" },
    { "no escalation of a rule",
      TESTED("told", "match = term \"甲\"",
             "steps { { \"甲\", expect = \"opened\" } }, miss \"乙\""),
      "step 1: opened", "hit" },
};

struct steps_seen {
    const char *label;
    size_t count, row;
};

static void on_steps(void *user, const policy_test_result *r)
{
    struct steps_seen *s = user;
    const char *expected = steps_rows[s->row].expected;
    const char *got = steps_rows[s->row].got;

    if (s->count++)
        return;
    CHECK_STR_EQ(s->label, r->text, "steps");
    CHECK_INT_EQ(s->label, r->passed, expected == NULL);
    CHECK_STR_EQ(s->label, r->expected, expected ? expected : "steps");
    if (got)
        CHECK_STR_EQ(s->label, r->got, got);
    else
        CHECK(r->got.len > 7 && !memcmp(r->got.ptr, "error: ", 7), "%s: %.*s",
              s->label, (int)r->got.len, r->got.ptr);
}

static void test_steps_expect_what_happens(void)
{
    for (size_t i = 0; i < sizeof(steps_rows) / sizeof(*steps_rows); i++) {
        struct steps_seen s = { steps_rows[i].label, 0, i };
        struct host h;

        if (!host_open(&h, "roles: { officer: [u1], pair: [u2, u3] }\n",
                       steps_rows[i].rules))
            continue;
        CHECK_INT_EQ(s.label, policy_session_test(h.session, NULL, on_steps, &s,
                                                  &h.error), POLICY_OK);
        CHECK(s.count > 0, "%s: told", s.label);
        host_close(&h);
    }
}

/* --- state: what went before */

static const char past_rules[] =
    TESTED("gone", "where = { direction = \"out\","
           " known { \"leavers\", key = \"account\" } }",
           "hit { account = \"a\", state = { { type = \"staff_change\","
           " change = \"leave\", accounts = \"a\" } } },"
           " miss { account = \"b\", state = { { type = \"staff_change\","
           " change = \"leave\", accounts = \"a\" } } }")
    TESTED("often", "match = term \"甲\", count = { by = \"actor\", over = \"1h\","
           " more_than = 1 }",
           "hit { \"甲\", actor = \"u1\", state = { { \"甲\", actor = \"u1\" } },"
           " after = \"50m\" },"
           " miss { \"甲\", actor = \"u1\", state = { { \"甲\", actor = \"u1\" } },"
           " after = \"2h\" }, miss \"甲\"");

/* The state of a failing example explains it; one without a past has an empty
 * one. */
static void on_past(void *user, const policy_test_result *r,
                    const policy_event *e, const policy_decision *d)
{
    size_t *n = user;
    policy_record record = { { "", 0 }, 0 };

    ++*n;
    CHECK(r->passed, "%zu: %.*s", *n, (int)r->got.len, r->got.ptr);
    CHECK(e && d && r->state &&
              r->state->get(r->state->user, (policy_str){ "x", 1 }, &record) ==
                  POLICY_OK, "%zu: a state", *n);
    CHECK_INT_EQ("hit", r->hit, *n == 1 || *n == 3);
}

static void test_a_state_is_what_went_before(void)
{
    struct host h;
    size_t n = 0;

    if (!host_open(&h, "", past_rules))
        return;
    CHECK_INT_EQ("status", policy_session_test_each(h.session, "o", on_past, &n,
                                                    &h.error), POLICY_OK);
    CHECK_INT_EQ("results", n, 5);
    host_close(&h);
}

/* A rule of a regulation that binds later is tested on a day that it binds. */
static void test_rules_of_tomorrow_are_tested(void)
{
    size_t n[2] = { 0, 0 };
    struct host h;

    if (!host_open(&h, "regulations: { alpha: { mode: enforce, from: 2040-01-01 } }\n",
                   TESTED("x", "match = term \"甲\"", "hit \"甲\", miss \"好\"")))
        return;
    CHECK_INT_EQ("status", policy_session_test(h.session, NULL, count_passed, n, NULL),
                 POLICY_OK);
    CHECK_INT_EQ("passed", n[1], 4);
    host_close(&h);
}

struct places {
    char text[512];
};

static void on_place(void *user, const policy_test_result *r)
{
    struct places *p = user;
    size_t len = strlen(p->text);

    CHECK(r->passed, "%s: %.*s", r->rule, (int)r->got.len, r->got.ptr);
    snprintf(p->text + len, sizeof(p->text) - len, "%.*s:%u ", (int)r->file.len,
             r->file.ptr, (unsigned)r->line);
}

static void on_except(void *user, const policy_coverage *c)
{
    struct places *p = user;

    if (strcmp(c->kind, "except") == 0)
        snprintf(p->text, sizeof(p->text), "%.*s:%u", (int)c->file.len,
                 c->file.ptr, (unsigned)c->line);
}

/* What a rule took from a theme stands in the theme's file. */
static void test_places_are_those_of_the_file(void)
{
    const struct host_file files[] = {
        { "o/organisation.yaml", "id: o\nname: 单位\nkind: company\n" },
        { "o/rules.lua",
          "use \"t\" {\n  one = { reason = \"r\" },\n  two = { reason = \"r\",\n"
          "    tests = { hit \"乙\",\n      miss \"好\" } } }\n" },
        { "themes/t.lua",
          "theme { id = \"t\", title = \"t\", parts = {\n"
          "  one = rule { title = \"t\", on = \"message\", category = \"spam\",\n"
          "    match = term \"甲\", verdict = \"hold\", except = {\n"
          "      { actor = \"u1\", why = \"他\", owner = \"办\" } },\n"
          "    tests = { hit \"甲\",\n      miss \"好\" } },\n"
          "  two = rule { title = \"t\", on = \"message\", category = \"spam\",\n"
          "    match = term \"乙\", verdict = \"hold\",\n"
          "    tests = { hit \"乙\", miss \"好\" } } } }\n" },
    };
    struct places p = { "" };
    struct host h = { .error = POLICY_ERROR_INIT };

    test_allocator_init(&h.memory);
    h.bundle = host_compile(files, 3, NULL, &h.memory.allocator);
    if (h.bundle && CHECK(policy_session_new(&h.session, h.bundle, NULL,
                                             &h.error) == POLICY_OK, "session")) {
        CHECK_INT_EQ("status", policy_session_test(h.session, "o", on_place, &p,
                                                   &h.error), POLICY_OK);
        CHECK_CSTR_EQ("places", p.text, "themes/t.lua:5 themes/t.lua:6 "
                                        "o/rules.lua:4 o/rules.lua:5 ");
        policy_session_cover(h.session, "o", on_except, &p, &h.error);
        CHECK_CSTR_EQ("exception", p.text, "themes/t.lua:4");
    }
    host_close(&h);
}

static void test_no_memory_is_said(void)
{
    struct host h;
    size_t n = 0;

    if (!host_open(&h, yaml, rules))
        return;
    h.memory.fail_at = h.memory.requests + 1;
    CHECK_INT_EQ("status", policy_session_test(h.session, NULL, on_result, &n,
                                               &h.error), POLICY_ENOMEM);
    CHECK_INT_EQ("status", h.error.status, POLICY_ENOMEM);
    host_close(&h);
}

static const struct test_case tests[] = {
    { "each result says what came", test_each_result_says_what_came },
    { "decisions come along", test_decisions_come_along },
    { "an unknown organisation is said", test_an_unknown_organisation_is_said },
    { "steps expect what happens", test_steps_expect_what_happens },
    { "a state is what went before", test_a_state_is_what_went_before },
    { "rules of tomorrow are tested", test_rules_of_tomorrow_are_tested },
    { "places are those of the file", test_places_are_those_of_the_file },
    { "no memory is said", test_no_memory_is_said },
};

POLICY_TEST_MAIN("rule_tests", tests)
