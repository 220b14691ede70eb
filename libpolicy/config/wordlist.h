/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Word lists: one term a line, `term | reason | strictness`, `#` comment,
 * `\#` a literal one, `!phrase` an allowed phrase; BOM and CRLF accepted.
 *
 * A comment begins with a `#` at the start of a line or after white space, so
 * that C# is a term. `\#`, `\|`, `\!` and `\\` stand for the character itself;
 * before any other character a backslash is a backslash. White space around
 * term, reason and strictness is dropped. Strictness is `exact` (the same
 * bytes), `folded` (through width, case, variants …) or `disguised` (through
 * separators inside it as well), which is the default.
 */
#ifndef POL_CONFIG_WORDLIST_H
#define POL_CONFIG_WORDLIST_H

#include <policy/limits.h>

#include "base/arena.h"
#include "config/node.h"

/* The stricter, the later. ORDER STRICTNESS */
enum {
    POL_STRICT_DISGUISED, /* with separators inside, too */
    POL_STRICT_FOLDED,
    POL_STRICT_EXACT,
    POL_STRICT_COUNT
};
extern const char *const pol_strictnesses[POL_STRICT_COUNT];

typedef struct pol_list_term {
    policy_str term, reason;
    uint32_t line, column;
    uint8_t strictness;
    bool allowed; /* a `!phrase` */
} pol_list_term;

typedef struct pol_wordlist {
    const pol_source *source;
    const pol_list_term *terms; /* order of the file, no two alike: the bytes of
                                   the term and `allowed`; the first stays */
    size_t term_count;
} pol_wordlist;

/* Reports bad lines (ill-formed UTF-8, too long, unknown strictness, too many
 * fields) as errors, duplicates, empty ones and terms that are also allowed as
 * warnings. Texts borrow from the source where they have no escapes. ERULES
 * after reporting what is wrong; ENOMEM; ELIMIT above source_bytes or terms. On
 * failure *out is empty. */
policy_status pol_wordlist_read(pol_wordlist *out, const pol_source *source,
                                pol_arena *arena, const policy_limits *limits,
                                pol_reporter *r, policy_error *err);

#endif
