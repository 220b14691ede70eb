/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment of guards. Every function here that takes time charges for it
 * before it does, one unit for 64 bytes, so that the budget of instructions is
 * one of work. Lists and records are small userdata that point into what the
 * host lent for the call; their generation is compared at every use, since the
 * host takes it all back afterwards. Event, hits, memory and a hit are of
 * whatever call runs, and of none between two.
 *
 * Positions are as Lua counts: from 1, ends inclusive, so that
 * event.text:sub(hits[1].start, hits[1].finish) is what was hit.
 */
#include <assert.h>
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/slice.h"
#include "rule/history.h"
#include "script/find.h"
#include "script/handles.h"

enum {
    BYTES_PER_UNIT = 64, BYTE_RESULTS_MAX = 256, HITS_KEPT = 16,
    FACTS_NAMED = 32 /* that the name of one that is not there may be near to */
};

/* event.<a list> */
typedef struct list_handle {
    uint64_t generation;
    const policy_str *items;
    size_t count;
} list_handle;

/* hits[i] */
typedef struct hit_handle {
    size_t number; /* from 1 */
} hit_handle;

/* memory.<name> */
typedef struct known_handle {
    uint64_t generation;
    const pol_guard_memory *memory;
} known_handle;

/* memory.<name>[i] */
typedef struct record_handle {
    uint64_t generation;
    const pol_guard_memory *memory;
    const pol_guard_record *record;
} record_handle;

const char pol_key_list, pol_key_facts, pol_key_hit, pol_key_known,
    pol_key_record;
/* In the registry: the metatable of hits, what its __index is (the handles of
 * the hits that there are), and the handles of as many as are made beforehand. */
static const char key_hits, key_shown, key_made;

static pol_handles *handles_of(lua_State *lua)
{
    return pol_sandbox_of(lua)->owner;
}

static int stale(lua_State *lua)
{
    return luaL_error(lua, "a handle is used after its call");
}

/* The handles, after making sure that what is used belongs to this call. */
static pol_handles *fresh(lua_State *lua, uint64_t generation)
{
    pol_handles *h = handles_of(lua);

    if (!h->call || generation != h->generation)
        stale(lua);
    return h;
}

/* With U+0001 in the place of NUL. */
static void push_without_nul(lua_State *lua, policy_str s)
{
    luaL_Buffer b;
    char *copy = luaL_buffinitsize(lua, &b, s.len);

    for (size_t i = 0; i < s.len; i++)
        copy[i] = s.ptr[i] ? s.ptr[i] : '\1';
    luaL_pushresultsize(&b, s.len);
}

static void push_bytes(lua_State *lua, policy_str s)
{
    pol_sandbox_charge(lua, 1 + s.len / BYTES_PER_UNIT);
    lua_pushlstring(lua, s.len ? s.ptr : "", s.len);
}

/* Bytes of the host. No string of a script has a NUL: comparing two by order
 * would take time that nobody charges (sandbox.c). */
static void push_given(lua_State *lua, policy_str s)
{
    if (!s.len || !memchr(s.ptr, '\0', s.len)) {
        push_bytes(lua, s);
        return;
    }
    pol_sandbox_charge(lua, 1 + s.len / BYTES_PER_UNIT);
    push_without_nul(lua, s);
}

/* "there is no … 'x'; did you mean 'y'?" of a name that nothing has. */
static int no_such(lua_State *lua, const char *what, policy_str nearest)
{
    size_t len = 0;
    const char *name = "?";

    if (lua_type(lua, 2) == LUA_TSTRING)
        name = lua_tolstring(lua, 2, &len);
    if (len > 64)
        return luaL_error(lua, "there is no such %s", what);
    if (nearest.len)
        return luaL_error(lua, "there is no %s '%s'; did you mean '%s'?", what,
                          name, nearest.ptr);
    return luaL_error(lua, "there is no %s '%s'", what, name);
}

static int read_only(lua_State *lua)
{
    return luaL_error(lua, "what a check is given is read-only");
}

