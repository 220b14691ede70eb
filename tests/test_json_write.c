/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "harness.h"
#include "json_twin.h"

static void test_commas_stand_where_they_must(void)
{
    pol_json_out o;
    pol_buf b;

    pol_buf_init(&b, NULL, 1000);
    o = (pol_json_out){ &b, false };
    pol_json_open(&o, '{');
    pol_json_key(&o, "a");
    pol_json_open(&o, '[');
    pol_json_num(&o, 1);
    pol_json_num(&o, -2);
    pol_json_open(&o, '[');
    pol_json_close(&o, ']');
    pol_json_open(&o, '{');
    pol_json_close(&o, '}');
    pol_json_close(&o, ']');
    pol_json_key(&o, "b");
    pol_json_bool(&o, true);
    pol_json_name(&o, POL_STR("c"));
    pol_json_null(&o);
    pol_json_key(&o, "d");
    pol_json_raw(&o, POL_STR("1.50"));
    pol_json_key(&o, "e");
    pol_json_bool(&o, false);
    pol_json_key(&o, "f");
    pol_json_str(&o, POL_STR("x"));
    pol_json_close(&o, '}');
    CHECK_STR_EQ("all", pol_buf_slice(&b),
                 "{\"a\":[1,-2,[],{}],\"b\":true,\"c\":null,\"d\":1.50,"
                 "\"e\":false,\"f\":\"x\"}");
    pol_buf_fini(&b);
}

static void test_strings_are_escaped(void)
{
    static const struct {
        const char *label;
        policy_str in;
        const char *out;
    } rows[] = {
        { "empty", { "", 0 }, "\"\"" },
        { "null", { NULL, 0 }, "\"\"" },
        { "plain", { "abc 字 😀", 12 }, "\"abc 字 😀\"" },
        { "quote and backslash", { "a\"b\\c", 5 }, "\"a\\\"b\\\\c\"" },
        { "slash stays", { "a/b", 3 }, "\"a/b\"" },
        { "short escapes", { "\b\f\n\r\t", 5 }, "\"\\b\\f\\n\\r\\t\"" },
        { "NUL", { "a\0b", 3 }, "\"a\\u0000b\"" },
        { "other controls", { "\x01\x1f\x7f", 3 }, "\"\\u0001\\u001f\\u007f\"" },
        { "line separators", { "\xe2\x80\xa8\xe2\x80\xa9", 6 },
          "\"\\u2028\\u2029\"" },
        { "ill-formed", { "a\xff" "b", 3 }, "\"a\xef\xbf\xbd" "b\"" },
        { "ill-formed first and last", { "\xff" "b\xe5\xad", 4 },
          "\"\xef\xbf\xbd" "b\xef\xbf\xbd\"" },
        { "two bytes of what may be a U+FFFD", { "\xef\xbf", 2 },
          "\"\xef\xbf\xbd\"" },
        { "a real U+FFFD", { "\xef\xbf\xbd", 3 }, "\"\xef\xbf\xbd\"" },
        { "surrogate", { "\xed\xa0\x80", 3 },
          "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "HTML stays", { "</script>", 9 }, "\"</script>\"" },
    };
    size_t i;
    pol_buf b;

    pol_buf_init(&b, NULL, 1000);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_json_out o = { &b, false };

        pol_buf_reset(&b);
        pol_json_str(&o, rows[i].in);
        CHECK_STR_EQ(rows[i].label, pol_buf_slice(&b), rows[i].out);
        CHECK(json_goes_round(pol_buf_slice(&b)), "%s", rows[i].label);
    }
    pol_buf_fini(&b);
}

static void test_keys_are_escaped_too(void)
{
    pol_json_out o;
    pol_buf b;

    pol_buf_init(&b, NULL, 1000);
    o = (pol_json_out){ &b, false };
    pol_json_open(&o, '{');
    pol_json_name(&o, (policy_str){ "a\"\0\xff", 4 });
    pol_json_null(&o);
    pol_json_close(&o, '}');
    CHECK_STR_EQ("key", pol_buf_slice(&b),
                 "{\"a\\\"\\u0000\xef\xbf\xbd\":null}");
    pol_buf_fini(&b);
}

/* Any bytes become a string that jansson reads. */
static void test_random_bytes_become_good_json(void)
{
    uint64_t seed = 3;
    unsigned i, k;
    pol_buf b;

    pol_buf_init(&b, NULL, 4096);
    for (i = 0; i < 5000; i++) {
        pol_json_out o = { &b, false };
        char bytes[40];
        size_t len = test_random(&seed) % sizeof(bytes);
        json_error_t error;
        json_t *v;

        for (k = 0; k < len; k++)
            bytes[k] = (char)test_random(&seed);
        pol_buf_reset(&b);
        pol_json_str(&o, (policy_str){ bytes, len });
        v = json_loadb(b.ptr, b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
        if (!v) {
            CHECK(false, "%u: %s", i, error.text);
            break;
        }
        json_decref(v);
    }
    CHECK_INT_EQ("strings", i, 5000);
    pol_buf_fini(&b);
}

static void test_pieces_make_the_whole(void)
{
    policy_str s = { "ab\n\"\xff" "cd\0", 8 };
    char all[64], scratch[8];
    size_t pos = 0, len = 0, pieces = 0;

    while (pos < s.len) {
        policy_str p = pol_json_piece(s, &pos, scratch);

        CHECK(p.len > 0 && p.len <= 8, "piece %zu", pieces);
        memcpy(all + len, p.ptr, p.len);
        len += p.len;
        pieces++;
    }
    CHECK_STR_EQ("whole", ((policy_str){ all, len }),
                 "ab\\n\\\"\xef\xbf\xbd" "cd\\u0000");
    CHECK_INT_EQ("pieces", pieces, 6);
}

static void test_a_full_buffer_is_told_at_the_end(void)
{
    pol_json_out o;
    pol_buf b;

    pol_buf_init(&b, NULL, 4);
    o = (pol_json_out){ &b, false };
    pol_json_str(&o, POL_STR("long enough"));
    pol_json_num(&o, 5);
    CHECK_INT_EQ("status", b.status, POLICY_ELIMIT);
    pol_buf_fini(&b);
}

static const struct test_case tests[] = {
    { "commas stand where they must", test_commas_stand_where_they_must },
    { "strings are escaped", test_strings_are_escaped },
    { "keys are escaped too", test_keys_are_escaped_too },
    { "random bytes become good JSON", test_random_bytes_become_good_json },
    { "pieces make the whole", test_pieces_make_the_whole },
    { "a full buffer is told at the end", test_a_full_buffer_is_told_at_the_end },
};
POLICY_TEST_MAIN("json_write", tests)
