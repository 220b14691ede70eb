/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two-way search beside the obvious one: every pair of short words over two
 * letters, and random ones that repeat themselves.
 */
#include "harness.h"

#include <time.h>

#include "base/slice.h"
#include "script/find.h"

static size_t naive(policy_str hay, policy_str needle)
{
    for (size_t i = 0; i + needle.len <= hay.len; i++)
        if (memcmp(hay.ptr + i, needle.ptr, needle.len) == 0)
            return i;
    return SIZE_MAX;
}

/* The word over {a, b} that the bits of `n` below its highest spell. */
static policy_str spell(unsigned n, char *out)
{
    size_t len = 0;

    for (; n > 1; n >>= 1)
        out[len++] = n & 1 ? 'b' : 'a';
    return (policy_str){ out, len };
}

static void test_agrees_on_all_short_words(void)
{
    char h[16], n[16];
    unsigned wrong = 0;

    for (unsigned i = 1; i < 1u << 11; i++)
        for (unsigned j = 1; j < 1u << 7; j++) {
            policy_str hay = spell(i, h), needle = spell(j, n);

            wrong += pol_find(hay, needle) != naive(hay, needle);
        }
    CHECK_INT_EQ("wrong", wrong, 0);
}

static void test_agrees_on_random_repetitions(void)
{
    uint64_t seed = 7;
    char hay[600], needle[200];

    for (int round = 0; round < 20000; round++) {
        size_t h = test_random(&seed) % sizeof(hay);
        size_t n = test_random(&seed) % sizeof(needle);
        size_t period = 1 + test_random(&seed) % 9;
        policy_str a = { hay, h }, b = { needle, n };

        for (size_t i = 0; i < h; i++)
            hay[i] = (char)('a' + (i % period == 0) +
                            (test_random(&seed) % 40 == 0));
        for (size_t i = 0; i < n; i++)
            needle[i] = (char)('a' + (i % period == 0));
        if (n && test_random(&seed) % 4 == 0)
            needle[test_random(&seed) % n] = 'b';
        if (!CHECK(pol_find(a, b) == naive(a, b), "“%.*s” in “%.*s”", (int)n,
                   needle, (int)h, hay))
            return;
    }
}

static void test_takes_edges(void)
{
    CHECK_INT_EQ("empty in empty", pol_find(POL_STR(""), POL_STR("")), 0);
    CHECK_INT_EQ("empty", pol_find(POL_STR("a"), POL_STR("")), 0);
    CHECK(pol_find(POL_STR(""), POL_STR("a")) == SIZE_MAX, "in nothing");
    CHECK(pol_find(POL_STR("a"), POL_STR("aa")) == SIZE_MAX, "longer");
    CHECK_INT_EQ("itself", pol_find(POL_STR("ab"), POL_STR("ab")), 0);
    CHECK_INT_EQ("NUL", pol_find(POL_STR("a\0b\0c"), POL_STR("\0c")), 3);
    CHECK_INT_EQ("high bytes", pol_find(POL_STR("x\xff\x80\xff"),
                                        POL_STR("\x80\xff")), 2);
}

/* Twice as long must not take much more than twice as long. */
static void test_is_linear_where_it_is_hard(void)
{
    enum { LEN = 4 << 20 };
    char *hay = malloc(LEN), *needle = malloc(LEN / 2);
    clock_t start = clock();

    CU_ASSERT_PTR_NOT_NULL_FATAL(hay);
    CU_ASSERT_PTR_NOT_NULL_FATAL(needle);
    memset(hay, 'a', LEN);
    memset(needle, 'a', LEN / 2);
    for (int k = 0; k < 3; k++) {
        size_t at = k == 0 ? 0 : k == 1 ? LEN / 4 : LEN / 2 - 1;

        needle[at] = 'b';
        CHECK(pol_find((policy_str){ hay, LEN },
                       (policy_str){ needle, LEN / 2 }) == SIZE_MAX,
              "b at %zu", at);
        needle[at] = 'a';
    }
    CHECK((clock() - start) / CLOCKS_PER_SEC < 2, "took too long");
    free(hay);
    free(needle);
}

static const struct test_case tests[] = {
    { "agrees on all short words", test_agrees_on_all_short_words },
    { "agrees on random repetitions", test_agrees_on_random_repetitions },
    { "takes edges", test_takes_edges },
    { "is linear where it is hard", test_is_linear_where_it_is_hard }
};

POLICY_TEST_MAIN("find", tests)
