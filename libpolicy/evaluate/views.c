/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One text in all its views.
 *
 *   bytes ──┬─► folded ──┬─► squeezed ──► collapsed
 *           │            ├─► collapsed
 *   decoded ┘            ├─► pinyin, of folded and of squeezed
 *                        └─► skeleton ──► squeezed, collapsed
 *
 * Each is made only where some term of the organisation may be found in it, and
 * is empty, after one quick look, where the text has nothing for it. Terms are
 * looked for in all of them by the same matchers; a pattern says in which views
 * it counts, and each view says by its own rule whether the hit is one. A hit of
 * a view must need it: what the view beneath shows as well is left to that.
 *
 * Regexes are run on the folded text, plain and decoded, and on nothing else:
 * they say by themselves what may stand between, so leaving it out would find
 * what they do not mean; and where look-alikes or sounds are written anew, their
 * classes mean something else (0 is a letter there, and a syllable no Han).
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "evaluate/evaluation.h"
#include "match/detect.h"
#include "match/detectors.h"
#include "match/matcher.h"
#include "match/pattern_set.h"
#include "text/collapse.h"
#include "text/numerals.h"
#include "text/pinyin.h"
#include "text/skeleton.h"
#include "text/utf8.h"
#include "text/words.h"

enum { SKELETON_REASONS = POL_REASON_HOMOGLYPH | POL_REASON_RARE |
                          POL_REASON_LEET };

/* A text on its way through the matchers. */
typedef struct scan {
    pol_evaluation *v;
    uint32_t number;            /* of the event's text */
    policy_str bytes;           /* what was folded */
    const pol_decoded *decoded; /* NULL: these are the event's own bytes */
    const pol_folded *text;     /* the view in hand */
    const pol_folded *under;    /* what it was made of: overlays, unit for unit */
    const pol_squeezed *gaps;   /* of the view, if it has any */
    unsigned views;             /* POL_VIEW_* it is made by */
    size_t host;                /* the host's detector in hand */
    size_t from, settled;       /* hits of this text that views before found */
    bool shared;                /* by the shared matcher */
    pol_show_view show;         /* instead of scanning; NULL: scan */
    void *user;
} scan;

void pol_views_init(pol_views *w, const policy_allocator *a)
{
    pol_squeezed_init(&w->squeezed, a);
    pol_squeezed_init(&w->collapsed, a);
    pol_overlay_init(&w->skeleton, a);
    pol_overlay_init(&w->pinyin, a);
    pol_overlay_init(&w->numerals, a);
    pol_decoded_init(&w->decoded, a);
    pol_folded_init(&w->child, a);
    pol_plain_init(&w->plain, a);
}

void pol_views_fini(pol_views *w)
{
    pol_squeezed_fini(&w->squeezed);
    pol_squeezed_fini(&w->collapsed);
    pol_overlay_fini(&w->skeleton);
    pol_overlay_fini(&w->pinyin);
    pol_overlay_fini(&w->numerals);
    pol_decoded_fini(&w->decoded);
    pol_folded_fini(&w->child);
    pol_plain_fini(&w->plain);
}

/* --- hits ---------------------------------------------------------------------- */

/* Reasons of all units but what was left out before the first: it is outside. */
static uint32_t reasons_of(const pol_folded *f, uint32_t start, uint32_t end)
{
    uint32_t r = f->reasons[start] & ~(uint32_t)(POL_REASON_IGNORABLE |
                                                 POL_REASON_SEPARATOR);

    for (uint32_t i = start + 1; i < end; i++)
        r |= f->reasons[i];
    return r;
}

/* Are there several characters in it that were repeated? */
static bool is_drawn_out(const pol_folded *f, uint32_t start, uint32_t end)
{
    unsigned chars = 0;

    for (uint32_t i = start; i < end; i++)
        chars += f->reasons[i] & POL_REASON_REPEAT && !pol_is_low(f->units[i]);
    return chars > 1;
}

/* May the event's text itself not show what the view in hand does? What is decoded
 * has to be of it or right beside it: %E8%AF%9D ends with a letter, behind which
 * no English term begins. What both show is one hit in the end. */
