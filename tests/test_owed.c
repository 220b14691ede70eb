/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a duty: each has one form, and no others are read.
 */
#include "state_arena.h"

#include "base/slice.h"
#include "state/owed.h"

static uint32_t state = 7;

static uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

static void test_what_is_written_is_read(void)
{
    begin();
    for (int i = 0; i < 500; i++) {
        uint64_t marks[8];
        pol_owed o = { .deadline = (int64_t)draw(1u << 24) * 100000 - 1000,
                       .overdue = draw(2), .escalation = draw(2),
                       .reminded = draw(300), .who = POL_STR("u1"),
                       .marks = marks, .mark_count = draw(8) }, back;
        policy_str body, again;

        o.said = o.overdue ? o.deadline + draw(1000) : 0;
        for (size_t m = 0; m < o.mark_count; m++)
            marks[m] = (m ? marks[m - 1] : 0) + 1 + draw(1u << 20);
        body = pol_owed_write(&o, &arena);
        if (!CHECK(!pol_owed_read(&back, body, &arena, NULL), "read"))
            break;
        CHECK(back.deadline == o.deadline && back.overdue == o.overdue &&
                  back.said == o.said && back.reminded == o.reminded &&
                  back.escalation == o.escalation &&
                  back.mark_count == o.mark_count, "the same");
        again = pol_owed_write(&back, &arena);
        CHECK(pol_str_eq(again, body), "the same bytes");
        /* Cut anywhere, or with one byte more, it is none. */
        for (size_t len = 0; len < body.len; len++)
            CHECK_INT_EQ("cut", pol_owed_read(&back, (policy_str){ body.ptr, len },
                                              &arena, NULL), POLICY_ESTATE);
    }
    end();
}

/* Whatever can be read is what would be written. */
static void test_other_bytes_are_refused(void)
{
    size_t good = 0;

    begin();
    for (int i = 0; i < 50000; i++) {
        char bytes[12];
        policy_str body = { bytes, draw(sizeof(bytes) + 1) };
        pol_owed o;

        for (size_t b = 0; b < body.len; b++)
            bytes[b] = (char)(draw(3) ? draw(4) : draw(256));
        if (pol_owed_read(&o, body, &arena, NULL))
            continue;
        good++;
        CHECK(pol_str_eq(pol_owed_write(&o, &arena), body), "one form");
    }
    CHECK(good > 100, "some are good: %zu", good);
    end();
}

static void test_a_mark_is_made_once(void)
{
    pol_owed o = { .deadline = 1, .who = { "", 0 } };

    begin();
    for (int i = 0; i < 400; i++) {
        uint64_t mark = draw(10);
        bool there = false;

        if (pol_owed_read(&o, pol_owed_write(&o, &arena), &arena, NULL))
            break;
        for (size_t m = 0; m < o.mark_count; m++)
            there = there || o.marks[m] == mark;
        CHECK_INT_EQ("new", pol_owed_mark(&o, mark), !there);
    }
    CHECK_INT_EQ("all of them", o.mark_count, 10);
    end();
}

static const struct test_case tests[] = {
    { "what is written is read", test_what_is_written_is_read },
    { "other bytes are refused", test_other_bytes_are_refused },
    { "a mark is made once", test_a_mark_is_made_once },
};

POLICY_TEST_MAIN("owed", tests)
