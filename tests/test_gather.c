/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hits: from shared and own lists and detectors, in order, without twins and
 * without what allowed phrases cover; and their limit.
 */
#include "hits_shown.h"

static const char rules[] =
    RULE("all", "match = any { list \"own\", list \"insult\", term \"甲\","
                " pii \"mobile\", pii \"email\" }");

static const struct {
    const char *label, *fields, *want;
} rows[] = {
    { "nothing", "\"text\":\"好\"", "" },
    { "no text", "", "" },
    { "an empty text", "\"text\":\"\"", "" },
    { "one", "\"text\":\"是机密\"", "text 3-9 own" },
    { "by start, whichever source", "\"text\":\"甲笨蛋机密13800138000甲\"",
      "text 0-3 term; text 3-9 insult; text 9-15 own; text 15-26 mobile;"
      " text 26-29 term" },
    { "an allowed phrase takes away what it covers", "\"text\":\"保密机密\"", "" },
    { "and nothing else", "\"text\":\"机密保密机密绝密\"",
      "text 0-6 own; text 18-24 own" },
    { "phrases side by side", "\"text\":\"保密机密保密机密机密\"", "text 24-30 own" },
    { "phrases as folded", "\"text\":\"保密機\xe2\x80\x8b密\"", "" },
    { "of their list only", "\"text\":\"保密机密笨蛋\"", "text 12-18 insult" },
    { "the text, then the parts",
      "\"text\":\"机密\",\"parts\":[{\"role\":\"quote\","
      "\"text\":\"好\"},{\"role\":\"ocr\",\"text\":\"x机密\"}]",
      "text 0-6 own; parts[1] 1-7 own" },
    { "the whole of what was folded", "\"text\":\"Ａ機\xe2\x80\x8b密\"",
      "text 3-12 own traditional ignorable" },
    { "what is invisible before it is outside", "\"text\":\"\xe2\x80\x8b机密\"",
      "text 3-9 own" },
    { "a phrase does not reach into the next text",
      "\"text\":\"保密机密\",\"parts\":[{\"role\":\"quote\",\"text\":\"机密\"}]",
      "parts[0] 0-6 own" },
    { "what was pulled apart, with what stands between",
      "\"text\":\"是机*密，绝 密 笨❤️蛋\"",
      "text 3-10 own separator; text 13-20 own separator;"
      " text 21-33 insult separator" },
    { "a phrase in pieces covers what it holds", "\"text\":\"保*密机·密\"", "" },
    { "a phrase covers a term in pieces", "\"text\":\"保密机·密\"", "" },
    { "detectors see no squeezed text", "\"text\":\"1*3*8*0*0*1*3*8*0*0*0\"", "" },
    { "an address", "\"text\":\"a.b@example.com\"", "text 0-15 email" },
};

static void test_hits_stand_in_one_order(void)
{
    struct host h;
    char got[1024];

    if (!host_open(&h, NULL, rules))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (!host_decide(&h, rows[i].fields))
            continue;
        hits_shown(&h, got, sizeof(got));
        CHECK_CSTR_EQ(rows[i].label, got, rows[i].want);
    }
    host_close(&h);
}

/* "3 0": how sure the evidence of a rule is. */
static void confidences(const struct host *h, const char *rule, char out[64])
{
    const policy_finding *f = host_finding(h->decision, POLICY_ENFORCED, rule);
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; f && i < f->evidence_count && n < 60; i++)
        n += (size_t)snprintf(out + n, 64 - n, "%s%d", i ? " " : "",
                              f->evidence[i].confidence);
}

static const struct {
    const char *label, *text, *want;
} strict[] = {
    { "the same bytes", "甲甲 乙乙 丙丙 丁丁 戊戊 己己",
      "text 0-6 own; text 7-13 own; text 14-20 own; text 21-27 term;"
      " text 28-34 term; text 35-41 term" },
    { "folded", "甲\u200b甲 乙\u200b乙 丙\u200b丙 丁\u200b丁 戊\u200b戊 己\u200b己",
      "text 10-19 own ignorable; text 20-29 own ignorable;"
      " text 40-49 term ignorable; text 50-59 term ignorable" },
    { "disguised", "甲*甲 乙*乙 丙*丙 丁*丁 戊*戊 己*己",
      "text 16-23 own separator; text 40-47 term separator" },
};

