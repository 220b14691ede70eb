/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events from JSON: what is read, what is refused and where, compared with
 * jansson on what both accept, and every failing allocation.
 */
#include "event_text.h"
#include "harness.h"

#include <jansson.h>

#include "base/slice.h"

#define HEAD "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\",\"time\":0"

static policy_event *new_event(const policy_limits *l)
{
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, l, NULL), POLICY_OK);
    return e;
}

/* Read a copy of exactly its size, so that a sanitizer sees one byte too far. */
static policy_status read_copy(policy_event *e, const char *json, size_t len,
                               policy_error *err, char **copy)
{
    *copy = malloc(len ? len : 1);
    memcpy(*copy, json, len);
    return policy_event_read_json(e, (policy_str){ *copy, len }, err);
}

/* ---- what is read ---- */

/* The event as event_text() writes it. */
static const struct {
    const char *label, *json, *text;
} good[] = {
    { "only what is required", HEAD "}", HEAD "}" },
    { "white space everywhere",
      " \n{ \"id\" :\t\"m\" , \"type\" : \"message\",\"org\":\"o\",\"time\":0 } ",
      HEAD "}" },
    { "type last", "{\"text\":\"x\",\"id\":\"m\",\"org\":\"o\",\"time\":0,"
      "\"links\":[],\"type\":\"message\"}", HEAD ",\"text\":\"x\",\"links\":[]}" },
    { "type behind what nests", "{\"x\":[{\"type\":\"post\"}],\"text\":\"x\","
      "\"id\":\"m\",\"org\":\"o\",\"time\":0,\"y\":{\"type\":1},"
      "\"type\":\"message\"}", HEAD ",\"text\":\"x\"}" },
    { "key with escapes",
      HEAD ",\"\\u0074e\\u0078t\":\"x\"}", HEAD ",\"text\":\"x\"}" },
    { "escapes in a text", HEAD ",\"text\":\"\\ud83d\\ude00\\n\\\"\\/\"}",
      HEAD ",\"text\":\"😀\\u000a\\u0022/\"}" },
    { "NUL in a text", HEAD ",\"text\":\"a\\u0000b\"}",
      HEAD ",\"text\":\"a\\u0000b\"}" },
    { "half a surrogate pair in a text", HEAD ",\"text\":\"\\ud83dx\"}",
      HEAD ",\"text\":\"\xef\xbf\xbdx\"}" },
    { "ill-formed bytes in a text", HEAD ",\"text\":\"a\xff\xc3z\"}",
      HEAD ",\"text\":\"a\xff\xc3z\"}" },
    { "RFC 3339 with an offset",
      "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\","
      "\"time\":\"2026-03-02T09:15:00.250+08:00\"}",
      "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\","
      "\"time\":\"2026-03-02T09:15:00.250+08:00\"}" },
    { "RFC 3339 in UTC",
      "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\","
      "\"time\":\"1970-01-01T00:00:01Z\"}",
      "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\",\"time\":1000}" },
    { "a time before 1970",
      "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\",\"time\":-1}",
      "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\",\"time\":-1}" },
    { "numbers as ids keep their digits",
      "{\"id\":9007199254740993,\"type\":\"message\",\"org\":\"o\",\"time\":0,"
      "\"reply_to\":123456789012345678901234567890,\"recipients\":[7,-0]}",
      "{\"id\":\"9007199254740993\",\"type\":\"message\",\"org\":\"o\","
      "\"time\":0,\"recipients\":[\"7\",\"-0\"],"
      "\"reply_to\":\"123456789012345678901234567890\"}" },
    { "null, empty and absent differ",
      HEAD ",\"text\":null,\"reply_to\":\"\",\"links\":[],\"encrypted\":null}",
      HEAD ",\"text\":null,\"links\":[],\"reply_to\":\"\",\"encrypted\":null}" },
    { "true and false", HEAD ",\"encrypted\":true,\"forwarded\":false}",
      HEAD ",\"forwarded\":false,\"encrypted\":true}" },
    { "roles and group kinds of an organisation's own",
      HEAD ",\"actor_roles\":[\"nurse\"],\"group_kind\":\"ward\"}",
      HEAD ",\"actor_roles\":[\"nurse\"],\"group_kind\":\"ward\"}" },
    { "parts", HEAD ",\"parts\":[{\"text\":\"a\"},{\"text\":\"b\\n\","
      "\"role\":\"quote\"}]}",
      HEAD ",\"parts\":[{\"role\":\"\",\"text\":\"a\"},"
      "{\"role\":\"quote\",\"text\":\"b\\u000a\"}]}" },
    { "no parts", HEAD ",\"parts\":[]}", HEAD "}" },
    { "null parts and facts", HEAD ",\"parts\":null,\"facts\":null}", HEAD "}" },
    { "facts as they stand", HEAD ",\"facts\":{\"a\": [1, {\"b\":null}] ,"
      "\"c\":\"\\u0041\"}}",
      HEAD ",\"facts\":{\"a\":[1, {\"b\":null}],\"c\":\"\\u0041\"}}" },
    { "the largest integers", "{\"id\":\"m\",\"type\":\"file_transfer\","
      "\"org\":\"o\",\"time\":0,\"size\":9223372036854775807}",
      "{\"id\":\"m\",\"type\":\"file_transfer\",\"org\":\"o\",\"time\":0,"
      "\"size\":9223372036854775807}" },
    { "what another type has is not looked at", HEAD ",\"size\":[{\"a\":1}]}",
      HEAD "}" },
    { "what is computed is not read", HEAD ",\"external\":\"yes\"}", HEAD "}" }
};

