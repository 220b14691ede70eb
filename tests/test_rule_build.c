/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, rule_cases, NULL);
}

static void test_defaults_are_stated(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua", "\n" LOCAL(SCOPE "," TESTS));
    if (tree_compile_well(&t, "plain", 0)) {
        const pol_rule *r = tree_rule(&t, "o/r");

        CHECK_INT_EQ("severity", r->severity, 2);
        CHECK_INT_EQ("mode", r->mode, POL_MODE_ENFORCE);
        CHECK_INT_EQ("verdict", r->verdict, POLICY_FLAG);
        CHECK_INT_EQ("on_error", r->on_error, POLICY_FLAG);
        CHECK_INT_EQ("check", r->guard_file, -1);
        CHECK_INT_EQ("types", r->types, UINT32_C(1) << POLICY_TYPE_MESSAGE);
        CHECK(r->fields.all && !r->broad && !r->escalate.set, "scope");
        CHECK(r->in_force == INT64_MIN, "always in force");
        CHECK_STR_EQ("reason", r->reason, "x");
        CHECK_STR_EQ("file", r->file, "o/rules.lua");
        CHECK_INT_EQ("line", r->line, 2);
        CHECK(r->cost > 0, "cost");
    }
    tree_end(&t);
}

/* --- modes: the milder, but the organisation's word on a rule goes first --- */

static const struct {
    const char *adopted, *rule, *own;
    pol_mode mode;
} modes[] = {
    { "enforce", "", "", POL_MODE_ENFORCE },
    { "shadow", "", "", POL_MODE_SHADOW },
    { "off", "", "", POL_MODE_OFF },
    { "enforce", "shadow", "", POL_MODE_SHADOW },
    { "shadow", "off", "", POL_MODE_OFF },
    { "off", "shadow", "", POL_MODE_OFF },
    { "shadow", "enforce", "", POL_MODE_SHADOW },
    { "shadow", "", "enforce", POL_MODE_ENFORCE },
    { "enforce", "enforce", "off", POL_MODE_OFF },
    { "enforce", "off", "shadow", POL_MODE_SHADOW },
};

static void test_modes_combine(void)
{
    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
        char yaml[400], lua[600], label[100];
        struct tree t;

        snprintf(label, sizeof(label), "%s, %s, %s", modes[i].adopted,
                 modes[i].rule, modes[i].own);
        snprintf(yaml, sizeof(yaml), TREE_YAML
                 "regulations:\n  alpha:\n    mode: %s\n    rules: { r: { %s%s } }\n",
                 modes[i].adopted, *modes[i].own ? "mode: " : "", modes[i].own);
        snprintf(lua, sizeof(lua), CITED("match = term \"词\" %s%s%s"),
                 *modes[i].rule ? ", mode = \"" : "", modes[i].rule,
                 *modes[i].rule ? "\"" : "");
        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_put(&t, "regulations/alpha/regulation.yaml",
                 REGULATION("alpha", ARTICLE));
        tree_put(&t, "regulations/alpha/rules.lua", lua);
        if (tree_compile_well(&t, label, 0))
            CHECK_INT_EQ(label, tree_rule(&t, "alpha/r")->mode, modes[i].mode);
        tree_end(&t);
    }
}

static void test_the_organisation_speaks_and_excepts(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", TREE_YAML
             "regulations:\n  alpha:\n    rules:\n      r:\n        tell: 请停\n"
             "        except: [{ actor: a, why: w, owner: o }]\n");
    tree_put(&t, "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE));
    tree_put(&t, "regulations/alpha/rules.lua",
             CITED("match = term \"词\", tell = \"别\",\n"
                   "  except = { { actor = \"b\", why = \"v\", owner = \"p\" } }"));
    if (tree_compile_well(&t, "own words", 2)) {
        const pol_rule *r = tree_rule(&t, "alpha/r");

        CHECK_STR_EQ("tell", r->tell.zh, "请停");
        if (CHECK(r->except_count == 2, "%zu", r->except_count)) {
            CHECK_STR_EQ("the rule's", r->excepts[0].owner, "p");
            CHECK_STR_EQ("the organisation's", r->excepts[1].owner, "o");
        }
    }
    tree_end(&t);
}

/* --- exceptions ----------------------------------------------------------- */

