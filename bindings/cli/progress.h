/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line on stderr that tells how far a stream is, from its second second on.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli.h"

struct cli_progress {
    const struct cli *c;
    bool wanted, shown;
    enum cli_message part, whole; /* with a share of the total, and without */
    uint64_t total, read;   /* bytes of the stream (0: not known), so far */
    double started, drawn;  /* seconds of the steady clock */
};

void cli_progress_init(struct cli_progress *p, const struct cli *c,
                       FILE *stream);
/* Draws where it is time to; cheap enough for every event. */
void cli_progress_tell(struct cli_progress *p, uint64_t events);
/* Takes the line away, before anything else is written to the terminal. */
void cli_progress_hide(struct cli_progress *p);

#endif
