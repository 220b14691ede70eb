/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts made to be dear: what gets past a matcher's filters and is no match.
 * They are made from the terms alone, so that every engine has the same ones,
 * and are hard on both ends of terms, whichever a matcher files them by.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"

/* A term without its first character, or without its last. */
static policy_str cut_off(policy_str s, bool first)
{
    size_t cut = s.len;

    if (s.len > TERM_BYTES_MAX)
        s.len = 0;
    if (s.len == 0)
        return s;
    if (first) {
        cut = character_end(s, 0);
        return (policy_str){ s.ptr + cut, s.len - cut };
    }
    for (cut = s.len - 1; ((uint8_t)s.ptr[cut] & 0xc0) == 0x80; cut--)
        ;
    return (policy_str){ s.ptr, cut };
}

enum { HOSTILE_LINES = 12000, HOSTILE_TERMS = 8, LONGEST = 1000 };

static struct bench_lines room_for_lines(size_t count, size_t line_bytes)
{
    return (struct bench_lines){ .at = need(calloc(count, sizeof(policy_str))),
                                 .bytes = need(malloc(count * line_bytes)) };
}

static void add_line(struct bench_lines *l, char *end)
{
    char *start = l->bytes + l->bytes_len;

    l->at[l->count++] = (policy_str){ start, (size_t)(end - start) };
    l->bytes_len = (size_t)(end - l->bytes);
}

/* Cut-off terms one after the other: what gets past the filters of a matcher
 * that files terms from either end. */
static struct bench_lines cut_off_lines(const struct bench_lines *terms)
{
    struct bench_lines out = room_for_lines(HOSTILE_LINES,
                                            HOSTILE_TERMS * TERM_BYTES_MAX);
    uint64_t seed = 0xbad;
    size_t k;

    while (out.count < HOSTILE_LINES) {
        bool first = out.count % 2;
        char *p = out.bytes + out.bytes_len;

        for (k = 0; k < HOSTILE_TERMS; k++)
            p = append(p, cut_off(terms->at[bench_random(&seed) % terms->count],
                                  first));
        add_line(&out, p);
    }
    return out;
}

/* The first or the last characters of `s`, `count` at most. */
static policy_str window_of(policy_str s, size_t count, bool last)
{
    size_t at = last ? s.len : 0;

    for (; count > 0 && (last ? at > 0 : at < s.len); count--) {
        if (!last) {
            at = character_end(s, at);
            continue;
        }
        for (at--; at > 0 && ((uint8_t)s.ptr[at] & 0xc0) == 0x80; at--)
            ;
    }
    return last ? (policy_str){ s.ptr + at, s.len - at }
                : (policy_str){ s.ptr, at };
}

enum { LOADED = 32 };

/* Keep `window`, that `load` terms have, among the most loaded. */
static void keep_loaded(policy_str *top, size_t *loads, policy_str window,
                        size_t load)
{
    size_t i, least = 0;

    for (i = 1; i < LOADED; i++)
        if (loads[i] < loads[least])
            least = i;
    if (load > loads[least]) {
        loads[least] = load;
        top[least] = window;
    }
}

static void find_loaded(policy_str *top, const struct bench_lines *terms,
                        size_t count, bool last)
{
    policy_str *windows = need(calloc(terms->count, sizeof(*windows)));
    size_t loads[LOADED] = { 0 }, i, from = 0;

    for (i = 0; i < terms->count; i++)
        windows[i] = window_of(terms->at[i], count, last);
    qsort(windows, terms->count, sizeof(*windows), by_bytes);
    for (i = 1; i <= terms->count; i++)
        if (i == terms->count || by_bytes(&windows[i - 1], &windows[i]) != 0) {
            keep_loaded(top, loads, windows[from], i - from);
            from = i;
        }
    free(windows);
}

/* What most terms begin or end with, over and over, in any order. */
static struct bench_lines loaded_windows(const struct bench_lines *terms,
                                         size_t count, bool last)
{
    struct bench_lines out = room_for_lines(HOSTILE_LINES,
                                            HOSTILE_TERMS * 4 * 16);
    policy_str top[LOADED] = { { "", 0 } };
    uint64_t seed = 0x10ad;
    size_t k;

    find_loaded(top, terms, count, last);
    while (out.count < HOSTILE_LINES) {
        char *p = out.bytes + out.bytes_len;

        for (k = 0; k < HOSTILE_TERMS * 4; k++)
            p = append(p, top[bench_random(&seed) % LOADED]);
        add_line(&out, p);
    }
    return out;
}

