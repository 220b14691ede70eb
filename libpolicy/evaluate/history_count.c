/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting: the window of a key is read, the event added, and what then stands
 * in it told. A window is what will be; an event that is judged again is in it
 * already.
 */
#include "evaluate/history_parts.h"

#include <stdlib.h>

#include "base/slice.h"
#include "base/sort.h"
#include "evaluate/evaluation.h"

static pol_window_span span_of(const pol_evaluation *v, const pol_count *c)
{
    return (pol_window_span){ c->over, c->period,
                              &v->org->config.calendar.zone };
}

/* Of exactly this key; beside it may stand the reset that it began behind. */
static bool is_window(const pol_stored_entry *e, const pol_stored_entry *key)
{
    return e->state == POL_ENTRY_SET && pol_history_same_key(e, key);
}

/* The window of the key in what will be, or an empty one. */
static bool open_window(pol_evaluation *v, const pol_slot *slot,
                        const pol_stored_entry *key, pol_window *out)
{
    const pol_stored *s = slot->written ? &slot->now : &slot->before;
    policy_str body = { "", 0 };
    policy_status st;

    for (size_t i = 0; i < s->count; i++)
        if (is_window(&s->entries[i], key))
            body = s->entries[i].body;
    st = pol_window_read(out, body, &v->s->arena, v->err);
    if (st)
        v->status = st;
    return !st;
}

/* One entry a key: its time is the newest that was counted. */
static bool close_window(pol_evaluation *v, const pol_count *c, pol_slot *slot,
                         const pol_stored_entry *key, const pol_window *w)
{
    pol_window_span span = span_of(v, c);
    pol_stored_entry e = *key;

    if (!pol_history_reserve(v, slot, 1))
        return false;
    e.at = v->now;
    for (size_t i = 0; i < slot->now.count; i++)
        if (is_window(&slot->now.entries[i], key)) {
            if (slot->now.entries[i].at > e.at)
                e.at = slot->now.entries[i].at;
            slot->now.count--;
            memmove(&slot->now.entries[i], &slot->now.entries[i + 1],
                    (slot->now.count - i) * sizeof(e));
            break;
        }
    e.until = pol_window_until(&span, e.at);
    e.body = pol_window_write(w, &v->s->arena);
    if (!e.body.ptr)
        return pol_no_memory(v);
    pol_history_insert(&slot->now, &e);
    return true;
}

static int64_t amount_of(pol_evaluation *v, const pol_count *c)
{
    const pol_value *x;

    if (c->sum < 0)
        return 1;
    x = pol_view_value(&v->view, c->sum);
    return x->kind == POL_INT ? x->i : 0;
}

/* The bytes that tell one value from another. */
static policy_str distinct_bytes(pol_evaluation *v, const pol_value *x,
                                 size_t item)
{
    char *s;

    if (x->kind == POL_STR)
        return x->str;
    if (x->kind == POL_LIST)
        return x->list.items[item];
    s = pol_arena_alloc(&v->s->arena, sizeof(x->i));
    if (!s) {
        pol_no_memory(v);
        return POL_STR("");
    }
    memcpy(s, &x->i, sizeof(x->i));
    return (policy_str){ s, sizeof(x->i) };
}

static int by_number(const void *pa, const void *pb)
{
    uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

    return (a > b) - (a < b);
}

/* Of a value only the newest place is known; a late event has its own all the
 * same, so those that came again since are added: *again. */
static bool see_values(pol_evaluation *v, const pol_count *c, bool shadow,
                       pol_window *w, int64_t *again)
{
    const pol_value *x = pol_view_value(&v->view, c->distinct);
    pol_window_span span = span_of(v, c);
    size_t count = x->kind == POL_LIST ? x->list.count
                                       : x->kind > POL_NULL;
    int64_t cell = pol_window_cell(&span, v->now);
    pol_mark *marks;
    uint64_t *own;
    bool full = false, changed = false;

    *again = 0;
    own = pol_arena_new(&v->s->arena, uint64_t, count + 1);
    marks = pol_arena_new(&v->s->arena, pol_mark, w->mark_count + count + 1);
    if (!marks || !own)
        return pol_no_memory(v);
    if (w->mark_count)
        memcpy(marks, w->marks, w->mark_count * sizeof(*marks));
    w->marks = marks;
    for (size_t i = 0; i < count; i++) {
        bool over;

        own[i] = pol_window_hash(distinct_bytes(v, x, i), POL_STR(""));
        changed |= pol_window_see(w, &span, v->now, own[i], v->limits->entries,
                                  &over);
        full |= over;
    }
    pol_sort(own, count, sizeof(*own), by_number);
    for (size_t i = w->mark_count; i > 0 && w->marks[i - 1].cell > cell; i--)
        *again += bsearch(&w->marks[i - 1].hash, own, count, sizeof(*own),
                          by_number) != NULL;
    if (full)
        pol_record_fault(v, "", POL_FAULT_LIMIT_DISTINCT,
                         shadow ? POLICY_ALLOW : pol_worst_error_verdict(v));
    return changed;
}

static bool count_key(pol_evaluation *v, const pol_count *c,
                      const pol_key_parts *key, bool shadow, int64_t *amount)
{
    pol_slot *slot = pol_history_slot(v, c->record,
                                      pol_history_first(v, key, shadow));
    pol_window_span span = span_of(v, c);
    pol_stored_entry e = pol_history_entry_key(key);
    pol_window w;
    bool changed;
    int64_t found, again = 0;

    if (!slot || !open_window(v, slot, &e, &w))
        return false;
    slot->counted = c;
    e.event = e.source = (policy_str){ "", 0 };
    if (c->distinct >= 0)
        changed = see_values(v, c, shadow, &w, &again);
    else
        changed = pol_window_add(&w, &span, v->now,
                                 pol_window_hash(v->decision->event,
                                                 v->decision->source),
                                 amount_of(v, c));
    if (v->status || (changed && !close_window(v, c, slot, &e, &w)))
        return false;
    found = c->distinct >= 0 ? pol_window_distinct(&w, &span, v->now) + again
                             : pol_window_amount(&w, &span, v->now);
    if (found > *amount)
        *amount = found;
    return true;
}

void pol_history_recount(pol_evaluation *v, pol_slot *slot,
                         const pol_stored_entry *reset)
{
    bool shadow = slot->first.len && slot->first.ptr[0] == '\n';
    int64_t amount = 0;
    size_t count = 0;
    const pol_key_parts *keys = pol_history_keys(v, &slot->counted->by, &count);

    for (size_t i = 0; keys && i < count && !v->status; i++) {
        pol_stored_entry e = pol_history_entry_key(&keys[i]);

        if (pol_stored_covers(reset, &e) &&
            pol_str_eq(pol_history_first(v, &keys[i], shadow), slot->first))
            count_key(v, slot->counted, &keys[i], shadow, &amount);
    }
}

bool pol_history_count(pol_evaluation *v, const pol_count *c, bool shadow,
                       int64_t *amount)
{
    size_t count = 0;
    const pol_key_parts *keys = pol_history_keys(v, &c->by, &count);

    *amount = 0;
    for (size_t i = 0; keys && i < count; i++)
        if (!count_key(v, c, &keys[i], shadow, amount))
            return false;
    return keys != NULL;
}
