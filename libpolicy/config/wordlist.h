/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Word lists: one term a line, `term | reason | strictness`, `#` comment,
 * `\#` a literal one, `!phrase` an allowed phrase, `@` a line about those that
 * follow; BOM and CRLF accepted.
 *
 * A comment begins with a `#` at the start of a line or after white space, so
 * that C# is a term. `\#`, `\|`, `\!`, `\@` and `\\` stand for the character
 * itself; before any other character a backslash is a backslash. White space
 * around term, reason and strictness is dropped; U+3000, U+00A0 and U+FEFF
 * are such, too.
 *
 * Strictness is `exact` (the same bytes), `folded` (through width, case,
 * variants …) or `disguised` (through separators, look-alikes, repeats and
 * encodings as well), which is the default. Behind it, or alone, stand options:
 * the names of pol_term_options, and `separators=0` to `separators=3`.
 *
 *     @ pinyin split          options of all terms behind it
 *     @ 微信 = 薇信 | V信      aliases: 微信 may be written so in them
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

/* In which other spellings a term is looked for. ORDER OPTION */
enum {
    POL_OPTION_PINYIN = 1,   /* other characters of the same sound */
    POL_OPTION_SPLIT = 2,    /* a character in its two parts */
    POL_OPTION_REVERSED = 4, /* backwards, four characters and more */
    POL_OPTION_SPELLED = 8,  /* in letters */
    POL_OPTION_BOUNDARY = 16, /* not where it only arises across two words */
    POL_OPTION_COUNT = 5
};
extern const char *const pol_term_options[POL_OPTION_COUNT];

/* Which gaps a disguised term may have, whatever its length; AUTO: as
 * pol_squeezed_admits grades them. */
enum {
    POL_SEPARATORS_AUTO, POL_SEPARATORS_NONE, POL_SEPARATORS_SYMBOLS,
    POL_SEPARATORS_SPACES, POL_SEPARATORS_CLAUSES, POL_SEPARATORS_COUNT
};

typedef struct pol_list_term {
    policy_str term, reason;
    uint32_t line, column;
    uint8_t strictness;
    uint8_t separators; /* POL_SEPARATORS_* */
    uint8_t options;    /* POL_OPTION_* of its own line, and */
    uint8_t common;     /* of a line about all */
    bool allowed;       /* a `!phrase` */
} pol_list_term;

/* What may stand for `word` in a term of the list. */
typedef struct pol_alias {
    policy_str word, alias;
    uint32_t line;
} pol_alias;

typedef struct pol_wordlist {
    const pol_source *source;
    const pol_list_term *terms; /* order of the file, no two alike: the bytes of
                                   the term and `allowed`; the first stays */
    size_t term_count;
    const pol_alias *aliases;    /* order of the file */
    size_t alias_count;
} pol_wordlist;

/* Reports bad lines (ill-formed UTF-8, too long, unknown strictness or option,
 * too many fields, a full-width bar, an alias of nothing) as errors; duplicates,
 * empty ones, terms that are also allowed and what is most likely meant
 * otherwise as warnings; of each kind the first POL_FEW_MAX, by pol_few. A
 * reporter that is lenient makes warnings of the errors: such lines are left
 * out, and the rest is read. Of a file that is not UTF-8 as a whole nothing is
 * read, and that is one error. Texts borrow from the source where they have no
 * escapes. ERULES after reporting what is wrong; ENOMEM; ELIMIT above
 * source_bytes or terms. On failure *out is empty. */
policy_status pol_wordlist_read(pol_wordlist *out, const pol_source *source,
                                pol_arena *arena, const policy_limits *limits,
                                pol_reporter *r, policy_error *err);

#endif
