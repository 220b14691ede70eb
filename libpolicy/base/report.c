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

static void count_one(pol_reporter *r, const policy_diagnostic *d)
{
    if (d->severity == POLICY_ERROR) {
        if (r->errors++ == 0)
            keep_first(r, d);
    } else if (d->severity == POLICY_WARNING) {
        r->warnings++;
    } else {
        r->notes++;
    }
}

void pol_report_hint(pol_reporter *r, pol_message m, pol_place where,
                     policy_str suggestion, const policy_str *args,
                     size_t count)
{
    const struct message *entry = &catalogue[m];
    /* Room for a sentence and two names as long as a term may be. */
    char bytes[4096];
    struct text text = { bytes, 0, sizeof(bytes) };
    policy_diagnostic d = { .severity = entry->severity, .code = entry->code };

    assert((unsigned)m < POL_MESSAGE_COUNT);
    fill_in(&text, r->zh ? entry->zh : entry->en, args, count);
    d.message = (policy_str){ bytes, text.len };
    d.language = r->zh ? "zh" : "en";
    d.file = d.source = (policy_str){ "", 0 };
    d.suggestion = suggestion.ptr ? suggestion : (policy_str){ "", 0 };
    d.organisation = r->organisation;
    if (where.source) {
        d.file = where.source->path;
        d.line = where.line;
        d.column = where.line ? where.column : 0;
        d.length = where.line ? where.length : 0;
    }
    count_one(r, &d);
    if (!r->sink || r->errors + r->warnings + r->notes > r->max)
        return;
    /* Only now: finding the line reads the source, and a hostile one has a
     * mistake in every line. */
    if (d.line)
        d.source = pol_source_line(where.source, where.line);
    r->sink(r->user, &d);
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

policy_str pol_source_line(const pol_source *s, uint32_t line)
{
    policy_str all = s->bytes;
    size_t start = first_byte(all), pos = start, n;

    if (line == 0)
        return (policy_str){ "", 0 };
    for (; pos < all.len; pos += n ? n : 1) {
        n = line_end(all, pos);
        if (!n)
            continue;
        if (--line == 0)
            break;
        start = pos + n;
    }
    if (line > 1)
        return (policy_str){ "", 0 };
    return (policy_str){ all.len ? all.ptr + start : "", pos - start };
}
