/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles of WeChat and QQ by tables.
 */
#include "match/detectors.h"

#include "detections.h"

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
};

static const char *const no_wechats[] = {
    "", "abc_123", "微信", "微信号：", "微信小程序", "微信号：abc12", "微信号：1abc123",
    "微信号：_abc123", "微信号：a12345678901234567890123", "微信 hello world",
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

static void test_is_linear_in_hostile_text(void)
{
    static const char *const pieces[] = { "微信", "wx", "加v", "微信号:abc", "qq", "qq号", "qq1", "扣扣扣", "微信号: ", "wei" };
    const uint32_t mask = 1u << POL_DETECT_WECHAT | 1u << POL_DETECT_QQ;

    CHECK_HOSTILE(mask, mask, pieces);
}

static const struct test_case tests[] = {
    { "finds WeChat handles", test_finds_wechats },
    { "refuses what resembles WeChat handles",
      test_refuses_what_resembles_wechats },
    { "finds QQ numbers", test_finds_qqs },
    { "refuses what resembles QQ numbers",
      test_refuses_what_resembles_qqs },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("detect handle", tests)
