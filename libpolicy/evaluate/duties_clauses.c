/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clauses do to the duties of a key: one opens them, others fulfil and stop
 * those that were open when it took place.
 */
#include "evaluate/duties_parts.h"

/* Whom the event that opens it names, or empty. */
static policy_str opener_names(pol_evaluation *v, const pol_duty *duty)
{
    pol_value x;

    if (duty->who < 0 || duty->who_key)
        return (policy_str){ "", 0 };
    x = *pol_view_value(&v->view, duty->who);
    if (x.kind == POL_STR && duty->who_attribute)
        x = v->view.past->attribute(&v->view, (pol_attribute)duty->who_attribute,
                                    x.str);
    return pol_duty_shown(v, &x);
}

/* A later opening moves the due date; less than the grain is not worth it. */
static void renew(pol_evaluation *v, const pol_duty *duty, pol_stored_entry *e,
                  int64_t at)
{
    int64_t deadline = pol_duty_deadline(v, duty, at);
    pol_owed o;

    if (!pol_duty_read(v, e, &o) || pol_duty_is_settled(v, &o) ||
        deadline <= o.deadline ||
        (!o.overdue && pol_calendar_within(&v->org->config.calendar, o.deadline,
                                           deadline, duty->grain)))
        return;
    o.deadline = deadline;
    o.overdue = false;
    o.said = 0;
    o.reminded = 0;
    pol_duty_pass_reminders(v, duty, &o, at);
    e->due = pol_duty_next_look(v, duty, &o, false);
    pol_duty_write(v, e, &o);
}

static void open_clause(pol_evaluation *v, const pol_clause *c, pol_slot *slot,
                        const pol_stored_entry *key, int64_t at)
{
    const pol_duty *duty = c->record->duty;
    pol_stored *s = &slot->now;

    for (size_t i = 0; i < s->count; i++) {
        pol_stored_entry *e = &s->entries[i];

        if (!pol_history_same_key(e, key))
            continue;
        if (c->first || (e->at == at && pol_duty_is_own(v, e)))
            return;
        if (e->state != POL_ENTRY_SET)
            continue;
        if (duty->renew)
            renew(v, duty, e, at);
        return;
    }
    pol_duty_open(v, duty, slot, key, at, opener_names(v, duty), true);
}

/* An event in a period that no tick has seen yet: the period begins with it. */
static void begin_period(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                         const pol_stored_entry *key, int64_t at)
{
    int64_t begin = pol_duty_period(v, duty, at, 0);
    const pol_stored *s = &slot->now;

    for (size_t i = 0; i < s->count; i++)
        if (pol_history_same_key(&s->entries[i], key) &&
            s->entries[i].at < begin) {
            if (!pol_duty_has(s, key, begin))
                pol_duty_open(v, duty, slot, key, begin, POL_STR(""), false);
            return;
        }
}

/* What tells one fulfilment of a quota from another. */
static bool mark_of(pol_evaluation *v, const pol_duty *duty, uint64_t *mark)
{
    const pol_value *x;

    if (duty->unique < 0) {
        *mark = pol_window_hash(v->decision->event, v->decision->source);
        return true;
    }
    x = pol_view_value(&v->view, duty->unique);
    if (x->kind == POL_STR)
        *mark = pol_window_hash(x->str, POL_STR(""));
    return x->kind == POL_STR;
}

/* Is it fulfilled with this? Part of a quota is noted. */
static bool is_fulfilled(pol_evaluation *v, const pol_duty *duty,
                         pol_stored_entry *e, pol_owed *o)
{
    uint64_t mark;

    if (duty->times == 1)
        return true;
    if (!mark_of(v, duty, &mark) || !pol_owed_mark(o, mark))
        return false;
    return o->mark_count >= duty->times || (pol_duty_write(v, e, o), false);
}

static void done_clause(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                        const pol_stored_entry *key, int64_t at)
{
    pol_stored *s = &slot->now;

    if (duty->recurs == POL_RECURS_PERIOD)
        begin_period(v, duty, slot, key, at);
    for (size_t i = 0; i < s->count && !v->status; i++) {
        pol_owed o;

        if (!pol_duty_is_open(v, &s->entries[i], key, at) ||
            !pol_duty_read(v, &s->entries[i], &o) || pol_duty_is_settled(v, &o))
            continue;
        if (duty->recurs == POL_RECURS_PERIOD && at >= o.deadline)
            continue;
        if (is_fulfilled(v, duty, &s->entries[i], &o))
            pol_duty_fulfil(v, duty, slot, i, at, &o);
    }
}

static void stop_clause(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                        const pol_stored_entry *key, int64_t at)
{
    for (size_t i = 0; i < slot->now.count && !v->status; i++) {
        pol_stored_entry *e = &slot->now.entries[i];
        pol_owed o;

        if (!pol_duty_is_open(v, e, key, at) || !pol_duty_read(v, e, &o) ||
            pol_duty_is_settled(v, &o))
            continue;
        pol_duty_end(v, duty, e, POL_ENTRY_STOPPED);
        pol_duty_say(v, duty, slot, e, &o, POLICY_DUTY_RETIRED);
    }
}

void pol_duty_clause(pol_evaluation *v, const pol_clause *c, pol_slot *slot,
                     const pol_key_parts *key, int64_t at)
{
    const pol_duty *duty = c->record->duty;
    pol_stored_entry e = pol_history_entry_key(key);

    if (v->now < duty->face->in_force || !pol_history_reserve(v, slot, 1))
        return;
    if (c->does == POL_CLAUSE_OPEN)
        open_clause(v, c, slot, &e, at);
    else if (c->does == POL_CLAUSE_DONE)
        done_clause(v, duty, slot, &e, at);
    else
        stop_clause(v, duty, slot, &e, at);
}
