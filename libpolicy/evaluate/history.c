/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing the past.
 *
 * An evaluation is a function of the event and of the stored values that it
 * reads; so each is read once, and what the event itself writes is seen by
 * nothing that is asked for the same event.
 *
 *     condition, count ──► slot of (definition, first key) ◄── clause
 *                               │ before       now │
 *             the state, or a decision before      └──► change, if the bytes differ
 *             this one in its batch
 *
 * Invariants:
 *
 * (1) Of entries with the same key, one that is SET or CLEARED holds from its
 *     time on until the next one. So what holds at a time is the newest that is
 *     not later; those that lie ahead wait.
 * (2) An entry that can hold at no time from now on is dropped when its value
 *     is written: what is over, and what a newer one has taken the place of. So
 *     an event that comes late, or comes again, writes nothing where a later one
 *     was there before it.
 *     A CLEARED one stays as long as a record would, so that an older record
 *     that comes late finds it.
 * (3) The same event puts the same entries, wherever it is judged: an entry is
 *     named by its key, time and event. So a value that the event has already
 *     written does not change when it is judged again, and no change is made.
 *
 * Times come from the event alone. A state that is asked at an earlier time
 * than it was written at (an event that comes late) knows what is still there
 * of that time.
 */
#include "evaluate/history_parts.h"

#include "base/hash.h"
#include "base/slice.h"
#include "evaluate/duties.h"
#include "evaluate/evaluation.h"
#include "state/key.h"

/* --- keys */

/* The field as a part of a key; of a list its element `item`. */
static bool key_part(pol_evaluation *v, int32_t field, size_t item,
                     policy_str *out)
{
    const pol_value *x = pol_view_value(&v->view, field);

    if (x->kind == POL_LIST && item < x->list.count)
        *out = x->list.items[item];
    else if (x->kind == POL_STR)
        *out = x->str;
    else
        return false;
    return true;
}

static size_t first_count(pol_evaluation *v, const pol_key_use *use)
{
    const pol_value *x;

    if (use->count == 0)
        return 1;
    x = pol_view_value(&v->view, use->fields[0]);
    if (x->kind == POL_LIST)
        return x->list.count;
    return x->kind == POL_STR;
}

pol_key_parts *pol_history_keys(pol_evaluation *v, const pol_key_use *use,
                                size_t *count)
{
    size_t many = first_count(v, use);
    pol_key_parts *keys = pol_arena_new(&v->s->arena, pol_key_parts, many + 1);

    *count = 0;
    if (!keys) {
        pol_no_memory(v);
        return NULL;
    }
    for (size_t i = 0; i < many; i++) {
        pol_key_parts *k = &keys[*count];
        bool whole = true;

        for (uint8_t f = 0; whole && f < use->count; f++)
            whole = key_part(v, use->fields[f], f == 0 ? i : 0, &k->parts[f]);
        k->count = use->count;
        *count += whole;
    }
    return keys;
}

bool pol_history_own_key(pol_evaluation *v, const pol_key_use *use,
                         pol_key_parts *out)
{
    out->count = use->count;
    for (uint8_t i = 0; i < use->count; i++)
        if (!key_part(v, use->fields[i], 0, &out->parts[i]))
            return false;
    return true;
}

policy_str pol_history_first(pol_evaluation *v, const pol_key_parts *key,
                             bool shadow)
{
    policy_str first = key->count ? key->parts[0] : POL_STR("");

    return shadow ? pol_shadow_first(v, first) : first;
}

pol_stored_entry pol_history_entry_key(const pol_key_parts *key)
{
    pol_stored_entry e = { .sub_count = key->count ? key->count - 1 : 0 };

    for (uint8_t i = 0; i < e.sub_count; i++)
        e.sub[i] = key->parts[i + 1];
    return e;
}

/* --- slots */

/* ORDER RECORD */
static const char *const record_kinds[POL_RECORD_KINDS] = { "memory", "count",
                                                            "due" };

/* Definition and first key: no id holds a line feed. */
static policy_str store_key(pol_evaluation *v, const pol_record_def *record,
                            policy_str first)
{
    size_t len = record->id.len + 1 + first.len;
    char *rest = pol_arena_alloc(&v->s->arena, len);

    if (!rest)
        return (policy_str){ NULL, 0 };
    memcpy(rest, record->id.ptr, record->id.len);
    rest[record->id.len] = '\n';
    if (first.len)
        memcpy(rest + record->id.len + 1, first.ptr, first.len);
    return pol_record_key_make(&v->s->arena, v->decision->org,
                               pol_str(record_kinds[record->kind]),
                               (policy_str){ rest, len });
}

