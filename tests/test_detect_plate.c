/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vehicle plates by tables.
 */
#include "match/detectors.h"

#include "detections.h"

static const struct detect_row plates[] = {
    { "京A12345", "京A12345|" },
    { "京A·12345", "京A·12345|" },
    { "京A-12345", "京A-12345|" },
    { "京A 12345", "京A 12345|" },
    { "粤B1234A", "粤B1234A|" },
    { "沪CAB123", "沪CAB123|" },
    { "新A1B2C3", "新A1B2C3|" },
    { "川A123AB", "川A123AB|" },
    { "粤BD12345", "粤BD12345|" },
    { "粤BDA1234", "粤BDA1234|" },
    { "粤B12345D", "粤B12345D|" },
    { "粤B12345F", "粤B12345F|" },
    { "粤B12345K", "粤B12345K|" },
    { "沪AF12345", "沪AF12345|" },
    { "京A1234学", "京A1234学|" },
    { "京A1234警", "京A1234警|" },
    { "粤Z1234港", "粤Z1234港|" },
    { "粤Z1234澳", "粤Z1234澳|" },
    { "湘A1234挂", "湘A1234挂|" },
    { "京A1234领", "京A1234领|" },
    { "京A0123使", "京A0123使|" },
    { "车牌使123456", "使123456|" },
    { "我的车京A12345停在楼下", "京A12345|" },
    { "京A12345、京B12345", "京A12345|京B12345|" },
    { "京Ａ１２３４５", "京Ａ１２３４５|" },
    { "京a12345", "京a12345|" },
    { "京A•12345", "京A•12345|" },
    { "京A.12345", "京A.12345|" },
    { "（浙A12345）", "浙A12345|" },
    { "藏A①②③④⑤", "藏A①②③④⑤|" },
    { "在京A12345。", "京A12345|" },
};

static const char *const no_plates[] = {
    "", "京A1234", "京A123456", "京A1234567", "京I12345", "京112345", "京AI2345",
    "京AO2345", "京AABC12", "东A12345", "中A12345", "A12345", "京A-1234",
    "京A--12345", "京 A12345", "京A12345L", "京A12345M", "京A1234567D", "京A12345-1",
    "京AABCDE", "京A123学", "京A123汉", "使123456", "使用123456", "车牌使12345",
    "车牌使1234567", "京AB", "京剧A12345", "粤BDD12A4",
    "新款A12345", "京A1234i", "京A123.45",
};

static void test_finds_plates(void)
{
    CHECK_DETECTIONS(POL_DETECT_PLATE, plates);
}

static void test_refuses_what_resembles_plates(void)
{
    CHECK_NO_DETECTION(POL_DETECT_PLATE, no_plates);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const pieces[] = { "京", "京a", "京a1", "京a1234", "使", "京a12" };

    CHECK_HOSTILE(1u << POL_DETECT_PLATE, 1u << POL_DETECT_PLATE, pieces);
}

static const struct test_case tests[] = {
    { "finds plates", test_finds_plates },
    { "refuses what resembles plates",
      test_refuses_what_resembles_plates },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("detect plate", tests)
