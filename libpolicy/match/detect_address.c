/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Postal addresses of the mainland: at least two levels (province, city, district,
 * town, road) and a house number. From 号 outwards: the number before it, the road
 * or village before that, the levels before it as far as an address may reach, and
 * behind it the building, the floor, the room.
 */
#include <uchar.h>

#include "match/detect.h"
#include "match/detect_marks.h"
#include "match/detectors.h"

/* A name of a level has one to seven characters before its suffix (呼和浩特市
 * has four, autonomous prefectures more), an address 60 and no more. */
enum { NAME_MAX = 8, BEFORE_MAX = 48, NUMBER_MAX = 6, BEHIND_MAX = 24 };

static bool is_in(uint16_t u, const char16_t *set)
{
    for (; *set; set++)
        if (u == *set)
            return true;
    return false;
}

static bool is_number(uint16_t u)
{
    return pol_unit_digit(u) || is_in(u, u"〇零一二三四五六七八九十百-甲乙");
}

/* Words that come before an address and are no part of its names. */
static bool is_border(const pol_folded *t, size_t i)
{
    return t->classes[i] != POL_CLASS_HAN ||
           is_in(pol_at(t, i), u"在到的了是住去往从于我你他她请送寄至");
}

/* Where the number that ends at `end` begins, or `end`. */
static size_t number_start(const pol_folded *t, size_t from, size_t end)
{
    size_t i = end;

    while (i > from && end - i <= NUMBER_MAX && is_number(pol_at(t, i - 1)))
        i--;
    return end - i > NUMBER_MAX ? end : i;
}

/* The first unit of the names before `end`, which stand without a break. */
static size_t names_start(const pol_folded *t, size_t from, size_t end)
{
    size_t i = end;

    while (i > from && end - i < BEFORE_MAX && !is_border(t, i - 1))
        i--;
    return i;
}

/* How many levels the names have, and where the first one begins: it has no more
 * characters before its suffix than a name. */
static size_t count_levels(const pol_folded *t, size_t *start, size_t end)
{
    size_t i, name = *start, levels = 0;

    for (i = *start; i < end; i++) {
        if (!is_in(pol_at(t, i), u"省市区县州盟旗镇乡路街道巷村弄里屯") ||
            i == name)
            continue;
        if (i - name > NAME_MAX && levels == 0)
            *start = i - NAME_MAX + 5;
        levels++;
        /* 街道 and 自治区 are of one name; 道路 too. */
        name = i + 1;
    }
    return levels;
}

/* Behind the building, floor and room at `i`: numbers and suffixes in turns. */
static size_t rooms_end(const pol_folded *t, size_t i)
{
    size_t k = i, end = i, n;

    while (k - i < BEHIND_MAX) {
        for (n = 0; is_number(pol_at(t, k + n)) ||
                    pol_unit_letter(pol_at(t, k + n)); n++)
            if (n > NUMBER_MAX)
                return end;
        if (n == 0)
            return end;
        k += n;
        if (pol_at(t, k) == 0x5355 && pol_at(t, k + 1) == 0x5143) /* 单元 */
            k += 2;
        else if (is_in(pol_at(t, k), u"号楼栋幢座层室弄院户"))
            k += 1u + (pol_at(t, k) == 0x53f7 && pol_at(t, k + 1) == 0x697c);
        else /* a room's number may end the address */
            return pol_unit_digit(pol_at(t, k - 1)) && n >= 3 ? k : end;
        end = k;
    }
    return end;
}

static inline pol_units8 house_mark(const uint16_t *u)
{
    return pol_is8(pol_load8(u), 0x53f7); /* 号 */
}

bool pol_find_address(const pol_folded *t, size_t from, pol_find *out)
{
    size_t i, number, start;

    for (i = from + 1; (i = pol_next_mark(t, i, 1, house_mark)) < t->count;
         i++) {
        number = number_start(t, from, i);
        /* The names end in the road or village: 3月5号 has none. */
        if (number == i || number == from ||
            !is_in(pol_at(t, number - 1), u"路街道巷弄村里镇乡屯"))
            continue;
        start = names_start(t, from, number);
        if (count_levels(t, &start, number) < 2 || is_in(pol_at(t, i + 1), u"线"))
            continue;
        /* 7号楼, 7号院 */
        i += 1u + is_in(pol_at(t, i + 1), u"楼院");
        *out = (pol_find){ start, rooms_end(t, i), false };
        return true;
    }
    return false;
}
