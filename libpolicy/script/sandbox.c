/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two limits of a Lua state, and the doors through which it is entered.
 *
 * Instructions. Lua's count hook puts the machine on its slow path whatever the
 * period is, so the period is short (100) and the overshoot small. The hook
 * does not run while a function in C does; those that a script reaches either
 * take constant time or charge for their work. What is left are instructions
 * that are not of constant time:
 *
 *   - comparing strings, also as keys: linear in them;
 *   - finding a key in a table: linear in its hash part where keys collide, and
 *     with integers that is made easily, since their hash is themselves;
 *   - giving a table a new hash part: the square of that, in one instruction;
 *   - passing arguments on, or results back: linear in them;
 *   - remainders of floats, and numbers made into texts: see code.c.
 *
 * So each time the hook runs it charges for the longest string and the widest
 * table there are, once and not once an instruction: a check of a long text is
 * not ended for what it might do, and the worst that can be written stays
 * within some 25 ms of a budget of 200,000. A hash part is charged when it is
 * asked for, and refused where the budget does not reach: this bounds tables.
 * What can be passed is bounded by the stack, which may not grow beyond
 * STACK_SLOTS: some 200 calls within calls.
 * (The parser's own table of constants is bounded by source_map.c.)
 * (`<` walks through NULs in steps of 10 ns; no string here has any:
 * source_map.c, handles.c.) Hooks are off inside finalizers and message
 * handlers, hence neither exists here. A raised limit cannot be swallowed:
 * there is no pcall, no coroutine and no __close to do it with.
 *
 * Memory. Lua tells the exact old size, so `used` is exact. Between `soft` and
 * `hard` (nine tenths and all of the allowance) a request is granted and the
 * hook armed for the next instruction, so that it ends by an ordinary error. A
 * request beyond `hard` is refused; Lua then collects everything and asks
 * again, which a script just below the line could make it do at every
 * allocation. Three refusals, or one request above half of the allowance, are
 * therefore final: from then on the state gets nothing. A refusal by the host's
 * own allocator is another matter: `starved` tells it apart, and it is no fault
 * of the script.
 *
 * The collector never runs by itself, in a file no more than in a check: what
 * is asked for counts whether it is still held or not. Thus a limit of bytes is
 * one of copying too: `s = s .. 'x'` makes a longer text each time, which the
 * collector would let a script do for as long as its instructions last.
 *
 * Who may allocate: anything between arm and disarm counts against the
 * allowance. The limits say what happened in `breach`; the status and the text
 * of an error are only what Lua made of it.
 */
#include <lauxlib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "script/sandbox.h"

/* Of the count hook; research on 5.4 shows the same price at 10,000. */
enum { PERIOD = 100 };

/* One unit of work each time the hook runs, in bytes of the longest string: a
 * hundred comparisons of 32 bytes take some 300 ns. Those below STRING_FREE are
 * as good as constant; and whether a short one is made anew or found depends on
 * what happened before, so it may not count. */
enum { STRING_BYTES = 32, STRING_FREE = 256 };

/*
 * A slot of a hash part, `struct Node` of Lua 5.4, and units for one each time
 * the hook runs; tables below SLOTS_FREE are as good as constant. A new hash
 * part of n slots is n²/SLOTS_SQUARE: some 4,000 keys for a check's budget.
 */
enum { SLOT_BYTES = 24, SLOT_UNITS = 2, SLOTS_FREE = 128, SLOTS_SQUARE = 64 };

/* After so many refusals the collector is only being kept busy. */
enum { REFUSALS_MAX = 3 };

/* Lua's first stack, doubled five times, and what it keeps in reserve. */
enum { STACK_SLOTS = 1285, STACK_RESERVE = 5, STACK_SLOT_BYTES = 16 };

static void on_count(lua_State *lua, lua_Debug *ar);

/* Another instruction may be the last: look before it. */
static void look_soon(pol_sandbox *s)
{
    if (s->lua)
        lua_sethook(s->lua, on_count, LUA_MASKCOUNT, 1);
    s->hooked = true;
}

/* Chunks are named "=<number>", so their short source is that number. */
static bool note_place(pol_sandbox *s, lua_State *lua, lua_Debug *ar)
{
    if (!lua_getinfo(lua, "Sl", ar) || ar->currentline <= 0)
        return false;
    s->breach_line = ar->currentline;
    s->breach_chunk = atoi(ar->short_src);
    return true;
}

/* Where the innermost function in Lua stands. Nothing here allocates, and Lua
 * saves its position before each instruction that may. */
static void note_running(pol_sandbox *s)
{
    lua_Debug ar;

    for (int level = 0;
         s->lua && s->breach_line == 0 && lua_getstack(s->lua, level, &ar);
         level++)
        if (note_place(s, s->lua, &ar))
            return;
}

static bool refused(pol_sandbox *s, size_t old, size_t len)
{
    size_t more = len - old;

    if (s->breach != POL_BREACH_NONE && s->refusals >= REFUSALS_MAX)
        return true;
    if (more <= s->hard && s->used <= s->hard - more) {
        if (s->used + more > s->soft && s->breach == POL_BREACH_NONE) {
            s->breach = POL_BREACH_MEMORY;
            note_running(s);
            look_soon(s);
        }
        return false;
    }
    s->refusals = more > s->hard / 2 ? REFUSALS_MAX : s->refusals + 1;
    if (s->breach == POL_BREACH_NONE)
        s->breach = POL_BREACH_MEMORY;
    note_running(s);
    return true;
}

static void note_most(size_t *most, size_t value)
{
    if (value > *most)
        *most = value;
}

/* Of a fresh block of no type: Lua's arrays of nodes are powers of two. */
static size_t slots_of(size_t len)
{
    size_t slots = len / SLOT_BYTES;

    return len % SLOT_BYTES == 0 && slots >= SLOTS_FREE &&
                   (slots & (slots - 1)) == 0
               ? slots
               : 0;
}

/* A table asks for so many slots: false if the budget does not allow for what
 * filling them may take. */
static bool takes_slots(pol_sandbox *s, size_t slots)
{
    if (s->armed && s->breach == POL_BREACH_NONE) {
        s->units += (uint64_t)slots * slots / SLOTS_SQUARE;
        if (s->units > s->budget) {
            s->breach = POL_BREACH_INSTRUCTIONS;
            note_running(s);
        }
    }
    if (s->armed && s->breach == POL_BREACH_INSTRUCTIONS)
        return false;
    note_most(&s->widest, slots);
    return true;
}

/*
 * Lua's stack is what a new state asks for first, after itself. 5.4.4 moves it to
 * a fresh block of twice the slots and frees the old one at once; later ones
 * resize it. So a block that could be the next stack is known before it is
 * given, and the stack after it was.
 */
static bool overflows(pol_sandbox *s, const void *ptr, size_t len)
{
    size_t next = 2 * s->stack.len - STACK_RESERVE * STACK_SLOT_BYTES;

    if (!s->armed || len <= STACK_SLOTS * STACK_SLOT_BYTES ||
        (ptr ? ptr != s->stack.block : len != next))
        return false;
    if (s->breach == POL_BREACH_NONE) {
        s->breach = POL_BREACH_STACK;
        note_running(s);
    }
    s->refusals = REFUSALS_MAX;
    return true;
}

static void follow_stack(pol_sandbox *s, const void *ptr, size_t type,
                         const void *block, size_t len)
{
    if (!ptr && type == 0) {
        s->fresh.block = block;
        s->fresh.len = len;
    }
    if (!s->stack.block || (ptr && ptr == s->stack.block && !block)) {
        s->stack = s->fresh;
    } else if (ptr && ptr == s->stack.block) {
        s->stack.block = block;
        s->stack.len = len;
    }
}

/* lua_Alloc. Without a block `old` is a type tag and no size. */
static void *resize(void *ud, void *ptr, size_t old, size_t len)
{
    pol_sandbox *s = ud;
    size_t type = ptr ? 0 : old;
    void *block;

    if (!ptr)
        old = 0;
    if (len == 0) {
        if (ptr)
            follow_stack(s, ptr, 0, NULL, 0);
        pol_pool_resize(&s->pool, ptr, old, 0);
        s->used -= old;
        return NULL;
    }
    if (!ptr && type == 0 && slots_of(len) && !s->parsing &&
        !takes_slots(s, slots_of(len)))
        return NULL;
    if (len > old &&
        ((type == 0 && overflows(s, ptr, len)) || refused(s, old, len)))
        return NULL;
    block = pol_pool_resize(&s->pool, ptr, old, len);
    if (block)
        s->used += len - old;
    s->starved |= !block;
    if (!block)
        return NULL;
    follow_stack(s, ptr, type, block, len);
    note_most(type == LUA_TSTRING ? &s->longest : &s->largest, len);
    return block;
}

static void on_count(lua_State *lua, lua_Debug *ar)
{
    pol_sandbox *s = pol_sandbox_of(lua);

    if (ar->event == LUA_HOOKLINE) { /* asked for by tests of rules only */
        if (lua_getinfo(lua, "S", ar))
            s->on_line(s->line_user, atoi(ar->short_src), ar->currentline);
        return;
    }
    s->units += (uint64_t)s->period + s->dear + s->widest * SLOT_UNITS;
    if (s->longest >= STRING_FREE)
        s->units += s->longest / STRING_BYTES;
    if (s->breach == POL_BREACH_NONE && s->units <= s->budget)
        return;
    if (s->breach == POL_BREACH_NONE)
        s->breach = POL_BREACH_INSTRUCTIONS;
    if (s->breach_line == 0)
        note_place(s, lua, ar);
    /* Not in Lua's own words for it, which it would take for its own error. */
    luaL_error(lua, s->breach == POL_BREACH_INSTRUCTIONS
                        ? "too many instructions"
                        : "too much memory");
}

policy_status pol_sandbox_open(pol_sandbox *s, const policy_allocator *a)
{
    memset(s, 0, sizeof(*s));
    pol_pool_init(&s->pool, a);
    s->soft = s->hard = SIZE_MAX;
    /* In glibc the locale "C" is static: nothing is allocated or read. */
    s->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!s->locale)
        return POLICY_ENOMEM;
    s->lua = lua_newstate(resize, s);
    if (!s->lua) {
        pol_sandbox_close(s);
        return POLICY_ENOMEM;
    }
    memcpy(lua_getextraspace(s->lua), &s, sizeof(s));
    lua_gc(s->lua, LUA_GCSTOP);
    return POLICY_OK;
}

