/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table that doubles, so that a batch costs what its events cost one by one.
 */
#include "evaluate/batch.h"

#include <string.h>

#include "base/hash.h"
#include "base/slice.h"
#include "state/key.h"

/* Where the key is, or would be; at most half of the places are taken. Where the
 * table lies is not known to who chooses keys, and nothing walks it. */
static pol_batch_change *place_of(pol_batch_change *at, size_t cap,
                                  policy_str key)
{
    size_t i = (size_t)pol_hash(key.ptr, key.len, (uintptr_t)at) & (cap - 1);

    while (at[i].by && !pol_str_eq(at[i].key, key))
        i = (i + 1) & (cap - 1);
    return &at[i];
}

const pol_batch_change *pol_batch_find(const pol_batch *b, policy_str key)
{
    const pol_batch_change *c = b->cap ? place_of(b->at, b->cap, key) : NULL;

    return c && c->by ? c : NULL;
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
        if (b->at[i].by)
            *place_of(at, cap, b->at[i].key) = b->at[i];
    b->at = at;
    b->cap = cap;
    return true;
}

static void put(pol_batch *b, policy_str key, const policy_change *change,
                const policy_decision *by)
{
    pol_batch_change *c = place_of(b->at, b->cap, key);

    b->count += c->by == NULL;
    *c = (pol_batch_change){ key, change, by, 0 };
}

/* An organisation's id holds no line feed, so it is the key of no record. */
static void put_time(pol_batch *b, const policy_decision *d)
{
    pol_batch_change *c = place_of(b->at, b->cap, d->org);

    if (c->by && c->time >= d->time)
        return;
    put(b, d->org, NULL, d);
    c->time = d->time;
}

int64_t pol_batch_time(const pol_batch *b, policy_str org)
{
    const pol_batch_change *c = pol_batch_find(b, org);

    return c ? c->time : INT64_MIN;
}

/* No organisation is called "", so this is the key of no record. */
static policy_str event_key(const policy_decision *d, pol_arena *arena)
{
    policy_str event = pol_record_key_make(arena, d->org, d->source, d->event);

    if (!event.ptr)
        return event;
    return pol_record_key_make(arena, POL_STR(""), POL_STR("event"), event);
}

policy_status pol_batch_add(pol_batch *b, const policy_decision *d,
                            pol_arena *arena)
{
    policy_str event;

    if (!reserve(b, d->change_count + 2, arena))
        return POLICY_ENOMEM;
    put_time(b, d);
    if (!d->change_count)
        return POLICY_OK;
    event = event_key(d, arena);
    if (!event.ptr)
        return POLICY_ENOMEM;
    if (pol_batch_find(b, event))
        return POLICY_OK;
    put(b, event, NULL, d);
    for (size_t i = 0; i < d->change_count; i++)
        put(b, d->changes[i].key, &d->changes[i], d);
    return POLICY_OK;
}
