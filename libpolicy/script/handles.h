/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guard sees: handles of the event, its hits and what the past knows, which
 * die with the call, methods of strings, and a little arithmetic. All of it is read-only.
 */
#ifndef POL_SCRIPT_HANDLES_H
#define POL_SCRIPT_HANDLES_H

#include "script/constructors.h"
#include "script/guard.h"

/* The owner of a guard's sandbox. */
typedef struct pol_handles {
    pol_environment environment; /* first: files are loaded with it */
    const pol_guard_call *call;  /* NULL between calls */
    uint64_t generation;         /* of the call; a handle of another is stale */
    uint32_t shown;              /* hits that have a handle in their list */
} pol_handles;

/* Keys of the registry: the metatables of lists, of event.facts, of hits[i], of
 * memory.<name> and of a record in it. */
extern const char pol_key_list, pol_key_facts, pol_key_hit, pol_key_known,
    pol_key_record;

/* Inside a protected call, when all files are loaded: what they have as _ENV
 * becomes the environment of calls. Pushes the handles of event, hits and memory. */
void pol_handles_make(lua_State *lua);
/* The handles are good for this call. */
void pol_handles_arm(pol_handles *h, lua_State *lua, const pol_guard_call *call);
void pol_handles_disarm(pol_handles *h);

#endif
