/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an event to a decision: what comes before rules, the candidates, what
 * becomes of each, and the highest verdict.
 */
#include "evaluate/evaluation.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/slice.h"
#include "evaluate/brake.h"

static bool has_word(const policy_str *words, size_t count, policy_str word)
{
    for (size_t i = 0; i < count; i++)
        if (pol_str_eq(words[i], word))
            return true;
    return false;
}

static policy_status unknown_word(const pol_evaluation *v, int32_t field,
                                  policy_str word)
{
    return pol_error_at(v->err, POLICY_EINPUT, v->event->pos[field],
                        "word-unknown", "\"%.*s\" is no value of %s here",
                        (int)(word.len < 64 ? word.len : 64), word.ptr,
                        pol_fields[field].name);
}

static bool is_known(const policy_str *extra, size_t extra_count,
                     const pol_field_use *use, policy_str word)
{
    uint16_t number = pol_word_find(word);

    return (number && pol_field_has_word(use, number)) ||
           has_word(extra, extra_count, word);
}

/* A role list may hold the schema's words and the organisation's. */
static policy_status check_roles(const pol_evaluation *v, int32_t field)
{
    const pol_organisation *c = &v->org->config;
    const pol_value *roles = pol_event_value(v->event, field);
    const pol_field_use *use = pol_field_in(v->event->type, field);

    for (size_t i = 0; roles->kind == POL_LIST && i < roles->list.count; i++)
        if (!is_known(c->extra_roles, c->extra_role_count, use,
                      roles->list.items[i]))
            return unknown_word(v, field, roles->list.items[i]);
    return POLICY_OK;
}

/* Words of the open enumerations: the schema's or the organisation's. */
static policy_status check_open_words(const pol_evaluation *v)
{
    const pol_organisation *c = &v->org->config;
    const pol_value *kind = pol_event_value(v->event, POLICY_FIELD_GROUP_KIND);
    policy_status st = check_roles(v, POLICY_FIELD_ACTOR_ROLES);

    if (!st)
        st = check_roles(v, POLICY_FIELD_ROLES);
    if (!st && kind->kind == POL_STR && kind->word == 0 &&
        !has_word(c->extra_group_kinds, c->extra_group_kind_count, kind->str))
        st = unknown_word(v, POLICY_FIELD_GROUP_KIND, kind->str);
    return st;
}

/* Before all else, so that its memory comes while the event is looked at. */
static void seek_org(pol_evaluation *v)
{
    const pol_value *org = pol_event_value(v->event, POLICY_FIELD_ORG);

    if (org->kind == POL_STR)
        v->org = pol_bundle_find(v->s->bundle, org->str, &v->org_number);
    if (v->org && v->s->stand_in)
        v->org = v->s->stand_in;
}

static policy_status need_org(const pol_evaluation *v)
{
    const pol_value *org = pol_event_value(v->event, POLICY_FIELD_ORG);

    if (!v->org)
        return pol_error_at(v->err, POLICY_EORG, v->event->pos[POLICY_FIELD_ORG],
                            "organisation", "no organisation \"%.*s\"",
                            (int)(org->str.len < 64 ? org->str.len : 64),
                            org->str.ptr);
    return POLICY_OK;
}

static policy_status find_texts(pol_evaluation *v)
{
    v->text_count = pol_event_texts(v->event, NULL, 0);
    v->texts = pol_arena_new(&v->s->arena, pol_event_text, v->text_count + 1);
    if (!v->texts)
        return pol_error_oom(v->err);
    pol_event_texts(v->event, v->texts, v->text_count);
    for (size_t i = 0; i < v->text_count; i++)
        v->decision->cost.bytes += v->texts[i].text.len;
    return POLICY_OK;
}

