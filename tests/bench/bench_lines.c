/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of the benches: files of POLICY_BENCH_DATA, or an imitation made
 * from a fixed seed. Imitated words are drawn so that frequent characters are
 * frequent, as in a language: that is what a matcher's filters live on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum { WORDS = 30000, WORD_BYTES = 16 };

/* Words and how they are chosen: word n about as often as 1/n. */
struct language {
    char words[WORDS][WORD_BYTES];
    uint64_t seed;
};

bool bench_real_data(void)
{
    return getenv("POLICY_BENCH_DATA") != NULL;
}

/* Log-uniform in [0, max): Zipf's law, nearly. */
static size_t zipf(uint64_t *seed, size_t max)
{
    unsigned bits = 1;
    size_t n;

    while ((size_t)1 << bits < max)
        bits++;
    do {
        unsigned level = (unsigned)(bench_random(seed) % (bits + 1));

        n = bench_random(seed) & (((size_t)1 << level) - 1);
    } while (n >= max);
    return n;
}

static void make_word(char *out, uint64_t *seed, bool han)
{
    static const char letters[] = "etaoinshrdlucmfwypvbgkqjxz";
    size_t len = han ? 1 + bench_random(seed) % 4 : 2 + bench_random(seed) % 8;
    size_t i, n = 0;

    for (i = 0; i < len; i++) {
        if (han) {
            unsigned cp = 0x4e00 + (unsigned)(zipf(seed, 3500) * 5);

            out[n++] = (char)(0xe0 | cp >> 12);
            out[n++] = (char)(0x80 | (cp >> 6 & 63));
            out[n++] = (char)(0x80 | (cp & 63));
        } else {
            out[n++] = letters[zipf(seed, 26)];
        }
    }
    out[n] = '\0';
}

static struct language *make_language(bool han)
{
    struct language *l = malloc(sizeof(*l));
    size_t i;

    if (!l)
        bench_fail("out of memory");
    l->seed = han ? 1 : 2;
    for (i = 0; i < WORDS; i++)
        make_word(l->words[i], &l->seed, han);
    return l;
}

/* A word of the n-th place by frequency. */
static char *add_word(char *p, const struct language *l, size_t n)
{
    return stpcpy(p, l->words[n]);
}

/* The n-th term of a list: of a dense one the most frequent words, and pairs of
 * frequent ones where there are no more; of a sparse one any three words, which
 * a text rarely joins. */
static char *add_term(char *p, struct language *l, size_t n, bool dense)
{
    if (dense && n < WORDS)
        return add_word(p, l, n);
    if (dense) {
        p = add_word(p, l, zipf(&l->seed, WORDS));
        return add_word(p, l, zipf(&l->seed, WORDS));
    }
    p = add_word(p, l, bench_random(&l->seed) % WORDS);
    p = add_word(p, l, bench_random(&l->seed) % WORDS);
    return add_word(p, l, bench_random(&l->seed) % WORDS);
}

/* A line of 20 to 300 bytes. */
static char *add_line(char *p, struct language *l, bool spaces)
{
    size_t want = 20 + zipf(&l->seed, 280);
    const char *start = p;

    do {
        p = add_word(p, l, zipf(&l->seed, WORDS));
        if (spaces)
            *p++ = ' ';
    } while ((size_t)(p - start) < want);
    return p;
}

static size_t list_count(const char *file)
{
    return strstr(file, "100k") ? 100000 : strstr(file, "10k") ? 10000 : 1000;
}

static char *imitate(const char *file, size_t *len)
{
    bool en = strncmp(file, "en", 2) == 0;
    bool dense = strstr(file, "dense") != NULL;
    bool list = dense || strstr(file, "sparse") != NULL;
    size_t lines = list ? list_count(file) : 20000, i;
    struct language *l = make_language(!en);
    char *out = malloc(lines * 340), *p = out;

    if (!out)
        bench_fail("out of memory");
    for (i = 0; i < lines; i++) {
        p = list ? add_term(p, l, i, dense) : add_line(p, l, en);
        *p++ = '\n';
    }
    free(l);
    *len = (size_t)(p - out);
    return out;
}

static char *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    char *bytes;
    long end;

    if (!f || fseek(f, 0, SEEK_END) || (end = ftell(f)) < 0)
        bench_fail("%s: cannot be read", path);
    rewind(f);
    bytes = malloc((size_t)end + 1);
    if (!bytes || fread(bytes, 1, (size_t)end, f) != (size_t)end)
        bench_fail("%s: cannot be read", path);
    fclose(f);
    *len = (size_t)end;
    return bytes;
}

static struct bench_lines cut(char *bytes, size_t len)
{
    struct bench_lines l = { .bytes = bytes, .bytes_len = len };
    size_t i, start = 0, cap = 0;

    for (i = 0; i < l.bytes_len; i++)
        cap += l.bytes[i] == '\n';
    l.at = malloc((cap + 1) * sizeof(*l.at));
    if (!l.at)
        bench_fail("out of memory");
    for (i = 0; i <= l.bytes_len; i++) {
        if (i < l.bytes_len && l.bytes[i] != '\n')
            continue;
        if (i > start)
            l.at[l.count++] = (policy_str){ l.bytes + start, i - start };
        start = i + 1;
    }
    return l;
}

struct bench_lines bench_lines_read(const char *path)
{
    size_t len;
    char *bytes = read_file(path, &len);

    return cut(bytes, len);
}

struct bench_lines bench_lines_load(const char *file)
{
    char path[1024];
    size_t len;
    char *bytes;

    if (bench_real_data()) {
        snprintf(path, sizeof(path), "%s/%s", getenv("POLICY_BENCH_DATA"), file);
        return bench_lines_read(path);
    }
    bytes = imitate(file, &len);
    return cut(bytes, len);
}

void bench_lines_fini(struct bench_lines *l)
{
    free(l->at);
    free(l->bytes);
    memset(l, 0, sizeof(*l));
}

policy_str bench_cut(policy_str line, size_t max)
{
    if (line.len > max)
        line.len = max;
    while (line.len && ((unsigned char)line.ptr[line.len] & 0xc0) == 0x80)
        line.len--;
    return line;
}
