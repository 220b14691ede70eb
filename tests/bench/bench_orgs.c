/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many organisations: ten and ten thousand, each with a list of a hundred terms
 * of its own and a rule that asks for it, over one library. What a message
 * costs, what all of it holds in memory, what one organisation's change costs.
 *
 * Terms are made of three of the messages' characters, drawn so that no two
 * terms are alike, and of two that stand side by side in some message, so that
 * filters have something to do. Before anything is timed every organisation must find its own term, and
 * not the next one's, and every event have the findings that were planted.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <policy/policy.h>

#include "bench.h"

enum { FEW = 10, MANY = 10000, TERMS = 100, EVENTS = 40000, HIT_OF = 100,
       TEXT_LEN = 100, LINE_ROOM = 600, TERM_ROOM = 24, LIST_ROOM = 4096,
       RELOADS = 25 };

static struct bench_held of_bundles, of_sessions;

/* --- sources */

static struct bench_lines lines;

/* Two characters of three bytes that stand side by side in some message. */
static policy_str draw_pair(uint64_t *seed)
{
    for (;;) {
        policy_str l = lines.at[bench_random(seed) % lines.count];
        size_t at = l.len > 6 ? bench_random(seed) % (l.len - 6) : l.len;

        if (at + 6 <= l.len && ((unsigned char)l.ptr[at] & 0xf0) == 0xe0 &&
            ((unsigned char)l.ptr[at + 3] & 0xf0) == 0xe0 &&
            (unsigned char)l.ptr[at] != 0xef &&
            (unsigned char)l.ptr[at + 3] != 0xef)
            return (policy_str){ l.ptr + at, 6 };
    }
}

/* The most frequent Han of the corpus. */
enum { LETTERS = 1024 };
static unsigned letters[LETTERS];

static const unsigned *frequency;

static int by_frequency(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return frequency[x] != frequency[y] ? (frequency[x] < frequency[y] ? 1 : -1)
                                        : (x > y) - (x < y);
}

static void find_letters(void)
{
    static unsigned count[0x10000], order[0x10000];

    for (size_t i = 0; i < lines.count; i++)
        for (size_t j = 0; j + 3 <= lines.at[i].len; j++) {
            const unsigned char *s = (const unsigned char *)lines.at[i].ptr + j;
            unsigned cp = (s[0] & 15u) << 12 | (s[1] & 63u) << 6 | (s[2] & 63u);

            if ((s[0] & 0xf0) == 0xe0 && cp >= 0x4e00 && cp < 0x9fa5)
                count[cp]++;
        }
    for (unsigned i = 0; i < 0x10000; i++)
        order[i] = i;
    frequency = count;
    qsort(order, 0x10000, sizeof(*order), by_frequency);
    for (unsigned i = 0; i < LETTERS; i++)
        letters[i] = order[i] ? order[i] : 0x4e00 + i;
}

/* Two or three letters, unique to organisation, term and `edition` (a million
 * numbers each: twenty bits), before a pair of the corpus. */
static size_t put_term(char *out, unsigned org, unsigned term, unsigned edition)
{
    unsigned n = (edition * MANY + org) * TERMS + term;
    uint64_t seed = n;
    policy_str pair = draw_pair(&seed);
    size_t len = 0;

    n = n * 0x2545f491u; /* odd: no two become one in thirty bits */
    for (unsigned i = 0; i < 3; i++, n /= LETTERS) {
        unsigned cp = letters[n % LETTERS];

        if (i == 2 && seed & 1 && !edition)
            break; /* half of the terms have four characters, half five */
        out[len++] = (char)(0xe0 | cp >> 12);
        out[len++] = (char)(0x80 | (cp >> 6 & 63));
        out[len++] = (char)(0x80 | (cp & 63));
    }
    memcpy(out + len, pair.ptr, pair.len);
    return len + pair.len;
}

static const char *const names[] = { "organisation.yaml", "rules.lua",
                                     "lists/own.txt" };
enum { FILES = 3 };

