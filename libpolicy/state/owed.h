/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stored entry says of one duty of one key: until when, whose, what was
 * said of it so far, and how much of it is done.
 */
#ifndef POL_STATE_OWED_H
#define POL_STATE_OWED_H

#include "state/stored.h"

typedef struct pol_owed {
    int64_t deadline;
    bool overdue;
    bool escalation;   /* its id is its key */
    int64_t said;      /* when it was last said to be overdue; 0: never was */
    uint64_t reminded; /* reminders that lie behind it */
    policy_str who;    /* empty: the role of its definition */
    uint64_t *marks;   /* of what was done towards it, rising */
    size_t mark_count;
} pol_owed;

/* Marks are in the arena, with room for one more; ESTATE, ENOMEM. */
policy_status pol_owed_read(pol_owed *out, policy_str body, pol_arena *arena,
                            policy_error *err);
/* ptr NULL when out of memory. */
policy_str pol_owed_write(const pol_owed *o, pol_arena *arena);
/* One more mark, where it was read with room for it; false: it is there. */
bool pol_owed_mark(pol_owed *o, uint64_t mark);

#endif