static void test_reads_events(void)
{
    policy_event *e = new_event(NULL);
    size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        policy_error err = POLICY_ERROR_INIT;
        char *copy, *text;

        CHECK(read_copy(e, good[i].json, strlen(good[i].json), &err, &copy) ==
                  POLICY_OK, "%s: %s", good[i].label, err.message);
        text = event_text(e);
        CHECK_CSTR_EQ(good[i].label, text, good[i].text);
        e->checked = false; /* or nobody would look */
        CHECK_INT_EQ(good[i].label, pol_event_check(e, NULL), POLICY_OK);
        free(text);
        free(copy);
    }
    policy_event_free(e);
}

static void test_vouches_for_what_it_read_only(void)
{
    static const char *const wrong[] = { HEAD ",\"text\":1}", "{}", "[" };
    policy_event *e = new_event(NULL);
    size_t i;

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        CU_ASSERT_EQUAL(policy_event_read_json(e, pol_str(HEAD "}"), NULL),
                        POLICY_OK);
        CU_ASSERT_EQUAL(pol_event_check(e, NULL), POLICY_OK);
        CU_ASSERT_EQUAL(policy_event_read_json(e, pol_str(wrong[i]), NULL),
                        POLICY_EINPUT);
        CHECK_INT_EQ(wrong[i], pol_event_check(e, NULL), POLICY_EINPUT);
    }
    CU_ASSERT_EQUAL(policy_event_read_json(e, pol_str(HEAD "}"), NULL),
                    POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_text(e, POLICY_FIELD_TYPE,
                                          POL_STR("login")), POLICY_OK);
    CU_ASSERT_EQUAL(pol_event_check(e, NULL), POLICY_OK);
    pol_event_put(e, POLICY_FIELD_TEXT,
                  (pol_value){ .kind = POL_STR, .str = POL_STR("x") });
    CU_ASSERT_EQUAL(pol_event_check(e, NULL), POLICY_EINPUT);
    policy_event_reset(e);
    CU_ASSERT_EQUAL(pol_event_check(e, NULL), POLICY_EINPUT);
    policy_event_free(e);
}

static void test_reads_its_own_text_as_the_same_event(void)
{
    policy_event *e = new_event(NULL), *again = new_event(NULL);
    size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        char *first, *second;

        CHECK_INT_EQ(good[i].label,
                     policy_event_read_json(e, pol_str(good[i].json), NULL),
                     POLICY_OK);
        first = event_text(e);
        CHECK_INT_EQ(good[i].label,
                     policy_event_read_json(again, pol_str(first), NULL),
                     POLICY_OK);
        second = event_text(again);
        CHECK_CSTR_EQ(good[i].label, second, first);
        free(first);
        free(second);
    }
    policy_event_free(e);
    policy_event_free(again);
}

