/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking a decision beyond its ends, and copies that outlive everything.
 */
#include "host.h"

#include "evaluate/decision.h"

static const char yaml[] = "roles: { officer: [u1] }\nregulations: { alpha: enforce }\n"
                           "on_error: { 2: warn }\n";
static const char rules[] =
    RULE("a", "match = any { term \"甲\", list \"own\" }, tell = { zh = \"{article}\","
              " en = \"no\" }, escalate = { to = \"officer\", within = \"1h\" }")
    RULE("shadow", "match = term \"甲\", mode = \"shadow\"")
    RULE("except", "match = term \"甲\", except = { { direction = \"out\","
                   " why = \"试点\", owner = \"保密办\", expires = \"2027-01-01\" } }")
    RULE("broken", "match = term \"甲\", check = function() error(\"x\") end")
    RULE("needs", "match = term \"甲\", needs = { \"trained\" }");
static const char fields[] = "\"text\":\"甲引用機\xe2\x80\x8b密\",\"direction\":\"out\","
                             "\"parts\":[{\"role\":\"quote\",\"text\":\"绝密\"}]";

static void test_beyond_the_end_is_nothing(void)
{
    const policy_decision *d;
    policy_str text;
    struct host h;

    if (!host_open(&h, yaml, rules) || !host_decide(&h, fields))
        return;
    d = h.decision;
    for (int32_t which = -2; which < 6; which++) {
        size_t count = policy_decision_finding_count(d, which);

        CHECK_INT_EQ("findings", count, which == 0 ? 2 : which == 1 || which == 2);
        CHECK(policy_decision_finding(d, which, count) == NULL &&
                  policy_decision_finding(d, which, SIZE_MAX) == NULL, "%d", which);
    }
    CHECK(policy_decision_error(d, 1) == NULL && policy_decision_error(d, 0), "errors");
    CHECK(policy_decision_duty(d, 1) == NULL && policy_decision_duty(d, 0), "duties");
    CHECK(policy_decision_needed(d, 1) == NULL && policy_decision_needed(d, 0), "needs");
    CHECK(policy_decision_change(d, 0) == NULL, "changes");
    CHECK(policy_decision_proposal(d, 0) == NULL &&
              policy_decision_proposal_count(d) == 0, "proposals");
    CHECK_STR_EQ("tell", policy_decision_tell(d, 2, NULL), "");
    CHECK_STR_EQ("organisation", policy_decision_organisation(d), "o");
    CHECK_STR_EQ("source", policy_decision_source(d), "s");
    CHECK_STR_EQ("event", policy_decision_event(d), "m1");
    CHECK_INT_EQ("time", policy_decision_time(d), INT64_C(1772414100000));
    CHECK_INT_EQ("redacted", policy_decision_redacted(&text, (policy_decision *)d,
                                                      "parts[0]"), POLICY_OK);
    CHECK_STR_EQ("redacted", text, "****");
    CHECK_INT_EQ("no such field", policy_decision_redacted(&text, (policy_decision *)d,
                                                           "parts[1]"), POLICY_EINPUT);
    CHECK_STR_EQ("nothing", text, "");
    host_close(&h);
}

static void test_verdicts_have_names(void)
{
    static const char *const names[] = { "allow", "flag", "warn", "redact", "hold",
                                         "block" };

    for (int32_t v = 0; v < 6; v++)
        CHECK_CSTR_EQ("name", policy_verdict_name(v), names[v]);
    CHECK(policy_verdict_name(-1) == NULL && policy_verdict_name(6) == NULL &&
              policy_verdict_name(INT32_MIN) == NULL &&
              policy_verdict_name(INT32_MAX) == NULL, "no others");
}

static void test_a_copy_outlives_everything(void)
{
    static char before[1 << 16];
    struct test_allocator t;
    policy_decision *copy = NULL, *second = NULL;
    policy_memory *m;
    policy_state state;
    policy_str text;
    struct host h;

    test_allocator_init(&t);
    if (!host_open(&h, yaml, rules))
        return;
    CU_ASSERT_FATAL(policy_memory_new(&m, NULL, 0, NULL) == POLICY_OK);
    state = policy_memory_state(m);
    CHECK(host_judge_with(&h, &state, fields) == POLICY_OK, "%s", h.error.message);
    memcpy(before, host_json(&h, POLICY_JSON_CLEAR), sizeof(before));
    CHECK_INT_EQ("copied", policy_decision_dup(&copy, h.decision, &t.allocator),
                 POLICY_OK);
    /* The event's bytes change, then all that it came from goes. */
    host_judge_with(&h, &state, "\"text\":\"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\"");
    host_close(&h);
    policy_memory_free(m);
    h.decision = copy;
    CHECK_CSTR_EQ("the same", host_json(&h, POLICY_JSON_CLEAR), before);
    CHECK_INT_EQ("verdict", policy_decision_verdict(copy), POLICY_BLOCK);
    CHECK_INT_EQ("change", policy_decision_change_count(copy), 1);
    CHECK(policy_decision_change(copy, 0)->key.len > 0 &&
              policy_decision_change(copy, 0)->value.len > 0, "its bytes");
    CHECK(policy_decision_redacted(&text, copy, "text") == POLICY_OK, "redacted");
    CHECK_STR_EQ("masked", text, "**********");
    CHECK_STR_EQ("tell", policy_decision_tell(copy, 1, "en"), "no");
    CHECK_INT_EQ("copied again", policy_decision_dup(&second, copy, &t.allocator),
                 POLICY_OK);
    policy_decision_free(copy);
    h.decision = second;
    CHECK_CSTR_EQ("a copy's copy", host_json(&h, POLICY_JSON_CLEAR), before);
    policy_decision_free(second);
    test_allocator_clean(&t);
}

