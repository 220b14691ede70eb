/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The base fold.
 *
 * Any bytes become a stream of UTF-16 units on which a listed word is found
 * however it was dressed up, and from which the way back to the bytes is exact.
 * The fold of a text is
 *
 *     NFC ( rest ( map ( decode ( bytes ))))
 *
 * `decode` turns each maximal subpart of ill-formed bytes into U+FFFD. `map` is
 * one table look-up a code point, made by gen_tables.py: NFKC_Casefold, styled
 * letters, digits, Traditional to Simplified, and nothing at all for what is
 * invisible. `rest` and NFC are the marks:
 *
 * (1) A mark on a Han character, a Latin letter or a digit goes, of whatever
 *     script it is: those take none that would make another word of it. Marks
 *     that came composed (é) go in the table, so that both spellings meet.
 * (2) On any other base a mark of script Inherited composes (й, が, ά) or goes.
 *     It never blocks another mark from composing, for once gone it would not.
 * (3) A mark of one script (Thai, Hebrew) stays, in canonical order. Of more
 *     than MARK_MAX after one starter the rest goes: no writing needs them, and
 *     ordering stays linear.
 *
 * It holds that
 *
 * (4) folding the result again changes nothing, and folding any one code point
 *     of the result alone gives that code point;
 * (5) texts that are canonically equivalent fold alike (but for marks beyond
 *     MARK_MAX, and as far as NFKC_Casefold itself says so);
 * (6) starts and ends never decrease, stand at character boundaries, and no
 *     unit is empty; where several characters became one, or changed places,
 *     each unit of them has the whole of them as its source;
 * (7) what went belongs to no unit, unless it stood inside such a whole.
 *
 * Nearly all text needs the table alone: a code point is read, its cell looked
 * up, one unit written. Only a code point that may combine with what stands
 * before it opens a *segment*: the last starter and the marks after it are
 * taken back from the output, decomposed, joined by all that combines, ordered,
 * composed and written again. Whoever opens it reads on to the end of the run,
 * deleted characters included, so that no starter is taken back twice for one
 * run: the whole is linear.
 *
 * The room in the arrays is at least count plus the bytes still to be read,
 * since no plain code point makes more units than it has bytes. Expansions and
 * segments ask for more by themselves.
 */
#include "text/fold.h"

#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "text/fold_run.h"
#include "text/fold_wide.h"

/* Units taken at first: two Chinese lines of chat. */
#define FIRST_CAP 256
/* The cell of what is a symbol and stays itself. */
#define SYMBOL_CELL ((uint32_t)POL_CLASS_SYMBOL << POL_CELL_CLASS)
/* Bytes of ASCII folded at once. */
#define BLOCK 16
/* Of the arrays, so that few vectors lie across lines of the cache, and of the
 * units in them: a power of two. */
#define ALIGN ((size_t)64)
/* Bytes of one unit in all five arrays. */
#define UNIT_SIZE (2 * sizeof(uint32_t) + 2 * sizeof(uint16_t) + 1)

/* Vectors of gcc and clang, which any machine has or imitates. */
typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint8_t bytes8 __attribute__((vector_size(8)));
typedef uint16_t units8 __attribute__((vector_size(16)));
typedef uint32_t places4 __attribute__((vector_size(16)));

/* --- arrays ------------------------------------------------------------- */

void pol_folded_init(pol_folded *f, const policy_allocator *a)
{
    memset(f, 0, sizeof(*f));
    f->allocator = a ? a : &pol_malloc_allocator;
}

/* One block has all arrays, each of them aligned, beginning with `starts`; the
 * pointer before that is the block's own. */
static size_t block_size(size_t cap)
{
    return (cap + POL_FOLD_SLACK) * UNIT_SIZE + ALIGN + sizeof(void *);
}

static void free_block(const pol_folded *f)
{
    if (f->cap)
        pol_free(f->allocator, ((void **)(void *)f->starts)[-1],
                 block_size(f->cap));
}

