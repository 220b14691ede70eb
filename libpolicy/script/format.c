/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical form of a rule file: its tokens, its comments and where its
 * lines break are the author's; all white space between them is ours.
 *
 * Nothing but white space changes, so the file cannot come to mean anything
 * else, and the form of a form is the form itself, since all that is looked at
 * (tokens, comments, breaks) is still there:
 *
 *   - A line stands two columns in from the line that opened its bracket; or,
 *     where something follows the bracket on its line, below that. The
 *     outermost bracket is a declaration's, whose keys stand two in either way:
 *
 *         rule { id = "a",
 *           where = {                   where = { a = 1,
 *             a = 1,                              b = 2 },
 *           },
 *
 *   - What goes on with the line before it stands two further in, but inside of
 *     parentheses, which hold it together.
 *   - The `=` of a table's lines stand below each other if the author had them
 *     so, and one blank behind the name if not. Blank lines and comments of
 *     their own part a table into groups, of which each decides for itself.
 *   - One blank line at the most, none at the borders of a bracket or the file.
 *   - Lines end with LF and without blanks, the file with a line.
 *
 * Only a file that loads is touched. Lines are not broken or joined: how a rule
 * is laid out on lines tells what belongs together, which no rule of ours knows.
 *
 * The column of a hanging bracket is bounded, or a file whose first line is long
 * would be written as many times as it has lines.
 */
#include <assert.h>
#include <string.h>

#include <policy/compiler.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/slice.h"
#include "script/load.h"
#include "script/source_map.h"
#include "text/width.h"

enum {
    STEP = 2,
    HANG_MAX = 60,    /* further right nothing hangs: two columns in instead */
    INDENT_MAX = 100, /* of any line; deeper ones stand below each other */
    /* Brackets and blocks that source_map.c lets through, together. */
    OPEN_MAX = 256
};

/* A bracket or block that is open. */
typedef struct open_one {
    uint32_t token;
    size_t indent;  /* of its line */
    size_t column;  /* of the bracket */
    size_t content; /* column of what follows it; 0: its line ends there */
} open_one;

/* The lines of one table whose `=` may be aligned. */
typedef struct group {
    uint32_t first, last, count;
    uint32_t column, offset, longest; /* of the names, of `=` behind them */
    bool same;
} group;

typedef struct printer {
    pol_source_map map;
    policy_str bytes;
    pol_buf *out;
    uint32_t *pad;  /* by token: blanks after it, besides the one */
    uint32_t *next; /* by token: the next of its group */
    size_t column, indent;
    bool after_open; /* nothing was written since a bracket or block opened */
    bool after_comment;
    open_one open[OPEN_MAX];
    size_t depth;
} printer;

/* --- what a token is ----------------------------------------------------- */

static policy_str text_of(const printer *p, size_t i)
{
    return pol_token_text(&p->map, &p->map.tokens[i]);
}

static bool is(const printer *p, size_t i, const char *text)
{
    return p->map.tokens[i].kind != POL_TOKEN_STRING &&
           pol_str_is(text_of(p, i), text);
}

static bool is_in(const printer *p, size_t i, const char *const *words)
{
    for (; *words; words++)
        if (is(p, i, *words))
            return true;
    return false;
}

#define IS_IN(p, i, ...) \
    is_in((p), (i), (const char *const[]){ __VA_ARGS__, NULL })

static bool is_word(const printer *p, size_t i)
{
    return IS_IN(p, i, "and", "break", "do", "else", "elseif", "end", "for",
                 "function", "goto", "if", "in", "local", "not", "or", "repeat",
                 "return", "then", "until", "while");
}

/* May a value end with it, so that an operator or a call follows? */
static bool ends_value(const printer *p, size_t i)
{
    const pol_token *t = &p->map.tokens[i];

    if (t->kind == POL_TOKEN_SYMBOL)
        return IS_IN(p, i, ")", "]", "}", "...");
    return t->kind != POL_TOKEN_NAME || !is_word(p, i) || is(p, i, "end");
}

static bool is_unary(const printer *p, size_t i)
{
    return IS_IN(p, i, "-", "#", "not") && (i == 0 || !ends_value(p, i - 1));
}

static bool is_binary(const printer *p, size_t i)
{
    return IS_IN(p, i, "+", "-", "*", "/", "//", "%", "^", "..", "==", "~=",
                 "<", ">", "<=", ">=", "and", "or") && !is_unary(p, i);
}

static bool opens_block(const printer *p, size_t i)
{
    return IS_IN(p, i, "function", "if", "do", "repeat");
}

static bool closes(const printer *p, size_t i)
{
    return IS_IN(p, i, ")", "]", "}", "end", "until");
}

/* --- white space on a line ----------------------------------------------- */

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c >= '0' && c <= '9');
}

