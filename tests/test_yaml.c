/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML into nodes. A tree is written as text with the place of everything:
 * {key@1:1+3=value@1:6+5 …}, [ … ], "quoted", plain, ~ for nothing.
 */
#include "config_check.h"

#include "base/buffer.h"

static void dump(pol_buf *b, const pol_node *n)
{
    size_t i;

    switch (n->kind) {
    case POL_NODE_NIL:
        pol_buf_char(b, '~');
        break;
    case POL_NODE_STR:
        pol_buf_text(b, n->plain ? "" : "\"");
        pol_buf_str(b, n->str);
        pol_buf_text(b, n->plain ? "" : "\"");
        break;
    default:
        pol_buf_char(b, n->table.sequence ? '[' : '{');
        for (i = 0; i < n->table.item_count; i++) {
            pol_buf_text(b, i ? " " : "");
            dump(b, &n->table.items[i]);
        }
        for (i = 0; i < n->table.entry_count; i++) {
            const pol_entry *e = &n->table.entries[i];

            pol_buf_text(b, i ? " " : "");
            pol_buf_str(b, e->key);
            pol_buf_fmt(b, "@%u:%u+%u=", e->place.line, e->place.column,
                        e->place.length);
            dump(b, &e->value);
        }
        pol_buf_char(b, n->table.sequence ? ']' : '}');
    }
    pol_buf_fmt(b, "@%u:%u+%u", n->place.line, n->place.column,
                n->place.length);
}

static void check_tree(const char *label, policy_str yaml, const char *want)
{
    struct config_check c;
    const pol_node *root;
    pol_buf b;

    config_begin(&c, yaml);
    pol_buf_init(&b, &c.memory.allocator, 100000);
    root = config_yaml(&c);
    if (root)
        dump(&b, root);
    CHECK_STR_EQ(label, pol_buf_slice(&b), want);
    CHECK_LOG(label, &c, "");
    pol_buf_fini(&b);
    config_end(&c);
}

