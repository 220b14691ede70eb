/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as JSON: what is written reads back as the same event.
 */
#include "event_text.h"
#include "harness.h"

#include "base/slice.h"

#define HEAD "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\",\"time\":\"1970-01-01T00:00:00Z\""

static policy_event *read_event(const char *json)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    CHECK(policy_event_read_json(e, pol_str(json), &err) == POLICY_OK, "%s: %s",
          json, err.message);
    return e;
}

/* What is read, and what is written of it. */
static const struct {
    const char *label, *json, *text;
} rows[] = {
    { "only what is required", HEAD "}", HEAD "}" },
    { "milliseconds", "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\",\"time\":250}",
      "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\","
      "\"time\":\"1970-01-01T00:00:00.250Z\"}" },
    { "a time with its offset", "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\","
      "\"time\":\"2026-03-02T09:15:00+08:00\"}",
      "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\","
      "\"time\":\"2026-03-02T09:15:00+08:00\"}" },
    { "null", HEAD ",\"actor\":null,\"text\":\"x\"}",
      HEAD ",\"actor\":null,\"text\":\"x\"}" },
    { "flags and lists", HEAD ",\"links\":[],\"forwarded\":true,"
      "\"recipients\":[\"a\",\"b\"],\"encrypted\":false}",
      HEAD ",\"recipients\":[\"a\",\"b\"],\"links\":[],\"forwarded\":true,"
      "\"encrypted\":false}" },
    { "a number", "{\"id\":\"m\",\"type\":\"file_transfer\",\"org\":\"o\","
      "\"time\":0,\"size\":-9223372036854775808}",
      "{\"id\":\"m\",\"type\":\"file_transfer\",\"org\":\"o\","
      "\"time\":\"1970-01-01T00:00:00Z\",\"size\":-9223372036854775808}" },
    { "escapes", HEAD ",\"text\":\"\\u0000\\n\\\"\\u2028中\"}",
      HEAD ",\"text\":\"\\u0000\\n\\\"\\u2028中\"}" },
    { "bytes that are no UTF-8", HEAD ",\"text\":\"a\xff\"}",
      HEAD ",\"text\":\"a\xef\xbf\xbd\"}" },
    { "parts", HEAD ",\"parts\":[{\"text\":\"x\"},{\"role\":\"quote\",\"text\":\"\"}]}",
      HEAD ",\"parts\":[{\"role\":\"\",\"text\":\"x\"},"
      "{\"role\":\"quote\",\"text\":\"\"}]}" },
    { "facts", HEAD ",\"facts\":{\"a\\\"\":{\"b\":[1]},\"c\":null}}",
      HEAD ",\"facts\":{\"a\\\"\":{\"b\":[1]},\"c\":null}}" },
    { "what is not known is not kept", HEAD ",\"colour\":\"red\"}", HEAD "}" },
};

static void test_writes_what_reads_back(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        policy_event *e, *again;
        char text[512], *first, *second;
        size_t len;

        e = read_event(rows[i].json);
        CHECK_INT_EQ(rows[i].label,
                     policy_event_json(text, sizeof(text), &len, e), POLICY_OK);
        CHECK_STR_EQ(rows[i].label, ((policy_str){ text, len }), rows[i].text);
        text[len] = '\0';
        again = read_event(text);
        first = event_text(again);
        policy_event_free(e);
        e = read_event(rows[i].text);
        second = event_text(e);
        CHECK_CSTR_EQ(rows[i].label, first, second);
        free(first);
        free(second);
        policy_event_free(e);
        policy_event_free(again);
    }
}

static void test_says_how_much_room_it_needs(void)
{
    policy_event *e = read_event(HEAD ",\"text\":\"甲乙丙\"}");
    char whole[256];
    size_t full, len;

    CU_ASSERT_EQUAL(policy_event_json(whole, sizeof(whole), &full, e), POLICY_OK);
    for (size_t cap = 0; cap <= full; cap++) {
        char *exact = malloc(cap ? cap : 1);

        CHECK(policy_event_json(cap ? exact : NULL, cap, &len, e) == POLICY_OK &&
                  len == full && !memcmp(exact, whole, cap), "%zu bytes", cap);
        free(exact);
    }
    policy_event_free(e);
}

static void test_refuses_misuse(void)
{
    policy_event *e = read_event(HEAD "}");
    char one[1];
    size_t len = 7;

    CU_ASSERT_EQUAL(policy_event_json(one, 1, NULL, e), POLICY_EMISUSE);
    CU_ASSERT_EQUAL(policy_event_json(NULL, 1, &len, e), POLICY_EMISUSE);
    CU_ASSERT_EQUAL(policy_event_json(one, 1, &len, NULL), POLICY_EMISUSE);
    CU_ASSERT_EQUAL(len, 0);
    policy_event_free(e);
}

static const struct test_case tests[] = {
    { "writes what reads back", test_writes_what_reads_back },
    { "says how much room it needs", test_says_how_much_room_it_needs },
    { "refuses misuse", test_refuses_misuse },
};

POLICY_TEST_MAIN("event_write", tests)
