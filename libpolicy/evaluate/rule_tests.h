/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all ways to run the rules' own tests share: the event of a test, and what
 * of a decision is the rule's.
 */
#ifndef POL_EVALUATE_RULE_TESTS_H
#define POL_EVALUATE_RULE_TESTS_H

#include "evaluate/evaluation.h"

/* `file` of a test or an exception of the rule. */
static inline policy_str pol_place_file(const pol_rule *rule, policy_str file)
{
    return file.len ? file : rule->file;
}

typedef struct pol_testing {
    policy_session *s;
    policy_event *event; /* of the test in hand */
    policy_error *err;
} pol_testing;

/* One rule of an organisation, with its tests; or the face of a duty, or of a
 * ladder. */
typedef policy_status pol_test_rule(void *user, const pol_org *org,
                                    const pol_rule *rule);
/* Every rule that is not off, of one organisation or (NULL) all; `t` is filled,
 * and its event lives until this returns. EORG: there is none of that id. */
policy_status pol_testing_run(pol_testing *t, policy_session *s,
                              const char *org, pol_test_rule *each, void *user,
                              policy_error *err);
/* Each of them in turn, of an organisation. */
policy_status pol_testing_each(const pol_org *org, pol_test_rule *each,
                               void *user);
/* Fills the event. */
policy_status pol_testing_event(pol_testing *t, const pol_org *org,
                                const pol_rule *rule,
                                const pol_rule_test *test);
/* Is it one event, before which nothing ever happened? */
static inline bool pol_testing_is_plain(const pol_rule_test *test)
{
    return !test->step_count && !test->before_count;
}
policy_state pol_testing_state(void);

/* One of the events of a test. */
typedef struct pol_test_step {
    const pol_rule_test *test; /* with what is expected */
    size_t number;             /* from 1 */
    const policy_state *state; /* before it */
} pol_test_step;
/* Who looks on while a test is played. */
typedef struct pol_test_player {
    /* The event is filled; NULL: not asked. */
    policy_status (*on_event)(void *user, const pol_test_step *step);
    /* `d` is NULL where the event was refused, and `why` says it. False: enough.
     * NULL: not asked; then the last event is not evaluated. */
    bool (*on_decision)(void *user, const pol_test_step *step,
                        const policy_decision *d, const policy_error *why);
    void *user;
} pol_test_player;
/* The events of the test one after another, each evaluated on a state to which
 * those before it were applied. */
policy_status pol_testing_play(pol_testing *t, const pol_org *org,
                               const pol_rule *rule, const pol_rule_test *test,
                               const pol_test_player *player);
/* Is what came of the event what the step expects? */
bool pol_testing_holds(pol_testing *t, const pol_rule *rule,
                       const pol_rule_test *step, const policy_decision *d);
/* What the rule is the face of; of duties of `each` the first. */
const pol_duty *pol_testing_duty(const pol_org *org, const pol_rule *face);
const pol_ladder *pol_testing_ladder(const pol_org *org, const pol_rule *face);
/* Did this happen to what the rule is the face of? */
bool pol_testing_came(const policy_decision *d, const pol_rule *rule,
                      pol_expect e);
/* What comes before rules, of an evaluation that has session, event and error:
 * then pol_judge may be asked for any rule. */
policy_status pol_testing_begin(pol_evaluation *v);
/* Of the rule, enforced or in shadow; NULL: none. */
const pol_finding *pol_testing_finding(const policy_decision *d,
                                       const char *rule);
/* A rule that failed has neither hit nor missed. */
const policy_rule_error *pol_testing_error(const policy_decision *d,
                                           const char *rule);
/* In the session's arena, until the next evaluation; empty without memory. */
policy_str pol_testing_join(pol_testing *t, const char *a, policy_str b);

#endif