static void test_counts_what_it_does_not_know(void)
{
    static const struct {
        const char *json;
        uint32_t count;
    } rows[] = {
        { HEAD "}", 0 },
        { HEAD ",\"x\":1}", 1 },
        { HEAD ",\"x\":[1,2,{\"a\":{}}],\"y\":\"\",\"z\":null}", 3 },
        { HEAD ",\"size\":1}", 1 },          /* of another type */
        { HEAD ",\"external\":true}", 1 },   /* computed */
        { HEAD ",\"flags\":[\"bidi\"]}", 1 }, /* computed */
        { HEAD ",\"parts\":[{\"text\":\"a\",\"x\":1,\"y\":[]}]}", 2 },
        { HEAD ",\"ts\":1,\"Text\":\"a\",\"\":1}", 3 }
    };
    policy_event *e = new_event(NULL);
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_INT_EQ(rows[i].json,
                     policy_event_read_json(e, pol_str(rows[i].json), NULL),
                     POLICY_OK);
        CHECK_INT_EQ(rows[i].json, policy_event_unknown_fields(e),
                     rows[i].count);
    }
    policy_event_free(e);
}

static void test_flags_half_a_surrogate_pair(void)
{
    policy_event *e = new_event(NULL);

    CU_ASSERT_EQUAL(policy_event_read_json(e, POL_STR(HEAD
        ",\"text\":\"\\ude00\"}"), NULL), POLICY_OK);
    CU_ASSERT_TRUE(e->lone_surrogate);
    CU_ASSERT_EQUAL(policy_event_read_json(e, POL_STR(HEAD
        ",\"parts\":[{\"text\":\"\\ud83d\"}]}"), NULL), POLICY_OK);
    CU_ASSERT_TRUE(e->lone_surrogate);
    CU_ASSERT_EQUAL(policy_event_read_json(e, POL_STR(HEAD
        ",\"text\":\"\\ud83d\\ude00\"}"), NULL), POLICY_OK);
    CU_ASSERT_FALSE(e->lone_surrogate);
    policy_event_free(e);
}

static void test_keeps_the_place_of_values(void)
{
    static const char json[] = HEAD ", \"group_kind\": \"ward\","
                                    "\"parts\":[{\"text\":\"x\"}]}";
    policy_event *e = new_event(NULL);

    CU_ASSERT_EQUAL(policy_event_read_json(e, pol_str(json), NULL), POLICY_OK);
    CU_ASSERT_EQUAL(e->pos[POLICY_FIELD_GROUP_KIND],
                    strstr(json, "\"ward\"") - json);
    CU_ASSERT_EQUAL(e->parts[0].pos, strstr(json, "\"x\"") - json);
    policy_event_free(e);
}

static void test_borrows_what_has_no_escapes(void)
{
    static const char json[] = HEAD ",\"text\":\"abc\",\"reply_to\":\"\\u0061\"}";
    policy_event *e = new_event(NULL);

    CU_ASSERT_EQUAL(policy_event_read_json(e, pol_str(json), NULL), POLICY_OK);
    CU_ASSERT_PTR_EQUAL(pol_event_value(e, POLICY_FIELD_TEXT)->str.ptr,
                        strstr(json, "abc"));
    CHECK_STR_EQ("copied", pol_event_value(e, POLICY_FIELD_REPLY_TO)->str, "a");
    policy_event_free(e);
}

/* ---- what is refused ---- */

