/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sieves: each of this machine leaves what a twin leaves that asks the
 * filter unit by unit, from any place to any other, and reads nothing outside of
 * the text, which ends and begins with its block of memory.
 */
#include "match/matcher_sieve.h"

#include "harness.h"

enum { TEXT_MAX = SIEVE_BLOCK };

static const char *const letters[] = { "a", "b", "开", "发", "票", "😀", "1" };

static policy_matcher *random_matcher(uint64_t *seed)
{
    policy_pattern_set *set;
    policy_matcher *m = NULL;
    /* Some more than have marks. */
    const bool singles = test_random(seed) % 3 == 0;
    size_t count = test_random(seed) % (test_random(seed) % 4 ? 60 : 900), i, k;

    CU_ASSERT_FATAL(policy_pattern_set_new(&set, NULL, NULL) == POLICY_OK);
    for (i = 0; i < count; i++) {
        char term[80] = "";
        size_t len = (singles || test_random(seed) % 2 ? 2 : 3) +
                     test_random(seed) % 5 - (singles && test_random(seed) % 2);
        size_t of = test_random(seed) % 3 ? 7 : 2; /* or ASCII alone */

        for (k = 0; k < len; k++)
            strcat(term, letters[test_random(seed) % of]);
        CU_ASSERT(policy_pattern_set_add(set,
                                         (policy_str){ term, strlen(term) },
                                         (uint32_t)i, 0, NULL) == POLICY_OK);
    }
    CU_ASSERT_FATAL(policy_matcher_build(&m, set, NULL) == POLICY_OK);
    policy_pattern_set_free(set);
    return m;
}

static uint16_t random_unit(uint64_t *seed)
{
    static const uint16_t of_terms[] = { 'a',    'b',    0x5f00, 0x53d1, 0x7968,
                                         0xd83d, 0xde00, '1',    0,      0xffff };

    return test_random(seed) % 4
               ? of_terms[test_random(seed) % 10]
               : (uint16_t)test_random(seed);
}

static bool has_mark(const uint16_t *words, uint16_t unit)
{
    uint16_t hash = (uint16_t)(unit * POL_MARK_FACTOR);

    return words[hash / 1024] >> hash / 64 % 16 & 1;
}

/* What may be of the anchor that ends with units[at]. */
static unsigned twin(const policy_matcher *m, const uint16_t *units, size_t at)
{
    uint16_t before = at ? units[at - 1] : NO_UNIT, unit = units[at];
    unsigned may = unit < 0x80 && before < 0x80 && !m->wide_ascii
                       ? 0
                       : pol_grants_get(&m->wide,
                                        before | (uint32_t)unit << 16);
    uint32_t four = 0;
    bool narrow = m->narrow.slots && at >= 3;
    size_t i;

    for (i = 0; narrow && i < 4; i++) {
        narrow = units[at - 3 + i] < 0x80;
        four |= (uint32_t)units[at - 3 + i] << 8 * i;
    }
    if (narrow)
        may |= pol_grants_get(&m->narrow, four) << NARROW_BITS;
    if (m->singles && m->singles[unit >> 3] >> (unit & 7) & 1)
        may |= GRANT_SINGLE;
    if (m->marks &&
        !(has_mark(m->marks->last, unit) && has_mark(m->marks->before, before)))
        may &= 0xfff0;
    if (m->marks && !has_mark(m->marks->letters,
                              (uint16_t)(unit << 8 | before)))
        may &= 0xff0f;
    return may;
}

static bool leaves_the_same(pol_sieve sieve, const policy_matcher *m,
                            const uint16_t *units, size_t from, size_t to,
                            pol_survivors *s)
{
    size_t k = s->count, at;

    sieve(m, units, from, to, s);
    for (at = from; at < to; at++) {
        unsigned may = twin(m, units, at);

        if (!may)
            continue;
        if (k >= s->count || pol_survivor_at(s->left[k], from) != at ||
            pol_survivor_may(s->left[k]) != may)
            return false;
        k++;
    }
    return k == s->count;
}

/* Rank 0 is the plain one here. */
static pol_sieve sieve_of(unsigned rank)
{
    return rank ? pol_sieve_wide(rank - 1) : pol_sieve_plain;
}

static bool round_agrees(uint64_t seed)
{
    policy_matcher *m = random_matcher(&seed);
    size_t len = test_random(&seed) % (TEXT_MAX + 1), i, cut, at;
    uint16_t *units = malloc(len * sizeof(*units) + 1);
    pol_survivors s;
    pol_sieve sieve;
    unsigned rank;
    bool same = true;

    CU_ASSERT_FATAL(units != NULL);
    for (i = 0; i < len; i++)
        units[i] = random_unit(&seed);
    cut = len ? test_random(&seed) % (test_random(&seed) % 2 ? len : 5) : 0;
    cut = cut < len ? cut : len;
    for (rank = 0; (sieve = sieve_of(rank)) != NULL; rank++) {
        s.count = 0;
        same &= CHECK(leaves_the_same(sieve, m, units, 0, cut, &s),
                      "rank %u, up to %zu of %zu", rank, cut, len);
        at = s.count;
        same &= CHECK(leaves_the_same(sieve, m, units, cut, len, &s),
                      "rank %u, from %zu of %zu", rank, cut, len);
        same &= CHECK(s.count >= at, "rank %u", rank);
    }
    free(units);
    policy_matcher_free(m);
    return same;
}

static void test_leaves_what_the_twin_leaves(void)
{
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 100000 : 3000, i;

    for (i = 0; i < rounds; i++)
        if (!CHECK(round_agrees(0x51e7e000u + i), "round %u", i))
            return;
}

static void test_names_each_sieve_once(void)
{
    unsigned a, b;

    for (a = 0; sieve_of(a) && a < 9; a++)
        for (b = 0; b < a; b++)
            CHECK(sieve_of(a) != sieve_of(b), "ranks %u and %u", a, b);
    CHECK(a < 9, "%u sieves", a);
}

static const struct test_case tests[] = {
    { "leaves what the twin leaves", test_leaves_what_the_twin_leaves },
    { "names each sieve once", test_names_each_sieve_once },
};

POLICY_TEST_MAIN("matcher sieve", tests)
