/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C library's allocator in our shape, and arrays that grow.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static void *malloc_resize(void *user, void *ptr, size_t old, size_t len)
{
    (void)user;
    (void)old;
    if (len == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, len);
}

const policy_allocator pol_malloc_allocator = {
    sizeof(policy_allocator), NULL, malloc_resize
};

policy_allocator pol_allocator_or_default(const policy_allocator *a)
{
    return a && a->resize ? *a : pol_malloc_allocator;
}

void *pol_alloc(const policy_allocator *a, size_t len)
{
    return len ? a->resize(a->user, NULL, 0, len) : NULL;
}

void *pol_calloc(const policy_allocator *a, size_t count, size_t len)
{
    void *p;

    if (len && count > SIZE_MAX / len)
        return NULL;
    p = pol_alloc(a, count * len);
    if (p)
        memset(p, 0, count * len);
    return p;
}

void *pol_realloc(const policy_allocator *a, void *ptr, size_t old, size_t len)
{
    assert(ptr || old == 0);
    if (len)
        return a->resize(a->user, ptr, old, len);
    pol_free(a, ptr, old);
    return NULL;
}

void pol_free(const policy_allocator *a, void *ptr, size_t len)
{
    if (ptr)
        a->resize(a->user, ptr, len, 0);
}

/* What was doubled may be half empty. An array of megabytes grows by half: of a
 * build of 60,000 terms that saves four in sixty, and copies little more. */
enum { LARGE = 1 << 20 };

bool pol_grow(const policy_allocator *a, void **array, size_t *cap,
              size_t want, size_t item)
{
    const size_t most = SIZE_MAX / item;
    size_t step = *cap < LARGE / item ? *cap : *cap / 2;
    size_t room = *cap < 8 ? 16 : *cap + step;
    void *p;

    if (want <= *cap)
        return true;
    if (want > most)
        return false;
    if (room < want || *cap > most / 2 || room > most)
        room = want;
    p = pol_realloc(a, *array, *cap * item, room * item);
    if (!p)
        return false;
    *array = p;
    *cap = room;
    return true;
}
