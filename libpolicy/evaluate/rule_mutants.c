/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Would some test fail if the rule were wrong? A rule is wronged on purpose, in
 * one place, and its own tests are run again: if all of them still pass, nobody
 * would notice the mistake.
 *
 * A mutant is a copy of the rule that is wrong in that place (rule_wrong.c). What
 * costs is to fold and scan the text of a test, and that is done once for all
 * mutants of its rule, since none of them changes what there is to find. (A
 * word that was struck from a list is a hit that is taken away.) The index is not
 * asked: it was made for the rule as it is.
 *
 * A test that has a past, or steps, is played anew for each mutant, since what
 * was written and counted before hangs on the rule. Words are struck in tests
 * without a past only. Of a duty its clauses and what else ends it are dropped,
 * of a ladder its tracks; what else a rule's findings write is not.
 *
 * A sample needs to know how many there are. All are counted first, then chosen
 * one by one with the probability that makes the sample full (Knuth 3.4.2, S):
 * each set of that size is as likely as any other, and the order stays.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "evaluate/explain_words.h"
#include "evaluate/rule_wrong.h"

/* ORDER KIND, ORDER CHANGE */
static const char *const kind_names[] = { "match", "word", "where", "except",
                                          "requires", "count", "check",
                                          "verdict", "duty", "ladder" };
static const char *const change_names[] = { "drop",   "negate", "apart",
                                            "less", "more",   "verdict" };

typedef struct mutant {
    pol_wrong wrong;
    uint32_t signal, word; /* of a word, and */
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
    pol_stand_in stand_in; /* of the organisation in hand */
    bool counting, stopped, starved;
    uint64_t total, seen, chosen; /* of all rules; so far */
    uint64_t told, wanted;
} mutating;

/* --- what can be changed -------------------------------------------------------- */

static mutant *add(mutating *x, pol_wrong_kind kind, pol_wrong_change how,
                   const void *what)
{
    if (x->starved || !pol_grow(&x->t.s->allocator, (void **)&x->mutants,
                                &x->cap, x->count + 1, sizeof(*x->mutants))) {
        x->starved = true;
        return NULL;
    }
    x->mutants[x->count] = (mutant){ .wrong = { .kind = kind, .change = how,
                                                .what = what } };
    return &x->mutants[x->count++];
}

static void add_conds(mutating *x, pol_wrong_kind kind, const pol_cond *c)
{
    if (!c)
        return;
    if (c->op > POL_COND_NONE) {
        add(x, kind, POL_WRONG_NEGATE, c);
        add(x, kind, POL_WRONG_DROP, c);
        return;
    }
    for (size_t i = 0; i < c->kid_count; i++)
        add_conds(x, kind, &c->kids[i]);
}

static void add_matches(mutating *x, const pol_match *m)
{
    if (!m)
        return;
    if (m->op == POL_MATCH_SIGNAL)
        add(x, POL_WRONG_MATCH, POL_WRONG_DROP, m);
    if (m->op == POL_MATCH_NEAR)
        add(x, POL_WRONG_MATCH, POL_WRONG_APART, m);
    if (m->op == POL_MATCH_AT_LEAST && m->count > 1)
        add(x, POL_WRONG_MATCH, POL_WRONG_LESS, m);
    if (m->op == POL_MATCH_AT_LEAST)
        add(x, POL_WRONG_MATCH, POL_WRONG_MORE, m);
    for (size_t i = 0; i < m->kid_count; i++)
        add_matches(x, &m->kids[i]);
}

static void add_part(mutating *x, pol_wrong_kind kind, pol_wrong_part part,
                     const void *what, size_t ordinal)
{
    mutant *m = add(x, kind, POL_WRONG_DROP, what);

    if (m) {
        m->wrong.part = part;
        m->wrong.ordinal = ordinal;
    }
}

/* Clauses of one instance, which those of `each` share. One that goes with the
 * findings of a rule is not among them. */
static void add_duty(mutating *x, const pol_org *org, const pol_duty *duty)
{
    for (pol_clause_does does = POL_CLAUSE_OPEN; does <= POL_CLAUSE_STOP; does++) {
        size_t ordinal = 0;

        for (size_t i = 0; i < org->clause_count; i++)
            if (org->clauses[i].record == duty->record &&
                org->clauses[i].does == does)
                add_part(x, POL_WRONG_DUTY, POL_WRONG_CLAUSE, &org->clauses[i],
                         ordinal++);
    }
    if (duty->attested)
        add_part(x, POL_WRONG_DUTY, POL_WRONG_ATTEST, NULL, 0);
    if (duty->remind_count)
        add_part(x, POL_WRONG_DUTY, POL_WRONG_REMIND, NULL, 0);
    add(x, POL_WRONG_VERDICT, POL_WRONG_OTHER, NULL);
}

