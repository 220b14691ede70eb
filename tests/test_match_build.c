/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "compile/build.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, match_cases, NULL);
}

/* --- matches as text ------------------------------------------------------ */

/* ORDER MATCH */
static const char *const ops[] = { "", "any", "all", "none", "near", "at_least" };
static const char *const kinds[] = { "list", "term", "pii", "phrase", "regex" };

static void dump(pol_buf *b, const pol_org *o, const pol_match *m)
{
    if (m->op == POL_MATCH_SIGNAL) {
        const pol_signal *s = &o->signals[m->signal];

        pol_buf_fmt(b, "%s ", kinds[s->kind]);
        pol_buf_str(b, s->name);
        if (m->confidence)
            pol_buf_fmt(b, " %s", policy_confidence_name(m->confidence));
        pol_buf_text(b, s->flags & POL_TERM_INSIDE ? "+" : "");
        pol_buf_text(b, s->flags & POL_TERM_FOLDED ? " folded" : "");
        pol_buf_text(b, s->flags & POL_TERM_EXACT ? " exact" : "");
        for (unsigned k = 0; k < POL_OPTION_COUNT; k++)
            if (s->flags >> POL_TERM_OPTIONS >> k & 1)
                pol_buf_fmt(b, " %s", pol_term_options[k]);
        if (s->flags >> POL_TERM_SEPARATORS)
            pol_buf_fmt(b, " %d", (int)(s->flags >> POL_TERM_SEPARATORS) -
                                      POL_SEPARATORS_NONE);
        return;
    }
    pol_buf_text(b, ops[m->op]);
    pol_buf_char(b, '(');
    for (size_t i = 0; i < m->kid_count; i++) {
        pol_buf_text(b, i ? ", " : "");
        dump(b, o, &m->kids[i]);
    }
    if (m->op >= POL_MATCH_NEAR)
        pol_buf_fmt(b, "; %u", m->count);
    pol_buf_char(b, ')');
}

static const struct {
    const char *label, *match, *dump, *category;
} matches[] = {
    { "a list that is a signal", "list \"insult\"", "list insult", "insult" },
    { "a term", "term \"词\"", "term 词", NULL },
    { "a term in a table", "term { \"vx\" }", "term vx", NULL },
    { "a term with boundaries", "term { \"vx\", boundary = true }",
      "term vx boundary", NULL },
    { "a term in other spellings",
      "term { \"词语\", views = { \"pinyin\", \"split\" }, separators = 0 }",
      "term 词语 pinyin split 0", NULL },
    { "a term in one other spelling", "term { \"词语\", views = \"spelled\" }",
      "term 词语 spelled", NULL },
    { "a term inside words", "term { \"vx\", boundary = false }", "term vx+", NULL },
    { "a folded term", "term { \"词\", strict = \"folded\" }", "term 词 folded", NULL },
    { "an exact term inside words",
      "term { \"vx\", strict = \"exact\", boundary = false }", "term vx+ exact", NULL },
    { "a term in any disguise", "term { \"词\", strict = \"disguised\" }", "term 词",
      NULL },
    { "a detector", "pii \"mobile\"", "pii mobile", "personal_info" },
    { "a detector in a table", "pii { \"mobile\" }", "pii mobile",
      "personal_info" },
    { "a detector that must be sure",
      "any { pii { \"mobile\", confidence = \"high\" }, pii \"mobile\" }",
      "any(pii mobile high, pii mobile)", "personal_info" },
    { "joins", "any { term \"a\", all { term \"b\", none { term \"c\" } } }",
      "any(term a, all(term b, none(term c)))", NULL },
    { "near", "near(term \"a\", any { term \"b\", term \"c\" }, 6)",
      "near(term a, any(term b, term c); 6)", NULL },
    { "near by a parameter", "near(term \"a\", term \"b\", param \"n\")",
      "near(term a, term b; 3)", NULL },
    { "a regex", "regex [[密码\\d+]]", "regex 密码\\d+", NULL },
    { "a regex beside a term", "near(term \"a\", regex [[\\d{6}]], 6)",
      "near(term a, regex \\d{6}; 6)", NULL },
    { "a regex beside any of some",
      "all { any { pii \"mobile\", list \"own\" }, none { regex [[\\d+]] } }",
      "all(any(pii mobile, list own), none(regex \\d+))", "personal_info" },
    { "at least", "at_least(2, list \"insult\")", "at_least(list insult; 2)",
      "insult" },
    { "the first list that is a signal names the category",
      "any { list \"own\", list \"insult\", pii \"mobile\" }",
      "any(list own, list insult, pii mobile)", "insult" },
};

