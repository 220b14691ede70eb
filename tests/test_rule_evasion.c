/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Examples in disguise: every maker's work is seen through where terms are open
 * to it, what a rule itself loses is told, and nothing else is tried.
 */
#include "host.h"
#include "text/evasion.h"

#define TESTED(id, rest, tests)                                               \
    "rule { id = \"" id "\", title = \"t\", reason = \"r\", on = \"message\","  \
    " category = \"off_topic\", verdict = \"hold\", severity = 3, " rest      \
    ", tests = { " tests ", miss \"好\" } }\n"

struct seen {
    struct host h;
    struct {
        size_t tried, held;
    } by[64];
    size_t tried, held;
    char text[512], expected[256], got[256], field[64]; /* of the last lost */
};

static size_t number_of(const char *name)
{
    size_t i = 0;

    while (i < pol_evasion_count && strcmp(pol_evasions[i].name, name) != 0)
        i++;
    return i;
}

static void copy(char *to, size_t cap, policy_str s)
{
    snprintf(to, cap, "%.*s", (int)s.len, s.ptr);
}

static void on_result(void *user, const policy_evasion *r)
{
    struct seen *s = user;
    size_t i = number_of(r->disguise);

    if (!CHECK(i < pol_evasion_count && i < 64, "%s", r->disguise))
        return;
    CHECK_CSTR_EQ("organisation", r->organisation, "o");
    CHECK(r->line > 0, "no line");
    s->by[i].tried++;
    s->by[i].held += r->held != 0;
    s->tried++;
    s->held += r->held != 0;
    if (r->held)
        return;
    copy(s->text, sizeof(s->text), r->text);
    copy(s->expected, sizeof(s->expected), r->expected);
    copy(s->got, sizeof(s->got), r->got);
    copy(s->field, sizeof(s->field), r->field);
}

/* Organisation "o" with a list of its own and one of the libraries. */
static bool open_with(struct seen *s, const char *list, const char *rules)
{
    const struct host_file files[] = {
        { "o/organisation.yaml", "id: o\nname: 单位\nkind: company\n" },
        { "o/rules.lua", rules },
        { "o/lists/own.txt", list },
        { "lists/shared.txt", "好处费\n红包返利\n" },
    };
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;

    memset(s, 0, sizeof(*s));
    s->h.error = (policy_error)POLICY_ERROR_INIT;
    test_allocator_init(&s->h.memory);
    s->h.bundle = host_compile(files, 4, NULL, &s->h.memory.allocator);
    o.allocator = &s->h.memory.allocator;
    return s->h.bundle &&
           CHECK(policy_session_new(&s->h.session, s->h.bundle, &o,
                                    &s->h.error) == POLICY_OK, "session");
}

static bool evade(struct seen *s, const char *list, const char *rules)
{
    return open_with(s, list, rules) &&
           CHECK(policy_session_evade(s->h.session, NULL, on_result, s,
                                      &s->h.error) == POLICY_OK, "%s",
                 s->h.error.message);
}

/* Every row of the table is tried, and each time seen through. */
static void test_what_is_promised_holds(void)
{
    static struct seen s;
    static const char list[] =
        "机密\n图纸\n客户名单 | 理由 | pinyin\n内部资料 | 理由 | spelled\n"
        "赌博网站 | 理由 | split\n现金交易 | 理由 | reversed\npassword\n"
        "casino\nvpn账号\n未公开财务报表\n家庭住址\n成绩单\n";
    static const char rules[] =
        TESTED("own", "match = list \"own\"",
               "hit \"机密\", hit \"请看图纸，谢谢\", hit \"发一份客户名单给我\","
               " hit \"这是内部资料。\", hit \"有赌博网站\", hit \"现金交易\","
               " hit \"my password is here\", hit \"casino!\", hit \"vpn账号\","
               " hit \"看未公开财务报表吧\", hit \"家庭住址和成绩单\"")
        TESTED("shared", "match = list \"shared\"",
               "hit \"给你好处费\", hit \"红包返利\"")
        TESTED("term", "match = all { term \"合同\", term \"盖章\" }",
               "hit \"合同已盖章\"")
        TESTED("near", "match = near(term \"账号\", regex [[[a-z]{4}[0-9]{2}]], 8)",
               "hit \"账号是 abcd12\"")
        TESTED("pii", "match = any { pii \"mobile\", pii \"resident_id\","
               " pii \"email\", pii \"domain\", pii \"plate\" }",
               "hit \"打 13800138000 给我\", hit \"110101199001010015\","
               " hit \"写信到 zhang1@example.com\", hit \"看 example1.com\","
               " hit \"京A12345\"")
        TESTED("part", "match = term \"样品\"",
               "hit { \"你好\", parts = { { role = \"quote\", text = \"样品\" } } }");

    if (evade(&s, list, rules)) {
        CHECK(s.held == s.tried, "%zu of %zu; lost: %s: %s", s.held, s.tried,
              s.text, s.got);
        CHECK(s.tried > 250, "%zu", s.tried);
        for (size_t i = 0; i < pol_evasion_count; i++)
            CHECK(s.by[i].tried > 0, "%s was not tried", pol_evasions[i].name);
    }
    host_close(&s.h);
}

