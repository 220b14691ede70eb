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
 * without a past only.
 *
 * A memory has no tests: they are those of whatever asks for it, and what is
 * wrong with its clauses is told with the first that does. So is what is wrong
 * with those that reset a count, which several rules may share.
 *
 * A sample needs to know how many there are. All are counted first, then chosen
 * one by one with the probability that makes the sample full (Knuth 3.4.2, S):
 * each set of that size is as likely as any other, and the order stays.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "evaluate/explain_words.h"
#include "evaluate/rule_equal.h"
#include "evaluate/rule_wrong.h"

/* ORDER KIND, ORDER CHANGE */
static const char *const kind_names[] = { "match", "word", "where", "except",
                                          "requires", "count", "check",
                                          "verdict", "duty", "ladder", "scope",
                                          "memory" };
static const char *const change_names[] = { "drop",   "negate",  "apart", "less",
                                            "more",   "verdict", "half",  "twice" };
/* ORDER PART: as rule files have it; "": the condition, match or count says. */
static const char *const part_names[] = {
    "", "", "", "within", "at_least", "other", "confidence", "on", "fields",
    "over", "distinct", "sum", "", "attest", "remind", "within", "times",
    "unique", "renew", "grace", "again", "by", "evidence", "other_than",
    "escalate", "track", "repeats", "gravity", "also"
};
/* ORDER CLAUSE, ORDER GRAVITY */
static const char *const does_names[] = { "set", "clear", "reset", "open", "done",
                                          "stop" };
static const char *const gravity_names[] = { "minor", "serious", "grave" };

