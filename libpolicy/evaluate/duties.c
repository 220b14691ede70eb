/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties.
 *
 *      clause, tick                 clause, attestation
 *     ──────────────► SET ────────────────────────────► DONE ─┐
 *                      │ ▲ reminded, overdue                  ├─► forgotten
 *                      │ └─ renewed                           │
 *                      └──────────────────────► STOPPED ──────┘
 *                        clause; a period that went by
 *
 * An instance is an entry of the stored value of its first key. Its `due` is
 * when a tick has to look at it next; the store hands over what is due, and a
 * tick makes at most `limits.due` steps. So what a tick costs does not grow with
 * the duties that are open.
 *
 * Invariants:
 *
 * (1) Of one key at most one instance is SET, but for those of a period: of
 *     these one waits for late events while the next goes on.
 * (2) An instance that nobody opened (of a period, or the first of a duty that
 *     stands) has no event: whichever event or tick comes first makes the same
 *     bytes.
 * (3) A step of a tick ends with a `due` that is later, or with none; where that
 *     is still not after the tick, there is more to do and the decision says so.
 * (4) What has ended is remembered for as long as events may come late, so that
 *     one that is judged again finds what it did. What comes `once`, or for some
 *     event only `first`, is remembered for ever: of one key the newest, which
 *     tells that it was.
 */
#include "evaluate/duties_parts.h"

/* --- instances */

bool pol_duty_read(pol_evaluation *v, const pol_stored_entry *e, pol_owed *o)
{
    policy_status st = pol_owed_read(o, e->body, &v->s->arena, v->err);

    if (st)
        v->status = st;
    return !st;
}

bool pol_duty_write(pol_evaluation *v, pol_stored_entry *e, const pol_owed *o)
{
    e->body = pol_owed_write(o, &v->s->arena);
    if (!e->body.ptr)
        pol_no_memory(v);
    return e->body.ptr != NULL;
}

static int64_t later(int64_t ms, int64_t more)
{
    return ms > INT64_MAX - more ? INT64_MAX : ms + more;
}

static int64_t sooner(int64_t ms, int64_t less)
{
    return ms < INT64_MIN + less ? INT64_MIN : ms - less;
}

int64_t pol_duty_deadline(const pol_evaluation *v, const pol_duty *duty,
                          int64_t at)
{
    if (duty->recurs == POL_RECURS_PERIOD)
        return pol_duty_period(v, duty, at, 1);
    return pol_calendar_add(&v->org->config.calendar, at, duty->within);
}

static int64_t span_later(const pol_evaluation *v, int64_t ms, pol_span s)
{
    return s.unit == POL_SPAN_MS
               ? later(ms, s.count)
               : pol_calendar_add(&v->org->config.calendar, ms, s);
}

/* When it reminds, in order, which only the calendar tells: three days of work
 * may be longer than four others, or not. */
static void find_reminders(const pol_evaluation *v, const pol_duty *duty,
                           int64_t deadline, int64_t at[POL_REMINDERS_MAX])
{
    for (size_t i = 0; i < duty->remind_count; i++) {
        int64_t ms = pol_calendar_before(&v->org->config.calendar, deadline,
                                         duty->remind[i]);
        size_t j = i;

        for (; j > 0 && at[j - 1] > ms; j--)
            at[j] = at[j - 1];
        at[j] = ms;
    }
}

void pol_duty_pass_reminders(const pol_evaluation *v, const pol_duty *duty,
                             pol_owed *o, int64_t now)
{
    int64_t at[POL_REMINDERS_MAX];

    find_reminders(v, duty, o->deadline, at);
    while (o->reminded < duty->remind_count && at[o->reminded] <= now)
        o->reminded++;
}

bool pol_duty_is_late(const pol_evaluation *v, const pol_duty *duty,
                      const pol_owed *o, int64_t now)
{
    return now >= span_later(v, o->deadline, duty->grace);
}

/* Steps of work that are counted since it was said last: who was away for longer
 * counts from now on. */
enum { AGAIN_STEPS_MAX = 1000 };

int64_t pol_duty_said_again(const pol_evaluation *v, const pol_duty *duty,
                            int64_t said, int64_t now)
{
    /* Unsigned, since what a store hands back may be any time. */
    uint64_t since = (uint64_t)now - (uint64_t)said;
    uint64_t again = (uint64_t)duty->again.count;

    if (!again)
        return now;
    if (duty->again.unit == POL_SPAN_MS)
        return (int64_t)((uint64_t)said + since / again * again);
    for (int i = 0; i < AGAIN_STEPS_MAX; i++) {
        int64_t next = span_later(v, said, duty->again);

        if (next > now)
            return said;
        if (next <= said)
            break;
        said = next;
    }
    return now;
}

bool pol_duty_is_settled(const pol_evaluation *v, const pol_owed *o)
{
    return o->overdue && v->now < sooner(o->said, v->org->config.late);
}

bool pol_duty_has(const pol_stored *s, const pol_stored_entry *key,
                  int64_t at)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->entries[i].at == at &&
            pol_history_same_key(&s->entries[i], key))
            return true;
    return false;
}

int64_t pol_duty_next_look(const pol_evaluation *v, const pol_duty *duty,
                           const pol_owed *o, bool next)
{
    int64_t at, reminders[POL_REMINDERS_MAX];

    if (o->overdue)
        return duty->again.count ? span_later(v, o->said, duty->again) : 0;
    if (o->reminded < duty->remind_count) {
        find_reminders(v, duty, o->deadline, reminders);
        at = reminders[o->reminded];
    } else if (duty->recurs == POL_RECURS_PERIOD && !next) {
        at = o->deadline;
    } else {
        at = span_later(v, o->deadline, duty->grace);
    }
    return at ? at : 1; /* 0 would be never */
}

