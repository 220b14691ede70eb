/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule files, good and hostile: each hostile one must end, at once, with the
 * code that is written beside it and a place inside the file.
 */
#include "rule_file.h"
#include "sandbox/files.h"

#include <time.h>

/* --- good files --------------------------------------------------------- */

static void check_dump(const char *label, policy_str text, bool places,
                       const char *want)
{
    struct rule_file f;
    pol_buf b;

    rule_file_load(&f, text);
    CHECK(f.status == POLICY_OK, "%s: %s %s", label, f.code, f.message);
    pol_buf_init(&b, NULL, 1 << 20);
    dump_file(&b, &f.file, places);
    CHECK_STR_EQ(label, pol_buf_slice(&b), want);
    for (size_t i = 0; i < f.file.declaration_count; i++)
        CHECK(places_inside(&f.source, &f.file.declarations[i]),
              "%s: a place is outside of the file", label);
    pol_buf_fini(&b);
    rule_file_end(&f);
}

static void test_reads_declarations_in_their_order(void)
{
    check_dump("order",
               POL_STR("duty { id = 'd' }\nrule { id = 'a' } use 'x' "
                       "{ b = 1 } memory {} ladder {} theme {}"),
               false,
               "duty({id=\"d\"})\nrule({id=\"a\"})\nuse(\"x\", {b=1})\n"
               "memory({})\nladder({})\ntheme({})");
}

static void test_keeps_rules_of_a_theme_in_the_theme(void)
{
    check_dump("inline", POL_STR("theme { parts = { a = rule { n = 1 } } }"),
               false, "theme({parts={a=rule({n=1})}})");
    check_dump("before",
               POL_STR("local a = rule { n = 1 } theme { parts = { a = a } }"),
               false, "theme({parts={a=rule({n=1})}})");
    check_dump("after",
               POL_STR("local p = {} theme { parts = p } p.a = rule { n = 1 }"),
               false, "theme({parts={a=rule({n=1})}})");
}

static void test_keeps_kinds_of_values(void)
{
    check_dump("kinds",
               POL_STR("rule { 1, 1.0, 0x10, 1e3, -7, 2.0*3, true, false, "
                       "'b' .. 'c', [[\nlong]], list(nil) }"),
               false,
               "rule({1, 1, 16, 1000, -7, 6, true, false, "
               "\"bc\", \"long\", list(nil)})");
}

/* Escapes that look like a NUL and are none. */
static void test_keeps_other_escapes(void)
{
    check_dump("escapes",
               POL_STR("rule { '\\01', '\\x01', '\\u{0A}', '\\\\0', [[\\0]], "
                       "'\\0010', '\\u{30}' }"),
               false,
               "rule({\"\1\", \"\1\", \"\n\", \"\\0\", \"\\0\", \"\0010\", "
               "\"0\"})");
}

static void test_sorts_keys_by_bytes(void)
{
    check_dump("keys",
               POL_STR("rule { b = 1, a = 2, ['é'] = 3, B = 4, [\"a.b\"] = 5, "
                       "aa = 6, [1] = 7 }"),
               false, "rule({7, B=4, a=2, a.b=5, aa=6, b=1, é=3})");
}

static void test_takes_loops_and_helpers(void)
{
    check_dump("loop",
               POL_STR("local function r(id, n)\n  return rule { id = id, n = n "
                       "}\nend\nfor i = 1, 3 do r('r' .. i, i * 1.5) end"),
               false,
               "rule({id=\"r1\", n=1.5})\nrule({id=\"r2\", n=3})\n"
               "rule({id=\"r3\", n=4.5})");
}

static void test_takes_byte_order_mark_and_crlf(void)
{
    check_dump("bom", POL_STR("\xef\xbb\xbfrule { a = 1,\r\n  b = 2 }\r\n"),
               true,
               "rule@1:1+4({a@1:8+1=1@1:12+1, b@2:3+1=2@2:7+1}@1:6+1)");
}