static bool new_block(pol_folded *f, size_t cap)
{
    size_t room = cap + POL_FOLD_SLACK;
    char *block = pol_alloc(f->allocator, block_size(cap)), *at;

    if (!block)
        return false;
    at = block + sizeof(void *);
    at += -(uintptr_t)at % ALIGN;
    ((void **)(void *)at)[-1] = block;
    f->cap = cap;
    f->starts = (uint32_t *)(void *)at;
    f->ends = f->starts + room;
    f->units = (uint16_t *)(f->ends + room);
    f->reasons = f->units + room;
    f->classes = (uint8_t *)(f->reasons + room);
    return true;
}

void pol_folded_fini(pol_folded *f)
{
    free_block(f);
    pol_folded_init(f, f->allocator);
}

static __attribute__((noinline)) bool grow(pol_folded *f, size_t want)
{
    size_t cap = f->cap + f->cap / 2;
    pol_folded g = *f;

    if (cap < want)
        cap = want;
    if (cap < FIRST_CAP)
        cap = FIRST_CAP;
    if (!new_block(&g, cap + -cap % ALIGN))
        return false;
    if (f->count) {
        memcpy(g.starts, f->starts, f->count * sizeof(*f->starts));
        memcpy(g.ends, f->ends, f->count * sizeof(*f->ends));
        memcpy(g.units, f->units, f->count * sizeof(*f->units));
        memcpy(g.reasons, f->reasons, f->count * sizeof(*f->reasons));
        memcpy(g.classes, f->classes, f->count);
    }
    free_block(f);
    *f = g;
    return true;
}

policy_status pol_folded_reserve(pol_folded *f, size_t len, policy_error *err)
{
    if (len > POL_FOLD_MAX)
        return pol_error_limit(err, "text", POL_FOLD_MAX);
    if (f->cap < len && !grow(f, len))
        return pol_error_oom(err);
    return POLICY_OK;
}

/* --- units -------------------------------------------------------------- */

bool pol_run_grow(pol_run *r, size_t want)
{
    return grow(r->f, want);
}

/* The class of what stands last; POL_CLASS_COUNT at the start of the text. */
static unsigned last_class(const pol_folded *f)
{
    return f->count ? f->classes[f->count - 1] : POL_CLASS_COUNT;
}

/* Three marks on one base are no spelling any more. */
void pol_run_removed_mark(pol_run *r)
{
    if (r->removed_at != r->f->count)
        r->removed = 0;
    r->removed_at = r->f->count;
    if (++r->removed == 3)
        r->f->flags |= POLICY_TEXT_MARKS;
}

void pol_run_delete(pol_run *r, uint32_t kind, unsigned base)
{
    static const uint32_t flags[] = { /* ORDER DELETED */
                                      POLICY_TEXT_IGNORABLE,
                                      POLICY_TEXT_CONTROL,
                                      POLICY_TEXT_IGNORABLE | POLICY_TEXT_BIDI,
                                      POLICY_TEXT_IGNORABLE | POLICY_TEXT_TAG,
                                      POLICY_TEXT_IGNORABLE,
                                      POLICY_TEXT_IGNORABLE
    };

    /* Emoji are spelled with selectors and joiners: nothing is hidden there. */
    if (base == POL_CLASS_SYMBOL &&
        (kind == POL_DELETED_SELECTOR || kind == POL_DELETED_JOINER))
        return;
    if (base == POL_CLASS_DIGIT && kind == POL_DELETED_SELECTOR)
        return;
    r->f->flags |= flags[kind];
    r->pending |= POL_REASON_IGNORABLE;
}

/* --- the loop ----------------------------------------------------------- */

/* Eight units at once: up to seven are written behind the last one, for which
 * there must be room. */
