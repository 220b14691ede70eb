/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the fold that looks back: marks, Hangul, Indic vowels. What it is
 * for, and the rules that are numbered here, stand in fold.c.
 */
#include "text/fold_run.h"

/* Non-starters after one starter: the bound of the Stream-Safe Text Format
 * (UAX #15, section 13). */
#define MARK_MAX 30

enum { /* Hangul, Unicode 3.12 */
       L_BASE = 0x1100,
       V_BASE = 0x1161,
       T_BASE = 0x11A7,
       S_BASE = 0xAC00,
       L_COUNT = 19,
       V_COUNT = 21,
       T_COUNT = 28,
       S_COUNT = L_COUNT * V_COUNT * T_COUNT
};

/* A code point on its way out. */
struct piece {
    uint32_t cp, start, end;
    uint16_t reasons;
    uint8_t class, ccc;
    uint8_t mark; /* POL_MARK_* */
};

struct segment {
    bool based; /* `base` is there; marks at the start of a text have none */
    struct piece base;
    struct piece marks[MARK_MAX + 1]; /* the last one is being added */
    /* Combining class, and below it the place in `marks`: what was just written
     * is slow to move. */
    uint16_t order[MARK_MAX];
    size_t count;
    unsigned kinds; /* POL_MARK_* of all marks */
};

/* --- composition -------------------------------------------------------- */

static uint32_t compose_hangul(uint32_t first, uint32_t second)
{
    if (first - L_BASE < L_COUNT && second - V_BASE < V_COUNT)
        return S_BASE +
               ((first - L_BASE) * V_COUNT + (second - V_BASE)) * T_COUNT;
    if (first - S_BASE < S_COUNT && (first - S_BASE) % T_COUNT == 0 &&
        second - T_BASE - 1 < T_COUNT - 1)
        return first + (second - T_BASE);
    return 0;
}

/* 0 where they do not compose. */
static uint32_t compose(uint32_t first, uint32_t second)
{
    uint64_t key = (uint64_t)first << 32 | second;
    uint16_t slot =
        pol_fold_pair_slots[key * pol_fold_pair_factor >> (64 - POL_HASH_BITS)];

    if (slot && pol_fold_pairs[slot - 1].first == first &&
        pol_fold_pairs[slot - 1].second == second)
        return pol_fold_pairs[slot - 1].composite;
    return compose_hangul(first, second);
}

/* The pair that composes into `cp`, or NULL. */
static const pol_fold_pair *pair_of(uint32_t cp)
{
    uint16_t slot = pol_fold_composite_slots[cp * pol_fold_composite_factor >>
                                             (64 - POL_HASH_BITS)];

    if (slot && pol_fold_pairs[slot - 1].composite == cp)
        return &pol_fold_pairs[slot - 1];
    return NULL;
}

/* The pool record of a code point that may combine backwards, or NULL. */
static const uint16_t *combining(uint32_t cell)
{
    return pol_cell_combines(cell) ? pol_fold_pool + (cell & 0xFFFF) : NULL;
}

/* A code point that combines, of which `record` tells. */
static inline void piece_of_record(struct piece *p, const uint16_t *record,
                                   uint32_t cp, uint32_t start, uint32_t end,
                                   uint16_t reasons)
{
    p->cp = cp;
    p->start = start;
    p->end = end;
    p->reasons = reasons;
    p->class = POL_CLASS_LETTER;
    p->ccc = (uint8_t)record[1];
    p->mark = (uint8_t)(record[0] >> 8);
}

static inline void piece_init(struct piece *p, uint32_t cp, uint32_t start,
                              uint32_t end, uint16_t reasons)
{
    uint32_t cell = pol_fold_cell(cp);
    const uint16_t *record = combining(cell);

    if (record) {
        piece_of_record(p, record, cp, start, end, reasons);
        return;
    }
    p->cp = cp;
    p->start = start;
    p->end = end;
    p->reasons = reasons;
    p->class = cell & POL_CELL_OTHER ? POL_CLASS_SYMBOL
                                     : (uint8_t)(cell >> POL_CELL_CLASS & 7);
    p->ccc = 0;
    p->mark = 0;
}

