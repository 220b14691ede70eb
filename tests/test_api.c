/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole of a host's life on the public headers alone: every function of
 * tests/exports.txt is called, with what it promises for errors, ends and NULL.
 */
#include "host.h"

static const char yaml[] = "roles: { officer: [u1] }\nregulations: { alpha: enforce }\n"
                           "on_error: { 2: hold }\n";
static const char rules[] =
    RULE("a", "match = any { term \"甲\", list \"own\" }, tell = { zh = \"好\" },"
              " escalate = { to = \"officer\", within = \"1h\" }")
    RULE("needs", "match = term \"甲\", needs = { \"trained\" }")
    RULE("broken", "match = term \"甲\", check = function() error(\"x\") end");

/* --- what stands by itself */

static void test_the_library_says_what_it_is(void)
{
    policy_limits l = POLICY_LIMITS_INIT, none = { .size = 0 };

    CHECK_INT_EQ("headers and library", policy_version(), POLICY_VERSION_NUMBER);
    CHECK(strstr(policy_build_info(), POLICY_UNICODE_VERSION) != NULL, "%s",
          policy_build_info());
    policy_limits_default(&l);
    CHECK(l.event_bytes > 0 && l.arena_bytes > 0, "all of them set");
    policy_limits_default(&none);
    CHECK(none.event_bytes == 0, "nothing beyond the size");
    CHECK_CSTR_EQ("reason", policy_reason_name(POLICY_REASON_WIDTH), "width");
    CHECK(policy_reason_name(3) == NULL && policy_reason_name(0) == NULL, "no reason");
    CHECK_CSTR_EQ("verdict", policy_verdict_name(POLICY_BLOCK), "block");
    CHECK_CSTR_EQ("confidence", policy_confidence_name(POLICY_CONFIDENCE_HIGH),
                  "high");
}

static void test_what_is_null_is_freed(void)
{
    policy_bundle_unref(NULL);
    policy_compiler_free(NULL);
    policy_event_free(NULL);
    policy_session_free(NULL);
    policy_decision_free(NULL);
    policy_memory_free(NULL);
    policy_directory_free(NULL);
    policy_text_free(NULL);
    policy_matcher_free(NULL);
    policy_scratch_free(NULL);
    policy_pattern_set_free(NULL);
    CHECK(true, "all of them");
}

/* --- sources */

struct diagnosed {
    unsigned errors;
    char code[40], text[1024];
};

static void keep_first(void *user, const policy_diagnostic *d)
{
    struct diagnosed *k = user;
    size_t len, again;

    if (d->severity != POLICY_ERROR || k->errors++)
        return;
    snprintf(k->code, sizeof(k->code), "%s", d->code);
    CHECK(policy_diagnostic_format(k->text, sizeof(k->text) - 1, &len, d, 0) ==
              POLICY_OK && len < sizeof(k->text), "%zu bytes", len);
    k->text[len] = '\0';
    CHECK(policy_diagnostic_format(NULL, 0, &again, d, POLICY_DIAGNOSTIC_JSON) ==
              POLICY_OK && again > len, "as JSON");
    CHECK(policy_diagnostic_format(NULL, 0, &again, d, 1u << 30) == POLICY_EMISUSE,
          "no such flag");
}

static void test_bad_sources_leave_no_bundle(void)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    struct diagnosed k = { 0, "", "" };
    policy_bundle *b = (policy_bundle *)&k;
    policy_compiler *c;

    o.on_diagnostic = keep_first;
    o.user = &k;
    CU_ASSERT_FATAL(policy_compiler_new(&c, &o, &err) == POLICY_OK);
    CHECK(policy_compiler_add_file(c, "o/organisation.yaml",
                                   host_str("id: o\nname: 单位\nkind: company\n"),
                                   NULL) == POLICY_OK, "a file");
    CHECK(policy_compiler_add_file(c, "o/rules.lua", host_str("rule { di = 1 }\n"),
                                   NULL) == POLICY_OK, "another");
    CHECK_INT_EQ("built", policy_compiler_build(&b, c, &err), POLICY_ERULES);
    CHECK(b == NULL && k.errors > 0, "no bundle, %u errors", k.errors);
    CHECK(strstr(k.text, "o/rules.lua:1:") != NULL, "%s", k.text);
    policy_compiler_free(c);
}