static bool fold_expansion(pol_run *r, uint32_t cell, uint32_t start)
{
    const uint16_t *record = pol_fold_pool + (cell & 0xFFFF);
    size_t count = record[0] & 0xFF, at = r->f->count;
    pol_folded *f = r->f;
    units8 units, reasons = { 0 };
    places4 starts = { 0 }, ends = { 0 };

    if (!pol_run_room(r, count + 7, r->pos))
        return false;
    reasons += (uint16_t)((cell >> POL_CELL_REASONS & 0xFF) | r->pending);
    starts += start;
    ends += (uint32_t)r->pos;
    f->count = at + count;
    for (record++; at < f->count; at += 8, record += 8) {
        bytes8 classes;

        memcpy(&units, record + count, sizeof(units));
        classes = __builtin_convertvector(units, bytes8);
        memcpy(f->classes + at, &classes, sizeof(classes));
        memcpy(f->units + at, record, sizeof(units));
        memcpy(f->reasons + at, &reasons, sizeof(reasons));
        memcpy(f->starts + at, &starts, sizeof(starts));
        memcpy(f->starts + at + 4, &starts, sizeof(starts));
        memcpy(f->ends + at, &ends, sizeof(ends));
        memcpy(f->ends + at + 4, &ends, sizeof(ends));
    }
    r->seen |= cell;
    r->pending = 0;
    return true;
}

static bool fold_other(pol_run *r, uint32_t cp, uint32_t cell, uint32_t start)
{
    switch (cell >> POL_CELL_CLASS & 7) {
    case POL_KIND_DELETE:
        pol_run_delete(r, cell & 0xFFFF, last_class(r->f));
        return true;
    case POL_KIND_EXPAND:
        return fold_expansion(r, cell, start);
    case POL_KIND_PRIVATE:
        r->f->flags |= POLICY_TEXT_PRIVATE_USE;
        pol_run_put_cp(r, cp, SYMBOL_CELL, start, (uint32_t)r->pos);
        return true;
    case POL_KIND_OWN_MARK:
    case POL_KIND_INHERITED_MARK:
        /* The common case of (1), without a segment. */
        if (pol_takes_no_mark(last_class(r->f))) {
            r->f->reasons[r->f->count - 1] |= POL_REASON_MARK;
            if (pol_is_low(r->f->units[r->f->count - 1]))
                r->f->reasons[r->f->count - 2] |= POL_REASON_MARK;
            pol_run_removed_mark(r);
            return true;
        }
        break;
    }
    return pol_run_segment(r, cell, start);
}

static bool fold_one(pol_run *r, uint32_t cp, uint32_t start)
{
    uint32_t cell = pol_fold_cell(cp);

    if (cell & POL_CELL_OTHER)
        return fold_other(r, cp, cell, start);
    if (cp < 0x10000)
        cp = (uint16_t)(cp + cell);
    r->seen |= cell;
    pol_run_put_cp(r, cp, cell, start, (uint32_t)r->pos);
    return true;
}

static void fold_ill_formed(pol_run *r, uint32_t start)
{
    r->pending |= POL_REASON_ILLFORMED;
    r->f->flags |= POLICY_TEXT_ILL_FORMED;
    pol_run_put_cp(r, POL_CP_REPLACEMENT, SYMBOL_CELL, start, (uint32_t)r->pos);
}

static inline bytes16 load_block(const unsigned char *p)
{
    bytes16 v;

    memcpy(&v, p, sizeof(v));
    return v;
}

/* The BLOCK bytes at `p` are all printing ASCII. */
static inline bool is_plain_block(const unsigned char *p)
{
    bytes16 bad = (bytes16)(load_block(p) - 0x20 >= 0x5F);
    uint64_t any[2];

    memcpy(any, &bad, sizeof(any));
    return !(any[0] | any[1]);
}

