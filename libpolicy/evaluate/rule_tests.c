/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules' own tests: each is an event, or some one after another, evaluated
 * like any others; a hit is a finding of the rule, enforced or in shadow.
 */
#include "evaluate/rule_tests.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "rule/verdict.h"

#include <stdio.h>

/* A Monday at ten in the morning, UTC+8: inside ordinary working hours. */
#define TEST_TIME INT64_C(1772416800000)
enum { TEST_OFFSET = 480, TEN_HOURS = 36000000 };

typedef struct testing {
    pol_testing t;
    void (*on_result)(void *user, const policy_test_result *r,
                      const policy_event *e, const policy_decision *d);
    void *user;
} testing;

static pol_value text(policy_str s)
{
    return (pol_value){ .kind = POL_STR, .str = s };
}

/* On a rule that binds later: that day. */
static int64_t test_time(const pol_rule *rule)
{
    return rule->in_force > TEST_TIME ? rule->in_force + TEN_HOURS : TEST_TIME;
}

/* `id`: static, or living until the event was judged. */
static policy_status fill_event(pol_testing *t, const pol_org *org,
                                const pol_rule_test *test, policy_str id,
                                int64_t time)
{
    policy_event *e = t->event;
    policy_status st = POLICY_OK;

    policy_event_reset(e);
    e->type = test->type;
    pol_event_put(e, POLICY_FIELD_TYPE, text(pol_str(pol_types[test->type].name)));
    pol_event_put(e, POLICY_FIELD_ID, text(id));
    pol_event_put(e, POLICY_FIELD_SOURCE, text(POL_STR("test")));
    pol_event_put(e, POLICY_FIELD_ORG, text(org->config.id));
    pol_event_put(e, POLICY_FIELD_TIME,
                  (pol_value){ .kind = POL_TIME, .offset = TEST_OFFSET,
                               .i = time });
    for (size_t i = 0; i < test->value_count; i++)
        pol_event_put(e, test->values[i].field, test->values[i].value);
    for (size_t i = 0; !st && i < test->part_count; i++)
        st = pol_event_push_part(e, test->parts[i].role, test->parts[i].text, 0,
                                 t->err);
    for (size_t i = 0; !st && i < test->fact_count; i++)
        st = pol_event_push_fact(e, test->facts[i].name, test->facts[i].json, 0,
                                 t->err);
    return st;
}

policy_status pol_testing_event(pol_testing *t, const pol_org *org,
                                const pol_rule *rule, const pol_rule_test *test)
{
    return fill_event(t, org, test, POL_STR("test"), test_time(rule));
}

static policy_status nothing(void *user, policy_str key, policy_record *out)
{
    (void)user;
    (void)key;
    *out = (policy_record){ { "", 0 }, 0 };
    return POLICY_OK;
}

policy_state pol_testing_state(void)
{
    return (policy_state){ sizeof(policy_state), NULL, nothing, NULL };
}

policy_status pol_testing_begin(pol_evaluation *v)
{
    pol_arena_reset(&v->s->arena);
    v->s->arena.failure = POLICY_OK;
    return pol_evaluation_status(v, pol_evaluation_begin(v));
}

const pol_finding *pol_testing_finding(const policy_decision *d,
                                       const char *rule)
{
    for (int32_t which = POLICY_ENFORCED; which <= POLICY_SHADOW; which++)
        for (size_t i = 0; i < d->findings[which].count; i++)
            if (strcmp(d->findings[which].at[i].face.rule, rule) == 0)
                return &d->findings[which].at[i];
    return NULL;
}

const policy_rule_error *pol_testing_error(const policy_decision *d,
                                           const char *rule)
{
    for (size_t i = 0; i < d->error_count; i++)
        if (strcmp(d->errors[i].rule, rule) == 0)
            return &d->errors[i];
    return NULL;
}

static bool shows(const policy_event *e, const pol_finding *f, policy_str words)
{
    for (size_t i = 0; i < f->face.evidence_count; i++) {
        const policy_evidence *ev = &f->face.evidence[i];
        policy_str field, s;

        if (policy_event_get_text(&field, e, ev->field.ptr))
            continue;
        s = (policy_str){ field.ptr + ev->span.start,
                          ev->span.end - ev->span.start };
        if (pol_str_eq(s, words))
            return true;
    }
    return false;
}

policy_str pol_testing_join(pol_testing *t, const char *a, policy_str b)
{
    size_t len = strlen(a);
    char *s = pol_arena_alloc(&t->s->arena, len + b.len + 1);

    if (!s)
        return POL_STR("");
    memcpy(s, a, len);
    memcpy(s + len, b.ptr, b.len);
    return (policy_str){ s, len + b.len };
}

