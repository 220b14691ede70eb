/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers by tables, and on random strings against a reference that looks at
 * every pair of start and end and knows the forms as patterns of text.
 */
#include "base/slice.h"
#include "match/detectors.h"

#include "detections.h"

static const struct detect_row resident_ids[] = {
    { "11010519491231002X", "11010519491231002X|" },
    { "11010519491231002x", "11010519491231002x|" },
    { "440524188001010014", "440524188001010014|" },
    { "310101200002290015", "310101200002290015|" },
    { "650101209912319998", "650101209912319998|" },
    { "500101199003071236", "500101199003071236|" },
    { "110101199001010015", "110101199001010015|" },
    { "身份证420106198506150021。", "420106198506150021|" },
    { "张三 11010519491231002X 李四", "11010519491231002X|" },
    { "id11010519491231002X", "11010519491231002X|" },
    { "shenfenzheng110101199001010015", "110101199001010015|" },
    { "证号：530102197511300034，请查收", "530102197511300034|" },
    { "(370202198810101238)", "370202198810101238|" },
    { "１１０１０５１９４９１２３１００２Ｘ", "１１０１０５１９４９１２３１００２Ｘ|" },
    { "①①⓪①⓪①①⑨⑨⓪⓪①⓪①⓪⓪①⑤", "①①⓪①⓪①①⑨⑨⓪⓪①⓪①⓪⓪①⑤|" },
    { "١١٠١٠١١٩٩٠٠١٠١٠٠١٥", "١١٠١٠١١٩٩٠٠١٠١٠٠١٥|" },
    { "110101\xe2\x80\x8b" "199001010015",
      "110101\xe2\x80\x8b" "199001010015|" },
    { "110101 19900101 0015", "110101 19900101 0015|" },
    { "110105-19491231-002X", "110105-19491231-002X|" },
    { "110101199001010015,11010519491231002X",
      "110101199001010015|11010519491231002X|" },
    { "110101199001010015 11010519491231002X",
      "110101199001010015|11010519491231002X|" },
    { "110101199001010015abc", "110101199001010015|" },
    { "110101199001010015\n", "110101199001010015|" },
    { "号码110101199001010015.", "110101199001010015|" },
    { "110101199001010015-1", "110101199001010015|" },
    { "11010519491231002X的人", "11010519491231002X|" },
    { "13800138000 110101199001010015", "110101199001010015|" },
    /* of residents from Hong Kong, Macao and Taiwan */
    { "810000199707010010", "810000199707010010|" },
    { "820000199912200042", "820000199912200042|" },
    { "830000199001010055", "830000199001010055|" },
};

static const char *const no_resident_ids[] = {
    "", "1", "110101199001010014", "110101199001010016", "11010119900101001X",
    "110105194912310021", "11010519491231002Y", "11010519491231002",
    "1101011990010100155", "0110101199001010015", "110101199001010015110101",
    "11010519491231002X1", "11010519491231002Xa", "111010519491231002X",
    /* regions that are none */
    "100101199001010013", "160101199001010014", "240101199001010014",
    "380101199001010015", "470101199001010017", "550101199001010017",
    "660101199001010012", "720101199001010019", "840101199001010016",
    "910101199001010014", "010101199001010011",
    /* days that were none */
    "110101199002300014", "110101199013010012", "110101199000010013",
    "11010119900100001X", "110101199001320013", "110101190002290011",
    "110101199906310012", "110101187912310010", "11010121000101001X",
    "110101209902290014",
    /* other numbers */
    "20240315123456789012", "订单202403151234567890", "JD0110101199001010015",
    "6222021234567890128", "110101 1990 0101 0015", "110101 199001010015",
    "110101--19900101-0015", "110101 19900101 0015 1234",
    "1234-110101-19900101-0015", "0.110101199001010015", "110101199001010015.5",
    "a1b110101199001010015", "110101199001010015f3",
    "一一〇一〇一一九九〇〇一〇一〇〇一五",
};

/* Refusals for one reason must not hide behind another: of a row that names a
 * region or a day, the check digit is right. */
static void test_finds_resident_ids(void)
{
    CHECK_DETECTIONS(POL_DETECT_RESIDENT_ID, resident_ids);
}

static void test_refuses_what_resembles_a_resident_id(void)
{
    CHECK_NO_DETECTION(POL_DETECT_RESIDENT_ID, no_resident_ids);
}

