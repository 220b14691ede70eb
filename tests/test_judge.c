/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From event to decision: what is refused before rules, that the index is an
 * optimisation only, that errors act as on_error, limits, and that nothing
 * decides but bundle and event.
 */
#include "host.h"
#include "random_event.h"

#include "evaluate/evaluation.h"

/* --- what is refused */

#define EVENT(fields)                                                         \
    "{\"id\":\"1\",\"source\":\"s\",\"time\":0," fields "}"

static const struct {
    const char *label, *event, *code;
    policy_status status;
    uint64_t byte;
} refused[] = {
    { "unknown organisation", EVENT("\"type\":\"message\",\"org\":\"p\""),
      "organisation", POLICY_EORG, 55 },
    { "a longer name", EVENT("\"type\":\"message\",\"org\":\"oo\""),
      "organisation", POLICY_EORG, 55 },
    { "unknown role", EVENT("\"type\":\"message\",\"org\":\"o\","
      "\"actor_roles\":[\"staff\",\"king\"]"), "word-unknown", POLICY_EINPUT, 73 },
    { "unknown role of staff", EVENT("\"type\":\"staff_change\",\"org\":\"o\","
      "\"roles\":[\"king\"]"), "word-unknown", POLICY_EINPUT, 72 },
    { "unknown kind of group", EVENT("\"type\":\"message\",\"org\":\"o\","
      "\"group_kind\":\"choir\""), "word-unknown", POLICY_EINPUT, 72 },
    { "text above the organisation's limit", EVENT("\"type\":\"message\","
      "\"org\":\"o\",\"text\":\"0123456789a\""), "limit", POLICY_ELIMIT, 0 },
    { "a part above it", EVENT("\"type\":\"message\",\"org\":\"o\",\"parts\":"
      "[{\"role\":\"quote\",\"text\":\"0123456789a\"}]"), "limit", POLICY_ELIMIT, 0 },
    { "its own role", EVENT("\"type\":\"message\",\"org\":\"o\","
      "\"actor_roles\":[\"staff\",\"pilot\"]"), "", POLICY_OK, 0 },
    { "its own kind of group", EVENT("\"type\":\"message\",\"org\":\"o\","
      "\"group_kind\":\"crew\""), "", POLICY_OK, 0 },
    { "text at the limit", EVENT("\"type\":\"message\",\"org\":\"o\","
      "\"text\":\"0123456789\""), "", POLICY_OK, 0 },
};

static void test_what_an_organisation_does_not_know_is_refused(void)
{
    struct host h;

    if (!host_open(&h, "actor_roles: [pilot]\ngroup_kinds: [crew]\n"
                       "limits: { text_bytes: 10 }\n", RULE("a", "match = term \"甲\"")))
        return;
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        const char *label = refused[i].label;

        h.error = (policy_error)POLICY_ERROR_INIT;
        if (!host_read(&h, refused[i].event))
            continue;
        h.status = policy_session_evaluate(&h.decision, h.session, h.event, NULL,
                                           &h.error);
        CHECK_INT_EQ(label, h.status, refused[i].status);
        CHECK_CSTR_EQ(label, h.error.code, refused[i].code);
        CHECK_INT_EQ(label, h.error.byte, refused[i].byte);
        CHECK((h.decision != NULL) == (h.status == POLICY_OK), "%s", label);
        CHECK_INT_EQ("without an error struct",
                     policy_session_evaluate(&h.decision, h.session, h.event, NULL,
                                             NULL), refused[i].status);
    }
    host_close(&h);
}

static void test_an_unset_event_is_refused(void)
{
    struct host h;

    if (!host_open(&h, NULL, RULE("a", "match = term \"甲\"")))
        return;
    policy_event_reset(h.event);
    CHECK_INT_EQ("nothing set", policy_session_evaluate(&h.decision, h.session,
                                                        h.event, NULL, &h.error),
                 POLICY_EINPUT);
    policy_event_set_text(h.event, POLICY_FIELD_TYPE, host_str("message"));
    CHECK_INT_EQ("only a type", policy_session_evaluate(&h.decision, h.session,
                                                        h.event, NULL, &h.error),
                 POLICY_EINPUT);
    CHECK_INT_EQ("works afterwards", host_judge(&h, "\"text\":\"甲\""), POLICY_OK);
    host_close(&h);
}

