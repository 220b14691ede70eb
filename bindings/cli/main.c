/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `policy`: what a shell needs of libpolicy, written on its public
 * headers only, like any other host.
 */
#include <errno.h>
#include <string.h>

#include "options.h"

int main(int argc, char **argv)
{
    const struct cli_command *command;
    struct cli c;
    int status = cli_options_read(&c, &command, argc, argv);

    if (argc < 2) { /* no command: its use, but not as a success */
        cli_help(&c);
        return CLI_WRONG;
    }
    if (status)
        return status;
    if (c.help) {
        c.args[0] = c.command;
        c.arg_count = 1;
        status = cli_help(&c);
    } else {
        status = command->run(&c);
    }
    if (fflush(stdout) || ferror(stdout))
        return cli_fail(&c, CLI_WRITE_FAILED, strerror(errno));
    return status;
}
