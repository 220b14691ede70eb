/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

static void test_runs(void)
{
    TREE_RUN(case_base, compiler_cases, NULL);
}

/* --- the catalogue ------------------------------------------------------- */

static const struct { const char *code, *en; } catalogue[] = {
#define POL_MESSAGE(name, code, severity, en, zh) { code, en },
#include "base/messages.def"
#undef POL_MESSAGE
};
enum { FIRST = POL_MSG_NO_ORGANISATION };
static bool was_seen[POL_MESSAGE_COUNT];

/* The longest stretch of a format without a placeholder. */
static policy_str longest_piece(const char *format)
{
    policy_str best = { "", 0 };

    while (*format) {
        size_t len = strcspn(format, "{");

        if (len > best.len)
            best = (policy_str){ format, len };
        format += len;
        format += *format ? 3 : 0;
    }
    return best;
}

static void mark_seen(const struct tree_report *r)
{
    for (int m = FIRST; m < POL_MESSAGE_COUNT; m++) {
        char piece[300];

        tree_copy(piece, sizeof(piece), longest_piece(catalogue[m].en));
        if (strcmp(catalogue[m].code, r->code) == 0 && strstr(r->message, piece))
            was_seen[m] = true;
    }
}

/* Needs a base. In Chinese too, as tree_run does. */
static void provoke_stale(void)
{
    struct tree base, t;

    tree_begin(&base);
    for (size_t j = 0; j < sizeof(case_base) / sizeof(*case_base); j++)
        tree_put(&base, case_base[j].path, case_base[j].text);
    tree_compile(&base);
    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", NULL);
    t.options.base = base.bundle;
    t.options.keep = 1;
    tree_compile(&t);
    CHECK_CSTR_EQ("all of the libraries is gone", t.reports[0].code,
                  "organisation-stale");
    mark_seen(&t.reports[0]);
    t.options.language = "zh";
    tree_compile(&t);
    CHECK(is_chinese(t.reports[0].message), "%s", t.reports[0].message);
    tree_end(&base);
}

static void test_every_message_is_provoked(void)
{
    struct tree t;

    TREE_RUN(case_base, compiler_cases, mark_seen);
    TREE_RUN(case_base, org_cases, mark_seen);
    TREE_RUN(case_base, list_cases, mark_seen);
    TREE_RUN(case_base, theme_cases, mark_seen);
    TREE_RUN(choice_base, choice_cases, mark_seen);
    TREE_RUN(case_base, cond_cases, mark_seen);
    TREE_RUN(case_base, fact_cases, mark_seen);
    TREE_RUN(case_base, history_cases, mark_seen);
    TREE_RUN(case_base, reads_cases, mark_seen);
    TREE_RUN(case_base, duty_cases, mark_seen);
    TREE_RUN(case_base, ladder_cases, mark_seen);
    TREE_RUN(case_base, rollout_cases, mark_seen);
    TREE_RUN(case_base, match_cases, mark_seen);
    TREE_RUN(case_base, rule_cases, mark_seen);
    TREE_RUN(case_base, test_cases, mark_seen);
    TREE_RUN(case_base, lint_cases, mark_seen);
    TREE_RUN(case_base, contra_cases, mark_seen);
    tree_begin(&t); /* needs a day of today */
    tree_put(&t, "o/rules.lua",
             LOCAL(SCOPE "," TESTS ", except = { { actor = \"a\", why = \"w\",\n"
                   "owner = \"o\", expires = \"2026-03-01\" } }"));
    t.options.today = INT64_C(1900000000000);
    tree_compile_well(&t, "ended", 1);
    mark_seen(&t.reports[0]);
    tree_end(&t);
    t.options.today = INT64_C(1771545600000);
    tree_compile_well(&t, "ending", 0);
    mark_seen(&t.reports[0]);
    tree_end(&t);
    provoke_stale();
    for (int m = FIRST; m < POL_MESSAGE_COUNT; m++)
        CHECK(was_seen[m], "%s (%s) was not provoked", catalogue[m].code,
              catalogue[m].en);
}

/* --- lack of memory ------------------------------------------------------- */

/*
 * Fails the n-th allocation, alone or with all that follow. Lua collects and
 * asks again, so that one failure may pass, but then nothing is missing.
 */
static bool fail_one(const char *label, const struct tree *base, size_t n,
                     bool alone, const struct tree *whole)
{
    struct test_allocator a;
    struct tree t = *base;

    test_allocator_init(&a);
    a.fail_at = alone ? n : 0;
    a.fail_after = alone ? 0 : n;
    t.options.allocator = &a.allocator;
    tree_compile(&t);
    if (a.failed && t.status == POLICY_OK)
        CHECK(alone && !whole->status && t.warnings == whole->warnings &&
                  !strcmp(t.bundle->revision, whole->bundle->revision),
              "%s, allocation %zu is missing: %zu warnings, not %zu", label, n,
              t.warnings, whole->warnings);
    else if (a.failed)
        CHECK(t.status == POLICY_ENOMEM || t.status == POLICY_ERULES,
              "%s, allocation %zu: status %d", label, n, t.status);
    tree_end(&t);
    CHECK(!a.live_blocks && !a.wrong_old, "%s, allocation %zu, %s: %zu blocks "
          "left, %zu wrong sizes", label, n, alone ? "alone" : "on",
          a.live_blocks, a.wrong_old);
    return a.failed > 0;
}