/* --- the index */

enum { AT_NONE = -1, AT_NEED = 10, AT_ERROR };

static int outcome_of(const pol_judgement *j, const pol_rule *rule)
{
    switch (j->outcome) {
    case POL_FIRED:
        return rule->mode == POL_MODE_ENFORCE ? POLICY_ENFORCED : POLICY_SHADOW;
    case POL_EXCEPTED:
        return POLICY_SUPPRESSED;
    case POL_NEEDS_FACT:
        return AT_NEED;
    case POL_RULE_FAULT:
        return AT_ERROR;
    default:
        return AT_NONE;
    }
}

/* Every rule in the order of the sources, whatever the index says. */
static size_t judge_all(policy_session *s, const policy_event *e,
                        int outcomes[], policy_error *err)
{
    static pol_evaluation v;

    memset(&v, 0, sizeof(v));
    v.s = s;
    v.event = e;
    v.err = err;
    pol_arena_reset(&s->arena);
    if (!CHECK(pol_evaluation_begin(&v) == POLICY_OK, "%s", err->message))
        return 0;
    for (size_t i = 0; i < v.org->rule_count; i++) {
        const pol_rule *rule = &v.org->rules[i];
        pol_judgement j;

        outcomes[i] = AT_NONE;
        if (rule->mode == POL_MODE_OFF)
            continue;
        j = pol_judge(&v, rule);
        CHECK(v.status == POLICY_OK, "%s", rule->id);
        outcomes[i] = outcome_of(&j, rule);
    }
    return v.org->rule_count;
}

/* Findings must be those outcomes, in that order; true for each rule fired. */
static void check_same(const policy_decision *d, const pol_org *o,
                       const int outcomes[], bool fired[])
{
    size_t at[3] = { 0, 0, 0 }, errors = 0;
    bool needs = false;

    for (size_t i = 0; i < o->rule_count; i++) {
        int where = outcomes[i];
        const policy_finding *f;

        errors += where == AT_ERROR;
        needs = needs || where == AT_NEED;
        if (where < 0 || where > POLICY_SUPPRESSED)
            continue;
        fired[i] = true;
        f = policy_decision_finding(d, where, at[where]++);
        CHECK(f && strcmp(f->rule, o->rules[i].id) == 0, "%s: %s is not in list %d",
              o->id, o->rules[i].id, where);
    }
    for (int which = 0; which < 3; which++)
        CHECK_INT_EQ("no other findings", policy_decision_finding_count(d, which),
                     at[which]);
    CHECK_INT_EQ("errors", policy_decision_error_count(d), errors);
    CHECK(needs == (policy_decision_needed_count(d) > 0), "needs");
}

/* Known only once the texts are folded, and still a trigger. */
static void test_flags_of_the_texts_are_a_trigger(void)
{
    static const struct { const char *label, *fields, *rule; } rows[] = {
        { "an override in the text", "\"text\":\"甲\\u202e乙\"", "o/bidi" },
        { "in a part", "\"parts\":[{\"role\":\"quote\",\"text\":\"\\u202e\"}]",
          "o/bidi" },
        { "half a surrogate pair", "\"text\":\"\\ud83d\"", "o/broken" },
        { "nothing odd", "\"text\":\"甲乙\"", "o/plain" },
        { "no text", "\"actor\":\"u1\"", "o/plain" },
        { "flags from outside are not read", "\"text\":\"甲\",\"flags\":[\"bidi\"]",
          "o/plain" },
    };
    struct host h;

    if (!host_open(&h, NULL,
                   RULE("bidi", "where = { flags = \"bidi\" }")
                   RULE("broken", "where = { flags = { \"tag\", \"lone-surrogate\" } }")
                   RULE("plain", "where = empty \"flags\", broad = true")))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const policy_decision *d;

        if (!host_decide(&h, rows[i].fields))
            continue;
        d = h.decision;
        CHECK_INT_EQ(rows[i].label, policy_decision_finding_count(d, POLICY_ENFORCED), 1);
        CHECK(host_finding(d, POLICY_ENFORCED, rows[i].rule) != NULL, "%s: %s",
              rows[i].label, host_json(&h, 0));
        CHECK_INT_EQ("candidates", policy_decision_cost(d)->candidates,
                     i < 3 ? 2 : 1);
    }
    host_close(&h);
}

