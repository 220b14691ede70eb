/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ratio, sample and brake as they are compiled, from rules, parameters and
 * organisation.yaml.
 */
#include "compile_cases.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, rollout_cases, NULL);
}

static const char all_three[] =
    "ratio = 0.25, sample = 0.5, match = term \"词\",\n"
    "  brake = { share = 0.125, min = 20, over = \"1d\" }";

static void begin(struct tree *t, const char *yaml, const char *cited)
{
    static char lua[1024];

    tree_begin(t);
    tree_put(t, "o/organisation.yaml", yaml ? yaml : TREE_YAML ADOPTED);
    tree_put(t, "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE));
    tree_put(t, "regulations/beta/regulation.yaml", REGULATION("beta", ARTICLE));
    snprintf(lua, sizeof(lua), CITED("%s"), cited);
    tree_put(t, "regulations/alpha/rules.lua", lua);
}

static const pol_rule *rule_of(const pol_org *o, const char *id)
{
    for (size_t i = 0; o && i < o->rule_count; i++)
        if (strcmp(o->rules[i].id, id) == 0)
            return &o->rules[i];
    return NULL;
}

static void check_shares(const char *label, const char *yaml, const char *cited,
                         double ratio, double sample, bool brake)
{
    const pol_rollout *r;
    struct tree t;

    begin(&t, yaml, cited);
    if (!tree_compile_well(&t, label, ratio == 0 ? 2 : 0))
        return;
    r = rule_of(tree_org(&t, "o"), "alpha/r")->rollout;
    if (!CHECK(r != NULL, "%s: there", label)) {
        tree_end(&t);
        return;
    }
    CHECK(pol_share_part(r->ratio) == ratio, "%s: ratio %g", label,
          pol_share_part(r->ratio));
    CHECK(pol_share_part(r->sample) == sample, "%s: sample %g", label,
          pol_share_part(r->sample));
    CHECK(!r->brake == !brake, "%s: brake", label);
    tree_end(&t);
}

static void test_reads_all_three(void)
{
    check_shares("the rule's", NULL, all_three, 0.25, 0.5, true);
    check_shares("nobody, never", NULL, "match = term \"词\", ratio = 0, sample = 0",
                 0, 0, false);
}

static void test_the_organisation_is_stronger(void)
{
    check_shares("its ratio", OVERRIDE("ratio: 0.75"), all_three, 0.75, 0.5, true);
    check_shares("all of them", OVERRIDE("ratio: 1, sample: 0.125"), all_three, 1,
                 0.125, true);
    check_shares("its brake", OVERRIDE("brake: { share: 0.5, min: 3, over: 2h }"),
                 "match = term \"词\"", 1, 1, true);
}

static void test_all_is_nothing_to_keep(void)
{
    struct tree t;

    begin(&t, NULL, "match = term \"词\", ratio = 1, sample = 1.0");
    if (!tree_compile_well(&t, "all", 0))
        return;
    CHECK(!rule_of(tree_org(&t, "o"), "alpha/r")->rollout, "nothing");
    tree_end(&t);
}

/* Two brakes over the same types and time share the counter of events. */
static void test_watches_events_once(void)
{
    static const char rules[] =
        "local function r(id, on, over, mode)\n"
        "  return rule { id = id, title = \"t\", reason = \"x\", on = on,\n"
        "    category = \"spam\", verdict = \"flag\", match = term \"词\",\n"
        "    mode = mode, tests = { hit \"词\", miss \"好\" },\n"
        "    brake = { share = 0.1, min = 5, over = over } }\n"
        "end\n"
        "r(\"a\", \"message\", \"1d\") r(\"b\", \"message\", \"24h\")\n"
        "r(\"c\", \"message\", \"1h\") r(\"d\", \"comment\", \"1d\")\n"
        "r(\"e\", \"post\", \"1d\", \"shadow\") r(\"f\", \"post\", \"1d\", \"off\")\n";
    const pol_org *o;
    struct tree t;

    begin(&t, NULL, "match = term \"词\"");
    tree_put(&t, "o/rules.lua", rules);
    if (!tree_compile_well(&t, "watched", 0))
        return;
    o = tree_org(&t, "o");
    CHECK_INT_EQ("counters", o->watched_count, 3);
    CHECK(rule_of(o, "o/a")->rollout->brake->hits->record->id.len == 9 &&
              !memcmp(rule_of(o, "o/a")->rollout->brake->hits->record->id.ptr,
                      "o/a//hits", 9), "what a rule found is its own");
    tree_end(&t);
}

/* A rule that is tried on some stays one by itself, and cites only its own. */
static void test_is_not_merged(void)
{
    struct tree t;

    begin(&t, TREE_YAML "regulations: { alpha: enforce, beta: enforce }\n",
          "match = term \"词\", ratio = 0.5");
    tree_put(&t, "regulations/beta/rules.lua",
             CITED("match = term \"词\", ratio = 0.5"));
    if (!tree_compile_well(&t, "two", 0))
        return;
    CHECK(rule_of(tree_org(&t, "o"), "alpha/r") &&
              rule_of(tree_org(&t, "o"), "beta/r"), "both are there");
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "reads all three", test_reads_all_three },
    { "the organisation is stronger", test_the_organisation_is_stronger },
    { "all is nothing to keep", test_all_is_nothing_to_keep },
    { "watches events once", test_watches_events_once },
    { "is not merged", test_is_not_merged },
};

POLICY_TEST_MAIN("rollout_build", tests)
