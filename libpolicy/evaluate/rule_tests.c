/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules' own tests: each is an event that is evaluated like any other; a
 * hit is a finding of the rule, enforced or in shadow.
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

/* Fills expected and got where the test fails. */
static void compare(pol_testing *t, const pol_rule *rule, const pol_rule_test *test,
                    const policy_decision *d, policy_test_result *r)
{
    const pol_finding *f = pol_testing_finding(d, rule->id);
    const policy_rule_error *error = f ? NULL : pol_testing_error(d, rule->id);

    r->expected = test->hit ? POL_STR("hit") : POL_STR("miss");
    r->got = f ? POL_STR("hit") : POL_STR("miss");
    r->passed = test->hit == (f != NULL) && !error;
    if (error) {
        r->got = pol_testing_join(t, "error: ", error->message);
        return;
    }
    if (!r->passed || !f)
        return;
    if (test->verdict >= 0 && f->face.verdict != test->verdict) {
        r->passed = 0;
        r->expected = pol_testing_join(t, "hit, verdict ",
                           pol_str(pol_verdict_names[test->verdict]));
        r->got = pol_testing_join(t, "hit, verdict ",
                      pol_str(pol_verdict_names[f->face.verdict]));
    } else if (test->at.len && !shows(t->event, f, test->at)) {
        r->passed = 0;
        r->expected = pol_testing_join(t, "hit at ", test->at);
        r->got = POL_STR("hit elsewhere");
    }
}

/* --- steps: events one after another, each applied to a store of their own */

static const char *said(pol_expect e)
{
    return e == POL_EXPECT_HIT ? "hit" : "miss";
}

static policy_str step_said(pol_testing *t, size_t number, const char *what)
{
    char text[32];
    int len = snprintf(text, sizeof(text), "step %zu: %s", number + 1, what);
    policy_str s = pol_arena_dup(&t->s->arena, (policy_str){ text, (size_t)len });

    return s.ptr ? s : POL_STR("");
}

/* False: the step is not what it was to be, and the result says so. */
static bool judge_step(pol_testing *t, const pol_rule *rule, const pol_rule_test *test,
                       size_t number, const policy_decision *d,
                       policy_test_result *r)
{
    const pol_rule_test *step = &test->steps[number];
    policy_test_result one = { .passed = 1 };

    if (step->expect == POL_EXPECT_NOTHING)
        return true;
    compare(t, rule, step, d, &one);
    if (one.passed)
        return true;
    r->passed = 0;
    r->line = step->line;
    r->file = pol_place_file(rule, step->file);
    r->expected = step_said(t, number, said(step->expect));
    r->got = one.got;
    return false;
}

static policy_status run_each(pol_testing *t, const pol_org *org,
                              const pol_rule *rule, const pol_rule_test *test,
                              policy_memory *m, policy_test_result *r)
{
    policy_state state = policy_memory_state(m);
    int64_t time = test_time(rule);
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < test->step_count; i++) {
        policy_error err = POLICY_ERROR_INIT;
        const policy_decision *d;
        char id[24];
        int len = snprintf(id, sizeof(id), "test-%zu", i + 1);

        time += test->steps[i].after;
        st = fill_event(t, org, &test->steps[i],
                        (policy_str){ id, (size_t)len }, time);
        if (st)
            break;
        st = policy_session_evaluate(&d, t->s, t->event, &state, &err);
        if (st && st != POLICY_ENOMEM) {
            r->passed = 0;
            r->expected = step_said(t, i, said(test->steps[i].expect));
            r->got = pol_testing_join(t, "error: ", pol_str(err.message));
            return POLICY_OK;
        }
        if (!st && !judge_step(t, rule, test, i, d, r))
            return POLICY_OK;
        if (!st)
            st = policy_memory_apply(m, d, t->err);
    }
    return st;
}

static policy_status run_steps(testing *x, const pol_org *org,
                               const pol_rule *rule, const pol_rule_test *test)
{
    pol_testing *t = &x->t;
    policy_test_result r = { .organisation = org->id, .rule = rule->id,
                             .line = test->line, .text = test->shown,
                             .expected = POL_STR("steps"), .got = POL_STR("steps"),
                             .file = pol_place_file(rule, test->file),
                             .passed = 1 };
    policy_memory *m;
    policy_status st = policy_memory_new(&m, &t->s->allocator, 0, t->err);

    if (st)
        return st;
    st = run_each(t, org, rule, test, m, &r);
    if (st == POLICY_ENOMEM)
        st = pol_error_oom(t->err);
    if (!st)
        x->on_result(x->user, &r, NULL, NULL);
    policy_memory_free(m);
    return st;
}

static policy_status run_test(testing *x, const pol_org *org,
                              const pol_rule *rule, const pol_rule_test *test)
{
    pol_testing *t = &x->t;
    policy_test_result r = { .organisation = org->id, .rule = rule->id,
                             .line = test->line, .text = test->shown,
                             .hit = test->hit,
                             .file = pol_place_file(rule, test->file) };
    policy_state empty = pol_testing_state();
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;
    policy_status st;

    if (test->step_count)
        return run_steps(x, org, rule, test);
    st = pol_testing_event(t, org, rule, test);
    if (st)
        return st;
    st = policy_session_evaluate(&d, t->s, t->event, &empty, &err);
    if (st == POLICY_ENOMEM)
        return pol_error_oom(t->err);
    if (st) {
        r.expected = test->hit ? POL_STR("hit") : POL_STR("miss");
        r.got = pol_testing_join(t, "error: ", pol_str(err.message));
    } else {
        compare(t, rule, test, d, &r);
    }
    x->on_result(x->user, &r, t->event, st ? NULL : d);
    return POLICY_OK;
}

static policy_status run_rule(void *user, const pol_org *org,
                              const pol_rule *rule)
{
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < rule->test_count; i++)
        st = run_test(user, org, rule, &rule->tests[i]);
    return st;
}

static policy_status each_rule(const pol_org *org, pol_test_rule *each,
                               void *user)
{
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < org->rule_count; i++)
        if (org->rules[i].mode != POL_MODE_OFF)
            st = each(user, org, &org->rules[i]);
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
            st = each_rule(b->orgs[i], each, user);
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
