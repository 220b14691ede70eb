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

/* How like its term a text must be. */
enum {
    POL_PINYIN_STRICT, /* from three syllables on, tones mostly alike */
    POL_PINYIN_LOOSE   /* from two on, whatever the tones */
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

#endif
