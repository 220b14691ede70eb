/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of a regex, folded already.
 */
#ifndef POL_MATCH_REGEX_PARSE_H
#define POL_MATCH_REGEX_PARSE_H

#include "match/regex_chars.h"

typedef enum pol_node_kind {
    POL_NODE_EMPTY,
    POL_NODE_CHARS,  /* one character of a set */
    POL_NODE_BORDER, /* of no width */
    POL_NODE_ALL,    /* its items one after another */
    POL_NODE_ANY,    /* one of its items, the first that does */
    POL_NODE_REPEAT  /* its one item */
} pol_node_kind;

/* ORDER BORDER */
typedef enum pol_border {
    POL_BORDER_BEGIN, /* \A */
    POL_BORDER_END,   /* \z */
    POL_BORDER_LINE_BEGIN,
    POL_BORDER_LINE_END,
    POL_BORDER_WORD, /* \b */
    POL_BORDER_NO_WORD
} pol_border;

#define POL_REPEAT_MAX UINT32_MAX /* of `max`: no end */

typedef struct pol_node {
    pol_node_kind kind;
    pol_border border;
    pol_chars *chars;
    uint32_t min, max;
    bool lazy;
    bool nullable; /* may match without a character */
    struct pol_node *first, *last; /* items */
    struct pol_node *next, *prev;  /* among the items of its parent */
    uint32_t count;                /* of items */
    uint64_t states; /* instructions that it makes; 0: it matches nothing only */
} pol_node;

/* Groups within groups. A tree of that depth is walked by recursion. */
enum { POL_REGEX_DEPTH = 100 };
/* Bytes of a pattern, characters that are folded and ranges that are kept for
 * one: what a compilation may cost, far above what people write. */
#define POL_REGEX_BYTES ((size_t)64 << 10)
#define POL_REGEX_FOLDED UINT64_C(8000000)
#define POL_REGEX_RANGES ((size_t)1 << 17)

/* Status, *at and message as pol_regex_compile. The tree lives in `a`; *root
 * has at most `states` instructions. */
policy_status pol_regex_parse(pol_node **root, pol_arena *a, policy_str pattern,
                              uint64_t states, size_t *at, policy_error *err);

#endif