static void test_terms_are_as_strict_as_they_say(void)
{
    static const struct host_file files[] = {
        { "o/organisation.yaml", "id: o\nname: 单位\nkind: company\n" },
        { "o/rules.lua",
          RULE("all", "match = any { list \"own\", term { \"丁丁\", strict = \"exact\" },"
               " term { \"戊戊\", strict = \"folded\" },"
               " term { \"己己\", strict = \"disguised\" } }") },
        { "o/lists/own.txt", "甲甲||exact\n乙乙||folded\n丙丙||disguised\n" },
    };
    struct host h = { .error = POLICY_ERROR_INIT };
    char got[512], fields[256];

    test_allocator_init(&h.memory);
    h.bundle = host_compile(files, 3, NULL, &h.memory.allocator);
    CU_ASSERT_FATAL(h.bundle != NULL);
    CHECK(policy_session_new(&h.session, h.bundle, NULL, NULL) == POLICY_OK &&
              policy_event_new(&h.event, NULL, NULL, NULL) == POLICY_OK, "new");
    for (size_t i = 0; i < sizeof(strict) / sizeof(*strict); i++) {
        snprintf(fields, sizeof(fields), "\"text\":\"%s\"", strict[i].text);
        if (!host_decide(&h, fields))
            continue;
        hits_shown(&h, got, sizeof(got));
        CHECK_CSTR_EQ(strict[i].label, got, strict[i].want);
    }
    host_close(&h);
}

/* The same word in a shared and in the own list of one name. */
static void test_twins_are_one_hit(void)
{
    static const struct host_file files[] = {
        { "o/organisation.yaml", "id: o\nname: 单位\nkind: company\n" },
        { "o/rules.lua", RULE("all", "match = list \"own\"") },
        { "o/lists/own.txt", "机密\n绝密\n" },
        { "lists/own.txt", "机密\n商密\n" },
    };
    struct host h = { .error = POLICY_ERROR_INIT };
    char got[256];

    test_allocator_init(&h.memory);
    h.bundle = host_compile(files, 4, NULL, &h.memory.allocator);
    CU_ASSERT_FATAL(h.bundle != NULL);
    CHECK(policy_session_new(&h.session, h.bundle, NULL, NULL) == POLICY_OK &&
              policy_event_new(&h.event, NULL, NULL, NULL) == POLICY_OK, "new");
    if (host_decide(&h, "\"text\":\"机密商密绝密\"")) {
        hits_shown(&h, got, sizeof(got));
        CHECK_CSTR_EQ("each once", got,
                      "text 0-6 own; text 6-12 own; text 12-18 own");
        CHECK_INT_EQ("hits", policy_decision_cost(h.decision)->hits, 3);
    }
    host_close(&h);
}

static char *repeat(const char *unit, size_t count)
{
    size_t len = strlen(unit);
    char *s = malloc(len * count + 64), *p = s;

    if (!s)
        exit(1);
    p += sprintf(p, "\"text\":\"");
    for (size_t i = 0; i < count; i++, p += len)
        memcpy(p, unit, len);
    memcpy(p, "\"", 2);
    return s;
}

static void test_more_hits_than_the_limit_act_as_an_error(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    const policy_rule_error *e;
    struct host h;
    char *fields;

    limits.hits = 5;
    if (!host_open_with(&h, "on_error: { 3: block }\n", rules, &limits))
        return;
    for (size_t count = 5; count <= 7; count++) {
        fields = repeat("机密", count);
        if (host_decide(&h, fields)) {
            e = host_error(h.decision, "limit-hits");
            CHECK((e != NULL) == (count > 5), "%zu hits", count);
            CHECK_INT_EQ("hits", policy_decision_cost(h.decision)->hits, 5);
            CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision),
                         count > 5 ? POLICY_BLOCK : POLICY_FLAG);
            CHECK(!e || e->acted_as == POLICY_BLOCK, "acted as");
        }
        free(fields);
    }
    host_close(&h);
}

/* Numbers that several views show are told once, and so counted once. */
static void test_a_find_of_many_views_is_one_hit(void)
{
    enum { COUNT = 40 };
    static const struct {
        const char *label, *last;
        int more;
    } ends[] = {
        { "as it is", "", 0 },
        { "a code", "%41", 0 },
        { "a numeral", "三", 0 },
        { "a code and a numeral", "%41三", 0 },
        { "a number in codes", " %313800138001", 1 },
        { "a number of numerals", " 一三八零零一三八零零一", 1 },
    };
    policy_limits limits = POLICY_LIMITS_INIT;
    struct host h;
    char *numbers = repeat("13800138000 ", COUNT), fields[2048];

    limits.hits = COUNT + 1;
    numbers[strlen(numbers) - 1] = 0;
    if (!host_open_with(&h, NULL, RULE("all", "match = pii \"mobile\""),
                        &limits))
        return;
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        snprintf(fields, sizeof(fields), "%s%s\"", numbers, ends[i].last);
        if (!host_decide(&h, fields))
            continue;
        CHECK(!host_error(h.decision, "limit-hits"), "%s", ends[i].label);
        CHECK(policy_decision_cost(h.decision)->hits ==
                  (uint32_t)(COUNT + ends[i].more), "%s: %u hits", ends[i].label,
              (unsigned)policy_decision_cost(h.decision)->hits);
    }
    free(numbers);
    host_close(&h);
}

