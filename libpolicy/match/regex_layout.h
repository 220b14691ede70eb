/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled regex, as regex_program.c and regex_dfa.c build it and regex_run.c
 * runs it.
 */
#ifndef POL_MATCH_REGEX_LAYOUT_H
#define POL_MATCH_REGEX_LAYOUT_H

#include "base/alloc.h"
#include "match/regex.h"
#include "match/regex_parse.h"
#include "text/utf8.h"

typedef enum pol_inst_op {
    POL_INST_CLASS,  /* a character of class `arg`, then `out` */
    POL_INST_CLASSES, /* one of the classes in row `arg` of `members` */
    POL_INST_SPLIT,  /* `out`, and if that fails `arg` */
    POL_INST_BORDER, /* POL_BORDER_* `arg` holds */
    POL_INST_MATCH
} pol_inst_op;

typedef struct pol_inst {
    uint32_t op, out, arg;
} pol_inst;

/* What stands beside a place, for borders. ORDER SIDE */
typedef enum pol_side {
    POL_SIDE_NONE, /* the text begins or ends here */
    POL_SIDE_LINE, /* an end of line */
    POL_SIDE_WORD, /* one of 0 to 9, a to z, _ */
    POL_SIDE_OTHER,
    POL_SIDE_COUNT
} pol_side;

/*
 * Characters that no set of the regex tells apart are of one class. A unit is
 * looked up in two steps; a surrogate gives POL_REGEX_PAIR, and the character
 * is looked for among `wide`, which begins at U+10000 (and, for a half, below).
 */
enum {
    POL_MAP_SHIFT = 7,
    POL_MAP_BLOCK = 1 << POL_MAP_SHIFT,
    POL_MAP_TOP = 0x10000 >> POL_MAP_SHIFT
};
#define POL_REGEX_PAIR UINT16_MAX
enum { POL_REGEX_CLASSES = 30000 };

/*
 * The DFA: `steps` has a row for each state, with a column for each class and
 * one, the last, for the end of the text. A step is the place of the next row
 * and, in its highest bit, that a match ends before the character. Rows 0 and 1
 * are no states.
 */
enum { POL_DFA_STEPS = 1 << 15 };
#define POL_DFA_MATCH 0x8000u
#define POL_DFA_DEAD 0u /* times the width of a row: no match from here */
#define POL_DFA_LOST 1u /* a state that was not built */

typedef struct pol_regex_block pol_regex_block;

struct pol_regex {
    policy_allocator allocator;
    pol_regex_block *blocks; /* all that is held */
    size_t bytes;

    pol_inst *insts;
    uint32_t inst_count, start;

    uint16_t top[POL_MAP_TOP]; /* block times its size */
    uint16_t *map;             /* classes, by blocks */
    uint32_t *wide;            /* where the classes of `wide_classes` begin */
    uint16_t *wide_classes;
    size_t wide_count;
    uint32_t class_count;
    uint8_t *sides;    /* POL_SIDE_*, by class */
    uint32_t *members; /* rows of bits, by class */
    uint32_t words;    /* of a row */
    bool borders;      /* the program has some */

    uint16_t *steps;
    uint32_t width;  /* of a row */
    uint16_t starts[POL_SIDE_COUNT];
    uint8_t *first;  /* by class and end of text: may a match begin there? */
    bool at_begin;   /* a match begins where the text does, or nowhere */

    pol_regex_gate gate;
    pol_regex_windows windows;
};

/* Zeroed memory that dies with `r`; NULL: none. */
void *pol_regex_hold(pol_regex *r, size_t count, size_t size);

/* Fill in the program, the classes, the DFA, the gates. Scratch is of `a`. */
policy_status pol_regex_program(pol_regex *r, pol_arena *a,
                                const pol_node *root, policy_error *err);
policy_status pol_regex_dfa(pol_regex *r, pol_arena *a, policy_error *err);
policy_status pol_regex_gate_of(pol_regex *r, pol_arena *a,
                                const pol_node *root, policy_error *err);
policy_status pol_regex_windows_of(pol_regex *r, pol_arena *a,
                                   const pol_node *root, policy_error *err);

/* As pol_regex_find, but by the simulation of the NFA alone; `from` and `last`
 * are in the text, and `from` is not within a character. */
bool pol_regex_pike(const pol_regex *r, pol_regex_cache *c,
                    const pol_folded *text, size_t from, size_t last,
                    size_t *start, size_t *end);

static inline bool pol_inst_takes(const pol_regex *r, const pol_inst *i,
                                  uint32_t class)
{
    if (i->op == POL_INST_CLASS)
        return i->arg == class;
    return i->op == POL_INST_CLASSES &&
           (r->members[(size_t)i->arg * r->words + class / 32] >>
            (class % 32) & 1);
}

static inline bool pol_border_holds(uint32_t border, pol_side before,
                                    pol_side after)
{
    switch ((pol_border)border) {
    case POL_BORDER_BEGIN: return before == POL_SIDE_NONE;
    case POL_BORDER_END: return after == POL_SIDE_NONE;
    case POL_BORDER_LINE_BEGIN: return before <= POL_SIDE_LINE;
    case POL_BORDER_LINE_END: return after <= POL_SIDE_LINE;
    case POL_BORDER_WORD:
        return (before == POL_SIDE_WORD) != (after == POL_SIDE_WORD);
    case POL_BORDER_NO_WORD:
        return (before == POL_SIDE_WORD) == (after == POL_SIDE_WORD);
    }
    return false;
}

#endif
