/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run of a rule file left behind, as nodes with their places.
 */
#ifndef POL_SCRIPT_DECLARED_H
#define POL_SCRIPT_DECLARED_H

#include <policy/limits.h>

#include "config/node.h"
#include "script/constructors.h"
#include "script/source_map.h"

typedef struct pol_declared {
    const pol_source *source;
    const pol_source_map *map; /* NULL: nobody asks for places */
    pol_arena *arena;
    pol_reporter *r;
    const policy_limits *limits;
    /* What was read: */
    const pol_node *nodes;
    size_t count;
    uint32_t functions; /* each in the list pol_key_functions at serial + 1 */
    bool bad;           /* something was reported; the nodes are not whole */
} pol_declared;

/* Inside a protected call: read the declarations of the last file. Starves the
 * state when the arena is full. */
void pol_declared_read(lua_State *lua, pol_declared *d);

#endif
