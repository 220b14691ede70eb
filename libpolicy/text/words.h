/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Common Chinese words of two to four characters, to tell where words begin and
 * end. All of it looks at folded units; what is no Han is in no word.
 */
#ifndef POL_TEXT_WORDS_H
#define POL_TEXT_WORDS_H

#include <stdbool.h>

#include "text/fold.h"

enum { POL_WORD_MAX = 4 };

/* How common a character is as a word by itself. ORDER ALONE */
enum {
    POL_ALONE_RARELY,
    POL_ALONE_OFTEN,
    POL_ALONE_MOSTLY /* 的 and 是, some fifty */
};

/* Bit n is set where the first n units are a common word. */
unsigned pol_word_lengths(const uint16_t *units, size_t count);
bool pol_word_is(const uint16_t *units, size_t count);
/* POL_ALONE_*. */
unsigned pol_word_alone(uint16_t unit);
/* Is the unit at `pos` in a common word of the text, wherever that begins? */
bool pol_word_covers(const pol_folded *f, size_t pos);
/*
 * Do the units [start, end) only arise across two words: one from before
 * `start` to a place inside, and one from there to behind `end` (路口|交通 for
 * 口交, 确保|密码 for 保密)? Not so where words also end at `start` and begin at
 * `end`, which leave the units to themselves (明确|保密|码头). Eight look-ups at
 * most; whether the units are a word is not asked, since terms are.
 */
bool pol_word_straddled(const pol_folded *f, size_t start, size_t end);

/* Is it honest that the characters before and at `pos` are the same: does a
 * common word end there and another begin (糖尿病|病人), or one hold both (天天)? */
bool pol_word_doubles(const pol_folded *f, size_t pos);

#endif
