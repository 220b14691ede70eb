/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What checks see of the past, over sequences of events: held against conditions
 * that ask the same memories.
 */
#include "past.h"

#define R(id, on, rest)                                                       \
    "rule { id = \"" id "\", title = \"标题\", reason = \"理由\",\n"          \
    "  category = \"off_topic\", on = \"" on "\", verdict = \"flag\",\n"      \
    "  broad = true, " rest " }\n"

enum { MINUTE = 60000, HOUR = 60 * MINUTE };
#define START INT64_C(1772416800000)

static bool begin(struct past *p, const char *rules, const policy_limits *limits)
{
    return past_open_with(p, "on_error: { 2: hold }\n", rules, limits);
}

static const char *event_of(struct past *p, int64_t time, const char *type,
                            const char *fields)
{
    static char json[1 << 16];

    snprintf(json, sizeof(json),
             "{\"id\":\"m%d\",\"source\":\"s\",\"type\":\"%s\",\"org\":\"o\","
             "\"time\":%lld%s%s}", ++p->number, type, (long long)time,
             *fields ? "," : "", fields);
    return json;
}

/* Judged, and what it wrote applied. */
static bool step(struct past *p, int64_t time, const char *type,
                 const char *fields)
{
    if (!past_judge(&p->h, &p->state, event_of(p, time, type, fields)))
        return false;
    past_apply(p, fields);
    return true;
}

static bool fires(const struct past *p, const char *rule)
{
    return p->h.decision &&
           host_finding(p->h.decision, POLICY_ENFORCED, rule) != NULL;
}

#define REVIEWS                                                               \
    "memory { id = \"reviewed\", key = \"subject\", keep = \"1h\",\n"         \
    "  fields = { \"decision\", \"reviewer\" }, write = \"always\",\n"        \
    "  set = { on = \"review\" } }\n"
#define REVIEW(decision)                                                      \
    "\"subject\":\"p1\",\"reviewer\":\"u9\",\"decision\":\"" decision "\""

static void test_a_check_reads_what_is_kept(void)
{
    static const char rules[] = REVIEWS
        R("r", "post", "reads = { { \"reviewed\", key = \"content_id\" } },\n"
          "  check = function(event, hits, memory)\n"
          "    local known = memory.reviewed\n"
          "    if known == nil then return { note = \"no id\" } end\n"
          "    if #known == 0 then return { note = \"unknown\" } end\n"
          "    return { note = known[1].decision .. known[1].reviewer ..\n"
          "      (event.time - known[1].at) // 60000 }\n"
          "  end");
    static const struct { const char *fields, *note; int minute; } rows[] = {
        { "\"content_id\":\"p2\"", "unknown", 7 },
        { "\"content_id\":\"p1\"", "rejectu97", 7 },
        { "", "no id", 7 },
        { "\"content_id\":\"p1\"", "rejectu959", 59 },
        { "\"content_id\":\"p1\"", "unknown", 60 }, /* it is kept no longer */
    };
    const policy_finding *f;
    struct past p;

    if (!begin(&p, rules, NULL))
        return;
    step(&p, START - MINUTE, "review", REVIEW("pass"));
    step(&p, START, "review", REVIEW("reject"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        step(&p, START + rows[i].minute * MINUTE, "post", rows[i].fields);
        f = host_finding(p.h.decision, POLICY_ENFORCED, "o/r");
        CHECK(f && f->note.len == strlen(rows[i].note) &&
                  !memcmp(f->note.ptr, rows[i].note, f->note.len),
              "row %d: %s", (int)i, host_json(&p.h, 0));
    }
    past_close(&p);
}

/* What the event itself writes is not yet known; what was cleared no longer. */
static void test_sees_what_was_before_the_event(void)
{
    static const char rules[] =
        "memory { id = \"seen\", key = { \"actor\", \"conversation\" },\n"
        "  keep = \"1d\", fields = { \"conversation\" }, write = \"always\",\n"
        "  set = { on = \"message\" }, clear = { on = \"login\", key = \"actor\" } }\n"
        R("all", "message", "reads = { { \"seen\", key = \"actor\" } },\n"
          "  check = function(event, hits, memory)\n"
          "    local s = ''\n"
          "    for i = 1, #memory.seen do s = s .. memory.seen[i].conversation end\n"
          "    return { note = s }\n"
          "  end")
        R("own", "message", "reads = \"seen\", check = function(e, h, memory)\n"
          "  return memory.seen ~= nil and #memory.seen == 1 end");
    static const struct { const char *type, *conversation, *note; bool own; } rows[] = {
        { "message", "b", "", false },
        { "message", "a", "b", false },
        { "message", "c", "ab", false }, /* in the order of their keys */
        { "message", "b", "abc", true },
        { "login", NULL, NULL, false },
        { "message", "c", "", false },
        { "message", "c", "c", true },
    };
    struct past p;

    if (!begin(&p, rules, NULL))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char fields[100];
        const policy_finding *f;

        snprintf(fields, sizeof(fields), "\"actor\":\"u1\"%s%s%s",
                 rows[i].conversation ? ",\"conversation\":\"" : "",
                 rows[i].conversation ? rows[i].conversation : "",
                 rows[i].conversation ? "\"" : "");
        step(&p, START + (int64_t)i, rows[i].type, fields);
        if (!rows[i].note)
            continue;
        f = host_finding(p.h.decision, POLICY_ENFORCED, "o/all");
        CHECK(f && f->note.len == strlen(rows[i].note) &&
                  !memcmp(f->note.ptr, rows[i].note, f->note.len),
              "row %d: %s", (int)i, host_json(&p.h, 0));
        CHECK(fires(&p, "o/own") == rows[i].own, "row %d: own", (int)i);
    }
    past_close(&p);
}

