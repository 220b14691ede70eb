/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "text/width.h"

#include "harness.h"

static const struct {
    const char *label, *text;
    size_t width;
} cases[] = {
    { "nothing", "", 0 },
    { "ASCII", "rule {", 6 },
    { "Chinese", "证件号", 6 },
    { "full width", "ＡＢ：", 6 },
    { "half-width kana", "ｶﾅ", 2 },
    { "mixed", "张三 id", 7 },
    { "ambiguous is narrow", "“·”", 3 },
    { "combining mark", "e\xCC\x81", 1 },
    { "zero width space", "a\xE2\x80\x8B" "b", 2 },
    { "emoji", "😀", 2 },
    { "control", "a\x01" "b", 2 },
    { "ill-formed subparts", "\xFF\xE4\xB8", 2 },
};

static void test_counts_columns(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CHECK_INT_EQ(cases[i].label,
                     pol_display_width((policy_str){ cases[i].text,
                                                     strlen(cases[i].text) }),
                     cases[i].width);
}

static void test_a_nul_is_no_end(void)
{
    CHECK_INT_EQ("NUL inside", pol_display_width((policy_str){ "a\0b", 3 }), 2);
}

static const struct test_case tests[] = {
    { "counts columns", test_counts_columns },
    { "a NUL is no end", test_a_nul_is_no_end },
};

POLICY_TEST_MAIN("width", tests)
