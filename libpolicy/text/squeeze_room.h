/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views with gaps while they are made: what squeeze.c and collapse.c share.
 */
#ifndef POL_TEXT_SQUEEZE_ROOM_H
#define POL_TEXT_SQUEEZE_ROOM_H

#include "text/squeeze.h"

/* Room for `want` units in all; what was there is not kept. False: out of
 * memory, and `s` is empty. */
bool pol_squeezed_room(pol_squeezed *s, size_t want);
/* The units [i, end) of `f` with their gaps; `gaps` NULL: without any. */
void pol_squeezed_put(pol_squeezed *s, const pol_folded *f, const uint8_t *gaps,
                      size_t i, size_t end);
/* A break, at the byte `at` of the source. */
void pol_squeezed_put_break(pol_squeezed *s, uint32_t at);

#endif
