/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy test --isolated: which rules besides its own each hit among the
 * examples fires. It judges nothing: two rules may well mean the same message.
 */
#include <stdlib.h>
#include <string.h>

#include "example_run.h"
#include "table.h"

enum { COLUMNS = 6 };

/* Another rule that fired on hits of the rule in hand. */
struct other {
    const char *rule, *mode; /* the bundle's */
    int32_t verdict;         /* the highest */
    size_t hits;
    policy_str file;         /* of the first; the bundle's */
    uint32_t line;
};

struct isolated {
    const struct cli_test_run *t;
    struct cli_table table;
    const char *organisation, *rule; /* in hand; the bundle's */
    struct other *others;
    size_t count, cap, hits;
    size_t all, alone;
};

static void row(struct isolated *x, const struct other *o)
{
    const struct cli *c = x->t->c;
    char hits[48];

    snprintf(hits, sizeof(hits), "%zu/%zu", o->hits, x->hits);
    cli_table_cell(&x->table, cli_str(x->rule), NULL);
    cli_table_cell(&x->table, cli_str(o->rule), cli_bold);
    cli_table_cell(&x->table, cli_str(cli_verdict(c->language, o->verdict)),
                   cli_verdict_colour[o->verdict]);
    cli_table_cell(&x->table, cli_str(strcmp(o->mode, "shadow")
                                          ? "" : cli_text(c, CLI_SHADOW)),
                   cli_faint);
    cli_table_cell(&x->table, cli_str(hits), NULL);
    cli_test_place_cell(&x->table, o->file, o->line, 0);
}

static void end_rule(struct isolated *x)
{
    for (size_t i = 0; x->t->c->table && i < x->count; i++)
        row(x, &x->others[i]);
    x->count = x->hits = 0;
}

static void begin_rule(struct isolated *x, const policy_test_result *r)
{
    if (x->rule && !strcmp(x->rule, r->rule) &&
        !strcmp(x->organisation, r->organisation))
        return;
    end_rule(x);
    x->organisation = r->organisation;
    x->rule = r->rule;
}

static void count(struct isolated *x, const policy_finding *f,
                  const policy_test_result *r)
{
    struct other *o;
    size_t i = 0;

    while (i < x->count && strcmp(x->others[i].rule, f->rule) != 0)
        i++;
    if (i == x->count) {
        if (x->count == x->cap) {
            x->cap = x->cap ? x->cap * 2 : 16;
            x->others = cli_realloc(x->others, x->cap * sizeof(*x->others));
        }
        x->others[x->count++] = (struct other){ f->rule, f->mode, f->verdict, 0,
                                                r->file, r->line };
    }
    o = &x->others[i];
    o->hits++;
    if (f->verdict > o->verdict)
        o->verdict = f->verdict;
}

static void json_begin(const policy_test_result *r)
{
    cli_test_begin_json("isolated", r->organisation, r->rule);
    cli_test_place_json(r->file, r->line, 0);
    cli_json_member(stdout, false, "text", r->text);
    printf(",\"passed\":%s,\"others\":[", r->passed ? "true" : "false");
}

static void json_other(const policy_finding *f, bool first)
{
    if (!first)
        putchar(',');
    putchar('{');
    cli_json_member(stdout, true, "rule", cli_str(f->rule));
    cli_json_member(stdout, false, "mode", cli_str(f->mode));
    cli_json_member(stdout, false, "verdict",
                    cli_str(policy_verdict_name(f->verdict)));
    putchar('}');
}

/* One that tells, and judges nothing. */
static void report(const struct isolated *x, const policy_test_result *r,
                   const struct cli_string *others)
{
    struct cli_case c = { .way = "isolated", .organisation = r->organisation,
                          .rule = r->rule, .file = r->file, .line = r->line,
                          .sort = "hit", .end = CLI_CASE_PASSED, .text = r->text,
                          .expected = { "", 0 }, .got = { "", 0 },
                          .note = cli_string_str(others) };

    cli_report_add(x->t->report, &c);
}

static void add_other(struct cli_string *others, const policy_finding *f)
{
    if (others->len)
        cli_string_adds(others, ", ");
    cli_string_adds(others, f->rule);
    cli_string_adds(others, " ");
    cli_string_adds(others, policy_verdict_name(f->verdict));
}

static size_t look(struct isolated *x, const policy_test_result *r,
                   const policy_decision *d, int32_t which, size_t seen,
                   struct cli_string *others)
{
    for (size_t i = 0; i < policy_decision_finding_count(d, which); i++) {
        const policy_finding *f = policy_decision_finding(d, which, i);

        if (!strcmp(f->rule, r->rule))
            continue;
        if (x->t->report)
            add_other(others, f);
        else if (!x->t->c->table)
            json_other(f, !seen);
        count(x, f, r);
        seen++;
    }
    return seen;
}

static void on_result(void *user, const policy_test_result *r,
                      const policy_event *e, const policy_decision *d)
{
    struct isolated *x = user;
    struct cli_string others = { NULL, 0, 0 };
    bool json = !x->t->c->table && !x->t->report;
    size_t seen;

    (void)e;
    if (!r->hit || !d)
        return;
    begin_rule(x, r);
    x->hits++;
    x->all++;
    if (json)
        json_begin(r);
    seen = look(x, r, d, POLICY_ENFORCED, 0, &others);
    seen = look(x, r, d, POLICY_SHADOW, seen, &others);
    x->alone += seen == 0;
    if (json)
        puts("]}");
    if (x->t->report)
        report(x, r, &others);
    free(others.ptr);
}

int cli_test_isolated(struct cli_test_run *t)
{
    const struct cli *c = t->c;
    const struct cli_column columns[COLUMNS] = {
        { cli_text(c, CLI_COL_RULE), 16, false, true },
        { cli_text(c, CLI_COL_OTHER), 16, false, true },
        { cli_text(c, CLI_COL_VERDICT), 6, false, false },
        { "", 0, false, false },
        { cli_text(c, CLI_COL_HITS), 6, true, false },
        { cli_text(c, CLI_COL_PLACE), 12, false, true },
    };
    struct isolated x = { .t = t };
    policy_error err = POLICY_ERROR_INIT;
    policy_status st;

    cli_table_init(&x.table, c, columns, COLUMNS);
    st = policy_session_test_each(t->session, c->org, on_result, &x, &err);
    end_rule(&x);
    cli_table_flush(&x.table);
    cli_table_fini(&x.table);
    free(x.others);
    if (st)
        return cli_fail_error(c, c->args[0], &err);
    fprintf(cli_test_sums(t), cli_text(c, CLI_ISOLATED_SUM), x.all, x.alone,
            x.all - x.alone);
    fputc('\n', cli_test_sums(t));
    return CLI_DONE;
}
