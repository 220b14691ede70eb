/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream, line by line, none longer than a maximum.
 */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include "cli.h"

struct cli_lines {
    FILE *stream;
    char *buffer;
    size_t cap, start, end; /* bytes read and not yet handed out */
    size_t max;             /* bytes of a line, its end not counted */
    uint64_t number;        /* of the line handed out last, from 1 */
    uint64_t bytes;         /* read so far, for progress */
    bool ended;
    int error;              /* errno of a failed read, else 0 */
};

void cli_lines_init(struct cli_lines *l, FILE *stream, size_t max);
void cli_lines_fini(struct cli_lines *l); /* the stream stays open */
/* The next line without its end, borrowed until the next call. Of one that is
 * too long its first `max` bytes are given and *cut is set; what follows it is
 * whole again. False at the end of the stream, or where reading fails. */
bool cli_lines_next(struct cli_lines *l, policy_str *line, bool *cut);

#endif
