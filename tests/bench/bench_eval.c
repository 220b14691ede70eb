/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions: 50 organisations with 200 rules and 1,200 terms each, messages of
 * about a hundred bytes drawn over them by Zipf, one in a hundred with a hit.
 *
 * Every decision is checked once before anything is timed: a message that holds
 * a term of its organisation must have exactly one finding, another none.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <policy/policy.h>

#include "bench.h"

enum { ORGS = 50, RULES = 200, TERMS_A_RULE = 6, EVENTS = 100000, HIT_OF = 100,
       TEXT_MAX = 400, LINE_MAX_LEN = 900 };

static struct bench_held held;

struct corpus {
    char *text;   /* EVENTS lines of JSON, one after another */
    policy_str *lines;
    bool *hit;
};

/* Three letters of the rarely used block U+3400, unique to the number. */
static size_t put_term(char *out, unsigned org, unsigned rule, unsigned term)
{
    unsigned n = (org * RULES + rule) * TERMS_A_RULE + term;
    size_t len = 0;

    for (int i = 0; i < 3; i++) {
        unsigned cp = 0x3400 + n % 80;

        n /= 80;
        out[len++] = (char)(0xe0 | cp >> 12);
        out[len++] = (char)(0x80 | (cp >> 6 & 63));
        out[len++] = (char)(0x80 | (cp & 63));
    }
    return len;
}

static void add_text(policy_compiler *c, const char *path, const char *text,
                     size_t len)
{
    policy_error err = POLICY_ERROR_INIT;

    bench_must(policy_compiler_add_file(c, path, (policy_str){ text, len },
                                        &err), &err);
}

static size_t put_rule(char *out, unsigned org, unsigned rule)
{
    char words[TERMS_A_RULE][10] = { "" };
    size_t n;

    for (unsigned t = 0; t < TERMS_A_RULE; t++)
        words[t][put_term(words[t], org, rule, t)] = '\0';
    n = (size_t)sprintf(out, "rule { id = \"r%u\", title = \"r\", reason = \"b\","
                        " category = \"off_topic\", on = \"message\","
                        " verdict = \"flag\", match = any {", rule);
    for (unsigned t = 0; t < TERMS_A_RULE; t++)
        n += (size_t)sprintf(out + n, " term \"%s\",", words[t]);
    return n + (size_t)sprintf(out + n, " } }\n");
}

/* `rules` of each organisation; those beyond RULES are never hit. */
static policy_bundle *build_bundle(unsigned orgs, unsigned rules)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    char *lua = malloc((size_t)rules * 400 + 1);
    policy_allocator counted = bench_allocator(&held);
    policy_compiler *c;
    policy_bundle *b;

    o.allocator = &counted;
    if (!lua)
        bench_fail("out of memory");
    bench_must(policy_compiler_new(&c, &o, &err), &err);
    for (unsigned org = 0; org < orgs; org++) {
        char yaml[200], path[64];
        size_t len = 0;

        for (unsigned r = 0; r < rules; r++)
            len += put_rule(lua + len, org, r);
        sprintf(path, "o%u/organisation.yaml", org);
        add_text(c, path, yaml, (size_t)sprintf(yaml,
                 "id: o%u\nname: o\nkind: company\n", org));
        sprintf(path, "o%u/rules.lua", org);
        add_text(c, path, lua, len);
    }
    bench_must(policy_compiler_build(&b, c, &err), &err);
    policy_compiler_free(c);
    free(lua);
    return b;
}

/* Zipf with exponent 1 over the organisations. */
static unsigned draw_org(uint64_t *seed)
{
    double harmonic = 0, at;

    for (unsigned i = 1; i <= ORGS; i++)
        harmonic += 1.0 / i;
    at = (double)(bench_random(seed) >> 11) / 9007199254740992.0 * harmonic;
    for (unsigned i = 1; i < ORGS; i++) {
        at -= 1.0 / i;
        if (at < 0)
            return i - 1;
    }
    return ORGS - 1;
}

