/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Characters written apart: 强 as 弓虽, 河 as 氵可 and 水可.
 */
#ifndef POL_TEXT_SPLITS_H
#define POL_TEXT_SPLITS_H

#include <stddef.h>
#include <stdint.h>

/* Folded units all. */
typedef struct pol_split {
    uint16_t han, parts[2];
} pol_split;

/* How many splits `han` has; they begin at *first, which is NULL if none. */
size_t pol_splits_of(const pol_split **first, uint16_t han);

#endif
