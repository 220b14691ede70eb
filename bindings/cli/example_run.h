/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ways to run the rules' examples share.
 */
#ifndef CLI_EXAMPLE_RUN_H
#define CLI_EXAMPLE_RUN_H

#include "example_report.h"
#include "table.h"

struct cli_test_run {
    const struct cli *c;
    policy_session *session;
    policy_session *other; /* which may be asked while the first runs */
    struct cli_report *report; /* where the format wants all at once, or NULL */
};

/* Each returns the exit status of the command. */
int cli_test_evade(struct cli_test_run *t);
int cli_test_isolated(struct cli_test_run *t);
int cli_test_coverage(struct cli_test_run *t);
int cli_test_mutate(struct cli_test_run *t);

/* `file:line:column`, to be shown; column 0: without. */
void cli_test_place(struct cli_string *out, policy_str file, uint32_t line,
                    uint32_t column);
void cli_test_place_cell(struct cli_table *t, policy_str file, uint32_t line,
                         uint32_t column);
/* The beginning of a JSON object: which way, whose example it is about. */
void cli_test_begin_json(const char *way, const char *organisation,
                         const char *rule);
/* The same as members of a JSON object that has some already. */
void cli_test_place_json(policy_str file, uint32_t line, uint32_t column);
/* Hundredths of a percent are cut off: 99.99 % is not all. */
void cli_percent(char out[16], uint64_t good, uint64_t all);

/* How many there were of one sort; those of none are left out. */
struct cli_sum {
    const char *name; /* to be shown */
    uint64_t all, good;
};
struct cli_sum_heads {
    enum cli_message kind, all, good;
    bool percent;
};
void cli_test_sum_table(const struct cli *c, const struct cli_sum_heads *heads,
                        const struct cli_sum *sums, size_t count);
/* Where sums go: beside a table, or away from lines of JSON. */
static inline FILE *cli_test_sums(const struct cli_test_run *t)
{
    return t->c->table ? stdout : stderr;
}

#endif
