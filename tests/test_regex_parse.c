/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is no regex is refused where it goes wrong, each thing by its own name;
 * and what is one has the states that it should.
 */
#include "match/regex_parse.h"

#include "harness.h"

#include "base/slice.h"

enum { STATES = 10000 };

static policy_status parse(policy_str s, uint64_t states, uint64_t *made,
                           size_t *at, policy_error *err)
{
    pol_node *root = NULL;
    pol_arena a;
    policy_status st;

    pol_arena_init(&a, NULL, 0);
    st = pol_regex_parse(&root, &a, s, states, at, err);
    *made = st == POLICY_OK ? root->states : 0;
    pol_arena_fini(&a);
    return st;
}

static const struct refused {
    const char *pattern, *code;
    size_t at;
    const char *says; /* somewhere in the message */
} refused[] = {
    { "a(", "regex-syntax", 1, "this ( has no )" },
    { "a)", "regex-syntax", 1, "this ) has no (" },
    { "ab[c", "regex-syntax", 2, "this [ has no ]" },
    { "[]", "regex-syntax", 0, "this [ has no ]" },
    { "[z-a]", "regex-syntax", 1, "ends before it begins" },
    { "[[:alpga:]]", "regex-syntax", 1, "no class of this name" },
    { "*a", "regex-syntax", 0, "nothing stands before" },
    { "a|+", "regex-syntax", 2, "nothing stands before" },
    { "({2})", "regex-syntax", 1, "nothing stands before" },
    { "a**", "regex-syntax", 2, "follows a quantifier" },
    { "x{1000}{1000}", "regex-syntax", 7, "follows a quantifier" },
    { "a{3,2}", "regex-syntax", 1, "ends before it begins" },
    { "a{1001}", "regex-syntax", 1, "at most 1000" },
    { "a{99999999999}", "regex-syntax", 1, "at most 1000" },
    { "a{,5}", "regex-syntax", 1, "has a minimum" },
    { "LK-\\d{4", "regex-syntax", 5, "ends with }" },
    { "a{2,3", "regex-syntax", 1, "ends with }" },
    { "a{2x}", "regex-syntax", 1, "ends with }" },
    { "{4", "regex-syntax", 0, "ends with }" },
    { "a\\", "regex-syntax", 1, "nothing follows" },
    { "\\y", "regex-syntax", 0, "no such escape" },
    { "\\Z", "regex-syntax", 0, "write \\z" },
    { "\\x4", "regex-syntax", 0, "two hexadecimal" },
    { "\\x{110000}", "regex-syntax", 0, "two hexadecimal" },
    { "\\x{D800}", "regex-syntax", 0, "two hexadecimal" },
    { "\\p{Hun}", "regex-syntax", 0, "no Unicode property" },
    { "\\p{Han", "regex-syntax", 0, "has no }" },
    { "a\\p", "regex-syntax", 1, "name of a property" },
    { "(?P<a-b>c)", "regex-syntax", 0, "name of a group" },
    { "(?q)", "regex-syntax", 2, "no group begins so" },
    { "(?i", "regex-syntax", 0, "this ( has no )" },
    { "a\xff", "regex-syntax", 1, "no UTF-8" },
    { "(a)\\1", "regex-refused", 3, "back-references" },
    { "\\k<a>", "regex-refused", 0, "back-references" },
    { "(?P=a)", "regex-refused", 0, "back-references" },
    { "a(?=b)", "regex-refused", 1, "look-arounds" },
    { "a(?!b)", "regex-refused", 1, "look-arounds" },
    { "(?<=a)b", "regex-refused", 0, "look-arounds" },
    { "(?<!a)b", "regex-refused", 0, "look-arounds" },
    { "(?>a)", "regex-refused", 0, "atomic groups" },
    { "a++", "regex-refused", 1, "possessive" },
    { "a{2}+", "regex-refused", 1, "possessive" },
    { "a?+", "regex-refused", 1, "possessive" },
    { "(?R)", "regex-refused", 0, "recursions" },
    { "a(?1)", "regex-refused", 1, "recursions" },
    { "(?&n)", "regex-refused", 0, "recursions" },
    { "(?P>n)", "regex-refused", 0, "recursions" },
    { "(?+1)", "regex-refused", 0, "recursions" },
    { "a\\g1", "regex-refused", 1, "subroutine calls" },
    { "\\R", "regex-refused", 0, "\\R" },
    { "\\K", "regex-refused", 0, "\\K" },
    { "a\\G", "regex-refused", 1, "\\G" },
    { "\\N", "regex-refused", 0, "\\N" },
    { "(?i--m)a", "regex-syntax", 4, "second -" },
    { "(?(1)a|b)", "regex-refused", 0, "conditionals" },
    { "(?|a|b)", "regex-refused", 0, "branch resets" },
    { "(*FAIL)", "regex-refused", 0, "verbs" },
    { "(?#a)", "regex-refused", 0, "comments" },
    { "(?x)", "regex-refused", 2, "free spacing" },
    { "(?-i)a", "regex-refused", 3, "regard to case" },
    { "ab\\C", "regex-refused", 2, "\\C" },
    { "\\X", "regex-refused", 0, "\\X" },
    { "(x{1000}){1000}", "regex-states", 9, "10000 states" },
    { "(?:(?:a{100}){100}){100}", "regex-states", 19, "10000 states" },
    { "((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}", "regex-states", 25,
      "10000 states" },
};

