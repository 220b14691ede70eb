/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lua tells the size of what it gives back, so blocks need no head: a class for
 * each 16 bytes up to 512, one each for 1, 2 and 4 KiB; what is larger goes to
 * the host. Blocks of a class are never made into another's, which a state whose
 * checks ask for ever other sizes would notice: guard.c makes such a one anew.
 *
 * Under AddressSanitizer every block is the host's, so that it sees each.
 */
#include <string.h>

#include "base/alloc.h"
#include "script/pool.h"

enum { STEP = 16, STEPS = 32, CHUNK = 8 << 10 };

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { SMALL_MAX = 0 };
#else
enum { SMALL_MAX = 4096 };
#endif

/* Of 1 to SMALL_MAX bytes. */
static size_t class_of(size_t len)
{
    if (len <= STEP * STEPS)
        return (len - 1) / STEP;
    return len <= 1024 ? STEPS : len <= 2048 ? STEPS + 1 : STEPS + 2;
}

static size_t class_size(size_t number)
{
    return number < STEPS ? (number + 1) * STEP
                          : (size_t)1024 << (number - STEPS);
}

void pol_pool_init(pol_pool *p, const policy_allocator *allocator)
{
    memset(p, 0, sizeof(*p));
    p->allocator = pol_allocator_or_default(allocator);
}

void pol_pool_fini(pol_pool *p)
{
    while (p->chunks) {
        void *next = *(void **)p->chunks;

        pol_free(&p->allocator, p->chunks, CHUNK);
        p->chunks = next;
    }
    p->at = p->end = NULL;
    memset(p->free, 0, sizeof(p->free));
    p->bytes = 0;
}

static void put(pol_pool *p, size_t number, void *block)
{
    *(void **)block = p->free[number];
    p->free[number] = block;
}

/* What is left of the last chunk, in blocks as large as possible. */
static void put_rest(pol_pool *p)
{
    while (p->end - p->at >= STEP) {
        size_t left = (size_t)(p->end - p->at), number = class_of(left);

        if (class_size(number) > left)
            number = number > STEPS ? number - 1 : STEPS - 1;
        put(p, number, p->at);
        p->at += class_size(number);
    }
}

/* The head of a chunk is one STEP, so that blocks are aligned as it is. */
static bool new_chunk(pol_pool *p)
{
    char *chunk = pol_alloc(&p->allocator, CHUNK);

    if (!chunk)
        return false;
    put_rest(p);
    *(void **)chunk = p->chunks;
    p->chunks = chunk;
    p->at = chunk + STEP;
    p->end = chunk + CHUNK;
    p->bytes += CHUNK;
    return true;
}

static void *take(pol_pool *p, size_t number)
{
    void *block = p->free[number];
    size_t size = class_size(number);

    if (block) {
        p->free[number] = *(void **)block;
        return block;
    }
    if ((size_t)(p->end - p->at) < size && !new_chunk(p))
        return NULL;
    block = p->at;
    p->at += size;
    return block;
}

/* One of both is large, and what else there is too. */
static void *resize_large(pol_pool *p, void *ptr, size_t old, size_t len)
{
    void *block = NULL;

    if (len)
        block = pol_realloc(&p->allocator, ptr, old, len);
    else
        pol_free(&p->allocator, ptr, old);
    if (block || !len)
        p->bytes += len - old;
    return block;
}

/* From the host to the pool, or the other way. */
static void *move(pol_pool *p, void *ptr, size_t old, size_t len)
{
    void *block = pol_pool_resize(p, NULL, 0, len);

    if (!block)
        return NULL;
    memcpy(block, ptr, old < len ? old : len);
    pol_pool_resize(p, ptr, old, 0);
    return block;
}

void *pol_pool_resize(pol_pool *p, void *ptr, size_t old, size_t len)
{
    void *block;

    if ((old == 0 || old > SMALL_MAX) && (len == 0 || len > SMALL_MAX))
        return resize_large(p, ptr, old, len);
    if (old > SMALL_MAX || len > SMALL_MAX)
        return move(p, ptr, old, len);
    if (len == 0) {
        if (old)
            put(p, class_of(old), ptr);
        return NULL;
    }
    if (old && class_of(old) == class_of(len))
        return ptr;
    block = take(p, class_of(len));
    if (!block)
        return len < old ? ptr : NULL; /* a larger block is one of the class */
    if (old) {
        memcpy(block, ptr, old < len ? old : len);
        put(p, class_of(old), ptr);
    }
    return block;
}
