/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain loop of decider_lua.lua in Debian's Lua, in this process.
 */
#include <lauxlib.h>
#include <lualib.h>

#include "decider.h"

enum { RUN = 1, ONE = 2 }; /* where its functions lie on the stack */

static void push_strings(lua_State *L, const policy_str *at, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushlstring(L, at[i].ptr, at[i].len);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_rules(lua_State *L, const struct rule_set *s)
{
    lua_createtable(L, (int)s->rules, 0);
    for (size_t r = 0; r < s->rules; r++) {
        push_strings(L, s->terms + r * RULE_TERMS, RULE_TERMS);
        lua_rawseti(L, -2, (lua_Integer)r + 1);
    }
    lua_createtable(L, (int)s->rules, 0);
    for (size_t r = 0; r < s->rules; r++) {
        lua_pushinteger(L, rule_verdict(r));
        lua_rawseti(L, -2, (lua_Integer)r + 1);
    }
}

static void call(lua_State *L, int args, int results)
{
    if (lua_pcall(L, args, results, 0))
        bench_fail("Lua: %s", lua_tostring(L, -1));
}

static const char *lua_lacks(void)
{
    return NULL;
}

static void *lua_build(const struct rule_set *s)
{
    lua_State *L = luaL_newstate();

    if (!L)
        bench_fail("out of memory");
    luaL_openlibs(L);
    if (luaL_loadfile(L, SOURCE_ROOT "/tests/bench/decider_lua.lua"))
        bench_fail("Lua: %s", lua_tostring(L, -1));
    push_rules(L, s);
    push_strings(L, s->text, s->messages);
    call(L, 3, 2);
    return L;
}

static void lua_fini(void *self)
{
    lua_close(self);
}

static size_t lua_decide(void *self, size_t message, uint32_t *fired)
{
    lua_State *L = self;
    size_t count;

    lua_pushvalue(L, ONE);
    lua_pushinteger(L, (lua_Integer)message + 1);
    call(L, 1, 2);
    count = (size_t)lua_tointeger(L, -1);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        fired[i] = (uint32_t)lua_tointeger(L, -1) - 1;
        lua_pop(L, 1);
    }
    lua_settop(L, ONE);
    return count;
}

static void lua_run(void *self, size_t first, size_t end)
{
    lua_State *L = self;

    lua_pushvalue(L, RUN);
    lua_pushinteger(L, (lua_Integer)first + 1);
    lua_pushinteger(L, (lua_Integer)end);
    call(L, 2, 0);
}

const struct decider decider_lua = {
    "lua_loop", "a plain loop over all rules in Lua 5.4", lua_lacks, lua_build,
    lua_fini, lua_decide, lua_run, NULL,
};
