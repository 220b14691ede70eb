/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory says how things stand, which begins no duty. It is fed as of a
 * time before the first event, so that what comes a little late knows it, too;
 * what the stream itself says of people is newer.
 */
#include <stdlib.h>
#include <string.h>

#include "directory_feed.h"
#include "directory_find.h"

/* By so much events may come late where an organisation says nothing else. */
static const int64_t before_first = INT64_C(7) * 86400000;
static const int64_t earliest = INT64_C(-62167219200000); /* the year 0 */
enum { REFUSED_SHOWN = 5 };

struct cli_feed_org {
    const char *name;
    bool fed;
};

struct feeding {
    struct cli_feed *f;
    const char *path;
    uint64_t refused;
};

static int by_name(const void *pa, const void *pb)
{
    const struct cli_feed_org *a = pa, *b = pb;

    return strcmp(a->name, b->name);
}

int cli_feed_init(struct cli_feed *f, const struct cli *c,
                  const policy_bundle *bundle)
{
    policy_error err = POLICY_ERROR_INIT;

    memset(f, 0, sizeof(*f));
    f->c = c;
    f->count = policy_bundle_organisation_count(bundle);
    f->orgs = cli_realloc(NULL, (f->count + 1) * sizeof(*f->orgs));
    for (size_t i = 0; i < f->count; i++)
        f->orgs[i] = (struct cli_feed_org){
            policy_bundle_organisation(bundle, i), false
        };
    qsort(f->orgs, f->count, sizeof(*f->orgs), by_name);
    if (policy_event_new(&f->event, NULL, NULL, &err))
        return cli_fail_error(c, c->args[0], &err);
    return CLI_DONE;
}

void cli_feed_fini(struct cli_feed *f)
{
    policy_event_free(f->event);
    free(f->orgs);
    memset(f, 0, sizeof(*f));
}

static struct cli_feed_org *find(const struct cli_feed *f, policy_str org)
{
    size_t low = 0, high = f->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const char *name = f->orgs[mid].name;
        int order = strncmp(org.ptr, name, org.len);

        if (!order && !name[org.len])
            return &f->orgs[mid];
        if (order > 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

/* What is between the first and the last colon: "u17" of "listed:u17:5f0c9a". */
static policy_str entry_of(policy_str id)
{
    size_t from = 0, end = id.len;

    while (from < id.len && id.ptr[from++] != ':')
        ;
    while (end > from && id.ptr[--end] != ':')
        ;
    return (policy_str){ id.ptr + from, end - from };
}

static void refuse(struct feeding *x, const policy_event *event,
                   const policy_error *err)
{
    policy_str entry = entry_of(policy_event_id(event));
    policy_error of = *err;

    if (x->refused++ >= REFUSED_SHOWN)
        return;
    snprintf(of.message, sizeof(of.message), "%.*s: %s",
             entry.len > 60 ? 60 : (int)entry.len, entry.ptr, err->message);
    cli_point_at(x->f->c, x->path, 0, (policy_str){ "", 0 }, 0, &of);
}

static policy_status judge(const struct cli_past *past, const policy_event *event,
                           policy_error *err)
{
    policy_state state = policy_memory_state(past->memory);
    const policy_decision *d;
    policy_status st = policy_session_evaluate(&d, past->session, event, &state,
                                               err);

    return st ? st : policy_memory_apply(past->memory, d, err);
}

/* The second may not even have the organisation, and tells of nothing. */
static int on_event(void *user, policy_event *event)
{
    struct feeding *x = user;
    policy_error err = POLICY_ERROR_INIT, unheard = POLICY_ERROR_INIT;

    if (judge(&x->f->past[0], event, &err))
        refuse(x, event, &err);
    else
        x->f->events++;
    if (x->f->past[1].session)
        judge(&x->f->past[1], event, &unheard);
    return 0;
}

static int feed(struct feeding *x, const policy_directory *d, const char *org,
                int64_t time)
{
    policy_directory_feed how = POLICY_DIRECTORY_FEED_INIT;
    policy_error err = POLICY_ERROR_INIT;
    const struct cli *c = x->f->c;

    how.org = org;
    how.time = time;
    if (policy_directory_events(d, &how, x->f->event, on_event, x, &err))
        return cli_fail_error(c, x->path, &err);
    if (x->refused > REFUSED_SHOWN)
        cli_fail(c, CLI_DIRECTORY_MORE, x->path,
                 (unsigned long long)(x->refused - REFUSED_SHOWN));
    x->f->refused += x->refused;
    return x->refused ? CLI_WRONG : CLI_DONE;
}

int cli_feed_one(struct cli_feed *f, const char *org, int64_t time)
{
    char *path = cli_directory_path(f->c, org);
    struct feeding x = { f, path, 0 };
    policy_directory *d;
    int status = cli_directory_find(&d, f->c, org, false);

    if (!status && d)
        status = feed(&x, d, org, time);
    policy_directory_free(d);
    free(path);
    return status;
}

int cli_feed_before(struct cli_feed *f, const policy_event *event)
{
    struct cli_feed_org *org = find(f, policy_event_organisation(event));
    int64_t time = policy_event_time(event);

    if (!org || org->fed)
        return CLI_DONE;
    org->fed = true;
    time = time < earliest + before_first ? earliest : time - before_first;
    return cli_feed_one(f, org->name, time);
}
