/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ways to run the rules' examples share.
 */
#ifndef CLI_EXAMPLE_RUN_H
#define CLI_EXAMPLE_RUN_H

#include "table.h"

struct cli_test_run {
    const struct cli *c;
    policy_session *session;
    policy_session *other; /* which may be asked while the first runs */
};

/* Each returns the exit status of the command. */
int cli_test_evade(struct cli_test_run *t);
int cli_test_isolated(struct cli_test_run *t);
int cli_test_coverage(struct cli_test_run *t);
int cli_test_mutate(struct cli_test_run *t);

/* `file:line`, to be shown. */
void cli_test_place(struct cli_string *out, policy_str file, uint32_t line);
/* The same as members of a JSON object that has some already. */
void cli_test_place_json(policy_str file, uint32_t line);
/* Where sums go: beside a table, or away from lines of JSON. */
static inline FILE *cli_test_sums(const struct cli_test_run *t)
{
    return t->c->table ? stdout : stderr;
}

#endif
