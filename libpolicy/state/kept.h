/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields that a record keeps of the event that wrote it; and of events
 * before, where the record carries what was said on.
 */
#ifndef POL_STATE_KEPT_H
#define POL_STATE_KEPT_H

#include "event/event.h"
#include "state/stored.h"

/* Which event it was that said something. */
typedef struct pol_said {
    int64_t at;
    policy_str event, source;
} pol_said;

typedef struct pol_kept_field {
    int32_t field;
    pol_value value; /* POL_NULL (from then on there is nothing), BOOL, INT, STR,
                        LIST, TIME */
    bool carried;    /* not of the event that wrote the record, but */
    pol_said said;   /* of this one */
} pol_kept_field;

/* By rising numbers of the fields. */
typedef struct pol_kept {
    pol_kept_field *fields;
    size_t count;
} pol_kept;

/* As pol_stored_cmp_times. */
int pol_said_cmp(const pol_said *a, const pol_said *b);
/* NULL: it is not kept. */
const pol_kept_field *pol_kept_find(const pol_kept *k, int32_t field);
/* Absent where it is not kept, or nothing. */
pol_value pol_kept_value(const pol_kept *k, int32_t field);
/* In the arena; bytes of strings stay in `body`. ESTATE, ENOMEM. */
policy_status pol_kept_read(pol_kept *out, policy_str body, pol_arena *arena,
                            policy_error *err);
/* ptr NULL when out of memory. */
policy_str pol_kept_write(const pol_kept *k, pol_arena *arena);

#endif
