/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files history*.c have in common beside history.h.
 */
#ifndef POL_EVALUATE_HISTORY_PARTS_H
#define POL_EVALUATE_HISTORY_PARTS_H

#include "evaluate/history.h"

/* --- history.c */

/* The key that the event itself would write; false: it lacks a field of it. */
bool pol_history_own_key(struct pol_evaluation *v, const pol_key_use *use,
                         pol_key_parts *out);
/* The first part, of a key of no fields the empty one. What is in shadow has
 * its own: it has no effect on what is not. */
policy_str pol_history_first(struct pol_evaluation *v, const pol_key_parts *key,
                             bool shadow);

/* --- history_count.c */

/* Count the event again where a reset of its own sent it away: it is the first
 * of what comes behind. */
void pol_history_recount(struct pol_evaluation *v, pol_slot *slot,
                         const pol_stored_entry *reset);

/* --- history_read.c */

/* Invariant (2) of history.c; of counts only what is over goes. */
void pol_history_drop_obsolete(pol_stored *s, int64_t now, bool counts);

/* --- history_clauses.c */

/* Once the verdict stands: clauses of the event, then of enforced findings. */
void pol_history_clauses(struct pol_evaluation *v);

/* --- history_write.c */

/* Into its place, or in that of one of the same key, time and event. There is
 * room for it. */
void pol_history_insert(pol_stored *s, const pol_stored_entry *e);

#endif
