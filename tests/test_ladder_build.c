/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ladders as they are compiled.
 */
#include "compile_cases.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, ladder_cases, NULL);
}

static void test_a_ladder_is_what_was_written(void)
{
    struct tree t;
    const pol_ladder *l;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", PEOPLE);
    tree_put(&t, "o/rules.lua",
             LADDER("{ { id = \"a\", where = { severity = \"minor\" }, " STEPS " },\n"
                    "{ id = \"b\", gravity = { serious = 2, grave = 3 }, steps = {\n"
                    "  step { \"x\", zh = \"一\", en = \"one\" }, step { \"y\" },\n"
                    "  step { \"z\", en = \"three\", kind = \"authority\" } } } }",
                    ", repeats = { over = \"2y\", raise = 1 }, also = \"departments\""));
    if (tree_compile_well(&t, "ladder", 1) &&
        CHECK(t.bundle->orgs[0]->ladder_count == 1, "one")) {
        l = t.bundle->orgs[0]->ladders[0];
        CHECK_CSTR_EQ("id", l->face->id, "o/l");
        CHECK(l->track_count == 2 && l->tracks[0].where && !l->tracks[1].where,
              "tracks");
        CHECK(l->tracks[1].step_count == 3 && l->tracks[1].first[0] == 0 &&
                  l->tracks[1].first[1] == 1 && l->tracks[1].first[2] == 2, "gravity");
        CHECK_CSTR_EQ("kind", l->tracks[1].steps[2].kind, "authority");
        CHECK_CSTR_EQ("else", l->tracks[1].steps[0].kind, "measure");
        CHECK_STR_EQ("no Chinese", l->tracks[1].steps[2].text.zh, "three");
        CHECK(l->over == INT64_C(63072000000) && l->raise == 1 && l->also_departments,
              "repeats");
        CHECK(l->decide->decides && l->decide->within.count == 10 &&
                  l->decide->within.unit == POL_SPAN_WORK_DAYS, "decide");
    }
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "a ladder is what was written", test_a_ladder_is_what_was_written },
};

POLICY_TEST_MAIN("ladder_build", tests)
