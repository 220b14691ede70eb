/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON reader beside jansson, for the test and for the fuzz target: both
 * accept or both refuse, but for the differences listed at json_may_differ.
 */
#ifndef TESTS_JSON_TWIN_H
#define TESTS_JSON_TWIN_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/slice.h"

struct json_reading {
    bool accepted;
    bool ill_formed, lone_surrogate; /* in some string */
    bool nul_in_key;
    policy_error err;
};

/* Read `input` to its end. */
static inline void json_read(struct json_reading *r, policy_str input,
                             uint32_t max_depth)
{
    pol_json_token t;
    pol_arena arena;
    pol_json j;

    memset(r, 0, sizeof(*r));
    r->err.size = sizeof(r->err);
    pol_arena_init(&arena, NULL, 0);
    pol_json_init(&j, input, max_depth, &arena, &r->err);
    do {
        pol_json_next(&j, &t);
        r->ill_formed |= t.ill_formed;
        r->lone_surrogate |= t.lone_surrogate;
        r->nul_in_key |= t.kind == POL_JSON_KEY && t.text.len &&
                         memchr(t.text.ptr, 0, t.text.len);
    } while (t.kind != POL_JSON_ERROR && t.kind != POL_JSON_END);
    r->accepted = t.kind == POL_JSON_END;
    pol_arena_fini(&arena);
}

/*
 * What we accept and jansson refuses: ill-formed UTF-8 and lone surrogates in
 * strings (kept and marked, since a message must not be lost by them), U+0000
 * in a key, and numbers beyond what a double or a long long holds (we keep the
 * digits). The other way round, jansson loses a raw NUL that follows a number.
 */
static inline bool json_may_differ(const struct json_reading *r,
                                   policy_str input, enum json_error_code code)
{
    if (!r->accepted)
        return r->err.byte > 0 && r->err.byte < input.len &&
               input.ptr[r->err.byte] == '\0';
    return r->ill_formed || r->lone_surrogate || r->nul_in_key ||
           code == json_error_numeric_overflow;
}

/* False where the two disagree beyond that. Depth at most 1024 in both. */
static inline bool json_agrees(policy_str input)
{
    struct json_reading r;
    json_error_t error;
    json_t *twin;

    json_read(&r, input, 1024);
    if (!strcmp(r.err.code, "json-depth"))
        return true;
    memset(&error, 0, sizeof(error));
    twin = json_loadb(input.ptr, input.len,
                      JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    json_decref(twin);
    return r.accepted == (twin != NULL) ||
           json_may_differ(&r, input, json_error_code(&error));
}

/* Write what is read, token by token. False on a refusal. */
static inline bool json_rewrite(pol_buf *out, policy_str input)
{
    pol_json_out o = { out, false };
    pol_json_token t;
    pol_arena arena;
    pol_json j;

    pol_arena_init(&arena, NULL, 0);
    pol_json_init(&j, input, 1024, &arena, NULL);
    for (;;) {
        switch (pol_json_next(&j, &t)) {
        case POL_JSON_OBJECT: pol_json_open(&o, '{'); break;
        case POL_JSON_OBJECT_END: pol_json_close(&o, '}'); break;
        case POL_JSON_ARRAY: pol_json_open(&o, '['); break;
        case POL_JSON_ARRAY_END: pol_json_close(&o, ']'); break;
        case POL_JSON_KEY: pol_json_name(&o, t.text); break;
        case POL_JSON_STRING: pol_json_str(&o, t.text); break;
        case POL_JSON_NUMBER: pol_json_raw(&o, t.text); break;
        case POL_JSON_TRUE: pol_json_bool(&o, true); break;
        case POL_JSON_FALSE: pol_json_bool(&o, false); break;
        case POL_JSON_NULL: pol_json_null(&o); break;
        case POL_JSON_ERROR:
        case POL_JSON_END:
            pol_arena_fini(&arena);
            return t.kind == POL_JSON_END && out->status == POLICY_OK;
        }
    }
}

/* The tokens of `a` and `b` are the same, but where `a` is ill-formed. */
static inline bool json_same(policy_str a, policy_str b)
{
    pol_json_token s, t;
    pol_arena arena;
    pol_json j, k;
    bool same;

    pol_arena_init(&arena, NULL, 0);
    pol_json_init(&j, a, 1024, &arena, NULL);
    pol_json_init(&k, b, 1024, &arena, NULL);
    do {
        pol_json_next(&j, &s);
        pol_json_next(&k, &t);
        same = s.kind == t.kind && s.kind != POL_JSON_ERROR && !t.ill_formed &&
               (s.ill_formed || pol_str_eq(s.text, t.text));
    } while (same && s.kind != POL_JSON_END);
    pol_arena_fini(&arena);
    return same;
}

/* What is accepted can be written and says the same again; what was written
 * once is written the same again. */
static inline bool json_goes_round(policy_str input)
{
    pol_buf once, twice;
    bool ok = true;

    pol_buf_init(&once, NULL, 8 * input.len + 16);
    pol_buf_init(&twice, NULL, 8 * input.len + 16);
    if (json_rewrite(&once, input))
        ok = json_same(input, pol_buf_slice(&once)) &&
             json_rewrite(&twice, pol_buf_slice(&once)) &&
             pol_str_eq(pol_buf_slice(&once), pol_buf_slice(&twice));
    pol_buf_fini(&once);
    pol_buf_fini(&twice);
    return ok;
}

#endif
