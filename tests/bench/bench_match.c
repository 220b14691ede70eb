/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher against Hyperscan and others: every overlapping match with its
 * end, one function call a match on both sides. Terms match inside words too,
 * since that is all that the peers can be asked.
 *
 * All are given the same folded text: ours and the automaton as units, the
 * others as UTF-8. Before anything is timed, the matches of the first lines are
 * compared with an oracle that looks every substring up in the sorted terms,
 * and those of every line with each other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "hostile.h"
#include "ours.h"

#include "bench.h"

/* The oracle looks up this many substrings at most. */
enum { ROUNDS = 5, ORACLE_LINES = 400, ORACLE_LOOKUPS = 20000000 };

/* ORDER PEER: Hyperscan first. */
static const struct engine *const peers[] = {
#define ENGINE(name) &engine_##name,
#include "engine_list.h"
#undef ENGINE
};
enum { PEERS = sizeof(peers) / sizeof(peers[0]) };

struct tally engine_tally(const struct engine *e, struct engine_run *run,
                          size_t line)
{
    run->tally = (struct tally){ 0, 0 };
    e->single(run, line, line + 1);
    return run->tally;
}

/* ---- equal results ---- */

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

static uint64_t compare_oracle(const char *name, const struct ours *o,
                               const struct terms *t)
{
    uint64_t all = 0;
    size_t i, looked = 0;

    for (i = 0; i < o->c->count; i++) {
        struct tally ours = ours_tally(o, i);

        looked += lookups(t, o->c->utf8_lines[i]);
        if (i < ORACLE_LINES && (i == 0 || looked < ORACLE_LOOKUPS) &&
            !same_tally(ours, oracle_tally(t, o->c->utf8_lines[i])))
            bench_fail("%s: line %zu differs from the oracle", name, i + 1);
        all += ours.count;
    }
    return all;
}

/* The automaton tells ends as units, as ours does when it is timed. */
static struct tally ours_as(const struct engine *e, struct ours *o, size_t line)
{
    if (!e->tells_ends)
        return ours_ids_tally(o, line);
    if (e != &engine_plain)
        return ours_tally(o, line);
    o->tally = (struct tally){ 0, 0 };
    ours_single(o, line, line + 1);
    return o->tally;
}

static void compare_engine(const char *name, struct ours *o,
                           const struct engine *e, struct engine_run *run)
{
    size_t i;

    for (i = 0; i < o->c->count; i++) {
        struct tally ours = ours_as(e, o, i), its = engine_tally(e, run, i);

        if (!same_tally(ours, its))
            bench_fail("%s: line %zu: %llu matches, %s %llu", name, i + 1,
                       (unsigned long long)ours.count, e->title,
                       (unsigned long long)its.count);
    }
}

/* ---- the races ---- */

enum { SINGLE, BATCH, BUFFER, FOLDING, PEER_SINGLE, PEER_BUFFER, SIDES };

static void race(double *seconds, struct ours *o, const struct engine *e,
                 void *run)
{
    struct bench_side sides[SIDES] = {
        [SINGLE] = { ours_single, o },
        [BATCH] = { ours_batch, o },
        [BUFFER] = { ours_buffer, o },
        [FOLDING] = { ours_batch_folding, o },
        [PEER_SINGLE] = { e->single, run },
        [PEER_BUFFER] = { e->buffer, run },
    };

    bench_race(seconds, sides, SIDES, o->c->count, ROUNDS);
}

static void race_pair(double *seconds, struct ours *o, const struct engine *e,
                      void *run)
{
    bench_race(seconds, (struct bench_side[]){ { ours_single, o },
                                               { e->single, run } },
               2, o->c->count, ROUNDS);
}

static void show_build(const char *list, const struct engine *e,
                       const struct engine_run *run)
{
    if (run->build_s >= 0)
        bench_show(run->build_s, "s", "%s build, %s", list, e->title);
    else
        bench_note("%s: %s is read from build/bench-cache", list, e->title);
}