/* Input limits of session and organisation that the reader could not know. */
static policy_status check_limits(pol_evaluation *v)
{
    v->limits = &v->s->limits;
    if (v->org->limits) {
        v->own_limits = pol_limits_tighten(&v->s->limits, v->org->limits);
        v->limits = &v->own_limits;
    }
    if (v->event->part_count > v->limits->parts)
        return pol_error_limit(v->err, "parts", v->limits->parts);
    for (size_t i = 0; i < v->text_count; i++)
        if (v->texts[i].text.len > v->limits->text_bytes)
            return pol_error_limit(v->err, "text_bytes", v->limits->text_bytes);
    return POLICY_OK;
}

static policy_str text_value(const policy_event *e, int32_t field)
{
    const pol_value *v = pol_event_value(e, field);

    return v->kind == POL_STR ? v->str : (policy_str){ "", 0 };
}

policy_status pol_evaluation_begin(pol_evaluation *v)
{
    policy_session *s = v->s;
    policy_decision *d = pol_arena_new(&s->arena, policy_decision, 1);
    policy_status st;

    seek_org(v);
    st = pol_event_check(v->event, v->err);
    if (!d)
        return pol_error_oom(v->err);
    v->decision = d;
    if (!st)
        st = need_org(v);
    if (!st)
        st = check_open_words(v);
    if (!st)
        st = find_texts(v);
    if (!st)
        st = check_limits(v);
    if (st)
        return st;
    d->revision = s->bundle->revision;
    d->org = (policy_str){ v->org->id, v->org->id_len };
    d->source = text_value(v->event, POLICY_FIELD_SOURCE);
    d->event = text_value(v->event, POLICY_FIELD_ID);
    d->language = v->org->english ? "en" : "zh";
    d->clear = v->org->clear_logs;
    v->now = d->time = pol_event_value(v->event, POLICY_FIELD_TIME)->i;
    pol_view_init(&v->view, v->event, &v->org->config.calendar, &s->arena,
                  &s->aside);
    v->view.past = &pol_history_past;
    v->view.past_user = v;
    pol_gather(v);
    d->flags = v->flags |
               (v->event->lone_surrogate ? POL_FLAG_LONE_SURROGATE : 0) |
               (v->event->unknown_kind ? POL_FLAG_UNKNOWN_KIND : 0);
    v->view.flags = d->flags;
    return v->status;
}

/* --- one rule */

void pol_judge_fault(pol_judgement *j, pol_fault f)
{
    j->outcome = POL_RULE_FAULT;
    j->code = pol_fault_code(f);
    j->message = pol_fault_text(f);
}

/*
 * Is the condition true? Where that hangs on the past, and there is none to
 * read, nobody can say: then the rule fails, since to take it for false would
 * let through what a gate is there to stop.
 */
static bool is_true(pol_evaluation *v, const pol_cond *c, pol_judgement *j,
                    const pol_cond **stopped)
{
    pol_truth t;

    v->history.lacking = false;
    t = pol_cond_eval(c, &v->view, stopped);
    if (t == POL_UNKNOWN && v->history.lacking)
        pol_judge_fault(j, POL_FAULT_STATE_RULE);
    return t == POL_TRUE;
}

/* `where` holds, or would if the facts were here that the rule needs. The rest is
 * asked first then, so that nobody is asked for a fact that decides nothing. */
static bool holds_or_awaits(pol_evaluation *v, const pol_rule *rule,
                            pol_judgement *j)
{
    if (!rule->where || is_true(v, rule->where, j, &j->stopped))
        return true;
    j->awaits = rule->need_count && j->outcome == POL_FIRED &&
                pol_cond_awaits(rule->where, &v->view, rule->needs,
                                rule->need_count);
    return j->awaits;
}

static const pol_except *exception_of(pol_evaluation *v, const pol_rule *rule,
                                      pol_judgement *j)
{
    for (size_t i = 0; i < rule->except_count; i++) {
        const pol_except *e = &rule->excepts[i];

        if (e->where && v->now < e->expires && is_true(v, e->where, j, NULL))
            return e;
    }
    return NULL;
}

