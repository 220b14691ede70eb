/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte is the length of a pattern, the rest of the input its text. A
 * refusal names a place in the pattern; the DFA and the simulation find the
 * same; a match is within its bounds and holds what the gate tells.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "match/regex_layout.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STATES = 500 };

static bool has_literal(const pol_regex_gate *g, const pol_folded *f,
                        size_t start, size_t end)
{
    size_t i, k;

    for (i = 0; i < g->literal_count; i++)
        for (k = start; k + g->literals[i].len <= end; k++)
            if (memcmp(f->units + k, g->literals[i].units,
                       g->literals[i].len * sizeof(*f->units)) == 0 &&
                k - start <= g->literals[i].before_max)
                return true;
    return false;
}

static bool has_run(const pol_regex_gate *g, const pol_folded *f, size_t start,
                    size_t end)
{
    size_t run = 0, i;

    for (i = start; i < end && run < g->run_min; i++)
        run = g->run_classes >> f->classes[i] & 1 ? run + 1 : 0;
    return run >= g->run_min;
}

static bool units_have(const pol_units *u, uint16_t unit)
{
    uint32_t i;

    for (i = 0; i < u->count; i++)
        if (unit >= u->ranges[i].first && unit <= u->ranges[i].last)
            return true;
    return false;
}

static bool holds_window(const pol_regex_window *w, const pol_folded *f,
                         size_t at, size_t end)
{
    uint32_t k;

    for (k = 0; k < w->len; k++)
        if (at + k >= end || !units_have(w->at[k], f->units[at + k]))
            return false;
    return true;
}

static bool has_window(const pol_regex *r, const pol_folded *f, size_t start,
                       size_t end)
{
    pol_regex_windows w = pol_regex_window_list(r);
    size_t i, at;

    for (i = 0; i < w.count; i++)
        for (at = start; at < end && at - start <= w.at[i].before_max; at++)
            if (holds_window(&w.at[i], f, at, end))
                return true;
    return w.count == 0;
}

static void check_run(const pol_regex *r, pol_regex_cache *c,
                      const pol_folded *f)
{
    const pol_regex_gate *g = pol_regex_needs(r);
    size_t from = 0, start, end, s, e;

    while (from <= f->count) {
        bool found = pol_regex_find(r, c, f, from, f->count, &start, &end);

        assert(found == pol_regex_pike(r, c, f, from, f->count, &s, &e));
        if (!found)
            return;
        assert(s == start && e == end && from <= start && start <= end &&
               end <= f->count);
        assert(g->literal_count ? has_literal(g, f, start, end)
                                : has_run(g, f, start, end));
        assert(has_window(r, f, start, end));
        from = end > from ? end : from + 1;
        if (from < f->count && pol_is_low(f->units[from]) &&
            pol_is_high(f->units[from - 1]))
            from++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_error err = { .size = sizeof(err) };
    policy_str pattern, text;
    pol_regex_cache *c;
    policy_status st;
    pol_regex *r;
    pol_folded f;
    size_t at;

    if (size == 0 || size > 1500)
        return 0;
    pattern = (policy_str){ (const char *)data + 1,
                            data[0] < size - 1 ? data[0] : size - 1 };
    text = (policy_str){ pattern.ptr + pattern.len, size - 1 - pattern.len };
    st = pol_regex_compile(&r, NULL, pattern, STATES, &at, &err);
    if (st != POLICY_OK) {
        assert((st == POLICY_EINPUT || st == POLICY_ELIMIT) && !r);
        assert(at <= pattern.len && err.message[0]);
        return 0;
    }
    pol_folded_init(&f, NULL);
    assert(pol_fold(&f, text, NULL) == POLICY_OK);
    assert(pol_regex_cache_new(&c, NULL, NULL) == POLICY_OK);
    assert(pol_regex_cache_reserve(c, r, NULL) == POLICY_OK);
    check_run(r, c, &f);
    pol_regex_cache_free(c);
    pol_folded_fini(&f);
    pol_regex_free(r);
    return 0;
}
