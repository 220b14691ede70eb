/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The working calendar: two sorted lists of days and, for each weekday, a few
 * stretches of minutes. Days are counted in the organisation's zone.
 */
#include <assert.h>

#include "base/slice.h"
#include "config/calendar.h"
#include "config/order.h"

static const char *const day_names[7] = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun"
};
/* Make-up days work as this one does. */
enum { MONDAY = 1, MINUTES_A_DAY = 1440 };
static const int64_t minute_ms = 60000, day_ms = 86400000;

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970 of the local date, and the minute of it. */
static int64_t local_day(const pol_calendar *c, int64_t ms, int64_t *minute)
{
    /* Offsets are below 27 hours, so only the ends of int64 could overflow;
     * they are no times that an event can have. */
    int64_t shift = pol_zone_offset(&c->zone, ms) * minute_ms, local, day;

    if (ms > INT64_MAX - day_ms * 2)
        ms = INT64_MAX - day_ms * 2;
    if (ms < INT64_MIN + day_ms * 2)
        ms = INT64_MIN + day_ms * 2;
    local = ms + shift;
    day = floor_div(local, day_ms);
    *minute = (local - day * day_ms) / minute_ms;
    return day;
}

static bool has_day(const int32_t *days, size_t count, int64_t day)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (days[mid] < day)
            low = mid + 1;
        else
            high = mid;
    }
    return low < count && days[low] == day;
}

/* The weekday whose hours count on `day`, or 0 where nobody works. */
static unsigned hours_of(const pol_calendar *c, int64_t day, bool *works)
{
    /* 1970-01-01 was a Thursday. */
    unsigned weekday = (unsigned)(((day + 3) % 7 + 7) % 7) + 1;

    *works = false;
    if (has_day(c->holidays, c->holiday_count, day))
        return 0;
    if (has_day(c->workdays, c->workday_count, day)) {
        *works = true;
        return MONDAY;
    }
    *works = c->hour_count[weekday] > 0;
    return weekday;
}

bool pol_calendar_work_day(const pol_calendar *c, int64_t ms)
{
    int64_t minute;
    bool works;

    hours_of(c, local_day(c, ms, &minute), &works);
    return works;
}

bool pol_calendar_work_hours(const pol_calendar *c, int64_t ms)
{
    int64_t minute, day = local_day(c, ms, &minute);
    bool works;
    unsigned weekday = hours_of(c, day, &works), i;

    for (i = 0; works && i < c->hour_count[weekday]; i++)
        if (minute >= c->hours[weekday][i].from &&
            minute < c->hours[weekday][i].to)
            return true;
    return false;
}

/* --- spans */

enum {
    SPAN_DAYS_MAX = 30 * 366, /* looked at for one span */
    WORK_DAYS_MAX = 3660, WORK_HOURS_MAX = 87600 /* ten years */
};

static bool read_work(policy_str s, pol_span *out)
{
    int64_t count = 0;
    char unit = s.len > 2 && s.ptr[s.len - 2] == 'b' ? s.ptr[s.len - 1] : 0;

    if (unit != 'd' && unit != 'h')
        return false;
    for (size_t i = 0; i + 2 < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || count > WORK_HOURS_MAX)
            return false;
        count = count * 10 + (s.ptr[i] - '0');
    }
    out->count = count;
    out->unit = unit == 'd' ? POL_SPAN_WORK_DAYS : POL_SPAN_WORK_HOURS;
    return count > 0 &&
           count <= (unit == 'd' ? WORK_DAYS_MAX : WORK_HOURS_MAX);
}

bool pol_span_read(pol_span *out, const pol_node *n, pol_reporter *r)
{
    *out = (pol_span){ 0, POL_SPAN_MS };
    if (n->kind == POL_NODE_STR && read_work(n->str, out))
        return true;
    *out = (pol_span){ 0, POL_SPAN_MS };
    if (n->kind == POL_NODE_STR && pol_is_work_span(n->str)) {
        pol_report(r, POL_MSG_SPAN_RANGE, n->place, pol_str_cut(n->str, 80),
                   POL_STR("3660bd"), POL_STR("87600bh"));
        return false;
    }
    return pol_node_duration(n, &out->count, r);
}
_Static_assert(WORK_DAYS_MAX == 3660 && WORK_HOURS_MAX == 87600,
               "SPAN_RANGE says how many");

