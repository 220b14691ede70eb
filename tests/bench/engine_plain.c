/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plain charwise Aho-Corasick automaton over all terms: one step a unit on
 * every text, which no text slows down. What a matcher of many parts must not
 * fall far behind of.
 *
 * A double array. Units are numbered by how often they occur in the terms, 0 is
 * a unit of no term. A state is a cell, and has a base of its own: the cell at
 * base + number is a child if it bears the number. So a cell is 8 bytes, and a
 * step down reads one. Below `numbers` lie empty cells: base 0 has no child.
 * States are placed in breadth-first order, those near the root near together.
 *
 * A state that fails holds where to go on: the nearest suffix that has a child
 * that it has not itself. A leaf has its suffix's children for its own.
 */
#include <stdlib.h>
#include <string.h>

#include "engine.h"

enum { UNITS = 0x10000, OUT = 1u << 16 };

struct cell {
    uint32_t base;
    uint32_t number; /* and OUT where terms end; 0: free */
};

/* Of a state: where it fails to, and what ends there. */
struct fail {
    uint32_t cell, base;
};

struct end {
    uint32_t id, next; /* the longest proper suffix that is a term; or 0 */
};

struct string {
    uint16_t *numbers;
    uint32_t len, id;
};

/* While it is built: strings [low, high) go on from here. */
struct node {
    uint32_t low, high, depth, parent, cell, children, child_count, fail;
};

/* By a pointer, as all engines tell their hits. */
typedef void (*on_end)(struct tally *t, uint32_t id, uint64_t end);

struct plain {
    struct engine_run run;
    on_end on_end;
    uint16_t *number; /* of each unit */
    struct cell *cells;
    struct fail *fails; /* by cell */
    uint32_t *outs;     /* by cell: of `ends`; or 0 */
    struct end *ends;
    size_t cap, used, numbers;
    uint32_t root;
    struct node *nodes;
    size_t node_count, first_free;
};

/* ---- terms as numbers ---- */

static const uint32_t *unit_counts;

static int by_count(const void *a, const void *b)
{
    uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;

    return unit_counts[x] != unit_counts[y]
               ? (unit_counts[x] < unit_counts[y] ? 1 : -1)
               : (x > y) - (x < y);
}

static void number_units(struct plain *p, const struct string *s, size_t count)
{
    uint32_t *counts = need(calloc(UNITS, sizeof(*counts)));
    uint16_t *order = need(malloc(UNITS * sizeof(*order)));
    size_t i, k;

    for (i = 0; i < count; i++)
        for (k = 0; k < s[i].len; k++)
            counts[s[i].numbers[k]]++;
    for (i = 0; i < UNITS; i++)
        order[i] = (uint16_t)i;
    unit_counts = counts;
    qsort(order, UNITS, sizeof(*order), by_count);
    for (i = 0; i < UNITS - 1 && counts[order[i]]; i++)
        p->number[order[i]] = (uint16_t)(i + 1);
    p->numbers = i + 1;
    for (i = 0; i < count; i++)
        for (k = 0; k < s[i].len; k++)
            s[i].numbers[k] = p->number[s[i].numbers[k]];
    free(counts);
    free(order);
}

static int by_numbers(const void *a, const void *b)
{
    const struct string *x = a, *y = b;
    size_t i, len = x->len < y->len ? x->len : y->len;

    for (i = 0; i < len; i++)
        if (x->numbers[i] != y->numbers[i])
            return x->numbers[i] < y->numbers[i] ? -1 : 1;
    return (x->len > y->len) - (x->len < y->len);
}

static struct string *strings_of(struct plain *p, const struct terms *t,
                                 uint16_t **units, size_t *total)
{
    struct string *s = need(calloc(t->count + 1, sizeof(*s)));
    size_t i, room = 1;
    pol_folded f;

    for (i = 0; i < t->count; i++)
        room += t->at[i].len;
    *units = need(malloc(room * sizeof(**units)));
    *total = 0;
    pol_folded_init(&f, NULL);
    for (i = 0; i < t->count; i++) {
        check(pol_fold(&f, t->at[i], NULL), "fold");
        if (*total + f.count > room)
            bench_fail("the terms grow too much");
        memcpy(*units + *total, f.units, f.count * sizeof(*f.units));
        s[i] = (struct string){ *units + *total, (uint32_t)f.count,
                                (uint32_t)i };
        *total += f.count;
    }
    pol_folded_fini(&f);
    number_units(p, s, t->count);
    qsort(s, t->count, sizeof(*s), by_numbers);
    return s;
}

/* ---- the trie ---- */

static uint16_t number_of(const struct string *s, const struct node *n)
{
    return s[n->low].numbers[n->depth - 1];
}

