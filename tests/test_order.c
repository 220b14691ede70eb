/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting by index: order, stability, and what happens without memory. */
#include "harness.h"

#include "config/order.h"

static int compare_bytes(const void *items, uint32_t a, uint32_t b)
{
    const uint8_t *bytes = items;

    return (bytes[a] > bytes[b]) - (bytes[a] < bytes[b]);
}

static void check_order(pol_arena *arena, const uint8_t *bytes, size_t count)
{
    uint32_t *order = pol_order(bytes, count, compare_bytes, arena);
    uint8_t seen[512] = { 0 };
    size_t i;
    bool ok = order != NULL;

    for (i = 0; ok && i < count; i++) {
        ok = order[i] < count && !seen[order[i]];
        if (ok)
            seen[order[i]] = 1;
        if (ok && i)
            ok = bytes[order[i - 1]] < bytes[order[i]] ||
                 (bytes[order[i - 1]] == bytes[order[i]] &&
                  order[i - 1] < order[i]);
    }
    CHECK(ok, "%zu items, wrong at %zu", count, i);
}

static void test_sorts_every_length_and_keeps_equal_ones_in_order(void)
{
    struct test_allocator t;
    pol_arena arena;
    uint8_t bytes[300];
    uint64_t seed = 1;
    size_t count, i;

    test_allocator_init(&t);
    pol_arena_init(&arena, &t.allocator, 0);
    for (count = 0; count <= sizeof(bytes); count++) {
        for (i = 0; i < count; i++)
            bytes[i] = (uint8_t)(test_random(&seed) % 40);
        check_order(&arena, bytes, count);
        pol_arena_reset(&arena);
    }
    pol_arena_fini(&arena);
    test_allocator_clean(&t);
}

static void test_sorts_what_is_sorted_and_what_is_reversed(void)
{
    struct test_allocator t;
    pol_arena arena;
    uint8_t up[200], down[200], same[200];
    size_t i;

    for (i = 0; i < 200; i++) {
        up[i] = (uint8_t)i;
        down[i] = (uint8_t)(200 - i);
        same[i] = 7;
    }
    test_allocator_init(&t);
    pol_arena_init(&arena, &t.allocator, 0);
    check_order(&arena, up, 200);
    check_order(&arena, down, 200);
    check_order(&arena, same, 200);
    pol_arena_fini(&arena);
    test_allocator_clean(&t);
}

static void test_says_so_without_memory(void)
{
    struct test_allocator t;
    pol_arena arena;
    uint8_t *bytes = calloc(1, 100000);

    test_allocator_init(&t);
    pol_arena_init(&arena, &t.allocator, 1000);
    CHECK(!pol_order(bytes, 100000, compare_bytes, &arena), "above the arena");
    CHECK(!pol_order(bytes, (size_t)UINT32_MAX + 1, compare_bytes, &arena),
          "too many to number");
    t.fail_at = t.requests + 1;
    pol_arena_fini(&arena);
    pol_arena_init(&arena, &t.allocator, 0);
    CHECK(!pol_order(bytes, 100, compare_bytes, &arena), "allocator failed");
    CHECK(pol_order(bytes, 100, compare_bytes, &arena) != NULL, "goes on");
    pol_arena_fini(&arena);
    test_allocator_clean(&t);
    free(bytes);
}

static const struct test_case tests[] = {
    { "sorts every length and keeps equal ones in order",
      test_sorts_every_length_and_keeps_equal_ones_in_order },
    { "sorts what is sorted and what is reversed",
      test_sorts_what_is_sorted_and_what_is_reversed },
    { "says so without memory", test_says_so_without_memory }
};

POLICY_TEST_MAIN("order", tests)