static void make_metatable(lua_State *lua, const luaL_Reg *functions)
{
    lua_createtable(lua, 0, 5);
    lua_pushboolean(lua, false);
    lua_setfield(lua, -2, "__metatable");
    lua_pushcfunction(lua, read_only);
    lua_setfield(lua, -2, "__newindex");
    luaL_setfuncs(lua, functions, 0);
}

/* --- event -------------------------------------------------------------- */

static policy_str nearest_field(lua_State *lua)
{
    policy_str names[POLICY_FIELD_COUNT], name;

    name.ptr = lua_tolstring(lua, 2, &name.len);
    if (name.len > 64)
        return (policy_str){ "", 0 };
    for (int32_t i = 0; i < POLICY_FIELD_COUNT; i++)
        names[i] = pol_str(pol_fields[i].name);
    return pol_nearest(name, names, POLICY_FIELD_COUNT);
}

static void push_list(lua_State *lua, const pol_value *v)
{
    list_handle *l = lua_newuserdatauv(lua, sizeof(*l), 0);

    l->generation = handles_of(lua)->generation;
    l->items = v->list.items;
    l->count = v->list.count;
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_list);
    lua_setmetatable(lua, -2);
}

/* A word of the schema, which stays in the upvalue once it was asked for: the
 * same few words come with every event. */
static void push_word(lua_State *lua, const pol_value *v)
{
    pol_sandbox_charge(lua, 1);
    if (lua_rawgeti(lua, lua_upvalueindex(1), v->word) == LUA_TSTRING)
        return;
    lua_pop(lua, 1);
    lua_pushlstring(lua, v->str.ptr, v->str.len);
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, lua_upvalueindex(1), v->word);
}

static void push_value(lua_State *lua, const pol_value *v)
{
    switch (v->kind) {
    case POL_BOOL:
        lua_pushboolean(lua, v->i != 0);
        break;
    case POL_INT:
    case POL_TIME:
        lua_pushinteger(lua, v->i);
        break;
    case POL_STR:
        if (v->word)
            push_word(lua, v);
        else
            push_given(lua, v->str);
        break;
    case POL_LIST:
        push_list(lua, v);
        break;
    default: /* absent, or null */
        lua_pushnil(lua);
    }
}

static int no_fact(lua_State *lua, const pol_guard_call *call, policy_str name)
{
    policy_str names[FACTS_NAMED];
    size_t count = 0;

    for (; count < call->fact_count && count < FACTS_NAMED; count++)
        names[count] = call->facts[count].name;
    return no_such(lua, "fact that the rule needs,",
                   name.len > 64 ? (policy_str){ "", 0 }
                                 : pol_nearest(name, names, count));
}

/* Those of `needs` only: what nobody asks the host for would be missing at
 * random. */
static int facts_index(lua_State *lua)
{
    const pol_guard_call *call = handles_of(lua)->call;
    policy_str name = { "", 0 };

    if (!call)
        return stale(lua);
    if (lua_type(lua, 2) == LUA_TSTRING)
        name.ptr = lua_tolstring(lua, 2, &name.len);
    for (size_t i = 0; i < call->fact_count; i++)
        if (pol_str_eq(call->facts[i].name, name)) {
            push_value(lua, &call->facts[i].value);
            return 1;
        }
    return no_fact(lua, call, name);
}

/* __index; its metatable is out of reach, so the first argument is the handle,
 * and there is but one, which is of every call. Upvalues: the words that were
 * asked for, by their numbers; the handle of the facts. */
static int event_index(lua_State *lua)
{
    pol_handles *h = handles_of(lua);
    policy_str name;
    int32_t field;

    if (!h->call)
        return stale(lua);
    if (lua_type(lua, 2) != LUA_TSTRING)
        return no_such(lua, "field", (policy_str){ "", 0 });
    name.ptr = lua_tolstring(lua, 2, &name.len);
    field = pol_field_find(name);
    if (field < 0 && pol_str_eq(name, POL_STR("facts"))) {
        lua_pushvalue(lua, lua_upvalueindex(2));
        return 1;
    }
    if (field < 0)
        return no_such(lua, "field", nearest_field(lua));
    push_value(lua, h->call->value(h->call->user, field));
    return 1;
}

