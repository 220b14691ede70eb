/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zones: a table of those without daylight saving, fixed offsets, and zone
 * files after RFC 8536. A file has two parts that matter, a list of changes in
 * 64 bits and, after them, a rule for the time beyond (POSIX TZ); slim files
 * have little but the rule, so both are read. The bytes may be hostile.
 */
#include <assert.h>

#include "base/slice.h"
#include "config/zone.h"

/* Offsets of today. The past of some (Shanghai had summer time until 1991) is
 * left out: no chat record is that old. */
static const struct {
    const char *name;
    int32_t minutes;
} built_in[] = {
    { "Asia/Shanghai", 480 }, { "Asia/Urumqi", 360 }, { "Asia/Hong_Kong", 480 },
    { "Asia/Macau", 480 }, { "Asia/Taipei", 480 }, { "Asia/Singapore", 480 },
    { "Asia/Tokyo", 540 }, { "UTC", 0 }
};

enum {
    NAME_MAX_BYTES = 64, /* twice the longest name of the database */
    CHANGES_MAX = 4096,  /* the longest list in the database has some 240 */
    RULE_YEAR_FIRST = 1970, RULE_YEAR_LAST = 2100,
    RULE_CHANGES = 2 * (RULE_YEAR_LAST - RULE_YEAR_FIRST + 1)
};
/* 1800-01-01 in seconds: before it there were no zones, only local mean time
 * and the markers for "the beginning" that some files have. */
static const int64_t beginning = -5364662400;

bool pol_zone_name_ok(policy_str name)
{
    size_t i;

    for (i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool first = i == 0 || name.ptr[i - 1] == '/';

        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            (c >= '0' && c <= '9' && !first))
            continue;
        if (first || (c != '_' && c != '+' && c != '-' && c != '/'))
            return false;
    }
    return name.len > 0 && name.len <= NAME_MAX_BYTES &&
           name.ptr[name.len - 1] != '/';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "+08:00" */
static bool read_fixed(policy_str s, int32_t *minutes)
{
    const char *p = s.ptr;
    int32_t hour, minute;

    if (s.len != 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':' ||
        !is_digit(p[1]) || !is_digit(p[2]) || !is_digit(p[4]) ||
        !is_digit(p[5]))
        return false;
    hour = (p[1] - '0') * 10 + (p[2] - '0');
    minute = (p[4] - '0') * 10 + (p[5] - '0');
    if (hour > 15 || minute > 59)
        return false;
    *minutes = (hour * 60 + minute) * (p[0] == '-' ? -1 : 1);
    return true;
}

