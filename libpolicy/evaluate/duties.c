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
 *     one that is judged again finds what it did. What comes `once` is
 *     remembered for ever.
 */
#include "evaluate/duties.h"

#include "base/error.h"
#include "base/slice.h"
#include "base/sort.h"
#include "evaluate/evaluation.h"
#include "rule/standing.h"
#include "state/key.h"
#include "state/owed.h"

static void failed(pol_evaluation *v)
{
    if (!v->status)
        v->status = pol_error_oom(v->err);
}

static bool is_shadow(const pol_duty *duty)
{
    return duty->face->mode == POL_MODE_SHADOW;
}

policy_str pol_shadow_first(pol_evaluation *v, policy_str first)
{
    char *s = pol_arena_alloc(&v->s->arena, first.len + 1);

    if (!s) {
        failed(v);
        return first;
    }
    s[0] = '\n'; /* no id begins so */
    if (first.len)
        memcpy(s + 1, first.ptr, first.len);
    return (policy_str){ s, first.len + 1 };
}

/* --- names */

/* A part of a key in the id of an instance: never empty, without a slash. */
size_t pol_duty_put_part(char *to, policy_str part)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0;

    to[n++] = '/';
    if (!part.len)
        to[n++] = '%';
    for (size_t i = 0; i < part.len; i++) {
        unsigned char c = (unsigned char)part.ptr[i];

        if (c == '/' || c == '%' || c < ' ') {
            to[n++] = '%';
            to[n++] = hex[c >> 4];
            to[n++] = hex[c & 15];
        } else {
            to[n++] = (char)c;
        }
    }
    return n;
}

static policy_str key_of(const pol_slot *slot)
{
    if (slot->first.len && slot->first.ptr[0] == '\n')
        return (policy_str){ slot->first.ptr + 1, slot->first.len - 1 };
    return slot->first;
}

/* regulation/duty/key/opened */
static policy_str instance_id(pol_evaluation *v, policy_str record,
                              const pol_slot *slot, bool keyed,
                              const pol_stored_entry *e)
{
    policy_str first = key_of(slot);
    size_t len = record.len + 3 * first.len + 2 + 40, n = record.len;
    char *id;

    for (uint8_t i = 0; i < e->sub_count; i++)
        len += 3 * e->sub[i].len + 2;
    id = pol_arena_alloc(&v->s->arena, len);
    if (!id) {
        failed(v);
        return (policy_str){ "", 0 };
    }
    memcpy(id, record.ptr, n);
    if (keyed)
        n += pol_duty_put_part(id + n, first);
    for (uint8_t i = 0; i < e->sub_count; i++)
        n += pol_duty_put_part(id + n, e->sub[i]);
    id[n++] = '/';
    n += pol_time_write(id + n, e->at, 0);
    return (policy_str){ id, n };
}

/* regulation/rule/source/event, regulation/duty//escalated/key/opened */
policy_str pol_duty_escalation_id(pol_evaluation *v, policy_str record,
                                  policy_str rest)
{
    char *id = pol_arena_alloc(&v->s->arena, record.len + 1 + rest.len);

    if (!id) {
        failed(v);
        return (policy_str){ "", 0 };
    }
    memcpy(id, record.ptr, record.len);
    id[record.len] = '/';
    if (rest.len)
        memcpy(id + record.len + 1, rest.ptr, rest.len);
    return (policy_str){ id, record.len + 1 + rest.len };
}

static policy_str id_of(pol_evaluation *v, const pol_duty *duty,
                        const pol_slot *slot, const pol_stored_entry *e)
{
    if (duty->escalation)
        return pol_duty_escalation_id(v, duty->record->id, slot->first);
    return instance_id(v, duty->record->id, slot, duty->record->key_count > 0,
                       e);
}

