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
 * (2) What the event itself noted, when it was judged before, does not count for
 *     it: so it finds again what it found.
 * (3) Whether the rule has an effect does not matter here: a check in shadow
 *     costs as much.
 */
#include "evaluate/aside.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"

enum { BREACHES = 3, DIGITS = 16 };
#define WINDOW_MS INT64_C(3600000)
/* An event that is late by less than the difference finds what it would have
 * found in time. */
#define KEEP_MS (2 * WINDOW_MS)

/* No id of a rule or a memory has two slashes. */
static const pol_record_def breaches = {
    .kind = POL_RECORD_COUNT, .id = { "//breaches", 10 }, .key_count = 3,
    .types = UINT32_MAX, .keep = KEEP_MS, .until = -1, .attempts = true
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
        .state = POL_ENTRY_SET, .at = v->now,
        .until = v->now > INT64_MAX - KEEP_MS ? INT64_MAX : v->now + KEEP_MS,
        .event = v->decision->event, .source = v->decision->source,
        .body = { "", 0 },
    };
    return digits != NULL;
}

static bool is_same_event(const pol_stored_entry *a, const pol_stored_entry *b)
{
    return pol_str_eq(a->event, b->event) && pol_str_eq(a->source, b->source);
}

/* How many others of its check count at the time of `own`; *oldest: when the
 * first of the newest BREACHES was. Entries of one key rise by time. */
static int count(const pol_stored *s, const pol_stored_entry *own,
                 int64_t *oldest)
{
    int found = 0;

    for (size_t i = s->count; i > 0 && found < BREACHES; i--) {
        const pol_stored_entry *e = &s->entries[i - 1];

        if (!pol_history_same_key(e, own) || is_same_event(e, own) || /* (2) */
            e->at > own->at ||
            (uint64_t)own->at - (uint64_t)e->at >= (uint64_t)WINDOW_MS)
            continue;
        *oldest = e->at;
        found++;
    }
    return found;
}

static policy_str say(pol_evaluation *v, int64_t oldest)
{
    char text[160];
    pol_buf buf;
    policy_str s;

    pol_buf_init_fixed(&buf, text, sizeof(text));
    pol_buf_text(&buf, "the check is put aside: it went over its budget for ");
    pol_buf_int(&buf, BREACHES);
    pol_buf_text(&buf, " events within ");
    pol_buf_int(&buf, WINDOW_MS / 1000);
    pol_buf_text(&buf, " s; it is tried again in ");
    pol_buf_int(&buf, (WINDOW_MS - (v->now - oldest) + 999) / 1000);
    pol_buf_text(&buf, " s");
    s = pol_arena_dup(&v->s->arena, pol_buf_slice(&buf));
    if (!s.ptr)
        v->status = pol_error_oom(v->err);
    return s.ptr ? s : POL_STR("");
}

bool pol_aside_holds(pol_evaluation *v, const pol_rule *rule, policy_str *why)
{
    pol_stored_entry own;
    const pol_slot *slot;
    int64_t oldest = 0;

    if (!v->state)
        return false;
    slot = all_breaches(v);
    if (!slot || !slot->before.count || !own_entry(v, rule, &own) ||
        count(&slot->before, &own, &oldest) < BREACHES)
        return false;
    *why = say(v, oldest);
    return !v->status;
}

void pol_aside_note(pol_evaluation *v, const pol_rule *rule)
{
    pol_stored_entry own;
    pol_slot *slot;

    if (!v->state) {
        pol_record_error(v, rule->id, "put-aside-rests",
                         POL_STR("a check that goes over its budget again and "
                                 "again is put aside, but no state was given to "
                                 "note it in"),
                         POLICY_ALLOW);
        return;
    }
    slot = all_breaches(v);
    if (!slot || !own_entry(v, rule, &own))
        return;
    for (size_t i = 0; i < slot->before.count; i++)
        if (pol_history_same_key(&slot->before.entries[i], &own) &&
            is_same_event(&slot->before.entries[i], &own))
            return; /* noted when it was judged before */
    pol_history_put(v, slot, &own);
}
