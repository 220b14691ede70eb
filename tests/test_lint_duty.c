/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that contradict what somebody has to do: told with its place and who
 * blocks it, not told where a way is left, and held against the events
 * themselves: whatever would do what was told of is blocked.
 */
#include "compile_cases.h"

static void test_reports_what_contradicts(void)
{
    TREE_RUN(case_base, contra_cases, NULL);
}

static const struct test_case tests[] = {
    { "reports what contradicts", test_reports_what_contradicts },
};

POLICY_TEST_MAIN("lint_duty", tests)
