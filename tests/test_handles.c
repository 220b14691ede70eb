/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a check sees of an event and its hits, and the methods of texts and
 * numbers beside those of Lua's own library.
 */
#include "guard_call.h"

#include <lauxlib.h>
#include <lualib.h>

#include "script/handles.h"

/* Expressions that are true in a check. */
static const char *const truths[] = {
    "event.text == 'hello 世界'",
    "event.time == 1760000000123",
    "event.external == true",
    "event.minutes == -5",
    "event.account == nil",
    "event.conversation == nil",
    "#event.recipients == 3",
    "event.recipients[1] == 'an' and event.recipients[3] == ''",
    "event.recipients[0] == nil and event.recipients[4] == nil",
    "event.recipients[math.mininteger] == nil",
    "event.recipients ~= event.recipients",
    "#hits == 2 and hits:count() == 2",
    "hits[0] == nil and hits[3] == nil and hits[-1] == nil",
    "hits[1].list == 'secrets' and hits[2].list == ''",
    "hits[1].kind == 'term' and hits[2].kind == 'pii'",
    "hits[1].text == 'hello' and hits[1].field == 'text'",
    "hits[1] == hits[1] and hits[1] ~= hits[2]",
    "hits[1].start == 1 and hits[1].finish == 5",
    "event.text:sub(hits[2].start, hits[2].finish) == hits[2].text",
    "#'世界' == 6",
    "('abc'):sub(2) == 'bc' and ('abc'):sub(-2, -2) == 'b'",
    "('abc'):byte() == 97 and ('abc'):byte(-1) == 99",
    "('a.b'):find('.') == 2 and ('a.b'):find('%.') == nil",
    "('abc'):find('') == 1 and ('abc'):find('', 4) == 4",
    "('abc'):find('', 5) == nil",
    "('abcabc'):find('c', 4) == 6 and ('abcabc'):find('c', -1) == 6",
    "math.floor(-1.5) == -2 and math.ceil(-1.5) == -1",
    "math.max(1, 2.5, -3) == 2.5 and math.min(1, 2.5, -3) == -3",
    "math.abs(-7) == 7 and math.huge > math.maxinteger",
    "math.tointeger(3.0) == 3 and math.tointeger(3.5) == nil",
    "math.tointeger('3') == nil",
    "#memory.seen == 2 and memory.seen[1].actor == 'an'",
    "memory.seen[1].at == 1760000000000 and memory.seen[2].at == -5",
    "memory.seen[1].minutes == 7 and memory.seen[1].external == false",
    "#memory.seen[1].recipients == 2 and memory.seen[1].recipients[2] == 'bo'",
    "memory.seen[2].actor == nil and memory.seen[2].recipients == nil",
    "memory.seen[1].type == 'message'",
    "memory.seen[0] == nil and memory.seen[3] == nil",
    "memory.seen[math.mininteger] == nil",
    "memory.unasked == nil and #memory['other/none'] == 0",
    "memory['other/none'][1] == nil",
    "memory.seen ~= memory.seen and memory == memory",
    "event.facts.trained == true and event.facts.level == 'b'",
    "#event.facts.team == 2 and event.facts.team[2] == 'bo'",
    "event.facts.unsaid == nil and event.facts == event.facts",
    "event == event and hits == hits",
    "1 < 2 and 'a' < 'b' and 'Z' < 'a'",
    "'a' .. 1 .. 2.5 == 'a12.5'",
    "7 // 2 == 3 and 7 % 3 == 1 and 7 / 2 == 3.5 and -7 // 2 == -4"
};

static void test_shows_the_event_and_its_hits(void)
{
    for (size_t i = 0; i < sizeof(truths) / sizeof(*truths); i++) {
        struct guard_call g;
        char body[300];
        policy_str file;

        snprintf(body, sizeof(body), "return %s", truths[i]);
        file = guard_file("", body);
        guard_prepare(&g, file);
        CHECK_INT_EQ(truths[i], guard_open(&g), POLICY_OK);
        guard_run(&g, 0, 0);
        CHECK(g.result.outcome == POL_GUARD_YES, "%s: %d %s", truths[i],
              g.result.outcome, g.result.message);
        guard_end(&g);
        free((char *)file.ptr);
    }
}

