/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sieve with NEON, eight units at once: the hashes are worked out in vectors,
 * and looked up one by one, since there is no load from many places.
 */
#include "match/matcher_sieve.h"

#include <arm_neon.h>

enum { LANES = 8 };

/* The hashes of eight anchors: the older units in the low bits, or bytes. */
static void hashes_of(uint32_t out[LANES], uint32x4_t low, uint32x4_t high)
{
    vst1q_u32(out, vmulq_n_u32(low, POL_GRANT_FACTOR));
    vst1q_u32(out + 4, vmulq_n_u32(high, POL_GRANT_FACTOR));
}

static void wide_hashes(uint32_t out[LANES], const uint16_t *units)
{
    uint16x8_t unit = vld1q_u16(units), before = vld1q_u16(units - 1);

    hashes_of(out,
              vorrq_u32(vmovl_u16(vget_low_u16(before)),
                        vshll_n_u16(vget_low_u16(unit), 16)),
              vorrq_u32(vmovl_u16(vget_high_u16(before)),
                        vshll_n_u16(vget_high_u16(unit), 16)));
}

/* 0xffff in the lanes that end four letters; none of them: false. */
static bool narrow_hashes(uint32_t out[LANES], uint16_t run[LANES],
                          const uint16_t *units)
{
    uint16x8_t u0 = vld1q_u16(units - 3), u1 = vld1q_u16(units - 2);
    uint16x8_t u2 = vld1q_u16(units - 1), u3 = vld1q_u16(units);
    uint16x8_t any = vorrq_u16(vorrq_u16(u0, u1), vorrq_u16(u2, u3));
    uint16x8_t is = vcltq_u16(any, vdupq_n_u16(NARROW_LIMIT));
    uint16x8_t low = vorrq_u16(u0, vshlq_n_u16(u1, 8));
    uint16x8_t high = vorrq_u16(u2, vshlq_n_u16(u3, 8));

    if (!vmaxvq_u16(is))
        return false;
    vst1q_u16(run, is);
    hashes_of(out,
              vorrq_u32(vmovl_u16(vget_low_u16(low)),
                        vshll_n_u16(vget_low_u16(high), 16)),
              vorrq_u32(vmovl_u16(vget_high_u16(low)),
                        vshll_n_u16(vget_high_u16(high), 16)));
    return true;
}

static inline void sieve_lanes(const policy_matcher *m, const uint16_t *units,
                               size_t at, size_t count, pol_survivors *s)
{
    uint32_t wide[LANES], narrow[LANES];
    uint16_t run[LANES];
    bool letters = m->narrow.slots && narrow_hashes(narrow, run, units);
    size_t k = s->count, i;

    wide_hashes(wide, units);
    for (i = 0; i < count; i++) {
        uint16_t unit = units[i], before = units[(ptrdiff_t)i - 1];
        unsigned may = !m->wide_ascii && (unit | before) < NARROW_LIMIT
                           ? 0 : pol_grants_of(&m->wide, wide[i]);

        if (letters && run[i])
            may |= pol_grants_of(&m->narrow, narrow[i]) << NARROW_BITS;
        if (m->singles && m->singles[unit >> 3] >> (unit & 7) & 1)
            may |= GRANT_SINGLE;
        if (may)
            may = pol_marked(m, before, unit, may);
        s->left[k] = pol_survivor_of(at + i, may);
        k += may != 0;
    }
    s->count = k;
}

static void sieve_neon(const policy_matcher *m, const uint16_t *units,
                       size_t from, size_t to, pol_survivors *s)
{
    pol_sieve_by_eight(m, units, from, to, s, sieve_lanes);
}

pol_sieve pol_sieve_wide(unsigned rank)
{
    return rank == 0 ? sieve_neon : NULL;
}
