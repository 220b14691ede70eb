/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why each rule of the event's organisation did or did not fire.
 *
 * A rule that the index does not reach is said so, and judged all the same, so
 * that the answer names what it lacks.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/json.h"
#include "base/slice.h"
#include "evaluate/explain_words.h"
#include "text/pinyin.h"
#include "text/utf8.h"
#include "text/width.h"

typedef struct explaining {
    pol_evaluation v;
    policy_decision *decision; /* of the evaluation */
    policy_decision aside;     /* where asking again counts its costs */
    pol_arena words;           /* of the rule in hand */
    policy_explained_test *tests;
    size_t test_count, test_cap;
    int (*visit)(void *user, const policy_explanation *x);
    void *user;
    bool passed;               /* no verdict keeps the event from what it does */
} explaining;

static bool is_reached(const pol_evaluation *v, size_t number)
{
    return v->s->candidates[number / 64] >> (number % 64) & 1;
}

static void fill_match(pol_evaluation *v, const pol_rule *rule,
                       policy_explanation *x)
{
    x->key = POL_STR("match");
    x->wanted = pol_match_wanted(v, rule->match);
    x->found = pol_match_found(v);
    x->secret = pol_match_secret(v);
    x->masked = pol_match_masked(v);
}

/* The part of the match that decides, and what is missing for it. */
static void fill_lack(pol_evaluation *v, const pol_rule *rule,
                      policy_explanation *x)
{
    pol_match_lack lack = pol_match_lacks(rule, &v->hits, v->now, v->s->use);

    x->key = pol_lack_key(&lack);
    x->wanted = pol_lack_wanted(v, &lack);
    x->found = pol_lack_found(v, &lack);
    x->secret = pol_match_secret(v);
    x->masked = pol_match_masked(v);
}

/* Of a condition that is not true, what keeps it from that: no `all`, and a
 * whole `any` or `none`, since each of its parts might have been otherwise. */
static const pol_cond *stopping(pol_evaluation *v, const pol_cond *c)
{
    while (c->op == POL_COND_ALL || (c->op == POL_COND_ANY && c->kid_count == 1)) {
        const pol_cond *why = NULL;

        for (size_t i = 0; i < c->kid_count; i++) {
            pol_truth t = pol_cond_eval(&c->kids[i], &v->view, NULL);

            if (t == POL_FALSE || (t == POL_UNKNOWN && !why))
                why = &c->kids[i];
            if (t == POL_FALSE)
                break;
        }
        if (!why)
            break;
        c = why;
    }
    return c;
}

static void fill_cond(pol_evaluation *v, const pol_cond *whole,
                      policy_explanation *x)
{
    const pol_cond *c = stopping(v, whole);

    x->key = pol_cond_key(v, c);
    x->wanted = pol_conds_wanted(v, c);
    x->found = pol_conds_found(v, c);
    x->secret = pol_cond_secret(v, c);
    x->masked = POL_STR("***");
}

static void fill_share(pol_evaluation *v, const char *key, uint64_t share,
                       policy_explanation *x)
{
    x->key = pol_str(key);
    x->wanted = pol_share_shown(v, share);
    x->found = pol_in_language(v, "out of it", "不在其中");
}

static void fill_fired(pol_evaluation *v, const pol_rule *rule,
                       const pol_judgement *j, policy_explanation *x)
{
    x->outcome = pol_bites(rule, j) ? "fired" : "shadow";
    if (j->left_out && rule->mode == POL_MODE_ENFORCE) {
        fill_share(v, "ratio", rule->rollout->ratio, x);
        return;
    }
    if (j->missing) {
        fill_cond(v, rule->requires, x);
    } else if (rule->count) {
        x->key = POL_STR("count");
        x->wanted = pol_count_wanted(v, rule->count);
        x->found = pol_number_shown(v, j->amount);
    } else if (rule->match) {
        fill_match(v, rule, x);
    } else {
        x->key = rule->where ? POL_STR("where") : POL_STR("on");
    }
}

