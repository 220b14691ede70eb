/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of a rule reach of it. Each part of the rule that can go either
 * way is a point, which counts the tests that saw it go one way and the other; a
 * test counts only for its own rule, since that alone says what it expects. Of
 * steps each that expects something is a test, on the state that those before it
 * left. Of duties the points are what may come of them, and the clauses that
 * make it so; of ladders their steps, and the conditions that lead there.
 *
 * Conditions count as they are asked: what stands behind the first test that
 * decides is not seen. The lines of a check are told by the machine's line hook,
 * which no other session pays for.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/slice.h"
#include "evaluate/explain_words.h"
#include "evaluate/rule_wrong.h"
#include "rule/verdict.h"

typedef enum point_kind {
    RULE, WHERE, MATCH, EXCEPT, REQUIRES, COUNT, CHECK, DUTY, LADDER
} point_kind;

/* ORDER KIND */
static const char *const kind_names[] = { "rule", "where", "match", "except",
                                          "requires", "count", "check", "duty",
                                          "ladder" };

typedef struct point {
    point_kind kind;
    const void *what;  /* pol_cond, pol_match, pol_except, pol_count,
                          pol_clause; of DUTY in pol_expect_names; of LADDER a
                          pol_step, */
    const pol_track *track; /* and its track */
    const pol_clause *clause; /* of DUTY: that it is, or stands in; NULL: none */
    bool test;         /* `what` is a pol_cond */
    uint32_t line;     /* of a check */
    uint32_t parts;    /* 1: only that it went the one way is asked */
    uint64_t yes, no;
} point;

typedef struct covering {
    pol_testing t;
    void (*on_part)(void *user, const policy_coverage *c);
    void *user;
    pol_guard_lines lines, listed;
    point *points;  /* of the rule in hand */
    size_t count, cap;
    uint64_t test;  /* number of the test in hand, of all rules */
    uint64_t *seen; /* by point: the test that saw its line last */
    size_t seen_cap;
    bool starved;
    bool seeing;    /* the rule in hand: lines of others run between */
    const pol_org *org;   /* in hand, with its */
    const pol_rule *rule;
} covering;

static void add_point(covering *x, point_kind kind, const void *what,
                      uint32_t line, uint32_t parts)
{
    const policy_allocator *a = &x->t.s->allocator;

    if (x->starved ||
        !pol_grow(a, (void **)&x->points, &x->cap, x->count + 1,
                  sizeof(*x->points)) ||
        !pol_grow(a, (void **)&x->seen, &x->seen_cap, x->count + 1,
                  sizeof(*x->seen))) {
        x->starved = true;
        return;
    }
    x->seen[x->count] = 0;
    x->points[x->count++] = (point){ .kind = kind, .what = what, .line = line,
                                     .parts = parts };
}

static void count(covering *x, const void *what, bool yes)
{
    for (size_t i = 0; i < x->count; i++) {
        point *p = &x->points[i];

        if (p->what != what)
            continue;
        p->yes += yes;
        p->no += !yes;
    }
}

/* --- the points of a rule ------------------------------------------------------ */

static void add_tests(covering *x, point_kind kind, const pol_cond *c)
{
    if (!c)
        return;
    if (c->op > POL_COND_NONE) {
        add_point(x, kind, c, 0, 2);
        if (!x->starved)
            x->points[x->count - 1].test = true;
    }
    for (size_t i = 0; c->op <= POL_COND_NONE && i < c->kid_count; i++)
        add_tests(x, kind, &c->kids[i]);
}

static bool is_measured(const pol_match *m)
{
    return m->op == POL_MATCH_NEAR || m->op == POL_MATCH_AT_LEAST;
}

static void add_matches(covering *x, const pol_match *m)
{
    if (!m)
        return;
    if (m->op == POL_MATCH_SIGNAL)
        add_point(x, MATCH, m, 0, 1);
    else if (is_measured(m))
        add_point(x, MATCH, m, 0, 2);
    for (size_t i = 0; i < m->kid_count; i++)
        add_matches(x, &m->kids[i]);
}

