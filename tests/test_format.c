/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical form of rule files: what it is, that it is one form however the
 * white space was, that it means the same, and what is refused.
 */
#include "format_check.h"
#include "rule_file.h"

static const struct { const char *label, *text, *want; } rows[] = {
    { "blanks", "rule{id='a',on  =\"b\" , n = -1}", "rule { id = 'a', on = \"b\", n = -1 }\n" },
    { "calls", "rule {m=near (list \"a\" , term{ \"b\" },12),e={ },f=any{ }}",
      "rule { m = near(list \"a\", term { \"b\" }, 12), e = {}, f = any {} }\n" },
    { "operators", "local a,b=1+2*-3,- -4 .. 5\nlocal c=#\"x\">=1 and not(a==b)",
      "local a, b = 1 + 2 * -3, - -4 .. 5\nlocal c = #\"x\" >= 1 and not (a == b)\n" },
    { "what would merge", "local t={}\nlocal c=t[ [[x]] ]\nlocal d=1 ..2\nlocal e=- - 1\nlocal f = 3 .. .5",
      "local t = {}\nlocal c = t[ [[x]]]\nlocal d = 1 .. 2\nlocal e = - -1\nlocal f = 3 .. .5\n" },
    { "attributes", "local x < const >= 5", NULL },
    { "attribute", "local x<const> =5", "local x <const> = 5\n" },
    { "lines of a table", "rule{\nid='a',\n\t\ton='b'}",
      "rule {\n  id = 'a',\n  on = 'b' }\n" },
    { "closing lines", "rule {\nid='a',\nw={\na=1,\n},\n}\n",
      "rule {\n  id = 'a',\n  w = {\n    a = 1,\n  },\n}\n" },
    { "hanging", "rule {\nw={ a=1,\nb={ 2,\n3 } },\n}",
      "rule {\n  w = { a = 1,\n        b = { 2,\n              3 } },\n}\n" },
    { "hanging brackets below", "rule {\nw={ a=1,\nb=2\n},\n}",
      "rule {\n  w = { a = 1,\n        b = 2\n      },\n}\n" },
    { "the outermost never hangs", "rule { a=1,\nb={ 2,\n3 }\n}\nuse 'x' { c={},\nd={} }",
      "rule { a = 1,\n  b = { 2,\n        3 }\n}\nuse 'x' { c = {},\n  d = {} }\n" },
    { "two of a line", "rule {\ne={ { a=1,\nb=2 } },\nt={ zh='x', en={\n'y' } },\n}",
      "rule {\n  e = { { a = 1,\n          b = 2 } },\n  t = { zh = 'x', en = {\n    'y' } },\n}\n" },
    { "below wide characters", "rule {\nt={ zh='内容', x={ a=1,\nb=2 } } }",
      "rule {\n  t = { zh = '内容', x = { a = 1,\n                           b = 2 } } }\n" },
    { "nothing hangs far right",
      "rule { a = '0123456789012345678901234567890123456789012345678901234567890', b = {1,\n2} }",
      "rule { a = '0123456789012345678901234567890123456789012345678901234567890', b = { 1,\n  2 } }\n" },
    { "going on", "rule {\nt =\n'a',\nu = 'b'\n.. 'c',\n}",
      "rule {\n  t =\n    'a',\n  u = 'b'\n    .. 'c',\n}\n" },
    { "going on in parentheses", "rule {\nt = ('a'\n.. 'b'),\n}",
      "rule {\n  t = ('a'\n       .. 'b'),\n}\n" },
    { "aligned", "rule {\nid     = 1,\ntitle  = 2,\nreason = { 3,\n4 },\n}",
      "rule {\n  id     = 1,\n  title  = 2,\n  reason = { 3,\n             4 },\n}\n" },
    { "aligned further than needed", "rule {\na    = 1,\nbc   = 2,\n}",
      "rule {\n  a  = 1,\n  bc = 2,\n}\n" },
    { "not aligned", "rule {\na  = 1,\nbc = 2,\nd = 3,\n}",
      "rule {\n  a = 1,\n  bc = 2,\n  d = 3,\n}\n" },
    { "groups", "rule {\na  = 1,\nbc = 2,\n\nd = 3,\n-- x\nefg = 4,\nh   = 5,\n}",
      "rule {\n  a  = 1,\n  bc = 2,\n\n  d = 3,\n  -- x\n  efg = 4,\n  h   = 5,\n}\n" },
    { "one alone", "rule {\na     = 1,\n}", "rule {\n  a = 1,\n}\n" },
    { "an item between", "rule {\na  = 1,\n'x',\nbc = 2,\n}",
      "rule {\n  a = 1,\n  'x',\n  bc = 2,\n}\n" },
    { "blank lines", "\n\n\nrule {\n\n\na=1,\n\n\n\nb=2,\n\n}\n\n\nrule{}\n\n",
      "rule {\n  a = 1,\n\n  b = 2,\n}\n\nrule {}\n" },
    { "comments", "-- head  \n\n\n--[[ a\n  b ]]rule {-- c\n  -- d\n a=1,   -- e\n --[[f]]b=2 --g\n-- h\n}--i",
      "-- head\n\n--[[ a\n  b ]] rule { -- c\n  -- d\n  a = 1, -- e\n  --[[f]] b = 2 --g\n  -- h\n} --i\n" },
    { "a comment between", "rule { a--[[x]]=1--[[y]], --[[z]]b=2 }",
      "rule { a --[[x]] = 1 --[[y]], --[[z]] b = 2 }\n" },
    { "only comments", "\n  -- a\n\n\n\n-- b", "-- a\n\n-- b\n" },
    { "a comment with marks", "--[=  \n--[==[ x ]] ]==]\nrule {}", "--[=\n--[==[ x ]] ]==]\nrule {}\n" },
    { "a function", "rule {check=function(e,h)\nfor i=1,#h do\nif h[i].x==e.y then\nreturn true\nelseif e.z then return\nfalse\nelse\n return nil\nend\nend\nend,\n}",
      "rule { check = function(e, h)\n  for i = 1, #h do\n    if h[i].x == e.y then\n      return true\n    elseif e.z then return\n        false\n    else\n      return nil\n    end\n  end\nend,\n}\n" },
    { "loops", "local n=0\nrepeat\nn=n+1\nuntil n>3\nwhile n>0 do\nn=n-1 end\ndo\nlocal m=n\nend",
      "local n = 0\nrepeat\n  n = n + 1\nuntil n > 3\nwhile n > 0 do\n  n = n - 1 end\ndo\n  local m = n\nend\n" },
    { "methods", "rule { check = function ( e , h )\nlocal s=e.text:sub( 1,2 )\nreturn s : find ('x',1,true)~=nil end }",
      "rule { check = function(e, h)\n  local s = e.text:sub(1, 2)\n  return s:find('x', 1, true) ~= nil end }\n" },
    { "local lists", "local a,\nb = 1,\n2\nrule {}", "local a,\n  b = 1,\n  2\nrule {}\n" },
    { "gotos", "for i = 1,3 do\ngoto on\n:: on ::\nend", "for i = 1, 3 do\n  goto on\n  ::on::\nend\n" },
    { "long texts", "rule {\n  match=regex [[ a\n  b]],\n x=[=[\n]=] }",
      "rule {\n  match = regex [[ a\n  b]],\n  x = [=[\n]=] }\n" },
    { "windows", "\xef\xbb\xbfrule {\r\n  a = [[x\r\ny]], -- c\r\n\r\n}\r\n",
      "rule {\n  a = [[x\ny]], -- c\n}\n" },
    { "use on two lines", "use 'a'\n{ b={} }", "use 'a'\n  { b = {} }\n" },
    { "nothing", "", "" }, { "blanks only", " \n\t\n", "" },
    /* refused */
    { "no Lua", "rule { id = }", NULL },
    { "a comma lacks", "rule { a = 1 b = 2 }", NULL },
    { "an unknown name", "rul { a = 1 }", NULL },
    { "bits", "local a = 1 | 2", NULL },
    { "a text without end", "rule { 'a }", NULL },
    { "a comment without end", "rule { } --[[ x", NULL },
    { "binary", "\x1bLua", NULL },
    { "no UTF-8", "rule { 'a\xff' }", NULL },
    { "a stray return", "rule { }\rrule { }", NULL },
    { "it never ends", "while true do end", NULL },
};