static const struct {
    const char *body, *message;
} wrong[] = {
    { "return event.txet", "there is no field 'txet'; did you mean 'text'?" },
    { "return event.zzzzzzzz", "there is no field 'zzzzzzzz'" },
    { "return event[1]", "there is no field '?'" },
    { "return event.recipients.first", "a list is read by position" },
    { "return event.recipients['1']", "a list is read by position" },
    { "return hits.first", "hits are read by position" },
    { "return hits[1].txt",
      "there is no property of a hit 'txt'; did you mean 'text'?" },
    { "return hits[1][1]", "there is no property of a hit '?'" },
    { "return hits[3].text", "attempt to index a nil value (field 'integer index')" },
    { "return memory.sen",
      "there is no memory that the rule reads, 'sen'; did you mean 'seen'?" },
    { "return memory[1]", "there is no memory that the rule reads, '?'" },
    { "return memory.seen.actor", "records are read by position" },
    { "return memory.seen['1']", "records are read by position" },
    { "return memory.seen[1].actr",
      "there is no field that the memory keeps, 'actr'; did you mean 'actor'?" },
    { "return memory.seen[1].text", "there is no field that the memory keeps" },
    { "return memory.seen[1][1]", "there is no field that the memory keeps, '?'" },
    { "return memory.seen[3].actor", "attempt to index a nil value" },
    { "return event.facts.traned",
      "there is no fact that the rule needs, 'traned'; did you mean 'trained'?" },
    { "return event.facts[1]", "there is no fact that the rule needs, '?'" },
    { "return #event.facts", "attempt to get length of a userdata value" },
    { "event.facts.trained = false", "what a check is given is read-only" },
    { "return event['facts.trained']", "there is no field 'facts.trained'" },
    { "return #memory", "attempt to get length of a userdata value" },
    { "return math.sqrt(2)", "there is no function of math, 'sqrt'" },
    { "return math.floor('1')",
      "bad argument #1 to 'floor' (number expected, got string)" },
    { "return math.max()",
      "bad argument #1 to 'max' (number expected, got no value)" },
    { "return math.max(1, '2')",
      "bad argument #2 to 'max' (number expected, got string)" },
    { "local n = 5 return n:sub(1)", "attempt to index a number value" },
    { "local f = ('').sub return f(5, 1)",
      "bad argument #1 to 'f' (string expected, got number)" },
    { "return ('x'):sub()",
      "bad argument #1 to 'sub' (number expected, got no value)" },
    { "return ('x'):find()",
      "bad argument #1 to 'find' (string expected, got no value)" },
    { "return ('x'):find(event)",
      "bad argument #1 to 'find' (string expected, got userdata)" },
    { "return ('x'):sub(1.5)", "number has no integer representation" },
    { "local s = 'xxxx' for i = 1, 7 do s = s .. s end return s:byte(1, 257)",
      "byte gives at most 256 values" }
};

/* Some handles are made beforehand and shown as there are hits, others when they
 * are asked for; each is of the hits of its call. */
static void test_shows_the_hits_of_each_call(void)
{
    static const size_t counts[] = { 2, 0, 1, 40, 16, 17, 15, 40, 0, 3 };
    policy_str file = guard_file(
        "", "for i = 1, #hits do local h = hits[i] if h.start ~= i + event.minutes "
            "or h.text ~= hits[i + 0.0].text then return false end end\n"
            "return hits[0] == nil and hits[#hits + 1] == nil and hits[50] == nil "
            "and hits:count() == #hits and { note = #hits .. '' }");
    pol_guard_hit hits[40];
    struct guard_call g;

    guard_prepare(&g, file);
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    g.call.hits = hits;
    for (size_t k = 0; k < sizeof(counts) / sizeof(*counts); k++) {
        char want[24];

        g.values[POLICY_FIELD_MINUTES].i = (int64_t)k;
        for (size_t i = 0; i < 40; i++)
            hits[i] = (pol_guard_hit){ .text = { &"0123456789"[i % 10], 1 },
                                       .start = (uint32_t)(i + k) };
        g.call.hit_count = counts[k];
        guard_run(&g, 0, 0);
        snprintf(want, sizeof(want), "%zu", counts[k]);
        CHECK_CSTR_EQ("message", g.result.message, "");
        CHECK_CSTR_EQ("hits", g.result.note, want);
        if (k % 3 == 0)
            pol_guard_rest(g.guard);
    }
    guard_end(&g);
    free((char *)file.ptr);
}

