/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A treap: a search tree by (due, key) that is a heap by priority. The priority
 * is the keyed hash of the key, so nobody can choose keys that unbalance it.
 * Nodes stand in the records, so putting cannot fail; no walk recurses, so the
 * stack does not grow with the tree.
 */
#include "state/due_order.h"

#include <assert.h>
#include <stdbool.h>

#include "base/slice.h"

static bool is_before(const pol_due_node *n, int64_t due, policy_str key)
{
    return n->due != due ? n->due < due : pol_str_cmp(n->key, key) < 0;
}

/* What stands before `n` to its left, the others to its right. */
static void split(pol_due_node *tree, pol_due_node *n)
{
    pol_due_node **left = &n->left, **right = &n->right;

    while (tree)
        if (is_before(tree, n->due, n->key)) {
            *left = tree;
            left = &tree->right;
            tree = tree->right;
        } else {
            *right = tree;
            right = &tree->left;
            tree = tree->left;
        }
    *left = *right = NULL;
}

void pol_due_put(pol_due_node **root, pol_due_node *n)
{
    pol_due_node **at = root;

    while (*at && (*at)->priority >= n->priority)
        at = is_before(*at, n->due, n->key) ? &(*at)->right : &(*at)->left;
    split(*at, n);
    *at = n;
}

void pol_due_remove(pol_due_node **root, const pol_due_node *n)
{
    pol_due_node **at = root, *left = n->left, *right = n->right;

    while (*at != n) {
        assert(*at);
        at = is_before(*at, n->due, n->key) ? &(*at)->right : &(*at)->left;
    }
    while (left && right)
        if (left->priority > right->priority) {
            *at = left;
            at = &left->right;
            left = left->right;
        } else {
            *at = right;
            at = &right->left;
            right = right->left;
        }
    *at = left ? left : right;
}

const pol_due_node *pol_due_after(const pol_due_node *root, int64_t due,
                                  policy_str key)
{
    const pol_due_node *found = NULL;

    while (root)
        if (is_before(root, due, key) ||
            (root->due == due && pol_str_eq(root->key, key))) {
            root = root->right;
        } else {
            found = root;
            root = root->left;
        }
    return found;
}

const pol_due_node *pol_due_first(const pol_due_node *root)
{
    while (root && root->left)
        root = root->left;
    return root;
}
