/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The n-th allocation fails, for every n, in scenarios that together call every
 * public entry that may allocate: once alone, where Lua may collect its garbage,
 * ask again and go on, and once with all that follow. Then each must answer
 * POLICY_ENOMEM, leave nothing behind, and, for objects that live on, work when
 * memory is there again.
 */
#include <policy/policy.h>

#include "harness.h"

static const char yaml[] =
    "id: o\nname: 单位\nkind: company\nroles: { officer: [u1] }\n"
    "regulations: { alpha: enforce }\nlists: { payees: { kind: ids } }\n";
static const char lua[] =
    "rule { id = \"two\", title = \"两个\", reason = \"r\", category = \"off_topic\",\n"
    "  on = \"message\", match = any { list \"own\", pii \"mobile\",\n"
    "    pii \"serial\", regex [[密码[a-z]+]],\n"
    "    near(list \"own\", regex [[[a-z]\\d]], 2) },\n"
    "  where = any { { direction = \"out\" }, { actor = \"u2\" } },\n"
    "  except = { { phrase = { \"机密培训\" }, why = \"w\", owner = \"o\" } },\n"
    "  verdict = \"hold\", escalate = { to = \"officer\", within = \"1h\" },\n"
    "  tell = { zh = \"见 {due}\" },\n"
    "  check = function(event, hits) return #hits > 1 end,\n"
    "  tests = { hit { \"机密机密\", direction = \"out\" }, miss \"好\" } }\n"
    "rule { id = \"payee\", title = \"收款人\", reason = \"r\", category = \"fraud\",\n"
    "  on = \"payment\", where = { counterparty = among \"payees\" },\n"
    "  verdict = \"block\", tests = { hit { counterparty = \"p\" },\n"
    "  miss { counterparty = \"q\" } } }\n";
static const char regulation[] =
    "id: alpha\ntitle: 制度\nkind: company\narticles:\n"
    "  - { ref: 一, class: event, status: rules, zh: 一, en: one, outcome: block }\n";
static const char alpha[] =
    "use \"t\" { part = { cites = { \"一\" } } }\n";
static const char theme[] =
    "theme { id = \"t\", title = \"t\", params = { n = param { \"int\", 3, why = \"w\" } },\n"
    "  parts = { part = rule { title = \"p\", on = \"message\",\n"
    "    match = near(term \"密码\", list \"own\", param \"n\"), verdict = \"block\",\n"
    "    category = \"trade_secret\", tests = { hit \"密码机密\", miss \"好\" } } } }\n";
static const char own[] =
    "机密 | 理由\n!保密机密\n"
    "@ 微信 = 薇信 | V信\n"
    "underground\nhello\n天天红包\n口交 || boundary\n绝密 || folded\n"
    "底价 || exact\n标底 || separators=3\n"
    "@ pinyin split reversed spelled\n"
    "加微信号\n代开发票\n公司公章\n";
static const char payees[] = "p\n";
static const char event[] =
    "{\"id\":\"m\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\","
    "\"time\":\"2026-03-02T09:15:00+08:00\",\"direction\":\"out\","
    "\"recipients\":[\"a\",\"b\"],\"text\":\"密码\\u673a密，機密\","
    "\"parts\":[{\"role\":\"quote\",\"text\":\"机密\"},"
    "{\"role\":\"quote\",\"text\":\"机机密密 机*密 undеrgrоund h3ll0 公思公章 "
    "加V信号 加薇信号 票发开代 daikaifapiao 亻弋开发票 标，底 过了路口交通 "
    "%E6%9C%BA密 &#26426;密 5py65a+G5paH5Lu25piv6L+Z5Liq "
    "打一三八零零一三八零零零 机机密密*机密\"}],\"facts\":{\"f\":1}}";
static const char directory[] =
    "people: { u1: { kind: staff, roles: [manager], accounts: [a1] } }\n"
    "groups: { wr1: { kind: department } }\n";
static const char record[] =
    "{\"msgid\":\"1\",\"action\":\"send\",\"from\":\"u1\",\"tolist\":[\"wo1\"],"
    "\"roomid\":\"wr1\",\"msgtime\":1772416800000,\"msgtype\":\"text\","
    "\"text\":{\"content\":\"机密\"}}";

static policy_str str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

