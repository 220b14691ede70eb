/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where machines differ: what only some of them can run. fold_wide_<family>.c
 * lists it, a file for each kind of vectors has it, and the choice is made when
 * the program runs; fold.c has what all can run, which the others are held
 * against.
 */
#ifndef POL_TEXT_FOLD_WIDE_H
#define POL_TEXT_FOLD_WIDE_H

#include "text/fold_run.h"

typedef struct pol_fold_way {
    const char *name;
    pol_fold_row row;
    bool (*runs)(void); /* on this machine */
} pol_fold_way;

/* What this family of machines may run beyond the plain way, the quickest
 * first; ends with a `row` of NULL. */
extern const pol_fold_way pol_fold_ways[];

/* The quickest row that this machine runs. */
pol_fold_row pol_fold_row_widest(void);
/* pol_fold with `row`; NULL is the plain one. */
policy_status pol_fold_by(pol_fold_row row, pol_folded *f, policy_str utf8,
                          policy_error *err);

#endif
