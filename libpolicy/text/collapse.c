/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collapsed view. All runs of a text are collapsed, the twos of Latin too:
 * were they left in words that are not drawn out, a term of several words would
 * need a pattern for each choice of them.
 */
#include "text/collapse.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "text/squeeze_room.h"
#include "text/utf8.h"
#include "text/words.h"

enum {
    LANES = 8,
    SEEN = LANES + 2, /* units that are looked at together */
    /* Times that a repetition is told. Honest twins of Han (谢谢) are many, but
     * what is left of them is hardly a term. */
    HAN_TOLD = 2,
    LATIN_TOLD = 3,
    /* Characters that a pattern has at least. */
    HAN_MIN = 2,
    OTHER_MIN = 3
};

typedef uint8_t bytes8 __attribute__((vector_size(LANES)));
typedef uint16_t units8 __attribute__((vector_size(2 * LANES)));

_Static_assert(POL_CLASS_HAN == 0 && POL_CLASS_LATIN == 1,
               "the classes that collapse are the first two");

/* --- a quick look --------------------------------------------------------- */

static inline units8 load(const uint16_t *p)
{
    units8 v;

    memcpy(&v, p, sizeof(v));
    return v;
}

/* Of the units from `i` on, whatever their classes: the same twice, but for what
 * is below the letters, or the first half of a pair. Most texts end here. */
static inline units8 glance_at(const pol_folded *f, size_t i)
{
    units8 a = load(f->units + i);
    units8 twice = (units8)(a == load(f->units + i + 1));

    return (twice & (units8)(a >= 'a')) | (units8)((a & 0xFC00) == 0xD800);
}

/* Of the SEEN units from `i` on: Han twice, Latin three times, a pair and a
 * half. The last two are seen only as followers. */
static inline units8 look_at(const pol_folded *f, size_t i)
{
    units8 a = load(f->units + i), class;
    units8 twice = (units8)(a == load(f->units + i + 1));
    units8 other = (units8)(a == load(f->units + i + 2));
    units8 high = (units8)((a & 0xFC00) == 0xD800);
    bytes8 classes;

    memcpy(&classes, f->classes + i, sizeof(classes));
    class = __builtin_convertvector(classes, units8);
    return ((units8)(class == POL_CLASS_HAN) & twice) |
           ((units8)(class == POL_CLASS_LATIN) & twice & other) |
           ((units8)(class <= POL_CLASS_LATIN) & other & high);
}

/* May a character be repeated at `i`, which is not the last unit? */
static bool may_repeat_at(const pol_folded *f, size_t i)
{
    return f->classes[i] <= POL_CLASS_LATIN &&
           (f->units[i] == f->units[i + 1] || pol_is_high(f->units[i]));
}

static bool any(units8 v)
{
    uint64_t half[2];

    memcpy(half, &v, sizeof(half));
    return half[0] | half[1];
}

/* Where it says no, nothing is told. */
static bool may_repeat(const pol_folded *f)
{
    units8 saw = { 0 };

    if (f->count < SEEN) {
        for (size_t i = 0; i + 1 < f->count; i++)
            if (may_repeat_at(f, i))
                return true;
        return false;
    }
    for (size_t i = 0; i + SEEN < f->count; i += LANES)
        saw |= glance_at(f, i);
    saw |= glance_at(f, f->count - SEEN);
    if (any(saw)) {
        saw = (units8){ 0 };
        for (size_t i = 0; i + SEEN < f->count; i += LANES)
            saw |= look_at(f, i);
        saw |= look_at(f, f->count - SEEN);
    }
    return any(saw) || may_repeat_at(f, f->count - 2);
}

/* --- runs ----------------------------------------------------------------- */

/* Units of the character at `i`. */
static size_t width_at(const uint16_t *units, size_t count, size_t i)
{
    return i + 1 < count && pol_is_high(units[i]) && pol_is_low(units[i + 1])
               ? 2
               : 1;
}

