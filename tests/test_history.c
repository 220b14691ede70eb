/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules know of the past: sequences of events against the store that comes
 * with the library, alone and in batches, without a state, against a hostile
 * one, without memory.
 */
#include "host.h"

#include "base/hash.h"

#define R(id, on, rest)                                                       \
    "rule { id = \"" id "\", title = \"标题\", reason = \"理由\",\n"          \
    "  category = \"off_topic\", on = \"" on "\", verdict = \"flag\",\n"      \
    "  " rest " }\n"

/* 09:00 and so many minutes on a Monday, UTC+8. */
static const char *at(int64_t minutes)
{
    static char text[8][40];
    static unsigned turn;
    int64_t day = minutes >= 0 ? minutes / 1440 : -1;
    int64_t rest = minutes - day * 1440 + 9 * 60;
    int month = 3, date = 2 + (int)day;

    if (rest >= 1440) {
        rest -= 1440;
        date++;
    }
    for (; month < 12; month++) {
        int days = month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;

        if (date <= days)
            break;
        date -= days;
    }
    snprintf(text[turn %= 8], sizeof(text[0]), "2026-%02d-%02dT%02d:%02d:00+08:00",
             month, date, (int)(rest / 60), (int)(rest % 60));
    return text[turn++];
}

struct step {
    const char *id;
    int64_t minutes;
    const char *type, *fields;
    const char *finds; /* ids of rules that find something, or "" */
};

static void step_json(char *json, size_t room, const struct step *s)
{
    snprintf(json, room,
             "{\"id\":\"%s\",\"source\":\"s\",\"type\":\"%s\",\"org\":\"o\","
             "\"time\":\"%s\"%s%s}",
             s->id, s->type, at(s->minutes), *s->fields ? "," : "", s->fields);
}

/* "a b" of the findings o/a, o/b. */
static const char *found(const policy_decision *d)
{
    static char ids[512];

    ids[0] = '\0';
    for (size_t i = 0; i < policy_decision_finding_count(d, POLICY_ENFORCED); i++) {
        const char *rule = policy_decision_finding(d, POLICY_ENFORCED, i)->rule;

        snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%s%s",
                 i ? " " : "", strchr(rule, '/') + 1);
    }
    for (size_t i = 0; i < policy_decision_error_count(d); i++)
        snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "!%s",
                 policy_decision_error(d, i)->code);
    return ids;
}

static bool judge(struct host *h, const policy_state *state, const struct step *s)
{
    static char json[1 << 16];

    step_json(json, sizeof(json), s);
    h->decision = NULL;
    return host_read(h, json) &&
           CHECK(policy_session_evaluate(&h->decision, h->session, h->event, state,
                                         &h->error) == POLICY_OK,
                 "%s: %s", json, h->error.message);
}

/* Each step is judged, applied, judged again and applied again: the second time
 * nothing is found that was not, and nothing changes. */
