/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows: rows of sets of units, of which every match of a regex holds one.
 *
 *   [a-z]+@[a-z]+   ──►  [a-z] @ [a-z]
 *   (?:wx|vx) ?\d   ──►  w x [ 0-9], v x [ 0-9]
 *
 * Going up the tree, each node tells (1) the rows with which all that it matches
 * begins, and (2) those with which it ends; they are the whole where it is
 * `exact`; (3) the best set of rows of which each of its matches holds one. In a
 * sequence the rows before an item are multiplied by its (1), and new ones begin
 * with its (2). Where an item need not be there, what may come next makes the
 * last set of the rows before it.
 *
 * A set may have too many units, never too few: then a window opens in vain. Best
 * is what the fewest texts have, as regex_gate.c judges it.
 */
#include <string.h>

#include "base/error.h"
#include "match/regex_layout.h"

enum {
    ROWS_MAX = 64,
    PRODUCT_MAX = 16, /* rows: a product stops at fewer */
    RANGES_MAX = 256, /* of a set; more are the whole of it */
    MEMBERS_MAX = 4096, /* of a set that is asked which of them are folded */
    ASKED_MAX = 1 << 20, /* members asked for a regex: some milliseconds */
    NEXT_MAX = 8, /* items that what comes next is asked of */
    /* How often a unit stands in text, of 2 to the power of WEIGHT_BITS; and a
     * score has so many points for a bit. */
    WEIGHT_BITS = 20,
    POINTS = 8,
    POINTS_AGAIN = 6, /* of one of the set that came just before */
    SCORE_ENOUGH = 20 * POINTS /* one place in a million */
};

struct row {
    const pol_units **at;
    uint32_t len, before;
};

struct rows {
    struct row *items;
    uint32_t count; /* 0: nothing is known */
    int32_t score;
};

struct facts {
    bool exact;
    struct rows head, tail; /* the same where exact */
    struct rows best;
    uint32_t max; /* units, at most */
};

struct maker {
    pol_arena *arena;
    uint32_t asked;
    bool failed; /* out of memory */
};

#include "match/regex_facts.h"

/* --- sets --------------------------------------------------------------- */

struct set_maker {
    pol_unit_range ranges[RANGES_MAX];
    uint32_t count;
    bool any; /* too many, or not known */
};

/* In order, or after it set_settle. */
static void set_add(struct set_maker *s, uint32_t first, uint32_t last)
{
    pol_unit_range *before = s->count ? &s->ranges[s->count - 1] : NULL;

    if (before && before->last + 1u >= first && before->first <= first) {
        if (last > before->last)
            before->last = (uint16_t)last;
    } else if (s->count == RANGES_MAX) {
        s->any = true;
    } else {
        s->ranges[s->count++] = (pol_unit_range){ (uint16_t)first,
                                                  (uint16_t)last };
    }
}

/* By insertion: what comes is two or three rows in order, most often. */
static void set_settle(struct set_maker *s)
{
    uint32_t count = s->count, i, k;

    for (i = 1; i < count; i++) {
        pol_unit_range r = s->ranges[i];

        for (k = i; k && s->ranges[k - 1].first > r.first; k--)
            s->ranges[k] = s->ranges[k - 1];
        s->ranges[k] = r;
    }
    s->count = 0;
    for (i = 0; i < count; i++)
        set_add(s, s->ranges[i].first, s->ranges[i].last);
}

static const pol_units *set_make(struct maker *g, struct set_maker *s)
{
    pol_units *u = pol_arena_new(g->arena, pol_units, 1);
    pol_unit_range *ranges = pol_arena_new(g->arena, pol_unit_range,
                                           s->count + 1);

    if (!u || !ranges) {
        g->failed = true;
        return NULL;
    }
    set_settle(s);
    memcpy(ranges, s->ranges, s->count * sizeof(*ranges));
    *u = (pol_units){ ranges, s->count, UINT32_MAX };
    return u;
}

/* The members below U+10000 that folded text may have, and all halves of pairs
 * where there are others. */