void pol_sandbox_close(pol_sandbox *s)
{
    lua_State *lua = s->lua;

    s->lua = NULL;
    if (lua)
        lua_close(lua);
    if (s->locale)
        freelocale(s->locale);
    pol_pool_fini(&s->pool);
    memset(s, 0, sizeof(*s));
}

/* Set anew each time: it also resets the counter, so that where a budget ends
 * does not depend on the call before. */
static void set_hook(pol_sandbox *s)
{
    lua_sethook(s->lua, on_count,
                LUA_MASKCOUNT | (s->on_line ? LUA_MASKLINE : 0), s->period);
    s->hooked = true;
}

static void remove_hook(pol_sandbox *s)
{
    if (s->hooked)
        lua_sethook(s->lua, NULL, 0, 0);
    s->hooked = false;
}

void pol_sandbox_arm(pol_sandbox *s, size_t bytes, uint64_t units)
{
    static const pol_code any = { .instructions = POL_CODE_ENDLESS };

    pol_sandbox_arm_for(s, bytes, units, &any);
}

void pol_sandbox_arm_for(pol_sandbox *s, size_t bytes, uint64_t units,
                         const pol_code *code)
{
    s->hard = bytes < SIZE_MAX - s->used ? s->used + bytes : SIZE_MAX;
    s->soft = s->hard - bytes / 10;
    s->refusals = 0;
    s->starved = false;
    s->breach = POL_BREACH_NONE;
    s->breach_line = 0;
    s->breach_chunk = -1;
    s->longest = s->longest_before;
    s->widest = s->widest_before;
    s->armed = true;
    s->units = 0;
    s->budget = units;
    s->period = units < PERIOD ? (int)units + 1 : PERIOD;
    s->dear = pol_code_dear(*code);
    if (s->on_line || code->instructions >= (uint32_t)s->period)
        set_hook(s);
    else
        remove_hook(s);
}

