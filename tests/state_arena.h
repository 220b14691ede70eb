/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arena that stored bytes are read into and written in, anew for each test.
 */
#ifndef TESTS_STATE_ARENA_H
#define TESTS_STATE_ARENA_H

#include "harness.h"

#include "base/arena.h"

static pol_arena arena;
static struct test_allocator memory;

static inline void begin(void)
{
    test_allocator_init(&memory);
    pol_arena_init(&arena, &memory.allocator, 0);
}

static inline void end(void)
{
    pol_arena_fini(&arena);
    test_allocator_clean(&memory);
}

#endif