/* Lines come in no order, and some twice. */
static void on_listed(void *user, uint32_t file, uint32_t line)
{
    covering *x = user;
    size_t at = x->count;

    (void)file;
    while (at > 0 && x->points[at - 1].kind == CHECK &&
           x->points[at - 1].line > line)
        at--;
    if (at > 0 && x->points[at - 1].kind == CHECK &&
        x->points[at - 1].line == line)
        return;
    add_point(x, CHECK, NULL, line, 1);
    if (x->starved)
        return;
    memmove(x->points + at + 1, x->points + at,
            (x->count - 1 - at) * sizeof(*x->points));
    x->points[at] = (point){ .kind = CHECK, .line = line, .parts = 1 };
}

static void add_outcome(covering *x, pol_expect e)
{
    add_point(x, DUTY, &pol_expect_names[e - POL_EXPECT_HIT], 0, 1);
}

/* Of one instance, which stand for those of `each`. */
static void add_clauses(covering *x, const pol_org *org, const pol_duty *duty)
{
    pol_clause_walk walk = POL_CLAUSE_WALK_INIT;
    const pol_clause *c;

    while ((c = pol_clause_next(org, duty->record, &walk)) != NULL) {
        size_t from = x->count;

        add_point(x, DUTY, c, 0, 1);
        add_tests(x, DUTY, c->where);
        for (; from < x->count; from++)
            x->points[from].clause = c;
    }
}

/* What may become of it. */
static void add_duty(covering *x, const pol_org *org, const pol_duty *duty)
{
    add_clauses(x, org, duty);

    add_outcome(x, POL_EXPECT_OPENED);
    if (!duty->timer)
        add_outcome(x, POL_EXPECT_DONE);
    if (duty->remind_count)
        add_outcome(x, POL_EXPECT_REMINDED);
    add_outcome(x, POL_EXPECT_OVERDUE);
}

static void add_ladder(covering *x, const pol_ladder *ladder)
{
    add_tests(x, WHERE, ladder->where);
    for (size_t i = 0; i < ladder->track_count; i++) {
        const pol_track *track = &ladder->tracks[i];

        add_tests(x, WHERE, track->where);
        for (size_t k = 0; k < track->step_count; k++) {
            add_point(x, LADDER, &track->steps[k], 0, 1);
            if (!x->starved)
                x->points[x->count - 1].track = track;
        }
    }
}

/* The only test of one has gone both ways where it applied, and did not. */
static bool has_several(const pol_except *e)
{
    return e->where && e->where->op <= POL_COND_NONE;
}

static policy_status add_rule(covering *x, pol_evaluation *v,
                              const pol_rule *rule)
{
    add_point(x, RULE, rule, 0, 2);
    add_tests(x, WHERE, rule->where);
    add_matches(x, rule->match);
    for (size_t i = 0; i < rule->except_count; i++) {
        add_point(x, EXCEPT, &rule->excepts[i], 0, 1);
        if (has_several(&rule->excepts[i]))
            add_tests(x, EXCEPT, rule->excepts[i].where);
    }
    add_tests(x, REQUIRES, rule->requires);
    if (rule->count)
        add_point(x, COUNT, rule->count, 0, 2);
    return rule->guard_file < 0 ? POLICY_OK
                                : pol_list_guard_lines(v, rule, &x->listed);
}

static policy_status find_points(covering *x, pol_evaluation *v,
                                 const pol_rule *rule)
{
    policy_status st = POLICY_OK;

    x->count = 0;
    x->starved = false;
    if (rule->of == POL_OF_DUTY)
        add_duty(x, v->org, pol_testing_duty(v->org, rule));
    else if (rule->of == POL_OF_LADDER)
        add_ladder(x, pol_testing_ladder(v->org, rule));
    else
        st = add_rule(x, v, rule);
    return !st && x->starved ? pol_error_oom(x->t.err) : st;
}

/* --- one test -------------------------------------------------------------------- */

/* As the condition is asked: up to the first that decides. An unknown test has
 * gone neither way. */
