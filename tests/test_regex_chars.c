/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of characters: against a plain array of all of them, and properties
 * against utf8proc.
 */
#include <utf8proc.h>

#include "base/alloc.h"
#include "base/slice.h"
#include "match/regex_chars.h"

#include "harness.h"

enum { SMALL = 300, MAX = 0x10ffff };

static void test_sets_are_what_an_array_is(void)
{
    uint64_t seed = 0xc4a5;
    unsigned round;

    for (round = 0; round < 300; round++) {
        bool all[SMALL] = { false };
        pol_chars c = { NULL, 0, 0, 0 };
        pol_arena a;
        unsigned i, k, count = 0;

        pol_arena_init(&a, &pol_malloc_allocator, 0);
        for (i = test_random(&seed) % 12; i; i--) {
            unsigned first = test_random(&seed) % SMALL;
            unsigned last = first + test_random(&seed) % 40;

            last = last < SMALL ? last : SMALL - 1;
            CU_ASSERT(pol_chars_add(&a, &c, first, last));
            for (k = first; k <= last; k++)
                all[k] = true;
        }
        pol_chars_tidy(&c);
        for (k = 0; k < SMALL; k++) {
            CHECK(pol_chars_has(&c, k) == all[k], "round %u, %u", round, k);
            count += all[k];
        }
        CHECK_INT_EQ("size", pol_chars_size(&c), count);
        for (i = 1; i < c.count; i++)
            CHECK(c.ranges[i - 1].last + 1 < c.ranges[i].first, "round %u",
                  round);
        CU_ASSERT(pol_chars_negate(&a, &c));
        for (k = 0; k < SMALL; k++)
            CHECK(pol_chars_has(&c, k) == !all[k], "round %u, not %u", round,
                  k);
        pol_arena_fini(&a);
    }
}

static void check_category(const char *name, const char *of)
{
    pol_chars c = { NULL, 0, 0, 0 };
    pol_arena a;
    uint32_t cp;

    pol_arena_init(&a, &pol_malloc_allocator, 0);
    CU_ASSERT_FATAL(pol_chars_property(&a, &c, pol_str(name)) == POLICY_OK);
    pol_chars_tidy(&c);
    for (cp = 0; cp <= MAX; cp += cp < 0x3000 ? 1 : 7) {
        const char *is = utf8proc_category_string((utf8proc_int32_t)cp);

        if (cp >= 0xd800 && cp < 0xe000)
            continue;
        if (!CHECK(pol_chars_has(&c, cp) ==
                       (strncmp(is, of, strlen(of)) == 0),
                   "%s: U+%04X", name, cp))
            break;
    }
    pol_arena_fini(&a);
}

static void test_categories_are_those_of_unicode(void)
{
    static const char *const names[] = { "L", "Lu", "Ll", "Lo", "N", "Nd", "P",
                                         "S", "Sc", "Z", "Zs", "M" };
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        check_category(names[i], names[i]);
}

static void test_scripts_have_what_everybody_knows(void)
{
    static const struct row { const char *script; uint32_t in, out; } rows[] = {
        { "Han", 0x4e2d, 'a' },      { "Han", 0x20000, 0x3042 },
        { "Latin", 'a', 0x4e2d },    { "Hiragana", 0x3042, 0x30a2 },
        { "Katakana", 0x30a2, 0x3042 }, { "Hangul", 0xac00, 0x4e2d },
        { "Cyrillic", 0x0430, 'a' }, { "Greek", 0x03b1, 0x0430 },
        { "Arabic", 0x0627, 0x05d0 }, { "Thai", 0x0e01, 'a' },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_chars c = { NULL, 0, 0, 0 };
        pol_arena a;

        pol_arena_init(&a, &pol_malloc_allocator, 0);
        CHECK(pol_chars_property(&a, &c, pol_str(rows[i].script)) == POLICY_OK,
              "%s", rows[i].script);
        pol_chars_tidy(&c);
        CHECK(pol_chars_has(&c, rows[i].in), "%s has no U+%04X", rows[i].script,
              rows[i].in);
        CHECK(!pol_chars_has(&c, rows[i].out), "%s has U+%04X", rows[i].script,
              rows[i].out);
        pol_arena_fini(&a);
    }
}

static void test_refuses_other_names(void)
{
    static const char *const names[] = { "", "Hann", "han ", "Xx", "L1", "\xff" };
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        pol_chars c = { NULL, 0, 0, 0 };
        pol_arena a;

        pol_arena_init(&a, &pol_malloc_allocator, 0);
        CHECK(pol_chars_property(&a, &c, pol_str(names[i])) == POLICY_EINPUT,
              "\"%s\"", names[i]);
        pol_arena_fini(&a);
    }
}

static void test_folding_adds_what_members_become(void)
{
    pol_chars c = { NULL, 0, 0, 0 };
    uint64_t left = 100000;
    pol_folded f;
    pol_arena a;

    pol_arena_init(&a, &pol_malloc_allocator, 0);
    pol_folded_init(&f, NULL);
    CU_ASSERT(pol_chars_add(&a, &c, 'A', 'Z'));
    CU_ASSERT(pol_chars_add(&a, &c, 0x7da0, 0x7da0)); /* 綠, Traditional */
    pol_chars_tidy(&c);
    CHECK_INT_EQ("folds", pol_chars_fold(&a, &c, &f, UINT32_MAX, &left),
                 POLICY_OK);
    CHECK(pol_chars_has(&c, 'a') && pol_chars_has(&c, 'z'), "small letters");
    CHECK(pol_chars_has(&c, 0x7eff), "the Simplified form");
    CHECK(!pol_chars_has(&c, '0'), "a digit");
    left = 3; /* fewer than there are */
    c.count = 0;
    CU_ASSERT(pol_chars_add(&a, &c, 'A', 'Z'));
    pol_chars_tidy(&c);
    CHECK_INT_EQ("too many", pol_chars_fold(&a, &c, &f, UINT32_MAX, &left),
                 POLICY_EINPUT);
    pol_folded_fini(&f);
    pol_arena_fini(&a);
}

static const struct test_case tests[] = {
    { "sets are what an array is", test_sets_are_what_an_array_is },
    { "categories are those of Unicode", test_categories_are_those_of_unicode },
    { "scripts have what everybody knows",
      test_scripts_have_what_everybody_knows },
    { "refuses other names", test_refuses_other_names },
    { "folding adds what members become",
      test_folding_adds_what_members_become },
};

POLICY_TEST_MAIN("regex chars", tests)
