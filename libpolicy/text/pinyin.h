/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mandarin readings, and the view of a folded text in which characters that
 * sound alike are one: for terms that are written with homophones (薇信, 公张).
 */
#ifndef POL_TEXT_PINYIN_H
#define POL_TEXT_PINYIN_H

#include <stdbool.h>

#include "text/overlay.h"
#include "text/squeeze.h"

/* A reading: syllable, from 1, and tone: 1 to 4, 5 is the neutral one. */
#define POL_PINYIN_ID(reading) ((reading) & 0x1ff)
#define POL_PINYIN_TONE(reading) ((reading) >> 12)
/* What stands for a syllable: the first half of a pair. In a term, with its two
 * Han, one stands before something else than a second half, as in no folded
 * text: terms in pinyin and others may share a matcher. */
#define POL_PINYIN_UNIT(id) ((uint16_t)(0xd800 + (id)))

enum {
    POL_PINYIN_MAX = 3,     /* readings of a character */
    POL_PINYIN_STRINGS = 8, /* of a term */
    POL_PINYIN_ROOM = 512   /* units of all of them */
};

/*
 * How like its term a text must be, by Han that are the same and tones.
 * POL_PINYIN_STRICT: of two Han, never; of three, two are the same and the
 * other has its tone; of more, half are the same, or one is and all have their
 * tones. POL_PINYIN_LOOSE: of two, one is the same; of more, any.
 */
enum {
    POL_PINYIN_STRICT,
    POL_PINYIN_LOOSE
};

/* The usual reading of a folded character; 0: it has none. */
uint16_t pol_pinyin(uint16_t han);
/* How many readings were put into `out`, the usual one first. */
size_t pol_pinyin_readings(uint16_t han, uint16_t out[POL_PINYIN_MAX]);
/* "wei", v for u with two dots; "" for what is no syllable. Static. */
const char *pol_pinyin_spelling(uint16_t id);

/* Let `out` be `f` (or the text of a squeezed view) with its Han as syllables.
 * Latin letters and digits stay, all else becomes POL_UNIT_BREAK; classes stay,
 * since they bound words. Empty where no run of these has two Han, as every
 * term in pinyin has. Only ENOMEM fails; `out` is empty then. Linear in
 * f->count. */
policy_status pol_pinyin_view(pol_overlay *out, const pol_folded *f,
                              policy_error *err);
/* The strings that `term` is in the view, one after the other, each of
 * term->count units; how many. All combinations of readings, or that of the
 * usual ones where they do not fit. None for a term that does not have two Han,
 * has something beside Han, letters and digits, or has no room. */
size_t pol_pinyin_term(const pol_folded *term, uint16_t out[POL_PINYIN_ROOM]);
/*
 * May the units [start, end) of `f`, which the view lies over, stand for
 * `term`, the folded units of one that long? Not where all are the same, nor
 * below `level`; nor where a character that stands for another is honest text:
 * in a common word of `f`, or hardly ever more than a word by itself, or, in a
 * term of at most three units, often one and beside whole words.
 */
bool pol_pinyin_admits(const pol_folded *f, size_t start, size_t end,
                       const uint16_t *term, unsigned level);

#endif