static policy_str join(pol_evaluation *v, const pol_value *list)
{
    size_t len = 0, n = 0;
    char *s;

    for (size_t i = 0; i < list->list.count; i++)
        len += list->list.items[i].len + 1;
    s = pol_arena_alloc(&v->s->arena, len + 1);
    if (!s) {
        failed(v);
        return (policy_str){ "", 0 };
    }
    for (size_t i = 0; i < list->list.count; i++) {
        policy_str item = list->list.items[i];

        if (n)
            s[n++] = ',';
        if (item.len)
            memcpy(s + n, item.ptr, item.len);
        n += item.len;
    }
    return (policy_str){ s, n };
}

static policy_str shown(pol_evaluation *v, const pol_value *x)
{
    if (x->kind == POL_LIST)
        return join(v, x);
    return x->kind == POL_STR ? x->str : (policy_str){ "", 0 };
}

/* Whose it is today; of an account that is opened by this event, whom the event
 * itself names. */
static policy_str holder(pol_evaluation *v, const pol_duty *duty,
                         const pol_slot *slot)
{
    pol_attribute a = (pol_attribute)duty->who_attribute;
    pol_value x = v->view.past->attribute(&v->view, a, key_of(slot));

    if (x.kind <= POL_NULL && pol_field_in(v->event->type,
                                           pol_attributes[a].field)->kind)
        x = *pol_view_value(&v->view, pol_attributes[a].field);
    return shown(v, &x);
}

static policy_str whose(pol_evaluation *v, const pol_duty *duty,
                        const pol_slot *slot, const pol_owed *o)
{
    if (duty->who_key)
        return holder(v, duty, slot);
    if (o->who.len)
        return o->who;
    return duty->person.len ? duty->person : duty->role;
}

static policy_duty *push(pol_evaluation *v)
{
    policy_decision *d = v->decision;
    policy_duty *out = pol_decision_push(&v->s->arena, (void **)&d->duties,
                                         &d->duty_count, &d->duty_cap,
                                         sizeof(*out));

    if (!out)
        failed(v);
    return out;
}

/* The store's bytes live until it is written; the decisions of a batch live
 * longer. */
static policy_str kept(pol_evaluation *v, policy_str s)
{
    s = pol_arena_dup(&v->s->arena, s);
    if (!s.ptr)
        failed(v);
    return s.ptr ? s : (policy_str){ "", 0 };
}

/* What became of it stands in the decision, unless nobody shall see it yet. */
static void say(pol_evaluation *v, const pol_duty *duty, const pol_slot *slot,
                const pol_stored_entry *e, const pol_owed *o, int32_t change)
{
    policy_duty *out = is_shadow(duty) ? NULL : push(v);

    if (!out)
        return;
    *out = (policy_duty){ .rule = duty->face->id, .what = duty->face->title.zh,
                          .who = kept(v, whose(v, duty, slot, o)), .due = o->deadline,
                          .change = change };
    out->id = id_of(v, duty, slot, e);
}

/* --- instances */

static bool read_owed(pol_evaluation *v, const pol_stored_entry *e, pol_owed *o)
{
    policy_status st = pol_owed_read(o, e->body, &v->s->arena, v->err);

    if (st)
        v->status = st;
    return !st;
}

static bool write_owed(pol_evaluation *v, pol_stored_entry *e, const pol_owed *o)
{
    e->body = pol_owed_write(o, &v->s->arena);
    if (!e->body.ptr)
        failed(v);
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

static const pol_zone *zone_of(const pol_evaluation *v)
{
    return &v->org->config.calendar.zone;
}

static int64_t deadline_of(const pol_evaluation *v, const pol_duty *duty,
                           int64_t at)
{
    if (duty->recurs == POL_RECURS_PERIOD)
        return pol_period_begin(duty->period, zone_of(v), at, 1);
    return pol_calendar_add(&v->org->config.calendar, at, duty->within);
}

/* An event that took place more than `late` before the tick that last said it to be
 * overdue changes nothing of it any more: what was judged stays judged. */
static bool is_settled(const pol_evaluation *v, const pol_owed *o)
{
    return o->overdue && v->now < sooner(o->said, v->org->config.late);
}

/* Reminders that were due before there was anything to remind of. */
static uint64_t past_reminders(const pol_duty *duty, int64_t deadline, int64_t at)
{
    uint64_t n = 0;

    while (n < duty->remind_count && sooner(deadline, duty->remind[n]) <= at)
        n++;
    return n;
}

static bool has_instance(const pol_stored *s, const pol_stored_entry *key,
                         int64_t at)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->entries[i].at == at &&
            pol_history_same_key(&s->entries[i], key))
            return true;
    return false;
}