static void test_reads_trees_with_their_places(void)
{
    static const struct {
        const char *label, *yaml, *want;
    } rows[] = {
        { "scalars stay text", "a: no\nb: 08:30\nc: 0x1f\nd: ~\ne: null\n",
          "{a@1:1+1=no@1:4+2 b@2:1+1=08:30@2:4+5 c@3:1+1=0x1f@3:4+4 "
          "d@4:1+1=~@4:4+1 e@5:1+1=null@5:4+4}@1:1+1" },
        { "quoted", "a: \"x\\ty\"\nb: 'it''s'\n",
          "{a@1:1+1=\"x\ty\"@1:4+6 b@2:1+1=\"it's\"@2:4+7}@1:1+1" },
        { "an empty text is quoted, nothing is nil", "a: ''\nb:\nc: \"\"\n",
          "{a@1:1+1=\"\"@1:4+2 b@2:1+1=~@2:3+1 c@3:1+1=\"\"@3:4+2}@1:1+1" },
        { "columns count characters, not bytes", "名称: \"云杉：公司\" # 注\n",
          "{名称@1:1+2=\"云杉：公司\"@1:5+7}@1:1+1" },
        { "flow in block", "h: { days: [mon, 二], to: x }\n",
          "{h@1:1+1={days@1:6+4=[mon@1:13+3 二@1:18+1]@1:12+1 "
          "to@1:22+2=x@1:26+1}@1:4+1}@1:1+1" },
        { "a list of tables", "l:\n  - a: 1\n    b: 2\n  - c\n  -\n",
          "{l@1:1+1=[{a@2:5+1=1@2:8+1 b@3:5+1=2@3:8+1}@2:5+1 c@4:5+1 "
          "~@5:4+1]@2:3+1}@1:1+1" },
        { "CR LF", "a: 1\r\nb:\r\n  - 二\r\nc: 3\r\n",
          "{a@1:1+1=1@1:4+1 b@2:1+1=[二@3:5+1]@3:3+1 c@4:1+1=3@4:4+1}@1:1+1" },
        { "CR alone", "a: 1\rb: 2\r", "{a@1:1+1=1@1:4+1 b@2:1+1=2@2:4+1}@1:1+1" },
        { "a byte order mark is no column", "\xef\xbb\xbf" "a: 1\nb: 2\n",
          "{a@1:1+1=1@1:4+1 b@2:1+1=2@2:4+1}@1:1+1" },
        { "a tab is one column", "a:\t1\t# x\nb: \"\t\"\n",
          "{a@1:1+1=1@1:4+1 b@2:1+1=\"\t\"@2:4+3}@1:1+1" },
        { "U+2028 and U+0085 end no line of ours",
          "a: \"x\xe2\x80\xa8y\"\nb: \"x\xc2\x85y\"\nc: 1\n",
          "{a@1:1+1=\"x\xe2\x80\xa8y\"@1:4+5 b@2:1+1=\"x y\"@2:4+5 "
          "c@3:1+1=1@3:4+1}@1:1+1" },
        { "beyond the basic plane", "a: 😀x\nb: \"😀\"\n",
          "{a@1:1+1=😀x@1:4+2 b@2:1+1=\"😀\"@2:4+3}@1:1+1" },
        { "a folded text is marked in its first line",
          "a: \"one\n  two\"\nb: |\n  x\n  y\n",
          "{a@1:1+1=\"one two\"@1:4+4 b@3:1+1=\"x\ny\n\"@3:4+1}@1:1+1" },
        { "a key may be quoted", "\"a b\": 1\n",
          "{a b@1:1+5=1@1:8+1}@1:1+1" },
        { "empty collections", "a: []\nb: {}\n",
          "{a@1:1+1=[]@1:4+1 b@2:1+1={}@2:4+1}@1:1+1" },
        { "three dashes and a directive", "%YAML 1.1\n---\na: 1\n...\n",
          "{a@3:1+1=1@3:4+1}@3:1+1" },
        { "a table in a list", "a: [b: c]\n",
          "{a@1:1+1=[{b@1:5+1=c@1:8+1}@1:5+1]@1:4+1}@1:1+1" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_tree(rows[i].label, config_str(rows[i].yaml), rows[i].want);
}

static void test_refuses_with_line_and_column(void)
{
    static const struct {
        const char *label, *yaml, *log;
    } rows[] = {
        { "anchor", "a: &x 1\n", "yaml-anchor 1:4+1\n" },
        { "anchor of a table", "中: &x { b: 1 }\n", "yaml-anchor 1:4+1\n" },
        { "anchor of a list", "a: &x [1]\n", "yaml-anchor 1:4+1\n" },
        { "alias", "a: &x 1\nb: *x\n",
          "yaml-anchor 1:4+1\nyaml-alias 2:4+2\n" },
        { "alias of nothing", "b: *nowhere\n", "yaml-alias 1:4+8\n" },
        { "alias as a key", "*x : 1\nb: 2\n", "yaml-alias 1:1+2\n" },
        { "alias as the root", "*x\n", "yaml-alias 1:1+2\n" },
        { "merge key", "a: &x { b: 1 }\nc:\n  <<: *x\n",
          "yaml-anchor 1:4+1\nyaml-alias 3:7+2\n" },
        { "tag", "a: !!str 1\n", "yaml-tag 1:4+1\n" },
        { "local tag", "a: !lua/object x\n", "yaml-tag 1:4+1\n" },
        { "tag of a list", "a: !!set [1]\n", "yaml-tag 1:4+1\n" },
        { "tag without a handle", "a: !x!y 1\n", "yaml-syntax 1:4+1\n" },
        { "duplicate key", "a: 1\nb: 2\na: 3\n", "duplicate-key 3:1+1\n" },
        { "three of one key", "a: 1\na: 2\na: 3\n",
          "duplicate-key 2:1+1\nduplicate-key 3:1+1\n" },
        { "duplicate however quoted", "t: { 名: 1, \"名\": 2 }\n",
          "duplicate-key 1:12+3\n" },
        { "equal keys of two tables are fine, a list as a key is not",
          "a: { x: 1 }\nb: { x: 1 }\n? [1]\n: 2\n", "yaml-key 3:3+1\n" },
        { "a table as a key", "{ a: 1 }: 2\n", "yaml-key 1:1+1\n" },
        { "an empty key", "? \n: 1\n", "yaml-key 1:2+1\n" },
        { "a value alone", ": 1\n", "yaml-syntax 1:1+1\n" },
        { "two documents", "a: 1\n---\nb: 2\n", "yaml-documents 2:1+3\n" },
        { "two documents, the second broken", "a: 1\n---\n[[[ &x\n",
          "yaml-documents 2:1+3\n" },
        { "text after the end", "a: 1\n...\nb: 2\n", "yaml-syntax 3:1+1\n" },
        { "nothing", "", "yaml-empty 1:1+1\n" },
        { "comments only", "# a\n# b\n", "yaml-empty 1:1+1\n" },
        { "an empty document", "---\n", "yaml-empty 1:1+1\n" },
        { "a list", "- a\n", "yaml-root 1:1+1\n" },
        { "a text", "\nhello\n", "yaml-root 2:1+5\n" },
        { "a colon inside a text", "a: b: c\n", "yaml-syntax 1:5+1\n" },
        { "a colon after Chinese", "名: 乙: 丙\n", "yaml-syntax 1:5+1\n" },
        { "no colon", "a: 1\nb\nc: 2\n", "yaml-syntax 3:1+1\n" },
        { "wrong indentation", "a:\n  b: 1\n c: 2\n", "yaml-syntax 3:2+1\n" },
        { "tab for indentation", "a:\n\tb: 1\n", "yaml-syntax 2:1+1\n" },
        { "open bracket", "a: [1, 2\n", "yaml-syntax 2:1+1\n" },
        { "open quote", "a: \"x\n", "yaml-syntax 2:1+1\n" },
        { "escape", "a: \"\\q\"\n", "yaml-syntax 1:5+1\n" },
        { "percent", "a: %x\n", "yaml-syntax 1:4+1\n" },
        { "at sign", "a: @x\n", "yaml-syntax 1:4+1\n" },
        { "mistakes beside each other", "a: &x 1\nb: !t 2\nb: 3\n",
          "yaml-anchor 1:4+1\nyaml-tag 2:4+1\nduplicate-key 3:1+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;

        config_begin(&c, config_str(rows[i].yaml));
        CHECK(!config_yaml(&c), "%s", rows[i].label);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        CHECK_INT_EQ(rows[i].label, c.err.status, POLICY_ERULES);
        CHECK(c.err.code[0] && c.err.message[0], "%s: error", rows[i].label);
        config_end(&c);
    }
}

static void test_refuses_bytes_that_are_no_text(void)
{
    static const struct {
        const char *label;
        policy_str yaml;
        const char *log;
    } rows[] = {
        { "lone byte", POL_STR("a: 1\n中: \xff\n"), "yaml-bytes 2:4+1\n" },
        { "overlong", POL_STR("a: \xc0\xaf\n"), "yaml-bytes 1:4+1\n" },
        { "surrogate", POL_STR("a: \xed\xa0\x80\n"), "yaml-bytes 1:4+1\n" },
        { "beyond", POL_STR("a: \xf4\x90\x80\x80\n"), "yaml-bytes 1:4+1\n" },
        { "broken off", POL_STR("a: \xe4\xb8"), "yaml-bytes 1:4+1\n" },
        { "GBK", POL_STR("a: \xb9\xab\xcb\xbe\n"), "yaml-bytes 1:4+1\n" },
        { "NUL", POL_STR("a: x\0y\n"), "yaml-bytes 1:5+1\n" },
        { "escape", POL_STR("中\xef\xbc\x9a\x1b: 1\n"), "yaml-bytes 1:3+1\n" },
        { "UTF-16, little", POL_STR("\xff\xfe" "a\0:\0 \0" "1\0"),
          "yaml-bytes 1:1+1\n" },
        { "UTF-16, big", POL_STR("\xfe\xff\0a\0:\0 \0" "1"),
          "yaml-bytes 1:1+1\n" },
        { "after a byte order mark", POL_STR("\xef\xbb\xbf" "a: \x01"),
          "yaml-bytes 1:4+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;

        config_begin(&c, rows[i].yaml);
        CHECK(!config_yaml(&c), "%s", rows[i].label);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_speaks_chinese_about_syntax(void)
{
    static const char *const yaml[] = {
        "a: b: c\n", "a: 1\nb\nc: 2\n", "a:\n  b: 1\n c: 2\n", "a: [1\n",
        "a: { b: 1\n", "a: \"x\n", "a: \"\\q\"\n", "a: %x\n", "a:\n\tb: 1\n",
        "- a\nb: 1\n", "a: 1\n- b\n", "a: !x!y 1\n", "a: &\n", "a: \"---\n---",
        "a: |x\n", "a: \xff", "a: \x01", "a: \xe4\xb8", "a: \xe4\x20\x20",
        "a: \xed\xa0\x80", "a: \xc0\xaf"
    };
    size_t i, j;

    for (i = 0; i < sizeof(yaml) / sizeof(yaml[0]); i++) {
        struct config_check c;
        bool latin = false;

        config_begin(&c, config_str(yaml[i]));
        c.reporter.zh = true;
        CHECK(!config_yaml(&c), "%s", yaml[i]);
        /* "UTF-8" and "YAML" are words of every language. */
        for (j = 0; c.message[j]; j++)
            latin |= c.message[j] >= 'a' && c.message[j] <= 'z';
        CHECK(!latin && strlen(c.message) > 10, "%s: %s", yaml[i], c.message);
        config_end(&c);
    }
}

static void test_an_alias_bomb_stays_a_few_nodes(void)
{
    char yaml[2048];
    size_t len = 0;
    int level, i;
    struct config_check c;

    len += (size_t)sprintf(yaml, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (level = 1; level < 10; level++) {
        len += (size_t)sprintf(yaml + len, "a%d: &a%d [", level, level);
        for (i = 0; i < 9; i++)
            len += (size_t)sprintf(yaml + len, "%s*a%d", i ? ", " : "",
                                   level - 1);
        len += (size_t)sprintf(yaml + len, "]\n");
    }
    config_begin(&c, (policy_str){ yaml, len });
    CHECK(!config_yaml(&c), "bomb");
    CHECK(strncmp(c.log, "yaml-anchor 1:5+1\n", 18) == 0, "%s", c.log);
    CHECK_INT_EQ("anchors and aliases", c.reporter.errors, 10 + 9 * 9);
    CHECK(c.memory.peak_bytes < 200000, "%zu bytes", c.memory.peak_bytes);
    config_end(&c);
}

static void test_keeps_to_its_limits(void)
{
    static const struct {
        const char *label;
        policy_limits limits;
        const char *yaml;
        policy_status status;
        const char *log;
    } rows[] = {
        { "nodes, just enough", { sizeof(policy_limits), .yaml_nodes = 5 },
          "a: [1, 2]\n", POLICY_OK, "" },
        { "nodes, one too many", { sizeof(policy_limits), .yaml_nodes = 5 },
          "a: [1, 2, 三]\n", POLICY_ELIMIT, "yaml-nodes 1:11+1\n" },
        { "depth, just enough", { sizeof(policy_limits), .yaml_depth = 3 },
          "a: [[1]]\n", POLICY_OK, "" },
        { "depth, one too many", { sizeof(policy_limits), .yaml_depth = 3 },
          "a: [[[1]]]\n", POLICY_ELIMIT, "yaml-depth 1:6+1\n" },
        { "depth of tables", { sizeof(policy_limits), .yaml_depth = 2 },
          "a:\n  b:\n    c: 1\n", POLICY_ELIMIT, "yaml-depth 3:5+1\n" },
        { "bytes, just enough", { sizeof(policy_limits), .source_bytes = 5 },
          "a: 1\n", POLICY_OK, "" },
        { "bytes, one too many", { sizeof(policy_limits), .source_bytes = 4 },
          "a: 1\n", POLICY_ELIMIT, "source-bytes 0:0+0\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        const pol_node *root;

        config_begin(&c, config_str(rows[i].yaml));
        CHECK_INT_EQ(rows[i].label,
                     pol_yaml_read(&root, &c.source, &c.arena, &rows[i].limits,
                                   &c.reporter, &c.err), rows[i].status);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        CHECK(!root == !!rows[i].status, "%s", rows[i].label);
        config_end(&c);
    }
}

static void test_brackets_without_end_are_cut_off_at_the_depth(void)
{
    size_t len = 1000000;
    char *yaml = malloc(len);
    struct config_check c;

    memset(yaml, '[', len);
    config_begin(&c, (policy_str){ yaml, len });
    CHECK(!config_yaml(&c), "deep");
    CHECK_LOG("deep", &c, "yaml-depth 1:33+1\n");
    CHECK_INT_EQ("deep", c.err.status, POLICY_ELIMIT);
    config_end(&c);
    free(yaml);
}

static void test_finds_a_duplicate_among_many_keys(void)
{
    size_t cap = 600000, len = 0;
    char *yaml = malloc(cap);
    struct config_check c;
    int i;

    for (i = 0; i < 30000; i++)
        len += (size_t)sprintf(yaml + len, "k%d: %d\n", (i * 7919) % 30000, i);
    len += (size_t)sprintf(yaml + len, "k7919: again\n");
    config_begin(&c, (policy_str){ yaml, len });
    CHECK(!config_yaml(&c), "duplicate");
    CHECK_LOG("duplicate", &c, "duplicate-key 30001:1+5\n");
    CHECK_CSTR_EQ("first place", c.message,
                  "the key “k7919” stands here a second time; it is first in "
                  "line 2");
    config_end(&c);
    free(yaml);
}

/* Finding the line of each would read the source 60,000 times: seconds, which
 * the time limit of the tests under a sanitizer notices. */
static void test_a_mistake_in_every_line_costs_one_pass(void)
{
    size_t cap = 900000, len = 0;
    char *yaml = malloc(cap);
    struct config_check c;
    int i;

    for (i = 0; i < 60000; i++)
        len += (size_t)sprintf(yaml + len, "k%d: *x\n", i);
    config_begin(&c, (policy_str){ yaml, len });
    c.reporter.max = 2;
    CHECK(!config_yaml(&c), "aliases");
    CHECK_LOG("the first ones are told", &c,
              "yaml-alias 1:5+2\nyaml-alias 2:5+2\n");
    CHECK_INT_EQ("all are counted", c.reporter.errors, 60000);
    config_end(&c);
    free(yaml);
}

static void test_survives_every_failed_allocation(void)
{
    static const char yaml[] =
        "a: { b: [1, 2, 3], c: \"长一点的文字\" }\nd:\n  - e: 1\n    f: 2\n";
    size_t n, failures = 0;
    policy_status st = POLICY_ENOMEM;

    for (n = 1; st == POLICY_ENOMEM && n < 200; n++) {
        struct config_check c;
        const pol_node *root;

        config_begin(&c, config_str(yaml));
        c.memory.fail_at = n;
        st = pol_yaml_read(&root, &c.source, &c.arena, NULL, &c.reporter,
                           &c.err);
        if (st != POLICY_OK) {
            CHECK_INT_EQ("status", st, POLICY_ENOMEM);
            CHECK(!root && c.err.status == POLICY_ENOMEM, "at %zu", n);
            failures++;
        }
        config_end(&c);
    }
    CHECK(st == POLICY_OK && failures >= 3, "%zu failures", failures);
}

/* Whatever comes: either a tree and no error, or no tree and an error whose
 * place config_sink has held to be inside. */
static void test_mutated_sources_end_in_a_tree_or_an_error(void)
{
    static const char seed_text[] =
        "\xef\xbb\xbfid: 公司\r\nh: { days: [mon, \"二\"], to: '1' }\n"
        "l:\n  - a: |\n      x\n    b: >-\n      y\n  - ~\n";
    char yaml[sizeof(seed_text)];
    uint64_t seed = 42;
    int round, trees = 0;

    for (round = 0; round < 4000; round++) {
        struct config_check c;
        const pol_node *root;
        policy_status st;
        int hits = 1 + (int)(test_random(&seed) % 3);

        memcpy(yaml, seed_text, sizeof(yaml));
        while (hits--)
            yaml[test_random(&seed) % (sizeof(yaml) - 1)] =
                "\n\r\t {}[]:,-&*!|>'\"%@`#?\xe4\xff\x85\xa8"
                "0aé"[test_random(&seed) % 29];
        config_begin(&c, (policy_str){ yaml, sizeof(yaml) - 1 });
        st = pol_yaml_read(&root, &c.source, &c.arena, NULL, &c.reporter,
                           &c.err);
        if ((st == POLICY_OK) != (c.reporter.errors == 0) ||
            (st == POLICY_OK) != (root != NULL))
            CHECK(false, "round %d: %d, %s", round, st, c.log);
        trees += st == POLICY_OK;
        pol_arena_fini(&c.arena);
        if (c.memory.live_bytes || c.memory.wrong_old)
            CHECK(false, "round %d: memory", round);
    }
    CHECK(trees > 100 && trees < 3900, "%d trees", trees);
}

static const struct test_case tests[] = {
    { "reads trees with their places", test_reads_trees_with_their_places },
    { "refuses with line and column", test_refuses_with_line_and_column },
    { "refuses bytes that are no text", test_refuses_bytes_that_are_no_text },
    { "speaks Chinese about syntax", test_speaks_chinese_about_syntax },
    { "an alias bomb stays a few nodes", test_an_alias_bomb_stays_a_few_nodes },
    { "keeps to its limits", test_keeps_to_its_limits },
    { "brackets without end are cut off at the depth",
      test_brackets_without_end_are_cut_off_at_the_depth },
    { "finds a duplicate among many keys",
      test_finds_a_duplicate_among_many_keys },
    { "a mistake in every line costs one pass",
      test_a_mistake_in_every_line_costs_one_pass },
    { "survives every failed allocation",
      test_survives_every_failed_allocation },
    { "mutated sources end in a tree or an error",
      test_mutated_sources_end_in_a_tree_or_an_error }
};

POLICY_TEST_MAIN("yaml", tests)
