/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of a rule file: whether its places lie in the file, and as text:
 * list@1:2+4("x"@1:7+3), {1, key@1:3+3=value}, fn0. For tests and fuzzing.
 */
#ifndef TESTS_RULE_TREE_H
#define TESTS_RULE_TREE_H

#include "base/buffer.h"
#include "base/slice.h"
#include "script/load.h"

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

#endif
