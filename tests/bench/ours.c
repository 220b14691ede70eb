/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* The library's matcher, raced and asked. */
#include <stdlib.h>

#include "ours.h"

static int ours_hit(void *user, const pol_hit *hit)
{
    tally_hit(user, hit->id, hit->end);
    return 0;
}

void ours_build(struct ours *o, const struct corpus *c,
                       const struct terms *t)
{
    policy_pattern_set *set;
    double start = bench_cpu();
    size_t i;

    *o = (struct ours){ .c = c };
    check(policy_pattern_set_new(&set, NULL, NULL), "pattern set");
    for (i = 0; i < t->count; i++)
        check(policy_pattern_set_add(set, t->at[i], (uint32_t)i,
                                     POLICY_TERM_INSIDE, NULL), "pattern");
    o->set_s = bench_cpu() - start;
    start = bench_cpu();
    check(policy_matcher_build(&o->m, set, NULL), "matcher");
    o->build_s = bench_cpu() - start;
    check(policy_scratch_new(&o->s, o->m, NULL), "scratch");
    policy_pattern_set_free(set);
}

void ours_fini(struct ours *o)
{
    policy_scratch_free(o->s);
    policy_matcher_free(o->m);
}

void ours_single(void *ctx, size_t first, size_t end)
{
    struct ours *o = ctx;

    for (; first < end; first++)
        pol_matcher_scan(o->m, o->s, &o->c->views[first], o->c->lines.at[first],
                         ours_hit, &o->tally);
}

void ours_batch(void *ctx, size_t first, size_t end)
{
    struct ours *o = ctx;

    pol_matcher_scan_batch(o->m, o->s, o->c->texts + first,
                           o->c->lines.at + first, end - first, ours_hit,
                           &o->tally);
}

void ours_buffer(void *ctx, size_t first, size_t end)
{
    struct ours *o = ctx;
    pol_folded f;

    if (first == end)
        return;
    f = corpus_joined(o->c, first, end);
    pol_matcher_scan(o->m, o->s, &f, (policy_str){ "", 0 }, ours_hit,
                     &o->tally);
}

static int ours_match(void *user, const policy_match *match)
{
    tally_hit(user, match->id, match->span.end);
    return 0;
}

void ours_batch_folding(void *ctx, size_t first, size_t end)
{
    struct ours *o = ctx;

    policy_matcher_scan_batch(o->m, o->s, o->c->lines.at + first, end - first,
                              ours_match, &o->tally);
}

/* ---- as the peers tell it ---- */

struct line_hits {
    const struct corpus *c;
    size_t line;
    struct tally tally;
    uint32_t *ids;
    size_t count, cap;
};

static int hit_in_bytes(void *user, const pol_hit *hit)
{
    struct line_hits *h = user;

    tally_hit(&h->tally, hit->id, corpus_byte(h->c, h->line, hit->end));
    return 0;
}

struct tally ours_tally(const struct ours *o, size_t line)
{
    struct line_hits h = { .c = o->c, .line = line };

    pol_matcher_scan(o->m, o->s, &o->c->views[line], o->c->lines.at[line],
                     hit_in_bytes, &h);
    return h.tally;
}

static int hit_once(void *user, const pol_hit *hit)
{
    struct line_hits *h = user;
    size_t i;

    for (i = 0; i < h->count; i++)
        if (h->ids[i] == hit->id)
            return 0;
    if (h->count == h->cap) {
        h->cap = h->cap * 2 + 16;
        h->ids = need(realloc(h->ids, h->cap * sizeof(*h->ids)));
    }
    h->ids[h->count++] = hit->id;
    tally_hit(&h->tally, hit->id, 0);
    return 0;
}

struct tally ours_ids_tally(const struct ours *o, size_t line)
{
    struct line_hits h = { .c = o->c, .line = line };

    pol_matcher_scan(o->m, o->s, &o->c->views[line], o->c->lines.at[line],
                     hit_once, &h);
    free(h.ids);
    return h.tally;
}