static int list_index(lua_State *lua)
{
    const list_handle *l = lua_touserdata(lua, 1);
    lua_Integer i;

    fresh(lua, l->generation);
    if (!lua_isinteger(lua, 2))
        return luaL_error(lua, "a list is read by position");
    i = lua_tointeger(lua, 2);
    if (i < 1 || (lua_Unsigned)i > l->count)
        lua_pushnil(lua);
    else
        push_given(lua, l->items[i - 1]);
    return 1;
}

static int list_len(lua_State *lua)
{
    const list_handle *l = lua_touserdata(lua, 1);

    fresh(lua, l->generation);
    lua_pushinteger(lua, (lua_Integer)l->count);
    return 1;
}

/* --- hits --------------------------------------------------------------- */

/* As of event, there is but one, which is of every call. */
static int hits_len(lua_State *lua)
{
    const pol_guard_call *call = handles_of(lua)->call;

    if (!call)
        return stale(lua);
    lua_pushinteger(lua, (lua_Integer)call->hit_count);
    return 1;
}

/* hits:count(), which may be called on anything. */
static int hits_count(lua_State *lua)
{
    if (!lua_getmetatable(lua, 1))
        return luaL_error(lua, "count is called as hits:count()");
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &key_hits);
    if (!lua_rawequal(lua, -1, -2))
        return luaL_error(lua, "count is called as hits:count()");
    return hits_len(lua);
}

/* With the metatable of hits on top, which stays below it. */
static void push_hit(lua_State *lua, size_t number)
{
    hit_handle *hit = lua_newuserdatauv(lua, sizeof(*hit), 0);

    hit->number = number;
    lua_pushvalue(lua, -2);
    lua_setmetatable(lua, -2);
}

/* __index behind the handles that are shown; the key is at 2. */
static int hits_missing(lua_State *lua)
{
    const pol_guard_call *call = handles_of(lua)->call;
    lua_Integer i = 0;
    int whole = 0;

    if (!call)
        return stale(lua);
    /* As in a table, 1.0 is 1. */
    if (lua_type(lua, 2) == LUA_TNUMBER)
        i = lua_tointegerx(lua, 2, &whole);
    if (!whole)
        return luaL_error(lua, "hits are read by position");
    if (i < 1 || (lua_Unsigned)i > call->hit_count) {
        lua_pushnil(lua);
        return 1;
    }
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_hit);
    push_hit(lua, (size_t)i);
    return 1;
}

/* ORDER PROPERTY: what hit_index gives. */
static const policy_str properties[] = {
    { "list", 4 },  { "kind", 4 },   { "text", 4 },       { "field", 5 },
    { "start", 5 }, { "finish", 6 }, { "confidence", 10 }
};

enum { PROPERTY_COUNT = sizeof(properties) / sizeof(*properties) };

static int hit_index(lua_State *lua)
{
    const hit_handle *self = lua_touserdata(lua, 1);
    const pol_guard_call *call = handles_of(lua)->call;
    const pol_guard_hit *hit;
    policy_str name = { "", 0 };
    size_t i = 0;

    if (!call || self->number > call->hit_count)
        return stale(lua);
    hit = &call->hits[self->number - 1];
    if (lua_type(lua, 2) == LUA_TSTRING)
        name.ptr = lua_tolstring(lua, 2, &name.len);
    while (i < PROPERTY_COUNT && !pol_str_eq(name, properties[i]))
        i++;
    switch (i) { /* ORDER PROPERTY */
    case 0:
        push_given(lua, hit->list);
        break;
    case 1:
        push_given(lua, hit->kind);
        break;
    case 2:
        push_given(lua, hit->text);
        break;
    case 3:
        push_given(lua, hit->field);
        break;
    case 4:
        lua_pushinteger(lua, (lua_Integer)hit->start + 1);
        break;
    case 5:
        lua_pushinteger(lua, hit->end);
        break;
    case 6:
        push_given(lua, hit->confidence);
        break;
    default:
        return no_such(lua, "property of a hit",
                       name.len > 64
                           ? (policy_str){ "", 0 }
                           : pol_nearest(name, properties, PROPERTY_COUNT));
    }
    return 1;
}

/* --- memory ------------------------------------------------------------- */