/* What is not there is told by the build. */
static void test_missing_folders_are_named(void)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    struct diagnosed k = { 0, "", "" };
    policy_compiler *c;
    policy_bundle *b;

    o.on_diagnostic = keep_first;
    o.user = &k;
    CU_ASSERT_FATAL(policy_compiler_new(&c, &o, NULL) == POLICY_OK);
    CHECK(policy_compiler_add_library(c, "/nowhere/library", NULL) == POLICY_OK &&
              policy_compiler_add_path(c, "/nowhere/at/all", NULL) == POLICY_OK,
          "added");
    CHECK(policy_compiler_build(&b, c, NULL) != POLICY_OK && b == NULL, "no bundle");
    CHECK(strstr(k.text, "/nowhere/at/all") != NULL, "%s", k.text);
    policy_compiler_free(c);
}

struct walked {
    unsigned rules, articles, stop_at;
};

static int on_rule(void *user, const policy_rule_info *r)
{
    struct walked *w = user;

    CHECK_CSTR_EQ("organisation", r->organisation, "o");
    CHECK(r->id && r->category && r->verdict && r->mode && r->line > 0 && r->tests > 0,
          "%s", r->id);
    return ++w->rules == w->stop_at;
}

static int on_article(void *user, const policy_article_info *a)
{
    struct walked *w = user;

    CHECK_CSTR_EQ("regulation", a->regulation, "alpha");
    CHECK_CSTR_EQ("status", a->status, "rules");
    CHECK(a->rules == 1 && a->tests == 2, "%s: %u, %u", a->ref, a->rules, a->tests);
    return ++w->articles == w->stop_at;
}

static void test_a_bundle_can_be_asked(void)
{
    policy_bundle *b = host_bundle(yaml, rules, NULL);
    struct walked w = { 0, 0, 0 };

    CU_ASSERT_FATAL(b != NULL);
    CHECK(policy_bundle_ref(b) == b, "itself");
    policy_bundle_unref(b);
    CHECK_INT_EQ("organisations", policy_bundle_organisation_count(b), 1);
    CHECK_CSTR_EQ("its id", policy_bundle_organisation(b, 0), "o");
    CHECK(strncmp(policy_bundle_revision(b), "sha256:", 7) == 0, "%s",
          policy_bundle_revision(b));
    policy_bundle_rules(b, NULL, on_rule, &w);
    policy_bundle_articles(b, "o", on_article, &w);
    CHECK(w.rules == 4 && w.articles == 2, "%u rules, %u articles", w.rules,
          w.articles);
    policy_bundle_rules(b, "nobody", on_rule, &w);
    policy_bundle_articles(b, "nobody", on_article, &w);
    CHECK(w.rules == 4 && w.articles == 2, "of nobody: none");
    w = (struct walked){ 0, 0, 1 };
    policy_bundle_rules(b, "o", on_rule, &w);
    policy_bundle_articles(b, NULL, on_article, &w);
    CHECK(w.rules == 1 && w.articles == 1, "stopped");
    policy_bundle_unref(b);
}

/* --- events */

static policy_field field_of(const char *name)
{
    policy_field f = 0;

    CHECK(policy_field_find(&f, name) == POLICY_OK, "%s", name);
    return f;
}

/* A message, set from C. */
static void set_message(policy_event *e, policy_str text)
{
    static const policy_str people[] = { { "u2", 2 }, { "u3", 2 } };

    policy_event_reset(e);
    CHECK(policy_event_set_text(e, POLICY_FIELD_TYPE, host_str("message")) == POLICY_OK &&
              policy_event_set_text(e, POLICY_FIELD_ID, host_str("m1")) == POLICY_OK &&
              policy_event_set_text(e, POLICY_FIELD_SOURCE, host_str("s")) == POLICY_OK &&
              policy_event_set_text(e, POLICY_FIELD_ORG, host_str("o")) == POLICY_OK &&
              policy_event_set_time(e, POLICY_FIELD_TIME, 1772414100000, 480) ==
                  POLICY_OK &&
              policy_event_set_text(e, POLICY_FIELD_TEXT, text) == POLICY_OK &&
              policy_event_set_bool(e, field_of("encrypted"), 1) == POLICY_OK &&
              policy_event_set_list(e, field_of("recipients"), people, 2) == POLICY_OK &&
              policy_event_set_null(e, field_of("actor")) == POLICY_OK &&
              policy_event_add_part(e, host_str("quote"), host_str("绝密")) == POLICY_OK,
          "a message");
}

