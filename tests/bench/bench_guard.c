/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guards with every limit on: events of a text, some fields and two hits, for
 * each of which so many checks run, of four kinds in turn. What an event costs
 * besides, its fold, scan and conditions, is told by bench_eval.
 *
 * Every check of every event is compared with the same decision made in C
 * before anything is timed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/slice.h"
#include "bench.h"
#include "event/schema.h"
#include "script/guard.h"

enum { EVENTS = 4096, STATES = 1000, KINDS = 4, RULES = 52, TEXT_MAX = 160 };

/* ORDER KINDS */
static const char *const bodies[KINDS] = {
    /* two fields compared */
    "return event.external == true and event.conversation_kind == 'group'",
    /* what the text says, in plain words */
    "return event.text:find('一', 1, true) ~= nil",
    /* hits against each other */
    "for i = 2, hits:count() do\n"
    "      if hits[i].text ~= hits[1].text then return true end\n"
    "    end\n"
    "    return false",
    /* what stands behind a hit */
    "local hit = hits[1]\n"
    "    local b = event.text:byte(hit.finish + 1)\n"
    "    return b ~= nil and b >= 228 and event.direction == 'out'",
};

struct event {
    policy_str text;
    bool external, group, out;
    pol_guard_hit hits[2];
};

static struct event *events;

/* The event in hand, as the session has it: decoded a moment ago. */
static struct {
    char text[TEXT_MAX];
    pol_guard_hit hits[2];
    pol_value values[POLICY_FIELD_COUNT];
} hand;
static char *rules; /* one file for all states */
static policy_str names[1] = { { "rules.lua", 9 } }, files[1];

static bool says(policy_str text, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= text.len; i++)
        if (memcmp(text.ptr + i, word, len) == 0)
            return true;
    return false;
}

/* The decisions of the checks, in C. ORDER KINDS */
static bool expected(const struct event *e, unsigned kind)
{
    size_t at = e->hits[0].end;

    switch (kind) {
    case 0:
        return e->external && e->group;
    case 1:
        return says(e->text, "一");
    case 2:
        return !pol_str_eq(e->hits[0].text, e->hits[1].text);
    default:
        return at < e->text.len && (unsigned char)e->text.ptr[at] >= 228 &&
               e->out;
    }
}

/* --- events and rules */

