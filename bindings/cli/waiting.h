/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line on a terminal that tells for how long sources are being loaded, from
 * the second second on: a list of a million terms takes several.
 */
#ifndef CLI_WAITING_H
#define CLI_WAITING_H

#include "cli.h"

void cli_waiting_begin(const struct cli *c);
/* Around all else that is written to the terminal: the line is taken away, and
 * may come back with the next second. */
void cli_waiting_hide(void);
void cli_waiting_show(void);
void cli_waiting_end(void);

#endif
