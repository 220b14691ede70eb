/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* Folding lines and terms once, for all engines. */
#include <stdlib.h>
#include <string.h>

#include "folded_text.h"

void *need(void *p)
{
    if (!p)
        bench_fail("out of memory");
    return p;
}

void check(policy_status st, const char *what)
{
    if (st != POLICY_OK)
        bench_fail("%s: status %d", what, (int)st);
}

/* ---- the text ---- */

static size_t utf8_len(const pol_folded *f, size_t i)
{
    uint16_t u = f->units[i];

    return u < 0x80 ? 1 : u < 0x800 ? 2
           : u >= 0xd800 && u < 0xdc00 ? 4
           : u >= 0xdc00 && u < 0xe000 ? 0 : 3;
}

/* Of unit i; of a pair all bytes come with its first half. */
static size_t utf8_write(char *out, const pol_folded *f, size_t i)
{
    uint32_t cp = f->units[i];
    size_t len = utf8_len(f, i), k;

    if (len == 4)
        cp = 0x10000 + ((cp - 0xd800) << 10) + (f->units[i + 1] - 0xdc00u);
    for (k = len; k > 1; k--, cp >>= 6)
        out[k - 1] = (char)(0x80 | (cp & 63));
    if (len)
        out[0] = (char)(len == 1 ? cp : (0xf00u >> len & 0xff) | cp);
    return len;
}

struct corpus corpus_of(struct bench_lines lines)
{
    struct corpus c = { .lines = lines, .count = lines.count };
    char *joined = need(malloc(lines.bytes_len + lines.count + 1)), *p = joined;
    size_t i, unit = 0;

    for (i = 0; i < lines.count; i++) {
        memcpy(p, lines.at[i].ptr, lines.at[i].len);
        p += lines.at[i].len;
        *p++ = '\n';
    }
    pol_folded_init(&c.all, NULL);
    check(pol_fold(&c.all, (policy_str){ joined, (size_t)(p - joined) }, NULL),
          "fold");
    free(joined);
    c.views = need(calloc(c.count, sizeof(*c.views)));
    c.texts = need(calloc(c.count, sizeof(*c.texts)));
    c.utf8_lines = need(calloc(c.count, sizeof(*c.utf8_lines)));
    c.bytes = need(malloc((c.all.count + 1) * sizeof(*c.bytes)));
    c.utf8 = need(malloc(c.all.count * 3 + 1));
    c.bytes[0] = 0;
    for (i = 0; i < c.all.count; i++)
        c.bytes[i + 1] = c.bytes[i] + (uint32_t)utf8_write(
                                          c.utf8 + c.bytes[i], &c.all, i);
    for (i = 0; i < c.count; i++) {
        pol_folded *v = &c.views[i];
        size_t start = unit;

        while (unit < c.all.count && c.all.units[unit] != '\n')
            unit++;
        *v = (pol_folded){ c.all.units + start, c.all.reasons + start,
                           c.all.starts + start, c.all.ends + start,
                           c.all.classes + start, unit - start };
        c.texts[i] = v;
        c.utf8_lines[i] = (policy_str){ c.utf8 + c.bytes[start],
                                        c.bytes[unit] - c.bytes[start] };
        unit++;
    }
    return c;
}

void corpus_fini(struct corpus *c)
{
    pol_folded_fini(&c->all);
    free(c->views);
    free(c->texts);
    free(c->utf8_lines);
    free(c->bytes);
    free(c->utf8);
    bench_lines_fini(&c->lines);
}

size_t corpus_byte(const struct corpus *c, size_t line, size_t unit)
{
    const uint32_t *bytes = c->bytes + (c->views[line].units - c->all.units);

    return bytes[unit] - bytes[0];
}

pol_folded corpus_joined(const struct corpus *c, size_t first, size_t end)
{
    pol_folded f = c->views[first];

    f.count = (size_t)(c->views[end - 1].units - f.units) +
              c->views[end - 1].count;
    return f;
}

policy_str corpus_joined_utf8(const struct corpus *c, size_t first, size_t end)
{
    const policy_str *l = c->utf8_lines;

    return (policy_str){ l[first].ptr, (size_t)(l[end - 1].ptr +
                                                l[end - 1].len - l[first].ptr) };
}

