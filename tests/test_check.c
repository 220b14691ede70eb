/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One value against the schema: every kind, every way of being wrong, and what
 * the message says of it.
 */
#include "harness.h"

#include "base/limits.h"
#include "base/slice.h"
#include "event/check.h"

/* A string literal with NULs in it. */
#define BYTES(s) { s, sizeof(s) - 1 }

static char long_id[POL_ID_MAX + 1];

static const struct {
    const char *label;
    int32_t type, field;
    policy_str value;
    policy_status status;
    const char *code, *says;
} rows[] = {
    { "an id", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR, BYTES("u17"),
      POLICY_OK, "", "" },
    { "an id in Chinese", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR,
      BYTES("张三"), POLICY_OK, "", "" },
    { "an id with a space", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR,
      BYTES("a b"), POLICY_OK, "", "" },
    { "an empty id that names nothing", POLICY_TYPE_MESSAGE,
      POLICY_FIELD_REPLY_TO, BYTES(""), POLICY_OK, "", "" },
    { "an empty id of the event", POLICY_TYPE_MESSAGE, POLICY_FIELD_ID,
      BYTES(""), POLICY_EINPUT, "id-empty", "“id”" },
    { "an empty organisation", POLICY_TYPE_MESSAGE, POLICY_FIELD_ORG,
      BYTES(""), POLICY_EINPUT, "id-empty", "“org”" },
    { "an empty source", POLICY_TYPE_MESSAGE, POLICY_FIELD_SOURCE,
      BYTES(""), POLICY_EINPUT, "id-empty", "“source”" },
    { "NUL in an id", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR, BYTES("a\0b"),
      POLICY_EINPUT, "id-bytes", "“actor”" },
    { "a line end in an id", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR,
      BYTES("a\n"), POLICY_EINPUT, "id-bytes", "“actor”" },
    { "DEL in an id", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR, BYTES("\x7f"),
      POLICY_EINPUT, "id-bytes", "“actor”" },
    { "U+0085 in an id", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR,
      BYTES("\xc2\x85"), POLICY_EINPUT, "id-bytes", "“actor”" },
    { "U+00A0 in an id", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR,
      BYTES("\xc2\xa0"), POLICY_OK, "", "" },
    { "an id that is no UTF-8", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR,
      BYTES("\xff"), POLICY_EINPUT, "id-bytes", "“actor”" },
    { "an id broken off", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR,
      BYTES("a\xc2"), POLICY_EINPUT, "id-bytes", "“actor”" },
    { "the longest id", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR,
      { long_id, POL_ID_MAX }, POLICY_OK, "", "" },
    { "an id too long", POLICY_TYPE_MESSAGE, POLICY_FIELD_ACTOR,
      { long_id, POL_ID_MAX + 1 }, POLICY_EINPUT, "id-long", "257 bytes" },
    { "a long address", POLICY_TYPE_LINK_OPEN, POLICY_FIELD_URL,
      { long_id, POL_ID_MAX + 1 }, POLICY_OK, "", "" },
    { "a long link of a list", POLICY_TYPE_MESSAGE, POLICY_FIELD_LINKS,
      { long_id, POL_ID_MAX + 1 }, POLICY_OK, "", "" },
    { "a long item of another list", POLICY_TYPE_MESSAGE,
      POLICY_FIELD_RECIPIENTS, { long_id, POL_ID_MAX + 1 }, POLICY_EINPUT,
      "id-long", "“recipients”" },
    { "any bytes in a text", POLICY_TYPE_MESSAGE, POLICY_FIELD_TEXT,
      BYTES("\xff\0\n"), POLICY_OK, "", "" },
    { "a word", POLICY_TYPE_MESSAGE, POLICY_FIELD_DIRECTION, BYTES("out"),
      POLICY_OK, "", "" },
    { "a word of another field", POLICY_TYPE_MESSAGE, POLICY_FIELD_DIRECTION,
      BYTES("group"), POLICY_EINPUT, "word-unknown", "“group”" },
    { "a word of the field in another type", POLICY_TYPE_STAFF_CHANGE,
      POLICY_FIELD_CHANGE, BYTES("lend"), POLICY_EINPUT, "word-unknown",
      "“change” cannot be “lend”" },
    { "a word in capitals", POLICY_TYPE_MESSAGE, POLICY_FIELD_DIRECTION,
      BYTES("OUT"), POLICY_EINPUT, "word-unknown", "“OUT”" },
    { "an empty word", POLICY_TYPE_MESSAGE, POLICY_FIELD_DIRECTION, BYTES(""),
      POLICY_EINPUT, "word-unknown", "“direction”" },
    { "a misspelt word", POLICY_TYPE_MESSAGE, POLICY_FIELD_CONVERSATION_KIND,
      BYTES("gruop"), POLICY_EINPUT, "word-unknown", "did you mean “group”?" },
    { "a word of an organisation's own", POLICY_TYPE_MESSAGE,
      POLICY_FIELD_GROUP_KIND, BYTES("ward"), POLICY_OK, "", "" },
    { "an empty word of its own", POLICY_TYPE_MESSAGE, POLICY_FIELD_GROUP_KIND,
      BYTES(""), POLICY_EINPUT, "word-unknown", "“group_kind”" },
    { "a word of its own with a control", POLICY_TYPE_MESSAGE,
      POLICY_FIELD_GROUP_KIND, BYTES("a\t"), POLICY_EINPUT, "id-bytes",
      "“group_kind”" },
    { "an item of a closed list", POLICY_TYPE_MESSAGE,
      POLICY_FIELD_RECIPIENT_KINDS, BYTES("patients"), POLICY_EINPUT,
      "word-unknown", "did you mean “patient”?" },
    { "a string where a truth value belongs", POLICY_TYPE_MESSAGE,
      POLICY_FIELD_ENCRYPTED, BYTES("true"), POLICY_EINPUT, "field-kind",
      "true or false" },
    { "a string where a number belongs", POLICY_TYPE_FILE_TRANSFER,
      POLICY_FIELD_SIZE, BYTES("1"), POLICY_EINPUT, "field-kind", "integer" }
};

