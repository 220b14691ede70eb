/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows with AVX-512.
 *
 * Printing ASCII needs no cells: 64 bytes are folded at once. Anything else
 * goes by windows of up to 32 characters of one to three bytes, a lane each. In
 * a window of Chinese every third byte begins a character, so that the lanes
 * read from fixed places; in any other one the last bytes of characters are a
 * mask, which compressed is the places. The cells are gathered: that takes as
 * long as to load one after the other, but what follows need not collect them.
 * They are taken apart together again.
 *
 * What is deleted behind letters, and the marks that go there, are what
 * disguised text is full of. They are left out by compressing the lanes, and
 * their neighbours told, all as fold.c does it one by one:
 *
 *   (a) A lane goes only if it is the first or the second one after one that
 *       stays, so that two marks at most go behind one letter: whether there
 *       are three is left to fold.c. What goes behind which class is said by
 *       pol_run_delete() and fold_other().
 *   (b) An Inherited mark goes behind a space or what ends clauses and
 *       sentences, which compose with none, if it stands there alone. Elsewhere
 *       it is a segment.
 *   (c) Any other lane that is not one unit ends the row before itself.
 *
 * A window takes two hundred cycles from its bytes to its units, and the next
 * one should be well under way by then. Hence where it begins is known from the
 * bytes of this one alone, unless (c); branches that text decides in one way as
 * often as in another stand early or not at all.
 *
 * Loads are masked at the end of the text, so that nothing behind it is read.
 * Stores are not: POL_FOLD_SLACK is for them.
 */
#include "text/fold_wide_x86.h"

#include <immintrin.h>

#define WIDE                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi," \
                          "avx512vbmi2,bmi,bmi2,lzcnt,popcnt")))

