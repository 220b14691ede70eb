/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The view in pinyin of any bytes, of their squeezed view too, has one unit for
 * each, the map of what it overlays, and the same units when made again; and the
 * text as a term is among its own strings.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "text/pinyin.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_unit(uint16_t from, uint8_t class, uint16_t to)
{
    uint16_t readings[POL_PINYIN_MAX];
    size_t count = pol_pinyin_readings(from, readings);

    if (count > 0)
        assert(readings[0] == pol_pinyin(from) &&
               to == POL_PINYIN_UNIT(POL_PINYIN_ID(readings[0])) &&
               *pol_pinyin_spelling(to - 0xd800));
    else
        assert(to == POL_UNIT_BREAK ||
               (to == from &&
                (class == POL_CLASS_LATIN || class == POL_CLASS_DIGIT)));
}

static void check_view(const pol_folded *f)
{
    pol_overlay once, again;

    pol_overlay_init(&once, &pol_malloc_allocator);
    pol_overlay_init(&again, &pol_malloc_allocator);
    assert(pol_pinyin_view(&once, f, NULL) == POLICY_OK);
    assert(pol_pinyin_view(&again, f, NULL) == POLICY_OK);
    assert(once.text.count == again.text.count);
    if (once.text.count) {
        assert(once.text.count == f->count);
        assert(once.text.starts == f->starts && once.text.ends == f->ends);
        assert(!memcmp(once.text.units, again.text.units, 2 * f->count));
    }
    for (size_t i = 0; i < once.text.count; i++)
        check_unit(f->units[i], f->classes[i], once.text.units[i]);
    pol_overlay_fini(&again);
    pol_overlay_fini(&once);
}

static void check_term(const pol_folded *f)
{
    uint16_t strings[POL_PINYIN_ROOM];
    size_t count = pol_pinyin_term(f, strings);
    bool found = false;
    pol_overlay view;

    assert(count <= POL_PINYIN_STRINGS && count * f->count <= POL_PINYIN_ROOM);
    pol_overlay_init(&view, &pol_malloc_allocator);
    assert(pol_pinyin_view(&view, f, NULL) == POLICY_OK);
    assert(count == 0 || view.text.count == f->count);
    for (size_t i = 0; i < count; i++)
        found |= !memcmp(strings + i * f->count, view.text.units, 2 * f->count);
    assert(count == 0 || found);
    pol_overlay_fini(&view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pol_folded f;
    pol_squeezed s;

    pol_folded_init(&f, NULL);
    pol_squeezed_init(&s, &pol_malloc_allocator);
    assert(pol_fold(&f, (policy_str){ (const char *)data, size }, NULL) == 0);
    assert(pol_squeeze(&s, &f, NULL) == POLICY_OK);
    check_view(&f);
    check_view(&s.text);
    check_term(&f);
    pol_squeezed_fini(&s);
    pol_folded_fini(&f);
    return 0;
}
