/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text.h"

#include "harness.h"

static policy_status fold(policy_text *t, const char *text)
{
    return policy_text_fold(t, (policy_str){ text, strlen(text) }, NULL);
}

static void test_folds_and_shows_the_result(void)
{
    policy_text *t;
    const uint16_t *units, *reasons;
    size_t count;
    policy_str utf8;
    policy_span span;

    CHECK_INT_EQ("new", policy_text_new(&t, NULL, NULL), POLICY_OK);
    policy_text_units(t, NULL, &count);
    CHECK_INT_EQ("nothing yet", count, 0);
    CHECK_INT_EQ("fold", fold(t, "機\xE2\x80\x8B密😀\xFF"), POLICY_OK);
    units = policy_text_units(t, &reasons, &count);
    CHECK_INT_EQ("units", count, 5);
    CHECK(units[0] == 0x673A && units[2] == 0xD83D && units[4] == 0xFFFD,
          "%04X %04X %04X", units[0], units[2], units[4]);
    CHECK(reasons[0] == POLICY_REASON_TRADITIONAL &&
              reasons[1] == POLICY_REASON_IGNORABLE &&
              reasons[4] == POLICY_REASON_ILLFORMED,
          "%x %x %x", reasons[0], reasons[1], reasons[4]);
    CHECK_INT_EQ("flags", policy_text_flags(t),
                 POLICY_TEXT_IGNORABLE | POLICY_TEXT_ILL_FORMED);
    span = policy_text_source(t, 0, 2);
    CHECK(span.start == 0 && span.end == 9, "[%u,%u)", span.start, span.end);
    span = policy_text_source(t, 4, 99);
    CHECK(span.start == 13 && span.end == 14, "[%u,%u)", span.start, span.end);
    CHECK_INT_EQ("utf8", policy_text_utf8(&utf8, t), POLICY_OK);
    CHECK_STR_EQ("utf8", utf8, "机密😀\xEF\xBF\xBD");
    CHECK_INT_EQ("source", pol_text_source(t).len, 14);
    CHECK_INT_EQ("folded", pol_text_folded(t)->count, 5);
    policy_text_free(t);
}

static void test_a_second_fold_replaces_the_first(void)
{
    policy_text *t;
    policy_str utf8;

    CHECK_INT_EQ("new", policy_text_new(&t, NULL, NULL), POLICY_OK);
    CHECK_INT_EQ("first", fold(t, "ＡＢＣ"), POLICY_OK);
    CHECK_INT_EQ("utf8", policy_text_utf8(&utf8, t), POLICY_OK);
    CHECK_INT_EQ("second", fold(t, "x"), POLICY_OK);
    CHECK_INT_EQ("utf8", policy_text_utf8(&utf8, t), POLICY_OK);
    CHECK_STR_EQ("second", utf8, "x");
    CHECK_INT_EQ("nothing", fold(t, ""), POLICY_OK);
    CHECK_INT_EQ("utf8", policy_text_utf8(&utf8, t), POLICY_OK);
    CHECK_INT_EQ("nothing", utf8.len, 0);
    policy_text_free(t);
    policy_text_free(NULL);
}

static void test_names_every_reason_once(void)
{
    static const struct {
        uint32_t reason;
        const char *name;
    } cases[] = {
        { POLICY_REASON_CASE, "case" },
        { POLICY_REASON_WIDTH, "width" },
        { POLICY_REASON_COMPAT, "compat" },
        { POLICY_REASON_TRADITIONAL, "traditional" },
        { POLICY_REASON_VARIANT, "variant" },
        { POLICY_REASON_MARK, "mark" },
        { POLICY_REASON_STYLED, "styled" },
        { POLICY_REASON_DIGIT, "digit" },
        { POLICY_REASON_IGNORABLE, "ignorable" },
        { POLICY_REASON_ILLFORMED, "illformed" },
        { POLICY_REASON_SEPARATOR, "separator" },
        { POLICY_REASON_HOMOGLYPH, "homoglyph" },
        { POLICY_REASON_RARE, "rare" },
        { POLICY_REASON_LEET, "leet" },
        { POLICY_REASON_REPEAT, "repeat" },
        { POLICY_REASON_NUMERAL, "numeral" },
        { POLICY_REASON_PINYIN, "pinyin" },
        { POLICY_REASON_ENCODED, "encoded" },
        { POLICY_REASON_DEFANGED, "defanged" },
        { POLICY_REASON_ALIAS, "alias" },
        { POLICY_REASON_SPLIT, "split" },
        { POLICY_REASON_REVERSED, "reversed" },
        { POLICY_REASON_SPELLED, "spelled" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *name = policy_reason_name(cases[i].reason);

        CHECK(name && strcmp(name, cases[i].name) == 0, "%s", cases[i].name);
    }
    CHECK(!policy_reason_name(0), "no bit");
    CHECK(!policy_reason_name(3), "two bits");
    CHECK(!policy_reason_name(1u << 31), "a bit without a name");
}

static void test_survives_every_failing_allocation(void)
{
    for (size_t n = 1, failed = 1; failed; n++) {
        struct test_allocator a;
        policy_text *t;
        policy_str utf8;

        test_allocator_init(&a);
        a.fail_at = n;
        if (policy_text_new(&t, &a.allocator, NULL) != POLICY_OK) {
            CHECK(!t && a.failed, "new");
        } else {
            policy_status st = fold(t, "机密 ﷺ");

            if (st == POLICY_OK)
                st = policy_text_utf8(&utf8, t);
            CHECK_INT_EQ("status", st, a.failed ? POLICY_ENOMEM : POLICY_OK);
            CHECK_INT_EQ("again", fold(t, "Ab"), POLICY_OK);
            CHECK_INT_EQ("again", policy_text_utf8(&utf8, t), POLICY_OK);
            CHECK_STR_EQ("again", utf8, "ab");
            policy_text_free(t);
        }
        failed = a.failed;
        CHECK(failed || n > 3, "only %zu allocations", n - 1);
        test_allocator_clean(&a);
    }
}

static const struct test_case tests[] = {
    { "folds and shows the result", test_folds_and_shows_the_result },
    { "a second fold replaces the first",
      test_a_second_fold_replaces_the_first },
    { "names every reason once", test_names_every_reason_once },
    { "survives every failing allocation",
      test_survives_every_failing_allocation },
};

POLICY_TEST_MAIN("text", tests)