static void fill(pol_evaluation *v, const pol_rule *rule,
                 const pol_judgement *j, policy_explanation *x)
{
    switch (j->outcome) {
    case POL_FIRED:
        fill_fired(v, rule, j, x);
        break;
    case POL_NOT_TYPE:
        x->outcome = "type";
        x->key = POL_STR("on");
        x->wanted = pol_types_shown(v, rule);
        x->found = pol_str(pol_types[v->event->type].name);
        break;
    case POL_NOT_YET:
        x->outcome = "not-yet";
        x->key = POL_STR("from");
        x->wanted = pol_time_shown(v, rule->in_force);
        x->found = pol_time_shown(v, v->now);
        break;
    case POL_NOT_SAMPLED:
        x->outcome = "sample";
        fill_share(v, "sample", rule->rollout->sample, x);
        break;
    case POL_NOT_WHERE:
        x->outcome = "where";
        fill_cond(v, rule->where, x);
        break;
    case POL_NOT_MATCH:
        x->outcome = "match";
        fill_lack(v, rule, x);
        break;
    case POL_EXCEPTED:
        x->outcome = "except";
        x->key = POL_STR("except");
        x->wanted = j->except->why;
        x->found = j->except->owner;
        break;
    case POL_REQUIRED_MET:
        x->outcome = "requires";
        x->key = POL_STR("requires");
        x->found = pol_in_language(v, "true", "是");
        break;
    case POL_COUNTED_FEW:
        x->outcome = "count";
        x->key = pol_count_key(v, rule->count);
        x->wanted = pol_count_wanted(v, rule->count);
        x->found = pol_number_shown(v, j->amount);
        break;
    case POL_NEEDS_FACT:
        x->outcome = "error";
        x->key = j->fact;
        x->found = pol_in_language(v, "absent", "没有");
        break;
    case POL_CHECKED_NO:
        x->outcome = "check";
        x->key = POL_STR("check");
        break;
    case POL_RULE_FAULT:
        x->outcome = "error";
        x->key = pol_str(j->code);
        x->found = v->chinese ? j->message->zh : j->message->en;
        break;
    }
}

/* --- all that a rule asks ------------------------------------------------------ */

/* The same in Chinese; what is asked of the past was read before. */
static void fill_chinese(pol_evaluation *v, const pol_rule *rule,
                         const pol_judgement *j, policy_explanation *x)
{
    policy_explanation zh = *x;

    v->chinese = true;
    fill(v, rule, j, &zh);
    v->chinese = false;
    x->wanted_zh = zh.wanted;
    x->found_zh = zh.found;
    x->masked_zh = zh.masked;
}

static const char *const truths[] = { "false", "true", "unknown" };

static void add_secret(explaining *x, policy_str key, policy_str wanted,
                       policy_str has, const char *truth, int32_t secret)
{
    policy_session *s = x->v.s;

    if (!pol_grow(&s->allocator, (void **)&x->tests, &x->test_cap,
                  x->test_count + 1, sizeof(*x->tests))) {
        x->v.status = pol_error_oom(x->v.err);
        return;
    }
    x->tests[x->test_count++] =
        (policy_explained_test){ key, wanted, has, truth, secret };
}

static void add_test(explaining *x, policy_str key, policy_str wanted,
                     policy_str has, const char *truth)
{
    add_secret(x, key, wanted, has, truth, 0);
}

/* As a condition is asked: up to the first that decides. */
static pol_truth add_conds(explaining *x, const pol_cond *c, bool asked)
{
    pol_evaluation *v = &x->v;
    pol_truth decides = c->op == POL_COND_ALL ? POL_FALSE : POL_TRUE, t;

    if (c->op <= POL_COND_NONE) {
        for (size_t i = 0; !v->status && i < c->kid_count; i++)
            if (add_conds(x, &c->kids[i], asked) == decides)
                asked = false;
        return pol_cond_eval(c, &v->view, NULL);
    }
    t = pol_cond_eval(c, &v->view, NULL);
    add_secret(x, pol_cond_key(v, c), pol_cond_wanted(v, c), pol_cond_found(v, c),
               asked ? truths[t] : "not-asked", pol_cond_secret(v, c));
    return t;
}

/* One part by itself; of what holds the words, else what is missing. */
static void add_match(explaining *x, const pol_rule *rule, const pol_match *m,
                      bool asked)
{
    pol_evaluation *v = &x->v;
    bool held = pol_judge_part(v, rule, m);
    pol_match_lack lack = { .part = m };
    pol_rule alone = *rule;
    policy_str found = { "", 0 };

    alone.match = m;
    alone.except_count = 0;
    if (held)
        found = pol_match_found(v);
    else
        lack = pol_match_lacks(&alone, &v->hits, v->now, v->s->use);
    add_secret(x, pol_lack_key(&lack), pol_lack_wanted(v, &lack),
               held ? found : pol_lack_found(v, &lack),
               asked ? truths[held] : "not-asked", pol_match_secret(v));
}

/* What a `none` joins is told by it: that a word of it is there is what it does
 * not want. */
static void add_matches(explaining *x, const pol_rule *rule,
                        const pol_match *m, bool asked)
{
    if (m->op != POL_MATCH_ALL && m->op != POL_MATCH_ANY)
        add_match(x, rule, m, asked);
    for (size_t i = 0; m->op != POL_MATCH_NONE && !x->v.status &&
                       i < m->kid_count; i++)
        add_matches(x, rule, &m->kids[i], asked);
}

/* Behind `where` and `match`, where both held or an exception kept them. */
static void add_rest(explaining *x, const pol_rule *rule,
                     const pol_judgement *j, bool asked)
{
    pol_evaluation *v = &x->v;

    for (size_t i = 0; i < rule->except_count; i++) {
        const pol_except *e = &rule->excepts[i];
        bool applies = j->outcome == POL_EXCEPTED && j->except == e;

        add_test(x, POL_STR("except"), e->why, e->owner,
                 asked ? truths[applies] : "not-asked");
    }
    for (size_t i = 0; i < rule->need_count; i++) {
        pol_value fact = pol_view_fact(&v->view, rule->needs[i]);

        add_test(x, rule->needs[i], POL_STR("present"),
                 pol_value_shown(v, &fact),
                 !asked || j->outcome == POL_EXCEPTED
                     ? "not-asked" : truths[fact.kind != POL_ABSENT]);
    }
}

