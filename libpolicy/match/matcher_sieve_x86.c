/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sieve with AVX-512, sixteen units at once, and with AVX2, eight.
 */
#include "match/matcher_sieve.h"

#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl")))
#define HALF __attribute__((target("avx2")))

enum { LANES = 16, HALF_LANES = 8 };

/* ---- AVX-512 ---- */

/* Sixteen units, NO_UNIT where there is no lane. Nothing but theirs is read. */
static inline WIDE __m512i units_at(const uint16_t *units, size_t at,
                                    uint32_t lanes)
{
    uintptr_t p = (uintptr_t)units + at * sizeof(*units);

    return _mm512_cvtepu16_epi32(_mm256_mask_loadu_epi16(
        _mm256_set1_epi16((short)NO_UNIT), (__mmask16)lanes, (const void *)p));
}

/* What each lane is granted. */
static inline WIDE __m512i grants_get(const pol_grants *g, __mmask16 lanes,
                                      __m512i anchor)
{
    const __m512i factor = _mm512_set1_epi32((int)POL_GRANT_FACTOR);
    const __m512i low = _mm512_set1_epi32(15);
    __m512i hash = _mm512_mullo_epi32(anchor, factor);
    __m512i slot = _mm512_srl_epi32(hash, _mm_cvtsi32_si128((int)g->shift));
    __m512i has = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), lanes,
                                              slot, g->slots, 1);
    __m512i tag = _mm512_and_si512(_mm512_srli_epi32(has, TAG_SHIFT), low);
    __m512i wanted = _mm512_max_epu32(
        _mm512_and_si512(
            _mm512_srl_epi32(hash,
                             _mm_cvtsi32_si128((int)g->shift - TAG_SHIFT)),
            low),
        _mm512_set1_epi32(1));

    return _mm512_maskz_and_epi32(_mm512_cmpeq_epi32_mask(tag, wanted) |
                                      _mm512_testn_epi32_mask(tag, tag),
                                  has, low);
}

/* GRANT_SINGLE where a term of one unit may be. */
static inline WIDE __m512i singles_get(const uint8_t *singles,
                                       __mmask16 lanes, __m512i unit)
{
    __m512i word = _mm512_mask_i32gather_epi32(
        _mm512_setzero_si512(), lanes, _mm512_srli_epi32(unit, 5), singles, 4);
    __m512i bit = _mm512_srlv_epi32(
        word, _mm512_and_si512(unit, _mm512_set1_epi32(31)));

    return _mm512_slli_epi32(_mm512_and_si512(bit, _mm512_set1_epi32(1)), 8);
}

/* All is stored, also if nothing is kept: a branch on it is guessed wrong too
 * often. How many are listed then. */
static inline WIDE size_t put_lanes(pol_survivors *s, size_t count, size_t at,
                                    __m512i may)
{
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
                                           11, 12, 13, 14, 15);
    __m512i place = _mm512_and_si512(
        _mm512_add_epi32(_mm512_set1_epi32((int)at), lane),
        _mm512_set1_epi32(0xffff));
    __mmask16 kept = _mm512_test_epi32_mask(may, may);

    _mm512_storeu_si512(
        s->left + count,
        _mm512_maskz_compress_epi32(
            kept, _mm512_or_si512(place, _mm512_slli_epi32(may, 16))));
    return count + (size_t)__builtin_popcount(kept);
}

/* What all lanes need, out of the reach of the stores. */
struct wide {
    pol_grants wide, narrow;
    bool wide_ascii;
    const uint8_t *singles;
    __m512i last;   /* the sixteen units before those of the lanes */
    size_t windowed;
    uint32_t ascii; /* of those in the low half, of the lanes in the high one */
};

/* The lanes that end four letters; and which of `lanes` the wide tier need not
 * be asked for. */
static inline WIDE uint32_t letters_of(struct wide *x, __m512i unit,
                                       uint32_t *spared)
{
    uint32_t a = x->ascii >> LANES |
                 (uint32_t)_mm512_cmplt_epu32_mask(
                     unit, _mm512_set1_epi32(NARROW_LIMIT)) << LANES;

    x->ascii = a;
    *spared = x->wide_ascii ? 0 : (a & a << 1) >> LANES;
    return (a & a << 1 & a << 2 & a << 3) >> LANES;
}

