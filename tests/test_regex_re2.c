/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random regexes and texts: what is found is what RE2 finds, by the DFA and by
 * the simulation, and no match is without what the gate tells. Then memory that
 * is not had.
 */
#include "regex_re2.h"

static pol_regex *compile(const char *label, policy_str pattern)
{
    policy_error err = { .size = sizeof(err) };
    pol_regex *r = NULL;

    CHECK(pol_regex_compile(&r, NULL, pattern, 10000, NULL, &err) == POLICY_OK,
          "%s: “%.*s”: %s", label, (int)pattern.len, pattern.ptr, err.message);
    return r;
}

static pol_regex_cache *cache_for(const pol_regex *r)
{
    pol_regex_cache *c = NULL;

    if (pol_regex_cache_new(&c, NULL, NULL) != POLICY_OK ||
        pol_regex_cache_reserve(c, r, NULL) != POLICY_OK)
        abort();
    return c;
}

/* --- agreement with RE2 ------------------------------------------------- */

/* One find from `from` on: as RE2, as the simulation, through the gate, and
 * with `last` at each side of where it begins. Where it ends, or no match. */
static bool check_find(const char *label, const pol_regex *r, void *re2,
                       pol_regex_cache *c, struct regex_text *t, size_t from,
                       size_t *start, size_t *end)
{
    size_t count = t->folded.count, s2 = 0, e2 = 0, s3 = 0, e3 = 0;
    bool found = pol_regex_find(r, c, &t->folded, from, count, start, end);
    bool other = pol_regex_pike(r, c, &t->folded, from, count, &s2, &e2);
    bool ok = CHECK(found == other && (!found || (s2 == *start && e2 == *end)),
                    "%s: simulation %d [%zu, %zu), DFA %d [%zu, %zu)", label,
                    other, s2, e2, found, *start, *end);

    other = re2_find(re2, t->utf8, t->len, t->at[from], &s2, &e2);
    ok = ok && CHECK(found == other && (!found || (t->at[*start] == s2 &&
                                                   t->at[*end] == e2)),
                     "%s from %zu: RE2 %d [%zu, %zu), here %d [%zu, %zu) on “%.*s”",
                     label, from, other, s2, e2, found,
                     found ? t->at[*start] : 0, found ? t->at[*end] : 0,
                     (int)t->len, t->utf8);
    if (!ok || !found)
        return false;
    CHECK(regex_gate_open(r, &t->folded, *start, *end), "%s: gate", label);
    CHECK(pol_regex_find(r, c, &t->folded, from, *start, &s3, &e3) &&
              s3 == *start && e3 == *end, "%s: last", label);
    CHECK(pol_regex_pike(r, c, &t->folded, from, *start, &s3, &e3) &&
              s3 == *start && e3 == *end, "%s: last, simulated", label);
    if (*start > from) {
        CHECK(!pol_regex_find(r, c, &t->folded, from, *start - 1, &s3, &e3),
              "%s: before last", label);
        CHECK(!pol_regex_pike(r, c, &t->folded, from, *start - 1, &s3, &e3),
              "%s: before last, simulated", label);
    }
    return true;
}

static void check_text(const char *label, const pol_regex *r, void *re2,
                       pol_regex_cache *c, policy_str text)
{
    struct regex_text t;
    size_t from = 0, start = 0, end = 0;

    regex_text_init(&t, text);
    /* RE2 finds a \\B between the bytes of a character. */
    if (t.len > t.folded.count && strstr(label, "\\B"))
        from = t.folded.count + 1;
    while (from <= t.folded.count &&
           check_find(label, r, re2, c, &t, from, &start, &end)) {
        from = end > start ? end : end + 1;
        if (from < t.folded.count && from > 0 &&
            pol_is_low(t.folded.units[from]))
            from++;
    }
    regex_text_fini(&t);
}

static void check_pattern(struct regex_random *random, unsigned *both)
{
    policy_str p = regex_make(random);
    policy_error err = { .size = sizeof(err) };
    struct regex_random texts = { .seed = random->seed };
    pol_regex_cache *c;
    char label[600], text[REGEX_TEXT_MAX];
    pol_regex *r;
    policy_status st;
    void *re2;
    size_t at = 0;
    int i;

    snprintf(label, sizeof(label), "“%.*s”", (int)p.len, p.ptr);
    re2 = re2_new(p.ptr, p.len);
    st = pol_regex_compile(&r, NULL, p, 10000, &at, &err);
    CHECK((st == POLICY_OK) == (re2 != NULL), "%s: RE2 %d, here %s", label,
          re2 != NULL, st == POLICY_OK ? "taken" : err.message);
    CHECK(at <= p.len, "%s: %zu", label, at);
    if (r && re2) {
        c = cache_for(r);
        for (i = 0; i < 4; i++)
            check_text(label, r, re2, c, regex_make_text(&texts, text, 30));
        pol_regex_cache_free(c);
        ++*both;
    }
    pol_regex_free(r);
    re2_free(re2);
}

static void test_agrees_with_re2(void)
{
    unsigned both = 0, n = test_rounds(5000, 1000000);
    struct regex_random random = { .seed = 20261128 };
    unsigned i;

    for (i = 0; i < n && CU_get_number_of_failures() < 30; i++)
        check_pattern(&random, &both);
    CHECK(both > n / 2, "%u of %u patterns are regexes", both, n);
}

static void test_never_takes_half_a_pair(void)
{
    static uint16_t units[] = { 0xD83D, 0xDE00, 'a', 0xD83D, 0xDE00 };
    pol_folded f = { .units = units, .count = 5 };
    pol_regex *r = compile("pair", POL_STR("."));
    pol_regex_cache *c = cache_for(r);
    size_t start, end;

    CU_ASSERT(pol_regex_find(r, c, &f, 1, 5, &start, &end));
    CU_ASSERT(start == 2 && end == 3);
    CU_ASSERT(pol_regex_find(r, c, &f, 0, 0, &start, &end));
    CU_ASSERT(start == 0 && end == 2);
    CU_ASSERT(!pol_regex_find(r, c, &f, 1, 1, &start, &end));
    CU_ASSERT(!pol_regex_find(r, c, &f, 5, 5, &start, &end));
    pol_regex_cache_free(c);
    pol_regex_free(r);
}

static void test_survives_each_failed_allocation(void)
{
    struct test_allocator t;
    pol_regex_cache *c;
    pol_regex *r;
    size_t n;

    for (n = 1;; n++) {
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = n;
        st = pol_regex_compile(&r, &t.allocator,
                               POL_STR("(?:转账|\\p{Lu}{2,5}é)\\b[^a-c]+?$"),
                               1000, NULL, NULL);
        if (st == POLICY_OK)
            st = pol_regex_cache_new(&c, &t.allocator, NULL);
        else
            c = NULL;
        if (st == POLICY_OK)
            st = pol_regex_cache_reserve(c, r, NULL);
        CHECK(st == (t.failed ? POLICY_ENOMEM : POLICY_OK), "%zu: %d", n, st);
        pol_regex_cache_free(c);
        pol_regex_free(r);
        if (!test_allocator_clean(&t) || !t.failed)
            break;
    }
    CU_ASSERT(n > 10);
}

static const struct test_case tests[] = {
    { "agrees with RE2", test_agrees_with_re2 },
    { "never takes half a pair", test_never_takes_half_a_pair },
    { "survives each failed allocation", test_survives_each_failed_allocation },
};

POLICY_TEST_MAIN("regex_re2", tests)