static void test_forms(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        size_t told;
        policy_str got = formatted(pol_str(rows[i].text), &told), again;

        CHECK(!got.ptr == !rows[i].want && !got.ptr == (told > 0), "%s",
              rows[i].label);
        if (!got.ptr || !rows[i].want) {
            free((char *)got.ptr);
            continue;
        }
        CHECK_STR_EQ(rows[i].label, got, rows[i].want);
        CHECK(differ_in_space_only(pol_str(rows[i].text), got), "%s: tokens",
              rows[i].label);
        again = formatted(got, &told);
        CHECK(again.ptr && pol_str_eq(got, again), "%s: twice", rows[i].label);
        free((char *)again.ptr);
        free((char *)got.ptr);
    }
}

/* --- one form, whatever the white space ---------------------------------- */

static const char plain[] =
    "-- head\n"
    "local tell = { zh = \"别发\", en = \"do not\" }\n"
    "\n"
    "rule {\n"
    "  id = \"a\", title = \"b\", -- note\n"
    "  where = { x = none_of { \"p\", \"q\" },\n"
    "            any { absent \"y\", empty \"y\" } },\n"
    "  match = any { near(term \"内部\", regex [[\\d{6}]], 6),\n"
    "                list \"c\" },\n"
    "\n"
    "  -- why\n"
    "  check = function(event, hits, memory)\n"
    "    for i = 2, hits:count() do\n"
    "      if hits[i].text ~= hits[1].text and -1 < #hits then return true end\n"
    "    end\n"
    "    return nil\n"
    "  end,\n"
    "  tests = {\n"
    "    hit { \"x\" }, miss { \"y\", z = \"w\" },\n"
    "  },\n"
    "}\n";

