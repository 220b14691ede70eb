/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The face of regexes: cases with their matches.
 */
#include "match/regex.h"

#include "regex_cases.h"
#include "regex_check.h"

static policy_str str(const char *s)
{
    return (policy_str){ s, s ? strlen(s) : 0 };
}

static size_t units_of(struct regex_bench *b, const char *s)
{
    regex_text(b, str(s));
    return b->text.count;
}

static void check_case(struct regex_bench *b, const struct regex_case *c)
{
    size_t want_start = units_of(b, c->before), want_end, start = 0, end = 0;
    char text[1000];
    bool found;

    want_end = want_start + units_of(b, c->match);
    snprintf(text, sizeof(text), "%s%s%s", c->before, c->match ? c->match : "",
             c->match ? c->after : "");
    if (!regex_set(b, str(c->pattern)))
        return;
    regex_text(b, str(text));
    found = regex_find(b, 0, b->text.count, &start, &end);
    CHECK(found == (c->match != NULL), "%s in %s: %d", c->pattern, text, found);
    if (found && c->match)
        CHECK(start == want_start && end == want_end,
              "%s in %s: %zu to %zu, not %zu to %zu", c->pattern, text, start,
              end, want_start, want_end);
}

static void test_cases(void)
{
    struct regex_bench b;
    size_t i;

    regex_begin(&b);
    for (i = 0; i < sizeof(regex_cases) / sizeof(*regex_cases); i++)
        check_case(&b, &regex_cases[i]);
    regex_end(&b);
}

static const struct test_case tests[] = {
    { "cases find what they say", test_cases },
};

POLICY_TEST_MAIN("regex", tests)