/* Would token i be read otherwise right behind the one before it? */
static bool merges(const printer *p, size_t i)
{
    static const char pairs[][3] = { "--", "==", "~=", "<=", ">=", "//", "::",
                                     "<<", ">>", "..", "[[", "[=" };
    policy_str a = text_of(p, i - 1), b = text_of(p, i);
    char last = a.ptr[a.len - 1], first = b.ptr[0];

    if (is_alnum(last) && (is_alnum(first) || first == '.'))
        return p->map.tokens[i - 1].kind == POL_TOKEN_NUMBER || first != '.';
    if (last == '.' && is_alnum(first))
        return first <= '9';
    if (p->map.tokens[i - 1].kind != POL_TOKEN_SYMBOL)
        return false;
    for (size_t k = 0; k < sizeof(pairs) / sizeof(*pairs); k++)
        if (last == pairs[k][0] && first == pairs[k][1])
            return true;
    return false;
}

/* `<const>` behind the name of a local. */
static bool in_attribute(const printer *p, size_t i)
{
    for (size_t k = 0; k < 3 && k <= i; k++) {
        size_t at = i - k;

        if (at + 2 < p->map.token_count && is(p, at, "<") &&
            IS_IN(p, at + 1, "const", "close") && is(p, at + 2, ">"))
            return k > 0;
    }
    return false;
}

/* Is a blank between tokens i - 1 and i of one line? */
static bool is_apart(const printer *p, size_t i)
{
    size_t before = i - 1;

    if (merges(p, i))
        return true;
    if (IS_IN(p, i, ",", ";", ")", "]", ".", ":") ||
        IS_IN(p, before, "(", "[", ".", ":", "#") || is(p, i, "::") ||
        is(p, before, "::") || in_attribute(p, i))
        return false;
    if (is(p, before, "-") && is_unary(p, before))
        return false;
    if (is(p, before, "{") && is(p, i, "}"))
        return false;
    if (IS_IN(p, i, "(", "[") && is(p, before, "function"))
        return false;
    return !(IS_IN(p, i, "(", "[") && ends_value(p, before));
}

/* --- lines --------------------------------------------------------------- */

static void put(printer *p, policy_str s)
{
    size_t start = s.len;

    while (start > 0 && s.ptr[start - 1] != '\n')
        start--;
    p->column = (start ? 0 : p->column) +
                pol_display_width((policy_str){ s.ptr + start, s.len - start });
    pol_buf_str(p->out, s);
}

static void put_blanks(printer *p, size_t count)
{
    pol_buf_fill(p->out, ' ', count);
    p->column += count;
}

static void start_line(printer *p, size_t indent, bool blank)
{
    if (p->out->len)
        pol_buf_text(p->out, blank ? "\n\n" : "\n");
    p->column = 0;
    p->indent = indent < INDENT_MAX ? indent : INDENT_MAX;
    put_blanks(p, p->indent);
}

static size_t content_indent(const printer *p)
{
    const open_one *o = p->depth ? &p->open[p->depth - 1] : NULL;

    if (!o)
        return 0;
    return o->content ? o->content : o->indent + STEP;
}

static bool inside(const printer *p, const char *opener)
{
    return p->depth && is(p, p->open[p->depth - 1].token, opener);
}

/* Does the line of token i go on with the one before? */
static bool goes_on(const printer *p, size_t i)
{
    size_t before = i - 1;

    if (i == 0 || IS_IN(p, before, "(", "[", "{") || closes(p, i) ||
        inside(p, "(") || inside(p, "["))
        return false;
    if (is_binary(p, i) || IS_IN(p, i, "=", ".", ":") || is_binary(p, before) ||
        is_unary(p, before) || IS_IN(p, before, "=", ".", ":", "return"))
        return true;
    if (is(p, before, ","))
        return !inside(p, "{");
    return (IS_IN(p, i, "{", "(") ||
            p->map.tokens[i].kind == POL_TOKEN_STRING) &&
           ends_value(p, before);
}

static size_t indent_of(const printer *p, size_t i)
{
    const open_one *o = p->depth ? &p->open[p->depth - 1] : NULL;

    if (o && (closes(p, i) || IS_IN(p, i, "else", "elseif")))
        return o->content ? o->column : o->indent;
    return content_indent(p) + (goes_on(p, i) ? STEP : 0);
}

