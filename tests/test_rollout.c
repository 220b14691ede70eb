/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shares by keyed hash: exact ends, nested shares, keys of their own.
 */
#include "rule/rollout.h"

#include "base/slice.h"
#include "harness.h"

enum { PEOPLE = 20000 };

static policy_str person(char buf[16], int i)
{
    return (policy_str){ buf, (size_t)snprintf(buf, 16, "u%d", i) };
}

static void test_the_ends_are_exact(void)
{
    pol_rollout r;
    char buf[16];
    int all = 0, none = 0;

    pol_rollout_keys(&r, POL_STR("o"), POL_STR("o/r"));
    CHECK(pol_share(0) == 0 && pol_share(1) == POL_SHARE_ALL, "ends");
    CHECK(pol_share_part(pol_share(0.3)) <= 0.3, "never more than was said");
    for (int i = 0; i < PEOPLE; i++) {
        all += pol_share_has(POL_SHARE_ALL, r.actors, person(buf, i));
        none += pol_share_has(0, r.actors, person(buf, i));
    }
    CHECK_INT_EQ("all", all, PEOPLE);
    CHECK_INT_EQ("none", none, 0);
}

/* Whoever was in stays in; and the share is about what was asked for: five
 * standard deviations of a binomial distribution. */
static void test_a_larger_share_only_adds(void)
{
    static const double parts[] = { 0, 0.001, 0.05, 0.25, 0.5, 0.9, 0.999, 1 };
    enum { PARTS = sizeof(parts) / sizeof(*parts) };
    int in[PARTS] = { 0 };
    pol_rollout r;
    char buf[16];

    pol_rollout_keys(&r, POL_STR("o"), POL_STR("o/r"));
    for (int i = 0; i < PEOPLE; i++) {
        bool was = false;

        for (int p = 0; p < PARTS; p++) {
            bool is = pol_share_has(pol_share(parts[p]), r.actors, person(buf, i));

            CHECK(is || !was, "%s left at %g", buf, parts[p]);
            was = is;
            in[p] += is;
        }
    }
    for (int p = 0; p < PARTS; p++) {
        double off = in[p] - parts[p] * PEOPLE;

        CHECK(off * off <= 25 * PEOPLE * parts[p] * (1 - parts[p]) + 1e-9,
              "%g: %d", parts[p], in[p]);
    }
}

/* Of two rules, or organisations, or of actors and events: about a quarter is in
 * both halves. */
static void test_keys_are_independent(void)
{
    pol_rollout r[3];
    const uint8_t *keys[4] = { r[0].actors, r[1].actors, r[2].actors,
                               r[0].events };
    char buf[16];

    pol_rollout_keys(&r[0], POL_STR("o"), POL_STR("o/r"));
    pol_rollout_keys(&r[1], POL_STR("o"), POL_STR("o/s"));
    pol_rollout_keys(&r[2], POL_STR("p"), POL_STR("o/r"));
    for (int a = 0; a < 4; a++)
        for (int b = a + 1; b < 4; b++) {
            int both = 0;

            for (int i = 0; i < PEOPLE; i++)
                both += pol_share_has(POL_SHARE_ALL / 2, keys[a], person(buf, i)) &&
                        pol_share_has(POL_SHARE_ALL / 2, keys[b], person(buf, i));
            CHECK(both > PEOPLE / 4 - 310 && both < PEOPLE / 4 + 310,
                  "%d and %d: %d", a, b, both);
        }
}

/* Bundles of every version must choose the same people. */
static void test_who_is_in_is_for_ever(void)
{
    static const char expected[] =
        "1110100100111100100110101001010010111100001000010001011000001111";
    char found[65] = "", buf[16];
    pol_rollout r;

    pol_rollout_keys(&r, POL_STR("hospital"), POL_STR("alpha/cited"));
    for (int i = 0; i < 64; i++)
        found[i] = pol_share_has(pol_share(0.5), r.actors, person(buf, i)) ? '1'
                                                                           : '0';
    CHECK_CSTR_EQ("half of 64", found, expected);
}

static const struct test_case tests[] = {
    { "the ends are exact", test_the_ends_are_exact },
    { "a larger share only adds", test_a_larger_share_only_adds },
    { "keys are independent", test_keys_are_independent },
    { "who is in is for ever", test_who_is_in_is_for_ever },
};

POLICY_TEST_MAIN("rollout", tests)
