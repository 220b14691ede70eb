/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <lua.h>

#include <policy/version.h>

#include "harness.h"

static void test_number_and_string_agree(void)
{
    char text[32];

    CHECK_INT_EQ("number", policy_version(), POLICY_VERSION_NUMBER);
    CHECK_INT_EQ("number of its parts", POLICY_VERSION_NUMBER,
                 POLICY_VERSION_MAJOR << 16 | POLICY_VERSION_MINOR << 8 |
                     POLICY_VERSION_PATCH);
    snprintf(text, sizeof(text), "%d.%d.%d", POLICY_VERSION_MAJOR,
             POLICY_VERSION_MINOR, POLICY_VERSION_PATCH);
    CHECK_CSTR_EQ("string", POLICY_VERSION_STRING, text);
}

static void test_build_info_names_what_is_inside(void)
{
    const char *info = policy_build_info();

    CHECK(strstr(info, "libpolicy " POLICY_VERSION_STRING), "%s", info);
    CHECK(strstr(info, "Unicode " POLICY_UNICODE_VERSION), "%s", info);
    CHECK(strstr(info, LUA_RELEASE), "%s", info);
    CHECK(strstr(info, "utf8proc "), "%s", info);
    CU_ASSERT_PTR_EQUAL(info, policy_build_info());
}

static const struct test_case tests[] = {
    { "number and string agree", test_number_and_string_agree },
    { "build info names what is inside", test_build_info_names_what_is_inside },
};
POLICY_TEST_MAIN("version", tests)
