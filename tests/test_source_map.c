/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens and shapes of rule files. Tokens are written as kind:text@line:column,
 * shapes as {items; key=…}, name(…) and, for what is neither, the first token.
 */
#include "rule_file.h"

#include "script/source_map.h"

struct mapped {
    struct rule_file f;
    pol_source_map map;
    policy_status status;
};

static void map_text(struct mapped *m, policy_str text)
{
    rule_file_begin(&m->f, text);
    m->status = pol_source_map_build(&m->map, &m->f.source, &m->f.arena,
                                     &m->f.reporter);
}

static const struct { const char *label, *text, *want; } lexed[] = {
    { "names", "a _b c9 and", "n:a@1:1 n:_b@1:3 n:c9@1:6 n:and@1:9" },
    { "numbers", "1 0x1F 1.5e-3 .5 3..2 0xA.8p+1 7x",
      "1:1@1:1 1:0x1F@1:3 1:1.5e-3@1:8 1:.5@1:15 1:3..2@1:18 1:0xA.8p+1@1:23 "
      "1:7x@1:32" },
    { "symbols", "a==b~=c<=d>=e//f::g...h..i.j~k",
      "n:a@1:1 +:==@1:2 n:b@1:4 +:~=@1:5 n:c@1:7 +:<=@1:8 n:d@1:10 +:>=@1:11 "
      "n:e@1:13 +://@1:14 n:f@1:16 +:::@1:17 n:g@1:19 +:...@1:20 n:h@1:23 "
      "+:..@1:24 n:i@1:26 +:.@1:27 n:j@1:28 +:~@1:29 n:k@1:30" },
    { "quotes", "'a\"' \"b'\" '\\'' \"\\\\\" ''",
      "s:'a\"'@1:1 s:\"b'\"@1:6 s:'\\''@1:11 s:\"\\\\\"@1:16 s:''@1:21" },
    { "escapes over lines", "'a\\\nb' 'c\\z\n  d' e",
      "s:'a\\\nb'@1:1 s:'c\\z\n  d'@2:4 n:e@3:6" },
    { "long texts", "[[a]] [=[b]]c]=] [==[\n]=] ]==] [= [",
      "s:[[a]]@1:1 s:[=[b]]c]=]@1:7 s:[==[\n]=] ]==]@1:18 +:[@2:10 +:=@2:11 "
      "+:[@2:13" },
    { "comments", "a -- b\nc --[[ d\n ]] e --[=[ ]] ]=] f --[ g\nh --",
      "n:a@1:1 n:c@2:1 n:e@3:5 n:f@3:20 n:h@4:1" },
    { "columns are characters", "'世界' a", "s:'世界'@1:1 n:a@1:6" },
    { "another script", "a 标题 b", "n:a@1:1 ?:标题@1:3 n:b@1:6" },
    { "no token", "a ! $ b", "n:a@1:1 ?:!@1:3 ?:$@1:5 n:b@1:7" },
    { "text without end", "a = 'b\nc", "n:a@1:1 +:=@1:3 ?:'b@1:5 n:c@2:1" },
    { "long text without end", "a [[b\nc", "n:a@1:1 ?:[[b\nc@1:3" },
    { "comment without end", "a --[[b\nc", "n:a@1:1 ?:--[[b\nc@1:3" },
    { "backslash at the end", "'a\\", "?:'a\\@1:1" },
    { "ends of lines", "a\r\nb\n\r\nc", "n:a@1:1 n:b@2:1 n:c@4:1" },
    { "mark", "\xef\xbb\xbf" "a", "n:a@1:1" },
    { "nothing", " \t\n", "" }
};

static void test_reads_tokens(void)
{
    for (size_t i = 0; i < sizeof(lexed) / sizeof(*lexed); i++) {
        struct mapped m;
        pol_buf b;

        map_text(&m, pol_str(lexed[i].text));
        pol_buf_init(&b, NULL, 10000);
        for (size_t k = 0; k < m.map.token_count; k++) {
            const pol_token *t = &m.map.tokens[k];

            pol_buf_fmt(&b, "%s%c:", k ? " " : "", "n1s+?"[t->kind]);
            pol_buf_str(&b, pol_token_text(&m.map, t));
            pol_buf_fmt(&b, "@%u:%u", t->line, t->column);
        }
        /* A bit operator is refused after the tokens were read. */
        CHECK_STR_EQ(lexed[i].label, pol_buf_slice(&b), lexed[i].want);
        pol_buf_fini(&b);
        rule_file_end(&m.f);
    }
}

/* --- shapes ------------------------------------------------------------- */

