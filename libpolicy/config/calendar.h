/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When an organisation works: time zone, hours, holidays and make-up workdays.
 * Resolved when the bundle is built; asking it needs no file and no clock.
 */
#ifndef POL_CONFIG_CALENDAR_H
#define POL_CONFIG_CALENDAR_H

#include "base/arena.h"
#include "base/time.h"
#include "config/node.h"

/* Changes of the offset, ascending; before the first: `standard`. */
typedef struct pol_zone {
    policy_str name;
    int32_t standard; /* minutes east of UTC */
    const int64_t *changes; /* ms since 1970 */
    const int32_t *offsets;
    size_t change_count;
} pol_zone;

typedef struct pol_calendar {
    pol_zone zone;
    /* [weekday 1..7]: minutes of the day, [from, to), up to 4 stretches */
    struct { uint16_t from, to; } hours[8][4];
    uint8_t hour_count[8];
    const int32_t *holidays; size_t holiday_count; /* days since 1970, sorted */
    const int32_t *workdays; size_t workday_count; /* make-up days, sorted; they
                                                      have Monday's hours */
} pol_calendar;

/* "Asia/Shanghai" and a few others without daylight saving are built in, so is
 * "UTC" and "+08:00"; the rest needs `tzif` (RFC 8536), NULL ptr where the
 * compiler may not read the disk. */
bool pol_zone_resolve(pol_zone *out, policy_str name, policy_str tzif,
                      pol_arena *arena);
int32_t pol_zone_offset(const pol_zone *z, int64_t ms);
bool pol_calendar_work_day(const pol_calendar *c, int64_t ms);
bool pol_calendar_work_hours(const pol_calendar *c, int64_t ms);
/* From the nodes `zone`, `hours`, `calendar` (each may be NULL: Asia/Shanghai,
 * Monday to Friday 09:00 to 18:00, no holidays). */
bool pol_calendar_read(pol_calendar *out, const pol_node *zone,
                       const pol_node *hours, const pol_node *calendar,
                       pol_arena *arena, pol_reporter *r);

#endif
