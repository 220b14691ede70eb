/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles of WeChat and QQ by tables.
 */
#include <regex.h>
#include <uchar.h>

#include "base/slice.h"
#include "match/detectors.h"

#include "detections.h"

/* The same source once more, which counts the units that it looks at one by one,
 * and a block for each mark that it goes on from. */
static size_t looked_at;

static uint16_t counted(const pol_folded *t, size_t i)
{
    looked_at++;
    return pol_at(t, i);
}

bool counted_possible(const pol_folded *t);
bool counted_wechat(const pol_folded *t, size_t from, pol_find *out);
bool counted_qq(const pol_folded *t, size_t from, pol_find *out);

#define pol_at counted
#define pol_wechat_possible counted_possible
#define pol_find_wechat counted_wechat
#define pol_find_qq counted_qq
#include "match/detect_handle.c"
#undef pol_find_qq
#undef pol_find_wechat
#undef pol_wechat_possible
#undef pol_at

static const struct detect_row wechats[] = {
    { "微信号：abc_123", "abc_123|" },
    { "微信：zhangsan", "zhangsan|" },
    { "微信abc123", "abc123|" },
    { "加微信 test_001", "test_001|" },
    { "wx:abc12345", "abc12345|" },
    { "vx：abc12345", "abc12345|" },
    { "VX abc12345", "abc12345|" },
    { "加v：abc_123", "abc_123|" },
    { "加V abc_123", "abc_123|" },
    { "加w:abc_123", "abc_123|" },
    { "v信abc_123", "abc_123|" },
    { "薇信：abc_123", "abc_123|" },
    { "威信号abc_123", "abc_123|" },
    { "weixin: abc_123", "abc_123|" },
    { "wechat id: zhang-san", "zhang-san|" },
    { "WeChat：zhang_san", "zhang_san|" },
    { "我的微信是zhangsan，加我", "zhangsan|" },
    { "微信ID：wxid_abcdef123", "wxid_abcdef123|" },
    { "微信号：a1234567890123456789", "a1234567890123456789|" },
    { "微信号：ａｂｃ＿１２３", "ａｂｃ＿１２３|" },
    { "微信：abc_123。vx：def_456", "abc_123|def_456|" },
    { "微信號：abc_123", "abc_123|" },
    { "微信id_12345", "id_12345|" },
    { "微信：a1234567890123456789-。", "a1234567890123456789|" },
};

static const char *const no_wechats[] = {
    "", "abc_123", "微信", "微信号：", "微信小程序", "微信号：abc12", "微信号：1abc123",
    "微信号：_abc123", "微信号：a12345678901234567890123", "微信：weixinzhang-sanzhang-san", "微信 hello world",
    "wechat please call", "wechat official", "微信支付100元", "微信公众号", "wx", "vx:",
    "vxabc123", "wxabc123", "box:abc_123", "fwx:abc_123", "加油abc_123",
    "信号：abc_123", "电话：abc_123", "微信：https://example.com", "微信：example.com",
    "微信abc_123@example.com", "wechat: hello everyone", "微信群里abc_123",
    "微信13800138000", "加v", "微博：abc_123", "wx.login(abc_123)", "加了abc_123",
};

static void test_finds_wechats(void)
{
    CHECK_DETECTIONS(POL_DETECT_WECHAT, wechats);
}

static void test_refuses_what_resembles_wechats(void)
{
    CHECK_NO_DETECTION(POL_DETECT_WECHAT, no_wechats);
}

static const struct detect_row qqs[] = {
    { "qq：12345678", "12345678|" },
    { "QQ12345", "12345|" },
    { "QQ号12345678", "12345678|" },
    { "qq号码：12345678", "12345678|" },
    { "扣扣12345678", "12345678|" },
    { "扣扣：12345678", "12345678|" },
    { "企鹅12345678", "12345678|" },
    { "企鹅号12345678", "12345678|" },
    { "QQ群123456789", "123456789|" },
    { "qq群号：123456789", "123456789|" },
    { "加qq 12345678", "12345678|" },
    { "我的qq是12345678", "12345678|" },
    { "QQ:12345678901", "12345678901|" },
    { "ＱＱ：１２３４５６７８", "１２３４５６７８|" },
    { "qq①②③④⑤⑥", "①②③④⑤⑥|" },
    { "qq=12345678", "12345678|" },
    { "qq 12345678。", "12345678|" },
    { "qq12345678，qq87654321", "12345678|87654321|" },
    { "qq 12345678 谢谢", "12345678|" },
    { "扣扣号為12345678", "12345678|" },
    { "(qq:12345678)", "12345678|" },
};

