/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arena: a chain of blocks that only grows.
 *
 *     first ──► full ──► current ──► spare ──► spare
 *                        pos ▲       blocks kept by a reset or a rewind
 *
 * Blocks up to `current` hold live bytes and never move, so that marks stay
 * good; those after it are spare, and the first that is large enough is drawn
 * forward before a new one is asked for.
 */
#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"

/* Every address is a multiple of it: enough for any C type we keep. */
enum { ALIGN = 16 };
/* A page less the allocator's own header; then doubling up to where a fresh
 * mapping costs nothing beside the work done in it. */
static const size_t block_min = 4096 - 64, block_max = (size_t)1 << 20;
static const size_t tight_min = 512 - 64;

struct pol_arena_block {
    struct pol_arena_block *next;
    size_t cap, pos;
    alignas(ALIGN) char bytes[];
};

void pol_arena_init(pol_arena *a, const policy_allocator *alloc, size_t max)
{
    memset(a, 0, sizeof(*a));
    a->allocator = pol_allocator_or_default(alloc);
    a->max = max;
}

void pol_arena_init_tight(pol_arena *a, const policy_allocator *alloc)
{
    pol_arena_init(a, alloc, 0);
    a->tight = true;
}

void pol_arena_fini(pol_arena *a)
{
    struct pol_arena_block *b = a->first, *next;

    for (; b; b = next) {
        next = b->next;
        pol_free(&a->allocator, b, sizeof(*b) + b->cap);
    }
    a->first = a->current = NULL;
    a->used = 0;
}

void pol_arena_reset(pol_arena *a)
{
    a->current = NULL;
    a->used = 0;
    a->failure = POLICY_OK;
}

/* Where the link to the first spare block stands. */
static struct pol_arena_block **spare(pol_arena *a)
{
    return a->current ? &a->current->next : &a->first;
}

/* Something of no size still gets an address of its own. */
static size_t rounded(size_t len)
{
    return (len + !len + ALIGN - 1) / ALIGN * ALIGN;
}

static size_t next_cap(const pol_arena *a)
{
    if (a->tight)
        return a->used / 4 < tight_min ? tight_min : rounded(a->used / 4);
    return a->current ? a->current->cap * 2 : block_min;
}

static struct pol_arena_block *new_block(pol_arena *a, size_t len)
{
    size_t cap = next_cap(a);
    struct pol_arena_block *b;

    if (cap > block_max)
        cap = block_max;
    if (cap < len)
        cap = len;
    b = pol_alloc(&a->allocator, sizeof(*b) + cap);
    if (b)
        b->cap = cap;
    return b;
}

/* Make `current` a block with room for `len`. */
static bool next_block(pol_arena *a, size_t len)
{
    struct pol_arena_block **link = spare(a), *b;

    while (*link && (*link)->cap < len)
        link = &(*link)->next;
    b = *link;
    if (b)
        *link = b->next;
    else if (!(b = new_block(a, len)))
        return false;
    b->pos = 0;
    link = spare(a);
    b->next = *link;
    *link = b;
    a->current = b;
    return true;
}

void *pol_arena_alloc(pol_arena *a, size_t len)
{
    struct pol_arena_block *b;
    char *p;

    if (len > SIZE_MAX / 2 ||
        (a->max && rounded(len) > a->max - a->used)) {
        a->failure = a->max ? POLICY_ELIMIT : POLICY_ENOMEM;
        return NULL;
    }
    len = rounded(len);
    if ((!a->current || len > a->current->cap - a->current->pos) &&
        !next_block(a, len)) {
        a->failure = POLICY_ENOMEM;
        return NULL;
    }
    b = a->current;
    p = b->bytes + b->pos;
    b->pos += len;
    a->used += len;
    if (a->used > a->peak)
        a->peak = a->used;
    assert(b->pos <= b->cap);
    return memset(p, 0, len);
}

policy_status pol_arena_error(const pol_arena *a, size_t len,
                              policy_error *err)
{
    if (a->max && (len > SIZE_MAX / 2 || rounded(len) > a->max - a->used))
        return pol_error_limit(err, "arena_bytes", a->max);
    return pol_error_oom(err);
}

void *pol_arena_array(pol_arena *a, size_t count, size_t item)
{
    if (item && count > SIZE_MAX / item)
        return NULL;
    return pol_arena_alloc(a, count * item);
}

policy_str pol_arena_dup(pol_arena *a, policy_str s)
{
    char *p = s.len < SIZE_MAX ? pol_arena_alloc(a, s.len + 1) : NULL;

    if (!p)
        return (policy_str){ NULL, 0 };
    if (s.len)
        memcpy(p, s.ptr, s.len);
    return (policy_str){ p, s.len };
}

char *pol_arena_cstr(pol_arena *a, policy_str s)
{
    return (char *)pol_arena_dup(a, s).ptr;
}

pol_arena_mark pol_arena_here(const pol_arena *a)
{
    return (pol_arena_mark){ a->current, a->current ? a->current->pos : 0,
                             a->used };
}

void pol_arena_rewind(pol_arena *a, pol_arena_mark m)
{
    assert(m.used <= a->used);
    a->current = m.block;
    if (m.block)
        m.block->pos = m.pos;
    a->used = m.used;
}
