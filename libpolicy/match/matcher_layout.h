/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled form of a term set: where matcher_build.c and matcher_scan.c
 * meet. Terms are filed from their end, because a scan that asks at every unit
 * "which terms end here?" finds the hits in the order in which they are
 * promised, and holds those of one end at a time.
 *
 *   term      e n d   o f   i t      (eight units)
 *   strides   [   2   ] [  1   ]     root -- 1 --> node -- 2 --> outputs
 *
 * A term is cut into strides of four units, beginning at its end; the last
 * stride may be shorter. Each stride is one entry of an open hash table whose
 * key is exact (the node that it continues, how many units, the units), so that
 * no string is ever compared. Before the table stand three filters of few bits
 * a key, which turn away nearly all ends of an ordinary text:
 *
 *   last two units   -> bit 0: a term of just these   bit 1: a longer one
 *   last three units -> bit 0: a term of just these   bit 1: a longer one
 *   last four units  -> a term of these, or a longer one
 *
 * Terms of up to eight units cost at most eight probes an end. Longer ones
 * could cost as many as they have units, at every end of a text that is made for it
 * (one term again and again, or what many of them end with). So what is walked
 * beyond eight units is charged to a budget of a few probes a unit of the text
 * so far; while that is overdrawn, an automaton over the long terms alone is
 * asked instead, one step a unit. No more than twelve probes and one step a
 * unit are ever done, on average over a text, besides the hits.
 *
 * Invariants.
 * (1) Only an entry of four units continues: a shorter stride ends a term.
 * (2) A filter never denies what the table holds; it may grant what it lacks.
 * (3) Outputs of one string lie side by side, by id, and the last is marked.
 * (4) No end has more hits than `most_hits`, which is what a scratch has room
 *     for: the greatest sum of outputs over a term and its own suffixes.
 * (5) Walk and automaton find the same strings above SHORT_MAX.
 */
#ifndef POL_MATCH_MATCHER_LAYOUT_H
#define POL_MATCH_MATCHER_LAYOUT_H

#include "match/automaton.h"
#include "match/matcher.h"

enum {
    STRIDE = 4,
    SHORT_MAX = 2 * STRIDE,
    /* Probes beyond SHORT_MAX that a scan grants itself for each unit. */
    WALK_BUDGET = 4
};

/* The newest unit is in the low 16 bits; unused high bits are 0. */
typedef struct pol_entry {
    uint64_t units;
    uint32_t key; /* node << 3 | how many units, 1 to 4; 0: a free entry */
    uint32_t out; /* index << 1 | inner; of `nodes` if inner, else `outputs` */
} pol_entry;

/* Where terms go on. Node 0 is the root; entries name node n as n. */
typedef struct pol_node {
    uint32_t out;  /* of the string that ends here; 0: none does */
    /* Bit n: a stride of n units continues it. Bits of pol_more_bit: with this
     * unit, the newest of the stride. */
    uint32_t more;
} pol_node;

/* Neighbours in the alphabet, and in a block of Han, have different bits. */
static inline uint32_t pol_more_bit(uint16_t unit)
{
    return (uint32_t)1 << (16 + ((unit ^ unit >> 4) & 15));
}

/* What the end of a string means. Index 0 is never used. */
enum {
    OUTPUT_LAST = 1,       /* of its string */
    OUTPUT_WORD_START = 2, /* a letter or digit before it is no match */
    OUTPUT_WORD_END = 4,
    OUTPUT_EXACT = 8
};
typedef struct pol_output {
    uint32_t id;
    uint32_t flags;
    uint32_t exact; /* index of `exacts`, if OUTPUT_EXACT */
} pol_output;

typedef struct pol_exact { uint64_t at, len; } pol_exact; /* of `bytes` */

typedef struct pol_filter {
    uint8_t *bits;
    uint32_t shift; /* 32 - log2(slots) */
    size_t bytes;
} pol_filter;

/* matcher_sieve.h says what it does. */
struct pol_survivors;
typedef void (*pol_sieve)(const policy_matcher *m, const uint16_t *units,
                          size_t from, size_t to, struct pol_survivors *s);

struct policy_matcher {
    policy_allocator allocator;
    uint64_t seed; /* from the terms, so that nobody aims at its collisions */
    size_t terms, most_hits;
    pol_sieve sieve; /* all leave the same: the machine's quickest */
    pol_filter two, three, four;
    uint8_t *singles; /* bit per unit; NULL: no term of one unit */
    /* Some term that ends with a letter or digit matches inside words; without
     * one, the inside of a word needs no look at all. */
    bool inside;
    pol_entry *entries;
    uint32_t entry_shift;
    size_t entry_cap, entry_count;
    pol_node *nodes;
    size_t node_cap, node_count;
    pol_output *outputs;
    size_t output_cap, output_count;
    pol_exact *exacts;
    size_t exact_cap, exact_count;
    char *bytes;
    size_t byte_cap, byte_count;
    pol_automaton longs; /* terms above SHORT_MAX; values: index of `outputs` */
    uint64_t walk_budget; /* WALK_BUDGET, unless a test wants another */
};

enum { SINGLES_BYTES = 65536 / 8 };

static inline uint64_t pol_window(size_t units)
{
    return units >= STRIDE ? UINT64_MAX : ((uint64_t)1 << 16 * units) - 1;
}

/* Odd multipliers of the newer and the older pair of units: of the golden
 * ratio, and of MurmurHash3. Of 32 bits, since vectors multiply no wider ones. */
#define POL_FILTER_NEW 0x9e3779b1u
#define POL_FILTER_OLD 0x85ebca6bu

static inline uint32_t pol_slot(uint64_t units, uint32_t shift)
{
    uint32_t hash = (uint32_t)units * POL_FILTER_NEW +
                    (uint32_t)(units >> 32) * POL_FILTER_OLD;

    return hash >> shift;
}

static inline uint64_t pol_entry_slot(const policy_matcher *m, uint64_t units,
                                      uint32_t key)
{
    uint64_t h = (units ^ m->seed) * 0xff51afd7ed558ccdu;

    h = (h ^ h >> 32 ^ key) * 0x9e3779b97f4a7c15u;
    return h >> m->entry_shift;
}

/* The entry of this key, or the free one where it belongs: the table is never
 * full. */
static inline pol_entry *pol_entry_find(const policy_matcher *m,
                                        uint32_t node, uint64_t units,
                                        size_t count)
{
    uint32_t key = node << 3 | (uint32_t)count;
    size_t i = pol_entry_slot(m, units, key);

    while (m->entries[i].key &&
           (m->entries[i].key != key || m->entries[i].units != units))
        i = (i + 1) & (m->entry_cap - 1);
    return &m->entries[i];
}

/* Two bits of a slot. */
static inline unsigned pol_filter_get(const pol_filter *f, uint64_t units)
{
    uint32_t slot = pol_slot(units, f->shift);

    return f->bits[slot >> 2] >> (slot & 3) * 2 & 3;
}

/* The up to four units before `end`, oldest first in the high bits. */
static inline uint64_t pol_units_before(const uint16_t *units, size_t end,
                                        size_t count)
{
    uint64_t w = 0;

    for (; count; count--)
        w = w << 16 | units[end - count];
    return w;
}

/* The four units before `end`, or all if they are fewer. */
static inline uint64_t pol_window_before(const uint16_t *units, size_t end)
{
    const uint16_t *u = units + end;

    if (end < STRIDE)
        return pol_units_before(units, end, end);
    return (uint64_t)u[-4] << 48 | (uint64_t)u[-3] << 32 |
           (uint64_t)u[-2] << 16 | u[-1];
}

#endif