static void add_ladder(mutating *x, const pol_ladder *ladder)
{
    add_conds(x, POL_WRONG_WHERE, ladder->where);
    for (size_t i = 0; i < ladder->track_count; i++) {
        add_conds(x, POL_WRONG_WHERE, ladder->tracks[i].where);
        add_part(x, POL_WRONG_LADDER, POL_WRONG_TRACK, &ladder->tracks[i], 0);
    }
    if (ladder->over && ladder->raise)
        add_part(x, POL_WRONG_LADDER, POL_WRONG_REPEATS, NULL, 0);
}

/* A count of more than none can be no less: each event is one. */
static void add_rule(mutating *x, const pol_rule *rule)
{
    add_conds(x, POL_WRONG_WHERE, rule->where);
    add_matches(x, rule->match);
    for (size_t i = 0; i < rule->except_count; i++)
        add(x, POL_WRONG_EXCEPT, POL_WRONG_DROP, &rule->excepts[i]);
    add_conds(x, POL_WRONG_REQUIRES, rule->requires);
    if (rule->count && rule->count->more_than > 0)
        add(x, POL_WRONG_COUNT, POL_WRONG_LESS, rule->count);
    if (rule->count && rule->count->more_than < INT64_MAX)
        add(x, POL_WRONG_COUNT, POL_WRONG_MORE, rule->count);
    if (rule->guard_file >= 0)
        add(x, POL_WRONG_CHECK, POL_WRONG_DROP, NULL);
    add(x, POL_WRONG_VERDICT, POL_WRONG_OTHER, NULL);
}

static void find_parts(mutating *x, const pol_org *org, const pol_rule *rule)
{
    x->count = 0;
    x->starved = false;
    if (rule->of == POL_OF_DUTY)
        add_duty(x, org, pol_testing_duty(org, rule));
    else if (rule->of == POL_OF_LADDER)
        add_ladder(x, pol_testing_ladder(org, rule));
    else
        add_rule(x, rule);
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
               (x->mutants[k].wrong.kind != POL_WRONG_WORD ||
                x->mutants[k].signal != h->signal ||
                x->mutants[k].word != h->word))
            k++;
        if (k < x->count || !(m = add(x, POL_WRONG_WORD, POL_WRONG_DROP, NULL)))
            continue;
        m->signal = h->signal;
        m->word = h->word;
        m->text = pol_arena_dup(
            &x->arena, (policy_str){ v->texts[h->text].text.ptr + h->start,
                                     h->end - h->start });
        x->starved = x->starved || !m->text.ptr;
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

    if (st)
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
            m->killed = m->wrong.kind == POL_WRONG_WORD
                            ? !passes_without(x, v, m, test)
                            : !passes(v, &m->rule, test);
    }
}

/* --- tests with a past */

typedef struct replay {
    mutating *x;
    const pol_rule *rule;
    bool holds;
} replay;

static bool on_decision(void *user, const pol_test_step *step,
                        const policy_decision *d, const policy_error *why)
{
    replay *r = user;

    (void)why;
    r->holds = d && pol_testing_holds(&r->x->t, r->rule, step->test, d);
    return r->holds;
}

/* With the organisation as it is (`m` NULL), or as the mutant has it. */
static policy_status play(mutating *x, const pol_org *org, const pol_rule *rule,
                          const pol_rule_test *test, const mutant *m,
                          bool *holds)
{
    policy_session *s = x->t.s;
    replay r = { x, rule, true };
    pol_test_player player = { NULL, on_decision, &r };
    policy_status st;

    if (m && rule->of == POL_OF_RULE)
        pol_stand_in_rule(&x->stand_in, rule, &m->rule);
    else if (m && !pol_stand_in_face(&x->stand_in, rule, &m->wrong, &x->arena))
        return pol_error_oom(x->t.err);
    s->stand_in = m ? &x->stand_in.org : NULL;
    s->suspect = rule->of == POL_OF_RULE ? (size_t)(rule - org->rules) : SIZE_MAX;
    st = pol_testing_play(&x->t, org, rule, test, &player);
    s->stand_in = NULL;
    *holds = r.holds;
    return st;
}

/* Those that are chosen and live. */
static policy_status kill_past(mutating *x, const pol_org *org,
                               const pol_rule *rule, const pol_rule_test *test)
{
    policy_status st = POLICY_OK;
    bool holds = true;

    for (size_t i = 0; !st && i < x->count; i++) {
        mutant *m = &x->mutants[i];

        if (!m->chosen || m->killed || m->wrong.kind == POL_WRONG_WORD)
            continue;
        if (!pol_stand_in_take(&x->stand_in, &x->t.s->allocator, org))
            return pol_error_oom(x->t.err);
        st = play(x, org, rule, test, m, &holds);
        m->killed = !st && !holds;
    }
    return st;
}