static void test_compiles_matches(void)
{
    for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++) {
        struct tree t;
        char rule[600];
        const pol_rule *r;
        pol_buf b;

        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", TREE_YAML ADOPTED);
        tree_put(&t, "o/lists/own.txt", "词语\n");
        tree_put(&t, "lists/insult.txt", "笨蛋\n");
        tree_put(&t, "regulations/alpha/regulation.yaml",
                 REGULATION("alpha", ARTICLE));
        snprintf(rule, sizeof(rule),
                 "rule { id = \"r\", title = \"t\", cites = { \"四.1\" },\n"
                 "  on = \"message\", verdict = \"flag\", %s match = %s,\n"
                 "  tests = { hit {}, miss {} } }\n"
                 "rule { id = \"s\", title = \"t\", cites = { \"四.1\" },\n"
                 "  on = \"message\", verdict = \"flag\", category = \"spam\",\n"
                 "  match = list \"own\", tests = { hit {}, miss {} } }\n",
                 matches[i].category ? "" : "category = \"spam\",",
                 matches[i].match);
        tree_put(&t, "regulations/alpha/rules.lua", rule);
        if (tree_compile_well(&t, matches[i].label, TREE_ANY)) {
            r = tree_rule(&t, "alpha/r");
            pol_buf_init(&b, &pol_malloc_allocator, 1000);
            if (CHECK(r && r->match, "%s", matches[i].label)) {
                dump(&b, tree_org(&t, "o"), r->match);
                CHECK_CSTR_EQ(matches[i].label, r->category,
                              matches[i].category ? matches[i].category : "spam");
            }
            CHECK_STR_EQ(matches[i].label, pol_buf_slice(&b), matches[i].dump);
            pol_buf_fini(&b);
        }
        tree_end(&t);
    }
}

#define RULE(id, match)                                                      \
    "rule { id = \"" id "\", title = \"t\", reason = \"x\", category = \"spam\",\n" \
    "  on = \"message\", verdict = \"flag\", match = " match ",\n"           \
    "  tests = { hit {}, miss {} } }\n"

/* What two rules ask for is scanned for once. */
static void test_rules_share_signals(void)
{
    struct tree t;
    const pol_rule *a, *b;
    const pol_org *o;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua",
             RULE("a", "any { term \"词\", pii \"mobile\" }")
             RULE("b", "any { pii \"mobile\", term \"词\", term { \"词\", boundary = false } }"));
    if (tree_compile_well(&t, "shared", TREE_ANY)) {
        a = tree_rule(&t, "o/a");
        b = tree_rule(&t, "o/b");
        o = tree_org(&t, "o");
        CHECK(a->match->kids[0].signal == b->match->kids[1].signal, "the term");
        CHECK(a->match->kids[1].signal == b->match->kids[0].signal, "the detector");
        CHECK(a->match->kids[0].signal != b->match->kids[2].signal, "other flags");
        CHECK_INT_EQ("signals", o->signal_count, 3);
        CHECK_INT_EQ("terms", o->terms.count, 2);
        CHECK_INT_EQ("detector", o->detector_signal[pol_detector_find(
                                     POL_STR("mobile"))],
                     a->match->kids[1].signal);
    }
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "compiles matches", test_compiles_matches },
    { "rules share signals", test_rules_share_signals },
};

POLICY_TEST_MAIN("match_build", tests)