static void test_the_index_is_an_optimisation_only(void)
{
    static struct random_source r;
    static bool fired[8][1024];
    static int outcomes[1024];
    policy_error err = POLICY_ERROR_INIT;
    size_t rules = 0, seen = 0;
    policy_session *s;
    policy_event *e;

    if (!random_open(&r, 3))
        return;
    CU_ASSERT_FATAL(policy_session_new(&s, r.bundle, NULL, NULL) == POLICY_OK);
    CU_ASSERT_FATAL(policy_event_new(&e, NULL, NULL, NULL) == POLICY_OK);
    for (unsigned i = 0; i < 30000; i++) {
        size_t number = i % r.bundle->org_count;
        const pol_org *o = r.bundle->orgs[number];
        const policy_decision *d;

        CU_ASSERT_FATAL(o->rule_count <= 1024 && number < 8);
        if (!random_event(&r, e, o->id) ||
            judge_all(s, e, outcomes, &err) != o->rule_count ||
            !CHECK(policy_session_evaluate(&d, s, e, NULL, &err) == POLICY_OK, "%s",
                   err.message))
            break;
        check_same(d, o, outcomes, fired[number]);
    }
    for (size_t i = 0; i < r.bundle->org_count; i++)
        for (size_t k = 0; k < r.bundle->orgs[i]->rule_count; k++) {
            rules++;
            seen += fired[i][k];
        }
    CHECK(seen * 10 >= rules * 8, "only %zu of %zu rules fired", seen, rules);
    policy_event_free(e);
    policy_session_free(s);
    random_close(&r);
}

/* --- nothing decides but bundle and event */

static void write_json(const policy_decision *d, char *out, size_t cap)
{
    size_t len = 0;

    policy_decision_json(out, cap - 1, &len, d, POLICY_JSON_CLEAR);
    out[len < cap ? len : cap - 1] = '\0';
}

static void test_decisions_repeat_byte_for_byte(void)
{
    static struct random_source r;
    static char first[1 << 17], again[1 << 17];
    policy_error err = POLICY_ERROR_INIT;
    policy_session *one, *other;
    const policy_decision *d;
    policy_event *e, *between;

    if (!random_open(&r, 4))
        return;
    CU_ASSERT_FATAL(policy_session_new(&one, r.bundle, NULL, NULL) == POLICY_OK &&
                    policy_session_new(&other, r.bundle, NULL, NULL) == POLICY_OK &&
                    policy_event_new(&e, NULL, NULL, NULL) == POLICY_OK &&
                    policy_event_new(&between, NULL, NULL, NULL) == POLICY_OK);
    for (unsigned i = 0; i < 3000; i++) {
        const char *org = r.bundle->orgs[i % r.bundle->org_count]->id;

        if (!random_event(&r, e, org))
            break;
        for (unsigned n = 0; n < 3; n++) {
            policy_session *s = n == 1 ? other : one;

            CHECK(policy_session_evaluate(&d, s, e, NULL, &err) == POLICY_OK, "%s",
                  err.message);
            write_json(d, n ? again : first, sizeof(first));
            CHECK(n == 0 || strcmp(first, again) == 0, "%u:\n%s\n%s", n, first,
                  again);
        }
        /* `other` lags behind: its history differs from `one`'s. */
        if (i % 3 == 0) {
            policy_event_set_text(between, POLICY_FIELD_TYPE, host_str("tick"));
            policy_event_set_text(between, POLICY_FIELD_ID, host_str("t"));
            policy_event_set_text(between, POLICY_FIELD_SOURCE, host_str("t"));
            policy_event_set_text(between, POLICY_FIELD_ORG, host_str(org));
            policy_event_set_time(between, POLICY_FIELD_TIME, 0, 0);
            CHECK(policy_session_evaluate(&d, other, between, NULL, &err) ==
                      POLICY_OK, "%s", err.message);
        }
    }
    policy_event_free(between);
    policy_event_free(e);
    policy_session_free(other);
    policy_session_free(one);
    random_close(&r);
}

