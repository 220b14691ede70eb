/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a function of Lua can do at most, told from its instructions before it
 * runs: whether the count hook is needed at all, and what it charges for
 * instructions that are not of constant time.
 */
#ifndef POL_SCRIPT_CODE_H
#define POL_SCRIPT_CODE_H

#include <stdbool.h>

#include <lua.h>

#include <policy/status.h>

enum { POL_CODE_ENDLESS = UINT32_MAX };

typedef struct pol_code {
    /* That run in one call if it calls functions in C only; with a loop, or a
     * function of its own, POL_CODE_ENDLESS. */
    uint32_t instructions;
    bool modulo, joins; /* it has an instruction that is dear (code.c) */
} pol_code;

/* Of the function on top, and of those written within it. ENOMEM. */
policy_status pol_code_read(pol_code *out, lua_State *lua,
                            const policy_allocator *a);
/* Of two, one of which may call the other. */
pol_code pol_code_both(pol_code caller, pol_code called);
/* Units for a hundred of its instructions, besides themselves. */
uint32_t pol_code_dear(pol_code c);

#endif
