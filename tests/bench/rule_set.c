/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terms are drawn from a list of rare words, lines from the chat corpus.
 */
#include <stdlib.h>
#include <string.h>

#include <policy/text.h>

#include "rule_set.h"

/* A line is cut where the other benches cut it. */
enum { HIT_OF = 100, COMPARED = 300, LINE_MAX = 160, PLANTED = 6,
       TEXT_ROOM = LINE_MAX * 4 + PLANTED * RULE_TERM_MAX };

struct writer {
    char *at;
    policy_text *fold;
    uint64_t seed;
};

unsigned rule_verdict(size_t rule)
{
    return (unsigned)(rule % RULE_VERDICTS);
}

/* Folded, and without what would end a line or a word of a peer's file. */
static policy_str put_folded(struct writer *w, policy_str text)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_str folded, out = { w->at, 0 };

    bench_must(policy_text_fold(w->fold, text, &err), &err);
    bench_must(policy_text_utf8(&folded, w->fold), &err);
    for (size_t i = 0; i < folded.len; i++) {
        unsigned char c = (unsigned char)folded.ptr[i];

        *w->at++ = c < ' ' || c == 0x7f ? ' ' : (char)c;
    }
    out.len = (size_t)(w->at - out.ptr);
    return out;
}

static void shuffle(struct bench_lines *l, uint64_t *seed)
{
    for (size_t i = l->count; i > 1; i--) {
        size_t k = bench_random(seed) % i;
        policy_str t = l->at[i - 1];

        l->at[i - 1] = l->at[k];
        l->at[k] = t;
    }
}

static int by_bytes(const void *a, const void *b)
{
    const policy_str *x = *(const policy_str *const *)a;
    const policy_str *y = *(const policy_str *const *)b;
    size_t len = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->ptr, y->ptr, len);

    return order ? order : x->len < y->len ? -1 : x->len > y->len;
}

/* Of those alike, all but one become empty. */
static void drop_doubles(policy_str *terms, size_t count)
{
    policy_str **sorted = malloc(count * sizeof(*sorted));

    if (!sorted)
        bench_fail("out of memory");
    for (size_t i = 0; i < count; i++)
        sorted[i] = &terms[i];
    qsort(sorted, count, sizeof(*sorted), by_bytes);
    for (size_t i = 1; i < count; i++)
        if (by_bytes(&sorted[i - 1], &sorted[i]) == 0)
            sorted[i - 1]->len = 0;
    free(sorted);
}

/* Words of Latin letters stand for themselves in libpolicy, and inside others
 * in its peers; a bar ends a term in our lists. */
static bool is_plain(policy_str t)
{
    return t.len && t.len <= RULE_TERM_MAX && (t.ptr[0] & 0x80) &&
           (t.ptr[t.len - 1] & 0x80) && !memchr(t.ptr, '|', t.len);
}

static void make_terms(struct rule_set *s, struct writer *w,
                       struct bench_lines *list)
{
    size_t wanted = s->rules * RULE_TERMS, count = 0;

    shuffle(list, &w->seed);
    for (size_t i = 0; i < list->count; i++)
        list->at[i] = put_folded(w, list->at[i]);
    drop_doubles(list->at, list->count);
    for (size_t i = 0; i < list->count && count < wanted; i++)
        if (is_plain(list->at[i]))
            s->terms[count++] = list->at[i];
    if (count < wanted)
        bench_fail("%zu terms are too few for %zu rules", count, s->rules);
}

static policy_str any_term(const struct rule_set *s, struct writer *w)
{
    return s->terms[bench_random(&w->seed) % (s->rules * RULE_TERMS)];
}

static policy_str put_message(const struct rule_set *s, struct writer *w,
                              policy_str line, size_t planted)
{
    policy_str out = put_folded(w, bench_cut(line, LINE_MAX));

    for (; planted; planted--) {
        policy_str term = any_term(s, w);

        memcpy(w->at, term.ptr, term.len);
        w->at += term.len;
    }
    out.len = (size_t)(w->at - out.ptr);
    return out;
}

void rule_set_init(struct rule_set *s, size_t rules, size_t timed)
{
    struct bench_lines list = bench_lines_load("sparse_100k.txt");
    struct bench_lines zh = bench_lines_load("zh.txt");
    struct writer w = { .seed = 97 };
    policy_error err = POLICY_ERROR_INIT;

    *s = (struct rule_set){ .rules = rules, .timed = timed,
                            .messages = timed + COMPARED };
    s->terms = calloc(rules * RULE_TERMS, sizeof(*s->terms));
    s->text = calloc(s->messages, sizeof(*s->text));
    s->bytes = w.at = malloc(list.bytes_len * 4 + s->messages * TEXT_ROOM);
    if (!s->terms || !s->text || !s->bytes)
        bench_fail("out of memory");
    bench_must(policy_text_new(&w.fold, NULL, &err), &err);
    make_terms(s, &w, &list);
    for (size_t i = 0; i < s->messages; i++) {
        policy_str line = zh.at[bench_random(&w.seed) % zh.count];
        bool hit = bench_random(&w.seed) % HIT_OF == 0;

        s->text[i] = put_message(s, &w, line, i < timed ? hit : PLANTED);
    }
    policy_text_free(w.fold);
    bench_lines_fini(&list);
    bench_lines_fini(&zh);
}

void rule_set_fini(struct rule_set *s)
{
    free(s->terms);
    free(s->text);
    free(s->bytes);
    memset(s, 0, sizeof(*s));
}
