/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values into nodes: what their limits are, and that places change nothing.
 */
#include "rule_file.h"

#include "script/declared.h"

struct reading {
    struct rule_file *f;
    pol_declared d;
};

static int read_it(lua_State *lua)
{
    struct reading *r = lua_touserdata(lua, 1);

    pol_environment_make(lua);
    pol_environment_run(lua, r->f->source.bytes, 0);
    pol_declared_read(lua, &r->d);
    return 0;
}

/* Read without a map. */
static bool read_plain(struct reading *r, struct rule_file *f)
{
    pol_sandbox box;
    pol_environment environment;
    bool good;

    memset(&environment, 0, sizeof(environment));
    memset(r, 0, sizeof(*r));
    r->f = f;
    r->d = (pol_declared){ .arena = &f->arena, .limits = &f->limits };
    CHECK_INT_EQ("open", pol_sandbox_open(&box, &f->memory.allocator), POLICY_OK);
    box.owner = &environment;
    pol_sandbox_arm(&box, 8 << 20, 1000000);
    good = pol_sandbox_run(&box, read_it, r) == LUA_OK;
    pol_sandbox_close(&box);
    return good;
}

static const char *const files[] = {
    "rule { b = 1, a = { 2, c = any { list 'x', near(term 'y', pii 'z', 3) } } }",
    ("local w = { 'a' } theme { parts = { x = rule { cites = w } } } "
     "use 'x' { x = { cites = w } }"),
    "for i = 1, 4 do rule { id = 'r' .. i, check = function() return i end } end",
    "memory {} duty {} ladder { tracks = { { steps = { step { 'a' } } } } }",
    ""
};

static void test_gives_the_same_tree_without_a_map(void)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        struct rule_file f;
        struct reading r;
        pol_script_file plain = { 0 };
        pol_buf with, without;

        rule_file_load(&f, pol_str(files[i]));
        CHECK_INT_EQ(files[i], f.status, POLICY_OK);
        pol_buf_init(&with, NULL, 100000);
        pol_buf_init(&without, NULL, 100000);
        dump_file(&with, &f.file, false);
        CHECK(read_plain(&r, &f), "%s", files[i]);
        plain.declarations = r.d.nodes;
        plain.declaration_count = r.d.count;
        dump_file(&without, &plain, false);
        CHECK_BYTES_EQ(files[i], pol_buf_slice(&without), pol_buf_slice(&with));
        CHECK_INT_EQ(files[i], r.d.functions, f.file.function_count);
        pol_buf_fini(&with);
        pol_buf_fini(&without);
        rule_file_end(&f);
    }
}

static const char *code_with(struct rule_file *f, policy_str text,
                             uint64_t nodes, uint64_t depth)
{
    rule_file_begin(f, text);
    f->limits.yaml_nodes = nodes;
    f->limits.yaml_depth = depth;
    f->status = pol_script_load(&f->file, &f->source, &f->arena, &f->limits,
                                &f->memory.allocator, &f->reporter, &f->error);
    rule_file_end(f);
    return f->code;
}

static void test_counts_values(void)
{
    static const char text[] = "rule { 1, 2, a = 3 }"; /* the table and its three */
    struct rule_file f;

    CHECK_CSTR_EQ("enough", code_with(&f, pol_str(text), 4, 32), "");
    CHECK_CSTR_EQ("one less", code_with(&f, pol_str(text), 3, 32), "table-size");
    CHECK_INT_EQ("once", f.count, 1);
    CHECK_CSTR_EQ("none", code_with(&f, pol_str(text), 0, 32), "table-size");
}

static void test_counts_depth(void)
{
    static const char text[] = "rule { { { 1 } } }";
    struct rule_file f;

    CHECK_CSTR_EQ("enough", code_with(&f, pol_str(text), 100, 2), "");
    CHECK_CSTR_EQ("less", code_with(&f, pol_str(text), 100, 1), "table-depth");
    CHECK_INT_EQ("column", f.column, 8);
}

static void test_reports_all_that_is_wrong_once(void)
{
    struct rule_file f;

    rule_file_load(&f, POL_STR("rule { a = 0/0, b = { [true] = 1 }, c = '\\xff',\n"
                               "d = { 1, nil, 2 }, e = list }"));
    CHECK_INT_EQ("count", f.count, 5);
    CHECK_INT_EQ("status", f.status, POLICY_ERULES);
    rule_file_end(&f);
}

