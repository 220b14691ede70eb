/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Insertion for a few items, which is what an event has, else a heap.
 */
#include "base/sort.h"

#include <assert.h>
#include <string.h>

enum { ITEM_MAX = 256, FEW = 12 };

typedef int compare_items(const void *a, const void *b);

static void swap(char *a, char *b, size_t size)
{
    char t[ITEM_MAX];

    memcpy(t, a, size);
    memcpy(a, b, size);
    memcpy(b, t, size);
}

static void insert(char *at, size_t count, size_t size, compare_items *compare)
{
    char item[ITEM_MAX];

    for (size_t i = 1; i < count; i++) {
        size_t j = i;

        memcpy(item, at + i * size, size);
        for (; j > 0 && compare(at + (j - 1) * size, item) > 0; j--)
            memcpy(at + j * size, at + (j - 1) * size, size);
        memcpy(at + j * size, item, size);
    }
}

/* Below `root` every item is at least as large as its children; make it so for
 * `root` too. */
static void sift(char *at, size_t root, size_t count, size_t size,
                 compare_items *compare)
{
    for (;;) {
        size_t child = root * 2 + 1;

        if (child >= count)
            return;
        if (child + 1 < count &&
            compare(at + child * size, at + (child + 1) * size) < 0)
            child++;
        if (compare(at + root * size, at + child * size) >= 0)
            return;
        swap(at + root * size, at + child * size, size);
        root = child;
    }
}

void pol_sort(void *items, size_t count, size_t size,
              int (*compare)(const void *a, const void *b))
{
    char *at = items;

    assert(size <= ITEM_MAX);
    if (count <= FEW) {
        insert(at, count, size, compare);
        return;
    }
    for (size_t i = count / 2; i-- > 0;)
        sift(at, i, count, size, compare);
    for (size_t i = count; i-- > 1;) {
        swap(at, at + i * size, size);
        sift(at, 0, i, size, compare);
    }
}