enum {
    BLOCK = 64,     /* bytes of a vector */
    LANES = 32,     /* characters of a window */
    ROW_MIN = 16,   /* printing characters, better folded without cells */
    THREES_MIN = 24 /* bytes of what is better decoded as threes */
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

/* Numbers for lanes. They are reached by a pointer that the compiler cannot see
 * through: else it would make them anew each time, by way of general registers,
 * which takes longer than to read them. */
static const struct numbers {
    uint8_t bytes[BLOCK];       /* 0, 1, 2 ... */
    uint8_t after[BLOCK];       /* one more */
    uint8_t after_block[BLOCK]; /* BLOCK more than that */
    uint8_t before[BLOCK];      /* one less; the first does not matter */
    uint8_t heads[BLOCK];       /* first two of every three bytes */
    uint8_t tails[BLOCK];       /* the third, twice */
    uint8_t starts[BLOCK];      /* of three bytes each */
    uint8_t ends[BLOCK];
    uint8_t x20[BLOCK], x5F[BLOCK], xC0[BLOCK], xC2[BLOCK], xE0[BLOCK],
        xF0[BLOCK];
    uint16_t even[LANES], odd[LANES];
    uint16_t class[8][LANES]; /* each class, each kind */
    uint16_t w3F[LANES], wFF[LANES], w80[LANES], wC0[LANES],
        wE0[LANES], w100[LANES], w202[LANES], w7C0[LANES], wFC0[LANES],
        w800[LANES], w80E0[LANES], wC0F0[LANES];
} numbers __attribute__((aligned(64))) = {
#define EIGHT(of, n) of(n), of(n + 1), of(n + 2), of(n + 3), of(n + 4), \
                     of(n + 5), of(n + 6), of(n + 7)
#define ALL(of) { EIGHT(of, 0), EIGHT(of, 8), EIGHT(of, 16), EIGHT(of, 24) }
#define TWO(n) 2 * (n), 2 * (n) + 1
#define AFTER(n) 2 * (n) + 1, 2 * (n) + 2
#define AFTER_BLOCK(n) 2 * (n) + 65, 2 * (n) + 66
#define BEFORE(n) (2 * (n) + 63) & 63, 2 * (n)
#define HEAD(n) 3 * (n), 3 * (n) + 1
#define TAIL(n) 3 * (n) + 2, 3 * (n) + 2
#define START(n) 3 * (n)
#define END(n) 3 * (n) + 3
#define EVEN(n) 2 * (n)
#define ODD(n) 2 * (n) + 1
#define FOUR(v) v, v, v, v
#define SIXTEEN(v) FOUR(v), FOUR(v), FOUR(v), FOUR(v)
#define BYTE(v) { SIXTEEN(v), SIXTEEN(v), SIXTEEN(v), SIXTEEN(v) }
#define WORD(v) { SIXTEEN(v), SIXTEEN(v) }
    ALL(TWO), ALL(AFTER), ALL(AFTER_BLOCK),
    ALL(BEFORE), ALL(HEAD), ALL(TAIL), ALL(START), ALL(END),
    BYTE(0x20), BYTE(0x5F), BYTE(0xC0), BYTE(0xC2), BYTE(0xE0), BYTE(0xF0),
    ALL(EVEN), ALL(ODD),
    { WORD(0), WORD(1), WORD(2), WORD(3), WORD(4), WORD(5), WORD(6), WORD(7) },
    WORD(0x3F), WORD(0xFF), WORD(0x80), WORD(0xC0), WORD(0xE0),
    WORD(0x100), WORD(0x202), WORD(0x7C0), WORD(0xFC0), WORD(0x800),
    WORD(0x80E0), WORD(0xC0F0)
};

/* A row on its way: what is in memory otherwise. */
struct row {
    const struct numbers *n;
    pol_folded *f;
    const char *text;
    size_t len, pos, at;
};

/* Characters of one to three bytes, decoded. */
struct window {
    __m512i cps;          /* 16 bits each */
    __m256i starts, ends; /* in bytes from the start of the window */
    unsigned count;       /* lanes */
    __mmask32 overlong;
};

static inline WIDE uint64_t first_bits(size_t count)
{
    return _bzhi_u64(UINT64_MAX, (unsigned)count);
}

static inline WIDE __m512i load(const void *p)
{
    return _mm512_loadu_si512(p);
}

static inline WIDE __m256i load_half(const void *p)
{
    return _mm256_loadu_si256(p);
}

static inline WIDE void store(void *p, __m512i v)
{
    _mm512_storeu_si512(p, v);
}

/* The first BLOCK of `len` bytes, and zeros where there are fewer. */
static inline WIDE __m512i load_text(const char *p, size_t len)
{
    return _mm512_maskz_loadu_epi8(first_bits(len < BLOCK ? len : BLOCK), p);
}

/* --- printing ASCII ------------------------------------------------------- */

static inline WIDE void put_row_units(const pol_folded *f, __m512i in)
{
    __mmask64 upper =
        _mm512_cmplt_epu8_mask(_mm512_sub_epi8(in, _mm512_set1_epi8('A')),
                               _mm512_set1_epi8(26));
    __m512i units = _mm512_mask_add_epi8(in, upper, in, _mm512_set1_epi8(0x20));
    __m512i reason = _mm512_set1_epi16(POL_REASON_CASE);
    size_t at = f->count;

    store(f->classes + at,
          _mm512_permutex2var_epi8(load(ascii_classes), in,
                                   load(ascii_classes + BLOCK)));
    store(f->units + at, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(units)));
    store(f->units + at + 32,
          _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(units, 1)));
    store(f->reasons + at, _mm512_maskz_mov_epi16((__mmask32)upper, reason));
    store(f->reasons + at + 32,
          _mm512_maskz_mov_epi16((__mmask32)(upper >> 32), reason));
}

/* The `count` printing bytes with which `in` begins. The arrays are looked up
 * again and again: what registers hold would have to be saved first. */
static inline WIDE void put_row(pol_run *r, __m512i in, size_t count)
{
    const __m512i step = _mm512_set1_epi32(16), one = _mm512_set1_epi32(1);
    __m512i place = _mm512_add_epi32(
        _mm512_set1_epi32((int)r->pos),
        _mm512_cvtepu8_epi32(_mm512_castsi512_si128(load(numbers.bytes))));
    pol_folded *f = r->f;
    size_t at = f->count;

    put_row_units(f, in);
    for (size_t i = 0; i < BLOCK; i += 16) {
        store(f->starts + at + i, place);
        store(f->ends + at + i, _mm512_add_epi32(place, one));
        place = _mm512_add_epi32(place, step);
    }
    if (r->pending) {
        f->reasons[at] |= r->pending;
        r->pending = 0;
    }
    f->count = at + count;
    r->pos += count;
}

