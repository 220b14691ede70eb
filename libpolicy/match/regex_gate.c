/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every match of a regex must hold.
 *
 * Going up the tree, each node tells (1) all that it may match, if that is a few
 * strings; (2) a set of strings of which each of its matches holds one, the best
 * that is known; (3) whether all it matches is a run of units of some classes,
 * and the best run that each match holds. In a sequence the strings of (1) are
 * multiplied as long as they are few, else what there is becomes a candidate for
 * (2) and a new product begins; of alternatives the sets are joined.
 *
 * Best is what the fewest texts have: the score is about the bits that the most
 * common string of the set tells, less those lost by having many strings.
 */
#include <string.h>

#include "base/error.h"
#include "match/regex_layout.h"
#include "text/fold_tables.h"

enum {
    LITERALS_MAX = 64, /* in a set; a product stops at fewer */
    PRODUCT_MAX = 16,
    UNITS_MAX = 24, /* of a literal: more only costs the matcher */
    MEMBERS_MAX = 64, /* of a class that is enumerated */
    RUN_MEMBERS_MAX = 4096, /* of a class whose classes of units are told */
    SCORE_ENOUGH = 120 /* no product is needed to better it */
};

struct set {
    pol_regex_literal *items;
    uint32_t count;
    int32_t score; /* 0: no set */
};

struct run {
    uint32_t classes, min;
    int32_t score;
};

struct facts {
    bool exact; /* `strings` is all that it matches */
    struct set strings;
    struct set best;
    bool pure; /* a run of units of `whole.classes`, at least whole.min */
    struct run whole, run;
    uint32_t max; /* units, at most */
};

struct maker {
    pol_arena *arena;
    bool failed; /* out of memory */
};

#include "match/regex_facts.h"

/* --- scores ------------------------------------------------------------- */

static int32_t unit_score(uint16_t unit)
{
    if (unit >= 0x2E80)
        return 95;
    if (unit >= 'a' && unit <= 'z')
        return 40;
    if (unit >= '0' && unit <= '9')
        return 33;
    return unit == ' ' ? 20 : 60;
}

static int32_t literal_score(const pol_regex_literal *l)
{
    int32_t score = 0;
    uint32_t i;

    for (i = 0; i < l->len; i++)
        score += unit_score(l->units[i]);
    return l->len == 1 ? score / 4 : score;
}

/* 0 where one of them is empty: then each text has it. */
static int32_t set_score(const struct set *s)
{
    int32_t score = INT32_MAX;
    uint32_t i, n;

    if (s->count == 0)
        return 0;
    for (i = 0; i < s->count; i++) {
        int32_t one = literal_score(&s->items[i]);

        if (one == 0)
            return 0;
        score = one < score ? one : score;
    }
    for (n = s->count; n > 1; n /= 2)
        score -= 8;
    return score > 1 ? score : 1;
}

static int32_t run_score(const struct run *r)
{
    const uint32_t digit = 1u << POL_CLASS_DIGIT, latin = 1u << POL_CLASS_LATIN,
                   symbol = 1u << POL_CLASS_SYMBOL;
    int32_t one = r->classes == digit                          ? 15
                  : (r->classes & ~(digit | latin)) == 0          ? 8
                  : (r->classes & ~(digit | latin | symbol)) == 0 ? 5
                                                                  : 1;

    if (r->classes == 0 || r->min < 2)
        return 0;
    return r->min > (uint32_t)(SCORE_ENOUGH / one) ? SCORE_ENOUGH
                                                   : one * (int32_t)r->min;
}

static void prefer_set(struct facts *f, struct set s)
{
    if (s.score > f->best.score)
        f->best = s;
}

static void prefer_run(struct facts *f, struct run r)
{
    r.score = run_score(&r);
    if (r.score > f->run.score)
        f->run = r;
}

/* --- sets --------------------------------------------------------------- */

static struct set new_set(struct maker *g, uint32_t count)
{
    struct set s = { pol_arena_new(g->arena, pol_regex_literal, count + 1),
                     count, 0 };

