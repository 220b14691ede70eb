/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks, Hangul and Indic vowels: what composes, stays, changes places or goes.
 */
#include "harness.h"
#include "text/fold.h"
#include "text/utf8.h"

enum { MARK = POL_REASON_MARK, COMPAT = POL_REASON_COMPAT };

static pol_folded folded;

static void fold(const char *label, const char *text)
{
    if (!folded.allocator)
        pol_folded_init(&folded, NULL);
    CHECK_INT_EQ(label,
                 pol_fold(&folded, (policy_str){ text, strlen(text) }, NULL),
                 POLICY_OK);
}

static void test_composes_keeps_or_removes(void)
{
    /* `reasons` of all units together. */
    static const struct {
        const char *label, *text, *want;
        uint16_t reasons;
    } cases[] = {
        { "short i stays a letter", "й\xD0\xB8\xCC\x86", "йй", 0 },
        { "Greek tonos", "ά\xCE\xB1\xCC\x81", "άά", 0 },
        { "kana voicing", "が\xE3\x81\x8B\xE3\x82\x99", "がが", 0 },
        { "kana voicing on Han", "机\xE3\x82\x99密", "机密", MARK },
        { "hamza composes, vowels go",
          "\xD8\xA7\xD9\x94\xD8\xA8\xD9\x8E", "\xD8\xA3\xD8\xA8", MARK },
        { "Hindi stays", "हिन्दी", "हिन्दी", 0 },
        { "precomposed nukta comes apart", "\xE0\xA5\x98",
          "\xE0\xA4\x95\xE0\xA4\xBC", 0 },
        { "Hebrew points in order", "\xD7\x91\xD6\xBC\xD6\xB0",
          "\xD7\x91\xD6\xB0\xD6\xBC", 0 },
        { "Bengali vowel of two halves", "\xE0\xA6\x95\xE0\xA7\x87\xE0\xA6\xBE",
          "\xE0\xA6\x95\xE0\xA7\x8B", 0 },
        { "jamo", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "각", 0 },
        { "jamo around a mark", "\xE1\x84\x80\xCC\x81\xE1\x85\xA1", "가", MARK },
        { "compatibility jamo", "ㄱㅏ", "가", COMPAT },
        { "not equal stays", "\xE2\x89\xA0=\xCC\xB8", "\xE2\x89\xA0\xE2\x89\xA0",
          0 },
        { "zalgo", "f\xCC\xB6\xCC\x81\xCD\x93u\xCC\xB4", "fu", MARK },
        { "marks on Han", "机\xCC\xB6密\xCD\x93", "机密", MARK },
        { "a foreign mark on Han and Latin", "机\xE0\xB8\xB1" "a\xD6\xB0", "机a",
          MARK },
        { "mark without a base", "\xCC\x81" "a", "a", 0 },
        { "a mark on a full stop", "机。\xCC\x81机", "机。机", MARK },
        { "a foreign mark on a full stop", "机。\xE0\xB8\xB1机",
          "机。\xE0\xB8\xB1机", 0 },
        { "one that stays, at the end", "х\xE0\xB8\xB1", "х\xE0\xB8\xB1", 0 },
        { "a jamo vowel behind another letter", "х\xE1\x85\xA1",
          "х\xE1\x85\xA1", 0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[100];
        size_t len = 0, at = 0;
        uint16_t reasons = 0;

        fold(cases[i].label, cases[i].text);
        while (at < folded.count) {
            reasons |= folded.reasons[at];
            len += pol_utf8_put(out + len, pol_utf16_next(folded.units,
                                                          folded.count, &at));
        }
        CHECK_STR_EQ(cases[i].label, ((policy_str){ out, len }), cases[i].want);
        CHECK_INT_EQ(cases[i].label, reasons, cases[i].reasons);
    }
}

static void test_gives_what_was_joined_one_source(void)
{
    static const struct {
        const char *label, *text;
        policy_span map[8];
    } cases[] = {
        { "a composition is all of its parts", "x\xD0\xB8\xCC\x86y",
          { { 0, 1 }, { 1, 5 }, { 5, 6 } } },
        { "what went inside of it too", "\xD0\xB8\xE2\x80\x8B\xCC\x86y",
          { { 0, 7 }, { 7, 8 } } },
        { "Hangul of three", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8",
          { { 0, 9 } } },
        { "what changed places is one block", "x\xD7\x91\xD6\xBC\xD6\xB0y",
          { { 0, 1 }, { 1, 7 }, { 1, 7 }, { 1, 7 }, { 7, 8 } } },
        { "what stays in place is none", "\xD7\x91\xD6\xB0\xD6\xBC",
          { { 0, 2 }, { 2, 4 }, { 4, 6 } } },
        { "voicing after an expansion", "㌀\xE3\x82\x99",
          { { 0, 3 }, { 0, 3 }, { 0, 3 }, { 0, 6 } } },
        { "a letter and its point",
          "\xD7\xA9\xD6\xB0y", { { 0, 2 }, { 2, 4 }, { 4, 5 } } },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t want = 0;

        fold(cases[i].label, cases[i].text);
        while (want < 8 && cases[i].map[want].end)
            want++;
        CHECK_INT_EQ(cases[i].label, folded.count, want);
        for (size_t k = 0; k < folded.count && k < want; k++)
            CHECK(folded.starts[k] == cases[i].map[k].start &&
                      folded.ends[k] == cases[i].map[k].end,
                  "%s: unit %zu is [%u,%u)", cases[i].label, k,
                  folded.starts[k], folded.ends[k]);
    }
}

static void test_keeps_thirty_marks_of_a_run(void)
{
    char text[400] = "\xD7\x91";
    size_t len = 2;

    for (int i = 0; i < 40; i++, len += 2)
        memcpy(text + len, i & 1 ? "\xD6\xB0" : "\xD6\xBC", 2);
    CHECK_INT_EQ("status",
                 pol_fold(&folded, (policy_str){ text, len }, NULL), POLICY_OK);
    CHECK_INT_EQ("units", folded.count, 31);
    CHECK(folded.reasons[0] & POL_REASON_MARK, "the base tells");
    CHECK(folded.flags & POLICY_TEXT_MARKS, "the text tells");
}

static const struct test_case tests[] = {
    { "composes, keeps or removes", test_composes_keeps_or_removes },
    { "gives what was joined one source",
      test_gives_what_was_joined_one_source },
    { "keeps thirty marks of a run", test_keeps_thirty_marks_of_a_run },
};

POLICY_TEST_MAIN("segment", tests)
