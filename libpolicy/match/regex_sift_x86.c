/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sifting with AVX-512, 64 units at once, and with AVX2, 32.
 */
#include "match/regex_sift.h"

#include <immintrin.h>
#include <string.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl,bmi2")))
#define HALF __attribute__((target("avx2")))

enum { HALF_LANES = 32 };

/* ---- AVX-512 ---- */

/* Without a branch: how long texts are, is nobody's habit. */
static inline WIDE uint64_t first_bits(size_t count, unsigned most)
{
    return _bzhi_u64(UINT64_MAX, count < most ? (unsigned)count : most);
}

/* Nothing is read but what is there. */
static inline WIDE __m512i load_units(const uint16_t *units, unsigned at,
                                      uint64_t lanes)
{
    uintptr_t p = (uintptr_t)units + at * sizeof(*units);

    return _mm512_maskz_loadu_epi16((__mmask32)lanes, (const void *)p);
}

static inline WIDE __m512i table(const uint8_t *t)
{
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)t));
}

/* The nibbles of 64 units. */
struct wide { __m512i at[POL_SIFT_NIBBLES]; };

static inline WIDE struct wide nibbles_of(const uint16_t *units, size_t count)
{
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    const __m512i low8 = _mm512_set1_epi16(0xff), low4 = _mm512_set1_epi8(15);
    const uint64_t lanes = first_bits(count, 64);
    __m512i a = load_units(units, 0, lanes);
    __m512i b = load_units(units, 32, lanes >> 32);
    __m512i low = _mm512_packus_epi16(_mm512_and_si512(a, low8),
                                      _mm512_and_si512(b, low8));
    __m512i high = _mm512_packus_epi16(_mm512_srli_epi16(a, 8),
                                       _mm512_srli_epi16(b, 8));

    low = _mm512_permutexvar_epi64(order, low);
    high = _mm512_permutexvar_epi64(order, high);
    return (struct wide){ { _mm512_and_si512(low, low4),
                            _mm512_and_si512(_mm512_srli_epi16(low, 4), low4),
                            _mm512_and_si512(high, low4),
                            _mm512_and_si512(_mm512_srli_epi16(high, 4),
                                             low4) } };
}

/* The buckets that allow each unit. */
static inline WIDE __m512i wide_allowed(const uint8_t (*t)[16],
                                        const struct wide *w)
{
    __m512i x = _mm512_and_si512(
        _mm512_shuffle_epi8(table(t[0]), w->at[0]),
        _mm512_shuffle_epi8(table(t[1]), w->at[1]));

    return _mm512_ternarylogic_epi64(
        x, _mm512_shuffle_epi8(table(t[2]), w->at[2]),
        _mm512_shuffle_epi8(table(t[3]), w->at[3]), 0x80);
}

/* In each place the byte of the place `by` behind it. */
#define BACK(x, by) \
    _mm512_alignr_epi8(_mm512_alignr_epi64(_mm512_setzero_si512(), (x), 2), \
                       (x), (by))

static inline WIDE __m512i wide_left(const pol_sift_tables *t, unsigned half,
                                     const struct wide *w)
{
    __m512i first = wide_allowed(t->halves[half][0], w);
    __m512i second = wide_allowed(t->halves[half][1], w);
    __m512i third = wide_allowed(t->halves[half][2], w);

    return _mm512_ternarylogic_epi64(first, BACK(second, 1), BACK(third, 2),
                                     0x80);
}

static WIDE uint64_t sift_wide(const pol_sift_tables *t, const uint16_t *units,
                               size_t count, pol_sifted *out)
{
    struct wide w = nibbles_of(units, count);
    __m512i low = wide_left(t, 0, &w), high = wide_left(t, 1, &w);

    _mm512_storeu_si512(out->halves[0], low);
    _mm512_storeu_si512(out->halves[1], high);
    return _mm512_test_epi8_mask(_mm512_or_si512(low, high),
                                 _mm512_set1_epi8(-1)) &
           first_bits(count, POL_SIFT_BLOCK);
}

