/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the decisions of one batch have changed so far, by key: an event sees
 * the changes of those before it as if they had been applied.
 */
#ifndef POL_EVALUATE_BATCH_H
#define POL_EVALUATE_BATCH_H

#include "evaluate/decision.h"

typedef struct pol_batch_change {
    policy_str key;
    const policy_change *change; /* NULL: the key is of an event that has changed
                                    something, or of an organisation */
    const policy_decision *by;   /* NULL: a free place */
    int64_t time;                /* of an organisation: its latest event's */
} pol_batch_change;

typedef struct pol_batch {
    pol_batch_change *at; /* a hash table in the arena; `cap` 0 or a power of 2 */
    size_t count, cap;
} pol_batch;

/* The last change of the record; NULL: there is none. */
const pol_batch_change *pol_batch_find(const pol_batch *b, policy_str key);
/* The latest time of an event of the organisation: what ended by then is
 * forgotten. INT64_MIN: there was none. */
int64_t pol_batch_time(const pol_batch *b, policy_str org);
/* All changes of the decision, which lives as long as the arena; none where its
 * event is one that has changed something before, since what is applied by its
 * source and id is applied once. ENOMEM. */
policy_status pol_batch_add(pol_batch *b, const policy_decision *d,
                            pol_arena *arena);

#endif
