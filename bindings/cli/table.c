/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cell breaks between words where it can, and between any two characters of
 * which one is wide, as Chinese is set. Widths are the terminal's: two columns
 * for a Han character, none for a combining mark.
 */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "table.h"

/* Rows that settle the widths: a page or two of a terminal. */
enum { ROWS_KEPT = 64, GAP = 2 };

struct cli_cell {
    char *ptr; /* its own, but for titles */
    size_t len;
    const char *colour;
};

const char *const cli_bold = "\033[1m", *const cli_faint = "\033[2m",
           *const cli_red = "\033[1;31m", *const cli_green = "\033[32m",
           *const cli_yellow = "\033[33m";
const char *const cli_verdict_colour[6] = {
    "\033[32m", "\033[36m", "\033[33m", "\033[35m", "\033[1;33m", "\033[1;31m"
};

/* The code point at *pos, which moves; 0xfffd for what is not to be shown. */
static utf8proc_int32_t next_shown(policy_str s, size_t *pos)
{
    utf8proc_int32_t cp;
    utf8proc_ssize_t n = utf8proc_iterate(
        (const utf8proc_uint8_t *)s.ptr + *pos,
        (utf8proc_ssize_t)(s.len - *pos), &cp);

    *pos += n > 0 ? (size_t)n : 1;
    if (n <= 0)
        return 0xfffd;
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_CC:
        return cp == '\n' || cp == '\t' || cp == '\r' ? ' ' : 0xfffd;
    case UTF8PROC_CATEGORY_CF:
        /* joiners of emoji and of some scripts; all else deceives */
        return cp == 0x200d || cp == 0x200c ? cp : 0xfffd;
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return ' ';
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
        return 0xfffd;
    default:
        return cp;
    }
}

static size_t width_of(utf8proc_int32_t cp)
{
    int w = utf8proc_charwidth(cp);

    return w < 0 ? 1 : (size_t)w;
}

size_t cli_width(policy_str s)
{
    size_t width = 0, pos = 0;

    while (pos < s.len)
        width += width_of(next_shown(s, &pos));
    return width;
}

static void string_grow(struct cli_string *t, size_t more)
{
    if (t->len + more <= t->cap)
        return;
    t->cap = (t->len + more) * 2;
    t->ptr = cli_realloc(t->ptr, t->cap);
}

void cli_string_add(struct cli_string *t, policy_str s)
{
    size_t pos = 0;

    while (pos < s.len) {
        utf8proc_int32_t cp = next_shown(s, &pos);

        string_grow(t, 4);
        t->len += (size_t)utf8proc_encode_char(
            cp, (utf8proc_uint8_t *)t->ptr + t->len);
    }
}

void cli_string_adds(struct cli_string *t, const char *s)
{
    cli_string_add(t, cli_str(s));
}

const char *cli_string_c(struct cli_string *t)
{
    string_grow(t, 1);
    t->ptr[t->len] = 0;
    return t->ptr;
}

void cli_table_init(struct cli_table *t, const struct cli *c,
                    const struct cli_column *columns, size_t count)
{
    memset(t, 0, sizeof(*t));
    t->c = c;
    t->columns = columns;
    t->column_count = count;
}

static void forget(struct cli_table *t)
{
    for (size_t i = 0; i < t->cell_count; i++)
        free(t->cells[i].ptr);
    t->cell_count = 0;
}

void cli_table_fini(struct cli_table *t)
{
    forget(t);
    free(t->cells);
    t->cells = NULL;
}

static bool is_one_of(utf8proc_int32_t cp, const char *set)
{
    policy_str s = cli_str(set);
    size_t pos = 0;

    while (pos < s.len)
        if (next_shown(s, &pos) == cp)
            return true;
    return false;
}

/* Whether a line may end between two characters: at a space, and beside a wide
 * one, but not so that a line begins with what closes or ends with what opens. */
static bool may_break(utf8proc_int32_t before, utf8proc_int32_t after)
{
    if (before == ' ' || after == ' ')
        return true;
    if (width_of(before) < 2 && width_of(after) < 2)
        return false;
    return !is_one_of(after, "、。，．：；？！）》」』】〉”’…·,.:;?!)]}%") &&
           !is_one_of(before, "（《「『【〈“‘([{");
}

/* How much of `s` from `pos` goes on a line of `width`: bytes, at least one
 * character. *next is where the line after it begins, past its spaces. */
static size_t line_of(policy_str s, size_t pos, size_t width, size_t *next)
{
    size_t at = 0, start = pos, good = 0, weak = 0;
    utf8proc_int32_t last = 0;

    while (pos < s.len) {
        size_t before = pos;
        utf8proc_int32_t cp = next_shown(s, &pos);

        if (before > start && may_break(last, cp))
            good = before;
        if (before > start && is_one_of(last, "/-_"))
            weak = before; /* inside an id, where there is nothing better */
        if (at + width_of(cp) > width && before > start) {
            *next = good ? good : weak ? weak : before;
            good = *next;
            while (*next < s.len && s.ptr[*next] == ' ')
                (*next)++;
            while (good > start && s.ptr[good - 1] == ' ')
                good--;
            return good - start;
        }
        at += width_of(cp);
        last = cp;
    }
    *next = s.len;
    return s.len - start;
}