static const struct detect_row mobiles[] = {
    { "13800138000", "13800138000|" },
    { "电话13912345678。", "13912345678|" },
    { "14712345678", "14712345678|" },
    { "15012345678", "15012345678|" },
    { "16612345678", "16612345678|" },
    { "17712345678", "17712345678|" },
    { "18812345678", "18812345678|" },
    { "19912345678", "19912345678|" },
    { "+8613800138000", "+8613800138000|" },
    { "+86 13800138000", "+86 13800138000|" },
    { "+86-138-0013-8000", "+86-138-0013-8000|" },
    { "008613800138000", "008613800138000|" },
    { "0086 138 0013 8000", "0086 138 0013 8000|" },
    { "138 0013 8000", "138 0013 8000|" },
    { "138-0013-8000", "138-0013-8000|" },
    { "138–0013–8000", "138–0013–8000|" },
    { "138.0013.8000", "138.0013.8000|" },
    { "138·0013·8000", "138·0013·8000|" },
    { "１３８．００１３．８０００", "１３８．００１３．８０００|" },
    { "+86.13800138000", "+86.13800138000|" },
    { "电话138.0013.8000.", "138.0013.8000|" },
    { "１３８００１３８０００", "１３８００１３８０００|" },
    { "①③⑧⓪⓪①③⑧⓪⓪⓪", "①③⑧⓪⓪①③⑧⓪⓪⓪|" },
    { "１３８　００１３　８０００", "１３８　００１３　８０００|" },
    { "138\xe2\x80\x8b" "00138000", "138\xe2\x80\x8b" "00138000|" },
    { "tel13800138000", "13800138000|" },
    { "13800138000vx同号", "13800138000|" },
    { "13800138000,13900139000", "13800138000|13900139000|" },
    { "13800138000/13900139000", "13800138000|13900139000|" },
    { "138 0013 8000 139 0013 9000", "138 0013 8000|139 0013 9000|" },
    { "13800138000@163.com", "13800138000|" },
    { "1.13800138000 12.13900139000", "13800138000|13900139000|" },
    { "(+86)13800138000", "13800138000|" },
    { "86-13800138000", "13800138000|" },
    { "找我：13800138000.", "13800138000|" },
    { "6222021234567890128 13800138000", "13800138000|" },
};

static const char *const no_mobiles[] = {
    "", "1380013800", "138001380000", "12800138000", "11800138000",
    "10800138000", "23800138000", "03800138000", "8613800138000",
    "013800138000", "138001380001", "+861380013800", "+86138001380000",
    "+8612800138000", "00861380013800", "0086138001380000", "+8513800138000",
    "00853 66123456", "010-62345678", "400-800-8820", "95588", "12345678901",
    "20240315138001", "订单号20241380013800088", "6222021234567890128",
    "110101199001010015", "138 00138000", "1380 0138 000", "138 0013 800",
    "138 0013 80000", "138--0013-8000", "138  0013 8000", "138_0013_8000",
    "138.0013.8000.1", "138..0013.8000", "138-0013-8000-1", "1-138-0013-8000",
    "138 0013 8000 1234", "1234 138 0013 8000", "123.13800138000",
    "13800138000.5", "0.13800138000", "a1f13800138000", "13800138000b2",
    "1e13800138000e7", "一三八零零一三八零零零", "138 O013 8000",
    "13800-138000",
};

static void test_finds_mobile_numbers(void)
{
    CHECK_DETECTIONS(POL_DETECT_MOBILE, mobiles);
}

static void test_refuses_what_resembles_a_mobile_number(void)
{
    CHECK_NO_DETECTION(POL_DETECT_MOBILE, no_mobiles);
}

static const struct detect_row bank_cards[] = {
    { "6222021234567894", "6222021234567894|" },
    { "62220212345678903", "62220212345678903|" },
    { "622202123456789012", "622202123456789012|" },
    { "6222021234567890128", "6222021234567890128|" },
    { "6217000012345678907", "6217000012345678907|" },
    { "9558801234567890128", "9558801234567890128|" },
    { "8100000000000002", "8100000000000002|" },
    { "4111111111111111", "4111111111111111|" },
    { "4000000000000000006", "4000000000000000006|" },
    { "5105105105105100", "5105105105105100|" },
    { "5555555555554444", "5555555555554444|" },
    { "2223000048410010", "2223000048410010|" },
    { "2720999999999996", "2720999999999996|" },
    { "3528000000000007", "3528000000000007|" },
    { "3530111333300000", "3530111333300000|" },
    { "3589999999999994", "3589999999999994|" },
    { "卡号6222021234567890128，户名张三", "6222021234567890128|" },
    { "6222 0212 3456 7894", "6222 0212 3456 7894|" },
    { "6222-0212-3456-7894", "6222-0212-3456-7894|" },
    { "6222.0212.3456.7894", "6222.0212.3456.7894|" },
    { "6222 0212 3456 7890 128", "6222 0212 3456 7890 128|" },
    { "6222 0212 3456 7890 12", "6222 0212 3456 7890 12|" },
    { "6222 0212 3456 7890 3", "6222 0212 3456 7890 3|" },
    { "６２２２０２１２３４５６７８９４", "６２２２０２１２３４５６７８９４|" },
    { "④①①①①①①①①①①①①①①①", "④①①①①①①①①①①①①①①①|" },
    { "6222\xe2\x80\x8b" "021234567894", "6222\xe2\x80\x8b" "021234567894|" },
    { "6222　0212　3456　7894", "6222　0212　3456　7894|" },
    { "6222021234567894 4111111111111111",
      "6222021234567894|4111111111111111|" },
    { "6222 0212 3456 7894 13800138000", "6222 0212 3456 7894|" },
    { "card4111111111111111", "4111111111111111|" },
    { "4111111111111111.", "4111111111111111|" },
    { "6222 0212 3456 7894\n4111 1111 1111 1111",
      "6222 0212 3456 7894|4111 1111 1111 1111|" },
};

