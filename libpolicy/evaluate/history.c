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
#include "evaluate/history.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"
#include "base/sort.h"
#include "evaluate/duties.h"
#include "evaluate/evaluation.h"
#include "evaluate/ladders.h"
#include "rule/standing.h"
#include "state/key.h"

static bool failed(pol_evaluation *v)
{
    if (!v->status)
        v->status = pol_error_oom(v->err);
    return false;
}

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
        failed(v);
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
        return failed(v);
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

/* When nothing of it is known any more; INT64_MAX: never. */
static int64_t end_of_all(const pol_stored *s)
{
    int64_t last = INT64_MIN;

    for (size_t i = 0; i < s->count; i++)
        if (s->entries[i].until > last)
            last = s->entries[i].until;
    return last;
}

/*
 * In a batch the events before this one are not applied yet. What the store will
 * have forgotten by then is not there: an event that comes late would otherwise
 * know more in a batch than alone.
 */
static void forget(const pol_evaluation *v, pol_slot *slot)
{
    if (!slot->before.count ||
        end_of_all(&slot->before) > pol_batch_time(v->batch, v->decision->org))
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
        failed(v);
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
        failed(v);
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

/* --- reading */

static policy_str first_part(const pol_key_parts *key)
{
    return key->count ? key->parts[0] : POL_STR("");
}

pol_stored_entry pol_history_entry_key(const pol_key_parts *key)
{
    pol_stored_entry e = { .sub_count = key->count ? key->count - 1 : 0 };

    for (uint8_t i = 0; i < e.sub_count; i++)
        e.sub[i] = key->parts[i + 1];
    return e;
}

bool pol_history_same_key(const pol_stored_entry *a, const pol_stored_entry *b)
{
    return a->sub_count == b->sub_count && pol_stored_covers(a, b);
}

/* The order of what took place, whatever the key. */
static int cmp_times(const pol_stored_entry *a, const pol_stored_entry *b)
{
    int c = (a->at > b->at) - (a->at < b->at);

    if (!c)
        c = pol_str_cmp(a->event, b->event);
    return c ? c : pol_str_cmp(a->source, b->source);
}

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
        if (w->ended[i] && cmp_times(&w->above[i], e) > 0)
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
    for (; w->end < w->s->count && pol_history_same_key(first, &w->s->entries[w->end]);
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

/* --- known, unknown */

static bool suits(pol_evaluation *v, const pol_known *k,
                  const pol_stored_entry *e)
{
    pol_kept kept;
    pol_truth t;

    if (k->within &&
        (uint64_t)v->now - (uint64_t)e->at >= (uint64_t)k->within)
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

/* The key that the event itself would write; none where it lacks a field. */
static bool own_key(pol_evaluation *v, const pol_known *k, pol_key_parts *out)
{
    const pol_key_use *use = &k->record->key;

    out->count = use->count;
    for (uint8_t i = 0; i < use->count; i++)
        if (!key_part(v, use->fields[i], 0, &out->parts[i]))
            return false;
    return true;
}

static uint32_t count_known(pol_evaluation *v, const pol_known *k,
                            const pol_key_parts *key, const pol_slot *slot)
{
    walk w = { .s = &slot->before, .now = v->now };
    pol_stored_entry asked = pol_history_entry_key(key), own;
    pol_key_parts mine;
    bool leave_out = k->other && own_key(v, k, &mine) && key->count &&
                     mine.count && pol_str_eq(mine.parts[0], key->parts[0]);
    uint32_t found = 0;

    if (k->record->duty)
        return pol_duty_known(v, k, &asked, slot);
    own = leave_out ? pol_history_entry_key(&mine) : asked;
    while (found < k->at_least && next_group(&w))
        if (holds(&w) && pol_stored_covers(&asked, w.newest) &&
            !(leave_out && pol_history_same_key(&own, w.newest)) && suits(v, k, w.newest))
            found++;
    return found;
}

/* What is in shadow counts for itself: it has no effect. */
static policy_str count_first(pol_evaluation *v, policy_str first, bool shadow)
{
    return shadow ? pol_shadow_first(v, first) : first;
}

static pol_truth known(pol_view *view, const pol_known *k)
{
    pol_evaluation *v = view->past_user;
    size_t count = 0;
    const pol_key_parts *keys = pol_history_keys(v, &k->key, &count);
    uint32_t found = 0;

    if (!keys || !count)
        return POL_UNKNOWN;
    for (size_t i = 0; i < count && found < k->at_least; i++) {
        bool shadow = k->record->duty &&
                      k->record->duty->face->mode == POL_MODE_SHADOW;
        pol_slot *slot = pol_history_slot(v, k->record,
                                          count_first(v, first_part(&keys[i]),
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

static pol_value attribute(pol_view *view, pol_attribute a, policy_str of)
{
    const pol_attribute_info *info = &pol_attributes[a];
    pol_evaluation *v = view->past_user;
    pol_value x;

    if (a == POL_ATTRIBUTE_PERSON_STATE) {
        x = standing_value(v, info->memory, of, POLICY_FIELD_CHANGE);
        if (x.kind == POL_STR)
            x.str = pol_person_state(x.str);
        return x;
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
        return failed(v);
    if (s->count)
        memcpy(entries, s->entries, s->count * sizeof(*entries));
    slot->now = (pol_stored){ entries, s->count };
    slot->cap = cap;
    slot->written = true;
    return true;
}

static void insert(pol_stored *s, const pol_stored_entry *e)
{
    size_t i = s->count;

    while (i > 0 && pol_stored_cmp(&s->entries[i - 1], e) > 0)
        i--;
    if (i > 0 && pol_stored_cmp(&s->entries[i - 1], e) == 0) {
        s->entries[i - 1] = *e; /* (3) */
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
    insert(&slot->now, e);
    return true;
}

/* (2), in place. What is written lies behind the group that is read, and the
 * walk keeps copies of what it needs of those before. */
static void drop_obsolete(pol_stored *s, int64_t now, bool counts)
{
    pol_stored all = *s;
    walk w = { .s = &all, .now = now, .settled = true };
    size_t kept = 0;

    while (next_group(&w)) {
        bool ended = w.newest && is_ended_above(&w, w.newest);
        size_t newest = w.newest && !counts
                            ? (size_t)(w.newest - all.entries) : w.start;

        for (size_t i = newest; i < w.end; i++)
            if (all.entries[i].until > now &&
                !(ended && w.newest == &all.entries[i]))
                s->entries[kept++] = all.entries[i];
    }
    s->count = kept;
}

static void limit_entries(pol_evaluation *v, pol_slot *slot)
{
    pol_stored *s = &slot->now;

    if (s->count <= v->limits->entries)
        return;
    pol_record_error(v, "", "limit-entries",
                     POL_STR("more records of one key than the limit; the oldest "
                             "were dropped"),
                     pol_worst_error_verdict(v));
    while (s->count > v->limits->entries) {
        size_t oldest = 0;

        for (size_t i = 1; i < s->count; i++)
            if (cmp_times(&s->entries[i], &s->entries[oldest]) < 0)
                oldest = i;
        s->count--;
        memmove(s->entries + oldest, s->entries + oldest + 1,
                (s->count - oldest) * sizeof(*s->entries));
    }
}

/* --- counting */

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
        return failed(v);
    insert(&slot->now, &e);
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
        failed(v);
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
static bool see_values(pol_evaluation *v, const pol_count *c, pol_window *w,
                       int64_t *again)
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
        return failed(v);
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
        pol_record_error(v, "", "limit-entries",
                         POL_STR("more distinct values than the limit; the "
                                 "oldest were dropped"),
                         pol_worst_error_verdict(v));
    return changed;
}

static bool count_key(pol_evaluation *v, const pol_count *c,
                      const pol_key_parts *key, bool shadow, int64_t *amount)
{
    pol_slot *slot = pol_history_slot(v, c->record,
                                      count_first(v, first_part(key), shadow));
    pol_window_span span = span_of(v, c);
    pol_stored_entry e = pol_history_entry_key(key);
    pol_window w;
    bool changed;
    int64_t found, again = 0;

    if (!slot || !open_window(v, slot, &e, &w))
        return false;
    e.event = e.source = (policy_str){ "", 0 };
    if (c->distinct >= 0)
        changed = see_values(v, c, &w, &again);
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

/* --- clauses */

/* Has it happened, or is it on its way? */
static bool has_passed(const pol_evaluation *v)
{
    static const uint32_t always =
        UINT32_C(1) << POLICY_TYPE_INCIDENT | UINT32_C(1) << POLICY_TYPE_VIOLATION |
        UINT32_C(1) << POLICY_TYPE_STAFF_CHANGE | UINT32_C(1) << POLICY_TYPE_REVIEW |
        UINT32_C(1) << POLICY_TYPE_REPORT | UINT32_C(1) << POLICY_TYPE_ATTESTATION |
        UINT32_C(1) << POLICY_TYPE_CONTENT_REMOVE |
        UINT32_C(1) << POLICY_TYPE_USAGE_PERIOD | UINT32_C(1) << POLICY_TYPE_TICK;
    const pol_value *phase = pol_event_value(v->event, POLICY_FIELD_PHASE);

    return always >> v->event->type & 1 ||
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

static void add_field(pol_kept *k, int32_t field, const pol_value *x)
{
    size_t i = k->count;

    while (i > 0 && k->fields[i - 1].field > field) {
        k->fields[i] = k->fields[i - 1];
        i--;
    }
    k->fields[i] = (pol_kept_field){ field, *x };
    k->count++;
}

/* What `over` has, and of what `under` has the rest. */
static policy_str join_kept(pol_evaluation *v, const pol_record_def *d,
                            const pol_kept *over, const pol_kept *under)
{
    pol_kept both = { NULL, 0 };
    policy_str body;

    both.fields = pol_arena_new(&v->s->arena, pol_kept_field, d->field_count + 1);
    for (size_t i = 0; both.fields && i < d->field_count; i++) {
        pol_value x = pol_kept_value(over, d->fields[i]);

        if (x.kind <= POL_NULL)
            x = pol_kept_value(under, d->fields[i]);
        if (x.kind > POL_NULL)
            add_field(&both, d->fields[i], &x);
    }
    body = both.fields ? pol_kept_write(&both, &v->s->arena)
                       : (policy_str){ NULL, 0 };
    if (!body.ptr)
        failed(v);
    return body;
}

/* What the event says of the record. */
static pol_kept said(pol_evaluation *v, const pol_record_def *d)
{
    pol_kept k = { NULL, 0 };

    k.fields = pol_arena_new(&v->s->arena, pol_kept_field, d->field_count + 1);
    if (!k.fields)
        failed(v);
    for (size_t i = 0; k.fields && i < d->field_count; i++) {
        const pol_value *x = pol_view_value(&v->view, d->fields[i]);

        if (x->kind > POL_NULL)
            add_field(&k, d->fields[i], x);
    }
    return k;
}

/* What the event says, over what is known of the key where the record carries. */
static policy_str body_of(pol_evaluation *v, const pol_record_def *d,
                          const pol_stored_entry *known_before)
{
    pol_kept own = said(v, d), old = { NULL, 0 };

    if (known_before && d->carries && !v->status)
        v->status = pol_kept_read(&old, known_before->body, &v->s->arena, v->err);
    return v->status ? (policy_str){ "", 0 } : join_kept(v, d, &own, &old);
}

/* What comes late is carried into what took place after it, as far as nothing
 * was known there. */
static void carry_on(pol_evaluation *v, const pol_record_def *d, pol_slot *slot,
                     const pol_stored_entry *late)
{
    pol_kept under, over;

    v->status = pol_kept_read(&under, late->body, &v->s->arena, v->err);
    if (v->status || !pol_history_reserve(v, slot, 0))
        return;
    for (size_t i = 0; !v->status && i < slot->now.count; i++) {
        pol_stored_entry *e = &slot->now.entries[i];

        if (!pol_history_same_key(e, late) || cmp_times(e, late) <= 0)
            continue;
        if (e->state != POL_ENTRY_SET)
            return; /* from there on it began anew */
        v->status = pol_kept_read(&over, e->body, &v->s->arena, v->err);
        if (!v->status)
            e->body = join_kept(v, d, &over, &under);
    }
}

static bool has_entry(const pol_stored *s, const pol_stored_entry *e)
{
    for (size_t i = 0; i < s->count; i++)
        if (pol_stored_cmp(&s->entries[i], e) == 0)
            return true;
    return false;
}

static void write_memory(pol_evaluation *v, const pol_clause *c, pol_slot *slot,
                         const pol_key_parts *key)
{
    const pol_record_def *d = c->record;
    const pol_stored *s = &slot->before;
    pol_stored_entry e = pol_history_entry_key(key);

    e.at = time_of(v, c->at, v->now);
    e.ahead = e.at > v->now;
    e.until = end_of(v, d, e.at, c->does == POL_CLAUSE_SET);
    e.event = v->decision->event;
    e.source = v->decision->source;
    e.body = (policy_str){ "", 0 };
    e.state = c->does == POL_CLAUSE_SET ? POL_ENTRY_SET : POL_ENTRY_CLEARED;
    if (c->does == POL_CLAUSE_SET) {
        if (has_entry(s, &e))
            return; /* (3) it was judged before; what it carried stays */
        if (c->first && pol_history_entry(s, key, v->now))
            return;
        e.body = body_of(v, d, pol_history_entry(s, key, e.at));
    }
    if (!v->status && pol_history_put(v, slot, &e) && d->carries &&
        c->does == POL_CLAUSE_SET)
        carry_on(v, d, slot, &e);
}

/* Did one come that took place later, or the same one? */
static bool was_reset(const pol_stored *s, const pol_stored_entry *e)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->entries[i].state == POL_ENTRY_CLEARED &&
            pol_stored_covers(&s->entries[i], e) &&
            cmp_times(&s->entries[i], e) >= 0)
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
    insert(&slot->now, &e);
}

static void write_key(pol_evaluation *v, const pol_clause *c,
                      const pol_key_parts *key, policy_str first)
{
    pol_slot *slot = pol_history_slot(v, c->record, first);

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
        policy_str first = first_part(&keys[i]);

        if (c->record->duty && c->record->duty->face->mode == POL_MODE_SHADOW)
            first = pol_shadow_first(v, first);
        if (!v->status)
            write_key(v, c, &keys[i], first);
        if (c->record->kind == POL_RECORD_COUNT && !v->status)
            write_key(v, c, &keys[i], count_first(v, first, true));
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
        return failed(v);
    memset(s->clauses, 0, words * sizeof(*s->clauses));
    pol_index_event(&v->org->clause_index, &v->view, s->clauses);
    return !v->view.status || failed(v);
}

static void write_clauses(pol_evaluation *v, bool passed)
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
        failed(v);
}

/* --- changes */

/* One without entries goes with the next event: to remove it at once would leave
 * nothing that the next of a batch could be made on top of. */
static int64_t expires_of(const pol_stored *s, int64_t now)
{
    int64_t last = s->count ? end_of_all(s) : now < INT64_MAX ? now + 1 : now;

    return last == INT64_MAX ? 0 : last;
}

static int64_t due_of(const pol_stored *s)
{
    int64_t first = 0;

    for (size_t i = 0; i < s->count; i++) {
        int64_t due = s->entries[i].due;

        if (due && (!first || due < first))
            first = due;
    }
    return first;
}

static void push_change(pol_evaluation *v, const pol_slot *slot, policy_str value)
{
    policy_decision *d = v->decision;
    policy_change *c = pol_decision_push(&v->s->arena, (void **)&d->changes,
                                         &d->change_count, &d->change_cap,
                                         sizeof(*c));

    if (!c) {
        failed(v);
        return;
    }
    *c = (policy_change){ .key = slot->key, .value = value,
                          .version = slot->version,
                          .expires = expires_of(&slot->now, v->now),
                          .due = due_of(&slot->now),
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
        drop_obsolete(&slot->now, v->now,
                      slot->record->kind == POL_RECORD_COUNT);
    limit_entries(v, slot);
    if (!slot->now.count && !slot->value.len)
        return;
    value = pol_stored_write(&slot->now, &v->s->arena);
    if (!value.ptr)
        failed(v);
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
    bool passed = has_passed(v);

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
    write_clauses(v, passed);
    for (size_t i = 0; i < v->history.fired_count; i++) {
        const pol_rule *rule = v->history.fired[i];

        for (size_t j = 0; j < rule->write_count; j++)
            try_clause(v, rule->writes[j], passed);
    }
    /* In what order a tick comes to know what is due hangs on the batch. */
    if (v->event->type == POLICY_TYPE_TICK)
        pol_sort(v->history.order, v->history.count, sizeof(*v->history.order),
                 by_key);
    for (size_t i = 0; i < v->history.count && !v->status; i++)
        write_slot(v, v->history.order[i]);
}