    if (!s.items) {
        g->failed = true;
        s.count = 0;
    }
    return s;
}

static pol_regex_literal join(struct maker *g, const pol_regex_literal *a,
                              const pol_regex_literal *b)
{
    uint32_t len = a->len + b->len;
    uint16_t *units = pol_arena_new(g->arena, uint16_t, len + 1);
    pol_regex_literal out = { units, len, a->before_max };

    if (!units) {
        g->failed = true;
        out.len = 0;
        return out;
    }
    if (a->len)
        memcpy(units, a->units, a->len * sizeof(*units));
    if (b->len)
        memcpy(units + a->len, b->units, b->len * sizeof(*units));
    return out;
}

/* The strings of `s` with `before` more units before them. */
static struct set shifted(struct maker *g, const struct set *s,
                          uint32_t before)
{
    struct set out = new_set(g, s->count);
    uint32_t i;

    for (i = 0; i < out.count; i++) {
        out.items[i] = s->items[i];
        out.items[i].before_max = add_max(s->items[i].before_max, before);
    }
    out.score = set_score(&out);
    return out;
}

static struct set joined(struct maker *g, const struct set *a,
                         const struct set *b)
{
    struct set out = new_set(g, a->count + b->count);

    if (g->failed)
        return out;
    if (a->count)
        memcpy(out.items, a->items, a->count * sizeof(*a->items));
    if (b->count)
        memcpy(out.items + a->count, b->items, b->count * sizeof(*b->items));
    out.score = set_score(&out);
    return out;
}

static uint32_t longest(const struct set *s)
{
    uint32_t i, len = 0;

    for (i = 0; i < s->count; i++)
        if (s->items[i].len > len)
            len = s->items[i].len;
    return len;
}

static bool may_multiply(const struct set *a, const struct set *b)
{
    if (longest(a) + longest(b) > UNITS_MAX)
        return false;
    return b->count == 1 || (a->count == 1 && longest(a) == 0) ||
           (a->count * b->count <= PRODUCT_MAX && a->score < SCORE_ENOUGH);
}

static struct set product(struct maker *g, const struct set *a,
                          const struct set *b)
{
    struct set out = new_set(g, a->count * b->count);
    uint32_t i, k, n = 0;

    if (g->failed)
        return out;
    for (i = 0; i < a->count; i++)
        for (k = 0; k < b->count; k++)
            out.items[n++] = join(g, &a->items[i], &b->items[k]);
    out.score = set_score(&out);
    return out;
}

static struct set empty_string(struct maker *g)
{
    static const uint16_t none[1];
    struct set s = new_set(g, 1);

    if (s.count)
        s.items[0] = (pol_regex_literal){ none, 0, 0 };
    return s;
}

/* --- nodes -------------------------------------------------------------- */

static struct facts nothing(struct maker *g)
{
    return (struct facts){ .exact = true, .strings = empty_string(g),
                           .pure = true };
}

static void put_char(struct maker *g, struct set *s, uint32_t cp)
{
    uint16_t *units = pol_arena_new(g->arena, uint16_t, 2);
    uint32_t len = 1 + (cp >= 0x10000);

    if (!units) {
        g->failed = true;
        return;
    }
    units[0] = cp < 0x10000 ? (uint16_t)cp : pol_high_of(cp);
    if (len == 2)
        units[1] = pol_low_of(cp);
    s->items[s->count++] = (pol_regex_literal){ units, len, 0 };
}

/* Members that a folded text may have: the only ones that count. */
static void enumerate(struct maker *g, const pol_chars *c, struct facts *f)
{
    struct set s = new_set(g, MEMBERS_MAX);
    uint32_t cp;
    size_t i;

    s.count = 0;
    for (i = 0; i < c->count && !g->failed; i++)
        for (cp = c->ranges[i].first; cp <= c->ranges[i].last; cp++)
            if (pol_char_is_folded(cp))
                put_char(g, &s, cp);
    s.score = set_score(&s);
    f->exact = s.count > 0 && s.count <= PRODUCT_MAX;
    f->strings = s;
}