static void test_without_a_state_it_fails(void)
{
    static const char rules[] = REVIEWS
        R("r", "post", "reads = { { \"reviewed\", key = \"content_id\" } },\n"
          "  check = function() return false end");
    const policy_rule_error *e;
    struct past p;

    if (!begin(&p, rules, NULL) ||
        !host_read(&p.h, event_of(&p, START, "post", "\"content_id\":\"p1\"")))
        return;
    policy_session_evaluate(&p.h.decision, p.h.session, p.h.event, NULL,
                            &p.h.error);
    e = host_error(p.h.decision, "state-missing");
    CHECK(e && !strcmp(e->rule, "o/r") && e->acted_as == POLICY_HOLD,
          "it says so: %s", host_json(&p.h, 0));
    CHECK_INT_EQ("it did not run", policy_decision_cost(p.h.decision)->guards, 0);
    past_close(&p);
}

static policy_status no_answer(void *user, policy_str key, policy_record *out)
{
    (void)user;
    (void)key;
    (void)out;
    return POLICY_ESTATE;
}

static policy_status rubbish(void *user, policy_str key, policy_record *out)
{
    (void)user;
    (void)key;
    out->value = host_str("\1rubbish");
    out->version = 1;
    return POLICY_OK;
}

static void test_a_state_that_fails_fails_the_event(void)
{
    policy_state bad = { .get = no_answer };
    struct past p;

    if (!begin(&p, REVIEWS R("r", "review", "reads = \"reviewed\","
                             " check = function() return true end"), NULL))
        return;
    for (int i = 0; i < 2; i++) {
        bad.get = i ? rubbish : no_answer;
        host_read(&p.h, event_of(&p, START, "review", REVIEW("pass")));
        CHECK_INT_EQ("fails", policy_session_evaluate(&p.h.decision, p.h.session,
                                                      p.h.event, &bad, &p.h.error),
                     POLICY_ESTATE);
    }
    step(&p, START, "review", REVIEW("pass"));
    CHECK(fires(&p, "o/r"), "and works afterwards");
    past_close(&p);
}

