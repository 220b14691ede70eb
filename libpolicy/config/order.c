/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merge sort from the bottom: stable, n log n whatever comes in, and no
 * recursion. qsort is neither stable nor, in the C library, free of malloc.
 */
#include <assert.h>

#include "config/order.h"

/* Merge the sorted from[start, mid) and from[mid, end) into `to`. */
static void merge(uint32_t *to, const uint32_t *from, const size_t part[3],
                  const void *items, pol_order_compare compare)
{
    size_t a = part[0], b = part[1], i;

    assert(part[0] <= part[1] && part[1] <= part[2]);
    for (i = part[0]; i < part[2]; i++) {
        bool left = b == part[2] ||
                    (a < part[1] && compare(items, from[a], from[b]) <= 0);

        to[i] = left ? from[a++] : from[b++];
    }
}

uint32_t *pol_order(const void *items, size_t count, pol_order_compare compare,
                    pol_arena *arena)
{
    uint32_t *from, *to, *swap;
    size_t width, i;

    if (count > UINT32_MAX)
        return NULL;
    from = pol_arena_new(arena, uint32_t, count);
    to = pol_arena_new(arena, uint32_t, count);
    if (!from || !to)
        return NULL;
    for (i = 0; i < count; i++)
        from[i] = (uint32_t)i;
    for (width = 1; width < count; width *= 2) {
        for (i = 0; i < count; i += 2 * width) {
            size_t mid = i + width < count ? i + width : count;
            size_t end = mid + width < count ? mid + width : count;

            merge(to, from, (const size_t[]){ i, mid, end }, items, compare);
        }
        swap = from;
        from = to;
        to = swap;
    }
    return from;
}