static bool is_same(const pol_folded *f, size_t a, size_t b, size_t width)
{
    return b + width <= f->count && f->classes[a] == f->classes[b] &&
           memcmp(f->units + a, f->units + b, width * sizeof(*f->units)) == 0;
}

/* Does a run go on across the gap before a unit? */
static bool is_crossed(const uint8_t *gaps, size_t i)
{
    return !gaps || !(gaps[i] & ~(POL_GAP_SYMBOL | POL_GAP_WORD));
}

/* A character, as often as it is repeated. */
struct run {
    size_t start, width, end;
};

static struct run run_at(const pol_folded *f, const uint8_t *gaps, size_t i)
{
    struct run r = { i, width_at(f->units, f->count, i), 0 };

    r.end = i + r.width;
    if (f->classes[i] <= POL_CLASS_LATIN)
        while (is_same(f, i, r.end, r.width) && is_crossed(gaps, r.end))
            r.end += r.width;
    return r;
}

static bool is_told(const pol_folded *f, struct run r)
{
    size_t times = (r.end - r.start) / r.width;

    return times >=
           (f->classes[r.start] == POL_CLASS_HAN ? HAN_TOLD : LATIN_TOLD);
}

static void put_run(pol_squeezed *s, const pol_folded *f, const uint8_t *gaps,
                    struct run r, uint16_t reasons)
{
    pol_folded *t = &s->text;

    for (size_t i = r.start; i < r.end; i++)
        reasons |= f->reasons[i];
    for (size_t i = r.start; i < r.start + r.width; i++) {
        t->units[t->count] = f->units[i];
        t->reasons[t->count] = reasons;
        t->classes[t->count] = f->classes[i];
        t->starts[t->count] = f->starts[r.start];
        t->ends[t->count] = f->ends[r.end - 1];
        s->gaps[t->count++] = gaps ? gaps[i] : 0;
    }
}

/* Where a run may begin, from `i` on. */
static size_t next_repeat(const pol_folded *f, size_t i)
{
    while (i + 1 < f->count && !may_repeat_at(f, i))
        i++;
    return i + 1 < f->count ? i : f->count;
}

/* All of `f` into `s`, which has the room; is a run told? */
static bool collapse(pol_squeezed *s, const pol_folded *f, const uint8_t *gaps)
{
    bool any = false;
    struct run r = { 0 };

    for (size_t i = 0; i < f->count; i = r.end) {
        size_t end = next_repeat(f, i);
        bool told;

        if (end > i) {
            pol_squeezed_put(s, f, gaps, i, end);
            r.end = end;
            continue;
        }
        r = run_at(f, gaps, i);
        told = r.end > i + r.width && is_told(f, r);
        put_run(s, f, gaps, r, told ? POL_REASON_REPEAT : 0);
        any |= told;
    }
    return any;
}

/* --- windows -------------------------------------------------------------- */

static void move_unit(pol_squeezed *s, size_t from)
{
    pol_folded *t = &s->text;
    size_t to = t->count++;

    if (to == from)
        return;
    t->units[to] = t->units[from];
    t->reasons[to] = t->reasons[from];
    t->classes[to] = t->classes[from];
    t->starts[to] = t->starts[from];
    t->ends[to] = t->ends[from];
    s->gaps[to] = s->gaps[from];
}

static bool is_marked(const pol_folded *t, size_t i)
{
    return t->reasons[i] & POL_REASON_REPEAT;
}

/*
 * Leave what is within `reach` units of a run told, in place: a break takes the
 * room of at least one unit that is left out. Characters stay whole: one at the
 * end of a window belongs to it if its first half does.
 */
static void keep_windows(pol_squeezed *s, size_t reach)
{
    pol_folded *t = &s->text;
    size_t total = t->count, next = 0, last = SIZE_MAX;
    bool cut = false;

    t->count = 0;
    for (size_t i = 0, end; i < total; i = end) {
        end = i + width_at(t->units, total, i);
        while (next < total && (next < i || !is_marked(t, next)))
            next++;
        last = next == i ? i : last;
        if ((last == SIZE_MAX || i - last > reach) &&
            (next == total || next - i > reach)) {
            cut = true;
            continue;
        }
        if (cut && t->count)
            pol_squeezed_put_break(s, t->starts[i]);
        cut = false;
        for (size_t k = i; k < end; k++)
            move_unit(s, k);
    }
}

