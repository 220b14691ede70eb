/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hash table of the store.
 */
#include "harness.h"

#include "base/alloc.h"
#include "base/slice.h"
#include "state/keyed.h"

enum { NODES = 1000 };
static pol_keyed_node nodes[NODES];
static char names[NODES][8];

static void name_all(const pol_keyed *t)
{
    for (size_t i = 0; i < NODES; i++) {
        int len = snprintf(names[i], sizeof(names[i]), "k%zu", i);

        nodes[i] = (pol_keyed_node){ .key = { names[i], (size_t)len } };
        nodes[i].hash = pol_keyed_hash(t, nodes[i].key);
    }
}

static void test_finds_what_was_put_and_not_removed(void)
{
    struct test_allocator a;
    pol_keyed t = { .secret = "some secret" };

    test_allocator_init(&a);
    name_all(&t);
    CHECK(!pol_keyed_get(&t, nodes[0].key), "empty");
    for (size_t i = 0; i < NODES; i++) {
        CHECK(pol_keyed_reserve(&t, &a.allocator, i + 1), "room for %zu", i);
        pol_keyed_put(&t, &nodes[i]);
    }
    for (size_t i = 0; i < NODES; i += 2)
        pol_keyed_remove(&t, &nodes[i]);
    CHECK_INT_EQ("count", t.count, NODES / 2);
    for (size_t i = 0; i < NODES; i++)
        CHECK(pol_keyed_get(&t, nodes[i].key) == (i % 2 ? &nodes[i] : NULL),
              "node %zu", i);
    pol_keyed_fini(&t, &a.allocator);
    test_allocator_clean(&a);
}

static void test_tells_nodes_of_one_hash_apart(void)
{
    pol_keyed t = { .secret = "" };

    name_all(&t);
    CHECK(pol_keyed_reserve(&t, &pol_malloc_allocator, 3), "room");
    for (size_t i = 1; i < 3; i++) {
        nodes[i].hash = nodes[0].hash;
        pol_keyed_put(&t, &nodes[i]);
    }
    CHECK(!pol_keyed_get(&t, nodes[0].key), "same hash, other key");
    pol_keyed_put(&t, &nodes[0]);
    CHECK(pol_keyed_get(&t, nodes[0].key) == &nodes[0], "found");
    pol_keyed_remove(&t, &nodes[1]);
    CHECK(pol_keyed_get(&t, nodes[0].key) == &nodes[0], "still found");
    pol_keyed_fini(&t, &pol_malloc_allocator);
}

static void test_the_secret_changes_the_order(void)
{
    pol_keyed a = { .secret = "one" }, b = { .secret = "other" };

    CHECK(pol_keyed_hash(&a, POL_STR("k")) != pol_keyed_hash(&b, POL_STR("k")),
          "hash");
}

static void test_keeps_all_when_it_cannot_grow(void)
{
    struct test_allocator a;
    pol_keyed t = { .secret = "s" };

    test_allocator_init(&a);
    name_all(&t);
    CHECK(pol_keyed_reserve(&t, &a.allocator, 1), "room");
    pol_keyed_put(&t, &nodes[0]);
    a.fail_after = a.requests + 1;
    CHECK(!pol_keyed_reserve(&t, &a.allocator, 1000), "refused");
    CHECK(pol_keyed_get(&t, nodes[0].key) == &nodes[0], "kept");
    CHECK(pol_keyed_room(&t, 1000) == 1024, "room asked for");
    pol_keyed_fini(&t, &a.allocator);
    test_allocator_clean(&a);
}

static const struct test_case tests[] = {
    { "finds what was put and not removed",
      test_finds_what_was_put_and_not_removed },
    { "tells nodes of one hash apart", test_tells_nodes_of_one_hash_apart },
    { "the secret changes the order", test_the_secret_changes_the_order },
    { "keeps all when it cannot grow", test_keeps_all_when_it_cannot_grow },
};

POLICY_TEST_MAIN("keyed", tests)
