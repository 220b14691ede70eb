/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports: the catalogue, its placeholders, and places in sources. Messages are
 * put together on the stack, so that a report cannot fail.
 */
#include <assert.h>
#include <stdio.h>

#include "base/report.h"
#include "base/slice.h"

struct message {
    const char *code;
    int32_t severity;
    const char *en, *zh;
};

static const struct message catalogue[] = {
#define POL_MESSAGE(name, code, severity, en, zh) { code, severity, en, zh },
#include "base/messages.def"
#undef POL_MESSAGE
};
_Static_assert(sizeof(catalogue) / sizeof(catalogue[0]) == POL_MESSAGE_COUNT,
               "ORDER messages.def");

void pol_reporter_init(pol_reporter *r, policy_diagnostic_sink sink, void *user,
                       bool zh, uint64_t max)
{
    memset(r, 0, sizeof(*r));
    r->sink = sink;
    r->user = user;
    r->zh = zh;
    r->max = max;
}

/* Text with whole characters only, cut where it is full. */
struct text {
    char *ptr;
    size_t len, cap;
};

static void append(struct text *t, policy_str s)
{
    t->len += pol_str_show(t->ptr + t->len, t->cap - t->len, s);
}

/* The number in "{n}" at `p`, or -1. */
static int placeholder(const char *p)
{
    return p[0] == '{' && p[1] >= '0' && p[1] <= '5' && p[2] == '}' ?
               p[1] - '0' : -1;
}

static void fill_in(struct text *out, const char *format,
                    const policy_str *args, size_t count)
{
    const char *p = format, *start = p;
    int n;

    for (; *p; p++) {
        if ((n = placeholder(p)) < 0)
            continue;
        append(out, (policy_str){ start, (size_t)(p - start) });
        assert((size_t)n < count);
        if ((size_t)n < count)
            append(out, args[n]);
        start = p + 3;
        p += 2;
    }
    append(out, (policy_str){ start, (size_t)(p - start) });
}

/* Who sees only a policy_error learns at least the first of them. */
static void keep_first(pol_reporter *r, const policy_diagnostic *d)
{
    struct text t = { r->first_message, 0, sizeof(r->first_message) - 1 };
    char place[32];

    r->first = pol_str(d->code);
    append(&t, d->file);
    if (d->line)
        snprintf(place, sizeof(place), ":%u:%u", (unsigned)d->line,
                 (unsigned)d->column);
    else
        place[0] = '\0';
    append(&t, pol_str(place));
    if (t.len)
        append(&t, POL_STR(": "));
    append(&t, d->message);
    t.ptr[t.len] = '\0';
}

static void count_one(pol_reporter *r, int32_t severity)
{
    if (severity == POLICY_ERROR)
        r->errors++;
    else if (severity == POLICY_WARNING)
        r->warnings++;
    else
        r->notes++;
}

static int32_t severity_of(const pol_reporter *r, pol_message m)
{
    int32_t severity = catalogue[m].severity;

    return r->lenient && severity == POLICY_ERROR ? POLICY_WARNING : severity;
}

/* What `tell` is given of a message: they travel together. */
struct words {
    policy_str suggestion;
    const policy_str *args;
    size_t count;
};

static policy_str line_near(pol_reporter *r, pol_place where);

/* Do the words name it already? A rule's may have its owner before the id. */
static bool is_named(policy_str name, const struct words *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->args[i].len >= name.len &&
            memcmp(w->args[i].ptr + w->args[i].len - name.len, name.ptr,
                   name.len) == 0)
            return true;
    return false;
}

static void name_subject(const pol_reporter *r, pol_place where,
                         const struct words *w, struct text *text)
{
    if (!r->about.len || !where.line || where.source != r->about_at.source ||
        (!r->about_all && where.line != r->about_at.line) ||
        is_named(r->about, w))
        return;
    append(text, r->zh ? POL_STR("（") : POL_STR(" ("));
    append(text, r->about);
    append(text, r->zh ? POL_STR("）") : POL_STR(")"));
}

static void tell(pol_reporter *r, pol_message m, pol_place where,
                 const struct words *w)
{
    const struct message *entry = &catalogue[m];
    /* Room for a sentence and two names as long as a term may be. */
    char bytes[4096];
    struct text text = { bytes, 0, sizeof(bytes) };
    policy_diagnostic d = { .severity = severity_of(r, m),
                            .code = entry->code };

    fill_in(&text, r->zh ? entry->zh : entry->en, w->args, w->count);
    name_subject(r, where, w, &text);
    d.message = (policy_str){ bytes, text.len };
    d.language = r->zh ? "zh" : "en";
    d.file = d.source = (policy_str){ "", 0 };
    d.suggestion = w->suggestion.ptr ? w->suggestion : (policy_str){ "", 0 };
    d.organisation = r->organisation;
    if (where.source) {
        d.file = where.source->path;
        d.line = where.line;
        d.column = where.line ? where.column : 0;
        d.length = where.line ? where.length : 0;
    }
    if (d.severity == POLICY_ERROR && !r->first.len)
        keep_first(r, &d);
    if (!r->sink || r->told[d.severity == POLICY_ERROR]++ >= r->max)
        return;
    /* Only now: finding the line reads the source, and a hostile one has a
     * mistake in every line. */
    if (d.line)
        d.source = line_near(r, where);
    r->sink(r->user, &d);
}

