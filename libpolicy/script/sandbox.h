/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Lua state that cannot take more than it was given: bytes by its allocator,
 * instructions by a count hook, and no way around either, because nothing that
 * a script can reach catches errors, ends in a finalizer or switches stacks.
 */
#ifndef POL_SCRIPT_SANDBOX_H
#define POL_SCRIPT_SANDBOX_H

#include <locale.h>
#include <stdbool.h>
#include <string.h>

#include <lua.h>

#include "script/code.h"
#include "script/pool.h"

typedef enum pol_breach {
    POL_BREACH_NONE,
    POL_BREACH_INSTRUCTIONS,
    POL_BREACH_MEMORY, /* this one and those that follow end the state */
    POL_BREACH_STACK
} pol_breach;

typedef struct pol_sandbox {
    lua_State *lua;
    locale_t locale;         /* "C": strings compare and numbers print by it */
    size_t used, soft, hard; /* bytes: held, where the hook ends it, refused */
    uint64_t units, budget;  /* instructions and charges of this call */
    size_t longest;        /* string made since it was armed, */
    size_t longest_before; /* or that was there before */
    size_t widest;         /* hash part of a table: its slots */
    size_t widest_before;
    size_t largest;        /* block that is no string */
    struct {
        const void *block;
        size_t len;
    } stack, fresh; /* Lua's; the last block asked for that has no type */
    uint32_t refusals;
    uint32_t dear; /* units each time the hook runs, for what runs (code.h) */
    int period;
    pol_breach breach; /* decides the class of an error; texts can lie */
    int breach_chunk, breach_line; /* -1 and 0: not known */
    bool armed, hooked, parsing;
    bool starved; /* the host's allocator has said no since it was armed */
    void *owner;  /* of the functions in C that the state calls */
    /* Told of each line before it runs; NULL, as nearly always: nobody. Kept
     * when the state is armed, so it must be set before. */
    void (*on_line)(void *user, int chunk, int line);
    void *line_user;
    pol_pool pool;
} pol_sandbox;

/* A state without any library, not yet armed. `s` must not move afterwards. */
policy_status pol_sandbox_open(pol_sandbox *s, const policy_allocator *a);
void pol_sandbox_close(pol_sandbox *s); /* a zeroed one is fine */

/* From here on: at most `bytes` above what is held now, and `units` of work. */
void pol_sandbox_arm(pol_sandbox *s, size_t bytes, uint64_t units);
/* The same for one call of this code, and nothing else in Lua: the hook is left
 * out where it would not come, which is most of what a short function costs. */
void pol_sandbox_arm_for(pol_sandbox *s, size_t bytes, uint64_t units,
                         const pol_code *code);
/* Neither; for what the library does with the state itself. The strings and
 * tables that exist then are the ones that exist before every call. */
void pol_sandbox_disarm(pol_sandbox *s);
/* Everything is collected but what calls begin with, and of that they reach no
 * table: the charges for what was there while it was loaded end. */
void pol_sandbox_settle(pol_sandbox *s);

/* lua_pcall of what lies on the stack, in the locale of the state. */
int pol_sandbox_call(pol_sandbox *s, int args, int results);
/* Run `f` with `ud` protected. What it pushes is dropped. */
int pol_sandbox_run(pol_sandbox *s, lua_CFunction f, void *ud);

static inline pol_sandbox *pol_sandbox_of(lua_State *lua)
{
    pol_sandbox *s;

    memcpy(&s, lua_getextraspace(lua), sizeof(s));
    return s;
}

void pol_sandbox_spent(lua_State *lua);
/* Work that a function in C did; raises when the budget is spent. */
static inline void pol_sandbox_charge(lua_State *lua, uint64_t units)
{
    pol_sandbox *s = pol_sandbox_of(lua);

    s->units += units;
    if (s->units > s->budget)
        pol_sandbox_spent(lua);
}
/* Raises as being out of memory because the host was. */
int pol_sandbox_starve(lua_State *lua);

/*
 * The error on top of the stack, which must stay there while the text is used.
 * Chunks are named "=<number>"; `*chunk` and `*line` are -1 and 0 where the
 * text has no such start. Never an address: only strings have a text.
 */
policy_str pol_sandbox_error(lua_State *lua, int *chunk, int *line);
/* Of the Lua function that called the one in C which runs now; 0: of none. */
int pol_sandbox_line(lua_State *lua);

#endif
