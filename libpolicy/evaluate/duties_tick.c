/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ticks: which stored values hold something that is due, and what becomes of it,
 * one step at a time.
 */
#include "evaluate/duties_parts.h"

#include "base/sort.h"
#include "state/key.h"

/* --- one step */

static void say_overdue(pol_evaluation *v, const pol_duty *duty,
                        const pol_slot *slot, const pol_stored_entry *e,
                        const pol_owed *o)
{
    pol_judgement j = { .outcome = POL_FIRED, .verdict = duty->face->verdict,
                        .severity = duty->face->severity, .note = { "", 0 },
                        .due = o->deadline };

    if (v->hits.count)
        memset(v->s->use, 0, v->hits.count);
    pol_record(v, duty->face, &j);
    pol_duty_say(v, duty, slot, e, o, POLICY_DUTY_OVERDUE);
}

/* What falls overdue: it ends with its period, begins anew if nothing fulfils
 * it, or stays open. */
static void fall_overdue(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                         pol_stored_entry *e, pol_owed *o, int64_t now)
{
    bool anew = duty->timer && duty->recurs == POL_RECURS_EVERY;

    o->overdue = true;
    o->said = now;
    e->due = pol_duty_next_look(v, duty, o, true);
    if (anew || duty->recurs == POL_RECURS_PERIOD)
        pol_duty_end(v, duty, e, POL_ENTRY_STOPPED);
    if (!pol_duty_write(v, e, o))
        return;
    say_overdue(v, duty, slot, e, o);
    if (duty->escalated && !pol_duty_is_shadow(duty)) {
        policy_str id = pol_duty_id(v, duty, slot, e);
        size_t skip = duty->record->id.len + 1;

        if (!v->status)
            pol_duty_escalate(v, duty->escalated,
                              (policy_str){ id.ptr + skip, id.len - skip },
                              (policy_str){ "", 0 });
    }
    if (anew && !v->status) {
        pol_stored_entry key = *e;
        int64_t at = o->deadline;

        if (pol_duty_deadline(v, duty, at) <= now)
            at = now; /* who was away for long is told once */
        if (!pol_duty_has(&slot->now, &key, at))
            pol_duty_open(v, duty, slot, &key, at, o->who, false);
    }
}

static void remind(pol_evaluation *v, const pol_duty *duty, const pol_slot *slot,
                   pol_stored_entry *e, pol_owed *o, int64_t now)
{
    uint64_t before = o->reminded;

    pol_duty_pass_reminders(v, duty, o, now);
    if (o->reminded > before && now < o->deadline)
        pol_duty_say(v, duty, slot, e, o, POLICY_DUTY_REMINDED);
}

static void say_again(pol_evaluation *v, const pol_duty *duty,
                      const pol_slot *slot, pol_stored_entry *e, pol_owed *o,
                      int64_t now)
{
    /* In the steps that it began with, however late the tick. */
    o->said = pol_duty_said_again(v, duty, o->said, now);
    say_overdue(v, duty, slot, e, o);
}

/* One look at entry `i`, which is due. */
static void step(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                 size_t i, int64_t now)
{
    pol_stored_entry *e = &slot->now.entries[i], seen = *e;
    bool period = duty->recurs == POL_RECURS_PERIOD, next;
    pol_owed o;

    if (!pol_duty_read(v, e, &o))
        return;
    next = !period || pol_duty_has(&slot->now, e, o.deadline);
    if (!next && now >= o.deadline) {
        e->due = pol_duty_next_look(v, duty, &o, true);
        if (!pol_duty_open(v, duty, slot, &seen, o.deadline, o.who, false))
            return;
        e = &slot->now.entries[i]; /* what begins later stands behind it */
        next = true;
    }
    if (e->state != POL_ENTRY_SET) {
        pol_duty_end(v, duty, e, (pol_entry_state)e->state);
    } else if (o.overdue) {
        say_again(v, duty, slot, e, &o, now);
        e->due = duty->again.count ? pol_duty_next_look(v, duty, &o, next) : 0;
        pol_duty_write(v, e, &o);
    } else if (pol_duty_is_late(v, duty, &o, now)) {
        fall_overdue(v, duty, slot, e, &o, now);
    } else {
        remind(v, duty, slot, e, &o, now);
        e->due = pol_duty_next_look(v, duty, &o, next);
        pol_duty_write(v, e, &o);
    }
}

/* --- what is due */

typedef struct due_slot {
    int64_t due;
    pol_slot *slot;
} due_slot;

typedef struct ticking {
    int64_t now;
    uint64_t steps;  /* that may still be made */
    due_slot *slots;
    size_t count, cap;
} ticking;

/* Its definition is gone: whatever is open ends, and is forgotten. */
static void retire(pol_evaluation *v, ticking *t, pol_slot *slot)
{
    pol_stored *s = &slot->now;

    for (size_t i = 0; i < s->count && !v->status; i++) {
        const pol_stored_entry *e = &s->entries[i];
        pol_owed o;

        if (e->state == POL_ENTRY_SET && pol_duty_read(v, e, &o))
            pol_duty_say_gone(v, slot, e, &o);
    }
    s->count = 0;
    t->steps -= t->steps > 0;
}

static void look_at(pol_evaluation *v, ticking *t, pol_slot *slot)
{
    const pol_record_def *d = slot->record;

    if (!pol_history_reserve(v, slot, slot->before.count + 1))
        return;
    if (!d) {
        retire(v, t, slot);
        return;
    }
    for (size_t i = 0; i < slot->now.count && !v->status; i++) {
        const pol_stored_entry *e = &slot->now.entries[i];

        if (!e->due || e->due > t->now)
            continue;
        if (!t->steps) {
            v->decision->more = true;
            return;
        }
        t->steps--;
        step(v, d->duty, slot, i, t->now);
    }
    if (pol_stored_due(&slot->now) && pol_stored_due(&slot->now) <= t->now)
        v->decision->more = true;
}

