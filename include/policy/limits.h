/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Every limit of the library. Each is in effect, can be read back, and is
 * documented with its reason in libpolicy/base/limits.c. Zero means the default.
 */
#ifndef POLICY_LIMITS_H
#define POLICY_LIMITS_H

#include <policy/status.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct policy_limits {
    size_t size;
    /* input: above it, refused */
    uint64_t event_bytes, text_bytes, list_items, parts, json_depth, facts;
    uint64_t source_bytes, yaml_nodes, yaml_depth, terms, term_bytes;
    uint64_t regex_states, rules, organisations, diagnostics;
    /* work for one event: above it, an error entry and on_error */
    uint64_t hits, candidates, findings, spans, explain_entries;
    uint64_t guards, guard_instructions, event_instructions, guard_bytes;
    /* memory of one session: states of idle organisations are dropped first */
    uint64_t lua_bytes, arena_bytes;
    /* work: records with one first key, which are one stored value; due records
       of one tick */
    uint64_t entries, due;
} policy_limits;
#define POLICY_LIMITS_INIT { sizeof(policy_limits) }
/* The defaults, all of them set. Fields beyond `out->size` are left alone. */
POLICY_API void policy_limits_default(policy_limits *out);

#ifdef __cplusplus
}
#endif

#endif