int64_t pol_span_least(pol_span s)
{
    return s.unit == POL_SPAN_MS ? s.count
           : s.count * (s.unit == POL_SPAN_WORK_DAYS ? day_ms : 60 * minute_ms);
}

/* So long later by the clock on the wall. */
static int64_t days_later(const pol_calendar *c, int64_t ms, int64_t days)
{
    int64_t later = ms + days * day_ms;

    return later - (int64_t)(pol_zone_offset(&c->zone, later) -
                             pol_zone_offset(&c->zone, ms)) * minute_ms;
}

static int64_t add_work_days(const pol_calendar *c, int64_t ms, int64_t count)
{
    int64_t minute, first = local_day(c, ms, &minute), day = first;
    bool works;

    for (int64_t left = count; left > 0; left -= works) {
        if (++day - first > SPAN_DAYS_MAX)
            return days_later(c, ms, count);
        hours_of(c, day, &works);
    }
    return days_later(c, ms, day - first);
}

/* The first minute of work of the day from `minute` on, and where that stretch
 * ends; false: none. Stretches stand in any order, and may overlap. */
static bool next_stretch(const pol_calendar *c, int64_t day, int64_t minute,
                         int64_t *from, int64_t *to)
{
    bool works, found = false;
    unsigned weekday = hours_of(c, day, &works);

    for (unsigned i = 0; works && i < c->hour_count[weekday]; i++) {
        int64_t start = c->hours[weekday][i].from, end = c->hours[weekday][i].to;

        if (start < minute)
            start = minute;
        if (start >= end || (found && start >= *from))
            continue;
        *from = start;
        *to = end;
        found = true;
    }
    return found;
}

static int64_t add_work_hours(const pol_calendar *c, int64_t ms, int64_t count)
{
    int64_t minute, first = local_day(c, ms, &minute), from = 0, to = 0;
    int64_t left = count * 60, begin = minute;

    for (int64_t day = first; day - first <= SPAN_DAYS_MAX; day++, minute = 0)
        while (next_stretch(c, day, minute, &from, &to)) {
            if (to - from >= left)
                return days_later(c, ms, day - first) +
                       (from + left - begin) * minute_ms;
            left -= to - from;
            minute = to;
        }
    return ms + count * 60 * minute_ms;
}

/* Back from add_work_days, whose first day does not count either. */
static int64_t take_work_days(const pol_calendar *c, int64_t ms, int64_t count)
{
    int64_t minute, first = local_day(c, ms, &minute), day = first;
    bool works;

    for (int64_t left = count; left > 0; left -= works) {
        if (first - --day > SPAN_DAYS_MAX)
            return days_later(c, ms, -count);
        hours_of(c, day, &works);
    }
    return days_later(c, ms, day - first);
}

/* The last minute of work of the day before `minute`, and where that stretch
 * begins. */
static bool last_stretch(const pol_calendar *c, int64_t day, int64_t minute,
                         int64_t *from, int64_t *to)
{
    bool works, found = false;
    unsigned weekday = hours_of(c, day, &works);

    for (unsigned i = 0; works && i < c->hour_count[weekday]; i++) {
        int64_t start = c->hours[weekday][i].from, end = c->hours[weekday][i].to;

        if (end > minute)
            end = minute;
        if (start >= end || (found && end <= *to))
            continue;
        *from = start;
        *to = end;
        found = true;
    }
    return found;
}

static int64_t take_work_hours(const pol_calendar *c, int64_t ms, int64_t count)
{
    int64_t minute, first = local_day(c, ms, &minute), from = 0, to = 0;
    int64_t left = count * 60, end = minute;

    for (int64_t day = first; first - day <= SPAN_DAYS_MAX;
         day--, minute = MINUTES_A_DAY)
        while (last_stretch(c, day, minute, &from, &to)) {
            if (to - from >= left)
                return days_later(c, ms, day - first) +
                       (to - left - end) * minute_ms;
            left -= to - from;
            minute = from;
        }
    return ms - count * 60 * minute_ms;
}

/* What is so far off is no time that an event can have. */
static bool is_far_off(int64_t ms)
{
    return ms > INT64_MAX / 4 || ms < INT64_MIN / 4;
}

