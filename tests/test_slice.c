/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <utf8proc.h>

#include "base/slice.h"
#include "harness.h"

static void test_order_is_by_bytes_then_length(void)
{
    static const struct {
        const char *label;
        policy_str a, b;
        int sign;
    } rows[] = {
        { "empty", { "", 0 }, { "", 0 }, 0 },
        { "null and empty", { NULL, 0 }, { "", 0 }, 0 },
        { "prefix first", { "ab", 2 }, { "abc", 3 }, -1 },
        { "high byte is above", { "\xff", 1 }, { "a", 1 }, 1 },
        { "NUL is a byte", { "a\0b", 3 }, { "a\0c", 3 }, -1 },
        { "equal", { "x", 1 }, { "x", 1 }, 0 },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int d = pol_str_cmp(rows[i].a, rows[i].b);
        int back = pol_str_cmp(rows[i].b, rows[i].a);

        CHECK_INT_EQ(rows[i].label, (d > 0) - (d < 0), rows[i].sign);
        CHECK_INT_EQ(rows[i].label, (back > 0) - (back < 0), -rows[i].sign);
        CHECK_INT_EQ(rows[i].label, pol_str_eq(rows[i].a, rows[i].b),
                     rows[i].sign == 0);
    }
}

static void test_starts_and_ends(void)
{
    CU_ASSERT_TRUE(pol_str_starts(POL_STR("abc"), POL_STR("")));
    CU_ASSERT_TRUE(pol_str_starts(POL_STR("abc"), POL_STR("ab")));
    CU_ASSERT_FALSE(pol_str_starts(POL_STR("ab"), POL_STR("abc")));
    CU_ASSERT_TRUE(pol_str_ends(POL_STR("abc"), POL_STR("bc")));
    CU_ASSERT_TRUE(pol_str_ends(POL_STR("abc"), POL_STR("")));
    CU_ASSERT_FALSE(pol_str_ends(POL_STR("abc"), POL_STR("ab")));
    CU_ASSERT_FALSE(pol_str_ends(POL_STR("c"), POL_STR("bc")));
    CU_ASSERT_TRUE(pol_str_is(POL_STR("abc"), "abc"));
    CU_ASSERT_FALSE(pol_str_is(POL_STR("abc"), "abcd"));
}

static void test_trim_takes_ascii_space_only(void)
{
    CHECK_STR_EQ("both ends", pol_str_trim(POL_STR(" \t\r\n a b\v\f ")), "a b");
    CHECK_STR_EQ("only space", pol_str_trim(POL_STR(" \n ")), "");
    CHECK_STR_EQ("empty", pol_str_trim(POL_STR("")), "");
    CHECK_STR_EQ("ideographic space", pol_str_trim(POL_STR("\u3000a")),
                 "\u3000a");
}

/* Against utf8proc, which refuses what Unicode 3.9 refuses. */
static void test_every_short_sequence_agrees_with_utf8proc(void)
{
    static const uint8_t edges[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f,
        0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xee, 0xef, 0xf0,
        0xf1, 0xf4, 0xf5, 0xff };
    enum { EDGES = sizeof(edges) };
    size_t n, wrong = 0;

    for (n = 0; n < (size_t)EDGES * EDGES * EDGES * EDGES; n++) {
        uint8_t b[4] = { edges[n % EDGES], edges[n / EDGES % EDGES],
                         edges[n / EDGES / EDGES % EDGES],
                         edges[n / EDGES / EDGES / EDGES] };
        policy_str s = { (const char *)b, 4 };
        utf8proc_int32_t want;
        utf8proc_ssize_t len = utf8proc_iterate(b, 4, &want);
        size_t pos = 0;
        uint32_t cp = pol_str_next(s, &pos);

        wrong += len > 0 ? cp != (uint32_t)want || pos != (size_t)len
                         : cp != 0xfffd || pos > 3;
        wrong += (pol_str_ill_formed((policy_str){ s.ptr, pos }) == pos) !=
                 (len > 0);
    }
    CHECK_INT_EQ("sequences that differ", wrong, 0);
}

