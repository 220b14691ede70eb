/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout that gen_tables.py writes and fold.c reads.
 */
#ifndef POL_TEXT_FOLD_TABLES_H
#define POL_TEXT_FOLD_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One cell a code point:
 *
 *    0..15  target minus source, modulo 2^16: one unit becomes one unit, and 0
 *           is the code point itself, pairs too; with OTHER see the kind
 *   16..23  reasons, the first eight bits
 *   24..26  class of the target; with OTHER the kind
 *   27      OTHER
 *   28..31  traits, one bit each
 */
enum {
    POL_CELL_REASONS = 16,
    POL_CELL_CLASS = 24,
    POL_CELL_OTHER = 1 << 27,
    POL_CELL_TRAIT = 28
};

/* ORDER KIND */
enum {
    POL_KIND_DELETE,  /* low bits: POL_DELETED_* */
    POL_KIND_EXPAND,  /* place in the pool of header, units, their classes */
    POL_KIND_COMBINE, /* place of header, combining class, units */
    POL_KIND_PRIVATE, /* stays itself */
    /* as COMBINE; a single mark, of one script or Inherited */
    POL_KIND_OWN_MARK,
    POL_KIND_INHERITED_MARK
};

/* ORDER DELETED */
enum {
    POL_DELETED_IGNORABLE,
    POL_DELETED_CONTROL,
    POL_DELETED_BIDI,
    POL_DELETED_TAG,
    POL_DELETED_SELECTOR, /* variation selectors */
    POL_DELETED_JOINER    /* U+200D */
};

/* ORDER TRAIT */
enum {
    POL_TRAIT_SIMPLIFIED = 1,  /* Han never written in Traditional text */
    POL_TRAIT_TRADITIONAL = 2, /* Han never written in Simplified text */
    POL_TRAIT_RARE = 4,        /* Han; neither it nor its fold is standard */
    POL_TRAIT_LOOKALIKE = 8    /* Greek and Cyrillic letters */
};

/* A pool header is the number of units and, from bit 8, these; of COMBINE they
 * are set where it is a single code point. ORDER MARK */
enum {
    POL_MARK_INHERITED = 1, /* a mark of script Inherited: composes or goes */
    POL_MARK_MARK = 2,      /* general category M */
    POL_MARK_BACK = 4       /* second half of some composition */
};

/* `first` and `second` compose into `composite` (Unicode 3.11), Hangul and what
 * the fold takes apart for good (Latin) left out. */
typedef struct pol_fold_pair {
    uint32_t first, second, composite;
} pol_fold_pair;

/* Of Unicode, and a digest of the tables: another one, other folds. */
extern const char pol_fold_version[];
/* Of the first plane each cell at its own place: in nearly all text a look-up
 * is one load. Of the other planes in three stages, whose places are counted in
 * sixteens. */
extern const uint32_t pol_fold_bmp[0x10000], pol_fold_cells[];
extern const uint16_t pol_fold_top[], pol_fold_middle[];
extern const uint16_t pol_fold_pool[];
extern const pol_fold_pair pol_fold_pairs[];
/* Where to look for a pair by (first << 32 | second), and by its composite: the
 * key times the factor, modulo 2^64, has the slot in its upper bits; a slot has
 * the place of the pair plus one, or 0. No two pairs share a slot. */
enum { POL_HASH_BITS = 12 };
extern const uint64_t pol_fold_pair_factor, pol_fold_composite_factor;
extern const uint16_t pol_fold_pair_slots[1 << POL_HASH_BITS];
extern const uint16_t pol_fold_composite_slots[1 << POL_HASH_BITS];

/* POL_KIND_*, where `cell` has OTHER. */
static inline unsigned pol_cell_kind(uint32_t cell)
{
    return cell >> POL_CELL_CLASS & 7;
}

static inline bool pol_cell_deletes(uint32_t cell)
{
    return (cell & POL_CELL_OTHER) && pol_cell_kind(cell) == POL_KIND_DELETE;
}

/* May it combine with what stands before it? */
static inline bool pol_cell_combines(uint32_t cell)
{
    unsigned kind = pol_cell_kind(cell);

    return (cell & POL_CELL_OTHER) &&
           (kind == POL_KIND_COMBINE || kind >= POL_KIND_OWN_MARK);
}

static inline uint32_t pol_fold_cell(uint32_t cp)
{
    size_t place;

    if (cp < 0x10000)
        return pol_fold_bmp[cp];
    place = pol_fold_top[(cp - 0x10000) >> 8];
    place = pol_fold_middle[place << 4 | (cp >> 4 & 15)];
    return pol_fold_cells[place << 4 | (cp & 15)];
}

#endif
