/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON (RFC 8259), strictly: a pull tokenizer over one text, and a writer with
 * a fixed style (no spaces, keys in the order given).
 */
#ifndef POL_BASE_JSON_H
#define POL_BASE_JSON_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"

typedef enum pol_json_kind {
    POL_JSON_ERROR,
    POL_JSON_END, /* after the one value and only white space */
    POL_JSON_OBJECT, POL_JSON_OBJECT_END,
    POL_JSON_ARRAY, POL_JSON_ARRAY_END,
    POL_JSON_KEY, POL_JSON_STRING, POL_JSON_NUMBER,
    POL_JSON_TRUE, POL_JSON_FALSE, POL_JSON_NULL
} pol_json_kind;

/*
 * A string without escapes and ill-formed bytes is borrowed from the text; one
 * with escapes is unescaped into `arena`. Ill-formed UTF-8 in a string is kept
 * byte for byte and marked, so that the reader above can refuse it (names, ids)
 * or let it pass (text, folded later). A lone surrogate escape becomes U+FFFD
 * and is marked. Raw control characters are errors. Duplicate keys are not
 * looked for: that is the business of who knows the keys.
 */
typedef struct pol_json_token {
    pol_json_kind kind;
    policy_str text;   /* unescaped; of a number: its digits as written */
    uint64_t pos, end; /* bytes in the input */
    bool ill_formed, lone_surrogate;
} pol_json_token;

typedef struct pol_json {
    policy_str input;
    size_t pos;
    uint32_t depth, max_depth; /* at most 1024 */
    uint32_t state;
    uint64_t nest[16]; /* bit set: an object */
    pol_arena *arena;
    policy_error *err; /* filled with byte, code "json-…", message on ERROR */
} pol_json;

/* `input` stays borrowed by the tokens. Without an arena (NULL) strings with
 * escapes are checked but stay as they are written. */
void pol_json_init(pol_json *j, policy_str input, uint32_t max_depth,
                   pol_arena *arena, policy_error *err);
/* After an ERROR every further call says ERROR; after END, END. */
pol_json_kind pol_json_next(pol_json *j, pol_json_token *t);
/* After a KEY or inside an array: read the next value whole and drop it.
 * *raw (may be NULL) is its text in the input. False on error, which the end of
 * the array is too. */
bool pol_json_skip(pol_json *j, policy_str *raw);
/* The same where `first`, the first token of the value, was read already. */
bool pol_json_skip_rest(pol_json *j, const pol_json_token *first,
                        policy_str *raw);
/* Integer within int64, no fraction or exponent: true. */
bool pol_json_int(policy_str digits, int64_t *out);

/* The next piece of `s` as the inside of a JSON string: a run that needs no
 * escape, or the escape of one character in `scratch`. Moves *pos. */
policy_str pol_json_piece(policy_str s, size_t *pos, char scratch[8]);

typedef struct pol_json_out {
    pol_buf *buf;
    bool comma;
} pol_json_out;
void pol_json_open(pol_json_out *o, char bracket);   /* '{' or '[' */
void pol_json_close(pol_json_out *o, char bracket);  /* '}' or ']' */
void pol_json_key(pol_json_out *o, const char *key);
void pol_json_name(pol_json_out *o, policy_str key); /* a key of any bytes */
/* Ill-formed bytes are written as U+FFFD, controls as escapes. */
void pol_json_str(pol_json_out *o, policy_str s);
void pol_json_num(pol_json_out *o, int64_t v);
void pol_json_bool(pol_json_out *o, bool v);
void pol_json_null(pol_json_out *o);
void pol_json_raw(pol_json_out *o, policy_str json); /* a value as it stands */

#endif