/* The first digit of each text is a serial number. */
static int find_serial(void *user, policy_str text, size_t from,
                       policy_span *out)
{
    (void)user;
    for (size_t i = 0; from == 0 && i < text.len; i++)
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9') {
            *out = (policy_span){ (uint32_t)i, (uint32_t)i + 1 };
            return POLICY_CONFIDENCE_LOW;
        }
    return 0;
}

/* Is there memory again after the one failure? */
static bool only_once;

/* The bundle that scenarios other than the compiler's work on. */
static policy_bundle *shared;

static policy_status add_files(policy_compiler *c, policy_error *err)
{
    static const char *const files[][2] = {
        { "o/organisation.yaml", yaml }, { "o/rules.lua", lua },
        { "o/lists/own.txt", own }, { "o/lists/payees.txt", payees },
        { "regulations/alpha/regulation.yaml", regulation },
        { "regulations/alpha/rules.lua", alpha }, { "themes/t.lua", theme },
        { "lists/insult.txt", "笨蛋\n" },
    };
    policy_detector d = POLICY_DETECTOR_INIT;
    policy_status st;

    d.name = "serial";
    d.find = find_serial;
    st = policy_compiler_add_detector(c, &d, err);
    for (size_t i = 0; !st && i < sizeof(files) / sizeof(*files); i++)
        st = policy_compiler_add_file(c, files[i][0], str(files[i][1]), err);
    return st;
}

static policy_status scenario_compile(const policy_allocator *a, policy_error *err)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_compiler *c;
    policy_bundle *b = NULL;
    policy_status st;

    o.allocator = a;
    o.base = shared;
    st = policy_compiler_new(&c, &o, err);
    if (st)
        return st;
    st = add_files(c, err);
    if (!st)
        st = policy_compiler_build(&b, c, err);
    policy_bundle_unref(b);
    b = NULL;
    if (!st)
        st = policy_compiler_build(&b, c, err); /* once more, warm */
    policy_bundle_unref(b);
    policy_compiler_free(c);
    return st;
}

static policy_status scenario_first_compile(const policy_allocator *a,
                                            policy_error *err)
{
    policy_bundle *keep = shared;
    policy_status st;

    shared = NULL;
    st = scenario_compile(a, err);
    shared = keep;
    return st;
}

static int ignore(void *user, const policy_explanation *x)
{
    (void)user;
    (void)x;
    return 0;
}

static void count(void *user, const policy_test_result *r)
{
    (void)r;
    ++*(int *)user;
}

static policy_status judge(policy_session *s, policy_event *e,
                           const policy_allocator *a, policy_memory *m,
                           policy_error *err)
{
    policy_state state = policy_memory_state(m);
    const policy_decision *d;
    policy_decision *copy = NULL;
    char buf[64];
    size_t len;
    policy_status st = policy_event_read_json(e, str(event), err);

    if (!st)
        st = policy_session_evaluate(&d, s, e, &state, err);
    if (st)
        return st;
    CHECK(policy_decision_verdict(d) == POLICY_BLOCK, "verdict %d",
          policy_decision_verdict(d));
    st = policy_memory_apply(m, d, err);
    if (!st)
        st = policy_decision_dup(&copy, d, a);
    if (!st)
        st = policy_decision_json(buf, sizeof(buf), &len, copy, 0);
    policy_decision_free(copy);
    return st;
}

static policy_status judge_many(policy_session *s, policy_event *e,
                                policy_error *err)
{
    const policy_event *events[] = { e, e };
    const policy_decision *out[2];
    policy_status status[2];
    size_t done;
    policy_status st = policy_session_bind(s, shared, err);

    if (!st)
        st = policy_session_evaluate_many(out, status, &done, s, events, 2, NULL,
                                          err);
    if (!st)
        CHECK(done == 2 && !status[0] && !status[1], "%zu of 2 judged", done);
    return st;
}

static policy_status ask(policy_session *s, policy_event *e, policy_error *err)
{
    int results = 0;
    char buf[64];
    size_t len;
    policy_status st = policy_session_explain(buf, sizeof(buf), &len, s, e, NULL,
                                              POLICY_JSON_CLEAR, err);

    if (!st)
        st = judge_many(s, e, err);
    if (!st)
        st = policy_session_explain_each(s, e, NULL, ignore, NULL, err);
    if (!st)
        st = policy_session_test(s, "o", count, &results, err);
    if (!st)
        CHECK(results == 6, "%d tests", results);
    return st;
}

