/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everyday regexes behind the matcher's gate, against the same in Hyperscan and
 * RE2. Into one line of 25 a sample is put that matches, into another what only
 * opens the gate; the shares are asserted.
 *
 * Ours tells spans; Hyperscan ends, or only ids; RE2::Set ids. Spans are equal
 * to those of RE2 on every line before anything is timed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "match/regex_set.h"

#include "engine_hs.h"
#include "folded_text.h"
#include "regex_re2.h"

enum { ROUNDS = 5, ONE_OF = 25, PLANTED_ROOM = 64 };

static const struct {
    const char *sample, *near;
} examples[] = {
#define REGEX(pattern, needs, sample, near) { sample, near },
#include "regex_table.h"
#undef REGEX
#undef REGEX_PLATE
};
static const char *const patterns[] = {
#define REGEX(pattern, needs, sample, near) pattern,
#include "regex_table.h"
#undef REGEX
#undef REGEX_PLATE
};
static const char *const needs[] = {
#define REGEX(pattern, needs, sample, near) needs,
#include "regex_table.h"
#undef REGEX
#undef REGEX_PLATE
};
enum { COUNT = sizeof(patterns) / sizeof(patterns[0]) };

/* ---- the text ---- */

/* At a border of characters in the middle of the line. */
static char *plant(char *p, policy_str line, const char *what)
{
    size_t half = line.len > 1 ? character_end(line, line.len / 2 - 1)
                               : line.len;

    p = append(p, (policy_str){ line.ptr, half });
    p = append(p, (policy_str){ what, strlen(what) });
    return append(p, (policy_str){ line.ptr + half, line.len - half });
}

static struct bench_lines planted_lines(void)
{
    struct bench_lines in = bench_lines_load("zh.txt"), out = { .count = 0 };
    size_t i, sample = 0, near = 0;
    char *p;

    out.at = need(calloc(in.count, sizeof(*out.at)));
    out.bytes = p = need(malloc(in.bytes_len + in.count * PLANTED_ROOM));
    for (i = 0; i < in.count; i++) {
        char *start = p;

        if (i % ONE_OF == 0)
            p = plant(p, in.at[i], examples[sample++ % COUNT].sample);
        else if (i % ONE_OF == ONE_OF / 2)
            p = plant(p, in.at[i], examples[near++ % COUNT].near);
        else
            p = append(p, in.at[i]);
        out.at[out.count++] = (policy_str){ start, (size_t)(p - start) };
    }
    out.bytes_len = (size_t)(p - out.bytes);
    bench_lines_fini(&in);
    return out;
}

/* ---- engines ---- */

struct re2_run {
    const struct corpus *c;
    struct re2_regexes *re;
    struct tally tally;
};

/* Also the start, in another place of the sum. */
static void tally_span(void *tally, uint32_t id, size_t start, size_t end)
{
    tally_hit(tally, id, end + ((uint64_t)start << 32));
}

static void each_lines(void *run, size_t first, size_t end)
{
    struct re2_run *r = run;

    for (; first < end; first++)
        re2_each(r->re, r->c->utf8_lines[first], tally_span, &r->tally);
}

static void set_lines(void *run, size_t first, size_t end)
{
    struct re2_run *r = run;

    for (; first < end; first++)
        re2_set(r->re, r->c->utf8_lines[first], tally_span, &r->tally);
}

struct hs_regexes {
    const struct corpus *c;
    const struct hs_api *api;
    hs_database_t *db;
    hs_scratch_t *s;
    struct tally tally;
    size_t bytes;
};

static void hs_regexes_build(struct hs_regexes *h, const struct corpus *c,
                             const struct hs_api *api, unsigned more_flags)
{
    unsigned flags[COUNT], ids[COUNT], i;
    hs_compile_error_t *err;

    *h = (struct hs_regexes){ .c = c, .api = api };
    for (i = 0; i < COUNT; i++) {
        flags[i] = HS_FLAG_UTF8 | more_flags;
        ids[i] = i;
    }
    if (api->compile_regexes(patterns, flags, ids, COUNT, HS_MODE_BLOCK, NULL,
                             &h->db, &err))
        bench_fail("%s: %s", api->version(), err->message);
    if (api->alloc_scratch(h->db, &h->s) ||
        api->database_size(h->db, &h->bytes))
        bench_fail("%s: no scratch", api->version());
}

