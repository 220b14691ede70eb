/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Events: set from C, read from JSON, or read from the records of a platform.
 */
#ifndef POLICY_EVENT_H
#define POLICY_EVENT_H

#include <policy/limits.h>
#include <policy/schema.h>
#include <policy/status.h>
#ifdef __cplusplus
extern "C" {
#endif
/* One thread at a time. Reusable: reset, fill, evaluate. Setters *borrow*
   their bytes until reset, free, or the end of the decision made from it. */
typedef struct policy_event policy_event;
typedef uint32_t policy_field; /* POLICY_FIELD_TEXT, … of schema.h */
POLICY_API policy_status policy_event_new(policy_event **out,
    const policy_allocator *a, const policy_limits *l, policy_error *err);
POLICY_API void policy_event_free(policy_event *e);
POLICY_API void policy_event_reset(policy_event *e);
POLICY_API policy_status policy_field_find(policy_field *out, const char *name);
/* A wrong kind, or an unknown value of a closed enum, is POLICY_EINPUT. Values
   that an organisation may add (roles, group kinds) are checked by evaluate. */
POLICY_API policy_status policy_event_set_text(policy_event *e, policy_field f, policy_str v);
POLICY_API policy_status policy_event_set_int(policy_event *e, policy_field f, int64_t v);
POLICY_API policy_status policy_event_set_bool(policy_event *e, policy_field f, int v);
POLICY_API policy_status policy_event_set_list(policy_event *e, policy_field f,
    const policy_str *items, size_t count);
POLICY_API policy_status policy_event_set_null(policy_event *e, policy_field f);
/* ms since 1970 UTC, and the offset that the sender wrote, in minutes. */
POLICY_API policy_status policy_event_set_time(policy_event *e, policy_field f,
    int64_t ms, int32_t offset);
POLICY_API policy_status policy_event_add_part(policy_event *e, policy_str role, policy_str text);
/* An answer to something that a rule `needs`. */
POLICY_API policy_status policy_event_set_fact(policy_event *e, const char *name, policy_str json);
/* One JSON object; resets first. `err->byte` is a position in `json`. What has
   escapes is copied, the rest borrowed, so `json` lives as long as `e` is used. */
POLICY_API policy_status policy_event_read_json(policy_event *e, policy_str json,
    policy_error *err);
POLICY_API uint32_t policy_event_unknown_fields(const policy_event *e);
/* One JSON object that reads back as the same event, but for bytes of texts that
   are no UTF-8, which become U+FFFD. Writes at most `cap` bytes; `*len` is the
   length needed. */
POLICY_API policy_status policy_event_json(char *buf, size_t cap, size_t *len,
    const policy_event *e);
/* A text of the event by the name that evidence bears: "text", "title",
   "parts[2]". Empty and POLICY_EINPUT where there is none. */
POLICY_API policy_status policy_event_get_text(policy_str *out, const policy_event *e, const char *field);
/* Its type as in JSON, id and organisation; empty where not set. */
POLICY_API policy_str policy_event_type(const policy_event *e);
POLICY_API policy_str policy_event_id(const policy_event *e);
POLICY_API policy_str policy_event_organisation(const policy_event *e);
/* Who did it: its actor, else its account; empty where neither is set. */
POLICY_API policy_str policy_event_actor(const policy_event *e);
/* When it took place, in ms since 1970 UTC; INT64_MIN where not set. */
POLICY_API int64_t policy_event_time(const policy_event *e);
/* Not zero: the record was of a kind that its adapter does not know. */
POLICY_API int policy_event_is_unknown_kind(const policy_event *e);

/* Who is staff, family, customer; whose are accounts and groups. Immutable;
   share freely. */
typedef struct policy_directory policy_directory;
POLICY_API policy_status policy_directory_read(policy_directory **out, policy_str yaml,
    const policy_allocator *a, policy_error *err);
POLICY_API void policy_directory_free(policy_directory *d);
/* What a directory says as events, to be judged and applied like any others:
   staff_change of its staff and leavers, then account_change, then group_change,
   each by id, of phase `done`. Without `since` they say how things stand
   (`listed`; of leavers `gone`), which begins nothing. With `since`, the directory
   that was fed last, they say what has changed since then, in the words of what
   happened (`join`, `move`, `leave`, `register`, `transfer`, `close`, `create`, …); a
   directory of nobody makes everybody join. What is no more is null.
   The id names what is said and when: the same again at the same time changes
   nothing, and what differs has another one. `on_event` gets `e` filled anew for
   each, borrowing from `d` and `since`, and returns non-zero to stop. */
typedef struct policy_directory_feed {
    size_t size;
    const char *org, *source; /* source NULL: "directory" */
    int64_t time;             /* of the events, in ms since 1970 UTC */
    int32_t offset;           /* in which it is written, in minutes */
    const policy_directory *since;
} policy_directory_feed;
#define POLICY_DIRECTORY_FEED_INIT \
    { sizeof(policy_directory_feed), NULL, NULL, 0, 0, NULL }
POLICY_API policy_status policy_directory_events(const policy_directory *d,
    const policy_directory_feed *feed, policy_event *e,
    int (*on_event)(void *user, policy_event *e), void *user, policy_error *err);
/* One record of a platform can be several events (three members invited), or
   none. `on_event` gets `e` filled anew for each and returns non-zero to stop.
   A kind that the adapter does not know is still one event, marked and counted. */
enum { POLICY_ADAPTER_WECOM = 1 };
POLICY_API policy_status policy_adapter_read(int32_t adapter, policy_str record,
    const char *org, const policy_directory *d, policy_event *e,
    int (*on_event)(void *user, policy_event *e), void *user, policy_error *err);
#ifdef __cplusplus
}
#endif

#endif
