/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fold while it runs: what fold.c and segment.c share.
 */
#ifndef POL_TEXT_FOLD_RUN_H
#define POL_TEXT_FOLD_RUN_H

#include <assert.h>
#include <stdbool.h>

#include "text/fold.h"
#include "text/fold_tables.h"
#include "text/utf8.h"

/* Units behind the room of the arrays that may be written, so that vectors need
 * no end of their own: what is written behind the last unit is never read. */
#define POL_FOLD_SLACK 64

/* There is text left at r->pos: fold what is one unit a character as far as it
 * goes; and, where that is quick, what merely goes. Returns how many characters
 * are to be folded one by one before the next row, 0 if there may be one. */
typedef struct pol_run pol_run;
typedef unsigned (*pol_fold_row)(pol_run *r);

struct pol_run {
    pol_folded *f;
    policy_str text;
    size_t pos;        /* next byte */
    uint16_t pending;  /* reasons for the next unit */
    uint32_t seen;     /* all cells that were used: their traits */
    size_t removed_at; /* units when the last mark was removed */
    unsigned removed;  /* marks removed since then without a unit between */
    unsigned single;   /* see pol_run_single() */
    pol_fold_row row;
};

/* What a row of `done` units returns that met what is not for it. One that was
 * hardly worth its start is not tried again at once, and ever later: where such
 * characters come thick it would cost more than it gives. */
static inline unsigned pol_run_single(pol_run *r, size_t done)
{
    enum { WORTH = 4, FIRST = 8, LAST = 64 };

    if (done >= WORTH) {
        r->single = 0;
        return 1;
    }
    r->single = !r->single ? FIRST : r->single < LAST ? 2 * r->single : LAST;
    return r->single;
}

bool pol_run_grow(pol_run *r, size_t want);
/* Room for `units` now and for every byte from `pos` on. */
static inline bool pol_run_room(pol_run *r, size_t units, size_t pos)
{
    size_t want = r->f->count + units + (r->text.len - pos);

    return want <= r->f->cap || pol_run_grow(r, want);
}

/* A POL_DELETED_* stands behind a unit of class `base` (POL_CLASS_COUNT: behind
 * none). */
void pol_run_delete(pol_run *r, uint32_t kind, unsigned base);
/* A mark was removed from the unit that stands last. */
void pol_run_removed_mark(pol_run *r);
/* Fold the run of combining code points whose first one, of cell `cell`, begins
 * at `start` and ends at r->pos. False: out of memory. */
bool pol_run_segment(pol_run *r, uint32_t cell, uint32_t start);

/* Letters and digits of which no mark makes another word. */
static inline bool pol_takes_no_mark(unsigned class)
{
    return class == POL_CLASS_HAN || class == POL_CLASS_LATIN ||
           class == POL_CLASS_DIGIT;
}

/* One unit of the class and for the reasons that `cell` tells. */
static inline void pol_run_put(pol_run *r, uint16_t unit, uint32_t cell,
                               uint32_t start, uint32_t end)
{
    pol_folded *f = r->f;
    size_t at = f->count++;

    assert(at < f->cap);
    f->units[at] = unit;
    f->reasons[at] = (uint16_t)((cell >> POL_CELL_REASONS & 0xFF) | r->pending);
    f->starts[at] = start;
    f->ends[at] = end;
    f->classes[at] = (uint8_t)(cell >> POL_CELL_CLASS & 7);
}

/* A folded code point; `cell` is its own, but for its reasons. */
static inline void pol_run_put_cp(pol_run *r, uint32_t cp, uint32_t cell,
                                  uint32_t start, uint32_t end)
{
    if (cp < 0x10000) {
        pol_run_put(r, (uint16_t)cp, cell, start, end);
    } else {
        pol_run_put(r, pol_high_of(cp), cell, start, end);
        pol_run_put(r, pol_low_of(cp), cell, start, end);
    }
    r->pending = 0;
}

/* Bytes of the maximal subpart at `p`, which begins nothing well-formed. */
static inline size_t pol_run_subpart(const unsigned char p[4])
{
    unsigned low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;

    if (p[0] < 0xE0 || p[0] > 0xF4 || p[1] < low || p[1] > high)
        return 1;
    return p[0] < 0xF0 || (p[2] & 0xC0) != 0x80 ? 2 : 3;
}

/* pol_utf8_next, quick for what is not at the very end. */
static inline size_t pol_run_next(policy_str s, size_t pos, uint32_t *cp,
                                  bool *ok)
{
    const unsigned char *p = (const unsigned char *)s.ptr + pos;
    uint32_t second, third, fourth;

    *ok = true;
    if (p[0] < 0x80) {
        *cp = p[0];
        return pos + 1;
    }
    if (s.len - pos < 4)
        return pol_utf8_next(s, pos, cp, ok);
    second = p[1] ^ 0x80u;
    if (second < 0x40 && p[0] - 0xC2u < 0x1E) {
        *cp = (p[0] & 0x1Fu) << 6 | second;
        return pos + 2;
    }
    third = p[2] ^ 0x80u;
    if ((second | third) < 0x40 && p[0] - 0xE0u < 0x10) {
        *cp = (p[0] & 0xFu) << 12 | second << 6 | third;
        if (*cp >= 0x800 && !pol_is_surrogate(*cp))
            return pos + 3;
    }
    fourth = p[3] ^ 0x80u;
    if ((second | third | fourth) < 0x40 && p[0] - 0xF0u < 5) {
        *cp = (p[0] & 7u) << 18 | second << 12 | third << 6 | fourth;
        if (*cp >= 0x10000 && *cp <= POL_CP_MAX)
            return pos + 4;
    }
    *ok = false;
    *cp = POL_CP_REPLACEMENT;
    return pos + pol_run_subpart(p);
}

#endif