/* --- what came */

/* Of the duties and ladders that the rule is the face of; ORDER DUTY. */
static bool changed(const policy_decision *d, const char *rule, int32_t change)
{
    for (size_t i = 0; i < d->duty_count; i++)
        if (d->duties[i].change == change && strcmp(d->duties[i].rule, rule) == 0)
            return true;
    return false;
}

/* `step` empty: any. */
static bool proposed(const policy_decision *d, const char *ladder,
                     policy_str step)
{
    for (size_t i = 0; i < d->proposal_count; i++)
        if (strcmp(d->proposals[i].ladder, ladder) == 0 &&
            (!step.len || pol_str_is(step, d->proposals[i].step)))
            return true;
    return false;
}

bool pol_testing_came(const policy_decision *d, const pol_rule *rule,
                      pol_expect e)
{
    if (e == POL_EXPECT_HIT)
        return pol_testing_finding(d, rule->id) != NULL;
    if (e == POL_EXPECT_PROPOSED)
        return proposed(d, rule->id, POL_STR(""));
    if (e != POL_EXPECT_MISS)
        return changed(d, rule->id,
                       POLICY_DUTY_OPENED + (int32_t)(e - POL_EXPECT_OPENED));
    for (pol_expect other = POL_EXPECT_HIT; other <= POL_EXPECT_PROPOSED; other++)
        if (other != e && (rule->of != POL_OF_RULE || other == POL_EXPECT_HIT) &&
            pol_testing_came(d, rule, other))
            return false;
    return true;
}

static void put_word(pol_buf *b, const char *word)
{
    if (b->len)
        pol_buf_text(b, ", ");
    pol_buf_text(b, word);
}

/* "opened, reminded", "proposed warning"; nothing came: "miss". */
static void put_came(pol_buf *b, const policy_decision *d, const pol_rule *rule)
{
    for (pol_expect e = POL_EXPECT_HIT; e < POL_EXPECT_PROPOSED; e++)
        if (e != POL_EXPECT_MISS && pol_testing_came(d, rule, e))
            put_word(b, pol_expect_names[e - POL_EXPECT_HIT]);
    for (size_t i = 0; i < d->proposal_count; i++)
        if (strcmp(d->proposals[i].ladder, rule->id) == 0) {
            put_word(b, "proposed ");
            pol_buf_text(b, d->proposals[i].step);
        }
    if (!b->len)
        pol_buf_text(b, "miss");
}

static policy_str came(pol_testing *t, const policy_decision *d,
                       const pol_rule *rule)
{
    char *s;
    pol_buf b;

    pol_buf_init_fixed(&b, NULL, 0);
    put_came(&b, d, rule);
    s = pol_arena_alloc(&t->s->arena, b.len);
    if (!s)
        return POL_STR("");
    pol_buf_init_fixed(&b, s, b.len);
    put_came(&b, d, rule);
    return (policy_str){ s, b.len };
}

/* Fills expected and got; what nobody expects passes. */
static void compare(pol_testing *t, const pol_rule *rule, const pol_rule_test *test,
                    const policy_decision *d, policy_test_result *r)
{
    const pol_finding *f = pol_testing_finding(d, rule->id);
    const policy_rule_error *error = f ? NULL : pol_testing_error(d, rule->id);
    bool plain = test->expect <= POL_EXPECT_MISS, finds;

    r->passed = 1;
    if (test->expect == POL_EXPECT_NOTHING)
        return;
    r->expected = pol_str(pol_expect_names[test->expect - POL_EXPECT_HIT]);
    r->passed = pol_testing_came(d, rule, test->expect);
    /* A rule that failed has not missed; a duty may well refuse somebody. */
    if (error && rule->of == POL_OF_RULE)
        r->passed = 0;
    if (error && !r->passed)
        r->got = pol_testing_join(t, "error: ", error->message);
    else if (plain && rule->of == POL_OF_RULE)
        r->got = f ? POL_STR("hit") : POL_STR("miss");
    else
        r->got = came(t, d, rule);
    finds = test->expect == POL_EXPECT_HIT || test->expect == POL_EXPECT_OVERDUE;
    if (!r->passed)
        return;
    if (finds && f && test->verdict >= 0 && f->face.verdict != test->verdict) {
        r->passed = 0;
        r->expected = pol_testing_join(t, test->expect == POL_EXPECT_HIT
                                              ? "hit, verdict " : "overdue, verdict ",
                                       pol_str(pol_verdict_names[test->verdict]));
        r->got = pol_testing_join(t, "hit, verdict ",
                                  pol_str(pol_verdict_names[f->face.verdict]));
    } else if (test->expect == POL_EXPECT_HIT && test->at.len &&
               !shows(t->event, f, test->at)) {
        r->passed = 0;
        r->expected = pol_testing_join(t, "hit at ", test->at);
        r->got = POL_STR("hit elsewhere");
    } else if (test->expect == POL_EXPECT_PROPOSED &&
               !proposed(d, rule->id, test->at)) {
        r->passed = 0;
        r->expected = pol_testing_join(t, "proposed ", test->at);
    }
}

