/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the event does to the past: clauses of its type, then those of the rules
 * that found something, each for every key that the event makes for it.
 */
#include "evaluate/history_parts.h"

#include "base/alloc.h"
#include "base/slice.h"
#include "evaluate/duties.h"
#include "evaluate/evaluation.h"
#include "rule/standing.h"

bool pol_history_passed(const pol_evaluation *v)
{
    const pol_value *phase = pol_event_value(v->event, POLICY_FIELD_PHASE);

    return POL_TYPES_HAPPENED >> v->event->type & 1 ||
           (phase->kind == POL_STR && pol_str_is(phase->str, "done")) ||
           v->decision->verdict < POLICY_HOLD;
}

static int64_t time_of(pol_evaluation *v, int32_t field, int64_t without)
{
    const pol_value *x = field < 0 ? NULL : pol_view_value(&v->view, field);

    return x && x->kind == POL_TIME ? x->i : without;
}

/* Where the event names an end, it is one of what is so. */
static int64_t end_of(pol_evaluation *v, const pol_record_def *d, int64_t at,
                      bool set)
{
    int64_t until = d->keep == INT64_MAX || at > INT64_MAX - d->keep
                        ? INT64_MAX : at + d->keep;
    int64_t own = set ? time_of(v, d->until, INT64_MAX) : INT64_MAX;

    return own < until ? own : until;
}

static void add_field(pol_kept *k, const pol_kept_field *f)
{
    size_t i = k->count;

    while (i > 0 && k->fields[i - 1].field > f->field) {
        k->fields[i] = k->fields[i - 1];
        i--;
    }
    k->fields[i] = *f;
    k->count++;
}

static pol_kept new_kept(pol_evaluation *v, const pol_record_def *d)
{
    pol_kept k = { NULL, 0 };

    k.fields = pol_arena_new(&v->s->arena, pol_kept_field, d->field_count + 1);
    if (!k.fields)
        pol_no_memory(v);
    return k;
}

static policy_str write_kept(pol_evaluation *v, const pol_kept *k)
{
    policy_str body = pol_kept_write(k, &v->s->arena);

    if (!body.ptr)
        pol_no_memory(v);
    return body;
}

/* What the event says of the record. */
static pol_kept said(pol_evaluation *v, const pol_record_def *d)
{
    pol_kept k = new_kept(v, d);

    for (size_t i = 0; k.fields && i < d->field_count; i++) {
        const pol_value *x = pol_view_value(&v->view, d->fields[i]);

        if (x->kind > POL_NULL || (x->kind == POL_NULL && d->carries))
            add_field(&k, &(pol_kept_field){ .field = d->fields[i], .value = *x });
    }
    return k;
}

/* --- what is carried

   What an event does not say is as it was: it is *carried* into the record, with
   who said it. So a record that holds all that is known of its key tells of each
   value whether one that comes late is older or newer, and records are the same
   in whatever order events come. Where a key began anew, it is carried that
   there was nothing. */

/* What is known of a field behind the entry, whose fields are `k`; kind ABSENT
 * where nothing is. */
static pol_kept_field known_field(const pol_stored_entry *e, const pol_kept *k,
                                  int32_t field)
{
    const pol_kept_field *f = pol_kept_find(k, field);
    pol_kept_field out = { .field = field };

    if (f)
        out = *f;
    else if (e->state != POL_ENTRY_SET)
        out.value.kind = POL_NULL;
    if (!out.carried)
        out.said = (pol_said){ e->at, e->event, e->source };
    out.carried = true;
    return out;
}

/* `over`, and of what it does not say itself the newer of what it carries and of
 * what is known behind the entry `base`, whose fields are `under`. Of one event
 * what it did last counts: first it says something, then it ends what it was of. */
static pol_kept carry(pol_evaluation *v, const pol_record_def *d,
                      const pol_kept *over, const pol_stored_entry *base,
                      const pol_kept *under)
{
    pol_kept both = new_kept(v, d);

    for (size_t i = 0; both.fields && i < d->field_count; i++) {
        const pol_kept_field *own = pol_kept_find(over, d->fields[i]);
        pol_kept_field old = known_field(base, under, d->fields[i]);

        if (own && (!own->carried || old.value.kind == POL_ABSENT ||
                    pol_said_cmp(&own->said, &old.said) > 0))
            add_field(&both, own);
        else if (old.value.kind != POL_ABSENT)
            add_field(&both, &old);
    }
    return both;
}

