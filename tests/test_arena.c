/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/slice.h"
#include "harness.h"

static bool is_zero(const void *p, size_t len)
{
    const char *c = p;

    while (len && *c == 0) {
        c++;
        len--;
    }
    return len == 0;
}

static void test_memory_is_aligned_zero_and_apart(void)
{
    static const size_t sizes[] = { 0, 1, 15, 16, 17, 100, 4000, 5000, 70000, 3 };
    enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
    struct test_allocator t;
    unsigned round, i;
    char *p[COUNT];
    pol_arena a;

    test_allocator_init(&t);
    pol_arena_init(&a, &t.allocator, 0);
    for (round = 0; round < 3; round++) {
        for (i = 0; i < COUNT; i++) {
            p[i] = pol_arena_alloc(&a, sizes[i]);
            CU_ASSERT_PTR_NOT_NULL_FATAL(p[i]);
            CHECK(((uintptr_t)p[i] & 15) == 0, "row %u", i);
            CHECK(is_zero(p[i], sizes[i]), "row %u of round %u", i, round);
            memset(p[i], (int)i + 1, sizes[i]);
        }
        for (i = 0; i < COUNT; i++)
            CHECK(!sizes[i] || (p[i][0] == (char)(i + 1) &&
                                p[i][sizes[i] - 1] == (char)(i + 1)),
                  "row %u was overwritten", i);
        CU_ASSERT_PTR_NOT_EQUAL(p[0], p[1]);
        pol_arena_reset(&a);
    }
    pol_arena_fini(&a);
    test_allocator_clean(&t);
}

static void test_a_warm_arena_calls_nothing(void)
{
    struct test_allocator t;
    size_t requests = 0;
    unsigned round, i;
    pol_arena a;

    test_allocator_init(&t);
    pol_arena_init(&a, &t.allocator, 0);
    for (round = 0; round < 5; round++) {
        uint64_t seed = 7;

        for (i = 0; i < 2000; i++)
            CU_ASSERT_PTR_NOT_NULL(pol_arena_alloc(&a, test_random(&seed) % 300));
        CU_ASSERT_PTR_NOT_NULL(pol_arena_alloc(&a, 3000000));
        if (round == 0)
            requests = t.requests;
        CHECK_INT_EQ("requests", t.requests, requests);
        pol_arena_reset(&a);
    }
    pol_arena_fini(&a);
    test_allocator_clean(&t);
}

/* Rounds that differ must not make the arena grow without end. */
static void test_spare_blocks_are_found_again(void)
{
    struct test_allocator t;
    uint64_t seed = 1;
    unsigned round, i;
    pol_arena a;

    test_allocator_init(&t);
    pol_arena_init(&a, &t.allocator, 0);
    for (round = 0; round < 300; round++) {
        for (i = 0; i < 20; i++)
            pol_arena_alloc(&a, test_random(&seed) % 20000);
        pol_arena_reset(&a);
    }
    CHECK(t.live_bytes < 20 * 20000 * 4, "%zu bytes", t.live_bytes);
    pol_arena_fini(&a);
    test_allocator_clean(&t);
}

static void test_the_maximum_counts_what_is_handed_out(void)
{
    policy_error e = POLICY_ERROR_INIT;
    pol_arena a;

    pol_arena_init(&a, NULL, 1024);
    CU_ASSERT_PTR_NOT_NULL(pol_arena_alloc(&a, 1000));
    CU_ASSERT_PTR_NULL(pol_arena_alloc(&a, 17));
    CHECK_INT_EQ("status", pol_arena_error(&a, 17, &e), POLICY_ELIMIT);
    CHECK_CSTR_EQ("name", e.message, "input is above the limit arena_bytes (1024)");
    CU_ASSERT_PTR_NOT_NULL(pol_arena_alloc(&a, 16));
    CHECK_INT_EQ("used", a.used, 1024);
    pol_arena_reset(&a);
    CHECK_INT_EQ("used after reset", a.used, 0);
    CHECK_INT_EQ("peak after reset", a.peak, 1024);
    CU_ASSERT_PTR_NULL(pol_arena_alloc(&a, SIZE_MAX));
    CU_ASSERT_PTR_NULL(pol_arena_array(&a, SIZE_MAX / 2, 3));
    CU_ASSERT_PTR_NOT_NULL(pol_arena_new(&a, uint64_t, 4));
    pol_arena_fini(&a);
}

static void test_no_memory_leaves_it_usable(void)
{
    policy_error e = POLICY_ERROR_INIT;
    struct test_allocator t;
    pol_arena a;

    test_allocator_init(&t);
    pol_arena_init(&a, &t.allocator, 0);
    t.fail_at = 1;
    CU_ASSERT_PTR_NULL(pol_arena_alloc(&a, 1));
    CHECK_INT_EQ("status", pol_arena_error(&a, 1, &e), POLICY_ENOMEM);
    CU_ASSERT_PTR_NULL(a.first);
    CU_ASSERT_PTR_NOT_NULL(pol_arena_alloc(&a, 1));
    t.fail_at = t.requests + 1;
    CU_ASSERT_PTR_NULL(pol_arena_alloc(&a, 100000));
    CHECK_INT_EQ("used", a.used, 16);
    CU_ASSERT_PTR_NOT_NULL(pol_arena_alloc(&a, 1));
    CU_ASSERT_PTR_NULL(pol_arena_dup(&a, (policy_str){ "x", SIZE_MAX }).ptr);
    pol_arena_fini(&a);
    test_allocator_clean(&t);
}

