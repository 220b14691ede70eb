/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often each exception of a bundle was used, and which of them somebody
 * should look at: those that have ended, that end soon, that nobody needed.
 */
#ifndef CLI_EXCEPTIONS_H
#define CLI_EXCEPTIONS_H

#include "cli.h"

struct cli_exception {
    policy_exception_info info; /* strings are the bundle's */
    uint64_t used;
};

struct cli_exceptions {
    struct cli_exception *all; /* by organisation, rule and number */
    size_t count, cap;
};

/* The bundle must outlive them. `org` NULL: all. */
void cli_exceptions_init(struct cli_exceptions *x, const policy_bundle *b,
                         const char *org);
void cli_exceptions_fini(struct cli_exceptions *x);
void cli_exceptions_count(struct cli_exceptions *x, const policy_decision *d);
/* Those to look at, under a heading; nothing where there are none. */
void cli_exceptions_table(const struct cli_exceptions *x, const struct cli *c);
/* All of them, a line each. */
void cli_exceptions_json(const struct cli_exceptions *x, const struct cli *c);

#endif
