/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of characters.
 */
#include "match/regex_chars.h"

#include <string.h>

#include "base/slice.h"
#include "base/sort.h"
#include "text/fold_tables.h"
#include "text/utf8.h"

enum { RANGES_FIRST = 8 };

bool pol_chars_add(pol_arena *a, pol_chars *c, uint32_t first, uint32_t last)
{
    if (c->count == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : RANGES_FIRST;
        pol_range *ranges = pol_arena_new(a, pol_range, cap);

        if (!ranges)
            return false;
        if (c->count)
            memcpy(ranges, c->ranges, c->count * sizeof(*ranges));
        c->ranges = ranges;
        c->cap = cap;
    }
    c->ranges[c->count++] = (pol_range){ first, last };
    return true;
}

bool pol_chars_add_all(pol_arena *a, pol_chars *c, const pol_chars *more)
{
    size_t i;

    for (i = 0; i < more->count; i++)
        if (!pol_chars_add(a, c, more->ranges[i].first, more->ranges[i].last))
            return false;
    return true;
}

static int by_first(const void *a, const void *b)
{
    const pol_range *x = a, *y = b;

    return (x->first > y->first) - (x->first < y->first);
}

void pol_chars_tidy(pol_chars *c)
{
    size_t i, to = 0;

    if (!c->count)
        return;
    pol_sort(c->ranges, c->count, sizeof(*c->ranges), by_first);
    for (i = 1; i < c->count; i++) {
        pol_range *before = &c->ranges[to], next = c->ranges[i];

        if (next.first > before->last + 1)
            c->ranges[++to] = next;
        else if (next.last > before->last)
            before->last = next.last;
    }
    c->count = to + 1;
}

bool pol_chars_negate(pol_arena *a, pol_chars *c)
{
    pol_chars out = { .id = 0 };
    uint32_t from = 0;
    size_t i;

    for (i = 0; i < c->count; i++) {
        if (c->ranges[i].first > from &&
            !pol_chars_add(a, &out, from, c->ranges[i].first - 1))
            return false;
        from = c->ranges[i].last + 1;
    }
    if (from <= POL_CP_MAX && !pol_chars_add(a, &out, from, POL_CP_MAX))
        return false;
    *c = out;
    return true;
}

bool pol_chars_has(const pol_chars *c, uint32_t cp)
{
    size_t low = 0, high = c->count;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (c->ranges[mid].last < cp)
            low = mid + 1;
        else
            high = mid;
    }
    return low < c->count && c->ranges[low].first <= cp;
}

bool pol_chars_equal(const pol_chars *a, const pol_chars *b)
{
    return a->count == b->count &&
           (a->count == 0 || memcmp(a->ranges, b->ranges,
                                    a->count * sizeof(*a->ranges)) == 0);
}

uint64_t pol_chars_size(const pol_chars *c)
{
    uint64_t size = 0;
    size_t i;

    for (i = 0; i < c->count; i++)
        size += c->ranges[i].last - c->ranges[i].first + 1;
    return size;
}

/* --- folding ------------------------------------------------------------ */

/* The one character that `cp`, whose cell is not plain, folds to. */
static policy_status fold_alone(pol_folded *f, uint32_t cp, uint32_t *to,
                                bool *one)
{
    char bytes[4];
    policy_str s = { bytes, pol_utf8_put(bytes, cp) };
    policy_status st = pol_fold(f, s, NULL);
    size_t pos = 0;

    *one = false;
    if (st != POLICY_OK || f->count == 0)
        return st;
    *to = pol_utf16_next(f->units, f->count, &pos);
    *one = pos == f->count;
    return POLICY_OK;
}

bool pol_char_is_folded(uint32_t cp)
{
    uint32_t cell = pol_fold_cell(cp);

    if (pol_is_surrogate(cp))
        return false;
    if (cell & POL_CELL_OTHER) {
        unsigned kind = pol_cell_kind(cell);

        return kind != POL_KIND_DELETE && kind != POL_KIND_EXPAND;
    }
    return (cell & 0xFFFF) == 0;
}

/* Neighbours mostly fold to neighbours: one range for them all. */
static bool add_image(pol_arena *a, pol_chars *c, pol_range *run, uint32_t to)
{
    if (run->first <= run->last && to == run->last + 1) {
        run->last = to;
        return true;
    }
    if (run->first <= run->last &&
        !pol_chars_add(a, c, run->first, run->last))
        return false;
    *run = (pol_range){ to, to };
    return true;
}

