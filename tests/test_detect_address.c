/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Postal addresses by tables.
 */
#include <uchar.h>

#include "base/slice.h"
#include "match/detectors.h"

#include "detections.h"

/* The same source once more, which counts the units that it looks at. */
static size_t looked_at;

static uint16_t counted(const pol_folded *t, size_t i)
{
    looked_at++;
    return pol_at(t, i);
}

bool counted_find(const pol_folded *t, size_t from, pol_find *out);

#define pol_at counted
#define pol_find_address counted_find
#include "match/detect_address.c"
#undef pol_find_address
#undef pol_at

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
    "号号号号", "省市区县12号", "路号路号路号", "3号路12号线", "12路34路56号线",
    "每天路过12号", "区区路12", "甲乙丙丁12号",
};

static void test_finds_addresses(void)
{
    CHECK_DETECTIONS(POL_DETECT_ADDRESS, addresses);
}

static void test_refuses_what_resembles_an_addresses(void)
{
    CHECK_NO_DETECTION(POL_DETECT_ADDRESS, no_addresses);
}

/* ---- the reference: levels, numbers and borders as letters ---- */

/* R ends a road or village, L another level, H is 号, n a numeral of Han, 9 a digit
 * or what stands between two; B a word before an address, # what is no Han. */
static char letter_of(const pol_folded *t, size_t i)
{
    static const struct { const char16_t *units; char letter; } rows[] = {
        { u"号", 'H' }, { u"路街道巷弄村里镇乡屯", 'R' },
        { u"省市区县州盟旗", 'L' }, { u"〇零一二三四五六七八九十百甲乙", 'n' },
        { u"在到的了是住去往从于我你他她请送寄至", 'B' }, { u"0123456789-", '9' },
        { u"楼院", 'Y' }, { u"线", 'X' },
    };

    for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++)
        for (const char16_t *u = rows[k].units; *u; u++)
            if (*u == t->units[i])
                /* Some zeros are symbols: they stand in no name. */
                return rows[k].letter == 'n' && t->classes[i] != POL_CLASS_HAN
                           ? '9' : rows[k].letter;
    return t->classes[i] == POL_CLASS_HAN ? 'h' : '#';
}

/* Does an address with its 号 at `h` end there, where does it begin? Rooms behind
 * are not looked at. */
static bool reference_address(const char *s, size_t from, size_t h, size_t *start)
{
    size_t number = h, names, levels = 0, name, i;

    while (number > from && strchr("n9", s[number - 1]))
        number--;
    if (number == h || h - number > 6 || number == from || s[number - 1] != 'R' ||
        s[h + 1] == 'X')
        return false;
    for (names = number; names > from && number - names < 48 &&
                         !strchr("B#9", s[names - 1]); names--)
        ;
    for (*start = name = i = names; i < number; i++)
        if (strchr("RL", s[i]) && i > name) {
            if (!levels && i - name > 8)
                *start = i - 3;
            levels++;
            name = i + 1;
        }
    return levels > 1;
}

static void check_address(const char *text, size_t *finds)
{
    char letters[600] = "";
    pol_find got;
    pol_folded f;
    size_t from = 0, h, start = 0;
    bool found;

    pol_folded_init(&f, NULL);
    CU_ASSERT_FATAL(pol_fold(&f, pol_str(text), NULL) == POLICY_OK);
    CU_ASSERT_FATAL(f.count < sizeof(letters));
    for (size_t i = 0; i < f.count; i++)
        letters[i] = letter_of(&f, i);
    do {
        for (h = from; h < f.count &&
                       !(letters[h] == 'H' &&
                         reference_address(letters, from, h, &start)); h++)
            ;
        found = pol_find_address(&f, from, &got);
        *finds += found;
        if (!CHECK(found == (h < f.count) &&
                       (!found || (got.start == start && got.end > h &&
                                   got.end <= h + 30)),
                   "%s: %d at %zu to %zu, reference %zu to %zu", text, found,
                   got.start, got.end, start, h))
            break;
        from = got.end;
    } while (found);
    pol_folded_fini(&f);
}

static void test_agrees_with_the_reference_on_random_text(void)
{
    static const char *const pieces[] = {
        "省", "市", "区", "县", "路", "街道", "村", "里", "号", "号", "号楼", "1", "12",
        "3-2", "十二", "甲", "虚构", "虚", "深圳", "南山", "呼和浩特", "一二三四五六七八九",
        "在", "到", "，", " ", "a", "室", "栋", "单元", "线", "路1号", "区路", "〇",
        "深圳市南山区虚构路", "虚构县虚构村", "的", "1234567",
    };
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 1000000 : 50000;
    uint64_t seed = 0xadd;
    size_t finds = 0;

    for (unsigned r = 0; r < rounds; r++) {
        char text[600] = "";

        for (size_t n = 1 + test_random(&seed) % 14; n; n--)
            strcat(text, pieces[test_random(&seed) %
                                (sizeof(pieces) / sizeof(*pieces))]);
        check_address(text, &finds);
    }
    CHECK(finds > rounds / 50, "%zu finds", finds);
}

/* Looks at units for all finds in `repeats` times the piece. */
static size_t looks(const char *piece, size_t repeats, size_t *units)
{
    pol_folded f = folded_repeats(piece, repeats);
    pol_find found = { 0 };

    looked_at = 0;
    while (counted_find(&f, found.end, &found))
        ;
    *units = f.count;
    pol_folded_fini(&f);
    return looked_at;
}

static void test_looks_at_each_unit_a_few_times(void)
{
    static const char *const pieces[] = {
        "号", "1", "一", "路1", "市区路", "路号", "1号", "一号", "省", "省市区", "路一号",
        "市一号", "区路一", "市区路一", "深圳市路1号", "路1号室", "路1号1室1栋", "村1号线",
        "一二三四五六七号", "啊", "啊路一号线",
    };

    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        size_t n, m, one = looks(pieces[i], 5000, &n),
                     two = looks(pieces[i], 10000, &m);

        CHECK(one <= 60 * n, "%s: %zu looks at %zu units", pieces[i], one, n);
        CHECK(two <= 2 * one + 1000, "%s: %zu looks, twice as long %zu", pieces[i],
              one, two);
    }
}

static const struct test_case tests[] = {
    { "finds postal addresses", test_finds_addresses },
    { "refuses what resembles postal addresses",
      test_refuses_what_resembles_an_addresses },
    { "agrees with the reference on random text",
      test_agrees_with_the_reference_on_random_text },
    { "looks at each unit a few times", test_looks_at_each_unit_a_few_times },
};

POLICY_TEST_MAIN("detect address", tests)