static void write_shape(pol_buf *b, const struct mapped *m, const pol_shape *s)
{
    const pol_token *t = &m->map.tokens[s->token];

    if (s->kind == POL_SHAPE_TABLE) {
        pol_buf_char(b, '{');
        for (size_t i = 0; i < s->table->item_count; i++) {
            pol_buf_text(b, i ? ", " : "");
            write_shape(b, m, &s->table->items[i]);
        }
        for (size_t i = 0; i < s->table->entry_count; i++) {
            pol_buf_text(b, i ? ", " : "; ");
            pol_buf_str(b, s->table->entries[i].key);
            pol_buf_char(b, '=');
            write_shape(b, m, &s->table->entries[i].value);
        }
        pol_buf_char(b, '}');
        return;
    }
    pol_buf_str(b, pol_token_text(&m->map, t));
    if (s->kind != POL_SHAPE_CALL)
        return;
    pol_buf_char(b, '(');
    for (size_t i = 0; i < s->site->arg_count; i++) {
        pol_buf_text(b, i ? ", " : "");
        write_shape(b, m, &s->site->args[i]);
    }
    pol_buf_char(b, ')');
}

/* All sites in their order, with their arguments. */
static const struct { const char *label, *text, *want; } shaped[] = {
    { "three ways to call", "rule { 1 } rule 'a' rule('b', 2)",
      "rule({1}) | rule('a') | rule('b', 2)" },
    { "a chain", "use 'x' { a = 1 } ('c')", "use('x', {; a=1}, 'c')" },
    { "nested", "rule { any { list 'a' }, b = { 1, { 2 } } }",
      "rule({any({list('a')}); b={1, {2}}}) | any({list('a')}) | list('a')" },
    { "keys", "rule { b = 1, a = 2; ['c.d'] = 3, [e] = 4 }",
      "rule({; =4, a=2, b=1, c.d=3})" },
    { "expressions", "rule { 1 + 2, x.y { 3 }, -4, 'a' .. 'b', {5}.x }",
      "rule({1, x, -, 'a', {}) | y({3})" },
    { "functions", "rule { f = function(a, b) local c = { 1, 2 } if a then "
      "g(c, 1) end end, h = 1 }",
      "rule({; f=function, h=1}) | g(c, 1)" },
    { "loops in functions", "rule { function() for i = 1, 2 do while x do repeat "
      "until y end end end, 1 }",
      "rule({function, 1})" },
    { "words that are no names", "return { a } local function f(x) end if (a) then "
      "end", "" },
    { "parentheses", "rule((list 'a'), { 1 })", "rule((, {1}) | list('a')" }
};

static void test_reads_shapes(void)
{
    for (size_t i = 0; i < sizeof(shaped) / sizeof(*shaped); i++) {
        struct mapped m;
        pol_buf b;

        map_text(&m, pol_str(shaped[i].text));
        CHECK_INT_EQ(shaped[i].label, m.status, POLICY_OK);
        pol_buf_init(&b, NULL, 10000);
        for (size_t k = 0; k < m.map.site_count; k++) {
            pol_shape s = { .kind = POL_SHAPE_CALL,
                            .token = m.map.sites[k]->token,
                            .site = m.map.sites[k] };

            pol_buf_text(&b, k ? " | " : "");
            write_shape(&b, &m, &s);
        }
        CHECK_STR_EQ(shaped[i].label, pol_buf_slice(&b), shaped[i].want);
        pol_buf_fini(&b);
        rule_file_end(&m.f);
    }
}

static void test_gives_no_tree_of_what_is_no_lua(void)
{
    static const char *const texts[] = { "rule { ( }", ") rule {}", "a ] b",
                                         "rule { [ } ]" };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct mapped m;

        map_text(&m, pol_str(texts[i]));
        CHECK_INT_EQ(texts[i], m.status, POLICY_OK);
        CHECK_INT_EQ(texts[i], m.map.site_count, 0);
        CHECK(m.map.token_count >= 3, "%s", texts[i]);
        rule_file_end(&m.f);
    }
}

static bool always(void *user, const pol_call_site *s)
{
    (void)s;
    return user == NULL;
}

