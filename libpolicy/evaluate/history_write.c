/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What will be: entries put into a value, and the values that differ from what
 * they were, which become changes of the decision.
 */
#include "evaluate/history_parts.h"

#include "base/slice.h"
#include "base/sort.h"
#include "evaluate/duties.h"
#include "evaluate/evaluation.h"
#include "evaluate/ladders.h"

/* --- what will be */

/* Room for `more` entries behind those of `now`, which is made of `before`. */
bool pol_history_reserve(pol_evaluation *v, pol_slot *slot, size_t more)
{
    const pol_stored *s = slot->written ? &slot->now : &slot->before;
    size_t cap = s->count + more;
    pol_stored_entry *entries;

    if (slot->written && cap <= slot->cap)
        return true;
    cap += cap / 2;
    entries = pol_arena_new(&v->s->arena, pol_stored_entry, cap);
    if (!entries)
        return pol_no_memory(v);
    if (s->count)
        memcpy(entries, s->entries, s->count * sizeof(*entries));
    slot->now = (pol_stored){ entries, s->count };
    slot->cap = cap;
    slot->written = true;
    return true;
}

void pol_history_insert(pol_stored *s, const pol_stored_entry *e)
{
    size_t i = s->count;

    while (i > 0 && pol_stored_cmp(&s->entries[i - 1], e) > 0)
        i--;
    if (i > 0 && pol_stored_cmp(&s->entries[i - 1], e) == 0) {
        s->entries[i - 1] = *e; /* (3) of history.c */
        return;
    }
    memmove(s->entries + i + 1, s->entries + i,
            (s->count - i) * sizeof(*s->entries));
    s->entries[i] = *e;
    s->count++;
}

bool pol_history_put(pol_evaluation *v, pol_slot *slot, const pol_stored_entry *e)
{
    if (!pol_history_reserve(v, slot, 1))
        return false;
    pol_history_insert(&slot->now, e);
    return true;
}

/* What is in shadow has no effect on what is not. */
static int32_t full_verdict(const pol_evaluation *v, const pol_slot *slot)
{
    bool shadow = slot->first.len && slot->first.ptr[0] == '\n';

    return shadow ? POLICY_ALLOW : pol_worst_error_verdict(v);
}

/* What goes first: of duties what has ended, else the oldest. */
static bool goes_first(const pol_slot *slot, const pol_stored_entry *a,
                       const pol_stored_entry *b)
{
    bool duty = !slot->record || slot->record->duty;
    bool ended = duty && a->state != POL_ENTRY_SET;

    if (ended != (duty && b->state != POL_ENTRY_SET))
        return ended;
    return pol_stored_cmp_times(a, b) < 0;
}

/* Drop the oldest. False: what was dropped is only remembered, in case that an
 * event comes late. */
static bool drop_oldest(pol_evaluation *v, pol_slot *slot)
{
    pol_stored *s = &slot->now;
    bool lost = false;

    while (s->count > v->limits->entries) {
        size_t first = 0;

        for (size_t i = 1; i < s->count; i++)
            if (goes_first(slot, &s->entries[i], &s->entries[first]))
                first = i;
        lost |= !slot->record || !slot->record->duty ||
                s->entries[first].state == POL_ENTRY_SET;
        s->count--;
        memmove(s->entries + first, s->entries + first + 1,
                (s->count - first) * sizeof(*s->entries));
    }
    return lost;
}

static void limit_entries(pol_evaluation *v, pol_slot *slot)
{
    bool lost;

    if (slot->now.count <= v->limits->entries)
        return;
    lost = drop_oldest(v, slot);
    if (slot != v->breaches) /* of which some are of rules in shadow */
        pol_record_fault(v, "", POL_FAULT_LIMIT_ENTRIES,
                         lost ? full_verdict(v, slot) : POLICY_ALLOW);
}

/* --- changes */

/* One without entries goes with the next event: to remove it at once would leave
 * nothing that the next of a batch could be made on top of. */
static int64_t expires_of(const pol_stored *s, int64_t now)
{
    int64_t last = s->count ? pol_stored_end(s) : now < INT64_MAX ? now + 1 : now;

    return last == INT64_MAX ? 0 : last;
}

static void push_change(pol_evaluation *v, const pol_slot *slot, policy_str value)
{
    policy_decision *d = v->decision;
    policy_change *c = pol_decision_push(&v->s->arena, (void **)&d->changes,
                                         &d->change_count, &d->change_cap,
                                         sizeof(*c));

    if (!c) {
        pol_no_memory(v);
        return;
    }
    *c = (policy_change){ .key = slot->key, .value = value,
                          .version = slot->version,
                          .expires = expires_of(&slot->now, v->now),
                          .due = pol_stored_due(&slot->now),
                          .after = slot->after,
                          .after_source = slot->after_source };
}

static void write_slot(pol_evaluation *v, pol_slot *slot)
{
    policy_str value;

    if (!slot->written)
        return;
    if (!slot->record || slot->record->duty)
        pol_duty_forget(&slot->now, v->now);
    else
        pol_history_drop_obsolete(&slot->now, v->now,
                                  slot->record->kind == POL_RECORD_COUNT);
    limit_entries(v, slot);
    if (!slot->now.count && !slot->value.len)
        return;
    value = pol_stored_write(&slot->now, &v->s->arena);
    if (!value.ptr)
        pol_no_memory(v);
    else if (!pol_str_eq(value, slot->value))
        push_change(v, slot, value);
}

static int by_key(const void *pa, const void *pb)
{
    const pol_slot *a = *(pol_slot *const *)pa, *b = *(pol_slot *const *)pb;

    return pol_str_cmp(a->key, b->key);
}

void pol_history_write(pol_evaluation *v)
{
    if (v->event->type == POLICY_TYPE_TICK)
        pol_duty_tick(v);
    if (v->event->type == POLICY_TYPE_VIOLATION)
        pol_ladders_propose(v);
    if (!v->state || v->status)
        return;
    if (v->event->type == POLICY_TYPE_ATTESTATION)
        pol_duty_attest(v);
    if (v->event->type == POLICY_TYPE_REVIEW)
        pol_duty_review(v);
    pol_history_clauses(v);
    /* In what order a tick comes to know what is due hangs on the batch. */
    if (v->event->type == POLICY_TYPE_TICK)
        pol_sort(v->history.order, v->history.count, sizeof(*v->history.order),
                 by_key);
    for (size_t i = 0; i < v->history.count && !v->status; i++)
        write_slot(v, v->history.order[i]);
}
