/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Masks: width, nothing dangling, spans in any arrangement, no hit left.
 */
#include "harness.h"

#include "evaluate/redact.h"
#include "base/slice.h"
#include "match/matcher.h"
#include "text/grapheme.h"
#include "text/width.h"

static policy_str masked(pol_arena *a, policy_str text, const policy_span *spans,
                         size_t count)
{
    policy_span copy[64];
    policy_str out;

    CU_ASSERT_FATAL(count <= 64);
    if (count)
        memcpy(copy, spans, count * sizeof(*copy));
    CHECK(pol_redact(&out, text, copy, count, a) == POLICY_OK, "%.*s",
          (int)text.len, text.ptr);
    return out;
}

struct row {
    const char *label, *text, *want;
    policy_span spans[4];
    size_t count;
};

static const struct row rows[] = {
    { "no span", "好ab", "好ab", { { 0, 0 } }, 0 },
    { "a narrow word", "say foo!", "say ***!", { { 4, 7 } }, 1 },
    { "a wide word", "是机密吗", "是****吗", { { 3, 9 } }, 1 },
    { "at the start", "机密x", "****x", { { 0, 6 } }, 1 },
    { "at the end", "x机密", "x****", { { 1, 7 } }, 1 },
    { "all of it", "机密", "****", { { 0, 6 } }, 1 },
    { "both ends", "机x密", "**x**", { { 0, 3 }, { 4, 7 } }, 2 },
    { "out of order", "机x密", "**x**", { { 4, 7 }, { 0, 3 } }, 2 },
    { "overlapping", "abcdef", "a****f", { { 1, 4 }, { 2, 5 } }, 2 },
    { "one in the other", "abcdef", "a****f", { { 1, 5 }, { 2, 3 } }, 2 },
    { "the same twice", "abcdef", "a**def", { { 1, 3 }, { 1, 3 } }, 2 },
    { "adjacent", "abcdef", "a****f", { { 1, 3 }, { 3, 5 } }, 2 },
    { "an empty span is none", "abc", "abc", { { 1, 1 } }, 1 },
    { "full-width letters", "ＶＸ号", "****号", { { 0, 6 } }, 1 },
    { "a mark goes with its base", "xe\xcc\x81y", "x*y", { { 1, 2 } }, 1 },
    { "a mark alone takes its base", "xe\xcc\x81y", "x*y", { { 2, 4 } }, 1 },
    { "three marks", "e\xcc\x81\xcc\x82\xcc\x83y", "*y", { { 0, 1 } }, 1 },
    { "a variation selector goes along", "❤\xef\xb8\x8f好", "*好", { { 0, 3 } }, 1 },
    { "what is invisible behind goes along", "密\xe2\x80\x8b\xe2\x80\x8b码", "**码",
      { { 0, 3 } }, 1 },
    { "what is invisible inside goes along", "密\xe2\x80\x8b码x", "****x",
      { { 0, 9 } }, 1 },
    { "an invisible span leaves a trace", "a\xe2\x80\x8b" "b", "a*b", { { 1, 4 } }, 1 },
    { "CR LF stays where it is not touched", "密\r\n码", "**\r\n码", { { 0, 3 } }, 1 },
    { "Hangul by syllable", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab!", "****!",
      { { 0, 3 } }, 1 },
    { "a flag whole", "\xf0\x9f\x87\xa8\xf0\x9f\x87\xb3!", "**!", { { 0, 4 } }, 1 },
    { "ill-formed before and behind", "\xff机\xff", "\xff**\xff", { { 1, 4 } }, 1 },
    { "ill-formed inside", "机\xff密", "*****", { { 0, 7 } }, 1 },
    { "a truncated tail", "机\xe6\x9c", "**\xe6\x9c", { { 0, 3 } }, 1 },
};

