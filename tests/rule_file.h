/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule file from a text, what was reported about it, and its tree as text:
 * list@1:2+4("x"@1:7+3), {1, key@…=value}, fn0, with the place of everything.
 */
#ifndef TESTS_RULE_FILE_H
#define TESTS_RULE_FILE_H

#include "harness.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/slice.h"
#include "script/load.h"

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

/* --- every place lies inside the file ----------------------------------- */

static inline bool place_inside(const pol_source *s, pol_place p)
{
    policy_str line = { "", 0 };
    size_t pos = 0, characters = 0;

    if (p.line == 0)
        return p.column == 0 && p.length == 0;
    if (p.source != s || p.column == 0 || p.length == 0)
        return false;
    line = pol_source_line(s, p.line);
    while (pos < line.len) {
        pol_str_next(line, &pos);
        characters++;
    }
    return p.column - 1 + p.length <= (characters ? characters : 1);
}

static inline bool places_inside(const pol_source *s, const pol_node *n)
{
    size_t i;

    if (!place_inside(s, n->place) || n->place.line == 0)
        return false;
    if (n->kind == POL_NODE_CALL)
        for (i = 0; i < n->call.arg_count; i++)
            if (!places_inside(s, &n->call.args[i]))
                return false;
    if (n->kind != POL_NODE_TABLE)
        return true;
    for (i = 0; i < n->table.item_count; i++)
        if (!places_inside(s, &n->table.items[i]))
            return false;
    for (i = 0; i < n->table.entry_count; i++)
        if (!place_inside(s, n->table.entries[i].place) ||
            !places_inside(s, &n->table.entries[i].value))
            return false;
    return true;
}

/* --- the tree as text --------------------------------------------------- */

static inline void dump_node(pol_buf *b, const pol_node *n, bool places);

static inline void dump_place(pol_buf *b, pol_place p, bool places)
{
    if (places)
        pol_buf_fmt(b, "@%u:%u+%u", p.line, p.column, p.length);
}

static inline void dump_table(pol_buf *b, const pol_node *n, bool places)
{
    size_t i, k = 0;

    pol_buf_char(b, '{');
    for (i = 0; i < n->table.item_count; i++) {
        pol_buf_text(b, k++ ? ", " : "");
        dump_node(b, &n->table.items[i], places);
    }
    for (i = 0; i < n->table.entry_count; i++) {
        const pol_entry *e = &n->table.entries[i];

        pol_buf_text(b, k++ ? ", " : "");
        pol_buf_str(b, e->key);
        dump_place(b, e->place, places);
        pol_buf_char(b, '=');
        dump_node(b, &e->value, places);
    }
    pol_buf_char(b, '}');
}

static inline void dump_node(pol_buf *b, const pol_node *n, bool places)
{
    switch (n->kind) {
    case POL_NODE_NIL: pol_buf_text(b, "nil"); break;
    case POL_NODE_BOOL: pol_buf_text(b, n->boolean ? "true" : "false"); break;
    case POL_NODE_INT: pol_buf_int(b, n->integer); break;
    case POL_NODE_NUM: pol_buf_fmt(b, "%.17g", n->number); break;
    case POL_NODE_STR:
        pol_buf_char(b, '"');
        pol_buf_str(b, n->str);
        pol_buf_char(b, '"');
        break;
    case POL_NODE_FUNC: pol_buf_fmt(b, "fn%u", n->function); break;
    case POL_NODE_CALL: pol_buf_str(b, n->call.name); break;
    case POL_NODE_TABLE: dump_table(b, n, places); break;
    }
    dump_place(b, n->place, places);
    if (n->kind != POL_NODE_CALL)
        return;
    pol_buf_char(b, '(');
    for (size_t i = 0; i < n->call.arg_count; i++) {
        pol_buf_text(b, i ? ", " : "");
        dump_node(b, &n->call.args[i], places);
    }
    pol_buf_char(b, ')');
}

/* All declarations, a line each. */
static inline void dump_file(pol_buf *b, const pol_script_file *f, bool places)
{
    for (size_t i = 0; i < f->declaration_count; i++) {
        pol_buf_text(b, i ? "\n" : "");
        dump_node(b, &f->declarations[i], places);
    }
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