static void test_takes_an_empty_file(void)
{
    check_dump("empty", POL_STR(""), true, "");
    check_dump("comment", POL_STR("-- nothing"), true, "");
    check_dump("mark", POL_STR("\xef\xbb\xbf"), true, "");
}

/* --- places ------------------------------------------------------------- */

static const struct {
    const char *label, *text, *want;
} placed[] = {
    { "columns are characters", "rule { t = '外部群', verdct = 'hold' }",
      "rule@1:1+4({t@1:8+1=\"外部群\"@1:12+5, verdct@1:19+6=\"hold\"@1:28+6}"
      "@1:6+1)" },
    { "nested calls", "rule { m = any { list 'a', near(term 'b', pii 'c', 3) } }",
      "rule@1:1+4({m@1:8+1=any@1:12+3({list@1:18+4(\"a\"@1:23+3), "
      "near@1:28+4(term@1:33+4(\"b\"@1:38+3), pii@1:43+3(\"c\"@1:47+3), "
      "3@1:52+1)}@1:16+1)}@1:6+1)" },
    { "two arguments", "use 'x' {\n  a = 1 }",
      "use@1:1+3(\"x\"@1:5+3, {a@2:3+1=1@2:7+1}@1:9+1)" },
    { "two of one name on a line", "rule { id = 'a' } rule { id = 'b' }",
      "rule@1:1+4({id@1:8+2=\"a\"@1:13+3}@1:6+1)\n"
      "rule@1:19+4({id@1:26+2=\"b\"@1:31+3}@1:24+1)" },
    { "two that look alike", "rule {} rule {}",
      "rule@1:9+4({}@1:14+1)\nrule@1:1+4({}@1:6+1)" },
    { "a helper's table", "local function r(x)\nreturn rule { id = x } end\nr 'p'",
      "rule@2:8+4({id@2:15+2=\"p\"@2:20+1}@2:13+1)" },
    { "a variable's table stands where it is named",
      "local w = { 'a' }\nrule { cites = w }",
      "rule@2:1+4({cites@2:8+5={\"a\"@2:16+1}@2:16+1}@2:6+1)" },
    { "a call from a variable stands where it was written",
      "local l = list 'a'\nrule { match = l }",
      "rule@2:1+4({match@2:8+5=list@1:11+4(\"a\"@1:16+3)}@2:6+1)" },
    { "a constructor by another name", "local r = rule\n\n  r { id = 'a' }",
      "rule@3:3+1({id@3:3+1=\"a\"@3:3+1}@3:3+1)" },
    { "computed keys", "rule { ['a' .. 'b'] = 1, ['c.d'] = { 2 } }",
      "rule@1:1+4({ab@1:6+1=1@1:6+1, c.d@1:27+5={2@1:38+1}@1:36+1}@1:6+1)" },
    { "brackets and commas in functions are not the table's",
      "rule { check = function(e, h) local a, b = 1, { 2 } return a, b end, "
      "verdct = 1 }",
      "rule@1:1+4({check@1:8+5=fn0@1:16+8, verdct@1:70+6=1@1:79+1}@1:6+1)" },
    { "comments and long texts",
      "rule { --[[ { ]] a = [==[ ]] }\n]==], -- , }\n b = 1 }",
      "rule@1:1+4({a@1:18+1=\" ]] }\n\"@1:22+9, b@3:2+1=1@3:6+1}@1:6+1)" },
    { "name and braces on two lines", "rule\n{ any\n{ 1 } }",
      "rule@1:1+4({any@2:3+3({1@3:3+1}@3:1+1)}@2:1+1)" },
    { "parentheses", "rule({ (list('a')) })",
      "rule@1:1+4({list@1:9+4(\"a\"@1:14+3)}@1:6+1)" },
    { "an operator", "rule { n = 1 + 2, m = -3 }",
      "rule@1:1+4({m@1:19+1=-3@1:23+1, n@1:8+1=3@1:12+1}@1:6+1)" }
};

