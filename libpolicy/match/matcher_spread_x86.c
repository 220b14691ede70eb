/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second pass with AVX-512, eight survivors at once: what they are granted
 * differs from one to the next, and a branch on it is guessed wrong. The narrow
 * tier and terms of one unit, which few survivors are left for, go one by one.
 */
#include "match/matcher_spread.h"

#include <immintrin.h>

#define EIGHT \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi2")))

/* The looks that a survivor can have, in their order. */
enum { LEFT_THREE, RIGHT_THREE, LEFT_FOUR, RIGHT_FOUR, KINDS, REST = KINDS };

static const struct { uint8_t key, behind; } kinds[KINDS] = {
    { 3, 1 }, { 3 | KEY_RIGHT, 2 }, { 4, 1 }, { 4 | KEY_RIGHT, 3 }
};

/* Eight survivors. */
struct eight {
    uint64_t window[KINDS][8];
    uint32_t slot[KINDS][8];
    uint32_t at[8], may[8];
    __mmask8 has[KINDS + 1]; /* by kind, and the rest */
};

/* Filter two, and the place of the entry. */
static inline EIGHT void ask(const policy_matcher *m, struct eight *x,
                             unsigned kind, __m512i window, __mmask8 wanted)
{
    const __m512i high = _mm512_set1_epi64((int64_t)0xffffffff00000000u);
    __m512i hash = _mm512_mullo_epi64(
        _mm512_add_epi64(
            _mm512_xor_si512(window, _mm512_set1_epi64((int64_t)m->seed)),
            _mm512_set1_epi64((int64_t)(kinds[kind].key *
                                        0xff51afd7ed558ccdu))),
        _mm512_set1_epi64((int64_t)0x9e3779b97f4a7c15u));
    __m512i bit, word, slot;

    hash = _mm512_xor_si512(hash, _mm512_srli_epi64(hash, 32));
    bit = _mm512_srl_epi64(_mm512_and_si512(hash, high),
                           _mm_cvtsi32_si128((int)m->windows.shift + 32));
    word = _mm512_cvtepu32_epi64(_mm512_mask_i64gather_epi32(
        _mm256_setzero_si256(), wanted, _mm512_srli_epi64(bit, 5),
        m->windows.bits, 4));
    word = _mm512_srlv_epi64(word, _mm512_and_si512(bit,
                                                    _mm512_set1_epi64(31)));
    slot = _mm512_srli_epi64(
        _mm512_mul_epu32(hash, _mm512_set1_epi64((int64_t)m->entry_cap)), 32);
    _mm512_storeu_si512(x->window[kind], window);
    _mm256_storeu_si256((void *)x->slot[kind], _mm512_cvtepi64_epi32(slot));
    x->has[kind] = _mm512_mask_test_epi64_mask(wanted, word,
                                               _mm512_set1_epi64(1));
}

/* The units up to each lane's place, zeros before the text; and those from one
 * before it on, zeros behind the text. There are four units or more. */
static inline EIGHT __m512i four_back(const pol_spread_input *in,
                                      __mmask8 lanes, __m512i at)
{
    __m512i first = _mm512_sub_epi64(at, _mm512_set1_epi64(3));
    __m512i from = _mm512_max_epi64(first, _mm512_setzero_si512());

    return _mm512_sllv_epi64(
        _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), lanes, from,
                                    in->units, 2),
        _mm512_slli_epi64(_mm512_sub_epi64(from, first), 4));
}

static inline EIGHT __m512i four_fore(const pol_spread_input *in,
                                      __mmask8 lanes, __m512i at)
{
    __m512i first = _mm512_sub_epi64(at, _mm512_set1_epi64(1));
    __m512i from = _mm512_min_epi64(
        first, _mm512_set1_epi64((int64_t)in->count - 4));

    return _mm512_srlv_epi64(
        _mm512_mask_i64gather_epi64(
            _mm512_setzero_si512(),
            lanes & _mm512_test_epi64_mask(at, at), from, in->units, 2),
        _mm512_slli_epi64(_mm512_sub_epi64(first, from), 4));
}

static inline EIGHT __mmask8 may_mask(__m256i may, int grants)
{
    return _mm256_test_epi32_mask(may, _mm256_set1_epi32(grants));
}

