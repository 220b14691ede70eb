/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host that remembers: the store that comes with the library beside a session,
 * events judged one after another, and what the decisions found and changed.
 */
#ifndef TESTS_PAST_H
#define TESTS_PAST_H

#include "host.h"

struct past {
    struct host h;
    policy_memory *m;
    policy_state state; /* of `m` */
    int number;         /* of the last event, where a test counts them */
};

/* A store alone; `h` is the caller's to open and close. */
static inline bool past_store(struct past *p)
{
    p->m = NULL;
    p->number = 0;
    if (!CHECK(!policy_memory_new(&p->m, NULL, 0, NULL), "a store"))
        return false;
    p->state = policy_memory_state(p->m);
    return true;
}

static inline bool past_open_with(struct past *p, const char *yaml,
                                  const char *rules, const policy_limits *limits)
{
    return host_open_with(&p->h, yaml, rules, limits) && past_store(p);
}

static inline bool past_open(struct past *p, const char *yaml, const char *rules)
{
    return past_open_with(p, yaml, rules, NULL);
}

static inline void past_close(struct past *p)
{
    policy_memory_free(p->m);
    host_close(&p->h);
}

/* `time`: as "03-02T09:00", of 2026, UTC+8. */
static inline void past_json(char *json, size_t room, const char *id,
                             const char *time, const char *type,
                             const char *fields)
{
    snprintf(json, room,
             "{\"id\":\"%s\",\"source\":\"s\",\"type\":\"%s\",\"org\":\"o\","
             "\"time\":\"2026-%s:00+08:00\"%s%s}",
             id, type, time, *fields ? "," : "", fields);
}

/* It must be judged; `state` may be another's, or NULL. */
static inline bool past_judge(struct host *h, const policy_state *state,
                              const char *json)
{
    h->decision = NULL;
    return host_read(h, json) &&
           CHECK(policy_session_evaluate(&h->decision, h->session, h->event, state,
                                         &h->error) == POLICY_OK,
                 "%s: %s", json, h->error.message);
}

static inline void past_apply(struct past *p, const char *label)
{
    CHECK(policy_memory_apply(p->m, p->h.decision, &p->h.error) == POLICY_OK,
          "%s: %s", label, p->h.error.message);
}

/* "a b!code+" of the findings o/a and o/b, an error, and that there is more. */
static inline const char *past_found(const policy_decision *d)
{
    static char ids[1024];
    size_t n = 0;

    ids[0] = '\0';
    for (size_t i = 0; i < policy_decision_finding_count(d, POLICY_ENFORCED); i++)
        n += (size_t)snprintf(ids + n, sizeof(ids) - n, "%s%s", n ? " " : "",
                              strchr(policy_decision_finding(d, POLICY_ENFORCED,
                                                             i)->rule, '/') + 1);
    for (size_t i = 0; i < policy_decision_error_count(d); i++)
        n += (size_t)snprintf(ids + n, sizeof(ids) - n, "!%s",
                              policy_decision_error(d, i)->code);
    if (policy_decision_more(d))
        snprintf(ids + n, sizeof(ids) - n, "+");
    return ids;
}

/* All that is written, as text. */
static inline void past_append_changes(char *to, size_t room,
                                       const policy_decision *d)
{
    size_t n = strlen(to);

    for (size_t i = 0; i < policy_decision_change_count(d); i++) {
        const policy_change *c = policy_decision_change(d, i);

        for (size_t j = 0; j < c->value.len && n + 3 < room; j++)
            n += (size_t)snprintf(to + n, room - n, "%02x",
                                  (unsigned char)c->value.ptr[j]);
        n += (size_t)snprintf(to + n, room - n, " %lld %lld\n",
                              (long long)c->expires, (long long)c->due);
    }
}

static uint32_t past_seed;

static inline uint32_t past_draw(uint32_t below)
{
    past_seed = past_seed * 1664525u + 1013904223u;
    return (past_seed >> 8) % below;
}

/*
 * Judge the event with every allocation failing once, in a session of its own,
 * until none does; after each the same session judges it well. The decision
 * that came out in the end is applied.
 */
static inline void past_starve(struct past *p, const char *yaml,
                               const char *rules, const char *json,
                               void (*well)(const policy_decision *d))
{
    size_t failed = 0;

    for (size_t n = 0; n < 400; n++) {
        struct host *h = &p->h;
        policy_status st;

        if (!host_open(h, yaml, rules))
            return;
        host_read(h, json);
        h->memory.fail_at = h->memory.requests + n + 1;
        st = policy_session_evaluate(&h->decision, h->session, h->event,
                                     &p->state, &h->error);
        h->memory.fail_at = 0;
        failed += st == POLICY_ENOMEM;
        CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "allocation %zu: %d", n,
              (int)st);
        if (st == POLICY_ENOMEM && past_judge(h, &p->state, json))
            well(h->decision);
        if (st == POLICY_OK)
            past_apply(p, "in the end");
        host_close(h);
        if (st == POLICY_OK)
            break;
    }
    CHECK(failed > 0, "some failed");
}

#endif