static bool is_new(const scan *g, uint32_t start, uint32_t end)
{
    policy_span span;

    if (!g->decoded)
        return true;
    span = pol_folded_source(g->text, start ? start - 1 : 0,
                             end < g->text->count ? end + 1 : end);
    if (start == 0) /* what the fold leaves out there is beside it, too */
        span.start = 0;
    if (end == g->text->count)
        span.end = g->decoded->text.len;
    return pol_decoded_touches(g->decoded, span);
}

static pol_signal_hit make_hit(const scan *g, uint32_t signal, uint32_t start,
                               uint32_t end)
{
    policy_span span = pol_folded_source(g->text, start, end);
    uint32_t reasons = reasons_of(g->text, start, end);

    if (reasons & POL_REASON_REPEAT && is_drawn_out(g->text, start, end))
        reasons |= POL_HIT_DRAWN_OUT;
    if (g->decoded) {
        span = pol_decoded_source(g->decoded, span);
        reasons |= POL_REASON_ENCODED;
    }
    return (pol_signal_hit){ .signal = signal, .text = g->number,
                             .start = span.start, .end = span.end,
                             .reasons = reasons };
}

/* Does the view in hand show the term, and was it needed to? */
static bool is_admitted(const scan *g, const pol_terms *terms,
                        const pol_term *t, const pol_hit *hit)
{
    const uint16_t *literal = terms->literals + t->literal;
    unsigned views = g->views;

    if (t->must & ~views || views & ~(unsigned)t->may)
        return false;
    if (views & POL_VIEW_COLLAPSED) {
        if (!pol_collapsed_admits(g->gaps, hit->start, hit->end,
                                  pol_term_gaps(t)) ||
            pol_collapsed_honest(g->gaps, hit->start, hit->end, g->under) ||
            (t->must & POL_VIEW_COLLAPSED &&
             !pol_collapsed_covers(g->gaps, hit->start, hit->end, g->under,
                                   literal + 1, literal[0])))
            return false;
    } else if (views & POL_VIEW_SQUEEZED &&
               !pol_squeezed_admits(g->gaps, hit->start, hit->end,
                                    pol_term_gaps(t))) {
        return false;
    }
    if (views & POL_VIEW_SKELETON &&
        !(reasons_of(g->text, hit->start, hit->end) & SKELETON_REASONS))
        return false;
    if (views & POL_VIEW_PINYIN &&
        !pol_pinyin_admits(g->under, hit->start, hit->end,
                           literal + 1,
                           t->asked ? POL_PINYIN_LOOSE : POL_PINYIN_STRICT))
        return false;
    return !t->boundary || g->gaps ||
           !pol_word_straddled(g->under, hit->start, hit->end);
}

static int on_hit(void *user, const pol_hit *hit)
{
    scan *g = user;
    const pol_org *org = g->v->org;
    const pol_terms *terms = g->shared ? &org->shared->terms : &org->terms;
    const pol_term *t = &terms->at[hit->id];
    int32_t signal = g->shared ? org->shared_signal[t->list] : (int32_t)t->list;
    pol_signal_hit made;

    if (t->gate) {
        if (!(g->views & ~(unsigned)POL_VIEW_DECODED))
            pol_regex_set_open(org->regexes, g->v->s->regexes, t->word,
                               hit->start);
        return 0;
    }
    if (signal < 0 || ((g->views | t->must | t->boundary) &&
                       !is_admitted(g, terms, t, hit)))
        return 0;
    if (!is_new(g, hit->start, hit->end))
        return 0;
    made = make_hit(g, (uint32_t)signal, hit->start, hit->end);
    made.reasons |= t->how;
    made.word = t->word << 1 | g->shared;
    return t->allowed ? !pol_gather_phrase(g->v, &made)
                      : !pol_gather_hit(g->v, &made);
}

/*
 * Detectors look far around: at letters before a number, at words that say what
 * it is. So each find in a view counts, also of what the text shows as it is: the
 * surer one stays. It is one hit, or a single code in a text would bring all its
 * numbers a second time, and the limit of hits nearer by half.
 */
static int gather_find(scan *g, const pol_signal_hit *made)
{
    return !pol_gather_surer(g->v, g->from, g->settled, made) &&
           !pol_gather_hit(g->v, made);
}

/* What was found so far is put into order, for the next view to look into. */
static void settle(scan *g)
{
    g->settled = pol_gather_settle(g->v, g->from);
}

