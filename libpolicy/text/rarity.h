/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How rare characters are in ordinary texts, so that a term is looked for by
 * what is rarest in it.
 */
#ifndef POL_TEXT_RARITY_H
#define POL_TEXT_RARITY_H

#include <stdint.h>

enum { POL_RARITY_MAX = 15 };

/* U+4E00 to U+9FFF, two in a byte, the lower in the low bits. */
extern const uint8_t pol_rarity_han[10496];

/* Of a folded unit, 0 to POL_RARITY_MAX: each step is about half as often. A
 * guess, and no more: nothing is right or wrong by it. */
unsigned pol_rarity(uint16_t unit);

#endif
