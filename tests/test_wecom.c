/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope of WeCom records: who is behind an id, what every record needs,
 * broken contracts, memory.
 */
#include "wecom_golden.h"

#include "adapt/wecom.h"

static policy_status read(policy_event *e, const char *json, struct golden *g,
                          policy_error *err)
{
    return policy_adapter_read(POLICY_ADAPTER_WECOM, pol_str(json), "o", NULL,
                               e, golden_event, g, err);
}

static void test_knows_who_is_inside(void)
{
    static const struct {
        const char *id, *person, *kind, *account_kind, *dept;
        bool outside;
    } rows[] = {
        { "zhangsan", "zhangsan", "staff", "work", "内科", false },
        { "zhangsan-2", "zhangsan", "staff", "personal", "内科", false },
        { "hospital-service", "lisi", "staff", "official", "医务处", false },
        { "wangwu", "wangwu", "leaver", "work", "", false },
        { "wm-patient", "wm-patient", "patient", "", "", true },
        { "wm-anybody", "wm-anybody", "outsider", "", "", true },
        { "wo-anybody", "wo-anybody", "outsider", "", "", true },
        { "newcomer", "newcomer", "unknown", "work", "", false },
        { "wn", "wn", "unknown", "work", "", false },
        { "", "", "unknown", "work", "", false }
    };
    policy_directory *d = golden_directory();
    pol_wecom w = { .directory = d };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_wecom_who who = pol_wecom_who_is(&w, pol_str(rows[i].id));

        CHECK_STR_EQ(rows[i].id, who.id, rows[i].person);
        CHECK_STR_EQ(rows[i].id, who.account, rows[i].id);
        CHECK_STR_EQ(rows[i].id, who.kind, rows[i].kind);
        CHECK_STR_EQ(rows[i].id, who.account_kind, rows[i].account_kind);
        CHECK_STR_EQ(rows[i].id, who.dept, rows[i].dept);
        CHECK_INT_EQ(rows[i].id, who.outside, rows[i].outside);
    }
    policy_directory_free(d);
}

static void test_makes_no_event_of_a_switch(void)
{
    static const char *const names[] = { "switch" };

    golden_check_all(names, 1);
}

static void test_reads_without_a_directory(void)
{
    struct golden g = { { NULL, 0, 0 }, 0, 0 };
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    CU_ASSERT_EQUAL(read(e, "{\"msgid\":1,\"from\":\"u1\",\"msgtime\":\"5\","
                            "\"msgtype\":\"text\",\"roomid\":\"wr\","
                            "\"text\":{\"content\":\"x\"}}", &g, NULL),
                    POLICY_OK);
    CU_ASSERT_STRING_EQUAL(g.out.ptr,
        "{\"id\":\"1\",\"type\":\"message\",\"org\":\"o\",\"time\":5,"
        "\"source\":\"wecom\",\"phase\":\"done\",\"actor\":\"u1\","
        "\"account\":\"u1\",\"account_kind\":\"work\",\"platform\":\"wecom\","
        "\"direction\":\"out\",\"conversation\":\"wr\","
        "\"conversation_kind\":\"group\",\"group_kind\":\"unknown\","
        "\"text\":\"x\"}\n");
    free(g.out.ptr);
    policy_event_free(e);
}

static void test_names_the_same_chat_from_both_sides(void)
{
    struct golden g = { { NULL, 0, 0 }, 0, 0 };
    policy_event *e = NULL;
    char *first;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    read(e, "{\"msgid\":1,\"from\":\"b\",\"tolist\":[\"a\"],\"msgtime\":5,"
            "\"msgtype\":\"image\"}", &g, NULL);
    first = strstr(g.out.ptr, "\"conversation\":\"a|b\"");
    CU_ASSERT_PTR_NOT_NULL(first);
    g.out.len = 0;
    read(e, "{\"msgid\":2,\"from\":\"a\",\"tolist\":[\"b\"],\"msgtime\":5,"
            "\"msgtype\":\"image\"}", &g, NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(g.out.ptr, "\"conversation\":\"a|b\""));
    free(g.out.ptr);
    policy_event_free(e);
}

#define BODY "\"msgtype\":\"text\",\"text\":{\"content\":\"x\"}}"

