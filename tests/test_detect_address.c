/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Postal addresses by tables.
 */
#include "match/detectors.h"

#include "detections.h"

static const struct detect_row addresses[] = {
    { "广东省深圳市南山区虚构路12号", "广东省深圳市南山区虚构路12号|" },
    { "北京市海淀区某某街道12号", "北京市海淀区某某街道12号|" },
    { "北京海淀区某某路1号", "北京海淀区某某路1号|" },
    { "上海市浦东新区虚构路88号3栋2单元501室", "上海市浦东新区虚构路88号3栋2单元501室|" },
    { "浙江省杭州市西湖区虚构街甲14号", "浙江省杭州市西湖区虚构街甲14号|" },
    { "虚构县虚构镇虚构村12号", "虚构县虚构镇虚构村12号|" },
    { "南山区虚构路十二号", "南山区虚构路十二号|" },
    { "广州市天河区虚构路12-3号", "广州市天河区虚构路12-3号|" },
    { "成都市虚构区虚构巷7号院", "成都市虚构区虚构巷7号院|" },
    { "北京市朝阳区虚构路9号楼302室", "北京市朝阳区虚构路9号楼302室|" },
    { "內蒙古呼和浩特市虚构区虚构街5号", "內蒙古呼和浩特市虚构区虚构街5号|" },
    { "收货地址：深圳市南山区虚构路12号", "深圳市南山区虚构路12号|" },
    { "我住在深圳市南山区虚构路12号", "深圳市南山区虚构路12号|" },
    { "寄到深圳市南山区虚构路12号，谢谢", "深圳市南山区虚构路12号|" },
    { "（深圳市南山区虚构路12号）", "深圳市南山区虚构路12号|" },
    { "深圳市南山区虚构路12号。", "深圳市南山区虚构路12号|" },
    { "地址:深圳市南山区虚构路12号 张三收", "深圳市南山区虚构路12号|" },
    { "请送至深圳市南山区虚构路12号", "深圳市南山区虚构路12号|" },
    { "家在深圳市南山区虚构路12号\n", "深圳市南山区虚构路12号|" },
    { "公司搬到深圳市南山区虚构路12号了", "深圳市南山区虚构路12号|" },
    { "深圳市南山区虚构路12号;", "深圳市南山区虚构路12号|" },
};

static const char *const no_addresses[] = {
    "", "12号", "3月5号", "虚构路12号", "5路12号线", "深圳市南山区", "深圳市南山区虚构路", "深圳市南山区12号",
    "虚构路号", "南山区虚构路12", "地铁12号线", "1号店", "北京市3月12号", "深圳市南山区3号", "上海市1号",
    "我在路上12号见", "12号来深圳市南山区", "市场部12号", "南山区的虚构路是12", "型号12号", "深圳南山12号",
    "学号12号", "星期三12号", "深圳市，南山区，12号", "道路12号", "南山区虚构路1234567号", "明天12号下午",
    "今天走路12号", "县里开会5号", "第12号通知", "在省市区12号", "一号楼",
};

static void test_finds_addresses(void)
{
    CHECK_DETECTIONS(POL_DETECT_ADDRESS, addresses);
}

static void test_refuses_what_resembles_an_addresses(void)
{
    CHECK_NO_DETECTION(POL_DETECT_ADDRESS, no_addresses);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const pieces[] = { "号", "路1", "市区路", "路号", "1号", "省" };

    CHECK_HOSTILE(1u << POL_DETECT_ADDRESS, 1u << POL_DETECT_ADDRESS, pieces);
}

static const struct test_case tests[] = {
    { "finds postal addresses", test_finds_addresses },
    { "refuses what resembles postal addresses",
      test_refuses_what_resembles_an_addresses },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("detect address", tests)
