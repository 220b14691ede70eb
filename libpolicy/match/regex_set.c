/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A regex is dear beside a term: it reads the text alone. So it is not run
 * where it cannot match, and most texts are such.
 *
 *   text ──► matcher ──► literal 7 at 30 ──► regex 2 may begin in [24, 30]
 *        └─► classes ──► eight digits in a row ──► regex 5 may begin anywhere
 *
 * (1) Where a match of a gated regex begins lies in one of its windows: every
 *     match holds a literal (or a run), and begins at or before it.
 * (2) So the leftmost match in the windows is the leftmost of all; looking in
 *     one window after the other, each from the end of the match before, gives
 *     what a search of the whole text gives.
 * (3) Windows of a regex are in order and apart, and at most WINDOWS_MAX: what
 *     is more makes the last one longer, which costs time and no match.
 *
 * Matches of one regex come by end. Each open one runs one match ahead, and a
 * heap tells which of these is reported next: no list of matches is kept.
 *
 * A search goes on until no longer match is possible, and what it reads behind
 * the match that it gives is read again by the next search. Where matches are
 * bounded that is a factor; where they are not (`a(.*z)?` on a row of a) it is
 * the square of the text. So what is read in vain is counted, and the text has a
 * share of it; the roads not taken were to forbid such regexes, which people
 * write all the time without harm, and to bound the length of a match, which
 * changes what they mean.
 */
#include "match/regex_set.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "match/regex_sift.h"
#include "text/lanes.h"
#include "text/utf8.h"

enum {
    WINDOWS_MAX = 8,
    /* Units read in vain: so many for each of the text, and these. */
    VAIN_A_UNIT = 32,
    VAIN = 1 << 20
};

/* A literal of a gate. */
struct literal {
    uint32_t regex, before_max;
};

struct regex {
    pol_regex *regex;
    uint32_t id;
    uint32_t run_classes, run_min; /* what opens its gate, if no literal does */
    bool sifted; /* by windows, where the set has a sift */
};

struct pol_regex_set {
    policy_allocator allocator;
    struct regex *regexes;
    size_t count, cap;
    struct literal *literals;
    size_t literal_count, literal_cap;
    uint32_t *lookers; /* regexes that a run opens, or nothing; by what it is */
    size_t looker_count, looker_cap;
    uint32_t looked_for; /* bits of all their classes */
    uint32_t largest; /* regex: no other needs more room to run */
    uint32_t room;    /* that it needs */
    /* What a scan opens gates with: one of them, or none before they are built,
     * and where nothing can be looked for. */
    policy_matcher *matcher;
    pol_regex_sift *sift;
    struct literal *windows; /* of the sift */
    size_t window_count;
    bool all_sifted;
};

/* Where matches may begin, both ends included. */
struct window { uint32_t first, last; };

/* An open regex. */
struct open {
    struct window windows[WINDOWS_MAX];
    uint32_t count, at; /* windows; the one in hand */
    uint32_t from;      /* the end of the last match */
    uint32_t start, end; /* of the match ahead */
};

struct pol_regex_scratch {
    policy_allocator allocator;
    pol_regex_cache *cache;
    policy_scratch *matcher;
    struct open *opens;  /* by regex; of those that are not open `count` is 0 */
    uint32_t *opened;    /* regexes, in the order in which they were */
    uint32_t *heap;      /* those that have a match */
    size_t cap, opened_cap, heap_cap, open_count;
    uint32_t room;      /* of the cache */
    uint64_t vain;      /* units that may still be read in vain */
};

/* --- filling ------------------------------------------------------------------- */

policy_status pol_regex_set_new(pol_regex_set **out, const policy_allocator *a,
                                policy_error *err)
{
    policy_allocator allocator = pol_allocator_or_default(a);
    pol_regex_set *s = pol_calloc(&allocator, 1, sizeof(*s));

    *out = s;
    if (!s)
        return pol_error_oom(err);
    s->allocator = allocator;
    return POLICY_OK;
}

static void drop_built(pol_regex_set *s)
{
    policy_matcher_free(s->matcher);
    pol_regex_sift_free(s->sift);
    pol_free(&s->allocator, s->windows, s->window_count * sizeof(*s->windows));
    s->matcher = NULL;
    s->sift = NULL;
    s->windows = NULL;
    s->window_count = 0;
}

