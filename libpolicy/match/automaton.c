/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building the automaton:
 *
 * 1. number: the units of the strings;
 * 2. plant: the trie, depth by depth. The strings that go on from a node lie
 *    side by side, and are sorted by their next unit when it is the node's turn.
 *    Its children are placed at once: cells are never moved;
 * 3. link: what a node's longest suffix is, and what ends where, the shallow
 *    nodes first. Along one string the depth of that suffix grows by one a unit
 *    at most, which makes the steps linear in the units of all strings;
 * 4. shorten: let fails pass by suffixes that have nothing new to try.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "match/automaton.h"

enum {
    SORT_MIN = 24,  /* below it, insertion beats counting */
    TRIES = 64,     /* free cells at which siblings are tried */
    WIDE_MIN = 16,  /* children that are more than this have several bases */
    RANGE = 4,      /* of them, for each base */
    CLASSES = 4,    /* of siblings, by how many they are */
    FILLED = 0,
    TAKEN = 1,
    SHORTEN_MAX = 8 /* children, and suffixes, that shortening looks at */
};

/* What is left of a string below its node. */
struct item {
    const uint16_t *at;
    uint32_t left, string;
    uint32_t number; /* of the next unit; 0: there is none */
};

/* Some of it is told in turn. */
struct node {
    union {
        uint32_t low;  /* until it is branched: its items */
        uint32_t fail; /* a node: its longest proper suffix that is one */
    };
    union {
        uint32_t high;
        uint32_t end; /* until it is linked: of `ends`, or 0 */
        uint32_t next; /* a node: where it fails to, once shortened */
    };
    union {
        uint32_t parent; /* until it is linked */
        uint32_t like;   /* a node that has the base that it has */
    };
    uint32_t children; /* up to those of the next node */
    uint32_t cell, number;
};

struct trie {
    const policy_allocator *a;
    pol_automaton *m;
    const pol_string *strings;
    struct item *items, *spare;
    size_t item_cap;
    struct node *nodes; /* 0 is the root */
    size_t count, cap;
    size_t numbers; /* that there are, and 1 */
    size_t used; /* cells from there on are free */
    size_t first_free[CLASSES]; /* where to begin to look for one */
    uint64_t (*bits)[2];  /* by cell: FILLED; by base: TAKEN */
    size_t bit_cap;
    uint32_t *node_of;     /* by cell */
    uint32_t ends;
};

/* ---- number ---- */

static size_t slot_of(const pol_automaton *m, uint16_t unit)
{
    return (uint32_t)(m->pages[unit / POL_PAGE] + unit);
}

/* As numbers, until these are given. */
enum { OTHER = 1, FIRST = 2 };

static policy_status make_pages(struct trie *t, size_t count, policy_error *err)
{
    pol_automaton *m = t->m;
    size_t i, k;

    m->pages = pol_calloc(t->a, POL_PAGES, sizeof(*m->pages));
    if (!m->pages)
        return pol_error_oom(err);
    for (i = 0; i < count; i++)
        for (k = 0; k < t->strings[i].len; k++)
            m->pages[t->strings[i].units[k] / POL_PAGE] = 1;
    for (i = 0, m->page_count = 1; i < POL_PAGES; i++) {
        k = m->pages[i] ? m->page_count++ : 0;
        m->pages[i] = (uint32_t)k * POL_PAGE - (uint32_t)i * POL_PAGE;
    }
    m->numbers = pol_calloc(t->a, m->page_count * POL_PAGE,
                            sizeof(*m->numbers));
    return m->numbers ? POLICY_OK : pol_error_oom(err);
}

static policy_status number(struct trie *t, size_t count, policy_error *err)
{
    pol_automaton *m = t->m;
    policy_status st = make_pages(t, count, err);
    size_t slots = m->page_count * POL_PAGE, others = 0, i, k;

    if (st != POLICY_OK)
        return st;
    for (i = 0; i < count; i++)
        for (k = 0; k < t->strings[i].len; k++)
            m->numbers[slot_of(m, t->strings[i].units[k])] |=
                k ? OTHER : FIRST;
    for (i = 0; i < slots; i++) {
        m->starts += (m->numbers[i] & FIRST) != 0;
        others += m->numbers[i] == OTHER;
    }
    t->numbers = m->starts + others + 1;
    if (t->numbers > UINT16_MAX)
        return pol_error_set(err, POLICY_ELIMIT, "matcher-size",
                             "the terms have too many characters");
    for (i = 0, k = 0, others = m->starts; i < slots; i++)
        if (m->numbers[i])
            m->numbers[i] = (uint16_t)(m->numbers[i] == OTHER ? ++others : ++k);
    return POLICY_OK;
}

