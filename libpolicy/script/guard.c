/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guards of one organisation: one Lua state, filled by running the rule files
 * again, of which only the functions are kept.
 *
 * The stack of the state between calls, so that a call looks nothing up:
 *
 *     1 functions   a list: those of the first file, of the second, …
 *     2 event       handles, armed for each call
 *     3 hits
 *     4 memory
 *     5 kept        a list: functions and values of upvalues (see below)
 *
 * Nothing survives a call. (1) Globals and handles cannot be written. (2)
 * Tables outside the functions were refused when the file was loaded. (3)
 * Upvalues can be written, by the function itself and by those that it calls;
 * each that a guard reaches is noted here with the value it had after loading,
 * and put back after every call. (4) What a call made becomes garbage, and is
 * collected after the event. The collector is Lua's generational one, and never
 * runs by itself: what was loaded is old, what a call made is young, so that
 * this takes as long as there is garbage, some 100 ns at least. Functions made
 * in a call may hold handles, but by (3) nobody holds the functions.
 *
 * A state in which a limit of memory was exceeded, or the host was out of it, is
 * thrown away: Lua's own structures are whole after such an error, but how much
 * the state holds would depend on what happened before. The next call builds it
 * again from the same files. A budget of instructions that is spent ends by an
 * ordinary error and costs no such thing: whoever writes the messages could have
 * it spent each time.
 */
#include <assert.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include <policy/decision.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/slice.h"
#include "script/allowed.h"
#include "script/declared.h"
#include "script/handles.h"

enum { AT_FUNCTIONS = 1, AT_EVENT, AT_HITS, AT_MEMORY, AT_KEPT };

/* Garbage that is left lying between the calls of one event; what a state may
 * come to hold of the host, beyond which it is made anew. */
enum { GARBAGE_MAX = 128 << 10, GROWN_MAX = 256 << 10 };

/* Bytes of Lua's stack: three times its first size, below which its collector
 * does not make it smaller either. */
enum { STACK_KEPT = 3 * 720 };

/* Functions that one guard reaches; declared.c refuses more. */
enum { HELPERS_MAX = 32 };

/* A started hundred of instructions counts: the hook does not see it. */
enum { ROUNDING = 100 };

/* An upvalue to be put back: both at their place in `kept`. */
typedef struct upvalue {
    uint32_t function, number, value;
} upvalue;

typedef struct guard_function {
    size_t first, count; /* in upvalues */
    pol_code code;       /* helpers included */
} guard_function;

/* What a call reads stands together: in a state that ran long ago each line of
 * cache is fetched anew. */
struct pol_guard {
    /* Filled with the state, and emptied with it. */
    uint32_t *first; /* function of each file, and one beyond the last */
    guard_function *functions;
    upvalue *upvalues;
    const pol_guard_lines *watch; /* NULL: nobody wants to know */
    size_t settled;  /* bytes that the state uses when all is loaded, */
    size_t base;     /* that it uses before the first call of an event, */
    size_t resident; /* and that it holds of the host */
    size_t bytes;          /* a call's, and */
    uint64_t instructions; /* limits */
    pol_sandbox box;
    pol_handles handles;
    const policy_str *names, *files;
    size_t file_count, first_cap, function_cap, upvalue_count, upvalue_cap;
    uint32_t kept;
    policy_allocator allocator;
};

/* --- filling a state ---------------------------------------------------- */

typedef struct filling {
    pol_guard *g;
    pol_arena arena;      /* of nodes, which nobody reads here */
    policy_limits limits; /* of the tree: it passed those of the compiler */
    uint32_t file, functions;
    char unlike[POL_ALLOWED_PATH]; /* what scripts must not find so */
} filling;

/* What stands in the way is told by filling_failed. */
static int stop_unlike(lua_State *lua)
{
    return luaL_error(lua, "the state is not as it should be");
}