/* Printing bytes at the start of `in`; what is behind the text is NUL. */
static inline WIDE size_t row_of(__m512i in)
{
    return (size_t)_tzcnt_u64(~_mm512_cmplt_epu8_mask(
        _mm512_sub_epi8(in, _mm512_set1_epi8(0x20)), _mm512_set1_epi8(0x5F)));
}

static inline WIDE bool is_row(size_t row, size_t left)
{
    return row >= ROW_MIN || row == left;
}

/* --- windows -------------------------------------------------------------- */

/* Bits for the bytes of a vector: leads of three, what is followed by a tail,
 * and what cannot be or is no character of one to three bytes. */
struct shape {
    uint64_t three, followed, stop;
};

/* `last` is of the vector before this one, or zeros. */
static inline WIDE struct shape shape_of(const struct numbers *n, __m512i in,
                                         struct shape last)
{
    uint64_t tail = _mm512_cmplt_epi8_mask(in, load(n->xC0));
    uint64_t lead = _mm512_cmpge_epu8_mask(in, load(n->xC0));
    uint64_t two = _mm512_cmpge_epu8_mask(in, load(n->xC2));
    uint64_t four = _mm512_cmpge_epu8_mask(in, load(n->xF0));
    struct shape s;

    s.three = _mm512_cmpge_epu8_mask(in, load(n->xE0));
    s.followed = lead | s.three << 1 | last.three >> (BLOCK - 1);
    s.stop = (tail ^ (s.followed << 1 | last.followed >> (BLOCK - 1))) | four |
             (lead ^ two);
    return s;
}

/* The bits below the lowest one, all if there is none. */
static inline WIDE uint64_t below(uint64_t bits)
{
    return (bits - 1) & ~bits;
}

/* The first LANES last bytes of characters in two vectors of `len` bytes, as
 * far as they are well-formed but for what only their code points tell. */
static inline WIDE void last_bytes(const struct numbers *n, uint64_t last[2],
                                   __m512i a, __m512i b, size_t len)
{
    struct shape s = shape_of(n, a, (struct shape){ 0, 0, 0 }), t;

    last[0] =
        ~s.followed & first_bits(len < BLOCK ? len : BLOCK) & below(s.stop);
    last[0] = _pdep_u64(first_bits(LANES), last[0]);
    last[1] = 0;
    if (len <= BLOCK)
        return;
    t = shape_of(n, b, s);
    last[1] = ~t.followed & below(t.stop) & (s.stop ? 0 : UINT64_MAX) &
              first_bits(len - BLOCK < BLOCK ? len - BLOCK : BLOCK);
    last[1] =
        _pdep_u64(first_bits(LANES - (size_t)_mm_popcnt_u64(last[0])), last[1]);
}

static inline WIDE void decode(const struct numbers *n, struct window *w,
                               __m512i a, __m512i b)
{
    __m512i start = _mm512_cvtepu8_epi16(w->starts);
    __m512i twice = _mm512_or_si512(start, _mm512_slli_epi16(start, 8));
    __m512i head =
        _mm512_permutex2var_epi8(a, _mm512_add_epi16(twice, load(n->w100)), b);
    __m512i third = _mm512_and_si512(
        _mm512_permutex2var_epi8(a, _mm512_add_epi16(twice, load(n->w202)), b),
        load(n->w3F));
    __m512i first = _mm512_and_si512(head, load(n->wFF));
    __m512i second = _mm512_and_si512(_mm512_srli_epi16(head, 8), load(n->w3F));
    __m512i two = _mm512_or_si512(
        second, _mm512_and_si512(_mm512_slli_epi16(head, 6), load(n->w7C0)));
    __m512i three =
        _mm512_or_si512(_mm512_or_si512(third, _mm512_slli_epi16(head, 12)),
                        _mm512_slli_epi16(second, 6));
    __mmask32 is_multi = _mm512_cmpge_epu16_mask(first, load(n->w80));
    __mmask32 is_three = _mm512_cmpge_epu16_mask(first, load(n->wE0));

    w->cps = _mm512_mask_mov_epi16(first, is_multi, two);
    w->cps = _mm512_mask_mov_epi16(w->cps, is_three, three);
    w->overlong = _mm512_mask_cmplt_epu16_mask(is_three, three, load(n->w800));
}

