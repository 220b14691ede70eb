/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Brakes over sequences of events: held against a plain list of what happened,
 * which is counted anew for every event.
 */
#include "past.h"

#define R(id, rest)                                                           \
    "rule { id = \"" id "\", title = \"标题\", reason = \"理由\",\n"          \
    "  category = \"off_topic\", on = \"message\", verdict = \"hold\",\n"     \
    "  " rest " }\n"
#define BRAKED(share, min, over)                                              \
    R("r", "match = term \"甲\", brake = { share = " share ", min = " min     \
      ", over = \"" over "\" }")

enum { HOUR = 3600000, START = 1772416800 };

static bool judge_as(struct past *p, const policy_state *state, int64_t time,
                     int number, const char *type, const char *text,
                     const char *actor)
{
    static char json[512];

    snprintf(json, sizeof(json),
             "{\"id\":\"m%d\",\"source\":\"s\",\"type\":\"%s\",\"org\":\"o\","
             "\"actor\":\"%s\",\"time\":%lld,\"text\":\"%s\"}",
             number, type, actor, (long long)time, text);
    return past_judge(&p->h, state, json);
}

/* A message of the next number: judged, applied, and judged again, which finds
 * what it found. -1 nothing found, 0 without effect, 1 with. */
static int step(struct past *p, int64_t time, const char *text)
{
    int first = -2;

    p->number++;
    for (int again = 0; again < 2; again++) {
        const policy_finding *f, *idle;
        int now;

        if (!judge_as(p, &p->state, time, p->number, "message", text, "u1"))
            return -2;
        f = host_finding(p->h.decision, POLICY_ENFORCED, "o/r");
        idle = host_finding(p->h.decision, POLICY_SHADOW, "o/r");
        now = f ? 1 : idle ? 0 : -1;
        CHECK(!idle || !strcmp(idle->idle, "brake"), "why it has none");
        CHECK(!host_error(p->h.decision, "braked") == !idle, "and says so");
        CHECK(again == 0 || now == first, "%d: once more the same", p->number);
        first = now;
        past_apply(p, text);
    }
    return first;
}

static void test_holds_what_hits_too_much(void)
{
    static const struct { const char *text; int effect; } rows[] = {
        { "甲", 1 }, { "甲", 1 },  /* of two, and of two: below `min` */
        { "甲", 0 }, { "好", -1 }, /* three of three */
        { "甲", 0 }, { "好", -1 }, { "好", -1 }, { "好", -1 },
        { "甲", 1 }, /* five of nine is above a half, but … */
    };
    struct past p;

    if (!past_open(&p, NULL, BRAKED("0.6", "3", "1d")))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK(step(&p, (START + (int64_t)i) * 1000, rows[i].text) ==
                  rows[i].effect, "row %d", (int)i);
    CHECK_INT_EQ("with effect again", policy_decision_verdict(p.h.decision),
                 POLICY_HOLD);
    past_close(&p);
}

static void test_says_how_much(void)
{
    const policy_rule_error *e;
    struct past p;

    if (!past_open(&p, NULL, BRAKED("0.5", "1", "1d")))
        return;
    CHECK_INT_EQ("braked at once", step(&p, START * INT64_C(1000), "甲"), 0);
    CHECK_INT_EQ("no effect", policy_decision_verdict(p.h.decision), POLICY_ALLOW);
    e = host_error(p.h.decision, "braked");
    CHECK(e && !strcmp(e->rule, "o/r") && e->acted_as == POLICY_ALLOW, "the error");
    CHECK(strstr(host_json(&p.h, 0), "1 of 1 events within 86400 s"), "%s",
          p.h.json);
    CHECK(strstr(p.h.json, "\"idle\":\"brake\""), "%s", p.h.json);
    past_close(&p);
}

static void test_rests_without_a_state(void)
{
    struct past p;

    if (!past_open(&p, NULL, BRAKED("0", "1", "1d")))
        return;
    judge_as(&p, NULL, START * INT64_C(1000), 1, "message", "甲", "u1");
    CHECK(host_finding(p.h.decision, POLICY_ENFORCED, "o/r") != NULL, "teeth");
    CHECK(host_error(p.h.decision, "brake-rests") != NULL, "it says so");
    judge_as(&p, NULL, START * INT64_C(1000), 2, "message", "好", "u1");
    CHECK_INT_EQ("nothing to brake", policy_decision_error_count(p.h.decision), 0);
    past_close(&p);
}