void pol_sandbox_disarm(pol_sandbox *s)
{
    s->soft = s->hard = SIZE_MAX;
    s->longest_before = s->longest;
    s->widest_before = s->widest;
    s->armed = false;
    remove_hook(s);
}

void pol_sandbox_settle(pol_sandbox *s)
{
    s->widest_before = 0;
    if (s->longest_before > s->used)
        s->longest_before = s->used;
}

int pol_sandbox_call(pol_sandbox *s, int args, int results)
{
    locale_t before = uselocale(s->locale);
    int status = lua_pcall(s->lua, args, results, 0);

    uselocale(before);
    return status;
}

int pol_sandbox_run(pol_sandbox *s, lua_CFunction f, void *ud)
{
    /* Neither push allocates, and a fresh frame has room for both. */
    lua_pushcfunction(s->lua, f);
    lua_pushlightuserdata(s->lua, ud);
    return pol_sandbox_call(s, 1, 0);
}

void pol_sandbox_spent(lua_State *lua)
{
    pol_sandbox *s = pol_sandbox_of(lua);

    if (s->breach == POL_BREACH_NONE)
        s->breach = POL_BREACH_INSTRUCTIONS;
    note_running(s);
    luaL_error(lua, "too many instructions");
}

int pol_sandbox_starve(lua_State *lua)
{
    pol_sandbox_of(lua)->starved = true;
    lua_pushnil(lua);
    return lua_error(lua);
}