static int make_state(lua_State *lua)
{
    filling *f = lua_touserdata(lua, 1);

    pol_environment_make(lua);
    return pol_allowed_loading(lua, f->unlike) ? 0 : stop_unlike(lua);
}

static int run_file(lua_State *lua)
{
    const filling *f = lua_touserdata(lua, 1);

    pol_environment_run(lua, f->g->files[f->file], (int)f->file);
    return 0;
}

/* The functions of the file that ran, behind those of the files before. */
static int keep_functions(lua_State *lua)
{
    filling *f = lua_touserdata(lua, 1);
    pol_declared d = { .arena = &f->arena, .limits = &f->limits };

    pol_declared_read(lua, &d);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &pol_key_functions);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, f);
    for (uint32_t i = 1; i <= d.functions; i++) {
        lua_rawgeti(lua, -2, i);
        lua_rawseti(lua, -2, ++f->functions);
    }
    if (d.bad)
        luaL_error(lua, "the file does not load as it did");
    return 0;
}

typedef struct keeping {
    pol_guard *g;
    lua_State *lua;
    pol_code code;
    const void *seen[HELPERS_MAX];
    size_t count;
} keeping;

/* The value on top goes to the end of `kept`: its place there. */
static uint32_t keep(keeping *k)
{
    lua_rawseti(k->lua, AT_KEPT, ++k->g->kept);
    return k->g->kept;
}

static void read_code(keeping *k)
{
    pol_code code;

    if (lua_iscfunction(k->lua, -1))
        return;
    if (pol_code_read(&code, k->lua, &k->g->allocator) != POLICY_OK)
        pol_sandbox_starve(k->lua);
    k->code = k->count ? pol_code_both(k->code, code) : code;
}

/* Note the upvalues of the function on top, which stays, and of those that it
 * holds. */
static void keep_upvalues(keeping *k)
{
    pol_guard *g = k->g;
    int index = lua_gettop(k->lua);
    uint32_t self;

    for (size_t i = 0; i < k->count; i++)
        if (k->seen[i] == lua_topointer(k->lua, index))
            return;
    if (k->count == HELPERS_MAX)
        luaL_error(k->lua, "the file does not load as it did");
    read_code(k);
    k->seen[k->count++] = lua_topointer(k->lua, index);
    luaL_checkstack(k->lua, 8, NULL);
    lua_pushvalue(k->lua, index);
    self = keep(k);
    for (int i = 1; lua_getupvalue(k->lua, index, i); i++) {
        if (lua_isfunction(k->lua, -1))
            keep_upvalues(k);
        if (!pol_grow(&g->allocator, (void **)&g->upvalues, &g->upvalue_cap,
                      g->upvalue_count + 1, sizeof(*g->upvalues)))
            pol_sandbox_starve(k->lua);
        g->upvalues[g->upvalue_count++] =
            (upvalue){ self, (uint32_t)i, keep(k) };
    }
}

/* All files ran: lay out the stack, and let go of everything else. */
static int finish(lua_State *lua)
{
    filling *f = lua_touserdata(lua, 1);
    pol_guard *g = f->g;

    lua_settop(lua, 0);
    luaL_checkstack(lua, 2 * LUA_MINSTACK, NULL);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, f);
    lua_pushnil(lua);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, f);
    lua_pushnil(lua);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_declared);
    lua_pushnil(lua);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_functions);
    pol_handles_make(lua);
    lua_newtable(lua);
    assert(lua_gettop(lua) == AT_KEPT);
    if (!pol_allowed_calling(lua, AT_EVENT, f->unlike))
        return stop_unlike(lua);
    for (uint32_t i = 0; i < f->functions; i++) {
        keeping k = { .g = g, .lua = lua };

        g->functions[i].first = g->upvalue_count;
        lua_rawgeti(lua, AT_FUNCTIONS, (lua_Integer)i + 1);
        keep_upvalues(&k);
        g->functions[i].count = g->upvalue_count - g->functions[i].first;
        g->functions[i].code = k.code;
        lua_pop(lua, 1);
    }
    return AT_KEPT;
}

