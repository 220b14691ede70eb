/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of an explanation, in English and in Chinese: values, every kind of
 * condition, matches, counts; and what is asked of the past.
 */
#include "past.h"

#include "base/slice.h"
#include "evaluate/explain_words.h"

/* An evaluation that has an organisation's zone and signals, and no more. */
struct bare {
    struct test_allocator memory;
    struct policy_session s;
    pol_signal signals[2];
    pol_org org;
    pol_arena words;
    pol_evaluation v;
};

static void bare_begin(struct bare *b)
{
    memset(b, 0, sizeof(*b));
    test_allocator_init(&b->memory);
    b->s.allocator = b->memory.allocator;
    pol_arena_init(&b->words, &b->memory.allocator, 0);
    b->signals[0].name = POL_STR("mobile");
    b->signals[1].name = POL_STR("丁");
    b->org.signals = b->signals;
    b->org.signal_count = 2;
    b->org.config.calendar.zone.standard = 8 * 60;
    b->v.s = &b->s;
    b->v.org = &b->org;
    b->v.aside = &b->words;
}

static void bare_end(struct bare *b)
{
    CHECK_INT_EQ("status", b->v.status, POLICY_OK);
    pol_arena_fini(&b->words);
    test_allocator_clean(&b->memory);
}

/* `call`, which names `v`, in both languages. */
#define CHECK_BOTH(label, b, call, en, zh)                                   \
    do {                                                                     \
        pol_evaluation *v = &(b)->v;                                         \
                                                                             \
        CHECK_STR_EQ(label, call, en);                                       \
        v->chinese = true;                                                   \
        CHECK_STR_EQ(label, call, zh);                                       \
        v->chinese = false;                                                  \
    } while (0)

/* --- values */

static void test_values_are_shown(void)
{
    static const policy_str both[] = { POL_STR("a"), POL_STR("乙") };
    const struct { pol_value value; const char *en, *zh; } rows[] = {
        { { .kind = POL_ABSENT }, "", "" },
        { { .kind = POL_BOOL, .i = 0 }, "false", "否" },
        { { .kind = POL_BOOL, .i = 1 }, "true", "是" },
        { { .kind = POL_INT, .i = INT64_MIN }, "-9223372036854775808",
          "-9223372036854775808" },
        { { .kind = POL_STR, .str = POL_STR("机密") }, "机密", "机密" },
        { { .kind = POL_TIME, .i = 0, .offset = -90 },
          "1969-12-31T22:30:00-01:30", "1969-12-31T22:30:00-01:30" },
        { { .kind = POL_LIST, .list = { both, 2 } }, "a 乙", "a 乙" },
    };
    struct bare b;

    bare_begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_BOTH(rows[i].en, &b, pol_value_shown(v, &rows[i].value),
                   rows[i].en, rows[i].zh);
    CHECK_STR_EQ("number", pol_number_shown(&b.v, -7), "-7");
    CHECK_STR_EQ("time", pol_time_shown(&b.v, 0), "1970-01-01T08:00:00+08:00");
    bare_end(&b);
}

/* No character is cut in two. */
static void test_a_long_value_is_cut(void)
{
    enum { CHARACTERS = POL_SHOWN_BYTES };
    static char text[3 * CHARACTERS];
    const pol_value value = { .kind = POL_STR, .str = { text, sizeof(text) } };
    struct bare b;
    policy_str shown;

    for (size_t i = 0; i < CHARACTERS; i++)
        memcpy(text + 3 * i, "机", 3);
    bare_begin(&b);
    shown = pol_value_shown(&b.v, &value);
    CHECK_INT_EQ("bytes", shown.len, POL_SHOWN_BYTES / 3 * 3);
    CHECK(memcmp(shown.ptr, text, shown.len) == 0, "the first of it");
    bare_end(&b);
}

