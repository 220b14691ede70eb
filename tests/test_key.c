/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of records: made, read back, never shared by two triples.
 */
#include "harness.h"

#include "base/alloc.h"
#include "base/slice.h"
#include "state/key.h"

#define S(literal) POL_STR(literal)

static const struct {
    const char *label;
    policy_str org, kind, rest, key;
} rows[] = {
    { "plain", S("company"), S("duty"), S("r/x/1"), S("company\nduty\nr/x/1") },
    { "all empty", S(""), S(""), S(""), S("\n\n") },
    { "no rest", S("a"), S("b"), S(""), S("a\nb\n") },
    { "lines in the organisation", S("a\nb"), S("c"), S("d"),
      S("a\\nb\nc\nd") },
    { "lines in the kind", S("a"), S("b\nc"), S("d"), S("a\nb\\nc\nd") },
    { "lines in the rest", S("a"), S("b"), S("c\nd"), S("a\nb\nc\nd") },
    { "backslashes", S("a\\"), S("\\n"), S("\\"), S("a\\\\\n\\\\n\n\\") },
    { "NUL", S("a\0b"), S("\0"), S("\0"), S("a\0b\n\0\n\0") },
    { "bytes above 127", S("公司"), S("\xff"), S("\xfe"),
      S("公司\n\xff\n\xfe") },
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

static void test_makes_the_key(void)
{
    pol_arena arena;

    pol_arena_init(&arena, &pol_malloc_allocator, 0);
    for (size_t i = 0; i < ROWS; i++) {
        pol_record_key k = { rows[i].org, rows[i].kind, rows[i].rest };
        policy_str key = pol_record_key_make(&arena, k.org, k.kind, k.rest);

        CHECK_BYTES_EQ(rows[i].label, key, rows[i].key);
        CHECK_INT_EQ(rows[i].label, pol_record_key_len(&k), rows[i].key.len);
    }
    pol_arena_fini(&arena);
}

static void test_reads_it_back(void)
{
    char room[64];

    for (size_t i = 0; i < ROWS; i++) {
        pol_record_key k;

        if (!CHECK(pol_record_key_read(&k, rows[i].key, room), "%s",
                   rows[i].label))
            continue;
        CHECK_BYTES_EQ(rows[i].label, k.org, rows[i].org);
        CHECK_BYTES_EQ(rows[i].label, k.kind, rows[i].kind);
        CHECK_BYTES_EQ(rows[i].label, k.rest, rows[i].rest);
    }
}

static void test_refuses_what_is_no_key(void)
{
    static const struct {
        const char *label;
        policy_str key;
    } bad[] = {
        { "nothing", S("") },
        { "one part", S("company") },
        { "no end of the kind", S("company\nduty") },
        { "unknown escape", S("a\\b\nc\nd") },
        { "escape cut by a line", S("a\\\nc\nd") },
        { "escape at the end", S("a\nb\\") },
    };
    char room[64];

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        pol_record_key k = { S("left"), S("left"), S("left") };

        CHECK(!pol_record_key_read(&k, bad[i].key, room), "%s", bad[i].label);
        CHECK(!k.org.len && !k.kind.len && !k.rest.len, "%s", bad[i].label);
    }
}

static void test_knows_the_organisation_of_a_key(void)
{
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < ROWS; j++)
            CHECK(pol_record_key_is_of(rows[i].key, rows[j].org) ==
                      pol_str_eq(rows[i].org, rows[j].org),
                  "%s, of %s", rows[i].label, rows[j].label);
    CHECK(!pol_record_key_is_of(S("company"), S("company")), "no line");
    CHECK(!pol_record_key_is_of(S("company2\nx\n"), S("company")), "prefix");
    CHECK(!pol_record_key_is_of(S("comp\nx\n"), S("company")), "shorter");
    CHECK(!pol_record_key_is_of(S("a\\"), S("a\n")), "cut in an escape");
}

/* Triples over an alphabet of what could be confused, all against all. */
static void test_no_two_triples_share_a_key(void)
{
    static const char *const parts[] = { "",    "\n", "\\",  "n",  "\\n",
                                         "n\n", "a",  "a\n", "\na" };
    enum { N = sizeof(parts) / sizeof(*parts), ALL = N * N * N };
    pol_arena arena;
    policy_str *keys = calloc(ALL, sizeof(*keys));

    pol_arena_init(&arena, &pol_malloc_allocator, 0);
    for (size_t i = 0; i < ALL; i++)
        keys[i] = pol_record_key_make(&arena, pol_str(parts[i % N]),
                                      pol_str(parts[i / N % N]),
                                      pol_str(parts[i / N / N]));
    for (size_t i = 0; i < ALL; i++)
        for (size_t j = i + 1; j < ALL; j++)
            if (pol_str_eq(keys[i], keys[j]))
                CHECK(false, "triples %zu and %zu", i, j);
    CHECK(keys[0].ptr != NULL, "made");
    free(keys);
    pol_arena_fini(&arena);
}

static void test_tells_of_no_memory(void)
{
    struct test_allocator t;
    pol_arena arena;

    test_allocator_init(&t);
    t.fail_after = 1;
    pol_arena_init(&arena, &t.allocator, 0);
    CHECK(!pol_record_key_make(&arena, S("a"), S("b"), S("c")).ptr, "failed");
    pol_arena_fini(&arena);
    test_allocator_clean(&t);
}

static const struct test_case tests[] = {
    { "makes the key", test_makes_the_key },
    { "reads it back", test_reads_it_back },
    { "refuses what is no key", test_refuses_what_is_no_key },
    { "knows the organisation of a key", test_knows_the_organisation_of_a_key },
    { "no two triples share a key", test_no_two_triples_share_a_key },
    { "tells of no memory", test_tells_of_no_memory },
};

POLICY_TEST_MAIN("key", tests)
