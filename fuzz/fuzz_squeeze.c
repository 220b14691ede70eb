/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The squeezed view of any bytes is no longer than the folded text and has its
 * characters in order, with spans on boundaries of characters; and what is
 * admitted has a gap and is, folded again without what is dropped, the same.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "text/squeeze.h"
#include "text/utf8.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TERM_MAX = 6 };

/* The low half of a pair may be the same unit. */
static bool is_break(const pol_folded *t, size_t i)
{
    return t->units[i] == POL_UNIT_BREAK && t->classes[i] == POL_CLASS_SENTENCE;
}

/* Every unit of the view is the next such one of the folded text. */
static void check_order(const pol_squeezed *s, const pol_folded *f)
{
    const pol_folded *t = &s->text;
    size_t at = 0;

    assert(t->count <= f->count);
    for (size_t i = 0; i < t->count; i++) {
        assert(i == 0 || t->starts[i - 1] <= t->starts[i]);
        if (is_break(t, i)) {
            assert(s->gaps[i] == POL_GAP_BREAK && i > 0);
            continue;
        }
        while (at < f->count &&
               (f->starts[at] != t->starts[i] || f->units[at] != t->units[i]))
            at++;
        assert(at < f->count && f->ends[at] == t->ends[i]);
        assert(f->classes[at] == t->classes[i] &&
               t->classes[i] < POL_CLASS_SYMBOL);
        at++;
    }
}

/* By place in the source: is one character, not several, made from what begins
 * there? Of an expansion, part may be found, but all is folded again. */
static bool *sole(const pol_folded *f, size_t size)
{
    bool *one = calloc(size + 1, sizeof(*one));

    assert(one);
    for (size_t i = 0; i < f->count; i++)
        if (!pol_is_low(f->units[i]))
            one[f->starts[i]] = i == 0 || f->starts[i - 1] != f->starts[i];
    return one;
}

static void check_again(const pol_squeezed *s, pol_folded *again,
                        policy_str text, size_t start, size_t end)
{
    policy_span span = pol_folded_source(&s->text, start, end);
    size_t n = start, dropped = 0;

    assert(span.start < span.end && span.end <= text.len);
    assert(pol_fold(again, (policy_str){ text.ptr + span.start,
                                         span.end - span.start }, NULL) == 0);
    for (size_t i = 0; i < again->count; i++) {
        if (again->classes[i] >= POL_CLASS_SYMBOL) {
            dropped++;
            continue;
        }
        assert(n < end && again->units[i] == s->text.units[n]);
        n++;
    }
    assert(n == end && dropped > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_str text = { (const char *)data, size };
    pol_folded f, again;
    pol_squeezed s;
    bool *one;

    if (size > 8192)
        return 0;
    pol_folded_init(&f, NULL);
    pol_folded_init(&again, NULL);
    pol_squeezed_init(&s, &pol_malloc_allocator);
    assert(pol_fold(&f, text, NULL) == POLICY_OK);
    assert(pol_squeeze(&s, &f, NULL) == POLICY_OK);
    check_order(&s, &f);
    one = sole(&f, size);
    for (size_t start = 0; start < s.text.count; start++) {
        if (pol_is_low(s.text.units[start]) || !one[s.text.starts[start]])
            continue;
        for (size_t end = start; end < start + TERM_MAX && end < s.text.count &&
                                 !is_break(&s.text, end); end++)
            if (one[s.text.starts[end]] &&
                (end + 1 == s.text.count || !pol_is_low(s.text.units[end + 1]) ||
                 is_break(&s.text, end + 1)) &&
                pol_squeezed_admits(&s, start, end + 1, 0))
                check_again(&s, &again, text, start, end + 1);
    }
    free(one);
    pol_squeezed_fini(&s);
    pol_folded_fini(&again);
    pol_folded_fini(&f);
    return 0;
}
