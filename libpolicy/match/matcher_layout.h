/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled form of a term set: where matcher_build.c, matcher_place.c and
 * matcher_scan.c meet.
 *
 * Every term is filed under one window of itself, and each window is looked for
 * by its anchor, which is the half of it that is rarest in ordinary texts:
 *
 *   term       t h i s   e x a m p l e    anchor  m p l e
 *   window               e x a m p l e    it, and four before it
 *
 * Two tiers differ in what a unit takes. Terms of ASCII with four letters or
 * more are narrow: letters say little, and eight of them fit in 64 bits. All
 * others are wide.
 *
 *   tier     bits   anchor   windows
 *   wide      16    2 units   2, 3 and 4 units
 *   narrow     8    4 units   4 and 8 units
 *
 * The window is the exact key of a hash table: of a term that is its own window
 * no string is compared, and of any other, the rest is. Terms of one unit have a
 * window of one.
 *
 * Before the table stand two filters, which turn away nearly all of an ordinary
 * text. The first is asked at every unit, and has four bits for what an anchor
 * that ends there may be part of; the second has one bit for a whole window.
 *
 * The work for a unit is bounded by the windows that an anchor can have, and by
 * the terms of one window, but for those that are marked heavy: their windows
 * are crowded, or they are long. What these cost is charged to a budget of a
 * few looks a unit of the text so far. Once that is overdrawn, or the windows of
 * a long one with some units beside it are there, an automaton over the heavy
 * terms takes them over up to the end of the text, one step a unit.
 *
 * That bounds the work, but a text made for it costs ten times what an ordinary
 * one does. So all that is looked at in the table is charged to a second budget,
 * which no ordinary text overdraws; a text that does is left to the automaton
 * over all terms, if there is one (matcher_whole.h), and nothing else looks at
 * it. So are some of the texts after it, since such come in floods.
 *
 * Invariants.
 * (1) A filter never denies what the table holds; it may grant what it lacks.
 * (2) Outputs of one entry lie side by side, those of one string together and
 *     by id; the last of each string and of each entry are marked. Heavy strings
 *     come after all others.
 * (3) A term ends no more than AHEAD_MAX units behind its anchor.
 * (4) No end has more hits than `most_hits`: the sum, over the lengths of terms,
 *     of the most outputs that one string of that length has.
 * (5) The table and the automaton find the same of the heavy terms; the table
 *     and the automaton over all terms find the same.
 */
#ifndef POL_MATCH_MATCHER_LAYOUT_H
#define POL_MATCH_MATCHER_LAYOUT_H

#include <string.h>

#include "match/automaton.h"
#include "match/matcher.h"
#include "match/matcher_whole.h"
#include "match/regex_set.h"

enum {
    WIDE_ANCHOR = 2,
    WIDE_MAX = 4,
    NARROW_ANCHOR = 4,
    NARROW_MAX = 8,
    /* Units that a window may lie before its term's end. */
    AFTER_MAX = 12,
    AHEAD_MAX = AFTER_MAX + NARROW_ANCHOR,
    /* A term is heavy that is longer than this, or whose window more than these
     * many strings share. Of a longer one no more than REST_MAX units on each
     * side of the window are kept. */
    HEAVY_UNITS = 16,
    REST_MAX = 6,
    CROWD_MAX = 4,
    /* Looks at heavy terms that a scan grants itself for each unit; and how many
     * units all others have to share as many among them. */
    HEAVY_BUDGET = 4,
    BUDGET_SHARE = 11,
    BUDGET_FREE = 32, /* units that are granted to each text besides its own */
    MOOD_MAX = 31     /* texts that are spared the table after a dear one */
};

/* What filter one grants. Of the narrow tier they are shifted by NARROW_BITS. */
enum {
    GRANT_ANCHOR = 1, /* a window that is the anchor */
    GRANT_PART = 2,   /* one unit more, on either side: of the wide tier */
    GRANT_LEFT = 4,   /* as many more as the anchor has, before it */
    GRANT_RIGHT = 8,  /* or behind it */
    GRANT_BITS = 4,
    NARROW_BITS = 4,
    GRANT_SINGLE = 1 << 8 /* a term of one unit; not of filter one */
};

/* The key of a window says its length, and on which side the anchor is. */
enum {
    KEY_UNITS = 15,
    KEY_RIGHT = 16, /* it goes on to the right of the anchor */
    KEY_NARROW = 32,
    KEY_ALL = 63,
    KEY_INLINE = 64 /* of entries: `out` is the id of the one term, and no more */
};

/* The oldest unit is in the low bits; unused high bits are 0. */
typedef struct pol_entry {
    uint64_t window;
    uint32_t key; /* 0: a free entry */
    uint32_t out; /* of `outputs`, or the id */
} pol_entry;