/* The decision without the two names that depend on the bundle. */
static char *decided(policy_bundle *b, const char *org, char *out, size_t cap)
{
    static const char *const names[] = { "\"decision\":\"", "\"bundle\":\"" };
    char event[400];
    struct host h = { .bundle = b, .error = POLICY_ERROR_INIT };

    out[0] = '\0';
    snprintf(event, sizeof(event), "{\"id\":\"1\",\"source\":\"s\",\"time\":0,"
             "\"type\":\"message\",\"org\":\"%s\",\"text\":\"甲机密13800138000\","
             "\"direction\":\"out\"}", org);
    if (!b || policy_session_new(&h.session, b, NULL, NULL) ||
        policy_event_new(&h.event, NULL, NULL, NULL))
        return out;
    if (host_read(&h, event) &&
        CHECK(policy_session_evaluate(&h.decision, h.session, h.event, NULL,
                                      &h.error) == POLICY_OK, "%s", h.error.message))
        write_json(h.decision, out, cap);
    for (int i = 0; i < 2; i++) {
        char *at = strstr(out, names[i]);

        if (CHECK(at != NULL, "%s", out)) {
            char *end = strchr(at + strlen(names[i]), '"');

            memmove(at, end, strlen(end) + 1);
        }
    }
    policy_event_free(h.event);
    policy_session_free(h.session);
    return out;
}

static const char rules_a[] =
    RULE("a", "match = any { term \"甲\", list \"own\" }")
    RULE("b", "match = pii \"mobile\", where = { direction = \"out\" }");
static const char rules_b[] =
    RULE("c", "match = any { term \"机密\", term \"甲\" }, mode = \"shadow\"");

static void test_the_order_of_organisations_decides_nothing(void)
{
    static char one[1 << 14], other[1 << 14];
    struct host_file files[] = {
        { "a/organisation.yaml", "id: a\nname: 甲\nkind: company\n" },
        { "a/rules.lua", rules_a },
        { "a/lists/own.txt", "机密\n" },
        { "b/organisation.yaml", "id: b\nname: 乙\nkind: school\n" },
        { "b/rules.lua", rules_b },
    };
    struct host_file turned[] = { files[3], files[4], files[0], files[1], files[2] };
    policy_bundle *x = host_compile(files, 5, NULL, NULL);
    policy_bundle *y = host_compile(turned, 5, NULL, NULL);
    policy_bundle *alone = host_compile(files, 3, NULL, NULL);

    CHECK_CSTR_EQ("a", decided(x, "a", one, sizeof(one)),
                  decided(y, "a", other, sizeof(other)));
    CHECK(strstr(one, "a/b") != NULL, "%s", one);
    CHECK_CSTR_EQ("b", decided(x, "b", one, sizeof(one)),
                  decided(y, "b", other, sizeof(other)));
    CHECK_CSTR_EQ("a alone", decided(x, "a", one, sizeof(one)),
                  decided(alone, "a", other, sizeof(other)));
    policy_bundle_unref(x);
    policy_bundle_unref(y);
    policy_bundle_unref(alone);
}

static void test_a_rule_that_cannot_match_changes_the_revision_only(void)
{
    static char one[1 << 14], other[1 << 14], more[8192];
    policy_bundle *x, *y;

    snprintf(more, sizeof(more), "%s%s", rules_a,
             RULE("never", "match = all { term \"天书\", term \"无字\" }"));
    x = host_bundle(NULL, rules_a, NULL);
    y = host_bundle(NULL, more, NULL);
    if (x && y) {
        CHECK(strcmp(policy_bundle_revision(x), policy_bundle_revision(y)) != 0,
              "revision %s", policy_bundle_revision(x));
        CHECK_CSTR_EQ("the decision", decided(x, "o", one, sizeof(one)),
                      decided(y, "o", other, sizeof(other)));
        CHECK(strstr(one, "o/a") != NULL, "%s", one);
    }
    policy_bundle_unref(x);
    policy_bundle_unref(y);
}

/* --- errors and limits */

static void test_errors_act_by_severity(void)
{
    static const int32_t want[] = { POLICY_ALLOW, POLICY_FLAG, POLICY_WARN,
                                    POLICY_HOLD, POLICY_BLOCK };
    char rules[1024];
    struct host h;

    for (int severity = 1; severity <= 5; severity++) {
        snprintf(rules, sizeof(rules),
                 "rule { id = \"b\", title = \"t\", reason = \"r\", category ="
                 " \"off_topic\", on = \"message\", match = term \"甲\", verdict ="
                 " \"flag\", severity = %d, check = function() error(\"x\") end,"
                 " tests = { hit \"甲\", miss \"好\" } }", severity);
        if (!host_open(&h, "on_error: { 1: allow, 2: flag, 3: warn, 4: hold, 5: block }\n",
                       rules) || !host_decide(&h, "\"text\":\"甲\""))
            return;
        CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision),
                     want[severity - 1]);
        CHECK_INT_EQ("acted as", policy_decision_error(h.decision, 0)->acted_as,
                     want[severity - 1]);
        CHECK_INT_EQ("no finding", policy_decision_finding_count(h.decision, 0), 0);
        host_close(&h);
    }
}

