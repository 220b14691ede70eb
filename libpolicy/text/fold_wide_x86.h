/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows that fold_wide_x86.c lists.
 */
#ifndef POL_TEXT_FOLD_WIDE_X86_H
#define POL_TEXT_FOLD_WIDE_X86_H

#include "text/fold_wide.h"

unsigned pol_fold_row_avx512(pol_run *r); /* fold_wide_avx512.c */

#endif