/* The string at 2; without bytes where it is none. */
static policy_str name_given(lua_State *lua)
{
    policy_str name = { "", 0 };

    if (lua_type(lua, 2) == LUA_TSTRING)
        name.ptr = lua_tolstring(lua, 2, &name.len);
    return name;
}

static int no_memory(lua_State *lua, const pol_guard_call *call, policy_str name)
{
    policy_str names[POL_READS_MAX];
    size_t count = 0;

    for (; count < call->memory_count && count < POL_READS_MAX; count++)
        names[count] = call->memories[count].name;
    return no_such(lua, "memory that the rule reads,",
                   name.len > 64 ? (policy_str){ "", 0 }
                                 : pol_nearest(name, names, count));
}

/* As of event, there is but one, which is of every call. */
static int memory_index(lua_State *lua)
{
    const pol_guard_call *call = handles_of(lua)->call;
    policy_str name = name_given(lua);
    known_handle *k;
    size_t i = 0;

    if (!call)
        return stale(lua);
    while (i < call->memory_count && !pol_str_eq(call->memories[i].name, name))
        i++;
    if (i == call->memory_count)
        return no_memory(lua, call, name);
    pol_sandbox_charge(lua, 1);
    if (!call->memories[i].asked) {
        lua_pushnil(lua);
        return 1;
    }
    k = lua_newuserdatauv(lua, sizeof(*k), 0);
    k->generation = handles_of(lua)->generation;
    k->memory = &call->memories[i];
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_known);
    lua_setmetatable(lua, -2);
    return 1;
}

static int known_len(lua_State *lua)
{
    const known_handle *k = lua_touserdata(lua, 1);

    fresh(lua, k->generation);
    lua_pushinteger(lua, (lua_Integer)k->memory->count);
    return 1;
}

static int known_index(lua_State *lua)
{
    const known_handle *k = lua_touserdata(lua, 1);
    record_handle *r;
    lua_Integer i;

    fresh(lua, k->generation);
    if (!lua_isinteger(lua, 2))
        return luaL_error(lua, "records are read by position");
    i = lua_tointeger(lua, 2);
    if (i < 1 || (lua_Unsigned)i > k->memory->count) {
        lua_pushnil(lua);
        return 1;
    }
    pol_sandbox_charge(lua, 1);
    r = lua_newuserdatauv(lua, sizeof(*r), 0);
    *r = (record_handle){ k->generation, k->memory,
                          &k->memory->records[i - 1] };
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_record);
    lua_setmetatable(lua, -2);
    return 1;
}

static int no_kept(lua_State *lua, const pol_guard_memory *m, policy_str name)
{
    policy_str names[POLICY_FIELD_COUNT + 1] = { { "at", 2 } };
    size_t count = 1;

    for (size_t i = 0; i < m->field_count && count <= POLICY_FIELD_COUNT; i++)
        names[count++] = pol_str(pol_fields[m->fields[i]].name);
    return no_such(lua, "field that the memory keeps,",
                   name.len > 64 ? (policy_str){ "", 0 }
                                 : pol_nearest(name, names, count));
}

/* What a record has no value of is nil, what none of them keeps an error. */
static int record_index(lua_State *lua)
{
    const record_handle *r = lua_touserdata(lua, 1);
    policy_str name = name_given(lua);
    int32_t field;
    size_t i = 0;
    pol_value v;

    fresh(lua, r->generation);
    if (pol_str_eq(name, (policy_str){ "at", 2 })) {
        lua_pushinteger(lua, r->record->at);
        return 1;
    }
    field = pol_field_find(name);
    while (i < r->memory->field_count && r->memory->fields[i] != field)
        i++;
    if (i == r->memory->field_count)
        return no_kept(lua, r->memory, name);
    v = pol_kept_value(&r->record->kept, field);
    v.word = 0; /* the words that are kept are those of event_index */
    push_value(lua, &v);
    return 1;
}

/* --- strings ------------------------------------------------------------ */

/* A position of sub, byte and find: from 1, or back from the end. */
static size_t from_start(lua_Integer pos, size_t len)
{
    if (pos > 0)
        return (size_t)pos;
    if (pos == 0 || pos < -(lua_Integer)len)
        return 1;
    return len + (size_t)pos + 1;
}

