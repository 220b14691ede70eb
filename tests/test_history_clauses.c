/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What events and findings write: what passes and what does not, first and late
 * ones, resets.
 */
#include "past_steps.h"

static void test_blocked_attempts_leave_no_memory(void)
{
    static const char rules[] =
        "memory { id = \"passed\", key = \"actor\", keep = \"1d\", set = { on = \"message\" } }\n"
        "memory { id = \"tried\", key = \"actor\", keep = \"1d\", write = \"always\","
        " set = { on = \"message\" } }\n"
        "memory { id = \"caught\", key = \"actor\", keep = \"1d\", write = \"always\","
        " set = { rule = \"bad\" } }\n"
        "rule { id = \"bad\", title = \"t\", reason = \"r\", category = \"off_topic\","
        " on = \"message\", match = term \"坏话\", verdict = \"block\" }\n"
        R("passed", "login", "where = known { \"passed\", key = \"actor\" }")
        R("tried", "login", "where = known { \"tried\", key = \"actor\" }")
        R("caught", "login", "where = known { \"caught\", key = \"actor\" }");
    static const struct step steps[] = {
        { "1", 0, "message", "\"actor\":\"u1\",\"text\":\"坏话\"", "bad" },
        { "2", 1, "login", "\"actor\":\"u1\"", "tried caught" },
        { "3", 2, "message", "\"actor\":\"u2\",\"text\":\"好话\"", "" },
        { "4", 3, "login", "\"actor\":\"u2\"", "passed tried" },
        /* What has happened has happened. */
        { "5", 4, "message", "\"actor\":\"u3\",\"text\":\"坏话\",\"phase\":\"done\"", "bad" },
        { "6", 5, "login", "\"actor\":\"u3\"", "passed tried caught" },
        { "7", 6, "message", "\"actor\":\"u4\",\"text\":\"坏话\",\"phase\":\"asked\"", "bad" },
        { "8", 7, "login", "\"actor\":\"u4\"", "tried caught" },
    };

    RUN(NULL, rules, steps);
}

static void test_the_first_stays(void)
{
    static const char rules[] =
        "memory { id = \"first\", key = \"actor\", keep = \"1d\", fields = \"device\","
        " set = { on = \"login\", first = true } }\n"
        R("other", "message", "where = known { \"first\", key = \"actor\","
          " where = { device = none_of { \"d1\" } } }");
    static const struct step steps[] = {
        { "1", 0, "login", "\"actor\":\"u1\",\"device\":\"d1\"", "" },
        { "2", 1, "login", "\"actor\":\"u1\",\"device\":\"d2\"", "" },
        { "3", 2, "message", "\"actor\":\"u1\"", "" },
        { "4", 1441, "login", "\"actor\":\"u1\",\"device\":\"d2\"", "" },
        { "5", 1442, "message", "\"actor\":\"u1\"", "other" },
    };

    RUN(NULL, rules, steps);
}

/* What comes late about somebody is known, unless it was said anew since. */
static void test_late_facts_are_carried(void)
{
    static const char rules[] =
        R("company", "message",
          "broad = true, where = { [\"conversation.group_kind\"] = \"company\" }")
        R("department", "message",
          "broad = true, where = { [\"conversation.group_kind\"] = \"department\" }");
#define GROUP(more) "\"change\":\"create\",\"group\":\"g1\"" more
#define IN_G1 "\"conversation\":\"g1\""
    static const struct step steps[] = {
        { "1", 10, "group_change", GROUP(""), "" },
        { "2", 11, "message", IN_G1, "" },
        { "3", 9, "group_change", GROUP(",\"group_kind\":\"company\""), "" },
        { "4", 12, "message", IN_G1, "company" },
        { "5", 13, "group_change", GROUP(",\"group_kind\":\"department\""), "" },
        { "6", 8, "group_change", GROUP(",\"group_kind\":\"company\""), "" },
        { "7", 14, "message", IN_G1, "department" },
    };

    RUN(NULL, rules, steps);
}

