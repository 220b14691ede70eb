/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The squeezed view and its rule of gaps, which grows stricter as terms get
 * shorter: two characters meet by chance across a comma far more often than
 * four do.
 */
#include "text/squeeze.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "text/squeeze_room.h"
#include "text/utf8.h"

enum {
    FIRST_CAP = 64,
    BLOCK = 8, /* units that are put at once */
    /* starts and ends, units and reasons, class and gap */
    UNIT_SIZE = 2 * sizeof(uint32_t) + 2 * sizeof(uint16_t) + 2,
    KINDS = POL_GAP_SYMBOL | POL_GAP_SPACE | POL_GAP_CLAUSE
};

_Static_assert(POL_CLASS_LETTER < 4 && POL_CLASS_SYMBOL == 4 &&
                   POL_CLASS_COUNT == 8,
               "one bit tells what is dropped");

static bool is_kept(uint8_t class)
{
    return !(class & 4);
}

/* What makes words, in the scripts that put spaces between them, or may. */
static bool is_wordish(uint8_t class)
{
    return class == POL_CLASS_LATIN || class == POL_CLASS_DIGIT ||
           class == POL_CLASS_LETTER;
}

void pol_squeezed_init(pol_squeezed *s, const policy_allocator *a)
{
    *s = (pol_squeezed){ .allocator = a };
}

static void drop_room(pol_squeezed *s)
{
    pol_free(s->allocator, s->text.starts, s->text.cap * UNIT_SIZE);
    s->text = (pol_folded){ 0 };
    s->gaps = NULL;
}

void pol_squeezed_fini(pol_squeezed *s)
{
    drop_room(s);
}

bool pol_squeezed_room(pol_squeezed *s, size_t want)
{
    size_t cap = s->text.cap + s->text.cap / 2;
    pol_folded *t = &s->text;
    char *block;

    s->text.count = 0;
    want += BLOCK; /* the last one may have as many too much */
    if (want <= s->text.cap)
        return true;
    cap = cap < want ? want : cap;
    cap = cap < FIRST_CAP ? FIRST_CAP : cap;
    block = pol_alloc(s->allocator, cap * UNIT_SIZE);
    if (!block)
        return false;
    drop_room(s);
    t->cap = cap;
    t->starts = (uint32_t *)(void *)block;
    t->ends = t->starts + cap;
    t->units = (uint16_t *)(t->ends + cap);
    t->reasons = t->units + cap;
    t->classes = (uint8_t *)(t->reasons + cap);
    s->gaps = t->classes + cap;
    return true;
}

/* Eight classes at a time: most texts that have none are short. */
static bool has_dropped(const uint8_t *classes, size_t count)
{
    uint64_t all = 0, w;
    size_t i = 0;

    for (; i + 8 <= count; i += 8) {
        memcpy(&w, classes + i, 8);
        all |= w;
    }
    for (; i < count; i++)
        all |= classes[i];
    return all & UINT64_C(0x0404040404040404);
}

/* --- gaps --------------------------------------------------------------- */

/* Is the character that ends before, or starts at, the gap a word by itself? */
static bool alone_before(const pol_folded *f, size_t end)
{
    size_t start = end - 1 - (pol_is_low(f->units[end - 1]) && end > 1);

    return start == 0 || !is_wordish(f->classes[start - 1]);
}

static bool alone_after(const pol_folded *f, size_t start)
{
    size_t end = start + 1;

    if (end < f->count && pol_is_low(f->units[end]))
        end++;
    return end == f->count || !is_wordish(f->classes[end]);
}

/* Between letters: symbols inside a token, or anything but clause marks in a
 * run of single ones. Digits never: 6-4 is a score, and 1 2 3 are three. */
static unsigned word_gap(const pol_folded *f, size_t from, size_t to,
                         unsigned kinds)
{
    if (f->classes[from - 1] == POL_CLASS_DIGIT &&
        f->classes[to] == POL_CLASS_DIGIT)
        return POL_GAP_BREAK;
    if (kinds == POL_GAP_SYMBOL || (!(kinds & POL_GAP_CLAUSE) &&
                                    alone_before(f, from) && alone_after(f, to)))
        return kinds | POL_GAP_WORD;
    return POL_GAP_BREAK;
}