/* When a tick looks at what is SET again; `next`: that of a period is there. */
static int64_t next_look(const pol_duty *duty, const pol_owed *o, bool next)
{
    int64_t at;

    if (o->overdue)
        return duty->again ? later(o->said, duty->again) : 0;
    if (o->reminded < duty->remind_count)
        at = sooner(o->deadline, duty->remind[o->reminded]);
    else if (duty->recurs == POL_RECURS_PERIOD && !next)
        at = o->deadline;
    else
        at = later(o->deadline, duty->grace);
    return at ? at : 1; /* 0 would be never */
}

/* A new instance, said; false: v->status. */
static bool open_one(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                     const pol_stored_entry *key, int64_t at, policy_str who,
                     bool by_event)
{
    pol_stored_entry e = *key;
    pol_owed o = { .deadline = deadline_of(v, duty, at), .who = who,
                   .escalation = duty->escalation };

    o.reminded = past_reminders(duty, o.deadline, at);
    e.state = POL_ENTRY_SET;
    e.at = at;
    e.ahead = at > v->now;
    e.until = INT64_MAX;
    e.due = next_look(duty, &o, false);
    e.event = by_event ? v->decision->event : POL_STR("");
    e.source = by_event ? v->decision->source : POL_STR("");
    if (!write_owed(v, &e, &o) || !pol_history_put(v, slot, &e))
        return false;
    say(v, duty, slot, &e, &o, POLICY_DUTY_OPENED);
    return true;
}

/* It has come to its end; (4) */
static void end_one(const pol_evaluation *v, const pol_duty *duty,
                    pol_stored_entry *e, pol_entry_state state)
{
    e->state = (uint8_t)state;
    e->due = 0;
    e->until = duty->recurs == POL_RECURS_ONCE
                   ? INT64_MAX : later(v->now, v->org->config.late);
}

/* --- what clauses do */

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
    return shown(v, &x);
}

/* A later opening moves the due date; less than the grain is not worth it. */
static void renew(pol_evaluation *v, const pol_duty *duty, pol_stored_entry *e,
                  int64_t at)
{
    int64_t deadline = deadline_of(v, duty, at);
    pol_owed o;

    if (!read_owed(v, e, &o) || is_settled(v, &o) || deadline <= o.deadline ||
        (!o.overdue && deadline - o.deadline < duty->grain))
        return;
    o.deadline = deadline;
    o.overdue = false;
    o.said = 0;
    o.reminded = past_reminders(duty, deadline, at);
    e->due = next_look(duty, &o, false);
    write_owed(v, e, &o);
}

static bool was_opened_by(const pol_evaluation *v, const pol_stored_entry *e)
{
    return pol_str_eq(e->event, v->decision->event) &&
           pol_str_eq(e->source, v->decision->source);
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
        if (c->first || (e->at == at && was_opened_by(v, e)))
            return;
        if (e->state != POL_ENTRY_SET)
            continue;
        if (duty->renew)
            renew(v, duty, e, at);
        return;
    }
    open_one(v, duty, slot, key, at, opener_names(v, duty), true);
}

