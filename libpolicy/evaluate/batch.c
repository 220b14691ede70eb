/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table that doubles, so that a batch costs what its events cost one by one.
 */
#include "evaluate/batch.h"

#include <string.h>

#include "base/hash.h"
#include "base/slice.h"

/* Where the key is, or would be; at most half of the places are taken. Where the
 * table lies is not known to who chooses keys, and nothing walks it. */
static pol_batch_change *place_of(pol_batch_change *at, size_t cap,
                                  policy_str key)
{
    size_t i = (size_t)pol_hash(key.ptr, key.len, (uintptr_t)at) & (cap - 1);

    while (at[i].change && !pol_str_eq(at[i].change->key, key))
        i = (i + 1) & (cap - 1);
    return &at[i];
}

const pol_batch_change *pol_batch_find(const pol_batch *b, policy_str key)
{
    const pol_batch_change *c = b->cap ? place_of(b->at, b->cap, key) : NULL;

    return c && c->change ? c : NULL;
}

static bool reserve(pol_batch *b, size_t more, pol_arena *arena)
{
    size_t cap = b->cap ? b->cap : 16;
    pol_batch_change *at;

    while (cap / 2 < b->count + more)
        cap *= 2;
    if (cap == b->cap)
        return true;
    at = pol_arena_new(arena, pol_batch_change, cap);
    if (!at)
        return false;
    for (size_t i = 0; i < b->cap; i++)
        if (b->at[i].change)
            *place_of(at, cap, b->at[i].change->key) = b->at[i];
    b->at = at;
    b->cap = cap;
    return true;
}

policy_status pol_batch_add(pol_batch *b, const policy_decision *d,
                            pol_arena *arena)
{
    if (!d->change_count)
        return POLICY_OK;
    if (!reserve(b, d->change_count, arena))
        return POLICY_ENOMEM;
    for (size_t i = 0; i < d->change_count; i++) {
        pol_batch_change *c = place_of(b->at, b->cap, d->changes[i].key);

        b->count += c->change == NULL;
        *c = (pol_batch_change){ &d->changes[i], d };
    }
    return POLICY_OK;
}
