/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When an organisation works: time zone, hours, holidays and make-up workdays.
 * Resolved when the bundle is built; asking it needs no file and no clock.
 */
#ifndef POL_CONFIG_CALENDAR_H
#define POL_CONFIG_CALENDAR_H

#include "base/arena.h"
#include "config/node.h"
#include "config/zone.h"

/* Morning, midday, evening, and one to spare. */
enum { POL_STRETCHES = 4 };

typedef struct pol_calendar {
    pol_zone zone;
    /* [weekday 1..7]: minutes of the day, [from, to), to at most 1440 */
    struct { uint16_t from, to; } hours[8][POL_STRETCHES];
    uint8_t hour_count[8];
    const int32_t *holidays; size_t holiday_count; /* days since 1970, sorted */
    const int32_t *workdays; size_t workday_count; /* make-up days, sorted; they
                                                      have Monday's hours */
} pol_calendar;

/* In the zone of the calendar: no holiday, and either a make-up workday or a
 * day of the week that has hours. */
bool pol_calendar_work_day(const pol_calendar *c, int64_t ms);
/* On a work day, within one of its stretches. */
bool pol_calendar_work_hours(const pol_calendar *c, int64_t ms);

/* A length of time: ms, or days or hours in which people work. ORDER SPAN */
typedef enum pol_span_unit {
    POL_SPAN_MS, POL_SPAN_WORK_DAYS, POL_SPAN_WORK_HOURS
} pol_span_unit;
typedef struct pol_span {
    int64_t count;
    pol_span_unit unit;
} pol_span;
/* "7d" and all that pol_node_duration reads, "3bd", "8bh"; reports. */
bool pol_span_read(pol_span *out, const pol_node *n, pol_reporter *r);
/* Its length in ms where every day and hour is one of work: for comparing. */
int64_t pol_span_least(pol_span s);
/* `ms` and the span: so many work days later at the same time of day, or when so
 * many hours of work have gone by. A calendar that has none within thirty years
 * counts every day and hour. */
int64_t pol_calendar_add(const pol_calendar *c, int64_t ms, pol_span s);
/* The span before `ms`: so many work days earlier at the same time of day, that
 * of `ms` not among them, or when so many hours of work were still to go. */
int64_t pol_calendar_before(const pol_calendar *c, int64_t ms, pol_span s);
/* Is `now`, which is not before `at`, less than the span after it? */
bool pol_calendar_within(const pol_calendar *c, int64_t at, int64_t now,
                         pol_span s);
/* From the nodes `zone`, `hours`, `calendar` (each may be NULL: Asia/Shanghai,
 * Monday to Friday 09:00 to 18:00, no holidays). `tzif` as in
 * pol_zone_resolve. Reports all that is wrong; false without a report is a lack
 * of memory. */
bool pol_calendar_read(pol_calendar *out, const pol_node *zone,
                       const pol_node *hours, const pol_node *calendar,
                       policy_str tzif, pol_arena *arena, pol_reporter *r);

#endif
