/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guards: the `check` functions of one organisation in one session. A state is
 * opened on first use from the bytes of the rule files and is never shared; a
 * call is bounded in instructions and bytes, sees read-only handles that die
 * with it, and leaves nothing behind. A state whose memory did not do is closed.
 */
#ifndef POL_SCRIPT_GUARD_H
#define POL_SCRIPT_GUARD_H

#include <policy/limits.h>

#include "event/event.h"
#include "state/kept.h"

typedef struct pol_guard pol_guard;

/* `files` in the order that pol_guard_call.file counts; borrowed for the life
 * of the guard. They compiled before, so only ENOMEM and ELIMIT are left. */
policy_status pol_guard_open(pol_guard **out, const policy_str *names,
                             const policy_str *files, size_t file_count,
                             const policy_limits *limits,
                             const policy_allocator *allocator,
                             policy_error *err);
void pol_guard_close(pol_guard *g); /* NULL is fine */
size_t pol_guard_bytes(const pol_guard *g); /* held of the host by its state */
size_t pol_guard_used(const pol_guard *g);  /* of these, in use by Lua */

/* What a hit shows: hits[i].list, .kind, .text, .field, .start, .finish, and
 * .confidence, empty where no detector found it; #hits, hits:count(). Positions
 * count as Lua does, so that event.text:sub(start, finish) is the text of a hit
 * in `text`. A NUL is shown as U+0001. */
typedef struct pol_guard_hit {
    policy_str list, kind, field, text;
    uint32_t start, end;
    policy_str confidence;
} pol_guard_hit;

/* A record: its field by name, absent ones too, and .at, when it took place. */
typedef struct pol_guard_record {
    int64_t at;
    pol_kept kept;
} pol_guard_record;

/* What the past knows by one key: memory.<name>[i], #memory.<name>; nil where the
 * event has no such key. */
typedef struct pol_guard_memory {
    policy_str name;
    bool asked;            /* the event has the key */
    const int32_t *fields; /* that are kept */
    size_t field_count;
    const pol_guard_record *records;
    size_t count;
} pol_guard_memory;

/* event.facts.<name>, of those that the rule needs. */
typedef struct pol_guard_fact {
    policy_str name;
    pol_value value;
} pol_guard_fact;

typedef struct pol_guard_call {
    uint32_t file, function;
    /* event.<field>: by number; derived fields too. */
    const pol_value *(*value)(void *user, int32_t field);
    void *user;
    const pol_guard_hit *hits;
    size_t hit_count;
    const pol_guard_memory *memories; /* those that the rule reads */
    size_t memory_count;
    const pol_guard_fact *facts;
    size_t fact_count;
    uint64_t instructions; /* at most so many, the event's rest included */
} pol_guard_call;

typedef enum pol_guard_outcome {
    POL_GUARD_NO,     /* nil or false: the rule does not hold */
    POL_GUARD_YES,    /* true or a table */
    POL_GUARD_FAULT   /* error or breach; `code` and `message` say which */
} pol_guard_outcome;

enum { POL_GUARD_MESSAGE = 256 };
typedef struct pol_guard_result {
    pol_guard_outcome outcome;
    int32_t verdict, severity;  /* -1: not said */
    char note[256];             /* UTF-8, cut at a character */
    uint64_t instructions;      /* used */
    bool breach;                /* of a budget, and not an error */
    const char *code;           /* "guard-error", "guard-instructions", "guard-memory" */
    char message[POL_GUARD_MESSAGE]; /* file:line: text; no addresses */
    char message_zh[POL_GUARD_MESSAGE]; /* the same in Chinese; what Lua has to
                                           say is English */
} pol_guard_result;

/* ENOMEM only when the host's allocator failed. After a breach of memory the state
 * is made anew before its next call. */
policy_status pol_guard_run(pol_guard *g, const pol_guard_call *call,
                            pol_guard_result *out, policy_error *err);

/* For the tests of rules. */
typedef struct pol_guard_lines {
    void (*on_line)(void *user, uint32_t file, uint32_t line);
    void *user;
} pol_guard_lines;
/* Tell of each line that runs from the next call on; `lines` is borrowed until
 * another is given, or NULL. */
void pol_guard_watch(pol_guard *g, const pol_guard_lines *lines);
/* Tell of each line that the function, or one that it refers to, may run; some
 * more than once. Of functions made in a call nothing is known. ENOMEM. */
policy_status pol_guard_lines_of(pol_guard *g, uint32_t file, uint32_t function,
                                 const pol_guard_lines *lines,
                                 policy_error *err);
/* No check of this event is to come: what they left is collected. */
void pol_guard_rest(pol_guard *g);

#endif
