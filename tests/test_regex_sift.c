/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sift: each of this machine leaves what a twin leaves that asks the tables
 * unit by unit, and reads nothing outside of the text, which ends and begins with
 * its block of memory; and the places of windows are those of a naive search.
 */
#include "match/regex_sift.h"

#include "harness.h"

enum { TEXT_MAX = 200, WINDOWS = 40, SETS = 3, TOLD_MAX = 20000 };

static uint16_t random_unit(uint64_t *seed)
{
    static const uint16_t often[] = { 'a',    'b',    '1',    '.', 0x5f00,
                                      0x53d1, 0x7968, 0xd83d, 0,   0xffff };

    return test_random(seed) % 4 ? often[test_random(seed) % 10]
                                 : (uint16_t)test_random(seed);
}

/* In a block of its own, so that a sanitizer sees who reads beyond it. */
static uint16_t *random_text(uint64_t *seed, size_t len)
{
    uint16_t *units = malloc(len * sizeof(*units) + !len);
    size_t i;

    CU_ASSERT_FATAL(units != NULL);
    for (i = 0; i < len; i++)
        units[i] = random_unit(seed);
    return units;
}

/* --- windows ------------------------------------------------------------ */

struct windows {
    pol_regex_window at[WINDOWS];
    const pol_units *sets[WINDOWS][POL_WINDOW_LEN];
    pol_units units[WINDOWS][POL_WINDOW_LEN];
    pol_unit_range ranges[WINDOWS][POL_WINDOW_LEN][SETS];
    size_t count;
};

static void random_set(pol_unit_range *ranges, pol_units *u, uint64_t *seed)
{
    size_t count = test_random(seed) % 4 ? 1 : 1 + test_random(seed) % SETS, i;
    uint32_t from = 0;

    *u = (pol_units){ ranges, 0, 0 };
    for (i = 0; i < count; i++) {
        uint32_t first = count == 1 ? random_unit(seed)
                                    : from + (uint32_t)test_random(seed) % 999;
        uint32_t wide = test_random(seed) % 3
                            ? 0 : (uint32_t)test_random(seed) % 60;
        uint32_t last = first + wide < 0xffff ? first + wide : 0xffff;

        ranges[u->count++] = (pol_unit_range){ (uint16_t)first,
                                               (uint16_t)last };
        from = last + 2;
    }
}

static void random_windows(struct windows *w, uint64_t *seed)
{
    size_t i;
    uint32_t k;

    w->count = test_random(seed) % (WINDOWS + 1);
    for (i = 0; i < w->count; i++) {
        uint32_t len = 1 + (uint32_t)test_random(seed) %
                               (test_random(seed) % 4 ? 4 : POL_WINDOW_LEN);

        for (k = 0; k < len; k++) {
            random_set(w->ranges[i][k], &w->units[i][k], seed);
            w->sets[i][k] = &w->units[i][k];
        }
        w->at[i] = (pol_regex_window){ w->sets[i], len, 0 };
    }
}

static bool units_have(const pol_units *u, uint16_t unit)
{
    uint32_t i;

    for (i = 0; i < u->count; i++)
        if (unit >= u->ranges[i].first && unit <= u->ranges[i].last)
            return true;
    return false;
}

static bool stands(const pol_regex_window *w, const uint16_t *units,
                   size_t count, size_t at)
{
    uint32_t k;

    if (at + w->len > count)
        return false;
    for (k = 0; k < w->len; k++)
        if (!units_have(w->at[k], units[at + k]))
            return false;
    return true;
}

static pol_regex_sift *sift_of(const struct windows *w)
{
    pol_regex_sift *s = NULL;

    CU_ASSERT_FATAL(pol_regex_sift_new(&s, NULL, w->at, w->count, NULL) ==
                    POLICY_OK);
    return s;
}

/* --- tables --------------------------------------------------------------- */

/* The buckets of units[at]. */
static unsigned twin(const pol_sift_tables *t, const uint16_t *units,
                     size_t count, size_t at)
{
    unsigned bits = 0xffff, look, n;

    for (look = 0; look < POL_SIFT_LOOKS; look++) {
        unsigned unit = at + look < count ? units[at + look] : 0;

        for (n = 0; n < POL_SIFT_NIBBLES; n++) {
            unsigned v = unit >> 4 * n & 15;

            bits &= t->halves[0][look][n][v] |
                    (unsigned)t->halves[1][look][n][v] << 8;
        }
    }
    return bits;
}

static bool leaves_the_same(pol_sift sift, const pol_sift_tables *t,
                            const uint16_t *units, size_t count)
{
    pol_sifted sifted;
    uint64_t left = sift(t, units, count, &sifted);
    size_t at;

    for (at = 0; at < POL_SIFT_BLOCK; at++) {
        unsigned bits = at < count ? twin(t, units, count, at) : 0;

        if ((left >> at & 1) != (bits != 0))
            return false;
        if (bits && (sifted.halves[0][at] |
                     (unsigned)sifted.halves[1][at] << 8) != bits)
            return false;
    }
    return true;
}

/* Rank 0 is the plain one here. */
static pol_sift sift_at(unsigned rank)
{
    return rank ? pol_sift_wide(rank - 1) : pol_sift_plain;
}

static void test_leaves_what_the_twin_leaves(void)
{
    static struct windows w;
    uint64_t seed = 0x51f7;
    unsigned round, rank;

    for (round = 0; round < 2000; round++) {
        size_t count = test_random(&seed) % 100;
        uint16_t *units = random_text(&seed, count);
        pol_regex_sift *s;

        random_windows(&w, &seed);
        s = sift_of(&w);
        for (rank = 0; sift_at(rank); rank++)
            CHECK(leaves_the_same(sift_at(rank), pol_regex_sift_tables(s),
                                  units, count),
                  "round %u, rank %u, %zu units", round, rank, count);
        pol_regex_sift_free(s);
        free(units);
    }
}