static int on_detection(void *user, const pol_detection *d)
{
    scan *g = user;
    uint32_t signal = (uint32_t)g->v->org->detector_signal[d->detector];
    pol_signal_hit made = make_hit(g, signal, d->start, d->end);

    if ((UINT32_C(1) << d->detector & POL_DETECT_ADDRESSES) &&
        pol_url_defanged(g->text, d->start, d->end))
        made.reasons |= POL_REASON_DEFANGED;
    made.confidence = (uint8_t)d->confidence;
    return gather_find(g, &made);
}

/* --- views --------------------------------------------------------------------- */

/* A callback that ran out of memory stopped the scan, which is no failure of the
 * scan: its word goes first. */
static void scan_terms(scan *g, const pol_terms *terms)
{
    pol_evaluation *v = g->v;
    policy_status st;

    if (!terms->matcher || v->status)
        return;
    st = pol_matcher_scan(terms->matcher, v->s->scratch, g->text, g->bytes,
                          on_hit, g);
    if (st && !v->status)
        v->status = st == POLICY_ENOMEM ? pol_error_oom(v->err) : st;
}

static bool in_word(const pol_folded *t, size_t pos)
{
    return pos > 0 && pos < t->count && pol_class_in_word(t->classes[pos - 1]) &&
           pol_class_in_word(t->classes[pos]);
}

/* How sure a pattern of the organisation is: none where it stands inside of a
 * longer number; without words of its own it is as sure as its form. */
static uint8_t pattern_confidence(const pol_folded *t, const pol_hit *hit,
                                  const uint16_t *const *context)
{
    int level = POLICY_CONFIDENCE_MEDIUM;

    if (in_word(t, hit->start) || in_word(t, hit->end))
        return POLICY_CONFIDENCE_NONE;
    level += pol_context_words(t, hit->start, hit->end, context);
    if (context[0] && level == POLICY_CONFIDENCE_MEDIUM)
        level = POLICY_CONFIDENCE_LOW;
    return (uint8_t)level;
}

static int on_regex(void *user, const pol_hit *hit)
{
    scan *g = user;
    const pol_signal *signal = &g->v->org->signals[hit->id];
    uint8_t sure = 0;
    pol_signal_hit made;

    if (signal->context)
        sure = pattern_confidence(g->text, hit, signal->context);
    if (signal->context ? !sure : !is_new(g, hit->start, hit->end))
        return 0;
    made = make_hit(g, hit->id, hit->start, hit->end);
    made.confidence = sure;
    return gather_find(g, &made);
}

static void settle_regexes(pol_evaluation *v, policy_status st)
{
    if (st == POLICY_ELIMIT)
        v->regexes_cut = true;
    else if (st && !v->status)
        v->status = pol_error_oom(v->err);
}

/* The organisation's own terms, and the regexes whose literals stand among them
 * where the view is theirs. */
static void scan_own(scan *g)
{
    pol_evaluation *v = g->v;
    const pol_org *org = v->org;
    pol_regex_scratch *c = v->s->regexes;
    bool regexes = org->regexes && !(g->views & ~(unsigned)POL_VIEW_DECODED);
    policy_status st = POLICY_OK;

    if (regexes)
        st = pol_regex_set_begin(org->regexes, c, g->text);
    if (!st)
        scan_terms(g, &org->terms);
    if (regexes && !st && !v->status)
        st = pol_regex_set_run(org->regexes, c, g->text, on_regex, g);
    settle_regexes(v, st);
}

static bool wants(const scan *g, unsigned views)
{
    const pol_org *org = g->v->org;

    return !g->v->status && (!(views & ~(unsigned)org->terms.views) ||
                             !(views & ~(unsigned)org->shared_views));
}

static void scan_view(scan *g, const pol_folded *text, const pol_folded *under,
                      const pol_squeezed *gaps, unsigned views)
{
    const pol_org *org = g->v->org;

    if (!text->count)
        return;
    if (g->show) {
        g->show(g->user, views, text);
        return;
    }
    g->text = text;
    g->under = under;
    g->gaps = gaps;
    g->views = views;
    g->shared = true;
    if (!(views & ~(unsigned)org->shared_views))
        scan_terms(g, &org->shared->terms);
    g->shared = false;
    if (!(views & ~(unsigned)org->terms.views))
        scan_own(g);
}

