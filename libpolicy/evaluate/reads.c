/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading for checks.
 *
 * All that a check may see is read before it runs, though it may not look: which
 * keys these are hangs on the event and the rule alone, the state is never asked
 * from within Lua, and a rule that reads fails without a state whatever its
 * check would have done. What it costs is what `known` of the same keys costs,
 * once an event: rules that read the same share it. Else a hundred of them, each
 * with a thousand records, would take more than an event may.
 */
#include "evaluate/reads.h"

#include "base/error.h"
#include "base/slice.h"

/* Records of one memory, by all keys that the event makes. */
typedef struct pol_reading {
    const pol_record_def *record;
    pol_key_use key;
    bool asked; /* the event has the key */
    bool many;  /* more than the limit; those that are there count for nothing */
    pol_guard_record *records;
    size_t count, cap;
    struct pol_reading *next;
} reading;

static bool failed(pol_evaluation *v)
{
    if (!v->status)
        v->status = pol_error_oom(v->err);
    return false;
}

static bool too_many(pol_judgement *j)
{
    pol_judge_fault(j, POL_FAULT_LIMIT_READS);
    return false;
}

/* Those of one key behind those that are there. False: v->status. */
static bool add(pol_evaluation *v, const pol_slot *slot, const pol_key_parts *key,
                reading *r)
{
    const pol_stored *s = &slot->before;
    pol_arena *arena = &v->s->arena;
    const pol_stored_entry **held;
    pol_guard_record *next;
    size_t count;

    if (!s->count)
        return true;
    held = pol_arena_new(arena, const pol_stored_entry *, s->count);
    if (!held)
        return failed(v);
    count = pol_history_held(s, key, v->now, held);
    r->many = r->count + count > v->limits->entries;
    for (size_t i = 0; !r->many && !v->status && i < count; i++) {
        next = pol_decision_push(arena, (void **)&r->records, &r->count, &r->cap,
                                 sizeof(*next));
        if (!next)
            return failed(v);
        next->at = held[i]->at;
        v->status = pol_kept_read(&next->kept, held[i]->body, arena, v->err);
    }
    return !v->status;
}

static bool is_same_key(const pol_key_use *a, const pol_key_use *b)
{
    if (a->count != b->count)
        return false;
    for (uint8_t i = 0; i < a->count; i++)
        if (a->fields[i] != b->fields[i])
            return false;
    return true;
}

/* NULL: v->status. */
static reading *read_anew(pol_evaluation *v, const pol_read *read)
{
    size_t count = 0;
    const pol_key_parts *keys = pol_history_keys(v, &read->key, &count);
    reading *r = pol_arena_new(&v->s->arena, reading, 1);

    if (!keys || !r) {
        failed(v);
        return NULL;
    }
    *r = (reading){ .record = read->record, .key = read->key,
                    .asked = count > 0, .next = v->readings };
    for (size_t i = 0; !r->many && i < count; i++) {
        const pol_slot *slot = pol_history_slot(v, read->record,
                                                keys[i].parts[0]);

        if (!slot || !add(v, slot, &keys[i], r))
            return NULL;
    }
    v->readings = r;
    return r;
}

static bool read_one(pol_evaluation *v, const pol_read *read,
                     pol_guard_memory *out, pol_judgement *j)
{
    reading *r = v->readings;

    while (r && (r->record != read->record || !is_same_key(&r->key, &read->key)))
        r = r->next;
    if (!r)
        r = read_anew(v, read);
    if (!r)
        return false;
    if (r->many)
        return too_many(j);
    *out = (pol_guard_memory){ read->name, r->asked, read->record->fields,
                               read->record->field_count, r->records, r->count };
    return true;
}

bool pol_reads_fill(pol_evaluation *v, const pol_rule *rule, pol_guard_call *call,
                    pol_judgement *j)
{
    pol_guard_memory *all;

    if (rule->read_count && !v->state) {
        pol_judge_fault(j, POL_FAULT_STATE_RULE);
        return false;
    }
    all = pol_arena_new(&v->s->arena, pol_guard_memory, rule->read_count + 1);
    if (!all)
        return failed(v);
    for (size_t i = 0; i < rule->read_count; i++)
        if (!read_one(v, &rule->reads[i], &all[i], j))
            return false;
    call->memories = all;
    call->memory_count = rule->read_count;
    return true;
}