void pol_regex_set_free(pol_regex_set *s)
{
    policy_allocator a;

    if (!s)
        return;
    a = s->allocator;
    for (size_t i = 0; i < s->count; i++)
        pol_regex_free(s->regexes[i].regex);
    pol_free(&a, s->regexes, s->cap * sizeof(*s->regexes));
    pol_free(&a, s->literals, s->literal_cap * sizeof(*s->literals));
    pol_free(&a, s->lookers, s->looker_cap * sizeof(*s->lookers));
    drop_built(s);
    pol_free(&a, s, sizeof(*s));
}

static bool same_run(const struct regex *a, const struct regex *b)
{
    return a->run_classes == b->run_classes && a->run_min == b->run_min;
}

/* Beside one that looks for the same, if there is one. */
static void file_looker(pol_regex_set *s, uint32_t regex)
{
    size_t at = s->looker_count++, i;

    s->looked_for |= s->regexes[regex].run_classes;
    for (i = 0; i < at; i++)
        if (same_run(&s->regexes[s->lookers[i]], &s->regexes[regex]))
            break;
    memmove(s->lookers + i + 1, s->lookers + i,
            (at - i) * sizeof(*s->lookers));
    s->lookers[i] = regex;
}

/* A window, or else a literal, opens its gate. */
static bool is_sifted(const pol_regex *r)
{
    return pol_regex_window_list(r).count || pol_regex_needs(r)->literal_count;
}

static void file_regex(pol_regex_set *s, pol_regex *r, uint32_t id)
{
    const pol_regex_gate *g = pol_regex_needs(r);

    s->regexes[s->count] = (struct regex){ r, id, g->run_classes, g->run_min,
                                           is_sifted(r) };
    for (size_t i = 0; i < g->literal_count; i++)
        s->literals[s->literal_count++] =
            (struct literal){ (uint32_t)s->count, g->literals[i].before_max };
    if (!g->literal_count)
        file_looker(s, (uint32_t)s->count);
    if (pol_regex_room(r) > s->room) {
        s->largest = (uint32_t)s->count;
        s->room = pol_regex_room(r);
    }
    s->count++;
}

policy_status pol_regex_set_add(pol_regex_set *s, policy_str pattern,
                                uint32_t id, uint64_t states, size_t *at,
                                policy_error *err)
{
    pol_regex *r;
    policy_status st = pol_regex_compile(&r, &s->allocator, pattern, states, at,
                                         err);

    if (st)
        return st;
    if (!pol_grow(&s->allocator, (void **)&s->regexes, &s->cap, s->count + 1,
                  sizeof(*s->regexes)) ||
        !pol_grow(&s->allocator, (void **)&s->literals, &s->literal_cap,
                  s->literal_count + pol_regex_needs(r)->literal_count,
                  sizeof(*s->literals)) ||
        !pol_grow(&s->allocator, (void **)&s->lookers, &s->looker_cap,
                  s->looker_count + 1, sizeof(*s->lookers))) {
        pol_regex_free(r);
        return pol_error_oom(err);
    }
    file_regex(s, r, id);
    return POLICY_OK;
}

size_t pol_regex_set_count(const pol_regex_set *s)
{
    return s ? s->count : 0;
}

const pol_regex_gate *pol_regex_set_gate(const pol_regex_set *s, size_t i)
{
    return pol_regex_needs(s->regexes[i].regex);
}

size_t pol_regex_set_bytes(const pol_regex_set *s)
{
    size_t bytes;

    if (!s)
        return 0;
    bytes = sizeof(*s) + s->cap * sizeof(*s->regexes) +
            s->literal_cap * sizeof(*s->literals) +
            s->looker_cap * sizeof(*s->lookers) +
            (s->matcher ? policy_matcher_size(s->matcher) : 0) +
            pol_regex_sift_bytes(s->sift) +
            s->window_count * sizeof(*s->windows);
    for (size_t i = 0; i < s->count; i++)
        bytes += pol_regex_bytes(s->regexes[i].regex);
    return bytes;
}

size_t pol_regex_set_literals(const pol_regex_set *s)
{
    return s->literal_count;
}