enum {
    OUTPUT_LAST = 1,        /* of its entry */
    OUTPUT_STRING_LAST = 2, /* of its string */
    OUTPUT_WORD_START = 4,  /* a letter or digit before it is no match */
    OUTPUT_WORD_END = 8,
    OUTPUT_EXACT = 16,
    OUTPUT_LONGER = 32,     /* than the window: the rest must be compared */
    OUTPUT_HEAVY = 64,
    OUTPUT_PART = 128 /* that is not all of the rest: the automaton decides */
};
typedef struct pol_output {
    uint32_t id;
    uint32_t exact; /* index of `exacts`, if OUTPUT_EXACT */
    /* If OUTPUT_LONGER, index of `rests`: what stands before the window, then
     * what stands behind it, and how many units these are. */
    uint32_t rest;
    uint16_t before, after;
    uint16_t ahead; /* units of the term behind its anchor */
    uint16_t flags;
} pol_output;

typedef struct pol_exact { uint64_t at, len; } pol_exact; /* of `bytes` */

/*
 * The windows of two wide units, which most terms have in some lists, have a
 * table of their own: of half the size, and found by the hash of filter one.
 * `out` is the id of the one term, or OUT_ENTRY where the entry must tell. A
 * free place has anchor 0 and OUT_ENTRY.
 */
typedef struct pol_pair { uint32_t anchor, out; } pol_pair;
#define OUT_ENTRY UINT32_MAX

/* A byte a slot, and three more, since vectors load four. In the low half stands
 * what is granted, in the high one the tag of the anchors that it is granted:
 * which sends away fifteen of sixteen strangers that come by the same slot. */
typedef struct pol_grants {
    uint8_t *slots; /* NULL: the tier has no terms */
    size_t bytes;
    uint32_t shift; /* 32 - log2(slots) */
} pol_grants;

enum {
    TAG_SHIFT = 4,
    TAG_ANY = 0 /* anchors of several tags share the slot */
};

/*
 * Of sets as small as an organisation's own: a bit for each unit, by its hash,
 * whether some anchor of the wide tier ends with it; the same for the unit
 * before it; and for the last two letters of the narrow tier's. All of it fits
 * in a few registers or lines of the cache, and tells nearly all units from
 * anchors without a look at the grants.
 */
enum {
    MARKED_MAX = 160, /* anchors */
    MARK_WORDS = 64,
    MARK_HASH_SHIFT = 6 /* of a hash of 16 bits: six for the word, four for the bit */
};
#define POL_MARK_FACTOR 0x79b1u
typedef struct pol_marks {
    uint16_t last[MARK_WORDS], before[MARK_WORDS], letters[MARK_WORDS];
} pol_marks;

static inline unsigned pol_mark_of(uint16_t unit)
{
    return (uint16_t)(unit * POL_MARK_FACTOR) >> MARK_HASH_SHIFT;
}

static inline void pol_mark_set(uint16_t words[MARK_WORDS], uint16_t unit)
{
    unsigned mark = pol_mark_of(unit);

    words[mark >> 4] |= (uint16_t)(1u << (mark & 15));
}

static inline bool pol_mark_is(const uint16_t words[MARK_WORDS], uint16_t unit)
{
    unsigned mark = pol_mark_of(unit);

    return words[mark >> 4] >> (mark & 15) & 1;
}

typedef struct pol_windows {
    uint8_t *bits;
    size_t bytes;
    uint32_t shift; /* 32 - log2(bits) */
} pol_windows;

/* matcher_sieve.h and matcher_spread.h say what they do. */
struct pol_survivors;
struct pol_spread_input;
struct pol_looks;
typedef void (*pol_sieve)(const policy_matcher *m, const uint16_t *units,
                          size_t from, size_t to, struct pol_survivors *s);
typedef size_t (*pol_spread)(const struct pol_spread_input *in, size_t first,
                             struct pol_looks *out);

struct policy_matcher {
    policy_allocator allocator;
    uint64_t seed; /* from the terms, so that nobody aims at its collisions */
    size_t terms, most_hits;
    pol_sieve sieve; /* all leave the same: the machine's quickest */
    pol_spread spread; /* likewise */
    pol_grants wide, narrow;
    pol_marks *marks; /* of both; NULL: too many anchors, or terms of one unit */
    /* Some anchor of the wide tier is of ASCII alone; or there is no narrow
     * tier, and it is not worth it to know. */
    bool wide_ascii;
    pol_windows windows; /* of both tiers */
    uint8_t *singles; /* bit per unit; NULL: no term of one unit */
    pol_pair *pairs;
    uint32_t pair_shift; /* 32 - log2 of their places */
    pol_entry *entries;
    size_t entry_cap, entry_count;
    pol_output *outputs;
    size_t output_cap, output_count;
    uint16_t *rests;
    size_t rest_cap, rest_count;
    pol_exact *exacts;
    size_t exact_cap, exact_count;
    char *bytes;
    size_t byte_cap, byte_count;
    pol_automaton heavy; /* values: the first of `outputs` of the string */
    bool all_heavy; /* there are no other terms */
    pol_whole *whole; /* values: the same; if marked, the id. Or NULL */
    uint64_t budget; /* HEAVY_BUDGET, unless a test wants another */
    /* What the set had of regexes; NULL: none. They bring a matcher of their
     * own, because any number may be the id of a term. */
    pol_regex_set *regexes;
};

