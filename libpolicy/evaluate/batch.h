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
    const policy_change *change; /* NULL: that the event of this key changed */
    const policy_decision *by;   /* NULL: a free place */
} pol_batch_change;

typedef struct pol_batch {
    pol_batch_change *at; /* a hash table in the arena; `cap` 0 or a power of 2 */
    size_t count, cap;
} pol_batch;

/* The last change of the record; NULL: there is none. */
const pol_batch_change *pol_batch_find(const pol_batch *b, policy_str key);
/* All changes of the decision, which lives as long as the arena; none where its
 * event is one that has changed something before, since what is applied by its
 * source and id is applied once. ENOMEM. */
policy_status pol_batch_add(pol_batch *b, const policy_decision *d,
                            pol_arena *arena);

#endif
