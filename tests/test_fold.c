/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fold by example: what, why, of which class, from where. That the tables
 * are whole and right is test_fold_tables.c's business.
 */
#define _GNU_SOURCE
#include "text/fold.h"

#include <sys/mman.h>
#include <unistd.h>

#include "fold_random.h"
#include "harness.h"
#include "text/fold_wide.h"
#include "text/utf8.h"

#define FOLD(f, text) \
    pol_fold((f), (policy_str){ (text), sizeof(text) - 1 }, NULL)

enum {
    CASE = POL_REASON_CASE, WIDTH = POL_REASON_WIDTH,
    COMPAT = POL_REASON_COMPAT, TRAD = POL_REASON_TRADITIONAL,
    VARIANT = POL_REASON_VARIANT, MARK = POL_REASON_MARK,
    STYLED = POL_REASON_STYLED, DIGIT = POL_REASON_DIGIT,
    HIDDEN = POL_REASON_IGNORABLE, ILL = POL_REASON_ILLFORMED
};

static pol_folded folded;

static policy_str as_utf8(void)
{
    static char out[4000];
    size_t len = 0;

    for (size_t at = 0; at < folded.count && len < sizeof(out) - 4;)
        len += pol_utf8_put(out + len,
                            pol_utf16_next(folded.units, folded.count, &at));
    return (policy_str){ out, len };
}

static void fold(const char *label, const char *text)
{
    if (!folded.allocator)
        pol_folded_init(&folded, NULL);
    CHECK_INT_EQ(label,
                 pol_fold(&folded, (policy_str){ text, strlen(text) }, NULL),
                 POLICY_OK);
}

static void test_sees_through_disguises(void)
{
    /* `reasons` of all units together. */
    static const struct {
        const char *label, *text, *want;
        uint16_t reasons;
    } cases[] = {
        { "plain Chinese", "机密文件", "机密文件", 0 },
        { "plain Latin", "secret.txt 1", "secret.txt 1", 0 },
        { "nothing", "", "", 0 },
        { "line end and tab", "a\r\n\tb", "a\r\n\tb", 0 },
        { "case", "SeCrEt", "secret", CASE },
        { "sharp s, dotted I", "Straße İ", "strasse i", CASE | MARK },
        { "final sigma", "ΣΑΣ ς", "σασ σ", CASE },
        { "full width", "ｖｘ：１", "vx:1", WIDTH },
        { "full width capital", "Ｖ", "v", WIDTH | CASE },
        { "half-width kana", "ｶﾞｷﾞ", "ガギ", WIDTH },
        { "circled, squared", "①㊙㍿", "1秘株式会社", COMPAT },
        { "one source, two letters", "ﬁ㋀", "fi1月", COMPAT },
        { "mathematical", "𝓐𝖇", "ab", COMPAT | CASE },
        { "ohm, angstrom", "\xE2\x84\xA6\xE2\x84\xAB", "ωa", COMPAT | CASE | MARK },
        { "negative, regional, small capital", "🅰🇨🅐ᴀ", "acaa", STYLED },
        { "negative digits, a word, a ten", "❶➀⓿🆗❿㉈", "110ok1010",
          STYLED },
        { "Arabic, Devanagari digits", "٣३", "33", DIGIT },
        { "mathematical digits", "𝟙", "1", COMPAT },
        { "Traditional", "機密資料", "机密资料", TRAD },
        { "closed chain", "薴", "苎", TRAD },
        { "one of several", "乾隆", "干隆", TRAD },
        { "itself first", "徵", "征", TRAD },
        { "its own simplified form stays", "藉著", "藉著", 0 },
        { "Kangxi radical", "⼀⾺", "一马", COMPAT | TRAD },
        { "radical supplement", "⺅⻢", "亻马", VARIANT },
        { "compatibility ideograph", "\xEF\xA4\x80", "岂", VARIANT | TRAD },
        { "shinjitai", "亜", "亚", VARIANT },
        { "standard characters are no variants", "芸欠予着她它", "芸欠予着她它",
          0 },
        { "zero width space", "机\xE2\x80\x8B密", "机密", HIDDEN },
        { "soft hyphen, joiner, BOM", "a\xC2\xAD" "b\xE2\x80\x8D" "c\xEF\xBB\xBF",
          "abc", HIDDEN },
        { "Hangul filler, braille blank", "a\xE3\x85\xA4" "b\xE2\xA0\x80" "c",
          "abc", HIDDEN },
        { "unassigned ignorable", "a\xE2\x81\xA5" "b\xF3\xA0\x87\xB0" "c", "abc",
          HIDDEN },
        { "controls", "a\x01" "b\x7F" "c\xC2\x85" "d", "abcd", HIDDEN },
        { "composed Latin", "é\xC7\x90", "ei", MARK },
        { "decomposed Latin", "e\xCC\x81", "e", MARK },
        { "Thai stays", "ที่", "ที่", 0 },
        { "emoji stay", "👨\xE2\x80\x8D👩", "👨👩", 0 },
        { "keycap", "1\xEF\xB8\x8F\xE2\x83\xA3", "1", MARK },
        { "ill-formed", "a\xFF\xE4\xB8" "b", "a\xEF\xBF\xBD\xEF\xBF\xBD" "b",
          ILL },
        { "overlong slash", "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD", ILL },
        { "U+FFFD itself", "\xEF\xBF\xBD", "\xEF\xBF\xBD", 0 },
        { "rare ideograph", "𠮷", "𠮷", 0 },
        { "Traditional beyond the first plane", "𦣎", "𦟗", TRAD },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint16_t reasons = 0;

        fold(cases[i].label, cases[i].text);
        CHECK_STR_EQ(cases[i].label, as_utf8(), cases[i].want);
        for (size_t k = 0; k < folded.count; k++)
            reasons |= folded.reasons[k];
        CHECK_INT_EQ(cases[i].label, reasons, cases[i].reasons);
    }
}

