/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two-way string matching (Crochemore and Perrin, 1991). memmem of the C
 * library is not promised to be linear, and a guard is charged as if it were.
 * Before it, since most needles are short and most texts hold few of their last
 * byte: memchr for that byte, for as long as the bytes compared in vain are no
 * more than those passed.
 *
 * The needle is cut at a critical position l: matched right of it from left to
 * right, then left of it. A mismatch on the right at i moves by i - l + 1,
 * which skips nothing because the local period at l is that of the whole
 * needle. If the part before l repeats with the period of the needle, `keep`
 * bytes of the left are known to match after a move by that period and are not
 * looked at again; else a move by more than half of the needle is safe. At most
 * 2n comparisons.
 */
#include <stdbool.h>
#include <string.h>

#include "script/find.h"

/* Bytes that may be compared in vain at the start of a text. */
enum { VAIN_FREE = 64 };

/* The start of the largest suffix by the order of bytes (or, with `reverse`,
 * its opposite), and that suffix's period. */
static size_t maximal_suffix(const unsigned char *p, size_t len, bool reverse,
                             size_t *period)
{
    size_t start = 0, j = 1, k = 0, per = 1;

    while (j + k < len) {
        unsigned char a = p[j + k], b = p[start + k];

        if (a == b) {
            if (++k == per) {
                j += per;
                k = 0;
            }
        } else if ((a < b) != reverse) {
            j += k + 1;
            k = 0;
            per = j - start;
        } else {
            start = j++;
            k = 0;
            per = 1;
        }
    }
    *period = per;
    return start;
}

static size_t critical_position(const unsigned char *p, size_t len,
                                size_t *period)
{
    size_t other, b, a = maximal_suffix(p, len, false, period);

    b = maximal_suffix(p, len, true, &other);
    if (b < a)
        return a;
    *period = other;
    return b;
}

/* As pol_find, which sees to it that the needle is not empty nor too long. */
static size_t two_way(policy_str hay, policy_str needle)
{
    const unsigned char *p = (const unsigned char *)needle.ptr;
    const unsigned char *t = (const unsigned char *)hay.ptr;
    size_t n = needle.len, cut, period, keep = 0, known = 0, pos = 0;

    cut = critical_position(p, n, &period);
    if (cut + period <= n && memcmp(p, p + period, cut) == 0)
        keep = n - period;
    else
        period = (cut > n - cut ? cut : n - cut) + 1;
    while (pos <= hay.len - n) {
        size_t i = cut > known ? cut : known;

        while (i < n && p[i] == t[pos + i])
            i++;
        if (i < n) {
            pos += i - cut + 1;
            known = 0;
            continue;
        }
        for (i = cut; i > known && p[i - 1] == t[pos + i - 1];)
            i--;
        if (i <= known)
            return pos;
        pos += period;
        known = keep;
    }
    return SIZE_MAX;
}

size_t pol_find(policy_str hay, policy_str needle)
{
    size_t n = needle.len, pos = 0, vain = 0, rest;

    if (n == 0)
        return 0;
    while (n <= hay.len - pos && vain <= pos + VAIN_FREE) {
        const char *from = hay.ptr + pos + n - 1;
        const char *last = memchr(from, needle.ptr[n - 1],
                                  (size_t)(hay.ptr + hay.len - from));

        if (!last)
            return SIZE_MAX;
        pos += (size_t)(last - from);
        if (memcmp(hay.ptr + pos, needle.ptr, n - 1) == 0)
            return pos;
        pos++;
        vain += n;
    }
    if (n > hay.len - pos)
        return SIZE_MAX;
    rest = two_way((policy_str){ hay.ptr + pos, hay.len - pos }, needle);
    return rest == SIZE_MAX ? SIZE_MAX : pos + rest;
}
