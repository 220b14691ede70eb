/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line into struct cli.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli.h"

struct cli_command {
    const char *name;
    int (*run)(const struct cli *c);
    const char *args[2]; /* their names, in order */
    size_t arg_min, arg_max;
    const char *options; /* those it takes beside the common ones, by letter */
};

/* All commands, in the order of `policy help`; ends with an empty name. */
extern const struct cli_command cli_commands[];
const struct cli_command *cli_command_find(const char *name);

/* CLI_DONE with *c filled, or CLI_WRONG after saying why. `argv` is kept. */
int cli_options_read(struct cli *c, const struct cli_command **command,
                     int argc, char **argv);

#endif
