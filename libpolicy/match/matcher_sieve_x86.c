/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sieve with AVX-512, sixteen ends at once, and with AVX2, eight. Only
 * filter two is asked in vectors. To ask the others so too, while all stays in
 * registers, was tried: a vector has two or three ends for them, and a load
 * from sixteen places costs as much for these as for all.
 */
#include "match/matcher_sieve.h"

#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl")))
#define HALF __attribute__((target("avx2")))

enum { LANES = 16, HALF_LANES = 8 };

/* ---- AVX-512 ---- */

/* The units `back` before those of the lanes, 0 before the text. Nothing but
 * the lanes' units is read. */
static inline WIDE __m512i units_back(const uint16_t *units, size_t at,
                                      size_t back, uint32_t lanes)
{
    uintptr_t p = (uintptr_t)(units + at) - back * sizeof(*units);

    if (at < back)
        lanes &= UINT32_MAX << (back - at);
    return _mm512_cvtepu16_epi32(
        _mm256_maskz_loadu_epi16((__mmask16)lanes, (const void *)p));
}

/* Two bits of each lane's slot. */
static inline WIDE __m512i filter_get(const pol_filter *f, __mmask16 lanes,
                                      __m512i hash)
{
    __m512i slot = _mm512_srl_epi32(hash, _mm_cvtsi32_si128((int)f->shift));
    __m512i word = _mm512_mask_i32gather_epi32(
        _mm512_setzero_si512(), lanes, _mm512_srli_epi32(slot, 4), f->bits, 4);
    __m512i shift = _mm512_slli_epi32(
        _mm512_and_si512(slot, _mm512_set1_epi32(15)), 1);

    return _mm512_and_si512(_mm512_srlv_epi32(word, shift),
                            _mm512_set1_epi32(3));
}

/* MAY_ONE where a term of one unit may be. */
static inline WIDE __m512i singles_get(const uint8_t *singles,
                                       __mmask16 lanes, __m512i unit)
{
    __m512i word = _mm512_mask_i32gather_epi32(
        _mm512_setzero_si512(), lanes, _mm512_srli_epi32(unit, 5), singles, 4);
    __m512i bit = _mm512_srlv_epi32(
        word, _mm512_and_si512(unit, _mm512_set1_epi32(31)));

    return _mm512_slli_epi32(_mm512_and_si512(bit, _mm512_set1_epi32(1)), 2);
}

static WIDE void put_lanes(pol_survivors *s, size_t at, __mmask16 kept,
                           __m512i may)
{
    const __m512i lane = _mm512_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
                                           12, 13, 14, 15, 16);
    __m512i end = _mm512_add_epi32(_mm512_set1_epi32((int)at), lane);

    _mm512_storeu_si512(s->end + s->count,
                        _mm512_maskz_compress_epi32(kept, end));
    _mm_storeu_si128((void *)(s->may + s->count),
                     _mm512_cvtepi32_epi8(
                         _mm512_maskz_compress_epi32(kept, may)));
    s->count += (size_t)__builtin_popcount(kept);
}

static WIDE void sieve_wide(const policy_matcher *m, const uint16_t *units,
                            size_t from, size_t to, pol_survivors *s)
{
    const __m512i factor = _mm512_set1_epi32((int)POL_FILTER_NEW);
    size_t first = s->count, at;

    for (at = from; at < to; at += LANES) {
        uint32_t lanes = to - at < LANES ? (1u << (to - at)) - 1 : 0xffff;
        __m512i unit = units_back(units, at, 0, lanes);
        __m512i before = _mm512_slli_epi32(units_back(units, at, 1, lanes), 16);
        __m512i hash = _mm512_mullo_epi32(_mm512_or_si512(unit, before),
                                          factor);
        __m512i two = filter_get(&m->two, (__mmask16)lanes, hash);
        __m512i may = two;
        __mmask16 kept;

        if (m->singles)
            may = _mm512_or_si512(
                may, singles_get(m->singles, (__mmask16)lanes, unit));
        kept = _mm512_test_epi32_mask(may, may);
        if (kept)
            put_lanes(s, at, kept, may);
    }
    pol_sieve_longer(m, units, first, s);
}

/* ---- AVX2 ---- */

static inline HALF __m256i half_back(const uint16_t *units, size_t at,
                                     size_t back)
{
    return _mm256_cvtepu16_epi32(
        _mm_loadu_si128((const void *)(units + at - back)));
}

static inline HALF __m256i half_filter_get(const pol_filter *f, __m256i hash)
{
    __m256i slot = _mm256_srl_epi32(hash, _mm_cvtsi32_si128((int)f->shift));
    __m256i word = _mm256_i32gather_epi32((const int *)(const void *)f->bits,
                                          _mm256_srli_epi32(slot, 4), 4);
    __m256i shift = _mm256_slli_epi32(
        _mm256_and_si256(slot, _mm256_set1_epi32(15)), 1);

    return _mm256_and_si256(_mm256_srlv_epi32(word, shift),
                            _mm256_set1_epi32(3));
}

static inline HALF __m256i half_singles_get(const uint8_t *singles,
                                            __m256i unit)
{
    __m256i word = _mm256_i32gather_epi32((const int *)(const void *)singles,
                                          _mm256_srli_epi32(unit, 5), 4);
    __m256i bit = _mm256_srlv_epi32(
        word, _mm256_and_si256(unit, _mm256_set1_epi32(31)));

    return _mm256_slli_epi32(_mm256_and_si256(bit, _mm256_set1_epi32(1)), 2);
}

static HALF void half_put(pol_survivors *s, size_t at, unsigned kept,
                          __m256i may)
{
    uint32_t of_lane[HALF_LANES];

    _mm256_storeu_si256((void *)of_lane, may);
    for (; kept; kept &= kept - 1) {
        unsigned lane = (unsigned)__builtin_ctz(kept);

        s->end[s->count] = (uint32_t)(at + lane) + 1;
        s->may[s->count++] = (uint8_t)of_lane[lane];
    }
}

static HALF void half_lanes(const policy_matcher *m, const uint16_t *units,
                            size_t at, pol_survivors *s)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i unit = half_back(units, at, 0);
    __m256i before = _mm256_slli_epi32(half_back(units, at, 1), 16);
    __m256i hash = _mm256_mullo_epi32(_mm256_or_si256(unit, before),
                                      _mm256_set1_epi32((int)POL_FILTER_NEW));
    __m256i two = half_filter_get(&m->two, hash);
    __m256i may = two, none;
    unsigned kept;

    if (m->singles)
        may = _mm256_or_si256(may, half_singles_get(m->singles, unit));
    none = _mm256_cmpeq_epi32(may, zero);
    kept = ~(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(none)) & 0xff;
    if (kept)
        half_put(s, at, kept, may);
}

/* The unit behind the first lane is read, and whole vectors: the rest is left
 * to the plain one. */
static HALF void sieve_half(const policy_matcher *m, const uint16_t *units,
                            size_t from, size_t to, pol_survivors *s)
{
    size_t at = from, first;

    if (at == 0 && to > 0)
        pol_sieve_plain(m, units, 0, at = 1, s);
    first = s->count;
    for (; to - at >= HALF_LANES; at += HALF_LANES)
        half_lanes(m, units, at, s);
    pol_sieve_longer(m, units, first, s);
    if (at < to)
        pol_sieve_plain(m, units, at, to, s);
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