/* A single full stop between Han is a symbol. */
static bool is_han_stop(const pol_folded *f, size_t from, size_t to)
{
    return to - from == 1 && f->units[from] == '.' &&
           f->classes[from - 1] == POL_CLASS_HAN &&
           f->classes[to] == POL_CLASS_HAN;
}

/* Of the units [from, to), all dropped, between two that are kept. */
static unsigned gap_between(const pol_folded *f, size_t from, size_t to)
{
    unsigned kinds = 0, chars = 0;

    for (size_t i = from; i < to; i++) {
        uint8_t class = f->classes[i];

        if (class == POL_CLASS_SENTENCE) {
            if (!is_han_stop(f, from, to))
                return POL_GAP_BREAK;
            class = POL_CLASS_SYMBOL;
        }
        kinds |= 1u << (class - POL_CLASS_SYMBOL);
        chars += !pol_is_low(f->units[i]);
        if (chars > POL_GAP_MAX)
            return POL_GAP_BREAK;
    }
    if (is_wordish(f->classes[from - 1]) && is_wordish(f->classes[to]))
        return word_gap(f, from, to, kinds);
    return kinds;
}

_Static_assert(1 << (POL_CLASS_SPACE - POL_CLASS_SYMBOL) == POL_GAP_SPACE &&
                   1 << (POL_CLASS_CLAUSE - POL_CLASS_SYMBOL) == POL_GAP_CLAUSE,
               "ORDER CLASS");

/* --- the view ------------------------------------------------------------- */

void pol_squeezed_put_break(pol_squeezed *s, uint32_t at)
{
    pol_folded *t = &s->text;

    t->units[t->count] = POL_UNIT_BREAK;
    t->reasons[t->count] = 0;
    t->classes[t->count] = POL_CLASS_SENTENCE;
    t->starts[t->count] = t->ends[t->count] = at;
    s->gaps[t->count++] = POL_GAP_BREAK;
}

static void put_block(pol_squeezed *s, const pol_folded *f,
                      const uint8_t *gaps, size_t i)
{
    pol_folded *t = &s->text;
    size_t to = t->count;

    memcpy(t->units + to, f->units + i, BLOCK * sizeof(*t->units));
    memcpy(t->reasons + to, f->reasons + i, BLOCK * sizeof(*t->reasons));
    memcpy(t->classes + to, f->classes + i, BLOCK);
    memcpy(t->starts + to, f->starts + i, BLOCK * sizeof(*t->starts));
    memcpy(t->ends + to, f->ends + i, BLOCK * sizeof(*t->ends));
    if (gaps)
        memcpy(s->gaps + to, gaps + i, BLOCK);
    else
        memset(s->gaps + to, 0, BLOCK);
    t->count += BLOCK;
}

static void put_unit(pol_squeezed *s, const pol_folded *f, const uint8_t *gaps,
                     size_t i)
{
    pol_folded *t = &s->text;

    t->units[t->count] = f->units[i];
    t->reasons[t->count] = f->reasons[i];
    t->classes[t->count] = f->classes[i];
    t->starts[t->count] = f->starts[i];
    t->ends[t->count] = f->ends[i];
    s->gaps[t->count++] = gaps ? gaps[i] : 0;
}

/* Whole blocks as long as `f` has them: what the last has too much is written
 * over by what comes next, or not counted. */
void pol_squeezed_put(pol_squeezed *s, const pol_folded *f, const uint8_t *gaps,
                      size_t i, size_t end)
{
    size_t count = s->text.count + (end - i);

    for (; i < end && f->count - i >= BLOCK; i += BLOCK)
        put_block(s, f, gaps, i);
    for (; i < end; i++)
        put_unit(s, f, gaps, i);
    s->text.count = count;
}

/* Units that are kept, one after another, and the gap before them: of no kind at
 * the beginning of a passage. */
