/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fold every text of the event once, scan it with the shared matcher, the
 * organisation's own and the detectors, and bring all hits into one order.
 *
 * An allowed phrase takes away the hits of its list that it covers. Phrases and
 * terms come from the same scan, in any order, so the phrases of a text are
 * kept aside and applied when it is done.
 *
 * Terms that were pulled apart are looked for in the squeezed view of a text,
 * by the same matchers; a hit there counts where its gaps are admitted.
 */
#include "evaluate/evaluation.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sort.h"
#include "match/matcher.h"

typedef struct scan {
    pol_evaluation *v;
    const pol_folded *view; /* of the text: folded or squeezed */
    uint32_t text;
    bool shared;
} scan;

/* Reasons of all units but what was left out before the first: it is outside. */
static uint16_t reasons_of(const pol_folded *f, uint32_t start, uint32_t end)
{
    uint16_t r = f->reasons[start] & (uint16_t)~(POL_REASON_IGNORABLE |
                                                 POL_REASON_SEPARATOR);

    for (uint32_t i = start + 1; i < end; i++)
        r |= f->reasons[i];
    return r;
}

static int add(pol_evaluation *v, pol_signal_hit **array, size_t *count,
               size_t *cap, pol_signal_hit hit)
{
    policy_session *s = v->s;

    if (*count >= v->limits->hits) {
        v->hits_cut = true;
        return 1;
    }
    if (!pol_grow(&s->allocator, (void **)array, cap, *count + 1, sizeof(**array))) {
        v->status = pol_error_oom(v->err);
        return 1;
    }
    (*array)[(*count)++] = hit;
    return 0;
}

static pol_signal_hit make_hit(const scan *g, uint32_t signal, uint32_t start,
                               uint32_t end)
{
    const pol_folded *f = g->view;
    policy_span span = pol_folded_source(f, start, end);

    return (pol_signal_hit){ signal, g->text, span.start, span.end,
                             reasons_of(f, start, end) };
}

static bool is_squeezed(const scan *g)
{
    return g->view == &g->v->s->squeezed.text;
}

static bool is_admitted(const scan *g, const pol_term *t, const pol_hit *hit)
{
    return t->squeezed &&
           pol_squeezed_admits(&g->v->s->squeezed, hit->start, hit->end);
}

static int on_hit(void *user, const pol_hit *hit)
{
    scan *g = user;
    policy_session *s = g->v->s;
    const pol_org *org = g->v->org;
    const pol_term *t = g->shared ? &org->shared->terms[hit->id]
                                  : &org->terms[hit->id];
    int32_t signal = g->shared ? org->shared_signal[t->list] : (int32_t)t->list;

    if (signal < 0 || (is_squeezed(g) && !is_admitted(g, t, hit)))
        return 0;
    if (t->allowed)
        return add(g->v, &s->phrases, &s->phrase_count, &s->phrase_cap,
                   make_hit(g, (uint32_t)signal, hit->start, hit->end));
    return add(g->v, &s->hits, &s->hit_count, &s->hit_cap,
               make_hit(g, (uint32_t)signal, hit->start, hit->end));
}

static int on_detection(void *user, const pol_detection *d)
{
    scan *g = user;
    policy_session *s = g->v->s;

    return add(g->v, &s->hits, &s->hit_count, &s->hit_cap,
               make_hit(g, (uint32_t)g->v->org->detector_signal[d->detector],
                        d->start, d->end));
}

static int by_place(const void *pa, const void *pb)
{
    const pol_signal_hit *a = pa, *b = pb;

    if (a->text != b->text)
        return a->text < b->text ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return (a->signal > b->signal) - (a->signal < b->signal);
}

/* Of two at one place, the one with fewer gaps stays. */
static int by_place_and_reasons(const void *pa, const void *pb)
{
    const pol_signal_hit *a = pa, *b = pb;
    int c = by_place(pa, pb);

    return c ? c : (a->reasons > b->reasons) - (a->reasons < b->reasons);
}

static int by_signal(const void *pa, const void *pb)
{
    const pol_signal_hit *a = pa, *b = pb;

    if (a->signal != b->signal)
        return a->signal < b->signal ? -1 : 1;
    return (a->start > b->start) - (a->start < b->start);
}

