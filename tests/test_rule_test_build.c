/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, test_cases, NULL);
}

/* "field=value field=[a,b]" in the order of the fields' names is not promised:
 * in that of laying. */
static void dump(char *out, size_t cap, const pol_rule_test *t)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < t->value_count && len < cap; i++) {
        const pol_value *v = &t->values[i].value;

        len += (size_t)snprintf(out + len, cap - len, "%s%s=", i ? " " : "",
                                pol_fields[t->values[i].field].name);
        if (v->kind == POL_STR)
            len += (size_t)snprintf(out + len, cap - len, "%.*s", (int)v->str.len,
                                    v->str.ptr);
        else if (v->kind == POL_BOOL)
            len += (size_t)snprintf(out + len, cap - len, "%s",
                                    v->i ? "true" : "false");
        for (size_t j = 0; v->kind == POL_LIST && j < v->list.count; j++)
            len += (size_t)snprintf(out + len, cap - len, "%s%.*s",
                                    j ? "," : "*", (int)v->list.items[j].len,
                                    v->list.items[j].ptr);
    }
}

static const struct {
    const char *label, *where, *test, *values;
} layers[] = {
    { "a bare text", "{}", "hit \"词\"", "text=词" },
    { "a text in a table", "{}", "hit { \"词\" }", "text=词" },
    { "no text", "{}", "hit {}", "" },
    { "the plain scope", "{ direction = \"out\" }", "hit \"词\"",
      "direction=out text=词" },
    { "the first of a list", "{ conversation_kind = { \"group\", \"direct\" } }",
      "hit {}", "conversation_kind=group" },
    { "a list field of one", "{ recipient_kinds = \"patient\" }", "hit {}",
      "recipient_kinds=*patient" },
    { "derived ones too", "{ external = true }", "hit { external = false }",
      "external=false" },
    { "what is given lies over the scope", "{ direction = \"out\" }",
      "hit { \"词\", direction = \"in\" }", "direction=in text=词" },
    { "a list is given", "{}", "hit { recipients = { \"a\", \"b\" } }",
      "recipients=*a,b" },
    { "a scalar for a list", "{}", "hit { recipients = \"a\" }", "recipients=*a" },
    { "only equalities are plain",
      "{ actor = none_of { \"a\" }, any { { direction = \"in\" } } }", "hit {}", "" },
    { "flags come with the text", "{ flags = \"bidi\", direction = \"out\" }",
      "hit \"词\"", "direction=out text=词" },
    { "flags may be given", "{ flags = \"bidi\" }",
      "hit { \"词\", flags = { \"tag\", \"bidi\" } }", "text=词 flags=*tag,bidi" },
    { "none of them too", "{ flags = \"bidi\" }", "hit { flags = {} }", "flags=" },
    { "what stands in all is plain", "{ all { { direction = \"in\" }, { actor = \"a\" } } }",
      "hit {}", "direction=in actor=a" },
};

#define RULE "rule { id = \"r\", title = \"t\", reason = \"x\", verdict = \"flag\"," \
    " category = \"spam\",\n  on = \"message\", match = term \"词\", where = %s,\n" \
    "  tests = { %s, miss \"好\" } }\n"

static void test_lays_fields_over_the_plain_scope(void)
{
    for (size_t i = 0; i < sizeof(layers) / sizeof(*layers); i++) {
        struct tree t;
        char lua[800], values[400];

        snprintf(lua, sizeof(lua), RULE, layers[i].where, layers[i].test);
        tree_begin(&t);
        tree_put(&t, "o/rules.lua", lua);
        if (tree_compile_well(&t, layers[i].label, 0)) {
            const pol_rule *r = tree_rule(&t, "o/r");

            CHECK_INT_EQ(layers[i].label, r->test_count, 2);
            CHECK(r->tests[0].hit && !r->tests[1].hit, "%s", layers[i].label);
            CHECK_INT_EQ(layers[i].label, r->tests[0].line, 3);
            dump(values, sizeof(values), &r->tests[0]);
            CHECK_CSTR_EQ(layers[i].label, values, layers[i].values);
        }
        tree_end(&t);
    }
}