void pol_report_hint(pol_reporter *r, pol_message m, pol_place where,
                     policy_str suggestion, const policy_str *args,
                     size_t count)
{
    assert((unsigned)m < POL_MESSAGE_COUNT);
    count_one(r, severity_of(r, m));
    if (r->few && r->few->count[m]++ >= POL_FEW_MAX)
        return;
    tell(r, m, where, &(struct words){ suggestion, args, count });
}

void pol_few_begin(pol_few *f, pol_reporter *r)
{
    memset(f, 0, sizeof(*f));
    f->outer = r->few;
    r->few = f;
}

void pol_few_end(pol_few *f, pol_reporter *r, const pol_source *source)
{
    assert(r->few == f);
    r->few = f->outer;
    for (unsigned m = 0; m < POL_MESSAGE_COUNT; m++) {
        char digits[24];
        policy_str args[2] = { { digits, 0 }, pol_str(catalogue[m].code) };

        if (f->count[m] <= POL_FEW_MAX)
            continue;
        args[0].len = (size_t)snprintf(
            digits, sizeof(digits), "%llu",
            (unsigned long long)(f->count[m] - POL_FEW_MAX));
        /* They were counted when they came. */
        tell(r,
             severity_of(r, (pol_message)m) == POLICY_ERROR
                 ? POL_MSG_MORE_ERRORS : POL_MSG_MORE_WARNINGS,
             (pol_place){ source, 0, 0, 0 },
             &(struct words){ { "", 0 }, args, 2 });
    }
}

/* Lines end as Lua and YAML end them: LF, CR LF or CR. The length of the end
 * at `pos`, or 0. */
static size_t line_end(policy_str s, size_t pos)
{
    if (s.ptr[pos] == '\n')
        return 1;
    if (s.ptr[pos] != '\r')
        return 0;
    return pos + 1 < s.len && s.ptr[pos + 1] == '\n' ? 2 : 1;
}

/* A byte order mark stands before the first column, as in an editor. */
static size_t first_byte(policy_str s)
{
    return pol_str_starts(s, POL_STR("\xef\xbb\xbf")) ? 3 : 0;
}

static uint32_t count_cps(policy_str s)
{
    uint32_t count = 0;
    size_t pos = 0;

    while (pos < s.len) {
        pol_str_next(s, &pos);
        count++;
    }
    return count;
}

pol_place pol_place_at(const pol_source *s, size_t byte, size_t len)
{
    policy_str all = s->bytes;
    size_t start = first_byte(all), pos = start, end, n;
    uint32_t line = 1;

    if (byte > all.len)
        byte = all.len;
    if (byte < start)
        byte = start;
    while (pos < byte) {
        n = line_end(all, pos);
        pos += n ? n : 1;
        if (n && pos <= byte) {
            line++;
            start = pos;
        }
    }
    if (len > all.len - byte)
        len = all.len - byte;
    for (end = byte; end < byte + len && !line_end(all, end);)
        end++;
    return (pol_place){
        s, line, 1 + count_cps((policy_str){ all.ptr + start, byte - start }),
        count_cps((policy_str){ all.ptr + byte, end - byte })
    };
}

/* The start of line `line`, where `pos` is the start of line `from`; the end of
 * the source, and *from below `line`, where there are not so many. */
static size_t find_line(policy_str all, size_t pos, uint32_t *from,
                        uint32_t line)
{
    while (pos < all.len && *from < line) {
        size_t n = line_end(all, pos);

        *from += n > 0;
        pos += n ? n : 1;
    }
    return pos;
}

/* The line that begins at `start`, without its end. */
static policy_str line_at(policy_str all, size_t start)
{
    size_t end = start;

    while (end < all.len && !line_end(all, end))
        end++;
    return (policy_str){ all.len ? all.ptr + start : "", end - start };
}

policy_str pol_source_line(const pol_source *s, uint32_t line)
{
    policy_str all = s->bytes;
    uint32_t from = 1;
    size_t start = find_line(all, first_byte(all), &from, line);

    if (line == 0 || from < line)
        return (policy_str){ "", 0 };
    return line_at(all, start);
}

static policy_str line_near(pol_reporter *r, pol_place where)
{
    policy_str all = where.source->bytes;

    if (r->near != where.source || r->near_line > where.line) {
        r->near = where.source;
        r->near_line = 1;
        r->near_byte = first_byte(all);
    }
    r->near_byte = find_line(all, r->near_byte, &r->near_line, where.line);
    if (r->near_line == where.line)
        return line_at(all, r->near_byte);
    r->near = NULL;
    return (policy_str){ "", 0 };
}