static void put_cell(const struct cli_table *t, size_t column, policy_str part,
                     const char *colour, bool last)
{
    size_t used = cli_width(part);
    size_t room = t->widths[column] > used ? t->widths[column] - used : 0;
    bool right = t->columns[column].number;

    if (right)
        printf("%*s", (int)room, "");
    if (colour && t->c->colour_out && part.len)
        printf("%s%.*s\033[0m", colour, (int)part.len, part.ptr);
    else
        fwrite(part.ptr, 1, part.len, stdout);
    if (!last)
        printf("%*s", (int)(GAP + (right ? 0 : room)), "");
}

static size_t columns_used(const struct cli_table *t,
                           const struct cli_cell *cells, const size_t *pos)
{
    size_t used = 0;

    for (size_t i = 0; i < t->column_count; i++)
        if (pos[i] < cells[i].len)
            used = i + 1;
    return used;
}

/* The cells of a row side by side, as many lines as the longest needs. What is
 * empty at the end of a line is not filled up. */
static void put_row(const struct cli_table *t, const struct cli_cell *cells)
{
    size_t pos[CLI_COLUMNS_MAX] = { 0 };
    size_t used = columns_used(t, cells, pos);

    while (used) {
        for (size_t i = 0; i < used; i++) {
            policy_str s = { cells[i].ptr, cells[i].len };
            size_t start = pos[i];
            size_t len = line_of(s, start, t->widths[i], &pos[i]);

            put_cell(t, i, (policy_str){ len ? s.ptr + start : "", len },
                     cells[i].colour, i + 1 == used);
        }
        putchar('\n');
        used = columns_used(t, cells, pos);
    }
}

static void settle_widths(struct cli_table *t)
{
    size_t total = GAP * (t->column_count - 1);

    for (size_t i = 0; i < t->column_count; i++) {
        t->widths[i] = cli_width(cli_str(t->columns[i].title));
        for (size_t k = i; k < t->cell_count; k += t->column_count) {
            policy_str s = { t->cells[k].ptr, t->cells[k].len };
            size_t w = cli_width(s);

            if (w > t->widths[i])
                t->widths[i] = w;
        }
        total += t->widths[i];
    }
    /* The widest that may give way gives one column, until all fits. */
    while (total > t->c->width) {
        size_t widest = t->column_count;

        for (size_t i = 0; i < t->column_count; i++)
            if (t->columns[i].squeeze && t->widths[i] > t->columns[i].min &&
                (widest == t->column_count ||
                 t->widths[i] > t->widths[widest]))
                widest = i;
        if (widest == t->column_count)
            break;
        t->widths[widest]--;
        total--;
    }
}

static void put_header(const struct cli_table *t)
{
    struct cli_cell cells[CLI_COLUMNS_MAX];

    for (size_t i = 0; i < t->column_count; i++) {
        policy_str title = cli_str(t->columns[i].title);

        cells[i] = (struct cli_cell){ (char *)title.ptr, title.len, cli_bold };
    }
    put_row(t, cells);
    for (size_t i = 0; i < t->column_count; i++) {
        printf("%*s", i ? GAP : 0, "");
        for (size_t k = 0; k < t->widths[i]; k++)
            fputs("─", stdout);
    }
    putchar('\n');
}

void cli_table_flush(struct cli_table *t)
{
    if (t->cell_count == 0)
        return;
    if (!t->widths[0]) {
        settle_widths(t);
        put_header(t);
    }
    for (size_t i = 0; i + t->column_count <= t->cell_count;
         i += t->column_count)
        put_row(t, t->cells + i);
    forget(t);
}

void cli_table_cell(struct cli_table *t, policy_str text, const char *colour)
{
    struct cli_string shown = { NULL, 0, 0 };

    cli_string_add(&shown, text);
    if (t->cell_count == t->cell_cap) {
        t->cell_cap = t->cell_cap ? t->cell_cap * 2 : 256;
        t->cells = cli_realloc(t->cells, t->cell_cap * sizeof(*t->cells));
    }
    t->cells[t->cell_count++] =
        (struct cli_cell){ shown.ptr, shown.len, colour };
    if (t->cell_count % t->column_count == 0 &&
        (t->widths[0] ||
         t->cell_count / t->column_count >= ROWS_KEPT))
        cli_table_flush(t);
}

void cli_table_number(struct cli_table *t, uint64_t n)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
    cli_table_cell(t, cli_str(digits), NULL);
}
