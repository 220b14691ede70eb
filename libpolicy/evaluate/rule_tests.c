/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules' own tests: each is an event that is evaluated like any other; a
 * hit is a finding of the rule, enforced or in shadow.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "evaluate/evaluation.h"
#include "rule/verdict.h"

/* A Monday at ten in the morning, UTC+8: inside ordinary working hours. */
#define TEST_TIME INT64_C(1772416800000)
enum { TEST_OFFSET = 480, TEN_HOURS = 36000000 };

typedef struct testing {
    policy_session *s;
    policy_event *event;
    void (*on_result)(void *user, const policy_test_result *r);
    void *user;
    policy_error *err;
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

static policy_status fill_event(testing *t, const pol_org *org,
                                const pol_rule *rule, const pol_rule_test *test)
{
    policy_event *e = t->event;
    policy_status st = POLICY_OK;

    policy_event_reset(e);
    e->type = test->type;
    pol_event_put(e, POLICY_FIELD_TYPE, text(pol_str(pol_types[test->type].name)));
    pol_event_put(e, POLICY_FIELD_ID, text(POL_STR("test")));
    pol_event_put(e, POLICY_FIELD_SOURCE, text(POL_STR("test")));
    pol_event_put(e, POLICY_FIELD_ORG, text(org->config.id));
    pol_event_put(e, POLICY_FIELD_TIME,
                  (pol_value){ .kind = POL_TIME, .offset = TEST_OFFSET,
                               .i = test_time(rule) });
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

static const pol_finding *finding_of(const policy_decision *d, const char *rule)
{
    for (int32_t which = POLICY_ENFORCED; which <= POLICY_SHADOW; which++)
        for (size_t i = 0; i < d->findings[which].count; i++)
            if (strcmp(d->findings[which].at[i].face.rule, rule) == 0)
                return &d->findings[which].at[i];
    return NULL;
}

/* A rule that failed has neither hit nor missed. */
static const policy_rule_error *error_of(const policy_decision *d,
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

static policy_str join(testing *t, const char *a, policy_str b)
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
static void compare(testing *t, const pol_rule *rule, const pol_rule_test *test,
                    const policy_decision *d, policy_test_result *r)
{
    const pol_finding *f = finding_of(d, rule->id);
    const policy_rule_error *error = f ? NULL : error_of(d, rule->id);

    r->expected = test->hit ? POL_STR("hit") : POL_STR("miss");
    r->got = f ? POL_STR("hit") : POL_STR("miss");
    r->passed = test->hit == (f != NULL) && !error;
    if (error) {
        r->got = join(t, "error: ", error->message);
        return;
    }
    if (!r->passed || !f)
        return;
    if (test->verdict >= 0 && f->face.verdict != test->verdict) {
        r->passed = 0;
        r->expected = join(t, "hit, verdict ",
                           pol_str(pol_verdict_names[test->verdict]));
        r->got = join(t, "hit, verdict ",
                      pol_str(pol_verdict_names[f->face.verdict]));
    } else if (test->at.len && !shows(t->event, f, test->at)) {
        r->passed = 0;
        r->expected = join(t, "hit at ", test->at);
        r->got = POL_STR("hit elsewhere");
    }
}

/* Before a test nothing ever happened. */
static policy_status nothing(void *user, policy_str key, policy_record *out)
{
    (void)user;
    (void)key;
    *out = (policy_record){ { "", 0 }, 0 };
    return POLICY_OK;
}

static policy_status run_test(testing *t, const pol_org *org,
                              const pol_rule *rule, const pol_rule_test *test)
{
    policy_test_result r = { .organisation = org->id, .rule = rule->id,
                             .line = test->line, .text = test->shown };
    policy_state empty = { sizeof(policy_state), NULL, nothing, NULL };
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;
    policy_status st = fill_event(t, org, rule, test);

    if (st)
        return st;
    st = policy_session_evaluate(&d, t->s, t->event, &empty, &err);
    if (st == POLICY_ENOMEM)
        return pol_error_oom(t->err);
    if (st) {
        r.expected = test->hit ? POL_STR("hit") : POL_STR("miss");
        r.got = join(t, "error: ", pol_str(err.message));
    } else {
        compare(t, rule, test, d, &r);
    }
    t->on_result(t->user, &r);
    return POLICY_OK;
}

static policy_status test_org(testing *t, const pol_org *org)
{
    policy_status st = POLICY_OK;

    for (size_t i = 0; i < org->rule_count; i++) {
        const pol_rule *rule = &org->rules[i];

        if (rule->mode == POL_MODE_OFF)
            continue;
        for (size_t j = 0; !st && j < rule->test_count; j++)
            st = run_test(t, org, rule, &rule->tests[j]);
    }
    return st;
}

policy_status policy_session_test(policy_session *s, const char *org,
                                  void (*on_result)(void *user,
                                                    const policy_test_result *r),
                                  void *user, policy_error *err)
{
    testing t = { s, NULL, on_result, user, err };
    policy_bundle *b = s->bundle;
    bool known = org == NULL;
    policy_status st = policy_event_new(&t.event, &s->allocator, &s->limits, err);

    s->testing = true;
    for (size_t i = 0; !st && i < b->org_count; i++)
        if (!org || strcmp(b->orgs[i]->id, org) == 0) {
            known = true;
            st = test_org(&t, b->orgs[i]);
        }
    if (!st && !known)
        st = pol_error_set(err, POLICY_EORG, "organisation",
                           "no organisation \"%s\"", org);
    s->testing = false;
    policy_event_free(t.event);
    return st;
}
