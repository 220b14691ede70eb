/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scan over the tables of matcher_layout.h. For each unit the question is:
 * which terms end here? Over a block of units the passes go one by one, without
 * a branch, and each lists the ends that it leaves for the next.
 *
 *    units    ┌──┬──┬──┬──┬──┬──┬──┬──┐
 *    pass 1   └──┴──┴──┴──┴──┴──┴──┴──┘ ──► ends with a bit of filter two
 *    pass 2    filters three and four   ──► ends of some term, nearly always
 *    the rest  each end: exact table    ──► its hits, sorted by id, reported
 *                                           before the next end is looked at
 *
 * An end costs at most eight probes, a share of the budget of matcher_layout.h,
 * and a look at every hit: what is reported, and what fails its check of
 * borders or bytes.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "match/matcher_sieve.h"
#include "match/pattern_set.h"
#include "text/text.h"

/* Below it, insertion beats counting. */
enum { SORT_MIN = 48 };

struct found { uint32_t id, start; };

struct policy_scratch {
    policy_allocator allocator;
    pol_folded folded;
    struct found *found; /* the hits of one end, twice: sorting needs as much */
    size_t found_cap;
};

struct scan {
    const policy_matcher *m;
    const pol_folded *text; /* the one at hand */
    policy_str source;
    uint32_t index;
    uint64_t spent; /* probes beyond SHORT_MAX in this text */
    uint32_t state; /* of the automaton, once it has read up to `read` */
    size_t read;
    struct found *found, *spare;
    size_t count;
    pol_on_hit on_hit;
    void *user;
};

/* A block: what the sieve leaves of it, and of which texts. */
struct block {
    pol_survivors left;
    struct { uint32_t text, count; } parts[SIEVE_BLOCK]; /* up to its end */
    size_t part_count;
};

/* Between two letters or digits there is no border of a word. */
static bool in_word(const pol_folded *t, size_t pos)
{
    return pos > 0 && pos < t->count &&
           pol_class_in_word(t->classes[pos - 1]) &&
           pol_class_in_word(t->classes[pos]);
}

static bool exact_bytes(const struct scan *s, const pol_output *o,
                        size_t start, size_t end)
{
    const pol_exact *x = &s->m->exacts[o->exact];
    policy_span span = pol_folded_source(s->text, start, end);

    return span.end - span.start == x->len &&
           memcmp(s->source.ptr + span.start, s->m->bytes + x->at,
                  x->len) == 0;
}

static void take(struct scan *s, uint32_t out, size_t start, size_t end)
{
    const pol_output *o = s->m->outputs + out;
    unsigned barred = (in_word(s->text, start) ? OUTPUT_WORD_START : 0) |
                      (in_word(s->text, end) ? OUTPUT_WORD_END : 0);

    for (;; o++) {
        if (!(o->flags & barred) &&
            (!(o->flags & OUTPUT_EXACT) || exact_bytes(s, o, start, end))) {
            assert(s->count < s->m->most_hits);
            s->found[s->count++] = (struct found){ o->id, (uint32_t)start };
        }
        if (o->flags & OUTPUT_LAST)
            return;
    }
}

/* Probe for a stride of `count` units, and take what ends there. The node after
 * it, or 0. */
static uint32_t probe(struct scan *s, uint32_t node, uint64_t window,
                      size_t count, size_t start, size_t end)
{
    const pol_entry *e = pol_entry_find(s->m, node, window, count);
    uint32_t out = e->out >> 1;

    if (!e->key)
        return 0;
    if (e->out & 1)
        out = s->m->nodes[e->out >> 1].out;
    if (out)
        take(s, out, start, end);
    return e->out & 1 ? e->out >> 1 : 0;
}

/* The strides that continue `node` at `left`, and what ends with them. The node
 * after a whole one, or 0. */
static uint32_t stride(struct scan *s, uint32_t node, size_t left, size_t end)
{
    const uint32_t more = s->m->nodes[node].more;
    uint32_t next = 0;
    size_t count;

    if (left == 0 || !(more & pol_more_bit(s->text->units[left - 1])))
        return 0;
    for (count = 1; count <= STRIDE && count <= left; count++)
        if (more >> count & 1)
            next = probe(s, node, pol_units_before(s->text->units, left, count),
                         count, left - count, end);
    return next;
}

