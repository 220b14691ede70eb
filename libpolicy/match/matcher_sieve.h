/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first pass of a scan: which units filter one leaves, and with what.
 * matcher_sieve.c has what every machine can run, matcher_sieve_<family>.c what
 * only some can; all leave the same.
 */
#ifndef POL_MATCH_MATCHER_SIEVE_H
#define POL_MATCH_MATCHER_SIEVE_H

#include "match/matcher_layout.h"

/* Units of a block: small enough that its list stays in the nearest cache.
 * Vectors are stored whole, so that it has SIEVE_SPARE places more. */
enum { SIEVE_BLOCK = 256, SIEVE_SPARE = 16 };

/* No character, and no ASCII; should a term have it, its place tells. */
enum { NO_UNIT = 0xffff };

/* In the low half the place of the anchor's last unit, whose high bits are those
 * of the block; in the high half GRANT_*, never 0. */
typedef uint32_t pol_survivor;

typedef struct pol_survivors {
    size_t count;
    /* Those that have windows beside their pair; counted only where a spread is
     * chosen by it. */
    size_t windowed;
    pol_survivor left[SIEVE_BLOCK + SIEVE_SPARE];
} pol_survivors;

static inline pol_survivor pol_survivor_of(size_t at, unsigned may)
{
    return (uint16_t)at | (uint32_t)may << 16;
}

/* In the block that begins with units[from]. */
static inline size_t pol_survivor_at(pol_survivor s, size_t from)
{
    return from + (uint16_t)(s - (uint32_t)from);
}

static inline unsigned pol_survivor_may(pol_survivor s)
{
    return s >> 16;
}

/* Add the units in [from, to) of `units` that are left, SIEVE_BLOCK altogether
 * at most. Reads units[0] to units[to - 1]. Before the text NO_UNIT is taken to
 * stand. The wide tier is not asked for two units of ASCII where it has no
 * anchor of such. */
void pol_sieve_plain(const policy_matcher *m, const uint16_t *units,
                     size_t from, size_t to, pol_survivors *s);
/* The sieves of this machine that are quicker, the quickest first; NULL after
 * the last. */
pol_sieve pol_sieve_wide(unsigned rank);

/* What the marks leave of what is granted; `before` is NO_UNIT before the
 * text. */
static inline unsigned pol_marked(const policy_matcher *m, uint16_t before,
                                  uint16_t unit, unsigned may)
{
    const pol_marks *x = m->marks;

    if (!x)
        return may;
    if (!pol_mark_is(x->last, unit) || !pol_mark_is(x->before, before))
        may &= ~15u;
    if (!pol_mark_is(x->letters, (uint16_t)(before | unit << 8)))
        may &= ~(15u << NARROW_BITS);
    return may;
}

/* The units [at, at + count), eight at most; `units` are those at `at`, and from
 * three before them to seven behind the first there is something to read. */
typedef void (*pol_sieve_eight)(const policy_matcher *m, const uint16_t *units,
                                size_t at, size_t count, pol_survivors *s);

/* Eight of which not all are there. */
static inline __attribute__((always_inline)) void
pol_sieve_some(const policy_matcher *m, const uint16_t *units, size_t at,
               size_t to, pol_survivors *s, pol_sieve_eight eight)
{
    enum { BACK = NARROW_ANCHOR - 1 };
    uint16_t near[BACK + 8];
    size_t back = at < BACK ? at : BACK, count = to - at < 8 ? to - at : 8, i;

    memset(near, 0xff, sizeof(near)); /* NO_UNIT */
    for (i = 0; i < back + count; i++)
        near[BACK - back + i] = units[at - back + i];
    eight(m, near + BACK, at, count, s);
}

/* For families of machines that look at eight units at once. */
static inline __attribute__((always_inline)) void
pol_sieve_by_eight(const policy_matcher *m, const uint16_t *units, size_t from,
                   size_t to, pol_survivors *s, pol_sieve_eight eight)
{
    size_t at = from;

    if (at < to && at < NARROW_ANCHOR - 1) {
        pol_sieve_some(m, units, at, to, s, eight);
        at = to - at < 8 ? to : at + 8;
    }
    for (; to - at >= 8; at += 8)
        eight(m, units + at, at, 8, s);
    if (at < to)
        pol_sieve_some(m, units, at, to, s, eight);
}

#endif
