/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 by the table of well-formed sequences (Unicode 3.9, table 3-7): only
 * the second byte has a range that depends on the first.
 */
#include "text/utf8.h"

#include <assert.h>

static bool is_tail(unsigned char c)
{
    return (c & 0xC0u) == 0x80;
}

/* Bytes of the sequence that `first` begins, and the range of its second; 1 for
 * ASCII and for what begins nothing. */
static unsigned sequence(unsigned char first, unsigned char *low,
                         unsigned char *high)
{
    *low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    *high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (first < 0xC2 || first > 0xF4)
        return 1;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

size_t pol_utf8_next(policy_str s, size_t pos, uint32_t *cp, bool *ok)
{
    const unsigned char *p = (const unsigned char *)s.ptr + pos;
    size_t left = s.len - pos;
    unsigned char low, high;
    unsigned need, have;
    uint32_t c;

    assert(pos < s.len);
    need = sequence(p[0], &low, &high);
    if (need == 1) {
        *ok = p[0] < 0x80;
        *cp = *ok ? p[0] : POL_CP_REPLACEMENT;
        return pos + 1;
    }
    c = p[0] & (0x7Fu >> need);
    for (have = 1; have < need && have < left; have++) {
        if (have == 1 ? p[1] < low || p[1] > high : !is_tail(p[have]))
            break;
        c = c << 6 | (p[have] & 0x3Fu);
    }
    *ok = have == need;
    *cp = *ok ? c : POL_CP_REPLACEMENT;
    return pos + have;
}

size_t pol_utf8_prev(policy_str s, size_t pos)
{
    size_t start = pos;

    assert(pos > 0 && pos <= s.len);
    /* A subpart ends at `pos` if reading from at most three tails before it
     * leads there; else the last byte stands alone. */
    for (unsigned back = 1; back <= 4 && back <= pos; back++) {
        uint32_t cp;
        bool ok;
        unsigned char c = (unsigned char)s.ptr[pos - back];

        if (!is_tail(c)) {
            if (pol_utf8_next(s, pos - back, &cp, &ok) == pos)
                start = pos - back;
            break;
        }
    }
    return start < pos ? start : pos - 1;
}

bool pol_utf8_valid(policy_str s)
{
    uint32_t cp;
    bool ok = true;

    for (size_t pos = 0; ok && pos < s.len;)
        pos = pol_utf8_next(s, pos, &cp, &ok);
    return ok;
}

size_t pol_utf8_count(policy_str s)
{
    uint32_t cp;
    size_t count = 0;
    bool ok;

    for (size_t pos = 0; pos < s.len; count++)
        pos = pol_utf8_next(s, pos, &cp, &ok);
    return count;
}

size_t pol_utf8_put(char out[4], uint32_t cp)
{
    assert(cp <= POL_CP_MAX && !pol_is_surrogate(cp));
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

uint32_t pol_utf16_next(const uint16_t *units, size_t count, size_t *pos)
{
    uint16_t unit = units[(*pos)++];

    if (pol_is_high(unit) && *pos < count && pol_is_low(units[*pos]))
        return pol_from_pair(unit, units[(*pos)++]);
    return unit;
}
