/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of groups: golden records, and members who are too many or nobody.
 */
#include "wecom_golden.h"

static void test_reads_every_change(void)
{
    static const char *const names[] = {
        "group_create", "group_add", "group_remove", "group_owner",
        "group_name", "group_dismiss", "group_unknown", "event_unknown"
    };

    golden_check_all(names, sizeof(names) / sizeof(names[0]));
}

#define CHANGE                                                               \
    "{\"event\":\"change_external_chat\",\"msgid\":\"g\",\"time\":1,"        \
    "\"chat_id\":\"wr\",\"change_type\":\"update\","                         \
    "\"update_detail\":\"add_member\""

static void test_numbers_the_events_of_one_record(void)
{
    static const struct {
        const char *label, *json, *ids;
    } rows[] = {
        { "no member", CHANGE "}", "g" },
        { "an empty list", CHANGE ",\"members\":[]}", "g" },
        { "null", CHANGE ",\"members\":null}", "g" },
        { "one", CHANGE ",\"members\":[\"a\"]}", "g" },
        { "two", CHANGE ",\"members\":[\"a\",\"b\"]}", "g#1g#2" },
        { "one of a new group",
          "{\"event\":\"change_external_chat\",\"msgid\":\"g\",\"time\":1,"
          "\"chat_id\":\"wr\",\"change_type\":\"create\",\"members\":[\"a\"]}",
          "gg#1" }
    };
    policy_event *e = NULL;
    size_t i;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct golden g = { { NULL, 0, 0 }, 0, 0 };
        char ids[64] = "", *id;

        text_cstr(&g.out, "");
        CHECK_INT_EQ(rows[i].label,
                     policy_adapter_read(POLICY_ADAPTER_WECOM,
                                         pol_str(rows[i].json), "o", NULL, e,
                                         golden_event, &g, NULL), POLICY_OK);
        for (id = g.out.ptr; (id = strstr(id, "{\"id\":\"")); id++)
            strncat(ids, id + 7, strcspn(id + 7, "\""));
        CHECK_CSTR_EQ(rows[i].label, ids, rows[i].ids);
        free(g.out.ptr);
    }
    policy_event_free(e);
}

static void test_refuses_members_who_are_none(void)
{
    static const struct {
        const char *label, *json, *at;
        policy_status status;
    } rows[] = {
        { "members a string", CHANGE ",\"members\":\"a\"}", "\"a\"}",
          POLICY_EINPUT },
        { "a member a number", CHANGE ",\"members\":[\"a\",1]}", "1]",
          POLICY_EINPUT },
        { "a member without id", CHANGE ",\"members\":[\"\"]}", "\"\"",
          POLICY_EINPUT },
        { "a member with half a surrogate pair",
          CHANGE ",\"members\":[\"\\ud800\"]}", "\"\\ud800", POLICY_EINPUT },
        { "a member with a control", CHANGE ",\"members\":[\"a\\n\"]}",
          "\"a\\n", POLICY_EINPUT },
        { "too many", CHANGE ",\"members\":[\"a\",\"b\",\"c\"]}", "\"c\"]",
          POLICY_ELIMIT }
    };
    policy_limits l = { .size = sizeof(l), .list_items = 2 };
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
                     rows[i].status);
        CHECK_INT_EQ(rows[i].label, g.events, 0);
        CHECK_INT_EQ(rows[i].label, err.byte,
                     strstr(rows[i].json, rows[i].at) - rows[i].json);
        free(g.out.ptr);
    }
    policy_event_free(e);
}

static void test_stops_between_members(void)
{
    struct golden g = { { NULL, 0, 0 }, 0, 2 };
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    CU_ASSERT_EQUAL(policy_adapter_read(POLICY_ADAPTER_WECOM, POL_STR(CHANGE
                        ",\"members\":[\"a\",\"b\",\"c\",\"d\"]}"), "o", NULL,
                        e, golden_event, &g, NULL), POLICY_OK);
    CU_ASSERT_EQUAL(g.events, 2);
    free(g.out.ptr);
    policy_event_free(e);
}

static const struct test_case tests[] = {
    { "reads every change", test_reads_every_change },
    { "numbers the events of one record",
      test_numbers_the_events_of_one_record },
    { "refuses members who are none", test_refuses_members_who_are_none },
    { "stops between members", test_stops_between_members }
};

POLICY_TEST_MAIN("wecom_group", tests)
