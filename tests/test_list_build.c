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

/* --- what the messages name ------------------------------------------------ */

static const struct {
    const char *label, *own, *shared, *message;
} covered[] = {
    { "in a longer one", "文件\n机密\n绝密机密\n", "ab\n",
      "绝密机密 adds nothing: the list has 机密 (line 2), which is found in it" },
    { "but for variants", "文件\n机密\n機密\n", "ab\n",
      "機密 adds nothing: it is the same as 机密 (line 2) but for width, case, "
      "variants or the like" },
    { "but for case and width", "VX群\n\nｖx群\n", "ab\n",
      "ｖx群 adds nothing: it is the same as VX群 (line 1) but for width, case, "
      "variants or the like" },
    { "by the shared list", "绝密机密\n", "文件\n机密\n",
      "绝密机密 adds nothing: the shared list has 机密 (lists/own.txt:2), which "
      "is found in it" },
    { "by both lists", "机密\n绝密机密\n", "绝密\n",
      "绝密机密 adds nothing: the list has 机密 (line 1), which is found in it" },
};

static void test_a_covered_term_names_the_line_of_the_other(void)
{
    for (size_t i = 0; i < sizeof(covered) / sizeof(*covered); i++) {
        struct tree t;

        tree_begin(&t);
        tree_put(&t, "o/lists/own.txt", covered[i].own);
        tree_put(&t, "lists/own.txt", covered[i].shared);
        tree_put(&t, "o/rules.lua", TREE_RULE("match = list \"own\""));
        if (tree_compile_well(&t, covered[i].label, 1)) {
            CHECK_CSTR_EQ(covered[i].label, t.reports[0].code, "term-covered");
            CHECK_CSTR_EQ(covered[i].label, t.reports[0].message,
                          covered[i].message);
        }
        tree_end(&t);
    }
}

static void test_of_many_terms_the_first_are_told(void)
{
    char list[4000];
    struct tree t;
    size_t len = 0;

    /* Each second one is covered by that before it, and each has a digit. */
    for (int i = 0; i < 50; i++)
        len += (size_t)sprintf(list + len, "%c\n密级%c%c\n", "0123456789"[i % 10],
                               'a' + i / 10, '0' + i % 10);
    tree_begin(&t);
    tree_put(&t, "o/lists/own.txt", list);
    tree_put(&t, "o/rules.lua", TREE_RULE("match = list \"own\""));
    /* list-twice: 40, term-short: 10. */
    if (tree_compile_well(&t, "few", POL_FEW_MAX + 1 + 10)) {
        CHECK_CSTR_EQ("more", t.reports[POL_FEW_MAX].message,
                      "and 20 more of [list-twice] in this file");
        CHECK_CSTR_EQ("its file", t.reports[POL_FEW_MAX].file,
                      "o/lists/own.txt");
        CHECK_CSTR_EQ("then", t.reports[POL_FEW_MAX + 1].code, "term-short");
    }
    tree_end(&t);
}

/* --- strict and not ---------------------------------------------------------- */

#define BAD_LIST "机密\n绝\xff密\n机要||exakt\n\xe2\x80\x8b\n内参\n"

static const struct {
    const char *label, *yaml, *own, *shared;
    size_t errors, warnings, terms; /* terms: loaded; 0: nothing is */
} strict[] = {
    { "by default", "", BAD_LIST, "ab\n", 2, 0, 0 },
    { "strict", "strict: true\n", BAD_LIST, "ab\n", 2, 0, 0 },
    { "a term of nothing, strict", "strict: true\n", "\xe2\x80\x8b\n机密\n",
      "ab\n", 1, 0, 0 },
    { "not strict", "strict: false\n", BAD_LIST, "ab\n", 0, 4, 2 },
    { "not strict, and nothing bad", "strict: false\n", "机密\n", "ab\n", 0, 0,
      1 },
    { "not strict, and another encoding", "strict: false\n",
      "\xbb\xfa\xc3\xdc\n\xbb\xfa\xd2\xaa\n", "ab\n", 1, 0, 0 },
    { "not strict, and a bad shared list", "strict: false\n", "机密\n",
      "绝\xff密\n", 1, 0, 0 },
    { "not strict, and a shared term of nothing", "strict: false\n", "机密\n",
      "\xe2\x80\x8b\n", 1, 0, 0 },
    { "not strict, and bad rules", "strict: false\nextra: 1\n", "机密\n",
      "ab\n", 1, 0, 0 },
};