/* Of a rule for events of this type: others need not have its fields. */
static void list_tests(explaining *x, const pol_rule *rule,
                       const pol_judgement *j)
{
    bool asked = true;

    if (j->outcome == POL_NOT_TYPE || j->outcome == POL_NOT_YET)
        return;
    if (rule->where)
        asked = add_conds(x, rule->where, true) == POL_TRUE || j->awaits;
    if (rule->match)
        add_matches(x, rule, rule->match, asked);
    add_rest(x, rule, j, asked && j->outcome != POL_NOT_MATCH);
    if (x->v.view.status && !x->v.status) /* an answer was a guess */
        x->v.status = pol_error_oom(x->v.err);
}

/* The decision has asked the brake, which counts. */
static void fill_braked(const explaining *x, const pol_rule *rule,
                        policy_explanation *out)
{
    const pol_finding_list *l = &x->decision->findings[POLICY_SHADOW];
    const policy_decision *d = x->decision;

    for (size_t i = 0; i < l->count; i++) {
        const policy_finding *f = &l->at[i].face;

        if (f->idle && strcmp(f->idle, "brake") == 0 &&
            strcmp(f->rule, rule->id) == 0) {
            out->outcome = "shadow";
            out->key = POL_STR("brake");
            out->found_zh = POL_STR("");
            for (size_t j = 0; j < d->error_count; j++)
                if (strcmp(d->errors[j].rule, rule->id) == 0)
                    out->found = d->errors[j].message;
        }
    }
}

static void find_reached(pol_evaluation *v)
{
    size_t words = (v->org->rule_count + 63) / 64;

    memset(v->s->candidates, 0, words * sizeof(uint64_t));
    pol_index_event(&v->org->index, &v->view, v->s->candidates);
    for (size_t i = 0; i < v->hits.count; i++)
        pol_index_signal(&v->org->index, v->hits.hits[i].signal,
                         v->s->candidates);
}

static bool explain_rule(explaining *x, size_t number)
{
    pol_evaluation *v = &x->v;
    const pol_rule *rule = &v->org->rules[number];
    policy_explanation out = { .rule = rule->id, .title = rule->title.zh,
                               .key = { "", 0 }, .wanted = { "", 0 },
                               .found = { "", 0 },
                               .mode = pol_mode_names[rule->mode],
                               .file = rule->file, .line = rule->line,
                               .reached = is_reached(v, number),
                               .verdict = -1 };
    pol_judgement j;

    pol_arena_reset(&x->words);
    x->test_count = 0;
    if (rule->mode == POL_MODE_OFF) {
        out.outcome = "off";
        out.key = POL_STR("mode");
    } else {
        x->aside.cost.guards = 0; /* each rule is asked as if alone */
        v->instructions = 0;
        j = pol_judge(v, rule);
        if (v->status)
            return false;
        fill(v, rule, &j, &out);
        fill_chinese(v, rule, &j, &out);
        if (j.outcome == POL_FIRED && rule->rollout)
            fill_braked(x, rule, &out);
        if (!is_reached(v, number) && j.outcome == POL_NOT_MATCH)
            out.outcome = "not-reached";
        if (j.outcome == POL_FIRED)
            out.verdict = j.verdict;
        list_tests(x, rule, &j);
        out.tests = x->tests;
        out.test_count = x->test_count;
    }
    return !v->status && !x->visit(x->user, &out);
}

/* ORDER DUTY */
static const char *const duty_outcomes[] = { "opened", "done", "reminded",
                                             "overdue", "retired" };

/* What the event did to duties, and what ladders propose about it; false: it is
 * stopped. */
static bool tell_rest(explaining *x)
{
    const policy_decision *d = x->decision;
    const policy_str none = { "", 0 };

    for (size_t i = 0; i < d->duty_count; i++) {
        const policy_duty *duty = &d->duties[i];
        policy_explanation out = { .rule = duty->rule, .title = duty->what,
                                   .outcome = duty_outcomes[duty->change],
                                   .key = duty->id, .wanted = none,
                                   .found = duty->who,
                                   .mode = pol_mode_names[POL_MODE_ENFORCE],
                                   .verdict = -1 };

        out.wanted = pol_time_shown(&x->v, duty->due);
        if (x->v.status || x->visit(x->user, &out))
            return false;
    }
    for (size_t i = 0; i < d->proposal_count; i++) {
        const policy_proposal *p = &d->proposals[i];
        policy_explanation out = { .rule = p->ladder, .title = p->why,
                                   .outcome = "proposed", .key = p->id,
                                   .wanted = pol_str(p->step),
                                   .found = p->person,
                                   .mode = pol_mode_names[POL_MODE_ENFORCE],
                                   .verdict = -1 };

        if (x->visit(x->user, &out))
            return false;
    }
    return true;
}

