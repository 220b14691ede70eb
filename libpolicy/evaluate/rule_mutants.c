/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Would some test fail if the rule were wrong? A rule is wronged on purpose, in
 * one place, and its own tests are run again: if all of them still pass, nobody
 * would notice the mistake.
 *
 * A mutant is a copy of the rule whose condition, match or list of exceptions was
 * built anew without the place, or with another in it; nothing is compiled. What
 * costs is to fold and scan the text of a test, and that is done once for all
 * mutants of its rule, since none of them changes what there is to find. (A
 * word that was struck from a list is a hit that is taken away.) The index is not
 * asked: it was made for the rule as it is.
 *
 * A sample needs to know how many there are. All are counted first, then chosen
 * one by one with the probability that makes the sample full (Knuth 3.4.2, S):
 * each set of that size is as likely as any other, and the order stays.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "evaluate/rule_tests.h"

typedef enum mutant_kind { MATCH, WORD, WHERE, EXCEPT, CHECK, VERDICT } mutant_kind;
typedef enum change { DROP, NEGATE, APART, LESS, MORE, OTHER } change;

/* ORDER KIND, ORDER CHANGE */
static const char *const kind_names[] = { "match", "word", "where", "except",
                                          "check", "verdict" };
static const char *const change_names[] = { "drop",   "negate", "apart",
                                            "less", "more",   "verdict" };

typedef struct mutant {
    mutant_kind kind;
    change change;
    const void *what;      /* pol_match, pol_cond or pol_except */
    uint32_t signal, word; /* of WORD, and */
    policy_str text;       /* how a test writes it */
    bool chosen, killed;
    pol_rule rule;         /* once it is made */
} mutant;

typedef struct mutating {
    pol_testing t;
    int (*on_mutant)(void *user, const policy_mutant *m);
    void *user;
    policy_mutate_options o;
    pol_arena arena;       /* of the rule in hand: changed parts, words */
    mutant *mutants;
    size_t count, cap;
    bool *passes;          /* by test of the rule: as it is */
    size_t pass_cap;
    pol_signal_hit *hits;  /* without those of one word */
    size_t hit_cap;
    bool counting, stopped, starved;
    uint64_t total, seen, chosen; /* of all rules; so far */
    uint64_t told, wanted;
} mutating;

/* --- what can be changed -------------------------------------------------------- */

static mutant *add(mutating *x, mutant_kind kind, change how, const void *what)
{
    if (x->starved || !pol_grow(&x->t.s->allocator, (void **)&x->mutants,
                                &x->cap, x->count + 1, sizeof(*x->mutants))) {
        x->starved = true;
        return NULL;
    }
    x->mutants[x->count] = (mutant){ .kind = kind, .change = how, .what = what };
    return &x->mutants[x->count++];
}

static void add_conds(mutating *x, const pol_cond *c)
{
    if (!c)
        return;
    if (c->op > POL_COND_NONE) {
        add(x, WHERE, NEGATE, c);
        add(x, WHERE, DROP, c);
        return;
    }
    for (size_t i = 0; i < c->kid_count; i++)
        add_conds(x, &c->kids[i]);
}

static void add_matches(mutating *x, const pol_match *m)
{
    if (!m)
        return;
    if (m->op == POL_MATCH_SIGNAL)
        add(x, MATCH, DROP, m);
    if (m->op == POL_MATCH_NEAR)
        add(x, MATCH, APART, m);
    if (m->op == POL_MATCH_AT_LEAST && m->count > 1)
        add(x, MATCH, LESS, m);
    if (m->op == POL_MATCH_AT_LEAST)
        add(x, MATCH, MORE, m);
    for (size_t i = 0; i < m->kid_count; i++)
        add_matches(x, &m->kids[i]);
}

static void find_parts(mutating *x, const pol_rule *rule)
{
    x->count = 0;
    x->starved = false;
    add_conds(x, rule->where);
    add_matches(x, rule->match);
    for (size_t i = 0; i < rule->except_count; i++)
        add(x, EXCEPT, DROP, &rule->excepts[i]);
    if (rule->guard_file >= 0)
        add(x, CHECK, DROP, NULL);
    add(x, VERDICT, OTHER, NULL);
}

static bool asks_for(const pol_match *m, uint32_t signal)
{
    if (m->op == POL_MATCH_SIGNAL)
        return m->signal == signal;
    for (size_t i = 0; i < m->kid_count; i++)
        if (asks_for(&m->kids[i], signal))
            return true;
    return false;
}

