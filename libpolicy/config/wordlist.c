/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, line by line. A list is often one export of a spreadsheet, so a bad
 * line costs itself only: all bad lines are reported in one go.
 */
#include <assert.h>
#include <stdio.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/slice.h"
#include "config/order.h"
#include "config/wordlist.h"

/* ORDER STRICTNESS */
const char *const pol_strictnesses[POL_STRICT_COUNT] = {
    "disguised", "folded", "exact"
};

/* ORDER OPTION */
const char *const pol_term_options[POL_OPTION_COUNT] = {
    "pinyin", "split", "reversed", "spelled", "boundary"
};

struct reader {
    const pol_source *source;
    pol_arena *arena;
    pol_reporter *r;
    policy_error *err;
    policy_limits limits;
    pol_list_term *terms;
    size_t count;
    pol_alias *aliases;
    size_t alias_count, alias_cap;
    uint8_t common;    /* options of the terms from here on */
    policy_str rest;   /* of the source, from the next line on */
    policy_str line;   /* without its end */
    uint32_t number;   /* of it, from 1 */
    bool failed;       /* a bad line was reported */
};

static uint32_t count_cps(const char *from, const char *to)
{
    policy_str s = { from, (size_t)(to - from) };
    size_t pos = 0;
    uint32_t count = 0;

    while (pos < s.len) {
        pol_str_next(s, &pos);
        count++;
    }
    return count;
}

/* The place of `part` of the line. */
static pol_place place_of(const struct reader *y, policy_str part)
{
    uint32_t length = count_cps(part.ptr, part.ptr + part.len);

    assert(part.ptr >= y->line.ptr &&
           part.ptr + part.len <= y->line.ptr + y->line.len);
    return (pol_place){ y->source, y->number,
                        1 + count_cps(y->line.ptr, part.ptr),
                        length ? length : 1 };
}

static policy_str show(char out[24], uint64_t v)
{
    int len = snprintf(out, 24, "%llu", (unsigned long long)v);

    return (policy_str){ out, (size_t)len };
}

