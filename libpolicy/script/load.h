/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule file into declarations: it runs once, in a fresh Lua state that holds
 * the constructors and nothing else, within a budget; what it declared is read
 * out as nodes with their places and the state is closed.
 */
#ifndef POL_SCRIPT_LOAD_H
#define POL_SCRIPT_LOAD_H

#include <policy/limits.h>

#include "base/arena.h"
#include "config/node.h"

/*
 * The declarations of the file in their order: POL_NODE_CALL nodes of `rule`,
 * `theme`, `use`, `memory`, `duty`, `ladder` (a rule that is a part of a theme
 * stands in its theme only). Arguments as written: `use "x" { … }` has two.
 * Functions are POL_NODE_FUNC with a serial number that a second run of the
 * same bytes gives again (script/guard.h).
 */
typedef struct pol_script_file {
    const pol_source *source;
    const pol_node *declarations;
    size_t declaration_count;
    uint32_t function_count;
} pol_script_file;

/* ERULES after reporting what is wrong (syntax, budget, memory, constructor
 * misuse: file, line and, for keys and values, column); ENOMEM. */
policy_status pol_script_load(pol_script_file *out, const pol_source *source,
                              pol_arena *arena, const policy_limits *limits,
                              const policy_allocator *allocator,
                              pol_reporter *r, policy_error *err);

#endif
