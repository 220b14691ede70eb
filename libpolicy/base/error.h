/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures. Who detects writes the message: one line, impersonal, naming the
 * culprit; who is above forwards it untouched.
 */
#ifndef POL_BASE_ERROR_H
#define POL_BASE_ERROR_H

#include <policy/status.h>

/* Fill `err` (may be NULL) and return `st`. `code` is stable and at most 15
 * bytes. The message is cut at a character. "%.*s" is fine; no locale. */
policy_status pol_error_set(policy_error *err, policy_status st,
                            const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same with a position in the input. */
policy_status pol_error_at(policy_error *err, policy_status st, uint64_t byte,
                           const char *code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
policy_status pol_error_oom(policy_error *err);
/* POLICY_ELIMIT, code "limit": "input is above the limit <name> (<max>)" */
policy_status pol_error_limit(policy_error *err, const char *name,
                              uint64_t max);

#endif