/* A fact given as null is one that the host does not know either. */
static bool lacks_fact(pol_evaluation *v, const pol_rule *rule, policy_str *fact)
{
    for (size_t i = 0; i < rule->need_count; i++)
        if (pol_view_fact(&v->view, rule->needs[i]).kind == POL_ABSENT) {
            *fact = rule->needs[i];
            return true;
        }
    return false;
}

/* The gate; what it lacks stands in the judgement. */
static bool passes_gate(pol_evaluation *v, const pol_rule *rule, pol_judgement *j)
{
    return rule->requires && is_true(v, rule->requires, j, &j->missing);
}

/* Does the count stay within its limit, this event with it? */
static bool counts_few(pol_evaluation *v, const pol_rule *rule, pol_judgement *j)
{
    if (!pol_history_count(v, rule->count, !pol_bites(rule, j), &j->amount)) {
        if (!v->status)
            pol_judge_fault(j, POL_FAULT_STATE_RULE);
        return false;
    }
    return j->amount <= rule->count->more_than;
}

/* From `requires` on, in the order of the manual. */
static void judge_rest(pol_evaluation *v, const pol_rule *rule, pol_judgement *j)
{
    if (passes_gate(v, rule, j))
        j->outcome = POL_REQUIRED_MET;
    else if (j->outcome == POL_RULE_FAULT)
        ;
    else if (lacks_fact(v, rule, &j->fact))
        j->outcome = POL_NEEDS_FACT;
    else if (rule->count && counts_few(v, rule, j))
        j->outcome = POL_COUNTED_FEW;
    else if (j->outcome == POL_FIRED && rule->guard_file >= 0)
        pol_run_guard(v, rule, j);
}

static bool is_sampled(const pol_evaluation *v, const pol_rollout *r)
{
    return v->s->testing || pol_share_has(r->sample, r->events, v->decision->event);
}

/* Is the event's actor, else its account, out of the rule's ratio? Of whom
 * nothing is said, nothing tells that they are in it. */
static bool is_left_out(pol_evaluation *v, const pol_rollout *r)
{
    const pol_value *who = pol_view_value(&v->view, POLICY_FIELD_ACTOR);

    if (r->ratio == POL_SHARE_ALL)
        return false;
    if (who->kind != POL_STR)
        who = pol_view_value(&v->view, POLICY_FIELD_ACCOUNT);
    return who->kind != POL_STR || !pol_share_has(r->ratio, r->actors, who->str);
}

pol_judgement pol_judge(pol_evaluation *v, const pol_rule *rule)
{
    pol_judgement j = { .outcome = POL_FIRED, .verdict = rule->verdict,
                        .severity = rule->severity, .note = { "", 0 } };
    bool where;

    memset(v->s->use, 0, v->hits.count);
    if (!(rule->types >> v->event->type & 1))
        j.outcome = POL_NOT_TYPE;
    else if (v->now < rule->in_force)
        j.outcome = POL_NOT_YET;
    else if (rule->rollout && !is_sampled(v, rule->rollout))
        j.outcome = POL_NOT_SAMPLED;
    else {
        j.left_out = rule->rollout && is_left_out(v, rule->rollout);
        where = holds_or_awaits(v, rule, &j);
        if (j.outcome == POL_RULE_FAULT)
            ;
        else if (!where)
            j.outcome = POL_NOT_WHERE;
        else if (rule->match &&
                 !pol_match_eval(rule, &v->hits, v->now, v->s->use, &j.except))
            j.outcome = j.except ? POL_EXCEPTED : POL_NOT_MATCH;
        else if ((j.except = exception_of(v, rule, &j)))
            j.outcome = POL_EXCEPTED;
        else if (j.outcome == POL_FIRED)
            judge_rest(v, rule, &j);
    }
    /* Whoever asked the view, the answer was a guess. */
    if (v->view.status && !v->status)
        v->status = v->view.status == POLICY_ENOMEM ? pol_error_oom(v->err)
                                                    : v->view.status;
    return j;
}