/* --- duties and ladders of which nothing came ----------------------------------- */

/* How near a clause came to doing something; the nearest is told. */
typedef enum nearness {
    FAR_TYPE, FAR_RULE, FAR_ONLY, FAR_WHERE, FAR_KEY, FAR_HELD, REACHED
} nearness;

/* ORDER CLAUSE */
static const char *const clause_names[] = { "set", "clear", "reset", "open", "done",
                                            "stop" };

static const policy_finding *finding_of(const policy_decision *d, int32_t which,
                                        policy_str rule)
{
    for (size_t i = 0; i < d->findings[which].count; i++)
        if (pol_str_is(rule, d->findings[which].at[i].face.rule))
            return &d->findings[which].at[i].face;
    return NULL;
}

/* The verdict, and the rule whose it is. */
static policy_str held_by(explaining *x)
{
    const policy_decision *d = x->decision;
    const pol_finding_list *l = &d->findings[POLICY_ENFORCED];
    const char *by = "";

    for (size_t i = 0; i < l->count && !*by; i++)
        if (l->at[i].face.verdict == d->verdict)
            by = l->at[i].face.rule;
    return pol_verdict_shown(&x->v, d->verdict, by);
}

static bool is_clause_of(const pol_clause *c, const pol_rule *face)
{
    return c->record->duty && c->record->duty->face == face;
}

static int32_t lacking_key(pol_evaluation *v, const pol_clause *c)
{
    for (size_t i = 0; i < c->key.count; i++)
        if (pol_view_value(&v->view, c->key.fields[i])->kind <= POL_NULL)
            return c->key.fields[i];
    return -1;
}

static bool is_only(pol_evaluation *v, const pol_only *only)
{
    const pol_value *x = pol_view_value(&v->view, only->field);

    return x->kind == POL_STR && pol_str_eq(x->str, only->value);
}

/* The types of event that it, or the rule whose findings it goes with, is for. */
static uint32_t types_of(const explaining *x, const pol_clause *c)
{
    const pol_org *o = x->v.org;

    for (size_t i = 0; c->rule.len && i < o->rule_count; i++)
        if (pol_str_is(c->rule, o->rules[i].id))
            return o->rules[i].types;
    return c->types;
}

static nearness nearness_of(explaining *x, const pol_clause *c)
{
    pol_evaluation *v = &x->v;

    if (!(types_of(x, c) >> v->event->type & 1))
        return FAR_TYPE;
    if (c->rule.len && !finding_of(x->decision, POLICY_ENFORCED, c->rule))
        return FAR_RULE;
    if (c->only.value.len && !is_only(v, &c->only))
        return FAR_ONLY;
    if (c->where && pol_cond_eval(c->where, &v->view, NULL) != POL_TRUE)
        return FAR_WHERE;
    if (lacking_key(v, c) >= 0)
        return FAR_KEY;
    return c->record->attempts || x->passed ? REACHED : FAR_HELD;
}

static void fill_clause(explaining *x, const pol_clause *c, nearness n,
                        policy_explanation *out)
{
    pol_evaluation *v = &x->v;
    pol_rule types = { .types = types_of(x, c) };

    out->key = pol_str(clause_names[c->does]);
    out->outcome = n == FAR_TYPE ? "type" : "where";
    switch (n) {
    case FAR_TYPE:
        out->wanted = pol_types_shown(v, &types);
        out->found = pol_str(pol_types[v->event->type].name);
        break;
    case FAR_RULE:
        out->wanted = c->rule;
        out->found = pol_in_language(v, "it found nothing", "未触发");
        break;
    case FAR_ONLY:
        out->key = pol_str(pol_fields[c->only.field].name);
        out->wanted = c->only.value;
        out->found = pol_value_shown(v, pol_view_value(&v->view, c->only.field));
        break;
    case FAR_WHERE:
        fill_cond(v, c->where, out);
        break;
    case FAR_KEY:
        out->key = pol_str(pol_fields[lacking_key(v, c)].name);
        out->wanted = pol_in_language(v, "present", "有");
        out->found = pol_in_language(v, "absent", "没有");
        break;
    case FAR_HELD:
        out->outcome = "held";
        out->wanted = pol_in_language(v, "a verdict below hold", "处置低于“暂扣”");
        out->found = held_by(x);
        break;
    case REACHED:
        out->outcome = "unchanged";
        out->wanted = c->does == POL_CLAUSE_OPEN
                          ? pol_in_language(v, "one that is not open", "尚未产生")
                          : pol_in_language(v, "one that is open", "已产生");
        break;
    }
}

