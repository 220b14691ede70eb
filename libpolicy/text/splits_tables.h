/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout that gen_splits.py writes and splits.c reads.
 */
#ifndef POL_TEXT_SPLITS_TABLES_H
#define POL_TEXT_SPLITS_TABLES_H

#include <stddef.h>

#include "text/splits.h"

/* By character, then by parts. */
extern const pol_split pol_splits[];
extern const size_t pol_split_count;

#endif