enum { SINGLES_BYTES = 65536 / 8, NARROW_LIMIT = 0x80 };

/* Odd multipliers: of the golden ratio, and of MurmurHash3. The first filter's
 * has 32 bits, since vectors multiply no wider ones. */
#define POL_GRANT_FACTOR 0x9e3779b1u

static inline uint32_t pol_grant_hash(uint32_t anchor)
{
    return anchor * POL_GRANT_FACTOR;
}

static inline uint32_t pol_grant_slot(const pol_grants *g, uint32_t hash)
{
    return hash >> g->shift;
}

/* Of the bits that follow those of the slot. */
static inline unsigned pol_grant_tag(const pol_grants *g, uint32_t hash)
{
    unsigned tag = hash >> (g->shift - TAG_SHIFT) & 15;

    return tag ? tag : 1;
}

static inline unsigned pol_grants_of(const pol_grants *g, uint32_t hash)
{
    unsigned has = g->slots[pol_grant_slot(g, hash)], tag = has >> TAG_SHIFT;
    unsigned is = (tag == TAG_ANY) | (tag == pol_grant_tag(g, hash));

    return has & 15 & -is;
}

static inline unsigned pol_grants_get(const pol_grants *g, uint32_t anchor)
{
    return pol_grants_of(g, pol_grant_hash(anchor));
}

/* Every unit of the window decides the high half, and so both. */
static inline uint64_t pol_window_hash(uint64_t seed, uint64_t window,
                                       uint32_t key)
{
    uint64_t h = ((window ^ seed) + key * 0xff51afd7ed558ccdu) *
                 0x9e3779b97f4a7c15u;

    return h ^ h >> 32;
}

/* The filter takes the high half, the entry the low one. */
static inline uint32_t pol_windows_bit(const pol_windows *w, uint64_t hash)
{
    return (uint32_t)(hash >> 32) >> w->shift;
}

static inline bool pol_windows_get(const pol_windows *w, uint64_t hash)
{
    uint32_t bit = pol_windows_bit(w, hash);

    return w->bits[bit >> 3] >> (bit & 7) & 1;
}

static inline size_t pol_entry_slot(uint64_t cap, uint64_t hash)
{
    return (size_t)((uint64_t)(uint32_t)hash * cap >> 32);
}

/* The entry of this window, or the free one where it belongs: the table is never
 * full. */
static inline pol_entry *pol_entry_find(const policy_matcher *m, size_t slot,
                                        uint64_t window, uint32_t key)
{
    pol_entry *e = m->entries + slot;

    while (e->key && ((e->key & KEY_ALL) != key || e->window != window))
        e = ++slot < m->entry_cap ? e + 1 : m->entries + (slot = 0);
    return e;
}

/* Four units, the first of them in the low bits. */
static inline uint64_t pol_four_units(const uint16_t *u)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t w;

    memcpy(&w, u, sizeof(w));
    return w;
#else
    return (uint64_t)u[3] << 48 | (uint64_t)u[2] << 32 | (uint64_t)u[1] << 16 |
           u[0];
#endif
}

/* Are all of these four units ASCII? */
static inline bool pol_four_narrow(uint64_t four)
{
    return !(four & 0xff80ff80ff80ff80u);
}

/* Four units of ASCII in 32 bits. */
static inline uint32_t pol_narrowed(uint64_t four)
{
    four = (four | four >> 8) & 0x0000ffff0000ffffu;
    return (uint32_t)(four | four >> 16);
}

static inline uint64_t pol_low_bits(unsigned bits)
{
    return bits < 64 ? ((uint64_t)1 << bits) - 1 : UINT64_MAX;
}

static inline size_t pol_pair_cap(const policy_matcher *m)
{
    return (size_t)1 << (32 - m->pair_shift);
}

static inline size_t pol_pair_place(const policy_matcher *m, uint32_t anchor)
{
    return anchor * POL_GRANT_FACTOR >> m->pair_shift;
}

/* The pair, or the free place where it belongs: the table is never full. */
static inline pol_pair *pol_pair_find(const policy_matcher *m, uint32_t anchor)
{
    size_t i = pol_pair_place(m, anchor);


    while (m->pairs[i].anchor != anchor &&
           (m->pairs[i].anchor || m->pairs[i].out != OUT_ENTRY))
        i = (i + 1) & (pol_pair_cap(m) - 1);
    return &m->pairs[i];
}

#endif
