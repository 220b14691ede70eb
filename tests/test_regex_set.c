/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of regexes: rows, a twin that runs every regex on every text, the order,
 * and the limits of time and memory.
 */
#include "harness.h"
#include "regex_twin.h"

#include "base/alloc.h"
#include "base/slice.h"

enum { STATES = 10000 };

struct fixture {
    pol_regex_set *set;
    pol_regex_scratch *scratch;
    pol_folded text;
};

static void begin(struct fixture *f, const policy_allocator *a)
{
    CU_ASSERT_FATAL(pol_regex_set_new(&f->set, a, NULL) == POLICY_OK &&
                    pol_regex_scratch_new(&f->scratch, a, NULL) == POLICY_OK);
    pol_folded_init(&f->text, NULL);
}

static void end(struct fixture *f)
{
    pol_regex_scratch_free(f->scratch);
    pol_regex_set_free(f->set);
    pol_folded_fini(&f->text);
}

static void add(struct fixture *f, const char *pattern, uint32_t id)
{
    policy_error err = POLICY_ERROR_INIT;

    CHECK(pol_regex_set_add(f->set, pol_str(pattern), id, STATES, NULL, &err) ==
              POLICY_OK, "%s: %s", pattern, err.message);
}

static void build(struct fixture *f)
{
    CHECK(pol_regex_set_build(f->set, NULL) == POLICY_OK &&
              pol_regex_scratch_reserve(f->scratch, f->set, NULL) == POLICY_OK,
          "built");
}

static void fold(struct fixture *f, const char *text)
{
    CU_ASSERT_FATAL(pol_fold(&f->text, pol_str(text), NULL) == POLICY_OK);
}

/* "id:start-end …" of what a scan finds. */
static const char *found(struct fixture *f, const char *text)
{
    static char out[2000];
    static struct twin_hits hits;
    size_t n = 0;

    out[0] = '\0';
    hits.count = 0;
    fold(f, text);
    CHECK_INT_EQ(text, pol_regex_set_scan(f->set, f->scratch, &f->text,
                                          twin_keep, &hits), POLICY_OK);
    for (size_t i = 0; i < hits.count && n < sizeof(out) - 40; i++)
        n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%u:%u-%u",
                              i ? " " : "", hits.at[i].id, hits.at[i].start,
                              hits.at[i].end);
    return out;
}

static void test_finds_by_end_then_by_id(void)
{
    static const struct { const char *text, *want; } rows[] = {
        { "", "" },
        { "密码", "" },
        { "密码:abc123", "1:0-9" },
        { "没有密 码:abc123", "" },
        { "密碼：ＡＢＣ１２３", "1:0-9" },
        { "xx密码abcd,密码efgh", "1:2-8 1:9-15" },
        { "12345678", "3:0-8" },
        { "1234567", "" },
        { "密码12345678", "1:0-10 3:2-10" },
        { "a-1 b-2", "4:0-3 5:0-3 4:4-7" },
        { "password=hunter2 12345678", "2:0-16 3:17-25" },
        { "mypassword=hunter2", "2:2-18" },
    };
    struct fixture f;

    begin(&f, NULL);
    add(&f, "密码[:：]?\\s*[a-z0-9]{3,}", 1);
    add(&f, "password=\\w+", 2);
    add(&f, "\\d{8}", 3);
    add(&f, "[ab]-\\d", 4);
    add(&f, "a-\\d", 5);
    build(&f);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_CSTR_EQ(rows[i].text, found(&f, rows[i].text), rows[i].want);
    CHECK(pol_regex_set_bytes(f.set) > 1000, "%zu bytes",
          pol_regex_set_bytes(f.set));
    CHECK_INT_EQ("regexes", pol_regex_set_count(f.set), 5);
    end(&f);
}

