/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The detectors together: names, mask, order, stopping, spans that can be cut
 * out of the original.
 */
#include "base/slice.h"
#include "match/detect.h"

#include "detections.h"

static void test_names_every_detector(void)
{
    static const char *const names[POL_DETECTOR_COUNT] = {
        "resident_id", "mobile", "bank_card", "email", "url", "domain",
        "residence_permit", "permanent_residence", "entry_permit", "passport",
        "landline", "credit_code", "plate", "ip", "wechat", "qq", "address",
        "iban", "ssn"
    };
    int32_t i;

    for (i = 0; i < POL_DETECTOR_COUNT; i++) {
        CU_ASSERT_STRING_EQUAL(pol_detector_name(i), names[i]);
        CHECK_INT_EQ(names[i], pol_detector_find(pol_str(names[i])), i);
    }
    CU_ASSERT(pol_detector_find(POL_STR("passpor")) == -1);
    CU_ASSERT(pol_detector_find(POL_STR("")) == -1);
    CU_ASSERT(pol_detector_find(POL_STR("mobil")) == -1);
    CU_ASSERT(pol_detector_find(POL_STR("mobile\0")) == -1);
    CU_ASSERT(pol_detector_name(-1) == NULL);
    CU_ASSERT(pol_detector_name(POL_DETECTOR_COUNT) == NULL);
}

struct seen {
    pol_detection at[16];
    size_t count, stop_at;
};

static int keep(void *user, const pol_detection *d)
{
    struct seen *s = user;

    if (s->count < 16)
        s->at[s->count] = *d;
    return ++s->count == s->stop_at;
}

static const char everything[] =
    "li@example.com 13800138000 110101199001010015 6222021234567894 "
    "13900139000 wang@example.com";

static void detect_everything(struct seen *s, uint32_t mask)
{
    pol_folded f;

    pol_folded_init(&f, NULL);
    CU_ASSERT_FATAL(pol_fold(&f, pol_str(everything), NULL) == POLICY_OK);
    s->count = 0;
    pol_detect(&f, mask, keep, s);
    pol_folded_fini(&f);
}

static void test_reports_all_of_them_by_start(void)
{
    static const int32_t order[] = {
        POL_DETECT_EMAIL, POL_DETECT_MOBILE, POL_DETECT_RESIDENT_ID,
        POL_DETECT_BANK_CARD, POL_DETECT_MOBILE, POL_DETECT_EMAIL
    };
    struct seen s = { .stop_at = 0 };
    size_t i;

    detect_everything(&s, ~0u);
    CU_ASSERT_FATAL(s.count == 6);
    for (i = 0; i < 6; i++) {
        CHECK_INT_EQ("detector", s.at[i].detector, order[i]);
        CHECK(i == 0 || s.at[i].start > s.at[i - 1].start, "find %zu", i);
    }
}

static void test_reports_the_masked_ones_only(void)
{
    static const size_t counts[POL_DETECTOR_COUNT] = { 1, 2, 1, 2 };
    struct seen s = { .stop_at = 0 };
    uint32_t i, k;

    detect_everything(&s, 0);
    CHECK_INT_EQ("none asked for", s.count, 0);
    for (i = 0; i < POL_DETECTOR_COUNT; i++) {
        detect_everything(&s, 1u << i);
        CHECK_INT_EQ(pol_detector_name((int32_t)i), s.count, counts[i]);
        for (k = 0; k < s.count; k++)
            CHECK_INT_EQ("detector", s.at[k].detector, i);
    }
}

static void test_stops_when_told(void)
{
    struct seen s;

    for (s.stop_at = 1; s.stop_at <= 6; s.stop_at++) {
        detect_everything(&s, ~0u);
        CHECK_INT_EQ("finds before it stopped", s.count, s.stop_at);
    }
}

/* ---- the twin: each detector by itself over all of the text ---- */