policy_status pol_regex_set_file(const pol_regex_set *s,
                                 policy_pattern_set *patterns, uint32_t first,
                                 policy_error *err)
{
    for (size_t i = 0; i < s->count; i++) {
        const pol_regex_gate *g = pol_regex_set_gate(s, i);

        for (size_t k = 0; k < g->literal_count; k++) {
            const pol_regex_literal *l = &g->literals[k];
            policy_status st = pol_pattern_set_add_units(patterns, l->units,
                                                         l->len, first++, err);

            if (st)
                return st;
        }
    }
    return POLICY_OK;
}

static policy_status build_matcher(pol_regex_set *s, policy_error *err)
{
    policy_pattern_set *patterns;
    policy_status st = policy_pattern_set_new(&patterns, &s->allocator, err);

    if (st)
        return st;
    st = pol_regex_set_file(s, patterns, 0, err);
    if (!st && s->literal_count)
        st = policy_matcher_build(&s->matcher, patterns, err);
    policy_pattern_set_free(patterns);
    return st;
}

/* --- the sift ------------------------------------------------------------------ */

/* Windows, and the literals of those regexes that have none. */
struct filed {
    pol_arena arena;
    pol_regex_window *at;
    size_t count;
    bool failed;
};

static const pol_units *unit_alone(struct filed *f, const uint16_t *unit)
{
    pol_units *u = pol_arena_new(&f->arena, pol_units, 1);
    pol_unit_range *range = pol_arena_new(&f->arena, pol_unit_range, 1);

    if (!u || !range)
        return NULL;
    *range = (pol_unit_range){ *unit, *unit };
    *u = (pol_units){ range, 1, 0 };
    return u;
}

/* Of a long literal, how it begins. */
static pol_regex_window literal_window(struct filed *f,
                                       const pol_regex_literal *l)
{
    uint32_t len = l->len < POL_WINDOW_LEN ? l->len : POL_WINDOW_LEN, i;
    const pol_units **at = pol_arena_new(&f->arena, const pol_units *, len);

    f->failed = !at;
    for (i = 0; i < len && !f->failed; i++) {
        at[i] = unit_alone(f, &l->units[i]);
        f->failed = !at[i];
    }
    return (pol_regex_window){ at, len, l->before_max };
}

static size_t windows_of(const pol_regex *r)
{
    size_t count = pol_regex_window_list(r).count;

    return count ? count : pol_regex_needs(r)->literal_count;
}

static void file_windows(pol_regex_set *s, struct filed *f, uint32_t regex)
{
    const pol_regex *r = s->regexes[regex].regex;
    pol_regex_windows w = pol_regex_window_list(r);
    size_t count = windows_of(r), i;

    for (i = 0; i < count && !f->failed; i++) {
        f->at[f->count] = w.count
                              ? w.at[i]
                              : literal_window(f, &pol_regex_needs(r)->literals[i]);
        s->windows[f->count] = (struct literal){ regex,
                                                 f->at[f->count].before_max };
        f->count++;
    }
}

static policy_status build_sift(pol_regex_set *s, size_t count,
                                policy_error *err)
{
    struct filed f = { .count = 0 };
    policy_status st = POLICY_OK;

    pol_arena_init(&f.arena, &s->allocator, 0);
    f.at = pol_arena_new(&f.arena, pol_regex_window, count + 1);
    s->windows = pol_calloc(&s->allocator, count, sizeof(*s->windows));
    s->window_count = s->windows ? count : 0;
    f.failed = !f.at || !s->windows;
    for (uint32_t i = 0; i < s->count && !f.failed; i++)
        file_windows(s, &f, i);
    st = f.failed ? pol_error_oom(err)
                  : pol_regex_sift_new(&s->sift, &s->allocator, f.at, count,
                                       err);
    pol_arena_fini(&f.arena);
    return st;
}

policy_status pol_regex_set_build(pol_regex_set *s, policy_error *err)
{
    size_t count = 0;

    drop_built(s);
    s->all_sifted = true;
    for (size_t i = 0; i < s->count; i++) {
        count += windows_of(s->regexes[i].regex);
        s->all_sifted = s->all_sifted && s->regexes[i].sifted;
    }
    if (count > POL_SIFT_MAX)
        return build_matcher(s, err);
    return count ? build_sift(s, count, err) : POLICY_OK;
}

/* --- scratch ------------------------------------------------------------------- */

