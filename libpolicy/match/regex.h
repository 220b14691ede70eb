/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions over folded units, in linear time: the syntax of RE2 less
 * what needs groups or bytes. The pattern is folded as the text is, and so
 * every match is without regard to case, width, Traditional forms.
 *
 * A regex says what a text must hold before it is worth a run: its gate. A set
 * of them (regex_set.h) asks the matcher for all gates at once.
 */
#ifndef POL_MATCH_REGEX_H
#define POL_MATCH_REGEX_H

#include <stdbool.h>

#include <policy/limits.h>

#include "text/fold.h"

typedef struct pol_regex pol_regex;             /* immutable */
typedef struct pol_regex_cache pol_regex_cache; /* one thread at a time */

/* Every match holds one of `literals`, or, where there are none, a run of
 * `run_min` units of the classes in `run_classes` (bit = POL_CLASS_*); neither:
 * the regex runs on every text. The gate may be open without a match, and never
 * is shut with one. */
typedef struct pol_regex_literal {
    const uint16_t *units;
    uint32_t len;
    /* Units that a match has before this literal, at most: it begins at or
     * after the literal's start less these. UINT32_MAX: any number. */
    uint32_t before_max;
} pol_regex_literal;
typedef struct pol_regex_gate {
    const pol_regex_literal *literals;
    size_t literal_count;
    uint32_t run_classes, run_min;
} pol_regex_gate;

/* A set of units. In order, and between two ranges is a gap. */
typedef struct pol_unit_range {
    uint16_t first, last; /* both inside */
} pol_unit_range;
typedef struct pol_units {
    const pol_unit_range *ranges;
    uint32_t count;
    uint32_t id; /* of a regex, from 0: no two sets of one have the same */
} pol_units;
enum { POL_WINDOW_LEN = 16 };

/* The gate for who can look for sets of units in a row, which tells more: every
 * match holds one of these, and begins `before_max` units before it at most.
 * Where there are none, pol_regex_gate tells what is needed. */
typedef struct pol_regex_window {
    const pol_units *const *at;
    uint32_t len; /* POL_WINDOW_LEN at most, and not 0 */
    uint32_t before_max;
} pol_regex_window;
typedef struct pol_regex_windows {
    const pol_regex_window *at;
    size_t count;
} pol_regex_windows;

/*
 * EINPUT for what is no regex (`regex-syntax`) or not supported
 * (`regex-refused`), ELIMIT above `states` after expansion of counts
 * (`regex-states`) or too deep (`regex-depth`), ENOMEM. *at (may be NULL) is the
 * byte of `pattern` where it went wrong; the message says what and why.
 */
policy_status pol_regex_compile(pol_regex **out, const policy_allocator *a,
                                policy_str pattern, uint64_t states,
                                size_t *at, policy_error *err);
void pol_regex_free(pol_regex *r); /* NULL is fine */
const pol_regex_gate *pol_regex_needs(const pol_regex *r);
pol_regex_windows pol_regex_window_list(const pol_regex *r);
size_t pol_regex_bytes(const pol_regex *r); /* held */
/* A cache that is reserved for one that needs more serves this one too. */
uint32_t pol_regex_room(const pol_regex *r);

policy_status pol_regex_cache_new(pol_regex_cache **out,
                                  const policy_allocator *a, policy_error *err);
/* Room to run `r`, so that running it allocates nothing, on any text. */
policy_status pol_regex_cache_reserve(pol_regex_cache *c, const pol_regex *r,
                                      policy_error *err);
void pol_regex_cache_free(pol_regex_cache *c);

/*
 * The leftmost match that starts in [from, last], the first of the alternatives
 * where several start there (as Perl and RE2 choose), as units [*start, *end).
 * What stands before `from` is looked at only as a border. Linear in the text
 * times the states; allocates nothing; `c` was reserved for `r`.
 */
bool pol_regex_find(const pol_regex *r, pol_regex_cache *c,
                    const pol_folded *text, size_t from, size_t last,
                    size_t *start, size_t *end);
/* Units that the last search looked at, some of them more than once: more than
 * lie between `from` and *end where it read on in vain. */
size_t pol_regex_read(const pol_regex_cache *c);

#endif