struct naive { pol_detection at[600]; size_t count; };

static void find_naively(const pol_folded *f, struct naive *all)
{
    all->count = 0;
    for (int32_t i = 0; i < POL_DETECTOR_COUNT; i++) {
        pol_find found;

        for (size_t from = 0; pol_find_with(i, f, from, &found);
             from = found.end) {
            pol_detection d = { i, POL_CONFIDENCE_LOW, (uint32_t)found.start,
                                (uint32_t)found.end };
            size_t at = all->count++;

            for (; at > 0 && all->at[at - 1].start > d.start; at--)
                all->at[at] = all->at[at - 1];
            all->at[at] = d;
        }
    }
}

struct beside { const struct naive *want; size_t count; bool same; };

static int compare(void *user, const pol_detection *d)
{
    struct beside *b = user;
    const pol_detection *want = &b->want->at[b->count];

    b->same = b->count < b->want->count && want->detector == d->detector &&
              want->start == d->start && want->end == d->end;
    b->count++;
    return !b->same;
}

static void test_finds_what_each_finds_alone(void)
{
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 1000000 : 20000;
    uint64_t seed = 0xde;
    size_t finds = 0;
    pol_folded f;

    pol_folded_init(&f, NULL);
    for (; rounds; rounds--) {
        struct naive all;
        struct beside b = { &all, 0, true };
        char text[600];

        random_detectable(text, &seed);
        CU_ASSERT_FATAL(pol_fold(&f, pol_str(text), NULL) == POLICY_OK);
        find_naively(&f, &all);
        pol_detect(&f, UINT32_MAX, compare, &b);
        finds += all.count;
        if (!CHECK(b.same && b.count == all.count, "“%s”: find %zu of %zu", text,
                   b.count, all.count))
            break;
    }
    CHECK(finds > 10000, "%zu finds", finds);
    pol_folded_fini(&f);
}

static void test_finds_nothing_in_nothing(void)
{
    int32_t i;

    for (i = 0; i < POL_DETECTOR_COUNT; i++)
        CHECK_INT_EQ(pol_detector_name(i), detect_in(i, "").count, 0);
}

/* ---- confidence ---- */

static int keep_confidence(void *user, const pol_detection *d)
{
    *(int *)user = (int)d->confidence;
    return 1;
}

enum { NOT_FOUND = -1 };

static int confidence_in(int32_t detector, const char *text)
{
    int got = NOT_FOUND;
    pol_folded f;

    pol_folded_init(&f, NULL);
    CU_ASSERT_FATAL(pol_fold(&f, pol_str(text), NULL) == POLICY_OK);
    pol_detect(&f, 1u << detector, keep_confidence, &got);
    pol_folded_fini(&f);
    return got;
}

