/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/slice.h"
#include "harness.h"

static void test_status_comes_back_without_an_error(void)
{
    CHECK_INT_EQ("set", pol_error_set(NULL, POLICY_EORG, "x", "y"), POLICY_EORG);
    CHECK_INT_EQ("at", pol_error_at(NULL, POLICY_EINPUT, 3, "x", "y"),
                 POLICY_EINPUT);
    CHECK_INT_EQ("oom", pol_error_oom(NULL), POLICY_ENOMEM);
    CHECK_INT_EQ("limit", pol_error_limit(NULL, "parts", 3), POLICY_ELIMIT);
}

static void test_fields_are_filled(void)
{
    policy_error e = POLICY_ERROR_INIT;

    e.line = e.column = 7;
    pol_error_at(&e, POLICY_EINPUT, 42, "json-syntax", "%s at %d", "comma", 5);
    CHECK_INT_EQ("status", e.status, POLICY_EINPUT);
    CHECK_INT_EQ("byte", e.byte, 42);
    CHECK_INT_EQ("line", e.line, 0);
    CHECK_INT_EQ("column", e.column, 0);
    CHECK_CSTR_EQ("code", e.code, "json-syntax");
    CHECK_CSTR_EQ("message", e.message, "comma at 5");
    pol_error_limit(&e, "parts", 256);
    CHECK_INT_EQ("byte again", e.byte, 0);
    CHECK_CSTR_EQ("limit", e.message, "input is above the limit parts (256)");
    pol_error_oom(&e);
    CHECK_CSTR_EQ("no memory", e.message, "out of memory");
    CHECK_CSTR_EQ("no memory", e.code, "no-memory");
}

static void test_longest_code_fits(void)
{
    policy_error e = POLICY_ERROR_INIT;

    pol_error_set(&e, POLICY_EIO, "fifteen-letters", "x");
    CHECK_CSTR_EQ("code", e.code, "fifteen-letters");
}

static void test_an_error_of_unknown_size_is_left_alone(void)
{
    policy_error e;

    memset(&e, 0x55, sizeof(e));
    e.size = 0;
    CHECK_INT_EQ("status", pol_error_oom(&e), POLICY_ENOMEM);
    CHECK_INT_EQ("untouched", e.message[0], 0x55);
    e.size = sizeof(e) - 1;
    pol_error_oom(&e);
    CHECK_INT_EQ("untouched", e.message[0], 0x55);
}

/* Every length of prefix puts the cut at another byte of a character. */
static void test_message_is_cut_at_a_character(void)
{
    static const char *const fill[] = { "\xe5\xad\x97", "\xf0\x9f\x98\x80",
                                        "\xc3\xa9", "a" };
    char text[600];
    size_t f, prefix;

    for (f = 0; f < 4; f++)
        for (prefix = 0; prefix < 8; prefix++) {
            policy_error e = POLICY_ERROR_INIT;
            size_t len = 0, n = strlen(fill[f]), i;
            policy_str got;

            for (i = 0; i < prefix; i++)
                text[len++] = '-';
            while (len + n < sizeof(text)) {
                memcpy(text + len, fill[f], n);
                len += n;
            }
            text[len] = '\0';
            pol_error_set(&e, POLICY_EIO, "x", "%s", text);
            got = pol_str(e.message);
            CHECK(pol_str_ill_formed(got) == got.len, "%zu, %zu", f, prefix);
            CHECK(got.len < sizeof(e.message) && got.len > 222, "%zu, %zu: %zu",
                  f, prefix, got.len);
            CHECK(!memcmp(got.ptr, text, got.len), "%zu, %zu", f, prefix);
        }
}

static void test_message_is_one_line_of_utf8(void)
{
    static const struct {
        const char *label, *in, *out;
    } rows[] = {
        { "line feed", "a\nb", "a\xef\xbf\xbd" "b" },
        { "escape", "\033[31m", "\xef\xbf\xbd[31m" },
        { "ill-formed", "a\xff" "b", "a\xef\xbf\xbd" "b" },
        { "cut character", "a\xe5\xad", "a\xef\xbf\xbd" },
        { "right-to-left override", "\xe2\x80\xae", "\xef\xbf\xbd" },
        { "plain", "字 é ok", "字 é ok" },
    };
    policy_error e = POLICY_ERROR_INIT;
    size_t i;
    char many[301];

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_error_set(&e, POLICY_EIO, "x", "%s", rows[i].in);
        CHECK_CSTR_EQ(rows[i].label, e.message, rows[i].out);
    }
    memset(many, 0xff, 300); /* each grows to three bytes */
    many[300] = '\0';
    pol_error_set(&e, POLICY_EIO, "x", "%s", many);
    CHECK_INT_EQ("many ill-formed bytes", strlen(e.message), 231);
    CHECK_INT_EQ("whole characters", pol_str_ill_formed(pol_str(e.message)),
                 231);
}

static const struct test_case tests[] = {
    { "status comes back without an error",
      test_status_comes_back_without_an_error },
    { "fields are filled", test_fields_are_filled },
    { "longest code fits", test_longest_code_fits },
    { "an error of unknown size is left alone",
      test_an_error_of_unknown_size_is_left_alone },
    { "message is cut at a character", test_message_is_cut_at_a_character },
    { "message is one line of UTF-8", test_message_is_one_line_of_utf8 },
};
POLICY_TEST_MAIN("error", tests)