/* `at`: what stands at the byte of the error. */
static const struct {
    const char *label, *json, *code, *at, *says;
} bad[] = {
    { "nothing", "", "json-end", "", "" },
    { "white space", "  ", "json-end", "", "" },
    { "not an object", "[1]", "event-object", "[1]", "object" },
    { "a string", "\"x\"", "event-object", "\"x\"", "object" },
    { "broken off", HEAD, "json-end", "", "" },
    { "broken off in a value", HEAD ",\"text\":\"abc", "json-end", "", "" },
    { "broken off in a list", HEAD ",\"links\":[\"a\"", "json-end", "", "" },
    { "broken off in parts", HEAD ",\"parts\":[{\"text\":", "json-end", "", "" },
    { "broken off in facts", HEAD ",\"facts\":{\"a\":1", "json-end", "", "" },
    { "broken off while looking for the type", "{\"text\":\"x\",\"id\":",
      "json-end", "", "" },
    { "a second value", HEAD "} {}", "json-trailing", "{}", "" },
    { "a comma at the end", HEAD ",}", "json-syntax", "}", "" },
    { "a raw control in a text", HEAD ",\"text\":\"a\tb\"}", "json-control",
      "\tb\"}", "" },
    { "no id", "{\"type\":\"message\",\"org\":\"o\",\"time\":0}",
      "field-missing", "}", "“id”" },
    { "no org", "{\"type\":\"message\",\"id\":\"o\",\"time\":0}",
      "field-missing", "}", "“org”" },
    { "no time", "{\"type\":\"message\",\"org\":\"o\",\"id\":0}",
      "field-missing", "}", "“time”" },
    { "no type", "{\"id\":\"m\",\"org\":\"o\",\"time\":0}", "field-missing",
      "}", "“type”" },
    { "no type, with a field that needs it",
      "{\"id\":\"m\",\"text\":\"x\",\"org\":\"o\",\"time\":0 }",
      "field-missing", "}", "“type”" },
    { "an unknown type", "{\"id\":\"m\",\"type\":\"mesage\",\"org\":\"o\"}",
      "type-unknown", "\"mesage\"", "“mesage”; did you mean “message”?" },
    { "an unknown type, after a text", "{\"text\":\"x\",\"type\":\"loggin\"}",
      "type-unknown", "\"loggin\"", "did you mean “login”?" },
    { "an unknown type like none", "{\"type\":\"zzzzzzzz\"}", "type-unknown",
      "\"zzzzzzzz\"", "“zzzzzzzz”" },
    { "type a number", "{\"type\":1}", "field-kind", "1}", "“type”" },
    { "type null", "{\"type\":null}", "field-kind", "null", "“type”" },
    { "id null", "{\"id\":null}", "field-kind", "null", "“id”" },
    { "id empty", "{\"id\":\"\"}", "id-empty", "\"\"", "“id”" },
    { "id true", "{\"id\":true}", "field-kind", "true", "“id”" },
    { "id with a fraction", "{\"id\":1.0}", "field-kind", "1.0", "“id”" },
    { "id with an exponent", "{\"id\":1e3}", "field-kind", "1e3", "“id”" },
    { "id with a control", "{\"id\":\"a\\u0000\"}", "id-bytes", "\"a\\", "“id”" },
    { "id that is no UTF-8", "{\"id\":\"a\xff\"}", "utf-8", "\"a\xff", "“id”" },
    { "id with half a surrogate pair", "{\"id\":\"\\ud800\"}", "surrogate",
      "\"\\ud800", "“id”" },
    { "text a number", HEAD ",\"text\":5}", "field-kind", "5}",
      "“text” must be a string" },
    { "text an object", HEAD ",\"text\":{}}", "field-kind", "{}}", "“text”" },
    { "text a list", HEAD ",\"text\":[\"a\"]}", "field-kind", "[\"a\"]",
      "“text”" },
    { "an enumeration a number", HEAD ",\"direction\":1}", "field-kind", "1}",
      "“direction”" },
    { "an unknown word", HEAD ",\"direction\":\"outt\"}", "word-unknown",
      "\"outt\"", "“direction” cannot be “outt”; did you mean “out”?" },
    { "an unknown word in a list",
      HEAD ",\"recipient_kinds\":[\"staff\",\"pateint\"]}", "word-unknown",
      "\"pateint\"", "did you mean “patient”?" },
    { "a truth value a string", HEAD ",\"encrypted\":\"true\"}", "field-kind",
      "\"true\"", "true or false" },
    { "a truth value a number", HEAD ",\"encrypted\":1}", "field-kind", "1}",
      "true or false" },
    { "a list a string", HEAD ",\"recipients\":\"u1\"}", "field-kind", "\"u1\"",
      "array" },
    { "null in a list", HEAD ",\"recipients\":[\"u1\",null]}", "field-kind",
      "null", "array of strings" },
    { "a list in a list", HEAD ",\"recipients\":[[\"u1\"]]}", "field-kind",
      "[\"u1\"]", "array of strings" },
    { "a number in a list of words", HEAD ",\"recipient_kinds\":[1]}",
      "field-kind", "1]", "“recipient_kinds”" },
    { "ill-formed bytes in a list", HEAD ",\"links\":[\"\xc3\"]}", "utf-8",
      "\"\xc3\"", "“links”" },
    { "an integer beyond 64 bits", "{\"id\":\"m\",\"type\":\"file_transfer\","
      "\"size\":9223372036854775808}", "field-int", "9223372036854775808",
      "not 9223372036854775808" },
    { "an integer with a fraction", "{\"type\":\"file_transfer\","
      "\"size\":1.5}", "field-int", "1.5", "1.5" },
    { "an integer in a string", "{\"type\":\"file_transfer\",\"size\":\"1\"}",
      "field-kind", "\"1\"", "“size”" },
    { "a date without time", "{\"time\":\"2026-03-02\"}", "field-time",
      "\"2026-03-02\"", "“2026-03-02”" },
    { "a time without offset", "{\"time\":\"2026-03-02T09:15:00\"}",
      "field-time", "\"2026", "“time”" },
    { "30 February", "{\"time\":\"2026-02-30T09:15:00Z\"}", "field-time",
      "\"2026", "“time”" },
    { "a time with a fraction of a millisecond", "{\"time\":0.5}", "field-time",
      "0.5", "“0.5”" },
    { "a time beyond the year 9999", "{\"time\":253402300800000}",
      "field-time", "253402300800000", "253402300800000" },
    { "a time true", "{\"time\":true}", "field-kind", "true", "RFC 3339" },
    { "time null", "{\"time\":null}", "field-kind", "null", "“time”" },
    { "a known key twice", HEAD ",\"text\":\"a\",\"text\":\"a\"}", "key-twice",
      "\"text\":\"a\"}", "“text”" },
    { "a known key twice, once escaped",
      HEAD ",\"text\":\"a\",\"t\\u0065xt\":\"a\"}", "key-twice",
      "\"t\\u0065xt", "“text”" },
    { "the type twice", HEAD ",\"type\":\"message\"}", "key-twice",
      "\"type\":\"message\"}", "“type”" },
    { "an unknown key twice", HEAD ",\"x\":1,\"y\":2,\"x\":3}", "key-twice",
      "\"x\":3", "“x”" },
    { "the first of two that stand twice",
      HEAD ",\"b\":1,\"a\":2,\"b\":3,\"a\":4}", "key-twice", "\"b\":3", "“b”" },
    { "a key of another type twice", HEAD ",\"size\":1,\"size\":2}",
      "key-twice", "\"size\":2", "“size”" },
    { "parts twice", HEAD ",\"parts\":[],\"parts\":[]}", "key-twice",
      "\"parts\":[]}", "“parts”" },
    { "a fact twice", HEAD ",\"facts\":{\"a\":1,\"a\":2}}", "key-twice",
      "\"a\":2", "“a”" },
    { "a role twice",
      HEAD ",\"parts\":[{\"role\":\"a\",\"role\":\"b\",\"text\":\"\"}]}",
      "key-twice", "\"role\":\"b\"", "“role”" },
    { "a key that is no UTF-8", HEAD ",\"x\xff\":1}", "utf-8", "\"x\xff", "key" },
    { "an unknown value that is no UTF-8", HEAD ",\"x\":[\"a\xff\"]}", "utf-8",
      "\xff\"]", "" },
    { "parts an object", HEAD ",\"parts\":{}}", "field-kind", "{}", "“parts”" },
    { "a part a string", HEAD ",\"parts\":[\"x\"]}", "part-kind", "\"x\"",
      "object" },
    { "a part without text", HEAD ",\"parts\":[{\"role\":\"x\"}]}", "part-kind",
      "{\"role\"", "“text”" },
    { "a part with a number for text", HEAD ",\"parts\":[{\"text\":1}]}",
      "part-kind", "1}", "“text”" },
    { "a part with null for text", HEAD ",\"parts\":[{\"text\":null}]}",
      "part-kind", "null", "“text”" },
    { "a role with a control",
      HEAD ",\"parts\":[{\"text\":\"x\",\"role\":\"\\n\"}]}", "part-role",
      "\"x\"", "role" },
    { "facts a list", HEAD ",\"facts\":[]}", "field-kind", "[]", "“facts”" },
    { "a fact without a name", HEAD ",\"facts\":{\"\":1}}", "fact-name",
      "\"\":1", "" },
    { "a byte order mark", "\xef\xbb\xbf" HEAD "}", "json-bom", "\xef\xbb\xbf",
      "" }
};