static void test_finds_sites_by_name_and_line(void)
{
    struct mapped m;
    pol_call_site *s;

    map_text(&m, POL_STR("list 'a' list 'b'\nterm 'c'\nlist\n{ 1 }"));
    s = pol_site_find(&m.map, POL_STR("list"), 1, always, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CHECK_INT_EQ("the first", s->token, 0);
    s->used = true;
    s = pol_site_find(&m.map, POL_STR("list"), 1, always, NULL);
    CHECK_INT_EQ("the first not used", s->token, 2);
    s->used = true;
    s = pol_site_find(&m.map, POL_STR("list"), 1, always, NULL);
    CHECK_INT_EQ("the first again", s->token, 0);
    CHECK(!pol_site_find(&m.map, POL_STR("list"), 2, always, NULL), "line 2");
    s = pol_site_find(&m.map, POL_STR("list"), 4, always, NULL);
    CHECK(s && s->token == 6, "by the line of what follows");
    CHECK(!pol_site_find(&m.map, POL_STR("list"), 1, always, &m), "none fits");
    CHECK(!pol_site_find(&m.map, POL_STR("list"), 9, always, NULL), "no line");
    rule_file_end(&m.f);
}

static void test_places_lines_and_bytes(void)
{
    struct mapped m;

    map_text(&m, POL_STR("\n  a b\n\n  abc"));
    CHECK_INT_EQ("line 1", pol_line_place(&m.map, 1).line, 2);
    CHECK_INT_EQ("line 2", pol_line_place(&m.map, 2).column, 3);
    CHECK_INT_EQ("line 3", pol_line_place(&m.map, 3).line, 4);
    CHECK_INT_EQ("beyond", pol_line_place(&m.map, 99).line, 4);
    CHECK(pol_token_on_line(&m.map, 2, POL_STR("b")) == &m.map.tokens[1], "b");
    CHECK(pol_token_on_line(&m.map, 4, POL_STR("ab")) == &m.map.tokens[2], "ab");
    CHECK(!pol_token_on_line(&m.map, 2, POL_STR("c")), "c");
    CHECK(!pol_token_before(&m.map, 3), "before a");
    CHECK(pol_token_before(&m.map, 4) == &m.map.tokens[0], "at a");
    CHECK(pol_token_before(&m.map, 1000) == &m.map.tokens[2], "at the end");
    rule_file_end(&m.f);
    map_text(&m, POL_STR(""));
    CHECK_INT_EQ("nothing", pol_line_place(&m.map, 1).line, 0);
    rule_file_end(&m.f);
}

/* As many as are taken, and one more. */
static const struct {
    const char *label, *head, *unit;
    size_t most;
    const char *middle, *back, *code;
} limits[] = {
    { "accesses", "local x = a", ".b", 100, "", "", "lua-chain" },
    { "brackets", "local x = ", "{", 100, "", "}", "lua-nesting" },
    { "blocks", "", "do ", 100, "", " end", "lua-nesting" },
    { "functions", "local x = ", "function() return ", 8, "1", " end",
      "lua-nesting" },
    { "jumps", "local x = 1", " or 1", 2000, "", "", "lua-jumps" }
};

static void test_refuses_one_more_than_the_limit(void)
{
    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
        for (size_t more = 0; more < 2; more++) {
            size_t n = limits[i].most + more;
            policy_str back = repeat_text(limits[i].middle, limits[i].back, n, "");
            policy_str text = repeat_text(limits[i].head, limits[i].unit, n,
                                          back.ptr);
            struct mapped m;

            map_text(&m, text);
            CHECK_INT_EQ(limits[i].label, m.status,
                         more ? POLICY_ERULES : POLICY_OK);
            CHECK_CSTR_EQ(limits[i].label, m.f.code, more ? limits[i].code : "");
            rule_file_end(&m.f);
            free((char *)back.ptr);
            free((char *)text.ptr);
        }
}

static void test_survives_every_failure_of_memory(void)
{
    size_t n;

    for (n = 1; n < 1000; n++) {
        struct mapped m;
        bool reached;

        rule_file_begin(&m.f, POL_STR("rule { a = any { 1, list 'b' } } use 'x' {}"));
        m.f.memory.fail_at = n;
        m.status = pol_source_map_build(&m.map, &m.f.source, &m.f.arena,
                                        &m.f.reporter);
        reached = m.f.memory.failed > 0;
        CHECK_INT_EQ("status", m.status, reached ? POLICY_ENOMEM : POLICY_OK);
        rule_file_end(&m.f);
        if (!reached)
            break;
    }
    CHECK(n > 2 && n < 1000, "%zu requests", n);
}

static const struct test_case tests[] = {
    { "reads tokens", test_reads_tokens },
    { "reads shapes", test_reads_shapes },
    { "gives no tree of what is no Lua", test_gives_no_tree_of_what_is_no_lua },
    { "finds sites by name and line", test_finds_sites_by_name_and_line },
    { "places lines and bytes", test_places_lines_and_bytes },
    { "refuses one more than the limit", test_refuses_one_more_than_the_limit },
    { "survives every failure of memory",
      test_survives_every_failure_of_memory }
};

POLICY_TEST_MAIN("source_map", tests)