static void scan_collapsed(scan *g, const pol_folded *text, const uint8_t *gaps,
                           unsigned views)
{
    pol_evaluation *v = g->v;
    pol_squeezed *out = &v->s->views.collapsed;
    uint32_t own = v->org->terms.longest, shared = v->org->shared->terms.longest;
    uint32_t longest = own > shared ? own : shared; /* not 0: one is wanted */

    v->status = pol_collapse(out, text, gaps, longest - 1, v->err);
    if (!v->status)
        scan_view(g, &out->text, text, out, views | POL_VIEW_COLLAPSED);
}

static void scan_pinyin(scan *g, const pol_folded *text,
                        const pol_squeezed *gaps, unsigned views)
{
    pol_evaluation *v = g->v;
    pol_overlay *out = &v->s->views.pinyin;

    v->status = pol_pinyin_view(out, text, v->err);
    if (!v->status)
        scan_view(g, &out->text, text, gaps, views | POL_VIEW_PINYIN);
}

/* The text and what leaves parts of it out. */
static void scan_base(scan *g, const pol_folded *text, unsigned views)
{
    pol_evaluation *v = g->v;
    pol_squeezed *squeezed = &v->s->views.squeezed;
    unsigned apart = views | POL_VIEW_SQUEEZED;
    bool sounds = !(views & POL_VIEW_SKELETON); /* no term is in both */

    scan_view(g, text, text, NULL, views);
    if (wants(g, views | POL_VIEW_COLLAPSED))
        scan_collapsed(g, text, NULL, views);
    if (sounds && wants(g, views | POL_VIEW_PINYIN))
        scan_pinyin(g, text, NULL, views);
    if (!wants(g, apart))
        return;
    v->status = pol_squeeze(squeezed, text, v->err);
    if (v->status || !squeezed->text.count)
        return;
    scan_view(g, &squeezed->text, &squeezed->text, squeezed, apart);
    if (wants(g, apart | POL_VIEW_COLLAPSED))
        scan_collapsed(g, &squeezed->text, squeezed->gaps, apart);
    if (sounds && wants(g, apart | POL_VIEW_PINYIN))
        scan_pinyin(g, &squeezed->text, squeezed, apart);
}

/* A detector that answers rubbish is out of work for the event. */
static void stop_host(scan *g, const pol_host_fault *fault)
{
    pol_evaluation *v = g->v;
    policy_str name = v->org->shared->hosts[g->host].name;
    pol_text args[] = { { name, name },
                        { pol_str(fault->zh), pol_str(fault->en) } };

    v->stopped |= UINT64_C(1) << g->host;
    pol_record_error(v, "", pol_fault_code(POL_FAULT_DETECTOR),
                     pol_fault_fill(v, POL_FAULT_DETECTOR, args, 2),
                     pol_worst_error_verdict(v));
}

static int on_host_detection(void *user, const pol_detection *d)
{
    scan *g = user;
    uint32_t signal = (uint32_t)g->v->org->host_signal[g->host];
    pol_signal_hit made = make_hit(g, signal, d->start, d->end);

    made.confidence = (uint8_t)d->confidence;
    return gather_find(g, &made);
}

/* The host's detectors of the mask, as far as the text has runs for them. */
static void ask_hosts(scan *g, const pol_folded *text, uint64_t mask)
{
    pol_evaluation *v = g->v;
    const pol_host_detector *hosts = v->org->shared->hosts;
    pol_plain *plain = &v->s->views.plain;
    uint32_t runs[POL_CHARSET_COUNT];
    bool filled = false;

    mask &= v->org->hosts & ~v->stopped;
    if (!mask || !text->count)
        return;
    g->text = text;
    pol_charset_runs(text, runs);
    for (; mask && !v->status; mask &= mask - 1) {
        const pol_host_fault *fault;

        g->host = (size_t)__builtin_ctzll(mask);
        if (runs[hosts[g->host].charset] < hosts[g->host].min_run)
            continue;
        if (!filled)
            v->status = pol_plain_fill(plain, text, v->err);
        filled = true;
        if (v->status)
            return;
        fault = pol_host_detect(&hosts[g->host], plain, on_host_detection, g);
        if (fault && !v->status)
            stop_host(g, fault);
    }
}