/* A clause, and what it asks. */
static void add_clause(explaining *x, const pol_clause *c, nearness n)
{
    policy_explanation one = { .outcome = "", .found = { "", 0 } };

    fill_clause(x, c, n, &one);
    add_secret(x, pol_str(clause_names[c->does]),
               c->rule.len ? c->rule : one.wanted, one.found, truths[n == REACHED],
               one.secret);
    if (c->where && n > FAR_TYPE)
        add_conds(x, c->where, n > FAR_ONLY);
}

static void look_at(explaining *x, const pol_clause *c, const pol_rule *face,
                    nearness *near, const pol_clause **best)
{
    nearness n;

    if (!is_clause_of(c, face))
        return;
    n = nearness_of(x, c);
    add_clause(x, c, n);
    if (!*best || n > *near) {
        *best = c;
        *near = n;
    }
}

/* Lists them; the clause that came nearest, or NULL: the duty has none. */
static const pol_clause *nearest_clause(explaining *x, const pol_rule *face,
                                        nearness *near)
{
    const pol_org *o = x->v.org;
    const pol_clause *best = NULL;

    for (size_t i = 0; i < o->clause_count; i++)
        look_at(x, &o->clauses[i], face, near, &best);
    for (size_t i = 0; i < o->rule_count; i++)
        for (size_t j = 0; j < o->rules[i].write_count; j++)
            look_at(x, o->rules[i].writes[j], face, near, &best);
    return best;
}

static policy_explanation about(const pol_rule *face)
{
    return (policy_explanation){ .rule = face->id, .title = face->title.zh,
                                 .key = { "", 0 }, .wanted = { "", 0 },
                                 .found = { "", 0 },
                                 .mode = pol_mode_names[face->mode],
                                 .file = face->file, .line = face->line,
                                 .verdict = -1 };
}

static void fill_not_yet(pol_evaluation *v, const pol_rule *face,
                         policy_explanation *out)
{
    out->outcome = "not-yet";
    out->key = POL_STR("from");
    out->wanted = pol_time_shown(v, face->in_force);
    out->found = pol_time_shown(v, v->now);
}

static void fill_attested(explaining *x, const pol_duty *duty,
                          policy_explanation *out)
{
    pol_evaluation *v = &x->v;
    const pol_value *of = pol_view_value(&v->view, POLICY_FIELD_DUTY);

    out->key = POL_STR("duty");
    if (of->kind == POL_STR && pol_str_is(of->str, duty->face->id)) {
        out->outcome = "unchanged";
        out->wanted = pol_in_language(v, "one that is open", "已产生");
        return;
    }
    out->outcome = "where";
    out->wanted = pol_str(duty->face->id);
    out->found = pol_value_shown(v, of);
}

/* What a tick, an attestation or a clause of `c` does not change. */
static void fill_duty(explaining *x, const pol_duty *duty, const pol_clause *c,
                      nearness near, policy_explanation *out)
{
    pol_evaluation *v = &x->v;
    int32_t type = v->event->type;

    if (v->now < duty->face->in_force) {
        fill_not_yet(v, duty->face, out);
    } else if (type == POLICY_TYPE_TICK && (!c || near == FAR_TYPE)) {
        out->outcome = "not-due";
        out->key = POL_STR("due");
        out->wanted = pol_in_language(v, "something due", "有到期的");
        out->found = pol_time_shown(v, v->now);
    } else if (type == POLICY_TYPE_ATTESTATION && duty->attested &&
               (!c || near == FAR_TYPE)) {
        fill_attested(x, duty, out);
    } else if (c) {
        fill_clause(x, c, near, out);
    } else {
        out->outcome = "type";
        out->key = POL_STR("on");
        out->wanted = pol_str(pol_types[duty->attested ? POLICY_TYPE_ATTESTATION
                                                       : POLICY_TYPE_TICK].name);
        out->found = pol_str(pol_types[type].name);
    }
    if (duty->face->mode == POL_MODE_SHADOW &&
        strcmp(out->outcome, "unchanged") == 0)
        out->outcome = "shadow";
}

/* Was something told of it? */
static bool is_told(const explaining *x, const char *id)
{
    for (size_t i = 0; i < x->decision->duty_count; i++)
        if (strcmp(x->decision->duties[i].rule, id) == 0)
            return true;
    for (size_t i = 0; i < x->decision->proposal_count; i++)
        if (strcmp(x->decision->proposals[i].ladder, id) == 0)
            return true;
    return false;
}

static bool tell(explaining *x, policy_explanation *out,
                 const policy_explanation *zh)
{
    out->wanted_zh = zh->wanted;
    out->found_zh = zh->found;
    out->tests = x->tests;
    out->test_count = x->test_count;
    return !x->v.status && !x->visit(x->user, out);
}

static bool explain_duty(explaining *x, const pol_duty *duty)
{
    policy_explanation out = about(duty->face), zh = out;
    nearness near = FAR_TYPE;
    const pol_clause *c;

    pol_arena_reset(&x->words);
    x->test_count = 0;
    c = nearest_clause(x, duty->face, &near);
    fill_duty(x, duty, c, near, &out);
    x->v.chinese = true;
    fill_duty(x, duty, c, near, &zh);
    x->v.chinese = false;
    return tell(x, &out, &zh);
}

