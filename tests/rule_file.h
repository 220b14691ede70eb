/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule file from a text, and what was reported about it.
 */
#ifndef TESTS_RULE_FILE_H
#define TESTS_RULE_FILE_H

#include "harness.h"

#include "rule_tree.h"

#include "base/alloc.h"
#include "base/limits.h"

struct rule_file {
    struct test_allocator memory;
    pol_arena arena;
    pol_source source;
    pol_reporter reporter;
    policy_limits limits;
    pol_script_file file;
    policy_status status;
    policy_error error;
    /* The first diagnostic, and the number of all. */
    size_t count;
    char code[40], message[300], suggestion[60];
    uint32_t line, column, length;
};

static inline void rule_file_sink(void *user, const policy_diagnostic *d)
{
    struct rule_file *f = user;

    if (f->count++)
        return;
    snprintf(f->code, sizeof(f->code), "%s", d->code);
    snprintf(f->message, sizeof(f->message), "%.*s", (int)d->message.len,
             d->message.ptr);
    snprintf(f->suggestion, sizeof(f->suggestion), "%.*s",
             (int)d->suggestion.len, d->suggestion.ptr);
    f->line = d->line;
    f->column = d->column;
    f->length = d->length;
}

static inline void rule_file_begin(struct rule_file *f, policy_str bytes)
{
    memset(f, 0, sizeof(*f));
    test_allocator_init(&f->memory);
    pol_arena_init(&f->arena, &f->memory.allocator, 0);
    f->source = (pol_source){ POL_STR("rules.lua"), bytes };
    f->limits = pol_limits_from(NULL);
    f->error = (policy_error)POLICY_ERROR_INIT;
    pol_reporter_init(&f->reporter, rule_file_sink, f, false, 100);
}

static inline policy_status rule_file_load(struct rule_file *f, policy_str bytes)
{
    rule_file_begin(f, bytes);
    f->status = pol_script_load(&f->file, &f->source, &f->arena, &f->limits,
                                &f->memory.allocator, &f->reporter, &f->error);
    return f->status;
}

static inline void rule_file_end(struct rule_file *f)
{
    pol_arena_fini(&f->arena);
    test_allocator_clean(&f->memory);
}

/* --- a text that is too long to write ----------------------------------- */

/* head, then `unit` so many times, then tail; free it. */
static inline policy_str repeat_text(const char *head, const char *unit,
                                     size_t count, const char *tail)
{
    size_t h = strlen(head), u = unit ? strlen(unit) : 0, t = strlen(tail);
    size_t len = h + u * count + t;
    char *bytes = malloc(len + 1), *p = bytes;

    if (!bytes)
        exit(1);
    memcpy(p, head, h);
    for (p += h; count > 0; count--, p += u)
        memcpy(p, unit, u);
    memcpy(p, tail, t + 1);
    return (policy_str){ bytes, len };
}

#endif
