/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read from left to right; what is left behind the whole makes it none.
 */
#include "moment.h"

#include <stddef.h>

/* Days since 1970 of a date of the Gregorian calendar; -1 where there is none.
 * A year is counted from March, so that the leap day is its last. */
static int64_t days(int year, int month, int day)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
    int64_t y = month > 2 ? year : year - 1;
    int64_t m = month > 2 ? month - 3 : month + 9;

    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > lengths[month - 1] + (leap && month == 2))
        return -1;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 -
           719468;
}

/* So many digits, then `behind` (NUL: the end is not looked at). */
static bool number(const char **s, int count, char behind, int *out)
{
    *out = 0;
    for (; count > 0; count--, ++*s) {
        if (**s < '0' || **s > '9')
            return false;
        *out = *out * 10 + **s - '0';
    }
    if (behind && **s != behind)
        return false;
    *s += behind != 0;
    return true;
}

static bool date(const char **s, int64_t *ms)
{
    int year, month, day;
    int64_t n;

    if (!number(s, 4, '-', &year) || !number(s, 2, '-', &month) ||
        !number(s, 2, 0, &day) || (n = days(year, month, day)) < 0)
        return false;
    *ms = n * 86400000;
    return true;
}

bool cli_date_read(const char *s, int64_t *ms)
{
    return date(&s, ms) && !*s;
}

/* "Z" or "+08:00". */
static bool zone(const char *s, int32_t *offset)
{
    int sign = *s == '-' ? -1 : 1, hours, minutes;

    *offset = 0;
    if (*s == 'Z' || *s == 'z')
        return !s[1];
    if (*s != '+' && *s != '-')
        return false;
    s++;
    if (!number(&s, 2, ':', &hours) || !number(&s, 2, 0, &minutes) || *s ||
        hours > 23 || minutes > 59)
        return false;
    *offset = sign * (hours * 60 + minutes);
    return true;
}

bool cli_moment_read(const char *s, int64_t *ms, int32_t *offset)
{
    int hour, minute, second;

    *offset = 0;
    if (!date(&s, ms))
        return false;
    if (!*s)
        return true;
    if (*s != 'T' && *s != 't' && *s != ' ')
        return false;
    s++;
    if (!number(&s, 2, ':', &hour) || !number(&s, 2, ':', &minute) ||
        !number(&s, 2, 0, &second) || hour > 23 || minute > 59 ||
        second > 59 || !zone(s, offset))
        return false;
    *ms += ((hour * 60 + minute - *offset) * INT64_C(60) + second) * 1000;
    return true;
}