static const char *const no_qqs[] = {
    "", "12345678", "qq", "qq：1234", "qq：123456789012", "qq：012345678",
    "qq 12345元", "qq12345678a", "qq a12345678", "xqq12345678", "QQ邮箱12345678",
    "qq音乐12345", "qq：12345.67", "qq 12345-67", "qq 12345块", "企鹅有12345只",
    "企业12345678", "扣12345678", "扣扣", "qq10000人", "qq 12345个", "q12345678",
    "qq.com12345", "微信12345678", "12345678qq", "qq:1,234,567", "qq  ",
    "qq 12 345", "qqq12345678", "qq12345%", "qq 12345次", "qq 20000万",
};

static void test_finds_qqs(void)
{
    CHECK_DETECTIONS(POL_DETECT_QQ, qqs);
}

static void test_refuses_what_resembles_qqs(void)
{
    CHECK_NO_DETECTION(POL_DETECT_QQ, no_qqs);
}

/* ---- the reference: patterns over the text in letters ---- */

/* Capitals for the characters of Han that matter: F between a word and its number,
 * I there too and behind id, J is 加, U makes an amount; # the rest. */
static void spell(const pol_folded *f, char *out)
{
    static const struct { const char16_t *units; char letter; } rows[] = {
        { u"号码群为我的", 'F' }, { u"是", 'I' }, { u"加", 'J' }, { u"扣", 'K' },
        { u"企", 'E' }, { u"鹅", 'G' }, { u"微薇威", 'M' }, { u"信", 'X' },
        { u"元块个人年次万亿%", 'U' },
    };

    for (size_t i = 0; i < f->count; i++) {
        out[i] = f->units[i] < 0x80 ? (char)f->units[i] : '#';
        for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++)
            for (const char16_t *c = rows[k].units; *c; c++)
                if (*c == f->units[i])
                    out[i] = rows[k].letter;
    }
    out[f->count] = '\0';
}

#define BETWEEN "([ FIJ:=]{0,6}(id[ I:=]+)?)"

