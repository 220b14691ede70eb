/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a script reaches, found by walking: the fields of tables, their
 * metatables ("^"), those of userdata, and those of every basic type. A path ends
 * at a function in C or a plain value; a function in Lua cannot be there yet.
 * The tables hold no cycle; a depth ends the walk if they ever do.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "script/allowed.h"
#include "script/constructors.h"
#include "script/handles.h"

enum { DEPTH_MAX = 8, SEEN_MAX = 128 };

/* By bytes. */
static const char *const loading[] = {
    "_ENV^.__index.absent", "_ENV^.__index.all", "_ENV^.__index.all_of",
    "_ENV^.__index.among", "_ENV^.__index.any", "_ENV^.__index.at_least",
    "_ENV^.__index.beyond", "_ENV^.__index.differs", "_ENV^.__index.duty",
    "_ENV^.__index.each", "_ENV^.__index.empty", "_ENV^.__index.hit",
    "_ENV^.__index.known", "_ENV^.__index.ladder", "_ENV^.__index.later",
    "_ENV^.__index.less_than", "_ENV^.__index.list", "_ENV^.__index.memory",
    "_ENV^.__index.miss", "_ENV^.__index.more_than", "_ENV^.__index.near",
    "_ENV^.__index.none", "_ENV^.__index.none_of", "_ENV^.__index.outside",
    "_ENV^.__index.overdue", "_ENV^.__index.param", "_ENV^.__index.pending",
    "_ENV^.__index.pii", "_ENV^.__index.present", "_ENV^.__index.regex",
    "_ENV^.__index.rule", "_ENV^.__index.same", "_ENV^.__index.step",
    "_ENV^.__index.steps", "_ENV^.__index.term", "_ENV^.__index.theme",
    "_ENV^.__index.unknown", "_ENV^.__index.use", "_ENV^.__index.who",
    "_ENV^.__index^.__index", "_ENV^.__metatable", "_ENV^.__newindex",
    "boolean", "call.__call", "call.__metatable", "function", "nil", "number",
    "pointer", "thread"
};

static const char *const calling[] = {
    "_ENV^.__index.math^.__index.abs", "_ENV^.__index.math^.__index.ceil",
    "_ENV^.__index.math^.__index.floor", "_ENV^.__index.math^.__index.huge",
    "_ENV^.__index.math^.__index.max", "_ENV^.__index.math^.__index.maxinteger",
    "_ENV^.__index.math^.__index.min", "_ENV^.__index.math^.__index.mininteger",
    "_ENV^.__index.math^.__index.tointeger",
    "_ENV^.__index.math^.__index^.__index", "_ENV^.__index.math^.__metatable",
    "_ENV^.__index.math^.__newindex", "_ENV^.__index^.__index",
    "_ENV^.__metatable", "_ENV^.__newindex", "boolean", "event^.__index",
    "event^.__metatable", "event^.__newindex", "facts.__index",
    "facts.__metatable", "facts.__newindex", "function", "hit.__index",
    "hit.__metatable", "hit.__newindex", "hits^.__index.count",
    "hits^.__index^.__index", "hits^.__len", "hits^.__metatable",
    "hits^.__newindex", "known.__index", "known.__len", "known.__metatable",
    "known.__newindex", "list.__index", "list.__len", "list.__metatable",
    "list.__newindex", "memory^.__index", "memory^.__metatable",
    "memory^.__newindex", "nil", "number", "pointer", "record.__index",
    "record.__metatable", "record.__newindex", "text^.__index.byte",
    "text^.__index.find", "text^.__index.sub", "text^.__metatable",
    "text^.__newindex", "thread"
};

typedef struct walk {
    lua_State *lua;
    const char *const *list;
    size_t count;
    bool seen[SEEN_MAX];
    char path[POL_ALLOWED_PATH];
    size_t len, depth;
    bool bad; /* `path` is what is too much */
} walk;

static int by_path(const void *key, const void *entry)
{
    return strcmp(key, *(const char *const *)entry);
}

static void leaf(walk *w)
{
    const char *const *at = bsearch(w->path, w->list, w->count,
                                    sizeof(*w->list), by_path);

    if (!at || w->seen[at - w->list]) {
        w->bad = true;
        return;
    }
    w->seen[at - w->list] = true;
}

static void walk_value(walk *w);