static void test_refuses_with_the_place_of_the_error(void)
{
    policy_event *e = new_event(NULL);
    size_t i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        policy_error err = POLICY_ERROR_INIT;
        size_t len = strlen(bad[i].json);
        char *copy;

        CHECK_INT_EQ(bad[i].label, read_copy(e, bad[i].json, len, &err, &copy),
                     POLICY_EINPUT);
        free(copy);
        CHECK_INT_EQ(bad[i].label, err.status, POLICY_EINPUT);
        CHECK_CSTR_EQ(bad[i].label, err.code, bad[i].code);
        CHECK(strstr(err.message, bad[i].says), "%s: %s", bad[i].label,
              err.message);
        if (CHECK(err.byte <= len, "%s: byte %llu of %zu", bad[i].label,
                  (unsigned long long)err.byte, len))
            CHECK(strncmp(bad[i].json + err.byte, bad[i].at,
                          strlen(bad[i].at)) == 0 &&
                      (*bad[i].at || err.byte == len),
                  "%s: stands at “%s”", bad[i].label, bad[i].json + err.byte);
        CHECK_INT_EQ(bad[i].label, policy_event_type(e).len, 0);
        CHECK_INT_EQ(bad[i].label,
                     policy_event_read_json(e, pol_str(bad[i].json), NULL),
                     POLICY_EINPUT);
    }
    policy_event_free(e);
}

