/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/alloc.h"
#include "match/matcher_whole.h"

pol_whole *pol_whole_new(const policy_allocator *a, size_t strings,
                         size_t units)
{
    pol_whole *w = pol_calloc(a, 1, sizeof(*w));

    if (!w)
        return NULL;
    w->allocator = *a;
    w->cap = strings;
    w->unit_cap = units;
    w->strings = pol_alloc(a, strings * sizeof(*w->strings));
    w->units = pol_alloc(a, units * sizeof(*w->units));
    if (!w->strings || !w->units) {
        pol_whole_free(w);
        return NULL;
    }
    return w;
}

static void free_strings(const pol_whole *w)
{
    pol_free(&w->allocator, w->strings, w->cap * sizeof(*w->strings));
    pol_free(&w->allocator, w->units, w->unit_cap * sizeof(*w->units));
}

void pol_whole_free(pol_whole *w)
{
    pol_automaton *built;
    policy_allocator a;

    if (!w)
        return;
    a = w->allocator;
    built = atomic_load(&w->built);
    if (built) {
        pol_automaton_fini(built, &a);
        pol_free(&a, built, sizeof(*built));
    } else {
        free_strings(w);
    }
    pol_free(&a, w, sizeof(*w));
}

size_t pol_whole_bytes(const pol_whole *w)
{
    const pol_automaton *built = w ? atomic_load(&w->built) : NULL;

    if (!w)
        return 0;
    return sizeof(*w) + (built ? sizeof(*built) + pol_automaton_bytes(built)
                               : w->cap * sizeof(*w->strings) +
                                     w->unit_cap * sizeof(*w->units));
}

void pol_whole_add(pol_whole *w, const uint16_t *units, size_t len,
                   uint32_t value, bool mark)
{
    uint16_t *copy = w->units + w->unit_count;

    memcpy(copy, units, len * sizeof(*copy));
    w->unit_count += len;
    w->strings[w->count++] = (pol_string){
        .units = copy, .len = (uint32_t)len, .mark = mark, .value = value
    };
}

const pol_automaton *pol_whole_get(pol_whole *w)
{
    return w ? atomic_load_explicit(&w->built, memory_order_acquire) : NULL;
}

static void build(pol_whole *w)
{
    pol_automaton *m = pol_alloc(&w->allocator, sizeof(*m));

    if (!m)
        return;
    if (pol_automaton_build(m, &w->allocator, w->strings, w->count, NULL)) {
        pol_free(&w->allocator, m, sizeof(*m));
        return;
    }
    atomic_store_explicit(&w->built, m, memory_order_release);
    free_strings(w);
}

void pol_whole_miss(pol_whole *w, size_t units)
{
    uint64_t before;

    if (!w || !units)
        return;
    before = atomic_fetch_add(&w->missed, units);
    /* It is one thread that gets past. */
    if (before < w->unit_count && before + units >= w->unit_count)
        build(w);
}