static bool word_goes_on(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The number behind the word at `s`; its length, or 0. */
static size_t reference_qq(const regex_t *qq, const char *s, size_t i,
                           size_t *start)
{
    regmatch_t m[5];
    size_t end;

    if (regexec(qq, s + i, 5, m, 0) != 0 || m[2].rm_eo - m[2].rm_so > 8 ||
        (s[i] == 'q' && i > 0 && word_goes_on(s[i - 1])))
        return 0;
    *start = i + (size_t)m[4].rm_so;
    end = i + (size_t)m[4].rm_eo;
    return word_goes_on(s[end]) || s[end] == 'U' ||
                   (s[end] && strchr(".,-:", s[end]) && s[end + 1] >= '0' &&
                    s[end + 1] <= '9')
               ? 0 : end - *start;
}

/* A handle that no word could be has a digit or _ in it; behind 号 or : any will
 * do, but for the first word of a sentence. */
static size_t reference_wechat(const regex_t *wechat, const char *s, size_t i,
                               size_t *start)
{
    regmatch_t m[5];
    size_t end, len, between;
    bool said;

    if (regexec(wechat, s + i, 5, m, 0) != 0 || m[2].rm_eo - m[2].rm_so > 8 ||
        (word_goes_on(s[i]) && i > 0 && word_goes_on(s[i - 1])))
        return 0;
    *start = i + (size_t)m[4].rm_so;
    between = (size_t)(m[2].rm_eo - m[2].rm_so);
    said = strspn(s + i + m[2].rm_so, " ") < between;
    for (end = i + (size_t)m[4].rm_eo; s[end - 1] == '-'; end--)
        ;
    len = end - *start;
    if (len < 6 || len > 20 || (!between && s[*start - 1] != 'X'))
        return 0;
    if (s[end] && strchr("./:@\\(=", s[end]) && s[end + 1] > ' ' &&
        s[end + 1] != '#' && !(s[end + 1] >= 'A' && s[end + 1] <= 'Z'))
        return 0;
    if (strcspn(s + *start, "0123456789_") < len)
        return len;
    return said && !(s[end] == ' ' && s[end + 1] >= 'a' && s[end + 1] <= 'z')
               ? len : 0;
}

static void check_handles(const pol_folded *f, const char *text, bool qq,
                          const regex_t *pattern, size_t *finds)
{
    char s[400];
    size_t from = 0, i, len, start = 0;
    pol_find got = { 0 };
    bool found, same;

    spell(f, s);
    do {
        for (i = from, len = 0; i < f->count && !len; i++)
            len = qq ? reference_qq(pattern, s, i, &start)
                     : reference_wechat(pattern, s, i, &start);
        found = (qq ? pol_find_qq : pol_find_wechat)(f, from, &got);
        same = found == (len > 0) &&
               (!found || (got.start == start && got.end == start + len));
        CHECK(same, "%s: %s at %zu to %zu, reference at %zu, %zu long", text,
              qq ? "qq" : "wechat", got.start, got.end, start, len);
        *finds += found;
        from = got.end;
    } while (found && same);
}

static void test_agrees_with_the_reference_on_random_text(void)
{
    static const char *const pieces[] = {
        "qq", "扣扣", "企鹅", "q", "微信", "v信", "wx", "vx", "weixin", "wechat",
        "加v", "加", "号", "号码", "是", "：", ":", "=", " ", " ", "id", "ID ", "我的",
        "abc_123", "abcdef", "zhang-san", "hello world", "a12345678901234567",
        "12345", "12345678", "123456789012", "0", "1", "_", "-", ".", "元", "人",
        "，", "的", "qq12345678", "微信号abc123",
    };
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 500000 : 20000;
    size_t of_qq = 0, of_wechat = 0;
    uint64_t seed = 0x99;
    regex_t qq, wechat;
    pol_folded f;

    CU_ASSERT_FATAL(regcomp(&qq, "^(qq|KK|EG)" BETWEEN "([1-9][0-9]{4,10})",
                            REG_EXTENDED) == 0);
    CU_ASSERT_FATAL(regcomp(&wechat, "^(MX|vX|wx|vx|weixin|wechat|Jv|Jw)" BETWEEN
                            "([a-z][a-z0-9_-]{5,})", REG_EXTENDED) == 0);
    pol_folded_init(&f, NULL);
    for (; rounds && CU_get_number_of_failures() < 20; rounds--) {
        char text[400] = "";

        for (size_t n = 1 + test_random(&seed) % 8; n; n--)
            strcat(text, pieces[test_random(&seed) %
                                (sizeof(pieces) / sizeof(*pieces))]);
        CU_ASSERT_FATAL(pol_fold(&f, pol_str(text), NULL) == POLICY_OK);
        check_handles(&f, text, true, &qq, &of_qq);
        check_handles(&f, text, false, &wechat, &of_wechat);
    }
    CHECK(of_qq > 500 && of_wechat > 500, "%zu of QQ, %zu of WeChat",
          of_qq, of_wechat);
    pol_folded_fini(&f);
    regfree(&qq);
    regfree(&wechat);
}

/* Looks at units for all finds in `repeats` times the piece. */
static size_t looks(const char *piece, size_t repeats, size_t *units)
{
    pol_folded f = folded_repeats(piece, repeats);
    pol_find found = { 0 };

    looked_at = 0;
    while (counted_wechat(&f, found.end, &found))
        looked_at += 8;
    found.end = 0;
    while (counted_qq(&f, found.end, &found))
        looked_at += 8;
    *units = f.count;
    pol_folded_fini(&f);
    return looked_at;
}

static void test_looks_at_each_unit_a_few_times(void)
{
    static const char *const pieces[] = {
        "微信", "wx", "加v", "微信号:abc", "qq", "qq号", "qq1", "扣扣扣", "微信号: ",
        "wei", "v信", "vx:", "加", "q", "qq:", "微信a", "wx_", "qq12345 ", "1", "a",
        "vx abc_12 ", "企", "qq::::::", "微信idid",
    };

    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        size_t n, m, one = looks(pieces[i], 5000, &n),
                     two = looks(pieces[i], 10000, &m);

        CHECK(one <= 60 * n, "%s: %zu looks at %zu units", pieces[i], one, n);
        CHECK(two <= 2 * one + 1000, "%s: %zu looks, twice as long %zu",
              pieces[i], one, two);
    }
}

static const struct test_case tests[] = {
    { "finds WeChat handles", test_finds_wechats },
    { "refuses what resembles WeChat handles",
      test_refuses_what_resembles_wechats },
    { "finds QQ numbers", test_finds_qqs },
    { "refuses what resembles QQ numbers",
      test_refuses_what_resembles_qqs },
    { "agrees with the reference on random text",
      test_agrees_with_the_reference_on_random_text },
    { "looks at each unit a few times", test_looks_at_each_unit_a_few_times },
};

POLICY_TEST_MAIN("detect handle", tests)