static void test_places_keys_and_values(void)
{
    for (size_t i = 0; i < sizeof(placed) / sizeof(*placed); i++)
        check_dump(placed[i].label, pol_str(placed[i].text), true,
                   placed[i].want);
}

/* --- hostile and wrong files -------------------------------------------- */

static void check_hostile(const struct hostile_file *h)
{
    policy_str text = repeat_text(h->head, h->unit, h->count, h->tail);
    struct rule_file f;
    clock_t start = clock();
    pol_place where;

    rule_file_load(&f, text);
    CHECK(f.status == POLICY_ERULES, "%s: status %d", h->label, f.status);
    CHECK_CSTR_EQ(h->label, f.code, h->code);
    CHECK(f.line == h->line && (h->column == 0 || f.column == h->column),
          "%s: at %u:%u (%s)", h->label, f.line, f.column, f.message);
    where = (pol_place){ &f.source, f.line, f.column, f.length };
    CHECK(place_inside(&f.source, where), "%s: %u:%u+%u is outside", h->label,
          f.line, f.column, f.length);
    CHECK(!strstr(f.message, "0x"), "%s: an address in %s", h->label, f.message);
    CHECK(f.file.declaration_count == 0 && !f.file.declarations,
          "%s: something is left", h->label);
    CHECK(f.memory.peak_bytes < (24u << 20), "%s: took %zu bytes", h->label,
          f.memory.peak_bytes);
    CHECK((clock() - start) / CLOCKS_PER_SEC < (TEST_SANITIZED ? 5 : 1),
          "%s: took too long", h->label);
    rule_file_end(&f);
    free((char *)text.ptr);
}

static void test_stops_hostile_files(void)
{
    for (size_t i = 0; i < sizeof(hostile_files) / sizeof(*hostile_files); i++)
        check_hostile(&hostile_files[i]);
}

static void test_suggests_the_nearest_constructor(void)
{
    struct rule_file f;

    rule_file_load(&f, POL_STR("rul { id = 'a' }"));
    CHECK_CSTR_EQ("rul", f.suggestion, "rule");
    CHECK_INT_EQ("length", f.length, 3);
    rule_file_end(&f);
    rule_file_load(&f, POL_STR("rule { match = lsit 'a' }"));
    CHECK_CSTR_EQ("lsit", f.suggestion, "list");
    rule_file_end(&f);
}

static void test_gives_luas_text_without_its_own_place(void)
{
    struct rule_file f;

    rule_file_load(&f, POL_STR("rule { id = }"));
    CHECK_CSTR_EQ("text", f.message, "not valid Lua: unexpected symbol near '}'");
    rule_file_end(&f);
}

static void test_speaks_chinese(void)
{
    struct rule_file f;

    rule_file_begin(&f, POL_STR("rule { id = }"));
    f.reporter.zh = true;
    f.status = pol_script_load(&f.file, &f.source, &f.arena, &f.limits,
                               &f.memory.allocator, &f.reporter, &f.error);
    CHECK_CSTR_EQ("text", f.message,
                  "Lua 语法错误：unexpected symbol near '}'");
    rule_file_end(&f);
}

static void test_honours_a_tighter_limit_of_bytes(void)
{
    struct rule_file f;

    rule_file_begin(&f, POL_STR("rule { }"));
    f.limits.source_bytes = 7;
    f.status = pol_script_load(&f.file, &f.source, &f.arena, &f.limits,
                               &f.memory.allocator, &f.reporter, &f.error);
    CHECK_INT_EQ("status", f.status, POLICY_ERULES);
    CHECK_CSTR_EQ("code", f.code, "rule-file-bytes");
    rule_file_end(&f);
}