/* As many as the limit in one value, and one more in another. */
static void test_more_records_than_the_limit_are_an_error(void)
{
    static const char rules[] =
        "memory { id = \"seen\", key = { \"actor\", \"conversation\" },\n"
        "  keep = \"1d\", write = \"always\", set = { on = \"message\" } }\n"
        R("r", "file_transfer", "reads = { { \"seen\", key = \"recipients\" } },\n"
          "  check = function(e, h, memory) return #memory.seen > 3 end");
    policy_limits limits = POLICY_LIMITS_INIT;
    struct past p;
    char fields[100];

    limits.entries = 4;
    if (!begin(&p, rules, &limits))
        return;
    for (int i = 0; i < 5; i++) {
        snprintf(fields, sizeof(fields), "\"actor\":\"u%d\",\"conversation\":\"c%d\"",
                 i < 4 ? 1 : 2, i);
        step(&p, START + i, "message", fields);
    }
    step(&p, START + 9, "file_transfer", "\"recipients\":[\"u1\"]");
    CHECK(fires(&p, "o/r"), "%s", host_json(&p.h, 0));
    step(&p, START + 9, "file_transfer", "\"recipients\":[\"u1\",\"u2\"]");
    CHECK(host_error(p.h.decision, "limit-entries") != NULL, "%s",
          host_json(&p.h, 0));
    CHECK_INT_EQ("as on_error", policy_decision_verdict(p.h.decision), POLICY_HOLD);
    past_close(&p);
}

/* A hundred rules that look at one memory hold it once. */
static void test_what_many_checks_read_is_held_once(void)
{
    enum { RULES = 100, RECORDS = 100 };
    static char rules[1 << 16];
    policy_limits limits = POLICY_LIMITS_INIT;
    size_t len;
    struct past p;
    char fields[100];

    len = (size_t)snprintf(rules, sizeof(rules),
        "memory { id = \"seen\", key = { \"actor\", \"conversation\" },\n"
        "  keep = \"1d\", fields = { \"conversation\" }, write = \"always\",\n"
        "  set = { on = \"message\" } }\n");
    for (int i = 0; i < RULES; i++)
        len += (size_t)snprintf(rules + len, sizeof(rules) - len,
            R("r%d", "login", "reads = { { \"seen\", key = \"actor\" } },\n"
              "  check = function(e, h, memory) return #memory.seen == %d end"),
            i, RECORDS);
    limits.arena_bytes = 1 << 19;
    if (!begin(&p, rules, &limits))
        return;
    for (int i = 0; i < RECORDS; i++) {
        snprintf(fields, sizeof(fields), "\"actor\":\"u1\",\"conversation\":\"c%d\"",
                 i);
        step(&p, START + i, "message", fields);
    }
    if (step(&p, START + RECORDS, "login", "\"actor\":\"u1\""))
        CHECK(fires(&p, "o/r0") && fires(&p, "o/r99"), "%s", host_json(&p.h, 0));
    past_close(&p);
}

static void test_a_library_memory_by_its_name(void)
{
    struct past p;

    if (!begin(&p, R("r", "message", "reads = { { \"people\", key = \"actor\" } },\n"
                     "  check = function(e, h, memory)\n"
                     "    return #memory.people == 1 and memory.people[1].dept == 'd'\n"
                     "  end"), NULL))
        return;
    step(&p, START, "message", "\"actor\":\"u1\"");
    CHECK(!fires(&p, "o/r"), "nobody yet");
    step(&p, START + 1, "staff_change",
         "\"person\":\"u1\",\"change\":\"join\",\"dept\":\"d\"");
    step(&p, START + 2, "message", "\"actor\":\"u1\"");
    CHECK(fires(&p, "o/r"), "%s", host_json(&p.h, 0));
    past_close(&p);
}

/* --- the twin: conditions that ask the same */