/* Does the cell say what `reasons` excludes? */
static bool is_other_fold(uint32_t cell, uint32_t reasons)
{
    return (cell & POL_CELL_OTHER)
               ? reasons != UINT32_MAX ||
                     pol_cell_kind(cell) == POL_KIND_PRIVATE
               : (cell >> POL_CELL_REASONS & 0xFF & ~reasons) != 0;
}

static policy_status fold_range(pol_arena *a, pol_chars *out, pol_range r,
                                pol_folded *f, uint32_t reasons)
{
    pol_range run = { 1, 0 };
    uint32_t cp;

    for (cp = r.first; cp <= r.last; cp++) {
        uint32_t cell = pol_fold_cell(cp), to = cp;
        bool one = true;
        policy_status st = POLICY_OK;

        if (pol_is_surrogate(cp) || is_other_fold(cell, reasons))
            continue;
        if (cell & POL_CELL_OTHER)
            st = fold_alone(f, cp, &to, &one);
        else if (cp < 0x10000)
            to = (uint16_t)(cp + cell);
        if (st == POLICY_OK && one && to != cp &&
            !add_image(a, out, &run, to))
            st = POLICY_ENOMEM;
        if (st != POLICY_OK)
            return st;
    }
    return run.first <= run.last && !pol_chars_add(a, out, run.first, run.last)
               ? POLICY_ENOMEM : POLICY_OK;
}

policy_status pol_chars_fold(pol_arena *a, pol_chars *c, pol_folded *f,
                             uint32_t reasons, uint64_t *left)
{
    uint64_t size = pol_chars_size(c);
    pol_chars images = { .id = 0 };
    policy_status st = POLICY_OK;
    size_t i;

    if (size > POL_CP_MAX) /* all of them: folding adds none */
        return POLICY_OK;
    if (size > *left)
        return POLICY_EINPUT;
    *left -= size;
    for (i = 0; i < c->count && st == POLICY_OK; i++)
        st = fold_range(a, &images, c->ranges[i], f, reasons);
    if (st == POLICY_OK && !pol_chars_add_all(a, c, &images))
        st = POLICY_ENOMEM;
    if (st == POLICY_OK)
        pol_chars_tidy(c);
    return st;
}

/* --- properties --------------------------------------------------------- */

/* Bits of the categories that `name`, of one letter or two, stands for. */
static uint32_t category_mask(policy_str name)
{
    uint32_t mask = 0, i;

    if (name.len != 1 && name.len != 2)
        return 0;
    for (i = 0; i < POL_CATEGORIES; i++)
        if (memcmp(pol_char_categories[i], name.ptr, name.len) == 0)
            mask |= 1u << i;
    return mask;
}

/* Neighbours are often of one set: its capitals and small letters alternate. */
static bool add_categories(pol_arena *a, pol_chars *c, uint32_t mask)
{
    uint32_t first = 0, i;
    bool inside = false;

    for (i = 0; i < pol_category_run_count; i++) {
        uint32_t run = pol_category_runs[i], from = run >> POL_CATEGORY_BITS;
        bool in = mask >> (run & ((1 << POL_CATEGORY_BITS) - 1)) & 1;

        if (in && !inside)
            first = from;
        else if (inside && !in && !pol_chars_add(a, c, first, from - 1))
            return false;
        inside = in;
    }
    return !inside || pol_chars_add(a, c, first, POL_CP_MAX);
}

static const pol_script *find_script(policy_str name)
{
    size_t i;

    for (i = 0; i < pol_script_count; i++)
        if (pol_str_is(name, pol_scripts[i].name))
            return &pol_scripts[i];
    return NULL;
}

policy_status pol_chars_property(pol_arena *a, pol_chars *c, policy_str name)
{
    uint32_t mask = category_mask(name);
    const pol_script *script;
    size_t i;

    if (mask)
        return add_categories(a, c, mask) ? POLICY_OK : POLICY_ENOMEM;
    if (pol_str_is(name, "Any"))
        return pol_chars_add(a, c, 0, POL_CP_MAX) ? POLICY_OK : POLICY_ENOMEM;
    script = find_script(name);
    if (!script)
        return POLICY_EINPUT;
    for (i = 0; i < script->count; i++)
        if (!pol_chars_add(a, c, script->ranges[i].first,
                           script->ranges[i].last))
            return POLICY_ENOMEM;
    return POLICY_OK;
}
