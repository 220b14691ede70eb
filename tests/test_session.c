/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session: options, bundles swapped under it, one event or many, its arena,
 * its counters, and that it asks for no memory once warm.
 */
#include "host.h"
#include "random_event.h"

static const char rules[] =
    RULE("a", "match = any { term \"甲\", list \"own\" }, tell = { zh = \"{article}\" }")
    "rule { id = \"leak\", title = \"泄密\", reason = \"r\", category = \"leak_suspected\","
    " on = \"message\", match = term \"乙\", verdict = \"hold\", severity = 3,"
    " escalate = { to = \"officer\", within = \"4h\", other_than = \"actor\" },"
    " tell = { zh = \"{due}\" }, tests = { hit \"乙\", miss \"好\" } }\n"
    "rule { id = \"guarded\", title = \"t\", reason = \"r\", category = \"off_topic\","
    " on = \"message\", match = any { term \"丙\", pii \"mobile\" }, verdict = \"warn\","
    " check = function(event, hits) return #hits < 3 and event.text:find(\"丙\", 1,"
    " true) ~= nil end, tests = { hit \"丙\", miss \"好\" } }\n"
    RULE("later", "match = term \"丁\", needs = { \"trained\" }, mode = \"shadow\","
                  " except = { { actor = \"u1\", why = \"w\", owner = \"o\" } }");
static const char yaml[] = "roles: { officer: [u1, u2] }\n";

static void write_json(const policy_decision *d, char *out, size_t cap)
{
    size_t len = 0;

    policy_decision_json(out, cap - 1, &len, d, POLICY_JSON_CLEAR);
    out[len < cap ? len : cap - 1] = '\0';
}

/* --- life */

static void test_options_may_be_of_an_older_size(void)
{
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    struct test_allocator t;
    policy_bundle *b = host_bundle(yaml, rules, NULL);
    policy_session *s = NULL;

    test_allocator_init(&t);
    o.size = offsetof(policy_session_options, limits);
    o.allocator = &t.allocator;
    o.limits = (const policy_limits *)16; /* beyond the size: never read */
    CHECK(policy_session_new(&s, b, &o, NULL) == POLICY_OK, "older options");
    CHECK(t.requests > 0, "its allocator");
    policy_session_free(s);
    policy_session_free(NULL);
    CHECK(policy_session_new(&s, b, NULL, NULL) == POLICY_OK, "no options");
    policy_session_free(s);
    policy_bundle_unref(b);
    test_allocator_clean(&t);
}

static void test_no_memory_leaves_no_session(void)
{
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    struct test_allocator t;
    policy_bundle *b = host_bundle(yaml, rules, NULL);
    policy_error err = POLICY_ERROR_INIT;
    policy_session *s = (policy_session *)&err;

    test_allocator_init(&t);
    t.fail_after = 1;
    o.allocator = &t.allocator;
    CHECK_INT_EQ("status", policy_session_new(&s, b, &o, &err), POLICY_ENOMEM);
    CHECK(s == NULL && err.status == POLICY_ENOMEM, "none");
    policy_bundle_unref(b);
    test_allocator_clean(&t);
}

