/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/slice.h"
#include "base/time.h"
#include "harness.h"

/* 2026-03-02T01:15:00Z */
static const int64_t march = 1772414100000;

static void test_reads_what_rfc_3339_allows(void)
{
    static const struct {
        const char *text;
        int64_t ms;
        int32_t offset;
    } rows[] = {
        { "1970-01-01T00:00:00Z", 0, 0 },
        { "1970-01-01T00:00:00+00:00", 0, 0 },
        { "1970-01-01T00:00:00-00:00", 0, 0 },
        { "1969-12-31T23:59:59.999Z", -1, 0 },
        { "1970-01-01T08:00:00+08:00", 0, 480 },
        { "1969-12-31T19:30:00-04:30", 0, -270 },
        { "2026-03-02T09:15:00+08:00", 1772414100000, 480 },
        { "2026-03-02 09:15:00+08:00", 1772414100000, 480 },
        { "2026-03-02t01:15:00z", 1772414100000, 0 },
        { "2026-03-02T01:15:00.5Z", 1772414100500, 0 },
        { "2026-03-02T01:15:00.05Z", 1772414100050, 0 },
        { "2026-03-02T01:15:00.1239999999999999999Z", 1772414100123, 0 },
        { "2000-02-29T00:00:00Z", 951782400000, 0 },
        { "2024-02-29T23:59:59Z", 1709251199000, 0 },
        { "1985-04-12T23:20:50.52Z", 482196050520, 0 },
        { "1996-12-19T16:39:57-08:00", 851042397000, -480 },
        { "1990-12-31T23:59:60Z", 662688000000, 0 },
        { "1990-12-31T15:59:60-08:00", 662688000000, -480 },
        { "1937-01-01T12:00:27.87+00:20", -1041337172130, 20 },
        { "0000-01-01T00:00:00Z", -62167219200000, 0 },
        { "9999-12-31T23:59:59Z", 253402300799000, 0 },
        { "1970-01-01T00:00:00+23:59", -86340000, 1439 },
    };
    int32_t offset;
    int64_t ms;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK(pol_time_read(pol_str(rows[i].text), &ms, &offset), "%s",
              rows[i].text);
        CHECK_INT_EQ(rows[i].text, ms, rows[i].ms);
        CHECK_INT_EQ(rows[i].text, offset, rows[i].offset);
    }
}

static void test_refuses_everything_else(void)
{
    static const char *const rows[] = {
        "", "2026", "2026-03-02", "2026-03-02T09:15:00", "2026-03-02T09:15Z",
        "2026-3-2T09:15:00Z", "26-03-02T09:15:00Z", "2026-03-02T9:15:00Z",
        "2026-13-02T09:15:00Z", "2026-00-02T09:15:00Z", "2026-03-00T09:15:00Z",
        "2026-03-32T09:15:00Z", "2026-02-29T09:15:00Z", "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-03-02T24:00:00Z", "2026-03-02T09:60:00Z",
        "2026-03-02T09:15:61Z", "2026-03-02T09:15:60Z", "1990-12-31T23:59:60+01:00",
        "2026-03-02T09:15:00.Z", "2026-03-02T09:15:00,5Z",
        "2026-03-02T09:15:00+24:00", "2026-03-02T09:15:00+08:60",
        "2026-03-02T09:15:00+0800", "2026-03-02T09:15:00+08",
        "2026-03-02T09:15:00 +08:00", "2026-03-02T09:15:00Zx",
        " 2026-03-02T09:15:00Z", "2026-03-02T09:15:00Z ",
        "2026/03/02T09:15:00Z", "+2026-03-02T09:15:00Z", "-026-03-02T09:15:00Z",
        "2026-03-02T09:15:00−08:00", "２026-03-02T09:15:00Z",
        "2026-03-02T0x:15:00Z", "2026-W10-1T09:15:00Z", "2026-061T09:15:00Z",
    };
    int32_t offset = 1;
    int64_t ms = 1;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK(!pol_time_read(pol_str(rows[i]), &ms, &offset), "%s", rows[i]);
        CHECK(ms == 0 && offset == 0, "%s: outputs are zero", rows[i]);
    }
    CU_ASSERT_FALSE(pol_time_read((policy_str){ NULL, 0 }, &ms, &offset));
    CU_ASSERT_FALSE(pol_time_read((policy_str){ "2026-03-02T09:15:00Z\0", 21 },
                                  &ms, &offset));
}

