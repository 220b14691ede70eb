/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that are put aside, over sequences of events: held against a plain list
 * of what went over its budget, which is counted anew for every event.
 */
#include "past.h"

/* 快 is over at once, 慢 never, 多 takes all the memory; of 错 the check fails. */
#define CHECKED(id, more)                                                     \
    "rule { id = \"" id "\", title = \"标题\", reason = \"理由\",\n"          \
    "  category = \"off_topic\", on = \"message\", verdict = \"flag\",\n"     \
    "  severity = 3, match = any { term \"快\", term \"慢\", term \"多\","    \
    " term \"错\" },\n" more                                                  \
    "  check = function(event, hits)\n"                                       \
    "    if hits[1].text == \"慢\" then while true do end end\n"              \
    "    if hits[1].text == \"多\" then\n"                                    \
    "      local t = {}\n"                                                    \
    "      for i = 1, 1e9 do t[i] = i end\n"                                  \
    "    end\n"                                                               \
    "    if hits[1].text == \"错\" then return event.actor + 1 end\n"         \
    "    return true\n"                                                       \
    "  end, tests = { hit \"快\", miss \"好\" } }\n"

enum { MINUTE = 60000, HOUR = 60 * MINUTE };
#define START INT64_C(1772416800000)

static bool begin_with(struct past *p, const char *rules,
                       const policy_limits *limits)
{
    return past_open_with(p, "on_error: { 3: block }\n", rules, limits);
}

static bool begin(struct past *p, const char *rules)
{
    return begin_with(p, rules, NULL);
}

static bool judge_as(struct past *p, const policy_state *state, int64_t time,
                     int number, const char *text)
{
    static char json[512];

    snprintf(json, sizeof(json),
             "{\"id\":\"m%d\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\","
             "\"actor\":\"u1\",\"time\":%lld,\"text\":\"%s\"}",
             number, (long long)time, text);
    return past_judge(&p->h, state, json);
}

static const char *code_of(const struct past *p, const char *rule)
{
    if (!p->h.decision)
        return "none";
    for (size_t i = 0; i < policy_decision_error_count(p->h.decision); i++)
        if (!strcmp(policy_decision_error(p->h.decision, i)->rule, rule))
            return policy_decision_error(p->h.decision, i)->code;
    return host_finding(p->h.decision, POLICY_ENFORCED, rule) ? "found" : "";
}

/* What became of o/r; judged again, after what it wrote, it is the same. */
static const char *step(struct past *p, int64_t time, const char *text)
{
    const char *first = "";

    p->number++;
    for (int again = 0; again < 2; again++) {
        if (!judge_as(p, &p->state, time, p->number, text))
            return "";
        if (again)
            CHECK_CSTR_EQ("once more the same", code_of(p, "o/r"), first);
        first = code_of(p, "o/r");
        past_apply(p, text);
    }
    return first;
}

static void test_three_breaches_put_it_aside(void)
{
    static const struct { int minute; const char *text, *what; } rows[] = {
        { 0, "快", "found" },
        { 0, "慢", "guard-instructions" },
        { 1, "快", "found" },
        { 2, "多", "guard-memory" },
        { 3, "错", "guard-error" }, /* an error, and no breach */
        { 3, "错", "guard-error" },
        { 4, "快", "found" },
        { 5, "慢", "guard-instructions" },
        { 5, "快", "guard-put-aside" },
        { 5, "好", "" },
        { 6, "慢", "guard-put-aside" },
        { 59, "快", "guard-put-aside" },
        { 60, "快", "found" }, /* the first is over */
        { 61, "慢", "guard-instructions" },
        { 61, "快", "guard-put-aside" },
        { 62, "快", "found" }, /* the second, too */
        { 300, "慢", "guard-instructions" },
        { 301, "慢", "guard-instructions" },
        { 302, "快", "found" },
    };
    struct past p;

    if (!begin(&p, CHECKED("r", "")))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK(!strcmp(step(&p, START + rows[i].minute * MINUTE, rows[i].text),
                      rows[i].what), "row %d: %s", (int)i, code_of(&p, "o/r"));
    past_close(&p);
}

static void put_aside(struct past *p)
{
    for (int i = 0; i < 3; i++)
        step(p, START, "慢");
}

static void test_it_acts_as_an_error(void)
{
    const policy_rule_error *e;
    struct past p;

    if (!begin(&p, CHECKED("r", "")))
        return;
    put_aside(&p);
    step(&p, START + 10 * MINUTE, "快");
    CHECK_CSTR_EQ("aside", code_of(&p, "o/r"), "guard-put-aside");
    e = host_error(p.h.decision, "guard-put-aside");
    CHECK(e && e->acted_as == POLICY_BLOCK, "as on_error says");
    CHECK_INT_EQ("verdict", policy_decision_verdict(p.h.decision), POLICY_BLOCK);
    CHECK_INT_EQ("errors", policy_decision_error_count(p.h.decision), 1);
    CHECK_INT_EQ("it did not run", policy_decision_cost(p.h.decision)->guards, 0);
    CHECK(strstr(host_json(&p.h, 0), "for 3 events within 3600 s; it is tried "
                                     "again in 3000 s"), "%s", p.h.json);
    past_close(&p);
}