static void test_a_nul_is_deleted_like_any_control(void)
{
    if (!folded.allocator)
        pol_folded_init(&folded, NULL);
    CHECK_INT_EQ("status", FOLD(&folded, "a\0b"), POLICY_OK);
    CHECK_STR_EQ("NUL inside", as_utf8(), "ab");
    CHECK_INT_EQ("start of b", folded.starts[1], 2);
    CHECK_INT_EQ("flags", folded.flags, POLICY_TEXT_CONTROL);
}

static void test_gives_each_unit_its_own_reasons(void)
{
    static const struct {
        const char *label, *text;
        uint16_t reasons[6];
    } cases[] = {
        { "only what changed", "aBｃ", { 0, CASE, WIDTH } },
        { "a pair has them twice", "x\xE2\x80\x8B😀", { 0, HIDDEN, HIDDEN } },
        { "what was deleted counts once", "x\xE2\x80\x8Byz", { 0, HIDDEN } },
        { "also at the start", "\xE2\x80\x8Bxy", { HIDDEN } },
        { "the mark's base", "ab\xCC\x81" "c", { 0, MARK } },
        { "a base outside of the first plane", "𠮷\xCC\x81" "c", { MARK, MARK } },
        { "all of an expansion", "aﬁ", { 0, COMPAT, COMPAT } },
        { "bytes", "a\xFF" "b", { 0, ILL } },
        { "hidden in a composition", "\xD0\xB8\xE2\x80\x8B\xCC\x86x",
          { HIDDEN } },
        { "hidden after a composition", "\xD0\xB8\xCC\x86\xE2\x80\x8Bx",
          { 0, HIDDEN } },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fold(cases[i].label, cases[i].text);
        for (size_t k = 0; k < folded.count; k++)
            CHECK(folded.reasons[k] == cases[i].reasons[k],
                  "%s: unit %zu has %x", cases[i].label, k, folded.reasons[k]);
    }
}