static void hs_regexes_fini(struct hs_regexes *h)
{
    h->api->free_scratch(h->s);
    h->api->free_database(h->db);
}

static int hs_hit(unsigned id, unsigned long long from, unsigned long long to,
                  unsigned flags, void *user)
{
    (void)from;
    (void)flags;
    tally_hit(user, id, to);
    return 0;
}

static void hs_lines(void *run, size_t first, size_t end)
{
    struct hs_regexes *h = run;

    for (; first < end; first++)
        h->api->scan(h->db, h->c->utf8_lines[first].ptr,
                     (unsigned)h->c->utf8_lines[first].len, 0, h->s, hs_hit,
                     &h->tally);
}

/* A line of the corpus, in as few bytes as the peers are told theirs: a folded
 * text of its own for each would be read from afar, where in use there is one,
 * which is at hand. */
struct own_line {
    uint32_t first, count; /* units */
};

/* The set of regexes that the matcher has, given folded units as all others. */
struct own_regexes {
    const struct corpus *c;
    struct own_line *lines;
    pol_regex_set *set;
    pol_regex_scratch *s;
    struct tally tally;
    uint64_t touched;
    double build_s;
};

static void own_build(struct own_regexes *o, const struct corpus *c)
{
    double start;
    policy_limits limits = POLICY_LIMITS_INIT;
    size_t i;

    *o = (struct own_regexes){ .c = c };
    o->lines = need(calloc(c->count, sizeof(*o->lines)));
    for (i = 0; i < c->count; i++)
        o->lines[i] = (struct own_line){
            (uint32_t)(c->views[i].units - c->all.units),
            (uint32_t)c->views[i].count
        };
    start = bench_cpu();
    policy_limits_default(&limits);
    check(pol_regex_set_new(&o->set, &pol_malloc_allocator, NULL), "regex set");
    for (i = 0; i < COUNT; i++)
        check(pol_regex_set_add(o->set, (policy_str){ patterns[i],
                                                      strlen(patterns[i]) },
                                (uint32_t)i, limits.regex_states, NULL, NULL),
              patterns[i]);
    check(pol_regex_set_build(o->set, NULL), "regex set");
    o->build_s = bench_cpu() - start;
    check(pol_regex_scratch_new(&o->s, &pol_malloc_allocator, NULL), "scratch");
    check(pol_regex_scratch_reserve(o->s, o->set, NULL), "scratch");
}

static void own_fini(struct own_regexes *o)
{
    pol_regex_scratch_free(o->s);
    pol_regex_set_free(o->set);
    free(o->lines);
}

static int own_hit(void *user, const pol_hit *hit)
{
    tally_hit(user, hit->id, hit->end);
    return 0;
}

static void own_lines(void *run, size_t first, size_t end)
{
    struct own_regexes *o = run;
    pol_folded text = o->c->all;

    for (; first < end; first++) {
        text.units = o->c->all.units + o->lines[first].first;
        text.classes = o->c->all.classes + o->lines[first].first;
        text.count = o->lines[first].count;
        pol_regex_set_scan(o->set, o->s, &text, own_hit, &o->tally);
    }
}

/* Read the units: each of the peers but the first finds the UTF-8 where the one
 * before it has just read it, and in use the fold has just written the units. */
static void touch_lines(void *run, size_t first, size_t end)
{
    struct own_regexes *o = run;
    const struct own_line *last = &o->lines[end - 1];
    size_t i;

    for (i = o->lines[first].first; i < last->first + last->count; i++)
        o->touched += o->c->all.units[i];
}

struct line_spans {
    const struct corpus *c;
    size_t line;
    struct tally tally;
};

static int span_in_bytes(void *user, const pol_hit *hit)
{
    struct line_spans *l = user;

    tally_span(&l->tally, hit->id, corpus_byte(l->c, l->line, hit->start),
               corpus_byte(l->c, l->line, hit->end));
    return 0;
}

