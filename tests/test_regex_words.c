/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each reason that the engine gives has words in Chinese.
 */
#include "compile/regex_words.h"

#include "base/slice.h"
#include "harness.h"
#include "match/regex.h"

/* What the engine says of the pattern, in one language. */
static policy_str reason(policy_str pattern, bool zh, policy_error *err)
{
    pol_regex *r = NULL;
    policy_status st = pol_regex_compile(&r, NULL, pattern, 1000, NULL, err);

    CHECK(st == POLICY_EINPUT || st == POLICY_ELIMIT, "%.*s: %d",
          (int)pattern.len, pattern.ptr, st);
    pol_regex_free(r);
    return pol_regex_reason(err, zh);
}

static void test_reasons_have_words_in_chinese(void)
{
    static const struct { const char *pattern, *want; } rows[] = {
        { "a\xff", "此处不是 UTF-8" },
        { "[[:lettuce:]]",
          "没有这个字符类；可用 [:alpha:]、[:digit:]、[:space:] 等" },
        { "\\p{Hun}",
          "没有这个 Unicode 属性；可用 \\p{L}、\\p{Lu}、\\p{Han} 等" },
        { "\\p", "后面应是属性名，如 \\p{Han}" },
        { "\\p{Han", "\\p{ 缺少 }" },
        { "\\xg", "\\x 后应是两位十六进制数，或用花括号：\\x{4F60}" },
        { "\\y", "没有这种转义" },
        { "ab\\", "反斜杠后面没有字符" },
        { "[b-a]", "范围的终点在起点之前" },
        { "[ab", "[ 缺少 ]" },
        { "a{,3}", "次数应有下限，写作 {0,…}" },
        { "a{4", "次数以 } 结束；字符 { 本身写作 \\{" },
        { "a{1001}", "次数最多 1000" },
        { "a{3,2}", "次数的上限小于下限" },
        { "a\\Z", "没有 \\Z；文字结尾写作 \\z" },
        { "(?P<a b>c)", "组名由字母、数字和 _ 组成，以 > 结束" },
        { "(?i--s:a)", "标志里有两个 -" },
        { "(?q)", "没有这样的组；标志有 i、m、s、U" },
        { "(ab", "( 缺少 )" },
        { "ab)", ") 缺少 (" },
        { "*a", "前面没有可重复的内容" },
        { "a**", "两个量词相连，请用括号分开" },
        { "(a)\\1", "反向引用" },
        { "\\C", "\\C 等匹配半个字符的写法" },
        { "\\G", "转义 \\G、\\K、\\N、\\R、\\X" },
        { "(?=a)", "前后查找，如 (?=…)、(?<!…)" },
        { "(?<!a)b", "前后查找，如 (?=…)、(?<!…)" },
        { "(?>a)", "原子组 (?>…)" },
        { "(?|a)", "分支重置 (?|…)" },
        { "(?(1)a)", "条件 (?(…)…)" },
        { "(?R)", "递归，如 (?R)、(?1)" },
        { "(?1)", "递归，如 (?R)、(?1)" },
        { "(?#a)", "注释 (?#…)" },
        { "(*FAIL)", "控制词 (*…)" },
        { "(?-i)a", "区分大小写 (?-i)" },
        { "(?x)a", "宽松书写和注释 (?x)" },
        { "a++", "占有量词，如 a++" },
        { "(?:ab){1000}", "展开次数后状态太多，请减小 {m,n}" },
    };
    policy_error err = POLICY_ERROR_INIT;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        policy_str pattern = pol_str(rows[i].pattern);

        CHECK_STR_EQ(rows[i].pattern, reason(pattern, true, &err),
                     rows[i].want);
        CHECK_STR_EQ(rows[i].pattern, reason(pattern, false, &err),
                     err.message);
    }
}

static void test_reasons_of_size_have_words_in_chinese(void)
{
    static char deep[5000], longer[100000];
    policy_error err = POLICY_ERROR_INIT;

    memset(deep, '(', sizeof(deep));
    memset(longer, 'a', sizeof(longer));
    CHECK_STR_EQ("deep", reason((policy_str){ deep, sizeof(deep) }, true, &err),
                 "括号嵌套太深");
    CHECK_STR_EQ("long", reason((policy_str){ longer, sizeof(longer) }, true,
                                &err), "写得太长");
}

static void test_other_reasons_stay_as_they_are(void)
{
    policy_error err = POLICY_ERROR_INIT;

    snprintf(err.message, sizeof(err.message), "something else");
    CHECK_STR_EQ("zh", pol_regex_reason(&err, true), "something else");
}

static const struct test_case tests[] = {
    { "reasons have words in Chinese", test_reasons_have_words_in_chinese },
    { "reasons of size have words in Chinese",
      test_reasons_of_size_have_words_in_chinese },
    { "other reasons stay as they are", test_other_reasons_stay_as_they_are },
};

POLICY_TEST_MAIN("regex words", tests)