static const struct {
    const char *label, *zone, *expires;
    int64_t at;
} ends[] = {
    { "never", "Asia/Shanghai", "", INT64_MAX },
    { "the end of that day in Shanghai", "Asia/Shanghai", "2026-09-30",
      INT64_C(1790784000000) },
    { "the end of that day elsewhere", "+00:00", "2026-09-30",
      INT64_C(1790812800000) },
};

static void test_exceptions_end_with_the_day(void)
{
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        char yaml[200], lua[600];
        struct tree t;

        snprintf(yaml, sizeof(yaml), TREE_YAML "zone: \"%s\"\n", ends[i].zone);
        snprintf(lua, sizeof(lua),
                 LOCAL(SCOPE "," TESTS ", except = { { phrase = \"词语\",\n"
                       "why = \"w\", owner = \"o\" %s%s%s } }"),
                 *ends[i].expires ? ", expires = \"" : "", ends[i].expires,
                 *ends[i].expires ? "\"" : "");
        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_put(&t, "o/rules.lua", lua);
        if (tree_compile_well(&t, ends[i].label, !*ends[i].expires)) {
            const pol_rule *r = tree_rule(&t, "o/r");

            CHECK_INT_EQ(ends[i].label, r->except_count, 1);
            CHECK_INT_EQ(ends[i].label, r->excepts[0].expires, ends[i].at);
            CHECK(r->excepts[0].phrase_signal >= 0 && !r->excepts[0].where,
                  "%s: a phrase", ends[i].label);
        }
        tree_end(&t);
    }
}

static void test_scope_names_fields_and_parts(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua",
             LOCAL(SCOPE "," TESTS ", fields = { \"text\", \"parts.quote\" }"));
    if (tree_compile_well(&t, "scope", 0)) {
        const pol_scope *f = &tree_rule(&t, "o/r")->fields;

        CHECK(!f->all && !f->parts && f->role_count == 1, "scope");
        CHECK_STR_EQ("role", f->roles[0], "quote");
        CHECK(f->mask[POLICY_FIELD_TEXT / 64] >> (POLICY_FIELD_TEXT % 64) & 1,
              "text");
    }
    tree_end(&t);
}

static void test_an_escalation_names_whom(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", TREE_YAML "roles: { officer: [u1] }\n");
    tree_put(&t, "o/rules.lua",
             LOCAL(SCOPE "," TESTS ", escalate = { to = \"officer\",\n"
                   "within = \"2h\", other_than = \"actor\" }"));
    if (tree_compile_well(&t, "escalate", 0)) {
        const pol_escalate *e = &tree_rule(&t, "o/r")->escalate;

        CHECK(e->set && e->who == -1, "a role");
        CHECK_STR_EQ("to", e->to, "officer");
        CHECK_INT_EQ("within", e->within.count, 7200000);
        CHECK_INT_EQ("other than", e->other_than, POLICY_FIELD_ACTOR);
    }
    tree_end(&t);
}

/* One run tells all that is wrong, of all rules. */
static void test_reports_all_at_once(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua",
             LOCAL("on = \"message\", match = term \"词\", category = \"nope\",\n"
                   "  severity = 9, where = { weather = \"x\" }," TESTS)
             "rule { id = \"s\", title = \"t\", reason = \"x\", verdict = \"bad\",\n"
             "  " SCOPE "," TESTS " }\n");
    CHECK(tree_compile(&t) == POLICY_ERULES, "%d", t.status);
    CHECK(t.errors == 4, "%zu errors", t.errors);
    for (size_t i = 0; i < t.report_count; i++)
        CHECK_CSTR_EQ("whose", t.reports[i].organisation, "o");
    CHECK(strstr(t.error.message, "o/rules.lua:"), "%s", t.error.message);
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "defaults are stated", test_defaults_are_stated },
    { "modes combine", test_modes_combine },
    { "the organisation speaks and excepts",
      test_the_organisation_speaks_and_excepts },
    { "exceptions end with the day", test_exceptions_end_with_the_day },
    { "scope names fields and parts", test_scope_names_fields_and_parts },
    { "an escalation names whom", test_an_escalation_names_whom },
    { "reports all at once", test_reports_all_at_once },
};

POLICY_TEST_MAIN("rule_build", tests)