/* Bring the automaton to `end`. It may begin anywhere before the longest term
 * that could end there, or go on: no unit is read twice. */
static void read_up_to(struct scan *s, size_t end)
{
    const pol_automaton *a = &s->m->longs;

    if (end > a->longest && end - a->longest > s->read) {
        s->read = end - a->longest;
        s->state = 0;
    }
    for (; s->read < end; s->read++)
        s->state = pol_automaton_step(a, s->state, s->text->units[s->read]);
}

/* The long terms that end here. The automaton tells the longest first. */
static void ask_automaton(struct scan *s, size_t end)
{
    const pol_automaton *a = &s->m->longs;
    size_t first = s->count, last;
    uint32_t e;

    read_up_to(s, end);
    for (e = a->states[s->state].out; e; e = a->ends[e].next)
        take(s, a->ends[e].value, end - a->ends[e].len, end);
    for (last = s->count; first + 1 < last; first++, last--) {
        struct found swap = s->found[first];

        s->found[first] = s->found[last - 1];
        s->found[last - 1] = swap;
    }
}

/* The strides after the first. */
static void descend(struct scan *s, uint32_t node, size_t end)
{
    size_t left = end - STRIDE;

    node = stride(s, node, left, end);
    if (!node)
        return;
    if (s->spent >= s->m->walk_budget * end) {
        ask_automaton(s, end);
        return;
    }
    while (node) {
        left -= STRIDE;
        s->spent += STRIDE;
        node = stride(s, node, left, end);
    }
}

/* Collect the hits at one end that passed the filters. */
static void collect(struct scan *s, size_t end, unsigned may)
{
    const uint64_t w = pol_window_before(s->text->units, end);

    s->count = 0;
    if (!s->m->inside && in_word(s->text, end))
        return;
    if (may & MAY_ONE)
        probe(s, 0, w & pol_window(1), 1, end - 1, end);
    if (may & MAY_TWO && end >= 2)
        probe(s, 0, w & pol_window(2), 2, end - 2, end);
    if (may & MAY_THREE && end >= 3)
        probe(s, 0, w & pol_window(3), 3, end - 3, end);
    if (may & MAY_FOUR && end >= 4) {
        uint32_t node = probe(s, 0, w, 4, end - 4, end);

        if (node)
            descend(s, node, end);
    }
}

static void insertion_sort(struct found *f, size_t n)
{
    size_t i, j;

    for (i = 1; i < n; i++) {
        struct found x = f[i];

        for (j = i; j > 0 && f[j - 1].id > x.id; j--)
            f[j] = f[j - 1];
        f[j] = x;
    }
}

/* By one byte of the id, from s->found to s->spare, which change places. */
static void radix_pass(struct scan *s, unsigned shift)
{
    size_t at[257] = { 0 }, i;
    struct found *swap = s->found;

    for (i = 0; i < s->count; i++)
        at[(s->found[i].id >> shift & 255) + 1]++;
    for (i = 0; i < 256; i++)
        at[i + 1] += at[i];
    for (i = 0; i < s->count; i++)
        s->spare[at[s->found[i].id >> shift & 255]++] = s->found[i];
    s->found = s->spare;
    s->spare = swap;
}

/* By id; they come the shortest first, and both ways of sorting are stable. */
static void sort_found(struct scan *s)
{
    uint32_t differ = 0;
    unsigned shift;
    size_t i;

    if (s->count <= SORT_MIN) {
        insertion_sort(s->found, s->count);
        return;
    }
    for (i = 1; i < s->count; i++)
        differ |= s->found[i].id ^ s->found[0].id;
    for (shift = 0; shift < 32; shift += 8)
        if (differ >> shift & 255)
            radix_pass(s, shift);
}