static size_t put_json_text(char *out, policy_str text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len && n < TEXT_MAX; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c == '"' || c == '\\')
            out[n++] = '\\';
        out[n++] = c < ' ' ? ' ' : (char)c;
    }
    return n;
}

static size_t put_event(char *out, unsigned number, unsigned org, policy_str text,
                        bool hit, uint64_t *seed)
{
    size_t n = (size_t)sprintf(
        out, "{\"id\":\"m%u\",\"source\":\"bench\",\"type\":\"message\","
        "\"org\":\"o%u\",\"time\":\"2026-03-02T09:15:00+08:00\",\"actor\":\"u%u\","
        "\"direction\":\"out\",\"conversation\":\"c%u\","
        "\"conversation_kind\":\"group\",\"recipient_kinds\":[\"staff\"],"
        "\"text\":\"%u ", number, org, number % 997, number % 101, number);

    n += put_json_text(out + n, text);
    if (hit)
        n += put_term(out + n, org, (unsigned)(bench_random(seed) % RULES),
                      (unsigned)(bench_random(seed) % TERMS_A_RULE));
    return n + (size_t)sprintf(out + n, "\"}");
}

static struct corpus make_corpus(void)
{
    struct corpus c = { malloc((size_t)EVENTS * LINE_MAX_LEN),
                        calloc(EVENTS, sizeof(policy_str)),
                        calloc(EVENTS, sizeof(bool)) };
    struct bench_lines zh = bench_lines_load("zh.txt");
    uint64_t seed = 2026;
    char *at = c.text;

    if (!c.text || !c.lines || !c.hit)
        bench_fail("out of memory");
    for (unsigned i = 0; i < EVENTS; i++) {
        policy_str line = zh.at[bench_random(&seed) % zh.count];
        size_t len;

        c.hit[i] = bench_random(&seed) % HIT_OF == 0;
        if (line.len > 160)
            line.len = 160;
        while (line.len && ((unsigned char)line.ptr[line.len] & 0xc0) == 0x80)
            line.len--;
        len = put_event(at, i, draw_org(&seed), line, c.hit[i], &seed);
        c.lines[i] = (policy_str){ at, len };
        at += len;
    }
    bench_lines_fini(&zh);
    return c;
}

static policy_event *new_event(void)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_event *e;

    bench_must(policy_event_new(&e, NULL, NULL, &err), &err);
    return e;
}

static void read_event(policy_event *e, const struct corpus *c, unsigned i)
{
    policy_error err = POLICY_ERROR_INIT;

    bench_must(policy_event_read_json(e, c->lines[i], &err), &err);
}

static void check(policy_session *s, const struct corpus *c)
{
    policy_event *e = new_event();

    for (unsigned i = 0; i < EVENTS; i++) {
        policy_error err = POLICY_ERROR_INIT;
        const policy_decision *d;

        read_event(e, c, i);
        bench_must(policy_session_evaluate(&d, s, e, NULL, &err), &err);
        if (policy_decision_finding_count(d, POLICY_ENFORCED) != c->hit[i])
            bench_fail("event %u: a wrong decision", i);
    }
    policy_event_free(e);
}

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double clock_cost(void)
{
    double from = now_us();

    for (int i = 0; i < 100000; i++)
        now_us();
    return (now_us() - from) / 100000;
}

/* One call an event, each with the clock around it, less the clock's cost. The
 * event is read just before, into the memory of the one before it, as a host
 * does: 100,000 events side by side would be half a gigabyte, and what was
 * measured then is how slowly they come out of the machine's main memory. */
