/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes in bytes, in linear time and constant space whatever they are: both
 * may be an attacker's.
 */
#ifndef POL_SCRIPT_FIND_H
#define POL_SCRIPT_FIND_H

#include <policy/status.h>

/* Where `needle` first stands in `hay`; SIZE_MAX: nowhere. */
size_t pol_find(policy_str hay, policy_str needle);

#endif
