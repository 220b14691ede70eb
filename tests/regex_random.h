/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random regexes and texts over a small alphabet, so that they meet often. All
 * of it folds to itself or by case alone, and RE2 reads it as we do.
 */
#ifndef TESTS_REGEX_RANDOM_H
#define TESTS_REGEX_RANDOM_H

#include "harness.h"

enum { REGEX_PATTERN_MAX = 400, REGEX_TEXT_MAX = 400 };

struct regex_random {
    uint64_t seed;
    char pattern[REGEX_PATTERN_MAX];
    size_t len;
    int depth;
};

static inline uint64_t regex_pick(struct regex_random *r, uint64_t below)
{
    return test_random(&r->seed) % below;
}

static inline void regex_put(struct regex_random *r, const char *s)
{
    size_t len = strlen(s);

    if (r->len + len < sizeof(r->pattern)) {
        memcpy(r->pattern + r->len, s, len);
        r->len += len;
    }
}

#define REGEX_PUT_ONE(r, list) \
    regex_put((r), (list)[regex_pick((r), sizeof(list) / sizeof(*(list)))])

static const char *const regex_chars[] = {
    "a", "b", "a", "b", "c", "A", "B", "0", "1", "_", " ", "-",
    "\xE4\xBD\xA0", "\xE5\xA5\xBD", "\xF0\x9F\x98\x80", "ab", "23"
};
static const char *const regex_classes[] = {
    ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "[ab]", "[^ab]", "[a-c]",
    "[A-B]", "[^A]", "[0-9_]", "[\\d\\s]", "[^\\w]", "[[:alpha:]]",
    "[[:^digit:]]", "\\p{Han}", "\\P{Han}", "\\p{L}", "\\p{^L}", "\\p{Lu}",
    "[\xE4\xBD\xA0\xE5\xA5\xBD]", "[^\xE4\xBD\xA0-\xE5\xA5\xBD]",
    "[\xF0\x9F\x98\x80-\xF0\x9F\x98\x82]", "[^\xF0\x9F\x98\x80]", "(?s:.)",
    "\\x{4F60}", "\\-", "[\\]a-]", "[^\\d\xE4\xBD\xA0]", "[\\w-]",
    "[\\p{Han}\\s]", "\\pN", "\\x61", "\\n", "", "()"
};
static const char *const regex_borders[] = { "^", "$", "\\b", "\\B", "\\A",
                                             "\\z", "(?m:^)", "(?m:$)" };
static const char *const regex_counts[] = {
    "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}", "{2,}", "{1,2}?",
    "{0}", "{0,}?", "{3}", "{0,1}"
};

static inline void regex_either(struct regex_random *r);

static inline void regex_atom(struct regex_random *r)
{
    static const char *const begins[] = { "(", "(?:", "(?i:", "(?s:", "(?m:",
                                          "(?P<g>", "(?U:" };
    uint64_t n = regex_pick(r, 20);

    if (n < 10 || r->depth > 3) {
        REGEX_PUT_ONE(r, regex_chars);
    } else if (n < 14) {
        REGEX_PUT_ONE(r, regex_classes);
    } else if (n == 14) {
        REGEX_PUT_ONE(r, regex_borders);
    } else {
        r->depth++;
        /* A name may stand but once. */
        regex_put(r, begins[regex_pick(r, 100) ? regex_pick(r, 5) : 6]);
        regex_either(r);
        regex_put(r, ")");
        r->depth--;
    }
}

static inline void regex_sequence(struct regex_random *r)
{
    uint64_t n = regex_pick(r, 5);

    while (n--) {
        regex_atom(r);
        if (regex_pick(r, 3) == 0)
            REGEX_PUT_ONE(r, regex_counts);
    }
}

static inline void regex_either(struct regex_random *r)
{
    uint64_t n = regex_pick(r, 4);

    regex_sequence(r);
    for (; n > 1; n--) {
        regex_put(r, "|");
        regex_sequence(r);
    }
}

/* A regex in `pattern`; it may have been cut where it was too long. */
static inline policy_str regex_make(struct regex_random *r)
{
    r->len = 0;
    r->depth = 0;
    regex_either(r);
    return (policy_str){ r->pattern, r->len };
}

/* A text of up to `count` characters. */
static inline policy_str regex_make_text(struct regex_random *r, char *out,
                                         size_t count)
{
    static const char *const rare[] = {
        "\n", "\xE4\xBA\xBA", "z", "=", "9", "\xE8\xBD\x89", "\xC3\xA9",
        "\xD1\x8F"
    };
    size_t n = regex_pick(r, count + 1), len = 0;

    while (n--) {
        const char *s =
            regex_pick(r, 12)
                ? regex_chars[regex_pick(r, sizeof(regex_chars) /
                                                sizeof(*regex_chars))]
                : rare[regex_pick(r, sizeof(rare) / sizeof(*rare))];

        memcpy(out + len, s, strlen(s));
        len += strlen(s);
    }
    return (policy_str){ out, len };
}

#endif