typedef struct stretch {
    size_t start;
    unsigned gap;
    uint16_t reasons; /* of what was dropped */
} stretch;

static stretch behind_gap(const pol_folded *f, size_t from, size_t to,
                          unsigned gap)
{
    stretch next = { to, gap, POL_REASON_SEPARATOR };

    for (; from < to; from++)
        next.reasons |= f->reasons[from] & POL_REASON_IGNORABLE;
    return next;
}

static void put_stretch(pol_squeezed *s, const pol_folded *f, stretch l,
                        size_t end)
{
    size_t to = s->text.count;

    pol_squeezed_put(s, f, NULL, l.start, end);
    s->text.reasons[to] |= l.reasons;
    s->gaps[to] = (uint8_t)l.gap;
}

static size_t next_dropped(const pol_folded *f, size_t i)
{
    while (f->count - i >= BLOCK && !has_dropped(f->classes + i, BLOCK))
        i += BLOCK;
    while (i < f->count && is_kept(f->classes[i]))
        i++;
    return i;
}

static size_t next_kept(const pol_folded *f, size_t i)
{
    while (i < f->count && !is_kept(f->classes[i]))
        i++;
    return i;
}

/*
 * A passage is written from its first gap on; before, it may be one without any.
 * Each unit put stands for one of `f`, each break for a gap, which has at least
 * one: the view is no longer than `f`.
 */
static void squeeze(pol_squeezed *s, const pol_folded *f)
{
    stretch l = { next_kept(f, 0), POL_GAP_BREAK, 0 };
    bool gapped = false;

    for (size_t from, to; l.start < f->count;) {
        unsigned gap;

        from = next_dropped(f, l.start);
        to = next_kept(f, from);
        gap = to < f->count ? gap_between(f, from, to) : POL_GAP_BREAK;
        gapped |= !(gap & POL_GAP_BREAK);
        if (gapped)
            put_stretch(s, f, l, from);
        if (gap & POL_GAP_BREAK) {
            if (gapped && to < f->count)
                pol_squeezed_put_break(s, f->starts[to]);
            gapped = false;
            l = (stretch){ to, POL_GAP_BREAK, 0 };
        } else {
            l = behind_gap(f, from, to, gap);
        }
    }
}

policy_status pol_squeeze(pol_squeezed *s, const pol_folded *f,
                          policy_error *err)
{
    s->text.count = 0;
    if (f->count < 3 || !has_dropped(f->classes + 1, f->count - 2))
        return POLICY_OK;
    if (!pol_squeezed_room(s, f->count))
        return pol_error_oom(err);
    squeeze(s, f);
    return POLICY_OK;
}

/* --- the rule --------------------------------------------------------------- */

/* Do letters or digits meet at `i`? */
static bool goes_on(const pol_folded *t, size_t i)
{
    return i > 0 && i < t->count && is_wordish(t->classes[i - 1]) &&
           is_wordish(t->classes[i]);
}

bool pol_squeezed_admits(const pol_squeezed *s, size_t start, size_t end,
                         unsigned kinds)
{
    unsigned word = 0, other = 0, chars = 0, allowed = POL_GAP_SYMBOL;
    bool alone = !kinds && s->gaps[start] &&
                 (end == s->text.count || s->gaps[end]);

    assert(start < end && end <= s->text.count);
    for (size_t i = start; i < end; i++) {
        unsigned gap = s->gaps[i];

        if (pol_is_low(s->text.units[i]))
            continue;
        chars++;
        if (i == start)
            continue;
        *(gap & POL_GAP_WORD ? &word : &other) |= gap & KINDS;
        alone = alone && gap;
    }
    if (!(word | other) ||
        (word && (goes_on(&s->text, start) || goes_on(&s->text, end))))
        return false;
    allowed |= chars >= 3 ? POL_GAP_SPACE : 0;
    allowed |= chars >= 4 ? POL_GAP_CLAUSE : 0;
    allowed = kinds ? kinds : allowed;
    return !(word & ~allowed) && (!(other & ~allowed) || alone);
}
