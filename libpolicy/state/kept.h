/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields that a record keeps of the event that wrote it.
 */
#ifndef POL_STATE_KEPT_H
#define POL_STATE_KEPT_H

#include "event/event.h"
#include "state/stored.h"

typedef struct pol_kept_field {
    int32_t field;
    pol_value value; /* POL_NULL, BOOL, INT, STR, LIST, TIME */
} pol_kept_field;

/* By rising numbers of the fields. */
typedef struct pol_kept {
    pol_kept_field *fields;
    size_t count;
} pol_kept;

/* Absent where it is not kept. */
pol_value pol_kept_value(const pol_kept *k, int32_t field);
/* In the arena; bytes of strings stay in `body`. ESTATE, ENOMEM. */
policy_status pol_kept_read(pol_kept *out, policy_str body, pol_arena *arena,
                            policy_error *err);
/* ptr NULL when out of memory. */
policy_str pol_kept_write(const pol_kept *k, pol_arena *arena);

#endif
