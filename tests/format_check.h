/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical form of a rule file, and whether two files differ in nothing but
 * white space. For tests and fuzzing.
 */
#ifndef TESTS_FORMAT_CHECK_H
#define TESTS_FORMAT_CHECK_H

#include <policy/compiler.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/slice.h"
#include "script/source_map.h"

static inline void format_sink(void *user, const policy_diagnostic *d)
{
    size_t *count = user;

    (void)d;
    ++*count;
}

/* Allocated; ptr NULL where it is refused. `told` counts what was said. */
static inline policy_str formatted(policy_str bytes, size_t *told)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_str out = { NULL, 0 };
    size_t len = 0, again = 0;
    char *buf;

    *told = 0;
    o.on_diagnostic = format_sink;
    o.user = told;
    if (policy_rules_format(NULL, 0, &len, bytes, POL_STR("rules.lua"), &o,
                            &err))
        return out;
    buf = malloc(len ? len : 1);
    if (!buf || policy_rules_format(buf, len, &again, bytes,
                                    POL_STR("rules.lua"), &o, &err) ||
        again != len)
        abort();
    return (policy_str){ buf, len };
}

/* What is no white space: tokens as they are, of the rest all but blanks and
 * line ends, after each a NUL that no file has. Allocated in the arena. */
static inline policy_str without_space(policy_str bytes, pol_arena *arena)
{
    char *plain = pol_arena_alloc(arena, bytes.len + 1);
    pol_source source = { POL_STR("rules.lua"), { plain, 0 } };
    pol_source_map map;
    pol_reporter r;
    char *out;
    size_t len = 0, pos = 0;

    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.ptr[i] != '\r')
            plain[source.bytes.len++] = bytes.ptr[i];
    if (pol_str_starts(source.bytes, POL_STR("\xef\xbb\xbf")))
        pos = 3;
    pol_reporter_init(&r, NULL, NULL, false, 0);
    if (pol_source_map_build(&map, &source, arena, &r))
        abort();
    out = pol_arena_alloc(arena, source.bytes.len + map.token_count + 2);
    for (size_t t = 0; t <= map.token_count; t++) {
        bool last = t == map.token_count;
        size_t end = last ? source.bytes.len : map.tokens[t].pos;

        for (; pos < end; pos++)
            if (plain[pos] != ' ' && (plain[pos] < '\t' || plain[pos] > '\r'))
                out[len++] = plain[pos];
        if (last)
            break;
        memcpy(out + len, plain + pos, map.tokens[t].len);
        len += map.tokens[t].len;
        out[len++] = '\0';
        pos += map.tokens[t].len;
    }
    return (policy_str){ out, len };
}

static inline bool differ_in_space_only(policy_str a, policy_str b)
{
    pol_arena arena;
    bool same;

    pol_arena_init(&arena, &pol_malloc_allocator, 0);
    same = pol_str_eq(without_space(a, &arena), without_space(b, &arena));
    pol_arena_fini(&arena);
    return same;
}

#endif
