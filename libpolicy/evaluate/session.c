/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session: its life, the bundle bound to it, one event or many.
 */
#include "evaluate/evaluation.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/limits.h"

/* The caller's and the bundle's, the smaller of each. */
static policy_limits limits_for(const policy_session *s, const policy_bundle *b)
{
    return pol_limits_tighten(&b->limits, &s->given);
}

static policy_session_options options_from(const policy_session_options *o)
{
    policy_session_options all = POLICY_SESSION_OPTIONS_INIT;

    if (o)
        memcpy(&all, o, o->size < sizeof(all) ? o->size : sizeof(all));
    return all;
}

/* An organisation that has the same rules in both bundles keeps its Lua state,
 * unless other limits are in effect. */
static void move_guards(pol_guard_slot *to, policy_session *s,
                        const policy_bundle *b)
{
    policy_limits limits = limits_for(s, b);
    size_t same = s->bundle ? s->bundle->org_count : 0;

    if (memcmp(&limits, &s->limits, sizeof(limits)) != 0)
        return;
    if (same > b->org_count)
        same = b->org_count;
    for (size_t i = 0; i < same; i++)
        if (s->guards[i].guard && pol_org_same(s->bundle->orgs[i], b->orgs[i])) {
            to[i] = s->guards[i];
            s->guards[i].guard = NULL;
        }
}

policy_status policy_session_bind(policy_session *s, policy_bundle *b,
                                  policy_error *err)
{
    pol_guard_slot *guards = pol_calloc(&s->allocator, b->org_count + 1,
                                        sizeof(*guards));
    policy_status st;

    if (!guards)
        return pol_error_oom(err);
    /* For those of the organisations it grows when they are first asked for: to
     * look at ten thousand matchers would be most of what a swap costs. */
    st = pol_scratch_reserve(s->scratch, b->shared->terms.matcher, err);
    if (st) {
        pol_free(&s->allocator, guards, (b->org_count + 1) * sizeof(*guards));
        return st;
    }
    policy_bundle_ref(b);
    move_guards(guards, s, b);
    pol_close_guards(s);
    pol_free(&s->allocator, s->guards,
             s->guards ? (s->guard_slots + 1) * sizeof(*guards) : 0);
    s->counters.swaps += s->bundle != NULL;
    policy_bundle_unref(s->bundle);
    s->bundle = b;
    s->limits = limits_for(s, b);
    s->arena.max = s->limits.arena_bytes;
    s->guards = guards;
    s->guard_slots = b->org_count;
    return POLICY_OK;
}

policy_status policy_session_new(policy_session **out, policy_bundle *b,
                                 const policy_session_options *o,
                                 policy_error *err)
{
    policy_session_options all = options_from(o);
    policy_allocator a = pol_allocator_or_default(all.allocator);
    policy_session *s = pol_calloc(&a, 1, sizeof(*s));
    policy_status st;

    *out = NULL;
    if (!s)
        return pol_error_oom(err);
    s->allocator = a;
    s->given = pol_limits_from(all.limits);
    s->counters.size = sizeof(s->counters);
    pol_arena_init(&s->arena, &s->allocator, 0);
    pol_folded_init(&s->folded, &s->allocator);
    pol_folded_init(&s->aside, &s->allocator);
    pol_views_init(&s->views, &s->allocator);
    st = pol_scratch_new(&s->scratch, &s->allocator, NULL, err);
    if (!st)
        st = pol_regex_scratch_new(&s->regexes, &s->allocator, err);
    if (!st)
        st = policy_session_bind(s, b, err);
    if (st) {
        policy_session_free(s);
        return st;
    }
    *out = s;
    return POLICY_OK;
}

void policy_session_free(policy_session *s)
{
    policy_allocator a;

    if (!s)
        return;
    a = s->allocator;
    pol_close_guards(s);
    pol_free(&a, s->guards,
             s->guards ? (s->guard_slots + 1) * sizeof(*s->guards) : 0);
    pol_free(&a, s->hits, s->hit_cap * sizeof(*s->hits));
    pol_free(&a, s->phrases, s->phrase_cap * sizeof(*s->phrases));
    pol_free(&a, s->use, s->use_cap * sizeof(*s->use));
    pol_free(&a, s->candidates, s->candidate_cap * sizeof(*s->candidates));
    pol_free(&a, s->clauses, s->clause_cap * sizeof(*s->clauses));
    policy_scratch_free(s->scratch);
    pol_regex_scratch_free(s->regexes);
    pol_folded_fini(&s->folded);
    pol_folded_fini(&s->aside);
    pol_views_fini(&s->views);
    pol_arena_fini(&s->arena);
    policy_bundle_unref(s->bundle);
    pol_free(&a, s, sizeof(*s));
}

/* `batch`: what events before it changed; NULL: it is alone. */
static policy_status evaluate(const policy_decision **out, policy_session *s,
                              const policy_event *e, const policy_state *state,
                              pol_batch *batch, policy_error *err)
{
    pol_evaluation v;
    policy_status st;

    *out = NULL;
    if (state && !state->get)
        return pol_error_set(err, POLICY_EMISUSE, "state",
                             "a state needs its get");
    /* Not zeroed as a whole: the view's room for derived fields is large. */
    memset(&v, 0, offsetof(pol_evaluation, view));
    memset((char *)&v + offsetof(pol_evaluation, texts), 0,
           sizeof(v) - offsetof(pol_evaluation, texts));
    v.s = s;
    v.event = e;
    v.state = state;
    v.batch = batch;
    v.err = err;
    st = pol_evaluate_event(&v);
    if (!st && batch && state)
        st = pol_evaluation_status(&v, pol_batch_add(batch, v.decision, &s->arena));
    *out = st ? NULL : v.decision;
    return st;
}

policy_status policy_session_evaluate(const policy_decision **out,
                                      policy_session *s, const policy_event *e,
                                      const policy_state *state,
                                      policy_error *err)
{
    pol_arena_reset(&s->arena);
    return evaluate(out, s, e, state, NULL, err);
}

policy_status policy_session_evaluate_many(const policy_decision **out,
                                           policy_status *status, size_t *done,
                                           policy_session *s,
                                           const policy_event *const *events,
                                           size_t count,
                                           const policy_state *state,
                                           policy_error *err)
{
    pol_batch batch = { NULL, 0, 0 };

    pol_arena_reset(&s->arena);
    *done = 0;
    for (size_t i = 0; i < count; i++) {
        /* Half the arena is kept for the one event that may need it. One that
         * needs more has all of it in the next call. */
        if (i > 0 && s->arena.used > s->limits.arena_bytes / 2)
            break;
        status[i] = evaluate(&out[i], s, events[i], state, &batch, err);
        if (i > 0 && status[i] == POLICY_ELIMIT && s->arena.failure)
            break;
        *done = i + 1;
        if (status[i] == POLICY_ENOMEM || status[i] == POLICY_ESTATE)
            return status[i];
    }
    return POLICY_OK;
}

void policy_session_counters(policy_counters *out, const policy_session *s)
{
    size_t size = out->size < sizeof(*out) ? out->size : sizeof(*out);

    memcpy(out, &s->counters, size);
    out->size = size;
}