/* In the first protected call: the list that files add their functions to. */
static int make_list(lua_State *lua)
{
    lua_newtable(lua);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, lua_touserdata(lua, 1));
    return 0;
}

static void empty_state(pol_guard *g)
{
    pol_sandbox_close(&g->box);
    memset(&g->handles, 0, sizeof(g->handles));
    g->upvalue_count = 0;
    g->kept = 0;
}

/* Why filling stopped. The files compiled once, so it can be a limit only, or
 * the memory of the host, or a Lua that is not the one of the compiler. */
static policy_status filling_failed(pol_guard *g, const filling *f,
                                    policy_error *err)
{
    uint32_t file = f->file < g->file_count ? f->file : 0;

    if (g->box.starved)
        return pol_error_oom(err);
    if (f->unlike[0])
        return pol_allowed_error(f->unlike, err);
    return pol_error_set(err, POLICY_ELIMIT, "guard-load",
                         "the checks of %.*s cannot be loaded again",
                         (int)pol_str_cut(g->names[file], 150).len,
                         g->names[file].ptr);
}

static policy_status fill_files(pol_guard *g, filling *f, policy_error *err)
{
    for (f->file = 0; f->file < g->file_count; f->file++) {
        int status;

        g->first[f->file] = f->functions;
        pol_sandbox_arm(&g->box, POL_LOAD_BYTES, POL_LOAD_INSTRUCTIONS);
        status = pol_sandbox_run(&g->box, run_file, f);
        if (status != LUA_OK || g->box.breach != POL_BREACH_NONE)
            return filling_failed(g, f, err);
        pol_sandbox_disarm(&g->box);
        pol_arena_reset(&f->arena);
        if (pol_sandbox_run(&g->box, keep_functions, f) != LUA_OK)
            return filling_failed(g, f, err);
    }
    g->first[g->file_count] = f->functions;
    return POLICY_OK;
}

/* The stack keeps what `finish` returned: run by hand for that. */
static int run_finish(pol_guard *g, filling *f)
{
    lua_pushcfunction(g->box.lua, finish);
    lua_pushlightuserdata(g->box.lua, f);
    return pol_sandbox_call(&g->box, 1, AT_KEPT);
}

/* All that is garbage, whatever its age; what is left is old. Only the other
 * collector makes a stack smaller, and each time Lua's table of strings by half. */
static void collect_all(pol_guard *g)
{
    lua_State *lua = g->box.lua;
    size_t before;

    lua_gc(lua, LUA_GCINC, 0, 0, 0);
    do {
        before = g->box.used;
        lua_gc(lua, LUA_GCCOLLECT);
    } while (g->box.used < before);
    lua_gc(lua, LUA_GCGEN, 0, 0);
}

static void settle(pol_guard *g)
{
    collect_all(g);
    lua_gc(g->box.lua, LUA_GCSTOP);
    pol_sandbox_disarm(&g->box);
    pol_sandbox_settle(&g->box);
    g->settled = g->base = g->box.used;
    g->resident = g->box.pool.bytes;
}

static policy_status fill_state(pol_guard *g, policy_error *err)
{
    filling f = { .g = g };
    policy_status st;

    f.limits.yaml_nodes = f.limits.yaml_depth = UINT32_MAX;
    if (pol_sandbox_open(&g->box, &g->allocator) != POLICY_OK)
        return pol_error_oom(err);
    g->box.owner = &g->handles;
    pol_arena_init(&f.arena, &g->allocator, 0);
    if (pol_sandbox_run(&g->box, make_state, &f) != LUA_OK ||
        pol_sandbox_run(&g->box, make_list, &f) != LUA_OK)
        st = filling_failed(g, &f, err);
    else
        st = fill_files(g, &f, err);
    if (st == POLICY_OK &&
        !pol_grow(&g->allocator, (void **)&g->functions, &g->function_cap,
                  f.functions, sizeof(*g->functions)))
        st = pol_error_oom(err);
    if (st == POLICY_OK && run_finish(g, &f) != LUA_OK)
        st = filling_failed(g, &f, err);
    pol_arena_fini(&f.arena);
    if (st != POLICY_OK) {
        empty_state(g);
        return st;
    }
    settle(g);
    return POLICY_OK;
}

