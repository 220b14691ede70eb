/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory of people beside an organisation, and pointing at what is wrong
 * in a line.
 */
#ifndef CLI_DIRECTORY_FIND_H
#define CLI_DIRECTORY_FIND_H

#include "cli.h"

/* Where the directory of the organisation is, whether or not it is there: what
 * --directory names, else the organisation's own, beside its organisation.yaml,
 * or in the folder of its id in a folder of organisations. To be freed. */
char *cli_directory_path(const struct cli *c, const char *org);
/* CLI_DONE, or CLI_WRONG after saying why. */
int cli_directory_read(policy_directory **out, const struct cli *c,
                       const char *path);
/* Both. *out NULL where there is none; `wanted`: then a note says that everybody
 * is a stranger. */
int cli_directory_find(policy_directory **out, const struct cli *c,
                       const char *org, bool wanted);

/* The error below its line of `file`, with a caret at the column (from 1). */
void cli_point_at(const struct cli *c, const char *file, uint64_t number,
                  policy_str line, uint32_t column, const policy_error *err);

#endif