static void test_masks_by_cluster_and_width(void)
{
    pol_arena a;

    pol_arena_init(&a, NULL, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_STR_EQ(rows[i].label,
                     masked(&a, pol_str(rows[i].text), rows[i].spans,
                            rows[i].count),
                     rows[i].want);
    pol_arena_fini(&a);
}

static void test_a_sequence_of_emoji_goes_whole(void)
{
    /* Man, ZWJ, woman, ZWJ, girl: touched in the middle. */
    policy_str text = POL_STR("a\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"
                              "\xe2\x80\x8d\xf0\x9f\x91\xa7" "b");
    policy_span span = { 8, 12 };
    policy_str out;
    pol_arena a;

    pol_arena_init(&a, NULL, 0);
    out = masked(&a, text, &span, 1);
    CHECK(out.len > 2 && out.ptr[0] == 'a' && out.ptr[out.len - 1] == 'b',
          "%.*s", (int)out.len, out.ptr);
    for (size_t i = 1; i + 1 < out.len; i++)
        CHECK(out.ptr[i] == '*', "byte %zu of %.*s", i, (int)out.len, out.ptr);
    CHECK_INT_EQ("width", pol_display_width(out), pol_display_width(text));
    pol_arena_fini(&a);
}

/* --- random texts of pieces that are hard on masks */

static const char *const pieces[] = {
    "机", "密", "a", "B", "1", " ", "\r\n", "e\xcc\x81", "\xcc\x82", "\xe2\x80\x8b",
    "\xe2\x80\x8d", "❤\xef\xb8\x8f", "👨", "👩", "\xff", "\xe6\x9c", "\xc0", "ａ",
    "機", "\xf0\x9f\x87\xa8", "*", "é",
};
enum { PIECES = sizeof(pieces) / sizeof(*pieces) };

static policy_str random_text(uint64_t *seed, char buf[256])
{
    size_t count = test_random(seed) % 20, len = 0;

    for (size_t i = 0; i < count; i++) {
        const char *p = pieces[test_random(seed) % PIECES];

        memcpy(buf + len, p, strlen(p));
        len += strlen(p);
    }
    return (policy_str){ buf, len };
}

/* What stays must be what no cover touches, in order; each run that goes is as
 * many asterisks as it has columns, or one. */
static void check_against_covers(policy_str text, const policy_span *spans,
                                 size_t count, policy_str out)
{
    bool gone[256] = { false };
    char want[600];
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        policy_span c = pol_grapheme_cover(text, spans[i]);

        for (size_t b = c.start; b < c.end; b++)
            gone[b] = true;
    }
    for (size_t b = 0, end; b < text.len; b = end) {
        size_t width;

        for (end = b; end < text.len && gone[end] == gone[b]; end++)
            ;
        if (!gone[b]) {
            memcpy(want + n, text.ptr + b, end - b);
            n += end - b;
            continue;
        }
        width = pol_display_width((policy_str){ text.ptr + b, end - b });
        memset(want + n, '*', width ? width : 1);
        n += width ? width : 1;
    }
    CHECK_BYTES_EQ("the rest stays", out, ((policy_str){ want, n }));
}

static void test_random_spans_leave_the_rest(void)
{
    uint64_t seed = 20;
    pol_arena a;
    char buf[256];

    pol_arena_init(&a, NULL, 0);
    for (unsigned i = 0; i < 20000; i++) {
        policy_str text = random_text(&seed, buf);
        size_t count = test_random(&seed) % 5;
        policy_span spans[8];

        for (size_t k = 0; k < count; k++) {
            uint32_t x = (uint32_t)(test_random(&seed) % (text.len + 1));
            uint32_t y = (uint32_t)(test_random(&seed) % (text.len + 1));

            spans[k] = x < y ? (policy_span){ x, y } : (policy_span){ y, x };
        }
        pol_arena_reset(&a);
        check_against_covers(text, spans, count, masked(&a, text, spans, count));
    }
    pol_arena_fini(&a);
}