static void set_add_chars(struct maker *g, struct set_maker *s,
                          const pol_chars *c)
{
    uint64_t size = pol_chars_size(c);
    bool asks = size <= MEMBERS_MAX && g->asked + size <= ASKED_MAX;
    size_t i;
    uint32_t cp;

    g->asked += asks ? (uint32_t)size : 0;
    for (i = 0; i < c->count && !s->any; i++) {
        uint32_t last = c->ranges[i].last;

        if (c->ranges[i].first < 0x10000 && !asks)
            set_add(s, c->ranges[i].first, last < 0xffff ? last : 0xffff);
        for (cp = c->ranges[i].first; asks && cp <= last && cp < 0x10000; cp++)
            if (pol_char_is_folded(cp))
                set_add(s, cp, cp);
        if (last >= 0x10000)
            set_add(s, 0xD800, 0xDFFF);
    }
}

/* Nonzero weights of units: a guess at chat. */
static uint32_t weight(const pol_units *u)
{
    static const struct { uint16_t first, last, each; } zones[] = {
        { 0x0000, 0x001f, 500 },  { 0x0020, 0x0020, 20000 },
        { 0x0021, 0x002f, 2000 }, { 0x0030, 0x0039, 3000 },
        { 0x003a, 0x0060, 2000 }, { 0x0061, 0x007a, 2000 },
        { 0x007b, 0x2fff, 50 },   { 0x3000, 0x303f, 2000 },
        { 0x3040, 0x3fff, 50 },   { 0x4000, 0x9fff, 1000 },
        { 0xa000, 0xffff, 50 },
    };
    uint64_t sum = 1;
    uint32_t i;
    size_t z;

    for (i = 0; i < u->count; i++)
        for (z = 0; z < sizeof(zones) / sizeof(zones[0]); z++) {
            uint32_t first = u->ranges[i].first, last = u->ranges[i].last;

            first = first > zones[z].first ? first : zones[z].first;
            last = last < zones[z].last ? last : zones[z].last;
            if (first <= last)
                sum += (uint64_t)(last - first + 1) * zones[z].each;
        }
    return sum >> WEIGHT_BITS ? 1u << WEIGHT_BITS : (uint32_t)sum;
}

static int32_t unit_score(const pol_units *u)
{
    uint32_t w = weight(u);
    int32_t bits = WEIGHT_BITS;

    for (; w > 1; w /= 2)
        bits--;
    return bits * POINTS;
}

/* --- rows --------------------------------------------------------------- */

static int32_t row_score(const struct row *r)
{
    int32_t score = 0, one;
    uint32_t i;

    for (i = 0; i < r->len; i++) {
        one = unit_score(r->at[i]);
        if (i && r->at[i] == r->at[i - 1] && one > POINTS_AGAIN)
            one = POINTS_AGAIN;
        score += one;
    }
    return score;
}

/* 0 where one of them is empty: then each text has it. */
static int32_t rows_score(const struct rows *s)
{
    int32_t score = INT32_MAX, one;
    uint32_t i, n;

    if (s->count == 0)
        return 0;
    for (i = 0; i < s->count; i++) {
        one = row_score(&s->items[i]);
        if (one == 0)
            return 0;
        score = one < score ? one : score;
    }
    for (n = s->count; n > 1; n /= 2)
        score -= POINTS;
    return score > 1 ? score : 1;
}

static struct rows new_rows(struct maker *g, uint32_t count)
{
    struct rows s = { pol_arena_new(g->arena, struct row, count + 1), count,
                      0 };

    if (!s.items) {
        g->failed = true;
        s.count = 0;
    }
    return s;
}

static struct row new_row(struct maker *g, uint32_t len, uint32_t before)
{
    struct row r = { pol_arena_new(g->arena, const pol_units *, len + 1), len,
                     before };

    if (!r.at) {
        g->failed = true;
        r.len = 0;
    }
    return r;
}

static struct rows empty_row(struct maker *g)
{
    struct rows s = new_rows(g, 1);

    if (s.count)
        s.items[0] = new_row(g, 0, 0);
    return s;
}

static uint32_t longest(const struct rows *s)
{
    uint32_t i, len = 0;

    for (i = 0; i < s->count; i++)
        len = s->items[i].len > len ? s->items[i].len : len;
    return len;
}

static uint32_t shortest(const struct rows *s)
{
    uint32_t i, len = UINT32_MAX;

    for (i = 0; i < s->count; i++)
        len = s->items[i].len < len ? s->items[i].len : len;
    return s->count ? len : 0;
}

static bool may_multiply(const struct rows *a, const struct rows *b)
{
    return a->count && b->count && a->count * b->count <= PRODUCT_MAX &&
           longest(a) + longest(b) <= POL_WINDOW_LEN;
}

