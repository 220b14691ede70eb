/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, theme_cases, NULL);
}

/* --- parameters: the strongest wins -------------------------------------- */

#define USE(params)                                                          \
    "use \"t\" { " params " part = { cites = { \"四.1\" },\n"                \
    "  severity = param \"m\" } }\n"
#define WITH_M "params: { m: { type: int, default: 3, min: 1, max: 5, why: w } }\n"

static const struct {
    const char *label, *adoption, *regulation, *use;
    int64_t severity;
} strengths[] = {
    { "the theme", "", "", "", 1 },
    { "use", "", "", "params = { m = 2 },", 2 },
    { "the regulation", "", WITH_M, "params = { m = 2 },", 3 },
    { "the organisation", "params: { m: 4 }", WITH_M, "params = { m = 2 },", 4 },
    { "the organisation over the theme", "params: { m: 5 }", "", "", 5 },
};

static void test_the_strongest_parameter_wins(void)
{
    for (size_t i = 0; i < sizeof(strengths) / sizeof(*strengths); i++) {
        char yaml[400], regulation[400], rules[400];
        struct tree t;

        snprintf(yaml, sizeof(yaml), TREE_YAML "regulations: { alpha: { %s } }\n",
                 strengths[i].adoption);
        snprintf(regulation, sizeof(regulation),
                 "id: alpha\ntitle: 制度\nkind: company\n%sarticles:\n" ARTICLE,
                 strengths[i].regulation);
        snprintf(rules, sizeof(rules), USE("%s"), strengths[i].use);
        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_put(&t, "regulations/alpha/regulation.yaml", regulation);
        tree_put(&t, "regulations/alpha/rules.lua", rules);
        tree_put(&t, "themes/t.lua",
                 THEME("m = param { \"int\", 1, min = 1, max = 5, why = \"w\" }", PART));
        if (tree_compile_well(&t, strengths[i].label, 0) &&
            CHECK(tree_rule(&t, "alpha/t-part"), "%s", strengths[i].label))
            CHECK_INT_EQ(strengths[i].label,
                         tree_rule(&t, "alpha/t-part")->severity,
                         strengths[i].severity);
        tree_end(&t);
    }
}

/* --- where files are found ------------------------------------------------ */