/* --- the term is not found in the masked text */

struct found {
    policy_span spans[64];
    size_t count;
};

static int keep_span(void *user, const policy_match *m)
{
    struct found *f = user;

    if (f->count < 64)
        f->spans[f->count++] = m->span;
    return 0;
}

/* The views of a mask give their hits one view after the other. */
static void test_many_spans_in_any_order(void)
{
    enum { COUNT = 20000 };
    static char text[2 * COUNT], want[2 * COUNT];
    static policy_span spans[COUNT];
    policy_str out;
    pol_arena a;

    pol_arena_init(&a, NULL, 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        memcpy(text + (size_t)2 * i, "ab", 2);
        memcpy(want + (size_t)2 * i, "*b", 2);
        spans[COUNT - 1 - i] = (policy_span){ 2 * i, 2 * i + 1 };
    }
    CHECK(pol_redact(&out, (policy_str){ text, sizeof(text) }, spans, COUNT,
                     &a) == POLICY_OK, "no memory");
    CHECK(out.len == sizeof(want) && memcmp(out.ptr, want, out.len) == 0,
          "%.40s", out.len ? out.ptr : "");
    pol_arena_fini(&a);
}

static void test_no_term_is_left(void)
{
    static const char *const terms[] = { "机密", "a密", "ab", "密", "1a", "é机" };
    uint64_t seed = 7;
    policy_pattern_set *set;
    policy_matcher *m;
    policy_scratch *s;
    size_t hits = 0;
    pol_arena a;
    char buf[256];

    pol_arena_init(&a, NULL, 0);
    CU_ASSERT_FATAL(policy_pattern_set_new(&set, NULL, NULL) == POLICY_OK);
    for (uint32_t i = 0; i < 6; i++)
        CHECK(policy_pattern_set_add(set, pol_str(terms[i]), i,
                                     POLICY_TERM_INSIDE, NULL) == POLICY_OK,
              "%s", terms[i]);
    CU_ASSERT_FATAL(policy_matcher_build(&m, set, NULL) == POLICY_OK);
    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    for (unsigned i = 0; i < 20000; i++) {
        policy_str text = random_text(&seed, buf), out;
        struct found before = { .count = 0 }, after = { .count = 0 };

        pol_arena_reset(&a);
        policy_matcher_scan(m, s, text, keep_span, &before);
        out = masked(&a, text, before.spans, before.count);
        policy_matcher_scan(m, s, out, keep_span, &after);
        CHECK(after.count == 0, "%.*s became %.*s", (int)text.len, text.ptr,
              (int)out.len, out.ptr);
        hits += before.count;
    }
    CHECK(hits > 1000, "only %zu hits", hits);
    policy_scratch_free(s);
    policy_matcher_free(m);
    policy_pattern_set_free(set);
    pol_arena_fini(&a);
}

static void test_no_memory_is_said(void)
{
    struct test_allocator t;
    policy_str out = { "x", 1 };
    pol_arena a;

    test_allocator_init(&t);
    t.fail_after = 1;
    pol_arena_init(&a, &t.allocator, 0);
    CHECK_INT_EQ("status", pol_redact(&out, POL_STR("机密"), NULL, 0, &a),
                 POLICY_ENOMEM);
    CHECK_INT_EQ("nothing", out.len, 0);
    pol_arena_fini(&a);
    test_allocator_clean(&t);
}

static const struct test_case tests[] = {
    { "masks by cluster and width", test_masks_by_cluster_and_width },
    { "a sequence of emoji goes whole", test_a_sequence_of_emoji_goes_whole },
    { "random spans leave the rest", test_random_spans_leave_the_rest },
    { "many spans in any order", test_many_spans_in_any_order },
    { "no term is left", test_no_term_is_left },
    { "no memory is said", test_no_memory_is_said },
};

POLICY_TEST_MAIN("redact", tests)
