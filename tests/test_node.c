/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed reading and closed tables. YAML rows read the value of the key `v`;
 * what only a rule file can have is built by hand.
 */
#include <math.h>

#include "config_check.h"

/* The value of `v`, from "v: <text>". */
static const pol_node *value_of(struct config_check *c, char yaml[500],
                                const char *text)
{
    snprintf(yaml, 500, "v: %s\n", text);
    config_begin(c, config_str(yaml));
    return pol_node_get(config_yaml(c), "v");
}

static void test_reads_whole_numbers(void)
{
    static const struct {
        const char *yaml;
        int64_t min, max, want;
        const char *log;
    } rows[] = {
        { "12", 0, 60, 12, "" },
        { "0", 0, 60, 0, "" },
        { "-3", -5, 5, -3, "" },
        { "9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, "" },
        { "-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, "" },
        { "9223372036854775808", INT64_MIN, INT64_MAX, 0, "value-read 1:4+19\n" },
        { "-9223372036854775809", INT64_MIN, INT64_MAX, 0,
          "value-read 1:4+20\n" },
        { "61", 0, 60, 0, "value-range 1:4+2\n" },
        { "-1", 0, 60, 0, "value-range 1:4+2\n" },
        { "010", 0, 60, 0, "value-read 1:4+3\n" },
        { "-0", 0, 60, 0, "" },
        { "-x", 0, 60, 0, "value-read 1:4+2\n" },
        { "+5", 0, 60, 0, "value-read 1:4+2\n" },
        { "1_000", 0, 6000, 0, "value-read 1:4+5\n" },
        { "0x10", 0, 60, 0, "value-read 1:4+4\n" },
        { "1.0", 0, 60, 0, "value-read 1:4+3\n" },
        { "08:30", 0, 6000, 0, "value-read 1:4+5\n" },
        { "十", 0, 60, 0, "value-read 1:4+1\n" },
        { "\"12\"", 0, 60, 0, "value-kind 1:4+4\n" },
        { "[12]", 0, 60, 0, "value-kind 1:4+1\n" },
        { "", 0, 60, 0, "value-kind 1:3+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, rows[i].yaml);
        int64_t v = 99;

        CHECK(pol_node_int(n, rows[i].min, rows[i].max, &v, &c.reporter) ==
                  !*rows[i].log, "%s", rows[i].yaml);
        CHECK_INT_EQ(rows[i].yaml, v, rows[i].want);
        CHECK_LOG(rows[i].yaml, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_reads_numbers(void)
{
    static const struct {
        const char *yaml;
        double want;
        const char *log;
    } rows[] = {
        { "0.25", 0.25, "" },
        { "1", 1, "" },
        { "-0.5", -0.5, "" },
        { "3.14159265358979", 3.14159265358979, "" },
        { "0.1", 0.1, "" },
        { "100000000000000000000", 1e20, "" },
        { "0.000000000000000000000001", 1e-24, "" },
        { "123456789012345678901.5", 123456789012345678901.5, "" },
        { "0.12345678901234567890", 0.12345678901234567890, "" },
        { ".5", 0, "value-read 1:4+2\n" },
        { "5.", 0, "value-read 1:4+2\n" },
        { "1e3", 0, "value-read 1:4+3\n" },
        { "1,5", 0, "value-read 1:4+3\n" },
        { "00.5", 0, "value-read 1:4+4\n" },
        { ".nan", 0, "value-read 1:4+4\n" },
        { "inf", 0, "value-read 1:4+3\n" },
        { "-x", 0, "value-read 1:4+2\n" },
        { "\"0.5\"", 0, "value-kind 1:4+5\n" },
        { "1000000000000000000000000", 0, "value-range 1:4+25\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, rows[i].yaml);
        double v = 99;

        CHECK(pol_node_num(n, -1e21, 1e21, &v, &c.reporter) == !*rows[i].log,
              "%s", rows[i].yaml);
        CHECK(fabs(v - rows[i].want) <= fabs(rows[i].want) * 3e-16,
              "%s: %.20g", rows[i].yaml, v);
        CHECK_LOG(rows[i].yaml, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_reads_numbers_of_lua(void)
{
    static const struct {
        const char *label;
        pol_node node;
        bool int_ok, num_ok;
        int64_t want;
    } rows[] = {
        { "int", { .kind = POL_NODE_INT, .integer = 7 }, true, true, 7 },
        { "whole float", { .kind = POL_NODE_NUM, .number = 8 }, true, true, 8 },
        { "fraction", { .kind = POL_NODE_NUM, .number = 1.5 }, false, true, 0 },
        { "huge", { .kind = POL_NODE_NUM, .number = 1e300 }, false, false, 0 },
        { "nan", { .kind = POL_NODE_NUM, .number = NAN }, false, false, 0 },
        { "inf", { .kind = POL_NODE_NUM, .number = -INFINITY }, false, false,
          0 },
        { "bool", { .kind = POL_NODE_BOOL, .boolean = true }, false, false, 0 },
        { "text", { .kind = POL_NODE_STR, .str = { "5", 1 } }, false, false, 0 }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        int64_t v;
        double d;

        config_begin(&c, POL_STR(""));
        CHECK(pol_node_int(&rows[i].node, 0, 100, &v, &c.reporter) ==
                  rows[i].int_ok && v == rows[i].want, "%s", rows[i].label);
        CHECK(pol_node_num(&rows[i].node, 0, 100, &d, &c.reporter) ==
                  rows[i].num_ok, "%s", rows[i].label);
        CHECK_INT_EQ(rows[i].label, c.reporter.errors,
                     !rows[i].int_ok + !rows[i].num_ok);
        config_end(&c);
    }
}

static void test_tells_bounds_without_a_locale(void)
{
    static const struct {
        double min, max;
        const char *want;
    } rows[] = {
        { 0, 1, "7 is outside of 0 to 1" },
        { -0.5, 0.25, "7 is outside of -0.5 to 0.25" },
        { -12.125, -0.001, "7 is outside of -12.125 to -0.001" },
        { 100, INFINITY, "7 is outside of 100 to ∞" },
        { -INFINITY, 6.1, "7 is outside of -∞ to 6.1" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, "7");
        double v;

        CHECK(!pol_node_num(n, rows[i].min, rows[i].max, &v, &c.reporter),
              "%s", rows[i].want);
        CHECK_CSTR_EQ("bounds", c.message, rows[i].want);
        config_end(&c);
    }
}

static void test_reads_truth_values_only_as_true_and_false(void)
{
    static const struct {
        const char *yaml;
        bool want;
        const char *log;
    } rows[] = {
        { "true", true, "" }, { "false", false, "" },
        { "yes", false, "value-read 1:4+3\n" },
        { "no", false, "value-read 1:4+2\n" },
        { "on", false, "value-read 1:4+2\n" },
        { "True", false, "value-read 1:4+4\n" },
        { "1", false, "value-read 1:4+1\n" },
        { "\"true\"", false, "value-kind 1:4+6\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, rows[i].yaml);
        bool v = true;

        CHECK(pol_node_bool(n, &v, &c.reporter) == !*rows[i].log, "%s",
              rows[i].yaml);
        CHECK(v == rows[i].want, "%s", rows[i].yaml);
        CHECK_LOG(rows[i].yaml, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_reads_words_and_names_the_nearest(void)
{
    static const char *const words[] = { "allow", "warn", "hold", "block" };
    static const struct {
        const char *yaml;
        size_t want;
        const char *log;
    } rows[] = {
        { "hold", 2, "" }, { "\"block\"", 3, "" },
        { "blok", 0, "value-word 1:4+4 ?block\n" },
        { "wran", 0, "value-word 1:4+4 ?warn\n" },
        { "Hold", 0, "value-word 1:4+4 ?hold\n" },
        { "nothing-like-it", 0, "value-word 1:4+15\n" },
        { "暂扣", 0, "value-word 1:4+2\n" },
        { "\"\"", 0, "value-word 1:4+2\n" },
        { "[hold]", 0, "value-kind 1:4+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, rows[i].yaml);
        size_t v = 9;

        CHECK(pol_node_word(n, words, 4, &v, &c.reporter) == !*rows[i].log,
              "%s", rows[i].yaml);
        CHECK_INT_EQ(rows[i].yaml, v, rows[i].want);
        CHECK_LOG(rows[i].yaml, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_a_long_vocabulary_is_cut_between_words(void)
{
    static const char *words[200];
    struct config_check c;
    char yaml[500];
    const pol_node *n = value_of(&c, yaml, "seventhword");
    size_t i, v, len;

    for (i = 0; i < 200; i++)
        words[i] = i == 6 ? "seventhwort" : "entirelydifferent";
    CHECK(!pol_node_word(n, words, 200, &v, &c.reporter), "unknown");
    CHECK_LOG("nearest", &c, "value-word 1:4+11 ?seventhwort\n");
    len = strlen(c.message);
    CHECK(len < 700 && strcmp(c.message + len - 21, "entirelydifferent …") == 0,
          "%s", c.message + len - 40);
    config_end(&c);
}

static void test_reads_durations_and_dates(void)
{
    static const struct {
        const char *yaml;
        int64_t ms, days;
        const char *log;
    } rows[] = {
        { "7d", 604800000, 0, "value-read 1:4+2\n" },
        { "\"30s\"", 30000, 0, "value-read 1:4+5\n" },
        { "2026-10-01", 0, 20727, "value-read 1:4+10\n" },
        { "7 days", 0, 0, "value-read 1:4+6\nvalue-read 1:4+6\n" },
        { "2026-02-30", 0, 0, "value-read 1:4+10\nvalue-read 1:4+10\n" },
        { "{ a: 1 }", 0, 0, "value-kind 1:4+1\nvalue-kind 1:4+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, rows[i].yaml);
        int64_t ms, days;

        CHECK(pol_node_duration(n, &ms, &c.reporter) == (rows[i].ms != 0), "%s",
              rows[i].yaml);
        CHECK(pol_node_date(n, &days, &c.reporter) == (rows[i].days != 0), "%s",
              rows[i].yaml);
        CHECK_INT_EQ(rows[i].yaml, ms, rows[i].ms);
        CHECK_INT_EQ(rows[i].yaml, days, rows[i].days);
        CHECK_LOG(rows[i].yaml, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_reads_texts_of_one_and_of_two_languages(void)
{
    static const struct {
        const char *yaml, *zh, *en, *log;
    } rows[] = {
        { "\"两种\"", "两种", "两种", "" },
        { "12", "12", "12", "" },
        { "{ zh: 中, en: E }", "中", "E", "" },
        { "{ zh: 中 }", "中", "", "" },
        { "{ en: E }", "", "E", "" },
        { "{ zh: 中, eng: E }", "", "", "unknown-key 1:13+3 ?en\n" },
        { "{}", "", "", "missing-key 1:4+1\n" },
        { "{ zh: [a] }", "", "", "key-kind 1:10+1\n" },
        { "[a]", "", "", "value-kind 1:4+1\n" },
        { "", "", "", "value-kind 1:3+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, rows[i].yaml);
        pol_text t;

        CHECK(pol_node_text(n, &t, &c.reporter) == !*rows[i].log, "%s",
              rows[i].yaml);
        CHECK_STR_EQ(rows[i].yaml, t.zh, rows[i].zh);
        CHECK_STR_EQ(rows[i].yaml, t.en, rows[i].en);
        CHECK_LOG(rows[i].yaml, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_reads_lists_and_single_values(void)
{
    static const struct {
        const char *yaml;
        size_t count;
        const char *log;
    } rows[] = {
        { "[a, b]", 2, "" }, { "[]", 0, "" }, { "a", 1, "" },
        { "{}", 0, "" }, { "{ a: 1 }", 0, "value-kind 1:4+1\n" },
        { "", 0, "value-kind 1:3+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, rows[i].yaml), *items;
        size_t count;

        CHECK(pol_node_list(n, &items, &count, &c.reporter) == !*rows[i].log,
              "%s", rows[i].yaml);
        CHECK_INT_EQ(rows[i].yaml, count, rows[i].count);
        CHECK_LOG(rows[i].yaml, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_reads_names_that_may_name_a_file(void)
{
    static const struct {
        const char *yaml, *also;
        bool ok;
    } rows[] = {
        { "acme-2", "-", true }, { "2026", "-", true }, { "a_b", "_-", true },
        { "a_b", "-", false }, { "-a", "-", false }, { "_a", "_-", false },
        { "\"\"", "-", false }, { "Acme", "-", false }, { "a/b", "-", false },
        { "..", "-", false }, { "\"a\\0b\"", "-", false }, { "公司", "-", false },
        { "a123456789012345678901234567890123456789012345678901234567890123",
          "-", true },
        { "a1234567890123456789012345678901234567890123456789012345678901234",
          "-", false }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, rows[i].yaml);
        policy_str s;

        CHECK(pol_node_name(n, rows[i].also, &s, &c.reporter) == rows[i].ok,
              "%s", rows[i].yaml);
        CHECK((s.ptr != NULL) == rows[i].ok, "%s", rows[i].yaml);
        CHECK_INT_EQ(rows[i].yaml, c.reporter.errors, !rows[i].ok);
        config_end(&c);
    }
}

static void test_closed_tables_report_all_that_is_wrong(void)
{
    static const pol_key keys[] = {
        { "id", POL_IS_STR, true },
        { "verdict", POL_IS_STR, false },
        { "severity", POL_IS_INT, false },
        { "tests", POL_IS_TABLE, true },
        { "broad", POL_IS_BOOL, false },
        { "any", POL_IS_ANY, false },
        { "check", POL_IS_FUNC, false }
    };
    static const struct {
        const char *label, *yaml, *log;
    } rows[] = {
        { "fine", "id: x\ntests: []\nseverity: 3\nbroad: true\nany:\n", "" },
        { "a number stays open", "id: 3\ntests: []\n", "" },
        { "unknown", "id: x\ntests: []\nverdit: hold\n",
          "unknown-key 3:1+6 ?verdict\n" },
        { "unknown and far", "id: x\ntests: []\nzzzz: hold\n",
          "unknown-key 3:1+4\n" },
        { "missing", "severity: 3\n", "missing-key 1:1+1\nmissing-key 1:1+1\n" },
        { "kinds", "id: [x]\ntests: x\nseverity: \"3\"\n",
          "key-kind 1:5+1\nkey-kind 2:8+1\nkey-kind 3:11+3\n" },
        { "no value", "id:\ntests:\n", "key-empty 1:4+1\nkey-empty 2:7+1\n" },
        { "a function is no text", "id: x\ntests: []\ncheck: x\n",
          "key-kind 3:8+1\n" },
        { "all at once", "di: x\nseverity: []\n",
          "unknown-key 1:1+2 ?id\nkey-kind 2:11+1\nmissing-key 1:1+1\n"
          "missing-key 1:1+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        const pol_node *root;

        config_begin(&c, config_str(rows[i].yaml));
        root = config_yaml(&c);
        CHECK(pol_node_closed(root, "rule", keys, 7, &c.reporter) ==
                  !*rows[i].log, "%s", rows[i].label);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_closed_tables_take_items_only_where_said(void)
{
    static const pol_node text = { .kind = POL_NODE_STR, .str = { "x", 1 } };
    static const pol_node func = { .kind = POL_NODE_FUNC };
    static const pol_entry entry = { .key = { "a", 1 },
        .value = { .kind = POL_NODE_INT, .integer = 1 } };
    static const pol_key with[] = {
        { "a", POL_IS_INT, false }, { "[]", POL_IS_STR, false }
    };
    pol_node both = { .kind = POL_NODE_TABLE };
    pol_node list = { .kind = POL_NODE_TABLE };
    struct config_check c;

    both.table.items = &text;
    both.table.item_count = 1;
    both.table.entries = &entry;
    both.table.entry_count = 1;
    list.table.sequence = true;
    config_begin(&c, POL_STR(""));
    CHECK(pol_node_closed(&both, "where", with, 2, &c.reporter), "both");
    CHECK(!pol_node_closed(&both, "where", with, 1, &c.reporter), "stray");
    both.table.items = &func;
    CHECK(!pol_node_closed(&both, "where", with, 2, &c.reporter), "kind");
    CHECK(!pol_node_closed(&list, "where", with, 2, &c.reporter), "sequence");
    CHECK(!pol_node_closed(&text, "where", with, 2, &c.reporter), "text");
    CHECK_LOG("items", &c, "stray-item 0:0+0\nkey-kind 0:0+0\n"
                           "value-kind 0:0+0\nvalue-kind 0:0+0\n");
    config_end(&c);
}

static void test_names_kinds_in_both_languages(void)
{
    static const pol_node item = { .kind = POL_NODE_NIL };
    uint8_t kind;

    for (kind = POL_NODE_NIL; kind <= POL_NODE_FUNC; kind++) {
        pol_node n = { .kind = kind };
        policy_str en = pol_node_kind_name(&n, false);
        policy_str zh = pol_node_kind_name(&n, true);

        CHECK(en.len && zh.len && !pol_str_eq(en, zh), "kind %u", kind);
    }
    {
        pol_node list = { .kind = POL_NODE_TABLE };

        list.table.items = &item;
        list.table.item_count = 1;
        CHECK_STR_EQ("list", pol_node_kind_name(&list, false), "a list");
    }
}

static void test_finds_keys_and_calls(void)
{
    static const pol_node call = { .kind = POL_NODE_CALL,
                                   .call = { .name = { "list", 4 } } };
    struct config_check c;
    const pol_node *root;

    config_begin(&c, POL_STR("a: 1\nab: 2\n"));
    root = config_yaml(&c);
    CHECK_STR_EQ("ab", pol_node_get(root, "ab")->str, "2");
    CHECK(!pol_node_get(root, "abc") && !pol_node_get(NULL, "a") &&
              !pol_node_get(pol_node_get(root, "a"), "a"), "absent");
    CHECK(pol_node_is_call(&call, "list") && !pol_node_is_call(&call, "lis") &&
              !pol_node_is_call(root, "list") && !pol_node_is_call(NULL, "x"),
          "calls");
    config_end(&c);
}

static void test_long_values_are_cut_in_messages(void)
{
    struct config_check c;
    char yaml[2000] = "v: ";
    const pol_node *n;
    int64_t v;
    int i;

    for (i = 0; i < 300; i++)
        strcat(yaml, "长");
    config_begin(&c, config_str(yaml));
    n = pol_node_get(config_yaml(&c), "v");
    CHECK(!pol_node_int(n, 0, 1, &v, &c.reporter), "no number");
    CHECK(strlen(c.message) < 200, "%s", c.message);
    config_end(&c);
}

static void test_tells_the_place_inside_of_a_text(void)
{
    static const struct {
        const char *label, *yaml;
        size_t byte;
        uint32_t line, column;
    } rows[] = {
        { "plain", "v: 学a(", 4, 1, 6 },
        { "the first byte", "v: 学a(", 0, 1, 4 },
        { "the end", "v: 'ab' ", 2, 1, 7 },
        { "single quotes", "k: 1\nv: '学a('", 4, 2, 7 },
        { "double quotes", "v: \"学a(\"", 4, 1, 7 },
        { "escapes before it: the text", "v: \"\\x41b(\"", 2, 1, 4 },
        { "escapes behind it", "v: \"b(\\x41\"", 1, 1, 6 },
        { "beyond the end: the text", "v: ab", 9, 1, 4 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct config_check c;
        pol_place p;

        config_begin(&c, config_str(rows[i].yaml));
        p = pol_node_inside(pol_node_get(config_yaml(&c), "v"), rows[i].byte);
        CHECK(p.line == rows[i].line && p.column == rows[i].column,
              "%s: %u:%u", rows[i].label, p.line, p.column);
        config_end(&c);
    }
}

static void test_a_blank_text_says_nothing(void)
{
    static const struct { const char *yaml, *want, *log; } rows[] = {
        { "x", "x", "" }, { "\" x \"", " x ", "" }, { "7d", "7d", "" },
        { "\"\"", "", "text-blank 1:4+2\n" },
        { "\" \\t\"", "", "text-blank 1:4+5\n" },
        { "\"\xe3\x80\x80\xc2\xa0\"", "", "text-blank 1:4+4\n" },
        { "[x]", "", "value-kind 1:4+1\n" }, { "", "", "value-kind 1:3+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        char yaml[500];
        const pol_node *n = value_of(&c, yaml, rows[i].yaml);
        policy_str s = POL_STR("left");

        CHECK(pol_node_said(n, &s, &c.reporter) == !*rows[i].log, "%s",
              rows[i].yaml);
        CHECK_STR_EQ(rows[i].yaml, s, rows[i].want);
        CHECK_LOG(rows[i].yaml, &c, rows[i].log);
        config_end(&c);
    }
}

static const struct test_case tests[] = {
    { "reads whole numbers", test_reads_whole_numbers },
    { "reads numbers", test_reads_numbers },
    { "reads numbers of Lua", test_reads_numbers_of_lua },
    { "tells bounds without a locale", test_tells_bounds_without_a_locale },
    { "reads truth values only as true and false",
      test_reads_truth_values_only_as_true_and_false },
    { "reads words and names the nearest",
      test_reads_words_and_names_the_nearest },
    { "a long vocabulary is cut between words",
      test_a_long_vocabulary_is_cut_between_words },
    { "reads durations and dates", test_reads_durations_and_dates },
    { "reads texts of one and of two languages",
      test_reads_texts_of_one_and_of_two_languages },
    { "a blank text says nothing", test_a_blank_text_says_nothing },
    { "reads lists and single values", test_reads_lists_and_single_values },
    { "reads names that may name a file",
      test_reads_names_that_may_name_a_file },
    { "closed tables report all that is wrong",
      test_closed_tables_report_all_that_is_wrong },
    { "closed tables take items only where said",
      test_closed_tables_take_items_only_where_said },
    { "names kinds in both languages", test_names_kinds_in_both_languages },
    { "finds keys and calls", test_finds_keys_and_calls },
    { "tells the place inside of a text",
      test_tells_the_place_inside_of_a_text },
    { "long values are cut in messages", test_long_values_are_cut_in_messages }
};

POLICY_TEST_MAIN("node", tests)