policy_status pol_guard_open(pol_guard **out, const policy_str *names,
                             const policy_str *files, size_t file_count,
                             const policy_limits *limits,
                             const policy_allocator *allocator,
                             policy_error *err)
{
    policy_allocator a = pol_allocator_or_default(allocator);
    pol_guard *g = pol_calloc(&a, 1, sizeof(*g));
    policy_limits all;
    policy_status st;

    *out = NULL;
    if (!g)
        return pol_error_oom(err);
    g->allocator = a;
    all = pol_limits_from(limits);
    g->bytes = all.guard_bytes;
    g->instructions = all.guard_instructions;
    g->names = names;
    g->files = files;
    g->file_count = file_count;
    if (!pol_grow(&g->allocator, (void **)&g->first, &g->first_cap,
                  file_count + 1, sizeof(*g->first)))
        st = pol_error_oom(err);
    else
        st = fill_state(g, err);
    if (st != POLICY_OK) {
        pol_guard_close(g);
        return st;
    }
    *out = g;
    return POLICY_OK;
}

void pol_guard_close(pol_guard *g)
{
    policy_allocator a;

    if (!g)
        return;
    a = g->allocator;
    empty_state(g);
    pol_free(&a, g->first, g->first_cap * sizeof(*g->first));
    pol_free(&a, g->functions, g->function_cap * sizeof(*g->functions));
    pol_free(&a, g->upvalues, g->upvalue_cap * sizeof(*g->upvalues));
    pol_free(&a, g, sizeof(*g));
}

size_t pol_guard_bytes(const pol_guard *g)
{
    return g->box.pool.bytes;
}

size_t pol_guard_used(const pol_guard *g)
{
    return g->box.used;
}

/* --- a call ------------------------------------------------------------- */

/* "file:line: text", each part if there is one; whole characters. */
static void write_text(char to[POL_GUARD_MESSAGE], policy_str file, int line,
                       policy_str text)
{
    char raw[POL_GUARD_MESSAGE];
    size_t len = 0;
    policy_str s;

    file = pol_str_cut(file, 120);
    if (file.len && line > 0)
        len = (size_t)snprintf(raw, sizeof(raw), "%.*s:%d: ", (int)file.len,
                               file.ptr, line);
    else if (file.len)
        len = (size_t)snprintf(raw, sizeof(raw), "%.*s: ", (int)file.len,
                               file.ptr);
    s = pol_str_cut(text, sizeof(raw) - len);
    if (s.len)
        memcpy(raw + len, s.ptr, s.len);
    s = (policy_str){ raw, len + s.len };
    len = pol_str_show(to, POL_GUARD_MESSAGE - 1, s);
    to[len] = '\0';
}

static void write_message(pol_guard_result *out, policy_str file, int line,
                          policy_str en, policy_str zh)
{
    write_text(out->message, file, line, en);
    write_text(out->message_zh, file, line, zh);
}

static policy_str name_of(const pol_guard *g, int chunk, uint32_t file)
{
    if (chunk >= 0 && (size_t)chunk < g->file_count)
        return g->names[chunk];
    return g->names[file];
}