/* Bits of the classes of the members, 0 where one is not sure. */
static uint32_t unit_classes(const pol_chars *c)
{
    uint32_t classes = 0, cp;
    size_t i;

    for (i = 0; i < c->count; i++)
        for (cp = c->ranges[i].first; cp <= c->ranges[i].last; cp++) {
            uint32_t cell = pol_fold_cell(cp);

            if (!pol_char_is_folded(cp))
                continue;
            if (cell & POL_CELL_OTHER)
                return 0;
            classes |= 1u << (cell >> POL_CELL_CLASS & 7);
        }
    return classes;
}

static struct facts chars_facts(struct maker *g, const pol_node *n)
{
    const pol_chars *c = n->chars;
    uint64_t size = pol_chars_size(c);
    struct facts f = { .max = 1 };

    if (c->count && c->ranges[c->count - 1].last >= 0x10000)
        f.max = 2;
    if (size <= MEMBERS_MAX)
        enumerate(g, c, &f);
    if (size <= RUN_MEMBERS_MAX)
        f.whole = (struct run){ unit_classes(c), 1, 0 };
    f.pure = f.whole.classes != 0;
    return f;
}

/* What is so of an item alone, `before` units into its parent at most. */
static void prefer_item(struct maker *g, struct facts *f,
                        const struct facts *item, uint32_t before)
{
    if (item->exact && item->strings.score)
        prefer_set(f, shifted(g, &item->strings, before));
    if (item->best.score)
        prefer_set(f, shifted(g, &item->best, before));
    prefer_run(f, item->run);
    if (item->pure)
        prefer_run(f, item->whole);
}

/* The runs of neighbours, of the same classes and of any. */
struct runs {
    struct run same, any;
};

static void extend_runs(struct facts *f, struct runs *r,
                        const struct facts *item)
{
    if (!item->pure) {
        *r = (struct runs){ { 0 } };
        return;
    }
    if (item->whole.classes && item->whole.classes != r->same.classes)
        r->same = (struct run){ item->whole.classes, 0, 0 };
    r->same.min = add_max(r->same.min, item->whole.min);
    r->any.classes |= item->whole.classes;
    r->any.min = add_max(r->any.min, item->whole.min);
    prefer_run(f, r->same);
    prefer_run(f, r->any);
}

static struct facts all_facts(struct maker *g, const pol_node *n)
{
    struct facts f = nothing(g), item;
    struct set current = f.strings;
    struct runs runs = { { 0 } };
    uint32_t from = 0; /* units before `current`, at most */
    const pol_node *i;

    for (i = n->first; i && !g->failed; i = i->next) {
        item = node_facts(g, i);
        extend_runs(&f, &runs, &item);
        f.pure = f.pure && item.pure;
        if (item.exact && may_multiply(&current, &item.strings)) {
            current = product(g, &current, &item.strings);
        } else {
            f.exact = false;
            prefer_set(&f, shifted(g, &current, from));
            prefer_item(g, &f, &item, f.max);
            from = item.exact ? f.max : add_max(f.max, item.max);
            current = item.exact ? item.strings : empty_string(g);
        }
        f.max = add_max(f.max, item.max);
    }
    if (!f.exact)
        prefer_set(&f, shifted(g, &current, from));
    f.strings = current;
    f.whole = f.pure ? runs.any : (struct run){ 0 };
    return f;
}

/* Two alternatives, `a` so far. The best of each, joined. */
static struct facts joined_facts(struct maker *g, struct facts a,
                                 struct facts b)
{
    struct facts out = { .pure = a.pure && b.pure,
                         .exact = a.exact && b.exact &&
                                  a.strings.count + b.strings.count <=
                                      LITERALS_MAX };

