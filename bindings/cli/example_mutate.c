/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy test --mutate: changes that make a rule wrong and that none of its
 * examples notices; then how many of each kind there were.
 */
#include <stdlib.h>
#include <string.h>

#include "example_run.h"
#include "progress.h"
#include "table.h"

enum { COLUMNS = 5 };
/* Unless --limit says otherwise: some seconds, whatever the rules. */
enum { CHANGES_MAX = 100000 };

static const struct {
    const char *kind; /* the library's */
    enum cli_message text;
} kinds[] = {
    { "match", CLI_COVER_MATCH },     { "word", CLI_MUTATE_WORDS },
    { "where", CLI_COVER_WHERE },     { "except", CLI_COL_EXCEPTIONS },
    { "requires", CLI_COVER_REQUIRES }, { "count", CLI_COVER_COUNT },
    { "check", CLI_MUTATE_CHECKS },   { "verdict", CLI_MUTATE_VERDICTS },
    { "duty", CLI_COVER_DUTY },       { "ladder", CLI_MUTATE_LADDERS },
    { "scope", CLI_MUTATE_SCOPES },   { "memory", CLI_MUTATE_MEMORIES },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct {
    const char *change; /* the library's */
    enum cli_message text;
} changes[] = {
    { "drop", CLI_MUTATE_DROP },   { "negate", CLI_MUTATE_NEGATE },
    { "apart", CLI_MUTATE_APART }, { "less", CLI_MUTATE_LESS },
    { "more", CLI_MUTATE_MORE },   { "verdict", CLI_MUTATE_VERDICT },
    { "half", CLI_MUTATE_HALF },   { "twice", CLI_MUTATE_TWICE },
};
enum { CHANGES = sizeof(changes) / sizeof(changes[0]) };

struct mutate {
    const struct cli_test_run *t;
    struct cli_table table;
    struct cli_progress progress;
    uint64_t made[KINDS], killed[KINDS];
    size_t survivors;
};

static size_t kind_of(const char *name)
{
    size_t i = 0;

    while (i + 1 < KINDS && strcmp(kinds[i].kind, name) != 0)
        i++;
    return i;
}

static void tell_json(const policy_mutant *m)
{
    cli_test_begin_json("mutate", m->organisation, m->rule);
    cli_test_place_json(m->file, m->line, m->column);
    cli_json_member(stdout, false, "kind", cli_str(m->kind));
    cli_json_member(stdout, false, "change", cli_str(m->change));
    cli_json_member(stdout, false, "key", m->key);
    cli_json_member(stdout, false, "wanted", m->wanted);
    printf(",\"killed\":%s%s}\n", m->killed ? "true" : "false",
           m->equivalent ? ",\"equivalent\":true" : "");
}

/* "drop direction out" */
static void report(const struct mutate *x, const policy_mutant *m)
{
    struct cli_string text = { NULL, 0, 0 };
    struct cli_case c = { .way = "mutate", .organisation = m->organisation,
                          .rule = m->rule, .file = m->file, .line = m->line,
                          .sort = m->kind,
                          .end = m->killed       ? CLI_CASE_PASSED
                                 : m->equivalent ? CLI_CASE_SKIPPED
                                                 : CLI_CASE_FAILED,
                          .expected = cli_str("an example that fails"),
                          .note = { "", 0 } };

    cli_string_adds(&text, m->change);
    cli_string_adds(&text, " ");
    cli_string_add(&text, m->key);
    if (m->wanted.len)
        cli_string_adds(&text, " ");
    cli_string_add(&text, m->wanted);
    c.text = cli_string_str(&text);
    c.got = cli_str(m->equivalent ? "it means the same" : "all pass");
    c.column = m->column;
    cli_report_add(x->t->report, &c);
    free(text.ptr);
}

static void row(struct mutate *x, const policy_mutant *m)
{
    const struct cli *c = x->t->c;
    const char *change = m->change;

    for (size_t i = 0; i < CHANGES; i++)
        if (!strcmp(changes[i].change, m->change))
            change = cli_text(c, changes[i].text);
    cli_table_cell(&x->table, cli_str(m->rule), NULL);
    cli_test_place_cell(&x->table, m->file, m->line, m->column);
    cli_table_cell(&x->table, m->key, cli_bold);
    cli_table_cell(&x->table, m->wanted, NULL);
    cli_table_cell(&x->table, cli_str(change), cli_yellow);
}

static int on_mutant(void *user, const policy_mutant *m)
{
    struct mutate *x = user;
    size_t kind = kind_of(m->kind);
    bool survives = !m->killed && !m->equivalent;

    x->progress.total = m->total;
    x->progress.read = m->number;
    cli_progress_tell(&x->progress, m->number);
    x->made[kind] += !m->equivalent;
    x->killed[kind] += m->killed != 0;
    x->survivors += survives;
    if (!x->t->report && (!x->t->c->table || survives))
        cli_progress_hide(&x->progress);
    if (x->t->report)
        report(x, m);
    else if (!x->t->c->table)
        tell_json(m);
    else if (survives)
        row(x, m);
    return 0;
}

static void tell_sums(const struct mutate *x)
{
    static const struct cli_sum_heads heads = { CLI_COL_KIND, CLI_COL_CHANGES,
                                                CLI_COL_NOTICED, false };
    struct cli_sum sums[KINDS];

    for (size_t i = 0; i < KINDS; i++)
        sums[i] = (struct cli_sum){ cli_text(x->t->c, kinds[i].text), x->made[i],
                                    x->killed[i] };
    cli_test_sum_table(x->t->c, &heads, sums, KINDS);
}

static void tell_total(const struct mutate *x)
{
    uint64_t made = 0;

    for (size_t i = 0; i < KINDS; i++)
        made += x->made[i];
    fprintf(cli_test_sums(x->t), cli_text(x->t->c, CLI_MUTATE_SUM),
            (unsigned long long)made, (unsigned long long)(made - x->survivors),
            (unsigned long long)x->survivors);
    fputc('\n', cli_test_sums(x->t));
}

int cli_test_mutate(struct cli_test_run *t)
{
    const struct cli *c = t->c;
    const struct cli_column columns[COLUMNS] = {
        { cli_text(c, CLI_COL_RULE), 16, false, true },
        { cli_text(c, CLI_COL_PLACE), 12, false, true },
        { cli_text(c, CLI_COL_KEY), 8, false, true },
        { cli_text(c, CLI_COL_WANTED), 10, false, true },
        { cli_text(c, CLI_COL_CHANGE), 10, false, true },
    };
    policy_mutate_options o = POLICY_MUTATE_OPTIONS_INIT;
    struct mutate x = { .t = t };
    policy_error err = POLICY_ERROR_INIT;
    policy_status st;

    o.limit = c->limit ? c->limit : CHANGES_MAX;
    o.seed = c->seed;
    cli_progress_init(&x.progress, c, stdin);
    x.progress.part = CLI_PROGRESS_CHANGES;
    cli_table_init(&x.table, c, columns, COLUMNS);
    st = policy_session_mutate(t->session, c->org, &o, on_mutant, &x, &err);
    cli_progress_hide(&x.progress);
    cli_table_flush(&x.table);
    cli_table_fini(&x.table);
    if (st)
        return cli_fail_error(c, c->args[0], &err);
    if (c->table && x.survivors)
        putchar('\n');
    if (c->table)
        tell_sums(&x);
    tell_total(&x);
    return x.survivors ? CLI_FOUND : CLI_DONE;
}