static pol_truth see_tests(covering *x, pol_evaluation *v, const pol_cond *c)
{
    pol_truth decides = c->op == POL_COND_ALL ? POL_FALSE : POL_TRUE;

    if (c->op <= POL_COND_NONE) {
        for (size_t i = 0; i < c->kid_count; i++)
            if (see_tests(x, v, &c->kids[i]) == decides)
                break;
        return pol_cond_eval(c, &v->view, NULL);
    }
    switch (pol_cond_eval(c, &v->view, NULL)) {
    case POL_TRUE:
        count(x, c, true);
        return POL_TRUE;
    case POL_FALSE:
        count(x, c, false);
        return POL_FALSE;
    default:
        return POL_UNKNOWN;
    }
}

/* Is there what `near` or `at_least` measures? */
static bool is_there(const pol_evaluation *v, const pol_rule *rule,
                     const pol_match *m)
{
    for (size_t i = 0; i < m->kid_count; i++)
        if (!pol_judge_part(v, rule, &m->kids[i]))
            return false;
    return true;
}

static void see_matches(covering *x, const pol_evaluation *v,
                        const pol_rule *rule, const pol_match *m)
{
    if (m->op == POL_MATCH_SIGNAL)
        count(x, m, pol_judge_part(v, rule, m));
    else if (is_measured(m) && pol_judge_part(v, rule, m))
        count(x, m, true);
    else if (is_measured(m) && is_there(v, rule, m))
        count(x, m, false);
    for (size_t i = 0; i < m->kid_count; i++)
        see_matches(x, v, rule, &m->kids[i]);
}

/* A line counts once a test. */
static void on_line(void *user, uint32_t file, uint32_t line)
{
    covering *x = user;

    (void)file; /* helpers stand in the file of their check */
    if (!x->seeing)
        return;
    for (size_t i = x->count; i-- > 0 && x->points[i].kind == CHECK;)
        if (x->points[i].line == line && x->seen[i] != x->test) {
            x->seen[i] = x->test;
            x->points[i].yes++;
        }
}

/* What is asked once nothing else has stopped the rule. */
static void see_rest(covering *x, pol_evaluation *v, const pol_rule *rule,
                     const pol_judgement *j)
{
    if (rule->requires &&
        (j->outcome == POL_FIRED || j->outcome >= POL_REQUIRED_MET))
        see_tests(x, v, rule->requires);
    if (rule->count && j->outcome == POL_COUNTED_FEW)
        count(x, rule->count, false);
    else if (rule->count && j->amount > rule->count->more_than)
        count(x, rule->count, true);
}

static void see(covering *x, pol_evaluation *v, const pol_rule *rule)
{
    bool asked = rule->types >> v->event->type & 1 && v->now >= rule->in_force;
    pol_judgement j;

    if (asked && rule->where)
        asked = see_tests(x, v, rule->where) == POL_TRUE;
    if (asked && rule->match)
        see_matches(x, v, rule, rule->match);
    j = pol_judge(v, rule);
    count(x, rule, j.outcome == POL_FIRED);
    for (size_t i = 0; asked && i < rule->except_count; i++) {
        const pol_except *e = &rule->excepts[i];

        count(x, e, j.outcome == POL_EXCEPTED && j.except == e);
        if (has_several(e) && (j.outcome == POL_EXCEPTED || j.outcome == POL_FIRED))
            see_tests(x, v, e->where);
    }
    if (asked)
        see_rest(x, v, rule, &j);
}

/* Does the event do something to the duty, whosever it is? */
static void see_clause(covering *x, pol_evaluation *v, const pol_clause *c)
{
    bool asked = c->types >> v->event->type & 1;

    for (size_t i = 0; c->rule.len && !asked && i < v->org->rule_count; i++)
        asked = pol_str_is(c->rule, v->org->rules[i].id) &&
                pol_judge(v, &v->org->rules[i]).outcome == POL_FIRED;
    if (asked && c->where)
        asked = see_tests(x, v, c->where) == POL_TRUE;
    count(x, c, asked);
}

static void see_ladder(covering *x, pol_evaluation *v, const pol_ladder *ladder)
{
    bool asked = v->event->type == POLICY_TYPE_VIOLATION;

    if (asked && ladder->where)
        asked = see_tests(x, v, ladder->where) == POL_TRUE;
    for (size_t i = 0; asked && i < ladder->track_count; i++)
        if (ladder->tracks[i].where)
            see_tests(x, v, ladder->tracks[i].where);
}

