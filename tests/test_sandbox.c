/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limits of a state by themselves: nothing but the language in it.
 */
#include "harness.h"

#include <lauxlib.h>

#include "base/slice.h"
#include "script/sandbox.h"

struct boxed {
    struct test_allocator memory;
    pol_sandbox box;
    const char *text; /* of the chunk that runs */
};

static int run_chunk(lua_State *lua)
{
    const struct boxed *b = lua_touserdata(lua, 1);

    if (luaL_loadbufferx(lua, b->text, strlen(b->text), "=7", "t") != LUA_OK)
        return lua_error(lua);
    lua_call(lua, 0, 0);
    return 0;
}

static void open_box(struct boxed *b)
{
    memset(b, 0, sizeof(*b));
    test_allocator_init(&b->memory);
    CHECK_INT_EQ("open", pol_sandbox_open(&b->box, &b->memory.allocator),
                 POLICY_OK);
}

static int run_text(struct boxed *b, const char *text, size_t bytes,
                    uint64_t units)
{
    b->text = text;
    pol_sandbox_arm(&b->box, bytes, units);
    return pol_sandbox_run(&b->box, run_chunk, b);
}

static void close_box(struct boxed *b)
{
    pol_sandbox_close(&b->box);
    test_allocator_clean(&b->memory);
}

/* The pool holds what Lua uses, and knows what it holds. */
static void check_bytes(const char *label, const struct boxed *b)
{
    CHECK(b->box.pool.bytes == b->memory.live_bytes, "%s: %zu, %zu", label,
          b->box.pool.bytes, b->memory.live_bytes);
    CHECK(b->box.used <= b->box.pool.bytes, "%s: %zu of %zu", label, b->box.used,
          b->box.pool.bytes);
}

static void test_counts_every_byte(void)
{
    struct boxed b;
    size_t used;

    open_box(&b);
    check_bytes("empty", &b);
    used = b.box.used;
    run_text(&b, "local t = {} for i = 1, 100 do t[i] = 'x' .. i end", 1 << 20,
             100000);
    check_bytes("after", &b);
    CHECK(b.box.used > used + 100 * 40, "after: %zu of %zu", b.box.used, used);
    lua_gc(b.box.lua, LUA_GCCOLLECT);
    check_bytes("collected", &b);
    CHECK(b.box.used < used + 1000, "collected: %zu of %zu", b.box.used, used);
    close_box(&b);
}

static void test_ends_at_the_budget(void)
{
    static const uint64_t budgets[] = { 0, 1, 99, 100, 101, 1000, 123456 };

    for (size_t i = 0; i < sizeof(budgets) / sizeof(*budgets); i++) {
        struct boxed b;

        open_box(&b);
        CHECK_INT_EQ("status", run_text(&b, "\nwhile true do end", 1 << 20,
                                        budgets[i]), LUA_ERRRUN);
        CHECK_INT_EQ("breach", b.box.breach, POL_BREACH_INSTRUCTIONS);
        CHECK(b.box.units > budgets[i] && b.box.units <= budgets[i] + 100,
              "%llu of %llu", (unsigned long long)b.box.units,
              (unsigned long long)budgets[i]);
        CHECK(b.box.breach_line == 2 && b.box.breach_chunk == 7, "at %d:%d",
              b.box.breach_chunk, b.box.breach_line);
        close_box(&b);
    }
}

/* The same text ends at the same unit, whatever ran before it. */
static void test_starts_each_budget_anew(void)
{
    static const char text[] = "local n = 0 for i = 1, 1000 do n = n + i end";
    struct boxed b;
    uint64_t units = 0;

    open_box(&b);
    for (int i = 0; i < 10; i++) {
        CHECK_INT_EQ("status", run_text(&b, text, 1 << 20, 100000), LUA_OK);
        CHECK(i == 0 || b.box.units == units, "%llu, then %llu",
              (unsigned long long)units, (unsigned long long)b.box.units);
        units = b.box.units;
        run_text(&b, "for i = 1, 7 do end", 1 << 20, 100000);
    }
    CHECK(units > 1000, "%llu", (unsigned long long)units);
    close_box(&b);
}

static void test_ends_at_the_bytes(void)
{
    struct boxed b;

    open_box(&b);
    run_text(&b, "local s = 'x'\nwhile true do s = s .. s end", 100000, 1000000);
    CHECK_INT_EQ("breach", b.box.breach, POL_BREACH_MEMORY);
    CHECK_INT_EQ("line", b.box.breach_line, 2);
    CHECK(b.memory.peak_bytes <= 120000, "%zu", b.memory.peak_bytes);
    close_box(&b);
}

/* Between nine tenths and all: granted, and ended at the next instruction. */
static void test_ends_softly_with_a_line(void)
{
    struct boxed b;

    open_box(&b);
    CHECK_INT_EQ("status", run_text(&b,
                                    "local t = {} for i = 1, 1e6 do\nt[i] = {} end",
                                    100000, 10000000), LUA_ERRRUN);
    CHECK_INT_EQ("breach", b.box.breach, POL_BREACH_MEMORY);
    CHECK_INT_EQ("line", b.box.breach_line, 2);
    close_box(&b);
}

/* A state that sits below the limit and asks for more than it can have: three
 * times, and no fourth. */
static void test_does_not_collect_for_ever(void)
{
    struct boxed b;

    open_box(&b);
    run_text(&b,
             "local keep = 'x' for i = 1, 15 do keep = keep .. keep end\n"
             "while true do local s = keep .. 'y' end",
             110000, 100000000);
    CHECK_INT_EQ("breach", b.box.breach, POL_BREACH_MEMORY);
    CHECK(b.box.units < 10000, "%llu", (unsigned long long)b.box.units);
    close_box(&b);
}

