/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From folders to a bundle, with the libraries where the command looks.
 */
#ifndef CLI_BUNDLE_LOAD_H
#define CLI_BUNDLE_LOAD_H

#include "cli.h"

struct cli_counts {
    size_t errors, warnings;
};

/* Compile c->args[0]. CLI_DONE and a bundle that the caller unrefs; or
 * CLI_WRONG after everything was said. Warnings are shown with `all` only;
 * `policy check` is the place for them. */
int cli_bundle_load(policy_bundle **out, const struct cli *c, bool all,
                    struct cli_counts *counts);

/* What may help beside the words of a diagnostic, or NULL. */
const char *cli_hint(const struct cli *c, const policy_diagnostic *d);

/* The libraries of this run in the order of search: --library, POLICY_LIBRARY
 * (folders with colons between), the installed one. The strings are the
 * caller's; at most CLI_PATHS_MAX. */
size_t cli_libraries(const struct cli *c, char *paths[CLI_PATHS_MAX]);

#endif
