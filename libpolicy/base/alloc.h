/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory. All of the library's goes through a policy_allocator, which is told
 * the exact old size, so that pools and counters need no header of their own.
 */
#ifndef POL_BASE_ALLOC_H
#define POL_BASE_ALLOC_H

#include <stdbool.h>

#include <policy/status.h>

/* malloc and free of the C library. */
extern const policy_allocator pol_malloc_allocator;

/* `a`, or the C library's where `a` is NULL or has no resize. */
policy_allocator pol_allocator_or_default(const policy_allocator *a);

/* NULL on failure, and for `len` 0. Not zeroed. */
void *pol_alloc(const policy_allocator *a, size_t len);
void *pol_calloc(const policy_allocator *a, size_t count, size_t len);
/* As realloc: on failure NULL, and `ptr` is still good. */
void *pol_realloc(const policy_allocator *a, void *ptr, size_t old, size_t len);
void pol_free(const policy_allocator *a, void *ptr, size_t len);

/* Grow an array of `item` bytes an element to hold `want` elements: doubles,
 * at least 16, and from a MiB on grows by half. False on failure, with nothing changed. */
bool pol_grow(const policy_allocator *a, void **array, size_t *cap,
              size_t want, size_t item);

#endif