/* What was carried is older than what was said between. */
static void test_a_late_fact_goes_before_what_is_carried(void)
{
    static const char rules[] =
        R("company", "message",
          "broad = true, where = { [\"conversation.group_kind\"] = \"company\" }")
        R("department", "message",
          "broad = true, where = { [\"conversation.group_kind\"] = \"department\" }")
        R("kept", "message",
          "broad = true, where = { [\"conversation.responsible\"] = \"u1\" }");
    static const struct step steps[] = {
        { "1", 1, "group_change",
          GROUP(",\"group_kind\":\"company\",\"responsible\":\"u1\""), "" },
        { "2", 10, "group_change", GROUP(",\"purpose\":\"p\""), "" },
        { "3", 11, "message", IN_G1, "company kept" },
        { "4", 5, "group_change", GROUP(",\"group_kind\":\"department\""), "" },
        { "5", 12, "message", IN_G1, "department kept" },
        { "6", 3, "group_change", GROUP(",\"group_kind\":\"company\""), "" },
        { "7", 12, "message", IN_G1, "department kept" },
        /* It was another group until then. */
        { "8", 7, "group_change", "\"change\":\"dissolve\",\"group\":\"g1\"", "" },
        { "9", 12, "message", IN_G1, "" },
        { "10", 6, "group_change", GROUP(",\"responsible\":\"u1\""), "" },
        { "11", 12, "message", IN_G1, "" },
        { "12", 8, "group_change", GROUP(",\"responsible\":\"u1\""), "" },
        { "13", 12, "message", IN_G1, "kept" },
    };

    RUN(NULL, rules, steps);
}

enum { TOLD = 5, ROUNDS = 200, TOLD_ROOM = 256 };

static void draw_told(char json[TOLD_ROOM], int number)
{
    static const char *const kinds[] = { "", ",\"group_kind\":\"company\"",
                                         ",\"group_kind\":\"department\"" };
    static const char *const whom[] = { "", ",\"responsible\":\"u1\"",
                                        ",\"responsible\":\"u2\"" };
    static const char *const what[] = { "create", "create", "join", "dissolve" };

    snprintf(json, TOLD_ROOM,
             "{\"id\":\"e%d\",\"source\":\"s\",\"type\":\"group_change\","
             "\"org\":\"o\",\"time\":%u,\"change\":\"%s\",\"group\":\"g1\"%s%s}",
             number, 1000 * past_draw(6), what[past_draw(4)],
             kinds[past_draw(3)], whom[past_draw(3)]);
}

/* What is known after all of them, in that order: what the next one writes. */
static void tell_in_order(struct past *p, char json[TOLD][TOLD_ROOM],
                          const int order[TOLD], const char *next, char *out,
                          size_t room)
{
    policy_memory_free(p->m);
    if (!past_store(p))
        return;
    for (int i = 0; i < TOLD; i++)
        if (past_judge(&p->h, &p->state, json[order[i]]))
            past_apply(p, json[order[i]]);
    out[0] = '\0';
    if (past_judge(&p->h, &p->state, next))
        past_append_changes(out, room, p->h.decision);
}

static void shuffle(int order[TOLD])
{
    for (int i = TOLD - 1; i > 0; i--) {
        int k = (int)past_draw((uint32_t)i + 1), swapped = order[i];

        order[i] = order[k];
        order[k] = swapped;
    }
}

static void check_any_order(const char *rules,
                            void (*draw)(char json[TOLD_ROOM], int number),
                            const char *next)
{
    static char json[TOLD][TOLD_ROOM], first[4096], other[4096];
    struct past p;

    past_seed = 20260308;
    if (!past_open(&p, NULL, rules))
        return;
    for (int round = 0; round < ROUNDS; round++) {
        int order[TOLD];

        for (int i = 0; i < TOLD; i++) {
            draw(json[i], i);
            order[i] = i;
        }
        tell_in_order(&p, json, order, next, first, sizeof(first));
        shuffle(order);
        tell_in_order(&p, json, order, next, other, sizeof(other));
        CHECK(*first && strcmp(first, other) == 0, "round %d", round);
    }
    past_close(&p);
}

static void test_facts_are_the_same_in_any_order(void)
{
    check_any_order(R("r", "group_change", ""), draw_told,
                    "{\"id\":\"last\",\"source\":\"s\",\"type\":\"group_change\","
                    "\"org\":\"o\",\"time\":9000,\"change\":\"join\","
                    "\"group\":\"g1\"}");
}

