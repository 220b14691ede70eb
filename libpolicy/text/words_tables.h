/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout that gen_words.py writes and words.c reads: a tree of characters,
 * the first by place, the second sorted, what follows them in a short list.
 */
#ifndef POL_TEXT_WORDS_TABLES_H
#define POL_TEXT_WORDS_TABLES_H

#include <stddef.h>
#include <stdint.h>

enum {
    POL_WORDS_FIRST = 0x4e00, /* ORDER WORD_FIRST */
    POL_WORDS_FIRSTS = 0x5200,
    /* Of a pair: it is a word by itself; where its tails begin. */
    POL_WORDS_WHOLE = 1 << 15,
    POL_WORDS_TAILS = (1 << 15) - 1
};

/* Where the pairs of a first character begin; they end where the next begin. */
extern const uint16_t pol_words_first[POL_WORDS_FIRSTS + 1];
/* Second character from bit 16, sorted for each first; tails end where those of
 * the next pair begin, and there is one pair more than needed. */
extern const uint32_t pol_words_pairs[];
/* Third character from bit 16, fourth or 0; sorted for each pair. */
extern const uint32_t pol_words_tails[];

/* Character from bit 16, sorted; POL_ALONE_* */
extern const size_t pol_words_alone_count;
extern const uint32_t pol_words_alone[];

#endif