static inline bytes16 plain_classes(bytes16 c)
{
    bytes16 low = c | 0x20;
    bytes16 latin = (bytes16)(low - 'a' < 26);
    bytes16 digit = (bytes16)(c - '0' < 10);
    bytes16 space = (bytes16)(c == ' ');
    bytes16 sentence = (bytes16)((c == '.') | (c == '!') | (c == '?'));
    bytes16 clause =
        (bytes16)((c == '"') | (c - '\'' < 3) | (c == ',') | (c == '/') |
                  (c - ':' < 2) | (low == '{') | (low == '}') | (c == '\\'));
    bytes16 symbol = ~(latin | digit | space | sentence | clause);

    return (latin & POL_CLASS_LATIN) | (digit & POL_CLASS_DIGIT) |
           (space & POL_CLASS_SPACE) | (sentence & POL_CLASS_SENTENCE) |
           (clause & POL_CLASS_CLAUSE) | (symbol & POL_CLASS_SYMBOL);
}

static inline void put_wide(uint16_t *out, bytes16 v)
{
    bytes8 half[2];
    units8 wide;

    memcpy(half, &v, sizeof(half));
    wide = __builtin_convertvector(half[0], units8);
    memcpy(out, &wide, sizeof(wide));
    wide = __builtin_convertvector(half[1], units8);
    memcpy(out + 8, &wide, sizeof(wide));
}

/* The units `at` on for the block of plain bytes at text[pos]. */
static inline void put_plain_block(pol_folded *f, size_t at,
                                   const unsigned char *text, size_t pos)
{
    bytes16 c = load_block(text + pos), classes = plain_classes(c);
    bytes16 upper = (bytes16)(c - 'A' < 26);
    places4 place = { 0, 1, 2, 3 };

    put_wide(f->units + at, c | (upper & 0x20));
    put_wide(f->reasons + at, upper & POL_REASON_CASE);
    memcpy(f->classes + at, &classes, sizeof(classes));
    place += (uint32_t)pos;
    for (unsigned i = 0; i < BLOCK; i += 4, place += 4) {
        places4 next = place + 1;

        memcpy(f->starts + at + i, &place, sizeof(place));
        memcpy(f->ends + at + i, &next, sizeof(next));
    }
}

/* Blocks of plain ASCII from r->pos on, the first of which is one. The last
 * one may overlap the one before it: what is written twice is the same. */
static void fold_plain_blocks(pol_run *r)
{
    const unsigned char *text = (const unsigned char *)r->text.ptr;
    size_t at = r->f->count, pos = r->pos, len = r->text.len;

    do {
        put_plain_block(r->f, at, text, pos);
        at += BLOCK;
        pos += BLOCK;
    } while (pos + BLOCK <= len && is_plain_block(text + pos));
    if (pos < len && pos + BLOCK > len && is_plain_block(text + len - BLOCK)) {
        put_plain_block(r->f, at - (pos + BLOCK - len), text, len - BLOCK);
        at += len - pos;
        pos = len;
    }
    r->f->reasons[r->f->count] |= r->pending;
    r->pending = 0;
    r->f->count = at;
    r->pos = pos;
}

/* The cell of the character of one or two bytes at `p`, and its length; a cell
 * with OTHER where there is none. */
static inline uint32_t read_cell(const unsigned char *p, size_t left,
                                 uint32_t *cp, unsigned *len)
{
    unsigned first = p[0], second;

    if (first < 0x80) {
        *len = 1;
        *cp = first;
        return pol_fold_bmp[first];
    }
    if (first - 0xC2 < 0x1E && left >= 2) {
        second = p[1] ^ 0x80u;
        if (second >= 0x40)
            return POL_CELL_OTHER;
        *len = 2;
        *cp = (first & 31) << 6 | second;
        return pol_fold_bmp[*cp];
    }
    return POL_CELL_OTHER;
}

/*
 * Sources of `count` units of three bytes each from `pos` on. Four are written
 * at once, up to three too many: a unit of three bytes has room for two more
 * behind it.
 */