/* --- segments ----------------------------------------------------------- */

static inline struct piece *mark_at(struct segment *s, size_t i)
{
    return &s->marks[s->order[i] & 0xFF];
}

/* The one that stands behind the others. */
static inline void keep_mark(struct segment *s)
{
    assert(s->count < MARK_MAX);
    s->order[s->count] =
        (uint16_t)(s->marks[s->count].ccc << 8 | (unsigned)s->count);
    s->kinds |= s->marks[s->count].mark;
    s->count++;
}

static inline void write_unit(pol_folded *f, uint16_t unit,
                              const struct piece *p, policy_span source)
{
    size_t at = f->count++;

    assert(at < f->cap);
    f->units[at] = unit;
    f->reasons[at] = p->reasons;
    f->starts[at] = source.start;
    f->ends[at] = source.end;
    f->classes[at] = p->class;
}

static inline void write_piece(pol_folded *f, const struct piece *p,
                               policy_span source)
{
    if (p->cp < 0x10000) {
        write_unit(f, (uint16_t)p->cp, p, source);
    } else {
        write_unit(f, pol_high_of(p->cp), p, source);
        write_unit(f, pol_low_of(p->cp), p, source);
    }
}

/* (6): if a source lies inside or before the one that it follows, all get the
 * whole. */
static bool is_crossed(struct segment *s, policy_span *whole)
{
    const struct piece *first = s->based ? &s->base : mark_at(s, 0);
    uint32_t start = first->start, end = first->end;
    bool crossed = false;

    *whole = (policy_span){ start, end };
    for (size_t i = 0; i < s->count; i++) {
        const struct piece *m = mark_at(s, i);

        crossed |= (m->start < start) | (m->end < end);
        start = m->start;
        end = m->end;
        whole->start = start < whole->start ? start : whole->start;
        whole->end = end > whole->end ? end : whole->end;
    }
    return crossed;
}

static void write_segment(pol_run *r, struct segment *s)
{
    policy_span whole;
    bool crossed = s->count && is_crossed(s, &whole);

    if (s->based)
        write_piece(r->f, &s->base,
                    crossed ? whole
                            : (policy_span){ s->base.start, s->base.end });
    for (size_t i = 0; i < s->count; i++) {
        const struct piece *m = mark_at(s, i);

        write_piece(r->f, m,
                    crossed ? whole : (policy_span){ m->start, m->end });
    }
    s->count = 0;
    s->kinds = 0;
}

/* Canonical ordering (Unicode 3.11, D109): stable, by combining class. */
static void order_marks(struct segment *s)
{
    for (size_t i = 1; i < s->count; i++) {
        uint16_t m = s->order[i];
        size_t at = i;

        for (; at > 0 && s->order[at - 1] > m; at--)
            s->order[at] = s->order[at - 1];
        s->order[at] = m;
    }
}

static void join(struct piece *base, const struct piece *p, uint32_t composite)
{
    uint16_t reasons = base->reasons | p->reasons;
    uint32_t start = base->start < p->start ? base->start : p->start;
    uint32_t end = base->end > p->end ? base->end : p->end;

    piece_init(base, composite, start, end, reasons);
}

static void remove_mark(pol_run *r, struct segment *s)
{
    if (s->based)
        s->base.reasons |= POL_REASON_MARK;
    pol_run_removed_mark(r);
}

/* (2): order the marks; compose, remove or keep each. A kept one blocks those
 * of its class and below (D115). */
static void settle_marks(pol_run *r, struct segment *s)
{
    size_t kept = 0;

    order_marks(s);
    if (!(s->kinds & (POL_MARK_BACK | POL_MARK_INHERITED)))
        return;
    for (size_t i = 0; i < s->count; i++) {
        struct piece *m = mark_at(s, i);
        uint32_t composite = 0;

        if (s->based && (m->mark & POL_MARK_BACK) &&
            (!kept || mark_at(s, kept - 1)->ccc < m->ccc))
            composite = compose(s->base.cp, m->cp);
        if (composite)
            join(&s->base, m, composite);
        else if (m->mark & POL_MARK_INHERITED)
            remove_mark(r, s);
        else
            s->order[kept++] = s->order[i];
    }
    s->count = kept;
}