static const char twins[] =
    "memory { id = \"seen\", key = { \"actor\", \"conversation\" }, keep = \"2h\",\n"
    "  fields = { \"direction\" }, write = \"always\",\n"
    "  set = { on = \"message\", where = { direction = { \"in\", \"out\" } } },\n"
    "  clear = { on = \"login\", key = \"actor\" } }\n"
    R("two", "message", "where = known { \"seen\", key = \"actor\", at_least = 2 }")
    R("two-read", "message", "reads = { { \"seen\", key = \"actor\" } },\n"
      "  check = function(e, h, memory) return #memory.seen >= 2 end")
    R("out", "message", "where = known { \"seen\", key = { \"actor\", \"conversation\" },"
      "  where = { direction = \"out\" }, within = \"30m\" }")
    R("out-read", "message", "reads = \"seen\", check = function(e, h, memory)\n"
      "  local s = memory.seen\n"
      "  return s ~= nil and #s == 1 and s[1].direction == \"out\" and\n"
      "    e.time - s[1].at < 1800000 end")
    R("others", "message", "where = known { \"seen\", key = \"recipients\","
      " at_least = 3 }")
    R("others-read", "message", "reads = { { \"seen\", key = \"recipients\" } },\n"
      "  check = function(e, h, memory)\n"
      "    return memory.seen ~= nil and #memory.seen >= 3 end");

enum { STEPS = 400 };

static void test_equals_the_conditions_that_ask_the_same(void)
{
    static const char *const rules[] = { "two", "out", "others" };
    static const char *const directions[] = { "in", "out" };
    int found[3] = { 0, 0, 0 };
    uint64_t seed = 20260308;
    int64_t now = START;
    struct past p;

    if (!begin(&p, twins, NULL))
        return;
    for (int i = 0; i < STEPS; i++) {
        unsigned r = (unsigned)test_random(&seed);
        char fields[300];

        now += (int64_t)(test_random(&seed) % (12 * MINUTE));
        snprintf(fields, sizeof(fields),
                 "\"actor\":\"u%u\",\"conversation\":\"c%u\",\"direction\":\"%s\","
                 "\"recipients\":[\"u%u\",\"u%u\"]", r % 3, r / 4 % 3,
                 directions[r / 16 % 2], r / 32 % 4, r / 128 % 4);
        if (r % 13 == 0)
            snprintf(fields, sizeof(fields), "\"actor\":\"u%u\"", r / 16 % 3);
        step(&p, r % 5 ? now : now - (int64_t)(test_random(&seed) % (HOUR)),
             r % 13 ? "message" : "login", fields);
        for (int j = 0; j < 3; j++) {
            char asked[20], read[20];

            snprintf(asked, sizeof(asked), "o/%s", rules[j]);
            snprintf(read, sizeof(read), "o/%s-read", rules[j]);
            CHECK(fires(&p, asked) == fires(&p, read), "%s at %d: %s", rules[j], i,
                  host_json(&p.h, 0));
            found[j] += fires(&p, asked);
        }
    }
    for (int j = 0; j < 3; j++)
        CHECK(found[j] > STEPS / 20 && found[j] < STEPS, "%s: %d", rules[j],
              found[j]);
    past_close(&p);
}

static const struct test_case tests[] = {
    { "a check reads what is kept", test_a_check_reads_what_is_kept },
    { "sees what was before the event", test_sees_what_was_before_the_event },
    { "without a state it fails", test_without_a_state_it_fails },
    { "a state that fails fails the event", test_a_state_that_fails_fails_the_event },
    { "more records than the limit are an error",
      test_more_records_than_the_limit_are_an_error },
    { "what many checks read is held once",
      test_what_many_checks_read_is_held_once },
    { "a library memory by its name", test_a_library_memory_by_its_name },
    { "equals the conditions that ask the same",
      test_equals_the_conditions_that_ask_the_same },
};

POLICY_TEST_MAIN("reads", tests)