static void test_shares_are_millionths(void)
{
    static const struct { uint64_t share; const char *en, *zh; } rows[] = {
        { 0, "0.000000 of all", "0.000000（全部为 1）" },
        { 1, "0.000000 of all", "0.000000（全部为 1）" },
        { POL_SHARE_ALL / 4, "0.250000 of all", "0.250000（全部为 1）" },
        { POL_SHARE_ALL / 3, "0.333333 of all", "0.333333（全部为 1）" },
        { POL_SHARE_ALL - 1, "1.000000 of all", "1.000000（全部为 1）" },
        { POL_SHARE_ALL, "1.000000 of all", "1.000000（全部为 1）" },
    };
    struct bare b;

    bare_begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_BOTH(rows[i].en, &b, pol_share_shown(v, rows[i].share),
                   rows[i].en, rows[i].zh);
    bare_end(&b);
}

/* --- what is wanted */

/* ORDER COND */
static void test_every_condition_has_its_words(void)
{
    static const struct { const char *key, *en, *zh; } rows[] = {
        { "all", "all", "全部成立" }, { "any", "any", "任一成立" },
        { "none", "none", "全不成立" }, { "actor", "u1 | u2", "u1 | u2" },
        { "actor", "none of u1 | u2", "不含 u1 | u2" },
        { "actor", "all of u1 | u2", "全含 u1 | u2" },
        { "actor", "more than 5", "多于 5" },
        { "actor", "less than 5", "少于 5" },
        { "actor", "among payees", "名单内 payees" },
        { "actor", "outside payees", "名单外 payees" },
        { "actor", "same as approved_by", "等于 approved_by" },
        { "actor", "differs from approved_by", "不同于 approved_by" },
        { "actor", "beyond approved_by", "超出 approved_by" },
        { "actor", "later than approved_by", "晚于 approved_by" },
        { "actor", "absent", "没有" }, { "actor", "present", "有" },
        { "actor", "empty", "为空" },
    };
    const pol_value values[] = {
        { .kind = POL_STR, .str = POL_STR("u1") },
        { .kind = POL_STR, .str = POL_STR("u2") },
    };
    const pol_idset payees = { .name = POL_STR("payees") };
    pol_cond c = { .field = pol_field_find(POL_STR("actor")), .number = 5,
                   .other = pol_field_find(POL_STR("approved_by")) };
    struct bare b;

    bare_begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        bool listed = i >= POL_COND_IS && i <= POL_COND_ALL_OF;
        bool in_set = i == POL_COND_AMONG || i == POL_COND_OUTSIDE;

        c.op = (pol_cond_op)i;
        c.values = values;
        c.value_count = listed ? 2 : 0;
        c.set = in_set ? &payees : NULL;
        CHECK_BOTH(rows[i].en, &b, pol_cond_key(v, &c), rows[i].key, rows[i].key);
        CHECK_BOTH(rows[i].en, &b, pol_cond_wanted(v, &c), rows[i].en, rows[i].zh);
    }
    c.op = POL_COND_LATER;
    c.number = 86400000;
    CHECK_BOTH("a day", &b, pol_cond_wanted(v, &c),
               "later than approved_by by more than 86400 s",
               "晚于 approved_by 86400 秒以上");
    c.op = POL_COND_ANY;
    CHECK_BOTH("of several", &b, pol_cond_found(v, &c), "", "");
    c = (pol_cond){ .op = POL_COND_PRESENT, .fact = POL_STR("trained") };
    CHECK_BOTH("a fact", &b, pol_cond_key(v, &c), "trained", "trained");
    bare_end(&b);
}

static void test_a_match_names_its_signals(void)
{
    const pol_match kids[] = {
        { .op = POL_MATCH_SIGNAL, .signal = 0,
          .confidence = POLICY_CONFIDENCE_HIGH },
        { .op = POL_MATCH_SIGNAL, .signal = 1 },
    };
    static const char *const keys[] = { "match", "match", "match", "match",
                                        "near", "at_least" }; /* ORDER MATCH */
    pol_match m = { .kids = kids, .kid_count = 2 };
    struct bare b;

    bare_begin(&b);
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        m.op = (pol_match_op)i;
        CHECK_STR_EQ("key", pol_match_key(&m), keys[i]);
    }
    CHECK_BOTH("wanted", &b, pol_match_wanted(v, &m), "mobile (high) 丁",
               "mobile (高) 丁");
    bare_end(&b);
}