static void test_nothing_and_the_empty_match(void)
{
    struct fixture f;

    begin(&f, NULL);
    build(&f);
    CHECK_CSTR_EQ("no regex", found(&f, "abc"), "");
    CHECK(!pol_regex_set_count(NULL) && !pol_regex_set_bytes(NULL), "NULL");
    pol_regex_set_free(NULL);
    pol_regex_scratch_free(NULL);
    add(&f, "x*", 1);
    add(&f, "y|", 2);
    build(&f);
    CHECK_CSTR_EQ("only what is not empty", found(&f, "axxb\xf0\xa0\x80\x80yx"),
                  "1:1-3 2:6-7 1:7-8");
    CHECK_CSTR_EQ("an empty text", found(&f, ""), "");
    end(&f);
}

static void test_one_id_tells_one_match_once(void)
{
    struct fixture f;

    begin(&f, NULL);
    add(&f, "ab+", 7);
    add(&f, "abb", 7);
    add(&f, "b{2}", 7);
    build(&f);
    CHECK_CSTR_EQ("twice the same", found(&f, "abb abbb"),
                  "7:1-3 7:0-3 7:5-7 7:4-7 7:4-8");
    end(&f);
}

static void test_what_is_no_regex_changes_nothing(void)
{
    policy_error err = POLICY_ERROR_INIT;
    struct fixture f;
    size_t at = 99;

    begin(&f, NULL);
    add(&f, "ab", 1);
    CHECK_INT_EQ("a bracket", pol_regex_set_add(f.set, POL_STR("ab(c"), 2,
                 STATES, &at, &err), POLICY_EINPUT);
    CHECK(at <= 4 && err.message[0], "at %zu: %s", at, err.message);
    CHECK_INT_EQ("too many", pol_regex_set_add(f.set, POL_STR("a{1000}"), 2, 50,
                 &at, &err), POLICY_ELIMIT);
    build(&f);
    CHECK_CSTR_EQ("the first", found(&f, "xab"), "1:1-3");
    end(&f);
}

/* --- beside terms --------------------------------------------------------------- */

struct beside {
    struct fixture *f;
    uint32_t first;
    struct twin_hits terms;
};

static int on_both(void *user, const pol_hit *hit)
{
    struct beside *b = user;

    if (hit->id < b->first)
        return twin_keep(&b->terms, hit);
    pol_regex_set_open(b->f->set, b->f->scratch, hit->id - b->first, hit->start);
    return 0;
}

static void test_literals_may_stand_beside_terms(void)
{
    struct beside b = { .first = 3 };
    static struct twin_hits hits;
    policy_pattern_set *patterns = NULL;
    policy_scratch *scratch = NULL;
    policy_matcher *m = NULL;
    struct fixture f;

    b.f = &f;
    begin(&f, NULL);
    add(&f, "密码[a-z]+", 1);
    add(&f, "(?:账号|口令)\\d+", 2);
    CHECK(pol_regex_set_literals(f.set) >= 2, "%zu literals",
          pol_regex_set_literals(f.set));
    CU_ASSERT_FATAL(policy_pattern_set_new(&patterns, NULL, NULL) == POLICY_OK &&
                    policy_pattern_set_add(patterns, POL_STR("密码"), 1, 0,
                                           NULL) == POLICY_OK &&
                    pol_regex_set_file(f.set, patterns, b.first, NULL) ==
                        POLICY_OK &&
                    policy_matcher_build(&m, patterns, NULL) == POLICY_OK &&
                    policy_scratch_new(&scratch, m, NULL) == POLICY_OK);
    fold(&f, "密码abc 口令12 密码");
    CHECK(pol_regex_set_begin(f.set, f.scratch, &f.text) == POLICY_OK &&
              !pol_regex_set_is_open(f.scratch), "shut");
    pol_matcher_scan(m, scratch, &f.text, POL_STR(""), on_both, &b);
    CHECK(pol_regex_set_is_open(f.scratch), "open");
    hits.count = 0;
    CHECK_INT_EQ("run", pol_regex_set_run(f.set, f.scratch, &f.text, twin_keep,
                                          &hits), POLICY_OK);
    CHECK(b.terms.count == 2 && hits.count == 2 && hits.at[0].end == 5 &&
              hits.at[1].start == 6, "%zu terms, %zu matches", b.terms.count,
          hits.count);
    policy_scratch_free(scratch);
    policy_matcher_free(m);
    policy_pattern_set_free(patterns);
    end(&f);
}

