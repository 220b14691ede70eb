/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of the archive: a golden record of every type, bodies that nest, and
 * details that must not cost the message.
 */
#include "wecom_golden.h"

#include <dirent.h>

static const char *const golden[] = {
    "agree", "calendar", "card", "chatrecord", "chatrecord_object_content",
    "collect", "disagree", "docmsg", "emotion", "external_redpacket", "file",
    "file_in", "image", "link", "location", "markdown", "markdown_other_body",
    "meeting", "meeting_notification", "meeting_voice_call", "mixed",
    "mixed_broken_item", "news", "qydiskfile", "redpacket", "revoke",
    "sphfeed", "surrogate", "text", "text_direct_in", "text_leaver",
    "text_official", "text_second_account", "todo", "unknown", "video",
    "voice", "voip_doc_share", "voiptext", "vote", "vote_root", "weapp"
};

static void test_reads_every_message_type(void)
{
    golden_check_all(golden, sizeof(golden) / sizeof(golden[0]));
}

/* The files of groups and of the envelope are named in their own tests. */
static void test_leaves_no_golden_file_out(void)
{
    const char *root = getenv("POLICY_SOURCE_ROOT");
    char path[1000];
    size_t others = 0, found = 0, i;
    struct dirent *entry;
    DIR *dir;

    snprintf(path, sizeof(path), "%s/tests/golden/wecom", root ? root : ".");
    dir = opendir(path);
    CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
    while ((entry = readdir(dir))) {
        size_t len = strcspn(entry->d_name, ".");
        bool named = false, other = false;

        if (strcmp(entry->d_name + len, ".jsonl") != 0)
            continue;
        for (i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
            named |= strlen(golden[i]) == len &&
                     memcmp(golden[i], entry->d_name, len) == 0;
        other = strncmp(entry->d_name, "group_", 6) == 0 ||
                strncmp(entry->d_name, "event_", 6) == 0 ||
                strncmp(entry->d_name, "switch", 6) == 0;
        found += named;
        others += other;
        CHECK(named != other, "%s is in no test", entry->d_name);
    }
    closedir(dir);
    CU_ASSERT_EQUAL(found, sizeof(golden) / sizeof(golden[0]));
    CU_ASSERT_EQUAL(others, 9);
}

#define RECORD                                                               \
    "{\"msgid\":\"m\",\"action\":\"send\",\"from\":\"u1\","                  \
    "\"tolist\":[\"u2\"],\"roomid\":\"\",\"msgtime\":1,"

/* What follows `conversation` in the event. */
static const struct {
    const char *label, *json, *ends;
    bool marked;
} details[] = {
    { "an empty text", RECORD "\"msgtype\":\"text\",\"text\":{\"content\":\"\"}}",
      "\"text\":\"\"}", false },
    { "a number for a text",
      RECORD "\"msgtype\":\"text\",\"text\":{\"content\":1234567890123456789}}",
      "\"text\":\"1234567890123456789\"}", false },
    { "a title that is null",
      RECORD "\"msgtype\":\"link\",\"link\":{\"title\":null,\"link_url\":null}}",
      "\"recipient_kinds\":[\"unknown\"]}", false },
    { "a title that is an object",
      RECORD "\"msgtype\":\"link\",\"link\":{\"title\":{},\"link_url\":\"u\"}}",
      "\"links\":[\"u\"]}", true },
    { "an address with a control becomes a part",
      RECORD "\"msgtype\":\"link\",\"link\":{\"link_url\":\"a\\u0001\"}}",
      "\"parts\":[{\"role\":\"link\",\"text\":\"a\\u0001\"}]}", false },
    { "a size that is no number",
      RECORD "\"msgtype\":\"file\",\"file\":{\"filename\":\"f\","
      "\"filesize\":\"big\"}}", "\"name\":\"f\"}", true },
    { "no body at all", RECORD "\"msgtype\":\"image\"}",
      "\"recipient_kinds\":[\"unknown\"]}", false },
    { "a body that is a string", RECORD "\"msgtype\":\"weapp\",\"weapp\":\"x\"}",
      "\"recipient_kinds\":[\"unknown\"]}", false },
    { "an empty forwarded chat",
      RECORD "\"msgtype\":\"chatrecord\",\"chatrecord\":{\"item\":[]}}",
      "\"forwarded\":true}", false },
    { "an item without type",
      RECORD "\"msgtype\":\"mixed\",\"mixed\":{\"item\":[{\"content\":\"x\"}]}}",
      "\"recipient_kinds\":[\"unknown\"]}", true },
    { "an item without content",
      RECORD "\"msgtype\":\"mixed\",\"mixed\":{\"item\":[{\"type\":\"text\"}]}}",
      "\"recipient_kinds\":[\"unknown\"]}", true },
    { "items that are no objects",
      RECORD "\"msgtype\":\"mixed\",\"mixed\":{\"item\":[1,null,[\"x\"]]}}",
      "\"recipient_kinds\":[\"unknown\"]}", true },
    { "an item whose JSON text is a string",
      RECORD "\"msgtype\":\"mixed\",\"mixed\":{\"item\":[{\"type\":\"text\","
      "\"content\":\"\\\"x\\\"\"}]}}",
      "\"parts\":[{\"role\":\"text\",\"text\":\"\\u0022x\\u0022\"}]}", true },
    { "an item whose JSON text has a key twice",
      RECORD "\"msgtype\":\"mixed\",\"mixed\":{\"item\":[{\"type\":\"text\","
      "\"content\":\"{\\\"a\\\":1,\\\"a\\\":2}\"}]}}",
      "\\u0022:2}\"}]}", true },
    { "an item whose JSON text lacks what it consists of",
      RECORD "\"msgtype\":\"mixed\",\"mixed\":{\"item\":[{\"type\":\"text\","
      "\"content\":\"{}\"}]}}", "\"recipient_kinds\":[\"unknown\"]}", true },
    { "a file inside of a mixed message",
      RECORD "\"msgtype\":\"mixed\",\"mixed\":{\"item\":[{\"type\":\"file\","
      "\"content\":\"{\\\"filename\\\":\\\"a.doc\\\",\\\"filesize\\\":1,"
      "\\\"md5sum\\\":\\\"x\\\"}\"}]}}",
      "\"parts\":[{\"role\":\"filename\",\"text\":\"a.doc\"}]}", false },
    { "ill-formed bytes inside of the JSON text",
      RECORD "\"msgtype\":\"mixed\",\"mixed\":{\"item\":[{\"type\":\"text\","
      "\"content\":\"{\\\"content\\\":\\\"a\xff\\\"}\"}]}}",
      "\"text\":\"a\xff\"}", false }
};

static void test_loses_no_message_over_a_detail(void)
{
    policy_event *e = NULL;
    size_t i;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    for (i = 0; i < sizeof(details) / sizeof(details[0]); i++) {
        struct golden g = { { NULL, 0, 0 }, 0, 0 };
        policy_error err = POLICY_ERROR_INIT;
        policy_str line;

        text_cstr(&g.out, "");
        CHECK(policy_adapter_read(POLICY_ADAPTER_WECOM,
                                  pol_str(details[i].json), "o", NULL, e,
                                  golden_event, &g, &err) == POLICY_OK,
              "%s: %s", details[i].label, err.message);
        CHECK_INT_EQ(details[i].label, g.events, 1);
        CHECK_INT_EQ(details[i].label, g.out.ptr[0] == '?', details[i].marked);
        line = (policy_str){ g.out.ptr, g.out.len ? g.out.len - 1 : 0 };
        CHECK(pol_str_ends(line, pol_str(details[i].ends)), "%s: %s",
              details[i].label, g.out.ptr);
        free(g.out.ptr);
    }
    policy_event_free(e);
}

static void test_refuses_messages_without_what_they_consist_of(void)
{
    static const struct {
        const char *label, *json, *code, *at, *says;
    } rows[] = {
        { "no content", RECORD "\"msgtype\":\"text\",\"text\":{ }}",
          "record-missing", "{ }", "“content”" },
        { "content an object",
          RECORD "\"msgtype\":\"text\",\"text\":{\"content\":{}}}",
          "record-kind", "{}}}", "“content” of a text message" },
        { "content null",
          RECORD "\"msgtype\":\"text\",\"text\":{\"content\":null}}",
          "record-kind", "null", "“content”" },
        { "no body of a text", RECORD "\"msgtype\":\"text\"}",
          "record-missing", "{\"msgid", "“content”" },
        { "no file name", RECORD "\"msgtype\":\"file\",\"file\":{\"x\":1}}",
          "record-missing", "{\"x\"", "“filename”" },
        { "items an object",
          RECORD "\"msgtype\":\"mixed\",\"mixed\":{\"item\":{\"x\":1}}}",
          "record-kind", "{\"x\"", "“item”" },
        { "nothing recalled",
          RECORD "\"msgtype\":\"revoke\",\"revoke\":{\"x\":1}}",
          "record-missing", "{\"x\"", "“pre_msgid”" },
        { "recalled with a control", RECORD
          "\"msgtype\":\"revoke\",\"revoke\":{\"pre_msgid\":\"a\\n\"}}",
          "id-bytes", "\"a\\n", "“pre_msgid”" }
    };
    policy_event *e = NULL;
    size_t i;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct golden g = { { NULL, 0, 0 }, 0, 0 };
        policy_error err = POLICY_ERROR_INIT;

        CHECK_INT_EQ(rows[i].label,
                     policy_adapter_read(POLICY_ADAPTER_WECOM,
                                         pol_str(rows[i].json), "o", NULL, e,
                                         golden_event, &g, &err),
                     POLICY_EINPUT);
        CHECK_CSTR_EQ(rows[i].label, err.code, rows[i].code);
        CHECK(strstr(err.message, rows[i].says), "%s: %s", rows[i].label,
              err.message);
        CHECK(strncmp(rows[i].json + err.byte, rows[i].at,
                      strlen(rows[i].at)) == 0, "%s: at “%s”", rows[i].label,
              rows[i].json + err.byte);
        CHECK_INT_EQ(rows[i].label, g.events, 0);
        free(g.out.ptr);
    }
    policy_event_free(e);
}

