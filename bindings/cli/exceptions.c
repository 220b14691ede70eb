/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sorted array: filled once, asked for each finding that was suppressed.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "exceptions.h"
#include "table.h"

/* "About to end": whoever owns it still has time to ask for more. */
static const int64_t soon = INT64_C(30) * 86400000;

static int on_exception(void *user, const policy_exception_info *e)
{
    struct cli_exceptions *x = user;

    if (x->count == x->cap) {
        x->cap = x->cap ? x->cap * 2 : 32;
        x->all = cli_realloc(x->all, x->cap * sizeof(*x->all));
    }
    x->all[x->count++] = (struct cli_exception){ .info = *e };
    return 0;
}

static int by_name(const void *pa, const void *pb)
{
    const policy_exception_info *a = &((const struct cli_exception *)pa)->info;
    const policy_exception_info *b = &((const struct cli_exception *)pb)->info;
    int order = strcmp(a->organisation, b->organisation);

    if (!order)
        order = strcmp(a->rule, b->rule);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

void cli_exceptions_init(struct cli_exceptions *x, const policy_bundle *b,
                         const char *org)
{
    memset(x, 0, sizeof(*x));
    policy_bundle_exceptions(b, org, on_exception, x);
    if (x->count)
        qsort(x->all, x->count, sizeof(*x->all), by_name);
}

void cli_exceptions_fini(struct cli_exceptions *x)
{
    free(x->all);
    memset(x, 0, sizeof(*x));
}

static struct cli_exception *find(const struct cli_exceptions *x,
                                  policy_str org, const policy_finding *f)
{
    char name[256];
    struct cli_exception key = { .info = { .organisation = name, .rule = f->rule,
                                           .number = f->exception } };

    if (org.len >= sizeof(name) || !x->count)
        return NULL;
    memcpy(name, org.ptr, org.len);
    name[org.len] = 0;
    return bsearch(&key, x->all, x->count, sizeof(key), by_name);
}

void cli_exceptions_count(struct cli_exceptions *x, const policy_decision *d)
{
    size_t count = policy_decision_finding_count(d, POLICY_SUPPRESSED);

    for (size_t i = 0; i < count; i++) {
        struct cli_exception *e =
            find(x, policy_decision_organisation(d),
                 policy_decision_finding(d, POLICY_SUPPRESSED, i));

        if (e)
            e->used++;
    }
}

enum state { IN_USE, UNUSED, ENDS_SOON, ENDED };

static enum state state_of(const struct cli_exception *e, const struct cli *c)
{
    if (e->info.expires && e->info.expires <= c->today)
        return ENDED;
    if (e->info.expires && e->info.expires - c->today <= soon)
        return ENDS_SOON;
    return e->used ? IN_USE : UNUSED;
}

/* The last day on which it holds. That day's end is a midnight of the
 * organisation's zone, at most 14 hours from that of Greenwich. */
static void last_day(char out[16], int64_t expires)
{
    time_t t = (time_t)((expires - INT64_C(36000000)) / 1000);
    struct tm day;

    out[0] = 0;
    if (expires && gmtime_r(&t, &day))
        strftime(out, 16, "%Y-%m-%d", &day);
}

static void row(struct cli_table *t, const struct cli *c,
                const struct cli_exception *e)
{
    static const enum cli_message texts[] = {
        CLI_EXCEPTION_USED, CLI_EXCEPTION_UNUSED, CLI_EXCEPTION_SOON,
        CLI_EXCEPTION_ENDED
    };
    enum state s = state_of(e, c);
    char day[16];

    last_day(day, e->info.expires);
    cli_table_cell(t, cli_str(cli_text(c, texts[s])),
                   s == UNUSED ? cli_faint : cli_yellow);
    cli_table_cell(t, cli_str(day), NULL);
    cli_table_number(t, e->used);
    cli_table_cell(t, cli_str(e->info.rule), NULL);
    cli_table_cell(t, e->info.owner, NULL);
    cli_table_cell(t, e->info.why, NULL);
}

void cli_exceptions_table(const struct cli_exceptions *x, const struct cli *c)
{
    const struct cli_column columns[] = {
        { cli_text(c, CLI_COL_EXCEPTION), 8, false, false },
        { cli_text(c, CLI_COL_ENDS), 10, false, false },
        { cli_text(c, CLI_COL_USED), 4, true, false },
        { cli_text(c, CLI_COL_RULE), 16, false, true },
        { cli_text(c, CLI_COL_OWNER), 6, false, true },
        { cli_text(c, CLI_COL_WHY), 12, false, true },
    };
    struct cli_table t;
    size_t told = 0;

    cli_table_init(&t, c, columns, 6);
    for (size_t i = 0; i < x->count; i++) {
        if (state_of(&x->all[i], c) == IN_USE)
            continue;
        if (!told++)
            printf("\n%s%s%s\n", c->colour_out ? cli_bold : "",
                   cli_text(c, CLI_BY_EXCEPTION),
                   c->colour_out ? "\033[0m" : "");
        row(&t, c, &x->all[i]);
    }
    cli_table_flush(&t);
    cli_table_fini(&t);
}

void cli_exceptions_json(const struct cli_exceptions *x, const struct cli *c)
{
    static const char *const states[] = { "used", "unused", "ends-soon", "ended" };

    for (size_t i = 0; i < x->count; i++) {
        const struct cli_exception *e = &x->all[i];
        char day[16];

        last_day(day, e->info.expires);
        putchar('{');
        cli_json_member(stdout, true, "is", cli_str("exception"));
        cli_json_member(stdout, false, "organisation",
                        cli_str(e->info.organisation));
        cli_json_member(stdout, false, "rule", cli_str(e->info.rule));
        cli_json_count(stdout, "number", e->info.number);
        cli_json_member(stdout, false, "state", cli_str(states[state_of(e, c)]));
        cli_json_count(stdout, "used", e->used);
        cli_json_member(stdout, false, "ends", cli_str(day));
        cli_json_member(stdout, false, "owner", e->info.owner);
        cli_json_member(stdout, false, "why", e->info.why);
        cli_json_member(stdout, false, "file", e->info.file);
        cli_json_count(stdout, "line", e->info.line);
        puts("}");
    }
}
