/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The growable buffer. Invariant: `len` < `cap` and ptr[len] is NUL, or `cap`
 * is 0 and nothing was appended yet; `len` <= `max` always. One over the
 * caller's bytes (`fixed`) has neither: `len` may be beyond `cap`.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"

void pol_buf_init(pol_buf *b, const policy_allocator *a, size_t max)
{
    memset(b, 0, sizeof(*b));
    b->allocator = pol_allocator_or_default(a);
    b->max = max < SIZE_MAX ? max : SIZE_MAX - 1;
}

void pol_buf_init_fixed(pol_buf *b, char *bytes, size_t cap)
{
    memset(b, 0, sizeof(*b));
    b->ptr = bytes;
    b->cap = cap;
    b->max = SIZE_MAX - 1;
    b->fixed = true;
}

void pol_buf_fini(pol_buf *b)
{
    if (!b->fixed)
        pol_free(&b->allocator, b->ptr, b->cap);
    b->ptr = NULL;
    b->len = b->cap = 0;
}

void pol_buf_reset(pol_buf *b)
{
    b->len = 0;
    b->status = POLICY_OK;
    if (b->ptr && !b->fixed)
        b->ptr[0] = '\0';
}

/* Room for `more` bytes and the NUL, or a status that sticks. */
static bool reserve(pol_buf *b, size_t more)
{
    void *p = b->ptr;

    if (b->status != POLICY_OK)
        return false;
    if (more > b->max - b->len) {
        b->status = POLICY_ELIMIT;
        return false;
    }
    if (!pol_grow(&b->allocator, &p, &b->cap, b->len + more + 1, 1)) {
        b->status = POLICY_ENOMEM;
        return false;
    }
    b->ptr = p;
    return true;
}

/* How many of `len` bytes the caller's room still takes. */
static size_t room(const pol_buf *b, size_t len)
{
    size_t left = b->len < b->cap ? b->cap - b->len : 0;

    return len < left ? len : left;
}

void pol_buf_add(pol_buf *b, const void *bytes, size_t len)
{
    if (b->fixed) {
        if (room(b, len))
            memcpy(b->ptr + b->len, bytes, room(b, len));
        b->len += len;
        return;
    }
    if (!reserve(b, len))
        return;
    if (len)
        memcpy(b->ptr + b->len, bytes, len);
    b->len += len;
    b->ptr[b->len] = '\0';
}

void pol_buf_str(pol_buf *b, policy_str s)
{
    pol_buf_add(b, s.ptr, s.len);
}

void pol_buf_text(pol_buf *b, const char *s)
{
    pol_buf_add(b, s, strlen(s));
}

void pol_buf_char(pol_buf *b, char c)
{
    pol_buf_add(b, &c, 1);
}

void pol_buf_fill(pol_buf *b, char c, size_t count)
{
    if (b->fixed) {
        if (room(b, count))
            memset(b->ptr + b->len, c, room(b, count));
        b->len += count;
        return;
    }
    if (!reserve(b, count))
        return;
    memset(b->ptr + b->len, c, count);
    b->len += count;
    b->ptr[b->len] = '\0';
}

void pol_buf_uint(pol_buf *b, uint64_t v)
{
    char digits[20]; /* of 2^64 - 1 */
    size_t start = sizeof(digits);

    do {
        digits[--start] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    pol_buf_add(b, digits + start, sizeof(digits) - start);
}

void pol_buf_int(pol_buf *b, int64_t v)
{
    if (v < 0)
        pol_buf_char(b, '-');
    /* Negated as unsigned, so that INT64_MIN is its own case no more. */
    pol_buf_uint(b, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void pol_buf_fmt(pol_buf *b, const char *fmt, ...)
{
    va_list ap;
    int n;

    assert(!b->fixed);
    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    if (n < 0 || !reserve(b, (size_t)n))
        return;
    va_start(ap, fmt);
    vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}

policy_str pol_buf_slice(const pol_buf *b)
{
    return (policy_str){ b->ptr ? b->ptr : "", b->len };
}
