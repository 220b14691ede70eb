/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last change of each record of a batch, held against a list of all.
 */
#include "harness.h"

#include "base/slice.h"
#include "evaluate/batch.h"

enum { DECISIONS = 200, KEYS = 90 };

static void test_the_last_change_of_a_key_is_found(void)
{
    static policy_decision decisions[DECISIONS];
    static policy_change changes[DECISIONS];
    static char keys[KEYS][16], ids[DECISIONS][16];
    int last[KEYS];
    struct test_allocator memory;
    pol_arena arena;
    pol_batch b = { NULL, 0, 0 };
    uint64_t seed = 7;

    test_allocator_init(&memory);
    pol_arena_init(&arena, &memory.allocator, 0);
    for (int k = 0; k < KEYS; k++) {
        snprintf(keys[k], sizeof(keys[k]), "key %d", k);
        last[k] = -1;
    }
    CHECK(pol_batch_find(&b, POL_STR("key 1")) == NULL, "empty");
    for (int i = 0; i < DECISIONS; i++) {
        int k = (int)(test_random(&seed) % KEYS);

        changes[i].key = pol_str(keys[k]);
        snprintf(ids[i], sizeof(ids[i]), "%d", i);
        decisions[i].org = POL_STR("o");
        decisions[i].source = POL_STR("s");
        decisions[i].event = pol_str(ids[i]);
        decisions[i].changes = &changes[i];
        decisions[i].change_count = i % 7 != 0;
        if (decisions[i].change_count)
            last[k] = i;
        CHECK(!pol_batch_add(&b, &decisions[i], &arena), "decision %d", i);
        for (k = 0; k < KEYS; k++) {
            const pol_batch_change *c = pol_batch_find(&b, pol_str(keys[k]));

            if (last[k] < 0)
                CHECK(c == NULL, "%s, never", keys[k]);
            else
                CHECK(c && c->change == &changes[last[k]] &&
                          c->by == &decisions[last[k]], "%s after %d", keys[k], i);
        }
    }
    pol_arena_fini(&arena);
    test_allocator_clean(&memory);
}

static void test_each_organisation_has_its_time(void)
{
    policy_decision d[] = {
        { .org = { "o", 1 }, .event = { "1", 1 }, .time = 5 },
        { .org = { "p", 1 }, .event = { "2", 1 }, .time = 9 },
        { .org = { "o", 1 }, .event = { "3", 1 }, .time = 7 },
        { .org = { "o", 1 }, .event = { "4", 1 }, .time = 6 },
    };
    struct test_allocator memory;
    pol_arena arena;
    pol_batch b = { NULL, 0, 0 };

    test_allocator_init(&memory);
    pol_arena_init(&arena, &memory.allocator, 0);
    CHECK(pol_batch_time(&b, POL_STR("o")) == INT64_MIN, "none yet");
    for (size_t i = 0; i < 4; i++)
        CHECK(!pol_batch_add(&b, &d[i], &arena), "added");
    CHECK_INT_EQ("the latest", pol_batch_time(&b, POL_STR("o")), 7);
    CHECK_INT_EQ("of another", pol_batch_time(&b, POL_STR("p")), 9);
    CHECK(pol_batch_time(&b, POL_STR("q")) == INT64_MIN, "of none");
    pol_arena_fini(&arena);
    test_allocator_clean(&memory);
}

static void test_an_event_changes_once(void)
{
    policy_change changes[] = { { .key = { "k", 1 } }, { .key = { "l", 1 } },
                                { .key = { "k", 1 } } };
    policy_decision first = { .org = { "o", 1 }, .source = { "s", 1 },
                              .event = { "1", 1 }, .changes = changes,
                              .change_count = 1 };
    policy_decision again = first, other = first;
    struct test_allocator memory;
    pol_arena arena;
    pol_batch b = { NULL, 0, 0 };

    test_allocator_init(&memory);
    pol_arena_init(&arena, &memory.allocator, 0);
    again.changes = &changes[1];
    other.changes = &changes[2];
    other.source = POL_STR("t");
    CHECK(!pol_batch_add(&b, &first, &arena) && !pol_batch_add(&b, &again, &arena),
          "added");
    CHECK(pol_batch_find(&b, POL_STR("l")) == NULL, "the second is not applied");
    CHECK(!pol_batch_add(&b, &other, &arena) &&
              pol_batch_find(&b, POL_STR("k"))->by == &other, "of another source");
    pol_arena_fini(&arena);
    test_allocator_clean(&memory);
}

static void test_survives_a_lack_of_memory(void)
{
    policy_change change = { .key = { "k", 1 } };
    policy_decision d = { .org = { "o", 1 }, .source = { "s", 1 },
                          .event = { "1", 1 }, .changes = &change,
                          .change_count = 1 };
    struct test_allocator memory;
    pol_arena arena;
    pol_batch b = { NULL, 0, 0 };

    test_allocator_init(&memory);
    pol_arena_init(&arena, &memory.allocator, 1);
    CHECK_INT_EQ("no room", pol_batch_add(&b, &d, &arena), POLICY_ENOMEM);
    CHECK(pol_batch_find(&b, change.key) == NULL, "as it was");
    arena.max = 0;
    CHECK_INT_EQ("again", pol_batch_add(&b, &d, &arena), POLICY_OK);
    CHECK(pol_batch_find(&b, change.key) != NULL, "there");
    pol_arena_fini(&arena);
    test_allocator_clean(&memory);
}

static const struct test_case tests[] = {
    { "the last change of a key is found", test_the_last_change_of_a_key_is_found },
    { "each organisation has its time", test_each_organisation_has_its_time },
    { "an event changes once", test_an_event_changes_once },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
};

POLICY_TEST_MAIN("batch", tests)
