/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what an event shows to the rules worth looking at. A rule is filed under
 * every key that could make it hold; one that is not reached costs nothing.
 */
#ifndef POL_RULE_INDEX_H
#define POL_RULE_INDEX_H

#include "base/arena.h"
#include "rule/derived.h"
#include "rule/rule.h"

typedef struct pol_postings { const uint32_t *rules; uint32_t count; } pol_postings;
typedef struct pol_field_key { int32_t field; policy_str value; pol_postings rules; } pol_field_key;

typedef struct pol_index {
    pol_postings types[POLICY_TYPE_COUNT];
    const pol_postings *signals; /* by signal */
    size_t signal_count;
    const pol_field_key *keys;   /* by field, then value */
    size_t key_count;
    const int32_t *fields;       /* those that have keys */
    size_t field_count;
} pol_index;

/* How a rule is reached. */
typedef enum pol_trigger {
    POL_TRIGGER_NONE,   /* needs broad = true */
    POL_TRIGGER_MATCH, POL_TRIGGER_FIELD, POL_TRIGGER_TYPE, POL_TRIGGER_BROAD
} pol_trigger;
pol_trigger pol_rule_trigger(const pol_rule *rule);

/* Rules that are off are left out. What the index is lies in `arena`, what it is
 * made by in `scratch`. */
policy_status pol_index_build(pol_index *out, const pol_rule *rules, size_t count,
                              size_t signal_count, pol_arena *arena,
                              pol_arena *scratch);
/* Set a bit of `candidates` for each rule filed under the type and the fields
 * of the event. Asks for fields that rules name only; see view->status. */
void pol_index_event(const pol_index *x, pol_view *view, uint64_t *candidates);
/* The same for one signal. */
void pol_index_signal(const pol_index *x, uint32_t signal, uint64_t *candidates);

#endif
