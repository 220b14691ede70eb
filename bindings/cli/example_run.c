/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ways to run the rules' examples show alike: where an example stands,
 * whose it is, and how many of each sort there were.
 */
#include "example_run.h"

#include <stdlib.h>

void cli_test_place(struct cli_string *out, policy_str file, uint32_t line,
                    uint32_t column)
{
    char number[32];

    cli_string_add(out, file);
    snprintf(number, sizeof(number), column ? ":%u:%u" : ":%u", line, column);
    cli_string_adds(out, number);
}

void cli_test_place_cell(struct cli_table *t, policy_str file, uint32_t line,
                         uint32_t column)
{
    struct cli_string place = { NULL, 0, 0 };

    cli_test_place(&place, file, line, column);
    cli_table_cell(t, cli_string_str(&place), NULL);
    free(place.ptr);
}

void cli_test_place_json(policy_str file, uint32_t line, uint32_t column)
{
    cli_json_member(stdout, false, "file", file);
    cli_json_count(stdout, "line", line);
    if (column)
        cli_json_count(stdout, "column", column);
}

void cli_test_begin_json(const char *way, const char *organisation,
                         const char *rule)
{
    putchar('{');
    cli_json_member(stdout, true, "way", cli_str(way));
    cli_json_member(stdout, false, "organisation", cli_str(organisation));
    cli_json_member(stdout, false, "rule", cli_str(rule));
}

void cli_percent(char out[16], uint64_t good, uint64_t all)
{
    uint64_t n = all ? good * 1000 / all : 1000;

    snprintf(out, 16, "%llu.%llu", (unsigned long long)(n / 10),
             (unsigned long long)(n % 10));
}

void cli_test_sum_table(const struct cli *c, const struct cli_sum_heads *heads,
                        const struct cli_sum *sums, size_t count)
{
    const struct cli_column columns[] = {
        { cli_text(c, heads->kind), 8, false, false },
        { cli_text(c, heads->all), 6, true, false },
        { cli_text(c, heads->good), 6, true, false },
        { "%", 5, true, false },
    };
    struct cli_table t;
    char share[16];

    cli_table_init(&t, c, columns, heads->percent ? 4 : 3);
    for (size_t i = 0; i < count; i++) {
        const struct cli_sum *s = &sums[i];

        if (!s->all)
            continue;
        cli_table_cell(&t, cli_str(s->name),
                       s->good < s->all ? cli_yellow : NULL);
        cli_table_number(&t, s->all);
        cli_table_number(&t, s->good);
        if (heads->percent) {
            cli_percent(share, s->good, s->all);
            cli_table_cell(&t, cli_str(share), NULL);
        }
    }
    cli_table_flush(&t);
    cli_table_fini(&t);
}
