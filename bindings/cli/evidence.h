/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that were found, as a table shows them.
 */
#ifndef CLI_EVIDENCE_H
#define CLI_EVIDENCE_H

#include "table.h"

/* Masked unless --clear; how they were disguised stands in brackets. One place
 * is told once, though two words of two lists stand there. */
void cli_evidence_add(struct cli_string *out, const struct cli *c,
                      const policy_event *event, const policy_finding *f);

#endif
