/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which detectors can find anything: never one left out that finds something when
 * it looks for itself, and few named that find nothing.
 */
#include "base/slice.h"
#include "match/detectors.h"

#include "detections.h"

static uint32_t possible_in(const char *text, uint32_t *found)
{
    uint32_t possible;
    pol_folded f;
    pol_find ignored;

    pol_folded_init(&f, NULL);
    CU_ASSERT_FATAL(pol_fold(&f, pol_str(text), NULL) == POLICY_OK);
    possible = pol_detect_possible(&f, UINT32_MAX);
    *found = 0;
    for (int32_t i = 0; i < POL_DETECTOR_COUNT; i++)
        *found |= (uint32_t)pol_find_with(i, &f, 0, &ignored) << i;
    pol_folded_fini(&f);
    return possible;
}

/* What is found must be possible, at every place of a block of eight. */
static void check_covers(const char *text)
{
    static const char pads[] = "啊啊啊啊啊啊啊啊啊";

    for (size_t before = 0; before < sizeof(pads); before += 3) {
        char padded[700];
        uint32_t found, possible;

        snprintf(padded, sizeof(padded), "%s%s%s", pads + before, text,
                 before % 2 ? "" : "啊");
        possible = possible_in(padded, &found);
        CHECK_INT_EQ(padded, found & ~possible, 0);
    }
}

static void test_leaves_out_no_find(void)
{
    size_t i;

    for (i = 0; i < sizeof(detectable) / sizeof(*detectable); i++)
        check_covers(detectable[i]);
}

static void test_leaves_out_no_find_of_random_text(void)
{
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 1000000 : 20000, i;
    size_t finds[POL_DETECTOR_COUNT] = { 0 };
    uint64_t seed = 0x5e;

    for (i = 0; i < rounds; i++) {
        char text[600];
        uint32_t found, possible;

        random_detectable(text, &seed);
        possible = possible_in(text, &found);
        if (!CHECK_INT_EQ(text, found & ~possible, 0))
            return;
        for (int d = 0; d < POL_DETECTOR_COUNT; d++)
            finds[d] += found >> d & 1;
    }
    for (i = 0; i < POL_DETECTOR_COUNT; i++)
        CHECK(finds[i] > rounds / 2000, "%s: %zu finds",
              pol_detector_name((int32_t)i), finds[i]);
}

/* What people write has not many candidates. */
static void test_names_few(void)
{
    static const struct {
        const char *text;
        uint32_t want;
    } rows[] = {
        { "", 0 },
        { "好的，明天见。", 0 },
        { "请问几点开会？……我在路上", 0 },
        { "see you tomorrow, then", 0 },
        { "好吧...那就这样", 0 },
        { "人均消费50-100元，4.5分，11:00-20:00", 0 },
        { "2026年3月5日下午3点", 0 },
        { "打62345678", 1u << POL_DETECT_ENTRY_PERMIT |
                            1u << POL_DETECT_PASSPORT | 1u << POL_DETECT_QQ },
        { "a@b", 1u << POL_DETECT_EMAIL },
        { "3号线", 1u << POL_DETECT_ADDRESS },
        { "微信abcdef", 1u << POL_DETECT_WECHAT },
        { "a.cn", POL_DETECT_ADDRESSES },
        { "1.2.3.4", 1u << POL_DETECT_IP },
        { "京a12345", 1u << POL_DETECT_PLATE | 1u << POL_DETECT_QQ },
    };
    uint32_t found;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_INT_EQ(rows[i].text, possible_in(rows[i].text, &found),
                     rows[i].want);
}

static void test_stays_within_the_mask(void)
{
    pol_folded f;

    pol_folded_init(&f, NULL);
    CU_ASSERT_FATAL(pol_fold(&f, pol_str("a@b.cn 13800138000 路1号 vx:abcdef"),
                             NULL) == POLICY_OK);
    for (int i = 0; i < POL_DETECTOR_COUNT; i++)
        CHECK(!(pol_detect_possible(&f, 1u << i) & ~(1u << i)), "detector %d", i);
    CHECK_INT_EQ("nothing", pol_detect_possible(&f, 0), 0);
    pol_folded_fini(&f);
}

static const struct test_case tests[] = {
    { "leaves out no find", test_leaves_out_no_find },
    { "leaves out no find of random text",
      test_leaves_out_no_find_of_random_text },
    { "names few", test_names_few },
    { "stays within the mask", test_stays_within_the_mask },
};

POLICY_TEST_MAIN("detect summary", tests)