static void add_starter(pol_run *r, struct segment *s, const struct piece *p)
{
    uint32_t composite = 0;

    settle_marks(r, s);
    if (s->based && !s->count && (p->mark & POL_MARK_BACK))
        composite = compose(s->base.cp, p->cp);
    if (composite) {
        join(&s->base, p, composite);
        return;
    }
    write_segment(r, s);
    s->base = *p;
    s->based = true;
}

/* `p` stands behind the marks: copies of what was just written are slow. */
static inline void add(pol_run *r, struct segment *s, const struct piece *p)
{
    assert(p == &s->marks[s->count]);
    if ((p->mark & POL_MARK_MARK) && s->based &&
        pol_takes_no_mark(s->base.class))
        remove_mark(r, s); /* (1) */
    else if (p->ccc && s->count < MARK_MAX)
        keep_mark(s);
    else if (p->ccc)
        remove_mark(r, s); /* (3) */
    else if (p->mark & POL_MARK_INHERITED)
        remove_mark(r, s); /* composes with nothing, and blocks nothing */
    else
        add_starter(r, s, p);
}

/* Take the base apart as far as the pairs go. */
static void decompose_base(struct segment *s)
{
    const pol_fold_pair *pair = pair_of(s->base.cp);
    struct piece tail[4], whole;
    size_t count = 0;

    if (!pair)
        return;
    whole = s->base;
    for (; pair && count < 4; pair = pair_of(pair->first)) {
        piece_init(&tail[count++], pair->second, whole.start, whole.end, 0);
        piece_init(&s->base, pair->first, whole.start, whole.end,
                   whole.reasons);
    }
    while (count) {
        struct piece *m = &tail[--count];

        /* A second half that is a starter (Indic vowels) composes at once. */
        if (m->ccc) {
            s->marks[s->count] = *m;
            keep_mark(s);
        } else {
            join(&s->base, m, compose(s->base.cp, m->cp));
        }
    }
    if (!s->count)
        s->base.class = whole.class;
}

/* The code point that stands last, off the output. */
static inline void take_back(pol_folded *f, struct piece *p)
{
    size_t at = f->count - 1;
    uint32_t cp = f->units[at];

    if (pol_is_low(f->units[at]))
        cp = pol_from_pair(f->units[--at], f->units[f->count - 1]);
    piece_init(p, cp, f->starts[at], f->ends[at], f->reasons[at]);
    /* U+FFFD and private use have a class that no cell tells. */
    p->class = f->classes[at];
    f->count = at;
}

/* Behind the base stand marks, the last of which is in its place. */
static __attribute__((noinline)) void take_marks_back(pol_folded *f,
                                                      struct segment *s)
{
    struct piece back[MARK_MAX + 1];
    size_t taken = 1;

    back[0] = s->base;
    while (f->count && back[taken - 1].ccc && taken < MARK_MAX + 1)
        take_back(f, &back[taken++]);
    s->based = !back[taken - 1].ccc;
    if (s->based) {
        s->base = back[--taken];
        decompose_base(s);
    }
    while (taken) {
        s->marks[s->count] = back[--taken];
        keep_mark(s);
    }
}

/* Take the last starter and the marks after it back from the output. */
static inline void open_segment(pol_run *r, struct segment *s)
{
    s->based = r->f->count != 0;
    s->count = 0;
    s->kinds = 0;
    if (!s->based)
        return;
    take_back(r->f, &s->base);
    if (s->base.ccc)
        take_marks_back(r->f, s);
    else
        decompose_base(s);
}