/* Characters of any length from `a`, with which `p` begins, and what follows;
 * their bytes. */
static inline WIDE size_t read_mixed(const struct numbers *n, struct window *w,
                                     __m512i a, const char *p, size_t len)
{
    __m512i b = _mm512_setzero_si512();
    uint64_t last[2];
    size_t count;

    if (len > BLOCK)
        b = load_text(p + BLOCK, len - BLOCK);
    last_bytes(n, last, a, b, len);
    count = (size_t)_mm_popcnt_u64(last[0]);
    w->ends = _mm512_castsi512_si256(
        _mm512_maskz_compress_epi8(last[0], load(n->after)));
    if (last[1])
        w->ends = _mm256_mask_expand_epi8(
            w->ends, ~(uint32_t)first_bits(count),
            _mm512_castsi512_si256(
                _mm512_maskz_compress_epi8(last[1], load(n->after_block))));
    w->count = (unsigned)(count + (size_t)_mm_popcnt_u64(last[1]));
    w->starts = _mm256_maskz_permutexvar_epi8(~(__mmask32)1,
                                              load_half(n->before), w->ends);
    decode(n, w, a, b);
    return last[1] ? 2 * BLOCK - (size_t)_lzcnt_u64(last[1])
                   : BLOCK - (size_t)_lzcnt_u64(last[0]);
}

/* No ASCII soon and no characters of two bytes; and, where all of the text is
 * in `in`, no ASCII at all: then one window of characters of any length is
 * better than two. Known early. */
static inline WIDE bool may_be_threes(const struct numbers *n, __m512i in,
                                      size_t len)
{
    uint64_t ascii = ~_mm512_movepi8_mask(in);
    uint64_t two =
        _mm512_cmplt_epu8_mask(_mm512_sub_epi8(in, load(n->xC0)), load(n->x20));

    return !((ascii & first_bits(len > BLOCK ? THREES_MIN : len)) | two);
}

/* Characters of three bytes from `a`, with which `p` begins, and what follows;
 * their bytes. */
static inline WIDE size_t read_threes(const struct numbers *n, struct window *w,
                                      __m512i a, const char *p, size_t len)
{
    __m512i b = _mm512_setzero_si512();
    __m512i head, third, wrong;

    if (len > BLOCK)
        b = load_text(p + BLOCK, len - BLOCK);
    head = _mm512_permutex2var_epi8(a, load(n->heads), b);
    third = _mm512_permutex2var_epi8(a, load(n->tails), b);
    wrong = _mm512_or_si512(
        _mm512_and_si512(_mm512_xor_si512(head, load(n->w80E0)),
                         load(n->wC0F0)),
        _mm512_and_si512(_mm512_xor_si512(third, load(n->w80)), load(n->wC0)));
    w->count = (unsigned)_tzcnt_u64((uint64_t)1 << LANES |
                                    _mm512_test_epi16_mask(wrong, wrong));
    w->cps = _mm512_or_si512(
        _mm512_or_si512(_mm512_slli_epi16(head, 12),
                        _mm512_and_si512(third, load(n->w3F))),
        _mm512_and_si512(_mm512_srli_epi16(head, 2), load(n->wFC0)));
    w->starts = load_half(n->starts);
    w->ends = load_half(n->ends);
    w->overlong = _mm512_cmplt_epu16_mask(w->cps, load(n->w800));
    return 3 * (size_t)w->count;
}

