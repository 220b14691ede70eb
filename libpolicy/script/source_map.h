/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where things stand in a rule file. Lua's tables know no positions, so the
 * file is also read as tokens: every call of a name with its arguments, every
 * table with its entries. What a run of the file declared is laid beside it.
 */
#ifndef POL_SCRIPT_SOURCE_MAP_H
#define POL_SCRIPT_SOURCE_MAP_H

#include "base/arena.h"
#include "base/report.h"

typedef enum pol_token_kind {
    POL_TOKEN_NAME, /* reserved words too */
    POL_TOKEN_NUMBER,
    POL_TOKEN_STRING, /* with quotes, or long */
    POL_TOKEN_SYMBOL,
    POL_TOKEN_BAD /* no token of Lua, or a text without its end */
} pol_token_kind;

typedef struct pol_token {
    uint32_t pos, len;             /* bytes */
    uint32_t line, column, length; /* code points of its first line */
    uint8_t kind;
} pol_token;

typedef enum pol_shape_kind {
    POL_SHAPE_OTHER, /* a variable, an operator, a function */
    POL_SHAPE_TABLE, /* { … } alone */
    POL_SHAPE_CALL   /* name { … }, name "…", name (…), chains of them */
} pol_shape_kind;

typedef struct pol_shape_table pol_shape_table;
typedef struct pol_call_site pol_call_site;

/* An expression as written. */
typedef struct pol_shape {
    uint8_t kind;
    uint32_t token; /* its first */
    union {
        const pol_shape_table *table;
        pol_call_site *site;
    };
} pol_shape;

typedef struct pol_shape_entry {
    policy_str key;
    uint32_t token; /* of the key */
    pol_shape value;
} pol_shape_entry;

struct pol_shape_table {
    const pol_shape *items;
    size_t item_count;
    const pol_shape_entry *entries; /* by key, equal ones in their order */
    size_t entry_count;
};

struct pol_call_site {
    uint32_t token, first; /* the name; the token after it */
    const pol_shape *args; /* of all calls of the chain */
    size_t arg_count;
    bool used; /* some value was made here */
};

typedef struct pol_source_map {
    const pol_source *source;
    pol_token *tokens;
    size_t token_count;
    pol_call_site **sites; /* by token */
    size_t site_count;
} pol_source_map;

/*
 * Tokens first: what makes Lua 5.4.4 itself unsafe or slow is refused here,
 * with its place: chains of more than 100 accesses, brackets or functions
 * nested too deep, bit operators, powers, NUL in texts. ERULES after reporting
 * it; ENOMEM. A file that is no Lua gives some map, for the place of Lua's own
 * error.
 */
policy_status pol_source_map_build(pol_source_map *out,
                                   const pol_source *source, pol_arena *arena,
                                   pol_reporter *r);

policy_str pol_token_text(const pol_source_map *m, const pol_token *t);
pol_place pol_token_place(const pol_source_map *m, const pol_token *t);
/* Of the first token of `line`, or of the next one, or of the last of all. A
 * file without tokens: line 0. */
pol_place pol_line_place(const pol_source_map *m, uint32_t line);
/* The first token of `line` that reads `text`, else the first that begins with
 * it, or NULL. */
const pol_token *pol_token_on_line(const pol_source_map *m, uint32_t line,
                                   policy_str text);
/* The last token that begins before `pos`; NULL if none does. */
const pol_token *pol_token_before(const pol_source_map *m, size_t pos);

/* Behind the comment that begins at `pos`: before its line's end, or behind the
 * bracket that closes a long one. */
size_t pol_comment_end(policy_str bytes, size_t pos);

/* The literal of a string token in quotes without escapes, or long; ptr NULL
 * for others. */
policy_str pol_token_literal(const pol_source_map *m, const pol_token *t);
const pol_shape_entry *pol_shape_get(const pol_shape_table *t, policy_str key);
/* The call of `name` that Lua says is on `line`: the first not used yet for
 * which `fits` says yes, else the first that fits; NULL: none. */
pol_call_site *pol_site_find(const pol_source_map *m, policy_str name,
                             uint32_t line,
                             bool (*fits)(void *user, const pol_call_site *s),
                             void *user);

#endif
