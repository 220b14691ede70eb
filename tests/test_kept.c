/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields that records keep: every kind comes back, other bytes are refused.
 */
#include "state_arena.h"

#include "base/slice.h"
#include "state/kept.h"

static policy_str example(void)
{
    static const policy_str items[] = { { "nurse", 5 }, { "", 0 } };
    pol_kept_field fields[] = {
        { POLICY_FIELD_ACTOR, { .kind = POL_STR, .str = { "u1", 2 } } },
        { POLICY_FIELD_ENCRYPTED, { .kind = POL_BOOL, .i = 1 } },
        { POLICY_FIELD_SIZE, { .kind = POL_INT, .i = -5 } },
        { POLICY_FIELD_HOLDER, { .kind = POL_NULL } },
        { POLICY_FIELD_UNTIL, { .kind = POL_TIME, .i = 1772416800000 } },
        { POLICY_FIELD_ROLES, { .kind = POL_LIST, .list = { items, 2 } },
          true, { 1772416800000, { "m1", 2 }, { "s", 1 } } },
        { POLICY_FIELD_DEPT, { .kind = POL_NULL },
          true, { -1, { "m0", 2 }, { "", 0 } } },
    };
    pol_kept k = { fields, sizeof(fields) / sizeof(*fields) };

    return pol_kept_write(&k, &arena);
}

static void test_each_kind_comes_back(void)
{
    const pol_kept_field *f;
    pol_kept back;
    pol_value v;

    begin();
    CHECK_INT_EQ("read", pol_kept_read(&back, example(), &arena, NULL), POLICY_OK);
    v = pol_kept_value(&back, POLICY_FIELD_ACTOR);
    CHECK(v.kind == POL_STR && pol_str_is(v.str, "u1"), "an id");
    v = pol_kept_value(&back, POLICY_FIELD_ENCRYPTED);
    CHECK(v.kind == POL_BOOL && v.i == 1, "a flag");
    v = pol_kept_value(&back, POLICY_FIELD_SIZE);
    CHECK(v.kind == POL_INT && v.i == -5, "a number");
    v = pol_kept_value(&back, POLICY_FIELD_UNTIL);
    CHECK(v.kind == POL_TIME && v.i == 1772416800000, "a time");
    v = pol_kept_value(&back, POLICY_FIELD_HOLDER);
    CHECK(v.kind == POL_ABSENT && pol_kept_find(&back, POLICY_FIELD_HOLDER) != NULL,
          "nobody");
    v = pol_kept_value(&back, POLICY_FIELD_ROLES);
    CHECK(v.kind == POL_LIST && v.list.count == 2 &&
              pol_str_is(v.list.items[0], "nurse") && v.list.items[1].len == 0,
          "a list");
    CHECK(!pol_kept_find(&back, POLICY_FIELD_SIZE)->carried, "said");
    f = pol_kept_find(&back, POLICY_FIELD_ROLES);
    CHECK(f && f->carried && f->said.at == 1772416800000 &&
              pol_str_is(f->said.event, "m1") && pol_str_is(f->said.source, "s"),
          "carried");
    f = pol_kept_find(&back, POLICY_FIELD_DEPT);
    CHECK(f && f->carried && f->value.kind == POL_NULL && f->said.at == -1 &&
              pol_kept_value(&back, POLICY_FIELD_DEPT).kind == POL_ABSENT,
          "carried that there is nothing");
    CHECK_INT_EQ("what is not kept", pol_kept_value(&back, POLICY_FIELD_TIME).kind,
                 POL_ABSENT);
    CHECK(pol_kept_read(&back, POL_STR(""), &arena, NULL) == POLICY_OK &&
              back.count == 0, "nothing is kept");
    end();
}

static void test_other_bytes_are_refused(void)
{
    pol_kept back;
    policy_str bytes;
    char copy[128];
    size_t read = 0;

    begin();
    bytes = example();
    for (size_t i = 0; i < bytes.len; i++)
        for (unsigned x = 1; x < 256; x++) {
            policy_str other = { copy, bytes.len };
            policy_error err = POLICY_ERROR_INIT;
            policy_status st;

            memcpy(copy, bytes.ptr, bytes.len);
            copy[i] ^= (char)x;
            st = pol_kept_read(&back, other, &arena, &err);
            if (st == POLICY_ESTATE)
                continue;
            read++;
            CHECK(!st && pol_str_eq(pol_kept_write(&back, &arena), other),
                  "byte %zu as %u: %s", i, x, err.message);
        }
    CHECK(read > 100, "some are fields of their own: %zu", read);
    end();
}

static const struct { const char *label, *bytes; size_t len; } bad[] = {
    { "a field there is not", "\xff\x01\x04\x00", 4 },
    { "twice", "\x06\x03\x02\x06\x03\x02", 6 },
    { "backwards", "\x07\x03\x02\x06\x03\x02", 6 },
    { "no kind", "\x06\x00", 2 },
    { "null with a value", "\x06\x01\x01", 3 },
    { "a kind there is not", "\x06\x07\x00", 3 },
    { "carried from nowhere", "\x06\x82", 2 },
    { "carried without its source", "\x06\x82\x02\x01m", 5 },
    { "carried, of no kind", "\x06\x80\x02\x01m\x01s", 7 },
    { "a flag of two", "\x06\x02\x02", 3 },
    { "a list of more items than bytes", "\x06\x05\x7f\x00", 4 },
    { "a text that is cut", "\x06\x04\x05" "abc", 6 },
};

static void test_hostile_fields_are_refused(void)
{
    pol_kept back;

    begin();
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CHECK_INT_EQ(bad[i].label,
                     pol_kept_read(&back, (policy_str){ bad[i].bytes, bad[i].len },
                                   &arena, NULL),
                     POLICY_ESTATE);
    end();
}

static void test_what_was_said_has_an_order(void)
{
    static const pol_said rising[] = {
        { 1, { "b", 1 }, { "s", 1 } }, { 2, { "a", 1 }, { "s", 1 } },
        { 2, { "b", 1 }, { "", 0 } }, { 2, { "b", 1 }, { "a", 1 } },
    };
    const int count = sizeof(rising) / sizeof(*rising);

    for (int i = 0; i < count; i++)
        for (int k = 0; k < count; k++) {
            int c = pol_said_cmp(&rising[i], &rising[k]);

            CHECK((c > 0) - (c < 0) == (i > k) - (i < k), "%d beside %d", i, k);
        }
}

static void test_survives_a_lack_of_memory(void)
{
    policy_error err = POLICY_ERROR_INIT;
    pol_kept back;
    policy_str bytes;

    begin();
    bytes = example();
    for (size_t room = 0;; room += 16) {
        policy_status st;

        arena.max = arena.used + room;
        st = pol_kept_read(&back, bytes, &arena, &err);
        if (!st)
            break;
        if (!CHECK(st == POLICY_ENOMEM && room < 4096, "%zu bytes: %d", room,
                   (int)st))
            break;
    }
    arena.max = arena.used;
    CHECK(pol_kept_write(&back, &arena).ptr == NULL, "no room to write");
    end();
}

static const struct test_case tests[] = {
    { "each kind comes back", test_each_kind_comes_back },
    { "other bytes are refused", test_other_bytes_are_refused },
    { "hostile fields are refused", test_hostile_fields_are_refused },
    { "what was said has an order", test_what_was_said_has_an_order },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
};

POLICY_TEST_MAIN("kept", tests)