static void test_the_others_go_on(void)
{
    struct past p;

    if (!begin(&p, CHECKED("r", "") CHECKED("t", "where = { actor = \"u2\" },")
                   CHECKED("s", "mode = \"shadow\",")
                   "rule { id = \"v\", title = \"v\", reason = \"v\", category ="
                   " \"off_topic\", on = \"message\", verdict = \"warn\", match ="
                   " term \"快\", check = function() return true end,"
                   " tests = { hit \"快\", miss \"好\" } }\n"))
        return;
    put_aside(&p);
    judge_as(&p, &p.state, START, 99, "快");
    CHECK_CSTR_EQ("aside", code_of(&p, "o/r"), "guard-put-aside");
    CHECK_CSTR_EQ("in shadow, too", code_of(&p, "o/s"), "guard-put-aside");
    CHECK_INT_EQ("which has no effect",
                 policy_decision_error(p.h.decision, 1)->acted_as, POLICY_ALLOW);
    CHECK_CSTR_EQ("never asked", code_of(&p, "o/t"), "");
    CHECK_CSTR_EQ("another", code_of(&p, "o/v"), "found");
    past_close(&p);
}

/* What the first check leaves is too little for the second, which is none of
 * its faults. */
static void test_a_budget_that_others_spent_counts_for_them(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    struct past p;
    const char *what;

    limits.event_instructions = 250000;
    if (!begin_with(&p, CHECKED("r", "") CHECKED("second", ""), &limits))
        return;
    for (int i = 0; i < 3; i++) {
        what = step(&p, START, "慢");
        CHECK_CSTR_EQ("first", what, "guard-instructions");
        CHECK_CSTR_EQ("second", code_of(&p, "o/second"), "guard-instructions");
    }
    what = step(&p, START, "慢");
    CHECK_CSTR_EQ("first", what, "guard-put-aside");
    CHECK_CSTR_EQ("second", code_of(&p, "o/second"), "guard-instructions");
    past_close(&p);
}

/* What is noted of a check in shadow has no effect, be it more than one value
 * may hold: the oldest goes, and the check is tried sooner. */
static void test_more_breaches_than_the_limit_have_no_effect(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    struct past p;

    limits.entries = 4;
    if (!begin_with(&p, CHECKED("r", "mode = \"shadow\",")
                    CHECKED("s", "mode = \"shadow\","), &limits))
        return;
    for (int i = 0; i < 4; i++) {
        if (!judge_as(&p, &p.state, START + i, i, "慢"))
            break;
        CHECK(!host_error(p.h.decision, "limit-entries"), "%s",
              host_json(&p.h, 0));
        CHECK_INT_EQ("verdict", policy_decision_verdict(p.h.decision),
                     POLICY_ALLOW);
        past_apply(&p, "full");
    }
    past_close(&p);
}

static void test_rests_without_a_state(void)
{
    const policy_rule_error *e;
    struct past p;

    if (!begin(&p, CHECKED("r", "")))
        return;
    for (int i = 0; i < 5; i++) {
        judge_as(&p, NULL, START, i, "慢");
        CHECK_CSTR_EQ("it runs", code_of(&p, "o/r"), "guard-instructions");
        e = host_error(p.h.decision, "put-aside-rests");
        CHECK(e && !strcmp(e->rule, "o/r") && e->acted_as == POLICY_ALLOW,
              "the decision says so");
    }
    judge_as(&p, NULL, START, 9, "快");
    CHECK_INT_EQ("nothing to note", policy_decision_error_count(p.h.decision), 0);
    past_close(&p);
}

/* Another bundle of the session, with what was noted under the first. */
static void check_with(struct past *p, const char *rules, const char *yaml,
                       const char *what)
{
    policy_bundle *b = host_bundle(yaml, rules, &p->h.memory.allocator);

    if (!b || !CHECK(!policy_session_bind(p->h.session, b, &p->h.error), "bound"))
        return;
    judge_as(p, &p->state, START + MINUTE, 1000, "快");
    CHECK_CSTR_EQ(what, code_of(p, "o/r"), what);
    policy_bundle_unref(p->h.bundle);
    p->h.bundle = b;
}