/* ---- plant: sort ---- */

static void insert_items(struct item *x, size_t count)
{
    size_t i, k;

    for (i = 1; i < count; i++) {
        struct item item = x[i];

        for (k = i; k > 0 && x[k - 1].number > item.number; k--)
            x[k] = x[k - 1];
        x[k] = item;
    }
}

static void count_items(struct item *to, const struct item *from, size_t count,
                        unsigned shift)
{
    size_t at[257] = { 0 }, i;

    for (i = 0; i < count; i++)
        at[(from[i].number >> shift & 255) + 1]++;
    for (i = 0; i < 256; i++)
        at[i + 1] += at[i];
    for (i = 0; i < count; i++)
        to[at[from[i].number >> shift & 255]++] = from[i];
}

/* By number, else in their order. */
static void sort_items(struct trie *t, struct item *x, size_t count)
{
    if (count <= SORT_MIN) {
        insert_items(x, count);
        return;
    }
    count_items(t->spare, x, count, 0);
    count_items(x, t->spare, count, 8);
}

/* ---- plant: place ---- */

static policy_status grow_cells(struct trie *t, size_t want, policy_error *err)
{
    const size_t old = t->m->cell_count;
    size_t cap = old ? old : 64;
    pol_cell *cells;
    void *bits;

    if (want <= old)
        return POLICY_OK;
    while (cap < want)
        cap *= 2;
    if (cap > UINT32_MAX / 2)
        return pol_error_set(err, POLICY_ELIMIT, "matcher-size",
                             "the terms need too many states");
    bits = pol_realloc(t->a, t->bits, t->bit_cap / 4, cap / 4);
    if (!bits)
        return pol_error_oom(err);
    t->bits = bits;
    memset(t->bits + t->bit_cap / 64, 0, (cap - t->bit_cap) / 4);
    t->bit_cap = cap;
    cells = pol_realloc(t->a, t->m->cells, old * sizeof(*cells),
                        cap * sizeof(*cells));
    if (!cells)
        return pol_error_oom(err);
    memset(cells + old, 0, (cap - old) * sizeof(*cells));
    t->m->cells = cells;
    t->m->cell_count = cap;
    return POLICY_OK;
}

static bool is_set(const struct trie *t, size_t at, unsigned of)
{
    return t->bits[at / 64][of] >> at % 64 & 1;
}

static void set(struct trie *t, size_t at, unsigned of)
{
    t->bits[at / 64][of] |= (uint64_t)1 << at % 64;
}

/* The first free cell at or after `at`; there are such behind `used`. */
static size_t free_cell(const struct trie *t, size_t at)
{
    size_t word = at / 64;
    uint64_t bits = ~t->bits[word][FILLED] & ~(uint64_t)0 << at % 64;

    while (!bits)
        bits = ~t->bits[++word][FILLED];
    return word * 64 + (size_t)__builtin_ctzll(bits);
}

/* Of the nodes [from, to). */
static bool fits(const struct trie *t, size_t base, size_t from, size_t to)
{
    if (is_set(t, base, TAKEN))
        return false;
    for (; from < to; from++)
        if (is_set(t, base + t->nodes[from].number, FILLED))
            return false;
    return true;
}

static size_t class_of(size_t count)
{
    return count > 4 ? 3 : count > 2 ? 2 : count - 1;
}

/* A base that no other state has, at which the nodes [from, to) find free cells.
 * Where they do not fit at many, few others that are as many will: these leave
 * half of what was looked at to smaller ones. */
static policy_status find_base(struct trie *t, size_t from, size_t to,
                               size_t *base, policy_error *err)
{
    const size_t first = t->nodes[from].number, least = t->numbers + first;
    size_t *begin = &t->first_free[class_of(to - from)], at, tries;
    policy_status st;

    *begin = free_cell(t, *begin);
    at = *begin > least ? *begin : least;
    for (tries = 1;; tries++, at++) {
        if (tries % TRIES == 0) {
            at += t->used > at ? (t->used - at) / 4 : 0;
            *begin = at;
        }
        at = free_cell(t, at);
        st = grow_cells(t, at + 2 * t->numbers + 1, err);
        if (st != POLICY_OK || fits(t, at - first, from, to))
            break;
    }
    *base = at - first;
    return st;
}

