/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What memories and duties are made of, both: ids, keys, clauses that wait.
 */
#ifndef POL_COMPILE_HISTORY_BUILD_H
#define POL_COMPILE_HISTORY_BUILD_H

#include "compile/build.h"

/* "owner" `between` "name", kept; ptr NULL when out of memory. */
policy_str pol_full_id(const pol_origin *from, const char *between,
                       policy_str name);
bool pol_is_plain_id(policy_str id);
/* Of what the field is the id: ANY where types do not agree. */
uint8_t pol_id_kind_of(int32_t field, uint32_t types);

typedef struct pol_key_reader {
    const pol_origin *from;
    uint32_t types;
    bool all;   /* each type must have the field */
    bool any;   /* of a list without `each`: any of its elements */
    pol_key_use key;
} pol_key_reader;
/* "field", { "field", "field" }, each "list"; reports. */
bool pol_key_read(pol_key_reader *k, const pol_node *n);
/* Is this a key of the record: as long, or shorter where that may be, and of the
 * same kinds? Reports. */
bool pol_key_suits(const pol_origin *from, const pol_record_def *d,
                   const pol_key_use *key, uint32_t types, bool shorter,
                   pol_place place);
/* "memory" of the same owner or the library, or "regulation/memory"; reports. */
const pol_record_def *pol_memory_need(const pol_origin *from, policy_str name,
                                      pol_place place);
/* Of the part, not yet among its records; NULL when out of memory. */
pol_record_def *pol_record_new(pol_org_build *o);
const pol_record_def *pol_record_find(const pol_org_build *o,
                                      pol_record_kind kind, policy_str id);
void pol_record_set_key(pol_record_def *d, const pol_key_use *key);
/* A clause, or the clauses of a list. */
const pol_node *pol_clauses_of(const pol_node *n, size_t *count);
/* Types of what they name, as far as they do. */
uint32_t pol_clause_types(const pol_node *set);
/* Clauses of one record, to be compiled once all rules are there; `n` NULL:
 * none. `only` is copied. */
void pol_clauses_defer(const pol_origin *from, const pol_node *n,
                       const pol_record_def *d, pol_clause_does does,
                       const pol_only *only);

#endif