static size_t to_end(lua_Integer pos, size_t len)
{
    if (pos > (lua_Integer)len)
        return len;
    if (pos >= 0)
        return (size_t)pos;
    return pos < -(lua_Integer)len ? 0 : len + (size_t)pos + 1;
}

/* A position. Texts are no numbers here, as they are none for operators: reading
 * one would take as long as it is. */
static lua_Integer check_position(lua_State *lua, int arg)
{
    luaL_checktype(lua, arg, LUA_TNUMBER);
    return luaL_checkinteger(lua, arg);
}

static lua_Integer opt_position(lua_State *lua, int arg, lua_Integer otherwise)
{
    return lua_isnoneornil(lua, arg) ? otherwise : check_position(lua, arg);
}

/* The subject of a method. Numbers are no strings here: converting would write
 * into the caller's value. */
static policy_str check_string(lua_State *lua, int arg)
{
    policy_str s;

    luaL_checktype(lua, arg, LUA_TSTRING);
    s.ptr = lua_tolstring(lua, arg, &s.len);
    return s;
}

static int string_sub(lua_State *lua)
{
    policy_str s = check_string(lua, 1);
    size_t start = from_start(check_position(lua, 2), s.len);
    size_t end = to_end(opt_position(lua, 3, -1), s.len);

    if (start > end)
        s.len = 0;
    else
        s = (policy_str){ s.ptr + start - 1, end - start + 1 };
    push_bytes(lua, s);
    return 1;
}

static int string_byte(lua_State *lua)
{
    policy_str s = check_string(lua, 1);
    lua_Integer first = opt_position(lua, 2, 1);
    size_t start = from_start(first, s.len);
    size_t end = to_end(opt_position(lua, 3, first), s.len);

    if (start > end)
        return 0;
    if (end - start >= BYTE_RESULTS_MAX)
        return luaL_error(lua, "byte gives at most %d values",
                          BYTE_RESULTS_MAX);
    pol_sandbox_charge(lua, end - start + 1);
    /* No more than that: a stack that grew makes every collection dearer. */
    luaL_checkstack(lua, (int)(end - start + 1), NULL);
    for (size_t i = start; i <= end; i++)
        lua_pushinteger(lua, (unsigned char)s.ptr[i - 1]);
    return (int)(end - start + 1);
}

/* Plain text always, as if the fourth argument were true. */
static int string_find(lua_State *lua)
{
    policy_str s = check_string(lua, 1), needle = check_string(lua, 2);
    size_t start = from_start(opt_position(lua, 3, 1), s.len);
    size_t at;

    if (start > s.len + 1)
        return 0;
    s.ptr += start - 1;
    s.len -= start - 1;
    pol_sandbox_charge(lua, 1 + s.len / BYTES_PER_UNIT +
                                needle.len / BYTES_PER_UNIT);
    at = pol_find(s, needle);
    if (at == SIZE_MAX) {
        lua_pushnil(lua);
        return 1;
    }
    lua_pushinteger(lua, (lua_Integer)(start + at));
    lua_pushinteger(lua, (lua_Integer)(start + at + needle.len) - 1);
    return 2;
}

/* --- math --------------------------------------------------------------- */

static void push_rounded(lua_State *lua, lua_Number n)
{
    lua_Integer i;

    if (lua_numbertointeger(n, &i))
        lua_pushinteger(lua, i);
    else
        lua_pushnumber(lua, n);
}

static int math_abs(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TNUMBER);
    if (lua_isinteger(lua, 1)) {
        lua_Unsigned n = (lua_Unsigned)lua_tointeger(lua, 1);

        /* mininteger stays what it is, as in Lua. */
        lua_pushinteger(lua,
                        (lua_Integer)(lua_tointeger(lua, 1) < 0 ? 0u - n : n));
    } else {
        lua_pushnumber(lua, fabs(lua_tonumber(lua, 1)));
    }
    return 1;
}

static int math_ceil(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TNUMBER);
    if (lua_isinteger(lua, 1))
        lua_settop(lua, 1);
    else
        push_rounded(lua, ceil(lua_tonumber(lua, 1)));
    return 1;
}

