/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates by arithmetic alone: no clock, no locale, no table of time zones. Years
 * begin in March inside, so that the leap day is the last of its year; 400 of
 * them (an era) always have 146097 days.
 */
#include <assert.h>
#include <stdio.h>

#include "base/time.h"

static const int64_t day_ms = 86400000, minute_ms = 60000;

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t pol_days_from_civil(int32_t year, int32_t month, int32_t day)
{
    int64_t months = (int64_t)month - 3; /* since March */
    int64_t y = year + floor_div(months, 12);
    int64_t m = months - floor_div(months, 12) * 12;
    int64_t era = floor_div(y, 400), of_era = y - era * 400;

    /* (153 m + 2) / 5: days before the month m; 31, 30, 31, 30, 31 twice over.
     * 719468: from the first of March of the year 0 to 1970. */
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
           (153 * m + 2) / 5 + (day - 1) - 719468;
}

static void civil_from_days(pol_civil *out, int64_t days)
{
    int64_t since = days + 719468;
    int64_t era = floor_div(since, 146097), d = since - era * 146097;
    /* The year of the era: without the days that leap years have put in. */
    int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    int64_t of_year = d - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;

    out->day = (int32_t)(of_year - (153 * m + 2) / 5 + 1);
    out->month = (int32_t)(m < 10 ? m + 3 : m - 9);
    out->year = (int32_t)(y + era * 400 + (m >= 10));
    /* 1970-01-01 was a Thursday. */
    out->weekday = (int32_t)(days + 3 - floor_div(days + 3, 7) * 7 + 1);
}

void pol_civil_from_ms(pol_civil *out, int64_t ms, int32_t offset)
{
    /* The offset goes to the rest of the day: `ms` itself may be anything. */
    int64_t days = floor_div(ms, day_ms);
    int64_t rest = ms % day_ms + (ms % day_ms < 0 ? day_ms : 0) +
                   offset * minute_ms;

    assert(offset > -1440 && offset < 1440);
    days += floor_div(rest, day_ms);
    rest -= floor_div(rest, day_ms) * day_ms;
    civil_from_days(out, days);
    out->ms = (int32_t)(rest % 1000);
    out->second = (int32_t)(rest / 1000 % 60);
    out->minute = (int32_t)(rest / minute_ms % 60);
    out->hour = (int32_t)(rest / minute_ms / 60);
}

int64_t pol_civil_to_ms(const pol_civil *c, int32_t offset)
{
    int64_t minutes = (int64_t)c->hour * 60 + c->minute - offset;

    assert(c->year > -200000000 && c->year < 200000000);
    return pol_days_from_civil(c->year, c->month, c->day) * day_ms +
           minutes * minute_ms + (int64_t)c->second * 1000 + c->ms;
}

/* What is left to read; `ok` false as soon as something was wrong. */
struct reader {
    const char *ptr, *end;
    bool ok;
};

