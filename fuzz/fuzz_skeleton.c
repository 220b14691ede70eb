/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The skeleton of any bytes has the map and the reasons of the folded text; a
 * unit is another one only for a reason of its own, or is l for i; and the view
 * of a text is the one of a term, or there is none.
 */
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "text/skeleton.h"
#include "text/utf8.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_unit(const pol_folded *t, const pol_folded *f, size_t i)
{
    unsigned more = t->reasons[i] ^ f->reasons[i];

    assert((f->reasons[i] & more) == 0);
    if (!more) {
        assert(t->classes[i] == f->classes[i]);
        assert(t->units[i] == f->units[i] ||
               (t->units[i] == 'l' && f->units[i] == 'i'));
    } else if (more == POL_REASON_RARE) {
        assert(t->classes[i] == POL_CLASS_HAN && t->units[i] != f->units[i]);
        assert(f->classes[i] == POL_CLASS_HAN);
        assert(!pol_is_surrogate(f->units[i]));
    } else {
        assert(more == POL_REASON_LEET || more == POL_REASON_HOMOGLYPH);
        assert(t->classes[i] == POL_CLASS_LATIN);
        assert(t->units[i] >= 'a' && t->units[i] <= 'z' && t->units[i] != 'i');
        assert((more == POL_REASON_LEET) == (f->units[i] < 0x80));
    }
}

static void check_same(const pol_folded *a, const pol_folded *b)
{
    assert(a->count == b->count);
    assert(memcmp(a->units, b->units, a->count * sizeof(*a->units)) == 0);
    assert(memcmp(a->reasons, b->reasons, a->count * sizeof(*a->reasons)) == 0);
    assert(memcmp(a->classes, b->classes, a->count) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_str source = { (const char *)data, size };
    pol_overlay text, term;
    pol_folded f;

    pol_folded_init(&f, NULL);
    pol_overlay_init(&text, &pol_malloc_allocator);
    pol_overlay_init(&term, &pol_malloc_allocator);
    assert(pol_fold(&f, source, NULL) == POLICY_OK);
    assert(pol_skeleton(&text, &f, source, NULL) == POLICY_OK);
    assert(pol_skeleton_term(&term, &f, source, NULL) == POLICY_OK);
    assert(term.text.count == f.count);
    assert(term.text.starts == f.starts && term.text.ends == f.ends);
    for (size_t i = 0; i < f.count; i++)
        check_unit(&term.text, &f, i);
    if (text.text.count)
        check_same(&text.text, &term.text);
    pol_overlay_fini(&term);
    pol_overlay_fini(&text);
    pol_folded_fini(&f);
    return 0;
}
