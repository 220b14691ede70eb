/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy check: load, say everything that the compiler has to say, and count
 * what was loaded.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle_load.h"
#include "directory_feed.h"
#include "table.h"

struct counts {
    uint64_t cost, rules, enforced, shadow, off, tests, exceptions, articles;
    uint64_t duties, ladders; /* that are not off */
};

static int on_rule(void *user, const policy_rule_info *r)
{
    struct counts *n = user;

    n->rules++;
    n->enforced += !strcmp(r->mode, "enforce");
    n->shadow += !strcmp(r->mode, "shadow");
    n->off += !strcmp(r->mode, "off");
    n->tests += r->tests;
    n->cost += r->cost;
    n->exceptions += r->exceptions;
    return 0;
}

static int on_duty(void *user, const policy_duty_info *d)
{
    struct counts *n = user;

    if (d->track)
        return 0;
    n->duties += !strcmp(d->kind, "duty");
    n->ladders += !strcmp(d->kind, "ladder");
    n->tests += d->tests;
    return 0;
}

static int on_article(void *user, const policy_article_info *a)
{
    (void)a;
    ((struct counts *)user)->articles++;
    return 0;
}

static struct counts count(const policy_bundle *b, const char *org)
{
    struct counts n = { 0 };

    policy_bundle_rules(b, org, on_rule, &n);
    policy_bundle_duties(b, org, on_duty, &n);
    policy_bundle_articles(b, org, on_article, &n);
    return n;
}

static void print_table(const struct cli *c, const policy_bundle *b)
{
    const struct cli_column columns[] = {
        { cli_text(c, CLI_COL_ORG), 12, false, true },
        { cli_text(c, CLI_COL_RULES), 5, true, false },
        { cli_text(c, CLI_COL_ENFORCED), 5, true, false },
        { cli_text(c, CLI_COL_SHADOW), 5, true, false },
        { cli_text(c, CLI_COL_OFF), 5, true, false },
        { cli_text(c, CLI_COL_DUTIES), 5, true, false },
        { cli_text(c, CLI_COL_LADDERS), 5, true, false },
        { cli_text(c, CLI_COL_TESTS), 5, true, false },
        { cli_text(c, CLI_COL_EXCEPTIONS), 5, true, false },
        { cli_text(c, CLI_COL_ARTICLES), 5, true, false },
    };
    struct cli_table t;

    cli_table_init(&t, c, columns, 10);
    for (size_t i = 0; i < policy_bundle_organisation_count(b); i++) {
        const char *org = policy_bundle_organisation(b, i);
        struct counts n = count(b, org);
        const uint64_t cells[] = { n.rules,      n.enforced,
                                   n.shadow,     n.off,
                                   n.duties,     n.ladders,
                                   n.tests,      n.exceptions,
                                   n.articles };

        cli_table_cell(&t, cli_str(org), cli_bold);
        for (size_t k = 0; k < sizeof(cells) / sizeof(cells[0]); k++)
            cli_table_number(&t, cells[k]);
    }
    cli_table_flush(&t);
    cli_table_fini(&t);
}

static void print_json(const struct cli *c, const policy_bundle *b,
                       size_t warnings)
{
    for (size_t i = 0; i < policy_bundle_organisation_count(b); i++) {
        const char *org = policy_bundle_organisation(b, i);
        struct counts n = count(b, org);

        putchar('{');
        cli_json_member(stdout, true, "organisation", cli_str(org));
        cli_json_count(stdout, "rules", n.rules);
        cli_json_count(stdout, "enforced", n.enforced);
        cli_json_count(stdout, "shadow", n.shadow);
        cli_json_count(stdout, "off", n.off);
        cli_json_count(stdout, "duties", n.duties);
        cli_json_count(stdout, "ladders", n.ladders);
        cli_json_count(stdout, "tests", n.tests);
        cli_json_count(stdout, "exceptions", n.exceptions);
        cli_json_count(stdout, "articles", n.articles);
        if (c->cost)
            cli_json_count(stdout, "cost", n.cost);
        puts("}");
    }
    putchar('{');
    cli_json_member(stdout, true, "bundle",
                    cli_str(policy_bundle_revision(b)));
    cli_json_count(stdout, "warnings", warnings);
    puts("}");
}

/* --- what each rule may cost --------------------------------------------- */

struct costs {
    policy_rule_info *rules; /* borrowed from the bundle, but for the array */
    size_t count, cap;
    uint64_t total;
};

static int add_cost(void *user, const policy_rule_info *r)
{
    struct costs *x = user;

    if (x->count == x->cap) {
        x->cap = x->cap ? x->cap * 2 : 64;
        x->rules = cli_realloc(x->rules, x->cap * sizeof(*x->rules));
    }
    x->rules[x->count++] = *r;
    x->total += r->cost;
    return 0;
}

