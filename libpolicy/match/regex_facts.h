/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk up the tree of a regex, from what is told of its characters to what
 * is told of all that it matches. Whoever includes this has its own `struct
 * facts` and `struct maker`, of which it sets `failed` when out of memory, and
 * says what becomes of each kind of node; so there is one copy a file, and none
 * of them calls through pointers.
 */
#ifndef POL_MATCH_REGEX_FACTS_H
#define POL_MATCH_REGEX_FACTS_H

#include "match/regex_parse.h"

static struct facts nothing(struct maker *g);
static struct facts chars_facts(struct maker *g, const pol_node *n);
static struct facts all_facts(struct maker *g, const pol_node *n);
static struct facts repeat_facts(struct maker *g, const pol_node *n);
/* Of two alternatives. */
static struct facts joined_facts(struct maker *g, struct facts a,
                                 struct facts b);
static struct facts node_facts(struct maker *g, const pol_node *n);

/* Numbers of units; UINT32_MAX: no end. */
static inline uint32_t add_max(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static inline uint32_t times_max(uint32_t a, uint32_t b)
{
    uint64_t n = (uint64_t)a * b;

    if (!a || !b)
        return 0;
    return a == UINT32_MAX || b == UINT32_MAX || n > UINT32_MAX ? UINT32_MAX
                                                                : (uint32_t)n;
}

static struct facts any_facts(struct maker *g, const pol_node *n)
{
    struct facts f = node_facts(g, n->first);
    const pol_node *i;

    for (i = n->first->next; i && !g->failed; i = i->next)
        f = joined_facts(g, f, node_facts(g, i));
    return f;
}

static struct facts node_facts(struct maker *g, const pol_node *n)
{
    switch (n->kind) {
    case POL_NODE_CHARS: return chars_facts(g, n);
    case POL_NODE_ALL: return all_facts(g, n);
    case POL_NODE_ANY: return any_facts(g, n);
    case POL_NODE_REPEAT: return repeat_facts(g, n);
    default: return nothing(g);
    }
}

#endif