static void test_copies_end_with_nul(void)
{
    policy_str d;
    pol_arena a;

    pol_arena_init(&a, NULL, 0);
    d = pol_arena_dup(&a, (policy_str){ "a\0b", 3 });
    CHECK_INT_EQ("length", d.len, 3);
    CU_ASSERT_EQUAL(memcmp(d.ptr, "a\0b", 4), 0);
    d = pol_arena_dup(&a, (policy_str){ NULL, 0 });
    CU_ASSERT_PTR_NOT_NULL(d.ptr);
    CHECK_CSTR_EQ("C string", pol_arena_cstr(&a, POL_STR("xyz")), "xyz");
    pol_arena_fini(&a);
}

static void test_rewind_gives_back_what_came_after(void)
{
    struct test_allocator t;
    pol_arena_mark start, m;
    char *keep, *first, *again;
    unsigned round;
    size_t requests = 0;
    pol_arena a;

    test_allocator_init(&t);
    pol_arena_init(&a, &t.allocator, 0);
    start = pol_arena_here(&a); /* before the first block */
    keep = pol_arena_cstr(&a, POL_STR("kept"));
    m = pol_arena_here(&a);
    first = pol_arena_alloc(&a, 32);
    for (round = 0; round < 4; round++) {
        pol_arena_rewind(&a, m);
        CHECK_INT_EQ("used", a.used, 16);
        again = pol_arena_alloc(&a, 32);
        CU_ASSERT_PTR_EQUAL(again, first);
        CHECK(is_zero(again, 32), "round %u", round);
        memset(again, 1, 32);
        pol_arena_alloc(&a, 10000);
        pol_arena_alloc(&a, 50000);
        if (round == 0)
            requests = t.requests;
    }
    CHECK_INT_EQ("requests", t.requests, requests);
    CHECK_CSTR_EQ("kept", keep, "kept");
    pol_arena_rewind(&a, start);
    CHECK_INT_EQ("used", a.used, 0);
    CU_ASSERT_PTR_EQUAL(pol_arena_alloc(&a, 5), keep);
    pol_arena_fini(&a);
    test_allocator_clean(&t);
}

static void test_a_refusal_is_remembered(void)
{
    struct test_allocator t;
    pol_arena a;

    test_allocator_init(&t);
    pol_arena_init(&a, &t.allocator, 64);
    CHECK(pol_arena_alloc(&a, 64) && a.failure == POLICY_OK, "all of it");
    CHECK(!pol_arena_alloc(&a, 1) && a.failure == POLICY_ELIMIT, "one too many");
    pol_arena_reset(&a);
    CHECK_INT_EQ("forgotten", a.failure, POLICY_OK);
    pol_arena_fini(&a);
    pol_arena_init(&a, &t.allocator, 64);
    t.fail_after = t.requests + 1;
    CHECK(!pol_arena_alloc(&a, 1) && a.failure == POLICY_ENOMEM, "no memory");
    pol_arena_fini(&a);
    test_allocator_clean(&t);
}

/* What a part of a bundle holds in vain is at most a fifth, and a block. */
static void test_a_tight_arena_holds_little_in_vain(void)
{
    struct test_allocator t;
    uint64_t seed = 3;
    pol_arena a;

    test_allocator_init(&t);
    pol_arena_init_tight(&a, &t.allocator);
    CHECK(t.live_bytes == 0, "nothing before the first");
    for (size_t i = 0; i < 4000; i++) {
        if (!CHECK(pol_arena_alloc(&a, test_random(&seed) % 90) != NULL, "%zu", i))
            break;
        if (!CHECK(t.live_bytes <= a.used + a.used / 3 + 600,
                   "%zu bytes for %zu", t.live_bytes, a.used))
            break;
    }
    CHECK(t.live_blocks < 60, "%zu blocks", t.live_blocks);
    CHECK(pol_arena_alloc(&a, 100000) != NULL, "a large one");
    pol_arena_fini(&a);
    test_allocator_clean(&t);
}

static const struct test_case tests[] = {
    { "memory is aligned, zero and apart",
      test_memory_is_aligned_zero_and_apart },
    { "a warm arena calls nothing", test_a_warm_arena_calls_nothing },
    { "spare blocks are found again", test_spare_blocks_are_found_again },
    { "the maximum counts what is handed out",
      test_the_maximum_counts_what_is_handed_out },
    { "no memory leaves it usable", test_no_memory_leaves_it_usable },
    { "copies end with NUL", test_copies_end_with_nul },
    { "rewind gives back what came after",
      test_rewind_gives_back_what_came_after },
    { "a refusal is remembered", test_a_refusal_is_remembered },
    { "a tight arena holds little in vain",
      test_a_tight_arena_holds_little_in_vain },
};
POLICY_TEST_MAIN("arena", tests)