static void test_loads_alike_every_time(void)
{
    static const char text[] =
        "local function mk(i) return rule { id = 'r' .. i, z = 1, y = 2, x = 3, "
        "a = { check = function() return i end, b = function() end }, "
        "check = function(e) return e end } end\n"
        "for i = 1, 20 do mk(i) end theme { parts = { a = mk(21) } }";
    pol_buf first, again;

    pol_buf_init(&first, NULL, 1 << 20);
    pol_buf_init(&again, NULL, 1 << 20);
    for (int i = 0; i < 5; i++) {
        struct rule_file f;
        pol_buf *b = i ? &again : &first;

        rule_file_load(&f, pol_str(text));
        CHECK_INT_EQ("status", f.status, POLICY_OK);
        CHECK_INT_EQ("functions", f.file.function_count, 63);
        pol_buf_reset(b);
        dump_file(b, &f.file, true);
        if (i)
            CHECK_BYTES_EQ("tree", pol_buf_slice(b), pol_buf_slice(&first));
        rule_file_end(&f);
    }
    pol_buf_fini(&first);
    pol_buf_fini(&again);
}

static void test_survives_every_failure_of_memory(void)
{
    static const char text[] =
        "local w = { 'a', { b = 1 } }\n"
        "theme { parts = { x = rule { match = near(list 'a', term 'b', 2) } } }\n"
        "use 'x' { y = w } rule { check = function(e) return e.text == 'x' end }";
    size_t n;

    for (n = 1; n < 5000; n++) {
        struct rule_file f;

        rule_file_begin(&f, pol_str(text));
        f.memory.fail_at = n;
        f.status = pol_script_load(&f.file, &f.source, &f.arena, &f.limits,
                                   &f.memory.allocator, &f.reporter, &f.error);
        CHECK(f.count == 0, "%zu: reported %s", n, f.code);
        /* Lua collects and asks again, so one failure may pass unnoticed. */
        CHECK(f.status == POLICY_OK || f.status == POLICY_ENOMEM,
              "%zu: status %d", n, f.status);
        bool reached = f.memory.failed > 0;
        rule_file_end(&f);
        if (!reached)
            break;
    }
    CHECK(n > 5 && n < 5000, "%zu requests", n);
    for (n = 1; n < 5000; n++) {
        struct rule_file f;

        rule_file_begin(&f, pol_str(text));
        f.memory.fail_after = n;
        f.status = pol_script_load(&f.file, &f.source, &f.arena, &f.limits,
                                   &f.memory.allocator, &f.reporter, &f.error);
        bool reached = f.memory.failed > 0;
        CHECK(f.status == (reached ? POLICY_ENOMEM : POLICY_OK),
              "%zu: status %d %s %s", n, f.status, f.code, f.message);
        CHECK_INT_EQ("error", f.error.status, f.status);
        rule_file_end(&f);
        if (!reached)
            break;
    }
    CHECK(n > 5 && n < 5000, "%zu requests", n);
}

static const struct test_case tests[] = {
    { "reads declarations in their order",
      test_reads_declarations_in_their_order },
    { "keeps rules of a theme in the theme",
      test_keeps_rules_of_a_theme_in_the_theme },
    { "keeps kinds of values", test_keeps_kinds_of_values },
    { "keeps other escapes", test_keeps_other_escapes },
    { "sorts keys by bytes", test_sorts_keys_by_bytes },
    { "takes loops and helpers", test_takes_loops_and_helpers },
    { "takes byte order mark and CRLF", test_takes_byte_order_mark_and_crlf },
    { "takes an empty file", test_takes_an_empty_file },
    { "places keys and values", test_places_keys_and_values },
    { "stops hostile files", test_stops_hostile_files },
    { "suggests the nearest constructor",
      test_suggests_the_nearest_constructor },
    { "gives Lua's text without its own place",
      test_gives_luas_text_without_its_own_place },
    { "speaks Chinese", test_speaks_chinese },
    { "honours a tighter limit of bytes",
      test_honours_a_tighter_limit_of_bytes },
    { "loads alike every time", test_loads_alike_every_time },
    { "survives every failure of memory",
      test_survives_every_failure_of_memory }
};

POLICY_TEST_MAIN("load", tests)