static void test_an_event_is_set_and_read(void)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_event *e;
    policy_field f;
    policy_str s;

    CU_ASSERT_FATAL(policy_event_new(&e, NULL, NULL, NULL) == POLICY_OK);
    CHECK(policy_field_find(&f, "no_such_field") == POLICY_EINPUT, "no such field");
    set_message(e, host_str("甲"));
    CHECK_STR_EQ("type", policy_event_type(e), "message");
    CHECK_STR_EQ("id", policy_event_id(e), "m1");
    CHECK_STR_EQ("organisation", policy_event_organisation(e), "o");
    CHECK_INT_EQ("a wrong kind", policy_event_set_int(e, POLICY_FIELD_TEXT, 1),
                 POLICY_EINPUT);
    CHECK_INT_EQ("an unknown word", policy_event_set_text(e, POLICY_FIELD_TYPE,
                                                          host_str("massage")),
                 POLICY_EINPUT);
    CHECK_INT_EQ("no JSON", policy_event_set_fact(e, "trained", host_str("{")),
                 POLICY_EINPUT);
    CHECK_INT_EQ("a fact", policy_event_set_fact(e, "trained", host_str("true")),
                 POLICY_OK);
    CHECK(policy_event_get_text(&s, e, "parts[0]") == POLICY_OK, "a part");
    CHECK_STR_EQ("a part", s, "绝密");
    CHECK(policy_event_get_text(&s, e, "parts[1]") == POLICY_EINPUT && s.len == 0,
          "no second");
    policy_event_reset(e);
    CHECK_INT_EQ("reset", policy_event_type(e).len, 0);
    CHECK(policy_event_read_json(e, host_str("{\"id\":\"1\" \"x\""), &err) ==
              POLICY_EINPUT && err.byte == 10 && err.code[0], "byte %llu",
          (unsigned long long)err.byte);
    CHECK(policy_event_read_json(e, host_str("{"), NULL) == POLICY_EINPUT, "NULL");
    CHECK(policy_event_read_json(e, host_str("{\"type\":\"payment\",\"id\":\"1\","
              "\"source\":\"s\",\"org\":\"o\",\"time\":0,\"colour\":1}"), &err) ==
              POLICY_OK, "%s", err.message);
    CHECK_INT_EQ("unknown keys", policy_event_unknown_fields(e), 1);
    CHECK_INT_EQ("no adapter was asked", policy_event_is_unknown_kind(e), 0);
    policy_event_free(e);
}

static int on_event(void *user, policy_event *e)
{
    unsigned *count = user;

    count[policy_event_is_unknown_kind(e) != 0]++;
    CHECK_STR_EQ("type", policy_event_type(e), "message");
    return 0;
}

static void test_a_record_becomes_events(void)
{
    static const char text[] =
        "{\"msgid\":\"1\",\"action\":\"send\",\"from\":\"u1\",\"tolist\":[\"wo1\"],"
        "\"roomid\":\"\",\"msgtime\":1772416800000,\"msgtype\":\"text\","
        "\"text\":{\"content\":\"机密\"}}";
    static const char unknown[] =
        "{\"msgid\":\"2\",\"action\":\"send\",\"from\":\"u1\",\"tolist\":[\"wo1\"],"
        "\"roomid\":\"\",\"msgtime\":1772416800000,\"msgtype\":\"hologram\"}";
    unsigned count[2] = { 0, 0 };
    policy_error err = POLICY_ERROR_INIT;
    policy_directory *d = NULL, *bad = (policy_directory *)&err;
    policy_event *e;

    CU_ASSERT_FATAL(policy_event_new(&e, NULL, NULL, NULL) == POLICY_OK);
    CHECK(policy_directory_read(&bad, host_str("people: [}"), NULL, NULL) !=
              POLICY_OK && bad == NULL, "a broken directory");
    CHECK(policy_directory_read(&d, host_str("people: { u1: { kind: staff } }\n"),
                                NULL, &err) == POLICY_OK, "%s", err.message);
    CHECK(policy_adapter_read(POLICY_ADAPTER_WECOM, host_str(text), "o", d, e,
                              on_event, count, &err) == POLICY_OK, "%s", err.message);
    CHECK(policy_adapter_read(POLICY_ADAPTER_WECOM, host_str(unknown), "o", NULL, e,
                              on_event, count, &err) == POLICY_OK, "%s", err.message);
    CHECK(count[0] == 1 && count[1] == 1, "%u known, %u unknown", count[0], count[1]);
    CHECK(policy_adapter_read(POLICY_ADAPTER_WECOM, host_str("[]"), "o", d, e, on_event,
                              count, NULL) == POLICY_EINPUT, "no record");
    CHECK(policy_adapter_read(99, host_str(text), "o", d, e, on_event, count, NULL) !=
              POLICY_OK, "no such adapter");
    policy_directory_free(d);
    policy_event_free(e);
}

/* --- decisions */

static int on_explanation(void *user, const policy_explanation *x)
{
    ++*(unsigned *)user;
    CHECK(x->rule && x->outcome, "a rule and an outcome");
    return 0;
}