static void test_keeps_what_is_expected(void)
{
    struct tree t;
    char lua[800];

    snprintf(lua, sizeof(lua), RULE, "{}",
             "hit { \"一词\", at = \"词\", verdict = \"flag\", type = \"comment\",\n"
             "    parts = { { role = \"quote\", text = \"引\" } },\n"
             "    facts = { a = true, b = 3, c = \"x\\\"\" } }");
    tree_begin(&t);
    tree_put(&t, "o/rules.lua", lua);
    if (tree_compile_well(&t, "all keys", 0)) {
        const pol_rule_test *x = &tree_rule(&t, "o/r")->tests[0];

        CHECK_STR_EQ("at", x->at, "词");
        CHECK_STR_EQ("shown", x->shown, "一词");
        CHECK_INT_EQ("verdict", x->verdict, POLICY_FLAG);
        CHECK_INT_EQ("type", x->type, POLICY_TYPE_COMMENT);
        if (CHECK(x->part_count == 1 && x->fact_count == 3, "parts and facts")) {
            CHECK_STR_EQ("role", x->parts[0].role, "quote");
            CHECK_STR_EQ("text", x->parts[0].text, "引");
            CHECK_STR_EQ("a", x->facts[0].json, "true");
            CHECK_STR_EQ("b", x->facts[1].json, "3");
            CHECK_STR_EQ("c", x->facts[2].json, "\"x\\\"\"");
        }
        CHECK_INT_EQ("not said", tree_rule(&t, "o/r")->tests[1].verdict, -1);
    }
    tree_end(&t);
}

/* A fact of any length is no reason to fail. */
static void test_a_long_fact_is_kept_whole(void)
{
    enum { LONG = 6000 };
    struct tree t;
    char *fact = malloc(LONG + 1), *lua = malloc(LONG + 1000);

    if (!fact || !lua)
        exit(1);
    memset(fact, 'x', LONG);
    fact[LONG] = '\0';
    snprintf(lua, LONG + 1000, "rule { id = \"r\", title = \"t\", reason = \"x\","
             " verdict = \"flag\", category = \"spam\", on = \"message\",\n"
             "  match = term \"词\", tests = { hit { \"词\", facts = { a = \"%s\" } },"
             " miss \"好\" } }\n", fact);
    tree_begin(&t);
    tree_put(&t, "o/rules.lua", lua);
    if (tree_compile_well(&t, "long", 0))
        CHECK_INT_EQ("length", tree_rule(&t, "o/r")->tests[0].facts[0].json.len,
                     LONG + 2);
    tree_end(&t);
    free(fact);
    free(lua);
}

/* Of the rule's types they start from its scope; of others they do not. */
static void test_steps_are_events_of_their_own(void)
{
    struct tree t;
    const pol_rule_test *test;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua",
             "rule { id = \"r\", title = \"t\", reason = \"x\", verdict = \"flag\",\n"
             "  category = \"spam\", on = \"message\", match = term \"词\",\n"
             "  where = { direction = \"out\" }, tests = { steps {\n"
             "    { \"词\", expect = \"hit\" },\n"
             "    { type = \"login\", account = \"a\", after = \"2h\" },\n"
             "    { \"好\", direction = \"in\", expect = \"miss\" } } } }\n");
    if (!tree_compile_well(&t, "steps", 0))
        return;
    test = tree_rule(&t, "o/r")->tests;
    CHECK_INT_EQ("one test", tree_rule(&t, "o/r")->test_count, 1);
    if (CHECK(test->step_count == 3 && test->hit && test->line == 3, "three steps")) {
        CHECK(test->steps[0].expect == POL_EXPECT_HIT &&
                  test->steps[0].value_count == 2, "text and direction");
        CHECK(test->steps[1].expect == POL_EXPECT_NOTHING &&
                  test->steps[1].type == POLICY_TYPE_LOGIN &&
                  test->steps[1].after == 7200000 &&
                  test->steps[1].value_count == 1 &&
                  test->steps[1].values[0].field == POLICY_FIELD_ACCOUNT,
              "only the account");
        CHECK(test->steps[2].expect == POL_EXPECT_MISS && !test->steps[2].hit &&
                  test->steps[2].line == 6, "the last");
    }
    tree_end(&t);
}

/* Earlier events are read as steps are; `state` of an incident stays a field. */
static void test_a_state_goes_before(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua",
             "rule { id = \"r\", title = \"t\", reason = \"x\", verdict = \"flag\",\n"
             "  category = \"spam\", on = { \"message\", \"incident\" },\n"
             "  match = term \"词\", tests = {\n"
             "  hit { \"词\", after = \"1h\", state = { { type = \"login\" },\n"
             "    { \"好\", after = \"2h\" } } },\n"
             "  miss { type = \"incident\", state = \"closed\" } } }\n");
    if (tree_compile_well(&t, "state", 0)) {
        const pol_rule_test *x = tree_rule(&t, "o/r")->tests;

        CHECK(x->hit && x->after == 3600000 && x->value_count == 1 &&
                  !x->step_count, "the event itself");
        if (CHECK_INT_EQ("two before", x->before_count, 2))
            CHECK(x->before[0].type == POLICY_TYPE_LOGIN &&
                      x->before[1].after == 7200000 && x->before[1].line == 5 &&
                      x->before[1].expect == POL_EXPECT_NOTHING, "as steps");
        CHECK_INT_EQ("none before", x[1].before_count, 0);
        CHECK_INT_EQ("a field", x[1].value_count, 1);
    }
    tree_end(&t);
}