/* ---- AVX2 ---- */

struct half { __m256i left[2]; };

static inline HALF __m256i half_table(const uint8_t *t)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)t));
}

static inline HALF __m256i half_load(const uint16_t *units)
{
    return _mm256_loadu_si256((const void *)units);
}

static inline HALF void half_look(struct half *w, const pol_sift_tables *t,
                                  const uint16_t *units, unsigned look)
{
    const __m256i low8 = _mm256_set1_epi16(0xff), low4 = _mm256_set1_epi8(15);
    __m256i a = half_load(units + look), b = half_load(units + look + 16);
    __m256i low = _mm256_packus_epi16(_mm256_and_si256(a, low8),
                                      _mm256_and_si256(b, low8));
    __m256i high = _mm256_packus_epi16(_mm256_srli_epi16(a, 8),
                                       _mm256_srli_epi16(b, 8));
    __m256i n0 = _mm256_and_si256(low, low4);
    __m256i n1 = _mm256_and_si256(_mm256_srli_epi16(low, 4), low4);
    __m256i n2 = _mm256_and_si256(high, low4);
    __m256i n3 = _mm256_and_si256(_mm256_srli_epi16(high, 4), low4);

    for (unsigned h = 0; h < 2; h++) {
        const uint8_t (*of)[16] = t->halves[h][look];
        __m256i x = _mm256_and_si256(
            _mm256_shuffle_epi8(half_table(of[0]), n0),
            _mm256_shuffle_epi8(half_table(of[1]), n1));
        __m256i y = _mm256_and_si256(
            _mm256_shuffle_epi8(half_table(of[2]), n2),
            _mm256_shuffle_epi8(half_table(of[3]), n3));

        w->left[h] = _mm256_and_si256(w->left[h], _mm256_and_si256(x, y));
    }
}

/* 32 places; two units more are read. */
static inline HALF uint64_t half_places(const pol_sift_tables *t,
                                        const uint16_t *units, pol_sifted *out,
                                        unsigned at)
{
    struct half w = { { _mm256_set1_epi8(-1), _mm256_set1_epi8(-1) } };
    __m256i none;

    half_look(&w, t, units, 0);
    half_look(&w, t, units, 1);
    half_look(&w, t, units, 2);
    for (unsigned h = 0; h < 2; h++) {
        w.left[h] = _mm256_permute4x64_epi64(w.left[h], 0xd8);
        _mm256_storeu_si256((void *)(out->halves[h] + at), w.left[h]);
    }
    none = _mm256_cmpeq_epi8(_mm256_or_si256(w.left[0], w.left[1]),
                             _mm256_setzero_si256());
    return ~(uint32_t)_mm256_movemask_epi8(none);
}

static HALF uint64_t sift_half(const pol_sift_tables *t, const uint16_t *units,
                               size_t count, pol_sifted *out)
{
    enum { READ = 2 * HALF_LANES + POL_SIFT_LOOKS - 1 };
    uint64_t all = count < POL_SIFT_BLOCK ? (UINT64_C(1) << count) - 1
                                          : (UINT64_C(1) << POL_SIFT_BLOCK) - 1;
    uint16_t near[READ];
    uint64_t left;

    if (count < READ) {
        memcpy(near, units, count * sizeof(*units));
        memset(near + count, 0, sizeof(near) - count * sizeof(*units));
        units = near;
    }
    left = half_places(t, units, out, 0);
    if (count > HALF_LANES)
        left |= half_places(t, units + HALF_LANES, out, HALF_LANES)
                << HALF_LANES;
    return left & all;
}

pol_sift pol_sift_wide(unsigned rank)
{
    pol_sift found[3] = { NULL };
    unsigned count = 0;

    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2"))
        found[count++] = sift_wide;
    if (__builtin_cpu_supports("avx2"))
        found[count++] = sift_half;
    return rank < count ? found[rank] : NULL;
}