static struct reader reader_of(policy_str s)
{
    if (s.len == 0)
        s.ptr = ""; /* NULL has no end */
    return (struct reader){ s.ptr, s.ptr + s.len, true };
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int32_t number(struct reader *r, unsigned digits)
{
    int32_t v = 0;

    for (; digits; digits--) {
        if (r->ptr == r->end || !is_digit(*r->ptr)) {
            r->ok = false;
            return 0;
        }
        v = v * 10 + (*r->ptr++ - '0');
    }
    return v;
}

/* One of `chars`, or NUL and no longer ok. */
static char one_of(struct reader *r, const char *chars)
{
    for (; r->ptr < r->end && *chars; chars++)
        if (*r->ptr == *chars)
            return *r->ptr++;
    r->ok = false;
    return '\0';
}

static int32_t month_days(int32_t year, int32_t month)
{
    static const int32_t days[] = { 31, 28, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

static void read_date(struct reader *r, pol_civil *c)
{
    c->year = number(r, 4);
    one_of(r, "-");
    c->month = number(r, 2);
    one_of(r, "-");
    c->day = number(r, 2);
    r->ok = r->ok && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
            c->day <= month_days(c->year, c->month);
}

/* After the dot: milliseconds, and any number of digits more. */
static int32_t read_fraction(struct reader *r)
{
    int32_t v = 0, scale = 100;

    if (r->ptr == r->end || !is_digit(*r->ptr))
        r->ok = false;
    for (; r->ptr < r->end && is_digit(*r->ptr); r->ptr++, scale /= 10)
        v += (*r->ptr - '0') * scale;
    return v;
}

static void read_clock(struct reader *r, pol_civil *c)
{
    c->hour = number(r, 2);
    one_of(r, ":");
    c->minute = number(r, 2);
    one_of(r, ":");
    c->second = number(r, 2);
    c->ms = 0;
    if (r->ptr < r->end && *r->ptr == '.') {
        r->ptr++;
        c->ms = read_fraction(r);
    }
    r->ok = r->ok && c->hour <= 23 && c->minute <= 59 && c->second <= 60;
}

static int32_t read_offset(struct reader *r)
{
    char sign = one_of(r, "Zz+-");
    int32_t hours, minutes;

    if (sign != '+' && sign != '-')
        return 0;
    hours = number(r, 2);
    one_of(r, ":");
    minutes = number(r, 2);
    r->ok = r->ok && hours <= 23 && minutes <= 59;
    return sign == '-' ? -(hours * 60 + minutes) : hours * 60 + minutes;
}

bool pol_time_read(policy_str s, int64_t *ms, int32_t *offset)
{
    struct reader r = reader_of(s);
    pol_civil c = { 0 }, utc;
    int32_t minutes;
    bool leap;

    *ms = 0;
    *offset = 0;
    read_date(&r, &c);
    one_of(&r, "Tt ");
    read_clock(&r, &c);
    minutes = read_offset(&r);
    if (!r.ok || r.ptr != r.end)
        return false;
    leap = c.second == 60;
    if (leap) {
        c.second = 59;
        pol_civil_from_ms(&utc, pol_civil_to_ms(&c, minutes), 0);
        if (utc.hour != 23 || utc.minute != 59)
            return false;
    }
    *ms = pol_civil_to_ms(&c, minutes) + (leap ? 1000 : 0);
    *offset = minutes;
    return true;
}

size_t pol_time_write(char out[40], int64_t ms, int32_t offset)
{
    int32_t minutes = offset < 0 ? -offset : offset;
    pol_civil c;
    int n;

    pol_civil_from_ms(&c, ms, offset);
    n = snprintf(out, 40, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month,
                 c.day, c.hour, c.minute, c.second);
    if (c.ms)
        n += snprintf(out + n, 40 - (size_t)n, ".%03d", c.ms);
    if (offset)
        n += snprintf(out + n, 40 - (size_t)n, "%c%02d:%02d",
                      offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
    else
        n += snprintf(out + n, 40 - (size_t)n, "Z");
    assert(n < 40);
    return (size_t)n;
}

bool pol_date_read(policy_str s, int64_t *days)
{
    struct reader r = reader_of(s);
    pol_civil c = { 0 };

    *days = 0;
    read_date(&r, &c);
    if (!r.ok || r.ptr != r.end)
        return false;
    *days = pol_days_from_civil(c.year, c.month, c.day);
    return true;
}

/* Milliseconds of one unit, or 0. */
static int64_t unit_ms(char unit)
{
    switch (unit) {
    case 's': return 1000;
    case 'm': return minute_ms;
    case 'h': return 60 * minute_ms;
    case 'd': return day_ms;
    case 'w': return 7 * day_ms;
    case 'y': return 365 * day_ms;
    default: return 0;
    }
}

bool pol_duration_read(policy_str s, int64_t *ms)
{
    int64_t unit = s.len > 1 ? unit_ms(s.ptr[s.len - 1]) : 0, v = 0;
    size_t i;

    *ms = 0;
    if (!unit || (s.ptr[0] == '0' && s.len > 2))
        return false;
    for (i = 0; i + 1 < s.len; i++) {
        if (!is_digit(s.ptr[i]) || v > INT64_MAX / unit / 10 - 1)
            return false;
        v = v * 10 + (s.ptr[i] - '0');
    }
    *ms = v * unit;
    return true;
}
