/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages decided by a hundred to ten thousand rules of six terms each, by
 * libpolicy, by a plain loop in Lua, and by Rspamd. Before anything is timed
 * every engine must have found the same rules in every message.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "decider.h"
#include "rule_sources.h"

/* Messages of a race; of the loop in Lua, which takes thousands of times as
 * long by many rules, the first of them. */
enum { TIMED = 2400, TIMED_LOOP = 480, ROUNDS = 5, SHOWN = 5 };

static const struct {
    const char *name;
    size_t rules;
} sizes[] = { { "100", 100 }, { "1k", 1000 }, { "10k", 10000 } };

static const struct decider *const peers[] = {
    &decider_lua, &decider_disguised, &decider_rspamd_core, &decider_rspamd,
    &decider_rspamd_idle,
};
enum { PEERS = sizeof(peers) / sizeof(*peers) };

/* --- the same hits */

struct found {
    size_t *counts; /* of each message */
    uint32_t *rules; /* of one message after another */
    size_t all, hit;
};

static struct found find_ours(const struct rule_set *s, void *ours)
{
    struct found f = { calloc(s->messages, sizeof(*f.counts)),
                       malloc(s->messages * 100 * sizeof(*f.rules)), 0, 0 };
    uint32_t *fired = malloc(s->rules * sizeof(*fired));

    if (!f.counts || !f.rules || !fired)
        bench_fail("out of memory");
    for (size_t m = 0; m < s->messages; m++) {
        size_t n = decider_ours.decide(ours, m, fired);

        if (n > 100)
            bench_fail("message %zu: %zu rules fire", m, n);
        memcpy(f.rules + f.all, fired, n * sizeof(*fired));
        f.counts[m] = n;
        f.all += n;
        f.hit += m < s->timed && n;
    }
    free(fired);
    return f;
}

static void show_difference(const char *name, policy_str text,
                            const uint32_t *ours, size_t our_count,
                            const uint32_t *peers_, size_t count)
{
    fprintf(stderr, "“%.*s”: ours", (int)text.len, text.ptr);
    for (size_t i = 0; i < our_count; i++)
        fprintf(stderr, " r%u", ours[i]);
    fprintf(stderr, "; %s", name);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, " r%u", peers_[i]);
    fputc('\n', stderr);
}

static void compare(const struct rule_set *s, const struct found *f,
                    const struct decider *peer, void *self)
{
    uint32_t *fired = malloc(s->rules * sizeof(*fired));
    const uint32_t *ours = f->rules;
    size_t differ = 0;

    if (!fired)
        bench_fail("out of memory");
    for (size_t m = 0; m < s->messages; ours += f->counts[m++]) {
        size_t n = peer->decide(self, m, fired);

        if (n == f->counts[m] && memcmp(fired, ours, n * sizeof(*fired)) == 0)
            continue;
        if (differ++ < SHOWN)
            show_difference(peer->name, s->text[m], ours, f->counts[m], fired,
                            n);
    }
    free(fired);
    if (differ)
        bench_fail("%s: %zu of %zu messages are decided otherwise", peer->title,
                   differ, s->messages);
}

/* --- the race */

struct runner {
    const struct decider *decider;
    void *self;
};

/* Seconds a message of both. */
static void race(double *each, const struct runner *pair, size_t messages)
{
    struct bench_side sides[2];

    for (size_t i = 0; i < 2; i++)
        sides[i] = (struct bench_side){ pair[i].decider->run, pair[i].self,
                                        pair[i].decider->timed };
    bench_race(each, sides, 2, messages, bench_quick ? 3 : ROUNDS);
    for (size_t i = 0; i < 2; i++)
        each[i] /= (double)messages;
}

static void show(const char *size, const struct decider *d, double seconds)
{
    bench_show(seconds * 1e6, "us", "%s: %s", size, d->title);
}

/* Ours against each by itself: others between the two would empty the caches of
 * whoever comes next. Of ours the time beside the one that empties them least
 * is told. */
static void race_all(const char *size, const struct runner *all, size_t count)
{
    double ours = 1;

    for (size_t i = 1; i < count; i++) {
        const struct decider *peer = all[i].decider;
        struct runner pair[] = { all[0], all[i] };
        double each[2];

        race(each, pair, peer == &decider_lua ? TIMED_LOOP : TIMED);
        ours = each[0] < ours ? each[0] : ours;
        show(size, peer, each[1]);
        if (peer->decide)
            bench_put(each[1] / each[0], "rules.%s.x_%s", size, peer->name);
    }
    bench_put(ours * 1e6, "rules.%s.us", size);
}

