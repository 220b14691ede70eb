/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second pass for every machine, one survivor after the other.
 */
#include "match/matcher_spread.h"

/* Looks in the making, and what making them needs: all of it stays in registers,
 * out of the reach of the stores. */
struct spreading {
    const uint16_t *units;
    size_t count;
    uint64_t seed, cap;
    pol_windows windows;
    pol_look *looks;
    size_t made;
};

/* List the window, unless it is not wanted, or filter two denies it. All is done
 * in any case, since the answers are nobody's habit. */
static inline void look_at(struct spreading *x, uint64_t window, uint32_t key,
                           size_t at, size_t end, bool wanted, bool sure)
{
    uint64_t hash = pol_window_hash(x->seed, window, key);

    x->looks[x->made] = (pol_look){
        window, key, (uint32_t)pol_entry_slot(x->cap, hash), (uint32_t)at,
        (uint32_t)end
    };
    x->made += wanted & (sure | pol_windows_get(&x->windows, hash));
}

/* Up to four units, of which the last is units[at]; zeros before the text. */
static inline uint64_t four_up_to(const struct spreading *x, size_t at)
{
    uint64_t w = 0;
    size_t i;

    if (at >= 3)
        return pol_four_units(x->units + at - 3);
    for (i = 0; i <= at; i++)
        w |= (uint64_t)x->units[at - i] << 16 * (3 - i);
    return w;
}

/* Four units from units[at] on; zeros behind the text. */
static inline uint64_t four_from(const struct spreading *x, size_t at)
{
    uint64_t w = 0;
    size_t i;

    if (at + 4 <= x->count)
        return pol_four_units(x->units + at);
    for (i = 0; at + i < x->count; i++)
        w |= (uint64_t)x->units[at + i] << 16 * i;
    return w;
}

static inline uint32_t pair_at(const struct spreading *x, size_t at)
{
    return (at ? x->units[at - 1] : 0) | (uint32_t)x->units[at] << 16;
}

/* What would begin before the run or end behind it is found out later. */
static inline void spread_wide(struct spreading *x, size_t at, unsigned may)
{
    const uint64_t back = four_up_to(x, at);
    const uint64_t fore = at ? four_from(x, at - 1) : 0;
    const bool part = may & GRANT_PART;

    look_at(x, back >> 16, 3, at, at + 1, part, false);
    look_at(x, fore & pol_low_bits(48), 3 | KEY_RIGHT, at, at + 2, part, false);
    look_at(x, back, 4, at, at + 1, may & GRANT_LEFT, false);
    look_at(x, fore, 4 | KEY_RIGHT, at, at + 3, may & GRANT_RIGHT, false);
}

/* What would begin before the run has zeros there. */
static void spread_narrow(struct spreading *x, size_t at, unsigned may)
{
    const uint64_t before = at >= 4 ? four_up_to(x, at - 4) : 0;
    const uint64_t behind = four_from(x, at + 1);
    const uint64_t anchor = pol_narrowed(four_up_to(x, at));
    const bool left = may & GRANT_LEFT && pol_four_narrow(before);
    const bool right = may & GRANT_RIGHT && pol_four_narrow(behind);

    look_at(x, anchor, NARROW_ANCHOR | KEY_NARROW, at, at + 1,
            may & GRANT_ANCHOR, false);
    look_at(x, anchor << 32 | pol_narrowed(before), NARROW_MAX | KEY_NARROW,
            at, at + 1, left, false);
    look_at(x, (uint64_t)pol_narrowed(behind) << 32 | anchor,
            NARROW_MAX | KEY_NARROW | KEY_RIGHT, at, at + 1 + NARROW_ANCHOR,
            right, false);
}

static inline void spread_rest(struct spreading *x, size_t at, unsigned may)
{
    if (may & GRANT_SINGLE)
        look_at(x, x->units[at], 1, at, at + 1, true, true);
    if (may >> NARROW_BITS & 15)
        spread_narrow(x, at, may >> NARROW_BITS);
}

static struct spreading begin(const pol_spread_input *in, pol_looks *out)
{
    const policy_matcher *m = in->m;

    return (struct spreading){ in->units, in->count, m->seed, m->entry_cap,
                               m->windows, out->at, out->count };
}

static void end(const struct spreading *x, const policy_matcher *m,
                pol_looks *out)
{
    for (; out->count < x->made; out->count++)
        __builtin_prefetch(&m->entries[out->at[out->count].slot]);
}

void pol_spread_rest(const pol_spread_input *in, size_t at, unsigned may,
                     pol_looks *out)
{
    struct spreading x = begin(in, out);

    spread_rest(&x, at, may);
    end(&x, in->m, out);
}

size_t pol_spread_plain(const pol_spread_input *in, size_t first,
                        pol_looks *out)
{
    const policy_matcher *m = in->m;
    struct spreading x = begin(in, out);
    size_t i;

    for (i = first; i < in->s->count && x.made < LOOKS; i++) {
        size_t at = pol_survivor_at(in->s->left[i], in->block);
        unsigned may = pol_survivor_may(in->s->left[i]);

        if (may & GRANT_ANCHOR)
            __builtin_prefetch(m->pairs + pol_pair_place(m, pair_at(&x, at)));
        if (may & (GRANT_PART | GRANT_LEFT | GRANT_RIGHT))
            spread_wide(&x, at, may);
        spread_rest(&x, at, may);
        out->end[i] = (uint8_t)x.made;
    }
    end(&x, m, out);
    return i;
}