/* A forwarded chat inside of a forwarded chat, `depth` times; the caller frees. */
static char *nested_record(int depth)
{
    char *inner = malloc(1), *content, *out;
    text_out o;
    int i;

    *inner = '\0';
    for (i = 0; i < depth; i++) {
        o = (text_out){ NULL, 0, 0 };
        text_cstr(&o, "{\"title\":\"t\",\"item\":[");
        if (i) {
            text_cstr(&o, "{\"type\":\"chatrecord\",\"content\":");
            text_string(&o, pol_str(inner));
            text_cstr(&o, "}");
        }
        text_cstr(&o, "]}");
        content = o.ptr;
        free(inner);
        inner = content;
    }
    o = (text_out){ NULL, 0, 0 };
    text_cstr(&o, RECORD "\"msgtype\":\"chatrecord\",\"chatrecord\":");
    text_cstr(&o, inner);
    text_cstr(&o, "}");
    out = o.ptr;
    free(inner);
    return out;
}

static void test_holds_nesting_to_its_limit(void)
{
    static const struct {
        int depth;
        policy_status status;
    } rows[] = { { 2, POLICY_OK }, { 4, POLICY_OK }, { 6, POLICY_ELIMIT } };
    policy_limits l = { .size = sizeof(l), .json_depth = 20 };
    policy_event *e = NULL;
    size_t i;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, &l, NULL), POLICY_OK);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct golden g = { { NULL, 0, 0 }, 0, 0 };
        policy_error err = POLICY_ERROR_INIT;
        char *json = nested_record(rows[i].depth);

        CHECK(policy_adapter_read(POLICY_ADAPTER_WECOM, pol_str(json), "o",
                                  NULL, e, golden_event, &g, &err) ==
                  rows[i].status, "%d deep: %s", rows[i].depth, err.message);
        CHECK(rows[i].status == POLICY_OK || strstr(err.message, "json_depth"),
              "%d deep: %s", rows[i].depth, err.message);
        CHECK(err.byte < strlen(json), "%d deep", rows[i].depth);
        free(json);
        free(g.out.ptr);
    }
    policy_event_free(e);
}

