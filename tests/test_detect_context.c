/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words near a find, and how near they must be.
 */
#include "base/slice.h"
#include "match/detectors.h"

#include "detections.h"

/* The find is what the brackets enclose, with them. */
static void test_weighs_the_words_near(void)
{
    static const struct {
        const char *text;
        int want;
    } rows[] = {
        { "[]", 0 }, { "[1234]", 0 }, { "护照[1]", 1 }, { "[1]护照", 1 },
        { "passport [1]", 1 }, { "Passport: [1]", 1 }, { "ＰＡＳＳＰＯＲＴ[1]", 1 },
        { "護照[1]", 1 }, { "passports [1]", 0 }, { "apassport [1]", 0 },
        { "护照一二三四五六七八九十一二三四五六七八九十一[1]", 1 },
        { "护照一二三四五六七八九十一二三四五六七八九十一二三[1]", 0 },
        { "[1]一二三四五六七八九护照", 1 },
        { "[1]一二三四五六七八九十一护照", 0 }, { "订单[1]", -1 },
        { "order [1]", -1 }, { "border [1]", 0 }, { "[1]订单", 0 },
        { "订单一二三四五六七[1]", -1 }, { "订单一二三四五六七八九[1]", 0 },
        { "订单护照[1]", 1 }, { "护[1]照", 0 }, { "电话[1]", 0 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        size_t start = 0, end;
        pol_folded f;

        pol_folded_init(&f, NULL);
        CU_ASSERT_FATAL(pol_fold(&f, pol_str(rows[i].text), NULL) == POLICY_OK);
        while (f.units[start] != '[')
            start++;
        for (end = start; f.units[end] != ']';)
            end++;
        CHECK_INT_EQ(rows[i].text,
                     pol_context(&f, start, end + 1, POL_DETECT_PASSPORT),
                     rows[i].want);
        pol_folded_fini(&f);
    }
}

static const struct test_case tests[] = {
    { "weighs the words near", test_weighs_the_words_near },
};

POLICY_TEST_MAIN("detect context", tests)