static void on_result(void *user, const policy_test_result *r)
{
    ++*(unsigned *)user;
    CHECK(r->organisation && r->rule && r->line, "a place");
}

static void check_decision(const policy_decision *d)
{
    const policy_finding *f = policy_decision_finding(d, POLICY_ENFORCED, 0);
    policy_decision *copy = NULL;
    policy_str text;
    size_t len = 0;

    CHECK_INT_EQ("verdict", policy_decision_verdict(d), POLICY_HOLD);
    CHECK_STR_EQ("organisation", policy_decision_organisation(d), "o");
    CHECK_STR_EQ("source", policy_decision_source(d), "s");
    CHECK_STR_EQ("event", policy_decision_event(d), "m1");
    CHECK_INT_EQ("time", policy_decision_time(d), 1772414100000);
    CHECK_INT_EQ("findings", policy_decision_finding_count(d, POLICY_ENFORCED), 1);
    CHECK(f && f->evidence_count == 2 && f->evidence[1].span.end == 6, "evidence");
    CHECK_STR_EQ("tell", policy_decision_tell(d, 0, "en"), "好");
    CHECK_INT_EQ("errors", policy_decision_error_count(d), 1);
    CHECK_CSTR_EQ("error", policy_decision_error(d, 0)->code, "guard-error");
    CHECK_INT_EQ("duties", policy_decision_duty_count(d), 1);
    CHECK_STR_EQ("duty", policy_decision_duty(d, 0)->who, "officer");
    CHECK_INT_EQ("proposals", policy_decision_proposal_count(d), 0);
    CHECK(policy_decision_proposal(d, 0) == NULL, "none");
    CHECK_INT_EQ("changes", policy_decision_change_count(d), 1);
    CHECK(policy_decision_change(d, 0)->key.len > 0, "a key");
    CHECK_INT_EQ("needed", policy_decision_needed_count(d), 1);
    CHECK_CSTR_EQ("needed", policy_decision_needed(d, 0), "trained");
    CHECK_INT_EQ("flags", policy_decision_flag_count(d), 0);
    CHECK(policy_decision_flag(d, 0) == NULL, "no flag");
    CHECK_INT_EQ("hits", policy_decision_cost(d)->hits, 2);
    CHECK(policy_decision_dup(&copy, d, NULL) == POLICY_OK, "a copy");
    CHECK(policy_decision_redacted(&text, copy, "text") == POLICY_OK, "masked");
    CHECK_STR_EQ("masked", text, "**");
    CHECK(policy_decision_redacted(&text, copy, "title") == POLICY_EINPUT, "no title");
    CHECK(policy_decision_json(NULL, 0, &len, copy, POLICY_JSON_CLEAR) == POLICY_OK &&
              len > 500, "%zu bytes", len);
    policy_decision_free(copy);
}

static void test_a_session_lives(void)
{
    policy_counters counters = POLICY_COUNTERS_INIT;
    policy_bundle *b = host_bundle(yaml, rules, NULL);
    policy_error err = POLICY_ERROR_INIT;
    const policy_event *events[2];
    const policy_decision *d, *out[2];
    policy_status status[2];
    unsigned seen = 0, results = 0;
    policy_session *s = NULL;
    policy_memory *m = NULL;
    policy_state state;
    policy_event *e = NULL;
    size_t done, len;

    CU_ASSERT_FATAL(b && policy_session_new(&s, b, NULL, NULL) == POLICY_OK &&
                    policy_event_new(&e, NULL, NULL, NULL) == POLICY_OK &&
                    policy_memory_new(&m, NULL, 0, NULL) == POLICY_OK);
    policy_bundle_unref(b); /* the session holds it */
    state = policy_memory_state(m);
    set_message(e, host_str("甲"));
    events[0] = events[1] = e;
    CHECK(policy_session_evaluate_many(out, status, &done, s, events, 2, &state, &err) ==
              POLICY_OK && done == 2, "%s", err.message);
    CHECK(policy_decision_verdict(out[1]) == POLICY_HOLD, "the second");
    if (CHECK(policy_session_evaluate(&d, s, e, &state, &err) == POLICY_OK, "%s",
              err.message)) {
        check_decision(d);
        CHECK(policy_memory_apply(m, d, &err) == POLICY_OK, "%s", err.message);
    }
    CHECK(policy_session_explain_each(s, e, &state, on_explanation, &seen, NULL) ==
              POLICY_OK && seen == 5, "%u: four rules and a duty", seen);
    CHECK(policy_session_explain(NULL, 0, &len, s, e, &state, 0, NULL) == POLICY_OK &&
              len > 500, "%zu bytes", len);
    CHECK(policy_session_test(s, "o", on_result, &results, NULL) == POLICY_OK &&
              results == 8, "%u tests", results);
    CHECK(policy_session_test(s, "p", on_result, &results, NULL) == POLICY_EORG,
          "of nobody");
    policy_event_reset(e);
    CHECK(policy_session_evaluate(&d, s, e, NULL, NULL) == POLICY_EINPUT && d == NULL,
          "an event that is not set, without an error struct");
    b = host_bundle(NULL, RULE("z", "match = term \"甲\""), NULL);
    CHECK(policy_session_bind(s, b, NULL) == POLICY_OK, "another bundle");
    policy_bundle_unref(b);
    set_message(e, host_str("甲"));
    CHECK(policy_session_evaluate(&d, s, e, NULL, NULL) == POLICY_OK &&
              host_finding(d, POLICY_ENFORCED, "o/z") != NULL, "its rule");
    policy_session_counters(&counters, s);
    CHECK(counters.swaps == 1 && counters.events > 3, "%llu swaps",
          (unsigned long long)counters.swaps);
    policy_memory_free(m);
    policy_event_free(e);
    policy_session_free(s);
}