static policy_status scenario_evaluate(const policy_allocator *a,
                                       policy_error *err)
{
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    policy_session *s = NULL;
    policy_event *e = NULL;
    policy_memory *m = NULL;
    policy_status st;

    o.allocator = a;
    st = policy_session_new(&s, shared, &o, err);
    if (!st)
        st = policy_event_new(&e, a, NULL, err);
    if (!st)
        st = policy_memory_new(&m, a, 1 << 20, err);
    if (!st)
        st = judge(s, e, a, m, err);
    if (st == POLICY_ENOMEM && only_once && s && e && m)
        st = judge(s, e, a, m, err) ? POLICY_EMISUSE : POLICY_ENOMEM;
    else if (!st)
        st = ask(s, e, err);
    policy_memory_free(m);
    policy_event_free(e);
    policy_session_free(s);
    return st;
}

static int keep_going(void *user, policy_event *e)
{
    (void)e;
    ++*(int *)user;
    return 0;
}

static policy_status scenario_adapter(const policy_allocator *a, policy_error *err)
{
    policy_directory *d = NULL;
    policy_event *e = NULL;
    policy_directory_feed feed = POLICY_DIRECTORY_FEED_INIT;
    int events = 0;
    policy_status st = policy_directory_read(&d, str(directory), a, err);

    feed.org = "o";

    if (!st)
        st = policy_event_new(&e, a, NULL, err);
    if (!st)
        st = policy_adapter_read(POLICY_ADAPTER_WECOM, str(record), "o", d, e,
                                 keep_going, &events, err);
    if (!st)
        st = policy_directory_events(d, &feed, e, keep_going, &events, err);
    if (!st)
        CHECK(events == 4, "%d events", events);
    policy_event_free(e);
    policy_directory_free(d);
    return st;
}

static policy_status set_all(policy_event *e)
{
    policy_str items[] = { { "a", 1 }, { "b", 1 } };
    policy_status st = policy_event_set_text(e, POLICY_FIELD_TYPE, str("message"));

    if (!st)
        st = policy_event_set_list(e, POLICY_FIELD_RECIPIENTS, items, 2);
    if (!st)
        st = policy_event_set_bool(e, POLICY_FIELD_ENCRYPTED, 1);
    if (!st)
        st = policy_event_set_time(e, POLICY_FIELD_TIME, 1, 0);
    if (!st)
        st = policy_event_set_null(e, POLICY_FIELD_ACTOR);
    if (!st)
        st = policy_event_add_part(e, str("quote"), str("机密"));
    if (!st)
        st = policy_event_set_fact(e, "trained", str("true"));
    return st;
}

static policy_status scenario_setters(const policy_allocator *a, policy_error *err)
{
    policy_event *e;
    policy_status st = policy_event_new(&e, a, NULL, err);

    if (st)
        return st;
    st = set_all(e);
    policy_event_free(e);
    return st;
}

static int on_match(void *user, const policy_match *m)
{
    (void)m;
    ++*(int *)user;
    return 0;
}

static policy_status scenario_matcher(const policy_allocator *a, policy_error *err)
{
    policy_str texts[] = { str("机密文件"), str("機\xe2\x80\x8b密") };
    policy_pattern_set *set = NULL;
    policy_matcher *m = NULL;
    policy_scratch *s = NULL;
    int hits = 0;
    policy_status st = policy_pattern_set_new(&set, a, err);

    if (!st)
        st = policy_pattern_set_add(set, str("机密"), 7, POLICY_TERM, err);
    if (!st)
        st = policy_matcher_build(&m, set, err);
    if (!st)
        st = policy_scratch_new(&s, m, err);
    if (!st)
        st = policy_matcher_scan_batch(m, s, texts, 2, on_match, &hits);
    if (!st)
        CHECK(hits == 2, "%d hits", hits);
    policy_scratch_free(s);
    policy_matcher_free(m);
    policy_pattern_set_free(set);
    return st;
}

static policy_status scenario_text(const policy_allocator *a, policy_error *err)
{
    policy_text *t;
    policy_str utf8;
    policy_status st = policy_text_new(&t, a, err);

    if (st)
        return st;
    st = policy_text_fold(t, str("Ｂ機\xff"), err);
    if (!st)
        st = policy_text_utf8(&utf8, t);
    policy_text_free(t);
    return st;
}