static pol_slot **place_of(pol_slot **slots, size_t cap, policy_str key)
{
    /* Where the table lies is not known to who chooses keys; nothing walks it. */
    size_t i = (size_t)pol_hash(key.ptr, key.len, (uintptr_t)slots) & (cap - 1);

    while (slots[i] && !pol_str_eq(slots[i]->key, key))
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

/* Room for one more, at most half of it taken. */
static bool reserve(pol_evaluation *v)
{
    pol_history *h = &v->history;
    size_t cap = h->cap ? h->cap * 2 : 16;
    pol_slot **slots, **order;

    if (h->count < h->cap / 2)
        return true;
    slots = pol_arena_new(&v->s->arena, pol_slot *, cap);
    order = pol_arena_new(&v->s->arena, pol_slot *, cap);
    if (!slots || !order)
        return pol_no_memory(v);
    for (size_t i = 0; i < h->count; i++) {
        order[i] = h->order[i];
        *place_of(slots, cap, order[i]->key) = order[i];
    }
    h->slots = slots;
    h->order = order;
    h->cap = cap;
    return true;
}

static bool get(pol_evaluation *v, pol_slot *slot)
{
    policy_record r = { { "", 0 }, 0 };

    v->s->counters.state_reads++;
    if (v->state->get(v->state->user, slot->key, &r)) {
        v->status = pol_error_set(v->err, POLICY_ESTATE, "state",
                                  "the state store failed to read a record");
        return false;
    }
    slot->value = r.value;
    slot->version = r.version;
    return true;
}

/*
 * In a batch the events before this one are not applied yet. What the store will
 * have forgotten by then is not there: an event that comes late would otherwise
 * know more in a batch than alone.
 */
static void forget(const pol_evaluation *v, pol_slot *slot)
{
    if (!slot->before.count ||
        pol_stored_end(&slot->before) >
            pol_batch_time(v->batch, v->decision->org))
        return;
    slot->before.count = 0;
    slot->version = 0;
    slot->value = slot->after = slot->after_source = (policy_str){ "", 0 };
}

static bool fill(pol_evaluation *v, pol_slot *slot)
{
    const pol_batch_change *c = v->batch ? pol_batch_find(v->batch, slot->key)
                                         : NULL;
    policy_status st;

    if (c) {
        slot->value = c->change->value;
        slot->after_source = c->by->source;
        slot->after = c->by->event;
    } else if (!get(v, slot)) {
        return false;
    }
    st = pol_stored_read(&slot->before, slot->value, &v->s->arena, v->err);
    if (st)
        v->status = st;
    else if (v->batch)
        forget(v, slot);
    return !st;
}

static pol_slot *slot_at(pol_evaluation *v, const pol_slot *made)
{
    pol_slot **place, *slot;

    if (v->status || !reserve(v))
        return NULL;
    place = place_of(v->history.slots, v->history.cap, made->key);
    if (*place)
        return *place;
    slot = pol_arena_new(&v->s->arena, pol_slot, 1);
    if (!slot) {
        pol_no_memory(v);
        return NULL;
    }
    *slot = *made;
    if (!fill(v, slot))
        return NULL;
    *place = slot;
    v->history.order[v->history.count++] = slot;
    return slot;
}

pol_slot *pol_history_slot(pol_evaluation *v, const pol_record_def *record,
                           policy_str first)
{
    pol_slot made = { .record = record, .id = record->id, .first = first,
                      .after = { "", 0 }, .after_source = { "", 0 } };

    if (!v->state) {
        v->history.lacking = true;
        return NULL;
    }
    if (v->status)
        return NULL;
    made.key = store_key(v, record, first);
    if (!made.key.ptr) {
        pol_no_memory(v);
        return NULL;
    }
    return slot_at(v, &made);
}

/* Definitions are sorted by id. */
static const pol_record_def *duty_record(const pol_org *org, policy_str id)
{
    size_t low = 0, high = org->duty_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = pol_str_cmp(org->duties[mid]->record->id, id);

        if (c == 0)
            return org->duties[mid]->record;
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

pol_slot *pol_history_slot_of(pol_evaluation *v, policy_str key,
                              const pol_record_key *parts)
{
    const char *end = memchr(parts->rest.ptr, '\n', parts->rest.len);
    pol_slot made = { .key = key, .after = { "", 0 },
                      .after_source = { "", 0 } };

    if (!end || !pol_str_is(parts->kind, record_kinds[POL_RECORD_DUTY])) {
        v->status = pol_error_set(v->err, POLICY_ESTATE, "state-due",
                                  "a record that is due is no duty's");
        return NULL;
    }
    made.id = (policy_str){ parts->rest.ptr, (size_t)(end - parts->rest.ptr) };
    made.first = (policy_str){ end + 1, parts->rest.len - made.id.len - 1 };
    made.record = duty_record(v->org, made.id);
    return slot_at(v, &made);
}
