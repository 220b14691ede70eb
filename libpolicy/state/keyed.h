/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of nodes that their owner allocates. The hash is keyed, since
 * strangers choose part of what is hashed.
 */
#ifndef POL_STATE_KEYED_H
#define POL_STATE_KEYED_H

#include <stdbool.h>

#include <policy/status.h>

typedef struct pol_keyed_node {
    struct pol_keyed_node *next; /* in its bucket */
    uint64_t hash;
    policy_str key;
} pol_keyed_node;

typedef struct pol_keyed {
    pol_keyed_node **buckets;
    size_t cap, count; /* cap: 0 or a power of two */
    uint8_t secret[16];
} pol_keyed;

/* Ends the buckets; the nodes are their owner's. */
void pol_keyed_fini(pol_keyed *t, const policy_allocator *a);
uint64_t pol_keyed_hash(const pol_keyed *t, policy_str key);
pol_keyed_node *pol_keyed_get(const pol_keyed *t, policy_str key);
/* Buckets that `count` nodes get. */
size_t pol_keyed_room(const pol_keyed *t, size_t count);
/* False when out of memory, with nothing changed. */
bool pol_keyed_reserve(pol_keyed *t, const policy_allocator *a, size_t count);
/* Room was reserved; `key` and `hash` are set, and the key is not there. */
void pol_keyed_put(pol_keyed *t, pol_keyed_node *n);
void pol_keyed_remove(pol_keyed *t, pol_keyed_node *n);

#endif