static bool add_slot(pol_evaluation *v, ticking *t, pol_slot *slot)
{
    int64_t due = slot ? pol_stored_due(&slot->before) : 0;
    due_slot *out;

    if (!slot)
        return false;
    if (!due || due > t->now || slot->listed)
        return true;
    slot->listed = true;
    out = pol_decision_push(&v->s->arena, (void **)&t->slots, &t->count, &t->cap,
                            sizeof(*out));
    if (!out) {
        pol_no_memory(v);
        return false;
    }
    *out = (due_slot){ due, slot };
    return true;
}

static bool bad_store(pol_evaluation *v)
{
    v->status = pol_error_set(v->err, POLICY_ESTATE, "state-due",
                              "the state store handed over what is no due "
                              "record of the organisation");
    return false;
}

/* Of a key that is a duty's: NULL after v->status. */
static pol_slot *slot_of(pol_evaluation *v, policy_str key)
{
    char *room = pol_arena_alloc(&v->s->arena, key.len + 1);
    pol_record_key k;

    key = pol_arena_dup(&v->s->arena, key); /* the store's, until it is written */
    if (!room || !key.ptr) {
        pol_no_memory(v);
        return NULL;
    }
    if (!pol_record_key_read(&k, key, room) ||
        !pol_str_eq(k.org, v->decision->org)) {
        bad_store(v);
        return NULL;
    }
    return pol_history_slot_of(v, key, &k);
}

/* Keys that the store says are due, up to one more than may be looked at; those
 * that a decision of the batch has written are not as it says. */
static bool ask_store(pol_evaluation *v, ticking *t)
{
    size_t cap = (size_t)v->limits->due + 1, got = cap, batch;
    policy_str *keys = pol_arena_new(&v->s->arena, policy_str, cap);
    policy_str cursor = { "", 0 };
    size_t left = v->batch ? v->batch->count : 0;

    if (!keys) {
        pol_no_memory(v);
        return false;
    }
    for (bool more = true; more; more = got == cap && batch && t->count < cap) {
        batch = 0;
        if (v->state->due(v->state->user, v->decision->org, t->now, cursor, keys,
                          cap, &got) || got > cap) {
            v->status = pol_error_set(v->err, POLICY_ESTATE, "state",
                                      "the state store failed to list what is "
                                      "due");
            return false;
        }
        for (size_t i = 0; i < got; i++) {
            if (v->batch && pol_batch_find(v->batch, keys[i]))
                batch++;
            else if (!add_slot(v, t, slot_of(v, keys[i])))
                return false;
        }
        if (batch > left)
            return bad_store(v); /* it says the same again and again */
        left -= batch;
        cursor = got ? keys[got - 1] : cursor;
    }
    return true;
}

static bool ask_batch(pol_evaluation *v, ticking *t)
{
    const pol_batch *b = v->batch;

    for (size_t i = 0; b && i < b->cap; i++) {
        const pol_batch_change *c = &b->at[i];

        if (!c->change || !c->change->due || c->change->due > t->now ||
            !pol_record_key_is_of(c->key, v->decision->org))
            continue;
        if (!add_slot(v, t, slot_of(v, c->key)))
            return false;
    }
    return true;
}

static int by_due(const void *pa, const void *pb)
{
    const due_slot *a = pa, *b = pb;

    if (a->due != b->due)
        return a->due < b->due ? -1 : 1;
    return pol_str_cmp(a->slot->key, b->slot->key);
}

/* Duties that stand begin with the first tick that knows them. */
static void begin_standing(pol_evaluation *v, ticking *t)
{
    for (size_t i = 0; i < v->org->duty_count && !v->status; i++) {
        const pol_duty *duty = v->org->duties[i];
        policy_str first = { "", 0 };
        pol_stored_entry key = { .sub_count = 0 };
        pol_slot *slot;
        int64_t at = t->now;

        if (!duty->stands || v->now < duty->face->in_force)
            continue;
        if (pol_duty_is_shadow(duty))
            first = pol_shadow_first(v, first);
        slot = v->status ? NULL : pol_history_slot(v, duty->record, first);
        if (!slot || slot->before.count)
            continue;
        if (!t->steps) {
            v->decision->more = true;
            return;
        }
        t->steps--;
        if (duty->recurs == POL_RECURS_PERIOD)
            at = pol_duty_period(v, duty, at, 1);
        pol_duty_open(v, duty, slot, &key, at, POL_STR(""), false);
    }
}

/* Beside those that only findings open: these are told without a state, too. */
static bool has_duties(const pol_org *org)
{
    for (size_t i = 0; i < org->duty_count; i++)
        if (!org->duties[i]->escalation)
            return true;
    return false;
}

void pol_duty_tick(pol_evaluation *v)
{
    const pol_value *clock = pol_event_value(v->event, POLICY_FIELD_NOW);
    ticking t = { .now = clock->kind == POL_TIME ? clock->i : v->now,
                  .steps = v->limits->due };

    if (!v->state || !v->state->due) {
        if (has_duties(v->org))
            pol_record_fault(v, "", POL_FAULT_STATE_DUTIES,
                             pol_worst_error_verdict(v));
        return;
    }
    if (!ask_store(v, &t) || !ask_batch(v, &t))
        return;
    pol_sort(t.slots, t.count, sizeof(*t.slots), by_due);
    for (size_t i = 0; i < t.count && !v->status; i++) {
        if (!t.steps) {
            v->decision->more = true;
            break;
        }
        look_at(v, &t, t.slots[i].slot);
    }
    begin_standing(v, &t);
}