static void lay_adopted(struct tree *t)
{
    tree_begin(t);
    tree_put(t, "o/organisation.yaml", TREE_YAML ADOPTED);
    tree_put(t, "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE));
    tree_put(t, "regulations/alpha/rules.lua",
             "use \"t\" { part = { cites = { \"四.1\" } } }\n");
    tree_put(t, "themes/t.lua", THEME("", PART));
}

static void test_an_own_theme_goes_before_the_library(void)
{
    struct tree t;

    lay_adopted(&t);
    tree_put(&t, "o/themes/t.lua",
             "theme { id = \"t\", title = \"t\", parts = { part = rule {\n"
             "  title = \"own\", on = \"message\", category = \"spam\",\n"
             "  match = term \"词\", verdict = \"block\",\n"
             "  tests = { hit \"词\", miss \"好\" } } } }\n");
    if (tree_compile_well(&t, "own", 0))
        CHECK_INT_EQ("own", tree_rule(&t, "alpha/t-part")->verdict, POLICY_BLOCK);
    tree_end(&t);
}

/* An own edition of the catalogue does not take the library's rules. */
static void test_rules_lie_beside_their_catalogue(void)
{
    struct tree t;

    lay_adopted(&t);
    tree_put(&t, "o/regulations/alpha/regulation.yaml",
             REGULATION("alpha", "  - { ref: 五, class: meta, status: meta, zh: 五 }\n"));
    if (tree_compile_well(&t, "own edition", 0)) {
        CHECK_INT_EQ("no rules", tree_org(&t, "o")->rule_count, 0);
        CHECK_CSTR_EQ("own article", tree_org(&t, "o")->articles[0].ref, "五");
    }
    tree_end(&t);
}

static void test_an_id_lets_a_part_be_used_twice(void)
{
    struct tree t;

    lay_adopted(&t);
    tree_put(&t, "regulations/alpha/rules.lua",
             "use \"t\" { part = { cites = { \"四.1\" } } }\n"
             "use \"t\" { part = { cites = { \"四.1\" }, id = \"other\",\n"
             "  severity = 4 } }\n");
    if (tree_compile_well(&t, "twice", TREE_ANY)) {
        CHECK(tree_rule(&t, "alpha/t-part") != NULL, "default id");
        CHECK(tree_rule(&t, "alpha/other") &&
                  tree_rule(&t, "alpha/other")->severity == 4, "own id");
    }
    tree_end(&t);
}

static void test_use_overrides_the_theme(void)
{
    struct tree t;

    lay_adopted(&t);
    tree_put(&t, "regulations/alpha/rules.lua",
             "\n\nuse \"t\" { part = { cites = { \"四.1\" },\n"
             "  verdict = \"hold\", tell = \"停\" } }\n");
    if (tree_compile_well(&t, "over", 0)) {
        const pol_rule *r = tree_rule(&t, "alpha/t-part");

        CHECK_INT_EQ("verdict", r->verdict, POLICY_HOLD);
        CHECK_STR_EQ("tell", r->tell.zh, "停");
        CHECK_STR_EQ("title", r->title.zh, "p");
        CHECK_INT_EQ("line of the part", r->line, 3);
        CHECK_STR_EQ("file", r->file, "regulations/alpha/rules.lua");
    }
    tree_end(&t);
}

/* Tests of a theme say its verdict; those of a use their own. */
static void test_a_verdict_laid_over_is_that_of_the_tests(void)
{
    static const char *const uses[] = { "", "verdict = \"hold\"",
                                        "verdict = \"hold\", tests = {"
                                        " hit { \"词\", verdict = \"block\" }, miss \"好\" }" };
    static const int32_t verdicts[] = { POLICY_BLOCK, POLICY_HOLD, POLICY_BLOCK };

    for (size_t i = 0; i < 3; i++) {
        struct tree t;
        char rules[300];

        snprintf(rules, sizeof(rules),
                 "use \"t\" { part = { cites = { \"四.1\" }, %s } }\n", uses[i]);
        lay_adopted(&t);
        tree_put(&t, "regulations/alpha/rules.lua", rules);
        tree_put(&t, "themes/t.lua",
                 THEME("", "part = rule { title = \"p\", on = \"message\","
                           " category = \"spam\", match = term \"词\", verdict = \"block\","
                           " tests = { hit { \"词\", verdict = \"block\" },"
                           " hit { \"词\", verdict = \"flag\" }, miss \"好\" } }"));
        if (tree_compile_well(&t, uses[i], TREE_ANY)) {
            const pol_rule *r = tree_rule(&t, "alpha/t-part");

            CHECK_INT_EQ(uses[i], r->tests[0].verdict, verdicts[i]);
            CHECK_INT_EQ("another", r->tests[1].verdict, i < 2 ? POLICY_FLAG : -1);
        }
        tree_end(&t);
    }
}

/* The same of what a duty says when it is overdue. */
static void test_an_overdue_verdict_laid_over_is_that_of_the_tests(void)
{
    static const struct { const char *theme, *use; int32_t first, second; } rows[] = {
        { "overdue = { verdict = \"warn\" },", "", POLICY_WARN, POLICY_FLAG },
        { "overdue = { verdict = \"warn\" },", "overdue = { verdict = \"flag\" },",
          POLICY_FLAG, POLICY_FLAG },
        { "", "overdue = { verdict = \"warn\" },", POLICY_WARN, POLICY_WARN },
        { "overdue = { verdict = \"warn\" },", "overdue = { verdict = \"flag\" },"
          " tests = { steps { { after = \"2d\", expect = \"overdue\","
          " verdict = \"warn\" }, { after = \"1d\", expect = \"miss\" } } }",
          POLICY_WARN, -1 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct tree t;
        char parts[600], rules[400];

        snprintf(parts, sizeof(parts),
                 "theme { id = \"t\", title = \"t\", parts = { part = duty {\n"
                 "title = \"p\", owner = \"officer\", every = \"1d\", %s\n"
                 "tests = { steps { { after = \"2d\", expect = \"overdue\", verdict = \"warn\" },\n"
                 "{ after = \"1d\", expect = \"overdue\", verdict = \"flag\" } } } } } }\n",
                 rows[i].theme);
        snprintf(rules, sizeof(rules),
                 "use \"t\" { part = { cites = { \"四.1\" }, %s } }\n", rows[i].use);
        lay_adopted(&t);
        tree_put(&t, "o/organisation.yaml", TREE_YAML ADOPTED "roles: { officer: [u1] }\n");
        tree_put(&t, "regulations/alpha/rules.lua", rules);
        tree_put(&t, "themes/t.lua", parts);
        if (tree_compile_well(&t, rows[i].use, TREE_ANY)) {
            const pol_rule_test *steps = tree_org(&t, "o")->duties[0]->face->tests->steps;

            CHECK_INT_EQ(rows[i].use, steps[0].verdict, rows[i].first);
            CHECK_INT_EQ(rows[i].use, steps[1].verdict, rows[i].second);
        }
        tree_end(&t);
    }
}

/* A duty and a ladder are used as rules are: under the use, with its cites, and
 * the values of parameters. */
static void test_duties_and_ladders_are_parts(void)
{
    struct tree t;

    lay_adopted(&t);
    tree_put(&t, "o/organisation.yaml",
             TREE_YAML ADOPTED "roles: { officer: [u1], hr: [u2] }\n");
    tree_put(&t, "themes/t.lua",
             THEME("m = param { \"duration\", \"2d\", why = \"w\" }",
                   "owed = duty { title = \"t\", owner = \"officer\","
                   " open = { on = \"incident\", key = \"incident\" },"
                   " within = param \"m\", tests = { steps { { type = \"incident\","
                   " incident = \"i\", expect = \"opened\" } } } },\n"
                   "steps = ladder { id = \"its own\", title = \"t\", decide = \"officer\","
                   " within = \"1d\", tracks = { { id = \"a\", steps = {"
                   " step { \"talk\", zh = \"谈\" } } } } }"));
    tree_put(&t, "regulations/alpha/rules.lua",
             "use \"t\" { owed = { cites = \"四.1\", remind = \"1d\" },\n"
             "  steps = { cites = \"四.1\", decide = \"hr\", id = \"measures\" },\n"
             "  params = { m = \"9d\" } }\n");
    if (tree_compile_well(&t, "parts", TREE_ANY)) {
        const pol_org *o = tree_org(&t, "o");
        const pol_duty *d = o->duties[1];

        CHECK_INT_EQ("the duty and the one to decide", o->duty_count, 2);
        CHECK_CSTR_EQ("named by its part", d->face->id, "alpha/t-owed");
        CHECK_STR_EQ("cites", d->face->cites[0].article, "四.1");
        CHECK_INT_EQ("the parameter", d->within.count, 9 * INT64_C(86400000));
        CHECK_INT_EQ("laid over", d->remind_count, 1);
        CHECK_INT_EQ("with its tests", d->face->test_count, 1);
        CHECK_STR_EQ("in its file", d->face->tests[0].file, "themes/t.lua");
        CHECK_CSTR_EQ("the ladder", o->ladders[0]->face->id, "alpha/measures");
        CHECK_INT_EQ("tests of the article", o->articles[0].tests, 1);
        CHECK_STR_EQ("decided by another", o->ladders[0]->decide->role, "hr");
    }
    tree_end(&t);
}

/* A memory is a part, too, and other parts call it by the part's name, whatever
 * it is called where it is used. */
static void test_memories_are_parts(void)
{
    static const char *const uses[][2] = {
        { "left = { keep = \"9d\" }", "alpha/t-left" },
        { "left = { keep = \"9d\", id = \"gone\" }", "alpha/gone" },
    };

    for (size_t i = 0; i < 2; i++) {
        char rules[300];
        struct tree t;

        snprintf(rules, sizeof(rules),
                 "use \"t\" { part = { cites = \"四.1\" },\n %s,\n"
                 " again = { cites = \"四.1\" }, owed = { cites = \"四.1\" } }\n",
                 uses[i][0]);
        lay_adopted(&t);
        tree_put(&t, "o/organisation.yaml",
                 TREE_YAML ADOPTED "roles: { officer: [u1] }\n");
        tree_put(&t, "regulations/alpha/rules.lua", rules);
        tree_put(&t, "themes/t.lua",
                 THEME("", "left = memory { key = \"actor\", keep = \"1d\","
                           " set = { { on = \"login\" }, { rule = \"again\" } } },\n"
                           "part = rule { title = \"p\", on = \"message\","
                           " category = \"spam\", verdict = \"flag\","
                           " where = all { known { \"left\", key = \"actor\" },"
                           " pending { \"owed\", key = \"actor\" } }, tests = {"
                           " miss { \"好\", actor = \"u1\" } } },\n"
                           "owed = duty { title = \"t\", owner = \"officer\","
                           " open = { on = \"login\", key = \"actor\" },"
                           " within = \"1d\", tests = { steps { { type = \"login\","
                           " actor = \"u1\", expect = \"opened\" } } } },\n"
                           "again = rule { title = \"a\", on = \"login\","
                           " category = \"spam\", verdict = \"flag\","
                           " broad = true,"
                           " tests = { hit { actor = \"u1\" } } }"));
        if (tree_compile_well(&t, uses[i][0], TREE_ANY)) {
            const pol_org *o = tree_org(&t, "o");
            const pol_rule *rule = tree_rule(&t, "alpha/t-part");
            const pol_cond *where = rule->where;

            CHECK_INT_EQ("a memory, a duty", o->record_count, 2);
            CHECK_STR_EQ(uses[i][0], where->kids[0].known->record->id, uses[i][1]);
            CHECK_INT_EQ("laid over", where->kids[0].known->record->keep,
                         9 * INT64_C(86400000));
            CHECK_STR_EQ("a duty by its part", where->kids[1].known->record->id,
                         "alpha/t-owed");
            CHECK_INT_EQ("a rule by its part",
                         tree_rule(&t, "alpha/t-again")->write_count, 1);
        }
        tree_end(&t);
    }
}

/* Of a loop all rules have the same lines: their messages have names. */
static void test_names_the_rules_that_a_loop_made(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua",
             "for i = 1, 2 do rule { id = \"r\" .. i, title = \"t\", reason = \"x\",\n"
             "  category = \"spam\", on = \"message\", verdict = \"flag\",\n"
             "  where = { titel = \"x\" } } end\n"
             "rule { id = \"own\", title = \"t\", reason = \"x\",\n"
             "  category = \"spam\", on = \"message\", verdict = \"flag\",\n"
             "  where = { titel = \"x\" } }\n");
    tree_compile(&t);
    if (CHECK(t.report_count >= 3, "%zu", t.report_count)) {
        CHECK(strstr(t.reports[0].message, " (r1)") != NULL, "%s", t.reports[0].message);
        CHECK(strstr(t.reports[1].message, " (r2)") != NULL, "%s", t.reports[1].message);
        CHECK(strstr(t.reports[2].message, "own") == NULL, "%s", t.reports[2].message);
    }
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "names the rules that a loop made", test_names_the_rules_that_a_loop_made },
    { "reports what is wrong", test_reports_what_is_wrong },
    { "the strongest parameter wins", test_the_strongest_parameter_wins },
    { "an own theme goes before the library",
      test_an_own_theme_goes_before_the_library },
    { "rules lie beside their catalogue", test_rules_lie_beside_their_catalogue },
    { "an id lets a part be used twice", test_an_id_lets_a_part_be_used_twice },
    { "use overrides the theme", test_use_overrides_the_theme },
    { "a verdict laid over is that of the tests",
      test_a_verdict_laid_over_is_that_of_the_tests },
    { "an overdue verdict laid over is that of the tests",
      test_an_overdue_verdict_laid_over_is_that_of_the_tests },
    { "duties and ladders are parts", test_duties_and_ladders_are_parts },
    { "memories are parts", test_memories_are_parts },
};

POLICY_TEST_MAIN("theme_build", tests)
