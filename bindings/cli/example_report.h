/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results of the rules' examples for other programs: JUnit's XML, as servers of
 * continuous integration read it, and TAP 14.
 */
#ifndef CLI_EXAMPLE_REPORT_H
#define CLI_EXAMPLE_REPORT_H

#include "cli.h"

enum cli_case_end {
    CLI_CASE_PASSED, CLI_CASE_FAILED,
    CLI_CASE_ERROR,  /* the rule could not be judged */
    CLI_CASE_SKIPPED /* nothing was asked; `got` says why */
};

/* An example, a disguise, a part, a change: what ran and what came of it. Its
 * texts are the report's own once it was added. */
struct cli_case {
    const char *way;                 /* "": the plain examples; static */
    const char *organisation, *rule; /* the bundle's */
    policy_str file;                 /* the bundle's */
    uint32_t line, column;           /* column 0: not known */
    uint32_t number;                 /* which of its rule, from 1 */
    const char *sort;                /* "hit", "symbols", "where", …; static */
    enum cli_case_end end;
    policy_str text, expected, got;
    policy_str note;                 /* that is no failure */
};

/* Both formats say first how many there are, so all are kept. */
struct cli_report {
    struct cli_case *cases;
    size_t count, cap;
};

/* Copies the texts; numbers it. */
void cli_report_add(struct cli_report *r, const struct cli_case *c);
/* The same of a plain example. */
void cli_report_example(struct cli_report *r, const policy_test_result *result);
void cli_report_fini(struct cli_report *r);
/* On stdout. */
void cli_report_junit(const struct cli_report *r);
void cli_report_tap(const struct cli_report *r);

#endif
