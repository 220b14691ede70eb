/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting in place, without malloc (qsort of the C library may ask for memory)
 * and without a bad case.
 */
#ifndef POL_BASE_SORT_H
#define POL_BASE_SORT_H

#include <stddef.h>

/* As qsort, and like it not stable: let `compare` be a total order where equal
 * items must keep theirs. `size` is at most 256 bytes. O(n log n). */
void pol_sort(void *items, size_t count, size_t size,
              int (*compare)(const void *a, const void *b));

#endif
