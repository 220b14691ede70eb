/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one value of a field must look like, for setters, readers and adapters.
 */
#ifndef POL_EVENT_CHECK_H
#define POL_EVENT_CHECK_H

#include <stdbool.h>

#include <policy/limits.h>

#include "event/schema.h"

/* Longest id; addresses (long_id) may be as long as a text. */
#define POL_ID_MAX 256

/* A value of kind id, text or enumeration, or an item of a list. `pos` goes
 * into `err`, which may be NULL. */
policy_status pol_check_str(int32_t field, const pol_field_use *use,
                            policy_str value, const policy_limits *limits,
                            uint64_t pos, policy_error *err);
/* UTF-8, without controls. */
bool pol_id_clean(policy_str id);
/* The years 0 to 9999 and offsets below a day: what RFC 3339 can write. */
bool pol_time_in_range(int64_t ms, int32_t offset);
/* "field “text” must be a text" with the kind that it has. */
policy_status pol_check_kind(int32_t field, const pol_field_use *use,
                             uint64_t pos, policy_error *err);

#endif