static void see_face(covering *x, pol_evaluation *v, const pol_rule *rule)
{
    pol_clause_walk walk = POL_CLAUSE_WALK_INIT;
    const pol_duty *duty;
    const pol_clause *c;

    if (rule->of == POL_OF_LADDER) {
        see_ladder(x, v, pol_testing_ladder(v->org, rule));
        return;
    }
    duty = pol_testing_duty(v->org, rule);
    while ((c = pol_clause_next(v->org, duty->record, &walk)) != NULL)
        see_clause(x, v, c);
}

/* What the event's limits or its bad fields refuse is told by the plain run. What
 * a step does to a duty a later one expects. */
static policy_status on_event(void *user, const pol_test_step *step)
{
    covering *x = user;
    pol_evaluation v = { .s = x->t.s, .event = x->t.event, .state = step->state,
                         .err = x->t.err };
    policy_status st;

    if (step->test->expect == POL_EXPECT_NOTHING && x->rule->of != POL_OF_DUTY)
        return POLICY_OK;
    x->test++;
    st = pol_testing_begin(&v);
    x->seeing = true;
    if (!st && x->rule->of == POL_OF_RULE)
        see(x, &v, x->rule);
    else if (!st)
        see_face(x, &v, x->rule);
    x->seeing = false;
    if (st == POLICY_ENOMEM || v.status == POLICY_ENOMEM)
        return pol_error_oom(x->t.err);
    return POLICY_OK;
}

static bool is_proposed(const policy_decision *d, const pol_rule *rule,
                        const point *p)
{
    const pol_step *step = p->what;

    for (size_t i = 0; i < d->proposal_count; i++)
        if (strcmp(d->proposals[i].ladder, rule->id) == 0 &&
            strcmp(d->proposals[i].track, p->track->id) == 0 &&
            strcmp(d->proposals[i].step, step->id) == 0)
            return true;
    return false;
}

/* Of a duty or a ladder. */
static bool on_decision(void *user, const pol_test_step *step,
                        const policy_decision *d, const policy_error *why)
{
    covering *x = user;

    (void)why;
    for (size_t i = 0; d && i < x->count; i++) {
        point *p = &x->points[i];
        const char *const *name = p->what;
        bool came;

        if (step->test->expect == POL_EXPECT_NOTHING || p->clause || p->test)
            continue;
        came = p->kind == DUTY
                   ? pol_testing_came(d, x->rule, POL_EXPECT_HIT + (pol_expect)(
                                                      name - pol_expect_names))
                   : is_proposed(d, x->rule, p);
        p->yes += came;
        p->no += !came;
    }
    return d != NULL;
}

static policy_status cover_test(covering *x, const pol_rule_test *test)
{
    pol_test_player player = { on_event, NULL, x };

    if (x->rule->of != POL_OF_RULE)
        player.on_decision = on_decision;
    return pol_testing_play(&x->t, x->org, x->rule, test, &player);
}

/* --- what is told ------------------------------------------------------------------ */

static void put_spot(policy_coverage *c, const pol_spot *spot)
{
    if (!spot->file)
        return;
    c->file = pol_str(spot->file);
    c->line = spot->line;
    c->column = spot->column;
}

static void fill_test(pol_evaluation *v, const pol_cond *cond, policy_coverage *c)
{
    c->key = pol_cond_key(v, cond);
    c->wanted = pol_cond_wanted(v, cond);
    put_spot(c, &cond->spot);
}

static void fill_except(const pol_rule *rule, const pol_except *e,
                        policy_coverage *c)
{
    c->key = POL_STR("except");
    c->wanted = e->why;
    c->file = pol_place_file(rule, e->file);
    c->line = e->line;
    c->column = e->column;
}

/* ORDER CLAUSE */
static const char *const does_names[] = { "set", "clear", "reset", "open", "done",
                                          "stop" };

