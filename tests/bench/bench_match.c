/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher against Hyperscan: literals, block mode, one id a term, every
 * overlapping match with its end, one function call a match on both sides.
 * Terms match inside words too, since that is all that Hyperscan can be asked.
 *
 * Both are given the same folded text: ours as units, Hyperscan as UTF-8.
 * Before anything is timed, the matches of the first lines are compared with an
 * oracle that looks every substring up in the sorted terms, and those of every
 * line with each other.
 *
 * Hostile texts are also scanned by a plain charwise Aho-Corasick automaton
 * over all terms, which no text slows down: what a matcher of many parts must
 * not fall far behind of.
 */
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "match/automaton.h"
#include "match/matcher.h"

#include "bench.h"

/* The oracle looks up this many substrings at most. */
enum { ROUNDS = 5, ORACLE_LINES = 400, ORACLE_LOOKUPS = 20000000 };

/* Lines, folded: views into one run of units with a line end after each, and
 * the same as UTF-8. */
struct corpus {
    struct bench_lines lines;
    pol_folded all;    /* lines and line ends */
    pol_folded *views; /* of `all`, by line */
    const pol_folded **texts; /* pointers to them */
    uint32_t *bytes;   /* of each unit of `all` and the end: place in `utf8` */
    char *utf8;
    policy_str *utf8_lines;
    size_t count;
};

struct terms {
    policy_str *at; /* folded UTF-8, sorted, each once; its place is its id */
    size_t count, longest;
    char *bytes;
};

static void *need(void *p)
{
    if (!p)
        bench_fail("out of memory");
    return p;
}

static void check(policy_status st, const char *what)
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

static struct corpus corpus_of(struct bench_lines lines)
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

static void corpus_fini(struct corpus *c)
{
    pol_folded_fini(&c->all);
    free(c->views);
    free(c->texts);
    free(c->utf8_lines);
    free(c->bytes);
    free(c->utf8);
    bench_lines_fini(&c->lines);
}

/* ---- the terms ---- */

static int by_bytes(const void *a, const void *b)
{
    const policy_str *x = a, *y = b;
    int c = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);

    return c ? c : x->len < y->len ? -1 : x->len > y->len;
}

static struct terms terms_of(struct bench_lines list)
{
    struct terms t = { .at = need(calloc(list.count + 1, sizeof(policy_str))),
                       .bytes = need(malloc(list.bytes_len * 4 + 16)) };
    size_t i, k, used = 0, kept = 0;
    pol_folded f;

