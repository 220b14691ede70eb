/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fold of any bytes is well-formed, folds to itself, unit by unit too, and
 * its map goes back to whole characters in order. Every way that this machine has
 * makes of it exactly what the plain one does.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/fold.h"
#include "text/fold_wide.h"
#include "text/grapheme.h"
#include "text/utf8.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where characters and ill-formed subparts of `s` begin, and its end. */
static bool *boundaries(policy_str s)
{
    bool *at = calloc(s.len + 1, sizeof(*at)), ok;
    uint32_t cp;

    assert(at);
    for (size_t pos = 0; pos < s.len; pos = pol_utf8_next(s, pos, &cp, &ok))
        at[pos] = true;
    at[s.len] = true;
    return at;
}

static void check_map(const pol_folded *f, policy_str s)
{
    bool *boundary = boundaries(s);

    for (size_t i = 0; i < f->count; i++) {
        policy_span all = pol_folded_source(f, 0, i + 1);
        policy_span one = { f->starts[i], f->ends[i] };
        policy_span cover = pol_grapheme_cover(s, one);

        assert(one.start < one.end && one.end <= s.len);
        assert(boundary[one.start] && boundary[one.end]);
        assert(i == 0 || (f->starts[i - 1] <= one.start &&
                          f->ends[i - 1] <= one.end));
        assert(all.start <= one.start && all.end == one.end);
        assert(cover.start <= one.start && cover.end >= one.end &&
               boundary[cover.start] && boundary[cover.end]);
        assert(f->classes[i] < POL_CLASS_COUNT);
    }
    free(boundary);
}

/* The units as UTF-8; each is checked to fold alone to itself. */
static policy_str to_utf8(const pol_folded *f, pol_folded *scratch)
{
    char *out = malloc(3 * f->count + 4);
    size_t len = 0;

    assert(out);
    for (size_t at = 0; at < f->count;) {
        size_t was = at, n;
        uint32_t cp = pol_utf16_next(f->units, f->count, &at);

        assert(!pol_is_surrogate(cp));
        n = pol_utf8_put(out + len, cp);
        assert(pol_fold(scratch, (policy_str){ out + len, n }, NULL) == 0);
        assert(scratch->count == at - was &&
               !memcmp(scratch->units, f->units + was,
                       scratch->count * sizeof(*f->units)));
        len += n;
    }
    return (policy_str){ out, len };
}

static bool is_same(const pol_folded *a, const pol_folded *b)
{
    size_t n = a->count;

    return b->count == n && b->flags == a->flags &&
           (!n || (!memcmp(b->units, a->units, n * sizeof(*a->units)) &&
                   !memcmp(b->reasons, a->reasons, n * sizeof(*a->reasons)) &&
                   !memcmp(b->starts, a->starts, n * sizeof(*a->starts)) &&
                   !memcmp(b->ends, a->ends, n * sizeof(*a->ends)) &&
                   !memcmp(b->classes, a->classes, n)));
}

static void check_ways(const pol_folded *f, pol_folded *other, policy_str s)
{
    assert(pol_fold_by(NULL, other, s, NULL) == POLICY_OK);
    assert(is_same(f, other));
    for (const pol_fold_way *way = pol_fold_ways; way->row; way++) {
        if (!way->runs())
            continue;
        assert(pol_fold_by(way->row, other, s, NULL) == POLICY_OK);
        assert(is_same(f, other));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_str s = { (const char *)data, size }, utf8;
    pol_folded f, again;

    if (size > 65536)
        return 0;
    pol_folded_init(&f, NULL);
    pol_folded_init(&again, NULL);
    assert(pol_fold(&f, s, NULL) == POLICY_OK);
    check_map(&f, s);
    check_ways(&f, &again, s);
    assert(!(f.flags & POLICY_TEXT_ILL_FORMED) == pol_utf8_valid(s));
    utf8 = to_utf8(&f, &again);
    assert(pol_utf8_valid(utf8));
    assert(pol_fold(&again, utf8, NULL) == POLICY_OK);
    assert(again.count == f.count &&
           (!f.count || !memcmp(again.units, f.units,
                                f.count * sizeof(*f.units))));
    free((char *)utf8.ptr);
    pol_folded_fini(&again);
    pol_folded_fini(&f);
    return 0;
}