/* The grants of the narrow tier, for the lanes that end four letters. */
static inline WIDE __m512i narrow_get(const struct wide *x, uint32_t letters,
                                      __m512i unit, __m512i before)
{
    __m512i older = _mm512_alignr_epi32(unit, x->last, LANES - 2);
    __m512i oldest = _mm512_alignr_epi32(unit, x->last, LANES - 3);
    __m512i anchor = _mm512_or_si512(
        _mm512_or_si512(_mm512_slli_epi32(unit, 24),
                        _mm512_slli_epi32(before, 16)),
        _mm512_or_si512(_mm512_slli_epi32(older, 8), oldest));

    return _mm512_slli_epi32(
        grants_get(&x->narrow, (__mmask16)letters, anchor), NARROW_BITS);
}

/* Sixteen units, or those of the lanes. How many are listed then. */
static inline WIDE size_t sieve_lanes(struct wide *x, const uint16_t *units,
                                      size_t at, uint32_t lanes,
                                      pol_survivors *s, size_t count)
{
    __m512i unit = units_at(units, at, lanes);
    __m512i before = _mm512_alignr_epi32(unit, x->last, LANES - 1);
    __m512i may = _mm512_setzero_si512();
    uint32_t spared = 0, letters = 0;

    if (x->narrow.slots)
        letters = letters_of(x, unit, &spared);
    if (lanes & ~spared)
        may = grants_get(&x->wide, (__mmask16)(lanes & ~spared),
                         _mm512_or_si512(before, _mm512_slli_epi32(unit, 16)));
    if (x->singles)
        may = _mm512_or_si512(
            may, singles_get(x->singles, (__mmask16)lanes, unit));
    if (letters)
        may = _mm512_or_si512(may, narrow_get(x, letters, unit, before));
    x->last = unit;
    x->windowed += (size_t)__builtin_popcount(_mm512_test_epi32_mask(
        may, _mm512_set1_epi32(GRANT_PART | GRANT_LEFT | GRANT_RIGHT)));
    return put_lanes(s, count, at, may);
}

static WIDE void sieve_many(const policy_matcher *m, const uint16_t *units,
                            size_t from, size_t to, pol_survivors *s)
{
    /* The units before the block, as many as there are. */
    __m512i last = units_at(units, from - LANES,
                            from < LANES ? 0xffff0000u >> from & 0xffff
                                         : 0xffff);
    struct wide x = { m->wide, m->narrow, m->wide_ascii, m->singles, last,
                      0, (uint32_t)_mm512_cmplt_epu32_mask(
                          last, _mm512_set1_epi32(NARROW_LIMIT)) << LANES };
    size_t at, count = s->count;

    for (at = from; at + LANES <= to; at += LANES)
        count = sieve_lanes(&x, units, at, 0xffff, s, count);
    if (at < to)
        count = sieve_lanes(&x, units, at, (1u << (to - at)) - 1, s, count);
    s->count = count;
}

/* ---- AVX-512, with marks ---- */

enum { MARKED_LANES = 32 };

/* The lanes whose unit has the mark. */
static inline WIDE __mmask32 marked(const uint16_t words[MARK_WORDS],
                                    __m512i unit)
{
    __m512i hash = _mm512_mullo_epi16(
        unit, _mm512_set1_epi16((short)POL_MARK_FACTOR));
    __m512i word = _mm512_permutex2var_epi16(
        _mm512_loadu_si512(words), _mm512_srli_epi16(hash, 10),
        _mm512_loadu_si512(words + MARKED_LANES));
    __m512i bit = _mm512_and_si512(_mm512_srli_epi16(hash, MARK_HASH_SHIFT),
                                   _mm512_set1_epi16(15));

    return _mm512_test_epi16_mask(
        word, _mm512_sllv_epi16(_mm512_set1_epi16(1), bit));
}