static policy_status look_at(mutating *x, const pol_org *org,
                             const pol_rule *rule, size_t number)
{
    if (pol_testing_is_plain(&rule->tests[number]))
        return with_test(x, org, rule, number, look);
    return play(x, org, rule, &rule->tests[number], NULL, &x->passes[number]);
}

static policy_status kill_by(mutating *x, const pol_org *org,
                             const pol_rule *rule, size_t number)
{
    if (pol_testing_is_plain(&rule->tests[number]))
        return with_test(x, org, rule, number, kill);
    return kill_past(x, org, rule, &rule->tests[number]);
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

/* ORDER CLAUSE, from OPEN on */
static const char *const does_names[] = { "open", "done", "stop" };

static policy_str first_type(uint32_t types)
{
    return types ? pol_str(pol_types[__builtin_ctz(types)].name) : POL_STR("");
}

/* Of a duty or a ladder. */
static void fill_part(const pol_wrong *w, policy_mutant *out)
{
    const pol_clause *clause = w->what;
    const pol_track *track = w->what;

    switch (w->part) {
    case POL_WRONG_CLAUSE:
        out->key = pol_str(does_names[clause->does - POL_CLAUSE_OPEN]);
        out->wanted = first_type(clause->types);
        break;
    case POL_WRONG_ATTEST:
        out->key = POL_STR("attest");
        break;
    case POL_WRONG_REMIND:
        out->key = POL_STR("remind");
        break;
    case POL_WRONG_TRACK:
        out->key = POL_STR("track");
        out->wanted = pol_str(track->id);
        break;
    case POL_WRONG_REPEATS:
        out->key = POL_STR("repeats");
        break;
    }
}

static void fill(pol_evaluation *v, const pol_rule *rule, const mutant *m,
                 policy_mutant *out)
{
    const pol_wrong *w = &m->wrong;
    const pol_except *except = w->what;

    switch (w->kind) {
    case POL_WRONG_MATCH:
        out->key = w->change == POL_WRONG_APART  ? POL_STR("near")
                   : w->change == POL_WRONG_DROP ? POL_STR("match")
                                                 : POL_STR("at_least");
        out->wanted = pol_match_wanted(v, w->what);
        break;
    case POL_WRONG_COUNT:
        out->key = pol_count_key(v, w->what);
        out->wanted = pol_count_wanted(v, w->what);
        break;
    case POL_WRONG_DUTY:
    case POL_WRONG_LADDER:
        fill_part(w, out);
        break;
    case POL_WRONG_WORD:
        out->key = v->org->signals[m->signal].name;
        out->wanted = m->text;
        break;
    case POL_WRONG_WHERE:
    case POL_WRONG_REQUIRES:
        out->key = pol_cond_key(v, w->what);
        out->wanted = pol_cond_wanted(v, w->what);
        break;
    case POL_WRONG_EXCEPT:
        out->key = POL_STR("except");
        out->wanted = except->why;
        out->file = pol_place_file(rule, except->file);
        out->line = except->line;
        break;
    case POL_WRONG_CHECK:
        out->key = POL_STR("check");
        break;
    case POL_WRONG_VERDICT:
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
            .kind = kind_names[m->wrong.kind],
            .change = change_names[m->wrong.change],
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
    find_parts(x, org, rule);
    if (!pol_grow(&x->t.s->allocator, (void **)&x->passes, &x->pass_cap,
                  rule->test_count + 1, sizeof(*x->passes)))
        return pol_error_oom(x->t.err);
    memset(x->passes, 0, rule->test_count * sizeof(*x->passes));
    for (size_t i = 0; !st && i < rule->test_count; i++)
        st = look_at(x, org, rule, i);
    if (st)
        return st;
    if (x->starved)
        return pol_error_oom(x->t.err);
    if (x->counting) {
        x->total += x->count;
        return POLICY_OK;
    }
    for (size_t i = 0; i < x->count; i++)
        if ((x->mutants[i].chosen = is_chosen(x)) &&
            !pol_wrong_rule(&x->mutants[i].rule, rule, &x->mutants[i].wrong,
                            &x->arena))
            x->starved = true;
    if (x->starved)
        return pol_error_oom(x->t.err);
    for (size_t i = 0; !st && i < rule->test_count; i++)
        if (x->passes[i])
            st = kill_by(x, org, rule, i);
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
    pol_stand_in_fini(&x.stand_in, &s->allocator);
    return st;
}
