/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gates: what a regex says that its matches hold, for patterns of which it can
 * be told by eye. That gates are open wherever there is a match is asserted with
 * the matches, in test_regex_re2.c and test_regex_run.c.
 */
#include "match/regex.h"

#include "harness.h"

enum { ANY = UINT32_MAX };

struct row {
    const char *pattern;
    const char *literals; /* "literal/before_max", by spaces, as filed */
    uint32_t run_classes, run_min;
};

static void show_literal(char *out, size_t cap, const pol_regex_literal *l)
{
    size_t n = strlen(out), i;

    if (n && n + 1 < cap)
        out[n++] = ' ';
    for (i = 0; i < l->len && n + 4 < cap; i++) {
        unsigned u = l->units[i];

        if (u < 0x80) {
            out[n++] = (char)u;
        } else {
            out[n++] = (char)(0xe0 | u >> 12);
            out[n++] = (char)(0x80 | (u >> 6 & 63));
            out[n++] = (char)(0x80 | (u & 63));
        }
    }
    if (l->before_max == ANY)
        snprintf(out + n, cap - n, "/any");
    else
        snprintf(out + n, cap - n, "/%u", l->before_max);
}

static void check_row(const struct row *r)
{
    const pol_regex_gate *g;
    char got[600] = "";
    pol_regex *regex;
    size_t i;

    if (!CHECK(pol_regex_compile(&regex, NULL,
                                 (policy_str){ r->pattern, strlen(r->pattern) },
                                 10000, NULL, NULL) == POLICY_OK,
               "%s", r->pattern))
        return;
    g = pol_regex_needs(regex);
    for (i = 0; i < g->literal_count; i++)
        show_literal(got, sizeof(got), &g->literals[i]);
    CHECK_CSTR_EQ(r->pattern, got, r->literals);
    if (!g->literal_count) {
        CHECK_INT_EQ(r->pattern, g->run_min, r->run_min);
        if (r->run_min)
            CHECK_INT_EQ(r->pattern, g->run_classes, r->run_classes);
    }
    pol_regex_free(regex);
}

static void test_says_what_matches_hold(void)
{
    static const struct row rows[] = {
        { "密码", "密码/0", 0, 0 },
        { "ＰＡＳＳ", "pass/0", 0, 0 },
        { "密码|口令", "密码/0 口令/0", 0, 0 },
        { "(?:请|把)密码", "请密码/0 把密码/0", 0, 0 },
        { "验证码[^0-9]{0,8}[0-9]{4,6}", "验证码/0", 0, 0 },
        /* A character may be a pair of units. */
        { "(?:代开|出售|买卖)[^,!?]{0,6}发票", "发票/14", 0, 0 },
        { ".*密码", "密码/any", 0, 0 },
        { "https?://[a-z]+", ":///5", 0, 0 },
        { "\\d{6,}", "", 1 << POL_CLASS_DIGIT, 6 },
        { "1[3-9]\\d{9}", "", 1 << POL_CLASS_DIGIT, 11 },
        { "[a-z0-9]{5}", "",
          1 << POL_CLASS_DIGIT | 1 << POL_CLASS_LATIN, 5 },
        { "(?:密码)?", "", 0, 0 },
        { ".*", "", 0, 0 },
        { "", "", 0, 0 },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i]);
}

/* However many alternatives there are, literals are bounded. */
static void test_has_few_literals(void)
{
    char pattern[4000] = "(?:", *p = pattern + 3;
    const pol_regex_gate *g;
    pol_regex *regex;
    int i;

    for (i = 0; i < 200; i++)
        p += sprintf(p, "%sab%03dcd", i ? "|" : "", i);
    strcpy(p, ")");
    CU_ASSERT_FATAL(pol_regex_compile(&regex, NULL,
                                      (policy_str){ pattern, strlen(pattern) },
                                      10000, NULL, NULL) == POLICY_OK);
    g = pol_regex_needs(regex);
    CHECK(g->literal_count <= 64, "%zu literals", g->literal_count);
    CHECK(g->literal_count || g->run_min, "nothing is needed");
    pol_regex_free(regex);
}

static const struct test_case tests[] = {
    { "says what matches hold", test_says_what_matches_hold },
    { "has few literals", test_has_few_literals },
};

POLICY_TEST_MAIN("regex gate", tests)