policy_status pol_regex_scratch_new(pol_regex_scratch **out,
                                    const policy_allocator *a,
                                    policy_error *err)
{
    policy_allocator allocator = pol_allocator_or_default(a);
    pol_regex_scratch *c = pol_calloc(&allocator, 1, sizeof(*c));
    policy_status st;

    *out = NULL;
    if (!c)
        return pol_error_oom(err);
    c->allocator = allocator;
    st = pol_regex_cache_new(&c->cache, &allocator, err);
    if (!st)
        st = pol_scratch_new(&c->matcher, &allocator, NULL, err);
    if (st) {
        pol_regex_scratch_free(c);
        return st;
    }
    *out = c;
    return POLICY_OK;
}

static bool grow_opens(pol_regex_scratch *c, size_t want)
{
    size_t old = c->cap;

    if (!pol_grow(&c->allocator, (void **)&c->opens, &c->cap, want,
                  sizeof(*c->opens)))
        return false;
    if (c->cap > old)
        memset(c->opens + old, 0, (c->cap - old) * sizeof(*c->opens));
    return true;
}

/* Asked for each text. */
static bool has_room(const pol_regex_scratch *c, const pol_regex_set *s)
{
    return !s->matcher && s->room <= c->room && s->count <= c->cap &&
           s->count <= c->opened_cap && s->count <= c->heap_cap;
}

policy_status pol_regex_scratch_reserve(pol_regex_scratch *c,
                                        const pol_regex_set *s,
                                        policy_error *err)
{
    policy_status st = POLICY_OK;

    if (!s || has_room(c, s))
        return POLICY_OK;
    if (!grow_opens(c, s->count) ||
        !pol_grow(&c->allocator, (void **)&c->opened, &c->opened_cap, s->count,
                  sizeof(*c->opened)) ||
        !pol_grow(&c->allocator, (void **)&c->heap, &c->heap_cap, s->count,
                  sizeof(*c->heap)))
        return pol_error_oom(err);
    if (s->matcher)
        st = pol_scratch_reserve(c->matcher, s->matcher, err);
    if (!st && s->count)
        st = pol_regex_cache_reserve(c->cache, s->regexes[s->largest].regex,
                                     err);
    if (!st && s->room > c->room)
        c->room = s->room;
    return st;
}

void pol_regex_scratch_free(pol_regex_scratch *c)
{
    policy_allocator a;

    if (!c)
        return;
    a = c->allocator;
    pol_regex_cache_free(c->cache);
    policy_scratch_free(c->matcher);
    pol_free(&a, c->opens, c->cap * sizeof(*c->opens));
    pol_free(&a, c->opened, c->opened_cap * sizeof(*c->opened));
    pol_free(&a, c->heap, c->heap_cap * sizeof(*c->heap));
    pol_free(&a, c, sizeof(*c));
}

/* --- gates --------------------------------------------------------------------- */

/*
 * Literals come by their end, so a window may begin before the one that was last
 * opened; never mind what lies between them then: (3).
 */
static void widen(struct open *o, struct window w)
{
    struct window *last = o->windows + o->count - 1;

    if (o->count < WINDOWS_MAX && (!o->count || w.first > last->last + 1)) {
        o->windows[o->count++] = w;
        return;
    }
    if (w.first < last->first)
        last->first = w.first;
    if (w.last > last->last)
        last->last = w.last;
    while (o->count > 1 && last->first <= last[-1].last + 1) {
        if (last->first < last[-1].first)
            last[-1].first = last->first;
        if (last->last > last[-1].last)
            last[-1].last = last->last;
        last--;
        o->count--;
    }
}

static void open_at(pol_regex_scratch *c, uint32_t regex, struct window w)
{
    struct open *o = &c->opens[regex];

    if (!o->count)
        c->opened[c->open_count++] = regex;
    widen(o, w);
}

void pol_regex_set_open(const pol_regex_set *s, pol_regex_scratch *c,
                        uint32_t literal, uint32_t start)
{
    const struct literal *l = &s->literals[literal];

    assert(literal < s->literal_count);
    open_at(c, l->regex,
            (struct window){ start > l->before_max ? start - l->before_max : 0,
                             start });
}

bool pol_regex_set_is_open(const pol_regex_scratch *c)
{
    return c->open_count > 0;
}