/* The words of lists that the test has. */
static void find_words(mutating *x, const pol_evaluation *v,
                       const pol_rule *rule)
{
    for (size_t i = 0; i < v->hits.count; i++) {
        const pol_signal_hit *h = &v->hits.hits[i];
        size_t k = 0;
        mutant *m;

        if (v->org->signals[h->signal].kind != POL_SIGNAL_LIST ||
            !rule->match || !asks_for(rule->match, h->signal))
            continue;
        while (k < x->count &&
               (x->mutants[k].kind != WORD || x->mutants[k].signal != h->signal ||
                x->mutants[k].word != h->word))
            k++;
        if (k < x->count || !(m = add(x, WORD, DROP, NULL)))
            continue;
        m->signal = h->signal;
        m->word = h->word;
        m->text = pol_arena_dup(
            &x->arena, (policy_str){ v->texts[h->text].text.ptr + h->start,
                                     h->end - h->start });
        x->starved = x->starved || !m->text.ptr;
    }
}

/* --- changed copies -------------------------------------------------------------- */

/* The condition without `m->what`, or with its opposite; *gone: nothing is
 * left of it. NULL: no memory, or gone. */
static const pol_cond *change_cond(mutating *x, const pol_cond *c,
                                   const mutant *m, bool *gone)
{
    pol_cond *copy, *kids;
    size_t count = c->op <= POL_COND_NONE ? c->kid_count : 1, kept = 0;

    *gone = c == m->what && m->change == DROP;
    if (*gone)
        return NULL;
    if (c->op > POL_COND_NONE && c != m->what)
        return c;
    copy = pol_arena_new(&x->arena, pol_cond, 1);
    kids = pol_arena_new(&x->arena, pol_cond, count + 1);
    if (!copy || !kids) {
        x->starved = true;
        return c;
    }
    *copy = *c;
    if (c == m->what) {
        *copy = (pol_cond){ .op = POL_COND_NONE };
        kids[kept++] = *c;
    }
    for (size_t i = 0; c != m->what && i < c->kid_count; i++) {
        bool none;
        const pol_cond *kid = change_cond(x, &c->kids[i], m, &none);

        if (!none)
            kids[kept++] = *kid;
    }
    *gone = kept == 0;
    copy->kids = kids;
    copy->kid_count = kept;
    return copy;
}

/* The same of a match. `near` without one of the two is the other; `at_least`
 * of nothing is gone. */
static const pol_match *change_match(mutating *x, const pol_match *m,
                                     const mutant *how, bool *gone)
{
    pol_match *copy, *kids;
    size_t kept = 0;

    *gone = m == how->what && how->change == DROP;
    if (*gone)
        return NULL;
    if (m->op == POL_MATCH_SIGNAL)
        return m;
    copy = pol_arena_new(&x->arena, pol_match, 1);
    kids = pol_arena_new(&x->arena, pol_match, m->kid_count + 1);
    if (!copy || !kids) {
        x->starved = true;
        return m;
    }
    for (size_t i = 0; i < m->kid_count; i++) {
        bool none;
        const pol_match *kid = change_match(x, &m->kids[i], how, &none);

        if (!none)
            kids[kept++] = *kid;
    }
    *gone = kept == 0;
    *copy = *m;
    copy->kids = kids;
    copy->kid_count = kept;
    if (m->op == POL_MATCH_NEAR && (kept < 2 || m == how->what))
        copy->op = POL_MATCH_ALL;
    else if (m == how->what)
        copy->count += how->change == MORE ? 1u : -1u;
    return copy;
}

static void change_excepts(mutating *x, mutant *m)
{
    pol_rule *r = &m->rule;
    pol_except *kept = pol_arena_new(&x->arena, pol_except, r->except_count);
    size_t n = 0;

    if (!kept) {
        x->starved = true;
        return;
    }
    for (size_t i = 0; i < r->except_count; i++)
        if (&r->excepts[i] != m->what)
            kept[n++] = r->excepts[i];
    r->excepts = kept;
    r->except_count = n;
}

/* A rule whose whole match is gone never fires; one whose condition is gone
 * always may. */
