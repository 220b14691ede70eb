/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event as one line of JSON that reads back as the same event: for golden
 * files, comparison and fuzzing. Fields in the order of their numbers, then
 * parts and facts; ill-formed bytes of texts as they are.
 */
#ifndef TESTS_EVENT_TEXT_H
#define TESTS_EVENT_TEXT_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/event.h"

typedef struct text_out {
    char *ptr;
    size_t len, cap;
} text_out;

static inline void text_add(text_out *o, const char *s, size_t len)
{
    if (o->len + len + 1 > o->cap) {
        o->cap = (o->len + len + 1) * 2;
        o->ptr = realloc(o->ptr, o->cap);
        if (!o->ptr)
            abort();
    }
    if (len)
        memcpy(o->ptr + o->len, s, len);
    o->len += len;
    o->ptr[o->len] = '\0';
}

static inline void text_cstr(text_out *o, const char *s)
{
    text_add(o, s, strlen(s));
}

static inline void text_string(text_out *o, policy_str s)
{
    char escape[8];
    size_t i;

    text_cstr(o, "\"");
    for (i = 0; i < s.len; i++) {
        unsigned char b = (unsigned char)s.ptr[i];

        if (b < 0x20 || b == '"' || b == '\\') {
            snprintf(escape, sizeof(escape), "\\u%04x", b);
            text_cstr(o, escape);
        } else {
            text_add(o, s.ptr + i, 1);
        }
    }
    text_cstr(o, "\"");
}

/* A time is an integer where it was one, or cannot be told from one. */
static inline void text_time(text_out *o, const pol_value *v)
{
    char digits[32];

    if (v->offset == 0) {
        snprintf(digits, sizeof(digits), "%" PRId64, v->i);
        text_cstr(o, digits);
        return;
    }
    text_cstr(o, "\"");
    {
        /* Written by hand, so that the library's writer is no judge of itself:
         * days since 1970 into a date as Howard Hinnant describes it. */
        int64_t local = v->i + (int64_t)v->offset * 60000, ms, days, era;
        unsigned doe, yoe, doy, mp, day, month;
        int off = v->offset < 0 ? -v->offset : v->offset;
        int64_t year;
        char text[64];

        days = local / 86400000;
        ms = local % 86400000;
        if (ms < 0) {
            ms += 86400000;
            days--;
        }
        days += 719468;
        era = (days >= 0 ? days : days - 146096) / 146097;
        doe = (unsigned)(days - era * 146097);
        yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
        doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        mp = (5 * doy + 2) / 153;
        day = doy - (153 * mp + 2) / 5 + 1;
        month = mp < 10 ? mp + 3 : mp - 9;
        year = (int64_t)yoe + era * 400 + (month <= 2);
        snprintf(text, sizeof(text),
                 "%04d-%02u-%02uT%02d:%02d:%02d.%03d%c%02d:%02d", (int)year,
                 month, day, (int)(ms / 3600000), (int)(ms / 60000 % 60),
                 (int)(ms / 1000 % 60), (int)(ms % 1000),
                 v->offset < 0 ? '-' : '+', off / 60, off % 60);
        text_cstr(o, text);
    }
    text_cstr(o, "\"");
}

static inline void text_value(text_out *o, const pol_value *v)
{
    char digits[32];
    size_t i;

    switch (v->kind) {
    case POL_BOOL:
        text_cstr(o, v->i ? "true" : "false");
        break;
    case POL_INT:
        snprintf(digits, sizeof(digits), "%" PRId64, v->i);
        text_cstr(o, digits);
        break;
    case POL_STR:
        text_string(o, v->str);
        break;
    case POL_TIME:
        text_time(o, v);
        break;
    case POL_LIST:
        text_cstr(o, "[");
        for (i = 0; i < v->list.count; i++) {
            text_cstr(o, i ? "," : "");
            text_string(o, v->list.items[i]);
        }
        text_cstr(o, "]");
        break;
    default:
        text_cstr(o, "null");
    }
}

/* The caller frees it. */
static inline char *event_text(const policy_event *e)
{
    text_out o = { NULL, 0, 0 };
    const char *comma = "";
    int32_t f;
    size_t i;

    text_cstr(&o, "{");
    for (f = 0; f < POLICY_FIELD_COUNT; f++) {
        const pol_value *v = pol_event_value(e, f);

        if (v->kind == POL_ABSENT)
            continue;
        text_cstr(&o, comma);
        text_string(&o, (policy_str){ pol_fields[f].name,
                                      strlen(pol_fields[f].name) });
        text_cstr(&o, ":");
        text_value(&o, v);
        comma = ",";
    }
    for (i = 0; i < e->part_count; i++) {
        text_cstr(&o, i ? ",{\"role\":" : comma);
        text_cstr(&o, i ? "" : "\"parts\":[{\"role\":");
        text_string(&o, e->parts[i].role);
        text_cstr(&o, ",\"text\":");
        text_string(&o, e->parts[i].text);
        text_cstr(&o, i + 1 < e->part_count ? "}" : "}]");
        comma = ",";
    }
    for (i = 0; i < e->fact_count; i++) {
        text_cstr(&o, i ? "," : comma);
        text_cstr(&o, i ? "" : "\"facts\":{");
        text_string(&o, e->facts[i].name);
        text_cstr(&o, ":");
        text_add(&o, e->facts[i].json.ptr, e->facts[i].json.len);
        text_cstr(&o, i + 1 < e->fact_count ? "" : "}");
        comma = ",";
    }
    text_cstr(&o, "}");
    return o.ptr;
}

#endif