/* --- between tokens ------------------------------------------------------ */

/* Where what lies before token i begins; the end of the file has a number, too. */
static size_t gap_start(const printer *p, size_t i)
{
    const pol_token *t = i ? &p->map.tokens[i - 1] : NULL;

    if (t)
        return t->pos + t->len;
    return pol_str_starts(p->bytes, POL_STR("\xef\xbb\xbf")) ? 3 : 0;
}

static size_t gap_end(const printer *p, size_t i)
{
    return i < p->map.token_count ? p->map.tokens[i].pos : p->bytes.len;
}

/* The next comment from *pos on, or false at the end of the gap; `lines` are the
 * line ends before it. */
static bool next_comment(const printer *p, size_t *pos, size_t end,
                         policy_str *comment, size_t *lines)
{
    size_t start;

    for (*lines = 0; *pos < end && p->bytes.ptr[*pos] != '-'; ++*pos)
        *lines += p->bytes.ptr[*pos] == '\n';
    if (*pos >= end)
        return false;
    start = *pos;
    *pos = pol_comment_end(p->bytes, start);
    *comment = (policy_str){ p->bytes.ptr + start, *pos - start };
    return true;
}

/* Of one that ends with its line; a long one ends with a bracket. */
static policy_str without_blanks(policy_str s)
{
    while (s.len && (s.ptr[s.len - 1] == ' ' ||
                     (s.ptr[s.len - 1] >= '\t' && s.ptr[s.len - 1] <= '\r')))
        s.len--;
    return s;
}

static void put_comment(printer *p, policy_str comment, size_t lines)
{
    if (lines || !p->out->len)
        start_line(p, content_indent(p), lines > 1 && !p->after_open);
    else
        put_blanks(p, 1);
    put(p, without_blanks(comment));
    p->after_open = false;
    p->after_comment = true;
}

/* The comments before token i; how many lines end behind the last one. */
static size_t put_gap(printer *p, size_t i)
{
    size_t pos = gap_start(p, i), end = gap_end(p, i), lines;
    policy_str comment;

    p->after_comment = false;
    while (next_comment(p, &pos, end, &comment, &lines))
        put_comment(p, comment, lines);
    return lines;
}

static bool breaks_before(const printer *p, size_t i)
{
    size_t start = gap_start(p, i);

    return memchr(p->bytes.ptr + start, '\n', gap_end(p, i) - start) != NULL;
}

/* --- brackets ------------------------------------------------------------ */

static void push(printer *p, size_t i, size_t column)
{
    open_one *o = &p->open[p->depth++];
    bool bracket = IS_IN(p, i, "(", "[", "{");

    assert(p->depth < OPEN_MAX);
    *o = (open_one){ (uint32_t)i, p->indent, column, 0 };
    if (bracket && p->depth > 1 && !breaks_before(p, i + 1) && p->column <= HANG_MAX)
        o->content = p->column + is(p, i, "{");
    p->after_open = true;
}

static void put_token(printer *p, size_t i)
{
    size_t lines = put_gap(p, i), column;

    if (lines || !p->out->len)
        start_line(p, indent_of(p, i),
                   lines > 1 && !p->after_open && !closes(p, i));
    else if (p->after_comment)
        put_blanks(p, !IS_IN(p, i, ",", ";", ")"));
    else if (is_apart(p, i))
        put_blanks(p, 1 + p->pad[i - 1]);
    column = p->column;
    put(p, text_of(p, i));
    p->after_open = false;
    if (closes(p, i) && p->depth)
        p->depth--;
    else if (IS_IN(p, i, "(", "[", "{") || opens_block(p, i))
        push(p, i, column);
}

/* --- aligned lines of a table -------------------------------------------- */

/* Only blanks between `name` and `=`, which begin a line. */
static bool is_entry(const printer *p, size_t i)
{
    const pol_token *t = &p->map.tokens[i];

    return t->kind == POL_TOKEN_NAME && i + 1 < p->map.token_count &&
           is(p, i + 1, "=") && t[1].line == t->line &&
           t[1].column - t->column == t[1].pos - t->pos &&
           !memchr(p->bytes.ptr + t->pos, '-', t[1].pos - t->pos);
}