static int math_floor(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TNUMBER);
    if (lua_isinteger(lua, 1))
        lua_settop(lua, 1);
    else
        push_rounded(lua, floor(lua_tonumber(lua, 1)));
    return 1;
}

/* The first argument that none after it passes. */
static int extreme(lua_State *lua, bool greatest)
{
    int count = lua_gettop(lua), best = 1;

    pol_sandbox_charge(lua, (uint64_t)count);
    for (int i = 1; i <= count || i == 1; i++) {
        luaL_checktype(lua, i, LUA_TNUMBER);
        if (lua_compare(lua, greatest ? best : i, greatest ? i : best,
                        LUA_OPLT))
            best = i;
    }
    lua_pushvalue(lua, best);
    return 1;
}

static int math_max(lua_State *lua)
{
    return extreme(lua, true);
}

static int math_min(lua_State *lua)
{
    return extreme(lua, false);
}

/* nil for what is no number, or none without a fraction. */
static int math_tointeger(lua_State *lua)
{
    lua_Integer i = 0;
    int good = 0;

    if (lua_type(lua, 1) == LUA_TNUMBER)
        i = lua_tointegerx(lua, 1, &good);
    if (good)
        lua_pushinteger(lua, i);
    else
        lua_pushnil(lua);
    return 1;
}

/* --- the environment ---------------------------------------------------- */

static int unknown_global(lua_State *lua)
{
    return no_such(lua, "name in a check,", (policy_str){ "", 0 });
}

static int unknown_math(lua_State *lua)
{
    return no_such(lua, "function of math,", (policy_str){ "", 0 });
}

/* The table on top gives way to an empty one in front of it. */
static void freeze(lua_State *lua)
{
    static const luaL_Reg none[] = { { NULL, NULL } };

    lua_newtable(lua);
    make_metatable(lua, none);
    lua_pushvalue(lua, -3);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
    lua_remove(lua, -2);
}

/* Reading what the table on top does not have calls `f`. */
static void set_fallback(lua_State *lua, lua_CFunction f)
{
    lua_createtable(lua, 0, 1);
    lua_pushcfunction(lua, f);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
}

static void push_math(lua_State *lua)
{
    static const luaL_Reg functions[] = {
        { "abs", math_abs },     { "ceil", math_ceil },
        { "floor", math_floor }, { "max", math_max },
        { "min", math_min },     { "tointeger", math_tointeger },
        { NULL, NULL }
    };

    luaL_newlibtable(lua, functions);
    luaL_setfuncs(lua, functions, 0);
    lua_pushnumber(lua, HUGE_VAL);
    lua_setfield(lua, -2, "huge");
    lua_pushinteger(lua, LUA_MAXINTEGER);
    lua_setfield(lua, -2, "maxinteger");
    lua_pushinteger(lua, LUA_MININTEGER);
    lua_setfield(lua, -2, "mininteger");
    set_fallback(lua, unknown_math);
    freeze(lua);
}

static void set_string_methods(lua_State *lua)
{
    static const luaL_Reg methods[] = { { "sub", string_sub },
                                        { "byte", string_byte },
                                        { "find", string_find },
                                        { NULL, NULL } };
    static const luaL_Reg none[] = { { NULL, NULL } };

    lua_pushliteral(lua, ""); /* any string: its metatable is all strings' */
    make_metatable(lua, none);
    luaL_newlibtable(lua, methods);
    luaL_setfuncs(lua, methods, 0);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
    lua_pop(lua, 1);
}

/* What _ENV stands in front of: no constructors any more. */
static void change_globals(lua_State *lua)
{
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_globals);
    lua_getmetatable(lua, -1);
    lua_createtable(lua, 0, 1);
    push_math(lua);
    lua_setfield(lua, -2, "math");
    set_fallback(lua, unknown_global);
    lua_setfield(lua, -2, "__index");
    lua_pop(lua, 2);
}

/* The function, whose upvalues are on top, becomes a metamethod of the metatable
 * below them. */
static void set_closure(lua_State *lua, const char *name, lua_CFunction f,
                        int upvalues)
{
    lua_pushcclosure(lua, f, upvalues);
    lua_setfield(lua, -2, name);
}