int pol_sandbox_line(lua_State *lua)
{
    lua_Debug ar;

    if (!lua_getstack(lua, 1, &ar) || !lua_getinfo(lua, "l", &ar) ||
        ar.currentline < 0)
        return 0;
    return ar.currentline;
}

/* Digits and the colon after them. False, and *s as it was, if it is not so. */
static bool take_number(policy_str *s, int *out)
{
    size_t i = 0;
    int n = 0;

    while (i < s->len && i < 8 && s->ptr[i] >= '0' && s->ptr[i] <= '9')
        n = n * 10 + (s->ptr[i++] - '0');
    if (i == 0 || i == s->len || s->ptr[i] != ':')
        return false;
    *out = n;
    s->ptr += i + 1;
    s->len -= i + 1;
    return true;
}

policy_str pol_sandbox_error(lua_State *lua, int *chunk, int *line)
{
    policy_str text, rest;

    *chunk = -1;
    *line = 0;
    /* lua_tolstring would turn a number into a string, and so allocate. */
    if (lua_type(lua, -1) != LUA_TSTRING)
        return (policy_str){ "an error without a text", 23 };
    text.ptr = lua_tolstring(lua, -1, &text.len);
    rest = text;
    if (!take_number(&rest, chunk))
        return text;
    if (!take_number(&rest, line)) {
        *chunk = -1;
        return text;
    }
    if (rest.len && rest.ptr[0] == ' ') {
        rest.ptr++;
        rest.len--;
    }
    return rest;
}