static void write_breach(pol_guard *g, const pol_guard_call *call,
                         pol_guard_result *out)
{
    bool memory = g->box.breach == POL_BREACH_MEMORY;
    unsigned long long most = memory ? g->bytes : g->box.budget;
    char en[80], zh[80];

    if (memory || g->box.breach == POL_BREACH_INSTRUCTIONS) {
        snprintf(en, sizeof(en), "the check takes more than %llu %s", most,
                 memory ? "bytes" : "instructions");
        snprintf(zh, sizeof(zh), "检查函数所用超过 %llu %s", most,
                 memory ? "字节" : "条指令");
    } else {
        snprintf(en, sizeof(en),
                 "the check calls too deep or passes too many values");
        snprintf(zh, sizeof(zh), "检查函数调用太深，或传递的值太多");
    }
    out->outcome = POL_GUARD_FAULT;
    out->breach = true;
    out->code = g->box.breach == POL_BREACH_INSTRUCTIONS ? "guard-instructions"
                                                         : "guard-memory";
    /* All of them: at which instruction memory ends may depend by some bytes on
     * what a state did before, and what a decision says may not. */
    if (g->box.breach != POL_BREACH_INSTRUCTIONS)
        out->instructions = g->box.budget + ROUNDING;
    write_message(out, name_of(g, g->box.breach_chunk, call->file),
                  g->box.breach_line, pol_str(en), pol_str(zh));
}

static void write_fault(pol_guard *g, const pol_guard_call *call,
                        pol_guard_result *out)
{
    int chunk, line;
    policy_str text = pol_sandbox_error(g->box.lua, &chunk, &line);
    char zh[POL_GUARD_MESSAGE] = "检查函数出错：";
    size_t len = strlen(zh);

    text = pol_str_cut(text, sizeof(zh) - len);
    if (text.len)
        memcpy(zh + len, text.ptr, text.len);
    out->outcome = POL_GUARD_FAULT;
    out->code = "guard-error";
    write_message(out, name_of(g, chunk, call->file), line, text,
                  (policy_str){ zh, len + text.len });
}

static void wrong_result(pol_guard *g, const pol_guard_call *call,
                         pol_guard_result *out)
{
    out->outcome = POL_GUARD_FAULT;
    out->verdict = out->severity = -1;
    out->note[0] = '\0';
    out->code = "guard-error";
    write_message(out, g->names[call->file], 0,
                  POL_STR("a check returns nil, true, false or "
                          "{ verdict =, severity =, note = }"),
                  POL_STR("检查函数应返回 nil、true、false 或 "
                          "{ verdict =, severity =, note = }"));
}

/* ORDER VERDICT */
static int32_t verdict_of(policy_str word)
{
    static const char *const words[] = { "allow",  "flag", "warn",
                                         "redact", "hold", "block" };

    for (int32_t i = 0; i <= POLICY_BLOCK; i++)
        if (pol_str_is(word, words[i]))
            return i;
    return -1;
}

/* One entry of the table: key below, value on top. */
static bool read_entry(lua_State *lua, pol_guard_result *out)
{
    policy_str key, value = { "", 0 };
    size_t len;

    if (lua_type(lua, -2) != LUA_TSTRING)
        return false;
    key.ptr = lua_tolstring(lua, -2, &key.len);
    if (pol_str_is(key, "severity")) {
        lua_Integer n = lua_isinteger(lua, -1) ? lua_tointeger(lua, -1) : 0;

        out->severity = n >= 1 && n <= 5 ? (int32_t)n : -1;
        return out->severity > 0;
    }
    if (lua_type(lua, -1) != LUA_TSTRING)
        return false;
    value.ptr = lua_tolstring(lua, -1, &value.len);
    if (pol_str_is(key, "verdict")) {
        out->verdict = verdict_of(value);
        return out->verdict >= 0;
    }
    if (!pol_str_is(key, "note"))
        return false;
    len = pol_str_show(out->note, sizeof(out->note) - 1,
                       pol_str_cut(value, sizeof(out->note) - 1));
    out->note[len] = '\0';
    return true;
}