static struct row join(struct maker *g, const struct row *a,
                       const struct row *b)
{
    struct row r = new_row(g, a->len + b->len, a->before);

    if (g->failed)
        return r;
    if (a->len)
        memcpy(r.at, a->at, a->len * sizeof(*r.at));
    if (b->len)
        memcpy(r.at + a->len, b->at, b->len * sizeof(*r.at));
    return r;
}

static struct rows product(struct maker *g, const struct rows *a,
                           const struct rows *b)
{
    struct rows out = new_rows(g, a->count * b->count);
    uint32_t i, k, n = 0;

    for (i = 0; i < a->count && !g->failed; i++)
        for (k = 0; k < b->count; k++)
            out.items[n++] = join(g, &a->items[i], &b->items[k]);
    return out;
}

/* Nothing, where one of them is, or where they are too many. */
static struct rows joined(struct maker *g, const struct rows *a,
                          const struct rows *b)
{
    struct rows out = { NULL, 0, 0 };

    if (!a->count || !b->count || a->count + b->count > ROWS_MAX)
        return out;
    out = new_rows(g, a->count + b->count);
    if (g->failed)
        return out;
    memcpy(out.items, a->items, a->count * sizeof(*a->items));
    memcpy(out.items + a->count, b->items, b->count * sizeof(*b->items));
    return out;
}

/* Those of `s`, `before` more units in, if they are better. */
static void prefer(struct maker *g, struct facts *f, const struct rows *s,
                   uint32_t before)
{
    int32_t score = g->failed ? 0 : rows_score(s);
    struct rows out;
    uint32_t i;

    if (score <= f->best.score)
        return;
    out = new_rows(g, s->count);
    for (i = 0; i < out.count; i++) {
        out.items[i] = s->items[i];
        out.items[i].before = add_max(s->items[i].before, before);
    }
    out.score = score;
    f->best = out;
}

/* --- what comes next ----------------------------------------------------- */

static void add_first(struct maker *g, struct set_maker *s, const pol_node *n);

/* From `i` on, among the items of its parent. */
static void add_next(struct maker *g, struct set_maker *s, const pol_node *i)
{
    uint32_t count = 0;

    for (; i && !s->any; i = i->next) {
        add_first(g, s, i);
        if (!i->nullable)
            return;
        s->any = s->any || ++count > NEXT_MAX;
    }
    s->any = true;
}

static void add_first(struct maker *g, struct set_maker *s, const pol_node *n)
{
    const pol_node *i;

    switch (n->kind) {
    case POL_NODE_CHARS:
        set_add_chars(g, s, n->chars);
        break;
    case POL_NODE_ANY:
        for (i = n->first; i && !s->any; i = i->next)
            add_first(g, s, i);
        break;
    case POL_NODE_REPEAT:
        add_first(g, s, n->first);
        break;
    case POL_NODE_ALL:
        for (i = n->first; i && !s->any; i = i->next) {
            add_first(g, s, i);
            if (!i->nullable)
                break;
        }
        break;
    default:
        break;
    }
}

/* `rows`, and the set of what comes next behind each. */
static struct rows followed(struct maker *g, const struct rows *rows,
                            const pol_node *next)
{
    struct set_maker s;
    struct rows one;

    s.count = 0;
    s.any = false;
    add_next(g, &s, next);
    if (s.any || longest(rows) >= POL_WINDOW_LEN)
        return *rows;
    one = new_rows(g, 1);
    if (g->failed)
        return *rows;
    one.items[0] = new_row(g, 1, 0);
    if (!g->failed)
        one.items[0].at[0] = set_make(g, &s);
    if (g->failed || !unit_score(one.items[0].at[0]))
        return *rows;
    return product(g, rows, &one);
}

/* --- nodes -------------------------------------------------------------- */

static struct facts nothing(struct maker *g)
{
    struct facts f = { .exact = true, .head = empty_row(g) };

    f.tail = f.head;
    return f;
}

static void put_pair(struct maker *g, struct facts *f, uint32_t cp)
{
    uint16_t halves[2] = { pol_high_of(cp), pol_low_of(cp) };
    struct row r = new_row(g, 2, 0);
    int i;

    for (i = 0; i < 2 && !g->failed; i++) {
        struct set_maker s = { .count = 0 };

        set_add(&s, halves[i], halves[i]);
        r.at[i] = set_make(g, &s);
    }
    f->head = new_rows(g, 1);
    if (!g->failed)
        f->head.items[0] = r;
}

