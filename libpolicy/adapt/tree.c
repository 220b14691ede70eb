/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees of JSON. Built without recursion: what is open stands in a stack of
 * tails, one a level, where the next sibling will be linked.
 */
#include "adapt/tree.h"

#include <assert.h>

#include "base/error.h"
#include "base/slice.h"
#include "config/order.h"

/* Up to here every pair of keys is compared; above, they are sorted first. */
enum { FEW_KEYS = 16 };

typedef struct level {
    pol_tree *parent;
    const pol_tree **tail;
    uint32_t count;
} level;

typedef struct builder {
    pol_json json;
    pol_arena *arena;
    policy_error *err;
    level *levels;
    uint32_t depth;
    const pol_tree *root;
} builder;

const pol_tree *pol_tree_get(const pol_tree *t, const char *key)
{
    const pol_tree *c;

    if (!t || t->kind != POL_JSON_OBJECT)
        return NULL;
    for (c = t->child; c; c = c->next)
        if (pol_str_is(c->key, key))
            return c;
    return NULL;
}

static policy_status fail_twice(builder *b, const pol_tree *second)
{
    policy_str key = pol_str_cut(second->key, 60);

    return pol_error_at(b->err, POLICY_EINPUT, second->pos, "key-twice",
                        "key “%.*s” stands twice", (int)key.len, key.ptr);
}

static policy_status check_pairs(builder *b, const pol_tree *object)
{
    const pol_tree *x, *y;

    for (x = object->child; x; x = x->next)
        for (y = x->next; y; y = y->next)
            if (pol_str_eq(x->key, y->key))
                return fail_twice(b, y);
    return POLICY_OK;
}

static int compare_keys(const void *items, uint32_t a, uint32_t b)
{
    const pol_tree *const *t = items;

    return pol_str_cmp(t[a]->key, t[b]->key);
}

/* Sorting, since a hostile object of n keys must not cost n squared. */
static policy_status check_many(builder *b, const pol_tree *object,
                                uint32_t count)
{
    pol_arena_mark mark = pol_arena_here(b->arena);
    const pol_tree **all = pol_arena_new(b->arena, const pol_tree *, count);
    const pol_tree *c, *twice = NULL;
    const uint32_t *order;
    uint32_t i = 0;

    for (c = all ? object->child : NULL; c; c = c->next)
        all[i++] = c;
    order = all ? pol_order(all, count, compare_keys, b->arena) : NULL;
    if (!order)
        return pol_arena_error(b->arena, count * sizeof(*all), b->err);
    for (i = 1; i < count; i++) {
        const pol_tree *second = all[order[i]];

        if (pol_str_eq(all[order[i - 1]]->key, second->key) &&
            (!twice || second->pos < twice->pos))
            twice = second;
    }
    pol_arena_rewind(b->arena, mark);
    return twice ? fail_twice(b, twice) : POLICY_OK;
}

static policy_status close_level(builder *b)
{
    level *l = &b->levels[--b->depth];

    if (l->parent->kind != POL_JSON_OBJECT)
        return POLICY_OK;
    return l->count <= FEW_KEYS ? check_pairs(b, l->parent) :
                                  check_many(b, l->parent, l->count);
}

/* Link a value where it belongs, and step into it if it can have children. */
static policy_status add(builder *b, const pol_json_token *key,
                         const pol_json_token *t)
{
    pol_tree *n = pol_arena_new(b->arena, pol_tree, 1);
    level *l = b->depth ? &b->levels[b->depth - 1] : NULL;

    if (!n)
        return pol_arena_error(b->arena, sizeof(*n), b->err);
    *n = (pol_tree){ .kind = t->kind, .ill_formed = t->ill_formed,
                     .lone_surrogate = t->lone_surrogate,
                     .key = key->text, .text = t->text, .pos = t->pos };
    if (l) {
        *l->tail = n;
        l->tail = &n->next;
        l->count++;
    } else {
        b->root = n;
    }
    if (t->kind == POL_JSON_OBJECT || t->kind == POL_JSON_ARRAY)
        b->levels[b->depth++] = (level){ n, &n->child, 0 };
    return POLICY_OK;
}

static policy_status build(builder *b)
{
    pol_json_token t, key = { .text = { "", 0 } };
    policy_status st = POLICY_OK;

    while (st == POLICY_OK && pol_json_next(&b->json, &t) != POL_JSON_END) {
        if (t.kind == POL_JSON_ERROR)
            return b->err->status;
        if (t.kind == POL_JSON_KEY && t.ill_formed)
            return pol_error_at(b->err, POLICY_EINPUT, t.pos, "utf-8",
                                "key is not UTF-8");
        if (t.kind == POL_JSON_KEY)
            key = t;
        else if (t.kind == POL_JSON_OBJECT_END || t.kind == POL_JSON_ARRAY_END)
            st = close_level(b);
        else
            st = add(b, &key, &t);
    }
    return st;
}

policy_status pol_tree_read(const pol_tree **out, policy_str json,
                            uint32_t depth, pol_arena *arena,
                            policy_error *err)
{
    policy_error own = POLICY_ERROR_INIT;
    builder b = { .arena = arena };
    policy_status st;

    *out = NULL;
    b.err = err && err->size >= sizeof(*err) ? err : &own;
    pol_json_init(&b.json, json, depth, arena, b.err);
    b.levels = pol_arena_new(arena, level, (size_t)b.json.max_depth + 1);
    if (!b.levels)
        return pol_arena_error(arena, sizeof(level) * (b.json.max_depth + 1),
                               b.err);
    st = build(&b);
    assert(st != POLICY_OK || (b.root && b.depth == 0));
    if (st == POLICY_OK)
        *out = b.root;
    return st;
}
