/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building the automaton. A state's number is its place in a table that must
 * not grow, so the states are counted first:
 *
 * 1. plant: the trie of all strings, its nodes numbered as they come, each
 *    after the one before it;
 * 2. place: each node into the final table, in the same order;
 * 3. link: fail links and what ends where, the shallow states first. Along one
 *    string the depth of the fail link grows by one a unit at most, which makes
 *    the steps linear in the units of all strings.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "match/automaton.h"

enum { TABLE_MIN = 64 };

struct node {
    uint32_t before, depth;
    uint32_t end;   /* of `ends`, or 0 */
    uint32_t place; /* in the final table */
    uint16_t unit;
};

struct trie {
    const policy_allocator *a;
    struct node *nodes; /* 0 is the root */
    size_t count, cap;
    uint32_t *table; /* of numbers of nodes; 0 is free */
    size_t slots;    /* a power of two */
    uint32_t *order; /* nodes by depth */
    uint32_t *depths; /* how many nodes of each, then where they begin */
    size_t depth_count;
};

static size_t first_slot(const struct trie *t, uint32_t before, uint16_t unit)
{
    uint64_t h = ((uint64_t)before << 16 | unit) * 0x9e3779b97f4a7c15u;

    return (size_t)(h >> 32) & (t->slots - 1);
}

static uint32_t *slot_of(const struct trie *t, uint32_t before, uint16_t unit)
{
    size_t i = first_slot(t, before, unit);

    while (t->table[i] && (t->nodes[t->table[i]].before != before ||
                           t->nodes[t->table[i]].unit != unit))
        i = (i + 1) & (t->slots - 1);
    return &t->table[i];
}

static policy_status grow_table(struct trie *t, policy_error *err)
{
    size_t slots = t->slots ? t->slots * 2 : TABLE_MIN, i;
    uint32_t *table;

    if (t->slots && t->count * 2 <= t->slots)
        return POLICY_OK;
    table = pol_calloc(t->a, slots, sizeof(*table));
    if (!table)
        return pol_error_oom(err);
    pol_free(t->a, t->table, t->slots * sizeof(*table));
    t->table = table;
    t->slots = slots;
    for (i = 1; i < t->count; i++)
        *slot_of(t, t->nodes[i].before, t->nodes[i].unit) = (uint32_t)i;
    return POLICY_OK;
}

static policy_status add_node(struct trie *t, struct node n, policy_error *err)
{
    if (t->count == UINT32_MAX / 2)
        return pol_error_set(err, POLICY_ELIMIT, "matcher-size",
                             "the terms need too many states");
    if (!pol_grow(t->a, (void **)&t->nodes, &t->cap, t->count + 1,
                  sizeof(*t->nodes)))
        return pol_error_oom(err);
    t->nodes[t->count++] = n;
    return POLICY_OK;
}

/* The number of the node after `before`, made if there is none. */
static policy_status follow(struct trie *t, uint32_t before, uint16_t unit,
                            uint32_t *node, policy_error *err)
{
    policy_status st = grow_table(t, err);
    uint32_t *slot;

    if (st != POLICY_OK)
        return st;
    slot = slot_of(t, before, unit);
    if (!*slot) {
        struct node n = { .before = before, .unit = unit,
                          .depth = t->nodes[before].depth + 1 };

        if ((st = add_node(t, n, err)) != POLICY_OK)
            return st;
        *slot = (uint32_t)t->count - 1;
    }
    *node = *slot;
    return POLICY_OK;
}

static policy_status plant(struct trie *t, pol_automaton *m,
                           const pol_string *strings, size_t count,
                           policy_error *err)
{
    policy_status st = add_node(t, (struct node){ .depth = 0 }, err);
    uint32_t ends = 0;
    size_t i, k;

    for (i = 0; i < count && st == POLICY_OK; i++) {
        uint32_t at = 0;

        for (k = 0; k < strings[i].len && st == POLICY_OK; k++)
            st = follow(t, at, strings[i].units[k], &at, err);
        if (st != POLICY_OK)
            return st;
        if (!t->nodes[at].end)
            t->nodes[at].end = ++ends;
        m->ends[t->nodes[at].end] =
            (pol_end){ strings[i].value, strings[i].len, 0 };
        if (strings[i].len > m->longest)
            m->longest = strings[i].len;
    }
    return st;
}

/* Three quarters full: a probe in vain is rare, and one that finds its state
 * finds it in the same line or the next. */
