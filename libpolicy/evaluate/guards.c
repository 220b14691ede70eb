/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guards in a session: opened when first asked for, closed after an event when
 * the memory of all of them is above `lua_bytes`. Those go first that hold more
 * than their share, be it the one just used, so that an organisation with large
 * ones does not close the others'; of these, and else of all, the one that has
 * been idle for longest.
 */
#include "evaluate/evaluation.h"

#include "base/error.h"
#include "base/slice.h"
#include "evaluate/aside.h"
#include "evaluate/reads.h"

/* What the state held when its bytes were added to the session's. */
static void account(policy_session *s, pol_guard_slot *slot)
{
    size_t now = slot->guard ? pol_guard_bytes(slot->guard) : 0;

    s->guard_bytes += now - slot->bytes;
    slot->bytes = now;
}

static void close_slot(policy_session *s, pol_guard_slot *slot)
{
    if (!slot->guard)
        return;
    pol_guard_close(slot->guard);
    slot->guard = NULL;
    account(s, slot);
    s->guards_open--;
}

void pol_close_guards(policy_session *s)
{
    for (size_t i = 0; i < s->guard_slots; i++)
        close_slot(s, &s->guards[i]);
}

/* Should `a` go before `b`? */
static bool goes_first(const pol_guard_slot *a, const pol_guard_slot *b,
                       size_t share)
{
    bool large = a->bytes > share;

    if (large != (b->bytes > share))
        return large;
    return a->used < b->used;
}

/* Close states until all have room; the last one may be as large as it is. */
static void make_room(policy_session *s)
{
    while (s->guard_bytes > s->limits.lua_bytes && s->guards_open > 1) {
        size_t share = s->limits.lua_bytes / s->guards_open;
        pol_guard_slot *first = NULL;

        for (size_t i = 0; i < s->guard_slots; i++) {
            pol_guard_slot *slot = &s->guards[i];

            if (slot->guard && (!first || goes_first(slot, first, share)))
                first = slot;
        }
        close_slot(s, first);
    }
}

static pol_guard *guard_of(pol_evaluation *v)
{
    policy_session *s = v->s;
    pol_guard_slot *slot = &s->guards[v->org_number];

    if (!slot->guard) {
        v->status = pol_guard_open(&slot->guard, v->org->guard_names,
                                   v->org->guard_files, v->org->guard_count,
                                   v->limits, &s->allocator, v->err);
        if (v->status)
            return NULL;
        s->counters.lua_states++;
        pol_guard_watch(slot->guard, s->watch);
        s->guards_open++;
        account(s, slot);
    }
    slot->used = s->counters.events;
    return slot->guard;
}

void pol_rest_guards(pol_evaluation *v)
{
    policy_session *s = v->s;
    pol_guard_slot *slot;

    if (!v->org || !s->guard_slots || !s->guards[v->org_number].guard)
        return;
    slot = &s->guards[v->org_number];
    pol_guard_rest(slot->guard);
    account(s, slot);
    make_room(s);
}

static const pol_value *value_of(void *user, int32_t field)
{
    pol_evaluation *v = user;

    return pol_view_value(&v->view, field);
}

/* Room for all hits, once an event: each guard fills it anew. */
static bool has_room(pol_evaluation *v)
{
    pol_arena *arena = &v->s->arena;

    if (!v->guard_hits)
        v->guard_hits = pol_arena_new(arena, pol_guard_hit, v->hits.count + 1);
    if (!v->guard_names)
        v->guard_names = pol_arena_alloc(arena, (v->text_count + 1) * 24);
    if (v->guard_hits && v->guard_names)
        return true;
    v->status = pol_error_oom(v->err);
    return false;
}

/* The hits that are evidence, with their words. */
static pol_guard_hit *guard_hits(pol_evaluation *v, size_t *count)
{
    policy_session *s = v->s;
    pol_guard_hit *hits;
    char *names;

    *count = 0;
    if (!has_room(v))
        return NULL;
    hits = v->guard_hits;
    names = v->guard_names;
    for (size_t i = 0; i < v->hits.count; i++) {
        const pol_signal_hit *h = &v->hits.hits[i];
        const pol_signal *signal = &v->org->signals[h->signal];
        const pol_event_text *t = &v->texts[h->text];
        bool list = signal->kind == POL_SIGNAL_LIST;

        if (!s->use[i])
            continue;
        hits[(*count)++] = (pol_guard_hit){
            .list = list ? signal->name : POL_STR(""),
            .kind = pol_signal_kind_shown(signal),
            .field = pol_str(pol_event_text_name(t, names + h->text * 24)),
            .text = { t->text.ptr + h->start, h->end - h->start },
            .start = h->start,
            .end = h->end,
            .confidence = pol_str(h->confidence
                                      ? policy_confidence_name(h->confidence)
                                      : ""),
        };
    }
    return hits;
}