static void test_a_cut_time_is_no_time(void)
{
    static const char text[] = "2026-03-02T09:15:00.250+08:00";
    int32_t offset;
    int64_t ms;
    size_t len;

    for (len = 0; len < strlen(text); len++) {
        /* A copy of exactly its size, so that reading on is noticed. */
        char *copy = malloc(len + !len);

        CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
        memcpy(copy, text, len);
        CHECK(!pol_time_read((policy_str){ copy, len }, &ms, &offset),
              "%zu bytes", len);
        free(copy);
    }
}

static void test_writes(void)
{
    static const struct {
        int64_t ms;
        int32_t offset;
        const char *text;
    } rows[] = {
        { 0, 0, "1970-01-01T00:00:00Z" },
        { 250, 480, "1970-01-01T08:00:00.250+08:00" },
        { -1, 0, "1969-12-31T23:59:59.999Z" },
        { 7, -1, "1969-12-31T23:59:00.007-00:01" },
        { -62167219200000, 0, "0000-01-01T00:00:00Z" },
        { INT64_MAX, 1439, "292278994-08-18T07:11:55.807+23:59" },
        { INT64_MIN, -1439, "-292275055-05-15T16:48:04.192-23:59" },
    };
    char out[40];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len = pol_time_write(out, rows[i].ms, rows[i].offset);

        CHECK_CSTR_EQ(rows[i].text, out, rows[i].text);
        CHECK_INT_EQ(rows[i].text, len, strlen(out));
    }
    pol_time_write(out, march, 480);
    CHECK_CSTR_EQ("March", out, "2026-03-02T09:15:00+08:00");
}

static void test_what_is_written_is_read_again(void)
{
    uint64_t seed = 11;
    unsigned i;

    for (i = 0; i < 20000; i++) {
        /* The years 1 to 9998, so that no offset leaves the four digits. */
        int64_t ms = (int64_t)(test_random(&seed) % 315500000000000u) -
                     62135596800000 + 86400000;
        int32_t offset = (int32_t)(test_random(&seed) % 2879) - 1439, got;
        int64_t back;
        char out[40];
        size_t len = pol_time_write(out, ms, offset);

        if (!pol_time_read((policy_str){ out, len }, &back, &got) ||
            back != ms || got != offset) {
            CHECK(false, "%s", out);
            return;
        }
    }
    CHECK(i == 20000, "all read");
}

/* Day after day with a calendar that only knows how long months are. */
static void test_every_day_of_eight_centuries(void)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31 };
    int32_t y = 1600, m = 1, d = 1, weekday = 6; /* a Saturday */
    int64_t day = pol_days_from_civil(1600, 1, 1);
    unsigned wrong = 0;
    pol_civil c;

    CHECK_INT_EQ("1600-01-01", day, -135140);
    for (; y < 2400; day++) {
        bool leap = y % 4 == 0 && (y % 100 || y % 400 == 0);

        pol_civil_from_ms(&c, day * 86400000 + 3661001, 0);
        wrong += c.year != y || c.month != m || c.day != d ||
                 c.weekday != weekday || c.hour != 1 || c.minute != 1 ||
                 c.second != 1 || c.ms != 1;
        wrong += pol_days_from_civil(y, m, d) != day;
        wrong += pol_civil_to_ms(&c, 0) != day * 86400000 + 3661001;
        weekday = weekday % 7 + 1;
        if (++d > lengths[m - 1] + (m == 2 && leap)) {
            d = 1;
            y += m == 12;
            m = m % 12 + 1;
        }
    }
    CHECK_INT_EQ("wrong days", wrong, 0);
}

