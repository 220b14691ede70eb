/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting windows, held against a list of all that ever came.
 */
#include "state_arena.h"

#include "base/slice.h"
#include "state/window.h"

enum { MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static const pol_zone shanghai = { .name = { "Asia/Shanghai", 13 },
                                   .standard = 480 };

static int64_t time_of(const char *s)
{
    int64_t ms = 0;
    int32_t offset;

    CHECK(pol_time_read(pol_str(s), &ms, &offset), "%s", s);
    return ms;
}

/* --- cells */

static void test_periods_begin_where_the_calendar_says(void)
{
    static const struct {
        const char *label, *last, *first;
        pol_period period;
    } rows[] = {
        { "day", "2026-03-01T23:59:59+08:00", "2026-03-02T00:00:00+08:00",
          POL_PERIOD_DAY },
        { "week", "2026-03-01T23:59:59+08:00", "2026-03-02T00:00:00+08:00",
          POL_PERIOD_WEEK },
        { "month", "2026-02-28T23:59:59+08:00", "2026-03-01T00:00:00+08:00",
          POL_PERIOD_MONTH },
        { "quarter", "2026-03-31T23:59:59+08:00", "2026-04-01T00:00:00+08:00",
          POL_PERIOD_QUARTER },
        { "year", "2025-12-31T23:59:59+08:00", "2026-01-01T00:00:00+08:00",
          POL_PERIOD_YEAR },
        { "day before 1970", "1969-12-31T23:59:59+08:00",
          "1970-01-01T00:00:00+08:00", POL_PERIOD_DAY },
        { "month before 1970", "1968-02-29T23:59:59+08:00",
          "1968-03-01T00:00:00+08:00", POL_PERIOD_MONTH },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        pol_window_span s = { 0, rows[i].period, &shanghai };
        int64_t last = pol_window_cell(&s, time_of(rows[i].last));
        int64_t first = pol_window_cell(&s, time_of(rows[i].first));

        CHECK_INT_EQ(rows[i].label, first, last + 1);
        CHECK_INT_EQ("an hour later", pol_window_cell(&s, time_of(rows[i].first) + HOUR),
                     first);
        CHECK(pol_window_until(&s, time_of(rows[i].last)) >=
                  time_of(rows[i].first), "%s: until", rows[i].label);
    }
}

/* The beginning is the first moment of its cell. */
static void test_a_period_begins_with_its_cell(void)
{
    for (int64_t i = -40; i < 200; i++)
        for (int p = 1; p < POL_PERIOD_COUNT; p++) {
            pol_window_span s = { 0, (pol_period)p, &shanghai };
            int64_t ms = i * 37 * DAY + i * 12345678;
            int64_t first = pol_period_begin(s.period, &shanghai, ms, 0);
            int64_t next = pol_period_begin(s.period, &shanghai, ms, 1);

            CHECK(first <= ms && ms < next, "%lld: %d", (long long)ms, p);
            CHECK_INT_EQ("its own", pol_window_cell(&s, first), pol_window_cell(&s, ms));
            CHECK_INT_EQ("before", pol_window_cell(&s, first - 1),
                         pol_window_cell(&s, ms) - 1);
            CHECK_INT_EQ("the next", pol_window_cell(&s, next), pol_window_cell(&s, ms) + 1);
        }
}

static void test_times_without_bound_do_no_harm(void)
{
    for (int p = 1; p < POL_PERIOD_COUNT; p++)
        CHECK(pol_period_begin((pol_period)p, &shanghai, INT64_MIN, 0) <
                  pol_period_begin((pol_period)p, &shanghai, INT64_MAX, 1), "period %d", p);
    for (int p = 0; p < POL_PERIOD_COUNT; p++) {
        pol_window_span s = { p ? 0 : 1, (pol_period)p, &shanghai };

        CHECK(pol_window_cell(&s, INT64_MIN) <= pol_window_cell(&s, INT64_MAX),
              "period %d", p);
        CHECK_INT_EQ("no end", pol_window_until(&s, INT64_MAX), INT64_MAX);
    }
}

static void test_a_sixtieth_is_the_grain(void)
{
    pol_window_span s = { HOUR, POL_PERIOD_NONE, NULL };
    pol_window w;

    begin();
    CHECK_INT_EQ("empty", pol_window_read(&w, POL_STR(""), &arena, NULL), POLICY_OK);
    CHECK(pol_window_add(&w, &s, 0, 1, 1), "counted");
    CHECK_INT_EQ("at once", pol_window_amount(&w, &s, 0), 1);
    CHECK_INT_EQ("59 minutes later", pol_window_amount(&w, &s, HOUR - 1), 1);
    CHECK_INT_EQ("an hour later", pol_window_amount(&w, &s, HOUR), 0);
    CHECK_INT_EQ("before it came", pol_window_amount(&w, &s, -1), 0);
    end();
}

static void test_an_event_counts_once(void)
{
    pol_window_span s = { HOUR, POL_PERIOD_NONE, NULL };
    pol_window w;
    policy_str bytes;

    begin();
    pol_window_read(&w, POL_STR(""), &arena, NULL);
    CHECK(pol_window_add(&w, &s, 5, 7, 10), "first");
    bytes = pol_window_write(&w, &arena);
    CHECK(!pol_window_add(&w, &s, 5, 7, 10), "again");
    CHECK(pol_str_eq(pol_window_write(&w, &arena), bytes), "nothing changed");
    CHECK_INT_EQ("amount", pol_window_amount(&w, &s, 5), 10);
    end();
}

static void test_amounts_stop_at_the_end(void)
{
    pol_window_span s = { HOUR, POL_PERIOD_NONE, NULL };
    pol_window w;

    begin();
    pol_window_read(&w, POL_STR(""), &arena, NULL);
    pol_window_add(&w, &s, 5, 1, INT64_MAX);
    pol_window_read(&w, pol_window_write(&w, &arena), &arena, NULL);
    pol_window_add(&w, &s, 5, 2, INT64_MAX);
    pol_window_read(&w, pol_window_write(&w, &arena), &arena, NULL);
    pol_window_add(&w, &s, 5 + MINUTE, 3, -9);
    CHECK_INT_EQ("the most there is", pol_window_amount(&w, &s, 5 + MINUTE),
                 INT64_MAX);
    end();
}

/* --- against a list of all */

struct came { int64_t ms; uint64_t hash; int64_t amount; };

static uint32_t seed;

static uint32_t next(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static int64_t slow_amount(const struct came *all, size_t n,
                           const pol_window_span *s, int64_t ms, bool distinct)
{
    int64_t cell = pol_window_cell(s, ms), sum = 0;
    int64_t width = s->period ? 1 : 60;

    for (size_t i = 0; i < n; i++) {
        int64_t c = pol_window_cell(s, all[i].ms);
        bool seen = false;

        for (size_t j = 0; j < i; j++)
            if (all[j].hash == all[i].hash)
                seen = !distinct ||
                       (pol_window_cell(s, all[j].ms) > cell - width &&
                        pol_window_cell(s, all[j].ms) <= cell) || seen;
        if (c <= cell && c > cell - width && !seen)
            sum += distinct ? 1 : all[i].amount;
    }
    return sum;
}

/* Times that rise, since what comes late finds only what is still there. */
static void test_equals_a_list_of_all(void)
{
    begin();
    for (uint32_t round = 0; round < 60; round++) {
        struct came all[150];
        bool distinct = round % 2;
        pol_window_span s = { round % 4 < 2 ? HOUR : 0,
                              round % 4 < 2 ? POL_PERIOD_NONE : POL_PERIOD_DAY,
                              &shanghai };
        int64_t ms = 1772416800000;
        policy_str bytes = { "", 0 };
        size_t n = 0;

        seed = round;
        while (n < 150) {
            pol_window w;
            bool full;

            ms += next(s.period ? 6 * HOUR : 5 * MINUTE);
            all[n] = (struct came){ ms, next(distinct ? 20 : 1u << 20),
                                    1 + next(9) };
            CHECK(!pol_window_read(&w, bytes, &arena, NULL), "round %u", round);
            if (distinct)
                pol_window_see(&w, &s, ms, all[n].hash, 1000, &full);
            else
                pol_window_add(&w, &s, ms, all[n].hash, all[n].amount);
            n++;
            bytes = pol_window_write(&w, &arena);
            if (!CHECK((distinct ? pol_window_distinct(&w, &s, ms)
                                 : pol_window_amount(&w, &s, ms)) ==
                           slow_amount(all, n, &s, ms, distinct),
                       "round %u, event %zu", round, n))
                break;
        }
    }
    end();
}

/* --- bounds */

static void test_marks_are_bounded(void)
{
    pol_window_span s = { DAY, POL_PERIOD_NONE, NULL };
    pol_window w;
    policy_str bytes = { "", 0 };

    begin();
    for (uint64_t i = 1; i <= 3 * POL_WINDOW_MARKS; i++) {
        pol_window_read(&w, bytes, &arena, NULL);
        pol_window_add(&w, &s, (int64_t)i, i, 1);
        bytes = pol_window_write(&w, &arena);
    }
    CHECK_INT_EQ("marks", w.mark_count, POL_WINDOW_MARKS);
    CHECK_INT_EQ("all counted", pol_window_amount(&w, &s, 800),
                 3 * POL_WINDOW_MARKS);
    CHECK(bytes.len < 12 * POL_WINDOW_MARKS, "%zu bytes", bytes.len);
    end();
}

static void test_distinct_values_are_bounded(void)
{
    pol_window_span s = { DAY, POL_PERIOD_NONE, NULL };
    policy_str bytes = { "", 0 };
    pol_window w;
    bool full = false;

    begin();
    for (uint64_t i = 1; i <= 5; i++) {
        pol_window_read(&w, bytes, &arena, NULL);
        pol_window_see(&w, &s, (int64_t)i * HOUR, i, 4, &full);
        CHECK_INT_EQ("full", full, i == 5);
        bytes = pol_window_write(&w, &arena);
    }
    CHECK_INT_EQ("the newest stay", pol_window_distinct(&w, &s, 5 * HOUR), 4);
    CHECK(!pol_window_see(&w, &s, 5 * HOUR, 5, 4, &full) && !full, "seen already");
    end();
}

/* --- bytes */

static void test_other_bytes_are_refused(void)
{
    pol_window_span s = { HOUR, POL_PERIOD_NONE, NULL };
    pol_window w;
    policy_str bytes = { "", 0 };
    char copy[256];
    size_t read = 0;

    begin();
    for (uint64_t i = 0; i < 5; i++) {
        pol_window_read(&w, bytes, &arena, NULL);
        pol_window_add(&w, &s, (int64_t)i * MINUTE, i * 99, 3);
        bytes = pol_window_write(&w, &arena);
    }
    for (size_t i = 0; i < bytes.len; i++)
        for (unsigned x = 1; x < 256; x++) {
            policy_str other = { copy, bytes.len };
            policy_status st;

            memcpy(copy, bytes.ptr, bytes.len);
            copy[i] ^= (char)x;
            st = pol_window_read(&w, other, &arena, NULL);
            if (st == POLICY_ESTATE)
                continue;
            read++;
            CHECK(!st && pol_str_eq(pol_window_write(&w, &arena), other),
                  "byte %zu as %u", i, x);
            (void)pol_window_amount(&w, &s, INT64_MAX);
            pol_window_add(&w, &s, INT64_MIN, 1, 1);
        }
    CHECK(read > 100, "some are windows of their own: %zu", read);
    for (size_t cut = 1; cut < bytes.len; cut++)
        CHECK_INT_EQ("cut", pol_window_read(&w, (policy_str){ bytes.ptr, cut },
                                            &arena, NULL),
                     POLICY_ESTATE);
    end();
}

static void test_survives_a_lack_of_memory(void)
{
    pol_window w;

    begin();
    pol_window_read(&w, POL_STR(""), &arena, NULL);
    arena.max = arena.used;
    CHECK(pol_window_write(&w, &arena).ptr == NULL, "no room to write");
    CHECK_INT_EQ("nor to read", pol_window_read(&w, POL_STR(""), &arena, NULL),
                 POLICY_ENOMEM);
    end();
}

static const struct test_case tests[] = {
    { "periods begin where the calendar says",
      test_periods_begin_where_the_calendar_says },
    { "a period begins with its cell", test_a_period_begins_with_its_cell },
    { "times without bound do no harm", test_times_without_bound_do_no_harm },
    { "a sixtieth is the grain", test_a_sixtieth_is_the_grain },
    { "an event counts once", test_an_event_counts_once },
    { "amounts stop at the end", test_amounts_stop_at_the_end },
    { "equals a list of all", test_equals_a_list_of_all },
    { "marks are bounded", test_marks_are_bounded },
    { "distinct values are bounded", test_distinct_values_are_bounded },
    { "other bytes are refused", test_other_bytes_are_refused },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
};

POLICY_TEST_MAIN("window", tests)
