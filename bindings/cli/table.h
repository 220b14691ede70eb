/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns on a terminal, by display width.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "cli.h"

enum { CLI_COLUMNS_MAX = 10 };

struct cli_column {
    const char *title;
    size_t min;   /* columns of the terminal below which it is not squeezed */
    bool number;  /* to the right */
    bool squeeze; /* gives way first where the line is too long */
};

/* One growing text, for the cells of rows. */
struct cli_string {
    char *ptr;
    size_t len, cap;
};

/* What may be shown: controls, directional marks and ill-formed bytes come out
 * as U+FFFD, line ends as spaces. */
void cli_string_add(struct cli_string *t, policy_str s);
void cli_string_adds(struct cli_string *t, const char *s);
/* With a NUL behind it, for printf; valid until more is added. */
const char *cli_string_c(struct cli_string *t);
static inline policy_str cli_string_str(const struct cli_string *t)
{
    return (policy_str){ t->ptr ? t->ptr : "", t->len };
}

/* Rows are kept until the widths are known: with the first flush they are
 * settled by what is there, and later rows keep to them. */
struct cli_table {
    const struct cli *c;
    const struct cli_column *columns;
    size_t column_count;
    size_t widths[CLI_COLUMNS_MAX]; /* 0 before they are settled */
    struct cli_cell *cells;
    size_t cell_count, cell_cap;
};

void cli_table_init(struct cli_table *t, const struct cli *c,
                    const struct cli_column *columns, size_t count);
void cli_table_fini(struct cli_table *t);
/* The next cell of the current row; copied. `colour` is an SGR sequence that
 * stays valid, or NULL. A full row that is one of many may be printed. */
void cli_table_cell(struct cli_table *t, policy_str text, const char *colour);
void cli_table_number(struct cli_table *t, uint64_t n);
void cli_table_flush(struct cli_table *t);

/* Colours that mean the same in every table. */
extern const char *const cli_verdict_colour[6]; /* ORDER VERDICT */
extern const char *const cli_faint, *const cli_bold, *const cli_red,
    *const cli_green, *const cli_yellow;

/* Columns that `s` takes, once made fit to be shown. */
size_t cli_width(policy_str s);

#endif