static void test_ill_formed_bytes_go_by_maximal_subpart(void)
{
    static const struct {
        const char *label;
        policy_str s;
        size_t first, count;
    } rows[] = {
        { "table 3-8 of Unicode", { "\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", 9 }, 0, 9 },
        { "surrogates", { "\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", 9 }, 0, 9 },
        { "above 10FFFF", { "\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", 9 }, 0, 9 },
        { "truncated", { "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", 9 }, 0, 5 },
        { "a real U+FFFD", { "ab\xef\xbf\xbd" "c", 6 }, 6, 4 },
        { "three of four bytes", { "\xf0\x9f\x98", 3 }, 0, 1 },
        { "after eight good bytes", { "abcdefgh\x80", 9 }, 8, 9 },
        { "after Han", { "\xe5\xad\x97\xe5\xad", 5 }, 3, 2 },
        { "NUL", { "\0\0", 2 }, 2, 2 },
        { "empty", { "", 0 }, 0, 0 },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t pos = 0, count = 0;

        while (pos < rows[i].s.len) {
            pol_str_next(rows[i].s, &pos);
            count++;
        }
        CHECK_INT_EQ(rows[i].label, count, rows[i].count);
        CHECK_INT_EQ(rows[i].label, pol_str_ill_formed(rows[i].s),
                     rows[i].first);
    }
}

/* Character by character, as the quick ways may not. */
static size_t slowly_ill_formed(policy_str s)
{
    size_t pos = 0;

    while (pos < s.len) {
        size_t start = pos;

        if (pol_str_next(s, &pos) == 0xfffd &&
            (pos - start != 3 || (uint8_t)s.ptr[start] != 0xef))
            return start;
    }
    return s.len;
}

static void test_quick_ways_agree_with_one_by_one(void)
{
    static const char *const pieces[] = {
        "a", "abcdefgh", "\xc3\xa9", "\xe4\xb8\xad", "\xe6\x96\x87", "\xef\xbc\x8c",
        "\xe0\xa4\x85", "\xe0\x80\x80", "\xed\x95\x9c", "\xed\xa0\x80",
        "\xf0\x9f\x98\x80", "\x80", "\xe4\xb8", "\xe4\xb8\xc0", "\xff",
        "\xe4\x41\xad"
    };
    uint64_t seed = 11;

    for (int i = 0; i < 20000; i++) {
        char bytes[200];
        policy_str s = { bytes, 0 };

        while (s.len < 40) {
            /* Seldom what is wrong, or all would end at once. */
            uint64_t pick = test_random(&seed);
            const char *piece = pieces[pick % (pick >> 32 & 7 ? 6 : 16)];

            memcpy(bytes + s.len, piece, strlen(piece));
            s.len += strlen(piece);
        }
        s.ptr += i % 3;
        s.len -= (size_t)(i % 3);
        if (!CHECK_INT_EQ("first", pol_str_ill_formed(s), slowly_ill_formed(s)))
            return;
    }
}

static void test_every_scalar_value_goes_round(void)
{
    uint32_t cp, wrong = 0;

    for (cp = 0; cp < 0x110000; cp++) {
        char bytes[4];
        size_t len, pos = 0;

        if (cp >= 0xd800 && cp <= 0xdfff)
            continue;
        len = pol_cp_write(bytes, cp);
        wrong += pol_str_next((policy_str){ bytes, len }, &pos) != cp ||
                 pos != len ||
                 pol_str_ill_formed((policy_str){ bytes, len }) != len;
    }
    CHECK_INT_EQ("scalar values that differ", wrong, 0);
}

