/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time as RFC 3339 writes it and as the proleptic Gregorian calendar counts it:
 * milliseconds since 1970-01-01T00:00:00Z and an offset in minutes.
 */
#ifndef POL_BASE_TIME_H
#define POL_BASE_TIME_H

#include <stdbool.h>

#include <policy/status.h>

typedef struct pol_civil {
    int32_t year, month, day;        /* 1..12, 1..31 */
    int32_t hour, minute, second, ms;
    int32_t weekday;                 /* 1 Monday .. 7 Sunday (ISO 8601) */
} pol_civil;

/* Strict: full date, T or space, seconds, optional fraction (further digits
 * than three are cut), Z or +hh:mm. A leap second (23:59:60 UTC) becomes the
 * next second. */
bool pol_time_read(policy_str s, int64_t *ms, int32_t *offset);
/* "2026-03-02T09:15:00.250+08:00", "Z" for the offset 0, no fraction where it
 * is zero. The length without the NUL; at most 29 for the years 0 to 9999. */
size_t pol_time_write(char out[40], int64_t ms, int32_t offset);
void pol_civil_from_ms(pol_civil *out, int64_t ms, int32_t offset);
/* Fields beyond their range carry over: the 32nd of January is the 1st of
 * February. `weekday` is not looked at. Years within 200 million of 1970. */
int64_t pol_civil_to_ms(const pol_civil *c, int32_t offset);
/* Days since 1970-01-01. */
int64_t pol_days_from_civil(int32_t year, int32_t month, int32_t day);
/* "2026-09-30" as days since 1970-01-01. */
bool pol_date_read(policy_str s, int64_t *days);
/* "30s" "10m" "4h" "7d" "2w" "1y" in milliseconds (d 24 h, y 365 d). */
bool pol_duration_read(policy_str s, int64_t *ms);

#endif