static void test_refuses_with_the_place(void)
{
    static const struct {
        const char *label, *json, *code, *at, *says;
    } rows[] = {
        { "nothing", "", "json-end", "", "" },
        { "a list", "[1]", "record-object", "[1]", "object" },
        { "no JSON", "{\"msgid\":}", "json-syntax", "}", "" },
        { "broken off", "{\"msgid\":\"m\"", "json-end", "", "" },
        { "bytes behind it", "{} x", "json-trailing", "x", "" },
        { "a key twice", "{\"a\":1,\"a\":1}", "key-twice", "1}", "“a”" },
        { "no msgid", "{\"from\":\"u\",\"msgtime\":1," BODY, "record-missing",
          "{\"from", "“msgid”" },
        { "an empty msgid", "{\"msgid\":\"\",\"from\":\"u\",\"msgtime\":1," BODY,
          "record-missing", "{\"msgid", "“msgid”" },
        { "msgid a list", "{\"msgid\":[],\"from\":\"u\",\"msgtime\":1," BODY,
          "record-kind", "[]", "“msgid”" },
        { "msgid with a control",
          "{\"msgid\":\"\\u0007\",\"from\":\"u\",\"msgtime\":1," BODY,
          "id-bytes", "\"\\u0007", "“msgid”" },
        { "msgid that is no UTF-8",
          "{\"msgid\":\"\xff\",\"from\":\"u\",\"msgtime\":1," BODY, "id-bytes",
          "\"\xff", "“msgid”" },
        { "msgid with half a surrogate pair",
          "{\"msgid\":\"\\ud800\",\"from\":\"u\",\"msgtime\":1," BODY,
          "id-bytes", "\"\\ud800", "“msgid”" },
        { "no time", "{\"msgid\":\"m\",\"from\":\"u\"," BODY, "record-missing",
          "{\"msgid", "“msgtime”" },
        { "a time in words",
          "{\"msgid\":\"m\",\"from\":\"u\",\"msgtime\":\"noon\"," BODY,
          "record-time", "\"noon\"", "“msgtime”" },
        { "a time that is true",
          "{\"msgid\":\"m\",\"from\":\"u\",\"msgtime\":true," BODY,
          "record-time", "true", "“msgtime”" },
        { "a time too far",
          "{\"msgid\":\"m\",\"from\":\"u\",\"msgtime\":9999999999999999," BODY,
          "record-time", "9999999999999999", "“msgtime”" },
        { "no sender", "{\"msgid\":\"m\",\"msgtime\":1," BODY,
          "record-missing", "{\"msgid", "“from”" },
        { "a sender null", "{\"msgid\":\"m\",\"from\":null,\"msgtime\":1," BODY,
          "record-missing", "{\"msgid", "“from”" },
        { "no type", "{\"msgid\":\"m\",\"from\":\"u\",\"msgtime\":1}",
          "record-missing", "{\"msgid", "“msgtype”" },
        { "type an object",
          "{\"msgid\":\"m\",\"from\":\"u\",\"msgtime\":1,\"msgtype\":{}}",
          "record-kind", "{}}", "“msgtype”" },
        { "a room true", "{\"msgid\":\"m\",\"from\":\"u\",\"msgtime\":1,"
          "\"roomid\":true," BODY, "record-kind", "true", "“roomid”" },
        { "recipients a string", "{\"msgid\":\"m\",\"from\":\"u\","
          "\"msgtime\":1,\"tolist\":\"u2\"," BODY, "record-kind", "\"u2\"",
          "“tolist”" },
        { "a recipient a number", "{\"msgid\":\"m\",\"from\":\"u\","
          "\"msgtime\":1,\"tolist\":[\"u2\",3]," BODY, "id-bytes", "3]",
          "recipient" },
        { "an event without time", "{\"msgid\":\"m\",\"event\":\"x\"}",
          "record-missing", "{\"msgid", "“time”" },
        { "an event without chat", "{\"msgid\":\"m\",\"time\":1,"
          "\"event\":\"change_external_chat\",\"change_type\":\"create\"}",
          "record-missing", "{\"msgid", "“chat_id”" },
        { "a change without type", "{\"msgid\":\"m\",\"time\":1,"
          "\"event\":\"change_external_chat\",\"chat_id\":\"wr\"}",
          "record-missing", "{\"msgid", "“change_type”" },
        { "a switch without time", "{\"msgid\":\"m\",\"action\":\"switch\"}",
          "record-missing", "{\"msgid", "“time”" }
    };
    policy_event *e = NULL;
    size_t i;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct golden g = { { NULL, 0, 0 }, 0, 0 };
        policy_error err = POLICY_ERROR_INIT;

        CHECK_INT_EQ(rows[i].label, read(e, rows[i].json, &g, &err),
                     POLICY_EINPUT);
        CHECK_INT_EQ(rows[i].label, g.events, 0);
        CHECK_CSTR_EQ(rows[i].label, err.code, rows[i].code);
        CHECK(strstr(err.message, rows[i].says), "%s: %s", rows[i].label,
              err.message);
        if (CHECK(err.byte <= strlen(rows[i].json), "%s", rows[i].label))
            CHECK(strncmp(rows[i].json + err.byte, rows[i].at,
                          strlen(rows[i].at)) == 0, "%s: at “%s”",
                  rows[i].label, rows[i].json + err.byte);
        CHECK_INT_EQ(rows[i].label, policy_event_type(e).len, 0);
        CHECK_INT_EQ(rows[i].label, read(e, rows[i].json, &g, NULL),
                     POLICY_EINPUT);
        free(g.out.ptr);
    }
    policy_event_free(e);
}

#define TEXT "{\"msgid\":\"m\",\"from\":\"u\",\"msgtime\":1," BODY

