/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The allow list against states that have more or less than it says.
 */
#include "harness.h"

#include <lauxlib.h>
#include <lualib.h>

#include "script/allowed.h"
#include "script/handles.h"

struct seen {
    const char *chunk;  /* run after the environment was made; may be NULL */
    lua_CFunction open; /* and a library, before */
    bool calling, good;
    char what[POL_ALLOWED_PATH];
};

static int look(lua_State *lua)
{
    struct seen *s = lua_touserdata(lua, 1);

    if (s->open) {
        lua_pushcfunction(lua, s->open);
        lua_call(lua, 0, 0);
        lua_settop(lua, 1);
    }
    pol_environment_make(lua);
    if (s->calling)
        pol_handles_make(lua);
    if (s->chunk) {
        lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_globals);
        if (luaL_loadstring(lua, s->chunk) != LUA_OK)
            return lua_error(lua);
        lua_pushvalue(lua, -2);
        luaL_requiref(lua, "debug", luaopen_debug, 0);
        lua_call(lua, 2, 0);
        lua_pushnil(lua);
        lua_setfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
        lua_pop(lua, 1);
    }
    s->good = s->calling ? pol_allowed_calling(lua, 2, s->what)
                         : pol_allowed_loading(lua, s->what);
    return 0;
}

static void check_state(const char *label, struct seen *s)
{
    pol_handles handles;
    pol_sandbox box;

    memset(&handles, 0, sizeof(handles));
    CHECK_INT_EQ(label, pol_sandbox_open(&box, NULL), POLICY_OK);
    box.owner = &handles;
    CHECK_INT_EQ(label, pol_sandbox_run(&box, look, s), LUA_OK);
    pol_sandbox_close(&box);
}

static void test_finds_all_as_it_should_be(void)
{
    struct seen s = { .calling = false };

    check_state("loading", &s);
    CHECK(s.good, "loading: %s", s.what);
    s = (struct seen){ .calling = true };
    check_state("calling", &s);
    CHECK(s.good, "calling: %s", s.what);
}

/* `...` is _ENV's table and the debug library. */
static const struct {
    const char *label, *chunk, *what;
    bool calling;
} rows[] = {
    { "a word too much", "local e, d = ... d.getmetatable(e).__index.os = 1",
      "_ENV^.__index.os", false },
    { "a word too little", "local e, d = ... d.getmetatable(e).__index.rule = nil",
      "_ENV^.__index.rule", false },
    { "a function in Lua",
      "local e, d = ... d.getmetatable(e).__index.rule = function() end",
      "_ENV^.__index.rule", false },
    { "something in _ENV itself", "local e, d = ... d.setmetatable(e, nil).x = 1",
      "_ENV.x", false },
    { "texts that have methods while loading",
      "local e, d = ... d.setmetatable('', { __index = d })", "text^.__index", false },
    { "numbers that have a metatable",
      "local e, d = ... d.setmetatable(1, { __add = d.getinfo })", "number^.__add",
      true },
    { "nil that has a metatable",
      "local e, d = ... d.setmetatable(nil, { __index = d.getinfo })",
      "nil^.__index", true },
    { "functions that have a metatable",
      "local e, d = ... d.setmetatable(d.getinfo, { __index = d.getinfo })",
      "function^.__index", true },
    { "a method of texts too much",
      "local e, d = ... d.getmetatable('').__index.rep = d.getinfo",
      "text^.__index.rep", true },
    { "texts that open their metatable",
      "local e, d = ... d.getmetatable('').__metatable = nil",
      "text^.__metatable", true },
    { "globals of Lua", "local e, d = ... d.getregistry()[2].print = d.getinfo",
      "_G.print", true },
    { "tables in tables without end",
      "local e, d = ... local t = {} t.t = t d.getmetatable(e).__index.t = t",
      "_ENV^.__index.t.t", true },
};

static void test_names_what_is_otherwise(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct seen s = { .chunk = rows[i].chunk, .calling = rows[i].calling };

        check_state(rows[i].label, &s);
        CHECK(!s.good, "%s: not noticed", rows[i].label);
        CHECK(strncmp(s.what, rows[i].what, strlen(rows[i].what)) == 0,
              "%s: “%s” instead of “%s”", rows[i].label, s.what, rows[i].what);
    }
}

/* What an embedder would have by default. */
static void test_refuses_luas_own_libraries(void)
{
    struct seen s = { .open = luaopen_string };

    check_state("string", &s);
    CHECK(!s.good && strncmp(s.what, "text^.", 6) == 0, "string: %s", s.what);
    s = (struct seen){ .open = luaopen_base };
    check_state("base", &s);
    CHECK(!s.good && strncmp(s.what, "_G.", 3) == 0, "base: %s", s.what);
}

static void test_says_which(void)
{
    policy_error err = POLICY_ERROR_INIT;

    CHECK_INT_EQ("status", pol_allowed_error("_G.os", &err), POLICY_EMISUSE);
    CHECK_CSTR_EQ("code", err.code, "lua-library");
    CHECK(strstr(err.message, "_G.os"), "%s", err.message);
}

static const struct test_case tests[] = {
    { "finds all as it should be", test_finds_all_as_it_should_be },
    { "names what is otherwise", test_names_what_is_otherwise },
    { "refuses Lua's own libraries", test_refuses_luas_own_libraries },
    { "says which", test_says_which },
};

POLICY_TEST_MAIN("allowed", tests)
