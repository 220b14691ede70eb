/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that come up in a stream, each of an organisation, with what is counted
 * of it.
 */
#ifndef CLI_BAG_H
#define CLI_BAG_H

#include "cli.h"

enum { CLI_BAG_SAMPLES = 3 };

struct cli_counted {
    char *org;
    size_t org_len;
    char *name;
    size_t name_len;
    uint64_t counts[3];
    char *samples[CLI_BAG_SAMPLES]; /* as many as are not NULL, from the first */
};

struct cli_bag {
    struct cli_counted *all; /* in the order in which they came up */
    size_t count, cap;
    size_t *places;          /* a hash table of numbers + 1 in `all`; 0: free */
    size_t place_count;
};

void cli_bag_fini(struct cli_bag *b); /* of one that is all zeros at first */
/* Borrowed until the next name comes up. */
struct cli_counted *cli_bag_of(struct cli_bag *b, policy_str org,
                               policy_str name);
/* Whose counts add up to the most first, then by name, then by
 * organisation. No name may come up
 * afterwards. */
void cli_bag_sort(struct cli_bag *b);

#endif
