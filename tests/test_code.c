/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is told of functions, against what they are seen to do: a hook at each
 * instruction counts those that run.
 */
#include "harness.h"

#include <lauxlib.h>

#include "base/alloc.h"
#include "script/code.h"

/* A chunk that returns the function in question, or is it. */
static const struct { const char *text; bool endless, modulo, joins; } rows[] = {
    { "", false, false, false },
    { "return 1", false, false, false },
    { "local a, b = ... return a == b and a < b or a", false, false, false },
    { "local a = ... return a.b.c:d(1, 2)", false, false, false },
    { "local a = ... if a then return 1 elseif a.b then return 2 end", false,
      false, false },
    { "do goto on end ::on:: return 1", false, false, false },
    { "return (...) + 1 - 2 * 3 / (...) // 5", false, false, false },
    { "return -(...), not (...), #(...)", false, false, false },
    { "local t = { 1, 2, x = 3, ... } return t[1]", false, false, false },
    { "return (...)(1)", false, false, false },
    { "local f <close> = nil return 1", false, false, false },
    { "return (...) % 7", false, true, false },
    { "return 7 % (...)", false, true, false },
    { "local a, b = ... return a % b", false, true, false },
    { "return (...) .. 'x'", false, false, true },
    { "return 'x' .. (...) % 2", false, true, true },
    { "return '%' == '..'", false, false, false },
    { "while ... do end", true, false, false },
    { "repeat local x = ... until x", true, false, false },
    { "::a:: if ... then goto a end", true, false, false },
    { "for i = 1, ... do end", true, false, false },
    { "for i in ... do end", true, false, false },
    { "for i = 1, 2 do local x = i % 2 .. '' end", true, true, true },
    { "return function() end", true, false, false },
    { "return function(a) return a % 2 end", true, true, false },
    { "local function f() return function(a) return a .. 'x' end end", true,
      false, true },
    { "local x <const> = 7 return function(a) return a + x end", true, false,
      false },
};

static void read_text(pol_code *out, lua_State *lua, const char *text)
{
    lua_settop(lua, 0);
    if (luaL_loadstring(lua, text) != LUA_OK)
        CHECK(false, "%s: %s", text, lua_tostring(lua, -1));
    CHECK_INT_EQ(text, pol_code_read(out, lua, NULL), POLICY_OK);
    CHECK_INT_EQ(text, lua_gettop(lua), 1);
}

static void test_tells_loops_and_dear_instructions(void)
{
    lua_State *lua = luaL_newstate();

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        pol_code code;

        read_text(&code, lua, rows[i].text);
        CHECK((code.instructions == POL_CODE_ENDLESS) == rows[i].endless,
              "%s: %u instructions", rows[i].text, code.instructions);
        CHECK(code.modulo == rows[i].modulo, "%s: modulo", rows[i].text);
        CHECK(code.joins == rows[i].joins, "%s: joins", rows[i].text);
    }
    lua_close(lua);
}

static uint32_t ran;

static void count_one(lua_State *lua, lua_Debug *ar)
{
    (void)lua;
    (void)ar;
    ran++;
}

/* Statements of which any may follow any; those behind `loops` go back, but no
 * more than a few times. */
static const char *const statements[] = {
    "a = a + b * 2 ", "if a < b then a = b else b = a - 1 end ",
    "t = { a, b, x = a, a, b } ", "a = t.x or #t ", "t[a] = t.x == b ",
    "if t.x and a > 3 or not b then a = 3 end ", "do local c, d, e = a c = d end ",
    "b = a % 7 ", "s = a .. 'x' .. b ", "s = s .. '' ", "b = (a + 1) % 3 ",
    "local a, b = b, a ", "do goto e end a = 1 ::e:: ", "t.x = -a ",
    "do local z <close> = nil a = a + 1 end ", "t.y, t.z = nil, f(a, b) ",
    "for i = 1, 9 do a = i end ", "do local n = 0 repeat n = n + 1 until n > 9 end ",
    "do local n = 0 while n < 9 do n = n + 1 end end ",
    "b = (function(x) return x + 1 end)(a) ",
};
enum { STATEMENTS = sizeof(statements) / sizeof(*statements), LOOPS = 16 };