/* --- the tools */

static int on_match(void *user, const policy_match *m)
{
    ++*(unsigned *)user;
    CHECK(m->id == 7 && m->span.end > m->span.start, "id %u", m->id);
    return 0;
}

static void test_text_and_matcher_stand_alone(void)
{
    policy_str texts[] = { host_str("机密文件"), host_str("機\xe2\x80\x8b密") }, utf8;
    policy_pattern_set *set;
    const uint16_t *reasons;
    policy_matcher *m;
    policy_scratch *s = NULL;
    policy_text *t = NULL;
    unsigned hits = 0;
    size_t count;

    CU_ASSERT_FATAL(policy_pattern_set_new(&set, NULL, NULL) == POLICY_OK &&
                    policy_text_new(&t, NULL, NULL) == POLICY_OK);
    CHECK_INT_EQ("no term", policy_pattern_set_add(set, host_str(""), 1, 0, NULL),
                 POLICY_EINPUT);
    CHECK_INT_EQ("no flag", policy_pattern_set_add(set, texts[0], 1, 1u << 30, NULL),
                 POLICY_EINPUT);
    CHECK_INT_EQ("a term", policy_pattern_set_add(set, host_str("机密"), 7,
                                                  POLICY_TERM, NULL), POLICY_OK);
    CU_ASSERT_FATAL(policy_matcher_build(&m, set, NULL) == POLICY_OK &&
                    policy_scratch_new(&s, m, NULL) == POLICY_OK);
    policy_pattern_set_free(set); /* was borrowed for the call */
    CHECK(policy_matcher_size(m) > 0, "bytes");
    CHECK(policy_matcher_scan(m, s, texts[0], on_match, &hits) == POLICY_OK && hits == 1,
          "%u", hits);
    CHECK(policy_matcher_scan_batch(m, s, texts, 2, on_match, &hits) == POLICY_OK &&
              hits == 3, "%u", hits);
    CHECK(policy_text_fold(t, texts[1], NULL) == POLICY_OK, "folded");
    CHECK(policy_matcher_scan_text(m, s, t, on_match, &hits) == POLICY_OK && hits == 4,
          "%u", hits);
    policy_text_units(t, &reasons, &count);
    CHECK(count == 2 && reasons[0] == POLICY_REASON_TRADITIONAL &&
              reasons[1] == POLICY_REASON_IGNORABLE, "%zu units", count);
    CHECK(policy_text_units(t, NULL, NULL) != NULL, "units alone");
    CHECK_INT_EQ("source", policy_text_source(t, 0, 2).end, texts[1].len);
    CHECK(policy_text_utf8(&utf8, t) == POLICY_OK, "as UTF-8");
    CHECK_STR_EQ("as UTF-8", utf8, "机密");
    CHECK(policy_text_flags(t) & POLICY_TEXT_IGNORABLE, "flags");
    policy_text_free(t);
    policy_scratch_free(s);
    policy_matcher_free(m);
}

/* --- a detector of the host's own */

/* Student numbers: s and eight digits. */
struct students {
    unsigned asked;
    policy_span lie; /* instead of the span that was found, unless empty */
};