static void test_tells_what_is_wrong(void)
{
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct guard_call g;
        policy_str file = guard_file("", wrong[i].body);

        guard_prepare(&g, file);
        CHECK_INT_EQ(wrong[i].body, guard_open(&g), POLICY_OK);
        guard_run(&g, 0, 0);
        CHECK_CSTR_EQ(wrong[i].body, g.result.code, "guard-error");
        CHECK(strstr(g.result.message, wrong[i].message),
              "%s: “%s” instead of “%s”", wrong[i].body, g.result.message,
              wrong[i].message);
        guard_end(&g);
        free((char *)file.ptr);
    }
}

static void test_shows_nul_as_another_control(void)
{
    policy_str file = guard_file("", "return event.text == 'a\\1b\\1' and "
                                     "hits[1].text == '\\1' and "
                                     "event.recipients[1] == '\\1\\1'");
    struct guard_call g;

    guard_prepare(&g, file);
    g.values[POLICY_FIELD_TEXT].str = (policy_str){ "a\0b\0", 4 };
    g.recipients[0] = (policy_str){ "\0\0", 2 };
    g.hits[0].text = (policy_str){ "\0", 1 };
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    guard_run(&g, 0, 0);
    CHECK(g.result.outcome == POL_GUARD_YES, "%s", g.result.message);
    guard_end(&g);
    free((char *)file.ptr);
}

/* Every field of the schema can be read, and is nil where it is not there. */
static void test_knows_every_field(void)
{
    struct guard_call g;
    char body[100];

    for (int32_t i = 0; i < POLICY_FIELD_COUNT; i++) {
        policy_str file;

        snprintf(body, sizeof(body), "return event['%s'] == nil",
                 pol_fields[i].name);
        file = guard_file("", body);
        guard_prepare(&g, file);
        memset(g.values, 0, sizeof(g.values));
        CHECK_INT_EQ(body, guard_open(&g), POLICY_OK);
        guard_run(&g, 0, 0);
        CHECK(g.result.outcome == POL_GUARD_YES, "%s: %s", body,
              g.result.message);
        guard_end(&g);
        free((char *)file.ptr);
    }
}

/* Work is charged by what is read, so a long text costs more than a short one. */
static void test_charges_for_what_is_read(void)
{
    static char text[65536];
    static const char *const bodies[] = {
        "return event.text == nil", "return event.text:find('b') ~= nil",
        "return event.text:sub(2) == nil"
    };
    static const uint64_t least[] = { 1024, 2048, 2047 };

    memset(text, 'a', sizeof(text));
    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
        struct guard_call g;
        policy_str file = guard_file("", bodies[i]);

        guard_prepare(&g, file);
        g.values[POLICY_FIELD_TEXT].str = (policy_str){ text, sizeof(text) };
        CHECK_INT_EQ(bodies[i], guard_open(&g), POLICY_OK);
        guard_run(&g, 0, 0);
        CHECK_INT_EQ(bodies[i], g.result.outcome, POL_GUARD_NO);
        CHECK(g.result.instructions >= least[i] &&
                  g.result.instructions <= least[i] + 200,
              "%s: %llu", bodies[i],
              (unsigned long long)g.result.instructions);
        guard_end(&g);
        free((char *)file.ptr);
    }
}

/* --- beside Lua's own library ------------------------------------------- */

