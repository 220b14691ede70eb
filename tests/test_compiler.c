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

static void test_every_message_is_provoked(void)
{
    struct tree t;

    TREE_RUN(case_base, compiler_cases, mark_seen);
    TREE_RUN(case_base, org_cases, mark_seen);
    TREE_RUN(case_base, list_cases, mark_seen);
    TREE_RUN(case_base, theme_cases, mark_seen);
    TREE_RUN(case_base, cond_cases, mark_seen);
    TREE_RUN(case_base, match_cases, mark_seen);
    TREE_RUN(case_base, rule_cases, mark_seen);
    TREE_RUN(case_base, test_cases, mark_seen);
    tree_begin(&t); /* needs a day of today */
    tree_put(&t, "o/rules.lua",
             LOCAL(SCOPE "," TESTS ", except = { { actor = \"a\", why = \"w\",\n"
                   "owner = \"o\", expires = \"2026-03-01\" } }"));
    t.options.today = INT64_C(1900000000000);
    tree_compile_well(&t, "ended", 1);
    mark_seen(&t.reports[0]);
    tree_end(&t);
    for (int m = FIRST; m < POL_MESSAGE_COUNT; m++)
        CHECK(was_seen[m], "%s (%s) was not provoked", catalogue[m].code,
              catalogue[m].en);
}

static const struct test_case tests[] = {
    { "reports what is wrong with the tree", test_runs },
    { "every message of compile/ is provoked", test_every_message_is_provoked },
};

POLICY_TEST_MAIN("compiler", tests)