/* A login sets, one that is odd clears its device, a new password all. */
static void draw_login(char json[TOLD_ROOM], int number)
{
    unsigned time = 1000 * past_draw(6), device = past_draw(2);

    if (past_draw(4))
        snprintf(json, TOLD_ROOM,
                 "{\"id\":\"e%d\",\"source\":\"s\",\"type\":\"login\",\"org\":\"o\","
                 "\"time\":%u,\"account\":\"a\",\"device\":\"d%u\",\"anomaly\":%s,"
                 "\"network\":\"%s\"}", number, time, device,
                 past_draw(3) ? "false" : "true",
                 past_draw(2) ? "public" : "trusted");
    else
        snprintf(json, TOLD_ROOM,
                 "{\"id\":\"e%d\",\"source\":\"s\",\"type\":\"account_change\","
                 "\"org\":\"o\",\"time\":%u,\"subject_account\":\"a\","
                 "\"change\":\"password\"}", number, time);
}

static void test_memories_are_the_same_in_any_order(void)
{
    check_any_order("memory { id = \"m\", key = { \"account\", \"device\" }, keep = \"1d\","
                    " fields = \"network\", set = { on = \"login\","
                    " where = { anomaly = false } },"
                    " clear = { { on = \"login\", where = { anomaly = true } },"
                    " { on = \"account_change\", key = \"subject_account\" } } }\n",
                    draw_login,
                    "{\"id\":\"last\",\"source\":\"s\",\"type\":\"login\","
                    "\"org\":\"o\",\"time\":9000,\"account\":\"a\",\"device\":\"d3\","
                    "\"anomaly\":false}");
}

static void test_a_reset_begins_anew(void)
{
    static const char rules[] =
        R("fails", "login", "where = { anomaly = true },"
          " count = { by = { \"account\", \"device\" }, over = \"1d\", more_than = 1,"
          " reset = { on = \"account_change\", where = { change = \"password\" },"
          " key = \"subject_account\" } }");
#define BAD(device) "\"account\":\"a1\",\"anomaly\":true,\"device\":\"" device "\""
    static const struct step steps[] = {
        { "1", 0, "login", BAD("d1"), "" },
        { "2", 1, "login", BAD("d2"), "" },
        { "3", 2, "login", BAD("d1"), "fails" },
        { "4", 3, "account_change", "\"change\":\"password\",\"subject_account\":\"a1\"", "" },
        { "5", 4, "login", BAD("d1"), "" },
        { "6", 5, "login", BAD("d2"), "" },
        { "7", 6, "login", BAD("d2"), "fails" },
    };

    RUN(NULL, rules, steps);
}

/* One that counts and resets is the first of what comes behind. */
static void test_a_reset_counts_itself(void)
{
    static const char rules[] =
        R("often", "login", "broad = true,"
          " count = { by = \"account\", over = \"1d\", more_than = 2,"
          " reset = { on = \"login\", where = { anomaly = true }, key = \"account\" } }")
        R("devices", "login", "broad = true,"
          " count = { by = \"account\", over = \"1d\", more_than = 1, distinct = \"device\","
          " reset = { on = \"login\", where = { anomaly = true }, key = \"account\" } }");
#define LOGIN(device, anomaly) \
    "\"account\":\"a1\",\"device\":\"" device "\",\"anomaly\":" anomaly
    static const struct step steps[] = {
        { "1", 0, "login", LOGIN("d1", "false"), "" },
        { "2", 1, "login", LOGIN("d1", "false"), "" },
        { "3", 2, "login", LOGIN("d2", "true"), "often devices" },
        { "4", 3, "login", LOGIN("d2", "false"), "" },
        { "5", 4, "login", LOGIN("d2", "false"), "often" },
        { "6", 5, "login", LOGIN("d3", "false"), "often devices" },
    };

    RUN(NULL, rules, steps);
}

/* Clauses of the event come first, whatever stands where in the file. */
static void test_what_is_found_is_known_though_the_event_clears(void)
{
    static const char rules[] =
        "memory { id = \"m\", key = \"actor\", keep = \"1d\","
        " set = { rule = \"odd\" }, clear = { on = \"login\" } }\n"
        R("odd", "login", "broad = true, where = { anomaly = true }")
        R("asks", "post", "where = known { \"m\", key = \"actor\" }");
    static const struct step steps[] = {
        { "1", 0, "login", "\"actor\":\"u1\",\"anomaly\":true", "odd" },
        { "2", 1, "post", "\"actor\":\"u1\"", "asks" },
        { "3", 2, "login", "\"actor\":\"u1\"", "" },
        { "4", 3, "post", "\"actor\":\"u1\"", "" },
    };

    RUN(NULL, rules, steps);
}

/* Whatever it found to send away: one that comes again, or behind another that
 * took place later, does nothing to what was counted since. */
