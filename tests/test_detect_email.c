/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * E-mail addresses by tables, and on random strings against a reference that
 * tries every pair of start and end.
 */
#include "match/detectors.h"

#include "detections.h"

#define TEN "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN

static const struct detect_row emails[] = {
    { "zhang@example.com", "zhang@example.com|" },
    { "zhang.san@example.com", "zhang.san@example.com|" },
    { "a@b.cn", "a@b.cn|" },
    { "zhang_san-2024+x@mail.example.com.cn",
      "zhang_san-2024+x@mail.example.com.cn|" },
    { "123456789@qq.com", "123456789@qq.com|" },
    { "邮箱zhang@example.com。", "zhang@example.com|" },
    { "请发到zhang@example.com谢谢", "zhang@example.com|" },
    { "ZHANG@Example.COM", "ZHANG@Example.COM|" },
    { "ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ|" },
    { "zhang＠example.com", "zhang＠example.com|" },
    { "zhang@example．com", "zhang@example．com|" },
    { "zh\xe2\x80\x8b" "ang@example.com", "zh\xe2\x80\x8b" "ang@example.com|" },
    { "<zhang@example.com>", "zhang@example.com|" },
    { "mailto:zhang@example.com", "zhang@example.com|" },
    { "zhang@example.com.", "zhang@example.com|" },
    { "zhang@example.com,li@example.com",
      "zhang@example.com|li@example.com|" },
    { "zhang@example.com;li@example.org 王@",
      "zhang@example.com|li@example.org|" },
    { "a@b-c.com", "a@b-c.com|" },
    { "a@1.2.com", "a@1.2.com|" },
    { "x@163.com", "x@163.com|" },
    { "_x@163.com", "_x@163.com|" },
    { "o'brien@example.com", "o'brien@example.com|" },
    { "user/dept=a@example.com", "user/dept=a@example.com|" },
    { "{a}@example.com a@b.cn", "a}@example.com|a@b.cn|" },
    { "'zhang@example.com'", "zhang@example.com|" },
    { "---zhang@example.com", "zhang@example.com|" },
    { "...zhang@example.com", "zhang@example.com|" },
    { "zhang..san@example.com", "san@example.com|" },
    { "zhang@example.com..", "zhang@example.com|" },
    { "zhang@example.com-", "zhang@example.com|" },
    { "zhang@example.com_x", "zhang@example.com|" },
    { "zhang@example.com.1", "zhang@example.com|" },
    { "a@b.com@c.com", "a@b.com|" },
    { "git@example.com:org/name", "git@example.com|" },
    { SIXTY "abcd@example.com", SIXTY "abcd@example.com|" },
    { "-" SIXTY SIXTY "-a@example.com", "a@example.com|" },
    { "a@" SIXTY "abc.com", "a@" SIXTY "abc.com|" },
    { "\xff" "a@b.cn\xff", "a@b.cn|" },
    /* A label goes on behind its 63rd letter: it is too long, all of it. */
    { "a@b.cd." SIXTY "abc-a.", "a@b.cd|" },
};

static const char *const no_emails[] = {
    "", "@", "a@", "@a", "@example.com", "zhang@", "zhang", "example.com",
    "zhang@example", "zhang@localhost", "zhang@example.", "zhang@.com",
    "zhang@example..com", "zhang@@example.com", "zhang @example.com",
    "zhang@ example.com", "zhang@example .com", "zhang@example. com",
    "zhang.@example.com", ".@example.com", "..@example.com", "-@example.com",
    "#$%@example.com", "+@example.com", "zhang@-example.com",
    "zhang@example.c", "zhang@example.1", "zhang@192.168.1.1",
    "zhang@[192.168.1.1]", "zhang@example.c0m", "zhang@example.com1",
    "zhang@example.c-m", "zhang@_example.com", "zhang@exa_mple.com",
    "zhang@example,com", "zhang@example。com", "zhang#example.com",
    "zhang at example dot com", "张三@公司.中国", "张@example.com",
    "我在@小明 看.com", "@张三 明天开会", "3@5 元", "5.0@2.5", "a@b",
    SIXTY "abcde@example.com", "a@" SIXTY "abcd.com",
    "a@b." SIXTY "abc-a", "\"a b\"@example.com",
};