static void test_a_count_tells_its_span(void)
{
    static const struct { pol_period period; const char *en, *zh; } rows[] = {
        { POL_PERIOD_NONE, "more than 5 in 3600 s", "多于 5，3600 秒内" },
        { POL_PERIOD_DAY, "more than 5 in a day", "多于 5，每日" },
        { POL_PERIOD_WEEK, "more than 5 in a week", "多于 5，每周" },
        { POL_PERIOD_MONTH, "more than 5 in a month", "多于 5，每月" },
        { POL_PERIOD_QUARTER, "more than 5 in a quarter", "多于 5，每季" },
        { POL_PERIOD_YEAR, "more than 5 in a year", "多于 5，每年" },
    };
    pol_count c = { .over = 3600000, .more_than = 5,
                    .by = { .fields = { pol_field_find(POL_STR("actor")),
                                        pol_field_find(POL_STR("conversation")) },
                            .count = 2 } };
    struct bare b;

    bare_begin(&b);
    CHECK_BOTH("key", &b, pol_count_key(v, &c), "actor, conversation",
               "actor, conversation");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        c.period = rows[i].period;
        CHECK_BOTH(rows[i].en, &b, pol_count_wanted(v, &c), rows[i].en, rows[i].zh);
    }
    bare_end(&b);
}

static void test_types_are_those_of_the_rule(void)
{
    pol_rule rule = { .types = 0 };
    struct bare b;

    bare_begin(&b);
    CHECK_STR_EQ("none", pol_types_shown(&b.v, &rule), "");
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if (strcmp(pol_types[t].name, "post") == 0 ||
            strcmp(pol_types[t].name, "comment") == 0)
            rule.types |= UINT64_C(1) << t;
    CHECK_STR_EQ("two", pol_types_shown(&b.v, &rule), "post | comment");
    bare_end(&b);
}

/* --- what is found */

static void test_words_found_tell_how_they_were_disguised(void)
{
    pol_event_text text = { .text = POL_STR("ＡＢ cd ef gh") };
    pol_signal_hit hits[] = {
        { .start = 0, .end = 6, .reasons = POLICY_REASON_CASE | POLICY_REASON_WIDTH,
          .confidence = POLICY_CONFIDENCE_LOW },
        { .start = 7, .end = 9 },
        { .start = 10, .end = 12, .confidence = POLICY_CONFIDENCE_MEDIUM },
        { .start = 13, .end = 15, .reasons = POLICY_REASON_WIDTH },
    };
    uint8_t use[] = { 1, 0, 1, 1 };
    struct bare b;

    bare_begin(&b);
    b.v.texts = &text;
    b.v.hits = (pol_hits){ &text, 1, hits, 4 };
    b.s.use = use;
    CHECK_BOTH("three of four", &b, pol_match_found(v),
               "ＡＢ [low case width] ef [medium] gh [width]",
               "ＡＢ [低 大小写 全半角] ef [中] gh [全半角]");
    memset(use, 0, sizeof(use));
    CHECK_BOTH("none of four", &b, pol_match_found(v), "", "");
    bare_end(&b);
}

static void test_without_memory_there_are_no_words(void)
{
    const pol_value value = { .kind = POL_STR, .str = POL_STR("机密") };
    policy_str shown = { NULL, 0 };
    struct bare b;
    size_t i;

    bare_begin(&b);
    for (i = 1; i < 9; i++) {
        b.v.status = POLICY_OK;
        b.memory.fail_at = b.memory.requests + i;
        shown = pol_value_shown(&b.v, &value);
        if (!b.v.status)
            break;
        CHECK_INT_EQ("status", b.v.status, POLICY_ENOMEM);
        CHECK_STR_EQ("shown", shown, "");
    }
    CHECK(i > 2, "%zu requests", i - 1);
    CHECK_STR_EQ("in the end", shown, "机密");
    b.memory.fail_at = 0;
    bare_end(&b);
}

