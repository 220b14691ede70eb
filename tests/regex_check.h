/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of regexes share: one regex, one text, and whether the gate of
 * the regex is open for what it found.
 */
#ifndef TESTS_REGEX_CHECK_H
#define TESTS_REGEX_CHECK_H

#include "match/regex_chars.h"
#include "match/regex_layout.h"

#include "harness.h"

enum { REGEX_STATES = 20000 };

struct regex_bench {
    struct test_allocator memory;
    pol_folded text;
    pol_regex_cache *cache;
    pol_regex *regex;
    policy_error err;
    size_t at;
};

static inline void regex_begin(struct regex_bench *b)
{
    test_allocator_init(&b->memory);
    pol_folded_init(&b->text, &b->memory.allocator);
    b->regex = NULL;
    CHECK(pol_regex_cache_new(&b->cache, &b->memory.allocator, NULL) ==
              POLICY_OK, "cache");
}

static inline void regex_end(struct regex_bench *b)
{
    pol_regex_free(b->regex);
    pol_regex_cache_free(b->cache);
    pol_folded_fini(&b->text);
    test_allocator_clean(&b->memory);
}

static inline policy_status regex_try(struct regex_bench *b, policy_str pattern,
                                      uint64_t states)
{
    policy_status st;

    pol_regex_free(b->regex);
    st = pol_regex_compile(&b->regex, &b->memory.allocator, pattern, states,
                           &b->at, &b->err);
    if (st == POLICY_OK)
        st = pol_regex_cache_reserve(b->cache, b->regex, &b->err);
    return st;
}

static inline bool regex_set(struct regex_bench *b, policy_str pattern)
{
    policy_status st = regex_try(b, pattern, REGEX_STATES);

    CHECK(st == POLICY_OK, "%.*s: %s", (int)pattern.len, pattern.ptr,
          b->err.message);
    return st == POLICY_OK;
}

static inline void regex_text(struct regex_bench *b, policy_str text)
{
    CHECK(pol_fold(&b->text, text, NULL) == POLICY_OK, "fold");
}

/* --- the gate ----------------------------------------------------------- */

static inline bool regex_literal_open(const pol_regex_literal *l,
                                      const pol_folded *t, size_t start,
                                      size_t end)
{
    size_t at;

    for (at = start; at + l->len <= end; at++)
        if (memcmp(t->units + at, l->units, l->len * sizeof(*l->units)) == 0)
            return at - start <= l->before_max;
    return false;
}

static inline bool regex_needs_open(const pol_regex *r, const pol_folded *t,
                                    size_t start, size_t end)
{
    const pol_regex_gate *g = pol_regex_needs(r);
    size_t i, run = 0;

    for (i = 0; i < g->literal_count; i++)
        if (regex_literal_open(&g->literals[i], t, start, end))
            return true;
    if (g->literal_count || !g->run_classes)
        return g->literal_count == 0;
    for (i = start; i < end && run < g->run_min; i++)
        run = g->run_classes >> t->classes[i] & 1 ? run + 1 : 0;
    return run >= g->run_min;
}

static inline bool regex_units_have(const pol_units *u, uint16_t unit)
{
    uint32_t i;

    for (i = 0; i < u->count; i++)
        if (unit >= u->ranges[i].first && unit <= u->ranges[i].last)
            return true;
    return false;
}

static inline bool regex_window_open(const pol_regex_window *w,
                                     const pol_folded *t, size_t start,
                                     size_t end)
{
    size_t at;
    uint32_t k;

    for (at = start; at + w->len <= end; at++) {
        for (k = 0; k < w->len; k++)
            if (!regex_units_have(w->at[k], t->units[at + k]))
                break;
        if (k == w->len)
            return at - start <= w->before_max;
    }
    return false;
}

static inline bool regex_windows_open(const pol_regex *r, const pol_folded *t,
                                      size_t start, size_t end)
{
    pol_regex_windows w = pol_regex_window_list(r);
    size_t i;

    for (i = 0; i < w.count; i++)
        if (regex_window_open(&w.at[i], t, start, end))
            return true;
    return w.count == 0;
}

/* Are both gates open for a match [start, end)? */
static inline bool regex_gate_open(const pol_regex *r, const pol_folded *t,
                                   size_t start, size_t end)
{
    return regex_needs_open(r, t, start, end) &&
           regex_windows_open(r, t, start, end);
}

/* --- finding ------------------------------------------------------------ */

/* Is `at` within a pair? */
static inline bool regex_inside(const pol_folded *t, size_t at)
{
    return at > 0 && at < t->count && pol_is_low(t->units[at]) &&
           pol_is_high(t->units[at - 1]);
}

/* All ways to run agree, and the gate is open. */
static inline bool regex_find(struct regex_bench *b, size_t from, size_t last,
                              size_t *start, size_t *end)
{
    size_t s = 0, e = 0, whole = from + regex_inside(&b->text, from);
    bool slow = whole <= last && pol_regex_pike(b->regex, b->cache, &b->text,
                                                whole, last, &s, &e);
    bool found = pol_regex_find(b->regex, b->cache, &b->text, from, last,
                                start, end);

    CHECK(found == slow && (!found || (*start == s && *end == e)),
          "ways differ: %zu to %zu, %zu to %zu", s, e, *start, *end);
    if (found)
        CHECK(*start >= from && *start <= last && *end <= b->text.count &&
                  regex_gate_open(b->regex, &b->text, *start, *end),
              "the gate is shut for %zu to %zu", *start, *end);
    return found;
}

#endif