/* Every prefix and every event with one byte changed ends in a status and, if
 * it is refused, a place within. */
static void test_survives_every_cut_and_change(void)
{
    static const char json[] = HEAD
        ",\"actor_roles\":[\"staff\",\"nurse\"],\"text\":\"a\\u4f60\\ud83d"
        "\\ude00\",\"x\":{\"y\":[1,2.5e3,true]},\"parts\":[{\"role\":\"quote\","
        "\"text\":\"好\"}],\"facts\":{\"trained\":true}}";
    policy_event *e = new_event(NULL);
    size_t len = sizeof(json) - 1, i;
    int b;

    for (i = 0; i <= len; i++) {
        policy_error err = POLICY_ERROR_INIT;
        char *copy;
        policy_status st = read_copy(e, json, i, &err, &copy);

        CHECK((st == POLICY_OK) == (i == len), "cut at %zu: %s", i,
              err.message);
        CHECK(err.byte <= i, "cut at %zu: byte %llu", i,
              (unsigned long long)err.byte);
        free(copy);
    }
    for (i = 0; i < len; i++) {
        for (b = 0; b < 256; b += 3) {
            policy_error err = POLICY_ERROR_INIT;
            char changed[sizeof(json)];

            memcpy(changed, json, sizeof(json));
            changed[i] = (char)b;
            if (policy_event_read_json(e, (policy_str){ changed, len }, &err) !=
                POLICY_OK)
                CHECK(err.byte <= len && err.message[0] && err.code[0],
                      "byte %zu becomes %d: %s", i, b, err.message);
        }
    }
    policy_event_free(e);
}