/* A call a line, of ours and one peer. */
static void put_peer(const char *list, struct ours *o, const struct terms *t,
                     const struct engine *e)
{
    struct engine_run *run;
    double s[2];

    if (e->lacks()) {
        bench_note("%s: without %s: %s", list, e->title, e->lacks());
        return;
    }
    if (t->count > e->terms_max) {
        bench_note("%s: without %s, hopeless with so many terms", list,
                   e->title);
        return;
    }
    run = e->build(o->c, t);
    compare_engine(list, o, e, run);
    race_pair(s, o, e, run);
    bench_put(s[1] / s[0], "match.%s.single.x_%s", list, e->name);
    show_build(list, e, run);
    if (run->bytes)
        bench_show((double)run->bytes / 1e6, "MB", "%s, %s", list, e->title);
    e->fini(run);
}

/* What is asked of ours is asked against Hyperscan. */
static void put_hyperscan(const char *list, struct ours *o,
                          const struct terms *t)
{
    const struct engine *e = peers[0];
    struct engine_run *run = e->build(o->c, t);
    double s[SIDES], mb = o->c->bytes[o->c->all.count] / 1e6;

    compare_engine(list, o, e, run);
    race(s, o, e, run);
    bench_put(s[PEER_SINGLE] / s[SINGLE], "match.%s.single.x_hyperscan", list);
    bench_put(s[PEER_SINGLE] / s[BATCH], "match.%s.batch.x_hyperscan", list);
    bench_put(s[PEER_BUFFER] / s[BUFFER], "match.%s.buffer.x_hyperscan", list);
    bench_show(s[PEER_SINGLE] / s[FOLDING],
               "x, with the fold in our time only", "%s", list);
    bench_show(mb / s[SINGLE], "MB/s", "%s single, ours", list);
    bench_show(mb / s[BATCH], "MB/s", "%s batch, ours", list);
    bench_show(mb / s[PEER_SINGLE], "MB/s", "%s single, Hyperscan", list);
    show_build(list, e, run);
    bench_put((double)policy_matcher_size(o->m) / (double)run->bytes,
              "match.%s.memory_of_hyperscan", list);
    e->fini(run);
}

/* `with_all`: against every peer, not Hyperscan alone. */
static void put_list(const char *list, const struct corpus *c,
                     const struct bench_lines *lines, bool with_all)
{
    struct terms t = terms_of(lines);
    struct ours o;
    uint64_t hits;
    size_t i;

    ours_build(&o, c, &t);
    hits = compare_oracle(list, &o, &t);
    bench_note("%s: %zu terms, %.2f matches a line, results equal", list,
               t.count, (double)hits / (double)c->count);
    put_hyperscan(list, &o, &t);
    bench_put(o.set_s + o.build_s, "match.%s.build_s", list);
    bench_show(o.build_s, "s without folding the terms", "%s build", list);
    for (i = 1; with_all && i < PEERS; i++)
        put_peer(list, &o, &t, peers[i]);
    if (with_all)
        put_peer(list, &o, &t, &engine_plain);
    ours_fini(&o);
    terms_fini(&t);
}

static void put_file(const char *list, const struct corpus *c)
{
    char file[64];
    struct bench_lines lines;

    snprintf(file, sizeof(file), "%.40s.txt", list);
    lines = bench_lines_load(file);
    put_list(list, c, &lines, true);
    bench_lines_fini(&lines);
}

static void put_million(const char *kind, const struct corpus *c)
{
    char file[64], list[64];
    struct bench_lines lines;

    snprintf(file, sizeof(file), "%.20s_100k.txt", kind);
    snprintf(list, sizeof(list), "%.20s_1m", kind);
    lines = million_lines(file);
    put_list(list, c, &lines, false);
    bench_lines_fini(&lines);
}

/* One figure on another text. */
static void put_english(void)
{
    struct corpus c = corpus_of(bench_lines_load("en.txt"));
    struct bench_lines lines = bench_lines_load("sparse_10k.txt");
    struct terms t = terms_of(&lines);
    struct engine_run *run = peers[0]->build(&c, &t);
    struct ours o;
    double s[SIDES];

    ours_build(&o, &c, &t);
    compare_oracle("en_10k", &o, &t);
    compare_engine("en_10k", &o, peers[0], run);
    race(s, &o, peers[0], run);
    bench_put(s[PEER_SINGLE] / s[SINGLE], "match.en_10k.single.x_hyperscan");
    bench_show(s[PEER_SINGLE] / s[BATCH], "x, batch", "en_10k");
    bench_show(s[PEER_BUFFER] / s[BUFFER], "x, one buffer", "en_10k");
    ours_fini(&o);
    peers[0]->fini(run);
    terms_fini(&t);
    bench_lines_fini(&lines);
    corpus_fini(&c);
}