/* The dearest first, equal ones by id: what qsort keeps is nobody's order. */
static int dearer(const void *pa, const void *pb)
{
    const policy_rule_info *a = pa, *b = pb;

    if (a->cost != b->cost)
        return a->cost < b->cost ? 1 : -1;
    return strcmp(a->id, b->id);
}

static struct costs costs_of(const policy_bundle *b, const char *org)
{
    struct costs x = { NULL, 0, 0, 0 };

    policy_bundle_rules(b, org, add_cost, &x);
    if (x.count)
        qsort(x.rules, x.count, sizeof(*x.rules), dearer);
    return x;
}

static void cost_rows(struct cli_table *t, const char *org,
                      const struct costs *x)
{
    char place[4096];

    for (size_t i = 0; i < x->count; i++) {
        const policy_rule_info *r = &x->rules[i];

        cli_table_cell(t, cli_str(r->id), NULL);
        cli_table_number(t, r->cost);
        snprintf(place, sizeof(place), "%.*s:%u", (int)r->file.len,
                 r->file.ptr, (unsigned)r->line);
        cli_table_cell(t, cli_str(place), NULL);
    }
    cli_table_cell(t, cli_str(org), cli_bold);
    cli_table_number(t, x->total);
    cli_table_cell(t, cli_str(""), NULL);
}

static void cost_lines(const char *org, const struct costs *x)
{
    for (size_t i = 0; i < x->count; i++) {
        const policy_rule_info *r = &x->rules[i];

        putchar('{');
        cli_json_member(stdout, true, "organisation", cli_str(org));
        cli_json_member(stdout, false, "rule", cli_str(r->id));
        cli_json_count(stdout, "cost", r->cost);
        cli_json_member(stdout, false, "file", r->file);
        cli_json_count(stdout, "line", r->line);
        puts("}");
    }
}

static void print_costs(const struct cli *c, const policy_bundle *b)
{
    const struct cli_column columns[] = {
        { cli_text(c, CLI_COL_RULE), 20, false, true },
        { cli_text(c, CLI_COL_COST), 5, true, false },
        { cli_text(c, CLI_COL_PLACE), 12, false, true },
    };
    struct cli_table t;

    cli_table_init(&t, c, columns, 3);
    for (size_t i = 0; i < policy_bundle_organisation_count(b); i++) {
        const char *org = policy_bundle_organisation(b, i);
        struct costs x = costs_of(b, org);

        if (c->table)
            cost_rows(&t, org, &x);
        else
            cost_lines(org, &x);
        free(x.rules);
    }
    cli_table_flush(&t);
    cli_table_fini(&t);
    if (c->table)
        putchar('\n');
}

/* directory.yaml is no source of the bundle, but whoever edits it wants to know
 * now and not when records come: what has no place in it, and what the rules of
 * the organisation do not take, such as a role that nobody declared. */
static int check_directories(const struct cli *c, policy_bundle *b)
{
    policy_error err = POLICY_ERROR_INIT;
    struct cli_feed feed;
    int status = cli_feed_init(&feed, c, b);

    if (!status && (policy_session_new(&feed.past[0].session, b, NULL, &err) ||
                    policy_memory_new(&feed.past[0].memory, NULL, 0, &err)))
        status = cli_fail_error(c, c->args[0], &err);
    for (size_t i = 0; !err.status && i < policy_bundle_organisation_count(b); i++) {
        int one = cli_feed_one(&feed, policy_bundle_organisation(b, i), c->today);

        status = one ? one : status;
    }
    policy_memory_free(feed.past[0].memory);
    policy_session_free(feed.past[0].session);
    cli_feed_fini(&feed);
    return status;
}

/* The last line of a stream that an editor reads: it is whole. */
static void end_json(const struct cli_counts *counts)
{
    printf("{\"errors\":%zu", counts->errors);
    cli_json_count(stdout, "warnings", counts->warnings);
    puts("}");
}

int cli_check(const struct cli *given)
{
    struct cli own = *given;
    const struct cli *c = &own;
    struct cli_counts counts = { 0, 0 };
    policy_bundle *bundle;
    int status;

    /* Asked for by name: a pipe alone does not want messages among results. */
    own.json_diagnostics = given->format == CLI_FORMAT_JSON;
    status = cli_bundle_load(&bundle, c, true, &counts);
    if (status) {
        if (c->json_diagnostics && counts.errors)
            end_json(&counts);
        return status;
    }
    status = check_directories(c, bundle);
    if (status) {
        policy_bundle_unref(bundle);
        return status;
    }
    if (c->cost)
        print_costs(c, bundle);
    if (c->table) {
        print_table(c, bundle);
        printf("\n%s\n", policy_bundle_revision(bundle));
        printf(cli_text(c, CLI_CHECK_FINE), counts.warnings);
        putchar('\n');
    } else {
        print_json(c, bundle, counts.warnings);
    }
    policy_bundle_unref(bundle);
    if (!c->strict || !counts.warnings)
        return CLI_DONE;
    cli_note(c, CLI_CHECK_STRICT, counts.warnings);
    return CLI_FOUND;
}
