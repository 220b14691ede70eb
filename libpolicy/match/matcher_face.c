/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public face of the matcher, and what a scan works in: texts are folded,
 * and hits told as spans of the original, with how they were disguised.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "match/matcher_scratch.h"
#include "text/text.h"

static policy_status reserve_regexes(policy_scratch *s, const policy_matcher *m,
                                     policy_error *err)
{
    policy_status st = POLICY_OK;

    if (!m || !m->regexes)
        return POLICY_OK;
    if (!s->regexes)
        st = pol_regex_scratch_new(&s->regexes, &s->allocator, err);
    return st ? st : pol_regex_scratch_reserve(s->regexes, m->regexes, err);
}

policy_status pol_scratch_reserve(policy_scratch *s, const policy_matcher *m,
                                  policy_error *err)
{
    size_t want = m ? m->most_hits * FOUND_ENDS * 2 : 0;
    pol_found *p;
    policy_status st = reserve_regexes(s, m, err);

    if (st || want <= s->found_cap)
        return st;
    p = pol_realloc(&s->allocator, s->found, s->found_cap * sizeof(*p),
                    want * sizeof(*p));
    if (!p)
        return pol_error_oom(err);
    s->found = p;
    s->found_cap = want;
    return POLICY_OK;
}

policy_status policy_scratch_new(policy_scratch **out, const policy_matcher *m,
                                 policy_error *err)
{
    policy_allocator a = pol_allocator_or_default(m ? &m->allocator : NULL);

    return pol_scratch_new(out, &a, m, err);
}

policy_status pol_scratch_new(policy_scratch **out, const policy_allocator *a,
                              const policy_matcher *m, policy_error *err)
{
    policy_scratch *s = pol_calloc(a, 1, sizeof(*s));
    policy_status st;

    *out = NULL;
    if (!s)
        return pol_error_oom(err);
    s->allocator = *a;
    pol_folded_init(&s->folded, &s->allocator);
    if ((st = pol_scratch_reserve(s, m, err)) != POLICY_OK) {
        policy_scratch_free(s);
        return st;
    }
    *out = s;
    return POLICY_OK;
}

void policy_scratch_free(policy_scratch *s)
{
    policy_allocator a;

    if (!s)
        return;
    a = s->allocator;
    pol_folded_fini(&s->folded);
    pol_free(&a, s->found, s->found_cap * sizeof(*s->found));
    pol_free(&a, s->matches, s->match_cap * sizeof(*s->matches));
    pol_regex_scratch_free(s->regexes);
    pol_free(&a, s, sizeof(*s));
}

enum { IGNORABLE_BIT = 8 };
_Static_assert(1 << IGNORABLE_BIT == POL_REASON_IGNORABLE, "ORDER REASON");

/* The public face: spans of the original, and how they were disguised. */
struct face {
    const pol_folded *text;
    uint32_t index;
    /* Where each reason was seen last, plus 1, in the units up to `seen`: hits
     * come by end, so one pass tells the reasons of any number of spans. */
    uint32_t last[16];
    size_t seen;
    bool stopped;
    policy_on_match on_match;
    void *user;
};

static uint16_t reasons_of(struct face *f, uint32_t start, uint32_t end)
{
    unsigned bit, reasons = 0;

    for (; f->seen < end; f->seen++) {
        unsigned r = f->text->reasons[f->seen];

        for (bit = 0; r; bit++, r >>= 1)
            if (r & 1)
                f->last[bit] = (uint32_t)f->seen + 1;
    }
    for (bit = 0; bit < 16; bit++)
        reasons |= (unsigned)(f->last[bit] > start) << bit;
    /* What was deleted before the first unit is outside of the span. */
    if (f->last[IGNORABLE_BIT] == start + 1)
        reasons &= ~(unsigned)POL_REASON_IGNORABLE;
    return (uint16_t)reasons;
}