/* The caller's hold with every bundle; the bundle's only while it is bound. */
static void test_limits_are_the_smaller_of_both(void)
{
    static const struct { uint64_t given, bundle; policy_status status; } rows[] = {
        { 0, 0, POLICY_OK }, { 10, 0, POLICY_ELIMIT }, { 0, 10, POLICY_ELIMIT },
        { 100, 10, POLICY_ELIMIT }, { 10, 100, POLICY_ELIMIT },
        { 100, 100, POLICY_OK }, { UINT64_MAX, 10, POLICY_ELIMIT },
    };
    static const struct host_file files[] = {
        { "o/organisation.yaml", "id: o\nname: 单位\nkind: company\n" },
        { "o/rules.lua", RULE("a", "match = term \"甲\"") },
    };
    policy_bundle *wide = host_compile(files, 2, NULL, NULL);

    for (size_t i = 0; wide && i < sizeof(rows) / sizeof(*rows); i++) {
        policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
        policy_limits given = POLICY_LIMITS_INIT, compiled = POLICY_LIMITS_INIT;
        struct host h = { .error = POLICY_ERROR_INIT };
        policy_bundle *b;
        char label[40];

        given.text_bytes = rows[i].given;
        compiled.text_bytes = rows[i].bundle;
        o.limits = &given;
        b = host_compile(files, 2, &compiled, NULL);
        snprintf(label, sizeof(label), "row %zu", i);
        if (!b || policy_session_new(&h.session, b, &o, NULL) ||
            policy_event_new(&h.event, NULL, NULL, NULL))
            break;
        CHECK_INT_EQ(label, host_judge(&h, "\"text\":\"0123456789a\""),
                     rows[i].status);
        CHECK(policy_session_bind(h.session, wide, NULL) == POLICY_OK, "%s", label);
        CHECK_INT_EQ("bound to a wider one", host_judge(&h, "\"text\":\"0123456789a\""),
                     rows[i].given && rows[i].given < 11 ? POLICY_ELIMIT : POLICY_OK);
        CHECK(policy_session_bind(h.session, b, NULL) == POLICY_OK, "%s", label);
        CHECK_INT_EQ("and back", host_judge(&h, "\"text\":\"0123456789a\""),
                     rows[i].status);
        policy_event_free(h.event);
        policy_session_free(h.session);
        policy_bundle_unref(b);
    }
    policy_bundle_unref(wide);
}

static void test_a_swap_that_fails_changes_nothing(void)
{
    policy_counters c = POLICY_COUNTERS_INIT;
    policy_bundle *other = host_bundle(NULL, RULE("z", "match = term \"甲\""), NULL);
    struct host h;

    if (!host_open(&h, yaml, rules) || !host_decide(&h, "\"text\":\"甲丙\""))
        return;
    h.memory.fail_at = h.memory.requests + 1;
    CHECK_INT_EQ("status", policy_session_bind(h.session, other, &h.error),
                 POLICY_ENOMEM);
    if (host_decide(&h, "\"text\":\"甲丙\""))
        CHECK(host_finding(h.decision, 0, "o/a") != NULL, "the old bundle");
    CHECK_INT_EQ("status", policy_session_bind(h.session, other, &h.error), POLICY_OK);
    if (host_decide(&h, "\"text\":\"甲丙\""))
        CHECK(host_finding(h.decision, 0, "o/z") != NULL, "the new one");
    CHECK_INT_EQ("its own again", policy_session_bind(h.session, other, &h.error),
                 POLICY_OK);
    policy_bundle_unref(other); /* the session holds it */
    if (host_decide(&h, "\"text\":\"甲丙\""))
        CHECK(host_finding(h.decision, 0, "o/z") != NULL, "still there");
    policy_session_counters(&c, h.session);
    CHECK_INT_EQ("swaps", c.swaps, 2);
    host_close(&h);
}

/* --- many */

enum { MANY = 150 };

static void test_many_are_one_by_one(void)
{
    static struct random_source r[MANY];
    static char alone[1 << 16], batch[1 << 16];
    static const size_t sizes[] = { 1, 7, 64, MANY };
    const policy_decision *out[MANY], *d;
    policy_status status[MANY];
    policy_event *events[MANY];
    policy_session *one, *many;

    if (!random_open(&r[0], 9))
        return;
    CU_ASSERT_FATAL(policy_session_new(&one, r[0].bundle, NULL, NULL) == POLICY_OK &&
                    policy_session_new(&many, r[0].bundle, NULL, NULL) == POLICY_OK);
    for (size_t i = 0; i < MANY; i++) {
        const char *org = i % 17 == 5 ? "nobody"
                                      : r[0].bundle->orgs[i % r[0].bundle->org_count]->id;

        r[i] = r[0]; /* each event's bytes live in its own */
        r[i].seed = i;
        CU_ASSERT_FATAL(policy_event_new(&events[i], NULL, NULL, NULL) == POLICY_OK);
        random_event(&r[i], events[i], org);
    }
    for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++)
        for (size_t from = 0, done; from < MANY; from += done) {
            size_t count = MANY - from < sizes[k] ? MANY - from : sizes[k];
            policy_status st;

            st = policy_session_evaluate_many(out, status, &done, many,
                (const policy_event *const *)events + from, count, NULL, NULL);
            if (!CHECK(st == POLICY_OK && done > 0 && done <= count, "status %d, %zu",
                       st, done))
                break;
            for (size_t i = 0; i < done; i++) {
                st = policy_session_evaluate(&d, one, events[from + i], NULL, NULL);
                CHECK_INT_EQ("status", status[i], st);
                CHECK_INT_EQ("refused", st, (from + i) % 17 == 5 ? POLICY_EORG
                                                                 : POLICY_OK);
                if (!CHECK((out[i] != NULL) == (d != NULL), "decision %zu", from + i) ||
                    !d)
                    continue;
                write_json(d, alone, sizeof(alone));
                write_json(out[i], batch, sizeof(batch));
                CHECK(strcmp(alone, batch) == 0, "in %zu:\n%s\n%s", sizes[k], batch,
                      alone);
            }
        }
    for (size_t i = 0; i < MANY; i++)
        policy_event_free(events[i]);
    policy_session_free(one);
    policy_session_free(many);
    random_close(&r[0]);
}

