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

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int got = -1;
        pol_folded f;

        pol_folded_init(&f, NULL);
        CU_ASSERT_FATAL(pol_fold(&f, pol_str(rows[i].text), NULL) == POLICY_OK);
        pol_detect(&f, 1u << rows[i].detector, keep_confidence, &got);
        CHECK_INT_EQ(rows[i].text, got, rows[i].want);
        pol_folded_fini(&f);
    }
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
    { "maps to whole characters", test_maps_to_whole_characters },
};

POLICY_TEST_MAIN("detect", tests)