static int find_student(void *user, policy_str text, size_t from,
                        policy_span *out)
{
    struct students *s = user;

    s->asked++;
    for (size_t i = from; i + 9 <= text.len; i++) {
        size_t n = 1;

        while (n < 9 && text.ptr[i + n] >= '0' && text.ptr[i + n] <= '9')
            n++;
        if (text.ptr[i] != 's' || n < 9)
            continue;
        *out = (policy_span){ (uint32_t)i, (uint32_t)i + 9 };
        if (s->lie.end)
            *out = s->lie;
        return i && text.ptr[i - 1] == ':' ? POLICY_CONFIDENCE_HIGH
                                           : POLICY_CONFIDENCE_MEDIUM;
    }
    return 0;
}

/* One organisation, or of a base what it has. */
static policy_status compile_over(policy_bundle **out, const policy_detector *d,
                                  size_t count, policy_bundle *base, bool keep)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;
    policy_status st;

    o.base = base;
    o.keep = keep;
    o.on_diagnostic = count ? host_complain : NULL;
    st = policy_compiler_new(&c, &o, &err);
    for (size_t i = 0; !st && i < count; i++)
        st = policy_compiler_add_detector(c, &d[i], &err);
    if (!st && !keep)
        st = policy_compiler_add_file(c, "o/organisation.yaml",
                                      host_str("id: o\nkind: school\n"), &err);
    if (!st && !keep)
        st = policy_compiler_add_file(c, "o/rules.lua", host_str(
            RULE("all", "match = pii \"student\"")
            RULE("sure", "match = pii { \"student\", confidence = \"high\" }")
            RULE("term", "match = term \"甲\"")), &err);
    if (!st)
        st = policy_compiler_build(out, c, &err);
    policy_compiler_free(c);
    return st;
}

static policy_status compile_with(policy_bundle **out, const policy_detector *d,
                                  policy_bundle *base)
{
    return compile_over(out, d, d != NULL, base, false);
}

static void test_a_detector_is_refused_for_its_name(void)
{
    struct students s = { 0, { 0, 0 } };
    policy_detector d = POLICY_DETECTOR_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;
    char name[8];

    CU_ASSERT_FATAL(policy_compiler_new(&c, NULL, NULL) == POLICY_OK);
    CHECK_INT_EQ("nothing", policy_compiler_add_detector(c, &d, &err),
                 POLICY_EMISUSE);
    d.find = find_student;
    d.user = &s;
    d.name = "mobile";
    CHECK_INT_EQ("the library's", policy_compiler_add_detector(c, &d, &err),
                 POLICY_EINPUT);
    CHECK_CSTR_EQ("code", err.code, "detector-name");
    d.name = "student";
    CHECK_INT_EQ("a name", policy_compiler_add_detector(c, &d, &err), POLICY_OK);
    CHECK_INT_EQ("twice", policy_compiler_add_detector(c, &d, &err),
                 POLICY_EINPUT);
    CHECK_CSTR_EQ("message", err.message, "a detector student was added before");
    d.name = name;
    for (unsigned i = 1; i < 64; i++) {
        snprintf(name, sizeof(name), "d%u", i);
        CHECK_INT_EQ(name, policy_compiler_add_detector(c, &d, &err), POLICY_OK);
    }
    snprintf(name, sizeof(name), "more");
    CHECK_INT_EQ("65", policy_compiler_add_detector(c, &d, &err), POLICY_ELIMIT);
    policy_compiler_free(c);
    CHECK_INT_EQ("unknown to the rules", compile_with(&(policy_bundle *){ NULL },
                 NULL, NULL), POLICY_ERULES);
}

static const struct {
    const char *label, *text;
    unsigned asked;
    policy_span span; /* empty: none */
    int32_t confidence;
    const char *how;
} finds[] = {
    { "plain", "学号s20261234。", 2, { 6, 15 }, POLICY_CONFIDENCE_MEDIUM, NULL },
    { "surer", "id:s20261234", 1, { 3, 12 }, POLICY_CONFIDENCE_HIGH, NULL },
    { "in another width", "学号Ｓ２０２６１２３４。", 2, { 6, 33 },
      POLICY_CONFIDENCE_MEDIUM, "case" },
    { "with something invisible inside", "s2026\xe2\x80\x8b" "1234", 1,
      { 0, 12 }, POLICY_CONFIDENCE_MEDIUM, "ignorable" },
    { "in words", "s二零二六一二三四", 2, { 0, 25 }, POLICY_CONFIDENCE_MEDIUM,
      "numeral" },
    { "in codes", "甲%73%32%30%32%36%31%32%33%34乙", 2, { 3, 30 },
      POLICY_CONFIDENCE_MEDIUM, "encoded" },
    { "no run long enough", "s2026123", 0, { 0, 0 }, 0, NULL },
    { "another run", "20261234", 1, { 0, 0 }, 0, NULL },
};