/* Of a rule it escalates the rule is told, and a tick tells of what is waited
 * for; of a ladder the ladder. */
static bool explain_duties(explaining *x)
{
    const pol_org *o = x->v.org;

    for (size_t i = 0; i < o->duty_count; i++) {
        const pol_duty *duty = o->duties[i];

        if ((i && duty->face == o->duties[i - 1]->face) || duty->decides ||
            (duty->escalation && x->v.event->type != POLICY_TYPE_TICK) ||
            is_told(x, duty->face->id))
            continue;
        if (!explain_duty(x, duty))
            return false;
    }
    return true;
}

/* The first track tells what they all lack. */
static void fill_ladder(explaining *x, const pol_ladder *l,
                        policy_explanation *out)
{
    pol_evaluation *v = &x->v;
    const pol_value *of = pol_view_value(&v->view, POLICY_FIELD_REGULATION);
    const pol_value *person = pol_view_value(&v->view, POLICY_FIELD_PERSON);
    const policy_finding *tried = finding_of(x->decision, POLICY_SHADOW,
                                             pol_str(l->face->id));

    out->outcome = "where";
    if (v->now < l->face->in_force) {
        fill_not_yet(v, l->face, out);
    } else if (tried) {
        out->outcome = "shadow";
        out->key = POL_STR("mode");
        out->found = tried->note;
        out->verdict = tried->verdict;
    } else if (l->regulation.len &&
               (of->kind != POL_STR || !pol_str_eq(of->str, l->regulation))) {
        out->key = POL_STR("regulation");
        out->wanted = l->regulation;
        out->found = of->kind == POL_STR ? of->str
                                         : pol_in_language(v, "absent", "没有");
    } else if (l->where && pol_cond_eval(l->where, &v->view, NULL) != POL_TRUE) {
        fill_cond(v, l->where, out);
    } else if (person->kind != POL_STR) {
        out->key = POL_STR("person");
        out->wanted = pol_in_language(v, "present", "有");
        out->found = pol_in_language(v, "absent", "没有");
    } else if (l->track_count && l->tracks[0].where) {
        fill_cond(v, l->tracks[0].where, out);
    } else {
        out->outcome = "error";
    }
}

static void fill_ladder_error(explaining *x, const pol_ladder *l,
                              policy_explanation *out)
{
    const policy_decision *d = x->decision;

    for (size_t i = 0; i < d->error_count; i++)
        if (strcmp(d->errors[i].rule, l->face->id) == 0) {
            out->outcome = "error";
            out->key = pol_str(d->errors[i].code);
            out->found = d->errors[i].message;
        }
}

static void list_tracks(explaining *x, const pol_ladder *l)
{
    pol_evaluation *v = &x->v;
    bool asked = true;

    if (l->where)
        asked = add_conds(x, l->where, true) == POL_TRUE;
    for (size_t i = 0; i < l->track_count; i++) {
        const pol_track *t = &l->tracks[i];
        bool fits = !t->where ||
                    pol_cond_eval(t->where, &v->view, NULL) == POL_TRUE;

        add_test(x, POL_STR("track"), pol_str(t->id), POL_STR(""),
                 asked ? truths[fits] : "not-asked");
        if (t->where)
            add_conds(x, t->where, asked);
    }
}

static bool explain_ladder(explaining *x, const pol_ladder *l)
{
    pol_evaluation *v = &x->v;
    policy_explanation out = about(l->face), zh;

    pol_arena_reset(&x->words);
    x->test_count = 0;
    if (v->event->type != POLICY_TYPE_VIOLATION) {
        out.outcome = "type";
        out.key = POL_STR("on");
        out.wanted = pol_str(pol_types[POLICY_TYPE_VIOLATION].name);
        out.found = pol_str(pol_types[v->event->type].name);
        return tell(x, &out, &out);
    }
    list_tracks(x, l);
    zh = out;
    fill_ladder(x, l, &out);
    fill_ladder_error(x, l, &out);
    v->chinese = true;
    fill_ladder(x, l, &zh);
    fill_ladder_error(x, l, &zh);
    v->chinese = false;
    return tell(x, &out, &zh);
}

/* Those that the decision does not tell of. */
static bool explain_waiting(explaining *x)
{
    const pol_org *o = x->v.org;

    if (!explain_duties(x))
        return false;
    for (size_t i = 0; i < o->ladder_count; i++)
        if (!is_told(x, o->ladders[i]->face->id) &&
            !explain_ladder(x, o->ladders[i]))
            return false;
    return true;
}