/* An error inside of a JSON text is placed where the text begins. */
static void test_places_nested_errors_in_the_record(void)
{
    static const char json[] = RECORD
        "\"msgtype\":\"mixed\",\"mixed\":{\"item\":[{\"type\":\"text\","
        "\"content\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}]}}";
    struct golden g = { { NULL, 0, 0 }, 0, 0 };
    policy_error err = POLICY_ERROR_INIT;
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    CU_ASSERT_EQUAL(policy_adapter_read(POLICY_ADAPTER_WECOM, pol_str(json),
                                        "o", NULL, e, golden_event, &g, &err),
                    POLICY_ELIMIT);
    CU_ASSERT_STRING_EQUAL(err.code, "json-depth");
    CU_ASSERT_EQUAL(err.byte, (uint64_t)(strstr(json, "\"[[[") - json));
    policy_event_free(e);
}

static void test_holds_to_the_other_limits(void)
{
    static const struct {
        const char *label, *json, *says;
    } rows[] = {
        { "text", RECORD "\"msgtype\":\"text\",\"text\":{\"content\":\"12345\"}}",
          "text_bytes (4)" },
        { "part", RECORD "\"msgtype\":\"weapp\",\"weapp\":{\"title\":\"x\","
          "\"description\":\"12345\"}}", "text_bytes (4)" },
        { "parts", RECORD "\"msgtype\":\"vote\",\"vote\":{\"votetitle\":\"x\","
          "\"voteitem\":[\"a\",\"b\",\"c\"]}}", "parts (2)" },
        { "links", RECORD "\"msgtype\":\"news\",\"info\":{\"item\":["
          "{\"url\":\"a\"},{\"url\":\"b\"},{\"url\":\"c\"},{\"url\":\"d\"}]}}",
          "list_items (3)" },
        { "recipients", "{\"msgid\":\"m\",\"from\":\"u\",\"msgtime\":1,"
          "\"tolist\":[\"a\",\"b\",\"c\",\"d\"],\"msgtype\":\"image\"}",
          "list_items (3)" }
    };
    policy_limits l = { .size = sizeof(l), .text_bytes = 4, .parts = 2,
                        .list_items = 3 };
    policy_event *e = NULL;
    size_t i;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, &l, NULL), POLICY_OK);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct golden g = { { NULL, 0, 0 }, 0, 0 };
        policy_error err = POLICY_ERROR_INIT;

        CHECK_INT_EQ(rows[i].label,
                     policy_adapter_read(POLICY_ADAPTER_WECOM,
                                         pol_str(rows[i].json), "o", NULL, e,
                                         golden_event, &g, &err),
                     POLICY_ELIMIT);
        CHECK(strstr(err.message, rows[i].says), "%s: %s", rows[i].label,
              err.message);
        CHECK(err.byte > 0 && err.byte < strlen(rows[i].json), "%s: byte %llu",
              rows[i].label, (unsigned long long)err.byte);
        free(g.out.ptr);
    }
    policy_event_free(e);
}

static const struct test_case tests[] = {
    { "reads every message type", test_reads_every_message_type },
    { "leaves no golden file out", test_leaves_no_golden_file_out },
    { "loses no message over a detail", test_loses_no_message_over_a_detail },
    { "refuses messages without what they consist of",
      test_refuses_messages_without_what_they_consist_of },
    { "holds nesting to its limit", test_holds_nesting_to_its_limit },
    { "places nested errors in the record",
      test_places_nested_errors_in_the_record },
    { "holds to the other limits", test_holds_to_the_other_limits }
};

POLICY_TEST_MAIN("wecom_message", tests)