static void test_names_each_sift_once(void)
{
    unsigned a, b;

    for (a = 0; sift_at(a) && a < 9; a++)
        for (b = 0; b < a; b++)
            CHECK(sift_at(a) != sift_at(b), "ranks %u and %u", a, b);
    CHECK(a < 9, "%u sifts", a);
}

/* --- places --------------------------------------------------------------- */

struct told {
    struct { uint32_t window, start; } at[TOLD_MAX];
    size_t count;
};

static void tell(void *user, uint32_t window, uint32_t start)
{
    struct told *t = user;

    if (t->count == TOLD_MAX)
        return;
    t->at[t->count].window = window;
    t->at[t->count++].start = start;
}

static size_t times_told(const struct told *t, uint32_t window, size_t start)
{
    size_t i, n = 0;

    for (i = 0; i < t->count; i++)
        n += t->at[i].window == window && t->at[i].start == start;
    return n;
}

static void check_places(const struct windows *w, const uint16_t *units,
                         size_t count, unsigned round)
{
    static struct told told;
    pol_regex_sift *s = sift_of(w);
    size_t at, all = 0;
    uint32_t i;

    told.count = 0;
    pol_regex_sift_run(s, units, count, tell, &told);
    for (i = 0; i < w->count; i++)
        for (at = 0; at < count; at++)
            if (stands(&w->at[i], units, count, at)) {
                all++;
                CHECK(times_told(&told, i, at) == 1, "round %u: %u at %zu",
                      round, i, at);
            }
    CHECK(told.count == all, "round %u: %zu of %zu", round, told.count, all);
    pol_regex_sift_free(s);
}

static void test_tells_what_a_search_finds(void)
{
    static struct windows w;
    uint64_t seed = 0x51f8;
    unsigned round;

    for (round = 0; round < 600; round++) {
        size_t count = test_random(&seed) % TEXT_MAX;
        uint16_t *units = random_text(&seed, count);

        random_windows(&w, &seed);
        w.count = w.count < 8 ? w.count : 8; /* within the budget */
        check_places(&w, units, count, round);
        free(units);
    }
}

struct counted {
    size_t count, bad;
    uint32_t windows;
};

static void count_told(void *user, uint32_t window, uint32_t start)
{
    struct counted *c = user;

    c->count++;
    c->bad += window >= c->windows || start > 100000;
}

/* A row of digits, of which each place is one of many long windows but for their
 * last unit: more than may be asked. Each that there is, is told. */
static void test_tells_more_where_it_may_not_ask(void)
{
    static struct windows w;
    enum { LEN = 20000 };
    uint16_t *units = malloc(LEN * sizeof(*units));
    struct counted c = { 0, 0, WINDOWS };
    pol_regex_sift *s;
    size_t i;
    uint32_t k;

    CU_ASSERT_FATAL(units != NULL);
    for (i = 0; i < LEN; i++)
        units[i] = '0';
    w.count = WINDOWS;
    for (i = 0; i < WINDOWS; i++) {
        for (k = 0; k < POL_WINDOW_LEN; k++) {
            uint16_t unit = k + 1 < POL_WINDOW_LEN || i == 0 ? '0' : 'x';

            w.ranges[i][k][0] = (pol_unit_range){ unit, unit };
            w.units[i][k] = (pol_units){ w.ranges[i][k], 1, 0 };
            w.sets[i][k] = &w.units[i][k];
        }
        w.at[i] = (pol_regex_window){ w.sets[i], POL_WINDOW_LEN, 0 };
    }
    s = sift_of(&w);
    pol_regex_sift_run(s, units, LEN, count_told, &c);
    CHECK(c.count >= LEN - POL_WINDOW_LEN + 1 && !c.bad, "%zu told, %zu bad",
          c.count, c.bad);
    pol_regex_sift_free(s);
    free(units);
}

static void test_lack_of_memory_is_told(void)
{
    struct test_allocator a;
    struct windows *w = calloc(1, sizeof(*w));
    uint64_t seed = 7;
    size_t n = 1;

    CU_ASSERT_FATAL(w != NULL);
    random_windows(w, &seed);
    for (;; n++) {
        pol_regex_sift *s;
        policy_status st;

        test_allocator_init(&a);
        a.fail_at = n;
        st = pol_regex_sift_new(&s, &a.allocator, w->at, w->count, NULL);
        CHECK(st == (a.failed ? POLICY_ENOMEM : POLICY_OK) && !s == !!st,
              "%zu: %d", n, st);
        if (s)
            CHECK(pol_regex_sift_bytes(s) > sizeof(pol_sift_tables), "%zu",
                  pol_regex_sift_bytes(s));
        pol_regex_sift_free(s);
        test_allocator_clean(&a);
        if (!a.failed)
            break;
    }
    CHECK(n > 3, "%zu allocations", n);
    CHECK_INT_EQ("NULL", pol_regex_sift_bytes(NULL), 0);
    pol_regex_sift_free(NULL);
    free(w);
}

static const struct test_case tests[] = {
    { "leaves what the twin leaves", test_leaves_what_the_twin_leaves },
    { "names each sift once", test_names_each_sift_once },
    { "tells what a search finds", test_tells_what_a_search_finds },
    { "tells more where it may not ask", test_tells_more_where_it_may_not_ask },
    { "lack of memory is told", test_lack_of_memory_is_told },
};

POLICY_TEST_MAIN("regex sift", tests)
