/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment of a rule file. Its _ENV is an empty table in front of the
 * table of constructors: reading an unknown name and writing any name raise. No
 * metatable can be reached from a script, so neither can be changed, and there
 * is no library whose functions a file could bring along.
 */
#include <assert.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/slice.h"
#include "script/constructors.h"

const char pol_key_calls, pol_key_globals, pol_key_declared, pol_key_functions;

/* The words of the rule language (rule-language 2 to 8). */
static const struct constructor {
    const char *name;
    bool declares;
} constructors[] = {
    { "rule", true },       { "theme", true },      { "use", true },
    { "memory", true },     { "duty", true },       { "ladder", true },
    { "param", false },     { "list", false },      { "term", false },
    { "pii", false },       { "regex", false },     { "any", false },
    { "all", false },       { "none", false },      { "near", false },
    { "at_least", false },  { "none_of", false },   { "all_of", false },
    { "more_than", false }, { "less_than", false }, { "among", false },
    { "outside", false },   { "same", false },      { "differs", false },
    { "beyond", false },    { "later", false },     { "absent", false },
    { "present", false },   { "empty", false },     { "known", false },
    { "unknown", false },   { "pending", false },   { "overdue", false },
    { "step", false },      { "each", false },      { "who", false },
    { "hit", false },       { "miss", false },      { "steps", false }
};

enum {
    CONSTRUCTOR_COUNT = sizeof(constructors) / sizeof(*constructors),
    USE = 2 /* ORDER constructors: `use "x" { … }` is called twice */
};

policy_str pol_constructor_name(uint32_t constructor)
{
    return pol_str(constructors[constructor].name);
}

static pol_environment *environment_of(lua_State *lua)
{
    return pol_sandbox_of(lua)->owner;
}

/* Raise; the caller of the file reads why from the fault. */
static int stop(lua_State *lua, pol_message m, policy_str name,
                policy_str suggestion)
{
    pol_fault *f = &environment_of(lua)->fault;
    policy_str shown;

    f->set = true;
    f->message = m;
    shown = pol_str_cut(name, sizeof(f->name) - 1);
    snprintf(f->name, sizeof(f->name), "%.*s", (int)shown.len, shown.ptr);
    f->suggestion = suggestion;
    f->line = pol_sandbox_line(lua);
    return luaL_error(lua, "stopped");
}

/* __index behind the constructors: (table, name). */
static int unknown_name(lua_State *lua)
{
    policy_str names[CONSTRUCTOR_COUNT], name = { "?", 1 };

    if (lua_type(lua, 2) == LUA_TSTRING)
        name.ptr = lua_tolstring(lua, 2, &name.len);
    for (uint32_t i = 0; i < CONSTRUCTOR_COUNT; i++)
        names[i] = pol_constructor_name(i);
    /* A name of thousands of bytes resembles none, and would take long. */
    return stop(lua, POL_MSG_LUA_NAME, name,
                name.len > 64 ? (policy_str){ "", 0 }
                              : pol_nearest(name, names, CONSTRUCTOR_COUNT));
}

/* __newindex of _ENV: (table, name, value). */
static int global_write(lua_State *lua)
{
    policy_str name = { "?", 1 };

    if (lua_type(lua, 2) == LUA_TSTRING)
        name.ptr = lua_tolstring(lua, 2, &name.len);
    if (environment_of(lua)->calling)
        return luaL_error(lua, "a check cannot write outside itself: '%s'",
                          name.len > 64 ? "…" : name.ptr);
    return stop(lua, POL_MSG_LUA_GLOBAL, name, (policy_str){ "", 0 });
}