static policy_str put_file(char *out, unsigned file, unsigned org,
                           unsigned edition)
{
    size_t n = 0;

    switch (file) {
    case 0:
        n = (size_t)sprintf(out, "id: o%u\nname: o\nkind: company\n", org);
        break;
    case 1:
        n = (size_t)sprintf(
            out, "rule { id = \"own\", title = \"自有词\", reason = \"b\",\n"
            "  category = \"off_topic\", on = \"message\", verdict = \"flag\",\n"
            "  match = list \"own\" }\n"
            "rule { id = \"shared\", title = \"共用词\", reason = \"b\",\n"
            "  category = \"off_topic\", on = \"message\", verdict = \"flag\",\n"
            "  match = list \"shared\" }\n");
        break;
    default:
        for (unsigned t = 0; t < TERMS; t++) {
            n += put_term(out + n, org, t, edition);
            out[n++] = '\n';
        }
    }
    return (policy_str){ out, n };
}

static void add_org(policy_compiler *c, unsigned org, unsigned edition)
{
    char path[64], text[LIST_ROOM];
    policy_error err = POLICY_ERROR_INIT;

    for (unsigned i = 0; i < FILES; i++) {
        sprintf(path, "o%u/%s", org, names[i]);
        bench_must(policy_compiler_add_file(c, path,
                                            put_file(text, i, org, edition),
                                            &err), &err);
    }
}

/* A thousand terms that no message holds. */
static policy_str put_shared(char *out)
{
    size_t n = 0;

    for (unsigned t = 0; t < 1000; t++) {
        n += put_term(out + n, t / TERMS, t % TERMS, 2);
        out[n++] = '\n';
    }
    return (policy_str){ out, n };
}

static policy_compiler *compiler_for(policy_bundle *base, bool keep)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_allocator counted = bench_allocator(&of_bundles);
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;

    o.allocator = &counted;
    o.base = base;
    o.keep = keep;
    bench_must(policy_compiler_new(&c, &o, &err), &err);
    return c;
}

static policy_compiler *new_compiler(policy_bundle *base)
{
    return compiler_for(base, false);
}

static policy_compiler *new_keeper(policy_bundle *base)
{
    return compiler_for(base, true);
}

static void add_shared(policy_compiler *c)
{
    static char text[1000 * TERM_ROOM];
    policy_error err = POLICY_ERROR_INIT;

    bench_must(policy_compiler_add_file(c, "lists/shared.txt", put_shared(text),
                                        &err), &err);
}

static policy_bundle *build(policy_compiler *c)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_bundle *b;

    bench_must(policy_compiler_build(&b, c, &err), &err);
    return b;
}

static policy_bundle *bundle_of(unsigned orgs, double *seconds)
{
    policy_compiler *c = new_compiler(NULL);
    policy_bundle *b;
    double from;

    add_shared(c);
    for (unsigned i = 0; i < orgs; i++)
        add_org(c, i, 0);
    from = bench_cpu();
    b = build(c);
    *seconds = bench_cpu() - from;
    policy_compiler_free(c);
    return b;
}

/* --- events */

struct corpus {
    char *bytes;
    bool hit[EVENTS];
    policy_event *events[EVENTS];
};

typedef unsigned (*draw)(uint64_t *seed, unsigned orgs);

static unsigned uniform(uint64_t *seed, unsigned orgs)
{
    return (unsigned)(bench_random(seed) % orgs);
}