static void test_none_are_many_too(void)
{
    struct host h;
    size_t done = 7;

    if (!host_open(&h, yaml, rules))
        return;
    CHECK(policy_session_evaluate_many(NULL, NULL, &done, h.session, NULL, 0, NULL,
                                       NULL) == POLICY_OK && done == 0, "none");
    host_close(&h);
}

/* The same event twice in a batch: the second sees what the first wrote. */
static void test_a_batch_sees_its_own_changes(void)
{
    const policy_event *events[2];
    const policy_decision *out[2];
    policy_status status[2];
    policy_memory *m;
    policy_state state;
    size_t done;
    struct host h;

    if (!host_open(&h, yaml, rules) || !host_decide(&h, "\"text\":\"乙\""))
        return;
    CU_ASSERT_FATAL(policy_memory_new(&m, NULL, 0, NULL) == POLICY_OK);
    state = policy_memory_state(m);
    events[0] = events[1] = h.event;
    CHECK(policy_session_evaluate_many(out, status, &done, h.session, events, 2,
                                       &state, NULL) == POLICY_OK && done == 2, "two");
    CHECK_INT_EQ("first", policy_decision_change_count(out[0]), 1);
    CHECK_INT_EQ("second", policy_decision_change_count(out[1]), 0);
    CHECK_INT_EQ("duties", policy_decision_duty_count(out[1]), 1);
    CHECK(policy_memory_apply(m, out[0], NULL) == POLICY_OK &&
              policy_memory_apply(m, out[1], NULL) == POLICY_OK, "both apply");
    policy_memory_free(m);
    host_close(&h);
}

static policy_status get_fails(void *user, policy_str key, policy_record *out)
{
    (void)user;
    (void)key;
    (void)out;
    return POLICY_EIO;
}

static void test_a_failing_state_stops_a_batch(void)
{
    policy_state state = POLICY_STATE_INIT;
    const policy_event *events[2];
    const policy_decision *out[2];
    policy_status status[2];
    size_t done;
    struct host h;

    state.get = get_fails;
    if (!host_open(&h, yaml, rules) || !host_decide(&h, "\"text\":\"乙\""))
        return;
    events[0] = events[1] = h.event;
    CHECK_INT_EQ("status", policy_session_evaluate_many(out, status, &done, h.session,
                                                        events, 2, &state, &h.error),
                 POLICY_ESTATE);
    CHECK(done == 1 && out[0] == NULL && status[0] == POLICY_ESTATE, "the first");
    CHECK_CSTR_EQ("code", h.error.code, "state");
    host_close(&h);
}

/* --- the arena */

static void test_a_full_arena_is_a_limit(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    unsigned refused = 0, decided = 0;

    for (limits.arena_bytes = 1; limits.arena_bytes < 16384;
         limits.arena_bytes += 16) {
        struct host h;
        policy_status st;

        if (!host_open_with(&h, yaml, rules, &limits))
            return;
        st = host_judge(&h, "\"text\":\"甲乙丙丁13800138000机密\",\"actor\":\"u1\"");
        if (st == POLICY_OK) {
            decided++;
        } else {
            refused++;
            CHECK_INT_EQ("status", st, POLICY_ELIMIT);
            CHECK(strstr(h.error.message, "arena_bytes") && h.decision == NULL, "%s",
                  h.error.message);
        }
        host_close(&h);
    }
    CHECK(refused > 10 && decided > 10, "%u refused, %u decided", refused, decided);
}

