/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every test program shares: one CUnit suite from a table, checks that
 * name the row they fail in, and an allocator that counts, fails on order and
 * checks the sizes it is told.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <policy/status.h>

struct test_case {
    const char *name;
    void (*function)(void);
};

/* The status of the process: 0 only if at least one test ran and all passed. */
static inline int test_run(const char *suite, const struct test_case *tests,
                           size_t count)
{
    CU_pSuite s;
    unsigned failed, ran;
    size_t i;

    if (CU_initialize_registry() != CUE_SUCCESS)
        return 1;
    s = CU_add_suite(suite, NULL, NULL);
    for (i = 0; s && i < count; i++)
        if (!CU_add_test(s, tests[i].name, tests[i].function))
            s = NULL;
    if (!s) {
        fprintf(stderr, "%s: %s\n", suite, CU_get_error_msg());
        CU_cleanup_registry();
        return 1;
    }
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    failed = CU_get_number_of_failures() + CU_get_number_of_tests_failed() +
             CU_get_number_of_suites_failed();
    ran = CU_get_number_of_tests_run();
    CU_cleanup_registry();
    return failed || ran != count || !count ? 1 : 0;
}

/* A program of one suite; `table` is an array of struct test_case. */
#define POLICY_TEST_MAIN(suite, table)                                       \
    int main(void)                                                           \
    {                                                                        \
        return test_run((suite), (table),                                    \
                        sizeof(table) / sizeof((table)[0]));                 \
    }

/* An assertion that goes on after a failure and prints `...` (printf), which
 * should name the row. */
static inline bool test_check(bool ok, unsigned line, const char *file,
                              const char *condition, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

#include <stdarg.h>

static inline bool test_check(bool ok, unsigned line, const char *file,
                              const char *condition, const char *fmt, ...)
{
    char text[700];
    va_list ap;
    int n;

    if (ok) {
        CU_assertImplementation(CU_TRUE, line, condition, file, "", CU_FALSE);
        return true;
    }
    n = snprintf(text, sizeof(text), "%.200s — ", condition);
    va_start(ap, fmt);
    vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
    va_end(ap);
    CU_assertImplementation(CU_FALSE, line, text, file, "", CU_FALSE);
    return false;
}

#define CHECK(condition, ...)                                                \
    test_check((condition), __LINE__, __FILE__, #condition, __VA_ARGS__)

/* Bytes with a length against a C string. */
#define CHECK_STR_EQ(label, got, want)                                       \
    test_str_eq(__LINE__, __FILE__, (label), (got),                          \
                (policy_str){ (want), strlen(want) })
/* Both with a length. */
#define CHECK_BYTES_EQ(label, got, want)                                     \
    test_str_eq(__LINE__, __FILE__, (label), (got), (want))
/* Two C strings. */
#define CHECK_CSTR_EQ(label, got, want)                                      \
    test_str_eq(__LINE__, __FILE__, (label),                                 \
                (policy_str){ (got), strlen(got) },                          \
                (policy_str){ (want), strlen(want) })
/* Two signed integers. */
#define CHECK_INT_EQ(label, got, want)                                       \
    test_int_eq(__LINE__, __FILE__, (label), #got, (int64_t)(got),           \
                (int64_t)(want))

static inline bool test_str_eq(unsigned line, const char *file,
                               const char *label, policy_str got,
                               policy_str want)
{
    bool same = got.len == want.len &&
                (got.len == 0 || memcmp(got.ptr, want.ptr, got.len) == 0);

    return test_check(same, line, file, "strings equal",
                      "%s: got “%.*s” (%zu bytes), want “%.*s” (%zu bytes)",
                      label, got.len > 250 ? 250 : (int)got.len,
                      got.ptr ? got.ptr : "", got.len,
                      want.len > 250 ? 250 : (int)want.len,
                      want.ptr ? want.ptr : "", want.len);
}

static inline bool test_int_eq(unsigned line, const char *file,
                               const char *label, const char *what,
                               int64_t got, int64_t want)
{
    return test_check(got == want, line, file, what,
                      "%s: got %lld, want %lld", label, (long long)got,
                      (long long)want);
}

/*
 * Each block carries its size before it, so that a wrong `old` is noticed and
 * counted; the user's part starts 16 bytes in and keeps malloc's alignment.
 * `fail_at` n > 0 fails the n-th call that asks for memory (growing too), once;
 * `fail_after` n > 0 fails that one and all that follow.
 */
struct test_allocator {
    policy_allocator allocator; /* hand this on; its user is this struct */
    size_t live_bytes, live_blocks, peak_bytes;
    size_t requests;            /* calls with `len` > 0 so far */
    size_t fail_at, fail_after;
    size_t failed;              /* requests refused */
    size_t wrong_old;           /* calls whose `old` was not exact */
};

static inline void *test_resize(void *user, void *ptr, size_t old, size_t len)
{
    struct test_allocator *t = user;
    size_t *head = ptr ? (size_t *)((char *)ptr - 16) : NULL;

    if ((head ? *head : 0) != old) {
        t->wrong_old++;
        old = head ? *head : 0;
    }
    if (len == 0) {
        if (head) {
            t->live_bytes -= old;
            t->live_blocks--;
        }
        free(head);
        return NULL;
    }
    t->requests++;
    if (t->requests == t->fail_at ||
        (t->fail_after && t->requests >= t->fail_after) ||
        len > SIZE_MAX - 16) {
        t->failed++;
        return NULL;
    }
    head = realloc(head, len + 16);
    if (!head)
        return NULL;
    *head = len;
    t->live_bytes += len - old;
    t->live_blocks += ptr ? 0 : 1;
    if (t->live_bytes > t->peak_bytes)
        t->peak_bytes = t->live_bytes;
    return (char *)head + 16;
}

static inline void test_allocator_init(struct test_allocator *t)
{
    memset(t, 0, sizeof(*t));
    t->allocator.size = sizeof(t->allocator);
    t->allocator.user = t;
    t->allocator.resize = test_resize;
}

/* Nothing is left and every `old` was exact. */
static inline bool test_allocator_clean(const struct test_allocator *t)
{
    return CHECK(t->live_blocks == 0 && t->live_bytes == 0 &&
                     t->wrong_old == 0,
                 "%zu blocks, %zu bytes left; %zu wrong sizes",
                 t->live_blocks, t->live_bytes, t->wrong_old);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TEST_SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define TEST_SANITIZED 1
#endif
#ifndef TEST_SANITIZED
#define TEST_SANITIZED 0
#endif

/* Rounds of a random test. What differs from its twin shows in the plain build;
 * a fourth of the same rounds, each much slower, show what a sanitizer sees. */
static inline unsigned test_rounds(unsigned some, unsigned many)
{
    return getenv("POLICY_TEST_LONG") ? many
           : TEST_SANITIZED           ? some / 4
                                      : some;
}

/* A repeatable stream of numbers (splitmix64), for random tests. */
static inline uint64_t test_random(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

#endif