/* What is on top, read raw: nothing of the script runs here. */
static bool read_result(lua_State *lua, pol_guard_result *out)
{
    switch (lua_type(lua, -1)) {
    case LUA_TNIL:
        return true;
    case LUA_TBOOLEAN:
        out->outcome = lua_toboolean(lua, -1) ? POL_GUARD_YES : POL_GUARD_NO;
        return true;
    case LUA_TTABLE:
        break;
    default:
        return false;
    }
    out->outcome = POL_GUARD_YES;
    for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1))
        if (!read_entry(lua, out))
            return false;
    return true;
}

static void put_back(pol_guard *g, const guard_function *f)
{
    lua_State *lua = g->box.lua;

    for (size_t i = f->first; i < f->first + f->count; i++) {
        const upvalue *u = &g->upvalues[i];

        lua_rawgeti(lua, AT_KEPT, u->function);
        lua_rawgeti(lua, AT_KEPT, u->value);
        lua_setupvalue(lua, -2, (int)u->number);
        lua_pop(lua, 1);
    }
}

static void on_line(void *user, int chunk, int line)
{
    const pol_guard *g = user;

    g->watch->on_line(g->watch->user, (uint32_t)chunk, (uint32_t)line);
}

/* What calls left that is no garbage (Lua's frames, words of the schema) counts
 * for each call that comes, as if it had asked for it itself: then where memory
 * ends does not depend on the calls before. */
static void arm(pol_guard *g, uint64_t units, const pol_code *code)
{
    size_t kept = g->base > g->settled ? g->base - g->settled : 0;

    pol_sandbox_arm_for(&g->box, g->bytes, units, code);
    g->box.hard -= kept;
    g->box.soft -= kept;
}

/* The function is called with the stack as the head of this file draws it. */
static int call_function(pol_guard *g, const pol_guard_call *call,
                         uint32_t function)
{
    lua_State *lua = g->box.lua;
    uint64_t units = g->instructions;
    int status;

    if (call->instructions < units)
        units = call->instructions;
    assert(lua_gettop(lua) == AT_KEPT);
    pol_handles_arm(&g->handles, lua, call);
    g->box.on_line = g->watch ? on_line : NULL;
    g->box.line_user = g;
    arm(g, units, &g->functions[function].code);
    lua_rawgeti(lua, AT_FUNCTIONS, (lua_Integer)function + 1);
    lua_pushvalue(lua, AT_EVENT);
    lua_pushvalue(lua, AT_HITS);
    lua_pushvalue(lua, AT_MEMORY);
    status = pol_sandbox_call(&g->box, 3, 1);
    pol_handles_disarm(&g->handles);
    return status;
}

policy_status pol_guard_run(pol_guard *g, const pol_guard_call *call,
                            pol_guard_result *out, policy_error *err)
{
    policy_status st;
    uint32_t function;
    int status;

    out->outcome = POL_GUARD_NO;
    out->breach = false;
    out->verdict = out->severity = -1;
    out->note[0] = out->message[0] = out->message_zh[0] = '\0';
    out->code = "";
    if (!g->box.lua && (st = fill_state(g, err)) != POLICY_OK)
        return st;
    assert(call->file < g->file_count);
    function = g->first[call->file] + call->function;
    assert(function < g->first[call->file + 1]);
    status = call_function(g, call, function);
    out->instructions = g->box.units + ROUNDING;
    if (status == LUA_ERRMEM || g->box.breach > POL_BREACH_INSTRUCTIONS) {
        if (g->box.breach == POL_BREACH_NONE) {
            empty_state(g);
            return pol_error_oom(err);
        }
        write_breach(g, call, out);
        empty_state(g);
        return POLICY_OK;
    }
    if (g->box.breach == POL_BREACH_INSTRUCTIONS)
        write_breach(g, call, out);
    else if (status != LUA_OK)
        write_fault(g, call, out);
    else if (!read_result(g->box.lua, out))
        wrong_result(g, call, out);
    lua_settop(g->box.lua, AT_KEPT);
    put_back(g, &g->functions[function]);
    if (g->box.used > g->base + GARBAGE_MAX)
        pol_guard_rest(g);
    return POLICY_OK;
}