/* A decision first: it gives the hits, the candidates and what is shown. */
static policy_status explain(explaining *x, policy_session *s,
                             const policy_event *e, const policy_state *state,
                             policy_error *err)
{
    policy_status st;
    bool stopped = false;

    pol_arena_reset(&s->arena);
    x->v.s = s;
    x->v.event = e;
    x->v.state = state;
    x->v.err = err;
    st = pol_evaluate_event(&x->v);
    if (st)
        return st;
    pol_arena_init(&x->words, &s->allocator, 0);
    x->v.aside = &x->words;
    x->decision = x->v.decision;
    x->passed = pol_history_passed(&x->v);
    /* Whose records are asked for, and which event counts once. */
    x->aside = (policy_decision){ .org = x->decision->org,
                                  .source = x->decision->source,
                                  .event = x->decision->event,
                                  .time = x->decision->time,
                                  .verdict = x->decision->verdict };
    x->v.decision = &x->aside;
    find_reached(&x->v);
    for (size_t i = 0; !st && !stopped && i < x->v.org->rule_count; i++) {
        if (i >= s->limits.explain_entries)
            st = pol_error_limit(err, "explain_entries",
                                 s->limits.explain_entries);
        else if (!explain_rule(x, i))
            stopped = true;
    }
    if (!st && !stopped)
        stopped = !tell_rest(x) || !explain_waiting(x);
    x->v.aside = NULL;
    pol_arena_fini(&x->words);
    pol_free(&s->allocator, x->tests, x->test_cap * sizeof(*x->tests));
    return st ? st : pol_evaluation_status(&x->v, x->v.status);
}

policy_status policy_session_explain_each(policy_session *s,
                                          const policy_event *e,
                                          const policy_state *state,
                                          int (*visit)(void *user,
                                                       const policy_explanation *x),
                                          void *user, policy_error *err)
{
    explaining x = { .visit = visit, .user = user };

    return explain(&x, s, e, state, err);
}

/* --- as JSON */

typedef struct explained {
    pol_json_out json;
    const pol_evaluation *v;
    bool clear;
} explained;

static void put_found(explained *e, policy_str words, int32_t secret)
{
    char stars[2 * POL_SHOWN_BYTES];
    size_t width = pol_display_width(words);

    pol_json_key(&e->json, "found");
    if (e->clear || e->v->org->clear_logs || !secret) {
        pol_json_str(&e->json, words);
        return;
    }
    width = width < sizeof(stars) ? width : sizeof(stars);
    memset(stars, '*', width);
    pol_json_str(&e->json, (policy_str){ stars, width });
}

static void put_member(pol_json_out *o, const char *key, policy_str value)
{
    pol_json_key(o, key);
    pol_json_str(o, value);
}

static void put_tests(explained *e, const policy_explanation *x)
{
    pol_json_out *o = &e->json;

    pol_json_key(o, "tests");
    pol_json_open(o, '[');
    for (size_t i = 0; i < x->test_count; i++) {
        const policy_explained_test *t = &x->tests[i];

        pol_json_open(o, '{');
        put_member(o, "key", t->key);
        put_member(o, "wanted", t->wanted);
        put_found(e, t->found, t->secret);
        put_member(o, "truth", pol_str(t->truth));
        pol_json_close(o, '}');
    }
    pol_json_close(o, ']');
}

static int put_rule(void *user, const policy_explanation *x)
{
    explained *e = user;
    pol_json_out *o = &e->json;

    pol_json_open(o, '{');
    put_member(o, "rule", pol_str(x->rule));
    put_member(o, "title", x->title);
    put_member(o, "outcome", pol_str(x->outcome));
    put_member(o, "key", x->key);
    put_member(o, "wanted", x->wanted);
    put_found(e, x->found, x->secret);
    pol_json_key(o, "reached");
    pol_json_bool(o, x->reached);
    put_member(o, "mode", pol_str(x->mode));
    if (x->verdict >= 0)
        put_member(o, "verdict", pol_str(policy_verdict_name(x->verdict)));
    put_member(o, "file", x->file);
    pol_json_key(o, "line");
    pol_json_num(o, x->line);
    put_tests(e, x);
    pol_json_close(o, '}');
    return o->buf->status != POLICY_OK;
}

/* --- views */

typedef struct showing {
    pol_evaluation *v;
    policy_str field;
    pol_buf name, text;
    int (*visit)(void *user, const policy_text_view *x);
    void *user;
    bool stopped;
} showing;

/* ORDER VIEW */
static const char *const view_names[] = { "squeezed", "skeleton", "collapsed",
                                          "pinyin", "decoded", "numerals" };

static void put_units(pol_buf *b, const pol_folded *f, bool sounds)
{
    for (size_t pos = 0; pos < f->count;) {
        uint16_t unit = f->units[pos];
        const char *sound =
            sounds ? pol_pinyin_spelling((uint16_t)(unit - POL_PINYIN_UNIT(0)))
                   : "";
        char utf8[4];

        if (unit == POL_UNIT_BREAK) {
            pol_buf_char(b, '|');
            pos++;
        } else if (*sound) {
            pol_buf_fmt(b, "[%s]", sound);
            pos++;
        } else {
            pol_buf_add(b, utf8,
                        pol_utf8_put(utf8, pol_utf16_next(f->units, f->count,
                                                          &pos)));
        }
    }
}

