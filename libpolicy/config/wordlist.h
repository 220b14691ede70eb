/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Word lists: one term a line, `term | reason | strictness`, `#` comment,
 * `\#` a literal one, `!phrase` an allowed phrase; BOM and CRLF accepted.
 */
#ifndef POL_CONFIG_WORDLIST_H
#define POL_CONFIG_WORDLIST_H

#include <policy/limits.h>

#include "base/arena.h"
#include "config/node.h"

/* ORDER STRICTNESS: exact folded */
enum { POL_STRICT_FOLDED, POL_STRICT_EXACT };

typedef struct pol_list_term {
    policy_str term, reason;
    uint32_t line, column;
    uint8_t strictness;
    bool allowed; /* a `!phrase` */
} pol_list_term;

typedef struct pol_wordlist {
    const pol_source *source;
    const pol_list_term *terms; /* order of the file, no two alike */
    size_t term_count;
} pol_wordlist;

/* Reports bad lines (ill-formed UTF-8, too long, unknown strictness) as errors,
 * duplicates and empty ones as warnings. */
policy_status pol_wordlist_read(pol_wordlist *out, const pol_source *source,
                                pol_arena *arena, const policy_limits *limits,
                                pol_reporter *r, policy_error *err);

#endif