static uint32_t draw(uint64_t *seed, uint32_t below)
{
    return (uint32_t)(test_random(seed) % below);
}

/* The same with other blanks wherever there are some, and where none is needed;
 * lines break where they did. */
static size_t scatter(char *out, policy_str text, uint64_t *seed)
{
    static const char blanks[] = " \t\v \f ";
    struct rule_file f;
    pol_source_map map;
    size_t len = 0, pos = 0;

    rule_file_begin(&f, text);
    if (pol_source_map_build(&map, &f.source, &f.arena, &f.reporter))
        abort();
    for (size_t t = 0; t < map.token_count; t++) {
        const pol_token *k = &map.tokens[t];
        bool comment = memchr(text.ptr + pos, '-', k->pos - pos) != NULL;
        size_t count = draw(seed, 4) + (k->pos > pos);

        while (!comment && count-- > 0)
            out[len++] = blanks[draw(seed, 6)];
        for (; pos < k->pos; pos++) {
            if (comment || text.ptr[pos] == '\n')
                out[len++] = text.ptr[pos];
            for (count = text.ptr[pos] == '\n' ? draw(seed, 9) : 0; count; count--)
                out[len++] = blanks[draw(seed, 6)];
            if (text.ptr[pos] == '\n' && pos && text.ptr[pos - 1] == '\n')
                for (count = draw(seed, 3); count; count--)
                    out[len++] = '\n';
        }
        memcpy(out + len, text.ptr + pos, k->len);
        len += k->len;
        pos += k->len;
    }
    rule_file_end(&f);
    return len;
}

static void test_one_form_however_it_was_written(void)
{
    char *out = malloc(sizeof(plain) * 20);
    uint64_t seed = 20260301;

    for (int round = 0; out && round < 300; round++) {
        size_t told, len = scatter(out, pol_str(plain), &seed);
        policy_str got = formatted((policy_str){ out, len }, &told);

        CHECK(got.ptr != NULL, "round %d: refused: %.*s", round, 300, out);
        if (got.ptr)
            CHECK_STR_EQ("form", got, plain);
        free((char *)got.ptr);
    }
    free(out);
}

/* --- the same meaning ---------------------------------------------------- */

static void load_tree(policy_str bytes, pol_buf *b)
{
    struct rule_file f;

    pol_buf_init(b, NULL, 1 << 20);
    CHECK_INT_EQ("loads", rule_file_load(&f, bytes), POLICY_OK);
    dump_file(b, &f.file, false);
    rule_file_end(&f);
}