/* Those that are left of the lanes, one by one: they are few. */
static inline size_t put_marked(const policy_matcher *m, const uint16_t *units,
                                size_t at, uint32_t wide, uint32_t letters,
                                pol_survivor *left, size_t count)
{
    uint32_t lanes = wide | letters;

    for (; lanes; lanes &= lanes - 1) {
        unsigned lane = (unsigned)__builtin_ctz(lanes), may = 0;
        size_t i = at + lane;

        if (wide >> lane & 1)
            may = pol_grants_get(&m->wide, (i ? units[i - 1] : NO_UNIT) |
                                               (uint32_t)units[i] << 16);
        if (letters >> lane & 1)
            may |= pol_grants_get(&m->narrow,
                                  pol_narrowed(pol_four_units(units + i - 3)))
                   << NARROW_BITS;
        left[count] = pol_survivor_of(i, may);
        count += may != 0;
    }
    return count;
}

/* Of two and four letters in a row, the last: in the high half, of the units
 * that the low half comes before. */
static inline uint32_t two_in_row(uint64_t letters)
{
    return (uint32_t)((letters & letters << 1) >> MARKED_LANES);
}

static inline uint32_t four_in_row(uint64_t letters)
{
    letters &= letters << 1;
    return (uint32_t)((letters & letters << 2) >> MARKED_LANES);
}

static WIDE void sieve_few(const policy_matcher *m, const uint16_t *units,
                           size_t from, size_t to, pol_survivors *s)
{
    const __m512i none = _mm512_set1_epi16((short)NO_UNIT);
    const __m512i limit = _mm512_set1_epi16(NARROW_LIMIT);
    uint64_t ascii = 0;
    size_t at, back;

    for (back = 1; back < NARROW_ANCHOR && back <= from; back++)
        ascii |= (uint64_t)(units[from - back] < NARROW_LIMIT) << (64 - back);
    for (at = from; at < to; at += MARKED_LANES) {
        uint32_t lanes = to - at < MARKED_LANES ? (1u << (to - at)) - 1
                                                : UINT32_MAX;
        uintptr_t p = (uintptr_t)(units + at);
        __m512i unit = _mm512_mask_loadu_epi16(none, lanes, (const void *)p);
        __m512i before = _mm512_mask_loadu_epi16(
            none, at ? lanes : lanes & ~1u,
            (const void *)(p - sizeof(*units)));
        uint32_t wide = lanes, letters;

        ascii = ascii >> MARKED_LANES |
                (uint64_t)_mm512_cmplt_epu16_mask(unit, limit) << MARKED_LANES;
        letters = m->narrow.slots ? four_in_row(ascii) : 0;
        if (!m->wide_ascii)
            wide &= ~two_in_row(ascii);
        wide &= marked(m->marks->last, unit) &
                marked(m->marks->before, before);
        if (letters)
            letters &= marked(m->marks->letters,
                              _mm512_or_si512(_mm512_slli_epi16(unit, 8),
                                              before));
        s->count = put_marked(m, units, at, wide, letters, s->left, s->count);
    }
    s->windowed = 0;
}

static WIDE void sieve_wide(const policy_matcher *m, const uint16_t *units,
                            size_t from, size_t to, pol_survivors *s)
{
    if (m->marks)
        sieve_few(m, units, from, to, s);
    else
        sieve_many(m, units, from, to, s);
}

/* ---- AVX2 ---- */

static inline HALF __m256i half_at(const uint16_t *units)
{
    return _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)units));
}

static inline HALF __m256i half_grants_get(const pol_grants *g, __m256i anchor)
{
    const __m256i factor = _mm256_set1_epi32((int)POL_GRANT_FACTOR);
    const __m256i low = _mm256_set1_epi32(15);
    __m256i hash = _mm256_mullo_epi32(anchor, factor);
    __m256i slot = _mm256_srl_epi32(hash, _mm_cvtsi32_si128((int)g->shift));
    __m256i has = _mm256_i32gather_epi32((const int *)(const void *)g->slots,
                                         slot, 1);
    __m256i tag = _mm256_and_si256(_mm256_srli_epi32(has, TAG_SHIFT), low);
    __m256i wanted = _mm256_max_epu32(
        _mm256_and_si256(
            _mm256_srl_epi32(hash,
                             _mm_cvtsi32_si128((int)g->shift - TAG_SHIFT)),
            low),
        _mm256_set1_epi32(1));
    __m256i is = _mm256_or_si256(
        _mm256_cmpeq_epi32(tag, wanted),
        _mm256_cmpeq_epi32(tag, _mm256_setzero_si256()));

    return _mm256_and_si256(is, _mm256_and_si256(has, low));
}

