/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The squeezed view of a folded text: what is left without the separators
 * inside it, for terms that were pulled apart (机*密, 机 密 文 件, f u c k).
 *
 * Symbols, spaces and clause marks are dropped. Where a term may not go on, at
 * a sentence mark, a line end, a gap of more than POL_GAP_MAX characters or
 * between words, stands a break instead. Passages without any gap are left out,
 * since the folded text has all their terms.
 */
#ifndef POL_TEXT_SQUEEZE_H
#define POL_TEXT_SQUEEZE_H

#include <stdbool.h>

#include "text/fold.h"

/* Characters that one gap may have. */
enum { POL_GAP_MAX = 4 };

/* What was dropped before a unit. */
enum {
    POL_GAP_SYMBOL = 1,
    POL_GAP_SPACE = 2,
    POL_GAP_CLAUSE = 4,
    POL_GAP_WORD = 8,  /* beside these: letters or digits on both sides */
    POL_GAP_BREAK = 16 /* of a break, and of the unit after it */
};

/* A break: half a character, which no term has. */
#define POL_UNIT_BREAK ((uint16_t)0xdc00)

typedef struct pol_squeezed {
    pol_folded text; /* no flags; a gap is a reason of the unit after it */
    uint8_t *gaps;   /* POL_GAP_*, per unit of `text`; 0: nothing dropped */
    const policy_allocator *allocator;
} pol_squeezed;

/* `a` is borrowed as long as `s` lives. Allocates nothing. */
void pol_squeezed_init(pol_squeezed *s, const policy_allocator *a);
void pol_squeezed_fini(pol_squeezed *s);
/* The view of `f`; empty where no term can have a gap. Grows `s`, never shrinks
 * it; ENOMEM leaves it empty. Linear in f->count. */
policy_status pol_squeeze(pol_squeezed *s, const pol_folded *f,
                          policy_error *err);
/*
 * May a term that was found at the units [start, end) have the gaps that are
 * there? Never without a gap. With `kinds` 0, terms of two characters have gaps
 * of symbols, of three also of spaces, of four and more also of clause marks; or
 * every character stands alone. Otherwise only gaps of `kinds`, POL_GAP_SYMBOL
 * to CLAUSE. Letters and digits have gaps only where no other letter or digit
 * goes on with them at either end.
 */
bool pol_squeezed_admits(const pol_squeezed *s, size_t start, size_t end,
                         unsigned kinds);

#endif