static pol_guard_hit hit_of(policy_str text, uint64_t *seed)
{
    size_t start = text.len ? bench_random(seed) % text.len : 0, end = start;

    while (start && ((unsigned char)text.ptr[start] & 0xc0) == 0x80)
        start--;
    while (end < text.len && end < start + 6)
        end++;
    while (end < text.len && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
        end++;
    return (pol_guard_hit){ .list = POL_STR("words"), .kind = POL_STR("list"),
                            .field = POL_STR("text"), .confidence = POL_STR(""),
                            .text = { text.ptr + start, end - start },
                            .start = (uint32_t)start, .end = (uint32_t)end };
}

static void put_word(int32_t field, bool first, policy_str a, policy_str b)
{
    static uint16_t words[POLICY_FIELD_COUNT][2];
    uint16_t *w = words[field];

    if (!w[0]) {
        w[0] = pol_word_find(a);
        w[1] = pol_word_find(b);
    }
    hand.values[field] = (pol_value){ .kind = POL_STR, .str = first ? a : b,
                                      .word = w[!first] };
}

static void take_in_hand(const struct event *e)
{
    memcpy(hand.text, e->text.ptr, e->text.len);
    for (int i = 0; i < 2; i++) {
        hand.hits[i] = e->hits[i];
        hand.hits[i].text.ptr = hand.text + hand.hits[i].start;
    }
    hand.values[POLICY_FIELD_TEXT] =
        (pol_value){ .kind = POL_STR, .str = { hand.text, e->text.len } };
    hand.values[POLICY_FIELD_EXTERNAL] =
        (pol_value){ .kind = POL_BOOL, .i = e->external };
    put_word(POLICY_FIELD_CONVERSATION_KIND, e->group, POL_STR("group"),
             POL_STR("direct"));
    put_word(POLICY_FIELD_DIRECTION, e->out, POL_STR("out"), POL_STR("in"));
}

static void make_events(const struct bench_lines *lines)
{
    uint64_t seed = 29;

    events = calloc(EVENTS, sizeof(*events));
    if (!events)
        bench_fail("out of memory");
    for (unsigned i = 0; i < EVENTS; i++) {
        struct event *e = &events[i];

        e->text = bench_cut(lines->at[bench_random(&seed) % lines->count], TEXT_MAX);
        e->external = bench_random(&seed) % 2;
        e->group = bench_random(&seed) % 2;
        e->out = bench_random(&seed) % 2;
        e->hits[0] = hit_of(e->text, &seed);
        e->hits[1] = bench_random(&seed) % 2 ? e->hits[0] : hit_of(e->text, &seed);
    }
}

static void make_rules(void)
{
    size_t len = 0;

    rules = malloc(RULES * 600);
    if (!rules)
        bench_fail("out of memory");
    for (unsigned i = 0; i < RULES; i++)
        len += (size_t)sprintf(rules + len,
                               "rule {\n  id = \"r%u\", title = \"标题\",\n"
                               "  check = function(event, hits, memory)\n"
                               "    %s\n  end,\n}\n", i, bodies[i % KINDS]);
    files[0] = (policy_str){ rules, len };
}

/* --- states */

static struct bench_held held;

static pol_guard *open_state(void)
{
    policy_allocator counted = bench_allocator(&held);
    policy_error err = POLICY_ERROR_INIT;
    policy_limits limits;
    pol_guard *g;

    policy_limits_default(&limits);
    if (pol_guard_open(&g, names, files, 1, &limits, &counted, &err))
        bench_fail("%s", err.message);
    return g;
}

static const pol_value *value_of(void *user, int32_t field)
{
    (void)user;
    return &hand.values[field];
}

/* So many checks of one event; how many of them fired. */
static unsigned run_event(pol_guard *g, const struct event *e, unsigned checks,
                          unsigned first)
{
    pol_guard_call call = { .value = value_of, .hits = hand.hits,
                            .hit_count = 2, .instructions = 1000000 };
    pol_guard_result result;
    unsigned fired = 0;

    take_in_hand(e);
    for (unsigned i = 0; i < checks; i++) {
        /* They are numbered as they are read, the last rule first. */
        call.function = RULES - 1 - (first + i) % RULES;
        if (pol_guard_run(g, &call, &result, NULL) ||
            result.outcome == POL_GUARD_FAULT)
            bench_fail("a check failed: %s", result.message);
        fired += result.outcome == POL_GUARD_YES;
    }
    pol_guard_rest(g);
    return fired;
}

static void check_all(pol_guard *g)
{
    for (unsigned i = 0; i < EVENTS; i++)
        for (unsigned kind = 0; kind < KINDS; kind++)
            if (run_event(g, &events[i], 1, kind) !=
                expected(&events[i], kind))
                bench_fail("event %u: a wrong decision of kind %u", i, kind);
}

static void check(pol_guard *g)
{
    size_t before;

    check_all(g);
    before = pol_guard_used(g);
    check_all(g);
    if (pol_guard_used(g) != before)
        bench_fail("%zu bytes are left", pol_guard_used(g) - before);
}

/* --- what is timed */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Seconds of an event of so many checks; the lower quartile of passes. */
static double warm(pol_guard *g, unsigned checks)
{
    enum { PASSES = 21 };
    double times[PASSES];

    for (int p = 0; p < PASSES; p++) {
        double from = bench_cpu();

        for (unsigned i = 0; i < EVENTS; i++)
            run_event(g, &events[i], checks, i);
        times[p] = (bench_cpu() - from) / EVENTS;
    }
    qsort(times, PASSES, sizeof(*times), compare);
    return times[PASSES / 4];
}

/* Three checks of an event whose state was drawn among a thousand. */
static double cold(void)
{
    enum { PASSES = 9 };
    pol_guard **states = calloc(STATES, sizeof(*states));
    double times[PASSES];
    size_t bytes = 0;
    uint64_t seed = 5;

    if (!states)
        bench_fail("out of memory");
    for (unsigned i = 0; i < STATES; i++) {
        states[i] = open_state();
        run_event(states[i], &events[i], KINDS, 0);
        bytes += pol_guard_bytes(states[i]);
    }
    for (int p = 0; p < PASSES; p++) {
        double from = bench_cpu();

        for (unsigned i = 0; i < EVENTS; i++)
            run_event(states[bench_random(&seed) % STATES], &events[i], 3, i);
        times[p] = (bench_cpu() - from) / EVENTS;
    }
    qsort(times, PASSES, sizeof(*times), compare);
    bench_show((double)bytes / STATES / 1024, "KiB", "a state of %d checks", RULES);
    for (unsigned i = 0; i < STATES; i++)
        pol_guard_close(states[i]);
    free(states);
    return times[PASSES / 4];
}

static void opening(void)
{
    enum { TIMES = 200 };
    double from = bench_cpu();

    for (int i = 0; i < TIMES; i++)
        pol_guard_close(open_state());
    bench_show((bench_cpu() - from) / TIMES * 1e6, "us",
               "opening a state from its file");
}

void bench_guard(void)
{
    static const unsigned counts[] = { 1, 3, 10, 30 };
    struct bench_lines lines = bench_lines_load("zh.txt");
    uint64_t before;
    pol_guard *g;
    double thirty = 0;

    bench_title("Guards: %d events, %d checks of %d kinds, all limits on", EVENTS,
                RULES, KINDS);
    bench_note("from the call of the first check to what the last one left, "
               "collected; without fold, scan and conditions");
    make_events(&lines);
    make_rules();
    g = open_state();
    check(g);
    warm(g, 30);
    before = held.asked;
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        double s = warm(g, counts[i]);

        bench_put(1 / s, "guard.%u.per_s", counts[i]);
        thirty = s / counts[i];
    }
    bench_put(thirty * 1e6, "guard.us");
    bench_put((double)(held.asked - before), "guard.mallocs");
    pol_guard_close(g);
    bench_put(cold() * 1e6, "guard.cold_us");
    opening();
    free(rules);
    free(events);
    bench_lines_fini(&lines);
}
