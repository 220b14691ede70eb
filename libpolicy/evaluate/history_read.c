/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known at a time: which entries of a stored value hold, and what of it
 * conditions ask. All of it is as it was before the event.
 */
#include "evaluate/history_parts.h"

#include "base/slice.h"
#include "evaluate/duties.h"
#include "evaluate/evaluation.h"
#include "rule/standing.h"

/* --- what holds */

/*
 * Entries by groups of one key. Of a group only the newest that does not lie
 * ahead counts, and that only if no key above, which stands before it, was
 * cleared later.
 */
typedef struct walk {
    const pol_stored *s;
    int64_t now;
    bool settled; /* what was not ahead when it was written does not lie ahead */
    size_t start, end;             /* of the group */
    const pol_stored_entry *newest; /* NULL: all lie ahead */
    pol_stored_entry above[POL_SUB_KEYS]; /* what ended the keys above */
    bool ended[POL_SUB_KEYS];
} walk;

static bool is_ended_above(const walk *w, const pol_stored_entry *e)
{
    for (uint8_t i = 0; i < e->sub_count; i++)
        if (w->ended[i] && pol_stored_cmp_times(&w->above[i], e) > 0)
            return true;
    return false;
}

/* Of what ended the keys above, forget what is not above this one. */
static void leave_others(walk *w, const pol_stored_entry *e)
{
    for (uint8_t i = 0; i < POL_SUB_KEYS; i++)
        if (w->ended[i] &&
            (i >= e->sub_count || !pol_stored_covers(&w->above[i], e)))
            w->ended[i] = false;
}

static bool is_there(const walk *w, const pol_stored_entry *e)
{
    return e->at <= w->now || (w->settled && !e->ahead);
}

static bool next_group(walk *w)
{
    const pol_stored_entry *first;

    if (w->end == w->s->count)
        return false;
    w->start = w->end;
    first = &w->s->entries[w->start];
    leave_others(w, first);
    w->newest = NULL;
    for (; w->end < w->s->count &&
           pol_history_same_key(first, &w->s->entries[w->end]);
         w->end++)
        if (is_there(w, &w->s->entries[w->end]))
            w->newest = &w->s->entries[w->end];
    if (w->newest && w->newest->state != POL_ENTRY_SET &&
        first->sub_count < POL_SUB_KEYS) {
        w->above[first->sub_count] = *w->newest;
        w->ended[first->sub_count] = true;
    }
    return true;
}

/* Does the group's newest hold now? */
static bool holds(const walk *w)
{
    const pol_stored_entry *e = w->newest;

    return e && e->state == POL_ENTRY_SET && w->now < e->until &&
           !is_ended_above(w, e);
}

const pol_stored_entry *pol_history_entry(const pol_stored *s,
                                          const pol_key_parts *key, int64_t now)
{
    pol_stored_entry wanted = pol_history_entry_key(key);
    walk w = { .s = s, .now = now };

    while (next_group(&w))
        if (pol_history_same_key(&s->entries[w.start], &wanted))
            return holds(&w) ? w.newest : NULL;
    return NULL;
}

size_t pol_history_held(const pol_stored *s, const pol_key_parts *key,
                        int64_t now, const pol_stored_entry **out)
{
    pol_stored_entry asked = pol_history_entry_key(key);
    walk w = { .s = s, .now = now };
    size_t count = 0;

    while (next_group(&w))
        if (holds(&w) && pol_stored_covers(&asked, w.newest))
            out[count++] = w.newest;
    return count;
}

/* (2) of history.c, in place. What is written lies behind the group that is
 * read, and the walk keeps copies of what it needs of those before. A reset sent
 * away what it found: the window beside it came later, be it of the same time. */
void pol_history_drop_obsolete(pol_stored *s, int64_t now, bool counts)
{
    pol_stored all = *s;
    walk w = { .s = &all, .now = now, .settled = true };
    size_t kept = 0;

    while (next_group(&w)) {
        bool ended = !counts && w.newest && is_ended_above(&w, w.newest);
        size_t newest = w.newest && !counts
                            ? (size_t)(w.newest - all.entries) : w.start;

        for (size_t i = newest; i < w.end; i++)
            if (all.entries[i].until > now &&
                !(ended && w.newest == &all.entries[i]))
                s->entries[kept++] = all.entries[i];
    }
    s->count = kept;
}

/* --- known, unknown */

static bool suits(pol_evaluation *v, const pol_known *k,
                  const pol_stored_entry *e)
{
    pol_kept kept;
    pol_truth t;

    if (k->within.count && !pol_calendar_within(&v->org->config.calendar, e->at,
                                                v->now, k->within))
        return false;
    if (!k->where)
        return true;
    v->status = pol_kept_read(&kept, e->body, &v->s->arena, v->err);
    if (v->status)
        return false;
    v->view.record = &kept;
    t = pol_cond_eval(k->where, &v->view, NULL);
    v->view.record = NULL;
    return t == POL_TRUE;
}

