/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where machines differ: what only some of them can run. fold_wide_<family>.c
 * has it and chooses when the program runs; fold.c has what all can run, which
 * the other is held against.
 */
#ifndef POL_TEXT_FOLD_WIDE_H
#define POL_TEXT_FOLD_WIDE_H

#include "text/fold_run.h"

/* The quickest pol_fold_row that this machine runs; NULL where it is the plain
 * one. */
pol_fold_row pol_fold_row_widest(void);
/* pol_fold with `row`; NULL is the plain one. */
policy_status pol_fold_by(pol_fold_row row, pol_folded *f, policy_str utf8,
                          policy_error *err);

#endif
