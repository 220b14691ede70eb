/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the tree to a program, in three steps.
 *
 * 1. Emit instructions, from the end of the regex to its beginning: each node
 *    is given what follows it and gives where it begins. Counts are expanded
 *    here; the parser has made sure that it all is within the limit.
 * 2. Tell apart what the sets tell apart. The code points are cut where any set
 *    begins or ends; what is between two cuts begins as of one class, and each
 *    set in turn divides the classes that it holds but a part of. The cost is
 *    that of the sets' ranges.
 * 3. Lay down the map from units to classes, and which classes each set has.
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/sort.h"
#include "match/regex_layout.h"

/* Bits of all rows of `members`: a regex with more sets and classes than that
 * is no one's. */
#define MEMBERS_MAX ((uint64_t)1 << 23)

struct maker {
    pol_regex *r;
    pol_arena *arena;
    uint32_t used; /* instructions */
    pol_chars **sets; /* each once */
    uint32_t *set_slots; /* by hash, plus one */
    uint32_t set_count, set_cap, slot_count;
    uint32_t *cuts;   /* where stretches of code points begin */
    uint32_t cut_count;
    uint32_t *classes; /* of stretches */
    policy_error *err;
};

/* --- instructions ------------------------------------------------------- */

static uint32_t put(struct maker *m, pol_inst_op op, uint32_t out, uint32_t arg)
{
    assert(m->used < m->r->inst_count);
    m->r->insts[m->used] = (pol_inst){ op, out, arg };
    return m->used++;
}

static uint32_t split(struct maker *m, bool lazy, uint32_t body, uint32_t next)
{
    return lazy ? put(m, POL_INST_SPLIT, next, body)
                : put(m, POL_INST_SPLIT, body, next);
}

static uint32_t emit(struct maker *m, const pol_node *n, uint32_t next);

/*
 * One or more. Of zero or more of what may match nothing, this within a
 * question mark is the order in which Perl tries: a plain loop would take the
 * second way out of the body before the way out of the loop.
 */
static uint32_t emit_plus(struct maker *m, const pol_node *n, uint32_t next,
                          uint32_t *loop)
{
    uint32_t body;

    *loop = put(m, POL_INST_SPLIT, 0, 0);
    body = emit(m, n->first, *loop);
    m->r->insts[*loop].out = n->lazy ? next : body;
    m->r->insts[*loop].arg = n->lazy ? body : next;
    return body;
}

static uint32_t emit_repeat(struct maker *m, const pol_node *n, uint32_t next)
{
    uint32_t i, loop, after = next;

    if (n->max != POL_REPEAT_MAX) {
        for (i = n->min; i < n->max; i++)
            next = split(m, n->lazy, emit(m, n->first, next), after);
    } else {
        next = emit_plus(m, n, next, &loop);
        if (n->min == 0)
            return n->first->nullable ? split(m, n->lazy, next, after) : loop;
    }
    for (i = n->max == POL_REPEAT_MAX; i < n->min; i++)
        next = emit(m, n->first, next);
    return next;
}

static uint32_t emit_any(struct maker *m, const pol_node *n, uint32_t next)
{
    const pol_node *item = n->last;
    uint32_t at = emit(m, item, next);

    for (item = item->prev; item; item = item->prev)
        at = put(m, POL_INST_SPLIT, emit(m, item, next), at);
    return at;
}

static uint32_t emit(struct maker *m, const pol_node *n, uint32_t next)
{
    const pol_node *item;

    switch (n->kind) {
    case POL_NODE_EMPTY: return next;
    case POL_NODE_CHARS:
        return put(m, POL_INST_CLASSES, next, n->chars->id - 1);
    case POL_NODE_BORDER:
        m->r->borders = true;
        return put(m, POL_INST_BORDER, next, n->border);
    case POL_NODE_ALL:
        for (item = n->last; item; item = item->prev)
            next = emit(m, item, next);
        return next;
    case POL_NODE_ANY: return emit_any(m, n, next);
    case POL_NODE_REPEAT: return emit_repeat(m, n, next);
    }
    return next;
}

/* --- sets --------------------------------------------------------------- */

