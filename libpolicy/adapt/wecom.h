/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WeCom chat-archive records (会话存档): what wecom.c, wecom_message.c and
 * wecom_group.c share. One record is read at a time.
 */
#ifndef POL_ADAPT_WECOM_H
#define POL_ADAPT_WECOM_H

#include <stdbool.h>

#include "adapt/directory.h"
#include "adapt/tree.h"
#include "event/event.h"

typedef struct pol_wecom {
    policy_event *e;
    policy_str org;
    const policy_directory *directory;
    int (*on_event)(void *user, policy_event *e);
    void *user;
    policy_error *err;      /* never NULL */
    const pol_tree *root;
    policy_str msgid;
    int64_t time;
    uint64_t msgid_pos, time_pos;
    /* Inside of JSON that stands in a string: where that string stands in the
     * record, and how deep it may still nest. */
    bool nested;
    uint64_t outer_pos;
    uint32_t depth;
    size_t link_count;      /* collected in e->items */
    bool stopped;           /* on_event had enough */
} pol_wecom;

/* Who is behind an id of the archive. */
typedef struct pol_wecom_who {
    policy_str id, account;
    policy_str kind;        /* a word of recipient_kinds */
    policy_str account_kind, dept; /* may be empty */
    const pol_person *person; /* may be NULL */
    bool outside;           /* no account of the organisation's own */
} pol_wecom_who;

pol_wecom_who pol_wecom_who_is(const pol_wecom *w, policy_str id);

/* Begin an event of `type`: what all have in common but the actor. */
policy_status pol_wecom_begin(pol_wecom *w, const char *type, policy_str id);
/* Actor, roles, department, account. */
policy_status pol_wecom_actor(pol_wecom *w, const pol_tree *id);
/* Hand the event over. */
void pol_wecom_emit(pol_wecom *w);

/* Checked against the schema, with the place of the value kept. */
policy_status pol_wecom_put(pol_wecom *w, int32_t field, policy_str v,
                            uint64_t pos);
policy_status pol_wecom_put_word(pol_wecom *w, int32_t field, const char *word);
void pol_wecom_put_bool(pol_wecom *w, int32_t field, bool v);
void pol_wecom_put_list(pol_wecom *w, int32_t field, const policy_str *items,
                        size_t count, uint64_t pos);
/* A string that is an id, or a number read as its digits; *out is empty where
 * the key is absent or null, which is EINPUT if it is `required`. */
policy_status pol_wecom_id(pol_wecom *w, const pol_tree *object,
                           const char *key, bool required, policy_str *out);
/* Byte in the record. */
uint64_t pol_wecom_pos(const pol_wecom *w, const pol_tree *t);

policy_status pol_wecom_message(pol_wecom *w);
policy_status pol_wecom_group(pol_wecom *w);
/* An event that says no more than that something was there. */
policy_status pol_wecom_unknown(pol_wecom *w);

#endif
