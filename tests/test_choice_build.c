/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"
static void test_x(void){}
static const struct test_case tests[] = { { "x", test_x } };
POLICY_TEST_MAIN("choice_build", tests)
