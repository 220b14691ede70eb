/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of regexes share: one pattern, compiled both here and by RE2,
 * random patterns and texts, and what must hold of each find.
 */
#ifndef TESTS_REGEX_RE2_H
#define TESTS_REGEX_RE2_H

#include "harness.h"

#include "base/slice.h"
#include "match/regex_layout.h"

void *re2_new(const char *pattern, size_t len);
int re2_find(const void *re, const char *text, size_t len, size_t from,
             size_t *start, size_t *end);
void re2_free(void *re);

struct regex_text {
    pol_folded folded;
    char utf8[4096];       /* of the folded text */
    size_t at[2048];       /* byte of each unit, and of the end */
    size_t len;
};

static inline void regex_text_init(struct regex_text *t, policy_str s)
{
    size_t i, next;

    pol_folded_init(&t->folded, NULL);
    if (pol_fold(&t->folded, s, NULL) != POLICY_OK)
        abort();
    t->len = 0;
    for (i = 0; i < t->folded.count && i < 1000; i = next) {
        uint32_t cp;

        next = i;
        cp = pol_utf16_next(t->folded.units, t->folded.count, &next);
        t->at[i] = t->at[i + 1] = t->len;
        t->len += pol_utf8_put(t->utf8 + t->len, cp);
    }
    t->at[t->folded.count] = t->len;
}

static inline void regex_text_fini(struct regex_text *t)
{
    pol_folded_fini(&t->folded);
}

static inline bool regex_run_is_there(const pol_folded *f, uint32_t classes,
                                      uint32_t min, size_t start, size_t end)
{
    size_t run = 0, i;

    for (i = start; i < end && run < min; i++)
        run = classes >> f->classes[i] & 1 ? run + 1 : 0;
    return run >= min;
}

/* The match [start, end) holds what the gate says that it does. */
static inline bool regex_gate_open(const pol_regex *r, const pol_folded *f,
                                   size_t start, size_t end)
{
    const pol_regex_gate *g = pol_regex_needs(r);
    size_t i, k;

    if (g->literal_count == 0)
        return g->run_classes == 0 ||
               regex_run_is_there(f, g->run_classes, g->run_min, start, end);
    for (i = 0; i < g->literal_count; i++) {
        const pol_regex_literal *l = &g->literals[i];

        for (k = start; k + l->len <= end; k++)
            if (memcmp(f->units + k, l->units, l->len * 2) == 0 &&
                k - start <= l->before_max)
                return true;
    }
    return false;
}

/* --- random ------------------------------------------------------------- */

struct regex_random {
    uint64_t seed;
    char bytes[512];
    size_t len;
    unsigned named;
};

static inline uint32_t regex_pick(struct regex_random *r, uint32_t below)
{
    return (uint32_t)(test_random(&r->seed) % below);
}

static inline void regex_put(struct regex_random *r, const char *s)
{
    size_t len = strlen(s);

    if (r->len + len < sizeof(r->bytes)) {
        memcpy(r->bytes + r->len, s, len);
        r->len += len;
    }
}

#define REGEX_PICK(r, table)                                                 \
    ((table)[regex_pick((r), sizeof(table) / sizeof((table)[0]))])

static inline void regex_put_any(struct regex_random *r, unsigned depth);

static inline void regex_put_atom(struct regex_random *r, unsigned depth)
{
    static const char *const atoms[] = {
        "a", "b", "c", "A", "ab", "1", "23", "中", "文", "转", "😀", " ", "_",
        "\\n", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "[ab]", "[^a]",
        "[a-c1]", "[^\\d中]", "[中文]", "[\\w-]", "[^😀]", "[B-D]", "\\p{L}",
        "\\p{Lu}", "\\P{L}", "\\p{Han}", "\\pN", "\\P{Han}", "[[:alpha:]]",
        "[[:^digit:]]", "[\\p{Han}\\s]", "^", "$", "\\b", "\\B", "\\A", "\\z",
        "(?m:^)", "(?m:$)", "(?s:.)", "", "()", "\\x{4e2d}", "\\x61", "\\.",
    };
    static const char *const open[] = { "(", "(?:", "(?i:", "(?P<n1>", "(?U:" };

    if (depth > 0 && regex_pick(r, 4) == 0) {
        const char *o = REGEX_PICK(r, open);

        if (o[1] == '?' && o[2] == 'P' && r->named++)
            o = "("; /* RE2 wants each name once */
        regex_put(r, o);
        regex_put_any(r, depth - 1);
        regex_put(r, ")");
    } else {
        regex_put(r, regex_pick(r, 3) ? atoms[regex_pick(r, 11)]
                                      : REGEX_PICK(r, atoms));
    }
}

static inline void regex_put_any(struct regex_random *r, unsigned depth)
{
    static const char *const after[] = {
        "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,3}?", "{2,}",
        "{0}", "{1,}", "{3}", "{0,1}",
    };
    unsigned pieces = 1 + regex_pick(r, 3);

    while (pieces--) {
        regex_put_atom(r, depth);
        if (regex_pick(r, 3) == 0 && r->len)
            regex_put(r, REGEX_PICK(r, after));
        if (regex_pick(r, 6) == 0)
            regex_put(r, "|");
    }
}

static inline policy_str regex_random_pattern(struct regex_random *r)
{
    r->len = 0;
    r->named = 0;
    regex_put_any(r, 3);
    return (policy_str){ r->bytes, r->len };
}

static inline policy_str regex_random_text(struct regex_random *r)
{
    static const char *const pieces[] = {
        "a", "b", "c", "ab", "1", "23", "中", "文", "转", "😀", " ", "_", "\n",
        "A", "é", "轉", "-", ".", "я", "aa", "bab", "中文",
    };
    unsigned n = regex_pick(r, 24);

    r->len = 0;
    while (n--)
        regex_put(r, REGEX_PICK(r, pieces));
    return (policy_str){ r->bytes, r->len };
}

#endif