static void test_a_new_definition_is_tried_anew(void)
{
    struct past p;

    if (!begin(&p, CHECKED("r", "")))
        return;
    put_aside(&p);
    check_with(&p, CHECKED("r", ""), "on_error: { 3: hold }\n", "guard-put-aside");
    check_with(&p, "-- mended\n" CHECKED("r", ""), "", "found");
    check_with(&p, CHECKED("r", ""), "", "guard-put-aside");
    check_with(&p, CHECKED("r", ""), "limits: { guard_instructions: 100000 }\n",
               "found");
    past_close(&p);
}

static int on_rule(void *user, const policy_explanation *e)
{
    char *to = user;

    if (!strcmp(e->rule, "o/r"))
        snprintf(to, 256, "%s %.*s: %.*s", e->outcome, (int)e->key.len, e->key.ptr,
                 (int)e->found.len, e->found.ptr);
    return 0;
}

static void test_an_explanation_says_so(void)
{
    char shown[256] = "";
    struct past p;

    if (!begin(&p, CHECKED("r", "")))
        return;
    put_aside(&p);
    if (judge_as(&p, &p.state, START, 50, "快"))
        CHECK(policy_session_explain_each(p.h.session, p.h.event, &p.state, on_rule,
                                          shown, &p.h.error) == POLICY_OK, "%s",
              p.h.error.message);
    CHECK(strstr(shown, "error guard-put-aside: the check is put aside") == shown,
          "%s", shown);
    past_close(&p);
}

/* The events of a batch see what those before them noted. */
static void test_a_batch_notes_as_it_goes(void)
{
    enum { EVENTS = 5 };
    static char json[EVENTS][256];
    policy_event *events[EVENTS];
    const policy_decision *out[EVENTS];
    policy_status status[EVENTS];
    size_t done = 0;
    struct past p;

    if (!begin(&p, CHECKED("r", "")))
        return;
    for (int i = 0; i < EVENTS; i++) {
        snprintf(json[i], sizeof(json[i]),
                 "{\"id\":\"b%d\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\","
                 "\"time\":%lld,\"text\":\"%s\"}", i,
                 (long long)START + i * MINUTE, i == 3 ? "快" : "慢");
        CHECK(!policy_event_new(&events[i], &p.h.memory.allocator, NULL, NULL) &&
                  !policy_event_read_json(events[i], host_str(json[i]), NULL),
              "event");
    }
    CHECK(!policy_session_evaluate_many(out, status, &done, p.h.session,
                                        (const policy_event *const *)events,
                                        EVENTS, &p.state, &p.h.error),
          "%s", p.h.error.message);
    CHECK_INT_EQ("all", done, EVENTS);
    for (size_t i = 0; i < done; i++)
        CHECK_CSTR_EQ("in order", policy_decision_error(out[i], 0)->code,
                      i < 3 ? "guard-instructions" : "guard-put-aside");
    for (int i = 0; i < EVENTS; i++)
        policy_event_free(events[i]);
    past_close(&p);
}

/* Whoever may say when it was gains nothing by saying that it was earlier. */
static void test_what_is_dated_back_counts(void)
{
    static const int hours[] = { 1, 3, 25, 167 };
    struct past p;
    const char *got = "";

    for (size_t i = 0; i < sizeof(hours) / sizeof(*hours); i++) {
        if (!begin(&p, CHECKED("r", "")))
            return;
        for (int back = 0; back < 4; back++)
            got = step(&p, START - back * hours[i] * (int64_t)HOUR / 3, "慢");
        CHECK(!strcmp(got, "guard-put-aside"), "each %d h / 3 earlier: %s",
              hours[i], got);
        past_close(&p);
    }
}

/* Nor may one who says that it was next year put the check aside until then. */
static void test_what_lies_far_ahead_does_not_count(void)
{
    enum { YEAR = 365 * 24 };
    static const struct { const char *label, *what; int later; } rows[] = {
        { "then", "guard-put-aside", YEAR },
        { "now", "found", 0 },
        { "within `late`", "guard-put-aside", YEAR - 24 },
        { "an hour after", "found", YEAR + 1 },
    };
    struct past p;

    if (!begin(&p, CHECKED("r", "")))
        return;
    for (int i = 0; i < 3; i++)
        step(&p, START + YEAR * (int64_t)HOUR, "慢");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *got = step(&p, START + rows[i].later * (int64_t)HOUR, "快");

        CHECK_CSTR_EQ(rows[i].label, got, rows[i].what);
    }
    past_close(&p);
}

/* What breached its budget finds the same when it is judged again, however much
 * was noted since. */
static void test_what_was_noted_runs_again(void)
{
    struct past p;

    if (!begin(&p, CHECKED("r", "")))
        return;
    for (int i = 0; i < 3; i++)
        step(&p, START + i * MINUTE, "慢");
    for (int i = 1; i <= 3; i++) {
        judge_as(&p, &p.state, START + (i - 1) * MINUTE, i, "慢");
        CHECK_CSTR_EQ("again", code_of(&p, "o/r"), "guard-instructions");
        CHECK_INT_EQ("changes", policy_decision_change_count(p.h.decision), 0);
    }
    past_close(&p);
}