static double latencies(policy_session *s, const struct corpus *c, bool keep)
{
    double *all = malloc(EVENTS * sizeof(double));
    double *hits = malloc(EVENTS * sizeof(double));
    double cost = clock_cost(), median;
    policy_event *e = new_event();
    size_t hit_count = 0;

    if (!all || !hits)
        bench_fail("out of memory");
    for (unsigned i = 0; i < EVENTS; i++) {
        const policy_decision *d;
        double from;

        read_event(e, c, i);
        from = now_us();
        policy_session_evaluate(&d, s, e, NULL, NULL);
        all[i] = now_us() - from - cost;
        if (c->hit[i])
            hits[hit_count++] = all[i];
    }
    qsort(all, EVENTS, sizeof(double), compare);
    qsort(hits, hit_count, sizeof(double), compare);
    median = all[EVENTS / 2];
    if (keep) {
        bench_put(median, "eval.p50_us");
        bench_put(hits[hit_count / 2], "eval.hit_p50_us");
        bench_put(all[EVENTS / 100 * 99], "eval.p99_us");
    }
    policy_event_free(e);
    free(all);
    free(hits);
    return median;
}

enum { BATCH = 64 };

static void batches(policy_session *s, const struct corpus *c)
{
    const policy_decision *out[BATCH];
    policy_status status[BATCH];
    policy_event *events[BATCH];
    double seconds = 0;
    unsigned i, k;
    size_t done;

    for (k = 0; k < BATCH; k++)
        events[k] = new_event();
    for (i = 0; i + BATCH <= EVENTS; i += BATCH) {
        double from;

        for (k = 0; k < BATCH; k++)
            read_event(events[k], c, i + k);
        from = bench_cpu();
        if (policy_session_evaluate_many(out, status, &done, s,
                                         (const policy_event *const *)events,
                                         BATCH, NULL, NULL) ||
            done != BATCH)
            bench_fail("a batch failed");
        seconds += bench_cpu() - from;
    }
    bench_put(i / seconds, "eval.batch_per_s");
    for (k = 0; k < BATCH; k++)
        policy_event_free(events[k]);
}

static void from_json(policy_session *s, const struct corpus *c)
{
    policy_event *e = new_event();
    double from = bench_cpu();

    for (unsigned i = 0; i < EVENTS; i++) {
        const policy_decision *d;

        if (policy_event_read_json(e, c->lines[i], NULL) ||
            policy_session_evaluate(&d, s, e, NULL, NULL))
            bench_fail("an event failed");
    }
    bench_put(EVENTS / (bench_cpu() - from), "eval.json_per_s");
    policy_event_free(e);
}

static policy_session *new_session(policy_bundle *b)
{
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;
    policy_allocator counted = bench_allocator(&held);
    policy_error err = POLICY_ERROR_INIT;
    policy_session *s;

    o.allocator = &counted;
    bench_must(policy_session_new(&s, b, &o, &err), &err);
    return s;
}

/* Half as much again of rules that no message hits: twice, in turn. */
static void more_rules(const struct corpus *c)
{
    policy_bundle *few = build_bundle(ORGS, RULES);
    policy_bundle *many = build_bundle(ORGS, RULES * 2);
    policy_session *a = new_session(few), *b = new_session(many);
    double before = 1e9, after = 1e9;

    for (int round = 0; round < 3; round++) {
        double t = latencies(a, c, false);

        before = t < before ? t : before;
        t = latencies(b, c, false);
        after = t < after ? t : after;
    }
    bench_put(after / before, "eval.rules_10k_more.slowdown");
    policy_session_free(a);
    policy_session_free(b);
    policy_bundle_unref(few);
    policy_bundle_unref(many);
}

void bench_eval(void)
{
    struct corpus c;
    policy_bundle *b;
    policy_session *s;
    double from = bench_cpu();
    uint64_t before;

    bench_title("Decisions: %d organisations, %d rules, %d terms, %d messages",
                ORGS, ORGS * RULES, ORGS * RULES * TERMS_A_RULE, EVENTS);
    bench_note("from a decoded event to a decision, fold and scan included");
    b = build_bundle(ORGS, RULES);
    bench_show(bench_cpu() - from, "s", "building the bundle");
    s = new_session(b);
    c = make_corpus();
    check(s, &c);
    before = held.asked;
    latencies(s, &c, true);
    bench_put((double)(held.asked - before), "eval.mallocs");
    batches(s, &c);
    from_json(s, &c);
    more_rules(&c);
    policy_session_free(s);
    policy_bundle_unref(b);
    free(c.text);
    free(c.lines);
    free(c.hit);
}
