/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sorted array: it is filled once and asked once for each finding.
 */
#include <stdlib.h>
#include <string.h>

#include "tally.h"

static int on_rule(void *user, const policy_rule_info *r)
{
    struct cli_tally *t = user;

    if (t->count == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 128;
        t->rules = cli_realloc(t->rules, t->cap * sizeof(*t->rules));
    }
    t->rules[t->count] = (struct cli_rule){ .info = *r, .order = t->count };
    t->count++;
    return 0;
}

static int compare_org(policy_str a, const char *b)
{
    size_t lb = strlen(b);
    int order = memcmp(a.ptr, b, a.len < lb ? a.len : lb);

    return order ? order : a.len < lb ? -1 : a.len > lb;
}

static int by_name(const void *pa, const void *pb)
{
    const struct cli_rule *a = pa, *b = pb;
    int order = strcmp(a->info.organisation, b->info.organisation);

    return order ? order : strcmp(a->info.id, b->info.id);
}

void cli_tally_init(struct cli_tally *t, const policy_bundle *b,
                    const char *org)
{
    memset(t, 0, sizeof(*t));
    policy_bundle_rules(b, org, on_rule, t);
    if (t->count)
        qsort(t->rules, t->count, sizeof(*t->rules), by_name);
}

static int on_duty(void *user, const policy_duty_info *d)
{
    policy_rule_info info = { .organisation = d->organisation, .id = d->id,
                              .title = d->title, .category = "", .verdict = "",
                              .mode = d->mode, .file = d->file, .line = d->line,
                              .cites = d->cites, .cite_count = d->cite_count,
                              .tests = d->tests };

    return d->track ? 0 : on_rule(user, &info);
}

void cli_tally_add_duties(struct cli_tally *t, const policy_bundle *b,
                          const char *org)
{
    policy_bundle_duties(b, org, on_duty, t);
    if (t->count)
        qsort(t->rules, t->count, sizeof(*t->rules), by_name);
}

void cli_tally_fini(struct cli_tally *t)
{
    free(t->rules);
    memset(t, 0, sizeof(*t));
}

struct cli_rule *cli_tally_find(const struct cli_tally *t, policy_str org,
                                const char *id)
{
    size_t low = 0, high = t->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const policy_rule_info *r = &t->rules[mid].info;
        int order = compare_org(org, r->organisation);

        if (!order)
            order = strcmp(id, r->id);
        if (!order)
            return &t->rules[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

static int by_count(const void *pa, const void *pb)
{
    const struct cli_rule *a = pa, *b = pb;
    uint64_t na = a->found + a->shadow, nb = b->found + b->shadow;

    if (na != nb)
        return na > nb ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void cli_tally_sort_by_count(struct cli_tally *t)
{
    if (t->count)
        qsort(t->rules, t->count, sizeof(*t->rules), by_count);
}