/* Breadth first: the children of a node stand side by side. */
static void make_nodes(struct plain *p, const struct string *s, size_t count,
                       size_t total)
{
    size_t i;

    p->nodes = need(calloc(total + 1, sizeof(*p->nodes)));
    p->nodes[0].high = (uint32_t)count;
    p->node_count = 1;
    for (i = 0; i < p->node_count; i++) {
        struct node *n = &p->nodes[i];
        uint32_t at = n->low;

        while (at < n->high && s[at].len == n->depth)
            at++;
        n->children = (uint32_t)p->node_count;
        while (at < n->high) {
            struct node *child = &p->nodes[p->node_count++];

            *child = (struct node){ .low = at, .depth = n->depth + 1,
                                    .parent = (uint32_t)i };
            while (at < n->high && s[at].numbers[n->depth] ==
                                       s[child->low].numbers[n->depth])
                at++;
            child->high = at;
        }
        n->child_count = (uint32_t)p->node_count - n->children;
    }
}

/* ---- the double array ---- */

static void grow(struct plain *p, size_t want)
{
    size_t cap = p->cap ? p->cap : 4096;

    while (cap < want)
        cap *= 2;
    if (cap == p->cap)
        return;
    p->cells = need(realloc(p->cells, cap * sizeof(*p->cells)));
    memset(p->cells + p->cap, 0, (cap - p->cap) * sizeof(*p->cells));
    p->cap = cap;
}

static bool fits(const struct plain *p, const struct string *s,
                 const struct node *n, size_t base)
{
    uint32_t i;

    for (i = 0; i < n->child_count; i++)
        if (p->cells[base + number_of(s, &p->nodes[n->children + i])].number)
            return false;
    return true;
}

/* A base that no other state has, at which all children find a free cell: from
 * the first free one on, and at the end after this many tries. */
enum { TRIES = 256 };

static size_t find_base(struct plain *p, const struct string *s,
                        const struct node *n, const uint8_t *taken)
{
    size_t first = number_of(s, &p->nodes[n->children]), at, tries;

    while (p->cells[p->first_free].number)
        p->first_free++;
    at = p->first_free > p->numbers + first ? p->first_free
                                            : p->numbers + first;
    for (tries = 0; tries < TRIES; at++) {
        grow(p, at + 2 * p->numbers + 1);
        if (at >= p->used)
            break;
        if (p->cells[at].number)
            continue;
        tries++;
        if (!taken[at - first] && fits(p, s, n, at - first))
            return at - first;
    }
    /* Where so many do not fit, few later ones will: leave half of it. */
    if (tries == TRIES)
        p->first_free += (at - p->first_free) / 2;
    for (at = p->used > p->numbers + first ? p->used - first : p->numbers;
         taken[at]; at++)
        ;
    grow(p, at + 2 * p->numbers + 1);
    return at;
}

static void place(struct plain *p, const struct string *s, size_t total)
{
    size_t i, k, room = (total + 2) * 8 + 4 * UNITS;
    uint8_t *taken = need(calloc(room, 1));

    p->used = p->first_free = p->numbers;
    grow(p, p->numbers * 4);
    for (i = 0; i < p->node_count; i++) {
        struct node *n = &p->nodes[i];
        size_t base;

        if (!n->child_count)
            continue;
        base = find_base(p, s, n, taken);
        if (base >= room)
            bench_fail("the double array is too sparse");
        taken[base] = 1;
        if (i == 0)
            p->root = (uint32_t)base;
        else
            p->cells[n->cell].base = (uint32_t)base;
        for (k = 0; k < n->child_count; k++) {
            struct node *child = &p->nodes[n->children + k];
            uint16_t number = number_of(s, child);

            child->cell = (uint32_t)(base + number);
            p->cells[child->cell].number = number;
            if (child->cell >= p->used)
                p->used = child->cell + 1;
        }
    }
    free(taken);
}

/* ---- where a state fails to ---- */

static uint32_t base_of(const struct plain *p, uint32_t node)
{
    return node ? p->cells[p->nodes[node].cell].base : p->root;
}

/* The child of a node by a number, or 0. */
static uint32_t child_by(const struct plain *p, const struct string *s,
                         uint32_t node, uint16_t number)
{
    const struct node *n = &p->nodes[node];
    uint32_t low = n->children, high = n->children + n->child_count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (number_of(s, &p->nodes[mid]) < number)
            low = mid + 1;
        else
            high = mid;
    }
    return low < n->children + n->child_count &&
                   number_of(s, &p->nodes[low]) == number ? low : 0;
}