/* The nodes [from, to), siblings. */
static policy_status place(struct trie *t, size_t from, size_t to,
                           uint32_t *base, policy_error *err)
{
    size_t at = 0;
    policy_status st = find_base(t, from, to, &at, err);

    if (st != POLICY_OK)
        return st;
    set(t, at, TAKEN);
    *base = (uint32_t)at;
    for (; from < to; from++) {
        struct node *n = &t->nodes[from];

        n->cell = (uint32_t)at + n->number;
        t->m->cells[n->cell].number = n->number;
        set(t, n->cell, FILLED);
        if (n->cell >= t->used)
            t->used = n->cell + 1;
    }
    return POLICY_OK;
}

/* Ranges so many that each has some RANGE of the nodes from `from` on. */
static policy_status place_wide(struct trie *t, size_t from, uint32_t *base,
                                policy_error *err)
{
    pol_automaton *m = t->m;
    const size_t at = m->base_count, count = t->count - from;
    uint32_t shift = 16, range;
    policy_status st = POLICY_OK;
    size_t end;

    while (shift && (t->numbers >> shift) * RANGE < count)
        shift--;
    end = at + 2 + (t->numbers >> shift);
    if (end > POL_BASE_WIDE)
        return pol_error_set(err, POLICY_ELIMIT, "matcher-size",
                             "the terms need too many states");
    if (!pol_grow(t->a, (void **)&m->bases, &m->base_cap, end,
                  sizeof(*m->bases)))
        return pol_error_oom(err);
    memset(m->bases + at, 0, (end - at) * sizeof(*m->bases));
    m->base_count = end;
    m->bases[at] = shift;
    *base = (uint32_t)at | POL_BASE_WIDE;
    for (; from < t->count && st == POLICY_OK; from = end) {
        range = t->nodes[from].number >> shift;
        for (end = from + 1; end < t->count; end++)
            if (t->nodes[end].number >> shift != range)
                break;
        st = place(t, from, end, &m->bases[at + 1 + range], err);
    }
    return st;
}

/* The nodes from `from` on, which are the children of `parent`. */
static policy_status place_children(struct trie *t, size_t parent, size_t from,
                                    policy_error *err)
{
    uint32_t base = 0;
    policy_status st = parent && t->count - from > WIDE_MIN
                           ? place_wide(t, from, &base, err)
                           : place(t, from, t->count, &base, err);

    if (st != POLICY_OK)
        return st;
    if (parent)
        t->m->cells[t->nodes[parent].cell].base = base;
    else
        t->m->root = base;
    return POLICY_OK;
}

/* ---- plant ---- */

/* Each item one unit further on. */
static void advance(struct trie *t, size_t low, size_t high)
{
    for (; low < high; low++) {
        struct item *x = &t->items[low];

        x->number = 0;
        if (!x->left)
            continue;
        x->number = pol_automaton_number(t->m, *x->at);
        x->at++;
        x->left--;
    }
}

static uint32_t end_here(struct trie *t, uint32_t end, uint32_t string)
{
    const pol_string *s = &t->strings[string];

    if (!end)
        end = ++t->ends;
    t->m->ends[end] =
        (pol_end){ .value = s->value, .len = s->len, .mark = s->mark };
    if (s->len > t->m->longest)
        t->m->longest = s->len;
    return end;
}

/* Make the children of node `i`. */
static policy_status branch(struct trie *t, size_t i, policy_error *err)
{
    const uint32_t high = t->nodes[i].high;
    const size_t from = t->count;
    uint32_t low = t->nodes[i].low, end = 0, next;

    advance(t, low, high);
    sort_items(t, t->items + low, high - low);
    for (; low < high && !t->items[low].number; low++)
        end = end_here(t, end, t->items[low].string);
    t->nodes[i].fail = 0;
    t->nodes[i].end = end;
    t->nodes[i].children = (uint32_t)from;
    for (; low < high; low = next) {
        const uint32_t number = t->items[low].number;

        for (next = low + 1; next < high; next++)
            if (t->items[next].number != number)
                break;
        t->nodes[t->count++] = (struct node){
            .low = low, .high = next, .parent = (uint32_t)i, .number = number
        };
    }
    return t->count > from ? place_children(t, i, from, err) : POLICY_OK;
}

