/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directories as the past of a stream: before the first event of an organisation
 * its directory is judged and applied, once, so that rules know who is who.
 */
#ifndef CLI_DIRECTORY_FEED_H
#define CLI_DIRECTORY_FEED_H

#include "cli.h"

/* A session and its memory; borrowed. */
struct cli_past {
    policy_session *session;
    policy_memory *memory;
};

struct cli_feed {
    const struct cli *c;
    struct cli_feed_org *orgs; /* by name */
    size_t count;
    struct cli_past past[2]; /* the second may be empty: then there is but one */
    policy_event *event;
    uint64_t events, refused;
};

/* The organisations of the bundle. CLI_DONE, or CLI_WRONG after saying why. */
int cli_feed_init(struct cli_feed *f, const struct cli *c,
                  const policy_bundle *bundle);
void cli_feed_fini(struct cli_feed *f);
/* Before this event is judged. CLI_WRONG after saying why: the directory cannot
 * be read, or some of it is refused, which is said of each organisation once. */
int cli_feed_before(struct cli_feed *f, const policy_event *event);
/* The directory of one organisation, as of `time`. */
int cli_feed_one(struct cli_feed *f, const char *org, int64_t time);

#endif