/* Equal spans on every line. The share of lines on which a gate opened. */
static double compare_ours(struct own_regexes *o, struct re2_run *each)
{
    size_t i, open = 0;

    for (i = 0; i < o->c->count; i++) {
        struct line_spans l = { .c = o->c, .line = i };

        each->tally = (struct tally){ 0, 0 };
        each_lines(each, i, i + 1);
        check(pol_regex_set_scan(o->set, o->s, &o->c->views[i], span_in_bytes,
                                 &l), "scan");
        open += pol_regex_set_is_open(o->s);
        if (!same_tally(l.tally, each->tally))
            bench_fail("regex: line %zu: %llu spans, RE2 %llu: %.*s", i + 1,
                       (unsigned long long)l.tally.count,
                       (unsigned long long)each->tally.count,
                       (int)o->c->utf8_lines[i].len, o->c->utf8_lines[i].ptr);
    }
    return (double)open / (double)o->c->count;
}

/* ---- equal results ---- */

static void mark(void *ids, uint32_t id, size_t start, size_t end)
{
    (void)start;
    (void)end;
    *(uint64_t *)ids |= (uint64_t)1 << id;
}

static int hs_mark(unsigned id, unsigned long long from, unsigned long long to,
                   unsigned flags, void *ids)
{
    (void)flags;
    mark(ids, id, from, to);
    return 0;
}

/* All tell the same patterns of every line. How many lines match, and in how
 * many there is what some pattern needs? */
static void compare_peers(const struct re2_run *re, const struct hs_regexes *hs,
                          size_t hs_count, double *match, double *open)
{
    struct re2_regexes *gate = re2_regexes_new(needs, COUNT);
    size_t i, k, matching = 0, opening = 0;

    for (i = 0; i < re->c->count; i++) {
        policy_str l = re->c->utf8_lines[i];
        uint64_t each = 0, set = 0, needed = 0;

        re2_each(re->re, l, mark, &each);
        re2_set(re->re, l, mark, &set);
        re2_set(gate, l, mark, &needed);
        if (each != set)
            bench_fail("regex: line %zu: RE2 contradicts its set", i + 1);
        if (each & ~needed)
            bench_fail("regex: line %zu matches without what it needs: %.*s",
                       i + 1, (int)l.len, l.ptr);
        for (k = 0; k < hs_count; k++) {
            uint64_t its = 0;

            hs[k].api->scan(hs[k].db, l.ptr, (unsigned)l.len, 0, hs[k].s,
                            hs_mark, &its);
            if (its != each)
                bench_fail("regex: line %zu: %llx, %s %llx: %.*s", i + 1,
                           (unsigned long long)each, hs[k].api->version(),
                           (unsigned long long)its, (int)l.len, l.ptr);
        }
        matching += each != 0;
        opening += needed != 0;
    }
    *match = (double)matching / (double)re->c->count;
    *open = (double)opening / (double)re->c->count;
    re2_regexes_free(gate);
}

/* Each sample is found by its own pattern, and no `near`. */
static void check_examples(struct re2_regexes *re)
{
    size_t i;

    for (i = 0; i < COUNT; i++) {
        uint64_t sample = 0, near = 0;

        re2_set(re, (policy_str){ examples[i].sample,
                                  strlen(examples[i].sample) }, mark, &sample);
        re2_set(re, (policy_str){ examples[i].near, strlen(examples[i].near) },
                mark, &near);
        if (!(sample >> i & 1) || near)
            bench_fail("regex: the examples of %s are wrong", patterns[i]);
    }
}

/* ---- the race ---- */

enum { HS_SINGLE, HS_ALL, VS_SINGLE, VS_ALL, HS_RUNS };

static size_t build_hs(struct hs_regexes *runs, const struct corpus *c)
{
    const struct hs_api *vectorscan = hs_api_vectorscan();

    hs_regexes_build(&runs[HS_SINGLE], c, hs_api_hyperscan(),
                     HS_FLAG_SINGLEMATCH);
    hs_regexes_build(&runs[HS_ALL], c, hs_api_hyperscan(), 0);
    if (vectorscan->lacks) {
        bench_note("without Vectorscan: %s", vectorscan->lacks);
        return VS_SINGLE;
    }
    hs_regexes_build(&runs[VS_SINGLE], c, vectorscan, HS_FLAG_SINGLEMATCH);
    hs_regexes_build(&runs[VS_ALL], c, vectorscan, 0);
    return HS_RUNS;
}