static void test_refuses_by_name_and_place(void)
{
    size_t i, at;

    for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        const struct refused *r = &refused[i];
        policy_error err = { .size = sizeof(err) };
        uint64_t made;
        policy_status st = parse(pol_str(r->pattern), STATES, &made, &at, &err);

        CHECK(st == (strcmp(r->code, "regex-states") ? POLICY_EINPUT
                                                      : POLICY_ELIMIT),
              "%s: %d", r->pattern, st);
        CHECK_CSTR_EQ(r->pattern, err.code, r->code);
        CHECK_INT_EQ(r->pattern, at, r->at);
        CHECK_INT_EQ(r->pattern, err.byte, r->at);
        CHECK(strstr(err.message, r->says) != NULL, "%s: %s", r->pattern,
              err.message);
    }
}

static const struct taken {
    const char *pattern;
    uint64_t states;
} taken[] = {
    { "", 0 },           { "a", 1 },          { "中文", 2 },
    { "é", 1 },          { "e\xcc\x81", 1 },  { "ß", 2 },
    { "a\xe2\x80\x8b" "b", 2 }, /* U+200B says nothing */
    { "a\xe2\x80\x8b*", 2 },    { "a*", 2 },  { "(a*)*", 4 },
    { "a{3}", 3 },       { "a{2,}", 3 },      { "a{1,3}", 5 },
    { "a{0}", 0 },       { "a|b|", 4 },       { "a{", 2 },
    { "a{x}", 4 },       { "[]a]", 1 },       { "[^]a]", 1 },
    { "[a-]", 1 },       { "[\\d\\p{Han}]", 1 }, { "(?P<n>a)(?<m>b)", 2 },
    { "(?i)a(?s-m:.)", 2 }, { "\\Qa.*\\E+", 4 }, { "\\pL\\P{^Lu}", 2 },
    { "^\\b\\B\\A\\z$", 6 }, { "(?:){1000}", 0 }, { "\\x{4f60}\\x41", 2 },
};

static void test_takes_what_is_one(void)
{
    size_t i;

    for (i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
        policy_error err = { .size = sizeof(err) };
        uint64_t made;

        CHECK(parse(pol_str(taken[i].pattern), STATES, &made, NULL, &err) ==
                  POLICY_OK, "%s: %s", taken[i].pattern, err.message);
        CHECK_INT_EQ(taken[i].pattern, made, taken[i].states);
    }
}

/* `count` times `piece`. */
static policy_str repeated(char *out, const char *piece, size_t count)
{
    size_t len = strlen(piece), i;

    for (i = 0; i < count; i++)
        memcpy(out + i * len, piece, len);
    return (policy_str){ out, count * len };
}

static void test_bounds_what_is_large(void)
{
    static char bytes[POL_REGEX_BYTES + 4];
    policy_error err = { .size = sizeof(err) };
    uint64_t made;
    size_t at;

    CU_ASSERT(parse(repeated(bytes, "(a)", STATES), STATES, &made, &at, &err) ==
              POLICY_OK && made == STATES);
    CU_ASSERT(parse(repeated(bytes, "(a)", STATES + 1), STATES, &made, &at,
                    &err) == POLICY_ELIMIT);
    CHECK_CSTR_EQ("states", err.code, "regex-states");
    CU_ASSERT(parse(repeated(bytes, "(", POL_REGEX_DEPTH + 1), STATES, &made,
                    &at, &err) == POLICY_ELIMIT && at == POL_REGEX_DEPTH);
    CHECK_CSTR_EQ("depth", err.code, "regex-depth");
    CU_ASSERT(parse(repeated(bytes, "\\p{L}[\\p{L}a-z]", 4000), 100000, &made,
                    &at, &err) == POLICY_ELIMIT);
    CHECK_CSTR_EQ("classes", err.code, "regex-states");
    CU_ASSERT(parse(repeated(bytes, "a", POL_REGEX_BYTES + 1), UINT64_MAX,
                    &made, &at, &err) == POLICY_ELIMIT &&
              at == POL_REGEX_BYTES);
    CU_ASSERT(parse((policy_str){ "a\0b", 3 }, STATES, &made, &at, &err) ==
              POLICY_OK && made == 2); /* the fold drops NUL */
}

static const struct test_case tests[] = {
    { "refuses by name and place", test_refuses_by_name_and_place },
    { "takes what is one", test_takes_what_is_one },
    { "bounds what is large", test_bounds_what_is_large },
};

POLICY_TEST_MAIN("regex_parse", tests)