static bool find_built_in(policy_str name, int32_t *minutes)
{
    size_t i;

    for (i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
        if (pol_str_is(name, built_in[i].name)) {
            *minutes = built_in[i].minutes;
            return true;
        }
    return false;
}

policy_str pol_zone_nearest(policy_str name)
{
    policy_str names[sizeof(built_in) / sizeof(built_in[0])];
    size_t count = sizeof(built_in) / sizeof(built_in[0]), i;

    for (i = 0; i < count; i++)
        names[i] = pol_str(built_in[i].name);
    return pol_nearest(name, names, count);
}

/* Big-endian, two's complement. */
static uint64_t big(const char *p, size_t bytes)
{
    uint64_t v = 0;
    size_t i;

    for (i = 0; i < bytes; i++)
        v = v << 8 | (uint8_t)p[i];
    return v;
}

static int64_t big64(const char *p)
{
    uint64_t v = big(p, 8);

    return v <= INT64_MAX ? (int64_t)v : -(int64_t)(UINT64_MAX - v) - 1;
}

static int32_t big32(const char *p)
{
    uint32_t v = (uint32_t)big(p, 4);

    return v <= INT32_MAX ? (int32_t)v : -(int32_t)(UINT32_MAX - v) - 1;
}

/* The header and what follows it, with times of `width` bytes. */
struct block {
    const char *times, *types, *kinds;
    size_t time_count, kind_count;
    size_t len; /* with the header */
};

/* RFC 8536, section 3.1. */
static bool read_block(struct block *b, policy_str s, size_t width)
{
    uint64_t n[6], len;
    size_t i;

    if (s.len < 44 || memcmp(s.ptr, "TZif", 4) != 0 || s.ptr[4] < '2')
        return false;
    for (i = 0; i < 6; i++)
        n[i] = big(s.ptr + 20 + 4 * i, 4);
    /* isut, isstd, leap, time, kind, char: all below 2^32, so no overflow. */
    len = 44 + n[3] * (width + 1) + n[4] * 6 + n[5] + n[2] * (width + 4) +
          n[1] + n[0];
    if (len > s.len)
        return false;
    b->len = (size_t)len;
    b->time_count = (size_t)n[3];
    b->kind_count = (size_t)n[4];
    b->times = s.ptr + 44;
    b->types = b->times + b->time_count * width;
    b->kinds = b->types + b->time_count;
    /* Leap seconds would shift every time of the file. */
    return n[2] == 0;
}

/* Local mean times have seconds; an offset has none. */
static bool read_offset(const struct block *b, size_t kind, int32_t *minutes)
{
    int32_t seconds;

    if (kind >= b->kind_count)
        return false;
    seconds = big32(b->kinds + 6 * kind);
    if (seconds < -25 * 3600 || seconds > 26 * 3600)
        return false;
    *minutes = (seconds + (seconds < 0 ? -30 : 30)) / 60;
    return true;
}

/* Changes while they are collected; room for `cap`. */
struct changes {
    int64_t *times; /* ms */
    int32_t *offsets;
    size_t count, cap;
    int32_t standard;
};

/* At `seconds` the offset becomes `minutes`. One that comes at the same time as
 * the last replaces it: so summer time all the year round is written. */
static bool add_change(struct changes *c, int64_t seconds, int32_t minutes)
{
    int64_t ms;

    if (seconds < beginning) {
        c->standard = minutes;
        return c->count == 0;
    }
    if (seconds > INT64_MAX / 1000)
        return false;
    ms = seconds * 1000;
    if (c->count && ms < c->times[c->count - 1])
        return false;
    if (c->count && ms == c->times[c->count - 1]) {
        c->offsets[c->count - 1] = minutes;
        return true;
    }
    if (minutes == (c->count ? c->offsets[c->count - 1] : c->standard))
        return true; /* only the name or the flag changes */
    assert(c->count < c->cap);
    c->times[c->count] = ms;
    c->offsets[c->count++] = minutes;
    return true;
}

static bool read_changes(struct changes *c, const struct block *b)
{
    size_t i;
    int32_t minutes;

    if (!read_offset(b, 0, &c->standard))
        return false;
    for (i = 0; i < b->time_count; i++)
        if (!read_offset(b, (uint8_t)b->types[i], &minutes) ||
            !add_change(c, big64(b->times + 8 * i), minutes))
            return false;
    return true;
}

/* A day of the year as POSIX TZ writes it: M month.week.weekday, J day without
 * 29 February, or day from 0; and the second of the day. */
struct rule_day {
    char form;
    int32_t month, week, day;
    int32_t seconds;
};

struct rule {
    int32_t standard, summer; /* seconds east */
    bool has_summer;
    struct rule_day start, end;
};

static bool take_char(policy_str *s, char c)
{
    if (s->len == 0 || *s->ptr != c)
        return false;
    s->ptr++;
    s->len--;
    return true;
}

static bool take_number(policy_str *s, int32_t max, int32_t *out)
{
    size_t digits = 0;

    *out = 0;
    for (; s->len && is_digit(*s->ptr) && digits < 4; digits++) {
        *out = *out * 10 + (*s->ptr++ - '0');
        s->len--;
    }
    return digits > 0 && *out <= max;
}

/* [+-]hh[:mm[:ss]] in seconds; hours up to 167 as RFC 8536 extends them. */
static bool take_clock(policy_str *s, int32_t *seconds)
{
    int32_t sign = take_char(s, '-') ? -1 : 1;
    int32_t hour, minute = 0, second = 0;

    if (sign == 1)
        take_char(s, '+');
    if (!take_number(s, 167, &hour))
        return false;
    if (take_char(s, ':')) {
        if (!take_number(s, 59, &minute))
            return false;
        if (take_char(s, ':') && !take_number(s, 59, &second))
            return false;
    }
    *seconds = sign * (hour * 3600 + minute * 60 + second);
    return true;
}

/* The abbreviation: letters, or anything between < and >. Nobody needs it. */
static bool take_abbreviation(policy_str *s)
{
    size_t len = 0;

    if (take_char(s, '<')) {
        while (s->len && *s->ptr != '>')
            take_char(s, *s->ptr);
        return take_char(s, '>');
    }
    while (s->len && ((*s->ptr >= 'A' && *s->ptr <= 'Z') ||
                      (*s->ptr >= 'a' && *s->ptr <= 'z'))) {
        take_char(s, *s->ptr);
        len++;
    }
    return len >= 3;
}

static bool take_day(policy_str *s, struct rule_day *d)
{
    bool ok;

    d->seconds = 2 * 3600; /* POSIX: two o'clock unless said */
    if (take_char(s, 'M')) {
        d->form = 'M';
        ok = take_number(s, 12, &d->month) && d->month > 0 &&
             take_char(s, '.') && take_number(s, 5, &d->week) && d->week > 0 &&
             take_char(s, '.') && take_number(s, 6, &d->day);
    } else if (take_char(s, 'J')) {
        d->form = 'J';
        ok = take_number(s, 365, &d->day) && d->day > 0;
    } else {
        d->form = 'n';
        ok = take_number(s, 365, &d->day);
    }
    return ok && (!take_char(s, '/') || take_clock(s, &d->seconds));
}

static bool read_rule(policy_str s, struct rule *r)
{
    *r = (struct rule){ .has_summer = false };
    if (!take_abbreviation(&s) || !take_clock(&s, &r->standard))
        return false;
    r->standard = -r->standard; /* POSIX counts to the west */
    if (s.len == 0)
        return true;
    r->has_summer = true;
    r->summer = r->standard + 3600;
    if (!take_abbreviation(&s))
        return false;
    if (s.len && *s.ptr != ',') {
        if (!take_clock(&s, &r->summer))
            return false;
        r->summer = -r->summer;
    }
    return take_char(&s, ',') && take_day(&s, &r->start) &&
           take_char(&s, ',') && take_day(&s, &r->end) && s.len == 0;
}

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The first day of next month less one. */
static int64_t last_of_month(int32_t year, int32_t month)
{
    return (month == 12 ? pol_days_from_civil(year + 1, 1, 1)
                        : pol_days_from_civil(year, month + 1, 1)) - 1;
}

/* Days since 1970 of the rule's day in `year`. */
static int64_t day_of(const struct rule_day *d, int32_t year)
{
    int64_t first, day;

    if (d->form != 'M') {
        first = pol_days_from_civil(year, 1, 1);
        if (d->form == 'n')
            return first + d->day;
        return first + d->day - 1 + (is_leap(year) && d->day >= 60);
    }
    first = pol_days_from_civil(year, d->month, 1);
    /* 1970-01-01 was a Thursday, weekday 4 of POSIX. */
    day = first + ((d->day - (first + 4)) % 7 + 7) % 7;
    day += 7 * (d->week - 1);
    while (day > last_of_month(year, d->month))
        day -= 7;
    return day;
}

/* Minutes with the nearest half. */
static int32_t rule_minutes(int32_t seconds)
{
    return (seconds + (seconds < 0 ? -30 : 30)) / 60;
}

/* Write the rule out from the end of the list on. */
static bool add_rule(struct changes *c, const struct rule *r)
{
    int64_t last = c->count ? c->times[c->count - 1] / 1000 : beginning;
    int32_t year;

    for (year = RULE_YEAR_FIRST; year <= RULE_YEAR_LAST; year++) {
        int64_t at[2];
        int32_t to[2] = { rule_minutes(r->summer), rule_minutes(r->standard) };
        unsigned first, i;

        at[0] = day_of(&r->start, year) * 86400 + r->start.seconds -
                r->standard;
        at[1] = day_of(&r->end, year) * 86400 + r->end.seconds - r->summer;
        first = at[1] < at[0]; /* south of the equator summer ends first */
        for (i = 0; i < 2; i++) {
            unsigned k = i ^ first;

            if (at[k] > last && !add_change(c, at[k], to[k]))
                return false;
        }
    }
    return true;
}

/* The footer: between two line feeds after the second block. Empty: nothing is
 * known of the time beyond, the last change stays. */
static bool read_footer(struct changes *c, policy_str s)
{
    const char *end;
    struct rule r;

    if (!take_char(&s, '\n') || !(end = memchr(s.ptr, '\n', s.len)))
        return false;
    s.len = (size_t)(end - s.ptr);
    if (s.len == 0)
        return true;
    return read_rule(s, &r) && (!r.has_summer || add_rule(c, &r));
}

static policy_status read_tzif(pol_zone *out, policy_str s, pol_arena *arena)
{
    struct block old, now;
    struct changes c = { .count = 0 };

    if (!read_block(&old, s, 4))
        return POLICY_EINPUT;
    s = (policy_str){ s.ptr + old.len, s.len - old.len };
    if (!read_block(&now, s, 8) || now.time_count > CHANGES_MAX)
        return POLICY_EINPUT;
    c.cap = now.time_count + RULE_CHANGES;
    c.times = pol_arena_new(arena, int64_t, c.cap);
    c.offsets = pol_arena_new(arena, int32_t, c.cap);
    if (!c.times || !c.offsets)
        return POLICY_ENOMEM;
    if (!read_changes(&c, &now) ||
        !read_footer(&c, (policy_str){ s.ptr + now.len, s.len - now.len }))
        return POLICY_EINPUT;
    out->standard = c.standard;
    out->changes = c.times;
    out->offsets = c.offsets;
    out->change_count = c.count;
    return POLICY_OK;
}

policy_status pol_zone_resolve(pol_zone *out, policy_str name, policy_str tzif,
                               pol_arena *arena)
{
    *out = (pol_zone){ .name = name };
    if (find_built_in(name, &out->standard) || read_fixed(name, &out->standard))
        return POLICY_OK;
    if (!pol_zone_name_ok(name) || !tzif.ptr)
        return POLICY_EINPUT;
    return read_tzif(out, tzif, arena);
}

int32_t pol_zone_offset(const pol_zone *z, int64_t ms)
{
    size_t low = 0, high = z->change_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (z->changes[mid] <= ms)
            low = mid + 1;
        else
            high = mid;
    }
    assert(low == 0 || z->changes[low - 1] <= ms);
    return low ? z->offsets[low - 1] : z->standard;
}