/* True to stop. */
static bool report(struct scan *s, size_t end)
{
    size_t i;

    if (s->count > 1)
        sort_found(s);
    for (i = 0; i < s->count; i++) {
        pol_hit hit = { s->found[i].id, s->found[i].start, (uint32_t)end,
                        s->index };

        if (i && s->found[i].id == s->found[i - 1].id &&
            s->found[i].start == s->found[i - 1].start)
            continue; /* two terms, one as written and one folded */
        if (s->on_hit(s->user, &hit))
            return true;
    }
    return false;
}

/* How far the first pass has come. */
struct place { size_t text, unit; };

/* Fill `b` from as many units as make a block. */
static void fill_block(const struct scan *s, const pol_folded *const *texts,
                       size_t count, struct place *at, struct block *b)
{
    size_t room = SIEVE_BLOCK;

    b->left.count = b->part_count = 0;
    while (at->text < count && room > 0) {
        const pol_folded *t = texts[at->text];
        size_t n = t->count - at->unit < room ? t->count - at->unit : room;

        if (n > 0) {
            s->m->sieve(s->m, t->units, at->unit, at->unit + n, &b->left);
            b->parts[b->part_count].text = (uint32_t)at->text;
            b->parts[b->part_count++].count = (uint32_t)b->left.count;
        }
        room -= n;
        at->unit += n;
        if (at->unit == t->count)
            *at = (struct place){ at->text + 1, 0 };
    }
}

static void begin_text(struct scan *s, uint32_t index, const pol_folded *text,
                       policy_str source)
{
    s->index = index;
    s->text = text;
    s->source = source;
    s->spent = 0;
    s->state = 0;
    s->read = 0;
}

static void scan_texts(struct scan *s, const pol_folded *const *texts,
                       const policy_str *sources, size_t count)
{
    struct place at = { 0, 0 };
    struct block b;
    size_t part, i;

    while (at.text < count) {
        fill_block(s, texts, count, &at, &b);
        for (part = i = 0; part < b.part_count; part++) {
            uint32_t index = b.parts[part].text;

            if (!s->text || index != s->index)
                begin_text(s, index, texts[index], sources[index]);
            for (; i < b.parts[part].count; i++) {
                collect(s, b.left.end[i], b.left.may[i]);
                if (s->count && report(s, b.left.end[i]))
                    return;
            }
        }
    }
}

policy_status pol_scratch_reserve(policy_scratch *s, const policy_matcher *m,
                                  policy_error *err)
{
    size_t want = m ? m->most_hits * 2 : 0;
    struct found *p;

    if (want <= s->found_cap)
        return POLICY_OK;
    p = pol_realloc(&s->allocator, s->found, s->found_cap * sizeof(*p),
                    want * sizeof(*p));
    if (!p)
        return pol_error_oom(err);
    s->found = p;
    s->found_cap = want;
    return POLICY_OK;
}

policy_status pol_matcher_scan(const policy_matcher *m, policy_scratch *s,
                               const pol_folded *text, policy_str source,
                               pol_on_hit on_hit, void *user)
{
    return pol_matcher_scan_batch(m, s, &text, &source, 1, on_hit, user);
}

policy_status pol_matcher_scan_batch(const policy_matcher *m, policy_scratch *s,
                                     const pol_folded *const *texts,
                                     const policy_str *sources, size_t count,
                                     pol_on_hit on_hit, void *user)
{
    struct scan scan = { .m = m, .on_hit = on_hit, .user = user };
    policy_status st;

    if (!m || !m->most_hits)
        return POLICY_OK;
    if ((st = pol_scratch_reserve(s, m, NULL)) != POLICY_OK)
        return st;
    scan.found = s->found;
    scan.spare = s->found + m->most_hits;
    scan_texts(&scan, texts, sources, count);
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

static policy_status scan_one(const policy_matcher *m, policy_scratch *s,
                              policy_str source, struct face *f)
{
    policy_status st = pol_fold(&s->folded, source, NULL);

    if (st != POLICY_OK)
        return st;
    memset(f->last, 0, sizeof(f->last));
    f->seen = 0;
    f->text = &s->folded;
    return pol_matcher_scan(m, s, &s->folded, source, face_hit, f);
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

    return pol_matcher_scan(m, s, f.text, pol_text_source(text), face_hit, &f);
}