/* The low and the high halves of the cells. */
static inline WIDE void fetch_cells(const struct numbers *n,
                                    const struct window *w, __m512i *low,
                                    __m512i *high)
{
    __m512i b = _mm512_setzero_si512();
    __m512i a = _mm512_i32gather_epi32(
        _mm512_cvtepu16_epi32(_mm512_castsi512_si256(w->cps)), pol_fold_bmp, 4);

    if (w->count > 3 * LANES / 4)
        b = _mm512_i32gather_epi32(_mm512_cvtepu16_epi32(
                                       _mm512_extracti64x4_epi64(w->cps, 1)),
                                   pol_fold_bmp, 4);
    else if (w->count > LANES / 2) /* half the time of the whole */
        b = _mm512_zextsi256_si512(_mm256_i32gather_epi32(
            (const int *)(const void *)pol_fold_bmp,
            _mm256_cvtepu16_epi32(_mm512_extracti32x4_epi32(w->cps, 2)), 4));
    *low = _mm512_permutex2var_epi16(a, load(n->even), b);
    *high = _mm512_permutex2var_epi16(a, load(n->odd), b);
}

static inline WIDE __m512i reasons_of(const struct numbers *n, __m512i high)
{
    return _mm512_and_si512(high, load(n->wFF));
}

/* The class, or the kind, in 16 bits. */
static inline WIDE __m512i classes_of(const struct numbers *n, __m512i high)
{
    return _mm512_and_si512(_mm512_srli_epi16(high, POL_CELL_CLASS - 16),
                            load(n->class[7]));
}

static inline WIDE __m512i add_reason(__m512i reasons, uint32_t lanes,
                                      uint16_t reason)
{
    return _mm512_or_si512(reasons,
                           _mm512_maskz_set1_epi16(lanes, (short)reason));
}

static inline WIDE void put_places(uint32_t *out, __m128i bytes, size_t pos)
{
    store(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(bytes),
                                _mm512_set1_epi32((int)pos)));
}

static inline WIDE void put_lanes(const struct row *o, unsigned count,
                                  __m512i units, __m512i reasons,
                                  __m512i classes, __m256i starts, __m256i ends)
{
    store(o->f->units + o->at, units);
    store(o->f->reasons + o->at, reasons);
    _mm256_storeu_si256((__m256i *)(void *)(o->f->classes + o->at),
                        _mm512_cvtepi16_epi8(classes));
    put_places(o->f->starts + o->at, _mm256_castsi256_si128(starts), o->pos);
    put_places(o->f->ends + o->at, _mm256_castsi256_si128(ends), o->pos);
    if (count <= LANES / 2)
        return;
    put_places(o->f->starts + o->at + LANES / 2,
               _mm256_extracti128_si256(starts, 1), o->pos);
    put_places(o->f->ends + o->at + LANES / 2,
               _mm256_extracti128_si256(ends, 1), o->pos);
}

/* --- rows ----------------------------------------------------------------- */

static inline WIDE struct row enter(const pol_run *r)
{
    struct row o = { &numbers,    r->f,   r->text.ptr,
                     r->text.len, r->pos, r->f->count };

    __asm__("" : "+r"(o.n));
    return o;
}

static inline WIDE void leave(pol_run *r, const struct row *o)
{
    r->pos = o->pos;
    r->f->count = o->at;
}

/* `high` are upper halves of cells, or-ed. */
static inline WIDE void note_seen(pol_run *r, __m512i high)
{
    uint32_t seen = (uint32_t)_mm512_reduce_or_epi32(high);

    r->seen |= seen | seen << 16;
}

/* Lanes that go, and which of them are what. */
struct gone {
    uint32_t all, deleted, marks, lone;
};

static inline WIDE uint32_t is_class(const struct numbers *n, __m512i class,
                                     unsigned which)
{
    return _mm512_cmpeq_epi16_mask(class, load(n->class[which]));
}

/* The lanes after `bases`, and `before`, which is before the first lane. */
static inline WIDE uint32_t after(uint32_t bases, bool before)
{
    return bases << 1 | before;
}

/* (a) and (b), with the class of the unit before the window, if there is one;
 * `fresh`: no mark was removed from it. */