/* Where one is known of the key, those before it need not be. */
static void forget_before(const pol_evaluation *v, const pol_duty *duty,
                          pol_slot *slot, const pol_stored_entry *key)
{
    for (size_t i = 0; duty->once_a_key && i < slot->now.count; i++) {
        pol_stored_entry *e = &slot->now.entries[i];

        if (e->state != POL_ENTRY_SET && pol_history_same_key(e, key))
            e->until = later(v->now, v->org->config.late);
    }
}

bool pol_duty_open(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                   const pol_stored_entry *key, int64_t at, policy_str who,
                   bool by_event)
{
    pol_stored_entry e = *key;
    pol_owed o = { .deadline = pol_duty_deadline(v, duty, at), .who = who,
                   .escalation = duty->escalation };

    pol_duty_pass_reminders(v, duty, &o, at);
    e.state = POL_ENTRY_SET;
    e.at = at;
    e.ahead = at > v->now;
    e.until = INT64_MAX;
    e.due = pol_duty_next_look(v, duty, &o, false);
    e.event = by_event ? v->decision->event : POL_STR("");
    e.source = by_event ? v->decision->source : POL_STR("");
    forget_before(v, duty, slot, key);
    if (!pol_duty_write(v, &e, &o) || !pol_history_put(v, slot, &e))
        return false;
    pol_duty_say(v, duty, slot, &e, &o, POLICY_DUTY_OPENED);
    return true;
}

/* (4) */
void pol_duty_end(const pol_evaluation *v, const pol_duty *duty,
                  pol_stored_entry *e, pol_entry_state state)
{
    e->state = (uint8_t)state;
    e->due = 0;
    e->until = duty->recurs == POL_RECURS_ONCE || duty->once_a_key
                   ? INT64_MAX : later(v->now, v->org->config.late);
}

void pol_duty_fulfil(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                     size_t i, int64_t at, pol_owed *o)
{
    pol_stored_entry *e = &slot->now.entries[i], done = *e;
    bool period = duty->recurs == POL_RECURS_PERIOD;

    pol_duty_end(v, duty, e, POL_ENTRY_DONE);
    if (period && !pol_duty_has(&slot->now, &done, o->deadline)) {
        e->until = INT64_MAX;
        e->due = o->deadline; /* to begin the next */
    }
    pol_duty_write(v, e, o);
    pol_duty_say(v, duty, slot, &done, o, POLICY_DUTY_DONE);
    if (duty->recurs == POL_RECURS_EVERY && !v->status)
        pol_duty_open(v, duty, slot, &done, at, o->who, true);
}

bool pol_duty_is_open(const pol_evaluation *v, const pol_stored_entry *e,
                      const pol_stored_entry *key, int64_t at)
{
    return e->state == POL_ENTRY_SET && pol_stored_covers(key, e) &&
           e->at <= at && !pol_duty_is_own(v, e);
}

/* --- escalations */

typedef enum asked { ASKED_NOT, ASKED_NOW, ASKED_BEFORE } asked;

/* Is somebody asked already, by this event or by one before it? */
static asked is_asked(pol_evaluation *v, pol_slot *slot)
{
    asked is = ASKED_NOT;

    if (!pol_history_reserve(v, slot, 1))
        return ASKED_BEFORE;
    for (size_t i = 0; i < slot->now.count; i++) {
        if (pol_duty_is_own(v, &slot->now.entries[i]))
            return ASKED_NOW;
        if (slot->now.entries[i].state == POL_ENTRY_SET)
            is = ASKED_BEFORE;
    }
    return is;
}

void pol_duty_escalate(pol_evaluation *v, const pol_duty *duty, policy_str rest,
                       policy_str who)
{
    pol_slot told = { .first = rest }, *slot = NULL;
    pol_stored_entry key = { .sub_count = 0 };
    pol_owed o = { .deadline = pol_duty_deadline(v, duty, v->now), .who = who };
    asked is;

    if (v->state)
        slot = pol_history_slot(v, duty->record, rest);
    if (v->status)
        return;
    /* What the event was told when it was judged first it is told again. */
    is = slot ? is_asked(v, slot) : ASKED_NOW;
    if (is == ASKED_NOT)
        pol_duty_open(v, duty, slot, &key, v->now, who, true);
    else if (is == ASKED_NOW)
        pol_duty_say(v, duty, &told, &key, &o, POLICY_DUTY_OPENED);
}

/* --- questions */

uint32_t pol_duty_known(pol_evaluation *v, const pol_known *k,
                        const pol_stored_entry *key, const pol_slot *slot)
{
    const pol_duty *duty = k->record->duty;
    uint32_t found = 0;

    for (size_t i = 0; i < slot->before.count && found < k->at_least; i++) {
        const pol_stored_entry *e = &slot->before.entries[i];
        pol_owed o;

        if (e->state != POL_ENTRY_SET || e->at > v->now ||
            !pol_stored_covers(key, e) ||
            (k->within.count &&
             !pol_calendar_within(&v->org->config.calendar, e->at, v->now,
                                  k->within)))
            continue;
        if (!pol_duty_read(v, e, &o))
            return 0;
        found += !k->overdue || pol_duty_is_late(v, duty, &o, v->now);
    }
    return found;
}

void pol_duty_forget(pol_stored *s, int64_t now)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->count; i++)
        if (s->entries[i].state == POL_ENTRY_SET || s->entries[i].until > now)
            s->entries[kept++] = s->entries[i];
    s->count = kept;
}