bool pol_judge_part(const pol_evaluation *v, const pol_rule *rule,
                    const pol_match *part)
{
    pol_rule alone = *rule;

    alone.match = part;
    alone.except_count = 0;
    return pol_match_eval(&alone, &v->hits, v->now, v->s->use, NULL);
}

/* --- all of them */

static policy_status find_candidates(pol_evaluation *v, size_t words)
{
    policy_session *s = v->s;

    if (!pol_grow(&s->allocator, (void **)&s->candidates, &s->candidate_cap,
                  words + 1, sizeof(*s->candidates)))
        return pol_error_oom(v->err);
    memset(s->candidates, 0, words * sizeof(*s->candidates));
    pol_index_event(&v->org->index, &v->view, s->candidates);
    if (v->view.status)
        return pol_error_oom(v->err);
    for (size_t i = 0; i < v->hits.count; i++)
        pol_index_signal(&v->org->index, v->hits.hits[i].signal, s->candidates);
    if (s->stand_in && s->suspect < v->org->rule_count)
        s->candidates[s->suspect / 64] |= UINT64_C(1) << s->suspect % 64;
    return POLICY_OK;
}

int32_t pol_worst_error_verdict(const pol_evaluation *v)
{
    int32_t verdict = v->org->config.on_error[3];

    return verdict >= 0 ? verdict : POLICY_HOLD;
}

static bool judge_candidate(pol_evaluation *v, size_t number)
{
    policy_cost *cost = &v->decision->cost;
    const pol_rule *rule = &v->org->rules[number];
    pol_judgement j;

    if (cost->candidates >= v->limits->candidates) {
        pol_record_fault(v, "", POL_FAULT_LIMIT_CANDIDATES,
                         pol_worst_error_verdict(v));
        return false;
    }
    cost->candidates++;
    j = pol_judge(v, rule);
    if (!v->status)
        pol_record(v, rule, &j);
    return !v->status;
}

static void count(policy_session *s, const policy_decision *d)
{
    s->counters.events++;
    s->counters.verdicts[d->verdict]++;
    s->counters.findings += d->findings[POLICY_ENFORCED].count;
    s->counters.shadow += d->findings[POLICY_SHADOW].count;
    s->counters.errors += d->error_count;
    s->counters.instructions += d->cost.instructions;
    if (s->arena.peak > s->counters.arena_peak)
        s->counters.arena_peak = s->arena.peak;
}

static policy_status decide(pol_evaluation *v)
{
    size_t words;
    policy_status st = pol_evaluation_begin(v);

    if (st)
        return st;
    words = (v->org->rule_count + 63) / 64;
    st = find_candidates(v, words);
    if (st)
        return st;
    if (v->hits_cut)
        pol_record_fault(v, "", POL_FAULT_LIMIT_HITS,
                         pol_worst_error_verdict(v));
    if (v->regexes_cut)
        pol_record_fault(v, "", POL_FAULT_LIMIT_REGEX,
                         pol_worst_error_verdict(v));
    for (size_t w = 0; w < words; w++)
        for (uint64_t bits = v->s->candidates[w]; bits; bits &= bits - 1)
            if (!judge_candidate(v, w * 64 + (size_t)__builtin_ctzll(bits))) {
                w = words;
                break;
            }
    pol_brake_event(v);
    if (!v->status)
        pol_history_write(v);
    if (!v->status)
        pol_record_texts(v);
    return v->status;
}

policy_status pol_evaluation_status(const pol_evaluation *v, policy_status st)
{
    const pol_arena *arena = &v->s->arena;

    if (arena->failure == POLICY_OK || (st && st != POLICY_ENOMEM))
        return st;
    if (arena->failure == POLICY_ELIMIT)
        return pol_error_limit(v->err, "arena_bytes", arena->max);
    return pol_error_oom(v->err);
}

policy_status pol_evaluate_event(pol_evaluation *v)
{
    policy_status st;

    v->s->arena.failure = POLICY_OK;
    st = pol_evaluation_status(v, decide(v));
    pol_rest_guards(v);
    if (!st)
        count(v->s, v->decision);
    return st;
}
