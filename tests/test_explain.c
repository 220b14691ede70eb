/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why each rule did or did not fire: every outcome with what was wanted and
 * found, in the order of the sources; and the same as JSON.
 */
#include "past.h"

static const char rules[] =
    RULE("fired", "match = list \"own\"")
    RULE("fired-by-field", "where = { direction = \"out\" }, broad = true")
    RULE("shadow", "match = term \"甲\", mode = \"shadow\"")
    RULE("off", "match = term \"甲\", mode = \"off\"")
    RULE("unreached", "match = any { term \"丁\", pii \"mobile\" }")
    RULE("half", "match = all { term \"甲\", term \"戊\" }")
    RULE("where", "match = term \"甲\", where = { direction = \"in\", actor = \"u1\" }")
    RULE("absent", "match = term \"甲\", where = { group_kind = { \"company\", \"private\" } }")
    RULE("text", "match = term \"甲\", where = { text = \"别的\" }")
    RULE("list", "match = term \"甲\", where = { recipients = none_of { \"u2\", \"u4\" } }")
    RULE("none", "match = term \"甲\", where = none { { direction = \"out\" } }")
    RULE("flags", "where = { flags = { \"bidi\", \"tag\" } }")
    RULE("no-flags", "where = { flags = none_of { \"ignorable\" } }, broad = true")
    RULE("except", "match = term \"甲\", except = { { direction = \"out\","
                   " why = \"试点\", owner = \"保密办\" } }")
    RULE("left-out", "match = term \"甲\", ratio = 0")
    RULE("unsampled", "match = term \"甲\", sample = 0")
    RULE("check", "match = term \"甲\", check = function() return false end")
    RULE("broken", "match = term \"甲\", check = function() error(\"x\") end")
    RULE("needs", "match = term \"甲\", needs = { \"trained\" }")
    "rule { id = \"type\", title = \"标题\", reason = \"r\", category = \"off_topic\","
    " on = { \"post\", \"comment\" }, match = term \"甲\", verdict = \"flag\","
    " tests = { hit \"甲\", miss \"好\" } }\n";

