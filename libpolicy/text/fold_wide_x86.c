/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of printing ASCII with AVX-512, 64 bytes at once. Loads are masked at
 * the end of the text, so that nothing behind it is read, and stores at the end
 * of the row: there is room for a unit a byte, as fold.c says, and no more.
 *
 * Chinese stays with fold.c. Sixteen code points at once, decoded in vectors,
 * were tried: fetching their cells, by gathering loads or one by one, took all
 * that the decoding had gained.
 */
#include "text/fold_wide.h"

#include <immintrin.h>

#define WIDE                                                              \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,bmi,bmi2")))

enum {
    BLOCK = 64, /* bytes of a vector */
    LANES = 16  /* places of a vector */
};

enum { /* shorter, for the table */
       E = POL_CLASS_SENTENCE,
       C = POL_CLASS_CLAUSE,
       Y = POL_CLASS_SYMBOL,
       B = POL_CLASS_SPACE,
       D = POL_CLASS_DIGIT,
       L = POL_CLASS_LATIN
};

/* Of what is printing; as the cells say. */
static const uint8_t ascii_classes[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* controls */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* controls */
    B, E, C, Y, Y, Y, Y, C, C, C, Y, Y, C, Y, E, C, /* !"#$%&'()*+,-./ */
    D, D, D, D, D, D, D, D, D, D, C, C, Y, Y, Y, E, /* 0 to 9 :;<=>? */
    Y, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* @ A to O */
    L, L, L, L, L, L, L, L, L, L, L, C, C, C, Y, Y, /* P to Z [\]^_ */
    Y, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* ` a to o */
    L, L, L, L, L, L, L, L, L, L, L, C, Y, C, Y, 0, /* p to z {|}~ */
};

static inline WIDE uint64_t first_bits(size_t count)
{
    return _bzhi_u64(UINT64_MAX, (unsigned)count);
}

WIDE static void put_row_units(pol_folded *f, size_t at, __m512i in,
                               uint64_t mask, uint16_t pending)
{
    __mmask64 upper = _mm512_cmplt_epu8_mask(
        _mm512_sub_epi8(in, _mm512_set1_epi8('A')), _mm512_set1_epi8(26));
    __m512i units = _mm512_mask_add_epi8(in, upper, in,
                                         _mm512_set1_epi8(0x20));
    __m512i classes = _mm512_permutex2var_epi8(
        _mm512_loadu_si512(ascii_classes), in,
        _mm512_loadu_si512(ascii_classes + BLOCK));
    __m512i reason = _mm512_set1_epi16(POL_REASON_CASE);
    __m512i first = _mm512_maskz_mov_epi16((__mmask32)upper, reason);

    first = _mm512_or_si512(first, _mm512_maskz_set1_epi16(1, (short)pending));
    _mm512_mask_storeu_epi8(f->classes + at, mask, classes);
    _mm512_mask_storeu_epi16(
        f->units + at, (__mmask32)mask,
        _mm512_cvtepu8_epi16(_mm512_castsi512_si256(units)));
    _mm512_mask_storeu_epi16(f->reasons + at, (__mmask32)mask, first);
    if (mask >> 32 == 0)
        return;
    _mm512_mask_storeu_epi16(
        f->units + at + 32, (__mmask32)(mask >> 32),
        _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(units, 1)));
    _mm512_mask_storeu_epi16(f->reasons + at + 32, (__mmask32)(mask >> 32),
                             _mm512_maskz_mov_epi16(
                                 (__mmask32)(upper >> 32), reason));
}

/* The `count` printing bytes with which `in` begins. */
WIDE static void put_row(pol_run *r, __m512i in, size_t count)
{
    const __m512i iota = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6,
                                          5, 4, 3, 2, 1, 0);
    pol_folded *f = r->f;
    size_t at = f->count;
    uint64_t mask = first_bits(count);
    __m512i place = _mm512_add_epi32(_mm512_set1_epi32((int)r->pos), iota);

    if (!count)
        return;
    put_row_units(f, at, in, mask, r->pending);
    for (; mask; mask >>= LANES, at += LANES) {
        __m512i next = _mm512_add_epi32(place, _mm512_set1_epi32(1));

        _mm512_mask_storeu_epi32(f->starts + at, (__mmask16)mask, place);
        _mm512_mask_storeu_epi32(f->ends + at, (__mmask16)mask, next);
        place = _mm512_add_epi32(place, _mm512_set1_epi32(LANES));
    }
    r->pending = 0;
    f->count += count;
    r->pos += count;
}

WIDE static void fold_row(pol_run *r)
{
    size_t row;

    do {
        size_t left = r->text.len - r->pos;
        uint64_t mask = first_bits(left < BLOCK ? left : BLOCK);
        __m512i in = _mm512_maskz_loadu_epi8(mask, r->text.ptr + r->pos);

        /* What the mask leaves out is NUL, which ends the row. */
        row = (size_t)_tzcnt_u64(~_mm512_cmplt_epu8_mask(
            _mm512_sub_epi8(in, _mm512_set1_epi8(0x20)),
            _mm512_set1_epi8(0x5F)));
        put_row(r, in, row);
    } while (row == BLOCK && r->pos < r->text.len);
}

pol_fold_row pol_fold_row_widest(void)
{
    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
        return fold_row;
    return NULL;
}