/* Of a duty they are ticks, unless they say otherwise; of a ladder, violations
 * of its regulation, from its plain scope. */
static void test_duties_and_ladders_have_steps(void)
{
    struct tree t;
    char values[200];

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", TREE_YAML ADOPTED "roles: { officer: [u1] }\n");
    tree_put(&t, "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE));
    tree_put(&t, "o/rules.lua", "");
    tree_put(&t, "regulations/alpha/rules.lua",
             "duty { id = \"d\", title = \"t\", cites = \"四.1\", owner = \"officer\",\n"
             "  every = \"1d\", tests = { steps { { expect = \"opened\" } },\n"
             "  steps { { \"词\", type = \"message\", expect = \"miss\" } } } }\n"
             "ladder { id = \"l\", title = \"t\", cites = \"四.1\", decide = \"officer\",\n"
             "  within = \"1d\", where = { severity = \"minor\" }, tracks = {\n"
             "  { id = \"a\", steps = { step { \"w\", zh = \"告\" } } } }, tests = {\n"
             "  steps { { person = \"u\", expect = \"proposed\", at = \"w\" } } } }\n");
    if (tree_compile_well(&t, "faces", TREE_ANY)) {
        const pol_org *o = tree_org(&t, "o");
        const pol_rule *duty = o->duties[0]->face, *ladder = o->ladders[0]->face;

        CHECK_INT_EQ("two", duty->test_count, 2);
        CHECK_INT_EQ("a duty", duty->of, POL_OF_DUTY);
        CHECK(duty->tests[0].steps[0].type == POLICY_TYPE_TICK &&
                  duty->tests[0].steps[0].expect == POL_EXPECT_OPENED, "a tick");
        CHECK_INT_EQ("a message", duty->tests[1].steps[0].type, POLICY_TYPE_MESSAGE);
        CHECK_INT_EQ("a ladder", ladder->of, POL_OF_LADDER);
        CHECK(ladder->tests[0].steps[0].expect == POL_EXPECT_PROPOSED, "proposed");
        CHECK_STR_EQ("which", ladder->tests[0].steps[0].at, "w");
        dump(values, sizeof(values), &ladder->tests[0].steps[0]);
        CHECK_CSTR_EQ("values", values, "severity=minor regulation=alpha person=u");
    }
    tree_end(&t);
}

/* People are shown the text, and where there is none the fields. */
static void test_what_has_no_text_is_shown_by_its_fields(void)
{
    static const struct {
        const char *test, *shown;
    } rows[] = {
        { "hit { \"词\", actor = \"u1\" }", "词" },
        { "hit { actor = \"u1\", encrypted = true, at = \"词\", verdict = \"flag\" }",
          "actor = u1, encrypted = true" },
        { "hit { recipients = { \"a\", \"b\" } }", "recipients = a b" },
        { "hit { type = \"file_transfer\", size = 5 }", "size = 5, type = file_transfer" },
        { "hit { actor = \"u1\", after = \"1h\", state = { { actor = \"u2\" } } }",
          "actor = u1" },
        { "hit {}", "" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct tree t;
        char lua[800];

        snprintf(lua, sizeof(lua),
                 "rule { id = \"r\", title = \"t\", reason = \"x\", verdict = \"flag\","
                 " category = \"spam\", on = { \"message\", \"file_transfer\" },"
                 " match = term \"词\", tests = { %s, miss \"好\" } }\n", rows[i].test);
        tree_begin(&t);
        tree_put(&t, "o/rules.lua", lua);
        if (tree_compile_well(&t, rows[i].test, TREE_ANY))
            CHECK_STR_EQ(rows[i].test, tree_rule(&t, "o/r")->tests[0].shown,
                         rows[i].shown);
        tree_end(&t);
    }
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "lays fields over the plain scope", test_lays_fields_over_the_plain_scope },
    { "keeps what is expected", test_keeps_what_is_expected },
    { "what has no text is shown by its fields",
      test_what_has_no_text_is_shown_by_its_fields },
    { "a long fact is kept whole", test_a_long_fact_is_kept_whole },
    { "steps are events of their own", test_steps_are_events_of_their_own },
    { "a state goes before", test_a_state_goes_before },
    { "duties and ladders have steps", test_duties_and_ladders_have_steps },
};

POLICY_TEST_MAIN("rule_test_build", tests)