/*
 * Two races. RE2 one by one takes seventy times as long as the quickest and
 * leaves nothing of what the others hold: whoever comes behind it is measured by
 * how many bytes it must fetch anew, for as few lines as a slice has.
 */
enum { SET, EACH, RE2_RUNS };
enum { TOUCH, OURS, HS_FIRST, SIDES_MAX = HS_FIRST + HS_RUNS };

static void show_times(const double *re2, const double *s, size_t hs_count,
                       size_t lines)
{
    static const char *const names[] = { "Hyperscan, single-match",
                                         "Hyperscan, all matches",
                                         "Vectorscan, single-match",
                                         "Vectorscan, all matches" };
    size_t i;

    bench_show(re2[SET] / (double)lines * 1e9, "ns a line", "RE2::Set, ids");
    bench_show(re2[EACH] / (double)lines * 1e9, "ns a line",
               "RE2, one by one, spans");
    for (i = 0; i < hs_count; i++)
        bench_show(s[HS_FIRST + i] / (double)lines * 1e9, "ns a line", "%s",
                   names[i]);
}

static void put_ours(const double *re2, const double *s,
                     const struct own_regexes *o, size_t lines)
{
    double hyperscan = s[HS_FIRST + HS_SINGLE] < s[HS_FIRST + HS_ALL]
                           ? s[HS_FIRST + HS_SINGLE] : s[HS_FIRST + HS_ALL];

    bench_show(s[OURS] / (double)lines * 1e9, "ns a line", "ours, spans");
    bench_put(hyperscan / s[OURS], "regex.gated.x_hyperscan");
    bench_put(re2[SET] / s[OURS], "regex.gated.x_re2_set");
    bench_put(re2[EACH] / s[OURS], "regex.gated.x_re2");
    bench_show(o->build_s, "s", "build, ours");
}

static void race(struct re2_run *re, struct hs_regexes *hs, size_t hs_count,
                 struct own_regexes *o)
{
    const struct bench_side re2_sides[] = { { set_lines, re },
                                            { each_lines, re } };
    struct bench_side sides[SIDES_MAX] = { { touch_lines, o },
                                           { own_lines, o } };
    double re2[RE2_RUNS], s[SIDES_MAX];
    size_t i;

    for (i = 0; i < hs_count; i++)
        sides[HS_FIRST + i] = (struct bench_side){ hs_lines, &hs[i] };
    bench_race(re2, re2_sides, RE2_RUNS, re->c->count, ROUNDS);
    bench_race(s, sides, HS_FIRST + hs_count, re->c->count, ROUNDS);
    show_times(re2, s, hs_count, re->c->count);
    put_ours(re2, s, o, re->c->count);
}

void bench_regex(void)
{
    struct corpus c = corpus_of(planted_lines());
    struct re2_run re = { .c = &c, .re = re2_regexes_new(patterns, COUNT) };
    struct hs_regexes hs[HS_RUNS];
    struct own_regexes o;
    double match, open;
    size_t hs_count, i;

    bench_title("regex: %d everyday patterns on %zu lines", (int)COUNT,
                c.count);
    if (hs_api_hyperscan()->lacks)
        bench_fail("without Hyperscan: %s", hs_api_hyperscan()->lacks);
    check_examples(re.re);
    hs_count = build_hs(hs, &c);
    compare_peers(&re, hs, hs_count, &match, &open);
    bench_show(match * 100, "% of the lines", "match");
    bench_show(open * 100, "% of the lines", "have what a pattern needs");
    own_build(&o, &c);
    open = compare_ours(&o, &re);
    bench_show(open * 100, "% of the lines", "open a gate of ours");
    if (match < 0.03 || match > 0.08 || open < 0.05)
        bench_fail("regex: the text is not what was promised");
    race(&re, hs, hs_count, &o);
    own_fini(&o);
    for (i = 0; i < hs_count; i++)
        hs_regexes_fini(&hs[i]);
    re2_regexes_free(re.re);
    corpus_fini(&c);
}