static void test_cut_keeps_characters_whole(void)
{
    static const struct {
        const char *label, *s;
        size_t max;
        const char *want;
    } rows[] = {
        { "short enough", "字", 3, "字" }, { "inside the first", "字", 2, "" },
        { "inside the second", "字字", 5, "字" }, { "between", "字字", 3, "字" },
        { "four bytes", "a😀b", 4, "a" }, { "after four", "a😀b", 5, "a😀" },
        { "nothing", "abc", 0, "" }, { "ASCII", "abc", 2, "ab" },
        { "stray continuations", "\x80\x80\x80\x80\x80", 4, "\x80\x80\x80\x80" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_STR_EQ(rows[i].label, pol_str_cut(pol_str(rows[i].s), rows[i].max),
                     rows[i].want);
}

static void test_show_stops_at_the_room(void)
{
    char out[16];

    CHECK_INT_EQ("whole characters only", pol_str_show(out, 5, POL_STR("字字")),
                 3);
    CHECK_INT_EQ("no room", pol_str_show(out, 0, POL_STR("a")), 0);
    CHECK_INT_EQ("replaced", pol_str_show(out, 16, POL_STR("\x01\x7f")), 6);
    CU_ASSERT_EQUAL(memcmp(out, "\xef\xbf\xbd\xef\xbf\xbd", 6), 0);
}

static void test_what_is_not_shown(void)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = { { 0, 0x1f }, { 0x7f, 0x9f }, { 0x200e, 0x200f },
                   { 0x2028, 0x202e }, { 0x2066, 0x2069 } };
    uint32_t cp, wrong = 0;
    size_t i;

    for (cp = 0; cp < 0x3000; cp++) {
        bool hidden = false;

        for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
            hidden |= cp >= ranges[i].first && cp <= ranges[i].last;
        wrong += pol_cp_unshown(cp) != hidden;
    }
    CHECK_INT_EQ("code points that differ", wrong, 0);
}

static void test_nearest_name(void)
{
    static const char *const list[] = { "verdict", "severity", "match", "where",
        "except", "escalate", "on", "id", "外部群", "关键词表" };
    static const struct {
        const char *label, *name, *want;
    } rows[] = {
        { "swapped letters", "verdcit", "verdict" },
        { "swapped letters of a short word", "mtach", "match" },
        { "missing letter", "verdct", "verdict" },
        { "extra letter", "wheree", "where" },
        { "another letter", "natch", "match" },
        { "a third wrong", "vxrxict", "verdict" },
        { "more than a third", "vxrxixt", "" },
        { "nothing near", "banana", "" },
        { "two letters", "om", "on" },
        { "two letters, none common", "zz", "" },
        { "one letter", "x", "" },
        { "empty", "", "" },
        { "code points, not bytes", "外部裙", "外部群" },
        { "code points, one missing", "关键词", "关键词表" },
        { "exact", "match", "match" },
        { "far too long", "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"
          "vvvvvvvvvvvvvvvvvvvvvvvvvvvv", "" },
    };
    policy_str names[10];
    size_t i;

    for (i = 0; i < 10; i++)
        names[i] = pol_str(list[i]);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_STR_EQ(rows[i].label, pol_nearest(pol_str(rows[i].name), names,
                                                10), rows[i].want);
    CHECK_STR_EQ("no names", pol_nearest(POL_STR("a"), NULL, 0), "");
}

static void test_nearest_prefers_the_first_of_equals(void)
{
    const policy_str names[] = { POL_STR("cart"), POL_STR("card") };

    CHECK_STR_EQ("first", pol_nearest(POL_STR("carx"), names, 2), "cart");
}

static const struct test_case tests[] = {
    { "order is by bytes then length", test_order_is_by_bytes_then_length },
    { "starts and ends", test_starts_and_ends },
    { "trim takes ASCII space only", test_trim_takes_ascii_space_only },
    { "every short sequence agrees with utf8proc",
      test_every_short_sequence_agrees_with_utf8proc },
    { "ill-formed bytes go by maximal subpart",
      test_ill_formed_bytes_go_by_maximal_subpart },
    { "quick ways agree with one by one",
      test_quick_ways_agree_with_one_by_one },
    { "every scalar value goes round", test_every_scalar_value_goes_round },
    { "cut keeps characters whole", test_cut_keeps_characters_whole },
    { "show stops at the room", test_show_stops_at_the_room },
    { "what is not shown", test_what_is_not_shown },
    { "nearest name", test_nearest_name },
    { "nearest prefers the first of equals",
      test_nearest_prefers_the_first_of_equals },
};
POLICY_TEST_MAIN("slice", tests)