static int face_hit(void *user, const pol_hit *hit)
{
    struct face *f = user;
    policy_match match = {
        .text = f->index, .id = hit->id,
        .span = pol_folded_source(f->text, hit->start, hit->end),
        .reasons = reasons_of(f, hit->start, hit->end)
    };

    f->stopped = f->on_match(f->user, &match) != 0;
    return f->stopped;
}

/* Terms and the matches of regexes, in one order. */
struct merge {
    struct face *face;
    policy_scratch *s;
    size_t next; /* match that was not yet told */
    bool starved;
};

static int keep_match(void *user, const pol_hit *hit)
{
    struct merge *g = user;
    policy_scratch *s = g->s;

    if (!pol_grow(&s->allocator, (void **)&s->matches, &s->match_cap,
                  s->match_count + 1, sizeof(*s->matches))) {
        g->starved = true;
        return 1;
    }
    s->matches[s->match_count++] = *hit;
    return 0;
}

/* Does `a` come before `b`: by end, by id, the shorter first? */
static bool is_before(const pol_hit *a, const pol_hit *b)
{
    if (a->end != b->end)
        return a->end < b->end;
    return a->id != b->id ? a->id < b->id : a->start > b->start;
}

/* Tell the matches that come before the term; NULL: all that are left. */
static bool tell_matches(struct merge *g, const pol_hit *term)
{
    const policy_scratch *s = g->s;

    for (; g->next < s->match_count; g->next++) {
        const pol_hit *m = &s->matches[g->next];

        if (term && !is_before(m, term))
            return false;
        if (face_hit(g->face, m))
            return true;
    }
    return false;
}

static int merge_hit(void *user, const pol_hit *hit)
{
    struct merge *g = user;

    return tell_matches(g, hit) || face_hit(g->face, hit);
}

/* The regexes first: where no gate of theirs opens, nothing is left to merge. */
static policy_status scan_both(const policy_matcher *m, policy_scratch *s,
                               policy_str source, struct face *f)
{
    struct merge g = { .face = f, .s = s };
    policy_status st, cut;

    if (!m || !m->regexes)
        return pol_matcher_scan(m, s, f->text, source, face_hit, f);
    s->match_count = 0;
    if ((st = pol_scratch_reserve(s, m, NULL)) != POLICY_OK)
        return st;
    cut = pol_regex_set_scan(m->regexes, s->regexes, f->text, keep_match, &g);
    if (g.starved || (cut && cut != POLICY_ELIMIT))
        return POLICY_ENOMEM;
    st = pol_matcher_scan(m, s, f->text, source, merge_hit, &g);
    if (st == POLICY_OK && !f->stopped)
        tell_matches(&g, NULL);
    return st || f->stopped ? st : cut;
}

static policy_status scan_one(const policy_matcher *m, policy_scratch *s,
                              policy_str source, struct face *f)
{
    policy_status st = pol_fold(&s->folded, source, NULL);

    if (st != POLICY_OK)
        return st;
    memset(f->last, 0, sizeof(f->last));
    f->seen = 0;
    f->text = &s->folded;
    return scan_both(m, s, source, f);
}

policy_status policy_matcher_scan(const policy_matcher *m, policy_scratch *s,
                                  policy_str text, policy_on_match on_match,
                                  void *user)
{
    return policy_matcher_scan_batch(m, s, &text, 1, on_match, user);
}

policy_status policy_matcher_scan_batch(const policy_matcher *m,
                                        policy_scratch *s,
                                        const policy_str *texts, size_t count,
                                        policy_on_match on_match, void *user)
{
    struct face f = { .on_match = on_match, .user = user };
    policy_status st = POLICY_OK;

    for (; f.index < count && st == POLICY_OK && !f.stopped; f.index++)
        st = scan_one(m, s, texts[f.index], &f);
    return st;
}

policy_status policy_matcher_scan_text(const policy_matcher *m,
                                       policy_scratch *s,
                                       const policy_text *text,
                                       policy_on_match on_match, void *user)
{
    struct face f = { .text = pol_text_folded(text), .on_match = on_match,
                      .user = user };

    return scan_both(m, s, pol_text_source(text), &f);
}
