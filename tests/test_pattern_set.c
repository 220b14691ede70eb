/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a pattern set takes and what it refuses, with nothing lost by either.
 */
#include "base/slice.h"
#include "base/limits.h"
#include "match/pattern_set.h"

#include "harness.h"

static policy_pattern_set *new_set(const policy_allocator *a)
{
    policy_pattern_set *set = NULL;

    CU_ASSERT_FATAL(policy_pattern_set_new(&set, a, NULL) == POLICY_OK);
    return set;
}

static void test_refuses_what_folds_to_nothing(void)
{
    static const struct row {
        const char *label, *text;
    } rows[] = {
        { "empty", "" },
        { "zero width", "\xe2\x80\x8b" },
        { "soft hyphen and joiner", "\xc2\xad\xe2\x80\x8d" },
        { "control", "\x01\x02" },
    };
    policy_pattern_set *set = new_set(NULL);
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_error err = POLICY_ERROR_INIT;

        CHECK(policy_pattern_set_add(set, pol_str(rows[i].text), 1, 0, &err) ==
                  POLICY_EINPUT, "%s", rows[i].label);
        CHECK_CSTR_EQ(rows[i].label, err.code, "term-empty");
    }
    CHECK_INT_EQ("kept", pol_pattern_set_count(set), 0);
    policy_pattern_set_free(set);
}

static void test_refuses_flags_that_it_does_not_know(void)
{
    static const uint32_t flags[] = { 4, 8, 32, 3, 18, 6, 0x80000000 };
    policy_pattern_set *set = new_set(NULL);
    size_t i;

    for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        policy_error err = POLICY_ERROR_INIT;

        CHECK(policy_pattern_set_add(set, POL_STR("词"), 1, flags[i], &err) ==
                  POLICY_EINPUT, "%x", (unsigned)flags[i]);
        CHECK_CSTR_EQ("code", err.code, "pattern-flags");
    }
    CU_ASSERT(policy_pattern_set_add(set, POL_STR("词"), 1,
                                     POLICY_TERM_EXACT | POLICY_TERM_INSIDE,
                                     NULL) == POLICY_OK);
    CHECK_INT_EQ("kept", pol_pattern_set_count(set), 1);
    policy_pattern_set_free(set);
}

static void test_says_where_a_regex_is_none(void)
{
    static const struct {
        const char *label, *pattern, *code, *message;
        policy_status status;
        uint64_t byte;
    } rows[] = {
        { "a bracket", "密码(", "regex-syntax", "byte 6: ", POLICY_EINPUT, 6 },
        { "a look-ahead", "ab(?=c)", "regex-refused", "byte 2: ", POLICY_EINPUT,
          2 },
        { "a back-reference", "(a)\\1", "regex-refused", "byte 3: ",
          POLICY_EINPUT, 3 },
        { "too large", "(?:a{1000}){1000}", "regex-states", "byte ",
          POLICY_ELIMIT, 11 },
    };
    policy_pattern_set *set = new_set(NULL);

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        policy_error err = POLICY_ERROR_INIT;

        CHECK_INT_EQ(rows[i].label,
                     policy_pattern_set_add(set, pol_str(rows[i].pattern), 1,
                                            POLICY_REGEX, &err),
                     rows[i].status);
        CHECK_CSTR_EQ(rows[i].label, err.code, rows[i].code);
        CHECK_INT_EQ(rows[i].label, err.byte, rows[i].byte);
        CHECK(strncmp(err.message, rows[i].message, strlen(rows[i].message)) ==
                  0, "%s: %s", rows[i].label, err.message);
    }
    CHECK_INT_EQ("one", policy_pattern_set_add(set, POL_STR("密码\\d+"), 1,
                                               POLICY_REGEX, NULL), POLICY_OK);
    policy_pattern_set_free(set);
}

