/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order without malloc and without a bad case: what looks for equal names sorts
 * them, since hash tables can be fed with names that collide.
 */
#ifndef POL_CONFIG_ORDER_H
#define POL_CONFIG_ORDER_H

#include "base/arena.h"

/* Less than, equal to or greater than zero, as memcmp, for items a and b. */
typedef int (*pol_order_compare)(const void *items, uint32_t a, uint32_t b);

/* The numbers 0 to `count` - 1 in the order of the items; equal ones keep their
 * order. They lie in `arena`; NULL when it is out of memory, and for more than
 * UINT32_MAX items. */
uint32_t *pol_order(const void *items, size_t count, pol_order_compare compare,
                    pol_arena *arena);

#endif