/* --- what hangs on the past: in a bundle of its own, since the one above is swept
   by far more scenarios */

static const char past_yaml[] =
    "id: p\nname: 单位\nkind: company\nroles: { officer: [u1], head: [u2] }\n"
    "departments: [d1, d2]\nlimits: { guard_instructions: 1000 }\n";
static const char past_lua[] =
    "memory { id = \"votes\", key = { \"subject\", \"reviewer\" }, keep = \"1d\",\n"
    "  fields = \"decision\", set = { on = \"review\" } }\n"
    "rule { id = \"read\", title = \"t\", reason = \"r\", category = \"off_topic\",\n"
    "  on = \"post\", reads = { { \"votes\", key = \"content_id\" },\n"
    "    { \"reviews\", key = \"content_id\" } },\n"
    "  check = function(event, hits, memory) return #memory.votes < 2 end,\n"
    "  verdict = \"hold\", escalate = { to = \"officer\", within = \"1h\" },\n"
    "  tests = { hit { content_id = \"x\" }, steps {\n"
    "    { type = \"review\", subject = \"x\", reviewer = \"a\", decision = \"pass\" },\n"
    "    { type = \"review\", subject = \"x\", reviewer = \"b\", decision = \"pass\" },\n"
    "    { content_id = \"x\", expect = \"miss\" } } } }\n"
    "rule { id = \"slow\", title = \"t\", reason = \"r\", category = \"off_topic\",\n"
    "  on = \"message\", match = term \"慢\", verdict = \"flag\", ratio = 0.5,\n"
    "  brake = { share = 0.1, min = 1, over = \"1h\" },\n"
    "  check = function(event) while event.text do end end }\n"
    "rule { id = \"often\", title = \"t\", reason = \"r\", category = \"spam\",\n"
    "  on = \"message\", match = term \"慢\", verdict = \"warn\",\n"
    "  brake = { share = 0.1, min = 1, over = \"1h\" },\n"
    "  count = { by = \"account\", over = \"1h\", more_than = 1,\n"
    "    distinct = \"actor\", reset = { on = \"login\", key = \"account\" } } }\n"
    "rule { id = \"asks\", title = \"t\", reason = \"r\", category = \"off_topic\",\n"
    "  on = \"message\", verdict = \"flag\", broad = true, requires = all {\n"
    "    unknown { \"restricted\", key = \"account\" },\n"
    "    none { pending { \"report\", key = \"account\" } },\n"
    "    { [\"actor.roles\"] = \"manager\" } } }\n"
    "duty { id = \"report\", title = \"t\", reason = \"r\", owner = \"officer\",\n"
    "  within = \"1h\", renew = true, grain = \"1m\", remind = { \"30m\" },\n"
    "  open = { on = \"account_change\", key = \"subject_account\", first = true },\n"
    "  attest = { by = \"head\" }, overdue = { verdict = \"warn\", again = \"1d\",\n"
    "    escalate = { to = \"head\", within = \"1h\" } },\n"
    "  tests = { steps { { type = \"account_change\", subject_account = \"a\", expect = \"opened\" },\n"
    "    { after = \"2h\", expect = \"overdue\" } } } }\n"
    "duty { id = \"weekly\", title = \"t\", reason = \"r\", owner = \"officer\",\n"
    "  each = \"departments\", period = \"week\", times = 2, unique = \"content_id\",\n"
    "  done = { on = \"post\" }, overdue = { escalate = { to = \"head\", within = \"1d\" } } }\n"
    "ladder { id = \"steps\", title = \"t\", reason = \"r\", decide = \"head\",\n"
    "  within = \"1bd\", repeats = { over = \"1y\", raise = 1 }, also = \"departments\",\n"
    "  tracks = { { id = \"minor\", where = { severity = \"minor\" }, steps = {\n"
    "    step { \"a\", zh = \"甲\" }, step { \"b\", zh = \"乙\" } } } },\n"
    "  tests = { steps { { person = \"u7\", severity = \"minor\", expect = \"proposed\",\n"
    "    at = \"a\" } } } }\n";