static void run_steps(const char *yaml, const char *rules,
                      const struct step *steps, size_t count)
{
    policy_memory *m = NULL;
    policy_state state;
    struct host h;

    if (!host_open(&h, yaml, rules) ||
        !CHECK(!policy_memory_new(&m, NULL, 0, NULL), "a store"))
        return;
    state = policy_memory_state(m);
    for (size_t i = 0; i < count; i++) {
        if (!judge(&h, &state, &steps[i]))
            break;
        CHECK_CSTR_EQ(steps[i].id, found(h.decision), steps[i].finds);
        CHECK(policy_memory_apply(m, h.decision, &h.error) == POLICY_OK, "%s: %s",
              steps[i].id, h.error.message);
        if (!judge(&h, &state, &steps[i]))
            break;
        CHECK(policy_memory_apply(m, h.decision, &h.error) == POLICY_OK,
              "%s again: %s", steps[i].id, h.error.message);
    }
    policy_memory_free(m);
    host_close(&h);
}
#define RUN(yaml, rules, steps) \
    run_steps(yaml, rules, steps, sizeof(steps) / sizeof(*(steps)))

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
    policy_memory *m = NULL;
    policy_state state;
    struct host h;
    const policy_finding *f;

    RUN(NULL, rules, steps);
    if (!host_open(&h, NULL, rules) || policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    if (judge(&h, &state, &steps[0])) {
        f = host_finding(h.decision, POLICY_ENFORCED, "o/post");
        CHECK(f && f->count == -1 && f->limit == -1, "no count");
        if (f)
            CHECK_STR_EQ("names", f->missing,
                         "review_state approved_by.roles reviews");
        CHECK_STR_EQ("zh", policy_decision_tell(h.decision, 0, "zh"),
                     "缺少审核状态、批准人、审核记录。");
        CHECK_STR_EQ("en", policy_decision_tell(h.decision, 0, "en"),
                     "Not yet: review state, approved by, a review.");
        CHECK(strstr(host_json(&h, 0),
                     "\"missing\":\"review_state approved_by.roles reviews\""),
              "%s", h.json);
    }
    policy_memory_free(m);
    host_close(&h);
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
    policy_memory *m = NULL;
    policy_state state;
    struct host h;

    if (!host_open(&h, NULL, rules) || policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    if (judge(&h, &state, &step)) {
        const policy_finding *f = host_finding(h.decision, POLICY_ENFORCED, "o/post");

        if (CHECK(f, "no finding"))
            CHECK_STR_EQ("names", f->missing, "seen review_state");
        CHECK_STR_EQ("zh", policy_decision_tell(h.decision, 0, "zh"),
                     "缺少seen、审核状态。");
    }
    policy_memory_free(m);
    host_close(&h);
}

/* --- counts */

static void test_a_window_slides(void)
{
    static const char rules[] =
        R("often", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", more_than = 2 }");
#define AD(actor) "\"actor\":\"" actor "\",\"text\":\"广告\""
    static const struct step steps[] = {
        { "1", 0, "message", AD("u1"), "" },
        { "2", 10, "message", AD("u1"), "" },
        { "3", 20, "message", "\"actor\":\"u1\",\"text\":\"别的\"", "" },
        { "4", 30, "message", AD("u2"), "" },
        { "5", 40, "message", AD("u1"), "often" },
        { "6", 59, "message", AD("u1"), "often" },
        { "7", 69, "message", AD("u1"), "often" },
        { "8", 110, "message", AD("u1"), "often" },
        { "9", 135, "message", AD("u1"), "" },
        { "10", 136, "message", AD("u1"), "often" },
        { "11", 137, "message", "\"text\":\"广告\"", "" },
    };

    RUN(NULL, rules, steps);
}

static void test_each_period_counts_anew(void)
{
    static const char rules[] =
        R("long", "usage_period", "broad = true,"
          " count = { by = \"actor\", period = \"day\", sum = \"minutes\", more_than = 60 }");
#define USE(from, to) "\"actor\":\"u1\",\"started\":\"2026-03-02T" from ":00Z\"," \
                      "\"ended\":\"2026-03-02T" to ":00Z\""
    static const struct step steps[] = {
        { "1", 0, "usage_period", USE("00:00", "00:30"), "" },
        { "2", 1, "usage_period", USE("00:00", "00:30"), "" },
        { "3", 2, "usage_period", USE("00:00", "00:01"), "long" },
        { "4", 14 * 60 + 59, "usage_period", USE("00:00", "00:01"), "long" },
        { "5", 15 * 60, "usage_period", USE("00:00", "00:59"), "" },
        { "6", 15 * 60 + 1, "usage_period", "\"actor\":\"u1\"", "" },
        { "7", 15 * 60 + 2, "usage_period", USE("00:00", "00:02"), "long" },
    };

    RUN(NULL, rules, steps);
}

static void test_distinct_values_count_once(void)
{
    static const char rules[] =
        R("chats", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", distinct = \"conversation\", more_than = 1 }")
        R("people", "message", "match = term \"通知\","
          " count = { by = \"actor\", over = \"1h\", distinct = \"recipients\", more_than = 2 }");
#define CHAT(c) "\"actor\":\"u1\",\"text\":\"广告\",\"conversation\":\"" c "\""
#define PEOPLE(p) "\"actor\":\"u1\",\"text\":\"通知\",\"recipients\":[" p "]"
    static const struct step steps[] = {
        { "1", 0, "message", CHAT("c1"), "" },
        { "2", 1, "message", CHAT("c1"), "" },
        { "3", 2, "message", CHAT("c2"), "chats" },
        { "4", 62, "message", CHAT("c2"), "" },
        { "5", 63, "message", PEOPLE("\"p1\",\"p2\""), "" },
        { "6", 64, "message", PEOPLE("\"p2\""), "" },
        { "7", 65, "message", PEOPLE("\"p2\",\"p3\""), "people" },
    };

    RUN(NULL, rules, steps);
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

/* Of a value the newest place is known; an event has its own all the same. */
static void test_a_late_event_has_its_own_values(void)
{
    static const char rules[] =
        R("people", "message", "broad = true, count = { by = \"actor\", over = \"1h\","
          " distinct = \"recipients\", more_than = 1 }");
    static const struct step steps[] = {
        { "1", 30, "message", PEOPLE("\"u2\""), "" },
        { "2", 23, "message", PEOPLE("\"u3\",\"u2\",\"u2\""), "people" },
        { "3", 24, "message", PEOPLE("\"u2\""), "people" },
        { "4", 10, "message", PEOPLE("\"u2\""), "" },
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

/* Rules of one counter count an event once; one in shadow counts for itself. */
static void test_counters_are_shared_by_id(void)
{
    static const char rules[] =
        R("soft", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", more_than = 1, id = \"ads\" }")
        R("hard", "message", "match = any { term \"广告\", term \"推销\" },"
          " count = { by = \"actor\", over = \"1h\", more_than = 2, id = \"ads\" }")
        R("shadow", "message", "match = term \"试用\", mode = \"shadow\","
          " count = { by = \"actor\", over = \"1h\", more_than = 0, id = \"ads\" }");
    static const struct step steps[] = {
        { "1", 0, "message", AD("u1"), "" },
        { "2", 1, "message", "\"actor\":\"u1\",\"text\":\"推销\"", "" },
        { "3", 2, "message", "\"actor\":\"u1\",\"text\":\"试用\"", "" },
        { "4", 3, "message", AD("u1"), "soft hard" },
    };

    RUN(NULL, rules, steps);
}

static void test_attempts_count(void)
{
    static const char rules[] =
        "rule { id = \"ad\", title = \"t\", reason = \"r\", category = \"spam\","
        " on = \"message\", match = term \"广告\", verdict = \"block\" }\n"
        R("often", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", more_than = 1 }");
    static const struct step steps[] = {
        { "1", 0, "message", AD("u1"), "ad" },
        { "2", 1, "message", AD("u1"), "ad often" },
    };

    RUN(NULL, rules, steps);
}

static void test_a_count_is_told(void)
{
    static const char rules[] =
        R("often", "message", "match = term \"广告\","
          " count = { by = \"actor\", over = \"1h\", more_than = 0 },"
          " tell = \"{count} / {limit} {missing}\"");
    static const struct step step = { "1", 0, "message", AD("u1"), "" };
    policy_memory *m = NULL;
    policy_state state;
    struct host h;
    const policy_finding *f;

    if (!host_open(&h, NULL, rules) || policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    if (judge(&h, &state, &step)) {
        f = host_finding(h.decision, POLICY_ENFORCED, "o/often");
        CHECK(f && f->count == 1 && f->limit == 0, "in the finding");
        CHECK_STR_EQ("told", policy_decision_tell(h.decision, 0, "zh"), "1 / 0 ");
        CHECK(strstr(host_json(&h, 0), "\"count\":1,\"limit\":0,"), "%s", h.json);
        CHECK(strstr(h.json, "\"changes\":1,"), "%s", h.json);
    }
    policy_memory_free(m);
    host_close(&h);
}

/* --- somebody to look at it */

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
    policy_memory *m = NULL;
    policy_state state;
    struct host h;

    if (!host_open(&h, NULL, rules) || policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (size_t i = 0; i < 3 && judge(&h, &state, &steps[i]); i++) {
        CHECK_CSTR_EQ(steps[i].id, found(h.decision), steps[i].finds);
        if (i == 1)
            CHECK_STR_EQ("the holder", policy_decision_duty(h.decision, 0)->who, "u7");
        CHECK(!policy_memory_apply(m, h.decision, &h.error), "%s", h.error.message);
    }
    policy_memory_free(m);
    host_close(&h);
}

/* --- without a state, or with a bad one */

static const char asking[] =
    R("known", "login", "where = { second_factor = true, known { \"leavers\", key = \"account\" } }")
    R("gate", "post", "requires = known { \"reviews\", key = \"content_id\" }")
    R("count", "message", "match = term \"广告\","
      " count = { by = \"actor\", over = \"1h\", more_than = 5 }")
    R("except", "message", "match = term \"例外\","
      " except = { { known { \"trained\", key = \"actor\" }, why = \"w\", owner = \"o\" } }")
    R("role", "payment", "requires = { [\"actor.roles\"] = \"manager\" }");

static void test_without_a_state_the_decision_says_so(void)
{
    static const struct { const char *type, *fields, *finds; } rows[] = {
        { "login", "\"account\":\"a\",\"second_factor\":true", "!state-missing" },
        { "login", "\"account\":\"a\",\"second_factor\":false", "" },
        { "login", "\"second_factor\":true", "" },
        { "post", "\"content_id\":\"p\"", "!state-missing" },
        { "message", "\"actor\":\"u\",\"text\":\"广告\"", "!state-missing" },
        { "message", "\"actor\":\"u\",\"text\":\"别的\"", "" },
        { "message", "\"actor\":\"u\",\"text\":\"例外\"", "!state-missing" },
        { "payment", "\"actor\":\"u\"", "!state-missing" },
        { "payment", "", "role" },
    };
    struct host h;

    if (!host_open(&h, "on_error: { 2: hold }\n", asking))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct step s = { "1", 0, rows[i].type, rows[i].fields, rows[i].finds };

        if (!judge(&h, NULL, &s))
            continue;
        CHECK_CSTR_EQ(rows[i].fields, found(h.decision), rows[i].finds);
        CHECK_INT_EQ("changes nothing", policy_decision_change_count(h.decision), 0);
        if (strchr(rows[i].finds, '!'))
            CHECK_INT_EQ("acts as on_error", policy_decision_verdict(h.decision),
                         POLICY_HOLD);
    }
    host_close(&h);
}

struct fake {
    policy_str value;
    policy_status status;
    unsigned reads;
};

static policy_status fake_get(void *user, policy_str key, policy_record *out)
{
    struct fake *f = user;

    (void)key;
    f->reads++;
    *out = (policy_record){ f->value, 1 };
    return f->status;
}

static void test_a_bad_state_fails_the_evaluation(void)
{
    static const struct { const char *label; policy_str value; policy_status st; } rows[] = {
        { "it fails", { "", 0 }, POLICY_EIO },
        { "another version", { "\x02", 1 }, POLICY_OK },
        { "not what was written", { "\x01\xff\xff", 3 }, POLICY_OK },
        { "text", { "{\"a\":1}", 7 }, POLICY_OK },
    };
    static const struct step s = { "1", 0, "login",
                                   "\"account\":\"a\",\"second_factor\":true", "" };
    char json[512];
    struct host h;

    if (!host_open(&h, NULL, asking))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct fake f = { rows[i].value, rows[i].st, 0 };
        policy_state state = { sizeof(state), &f, fake_get, NULL };

        step_json(json, sizeof(json), &s);
        host_read(&h, json);
        CHECK_INT_EQ(rows[i].label,
                     policy_session_evaluate(&h.decision, h.session, h.event,
                                             &state, &h.error),
                     POLICY_ESTATE);
        CHECK(h.decision == NULL && *h.error.message, "%s", rows[i].label);
        judge(&h, NULL, &s);
    }
    host_close(&h);
}

/* --- cost */

static void test_what_is_not_asked_is_not_read(void)
{
    static const struct { const char *label, *type, *fields; unsigned reads; } rows[] = {
        { "a rule that is no candidate", "message", "\"actor\":\"u\",\"text\":\"别的\"", 0 },
        { "one that counts", "message", "\"actor\":\"u\",\"text\":\"广告\"", 1 },
        { "stopped before", "login", "\"account\":\"a\",\"second_factor\":false", 0 },
        { "one memory, asked twice", "comment", "\"actor\":\"u\",\"text\":\"两次\"", 1 },
        { "a rare type that writes", "review", "\"subject\":\"p\"", 1 },
    };
    static const char rules[] =
        R("a", "comment", "match = term \"两次\","
          " requires = known { \"trained\", key = \"actor\" }")
        R("b", "comment", "match = term \"两次\","
          " where = unknown { \"trained\", key = \"actor\", within = \"1d\" }");
    char all[4096];
    struct host h;

    snprintf(all, sizeof(all), "%s%s", asking, rules);
    if (!host_open(&h, NULL, all))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct step s = { "1", 0, rows[i].type, rows[i].fields, "" };
        struct fake f = { { "", 0 }, POLICY_OK, 0 };
        policy_state state = { sizeof(state), &f, fake_get, NULL };

        if (judge(&h, &state, &s))
            CHECK_INT_EQ(rows[i].label, f.reads, rows[i].reads);
    }
    host_close(&h);
}

static void test_a_warm_session_asks_for_nothing(void)
{
    static const struct step s = { "1", 0, "message",
                                   "\"actor\":\"u\",\"text\":\"广告\"", "" };
    policy_memory *m = NULL;
    policy_state state;
    struct host h;
    size_t requests;

    if (!host_open(&h, NULL, asking) || policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (int i = 0; i < 3; i++)
        judge(&h, &state, &s);
    requests = h.memory.requests;
    for (int i = 0; i < 10; i++)
        judge(&h, &state, &s);
    CHECK_INT_EQ("requests", h.memory.requests, requests);
    CHECK_INT_EQ("and it writes", policy_decision_change_count(h.decision), 1);
    policy_memory_free(m);
    host_close(&h);
}

/* --- limits */

static void test_records_of_a_key_are_bounded(void)
{
    static const char rules[] =
        "memory { id = \"seen\", key = { \"actor\", \"conversation\" }, keep = \"1y\","
        " set = { on = \"message\" } }\n"
        R("old", "login", "where = known { \"seen\", key = \"actor\", at_least = 4 }")
        R("three", "login", "where = known { \"seen\", key = \"actor\", at_least = 3 }");
    policy_limits limits = POLICY_LIMITS_INIT;
    policy_memory *m = NULL;
    policy_state state;
    struct host h;

    limits.entries = 3;
    if (!host_open_with(&h, NULL, rules, &limits) ||
        policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (int i = 0; i < 6; i++) {
        char fields[64], id[8];
        struct step s = { id, i, "message", fields, "" };

        snprintf(id, sizeof(id), "%d", i);
        snprintf(fields, sizeof(fields), "\"actor\":\"u\",\"conversation\":\"c%d\"", i);
        if (!judge(&h, &state, &s))
            break;
        CHECK_CSTR_EQ(id, found(h.decision), i < 3 ? "" : "!limit-entries");
        CHECK(!policy_memory_apply(m, h.decision, &h.error), "%s", h.error.message);
    }
    if (judge(&h, &state, &(struct step){ "9", 9, "login", "\"actor\":\"u\"", "" }))
        CHECK_CSTR_EQ("three are left", found(h.decision), "three");
    policy_memory_free(m);
    host_close(&h);
}

/* --- batches */

static const char batch_rules[] =
    "memory { id = \"seen\", key = \"actor\", keep = \"1d\", set = { on = \"login\" } }\n"
    R("new", "message", "match = term \"甲\", where = unknown { \"seen\", key = \"actor\" }")
    R("often", "message", "match = term \"甲\","
      " count = { by = \"actor\", over = \"1h\", more_than = 2 }");

enum { BATCH = 60 };

static uint32_t random_state;

static uint32_t draw(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

static void draw_step(struct step *s, char fields[128], char id[16], uint32_t i)
{
    snprintf(id, 16, "e%u", i);
    snprintf(fields, 128, "\"actor\":\"u%u\"%s", draw(3), draw(4) ? ",\"text\":\"甲\"" : "");
    *s = (struct step){ id, i * 3, draw(5) ? "message" : "login", fields, "" };
    if (strcmp(s->type, "login") == 0)
        snprintf(fields, 128, "\"actor\":\"u%u\"", draw(3));
}

static void test_a_batch_decides_as_one_after_another(void)
{
    for (uint32_t seed = 1; seed <= 5; seed++) {
        static char json[BATCH][512], want[BATCH][4096];
        policy_event *events[BATCH] = { NULL };
        const policy_decision *out[BATCH];
        policy_status status[BATCH];
        policy_memory *one = NULL, *all = NULL;
        policy_state state;
        struct host h;
        size_t size = seed == 1 ? BATCH : 7, done, refused = 0;

        random_state = seed;
        if (!host_open(&h, NULL, batch_rules) ||
            policy_memory_new(&one, NULL, 0, NULL) ||
            policy_memory_new(&all, NULL, 0, NULL))
            return;
        state = policy_memory_state(one);
        for (uint32_t i = 0; i < BATCH; i++) {
            char fields[128], id[16];
            struct step s;

            draw_step(&s, fields, id, i);
            step_json(json[i], sizeof(json[i]), &s);
            if (i && draw(6) == 0) /* one that came before comes again */
                memcpy(json[i], json[draw(i)], sizeof(json[i]));
            if (!host_read(&h, json[i]) ||
                policy_session_evaluate(&h.decision, h.session, h.event, &state,
                                        &h.error))
                return;
            snprintf(want[i], sizeof(want[i]), "%s", host_json(&h, 0));
            CHECK(!policy_memory_apply(one, h.decision, &h.error), "%s",
                  h.error.message);
            policy_event_new(&events[i], NULL, NULL, NULL);
            policy_event_read_json(events[i], host_str(json[i]), NULL);
        }
        state = policy_memory_state(all);
        /* As a host does: what does not apply is evaluated again. */
        for (size_t i = 0, j; i < BATCH; i += j) {
            size_t count = i + size < BATCH ? size : BATCH - i;

            CHECK(!policy_session_evaluate_many(
                      out, status, &done, h.session,
                      (const policy_event *const *)events + i, count, &state,
                      &h.error) && done == count, "%s", h.error.message);
            for (j = 0; j < done; j++) {
                h.decision = out[j];
                CHECK_CSTR_EQ("decision", host_json(&h, 0), want[i + j]);
                if (policy_memory_apply(all, out[j], &h.error))
                    break;
            }
            refused += j < done;
            if (!CHECK(j > 0, "the first applies: %s", h.error.message))
                break;
        }
        CHECK(refused < 3, "most batches hold: %zu", refused);
        for (size_t i = 0; i < BATCH; i++)
            policy_event_free(events[i]);
        policy_memory_free(one);
        policy_memory_free(all);
        host_close(&h);
    }
}

/* Somebody else wrote in between: the second of a batch does not pass for one
 * that saw it. */
static void test_a_chain_that_broke_is_refused(void)
{
    static const struct step steps[] = {
        { "1", 0, "message", "\"actor\":\"u\",\"text\":\"甲\"", "" },
        { "2", 1, "message", "\"actor\":\"u\",\"text\":\"甲\"", "" },
    };
    policy_event *events[2] = { NULL };
    const policy_decision *out[2];
    policy_status status[2];
    policy_memory *m = NULL;
    policy_state state;
    char json[2][512];
    struct host h, other;
    size_t done;

    if (!host_open(&h, NULL, batch_rules) || !host_open(&other, NULL, batch_rules) ||
        policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    for (int i = 0; i < 2; i++) {
        step_json(json[i], sizeof(json[i]), &steps[i]);
        policy_event_new(&events[i], NULL, NULL, NULL);
        policy_event_read_json(events[i], host_str(json[i]), NULL);
    }
    CHECK(!policy_session_evaluate_many(out, status, &done, h.session,
                                        (const policy_event *const *)events, 2,
                                        &state, &h.error), "%s", h.error.message);
    CHECK(policy_decision_change(out[1], 0)->after.len == 1 &&
              policy_decision_change(out[1], 0)->after_source.len == 1, "chained");
    CHECK_INT_EQ("without the first",
                 policy_memory_apply(m, out[1], &h.error), POLICY_ESTATE);
    judge(&other, &state, &(struct step){ "3", 2, "message",
                                          "\"actor\":\"u\",\"text\":\"甲\"", "" });
    CHECK(!policy_memory_apply(m, other.decision, &h.error), "somebody else");
    CHECK_INT_EQ("the first", policy_memory_apply(m, out[0], &h.error), POLICY_ESTATE);
    CHECK_CSTR_EQ("why", h.error.code, "state-version");
    CHECK_INT_EQ("nor the second", policy_memory_apply(m, out[1], &h.error),
                 POLICY_ESTATE);
    for (int i = 0; i < 2; i++)
        policy_event_free(events[i]);
    policy_memory_free(m);
    host_close(&other);
    host_close(&h);
}

/* --- order, replay, memory */

static void append_changes(char *to, size_t room, const policy_decision *d)
{
    size_t n = strlen(to);

    for (size_t i = 0; i < policy_decision_change_count(d); i++) {
        const policy_change *c = policy_decision_change(d, i);

        for (size_t j = 0; j < c->value.len && n + 3 < room; j++)
            n += (size_t)snprintf(to + n, room - n, "%02x",
                                  (unsigned char)c->value.ptr[j]);
        n += (size_t)snprintf(to + n, room - n, " %lld\n", (long long)c->expires);
    }
}

/* All decisions and all that they write, as text. */
static bool replay(char *to, size_t room, const char *rules, uint32_t seed)
{
    policy_memory *m = NULL;
    policy_state state;
    struct host h;

    to[0] = '\0';
    random_state = seed;
    if (!host_open(&h, NULL, rules) || policy_memory_new(&m, NULL, 0, NULL))
        return false;
    state = policy_memory_state(m);
    for (uint32_t i = 0; i < BATCH; i++) {
        char fields[128], id[16];
        struct step s;

        draw_step(&s, fields, id, i);
        if (!judge(&h, &state, &s))
            return false;
        snprintf(to + strlen(to), room - strlen(to), "%s\n", found(h.decision));
        append_changes(to, room, h.decision);
        CHECK(!policy_memory_apply(m, h.decision, &h.error), "%s", h.error.message);
    }
    policy_memory_free(m);
    host_close(&h);
    return true;
}

static void test_a_replay_writes_the_same_bytes(void)
{
    static char a[1 << 16], b[1 << 16];

    if (replay(a, sizeof(a), batch_rules, 9) && replay(b, sizeof(b), batch_rules, 9))
        CHECK_CSTR_EQ("both", a, b);
    CHECK(strlen(a) > 1000, "something is written: %s", a);
}

/* Findings stand in the order of the rules; what is written does not. */
static void test_the_order_of_rules_changes_nothing(void)
{
    static const char turned[] =
        R("often", "message", "match = term \"甲\","
          " count = { by = \"actor\", over = \"1h\", more_than = 2 }")
        R("new", "message", "match = term \"甲\", where = unknown { \"seen\", key = \"actor\" }")
        "memory { id = \"seen\", key = \"actor\", keep = \"1d\", set = { on = \"login\" } }\n";
    static char a[1 << 16], b[1 << 16];

    if (!replay(a, sizeof(a), batch_rules, 9) || !replay(b, sizeof(b), turned, 9))
        return;
    for (char *s = b; (s = strstr(s, "often new\n")); s++)
        memcpy(s, "new often\n", 10);
    CHECK_CSTR_EQ("both", a, b);
}

static void test_survives_a_lack_of_memory(void)
{
    static const struct step step = { "1", 0, "message",
                                      "\"actor\":\"u\",\"text\":\"甲\"", "" };
    policy_memory *m = NULL;
    policy_state state;
    struct host h;
    char json[512];
    size_t failed = 0;

    if (policy_memory_new(&m, NULL, 0, NULL))
        return;
    state = policy_memory_state(m);
    step_json(json, sizeof(json), &step);
    for (size_t n = 0; n < 400; n++) {
        policy_status st;

        if (!host_open(&h, NULL, batch_rules))
            return;
        host_read(&h, json);
        h.memory.fail_at = h.memory.requests + n + 1;
        st = policy_session_evaluate(&h.decision, h.session, h.event, &state,
                                     &h.error);
        h.memory.fail_at = 0;
        failed += st == POLICY_ENOMEM;
        CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "allocation %zu: %d", n, (int)st);
        if (st == POLICY_ENOMEM && judge(&h, &state, &step))
            CHECK_CSTR_EQ("works afterwards", found(h.decision), "new");
        host_close(&h);
        if (st == POLICY_OK)
            break;
    }
    CHECK(failed > 0, "some failed");
    policy_memory_free(m);
}

static const struct test_case tests[] = {
    { "a record is known until it is cleared",
      test_a_record_is_known_until_it_is_cleared },
    { "the newest counts, whatever came last",
      test_the_newest_counts_whatever_came_last },
    { "what lies ahead is not known", test_what_lies_ahead_is_not_known },
    { "the old holds until the new does", test_the_old_holds_until_the_new_does },
    { "people have managers", test_people_have_managers },
    { "a shorter key clears all below", test_a_shorter_key_clears_all_below },
    { "blocked attempts leave no memory", test_blocked_attempts_leave_no_memory },
    { "the first stays", test_the_first_stays },
    { "records are tested against the event",
      test_records_are_tested_against_the_event },
    { "a gate says what is missing", test_a_gate_says_what_is_missing },
    { "what is missing is named once", test_what_is_missing_is_named_once },
    { "a window slides", test_a_window_slides },
    { "each period counts anew", test_each_period_counts_anew },
    { "distinct values count once", test_distinct_values_count_once },
    { "a reset begins anew", test_a_reset_begins_anew },
    { "a reset happens once", test_a_reset_happens_once },
    { "a late event has its own values", test_a_late_event_has_its_own_values },
    { "late facts are carried", test_late_facts_are_carried },
    { "counters are shared by id", test_counters_are_shared_by_id },
    { "attempts count", test_attempts_count },
    { "a count is told", test_a_count_is_told },
    { "a duty goes to whom the past names",
      test_a_duty_goes_to_whom_the_past_names },
    { "without a state the decision says so",
      test_without_a_state_the_decision_says_so },
    { "a bad state fails the evaluation", test_a_bad_state_fails_the_evaluation },
    { "what is not asked is not read", test_what_is_not_asked_is_not_read },
    { "a warm session asks for nothing", test_a_warm_session_asks_for_nothing },
    { "records of a key are bounded", test_records_of_a_key_are_bounded },
    { "a batch decides as one after another",
      test_a_batch_decides_as_one_after_another },
    { "a chain that broke is refused", test_a_chain_that_broke_is_refused },
    { "a replay writes the same bytes", test_a_replay_writes_the_same_bytes },
    { "the order of rules changes nothing",
      test_the_order_of_rules_changes_nothing },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
};

POLICY_TEST_MAIN("history", tests)