static void test_means_the_same(void)
{
    char *out = malloc(sizeof(plain) * 20);
    uint64_t seed = 7;
    size_t told, len = out ? scatter(out, pol_str(plain), &seed) : 0;
    policy_str got = formatted((policy_str){ out, len }, &told);
    pol_buf before, after;

    load_tree((policy_str){ out, len }, &before);
    load_tree(got, &after);
    CHECK(before.len > 200, "something is declared");
    CHECK_STR_EQ("tree", pol_buf_slice(&after), before.ptr);
    pol_buf_fini(&before);
    pol_buf_fini(&after);
    free((char *)got.ptr);
    free(out);
}

/* --- size, room and memory ----------------------------------------------- */

static void test_the_form_is_not_much_longer(void)
{
    policy_str text = repeat_text("rule { a = {", "{ 1,\n", 20, ""), got, all;
    size_t told;
    char *end = malloc(text.len + 200);

    memcpy(end, text.ptr, text.len);
    memset(end + text.len, '}', 22);
    all = (policy_str){ end, text.len + 22 };
    got = formatted(all, &told);
    CHECK(got.ptr && got.len < all.len + 22 * 110, "nested: %zu of %zu",
          got.len, all.len);
    free((char *)got.ptr);
    free((char *)text.ptr);
    free(end);
    text = repeat_text("rule { b = \"0123456789012345678901234567890123456789"
                       "01234567890123456789\", c = { true,", "\ntrue,", 20000, "} }");
    got = formatted(text, &told);
    CHECK(got.ptr && got.len < text.len * 3, "lines: %zu of %zu", got.len,
          text.len);
    free((char *)got.ptr);
    free((char *)text.ptr);
}

static void test_writes_no_more_than_there_is_room_for(void)
{
    policy_str text = POL_STR("rule{a=1,\nb=2}");
    size_t told, len;
    policy_str whole = formatted(text, &told);

    for (size_t cap = 0; cap <= whole.len; cap++) {
        char *buf = malloc(cap + 1);

        if (!buf)
            break;
        buf[cap] = 'Q';
        CHECK_INT_EQ("status", policy_rules_format(buf, cap, &len, text,
                     POL_STR("x"), NULL, NULL), POLICY_OK);
        CHECK(len == whole.len && buf[cap] == 'Q' &&
              !memcmp(buf, whole.ptr, cap), "cap %zu", cap);
        free(buf);
    }
    free((char *)whole.ptr);
}

static void test_tells_in_both_languages(void)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    struct rule_file f = { 0 };
    size_t len = 9;

    o.on_diagnostic = rule_file_sink;
    o.user = &f;
    o.language = "zh";
    CHECK_INT_EQ("refused", policy_rules_format(NULL, 0, &len,
                 POL_STR("\n rule { a = 1 b = 2 }"), POL_STR("x"), &o, NULL),
                 POLICY_ERULES);
    CHECK(len == 0 && f.line == 2, "line %u", f.line);
    CHECK(strstr(f.message, "语法错误"), "%s", f.message);
}

static void test_lack_of_memory(void)
{
    struct test_allocator memory;
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_status st = POLICY_ENOMEM;
    size_t len, n;

    for (n = 0; n < 2000 && st == POLICY_ENOMEM; n++) {
        policy_error err = POLICY_ERROR_INIT;

        test_allocator_init(&memory);
        memory.fail_at = n + 1;
        o.allocator = &memory.allocator;
        st = policy_rules_format(NULL, 0, &len, pol_str(plain), POL_STR("x"),
                                 &o, &err);
        CHECK(st == POLICY_OK || (st == POLICY_ENOMEM && len == 0), "%zu: %d",
              n, st);
        test_allocator_clean(&memory);
    }
    CHECK(st == POLICY_OK && n > 4, "after %zu", n);
}

static const struct test_case tests[] = {
    { "forms", test_forms },
    { "one form however it was written", test_one_form_however_it_was_written },
    { "means the same", test_means_the_same },
    { "the form is not much longer", test_the_form_is_not_much_longer },
    { "writes no more than there is room for",
      test_writes_no_more_than_there_is_room_for },
    { "tells in both languages", test_tells_in_both_languages },
    { "lack of memory", test_lack_of_memory },
};

POLICY_TEST_MAIN("format", tests)