static void fill_duty(const point *p, policy_coverage *c)
{
    const char *const *outcome = p->what;
    const pol_clause *clause = p->clause;

    if (!clause) {
        c->key = pol_str(*outcome);
        return;
    }
    c->key = pol_str(does_names[clause->does]);
    c->wanted = clause->rule.len
                    ? clause->rule
                    : pol_str(pol_types[__builtin_ctz(clause->types)].name);
    put_spot(c, &clause->spot);
}

static void fill(pol_evaluation *v, const pol_rule *rule, const point *p,
                 policy_coverage *c)
{
    const pol_match *match = p->what;
    const pol_count *counted = p->what;
    const pol_step *step = p->what;

    if (p->test) {
        fill_test(v, p->what, c);
        return;
    }
    switch (p->kind) {
    case RULE:
        c->key = POL_STR("rule");
        break;
    case MATCH:
        c->key = pol_match_key(match);
        c->wanted = pol_match_wanted(v, match);
        put_spot(c, &match->spot);
        break;
    case EXCEPT:
        fill_except(rule, p->what, c);
        break;
    case COUNT:
        c->key = pol_count_key(v, counted);
        c->wanted = pol_count_wanted(v, counted);
        put_spot(c, &counted->spot);
        break;
    case DUTY:
        fill_duty(p, c);
        break;
    case LADDER:
        c->key = pol_str(p->track->id);
        c->wanted = pol_str(step->id);
        put_spot(c, &p->track->spot);
        break;
    case CHECK:
        c->key = POL_STR("check");
        c->file = v->org->guard_names[rule->guard_file];
        c->line = p->line;
        c->column = 0;
        break;
    case WHERE:
    case REQUIRES:
        break;
    }
}

static policy_status tell(covering *x, pol_evaluation *v, const pol_rule *rule)
{
    for (size_t i = 0; i < x->count; i++) {
        const point *p = &x->points[i];
        policy_coverage c = {
            .organisation = v->org->id, .rule = rule->id,
            .kind = kind_names[p->kind], .file = rule->file,
            .line = rule->line, .column = rule->column,
            .key = { "", 0 }, .wanted = { "", 0 },
            .parts = p->parts, .yes = p->yes, .no = p->no,
        };

        c.reached = (p->yes > 0) + (p->parts > 1 && p->no > 0);
        fill(v, rule, p, &c);
        if (v->status)
            return v->status;
        x->on_part(x->user, &c);
    }
    return POLICY_OK;
}

static policy_status cover_rule(void *user, const pol_org *org,
                                const pol_rule *rule)
{
    covering *x = user;
    pol_evaluation v = { .s = x->t.s, .org = org, .limits = &x->t.s->limits,
                         .err = x->t.err };
    policy_status st;

    if (org->limits) { /* those that its checks run under */
        v.own_limits = pol_limits_tighten(v.limits, org->limits);
        v.limits = &v.own_limits;
    }
    pol_bundle_find(x->t.s->bundle, (policy_str){ org->id, org->id_len },
                    &v.org_number);
    x->org = org;
    x->rule = rule;
    st = find_points(x, &v, rule);
    for (size_t i = 0; !st && i < rule->test_count; i++)
        st = cover_test(x, &rule->tests[i]);
    if (st)
        return st;
    pol_arena_reset(&v.s->arena);
    return tell(x, &v, rule);
}

policy_status policy_session_cover(policy_session *s, const char *org,
                                   void (*on_part)(void *user,
                                                   const policy_coverage *c),
                                   void *user, policy_error *err)
{
    covering x = { .on_part = on_part, .user = user };
    policy_status st;

    x.lines = (pol_guard_lines){ on_line, &x };
    x.listed = (pol_guard_lines){ on_listed, &x };
    pol_close_guards(s); /* those to come are watched */
    s->watch = &x.lines;
    st = pol_testing_run(&x.t, s, org, cover_rule, &x, err);
    s->watch = NULL;
    pol_close_guards(s);
    pol_free(&s->allocator, x.points, x.cap * sizeof(*x.points));
    pol_free(&s->allocator, x.seen, x.seen_cap * sizeof(*x.seen));
    return st;
}