/* What the host says of each that the rule needs; read once, since a list of a
 * fact is made in the arena. */
static bool fill_facts(pol_evaluation *v, const pol_rule *rule,
                       pol_guard_call *call)
{
    pol_guard_fact *facts;

    if (!rule->need_count)
        return true;
    facts = pol_arena_new(&v->s->arena, pol_guard_fact, rule->need_count);
    if (!facts) {
        v->status = pol_error_oom(v->err);
        return false;
    }
    for (size_t i = 0; i < rule->need_count; i++)
        facts[i] = (pol_guard_fact){ rule->needs[i],
                                     pol_view_fact(&v->view, rule->needs[i]) };
    call->facts = facts;
    call->fact_count = rule->need_count;
    return true;
}

static uint64_t budget_left(const pol_evaluation *v)
{
    uint64_t max = v->limits->event_instructions;

    return v->instructions < max ? max - v->instructions : 0;
}

/* Has the check more than half of what it may ever have? What others left too
 * little for is no fault of its own. Not all of it is asked for: where an event
 * may have less than two checks may, the second one never has all. */
static bool has_its_budget(const pol_evaluation *v)
{
    uint64_t whole = v->limits->event_instructions;

    if (whole > v->limits->guard_instructions)
        whole = v->limits->guard_instructions;
    return budget_left(v) > whole / 2;
}

static void keep_note(pol_evaluation *v, const pol_guard_result *result,
                      pol_judgement *j)
{
    if (!result->note[0])
        return;
    j->note = pol_arena_dup(&v->s->arena, pol_str(result->note));
    if (!j->note.ptr)
        v->status = pol_arena_error(&v->s->arena, strlen(result->note), v->err);
}

static void guard_fault(pol_evaluation *v, const pol_guard_result *result,
                        pol_judgement *j)
{
    pol_text *text = pol_arena_new(&v->s->arena, pol_text, 1);

    if (text) {
        text->en = pol_arena_dup(&v->s->arena, pol_str(result->message));
        text->zh = pol_arena_dup(&v->s->arena, pol_str(result->message_zh));
    }
    if (!text || !text->en.ptr || !text->zh.ptr)
        v->status = pol_error_oom(v->err);
    j->outcome = POL_RULE_FAULT;
    j->code = result->code;
    j->message = text;
}

void pol_run_guard(pol_evaluation *v, const pol_rule *rule, pol_judgement *j)
{
    pol_guard_call call = { .file = (uint32_t)rule->guard_file,
                            .function = rule->guard_function,
                            .value = value_of, .user = v };
    pol_guard_result result;
    pol_guard *guard;
    policy_cost *cost = &v->decision->cost;
    bool own = has_its_budget(v);
    const pol_text *why;

    if (pol_aside_holds(v, rule, &why)) {
        pol_judge_fault(j, POL_FAULT_PUT_ASIDE);
        j->message = why;
        return;
    }
    if (v->status)
        return;
    if (cost->guards >= v->limits->guards || budget_left(v) == 0) {
        pol_judge_fault(j, POL_FAULT_LIMIT_GUARDS);
        return;
    }
    if (!pol_reads_fill(v, rule, &call, j) || !fill_facts(v, rule, &call))
        return;
    guard = guard_of(v);
    call.hits = guard ? guard_hits(v, &call.hit_count) : NULL;
    if (v->status)
        return;
    call.instructions = budget_left(v);
    v->status = pol_guard_run(guard, &call, &result, v->err);
    if (v->status)
        return;
    cost->guards++;
    v->s->counters.guards++;
    v->instructions += result.instructions;
    cost->instructions += result.instructions;
    if (result.outcome == POL_GUARD_NO) {
        j->outcome = POL_CHECKED_NO;
    } else if (result.outcome == POL_GUARD_FAULT) {
        guard_fault(v, &result, j);
        j->breached = result.breach &&
                      (own || strcmp(result.code, "guard-instructions") != 0);
    } else {
        if (result.verdict >= 0 && result.verdict < j->verdict)
            j->verdict = result.verdict;
        if (result.severity > 0)
            j->severity = result.severity;
        keep_note(v, &result, j);
    }
}

policy_status pol_list_guard_lines(pol_evaluation *v, const pol_rule *rule,
                                   const pol_guard_lines *lines)
{
    pol_guard *guard = guard_of(v);

    if (!guard)
        return v->status;
    return pol_guard_lines_of(guard, (uint32_t)rule->guard_file,
                              rule->guard_function, lines, v->err);
}