/* Does the text have such a run? Every run_min-th unit is looked at, and from
 * one that is of the classes on, its neighbours: none of them twice. */
static bool has_run(const pol_folded *text, const struct regex *x)
{
    size_t min = x->run_min, floor = 0, pos = min - 1;

    while (pos < text->count) {
        size_t start = pos, end = pos;

        while (start > floor && x->run_classes >> text->classes[start - 1] & 1 &&
               x->run_classes >> text->classes[pos] & 1)
            start--;
        while (end < text->count && end - start < min &&
               x->run_classes >> text->classes[end] & 1)
            end++;
        if (end - start == min)
            return true;
        floor = end + 1; /* units[end] is of none of the classes */
        pos = end + min;
    }
    return false;
}

/* Bits of the classes in `asked` that the text has: most texts have no digit,
 * and then no run of some. */
static uint32_t classes_in(const pol_folded *text, uint32_t asked)
{
    uint32_t seen = 0;

    for (uint32_t k = 0; k < POL_CLASS_COUNT; k++)
        if (asked >> k & 1)
            seen |= (uint32_t)pol_has_byte(text->classes, text->count, k) << k;
    return seen;
}

/* Open what needs no literal and, `sifts`, no window. */
static void look_at_classes(const pol_regex_set *s, pol_regex_scratch *c,
                            const pol_folded *text, bool sifts)
{
    const struct window whole = { 0, (uint32_t)text->count - 1 };
    const uint32_t seen = classes_in(text, s->looked_for);
    const struct regex *asked = NULL;
    bool is = false;

    for (size_t i = 0; i < s->looker_count; i++) {
        const struct regex *x = &s->regexes[s->lookers[i]];

        if (sifts && x->sifted)
            continue;
        if (!asked || !same_run(asked, x))
            is = !x->run_min || (seen & x->run_classes && has_run(text, x));
        asked = x;
        if (is)
            open_at(c, s->lookers[i], whole);
    }
}

static policy_status begin(const pol_regex_set *s, pol_regex_scratch *c,
                           const pol_folded *text)
{
    policy_status st = pol_regex_scratch_reserve(c, s, NULL);

    if (st)
        return st;
    for (size_t i = 0; i < c->open_count; i++) /* of the text before, any set's */
        c->opens[c->opened[i]].count = 0;
    c->open_count = 0;
    c->vain = (uint64_t)VAIN_A_UNIT * text->count + VAIN;
    return POLICY_OK;
}

policy_status pol_regex_set_begin(const pol_regex_set *s, pol_regex_scratch *c,
                                  const pol_folded *text)
{
    policy_status st = begin(s, c, text);

    if (!st && s->looker_count && text->count)
        look_at_classes(s, c, text, false);
    return st;
}

/* --- running ------------------------------------------------------------------- */

/* A search. One that has no more to read in vain for ends the scan. */
struct run {
    const pol_regex_set *set;
    pol_regex_scratch *c;
    const pol_folded *text;
    bool is_spent;
};

static bool find(struct run *g, uint32_t regex, size_t from, size_t last,
                 size_t *start, size_t *end)
{
    pol_regex_scratch *c = g->c;
    bool found = pol_regex_find(g->set->regexes[regex].regex, c->cache, g->text,
                                from, last, start, end);
    size_t read = pol_regex_read(c->cache);

    if (found && read > *end - from) {
        uint64_t vain = read - (*end - from);

        g->is_spent = vain > c->vain;
        c->vain -= g->is_spent ? c->vain : vain;
    }
    return found;
}

/* Where the search goes on behind an empty match. */
static size_t behind(const pol_folded *t, size_t pos)
{
    pos++;
    return pos < t->count && pol_is_low(t->units[pos]) &&
                   pol_is_high(t->units[pos - 1])
               ? pos + 1 : pos;
}

/* To the next match of the regex; false: there is none. */
static bool advance(struct run *g, uint32_t regex)
{
    struct open *o = &g->c->opens[regex];
    size_t start, end;

    for (; o->at < o->count; o->at++) {
        const struct window *w = &o->windows[o->at];
        size_t from = o->from > w->first ? o->from : w->first;

        while (!g->is_spent && from <= w->last &&
               find(g, regex, from, w->last, &start, &end)) {
            if (end == start) {
                from = behind(g->text, start);
                continue;
            }
            o->start = (uint32_t)start;
            o->from = o->end = (uint32_t)end;
            return true;
        }
    }
    return false;
}

