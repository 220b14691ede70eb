/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names that a rule file sees, and nothing beside them.
 */
#include "rule_file.h"

#include <lauxlib.h>
#include <lualib.h>

/* rule-language sections 2 to 8; those before the gap declare. */
static const char *const names[] = {
    "rule", "theme", "use", "memory", "duty", "ladder", NULL,
    "param", "list", "term", "pii", "regex", "any", "all", "none", "near",
    "at_least", "none_of", "all_of", "more_than", "less_than", "among",
    "outside", "same", "differs", "beyond", "later", "absent", "present",
    "empty", "known", "unknown", "pending", "overdue", "step", "each", "who",
    "hit", "miss", "steps"
};
enum { NAMES = sizeof(names) / sizeof(*names) };

static void check_constructor(const char *name, bool declares)
{
    struct rule_file f;
    char text[100], want[100];
    pol_buf b;

    snprintf(text, sizeof(text), "rule { %s 'a', %s { 1 }, %s(2, 'b') }", name,
             name, name);
    snprintf(want, sizeof(want), "rule({%s(\"a\"), %s({1}), %s(2, \"b\")})", name,
             name, name);
    rule_file_load(&f, pol_str(text));
    pol_buf_init(&b, NULL, 1000);
    dump_file(&b, &f.file, false);
    CHECK_STR_EQ(name, pol_buf_slice(&b), want);
    rule_file_end(&f);
    /* By itself it is a declaration, or nothing at all. */
    snprintf(text, sizeof(text), "%s 'a'", name);
    rule_file_load(&f, pol_str(text));
    CHECK_INT_EQ(name, f.status, POLICY_OK);
    CHECK_INT_EQ(name, f.file.declaration_count, declares);
    rule_file_end(&f);
    pol_buf_fini(&b);
}

static void test_makes_every_constructor(void)
{
    bool declares = true;

    for (size_t i = 0; i < NAMES; i++) {
        if (names[i])
            check_constructor(names[i], declares);
        else
            declares = false;
    }
}

/* What Lua's own library has, by the names of its globals in this version, and
 * what its modules have: none of it is there. A new version brings nothing in. */
static void test_shows_nothing_of_luas_library(void)
{
    lua_State *lua = luaL_newstate();
    size_t count = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(lua);
    luaL_openlibs(lua);
    lua_pushglobaltable(lua);
    for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
        struct rule_file f;
        char text[80];

        snprintf(text, sizeof(text), "local x = %s", lua_tostring(lua, -2));
        rule_file_load(&f, pol_str(text));
        CHECK_CSTR_EQ(text, f.code, "unknown-name");
        rule_file_end(&f);
        count++;
    }
    CHECK(count > 20, "%zu globals", count);
    lua_close(lua);
}

static void test_use_alone_takes_a_second_table(void)
{
    for (size_t i = 0; i < NAMES; i++) {
        struct rule_file f;
        char text[80];

        if (!names[i])
            continue;
        snprintf(text, sizeof(text), "local x = %s 'a' { 1 }", names[i]);
        rule_file_load(&f, pol_str(text));
        CHECK_CSTR_EQ(text, f.code,
                      strcmp(names[i], "use") ? "constructor-called" : "");
        rule_file_end(&f);
    }
}

static void test_takes_eight_arguments(void)
{
    struct rule_file f;

    rule_file_load(&f, POL_STR("rule(1, 2, 3, 4, 5, 6, 7, 8)"));
    CHECK_INT_EQ("eight", f.status, POLICY_OK);
    CHECK_INT_EQ("eight", f.file.declarations[0].call.arg_count, 8);
    rule_file_end(&f);
    rule_file_load(&f, POL_STR("rule()"));
    CHECK_INT_EQ("none", f.file.declarations[0].call.arg_count, 0);
    rule_file_end(&f);
    rule_file_load(&f, POL_STR("rule(nil, 1)"));
    CHECK_INT_EQ("nil", f.file.declarations[0].call.args[0].kind, POL_NODE_NIL);
    rule_file_end(&f);
}

static void test_makes_values_that_show_nothing(void)
{
    static const char *const texts[] = {
        "local x = (rule {}).args", "local x = (rule {})[1]",
        "local r = rule {} r.x = 1", "local x = #list 'a'",
        "local x = list 'a' .. 'b'", "local x = list 'a' < list 'b'",
        "local x = list 'a' + 1", "for k in rule {} do end",
        "local x = (rule {}):id()"
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct rule_file f;

        rule_file_load(&f, pol_str(texts[i]));
        CHECK_INT_EQ(texts[i], f.status, POLICY_ERULES);
        CHECK(strcmp(f.code, "lua-error") == 0 ||
                  strcmp(f.code, "constructor-called") == 0,
              "%s: %s", texts[i], f.code);
        rule_file_end(&f);
    }
}

static const struct test_case tests[] = {
    { "makes every constructor", test_makes_every_constructor },
    { "shows nothing of Lua's library", test_shows_nothing_of_luas_library },
    { "use alone takes a second table", test_use_alone_takes_a_second_table },
    { "takes eight arguments", test_takes_eight_arguments },
    { "makes values that show nothing", test_makes_values_that_show_nothing }
};

POLICY_TEST_MAIN("constructors", tests)
