/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sifting with AVX-512, 64 places at once, and with AVX2, 32.
 */
#include "match/regex_sift.h"

#include <immintrin.h>
#include <string.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl,bmi2")))
#define HALF __attribute__((target("avx2")))

enum { HALF_LANES = 32 };

/* ---- AVX-512 ---- */

/* Bits of the units that are there, of 64 from the one at `look`. Without a
 * branch: how long texts are, is nobody's habit. */
static inline WIDE uint64_t there(size_t count, unsigned look)
{
    size_t n = count > look ? count - look : 0;

    return _bzhi_u64(UINT64_MAX, n < POL_SIFT_BLOCK ? (unsigned)n
                                                    : POL_SIFT_BLOCK);
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

struct wide { __m512i left[2]; };

/* Go on with the units `look` behind each place. Packing leaves the places in an
 * order of its own, which a last step puts right. */
static inline WIDE void wide_look(struct wide *w, const pol_sift_tables *t,
                                  const uint16_t *units, size_t count,
                                  unsigned look)
{
    const __m512i low8 = _mm512_set1_epi16(0xff), low4 = _mm512_set1_epi8(15);
    const uint64_t lanes = there(count, look);
    __m512i a = load_units(units, look, lanes);
    __m512i b = load_units(units, look + 32, lanes >> 32);
    __m512i low = _mm512_packus_epi16(_mm512_and_si512(a, low8),
                                      _mm512_and_si512(b, low8));
    __m512i high = _mm512_packus_epi16(_mm512_srli_epi16(a, 8),
                                       _mm512_srli_epi16(b, 8));
    __m512i n0 = _mm512_and_si512(low, low4);
    __m512i n1 = _mm512_and_si512(_mm512_srli_epi16(low, 4), low4);
    __m512i n2 = _mm512_and_si512(high, low4);
    __m512i n3 = _mm512_and_si512(_mm512_srli_epi16(high, 4), low4);

    for (unsigned h = 0; h < 2; h++) {
        const uint8_t (*of)[16] = t->halves[h][look];
        __m512i x = _mm512_and_si512(_mm512_shuffle_epi8(table(of[0]), n0),
                                     _mm512_shuffle_epi8(table(of[1]), n1));
        __m512i y = _mm512_and_si512(_mm512_shuffle_epi8(table(of[2]), n2),
                                     _mm512_shuffle_epi8(table(of[3]), n3));

        w->left[h] = _mm512_ternarylogic_epi64(w->left[h], x, y, 0x80);
    }
}

static WIDE uint64_t sift_wide(const pol_sift_tables *t, const uint16_t *units,
                               size_t count, pol_sifted *out)
{
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    struct wide w = { { _mm512_set1_epi8(-1), _mm512_set1_epi8(-1) } };
    uint64_t left;

    wide_look(&w, t, units, count, 0);
    wide_look(&w, t, units, count, 1);
    wide_look(&w, t, units, count, 2);
    for (unsigned h = 0; h < 2; h++) {
        w.left[h] = _mm512_permutexvar_epi64(order, w.left[h]);
        _mm512_storeu_si512(out->halves[h], w.left[h]);
    }
    left = _mm512_test_epi8_mask(_mm512_or_si512(w.left[0], w.left[1]),
                                 _mm512_set1_epi8(-1));
    return left & there(count, 0);
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
    enum { MORE = POL_SIFT_LOOKS - 1 };
    uint16_t near[POL_SIFT_BLOCK + MORE];
    uint64_t left;

    if (count < POL_SIFT_BLOCK + MORE) {
        memcpy(near, units, count * sizeof(*units));
        memset(near + count, 0, sizeof(near) - count * sizeof(*units));
        units = near;
    }
    left = half_places(t, units, out, 0);
    if (count > HALF_LANES)
        left |= half_places(t, units + HALF_LANES, out, HALF_LANES)
                << HALF_LANES;
    return count < 64 ? left & ((UINT64_C(1) << count) - 1) : left;
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