static uint32_t count_known(pol_evaluation *v, const pol_known *k,
                            const pol_key_parts *key, const pol_slot *slot)
{
    walk w = { .s = &slot->before, .now = v->now };
    pol_stored_entry asked = pol_history_entry_key(key), own;
    pol_key_parts mine;
    bool leave_out = k->other &&
                     pol_history_own_key(v, &k->record->key, &mine) &&
                     key->count && mine.count &&
                     pol_str_eq(mine.parts[0], key->parts[0]);
    uint32_t found = 0;

    if (k->record->duty)
        return pol_duty_known(v, k, &asked, slot);
    own = leave_out ? pol_history_entry_key(&mine) : asked;
    while (found < k->at_least && next_group(&w))
        if (holds(&w) && pol_stored_covers(&asked, w.newest) &&
            !(leave_out && pol_history_same_key(&own, w.newest)) &&
            suits(v, k, w.newest))
            found++;
    return found;
}

static const pol_duty *find_sibling(const pol_duty *duty, policy_str whose)
{
    size_t low = 0, high = duty->sibling_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = pol_str_cmp(duty->siblings[mid]->only.value, whose);

        if (c == 0)
            return duty->siblings[mid];
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static pol_truth known(pol_view *view, const pol_known *k);

/* Whom it is not for, they have not to do it. */
static pol_truth own_of_each(pol_view *view, const pol_known *k)
{
    const pol_value *whose = pol_view_value(view, k->record->duty->only.field);
    const pol_duty *duty = whose->kind == POL_STR
                               ? find_sibling(k->record->duty, whose->str) : NULL;
    pol_known one = *k;

    if (!duty)
        return whose->kind == POL_STR ? POL_FALSE : POL_UNKNOWN;
    one.each = false;
    one.record = duty->record;
    return known(view, &one);
}

static pol_truth known(pol_view *view, const pol_known *k)
{
    pol_evaluation *v = view->past_user;
    size_t count = 0;
    const pol_key_parts *keys = pol_history_keys(v, &k->key, &count);
    uint32_t found = 0;

    if (k->each)
        return own_of_each(view, k);
    if (!keys || !count)
        return POL_UNKNOWN;
    for (size_t i = 0; i < count && found < k->at_least; i++) {
        bool shadow = k->record->duty &&
                      k->record->duty->face->mode == POL_MODE_SHADOW;
        pol_slot *slot = pol_history_slot(v, k->record,
                                          pol_history_first(v, &keys[i],
                                                            shadow));

        if (!slot)
            return POL_UNKNOWN;
        found += count_known(v, k, &keys[i], slot);
    }
    return found >= k->at_least ? POL_TRUE : POL_FALSE;
}

/* --- attributes */

static pol_value standing_value(pol_evaluation *v, uint8_t memory, policy_str of,
                                int32_t field)
{
    pol_slot *slot = pol_history_slot(v, &pol_standing[memory], of);
    pol_key_parts key = { { of }, 1 };
    const pol_stored_entry *e;
    pol_kept kept;

    if (!slot || !(e = pol_history_entry(&slot->before, &key, v->now)))
        return (pol_value){ .kind = POL_ABSENT };
    v->status = pol_kept_read(&kept, e->body, &v->s->arena, v->err);
    if (v->status)
        return (pol_value){ .kind = POL_ABSENT };
    return pol_kept_value(&kept, field);
}

static pol_value person_state(pol_evaluation *v, policy_str of)
{
    pol_value x = standing_value(v, POL_STANDING_PEOPLE, of,
                                 POLICY_FIELD_CHANGE);

    if (x.kind == POL_STR)
        x.str = pol_person_state(x.str);
    return x;
}

static pol_value attribute(pol_view *view, pol_attribute a, policy_str of)
{
    const pol_attribute_info *info = &pol_attributes[a];
    pol_evaluation *v = view->past_user;
    pol_value x;

    if (a == POL_ATTRIBUTE_PERSON_STATE)
        return person_state(v, of);
    /* What the event of leaving says are the roles that are lost. */
    if (a == POL_ATTRIBUTE_PERSON_ROLES) {
        x = person_state(v, of);
        if (x.kind == POL_STR && pol_str_is(x.str, "left"))
            return (pol_value){ .kind = POL_LIST };
    }
    if (a != POL_ATTRIBUTE_ACCOUNT_DEPT)
        return standing_value(v, info->memory, of, info->field);
    /* Nobody says it of an account: it is its holder's. */
    x = standing_value(v, POL_STANDING_ACCOUNTS, of, POLICY_FIELD_HOLDER);
    if (x.kind != POL_STR)
        return x;
    return standing_value(v, POL_STANDING_PEOPLE, x.str, POLICY_FIELD_DEPT);
}

const pol_past pol_history_past = { known, attribute };