    out.max = a.max > b.max ? a.max : b.max;
    if (out.exact)
        out.strings = joined(g, &a.strings, &b.strings);
    prefer_item(g, &a, &(struct facts){ .exact = a.exact, .pure = a.pure,
                                        .strings = a.strings,
                                        .whole = a.whole }, 0);
    prefer_item(g, &b, &(struct facts){ .exact = b.exact, .pure = b.pure,
                                        .strings = b.strings,
                                        .whole = b.whole }, 0);
    if (a.best.score && b.best.score &&
        a.best.count + b.best.count <= LITERALS_MAX)
        out.best = joined(g, &a.best, &b.best);
    out.whole.classes = a.whole.classes | b.whole.classes;
    out.whole.min = a.whole.min < b.whole.min ? a.whole.min : b.whole.min;
    if (a.run.score && b.run.score)
        prefer_run(&out, (struct run){ a.run.classes | b.run.classes,
                                       a.run.min < b.run.min ? a.run.min
                                                             : b.run.min, 0 });
    return out;
}

static struct facts repeat_facts(struct maker *g, const pol_node *n)
{
    struct facts item = node_facts(g, n->first), f = { .pure = item.pure };
    struct set one = item.strings, all = one;
    uint32_t done = 1;

    f.max = times_max(item.max, n->max);
    f.whole = (struct run){ item.whole.classes,
                            times_max(item.whole.min, n->min), 0 };
    if (n->min == 0) {
        f.exact = n->max == 1 && item.exact && one.count < PRODUCT_MAX;
        all = empty_string(g);
        if (f.exact)
            f.strings = joined(g, &one, &all);
        return f;
    }
    prefer_item(g, &f, &item, 0);
    prefer_run(&f, f.whole);
    if (!item.exact)
        return f;
    for (; done < n->min && may_multiply(&all, &one) && longest(&one); done++)
        all = product(g, &all, &one);
    prefer_set(&f, all);
    f.exact = done == n->max;
    f.strings = all;
    return f;
}

/* --- the gate ----------------------------------------------------------- */

static bool holds(const pol_regex_literal *l, const pol_regex_literal *part,
                  uint32_t *at)
{
    for (*at = 0; *at + part->len <= l->len; ++*at)
        if (memcmp(l->units + *at, part->units,
                   part->len * sizeof(*l->units)) == 0)
            return true;
    return false;
}

/* A literal that holds another is not needed: where it stands, so does that,
 * as far on as it lies inside. */
static void reduce(struct set *s)
{
    uint32_t i = 0, k, at;

    while (i < s->count) {
        for (k = 0; k < s->count; k++)
            if (k != i && holds(&s->items[i], &s->items[k], &at))
                break;
        if (k == s->count) {
            i++;
            continue;
        }
        at = add_max(s->items[i].before_max, at);
        if (at > s->items[k].before_max)
            s->items[k].before_max = at;
        s->items[i] = s->items[--s->count];
        i = 0;
    }
}

static policy_status keep(pol_regex *r, struct set *s, policy_error *err)
{
    pol_regex_literal *items;
    size_t units = 0;
    uint16_t *pool;
    uint32_t i;

    reduce(s);
    for (i = 0; i < s->count; i++)
        units += s->items[i].len;
    items = pol_regex_hold(r, s->count, sizeof(*items));
    pool = pol_regex_hold(r, units, sizeof(*pool));
    if (!items || !pool)
        return pol_error_oom(err);
    for (i = 0; i < s->count; i++) {
        items[i] = s->items[i];
        items[i].units = pool;
        memcpy(pool, s->items[i].units, items[i].len * sizeof(*pool));
        pool += items[i].len;
    }
    r->gate.literals = items;
    r->gate.literal_count = s->count;
    return POLICY_OK;
}

policy_status pol_regex_gate_of(pol_regex *r, pol_arena *a,
                                const pol_node *root, policy_error *err)
{
    struct maker g = { .arena = a };
    struct facts f = node_facts(&g, root);

    if (!g.failed)
        prefer_item(&g, &f, &f, 0);
    if (g.failed)
        return pol_error_oom(err);
    if (f.best.score && f.best.score >= f.run.score)
        return keep(r, &f.best, err);
    r->gate.run_classes = f.run.classes;
    r->gate.run_min = f.run.min;
    return POLICY_OK;
}