static void test_a_batch_ends_where_the_arena_is_full(void)
{
    static const char fields[] = "\"text\":\"甲乙丙丁13800138000机密\",\"actor\":\"u1\"";
    policy_limits limits = POLICY_LIMITS_INIT;
    const policy_event *events[64];
    const policy_decision *out[64];
    policy_status status[64];
    unsigned broken_off = 0;

    for (limits.arena_bytes = 3000; limits.arena_bytes < 60000;
         limits.arena_bytes += 1700) {
        size_t from = 0, done;
        struct host h;

        if (!host_open_with(&h, yaml, rules, &limits))
            return;
        if (host_judge(&h, fields) == POLICY_OK) {
            for (size_t i = 0; i < 64; i++)
                events[i] = h.event;
            for (; from < 64; from += done) {
                CHECK(policy_session_evaluate_many(out, status, &done, h.session,
                          events, 64 - from, NULL, NULL) == POLICY_OK, "many");
                if (!CHECK(done > 0, "no progress with %llu bytes",
                           (unsigned long long)limits.arena_bytes))
                    break;
                for (size_t i = 0; i < done; i++)
                    CHECK(status[i] == POLICY_OK && out[i] &&
                              policy_decision_verdict(out[i]) == POLICY_HOLD,
                          "decision %zu of %zu", i, done);
                broken_off += done < 64 - from;
            }
        }
        host_close(&h);
    }
    CHECK(broken_off > 10, "broken off %u times", broken_off);
}

/* --- warm */

static const char *const stream[] = {
    "\"text\":\"好\"", "\"text\":\"甲\"", "\"text\":\"乙\",\"actor\":\"u1\"",
    "\"text\":\"丙13800138000\"", "\"text\":\"丁\"", "\"text\":\"丁\",\"actor\":\"u1\"",
    "\"text\":\"保密机密機\xe2\x80\x8b密\",\"parts\":[{\"role\":\"quote\",\"text\":\"绝密甲\"}]",
    "\"text\":\"引用\\u7532\"", "",
    ("\"text\":\"甲乙丙丁机密绝密13800138000\",\"actor\":\"u2\","
     "\"recipients\":[\"u1\",\"u3\"],\"facts\":{\"trained\":true}"),
};

static void run_stream(struct host *h, policy_memory *m)
{
    policy_state state = policy_memory_state(m);
    policy_str text;
    size_t len;

    for (size_t i = 0; i < sizeof(stream) / sizeof(*stream); i++) {
        if (host_judge_with(h, &state, stream[i]) != POLICY_OK)
            CHECK(false, "%s: %s", stream[i], h->error.message);
        else if (policy_decision_json(h->json, sizeof(h->json), &len, h->decision, 0) ||
                 policy_decision_redacted(&text, (policy_decision *)h->decision,
                                          "text") == POLICY_ENOMEM)
            CHECK(false, "%s", stream[i]);
    }
}

static void test_a_warm_session_asks_for_nothing(void)
{
    static const char all[] = "roles: { officer: [u1, u2] }\n"
                              "regulations: { alpha: enforce }\n";
    policy_counters c = POLICY_COUNTERS_INIT;
    policy_memory *m;
    size_t before;
    struct host h;

    if (!host_open(&h, all, rules))
        return;
    CU_ASSERT_FATAL(policy_memory_new(&m, NULL, 0, NULL) == POLICY_OK);
    run_stream(&h, m);
    run_stream(&h, m);
    before = h.memory.requests;
    for (int i = 0; i < 200; i++)
        run_stream(&h, m);
    /* With sanitizers each block of a check is asked for (script/pool.h). */
    if (!TEST_SANITIZED)
        CHECK_INT_EQ("requests", h.memory.requests - before, 0);
    policy_session_counters(&c, h.session);
    CHECK(c.guards > 200 && c.findings > 200 && c.shadow > 0 && c.state_reads > 200,
          "guards %llu, findings %llu", (unsigned long long)c.guards,
          (unsigned long long)c.findings);
    policy_memory_free(m);
    host_close(&h);
}

/* --- counters */

