/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading for checks.
 *
 * All that a check may see is read before it runs, though it may not look: which
 * keys these are hangs on the event and the rule alone, the state is never asked
 * from within Lua, and a rule that reads fails without a state whatever its
 * check would have done. What it costs is what `known` of the same keys costs.
 */
#include "evaluate/reads.h"

#include "base/error.h"
#include "base/slice.h"

/* Records of one memory, by all keys that the event makes. */
typedef struct reading {
    pol_guard_record *records;
    size_t count, cap;
} reading;

static bool failed(pol_evaluation *v)
{
    if (!v->status)
        v->status = pol_error_oom(v->err);
    return false;
}

static bool too_many(pol_judgement *j)
{
    j->outcome = POL_RULE_FAULT;
    j->code = "limit-entries";
    j->message = POL_STR("the check reads more records than the limit");
    return false;
}

/* Those of one key behind those that are there. */
static bool add(pol_evaluation *v, const pol_slot *slot, const pol_key_parts *key,
                reading *r, pol_judgement *j)
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
    if (r->count + count > v->limits->entries)
        return too_many(j);
    for (size_t i = 0; !v->status && i < count; i++) {
        next = pol_decision_push(arena, (void **)&r->records, &r->count, &r->cap,
                                 sizeof(*next));
        if (!next)
            return failed(v);
        next->at = held[i]->at;
        v->status = pol_kept_read(&next->kept, held[i]->body, arena, v->err);
    }
    return !v->status;
}

static bool read_one(pol_evaluation *v, const pol_read *read,
                     pol_guard_memory *out, pol_judgement *j)
{
    size_t count = 0;
    const pol_key_parts *keys = pol_history_keys(v, &read->key, &count);
    reading r = { NULL, 0, 0 };

    for (size_t i = 0; keys && i < count; i++) {
        const pol_slot *slot = pol_history_slot(v, read->record,
                                                keys[i].parts[0]);

        if (!slot || !add(v, slot, &keys[i], &r, j))
            return false;
    }
    *out = (pol_guard_memory){ read->name, count > 0, read->record->fields,
                               read->record->field_count, r.records, r.count };
    return keys != NULL;
}

bool pol_reads_fill(pol_evaluation *v, const pol_rule *rule, pol_guard_call *call,
                    pol_judgement *j)
{
    pol_guard_memory *all;

    if (rule->read_count && !v->state) {
        pol_lacks_state(j);
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
