/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a bundle by organisation and id, with what a command counts of
 * each.
 */
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include "cli.h"

struct cli_rule {
    policy_rule_info info; /* strings are the bundle's */
    uint64_t found, shadow;
    size_t order; /* in the sources */
};

struct cli_tally {
    struct cli_rule *rules;
    size_t count, cap;
};

/* The bundle must outlive the tally. `org` NULL: all. */
void cli_tally_init(struct cli_tally *t, const policy_bundle *b,
                    const char *org);
/* Duties and ladders, too; their verdict is "" until something is found. */
void cli_tally_add_duties(struct cli_tally *t, const policy_bundle *b,
                          const char *org);
void cli_tally_fini(struct cli_tally *t);
/* NULL where there is none. */
struct cli_rule *cli_tally_find(const struct cli_tally *t, policy_str org,
                                const char *id);
/* What was found most often first, then in the order of the sources. Finding
 * by name does not work afterwards. */
void cli_tally_sort_by_count(struct cli_tally *t);

#endif