static void test_counters_count(void)
{
    policy_counters c = POLICY_COUNTERS_INIT, older;
    struct host h;

    if (!host_open(&h, yaml, rules))
        return;
    host_decide(&h, "\"text\":\"好\"");
    host_decide(&h, "\"text\":\"甲甲\"");
    host_decide(&h, "\"text\":\"乙\"");
    host_decide(&h, "\"text\":\"丙\"");
    host_decide(&h, "\"text\":\"丁\",\"facts\":{\"trained\":1}");
    CHECK(host_judge(&h, "\"text\":\"乙\",\"actor_roles\":[\"king\"]") == POLICY_EINPUT,
          "refused");
    policy_session_counters(&c, h.session);
    CHECK_INT_EQ("size", c.size, sizeof(c));
    CHECK_INT_EQ("events", c.events, 5);
    CHECK_INT_EQ("allow", c.verdicts[POLICY_ALLOW], 2);
    CHECK_INT_EQ("flag", c.verdicts[POLICY_FLAG], 1);
    CHECK_INT_EQ("warn", c.verdicts[POLICY_WARN], 1);
    CHECK_INT_EQ("hold", c.verdicts[POLICY_HOLD], 1);
    CHECK_INT_EQ("findings", c.findings, 3);
    CHECK_INT_EQ("shadow", c.shadow, 1);
    CHECK_INT_EQ("errors", c.errors, 0);
    CHECK_INT_EQ("guards", c.guards, 1);
    CHECK_INT_EQ("states", c.lua_states, 1);
    CHECK_INT_EQ("no swap", c.swaps, 0);
    CHECK(c.arena_peak > 0 && c.instructions > 0, "measured");
    memset(&older, 0xff, sizeof(older));
    older.size = offsetof(policy_counters, findings);
    policy_session_counters(&older, h.session);
    CHECK(older.events == 5 && older.findings == UINT64_MAX &&
              older.size == offsetof(policy_counters, findings), "an older struct");
    host_close(&h);
}

/* A bundle over another, in which `o` is the same part, or not. */
static policy_bundle *one_more(policy_bundle *base, bool changed)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c = NULL;
    policy_bundle *b = NULL;
    char whole[1024];

    snprintf(whole, sizeof(whole), "id: o\nname: 单位\nkind: company\n%s", yaml);
    o.base = base;
    o.keep = 1;
    CHECK(!policy_compiler_new(&c, &o, &err) &&
              !policy_compiler_add_file(c, "q/organisation.yaml",
                  host_str("id: q\nname: q\nkind: company\n"), &err) &&
              (!changed ||
               (!policy_compiler_add_file(c, "o/organisation.yaml",
                                          host_str(whole), &err) &&
                !policy_compiler_add_file(c, "o/rules.lua", host_str(rules),
                                          &err) &&
                !policy_compiler_add_file(c, "o/lists/own.txt",
                                          host_str("另外\n"), &err))) &&
              !policy_compiler_build(&b, c, &err),
          "%s", err.message);
    policy_compiler_free(c);
    return b;
}

static void test_a_swap_keeps_the_states_of_what_stays(void)
{
    for (unsigned changed = 0; changed < 2; changed++) {
        policy_counters c = POLICY_COUNTERS_INIT;
        policy_error err = POLICY_ERROR_INIT;
        policy_bundle *next;
        struct host h;

        if (!host_open(&h, yaml, rules))
            return;
        host_decide(&h, "\"text\":\"丁\",\"facts\":{\"trained\":1}");
        host_decide(&h, "\"text\":\"丙\"");
        next = one_more(h.bundle, changed);
        CHECK(next && !policy_session_bind(h.session, next, &err), "%s",
              err.message);
        policy_bundle_unref(next);
        host_decide(&h, "\"text\":\"丁\",\"facts\":{\"trained\":1}");
        host_decide(&h, "\"text\":\"丙\"");
        policy_session_counters(&c, h.session);
        CHECK_INT_EQ("guards", c.guards, 2);
        CHECK_INT_EQ("states", c.lua_states, 1 + changed);
        host_close(&h);
    }
}

/* --- swaps with a past */

static const char often_and_leaks[] =
    "memory { id = \"links\", key = \"actor\", keep = \"30d\","
    "  set = { on = \"message\", where = { text = \"记\" } } }\n"
    RULE("known", "where = known { \"links\", key = \"actor\" }")
    RULE("often", "match = term \"甲\","
         "count = { by = \"actor\", over = \"1d\", more_than = 2 }");