/* A handle with the metatable on top, which it takes the place of. */
static void push_handle(lua_State *lua)
{
    lua_newuserdatauv(lua, 0, 0);
    lua_insert(lua, -2);
    lua_setmetatable(lua, -2);
}

static void push_event(lua_State *lua)
{
    static const luaL_Reg none[] = { { NULL, NULL } };

    make_metatable(lua, none);
    lua_newtable(lua);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_facts);
    push_handle(lua);
    set_closure(lua, "__index", event_index, 2);
    push_handle(lua);
}

/* The handles of the first hits, made once, since no reference to one outlives
 * its call. */
static void make_hits(lua_State *lua)
{
    lua_createtable(lua, HITS_KEPT, 0);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_hit);
    for (size_t i = 1; i <= HITS_KEPT; i++) {
        push_hit(lua, i);
        lua_rawseti(lua, -3, (lua_Integer)i);
    }
    lua_pop(lua, 1);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &key_made);
}

/* What is read most is read from a table: a function in C takes ten times as
 * long. */
static void push_shown(lua_State *lua)
{
    lua_createtable(lua, HITS_KEPT, 1);
    lua_pushcfunction(lua, hits_count);
    lua_setfield(lua, -2, "count");
    set_fallback(lua, hits_missing);
    lua_pushvalue(lua, -1);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &key_shown);
}

static void push_hits(lua_State *lua)
{
    static const luaL_Reg functions[] = { { "__len", hits_len }, { NULL, NULL } };

    make_metatable(lua, functions);
    make_hits(lua);
    push_shown(lua);
    lua_setfield(lua, -2, "__index");
    lua_pushvalue(lua, -1);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &key_hits);
    push_handle(lua);
}

static void push_memory(lua_State *lua)
{
    static const luaL_Reg functions[] = { { "__index", memory_index },
                                          { NULL, NULL } };

    make_metatable(lua, functions);
    push_handle(lua);
}

void pol_handles_make(lua_State *lua)
{
    static const luaL_Reg hit[] = { { "__index", hit_index }, { NULL, NULL } };
    static const luaL_Reg list[] = { { "__index", list_index },
                                     { "__len", list_len },
                                     { NULL, NULL } };
    static const luaL_Reg facts[] = { { "__index", facts_index },
                                      { NULL, NULL } };
    static const luaL_Reg known[] = { { "__index", known_index },
                                      { "__len", known_len },
                                      { NULL, NULL } };
    static const luaL_Reg record[] = { { "__index", record_index },
                                       { NULL, NULL } };

    luaL_checkstack(lua, 20, NULL);
    set_string_methods(lua);
    change_globals(lua);
    make_metatable(lua, hit);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_hit);
    make_metatable(lua, list);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_list);
    make_metatable(lua, facts);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_facts);
    make_metatable(lua, known);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_known);
    make_metatable(lua, record);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_record);
    push_event(lua);
    push_hits(lua);
    push_memory(lua);
    handles_of(lua)->environment.calling = true;
}

/* Give the list as many handles as there are hits. Both have their room, so that
 * nothing is allocated and nothing fails. */
static void show_hits(pol_handles *h, lua_State *lua, uint32_t count)
{
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &key_shown);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &key_made);
    for (; h->shown < count; h->shown++) {
        lua_rawgeti(lua, -1, h->shown + 1);
        lua_rawseti(lua, -3, h->shown + 1);
    }
    for (; h->shown > count; h->shown--) {
        lua_pushnil(lua);
        lua_rawseti(lua, -3, h->shown);
    }
    lua_pop(lua, 2);
}

void pol_handles_arm(pol_handles *h, lua_State *lua, const pol_guard_call *call)
{
    uint32_t count = HITS_KEPT;

    assert(!h->call); /* a value callback that called the guard again */
    h->call = call;
    h->generation++;
    if (call->hit_count < count)
        count = (uint32_t)call->hit_count;
    if (count != h->shown)
        show_hits(h, lua, count);
}

void pol_handles_disarm(pol_handles *h)
{
    h->call = NULL;
}