static void test_tells_the_host_from_the_limit(void)
{
    struct boxed b;

    open_box(&b);
    b.memory.fail_after = b.memory.requests + 40;
    CHECK_INT_EQ("status", run_text(&b, "local t = {} for i = 1, 1e5 do t[i] = {} "
                                    "end", 10 << 20, 10000000), LUA_ERRMEM);
    CHECK_INT_EQ("breach", b.box.breach, POL_BREACH_NONE);
    CHECK(b.box.starved, "starved");
    b.memory.fail_after = 0;
    CHECK_INT_EQ("after", run_text(&b, "local x = 1", 1 << 20, 1000), LUA_OK);
    CHECK(!b.box.starved, "starved no more");
    close_box(&b);
}

static void test_opens_or_says_no_memory(void)
{
    size_t n;

    for (n = 1; n < 200; n++) {
        struct test_allocator memory;
        pol_sandbox box;
        policy_status st;

        test_allocator_init(&memory);
        memory.fail_at = n;
        st = pol_sandbox_open(&box, &memory.allocator);
        CHECK_INT_EQ("status", st, memory.failed ? POLICY_ENOMEM : POLICY_OK);
        pol_sandbox_close(&box);
        test_allocator_clean(&memory);
        if (!memory.failed)
            break;
    }
    CHECK(n > 1 && n < 200, "%zu requests", n);
}

/* It is told from other blocks by its place alone. */
static void test_knows_the_stack(void)
{
    static const char *const deep[] = {
        "local function f(n) if n > 0 then return 1 + f(n - 1) end return 0 end\n"
        "f(150)",
        "local function f(n) if n > 0 then return 1 + f(n - 1) end return 0 end\n"
        "f(1000)",
        "local function f(...) return f(1, ...) end f()",
        "local function f(n) if n > 0 then return 1, f(n - 1) end end f(600)"
    };
    struct boxed b;

    for (size_t i = 0; i < sizeof(deep) / sizeof(*deep); i++) {
        open_box(&b);
        CHECK(b.box.stack.block && b.box.stack.len == 45 * 16, "a new one");
        run_text(&b, deep[i], 8 << 20, 1000000);
        CHECK_INT_EQ(deep[i], b.box.breach,
                     i ? POL_BREACH_STACK : POL_BREACH_NONE);
        CHECK(i == 0 || b.box.breach_line > 0, "%s: no place", deep[i]);
        close_box(&b);
    }
}

/* --- charges ------------------------------------------------------------ */

static int charge_ten(lua_State *lua)
{
    pol_sandbox_charge(lua, 10);
    return 0;
}

static int charge_in_a_loop(lua_State *lua)
{
    int *times = lua_touserdata(lua, 1);

    for (*times = 0; *times < 1000; ++*times)
        charge_ten(lua);
    return 0;
}

static void test_charges_functions_in_c(void)
{
    struct boxed b;
    int times;

    open_box(&b);
    pol_sandbox_arm(&b.box, 1 << 20, 105);
    CHECK_INT_EQ("status", pol_sandbox_run(&b.box, charge_in_a_loop, &times),
                 LUA_ERRRUN);
    CHECK_INT_EQ("times", times, 10);
    CHECK_INT_EQ("breach", b.box.breach, POL_BREACH_INSTRUCTIONS);
    close_box(&b);
}

/* --- errors ------------------------------------------------------------- */

static int raise_value(lua_State *lua)
{
    const char *const *text = lua_touserdata(lua, 1);

    if (!*text)
        lua_newtable(lua);
    else if (**text == '#')
        lua_pushinteger(lua, 5);
    else
        lua_pushstring(lua, *text);
    return lua_error(lua);
}

static const struct { const char *raised, *text; int chunk, line; } raised[] = {
    { "3:12: text", "text", 3, 12 },
    { "3:12:text", "text", 3, 12 },
    { "12: text", "12: text", -1, 0 },
    { "3:: text", "3:: text", -1, 0 },
    { "x:12: text", "x:12: text", -1, 0 },
    { "", "", -1, 0 },
    { "123456789:1: text", "123456789:1: text", -1, 0 },
    { "#", "an error without a text", -1, 0 },
    { NULL, "an error without a text", -1, 0 }
};

static void test_takes_errors_apart(void)
{
    for (size_t i = 0; i < sizeof(raised) / sizeof(*raised); i++) {
        struct boxed b;
        int chunk, line;
        const char *text = raised[i].raised;
        const char *label = text ? text : "a table";

        open_box(&b);
        pol_sandbox_arm(&b.box, 1 << 20, 1000);
        CHECK_INT_EQ(label, pol_sandbox_run(&b.box, raise_value, &text),
                     LUA_ERRRUN);
        CHECK_STR_EQ(label, pol_sandbox_error(b.box.lua, &chunk, &line),
                     raised[i].text);
        CHECK_INT_EQ(label, chunk, raised[i].chunk);
        CHECK_INT_EQ(label, line, raised[i].line);
        close_box(&b);
    }
}

static const struct test_case tests[] = {
    { "counts every byte", test_counts_every_byte },
    { "ends at the budget", test_ends_at_the_budget },
    { "starts each budget anew", test_starts_each_budget_anew },
    { "ends at the bytes", test_ends_at_the_bytes },
    { "ends softly with a line", test_ends_softly_with_a_line },
    { "does not collect for ever", test_does_not_collect_for_ever },
    { "tells the host from the limit", test_tells_the_host_from_the_limit },
    { "opens or says no memory", test_opens_or_says_no_memory },
    { "knows the stack", test_knows_the_stack },
    { "charges functions in C", test_charges_functions_in_c },
    { "takes errors apart", test_takes_errors_apart }
};

POLICY_TEST_MAIN("sandbox", tests)
