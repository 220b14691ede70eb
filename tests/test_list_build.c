/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, list_cases, NULL);
}

/* --- lists without a warning ---------------------------------------------- */

static const struct {
    const char *label, *own, *shared;
} good[] = {
    { "no term in another", "机密\n绝密\n", "机要\n" },
    { "a Latin term inside a word", "vx\ndevxy\n", "ab\n" },
    { "an exact term inside a folded one", "VX | r | exact\n加vx吧\n", "ab\n" },
    { "an allowed phrase around a term", "机密\n!保密机密\n", "ab\n" },
    { "an allowed phrase around a shared term", "绝密\n!机密培训\n", "机密\n" },
    { "a folded term inside one that is found in pieces",
      "机密 | r | folded\n机密文件\n", "ab\n" },
    { "an allowed phrase around a term in pieces", "机密\n!机·密会\n", "ab\n" },
    { "an allowed phrase in disguise", "机密\n!機密培训\n", "ab\n" },
};

static void test_good_lists_bring_no_warning(void)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        struct tree t;

        tree_begin(&t);
        tree_put(&t, "o/lists/own.txt", good[i].own);
        tree_put(&t, "lists/own.txt", good[i].shared);
        tree_put(&t, "o/rules.lua", TREE_RULE("match = list \"own\""));
        tree_compile_well(&t, good[i].label, 0);
        tree_end(&t);
    }
}

/* --- shared and own ------------------------------------------------------- */

static const struct {
    const char *label, *lists;
    bool linked;
} extends[] = {
    { "by default", "", true },
    { "extends", "lists: { own: { extends: true } }\n", true },
    { "replaces", "lists: { own: { extends: false } }\n", false },
};

static void test_an_own_list_extends_or_replaces(void)
{
    for (size_t i = 0; i < sizeof(extends) / sizeof(*extends); i++) {
        struct tree t;
        char yaml[200];

        snprintf(yaml, sizeof(yaml), TREE_YAML "%s", extends[i].lists);
        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_put(&t, "o/lists/own.txt", "机密\n");
        tree_put(&t, "lists/own.txt", "绝密\n机要\n");
        tree_put(&t, "o/rules.lua", TREE_RULE("match = list \"own\""));
        if (tree_compile_well(&t, extends[i].label, 0)) {
            const pol_org *o = tree_org(&t, "o");

            CHECK_INT_EQ(extends[i].label, o->shared->terms.count, 2);
            CHECK_INT_EQ(extends[i].label, o->terms.count, 1);
            CHECK_INT_EQ(extends[i].label, o->terms.at[0].list, 0);
            CHECK_INT_EQ(extends[i].label, o->shared_signal[0],
                         extends[i].linked ? 0 : -1);
        }
        tree_end(&t);
    }
}

static void test_allowed_phrases_are_marked(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/lists/own.txt", "机密\n!保密机密\n");
    tree_put(&t, "lists/insult.txt", "笨蛋\n!小笨蛋\n");
    tree_put(&t, "o/rules.lua", TREE_RULE("match = list \"own\""));
    if (tree_compile_well(&t, "allowed", 0)) {
        const pol_org *o = tree_org(&t, "o");

        CHECK(!o->terms.at[0].allowed && o->terms.at[1].allowed, "own");
        CHECK(!o->shared->terms.at[0].allowed && o->shared->terms.at[1].allowed,
              "shared");
        CHECK_INT_EQ("not asked for", o->shared_signal[0], -1);
    }
    tree_end(&t);
}

/* --- sets ----------------------------------------------------------------- */

static const struct {
    const char *label, *kind, *own, *shared;
    const char *items; /* joined with blanks */
} sets[] = {
    { "sorted", "ids", "p2\np1\n", "p3\n", "p1 p2 p3" },
    { "ids keep their case", "ids", "P1\n", "p2\n", "P1 p2" },
    { "hosts are lower case", "hosts", "B.Example\n", "a.example\n",
      "a.example b.example" },
    { "what is allowed is out", "ids", "p1\n!p3\n", "p2\np3\n!p4\n", "p1 p2" },
};

static void test_sets_are_sorted(void)
{
    for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
        struct tree t;
        char yaml[200], items[200] = "";
        const pol_rule *r;

        snprintf(yaml, sizeof(yaml), TREE_YAML "lists: { own: { kind: %s } }\n",
                 sets[i].kind);
        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_put(&t, "o/lists/own.txt", sets[i].own);
        tree_put(&t, "lists/own.txt", sets[i].shared);
        tree_put(&t, "o/rules.lua",
                 "rule { id = \"r\", title = \"t\", reason = \"x\",\n"
                 "  category = \"fraud\", on = \"payment\", verdict = \"flag\",\n"
                 "  where = { counterparty = among \"own\" },\n"
                 "  tests = { hit {}, miss {} } }\n");
        tree_compile(&t);
        r = tree_rule(&t, "o/r");
        if (CHECK(r && r->where && r->where->set, "%s: %s", sets[i].label,
                  t.error.message)) {
            for (size_t j = 0; j < r->where->set->count; j++) {
                strcat(items, j ? " " : "");
                strncat(items, r->where->set->items[j].ptr,
                        r->where->set->items[j].len);
            }
            CHECK_CSTR_EQ(sets[i].label, items, sets[i].items);
        }
        tree_end(&t);
    }
}

static void test_too_many_terms_are_refused(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    struct tree t;

    limits.terms = 3;
    tree_begin(&t);
    tree_put(&t, "lists/a.txt", "一\n二\n");
    tree_put(&t, "lists/b.txt", "三\n四\n");
    t.options.limits = &limits;
    CHECK(tree_compile(&t) == POLICY_ELIMIT && strstr(t.error.message, "terms"),
          "%d %s", t.status, t.error.message);
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "good lists bring no warning", test_good_lists_bring_no_warning },
    { "an own list extends or replaces", test_an_own_list_extends_or_replaces },
    { "allowed phrases are marked", test_allowed_phrases_are_marked },
    { "sets are sorted", test_sets_are_sorted },
    { "too many terms are refused", test_too_many_terms_are_refused },
};

POLICY_TEST_MAIN("list_build", tests)