/* Sources that differ in one line ask for nearly the same: the first of them fails
 * at each allocation, the others at every fifth, each at others. */
static void sweep(const char *label, const struct tree *base, size_t turn)
{
    struct tree whole = *base;
    size_t every = turn ? 5 : 1, n = 1 + turn % every;

    tree_compile(&whole);
    while (n < 5000 && fail_one(label, base, n, false, &whole) &&
           fail_one(label, base, n, true, &whole))
        n += every;
    CHECK(n > 10 && n < 5000, "%s: %zu allocations", label, n);
    tree_end(&whole);
}

static void sweep_cases(const struct tree_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct tree_case *c = &cases[i];
        struct tree_place at;
        char *text = tree_unmark(c->text, c->path, &at);
        char *more = tree_unmark(c->more_text ? c->more_text : "", "", &at);
        struct tree t;

        tree_begin(&t);
        for (size_t j = 0; j < sizeof(case_base) / sizeof(*case_base); j++)
            tree_put(&t, case_base[j].path, case_base[j].text);
        tree_put(&t, c->path, text);
        if (c->more_path)
            tree_put(&t, c->more_path, c->more_text ? more : NULL);
        sweep(c->label, &t, i);
        free(text);
        free(more);
    }
}

#define SWEEP(cases) sweep_cases((cases), sizeof(cases) / sizeof(*(cases)))

static void test_wrong_sources_survive_a_lack_of_memory(void)
{
    SWEEP(compiler_cases);
    SWEEP(org_cases);
    SWEEP(list_cases);
    SWEEP(theme_cases);
    SWEEP(cond_cases);
    SWEEP(fact_cases);
    SWEEP(history_cases);
    sweep_cases(reads_cases, 1);
    SWEEP(match_cases);
    SWEEP(rule_cases);
    SWEEP(test_cases);
    SWEEP(lint_cases);
    sweep_cases(contra_cases, 1);
}

/* --- the compiler itself -------------------------------------------------- */

static void test_refuses_an_unknown_language(void)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c = (policy_compiler *)&o;

    o.language = "fr";
    CHECK(policy_compiler_new(&c, &o, &err) == POLICY_EMISUSE && !c, "refused");
    CHECK(strstr(err.message, "fr"), "%s", err.message);
}

static void test_nothing_added_is_an_error(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", NULL);
    CHECK(tree_compile(&t) == POLICY_ERULES && !t.bundle, "%d", t.status);
    CHECK_CSTR_EQ("code", t.reports[0].code, "no-organisation");
    tree_end(&t);
}

static void test_refuses_too_many_organisations(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    struct tree t;

    limits.organisations = 1;
    tree_begin(&t);
    t.options.limits = &limits;
    tree_compile_well(&t, "as many as allowed", 0);
    tree_end(&t);
    tree_put(&t, "p/organisation.yaml", "id: p\nname: p\nkind: school\n");
    CHECK(tree_compile(&t) == POLICY_ELIMIT &&
              strstr(t.error.message, "organisations"), "%s", t.error.message);
    tree_end(&t);
}

/* In the order of their folders, found by id. */
static void test_organisations_are_found_by_id(void)
{
    static const char *const ids[] = { "m", "z", "a", "q", "b" };
    struct tree t;
    char paths[5][40], yamls[5][80];

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", NULL);
    for (size_t i = 0; i < 5; i++) {
        snprintf(paths[i], sizeof(paths[i]), "%zu/organisation.yaml", i);
        snprintf(yamls[i], sizeof(yamls[i]), "id: %s\nname: n\nkind: company\n",
                 ids[i]);
        tree_put(&t, paths[i], yamls[i]);
    }
    if (tree_compile_well(&t, "five", 0))
        for (size_t i = 0; i < 5; i++) {
            CHECK_CSTR_EQ("order", policy_bundle_organisation(t.bundle, i), ids[i]);
            CHECK(tree_org(&t, ids[i]) == t.bundle->orgs[i], "%s", ids[i]);
        }
    CHECK(tree_org(&t, "o") == NULL, "none");
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong with the tree", test_runs },
    { "wrong sources survive a lack of memory",
      test_wrong_sources_survive_a_lack_of_memory },
    { "refuses an unknown language", test_refuses_an_unknown_language },
    { "nothing added is an error", test_nothing_added_is_an_error },
    { "refuses too many organisations", test_refuses_too_many_organisations },
    { "organisations are found by id", test_organisations_are_found_by_id },
    { "every message of compile/ is provoked", test_every_message_is_provoked },
};

POLICY_TEST_MAIN("compiler", tests)