/* ---- the terms ---- */

int by_bytes(const void *a, const void *b)
{
    const policy_str *x = a, *y = b;
    int c = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);

    return c ? c : x->len < y->len ? -1 : x->len > y->len;
}

struct terms terms_of(const struct bench_lines *list)
{
    struct terms t = { .at = need(calloc(list->count + 1, sizeof(policy_str))),
                       .bytes = need(malloc(list->bytes_len * 4 + 16)) };
    size_t i, k, used = 0, kept = 0;
    pol_folded f;

    pol_folded_init(&f, NULL);
    for (i = 0; i < list->count; i++) {
        policy_str *s = &t.at[t.count];

        check(pol_fold(&f, list->at[i], NULL), "fold");
        if (used + f.count * 3 > list->bytes_len * 4)
            bench_fail("the terms grow too much");
        *s = (policy_str){ t.bytes + used, 0 };
        for (k = 0; k < f.count; k++)
            s->len += utf8_write(t.bytes + used + s->len, &f, k);
        used += s->len;
        t.count += s->len > 0;
    }
    pol_folded_fini(&f);
    qsort(t.at, t.count, sizeof(*t.at), by_bytes);
    for (i = 0; i < t.count; i++) {
        if (kept && by_bytes(&t.at[kept - 1], &t.at[i]) == 0)
            continue;
        if (t.at[i].len > t.longest)
            t.longest = t.at[i].len;
        t.at[kept++] = t.at[i];
    }
    t.count = kept;
    return t;
}

void terms_fini(struct terms *t)
{
    free(t->at);
    free(t->bytes);
}

size_t character_end(policy_str s, size_t at)
{
    for (at++; at < s.len && ((uint8_t)s.ptr[at] & 0xc0) == 0x80; at++)
        ;
    return at;
}

char *append(char *p, policy_str s)
{
    memcpy(p, s.ptr, s.len);
    return p + s.len;
}

/* The first or the second half of a term of either list-> */
static policy_str random_half(const struct bench_lines lists[2], uint64_t *seed,
                              bool second)
{
    const struct bench_lines *l = &lists[bench_random(seed) & 1];
    policy_str s = l->at[bench_random(seed) % l->count];
    size_t half;

    if (s.len > TERM_BYTES_MAX)
        s.len = 0;
    half = s.len > 1 ? character_end(s, s.len / 2 - 1) : s.len;
    return second ? (policy_str){ s.ptr + half, s.len - half }
                  : (policy_str){ s.ptr, half };
}

struct bench_lines million_lines(const char *own_file)
{
    enum { MILLION = 1000000 };
    struct bench_lines lists[2] = { bench_lines_load("sparse_100k.txt"),
                                    bench_lines_load("dense_100k.txt") };
    struct bench_lines own = bench_lines_load(own_file), out = { .count = 0 };
    uint64_t seed = 0x100000;
    char *p;
    size_t i;

    out.at = need(calloc(MILLION, sizeof(*out.at)));
    out.bytes = p = need(malloc((size_t)MILLION * TERM_BYTES_MAX));
    for (i = 0; i < MILLION; i++) {
        char *start = p;

        if (i < own.count && own.at[i].len <= TERM_BYTES_MAX) {
            p = append(p, own.at[i]);
        } else {
            p = append(p, random_half(lists, &seed, false));
            p = append(p, random_half(lists, &seed, true));
        }
        out.at[out.count++] = (policy_str){ start, (size_t)(p - start) };
    }
    out.bytes_len = (size_t)(p - out.bytes);
    bench_lines_fini(&lists[0]);
    bench_lines_fini(&lists[1]);
    bench_lines_fini(&own);
    return out;
}

struct bench_lines some_lines(const struct bench_lines *list, size_t count)
{
    struct bench_lines out = { .at = need(calloc(count, sizeof(*out.at))),
                               .count = count, .bytes_len = list->bytes_len };
    size_t i;

    for (i = 0; i < count; i++)
        out.at[i] = list->at[i * list->count / count];
    return out;
}
