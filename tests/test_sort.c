/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "harness.h"

#include "base/sort.h"

static int by_number(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return (x > y) - (x < y);
}

static void check_sorted(const char *label, int *items, size_t count)
{
    int *twin = malloc((count + 1) * sizeof(*twin));

    if (!CHECK(twin != NULL, "%s", label))
        return;
    memcpy(twin, items, count * sizeof(*twin));
    qsort(twin, count, sizeof(*twin), by_number);
    pol_sort(items, count, sizeof(*items), by_number);
    CHECK(memcmp(items, twin, count * sizeof(*twin)) == 0, "%s, %zu items", label,
          count);
    free(twin);
}

static void test_sorts_as_qsort_does(void)
{
    static int items[2000];
    uint64_t seed = 1;

    for (size_t count = 0; count < 2000; count += count < 40 ? 1 : 97) {
        for (size_t i = 0; i < count; i++)
            items[i] = (int)(test_random(&seed) % (count + 1));
        check_sorted("random with repeats", items, count);
        check_sorted("sorted", items, count);
        for (size_t i = 0; i < count; i++)
            items[i] = (int)(count - i);
        check_sorted("descending", items, count);
        for (size_t i = 0; i < count; i++)
            items[i] = 7;
        check_sorted("all alike", items, count);
    }
}

static int by_first(const void *a, const void *b)
{
    return memcmp(a, b, 1);
}

static void test_moves_large_items_whole(void)
{
    char items[20][256];

    for (int i = 0; i < 20; i++)
        memset(items[i], 'a' + (i * 7) % 20, sizeof(items[i]));
    pol_sort(items, 20, sizeof(items[0]), by_first);
    for (int i = 0; i < 20; i++)
        CHECK(items[i][0] == 'a' + i && items[i][255] == 'a' + i, "item %d", i);
}

static size_t calls;

static int counted(const void *a, const void *b)
{
    calls++;
    return by_number(a, b);
}

static void test_has_no_bad_case(void)
{
    static int items[1 << 14];
    const size_t count = sizeof(items) / sizeof(*items);

    for (size_t i = 0; i < count; i++)
        items[i] = (int)(i % 2 ? i : count - i);
    calls = 0;
    pol_sort(items, count, sizeof(*items), counted);
    CHECK(calls < 2 * 15 * count, "%zu comparisons of %zu items", calls, count);
}

static const struct test_case tests[] = {
    { "sorts as qsort does", test_sorts_as_qsort_does },
    { "moves large items whole", test_moves_large_items_whole },
    { "has no bad case", test_has_no_bad_case },
};

POLICY_TEST_MAIN("sort", tests)