static void test_more_candidates_than_the_limit_act_as_an_error(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    const policy_rule_error *e;
    struct host h;

    limits.candidates = 1;
    if (!host_open_with(&h, NULL, rules_a, &limits) ||
        !host_decide(&h, "\"text\":\"甲13800138000\",\"direction\":\"out\""))
        return;
    e = host_error(h.decision, "limit-candidates");
    CHECK(e && e->acted_as == POLICY_HOLD, "told, and held where nothing is said");
    CHECK_INT_EQ("verdict", policy_decision_verdict(h.decision), POLICY_HOLD);
    CHECK_INT_EQ("looked at", policy_decision_cost(h.decision)->candidates, 1);
    CHECK_INT_EQ("findings", policy_decision_finding_count(h.decision, 0), 1);
    if (host_decide(&h, "\"text\":\"甲\""))
        CHECK_INT_EQ("at the limit", policy_decision_error_count(h.decision), 0);
    host_close(&h);
}

/* From the day that the regulation binds, midnight in the organisation's zone. */
static void test_rules_bind_from_their_day_on(void)
{
    static const struct { const char *label, *time; bool fires; } times[] = {
        { "the evening before", "2026-03-31T23:59:59+08:00", false },
        { "at midnight", "2026-04-01T00:00:00+08:00", true },
        { "by another clock", "2026-03-31T15:59:59Z", false },
        { "by another clock, on", "2026-03-31T16:00:00Z", true },
    };
    char event[300];
    struct host h;

    if (!host_open(&h, "zone: Asia/Shanghai\n"
                       "regulations: { alpha: { mode: enforce, from: 2026-04-01 } }\n",
                   rules_a))
        return;
    for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
        snprintf(event, sizeof(event), "{\"id\":\"1\",\"source\":\"s\",\"type\":"
                 "\"message\",\"org\":\"o\",\"text\":\"引用\",\"time\":\"%s\"}",
                 times[i].time);
        if (!host_read(&h, event) ||
            policy_session_evaluate(&h.decision, h.session, h.event, NULL, &h.error))
            continue;
        CHECK((host_finding(h.decision, 0, "alpha/cited") != NULL) == times[i].fires,
              "%s", times[i].label);
    }
    host_close(&h);
}

/* --- shares */

/* Of 200 people who all say the word: how many it has an effect on. */
static int effects(struct host *h, bool seen[200])
{
    char fields[80];
    int count = 0;

    for (int i = 0; i < 200; i++) {
        const policy_finding *idle;

        snprintf(fields, sizeof(fields), "\"actor\":\"u%d\",\"text\":\"甲\"", i);
        if (!host_decide(h, fields))
            return -1;
        idle = host_finding(h->decision, POLICY_SHADOW, "o/r");
        seen[i] = host_finding(h->decision, POLICY_ENFORCED, "o/r") != NULL;
        CHECK(seen[i] == !idle && (!idle || !strcmp(idle->idle, "ratio")),
              "either, and why");
        CHECK_INT_EQ("the verdict", policy_decision_verdict(h->decision),
                     seen[i] ? POLICY_FLAG : POLICY_ALLOW);
        CHECK(!idle || strstr(host_json(h, 0), "\"idle\":\"ratio\""), "%s",
              h->json);
        count += seen[i];
    }
    return count;
}

static void test_a_ratio_only_adds_people(void)
{
    static const char *const ratios[] = { "0", "0.25", "0.5", "1" };
    bool before[200] = { false };
    int last = -1;

    for (size_t i = 0; i < 4; i++) {
        char lua[400];
        bool now[200];
        struct host h;
        int count;

        snprintf(lua, sizeof(lua), RULE("r", "match = term \"甲\", ratio = %s"),
                 ratios[i]);
        if (!host_open(&h, NULL, lua))
            return;
        count = effects(&h, now);
        CHECK(count > last && (i || !count) && (i < 3 || count == 200),
              "%s: %d", ratios[i], count);
        for (int p = 0; p < 200; p++)
            CHECK(now[p] || !before[p], "u%d stays in", p);
        memcpy(before, now, sizeof(before));
        last = count;
        host_close(&h);
    }
}

