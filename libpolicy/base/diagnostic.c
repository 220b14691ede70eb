/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A diagnostic as text for people or as JSON for tools. The caret line counts
 * display columns, not code points: a Han character takes two, a combining mark
 * none. Both lines are made by one walk over the same clipped range, so that
 * they cannot disagree.
 */
#include <assert.h>
#include <stdio.h>
#include <utf8proc.h>

#include <policy/diagnostic.h>

#include "base/json.h"
#include "base/slice.h"

/* Tab stops: those of our own sources. */
enum { TAB = 4 };
/* A line is shown up to so many columns: what a terminal has, nearly. Of a
 * longer one we show the part around the caret. */
enum { SHOWN_MAX = 160, BEFORE_MAX = 100 };

/* Counts what it is given, and keeps what has room. */
struct out {
    char *ptr;
    size_t cap, len;
};

static void put(struct out *o, policy_str s)
{
    size_t room = o->len < o->cap ? o->cap - o->len : 0;

    if (s.len && room)
        memcpy(o->ptr + o->len, s.ptr, s.len < room ? s.len : room);
    o->len += s.len;
}

static void put_text(struct out *o, const char *s)
{
    put(o, pol_str(s));
}

static void put_many(struct out *o, char c, size_t count)
{
    while (count--)
        put(o, (policy_str){ &c, 1 });
}

static void put_uint(struct out *o, uint64_t v)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)v);
    put_text(o, digits);
}

static void put_cp(struct out *o, uint32_t cp)
{
    char bytes[4];

    put(o, (policy_str){ bytes, pol_cp_write(bytes, cp) });
}

static void put_shown(struct out *o, policy_str s)
{
    size_t pos = 0;

    while (pos < s.len) {
        uint32_t cp = pol_str_next(s, &pos);

        put_cp(o, pol_cp_unshown(cp) ? 0xfffd : cp);
    }
}

/* Columns that `cp` takes when it starts at column `at` of the line shown. */
static size_t width(uint32_t cp, size_t at)
{
    int w;

    if (cp == '\t')
        return TAB - at % TAB;
    if (pol_cp_unshown(cp))
        return 1; /* shown as U+FFFD */
    w = utf8proc_charwidth((utf8proc_int32_t)cp);
    return w < 0 ? 1 : (size_t)w;
}

/* What of the line is shown, in bytes of it, and where the caret stands, in
 * columns of what is shown. */
struct view {
    policy_str part;
    bool cut_before, cut_after;
    size_t caret, under;
};

/* The first byte of the part: 0, or so that the caret is BEFORE_MAX in. */
static size_t view_start(policy_str line, uint32_t column)
{
    size_t pos = 0, start = 0, at = 0, behind = 0;
    uint32_t i;

    for (i = 1; i < column && pos < line.len; i++)
        at += width(pol_str_next(line, &pos), at);
    while (at - behind > BEFORE_MAX)
        behind += width(pol_str_next(line, &start), behind);
    return start;
}

static void look(struct view *v, const policy_diagnostic *d)
{
    size_t start = view_start(d->source, d->column), pos = start, at, w;
    uint32_t i = 1;
    size_t skipped = 0;

    memset(v, 0, sizeof(*v));
    while (skipped < start) {
        pol_str_next(d->source, &skipped);
        i++;
    }
    v->cut_before = start > 0;
    /* The mark of the cut, "…", is one column wide. */
    at = v->caret = v->cut_before;
    for (; pos < d->source.len; i++) {
        size_t next = pos;
        uint32_t cp = pol_str_next(d->source, &next);

        w = width(cp, at);
        if (at + w > SHOWN_MAX)
            break;
        if (i < d->column)
            v->caret = at + w;
        else if (i - d->column < d->length)
            v->under += w;
        at += w;
        pos = next;
    }
    v->cut_after = pos < d->source.len;
    v->part = (policy_str){ d->source.ptr + start, pos - start };
    if (v->under == 0)
        v->under = 1; /* nothing there, or nothing wide: the place itself */
}

static void put_line(struct out *o, const struct view *v)
{
    size_t pos = 0, at = v->cut_before;

    if (v->cut_before)
        put_text(o, "…");
    while (pos < v->part.len) {
        uint32_t cp = pol_str_next(v->part, &pos);
        size_t w = width(cp, at);

        if (cp == '\t')
            put_many(o, ' ', w);
        else
            put_cp(o, pol_cp_unshown(cp) ? 0xfffd : cp);
        at += w;
    }
    if (v->cut_after)
        put_text(o, "…");
    put_text(o, "\n");
}