/* The constructor whose number is the upvalue. */
static int construct(lua_State *lua)
{
    uint32_t which = (uint32_t)lua_tointeger(lua, lua_upvalueindex(1));
    int count = lua_gettop(lua), room = count;
    int line = pol_sandbox_line(lua);
    pol_call_value *c;

    if (environment_of(lua)->calling)
        return luaL_error(lua, "'%s' only exists while the file is loaded",
                          constructors[which].name);
    if (count > POL_CONSTRUCTOR_ARGS)
        return stop(lua, POL_MSG_LUA_ARGUMENTS, pol_constructor_name(which),
                    (policy_str){ "", 0 });
    if (which == USE)
        room++;
    c = lua_newuserdatauv(lua, sizeof(*c), room);
    *c = (pol_call_value){ which, (uint32_t)count,
                           line > 0 ? (uint32_t)line : 0, false };
    for (int i = 1; i <= count; i++) {
        lua_pushvalue(lua, i);
        lua_setiuservalue(lua, -2, i);
    }
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_calls);
    lua_setmetatable(lua, -2);
    if (constructors[which].declares) {
        lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_declared);
        lua_pushvalue(lua, -2);
        lua_rawseti(lua, -2, ++environment_of(lua)->declared);
        lua_pop(lua, 1);
    }
    return 1;
}

/* __call: `use "x" { … }` adds its table; nothing else is called twice. */
static int extend(lua_State *lua)
{
    pol_call_value *c = lua_touserdata(lua, 1);

    if (c->constructor != USE || c->count != 1 || lua_gettop(lua) != 2)
        return stop(lua, POL_MSG_LUA_CALLED,
                    pol_constructor_name(c->constructor),
                    (policy_str){ "", 0 });
    lua_setiuservalue(lua, 1, 2);
    c->count = 2;
    return 1;
}

static void set_function(lua_State *lua, const char *key, lua_CFunction f)
{
    lua_pushcfunction(lua, f);
    lua_setfield(lua, -2, key);
}

static void hide_metatable(lua_State *lua)
{
    lua_pushboolean(lua, false);
    lua_setfield(lua, -2, "__metatable");
}

void pol_environment_make(lua_State *lua)
{
    assert(strcmp(constructors[USE].name, "use") == 0);
    luaL_checkstack(lua, 10, NULL);
    lua_createtable(lua, 0, 2);
    hide_metatable(lua);
    set_function(lua, "__call", extend);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_calls);

    lua_newtable(lua); /* _ENV */
    lua_createtable(lua, 0, 3);
    hide_metatable(lua);
    set_function(lua, "__newindex", global_write);
    lua_createtable(lua, 0, CONSTRUCTOR_COUNT);
    for (uint32_t i = 0; i < CONSTRUCTOR_COUNT; i++) {
        lua_pushinteger(lua, i);
        lua_pushcclosure(lua, construct, 1);
        lua_setfield(lua, -2, constructors[i].name);
    }
    lua_createtable(lua, 0, 1);
    set_function(lua, "__index", unknown_name);
    lua_setmetatable(lua, -2);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_globals);
}

typedef struct reader {
    policy_str bytes;
    size_t *pos;
    bool places;
} reader;

/* lua_Reader; a byte at a time where the count of bytes read is to say where Lua
 * stands when it finds an error, which costs a fifth of compiling. */
static const char *read_bytes(lua_State *lua, void *ud, size_t *len)
{
    reader *r = ud;
    size_t from = *r->pos, left = r->bytes.len - from;

    (void)lua;
    *len = r->places && left ? 1 : left;
    *r->pos += *len;
    return left ? r->bytes.ptr + from : NULL;
}

/* The file that was compiled lies on top. */
static void charge_for_code(lua_State *lua, pol_sandbox *s)
{
    pol_code code;

    if (pol_code_read(&code, lua, &s->pool.allocator) != POLICY_OK)
        pol_sandbox_starve(lua);
    s->dear = pol_code_dear(code);
}

void pol_environment_run(lua_State *lua, policy_str bytes, int chunk)
{
    pol_environment *e = environment_of(lua);
    pol_sandbox *s = pol_sandbox_of(lua);
    reader r = { bytes, &e->consumed, e->places };
    char name[16];

    e->declared = 0;
    e->consumed = pol_str_starts(bytes, POL_STR("\xef\xbb\xbf")) ? 3 : 0;
    lua_newtable(lua);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_declared);
    lua_newtable(lua);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_functions);
    snprintf(name, sizeof(name), "=%d", chunk);
    e->syntax = s->parsing = true;
    if (lua_load(lua, read_bytes, &r, name, "t") != LUA_OK)
        lua_error(lua);
    e->syntax = s->parsing = false;
    s->largest = 0; /* those of the parser are gone */
    charge_for_code(lua, s);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_globals);
    lua_setupvalue(lua, -2, 1);
    lua_call(lua, 0, 0);
}
