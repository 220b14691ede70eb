/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines for which the vectors of fold.c are what they have.
 */
#include "text/fold_wide.h"

pol_fold_row pol_fold_row_widest(void)
{
    return NULL;
}
