/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libpolicy: one organisation with all rules, their terms `exact`, as the
 * others find them. Its time is that of filling an event, fold, scan and
 * decision with the evidence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <policy/policy.h>

#include "decider.h"
#include "rule_sources.h"

struct ours {
    const struct rule_set *set;
    policy_bundle *bundle;
    policy_session *session;
    policy_event *event;
};

static const char *ours_lacks(void)
{
    return NULL;
}

static void *build(const struct rule_set *set, bool exact)
{
    struct ours *o = calloc(1, sizeof(*o));
    policy_error err = POLICY_ERROR_INIT;

    if (!o)
        bench_fail("out of memory");
    o->set = set;
    o->bundle = rule_sources_build(set, exact, NULL);
    bench_must(policy_session_new(&o->session, o->bundle, NULL, &err), &err);
    bench_must(policy_event_new(&o->event, NULL, NULL, &err), &err);
    return o;
}

static void *ours_build(const struct rule_set *set)
{
    return build(set, true);
}

static void *disguised_build(const struct rule_set *set)
{
    return build(set, false);
}

static void ours_fini(void *self)
{
    struct ours *o = self;

    policy_event_free(o->event);
    policy_session_free(o->session);
    policy_bundle_unref(o->bundle);
    free(o);
}

#define TEXT(s) ((policy_str){ s, sizeof(s) - 1 })

static const policy_decision *decision(struct ours *o, size_t message)
{
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;
    policy_event *e = o->event;

    policy_event_reset(e);
    if (policy_event_set_text(e, POLICY_FIELD_ID, TEXT("m")) ||
        policy_event_set_text(e, POLICY_FIELD_TYPE, TEXT("message")) ||
        policy_event_set_text(e, POLICY_FIELD_ORG, TEXT("o")) ||
        policy_event_set_text(e, POLICY_FIELD_ACTOR, TEXT("u")) ||
        policy_event_set_time(e, POLICY_FIELD_TIME, 1772413200000, 480) ||
        policy_event_set_text(e, POLICY_FIELD_TEXT, o->set->text[message]))
        bench_fail("an event cannot be filled");
    bench_must(policy_session_evaluate(&d, o->session, e, NULL, &err), &err);
    return d;
}

int by_rule(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static size_t ours_decide(void *self, size_t message, uint32_t *fired)
{
    const policy_decision *d = decision(self, message);
    size_t count = policy_decision_finding_count(d, POLICY_ENFORCED);

    for (size_t i = 0; i < count; i++) {
        fired[i] = rule_sources_number(
            policy_decision_finding(d, POLICY_ENFORCED, i)->rule);
    }
    qsort(fired, count, sizeof(*fired), by_rule);
    return count;
}

static void ours_run(void *self, size_t first, size_t end)
{
    for (; first < end; first++)
        decision(self, first);
}

const struct decider decider_ours = {
    "ours", "libpolicy: filling the event, fold, scan, decision", ours_lacks,
    ours_build, ours_fini, ours_decide, ours_run, NULL,
};
const struct decider decider_disguised = {
    "disguised", "libpolicy: the same, all disguises of the terms seen through",
    ours_lacks, disguised_build, ours_fini, NULL, ours_run, NULL,
};
