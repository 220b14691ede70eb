/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A view that has one unit for each of another text: units, reasons and classes
 * of its own, and the other's map to the bytes.
 */
#ifndef POL_TEXT_OVERLAY_H
#define POL_TEXT_OVERLAY_H

#include <stdbool.h>

#include "text/fold.h"

typedef struct pol_overlay {
    pol_folded text; /* `starts` and `ends` are those of what it overlays */
    size_t room;     /* units that the three arrays hold */
    const policy_allocator *allocator;
} pol_overlay;

/* `a` is borrowed as long as `o` lives. Allocates nothing. */
void pol_overlay_init(pol_overlay *o, const policy_allocator *a);
void pol_overlay_fini(pol_overlay *o);
/* No units at all: there is nothing to see. */
void pol_overlay_clear(pol_overlay *o);
/* Let `o` be as `f`, whose map it borrows until it is filled again. Grows,
 * never shrinks; false: out of memory, and `o` is clear. */
bool pol_overlay_fill(pol_overlay *o, const pol_folded *f);

#endif
