/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collapsed view of any bytes, and of their squeezed view, is no longer
 * than the text and has its characters in order; what it tells was written as
 * often. A term collapsed twice is collapsed once.
 */
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "text/collapse.h"
#include "text/utf8.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_break(const pol_squeezed *v, size_t i)
{
    return v->text.units[i] == POL_UNIT_BREAK &&
           v->text.classes[i] == POL_CLASS_SENTENCE;
}

/* Units like the one at `i` that follow it, each `width` after the last. */
static size_t times_at(const pol_folded *f, size_t i, size_t width)
{
    size_t n = 1;

    while (i + n * width < f->count && f->units[i + n * width] == f->units[i])
        n++;
    return n;
}

static void check_told(const pol_folded *f, size_t at, const pol_folded *t,
                       size_t i)
{
    bool pair = pol_is_surrogate(t->units[i]);
    size_t want = t->classes[i] == POL_CLASS_HAN ? 2 : 3;

    assert(t->classes[i] <= POL_CLASS_LATIN);
    assert(times_at(f, at, pair ? 2 : 1) >= want);
}

/* Each unit begins where one of `f` does and ends where the same one does. */
static void check_view(const pol_squeezed *v, const pol_folded *f)
{
    const pol_folded *t = &v->text;
    bool any = false;
    size_t at = 0;

    assert(t->count <= f->count);
    for (size_t i = 0; i < t->count; i++) {
        if (is_break(v, i)) {
            assert(v->gaps[i] == POL_GAP_BREAK);
            continue;
        }
        while (at < f->count &&
               (f->starts[at] != t->starts[i] || f->units[at] != t->units[i]))
            at++;
        assert(at < f->count && f->classes[at] == t->classes[i]);
        assert(f->ends[at] <= t->ends[i]);
        if (t->reasons[i] & POL_REASON_REPEAT) {
            check_told(f, at, t, i);
            any = true;
        }
        at++;
    }
    assert(any == (t->count > 0));
}

static void check_term(const pol_folded *f)
{
    pol_squeezed once, twice;
    pol_collapsed_term what;

    pol_squeezed_init(&once, &pol_malloc_allocator);
    pol_squeezed_init(&twice, &pol_malloc_allocator);
    assert(pol_collapse_term(&once, &what, f, NULL) == POLICY_OK);
    assert(what != POL_TERM_SAME || once.text.count == f->count);
    assert(pol_collapse_term(&twice, &what, &once.text, NULL) == POLICY_OK);
    assert(what != POL_TERM_COLLAPSED && twice.text.count == once.text.count);
    if (once.text.count)
        assert(memcmp(once.text.units, twice.text.units,
                      once.text.count * sizeof(*once.text.units)) == 0);
    pol_squeezed_fini(&twice);
    pol_squeezed_fini(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pol_squeezed squeezed, view;
    pol_folded f;
    policy_str text;

    if (size == 0 || size > 4096)
        return 0;
    text = (policy_str){ (const char *)data + 1, size - 1 };
    pol_folded_init(&f, NULL);
    pol_squeezed_init(&squeezed, &pol_malloc_allocator);
    pol_squeezed_init(&view, &pol_malloc_allocator);
    assert(pol_fold(&f, text, NULL) == POLICY_OK);
    assert(pol_squeeze(&squeezed, &f, NULL) == POLICY_OK);
    assert(pol_collapse(&view, &f, NULL, data[0] & 15, NULL) == POLICY_OK);
    check_view(&view, &f);
    assert(pol_collapse(&view, &squeezed.text, squeezed.gaps, data[0] >> 4,
                        NULL) == POLICY_OK);
    check_view(&view, &squeezed.text);
    check_term(&f);
    pol_squeezed_fini(&view);
    pol_squeezed_fini(&squeezed);
    pol_folded_fini(&f);
    return 0;
}
