/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of scripts: each range in order, none in two scripts, and every name
 * is one that a regex may use. The table of categories: what utf8proc says.
 */
#include <utf8proc.h>

#include "base/slice.h"
#include "regex_check.h"

static void test_ranges_are_in_order(void)
{
    size_t i, k;

    CHECK(pol_script_count > 20, "%zu scripts", pol_script_count);
    for (i = 0; i < pol_script_count; i++) {
        const pol_script *s = &pol_scripts[i];

        CHECK(s->count > 0, "%s is empty", s->name);
        for (k = 0; k < s->count; k++) {
            CHECK(s->ranges[k].first <= s->ranges[k].last &&
                      s->ranges[k].last <= POL_CP_MAX,
                  "%s, range %zu", s->name, k);
            CHECK(k == 0 || s->ranges[k - 1].last + 1 < s->ranges[k].first,
                  "%s, range %zu touches the one before", s->name, k);
        }
    }
}

static void test_no_character_is_of_two(void)
{
    uint8_t *of = calloc(POL_CP_MAX + 1, 1);
    size_t i, k;
    uint32_t cp;

    CU_ASSERT_FATAL(of != NULL);
    for (i = 0; i < pol_script_count; i++)
        for (k = 0; k < pol_scripts[i].count; k++)
            for (cp = pol_scripts[i].ranges[k].first;
                 cp <= pol_scripts[i].ranges[k].last; cp++) {
                CHECK(!of[cp], "U+%04X is of %s and another", cp,
                      pol_scripts[i].name);
                of[cp] = 1;
            }
    free(of);
}

static void test_every_name_is_known(void)
{
    struct regex_bench b;
    size_t i;

    regex_begin(&b);
    for (i = 0; i < pol_script_count; i++) {
        char pattern[60];

        snprintf(pattern, sizeof(pattern), "\\p{%s}+", pol_scripts[i].name);
        CHECK(regex_set(&b, pol_str(pattern)), "%s", pattern);
    }
    regex_end(&b);
}

static void test_categories_are_those_of_utf8proc(void)
{
    size_t run = 0, wrong = 0;
    uint32_t cp;

    CHECK(pol_category_runs[0] >> POL_CATEGORY_BITS == 0, "none for U+0000");
    for (cp = 0; cp <= POL_CP_MAX; cp++) {
        const char *want = utf8proc_category_string((utf8proc_int32_t)cp);
        uint32_t at;

        if (run + 1 < pol_category_run_count &&
            pol_category_runs[run + 1] >> POL_CATEGORY_BITS == cp)
            run++;
        at = pol_category_runs[run] & ((1 << POL_CATEGORY_BITS) - 1);
        if (at >= POL_CATEGORIES || strcmp(pol_char_categories[at], want) != 0)
            CHECK(++wrong > 10, "U+%04X is %s", cp, want);
    }
    CHECK_INT_EQ("runs", run + 1, pol_category_run_count);
    CHECK_INT_EQ("wrong", wrong, 0);
}

static const struct test_case tests[] = {
    { "categories are those of utf8proc",
      test_categories_are_those_of_utf8proc },
    { "ranges are in order", test_ranges_are_in_order },
    { "no character is of two", test_no_character_is_of_two },
    { "every name is known", test_every_name_is_known },
};

POLICY_TEST_MAIN("regex scripts", tests)