static void make(mutating *x, const pol_rule *rule, mutant *m)
{
    static const pol_match never = { .op = POL_MATCH_ANY };
    bool gone = false;

    m->rule = *rule;
    switch (m->kind) {
    case MATCH:
        m->rule.match = change_match(x, rule->match, m, &gone);
        if (gone)
            m->rule.match = &never;
        break;
    case WHERE:
        m->rule.where = change_cond(x, rule->where, m, &gone);
        if (gone)
            m->rule.where = NULL;
        break;
    case EXCEPT:
        change_excepts(x, m);
        break;
    case CHECK:
        m->rule.guard_file = -1;
        break;
    case VERDICT:
        m->rule.verdict = rule->verdict > POLICY_FLAG ? POLICY_FLAG : POLICY_WARN;
        break;
    case WORD:
        break;
    }
}

/* --- tests ------------------------------------------------------------------------ */

static bool shows(const pol_evaluation *v, policy_str words)
{
    for (size_t i = 0; i < v->hits.count; i++) {
        const pol_signal_hit *h = &v->hits.hits[i];
        policy_str s = { v->texts[h->text].text.ptr + h->start,
                         h->end - h->start };

        if (v->s->use[i] && pol_str_eq(s, words))
            return true;
    }
    return false;
}

/* Each as if it alone were asked. */
static bool passes(pol_evaluation *v, const pol_rule *rule,
                   const pol_rule_test *test)
{
    pol_judgement j;

    v->decision->cost.guards = 0;
    v->instructions = 0;
    j = pol_judge(v, rule);
    if (j.outcome == POL_RULE_FAULT || j.outcome == POL_NEEDS_FACT ||
        test->hit != (j.outcome == POL_FIRED))
        return false;
    if (!test->hit)
        return true;
    return (test->verdict < 0 || test->verdict == j.verdict) &&
           (!test->at.len || shows(v, test->at));
}

/* With the hits of one word taken away. */
static bool passes_without(mutating *x, pol_evaluation *v, const mutant *m,
                           const pol_rule_test *test)
{
    pol_hits all = v->hits;
    size_t kept = 0;
    bool passed;

    if (!pol_grow(&x->t.s->allocator, (void **)&x->hits, &x->hit_cap,
                  all.count + 1, sizeof(*x->hits))) {
        x->starved = true;
        return true;
    }
    for (size_t i = 0; i < all.count; i++)
        if (all.hits[i].signal != m->signal || all.hits[i].word != m->word)
            x->hits[kept++] = all.hits[i];
    v->hits.hits = x->hits;
    v->hits.count = kept;
    passed = passes(v, &m->rule, test);
    v->hits = all;
    return passed;
}

typedef void each_test(mutating *x, pol_evaluation *v, const pol_rule *rule,
                       size_t number);

/* The test is folded and scanned, then `each` judges it. What is refused is told
 * by the plain run. */
static policy_status with_test(mutating *x, const pol_org *org,
                               const pol_rule *rule, size_t number,
                               each_test *each)
{
    policy_state before = pol_testing_state();
    pol_evaluation v = { .s = x->t.s, .event = x->t.event, .state = &before,
                         .err = x->t.err };
    policy_status st =
        pol_testing_event(&x->t, org, rule, &rule->tests[number]);

    if (st || rule->tests[number].step_count)
        return st;
    st = pol_testing_begin(&v);
    if (!st)
        each(x, &v, rule, number);
    if (st == POLICY_ENOMEM || v.status == POLICY_ENOMEM || x->starved)
        return pol_error_oom(x->t.err);
    return POLICY_OK;
}

static void look(mutating *x, pol_evaluation *v, const pol_rule *rule,
                 size_t number)
{
    find_words(x, v, rule);
    x->passes[number] = passes(v, rule, &rule->tests[number]);
}

static void kill(mutating *x, pol_evaluation *v, const pol_rule *rule,
                 size_t number)
{
    const pol_rule_test *test = &rule->tests[number];

    for (size_t i = 0; !v->status && i < x->count; i++) {
        mutant *m = &x->mutants[i];

        if (m->chosen && !m->killed)
            m->killed = m->kind == WORD ? !passes_without(x, v, m, test)
                                        : !passes(v, &m->rule, test);
    }
}

/* --- one rule ----------------------------------------------------------------------- */

/* SplitMix64: one step from any seed is as good as the next. */
static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Is the next one of `total` in the sample of `wanted`? */
static bool is_chosen(mutating *x)
{
    uint64_t left = x->total - x->seen++;

    if (next_random(&x->o.seed) % left >= x->wanted - x->chosen)
        return false;
    x->chosen++;
    return true;
}