/* The last entry of its key that took place before `e`; NULL: none is known. */
static const pol_stored_entry *entry_before(const pol_stored *s,
                                            const pol_stored_entry *e)
{
    const pol_stored_entry *found = NULL;

    for (size_t i = 0; i < s->count; i++)
        if (pol_history_same_key(&s->entries[i], e) &&
            pol_stored_cmp_times(&s->entries[i], e) < 0)
            found = &s->entries[i];
    return found;
}

/* The fields of an entry: one that is not SET has none. */
static pol_kept fields_of(pol_evaluation *v, const pol_stored_entry *e)
{
    pol_kept k = { NULL, 0 };
    policy_status st = POLICY_OK;

    if (e->state == POL_ENTRY_SET)
        st = pol_kept_read(&k, e->body, &v->s->arena, v->err);
    if (st)
        v->status = st;
    return k;
}

static policy_str body_of(pol_evaluation *v, const pol_record_def *d,
                          const pol_stored *s, const pol_stored_entry *e)
{
    const pol_stored_entry *base = d->carries ? entry_before(s, e) : NULL;
    pol_kept own = said(v, d), old;

    if (base && !v->status) {
        old = fields_of(v, base);
        if (!v->status)
            own = carry(v, d, &own, base, &old);
    }
    return v->status ? (policy_str){ "", 0 } : write_kept(v, &own);
}

/* What comes late is carried into what took place after it. */
static void carry_on(pol_evaluation *v, const pol_record_def *d, pol_slot *slot,
                     const pol_stored_entry *late)
{
    pol_kept under = fields_of(v, late), over;

    for (size_t i = 0; !v->status && i < slot->now.count; i++) {
        pol_stored_entry *e = &slot->now.entries[i];

        if (!pol_history_same_key(e, late) ||
            pol_stored_cmp_times(e, late) <= 0)
            continue;
        if (e->state != POL_ENTRY_SET)
            return; /* from there on it began anew */
        over = fields_of(v, e);
        if (!v->status)
            over = carry(v, d, &over, late, &under);
        if (!v->status)
            e->body = write_kept(v, &over);
    }
}

static const pol_stored_entry *own_entry(const pol_stored *s,
                                         const pol_stored_entry *e)
{
    for (size_t i = 0; i < s->count; i++)
        if (pol_stored_cmp(&s->entries[i], e) == 0)
            return &s->entries[i];
    return NULL;
}

static void write_memory(pol_evaluation *v, const pol_clause *c, pol_slot *slot,
                         const pol_key_parts *key)
{
    const pol_record_def *d = c->record;
    const pol_stored *s = &slot->before;
    const pol_stored_entry *own;
    pol_stored_entry e = pol_history_entry_key(key);

    e.at = time_of(v, c->at, v->now);
    e.ahead = e.at > v->now;
    e.until = end_of(v, d, e.at, c->does == POL_CLAUSE_SET);
    e.event = v->decision->event;
    e.source = v->decision->source;
    e.body = (policy_str){ "", 0 };
    e.state = c->does == POL_CLAUSE_SET ? POL_ENTRY_SET : POL_ENTRY_CLEARED;
    if (c->does == POL_CLAUSE_SET) {
        if ((own = own_entry(s, &e)) != NULL) {
            /* (3) of history.c: what it carried stays, also where a clause
             * before this one has cleared it meanwhile. */
            if (slot->written)
                pol_history_put(v, slot, own);
            return;
        }
        if (c->first && pol_history_entry(s, key, v->now))
            return;
        e.body = body_of(v, d, s, &e);
    }
    if (!v->status && pol_history_put(v, slot, &e) && d->carries)
        carry_on(v, d, slot, &e);
}

/* Did one come that took place later, or the same one? */
static bool was_reset(const pol_stored *s, const pol_stored_entry *e)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->entries[i].state == POL_ENTRY_CLEARED &&
            pol_stored_covers(&s->entries[i], e) &&
            pol_stored_cmp_times(&s->entries[i], e) >= 0)
            return true;
    return false;
}

/* What was counted of the key, and of those below it, counts no more. The reset
 * stays as long as that would have: else one that comes again would send away
 * what was counted since. */
