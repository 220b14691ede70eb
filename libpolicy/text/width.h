/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns of a terminal: for carets and for masks.
 */
#ifndef POL_TEXT_WIDTH_H
#define POL_TEXT_WIDTH_H

#include <policy/status.h>

/* East Asian wide and full-width count 2, combining and controls 0, everything
 * else, ambiguous and ill-formed too, 1. */
size_t pol_display_width(policy_str s);

#endif