/* The account stands for an actor of whom nothing is said. */
static void test_who_is_not_named_is_left_out(void)
{
    struct host h;
    int in = 0;

    if (!host_open(&h, NULL, RULE("r", "match = term \"甲\", ratio = 0.999")))
        return;
    host_decide(&h, "\"text\":\"甲\"");
    CHECK(host_finding(h.decision, POLICY_SHADOW, "o/r") != NULL, "nobody");
    for (int i = 0; i < 3; i++) {
        char fields[80];

        snprintf(fields, sizeof(fields), "\"account\":\"a%d\",\"text\":\"甲\"",
                 i);
        host_decide(&h, fields);
        in += host_finding(h.decision, POLICY_ENFORCED, "o/r") != NULL;
    }
    CHECK(in > 0, "an account");
    host_close(&h);
}

/* Failures and facts that lack act for those in the ratio only. */
static void test_what_is_left_out_has_no_effect_by_errors(void)
{
    struct host h;

    if (!host_open(&h, NULL,
                   RULE("e", "match = term \"甲\", ratio = 0, severity = 4,"
                        "check = function() error(\"x\") end")
                   RULE("f", "match = term \"甲\", ratio = 0, severity = 4,"
                        "needs = \"trained\"")))
        return;
    host_decide(&h, "\"actor\":\"u1\",\"text\":\"甲\"");
    CHECK_INT_EQ("allowed", policy_decision_verdict(h.decision), POLICY_ALLOW);
    CHECK_INT_EQ("told", policy_decision_error_count(h.decision), 1);
    CHECK_INT_EQ("asked", policy_decision_needed_count(h.decision), 1);
    host_close(&h);
}

static void test_a_sample_is_of_events(void)
{
    static char json[300];
    int seen = 0;
    struct host h;

    if (!host_open(&h, NULL, RULE("r", "match = term \"甲\", sample = 0.5")))
        return;
    for (int i = 0; i < 200; i++) {
        snprintf(json, sizeof(json),
                 "{\"id\":\"m%d\",\"type\":\"message\",\"org\":\"o\","
                 "\"time\":1772416800000,\"text\":\"甲\"}", i);
        if (!host_read(&h, json) ||
            !CHECK(!policy_session_evaluate(&h.decision, h.session, h.event, NULL,
                                            &h.error), "%s", h.error.message))
            break;
        seen += policy_decision_finding_count(h.decision, POLICY_ENFORCED) == 1;
        CHECK_INT_EQ("the others are not looked at",
                     policy_decision_finding_count(h.decision, POLICY_SHADOW), 0);
    }
    CHECK(seen > 65 && seen < 135, "%d", seen);
    host_close(&h);
}

static const struct test_case tests[] = {
    { "what an organisation does not know is refused",
      test_what_an_organisation_does_not_know_is_refused },
    { "an unset event is refused", test_an_unset_event_is_refused },
    { "flags of the texts are a trigger", test_flags_of_the_texts_are_a_trigger },
    { "the index is an optimisation only", test_the_index_is_an_optimisation_only },
    { "decisions repeat byte for byte", test_decisions_repeat_byte_for_byte },
    { "the order of organisations decides nothing",
      test_the_order_of_organisations_decides_nothing },
    { "a rule that cannot match changes the revision only",
      test_a_rule_that_cannot_match_changes_the_revision_only },
    { "errors act by severity", test_errors_act_by_severity },
    { "more candidates than the limit act as an error",
      test_more_candidates_than_the_limit_act_as_an_error },
    { "rules bind from their day on", test_rules_bind_from_their_day_on },
    { "a ratio only adds people", test_a_ratio_only_adds_people },
    { "who is not named is left out", test_who_is_not_named_is_left_out },
    { "what is left out has no effect by errors",
      test_what_is_left_out_has_no_effect_by_errors },
    { "a sample is of events", test_a_sample_is_of_events },
};

POLICY_TEST_MAIN("judge", tests)
