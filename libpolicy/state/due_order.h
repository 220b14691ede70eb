/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records of an organisation that are due, by (due, key).
 */
#ifndef POL_STATE_DUE_ORDER_H
#define POL_STATE_DUE_ORDER_H

#include <policy/status.h>

typedef struct pol_due_node {
    struct pol_due_node *left, *right;
    uint64_t priority; /* as good as random */
    int64_t due;
    policy_str key;
} pol_due_node;

/* `due`, `key` and `priority` are set; the pair is not there. */
void pol_due_put(pol_due_node **root, pol_due_node *n);
void pol_due_remove(pol_due_node **root, const pol_due_node *n);
/* The first that comes after (due, key), whether that is there or not. */
const pol_due_node *pol_due_after(const pol_due_node *root, int64_t due,
                                  policy_str key);
/* The first of all; NULL: none. */
const pol_due_node *pol_due_first(const pol_due_node *root);

#endif
