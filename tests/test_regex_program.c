/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program: every character that can stand in folded text is of the classes
 * that its set has, asked one by one; and too much is refused.
 */
#include "base/slice.h"
#include "regex_check.h"

static bool in_range(uint32_t cp)
{
    return cp >= 'a' && cp <= 'c';
}

static bool digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

static bool word(uint32_t cp)
{
    return digit(cp) || (cp >= 'a' && cp <= 'z') || cp == '_';
}

static bool some_han(uint32_t cp)
{
    return cp == 0x4e00 || cp == 0x4e01;
}

static bool smiling(uint32_t cp)
{
    return cp >= 0x1f600 && cp <= 0x1f602;
}

static bool wide_and_not(uint32_t cp)
{
    return cp == 'x' || (cp >= 0xfff0 && cp <= 0x1000f);
}

static bool no_line_end(uint32_t cp)
{
    return cp != '\n' && cp != '\r' && cp != 0x2028 && cp != 0x2029;
}

/* A text of this character alone; false where a fold leaves no such. */
static bool set_text(struct regex_bench *b, uint32_t cp)
{
    char utf8[4];
    size_t next = 0;

    regex_text(b, (policy_str){ utf8, pol_utf8_put(utf8, cp) });
    return b->text.count &&
           pol_utf16_next(b->text.units, b->text.count, &next) == cp &&
           next == b->text.count;
}

static bool takes(struct regex_bench *b)
{
    size_t start = 0, end = 0;

    return pol_regex_find(b->regex, b->cache, &b->text, 0, 0, &start, &end) &&
           end == b->text.count;
}

static void test_tells_characters_apart(void)
{
    static const struct row {
        const char *set;
        bool (*has)(uint32_t cp);
        bool negated;
    } rows[] = {
        { "[a-c]", in_range, false }, { "[^a-c]", in_range, true },
        { "\\d", digit, false }, { "\\D", digit, true },
        { "\\w", word, false }, { "[^\\w]", word, true },
        { "[\\x{4E00}-\\x{4E01}]", some_han, false },
        { "[😀-😂]", smiling, false }, { "[^😀-😂]", smiling, true },
        { "[x\\x{FFF0}-\\x{1000F}]", wide_and_not, false },
        { ".", no_line_end, false },
    };
    struct regex_bench b;
    size_t i;
    uint32_t cp;

    regex_begin(&b);
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (!regex_set(&b, pol_str(rows[i].set)))
            continue;
        for (cp = 1; cp < 0x30000; cp += cp < 0x3100 || cp > 0xffe0 ? 1 : 3) {
            if (cp > 0x10100 && (cp < 0x1f500 || cp > 0x1f700) && cp % 64)
                continue;
            if ((cp >= 0xd800 && cp < 0xe000) || !set_text(&b, cp))
                continue;
            if (!CHECK(takes(&b) == (rows[i].has(cp) != rows[i].negated),
                       "%s: U+%04X", rows[i].set, cp))
                break;
        }
    }
    regex_end(&b);
}

static void test_looks_up_pairs_apart(void)
{
    struct regex_bench b;
    uint32_t unit;

    regex_begin(&b);
    if (regex_set(&b, POL_STR("[a-c]😀")))
        for (unit = 0; unit < 0x10000; unit++) {
            uint16_t class = b.regex->map[b.regex->top[unit >> POL_MAP_SHIFT] +
                                          (unit & (POL_MAP_BLOCK - 1))];
            bool half = unit >= 0xd800 && unit < 0xe000;

            CHECK((class == POL_REGEX_PAIR) == half, "U+%04X", unit);
            CHECK(half || class < b.regex->class_count, "U+%04X", unit);
        }
    regex_end(&b);
}

static void test_counts_states_and_refuses_more(void)
{
    static const char *const patterns[] = { "abc", "a|b|c", "(?:ab){3}",
                                            "x*y+z?", "[a-z]{2,5}" };
    struct regex_bench b;
    size_t i;

    regex_begin(&b);
    for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        policy_str p = pol_str(patterns[i]);
        uint32_t states;

        if (!regex_set(&b, p))
            continue;
        states = b.regex->inst_count - 1;
        CHECK(regex_try(&b, p, states) == POLICY_OK, "%s: %u", patterns[i],
              states);
        CHECK(regex_try(&b, p, states - 1) == POLICY_ELIMIT, "%s: %u less one",
              patterns[i], states);
    }
    regex_end(&b);
}

static const struct test_case tests[] = {
    { "tells characters apart", test_tells_characters_apart },
    { "looks up pairs apart", test_looks_up_pairs_apart },
    { "counts states and refuses more", test_counts_states_and_refuses_more },
};

POLICY_TEST_MAIN("regex program", tests)