static inline EIGHT void ask_wide(const pol_spread_input *in, struct eight *x,
                                  __m512i at, __m512i back, __m256i may)
{
    const __mmask8 part = may_mask(may, GRANT_PART);
    const __mmask8 right = may_mask(may, GRANT_RIGHT);
    __m512i fore = four_fore(in, part | right, at);

    ask(in->m, x, LEFT_THREE, _mm512_srli_epi64(back, 16), part);
    ask(in->m, x, RIGHT_THREE,
        _mm512_srli_epi64(_mm512_slli_epi64(fore, 16), 16), part);
    ask(in->m, x, LEFT_FOUR, back, may_mask(may, GRANT_LEFT));
    ask(in->m, x, RIGHT_FOUR, fore, right);
}

/* Eight, wanted or not: guessing costs more. */
static inline EIGHT void fetch_pairs(const policy_matcher *m, __m512i back)
{
    uint32_t place[8];

    _mm256_storeu_si256(
        (void *)place,
        _mm256_srl_epi32(
            _mm256_mullo_epi32(
                _mm512_cvtepi64_epi32(_mm512_srli_epi64(back, 32)),
                _mm256_set1_epi32((int)POL_GRANT_FACTOR)),
            _mm_cvtsi32_si128((int)m->pair_shift)));
    for (unsigned i = 0; i < 8; i++)
        __builtin_prefetch(m->pairs + place[i]);
}

static inline EIGHT void ask_all(const pol_spread_input *in,
                                 const pol_survivor *left, __mmask8 lanes,
                                 struct eight *x)
{
    const __m256i block = _mm256_set1_epi32((int)in->block);
    __m256i s = _mm256_maskz_loadu_epi32(lanes, left);
    __m256i may = _mm256_srli_epi32(s, 16);
    __m256i at32 = _mm256_add_epi32(
        block, _mm256_and_si256(_mm256_sub_epi32(s, block),
                                _mm256_set1_epi32(0xffff)));
    __m512i at = _mm512_cvtepu32_epi64(at32);
    const __mmask8 pairs = may_mask(may, GRANT_ANCHOR);
    __m512i back;

    _mm256_storeu_si256((void *)x->at, at32);
    _mm256_storeu_si256((void *)x->may, may);
    x->has[REST] = may_mask(may, GRANT_SINGLE | 15 << NARROW_BITS);
    back = four_back(in, lanes, at);
    if (pairs)
        fetch_pairs(in->m, back);
    ask_wide(in, x, at, back, may);
}

/* A byte a survivor, a bit a kind. */
static inline EIGHT uint64_t in_order(const struct eight *x)
{
    uint64_t bits = 0;

    for (unsigned kind = 0; kind <= KINDS; kind++)
        bits |= _pdep_u64(x->has[kind], UINT64_C(0x0101010101010101) << kind);
    return bits;
}

static EIGHT void spread_eight(const pol_spread_input *in, size_t first,
                               __mmask8 lanes, pol_looks *out)
{
    struct eight x;
    uint64_t bits;

    ask_all(in, in->s->left + first, lanes, &x);
    memset(out->end + first, 0, 8);
    for (bits = in_order(&x); bits; bits &= bits - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(bits), lane = bit >> 3;
        unsigned kind = bit & 7;

        if (kind == REST) {
            pol_spread_rest(in, x.at[lane], x.may[lane], out);
        } else {
            __builtin_prefetch(&in->m->entries[x.slot[kind][lane]]);
            out->at[out->count++] = (pol_look){
                x.window[kind][lane], kinds[kind].key, x.slot[kind][lane],
                x.at[lane], x.at[lane] + kinds[kind].behind
            };
        }
        out->end[first + lane] = (uint8_t)out->count;
    }
}

static EIGHT size_t spread_wide(const pol_spread_input *in, size_t first,
                                pol_looks *out)
{
    size_t count, i;

    if (in->count < 4)
        return pol_spread_plain(in, first, out);
    for (i = first; i < in->s->count && out->count < LOOKS; i += count) {
        __mmask8 lanes;

        count = in->s->count - i < 8 ? in->s->count - i : 8;
        lanes = (__mmask8)((1u << count) - 1);
        spread_eight(in, i, lanes, out);
    }
    return i;
}

pol_spread pol_spread_wide(void)
{
    return __builtin_cpu_supports("avx512f") &&
                   __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("bmi2")
               ? spread_wide : NULL;
}
