/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The view in pinyin of any bytes, of their squeezed view too, has one unit for
 * each, the map of what it overlays, and the same units when made again; the
 * text as a term is among its own strings; its two halves are admitted for one
 * another only where they sound alike and differ, strictly only if loosely.
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

static bool shares_reading(uint16_t a, uint16_t b)
{
    uint16_t of_a[POL_PINYIN_MAX], of_b[POL_PINYIN_MAX];
    size_t m = pol_pinyin_readings(b, of_b);

    for (size_t i = 0; i < pol_pinyin_readings(a, of_a) * m; i++)
        if (POL_PINYIN_ID(of_a[i / m]) == POL_PINYIN_ID(of_b[i % m]))
            return true;
    return false;
}

static void check_admits(const pol_folded *f, size_t start, size_t end,
                         const uint16_t *term)
{
    bool differ = false;

    if (!pol_pinyin_admits(f, start, end, term, POL_PINYIN_LOOSE)) {
        assert(!pol_pinyin_admits(f, start, end, term, POL_PINYIN_STRICT));
        return;
    }
    for (size_t i = start; i < end; i++) {
        differ |= f->units[i] != term[i - start];
        assert(f->units[i] == term[i - start] ||
               shares_reading(f->units[i], term[i - start]));
    }
    assert(differ);
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
    if (f.count >= 2) {
        check_admits(&f, 0, f.count / 2, f.units + f.count / 2);
        check_admits(&f, f.count / 2, f.count / 2 * 2, f.units);
    }
    pol_squeezed_fini(&s);
    pol_folded_fini(&f);
    return 0;
}