static size_t room(size_t states)
{
    return states + states / 3 + 1;
}

static policy_status place(struct trie *t, pol_automaton *m, policy_error *err)
{
    size_t i, first = 0;

    for (i = 1; i < t->count; i++)
        first += t->nodes[i].before == 0;
    m->count = t->count - 1;
    m->roots = room(first);
    m->places = m->roots + room(m->count - first);
    m->states = pol_calloc(t->a, m->places + 1, sizeof(*m->states));
    m->tags = pol_calloc(t->a, m->places + 1, 1);
    if (!m->states || !m->tags)
        return pol_error_oom(err);
    for (i = 1; i < t->count; i++) {
        struct node *n = &t->nodes[i];
        uint32_t before = t->nodes[n->before].place;
        pol_probe probe = pol_automaton_probe(m, before, n->unit);
        size_t p = probe.place;

        while (m->tags[p])
            p = p < probe.last ? p + 1 : probe.first;
        m->tags[p] = probe.tag;
        m->states[p].before = before + 1;
        m->states[p].unit = n->unit;
        m->states[before].more |= (uint16_t)(1u << pol_automaton_bit(n->unit));
        n->place = (uint32_t)p;
    }
    return POLICY_OK;
}

static policy_status sort_by_depth(struct trie *t, size_t longest,
                                   policy_error *err)
{
    size_t i;

    t->depth_count = longest + 2;
    t->depths = pol_calloc(t->a, t->depth_count, sizeof(*t->depths));
    t->order = pol_calloc(t->a, t->count, sizeof(*t->order));
    if (!t->depths || !t->order)
        return pol_error_oom(err);
    for (i = 0; i < t->count; i++)
        t->depths[t->nodes[i].depth + 1]++;
    for (i = 1; i < t->depth_count; i++)
        t->depths[i] += t->depths[i - 1];
    for (i = 0; i < t->count; i++)
        t->order[t->depths[t->nodes[i].depth]++] = (uint32_t)i;
    return POLICY_OK;
}

static void link_states(const struct trie *t, pol_automaton *m)
{
    size_t i;

    for (i = 1; i < t->count; i++) {
        const struct node *n = &t->nodes[t->order[i]];
        pol_state *s = &m->states[n->place];

        if (n->before)
            s->fail = pol_automaton_step(m, m->states[s->before - 1].fail,
                                         n->unit);
        s->out = m->states[s->fail].out;
        if (n->end) {
            m->ends[n->end].next = s->out;
            s->out = n->end;
        }
    }
}

static policy_status build(struct trie *t, pol_automaton *m,
                           const pol_string *strings, size_t count,
                           policy_error *err)
{
    policy_status st;

    m->end_cap = count + 1;
    m->ends = pol_calloc(t->a, m->end_cap, sizeof(*m->ends));
    if (!m->ends)
        return pol_error_oom(err);
    if ((st = plant(t, m, strings, count, err)) != POLICY_OK ||
        (st = place(t, m, err)) != POLICY_OK ||
        (st = sort_by_depth(t, m->longest, err)) != POLICY_OK)
        return st;
    link_states(t, m);
    return POLICY_OK;
}

policy_status pol_automaton_build(pol_automaton *out, const policy_allocator *a,
                                  const pol_string *strings, size_t count,
                                  uint64_t seed, policy_error *err)
{
    struct trie t = { .a = a };
    policy_status st;

    *out = (pol_automaton){ .seed = seed };
    if (!count)
        return POLICY_OK;
    st = build(&t, out, strings, count, err);
    pol_free(a, t.nodes, t.cap * sizeof(*t.nodes));
    pol_free(a, t.table, t.slots * sizeof(*t.table));
    pol_free(a, t.order, t.count * sizeof(*t.order));
    pol_free(a, t.depths, t.depth_count * sizeof(*t.depths));
    if (st != POLICY_OK)
        pol_automaton_fini(out, a);
    return st;
}

void pol_automaton_fini(pol_automaton *m, const policy_allocator *a)
{
    pol_free(a, m->states, (m->places + 1) * sizeof(*m->states));
    pol_free(a, m->tags, m->places + 1);
    pol_free(a, m->ends, m->end_cap * sizeof(*m->ends));
    *m = (pol_automaton){ .seed = 0 };
}

size_t pol_automaton_bytes(const pol_automaton *m)
{
    return (m->states ? (m->places + 1) * (sizeof(*m->states) + 1) : 0) +
           m->end_cap * sizeof(*m->ends);
}