int64_t pol_calendar_before(const pol_calendar *c, int64_t ms, pol_span s)
{
    if (s.unit == POL_SPAN_MS)
        return ms < INT64_MIN + s.count ? INT64_MIN : ms - s.count;
    if (is_far_off(ms))
        return ms;
    return s.unit == POL_SPAN_WORK_DAYS ? take_work_days(c, ms, s.count)
                                        : take_work_hours(c, ms, s.count);
}

bool pol_calendar_within(const pol_calendar *c, int64_t at, int64_t now,
                         pol_span s)
{
    if (s.unit == POL_SPAN_MS)
        return (uint64_t)now - (uint64_t)at < (uint64_t)s.count;
    return now < pol_calendar_add(c, at, s);
}

int64_t pol_calendar_add(const pol_calendar *c, int64_t ms, pol_span s)
{
    if (is_far_off(ms))
        return ms;
    if (s.unit == POL_SPAN_WORK_DAYS)
        return add_work_days(c, ms, s.count);
    if (s.unit == POL_SPAN_WORK_HOURS)
        return add_work_hours(c, ms, s.count);
    return s.count > INT64_MAX / 2 ? INT64_MAX / 2 : ms + s.count;
}

/* "08:30", two digits each. */
static bool read_clock(const pol_node *n, uint16_t *out, pol_reporter *r)
{
    policy_str s;
    unsigned digit[4], i, minute, hour;
    bool ok;

    if (!pol_node_str(n, &s, r))
        return false;
    ok = s.len == 5 && s.ptr[2] == ':';
    for (i = 0; ok && i < 4; i++) {
        digit[i] = (unsigned)((uint8_t)s.ptr[i + i / 2] - '0');
        ok = digit[i] <= 9;
    }
    if (ok) {
        hour = digit[0] * 10 + digit[1];
        minute = digit[2] * 10 + digit[3];
        *out = (uint16_t)(hour * 60 + minute);
        ok = minute < 60 && *out <= MINUTES_A_DAY;
    }
    if (!ok)
        pol_report(r, POL_MSG_TIME_OF_DAY, n->place, pol_str_cut(s, 80));
    return ok;
}

static bool add_stretch(pol_calendar *c, const pol_node *day, uint16_t from,
                        uint16_t to, pol_reporter *r)
{
    size_t index;
    uint8_t *count;

    if (!pol_node_word(day, day_names, 7, &index, r))
        return false;
    count = &c->hour_count[index + 1];
    if (*count == POL_STRETCHES) {
        pol_report(r, POL_MSG_HOURS_MANY, day->place, POL_STR("4"),
                   pol_str(day_names[index]));
        return false;
    }
    c->hours[index + 1][*count].from = from;
    c->hours[index + 1][(*count)++].to = to;
    return true;
}
_Static_assert(POL_STRETCHES == 4, "HOURS_MANY says how many");

/* { days: [mon, tue], from: "08:30", to: "17:30" } */
static bool read_stretch(pol_calendar *c, const pol_node *n, pol_reporter *r)
{
    static const pol_key keys[] = {
        { "days", POL_IS_STR | POL_IS_TABLE, true },
        { "from", POL_IS_STR, true }, { "to", POL_IS_STR, true }
    };
    const pol_node *days;
    size_t count, i;
    uint16_t from, to;
    bool ok;

    if (!pol_node_closed(n, "hours", keys, 3, r))
        return false;
    ok = read_clock(pol_node_get(n, "from"), &from, r);
    ok &= read_clock(pol_node_get(n, "to"), &to, r);
    ok &= pol_node_list(pol_node_get(n, "days"), &days, &count, r);
    if (!ok)
        return false;
    if (from >= to) {
        pol_report(r, POL_MSG_HOURS_ORDER, pol_node_get(n, "to")->place);
        return false;
    }
    for (i = 0; i < count; i++)
        ok &= add_stretch(c, &days[i], from, to, r);
    return ok;
}

static void default_hours(pol_calendar *c)
{
    unsigned day;

    for (day = MONDAY; day <= 5; day++) {
        c->hours[day][0].from = 9 * 60;
        c->hours[day][0].to = 18 * 60;
        c->hour_count[day] = 1;
    }
}

static bool read_hours(pol_calendar *c, const pol_node *n, pol_reporter *r)
{
    size_t i;
    bool ok = true;

    if (!n) {
        default_hours(c);
        return true;
    }
    if (n->kind != POL_NODE_TABLE || !n->table.sequence)
        return read_stretch(c, n, r);
    for (i = 0; i < n->table.item_count; i++)
        ok &= read_stretch(c, &n->table.items[i], r);
    return ok;
}

