/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule file, from bytes to declarations: look at the bytes, look at the
 * tokens, run it in a sandbox, read what it declared, say where it went wrong.
 *
 * No clock is asked: whether a file loads depends on the file alone. What the
 * count of instructions does not see, Lua's parser, is held by the checks of
 * source_map.c and by the length of the file.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/slice.h"
#include "script/allowed.h"
#include "script/declared.h"
#include "script/load.h"

enum {
    /* Four times the longest hand-written file; more is data in disguise. */
    BYTES_MAX = 256 << 10,
    /* What stays of a file in each session: its functions with their texts.
     * Four times what a file of nothing but functions keeps. */
    RESIDENT_MAX = 1 << 20
};

typedef struct loading {
    pol_source_map map;
    pol_sandbox box;
    pol_environment environment;
    pol_declared declared;
    const pol_source *source;
    pol_reporter *r;
    char unlike[POL_ALLOWED_PATH]; /* what the file must not find so */
} loading;

static policy_status report_number(loading *l, pol_message m, pol_place where,
                                   uint64_t a, uint64_t b)
{
    char x[24], y[24];
    int n = snprintf(x, sizeof(x), "%llu", (unsigned long long)a);
    int k = snprintf(y, sizeof(y), "%llu", (unsigned long long)b);

    pol_report(l->r, m, where, (policy_str){ x, (size_t)n },
               (policy_str){ y, (size_t)k });
    return POLICY_ERULES;
}

/* A carriage return that no line feed follows: Lua would count it as a line and
 * nobody else. */
static size_t stray_return(policy_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\r' && (i + 1 == s.len || s.ptr[i + 1] != '\n'))
            return i;
    return s.len;
}

static size_t first_nul(policy_str s)
{
    const char *at = s.len ? memchr(s.ptr, '\0', s.len) : NULL;

    return at ? (size_t)(at - s.ptr) : s.len;
}

/* One byte, which is no part of what pol_source_line calls the line. */
static pol_place byte_place(const loading *l, size_t pos)
{
    pol_place where = pol_place_at(l->source, pos, 1);

    where.length = 1;
    return where;
}

static policy_status check_bytes(loading *l, const policy_limits *limits)
{
    policy_str s = l->source->bytes;
    uint64_t max = BYTES_MAX;
    size_t pos;

    if (limits->source_bytes < max)
        max = limits->source_bytes;
    if (s.len > max)
        return report_number(l, POL_MSG_LUA_BYTES,
                             (pol_place){ l->source, 0, 0, 0 }, s.len, max);
    if (s.len && s.ptr[0] == LUA_SIGNATURE[0])
        return report_number(l, POL_MSG_LUA_BINARY,
                             (pol_place){ l->source, 1, 1, 1 }, 0, 0);
    if ((pos = pol_str_ill_formed(s)) != s.len)
        return report_number(l, POL_MSG_LUA_UTF8, byte_place(l, pos), 0, 0);
    if ((pos = first_nul(s)) != s.len)
        return report_number(l, POL_MSG_LUA_NUL, byte_place(l, pos), 0, 0);
    if ((pos = stray_return(s)) != s.len) {
        pol_place where = byte_place(l, pos);

        /* It ends the line; what can be shown is the character before. */
        where.column -= where.column > 1;
        return report_number(l, POL_MSG_LUA_LINE_END, where, 0, 0);
    }
    return POLICY_OK;
}

/* --- where it went wrong ------------------------------------------------ */

/* What stands in the last pair of quotes: "near 'x'", "(global 'x')". */
static policy_str quoted(policy_str text)
{
    size_t end = text.len, start;

    while (end > 0 && text.ptr[end - 1] != '\'')
        end--;
    if (end < 2)
        return (policy_str){ NULL, 0 };
    for (start = --end; start > 0 && text.ptr[start - 1] != '\'';)
        start--;
    if (start == 0 || start == end)
        return (policy_str){ NULL, 0 };
    return (policy_str){ text.ptr + start, end - start };
}

/*
 * Lua complains of the token that it has just read, or of the one before where
 * it looked ahead; its reader is one byte beyond. So it is the last token
 * before the reader that reads as Lua says; failing that, the last one.
 */
static pol_place syntax_place(const loading *l, policy_str text)
{
    const pol_source_map *m = &l->map;
    const pol_token *last = pol_token_before(m, l->environment.consumed);
    policy_str near = quoted(text);

    if (!last)
        return pol_line_place(m, 1);
    for (const pol_token *t = last; near.ptr && t > m->tokens && last - t < 3;
         t--)
        if (pol_str_eq(pol_token_text(m, t), near))
            return pol_token_place(m, t);
    return pol_token_place(m, last);
}

/* The name that the text speaks of, or what begins with it, if that stands on
 * the line. */
static pol_place line_place(const loading *l, int line, policy_str name)
{
    const pol_token *t = NULL;

    if (line <= 0)
        return (pol_place){ l->source, 0, 0, 0 };
    if (name.len)
        t = pol_token_on_line(&l->map, (uint32_t)line, name);
    return t ? pol_token_place(&l->map, t)
             : pol_line_place(&l->map, (uint32_t)line);
}

static policy_status report_fault(loading *l)
{
    const pol_fault *f = &l->environment.fault;
    policy_str name = pol_str(f->name);
    policy_str args[2] = { name, pol_str("8") };

    _Static_assert(POL_CONSTRUCTOR_ARGS == 8, "said in the line above");
    pol_report_hint(l->r, f->message, line_place(l, f->line, name),
                    f->suggestion, args, 2);
    return POLICY_ERULES;
}