static const char *const no_bank_cards[] = {
    "", "6222021234567895", "6222021234567890", "6222021234567890127",
    "4111111111111112", "5105105105105101", "622202123456785",
    /* Luhn holds, the length or the issuer does not */
    "62220212345678901283", "41111111111111113", "378282246310005",
    "6011111111111117", "30569309025904", "4222222222222", "1234567812345670",
    "0000000000000000", "9999999999999995", "2220999999999991",
    "8172000000000005", "2721000000000004", "3527999999999999", "3590000000000000",
    "5000000000000009", "5600000000000003", "9558801234567897",
    "55555555555544440", "411111111111111118", "7222021234567892",
    /* no card */
    "13800138000", "110101199001010015", "订单20240315123456789",
    "6222 0212 3456 789", "6222 02123456 7894", "622 2021 2345 67894",
    "62220 2123 4567 894", "6222  0212 3456 7894", "6222.0212.3456.7895",
    "6222 0212 3456 7894 1234", "1234 6222 0212 3456 7894",
    "1-6222-0212-3456-7894", "6222-0212-3456-7894-1-2",
    "0.6222021234567894", "6222021234567894.5", "16222021234567894",
    "62220212345678941", "a1b6222021234567894", "6222021234567894c3",
    "1e6222021234567894", "6222021234567894e10",
    "六二二二〇二一二三四五六七八九四", "6222x021234567894",
};

static void test_finds_bank_cards(void)
{
    CHECK_DETECTIONS(POL_DETECT_BANK_CARD, bank_cards);
}

static void test_refuses_what_resembles_a_bank_card(void)
{
    CHECK_NO_DETECTION(POL_DETECT_BANK_CARD, no_bank_cards);
}

static const struct detect_row old_ids[] = {
    { "110105491231002", "110105491231002|" },
    { "号码：110105491231002", "110105491231002|" },
    { "号码110105491231002。", "110105491231002|" },
    { "(110105491231002)", "110105491231002|" },
    { "【110105491231002】", "110105491231002|" },
    { "110105491231002\n", "110105491231002|" },
    { "他的110105491231002给你", "110105491231002|" },
    { "110105491231002，请查收", "110105491231002|" },
    { "《110105491231002》", "110105491231002|" },
    { "“110105491231002”", "110105491231002|" },
    { " 110105491231002 ", "110105491231002|" },
    { "110105491231002;", "110105491231002|" },
    { "1、110105491231002", "110105491231002|" },
    { "、110105491231002、", "110105491231002|" },
    { "110105491231002？", "110105491231002|" },
    { "１１０１０５４９１２３１００２", "１１０１０５４９１２３１００２|" },
    { "110105 491231 002", "110105 491231 002|" },
    { "440524800101001", "440524800101001|" },
    { "310101840229001", "310101840229001|" },
    { "身份证310101840229001", "310101840229001|" },
};

static const char *const no_old_ids[] = {
    "110105491331002", "110105490230002", "110105490001002", "110105491200002",
    "100105491231002", "160105491231002", "550105491231002", "810000491231002",
    "910105491231002", "110000491231002", "110105491231000", "11010549123100",
    "1101054912310021", "订单110105491231002", "单号：110105491231002",
    "快递110105491231002", "order 110105491231002", "a1b110105491231002",
    "110105491231002c3", "0.110105491231002", "110105491231002.5",
    "11010549123100x", "110105-491231-00", "1-110105-491231-002",
    "110105  491231 002", "110105850229001", "110105910431001",
    "110105491232001", "240105491231002", "380105491231002",
};

static void test_finds_old_ids(void)
{
    CHECK_DETECTIONS(POL_DETECT_RESIDENT_ID, old_ids);
}

static void test_refuses_what_resembles_old_ids(void)
{
    CHECK_NO_DETECTION(POL_DETECT_RESIDENT_ID, no_old_ids);
}

static const struct detect_row residence_permits[] = {
    { "810000194912310028", "810000194912310028|" },
    { "号码：810000194912310028", "810000194912310028|" },
    { "号码810000194912310028。", "810000194912310028|" },
    { "(810000194912310028)", "810000194912310028|" },
    { "【810000194912310028】", "810000194912310028|" },
    { "810000194912310028\n", "810000194912310028|" },
    { "他的810000194912310028给你", "810000194912310028|" },
    { "810000194912310028，请查收", "810000194912310028|" },
    { "《810000194912310028》", "810000194912310028|" },
    { "“810000194912310028”", "810000194912310028|" },
    { " 810000194912310028 ", "810000194912310028|" },
    { "810000194912310028;", "810000194912310028|" },
    { "1、810000194912310028", "810000194912310028|" },
    { "、810000194912310028、", "810000194912310028|" },
    { "810000194912310028？", "810000194912310028|" },
    { "８１００００１９４９１２３１００２８", "８１００００１９４９１２３１００２８|" },
    { "810000194912310028", "810000194912310028|" },
    { "820000200002290013", "820000200002290013|" },
    { "830000195511111237", "830000195511111237|" },
    { "810000199707010010", "810000199707010010|" },
    { "810000 19491231 0028", "810000 19491231 0028|" },
    { "830000-19551111-1237", "830000-19551111-1237|" },
};

static const char *const no_residence_permits[] = {
    "810000194912310029", "820000200002290014", "830000195511111238",
    "810000199707010011", "81000019491231002", "82000020000229001",
    "83000019551111123", "81000019970701001", "8100001949123100280",
    "8200002000022900130", "8300001955111112370", "8100001997070100100",
    "1810000194912310028", "1820000200002290013", "1830000195511111237",
    "1810000199707010010", "810000194913010028", "820000194913010013",
    "830000194913011237", "810000194913010010", "840000194912310028",
    "810001194912310028", "810000", "", "110101199001010015",
    "11010519491231002X", "440524188001010014", "a1b810000194912310028",
    "0.810000194912310028", "810000194912310028.5", "810000-19491231-0028-1",
};