static inline WIDE struct gone lanes_that_go(const struct numbers *n,
                                             __m512i low, __m512i class,
                                             uint32_t other, uint32_t kept,
                                             unsigned before, bool fresh)
{
    uint32_t deleted = other & is_class(n, class, POL_KIND_DELETE);
    uint32_t ignorable =
        deleted &
        _mm512_cmpeq_epi16_mask(low, load(n->class[POL_DELETED_IGNORABLE]));
    uint32_t joiner =
        deleted &
        _mm512_cmpge_epi16_mask(low, load(n->class[POL_DELETED_SELECTOR]));
    uint32_t inherited = other & is_class(n, class, POL_KIND_INHERITED_MARK);
    uint32_t mark = inherited | (other & is_class(n, class, POL_KIND_OWN_MARK));
    uint32_t bare =
        kept & _mm512_cmple_epu16_mask(class, load(n->class[POL_CLASS_DIGIT]));
    uint32_t gap =
        kept & _mm512_cmpge_epu16_mask(class, load(n->class[POL_CLASS_SPACE]));
    uint32_t plain = kept & ~is_class(n, class, POL_CLASS_DIGIT) &
                     ~is_class(n, class, POL_CLASS_SYMBOL);
    uint32_t after_bare = after(bare, before <= POL_CLASS_DIGIT);
    uint32_t after_plain =
        after(plain, before < POL_CLASS_COUNT && before != POL_CLASS_DIGIT &&
                         before != POL_CLASS_SYMBOL);
    uint32_t after_any = after(kept, true);
    uint32_t first =
        (mark & after_bare) | (joiner & after_plain) | (ignorable & after_any);
    uint32_t second = ((mark & after_bare << 1) | (joiner & after_plain << 1) |
                       (ignorable & after_any << 1)) &
                      first << 1;
    uint32_t lone = inherited & kept >> 1 & (gap & ~after(other, !fresh)) << 1;
    struct gone g = { first | second | lone, 0, 0, lone };

    g.deleted = g.all & deleted;
    g.marks = g.all & mark;
    return g;
}

/* The marks before the first lane that stays are those of the unit before the
 * window. */
static WIDE void take_own(pol_run *r, uint32_t marks)
{
    pol_folded *f = r->f;

    for (; marks; marks &= marks - 1) {
        f->reasons[f->count - 1] |= POL_REASON_MARK;
        if (pol_is_low(f->units[f->count - 1]))
            f->reasons[f->count - 2] |= POL_REASON_MARK;
        pol_run_removed_mark(r);
    }
}

/* As pol_run_removed_mark() would for each one. Segments, which `lone` marks
 * would have opened, take their base back first. */
static inline WIDE void remove_marks(pol_run *r, uint32_t marks, uint32_t lone,
                                     uint32_t kept)
{
    uint32_t last = marks ? (uint32_t)1 << (31 - _lzcnt_u32(marks)) : 0;
    size_t at = r->f->count + (size_t)_mm_popcnt_u32(kept & (last - 1)) -
                (lone & last ? 1 : 0);

    r->removed_at = last ? at : r->removed_at;
    r->removed = last ? 1 + (marks & last >> 1 ? 1u : 0u) : r->removed;
}

/* A window with lanes that are not one unit each, `other`, of `len` bytes.
 * False where the row has ended. */
