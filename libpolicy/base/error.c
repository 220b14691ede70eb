/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling policy_error. Nothing is allocated, so that running out of memory
 * can be told too; the message is cut to its room and made one line of UTF-8,
 * whatever bytes of a stranger the format was given.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/slice.h"

static void fill(policy_error *err, policy_status st, uint64_t byte,
                 const char *code, const char *fmt, va_list ap)
{
    /* A character that is cut at the end of it begins beyond what the message
     * has room for, since showing never makes a text shorter. */
    char text[sizeof(err->message) + 4];
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    size_t len;

    assert(n >= 0 && strlen(code) < sizeof(err->code));
    err->status = st;
    err->line = err->column = 0;
    err->byte = byte;
    memset(err->code, 0, sizeof(err->code));
    memcpy(err->code, code, strlen(code));
    len = pol_str_show(err->message, sizeof(err->message) - 1,
                       n < 0 ? POL_STR("") : pol_str(text));
    memset(err->message + len, 0, sizeof(err->message) - len);
}

/* An error that does not say its size, or is of an older and smaller layout,
 * is left alone: there is no telling where it ends. */
static bool has_room(const policy_error *err)
{
    return err && err->size >= sizeof(*err);
}

policy_status pol_error_set(policy_error *err, policy_status st,
                            const char *code, const char *fmt, ...)
{
    va_list ap;

    if (has_room(err)) {
        va_start(ap, fmt);
        fill(err, st, 0, code, fmt, ap);
        va_end(ap);
    }
    return st;
}

policy_status pol_error_at(policy_error *err, policy_status st, uint64_t byte,
                           const char *code, const char *fmt, ...)
{
    va_list ap;

    if (has_room(err)) {
        va_start(ap, fmt);
        fill(err, st, byte, code, fmt, ap);
        va_end(ap);
    }
    return st;
}

policy_status pol_error_oom(policy_error *err)
{
    return pol_error_set(err, POLICY_ENOMEM, "no-memory", "out of memory");
}

policy_status pol_error_limit(policy_error *err, const char *name,
                              uint64_t max)
{
    return pol_error_set(err, POLICY_ELIMIT, "limit",
                         "input is above the limit %s (%llu)", name,
                         (unsigned long long)max);
}
