/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties and proposals of ladders, as policy compare tells of them.
 */
#ifndef CLI_COMPARE_DUTIES_H
#define CLI_COMPARE_DUTIES_H

#include "table.h"

enum { CLI_DUE_BYTES = 40 };

/* In UTC, as decisions have it; empty where no calendar reaches. */
void cli_due_text(char text[CLI_DUE_BYTES], int64_t due);
/* "opened", … or 产生. ORDER DUTY */
const char *cli_duty_change(enum cli_language language, int32_t change);
/* An object of JSON; one of `before` and `after` may be NULL. */
void cli_json_duty(const policy_duty *before, const policy_duty *after);
void cli_json_proposal(const policy_proposal *before,
                       const policy_proposal *after);
/* "m-1: o/report/i1/2026-03-02T01:00:00Z": which it is, for a sample; numbers
 * are masked but where clear ones are wanted. */
void cli_duty_sample(struct cli_string *out, const struct cli *c,
                     const policy_duty *d);
void cli_proposal_sample(struct cli_string *out, const struct cli *c,
                         const policy_proposal *p);

#endif