/* The error on the stack of the sandbox. */
static policy_status report_error(loading *l, policy_error *err)
{
    int chunk, line = 0;
    policy_str text = { "", 0 };
    pol_place where;

    if (l->box.starved)
        return pol_error_oom(err);
    /* A breach of memory may be noticed when the file has already ended. */
    if (lua_gettop(l->box.lua))
        text = pol_sandbox_error(l->box.lua, &chunk, &line);
    if (l->box.breach_line)
        line = l->box.breach_line;
    where = line_place(l, line, (policy_str){ NULL, 0 });
    if (l->box.breach == POL_BREACH_INSTRUCTIONS)
        return report_number(l, POL_MSG_LUA_INSTRUCTIONS, where,
                             POL_LOAD_INSTRUCTIONS, 0);
    if (l->box.breach == POL_BREACH_STACK)
        return report_number(l, POL_MSG_LUA_STACK, where, 0, 0);
    if (l->box.breach == POL_BREACH_MEMORY)
        return report_number(l, POL_MSG_LUA_MEMORY, where, POL_LOAD_BYTES, 0);
    if (l->environment.fault.set)
        return report_fault(l);
    if (l->environment.syntax) {
        pol_report(l->r, POL_MSG_LUA_SYNTAX, syntax_place(l, text), text);
        return POLICY_ERULES;
    }
    pol_report(l->r, POL_MSG_LUA_RUN, line_place(l, line, quoted(text)), text);
    return POLICY_ERULES;
}

/* --- the steps ---------------------------------------------------------- */

static int make_environment(lua_State *lua)
{
    loading *l = lua_touserdata(lua, 1);

    pol_environment_make(lua);
    return pol_allowed_loading(lua, l->unlike)
               ? 0
               : luaL_error(lua, "the state is not as it should be");
}

static int run_file(lua_State *lua)
{
    const loading *l = lua_touserdata(lua, 1);

    pol_environment_run(lua, l->source->bytes, 1);
    return 0;
}

static int read_declared(lua_State *lua)
{
    loading *l = lua_touserdata(lua, 1);

    pol_declared_read(lua, &l->declared);
    return 0;
}

/* Everything goes but the functions, as in a session (guard.c). */
static policy_status check_resident(loading *l, size_t empty)
{
    lua_State *lua = l->box.lua;
    size_t kept;

    lua_pushnil(lua);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &pol_key_declared);
    lua_gc(lua, LUA_GCCOLLECT);
    kept = l->box.used > empty ? l->box.used - empty : 0;
    if (kept <= RESIDENT_MAX)
        return POLICY_OK;
    return report_number(l, POL_MSG_LUA_RESIDENT,
                         (pol_place){ l->source, 0, 0, 0 }, kept, RESIDENT_MAX);
}

static policy_status run(loading *l, const policy_allocator *allocator,
                         policy_error *err)
{
    policy_status st = pol_sandbox_open(&l->box, allocator);
    size_t empty;
    int lua;

    if (st != POLICY_OK)
        return pol_error_oom(err);
    l->box.owner = &l->environment;
    l->environment.places = true;
    if (pol_sandbox_run(&l->box, make_environment, l) != LUA_OK)
        return l->unlike[0] ? pol_allowed_error(l->unlike, err)
                            : pol_error_oom(err);
    empty = l->box.used;
    pol_sandbox_arm(&l->box, POL_LOAD_BYTES, POL_LOAD_INSTRUCTIONS);
    lua = pol_sandbox_run(&l->box, run_file, l);
    if (lua != LUA_OK || l->box.breach != POL_BREACH_NONE)
        return report_error(l, err);
    pol_sandbox_disarm(&l->box);
    if (pol_sandbox_run(&l->box, read_declared, l) != LUA_OK)
        return report_error(l, err);
    if (l->declared.bad)
        return POLICY_ERULES;
    return l->declared.functions ? check_resident(l, empty) : POLICY_OK;
}

static policy_status load(loading *l, pol_arena *scratch,
                          const policy_allocator *allocator, policy_error *err)
{
    policy_status st = check_bytes(l, l->declared.limits);

    if (st != POLICY_OK)
        return st;
    st = pol_source_map_build(&l->map, l->source, scratch, l->r);
    if (st == POLICY_ENOMEM)
        return pol_error_oom(err);
    if (st != POLICY_OK)
        return st;
    l->declared.map = &l->map;
    st = run(l, allocator, err);
    pol_sandbox_close(&l->box);
    return st;
}

policy_status pol_script_load(pol_script_file *out, const pol_source *source,
                              pol_arena *arena, const policy_limits *limits,
                              const policy_allocator *allocator,
                              pol_reporter *r, policy_error *err)
{
    loading l = { .source = source, .r = r };
    pol_arena scratch;
    policy_status st;

    memset(out, 0, sizeof(*out));
    l.declared.source = source;
    l.declared.arena = arena;
    l.declared.r = r;
    l.declared.limits = limits;
    pol_arena_init(&scratch, allocator, 0);
    st = load(&l, &scratch, allocator, err);
    pol_arena_fini(&scratch);
    if (st != POLICY_OK)
        return st == POLICY_ERULES
                   ? pol_error_set(err, st, "rules", "%.*s does not compile",
                                   (int)pol_str_cut(source->path, 150).len,
                                   source->path.ptr)
                   : st;
    out->source = source;
    out->declarations = l.declared.nodes;
    out->declaration_count = l.declared.count;
    out->function_count = l.declared.functions;
    return POLICY_OK;
}
