/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room for overlays: one block, that begins with the units.
 */
#include "text/overlay.h"

#include <string.h>

#include "base/alloc.h"

enum {
    FIRST_ROOM = 64,
    UNIT_SIZE = 2 * sizeof(uint16_t) + 1 /* unit, reasons, class */
};

void pol_overlay_init(pol_overlay *o, const policy_allocator *a)
{
    *o = (pol_overlay){ .allocator = a };
}

void pol_overlay_fini(pol_overlay *o)
{
    pol_free(o->allocator, o->text.units, o->room * UNIT_SIZE);
    pol_overlay_init(o, o->allocator);
}

void pol_overlay_clear(pol_overlay *o)
{
    o->text.count = 0;
}

static bool make_room(pol_overlay *o, size_t want)
{
    size_t room = o->room + o->room / 2;
    char *block;

    if (want <= o->room)
        return true;
    room = room < want ? want : room;
    room = room < FIRST_ROOM ? FIRST_ROOM : room;
    block = pol_alloc(o->allocator, room * UNIT_SIZE);
    if (!block)
        return false;
    pol_overlay_fini(o);
    o->room = room;
    o->text.units = (uint16_t *)(void *)block;
    o->text.reasons = o->text.units + room;
    o->text.classes = (uint8_t *)(o->text.reasons + room);
    return true;
}

bool pol_overlay_fill(pol_overlay *o, const pol_folded *f)
{
    pol_overlay_clear(o);
    if (!make_room(o, f->count))
        return false;
    if (f->count) {
        memcpy(o->text.units, f->units, f->count * sizeof(*f->units));
        memcpy(o->text.reasons, f->reasons, f->count * sizeof(*f->reasons));
        memcpy(o->text.classes, f->classes, f->count);
    }
    o->text.starts = f->starts;
    o->text.ends = f->ends;
    o->text.flags = f->flags;
    o->text.count = f->count;
    return true;
}
