/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines of which no shuffles are used.
 */
#include "match/regex_sift.h"

pol_sift pol_sift_wide(unsigned rank)
{
    (void)rank;
    return NULL;
}