static void test_holds_to_its_limits(void)
{
    static const struct {
        const char *label, *json, *says;
    } rows[] = {
        { "event_bytes", HEAD ",\"x\":\"0123456789012345678901234567890123456789"
          "01234567890123456789012345678901234567890123456789\"}",
          "event_bytes (120)" },
        { "text_bytes", HEAD ",\"text\":\"123456\"}", "text_bytes (5)" },
        { "text_bytes of a part", HEAD ",\"parts\":[{\"text\":\"123456\"}]}",
          "text_bytes (5)" },
        { "list_items", HEAD ",\"links\":[\"a\",\"b\",\"c\"]}",
          "list_items (2)" },
        { "parts", HEAD ",\"parts\":[{\"text\":\"\"},{\"text\":\"\"}]}",
          "parts (1)" },
        { "facts", HEAD ",\"facts\":{\"a\":1,\"b\":2}}", "facts (1)" },
        { "json_depth", HEAD ",\"x\":[[[[1]]]]}", "json_depth (4)" },
        { "json_depth of a fact", HEAD ",\"facts\":{\"a\":[[[1]]]}}",
          "json_depth (4)" }
    };
    policy_limits l = { .size = sizeof(l), .event_bytes = 120, .text_bytes = 5,
                        .list_items = 2, .parts = 1, .facts = 1,
                        .json_depth = 4 };
    policy_event *e = new_event(&l);
    size_t i;

    /* The type's name is longer than five bytes: words are not texts. */
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_error err = POLICY_ERROR_INIT;

        CHECK_INT_EQ(rows[i].label,
                     policy_event_read_json(e, pol_str(rows[i].json), &err),
                     POLICY_ELIMIT);
        CHECK(strstr(err.message, rows[i].says), "%s: %s", rows[i].label,
              err.message);
        CHECK(err.byte <= strlen(rows[i].json), "%s", rows[i].label);
    }
    CU_ASSERT_EQUAL(policy_event_read_json(e, POL_STR(HEAD
        ",\"text\":\"12345\",\"links\":[\"a\",\"b\"],"
        "\"parts\":[{\"text\":\"\"}]}"), NULL), POLICY_OK);
    policy_event_free(e);
}

/* 40,000 keys, the last one a second time: sorted, not compared in pairs. */
static void test_finds_one_key_twice_among_many(void)
{
    text_out o = { NULL, 0, 0 };
    policy_event *e = new_event(NULL);
    policy_error err = POLICY_ERROR_INIT;
    char key[32];
    size_t pos;
    int i;

    text_cstr(&o, HEAD);
    for (i = 0; i < 40000; i++) {
        snprintf(key, sizeof(key), ",\"k%d\":0", i * 7919 % 40000);
        text_cstr(&o, key);
    }
    pos = o.len + 1;
    text_cstr(&o, ",\"k123\":0}");
    CU_ASSERT_EQUAL(policy_event_read_json(e, (policy_str){ o.ptr, o.len },
                                           &err), POLICY_EINPUT);
    CU_ASSERT_STRING_EQUAL(err.code, "key-twice");
    CU_ASSERT_EQUAL(err.byte, pos);
    o.ptr[pos + 1] = 'j';
    CU_ASSERT_EQUAL(policy_event_read_json(e, (policy_str){ o.ptr, o.len },
                                           &err), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_unknown_fields(e), 40001);
    free(o.ptr);
    policy_event_free(e);
}

/* ---- jansson as a second opinion ---- */

static void compare_value(const char *label, const pol_value *v, json_t *want)
{
    size_t i;

    switch (v->kind) {
    case POL_STR:
        if (json_is_integer(want))
            return; /* an id: jansson has lost its digits */
        CHECK_BYTES_EQ(label, v->str,
                       ((policy_str){ json_string_value(want),
                                      json_string_length(want) }));
        break;
    case POL_INT:
        CHECK_INT_EQ(label, v->i, json_integer_value(want));
        break;
    case POL_BOOL:
        CHECK_INT_EQ(label, v->i, json_is_true(want));
        break;
    case POL_NULL:
        CHECK(json_is_null(want), "%s", label);
        break;
    case POL_LIST:
        CHECK_INT_EQ(label, v->list.count, json_array_size(want));
        for (i = 0; i < v->list.count; i++) {
            json_t *item = json_array_get(want, i);

            if (json_is_string(item))
                CHECK_BYTES_EQ(label, v->list.items[i],
                               ((policy_str){ json_string_value(item),
                                              json_string_length(item) }));
        }
        break;
    default:
        break;
    }
}