/* The value on top, under `name`; it is popped. */
static void walk_part(walk *w, const char *mark, const char *name)
{
    size_t len = w->len, m = strlen(mark), n = strlen(name);

    if (w->bad)
        return;
    if (len + m + n >= sizeof(w->path) || w->depth == DEPTH_MAX) {
        w->bad = true;
        return;
    }
    memcpy(w->path + len, mark, m);
    memcpy(w->path + len + m, name, n + 1);
    w->len = len + m + n;
    w->depth++;
    walk_value(w);
    w->depth--;
    if (w->bad)
        return;
    w->len = len;
    w->path[len] = '\0';
    lua_pop(w->lua, 1);
}

static void walk_fields(walk *w)
{
    int table = lua_gettop(w->lua);

    for (lua_pushnil(w->lua); !w->bad && lua_next(w->lua, table);)
        walk_part(w, ".", lua_type(w->lua, -2) == LUA_TSTRING
                              ? lua_tostring(w->lua, -2)
                              : "?");
}

/* The value on top, which stays. */
static void walk_value(walk *w)
{
    luaL_checkstack(w->lua, 8, NULL);
    if (lua_type(w->lua, -1) != LUA_TSTRING && lua_getmetatable(w->lua, -1))
        walk_part(w, "^", "");
    if (w->bad)
        return;
    if (lua_type(w->lua, -1) == LUA_TTABLE)
        walk_fields(w);
    else if (lua_isfunction(w->lua, -1) && !lua_iscfunction(w->lua, -1))
        w->bad = true;
    else if (lua_type(w->lua, -1) != LUA_TUSERDATA)
        leaf(w);
}

static int nothing(lua_State *lua)
{
    (void)lua;
    return 0;
}

/* A value of each basic type, for the metatable that all of them share. */
static void walk_types(walk *w)
{
    lua_pushnil(w->lua);
    walk_part(w, "", "nil");
    lua_pushboolean(w->lua, true);
    walk_part(w, "", "boolean");
    lua_pushinteger(w->lua, 0);
    walk_part(w, "", "number");
    lua_pushlightuserdata(w->lua, w);
    walk_part(w, "", "pointer");
    lua_pushcfunction(w->lua, nothing);
    walk_part(w, "", "function");
    lua_pushthread(w->lua);
    walk_part(w, "", "thread");
    lua_pushliteral(w->lua, "");
    if (lua_getmetatable(w->lua, -1)) {
        lua_remove(w->lua, -2);
        walk_part(w, "text", "^");
    } else {
        lua_pop(w->lua, 1);
    }
    lua_rawgeti(w->lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    walk_part(w, "", "_G"); /* nobody's _ENV: empty */
}

static void walk_key(walk *w, const void *key, const char *name)
{
    lua_rawgetp(w->lua, LUA_REGISTRYINDEX, key);
    walk_part(w, "", name);
}

static bool finish(walk *w, char what[POL_ALLOWED_PATH])
{
    size_t i = 0;

    while (!w->bad && i < w->count && w->seen[i])
        i++;
    if (w->bad)
        snprintf(what, POL_ALLOWED_PATH, "%s", w->path);
    else if (i < w->count)
        snprintf(what, POL_ALLOWED_PATH, "%s", w->list[i]);
    return !w->bad && i == w->count;
}

bool pol_allowed_loading(lua_State *lua, char what[POL_ALLOWED_PATH])
{
    walk w = { .lua = lua, .list = loading,
               .count = sizeof(loading) / sizeof(*loading) };

    walk_types(&w);
    walk_key(&w, &pol_key_globals, "_ENV");
    walk_key(&w, &pol_key_calls, "call");
    return finish(&w, what);
}

bool pol_allowed_calling(lua_State *lua, int event, char what[POL_ALLOWED_PATH])
{
    static const char *const handles[] = { "event", "hits", "memory" };
    walk w = { .lua = lua, .list = calling,
               .count = sizeof(calling) / sizeof(*calling) };

    walk_types(&w);
    walk_key(&w, &pol_key_globals, "_ENV");
    walk_key(&w, &pol_key_list, "list");
    walk_key(&w, &pol_key_facts, "facts");
    walk_key(&w, &pol_key_hit, "hit");
    walk_key(&w, &pol_key_known, "known");
    walk_key(&w, &pol_key_record, "record");
    for (int i = 0; i < 3; i++) {
        lua_pushvalue(lua, event + i);
        walk_part(&w, "", handles[i]);
    }
    return finish(&w, what);
}

policy_status pol_allowed_error(const char *what, policy_error *err)
{
    return pol_error_set(err, POLICY_EMISUSE, "lua-library",
                         "this Lua gives scripts “%s” otherwise than the allow "
                         "list has it", what);
}
