/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule file sees while it runs: the constructors of the rule language
 * and nothing else. Each makes an opaque value that remembers its name, its
 * arguments and its line; some are declarations and noted in their order.
 */
#ifndef POL_SCRIPT_CONSTRUCTORS_H
#define POL_SCRIPT_CONSTRUCTORS_H

#include "base/report.h"
#include "script/sandbox.h"

enum {
    POL_CONSTRUCTOR_ARGS = 8, /* most arguments of one call */
    /* A file of 256 KiB with every table written out twice over. */
    POL_LOAD_BYTES = 8 << 20,
    /* Ten a byte of such a file, and some 10 ms. */
    POL_LOAD_INSTRUCTIONS = 2000000
};

/* What a constructor makes: a full userdata, its arguments in user values. */
typedef struct pol_call_value {
    uint32_t constructor; /* pol_constructor_name */
    uint32_t count;       /* arguments */
    uint32_t line;        /* 0: unknown */
    bool nested;          /* some declaration contains it */
} pol_call_value;

/* Why a function in C stopped the file, where it knows better than Lua. */
typedef struct pol_fault {
    bool set;
    pol_message message;
    char name[64];
    policy_str suggestion;
    int line;
} pol_fault;

/* The owner of a sandbox whose files see constructors. */
typedef struct pol_environment {
    pol_fault fault;
    bool syntax;       /* the last file did not compile */
    bool places;       /* asked for: */
    size_t consumed;   /* bytes of it that Lua had read by then */
    uint32_t declared; /* declarations of the last file */
    bool calling;      /* files are loaded; now functions are called */
} pol_environment;

policy_str pol_constructor_name(uint32_t constructor);

/* Keys of the registry. */
extern const char pol_key_calls;   /* metatable of pol_call_value */
extern const char pol_key_globals; /* what files have as _ENV: an empty table */
extern const char pol_key_declared;  /* list of the declarations of the file */
extern const char pol_key_functions; /* list of the functions it holds */

/* Inside a protected call: make the environment in a new state. */
void pol_environment_make(lua_State *lua);
/* Inside a protected call: compile the text as chunk number `chunk` and run it.
 * The source is text in UTF-8, already checked. */
void pol_environment_run(lua_State *lua, policy_str bytes, int chunk);

#endif