static const char twins[] =
    "local wrong, texts = 0, { '', 'a', 'ab', 'abcab', '世界', 'a.b%c', "
    "'\\0a\\0' }\n"
    "local ends = { math.mininteger, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5,"
    " 6, 7, 8, math.maxinteger }\n"
    "local function same(a, b)\n"
    "  if #a ~= #b then return false end\n"
    "  for i = 1, #a do if a[i] ~= b[i] then return false end end\n"
    "  return true end\n"
    "for _, s in ipairs(texts) do for _, i in ipairs(ends) do\n"
    "  for _, j in ipairs(ends) do\n"
    "    if s:sub(i, j) ~= string.sub(s, i, j) then wrong = wrong + 1 end\n"
    "    if not same({ s:byte(i, j) }, { string.byte(s, i, j) }) then\n"
    "      wrong = wrong + 1 end end\n"
    "  if s:sub(i) ~= string.sub(s, i) then wrong = wrong + 1 end\n"
    "  if not same({ s:byte(i) }, { string.byte(s, i) }) then\n"
    "    wrong = wrong + 1 end\n"
    "  for _, n in ipairs(texts) do\n"
    "    if not same({ s:find(n, i) }, { string.find(s, n, i, true) }) then\n"
    "      wrong = wrong + 1 end\n"
    "    if not same({ s:find(n) }, { string.find(s, n, 1, true) }) then\n"
    "      wrong = wrong + 1 end end end end\n"
    "local numbers = { 0, -0.0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2^53, 2^62, 2^63,\n"
    "  -2^63, 2^64, 1e300, -1e300, math.huge, -math.huge, math.maxinteger,\n"
    "  math.mininteger }\n"
    "local function alike(a, b)\n"
    "  return a == b and math.type(a) == math.type(b) end\n"
    "for _, a in ipairs(numbers) do\n"
    "  for _, f in ipairs { 'abs', 'ceil', 'floor', 'tointeger' } do\n"
    "    if not alike(ours[f](a), math[f](a)) then wrong = wrong + 1 end end\n"
    "  for _, b in ipairs(numbers) do for _, f in ipairs { 'max', 'min' } do\n"
    "    if not alike(ours[f](a, b), math[f](a, b)) then wrong = wrong + 1 end\n"
    "  end end end\n"
    "return wrong\n";

/* Our environment made in a state that also has Lua's library. */
static int run_twins(lua_State *lua)
{
    int *wrong_answers = lua_touserdata(lua, 1);

    luaL_openlibs(lua);
    pol_environment_make(lua);
    pol_handles_make(lua);
    lua_settop(lua, 1);
    if (luaL_loadstring(lua, twins) != LUA_OK)
        return lua_error(lua);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_globals);
    lua_getfield(lua, -1, "math");
    lua_setglobal(lua, "ours");
    lua_pop(lua, 1);
    lua_call(lua, 0, 1);
    *wrong_answers = (int)lua_tointeger(lua, -1);
    return 0;
}

static void test_answers_as_luas_library_does(void)
{
    pol_sandbox box;
    pol_handles handles;
    int wrong_answers = -1, status;

    memset(&handles, 0, sizeof(handles));
    CHECK_INT_EQ("open", pol_sandbox_open(&box, NULL), POLICY_OK);
    box.owner = &handles;
    pol_sandbox_arm(&box, 64 << 20, 1u << 30);
    status = pol_sandbox_run(&box, run_twins, &wrong_answers);
    CHECK(status == LUA_OK, "%s", lua_tostring(box.lua, -1));
    CHECK_INT_EQ("wrong answers", wrong_answers, 0);
    pol_sandbox_close(&box);
}

/* --- stale handles ------------------------------------------------------ */

/* By C, since a script has nowhere to keep one: the handles of one call, used
 * in the next. */
static int read_stale(lua_State *lua)
{
    lua_getfield(lua, 1, "text");
    return 0;
}

static const pol_value *no_value(void *user, int32_t field)
{
    (void)field;
    return user;
}

static int make_handles(lua_State *lua)
{
    pol_environment_make(lua);
    pol_handles_make(lua);
    return 3;
}

static void test_ends_handles_with_their_call(void)
{
    pol_value value = { .kind = POL_INT, .i = 3 };
    pol_guard_call call = { .value = no_value, .user = &value };
    pol_sandbox box;
    pol_handles handles;

    memset(&handles, 0, sizeof(handles));
    CHECK_INT_EQ("open", pol_sandbox_open(&box, NULL), POLICY_OK);
    box.owner = &handles;
    lua_pushcfunction(box.lua, make_handles);
    CHECK_INT_EQ("make", pol_sandbox_call(&box, 0, 3), LUA_OK);
    for (int round = 0; round < 3; round++) {
        bool in_call = round == 1;

        if (in_call)
            pol_handles_arm(&handles, box.lua, &call);
        lua_pushcfunction(box.lua, read_stale);
        lua_pushvalue(box.lua, 1);
        CHECK_INT_EQ("read", pol_sandbox_call(&box, 1, 0),
                     in_call ? LUA_OK : LUA_ERRRUN);
        if (!in_call)
            CHECK_CSTR_EQ("text", lua_tostring(box.lua, -1),
                          "a handle is used after its call");
        lua_settop(box.lua, 3);
        if (in_call)
            pol_handles_disarm(&handles);
    }
    pol_sandbox_close(&box);
}

