/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, line by line. A list is often one export of a spreadsheet, so a bad
 * line costs itself only: all bad lines are reported in one go, and of each kind
 * the first. What such exports get wrong in every line (encoding, commas for
 * bars) is told once, of the file.
 */
#include <assert.h>
#include <stdio.h>

#include "base/error.h"
#include "base/hash.h"
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
    bool well_formed;  /* all of the source */
    size_t plain;      /* lines of a term that have no bar */
    size_t divided;    /* those that something else seems to divide, */
    pol_place divider; /* at first here, */
    const char *sign;  /* by this */
    uint32_t bad;      /* lines reported; the last of them */
    uint32_t last_bad;
};

/* How the marks of the format look where an input method writes full width. */
#define WIDE_BAR "\xef\xbd\x9c"
static const char *const wide_marks[] = { "\xef\xbc\x83", "\xef\xbc\x81",
                                          "\xef\xbc\xa0" };
/* What tables and people put between words. */
static const char *const dividers[] = { "\t", ",", ";", "\xef\xbc\x8c",
                                        "\xef\xbc\x9b", "\xe3\x80\x81" };
/* Blanks that nobody sees: U+3000 and U+00A0 of spreadsheets, and the mark of
 * a file that was joined to another. */
static const char *const wide_blanks[] = { "\xe3\x80\x80", "\xc2\xa0",
                                           "\xef\xbb\xbf" };
