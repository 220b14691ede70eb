/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The obvious twin of a set of regexes: each is run on the whole text, and all
 * that was found is sorted.
 */
#ifndef TESTS_REGEX_TWIN_H
#define TESTS_REGEX_TWIN_H

#include <stdlib.h>
#include <string.h>

#include "match/regex_set.h"
#include "text/utf8.h"

enum { TWIN_HITS = 4096 };

struct twin_hits {
    pol_hit at[TWIN_HITS];
    size_t count;
};

static inline int twin_keep(void *user, const pol_hit *hit)
{
    struct twin_hits *h = user;

    if (h->count < TWIN_HITS)
        h->at[h->count++] = *hit;
    return 0;
}

static inline int twin_order(const void *pa, const void *pb)
{
    const pol_hit *a = pa, *b = pb;

    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return (a->start < b->start) - (a->start > b->start);
}

/* All matches of one regex, the empty ones left out. */
static inline void twin_run(const pol_regex *r, pol_regex_cache *c, uint32_t id,
                            const pol_folded *text, struct twin_hits *out)
{
    size_t from = 0, start, end;

    while (from <= text->count &&
           pol_regex_find(r, c, text, from, text->count, &start, &end)) {
        if (end > start) {
            pol_hit hit = { id, (uint32_t)start, (uint32_t)end, 0 };

            twin_keep(out, &hit);
            from = end;
            continue;
        }
        from = start + 1;
        if (from < text->count && pol_is_low(text->units[from]) &&
            pol_is_high(text->units[start]))
            from++;
    }
}

/* In the order that a set promises, none twice. */
static inline void twin_settle(struct twin_hits *h)
{
    size_t n = 0;

    qsort(h->at, h->count, sizeof(*h->at), twin_order);
    for (size_t i = 0; i < h->count; i++)
        if (!n || twin_order(&h->at[n - 1], &h->at[i]) != 0)
            h->at[n++] = h->at[i];
    h->count = n;
}

#endif