/* Ten thousand of each were a hundred million comparisons, walked one by one. */
static void test_ten_thousand_phrases_cover_their_hits(void)
{
    struct host h;
    char *fields = repeat("保密机密", 9999);

    if (host_open(&h, NULL, rules)) {
        for (int i = 0; i < 20 && host_decide(&h, fields); i++)
            CHECK_INT_EQ("hits", policy_decision_cost(h.decision)->hits, 0);
        host_close(&h);
    }
    free(fields);
}

static void test_ill_formed_text_is_searched_too(void)
{
    struct host h;
    char got[256];

    if (!host_open(&h, NULL, rules) || !host_read(&h,
            "{\"id\":\"1\",\"type\":\"message\",\"org\":\"o\",\"source\":\"s\","
            "\"time\":0}"))
        return;
    policy_event_set_text(h.event, POLICY_FIELD_TEXT, host_str("\xff机密\xe6\x9c"));
    CHECK(policy_session_evaluate(&h.decision, h.session, h.event, NULL,
                                  NULL) == POLICY_OK, "evaluated");
    hits_shown(&h, got, sizeof(got));
    CHECK_CSTR_EQ("between ill-formed bytes", got, "text 1-7 own");
    host_close(&h);
}

static const struct {
    const char *label, *fields, *want;
} regexes[] = {
    { "no literal", "\"text\":\"口令12\"", "" },
    { "a literal only", "\"text\":\"密码是\"", "" },
    { "one", "\"text\":\"密码abc123。\"", "text 0-12 regex" },
    { "leftmost, and none that overlaps", "\"text\":\"密码ab密码cd\"",
      "text 0-8 regex; text 8-16 regex" },
    { "through disguises", "\"text\":\"甲密碼ＡＢ\u200bＣ１乙\"",
      "text 3-24 regex case width traditional ignorable" },
    { "in codes", "\"text\":\"甲%E5%AF%86%E7%A0%81abcd乙\"",
      "text 3-25 regex encoded" },
    { "not pulled apart: it says what may stand between",
      "\"text\":\"密*码abc\"", "" },
    { "not in look-alikes", "\"text\":\"密码\u0430bc\"", "" },
    { "in each part", "\"parts\":[{\"role\":\"ocr\",\"text\":\"密码abc\"}]",
      "parts[0] 0-9 regex" },
    { "without a literal, alone", "\"text\":\"编号123456\"", "" },
    { "beside a term", "\"text\":\"123456的口令\"",
      "text 0-6 regex; text 9-15 term" },
    { "beside a term of another text",
      "\"text\":\"x123456\",\"parts\":[{\"role\":\"ocr\","
      "\"text\":\"口令\"}]", "" },
    { "beside a term that is disguised", "\"text\":\"口*令１２３４５６\"",
      "text 0-7 term separator; text 7-25 regex width" },
    { "beside a term, in codes", "\"text\":\"口令 %31%32%33%34%35%36\"",
      "text 0-6 term; text 7-25 regex encoded" },
};

static void test_regexes_are_found_behind_their_gates(void)
{
    struct host h;
    char got[512];

    if (!host_open(&h, NULL,
                   RULE("all", "match = any { regex [[密码[a-z0-9]{2,}]],"
                        " near(term \"口令\", regex [[\\d{6}]], 3) }")))
        return;
    for (size_t i = 0; i < sizeof(regexes) / sizeof(*regexes); i++) {
        if (!host_decide(&h, regexes[i].fields))
            continue;
        hits_shown(&h, got, sizeof(got));
        CHECK_CSTR_EQ(regexes[i].label, got, regexes[i].want);
    }
    host_close(&h);
}

