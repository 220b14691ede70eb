/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Word lists. The first byte sets small limits, and whether bad lines may be
 * left out. Held: terms or at least one error; terms within their limit,
 * well-formed, no two alike, in ascending lines; what was read, written out with
 * escapes, is read the same; each line is a term, a comment, a line about others
 * or reported, and no line is reported that the file does not have.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/slice.h"
#include "config/wordlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Also where assertions are compiled out. */
#define HOLD(condition) ((condition) ? (void)0 : abort())

/* Lines of which something was said. */
struct said {
    uint8_t *lines; /* by number; NULL: nobody asks */
    uint32_t count; /* of the file */
    bool more, file; /* some were only counted; all of the file is wrong */
};

static void sink(void *user, const policy_diagnostic *d)
{
    struct said *said = user;
    size_t pos = 0;
    uint32_t width = 0;

    if (said) {
        HOLD(d->line <= said->count);
        said->lines[d->line] = 1;
        said->more = said->more || !strncmp(d->code, "more-", 5);
        said->file = said->file || !strcmp(d->code, "list-encoding");
    }
    HOLD(pol_str_ill_formed(d->message) == d->message.len);
    while (pos < d->source.len) {
        pol_str_next(d->source, &pos);
        width++;
    }
    HOLD(!d->line || (d->column >= 1 && d->column <= width + 1));
}

static void hold_terms(const pol_wordlist *w, const policy_limits *limits)
{
    size_t i, j;

    HOLD(w->term_count <= limits->terms);
    for (i = 0; i < w->term_count; i++) {
        const pol_list_term *t = &w->terms[i];

        HOLD(t->term.len >= 1 && t->term.len <= limits->term_bytes);
        HOLD(pol_str_ill_formed(t->term) == t->term.len);
        HOLD(t->column >= 1 && (i == 0 || t->line > w->terms[i - 1].line));
        HOLD(t->strictness < POL_STRICT_COUNT);
        for (j = 0; j < i && i < 200; j++)
            HOLD(w->terms[j].allowed != t->allowed ||
                 !pol_str_eq(w->terms[j].term, t->term));
    }
}

static void write_escaped(pol_buf *b, policy_str s)
{
    size_t i;

    for (i = 0; i < s.len; i++) {
        if (memchr("#|!@\\", s.ptr[i], 5))
            pol_buf_char(b, '\\');
        pol_buf_char(b, s.ptr[i]);
    }
}

static void hold_round_trip(const pol_wordlist *w, const policy_limits *limits,
                            pol_arena *arena)
{
    pol_source source = { POL_STR("again"), { NULL, 0 } };
    pol_wordlist again;
    pol_reporter r;
    pol_buf b;
    size_t i;

    pol_buf_init(&b, &pol_malloc_allocator, 10000000);
    /* So that a term that begins with U+FEFF does not begin the file. */
    pol_buf_text(&b, "#\n");
    for (i = 0; i < w->term_count; i++) {
        const pol_list_term *t = &w->terms[i];

        pol_buf_text(&b, t->allowed ? "!" : "");
        write_escaped(&b, t->term);
        pol_buf_char(&b, '|');
        write_escaped(&b, t->reason);
        pol_buf_char(&b, '|');
        pol_buf_text(&b, pol_strictnesses[t->strictness]);
        for (unsigned k = 0; k < POL_OPTION_COUNT; k++)
            if (t->options >> k & 1)
                pol_buf_fmt(&b, " %s", pol_term_options[k]);
        if (t->separators)
            pol_buf_fmt(&b, " separators=%d",
                        t->separators - POL_SEPARATORS_NONE);
        pol_buf_char(&b, '\n');
    }
    source.bytes = pol_buf_slice(&b);
    pol_reporter_init(&r, sink, NULL, false, 100);
    HOLD(pol_wordlist_read(&again, &source, arena, limits, &r, NULL) ==
         POLICY_OK);
    HOLD(again.term_count == w->term_count);
    for (i = 0; i < w->term_count; i++) {
        HOLD(pol_str_eq(again.terms[i].term, w->terms[i].term));
        HOLD(pol_str_eq(again.terms[i].reason, w->terms[i].reason));
        HOLD(again.terms[i].allowed == w->terms[i].allowed);
        HOLD(again.terms[i].strictness == w->terms[i].strictness);
        HOLD(again.terms[i].options == w->terms[i].options);
        HOLD(again.terms[i].separators == w->terms[i].separators);
    }
    pol_buf_fini(&b);
}

static uint32_t count_lines(policy_str s)
{
    uint32_t count = 1;

    for (size_t i = 0; i < s.len; i++)
        count += s.ptr[i] == '\n' || (s.ptr[i] == '\r' &&
                                      (i + 1 == s.len || s.ptr[i + 1] != '\n'));
    return count;
}

/* May a line be neither a term nor reported? Blanks are all that is not seen
 * here: of them the fewest are looked for. */
static bool may_be_nothing(policy_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];

        if (c == '#' || c == '@')
            return true;
        if (!strchr(" \t\v\f", c) && !strchr("\xe3\x80\xc2\xa0\xef\xbb\xbf", c))
            return false;
    }
    return true;
}

static void hold_every_line(const pol_wordlist *w, const struct said *said)
{
    size_t at = 0;

    if (said->more || said->file)
        return;
    for (uint32_t line = 1; line <= said->count; line++) {
        while (at < w->term_count && w->terms[at].line < line)
            at++;
        HOLD((at < w->term_count && w->terms[at].line == line) ||
             said->lines[line] ||
             may_be_nothing(pol_source_line(w->source, line)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    uint8_t option = size ? data[0] : 0;
    size_t len = size ? size - 1 : 0;
    char *copy = malloc(len ? len : 1);
    pol_source source = { POL_STR("fuzz.txt"), { copy, len } };
    pol_wordlist w;
    pol_reporter r;
    pol_arena arena;
    policy_error err = POLICY_ERROR_INIT;
    struct said said = { 0 };
    policy_status st;

    if (len)
        memcpy(copy, data + 1, len);
    said.count = count_lines(source.bytes);
    said.lines = calloc(said.count + 1, 1);
    limits.terms = option & 2 ? 3 : 1000;
    limits.term_bytes = option & 4 ? 6 : 200;
    pol_arena_init(&arena, &pol_malloc_allocator, 0);
    pol_reporter_init(&r, sink, &said, option & 1, 1000);
    r.lenient = option & 8;
    st = pol_wordlist_read(&w, &source, &arena, &limits, &r, &err);
    HOLD((st == POLICY_OK) == (r.errors == 0));
    HOLD(st != POLICY_ERULES || !r.lenient || said.file);
    HOLD(r.few == NULL && r.lenient == !!(option & 8));
    HOLD(st == POLICY_OK || (!w.terms && !w.term_count && st == err.status));
    hold_terms(&w, &limits);
    if (st == POLICY_OK) {
        hold_every_line(&w, &said);
        /* The copy has an escape before bytes that had none, and source_bytes
         * is not what is looked at. */
        limits.source_bytes = 0;
        hold_round_trip(&w, &limits, &arena);
    }
    pol_arena_fini(&arena);
    free(said.lines);
    free(copy);
    return 0;
}