static void test_bad_lines_are_left_out_if_not_strict(void)
{
    for (size_t i = 0; i < sizeof(strict) / sizeof(*strict); i++) {
        struct tree t;
        char yaml[200];

        snprintf(yaml, sizeof(yaml), TREE_YAML "%s", strict[i].yaml);
        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_put(&t, "o/lists/own.txt", strict[i].own);
        tree_put(&t, "lists/own.txt", strict[i].shared);
        tree_put(&t, "o/rules.lua", TREE_RULE("match = list \"own\""));
        CHECK_INT_EQ(strict[i].label, tree_compile(&t),
                     strict[i].terms ? POLICY_OK : POLICY_ERULES);
        CHECK_INT_EQ(strict[i].label, t.errors, strict[i].errors);
        CHECK_INT_EQ(strict[i].label, t.warnings, strict[i].warnings);
        CHECK_INT_EQ(strict[i].label,
                     t.bundle ? tree_org(&t, "o")->terms.count : 0,
                     strict[i].terms);
        tree_end(&t);
    }
}

/* The second one's list is held to its own word. */
static void test_each_organisation_says_if_it_is_strict(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", TREE_YAML "strict: false\n");
    tree_put(&t, "o/lists/own.txt", BAD_LIST);
    tree_put(&t, "o/rules.lua", TREE_RULE("match = list \"own\""));
    tree_put(&t, "p/organisation.yaml", "id: p\n");
    tree_put(&t, "p/lists/own.txt", "绝\xff密\n");
    CHECK_INT_EQ("status", tree_compile(&t), POLICY_ERULES);
    CHECK_INT_EQ("errors", t.errors, 1);
    for (size_t i = 0; i < t.report_count; i++)
        CHECK((t.reports[i].severity == POLICY_ERROR) ==
                  !strcmp(t.reports[i].file, "p/lists/own.txt") ||
                  !strcmp(t.reports[i].code, "list-unused"),
              "%s", t.reports[i].message);
    tree_end(&t);
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

/* Also where bad lines may be left out: these are not bad. */
static void test_too_many_own_terms_are_refused(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    struct tree t;

    limits.terms = 3;
    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", TREE_YAML "strict: false\n");
    tree_put(&t, "o/lists/a.txt", "一一\n二二\n");
    tree_put(&t, "o/lists/b.txt", "三三\n四四\n");
    tree_put(&t, "o/rules.lua",
             TREE_RULE("match = any { list \"a\", list \"b\" }"));
    t.options.limits = &limits;
    CHECK(tree_compile(&t) == POLICY_ELIMIT && strstr(t.error.message, "terms"),
          "%d %s", t.status, t.error.message);
    CHECK(t.errors == 1 && !strcmp(t.reports[0].code, "list-terms") &&
              !strcmp(t.reports[0].file, "o/lists/b.txt"), "the file");
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "good lists bring no warning", test_good_lists_bring_no_warning },
    { "a covered term names the line of the other",
      test_a_covered_term_names_the_line_of_the_other },
    { "of many terms the first are told", test_of_many_terms_the_first_are_told },
    { "bad lines are left out if not strict",
      test_bad_lines_are_left_out_if_not_strict },
    { "each organisation says if it is strict",
      test_each_organisation_says_if_it_is_strict },
    { "an own list extends or replaces", test_an_own_list_extends_or_replaces },
    { "allowed phrases are marked", test_allowed_phrases_are_marked },
    { "sets are sorted", test_sets_are_sorted },
    { "too many terms are refused", test_too_many_terms_are_refused },
    { "too many own terms are refused", test_too_many_own_terms_are_refused },
};

POLICY_TEST_MAIN("list_build", tests)