/* Give back the cells that no state reads. */
static policy_status trim(struct trie *t, policy_error *err)
{
    size_t count = t->used + t->numbers;
    pol_automaton *m = t->m;
    pol_cell *cells = pol_realloc(t->a, m->cells,
                                  m->cell_count * sizeof(*cells),
                                  count * sizeof(*cells));

    if (!cells)
        return pol_error_oom(err);
    m->cells = cells;
    m->cell_count = count;
    return POLICY_OK;
}

/* No more nodes than units, and two: the root, and one behind the last, which
 * tells where the last one's children end. */
static policy_status make_trie(struct trie *t, size_t count, policy_error *err)
{
    size_t units = 0, i;

    for (i = 0; i < count; i++)
        units += t->strings[i].len;
    if (units > UINT32_MAX / 4)
        return pol_error_set(err, POLICY_ELIMIT, "matcher-size",
                             "the terms need too many states");
    t->cap = units + 2;
    t->item_cap = count;
    t->nodes = pol_alloc(t->a, t->cap * sizeof(*t->nodes));
    t->items = pol_alloc(t->a, count * sizeof(*t->items));
    t->spare = pol_alloc(t->a, count * sizeof(*t->spare));
    if (!t->nodes || !t->items || !t->spare)
        return pol_error_oom(err);
    for (i = 0; i < count; i++)
        t->items[i] = (struct item){ t->strings[i].units, t->strings[i].len,
                                     (uint32_t)i, 0 };
    t->used = t->numbers;
    for (i = 0; i < CLASSES; i++)
        t->first_free[i] = t->used;
    return grow_cells(t, 2 * t->numbers + 1, err);
}

static policy_status plant(struct trie *t, size_t count, policy_error *err)
{
    policy_status st = make_trie(t, count, err);
    size_t i;

    if (st != POLICY_OK)
        return st;
    t->nodes[t->count++] = (struct node){ .high = (uint32_t)count };
    for (i = 0; st == POLICY_OK && i < t->count; i++)
        st = branch(t, i, err);
    if (st != POLICY_OK)
        return st;
    t->nodes[t->count].children = (uint32_t)t->count;
    return trim(t, err);
}

/* ---- link ---- */

static uint32_t base_of(const struct trie *t, uint32_t node)
{
    return node ? t->m->cells[t->nodes[node].cell].base : t->m->root;
}

/* Its cell, or 0. */
static uint32_t child_of(const struct trie *t, uint32_t node, uint32_t number)
{
    uint32_t cell = pol_automaton_next(t->m, base_of(t, node), number);

    return (uint16_t)t->m->cells[cell].number == number ? cell : 0;
}

static policy_status make_links(struct trie *t, policy_error *err)
{
    pol_automaton *m = t->m;

    m->fails = pol_alloc(t->a, m->cell_count * sizeof(*m->fails));
    m->outs = pol_calloc(t->a, m->cell_count, sizeof(*m->outs));
    t->node_of = pol_alloc(t->a, m->cell_count * sizeof(*t->node_of));
    if (!m->fails || !m->outs || !t->node_of)
        return pol_error_oom(err);
    t->node_of[0] = 0;
    for (size_t i = 1; i < t->count; i++)
        t->node_of[t->nodes[i].cell] = (uint32_t)i;
    return POLICY_OK;
}

static void link_node(struct trie *t, uint32_t i)
{
    struct node *n = &t->nodes[i];
    uint32_t at = n->parent, out = 0;
    pol_automaton *m = t->m;

    while (at && !n->fail) {
        at = t->nodes[at].fail;
        n->fail = t->node_of[child_of(t, at, n->number)];
    }
    if (n->fail)
        out = m->outs[t->nodes[n->fail].cell];
    if (n->end) {
        m->ends[n->end].next = out;
        out = n->end;
    }
    m->outs[n->cell] = out;
    m->cells[n->cell].number |= out ? POL_CELL_OUT : 0;
}

/* ---- shorten ---- */

static uint32_t child_count(const struct trie *t, uint32_t node)
{
    return t->nodes[node + 1].children - t->nodes[node].children;
}

/* Has `node` every child that `suffix` has? Then nothing is new there. */
static bool has_all(const struct trie *t, uint32_t node, uint32_t suffix)
{
    const uint32_t end = t->nodes[suffix + 1].children;
    uint32_t k = t->nodes[suffix].children;

    if (end - k > SHORTEN_MAX || end - k > child_count(t, node))
        return false;
    for (; k < end; k++)
        if (!child_of(t, node, t->nodes[k].number))
            return false;
    return true;
}

