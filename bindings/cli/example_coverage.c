/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy test --coverage: the parts of rules that their examples do not reach,
 * and how much of each kind they do. (policy coverage is of articles.)
 */
#include <stdlib.h>
#include <string.h>

#include "example_run.h"
#include "table.h"

enum { COLUMNS = 5 };

/* Of a kind, and what no example saw of one: neither way, the one way, the
 * other. */
static const struct {
    const char *name; /* the library's */
    enum cli_message text;
    enum cli_message none, not_yes, not_no;
} kinds[] = {
    { "rule", CLI_COL_RULES,
      CLI_COVER_NOT_FIRED, CLI_COVER_NOT_FIRED, CLI_COVER_NOT_SILENT },
    { "where", CLI_COVER_WHERE,
      CLI_COVER_NOT_ASKED, CLI_COVER_NOT_TRUE, CLI_COVER_NOT_FALSE },
    { "match", CLI_COVER_MATCH,
      CLI_COVER_NOT_THERE, CLI_COVER_NOT_THERE, CLI_COVER_NOT_FALSE },
    { "except", CLI_COL_EXCEPTIONS,
      CLI_COVER_NOT_APPLIED, CLI_COVER_NOT_APPLIED, CLI_COVER_NOT_APPLIED },
    { "requires", CLI_COVER_REQUIRES,
      CLI_COVER_NOT_ASKED, CLI_COVER_NOT_TRUE, CLI_COVER_NOT_FALSE },
    { "count", CLI_COVER_COUNT,
      CLI_COVER_NOT_ABOVE, CLI_COVER_NOT_ABOVE, CLI_COVER_NOT_BELOW },
    { "check", CLI_COVER_CHECK,
      CLI_COVER_NOT_RUN, CLI_COVER_NOT_RUN, CLI_COVER_NOT_RUN },
    { "duty", CLI_COVER_DUTY,
      CLI_COVER_NOT_SO, CLI_COVER_NOT_SO, CLI_COVER_NOT_SO },
    { "ladder", CLI_COVER_LADDER,
      CLI_COVER_NOT_PROPOSED, CLI_COVER_NOT_PROPOSED, CLI_COVER_NOT_PROPOSED },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct cover {
    const struct cli_test_run *t;
    struct cli_table table;
    uint64_t parts[KINDS], reached[KINDS];
    size_t missing; /* rows */
};

static size_t kind_of(const char *name)
{
    size_t i = 0;

    while (i + 1 < KINDS && strcmp(kinds[i].name, name) != 0)
        i++;
    return i;
}

static void tell_json(const policy_coverage *p)
{
    cli_test_begin_json("coverage", p->organisation, p->rule);
    cli_json_member(stdout, false, "kind", cli_str(p->kind));
    cli_test_place_json(p->file, p->line, p->column);
    cli_json_member(stdout, false, "key", p->key);
    cli_json_member(stdout, false, "wanted", p->wanted);
    cli_json_count(stdout, "parts", p->parts);
    cli_json_count(stdout, "reached", p->reached);
    cli_json_count(stdout, "yes", p->yes);
    cli_json_count(stdout, "no", p->no);
    puts("}");
}

/* What no example saw. */
static enum cli_message lacking(const policy_coverage *p)
{
    size_t kind = kind_of(p->kind);

    if (p->parts > 1 && !strcmp(p->kind, "duty"))
        kind = kind_of("where"); /* a test of a clause */
    if (p->parts > 1 && !strcmp(p->kind, "except"))
        kind = kind_of("where");
    return p->yes  ? kinds[kind].not_no
           : p->no ? kinds[kind].not_yes
                   : kinds[kind].none;
}

static void report(const struct cover *x, const policy_coverage *p)
{
    struct cli_string text = { NULL, 0, 0 };
    struct cli_case c = { .way = "coverage", .organisation = p->organisation,
                          .rule = p->rule, .file = p->file, .line = p->line,
                          .column = p->column,
                          .sort = p->kind,
                          .end = p->reached < p->parts ? CLI_CASE_SKIPPED
                                                       : CLI_CASE_PASSED,
                          .expected = { "", 0 }, .got = { "", 0 },
                          .note = { "", 0 } };

    cli_string_add(&text, p->key);
    if (p->wanted.len)
        cli_string_adds(&text, " ");
    cli_string_add(&text, p->wanted);
    c.text = cli_string_str(&text);
    if (c.end == CLI_CASE_SKIPPED)
        c.got = cli_str(cli_text(x->t->c, lacking(p)));
    cli_report_add(x->t->report, &c);
    free(text.ptr);
}

/* Whether they are enough. */
static void report_gate(const struct cover *x, const char *share, bool enough)
{
    char least[16];
    struct cli_case c = { .way = "coverage", .organisation = "policy",
                          .rule = "coverage", .file = cli_str(x->t->c->args[0]),
                          .sort = "percent",
                          .end = enough ? CLI_CASE_PASSED : CLI_CASE_FAILED,
                          .text = cli_str("--min-coverage"),
                          .got = cli_str(share), .note = { "", 0 } };

    snprintf(least, sizeof(least), "%d", x->t->c->min_coverage);
    c.expected = cli_str(least);
    cli_report_add(x->t->report, &c);
}

static void row(struct cover *x, const policy_coverage *p)
{
    const struct cli *c = x->t->c;

    cli_table_cell(&x->table, cli_str(p->rule), NULL);
    cli_test_place_cell(&x->table, p->file, p->line, p->column);
    cli_table_cell(&x->table, p->key, cli_bold);
    cli_table_cell(&x->table, p->wanted, NULL);
    cli_table_cell(&x->table, cli_str(cli_text(c, lacking(p))), cli_yellow);
}

static void on_part(void *user, const policy_coverage *p)
{
    struct cover *x = user;
    size_t kind = kind_of(p->kind);

    x->parts[kind] += p->parts;
    x->reached[kind] += p->reached;
    if (x->t->report) {
        report(x, p);
    } else if (!x->t->c->table) {
        tell_json(p);
    } else if (p->reached < p->parts) {
        row(x, p);
        x->missing++;
    }
}

static void tell_sums(const struct cover *x)
{
    static const struct cli_sum_heads heads = { CLI_COL_KIND, CLI_COL_PARTS,
                                                CLI_COL_REACHED, true };
    struct cli_sum sums[KINDS];

    for (size_t i = 0; i < KINDS; i++)
        sums[i] = (struct cli_sum){ cli_text(x->t->c, kinds[i].text),
                                    x->parts[i], x->reached[i] };
    cli_test_sum_table(x->t->c, &heads, sums, KINDS);
}

static int tell_total(const struct cover *x)
{
    const struct cli *c = x->t->c;
    uint64_t parts = 0, reached = 0;
    char share[16];
    bool enough;

    for (size_t i = 0; i < KINDS; i++) {
        parts += x->parts[i];
        reached += x->reached[i];
    }
    cli_percent(share, reached, parts);
    fprintf(cli_test_sums(x->t), cli_text(c, CLI_COVER_SUM),
            (unsigned long long)reached, (unsigned long long)parts, share);
    fputc('\n', cli_test_sums(x->t));
    if (c->min_coverage < 0)
        return CLI_DONE;
    enough = reached * 100 >= parts * (uint64_t)c->min_coverage;
    if (x->t->report)
        report_gate(x, share, enough);
    if (enough)
        return CLI_DONE;
    cli_note(c, CLI_COVER_BELOW, c->min_coverage);
    return CLI_FOUND;
}

int cli_test_coverage(struct cli_test_run *t)
{
    const struct cli *c = t->c;
    const struct cli_column columns[COLUMNS] = {
        { cli_text(c, CLI_COL_RULE), 16, false, true },
        { cli_text(c, CLI_COL_PLACE), 12, false, true },
        { cli_text(c, CLI_COL_KEY), 8, false, true },
        { cli_text(c, CLI_COL_WANTED), 10, false, true },
        { cli_text(c, CLI_COL_LACKING), 10, false, true },
    };
    struct cover x = { .t = t };
    policy_error err = POLICY_ERROR_INIT;
    policy_status st;

    cli_table_init(&x.table, c, columns, COLUMNS);
    st = policy_session_cover(t->session, c->org, on_part, &x, &err);
    cli_table_flush(&x.table);
    cli_table_fini(&x.table);
    if (st)
        return cli_fail_error(c, c->args[0], &err);
    if (c->table && x.missing)
        putchar('\n');
    if (c->table)
        tell_sums(&x);
    return tell_total(&x);
}
