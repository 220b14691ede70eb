/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of records: organisation, kind and the rest, each any bytes. The first
 * two end with a line feed; a line feed or a backslash in them is escaped, so
 * that no two triples share a key, and so that all keys of an organisation
 * and no others begin with the same bytes.
 */
#ifndef POL_STATE_KEY_H
#define POL_STATE_KEY_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct pol_record_key {
    policy_str org, kind, rest;
} pol_record_key;

size_t pol_record_key_len(const pol_record_key *k);
/* Exactly pol_record_key_len bytes, no NUL. */
void pol_record_key_write(char *out, const pol_record_key *k);
/* In the arena; ptr NULL on failure. */
policy_str pol_record_key_make(pol_arena *arena, policy_str org,
                               policy_str kind, policy_str rest);
/* The parts of a key, unescaped into `room`, which has key.len bytes; `rest`
 * stays in the key. False, and nothing in `out`, where it is no such key. */
bool pol_record_key_read(pol_record_key *out, policy_str key, char *room);
/* Does the key begin with the organisation? */
bool pol_record_key_is_of(policy_str key, policy_str org);

#endif