static void test_finds_residence_permits(void)
{
    CHECK_DETECTIONS(POL_DETECT_RESIDENCE_PERMIT, residence_permits);
}

static void test_refuses_what_resembles_residence_permits(void)
{
    CHECK_NO_DETECTION(POL_DETECT_RESIDENCE_PERMIT, no_residence_permits);
}

static const struct detect_row landlines[] = {
    { "010-62345678", "010-62345678|" },
    { "号码：010-62345678", "010-62345678|" },
    { "号码010-62345678。", "010-62345678|" },
    { "(010-62345678)", "010-62345678|" },
    { "【010-62345678】", "010-62345678|" },
    { "010-62345678\n", "010-62345678|" },
    { "他的010-62345678给你", "010-62345678|" },
    { "010-62345678，请查收", "010-62345678|" },
    { "《010-62345678》", "010-62345678|" },
    { "“010-62345678”", "010-62345678|" },
    { " 010-62345678 ", "010-62345678|" },
    { "010-62345678;", "010-62345678|" },
    { "1、010-62345678", "010-62345678|" },
    { "、010-62345678、", "010-62345678|" },
    { "010-62345678？", "010-62345678|" },
    { "０１０－６２３４５６７８", "０１０－６２３４５６７８|" },
    { "01062345678", "01062345678|" },
    { "021 6234 5678", "021 6234 5678|" },
    { "0755-23456789", "0755-23456789|" },
    { "0571-2345678", "0571-2345678|" },
    { "(010)62345678", "(010)62345678|" },
    { "(0755) 23456789", "(0755) 23456789|" },
    { "（010）62345678", "（010）62345678|" },
    { "+86 10 62345678", "+86 10 62345678|" },
    { "+86-755-23456789", "+86-755-23456789|" },
    { "+86.75523456789", "+86.75523456789|" },
    { "0086-10-62345678", "0086-10-62345678|" },
    { "010-62345678-123", "010-62345678-123|" },
    { "010-62345678转123", "010-62345678转123|" },
    { "010-62345678 ext.123", "010-62345678 ext.123|" },
    { "010–62345678", "010–62345678|" },
    { "0531 234 5678", "0531 234 5678|" },
    { "0807-3456789", "0807-3456789|" },
    { "010-６２３４５６７８", "010-６２３４５６７８|" },
};

static const char *const no_landlines[] = {
    "", "010-6234567", "010-623456789", "010-12345678", "010-02345678",
    "010-92345678", "011-62345678", "026-62345678", "030-62345678",
    "0100-2345678", "0320-2345678", "0360-2345678", "0380-2345678",
    "0840-2345678", "0500-2345678", "0600-2345678", "0980-2345678", "62345678",
    "13800138000", "1-010-62345678", "010-62345678-1", "010-62345678-123456",
    "010--62345678", "0.01062345678", "010-62345678.5", "a1b01062345678",
    "01062345678c2", "0755-234567", "0755-234567890", "110101199001010015",
    "20240101", "+86 010", "86", "(010)6234567", "400-800-8820",
};

static void test_finds_landlines(void)
{
    CHECK_DETECTIONS(POL_DETECT_LANDLINE, landlines);
}

static void test_refuses_what_resembles_landlines(void)
{
    CHECK_NO_DETECTION(POL_DETECT_LANDLINE, no_landlines);
}

static const struct detect_row ssns[] = {
    { "078-05-1120", "078-05-1120|" },
    { "号码：078-05-1120", "078-05-1120|" },
    { "号码078-05-1120。", "078-05-1120|" },
    { "(078-05-1120)", "078-05-1120|" },
    { "【078-05-1120】", "078-05-1120|" },
    { "078-05-1120\n", "078-05-1120|" },
    { "他的078-05-1120给你", "078-05-1120|" },
    { "078-05-1120，请查收", "078-05-1120|" },
    { "《078-05-1120》", "078-05-1120|" },
    { "“078-05-1120”", "078-05-1120|" },
    { " 078-05-1120 ", "078-05-1120|" },
    { "078-05-1120;", "078-05-1120|" },
    { "1、078-05-1120", "078-05-1120|" },
    { "、078-05-1120、", "078-05-1120|" },
    { "078-05-1120？", "078-05-1120|" },
    { "０７８－０５－１１２０", "０７８－０５－１１２０|" },
    { "219-09-9999", "219-09-9999|" },
    { "078–05–1120", "078–05–1120|" },
    { "SSN 078051120", "078051120|" },
    { "ssn: 078 05 1120", "078 05 1120|" },
    { "social security number 219099999", "219099999|" },
    { "社安号078051120", "078051120|" },
};

static const char *const no_ssns[] = {
    "", "078051120", "078 05 1120", "000-05-1120", "666-05-1120", "900-05-1120",
    "987-65-4320", "999-05-1120", "078-00-1120", "078-05-0000", "078-05-112",
    "078-05-11200", "78-05-1120", "0780-5-1120", "078-051120", "07805-1120",
    "078-05-1120-1", "1-078-05-1120", "订单078-05-1120", "order 078-05-1120",
    "ssn 000051120", "ssn 666051120", "ssn 900051120", "ssn 078001120",
    "ssn 078050000", "ssn 07805112", "ssn 0780511200", "078.05.1120",
    "078_05_1120", "a1b078-05-1120", "0.078-05-1120", "078051120-078-05-1120",
};