/* The fields of each, a minute apart, and how many errors and duties there are. */
static const struct past_event {
    const char *fields;
    size_t errors, duties;
} past_events[] = {
    { "\"type\":\"review\",\"subject\":\"x\",\"reviewer\":\"a\",\"decision\":\"pass\"", 0, 0 },
    { "\"type\":\"post\",\"content_id\":\"x\",\"actor_dept\":\"d1\"", 0, 1 },
    { "\"type\":\"review\",\"subject\":\"x\",\"reviewer\":\"b\",\"decision\":\"pass\"", 0, 0 },
    { "\"type\":\"post\",\"content_id\":\"x\",\"actor_dept\":\"d1\"", 0, 0 },
    { "\"type\":\"staff_change\",\"person\":\"u1\",\"change\":\"join\",\"roles\":[\"manager\"]", 0, 0 },
    { "\"type\":\"staff_change\",\"person\":\"u1\",\"change\":\"move\",\"dept\":\"d1\"", 0, 0 },
    { "\"type\":\"message\",\"text\":\"慢\",\"actor\":\"u1\",\"account\":\"c\"", 1, 0 },
    { "\"type\":\"message\",\"text\":\"慢\",\"actor\":\"u2\",\"account\":\"c\"", 2, 0 },
    { "\"type\":\"message\",\"text\":\"慢\",\"actor\":\"u1\",\"account\":\"c\"", 2, 0 },
    { "\"type\":\"message\",\"text\":\"慢\",\"actor\":\"u1\",\"account\":\"c\"", 2, 0 },
    { "\"type\":\"login\",\"account\":\"c\"", 0, 0 },
    { "\"type\":\"account_change\",\"change\":\"register\",\"subject_account\":\"i\"", 0, 1 },
    { "\"type\":\"violation\",\"person\":\"u7\",\"severity\":\"minor\",\"departments\":[\"d1\"]", 0, 2 },
    { "\"type\":\"tick\"", 0, 2 },
    { "\"type\":\"attestation\",\"duty\":\"p/report\",\"subject\":\"i\",\"done_by\":\"u1\"", 1, 0 },
    { "\"type\":\"tick\",\"now\":\"2026-03-12T09:00:00+08:00\"", 0, 5 },
};

static policy_status compile_past(policy_bundle **out, const policy_allocator *a,
                                  policy_error *err)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_compiler *c;
    policy_status st;

    o.allocator = a;
    st = policy_compiler_new(&c, &o, err);
    if (!st)
        st = policy_compiler_add_file(c, "p/organisation.yaml", str(past_yaml), err);
    if (!st)
        st = policy_compiler_add_file(c, "p/rules.lua", str(past_lua), err);
    if (!st)
        st = policy_compiler_build(out, c, err);
    policy_compiler_free(c);
    return st;
}

static policy_status scenario_compile_past(const policy_allocator *a,
                                           policy_error *err)
{
    policy_bundle *b = NULL;
    policy_status st = compile_past(&b, a, err);

    policy_bundle_unref(b);
    return st;
}

static policy_bundle *past_bundle;

static policy_status happen(policy_session *s, policy_event *e, policy_memory *m,
                            size_t i, policy_error *err)
{
    const struct past_event *x = &past_events[i];
    policy_state state = policy_memory_state(m);
    const policy_decision *d;
    char json[512];
    policy_status st;

    snprintf(json, sizeof(json),
             "{\"id\":\"e%zu\",\"source\":\"s\",\"org\":\"p\","
             "\"time\":\"2026-03-02T09:%02zu:00+08:00\",%s}", i, i, x->fields);
    st = policy_event_read_json(e, str(json), err);
    if (!st)
        st = policy_session_evaluate(&d, s, e, &state, err);
    if (st)
        return st;
    CHECK(policy_decision_error_count(d) == x->errors &&
              policy_decision_duty_count(d) == x->duties,
          "event %zu: %zu errors, %zu duties", i, policy_decision_error_count(d),
          policy_decision_duty_count(d));
    return policy_memory_apply(m, d, err);
}