/* Another message, a rule in front, and one memory and count less or more. */
static const char edited[] =
    RULE("front", "match = term \"乙\"")
    "memory { id = \"links\", key = \"actor\", keep = \"30d\","
    "  set = { on = \"message\", where = { text = \"记\" } } }\n"
    RULE("often", "match = term \"甲\", tell = \"少说\","
         "count = { by = \"actor\", over = \"1d\", more_than = 2 }")
    RULE("known", "where = known { \"links\", key = \"actor\" }");
static const char without[] = RULE("front", "match = term \"乙\"");

/* Which of o/known and o/often fire on the next message: bits. */
static int past_says(struct host *h, policy_memory *m, const char *text)
{
    policy_state state = policy_memory_state(m);
    static char json[300];
    static int number;
    int out;

    snprintf(json, sizeof(json),
             "{\"id\":\"p%d\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\","
             "\"actor\":\"u1\",\"time\":%lld,\"text\":\"%s\"}", number,
             1772416800000LL + 1000LL * number, text);
    number++;
    if (!host_read(h, json) ||
        !CHECK(!policy_session_evaluate(&h->decision, h->session, h->event, &state,
                                        &h->error), "%s", h->error.message))
        return -1;
    out = (host_finding(h->decision, POLICY_ENFORCED, "o/known") != NULL) |
          (host_finding(h->decision, POLICY_ENFORCED, "o/often") != NULL) << 1;
    CHECK_INT_EQ("no errors", policy_decision_error_count(h->decision), 0);
    CHECK(strstr(host_json(h, 0), policy_bundle_revision(h->bundle)), "revision");
    CHECK(!policy_memory_apply(m, h->decision, &h->error), "%s", h->error.message);
    return out;
}

static bool swap_to(struct host *h, const char *lua)
{
    policy_bundle *b = host_bundle(NULL, lua, NULL);

    if (!b || !CHECK(!policy_session_bind(h->session, b, &h->error), "%s",
                     h->error.message))
        return false;
    policy_bundle_unref(h->bundle);
    h->bundle = b;
    return true;
}

static void test_a_swap_keeps_what_is_remembered(void)
{
    policy_memory *m;
    struct host h;

    if (!host_open(&h, NULL, often_and_leaks) ||
        !CHECK(!policy_memory_new(&m, NULL, 0, NULL), "a store"))
        return;
    CHECK_INT_EQ("remembered from now on", past_says(&h, m, "记"), 0);
    CHECK_INT_EQ("one", past_says(&h, m, "甲"), 1);
    if (swap_to(&h, edited))
        CHECK_INT_EQ("known, and two", past_says(&h, m, "甲"), 1);
    if (swap_to(&h, often_and_leaks))
        CHECK_INT_EQ("three", past_says(&h, m, "甲"), 3);
    /* Definitions that are gone disturb nothing, and what they kept is there
     * when they come back. */
    if (swap_to(&h, without))
        CHECK_INT_EQ("nobody asks", past_says(&h, m, "甲"), 0);
    if (swap_to(&h, edited))
        CHECK_INT_EQ("back", past_says(&h, m, "甲"), 3);
    policy_memory_free(m);
    host_close(&h);
}

static const struct test_case tests[] = {
    { "options may be of an older size", test_options_may_be_of_an_older_size },
    { "no memory leaves no session", test_no_memory_leaves_no_session },
    { "limits are the smaller of both", test_limits_are_the_smaller_of_both },
    { "a swap that fails changes nothing", test_a_swap_that_fails_changes_nothing },
    { "many are one by one", test_many_are_one_by_one },
    { "none are many too", test_none_are_many_too },
    { "a batch sees its own changes", test_a_batch_sees_its_own_changes },
    { "a failing state stops a batch", test_a_failing_state_stops_a_batch },
    { "a full arena is a limit", test_a_full_arena_is_a_limit },
    { "a batch ends where the arena is full",
      test_a_batch_ends_where_the_arena_is_full },
    { "a warm session asks for nothing", test_a_warm_session_asks_for_nothing },
    { "counters count", test_counters_count },
    { "a swap keeps what is remembered", test_a_swap_keeps_what_is_remembered },
    { "a swap keeps the states of what stays",
      test_a_swap_keeps_the_states_of_what_stays },
};

POLICY_TEST_MAIN("session", tests)