enum {
    MARKS = sizeof(wide_marks) / sizeof(*wide_marks),
    DIVIDERS = sizeof(dividers) / sizeof(*dividers),
    BLANKS = sizeof(wide_blanks) / sizeof(*wide_blanks),
    /* Below so many lines, a comma is a comma. */
    DIVIDED_MIN = 3,
    BAD_OPTIONS_MAX = 4 /* of one line */
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

/* What costs the file and not a line is an error whatever `lenient` says. */
static void report_file(struct reader *y, pol_message m, pol_place where,
                        policy_str a, policy_str b)
{
    bool lenient = y->r->lenient;

    y->r->lenient = false;
    pol_report(y->r, m, where, a, b);
    y->r->lenient = lenient;
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

/* Which of `words` the text begins with, or `count`. */
static size_t begins_with(policy_str s, const char *const *words, size_t count)
{
    size_t i = 0;

    while (i < count && !pol_str_starts(s, pol_str(words[i])))
        i++;
    return i;
}

static size_t ends_with(policy_str s, const char *const *words, size_t count)
{
    size_t i = 0;

    while (i < count && !pol_str_ends(s, pol_str(words[i])))
        i++;
    return i;
}

/* As pol_str_trim, and of wide blanks, too. */
static policy_str trim(policy_str s)
{
    for (;;) {
        size_t skip, cut;

        s = pol_str_trim(s);
        skip = begins_with(s, wide_blanks, BLANKS);
        if (skip < BLANKS) {
            s.ptr += strlen(wide_blanks[skip]);
            s.len -= strlen(wide_blanks[skip]);
            continue;
        }
        cut = ends_with(s, wide_blanks, BLANKS);
        if (cut == BLANKS)
            return s;
        s.len -= strlen(wide_blanks[cut]);
    }
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
        else if (s.ptr[i] == '#' &&
                 (i == 0 || is_blank(s.ptr[i - 1]) ||
                  ends_with((policy_str){ s.ptr, i }, wide_blanks, BLANKS) <
                      BLANKS))
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
            trim((policy_str){ s.ptr + start, i - start });
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

/* A line may have several mistakes. */
static void count_bad(struct reader *y)
{
    y->bad += y->last_bad != y->number;
    y->last_bad = y->number;
}

static void bad_line(struct reader *y, pol_message m, policy_str part)
{
    pol_report(y->r, m, place_of(y, part));
    count_bad(y);
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
    count_bad(y);
    return false;
}

/* All words of it; false after a report. A column is counted from the start of
 * the line, so that a line of nothing but mistakes must not tell all. */
static bool read_options(struct reader *y, policy_str field, pol_list_term *t)
{
    unsigned bad = 0;
    size_t pos = 0;

    while (pos < field.len && bad < BAD_OPTIONS_MAX) {
        size_t start = pos;

        while (pos < field.len && !is_blank(field.ptr[pos]))
            pos++;
        if (pos > start)
            bad += !read_option(
                y, (policy_str){ field.ptr + start, pos - start }, t);
        pos += pos < field.len;
    }
    return !bad;
}

/* Terms are counted before they are judged, so that a list is within its limit
 * or not whatever its mistakes. */
static policy_status add_term(struct reader *y, const pol_list_term *t)
{
    char digits[24];

    if (y->count >= y->limits.terms) {
        report_file(y, POL_MSG_LIST_TERMS, place_of(y, y->line),
                    show(digits, y->limits.terms), POL_STR(""));
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
    count_bad(y);
    return false;
}

/* What of a term is most likely meant otherwise, though it can be meant so. */
static void warn_of_signs(struct reader *y, policy_str raw)
{
    size_t mark = begins_with(raw, wide_marks, MARKS);
    bool curly = pol_str_starts(raw, POL_STR("\xe2\x80\x9c")) &&
                 pol_str_ends(raw, POL_STR("\xe2\x80\x9d"));

    if (mark < MARKS)
        pol_report(y->r, POL_MSG_LIST_WIDE_MARK,
                   place_of(y, (policy_str){ raw.ptr, 3 }),
                   pol_str(wide_marks[mark]));
    if (curly || (raw.len > 2 && *raw.ptr == '"' && raw.ptr[raw.len - 1] == '"'))
        pol_report(y->r, POL_MSG_LIST_QUOTES, place_of(y, raw));
}

/* A line without a bar: does it look like one of another kind of table? */
static void look_for_dividers(struct reader *y, policy_str raw)
{
    y->plain++;
    for (size_t i = 0; i < raw.len; i++) {
        policy_str rest = { raw.ptr + i, raw.len - i };
        size_t d;

        if (!memchr("\t,;\xef\xe3", raw.ptr[i], 5))
            continue; /* nearly all, and quickly */
        d = begins_with(rest, dividers, DIVIDERS);
        if (d == DIVIDERS)
            continue;
        if (y->divided++ == 0) {
            rest.len = strlen(dividers[d]);
            y->divider = place_of(y, rest);
            y->sign = dividers[d];
        }
        return;
    }
}

/* Are most lines of another kind of table? */
static void report_dividers(struct reader *y)
{
    char some[24], all[24];
    const char *tab = y->r->zh ? "制表符" : "tab";

    if (y->divided < DIVIDED_MIN || y->divided * 2 <= y->plain)
        return;
    pol_report(y->r, POL_MSG_LIST_TABLE, y->divider, show(some, y->divided),
               show(all, y->plain), pol_str(*y->sign == '\t' ? tab : y->sign));
}

/* The full-width bar in a term: a slip that would make one term of all fields.
 * A text's is found by “\|”, since it folds to that. */
static bool check_bars(struct reader *y, policy_str raw)
{
    policy_str bar = POL_STR(WIDE_BAR);

    for (size_t i = 0; i + bar.len <= raw.len; i++)
        if (raw.ptr[i] == *bar.ptr &&
            memcmp(raw.ptr + i, bar.ptr, bar.len) == 0) {
            bad_line(y, POL_MSG_LIST_WIDE_BAR,
                     (policy_str){ raw.ptr + i, bar.len });
            return false;
        }
    return true;
}

static void warn_of_reason(struct reader *y, const policy_str field[3])
{
    size_t i;

    if (!field[2].len &&
        find_word(field[1], pol_strictnesses, POL_STRICT_COUNT, &i))
        pol_report(y->r, POL_MSG_LIST_REASON, place_of(y, field[1]), field[1]);
}

static policy_status take_fields(struct reader *y, const policy_str field[3],
                                 size_t count)
{
    pol_list_term t = { .line = y->number, .common = y->common };
    policy_str raw = field[0];

    t.allowed = raw.len && *raw.ptr == '!';
    if (t.allowed)
        raw = trim((policy_str){ raw.ptr + 1, raw.len - 1 });
    if (raw.len == 0) {
        pol_report(y->r, POL_MSG_LIST_EMPTY, place_of(y, y->line));
        return POLICY_OK;
    }
    if (count == 1)
        look_for_dividers(y, raw);
    warn_of_signs(y, raw);
    warn_of_reason(y, field);
    t.column = place_of(y, raw).column;
    t.term = unescape(y, raw);
    t.reason = unescape(y, field[1]);
    if (!t.term.ptr || !t.reason.ptr)
        return pol_error_oom(y->err);
    if (!check_bars(y, raw) || !check_length(y, raw, t.term) ||
        !read_options(y, field[2], &t))
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

/* `@ word = alias | alias`; `body` begins behind the @, `at` is of its =. A bad
 * one takes the others of its line with it. */
static policy_status take_aliases(struct reader *y, policy_str body, size_t at)
{
    policy_str word = trim((policy_str){ body.ptr, at });
    policy_str all = { body.ptr + at + 1, body.len - at - 1 };
    const policy_str separators = POL_STR("separators"); /* of one term only */
    policy_status st = POLICY_OK;
    size_t start = 0, before = y->alias_count;

    for (size_t i = 0; !st && i <= all.len; i++) {
        policy_str one;

        if (i < all.len && is_escape(all, i)) {
            i++;
            continue;
        }
        if (i < all.len && all.ptr[i] != '|')
            continue;
        one = trim((policy_str){ all.ptr + start, i - start });
        start = i + 1;
        if (!word.len || !one.len || pol_str_ends(word, separators)) {
            bad_line(y, pol_str_ends(word, separators) ? POL_MSG_LIST_COMMON
                                                       : POL_MSG_LIST_ALIAS,
                     trim(body));
            y->alias_count = before;
            return POLICY_OK;
        }
        if (!check_length(y, word, word) || !check_length(y, one, one)) {
            y->alias_count = before;
            return POLICY_OK;
        }
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
        bad_line(y, POL_MSG_LIST_COMMON, trim(body));
        return POLICY_OK;
    }
    y->common = t.options;
    return POLICY_OK;
}

static policy_status take_line(struct reader *y)
{
    size_t bad = y->well_formed ? y->line.len : pol_str_ill_formed(y->line);
    size_t count;
    policy_str body = without_comment(y->line);
    policy_str end = { body.ptr + body.len, 0 };
    policy_str field[3] = { end, end, end };

    if (trim(body).len == 0)
        return POLICY_OK;
    if (bad < y->line.len) {
        bad_line(y, POL_MSG_LIST_BYTES, (policy_str){ y->line.ptr + bad, 1 });
        return POLICY_OK;
    }
    if (pol_str_starts(trim(body), POL_STR("@"))) {
        policy_str about = trim(body);

        return take_directive(
            y, (policy_str){ about.ptr + 1, about.len - 1 });
    }
    count = split(body, field, 3);
    if (count > 3) {
        bad_line(y, POL_MSG_LIST_FIELDS, trim(body));
        return POLICY_OK;
    }
    return take_fields(y, field, count);
}

/* Terms by hash, then by bytes: a merge that followed every term into the source
 * would spend its time waiting for memory. */
struct hashed {
    const pol_list_term *terms;
    const uint64_t *hashes;
};

static int compare_terms(const void *items, uint32_t a, uint32_t b)
{
    const struct hashed *h = items;

    if (h->hashes[a] != h->hashes[b])
        return h->hashes[a] < h->hashes[b] ? -1 : 1;
    return pol_str_cmp(h->terms[a].term, h->terms[b].term);
}

static void report_pair(struct reader *y, pol_message m, const pol_list_term *t,
                        uint32_t first)
{
    pol_place place = { y->source, t->line, t->column,
                        count_cps(t->term.ptr, t->term.ptr + t->term.len) };
    char digits[24];

    pol_report(y->r, m, place, pol_str_cut(t->term, 80), show(digits, first));
}

/* Of the equal terms order[from, to), which are in the order of the file, note
 * where the first of the same sort is, or else of the other. */
static void note_twins(const struct reader *y, uint64_t *notes,
                       const uint32_t *order, size_t from, size_t to)
{
    uint32_t first[2] = { 0, 0 }; /* lines, of those that are not allowed, are */

    for (size_t i = from; i < to; i++) {
        const pol_list_term *t = &y->terms[order[i]];

        notes[order[i]] = first[t->allowed]
                              ? first[t->allowed]
                              : (uint64_t)first[!t->allowed] << 32;
        if (!first[t->allowed])
            first[t->allowed] = t->line;
    }
}

/* By then the hashes have done their work, and notes take their place. */
static policy_status find_twins(struct reader *y, uint64_t *notes)
{
    struct hashed h = { y->terms, notes };
    uint32_t *order;
    size_t start = 0, i;

    for (i = 0; i < y->count; i++)
        notes[i] = pol_hash(y->terms[i].term.ptr, y->terms[i].term.len, 0);
    order = pol_order(&h, y->count, compare_terms, y->arena);
    if (!order)
        return pol_error_oom(y->err);
    for (i = 1; i <= y->count; i++) {
        if (i < y->count && notes[order[i]] == notes[order[start]] &&
            pol_str_eq(y->terms[order[i]].term, y->terms[order[start]].term))
            continue;
        note_twins(y, notes, order, start, i);
        start = i;
    }
    return POLICY_OK;
}

/* In the order of the file: that is how it is read, and mended. */
static policy_status drop_duplicates(struct reader *y)
{
    pol_arena_mark here = pol_arena_here(y->arena);
    uint64_t *notes = pol_arena_new(y->arena, uint64_t, y->count);
    policy_status st = notes ? find_twins(y, notes) : pol_error_oom(y->err);
    size_t kept = 0, i;

    if (st)
        return st;
    for (i = 0; i < y->count; i++) {
        const pol_list_term *t = &y->terms[i];

        if ((uint32_t)notes[i]) {
            report_pair(y, POL_MSG_LIST_TWICE, t, (uint32_t)notes[i]);
            continue;
        }
        if (notes[i])
            report_pair(y, POL_MSG_LIST_BOTH, t, (uint32_t)(notes[i] >> 32));
        y->terms[kept++] = *t;
    }
    pol_arena_rewind(y->arena, here);
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
    report_file(y, POL_MSG_SOURCE_BYTES, (pol_place){ y->source, 0, 0, 0 },
                show(a, len), show(b, max));
    return pol_error_limit(y->err, "source_bytes", max);
}

/* --- encodings ------------------------------------------------------------- */

/* By its mark, or by a line end as it writes them. */
static bool is_utf16(policy_str s)
{
    if (pol_str_starts(s, POL_STR("\xff\xfe")) ||
        pol_str_starts(s, POL_STR("\xfe\xff")))
        return true;
    for (size_t i = 0; i + 4 <= s.len; i += 2)
        if (memcmp(s.ptr + i, "\r\0\n", 4) == 0 ||
            memcmp(s.ptr + i, "\0\r\0\n", 4) == 0)
            return true;
    return false;
}

static bool is_between(policy_str s, size_t at, unsigned low, unsigned high)
{
    return at < s.len && (uint8_t)s.ptr[at] >= low && (uint8_t)s.ptr[at] <= high;
}

/* GB 18030: ASCII, pairs, and quadruples whose second byte is a digit. */
static bool is_gbk(policy_str s)
{
    size_t i = 0;

    while (i < s.len) {
        if (is_between(s, i, 0, 0x7f)) {
            i++;
        } else if (!is_between(s, i, 0x81, 0xfe)) {
            return false;
        } else if (is_between(s, i + 1, 0x40, 0xfe)) {
            i += 2;
        } else if (is_between(s, i + 1, '0', '9') &&
                   is_between(s, i + 2, 0x81, 0xfe) &&
                   is_between(s, i + 3, '0', '9')) {
            i += 4;
        } else {
            return false;
        }
    }
    return true;
}

/* Are there two bad lines, and more of them than good ones that are not ASCII?
 * Then it is not lines that are wrong. Comments do not count. */
static bool is_foreign(struct reader y, pol_place *first)
{
    size_t good = 0, bad = 0;

    while (next_line(&y)) {
        policy_str body = without_comment(y.line);
        size_t at = pol_str_ill_formed(body), i = 0;

        if (at < body.len && bad++ == 0)
            *first = place_of(&y, (policy_str){ body.ptr + at, 1 });
        if (at < body.len)
            continue;
        while (i < body.len && (uint8_t)body.ptr[i] < 0x80)
            i++;
        good += i < body.len;
    }
    return bad >= 2 && bad > good;
}

/* Once for the file. */
static void check_encoding(struct reader *y)
{
    policy_str s = y->rest;
    pol_place first = { y->source, 0, 0, 0 };
    bool utf16 = is_utf16(s);

    y->well_formed = !utf16 && pol_str_ill_formed(s) == s.len;
    if (y->well_formed || (!utf16 && !is_foreign(*y, &first)))
        return;
    report_file(y, utf16 || is_gbk(s) ? POL_MSG_LIST_ENCODING_IS
                                      : POL_MSG_LIST_ENCODING,
                first, utf16 ? POL_STR("UTF-16") : POL_STR("GBK"), POL_STR(""));
    y->rest.len = 0;
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
    check_encoding(y);
    lines = count_lines(y->rest);
    if (lines > y->limits.terms)
        lines = (size_t)y->limits.terms;
    y->terms = pol_arena_new(y->arena, pol_list_term, lines);
    if (!y->terms)
        return pol_error_oom(y->err);
    while (next_line(y))
        if ((st = take_line(y)) != POLICY_OK)
            return st;
    report_dividers(y);
    return drop_duplicates(y);
}

policy_status pol_wordlist_read(pol_wordlist *out, const pol_source *source,
                                pol_arena *arena, const policy_limits *limits,
                                pol_reporter *r, policy_error *err)
{
    struct reader y = { .source = source, .arena = arena, .r = r, .err = err,
                        .limits = pol_limits_from(limits) };
    uint64_t errors = r->errors;
    char digits[24];
    pol_few few;
    policy_status st;

    *out = (pol_wordlist){ .source = source };
    pol_few_begin(&few, r);
    st = read_lines(&y);
    pol_few_end(&few, r, source);
    if (st != POLICY_OK)
        return st;
    if (r->errors != errors)
        return pol_error_set(err, POLICY_ERULES, "list", "%s",
                             r->first_message);
    if (y.bad)
        pol_report(r, POL_MSG_LIST_LEFT_OUT, ((pol_place){ source, 0, 0, 0 }),
                   show(digits, y.bad));
    out->terms = y.terms;
    out->term_count = y.count;
    out->aliases = y.aliases;
    out->alias_count = y.alias_count;
    return POLICY_OK;
}