/* Sort the phrases of the text by list and start, and let the end of each be
 * the furthest up to it: then the last that starts no later than a hit tells
 * whether any covers it. One by one, ten thousand of each would take a second. */
static void order_phrases(policy_session *s)
{
    pol_signal_hit *p = s->phrases;

    pol_sort(p, s->phrase_count, sizeof(*p), by_signal);
    for (size_t i = 1; i < s->phrase_count; i++)
        if (p[i].signal == p[i - 1].signal && p[i].end < p[i - 1].end)
            p[i].end = p[i - 1].end;
}

static bool is_allowed(const policy_session *s, const pol_signal_hit *hit)
{
    size_t lo = 0, hi = s->phrase_count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (by_signal(&s->phrases[mid], hit) <= 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo > 0 && s->phrases[lo - 1].signal == hit->signal &&
           s->phrases[lo - 1].end >= hit->end;
}

static void drop_allowed(policy_session *s, size_t from)
{
    size_t kept = from;

    if (s->phrase_count == 0)
        return;
    order_phrases(s);
    for (size_t i = from; i < s->hit_count; i++)
        if (!is_allowed(s, &s->hits[i]))
            s->hits[kept++] = s->hits[i];
    s->hit_count = kept;
}

/* A callback that ran out of memory stopped the scan, which is no failure of the
 * scan: its word goes first. */
static void scan_terms(scan *g, const policy_matcher *m, policy_str text)
{
    policy_session *s = g->v->s;
    policy_status st;

    if (!m || g->v->status)
        return;
    st = pol_matcher_scan(m, s->scratch, g->view, text, on_hit, g);
    if (st && !g->v->status)
        g->v->status = st == POLICY_ENOMEM ? pol_error_oom(g->v->err) : st;
}

static void scan_squeezed(scan *g, policy_str text)
{
    pol_evaluation *v = g->v;
    policy_session *s = v->s;
    const pol_org *org = v->org;

    if (v->status || !(org->squeezed || org->shared->squeezed))
        return;
    v->status = pol_squeeze(&s->squeezed, &s->folded, v->err);
    if (v->status || s->squeezed.text.count == 0)
        return;
    g->view = &s->squeezed.text;
    g->shared = true;
    if (org->shared->squeezed)
        scan_terms(g, org->shared->matcher, text);
    g->shared = false;
    if (org->squeezed)
        scan_terms(g, org->matcher, text);
}

static void scan_text(pol_evaluation *v, uint32_t number)
{
    policy_session *s = v->s;
    const pol_org *org = v->org;
    policy_str text = v->texts[number].text;
    scan g = { v, &s->folded, number, true };
    size_t before = s->hit_count;

    s->phrase_count = 0;
    v->status = pol_fold(&s->folded, text, v->err);
    if (v->status)
        return;
    v->flags |= s->folded.flags;
    scan_terms(&g, org->shared->matcher, text);
    g.shared = false;
    scan_terms(&g, org->matcher, text);
    if (org->detectors && !v->status)
        pol_detect(&s->folded, org->detectors, on_detection, &g);
    scan_squeezed(&g, text);
    drop_allowed(s, before);
}

/* A term in the shared and in the own list is one hit. */
static void drop_twins(policy_session *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->hit_count; i++)
        if (kept == 0 || by_place(&s->hits[kept - 1], &s->hits[i]) != 0)
            s->hits[kept++] = s->hits[i];
    s->hit_count = kept;
}

void pol_gather(pol_evaluation *v)
{
    policy_session *s = v->s;

    s->hit_count = 0;
    for (size_t i = 0; !v->status && i < v->text_count; i++)
        scan_text(v, (uint32_t)i);
    if (v->status)
        return;
    pol_sort(s->hits, s->hit_count, sizeof(*s->hits),
             by_place_and_reasons);
    drop_twins(s);
    if (!pol_grow(&s->allocator, (void **)&s->use, &s->use_cap,
                  2 * s->hit_count + 1, sizeof(*s->use))) {
        v->status = pol_error_oom(v->err);
        return;
    }
    v->hits = (pol_hits){ v->texts, v->text_count, s->hits, s->hit_count };
    v->shown = s->use + s->hit_count;
    memset(v->shown, 0, s->hit_count);
    v->decision->cost.hits = s->hit_count;
}