/* A blank line or a comment on a line of its own. */
static bool is_parted(const printer *p, size_t i)
{
    size_t pos = gap_start(p, i), lines;
    policy_str comment;
    bool parted = false;

    while (next_comment(p, &pos, gap_end(p, i), &comment, &lines))
        parted = parted || lines > 0;
    return parted || lines > 1;
}

static void end_group(printer *p, group *g)
{
    uint32_t i = g->first;

    for (uint32_t k = 0; g->same && k < g->count; k++, i = p->next[i])
        p->pad[i] = g->longest - p->map.tokens[i].len;
    *g = (group){ .same = true };
}

static void join_group(printer *p, group *g, size_t i)
{
    const pol_token *t = &p->map.tokens[i];
    uint32_t offset = t[1].column - t->column;

    if (g->count)
        p->next[g->last] = (uint32_t)i;
    else
        *g = (group){ (uint32_t)i, 0, 0, t->column, offset, 0, true };
    g->same = g->same && t->column == g->column && offset == g->offset;
    g->last = (uint32_t)i;
    g->count++;
    if (t->len > g->longest)
        g->longest = t->len;
}

static void align(printer *p)
{
    group groups[OPEN_MAX];
    size_t depth = 0;

    for (size_t i = 0; i < p->map.token_count; i++) {
        if (depth && breaks_before(p, i)) {
            group *g = &groups[depth - 1];

            if (is_parted(p, i) || !is_entry(p, i))
                end_group(p, g);
            if (is_entry(p, i))
                join_group(p, g, i);
        }
        if (IS_IN(p, i, "(", "[", "{") || opens_block(p, i))
            groups[depth++] = (group){ .same = true };
        else if (closes(p, i) && depth)
            end_group(p, &groups[--depth]);
        assert(depth < OPEN_MAX);
    }
}

/* --- the whole ----------------------------------------------------------- */

/* CR LF is LF, to Lua as to us. */
static policy_str without_returns(pol_arena *arena, policy_str s)
{
    char *copy = pol_arena_alloc(arena, s.len + 1);
    size_t len = 0;

    for (size_t i = 0; copy && i < s.len; i++)
        if (s.ptr[i] != '\r')
            copy[len++] = s.ptr[i];
    return (policy_str){ copy, len };
}

static policy_status format(pol_buf *out, const pol_source *source,
                            pol_arena *arena, pol_reporter *r)
{
    pol_source plain = { source->path, without_returns(arena, source->bytes) };
    printer *p = pol_arena_new(arena, printer, 1);
    policy_status st;

    if (!plain.bytes.ptr || !p)
        return POLICY_ENOMEM;
    st = pol_source_map_build(&p->map, &plain, arena, r);
    if (st)
        return st;
    p->bytes = plain.bytes;
    p->out = out;
    p->pad = pol_arena_new(arena, uint32_t, p->map.token_count + 1);
    p->next = pol_arena_new(arena, uint32_t, p->map.token_count + 1);
    if (!p->pad || !p->next)
        return POLICY_ENOMEM;
    align(p);
    for (size_t i = 0; i < p->map.token_count; i++)
        put_token(p, i);
    put_gap(p, p->map.token_count);
    if (out->len)
        pol_buf_char(out, '\n');
    return POLICY_OK;
}

policy_status policy_rules_format(char *buf, size_t cap, size_t *len,
                                  policy_str bytes, policy_str path,
                                  const policy_compiler_options *o,
                                  policy_error *err)
{
    policy_compiler_options all = POLICY_COMPILER_OPTIONS_INIT;
    pol_source source = { path, bytes };
    policy_allocator a;
    policy_limits limits;
    pol_script_file file;
    pol_arena arena;
    pol_reporter r;
    policy_status st;
    pol_buf out;

    *len = 0;
    if (o)
        memcpy(&all, o, o->size < sizeof(all) ? o->size : sizeof(all));
    a = pol_allocator_or_default(all.allocator);
    limits = pol_limits_from(all.limits);
    pol_reporter_init(&r, all.on_diagnostic, all.user,
                      all.language && strcmp(all.language, "zh") == 0,
                      limits.diagnostics);
    pol_arena_init(&arena, &a, 0);
    pol_buf_init_fixed(&out, buf, cap);
    st = pol_script_load(&file, &source, &arena, &limits, &a, &r, err);
    if (!st) {
        st = format(&out, &source, &arena, &r);
        if (st == POLICY_ENOMEM)
            pol_error_oom(err);
    }
    if (!st)
        *len = out.len;
    pol_arena_fini(&arena);
    return st;
}
