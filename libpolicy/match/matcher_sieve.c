/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sieve for every machine: one pass without a branch, since the answers are
 * nobody's habit, but for the narrow tier, which most Chinese texts have nothing
 * for.
 */
#include "match/matcher_sieve.h"

/* Of the four letters up to units[at], if they are letters. */
static unsigned ask_narrow(const policy_matcher *m, const uint16_t *units,
                           size_t at)
{
    uint64_t four;

    if (at + 1 < NARROW_ANCHOR)
        return 0;
    four = pol_four_units(units + at + 1 - NARROW_ANCHOR);
    if (!pol_four_narrow(four))
        return 0;
    return pol_grants_get(&m->narrow, pol_narrowed(four)) << NARROW_BITS;
}

static unsigned ask_others(const policy_matcher *m, const uint16_t *units,
                           size_t at)
{
    unsigned may = 0;

    if (m->singles && m->singles[units[at] >> 3] >> (units[at] & 7) & 1)
        may |= GRANT_SINGLE;
    if (m->narrow.slots && units[at] < NARROW_LIMIT)
        may |= ask_narrow(m, units, at);
    return may;
}

void pol_sieve_plain(const policy_matcher *m, const uint16_t *units,
                     size_t from, size_t to, pol_survivors *s)
{
    const bool others = m->singles || m->narrow.slots;
    /* Pairs of units below it need not be asked for. */
    const uint32_t spared = m->wide_ascii ? 0 : NARROW_LIMIT;
    uint32_t before = from ? units[from - 1] : NO_UNIT;
    size_t k = s->count, i;

    for (i = from; i < to; i++) {
        unsigned may = others ? ask_others(m, units, i) : 0;
        unsigned wide = pol_grants_get(&m->wide,
                                       before | (uint32_t)units[i] << 16);

        may |= before < spared && units[i] < spared ? 0 : wide;
        if (may)
            may = pol_marked(m, (uint16_t)before, units[i], may);
        before = units[i];
        s->left[k] = pol_survivor_of(i, may);
        k += may != 0;
    }
    s->count = k;
}