bool pol_testing_holds(pol_testing *t, const pol_rule *rule,
                       const pol_rule_test *step, const policy_decision *d)
{
    policy_test_result r = { .passed = 1 };

    compare(t, rule, step, d, &r);
    return r.passed != 0;
}

/* --- events one after another, each applied to a store of their own */

typedef struct playing {
    pol_testing *t;
    const pol_org *org;
    const pol_rule *rule;
    const pol_test_player *player;
    policy_memory *memory; /* NULL: of one event */
    size_t count;          /* events */
    int64_t time;
    bool goes_on;
} playing;

static policy_status play_one(playing *p, const pol_test_step *step)
{
    pol_testing *t = p->t;
    policy_error why = POLICY_ERROR_INIT;
    const policy_decision *d = NULL;
    policy_status st;
    char id[32];
    int len = p->memory ? snprintf(id, sizeof(id), "test-%zu", step->number)
                        : snprintf(id, sizeof(id), "test");

    p->time += step->test->after;
    st = fill_event(t, p->org, step->test, (policy_str){ id, (size_t)len },
                    p->time);
    if (!st && p->player->on_event)
        st = p->player->on_event(p->player->user, step);
    if (st || (!p->player->on_decision && step->number == p->count))
        return st;
    st = policy_session_evaluate(&d, t->s, t->event, step->state, &why);
    if (st == POLICY_ENOMEM)
        return pol_error_oom(t->err);
    p->goes_on = p->player->on_decision
                     ? p->player->on_decision(p->player->user, step, d, &why)
                     : d != NULL;
    return d && p->goes_on && p->memory
               ? policy_memory_apply(p->memory, d, t->err) : POLICY_OK;
}

static policy_status play_all(playing *p, const pol_rule_test *events,
                              size_t count, size_t from, pol_test_step *step)
{
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && p->goes_on && i < count; i++) {
        step->test = &events[i];
        step->number = from + i;
        st = play_one(p, step);
    }
    return st;
}

policy_status pol_testing_play(pol_testing *t, const pol_org *org,
                               const pol_rule *rule, const pol_rule_test *test,
                               const pol_test_player *player)
{
    playing p = { .t = t, .org = org, .rule = rule, .player = player,
                  .count = test->step_count ? test->step_count
                                            : test->before_count + 1,
                  .time = test_time(rule), .goes_on = true };
    policy_state state = pol_testing_state();
    pol_test_step step = { .state = &state };
    policy_status st;

    if (pol_testing_is_plain(test))
        return play_all(&p, test, 1, 1, &step);
    st = policy_memory_new(&p.memory, &t->s->allocator, 0, t->err);
    if (st)
        return st;
    state = policy_memory_state(p.memory);
    st = play_all(&p, test->before, test->before_count, 1, &step);
    if (!st)
        st = test->step_count
                 ? play_all(&p, test->steps, test->step_count, 1, &step)
                 : play_all(&p, test, 1, p.count, &step);
    policy_memory_free(p.memory);
    return st;
}

/* --- results */

typedef struct running {
    testing *x;
    const pol_org *org;
    const pol_rule *rule;
    const pol_rule_test *test;
} running;

/* "step 2: overdue" */
static policy_str step_said(pol_testing *t, size_t number, policy_str what)
{
    char text[32];

    snprintf(text, sizeof(text), "step %zu: ", number);
    return pol_testing_join(t, text, what);
}

static policy_str expected_of(const pol_rule_test *test)
{
    return test->expect == POL_EXPECT_NOTHING
               ? POL_STR("no error")
               : pol_str(pol_expect_names[test->expect - POL_EXPECT_HIT]);
}

/* Steps are told once they are through, or of the first that is not what it was
 * to be. */