/* Other types, excepted findings and rules in shadow are none of its matter. */
static void test_counts_its_own_events_only(void)
{
    struct past p;

    if (!past_open(&p, NULL,
                   R("r", "match = term \"甲\", except = { { actor = \"u2\","
                     "why = \"w\", owner = \"u9\" } },"
                     "brake = { share = 0.5, min = 2, over = \"1d\" }")
                   R("s", "match = term \"甲\", mode = \"shadow\","
                     "brake = { share = 0, min = 1, over = \"1d\" }")))
        return;
    for (int i = 0; i < 6; i++) {
        judge_as(&p, &p.state, START * INT64_C(1000), 100 + i,
                 i % 2 ? "comment" : "message", "甲", "u2");
        past_apply(&p, "a message");
    }
    judge_as(&p, &p.state, START * INT64_C(1000), 99, "message", "甲", "u3");
    CHECK_CSTR_EQ("in shadow by its mode",
                  host_finding(p.h.decision, POLICY_SHADOW, "o/s")->idle, "mode");
    CHECK_INT_EQ("so without a brake", policy_decision_error_count(p.h.decision), 0);
    /* One hit of four messages, two of five, … four of seven. */
    CHECK_INT_EQ("1/4", step(&p, START * INT64_C(1000), "甲"), 1);
    CHECK_INT_EQ("2/5", step(&p, START * INT64_C(1000), "甲"), 1);
    CHECK_INT_EQ("3/6", step(&p, START * INT64_C(1000), "甲"), 1);
    CHECK_INT_EQ("4/7", step(&p, START * INT64_C(1000), "甲"), 0);
    past_close(&p);
}

/* What an actor out of the ratio does is counted, too. */
static void test_counts_whatever_the_ratio(void)
{
    struct past p;
    int braked = 0;

    if (!past_open(&p, NULL,
                   R("r", "match = term \"甲\", ratio = 0,"
                     "brake = { share = 0.5, min = 3, over = \"1d\" }")))
        return;
    for (int i = 0; i < 5; i++) {
        judge_as(&p, &p.state, START * INT64_C(1000), i, "message", "甲", "u1");
        braked += host_error(p.h.decision, "braked") != NULL;
        CHECK_CSTR_EQ("why",
                      host_finding(p.h.decision, POLICY_SHADOW, "o/r")->idle,
                      "ratio");
        past_apply(&p, "a message");
    }
    CHECK_INT_EQ("told", braked, 3);
    past_close(&p);
}

/* --- the twin: all that happened, counted anew */

enum { STEPS = 220 };
struct seen { int64_t time; bool hit; };

/* The cells of a window of 60 h are hours; it is the cell of `now` and the 59
 * before it. */
static bool twin_holds(const struct seen *all, int count, int64_t now)
{
    int64_t hits = 0, events = 0;

    for (int i = 0; i < count; i++)
        if (all[i].time / HOUR <= now / HOUR &&
            all[i].time / HOUR > now / HOUR - 60) {
            events++;
            hits += all[i].hit;
        }
    return hits >= 4 && hits * 4 > events;
}

static void test_equals_its_twin(void)
{
    static struct seen all[STEPS];
    uint64_t seed = 20260302;
    int64_t now = START * INT64_C(1000);
    int held = 0, bit = 0;
    struct past p;

    if (!past_open(&p, NULL, BRAKED("0.25", "4", "60h")))
        return;
    for (int i = 0; i < STEPS; i++) {
        int effect;

        now += (int64_t)(test_random(&seed) % (3 * HOUR));
        if (test_random(&seed) % 40 == 0)
            now += 50 * HOUR;
        all[i] = (struct seen){ now, test_random(&seed) % 100 <
                                         (i / 40 % 2 ? 60u : 12u) };
        effect = step(&p, now, all[i].hit ? "甲" : "好");
        if (!all[i].hit) {
            CHECK_INT_EQ("no hit", effect, -1);
            continue;
        }
        CHECK_INT_EQ("as the twin says", effect, !twin_holds(all, i + 1, now));
        held += effect == 0;
        bit += effect == 1;
    }
    CHECK(held > 5 && bit > 5, "both are seen: %d, %d", held, bit);
    past_close(&p);
}

static const struct test_case tests[] = {
    { "holds what hits too much", test_holds_what_hits_too_much },
    { "says how much", test_says_how_much },
    { "rests without a state", test_rests_without_a_state },
    { "counts its own events only", test_counts_its_own_events_only },
    { "counts whatever the ratio", test_counts_whatever_the_ratio },
    { "equals its twin", test_equals_its_twin },
};

POLICY_TEST_MAIN("brake", tests)
