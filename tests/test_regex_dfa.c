/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DFA: whole for what people write, cut where it would grow, none where a
 * row is too wide; and what is found is the same in each case.
 */
#include "base/slice.h"
#include "regex_check.h"

/* Does some step lead to what was not built? All rows are walked that a start
 * leads to. */
static bool is_cut(const pol_regex *r)
{
    static uint16_t rows[POL_DFA_STEPS + POL_SIDE_COUNT];
    const uint32_t lost = POL_DFA_LOST * r->width;
    bool seen[POL_DFA_STEPS] = { false };
    size_t count = 0, next, i;

    for (i = 0; i < POL_SIDE_COUNT; i++) {
        seen[r->starts[i]] = true;
        rows[count++] = r->starts[i];
    }
    for (next = 0; next < count; next++) {
        if (rows[next] == lost)
            return true;
        for (i = 0; rows[next] > lost && i < r->width; i++) {
            uint16_t to = r->steps[rows[next] + i] & (POL_DFA_MATCH - 1);

            if (!seen[to])
                rows[count++] = to;
            seen[to] = true;
        }
    }
    return false;
}

static void test_is_whole_for_what_people_write(void)
{
    static const char *const patterns[] = {
        "密码[a-z0-9]{6,32}", "1[3-9]\\d{9}", "(?:vx|wx|微信)[:：]?\\w+",
        "[a-z0-9._%+-]+@[a-z0-9-]+(?:\\.[a-z]+)+", "转账.{0,8}\\d{2,8}",
    };
    struct regex_bench b;
    size_t i;

    regex_begin(&b);
    for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
        if (regex_set(&b, pol_str(patterns[i])))
            CHECK(b.regex->steps && !is_cut(b.regex), "%s", patterns[i]);
    regex_end(&b);
}

/* regex_find compares with the simulation. */
static void find_in_random(struct regex_bench *b, const char *pattern,
                           unsigned rounds)
{
    static const char letters[] = "aab bcxa";
    uint64_t seed = 0xdfa;
    unsigned round, found = 0;

    for (round = 0; round < rounds; round++) {
        char text[200];
        size_t len = test_random(&seed) % sizeof(text), i, start, end;

        for (i = 0; i < len; i++)
            text[i] = letters[test_random(&seed) % (sizeof(letters) - 1)];
        regex_text(b, (policy_str){ text, len });
        found += regex_find(b, 0, b->text.count, &start, &end);
    }
    CHECK(found > 0 && found < rounds, "%s: %u of %u", pattern, found, rounds);
}

static void test_a_cut_one_finds_the_same(void)
{
    static const char *const patterns[] = {
        ".*a.{12}b", "x.*a.{13}c", "(?:a|b)*a(?:a|b){14}c",
    };
    struct regex_bench b;
    size_t i;

    regex_begin(&b);
    for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        if (!regex_set(&b, pol_str(patterns[i])))
            continue;
        CHECK(b.regex->steps && is_cut(b.regex), "%s is not cut", patterns[i]);
        find_in_random(&b, patterns[i], 400);
    }
    regex_end(&b);
}

/* More characters that are told apart than a row may have. */
static void test_none_finds_the_same(void)
{
    enum { CHARS = 6400, FIRST = 0x4e00 };
    char *pattern = malloc(CHARS * 12), *p = pattern;
    struct regex_bench b;
    size_t i, start, end, had = 0;

    CU_ASSERT_FATAL(pattern != NULL);
    regex_begin(&b);
    for (i = 0; i < CHARS; i++) {
        uint32_t cp = FIRST + (uint32_t)i;

        if (!pol_char_is_folded(cp))
            continue;
        p += sprintf(p, "%s\\x{%X}", had++ ? "|" : "(?:", cp);
        if (had % 2)
            *p++ = 'a';
    }
    strcpy(p, ")z");
    CU_ASSERT(regex_try(&b, pol_str(pattern), 100000) == POLICY_OK);
    if (b.regex) {
        CHECK(!b.regex->steps, "%u classes", b.regex->class_count);
        regex_text(&b, POL_STR("好一az丁z"));
        CHECK(regex_find(&b, 0, b.text.count, &start, &end) && start < end,
              "nothing is found");
        regex_text(&b, POL_STR("好一a丁"));
        CHECK(!regex_find(&b, 0, b.text.count, &start, &end), "found");
    }
    regex_end(&b);
    free(pattern);
}

static const struct test_case tests[] = {
    { "is whole for what people write", test_is_whole_for_what_people_write },
    { "a cut one finds the same", test_a_cut_one_finds_the_same },
    { "none finds the same", test_none_finds_the_same },
};

POLICY_TEST_MAIN("regex dfa", tests)
