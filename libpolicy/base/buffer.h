/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growable run of bytes with a maximum. A failed append sticks: the caller
 * appends freely and asks once, at the end.
 */
#ifndef POL_BASE_BUFFER_H
#define POL_BASE_BUFFER_H

#include <stdbool.h>

#include <policy/status.h>

typedef struct pol_buf {
    char *ptr; /* NUL after `len` once anything was appended */
    size_t len, cap, max;
    policy_allocator allocator;
    policy_status status; /* POLICY_OK, ENOMEM or ELIMIT, the first that came */
    bool fixed; /* the caller's bytes: what does not fit is only counted */
} pol_buf;

/* `max`: the most bytes that it may hold, the NUL not counted. */
void pol_buf_init(pol_buf *b, const policy_allocator *a, size_t max);
/* Write into the caller's `cap` bytes (NULL if 0) what fits, without a NUL;
 * `len` counts all. Nothing is allocated, nothing fails. Not for pol_buf_fmt. */
void pol_buf_init_fixed(pol_buf *b, char *bytes, size_t cap);
void pol_buf_fini(pol_buf *b);
void pol_buf_reset(pol_buf *b); /* keeps the room */
void pol_buf_add(pol_buf *b, const void *bytes, size_t len);
void pol_buf_str(pol_buf *b, policy_str s);
void pol_buf_text(pol_buf *b, const char *s);
void pol_buf_char(pol_buf *b, char c);
void pol_buf_fill(pol_buf *b, char c, size_t count);
void pol_buf_int(pol_buf *b, int64_t v);
void pol_buf_uint(pol_buf *b, uint64_t v);
void pol_buf_fmt(pol_buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
policy_str pol_buf_slice(const pol_buf *b);

#endif
