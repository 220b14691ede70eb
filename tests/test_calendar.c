/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* Working days and hours, from the nodes of organisation.yaml. */
#include "config_check.h"

#include "base/time.h"
#include "config/calendar.h"

static bool read_yaml(struct config_check *c, pol_calendar *out,
                      const char *yaml)
{
    const pol_node *root;

    config_begin(c, config_str(yaml));
    root = config_yaml(c);
    return root && pol_calendar_read(out, pol_node_get(root, "zone"),
                                     pol_node_get(root, "hours"),
                                     pol_node_get(root, "calendar"),
                                     (policy_str){ NULL, 0 }, &c->arena,
                                     &c->reporter);
}

/* 2026: 1 October is a Thursday, 27 September a Sunday. */
static const char office[] =
    "zone: Asia/Shanghai\n"
    "hours:\n"
    "  - { days: [mon, tue, wed, thu, fri], from: 08:30, to: 12:00 }\n"
    "  - { days: [mon, tue, wed, thu], from: \"13:30\", to: \"17:30\" }\n"
    "  - { days: sat, from: 00:00, to: 24:00 }\n"
    "calendar: { holidays: [2026-10-01, 2026-10-02, 2026-09-30],\n"
    "            workdays: [2026-09-27] }\n";
static const char plain[] = "a: 1\n";
static const char night[] =
    "zone: \"-05:00\"\n"
    "hours:\n"
    "  - { days: [mon], from: 22:00, to: 24:00 }\n"
    "  - { days: [tue], from: 00:00, to: 06:00 }\n";

static void test_tells_working_days_and_hours(void)
{
    static const struct {
        const char *label, *yaml, *time;
        bool day, hours;
    } rows[] = {
        { "Monday morning", office, "2026-09-28T08:30:00+08:00", true, true },
        { "just before", office, "2026-09-28T08:29:59+08:00", true, false },
        { "noon", office, "2026-09-28T12:00:00+08:00", true, false },
        { "just before noon", office, "2026-09-28T11:59:59+08:00", true, true },
        { "afternoon", office, "2026-09-28T13:30:00+08:00", true, true },
        { "no Friday afternoon", office, "2026-09-25T13:30:00+08:00", true,
          false },
        { "told in another zone", office, "2026-09-28T00:30:00Z", true, true },
        { "Sunday there, Monday here", office, "2026-09-20T23:30:00Z", true,
          false },
        { "Saturday, all day", office, "2026-09-26T23:59:59+08:00", true, true },
        { "Sunday", office, "2026-09-20T10:00:00+08:00", false, false },
        { "make-up Sunday has Monday's hours", office,
          "2026-09-27T16:00:00+08:00", true, true },
        { "make-up Sunday, evening", office, "2026-09-27T20:00:00+08:00", true,
          false },
        { "holiday", office, "2026-10-01T10:00:00+08:00", false, false },
        { "holiday, out of order in the file", office,
          "2026-09-30T10:00:00+08:00", false, false },
        { "the day after", office, "2026-10-03T00:00:00+08:00", true, true },
        { "default, Friday", plain, "2026-10-02T17:59:59+08:00", true, true },
        { "default, evening", plain, "2026-10-02T18:00:00+08:00", true, false },
        { "default, Saturday", plain, "2026-10-03T10:00:00+08:00", false,
          false },
        { "night, before midnight", night, "2026-09-28T23:00:00-05:00", true,
          true },
        { "night, after midnight", night, "2026-09-29T05:59:59-05:00", true,
          true },
        { "night, morning", night, "2026-09-29T06:00:00-05:00", true, false },
        { "before 1970", plain, "1969-12-31T09:00:00+08:00", true, true },
        { "leap day", plain, "2028-02-29T09:00:00+08:00", true, true }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        pol_calendar cal;
        int64_t ms;
        int32_t offset;

        CHECK(read_yaml(&c, &cal, rows[i].yaml), "%s", rows[i].label);
        CHECK_LOG(rows[i].label, &c, "");
        CHECK(pol_time_read(config_str(rows[i].time), &ms, &offset), "%s",
              rows[i].time);
        CHECK(pol_calendar_work_day(&cal, ms) == rows[i].day, "%s: day",
              rows[i].label);
        CHECK(pol_calendar_work_hours(&cal, ms) == rows[i].hours, "%s: hours",
              rows[i].label);
        config_end(&c);
    }
}

