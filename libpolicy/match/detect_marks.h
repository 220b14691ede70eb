/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking for what detectors begin with at eight places of a text at once.
 */
#ifndef POL_MATCH_DETECT_MARKS_H
#define POL_MATCH_DETECT_MARKS_H

#include <stdbool.h>
#include <string.h>

#include "text/fold.h"
#include "text/lanes.h"

enum {
    POL_LANES = 8,
    POL_MARK_SEEN = 8 /* units that a mark may have at most */
};

typedef uint16_t pol_units8 __attribute__((vector_size(2 * POL_LANES)));

/* Of eight places from `u` on, which has what is looked for: lanes of 0 or not.
 * Reads as many units as a mark has from each of them. */
typedef pol_units8 (*pol_mark)(const uint16_t *u);

static inline pol_units8 pol_load8(const uint16_t *u)
{
    pol_units8 v;

    memcpy(&v, u, sizeof(v));
    return v;
}

static inline bool pol_any8(pol_units8 v)
{
    return pol_any16((pol_bytes16)v);
}

static inline pol_units8 pol_is8(pol_units8 u, uint16_t value)
{
    return (pol_units8)(u == value);
}

static inline pol_units8 pol_in8(pol_units8 u, uint16_t first, uint16_t last)
{
    return (pol_units8)(u - first <= (uint16_t)(last - first));
}

/* `mark` of fewer than eight places at `u`, whose last one ends at `count`. */
static inline pol_units8 pol_mark_rest(const uint16_t *u, size_t count,
                                       pol_mark mark)
{
    uint16_t few[POL_LANES + POL_MARK_SEEN] = { 0 };

    for (size_t k = 0; k < count; k++)
        few[k] = u[k];
    return mark(few);
}

/* The first place from `i` on that has the mark, of `seen` units; the end of the
 * text if there is none. Inlined, with `mark`. */
static inline size_t pol_next_mark(const pol_folded *t, size_t i, size_t seen,
                                   pol_mark mark)
{
    size_t places = t->count < seen ? 0 : t->count - seen + 1;

    for (; i < places; i += POL_LANES) {
        const uint16_t *u = t->units + i;
        pol_units8 m = i + POL_LANES <= places
                           ? mark(u) : pol_mark_rest(u, t->count - i, mark);

        if (pol_any8(m))
            for (size_t k = 0; k < POL_LANES && i + k < places; k++)
                if (m[k])
                    return i + k;
    }
    return t->count;
}

#endif