static bool on_decision(void *user, const pol_test_step *step,
                        const policy_decision *d, const policy_error *why)
{
    running *w = user;
    pol_testing *t = &w->x->t;
    const pol_rule_test *test = w->test;
    bool steps = test->step_count > 0, whole = step->test == test;
    bool last = whole || (steps && step->number == test->step_count);
    policy_test_result r = { .organisation = w->org->id, .rule = w->rule->id,
                             .line = test->line, .text = test->shown,
                             .hit = test->hit, .state = step->state,
                             .file = pol_place_file(w->rule, test->file) };

    if (d) {
        compare(t, w->rule, step->test, d, &r);
    } else {
        r.expected = expected_of(step->test);
        r.got = pol_testing_join(t, "error: ", pol_str(why->message));
    }
    if (r.passed && !last)
        return true;
    if (steps && r.passed) {
        r.expected = r.got = POL_STR("steps");
    } else if (!whole) {
        r.line = step->test->line;
        r.file = pol_place_file(w->rule, step->test->file);
        r.expected = step_said(t, step->number, r.expected);
    }
    w->x->on_result(w->x->user, &r, steps && r.passed ? NULL : t->event,
                    steps ? NULL : d);
    return false;
}

static policy_status run_test(testing *x, const pol_org *org,
                              const pol_rule *rule, const pol_rule_test *test)
{
    running w = { x, org, rule, test };
    pol_test_player player = { NULL, on_decision, &w };

    return pol_testing_play(&x->t, org, rule, test, &player);
}

static policy_status run_rule(void *user, const pol_org *org,
                              const pol_rule *rule)
{
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < rule->test_count; i++)
        st = run_test(user, org, rule, &rule->tests[i]);
    return st;
}

const pol_duty *pol_testing_duty(const pol_org *org, const pol_rule *face)
{
    for (size_t i = 0; i < org->duty_count; i++)
        if (org->duties[i]->face == face && !org->duties[i]->escalation)
            return org->duties[i];
    return NULL;
}

const pol_ladder *pol_testing_ladder(const pol_org *org, const pol_rule *face)
{
    for (size_t i = 0; i < org->ladder_count; i++)
        if (org->ladders[i]->face == face)
            return org->ladders[i];
    return NULL;
}

/* The duties of `each` have one face, and stand side by side; an escalation is
 * of whatever opens it. */
static policy_status each_duty(const pol_org *org, pol_test_rule *each,
                               void *user)
{
    const pol_rule *told = NULL;
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < org->duty_count; i++) {
        const pol_duty *duty = org->duties[i];

        if (duty->escalation || duty->face == told)
            continue;
        told = duty->face;
        st = each(user, org, told);
    }
    return st;
}

policy_status pol_testing_each(const pol_org *org, pol_test_rule *each,
                               void *user)
{
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < org->rule_count; i++)
        if (org->rules[i].mode != POL_MODE_OFF)
            st = each(user, org, &org->rules[i]);
    if (!st)
        st = each_duty(org, each, user);
    for (size_t i = 0; !st && i < org->ladder_count; i++)
        st = each(user, org, org->ladders[i]->face);
    return st;
}

policy_status pol_testing_run(pol_testing *t, policy_session *s,
                              const char *org, pol_test_rule *each, void *user,
                              policy_error *err)
{
    policy_bundle *b = s->bundle;
    bool known = org == NULL;
    policy_status st;

    t->s = s;
    t->err = err;
    s->testing = true;
    st = policy_event_new(&t->event, &s->allocator, &s->limits, err);
    for (size_t i = 0; !st && i < b->org_count; i++)
        if (!org || strcmp(b->orgs[i]->id, org) == 0) {
            known = true;
            st = pol_testing_each(b->orgs[i], each, user);
        }
    if (!st && !known)
        st = pol_error_set(err, POLICY_EORG, "organisation",
                           "no organisation \"%s\"", org);
    s->testing = false;
    policy_event_free(t->event);
    t->event = NULL;
    return st;
}

policy_status policy_session_test_each(
    policy_session *s, const char *org,
    void (*on_result)(void *user, const policy_test_result *r,
                      const policy_event *e, const policy_decision *d),
    void *user, policy_error *err)
{
    testing x = { .on_result = on_result, .user = user };

    return pol_testing_run(&x.t, s, org, run_rule, &x, err);
}

typedef struct results {
    void (*on_result)(void *user, const policy_test_result *r);
    void *user;
} results;

static void result_alone(void *user, const policy_test_result *r,
                         const policy_event *e, const policy_decision *d)
{
    const results *x = user;

    (void)e;
    (void)d;
    x->on_result(x->user, r);
}

policy_status policy_session_test(policy_session *s, const char *org,
                                  void (*on_result)(void *user,
                                                    const policy_test_result *r),
                                  void *user, policy_error *err)
{
    results x = { on_result, user };

    return policy_session_test_each(s, org, result_alone, &x, err);
}
