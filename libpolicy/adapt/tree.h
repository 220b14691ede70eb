/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON value as a tree. Platforms put what says how to read a record behind
 * what is to be read, so their adapters cannot go with the stream.
 */
#ifndef POL_ADAPT_TREE_H
#define POL_ADAPT_TREE_H

#include "base/json.h"

typedef struct pol_tree pol_tree;
struct pol_tree {
    pol_json_kind kind; /* OBJECT, ARRAY, STRING, NUMBER, TRUE, FALSE, NULL */
    bool ill_formed, lone_surrogate;
    policy_str key;     /* in an object */
    policy_str text;    /* of a string, unescaped; of a number, its digits */
    uint64_t pos;       /* byte in the input */
    const pol_tree *child, *next;
};

/* The whole of `json`, in `arena`. EINPUT with its byte (for a key that stands
 * twice too), ELIMIT, ENOMEM. `depth` is at most that of pol_json_init. */
policy_status pol_tree_read(const pol_tree **out, policy_str json,
                            uint32_t depth, pol_arena *arena,
                            policy_error *err);
/* NULL where `t` is NULL, no object, or has no such key. */
const pol_tree *pol_tree_get(const pol_tree *t, const char *key);

#endif
