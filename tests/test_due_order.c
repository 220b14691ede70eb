/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The due order against a sorted array.
 */
#include "harness.h"

#include "base/slice.h"
#include "state/due_order.h"

enum { NODES = 300 };
static pol_due_node nodes[NODES];
static char names[NODES][8];
static bool there[NODES];

static int compare(const pol_due_node *a, int64_t due, policy_str key)
{
    return a->due != due ? (a->due > due) - (a->due < due)
                         : pol_str_cmp(a->key, key);
}

static const pol_due_node *naive_after(int64_t due, policy_str key)
{
    const pol_due_node *best = NULL;

    for (size_t i = 0; i < NODES; i++)
        if (there[i] && compare(&nodes[i], due, key) > 0 &&
            (!best || compare(&nodes[i], best->due, best->key) < 0))
            best = &nodes[i];
    return best;
}

static size_t depth_of(const pol_due_node *n)
{
    size_t left = n ? depth_of(n->left) : 0, right = n ? depth_of(n->right) : 0;

    return n ? 1 + (left > right ? left : right) : 0;
}

static void check_heap(const pol_due_node *n)
{
    if (!n)
        return;
    CHECK((!n->left || n->left->priority <= n->priority) &&
              (!n->right || n->right->priority <= n->priority),
          "priority of %.*s", (int)n->key.len, n->key.ptr);
    check_heap(n->left);
    check_heap(n->right);
}

static void fill(uint64_t *seed, bool equal_priorities)
{
    for (size_t i = 0; i < NODES; i++) {
        int len = snprintf(names[i], sizeof(names[i]), "k%zu", i);

        nodes[i] = (pol_due_node){
            .priority = equal_priorities ? 7 : test_random(seed),
            .due = (int64_t)(test_random(seed) % 20) - 10,
            .key = { names[i], (size_t)len },
        };
        there[i] = false;
    }
}

static void walk_all(const pol_due_node *root)
{
    const pol_due_node *n = pol_due_first(root);

    for (; n; n = pol_due_after(root, n->due, n->key))
        if (!CHECK(pol_due_after(root, n->due, n->key) ==
                       naive_after(n->due, n->key),
                   "after %.*s", (int)n->key.len, n->key.ptr))
            return;
}

static void run(uint64_t seed, bool equal_priorities)
{
    pol_due_node *root = NULL;

    fill(&seed, equal_priorities);
    for (size_t step = 0; step < 3000; step++) {
        size_t i = test_random(&seed) % NODES, j = test_random(&seed) % NODES;

        if (there[i])
            pol_due_remove(&root, &nodes[i]);
        else
            pol_due_put(&root, &nodes[i]);
        there[i] = !there[i];
        /* j need not be there. */
        if (!CHECK(pol_due_after(root, nodes[j].due, nodes[j].key) ==
                       naive_after(nodes[j].due, nodes[j].key),
                   "step %zu", step) ||
            !CHECK(pol_due_first(root) == naive_after(INT64_MIN, POL_STR("")),
                   "step %zu", step))
            return;
    }
    walk_all(root);
    check_heap(root);
    if (!equal_priorities)
        CHECK(depth_of(root) < 40, "depth %zu", depth_of(root));
}

static void test_agrees_with_a_sorted_array(void)
{
    run(1, false);
    run(2, false);
}

static void test_stands_equal_priorities(void)
{
    run(3, true);
}

static void test_an_empty_order_has_nothing(void)
{
    CHECK(!pol_due_first(NULL), "first");
    CHECK(!pol_due_after(NULL, 0, POL_STR("")), "after");
}

static const struct test_case tests[] = {
    { "agrees with a sorted array", test_agrees_with_a_sorted_array },
    { "stands equal priorities", test_stands_equal_priorities },
    { "an empty order has nothing", test_an_empty_order_has_nothing },
};

POLICY_TEST_MAIN("due_order", tests)