static void put_unit(struct maker *g, struct facts *f, const pol_chars *c)
{
    struct set_maker s;
    struct row r;

    s.count = 0;
    s.any = false;
    set_add_chars(g, &s, c);
    f->exact = !s.any;
    if (s.any)
        return;
    r = new_row(g, 1, 0);
    f->head = new_rows(g, 1);
    if (g->failed)
        return;
    r.at[0] = set_make(g, &s);
    f->head.items[0] = r;
}

static struct facts chars_facts(struct maker *g, const pol_node *n)
{
    const pol_chars *c = n->chars;
    struct facts f = { .exact = true, .max = 1 };

    if (!c->count)
        return (struct facts){ .max = 0 };
    if (c->ranges[c->count - 1].last < 0x10000) {
        put_unit(g, &f, c);
    } else {
        f.max = 2;
        f.exact = c->count == 1 && c->ranges[0].first == c->ranges[0].last;
        if (f.exact)
            put_pair(g, &f, c->ranges[0].first);
    }
    f.tail = f.head;
    return f;
}

/* A row in the making, within a sequence. */
struct sequence {
    struct rows current;
    uint32_t from; /* units before it, at most */
    bool broken;   /* it does not begin with the sequence */
};

/* `item` cannot be joined on: what is known of what ends here, and what begins. */
static void break_rows(struct maker *g, struct facts *f, struct sequence *q,
                       const pol_node *node, const struct facts *item)
{
    struct rows ended = may_multiply(&q->current, &item->head) &&
                                longest(&item->head)
                            ? product(g, &q->current, &item->head)
                            : followed(g, &q->current, node);
    uint32_t end = add_max(f->max, item->max), len = shortest(&item->tail);

    prefer(g, f, &ended, q->from);
    prefer(g, f, &item->best, f->max);
    if (!q->broken)
        f->head = ended;
    q->broken = true;
    q->current = item->tail.count ? item->tail : empty_row(g);
    q->from = item->exact ? f->max
              : end == UINT32_MAX ? end : end > len ? end - len : 0;
}

static struct facts all_facts(struct maker *g, const pol_node *n)
{
    struct sequence q = { empty_row(g), 0, false };
    struct facts f = { .max = 0 }, item;
    const pol_node *i;

    for (i = n->first; i && !g->failed; i = i->next) {
        item = node_facts(g, i);
        if (item.exact && may_multiply(&q.current, &item.head))
            q.current = product(g, &q.current, &item.head);
        else
            break_rows(g, &f, &q, i, &item);
        f.max = add_max(f.max, item.max);
    }
    f.exact = !q.broken;
    f.tail = q.current;
    if (f.exact)
        f.head = q.current;
    else
        prefer(g, &f, &q.current, q.from);
    return f;
}

/* The best of a node alone. */
static void prefer_own(struct maker *g, struct facts *f)
{
    prefer(g, f, &f->head, 0);
    if (!f->exact && f->tail.count)
        prefer(g, f, &f->tail, f->max);
}

static struct facts joined_facts(struct maker *g, struct facts a,
                                 struct facts b)
{
    struct facts out = { .exact = a.exact && b.exact,
                         .max = a.max > b.max ? a.max : b.max };

    out.head = joined(g, &a.head, &b.head);
    out.tail = out.exact ? out.head : joined(g, &a.tail, &b.tail);
    out.exact = out.exact && out.head.count;
    prefer_own(g, &a);
    prefer_own(g, &b);
    out.best = joined(g, &a.best, &b.best);
    out.best.score = rows_score(&out.best);
    return out;
}

static struct facts repeat_facts(struct maker *g, const pol_node *n)
{
    struct facts item = node_facts(g, n->first), f = item;
    uint32_t done = 1;

    f.max = times_max(item.max, n->max);
    if (n->min == 0)
        return n->max == 0 ? nothing(g) : (struct facts){ .max = f.max };
    if (!item.exact || !longest(&item.head)) {
        f.exact = item.exact;
        return f;
    }
    for (; done < n->min && may_multiply(&f.head, &item.head); done++)
        f.head = product(g, &f.head, &item.head);
    f.tail = f.head;
    f.exact = done == n->max;
    if (!f.exact)
        prefer(g, &f, &f.head, 0);
    return f;
}

/* --- the windows --------------------------------------------------------- */

