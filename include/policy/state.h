/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Memory is an input; what changes is an output.
 */
#ifndef POLICY_STATE_H
#define POLICY_STATE_H

#include <policy/status.h>
#ifdef __cplusplus
extern "C" {
#endif
/* `key` begins with the organisation and is opaque. Value borrowed from the
   store until the evaluation returns; absent: len 0, version 0. Any failure
   makes the evaluation fail with POLICY_ESTATE: never a guess. */
typedef struct policy_record { policy_str value; uint64_t version; } policy_record;
typedef struct policy_state {
    size_t size;
    void *user;
    policy_status (*get)(void *user, policy_str key, policy_record *out);
    /* For a tick: keys of `org` that are due at or before `until`, by (due, key),
       beginning after `cursor` (empty: from the start); at most `cap` of them. */
    policy_status (*due)(void *user, policy_str org, int64_t until, policy_str cursor,
        policy_str *keys, size_t cap, size_t *count);
} policy_state;
#define POLICY_STATE_INIT { sizeof(policy_state), NULL, NULL, NULL }

/* Apply only where the stored version is still `version`; a new version is
   greater than any that the key had. All changes of one decision or none; a
   decision (by event source and id) applied before is skipped, so that an event
   judged twice counts once. A record whose `expires` is not after the latest
   event applied for its organisation is absent. In a batch a change may be made
   on top of one of a decision before it, whose version nobody knows yet: then
   `after` is the id of that decision's event and `after_source` its source, and
   the change applies only where that event wrote the record last; `version` is 0. */
typedef struct policy_change {
    policy_str key, value; /* empty value: remove */
    uint64_t version;
    int64_t expires, due;  /* ms since 1970 of event time; 0: kept, not due */
    policy_str after, after_source; /* empty: `version` counts */
} policy_change;

struct policy_decision;
/* The store that comes with the library. One thread at a time. `max_bytes`
   bounds all it keeps, 0 is 1 GiB. A `cursor` whose record is due no more
   begins anew. apply fails, and changes nothing, with POLICY_ESTATE and
   "state-version" if a record changed since the evaluation read it (evaluate
   again), with ELIMIT, ENOMEM, and with EMISUSE for a decision that changes a
   record twice or another organisation's. What the state and decisions have
   read lives until the next apply. */
typedef struct policy_memory policy_memory;
POLICY_API policy_status policy_memory_new(policy_memory **out, const policy_allocator *a,
    uint64_t max_bytes, policy_error *err);
POLICY_API void policy_memory_free(policy_memory *m);
POLICY_API policy_state policy_memory_state(policy_memory *m);
POLICY_API policy_status policy_memory_apply(policy_memory *m,
    const struct policy_decision *d, policy_error *err);
#ifdef __cplusplus
}
#endif

#endif
