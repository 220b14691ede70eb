/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known at a time: of a key and those below it, of what lies ahead and
 * came late, of records that are tested against the event.
 */
#include "past_steps.h"

#include "base/hash.h"

/* --- memories */

static const char leaks[] =
    "memory { id = \"leaks\", key = \"subject_account\", keep = \"90d\",\n"
    "  set = { on = \"incident\", where = { kind = \"leak\","
    "          state = { \"noticed\", \"reported\" } } },\n"
    "  clear = { on = \"incident\", where = { kind = \"leak\", state = \"closed\" } } }\n"
    R("stop", "login", "where = known { \"leaks\", key = \"account\" }");

#define LEAK(state, account)                                                  \
    "\"incident\":\"i\",\"kind\":\"leak\",\"state\":\"" state "\","           \
    "\"subject_account\":\"" account "\""

static void test_a_record_is_known_until_it_is_cleared(void)
{
    static const struct step steps[] = {
        { "1", 0, "login", "\"account\":\"a1\"", "" },
        { "2", 1, "incident", LEAK("noticed", "a1"), "" },
        { "3", 2, "login", "\"account\":\"a1\"", "stop" },
        { "4", 2, "login", "\"account\":\"a2\"", "" },
        { "5", 2, "login", "", "" },
        { "6", 3, "incident", LEAK("closed", "a1"), "" },
        { "7", 4, "login", "\"account\":\"a1\"", "" },
        { "8", 5, "incident", LEAK("reported", "a1"), "" },
        { "9", 90 * 1440, "login", "\"account\":\"a1\"", "stop" },
        { "10", 90 * 1440 + 5, "login", "\"account\":\"a1\"", "" },
    };

    RUN(NULL, leaks, steps);
}

/* What comes late is put where it belongs. */
static void test_the_newest_counts_whatever_came_last(void)
{
    static const struct step steps[] = {
        { "1", 10, "incident", LEAK("closed", "a1"), "" },
        { "2", 5, "incident", LEAK("noticed", "a1"), "" },
        { "3", 11, "login", "\"account\":\"a1\"", "" },
        { "4", 20, "incident", LEAK("noticed", "a1"), "" },
        { "5", 15, "incident", LEAK("closed", "a1"), "" },
        { "6", 21, "login", "\"account\":\"a1\"", "stop" },
        /* Of one time the id decides: 71 is behind 70, though it came first. */
        { "71", 30, "incident", LEAK("closed", "a1"), "" },
        { "70", 30, "incident", LEAK("noticed", "a1"), "" },
        { "8", 31, "login", "\"account\":\"a1\"", "" },
    };

    RUN(NULL, leaks, steps);
}

static void test_what_lies_ahead_is_not_known(void)
{
    static const char rules[] =
        R("gone", "login", "where = known { \"leavers\", key = \"account\" }");
    static const struct step steps[] = {
        { "1", 0, "staff_change", "\"person\":\"u1\",\"change\":\"leave\","
          "\"effective\":\"2026-03-02T10:00:00+08:00\",\"accounts\":[\"a1\",\"a2\"]", "" },
        { "2", 59, "login", "\"account\":\"a1\"", "" },
        { "3", 60, "login", "\"account\":\"a1\"", "gone" },
        { "4", 61, "login", "\"account\":\"a2\"", "gone" },
        { "5", 62, "login", "\"account\":\"a3\"", "" },
        { "6", 63, "account_change", "\"change\":\"transfer\",\"subject_account\":\"a2\"", "" },
        { "7", 64, "login", "\"account\":\"a2\"", "" },
        { "8", 65, "login", "\"account\":\"a1\"", "gone" },
    };

    RUN(NULL, rules, steps);
}

/* A new record waits beside the one that holds until then. */
static void test_the_old_holds_until_the_new_does(void)
{
    static const char rules[] =
        R("boss", "login", "where = { [\"actor.dept\"] = \"内科\" }, broad = true");
    static const struct step steps[] = {
        { "1", 0, "staff_change", "\"person\":\"u1\",\"change\":\"join\",\"dept\":\"内科\"", "" },
        { "2", 1, "staff_change", "\"person\":\"u1\",\"change\":\"move\",\"dept\":\"外科\","
          "\"effective\":\"2026-03-02T10:00:00+08:00\"", "" },
        { "3", 2, "login", "\"actor\":\"u1\"", "boss" },
        { "4", 60, "login", "\"actor\":\"u1\"", "" },
        { "5", 61, "login", "\"actor\":\"u2\"", "" },
    };

    RUN(NULL, rules, steps);
}