/* What the terms themselves rule out is not tried. */
static void test_strict_terms_are_open_to_less(void)
{
    static struct seen s;

    if (evade(&s, "机密文件 | 理由 | exact\n",
              TESTED("own", "match = list \"own\"", "hit \"机密文件\"")))
        CHECK_INT_EQ("exact", s.tried, 0);
    host_close(&s.h);
    if (evade(&s, "机密文件 | 理由 | folded\n",
              TESTED("own", "match = list \"own\"", "hit \"机密文件\""))) {
        CHECK(s.tried > 3 && s.held == s.tried, "%zu of %zu", s.held, s.tried);
        for (size_t i = 0; i < pol_evasion_count; i++)
            CHECK(!s.by[i].tried || pol_evasions[i].by == POL_EVADES_FOLD, "%s",
                  pol_evasions[i].name);
    }
    host_close(&s.h);
    if (evade(&s, "机密文件 | 理由 | separators=1\n",
              TESTED("own", "match = list \"own\"", "hit \"机密文件\""))) {
        CHECK(s.held == s.tried, "%zu of %zu", s.held, s.tried);
        CHECK_INT_EQ("symbols", s.by[number_of("symbols")].tried, 1);
        CHECK_INT_EQ("commas", s.by[number_of("commas")].tried, 0);
    }
    host_close(&s.h);
}

/* A check that reads the text for itself sees less than its rule. */
static void test_what_a_rule_loses_is_told(void)
{
    static struct seen s;

    if (evade(&s, "保密室\n",
              TESTED("raw", "match = list \"own\", check = function(event)"
                     " return event.text:find(\"保密室\", 1, true) ~= nil end",
                     "hit \"看保密室\""))) {
        CHECK(s.tried > 5 && s.held == 0, "%zu of %zu", s.held, s.tried);
        CHECK_CSTR_EQ("expected", s.expected, "hit");
        CHECK_CSTR_EQ("got", s.got, "miss");
        CHECK_CSTR_EQ("field", s.field, "text");
        CHECK(strncmp(s.text, "看", 3) == 0 && !strstr(s.text, "保密室"), "%s",
              s.text);
    }
    host_close(&s.h);
    if (evade(&s, "保密室\n",
              TESTED("milder", "match = list \"own\", check = function(event)"
                     " if event.text:find(\"保密室\", 1, true) then return true end"
                     " return { verdict = \"flag\" } end", "hit \"保密室\""))) {
        CHECK(s.tried > 5 && s.held == 0, "%zu of %zu", s.held, s.tried);
        CHECK_CSTR_EQ("expected", s.expected, "hit, verdict hold");
        CHECK_CSTR_EQ("got", s.got, "hit, verdict flag");
    }
    host_close(&s.h);
    if (evade(&s, "保密室\n",
              TESTED("breaks", "match = list \"own\", check = function(event)"
                     " if event.text:find(\"保密室\", 1, true) then return true end"
                     " error(\"哎\") end", "hit \"保密室\""))) {
        CHECK(s.held == 0, "%zu", s.held);
        CHECK(strncmp(s.got, "error: ", 7) == 0, "%s", s.got);
    }
    host_close(&s.h);
}

/* An allowed phrase that only the disguise makes. */
static void test_a_word_that_is_lost_is_shown(void)
{
    static struct seen s;

    if (evade(&s, "机密\n绝密\n!机*密码\n",
              TESTED("own", "match = list \"own\"", "hit \"机密码，绝密\""))) {
        size_t i = number_of("symbols");

        CHECK_INT_EQ("tried", s.by[i].tried, 1);
        CHECK_INT_EQ("held", s.by[i].held, 0);
        CHECK_INT_EQ("lost in all", s.tried - s.held, 1);
        CHECK_CSTR_EQ("text", s.text, "机*密码，绝*密");
        CHECK_CSTR_EQ("expected", s.expected, "hit at 机*密");
        CHECK_CSTR_EQ("got", s.got, "hit elsewhere");
    }
    host_close(&s.h);
}