static const struct {
    const char *rule, *outcome, *key, *wanted, *found;
} rows[] = {
    { "o/fired", "fired", "match", "own", "机密" },
    { "o/fired-by-field", "fired", "where", "", "" },
    { "o/shadow", "shadow", "match", "甲", "甲" },
    { "o/off", "off", "mode", "", "" },
    { "o/unreached", "not-reached", "match", "丁 mobile", "" },
    { "o/half", "match", "match", "戊", "" },
    { "o/where", "where", "direction", "in", "out" },
    { "o/absent", "where", "group_kind", "company | private", "absent" },
    { "o/text", "where", "text", "别的", "甲机密" },
    { "o/list", "where", "recipients", "none of u2 | u4", "u2 u3" },
    { "o/none", "where", "none", "direction: out", "direction: out" },
    { "o/flags", "where", "flags", "bidi | tag", "ignorable mixed-script" },
    { "o/no-flags", "where", "flags", "none of ignorable", "ignorable mixed-script" },
    { "o/except", "except", "except", "试点", "保密办" },
    { "o/left-out", "shadow", "ratio", "0.000000 of all", "out of it" },
    { "o/unsampled", "sample", "sample", "0.000000 of all", "out of it" },
    { "o/check", "check", "check", "", "" },
    { "o/broken", "error", "guard-error", "", NULL },
    { "o/needs", "error", "trained", "", "absent" },
    { "o/type", "type", "on", "post | comment", "message" },
    { "alpha/cited", "not-yet", "from", "2030-01-01T00:00:00+08:00",
      "2026-03-02T09:15:00+08:00" },
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

struct seen {
    struct host h;
    size_t count, stop_at;
    char json[1 << 16];
};

/* Names of rules, fields and values are no language's. */
static void check_chinese(const char *label, policy_str en, policy_str zh)
{
    static const struct { const char *en, *zh; } words[] = {
        { "absent", "没有" }, { "direction: out", "direction：out" },
        { "encrypted: true; trained: known by actor, within 86400 s",
          "encrypted：是；trained：有记录，按 actor，86400 秒内" },
        { "encrypted: absent; trained: unknown", "encrypted：没有；trained：无记录" }, { "out of it", "不在其中" },
        { "none of u2 | u4", "不含 u2 | u4" }, { "true", "是" },
        { "none of ignorable", "不含 ignorable" },
        { "0.000000 of all", "0.000000（全部为 1）" },
        { "more than 5 in 3600 s", "多于 5，3600 秒内" },
        { "more than 0 in a week", "多于 0，每周" },
        { "o/rules.lua:54: there is no name in a check, 'error'",
          "o/rules.lua:54: 检查函数出错：there is no name in a check, 'error'" },
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (en.len == strlen(words[i].en) && memcmp(en.ptr, words[i].en, en.len) == 0) {
            CHECK_STR_EQ(label, zh, words[i].zh);
            return;
        }
    CHECK(zh.len == 0 || (zh.len == en.len && memcmp(zh.ptr, en.ptr, en.len) == 0),
          "%s: %.*s", label, (int)zh.len, zh.ptr);
}

static int visit(void *user, const policy_explanation *x)
{
    struct seen *s = user;
    size_t i;

    check_chinese(x->rule, x->wanted, x->wanted_zh);
    check_chinese(x->rule, x->found, x->found_zh);
    s->count++;
    for (i = 0; i < ROWS && strcmp(rows[i].rule, x->rule) != 0; i++)
        ;
    if (!CHECK(i < ROWS, "%s", x->rule))
        return 0;
    CHECK_CSTR_EQ(x->rule, x->outcome, rows[i].outcome);
    CHECK_STR_EQ(x->rule, x->key, rows[i].key);
    CHECK_STR_EQ(x->rule, x->wanted, rows[i].wanted);
    if (rows[i].found)
        CHECK_STR_EQ(x->rule, x->found, rows[i].found);
    else
        CHECK(x->found.len > 0, "%s", x->rule);
    CHECK(x->title.len > 0, "%s", x->rule);
    return s->count == s->stop_at;
}

static const char yaml[] = "regulations: { alpha: { mode: enforce, from: 2030-01-01 } }\n";
static const char fields[] = "\"text\":\"甲机密\",\"direction\":\"out\",\"actor\":\"u1\","
                             "\"recipients\":[\"u2\",\"u3\"],\"parts\":[{"
                             "\"role\":\"quote\",\"text\":\"cа\u200bb\"}]";

static bool open_seen(struct seen *s)
{
    s->count = s->stop_at = 0;
    return host_open(&s->h, yaml, rules) && host_decide(&s->h, fields);
}

static void test_every_outcome_is_told(void)
{
    static struct seen s;
    policy_counters c = POLICY_COUNTERS_INIT;

    if (!open_seen(&s))
        return;
    CHECK(policy_session_explain_each(s.h.session, s.h.event, NULL, visit, &s,
                                      NULL) == POLICY_OK, "explained");
    CHECK_INT_EQ("rules", s.count, ROWS);
    s.count = 0;
    s.stop_at = 3;
    CHECK(policy_session_explain_each(s.h.session, s.h.event, NULL, visit, &s,
                                      NULL) == POLICY_OK, "stopped");
    CHECK_INT_EQ("visits until it was stopped", s.count, 3);
    policy_session_counters(&c, s.h.session);
    CHECK_INT_EQ("errors", c.errors, 3);
    host_close(&s.h);
}

/* --- with a past */

static const char past_rules[] =
    RULE("met", "match = term \"甲\", requires = { direction = \"out\" }")
    RULE("missing", "match = term \"甲\", requires = any { { encrypted = true },"
                    " known { \"trained\", key = \"actor\", within = \"1d\" } }")
    RULE("few", "match = term \"甲\", count = { by = { \"actor\", \"conversation\" },"
                " over = \"1h\", more_than = 5 }")
    RULE("many", "match = term \"甲\", count = { by = \"actor\", period = \"week\","
                 " more_than = 0 }");

static const struct {
    const char *rule, *outcome, *key, *wanted, *found;
} past_rows[] = {
    { "o/met", "requires", "requires", "", "true" },
    { "o/missing", "fired", "any",
      "encrypted: true; trained: known by actor, within 86400 s",
      "encrypted: absent; trained: unknown" },
    { "o/few", "count", "actor, conversation", "more than 5 in 3600 s", "1" },
    { "o/many", "fired", "count", "more than 0 in a week", "1" },
    { "alpha/cited", "not-reached", "match", "引用", "" },
};

static int visit_past(void *user, const policy_explanation *x)
{
    size_t i = (*(size_t *)user)++;

    if (!CHECK(i < sizeof(past_rows) / sizeof(*past_rows), "%s", x->rule))
        return 1;
    while (strcmp(past_rows[i].rule, x->rule) != 0)
        i = (i + 1) % (sizeof(past_rows) / sizeof(*past_rows));
    CHECK_CSTR_EQ(x->rule, x->outcome, past_rows[i].outcome);
    CHECK_STR_EQ(x->rule, x->key, past_rows[i].key);
    CHECK_STR_EQ(x->rule, x->wanted, past_rows[i].wanted);
    CHECK_STR_EQ(x->rule, x->found, past_rows[i].found);
    check_chinese(x->rule, x->wanted, x->wanted_zh);
    check_chinese(x->rule, x->found, x->found_zh);
    return 0;
}

static void test_what_happened_before_is_told(void)
{
    policy_memory *m;
    policy_state state;
    struct host h;
    size_t count = 0;

    if (!host_open(&h, "regulations: { alpha: enforce }\n", past_rules) ||
        policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    CHECK(host_judge_with(&h, &state, "\"text\":\"甲\",\"direction\":\"out\","
                          "\"actor\":\"u1\",\"conversation\":\"c\"") == POLICY_OK,
          "%s", h.error.message);
    CHECK(policy_session_explain_each(h.session, h.event, &state, visit_past, &count,
                                      &h.error) == POLICY_OK, "%s", h.error.message);
    CHECK_INT_EQ("rules", count, sizeof(past_rows) / sizeof(*past_rows));
    policy_memory_free(m);
    host_close(&h);
}

static int visit_count(void *user, const policy_explanation *x)
{
    if (strcmp(x->rule, "o/few") == 0)
        snprintf(user, 16, "%.*s", (int)x->found.len, x->found.ptr);
    return 0;
}

/* An event that was applied is one of those that are counted, once. */
static void test_what_was_applied_counts(void)
{
    policy_memory *m;
    policy_state state;
    struct host h;
    char found[16] = "";

    if (!host_open(&h, "regulations: { alpha: enforce }\n", past_rules) ||
        policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (int i = 0; i < 2; i++) {
        char json[300];

        snprintf(json, sizeof(json), "{\"id\":\"m%d\",\"source\":\"s\",\"type\":"
                 "\"message\",\"org\":\"o\",\"time\":\"2026-03-02T09:15:00+08:00\","
                 "\"text\":\"甲\",\"actor\":\"u1\",\"conversation\":\"c\"}", i);
        if (!host_read(&h, json) ||
            !CHECK(policy_session_evaluate(&h.decision, h.session, h.event, &state,
                                           &h.error) == POLICY_OK, "%s",
                   h.error.message))
            break;
        CHECK(policy_memory_apply(m, h.decision, &h.error) == POLICY_OK, "applied");
        CHECK(policy_session_explain_each(h.session, h.event, &state, visit_count,
                                          found, &h.error) == POLICY_OK, "explained");
        CHECK_CSTR_EQ("found", found, i ? "2" : "1");
    }
    policy_memory_free(m);
    host_close(&h);
}

static const char *explained(struct seen *s, uint32_t flags)
{
    size_t len = 0, again = 0;
    char little[8];

    CHECK(policy_session_explain(s->json, sizeof(s->json) - 1, &len, s->h.session,
                                 s->h.event, NULL, flags, NULL) == POLICY_OK,
          "explained");
    CHECK(len < sizeof(s->json), "%zu bytes", len);
    s->json[len] = '\0';
    CHECK(policy_session_explain(little, sizeof(little), &again, s->h.session,
                                 s->h.event, NULL, flags, NULL) == POLICY_OK &&
              again == len && memcmp(little, s->json, sizeof(little)) == 0,
          "the same in less room");
    return s->json;
}

static void test_json_holds_the_decision(void)
{
    static struct seen s;
    const char *json;

    if (!open_seen(&s))
        return;
    host_json(&s.h, 0);
    json = explained(&s, 0);
    CHECK(strstr(json, s.h.json) != NULL, "the same decision:\n%s\n%s", s.h.json,
          json);
    CHECK(strstr(json, "机密") == NULL && strstr(json, "\"found\":\"****\"") != NULL &&
              strstr(json, "\"found\":\"******\"") != NULL, "words are masked: %s",
          json);
    CHECK(strstr(json, "\"folded\"") == NULL, "and no text is shown");
    if (host_decide(&s.h, fields)) {
        host_json(&s.h, POLICY_JSON_CLEAR);
        json = explained(&s, POLICY_JSON_CLEAR);
        CHECK(strstr(json, s.h.json) != NULL, "in clear: %s", json);
        CHECK(strstr(json, "\"found\":\"机密\"") != NULL, "words: %s", json);
        CHECK(strstr(json, "{\"view\":\"folded\",\"text\":\"甲机密\"}") != NULL,
              "texts: %s", json);
    }
    host_close(&s.h);
}

struct views {
    char text[1024];
    size_t count, stop_at;
};

static int on_view(void *user, const policy_text_view *x)
{
    struct views *w = user;
    size_t n = strlen(w->text);

    snprintf(w->text + n, sizeof(w->text) - n, "%.*s %.*s: %.*s\n",
             (int)x->field.len, x->field.ptr, (int)x->view.len, x->view.ptr,
             (int)x->text.len, x->text.ptr);
    return ++w->count == w->stop_at;
}

static void test_shows_each_view(void)
{
    static const char list[] = "机密\n公司公章 || pinyin\n";
    const struct host_file files[] = {
        { "o/organisation.yaml", "id: o\nname: 单位\nkind: company\n" },
        { "o/rules.lua",
          RULE("all", "match = any { list \"own\", pii \"mobile\" }") },
        { "o/lists/own.txt", list },
    };
    struct host h = { .error = POLICY_ERROR_INIT };
    struct views w = { "", 0, 0 };

    test_allocator_init(&h.memory);
    h.bundle = host_compile(files, 3, NULL, &h.memory.allocator);
    CU_ASSERT_FATAL(h.bundle != NULL);
    CHECK(policy_session_new(&h.session, h.bundle, NULL, NULL) == POLICY_OK &&
              policy_event_new(&h.event, NULL, NULL, NULL) == POLICY_OK, "new");
    if (host_decide(&h, "\"text\":\"機機*密\"")) {
        CHECK(policy_session_views_each(h.session, h.event, on_view, &w,
                                        &h.error) == POLICY_OK, "views");
        CHECK_CSTR_EQ("each", w.text,
                      "text folded: 机机*密\n"
                      "text collapsed: 机*密\n"
                      "text pinyin: [ji][ji]|[mi]\n"
                      "text squeezed: 机机密\n"
                      "text squeezed collapsed: 机密\n"
                      "text squeezed pinyin: [ji][ji][mi]\n");
    }
    w = (struct views){ "", 0, 0 };
    if (host_decide(&h, "\"text\":\"v1agr%41\"")) {
        CHECK(policy_session_views_each(h.session, h.event, on_view, &w,
                                        &h.error) == POLICY_OK, "views");
        CHECK_CSTR_EQ("others", w.text,
                      "text folded: v1agr%41\n"
                      "text squeezed: v1agr41\n"
                      "text skeleton: vlagr%41\n"
                      "text squeezed skeleton: vlagr41\n"
                      "text decoded: v1agra\n"
                      "text skeleton decoded: vlagra\n");
    }
    w = (struct views){ "", 0, 0 };
    if (host_decide(&h, "\"text\":\"一三八零一三八二三四五\"")) {
        CHECK(policy_session_views_each(h.session, h.event, on_view, &w,
                                        &h.error) == POLICY_OK, "views");
        CHECK(strstr(w.text, "text numerals: 13801382345\n") != NULL, "%s",
              w.text);
        w = (struct views){ "", 0, 1 };
        CHECK(policy_session_views_each(h.session, h.event, on_view, &w,
                                        &h.error) == POLICY_OK, "stopped");
        CHECK_INT_EQ("stopped", w.count, 1);
    }
    host_close(&h);
}

/* --- all that a rule asks */

static const char asking[] =
    RULE("all", "match = all { term \"甲\", near(term \"乙\", term \"丙\", 1) },"
         " where = any { { direction = \"out\" }, { actor = \"u1\" } },"
         " except = { { recipients = \"u9\", why = \"试点\", owner = \"办\" } },"
         " needs = { \"trained\" }")
    RULE("stopped", "match = at_least(2, term \"甲\"), where = { actor = \"u2\","
         " direction = \"in\" }")
    RULE("absent", "match = term \"丁\", where = { group_kind = \"private\" }")
    RULE("text", "match = term \"甲\", where = { text = \"别的\" }")
    RULE("shadow", "match = term \"甲\", mode = \"shadow\"")
    RULE("off", "match = term \"甲\", mode = \"off\"")
    RULE("awaits", "match = term \"甲\", where = { [\"facts.trained\"] = false },"
         " needs = { \"trained\" }")
    "rule { id = \"type\", title = \"标题\", reason = \"r\", category = \"off_topic\","
    " on = \"post\", match = term \"甲\", verdict = \"flag\","
    " tests = { hit \"甲\", miss \"好\" } }\n";

/* Each part of a match that may be missing, in both languages; secrets are what
 * the event has. */
static const struct {
    const char *match, *text, *key, *wanted, *found, *wanted_zh, *found_zh;
    int32_t secret;
} lacking[] = {
    { "at_least(3, term \"甲\")", "甲和甲", "at_least", "at least 3: 甲", "2",
      "至少 3 处：甲", "2", 0 },
    { "near(term \"甲\", term \"乙\", 2)", "甲很远很远乙", "near",
      "甲 & 乙, at most 2 characters apart", "4 characters apart",
      "甲 & 乙，相距至多 2 字", "相距 4 字", 0 },
    { "near(term \"甲\", term \"乙\", 2)", "甲", "near",
      "甲 & 乙, at most 2 characters apart", "no 乙", "甲 & 乙，相距至多 2 字",
      "没有 乙", 0 },
    { "near(term \"甲\", term \"乙\", 2)", "甲\",\"parts\":[{\"role\":\"quote\","
      "\"text\":\"乙\"}],\"thread\":\"x", "near",
      "甲 & 乙, at most 2 characters apart", "in no text both",
      "甲 & 乙，相距至多 2 字", "没有文本两者都有", 0 },
    { "all { term \"甲\", any { term \"乙\" }, term \"丙\" }", "甲丙", "match", "乙",
      "", "乙", "", 0 },
    { "all { term \"甲\", none { term \"乙\", term \"丙\" } }", "甲乙", "none",
      "none of 乙 丙", "乙", "不得有 乙 丙", "乙", 1 },
    { "all { term \"甲\", none { regex \"乙[0-9]+\" } }", "甲乙97", "none",
      "none of 乙[0-9]+", "乙97", "不得有 乙[0-9]+", "乙97", 2 },
    { "any { all { term \"乙\" }, term \"丙\" }", "甲", "match", "乙 丙", "", "乙 丙",
      "", 0 },
};

static int on_lack(void *user, const policy_explanation *x)
{
    size_t i = *(size_t *)user;

    if (strcmp(x->rule, "o/lacks") != 0)
        return 0;
    CHECK_STR_EQ(lacking[i].match, x->key, lacking[i].key);
    CHECK_STR_EQ(lacking[i].match, x->wanted, lacking[i].wanted);
    CHECK_STR_EQ(lacking[i].match, x->found, lacking[i].found);
    CHECK_STR_EQ(lacking[i].match, x->wanted_zh, lacking[i].wanted_zh);
    CHECK_STR_EQ(lacking[i].match, x->found_zh, lacking[i].found_zh);
    CHECK_INT_EQ(lacking[i].match, x->secret, lacking[i].secret);
    if (x->secret == 2)
        CHECK_STR_EQ(lacking[i].match, x->masked, "乙*7");
    return 0;
}

static void test_what_a_match_lacks_is_told(void)
{
    for (size_t i = 0; i < sizeof(lacking) / sizeof(*lacking); i++) {
        struct host h;
        char rule[400], event[200];

        snprintf(rule, sizeof(rule), RULE("lacks", "match = %s"), lacking[i].match);
        snprintf(event, sizeof(event), "\"text\":\"%s\"", lacking[i].text);
        if (!host_open(&h, "regulations: { alpha: enforce }\n", rule))
            return;
        if (host_decide(&h, event))
            CHECK_INT_EQ(lacking[i].match,
                         policy_session_explain_each(h.session, h.event, NULL,
                                                     on_lack, &i, &h.error),
                         POLICY_OK);
        host_close(&h);
    }
}

static const struct {
    const char *rule;
    uint32_t line;
    int32_t reached, verdict;
    const char *mode, *tests; /* key wanted/found truth; … */
} asked[] = {
    { "alpha/cited", 1, 0, -1, "enforce", "match 引用/ false; " },
    { "o/all", 1, 1, -1, "enforce",
      "direction out/out true; actor u1/u1 not-asked; match 甲/甲 甲 true; "
      "near 乙 & 丙, at most 1 characters apart/3 characters apart false; match 乙/乙 true; match 丙/丙 true; "
      "except 试点/办 not-asked; trained present/ not-asked; " },
    { "o/stopped", 4, 1, -1, "enforce",
      "actor u2/u1 false; direction in/out not-asked; "
      "at_least at least 2: 甲/甲 甲 not-asked; match 甲/甲 甲 not-asked; " },
    { "o/absent", 7, 0, -1, "enforce",
      "group_kind private/absent unknown; match 丁/ not-asked; " },
    { "o/text", 10, 1, -1, "enforce",
      "text 别的/甲甲乙，很远丙 false; match 甲/甲 甲 not-asked; " },
    { "o/shadow", 13, 1, POLICY_FLAG, "shadow", "match 甲/甲 甲 true; " },
    { "o/off", 16, 0, -1, "off", "" },
    { "o/awaits", 19, 1, -1, "enforce",
      "trained false/absent unknown; match 甲/甲 甲 true; "
      "trained present/ false; " },
    { "o/type", 22, 1, -1, "enforce", "" }, /* a word of it was seen */
};
enum { ASKED = sizeof(asked) / sizeof(*asked) };

static int on_asked(void *user, const policy_explanation *x)
{
    size_t *n = user, i = (*n)++, len = 0;
    char all[1024] = "";

    if (!CHECK(i < ASKED, "%s", x->rule))
        return 0;
    for (size_t k = 0; k < x->test_count; k++) {
        const policy_explained_test *t = &x->tests[k];

        len += (size_t)snprintf(all + len, sizeof(all) - len,
                                "%.*s %.*s/%.*s %s; ", (int)t->key.len, t->key.ptr,
                                (int)t->wanted.len, t->wanted.ptr,
                                (int)t->found.len, t->found.ptr, t->truth);
    }
    CHECK_CSTR_EQ("rule", x->rule, asked[i].rule);
    CHECK_CSTR_EQ(x->rule, all, asked[i].tests);
    CHECK_CSTR_EQ(x->rule, x->mode, asked[i].mode);
    CHECK_INT_EQ(x->rule, x->line, asked[i].line);
    CHECK_INT_EQ(x->rule, x->reached, asked[i].reached);
    CHECK_INT_EQ(x->rule, x->verdict, asked[i].verdict);
    CHECK(x->file.len > 9, "%s", x->rule);
    return 0;
}

static const char much[] = "\"text\":\"甲甲乙，很远丙\",\"direction\":\"out\","
                           "\"actor\":\"u1\"";

static void test_all_that_is_asked_is_told(void)
{
    static struct seen s;
    size_t n = 0;

    s.count = s.stop_at = 0;
    if (!host_open(&s.h, "regulations: { alpha: { mode: enforce } }\n", asking) ||
        !host_decide(&s.h, much))
        return;
    CHECK_INT_EQ("status", policy_session_explain_each(s.h.session, s.h.event, NULL,
                                                       on_asked, &n, &s.h.error),
                 POLICY_OK);
    CHECK_INT_EQ("rules", n, ASKED);
    CHECK(strstr(explained(&s, 0), "\"reached\":true,\"mode\":\"enforce\",\"file\":"
                                   "\"o/rules.lua\",\"line\":10,\"tests\":[{\"key\":"
                                   "\"text\",\"wanted\":\"别的\",\"found\":"
                                   "\"**************\",\"truth\":\"false\"},{\"key\":"
                                   "\"match\",\"wanted\":\"甲\",\"found\":\"*****\","
                                   "\"truth\":\"not-asked\"}]}") != NULL,
          "%s", s.json);
    host_close(&s.h);
}

static void test_no_memory_is_said(void)
{
    static struct seen s;
    policy_status st = POLICY_ENOMEM;
    size_t n = 0;

    s.count = s.stop_at = 0;
    if (!host_open(&s.h, "regulations: { alpha: { mode: enforce } }\n", asking) ||
        !host_decide(&s.h, much))
        return;
    for (size_t i = 1; st == POLICY_ENOMEM && i < 1000; i++) {
        n = 0;
        s.h.memory.fail_at = s.h.memory.requests + i;
        st = policy_session_explain_each(s.h.session, s.h.event, NULL, on_asked, &n,
                                         &s.h.error);
        CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "status %d", st);
    }
    CHECK_INT_EQ("in the end", st, POLICY_OK);
    CHECK_INT_EQ("rules", n, ASKED);
    s.h.memory.fail_at = 0;
    host_close(&s.h);
}

static void test_entries_have_a_limit(void)
{
    static struct seen s;
    policy_limits limits = POLICY_LIMITS_INIT;

    limits.explain_entries = 4;
    s.count = s.stop_at = 0;
    if (!host_open_with(&s.h, yaml, rules, &limits) || !host_decide(&s.h, fields))
        return;
    CHECK_INT_EQ("status",
                 policy_session_explain_each(s.h.session, s.h.event, NULL, visit, &s,
                                             &s.h.error), POLICY_ELIMIT);
    CHECK_INT_EQ("told so far", s.count, 4);
    CHECK(strstr(s.h.error.message, "explain_entries") != NULL, "%s",
          s.h.error.message);
    host_close(&s.h);
}

/* Each guard is asked with a budget of its own, or the last rules of a long list
 * would be told to be over it. */
static void test_guards_are_asked_as_if_alone(void)
{
    static struct seen s;
    policy_limits limits = POLICY_LIMITS_INIT;

    limits.guards = 2;
    s.count = s.stop_at = 0;
    if (!host_open_with(&s.h, yaml, rules, &limits) || !host_decide(&s.h, fields))
        return;
    CHECK(policy_session_explain_each(s.h.session, s.h.event, NULL, visit, &s,
                                      NULL) == POLICY_OK, "explained");
    CHECK_INT_EQ("rules", s.count, ROWS);
    host_close(&s.h);
}

static void test_a_bad_event_is_not_explained(void)
{
    static struct seen s;
    size_t len = 7;

    if (!open_seen(&s))
        return;
    policy_event_set_text(s.h.event, POLICY_FIELD_ORG, host_str("nobody"));
    CHECK_INT_EQ("each", policy_session_explain_each(s.h.session, s.h.event, NULL,
                                                     visit, &s, NULL), POLICY_EORG);
    CHECK_INT_EQ("JSON", policy_session_explain(NULL, 0, &len, s.h.session,
                                                s.h.event, NULL, 0, NULL),
                 POLICY_EORG);
    CHECK_INT_EQ("length", len, 0);
    CHECK_INT_EQ("visits", s.count, 0);
    host_close(&s.h);
}

/* --- duties and ladders */

static const char waiting[] =
    RULE("stops", "match = term \"丁\"")
    RULE_AS("hold", "hold", "match = term \"密\", escalate = { to = \"head\", within = \"1d\" }")
    "local function d(id, more)\n"
    "  more.id, more.title, more.reason, more.owner = id, \"t\", \"r\", \"head\"\n"
    "  more.within = more.within or \"4h\"\n"
    "  return duty(more)\n"
    "end\n"
    "local noticed = { on = \"incident\", where = { state = \"noticed\" }, key = \"incident\" }\n"
    "local reported = { on = \"incident\", where = { state = \"reported\" }, key = \"incident\" }\n"
    "d(\"told\", { open = noticed, done = reported })\n"
    "d(\"tried\", { open = noticed, done = reported, mode = \"shadow\" })\n"
    "d(\"by-rule\", { open = { rule = \"stops\", key = \"actor\" },\n"
    "  done = { on = \"message\", where = { direction = \"in\" }, key = \"actor\" } })\n"
    "d(\"keyed\", { open = { on = \"message\", key = \"conversation\" } })\n"
    "d(\"attested\", { open = noticed, attest = { by = \"head\" } })\n"
    "ladder { id = \"m\", title = \"t\", reason = \"r\", decide = \"head\", within = \"1d\",\n"
    "  mode = \"shadow\", where = { merit = true },\n"
    "  tracks = { { id = \"a\", steps = { step { \"talk\", zh = \"谈话\" } } } } }\n"
    "ladder { id = \"l\", title = \"t\", reason = \"r\", decide = \"head\", within = \"1d\",\n"
    "  where = { merit = true },\n"
    "  tracks = { { id = \"a\", where = { severity = \"grave\" },\n"
    "    steps = { step { \"talk\", zh = \"谈话\" } } } } }\n";

/* "id outcome key wanted/found [test truth; …]", a line each. */
static int on_waiting(void *user, const policy_explanation *x)
{
    char *to = user;
    size_t n = strlen(to);

    if (strcmp(x->rule, "o/stops") == 0 || strcmp(x->rule, "o/hold") == 0)
        if (strcmp(x->outcome, "not-due") != 0)
            return 0;
    n += (size_t)snprintf(to + n, 4096 - n, "%s %s %.*s %.*s/%.*s %.*s/%.*s",
                          x->rule + 2, x->outcome, (int)x->key.len, x->key.ptr,
                          (int)x->wanted.len, x->wanted.ptr, (int)x->found.len,
                          x->found.ptr, (int)x->wanted_zh.len, x->wanted_zh.ptr,
                          (int)x->found_zh.len, x->found_zh.ptr);
    for (size_t i = 0; i < x->test_count; i++)
        n += (size_t)snprintf(to + n, 4096 - n, "; %.*s %s",
                              (int)x->tests[i].key.len, x->tests[i].key.ptr,
                              x->tests[i].truth);
    snprintf(to + n, 4096 - n, "\n");
    return 0;
}

static void test_duties_and_ladders_are_told(void)
{
    static const struct {
        const char *type, *fields;
        const char *lines[8];
    } cases[] = {
        { "message", "\"text\":\"甲\"",
          { "by-rule where direction in/absent in/没有; done false; direction unknown; open false\n",
            "keyed where conversation present/absent 有/没有; open false\n",
            "told type done incident/message incident/message; done false; open false\n",
            "l type on violation/message violation/message\n" } },
        { "message", "\"text\":\"甲密\",\"conversation\":\"c1\"",
          { "keyed held open a verdict below hold/hold (o/hold) 处置低于“暂扣”/hold（o/hold）; open false\n" } },
        { "message", "\"text\":\"甲丁\",\"direction\":\"out\"",
          { "by-rule where actor present/absent 有/没有; done false; direction false; open false\n" } },
        { "message", "\"text\":\"甲\",\"direction\":\"in\",\"actor\":\"u1\"",
          { "by-rule unchanged done one that is open/ 已产生/; done true; direction true; open false\n" } },
        { "incident", "\"incident\":\"i1\",\"state\":\"reported\"",
          { "by-rule type done message/incident message/incident; done false; open false\n",
            "told unchanged done one that is open/ 已产生/; done true; state true; open false; state false\n",
            "tried shadow done one that is open/ 已产生/; done true" } },
        { "incident", "\"incident\":\"i1\",\"state\":\"contained\"",
          { "told where state reported/contained reported/contained; done false; state false; open false; state false\n" } },
        { "incident", "\"incident\":\"i1\",\"state\":\"noticed\"",
          { "told opened o/told/i1/2026-03-02T01:00:00Z 2026-03-02T13:00:00+08:00/head /\n",
            "tried shadow open one that is not open/ 尚未产生/; done false; state false; open true; state true\n" } },
        { "tick", "",
          { "hold not-due due something due/2026-03-02T09:00:00+08:00 有到期的/2026-03-02T09:00:00+08:00\n",
            "told not-due due something due/",
            "tried not-due due something due/" } },
        { "attestation", "\"duty\":\"o/other\",\"actor\":\"u9\"",
          { "attested where duty o/attested/o/other o/attested/o/other; open false\n" } },
        { "attestation", "\"duty\":\"o/attested\",\"actor\":\"u9\"",
          { "attested unchanged duty one that is open/ 已产生/; open false\n" } },
        { "violation", "\"person\":\"u2\",\"severity\":\"minor\"",
          { "l where merit true/absent 是/没有; merit unknown; track not-asked; severity not-asked\n" } },
        { "violation", "\"person\":\"u2\",\"severity\":\"minor\",\"merit\":true",
          { "l where severity grave/minor grave/minor; merit true; track false; severity false\n",
            "m shadow mode /u2: talk, 谈话（严重程度：minor；此前 0 次） /u2: talk" } },
    };
    struct past p;
    static char got[4096];

    if (!past_open(&p, "roles: { head: [u9] }\n", waiting))
        return;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char json[400];

        got[0] = 0;
        past_json(json, sizeof(json), "e", "03-02T09:00", cases[i].type,
                  cases[i].fields);
        if (!host_read(&p.h, json))
            break;
        CHECK_INT_EQ(json, policy_session_explain_each(p.h.session, p.h.event,
                                                       &p.state, on_waiting, got,
                                                       &p.h.error), POLICY_OK);
        for (size_t k = 0; k < 8 && cases[i].lines[k]; k++)
            CHECK(strstr(got, cases[i].lines[k]) != NULL, "%s: %s\nin\n%s", json,
                  cases[i].lines[k], got);
    }
    past_close(&p);
}

static const struct test_case tests[] = {
    { "what happened before is told", test_what_happened_before_is_told },
    { "what was applied counts", test_what_was_applied_counts },
    { "every outcome is told", test_every_outcome_is_told },
    { "JSON holds the decision", test_json_holds_the_decision },
    { "shows each view", test_shows_each_view },
    { "all that is asked is told", test_all_that_is_asked_is_told },
    { "what a match lacks is told", test_what_a_match_lacks_is_told },
    { "duties and ladders are told", test_duties_and_ladders_are_told },
    { "no memory is said", test_no_memory_is_said },
    { "entries have a limit", test_entries_have_a_limit },
    { "guards are asked as if alone", test_guards_are_asked_as_if_alone },
    { "a bad event is not explained", test_a_bad_event_is_not_explained },
};

POLICY_TEST_MAIN("explain", tests)
