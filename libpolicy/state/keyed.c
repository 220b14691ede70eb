/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chained buckets, at most one node a bucket on average. Growing is apart
 * from putting, so that a caller can first see to all room and then not fail.
 */
#include "state/keyed.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/slice.h"

void pol_keyed_fini(pol_keyed *t, const policy_allocator *a)
{
    pol_free(a, t->buckets, t->cap * sizeof(*t->buckets));
    t->buckets = NULL;
    t->cap = t->count = 0;
}

uint64_t pol_keyed_hash(const pol_keyed *t, policy_str key)
{
    return pol_siphash(t->secret, key.ptr, key.len);
}

static pol_keyed_node **bucket_of(const pol_keyed *t, uint64_t hash)
{
    return &t->buckets[hash & (t->cap - 1)];
}

pol_keyed_node *pol_keyed_get(const pol_keyed *t, policy_str key)
{
    uint64_t hash;
    pol_keyed_node *n;

    if (t->count == 0)
        return NULL;
    hash = pol_keyed_hash(t, key);
    for (n = *bucket_of(t, hash); n; n = n->next)
        if (n->hash == hash && pol_str_eq(n->key, key))
            return n;
    return NULL;
}

size_t pol_keyed_room(const pol_keyed *t, size_t count)
{
    size_t cap = t->cap ? t->cap : 16;

    while (cap < count && cap <= SIZE_MAX / 4 / sizeof(*t->buckets))
        cap *= 2;
    return cap;
}

bool pol_keyed_reserve(pol_keyed *t, const policy_allocator *a, size_t count)
{
    size_t cap = pol_keyed_room(t, count);
    pol_keyed larger = *t;

    if (t->cap == cap)
        return true;
    larger.cap = cap;
    larger.count = 0;
    larger.buckets = pol_calloc(a, cap, sizeof(*larger.buckets));
    if (!larger.buckets)
        return false;
    for (size_t i = 0; i < t->cap; i++)
        for (pol_keyed_node *n = t->buckets[i], *next; n; n = next) {
            next = n->next;
            pol_keyed_put(&larger, n);
        }
    pol_keyed_fini(t, a);
    *t = larger;
    return true;
}

void pol_keyed_put(pol_keyed *t, pol_keyed_node *n)
{
    pol_keyed_node **at;

    assert(t->cap);
    at = bucket_of(t, n->hash);
    n->next = *at;
    *at = n;
    t->count++;
}

void pol_keyed_remove(pol_keyed *t, pol_keyed_node *n)
{
    pol_keyed_node **at = bucket_of(t, n->hash);

    while (*at != n) {
        assert(*at);
        at = &(*at)->next;
    }
    *at = n->next;
    t->count--;
}
