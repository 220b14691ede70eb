/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "text/utf8.h"

#include <unicode/utf8.h>

#include "harness.h"

/* What a WHATWG decoder makes of ill-formed bytes: R is U+FFFD, other letters
 * stand for themselves, * for any other code point. */
static const struct {
    const char *label, *bytes;
    size_t len;
    const char *reads;
} cases[] = {
    { "ASCII and NUL", "a\0b", 3, "a\0b" },
    { "two, three, four bytes", "\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80", 9, "***" },
    { "last of each length", "\xDF\xBF\xEF\xBF\xBF\xF4\x8F\xBF\xBF", 9, "***" },
    { "tail alone", "\x80" "a\xBF", 3, "RaR" },
    { "FE and FF", "\xFE\xFF", 2, "RR" },
    { "overlong of two", "\xC0\xAF\xC1\xBF", 4, "RRRR" },
    { "overlong of three", "\xE0\x80\xAF\xE0\x9F\xBF", 6, "RRRRRR" },
    { "overlong of four", "\xF0\x80\x80\xAF\xF0\x8F\xBF\xBF", 8, "RRRRRRRR" },
    { "surrogates", "\xED\xA0\x80\xED\xBF\xBF", 6, "RRRRRR" },
    { "above the last", "\xF4\x90\x80\x80\xF5\x80\x80\x80", 8, "RRRRRRRR" },
    { "cut after one of two", "\xC3", 1, "R" },
    { "cut after two of three", "\xE4\xB8", 2, "R" },
    { "cut after three of four", "\xF0\x9F\x98", 3, "R" },
    { "cut by ASCII", "\xE4\xB8" "a\xF0\x9F\x98" "b\xF0\x9F" "c", 10, "RaRbRc" },
    { "cut by a lead", "\xE4\xB8\xE4\xB8\x80", 5, "R*" },
    { "cut by a lead of four", "\xF0\x9F\xF0\x9F\x98\x80", 6, "R*" },
    { "Unicode 3.9, table 3-8", "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", 9,
      "RRRRRRRRA" },
    { "Unicode 3.9, table 3-9", "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", 9,
      "RRRRRRRRA" },
    { "Unicode 3.9, table 3-10", "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", 9,
      "RRRRRARRB" },
    { "Unicode 3.9, table 3-11", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9,
      "RRRRA" },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static void test_reads_maximal_subparts(void)
{
    for (size_t i = 0; i < CASES; i++) {
        policy_str s = { cases[i].bytes, cases[i].len };
        size_t pos = 0, n = 0;
        bool all = true;

        for (; pos < s.len; n++) {
            uint32_t cp;
            bool ok;
            char want = cases[i].reads[n];

            pos = pol_utf8_next(s, pos, &cp, &ok);
            all &= ok;
            CHECK(ok == (want != 'R'), "%s: %zu", cases[i].label, n);
            CHECK(want == '*' ? cp >= 0x80
                              : cp == (want == 'R' ? POL_CP_REPLACEMENT
                                                   : (uint32_t)want),
                  "%s: %zu is U+%04X", cases[i].label, n, (unsigned)cp);
        }
        CHECK_INT_EQ(cases[i].label, pos, s.len);
        CHECK_INT_EQ(cases[i].label, pol_utf8_count(s), n);
        CHECK(pol_utf8_valid(s) == all, "%s", cases[i].label);
    }
}

static void test_goes_back_the_way_it_came(void)
{
    for (size_t i = 0; i < CASES; i++) {
        policy_str s = { cases[i].bytes, cases[i].len };
        size_t starts[16], n = 0, pos = 0;

        while (pos < s.len) {
            uint32_t cp;
            bool ok;

            starts[n++] = pos;
            pos = pol_utf8_next(s, pos, &cp, &ok);
        }
        while (n--) {
            pos = pol_utf8_prev(s, pos);
            CHECK_INT_EQ(cases[i].label, pos, starts[n]);
        }
    }
}

static void test_reads_random_bytes_as_icu_does(void)
{
    uint64_t seed = 1;

    for (int round = 0; round < 100000; round++) {
        uint8_t bytes[12];
        int32_t len = (int32_t)(test_random(&seed) % 12) + 1, at = 0;
        size_t pos = 0;

        for (int32_t i = 0; i < len; i++) {
            static const uint8_t likely[] = { 0xE0, 0xED, 0xF0, 0xF4, 0x80,
                                              0x9F, 0xA0, 0xBF, 0x90, 0x8F };

            bytes[i] = round & 1 ? likely[test_random(&seed) % 10]
                                 : (uint8_t)test_random(&seed);
        }
        while (at < len) {
            UChar32 want;
            uint32_t cp;
            bool ok;

            U8_NEXT_OR_FFFD(bytes, at, len, want);
            pos = pol_utf8_next((policy_str){ (char *)bytes, (size_t)len }, pos,
                                &cp, &ok);
            if (cp != (uint32_t)want || pos != (size_t)at)
                CHECK(false, "round %d: U+%04X at %zu, ICU U+%04X at %d", round,
                      (unsigned)cp, pos, (unsigned)want, (int)at);
            if (pos != (size_t)at)
                break;
        }
    }
    CU_PASS();
}

static void test_writes_what_it_reads(void)
{
    size_t wrong = 0;

    for (uint32_t cp = 0; cp <= POL_CP_MAX; cp++) {
        char bytes[4];
        uint32_t got;
        bool ok;
        size_t len;

        if (pol_is_surrogate(cp))
            continue;
        len = pol_utf8_put(bytes, cp);
        wrong +=
            pol_utf8_next((policy_str){ bytes, len }, 0, &got, &ok) != len ||
            !ok || got != cp;
    }
    CHECK_INT_EQ("wrong", wrong, 0);
}

static void test_joins_and_splits_pairs(void)
{
    static const struct {
        const char *label;
        uint16_t units[3];
        size_t count;
        uint32_t cps[3];
        size_t cp_count;
    } pairs[] = {
        { "plain", { 'a', 0x4E00 }, 2, { 'a', 0x4E00 }, 2 },
        { "pair", { 0xD83D, 0xDE00, 'x' }, 3, { 0x1F600, 'x' }, 2 },
        { "first and last pair", { 0xDBFF, 0xDFFF }, 2, { 0x10FFFF }, 1 },
        { "high alone", { 0xD83D, 'x' }, 2, { 0xD83D, 'x' }, 2 },
        { "high at the end", { 'x', 0xD83D }, 2, { 'x', 0xD83D }, 2 },
        { "low first", { 0xDE00, 0xD83D }, 2, { 0xDE00, 0xD83D }, 2 },
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        size_t pos = 0, n = 0;

        while (pos < pairs[i].count)
            CHECK_INT_EQ(pairs[i].label,
                         pol_utf16_next(pairs[i].units, pairs[i].count, &pos),
                         pairs[i].cps[n++]);
        CHECK_INT_EQ(pairs[i].label, n, pairs[i].cp_count);
    }
    for (uint32_t cp = 0x10000; cp <= POL_CP_MAX; cp += 0x3FF)
        CHECK(pol_is_high(pol_high_of(cp)) && pol_is_low(pol_low_of(cp)) &&
                  pol_from_pair(pol_high_of(cp), pol_low_of(cp)) == cp,
              "U+%04X", (unsigned)cp);
}

static const struct test_case tests[] = {
    { "reads maximal subparts", test_reads_maximal_subparts },
    { "goes back the way it came", test_goes_back_the_way_it_came },
    { "reads random bytes as ICU does", test_reads_random_bytes_as_icu_does },
    { "writes what it reads", test_writes_what_it_reads },
    { "joins and splits pairs", test_joins_and_splits_pairs },
};

POLICY_TEST_MAIN("utf8", tests)
