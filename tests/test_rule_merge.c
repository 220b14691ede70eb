/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

#define ONE(id, article, body)                                               \
    "rule { id = \"" id "\", title = \"" id "\", cites = { \"" article "\" },\n" \
    "  category = \"spam\", on = \"message\", " body ",\n"                   \
    "  tests = { hit \"词\", miss \"好\" } }\n"
#define PLAIN "verdict = \"flag\", match = term \"词\""
#define PAIR(second) ONE("a", "四.1", PLAIN) ONE("b", "五", second)
#define GATED(rest) PLAIN ", requires = known { \"trained\", " rest " }"
#define GATED_PAIR(second) ONE("a", "四.1", GATED("key = \"actor\"")) ONE("b", "五", second)
#define COUNTED(rest) PLAIN ", count = { by = \"actor\", " rest " }"
#define COUNTS(second)                                                       \
    ONE("a", "四.1", COUNTED("over = \"1h\", more_than = 2"))                \
    ONE("b", "五", COUNTED(second))

static const struct {
    const char *label, *rules;
    size_t left;
} pairs[] = {
    { "equal", PAIR(PLAIN), 1 },
    { "another verdict", PAIR("verdict = \"warn\", match = term \"词\""), 2 },
    { "another severity", PAIR(PLAIN ", severity = 4"), 2 },
    { "another term", PAIR("verdict = \"flag\", match = term \"字\""), 2 },
    { "a condition", PAIR(PLAIN ", where = { direction = \"out\" }"), 2 },
    { "another mode", PAIR(PLAIN ", mode = \"shadow\""), 2 },
    { "another text to the sender", PAIR(PLAIN ", tell = \"别\""), 2 },
    { "other fields", PAIR(PLAIN ", fields = { \"text\" }"), 2 },
    { "other parts", PAIR(PLAIN ", fields = { \"text\", \"parts.quote\" }"), 2 },
    { "a fact", PAIR(PLAIN ", needs = { \"trained\" }"), 2 },
    { "a check", PAIR(PLAIN ", check = function() return true end"), 2 },
    { "an escalation",
      PAIR(PLAIN ", escalate = { to = \"officer\", within = \"1h\" }"), 2 },
    { "an exception stays its rule's own",
      PAIR(PLAIN ", except = { { actor = \"a\", why = \"w\", owner = \"o\" } }"), 2 },
    { "an exception first does not part the others",
      ONE("x", "四.1", PLAIN ", except = { { actor = \"a\", why = \"w\","
                             " owner = \"o\" } }") PAIR(PLAIN), 2 },
    { "a gate", PAIR(PLAIN ", requires = { direction = \"out\" }"), 2 },
    { "equal gates", GATED_PAIR(GATED("key = \"actor\"")), 1 },
    { "another within", GATED_PAIR(GATED("key = \"actor\", within = \"1d\"")), 2 },
    { "another number", GATED_PAIR(GATED("key = \"actor\", at_least = 2")), 2 },
    { "others only", GATED_PAIR(GATED("key = \"actor\", other = true")), 2 },
    { "a condition of the record",
      GATED_PAIR(GATED("key = \"actor\", where = { result = \"pass\" }")), 2 },
    { "another memory",
      GATED_PAIR(PLAIN ", requires = known { \"people\", key = \"actor\" }"), 2 },
    { "the opposite",
      GATED_PAIR(PLAIN ", requires = unknown { \"trained\", key = \"actor\" }"), 2 },
    { "an attribute", ONE("a", "四.1", PLAIN ", where = { [\"actor.dept\"] = \"x\" }")
      ONE("b", "五", PLAIN ", where = { actor = \"x\" }"), 2 },
    { "a count", PAIR(COUNTED("over = \"1h\", more_than = 2")), 2 },
    { "equal counts", COUNTS("over = \"1h\", more_than = 2"), 1 },
    { "another limit", COUNTS("over = \"1h\", more_than = 3"), 2 },
    { "another time", COUNTS("over = \"2h\", more_than = 2"), 2 },
    { "a period", COUNTS("period = \"day\", more_than = 2"), 2 },
    { "distinct values",
      COUNTS("over = \"1h\", more_than = 2, distinct = \"account\""), 2 },
    { "a shared counter", COUNTS("over = \"1h\", more_than = 2, id = \"c\""), 2 },
    { "a reset", COUNTS("over = \"1h\", more_than = 2,"
                        " reset = { on = \"message\", where = { direction = \"in\" } }"),
      2 },
    { "one that a memory names", PAIR(PLAIN) "memory { id = \"m\", key = \"actor\","
      " keep = \"1d\", set = { rule = \"b\" } }\n", 2 },
    { "three", PAIR(PLAIN) ONE("c", "四.1", PLAIN), 1 },
};

static void test_rules_that_decide_alike_are_one(void)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        struct tree t;

        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml",
                 TREE_YAML ADOPTED "roles: { officer: [u1] }\n");
        tree_put(&t, "regulations/alpha/regulation.yaml",
                 REGULATION("alpha", ARTICLE
                            "  - { ref: 五, class: event, status: planned, zh: 五 }\n"));
        tree_put(&t, "regulations/alpha/rules.lua", pairs[i].rules);
        if (tree_compile_well(&t, pairs[i].label, TREE_ANY)) {
            CHECK_INT_EQ(pairs[i].label, tree_org(&t, "o")->rule_count,
                         pairs[i].left);
            for (size_t j = 0; j < 2; j++)
                CHECK(tree_org(&t, "o")->articles[j].rules > 0,
                      "%s: article %zu is kept", pairs[i].label, j);
        }
        tree_end(&t);
    }
}

static void test_citations_are_united(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml",
             TREE_YAML "regulations: { alpha: enforce, beta: enforce }\n");
    tree_put(&t, "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE));
    tree_put(&t, "regulations/beta/regulation.yaml", REGULATION("beta", ARTICLE));
    tree_put(&t, "regulations/alpha/rules.lua", ONE("a", "四.1", PLAIN));
    tree_put(&t, "regulations/beta/rules.lua",
             ONE("b", "四.1", PLAIN) ONE("c", "四.1", PLAIN));
    if (tree_compile_well(&t, "two regulations", 0)) {
        const pol_rule *r = tree_rule(&t, "alpha/a");

        if (CHECK(r && r->cite_count == 2, "the first stays")) {
            CHECK_STR_EQ("first", r->cites[0].regulation, "alpha");
            CHECK_STR_EQ("second, once", r->cites[1].regulation, "beta");
        }
        CHECK(!tree_rule(&t, "beta/b"), "the second is part of it");
    }
    tree_end(&t);
}

/* A local rule without an article has nothing to unite. */
static void test_rules_without_citation_stay_apart(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua",
             LOCAL(SCOPE "," TESTS)
             "rule { id = \"s\", title = \"t\", reason = \"x\", verdict = \"flag\",\n"
             "  " SCOPE "," TESTS " }\n");
    if (tree_compile_well(&t, "local", 1))
        CHECK_INT_EQ("both", tree_org(&t, "o")->rule_count, 2);
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "rules that decide alike are one", test_rules_that_decide_alike_are_one },
    { "citations are united", test_citations_are_united },
    { "rules without citation stay apart", test_rules_without_citation_stay_apart },
};

POLICY_TEST_MAIN("rule_merge", tests)