/* Zipf with exponent 1. */
static unsigned zipf(uint64_t *seed, unsigned orgs)
{
    static double harmonic[MANY + 1];
    double at;
    unsigned lo = 0, hi = orgs - 1;

    for (unsigned i = 1; harmonic[MANY] == 0 && i <= MANY; i++)
        harmonic[i] = harmonic[i - 1] + 1.0 / i;
    at = (double)(bench_random(seed) >> 11) / 9007199254740992.0 * harmonic[orgs];
    while (lo < hi) {
        unsigned mid = lo + (hi - lo) / 2;

        if (harmonic[mid + 1] <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static size_t put_event(char *out, unsigned number, unsigned org,
                        policy_str text)
{
    size_t n = (size_t)sprintf(
        out, "{\"id\":\"m%u\",\"source\":\"bench\",\"type\":\"message\","
        "\"org\":\"o%u\",\"time\":\"2026-03-02T09:15:00+08:00\",\"actor\":\"u%u\","
        "\"direction\":\"out\",\"text\":\"", number, org, number % 997);

    for (size_t i = 0; i < text.len; i++)
        out[n++] = text.ptr[i] == '"' || text.ptr[i] == '\\' ||
                   (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i];
    return n;
}

/* The same texts whatever the number of organisations. */
static void fill(struct corpus *c, unsigned orgs, draw d)
{
    uint64_t seed = 2026, org_seed = 29;
    char *at = c->bytes;

    for (unsigned i = 0; i < EVENTS; i++) {
        policy_error err = POLICY_ERROR_INIT;
        policy_str line = bench_cut(lines.at[bench_random(&seed) % lines.count],
                                    TEXT_LEN);
        unsigned org = d(&org_seed, orgs);
        size_t len = put_event(at, i, org, line);

        c->hit[i] = bench_random(&seed) % HIT_OF == 0;
        if (c->hit[i])
            len += put_term(at + len, org,
                            (unsigned)(bench_random(&seed) % TERMS), 0);
        len += (size_t)sprintf(at + len, "\"}");
        bench_must(policy_event_read_json(c->events[i], (policy_str){ at, len },
                                          &err), &err);
        at += len;
    }
}

static struct corpus *new_corpus(void)
{
    struct corpus *c = calloc(1, sizeof(*c));
    policy_error err = POLICY_ERROR_INIT;

    if (c)
        c->bytes = malloc((size_t)EVENTS * LINE_ROOM);
    if (!c || !c->bytes)
        bench_fail("out of memory");
    for (unsigned i = 0; i < EVENTS; i++)
        bench_must(policy_event_new(&c->events[i], NULL, NULL, &err), &err);
    return c;
}

static void free_corpus(struct corpus *c)
{
    for (unsigned i = 0; i < EVENTS; i++)
        policy_event_free(c->events[i]);
    free(c->bytes);
    free(c);
}

static policy_session *new_session(policy_bundle *b)
{
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    policy_allocator counted = bench_allocator(&of_sessions);
    policy_error err = POLICY_ERROR_INIT;
    policy_session *s;

    o.allocator = &counted;
    bench_must(policy_session_new(&s, b, &o, &err), &err);
    return s;
}

static size_t findings(policy_session *s, const policy_event *e)
{
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;

    bench_must(policy_session_evaluate(&d, s, e, NULL, &err), &err);
    return policy_decision_finding_count(d, POLICY_ENFORCED);
}

/* What `org` finds in the term of another, or its own. */
static size_t found(policy_session *s, policy_event *e, unsigned org,
                    unsigned other, unsigned edition)
{
    char text[TERM_ROOM], json[LINE_ROOM];
    policy_error err = POLICY_ERROR_INIT;
    policy_str term = { text, put_term(text, other, other % TERMS, edition) };
    size_t len = put_event(json, org, org, term);

    len += (size_t)sprintf(json + len, "\"}");
    bench_must(policy_event_read_json(e, (policy_str){ json, len }, &err),
               &err);
    return findings(s, e);
}

static void check_each(policy_session *s, unsigned orgs)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_event *e;

    bench_must(policy_event_new(&e, NULL, NULL, &err), &err);
    for (unsigned i = 0; i < orgs; i++)
        if (found(s, e, i, i, 0) != 1 || found(s, e, i, (i + 1) % orgs, 0) != 0)
            bench_fail("organisation %u finds wrongly", i);
    policy_event_free(e);
}

static void check(policy_session *s, const struct corpus *c)
{
    for (unsigned i = 0; i < EVENTS; i++)
        if (findings(s, c->events[i]) != c->hit[i])
            bench_fail("event %u: a wrong decision", i);
}

/* --- the cost of a message */

struct side {
    policy_session *session;
    struct corpus *corpus;
};

/* All events, so that the caches hold what they hold of all organisations: the
 * slices of bench_race would keep those of a slice warm. */
static double pass(const struct side *s)
{
    const policy_decision *d;
    double from = bench_cpu();

    for (size_t i = 0; i < EVENTS; i++)
        policy_session_evaluate(&d, s->session, s->corpus->events[i], NULL,
                                NULL);
    return (bench_cpu() - from) / EVENTS;
}

enum { BATCH = 64 };

/* The same in batches, where the next one's organisation is asked for early. */
static double batch_pass(const struct side *s)
{
    const policy_decision *out[BATCH];
    policy_status status[BATCH];
    double from = bench_cpu();
    size_t done;

    for (size_t i = 0; i < EVENTS; i += done)
        if (policy_session_evaluate_many(
                out, status, &done, s->session,
                (const policy_event *const *)s->corpus->events + i,
                EVENTS - i < BATCH ? EVENTS - i : BATCH, NULL, NULL))
            bench_fail("a batch failed");
    return (bench_cpu() - from) / EVENTS;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

enum { ROUNDS = 24 };

static double race(struct side *few, struct side *many, const char *how,
                   double (*once)(const struct side *s))
{
    double a[ROUNDS], b[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        a[i] = once(few);
        b[i] = once(many);
    }
    qsort(a, ROUNDS, sizeof(*a), compare);
    qsort(b, ROUNDS, sizeof(*b), compare);
    bench_show(a[ROUNDS / 4] * 1e9, "ns", "a message, %d, %s", FEW, how);
    bench_show(b[ROUNDS / 4] * 1e9, "ns", "a message, %d, %s", MANY, how);
    return b[ROUNDS / 4] / a[ROUNDS / 4];
}

static void draw_events(struct side *few, struct side *many, draw d)
{
    fill(few->corpus, FEW, d);
    fill(many->corpus, MANY, d);
    check(few->session, few->corpus);
    check(many->session, many->corpus);
}

static void cost_of_a_message(policy_bundle *few, policy_bundle *many)
{
    struct side a = { new_session(few), new_corpus() };
    struct side b = { new_session(many), new_corpus() };
    double even;

    check_each(a.session, FEW);
    check_each(b.session, MANY);
    draw_events(&a, &b, uniform);
    even = race(&a, &b, "uniform", pass);
    bench_put(race(&a, &b, "uniform, batches", batch_pass),
              "orgs.10_to_10000.slowdown_batch");
    draw_events(&a, &b, zipf);
    bench_put(race(&a, &b, "Zipf", pass), "orgs.10_to_10000.slowdown_zipf");
    bench_put(even, "orgs.10_to_10000.slowdown");
    bench_put(even, "eval.orgs_10_to_10000.slowdown");
    bench_show((double)of_sessions.bytes / 2e6, "MB", "a session");
    policy_session_free(a.session);
    policy_session_free(b.session);
    free_corpus(a.corpus);
    free_corpus(b.corpus);
}

/* --- the cost of a change --- */

static char folder[] = "/tmp/policy-bench-orgs-XXXXXX";

static void write_file(const char *path, policy_str text)
{
    FILE *f = fopen(path, "wb");

    if (!f || fwrite(text.ptr, 1, text.len, f) != text.len || fclose(f))
        bench_fail("%s cannot be written", path);
}

static void write_org(unsigned org, unsigned edition)
{
    char path[128], text[LIST_ROOM];

    sprintf(path, "%s/orgs/o%u", folder, org);
    mkdir(path, 0777);
    sprintf(path, "%s/orgs/o%u/lists", folder, org);
    mkdir(path, 0777);
    for (unsigned i = 0; i < FILES; i++) {
        sprintf(path, "%s/orgs/o%u/%s", folder, org, names[i]);
        write_file(path, put_file(text, i, org, edition));
    }
}

static void write_all(void)
{
    static char text[1000 * TERM_ROOM];
    char path[128];

    if (!mkdtemp(folder))
        bench_fail("%s cannot be made", folder);
    sprintf(path, "%s/orgs", folder);
    mkdir(path, 0777);
    sprintf(path, "%s/lists", folder);
    mkdir(path, 0777);
    sprintf(path, "%s/lists/shared.txt", folder);
    write_file(path, put_shared(text));
    for (unsigned i = 0; i < MANY; i++)
        write_org(i, 0);
}

static void remove_all(void)
{
    char command[128];

    sprintf(command, "rm -rf %s", folder);
    if (system(command))
        bench_note("%s was not removed", folder);
}

/* Of the folder, or of one organisation over `base`. */
static policy_bundle *from_disk(policy_bundle *base, int org)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c = org < 0 ? new_compiler(base) : new_keeper(base);
    policy_bundle *b;
    char path[128];

    bench_must(policy_compiler_add_library(c, folder, &err), &err);
    if (org < 0)
        sprintf(path, "%s/orgs", folder);
    else
        sprintf(path, "%s/orgs/o%d", folder, org);
    bench_must(policy_compiler_add_path(c, path, &err), &err);
    b = build(c);
    policy_compiler_free(c);
    return b;
}

static void check_reload(policy_session *s, unsigned org)
{
    policy_error err = POLICY_ERROR_INIT;
    unsigned other = (org + 1) % MANY;
    policy_event *e;

    bench_must(policy_event_new(&e, NULL, NULL, &err), &err);
    if (found(s, e, org, org, 1) != 1 || found(s, e, org, org, 0) != 0 ||
        found(s, e, other, other, 0) != 1)
        bench_fail("organisation %u was not exchanged", org);
    policy_event_free(e);
}

/* One organisation's list exchanged: compiled, bound, the old bundle gone. */
static void reload(policy_bundle **bundle, policy_session *s)
{
    double times[RELOADS], from;
    policy_error err = POLICY_ERROR_INIT;

    for (unsigned i = 0; i < RELOADS; i++) {
        unsigned org = (i * 397 + 11) % MANY;
        policy_bundle *next;

        write_org(org, 1);
        from = bench_wall();
        next = from_disk(*bundle, (int)org);
        bench_must(policy_session_bind(s, next, &err), &err);
        policy_bundle_unref(*bundle);
        times[i] = (bench_wall() - from) * 1e3;
        *bundle = next;
        check_reload(s, org);
    }
    qsort(times, RELOADS, sizeof(*times), compare);
    bench_put(times[RELOADS / 2], "orgs.reload_ms");
    bench_show(times[RELOADS - 1], "ms", "the longest of %d", RELOADS);
}

static void same_revision(const policy_bundle *a, const policy_bundle *b)
{
    if (strcmp(policy_bundle_revision(a), policy_bundle_revision(b)) != 0)
        bench_fail("two ways to one state give two revisions");
}

static void cost_of_a_change(void)
{
    policy_bundle *b, *again;
    policy_session *s;
    double from;

    write_all();
    from = bench_wall();
    b = from_disk(NULL, -1);
    bench_show(bench_wall() - from, "s", "all of the folder, for the first time");
    s = new_session(b);
    reload(&b, s);
    from = bench_wall();
    again = from_disk(b, -1);
    bench_show(bench_wall() - from, "s", "all of the folder, over the same");
    same_revision(b, again);
    policy_bundle_unref(again);
    again = from_disk(NULL, -1);
    same_revision(b, again);
    policy_bundle_unref(again);
    policy_session_free(s);
    policy_bundle_unref(b);
    remove_all();
}

void bench_orgs(void)
{
    policy_bundle *few, *many;
    double few_s, many_s, before;
    uint64_t bytes, blocks;

    bench_title("Many organisations: %d and %d, %d terms each", FEW, MANY, TERMS);
    bench_note("own list, own rule; results checked before anything is timed");
    lines = bench_lines_load("zh.txt");
    find_letters();
    few = bundle_of(FEW, &few_s);
    bytes = of_bundles.bytes;
    blocks = of_bundles.blocks;
    before = bench_resident_mb("VmRSS");
    many = bundle_of(MANY, &many_s);
    bytes = of_bundles.bytes - bytes;
    bench_put((double)bytes / 1e6, "orgs.bytes_mb");
    bench_show((double)(of_bundles.blocks - blocks) / MANY, "blocks",
               "an organisation");
    bench_show(bench_resident_mb("VmRSS") - before, "MB",
               "resident, what was freed included");
    bench_put(many_s, "orgs.build_s");
    cost_of_a_message(few, many);
    policy_bundle_unref(few);
    policy_bundle_unref(many);
    cost_of_a_change();
    bench_lines_fini(&lines);
}