static void test_finds_ssns(void)
{
    CHECK_DETECTIONS(POL_DETECT_SSN, ssns);
}

static void test_refuses_what_resembles_ssns(void)
{
    CHECK_NO_DETECTION(POL_DETECT_SSN, no_ssns);
}

/* ---- the reference ---- */

static bool separates(char c)
{
    return c == ' ' || c == '-';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* d for a digit or final x, - for a separator; the digits by themselves. */
static void shape_of(const char *s, size_t len, char *shape, char *digits)
{
    size_t i;

    for (i = 0; i < len; i++) {
        *shape++ = (digit(s[i]) || s[i] == 'x') ? 'd'
                   : separates(s[i])            ? '-' : s[i];
        if (!separates(s[i]))
            *digits++ = s[i];
    }
    *shape = *digits = '\0';
}

static bool plain_digits(const char *s)
{
    return strspn(s, "0123456789") == strlen(s);
}

static bool reference_resident(const char *shape, const char *n)
{
    static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6,
                                     3, 7, 9, 10, 5, 8, 4, 2 };
    char day[9] = "";
    int sum = 0, i;

    if (strcmp(shape, "ddddddddddddddd") == 0 ||
        strcmp(shape, "dddddd-dddddd-ddd") == 0) {
        snprintf(day, sizeof(day), "19%.6s", n + 6);
        return plain_digits(n) && reference_province(n) &&
               strncmp(n + 2, "0000", 4) != 0 && strcmp(n + 12, "000") != 0 &&
               reference_day(day);
    }
    if (strcmp(shape, "dddddddddddddddddd") != 0 &&
        strcmp(shape, "dddddd-dddddddd-dddd") != 0)
        return false;
    if (strspn(n, "0123456789") < 17 ||
        !(reference_province(n) || (n[0] == '8' && strchr("123", n[1]))))
        return false;
    memcpy(day, n + 6, 8);
    for (i = 0; i < 17; i++)
        sum += weights[i] * (n[i] - '0');
    return reference_day(day) && n[17] == "10x98765432"[sum % 11];
}

static bool reference_mobile(const char *shape, const char *n)
{
    static const char *const prefixes[] = { "", "+86", "+86-", "0086", "0086-",
                                            "+0086", "+0086-" };
    static const char *const forms[] = { "ddddddddddd", "ddd-dddd-dddd" };
    char want[32], number[32];
    size_t i, k, c;

    for (i = 0; i < 7; i++)
        for (k = 0; k < 2; k++) {
            snprintf(want, sizeof(want), "%s%s", prefixes[i], forms[k]);
            for (c = 0; want[c]; c++)
                want[c] = digit(want[c]) ? 'd' : want[c];
            snprintf(number, sizeof(number), "%.*s",
                     (int)strcspn(prefixes[i], "-"), prefixes[i]);
            c = strlen(number);
            if (strcmp(shape, want) == 0 && strncmp(n, number, c) == 0 &&
                plain_digits(n + (n[0] == '+')) && n[c] == '1' &&
                strchr("3456789", n[c + 1]))
                return true;
        }
    return false;
}

static bool reference_permit(const char *shape, const char *n)
{
    char day[9] = "";

    if (strcmp(shape, "dddddddddddddddddd") != 0 &&
        strcmp(shape, "dddddd-dddddddd-dddd") != 0)
        return false;
    memcpy(day, n + 6, 8);
    return strspn(n, "0123456789") >= 17 && strchr("123", n[1]) && n[0] == '8' &&
           strncmp(n + 2, "0000", 4) == 0 && reference_day(day) &&
           reference_mod_11_2(n);
}

/* The rules of the Social Security Administration: no part is all zeros, the
 * first is not 666, nor 900 or more. */
static bool reference_ssn(const char *shape, const char *n)
{
    return (strcmp(shape, "ddddddddd") == 0 ||
            strcmp(shape, "ddd-dd-dddd") == 0) &&
           plain_digits(n) && strncmp(n, "000", 3) != 0 &&
           strncmp(n, "666", 3) != 0 && n[0] != '9' &&
           strncmp(n + 3, "00", 2) != 0 && strcmp(n + 5, "0000") != 0;
}

/* Area codes of the mainland, without 0: from-to. The reference of the reference
 * is libphonenumber's list of places. */
static bool reference_area(const char *code, size_t len)
{
    static const char longer[] =
        "310-319 335-335 349-349 350-359 370-379 391-396 398-398 410-419 421-421 "
        "427-427 429-429 431-439 451-459 464-464 467-469 470-479 482-483 510-519 "
        "523-523 527-527 530-539 543-543 546-546 550-559 561-564 566-566 570-579 "
        "580-580 591-599 631-635 660-660 662-663 668-668 691-692 701-701 710-719 "
        "722-722 724-724 728-728 730-731 734-739 743-746 750-759 760-760 762-763 "
        "766-766 768-769 770-779 790-799 807-807 812-813 816-818 825-827 830-839 "
        "851-859 870-879 883-883 886-888 891-898 901-903 906-906 908-909 911-917 "
        "919-919 930-939 941-941 943-943 951-955 970-977 979-979 990-999 ";
    static const char shorter[] = "10 20 21 22 23 24 25 27 28 29 ";
    char two[4] = { code[0], code[1], ' ', '\0' };

    if (len == 2)
        return strstr(shorter, two) != NULL;
    for (const char *s = longer; len == 3 && *s; s += 8)
        if (strncmp(code, s, 3) >= 0 && strncmp(code, s + 4, 3) <= 0)
            return true;
    return false;
}

