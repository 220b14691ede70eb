/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/buffer.h"
#include "base/slice.h"
#include "harness.h"

static void test_appends_in_order(void)
{
    struct test_allocator t;
    pol_buf b;

    test_allocator_init(&t);
    pol_buf_init(&b, &t.allocator, 1000);
    CHECK_STR_EQ("empty", pol_buf_slice(&b), "");
    pol_buf_text(&b, "a");
    pol_buf_str(&b, POL_STR("bc"));
    pol_buf_char(&b, 'd');
    pol_buf_fill(&b, 'e', 3);
    pol_buf_add(&b, NULL, 0);
    pol_buf_fmt(&b, "-%d%%-%s", 7, "x");
    CHECK_STR_EQ("all", pol_buf_slice(&b), "abcdeee-7%-x");
    CHECK_INT_EQ("NUL after it", b.ptr[b.len], 0);
    CHECK_INT_EQ("status", b.status, POLICY_OK);
    pol_buf_fini(&b);
    test_allocator_clean(&t);
}

static void test_numbers(void)
{
    static const int64_t values[] = { 0, 1, -1, 9, 10, -10, 1234567890123,
                                      INT64_MAX, INT64_MIN };
    char want[32];
    size_t i;
    pol_buf b;

    pol_buf_init(&b, NULL, 100);
    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        pol_buf_reset(&b);
        pol_buf_int(&b, values[i]);
        snprintf(want, sizeof(want), "%" PRId64, values[i]);
        CHECK_STR_EQ(want, pol_buf_slice(&b), want);
    }
    pol_buf_reset(&b);
    pol_buf_uint(&b, UINT64_MAX);
    CHECK_STR_EQ("largest", pol_buf_slice(&b), "18446744073709551615");
    pol_buf_fini(&b);
}

static void test_the_maximum_sticks(void)
{
    pol_buf b;

    pol_buf_init(&b, NULL, 5);
    pol_buf_text(&b, "12345");
    CHECK_INT_EQ("exactly the maximum", b.status, POLICY_OK);
    pol_buf_char(&b, '6');
    CHECK_INT_EQ("one more", b.status, POLICY_ELIMIT);
    pol_buf_text(&b, "");
    CHECK_INT_EQ("sticks", b.status, POLICY_ELIMIT);
    CHECK_STR_EQ("what was there stays", pol_buf_slice(&b), "12345");
    pol_buf_reset(&b);
    pol_buf_fmt(&b, "%s", "123456");
    CHECK_INT_EQ("format too", b.status, POLICY_ELIMIT);
    pol_buf_reset(&b);
    pol_buf_fill(&b, 'x', SIZE_MAX);
    CHECK_INT_EQ("fill too", b.status, POLICY_ELIMIT);
    pol_buf_reset(&b);
    pol_buf_text(&b, "ok");
    CHECK_STR_EQ("reset forgets", pol_buf_slice(&b), "ok");
    CHECK_INT_EQ("reset forgets", b.status, POLICY_OK);
    pol_buf_fini(&b);
    pol_buf_init(&b, NULL, SIZE_MAX);
    pol_buf_text(&b, "no limit");
    pol_buf_fill(&b, 'x', SIZE_MAX);
    CHECK_STR_EQ("the NUL has room", pol_buf_slice(&b), "no limit");
    pol_buf_fini(&b);
}

static void test_no_memory_sticks_at_every_place(void)
{
    size_t n, i;

    for (n = 1; n < 8; n++) {
        struct test_allocator t;
        pol_buf b;

        test_allocator_init(&t);
        t.fail_at = n;
        pol_buf_init(&b, &t.allocator, 1 << 20);
        for (i = 0; i < 1000; i++)
            pol_buf_text(&b, "abc");
        CHECK_INT_EQ("status", b.status, t.failed ? POLICY_ENOMEM : POLICY_OK);
        CHECK_INT_EQ("asked once and no more", t.failed, 1);
        CHECK(b.len % 3 == 0, "%zu: appends are whole", n);
        CHECK_INT_EQ("slice", pol_buf_slice(&b).len, b.len);
        pol_buf_fini(&b);
        test_allocator_clean(&t);
    }
}

static void test_reset_keeps_the_room(void)
{
    struct test_allocator t;
    size_t i, requests = 0;
    pol_buf b;

    test_allocator_init(&t);
    pol_buf_init(&b, &t.allocator, 10000);
    for (i = 0; i < 3; i++) {
        pol_buf_fill(&b, 'x', 5000);
        if (i == 0)
            requests = t.requests;
        pol_buf_reset(&b);
        CHECK_STR_EQ("empty", pol_buf_slice(&b), "");
    }
    CHECK_INT_EQ("allocations", t.requests, requests);
    pol_buf_fini(&b);
    pol_buf_fini(&b); /* twice is once */
    test_allocator_clean(&t);
}

static void append_some(pol_buf *b)
{
    pol_buf_text(b, "ab");
    pol_buf_char(b, 'c');
    pol_buf_fill(b, '*', 3);
    pol_buf_int(b, -12);
    pol_buf_add(b, NULL, 0);
}

static void test_a_fixed_one_counts_what_does_not_fit(void)
{
    static const char whole[] = "abc***-12";
    char bytes[16];
    pol_buf b;

    for (size_t cap = 0; cap < sizeof(bytes); cap++) {
        size_t kept = cap < 9 ? cap : 9;

        memset(bytes, '#', sizeof(bytes));
        pol_buf_init_fixed(&b, cap ? bytes : NULL, cap);
        append_some(&b);
        CHECK_INT_EQ("length", b.len, 9);
        CHECK_INT_EQ("status", b.status, POLICY_OK);
        CHECK(memcmp(bytes, whole, kept) == 0 && bytes[kept] == '#', "cap %zu", cap);
        pol_buf_reset(&b);
        pol_buf_char(&b, 'z');
        CHECK(b.len == 1 && bytes[0] == (cap ? 'z' : '#'), "again, cap %zu", cap);
        pol_buf_fini(&b);
    }
}

static const struct test_case tests[] = {
    { "appends in order", test_appends_in_order },
    { "numbers", test_numbers },
    { "the maximum sticks", test_the_maximum_sticks },
    { "no memory sticks at every place", test_no_memory_sticks_at_every_place },
    { "reset keeps the room", test_reset_keeps_the_room },
    { "a fixed one counts what does not fit",
      test_a_fixed_one_counts_what_does_not_fit },
};
POLICY_TEST_MAIN("buffer", tests)