static uint32_t hash_chars(const pol_chars *c)
{
    uint64_t h = c->count;
    size_t i;

    for (i = 0; i < c->count; i++)
        h = (h ^ c->ranges[i].first ^ (uint64_t)c->ranges[i].last << 24) *
            0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

/* Number the set; one that was met before keeps its number. */
static void add_set(struct maker *m, pol_chars *c)
{
    uint32_t i = hash_chars(c) & (m->slot_count - 1);

    if (c->id)
        return;
    for (; m->set_slots[i]; i = (i + 1) & (m->slot_count - 1))
        if (pol_chars_equal(m->sets[m->set_slots[i] - 1], c)) {
            c->id = m->set_slots[i];
            return;
        }
    m->sets[m->set_count++] = c;
    c->id = m->set_slots[i] = m->set_count;
}

static uint32_t count_sets(const pol_node *n)
{
    uint32_t count = n->kind == POL_NODE_CHARS;
    const pol_node *item;

    for (item = n->first; item; item = item->next)
        count += count_sets(item);
    return count;
}

static void gather_sets(struct maker *m, const pol_node *n)
{
    const pol_node *item;

    if (n->kind == POL_NODE_CHARS)
        add_set(m, n->chars);
    for (item = n->first; item; item = item->next)
        gather_sets(m, item);
}

static policy_status make_sets(struct maker *m, const pol_node *root)
{
    m->set_cap = count_sets(root);
    for (m->slot_count = 16; m->slot_count < m->set_cap * 2;)
        m->slot_count *= 2;
    m->sets = pol_arena_new(m->arena, pol_chars *, m->set_cap + 2);
    m->set_slots = pol_arena_new(m->arena, uint32_t, m->slot_count);
    if (!m->sets || !m->set_slots)
        return pol_error_oom(m->err);
    gather_sets(m, root);
    return POLICY_OK;
}

/* --- classes ------------------------------------------------------------ */

static pol_range word_ranges[] = { { '0', '9' }, { '_', '_' }, { 'a', 'z' } };
static pol_range line_ranges[] = { { '\n', '\n' }, { '\r', '\r' },
                                   { 0x2028, 0x2029 } };
static pol_chars word_chars = { word_ranges, 3, 3, 0 };
static pol_chars line_chars = { line_ranges, 3, 3, 0 };

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Where sets begin or end, and where pairs do. */
static policy_status cut(struct maker *m, uint32_t set_count)
{
    size_t room = 4, n = 0, to = 0, i, k;

    for (i = 0; i < set_count; i++)
        room += 2 * m->sets[i]->count;
    m->cuts = pol_arena_new(m->arena, uint32_t, room);
    m->classes = pol_arena_new(m->arena, uint32_t, room);
    if (!m->cuts || !m->classes)
        return pol_error_oom(m->err);
    m->cuts[n++] = 0;
    m->cuts[n++] = 0x10000;
    for (i = 0; i < set_count; i++)
        for (k = 0; k < m->sets[i]->count; k++) {
            m->cuts[n++] = m->sets[i]->ranges[k].first;
            m->cuts[n++] = m->sets[i]->ranges[k].last + 1;
        }
    pol_sort(m->cuts, n, sizeof(*m->cuts), by_number);
    for (i = 1; i < n; i++)
        if (m->cuts[i] != m->cuts[to] && m->cuts[i] <= POL_CP_MAX)
            m->cuts[++to] = m->cuts[i];
    m->cut_count = (uint32_t)to + 1;
    return POLICY_OK;
}

/* The stretch that holds `cp`. */
static uint32_t stretch_of(const struct maker *m, uint32_t cp)
{
    uint32_t low = 0, high = m->cut_count - 1;

    while (low < high) {
        uint32_t mid = (low + high + 1) / 2;

        if (m->cuts[mid] <= cp)
            low = mid;
        else
            high = mid - 1;
    }
    return low;
}

/* By class: stretches of it, those of them in the set at hand, the class that
 * these move to. */
struct part {
    uint32_t size, inside, to;
};

struct division {
    struct part *parts;
    uint32_t *touched, touched_count;
};

static uint32_t stretch_end(const struct maker *m, pol_range r, uint32_t k)
{
    while (k < m->cut_count && m->cuts[k] <= r.last)
        k++;
    return k;
}

static void count_inside(struct maker *m, struct division *d,
                         const pol_chars *set)
{
    uint32_t k, end;
    size_t i;

    for (i = 0; i < set->count; i++) {
        k = stretch_of(m, set->ranges[i].first);
        end = stretch_end(m, set->ranges[i], k);
        for (; k < end; k++)
            if (d->parts[m->classes[k]].inside++ == 0)
                d->touched[d->touched_count++] = m->classes[k];
    }
}

/* What lies inside of a class that is not whole in the set gets a new one. */
static void move_inside(struct maker *m, struct division *d,
                        const pol_chars *set)
{
    uint32_t k, end;
    size_t i;

    for (i = 0; i < set->count; i++) {
        k = stretch_of(m, set->ranges[i].first);
        end = stretch_end(m, set->ranges[i], k);
        for (; k < end; k++) {
            struct part *p = &d->parts[m->classes[k]];

            if (p->inside == p->size)
                continue;
            if (!p->to)
                p->to = m->r->class_count++;
            d->parts[p->to].size++;
            m->classes[k] = p->to;
        }
    }
}

static void divide(struct maker *m, struct division *d, const pol_chars *set)
{
    uint32_t i;

    d->touched_count = 0;
    count_inside(m, d, set);
    move_inside(m, d, set);
    for (i = 0; i < d->touched_count; i++) {
        struct part *p = &d->parts[d->touched[i]];

        if (p->to)
            p->size -= p->inside;
        p->inside = p->to = 0;
    }
}

static policy_status classify(struct maker *m, uint32_t set_count)
{
    struct division d;
    uint32_t i;

    d.parts = pol_arena_new(m->arena, struct part, m->cut_count + 1);
    d.touched = pol_arena_new(m->arena, uint32_t, m->cut_count);
    if (!d.parts || !d.touched)
        return pol_error_oom(m->err);
    m->r->class_count = 1;
    d.parts[0].size = m->cut_count;
    for (i = 0; i < set_count; i++)
        divide(m, &d, m->sets[i]);
    if (m->r->class_count > POL_REGEX_CLASSES)
        return pol_error_set(m->err, POLICY_ELIMIT, "regex-states",
                             "the regex tells more than %d classes of "
                             "characters apart", POL_REGEX_CLASSES);
    return POLICY_OK;
}

/* --- the map ------------------------------------------------------------ */

static void fill_block(const struct maker *m, uint16_t *block, uint32_t unit)
{
    uint32_t i, k = stretch_of(m, unit);

    for (i = 0; i < POL_MAP_BLOCK; i++, unit++) {
        if (k + 1 < m->cut_count && m->cuts[k + 1] == unit)
            k++;
        block[i] = pol_is_surrogate(unit) ? POL_REGEX_PAIR
                                          : (uint16_t)m->classes[k];
    }
}

/* Is the block from `unit` on what the one before it is? Most are of Han or of
 * Hangul, and lie within one stretch as their neighbours do. */
static bool is_block_before(const struct maker *m, uint32_t unit)
{
    if (unit == 0 || pol_is_surrogate(unit) != pol_is_surrogate(unit - 1))
        return false;
    return pol_is_surrogate(unit) ||
           stretch_of(m, unit - POL_MAP_BLOCK) ==
               stretch_of(m, unit + POL_MAP_BLOCK - 1);
}

static uint32_t blocks_at_most(const struct maker *m)
{
    uint32_t top, count = 0;

    for (top = 0; top < POL_MAP_TOP; top++)
        count += !is_block_before(m, top << POL_MAP_SHIFT);
    return count;
}

static policy_status make_map(struct maker *m)
{
    const size_t size = POL_MAP_BLOCK * sizeof(uint16_t);
    uint16_t *blocks = pol_arena_new(m->arena, uint16_t,
                                     blocks_at_most(m) * POL_MAP_BLOCK);
    uint32_t top, i, count = 0;

    if (!blocks)
        return pol_error_oom(m->err);
    for (top = 0; top < POL_MAP_TOP; top++) {
        uint16_t *block = blocks + count * POL_MAP_BLOCK;

        if (is_block_before(m, top << POL_MAP_SHIFT)) {
            m->r->top[top] = m->r->top[top - 1];
            continue;
        }
        fill_block(m, block, top << POL_MAP_SHIFT);
        for (i = 0; i < count; i++)
            if (memcmp(blocks + i * POL_MAP_BLOCK, block, size) == 0)
                break;
        count += i == count;
        m->r->top[top] = (uint16_t)(i * POL_MAP_BLOCK);
    }
    m->r->map = pol_regex_hold(m->r, count, size);
    if (!m->r->map)
        return pol_error_oom(m->err);
    memcpy(m->r->map, blocks, count * size);
    return POLICY_OK;
}

/* From the halves of pairs on, which no set must find in the map. */
static policy_status make_wide(struct maker *m)
{
    uint32_t k = stretch_of(m, 0xD800), count = m->cut_count - k, i;
    pol_regex *r = m->r;

    r->wide = pol_regex_hold(r, count, sizeof(*r->wide));
    r->wide_classes = pol_regex_hold(r, count, sizeof(*r->wide_classes));
    if (!r->wide || !r->wide_classes)
        return pol_error_oom(m->err);
    r->wide_count = count;
    for (i = 0; i < count; i++, k++) {
        r->wide[i] = i ? m->cuts[k] : 0;
        r->wide_classes[i] = (uint16_t)m->classes[k];
    }
    return POLICY_OK;
}

static policy_status make_sides(struct maker *m)
{
    pol_regex *r = m->r;
    uint32_t k;

    r->sides = pol_regex_hold(r, r->class_count, sizeof(*r->sides));
    if (!r->sides)
        return pol_error_oom(m->err);
    for (k = 0; k < m->cut_count; k++)
        r->sides[m->classes[k]] =
            !r->borders                               ? POL_SIDE_OTHER
            : pol_chars_has(&word_chars, m->cuts[k]) ? POL_SIDE_WORD
            : pol_chars_has(&line_chars, m->cuts[k]) ? POL_SIDE_LINE
                                                     : POL_SIDE_OTHER;
    return POLICY_OK;
}

/* --- members ------------------------------------------------------------ */

/* Set the bits of the classes of `set`; how many there are. */
static uint32_t mark_classes(const struct maker *m, const pol_chars *set,
                             uint32_t *row, uint32_t *one)
{
    uint32_t count = 0, k, end;
    size_t i;

    for (i = 0; i < set->count; i++) {
        k = stretch_of(m, set->ranges[i].first);
        end = stretch_end(m, set->ranges[i], k);
        for (; k < end; k++) {
            uint32_t c = m->classes[k], bit = 1u << c % 32;

            count += (row[c / 32] & bit) == 0;
            row[c / 32] |= bit;
            *one = c;
        }
    }
    return count;
}

/* By set: its row, or its one class. */
struct membership {
    pol_inst_op op;
    uint32_t arg;
};

/* `rows` has one row more than may be kept. */
static uint32_t fill_rows(struct maker *m, struct membership *of, uint32_t *rows,
                          uint32_t words)
{
    uint32_t i, used = 0, one = 0;

    for (i = 0; i < m->set_count; i++) {
        uint32_t *row = rows + (size_t)used * words;

        if (mark_classes(m, m->sets[i], row, &one) == 1) {
            of[i] = (struct membership){ POL_INST_CLASS, one };
            memset(row, 0, words * sizeof(*row));
        } else {
            of[i] = (struct membership){ POL_INST_CLASSES, used++ };
        }
    }
    return used;
}

/* Sets of more than one range: only these may have more than one class. */
static uint32_t count_rows(const struct maker *m)
{
    uint32_t i, count = 1;

    for (i = 0; i < m->set_count; i++)
        count += m->sets[i]->count != 1 ||
                 m->sets[i]->ranges[0].first != m->sets[i]->ranges[0].last;
    return count;
}

static policy_status make_members(struct maker *m)
{
    uint32_t words = (m->r->class_count + 31) / 32, count = count_rows(m), i;
    struct membership *of;
    uint32_t *rows;

    if ((uint64_t)count * words * 32 > MEMBERS_MAX)
        return pol_error_set(m->err, POLICY_ELIMIT, "regex-states",
                             "the regex has too many different classes");
    rows = pol_arena_new(m->arena, uint32_t, (size_t)count * words);
    of = pol_arena_new(m->arena, struct membership, m->set_count + 1);
    if (!rows || !of)
        return pol_error_oom(m->err);
    count = fill_rows(m, of, rows, words);
    m->r->words = words;
    m->r->members = pol_regex_hold(m->r, (size_t)count * words + 1,
                                   sizeof(*rows));
    if (!m->r->members)
        return pol_error_oom(m->err);
    memcpy(m->r->members, rows, (size_t)count * words * sizeof(*rows));
    for (i = 0; i < m->used; i++)
        if (m->r->insts[i].op == POL_INST_CLASSES) {
            struct membership s = of[m->r->insts[i].arg];

            m->r->insts[i].op = s.op;
            m->r->insts[i].arg = s.arg;
        }
    return POLICY_OK;
}

/* --- the whole ---------------------------------------------------------- */

static policy_status emit_all(struct maker *m, const pol_node *root)
{
    pol_regex *r = m->r;

    r->inst_count = (uint32_t)root->states + 1;
    r->insts = pol_regex_hold(r, r->inst_count, sizeof(*r->insts));
    if (!r->insts)
        return pol_error_oom(m->err);
    r->start = emit(m, root, put(m, POL_INST_MATCH, 0, 0));
    assert(m->used == r->inst_count);
    return POLICY_OK;
}

policy_status pol_regex_program(pol_regex *r, pol_arena *a,
                                const pol_node *root, policy_error *err)
{
    struct maker m = { .r = r, .arena = a, .err = err };
    policy_status st = make_sets(&m, root);
    uint32_t set_count = m.set_count;

    if (st != POLICY_OK || (st = emit_all(&m, root)) != POLICY_OK)
        return st;
    if (r->borders) {
        m.sets[set_count++] = &word_chars;
        m.sets[set_count++] = &line_chars;
    }
    if ((st = cut(&m, set_count)) != POLICY_OK ||
        (st = classify(&m, set_count)) != POLICY_OK ||
        (st = make_map(&m)) != POLICY_OK || (st = make_wide(&m)) != POLICY_OK ||
        (st = make_sides(&m)) != POLICY_OK)
        return st;
    return make_members(&m);
}
