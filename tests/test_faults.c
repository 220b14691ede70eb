/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes wrong in words: the catalogue agrees in both languages, and so does
 * what is filled in.
 */
#include "host.h"

#include "base/slice.h"
#include "evaluate/evaluation.h"

static const struct {
    const char *name, *code, *en, *zh;
} catalogue[] = {
#define POL_FAULT(name, code, en, zh) { #name, code, en, zh },
#include "evaluate/faults.def"
#undef POL_FAULT
};

/* A bit for each {n}. */
static unsigned holes(const char *s)
{
    unsigned set = 0;

    for (; *s; s++)
        if (*s == '{' && s[1] >= '0' && s[1] <= '9' && s[2] == '}')
            set |= 1u << (s[1] - '0');
    return set;
}

static bool is_ascii(const char *s)
{
    while (*s && !(*s & 0x80))
        s++;
    return !*s;
}

static void test_the_catalogue_agrees_in_both_languages(void)
{
    CHECK_INT_EQ("all", sizeof(catalogue) / sizeof(*catalogue), POL_FAULT_COUNT);
    for (size_t i = 0; i < POL_FAULT_COUNT; i++) {
        const pol_text *t = pol_fault_text((pol_fault)i);
        const char *name = catalogue[i].name;

        CHECK(holes(catalogue[i].en) == holes(catalogue[i].zh), "%s: holes", name);
        CHECK(pol_str_is(t->en, catalogue[i].en) &&
                  pol_str_is(t->zh, catalogue[i].zh), "%s: texts", name);
        CHECK(is_ascii(catalogue[i].en) && !is_ascii(catalogue[i].zh),
              "%s: each in its language", name);
        CHECK(!strchr(catalogue[i].en, '\n') && !strchr(catalogue[i].zh, '\n'),
              "%s: one line", name);
        CHECK(pol_str_ill_formed(t->zh) == t->zh.len, "%s: UTF-8", name);
        CHECK_CSTR_EQ(name, pol_fault_code((pol_fault)i), catalogue[i].code);
    }
}

static void begin(pol_evaluation *v, policy_session *s)
{
    memset(s, 0, sizeof(*s));
    *v = (pol_evaluation){ .s = s };
    pol_arena_init(&s->arena, NULL, 0);
}

static void test_holes_are_filled(void)
{
    static const pol_text args[] = { { { "甲", 3 }, { "a{1}", 4 } },
                                     { { "乙", 3 }, { "", 0 } } };
    static const int64_t numbers[] = { 3, INT64_MIN, 7 };
    static policy_session s;
    pol_evaluation v;
    const pol_text *t;

    begin(&v, &s);
    t = pol_fault_fill(&v, POL_FAULT_DETECTOR, args, 2);
    CHECK(t && pol_str_is(t->en, "detector a{1}: "), "what fills is no hole");
    CHECK(t && pol_str_is(t->zh, "探测器 甲：乙"), "in Chinese");
    t = pol_fault_count(&v, POL_FAULT_BRAKED, numbers, 3);
    CHECK(t && pol_str_is(t->zh, "规则命中太多，降下来以前不起作用："
                                 "7 秒内 -9223372036854775808 个事件中命中 3 个"),
          "numbers, in the order of the language");
    pol_arena_fini(&s.arena);
}

static void test_survives_a_lack_of_memory(void)
{
    static const int64_t numbers[] = { 3, 4, 7 };
    static policy_session s;
    pol_evaluation v;
    size_t room = 1;

    for (;; room += 8) {
        const pol_text *t;

        begin(&v, &s);
        s.arena.max = room;
        t = pol_fault_count(&v, POL_FAULT_PUT_ASIDE, numbers, 3);
        CHECK((t == NULL) == (v.status != POLICY_OK), "%zu bytes", room);
        pol_arena_fini(&s.arena);
        if (t || !CHECK(room < 1 << 20, "it ends"))
            break;
    }
    CHECK(room > 64, "some failed: %zu", room);
}

/* The decision has both, and its JSON as it has what is told to people. */
static void test_a_decision_has_both(void)
{
    static const char rules[] =
        "rule { id = \"r\", title = \"标题\", reason = \"理由\","
        " category = \"off_topic\", on = \"message\", verdict = \"flag\","
        " match = term \"甲\", check = function(event) return event.text + 1 end,"
        " tests = { hit \"甲\", miss \"好\" } }\n";
    static const char *const says[] = {
        "{\"rule\":\"\",\"code\":\"limit-hits\",\"message\":{"
        "\"zh\":\"文字中的命中超过上限\","
        "\"en\":\"more hits in the texts than the limit\"},\"acted_as\":\"hold\"}",
        "\"message\":{\"zh\":\"o/rules.lua:1: 检查函数出错：attempt to ",
        "\"en\":\"o/rules.lua:1: attempt to ",
    };
    policy_limits limits = POLICY_LIMITS_INIT;
    const policy_rule_error *e;
    policy_decision *copy;
    struct host h;

    limits.hits = 1;
    if (!host_open_with(&h, NULL, rules, &limits) ||
        !host_decide(&h, "\"text\":\"甲甲\""))
        return;
    for (size_t i = 0; i < sizeof(says) / sizeof(*says); i++)
        CHECK(strstr(host_json(&h, 0), says[i]), "%s in %s", says[i], h.json);
    if (CHECK(!policy_decision_dup(&copy, h.decision, NULL), "a copy")) {
        e = host_error(copy, "limit-hits");
        CHECK(e && pol_str_is(e->message_zh, "文字中的命中超过上限") &&
                  e->message_zh.ptr !=
                      host_error(h.decision, "limit-hits")->message_zh.ptr,
              "is copied");
        policy_decision_free(copy);
    }
    host_close(&h);
}

static const struct test_case tests[] = {
    { "the catalogue agrees in both languages",
      test_the_catalogue_agrees_in_both_languages },
    { "holes are filled", test_holes_are_filled },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
    { "a decision has both", test_a_decision_has_both },
};

POLICY_TEST_MAIN("faults", tests)
