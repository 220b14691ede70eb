/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: terms, one a line, + before one that matches inside words, ! before
 * an exact one; an empty line; the text. Properties: the matcher finds what a
 * naive search over the fold finds, in the order that is promised, and spans of
 * whole characters; a batch finds what single calls find, and so does a scan that
 * asks the automaton for every long term, one that leaves the text to the
 * automaton over all terms where it gets dear, and one that does so at once.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "match/matcher_scratch.h"
#include "match/pattern_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The naive search costs their product. */
enum { TERMS_MAX = 32, TEXT_MAX = 2000, HITS_MAX = TERMS_MAX * TEXT_MAX };

struct term {
    policy_str bytes;
    uint32_t flags;
    pol_folded folded;
};

struct state {
    struct term terms[TERMS_MAX];
    size_t count;
    policy_str text;
    pol_folded folded;
    pol_hit hits[HITS_MAX];
    size_t hit_count;
    size_t again;   /* of them seen with another budget */
    size_t matches; /* of the public face */
};

static policy_str take_line(policy_str *rest)
{
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    policy_str line = { rest->ptr,
                        end ? (size_t)(end - rest->ptr) : rest->len };

    rest->ptr += line.len + (end != NULL);
    rest->len -= line.len + (end != NULL);
    return line;
}

static void read_terms(struct state *s, policy_pattern_set *set,
                       policy_str *rest)
{
    policy_str line;

    while ((line = take_line(rest)).len > 0 && s->count < TERMS_MAX) {
        struct term *t = &s->terms[s->count];
        policy_status st;

        t->flags = 0;
        while (line.len && (*line.ptr == '+' || *line.ptr == '!')) {
            t->flags |= *line.ptr == '+' ? POL_TERM_INSIDE : POL_TERM_EXACT;
            line.ptr++;
            line.len--;
        }
        t->bytes = line;
        /* Few ids, so that terms share them. */
        st = policy_pattern_set_add(set, line, (uint32_t)s->count / 2, t->flags,
                                    NULL);
        pol_folded_init(&t->folded, NULL);
        if (pol_fold(&t->folded, line, NULL) != POLICY_OK)
            abort();
        assert((st == POLICY_OK) ==
               (t->folded.count > 0 && line.len <= 1024));
        if (st == POLICY_OK)
            s->count++;
        else
            pol_folded_fini(&t->folded);
    }
}

static bool in_word(const pol_folded *f, size_t pos)
{
    const uint8_t *c = f->classes + pos;

    return pos > 0 && pos < f->count &&
           (c[-1] == POL_CLASS_LATIN || c[-1] == POL_CLASS_DIGIT) &&
           (c[0] == POL_CLASS_LATIN || c[0] == POL_CLASS_DIGIT);
}

static bool found_at(const struct state *s, const struct term *t, size_t at)
{
    size_t end = at + t->folded.count;
    policy_span span;

    if (end > s->folded.count ||
        memcmp(s->folded.units + at, t->folded.units,
               t->folded.count * sizeof(uint16_t)) != 0)
        return false;
    if (!(t->flags & POL_TERM_INSIDE) &&
        (in_word(&s->folded, at) || in_word(&s->folded, end)))
        return false;
    span = pol_folded_source(&s->folded, at, end);
    return !(t->flags & POL_TERM_EXACT) ||
           pol_str_eq(t->bytes, (policy_str){ s->text.ptr + span.start,
                                              span.end - span.start });
}

static bool naive_has(const struct state *s, const pol_hit *h)
{
    size_t i;

    for (i = 0; i < s->count; i++)
        if (i / 2 == h->id &&
            h->end - h->start == s->terms[i].folded.count &&
            found_at(s, &s->terms[i], h->start))
            return true;
    return false;
}

/* Two terms of one id may be the same once folded. */
static size_t naive_count(const struct state *s)
{
    size_t i, at, n = 0;

    for (i = 0; i < s->count; i++)
        for (at = 0; at < s->folded.count; at++)
            n += found_at(s, &s->terms[i], at) &&
                 !(i % 2 && s->terms[i].folded.count ==
                                s->terms[i - 1].folded.count &&
                   found_at(s, &s->terms[i - 1], at));
    return n;
}