static void test_fields_carry_over(void)
{
    static const struct {
        const char *label;
        pol_civil c;
        int32_t y, m, d, h;
    } rows[] = {
        { "32nd of January", { 2026, 1, 32, 0, 0, 0, 0, 0 }, 2026, 2, 1, 0 },
        { "month 13", { 2026, 13, 1, 0, 0, 0, 0, 0 }, 2027, 1, 1, 0 },
        { "month 0", { 2026, 0, 1, 0, 0, 0, 0, 0 }, 2025, 12, 1, 0 },
        { "day 0 of March in a leap year", { 2024, 3, 0, 0, 0, 0, 0, 0 }, 2024, 2, 29, 0 },
        { "hour 25", { 2026, 12, 31, 25, 0, 0, 0, 0 }, 2027, 1, 1, 1 },
        { "minute -1", { 2026, 1, 1, 0, -1, 0, 0, 0 }, 2025, 12, 31, 23 },
        { "month -23", { 2026, -23, 1, 0, 0, 0, 0, 0 }, 2024, 1, 1, 0 },
    };
    pol_civil c;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_civil_from_ms(&c, pol_civil_to_ms(&rows[i].c, 480), 480);
        CHECK(c.year == rows[i].y && c.month == rows[i].m &&
                  c.day == rows[i].d && c.hour == rows[i].h,
              "%s: %d-%d-%d %d", rows[i].label, c.year, c.month, c.day, c.hour);
    }
}

static void test_dates(void)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t days;
    } rows[] = {
        { "1970-01-01", true, 0 }, { "2026-09-30", true, 20726 },
        { "1969-12-31", true, -1 }, { "2024-02-29", true, 19782 },
        { "2023-02-29", false, 0 }, { "2026-9-30", false, 0 },
        { "2026-09-30 ", false, 0 }, { "", false, 0 }, { "2026-09", false, 0 },
        { "2026-09-30T00:00:00Z", false, 0 }, { "20260930", false, 0 },
        { "2026-11-31", false, 0 },
    };
    int64_t days;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_INT_EQ(rows[i].text, pol_date_read(pol_str(rows[i].text), &days),
                     rows[i].ok);
        CHECK_INT_EQ(rows[i].text, days, rows[i].days);
    }
}

static void test_durations(void)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t ms;
    } rows[] = {
        { "30s", true, 30000 }, { "10m", true, 600000 },
        { "4h", true, 14400000 }, { "7d", true, 604800000 },
        { "2w", true, 1209600000 }, { "1y", true, 31536000000 },
        { "0s", true, 0 }, { "292000000y", true, 9208512000000000000 },
        { "999999999999y", false, 0 }, { "9223372036854775807s", false, 0 },
        { "99999999999999999999999s", false, 0 },
        { "", false, 0 }, { "s", false, 0 }, { "7", false, 0 },
        { "7D", false, 0 }, { "7 d", false, 0 }, { "-7d", false, 0 },
        { "+7d", false, 0 }, { "07d", false, 0 }, { "1.5h", false, 0 },
        { "1h30m", false, 0 }, { "7d ", false, 0 }, { "7M", false, 0 },
        { "7天", false, 0 },
    };
    int64_t ms;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_INT_EQ(rows[i].text, pol_duration_read(pol_str(rows[i].text), &ms),
                     rows[i].ok);
        CHECK_INT_EQ(rows[i].text, ms, rows[i].ms);
    }
}

static const struct test_case tests[] = {
    { "reads what RFC 3339 allows", test_reads_what_rfc_3339_allows },
    { "refuses everything else", test_refuses_everything_else },
    { "a cut time is no time", test_a_cut_time_is_no_time },
    { "writes", test_writes },
    { "what is written is read again", test_what_is_written_is_read_again },
    { "every day of eight centuries", test_every_day_of_eight_centuries },
    { "fields carry over", test_fields_carry_over },
    { "dates", test_dates },
    { "durations", test_durations },
};
POLICY_TEST_MAIN("time", tests)