static bool comes_first(const struct run *g, uint32_t a, uint32_t b)
{
    const struct open *x = &g->c->opens[a], *y = &g->c->opens[b];
    uint32_t i = g->set->regexes[a].id, k = g->set->regexes[b].id;

    if (x->end != y->end)
        return x->end < y->end;
    return i != k ? i < k : x->start > y->start;
}

static void sink(struct run *g, size_t i, size_t count)
{
    uint32_t *heap = g->c->heap;
    size_t kid;

    for (; (kid = 2 * i + 1) < count; i = kid) {
        uint32_t swap = heap[i];

        if (kid + 1 < count && comes_first(g, heap[kid + 1], heap[kid]))
            kid++;
        if (!comes_first(g, heap[kid], heap[i]))
            return;
        heap[i] = heap[kid];
        heap[kid] = swap;
    }
}

/* The open regexes that have a match, as a heap: how many. */
static size_t make_heap(struct run *g)
{
    pol_regex_scratch *c = g->c;
    size_t count = 0;

    for (size_t i = 0; i < c->open_count; i++) {
        uint32_t regex = c->opened[i];

        c->opens[regex].at = c->opens[regex].from = 0;
        if (advance(g, regex))
            c->heap[count++] = regex;
    }
    for (size_t i = count / 2; i-- > 0;)
        sink(g, i, count);
    return count;
}

policy_status pol_regex_set_run(const pol_regex_set *s, pol_regex_scratch *c,
                                const pol_folded *text, pol_on_hit on_hit,
                                void *user)
{
    struct run g = { s, c, text, false };
    pol_hit last = { 0, 0, 0, 0 };
    size_t count;

    if (!c->open_count || !text->count)
        return POLICY_OK;
    count = make_heap(&g);
    while (count) {
        uint32_t regex = c->heap[0];
        const struct open *o = &c->opens[regex];
        pol_hit hit = { s->regexes[regex].id, o->start, o->end, 0 };

        /* Two regexes of one id may find the same. */
        if ((hit.end != last.end || hit.id != last.id ||
             hit.start != last.start) && on_hit(user, &hit))
            return POLICY_OK;
        last = hit;
        if (!advance(&g, regex))
            c->heap[0] = c->heap[--count];
        sink(&g, 0, count);
    }
    return g.is_spent ? POLICY_ELIMIT : POLICY_OK;
}

struct gates {
    const pol_regex_set *set;
    pol_regex_scratch *c;
};

static int open_gate(void *user, const pol_hit *hit)
{
    struct gates *g = user;

    pol_regex_set_open(g->set, g->c, hit->id, hit->start);
    return 0;
}

static void open_window(void *user, uint32_t window, uint32_t start)
{
    struct gates *g = user;
    const struct literal *l = &g->set->windows[window];

    open_at(g->c, l->regex,
            (struct window){ start > l->before_max ? start - l->before_max : 0,
                             start });
}

/* Open the gates of the set's own. */
static policy_status open_gates(const pol_regex_set *s, pol_regex_scratch *c,
                                const pol_folded *text)
{
    struct gates g = { s, c };

    if (s->matcher) {
        look_at_classes(s, c, text, false);
        return pol_matcher_scan(s->matcher, c->matcher, text,
                                (policy_str){ "", 0 }, open_gate, &g);
    }
    if (!s->all_sifted)
        look_at_classes(s, c, text, true);
    if (s->sift)
        pol_regex_sift_run(s->sift, text->units, text->count, open_window, &g);
    return POLICY_OK;
}

policy_status pol_regex_set_scan(const pol_regex_set *s, pol_regex_scratch *c,
                                 const pol_folded *text, pol_on_hit on_hit,
                                 void *user)
{
    policy_status st;

    if (!pol_regex_set_count(s))
        return POLICY_OK;
    assert(s->matcher || s->sift || !s->literal_count);
    st = begin(s, c, text);
    if (!st && text->count)
        st = open_gates(s, c, text);
    return st ? st : pol_regex_set_run(s, c, text, on_hit, user);
}