static void test_nothing_is_tried_of_what_does_not_hit(void)
{
    static struct seen s;

    if (evade(&s, "机密\n",
              TESTED("wrong", "match = list \"own\"", "hit \"乙\", miss \"机密\"")
              TESTED("off", "match = list \"own\", mode = \"off\"", "hit \"机密\"")
              TESTED("disguised", "match = list \"own\"", "hit \"机*密\"")
              TESTED("field", "where = { direction = \"in\" }, broad = true",
                     "hit \"甲\"")))
        CHECK_INT_EQ("tried", s.tried, 0);
    CHECK_INT_EQ("unknown", policy_session_evade(s.h.session, "p", on_result, &s,
                                                 &s.h.error), POLICY_EORG);
    CHECK_CSTR_EQ("code", s.h.error.code, "organisation");
    host_close(&s.h);
}

/* On the state that what went before left, as it is written. */
static void test_hits_with_a_past_are_disguised(void)
{
#define SAYS "{ \"机密\", actor = \"u1\" }"
#define TWICE "count = { by = \"actor\", over = \"1h\", more_than = 1 }"
    static const struct {
        const char *label, *rules;
        bool holds;
        size_t hits;
    } rows[] = {
        { "a state", TESTED("own", "match = list \"own\", " TWICE,
                            "hit { \"机密\", actor = \"u1\", state = { " SAYS " } }"),
          true, 1 },
        { "steps", TESTED("own", "match = list \"own\", " TWICE,
                          "steps { " SAYS ", { \"机密\", actor = \"u1\", expect = \"hit\" },"
                          " { \"机密\", actor = \"u2\", expect = \"miss\" },"
                          " { \"看机密\", actor = \"u1\", expect = \"hit\" } }"),
          true, 2 },
        { "what went before is not enough",
          TESTED("own", "match = list \"own\", " TWICE,
                 "hit { \"机密\", actor = \"u1\", state = { { \"好\", actor = \"u1\" } } }"),
          true, 0 },
        { "what is counted is the word",
          TESTED("raw", "match = list \"own\", " TWICE
                 ", check = function(event)"
                 " return event.text:find(\"机密\", 1, true) ~= nil end",
                 "hit { \"机密\", actor = \"u1\", state = { " SAYS " } }"),
          false, 1 },
    };
    static struct seen s;
    size_t one = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (evade(&s, "机密\n", rows[i].rules)) {
            one = i ? one : s.tried;
            CHECK(one > 5, "%s: %zu", rows[i].label, one);
            CHECK_INT_EQ(rows[i].label, s.tried, one * rows[i].hits);
            /* Repeated characters have the word in their midst. */
            CHECK_INT_EQ(rows[i].label, s.held, rows[i].holds ? s.tried : 1);
        }
        host_close(&s.h);
    }
}

static void test_no_memory_is_said(void)
{
    static struct seen s;
    policy_status st = POLICY_ENOMEM;
    size_t n;

    if (open_with(&s, "机密\n", TESTED("own", "match = list \"own\"",
                                       "hit \"机密\"")))
        for (n = 1; st == POLICY_ENOMEM && n < 200; n += n < 14 ? 4 : 1) {
            s.h.memory.fail_at = s.h.memory.requests + n;
            st = policy_session_evade(s.h.session, NULL, on_result, &s,
                                      &s.h.error);
            CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "status %d", st);
        }
    CHECK_INT_EQ("in the end", st, POLICY_OK);
    s.h.memory.fail_at = 0;
    host_close(&s.h);
}

static const struct test_case tests[] = {
    { "what is promised holds", test_what_is_promised_holds },
    { "strict terms are open to less", test_strict_terms_are_open_to_less },
    { "what a rule loses is told", test_what_a_rule_loses_is_told },
    { "a word that is lost is shown", test_a_word_that_is_lost_is_shown },
    { "nothing is tried of what does not hit",
      test_nothing_is_tried_of_what_does_not_hit },
    { "hits with a past are disguised", test_hits_with_a_past_are_disguised },
    { "no memory is said", test_no_memory_is_said },
};

POLICY_TEST_MAIN("rule_evasion", tests)
