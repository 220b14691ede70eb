/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The base fold: any bytes into annotated UTF-16 units with an offset map.
 */
#ifndef POL_TEXT_FOLD_H
#define POL_TEXT_FOLD_H

#include <policy/text.h>

/* ORDER REASON. Those of the first sixteen bits stand in units. */
enum {
    POL_REASON_CASE = POLICY_REASON_CASE,
    POL_REASON_WIDTH = POLICY_REASON_WIDTH,
    POL_REASON_COMPAT = POLICY_REASON_COMPAT,
    POL_REASON_TRADITIONAL = POLICY_REASON_TRADITIONAL,
    POL_REASON_VARIANT = POLICY_REASON_VARIANT,
    POL_REASON_MARK = POLICY_REASON_MARK,
    POL_REASON_STYLED = POLICY_REASON_STYLED,
    POL_REASON_DIGIT = POLICY_REASON_DIGIT,
    /* Set on the unit after what was deleted: a match looks at all its units
     * but the first one. */
    POL_REASON_IGNORABLE = POLICY_REASON_IGNORABLE,
    POL_REASON_ILLFORMED = POLICY_REASON_ILLFORMED,
    /* Only in the squeezed view: on the unit after the gap, as above. */
    POL_REASON_SEPARATOR = POLICY_REASON_SEPARATOR,
    /* Only in the views that bear their names. */
    POL_REASON_HOMOGLYPH = POLICY_REASON_HOMOGLYPH,
    POL_REASON_RARE = POLICY_REASON_RARE,
    POL_REASON_LEET = POLICY_REASON_LEET,
    POL_REASON_REPEAT = POLICY_REASON_REPEAT,
    POL_REASON_NUMERAL = POLICY_REASON_NUMERAL,
    /* Only of hits. */
    POL_REASON_PINYIN = POLICY_REASON_PINYIN,
    POL_REASON_ENCODED = POLICY_REASON_ENCODED,
    POL_REASON_DEFANGED = POLICY_REASON_DEFANGED,
    POL_REASON_ALIAS = POLICY_REASON_ALIAS,
    POL_REASON_SPLIT = POLICY_REASON_SPLIT,
    POL_REASON_REVERSED = POLICY_REASON_REVERSED,
    POL_REASON_SPELLED = POLICY_REASON_SPELLED,
    POL_REASON_COUNT = 23
};

/* What a folded unit is; both halves of a pair carry the same. ORDER CLASS */
enum {
    POL_CLASS_HAN,      /* ideographs */
    POL_CLASS_LATIN,    /* letters of the Latin script */
    POL_CLASS_DIGIT,    /* 0 to 9 */
    POL_CLASS_LETTER,   /* letters of other scripts and their marks */
    POL_CLASS_SYMBOL,   /* other punctuation, symbols, emoji, U+FFFD */
    POL_CLASS_SPACE,    /* spaces and tab */
    POL_CLASS_CLAUSE,   /* comma, colon, brackets, quotes, slashes */
    POL_CLASS_SENTENCE, /* . ! ? and their like, line ends */
    POL_CLASS_COUNT
};

/* Source texts above this are refused: every offset and count stays far within
 * 32 bits. */
#define POL_FOLD_MAX ((size_t)16 << 20)

typedef struct pol_folded {
    uint16_t *units;         /* the folded text */
    uint16_t *reasons;       /* POL_REASON_*, per unit */
    uint32_t *starts, *ends; /* source bytes [start, end) of each unit */
    uint8_t *classes;        /* POL_CLASS_* */
    size_t count, cap;
    uint32_t flags;          /* POLICY_TEXT_* */
    const policy_allocator *allocator;
} pol_folded;

/* `a` is borrowed as long as `f` lives; NULL: malloc. Allocates nothing. */
void pol_folded_init(pol_folded *f, const policy_allocator *a);
void pol_folded_fini(pol_folded *f);
/* Room for texts of `len` bytes, so that folding them allocates only where
 * ligatures expand beyond it. */
policy_status pol_folded_reserve(pol_folded *f, size_t len, policy_error *err);
/* Fold `utf8`, any bytes. Grows `f`, never shrinks it. Only ENOMEM and ELIMIT
 * (above POL_FOLD_MAX) fail; `f` is empty then. Linear in utf8.len. */
policy_status pol_fold(pol_folded *f, policy_str utf8, policy_error *err);
/* Source bytes of the units [start, end). */
policy_span pol_folded_source(const pol_folded *f, size_t start, size_t end);

#endif