/* The area code, and what stands behind it as a shape of d and -. */
static bool reference_local(const char *area, size_t area_len, const char *rest)
{
    static const char *const forms[] = { "dddddddd", "ddddddd", "-dddddddd",
                                         "-ddddddd", "-dddd-dddd", "-ddd-dddd" };
    char shape[64], digits[64];
    size_t i;

    if (!reference_area(area, area_len))
        return false;
    shape_of(rest, strlen(rest), shape, digits);
    for (i = 0; i < 6 && strcmp(shape, forms[i]) != 0; i++)
        ;
    return i < 6 && plain_digits(digits) && strchr("2345678", digits[0]) &&
           (strlen(digits) == 8 || area_len == 3);
}

/* Without an extension. */
static bool reference_plain_landline(const char *s)
{
    const char *rest = s;
    size_t len;

    if (s[0] == '(' && s[1] == '0') {
        len = strspn(s + 2, "0123456789");
        if (s[2 + len] != ')')
            return false;
        /* Behind the bracket nothing need be between. */
        rest = s + 3 + len;
        if (!separates(*rest)) {
            char apart[64];

            snprintf(apart, sizeof(apart), "-%s", rest);
            return reference_local(s + 2, len, apart);
        }
        return reference_local(s + 2, len, rest);
    }
    if (strncmp(s, "+86", 3) == 0)
        rest = s + 3;
    else if (strncmp(s, "0086", 4) == 0)
        rest = s + 4;
    else if (strncmp(s, "+0086", 5) == 0)
        rest = s + 5;
    else if (s[0] == '0')
        return reference_local(s + 1, 2, s + 3) ||
               reference_local(s + 1, 3, s + 4);
    else
        return false;
    rest += separates(*rest) || *rest == '.';
    return strlen(rest) > 3 && (reference_local(rest, 2, rest + 2) ||
                                reference_local(rest, 3, rest + 3));
}

/* Behind what is no group of the number: brackets, a country code. */
static size_t reference_code(const char *s)
{
    size_t i = s[0] == '(' ? strcspn(s, ")") + 1
               : s[0] == '+' ? 1 : 0;

    if (s[0] != '(' && strncmp(s + i, "0086", 4) == 0)
        i += 4;
    else if (s[0] == '+')
        i += 2;
    return i + (i > 0 && (separates(s[i]) || (s[0] != '(' && s[i] == '.')));
}

static size_t reference_extension(const char *s)
{
    size_t i = *s == ' ', run;

    if (strncmp(s + i, "ext", 3) == 0) {
        i += 3;
        i += s[i] == '.';
        i += s[i] == ' ';
    } else if (*s == '-') {
        i = 1;
    } else {
        return 0;
    }
    run = strspn(s + i, "0123456789");
    return run >= 2 && run <= 5 ? i + run : 0;
}

static bool reference_issuer(const char *n)
{
    size_t len = strlen(n);
    char four[5] = "";
    int prefix;

    memcpy(four, n, 4);
    prefix = atoi(four);
    if (n[0] == '6' && n[1] == '2')
        return true;
    if (n[0] == '4')
        return len == 16 || len == 19;
    if (n[0] == '5')
        return (n[1] >= '1' && n[1] <= '5') && len == 16;
    if (prefix >= 2221 && prefix <= 2720)
        return len == 16;
    if (prefix >= 8100 && prefix <= 8171)
        return len == 16 || len == 19;
    return (prefix >= 3528 && prefix <= 3589) || (prefix == 9558 && len == 19);
}

static bool reference_card(const char *shape, const char *n)
{
    static const char *const forms[] = {
        "dddddddddddddddd", "ddddddddddddddddd", "dddddddddddddddddd",
        "ddddddddddddddddddd", "dddd-dddd-dddd-dddd", "dddd-dddd-dddd-dddd-d",
        "dddd-dddd-dddd-dddd-dd", "dddd-dddd-dddd-dddd-ddd"
    };
    static const int doubled[10] = { 0, 2, 4, 6, 8, 1, 3, 5, 7, 9 };
    size_t i, len = strlen(n);
    int sum = 0;

    for (i = 0; i < 8 && strcmp(shape, forms[i]) != 0; i++)
        ;
    if (i == 8 || !plain_digits(n) || !reference_issuer(n))
        return false;
    for (i = 0; i < len; i++)
        sum += (len - i) % 2 ? n[i] - '0' : doubled[n[i] - '0'];
    return sum % 10 == 0;
}

/* What stands beside [start, end) of s, which is `len` long and where finds end
 * at `from`. */