/* One letter a class, in the order of the enumeration. */
static void test_tells_the_class_of_each_unit(void)
{
    static const char letters[] = "HLDO*_,.";
    static const struct {
        const char *label, *text, *want;
    } cases[] = {
        { "scripts", "机aé1٣йがहि각", "HLLDDOOOOO" },
        { "Han of other kinds", "々〇⼀𠮷", "HHHHH" },
        { "sentence", "。！？.!?\n\r", "........" },
        { "clause", "，、；：,;:（）()[]“”\"'/\\《》", ",,,,,,,,,,,,,,,,,,,,," },
        { "space", " \t　\xC2\xA0", "____" },
        { "symbols", "*-_~+=#@·•￥—", "************" },
        { "an ellipsis is no full stop", "…", "***" },
        { "emoji", "😀", "**" },
        { "private, unassigned, replaced", "\xEE\x80\x80\xEF\xBF\xBD\xFF", "***" },
        { "styled", "🅰❶", "LD" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char got[64];
        size_t k;

        fold(cases[i].label, cases[i].text);
        for (k = 0; k < folded.count && k < 63; k++)
            got[k] = letters[folded.classes[k]];
        got[k] = 0;
        CHECK_CSTR_EQ(cases[i].label, got, cases[i].want);
    }
}

static void test_maps_every_unit_to_its_source(void)
{
    static const struct {
        const char *label, *text;
        policy_span map[8];
    } cases[] = {
        { "lengths 1 to 4", "aé机😀",
          { { 0, 1 }, { 1, 3 }, { 3, 6 }, { 6, 10 }, { 6, 10 } } },
        { "an expansion is the whole character", "x㋀y",
          { { 0, 1 }, { 1, 4 }, { 1, 4 }, { 4, 5 } } },
        { "deleted between", "机\xE2\x80\x8B密", { { 0, 3 }, { 6, 9 } } },
        { "deleted around", "\xE2\x80\x8B" "a\xE2\x80\x8B", { { 3, 4 } } },
        { "removed marks", "a\xCC\x81" "b", { { 0, 1 }, { 3, 4 } } },
        { "subparts", "\xE4\xB8\xFF" "a", { { 0, 2 }, { 2, 3 }, { 3, 4 } } },
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

static void test_maps_spans_of_units(void)
{
    policy_span s;

    fold("text", "a\xE2\x80\x8B机\xCC\x81㋀");
    CHECK_INT_EQ("units", folded.count, 4);
    s = pol_folded_source(&folded, 0, 2);
    CHECK(s.start == 0 && s.end == 7, "inside, but not behind: [%u,%u)",
          s.start, s.end);
    s = pol_folded_source(&folded, 3, 4);
    CHECK(s.start == 9 && s.end == 12, "half an expansion: [%u,%u)", s.start,
          s.end);
    s = pol_folded_source(&folded, 1, 1);
    CHECK(s.start == 4 && s.end == 4, "empty: [%u,%u)", s.start, s.end);
    s = pol_folded_source(&folded, 4, 4);
    CHECK(s.start == 12 && s.end == 12, "at the end: [%u,%u)", s.start, s.end);
    fold("nothing", "");
    s = pol_folded_source(&folded, 0, 0);
    CHECK(s.start == 0 && s.end == 0, "of nothing: [%u,%u)", s.start, s.end);
}

static void test_flags_what_is_remarkable(void)
{
    static const struct {
        const char *label, *text;
        uint32_t flags;
    } cases[] = {
        { "plain", "机密 secret 1. 😀", 0 },
        { "emoji's own selectors and joiners",
          "❤\xEF\xB8\x8F👨\xE2\x80\x8D👩 1\xEF\xB8\x8F\xE2\x83\xA3", 0 },
        { "ill-formed", "a\xFF", POLICY_TEXT_ILL_FORMED },
        { "U+FFFD is well-formed", "\xEF\xBF\xBD", 0 },
        { "zero width", "a\xE2\x80\x8B", POLICY_TEXT_IGNORABLE },
        { "joiner in a word", "机\xE2\x80\x8D密", POLICY_TEXT_IGNORABLE },
        { "selector on Han", "机\xEF\xB8\x80", POLICY_TEXT_IGNORABLE },
        { "control", "a\x08", POLICY_TEXT_CONTROL },
        { "override", "a\xE2\x80\xAE" "b", POLICY_TEXT_BIDI | POLICY_TEXT_IGNORABLE },
        { "isolate", "a\xE2\x81\xA7" "b", POLICY_TEXT_BIDI | POLICY_TEXT_IGNORABLE },
        { "direction mark only", "a\xE2\x80\x8E" "b", POLICY_TEXT_IGNORABLE },
        { "tags", "😀\xF3\xA0\x81\xA1", POLICY_TEXT_TAG | POLICY_TEXT_IGNORABLE },
        { "private use", "\xEE\x80\x80", POLICY_TEXT_PRIVATE_USE },
        { "private plane", "\xF4\x80\x80\x80", POLICY_TEXT_PRIVATE_USE },
        { "Cyrillic in Latin", "pаypal", POLICY_TEXT_MIXED_SCRIPT },
        { "Greek in Latin", "αpple", POLICY_TEXT_MIXED_SCRIPT },
        { "beside each other", "pay па́й", 0 },
        { "divided by Han", "a机а", 0 },
        { "µm", "5µm Ω", 0 },
        { "Traditional alone", "機密資料", 0 },
        { "Simplified alone", "机密资料", 0 },
        { "Traditional and Simplified", "资料機密", POLICY_TEXT_MIXED_HAN },
        { "Simplified that is also Traditional", "机密資料", 0 },
        { "Emperor 乾隆 in Simplified", "乾隆的资料", 0 },
        { "two marks", "e\xCC\x81\xCC\x82", 0 },
        { "three marks", "e\xCC\x81\xCC\x82\xCC\x83", POLICY_TEXT_MARKS },
        { "three on three", "e\xCC\x81" "e\xCC\x81" "e\xCC\x81", 0 },
        { "three on a letter that composes", "и\xCC\x86\xCC\x82\xCC\x83\xCC\x84",
          POLICY_TEXT_MARKS },
        { "rare", "㐂", POLICY_TEXT_RARE_HAN },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fold(cases[i].label, cases[i].text);
        CHECK(folded.flags == cases[i].flags, "%s: %x, not %x", cases[i].label,
              folded.flags, cases[i].flags);
    }
}

/* Where nothing combines, the fold of a text is the folds of its characters in
 * a row: however they are taken together by the quick loops. */
static void test_folds_in_a_row_as_one_by_one(void)
{
    static const char *const pieces[] = {
        "e", "E", " ", "1", ".", "-", "/", "\t", "~", "`", "@", "[", "{",
        "机", "機", "，", "Ａ", "é", "я", "😀", "𠮷", "①", "ﬁ", "ﷺ", "𝓐",
        "\xE2\x80\x8B", "\x01", "\xFF", "\xE4\xB8", "\xEE\x80\x80",
        "The quick brown Fox; jumps (over) it!", "一二三四五六七八九十"
    };
    static pol_folded one;
    uint64_t seed = 5;

    if (!one.allocator)
        pol_folded_init(&one, NULL);
    for (int round = 0; round < 20000; round++) {
        char text[2000];
        size_t len = 0, count = 1 + test_random(&seed) % 24, at = 0;
        bool alike = true, hidden = false;

        while (count--) {
            uint64_t dice = test_random(&seed);
            const char *piece = pieces[dice % 3 ? dice / 3 % 13
                                                : dice / 3 % 32];

            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        pol_fold(&folded, (policy_str){ text, len }, NULL);
        for (size_t pos = 0, next; pos < len && alike; pos = next) {
            uint32_t cp;
            bool ok;

            next = pol_utf8_next((policy_str){ text, len }, pos, &cp, &ok);
            pol_fold(&one, (policy_str){ text + pos, next - pos }, NULL);
            for (size_t k = 0; k < one.count && alike; k++, at++)
                alike = at < folded.count && folded.units[at] == one.units[k] &&
                        folded.reasons[at] ==
                            (one.reasons[k] | (hidden ? HIDDEN : 0)) &&
                        folded.classes[at] == one.classes[k] &&
                        folded.starts[at] == pos && folded.ends[at] == next;
            hidden = !one.count;
        }
        if (!alike || at != folded.count)
            CHECK(false, "round %d: unit %zu of “%.*s”", round, at, (int)len,
                  text);
    }
    CU_PASS();
}

static bool is_same(const pol_folded *a, const pol_folded *b)
{
    size_t n = a->count;

    return n == b->count && a->flags == b->flags &&
           (!n || (!memcmp(a->units, b->units, n * sizeof(*a->units)) &&
                   !memcmp(a->reasons, b->reasons, n * sizeof(*a->reasons)) &&
                   !memcmp(a->starts, b->starts, n * sizeof(*a->starts)) &&
                   !memcmp(a->ends, b->ends, n * sizeof(*a->ends)) &&
                   !memcmp(a->classes, b->classes, n)));
}

/* `s` goes every way that this machine has; false if one leads elsewhere than
 * the plain one. */
static bool ways_agree(policy_str s)
{
    static pol_folded plain;

    if (!plain.allocator)
        pol_folded_init(&plain, NULL);
    pol_fold_by(NULL, &plain, s, NULL);
    for (const pol_fold_way *way = pol_fold_ways; way->row; way++) {
        if (!way->runs())
            continue;
        pol_fold_by(way->row, &folded, s, NULL);
        if (!is_same(&folded, &plain))
            return CHECK(false, "%s: “%.*s”", way->name, (int)s.len, s.ptr);
    }
    pol_fold(&folded, s, NULL);
    return is_same(&folded, &plain);
}

/* What the machine offers beyond plain C changes nothing. Rows of all lengths
 * and offsets: each printing character, what is not, and its neighbours. */
static void test_folds_rows_alike_on_every_machine(void)
{
    static const char *const between[] = { "", "机", "\x1F", "\x7F", "é",
                                           "\xFF", "\xE2\x80\x8B", "\xCC\x81" };
    size_t wrong = 0;
    uint64_t seed = 77;

    if (!folded.allocator)
        pol_folded_init(&folded, NULL);
    for (int round = 0; round < 40000 && wrong < 10; round++) {
        char text[1200];
        size_t len = 0, rows = 1 + test_random(&seed) % 4;

        while (rows--) {
            uint64_t dice = test_random(&seed);
            const char *piece = between[dice % 8];
            size_t row = dice / 8 % 200;

            while (row--)
                text[len++] = (char)(0x20 + test_random(&seed) % 0x5F);
            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        wrong += !ways_agree((policy_str){ text, len });
    }
    CHECK_INT_EQ("texts that differ", wrong, 0);
}

/* One in eight has wrong bytes. */
static void test_folds_random_text_alike_on_every_machine(void)
{
    size_t rounds = getenv("POLICY_TEST_LONG") ? 10000000 : 1000000;
    size_t wrong = 0;
    uint64_t seed = 20261;

    if (!folded.allocator)
        pol_folded_init(&folded, NULL);
    for (size_t round = 0; round < rounds && wrong < 10; round++) {
        uint32_t cps[FOLD_RANDOM_CPS];
        char text[FOLD_RANDOM_BYTES];
        size_t count = fold_random_cps(&seed, cps), len = 0;

        for (size_t i = 0; i < count; i++)
            len += pol_utf8_put(text + len, cps[i]);
        if (round % 8 == 0)
            text[test_random(&seed) % len] = (char)test_random(&seed);
        wrong += !ways_agree((policy_str){ text, len });
    }
    CHECK_INT_EQ("texts that differ", wrong, 0);
}

/* Every place of every kind of wrong byte: at the edges of vectors, too. */
static void test_folds_wrong_bytes_alike_wherever_they_stand(void)
{
    static const char bytes[] = "\0A\x80\xBF\xC0\xC1\xC2\xDF\xE0\xED\xEF"
                                "\xF0\xF4\xF5\xFF";
    static const char *const pieces[] = { "机", "机\xCC\x81", "a机é" };
    size_t wrong = 0;

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
        for (size_t shift = 0; shift < 4; shift++)
            for (size_t at = 0; at < 200; at++)
                for (size_t k = 0; k < sizeof(bytes) - 1; k++) {
                    char text[210] = "    ";
                    size_t len = shift;

                    while (len < 200) {
                        memcpy(text + len, pieces[i], strlen(pieces[i]));
                        len += strlen(pieces[i]);
                    }
                    text[at] = bytes[k];
                    wrong += !ways_agree((policy_str){ text, len });
                }
    CHECK_INT_EQ("texts that differ", wrong, 0);
}

/* --- hostile ------------------------------------------------------------- */

static void test_reads_nothing_behind_the_text(void)
{
    static const char *const texts[] = {
        "a", "é", "机", "😀", "机密文件 secret Ａ①", "\xE4\xB8", "\xF0\x9F\x98",
        "\xC3", "и\xCC\x86", "\xE1\x84\x80\xE1\x85\xA1", "ﷺ", "\xE2\x80\x8B",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa机密",
        "A row of more than sixty-four Letters, that is to say of 1 block or 2.",
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五",
        "机\xCC\x81密\xE2\x80\x8B文\xCC\xB6件a1机\xCC\x81密\xE2\x80\x8B文\xCC\xB6"
    };
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *area = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (!CHECK(area != MAP_FAILED && !mprotect(area + page, page, PROT_NONE),
               "no guard page"))
        return;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        /* Every beginning of it, so that characters are cut, too. */
        for (size_t len = 0; len <= strlen(texts[i]); len++) {
            char *text = area + page - len;

            memcpy(text, texts[i], len);
            CHECK(ways_agree((policy_str){ text, len }), "%s", texts[i]);
            CHECK(!folded.count || folded.ends[folded.count - 1] <= len,
                  "%s: beyond", texts[i]);
        }
    munmap(area, 2 * page);
}

/* Quadratic handling of any of these would outlast the test's time. */
static void test_is_linear_in_hostile_text(void)
{
    static const struct {
        const char *label, *unit;
    } cases[] = {
        { "marks on one base", "\xCC\x81\xCC\xB6" },
        { "marks in the wrong order", "\xD6\xBC\xD6\xB0" },
        { "marks and invisible ones", "\xD6\xBC\xE2\x80\x8B" },
        { "bases with wrong marks", "\xD7\x91\xD6\xBC\xD6\xB0" },
        { "invisible", "\xE2\x80\x8B" },
        { "jamo vowels", "\xE1\x85\xA1" },
        { "Indic halves", "\xE0\xA7\x87\xE0\xA6\xBE" },
        { "the largest expansion", "ﷺ" },
        { "lone leads", "\xF0" },
    };
    size_t len = 2 << 20;
    char *text = malloc(len);

    if (!CHECK(text != NULL, "no memory"))
        return;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t n = strlen(cases[i].unit), used = 0;

        memcpy(text, "\xD0\xB8", 2);
        for (used = 2; used + n <= len; used += n)
            memcpy(text + used, cases[i].unit, n);
        CHECK_INT_EQ(cases[i].label,
                     pol_fold(&folded, (policy_str){ text, used }, NULL),
                     POLICY_OK);
        CHECK(folded.count >= 1 && folded.starts[0] == 0 &&
                  folded.ends[folded.count - 1] <= used,
              "%s: %zu units", cases[i].label, folded.count);
    }
    free(text);
}

static void test_refuses_what_is_too_long(void)
{
    char *text = malloc(POL_FOLD_MAX + 1);
    policy_error err = POLICY_ERROR_INIT;

    if (!CHECK(text != NULL, "no memory"))
        return;
    memset(text, 'a', POL_FOLD_MAX + 1);
    fold("before", "abc");
    CHECK_INT_EQ("one more",
                 pol_fold(&folded, (policy_str){ text, POL_FOLD_MAX + 1 },
                          &err),
                 POLICY_ELIMIT);
    CHECK_INT_EQ("error", err.status, POLICY_ELIMIT);
    CHECK_INT_EQ("left empty", folded.count, 0);
    CHECK_INT_EQ("the most",
                 pol_fold(&folded, (policy_str){ text, POL_FOLD_MAX }, &err),
                 POLICY_OK);
    CHECK_INT_EQ("units", folded.count, POL_FOLD_MAX);
    free(text);
    pol_folded_fini(&folded);
}

static void test_survives_every_failing_allocation(void)
{
    struct test_allocator a;
    char text[3000];
    size_t len = 0;

    /* Grows on entry, in an expansion, and again in later ones. */
    while (len + 6 < sizeof(text)) {
        memcpy(text + len, "ﷺㄱ", 6);
        len += 6;
    }
    for (size_t n = 1;; n++) {
        pol_folded f;
        policy_error err = POLICY_ERROR_INIT;
        policy_status st;

        test_allocator_init(&a);
        a.fail_at = n;
        pol_folded_init(&f, &a.allocator);
        st = pol_fold(&f, (policy_str){ text, len }, &err);
        if (!a.failed) {
            CHECK_INT_EQ("in the end", st, POLICY_OK);
            CHECK(n > 3, "only %zu allocations", n - 1);
            pol_folded_fini(&f);
            test_allocator_clean(&a);
            break;
        }
        CHECK_INT_EQ("status", st, POLICY_ENOMEM);
        CHECK_INT_EQ("error", err.status, POLICY_ENOMEM);
        CHECK_INT_EQ("left empty", f.count, 0);
        CHECK_INT_EQ("usable", FOLD(&f, "ab"), POLICY_OK);
        CHECK_INT_EQ("units", f.count, 2);
        pol_folded_fini(&f);
        test_allocator_clean(&a);
    }
}

static void test_allocates_nothing_once_warm(void)
{
    struct test_allocator a;
    pol_folded f;
    size_t requests;

    test_allocator_init(&a);
    pol_folded_init(&f, &a.allocator);
    CHECK_INT_EQ("none to begin with", a.requests, 0);
    CHECK_INT_EQ("reserve", pol_folded_reserve(&f, 5000, NULL), POLICY_OK);
    requests = a.requests;
    CHECK_INT_EQ("fold", FOLD(&f, "机密文件 secret \xCC\x81и\xCC\x86①"), POLICY_OK);
    CHECK_INT_EQ("fold", FOLD(&f, ""), POLICY_OK);
    CHECK_INT_EQ("requests", a.requests, requests);
    pol_folded_fini(&f);
    pol_folded_fini(&f);
    test_allocator_clean(&a);
}

static const struct test_case tests[] = {
    { "sees through disguises", test_sees_through_disguises },
    { "a NUL is deleted like any control",
      test_a_nul_is_deleted_like_any_control },
    { "gives each unit its own reasons", test_gives_each_unit_its_own_reasons },
    { "tells the class of each unit", test_tells_the_class_of_each_unit },
    { "maps every unit to its source", test_maps_every_unit_to_its_source },
    { "maps spans of units", test_maps_spans_of_units },
    { "flags what is remarkable", test_flags_what_is_remarkable },
    { "folds in a row as one by one", test_folds_in_a_row_as_one_by_one },
    { "folds rows alike on every machine",
      test_folds_rows_alike_on_every_machine },
    { "folds random text alike on every machine",
      test_folds_random_text_alike_on_every_machine },
    { "folds wrong bytes alike wherever they stand",
      test_folds_wrong_bytes_alike_wherever_they_stand },
    { "reads nothing behind the text", test_reads_nothing_behind_the_text },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
    { "survives every failing allocation",
      test_survives_every_failing_allocation },
    { "allocates nothing once warm", test_allocates_nothing_once_warm },
    { "refuses what is too long", test_refuses_what_is_too_long },
};

POLICY_TEST_MAIN("fold", tests)
