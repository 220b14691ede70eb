/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A charwise Aho-Corasick automaton: one step a unit on every text, whatever
 * the strings. The matcher has one for texts on which its filters and tables
 * would cost more.
 *
 * It is a double array. The units of the strings are numbered from 1, those that
 * begin a string before all others. A state is
 * a cell, and has a base of its own: the cell at base plus number, if it bears
 * that number, is the state that follows. So a step down reads eight bytes.
 *
 * Many siblings rarely find room together among others. So a wide state has a
 * base for each range of numbers; its own base says where these are listed.
 *
 * Where a state does not go on, its fail says what to try next: the nearest
 * suffix of it that goes on with a unit that it does not go on with itself. What
 * goes on with nothing has the base of its nearest suffix that does.
 */
#ifndef POL_MATCH_AUTOMATON_H
#define POL_MATCH_AUTOMATON_H

#include <policy/limits.h>

enum { POL_CELL_OUT = 1 << 16, POL_PAGE = 64, POL_PAGES = 65536 / POL_PAGE };
#define POL_BASE_WIDE 0x80000000u /* the rest is an index of `bases` */

typedef struct pol_cell {
    uint32_t base;
    uint32_t number; /* and POL_CELL_OUT where strings end; 0: free */
} pol_cell;

typedef struct pol_end {
    uint32_t value; /* as given */
    uint32_t len : 31, mark : 1;
    uint32_t next; /* the longest proper suffix that is a string; or 0 */
} pol_end;

/* A state and its base. */
typedef struct pol_state { uint32_t cell, base; } pol_state;

/* Cell 0 is the root. Index 0 of `ends` and page 0 of numbers stand for none. */
typedef struct pol_automaton {
    /* Of a unit / POL_PAGE: what makes of the unit an index of `numbers`, modulo
     * 2^32. NULL: no string at all. */
    uint32_t *pages;
    uint16_t *numbers; /* 0: the unit is in no string */
    size_t page_count;
    pol_cell *cells;
    pol_state *fails; /* by cell */
    /* Of each wide state: how far to shift a number right, then what it adds to
     * for each result. */
    uint32_t *bases;
    size_t base_count, base_cap;
    uint32_t *outs;   /* by cell: of `ends`, the longest string; or 0 */
    size_t cell_count;
    uint32_t root;   /* its base */
    uint32_t starts; /* numbers of units that begin a string */
    size_t count;  /* states besides the root */
    pol_end *ends;
    size_t end_cap;
    size_t longest; /* units of the longest string */
} pol_automaton;

typedef struct pol_string {
    const uint16_t *units;
    uint32_t len : 31, mark : 1; /* `mark` is the caller's, as `value` is */
    uint32_t value; /* of equal strings, the last one's counts */
} pol_string;

/* From `count` strings of one unit or more, in time linear in their units. On
 * failure `out` is empty. */
policy_status pol_automaton_build(pol_automaton *out, const policy_allocator *a,
                                  const pol_string *strings, size_t count,
                                  policy_error *err);
void pol_automaton_fini(pol_automaton *m, const policy_allocator *a);
size_t pol_automaton_bytes(const pol_automaton *m); /* held */

static inline uint32_t pol_automaton_number(const pol_automaton *m,
                                            uint16_t unit)
{
    return m->numbers[(uint32_t)(m->pages[unit / POL_PAGE] + unit)];
}

/* Before the first unit. */
static inline pol_state pol_automaton_start(const pol_automaton *m)
{
    return (pol_state){ 0, m->root };
}

/* The cell of the state that follows, if it bears the number. */
static inline uint32_t pol_automaton_next(const pol_automaton *m,
                                          uint32_t base, uint32_t number)
{
    if (base & POL_BASE_WIDE) {
        const uint32_t *wide = m->bases + (base & ~POL_BASE_WIDE);

        base = wide[1 + (number >> wide[0])];
    }
    return base + number;
}

/* After one unit more: each step up the fails was once a step down. */
static inline pol_state pol_automaton_step(const pol_automaton *m,
                                           pol_state at, uint16_t unit)
{
    const uint32_t number = pol_automaton_number(m, unit);
    uint32_t next;

    while (at.base != m->root && number) {
        next = pol_automaton_next(m, at.base, number);
        if ((uint16_t)m->cells[next].number == number)
            return (pol_state){ next, m->cells[next].base };
        at = m->fails[at.cell];
    }
    if (number - 1 >= m->starts) /* as 0 does, too */
        return pol_automaton_start(m);
    next = m->root + number;
    return (pol_state){ next, m->cells[next].base };
}

/* The longest string that ends there, of `ends`; or 0. */
static inline uint32_t pol_automaton_out(const pol_automaton *m, pol_state at)
{
    return m->cells[at.cell].number & POL_CELL_OUT ? m->outs[at.cell] : 0;
}

/* Read on from `at`, up to where strings end or to the end of the units, of which
 * there is one at least. How many were read. */
size_t pol_automaton_run(const pol_automaton *m, pol_state *at,
                         const uint16_t *units, size_t count);

#endif
