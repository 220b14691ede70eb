/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "text/grapheme.h"

#include <utf8proc.h>

#include "harness.h"
#include "text/utf8.h"

#define FAMILY "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D" \
               "\xF0\x9F\x91\xA7" /* man ZWJ woman ZWJ girl: 18 bytes */

static void test_finds_the_clusters(void)
{
    static const struct {
        const char *label, *text;
        size_t ends[6]; /* 0 ends them */
    } cases[] = {
        { "ASCII", "ab", { 1, 2 } },
        { "CR LF", "\r\n\n", { 2, 3 } },
        { "Chinese", "证件", { 3, 6 } },
        { "marks", "e\xCC\x81\xCC\x88x", { 5, 6 } },
        { "selector", "\xE2\x9D\xA4\xEF\xB8\x8Fx", { 6, 7 } },
        { "family", FAMILY "x", { 18, 19 } },
        { "two flags", "🇨🇳🇩🇪", { 8, 16 } },
        { "skin", "👍🏽x", { 8, 9 } },
        { "jamo", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8x", { 9, 10 } },
        { "ill-formed breaks", "e\xFF\xCC\x81", { 1, 2, 4 } },
        { "cut short", "\xE4\xB8\xCC\x81", { 2, 4 } },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        policy_str s = { cases[i].text, strlen(cases[i].text) };
        size_t pos = 0, n = 0;

        while (pos < s.len) {
            pos = pol_grapheme_next(s, pos);
            if (!CHECK(n < 6 && pos == cases[i].ends[n], "%s: %zu ends at %zu",
                       cases[i].label, n, pos))
                break;
            n++;
        }
        CHECK_INT_EQ(cases[i].label, pol_grapheme_next(s, s.len), s.len);
    }
}

static void test_covers_what_would_dangle(void)
{
    static const struct {
        const char *label, *text;
        policy_span span, want;
    } cases[] = {
        { "nothing to add", "a机密b", { 1, 7 }, { 1, 7 } },
        { "empty stays", "e\xCC\x81", { 1, 1 }, { 1, 1 } },
        { "trailing mark", "xe\xCC\x81y", { 1, 2 }, { 1, 4 } },
        { "several marks", "xe\xCC\x81\xCC\xB6y", { 1, 2 }, { 1, 6 } },
        { "trailing zero width space", "密\xE2\x80\x8B" "x", { 0, 3 }, { 0, 6 } },
        { "invisible, then mark", "a\xE2\x80\x8B\xCC\x81" "b", { 0, 1 }, { 0, 6 } },
        { "selector", "\xE2\x9D\xA4\xEF\xB8\x8Fx", { 0, 3 }, { 0, 6 } },
        { "tail of a family", "a" FAMILY "b", { 1, 5 }, { 1, 19 } },
        { "inside a family", "a" FAMILY "b", { 8, 12 }, { 1, 19 } },
        { "after a line end", "\ne\xCC\x81", { 1, 2 }, { 1, 4 } },
        { "line end is no part", "密\n", { 0, 3 }, { 0, 3 } },
        { "space is no part", "密 x", { 0, 3 }, { 0, 3 } },
        { "beyond the text", "ab", { 0, 3 }, { 0, 3 } },
        { "second flag", "🇨🇳🇩🇪", { 8, 12 }, { 8, 16 } },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        policy_str s = { cases[i].text, strlen(cases[i].text) };
        policy_span got = pol_grapheme_cover(s, cases[i].span);

        CHECK(got.start == cases[i].want.start && got.end == cases[i].want.end,
              "%s: [%u,%u)", cases[i].label, got.start, got.end);
    }
}

/* The first place of a cluster, by a walk from the start of the text. */
static size_t twin_start(policy_str s, size_t pos)
{
    size_t start = 0, next = pol_grapheme_next(s, 0);

    while (next <= pos) {
        start = next;
        next = pol_grapheme_next(s, start);
    }
    return start;
}

/* What needs no table is no part of a longer cluster by the table either. */
static void test_what_is_plain_stands_alone(void)
{
    for (uint32_t cp = 0x20; cp < 0xa000; cp = cp == 0x7e ? 0x3400 : cp + 1) {
        char text[8];
        size_t len = pol_utf8_put(text, cp);

        CHECK(utf8proc_get_property((utf8proc_int32_t)cp)->boundclass ==
                  UTF8PROC_BOUNDCLASS_OTHER, "U+%04X", cp);
        text[len] = 'a';
        CHECK(pol_grapheme_next((policy_str){ text, len + 1 }, 0) == len,
              "U+%04X", cp);
    }
}

/* Where the cluster ends that goes on up to `at`, or beyond. */
static size_t twin_end(policy_str s, size_t at)
{
    size_t pos = 0;

    while (pos < at)
        pos = pol_grapheme_next(s, pos);
    return pos;
}

/* Whatever the bytes: never narrower, inside the text, at rest, begun where a
 * cluster begins, and not ended within one. */
static void test_covers_any_bytes(void)
{
    uint64_t seed = 3;
    static const char *const pieces[] = {
        "e", "密", "\xCC\x81", "\xE2\x80\x8D", "\xEF\xB8\x8F", "👩", "🇨",
        "\xFF", "\xE4\xB8", "\n", "\xE1\x84\x80", "\xE1\x85\xA1"
    };

    for (int round = 0; round < 20000; round++) {
        char text[200];
        size_t len = 0, count = 1 + test_random(&seed) % 30;
        policy_span span, got, again;
        policy_str s;

        while (count--) {
            const char *p = pieces[test_random(&seed) % 12];

            memcpy(text + len, p, strlen(p));
            len += strlen(p);
        }
        s = (policy_str){ text, len };
        span.start = 0;
        span.end = (uint32_t)len;
        for (size_t pos = 0; pos < len; ) {
            uint32_t cp;
            bool ok;

            if (test_random(&seed) % 4 == 0)
                span.start = (uint32_t)pos;
            pos = pol_utf8_next(s, pos, &cp, &ok);
            if (test_random(&seed) % 4 == 0) {
                span.end = (uint32_t)pos;
                break;
            }
        }
        got = pol_grapheme_cover(s, span);
        again = pol_grapheme_cover(s, got);
        if (got.start > span.start || got.end < span.end || got.end > len ||
            again.start != got.start || again.end != got.end ||
            (span.start < span.end &&
             (got.start != twin_start(s, span.start) ||
              got.end < twin_end(s, span.end))))
            CHECK(false, "round %d: [%u,%u) [%u,%u) [%u,%u) of %zu", round,
                  span.start, span.end, got.start, got.end, again.start,
                  again.end, len);
    }
    CU_PASS();
}

/* One cover looks at its surroundings only. */
static void test_is_linear_in_hostile_text(void)
{
    size_t len = 1 << 20;
    char *text = malloc(len + 1);
    policy_span span = { 0, 1 };

    if (!CHECK(text != NULL, "no memory"))
        return;
    for (size_t i = 1; i < len; i += 2)
        memcpy(text + i, "\xCC\x81", 2);
    text[0] = 'e';
    span = pol_grapheme_cover((policy_str){ text, len - 1 }, span);
    CHECK_INT_EQ("whole run", span.end, len - 1);
    free(text);
}

static const struct test_case tests[] = {
    { "what is plain stands alone", test_what_is_plain_stands_alone },
    { "finds the clusters", test_finds_the_clusters },
    { "covers what would dangle", test_covers_what_would_dangle },
    { "covers any bytes", test_covers_any_bytes },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("grapheme", tests)