static void test_a_reset_happens_once(void)
{
    static const char rules[] =
        R("often", "comment",
          "broad = true, count = { by = \"account\", over = \"1h\", more_than = 1,"
          " reset = { on = \"usage_period\", key = \"account\" } }")
        R("names", "message",
          "broad = true, count = { by = { \"account\", \"conversation\" }, over = \"1h\","
          " more_than = 1, distinct = \"recipients\","
          " reset = { on = \"usage_period\", key = \"account\" } }");
#define OF_A1 "\"account\":\"a1\""
#define TO(who) OF_A1 ",\"conversation\":\"c\",\"recipients\":[\"" who "\"]"
    static const struct step steps[] = {
        { "v", 0, "usage_period", OF_A1, "" },
        { "1", 1, "comment", OF_A1, "" },
        { "m1", 1, "message", TO("u1"), "" },
        { "v", 0, "usage_period", OF_A1, "" },
        { "2", 2, "comment", OF_A1, "often" },
        { "m2", 2, "message", TO("u2"), "names" },
        { "w", 3, "usage_period", OF_A1, "" },
        { "3", 4, "comment", OF_A1, "" },
        { "late", 2, "usage_period", OF_A1, "" },
        { "4", 5, "comment", OF_A1, "often" },
        { "m3", 5, "message", TO("u1"), "" },
        { "v", 0, "usage_period", OF_A1, "" },
        { "w", 3, "usage_period", OF_A1, "" },
        { "m4", 6, "message", TO("u2"), "names" },
        { "x", 7, "usage_period", OF_A1, "" },
        { "5", 8, "comment", OF_A1, "" },
    };

    RUN(NULL, rules, steps);
}

/* What comes behind it counts, though it be of the same time. */
static void test_what_follows_a_reset_counts(void)
{
    static const char rules[] =
        R("often", "comment",
          "broad = true, count = { by = { \"account\", \"content_id\" }, over = \"1h\","
          " more_than = 1, reset = { on = \"usage_period\", key = \"account\" } }");
#define ON_P1 OF_A1 ",\"content_id\":\"p1\""
    static const struct step steps[] = {
        { "v", 0, "usage_period", OF_A1, "" },
        { "1", 0, "comment", ON_P1, "" },
        { "2", 7, "comment", ON_P1, "often" },
    };

    RUN(NULL, rules, steps);
}

/* Not who attests it, but of whom it is attested. */
static void test_who_was_trained(void)
{
    static const char rules[] =
        R("untrained", "login", "broad = true, where = unknown { \"trained\", key = \"actor\" }");
    static const struct step steps[] = {
        { "before", 0, "login", "\"actor\":\"u5\"", "untrained" },
        { "failed", 1, "attestation", "\"duty\":\"safety\",\"done_by\":\"hr\","
          "\"subject\":\"u5\",\"result\":\"fail\"", "" },
        { "still", 2, "login", "\"actor\":\"u5\"", "untrained" },
        { "passed", 3, "attestation", "\"duty\":\"safety\",\"done_by\":\"hr\","
          "\"subject\":\"u5\",\"result\":\"pass\"", "" },
        { "after", 4, "login", "\"actor\":\"u5\"", "" },
        { "not by it", 5, "login", "\"actor\":\"hr\"", "untrained" },
        { "alone", 6, "attestation", "\"duty\":\"safety\",\"done_by\":\"hr\","
          "\"result\":\"pass\"", "" },
        { "by oneself", 7, "login", "\"actor\":\"hr\"", "" },
    };

    RUN(NULL, rules, steps);
}

static const struct test_case tests[] = {
    { "blocked attempts leave no memory",
      test_blocked_attempts_leave_no_memory },
    { "the first stays", test_the_first_stays },
    { "late facts are carried", test_late_facts_are_carried },
    { "a late fact goes before what is carried",
      test_a_late_fact_goes_before_what_is_carried },
    { "facts are the same in any order", test_facts_are_the_same_in_any_order },
    { "memories are the same in any order",
      test_memories_are_the_same_in_any_order },
    { "a reset begins anew", test_a_reset_begins_anew },
    { "a reset counts itself", test_a_reset_counts_itself },
    { "what is found is known though the event clears",
      test_what_is_found_is_known_though_the_event_clears },
    { "a reset happens once", test_a_reset_happens_once },
    { "what follows a reset counts", test_what_follows_a_reset_counts },
    { "who was trained", test_who_was_trained },
};

POLICY_TEST_MAIN("history_clauses", tests)