/* ---- against an automaton ---- */

struct ratios {
    double automaton, hyperscan, automaton_hyperscan;
};

/* A call a line of ours, the plain automaton and Hyperscan. */
static struct ratios race_plain(const char *name, const struct corpus *c,
                                const struct terms *t)
{
    struct engine_run *peer = peers[0]->build(c, t);
    struct engine_run *plain = engine_plain.build(c, t);
    struct ours o;
    double s[3];

    ours_build(&o, c, t);
    compare_oracle(name, &o, t);
    compare_engine(name, &o, peers[0], peer);
    compare_engine(name, &o, &engine_plain, plain);
    bench_race(s, (struct bench_side[]){ { ours_single, &o },
                                         { engine_plain.single, plain },
                                         { peers[0]->single, peer } },
               3, c->count, ROUNDS);
    ours_fini(&o);
    peers[0]->fini(peer);
    engine_plain.fini(plain);
    return (struct ratios){ s[1] / s[0], s[2] / s[0], s[2] / s[1] };
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static void put_hostile(const struct bench_lines *terms)
{
    struct ratios worst = { 1e9, 1e9, 1e9 };
    size_t i;

    bench_note("hostile texts on sparse_100k, a call a line:");
    for (i = 0; i < hostile_count; i++) {
        const struct hostile *h = &hostile_texts[i];
        struct bench_lines own = { .count = 0 };
        struct corpus c = corpus_of(h->text(terms));
        struct ratios r;
        struct terms t;

        if (h->list)
            own = h->list(terms);
        t = terms_of(h->list ? &own : terms);
        r = race_plain(h->name, &c, &t);
        bench_show(r.automaton, "x, the automaton", "%s", h->name);
        bench_show(r.hyperscan, "x, Hyperscan", "%s", h->name);
        worst.automaton = least(r.automaton, worst.automaton);
        worst.hyperscan = least(r.hyperscan, worst.hyperscan);
        terms_fini(&t);
        corpus_fini(&c);
        bench_lines_fini(&own);
    }
    bench_note("the worst of these texts:");
    bench_put(worst.automaton, "match.hostile.x_automaton");
    bench_put(worst.hyperscan, "match.hostile.x_hyperscan");
}

/* Is the automaton fit to be a measure? */
static void put_automaton(const struct corpus *c,
                          const struct bench_lines *lines)
{
    struct terms t = terms_of(lines);
    struct ratios r = race_plain("automaton", c, &t);

    bench_put(r.automaton_hyperscan, "match.automaton.x_hyperscan");
    bench_show(r.automaton, "x, the automaton", "sparse_100k single, ours");
    terms_fini(&t);
}

void bench_match(void)
{
    static const char *const lists[] = { "sparse_1k", "dense_1k", "sparse_10k",
                                         "dense_10k", "sparse_100k",
                                         "dense_100k" };
    struct corpus c = corpus_of(bench_lines_load("zh.txt"));
    struct bench_lines sparse = bench_lines_load("sparse_100k.txt");
    size_t i;

    bench_title("match: terms on %zu lines, against Hyperscan and others",
                c.count);
    if (peers[0]->lacks())
        bench_fail("without Hyperscan: %s", peers[0]->lacks());
    bench_note("timed: a scan of text folded before, each hit told by a call;");
    bench_note("batch: many lines in one call; buffer: all lines joined;");
    bench_note("no peer has a call for many lines: batch is against its "
               "single;");
    bench_note("RE2::Set and YARA only tell which terms a line holds");
    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        put_file(lists[i], &c);
    put_english();
    put_automaton(&c, &sparse);
    put_hostile(&sparse);
    if (!bench_quick) {
        put_million("sparse", &c);
        put_million("dense", &c);
    }
    bench_lines_fini(&sparse);
    corpus_fini(&c);
}
