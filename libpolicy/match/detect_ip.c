/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of the Internet protocol: four decimal octets, and the text forms of
 * RFC 4291, 2.2. A run of what an address may be made of is read as a whole, so
 * that no part of a longer one, of a version or of a time is taken.
 */
#include "match/detect.h"
#include "match/detectors.h"

/* The longest: eight groups of four, of which the last two in octets. */
enum { RUN_MAX = 45, GROUPS = 8 };

static bool is_hex(uint16_t u)
{
    return pol_unit_digit(u) || (u >= 'a' && u <= 'f');
}

static bool is_word(const pol_folded *t, size_t i)
{
    uint16_t u = pol_at(t, i);

    return pol_unit_letter(u) || pol_unit_digit(u) || u == '_';
}

/* Behind four octets at `i`, or `i`. `small`: are all of one digit? */
static size_t octets_end(const pol_folded *t, size_t i, bool *small)
{
    size_t k = i, part, n;

    *small = true;
    for (part = 0; part < 4; part++) {
        unsigned v = 0;

        for (n = 0; n < 4 && pol_unit_digit(pol_at(t, k + n)); n++)
            v = v * 10 + (unsigned)(t->units[k + n] - '0');
        if (n == 0 || v > 255 || (n > 1 && t->units[k] == '0') ||
            n > 3 || (part == 0 && v == 0))
            return i;
        *small = *small && n == 1;
        k += n;
        if (part < 3 && pol_at(t, k++) != '.')
            return i;
    }
    return k;
}

/* v1.2.3.4, 版本 1.2.3.4, and sections §1.2.3.4. */
static bool is_version(const pol_folded *t, size_t i)
{
    uint16_t before = i > 0 ? t->units[i - 1] : 0;

    if (before == ' ' || before == ':')
        before = i > 1 ? t->units[i - 2] : 0;
    return before == 'v' || before == 0x672c || before == 0x7248 /* 本 版 */ ||
           before == 0x7b2c || before == 0xa7 /* 第 § */ ||
           pol_context(t, i, i, POL_DETECT_IP) < 0;
}

static size_t v4_end(const pol_folded *t, size_t i)
{
    bool small;
    size_t end = octets_end(t, i, &small);

    if (end == i || is_word(t, end) || pol_at(t, end) == '%' ||
        (pol_at(t, end) == '.' && is_word(t, end + 1)) ||
        (pol_at(t, end) == '-' && is_word(t, end + 1)))
        return i;
    /* 1.2.3.4 by itself is rather a version or a section. */
    if (pol_context(t, i, end, POL_DETECT_IP) > 0)
        return end;
    return small || is_version(t, i) ? i : end;
}

struct v6 {
    size_t groups, longest;
    bool gap, digits;
};

/* Behind the groups at `i`; false where they are none. The last may be octets. */
static bool read_v6(const pol_folded *t, size_t i, size_t end, struct v6 *a)
{
    *a = (struct v6){ 0 };
    if (pol_at(t, i) == ':' && pol_at(t, i + 1) != ':')
        return false;
    while (i < end) {
        size_t n = 0;
        bool small;

        if (t->units[i] == ':' && pol_at(t, i + 1) == ':') {
            if (a->gap)
                return false;
            a->gap = true;
            i += 2;
            if (i < end && t->units[i] == ':')
                return false;
            continue;
        }
        if (a->groups && t->units[i] == ':')
            i++;
        if (a->groups >= 1 && octets_end(t, i, &small) == end) {
            a->groups += 2;
            a->digits = true;
            return true;
        }
        for (; n < 5 && i + n < end && is_hex(t->units[i + n]); n++)
            a->digits |= pol_unit_digit(t->units[i + n]);
        if (n == 0 || n > 4)
            return false;
        a->groups++;
        a->longest = n > a->longest ? n : a->longest;
        i += n;
        if (i < end && t->units[i] != ':')
            return false;
    }
    return true;
}

/* Eight groups; or fewer with a gap, of which one is as long as they are in
 * networks: 2001:db8::1, not 1::2. */
static bool is_v6(const pol_folded *t, size_t i, size_t end)
{
    struct v6 a;

    if (end - i == 3 && t->units[i + 2] == '1' && t->units[i + 1] == ':' &&
        t->units[i] == ':')
        return true;
    if (!read_v6(t, i, end, &a) || !a.digits)
        return false;
    return a.gap ? a.groups < GROUPS && a.longest > 2 : a.groups == GROUPS;
}

/* The end of the run of hexadecimals, colons and stops at `i`, without the
 * punctuation that ends a sentence behind it. */
static size_t run_end(const pol_folded *t, size_t i, size_t *colons)
{
    size_t end = i;

    *colons = 0;
    for (; is_hex(pol_at(t, end)) || pol_at(t, end) == ':' ||
           pol_at(t, end) == '.'; end++)
        *colons += t->units[end] == ':';
    return end;
}

static size_t v6_end(const pol_folded *t, size_t i, size_t end)
{
    if (is_word(t, end))
        return i;
    while (end > i && (t->units[end - 1] == '.' ||
                       (t->units[end - 1] == ':' && t->units[end - 2] != ':')))
        end--;
    return end - i <= RUN_MAX && end > i && is_v6(t, i, end) ? end : i;
}

bool pol_find_ip(const pol_folded *t, size_t from, pol_find *out)
{
    size_t i = from, end, run, colons;

    for (; i < t->count; i = run > i ? run : i + 1) {
        run = run_end(t, i, &colons);
        /* ip:192.0.2.1, and a full-width colon, which the fold has made one. */
        if (run > i && t->units[i] == ':' && pol_at(t, i + 1) != ':') {
            run = i + 1;
            continue;
        }
        if (run == i ||
            (i > 0 && (is_word(t, i - 1) || t->units[i - 1] == '-')))
            continue;
        end = colons > 1 ? v6_end(t, i, run) : i;
        if (end == i && pol_unit_digit(t->units[i]))
            end = v4_end(t, i);
        if (end > i) {
            *out = (pol_find){ i, end, false };
            return true;
        }
    }
    return false;
}