struct words {
    const char *severity[3];
    const char *before, *after; /* of the suggestion */
};

static const struct words english = {
    { "note", "warning", "error" }, "did you mean “", "”?"
};
static const struct words chinese = {
    { "提示", "警告", "错误" }, "你是不是想写“", "”？"
};

static const struct words *words_of(const policy_diagnostic *d)
{
    return d->language && !strcmp(d->language, "zh") ? &chinese : &english;
}

/* ECMA-48, 8.3.117: bold cyan, magenta and red, as compilers use them. */
static const char *const colours[3] = { "\033[1;36m", "\033[1;35m",
                                        "\033[1;31m" };
static const char *const bold = "\033[1m", *const plain = "\033[0m";

static void put_place(struct out *o, const policy_diagnostic *d)
{
    put_shown(o, d->file);
    if (d->line) {
        put_text(o, ":");
        put_uint(o, d->line);
    }
    if (d->line && d->column) {
        put_text(o, ":");
        put_uint(o, d->column);
    }
    if (d->file.len)
        put_text(o, ": ");
}

static void put_heading(struct out *o, const policy_diagnostic *d, bool colour)
{
    const struct words *w = words_of(d);

    if (colour)
        put_text(o, bold);
    put_place(o, d);
    if (colour)
        put_text(o, colours[d->severity]);
    put_text(o, w->severity[d->severity]);
    put_text(o, ": ");
    if (colour) {
        put_text(o, plain);
        put_text(o, bold);
    }
    put_shown(o, d->message);
    if (d->suggestion.len) {
        put_text(o, w == &chinese ? "；" : "; ");
        put_text(o, w->before);
        put_shown(o, d->suggestion);
        put_text(o, w->after);
    }
    if (colour)
        put_text(o, plain);
    put_text(o, " [");
    put_text(o, d->code);
    put_text(o, "]\n");
}

static void put_caret(struct out *o, const struct view *v, int32_t severity,
                      bool colour)
{
    put_many(o, ' ', v->caret);
    if (colour)
        put_text(o, colours[severity]);
    put_text(o, "^");
    put_many(o, '~', v->under - 1);
    if (colour)
        put_text(o, plain);
    put_text(o, "\n");
}

static void format_text(struct out *o, const policy_diagnostic *d, bool colour)
{
    struct view v;

    put_heading(o, d, colour);
    if (!d->line || !d->column)
        return;
    look(&v, d);
    put_line(o, &v);
    put_caret(o, &v, d->severity, colour);
}

static void put_member(struct out *o, const char *key, policy_str value)
{
    char scratch[8];
    size_t pos = 0;

    put_text(o, ",\"");
    put_text(o, key);
    put_text(o, "\":\"");
    while (pos < value.len)
        put(o, pol_json_piece(value, &pos, scratch));
    put_text(o, "\"");
}

static void format_json(struct out *o, const policy_diagnostic *d)
{
    put_text(o, "{\"severity\":\"");
    put_text(o, english.severity[d->severity]);
    put_text(o, "\"");
    put_member(o, "code", pol_str(d->code));
    put_member(o, "message", d->message);
    if (d->file.len)
        put_member(o, "file", d->file);
    if (d->line) {
        put_text(o, ",\"line\":");
        put_uint(o, d->line);
        put_text(o, ",\"column\":");
        put_uint(o, d->column);
        put_text(o, ",\"length\":");
        put_uint(o, d->length);
        put_text(o, ",\"end\":");
        put_uint(o, (uint64_t)d->column + d->length);
        put_member(o, "source", d->source);
    }
    if (d->suggestion.len)
        put_member(o, "suggestion", d->suggestion);
    if (d->organisation.len)
        put_member(o, "organisation", d->organisation);
    put_text(o, "}\n");
}

policy_status policy_diagnostic_format(char *buf, size_t cap, size_t *len,
                                       const policy_diagnostic *d,
                                       uint32_t flags)
{
    struct out o = { buf, buf ? cap : 0, 0 };
    const uint32_t known = POLICY_DIAGNOSTIC_COLOUR | POLICY_DIAGNOSTIC_JSON;

    *len = 0;
    if (d->severity < POLICY_NOTE || d->severity > POLICY_ERROR || !d->code ||
        (flags & ~known))
        return POLICY_EMISUSE;
    if (flags & POLICY_DIAGNOSTIC_JSON)
        format_json(&o, d);
    else
        format_text(&o, d, flags & POLICY_DIAGNOSTIC_COLOUR);
    *len = o.len;
    return POLICY_OK;
}
