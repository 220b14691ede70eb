/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A charwise Aho-Corasick automaton: one step a unit on every text, whatever
 * the strings. The matcher has one over its long terms, for texts on which
 * walking them from their end would cost too much.
 *
 * States lie in one open hash table, under what leads to them: the state before
 * and the unit. A state's number is its place, so that a step that finds its
 * place has all that the next step asks for in the same line of the cache. A
 * word of 16 bits tells which units a state surely does not go on with, which
 * spares nearly all probes in vain.
 */
#ifndef POL_MATCH_AUTOMATON_H
#define POL_MATCH_AUTOMATON_H

#include <policy/limits.h>

typedef struct pol_state {
    uint32_t before; /* the state that leads here, plus 1; 0: a free place */
    uint32_t fail;   /* of its longest proper suffix that is one; else 0 */
    uint32_t out;    /* of `ends`: the longest string that ends here; or 0 */
    uint16_t unit;   /* by which it is reached */
    uint16_t more;   /* bit of a unit: it may go on with it */
} pol_state;

typedef struct pol_end {
    uint32_t value; /* as given */
    uint32_t len;
    uint32_t next; /* the longest proper suffix that is a string; or 0 */
} pol_end;

/*
 * State 0 is the empty string. The places 1 to `roots` are for the states of
 * one unit, which every text asks for all the time and which so stay near
 * together; those up to `places` are for all others. Index 0 of `ends` is not
 * used.
 */
typedef struct pol_automaton {
    pol_state *states; /* NULL: no string at all */
    /* Of each place, some bits of its hash, or 0 where it is free: a sixteenth
     * of the states, and so nearer to hand for probes in vain. */
    uint8_t *tags;
    size_t roots, places, count; /* `count` states besides state 0 */
    pol_end *ends;
    size_t end_cap;
    size_t longest; /* units of the longest string */
    uint64_t seed;
} pol_automaton;

typedef struct pol_string {
    const uint16_t *units;
    uint32_t len, value; /* of equal strings, the last value counts */
} pol_string;

/* From `count` strings of one unit or more, in time linear in their units.
 * `seed` goes into the hash. On failure `out` is empty. */
policy_status pol_automaton_build(pol_automaton *out, const policy_allocator *a,
                                  const pol_string *strings, size_t count,
                                  uint64_t seed, policy_error *err);
void pol_automaton_fini(pol_automaton *m, const policy_allocator *a);
size_t pol_automaton_bytes(const pol_automaton *m); /* held */

/* Where the search for a state begins and the end that it turns round at. */
typedef struct pol_probe {
    size_t place, first, last;
    uint8_t tag;
} pol_probe;

static inline pol_probe pol_automaton_probe(const pol_automaton *m,
                                            uint32_t state, uint16_t unit)
{
    uint64_t h = ((uint64_t)state << 16 | unit) ^ m->seed;
    size_t first = state ? m->roots + 1 : 1;
    size_t last = state ? m->places : m->roots;

    h = (h * 0x9e3779b97f4a7c15u) >> 32;
    return (pol_probe){ first + (size_t)(h * (last + 1 - first) >> 32), first,
                        last, (uint8_t)(h | 1) };
}

/* The state that follows `state` by `unit`, or 0. Some place is always free. */
static inline uint32_t pol_automaton_find(const pol_automaton *m,
                                          uint32_t state, uint16_t unit)
{
    const pol_probe p = pol_automaton_probe(m, state, unit);
    size_t i = p.place;

    while (m->tags[i]) {
        if (m->tags[i] == p.tag && m->states[i].before == state + 1 &&
            m->states[i].unit == unit)
            return (uint32_t)i;
        i = i < p.last ? i + 1 : p.first;
    }
    return 0;
}

/* Neighbours in the alphabet, and in a block of Han, have different bits. */
static inline unsigned pol_automaton_bit(uint16_t unit)
{
    return (unit ^ unit >> 4) & 15;
}

/* After one unit more: each step up the fail links was once a step down. */
static inline uint32_t pol_automaton_step(const pol_automaton *m,
                                          uint32_t state, uint16_t unit)
{
    unsigned bit = pol_automaton_bit(unit);

    for (;; state = m->states[state].fail) {
        uint32_t next = m->states[state].more >> bit & 1
                            ? pol_automaton_find(m, state, unit) : 0;

        if (next || !state)
            return next;
    }
}

#endif