/* Where an event may have less than two checks may, the second has a budget of
 * its own all the same: what the first, which is quick, leaves of it. */
static void test_the_second_check_of_an_event_is_noted(void)
{
    static const struct { const char *label; uint64_t event; } rows[] = {
        { "less than a check may have", 100000 },
        { "as much", 200000 },
        { "less than two may have", 300000 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        policy_limits limits = POLICY_LIMITS_INIT;
        struct past p;
        const char *got;

        limits.event_instructions = rows[i].event;
        if (!begin_with(&p, "rule { id = \"first\", title = \"v\", reason = \"v\","
                            " category = \"off_topic\", on = \"message\","
                            " verdict = \"flag\", match = term \"慢\","
                            " check = function() return true end,"
                            " tests = { hit \"慢\", miss \"好\" } }\n"
                            CHECKED("r", ""), &limits))
            return;
        for (int k = 0; k < 3; k++) {
            got = step(&p, START, "慢");
            CHECK_CSTR_EQ(rows[i].label, got, "guard-instructions");
        }
        CHECK_CSTR_EQ("the first", code_of(&p, "o/first"), "found");
        got = step(&p, START, "快");
        CHECK_CSTR_EQ(rows[i].label, got, "guard-put-aside");
        past_close(&p);
    }
}

/* --- the twin: all that happened, counted anew */

enum { STEPS = 300 };
#define LATE (INT64_C(7) * 24 * HOUR)

/* The latest that was noted, unless it lies too far ahead. */
static int64_t twin_clock(const int64_t *breaches, int count, int64_t now)
{
    int64_t clock = now;

    for (int i = 0; i < count; i++)
        if (breaches[i] > clock && breaches[i] - now < LATE)
            clock = breaches[i];
    return clock;
}

static bool twin_holds(const int64_t *breaches, int count, int64_t now)
{
    int64_t clock = twin_clock(breaches, count, now);
    int found = 0;

    for (int i = 0; i < count; i++)
        found += breaches[i] <= clock && clock - breaches[i] < HOUR;
    return found >= 3;
}

/* Some events come late; they are of the time that it already is. */
static void test_equals_its_twin(void)
{
    static int64_t breaches[STEPS];
    policy_limits limits = POLICY_LIMITS_INIT;
    uint64_t seed = 20260307;
    int64_t now = START;
    int count = 0, aside = 0, ran = 0;
    struct past p;

    limits.guard_instructions = 2000;
    if (!begin_with(&p, CHECKED("r", ""), &limits))
        return;
    for (int i = 0; i < STEPS; i++) {
        bool slow = test_random(&seed) % 3 == 0, held;
        int64_t time;
        const char *got;

        now += (int64_t)(test_random(&seed) % (9 * MINUTE));
        time = test_random(&seed) % 8 ? now : now - (int64_t)(test_random(&seed) %
                                                              (20 * MINUTE));
        held = twin_holds(breaches, count, time);
        got = step(&p, time, slow ? "慢" : "快");
        CHECK_CSTR_EQ("as the twin says", got,
                      held ? "guard-put-aside"
                      : slow ? "guard-instructions" : "found");
        if (!held && slow) {
            breaches[count] = twin_clock(breaches, count, time);
            count++;
        }
        aside += held;
        ran += !held;
    }
    CHECK(aside > 30 && ran > 30, "both are seen: %d, %d", aside, ran);
    past_close(&p);
}

static const struct test_case tests[] = {
    { "three breaches put it aside", test_three_breaches_put_it_aside },
    { "it acts as an error", test_it_acts_as_an_error },
    { "the others go on", test_the_others_go_on },
    { "a budget that others spent counts for them",
      test_a_budget_that_others_spent_counts_for_them },
    { "more breaches than the limit have no effect",
      test_more_breaches_than_the_limit_have_no_effect },
    { "rests without a state", test_rests_without_a_state },
    { "a new definition is tried anew", test_a_new_definition_is_tried_anew },
    { "an explanation says so", test_an_explanation_says_so },
    { "a batch notes as it goes", test_a_batch_notes_as_it_goes },
    { "what is dated back counts", test_what_is_dated_back_counts },
    { "what lies far ahead does not count",
      test_what_lies_far_ahead_does_not_count },
    { "what was noted runs again", test_what_was_noted_runs_again },
    { "the second check of an event is noted",
      test_the_second_check_of_an_event_is_noted },
    { "equals its twin", test_equals_its_twin },
};

POLICY_TEST_MAIN("aside", tests)