static void fill(pol_evaluation *v, const pol_rule *rule, const mutant *m,
                 policy_mutant *out)
{
    const pol_except *except = m->what;

    switch (m->kind) {
    case MATCH:
        out->key = m->change == APART  ? POL_STR("near")
                   : m->change == DROP ? POL_STR("match") : POL_STR("at_least");
        out->wanted = pol_match_wanted(v, m->what);
        break;
    case WORD:
        out->key = v->org->signals[m->signal].name;
        out->wanted = m->text;
        break;
    case WHERE:
        out->key = pol_cond_key(v, m->what);
        out->wanted = pol_cond_wanted(v, m->what);
        break;
    case EXCEPT:
        out->key = POL_STR("except");
        out->wanted = except->why;
        out->file = pol_place_file(rule, except->file);
        out->line = except->line;
        break;
    case CHECK:
        out->key = POL_STR("check");
        break;
    case VERDICT:
        out->key = POL_STR("verdict");
        out->wanted = pol_str(policy_verdict_name(rule->verdict));
        break;
    }
}

static policy_status tell(mutating *x, const pol_org *org, const pol_rule *rule)
{
    pol_evaluation v = { .s = x->t.s, .org = org, .err = x->t.err };

    pol_arena_reset(&v.s->arena);
    for (size_t i = 0; !x->stopped && i < x->count; i++) {
        const mutant *m = &x->mutants[i];
        policy_mutant out = {
            .organisation = org->id, .rule = rule->id,
            .kind = kind_names[m->kind], .change = change_names[m->change],
            .file = rule->file, .line = rule->line,
            .key = { "", 0 }, .wanted = { "", 0 }, .killed = m->killed,
            .total = x->wanted,
        };

        if (!m->chosen)
            continue;
        fill(&v, rule, m, &out);
        if (v.status)
            return v.status;
        out.number = ++x->told;
        x->stopped = x->on_mutant(x->user, &out) != 0;
    }
    return POLICY_OK;
}

static policy_status mutate_rule(void *user, const pol_org *org,
                                 const pol_rule *rule)
{
    mutating *x = user;
    policy_status st = POLICY_OK;

    if (x->stopped)
        return POLICY_OK;
    pol_arena_reset(&x->arena);
    find_parts(x, rule);
    if (!pol_grow(&x->t.s->allocator, (void **)&x->passes, &x->pass_cap,
                  rule->test_count + 1, sizeof(*x->passes)))
        return pol_error_oom(x->t.err);
    memset(x->passes, 0, rule->test_count * sizeof(*x->passes));
    for (size_t i = 0; !st && i < rule->test_count; i++)
        st = with_test(x, org, rule, i, look);
    if (st)
        return st;
    if (x->starved)
        return pol_error_oom(x->t.err);
    if (x->counting) {
        x->total += x->count;
        return POLICY_OK;
    }
    for (size_t i = 0; i < x->count; i++)
        if ((x->mutants[i].chosen = is_chosen(x)))
            make(x, rule, &x->mutants[i]);
    if (x->starved)
        return pol_error_oom(x->t.err);
    for (size_t i = 0; !st && i < rule->test_count; i++)
        if (x->passes[i])
            st = with_test(x, org, rule, i, kill);
    return st ? st : tell(x, org, rule);
}

static void take_options(mutating *x, const policy_mutate_options *o)
{
    policy_mutate_options all = POLICY_MUTATE_OPTIONS_INIT;

    if (o)
        memcpy(&all, o, o->size < sizeof(all) ? o->size : sizeof(all));
    x->o = all;
}

policy_status policy_session_mutate(policy_session *s, const char *org,
                                    const policy_mutate_options *o,
                                    int (*on_mutant)(void *user,
                                                     const policy_mutant *m),
                                    void *user, policy_error *err)
{
    mutating x = { .on_mutant = on_mutant, .user = user, .counting = true };
    policy_status st;

    take_options(&x, o);
    pol_arena_init(&x.arena, &s->allocator, 0);
    st = pol_testing_run(&x.t, s, org, mutate_rule, &x, err);
    x.counting = false;
    x.wanted = x.o.limit && x.o.limit < x.total ? x.o.limit : x.total;
    if (!st)
        st = pol_testing_run(&x.t, s, org, mutate_rule, &x, err);
    pol_arena_fini(&x.arena);
    pol_free(&s->allocator, x.mutants, x.cap * sizeof(*x.mutants));
    pol_free(&s->allocator, x.passes, x.pass_cap * sizeof(*x.passes));
    pol_free(&s->allocator, x.hits, x.hit_cap * sizeof(*x.hits));
    return st;
}
