/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines for which the vectors of fold.c are what they have.
 */
#include "text/fold_wide.h"

const pol_fold_way pol_fold_ways[] = { { NULL, NULL, NULL } };