/* An event in a period that no tick has seen yet: the period begins with it. */
static void begin_period(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                         const pol_stored_entry *key, int64_t at)
{
    int64_t begin = pol_period_begin(duty->period, zone_of(v), at, 0);
    const pol_stored *s = &slot->now;

    for (size_t i = 0; i < s->count; i++)
        if (pol_history_same_key(&s->entries[i], key) &&
            s->entries[i].at < begin) {
            if (!has_instance(s, key, begin))
                open_one(v, duty, slot, key, begin, POL_STR(""), false);
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
    return o->mark_count >= duty->times || (write_owed(v, e, o), false);
}

static void fulfil(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                   size_t i, int64_t at, pol_owed *o)
{
    pol_stored_entry *e = &slot->now.entries[i], done = *e;
    bool period = duty->recurs == POL_RECURS_PERIOD;

    end_one(v, duty, e, POL_ENTRY_DONE);
    if (period && !has_instance(&slot->now, &done, o->deadline)) {
        e->until = INT64_MAX;
        e->due = o->deadline; /* to begin the next */
    }
    write_owed(v, e, o);
    say(v, duty, slot, &done, o, POLICY_DUTY_DONE);
    if (duty->recurs == POL_RECURS_EVERY && !v->status)
        open_one(v, duty, slot, &done, at, o->who, true);
}

/* Of the key or below it, open when it took place, and not by the same event. */
static bool is_open(const pol_evaluation *v, const pol_stored_entry *e,
                    const pol_stored_entry *key, int64_t at)
{
    return e->state == POL_ENTRY_SET && pol_stored_covers(key, e) &&
           e->at <= at && !was_opened_by(v, e);
}

static void done_clause(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                        const pol_stored_entry *key, int64_t at)
{
    pol_stored *s = &slot->now;

    if (duty->recurs == POL_RECURS_PERIOD)
        begin_period(v, duty, slot, key, at);
    for (size_t i = 0; i < s->count && !v->status; i++) {
        pol_owed o;

        if (!is_open(v, &s->entries[i], key, at) ||
            !read_owed(v, &s->entries[i], &o) || is_settled(v, &o))
            continue;
        if (duty->recurs == POL_RECURS_PERIOD && at >= o.deadline)
            continue;
        if (is_fulfilled(v, duty, &s->entries[i], &o))
            fulfil(v, duty, slot, i, at, &o);
    }
}

static void stop_clause(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                        const pol_stored_entry *key, int64_t at)
{
    for (size_t i = 0; i < slot->now.count && !v->status; i++) {
        pol_stored_entry *e = &slot->now.entries[i];
        pol_owed o;

        if (!is_open(v, e, key, at) || !read_owed(v, e, &o) || is_settled(v, &o))
            continue;
        end_one(v, duty, e, POL_ENTRY_STOPPED);
        say(v, duty, slot, e, &o, POLICY_DUTY_RETIRED);
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

/* --- escalations */

void pol_duty_escalate(pol_evaluation *v, const pol_duty *duty, policy_str rest,
                       policy_str who)
{
    pol_slot told = { .first = rest }, *slot = NULL;
    pol_stored_entry key = { .sub_count = 0 };
    pol_owed o = { .deadline = deadline_of(v, duty, v->now), .who = who };

    if (v->state)
        slot = pol_history_slot(v, duty->record, rest);
    if (v->status)
        return;
    /* What the event was told when it was judged first it is told again. */
    if (slot && !slot->before.count && !slot->written)
        open_one(v, duty, slot, &key, v->now, who, true);
    else
        say(v, duty, &told, &key, &o, POLICY_DUTY_OPENED);
}

/* --- ticks */

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
    say(v, duty, slot, e, o, POLICY_DUTY_OVERDUE);
}

/* What falls overdue: it ends with its period, begins anew if nothing fulfils
 * it, or stays open. */
static void fall_overdue(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                         pol_stored_entry *e, pol_owed *o, int64_t now)
{
    bool anew = duty->timer && duty->recurs == POL_RECURS_EVERY;

    o->overdue = true;
    o->said = now;
    e->due = next_look(duty, o, true);
    if (anew || duty->recurs == POL_RECURS_PERIOD)
        end_one(v, duty, e, POL_ENTRY_STOPPED);
    if (!write_owed(v, e, o))
        return;
    say_overdue(v, duty, slot, e, o);
    if (duty->escalated && !is_shadow(duty)) {
        policy_str id = id_of(v, duty, slot, e);
        size_t skip = duty->record->id.len + 1;

        if (!v->status)
            pol_duty_escalate(v, duty->escalated,
                              (policy_str){ id.ptr + skip, id.len - skip },
                              (policy_str){ "", 0 });
    }
    if (anew && !v->status) {
        pol_stored_entry key = *e;
        int64_t at = o->deadline;

        if (deadline_of(v, duty, at) <= now)
            at = now; /* who was away for long is told once */
        if (!has_instance(&slot->now, &key, at))
            open_one(v, duty, slot, &key, at, o->who, false);
    }
}

static void remind(pol_evaluation *v, const pol_duty *duty, const pol_slot *slot,
                   pol_stored_entry *e, pol_owed *o, int64_t now)
{
    uint64_t before = o->reminded;

    while (o->reminded < duty->remind_count &&
           sooner(o->deadline, duty->remind[o->reminded]) <= now)
        o->reminded++;
    if (o->reminded > before && now < o->deadline)
        say(v, duty, slot, e, o, POLICY_DUTY_REMINDED);
}

static void say_again(pol_evaluation *v, const pol_duty *duty,
                      const pol_slot *slot, pol_stored_entry *e, pol_owed *o,
                      int64_t now)
{
    /* In the steps that it began with, however late the tick. Unsigned, since
     * what a store hands back may be any time. */
    uint64_t since = (uint64_t)now - (uint64_t)o->said;
    uint64_t again = (uint64_t)duty->again;

    o->said = again ? (int64_t)((uint64_t)o->said + since / again * again) : now;
    say_overdue(v, duty, slot, e, o);
}

/* One look at entry `i`, which is due. */
static void step(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                 size_t i, int64_t now)
{
    pol_stored_entry *e = &slot->now.entries[i], seen = *e;
    bool period = duty->recurs == POL_RECURS_PERIOD, next;
    pol_owed o;

    if (!read_owed(v, e, &o))
        return;
    next = !period || has_instance(&slot->now, e, o.deadline);
    if (!next && now >= o.deadline) {
        e->due = next_look(duty, &o, true);
        if (!open_one(v, duty, slot, &seen, o.deadline, o.who, false))
            return;
        e = &slot->now.entries[i]; /* what begins later stands behind it */
        next = true;
    }
    if (e->state != POL_ENTRY_SET) {
        end_one(v, duty, e, (pol_entry_state)e->state);
    } else if (o.overdue) {
        say_again(v, duty, slot, e, &o, now);
        e->due = duty->again ? next_look(duty, &o, next) : 0;
        write_owed(v, e, &o);
    } else if (now >= later(o.deadline, duty->grace)) {
        fall_overdue(v, duty, slot, e, &o, now);
    } else {
        remind(v, duty, slot, e, &o, now);
        e->due = next_look(duty, &o, next);
        write_owed(v, e, &o);
    }
}

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

static int64_t first_due(const pol_stored *s)
{
    int64_t first = 0;

    for (size_t i = 0; i < s->count; i++) {
        int64_t due = s->entries[i].due;

        if (due && (!first || due < first))
            first = due;
    }
    return first;
}

/* Its definition is gone: whatever is open ends, and is forgotten. */
static void retire(pol_evaluation *v, ticking *t, pol_slot *slot)
{
    pol_stored *s = &slot->now;

    for (size_t i = 0; i < s->count && !v->status; i++) {
        pol_stored_entry *e = &s->entries[i];
        policy_duty *out;
        pol_owed o;

        if (e->state != POL_ENTRY_SET || !read_owed(v, e, &o))
            continue;
        if (slot->first.len && slot->first.ptr[0] == '\n')
            continue; /* of a shadow */
        out = push(v);
        if (!out)
            return;
        *out = (policy_duty){ .what = { "", 0 }, .who = kept(v, o.who),
                              .due = o.deadline, .change = POLICY_DUTY_RETIRED };
        out->rule = pol_arena_cstr(&v->s->arena, slot->id);
        out->id = o.escalation
                      ? pol_duty_escalation_id(v, slot->id, slot->first)
                      : instance_id(v, slot->id, slot,
                                    slot->first.len || e->sub_count, e);
        if (!out->rule)
            failed(v);
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
    if (first_due(&slot->now) && first_due(&slot->now) <= t->now)
        v->decision->more = true;
}

static bool add_slot(pol_evaluation *v, ticking *t, pol_slot *slot)
{
    int64_t due = slot ? first_due(&slot->before) : 0;
    due_slot *out;

    if (!slot)
        return false;
    if (!due || due > t->now || slot->listed)
        return true;
    slot->listed = true;
    out = pol_decision_push(&v->s->arena, (void **)&t->slots, &t->count, &t->cap,
                            sizeof(*out));
    if (!out) {
        failed(v);
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
        failed(v);
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
        failed(v);
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
        if (is_shadow(duty))
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
            at = pol_period_begin(duty->period, zone_of(v), at, 1);
        open_one(v, duty, slot, &key, at, POL_STR(""), false);
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
            pol_record_error(v, "", "state-missing",
                             POL_STR("there are duties, and no state that knows "
                                     "what is due"),
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

/* --- attestations */

static bool has_person(const pol_evaluation *v, policy_str role,
                       policy_str person)
{
    const pol_organisation *c = &v->org->config;

    for (size_t i = 0; i < c->role_count; i++)
        for (size_t p = 0; pol_str_eq(c->roles[i].name, role) &&
                           p < c->roles[i].people_count; p++)
            if (pol_str_eq(c->roles[i].people[p], person))
                return true;
    return false;
}

static policy_str str_of(const pol_evaluation *v, int32_t field)
{
    const pol_value *x = pol_event_value(v->event, field);

    return x->kind == POL_STR ? x->str : (policy_str){ "", 0 };
}

/* Why it does not count; NULL: it does. */
static const char *objection(pol_evaluation *v, const pol_duty *duty,
                             const pol_slot *slot, const pol_owed *o)
{
    policy_str by = str_of(v, POLICY_FIELD_DONE_BY);
    policy_str owner = whose(v, duty, slot, o);

    if (pol_str_is(str_of(v, POLICY_FIELD_RESULT), "fail"))
        return "what is attested has failed";
    if (duty->by.len && !has_person(v, duty->by, by))
        return "whoever attests does not have the role for it";
    if (duty->evidence && !str_of(v, POLICY_FIELD_EVIDENCE).len)
        return "the attestation gives no evidence";
    if (duty->not_owner && (pol_str_eq(by, owner) || has_person(v, owner, by)))
        return "whoever has the duty cannot attest it";
    return NULL;
}

/* The duty whose id the attestation names, or begins with; the longest. */
static const pol_duty *named_duty(const pol_evaluation *v, policy_str name)
{
    const pol_duty *found = NULL;

    for (size_t i = 0; i < v->org->duty_count; i++) {
        policy_str id = v->org->duties[i]->record->id;

        if (pol_str_starts(name, id) &&
            (name.len == id.len || name.ptr[id.len] == '/') &&
            (!found || id.len > found->record->id.len))
            found = v->org->duties[i];
    }
    return found;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The first key of "/key/…/opened", as pol_duty_put_part wrote it; ptr NULL: no memory. */
static policy_str first_part_of(pol_evaluation *v, policy_str rest)
{
    char *out = pol_arena_alloc(&v->s->arena, rest.len + 1);
    size_t n = 0;

    if (!out) {
        failed(v);
        return (policy_str){ NULL, 0 };
    }
    for (size_t i = 1; i < rest.len && rest.ptr[i] != '/'; i++) {
        int high = i + 2 < rest.len ? hex_digit(rest.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(rest.ptr[i + 2]) : -1;

        if (rest.ptr[i] != '%') {
            out[n++] = rest.ptr[i];
        } else if (low >= 0) {
            out[n++] = (char)(high << 4 | low);
            i += 2;
        }
    }
    return (policy_str){ out, n };
}

/* Where the attestation's duty would be; NULL: it names none, or v->status. */
static pol_slot *named_slot(pol_evaluation *v, const pol_duty *duty,
                            policy_str rest)
{
    const pol_value *subject = pol_event_value(v->event, POLICY_FIELD_SUBJECT);
    policy_str first = { "", 0 };

    if (duty->escalation && rest.len > 1)
        first = (policy_str){ rest.ptr + 1, rest.len - 1 };
    else if (duty->record->key_count && rest.len)
        first = first_part_of(v, rest);
    else if (duty->record->key_count && subject->kind == POL_STR)
        first = subject->str;
    else if (duty->record->key_count)
        return NULL;
    if (first.ptr && is_shadow(duty))
        first = pol_shadow_first(v, first);
    return v->status ? NULL : pol_history_slot(v, duty->record, first);
}

/* The instance that is named, or the oldest that is open. */
static size_t named_entry(pol_evaluation *v, const pol_duty *duty,
                          const pol_slot *slot, policy_str name, int64_t at)
{
    static const pol_stored_entry all = { .sub_count = 0 };
    bool whole = name.len > duty->record->id.len;
    size_t found = slot->now.count;

    for (size_t i = 0; i < slot->now.count && !v->status; i++) {
        const pol_stored_entry *e = &slot->now.entries[i];

        if (!is_open(v, e, &all, at))
            continue;
        if (whole && pol_str_eq(id_of(v, duty, slot, e), name))
            return i;
        if (!whole && (found == slot->now.count ||
                       e->at < slot->now.entries[found].at))
            found = i;
    }
    return found;
}

void pol_duty_attest(pol_evaluation *v)
{
    policy_str name = str_of(v, POLICY_FIELD_DUTY), rest;
    const pol_duty *duty = named_duty(v, name);
    const pol_value *done_at = pol_event_value(v->event, POLICY_FIELD_DONE_AT);
    int64_t at = done_at->kind == POL_TIME ? done_at->i : v->now;
    const char *why;
    pol_slot *slot;
    size_t i;
    pol_owed o;

    if (!duty || !duty->attested || duty->decides || v->now < duty->face->in_force)
        return;
    rest = (policy_str){ name.ptr + duty->record->id.len,
                         name.len - duty->record->id.len };
    slot = named_slot(v, duty, rest);
    if (!slot || !pol_history_reserve(v, slot, 1))
        return;
    i = named_entry(v, duty, slot, name, at);
    if (v->status || i == slot->now.count ||
        !read_owed(v, &slot->now.entries[i], &o) || is_settled(v, &o))
        return;
    why = objection(v, duty, slot, &o);
    if (why)
        pol_record_error(v, duty->face->id, "attestation-refused", pol_str(why),
                         POLICY_ALLOW);
    else
        fulfil(v, duty, slot, i, at, &o);
}

void pol_duty_review(pol_evaluation *v)
{
    policy_str name = str_of(v, POLICY_FIELD_SUBJECT);
    const pol_duty *duty = named_duty(v, name);
    pol_slot *slot;
    size_t i;
    pol_owed o;

    if (!duty || !duty->decides || v->now < duty->face->in_force)
        return;
    slot = named_slot(v, duty,
                      (policy_str){ name.ptr + duty->record->id.len,
                                    name.len - duty->record->id.len });
    if (!slot || !pol_history_reserve(v, slot, 1))
        return;
    i = named_entry(v, duty, slot, name, v->now);
    if (v->status || i == slot->now.count ||
        !read_owed(v, &slot->now.entries[i], &o) || is_settled(v, &o))
        return;
    if (has_person(v, duty->by, str_of(v, POLICY_FIELD_REVIEWER)))
        fulfil(v, duty, slot, i, v->now, &o);
    else
        pol_record_error(v, duty->face->id, "review-refused",
                         POL_STR("whoever decides does not have the role for it"),
                         POLICY_ALLOW);
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
            (k->within && (uint64_t)v->now - (uint64_t)e->at >=
                              (uint64_t)k->within))
            continue;
        if (!read_owed(v, e, &o))
            return 0;
        found += !k->overdue || v->now >= later(o.deadline, duty->grace);
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
