/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The automaton against a twin that compares every string at every end, on any
 * units; its memory; and a failed build.
 */
#include "base/alloc.h"
#include "match/automaton.h"

#include "harness.h"

enum { STRINGS_MAX = 40, LEN_MAX = 30, TEXT_MAX = 300 };

struct sample {
    uint16_t units[STRINGS_MAX][LEN_MAX];
    pol_string strings[STRINGS_MAX];
    size_t count;
};

/* Few units, so that strings nest and repeat; also those that are no text. */
static const uint16_t alphabets[][4] = {
    { 'a', 'a', 'a', 'b' },
    { 0, 0xffff, 0xd800, 0xdc00 },
    { 0x4e00, 0x4e10, 0x4e01, 0x5e00 },
    { 'a', 0x61 << 4, 0x5f00, 'w' },
};

static void fill(uint16_t *out, size_t n, const uint16_t *alphabet,
                 uint64_t *seed)
{
    while (n--)
        out[n] = alphabet[test_random(seed) % 4];
}

static struct sample random_sample(const uint16_t *alphabet, uint64_t *seed)
{
    struct sample s = { .count = 1 + test_random(seed) % STRINGS_MAX };
    size_t i;

    for (i = 0; i < s.count; i++) {
        size_t len = 1 + test_random(seed) % (i % 5 ? 6 : LEN_MAX);

        fill(s.units[i], len, alphabet, seed);
        s.strings[i].len = (uint32_t)len;
        s.strings[i].value = (uint32_t)i + 100;
    }
    return s;
}

/* Of the strings that end at `end`, the longest below `below` units, and of
 * equal ones the last; or NULL. */
static const pol_string *twin(const struct sample *s, const uint16_t *text,
                              size_t end, size_t below)
{
    const pol_string *best = NULL;
    size_t i;

    for (i = 0; i < s->count; i++) {
        const pol_string *x = &s->strings[i];

        if (x->len < below && x->len <= end &&
            memcmp(text + end - x->len, s->units[i], x->len * 2) == 0 &&
            (!best || x->len >= best->len))
            best = x;
    }
    return best;
}

static bool chain_agrees(const pol_automaton *m, pol_state state,
                         const struct sample *s, const uint16_t *text,
                         size_t end)
{
    uint32_t e = pol_automaton_out(m, state);
    const pol_string *x = twin(s, text, end, SIZE_MAX);

    for (; e && x; e = m->ends[e].next) {
        if (m->ends[e].len != x->len || m->ends[e].value != x->value)
            return false;
        x = twin(s, text, end, x->len);
    }
    return !e && !x;
}

static bool round_agrees(uint64_t seed, unsigned round)
{
    const uint16_t *alphabet = alphabets[round % 4];
    struct sample s = random_sample(alphabet, &seed);
    uint16_t text[TEXT_MAX];
    pol_automaton m;
    pol_state state;
    size_t i;

    for (i = 0; i < s.count; i++)
        s.strings[i].units = s.units[i];
    CU_ASSERT_FATAL(pol_automaton_build(&m, &pol_malloc_allocator, s.strings,
                                        s.count, NULL) == POLICY_OK);
    state = pol_automaton_start(&m);
    fill(text, TEXT_MAX, alphabet, &seed);
    for (i = 0; i < TEXT_MAX; i++) {
        state = pol_automaton_step(&m, state, text[i]);
        if (!CHECK(chain_agrees(&m, state, &s, text, i + 1), "end %zu", i + 1))
            break;
    }
    pol_automaton_fini(&m, &pol_malloc_allocator);
    return i == TEXT_MAX;
}

static void test_agrees_with_the_twin(void)
{
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 20000 : 800, i;

    for (i = 0; i < rounds; i++)
        if (!CHECK(round_agrees(0xac0000u + i, i), "round %u", i))
            return;
}

/* States are the distinct prefixes; each unit takes some cells beside them. */
static void test_takes_memory_in_proportion(void)
{
    enum { COUNT = 2000, LEN = 12 };
    static uint16_t units[COUNT][LEN];
    static pol_string strings[COUNT];
    struct test_allocator t;
    pol_automaton m;
    size_t i;

    test_allocator_init(&t);
    for (i = 0; i < COUNT; i++) {
        units[i][0] = (uint16_t)(i % 50);
        units[i][LEN - 1] = (uint16_t)i;
        strings[i] = (pol_string){ .units = units[i], .len = LEN,
                                    .value = (uint32_t)i };
    }
    CU_ASSERT_FATAL(pol_automaton_build(&m, &t.allocator, strings, COUNT,
                                        NULL) == POLICY_OK);
    CHECK_INT_EQ("states", m.count, 50 * (LEN - 1) + COUNT);
    CHECK_INT_EQ("longest", m.longest, LEN);
    CHECK_INT_EQ("bytes", pol_automaton_bytes(&m), t.live_bytes);
    CHECK(m.cell_count < m.count + 3 * COUNT && m.cell_count > m.count,
          "%zu cells", m.cell_count);
    pol_automaton_fini(&m, &t.allocator);
    test_allocator_clean(&t);
}

static void test_of_nothing_takes_nothing(void)
{
    struct test_allocator t;
    pol_automaton m;

    test_allocator_init(&t);
    CU_ASSERT(pol_automaton_build(&m, &t.allocator, NULL, 0, NULL) ==
              POLICY_OK);
    CHECK_INT_EQ("requests", t.requests, 0);
    CHECK_INT_EQ("bytes", pol_automaton_bytes(&m), 0);
    pol_automaton_fini(&m, &t.allocator);
    test_allocator_clean(&t);
}

static void test_leaves_nothing_behind_a_failed_build(void)
{
    static uint16_t units[200];
    const pol_string string = { .units = units, .len = 200, .value = 1 };
    size_t n, done = 0;

    for (n = 1; n < 100 && !done; n++) {
        struct test_allocator t;
        policy_error err = POLICY_ERROR_INIT;
        pol_automaton m;
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = n;
        st = pol_automaton_build(&m, &t.allocator, &string, 1, &err);
        done = t.failed == 0;
        CHECK(st == (done ? POLICY_OK : POLICY_ENOMEM), "n %zu", n);
        CHECK_INT_EQ("the error", err.status, st);
        CHECK((pol_automaton_bytes(&m) > 0) == done, "n %zu", n);
        pol_automaton_fini(&m, &t.allocator);
        test_allocator_clean(&t);
    }
    CHECK(done && n > 5, "failed %zu times", n);
}

static const struct test_case tests[] = {
    { "agrees with the twin", test_agrees_with_the_twin },
    { "takes memory in proportion", test_takes_memory_in_proportion },
    { "of nothing takes nothing", test_of_nothing_takes_nothing },
    { "leaves nothing behind a failed build",
      test_leaves_nothing_behind_a_failed_build },
};

POLICY_TEST_MAIN("automaton", tests)