static inline void put_threes(pol_folded *f, size_t at, size_t count,
                              size_t pos)
{
    places4 start = { 0, 3, 6, 9 };

    start += (uint32_t)pos;
    if (count == 1) {
        f->starts[at] = (uint32_t)pos;
        f->ends[at] = (uint32_t)pos + 3;
        return;
    }
    for (size_t i = 0; i < count; i += 4, start += 12) {
        places4 end = start + 3;

        memcpy(f->starts + at + i, &start, sizeof(start));
        memcpy(f->ends + at + i, &end, sizeof(end));
    }
}

/*
 * The inner loop of Chinese: three-byte characters that become one unit each,
 * as long as they come. Overlong forms and surrogates have cells with OTHER.
 */
static void fold_threes(pol_run *r)
{
    pol_folded *f = r->f;
    const unsigned char *p = (const unsigned char *)r->text.ptr + r->pos;
    const unsigned char *end = (const unsigned char *)r->text.ptr + r->text.len;
    uint16_t *units = f->units + f->count, *reasons = f->reasons + f->count;
    uint8_t *classes = f->classes + f->count;
    uint32_t seen = r->seen;
    size_t count = 0;

    for (; end - p >= 3; p += 3, count++) {
        unsigned first = p[0] - 0xE0u, second = p[1] ^ 0x80u;
        unsigned third = p[2] ^ 0x80u;
        uint32_t cell, cp;

        if (first >= 0x10 || (second | third) >= 0x40)
            break;
        cp = first << 12 | second << 6 | third;
        cell = pol_fold_bmp[cp];
        if (cp < 0x800 || (cell & POL_CELL_OTHER))
            break;
        units[count] = (uint16_t)(cp + cell);
        reasons[count] = cell >> POL_CELL_REASONS & 0xFF;
        classes[count] = cell >> POL_CELL_CLASS & 7;
        seen |= cell;
    }
    if (!count)
        return;
    put_threes(f, f->count, count, r->pos);
    reasons[0] |= r->pending;
    r->pending = 0;
    r->seen = seen;
    r->pos += 3 * count;
    f->count += count;
}

/* One character that becomes one unit, if it does. */
static void fold_single(pol_run *r)
{
    uint32_t start = (uint32_t)r->pos, cp = 0, cell;
    unsigned n = 0;

    cell = read_cell((const unsigned char *)r->text.ptr + start,
                     r->text.len - start, &cp, &n);
    if (cell & POL_CELL_OTHER)
        return;
    r->pos += n;
    r->seen |= cell;
    pol_run_put(r, (uint16_t)(cp + cell), cell, start, start + n);
    r->pending = 0;
}

/* As far as one character of the first plane becomes one unit. */
static unsigned fold_plain(pol_run *r)
{
    while (r->pos < r->text.len) {
        const unsigned char *p = (const unsigned char *)r->text.ptr + r->pos;
        size_t was = r->pos;

        if (p[0] >= 0xE0)
            fold_threes(r);
        else if (r->text.len - was >= BLOCK && is_plain_block(p))
            fold_plain_blocks(r);
        else
            fold_single(r);
        if (r->pos == was)
            return 1;
    }
    return 0;
}

/* One character of any kind. */
static bool fold_next(pol_run *r)
{
    uint32_t start = (uint32_t)r->pos, cp;
    bool ok;

    r->pos = pol_run_next(r->text, r->pos, &cp, &ok);
    if (ok)
        return fold_one(r, cp, start);
    fold_ill_formed(r, start);
    return true;
}

/* Up to `count` characters. Out of line, as all that short plain texts do
 * without is: that leaves few registers to save. */
static __attribute__((noinline)) bool fold_some(pol_run *r, unsigned count)
{
    for (; count && r->pos < r->text.len; count--)
        if (!fold_next(r))
            return false;
    return true;
}

