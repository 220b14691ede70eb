/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of the inputs, one after the other. A line that is refused is told
 * with its place and counted, and the next is read.
 */
#ifndef CLI_EVENTS_H
#define CLI_EVENTS_H

#include "cli.h"
#include "directory_feed.h"
#include "progress.h"

struct cli_events {
    const struct cli *c;
    policy_session *session;
    policy_memory *memory;
    policy_state state;
    policy_event *event;
    policy_directory *directory;
    const char *org; /* of records that do not say it themselves */
    struct cli_feed feed;
    struct cli_progress progress;
    uint64_t lines, judged, bad, unknown_kinds, unknown_fields;
    bool fed_badly; /* a directory, or a part of it, was not */

    /* What is done with an event; a failure makes its line a refused one. */
    policy_status (*on_event)(void *user, struct cli_events *e,
                              policy_event *event, policy_error *err);
    void *user;
    /* Of the line at hand. */
    policy_status failed;
    policy_error error;
};

/* The most bytes that rules may remember of a stream. */
extern const uint64_t cli_events_memory_max;
/* Session, memory and directory for `bundle`. CLI_DONE, or CLI_WRONG after
 * saying why; cli_events_fini takes what is half made. */
int cli_events_init(struct cli_events *e, const struct cli *c,
                    policy_bundle *bundle);
void cli_events_fini(struct cli_events *e);
/* All inputs of c. CLI_WRONG where a line was refused or a file not read. */
int cli_events_run(struct cli_events *e);

#endif
