/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines that have no loads from many places at once.
 */
#include "match/matcher_sieve.h"

pol_sieve pol_sieve_wide(unsigned rank)
{
    (void)rank;
    return NULL;
}