/* Each event that failed for once is judged again. */
static policy_status scenario_past(const policy_allocator *a, policy_error *err)
{
    enum { EVENTS = sizeof(past_events) / sizeof(*past_events) };
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    policy_session *s = NULL;
    policy_event *e = NULL;
    policy_memory *m = NULL;
    policy_status st, out = POLICY_OK;

    o.allocator = a;
    st = policy_session_new(&s, past_bundle, &o, err);
    if (!st)
        st = policy_event_new(&e, a, NULL, err);
    if (!st)
        st = policy_memory_new(&m, a, 0, err);
    for (size_t i = 0; !st && i < EVENTS; i++) {
        st = happen(s, e, m, i, err);
        if (st != POLICY_ENOMEM || !only_once)
            continue;
        out = st;
        st = happen(s, e, m, i, err) ? POLICY_EMISUSE : POLICY_OK;
    }
    policy_memory_free(m);
    policy_event_free(e);
    policy_session_free(s);
    return st ? st : out;
}

static void count_part(void *user, const policy_coverage *c)
{
    *(int *)user += c->reached > 0;
}

static int count_mutant(void *user, const policy_mutant *m)
{
    (void)m;
    ++*(int *)user;
    return 0;
}

static policy_status scenario_own_tests(const policy_allocator *a,
                                        policy_error *err)
{
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    policy_mutate_options few = POLICY_MUTATE_OPTIONS_INIT;
    policy_session *s;
    int results = 0, reached = 0, mutants = 0;
    policy_status st;

    o.allocator = a;
    few.limit = 4;
    st = policy_session_new(&s, past_bundle, &o, err);
    if (st)
        return st;
    st = policy_session_test(s, "p", count, &results, err);
    if (!st)
        st = policy_session_cover(s, "p", count_part, &reached, err);
    if (!st)
        st = policy_session_mutate(s, "p", &few, count_mutant, &mutants, err);
    if (!st)
        CHECK(results == 4 && reached > 4 && mutants == 4,
              "%d tests, %d parts, %d mutants", results, reached, mutants);
    policy_session_free(s);
    return st;
}

static const struct scenario {
    const char *name;
    policy_status (*run)(const policy_allocator *a, policy_error *err);
    size_t step; /* so many allocations are one; 0: each is tried */
} scenarios[] = {
    { "the first compilation", scenario_first_compile },
    { "compilation over a predecessor", scenario_compile },
    { "evaluation", scenario_evaluate },
    { "the adapter", scenario_adapter },
    { "the setters", scenario_setters },
    { "the matcher", scenario_matcher },
    { "the fold", scenario_text },
    { "compilation of what hangs on the past", scenario_compile_past, 5 },
    { "events one after another", scenario_past, 0 },
    { "the rules' own tests", scenario_own_tests, 0 },
};

static void sweep(const struct scenario *x)
{
    for (size_t n = 1; n < 100000; n += x->step + !x->step) {
        struct test_allocator t;
        policy_error err = POLICY_ERROR_INIT;
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = only_once ? n : 0;
        t.fail_after = only_once ? 0 : n;
        st = x->run(&t.allocator, &err);
        if (t.live_blocks || t.live_bytes || t.wrong_old) {
            CHECK(false, "%s, allocation %zu: %zu blocks, %zu bytes left, %zu "
                  "wrong sizes", x->name, n, t.live_blocks, t.live_bytes,
                  t.wrong_old);
            return;
        }
        if (t.failed == 0) {
            CHECK(st == POLICY_OK, "%s: %s", x->name, err.message);
            CHECK(n > 1, "%s asks for memory", x->name);
            return;
        }
        if (!CHECK(st == POLICY_ENOMEM || (only_once && st == POLICY_OK), "%s, allocation %zu: status %d %s",
                   x->name, n, st, err.message))
            return;
    }
    CHECK(false, "%s never ends", x->name);
}

static void test_every_allocation_may_fail(void)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;

    if (policy_compiler_new(&c, NULL, &err) || add_files(c, &err) ||
        policy_compiler_build(&shared, c, &err)) {
        CHECK(false, "%s", err.message);
        return;
    }
    policy_compiler_free(c);
    if (!CHECK(!compile_past(&past_bundle, NULL, &err), "%s", err.message))
        return;
    for (size_t i = 0; i < 2 * sizeof(scenarios) / sizeof(*scenarios); i++) {
        only_once = i % 2;
        sweep(&scenarios[i / 2]);
    }
    policy_bundle_unref(past_bundle);
    policy_bundle_unref(shared);
}

static const struct test_case tests[] = {
    { "every allocation may fail", test_every_allocation_may_fail },
};

POLICY_TEST_MAIN("oom", tests)