static int compare_days(const void *items, uint32_t a, uint32_t b)
{
    const int32_t *days = items;

    return (days[a] > days[b]) - (days[a] < days[b]);
}

/* The days in ascending order, each once; `days` as they stand in `nodes`. */
static bool sort_days(const int32_t **out, size_t *out_count,
                      const int32_t *days, const pol_node *nodes, size_t count,
                      pol_arena *arena, pol_reporter *r)
{
    uint32_t *order = pol_order(days, count, compare_days, arena);
    int32_t *sorted = pol_arena_new(arena, int32_t, count);
    size_t i, n = 0;

    if (!order || !sorted)
        return false;
    for (i = 0; i < count; i++) {
        int32_t day = days[order[i]];

        if (n && sorted[n - 1] == day)
            pol_report(r, POL_MSG_DATE_TWICE, nodes[order[i]].place,
                       nodes[order[i]].str);
        else
            sorted[n++] = day;
    }
    *out = sorted;
    *out_count = n;
    return true;
}

static bool read_days(const int32_t **out, size_t *out_count, const pol_node *n,
                      pol_arena *arena, pol_reporter *r)
{
    const pol_node *nodes;
    size_t count, i;
    int32_t *days;
    int64_t day;
    bool ok = true;

    if (!n)
        return true;
    if (!pol_node_list(n, &nodes, &count, r) ||
        !(days = pol_arena_new(arena, int32_t, count)))
        return false;
    for (i = 0; i < count; i++) {
        ok &= pol_node_date(&nodes[i], &day, r);
        days[i] = (int32_t)day;
    }
    return ok && sort_days(out, out_count, days, nodes, count, arena, r);
}

/* A day cannot be both: whoever wrote it meant one of them. */
static bool check_both(const pol_calendar *c, const pol_node *workdays,
                       pol_reporter *r)
{
    const pol_node *nodes;
    size_t count, i;
    int64_t day;
    bool ok = true;

    if (!workdays || !pol_node_list(workdays, &nodes, &count, r))
        return true;
    for (i = 0; i < count; i++)
        if (pol_node_date(&nodes[i], &day, r) &&
            has_day(c->holidays, c->holiday_count, day)) {
            pol_report(r, POL_MSG_DATE_BOTH, nodes[i].place, nodes[i].str);
            ok = false;
        }
    return ok;
}

static bool read_calendar(pol_calendar *c, const pol_node *n, pol_arena *arena,
                          pol_reporter *r)
{
    static const pol_key keys[] = {
        { "holidays", POL_IS_STR | POL_IS_TABLE, false },
        { "workdays", POL_IS_STR | POL_IS_TABLE, false }
    };
    const pol_node *workdays = pol_node_get(n, "workdays");
    bool ok;

    if (!n)
        return true;
    if (!pol_node_closed(n, "calendar", keys, 2, r))
        return false;
    ok = read_days(&c->holidays, &c->holiday_count, pol_node_get(n, "holidays"),
                   arena, r);
    ok &= read_days(&c->workdays, &c->workday_count, workdays, arena, r);
    return ok && check_both(c, workdays, r);
}

static bool read_zone(pol_calendar *c, const pol_node *n, policy_str tzif,
                      pol_arena *arena, pol_reporter *r)
{
    policy_str name = POL_STR("Asia/Shanghai");
    policy_status st;

    if (n && !pol_node_str(n, &name, r))
        return false;
    st = pol_zone_resolve(&c->zone, name, tzif, arena);
    if (st == POLICY_EINPUT)
        pol_report_hint(r, POL_MSG_ZONE_UNKNOWN, n->place,
                        pol_zone_nearest(name),
                        (const policy_str[]){ pol_str_cut(name, 80) }, 1);
    return st == POLICY_OK;
}

bool pol_calendar_read(pol_calendar *out, const pol_node *zone,
                       const pol_node *hours, const pol_node *calendar,
                       policy_str tzif, pol_arena *arena, pol_reporter *r)
{
    bool ok;

    *out = (pol_calendar){ .holiday_count = 0 };
    ok = read_zone(out, zone, tzif, arena, r);
    ok &= read_hours(out, hours, r);
    ok &= read_calendar(out, calendar, arena, r);
    return ok;
}