/* Steps from the handle at 1 to what is read in the next call. */
static int step_into(lua_State *lua)
{
    lua_getfield(lua, 1, "seen");
    lua_geti(lua, 2, 1);
    return 2;
}

static int read_first(lua_State *lua)
{
    lua_geti(lua, 1, 1);
    return 0;
}

static int read_length(lua_State *lua)
{
    luaL_len(lua, 1);
    return 0;
}

static void check_stale(pol_sandbox *box, int index, lua_CFunction read)
{
    lua_pushcfunction(box->lua, read);
    lua_pushvalue(box->lua, index);
    CHECK_INT_EQ("read", pol_sandbox_call(box, 1, 0), LUA_ERRRUN);
    CHECK_CSTR_EQ("text", lua_tostring(box->lua, -1),
                  "a handle is used after its call");
    lua_pop(box->lua, 1);
}

/* A memory and a record of one call, read in the next; a hit between both, and
 * in one that has none: it is of the call that runs. */
static void test_ends_what_they_gave_with_their_call(void)
{
    pol_guard_hit hit = { POL_STR("l"), POL_STR("k"), POL_STR("f"), POL_STR("t"),
                          0, 1 };
    pol_guard_record record = { 5, { NULL, 0 } };
    pol_guard_memory memory = { POL_STR("seen"), true, NULL, 0, &record, 1 };
    pol_guard_call call = { .value = no_value, .hits = &hit, .hit_count = 1,
                            .memories = &memory, .memory_count = 1 };
    enum { HIT = 4, KNOWN, RECORD };
    pol_sandbox box;
    pol_handles handles;

    memset(&handles, 0, sizeof(handles));
    CHECK_INT_EQ("open", pol_sandbox_open(&box, NULL), POLICY_OK);
    box.owner = &handles;
    lua_pushcfunction(box.lua, make_handles);
    CHECK_INT_EQ("make", pol_sandbox_call(&box, 0, 3), LUA_OK);
    pol_sandbox_arm(&box, 1 << 20, 1000);
    pol_handles_arm(&handles, box.lua, &call);
    lua_geti(box.lua, 2, 1);
    lua_pushcfunction(box.lua, step_into);
    lua_pushvalue(box.lua, 3);
    CHECK_INT_EQ("read", pol_sandbox_call(&box, 1, 2), LUA_OK);
    for (int i = HIT; i <= RECORD; i++)
        CHECK_INT_EQ("a handle", lua_type(box.lua, i), LUA_TUSERDATA);
    for (int again = 0; again < 2; again++) {
        pol_handles_disarm(&handles);
        call.hit_count = 0;
        if (again)
            pol_handles_arm(&handles, box.lua, &call);
        check_stale(&box, HIT, read_stale);
        check_stale(&box, KNOWN, read_first);
        check_stale(&box, KNOWN, read_length);
        check_stale(&box, RECORD, read_stale);
    }
    pol_handles_disarm(&handles);
    check_stale(&box, 3, read_stale);
    pol_sandbox_close(&box);
}

static const struct test_case tests[] = {
    { "shows the event and its hits", test_shows_the_event_and_its_hits },
    { "shows the hits of each call", test_shows_the_hits_of_each_call },
    { "tells what is wrong", test_tells_what_is_wrong },
    { "shows NUL as another control", test_shows_nul_as_another_control },
    { "knows every field", test_knows_every_field },
    { "charges for what is read", test_charges_for_what_is_read },
    { "answers as Lua's library does", test_answers_as_luas_library_does },
    { "ends handles with their call", test_ends_handles_with_their_call },
    { "ends what they gave with their call",
      test_ends_what_they_gave_with_their_call }
};

POLICY_TEST_MAIN("handles", tests)
