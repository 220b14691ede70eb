/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of one Lua state: small blocks by classes of size, out of chunks
 * that stay until the pool ends, so that a warm state asks the host for nothing.
 */
#ifndef POL_SCRIPT_POOL_H
#define POL_SCRIPT_POOL_H

#include <policy/status.h>

enum { POL_POOL_CLASSES = 35 };

typedef struct pol_pool {
    policy_allocator allocator;
    void *free[POL_POOL_CLASSES]; /* each block begins with the next one */
    char *at, *end;               /* what is left of the last chunk */
    void *chunks;
    size_t bytes; /* held of the host */
} pol_pool;

void pol_pool_init(pol_pool *p, const policy_allocator *allocator);
/* Chunks go; blocks too large for one must have been given back. */
void pol_pool_fini(pol_pool *p);
/* As policy_allocator's, `old` exact. Making a small block smaller never fails. */
void *pol_pool_resize(pol_pool *p, void *ptr, size_t old, size_t len);

#endif