static void test_patterns_of_the_organisation_are_detectors(void)
{
    static const struct {
        const char *label, *fields, *want, *sure;
    } finds[] = {
        { "by its form", "\"text\":\"2026010203 GH-12345\"",
          "text 0-10 student; text 11-19 badge case", "1 2" },
        { "by a word", "\"text\":\"学号：２０２６０１０２０３\"",
          "text 9-39 student width", "3" },
        { "by a word that folds", "\"text\":\"Student ID 2026010203\"",
          "text 11-21 student", "3" },
        { "against it", "\"text\":\"订单gh-12345\"", "text 6-14 badge",
          "1" },
        { "inside of a number", "\"text\":\"学号120260102034 xgh-12345\"", "",
          "" },
    };
    struct host h;
    char got[256];

    if (!host_open(&h, "patterns:\n  student: { match: '20\\d{8}', context: "
                       "[学號, STUDENT id] }\n  badge: 'GH-\\d{5}'\n",
                   RULE("all", "match = any { pii \"student\","
                               " pii \"badge\" }")))
        return;
    for (size_t i = 0; i < sizeof(finds) / sizeof(*finds); i++) {
        if (!host_decide(&h, finds[i].fields))
            continue;
        hits_shown(&h, got, sizeof(got));
        CHECK_CSTR_EQ(finds[i].label, got, finds[i].want);
        confidences(&h, "o/all", got);
        CHECK_CSTR_EQ(finds[i].label, got, finds[i].sure);
    }
    host_close(&h);
}

static void test_a_mask_covers_what_a_regex_found(void)
{
    struct host h;

    if (!host_open(&h, NULL, RULE_AS("all", "redact", "match = any {"
                   " regex [[密码[a-z0-9]{2,}]], near(term \"口令\","
                   " regex [[\\d{6}]], 3) }")) ||
        !host_decide(&h, "\"text\":\"甲密碼ａb1 口令123456x7\""))
        return;
    CHECK(strstr(host_json(&h, 0), "\"text\":\"甲******** **********x7\""),
          "%s", h.json);
    host_close(&h);
}

static void test_reading_in_vain_acts_as_an_error(void)
{
    const policy_rule_error *e;
    struct host h;
    char *fields = repeat("aa", 40000);

    if (host_open(&h, NULL, RULE("all", "match = regex [[aa(?:.*z)?]]")) &&
        host_decide(&h, fields)) {
        e = host_error(h.decision, "limit-regex");
        CHECK(e && e->acted_as == POLICY_HOLD, "an error");
        CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision),
                     POLICY_HOLD);
        CHECK(host_decide(&h, "\"text\":\"aa\"") &&
                  !policy_decision_error_count(h.decision), "the next event");
        host_close(&h);
    }
    free(fields);
}

static void test_finds_say_how_sure_they_are(void)
{
    static const struct {
        const char *label, *fields, *any, *sure;
    } finds[] = {
        { "by the form", "\"text\":\"010-62345678 甲\"", "2 0", "" },
        { "by a word", "\"text\":\"电话010-62345678\"", "3", "3" },
        { "against it", "\"text\":\"单号010-62345678\"", "1", "" },
        { "each by itself", "\"text\":\"单号010-62345678 的人前日来过此地，"
          "留下了他自己的电话010-62345679\"", "1 3", "3" },
        { "through a disguise", "\"text\":\"电话０１０－６２３４５六七八\"", "3",
          "3" },
    };
    struct host h;
    char got[64];

    if (!host_open(&h, NULL,
                   RULE("any", "match = any { pii \"landline\", term \"甲\" }")
                   RULE("sure", "match = pii { \"landline\","
                                " confidence = \"high\" }")))
        return;
    for (size_t i = 0; i < sizeof(finds) / sizeof(*finds); i++) {
        if (!host_decide(&h, finds[i].fields))
            continue;
        confidences(&h, "o/any", got);
        CHECK_CSTR_EQ(finds[i].label, got, finds[i].any);
        confidences(&h, "o/sure", got);
        CHECK_CSTR_EQ(finds[i].label, got, finds[i].sure);
    }
    host_close(&h);
}

static const struct test_case tests[] = {
    { "hits stand in one order", test_hits_stand_in_one_order },
    { "terms are as strict as they say", test_terms_are_as_strict_as_they_say },
    { "twins are one hit", test_twins_are_one_hit },
    { "more hits than the limit act as an error",
      test_more_hits_than_the_limit_act_as_an_error },
    { "a find of many views is one hit", test_a_find_of_many_views_is_one_hit },
    { "ten thousand phrases cover their hits",
      test_ten_thousand_phrases_cover_their_hits },
    { "regexes are found behind their gates",
      test_regexes_are_found_behind_their_gates },
    { "patterns of the organisation are detectors",
      test_patterns_of_the_organisation_are_detectors },
    { "a mask covers what a regex found", test_a_mask_covers_what_a_regex_found },
    { "reading in vain acts as an error", test_reading_in_vain_acts_as_an_error },
    { "finds say how sure they are", test_finds_say_how_sure_they_are },
    { "ill-formed text is searched too", test_ill_formed_text_is_searched_too },
};

POLICY_TEST_MAIN("gather", tests)