typedef struct mutant {
    pol_wrong wrong;
    uint32_t signal, word; /* of a word, and */
    const pol_match *from; /* who asks for its list, */
    policy_str text;       /* how a test writes it */
    bool chosen, killed;
    bool shared;           /* other rules' tests may notice it, too */
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
    const pol_org *org;    /* in hand, with its */
    const pol_rule *rule;
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

static mutant *add_part(mutating *x, pol_wrong_kind kind, pol_wrong_change how,
                        const void *what, pol_wrong_part part, size_t ordinal)
{
    mutant *m = add(x, kind, how, what);

    if (m) {
        m->wrong.part = part;
        m->wrong.ordinal = ordinal;
    }
    return m;
}

/* By one, and not below `min`. */
static void add_number(mutating *x, pol_wrong_kind kind, const void *what,
                       pol_wrong_part part, int64_t n, int64_t min)
{
    if (n > min)
        add_part(x, kind, POL_WRONG_LESS, what, part, 0);
    if (n < INT64_MAX)
        add_part(x, kind, POL_WRONG_MORE, what, part, 0);
}

/* Half of it, and twice as much. */
static void add_measure(mutating *x, pol_wrong_kind kind, const void *what,
                        pol_wrong_part part, int64_t n)
{
    if (n > 0)
        add_part(x, kind, POL_WRONG_HALF, what, part, 0);
    if (n > 0)
        add_part(x, kind, POL_WRONG_TWICE, what, part, 0);
}

static void add_conds(mutating *x, pol_wrong_kind kind, const pol_cond *c);

/* Beyond what is kept nobody can tell within what. */
static void add_known(mutating *x, pol_wrong_kind kind, const pol_cond *c)
{
    const pol_known *k = c->known;

    if (k->within.count > 0)
        add_part(x, kind, POL_WRONG_HALF, c, POL_WRONG_WITHIN, 0);
    if (k->within.count > 0 && pol_span_least(k->within) < k->record->keep)
        add_part(x, kind, POL_WRONG_TWICE, c, POL_WRONG_WITHIN, 0);
    add_number(x, kind, c, POL_WRONG_AT_LEAST, k->at_least, 1);
    if (k->other)
        add_part(x, kind, POL_WRONG_DROP, c, POL_WRONG_ANY_KEY, 0);
    add_conds(x, kind, k->where);
}

static void add_test(mutating *x, pol_wrong_kind kind, const pol_cond *c)
{
    add(x, kind, POL_WRONG_NEGATE, c);
    add(x, kind, POL_WRONG_DROP, c);
    for (size_t i = 0; c->value_count > 1 && i < c->value_count; i++)
        add_part(x, kind, POL_WRONG_DROP, c, POL_WRONG_VALUE, i);
    if (c->op == POL_COND_MORE || c->op == POL_COND_LESS)
        add_number(x, kind, c, POL_WRONG_NUMBER, c->number, INT64_MIN);
    if (c->op == POL_COND_LATER)
        add_measure(x, kind, c, POL_WRONG_NUMBER, c->number);
    if (c->known)
        add_known(x, kind, c);
}

static void add_conds(mutating *x, pol_wrong_kind kind, const pol_cond *c)
{
    if (c && c->op > POL_COND_NONE)
        add_test(x, kind, c);
    for (size_t i = 0; c && c->op <= POL_COND_NONE && i < c->kid_count; i++)
        add_conds(x, kind, &c->kids[i]);
}

static void add_matches(mutating *x, const pol_match *m)
{
    if (!m)
        return;
    if (m->op == POL_MATCH_SIGNAL)
        add(x, POL_WRONG_MATCH, POL_WRONG_DROP, m);
    if (m->op == POL_MATCH_SIGNAL && m->confidence > POLICY_CONFIDENCE_LOW)
        add_part(x, POL_WRONG_MATCH, POL_WRONG_DROP, m, POL_WRONG_CONFIDENCE, 0);
    if (m->op == POL_MATCH_NEAR)
        add_measure(x, POL_WRONG_MATCH, m, POL_WRONG_WHOLE, m->count);
    if (m->op == POL_MATCH_NEAR && !m->count)
        add(x, POL_WRONG_MATCH, POL_WRONG_APART, m);
    if (m->op == POL_MATCH_AT_LEAST)
        add_number(x, POL_WRONG_MATCH, m, POL_WRONG_WHOLE, m->count, 1);
    for (size_t i = 0; i < m->kid_count; i++)
        add_matches(x, &m->kids[i]);
}

/* What stands in the clause or the exception, from the mutant `from` on. */
static void mark(mutating *x, size_t from, const pol_clause *clause,
                 const pol_except *except)
{
    for (; from < x->count; from++) {
        x->mutants[from].wrong.clause = clause;
        x->mutants[from].wrong.except = except;
        x->mutants[from].shared = clause && !clause->record->duty;
    }
}

static void add_clause(mutating *x, pol_wrong_kind kind, const pol_clause *c)
{
    size_t from = x->count;

    add_part(x, kind, POL_WRONG_DROP, c, POL_WRONG_CLAUSE, 0);
    add_conds(x, kind, c->where);
    mark(x, from, c, NULL);
}

/* Of one instance, which stand for those of `each`. */
static void add_clauses(mutating *x, pol_wrong_kind kind, const pol_org *org,
                        const pol_record_def *record)
{
    pol_clause_walk walk = POL_CLAUSE_WALK_INIT;
    const pol_clause *c;

    while ((c = pol_clause_next(org, record, &walk)) != NULL)
        add_clause(x, kind, c);
}

static void add_attest(mutating *x, const pol_duty *duty)
{
    const pol_wrong_kind kind = POL_WRONG_DUTY;

    if (!duty->attested)
        return;
    add_part(x, kind, POL_WRONG_DROP, NULL, POL_WRONG_ATTEST, 0);
    if (duty->by.len)
        add_part(x, kind, POL_WRONG_DROP, NULL, POL_WRONG_BY, 0);
    if (duty->evidence)
        add_part(x, kind, POL_WRONG_DROP, NULL, POL_WRONG_EVIDENCE, 0);
    if (duty->not_owner)
        add_part(x, kind, POL_WRONG_DROP, NULL, POL_WRONG_NOT_OWNER, 0);
}

static void add_times(mutating *x, const pol_duty *duty)
{
    const pol_wrong_kind kind = POL_WRONG_DUTY;

    if (duty->recurs != POL_RECURS_PERIOD)
        add_measure(x, kind, NULL, POL_WRONG_DUE, duty->within.count);
    if (duty->remind_count)
        add_part(x, kind, POL_WRONG_DROP, NULL, POL_WRONG_REMIND, 0);
    if (duty->times > 1)
        add_number(x, kind, NULL, POL_WRONG_TIMES, (int64_t)duty->times, 1);
    if (duty->unique >= 0)
        add_part(x, kind, POL_WRONG_DROP, NULL, POL_WRONG_UNIQUE, 0);
    if (duty->renew)
        add_part(x, kind, POL_WRONG_DROP, NULL, POL_WRONG_RENEW, 0);
    if (duty->grace.count)
        add_part(x, kind, POL_WRONG_DROP, NULL, POL_WRONG_GRACE, 0);
    if (duty->again.count)
        add_part(x, kind, POL_WRONG_DROP, NULL, POL_WRONG_AGAIN, 0);
}

static void add_duty(mutating *x, const pol_org *org, const pol_duty *duty)
{
    add_clauses(x, POL_WRONG_DUTY, org, duty->record);
    add_attest(x, duty);
    add_times(x, duty);
    if (duty->escalated)
        add_part(x, POL_WRONG_DUTY, POL_WRONG_DROP, NULL, POL_WRONG_ESCALATE, 0);
    add(x, POL_WRONG_VERDICT, POL_WRONG_OTHER, NULL);
}

static void add_track(mutating *x, const pol_track *t)
{
    add_conds(x, POL_WRONG_WHERE, t->where);
    add_part(x, POL_WRONG_LADDER, POL_WRONG_DROP, t, POL_WRONG_TRACK, 0);
    for (size_t i = 0; i < POL_GRAVITIES; i++)
        if (t->first[i])
            add_part(x, POL_WRONG_LADDER, POL_WRONG_DROP, t, POL_WRONG_GRAVITY, i);
}

static void add_ladder(mutating *x, const pol_ladder *ladder)
{
    add_conds(x, POL_WRONG_WHERE, ladder->where);
    for (size_t i = 0; i < ladder->track_count; i++)
        add_track(x, &ladder->tracks[i]);
    if (ladder->over && ladder->raise) {
        add_part(x, POL_WRONG_LADDER, POL_WRONG_DROP, NULL, POL_WRONG_REPEATS, 0);
        add_measure(x, POL_WRONG_LADDER, NULL, POL_WRONG_OVER, ladder->over);
    }
    if (ladder->also_departments)
        add_part(x, POL_WRONG_LADDER, POL_WRONG_DROP, NULL, POL_WRONG_ALSO, 0);
}

/* A count of more than none can be no less, nor its span shorter: each event is
 * one. How long its
 * record is kept hangs on `over`, so that it can be shorter, and not longer. */
static void add_count(mutating *x, const pol_count *c)
{
    add_number(x, POL_WRONG_COUNT, c, POL_WRONG_WHOLE, c->more_than, 0);
    if (c->over > 1 && (c->more_than > 0 || c->sum >= 0))
        add_part(x, POL_WRONG_COUNT, POL_WRONG_HALF, c, POL_WRONG_OVER, 0);
    if (c->distinct >= 0)
        add_part(x, POL_WRONG_COUNT, POL_WRONG_DROP, c, POL_WRONG_DISTINCT, 0);
    if (c->sum >= 0)
        add_part(x, POL_WRONG_COUNT, POL_WRONG_DROP, c, POL_WRONG_SUM, 0);
}

static void add_except(mutating *x, const pol_except *e)
{
    size_t from = x->count;

    add(x, POL_WRONG_EXCEPT, POL_WRONG_DROP, e);
    add_conds(x, POL_WRONG_EXCEPT, e->where);
    mark(x, from, NULL, e);
}

/* One type of several, one field of several. */
static void add_scope(mutating *x, const pol_rule *rule)
{
    const pol_scope *f = &rule->fields;
    size_t fields = f->parts + f->role_count;

    for (size_t t = 0; rule->types & (rule->types - 1) && t < 32; t++)
        if (rule->types >> t & 1)
            add_part(x, POL_WRONG_SCOPE, POL_WRONG_DROP, rule, POL_WRONG_TYPE, t);
    for (size_t i = 0; i < POLICY_FIELD_COUNT; i++)
        fields += f->mask[i / 64] >> i % 64 & 1;
    if (f->all || fields < 2)
        return;
    for (size_t i = 0; i < POLICY_FIELD_COUNT; i++)
        if (f->mask[i / 64] >> i % 64 & 1)
            add_part(x, POL_WRONG_SCOPE, POL_WRONG_DROP, rule, POL_WRONG_FIELD, i);
    if (f->parts)
        add_part(x, POL_WRONG_SCOPE, POL_WRONG_DROP, rule, POL_WRONG_FIELD,
                 POLICY_FIELD_COUNT);
    for (size_t i = 0; i < f->role_count; i++)
        add_part(x, POL_WRONG_SCOPE, POL_WRONG_DROP, rule, POL_WRONG_FIELD,
                 POLICY_FIELD_COUNT + 1 + i);
}

static void add_rule(mutating *x, const pol_rule *rule)
{
    add_conds(x, POL_WRONG_WHERE, rule->where);
    add_matches(x, rule->match);
    add_scope(x, rule);
    for (size_t i = 0; i < rule->except_count; i++)
        add_except(x, &rule->excepts[i]);
    add_conds(x, POL_WRONG_REQUIRES, rule->requires);
    if (rule->count)
        add_count(x, rule->count);
    if (rule->guard_file >= 0)
        add(x, POL_WRONG_CHECK, POL_WRONG_DROP, NULL);
    if (rule->escalate.set)
        add_part(x, POL_WRONG_DUTY, POL_WRONG_DROP, rule, POL_WRONG_ESCALATE, 0);
    add(x, POL_WRONG_VERDICT, POL_WRONG_OTHER, NULL);
}

/* --- records that several may ask for */

static bool cond_asks(const pol_cond *c, const pol_record_def *record)
{
    if (!c)
        return false;
    if (c->known && (c->known->record == record ||
                     cond_asks(c->known->where, record)))
        return true;
    for (size_t i = 0; i < c->kid_count; i++)
        if (cond_asks(&c->kids[i], record))
            return true;
    return false;
}

static bool duty_asks(const pol_org *org, const pol_duty *duty,
                      const pol_record_def *record)
{
    pol_clause_walk walk = POL_CLAUSE_WALK_INIT;
    const pol_clause *c;

    while ((c = pol_clause_next(org, duty->record, &walk)) != NULL)
        if (cond_asks(c->where, record))
            return true;
    return false;
}

static bool ladder_asks(const pol_ladder *ladder, const pol_record_def *record)
{
    if (cond_asks(ladder->where, record))
        return true;
    for (size_t i = 0; i < ladder->track_count; i++)
        if (cond_asks(ladder->tracks[i].where, record))
            return true;
    return false;
}

static bool asks(const pol_org *org, const pol_rule *rule,
                 const pol_record_def *record)
{
    if (rule->of == POL_OF_DUTY)
        return duty_asks(org, pol_testing_duty(org, rule), record);
    if (rule->of == POL_OF_LADDER)
        return ladder_asks(pol_testing_ladder(org, rule), record);
    for (size_t i = 0; i < rule->except_count; i++)
        if (cond_asks(rule->excepts[i].where, record))
            return true;
    for (size_t i = 0; i < rule->read_count; i++)
        if (rule->reads[i].record == record)
            return true;
    return cond_asks(rule->where, record) || cond_asks(rule->requires, record) ||
           (rule->count && rule->count->record == record);
}

typedef struct asking {
    mutating *x;
    const pol_rule *until;
    const pol_record_def *record;
    bool found, over;
} asking;

static policy_status look_before(void *user, const pol_org *org,
                                 const pol_rule *rule)
{
    asking *a = user;

    a->over = a->over || rule == a->until;
    a->found = a->found || (!a->over && asks(org, rule, a->record));
    return POLICY_OK;
}

/* Of the records that no rule before this one asks for. */
static void add_records(mutating *x, const pol_org *org, const pol_rule *rule)
{
    for (size_t i = 0; i < org->record_count; i++) {
        const pol_record_def *record = org->records[i];
        asking a = { .x = x, .until = rule, .record = record };

        if (record->kind == POL_RECORD_DUTY || !asks(org, rule, record))
            continue;
        pol_testing_each(org, look_before, &a);
        if (!a.found)
            add_clauses(x, record->kind == POL_RECORD_COUNT ? POL_WRONG_COUNT
                                                            : POL_WRONG_MEMORY,
                        org, record);
    }
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
    add_records(x, org, rule);
}

static const pol_match *asker_of(const pol_match *m, uint32_t signal)
{
    const pol_match *found = NULL;

    if (m->op == POL_MATCH_SIGNAL)
        return m->signal == signal ? m : NULL;
    for (size_t i = 0; !found && i < m->kid_count; i++)
        found = asker_of(&m->kids[i], signal);
    return found;
}

/* The words of lists that the test has. */
static void find_words(mutating *x, const pol_evaluation *v,
                       const pol_rule *rule)
{
    for (size_t i = 0; i < v->hits.count; i++) {
        const pol_signal_hit *h = &v->hits.hits[i];
        const pol_match *from = NULL;
        size_t k = 0;
        mutant *m;

        if (v->org->signals[h->signal].kind != POL_SIGNAL_LIST ||
            !rule->match || !(from = asker_of(rule->match, h->signal)))
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
        m->from = from;
        m->text = pol_arena_dup(
            &x->arena, (policy_str){ v->texts[h->text].text.ptr + h->start,
                                     h->end - h->start });
        x->starved = x->starved || !m->text.ptr;
    }
}

/* --- tests ------------------------------------------------------------------------ */

/* What is counted in an evaluation stays counted in it, and clauses write only in
 * a whole one. */
static bool is_played(const mutant *m)
{
    return m->wrong.clause || (m->wrong.kind == POL_WRONG_COUNT && m->wrong.part);
}

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

        if (m->chosen && !m->killed && !is_played(m))
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

/* Of the organisation that stands in what is wrong with the rule in hand. */
static bool change(mutating *x, const mutant *m)
{
    if (m->wrong.clause)
        return pol_stand_in_clause(&x->stand_in, &m->wrong, &x->arena);
    if (x->rule->of != POL_OF_RULE)
        return pol_stand_in_face(&x->stand_in, x->rule, &m->wrong, &x->arena);
    pol_stand_in_rule(&x->stand_in, x->rule, &m->rule);
    return true;
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

    if (m && !change(x, m))
        return pol_error_oom(x->t.err);
    s->stand_in = m ? &x->stand_in.org : NULL;
    s->suspect = rule->of == POL_OF_RULE ? (size_t)(rule - org->rules) : SIZE_MAX;
    st = pol_testing_play(&x->t, org, rule, test, &player);
    s->stand_in = NULL;
    *holds = r.holds;
    return st;
}

/* Those that are chosen and live; `others`: that tests of another rule may
 * notice. */
static policy_status kill_past(mutating *x, const pol_org *org,
                               const pol_rule *rule, const pol_rule_test *test,
                               bool others)
{
    policy_status st = POLICY_OK;
    bool holds = true;

    for (size_t i = 0; !st && i < x->count; i++) {
        mutant *m = &x->mutants[i];

        if (!m->chosen || m->killed || m->wrong.kind == POL_WRONG_WORD ||
            (others && !(m->shared && asks(org, rule, m->wrong.clause->record))) ||
            (pol_testing_is_plain(test) && !is_played(m)))
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
    if (pol_testing_is_plain(&rule->tests[number])) {
        policy_status st = with_test(x, org, rule, number, kill);

        if (st || !rule->count)
            return st;
    }
    return kill_past(x, org, rule, &rule->tests[number], false);
}

static bool is_open(const mutating *x, const pol_org *org, const pol_rule *rule)
{
    for (size_t i = 0; i < x->count; i++) {
        const mutant *m = &x->mutants[i];

        if (m->chosen && m->shared && !m->killed &&
            asks(org, rule, m->wrong.clause->record))
            return true;
    }
    return false;
}

/* By the tests of another rule that asks for the same record. */
static policy_status kill_by_other(void *user, const pol_org *org,
                                   const pol_rule *rule)
{
    mutating *x = user;
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && rule != x->rule && i < rule->test_count; i++) {
        bool passes;

        if (pol_testing_is_plain(&rule->tests[i]) || !is_open(x, org, rule))
            continue;
        st = play(x, org, rule, &rule->tests[i], NULL, &passes);
        if (!st && passes)
            st = kill_past(x, org, rule, &rule->tests[i], true);
    }
    return st;
}

static bool has_shared(const mutating *x)
{
    for (size_t i = 0; i < x->count; i++)
        if (x->mutants[i].shared)
            return true;
    return false;
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

static policy_str first_type(uint32_t types)
{
    return types ? pol_str(pol_types[__builtin_ctz(types)].name) : POL_STR("");
}

static void put_spot(policy_mutant *out, const pol_spot *spot)
{
    if (!spot->file)
        return;
    out->file = pol_str(spot->file);
    out->line = spot->line;
    out->column = spot->column;
}

static void fill_clause(const pol_clause *c, policy_mutant *out)
{
    out->key = pol_str(does_names[c->does]);
    out->wanted = c->rule.len ? c->rule : first_type(c->types);
    put_spot(out, &c->spot);
}

/* A test, or a part of it. */
static void fill_cond(pol_evaluation *v, const pol_wrong *w, policy_mutant *out)
{
    const pol_cond *c = w->what;
    const char *part = part_names[w->part];

    out->key = *part ? pol_str(part) : pol_cond_key(v, c);
    if (w->part == POL_WRONG_VALUE)
        out->wanted = pol_value_shown(v, &c->values[w->ordinal]);
    else
        out->wanted = *part ? pol_known_name(c->known) : pol_cond_wanted(v, c);
    put_spot(out, &c->spot);
}

static void fill_match(pol_evaluation *v, const pol_wrong *w, policy_mutant *out)
{
    const pol_match *m = w->what;

    out->key = w->part == POL_WRONG_CONFIDENCE ? pol_str(part_names[w->part])
               : w->change == POL_WRONG_DROP   ? POL_STR("match")
                                               : pol_match_key(m);
    out->wanted = pol_match_wanted(v, m);
    put_spot(out, &m->spot);
}

static void fill_except(const pol_rule *rule, const pol_except *e,
                        policy_mutant *out)
{
    out->key = POL_STR("except");
    out->wanted = e->why;
    out->file = pol_place_file(rule, e->file);
    out->line = e->line;
    out->column = e->column;
}

static void fill_count(pol_evaluation *v, const pol_wrong *w, policy_mutant *out)
{
    const pol_count *c = w->what;

    out->key = w->part ? pol_str(part_names[w->part]) : pol_count_key(v, c);
    out->wanted = w->part == POL_WRONG_DISTINCT
                      ? pol_str(pol_fields[c->distinct].name)
                  : w->part == POL_WRONG_SUM ? pol_str(pol_fields[c->sum].name)
                                             : pol_count_wanted(v, c);
    put_spot(out, &c->spot);
}

static void fill_scope(mutating *x, const pol_rule *rule, const pol_wrong *w,
                       policy_mutant *out)
{
    size_t role = w->ordinal - POLICY_FIELD_COUNT - 1;

    out->key = pol_str(part_names[w->part]);
    out->wanted = w->part == POL_WRONG_TYPE
                      ? pol_str(pol_types[w->ordinal].name)
                  : w->ordinal < POLICY_FIELD_COUNT
                      ? pol_str(pol_fields[w->ordinal].name)
                  : w->ordinal == POLICY_FIELD_COUNT
                      ? POL_STR("parts")
                      : pol_testing_join(&x->t, "parts.", rule->fields.roles[role]);
}

/* Of a duty or a ladder. */
static void fill_part(const pol_wrong *w, policy_mutant *out)
{
    const pol_track *track = w->what;

    out->key = pol_str(part_names[w->part]);
    if (w->part != POL_WRONG_TRACK && w->part != POL_WRONG_GRAVITY)
        return;
    out->wanted = w->part == POL_WRONG_TRACK ? pol_str(track->id)
                                             : pol_str(gravity_names[w->ordinal]);
    put_spot(out, &track->spot);
}

static void fill_word(const pol_evaluation *v, const mutant *m,
                      policy_mutant *out)
{
    out->key = v->org->signals[m->signal].name;
    out->wanted = m->text;
    if (m->from)
        put_spot(out, &m->from->spot);
}

static void fill(mutating *x, pol_evaluation *v, const pol_rule *rule,
                 const mutant *m, policy_mutant *out)
{
    const pol_wrong *w = &m->wrong;

    if (w->part == POL_WRONG_CLAUSE)
        fill_clause(w->clause, out);
    else if (w->kind == POL_WRONG_EXCEPT && w->what == w->except)
        fill_except(rule, w->except, out);
    else if ((w->clause && w->what != w->clause) || w->except ||
             w->kind == POL_WRONG_WHERE || w->kind == POL_WRONG_REQUIRES)
        fill_cond(v, w, out);
    else if (w->kind == POL_WRONG_MATCH)
        fill_match(v, w, out);
    else if (w->kind == POL_WRONG_COUNT)
        fill_count(v, w, out);
    else if (w->kind == POL_WRONG_SCOPE)
        fill_scope(x, rule, w, out);
    else if (w->kind == POL_WRONG_DUTY || w->kind == POL_WRONG_LADDER)
        fill_part(w, out);
    else if (w->kind == POL_WRONG_WORD)
        fill_word(v, m, out);
    else
        out->key = pol_str(kind_names[w->kind]);
    if (w->kind == POL_WRONG_VERDICT)
        out->wanted = pol_str(policy_verdict_name(rule->verdict));
}

static bool excepts_equal(const pol_rule *a, const pol_rule *b)
{
    for (size_t i = 0; i < a->except_count; i++)
        if (!pol_cond_equal(a->excepts[i].where, b->excepts[i].where))
            return false;
    return true;
}

/* Could no test tell them apart? Asked of the few that live. Without a gate
 * there is nothing that could be true of it. */
static bool is_equivalent(const pol_rule *rule, const mutant *m)
{
    const pol_rule *wrong = &m->rule;

    if (m->killed || m->wrong.clause || rule->of != POL_OF_RULE)
        return false;
    switch (m->wrong.kind) {
    case POL_WRONG_WHERE:
        return pol_cond_equal(rule->where, wrong->where);
    case POL_WRONG_REQUIRES:
        return wrong->requires && pol_cond_equal(rule->requires, wrong->requires);
    case POL_WRONG_MATCH:
        return pol_match_equal(rule->match, wrong->match);
    case POL_WRONG_EXCEPT:
        return wrong->except_count == rule->except_count &&
               excepts_equal(rule, wrong);
    default:
        return false;
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
            .file = rule->file, .line = rule->line, .column = rule->column,
            .key = { "", 0 }, .wanted = { "", 0 }, .killed = m->killed,
            .total = x->wanted,
        };

        if (!m->chosen)
            continue;
        out.equivalent = is_equivalent(rule, m);
        fill(x, &v, rule, m, &out);
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
    x->org = org;
    x->rule = rule;
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
    if (!st && has_shared(x))
        st = pol_testing_each(org, kill_by_other, x);
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