/* After the shallower nodes. */
static void shorten(struct trie *t, uint32_t i)
{
    struct node *n = &t->nodes[i];
    uint32_t to = t->nodes[n->fail].like, tries = 0;

    n->like = i;
    if (!child_count(t, i)) {
        n->like = to;
        to = t->nodes[to].next;
        t->m->cells[n->cell].base = base_of(t, n->like);
    } else {
        for (; to && tries < SHORTEN_MAX && has_all(t, i, to); tries++)
            to = t->nodes[to].next;
    }
    n->next = to;
    t->m->fails[n->cell] =
        (pol_state){ to ? t->nodes[to].cell : 0, base_of(t, to) };
}

static policy_status build(struct trie *t, size_t count, policy_error *err)
{
    pol_automaton *m = t->m;
    policy_status st;
    uint32_t i;

    m->end_cap = count + 1;
    m->ends = pol_calloc(t->a, m->end_cap, sizeof(*m->ends));
    if (!m->ends)
        return pol_error_oom(err);
    if ((st = number(t, count, err)) != POLICY_OK ||
        (st = plant(t, count, err)) != POLICY_OK ||
        (st = make_links(t, err)) != POLICY_OK)
        return st;
    m->count = t->count - 1;
    for (i = 1; i < t->count; i++)
        link_node(t, i);
    t->nodes[0].like = t->nodes[0].next = 0;
    for (i = 1; i < t->count; i++)
        shorten(t, i);
    return POLICY_OK;
}

policy_status pol_automaton_build(pol_automaton *out, const policy_allocator *a,
                                  const pol_string *strings, size_t count,
                                  policy_error *err)
{
    struct trie t = { .a = a, .m = out, .strings = strings };
    policy_status st;

    *out = (pol_automaton){ .root = 0 };
    if (!count)
        return POLICY_OK;
    st = build(&t, count, err);
    pol_free(a, t.items, t.item_cap * sizeof(*t.items));
    pol_free(a, t.spare, t.item_cap * sizeof(*t.spare));
    pol_free(a, t.nodes, t.cap * sizeof(*t.nodes));
    pol_free(a, t.bits, t.bit_cap / 4);
    pol_free(a, t.node_of, out->cell_count * sizeof(*t.node_of));
    if (st != POLICY_OK)
        pol_automaton_fini(out, a);
    return st;
}

void pol_automaton_fini(pol_automaton *m, const policy_allocator *a)
{
    pol_free(a, m->pages, POL_PAGES * sizeof(*m->pages));
    pol_free(a, m->numbers, m->page_count * POL_PAGE * sizeof(*m->numbers));
    pol_free(a, m->cells, m->cell_count * sizeof(*m->cells));
    pol_free(a, m->fails, m->cell_count * sizeof(*m->fails));
    pol_free(a, m->bases, m->base_cap * sizeof(*m->bases));
    pol_free(a, m->outs, m->cell_count * sizeof(*m->outs));
    pol_free(a, m->ends, m->end_cap * sizeof(*m->ends));
    *m = (pol_automaton){ .root = 0 };
}

size_t pol_automaton_bytes(const pol_automaton *m)
{
    if (!m->pages)
        return 0;
    return POL_PAGES * sizeof(*m->pages) +
           m->page_count * POL_PAGE * sizeof(*m->numbers) +
           m->cell_count * (sizeof(*m->cells) + sizeof(*m->fails) +
                            sizeof(*m->outs)) +
           m->base_cap * sizeof(*m->bases) + m->end_cap * sizeof(*m->ends);
}

/* The loop that all texts made to be dear end up in: all of it stays in
 * registers. */
size_t pol_automaton_run(const pol_automaton *m, pol_state *at,
                         const uint16_t *units, size_t count)
{
    const pol_automaton a = *m;
    pol_state s = *at;
    size_t i = 0;

    while (i < count) {
        const uint32_t number = pol_automaton_number(&a, units[i++]);
        pol_cell cell = { 0, 0 };
        uint32_t next;

        for (; s.base != a.root && number; s = a.fails[s.cell]) {
            next = pol_automaton_next(&a, s.base, number);
            cell = a.cells[next];
            if ((uint16_t)cell.number == number)
                goto found;
        }
        if (number - 1 >= a.starts) {
            s = (pol_state){ 0, a.root };
            continue;
        }
        next = a.root + number;
        cell = a.cells[next];
found:
        s = (pol_state){ next, cell.base };
        if (cell.number & POL_CELL_OUT)
            break;
    }
    *at = s;
    return i;
}
