/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the automaton over all terms is built, by whom, and what happens to its
 * memory; that it finds the right things is test_matcher_scan's.
 */
#include <pthread.h>

#include "base/alloc.h"
#include "match/matcher_whole.h"

#include "harness.h"

static const uint16_t he[] = { 'h', 'e' }, she[] = { 's', 'h', 'e' };

static pol_whole *two_strings(const policy_allocator *a)
{
    pol_whole *w = pol_whole_new(a, 2, 5);

    if (w) {
        pol_whole_add(w, he, 2, 7, false);
        pol_whole_add(w, she, 3, 9, true);
    }
    return w;
}

static void check_built(const pol_automaton *m)
{
    pol_state s = pol_automaton_start(m);
    uint32_t e;
    size_t i;

    for (i = 0; i < 3; i++)
        s = pol_automaton_step(m, s, she[i]);
    e = pol_automaton_out(m, s);
    CHECK(m->ends[e].value == 9 && m->ends[e].mark, "she");
    e = m->ends[e].next;
    CHECK(m->ends[e].value == 7 && !m->ends[e].mark, "he");
}

static void test_is_built_when_it_would_have_paid(void)
{
    struct test_allocator t;
    pol_whole *w;
    size_t requests;

    test_allocator_init(&t);
    w = two_strings(&t.allocator);
    CU_ASSERT_FATAL(w != NULL);
    requests = t.requests;
    CHECK_INT_EQ("bytes before", pol_whole_bytes(w), t.live_bytes);
    pol_whole_miss(w, 0);
    pol_whole_miss(w, 4);
    CHECK(!pol_whole_get(w) && t.requests == requests, "four units");
    pol_whole_miss(w, 1);
    CU_ASSERT_FATAL(pol_whole_get(w) != NULL);
    CHECK_INT_EQ("bytes after", pol_whole_bytes(w), t.live_bytes);
    check_built(pol_whole_get(w));
    requests = t.requests;
    pol_whole_miss(w, 100);
    CHECK_INT_EQ("once", t.requests, requests);
    pol_whole_free(w);
    test_allocator_clean(&t);
}

static void test_of_nothing_is_nothing(void)
{
    CHECK(!pol_whole_get(NULL) && !pol_whole_bytes(NULL), "NULL");
    pol_whole_miss(NULL, 5);
    pol_whole_free(NULL);
}

static void test_goes_without_where_memory_is_short(void)
{
    size_t n, done = 0;

    for (n = 1; n < 100 && !done; n++) {
        struct test_allocator t;
        pol_whole *w;

        test_allocator_init(&t);
        t.fail_at = n;
        w = two_strings(&t.allocator);
        if (w)
            pol_whole_miss(w, 5);
        done = t.failed == 0;
        CHECK((w && pol_whole_get(w)) == (done != 0), "n %zu", n);
        CHECK(!w || pol_whole_bytes(w) == t.live_bytes, "n %zu", n);
        pol_whole_free(w);
        test_allocator_clean(&t);
    }
    CHECK(done && n > 8, "failed %zu times", n);
}

enum { THREADS = 4 };

static void *miss_until_built(void *arg)
{
    pol_whole *w = arg;

    while (!pol_whole_get(w))
        pol_whole_miss(w, 1);
    return (void *)pol_whole_get(w);
}

static void test_is_built_by_one_thread(void)
{
    pthread_t threads[THREADS];
    pol_whole *w = two_strings(&pol_malloc_allocator);
    size_t i;

    CU_ASSERT_FATAL(w != NULL);
    for (i = 0; i < THREADS; i++)
        CU_ASSERT_FATAL(!pthread_create(&threads[i], NULL, miss_until_built,
                                        w));
    for (i = 0; i < THREADS; i++) {
        void *seen = NULL;

        pthread_join(threads[i], &seen);
        CHECK(seen == pol_whole_get(w), "thread %zu", i);
    }
    check_built(pol_whole_get(w));
    pol_whole_free(w);
}

static const struct test_case tests[] = {
    { "is built when it would have paid",
      test_is_built_when_it_would_have_paid },
    { "of nothing is nothing", test_of_nothing_is_nothing },
    { "goes without where memory is short",
      test_goes_without_where_memory_is_short },
    { "is built by one thread", test_is_built_by_one_thread },
};

POLICY_TEST_MAIN("matcher whole", tests)