static inline WIDE bool put_some(pol_run *r, struct row *o,
                                 const struct window *w, __m512i low,
                                 __m512i high, uint32_t other, size_t len,
                                 __m512i *seen)
{
    __m512i class = classes_of(o->n, high), reasons = reasons_of(o->n, high);
    unsigned count = w->count;
    uint32_t first = (uint32_t)first_bits(count), stop, kept, own;
    struct gone g =
        lanes_that_go(o->n, low, class, other & ~w->overlong, first & ~other,
                      o->at ? o->f->classes[o->at - 1]
                            : (unsigned)POL_CLASS_COUNT,
                      r->removed_at != o->at);
    uint64_t told;

    /* Open segments may have left a place behind that is still to come. */
    stop = (other & ~g.all) |
           (r->removed_at != SIZE_MAX && r->removed_at > o->at ? g.marks : 0);
    if (stop) {
        uint8_t end[LANES];

        count = (unsigned)_tzcnt_u32(stop);
        if (!count)
            return false;
        first = (uint32_t)first_bits(count);
        _mm256_storeu_si256((__m256i *)(void *)end, w->ends);
        len = end[count - 1];
    }
    kept = first & ~other;
    g = (struct gone){ g.all & first, g.deleted & first, g.marks & first,
                       g.lone };
    own = g.marks & ~kept & (kept - 1);
    r->f->count = o->at;
    if (own) {
        take_own(r, own);
        g.marks ^= own;
    }
    remove_marks(r, g.marks, g.lone, kept);
    r->f->flags |= g.deleted ? POLICY_TEXT_IGNORABLE : 0;
    told = (uint64_t)g.deleted << 1 |
           ((uint64_t)g.all << 1 & (uint64_t)g.deleted << 2);
    reasons = add_reason(reasons, (uint32_t)told, POL_REASON_IGNORABLE);
    reasons = add_reason(reasons, g.marks >> 1 | (g.all >> 1 & g.marks >> 2),
                         POL_REASON_MARK);
    put_lanes(o, count,
              _mm512_maskz_compress_epi16(kept, _mm512_add_epi16(w->cps, low)),
              add_reason(_mm512_maskz_compress_epi16(kept, reasons), 1,
                         r->pending),
              _mm512_maskz_compress_epi16(kept, class),
              _mm256_maskz_compress_epi8(kept, w->starts),
              _mm256_maskz_compress_epi8(kept, w->ends));
    *seen = _mm512_or_si512(*seen, _mm512_maskz_mov_epi16(kept, high));
    o->at += (size_t)_mm_popcnt_u32(kept);
    o->pos += len;
    r->pending = (uint16_t)((kept ? 0 : r->pending) |
                            (told >> count & 1 ? POL_REASON_IGNORABLE : 0));
    return !stop;
}

/* As a pol_fold_row, but for rows of printing bytes. */
static __attribute__((noinline)) WIDE unsigned put_windows(pol_run *r)
{
    struct row o = enter(r);
    __m512i seen = _mm512_setzero_si512();
    struct window w;
    size_t first = o.at;
    bool more = true;

    while (o.pos < o.len) {
        const char *p = o.text + o.pos;
        size_t left = o.len - o.pos, bytes;
        uint32_t other;
        __m512i in, low, high;

        in = load_text(p, left);
        bytes = 0;
        w.count = 0;
        if (may_be_threes(o.n, in, left))
            bytes = read_threes(o.n, &w, in, p, left);
        if (bytes < left && bytes < THREES_MIN) {
            if (is_row(row_of(in), left))
                break;
            bytes = read_mixed(o.n, &w, in, p, left);
        }
        if (!w.count) {
            more = false;
            break;
        }
        fetch_cells(o.n, &w, &low, &high);
        other = (_mm512_test_epi16_mask(high, load(o.n->w800)) | w.overlong) &
                (uint32_t)first_bits(w.count);
        if (other) {
            more = put_some(r, &o, &w, low, high, other, bytes, &seen);
            if (!more)
                break;
            continue;
        }
        put_lanes(&o, w.count, _mm512_add_epi16(w.cps, low),
                  add_reason(reasons_of(o.n, high), 1, r->pending),
                  classes_of(o.n, high), w.starts, w.ends);
        r->pending = 0;
        seen = _mm512_or_si512(
            seen, _mm512_maskz_mov_epi16((uint32_t)first_bits(w.count), high));
        o.at += w.count;
        o.pos += bytes;
    }
    leave(r, &o);
    note_seen(r, seen);
    return more ? 0 : pol_run_single(r, o.at - first);
}

WIDE unsigned pol_fold_row_avx512(pol_run *r)
{
    while ((unsigned char)r->text.ptr[r->pos] < 0x80) {
        size_t left = r->text.len - r->pos, row;
        __m512i in = load_text(r->text.ptr + r->pos, left);

        row = row_of(in);
        if (!is_row(row, left))
            break;
        put_row(r, in, row);
        if (row == left)
            return 0;
    }
    return put_windows(r);
}