static void test_notices_broken_contracts(void)
{
    struct golden g = { { NULL, 0, 0 }, 0, 0 };
    policy_error err = POLICY_ERROR_INIT;
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    CU_ASSERT_EQUAL(policy_adapter_read(0, POL_STR(TEXT), "o", NULL, e,
                                        golden_event, &g, &err),
                    POLICY_EMISUSE);
    CU_ASSERT_STRING_EQUAL(err.code, "adapter-unknown");
    CU_ASSERT_EQUAL(policy_adapter_read(2, POL_STR(TEXT), "o", NULL, e,
                                        golden_event, &g, NULL),
                    POLICY_EMISUSE);
    CU_ASSERT_EQUAL(policy_adapter_read(POLICY_ADAPTER_WECOM, POL_STR(TEXT),
                                        "o", NULL, NULL, golden_event, &g,
                                        &err), POLICY_EMISUSE);
    CU_ASSERT_EQUAL(policy_adapter_read(POLICY_ADAPTER_WECOM, POL_STR(TEXT),
                                        "o", NULL, e, NULL, &g, &err),
                    POLICY_EMISUSE);
    CU_ASSERT_EQUAL(policy_adapter_read(POLICY_ADAPTER_WECOM, POL_STR(TEXT),
                                        NULL, NULL, e, golden_event, &g, &err),
                    POLICY_EINPUT);
    CU_ASSERT_STRING_EQUAL(err.code, "id-empty");
    CU_ASSERT_EQUAL(g.events, 0);
    policy_event_free(e);
}

static void test_holds_a_record_to_its_limit(void)
{
    policy_limits l = { .size = sizeof(l), .event_bytes = sizeof(TEXT) - 2 };
    struct golden g = { { NULL, 0, 0 }, 0, 0 };
    policy_error err = POLICY_ERROR_INIT;
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, &l, NULL), POLICY_OK);
    CU_ASSERT_EQUAL(read(e, TEXT, &g, &err), POLICY_ELIMIT);
    CHECK(strstr(err.message, "event_bytes"), "%s", err.message);
    policy_event_free(e);
}

static int ignore(void *user, policy_event *e)
{
    (void)e;
    ++*(size_t *)user;
    return 0;
}

/* Everything that asks for memory: roles, recipients, parts, links, nesting,
 * events of a group. */
static policy_status read_all(policy_event *e, const policy_directory *d,
                              policy_error *err)
{
    static const char *const names[] = { "chatrecord", "news", "group_create" };
    policy_status st = POLICY_OK;
    size_t i, events = 0;

    for (i = 0; i < 3 && st == POLICY_OK; i++) {
        size_t len;
        char *file = golden_file(names[i], ".jsonl", &len);

        st = policy_adapter_read(POLICY_ADAPTER_WECOM,
                                 (policy_str){ file, strcspn(file, "\n") },
                                 "o", d, e, ignore, &events, err);
        policy_event_reset(e);
        free(file);
    }
    CHECK(st != POLICY_OK || events == 5, "%zu events", events);
    return st;
}

static void test_survives_every_failing_allocation(void)
{
    policy_directory *d = golden_directory();
    size_t n;

    for (n = 2; n < 60; n++) {
        struct test_allocator t;
        policy_error err = POLICY_ERROR_INIT;
        policy_event *e = NULL;
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = n;
        CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, &t.allocator, NULL, NULL),
                              POLICY_OK);
        st = read_all(e, d, &err);
        CHECK_INT_EQ("status", st, t.failed ? POLICY_ENOMEM : POLICY_OK);
        CHECK_INT_EQ("error", err.status, st);
        CHECK_INT_EQ("again", read_all(e, d, &err), POLICY_OK);
        policy_event_free(e);
        CHECK(test_allocator_clean(&t), "n = %zu", n);
        if (!t.failed)
            break;
    }
    CHECK(n > 4 && n < 60, "%zu allocations", n);
    policy_directory_free(d);
}

static void test_asks_for_nothing_once_warm(void)
{
    policy_directory *d = golden_directory();
    struct test_allocator t;
    policy_event *e = NULL;
    size_t before, i;

    test_allocator_init(&t);
    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, &t.allocator, NULL, NULL),
                          POLICY_OK);
    CU_ASSERT_EQUAL(read_all(e, d, NULL), POLICY_OK);
    before = t.requests;
    for (i = 0; i < 20; i++)
        CU_ASSERT_EQUAL(read_all(e, d, NULL), POLICY_OK);
    CU_ASSERT_EQUAL(t.requests, before);
    policy_event_free(e);
    test_allocator_clean(&t);
    policy_directory_free(d);
}

static const struct test_case tests[] = {
    { "knows who is inside", test_knows_who_is_inside },
    { "makes no event of a switch", test_makes_no_event_of_a_switch },
    { "reads without a directory", test_reads_without_a_directory },
    { "names the same chat from both sides",
      test_names_the_same_chat_from_both_sides },
    { "refuses with the place", test_refuses_with_the_place },
    { "notices broken contracts", test_notices_broken_contracts },
    { "holds a record to its limit", test_holds_a_record_to_its_limit },
    { "survives every failing allocation",
      test_survives_every_failing_allocation },
    { "asks for nothing once warm", test_asks_for_nothing_once_warm }
};

POLICY_TEST_MAIN("wecom", tests)