static void show_view(void *user, unsigned views, const pol_folded *f)
{
    showing *x = user;
    policy_text_view view;

    if (x->stopped || x->v->status)
        return;
    pol_buf_reset(&x->name);
    pol_buf_reset(&x->text);
    for (unsigned i = 0; views >> i; i++)
        if (views >> i & 1) {
            if (x->name.len)
                pol_buf_char(&x->name, ' ');
            pol_buf_text(&x->name, view_names[i]);
        }
    if (!views)
        pol_buf_text(&x->name, "folded");
    put_units(&x->text, f, views & POL_VIEW_PINYIN);
    if (x->name.status || x->text.status) {
        x->v->status = pol_error_oom(x->v->err);
        return;
    }
    view = (policy_text_view){ x->field, pol_buf_slice(&x->name),
                               pol_buf_slice(&x->text) };
    x->stopped = x->visit(x->user, &view) != 0;
}

static policy_status show_text(showing *x, uint32_t text)
{
    char name[24];

    x->field = pol_str(pol_event_text_name(&x->v->texts[text], name));
    pol_show_views(x->v, x->v->texts[text].text, show_view, x);
    return x->v->status;
}

static void showing_init(showing *x, pol_evaluation *v,
                         int (*visit)(void *user, const policy_text_view *x),
                         void *user)
{
    *x = (showing){ .v = v, .visit = visit, .user = user };
    pol_buf_init(&x->name, &v->s->allocator, POL_SHOWN_BYTES);
    pol_buf_init(&x->text, &v->s->allocator, SIZE_MAX / 2);
}

static void showing_fini(showing *x)
{
    pol_buf_fini(&x->name);
    pol_buf_fini(&x->text);
}

policy_status policy_session_views_each(
    policy_session *s, const policy_event *e,
    int (*visit)(void *user, const policy_text_view *x), void *user,
    policy_error *err)
{
    pol_evaluation v = { .s = s, .event = e, .err = err };
    policy_status st;
    showing x;

    pol_arena_reset(&s->arena);
    s->arena.failure = POLICY_OK;
    st = pol_evaluation_begin(&v);
    if (st)
        return pol_evaluation_status(&v, st);
    showing_init(&x, &v, visit, user);
    for (uint32_t i = 0; !st && !x.stopped && i < v.text_count; i++)
        st = show_text(&x, i);
    showing_fini(&x);
    return pol_evaluation_status(&v, st);
}

static int put_view(void *user, const policy_text_view *x)
{
    pol_json_out *o = user;

    pol_json_open(o, '{');
    pol_json_key(o, "view");
    pol_json_str(o, x->view);
    pol_json_key(o, "text");
    pol_json_str(o, x->text);
    pol_json_close(o, '}');
    return o->buf->status != POLICY_OK;
}

/* What the terms were compared with. */
static void put_views(pol_json_out *o, pol_evaluation *v)
{
    showing x;

    showing_init(&x, v, put_view, o);
    pol_json_key(o, "texts");
    pol_json_open(o, '[');
    for (uint32_t i = 0; i < v->text_count; i++) {
        char name[24];

        pol_json_open(o, '{');
        pol_json_key(o, "field");
        pol_json_str(o, pol_str(pol_event_text_name(&v->texts[i], name)));
        pol_json_key(o, "views");
        pol_json_open(o, '[');
        if (show_text(&x, i))
            o->buf->status = POLICY_ENOMEM;
        pol_json_close(o, ']');
        pol_json_close(o, '}');
    }
    pol_json_close(o, ']');
    showing_fini(&x);
}

policy_status policy_session_explain(char *buf, size_t cap, size_t *len,
                                     policy_session *s, const policy_event *e,
                                     const policy_state *state, uint32_t flags,
                                     policy_error *err)
{
    pol_buf b;
    explained out = { { &b, false }, NULL, flags & POLICY_JSON_CLEAR };
    pol_json_out *o = &out.json;
    explaining x = { .visit = put_rule, .user = &out };
    policy_status st;

    *len = 0;
    out.v = &x.v;
    pol_buf_init(&b, &s->allocator, SIZE_MAX / 2);
    pol_json_open(o, '{');
    pol_json_key(o, "rules");
    pol_json_open(o, '[');
    st = explain(&x, s, e, state, err);
    if (!st) {
        pol_json_close(o, ']');
        if (flags & POLICY_JSON_CLEAR)
            put_views(o, &x.v);
        pol_json_key(o, "decision");
        pol_decision_write(&b, x.decision, flags);
        pol_json_close(o, '}');
        st = b.status ? pol_error_oom(err) : POLICY_OK;
    }
    if (!st) {
        *len = b.len;
        if (cap)
            memcpy(buf, b.ptr, b.len < cap ? b.len : cap);
    }
    pol_buf_fini(&b);
    return st;
}