static bool reference_borders(const char *s, size_t len, size_t from,
                              size_t start, size_t end, bool grouped)
{
    size_t i, n;

    bool plus = s[start] == '+'; /* nothing goes on through it */

    if (!plus && start > 0 && digit(s[start - 1]))
        return false;
    if (!plus && start > 1 && s[start - 1] == '.') {
        for (n = 0; start - 1 > n && digit(s[start - 2 - n]); n++)
            ;
        if (n > 2 || (n > 0 && s[start - 1 - n] == '0'))
            return false;
    }
    if (end < len && digit(s[end]))
        return false;
    if (end + 1 < len && s[end] == '.' && digit(s[end + 1]))
        return false;
    if (grouped && !plus && start > from && separates(s[start - 1])) {
        for (n = 0; start - 1 - n > from && digit(s[start - 2 - n]); n++)
            ;
        if (s[start - 1] == '-' ? n > 0 : n == 4)
            return false;
    }
    if (grouped && end < len && separates(s[end])) {
        for (n = 0; end + 1 + n < len && digit(s[end + 1 + n]); n++)
            ;
        if (s[end] == '-' ? n > 0 : n == 4)
            return false;
    }
    for (i = start; i > 0 && letter(s[i - 1]); i--)
        ;
    if (!plus && i > 0 && i < start && digit(s[i - 1]))
        return false;
    for (i = end; i < len && letter(s[i]); i++)
        ;
    if (i > end && ((i < len && digit(s[i])) || s[end - 1] == 'x'))
        return false;
    return true;
}

static bool (*const references[])(const char *, const char *) = {
    reference_resident, reference_mobile, reference_card, reference_permit,
    reference_ssn
};
static const int32_t referred[] = {
    POL_DETECT_RESIDENT_ID, POL_DETECT_MOBILE, POL_DETECT_BANK_CARD,
    POL_DETECT_RESIDENCE_PERMIT, POL_DETECT_SSN, POL_DETECT_LANDLINE
};
enum { REFERRED = sizeof(referred) / sizeof(*referred) };

/* Of those that look like others, only where the words beside it allow it. */
static bool reference_words(int detector, const char *s, size_t start,
                            size_t end)
{
    bool hyphens = end - start == 11 && s[start + 3] == '-' && s[start + 6] == '-';
    int context;
    pol_folded f;

    if (referred[detector] != POL_DETECT_SSN &&
        !(referred[detector] == POL_DETECT_RESIDENT_ID && end - start < 18))
        return true;
    pol_folded_init(&f, NULL);
    CU_ASSERT_FATAL(pol_fold(&f, pol_str(s), NULL) == POLICY_OK);
    context = pol_context(&f, start, end, referred[detector]);
    pol_folded_fini(&f);
    return referred[detector] != POL_DETECT_SSN || hyphens ? context >= 0
                                                           : context > 0;
}

/* A find begins at the first digit of a run, or at the + before it. */
static bool begins_run(const char *s, size_t i)
{
    if (s[i] == '+')
        return digit(s[i + 1]);
    return digit(s[i]) && (i == 0 || !digit(s[i - 1]));
}

/* Does the number itself, behind a country code, stand in groups? */
static bool is_grouped(int detector, const char *shape, const char *digits)
{
    size_t code = shape[0] == '+' ? 2 : strncmp(digits, "0086", 4) == 0 ? 4 : 0;
    const char *rest = shape + (shape[0] == '+');

    if (detector == 1 && code) {
        rest += code;
        rest += *rest == '-';
    }
    return strspn(rest, "d") < 9;
}

/* Mobile numbers and cards may have dots for hyphens. */
static void undot(char *out, const char *s, size_t len, int detector)
{
    for (size_t i = 0; i < len; i++)
        out[i] = s[i] == '.' && (detector == 1 || detector == 2) ? '-' : s[i];
}

static void reference_finds(int detector, const char *s, char *out)
{
    size_t len = strlen(s), from = 0, start, end;
    char number[64], shape[64], digits[64];

    *out = '\0';
    for (start = 0; start < len; start++) {
        for (end = start + 30 < len ? start + 30 : len; end > start; end--) {
            if (!begins_run(s, start))
                break;
            undot(number, s + start, end - start, detector);
            shape_of(number, end - start, shape, digits);
            if (!references[detector](shape, digits))
                continue;
            if (!reference_borders(s, len, from, start, end,
                                   is_grouped(detector, shape, digits)) ||
                !reference_words(detector, s, start, end))
                continue;
            sprintf(out + strlen(out), "%.*s|", (int)(end - start), s + start);
            from = end;
            start = end - 1;
            break;
        }
    }
}

static void reference_landlines(const char *s, char *out)
{
    size_t len = strlen(s), from = 0, start, n;

    *out = '\0';
    for (start = 0; start < len; start++)
        for (n = len - start < 24 ? len - start : 24; n > 9; n--) {
            char number[32];
            size_t end;
            bool bracket = s[start] == '(', grouped;

            snprintf(number, sizeof(number), "%.*s", (int)n, s + start);
            if (!begins_run(s, start) && !(bracket && digit(s[start + 1])))
                continue;
            if (digit(s[start + n]) || !reference_plain_landline(number))
                continue;
            grouped = strpbrk(number + reference_code(number), " -") != NULL;
            end = start + n + reference_extension(s + start + n);
            if (!reference_borders(s, len, from, start, end, grouped))
                continue;
            sprintf(out + strlen(out), "%.*s|", (int)(end - start), s + start);
            from = end;
            start = end - 1;
            break;
        }
}