static inline HALF __m256i half_singles_get(const uint8_t *singles,
                                            __m256i unit)
{
    __m256i word = _mm256_i32gather_epi32((const int *)(const void *)singles,
                                          _mm256_srli_epi32(unit, 5), 4);
    __m256i bit = _mm256_srlv_epi32(
        word, _mm256_and_si256(unit, _mm256_set1_epi32(31)));

    return _mm256_slli_epi32(_mm256_and_si256(bit, _mm256_set1_epi32(1)), 8);
}

/* All lanes that end four letters, as a mask of whole lanes. */
static inline HALF __m256i half_narrow_get(const pol_grants *g,
                                           const uint16_t *units, __m256i unit,
                                           __m256i before)
{
    __m256i older = half_at(units - 2), oldest = half_at(units - 3);
    __m256i any = _mm256_or_si256(_mm256_or_si256(unit, before),
                                  _mm256_or_si256(older, oldest));
    __m256i run = _mm256_cmpgt_epi32(_mm256_set1_epi32(NARROW_LIMIT), any);
    __m256i anchor = _mm256_or_si256(
        _mm256_or_si256(_mm256_slli_epi32(unit, 24),
                        _mm256_slli_epi32(before, 16)),
        _mm256_or_si256(_mm256_slli_epi32(older, 8), oldest));

    if (_mm256_testz_si256(run, run))
        return run;
    return _mm256_and_si256(run, _mm256_slli_epi32(half_grants_get(g, anchor),
                                                   NARROW_BITS));
}

static inline HALF void half_put(const policy_matcher *m,
                                 const uint16_t *units, pol_survivors *s,
                                 size_t at, unsigned kept, __m256i may)
{
    uint32_t of_lane[HALF_LANES];

    _mm256_storeu_si256((void *)of_lane, may);
    for (; kept; kept &= kept - 1) {
        unsigned lane = (unsigned)__builtin_ctz(kept);
        unsigned is = pol_marked(m, units[(ptrdiff_t)lane - 1], units[lane],
                                 of_lane[lane]);

        s->left[s->count] = pol_survivor_of(at + lane, is);
        s->count += is != 0;
    }
}

static inline HALF void half_lanes(const policy_matcher *m,
                                   const uint16_t *units, size_t at,
                                   size_t count, pol_survivors *s)
{
    __m256i unit = half_at(units), before = half_at(units - 1);
    __m256i may = half_grants_get(
        &m->wide, _mm256_or_si256(before, _mm256_slli_epi32(unit, 16)));
    __m256i none;
    unsigned kept;

    if (!m->wide_ascii)
        may = _mm256_andnot_si256(
            _mm256_cmpgt_epi32(_mm256_set1_epi32(NARROW_LIMIT),
                               _mm256_or_si256(unit, before)), may);
    if (m->singles)
        may = _mm256_or_si256(may, half_singles_get(m->singles, unit));
    if (m->narrow.slots)
        may = _mm256_or_si256(may,
                              half_narrow_get(&m->narrow, units, unit, before));
    none = _mm256_cmpeq_epi32(may, _mm256_setzero_si256());
    kept = ~(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(none)) &
           ((1u << count) - 1);
    if (kept)
        half_put(m, units, s, at, kept, may);
}

static HALF void sieve_half(const policy_matcher *m, const uint16_t *units,
                            size_t from, size_t to, pol_survivors *s)
{
    pol_sieve_by_eight(m, units, from, to, s, half_lanes);
}

pol_sieve pol_sieve_wide(unsigned rank)
{
    pol_sieve found[3] = { NULL };
    unsigned count = 0;

    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        found[count++] = sieve_wide;
    if (__builtin_cpu_supports("avx2"))
        found[count++] = sieve_half;
    return rank < count ? found[rank] : NULL;
}