static bool fold_all(pol_run *r)
{
    while (r->pos < r->text.len) {
        unsigned single = r->row(r);

        if (single && !fold_some(r, single))
            return false;
    }
    return true;
}

/* --- flags -------------------------------------------------------------- */

static bool is_lookalike(uint16_t unit)
{
    return pol_fold_cell(unit) >> POL_CELL_TRAIT & POL_TRAIT_LOOKALIKE;
}

static bool is_lettered(uint8_t class)
{
    return class == POL_CLASS_LATIN || class == POL_CLASS_LETTER ||
           class == POL_CLASS_DIGIT;
}

/* A Latin letter and a Greek or Cyrillic one in a run of letters and digits.
 * Signs that are letters by compatibility (µ, Ω) are honest beside Latin. Looks
 * at runs with Latin in them only. */
static __attribute__((noinline)) bool mixes_scripts(const pol_folded *f)
{
    size_t end = 0;
    const uint8_t *latin;

    while (end < f->count && (latin = memchr(f->classes + end, POL_CLASS_LATIN,
                                             f->count - end)) != NULL) {
        size_t i = (size_t)(latin - f->classes);

        while (i > end && is_lettered(f->classes[i - 1]))
            i--;
        for (; i < f->count && is_lettered(f->classes[i]); i++)
            if (f->classes[i] == POL_CLASS_LETTER &&
                is_lookalike(f->units[i]) &&
                !(f->reasons[i] & POL_REASON_COMPAT))
                return true;
        end = i;
    }
    return false;
}

static bool saw(const pol_run *r, uint32_t trait)
{
    return r->seen >> POL_CELL_TRAIT & trait;
}

static void set_flags(pol_run *r)
{
    pol_folded *f = r->f;

    if (saw(r, POL_TRAIT_RARE))
        f->flags |= POLICY_TEXT_RARE_HAN;
    if (saw(r, POL_TRAIT_TRADITIONAL) && saw(r, POL_TRAIT_SIMPLIFIED))
        f->flags |= POLICY_TEXT_MIXED_HAN;
    if (saw(r, POL_TRAIT_LOOKALIKE) && mixes_scripts(f))
        f->flags |= POLICY_TEXT_MIXED_SCRIPT;
}

policy_status pol_fold_by(pol_fold_row row, pol_folded *f, policy_str utf8,
                          policy_error *err)
{
    pol_run r = { .f = f,
                  .text = utf8,
                  .removed_at = SIZE_MAX,
                  .row = row ? row : fold_plain };
    policy_status st;

    f->count = 0;
    f->flags = 0;
    if ((st = pol_folded_reserve(f, utf8.len, err)) != POLICY_OK)
        return st;
    if (!fold_all(&r)) {
        f->count = 0;
        f->flags = 0;
        return pol_error_oom(err);
    }
    set_flags(&r);
    return POLICY_OK;
}

pol_fold_row pol_fold_row_widest(void)
{
    static _Atomic(pol_fold_row) widest;
    pol_fold_row row = atomic_load_explicit(&widest, memory_order_relaxed);

    if (row)
        return row;
    row = fold_plain;
    for (const pol_fold_way *way = pol_fold_ways; way->row; way++)
        if (way->runs()) {
            row = way->row;
            break;
        }
    atomic_store_explicit(&widest, row, memory_order_relaxed);
    return row;
}

policy_status pol_fold(pol_folded *f, policy_str utf8, policy_error *err)
{
    return pol_fold_by(pol_fold_row_widest(), f, utf8, err);
}

policy_span pol_folded_source(const pol_folded *f, size_t start, size_t end)
{
    policy_span span = { 0, 0 };

    assert(start <= f->count && end <= f->count);
    if (start < end) {
        span.start = f->starts[start];
        span.end = f->ends[end - 1];
    } else if (f->count) {
        span.start =
            start < f->count ? f->starts[start] : f->ends[f->count - 1];
        span.end = span.start;
    }
    return span;
}