static void test_a_shorter_key_clears_all_below(void)
{
    static const char rules[] =
        "memory { id = \"seen\", key = { \"actor\", \"conversation\" }, keep = \"1d\",\n"
        "  set = { on = \"message\", where = { direction = \"out\" } },\n"
        "  clear = { on = \"login\", key = \"actor\" } }\n"
        R("one", "message", "where = { direction = \"in\","
          " known { \"seen\", key = { \"actor\", \"conversation\" } } }")
        R("any", "message", "where = { direction = \"in\","
          " known { \"seen\", key = \"actor\" } }")
        R("two", "message", "where = { direction = \"in\","
          " known { \"seen\", key = \"actor\", at_least = 2 } }")
        R("other", "message", "where = { direction = \"in\","
          " known { \"seen\", key = \"actor\", other = true } }");
#define OUT(actor, chat) "\"direction\":\"out\",\"actor\":\"" actor "\",\"conversation\":\"" chat "\""
#define IN(actor, chat) "\"direction\":\"in\",\"actor\":\"" actor "\",\"conversation\":\"" chat "\""
    static const struct step steps[] = {
        { "1", 0, "message", OUT("u1", "c1"), "" },
        { "2", 1, "message", IN("u1", "c1"), "one any" },
        { "3", 2, "message", IN("u1", "c2"), "any other" },
        { "4", 3, "message", OUT("u1", "c2"), "" },
        { "5", 4, "message", IN("u1", "c2"), "one any two other" },
        { "6", 5, "message", IN("u2", "c1"), "" },
        { "7", 6, "login", "\"actor\":\"u1\"", "" },
        { "8", 7, "message", IN("u1", "c1"), "" },
        { "9", 8, "message", OUT("u1", "c3"), "" },
        { "10", 9, "message", IN("u1", "c3"), "one any" },
        /* What is older than the clearing does not come back. */
        { "11", 5, "message", OUT("u1", "c4"), "" },
        { "12", 10, "message", IN("u1", "c4"), "any other" },
    };

    RUN(NULL, rules, steps);
}

/* As the field content_digest of an event with this one text. */
static void digest_of(char hex[65], const char *text)
{
    uint8_t sum[32];
    pol_sha256 h;

    pol_sha256_init(&h);
    pol_sha256_field(&h, host_str("text"));
    pol_sha256_field(&h, host_str(text));
    pol_sha256_done(&h, sum);
    pol_hex(hex, sum);
}

static void test_records_are_tested_against_the_event(void)
{
    static const char rules[] =
        R("post", "post", "requires = known { \"reviews\", key = \"content_id\","
          " within = \"1d\", where = { decision = \"pass\", reviewer = differs \"actor\","
          " digest = same \"content_digest\" } }");
    char review[256], rejected[256], hex[65];
    struct step steps[] = {
        { "0", 0, "post", "\"content_id\":\"p1\",\"actor\":\"u1\",\"text\":\"好\"", "post" },
        { "1", 1, "review", review, "" },
        { "2", 2, "post", "\"content_id\":\"p1\",\"actor\":\"u1\",\"text\":\"好\"", "" },
        { "3", 3, "post", "\"content_id\":\"p1\",\"actor\":\"u1\",\"text\":\"好人\"", "post" },
        { "4", 4, "post", "\"content_id\":\"p1\",\"actor\":\"u2\",\"text\":\"好\"", "post" },
        { "5", 5, "post", "\"content_id\":\"p2\",\"actor\":\"u1\",\"text\":\"好\"", "post" },
        { "6", 6, "post", "\"content_id\":\"p1\",\"text\":\"好\"", "post" },
        { "7", 1441, "post", "\"content_id\":\"p1\",\"actor\":\"u1\",\"text\":\"好\"", "post" },
        { "8", 1442, "review", review, "" },
        { "9", 1443, "post", "\"content_id\":\"p1\",\"actor\":\"u1\",\"text\":\"好\"", "" },
        { "10", 1444, "review", rejected, "" },
        { "11", 1445, "post", "\"content_id\":\"p1\",\"actor\":\"u1\",\"text\":\"好\"", "post" },
    };

    digest_of(hex, "好");
    snprintf(review, sizeof(review), "\"subject\":\"p1\",\"reviewer\":\"u2\","
             "\"decision\":\"pass\",\"digest\":\"%s\"", hex);
    snprintf(rejected, sizeof(rejected), "\"subject\":\"p1\",\"reviewer\":\"u2\","
             "\"decision\":\"reject\",\"digest\":\"%s\"", hex);
    RUN(NULL, rules, steps);
}