static void link_node(struct plain *p, const struct string *s, uint32_t i)
{
    struct node *n = &p->nodes[i];
    uint16_t number = number_of(s, n);
    uint32_t at = n->parent, found = 0;

    while (at && !found) {
        at = p->nodes[at].fail;
        found = child_by(p, s, at, number);
    }
    n->fail = found;
    p->outs[n->cell] = n->fail ? p->outs[p->nodes[n->fail].cell] : 0;
    if (s[n->low].len == n->depth) {
        p->ends[n->low + 1] = (struct end){ s[n->low].id, p->outs[n->cell] };
        p->outs[n->cell] = n->low + 1;
    }
    if (p->outs[n->cell])
        p->cells[n->cell].number |= OUT;
}

/* Has `node` every child that `suffix` has? Then nothing is new there. */
static bool has_all(const struct plain *p, const struct string *s,
                    uint32_t node, uint32_t suffix)
{
    const struct node *n = &p->nodes[suffix];
    uint32_t k;

    if (n->child_count > p->nodes[node].child_count)
        return false;
    for (k = 0; k < n->child_count; k++)
        if (!child_by(p, s, node,
                      number_of(s, &p->nodes[n->children + k])))
            return false;
    return true;
}

static void link_fails(struct plain *p, const struct string *s)
{
    uint32_t i;

    for (i = 1; i < p->node_count; i++)
        link_node(p, s, i);
    for (i = 1; i < p->node_count; i++) {
        struct node *n = &p->nodes[i];
        uint32_t to = n->fail, like = i;

        /* A leaf goes on as the first suffix that is none. */
        if (!n->child_count) {
            while (to && !p->nodes[to].child_count)
                to = p->nodes[to].fail;
            p->cells[n->cell].base = base_of(p, to);
            like = to;
            to = to ? p->nodes[to].fail : 0;
        }
        while (to && has_all(p, s, like, to))
            to = p->nodes[to].fail;
        p->fails[n->cell] = like == 0 ? (struct fail){ 0, 0 }
                            : (struct fail){ to ? p->nodes[to].cell : 0,
                                             base_of(p, to) };
    }
}

static void count_end(struct tally *t, uint32_t id, uint64_t end)
{
    tally_hit(t, id, end);
}

static const char *plain_lacks(void)
{
    return NULL;
}

static void *plain_build(const struct corpus *c, const struct terms *t)
{
    struct plain *p = need(calloc(1, sizeof(*p)));
    struct string *s;
    uint16_t *units;
    size_t total;
    double start = bench_cpu();

    p->run.c = c;
    p->on_end = count_end;
    p->number = need(calloc(UNITS, sizeof(*p->number)));
    s = strings_of(p, t, &units, &total);
    make_nodes(p, s, t->count, total);
    place(p, s, total);
    p->fails = need(calloc(p->cap, sizeof(*p->fails)));
    p->outs = need(calloc(p->cap, sizeof(*p->outs)));
    p->ends = need(calloc(t->count + 2, sizeof(*p->ends)));
    link_fails(p, s);
    p->run.build_s = bench_cpu() - start;
    p->run.bytes = p->cap * (sizeof(*p->cells) + sizeof(*p->fails) +
                             sizeof(*p->outs)) +
                   t->count * sizeof(*p->ends) + UNITS * sizeof(*p->number);
    free(p->nodes);
    free(s);
    free(units);
    return p;
}

static void plain_fini(void *self)
{
    struct plain *p = self;

    free(p->number);
    free(p->cells);
    free(p->fails);
    free(p->outs);
    free(p->ends);
    free(p);
}

/* ---- the scan ---- */

static __attribute__((noinline)) void report(struct plain *p, uint32_t cell,
                                             size_t end)
{
    uint32_t e;

    for (e = p->outs[cell]; e; e = p->ends[e].next)
        p->on_end(&p->run.tally, p->ends[e].id, end);
}

static void scan(struct plain *p, const pol_folded *f)
{
    const struct cell *cells = p->cells;
    const uint32_t root = p->root;
    uint32_t cell = 0, base = root;
    size_t i;

    for (i = 0; i < f->count; i++) {
        const uint32_t number = p->number[f->units[i]];
        uint32_t next;

        if (!number) {
            cell = 0;
            base = root;
            continue;
        }
        for (;;) {
            next = base + number;
            if ((uint16_t)cells[next].number == number) {
                cell = next;
                base = cells[next].base;
                if (cells[next].number & OUT)
                    report(p, cell, i + 1);
                break;
            }
            if (base == root) {
                cell = 0;
                break;
            }
            base = p->fails[cell].base;
            cell = p->fails[cell].cell;
        }
    }
}

static void plain_single(void *self, size_t first, size_t end)
{
    struct plain *p = self;

    for (; first < end; first++)
        scan(p, &p->run.c->views[first]);
}

const struct engine engine_plain = { "plain", "the automaton", SIZE_MAX, true,
                                     plain_lacks, plain_build, plain_fini,
                                     plain_single, NULL };