/* --- the twin ------------------------------------------------------------------- */

static const char *const atoms[] = {
    "a", "b", "ab", "机密", "密", "1", "12", "[ab]", "[^a]", "\\d", "\\w", ".",
    "a+", "b*", "(?:ab|ba)", "(?:机密|12|b)", "a?", "\\d{3}", "机+", "x", "\\b",
    "(?:a|机)b", ".*?", "^", "$", "[机密]{2,3}", "𠀀",
};
static const char *const letters[] = { "a", "b", "a", "b", "机", "密", "1", "2",
                                       "3", "x", " ", "𠀀", "-" };

static void random_pattern(char *out, uint64_t *seed)
{
    size_t n = 1 + test_random(seed) % 5;

    *out = '\0';
    for (size_t i = 0; i < n; i++)
        strcat(out, atoms[test_random(seed) % (sizeof(atoms) / sizeof(*atoms))]);
    if (test_random(seed) % 4 == 0) {
        strcat(out, "|");
        strcat(out, atoms[test_random(seed) % 6]);
    }
}

static void random_text(char *out, uint64_t *seed)
{
    size_t n = test_random(seed) % 60;

    *out = '\0';
    for (size_t i = 0; i < n; i++)
        strcat(out,
               letters[test_random(seed) % (sizeof(letters) / sizeof(*letters))]);
}

enum { TWINS = 8 };

/* A text of many windows, in which literals of several lengths end alike. */
static void check_twin(uint64_t *seed)
{
    static struct twin_hits got, want;
    char pattern[TWINS][160], text[400];
    pol_regex *regex[TWINS];
    pol_regex_cache *cache = NULL;
    struct fixture f;
    size_t count = 1 + test_random(seed) % TWINS;

    begin(&f, NULL);
    CU_ASSERT_FATAL(pol_regex_cache_new(&cache, NULL, NULL) == POLICY_OK);
    for (size_t i = 0; i < count; i++) {
        random_pattern(pattern[i], seed);
        add(&f, pattern[i], (uint32_t)(i / 2));
        CU_ASSERT_FATAL(pol_regex_compile(&regex[i], NULL, pol_str(pattern[i]),
                                          STATES, NULL, NULL) == POLICY_OK &&
                        pol_regex_cache_reserve(cache, regex[i], NULL) ==
                            POLICY_OK);
    }
    build(&f);
    for (int round = 0; round < 20; round++) {
        random_text(text, seed);
        fold(&f, text);
        got.count = want.count = 0;
        CHECK_INT_EQ(text, pol_regex_set_scan(f.set, f.scratch, &f.text,
                                              twin_keep, &got), POLICY_OK);
        for (size_t i = 0; i < count; i++)
            twin_run(regex[i], cache, (uint32_t)(i / 2), &f.text, &want);
        twin_settle(&want);
        if (!CHECK(got.count == want.count &&
                       !memcmp(got.at, want.at, got.count * sizeof(*got.at)),
                   "“%s” in “%s” of %zu: %zu hits, not %zu", pattern[0], text,
                   count, got.count, want.count))
            break;
    }
    for (size_t i = 0; i < count; i++)
        pol_regex_free(regex[i]);
    pol_regex_cache_free(cache);
    end(&f);
}

static void test_agrees_with_its_twin(void)
{
    uint64_t seed = 20260302;
    unsigned rounds = test_rounds(1500, 30000), i;

    for (i = 0; i < rounds; i++)
        check_twin(&seed);
}

/* --- limits --------------------------------------------------------------------- */

static int stop_at_two(void *user, const pol_hit *hit)
{
    (void)hit;
    return ++*(int *)user == 2;
}

static void test_stops_when_told_and_starts_anew(void)
{
    struct fixture f;
    int count = 0;

    begin(&f, NULL);
    add(&f, "ab", 1);
    add(&f, "\\d{3}", 2);
    build(&f);
    fold(&f, "ab ab 123 ab");
    CHECK_INT_EQ("stopped", pol_regex_set_scan(f.set, f.scratch, &f.text,
                 stop_at_two, &count), POLICY_OK);
    CHECK_INT_EQ("hits", count, 2);
    CHECK_CSTR_EQ("nothing is left over", found(&f, "x 12"), "");
    CHECK_CSTR_EQ("the next text", found(&f, "ab"), "1:0-2");
    end(&f);
}

