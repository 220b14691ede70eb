/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts over a sliding window, in sixtieths of it, or over a period of the
 * calendar. What came is added up in *cells*. The window of a time is its own
 * cell and the 59 before it, or its own period, which is one cell.
 */
#ifndef POL_STATE_WINDOW_H
#define POL_STATE_WINDOW_H

#include "config/zone.h"
#include "state/stored.h"

/* ORDER PERIOD */
typedef enum pol_period {
    POL_PERIOD_NONE, POL_PERIOD_DAY, POL_PERIOD_WEEK, POL_PERIOD_MONTH,
    POL_PERIOD_QUARTER, POL_PERIOD_YEAR, POL_PERIOD_COUNT
} pol_period;
extern const char *const pol_period_names[]; /* of POL_PERIOD_DAY first */

enum {
    POL_WINDOW_CELLS = 60,
    /* Events that are known to have been counted. One that comes again after so
     * many others of its key within one window counts again. */
    POL_WINDOW_MARKS = 256
};

/* How long a window is: `over`, in ms, or a period. */
typedef struct pol_window_span {
    int64_t over;
    pol_period period;
    const pol_zone *zone;
} pol_window_span;

typedef struct pol_cell { int64_t number, amount; } pol_cell;
typedef struct pol_mark { int64_t cell; uint64_t hash; } pol_mark;

/* Cells and marks by rising numbers; both in an arena, with room for one more
 * where they were read for writing. */
typedef struct pol_window {
    pol_cell *cells;
    size_t cell_count;
    pol_mark *marks; /* of events counted, or of distinct values */
    size_t mark_count;
} pol_window;

/* When the period begins that `ms` is in, or that is `later` ones behind it. */
int64_t pol_period_begin(pol_period p, const pol_zone *zone, int64_t ms,
                         int64_t later);
/* The number of the cell that `ms` is in. */
int64_t pol_window_cell(const pol_window_span *s, int64_t ms);
/* When nothing of what was counted at `ms` counts any more, at the latest. */
int64_t pol_window_until(const pol_window_span *s, int64_t ms);
/* Amount of the window of `ms`, or its distinct values. */
int64_t pol_window_amount(const pol_window *w, const pol_window_span *s,
                          int64_t ms);
int64_t pol_window_distinct(const pol_window *w, const pol_window_span *s,
                            int64_t ms);
/* What is counted of: an event, by its source and id; a value. */
uint64_t pol_window_hash(policy_str a, policy_str b);
/* Count `amount` for the mark, once; false: it was counted before. What is in no
 * window of the newest cell is dropped. */
bool pol_window_add(pol_window *w, const pol_window_span *s, int64_t ms,
                    uint64_t hash, int64_t amount);
/* The same for a distinct value. *full: there are more than `max` of them, and
 * the oldest was dropped. */
bool pol_window_see(pol_window *w, const pol_window_span *s, int64_t ms,
                    uint64_t hash, uint64_t max, bool *full);
/* With room for one more cell and mark. ESTATE, ENOMEM. */
policy_status pol_window_read(pol_window *out, policy_str body,
                              pol_arena *arena, policy_error *err);
policy_str pol_window_write(const pol_window *w, pol_arena *arena);

#endif
