/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results of the rules' examples for other programs: JUnit's XML, as servers of
 * continuous integration read it, and TAP 14.
 */
#ifndef CLI_EXAMPLE_REPORT_H
#define CLI_EXAMPLE_REPORT_H

#include "cli.h"

/* An example that ran. Its texts are the report's own. */
struct cli_example {
    const char *organisation, *rule; /* the bundle's */
    policy_str file;                 /* the bundle's */
    uint32_t line, number;           /* which of its rule, from 1 */
    const char *sort;                /* "hit", "miss" or "steps" */
    bool passed, error;              /* error: the rule could not be judged */
    char *text, *expected, *got;
    size_t text_len, expected_len, got_len;
};

/* Both formats say first how many there are, so all are kept. */
struct cli_report {
    struct cli_example *examples;
    size_t count, cap;
};

void cli_report_add(struct cli_report *r, const policy_test_result *result);
void cli_report_fini(struct cli_report *r);
/* On stdout. */
void cli_report_junit(const struct cli_report *r);
void cli_report_tap(const struct cli_report *r);

#endif
