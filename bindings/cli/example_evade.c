/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy test --evade: the hits among the examples in every disguise that their
 * words are open to. What did not hold, then how many of each disguise did.
 */
#include <string.h>

#include "example_run.h"
#include "table.h"

enum { DISGUISES_MAX = 64, COLUMNS = 6 };

/* Of one disguise. */
struct sum {
    const char *name; /* the library's */
    uint64_t tried, held;
};

struct evade {
    const struct cli_test_run *t;
    struct cli_table table;
    struct sum sums[DISGUISES_MAX];
    size_t sum_count;
    uint64_t tried, held;
};

static void count(struct evade *x, const policy_evasion *r)
{
    size_t i = 0;

    while (i < x->sum_count && strcmp(x->sums[i].name, r->disguise) != 0)
        i++;
    if (i == DISGUISES_MAX)
        return;
    if (i == x->sum_count)
        x->sums[x->sum_count++] = (struct sum){ r->disguise, 0, 0 };
    x->sums[i].tried++;
    x->sums[i].held += r->held != 0;
    x->tried++;
    x->held += r->held != 0;
}

static void tell_json(const policy_evasion *r)
{
    cli_test_begin_json("evade", r->organisation, r->rule);
    cli_test_place_json(r->file, r->line, 0);
    cli_json_member(stdout, false, "disguise", cli_str(r->disguise));
    printf(",\"held\":%s", r->held ? "true" : "false");
    cli_json_member(stdout, false, "field", r->field);
    cli_json_member(stdout, false, "text", r->text);
    cli_json_member(stdout, false, "expected", r->expected);
    cli_json_member(stdout, false, "got", r->got);
    puts("}");
}

static void report(const struct evade *x, const policy_evasion *r)
{
    struct cli_case c = { .way = "evade", .organisation = r->organisation,
                          .rule = r->rule, .file = r->file, .line = r->line,
                          .sort = r->disguise,
                          .end = r->held ? CLI_CASE_PASSED : CLI_CASE_FAILED,
                          .text = r->text, .expected = r->expected,
                          .got = r->got, .note = { "", 0 } };

    cli_report_add(x->t->report, &c);
}

static void row(struct evade *x, const policy_evasion *r)
{
    const struct cli *c = x->t->c;

    cli_table_cell(&x->table, cli_str(cli_disguise(c->language, r->disguise)),
                   cli_yellow);
    cli_table_cell(&x->table, cli_str(r->rule), NULL);
    cli_test_place_cell(&x->table, r->file, r->line, 0);
    cli_table_cell(&x->table, r->text, NULL);
    cli_table_cell(&x->table, r->expected, NULL);
    cli_table_cell(&x->table, r->got, cli_red);
}

static void on_result(void *user, const policy_evasion *r)
{
    struct evade *x = user;

    count(x, r);
    if (x->t->report)
        report(x, r);
    else if (!x->t->c->table)
        tell_json(r);
    else if (!r->held)
        row(x, r);
}

static void tell_sums(const struct evade *x)
{
    static const struct cli_sum_heads heads = { CLI_COL_DISGUISE, CLI_COL_TRIED,
                                                CLI_COL_HELD, false };
    const struct cli *c = x->t->c;
    struct cli_sum sums[DISGUISES_MAX];

    for (size_t i = 0; i < x->sum_count; i++)
        sums[i] = (struct cli_sum){ cli_disguise(c->language, x->sums[i].name),
                                    x->sums[i].tried, x->sums[i].held };
    cli_test_sum_table(c, &heads, sums, x->sum_count);
}

int cli_test_evade(struct cli_test_run *t)
{
    const struct cli *c = t->c;
    const struct cli_column columns[COLUMNS] = {
        { cli_text(c, CLI_COL_DISGUISE), 8, false, false },
        { cli_text(c, CLI_COL_RULE), 16, false, true },
        { cli_text(c, CLI_COL_PLACE), 12, false, true },
        { cli_text(c, CLI_COL_TEXT), 16, false, true },
        { cli_text(c, CLI_TEST_EXPECTED), 8, false, true },
        { cli_text(c, CLI_TEST_GOT), 8, false, true },
    };
    struct evade x = { .t = t };
    policy_error err = POLICY_ERROR_INIT;
    policy_status st;

    cli_table_init(&x.table, c, columns, COLUMNS);
    st = policy_session_evade(t->session, c->org, on_result, &x, &err);
    cli_table_flush(&x.table);
    cli_table_fini(&x.table);
    if (st)
        return cli_fail_error(c, c->args[0], &err);
    if (c->table && x.held < x.tried)
        putchar('\n');
    if (c->table && x.tried)
        tell_sums(&x);
    fprintf(cli_test_sums(t), cli_text(c, CLI_EVADE_SUM),
            (unsigned long long)x.tried, (unsigned long long)x.held,
            (unsigned long long)(x.tried - x.held));
    fputc('\n', cli_test_sums(t));
    return x.held < x.tried ? CLI_FOUND : CLI_DONE;
}