/* From a Friday, nine o'clock. */
static void test_within_may_be_working_time(void)
{
    static const char rules[] =
        R("post", "post", "requires = known { \"reviews\", key = \"content_id\","
          " within = \"1bd\" }");
    enum { FRIDAY = 4 * 1440, MONDAY = 7 * 1440 };
    static const struct step steps[] = {
        { "0", FRIDAY, "review", "\"subject\":\"p1\",\"reviewer\":\"u2\","
          "\"decision\":\"pass\"", "" },
        { "1", FRIDAY + 1440, "post", "\"content_id\":\"p1\",\"text\":\"好\"", "" },
        { "2", MONDAY - 1, "post", "\"content_id\":\"p1\",\"text\":\"好\"", "" },
        { "3", MONDAY, "post", "\"content_id\":\"p1\",\"text\":\"好\"", "post" },
    };

    RUN(NULL, rules, steps);
}

/* --- gates */

static void test_a_gate_says_what_is_missing(void)
{
    static const char rules[] =
        "rule { id = \"post\", title = \"t\", reason = \"r\", category = \"not_reviewed\","
        " on = \"post\", verdict = \"hold\", requires = any { { review_state = \"passed\" },"
        " { present \"approved_by\", [\"approved_by.roles\"] = \"manager\" },"
        " known { \"reviews\", key = \"content_id\" } },"
        " tell = { zh = \"缺少{missing}。\", en = \"Not yet: {missing}.\" } }\n";
    static const struct step steps[] = {
        { "1", 0, "post", "\"content_id\":\"p1\",\"approved_by\":\"u1\"", "post" },
        { "2", 1, "post", "\"content_id\":\"p1\",\"review_state\":\"passed\"", "" },
        { "3", 2, "review", "\"subject\":\"p1\",\"decision\":\"pass\"", "" },
        { "4", 3, "post", "\"content_id\":\"p1\"", "" },
        { "5", 4, "staff_change", "\"person\":\"u1\",\"change\":\"join\",\"roles\":[\"manager\"]", "" },
        { "6", 5, "post", "\"content_id\":\"p2\",\"approved_by\":\"u1\"", "" },
        { "7", 6, "post", "\"content_id\":\"p2\",\"approved_by\":\"u2\"", "post" },
    };
    struct past p;
    const policy_finding *f;

    RUN(NULL, rules, steps);
    if (!past_open(&p, NULL, rules))
        return;
    if (judge(&p.h, &p.state, &steps[0])) {
        f = host_finding(p.h.decision, POLICY_ENFORCED, "o/post");
        CHECK(f && f->count == -1 && f->limit == -1, "no count");
        if (f)
            CHECK_STR_EQ("names", f->missing,
                         "review_state approved_by.roles reviews");
        CHECK_STR_EQ("zh", policy_decision_tell(p.h.decision, 0, "zh"),
                     "缺少审核状态、批准人、审核记录。");
        CHECK_STR_EQ("en", policy_decision_tell(p.h.decision, 0, "en"),
                     "Not yet: review state, approved by, a review.");
        CHECK(strstr(host_json(&p.h, 0),
                     "\"missing\":\"review_state approved_by.roles reviews\""),
              "%s", p.h.json);
    }
    past_close(&p);
}

