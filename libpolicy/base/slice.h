/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes with a length: comparison, copies, the nearest name.
 */
#ifndef POL_BASE_SLICE_H
#define POL_BASE_SLICE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <policy/status.h>

#define POL_STR(literal) ((policy_str){ "" literal "", sizeof(literal) - 1 })

static inline policy_str pol_str(const char *s)
{
    return (policy_str){ s, s ? strlen(s) : 0 };
}

static inline bool pol_str_eq(policy_str a, policy_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool pol_str_is(policy_str a, const char *b)
{
    return pol_str_eq(a, pol_str(b));
}

/* Four and eight bytes, the first lowest. Spelt out, since compilers make one load
 * of this and none of a loop. */
static inline uint32_t pol_load32(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static inline uint64_t pol_load64(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
           (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 |
           (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* By bytes, the shorter first: as memcmp. */
int pol_str_cmp(policy_str a, policy_str b);
bool pol_str_starts(policy_str s, policy_str prefix);
bool pol_str_ends(policy_str s, policy_str suffix);
/* Without ASCII white space at both ends. */
policy_str pol_str_trim(policy_str s);

/* The code point at *pos, which moves past it. Ill-formed bytes give U+FFFD, one
 * a maximal subpart (Unicode 3.9, D93b). *pos must be below s.len. */
uint32_t pol_str_next(policy_str s, size_t *pos);
/* Where the first ill-formed byte stands; s.len where all is UTF-8. */
size_t pol_str_ill_formed(policy_str s);
/* The longest prefix of at most `max` bytes that cuts no character. */
policy_str pol_str_cut(policy_str s, size_t max);
/* Copy what can be shown on one line of a terminal: controls, line and bidi
 * separators and ill-formed bytes become U+FFFD. Writes whole characters, at
 * most `cap` bytes, no NUL; the number written. */
size_t pol_str_show(char *out, size_t cap, policy_str s);
/* What pol_str_show would replace. */
bool pol_cp_unshown(uint32_t cp);
/* 1 to 4 bytes of UTF-8; surrogates must not come. */
size_t pol_cp_write(char out[4], uint32_t cp);

/* The name nearest to `name` by edits over code points, or an empty one where
 * none is within a third of its length (at least 1, at most 3). First wins. */
policy_str pol_nearest(policy_str name, const policy_str *names, size_t count);

#endif
