/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows, for patterns of which they can be told by eye. That each match holds
 * one is asserted with the matches, in test_regex_re2.c and test_regex_run.c.
 */
#include "match/regex.h"

#include "harness.h"

static size_t show_unit(char *out, unsigned u)
{
    if (u < 0x80) {
        out[0] = (char)u;
        return 1;
    }
    out[0] = (char)(0xe0 | u >> 12);
    out[1] = (char)(0x80 | (u >> 6 & 63));
    out[2] = (char)(0x80 | (u & 63));
    return 3;
}

static size_t show_units(char *out, const pol_units *u)
{
    bool alone = u->count == 1 && u->ranges[0].first == u->ranges[0].last;
    size_t n = 0;
    uint32_t i;

    if (alone)
        return show_unit(out, u->ranges[0].first);
    out[n++] = '[';
    for (i = 0; i < u->count && i < 8; i++) {
        n += show_unit(out + n, u->ranges[i].first);
        if (u->ranges[i].first == u->ranges[i].last)
            continue;
        out[n++] = '-';
        n += show_unit(out + n, u->ranges[i].last);
    }
    out[n++] = ']';
    return n;
}

/* "sets/before_max", by spaces. */
static void show_windows(char *out, size_t cap, const pol_regex *r)
{
    pol_regex_windows w = pol_regex_window_list(r);
    size_t n = 0, i;
    uint32_t k;

    out[0] = '\0';
    for (i = 0; i < w.count && n + 1000 < cap; i++) {
        if (i)
            out[n++] = ' ';
        for (k = 0; k < w.at[i].len; k++)
            n += show_units(out + n, w.at[i].at[k]);
        n += (size_t)(w.at[i].before_max == UINT32_MAX
                          ? sprintf(out + n, "/any")
                          : sprintf(out + n, "/%u", w.at[i].before_max));
    }
}

static pol_regex *compiled(const char *pattern)
{
    pol_regex *r = NULL;

    CU_ASSERT_FATAL(pol_regex_compile(&r, NULL,
                                      (policy_str){ pattern, strlen(pattern) },
                                      10000, NULL, NULL) == POLICY_OK);
    return r;
}

static void test_says_what_stands_in_a_row(void)
{
    static const struct { const char *pattern, *windows; } rows[] = {
        { "密码", "密码/0" },
        { "ＰＡＳＳ", "pass/0" },
        { "密码|口令|a{3}", "[口密][令码]/0 aaa/0" },
        { "[a-z]+@[a-z]+", "[a-z]@[a-z]/any" },
        { "[a-z]{1,9}@[a-z]+", "[a-z]@[a-z]/8" },
        /* What may come next, where an item need not be there. */
        { "微信号?[0-9]+", "微信[0-9号]/0" },
        { "(?:微信|vx) ?[a-z]", "[v微][x信][ a-z]/0" },
        { "转账?[^0-9]{0,6}[0-9]{2,8}元", "[0-9][0-9]元/20" },
        { "验证码.*", "验证码/0" },
        { ".*密码", "密码/any" },
        /* A character may be a pair of units, and a pair is no set. */
        { "[a-z]𠀀", "[a-z]\xed\xa1\x80\xed\xb0\x80/0" },
        { "机密[^a-z]密码", "机密/0" },
        /* Rare enough to be one. */
        { "请输(?:入|出)密码", "请输[入出]密码/0" },
        { "请输入[密口]", "请输入[口密]/0" },
        { "(?:abc|abd|xyz)@@@", "[ax][by][c-dz]@@@/0" },
        { "[0-9]{20,}", "[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]"
                        "[0-9][0-9][0-9][0-9][0-9][0-9]/0" },
        { "(?:密码)?", "" },
        { "\\b密\\b", "密/0" },
        { "[^a]", "" },
        { ".*", "" },
        { "", "" },
    };
    char got[4000];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_regex *r = compiled(rows[i].pattern);

        show_windows(got, sizeof(got), r);
        CHECK_CSTR_EQ(rows[i].pattern, got, rows[i].windows);
        pol_regex_free(r);
    }
}

/* However many alternatives there are. */
static void test_has_few_windows(void)
{
    char pattern[8000] = "(?:", *p = pattern + 3;
    pol_regex_windows w;
    pol_regex *r;
    size_t i;

    for (i = 0; i < 200; i++)
        p += sprintf(p, "%s[a-c]%03zud", i ? "|" : "", i);
    strcpy(p, ")x");
    r = compiled(pattern);
    w = pol_regex_window_list(r);
    CHECK(w.count <= 64, "%zu windows", w.count);
    for (i = 0; i < w.count; i++)
        CHECK(w.at[i].len && w.at[i].len <= POL_WINDOW_LEN, "%u long",
              w.at[i].len);
    pol_regex_free(r);
}

/* A set that is told twice is told by one number. */
static void test_numbers_its_sets(void)
{
    pol_regex *r = compiled("[a-c][x-z][a-c]!");
    pol_regex_windows w = pol_regex_window_list(r);

    if (CHECK(w.count == 1 && w.at[0].len == 4, "one window")) {
        CHECK(w.at[0].at[0] == w.at[0].at[2], "the same");
        CHECK_INT_EQ("first", w.at[0].at[0]->id, 0);
        CHECK_INT_EQ("second", w.at[0].at[1]->id, 1);
        CHECK_INT_EQ("last", w.at[0].at[3]->id, 2);
    }
    pol_regex_free(r);
}

static const struct test_case tests[] = {
    { "says what stands in a row", test_says_what_stands_in_a_row },
    { "has few windows", test_has_few_windows },
    { "numbers its sets", test_numbers_its_sets },
};

POLICY_TEST_MAIN("regex window", tests)