static struct bench_lines last_windows(const struct bench_lines *terms)
{
    return loaded_windows(terms, 4, true);
}

static struct bench_lines first_windows(const struct bench_lines *terms)
{
    return loaded_windows(terms, 4, false);
}

static struct bench_lines first_pairs(const struct bench_lines *terms)
{
    return loaded_windows(terms, 2, false);
}

static int longer_first(const void *a, const void *b)
{
    const policy_str *x = a, *y = b;

    return x->len != y->len ? (x->len < y->len ? 1 : -1) : by_bytes(a, b);
}

/* The longest terms, without an end: a walk from either side goes far in vain. */
static struct bench_lines cut_off_long_lines(const struct bench_lines *terms)
{
    struct bench_lines longest = some_lines(terms, terms->count), out;

    qsort(longest.at, longest.count, sizeof(*longest.at), longer_first);
    while (longest.count > LONGEST && longest.at[0].len > TERM_BYTES_MAX)
        longest.at[0] = longest.at[--longest.count];
    if (longest.count > LONGEST)
        longest.count = LONGEST;
    out = cut_off_lines(&longest);
    bench_lines_fini(&longest);
    return out;
}

enum { LONG_TERM = 1000, LONG_LINES = 240, LONG_LINE = 3000 };

static struct bench_lines repeated_lines(const struct bench_lines *terms)
{
    struct bench_lines out = room_for_lines(LONG_LINES, LONG_LINE);

    (void)terms;
    while (out.count < LONG_LINES) {
        char *p = out.bytes + out.bytes_len;

        memset(p, 'a', LONG_LINE);
        add_line(&out, p + LONG_LINE);
    }
    return out;
}

/* `terms` and two more: a repetition, and one that it is all but one of. */
static struct bench_lines with_repetition(const struct bench_lines *terms)
{
    /* Room of the short ones is enough for two of LONG_TERM. */
    struct bench_lines out = room_for_lines(terms->count + 20,
                                            TERM_BYTES_MAX);
    size_t i;

    for (i = 0; i < terms->count + 2; i++) {
        char *p = out.bytes + out.bytes_len;

        if (i < terms->count) {
            if (terms->at[i].len <= TERM_BYTES_MAX)
                add_line(&out, append(p, terms->at[i]));
            continue;
        }
        memset(p, 'a', LONG_TERM);
        if (i > terms->count)
            *p = 'x';
        add_line(&out, p + LONG_TERM);
    }
    return out;
}

enum { SUFFIX_TERMS = 400, SUFFIX = 120 };

static char *append_suffix(char *p)
{
    size_t i;

    for (i = 0; i < SUFFIX; i++)
        *p++ = "qzq0"[i % 4];
    return p;
}

/* `terms`, and hundreds that share a long end. */
static struct bench_lines with_suffix(const struct bench_lines *terms)
{
    struct bench_lines out = room_for_lines(terms->count + SUFFIX_TERMS,
                                            TERM_BYTES_MAX);
    size_t i;

    for (i = 0; i < terms->count + SUFFIX_TERMS; i++) {
        char *p = out.bytes + out.bytes_len;

        if (i < terms->count) {
            if (terms->at[i].len <= TERM_BYTES_MAX)
                add_line(&out, append(p, terms->at[i]));
            continue;
        }
        p += sprintf(p, "k%zuw", i * 7);
        add_line(&out, append_suffix(p));
    }
    return out;
}

static struct bench_lines suffix_lines(const struct bench_lines *terms)
{
    struct bench_lines out = room_for_lines(LONG_LINES, LONG_LINE);

    (void)terms;
    while (out.count < LONG_LINES) {
        char *p = out.bytes + out.bytes_len, *end = p + LONG_LINE - SUFFIX;

        while (p < end)
            p = append_suffix(p);
        add_line(&out, p);
    }
    return out;
}

const struct hostile hostile_texts[] = {
    { "terms cut off", NULL, cut_off_lines },
    { "long terms cut off", NULL, cut_off_long_lines },
    { "loaded last windows of 4", NULL, last_windows },
    { "loaded first windows of 4", NULL, first_windows },
    { "loaded first pairs", NULL, first_pairs },
    { "a long repetition", with_repetition, repeated_lines },
    { "a shared end", with_suffix, suffix_lines },
};
const size_t hostile_count = sizeof(hostile_texts) / sizeof(hostile_texts[0]);