static int on_hit(void *user, const pol_hit *h)
{
    struct state *s = user;
    const pol_hit *last = s->hits + s->hit_count - 1;

    assert(s->hit_count < HITS_MAX);
    assert(naive_has(s, h));
    if (s->hit_count > 0)
        assert(last->end < h->end ||
               (last->end == h->end &&
                (last->id < h->id ||
                 (last->id == h->id && last->start > h->start))));
    s->hits[s->hit_count++] = *h;
    return 0;
}

static bool is_boundary(policy_str text, size_t byte)
{
    size_t pos = 0;

    while (pos < byte)
        pol_str_next(text, &pos);
    return pos == byte;
}

static int on_match(void *user, const policy_match *m)
{
    struct state *s = user;
    const pol_hit *h = &s->hits[s->matches++ % s->hit_count];
    policy_span span = pol_folded_source(&s->folded, h->start, h->end);

    assert(m->id == h->id && m->span.start == span.start &&
           m->span.end == span.end);
    assert(is_boundary(s->text, span.start) && is_boundary(s->text, span.end));
    return 0;
}

static int on_hit_again(void *user, const pol_hit *h)
{
    struct state *s = user;

    assert(s->again < s->hit_count);
    assert(memcmp(h, &s->hits[s->again], sizeof(*h)) == 0);
    s->again++;
    return 0;
}

static void check_again(struct state *s, const policy_matcher *m,
                        policy_scratch *scratch)
{
    s->again = 0;
    if (pol_matcher_scan(m, scratch, &s->folded, s->text, on_hit_again, s))
        abort();
    assert(s->again == s->hit_count);
}

/* With another budget, and whatever the texts before were like. */
static void check_budgets(struct state *s, policy_matcher *m,
                          policy_scratch *scratch)
{
    m->budget = 0;
    check_again(s, m, scratch);
    if (!m->whole)
        return;
    pol_whole_miss(m->whole, WHOLE_UNITS_MAX);
    scratch->mood_of = m;
    for (m->budget = 0; m->budget < 3; m->budget++) {
        scratch->mood_left = 0;
        check_again(s, m, scratch);
    }
    scratch->mood_left = 1;
    check_again(s, m, scratch);
    scratch->mood_left = scratch->mood_span = 0;
}

static void check_matcher(struct state *s, policy_matcher *m,
                          policy_scratch *scratch)
{
    policy_str twice[2] = { s->text, s->text };

    if (pol_matcher_scan(m, scratch, &s->folded, s->text, on_hit, s))
        abort();
    assert(s->hit_count == naive_count(s));
    check_budgets(s, m, scratch);
    m->budget = HEAVY_BUDGET;
    if (policy_matcher_scan_batch(m, scratch, twice, 2, on_match, s))
        abort();
    assert(s->matches == 2 * s->hit_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct state s;
    policy_str rest = { (const char *)data, size };
    policy_pattern_set *set;
    policy_matcher *m;
    policy_scratch *scratch;

    s.count = s.hit_count = s.again = s.matches = 0;
    if (policy_pattern_set_new(&set, NULL, NULL))
        abort();
    set->whole_of_few = true;
    read_terms(&s, set, &rest);
    s.text = pol_str_cut(rest, TEXT_MAX);
    pol_folded_init(&s.folded, NULL);
    if (pol_fold(&s.folded, s.text, NULL) ||
        policy_matcher_build(&m, set, NULL) ||
        policy_scratch_new(&scratch, m, NULL))
        abort();
    /* Ligatures may fold to many times their bytes. */
    if (s.folded.count <= TEXT_MAX)
        check_matcher(&s, m, scratch);
    policy_scratch_free(scratch);
    policy_matcher_free(m);
    policy_pattern_set_free(set);
    pol_folded_fini(&s.folded);
    while (s.count)
        pol_folded_fini(&s.terms[--s.count].folded);
    return 0;
}
