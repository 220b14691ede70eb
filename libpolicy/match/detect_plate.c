/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vehicle plates of the mainland (GA 36-2018): a province, a letter of the
 * authority, and five characters, the last of which may name a use; six for new
 * energy, with a letter first (small cars) or last (large ones).
 */
#include <string.h>
#include <uchar.h>

#include "match/detect.h"
#include "match/detect_marks.h"
#include "match/detectors.h"

static bool is_alnum(uint16_t u)
{
    return pol_unit_letter(u) || pol_unit_digit(u);
}

static bool is_in(uint16_t u, const char16_t *set)
{
    for (; *set; set++)
        if (u == *set)
            return true;
    return false;
}

static bool is_province_name(uint16_t u)
{
    return is_in(u, u"京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼");
}

/* The alphabet of the serial: I and O are not used. */
static bool is_serial(uint16_t u)
{
    return is_alnum(u) && u != 'i' && u != 'o';
}

static bool ends(const pol_folded *t, size_t i)
{
    return !is_alnum(pol_at(t, i)) &&
           !(pol_at(t, i) == '-' && is_alnum(pol_at(t, i + 1)));
}

/* Digits and at most two letters, counted from `i`. */
static bool is_common(const pol_folded *t, size_t i, size_t count)
{
    size_t k, letters = 0;

    for (k = 0; k < count; k++) {
        if (!is_serial(pol_at(t, i + k)))
            return false;
        letters += pol_unit_letter(t->units[i + k]);
    }
    return letters <= 2;
}

static bool are_digits(const pol_folded *t, size_t i, size_t count)
{
    for (; count; count--)
        if (!pol_unit_digit(pol_at(t, i++)))
            return false;
    return true;
}

/* Letters of new energy: D, then A, B, C, E for battery cars; F, then G, H, J, K for
 * others. */
static bool is_energy(uint16_t u)
{
    return is_in(u, u"abcdefghjk");
}

static size_t serial_end(const pol_folded *t, size_t i)
{
    if (is_energy(pol_at(t, i)) && is_serial(pol_at(t, i + 1)) &&
        are_digits(t, i + 2, 4) && ends(t, i + 6))
        return i + 6;
    if (are_digits(t, i, 5) && is_energy(pol_at(t, i + 5)) && ends(t, i + 6))
        return i + 6;
    if (is_common(t, i, 4) && is_in(pol_at(t, i + 4), u"学警港澳挂领使") &&
        ends(t, i + 5))
        return i + 5;
    return is_common(t, i, 5) && ends(t, i + 5) ? i + 5 : i;
}

/* The plate at `i`; `i` if there is none. A dot of any kind, a space or a hyphen
 * may stand behind the authority. */
static size_t plate_end(const pol_folded *t, size_t i)
{
    size_t serial, end;

    if (pol_at(t, i) == 0x4f7f) /* 使 of an embassy */
        return are_digits(t, i + 1, 6) && ends(t, i + 7) ? i + 7 : i;
    if (!is_province_name(pol_at(t, i)) ||
        !pol_unit_letter(pol_at(t, i + 1)) || t->units[i + 1] == 'i')
        return i;
    serial = i + 2 + is_in(pol_at(t, i + 2), u"·•・.- ");
    end = serial_end(t, serial);
    return end > serial ? end : i;
}

enum { SHORTEST = 7 };

/* Few characters are before a letter: the provinces come second. */
static inline pol_units8 plate_mark(const uint16_t *u)
{
    pol_units8 a = pol_load8(u);

    return ((pol_units8)(a >= 0x80) & pol_in8(pol_load8(u + 1), 'a', 'z')) |
           pol_is8(a, 0x4f7f); /* 使 */
}

bool pol_find_plate(const pol_folded *t, size_t from, pol_find *out)
{
    size_t i, end;

    for (i = from; (i = pol_next_mark(t, i, SHORTEST, plate_mark)) < t->count;
         i++) {
        if ((end = plate_end(t, i)) == i)
            continue;
        /* 使用 123456 and the like are verbs. */
        if (t->units[i] == 0x4f7f &&
            pol_context(t, i, end, POL_DETECT_PLATE) <= 0)
            continue;
        *out = (pol_find){ i, end, false };
        return true;
    }
    return false;
}