static void add_record(pol_run *r, struct segment *s, const uint16_t *record,
                       uint32_t cell, uint32_t start, uint32_t end)
{
    size_t count = record[0] & 0xFF;
    uint16_t reasons =
        (uint16_t)((cell >> POL_CELL_REASONS & 0xFF) | r->pending);
    struct piece *p = &s->marks[s->count];

    r->pending = 0;
    r->seen |= cell;
    if (count == 1) {
        piece_of_record(p, record, record[2], start, end, reasons);
        add(r, s, p);
        return;
    }
    for (size_t at = 0; at < count;) {
        p = &s->marks[s->count];
        piece_init(p, pol_utf16_next(record + 2, count, &at), start, end,
                   reasons);
        add(r, s, p);
    }
}

/* Does the run go on behind r->pos? */
static inline bool goes_on(const pol_run *r, uint32_t *cell, size_t *next)
{
    uint32_t cp;
    bool ok;

    if (r->pos == r->text.len)
        return false;
    *next = pol_run_next(r->text, r->pos, &cp, &ok);
    *cell = pol_fold_cell(cp);
    return ok && (pol_cell_combines(*cell) || pol_cell_deletes(*cell));
}

/* The usual run, without a segment: a single code point, that of `record`,
 * behind a unit of the first plane that needs no decomposition. False where it
 * is not that. */
static bool fold_lone(pol_run *r, const uint16_t *record, uint32_t cell,
                      uint32_t start)
{
    pol_folded *f = r->f;
    size_t at = f->count - 1;
    uint32_t unit = f->count ? f->units[at] : 0, composite = 0;
    unsigned mark = record[0] >> 8;

    if ((record[0] & 0xFF) != 1 || !f->count || pol_is_surrogate(unit) ||
        pol_takes_no_mark(f->classes[at]) ||
        pol_cell_combines(pol_fold_bmp[unit]) || pair_of(unit))
        return false;
    if ((mark & POL_MARK_BACK) && (record[1] || !(mark & POL_MARK_INHERITED)))
        composite = compose(unit, record[2]);
    if (composite >= 0x10000 ||
        (pol_fold_bmp[composite] & (composite ? POL_CELL_OTHER : 0)))
        return false;
    r->seen |= cell;
    if (composite) {
        f->units[at] = (uint16_t)composite;
        f->classes[at] =
            (uint8_t)(pol_fold_bmp[composite] >> POL_CELL_CLASS & 7);
        f->reasons[at] |=
            (uint16_t)((cell >> POL_CELL_REASONS & 0xFF) | r->pending);
        f->ends[at] = (uint32_t)r->pos;
    } else if (mark & POL_MARK_INHERITED) {
        f->reasons[at] |= POL_REASON_MARK;
        f->count = at; /* as a segment would have it */
        pol_run_removed_mark(r);
        f->count = at + 1;
    } else {
        pol_run_put(r, record[2],
                    (cell & 0xFFu << POL_CELL_REASONS) |
                        (uint32_t)POL_CLASS_LETTER << POL_CELL_CLASS,
                    start, (uint32_t)r->pos);
    }
    r->pending = 0;
    return true;
}

/* r->pos stands after the code point of `cell`, which combines and began at
 * `start`. Reads on to the end of the run. */
bool pol_run_segment(pol_run *r, uint32_t cell, uint32_t start)
{
    struct segment s;
    uint32_t next_cell = 0;
    size_t next = 0;
    bool more = goes_on(r, &next_cell, &next);

    if (!more && fold_lone(r, combining(cell), cell, start))
        return true;
    open_segment(r, &s);
    for (;;) {
        const uint16_t *record = combining(cell);

        /* A starter may flush a whole segment of pairs. */
        if (!pol_run_room(r, 2 * (MARK_MAX + 2), start))
            return false;
        if (record)
            add_record(r, &s, record, cell, start, (uint32_t)r->pos);
        else
            pol_run_delete(r, cell & 0xFFFF,
                           s.based ? s.base.class : POL_CLASS_COUNT);
        if (!more)
            break;
        start = (uint32_t)r->pos;
        r->pos = next;
        cell = next_cell;
        more = goes_on(r, &next_cell, &next);
    }
    settle_marks(r, &s);
    write_segment(r, &s);
    return true;
}
