/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout that gen_pinyin.py writes and pinyin.c reads.
 */
#ifndef POL_TEXT_PINYIN_TABLES_H
#define POL_TEXT_PINYIN_TABLES_H

#include <stddef.h>
#include <stdint.h>

/*
 * One cell a unit; 0 is a Latin letter or digit. ORDER CELL
 *
 *    0..8   syllable, from 1
 *    9      there are other readings
 *   10      there is none, alone
 *   12..14  tone, 1 to 5
 *
 * Bit 10 is the distance of breaks from syllables in the view: without bit 9
 * and the tone, what is not 0 is the unit to write.
 */
enum {
    POL_PINYIN_CELL_ID = 0x1ff,
    POL_PINYIN_CELL_MORE = 1 << 9,
    POL_PINYIN_CELL_BREAK = 1 << 10,
    POL_PINYIN_BLOCK = 64 /* cells in a block. ORDER BLOCK */
};

typedef struct pol_pinyin_others {
    uint16_t han;
    uint16_t cells[2]; /* after the first; 0: no more */
} pol_pinyin_others;

extern const size_t pol_pinyin_count;           /* syllables */
extern const char pol_pinyin_spellings[][8];    /* by syllable, 0 is none */
extern const uint16_t pol_pinyin_index[1024];   /* block to place in cells */
extern const uint16_t pol_pinyin_cells[];
extern const size_t pol_pinyin_more_count;
extern const pol_pinyin_others pol_pinyin_more[]; /* by `han` */

#endif