/* Lines end as everywhere: LF, CR LF or CR. False at the end of the source. */
static bool next_line(struct reader *y)
{
    policy_str s = y->rest;
    size_t end = 0, skip;

    if (s.len == 0)
        return false;
    while (end < s.len && s.ptr[end] != '\n' && s.ptr[end] != '\r')
        end++;
    skip = end < s.len;
    if (end + 1 < s.len && s.ptr[end] == '\r' && s.ptr[end + 1] == '\n')
        skip = 2;
    y->line = (policy_str){ s.ptr, end };
    y->rest = (policy_str){ s.ptr + end + skip, s.len - end - skip };
    y->number++;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Does an escape begin at `pos`? Whoever asks skips the byte after it, so that
 * backslashes pair from the left. */
static bool is_escape(policy_str s, size_t pos)
{
    return s.ptr[pos] == '\\' && pos + 1 < s.len &&
           memchr("#|!@\\", s.ptr[pos + 1], 5);
}

/* The line up to its comment. */
static policy_str without_comment(policy_str s)
{
    size_t i;

    for (i = 0; i < s.len; i++) {
        if (is_escape(s, i))
            i++;
        else if (s.ptr[i] == '#' && (i == 0 || is_blank(s.ptr[i - 1])))
            return (policy_str){ s.ptr, i };
    }
    return s;
}

/* Cut at the bars: at most `max` fields, trimmed; one more than that if there
 * are more. */
static size_t split(policy_str s, policy_str *fields, size_t max)
{
    size_t count = 0, start = 0, i;

    for (i = 0; i <= s.len; i++) {
        if (i < s.len && is_escape(s, i)) {
            i++;
            continue;
        }
        if (i < s.len && s.ptr[i] != '|')
            continue;
        if (count == max)
            return max + 1;
        fields[count++] =
            pol_str_trim((policy_str){ s.ptr + start, i - start });
        start = i + 1;
    }
    return count;
}

/* Borrowed where there is nothing to take out; ptr NULL without memory. */
static policy_str unescape(struct reader *y, policy_str s)
{
    char *out;
    size_t len = 0, i;

    for (i = 0; i < s.len && !is_escape(s, i); i++)
        ;
    if (i == s.len)
        return s;
    out = pol_arena_alloc(y->arena, s.len);
    if (!out)
        return (policy_str){ NULL, 0 };
    for (i = 0; i < s.len; i++) {
        i += is_escape(s, i);
        out[len++] = s.ptr[i];
    }
    return (policy_str){ out, len };
}

static void bad_line(struct reader *y, pol_message m, policy_str part)
{
    pol_report(y->r, m, place_of(y, part));
    y->failed = true;
}

static bool find_word(policy_str word, const char *const *names, size_t count,
                      size_t *out)
{
    for (size_t i = 0; i < count; i++)
        if (pol_str_is(word, names[i])) {
            *out = i;
            return true;
        }
    return false;
}

/* One word of the third field, or of a line about all. */
static bool read_option(struct reader *y, policy_str word, pol_list_term *t)
{
    static const char separators[] = "separators=";
    policy_str names[POL_STRICT_COUNT + POL_OPTION_COUNT + 1];
    policy_str cut = pol_str_cut(word, 80);
    size_t n = 0, i;

    if (find_word(word, pol_strictnesses, POL_STRICT_COUNT, &i)) {
        t->strictness = (uint8_t)i;
        return true;
    }
    if (find_word(word, pol_term_options, POL_OPTION_COUNT, &i)) {
        t->options |= (uint8_t)(1u << i);
        return true;
    }
    if (pol_str_starts(word, pol_str(separators)) &&
        word.len == sizeof(separators) &&
        word.ptr[word.len - 1] - '0' + 0u < POL_SEPARATORS_COUNT - 1) {
        t->separators =
            (uint8_t)(POL_SEPARATORS_NONE + (word.ptr[word.len - 1] - '0'));
        return true;
    }
    for (i = 0; i < POL_STRICT_COUNT; i++)
        names[n++] = pol_str(pol_strictnesses[i]);
    for (i = 0; i < POL_OPTION_COUNT; i++)
        names[n++] = pol_str(pol_term_options[i]);
    names[n++] = POL_STR("separators=3");
    pol_report_hint(y->r, POL_MSG_LIST_STRICTNESS, place_of(y, word),
                    pol_nearest(word, names, n), &cut, 1);
    y->failed = true;
    return false;
}

/* All words of it; false after a report. */
static bool read_options(struct reader *y, policy_str field, pol_list_term *t)
{
    bool good = true;
    size_t pos = 0;

    while (pos < field.len) {
        size_t start = pos;

        while (pos < field.len && !is_blank(field.ptr[pos]))
            pos++;
        if (pos > start)
            good &= read_option(
                y, (policy_str){ field.ptr + start, pos - start }, t);
        pos += pos < field.len;
    }
    return good;
}

/* Terms are counted before they are judged, so that a list is within its limit
 * or not whatever its mistakes. */
static policy_status add_term(struct reader *y, const pol_list_term *t)
{
    char digits[24];

    if (y->count >= y->limits.terms) {
        pol_report(y->r, POL_MSG_LIST_TERMS, place_of(y, y->line),
                   show(digits, y->limits.terms));
        return pol_error_limit(y->err, "terms", y->limits.terms);
    }
    y->terms[y->count++] = *t;
    return POLICY_OK;
}

static bool check_length(struct reader *y, policy_str raw, policy_str term)
{
    char len[24], max[24];

    if (term.len <= y->limits.term_bytes)
        return true;
    pol_report(y->r, POL_MSG_LIST_LONG, place_of(y, raw), show(len, term.len),
               show(max, y->limits.term_bytes));
    y->failed = true;
    return false;
}

static policy_status take_fields(struct reader *y, const policy_str field[3])
{
    pol_list_term t = { .line = y->number, .common = y->common };
    policy_str raw = field[0];

    t.allowed = raw.len && *raw.ptr == '!';
    if (t.allowed)
        raw = pol_str_trim((policy_str){ raw.ptr + 1, raw.len - 1 });
    if (raw.len == 0) {
        pol_report(y->r, POL_MSG_LIST_EMPTY, place_of(y, y->line));
        return POLICY_OK;
    }
    t.column = place_of(y, raw).column;
    t.term = unescape(y, raw);
    t.reason = unescape(y, field[1]);
    if (!t.term.ptr || !t.reason.ptr)
        return pol_error_oom(y->err);
    if (!check_length(y, raw, t.term) || !read_options(y, field[2], &t))
        return POLICY_OK;
    return add_term(y, &t);
}

static bool grow_aliases(struct reader *y)
{
    size_t cap = y->alias_cap ? y->alias_cap * 2 : 16;
    pol_alias *all;

    if (y->alias_count < y->alias_cap)
        return true;
    all = pol_arena_new(y->arena, pol_alias, cap);
    if (!all)
        return false;
    if (y->alias_count)
        memcpy(all, y->aliases, y->alias_count * sizeof(*all));
    y->aliases = all;
    y->alias_cap = cap;
    return true;
}

static policy_status add_alias(struct reader *y, policy_str word,
                               policy_str alias)
{
    pol_alias *a;

    if (!grow_aliases(y))
        return pol_error_oom(y->err);
    a = &y->aliases[y->alias_count++];
    *a = (pol_alias){ unescape(y, word), unescape(y, alias), y->number };
    return a->word.ptr && a->alias.ptr ? POLICY_OK : pol_error_oom(y->err);
}

/* `@ word = alias | alias`; `body` begins behind the @, `at` is of its =. */
static policy_status take_aliases(struct reader *y, policy_str body, size_t at)
{
    policy_str word = pol_str_trim((policy_str){ body.ptr, at });
    policy_str all = { body.ptr + at + 1, body.len - at - 1 };
    const policy_str separators = POL_STR("separators"); /* of one term only */
    policy_status st = POLICY_OK;
    size_t start = 0;

    for (size_t i = 0; !st && i <= all.len; i++) {
        policy_str one;

        if (i < all.len && is_escape(all, i)) {
            i++;
            continue;
        }
        if (i < all.len && all.ptr[i] != '|')
            continue;
        one = pol_str_trim((policy_str){ all.ptr + start, i - start });
        start = i + 1;
        if (!word.len || !one.len || pol_str_ends(word, separators)) {
            bad_line(y, pol_str_ends(word, separators) ? POL_MSG_LIST_COMMON
                                                       : POL_MSG_LIST_ALIAS,
                     pol_str_trim(body));
            return POLICY_OK;
        }
        if (check_length(y, word, word) && check_length(y, one, one))
            st = add_alias(y, word, one);
    }
    return st;
}

/* What an `@` says of the terms that follow. */
static policy_status take_directive(struct reader *y, policy_str body)
{
    pol_list_term t = { .strictness = POL_STRICT_COUNT };
    size_t at = 0;

    while (at < body.len && body.ptr[at] != '=')
        at++;
    if (at < body.len)
        return take_aliases(y, body, at);
    if (!read_options(y, body, &t))
        return POLICY_OK;
    if (t.strictness != POL_STRICT_COUNT) {
        bad_line(y, POL_MSG_LIST_COMMON, pol_str_trim(body));
        return POLICY_OK;
    }
    y->common = t.options;
    return POLICY_OK;
}

static policy_status take_line(struct reader *y)
{
    size_t bad = pol_str_ill_formed(y->line), count;
    policy_str body = without_comment(y->line);
    policy_str end = { body.ptr + body.len, 0 };
    policy_str field[3] = { end, end, end };

    if (pol_str_trim(body).len == 0)
        return POLICY_OK;
    if (bad < y->line.len) {
        bad_line(y, POL_MSG_LIST_BYTES, (policy_str){ y->line.ptr + bad, 1 });
        return POLICY_OK;
    }
    if (pol_str_starts(pol_str_trim(body), POL_STR("@"))) {
        policy_str about = pol_str_trim(body);

        return take_directive(
            y, (policy_str){ about.ptr + 1, about.len - 1 });
    }
    count = split(body, field, 3);
    if (count > 3) {
        bad_line(y, POL_MSG_LIST_FIELDS, pol_str_trim(body));
        return POLICY_OK;
    }
    return take_fields(y, field);
}

static int compare_terms(const void *items, uint32_t a, uint32_t b)
{
    const pol_list_term *t = items;

    return pol_str_cmp(t[a].term, t[b].term);
}

static void report_pair(struct reader *y, pol_message m, const pol_list_term *t,
                        const pol_list_term *first)
{
    pol_place place = { y->source, t->line, t->column,
                        count_cps(t->term.ptr, t->term.ptr + t->term.len) };
    char digits[24];

    pol_report(y->r, m, place, pol_str_cut(t->term, 80),
               show(digits, first->line));
}

/* The equal terms order[from, to): the first of each sort stays, the others get
 * an empty term. They are in the order of the file. */
static void thin_out(struct reader *y, const uint32_t *order, size_t from,
                     size_t to)
{
    pol_list_term *first[2] = { NULL, NULL };
    size_t i;

    for (i = from; i < to; i++) {
        pol_list_term *t = &y->terms[order[i]];

        if (first[t->allowed]) {
            report_pair(y, POL_MSG_LIST_TWICE, t, first[t->allowed]);
            t->term.len = 0;
            continue;
        }
        first[t->allowed] = t;
        if (first[!t->allowed])
            report_pair(y, POL_MSG_LIST_BOTH, t, first[!t->allowed]);
    }
}

static policy_status drop_duplicates(struct reader *y)
{
    pol_arena_mark here = pol_arena_here(y->arena);
    uint32_t *order = pol_order(y->terms, y->count, compare_terms, y->arena);
    size_t start = 0, kept = 0, i;

    if (!order)
        return pol_error_oom(y->err);
    for (i = 1; i <= y->count; i++) {
        if (i < y->count && pol_str_eq(y->terms[order[i]].term,
                                       y->terms[order[start]].term))
            continue;
        thin_out(y, order, start, i);
        start = i;
    }
    pol_arena_rewind(y->arena, here);
    for (i = 0; i < y->count; i++)
        if (y->terms[i].term.len)
            y->terms[kept++] = y->terms[i];
    y->count = kept;
    return POLICY_OK;
}

/* At most so many terms: a line has one, and a comment none. */
static size_t count_lines(policy_str s)
{
    size_t count = 1, i;

    for (i = 0; i < s.len; i++)
        count += s.ptr[i] == '\n' || s.ptr[i] == '\r';
    return count;
}

static policy_status check_size(struct reader *y)
{
    uint64_t len = y->source->bytes.len, max = y->limits.source_bytes;
    char a[24], b[24];

    if (len <= max)
        return POLICY_OK;
    pol_report(y->r, POL_MSG_SOURCE_BYTES,
               ((pol_place){ y->source, 0, 0, 0 }), show(a, len), show(b, max));
    return pol_error_limit(y->err, "source_bytes", max);
}

static policy_status read_lines(struct reader *y)
{
    policy_status st = check_size(y);
    size_t lines;

    if (st != POLICY_OK)
        return st;
    y->rest = y->source->bytes;
    if (pol_str_starts(y->rest, POL_STR("\xef\xbb\xbf")))
        y->rest = (policy_str){ y->rest.ptr + 3, y->rest.len - 3 };
    lines = count_lines(y->rest);
    if (lines > y->limits.terms)
        lines = (size_t)y->limits.terms;
    y->terms = pol_arena_new(y->arena, pol_list_term, lines);
    if (!y->terms)
        return pol_error_oom(y->err);
    while (next_line(y))
        if ((st = take_line(y)) != POLICY_OK)
            return st;
    return drop_duplicates(y);
}

policy_status pol_wordlist_read(pol_wordlist *out, const pol_source *source,
                                pol_arena *arena, const policy_limits *limits,
                                pol_reporter *r, policy_error *err)
{
    struct reader y = { .source = source, .arena = arena, .r = r, .err = err,
                        .limits = pol_limits_from(limits) };
    policy_status st;

    *out = (pol_wordlist){ .source = source };
    st = read_lines(&y);
    if (st != POLICY_OK)
        return st;
    if (y.failed)
        return pol_error_set(err, POLICY_ERULES, "list", "%s",
                             r->first_message);
    out->terms = y.terms;
    out->term_count = y.count;
    out->aliases = y.aliases;
    out->alias_count = y.alias_count;
    return POLICY_OK;
}
