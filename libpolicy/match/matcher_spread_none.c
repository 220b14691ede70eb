/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines that have no loads from many places at once.
 */
#include "match/matcher_spread.h"

pol_spread pol_spread_wide(void)
{
    return NULL;
}