static void test_checks_values_of_every_kind(void)
{
    policy_limits limits = pol_limits_from(NULL);
    size_t i;

    memset(long_id, 'x', sizeof(long_id));
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_error err = POLICY_ERROR_INIT;
        const pol_field_use *u = pol_field_in(rows[i].type, rows[i].field);

        CHECK_INT_EQ(rows[i].label,
                     pol_check_str(rows[i].field, u, rows[i].value, &limits, 42,
                                   &err),
                     rows[i].status);
        CHECK_CSTR_EQ(rows[i].label, err.code, rows[i].code);
        CHECK(strstr(err.message, rows[i].says), "%s: %s", rows[i].label,
              err.message);
        CHECK_INT_EQ(rows[i].label, err.byte,
                     rows[i].status == POLICY_OK ? 0 : 42);
        CHECK_INT_EQ(rows[i].label,
                     pol_check_str(rows[i].field, u, rows[i].value, &limits, 42,
                                   NULL),
                     rows[i].status);
    }
}

static void test_holds_texts_to_their_limit(void)
{
    policy_limits given = { .size = sizeof(given), .text_bytes = 4 };
    policy_limits limits = pol_limits_from(&given);
    const pol_field_use *u = pol_field_in(POLICY_TYPE_MESSAGE,
                                          POLICY_FIELD_TEXT);
    policy_error err = POLICY_ERROR_INIT;

    CU_ASSERT_EQUAL(pol_check_str(POLICY_FIELD_TEXT, u, POL_STR("1234"),
                                  &limits, 0, &err), POLICY_OK);
    CU_ASSERT_EQUAL(pol_check_str(POLICY_FIELD_TEXT, u, POL_STR("12345"),
                                  &limits, 7, &err), POLICY_ELIMIT);
    CU_ASSERT_EQUAL(err.byte, 7);
    CHECK(strstr(err.message, "text_bytes (4)"), "%s", err.message);
}

static void test_cuts_long_values_in_messages(void)
{
    policy_limits limits = pol_limits_from(NULL);
    policy_error err = POLICY_ERROR_INIT;
    char value[5000];

    memset(value, 'x', sizeof(value));
    pol_check_str(POLICY_FIELD_DIRECTION,
                  pol_field_in(POLICY_TYPE_MESSAGE, POLICY_FIELD_DIRECTION),
                  (policy_str){ value, sizeof(value) }, &limits, 0, &err);
    CHECK(strlen(err.message) < 120, "%s", err.message);
}

static void test_keeps_times_to_four_digits_of_year(void)
{
    CU_ASSERT_TRUE(pol_time_in_range(-62167219200000, 0));
    CU_ASSERT_FALSE(pol_time_in_range(-62167219200001, 0));
    CU_ASSERT_TRUE(pol_time_in_range(253402300799999, 0));
    CU_ASSERT_FALSE(pol_time_in_range(253402300800000, 0));
    CU_ASSERT_TRUE(pol_time_in_range(0, 1439));
    CU_ASSERT_FALSE(pol_time_in_range(0, 1440));
    CU_ASSERT_TRUE(pol_time_in_range(0, -1439));
    CU_ASSERT_FALSE(pol_time_in_range(0, -1440));
}

static const struct test_case tests[] = {
    { "checks values of every kind", test_checks_values_of_every_kind },
    { "holds texts to their limit", test_holds_texts_to_their_limit },
    { "cuts long values in messages", test_cuts_long_values_in_messages },
    { "keeps times to four digits of year",
      test_keeps_times_to_four_digits_of_year }
};

POLICY_TEST_MAIN("check", tests)
