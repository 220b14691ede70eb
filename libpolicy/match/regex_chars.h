/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of characters as ranges of code points, and what folding makes of them.
 * All of them live in the arena of one compilation.
 */
#ifndef POL_MATCH_REGEX_CHARS_H
#define POL_MATCH_REGEX_CHARS_H

#include <stdbool.h>

#include "base/arena.h"
#include "text/fold.h"

typedef struct pol_range {
    uint32_t first, last; /* both inside */
} pol_range;

/* Tidy: sorted, and between two ranges is a gap. */
typedef struct pol_chars {
    pol_range *ranges;
    size_t count, cap;
    uint32_t id; /* of the program's sets, plus one; 0: none yet */
} pol_chars;

/* A script of Unicode (Scripts.txt). */
typedef struct pol_script {
    const char *name;
    const pol_range *ranges;
    size_t count;
} pol_script;
extern const pol_script pol_scripts[];
extern const size_t pol_script_count;

/* General categories, and the runs of all characters in order: where one begins
 * from bit POL_CATEGORY_BITS on, below it its place among the names. */
enum { POL_CATEGORIES = 30, POL_CATEGORY_BITS = 5 };
extern const char pol_char_categories[POL_CATEGORIES][3];
extern const uint32_t pol_category_runs[];
extern const size_t pol_category_run_count;

/* False: out of memory. The set is untidy then and after it. */
bool pol_chars_add(pol_arena *a, pol_chars *c, uint32_t first, uint32_t last);
bool pol_chars_add_all(pol_arena *a, pol_chars *c, const pol_chars *more);
void pol_chars_tidy(pol_chars *c);
/* Of tidy sets. Negating makes one; false: out of memory. */
bool pol_chars_negate(pol_arena *a, pol_chars *c);
bool pol_chars_has(const pol_chars *c, uint32_t cp);
bool pol_chars_equal(const pol_chars *a, const pol_chars *b);
uint64_t pol_chars_size(const pol_chars *c); /* how many characters */

/*
 * Give a tidy set what its members fold to, where that is one character. The
 * members stay, since no folded text has one that folds to another. *left is
 * the number of characters that may yet be looked at: EINPUT beyond it. Only
 * folds for these `reasons` count (POL_REASON_*; UINT32_MAX: all): a property
 * asks for those of case, or a Roman numeral C would make a number of every c.
 * `f` is scratch.
 */
policy_status pol_chars_fold(pol_arena *a, pol_chars *c, pol_folded *f,
                             uint32_t reasons, uint64_t *left);
/* What `cp` folds to when it stands alone: itself? */
bool pol_char_is_folded(uint32_t cp);

/* Add the characters of a general category ("L", "Lu"), a script ("Han") or
 * "Any". EINPUT: there is none of that name. */
policy_status pol_chars_property(pol_arena *a, pol_chars *c, policy_str name);

#endif