/* `a(.*z)?` reads to the end of a row of a for each of them. */
static void test_reading_in_vain_has_a_limit(void)
{
    size_t len = 200000;
    char *text = malloc(len + 1);
    int count = -1000000;
    struct fixture f;

    CU_ASSERT_FATAL(text != NULL);
    begin(&f, NULL);
    add(&f, "aa(?:.*z)?", 1);
    build(&f);
    memset(text, 'a', len);
    text[len] = '\0';
    fold(&f, text);
    CHECK_INT_EQ("above it", pol_regex_set_scan(f.set, f.scratch, &f.text,
                 stop_at_two, &count), POLICY_ELIMIT);
    CHECK(count > -1000000, "some were found");
    text[1000] = '\0';
    fold(&f, text);
    CHECK_INT_EQ("a short one is not", pol_regex_set_scan(f.set, f.scratch,
                 &f.text, stop_at_two, &count), POLICY_OK);
    free(text);
    end(&f);
}

static void test_scanning_allocates_nothing(void)
{
    struct test_allocator a;
    struct fixture f;
    size_t before;

    test_allocator_init(&a);
    begin(&f, &a.allocator);
    add(&f, "密码\\w+", 1);
    add(&f, "\\d{6}", 2);
    build(&f);
    before = a.requests;
    for (int i = 0; i < 3; i++)
        CHECK_CSTR_EQ("found", found(&f, "密码abc 123456"), "1:0-5 2:6-12");
    CHECK_INT_EQ("requests", a.requests, before);
    end(&f);
    test_allocator_clean(&a);
}

static policy_status all_of(const policy_allocator *a)
{
    struct fixture f = { NULL, NULL, { 0 } };
    static struct twin_hits hits;
    policy_status st = pol_regex_set_new(&f.set, a, NULL);

    pol_folded_init(&f.text, NULL);
    fold(&f, "密码abc");
    hits.count = 0;
    if (!st)
        st = pol_regex_scratch_new(&f.scratch, a, NULL);
    for (uint32_t i = 0; !st && i < 20; i++)
        st = pol_regex_set_add(f.set, i % 2 ? POL_STR("密码\\w+")
                                            : POL_STR("\\d{6}"), i, STATES,
                               NULL, NULL);
    if (!st)
        st = pol_regex_set_build(f.set, NULL);
    if (!st)
        st = pol_regex_set_scan(f.set, f.scratch, &f.text, twin_keep, &hits);
    if (!st)
        CHECK_INT_EQ("hits", hits.count, 10);
    end(&f);
    return st;
}

static void test_lack_of_memory_is_told(void)
{
    struct test_allocator a;
    size_t n = 1;

    for (;; n++) {
        policy_status st;

        test_allocator_init(&a);
        a.fail_at = n;
        st = all_of(&a.allocator);
        CHECK(st == (a.failed ? POLICY_ENOMEM : POLICY_OK), "%zu: %d", n, st);
        test_allocator_clean(&a);
        if (!a.failed)
            break;
    }
    CHECK(n > 20, "%zu allocations", n);
}

static const struct test_case tests[] = {
    { "finds by end, then by id", test_finds_by_end_then_by_id },
    { "nothing, and the empty match", test_nothing_and_the_empty_match },
    { "one id tells one match once", test_one_id_tells_one_match_once },
    { "what is no regex changes nothing", test_what_is_no_regex_changes_nothing },
    { "literals may stand beside terms", test_literals_may_stand_beside_terms },
    { "agrees with its twin", test_agrees_with_its_twin },
    { "stops when told and starts anew", test_stops_when_told_and_starts_anew },
    { "reading in vain has a limit", test_reading_in_vain_has_a_limit },
    { "scanning allocates nothing", test_scanning_allocates_nothing },
    { "lack of memory is told", test_lack_of_memory_is_told },
};

POLICY_TEST_MAIN("regex_set", tests)