static void test_a_detector_of_the_host_finds(void)
{
    struct students s = { 0, { 0, 0 } };
    policy_detector d = POLICY_DETECTOR_INIT;
    struct host h = { .error = POLICY_ERROR_INIT };
    char fields[128];

    d.name = "student";
    d.charset = "digit";
    d.min_run = 8;
    d.max_len = 9;
    d.find = find_student;
    d.user = &s;
    CU_ASSERT_FATAL(compile_with(&h.bundle, &d, NULL) == POLICY_OK &&
                    policy_session_new(&h.session, h.bundle, NULL, NULL) ==
                        POLICY_OK &&
                    policy_event_new(&h.event, NULL, NULL, NULL) == POLICY_OK);
    for (size_t i = 0; i < sizeof(finds) / sizeof(*finds); i++) {
        const policy_finding *f;
        const policy_evidence *e;

        s.asked = 0;
        snprintf(fields, sizeof(fields), "\"text\":\"%s\"", finds[i].text);
        if (!host_decide(&h, fields))
            continue;
        f = host_finding(h.decision, POLICY_ENFORCED, "o/all");
        CHECK((f != NULL) == (finds[i].span.end > 0), "%s", finds[i].label);
        CHECK((s.asked > 0) == (finds[i].asked > 0), "%s: asked %u times",
              finds[i].label, s.asked);
        if (!f)
            continue;
        e = &f->evidence[0];
        CHECK(e->span.start == finds[i].span.start &&
                  e->span.end == finds[i].span.end, "%s: %u-%u", finds[i].label,
              e->span.start, e->span.end);
        CHECK_STR_EQ(finds[i].label, e->kind, "student");
        CHECK_INT_EQ(finds[i].label, e->confidence, finds[i].confidence);
        CHECK_CSTR_EQ(finds[i].label, e->how[0] ? e->how[0] : "",
                      finds[i].how ? finds[i].how : "");
        CHECK((host_finding(h.decision, POLICY_ENFORCED, "o/sure") != NULL) ==
                  (e->confidence == POLICY_CONFIDENCE_HIGH), "%s: sure",
              finds[i].label);
    }
    policy_event_free(h.event);
    policy_session_free(h.session);
    policy_bundle_unref(h.bundle);
}

/* Beyond the text, backwards, and so far on that it never comes to an end. */
static void test_a_detector_that_lies_is_an_error(void)
{
    static const policy_span lies[] = { { 0, 4000 }, { 5, 2 }, { 3, 3 },
                                        { UINT32_MAX, UINT32_MAX }, { 1, 3 } };
    struct students s = { 0, { 0, 0 } };
    policy_detector d = POLICY_DETECTOR_INIT;
    struct host h = { .error = POLICY_ERROR_INIT };

    d.name = "student";
    d.find = find_student;
    d.user = &s;
    CU_ASSERT_FATAL(compile_with(&h.bundle, &d, NULL) == POLICY_OK &&
                    policy_session_new(&h.session, h.bundle, NULL, NULL) ==
                        POLICY_OK &&
                    policy_event_new(&h.event, NULL, NULL, NULL) == POLICY_OK);
    for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
        const policy_rule_error *e;

        s = (struct students){ 0, lies[i] };
        if (!host_decide(&h, "\"text\":\"甲s20261234 s20261235\",\"parts\":"
                             "[{\"role\":\"quote\",\"text\":\"s20261236\"}]"))
            continue;
        e = policy_decision_error(h.decision, 0);
        CHECK(policy_decision_error_count(h.decision) == 1 && e &&
                  strcmp(e->code, "detector") == 0 &&
                  e->acted_as == POLICY_HOLD, "lie %zu: one error", i);
        CHECK(e && strstr(e->message.ptr, "detector student: the span"),
              "lie %zu: %s", i, e ? e->message.ptr : "");
        CHECK_INT_EQ("asked once an event", s.asked, 1);
        CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision), POLICY_HOLD);
        CHECK(host_finding(h.decision, POLICY_ENFORCED, "o/term") != NULL,
              "lie %zu: other rules work", i);
        s.lie = (policy_span){ 0, 0 };
        CHECK(host_decide(&h, "\"text\":\"s20261234\"") &&
                  host_finding(h.decision, POLICY_ENFORCED, "o/all"),
              "lie %zu: asked again for the next event", i);
    }
    policy_event_free(h.event);
    policy_session_free(h.session);
    policy_bundle_unref(h.bundle);
}

