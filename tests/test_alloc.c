/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "harness.h"

static void test_no_length_gives_no_memory(void)
{
    CU_ASSERT_PTR_NULL(pol_alloc(&pol_malloc_allocator, 0));
    CU_ASSERT_PTR_NULL(pol_calloc(&pol_malloc_allocator, 0, 8));
    CU_ASSERT_PTR_NULL(pol_calloc(&pol_malloc_allocator, 8, 0));
}

static void test_default_stands_in_for_what_is_missing(void)
{
    policy_allocator empty = { sizeof(empty), NULL, NULL };
    struct test_allocator t;

    test_allocator_init(&t);
    CU_ASSERT_PTR_EQUAL(pol_allocator_or_default(NULL).resize,
                        pol_malloc_allocator.resize);
    CU_ASSERT_PTR_EQUAL(pol_allocator_or_default(&empty).resize,
                        pol_malloc_allocator.resize);
    CU_ASSERT_PTR_EQUAL(pol_allocator_or_default(&t.allocator).user, &t);
}

static void test_calloc_zeroes_and_refuses_overflow(void)
{
    struct test_allocator t;
    unsigned char *p;
    size_t i, sum = 0;

    test_allocator_init(&t);
    p = pol_calloc(&t.allocator, 25, 4);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    for (i = 0; i < 100; i++)
        sum += p[i];
    CHECK_INT_EQ("sum of bytes", sum, 0);
    CHECK_INT_EQ("live", t.live_bytes, 100);
    pol_free(&t.allocator, p, 100);
    CU_ASSERT_PTR_NULL(pol_calloc(&t.allocator, SIZE_MAX / 2, 3));
    CHECK_INT_EQ("the allocator was not even asked", t.requests, 1);
    test_allocator_clean(&t);
}

static void test_realloc_keeps_what_was_there(void)
{
    struct test_allocator t;
    char *p, *q;

    test_allocator_init(&t);
    p = pol_realloc(&t.allocator, NULL, 0, 3);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    memcpy(p, "abc", 3);
    t.fail_at = t.requests + 1;
    CU_ASSERT_PTR_NULL(pol_realloc(&t.allocator, p, 3, 1000));
    CU_ASSERT_EQUAL(memcmp(p, "abc", 3), 0); /* still good */
    q = pol_realloc(&t.allocator, p, 3, 1000);
    CU_ASSERT_PTR_NOT_NULL_FATAL(q);
    CU_ASSERT_EQUAL(memcmp(q, "abc", 3), 0);
    CU_ASSERT_PTR_NULL(pol_realloc(&t.allocator, q, 1000, 0));
    pol_free(&t.allocator, NULL, 0);
    test_allocator_clean(&t);
}

/* A leak here is the sanitizer's to find. */
static void test_the_default_allocates_and_frees(void)
{
    char *p = pol_alloc(&pol_malloc_allocator, 4), *q;

    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    memcpy(p, "abcd", 4);
    q = pol_realloc(&pol_malloc_allocator, p, 4, 4000);
    CU_ASSERT_PTR_NOT_NULL_FATAL(q);
    CU_ASSERT_EQUAL(memcmp(q, "abcd", 4), 0);
    pol_free(&pol_malloc_allocator, q, 4000);
}

static void test_arrays_double_from_sixteen(void)
{
    static const struct {
        const char *label;
        size_t cap, want, got;
    } rows[] = {
        { "first", 0, 1, 16 },          { "first, many", 0, 100, 100 },
        { "enough", 16, 16, 16 },       { "one more", 16, 17, 32 },
        { "more than double", 16, 50, 50 }, { "small start", 5, 6, 16 },
        { "below a MiB", 87380, 87381, 174760 },
        { "from a MiB on by half", 87382, 87383, 131073 },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct test_allocator t;
        size_t cap = rows[i].cap;
        void *array;

        test_allocator_init(&t);
        array = pol_alloc(&t.allocator, cap * 12);
        CHECK(pol_grow(&t.allocator, &array, &cap, rows[i].want, 12), "%s",
              rows[i].label);
        CHECK_INT_EQ(rows[i].label, cap, rows[i].got);
        CHECK_INT_EQ(rows[i].label, t.live_bytes, cap * 12);
        pol_free(&t.allocator, array, cap * 12);
        test_allocator_clean(&t);
    }
}

static void test_a_failed_growth_changes_nothing(void)
{
    struct test_allocator t;
    void *array = NULL, *before;
    size_t cap = 0;

    test_allocator_init(&t);
    CU_ASSERT_TRUE(pol_grow(&t.allocator, &array, &cap, 1, 8));
    before = array;
    t.fail_after = 1;
    CU_ASSERT_FALSE(pol_grow(&t.allocator, &array, &cap, 17, 8));
    CU_ASSERT_FALSE(pol_grow(&t.allocator, &array, &cap, SIZE_MAX / 8 + 1, 8));
    CU_ASSERT_FALSE(pol_grow(&t.allocator, &array, &cap, SIZE_MAX, 8));
    CU_ASSERT_PTR_EQUAL(array, before);
    CHECK_INT_EQ("cap", cap, 16);
    pol_free(&t.allocator, array, cap * 8);
    test_allocator_clean(&t);
}

static const struct test_case tests[] = {
    { "no length gives no memory", test_no_length_gives_no_memory },
    { "default stands in for what is missing",
      test_default_stands_in_for_what_is_missing },
    { "calloc zeroes and refuses overflow",
      test_calloc_zeroes_and_refuses_overflow },
    { "realloc keeps what was there", test_realloc_keeps_what_was_there },
    { "the default allocates and frees", test_the_default_allocates_and_frees },
    { "arrays double from sixteen", test_arrays_double_from_sixteen },
    { "a failed growth changes nothing", test_a_failed_growth_changes_nothing },
};
POLICY_TEST_MAIN("alloc", tests)