static const pol_units *unite(struct maker *g, const pol_units *a,
                              const pol_units *b)
{
    struct set_maker s;
    uint32_t i;

    s.count = 0;
    s.any = false;
    for (i = 0; i < a->count; i++)
        set_add(&s, a->ranges[i].first, a->ranges[i].last);
    for (i = 0; i < b->count; i++)
        set_add(&s, b->ranges[i].first, b->ranges[i].last);
    return a == b || s.any ? a : set_make(g, &s);
}

/* One for both, as long as the shorter. Sets that are too large to be united
 * end it. */
static struct row united(struct maker *g, const struct row *a,
                         const struct row *b)
{
    uint32_t len = a->len < b->len ? a->len : b->len, i;
    struct row r = new_row(g, len, a->before > b->before ? a->before
                                                         : b->before);

    for (i = 0; i < r.len && !g->failed; i++) {
        if (a->at[i] != b->at[i] &&
            a->at[i]->count + b->at[i]->count > RANGES_MAX)
            r.len = i;
        else
            r.at[i] = unite(g, a->at[i], b->at[i]);
    }
    return r;
}

/* Of alternatives that are rare enough also as one, make one: each costs. */
static void unite_rows(struct maker *g, struct rows *s)
{
    uint32_t i = 0, k;

    while (i < s->count) {
        for (k = i + 1; k < s->count && !g->failed; k++) {
            struct row r = united(g, &s->items[i], &s->items[k]);

            if (g->failed || row_score(&r) < SCORE_ENOUGH)
                continue;
            s->items[i] = r;
            s->items[k--] = s->items[--s->count];
        }
        i++;
    }
}

static const pol_units *find_equal(pol_units *const *kept, uint32_t count,
                                   const pol_units *u)
{
    uint32_t i;

    for (i = 0; i < count; i++)
        if (kept[i]->count == u->count &&
            memcmp(kept[i]->ranges, u->ranges,
                   u->count * sizeof(*u->ranges)) == 0)
            return kept[i];
    return NULL;
}

/* What is kept, and the sets that are in it, each once. */
struct keeper {
    pol_regex *r;
    pol_units *sets[ROWS_MAX * POL_WINDOW_LEN];
    uint32_t count;
};

static const pol_units *keep_set(struct keeper *k, const pol_units *u)
{
    const pol_units *same = find_equal(k->sets, k->count, u);
    pol_unit_range *ranges;
    pol_units *out;

    if (same)
        return same;
    out = pol_regex_hold(k->r, 1, sizeof(*out));
    ranges = pol_regex_hold(k->r, u->count + 1, sizeof(*ranges));
    if (!out || !ranges)
        return NULL;
    memcpy(ranges, u->ranges, u->count * sizeof(*ranges));
    *out = (pol_units){ ranges, u->count, k->count };
    k->sets[k->count++] = out;
    return out;
}

static bool keep_row(struct keeper *k, pol_regex_window *w,
                     const struct row *row)
{
    const pol_units **at = pol_regex_hold(k->r, row->len, sizeof(*at));
    uint32_t i;

    if (!at)
        return false;
    for (i = 0; i < row->len; i++)
        if (!(at[i] = keep_set(k, row->at[i])))
            return false;
    *w = (pol_regex_window){ at, row->len, row->before };
    return true;
}

static policy_status keep(pol_regex *r, pol_arena *a, const struct rows *rows,
                          policy_error *err)
{
    struct keeper *k = pol_arena_new(a, struct keeper, 1);
    pol_regex_window *w = pol_regex_hold(r, rows->count, sizeof(*w));
    uint32_t i;

    if (!k || !w)
        return pol_error_oom(err);
    k->r = r;
    for (i = 0; i < rows->count; i++)
        if (!keep_row(k, &w[i], &rows->items[i]))
            return pol_error_oom(err);
    r->windows = (pol_regex_windows){ w, rows->count };
    return POLICY_OK;
}

policy_status pol_regex_windows_of(pol_regex *r, pol_arena *a,
                                   const pol_node *root, policy_error *err)
{
    struct maker g = { .arena = a };
    struct facts f = node_facts(&g, root);

    if (!g.failed)
        prefer_own(&g, &f);
    if (!g.failed)
        unite_rows(&g, &f.best);
    if (g.failed)
        return pol_error_oom(err);
    return f.best.score ? keep(r, a, &f.best, err) : POLICY_OK;
}