    pol_folded_init(&f, NULL);
    for (i = 0; i < list.count; i++) {
        policy_str *s = &t.at[t.count];

        check(pol_fold(&f, list.at[i], NULL), "fold");
        if (used + f.count * 3 > list.bytes_len * 4)
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

static void terms_fini(struct terms *t)
{
    free(t->at);
    free(t->bytes);
}

/* Where a character of `s` ends that begins at or before `at`. */
static size_t character_end(policy_str s, size_t at)
{
    for (at++; at < s.len && ((uint8_t)s.ptr[at] & 0xc0) == 0x80; at++)
        ;
    return at;
}

enum { TERM_BYTES_MAX = 200 };

static char *append(char *p, policy_str s)
{
    memcpy(p, s.ptr, s.len);
    return p + s.len;
}

/* The first or the second half of a term of either list. */
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

/* A million: the 100,000 of `own`, and halves of terms of both lists joined. */
static struct bench_lines million_lines(const char *own_file)
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

/* ---- the engines ---- */

/* What both callbacks do when timed: they keep a count and a sum. */
struct tally {
    uint64_t count, sum;
};

static void tally_hit(struct tally *t, uint32_t id, uint64_t end)
{
    t->count++;
    t->sum += ((uint64_t)id + 1) * 0x9e3779b97f4a7c15u ^
              end * 0xff51afd7ed558ccdu;
}

struct ours {
    const struct corpus *c;
    policy_matcher *m;
    policy_scratch *s;
    struct tally tally;
    double set_s, build_s;
};

static int ours_hit(void *user, const pol_hit *hit)
{
    tally_hit(user, hit->id, hit->end);
    return 0;
}

static void ours_build(struct ours *o, const struct corpus *c,
                       const struct terms *t)
{
    policy_pattern_set *set;
    double start = bench_cpu();
    size_t i;

    *o = (struct ours){ .c = c };
    check(policy_pattern_set_new(&set, NULL, NULL), "pattern set");
    for (i = 0; i < t->count; i++)
        check(policy_pattern_set_add(set, t->at[i], (uint32_t)i,
                                     POLICY_TERM_INSIDE, NULL), "pattern");
    o->set_s = bench_cpu() - start;
    start = bench_cpu();
    check(policy_matcher_build(&o->m, set, NULL), "matcher");
    o->build_s = bench_cpu() - start;
    check(policy_scratch_new(&o->s, o->m, NULL), "scratch");
    policy_pattern_set_free(set);
}

static void ours_fini(struct ours *o)
{
    policy_scratch_free(o->s);
    policy_matcher_free(o->m);
}

static void ours_single(void *ctx, size_t first, size_t end)
{
    struct ours *o = ctx;

    for (; first < end; first++)
        pol_matcher_scan(o->m, o->s, &o->c->views[first], o->c->lines.at[first],
                         ours_hit, &o->tally);
}

static void ours_batch(void *ctx, size_t first, size_t end)
{
    struct ours *o = ctx;

    pol_matcher_scan_batch(o->m, o->s, o->c->texts + first,
                           o->c->lines.at + first, end - first, ours_hit,
                           &o->tally);
}

/* The units of some lines and what is between them as one text. */
static pol_folded joined(const struct corpus *c, size_t first, size_t end)
{
    pol_folded f = c->views[first];

    f.count = (size_t)(c->views[end - 1].units - f.units) +
              c->views[end - 1].count;
    return f;
}

static void ours_buffer(void *ctx, size_t first, size_t end)
{
    struct ours *o = ctx;
    pol_folded f;

    if (first == end)
        return;
    f = joined(o->c, first, end);
    pol_matcher_scan(o->m, o->s, &f, (policy_str){ "", 0 }, ours_hit,
                     &o->tally);
}

static int ours_match(void *user, const policy_match *match)
{
    tally_hit(user, match->id, match->span.end);
    return 0;
}

/* The public call for many messages: from the original bytes. */
static void ours_batch_folding(void *ctx, size_t first, size_t end)
{
    struct ours *o = ctx;

    policy_matcher_scan_batch(o->m, o->s, o->c->lines.at + first, end - first,
                              ours_match, &o->tally);
}

struct peer {
    const struct corpus *c;
    hs_database_t *db;
    hs_scratch_t *s;
    struct tally tally;
    double build_s;
    size_t bytes;
};

static int peer_hit(unsigned id, unsigned long long from,
                    unsigned long long to, unsigned flags, void *user)
{
    (void)from;
    (void)flags;
    tally_hit(user, id, to);
    return 0;
}

static void peer_build(struct peer *p, const struct corpus *c,
                       const struct terms *t)
{
    const char **at = need(calloc(t->count, sizeof(*at)));
    size_t *lens = need(calloc(t->count, sizeof(*lens))), i;
    unsigned *ids = need(calloc(t->count, sizeof(*ids)));
    unsigned *flags = need(calloc(t->count, sizeof(*flags)));
    hs_compile_error_t *err;
    double start;

    *p = (struct peer){ .c = c };
    for (i = 0; i < t->count; i++) {
        at[i] = t->at[i].ptr;
        lens[i] = t->at[i].len;
        ids[i] = (unsigned)i;
    }
    start = bench_cpu();
    if (hs_compile_lit_multi(at, flags, ids, lens, (unsigned)t->count,
                             HS_MODE_BLOCK, NULL, &p->db, &err))
        bench_fail("Hyperscan: %s", err->message);
    p->build_s = bench_cpu() - start;
    if (hs_alloc_scratch(p->db, &p->s) ||
        hs_database_size(p->db, &p->bytes))
        bench_fail("Hyperscan: no scratch");
    free(at);
    free(lens);
    free(ids);
    free(flags);
}

static void peer_fini(struct peer *p)
{
    hs_free_scratch(p->s);
    hs_free_database(p->db);
}

static void peer_single(void *ctx, size_t first, size_t end)
{
    struct peer *p = ctx;

    for (; first < end; first++)
        hs_scan(p->db, p->c->utf8_lines[first].ptr,
                (unsigned)p->c->utf8_lines[first].len, 0, p->s, peer_hit,
                &p->tally);
}

static void peer_buffer(void *ctx, size_t first, size_t end)
{
    struct peer *p = ctx;
    const policy_str *l = p->c->utf8_lines;

    if (first < end)
        hs_scan(p->db, l[first].ptr,
                (unsigned)(l[end - 1].ptr + l[end - 1].len - l[first].ptr), 0,
                p->s, peer_hit, &p->tally);
}

/* A plain automaton over all terms. Hits of one end come as they are linked,
 * the longest first: it need not sort them. */
struct plain {
    const struct corpus *c;
    pol_automaton a;
    uint16_t *units;
    pol_on_hit on_hit;
    struct tally tally;
};

static void plain_build(struct plain *p, const struct corpus *c,
                        const struct terms *t)
{
    pol_string *strings = need(calloc(t->count + 1, sizeof(*strings)));
    size_t i, total = 0, used = 0;
    pol_folded f;

    for (i = 0; i < t->count; i++)
        total += t->at[i].len;
    *p = (struct plain){ .c = c, .on_hit = ours_hit,
                         .units = need(malloc((total + 1) * 2)) };
    pol_folded_init(&f, NULL);
    for (i = 0; i < t->count; i++) {
        check(pol_fold(&f, t->at[i], NULL), "fold");
        memcpy(p->units + used, f.units, f.count * sizeof(*f.units));
        strings[i] = (pol_string){ p->units + used, (uint32_t)f.count,
                                   (uint32_t)i };
        used += f.count;
    }
    pol_folded_fini(&f);
    check(pol_automaton_build(&p->a, &pol_malloc_allocator, strings, t->count,
                              0, NULL), "automaton");
    free(strings);
}

static void plain_fini(struct plain *p)
{
    pol_automaton_fini(&p->a, &pol_malloc_allocator);
    free(p->units);
}

static void plain_line(struct plain *p, const pol_folded *f, void *user)
{
    const pol_automaton *a = &p->a;
    uint32_t state = 0, e;
    size_t i;

    for (i = 0; i < f->count; i++) {
        state = pol_automaton_step(a, state, f->units[i]);
        for (e = a->states[state].out; e; e = a->ends[e].next) {
            pol_hit hit = { a->ends[e].value,
                            (uint32_t)(i + 1) - a->ends[e].len,
                            (uint32_t)i + 1, 0 };

            p->on_hit(user, &hit);
        }
    }
}

static void plain_single(void *ctx, size_t first, size_t end)
{
    struct plain *p = ctx;

    for (; first < end; first++)
        plain_line(p, &p->c->views[first], &p->tally);
}

/* ---- equal results ---- */

/* Ends as bytes of the folded line, as Hyperscan tells them. */
struct in_bytes {
    struct tally *tally;
    const uint32_t *bytes;
};

static int ours_hit_in_bytes(void *user, const pol_hit *hit)
{
    struct in_bytes *b = user;

    tally_hit(b->tally, hit->id, b->bytes[hit->end] - b->bytes[0]);
    return 0;
}

static struct tally ours_tally(const struct ours *o, size_t line)
{
    struct tally t = { 0, 0 };
    const struct corpus *c = o->c;
    struct in_bytes b = { &t, c->bytes + (c->views[line].units -
                                          c->all.units) };

    pol_matcher_scan(o->m, o->s, &c->views[line], c->lines.at[line],
                     ours_hit_in_bytes, &b);
    return t;
}

static struct tally oracle_tally(const struct terms *t, policy_str line)
{
    struct tally tally = { 0, 0 };
    size_t start, end;

    for (start = 0; start < line.len; start = character_end(line, start))
        for (end = start;
             end < line.len && end - start < t->longest;) {
            policy_str key;
            const policy_str *found;

            end = character_end(line, end);
            key = (policy_str){ line.ptr + start, end - start };
            found = bsearch(&key, t->at, t->count, sizeof(*t->at), by_bytes);
            if (found)
                tally_hit(&tally, (uint32_t)(found - t->at), end);
        }
    return tally;
}

static size_t lookups(const struct terms *t, policy_str line)
{
    return line.len * (line.len < t->longest ? line.len : t->longest);
}

static bool same(struct tally a, struct tally b)
{
    return a.count == b.count && a.sum == b.sum;
}

static uint64_t compare_results(const char *name, const struct corpus *c,
                                const struct terms *t, const struct ours *o,
                                struct peer *p)
{
    struct tally ours, all = { 0, 0 };
    size_t i, looked = 0;

    for (i = 0; i < c->count; i++) {
        ours = ours_tally(o, i);
        looked += lookups(t, c->utf8_lines[i]);
        if (i < ORACLE_LINES && (i == 0 || looked < ORACLE_LOOKUPS) &&
            !same(ours, oracle_tally(t, c->utf8_lines[i])))
            bench_fail("%s: line %zu differs from the oracle", name, i + 1);
        p->tally = (struct tally){ 0, 0 };
        peer_single(p, i, i + 1);
        if (!same(ours, p->tally))
            bench_fail("%s: line %zu: %llu matches, Hyperscan %llu", name,
                       i + 1, (unsigned long long)ours.count,
                       (unsigned long long)p->tally.count);
        all.count += ours.count;
        all.sum += ours.sum;
    }
    return all.count;
}

static void compare_plain(const char *name, struct plain *p, struct ours *o)
{
    size_t i;

    for (i = 0; i < o->c->count; i++) {
        p->tally = o->tally = (struct tally){ 0, 0 };
        plain_single(p, i, i + 1);
        ours_single(o, i, i + 1);
        if (!same(p->tally, o->tally))
            bench_fail("%s: line %zu differs from the automaton", name, i + 1);
    }
}

/* ---- the races ---- */

enum { SINGLE, BATCH, BUFFER, FOLDING, PEER_SINGLE, PEER_BUFFER, SIDES };

static void race(double *seconds, struct ours *o, struct peer *p)
{
    struct bench_side sides[SIDES] = {
        [SINGLE] = { ours_single, o },
        [BATCH] = { ours_batch, o },
        [BUFFER] = { ours_buffer, o },
        [FOLDING] = { ours_batch_folding, o },
        [PEER_SINGLE] = { peer_single, p },
        [PEER_BUFFER] = { peer_buffer, p },
    };

    bench_race(seconds, sides, SIDES, o->c->count, ROUNDS);
}

static void put_list(const char *list, const struct corpus *c,
                     const struct terms *t)
{
    struct ours o;
    struct peer p;
    double s[SIDES], mb = c->bytes[c->all.count] / 1e6;
    uint64_t hits;

    ours_build(&o, c, t);
    peer_build(&p, c, t);
    hits = compare_results(list, c, t, &o, &p);
    race(s, &o, &p);
    bench_note("%s: %zu terms, %.2f matches a line, results equal", list,
               t->count, (double)hits / (double)c->count);
    bench_put(s[PEER_SINGLE] / s[SINGLE], "match.%s.single.x_hyperscan", list);
    bench_put(s[PEER_SINGLE] / s[BATCH], "match.%s.batch.x_hyperscan", list);
    bench_put(s[PEER_BUFFER] / s[BUFFER], "match.%s.buffer.x_hyperscan", list);
    bench_show(s[PEER_SINGLE] / s[FOLDING],
               "x, with the fold in our time only", "%s", list);
    bench_show(mb / s[SINGLE], "MB/s", "%s single, ours", list);
    bench_show(mb / s[PEER_SINGLE], "MB/s", "%s single, Hyperscan", list);
    bench_put(o.set_s + o.build_s, "match.%s.build_s", list);
    bench_show(o.build_s, "s without folding the terms", "%s build", list);
    bench_show(p.build_s, "s", "%s build, Hyperscan", list);
    bench_put((double)policy_matcher_size(o.m) / (double)p.bytes,
              "match.%s.memory_of_hyperscan", list);
    ours_fini(&o);
    peer_fini(&p);
}

static void put_file(const char *list, const struct corpus *c)
{
    char file[64];
    struct bench_lines lines;
    struct terms t;

    snprintf(file, sizeof(file), "%.40s.txt", list);
    lines = bench_lines_load(file);
    t = terms_of(lines);
    put_list(list, c, &t);
    terms_fini(&t);
    bench_lines_fini(&lines);
}

static void put_million(const char *kind, const struct corpus *c)
{
    char file[64], list[64];
    struct bench_lines lines;
    struct terms t;

    snprintf(file, sizeof(file), "%.20s_100k.txt", kind);
    snprintf(list, sizeof(list), "%.20s_1m", kind);
    lines = million_lines(file);
    t = terms_of(lines);
    put_list(list, c, &t);
    terms_fini(&t);
    bench_lines_fini(&lines);
}

/* One figure on another text. */
static void put_single(const char *name, const char *list,
                       struct bench_lines text)
{
    struct corpus c = corpus_of(text);
    struct bench_lines lines = bench_lines_load(list);
    struct terms t = terms_of(lines);
    struct ours o;
    struct peer p;
    double s[SIDES];

    ours_build(&o, &c, &t);
    peer_build(&p, &c, &t);
    compare_results(name, &c, &t, &o, &p);
    race(s, &o, &p);
    bench_put(s[PEER_SINGLE] / s[SINGLE], "match.%s.x_hyperscan", name);
    bench_show(s[PEER_BUFFER] / s[BUFFER], "x, one buffer", "%s", name);
    ours_fini(&o);
    peer_fini(&p);
    terms_fini(&t);
    bench_lines_fini(&lines);
    corpus_fini(&c);
}

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

/* ---- hostile texts ---- */

enum { HOSTILE_LINES = 12000, HOSTILE_TERMS = 8 };

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

/* The last characters of `s`, four at most. */
static policy_str last_window(policy_str s)
{
    size_t at = s.len, left;

    for (left = 4; left > 0 && at > 0; left--)
        for (at--; at > 0 && ((uint8_t)s.ptr[at] & 0xc0) == 0x80; at--)
            ;
    return (policy_str){ s.ptr + at, s.len - at };
}

enum { LOADED = 32 };

/* Keep `window`, with which `load` terms end, among the most loaded. */
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

static void find_loaded(policy_str *top, const struct bench_lines *terms)
{
    policy_str *ends = need(calloc(terms->count, sizeof(*ends)));
    size_t loads[LOADED] = { 0 }, i, from = 0;

    for (i = 0; i < terms->count; i++)
        ends[i] = last_window(terms->at[i]);
    qsort(ends, terms->count, sizeof(*ends), by_bytes);
    for (i = 1; i <= terms->count; i++)
        if (i == terms->count || by_bytes(&ends[i - 1], &ends[i]) != 0) {
            keep_loaded(top, loads, ends[from], i - from);
            from = i;
        }
    free(ends);
}

/* What most terms end with, over and over. */
static struct bench_lines loaded_lines(const struct bench_lines *terms)
{
    struct bench_lines out = room_for_lines(HOSTILE_LINES,
                                            HOSTILE_TERMS * 4 * 16);
    policy_str top[LOADED] = { { "", 0 } };
    uint64_t seed = 0x10ad;
    size_t k;

    find_loaded(top, terms);
    while (out.count < HOSTILE_LINES) {
        char *p = out.bytes + out.bytes_len;

        for (k = 0; k < HOSTILE_TERMS * 4; k++)
            p = append(p, top[bench_random(&seed) % LOADED]);
        add_line(&out, p);
    }
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

typedef struct bench_lines (*make_lines)(const struct bench_lines *terms);

/* One call a line of ours, the plain automaton and Hyperscan. */
static void race_plain(const char *name, const struct corpus *c,
                       const struct terms *t, double *x_automaton,
                       double *x_hyperscan, double *automaton_x_hyperscan)
{
    struct ours o;
    struct peer p;
    struct plain a;
    double s[3];

    ours_build(&o, c, t);
    peer_build(&p, c, t);
    plain_build(&a, c, t);
    compare_results(name, c, t, &o, &p);
    compare_plain(name, &a, &o);
    bench_race(s, (struct bench_side[]){ { ours_single, &o },
                                         { plain_single, &a },
                                         { peer_single, &p } },
               3, c->count, ROUNDS);
    *x_automaton = s[1] / s[0];
    *x_hyperscan = s[2] / s[0];
    *automaton_x_hyperscan = s[2] / s[1];
    ours_fini(&o);
    peer_fini(&p);
    plain_fini(&a);
}

static void put_hostile(void)
{
    static const struct {
        const char *name;
        make_lines list, text; /* no list: the terms as they are */
    } kinds[] = {
        { "hostile, terms cut off", NULL, cut_off_lines },
        { "hostile, loaded windows", NULL, loaded_lines },
        { "hostile, a long repetition", with_repetition, repeated_lines },
        { "hostile, a shared end", with_suffix, suffix_lines },
    };
    struct bench_lines terms = bench_lines_load("sparse_100k.txt");
    double worst_automaton = 1e9, worst_hyperscan = 1e9, own, peer, both;
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct bench_lines list = kinds[i].list ? kinds[i].list(&terms) : terms;
        struct terms t = terms_of(list);
        struct corpus c = corpus_of(kinds[i].text(&terms));

        race_plain(kinds[i].name, &c, &t, &own, &peer, &both);
        bench_show(own, "x, the automaton", "%s", kinds[i].name);
        bench_show(peer, "x, Hyperscan", "%s", kinds[i].name);
        worst_automaton = own < worst_automaton ? own : worst_automaton;
        worst_hyperscan = peer < worst_hyperscan ? peer : worst_hyperscan;
        terms_fini(&t);
        corpus_fini(&c);
        if (kinds[i].list)
            bench_lines_fini(&list);
    }
    bench_note("the worst of these texts:");
    bench_put(worst_automaton, "match.hostile.x_automaton");
    bench_put(worst_hyperscan, "match.hostile.x_hyperscan");
    bench_lines_fini(&terms);
}

/* Is the automaton fit to be a measure? */
static void put_automaton(const struct corpus *c)
{
    struct bench_lines lines = bench_lines_load("sparse_100k.txt");
    struct terms t = terms_of(lines);
    double own, peer, both;

    race_plain("automaton", c, &t, &own, &peer, &both);
    bench_put(both, "match.automaton.x_hyperscan");
    bench_show(own, "x, the automaton", "sparse_100k single, ours");
    terms_fini(&t);
    bench_lines_fini(&lines);
}

void bench_match(void)
{
    static const char *const lists[] = { "sparse_1k", "dense_1k", "sparse_10k",
                                         "dense_10k", "sparse_100k",
                                         "dense_100k" };
    struct corpus c = corpus_of(bench_lines_load("zh.txt"));
    size_t i;

    bench_title("match: terms on %zu lines, against Hyperscan %s", c.count,
                hs_version());
    bench_note("timed: a scan of folded text, every hit reported by a call;");
    bench_note("batch: many lines in one call; buffer: all lines joined;");
    bench_note("Hyperscan has no call for many lines: batch is against its "
               "single");
    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        put_file(lists[i], &c);
    put_single("en_10k.single", "sparse_10k.txt", bench_lines_load("en.txt"));
    put_automaton(&c);
    put_hostile();
    if (!bench_quick) {
        put_million("sparse", &c);
        put_million("dense", &c);
    }
    corpus_fini(&c);
}
