/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second pass: what this machine has for eight survivors at once lists the
 * looks that the plain one lists, in their order; and these are, for each
 * survivor, the windows that a twin asks filter two for, one by one.
 */
#include "match/matcher_spread.h"

#include "harness.h"

enum { TEXT_MAX = SIEVE_BLOCK + 40, LOOKS_ALL = SIEVE_BLOCK * 8 };

static const char *const letters[] = { "a", "b", "开", "发", "票", "1" };

/* As many terms as make the filters say all kinds of things. */
static policy_matcher *random_matcher(uint64_t *seed)
{
    policy_pattern_set *set;
    policy_matcher *m = NULL;
    size_t count = 1 + test_random(seed) % 300, i, k;

    CU_ASSERT_FATAL(policy_pattern_set_new(&set, NULL, NULL) == POLICY_OK);
    for (i = 0; i < count; i++) {
        char term[80] = "";
        size_t len = 1 + test_random(seed) % 6;
        size_t of = test_random(seed) % 3 ? 6 : 2;

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

/* The looks of a block, call by call, and the end of each survivor's. */
struct listed {
    pol_look looks[LOOKS_ALL];
    size_t ends[SIEVE_BLOCK];
    size_t count;
};

static void list(struct listed *l, pol_spread spread,
                 const pol_spread_input *in)
{
    pol_looks out;
    size_t first, next, i, end;

    l->count = 0;
    for (first = 0; first < in->s->count; first = next) {
        out.count = 0;
        next = spread(in, first, &out);
        CU_ASSERT_FATAL(next > first && next <= in->s->count);
        CU_ASSERT_FATAL(out.count <= LOOKS + LOOKS_SPARE);
        CU_ASSERT_FATAL(l->count + out.count <= LOOKS_ALL);
        memcpy(l->looks + l->count, out.at, out.count * sizeof(*out.at));
        for (i = first, end = 0; i < next; i++) {
            end = out.end[i] > end ? out.end[i] : end;
            l->ends[i] = l->count + end;
        }
        CHECK_INT_EQ("the last look", end, out.count);
        l->count += out.count;
    }
}

static bool same_look(const pol_look *a, const pol_look *b)
{
    return a->window == b->window && a->key == b->key && a->slot == b->slot &&
           a->at == b->at && a->end == b->end;
}

static bool same_lists(const struct listed *a, const struct listed *b,
                       size_t survivors)
{
    size_t i;

    if (!CHECK(a->count == b->count, "%zu and %zu looks", a->count, b->count))
        return false;
    for (i = 0; i < a->count; i++)
        if (!CHECK(same_look(&a->looks[i], &b->looks[i]), "look %zu", i))
            return false;
    for (i = 0; i < survivors; i++)
        if (!CHECK(a->ends[i] == b->ends[i], "survivor %zu", i))
            return false;
    return true;
}

/* The unit at `at`, counted from the text's first; 0 where there is none. */
static uint64_t unit_at(const pol_spread_input *in, long at)
{
    return at < 0 || at >= (long)in->count ? 0 : in->units[at];
}

/* `count` units from `from` on, of `bits` each; none at all if some is no
 * ASCII, of eight bits. */
static bool window_of(uint64_t *out, const pol_spread_input *in, long from,
                      size_t count, unsigned bits)
{
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t unit = unit_at(in, from + (long)i);

        if (bits == 8 && unit >= 0x80)
            return false;
        *out |= unit << bits * i;
    }
    return true;
}

struct twin {
    const pol_spread_input *in;
    const struct listed *l;
    size_t next;
    bool same;
};

/* `from` of the window is relative to the anchor's last unit. */
static void expect(struct twin *t, size_t at, long from, size_t count,
                   uint32_t flags, bool sure)
{
    const policy_matcher *m = t->in->m;
    const uint32_t key = (uint32_t)count | flags;
    uint64_t window, hash;
    pol_look want;

    if (!window_of(&window, t->in, (long)at + from, count,
                   flags & KEY_NARROW ? 8 : 16))
        return;
    /* Nothing is to the right of an anchor that begins before the text. */
    if (!at && flags == KEY_RIGHT)
        window = 0;
    hash = pol_window_hash(m->seed, window, key);
    if (!sure && !pol_windows_get(&m->windows, hash))
        return;
    want = (pol_look){ window, key,
                       (uint32_t)pol_entry_slot(m->entry_cap, hash),
                       (uint32_t)at,
                       (uint32_t)((long)at + from + (long)count) };
    t->same &= t->next < t->l->count &&
               same_look(&t->l->looks[t->next++], &want);
}

static bool twin_agrees(const pol_spread_input *in, const struct listed *l)
{
    struct twin t = { in, l, 0, true };

    for (size_t i = 0; i < in->s->count && t.same; i++) {
        size_t at = pol_survivor_at(in->s->left[i], in->block);
        unsigned may = pol_survivor_may(in->s->left[i]);
        unsigned narrow = may >> NARROW_BITS;

        if (may & GRANT_PART) {
            expect(&t, at, -2, 3, 0, false);
            expect(&t, at, -1, 3, KEY_RIGHT, false);
        }
        if (may & GRANT_LEFT)
            expect(&t, at, -3, 4, 0, false);
        if (may & GRANT_RIGHT)
            expect(&t, at, -1, 4, KEY_RIGHT, false);
        if (may & GRANT_SINGLE)
            expect(&t, at, 0, 1, 0, true);
        if (narrow & GRANT_ANCHOR)
            expect(&t, at, -3, 4, KEY_NARROW, false);
        if (narrow & GRANT_LEFT)
            expect(&t, at, -7, 8, KEY_NARROW, false);
        if (narrow & GRANT_RIGHT)
            expect(&t, at, -3, 8, KEY_NARROW | KEY_RIGHT, false);
        t.same &= t.next == l->ends[i];
    }
    return t.same && t.next == l->count;
}

static uint16_t random_unit(uint64_t *seed)
{
    static const uint16_t of_terms[] = { 'a', 'b', 0x5f00, 0x53d1, 0x7968, '1' };

    return of_terms[test_random(seed) % 6];
}

static bool round_agrees(uint64_t seed)
{
    static struct listed plain, wide;
    policy_matcher *m = random_matcher(&seed);
    size_t count = test_random(&seed) % 3 ? 1 + test_random(&seed) % 12
                                          : 1 + test_random(&seed) % TEXT_MAX;
    uint16_t *units = malloc(count * sizeof(*units));
    pol_survivors s = { .count = 0 };
    pol_spread_input in = { m, units, count, 0, &s };
    pol_spread spread = pol_spread_wide();
    bool same;
    size_t i;

    CU_ASSERT_FATAL(units != NULL);
    for (i = 0; i < count; i++)
        units[i] = random_unit(&seed);
    in.block = count > SIEVE_BLOCK ? count - SIEVE_BLOCK : 0;
    m->sieve(m, units, in.block, count, &s);
    list(&plain, pol_spread_plain, &in);
    same = CHECK(twin_agrees(&in, &plain), "the plain one");
    if (spread) {
        list(&wide, spread, &in);
        same = same_lists(&plain, &wide, s.count) && same;
    }
    free(units);
    policy_matcher_free(m);
    return same;
}

static void test_lists_what_the_twin_lists(void)
{
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 100000 : 2000, i;

    for (i = 0; i < rounds; i++)
        if (!CHECK(round_agrees(0x59bead00u + i), "round %u", i))
            return;
}

static const struct test_case tests[] = {
    { "lists what the twin lists", test_lists_what_the_twin_lists },
};

POLICY_TEST_MAIN("matcher spread", tests)
