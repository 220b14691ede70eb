/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collapsed view of a text: what is left when repeated characters count
 * once, for terms that were drawn out (机机密, fuuuuck). Terms and texts are
 * collapsed alike, so that hello and hellllo meet in helo; but only what terms
 * hardly ever repeat is told: Han twice, Latin letters three times.
 */
#ifndef POL_TEXT_COLLAPSE_H
#define POL_TEXT_COLLAPSE_H

#include "text/squeeze.h"

/*
 * The view of `f`, around each repetition told: the longest term that the view
 * is searched for has one unit more than `reach`. Every run of one Han or Latin
 * character is one character, with the sources and reasons of all, also those
 * that else stand behind what was deleted; of a run told it has
 * POL_REASON_REPEAT. Between what was far apart stands a break.
 *
 * `gaps` are those of a squeezed view whose text is `f`, or NULL; runs go on
 * across gaps of symbols. `out`, of which `f` is no part, has the gap of each
 * first unit. It is empty where nothing is told. Grows, never shrinks; ENOMEM
 * leaves it empty. Linear in f->count.
 */
policy_status pol_collapse(pol_squeezed *out, const pol_folded *f,
                           const uint8_t *gaps, size_t reach,
                           policy_error *err);
/* May a term that was found at the units [start, end) be there? It has a
 * repetition that is told, and gaps, if any, that pol_squeezed_admits with the
 * same `kinds`. */
bool pol_collapsed_admits(const pol_squeezed *v, size_t start, size_t end,
                          unsigned kinds);

/* Has each character of the units [start, end) been repeated as often as it is
 * in `term`, the `count` units of the term as it is spelled? Else 天红红 would
 * be found in 天天红. `f` is what the view was made of. */
bool pol_collapsed_covers(const pol_squeezed *v, size_t start, size_t end,
                          const pol_folded *f, const uint16_t *term,
                          size_t count);

/* Is what the units [start, end) have repeated honest text: one Han character,
 * twice, where pol_word_doubles? `f` is what the view was made of. */
bool pol_collapsed_honest(const pol_squeezed *v, size_t start, size_t end,
                          const pol_folded *f);

typedef enum pol_collapsed_term {
    POL_TERM_SAME,      /* nothing repeats: the term is its own pattern */
    POL_TERM_COLLAPSED, /* `out` is a second pattern */
    /* Too little is left to search for, changed or not: of Han with whatever
     * else less than two characters, else less than three. */
    POL_TERM_SHORT
} pol_collapsed_term;

/* The other side: all of the folded term `f`, and what to make of it. */
policy_status pol_collapse_term(pol_squeezed *out, pol_collapsed_term *what,
                                const pol_folded *f, policy_error *err);

#endif