/* `f` is a function in C. */
static int nothing(lua_State *lua)
{
    (void)lua;
    return 0;
}

static void check_random(lua_State *lua, uint64_t *seed)
{
    char text[4000] = "local f = ... local a, b, t, s = 1, 2, {}, '' ";
    bool loops = false, modulo = false, joins = false;
    int count = (int)(test_random(seed) % 30);
    pol_code code;

    for (int i = 0; i < count; i++) {
        size_t k = test_random(seed) % (test_random(seed) % 4 ? LOOPS : STATEMENTS);

        strcat(strcat(text, "do "), statements[k]);
        strcat(text, "end ");
        loops |= k >= LOOPS;
        modulo |= strchr(statements[k], '%') != NULL;
        joins |= strstr(statements[k], "..") != NULL;
    }
    read_text(&code, lua, text);
    CHECK(code.modulo == modulo && code.joins == joins, "%s", text);
    CHECK((code.instructions == POL_CODE_ENDLESS) == loops, "%s", text);
    ran = 0;
    lua_sethook(lua, count_one, LUA_MASKCOUNT, 1);
    lua_pushcfunction(lua, nothing);
    lua_pcall(lua, 1, 0, 0);
    lua_sethook(lua, NULL, 0, 0);
    CHECK(ran > 0 && (loops || ran <= code.instructions), "%u of %u: %s", ran,
          code.instructions, text);
}

static void test_counts_no_less_than_what_runs(void)
{
    lua_State *lua = luaL_newstate();
    uint64_t seed = 41;

    for (int i = 0; i < 2000; i++)
        check_random(lua, &seed);
    lua_close(lua);
}

/* Constants of every type and size, texts longer than a byte of length tells. */
static void test_reads_past_constants(void)
{
    char text[9000] = "local t = { true, false, nil, 1.5, 70000000000, '', '";
    lua_State *lua = luaL_newstate();
    pol_code code;

    for (int i = 0; i < 700; i++)
        strcat(text, "0123456789");
    strcat(text, "' } return function(a) return a % 2.5 end, t");
    read_text(&code, lua, text);
    CHECK(code.modulo && !code.joins, "what stands behind them");
    lua_close(lua);
}

static void test_adds_what_is_called(void)
{
    pol_code plain = { 10, false, false }, modulo = { 5, true, false };
    pol_code joins = { POL_CODE_ENDLESS, false, true }, both;

    both = pol_code_both(plain, modulo);
    CHECK(both.instructions == POL_CODE_ENDLESS && both.modulo && !both.joins,
          "modulo");
    both = pol_code_both(both, joins);
    CHECK(both.modulo && both.joins, "both");
    CHECK_INT_EQ("plain", pol_code_dear(plain), 0);
    CHECK(pol_code_dear(modulo) > 0 && pol_code_dear(joins) > 0 &&
              pol_code_dear(both) == pol_code_dear(modulo) + pol_code_dear(joins),
          "units");
}

static void test_says_no_memory(void)
{
    struct test_allocator memory;
    lua_State *lua = luaL_newstate();
    pol_code code;
    size_t n = 0;

    luaL_loadstring(lua, "return 1 % ...");
    do {
        policy_status st;

        test_allocator_init(&memory);
        memory.fail_at = ++n;
        st = pol_code_read(&code, lua, &memory.allocator);
        CHECK_INT_EQ("status", st, memory.failed ? POLICY_ENOMEM : POLICY_OK);
        test_allocator_clean(&memory);
    } while (memory.failed && n < 50);
    CHECK(n > 1 && n < 50, "%zu requests", n);
    CHECK(code.modulo, "in the end");
    lua_close(lua);
}

static const struct test_case tests[] = {
    { "tells loops and dear instructions",
      test_tells_loops_and_dear_instructions },
    { "counts no less than what runs", test_counts_no_less_than_what_runs },
    { "reads past constants", test_reads_past_constants },
    { "adds what is called", test_adds_what_is_called },
    { "says no memory", test_says_no_memory }
};

POLICY_TEST_MAIN("code", tests)