static void detect(scan *g, const pol_folded *text, uint32_t mask,
                   uint64_t hosts, unsigned views)
{
    if (g->show) {
        if (views & POL_VIEW_NUMERALS)
            g->show(g->user, views, text);
        return;
    }
    g->text = text;
    pol_detect(text, mask & g->v->org->detectors, on_detection, g);
    ask_hosts(g, text, hosts);
}

static bool has_detectors(const pol_org *org)
{
    return org->detectors || org->hosts;
}

static void scan_detectors(scan *g, const pol_folded *text, unsigned views)
{
    pol_evaluation *v = g->v;
    pol_overlay *numerals = &v->s->views.numerals;

    if (!has_detectors(v->org) || v->status)
        return;
    detect(g, text, UINT32_MAX, UINT64_MAX, views);
    if (v->status || !(v->org->detectors & POL_DETECT_NUMBERS ||
                       v->org->host_numbers))
        return;
    v->status = pol_numerals(numerals, text, v->err);
    if (v->status || !numerals->text.count)
        return;
    if (!g->show)
        settle(g);
    detect(g, &numerals->text, POL_DETECT_NUMBERS, v->org->host_numbers,
           views | POL_VIEW_NUMERALS);
}

static void scan_folded(scan *g, const pol_folded *text, unsigned views)
{
    pol_evaluation *v = g->v;
    pol_overlay *skeleton = &v->s->views.skeleton;

    v->flags |= text->flags;
    scan_base(g, text, views);
    scan_detectors(g, text, views);
    if (!wants(g, views | POL_VIEW_SKELETON))
        return;
    v->status = pol_skeleton(skeleton, text, g->bytes, v->err);
    if (!v->status && skeleton->text.count)
        scan_base(g, &skeleton->text, views | POL_VIEW_SKELETON);
}

/* What is written in codes, read as if it were not. */
static void scan_decoded(scan *g)
{
    pol_evaluation *v = g->v;
    pol_views *w = &v->s->views;

    if (!wants(g, POL_VIEW_DECODED) && !has_detectors(v->org))
        return;
    v->status = pol_decode(&w->decoded, g->bytes, v->err);
    if (v->status || !w->decoded.text.len)
        return;
    g->bytes = w->decoded.text;
    g->decoded = &w->decoded;
    if (!g->show)
        settle(g);
    v->status = pol_fold(&w->child, g->bytes, v->err);
    if (!v->status)
        scan_folded(g, &w->child, POL_VIEW_DECODED);
}

static void scan_late(scan *g, const pol_folded *text)
{
    pol_evaluation *v = g->v;

    g->text = text;
    settle_regexes(v, pol_regex_set_scan(v->org->late_regexes, v->s->regexes,
                                         text, on_regex, g));
}

void pol_scan_late(pol_evaluation *v, uint32_t number, policy_str text)
{
    scan g = { .v = v, .number = number, .bytes = text,
               .from = v->s->hit_count, .settled = v->s->hit_count };
    pol_views *w = &v->s->views;

    v->status = pol_fold(&v->s->folded, text, v->err);
    if (!v->status)
        scan_late(&g, &v->s->folded);
    if (!v->status)
        v->status = pol_decode(&w->decoded, text, v->err);
    if (v->status || !w->decoded.text.len)
        return;
    g.bytes = w->decoded.text;
    g.decoded = &w->decoded;
    v->status = pol_fold(&w->child, g.bytes, v->err);
    if (!v->status)
        scan_late(&g, &w->child);
}

static void scan_all(scan *g)
{
    pol_evaluation *v = g->v;
    pol_folded *folded = &v->s->folded;

    v->status = pol_fold(folded, g->bytes, v->err);
    if (v->status)
        return;
    scan_folded(g, folded, 0);
    if (!v->status)
        scan_decoded(g);
}

void pol_scan_views(pol_evaluation *v, uint32_t number, policy_str text)
{
    scan g = { .v = v, .number = number, .bytes = text,
               .from = v->s->hit_count, .settled = v->s->hit_count };

    scan_all(&g);
}

void pol_show_views(pol_evaluation *v, policy_str text, pol_show_view show,
                    void *user)
{
    scan g = { .v = v, .bytes = text, .show = show, .user = user };

    scan_all(&g);
}
