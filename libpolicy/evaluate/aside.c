/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A check that goes over its budget costs more than all others together, and
 * what it costs is what the sender of the event chose. So each breach is noted,
 * and after a few the check is not run until the oldest of them is an hour ago.
 *
 * All of an organisation are one stored value, of an entry for each breach: that
 * is one read for an event with checks, however many, and a value that stays
 * small, since a check that is put aside breaches nothing.
 *
 * (1) An entry is named by rule and definition: the bytes of the rule's file and
 *     the budgets. With a new one the check is tried anew; the old entries go
 *     when their time is over.
 * (2) An event that noted a breach when it was judged before finds again what it
 *     found: its check is run, whatever was noted since.
 * (3) Whether the rule has an effect does not matter here: a check in shadow
 *     costs as much.
 * (4) Time is the latest that was noted, or the event's own. A sender who says
 *     that it was earlier gains nothing: such a breach is noted for the time that
 *     it already is. Only what lies ahead of the event by more than `late` is of
 *     another time: then either was not told the truth, and a breach that was
 *     said to be of next year does not put the check aside until then.
 */
#include "evaluate/aside.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"

enum { BREACHES = 3, DIGITS = 16 };
#define WINDOW_MS INT64_C(3600000)

/* No id of a rule or a memory has two slashes. How long one is kept hangs on the
 * organisation. */
static const pol_record_def breaches = {
    .kind = POL_RECORD_COUNT, .id = { "//breaches", 10 }, .key_count = 3,
    .types = UINT32_MAX, .keep = WINDOW_MS, .until = -1, .attempts = true
};

static void put_number(uint8_t *to, uint64_t n)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(n >> 8 * i);
}

/* (1) In the arena; NULL: v->status. */
static char *definition(pol_evaluation *v, const pol_rule *rule)
{
    static const uint8_t no_key[16];
    char *out = pol_arena_alloc(&v->s->arena, DIGITS);
    uint8_t all[24];
    uint64_t sum;

    if (!out) {
        v->status = pol_error_oom(v->err);
        return NULL;
    }
    put_number(all, v->org->guard_sums[rule->guard_file]);
    put_number(all + 8, v->limits->guard_instructions);
    put_number(all + 16, v->limits->guard_bytes);
    sum = pol_siphash(no_key, all, sizeof(all));
    for (int i = 0; i < DIGITS; i++)
        out[i] = "0123456789abcdef"[sum >> 4 * (DIGITS - 1 - i) & 15];
    return out;
}

/* All of the organisation; NULL: v->status. */
static pol_slot *all_breaches(pol_evaluation *v)
{
    if (!v->breaches)
        v->breaches = pol_history_slot(v, &breaches, POL_STR(""));
    return v->breaches;
}

/* The entry of this event and check. False: v->status. */
static bool own_entry(pol_evaluation *v, const pol_rule *rule,
                      pol_stored_entry *own)
{
    char *digits = definition(v, rule);

    *own = (pol_stored_entry){
        .sub = { pol_str(rule->id), { digits, DIGITS } }, .sub_count = 2,
        .state = POL_ENTRY_SET, .at = v->now, .event = v->decision->event,
        .source = v->decision->source, .body = { "", 0 },
    };
    return digits != NULL;
}

static bool is_same_event(const pol_stored_entry *a, const pol_stored_entry *b)
{
    return pol_str_eq(a->event, b->event) && pol_str_eq(a->source, b->source);
}

static bool is_noted(const pol_stored *s, const pol_stored_entry *own)
{
    for (size_t i = 0; i < s->count; i++)
        if (pol_history_same_key(&s->entries[i], own) &&
            is_same_event(&s->entries[i], own))
            return true;
    return false;
}

/* Any two times; the second is no earlier. */
static bool is_within(int64_t from, int64_t to, int64_t span)
{
    return (uint64_t)to - (uint64_t)from < (uint64_t)span;
}

/* (4) Entries of one key rise by time. */
static int64_t clock_of(const pol_evaluation *v, const pol_stored *s,
                        const pol_stored_entry *own)
{
    int64_t clock = v->now;

    for (size_t i = 0; i < s->count; i++) {
        const pol_stored_entry *e = &s->entries[i];

        if (e->at > clock && pol_history_same_key(e, own) &&
            is_within(v->now, e->at, v->org->config.late))
            clock = e->at;
    }
    return clock;
}

/* How many of its check count; *oldest: when the first of the newest BREACHES
 * was. */
static int count(const pol_stored *s, const pol_stored_entry *own,
                 int64_t clock, int64_t *oldest)
{
    int found = 0;

    for (size_t i = s->count; i > 0 && found < BREACHES; i--) {
        const pol_stored_entry *e = &s->entries[i - 1];

        if (e->at > clock || !pol_history_same_key(e, own) ||
            !is_within(e->at, clock, WINDOW_MS))
            continue;
        *oldest = e->at;
        found++;
    }
    return found;
}

static const pol_text *say(pol_evaluation *v, int64_t oldest)
{
    uint64_t left = (uint64_t)oldest - (uint64_t)v->now + WINDOW_MS;
    int64_t numbers[] = { BREACHES, WINDOW_MS / 1000,
                          (int64_t)((left + 999) / 1000) };

    return pol_fault_count(v, POL_FAULT_PUT_ASIDE, numbers, 3);
}

bool pol_aside_holds(pol_evaluation *v, const pol_rule *rule,
                     const pol_text **why)
{
    pol_stored_entry own;
    const pol_slot *slot;
    int64_t oldest = 0;

    if (!v->state)
        return false;
    slot = all_breaches(v);
    if (!slot || !slot->before.count || !own_entry(v, rule, &own) ||
        is_noted(&slot->before, &own) || /* (2) */
        count(&slot->before, &own, clock_of(v, &slot->before, &own), &oldest) <
            BREACHES)
        return false;
    *why = say(v, oldest);
    return !v->status;
}

/* What counts at no time any more, since no clock goes back. */
static void drop_older(pol_stored *s, const pol_stored_entry *own)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->count; i++)
        if (s->entries[i].at > own->at ||
            !pol_history_same_key(&s->entries[i], own) ||
            is_within(s->entries[i].at, own->at, WINDOW_MS))
            s->entries[kept++] = s->entries[i];
    s->count = kept;
}

static int64_t later(int64_t ms, int64_t more)
{
    return ms > INT64_MAX - more ? INT64_MAX : ms + more;
}

void pol_aside_note(pol_evaluation *v, const pol_rule *rule)
{
    pol_stored_entry own;
    pol_slot *slot;

    if (!v->state) {
        pol_record_fault(v, rule->id, POL_FAULT_PUT_ASIDE_RESTS, POLICY_ALLOW);
        return;
    }
    slot = all_breaches(v);
    if (!slot || !own_entry(v, rule, &own) || is_noted(&slot->before, &own) ||
        !pol_history_reserve(v, slot, 1))
        return;
    own.at = clock_of(v, &slot->before, &own);
    own.until = later(later(own.at, WINDOW_MS), v->org->config.late);
    drop_older(&slot->now, &own);
    pol_history_put(v, slot, &own);
}
