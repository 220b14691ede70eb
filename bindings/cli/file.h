/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files as a whole.
 */
#ifndef CLI_FILE_H
#define CLI_FILE_H

#include "cli.h"

/* All bytes, to be freed; "-" is stdin. NULL after saying why: it cannot be read,
 * or holds more than `max`. */
char *cli_file_read(const struct cli *c, const char *path, uint64_t max,
                    size_t *len);
/* Exchange the contents of a file that is there: all or nothing, with its mode,
 * and through a symbolic link. CLI_WRONG after saying why. */
int cli_file_replace(const struct cli *c, const char *path, policy_str bytes);

#endif