/* --- lines, for the tests of rules ------------------------------------------- */

void pol_guard_watch(pol_guard *g, const pol_guard_lines *lines)
{
    g->watch = lines;
}

typedef struct listing {
    pol_guard *g;
    const pol_guard_lines *lines;
    uint32_t file;
    const guard_function *function;
    uint32_t number; /* of the function among those kept */
} listing;

/* Does the line begin with `end`? What stands there is Lua's own return, which
 * no call need reach. */
static bool is_end(policy_str file, int line)
{
    size_t at = 0;

    for (int n = 1; n < line; n++) {
        const char *next = memchr(file.ptr + at, '\n', file.len - at);

        if (!next)
            return false;
        at = (size_t)(next + 1 - file.ptr);
    }
    while (at < file.len && (file.ptr[at] == ' ' || file.ptr[at] == '\t'))
        at++;
    return file.len - at >= 3 && memcmp(file.ptr + at, "end", 3) == 0;
}

/* Of the function on top, which is taken away. */
static void list_lines(lua_State *lua, const listing *x)
{
    lua_Debug ar;

    if (!lua_isfunction(lua, -1) || lua_iscfunction(lua, -1)) {
        lua_pop(lua, 1);
        return;
    }
    lua_getinfo(lua, ">SL", &ar);
    for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
        int line = (int)lua_tointeger(lua, -2);

        if (ar.linedefined == ar.lastlinedefined ||
            !is_end(x->g->files[x->file], line))
            x->lines->on_line(x->lines->user, x->file, (uint32_t)line);
    }
    lua_pop(lua, 1);
}

/* Called with the lists of functions and of what is kept. */
static int list_function(lua_State *lua)
{
    const listing *x = lua_touserdata(lua, 1);
    const guard_function *f = x->function;

    luaL_checkstack(lua, 8, NULL);
    lua_rawgeti(lua, 2, (lua_Integer)x->number + 1);
    list_lines(lua, x);
    for (size_t i = f->first; i < f->first + f->count; i++) {
        lua_rawgeti(lua, 3, x->g->upvalues[i].value);
        list_lines(lua, x);
    }
    return 0;
}

policy_status pol_guard_lines_of(pol_guard *g, uint32_t file, uint32_t function,
                                 const pol_guard_lines *lines,
                                 policy_error *err)
{
    listing x = { .g = g, .lines = lines, .file = file };
    policy_status st;

    if (!g->box.lua && (st = fill_state(g, err)) != POLICY_OK)
        return st;
    assert(file < g->file_count);
    x.number = g->first[file] + function;
    assert(x.number < g->first[file + 1]);
    x.function = &g->functions[x.number];
    lua_pushcfunction(g->box.lua, list_function);
    lua_pushlightuserdata(g->box.lua, &x);
    lua_pushvalue(g->box.lua, AT_FUNCTIONS);
    lua_pushvalue(g->box.lua, AT_KEPT);
    if (pol_sandbox_call(&g->box, 3, 0) == LUA_OK)
        return POLICY_OK;
    empty_state(g); /* as after any lack of memory */
    return pol_error_oom(err);
}

/* Collect what is young. What a call put into an upvalue was old at once: where
 * more is left than before, all is looked through; frames of Lua stay, or every
 * event would ask for them again, but not a stack that grew beyond reason. */
void pol_guard_rest(pol_guard *g)
{
    if (!g->box.lua || g->box.used == g->base)
        return;
    if (g->box.pool.bytes > g->resident + GROWN_MAX) {
        empty_state(g);
        return;
    }
    lua_gc(g->box.lua, LUA_GCSTEP, 0);
    if (g->box.stack.len > STACK_KEPT)
        collect_all(g);
    else if (g->box.used > g->base)
        lua_gc(g->box.lua, LUA_GCCOLLECT);
    g->base = g->box.used;
}
