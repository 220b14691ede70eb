/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two limits of a Lua state, and the doors through which it is entered.
 *
 * Instructions. Lua's count hook puts the machine on its slow path whatever the
 * period is, so the period is short (100) and the overshoot small. The hook
 * does not run while a function in C does; those that a script reaches either
 * take constant time or charge for their work. What is left are the operators
 * that walk through strings, as `<` does: each time the hook runs it charges
 * for the longest string there is, once and not once an instruction, so that a
 * check of a long text is not ended for what it might do, and one that compares
 * in a loop ends within some 20 ms. Hooks are off inside finalizers and message
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
 * Who may allocate: anything between arm and disarm counts against the
 * allowance. The limits say what happened in `breach`; the status and the text
 * of an error are only what Lua made of it.
 */
#include <lauxlib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "script/sandbox.h"

/* Of the count hook; research on 5.4 shows the same price at 10,000. */
enum { PERIOD = 100 };

/* One unit of work, in bytes of a string that is walked through. */
enum { STRING_BYTES = 64 };

/* After so many refusals the collector is only being kept busy. */
enum { REFUSALS_MAX = 3 };

static void on_count(lua_State *lua, lua_Debug *ar);

/* Another instruction may be the last: look before it. */
static void look_soon(pol_sandbox *s)
{
    if (s->lua)
        lua_sethook(s->lua, on_count, LUA_MASKCOUNT, 1);
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

    if (s->breach == POL_BREACH_MEMORY && s->refusals >= REFUSALS_MAX)
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
            pol_free(&s->allocator, ptr, old);
        s->used -= old;
        return NULL;
    }
    if (len > old && refused(s, old, len))
        return NULL;
    block = pol_realloc(&s->allocator, ptr, old, len);
    if (block)
        s->used += len - old;
    if (block && type == LUA_TSTRING && len > s->longest)
        s->longest = len;
    s->starved |= !block;
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
    s->units += (uint64_t)s->period + s->longest / STRING_BYTES;
    if (s->breach == POL_BREACH_NONE && s->units <= s->budget)
        return;
    if (s->breach == POL_BREACH_NONE)
        s->breach = POL_BREACH_INSTRUCTIONS;
    if (s->breach_line == 0)
        note_place(s, lua, ar);
    /* Not in Lua's own words for it, which it would take for its own error. */
    luaL_error(lua, s->breach == POL_BREACH_MEMORY ? "too much memory"
                                                   : "too many instructions");
}

pol_sandbox *pol_sandbox_of(lua_State *lua)
{
    pol_sandbox *s;

    memcpy(&s, lua_getextraspace(lua), sizeof(s));
    return s;
}

policy_status pol_sandbox_open(pol_sandbox *s, const policy_allocator *a)
{
    memset(s, 0, sizeof(*s));
    s->allocator = pol_allocator_or_default(a);
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
    memset(s, 0, sizeof(*s));
}

void pol_sandbox_arm(pol_sandbox *s, size_t bytes, uint64_t units)
{
    s->hard = bytes < SIZE_MAX - s->used ? s->used + bytes : SIZE_MAX;
    s->soft = s->hard - bytes / 10;
    s->refusals = 0;
    s->starved = false;
    s->breach = POL_BREACH_NONE;
    s->breach_line = 0;
    s->breach_chunk = -1;
    s->longest = s->longest_before;
    s->units = 0;
    s->budget = units;
    s->period = units < PERIOD ? (int)units + 1 : PERIOD;
    /* Set anew each time: it also resets the counter, so that where a budget
     * ends does not depend on the call before. */
    lua_sethook(s->lua, on_count,
                LUA_MASKCOUNT | (s->on_line ? LUA_MASKLINE : 0), s->period);
}

void pol_sandbox_disarm(pol_sandbox *s)
{
    s->soft = s->hard = SIZE_MAX;
    s->longest_before = s->longest;
    lua_sethook(s->lua, NULL, 0, 0);
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

void pol_sandbox_charge(lua_State *lua, uint64_t units)
{
    pol_sandbox *s = pol_sandbox_of(lua);

    s->units += units;
    if (s->units <= s->budget)
        return;
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
