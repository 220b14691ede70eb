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
    static const char *const parts[] = { "libpolicy " POLICY_VERSION_STRING,
        "Unicode " POLICY_UNICODE_VERSION, "utf8proc ", LUA_RELEASE };
    policy_str info = { policy_build_info(), strlen(policy_build_info()) };
    size_t i;

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        CHECK(strstr(info.ptr, parts[i]) != NULL, "%s", parts[i]);
    CU_ASSERT_PTR_EQUAL(info.ptr, policy_build_info());
}

static const struct test_case tests[] = {
    { "number and string agree", test_number_and_string_agree },
    { "build info names what is inside", test_build_info_names_what_is_inside },
};
POLICY_TEST_MAIN("version", tests)
