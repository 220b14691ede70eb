/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scan every text of the event in all its views, and bring all hits into one
 * order.
 *
 * An allowed phrase takes away the hits of its list that it covers. Phrases and
 * terms come from the same scan, in any order, so the phrases of a text are
 * kept aside and applied when it is done.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sort.h"
#include "evaluate/evaluation.h"

/* A reason of none: the hit is to be dropped. */
#define DROPPED (UINT32_C(1) << 31)

enum {
    /* What a view adds to the reasons of the folded text. */
    VIEW_REASONS = POL_REASON_SEPARATOR | POL_REASON_HOMOGLYPH |
                   POL_REASON_RARE | POL_REASON_LEET | POL_REASON_REPEAT |
                   POL_REASON_NUMERAL | POL_REASON_PINYIN | POL_REASON_ENCODED,
    /* How many hits that begin inside of one are looked at: what is left of
     * more is told twice, no worse. */
    INNER_MAX = 16
};

static bool add(pol_evaluation *v, pol_signal_hit **array, size_t *count,
                size_t *cap, const pol_signal_hit *hit)
{
    policy_session *s = v->s;

    if (*count - (array == &s->hits ? v->hits_from : 0) >= v->limits->hits) {
        v->hits_cut = true;
        return false;
    }
    if (!pol_grow(&s->allocator, (void **)array, cap, *count + 1, sizeof(**array))) {
        v->status = pol_error_oom(v->err);
        return false;
    }
    (*array)[(*count)++] = *hit;
    return true;
}

bool pol_gather_hit(pol_evaluation *v, const pol_signal_hit *hit)
{
    policy_session *s = v->s;

    return add(v, &s->hits, &s->hit_count, &s->hit_cap, hit);
}

bool pol_gather_phrase(pol_evaluation *v, const pol_signal_hit *hit)
{
    policy_session *s = v->s;

    return add(v, &s->phrases, &s->phrase_count, &s->phrase_cap, hit);
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

size_t pol_gather_settle(pol_evaluation *v, size_t from)
{
    policy_session *s = v->s;

    if (s->hit_count > from + 1)
        pol_sort(s->hits + from, s->hit_count - from, sizeof(*s->hits), by_place);
    return s->hit_count;
}

bool pol_gather_surer(pol_evaluation *v, size_t from, size_t to,
                      const pol_signal_hit *hit)
{
    pol_signal_hit *hits = v->s->hits;

    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int c = by_place(&hits[mid], hit);

        if (c == 0) {
            if (hit->confidence > hits[mid].confidence)
                hits[mid].confidence = hit->confidence;
            if (hit->reasons < hits[mid].reasons)
                hits[mid].reasons = hit->reasons;
            return true;
        }
        if (c < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return false;
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

static int by_word(const void *pa, const void *pb)
{
    const pol_signal_hit *a = pa, *b = pb;

    if (a->signal != b->signal)
        return a->signal < b->signal ? -1 : 1;
    if (a->word != b->word)
        return a->word < b->word ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->end < b->end) - (a->end > b->end);
}

/* Of two hits of one term, of which `out` holds `in`, the one to be dropped: the
 * plainer tells enough (糖尿病 of 糖尿病病人), unless more than one of its
 * characters was said again (诈诈骗骗). */
static pol_signal_hit *weaker(pol_signal_hit *out, pol_signal_hit *in)
{
    if (out->reasons & ~in->reasons & POL_HIT_DRAWN_OUT)
        return in;
    return in->reasons < out->reasons ? out : NULL;
}

/* The hits that those from `i` on hold are looked at; they are sorted by_word. */
static void mark_weaker(pol_signal_hit *hits, size_t i, size_t count)
{
    pol_signal_hit *h = &hits[i], *drop;
    size_t last = i + INNER_MAX < count ? i + INNER_MAX : count;

    for (size_t k = i + 1; k < last && hits[k].signal == h->signal &&
                           hits[k].word == h->word && hits[k].start < h->end;
         k++)
        if (hits[k].end <= h->end && (drop = weaker(h, &hits[k])) != NULL)
            drop->reasons |= DROPPED;
}

/* One occurrence that several views show is one hit. */
static void drop_weaker(policy_session *s, size_t from)
{
    pol_signal_hit *hits;
    size_t count = s->hit_count - from, kept = 0, i = 0;

    if (count == 0)
        return; /* there may be no array yet */
    hits = s->hits + from;
    while (i < count && !(hits[i].reasons & VIEW_REASONS))
        i++;
    if (i == count)
        return;
    pol_sort(hits, count, sizeof(*hits), by_word);
    for (i = 0; i < count; i++)
        if (hits[i].reasons & VIEW_REASONS)
            mark_weaker(hits, i, count);
    for (i = 0; i < count; i++) {
        if (hits[i].reasons & DROPPED)
            continue;
        hits[kept] = hits[i];
        hits[kept++].reasons &= ~(uint32_t)POL_HIT_DRAWN_OUT;
    }
    s->hit_count = from + kept;
}

static void scan_text(pol_evaluation *v, uint32_t number, policy_str text)
{
    policy_session *s = v->s;
    size_t before = s->hit_count;

    s->phrase_count = 0;
    pol_scan_views(v, number, text);
    drop_weaker(s, before);
    drop_allowed(s, before);
}

/* A term in the shared and in the own list is one hit; a find of two views is as
 * sure as the surer of them. */
static void drop_twins(policy_session *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->hit_count; i++) {
        const pol_signal_hit *hit = &s->hits[i];

        if (kept == 0 || by_place(&s->hits[kept - 1], hit) != 0)
            s->hits[kept++] = *hit;
        else if (hit->confidence > s->hits[kept - 1].confidence)
            s->hits[kept - 1].confidence = hit->confidence;
    }
    s->hit_count = kept;
}

void pol_gather(pol_evaluation *v)
{
    policy_session *s = v->s;

    s->hit_count = 0;
    for (size_t i = 0; !v->status && i < v->text_count; i++)
        scan_text(v, (uint32_t)i, v->texts[i].text);
    if (v->org->late_regexes && s->hit_count)
        for (size_t i = 0; !v->status && i < v->text_count; i++)
            pol_scan_late(v, (uint32_t)i, v->texts[i].text);
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

size_t pol_gather_again(pol_evaluation *v, uint32_t number, policy_str text)
{
    policy_session *s = v->s;
    size_t from = s->hit_count;
    uint32_t flags = v->flags;
    bool cut = v->hits_cut;

    v->hits_from = from;
    scan_text(v, number, text);
    if (v->org->late_regexes && !v->status)
        pol_scan_late(v, number, text);
    v->hits.hits = s->hits; /* which may have moved */
    v->hits_from = 0;
    v->flags = flags; /* of the event, not of its mask */
    v->hits_cut = cut;
    return from;
}
