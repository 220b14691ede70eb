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

enum { COLUMNS = 5, SUMS = 4, KINDS = 5 };

static const struct {
    const char *kind; /* the library's */
    enum cli_message text;
} kinds[KINDS] = {
    { "rule", CLI_COL_RULES },       { "where", CLI_COVER_WHERE },
    { "match", CLI_COVER_MATCH },    { "except", CLI_COL_EXCEPTIONS },
    { "check", CLI_COVER_CHECK },
};

struct cover {
    const struct cli_test_run *t;
    struct cli_table table;
    uint64_t parts[KINDS], reached[KINDS];
    size_t missing; /* rows */
};

static size_t kind_of(const char *name)
{
    size_t i = 0;

    while (i + 1 < KINDS && strcmp(kinds[i].kind, name) != 0)
        i++;
    return i;
}

static void tell_json(const policy_coverage *p)
{
    putchar('{');
    cli_json_member(stdout, true, "organisation", cli_str(p->organisation));
    cli_json_member(stdout, false, "rule", cli_str(p->rule));
    cli_json_member(stdout, false, "kind", cli_str(p->kind));
    cli_test_place_json(p->file, p->line);
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
    switch (kind_of(p->kind)) {
    case 0:
        return p->yes ? CLI_COVER_NOT_SILENT : CLI_COVER_NOT_FIRED;
    case 2:
        return p->yes ? CLI_COVER_NOT_FALSE : CLI_COVER_NOT_THERE;
    case 3:
        return CLI_COVER_NOT_APPLIED;
    case 4:
        return CLI_COVER_NOT_RUN;
    default:
        return p->yes  ? CLI_COVER_NOT_FALSE
               : p->no ? CLI_COVER_NOT_TRUE
                       : CLI_COVER_NOT_ASKED;
    }
}

static void row(struct cover *x, const policy_coverage *p)
{
    const struct cli *c = x->t->c;
    struct cli_string place = { NULL, 0, 0 };

    cli_test_place(&place, p->file, p->line);
    cli_table_cell(&x->table, cli_str(p->rule), NULL);
    cli_table_cell(&x->table, cli_string_str(&place), NULL);
    cli_table_cell(&x->table, p->key, cli_bold);
    cli_table_cell(&x->table, p->wanted, NULL);
    cli_table_cell(&x->table, cli_str(cli_text(c, lacking(p))), cli_yellow);
    free(place.ptr);
}

static void on_part(void *user, const policy_coverage *p)
{
    struct cover *x = user;
    size_t kind = kind_of(p->kind);

    x->parts[kind] += p->parts;
    x->reached[kind] += p->reached;
    if (!x->t->c->table) {
        tell_json(p);
    } else if (p->reached < p->parts) {
        row(x, p);
        x->missing++;
    }
}

/* Hundredths of a percent are cut off: 99.99 % is not all. */
static void percent(char out[16], uint64_t reached, uint64_t parts)
{
    uint64_t n = parts ? reached * 1000 / parts : 1000;

    snprintf(out, 16, "%llu.%llu", (unsigned long long)(n / 10),
             (unsigned long long)(n % 10));
}

static void tell_sums(struct cover *x)
{
    const struct cli *c = x->t->c;
    const struct cli_column columns[SUMS] = {
        { cli_text(c, CLI_COL_KIND), 10, false, false },
        { cli_text(c, CLI_COL_PARTS), 6, true, false },
        { cli_text(c, CLI_COL_REACHED), 6, true, false },
        { "%", 5, true, false },
    };
    char share[16];

    cli_table_init(&x->table, c, columns, SUMS);
    for (size_t i = 0; i < KINDS; i++) {
        if (!x->parts[i])
            continue;
        percent(share, x->reached[i], x->parts[i]);
        cli_table_cell(&x->table, cli_str(cli_text(c, kinds[i].text)), NULL);
        cli_table_number(&x->table, x->parts[i]);
        cli_table_number(&x->table, x->reached[i]);
        cli_table_cell(&x->table, cli_str(share), NULL);
    }
    cli_table_flush(&x->table);
    cli_table_fini(&x->table);
}

static int tell_total(const struct cover *x)
{
    const struct cli *c = x->t->c;
    uint64_t parts = 0, reached = 0;
    char share[16];

    for (size_t i = 0; i < KINDS; i++) {
        parts += x->parts[i];
        reached += x->reached[i];
    }
    percent(share, reached, parts);
    fprintf(cli_test_sums(x->t), cli_text(c, CLI_COVER_SUM),
            (unsigned long long)reached, (unsigned long long)parts, share);
    fputc('\n', cli_test_sums(x->t));
    if (c->min_coverage < 0 || reached * 100 >= parts * (uint64_t)c->min_coverage)
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