static void test_holds_to_its_limits(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_pattern_set *set = new_set(NULL);
    char *word = malloc(1025);

    CU_ASSERT_FATAL(word != NULL);
    memset(word, 'a', 1025);
    CU_ASSERT(policy_pattern_set_add(set, (policy_str){ word, 1024 }, 1, 0,
                                     &err) == POLICY_OK);
    CU_ASSERT(policy_pattern_set_add(set, (policy_str){ word, 1025 }, 1, 0,
                                     &err) == POLICY_ELIMIT);
    CHECK(strstr(err.message, "term_bytes") != NULL, "%s", err.message);
    limits.terms = 2;
    limits.term_bytes = 3;
    set->limits = pol_limits_from(&limits);
    CU_ASSERT(policy_pattern_set_add(set, POL_STR("词语"), 1, 0, &err) ==
              POLICY_ELIMIT);
    CU_ASSERT(policy_pattern_set_add(set, POL_STR("词"), 1, 0, &err) ==
              POLICY_OK);
    CU_ASSERT(policy_pattern_set_add(set, POL_STR("语"), 1, 0, &err) ==
              POLICY_ELIMIT);
    CHECK(strstr(err.message, "terms") != NULL, "%s", err.message);
    CHECK_INT_EQ("kept", pol_pattern_set_count(set), 2);
    free(word);
    policy_pattern_set_free(set);
}

static void test_copies_what_it_is_given(void)
{
    char word[] = "secret", exact[] = "Exact";
    policy_pattern_set *set = new_set(NULL);
    policy_matcher *m, *later;

    CU_ASSERT(policy_pattern_set_add(set, pol_str(word), 1, 0, NULL) == 0);
    CU_ASSERT(policy_pattern_set_add(set, pol_str(exact), 2,
                                     POLICY_TERM_EXACT, NULL) == 0);
    memset(word, 'x', 6);
    memset(exact, 'x', 5);
    CU_ASSERT_FATAL(policy_matcher_build(&m, set, NULL) == POLICY_OK);
    CHECK_INT_EQ("terms", pol_matcher_terms(m), 2);
    CU_ASSERT(policy_pattern_set_add(set, POL_STR("third"), 3, 0, NULL) == 0);
    CU_ASSERT_FATAL(policy_matcher_build(&later, set, NULL) == POLICY_OK);
    policy_pattern_set_free(set);
    CHECK_INT_EQ("terms of the first", pol_matcher_terms(m), 2);
    CHECK_INT_EQ("terms of the second", pol_matcher_terms(later), 3);
    policy_matcher_free(m);
    policy_matcher_free(later);
}

static void test_keeps_its_terms_when_memory_runs_out(void)
{
    size_t n, done = 0;

    for (n = 2; n < 100 && !done; n++) {
        struct test_allocator t;
        policy_pattern_set *set;
        policy_status st;
        size_t i, kept = 0;

        test_allocator_init(&t);
        set = new_set(&t.allocator);
        t.fail_at = n;
        for (i = 0; i < 40; i++) {
            st = policy_pattern_set_add(set, POL_STR("Ａ词语"), (uint32_t)i,
                                        POLICY_TERM_EXACT, NULL);
            CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "n %zu", n);
            kept += st == POLICY_OK;
        }
        CHECK(kept + t.failed == 40, "n %zu", n);
        CHECK_INT_EQ("kept", pol_pattern_set_count(set), kept);
        done = t.failed == 0;
        policy_pattern_set_free(set);
        test_allocator_clean(&t);
    }
    CHECK(done && n > 5, "failed %zu times", n);
}

static void test_frees_null(void)
{
    policy_pattern_set_free(NULL);
    policy_matcher_free(NULL);
    policy_scratch_free(NULL);
    CU_ASSERT(pol_matcher_terms(NULL) == 0);
}

static const struct test_case tests[] = {
    { "refuses what folds to nothing", test_refuses_what_folds_to_nothing },
    { "says where a regex is none", test_says_where_a_regex_is_none },
    { "refuses flags that it does not know",
      test_refuses_flags_that_it_does_not_know },
    { "holds to its limits", test_holds_to_its_limits },
    { "copies what it is given", test_copies_what_it_is_given },
    { "keeps its terms when memory runs out",
      test_keeps_its_terms_when_memory_runs_out },
    { "frees null", test_frees_null },
};

POLICY_TEST_MAIN("pattern set", tests)
