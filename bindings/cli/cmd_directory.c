/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy directory: directory.yaml as events, one a line, for whoever keeps the
 * state: all of it, or what has changed since an older one.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle_load.h"
#include "directory_find.h"

struct writing {
    char *json; /* room for one event */
    size_t cap;
    uint64_t events, people, accounts, groups;
};

static bool is_of(const policy_event *e, const char *type)
{
    policy_str s = policy_event_type(e);

    return s.len == strlen(type) && !memcmp(s.ptr, type, s.len);
}

static int on_event(void *user, policy_event *e)
{
    struct writing *w = user;
    size_t len = 0;

    policy_event_json(w->json, w->cap, &len, e);
    if (len > w->cap) {
        w->cap = len * 2;
        w->json = cli_realloc(w->json, w->cap);
        policy_event_json(w->json, w->cap, &len, e);
    }
    fwrite(w->json, 1, len, stdout);
    putchar('\n');
    w->events++;
    w->people += is_of(e, "staff_change");
    w->accounts += is_of(e, "account_change");
    w->groups += is_of(e, "group_change");
    return 0;
}

static int write_events(struct writing *w, const struct cli *c, const char *org,
                        const char *path, const policy_directory *since)
{
    policy_directory_feed how = POLICY_DIRECTORY_FEED_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_directory *d;
    policy_event *e = NULL;
    int status = cli_directory_read(&d, c, path);

    if (status)
        return status;
    how.org = org;
    how.time = c->at_given ? c->at : c->today;
    how.offset = c->at_offset;
    how.since = since;
    if (policy_event_new(&e, NULL, NULL, &err) ||
        policy_directory_events(d, &how, e, on_event, w, &err))
        status = cli_fail_error(c, path, &err);
    policy_event_free(e);
    policy_directory_free(d);
    return status;
}

/* A file, or the folder where it stands. */
static int read_since(policy_directory **out, const struct cli *c)
{
    char *path = cli_is_folder(c->since) ? cli_join(c->since, "directory.yaml")
                                         : cli_dup(c->since);
    int status = cli_directory_read(out, c, path);

    free(path);
    return status;
}

static bool is_wanted(const struct cli *c, const char *org)
{
    return !c->org || strcmp(c->org, org) == 0;
}

/* Of those asked for: how many there are, and that of the last one. */
static size_t count_wanted(const struct cli *c, const policy_bundle *b)
{
    size_t count = 0;

    for (size_t i = 0; i < policy_bundle_organisation_count(b); i++)
        count += is_wanted(c, policy_bundle_organisation(b, i));
    return count;
}

static int write_org(struct writing *w, const struct cli *c, const char *org,
                     const policy_directory *since, bool needed)
{
    char *path = cli_directory_path(c, org);
    int status = CLI_DONE;

    if (cli_is_file(path))
        status = write_events(w, c, org, path, since);
    else if (needed)
        status = cli_fail(c, CLI_DIRECTORY_MISSING, path);
    free(path);
    return status;
}

static int write_bundle(struct writing *w, const struct cli *c,
                        const policy_bundle *b, const policy_directory *since)
{
    size_t wanted = count_wanted(c, b);
    int status = CLI_DONE;

    if (!wanted)
        return cli_fail(c, CLI_ORG_UNKNOWN, c->args[0], c->org);
    if (since && wanted > 1)
        return cli_fail(c, CLI_ORG_WANTED, c->args[0], wanted);
    for (size_t i = 0; i < policy_bundle_organisation_count(b); i++) {
        const char *org = policy_bundle_organisation(b, i);
        int one = is_wanted(c, org) ? write_org(w, c, org, since, wanted == 1)
                                    : CLI_DONE;

        status = one ? one : status;
    }
    return status;
}

static int write_all(struct writing *w, const struct cli *c,
                     const policy_directory *since)
{
    policy_bundle *bundle;
    int status;

    if (cli_is_file(c->args[0]))
        return c->org ? write_events(w, c, c->org, c->args[0], since)
                      : cli_fail(c, CLI_DIRECTORY_ORG, c->args[0]);
    status = cli_bundle_load(&bundle, c, false, NULL);
    if (status)
        return status;
    status = write_bundle(w, c, bundle, since);
    policy_bundle_unref(bundle);
    return status;
}

int cli_directory(const struct cli *c)
{
    struct writing w = { .json = NULL };
    policy_directory *since = NULL;
    int status = c->since ? read_since(&since, c) : CLI_DONE;

    if (!status)
        status = write_all(&w, c, since);
    if (!status)
        cli_note(c, CLI_DIRECTORY_SUM, (unsigned long long)w.events,
                 (unsigned long long)w.people, (unsigned long long)w.accounts,
                 (unsigned long long)w.groups);
    policy_directory_free(since);
    free(w.json);
    return status;
}