static void test_reads_values_as_jansson_does(void)
{
    policy_event *e = new_event(NULL);
    size_t i, compared = 0;
    int32_t f;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        json_error_t error;
        json_t *root = json_loads(good[i].json,
                                  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
                                  &error);

        if (!root)
            continue; /* ill-formed bytes, lone surrogates, long integers */
        CU_ASSERT_EQUAL(policy_event_read_json(e, pol_str(good[i].json), NULL),
                        POLICY_OK);
        for (f = 0; f < POLICY_FIELD_COUNT; f++) {
            if (!pol_event_has(e, f))
                continue;
            compare_value(pol_fields[f].name, pol_event_value(e, f),
                          json_object_get(root, pol_fields[f].name));
            compared++;
        }
        json_decref(root);
    }
    CHECK(compared > 50, "%zu values compared", compared);
    policy_event_free(e);
}

/* ---- memory ---- */

static const char rich[] =
    "{\"text\":\"a\\n\",\"id\":\"m\",\"org\":\"o\",\"time\":0,"
    "\"recipients\":[\"a\\u0062\",\"c\"],\"x\":1,\"y\":2,"
    "\"parts\":[{\"text\":\"\\u0041\"}],\"facts\":{\"t\":1},"
    "\"type\":\"message\"}";

static void test_survives_every_failing_allocation(void)
{
    size_t n;

    for (n = 1; n < 40; n++) {
        struct test_allocator t;
        policy_error err = POLICY_ERROR_INIT;
        policy_event *e;
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = n;
        if (policy_event_new(&e, &t.allocator, NULL, &err) != POLICY_OK)
            continue;
        st = policy_event_read_json(e, pol_str(rich), &err);
        CHECK_INT_EQ("status", st, t.failed ? POLICY_ENOMEM : POLICY_OK);
        CHECK_INT_EQ("error", err.status, st);
        CHECK_INT_EQ("again", policy_event_read_json(e, pol_str(rich), &err),
                     POLICY_OK);
        policy_event_free(e);
        CHECK(test_allocator_clean(&t), "n = %zu", n);
        if (!t.failed)
            break;
    }
    CHECK(n > 4 && n < 40, "%zu allocations", n);
}

static void test_asks_for_nothing_once_warm(void)
{
    struct test_allocator t;
    policy_event *e;
    size_t before, i;

    test_allocator_init(&t);
    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, &t.allocator, NULL, NULL),
                          POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_read_json(e, pol_str(rich), NULL), POLICY_OK);
    before = t.requests;
    for (i = 0; i < 100; i++) {
        CU_ASSERT_EQUAL(policy_event_read_json(e, pol_str(rich), NULL),
                        POLICY_OK);
        policy_event_read_json(e, (policy_str){ rich, sizeof(rich) / 2 }, NULL);
    }
    CU_ASSERT_EQUAL(t.requests, before);
    policy_event_free(e);
    test_allocator_clean(&t);
}

static const struct test_case tests[] = {
    { "reads events", test_reads_events },
    { "vouches for what it read only", test_vouches_for_what_it_read_only },
    { "reads its own text as the same event",
      test_reads_its_own_text_as_the_same_event },
    { "counts what it does not know", test_counts_what_it_does_not_know },
    { "flags half a surrogate pair", test_flags_half_a_surrogate_pair },
    { "keeps the place of values", test_keeps_the_place_of_values },
    { "borrows what has no escapes", test_borrows_what_has_no_escapes },
    { "refuses with the place of the error",
      test_refuses_with_the_place_of_the_error },
    { "survives every cut and change", test_survives_every_cut_and_change },
    { "holds to its limits", test_holds_to_its_limits },
    { "finds one key twice among many", test_finds_one_key_twice_among_many },
    { "reads values as jansson does", test_reads_values_as_jansson_does },
    { "survives every failing allocation",
      test_survives_every_failing_allocation },
    { "asks for nothing once warm", test_asks_for_nothing_once_warm }
};

POLICY_TEST_MAIN("event_json", tests)
