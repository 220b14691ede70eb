/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bump allocator: many small things that die together. Reset keeps the
 * blocks, so that a warm arena calls nothing.
 */
#ifndef POL_BASE_ARENA_H
#define POL_BASE_ARENA_H

#include <stdbool.h>

#include <policy/status.h>

struct pol_arena_block;
typedef struct pol_arena {
    struct pol_arena_block *first, *current;
    size_t used, peak, max; /* bytes handed out; `max` 0: no limit */
    bool tight;
    policy_status failure;  /* ELIMIT or ENOMEM of the last refusal, until reset */
    policy_allocator allocator;
} pol_arena;

void pol_arena_init(pol_arena *a, const policy_allocator *alloc, size_t max);
/* For what stays as it is once it was made: blocks a quarter of what is there
 * already, so that little is held in vain. */
void pol_arena_init_tight(pol_arena *a, const policy_allocator *alloc);
void pol_arena_fini(pol_arena *a);
void pol_arena_reset(pol_arena *a);
/* Zeroed, aligned to 16. NULL when out of memory or above `max`. */
void *pol_arena_alloc(pol_arena *a, size_t len);
/* Why `len` bytes could not be had: POLICY_ELIMIT (arena_bytes) or ENOMEM. */
policy_status pol_arena_error(const pol_arena *a, size_t len,
                              policy_error *err);
#define pol_arena_new(a, type, count) \
    ((type *)pol_arena_array((a), (count), sizeof(type)))
void *pol_arena_array(pol_arena *a, size_t count, size_t item);
/* A copy with a NUL after it; ptr NULL on failure. */
policy_str pol_arena_dup(pol_arena *a, policy_str s);
/* The same as a C string; NULL on failure. */
char *pol_arena_cstr(pol_arena *a, policy_str s);
/* Where the arena stands; rewinding gives back all that came after. */
typedef struct pol_arena_mark {
    struct pol_arena_block *block;
    size_t pos, used;
} pol_arena_mark;
pol_arena_mark pol_arena_here(const pol_arena *a);
void pol_arena_rewind(pol_arena *a, pol_arena_mark m);

#endif
