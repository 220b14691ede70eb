#include "harness.h"
static void t(void) {}
static const struct test_case tests[] = {{"t", t}};
POLICY_TEST_MAIN("x", tests)