/* The same table twice is no cycle. */
static void test_takes_shared_tables(void)
{
    struct rule_file f;
    pol_buf b;

    rule_file_load(&f, POL_STR("local t = { 1 } local l = list 'x'\n"
                               "rule { t, t, { t }, l, l }"));
    pol_buf_init(&b, NULL, 1000);
    dump_file(&b, &f.file, false);
    CHECK_STR_EQ("tree", pol_buf_slice(&b),
                 "rule({{1}, {1}, {{1}}, list(\"x\"), list(\"x\")})");
    pol_buf_fini(&b);
    rule_file_end(&f);
}

/* Whatever the values are: Lua keeps the last of them. */
static void test_refuses_a_key_twice(void)
{
    static const struct {
        const char *label, *text;
        uint32_t line, column;
    } rows[] = {
        { "other text", "rule { verdict = 'flag',\n verdict = 'block' }", 2, 2 },
        { "same text", "rule { id = 'a', id = 'a' }", 1, 18 },
        { "bracket", "rule { id = 'a', ['id'] = 'b' }", 1, 19 },
        { "text and table", "rule { id = 'a', title = 'x', title = { zh = 'x' } }",
          1, 31 },
        { "table and text", "rule { title = { zh = 'x' }, title = 'x' }", 1, 30 },
        { "call", "rule { match = term 'a', match = list 'b', id = 'c' }", 1, 26 },
        { "number", "rule { severity = 1, severity = 5, id = 'c' }", 1, 22 },
        { "nil", "rule { id = 'a', verdict = 'flag', verdict = nil }", 1, 36 },
        { "nested", "rule { id = 'a', where = { x = 'a', x = 'b' } }", 1, 37 },
        { "chain", "use 'x' { a = { v = 'a', v = 'b' } }", 1, 26 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rule_file f;

        rule_file_load(&f, pol_str(rows[i].text));
        CHECK_INT_EQ(rows[i].label, f.status, POLICY_ERULES);
        CHECK_INT_EQ(rows[i].label, f.count, 1);
        CHECK_CSTR_EQ(rows[i].label, f.code, "duplicate-key");
        CHECK_INT_EQ(rows[i].label, f.line, rows[i].line);
        CHECK_INT_EQ(rows[i].label, f.column, rows[i].column);
        rule_file_end(&f);
    }
}

/* Two calls on one line are still told apart by what stands in them. */
static void test_takes_keys_that_stand_once_each(void)
{
    struct rule_file f;

    rule_file_load(&f, POL_STR("rule { id = 'a', v = 'x' } rule { id = 'b', "
                               "v = 'y' }"));
    CHECK_INT_EQ("status", f.status, POLICY_OK);
    CHECK_INT_EQ("place", f.file.declarations[1].place.column, 28);
    rule_file_end(&f);
}

static void test_takes_checks_that_hold_plain_values(void)
{
    static const char *const good[] = {
        "local n = 0 rule { check = function() n = n + 1 return n end }",
        "local s, b, x = 'a', true rule { check = function() return s, b, x end }",
        "local function f() return 1 end rule { check = function() return f() end }",
        "local function f(n) return n < 1 or f(n - 1) end rule { check = f }",
        "local f, g f = function() return g end g = function() return f end "
        "rule { check = f }",
        "rule { check = function() return math.huge end }",
        "rule { check = function() local t = {} return function() return t end "
        "end }"
    };

    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        struct rule_file f;

        rule_file_load(&f, pol_str(good[i]));
        CHECK(f.status == POLICY_OK, "%s: %s", good[i], f.message);
        CHECK_INT_EQ(good[i], f.file.function_count, 1);
        rule_file_end(&f);
    }
}

static const struct test_case tests[] = {
    { "gives the same tree without a map",
      test_gives_the_same_tree_without_a_map },
    { "counts values", test_counts_values },
    { "counts depth", test_counts_depth },
    { "reports all that is wrong once", test_reports_all_that_is_wrong_once },
    { "takes shared tables", test_takes_shared_tables },
    { "refuses a key twice", test_refuses_a_key_twice },
    { "takes keys that stand once each", test_takes_keys_that_stand_once_each },
    { "takes checks that hold plain values",
      test_takes_checks_that_hold_plain_values }
};

POLICY_TEST_MAIN("declared", tests)