/* --- what is asked of the past, and of people */

static const char past_rules[] =
    "memory { id = \"seen\", key = \"actor\", keep = \"1d\", set = { on = \"message\" } }\n"
    RULE("known", "where = known { \"seen\", key = \"actor\", at_least = 2 }")

    RULE("role", "where = { [\"actor.roles\"] = \"manager\" }, broad = true")
    RULE("other", "where = known { \"seen\", key = \"actor\", within = \"1h\","
                  " other = true }")
    RULE("two", "where = { actor = differs \"approved_by\" }, broad = true")
    RULE("seen", "where = unknown { \"seen\", key = \"actor\" }, broad = true");

static const struct {
    const char *rule, *key, *wanted, *found, *wanted_zh, *found_zh;
} past_rows[] = {
    { "o/known", "o/seen", "known 2 times by actor", "unknown",
      "有记录 2 次，按 actor", "无记录" },
    { "o/role", "actor.roles", "manager", "absent", "manager", "没有" },
    { "o/other", "o/seen", "known by actor, another, within 3600 s", "unknown",
      "有记录，按 actor，另有其他，3600 秒内", "无记录" },
    { "o/two", "actor", "differs from approved_by", "u1",
      "不同于 approved_by", "u1" },
    { "o/seen", "o/seen", "unknown by actor", "known", "无记录，按 actor",
      "有记录" },
};
enum { PAST_ROWS = sizeof(past_rows) / sizeof(*past_rows) };

static int visit_past(void *user, const policy_explanation *x)
{
    size_t *n = user;

    if (strcmp(x->outcome, "where") != 0)
        return 0;
    if (!CHECK(*n < PAST_ROWS, "%s", x->rule))
        return 1;
    CHECK_CSTR_EQ("rule", x->rule, past_rows[*n].rule);
    CHECK_STR_EQ(x->rule, x->key, past_rows[*n].key);
    CHECK_STR_EQ(x->rule, x->wanted, past_rows[*n].wanted);
    CHECK_STR_EQ(x->rule, x->found, past_rows[*n].found);
    CHECK_STR_EQ(x->rule, x->wanted_zh, past_rows[*n].wanted_zh);
    CHECK_STR_EQ(x->rule, x->found_zh, past_rows[*n].found_zh);
    ++*n;
    return 0;
}

static void test_what_is_asked_of_the_past(void)
{
    static const char *const fields[] = {
        "\"text\":\"甲\",\"actor\":\"u1\"",
        "\"text\":\"甲\",\"actor\":\"u1\",\"approved_by\":\"u1\"",
    };
    static char json[512];
    struct past p;
    size_t n = 0;

    if (!past_open(&p, NULL, past_rules))
        return;
    for (int i = 0; i < 2; i++) {
        past_json(json, sizeof(json), i ? "2" : "1", i ? "03-02T11:00" :
                  "03-02T09:00", "message", fields[i]);
        if (!past_judge(&p.h, &p.state, json))
            break;
        if (!i)
            past_apply(&p, "1");
    }
    CHECK(policy_session_explain_each(p.h.session, p.h.event, &p.state, visit_past,
                                      &n, &p.h.error) == POLICY_OK, "%s",
          p.h.error.message);
    CHECK_INT_EQ("rules", n, PAST_ROWS);
    past_close(&p);
}

static const struct test_case tests[] = {
    { "values are shown", test_values_are_shown },
    { "a long value is cut", test_a_long_value_is_cut },
    { "shares are millionths", test_shares_are_millionths },
    { "every condition has its words", test_every_condition_has_its_words },
    { "a match names its signals", test_a_match_names_its_signals },
    { "a count tells its span", test_a_count_tells_its_span },
    { "types are those of the rule", test_types_are_those_of_the_rule },
    { "words found tell how they were disguised",
      test_words_found_tell_how_they_were_disguised },
    { "without memory there are no words", test_without_memory_there_are_no_words },
    { "what is asked of the past", test_what_is_asked_of_the_past },
};

POLICY_TEST_MAIN("explain words", tests)