static void test_finds_addresses(void)
{
    CHECK_DETECTIONS(POL_DETECT_EMAIL, emails);
}

static void test_refuses_what_resembles_an_address(void)
{
    CHECK_NO_DETECTION(POL_DETECT_EMAIL, no_emails);
}

/* ---- the reference ---- */

static bool alnum(char c)
{
    return c && strchr("abcdefghijklmnopqrstuvwxyz0123456789", c);
}

static bool is_local(const char *s, size_t len)
{
    size_t i;

    if (len == 0 || len > 64 || !(alnum(s[0]) || s[0] == '_') ||
        s[len - 1] == '.')
        return false;
    for (i = 0; i < len; i++)
        if (!s[i] || !(alnum(s[i]) || strchr("!#$%&'*+-/=?^_`{|}~.", s[i])) ||
            (s[i] == '.' && s[i + 1] == '.'))
            return false;
    return true;
}

static bool is_domain(const char *s, size_t len)
{
    size_t start = 0, i, labels = 0, last = 0;

    for (i = 0; i <= len; i++) {
        if (i < len && s[i] != '.') {
            if (!alnum(s[i]) && s[i] != '-')
                return false;
            continue;
        }
        last = i - start;
        if (last == 0 || last > 63 || s[start] == '-' || s[i - 1] == '-')
            return false;
        labels++;
        start = i + 1;
    }
    for (i = len - last; i < len; i++)
        if (!(s[i] >= 'a' && s[i] <= 'z'))
            return false;
    return labels > 1 && last > 1 && len <= 255;
}

/* Does [at + 1, end) end a domain, or does its last label go on? */
static bool is_cut(const char *s, size_t end)
{
    size_t i = end;

    while (s[i] == '-')
        i++;
    return alnum(s[i]);
}

static void reference_finds(const char *s, char *out)
{
    size_t len = strlen(s), from = 0, at, start, end;

    *out = '\0';
    for (at = 0; at < len; at++) {
        if (s[at] != '@')
            continue;
        for (start = from; start < at; start++)
            if (is_local(s + start, at - start) &&
                (start == from ||
                 !(alnum(s[start - 1]) || s[start - 1] == '_')))
                break;
        if (start >= at)
            continue;
        for (end = len; end > at + 1; end--)
            if (is_domain(s + at + 1, end - at - 1) && !is_cut(s, end))
                break;
        if (end <= at + 1)
            continue;
        sprintf(out + strlen(out), "%.*s|", (int)(end - start), s + start);
        from = end;
    }
}

static void test_agrees_with_the_reference_on_random_strings(void)
{
    static const char *const pieces[] = {
        "@", "@", ".", ".", "-", "_", "a", "b1", "com", "cn", "x", "1", " ",
        "qq.com", "a@b", "+", "..", "example", "," , "'", SIXTY
    };
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 1000000 : 20000, i;
    uint64_t seed = 0xe;
    size_t finds = 0;

    for (i = 0; i < rounds; i++) {
        char text[900] = "", want[1000];
        size_t n = 1 + test_random(&seed) % 12;
        struct detected all;

        for (; n; n--)
            strcat(text, pieces[test_random(&seed) %
                                (sizeof(pieces) / sizeof(pieces[0]))]);
        all = detect_in(POL_DETECT_EMAIL, text);
        reference_finds(text, want);
        finds += all.count;
        if (strcmp(all.got, want) != 0) {
            CHECK(false, "“%s”: “%s”, reference “%s”", text, all.got, want);
            return;
        }
    }
    CHECK(finds > rounds / 40, "%zu finds", finds);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const pieces[] = { "@", "a@", "a.", "a-", "a@a",
                                         "@a.a", "-", SIXTY "@", "a@1." };

    CHECK_HOSTILE(1u << POL_DETECT_EMAIL, 1u << POL_DETECT_EMAIL, pieces);
}

static const struct test_case tests[] = {
    { "finds addresses", test_finds_addresses },
    { "refuses what resembles an address",
      test_refuses_what_resembles_an_address },
    { "agrees with the reference on random strings",
      test_agrees_with_the_reference_on_random_strings },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("detect email", tests)
