/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host with its sources in memory: organisation "o", its rules and lists, one
 * library regulation, a session and an event. Public headers only.
 */
#ifndef TESTS_HOST_H
#define TESTS_HOST_H

#include <policy/policy.h>

#include "harness.h"

/* A rule with what every rule needs; the rest in Lua. */
#define RULE_AS(id, verdict, rest)                                            \
    "rule { id = \"" id "\", title = \"标题\", reason = \"理由\",\n"          \
    "  category = \"off_topic\", on = \"message\", verdict = \"" verdict "\",\n" \
    "  tests = { hit \"甲乙丙\", miss \"好\" }, " rest " }\n"
#define RULE(id, rest) RULE_AS(id, "flag", rest)

struct host_file {
    const char *path, *text;
};

struct host {
    struct test_allocator memory;
    policy_bundle *bundle;
    policy_session *session;
    policy_event *event;
    const policy_decision *decision;
    policy_status status;
    policy_error error;
    char json[1 << 16];
};

static inline policy_str host_str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static inline void host_complain(void *user, const policy_diagnostic *d)
{
    char text[2048];
    size_t len;

    (void)user;
    if (d->severity != POLICY_ERROR)
        return;
    policy_diagnostic_format(text, sizeof(text), &len, d, 0);
    fwrite(text, 1, len < sizeof(text) ? len : sizeof(text), stderr);
}

/* A bundle of `files`; NULL after a failed check. */
static inline policy_bundle *host_compile(const struct host_file *files,
                                          size_t count,
                                          const policy_limits *limits,
                                          const policy_allocator *a)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;
    policy_bundle *b = NULL;
    policy_status st;

    o.allocator = a;
    o.limits = limits;
    o.on_diagnostic = host_complain;
    st = policy_compiler_new(&c, &o, &err);
    for (size_t i = 0; !st && i < count; i++)
        if (files[i].text)
            st = policy_compiler_add_file(c, files[i].path,
                                          host_str(files[i].text), &err);
    if (!st)
        st = policy_compiler_build(&b, c, &err);
    CHECK(st == POLICY_OK, "bundle: %s", err.message);
    policy_compiler_free(c);
    return b;
}

/* Organisation "o" with `yaml` after its first three keys, and `rules`. */
static inline policy_bundle *host_bundle(const char *yaml, const char *rules,
                                         const policy_allocator *a)
{
    char whole[2048];
    const struct host_file files[] = {
        { "o/organisation.yaml", whole },
        { "o/rules.lua", rules },
        { "o/lists/own.txt", "机密 | 理由\n绝密\n!保密机密\n" },
        { "lists/insult.txt", "笨蛋\n" },
        { "regulations/alpha/regulation.yaml",
          "id: alpha\ntitle: 制度甲\nkind: company\narticles:\n"
          "  - { ref: 一, class: event, status: rules, zh: 一, en: one, outcome: block }\n"
          "  - { ref: 二, class: event, status: rules, zh: 二, en: two, outcome: block }\n" },
        { "regulations/alpha/rules.lua",
          "rule { id = \"cited\", title = \"引用\", cites = { \"一\", \"二\" }, "
          "category = \"off_topic\", on = \"message\", match = term \"引用\", "
          "verdict = \"block\", tell = { zh = \"依据{article}\", en = \"By {article}\" }, "
          "tests = { hit \"引用\", miss \"好\" } }\n" },
    };

    snprintf(whole, sizeof(whole), "id: o\nname: 单位\nkind: company\n%s",
             yaml ? yaml : "");
    return host_compile(files, sizeof(files) / sizeof(*files), NULL, a);
}

static inline bool host_open_with(struct host *h, const char *yaml,
                                  const char *rules, const policy_limits *limits)
{
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;

    memset(h, 0, sizeof(*h));
    h->error = (policy_error)POLICY_ERROR_INIT;
    test_allocator_init(&h->memory);
    h->bundle = host_bundle(yaml, rules, &h->memory.allocator);
    if (!h->bundle)
        return false;
    o.allocator = &h->memory.allocator;
    o.limits = limits;
    return CHECK(policy_session_new(&h->session, h->bundle, &o, &h->error) ==
                     POLICY_OK, "session: %s", h->error.message) &&
           CHECK(policy_event_new(&h->event, &h->memory.allocator, NULL,
                                  &h->error) == POLICY_OK,
                 "event: %s", h->error.message);
}

static inline bool host_open(struct host *h, const char *yaml, const char *rules)
{
    return host_open_with(h, yaml, rules, NULL);
}

static inline void host_close(struct host *h)
{
    policy_event_free(h->event);
    policy_session_free(h->session);
    policy_bundle_unref(h->bundle);
    test_allocator_clean(&h->memory);
}

/* Read a whole event; `json` must live until it is judged. */
static inline bool host_read(struct host *h, const char *json)
{
    return CHECK(policy_event_read_json(h->event, host_str(json), &h->error) ==
                     POLICY_OK, "%s: %s", json, h->error.message);
}

/* A message with `fields` after the common ones: ,"text":"…" */
static inline policy_status host_judge_with(struct host *h,
                                            const policy_state *state,
                                            const char *fields)
{
    static char json[1 << 20];

    snprintf(json, sizeof(json),
             "{\"id\":\"m1\",\"source\":\"s\",\"type\":\"message\",\"org\":\"o\","
             "\"time\":\"2026-03-02T09:15:00+08:00\"%s%s}",
             *fields ? "," : "", fields);
    h->decision = NULL;
    h->error = (policy_error)POLICY_ERROR_INIT;
    if (!host_read(h, json))
        return h->status = POLICY_EINPUT;
    return h->status = policy_session_evaluate(&h->decision, h->session, h->event,
                                               state, &h->error);
}

static inline policy_status host_judge(struct host *h, const char *fields)
{
    return host_judge_with(h, NULL, fields);
}

/* The same, which must succeed. */
static inline bool host_decide(struct host *h, const char *fields)
{
    return CHECK(host_judge(h, fields) == POLICY_OK, "%.100s: %s", fields,
                 h->error.message);
}

static inline const char *host_json(struct host *h, uint32_t flags)
{
    size_t len = 0;

    policy_decision_json(h->json, sizeof(h->json) - 1, &len, h->decision, flags);
    h->json[len < sizeof(h->json) ? len : sizeof(h->json) - 1] = '\0';
    return h->json;
}

static inline const policy_finding *host_finding(const policy_decision *d,
                                                 int32_t which, const char *rule)
{
    for (size_t i = 0; i < policy_decision_finding_count(d, which); i++)
        if (strcmp(policy_decision_finding(d, which, i)->rule, rule) == 0)
            return policy_decision_finding(d, which, i);
    return NULL;
}

static inline const policy_rule_error *host_error(const policy_decision *d,
                                                  const char *code)
{
    for (size_t i = 0; i < policy_decision_error_count(d); i++)
        if (strcmp(policy_decision_error(d, i)->code, code) == 0)
            return policy_decision_error(d, i);
    return NULL;
}

#endif