/* A memory as the rule names it, and once, however often it is asked. */
static void test_what_is_missing_is_named_once(void)
{
    static const char rules[] =
        "memory { id = \"seen\", key = \"account\", keep = \"1d\","
        " set = { on = \"login\", key = \"account\" }, fields = \"device\" }\n"
        "rule { id = \"post\", title = \"t\", reason = \"r\", category = \"not_reviewed\","
        " on = \"post\", verdict = \"hold\", requires = all {"
        " known { \"seen\", key = \"account\", where = { device = \"d1\" } },"
        " known { \"seen\", key = \"account\", where = { device = \"d2\" } },"
        " { review_state = \"passed\" } },"
        " tell = { zh = \"缺少{missing}。\", en = \"Not yet: {missing}.\" } }\n";
    static const struct step step = { "1", 0, "post", "\"account\":\"a1\"", "" };
    struct past p;

    if (!past_open(&p, NULL, rules))
        return;
    if (judge(&p.h, &p.state, &step)) {
        const policy_finding *f = host_finding(p.h.decision, POLICY_ENFORCED, "o/post");

        if (CHECK(f, "no finding"))
            CHECK_STR_EQ("names", f->missing, "seen review_state");
        CHECK_STR_EQ("zh", policy_decision_tell(p.h.decision, 0, "zh"),
                     "缺少seen、审核状态。");
    }
    past_close(&p);
}

/* --- attributes */

static void test_a_duty_goes_to_whom_the_past_names(void)
{
    static const char rules[] =
        R("look", "message", "match = term \"广告\","
          " escalate = { to = who \"account.holder\", within = \"1h\" }");
    static const struct step steps[] = {
        { "1", 0, "account_change", "\"change\":\"register\",\"subject_account\":\"a1\","
          "\"holder\":\"u7\"", "" },
        { "2", 1, "message", "\"account\":\"a1\",\"text\":\"广告\"", "look" },
        { "3", 2, "message", "\"account\":\"a2\",\"text\":\"广告\"",
          "look!escalate-nobody" },
    };
    struct past p;

    if (!past_open(&p, NULL, rules))
        return;
    for (size_t i = 0; i < 3 && judge(&p.h, &p.state, &steps[i]); i++) {
        CHECK_CSTR_EQ(steps[i].id, past_found(p.h.decision), steps[i].finds);
        if (i == 1)
            CHECK_STR_EQ("the holder", policy_decision_duty(p.h.decision, 0)->who, "u7");
        past_apply(&p, steps[i].id);
    }
    past_close(&p);
}

/* Who answers to whom: kept when something else changes, and no more than said. */
static void test_people_have_managers(void)
{
    static const char rules[] =
        R("own", "post", "requires = { approved_by = differs \"actor\","
          " [\"actor.manager\"] = same \"approved_by\" }")
        R("under", "login", "where = { [\"actor.manager\"] = \"u9\" },"
          " broad = true");
    static const struct step steps[] = {
        { "1", 0, "login", "\"actor\":\"u1\"", "" },
        { "2", 1, "staff_change", "\"person\":\"u1\",\"change\":\"join\","
          "\"manager\":\"u9\"", "" },
        { "3", 2, "login", "\"actor\":\"u1\"", "under" },
        { "4", 3, "post", "\"actor\":\"u1\",\"approved_by\":\"u9\"", "" },
        { "5", 4, "post", "\"actor\":\"u1\",\"approved_by\":\"u8\"", "own" },
        { "6", 5, "staff_change", "\"person\":\"u1\",\"change\":\"move\","
          "\"dept\":\"外科\"", "" },
        { "7", 6, "login", "\"actor\":\"u1\"", "under" },
        { "8", 7, "staff_change", "\"person\":\"u1\",\"change\":\"move\","
          "\"manager\":\"u8\"", "" },
        { "9", 8, "login", "\"actor\":\"u1\"", "" },
        { "10", 9, "post", "\"actor\":\"u1\",\"approved_by\":\"u8\"", "" },
    };

    RUN(NULL, rules, steps);
}

