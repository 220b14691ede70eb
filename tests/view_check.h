/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests of rule/ share: an event that is put together field by field, and
 * a view of it with a calendar of Monday to Friday, nine to six, in Shanghai.
 */
#ifndef TESTS_VIEW_CHECK_H
#define TESTS_VIEW_CHECK_H

#include "harness.h"

#include "base/alloc.h"
#include "base/report.h"
#include "base/slice.h"
#include "rule/derived.h"

#define S(literal) POL_STR(literal)

struct view_check {
    struct test_allocator t;
    pol_arena arena;
    pol_folded folded;
    pol_calendar calendar;
    policy_event *event;
    pol_view view;
};

static inline void view_open(struct view_check *c, int32_t type)
{
    memset(c, 0, sizeof(*c));
    test_allocator_init(&c->t);
    pol_arena_init(&c->arena, &c->t.allocator, 0);
    pol_folded_init(&c->folded, &c->t.allocator);
    policy_event_new(&c->event, &c->t.allocator, NULL, NULL);
    c->event->type = type;
    c->calendar.zone.standard = 8 * 60;
    for (int day = 1; day <= 5; day++) {
        c->calendar.hours[day][0].from = 9 * 60;
        c->calendar.hours[day][0].to = 18 * 60;
        c->calendar.hour_count[day] = 1;
    }
    pol_view_init(&c->view, c->event, &c->calendar, &c->arena, &c->folded);
}

static inline void view_close(struct view_check *c)
{
    policy_event_free(c->event);
    pol_folded_fini(&c->folded);
    pol_arena_fini(&c->arena);
    test_allocator_clean(&c->t);
}

/* After the event was changed. */
static inline void view_again(struct view_check *c)
{
    pol_view_init(&c->view, c->event, &c->calendar, &c->arena, &c->folded);
}

static inline pol_value str_value(policy_str s)
{
    return (pol_value){ .kind = POL_STR, .str = s };
}

static inline pol_value int_value(int64_t i)
{
    return (pol_value){ .kind = POL_INT, .i = i };
}

static inline pol_value bool_value(bool b)
{
    return (pol_value){ .kind = POL_BOOL, .i = b };
}

static inline pol_value time_value(int64_t ms)
{
    return (pol_value){ .kind = POL_TIME, .i = ms };
}

static inline pol_value list_value(const policy_str *items, size_t count)
{
    pol_value v = { .kind = POL_LIST };

    v.list.items = items;
    v.list.count = count;
    return v;
}

#endif
