/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers hidden in forms: an overlay in which the digits of a long number that
 * go by other names are 0 to 9, so that the detectors of numbers see them.
 *
 * Names are the Han numerals, plain and of accounting, those of the radio (幺
 * 两 洞 拐), and the letters o, l and i between digits. Circled, full-width and
 * other scripts' digits are digits after the base fold already.
 */
#ifndef POL_TEXT_NUMERALS_H
#define POL_TEXT_NUMERALS_H

#include "text/overlay.h"

/* Digits that a number must have to be looked at: below are dates, prices,
 * years, and counting (一二三). */
enum { POL_NUMERALS_MIN = 7 };

/* The overlay of `f`, with POL_REASON_NUMERAL on what changed; no units where
 * nothing did. ENOMEM leaves it clear. Linear in f->count. */
policy_status pol_numerals(pol_overlay *out, const pol_folded *f,
                           policy_error *err);

#endif
