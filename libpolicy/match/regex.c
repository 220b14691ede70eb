/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A regex from its pattern, and what it holds.
 */
#include "match/regex.h"

#include <stdalign.h>

#include "base/error.h"
#include "match/regex_layout.h"

struct pol_regex_block {
    pol_regex_block *next;
    size_t size;
    alignas(16) char bytes[];
};

void *pol_regex_hold(pol_regex *r, size_t count, size_t size)
{
    size_t all = sizeof(pol_regex_block) + count * size;
    pol_regex_block *b = pol_calloc(&r->allocator, 1, all);

    if (!b)
        return NULL;
    b->next = r->blocks;
    b->size = all;
    r->blocks = b;
    r->bytes += all;
    return b->bytes;
}

void pol_regex_free(pol_regex *r)
{
    policy_allocator a;
    pol_regex_block *b, *next;

    if (!r)
        return;
    for (b = r->blocks; b; b = next) {
        next = b->next;
        pol_free(&r->allocator, b, b->size);
    }
    a = r->allocator;
    pol_free(&a, r, sizeof(*r));
}

policy_status pol_regex_compile(pol_regex **out, const policy_allocator *a,
                                policy_str pattern, uint64_t states,
                                size_t *at, policy_error *err)
{
    policy_allocator alloc = pol_allocator_or_default(a);
    pol_regex *r = pol_calloc(&alloc, 1, sizeof(*r));
    pol_node *root = NULL;
    pol_arena scratch;
    policy_status st;

    *out = NULL;
    if (at)
        *at = 0;
    if (!r)
        return pol_error_oom(err);
    r->allocator = alloc;
    r->bytes = sizeof(*r);
    pol_arena_init(&scratch, &alloc, 0);
    st = pol_regex_parse(&root, &scratch, pattern, states, at, err);
    if (st == POLICY_OK && (st = pol_regex_program(r, &scratch, root, err)) ==
                               POLICY_OK &&
        (st = pol_regex_dfa(r, &scratch, err)) == POLICY_OK &&
        (st = pol_regex_gate_of(r, &scratch, root, err)) == POLICY_OK)
        st = pol_regex_windows_of(r, &scratch, root, err);
    pol_arena_fini(&scratch);
    if (st != POLICY_OK) {
        pol_regex_free(r);
        return st;
    }
    *out = r;
    return POLICY_OK;
}

const pol_regex_gate *pol_regex_needs(const pol_regex *r)
{
    return &r->gate;
}

pol_regex_windows pol_regex_window_list(const pol_regex *r)
{
    return r->windows;
}

size_t pol_regex_bytes(const pol_regex *r)
{
    return r->bytes;
}