static void test_the_ends_of_time_do_no_harm(void)
{
    struct config_check c;
    pol_calendar cal;

    CHECK(read_yaml(&c, &cal, night), "night");
    pol_calendar_work_day(&cal, INT64_MIN);
    pol_calendar_work_day(&cal, INT64_MAX);
    CHECK(!pol_calendar_work_hours(&cal, INT64_MIN) ||
              pol_calendar_work_day(&cal, INT64_MIN), "min");
    CHECK(!pol_calendar_work_hours(&cal, INT64_MAX) ||
              pol_calendar_work_day(&cal, INT64_MAX), "max");
    config_end(&c);
}

/* --- spans */

static void test_adds_working_time(void)
{
    static const struct { const char *label, *yaml, *span, *from, *to; } rows[] = {
        { "plain", office, "90m", "2026-09-25T17:00:00+08:00", "2026-09-25T18:30:00+08:00" },
        { "the next day", office, "1bd", "2026-09-24T09:15:00+08:00", "2026-09-25T09:15:00+08:00" },
        { "over a Sunday", plain, "1bd", "2026-09-18T18:00:00+08:00", "2026-09-21T18:00:00+08:00" },
        { "a make-up Sunday counts", office, "2bd", "2026-09-25T09:00:00+08:00",
          "2026-09-27T09:00:00+08:00" },
        { "holidays do not", office, "2bd", "2026-09-28T09:00:00+08:00",
          "2026-10-03T09:00:00+08:00" },
        { "from a day that is none", office, "1bd", "2026-10-01T23:00:00+08:00",
          "2026-10-03T23:00:00+08:00" },
        { "hours of a morning", office, "3bh", "2026-09-28T08:45:00+08:00",
          "2026-09-28T11:45:00+08:00" },
        { "over noon", office, "4bh", "2026-09-28T08:30:00+08:00", "2026-09-28T14:00:00+08:00" },
        { "just to the end", office, "1bh", "2026-09-28T11:00:00+08:00", "2026-09-28T12:00:00+08:00" },
        { "from the evening on", office, "1bh", "2026-09-28T20:00:00+08:00",
          "2026-09-29T09:30:00+08:00" },
        { "over days that are none", office, "8bh", "2026-09-29T15:30:00+08:00",
          "2026-10-03T06:00:00+08:00" },
        { "through a night", night, "3bh", "2026-09-28T23:00:00-05:00", "2026-09-29T02:00:00-05:00" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct config_check c;
        pol_calendar cal;
        pol_span span;
        int64_t from, to;
        int32_t offset;
        pol_node n = { .kind = POL_NODE_STR, .str = pol_str(rows[i].span) };

        if (CHECK(read_yaml(&c, &cal, rows[i].yaml), "%s", rows[i].label) &&
            CHECK(pol_span_read(&span, &n, &c.reporter), "%s", rows[i].label) &&
            pol_time_read(pol_str(rows[i].from), &from, &offset) &&
            pol_time_read(pol_str(rows[i].to), &to, &offset))
            CHECK_INT_EQ(rows[i].label, pol_calendar_add(&cal, from, span) / 60000, to / 60000);
        config_end(&c);
    }
}

/* Minute by minute, the plain way. */
static void test_working_hours_are_those_that_are_told(void)
{
    struct config_check c;
    pol_calendar cal;

    if (read_yaml(&c, &cal, office))
        for (int64_t i = 0; i < 60; i++) {
            int64_t from = INT64_C(1790000000000) / 60000 * 60000 + i * 7919 * 60000;
            pol_span span = { 1 + i % 30, POL_SPAN_WORK_HOURS };
            int64_t ms = from, left = span.count * 60;

            for (; left; ms += 60000)
                left -= pol_calendar_work_hours(&cal, ms);
            CHECK_INT_EQ("hours", pol_calendar_add(&cal, from, span), ms);
        }
    config_end(&c);
}

static void test_takes_working_time(void)
{
    static const struct { const char *label, *yaml, *span, *from, *to; } rows[] = {
        { "plain", office, "90m", "2026-09-25T18:30:00+08:00", "2026-09-25T17:00:00+08:00" },
        { "the day before", office, "1bd", "2026-09-25T09:15:00+08:00", "2026-09-24T09:15:00+08:00" },
        { "three of a week", plain, "3bd", "2026-09-24T10:00:00+08:00", "2026-09-21T10:00:00+08:00" },
        { "over a Sunday", plain, "1bd", "2026-09-21T18:00:00+08:00", "2026-09-18T18:00:00+08:00" },
        { "from a Sunday", plain, "1bd", "2026-09-20T18:00:00+08:00", "2026-09-18T18:00:00+08:00" },
        { "holidays do not count", office, "2bd", "2026-10-03T09:00:00+08:00",
          "2026-09-28T09:00:00+08:00" },
        { "hours of a morning", office, "3bh", "2026-09-28T11:45:00+08:00",
          "2026-09-28T08:45:00+08:00" },
        { "over noon", office, "4bh", "2026-09-28T14:00:00+08:00", "2026-09-28T08:30:00+08:00" },
        { "from the night on", office, "1bh", "2026-09-29T07:00:00+08:00",
          "2026-09-28T16:30:00+08:00" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct config_check c;
        pol_calendar cal;
        pol_span span;
        int64_t from, to;
        int32_t offset;
        pol_node n = { .kind = POL_NODE_STR, .str = pol_str(rows[i].span) };

        if (CHECK(read_yaml(&c, &cal, rows[i].yaml), "%s", rows[i].label) &&
            CHECK(pol_span_read(&span, &n, &c.reporter), "%s", rows[i].label) &&
            pol_time_read(pol_str(rows[i].from), &from, &offset) &&
            pol_time_read(pol_str(rows[i].to), &to, &offset))
            CHECK_INT_EQ(rows[i].label, pol_calendar_before(&cal, from, span) / 60000,
                         to / 60000);
        config_end(&c);
    }
}

/* Back minute by minute, and the days by the days. */
static void test_what_is_taken_is_what_was_added(void)
{
    struct config_check c;
    pol_calendar cal;

    if (read_yaml(&c, &cal, office))
        for (int64_t i = 0; i < 60; i++) {
            int64_t from = INT64_C(1790000000000) / 60000 * 60000 + i * 7919 * 60000;
            pol_span span = { 1 + i % 30, POL_SPAN_WORK_HOURS };
            int64_t ms = from, left = span.count * 60;

            for (; left; ms -= 60000)
                left -= pol_calendar_work_hours(&cal, ms - 60000);
            CHECK_INT_EQ("hours", pol_calendar_before(&cal, from, span), ms);
            span.unit = POL_SPAN_WORK_DAYS;
            for (ms = from, left = span.count; left;) {
                ms -= INT64_C(86400000);
                left -= pol_calendar_work_day(&cal, ms);
            }
            CHECK_INT_EQ("days", pol_calendar_before(&cal, from, span), ms);
            CHECK(pol_calendar_within(&cal, ms, from - 1, span) &&
                      !pol_calendar_within(&cal, ms, pol_calendar_add(&cal, ms, span),
                                           span), "within");
        }
    config_end(&c);
}

static void test_spans_without_work_or_end_do_no_harm(void)
{
    static const char *const bad[] = { "bd", "0bd", "-1bd", "3661bd", "87601bh", "3bx",
                                       "99999999999999999999bd", "1.5bd", "" };
    static const pol_calendar none = { .zone = { .standard = 480 } };
    static const int64_t times[] = { INT64_MIN, 0, INT64_MAX };
    struct config_check c;

    config_begin(&c, config_str(plain));
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        pol_node n = { .kind = POL_NODE_STR, .str = pol_str(bad[i]) };
        pol_span span;

        CHECK(!pol_span_read(&span, &n, &c.reporter), "%s", bad[i]);
    }
    config_end(&c);
    CHECK_INT_EQ("days", pol_calendar_add(&none, 0, (pol_span){ 2, POL_SPAN_WORK_DAYS }),
                 172800000);
    CHECK_INT_EQ("hours", pol_calendar_add(&none, 0, (pol_span){ 2, POL_SPAN_WORK_HOURS }),
                 7200000);
    for (size_t i = 0; i < 3; i++)
        for (int unit = 0; unit < 3; unit++)
            CHECK(pol_calendar_add(&none, times[i], (pol_span){ 3, (pol_span_unit)unit }) >=
                      times[i], "%zu %d", i, unit);
    for (size_t i = 0; i < 3; i++)
        for (int unit = 0; unit < 3; unit++)
            CHECK(pol_calendar_before(&none, times[i], (pol_span){ 3, (pol_span_unit)unit }) <=
                      times[i], "before %zu %d", i, unit);
    CHECK_INT_EQ("days before", pol_calendar_before(&none, 0, (pol_span){ 2, POL_SPAN_WORK_DAYS }),
                 -172800000);
    CHECK_INT_EQ("hours before",
                 pol_calendar_before(&none, 0, (pol_span){ 2, POL_SPAN_WORK_HOURS }), -7200000);
    CHECK(pol_calendar_add(&none, 5, (pol_span){ INT64_MAX, POL_SPAN_MS }) > 0, "for ever");
}

static void test_refuses_with_places(void)
{
    static const struct {
        const char *label, *yaml, *log;
    } rows[] = {
        { "zone", "zone: Asia/Shangai\n",
          "zone-unknown 1:7+12 ?Asia/Shanghai\n" },
        { "zone from a file", "zone: Europe/Berlin\n",
          "zone-unknown 1:7+13\n" },
        { "day", "hours: { days: [mo], from: 08:30, to: 17:30 }\n",
          "value-word 1:17+2 ?mon\n" },
        { "clock", "hours: { days: mon, from: 8:30, to: 25:00 }\n",
          "time-of-day 1:27+4\ntime-of-day 1:37+5\n" },
        { "minute", "hours: { days: mon, from: 08:60, to: 24:01 }\n",
          "time-of-day 1:27+5\ntime-of-day 1:38+5\n" },
        { "no clock", "hours: { days: mon, from: 0830, to: 上午 }\n",
          "time-of-day 1:27+4\ntime-of-day 1:37+2\n" },
        { "over midnight", "hours: { days: mon, from: 22:00, to: 06:00 }\n",
          "hours-order 1:38+5\n" },
        { "no time at all", "hours: { days: mon, from: 08:00, to: 08:00 }\n",
          "hours-order 1:38+5\n" },
        { "keys", "hours: { day: mon, from: 08:00, to: 09:00 }\n",
          "unknown-key 1:10+3 ?days\nmissing-key 1:8+1\n" },
        { "text", "hours: 8-17\n", "value-kind 1:8+4\n" },
        { "five stretches",
          "hours:\n  - { days: mon, from: 01:00, to: 02:00 }\n"
          "  - { days: mon, from: 03:00, to: 04:00 }\n"
          "  - { days: mon, from: 05:00, to: 06:00 }\n"
          "  - { days: mon, from: 07:00, to: 08:00 }\n"
          "  - { days: [tue, mon], from: 09:00, to: 10:00 }\n",
          "hours-many 6:19+3\n" },
        { "date", "calendar: { holidays: [2026-02-29, 10-01] }\n",
          "value-read 1:24+10\nvalue-read 1:36+5\n" },
        { "twice", "calendar: { holidays: [2026-10-01, 2026-10-01] }\n",
          "date-twice 1:36+10\n" },
        { "both",
          "calendar: { holidays: 2026-10-01, workdays: [2026-10-01] }\n",
          "date-both 1:46+10\n" },
        { "keys of the calendar", "calendar: { holiday: [2026-10-01] }\n",
          "unknown-key 1:13+7 ?holidays\n" },
        { "all at once", "zone: X\nhours: 1\ncalendar: 2\n",
          "zone-unknown 1:7+1\nvalue-kind 2:8+1\nvalue-kind 3:11+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        pol_calendar cal;
        bool warned = strncmp(rows[i].log, "date-twice", 10) == 0;

        CHECK(read_yaml(&c, &cal, rows[i].yaml) == warned, "%s", rows[i].label);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_survives_every_failed_allocation(void)
{
    size_t n, failures = 0;
    bool ok = false;

    for (n = 1; !ok && n < 100; n++) {
        struct config_check c;
        pol_calendar cal;
        const pol_node *root;
        pol_arena arena;

        config_begin(&c, config_str(office));
        root = config_yaml(&c);
        /* An arena of its own, so that each array may need a block. */
        pol_arena_init(&arena, &c.memory.allocator, 16 * n);
        ok = pol_calendar_read(&cal, pol_node_get(root, "zone"),
                               pol_node_get(root, "hours"),
                               pol_node_get(root, "calendar"),
                               (policy_str){ NULL, 0 }, &arena, &c.reporter);
        CHECK_LOG("no memory is no mistake", &c, "");
        failures += !ok;
        pol_arena_fini(&arena);
        config_end(&c);
    }
    CHECK(ok && failures >= 3, "%zu failures", failures);
}

static const struct test_case tests[] = {
    { "tells working days and hours", test_tells_working_days_and_hours },
    { "the ends of time do no harm", test_the_ends_of_time_do_no_harm },
    { "adds working time", test_adds_working_time },
    { "working hours are those that are told",
      test_working_hours_are_those_that_are_told },
    { "takes working time", test_takes_working_time },
    { "what is taken is what was added", test_what_is_taken_is_what_was_added },
    { "spans without work or end do no harm",
      test_spans_without_work_or_end_do_no_harm },
    { "refuses with places", test_refuses_with_places },
    { "survives every failed allocation", test_survives_every_failed_allocation }
};

POLICY_TEST_MAIN("calendar", tests)