static void test_a_detectors_version_is_of_the_revision(void)
{
    struct students s = { 0, { 0, 0 } }, other = { 0, { 0, 0 } };
    policy_detector d = POLICY_DETECTOR_INIT;
    policy_bundle *b, *same, *newer;
    struct host h = { .error = POLICY_ERROR_INIT };

    d.name = "student";
    d.version = "1";
    d.find = find_student;
    d.user = &s;
    CU_ASSERT_FATAL(compile_with(&b, &d, NULL) == POLICY_OK);
    d.user = &other;
    CU_ASSERT_FATAL(compile_with(&same, &d, b) == POLICY_OK);
    d.version = "2";
    CU_ASSERT_FATAL(compile_with(&newer, &d, b) == POLICY_OK);
    CHECK_CSTR_EQ("the same version", policy_bundle_revision(same),
                  policy_bundle_revision(b));
    CHECK(strcmp(policy_bundle_revision(newer), policy_bundle_revision(b)) != 0,
          "a newer one");
    policy_bundle_unref(b);
    policy_bundle_unref(newer);
    h.bundle = same;
    CU_ASSERT_FATAL(policy_session_new(&h.session, same, NULL, NULL) ==
                        POLICY_OK &&
                    policy_event_new(&h.event, NULL, NULL, NULL) == POLICY_OK);
    CHECK(host_decide(&h, "\"text\":\"s20261234\"") && !s.asked && other.asked,
          "what is called is what the bundle was built with: %u, %u", s.asked,
          other.asked);
    policy_event_free(h.event);
    policy_session_free(h.session);
    policy_bundle_unref(same);
}

/* Parts know detectors by their numbers: none is taken over by a bundle with
 * others, and `keep`, which would have to, is refused. */
static void test_other_detectors_make_parts_anew(void)
{
    struct students s = { 0, { 0, 0 } }, never = { 0, { 0, 0 } };
    policy_detector d[2] = { POLICY_DETECTOR_INIT, POLICY_DETECTOR_INIT };
    struct host h = { .error = POLICY_ERROR_INIT };
    policy_bundle *b, *none = NULL;

    d[0].name = "aaa";
    d[0].find = d[1].find = find_student;
    d[0].user = &never;
    d[1].name = "student";
    d[1].user = &s;
    CU_ASSERT_FATAL(compile_with(&b, &d[1], NULL) == POLICY_OK);
    CHECK_INT_EQ("kept with the same",
                 compile_over(&h.bundle, &d[1], 1, b, true), POLICY_OK);
    policy_bundle_unref(h.bundle);
    CHECK_INT_EQ("kept with more", compile_over(&none, d, 2, b, true),
                 POLICY_EMISUSE);
    CHECK_INT_EQ("kept with none", compile_over(&none, NULL, 0, b, true),
                 POLICY_EMISUSE);
    CHECK(!none, "no bundle");
    CU_ASSERT_FATAL(compile_over(&h.bundle, d, 2, b, false) == POLICY_OK);
    policy_bundle_unref(b);
    CU_ASSERT_FATAL(policy_session_new(&h.session, h.bundle, NULL, NULL) ==
                        POLICY_OK &&
                    policy_event_new(&h.event, NULL, NULL, NULL) == POLICY_OK);
    CHECK(host_decide(&h, "\"text\":\"s20261234\"") && s.asked && !never.asked,
          "the one that rules name is asked: %u, %u", s.asked, never.asked);
    CHECK(host_finding(h.decision, POLICY_ENFORCED, "o/all") != NULL, "found");
    policy_event_free(h.event);
    policy_session_free(h.session);
    policy_bundle_unref(h.bundle);
}

static const struct test_case tests[] = {
    { "the library says what it is", test_the_library_says_what_it_is },
    { "what is NULL is freed", test_what_is_null_is_freed },
    { "bad sources leave no bundle", test_bad_sources_leave_no_bundle },
    { "missing folders are named", test_missing_folders_are_named },
    { "a bundle can be asked", test_a_bundle_can_be_asked },
    { "an event is set and read", test_an_event_is_set_and_read },
    { "a record becomes events", test_a_record_becomes_events },
    { "a session lives", test_a_session_lives },
    { "a detector is refused for its name",
      test_a_detector_is_refused_for_its_name },
    { "a detector of the host finds", test_a_detector_of_the_host_finds },
    { "a detector that lies is an error", test_a_detector_that_lies_is_an_error },
    { "a detector's version is of the revision",
      test_a_detectors_version_is_of_the_revision },
    { "other detectors make parts anew", test_other_detectors_make_parts_anew },
    { "text and matcher stand alone", test_text_and_matcher_stand_alone },
};

POLICY_TEST_MAIN("api", tests)