static void write_reset(pol_evaluation *v, const pol_clause *c, pol_slot *slot,
                        const pol_key_parts *key)
{
    pol_stored_entry e = pol_history_entry_key(key);
    size_t kept = 0;

    e.state = POL_ENTRY_CLEARED;
    e.at = time_of(v, c->at, v->now);
    e.until = end_of(v, c->record, e.at, false);
    e.event = v->decision->event;
    e.source = v->decision->source;
    e.body = (policy_str){ "", 0 };
    if (was_reset(slot->written ? &slot->now : &slot->before, &e) ||
        !pol_history_reserve(v, slot, 1))
        return;
    for (size_t i = 0; i < slot->now.count; i++)
        if (!pol_stored_covers(&e, &slot->now.entries[i]))
            slot->now.entries[kept++] = slot->now.entries[i];
    slot->now.count = kept;
    pol_history_insert(&slot->now, &e);
    if (slot->counted)
        pol_history_recount(v, slot, &e);
}

static void write_key(pol_evaluation *v, const pol_clause *c,
                      const pol_key_parts *key, bool shadow)
{
    pol_slot *slot = pol_history_slot(v, c->record,
                                      pol_history_first(v, key, shadow));

    if (!slot)
        return;
    if (c->record->kind == POL_RECORD_COUNT)
        write_reset(v, c, slot, key);
    else if (c->record->kind == POL_RECORD_DUTY)
        pol_duty_clause(v, c, slot, key, time_of(v, c->at, v->now));
    else
        write_memory(v, c, slot, key);
}

static void write_clause(pol_evaluation *v, const pol_clause *c)
{
    size_t count = 0;
    const pol_key_parts *keys = pol_history_keys(v, &c->key, &count);

    for (size_t i = 0; keys && i < count && !v->status; i++) {
        bool shadow = c->record->duty &&
                      c->record->duty->face->mode == POL_MODE_SHADOW;

        write_key(v, c, &keys[i], shadow);
        if (c->record->kind == POL_RECORD_COUNT && !v->status)
            write_key(v, c, &keys[i], true);
    }
}

static bool is_only(pol_evaluation *v, const pol_only *only)
{
    const pol_value *x = pol_view_value(&v->view, only->field);

    return x->kind == POL_STR && pol_str_eq(x->str, only->value);
}

/* Conditions of clauses see what was before, whatever was written meanwhile. */
static void try_clause(pol_evaluation *v, const pol_clause *c, bool passed)
{
    if (v->status || (!passed && !c->record->attempts))
        return;
    if (c->only.value.len && !is_only(v, &c->only))
        return;
    if (c->where && pol_cond_eval(c->where, &v->view, NULL) != POL_TRUE)
        return;
    write_clause(v, c);
}

static bool find_clauses(pol_evaluation *v, size_t words)
{
    policy_session *s = v->s;

    if (!pol_grow(&s->allocator, (void **)&s->clauses, &s->clause_cap, words + 1,
                  sizeof(*s->clauses)))
        return pol_no_memory(v);
    memset(s->clauses, 0, words * sizeof(*s->clauses));
    for (size_t i = 0; s->stand_in && i < v->org->clause_count; i++)
        s->clauses[i / 64] |= UINT64_C(1) << i % 64; /* the index is another's */
    pol_index_event(&v->org->clause_index, &v->view, s->clauses);
    return !v->view.status || pol_no_memory(v);
}

static void write_of_event(pol_evaluation *v, bool passed)
{
    size_t words = (v->org->clause_count + 63) / 64;

    for (size_t i = 0; i < pol_standing_clause_count; i++)
        if (pol_standing_clauses[i].types >> v->event->type & 1)
            try_clause(v, &pol_standing_clauses[i], passed);
    if (!v->org->clause_count || !find_clauses(v, words))
        return;
    for (size_t w = 0; w < words; w++)
        for (uint64_t bits = v->s->clauses[w]; bits; bits &= bits - 1) {
            size_t number = w * 64 + (size_t)__builtin_ctzll(bits);
            const pol_clause *c = &v->org->clauses[number];

            if (c->types >> v->event->type & 1)
                try_clause(v, c, passed);
        }
}

void pol_history_fired(pol_evaluation *v, const pol_rule *rule)
{
    pol_history *h = &v->history;
    const pol_rule **next;

    if (!rule->write_count)
        return;
    next = pol_decision_push(&v->s->arena, (void **)&h->fired, &h->fired_count,
                             &h->fired_cap, sizeof(*next));
    if (next)
        *next = rule;
    else
        pol_no_memory(v);
}

void pol_history_clauses(pol_evaluation *v)
{
    bool passed = pol_history_passed(v);

    write_of_event(v, passed);
    for (size_t i = 0; i < v->history.fired_count; i++) {
        const pol_rule *rule = v->history.fired[i];

        for (size_t j = 0; j < rule->write_count; j++)
            try_clause(v, rule->writes[j], passed);
    }
}