static size_t build_peers(struct runner *all, const struct rule_set *s,
                          const struct found *f)
{
    size_t count = 1;

    for (size_t i = 0; i < PEERS; i++) {
        if (peers[i]->lacks())
            continue;
        all[count] = (struct runner){ peers[i], peers[i]->build(s) };
        if (peers[i]->decide)
            compare(s, f, peers[i], all[count].self);
        count++;
    }
    return count;
}

static void measure(const char *name, size_t rules)
{
    struct runner all[1 + PEERS] = { { &decider_ours, NULL } };
    struct rule_set s;
    struct found f;
    size_t count;

    rule_set_init(&s, rules, TIMED);
    all[0].self = decider_ours.build(&s);
    f = find_ours(&s, all[0].self);
    bench_note("%s rules: %zu of %d messages hit; with %zu further ones %zu "
               "findings, the same of all", name, f.hit, TIMED,
               s.messages - TIMED, f.all);
    count = build_peers(all, &s, &f);
    race_all(name, all, count);
    while (count--)
        all[count].decider->fini(all[count].self);
    free(f.counts);
    free(f.rules);
    rule_set_fini(&s);
}

/* --- compiling */

struct compiled {
    double seconds, resident_mb;
    struct bench_held held, peak;
};

static struct compiled compile(const struct rule_set *s)
{
    struct compiled c = { 0 };
    policy_allocator a = bench_allocator(&c.held);
    double resident, start;
    policy_bundle *b;

    malloc_trim(0); /* what others left must not serve this */
    resident = bench_resident_mb("VmRSS");
    start = bench_cpu();
    b = rule_sources_build(s, false, &a);
    c.seconds = bench_cpu() - start;
    c.resident_mb = bench_resident_mb("VmHWM") - resident;
    c.peak = c.held;
    policy_bundle_unref(b);
    if (c.held.bytes)
        bench_fail("%llu bytes are left of a bundle",
                   (unsigned long long)c.held.bytes);
    return c;
}

/* In a process of its own: only so the most that was resident is known. */
static struct compiled compile_apart(const struct rule_set *s)
{
    struct compiled c;
    int ends[2], status;
    pid_t child;

    fflush(stdout);
    if (pipe(ends) || (child = fork()) < 0)
        bench_fail("no process to compile in");
    if (child == 0) {
        c = compile(s);
        _exit(write(ends[1], &c, sizeof(c)) != sizeof(c));
    }
    close(ends[1]);
    if (read(ends[0], &c, sizeof(c)) != sizeof(c) ||
        waitpid(child, &status, 0) != child || status)
        bench_fail("the process to compile in ended with %d", status);
    close(ends[0]);
    return c;
}

static int by_seconds(const void *a, const void *b)
{
    const struct compiled *x = a, *y = b;

    return (x->seconds > y->seconds) - (x->seconds < y->seconds);
}

static void measure_compiling(void)
{
    enum { TIMES = 5 };
    struct compiled c[TIMES];
    struct rule_set s;

    rule_set_init(&s, 10000, 1);
    for (int i = 0; i < TIMES; i++)
        c[i] = compile_apart(&s);
    qsort(c, TIMES, sizeof(*c), by_seconds);
    bench_put(c[TIMES / 4].seconds, "rules.10k.build_s");
    bench_put((double)c[0].peak.peak / 1e6, "rules.10k.build_mb");
    bench_put(c[0].resident_mb, "rules.10k.build_resident_mb");
    bench_put((double)c[0].peak.bytes / 1e6, "rules.10k.bytes_mb");
    rule_set_fini(&s);
}

void bench_rules(void)
{
    bench_title("Rules of %d terms each, one organisation", RULE_TERMS);
    bench_note("compiled from memory, terms as by default; bytes by the "
               "allocator at most, of the process at most, of the bundle");
    measure_compiling();
    for (size_t i = 0; i < PEERS; i++)
        if (peers[i]->lacks())
            bench_note("without %s: %s", peers[i]->name, peers[i]->lacks());
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
        measure(sizes[i].name, sizes[i].rules);
}
