/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What YAML files and rule files become: one kind of tree, every node with its
 * place, so that one checker of closed tables serves both.
 *
 * Nodes are immutable once made and live in the arena of whoever read them.
 */
#ifndef POL_CONFIG_NODE_H
#define POL_CONFIG_NODE_H

#include <stdbool.h>

#include "base/report.h"

typedef enum pol_node_kind {
    POL_NODE_NIL,
    POL_NODE_BOOL,
    POL_NODE_INT,
    POL_NODE_NUM,
    POL_NODE_STR,
    POL_NODE_TABLE, /* items by position, entries by name; YAML has only one */
    POL_NODE_CALL,  /* of a constructor: list "x", any { … }; rule files only */
    POL_NODE_FUNC   /* a Lua function: `check`; rule files only */
} pol_node_kind;

typedef struct pol_node pol_node;
typedef struct pol_entry pol_entry;

struct pol_node {
    uint8_t kind;
    bool plain;    /* POL_NODE_STR: an unquoted YAML scalar; the schema of its
                      place decides whether it is a number, a time, a word */
    pol_place place;
    union {
        bool boolean;
        int64_t integer;
        double number;
        policy_str str;
        struct {
            const pol_node *items;
            size_t item_count;
            const pol_entry *entries; /* in the order of the source for YAML, by
                                         key (bytes) for Lua */
            size_t entry_count;
            bool sequence;            /* YAML: a sequence, even when empty */
        } table;
        struct {
            policy_str name;          /* of the constructor */
            const pol_node *args;
            size_t arg_count;
        } call;
        uint32_t function;            /* its number in the file */
    };
};

struct pol_entry {
    policy_str key;
    pol_place place; /* of the key */
    pol_node value;
};

/* The value of `key`, or NULL; also where `table` is NULL or no table. */
const pol_node *pol_node_get(const pol_node *table, const char *key);
/* Is it a call of the constructor `name`? */
bool pol_node_is_call(const pol_node *n, const char *name);
/* "a text", "a table", … of a kind, for messages, in English or Chinese. */
policy_str pol_node_kind_name(const pol_node *n, bool zh);

/* The place of a byte of its text, where the file has the text as it is; that of
 * the node where it does not (escapes, joined texts). */
pol_place pol_node_inside(const pol_node *n, size_t byte);

/* Typed reading. Each reports what is wrong and returns false with *out zero;
 * plain YAML scalars are read as what is asked for. What comes out borrows from
 * the node. */
bool pol_node_str(const pol_node *n, policy_str *out, pol_reporter *r);
/* A text that says something: not of blanks alone. */
bool pol_node_said(const pol_node *n, policy_str *out, pol_reporter *r);
bool pol_node_int(const pol_node *n, int64_t min, int64_t max, int64_t *out,
                  pol_reporter *r);
bool pol_node_num(const pol_node *n, double min, double max, double *out,
                  pol_reporter *r);
bool pol_node_bool(const pol_node *n, bool *out, pol_reporter *r);
/* One of `words`: its index in *out; else a message with the nearest. */
bool pol_node_word(const pol_node *n, const char *const *words, size_t count,
                   size_t *out, pol_reporter *r);
/* Is it written as working days or hours are, "3bd", "8bh"? */
bool pol_is_work_span(policy_str s);
/* "7d" and the like, in ms. */
bool pol_node_duration(const pol_node *n, int64_t *out, pol_reporter *r);
/* A list, or a single scalar as a list of one. */
bool pol_node_list(const pol_node *n, const pol_node **items, size_t *count,
                   pol_reporter *r);
/* A name of 1 to 64 bytes: a-z, 0-9 and the characters of `also` ("-", "_-"),
 * which may not stand first. What names a file is one of these. */
bool pol_node_name(const pol_node *n, const char *also, policy_str *out,
                   pol_reporter *r);
/* The same for a key. */
bool pol_entry_name(const pol_entry *e, const char *also, pol_reporter *r);
/* "2026-10-01" as days since 1970-01-01. */
bool pol_node_date(const pol_node *n, int64_t *days, pol_reporter *r);
/* A text for people: "…" (both languages) or { zh = , en = }, of which one may
 * be missing and is then empty with a NULL ptr. */
typedef struct pol_text { policy_str zh, en; } pol_text;
bool pol_node_text(const pol_node *n, pol_text *out, pol_reporter *r);

/*
 * A closed table: what may stand in it. Unknown keys are reported with the
 * nearest valid name, missing required ones and wrong kinds too.
 */
enum {
    POL_IS_BOOL = 1 << POL_NODE_BOOL, POL_IS_INT = 1 << POL_NODE_INT,
    POL_IS_NUM = 1 << POL_NODE_NUM | 1 << POL_NODE_INT,
    POL_IS_STR = 1 << POL_NODE_STR, POL_IS_TABLE = 1 << POL_NODE_TABLE,
    POL_IS_CALL = 1 << POL_NODE_CALL, POL_IS_FUNC = 1 << POL_NODE_FUNC,
    POL_IS_ANY = 0xff
};
typedef struct pol_key {
    const char *name;
    uint32_t kinds;
    bool required;
} pol_key;
/* Is it of one of `kinds`? A plain YAML scalar is of every scalar kind. */
bool pol_node_is(const pol_node *n, uint32_t kinds);
/* `what` names the table in messages ("rule", "organisation"). A plain YAML
 * scalar passes where any scalar kind may stand. Bare items are an error unless
 * `keys` has the name "[]", whose kinds are then theirs. A key without a value
 * (nil) is an error where its kinds have no nil. Everything wrong is reported;
 * false if anything was. */
bool pol_node_closed(const pol_node *table, const char *what,
                     const pol_key *keys, size_t count, pol_reporter *r);

#endif