/* What an event of leaving names are the roles that are lost. */
static void test_who_has_left_has_no_roles(void)
{
    static const char rules[] =
        R("boss", "login", "where = { [\"actor.roles\"] = \"manager\" }, broad = true")
        R("none", "login", "where = { [\"actor.roles\"] = none_of { \"manager\" } },"
          " broad = true");
    static const struct step steps[] = {
        { "1", 0, "login", "\"actor\":\"u1\"", "" },
        { "2", 1, "staff_change", "\"person\":\"u1\",\"change\":\"join\","
          "\"roles\":[\"manager\"]", "" },
        { "3", 2, "login", "\"actor\":\"u1\"", "boss" },
        { "4", 3, "staff_change", "\"person\":\"u1\",\"change\":\"leave\","
          "\"roles\":[\"manager\"]", "" },
        { "5", 4, "login", "\"actor\":\"u1\"", "none" },
        { "6", 5, "staff_change", "\"person\":\"u1\",\"change\":\"listed\","
          "\"roles\":[\"manager\"]", "" },
        { "7", 6, "login", "\"actor\":\"u1\"", "boss" },
        { "8", 7, "staff_change", "\"person\":\"u1\",\"change\":\"gone\"", "" },
        { "9", 8, "login", "\"actor\":\"u1\"", "none" },
    };

    RUN(NULL, rules, steps);
}

/* null takes back what was carried on, and hides it from what comes later; what
 * comes late is carried on as far as that. */
static void test_null_is_so_no_more(void)
{
    static const char rules[] =
        R("dept", "login", "where = { [\"actor.dept\"] = \"内科\" }, broad = true")
        R("under", "login", "where = { [\"actor.manager\"] = \"u9\" }, broad = true")
        R("held", "login", "where = { [\"account.holder\"] = \"u1\" }, broad = true")
        R("known", "login", "where = known { \"people\", key = \"actor\","
          " where = { dept = \"内科\" } }");
    static const struct step steps[] = {
        { "1", 0, "staff_change", "\"person\":\"u1\",\"change\":\"join\","
          "\"dept\":\"内科\",\"manager\":\"u9\"", "" },
        { "2", 1, "login", "\"actor\":\"u1\"", "dept under known" },
        { "3", 10, "staff_change", "\"person\":\"u1\",\"change\":\"move\","
          "\"dept\":null", "" },
        { "4", 11, "login", "\"actor\":\"u1\"", "under" },
        { "5", 12, "staff_change", "\"person\":\"u1\",\"change\":\"listed\","
          "\"manager\":\"u9\"", "" },
        { "6", 13, "login", "\"actor\":\"u1\"", "under" },
        /* late: before the null, which hides it */
        { "7", 5, "staff_change", "\"person\":\"u1\",\"change\":\"move\","
          "\"dept\":\"内科\",\"manager\":\"u8\"", "" },
        { "8", 14, "login", "\"actor\":\"u1\"", "under" },
        { "9", 15, "staff_change", "\"person\":\"u1\",\"change\":\"move\","
          "\"dept\":\"内科\"", "" },
        { "10", 16, "login", "\"actor\":\"u1\"", "dept under known" },
        { "11", 17, "account_change", "\"subject_account\":\"a1\","
          "\"change\":\"register\",\"holder\":\"u1\"", "" },
        { "12", 18, "login", "\"account\":\"a1\"", "held" },
        { "13", 19, "account_change", "\"subject_account\":\"a1\","
          "\"change\":\"listed\",\"holder\":null", "" },
        { "14", 20, "login", "\"account\":\"a1\"", "" },
    };

    RUN(NULL, rules, steps);
}

static const struct test_case tests[] = {
    { "who has left has no roles", test_who_has_left_has_no_roles },
    { "null is so no more", test_null_is_so_no_more },
    { "people have managers", test_people_have_managers },
    { "a record is known until it is cleared",
      test_a_record_is_known_until_it_is_cleared },
    { "the newest counts, whatever came last",
      test_the_newest_counts_whatever_came_last },
    { "what lies ahead is not known", test_what_lies_ahead_is_not_known },
    { "the old holds until the new does",
      test_the_old_holds_until_the_new_does },
    { "a shorter key clears all below", test_a_shorter_key_clears_all_below },
    { "records are tested against the event",
      test_records_are_tested_against_the_event },
    { "within may be working time", test_within_may_be_working_time },
    { "a gate says what is missing", test_a_gate_says_what_is_missing },
    { "what is missing is named once", test_what_is_missing_is_named_once },
    { "a duty goes to whom the past names",
      test_a_duty_goes_to_whom_the_past_names },
};

POLICY_TEST_MAIN("history_read", tests)