static void test_only_copies_are_freed(void)
{
    struct host h;

    policy_decision_free(NULL);
    if (!host_open(&h, yaml, rules) || !host_decide(&h, fields))
        return;
    policy_decision_free((policy_decision *)h.decision);
    CHECK(strlen(host_json(&h, 0)) > 100, "a borrowed one stays");
    host_close(&h);
}

static void test_a_copy_that_fails_leaves_nothing(void)
{
    struct test_allocator t;
    policy_decision *copy;
    struct host h;
    size_t n;

    if (!host_open(&h, yaml, rules) || !host_decide(&h, fields))
        return;
    for (n = 1; n < 100; n++) {
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = n;
        st = policy_decision_dup(&copy, h.decision, &t.allocator);
        if (t.failed == 0)
            break;
        CHECK(st == POLICY_ENOMEM && copy == NULL, "allocation %zu", n);
        test_allocator_clean(&t);
    }
    policy_decision_free(copy);
    CHECK(n > 2, "only %zu allocations", n);
    test_allocator_clean(&t);
    host_close(&h);
}

/* Proposals come with ladders; a copy of one is checked from the inside. */
static void test_proposals_are_copied(void)
{
    char id[] = "p1", why[] = "重复", step[] = "warning";
    policy_cite cite = { host_str("r"), host_str("t"), host_str("一") };
    policy_proposal p = { .ladder = "l", .track = "t", .step = step, .kind = "measure",
                          .id = host_str(id), .person = host_str("u1"),
                          .why = host_str(why), .cites = &cite, .cite_count = 1 };
    policy_decision d;
    policy_decision *copy;

    memset(&d, 0, sizeof(d));
    d.revision = "sha256:0";
    d.language = "zh";
    d.org = d.source = d.event = host_str("x");
    d.proposals = &p;
    d.proposal_count = 1;
    CHECK(policy_decision_dup(&copy, &d, NULL) == POLICY_OK, "copied");
    id[0] = why[0] = step[0] = '?';
    cite.article.len = 0;
    CHECK_STR_EQ("id", policy_decision_proposal(copy, 0)->id, "p1");
    CHECK_STR_EQ("why", policy_decision_proposal(copy, 0)->why, "重复");
    CHECK_CSTR_EQ("step", policy_decision_proposal(copy, 0)->step, "warning");
    CHECK_STR_EQ("cite", policy_decision_proposal(copy, 0)->cites[0].article, "一");
    policy_decision_free(copy);
}

/* Each bit of the texts, of the JSON and of the adapter has its name. */
static void test_names_what_is_odd_about_the_event(void)
{
    static const char *const names[] = {
        "ill-formed", "ignorable", "control", "bidi", "tag", "private-use",
        "mixed-script", "mixed-han", "marks", "rare-han", "lone-surrogate",
        "unknown-kind",
    };
    policy_decision d = { .flags = 0 };

    CHECK_INT_EQ("none", policy_decision_flag_count(&d), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        d.flags = UINT32_C(1) << i;
        CHECK_CSTR_EQ("alone", policy_decision_flag(&d, 0), names[i]);
        CHECK(policy_decision_flag(&d, 1) == NULL, "%s: one more", names[i]);
    }
    d.flags = POLICY_TEXT_ILL_FORMED | POLICY_TEXT_RARE_HAN | POL_FLAG_UNKNOWN_KIND;
    CHECK_INT_EQ("three", policy_decision_flag_count(&d), 3);
    CHECK_CSTR_EQ("the second", policy_decision_flag(&d, 1), "rare-han");
}

static const struct test_case tests[] = {
    { "names what is odd about the event", test_names_what_is_odd_about_the_event },
    { "beyond the end is nothing", test_beyond_the_end_is_nothing },
    { "verdicts have names", test_verdicts_have_names },
    { "a copy outlives everything", test_a_copy_outlives_everything },
    { "only copies are freed", test_only_copies_are_freed },
    { "a copy that fails leaves nothing", test_a_copy_that_fails_leaves_nothing },
    { "proposals are copied", test_proposals_are_copied },
};

POLICY_TEST_MAIN("decision", tests)