static void test_words_near_change_the_confidence(void)
{
    static const struct {
        int detector, want;
        const char *text;
    } rows[] = {
        { POL_DETECT_LANDLINE, POL_CONFIDENCE_LOW, "01062345678" },
        { POL_DETECT_LANDLINE, POL_CONFIDENCE_MEDIUM, "010-62345678" },
        { POL_DETECT_LANDLINE, POL_CONFIDENCE_HIGH, "电话：010-62345678" },
        { POL_DETECT_LANDLINE, POL_CONFIDENCE_HIGH, "010-62345678（传真）" },
        { POL_DETECT_LANDLINE, POL_CONFIDENCE_MEDIUM, "hotel010-62345678" },
        { POL_DETECT_LANDLINE, POL_CONFIDENCE_LOW, "单号010-62345678" },
        { POL_DETECT_PASSPORT, POL_CONFIDENCE_MEDIUM, "E12345678" },
        { POL_DETECT_PASSPORT, POL_CONFIDENCE_HIGH, "护照E12345678" },
        { POL_DETECT_PASSPORT, POL_CONFIDENCE_MEDIUM, "护照 A1234567" },
        { POL_DETECT_RESIDENT_ID, POL_CONFIDENCE_MEDIUM, "110105491231002" },
        { POL_DETECT_RESIDENT_ID, POL_CONFIDENCE_HIGH,
          "身份证110105491231002" },
        { POL_DETECT_RESIDENT_ID, POL_CONFIDENCE_MEDIUM,
          "订单号11010519491231002X" },
        { POL_DETECT_RESIDENT_ID, POL_CONFIDENCE_HIGH, "11010519491231002X" },
        { POL_DETECT_SSN, POL_CONFIDENCE_MEDIUM, "078-05-1120" },
        { POL_DETECT_SSN, POL_CONFIDENCE_HIGH, "SSN: 078-05-1120" },
        { POL_DETECT_SSN, POL_CONFIDENCE_MEDIUM, "SSN 078051120" },
        { POL_DETECT_QQ, POL_CONFIDENCE_MEDIUM, "qq：12345678" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_INT_EQ(rows[i].text,
                     confidence_in(rows[i].detector, rows[i].text),
                     rows[i].want);
}

/* By itself, behind a word for it in each language, and behind one against it; a
 * word that is needed stands in all of them. */
static void test_each_is_raised_and_lowered(void)
{
    enum { LOW = POL_CONFIDENCE_LOW, MEDIUM, HIGH };
    static const struct {
        int detector;
        const char *number, *zh, *en, *against;
        int alone, raised, lowered;
    } rows[] = {
        { POL_DETECT_RESIDENT_ID, "11010519491231002X", "公民身份号码：",
          "ID number: ", "订单号：", HIGH, HIGH, MEDIUM },
        { POL_DETECT_RESIDENT_ID, "110105491231002", "身份证号", "national id ",
          "流水号：", MEDIUM, HIGH, NOT_FOUND },
        { POL_DETECT_MOBILE, "13800138000", "来电", "cell: ", "快递单号：", HIGH,
          HIGH, MEDIUM },
        { POL_DETECT_BANK_CARD, "6222021234567894", "开户账号", "debit card ",
          "invoice ", HIGH, HIGH, MEDIUM },
        { POL_DETECT_EMAIL, "zhang@example.com", "邮箱：", "E-mail: ", "工号：", HIGH,
          HIGH, MEDIUM },
        { POL_DETECT_URL, "http://example.com/a", "网址 ", "visit ", "版本：", HIGH,
          HIGH, MEDIUM },
        { POL_DETECT_DOMAIN, "example.com", "官网：", "homepage: ", "release ",
          MEDIUM, HIGH, LOW },
        { POL_DETECT_RESIDENCE_PERMIT, "810000199707010010", "居住证",
          "residence permit ", "编号：", HIGH, HIGH, MEDIUM },
        { POL_DETECT_PERMANENT_RESIDENCE, "911840199001010018", "永居证",
          "permanent resident ", "合同号：", HIGH, HIGH, NOT_FOUND },
        { POL_DETECT_ENTRY_PERMIT, "H12345678", "回乡证", "travel permit ",
          "型号：", NOT_FOUND, MEDIUM, NOT_FOUND },
        { POL_DETECT_PASSPORT, "E12345678", "护照：", "passport no. ", "batch ",
          MEDIUM, HIGH, NOT_FOUND },
        { POL_DETECT_LANDLINE, "010-62345678", "总机：", "hotline ", "型号", MEDIUM,
          HIGH, LOW },
        { POL_DETECT_CREDIT_CODE, "91110199MA00EXAM76", "税号：", "taxpayer ",
          "序列号", HIGH, HIGH, NOT_FOUND },
        { POL_DETECT_PLATE, "京A12345", "车牌", "number plate ", "型号", MEDIUM,
          HIGH, LOW },
        { POL_DETECT_IP, "192.0.2.1", "服务器", "gateway ", "firmware ", MEDIUM,
          HIGH, NOT_FOUND },
        { POL_DETECT_WECHAT, "微信：abc_123", "私聊", "add me ", "订单 ", MEDIUM,
          HIGH, LOW },
        { POL_DETECT_QQ, "qq：12345678", "联系", "add me ", "订单 ", MEDIUM, HIGH,
          LOW },
        { POL_DETECT_ADDRESS, "南山区虚构路12号", "收货：", "address: ", "货号：",
          MEDIUM, HIGH, LOW },
        { POL_DETECT_IBAN, "GB82WEST12345698765432", "汇款：", "SWIFT/IBAN ",
          "ref: ", HIGH, HIGH, MEDIUM },
        { POL_DETECT_SSN, "078-05-1120", "社会安全号", "social security ",
          "part no. ", MEDIUM, HIGH, NOT_FOUND },
        { POL_DETECT_SSN, "078051120", "社安号", "ssn ", "order ", NOT_FOUND,
          MEDIUM, NOT_FOUND },
    };
    uint32_t seen = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *const before[] = { "", "看", rows[i].zh, rows[i].en,
                                       rows[i].against };
        const int want[] = { rows[i].alone, rows[i].alone, rows[i].raised,
                             rows[i].raised, rows[i].lowered };

        seen |= 1u << rows[i].detector;
        for (size_t k = 0; k < 5; k++) {
            char text[200];

            snprintf(text, sizeof(text), "%s%s", before[k], rows[i].number);
            CHECK_INT_EQ(text, confidence_in(rows[i].detector, text), want[k]);
        }
    }
    CHECK_INT_EQ("every detector", seen, (1u << POL_DETECTOR_COUNT) - 1);
}

static void test_amounts_lower_the_confidence(void)
{
    static const struct { const char *text; int want; } rows[] = {
        { "13800138000", POL_CONFIDENCE_HIGH },
        { "13800138000元", POL_CONFIDENCE_MEDIUM },
        { "13800138000 元", POL_CONFIDENCE_MEDIUM },
        { "13800138000次", POL_CONFIDENCE_MEDIUM },
        { "￥13800138000", POL_CONFIDENCE_MEDIUM },
        { "$13800138000", POL_CONFIDENCE_MEDIUM },
        { "13800138000个人号", POL_CONFIDENCE_HIGH },
        { "手机13800138000元旦换号", POL_CONFIDENCE_HIGH },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_INT_EQ(rows[i].text,
                     confidence_in(POL_DETECT_MOBILE, rows[i].text),
                     rows[i].want);
}

/* Spans are whole characters of the original, where one of them folds to more
 * than its digits too. */
static void test_maps_to_whole_characters(void)
{
    static const struct detect_row rows[] = {
        { "℡13800138000", "13800138000|" },
        { "⒈13800138000", "13800138000|" }, /* folds to 1.138... */
        { "⑴13800138000", "13800138000|" },
        { "1380013800㏠", "1380013800㏠|" }, /* ...1日 */
        { "138001380㏩", "138001380㏩|" },   /* ...10日 */
        { "13800138000㏠", "" },
    };

    CHECK_DETECTIONS(POL_DETECT_MOBILE, rows);
}

static const struct test_case tests[] = {
    { "names every detector", test_names_every_detector },
    { "reports all of them by start", test_reports_all_of_them_by_start },
    { "reports the masked ones only", test_reports_the_masked_ones_only },
    { "stops when told", test_stops_when_told },
    { "finds what each finds alone", test_finds_what_each_finds_alone },
    { "finds nothing in nothing", test_finds_nothing_in_nothing },
    { "words near change the confidence",
      test_words_near_change_the_confidence },
    { "each is raised and lowered", test_each_is_raised_and_lowered },
    { "amounts lower the confidence", test_amounts_lower_the_confidence },
    { "maps to whole characters", test_maps_to_whole_characters },
};

POLICY_TEST_MAIN("detect", tests)
