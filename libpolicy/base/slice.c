/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparison of bytes, the little UTF-8 that names and messages need, and the
 * nearest name for "did you mean".
 */
#include <assert.h>

#include "base/slice.h"

int pol_str_cmp(policy_str a, policy_str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int d = len ? memcmp(a.ptr, b.ptr, len) : 0;

    return d ? d : (a.len > b.len) - (a.len < b.len);
}

bool pol_str_starts(policy_str s, policy_str prefix)
{
    return s.len >= prefix.len &&
           pol_str_eq((policy_str){ s.ptr, prefix.len }, prefix);
}

bool pol_str_ends(policy_str s, policy_str suffix)
{
    return s.len >= suffix.len && (suffix.len == 0 ||
           memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len) == 0);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

policy_str pol_str_trim(policy_str s)
{
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    while (s.len && is_space(*s.ptr)) {
        s.ptr++;
        s.len--;
    }
    return s;
}

/* The number of continuation bytes after `lead`, and the range that the first
 * of them must lie in (Unicode 3.9, table 3-7). 0 for what leads nothing. */
static unsigned lead_tail(uint8_t lead, uint8_t *low, uint8_t *high)
{
    *low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    *high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

uint32_t pol_str_next(policy_str s, size_t *pos)
{
    const uint8_t *p = (const uint8_t *)s.ptr;
    uint8_t lead, low, high;
    uint32_t cp;
    unsigned tail;

    assert(*pos < s.len);
    lead = p[(*pos)++];
    if (lead < 0x80)
        return lead;
    tail = lead_tail(lead, &low, &high);
    if (!tail)
        return 0xfffd;
    cp = lead & (0x3fu >> tail);
    for (; tail; tail--, low = 0x80, high = 0xbf) {
        if (*pos == s.len || p[*pos] < low || p[*pos] > high)
            return 0xfffd;
        cp = cp << 6 | (p[(*pos)++] & 0x3f);
    }
    return cp;
}

/* A U+FFFD of three bytes is the character itself, since a maximal subpart of
 * three bytes is the start of a sequence of four and begins with f0 to f4. */
static bool is_replaced(policy_str s, size_t start, size_t end, uint32_t cp)
{
    return cp == 0xfffd &&
           (end - start != 3 || (uint8_t)s.ptr[start] != 0xef);
}

/* Leads whose continuations may be any: no overlongs, no surrogates. */
static bool is_plain_three(const uint8_t *p)
{
    return p[0] > 0xe0 && p[0] < 0xf0 && p[0] != 0xed &&
           (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80;
}

/* Two of them side by side in the lower six of eight bytes: what all leads and
 * all continuations have, and for each lead a bit. */
static bool are_plain_threes(uint64_t eight)
{
    const unsigned leads = 0xdffe; /* e1 to ef without ed */

    return (eight & 0xc0c0f0c0c0f0u) == 0x8080e08080e0u &&
           (leads >> (eight & 15) & leads >> (eight >> 24 & 15) & 1);
}

size_t pol_str_ill_formed(policy_str s)
{
    size_t pos = 0, start;
    uint32_t cp;

    while (pos < s.len) {
        if (s.len - pos >= 8) {
            uint64_t eight = pol_load64(s.ptr + pos);
            bool ascii = !(eight & 0x8080808080808080u);

            if (ascii || are_plain_threes(eight)) {
                pos += ascii ? 8 : 6;
                continue;
            }
        }
        /* Han, kana and punctuation: the three bytes that most text is of. */
        if (s.len - pos >= 3 && is_plain_three((const uint8_t *)s.ptr + pos)) {
            pos += 3;
            continue;
        }
        start = pos;
        cp = pol_str_next(s, &pos);
        if (is_replaced(s, start, pos, cp))
            return start;
    }
    return s.len;
}

policy_str pol_str_cut(policy_str s, size_t max)
{
    size_t lead = max, end;

    if (s.len <= max)
        return s;
    while (lead > 0 && max - lead < 3 && ((uint8_t)s.ptr[lead] & 0xc0) == 0x80)
        lead--;
    end = lead;
    pol_str_next(s, &end);
    return (policy_str){ s.ptr, end > max ? lead : max };
}

size_t pol_cp_write(char out[4], uint32_t cp)
{
    assert(cp < 0xd800 || (cp > 0xdfff && cp < 0x110000));
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

/* Controls move the cursor; U+2028 and 2029 end a line; the embeddings and
 * isolates let a source show another text than it has (Unicode TR 36, 3). */
bool pol_cp_unshown(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x200e ||
           cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2066 && cp <= 0x2069);
}

size_t pol_str_show(char *out, size_t cap, policy_str s)
{
    size_t pos = 0, len = 0;

    while (pos < s.len) {
        uint32_t cp = pol_str_next(s, &pos);
        char bytes[4];
        size_t n = pol_cp_write(bytes, pol_cp_unshown(cp) ? 0xfffd : cp);

        if (n > cap - len)
            break;
        memcpy(out + len, bytes, n);
        len += n;
    }
    return len;
}

/* Longer names are mistyped too, but nobody is helped by a guess at them, and
 * the row of the table stays on the stack. */
enum { NEAREST_MAX = 64 };

/* The code points of `s`, or SIZE_MAX where there are too many. */
static size_t decode(uint32_t out[NEAREST_MAX], policy_str s)
{
    size_t pos = 0, count = 0;

    while (pos < s.len) {
        if (count == NEAREST_MAX)
            return SIZE_MAX;
        out[count++] = pol_str_next(s, &pos);
    }
    return count;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;

    return m < c ? m : c;
}

/*
 * Edits between a and b: insert, delete, replace, and the swap of neighbours
 * (optimal string alignment), since swapped letters are the commonest slip.
 * Three rows of the table are alive at a time.
 */
static size_t edits(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
    size_t rows[3][NEAREST_MAX + 1];
    size_t i, j;

    for (j = 0; j <= nb; j++)
        rows[0][j] = j;
    for (i = 1; i <= na; i++) {
        size_t *row = rows[i % 3], *up = rows[(i + 2) % 3];
        const size_t *upper = rows[(i + 1) % 3];

        row[0] = i;
        for (j = 1; j <= nb; j++) {
            row[j] = least(row[j - 1] + 1, up[j] + 1,
                           up[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && upper[j - 2] + 1 < row[j])
                row[j] = upper[j - 2] + 1;
        }
    }
    return rows[na % 3][nb];
}

policy_str pol_nearest(policy_str name, const policy_str *names, size_t count)
{
    uint32_t want[NEAREST_MAX], other[NEAREST_MAX];
    size_t n = decode(want, name), best, i;
    policy_str found = { "", 0 };

    if (n == SIZE_MAX || n == 0)
        return found;
    best = n / 3 < 1 ? 1 : n / 3 > 3 ? 3 : n / 3;
    best++; /* one more than is near enough */
    for (i = 0; i < count; i++) {
        size_t m = decode(other, names[i]), d;

        /* A word of one character is one edit from every other. */
        if (m == SIZE_MAX || m == 0 || (n == 1 && m == 1))
            continue;
        if ((m > n ? m - n : n - m) >= best)
            continue;
        d = edits(want, n, other, m);
        if (d < best && d < (n > m ? n : m)) {
            best = d;
            found = names[i];
        }
    }
    return found;
}
