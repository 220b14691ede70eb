/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors are in English wherever the library meets a program; here it meets
 * whoever writes rules. The engine stands below the catalogue of messages, and
 * so its reasons are told by how they begin.
 */
#include "compile/regex_words.h"

#include <string.h>

#include "base/slice.h"

static const struct {
    const char *en, *zh; /* the first that the reason begins with */
} reasons[] = {
    /* regex-syntax */
    { "the regex is no UTF-8", "此处不是 UTF-8" },
    { "there is no class of this name",
      "没有这个字符类；可用 [:alpha:]、[:digit:]、[:space:] 等" },
    { "there is no Unicode property",
      "没有这个 Unicode 属性；可用 \\p{L}、\\p{Lu}、\\p{Han} 等" },
    { "the name of a property", "后面应是属性名，如 \\p{Han}" },
    { "this \\p{ has no }", "\\p{ 缺少 }" },
    { "\\x takes two", "\\x 后应是两位十六进制数，或用花括号：\\x{4F60}" },
    { "there is no such escape", "没有这种转义" },
    { "nothing follows the backslash", "反斜杠后面没有字符" },
    { "the range ends before", "范围的终点在起点之前" },
    { "this [ has no ]", "[ 缺少 ]" },
    { "a count ends with }", "次数以 } 结束；字符 { 本身写作 \\{" },
    { "a count has a minimum", "次数应有下限，写作 {0,…}" },
    { "a count is at most 1000", "次数最多 1000" },
    { "the count ends before", "次数的上限小于下限" },
    { "there is no \\Z", "没有 \\Z；文字结尾写作 \\z" },
    { "the name of a group", "组名由字母、数字和 _ 组成，以 > 结束" },
    { "a second -", "标志里有两个 -" },
    { "no group begins so", "没有这样的组；标志有 i、m、s、U" },
    { "this ( has no )", "( 缺少 )" },
    { "this ) has no (", ") 缺少 (" },
    { "nothing stands before this", "前面没有可重复的内容" },
    { "a quantifier follows", "两个量词相连，请用括号分开" },
    /* regex-refused: the catalogue says why they are */
    { "back-references", "反向引用" },
    { "\\C and other", "\\C 等匹配半个字符的写法" },
    { "the escapes \\G", "转义 \\G、\\K、\\N、\\R、\\X" },
    { "look-arounds", "前后查找，如 (?=…)、(?<!…)" },
    { "atomic groups", "原子组 (?>…)" },
    { "branch resets", "分支重置 (?|…)" },
    { "conditionals", "条件 (?(…)…)" },
    { "recursions", "递归，如 (?R)、(?1)" },
    { "comments", "注释 (?#…)" },
    { "verbs", "控制词 (*…)" },
    { "regexes with regard to case", "区分大小写 (?-i)" },
    { "free spacing", "宽松书写和注释 (?x)" },
    { "possessive quantifiers", "占有量词，如 a++" },
    /* regex-states, regex-depth */
    { "the classes of the regex", "字符类包含的字符或范围太多" },
    { "the regex has more than", "展开次数后状态太多，请减小 {m,n}" },
    { "groups are nested", "括号嵌套太深" },
    { "the regex is longer", "写得太长" },
    { "the regex tells more", "要区分的字符类太多" },
    { "the regex has too many different", "不同的字符类太多" },
};

policy_str pol_regex_reason(const policy_error *err, bool zh)
{
    for (size_t i = 0; zh && i < sizeof(reasons) / sizeof(*reasons); i++)
        if (!strncmp(err->message, reasons[i].en, strlen(reasons[i].en)))
            return pol_str(reasons[i].zh);
    return pol_str(err->message);
}