/* Valid numbers and near misses, cut, joined and damaged. */
static void random_numbers(char *out, uint64_t *seed)
{
    static const char *const pieces[] = {
        "11010519491231002x", "110101199001010015", "110101 19900101 0015",
        "110105-19491231-002x", "13800138000", "138 0013 8000",
        "139-0013-9000", "138.0013.8000", "+86", "0086", "+86.", "86", "6222021234567894",
        "6222 0212 3456 7894", "6222 0212 3456 7890 128",
        "4111111111111111", "5105-1051-0510-5100", "6222021234567890128",
        "6222.0212.3456.7894", "810000199707010010", "820000 20000229 0013", "078-05-1120", "078051120",
        "219 09 9999", "ssn ", "010-62345678", "0755 2345678", "(010)62345678",
        "(0571) 2345678", "021 6234 5678", "+86 10 62345678", "008675523456789",
        "0531-234-5678", "ext.12", "ext 123", "-123", "(", ")", "order ",
        " ", "-", ".", ",", "x", "a", "abc", "0", "1234", "7", "  ", "\n"
    };
    size_t n = 1 + test_random(seed) % 6, at;
    char *start = out;

    for (; n; n--)
        out += sprintf(out, "%s",
                       pieces[test_random(seed) %
                              (sizeof(pieces) / sizeof(pieces[0]))]);
    for (n = test_random(seed) % 3; n; n--) {
        at = test_random(seed) % (size_t)(out - start);
        start[at] = "0123456789 -x.a()+"[test_random(seed) % 18];
    }
}

static void reference_of(int detector, const char *text, char *out)
{
    if (referred[detector] == POL_DETECT_LANDLINE)
        reference_landlines(text, out);
    else
        reference_finds(detector, text, out);
}

static void test_agrees_with_the_reference_on_random_strings(void)
{
    unsigned rounds = test_rounds(20000, 100000), i;
    uint64_t seed = 0x1d;
    size_t finds[REFERRED] = { 0 };

    for (i = 0; i < rounds; i++) {
        char text[400], want[1000];
        int d;

        random_numbers(text, &seed);
        for (d = 0; d < REFERRED; d++) {
            struct detected all = detect_in(referred[d], text);

            reference_of(d, text, want);
            finds[d] += all.count;
            if (strcmp(all.got, want) != 0) {
                CHECK(false, "%s in “%s”: “%s”, reference “%s”",
                      pol_detector_name(referred[d]), text, all.got, want);
                return;
            }
        }
    }
    for (i = 0; i < REFERRED; i++)
        CHECK(finds[i] > rounds / 100, "%zu finds of %s", finds[i],
              pol_detector_name(referred[i]));
}

/* Every area code there is, and none beside them. */
static void test_knows_the_area_codes(void)
{
    for (int code = 0; code < 1000; code++) {
        char text[32], area[8];

        snprintf(area, sizeof(area), "%03d", code);
        snprintf(text, sizeof(text), "0%s-2345678", area);
        CHECK_INT_EQ(text, detect_in(POL_DETECT_LANDLINE, text).count,
                     reference_area(area, 3));
    }
    for (int code = 0; code < 100; code++) {
        char text[32], area[8];

        snprintf(area, sizeof(area), "%02d", code);
        snprintf(text, sizeof(text), "0%s-62345678", area);
        CHECK_INT_EQ(text, detect_in(POL_DETECT_LANDLINE, text).count,
                     reference_area(area, 2));
    }
}

/* One digit changed is another number, which the check digit refuses. */
static void test_refuses_any_digit_changed(void)
{
    static const struct { int32_t detector; const char *number; bool one_len; } rows[] = {
        { POL_DETECT_RESIDENT_ID, "11010519491231002x", true },
        { POL_DETECT_RESIDENCE_PERMIT, "810000199707010010", true },
        { POL_DETECT_BANK_CARD, "6222021234567894", false },
        { POL_DETECT_BANK_CARD, "6222-0212-3456-7890-128", false },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK(check_every_digit(rows[i].detector, rows[i].number,
                                rows[i].one_len),
              "%s", rows[i].number);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const pieces[] = { "1", "1 ", "138 ", "+86", "0086",
                                         "6222 ", "1a", "a", "110101 " };

    CHECK_HOSTILE(POL_DETECT_NUMBERS, POL_DETECT_NUMBERS, pieces);
}

static const struct test_case tests[] = {
    { "finds resident ids of fifteen digits", test_finds_old_ids },
    { "refuses what resembles resident ids of fifteen digits",
      test_refuses_what_resembles_old_ids },
    { "finds residence permits", test_finds_residence_permits },
    { "refuses what resembles residence permits",
      test_refuses_what_resembles_residence_permits },
    { "finds landlines", test_finds_landlines },
    { "refuses what resembles landlines",
      test_refuses_what_resembles_landlines },
    { "finds social security numbers", test_finds_ssns },
    { "refuses what resembles social security numbers",
      test_refuses_what_resembles_ssns },
    { "finds resident ids", test_finds_resident_ids },
    { "refuses what resembles a resident id",
      test_refuses_what_resembles_a_resident_id },
    { "finds mobile numbers", test_finds_mobile_numbers },
    { "refuses what resembles a mobile number",
      test_refuses_what_resembles_a_mobile_number },
    { "finds bank cards", test_finds_bank_cards },
    { "refuses what resembles a bank card",
      test_refuses_what_resembles_a_bank_card },
    { "agrees with the reference on random strings",
      test_agrees_with_the_reference_on_random_strings },
    { "knows the area codes", test_knows_the_area_codes },
    { "refuses any digit changed", test_refuses_any_digit_changed },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("detect number", tests)
