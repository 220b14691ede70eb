/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Characters written apart: a look into the table.
 */
#include "text/splits.h"

#include "text/splits_tables.h"

/* The first split of a character that is `han` or comes after it. */
static size_t lower_bound(uint32_t han)
{
    size_t low = 0, high = pol_split_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (pol_splits[middle].han < han)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t pol_splits_of(const pol_split **first, uint16_t han)
{
    size_t start = lower_bound(han), end = lower_bound((uint32_t)han + 1);

    *first = start < end ? pol_splits + start : NULL;
    return end - start;
}