policy_status pol_collapse(pol_squeezed *out, const pol_folded *f,
                           const uint8_t *gaps, size_t reach, policy_error *err)
{
    assert(f != &out->text);
    out->text.count = 0;
    if (!may_repeat(f))
        return POLICY_OK;
    if (!pol_squeezed_room(out, f->count))
        return pol_error_oom(err);
    /* One unit more on both sides, so that a term sees its neighbours. */
    if (collapse(out, f, gaps))
        keep_windows(out, reach < SIZE_MAX ? reach + 1 : reach);
    else
        out->text.count = 0;
    return POLICY_OK;
}

bool pol_collapsed_admits(const pol_squeezed *v, size_t start, size_t end,
                          unsigned kinds)
{
    unsigned reasons = 0, gaps = 0;

    assert(start < end && end <= v->text.count);
    for (size_t i = start; i < end; i++) {
        reasons |= v->text.reasons[i];
        gaps |= i > start ? v->gaps[i] : 0;
    }
    return (reasons & POL_REASON_REPEAT) &&
           (!gaps || pol_squeezed_admits(v, start, end, kinds));
}

/* The first unit of `f` whose source begins at `at` or behind it. */
static size_t unit_from(const pol_folded *f, uint32_t at)
{
    size_t lo = 0, hi = f->count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (f->starts[mid] < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* How many units stand at `at` and are the character there, again and again. */
static size_t repeated(const uint16_t *units, size_t count, size_t at)
{
    size_t width = width_at(units, count, at), end = at + width;

    while (end + width <= count &&
           memcmp(units + at, units + end, width * sizeof(*units)) == 0)
        end += width;
    return end - at;
}

bool pol_collapsed_covers(const pol_squeezed *v, size_t start, size_t end,
                          const pol_folded *f, const uint16_t *term,
                          size_t count)
{
    size_t at = 0;

    for (size_t i = start; i < end && at < count;) {
        size_t wanted = repeated(term, count, at);
        size_t first = unit_from(f, v->text.starts[i]);

        if (unit_from(f, v->text.ends[i]) - first < wanted)
            return false;
        at += wanted;
        i += width_at(v->text.units, v->text.count, i);
    }
    return true;
}

bool pol_collapsed_honest(const pol_squeezed *v, size_t start, size_t end,
                          const pol_folded *f)
{
    size_t at = end, first;

    for (size_t i = start; i < end; i++)
        if (is_marked(&v->text, i)) {
            if (at < end || v->text.classes[i] != POL_CLASS_HAN)
                return false;
            at = i;
        }
    if (at == end)
        return false;
    first = unit_from(f, v->text.starts[at]);
    return unit_from(f, v->text.ends[at]) - first == 2 &&
           pol_word_doubles(f, first + 1);
}

/* --- terms ---------------------------------------------------------------- */

static bool is_short(const pol_folded *t)
{
    size_t chars = 0;
    bool han = false;

    for (size_t i = 0; i < t->count; i++) {
        han |= t->classes[i] == POL_CLASS_HAN;
        chars += t->classes[i] <= POL_CLASS_LETTER && !pol_is_low(t->units[i]);
    }
    return chars < (han ? HAN_MIN : OTHER_MIN);
}

policy_status pol_collapse_term(pol_squeezed *out, pol_collapsed_term *what,
                                const pol_folded *f, policy_error *err)
{
    assert(f != &out->text);
    *what = POL_TERM_SAME;
    if (!pol_squeezed_room(out, f->count))
        return pol_error_oom(err);
    collapse(out, f, NULL);
    if (is_short(&out->text))
        *what = POL_TERM_SHORT;
    else if (out->text.count < f->count)
        *what = POL_TERM_COLLAPSED;
    return POLICY_OK;
}
