/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy-bench [--quick] [--out FILE] [NAME…]: run the benches, print their
 * figures, and merge them into one flat JSON object.
 */
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

bool bench_quick;

static const struct {
    const char *name;
    void (*run)(void);
} benches[] = {
#define BENCH(name) { #name, bench_##name },
#include "bench_list.h"
#undef BENCH
};
enum { BENCHES = sizeof(benches) / sizeof(benches[0]) };

static json_t *figures;

void bench_fail(const char *fmt, ...)
{
    va_list ap;

    fputs("policy-bench: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

void bench_must(policy_status st, const policy_error *err)
{
    if (st)
        bench_fail("%s", err->message);
}

void bench_title(const char *fmt, ...)
{
    va_list ap;

    putchar('\n');
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    fflush(stdout);
}

void bench_note(const char *fmt, ...)
{
    va_list ap;

    fputs("  ", stdout);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    fflush(stdout);
}

static void row(const char *name, double value, const char *unit)
{
    int digits = value >= 1000 ? 0 : value >= 0.1 ? 2 : 4;

    printf("  %-48s %12.*f %s\n", name, digits, value, unit);
    fflush(stdout);
}

void bench_put(double value, const char *name_fmt, ...)
{
    char name[96];
    va_list ap;

    va_start(ap, name_fmt);
    vsnprintf(name, sizeof(name), name_fmt, ap);
    va_end(ap);
    row(name, value, "");
    if (json_object_set_new(figures, name, json_real(value)))
        bench_fail("%s: %f is no number of JSON", name, value);
}

void bench_show(double value, const char *unit, const char *name_fmt, ...)
{
    char name[96];
    va_list ap;

    va_start(ap, name_fmt);
    vsnprintf(name, sizeof(name), name_fmt, ap);
    va_end(ap);
    row(name, value, unit);
}

static double seconds_of(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bench_cpu(void)
{
    return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

double bench_wall(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

uint64_t bench_random(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Seconds that reading the clock of a thread adds: it is a call of the kernel,
 * and takes a microsecond or two on a virtual machine. */
static double clock_cost(void)
{
    static double cost = -1;
    double times[101];
    size_t i;

    if (cost >= 0)
        return cost;
    for (i = 0; i < 101; i++) {
        double start = bench_cpu();

        times[i] = bench_cpu() - start;
    }
    qsort(times, 101, sizeof(*times), by_value);
    return cost = times[25];
}

static double run_side(const struct bench_side *side, size_t first, size_t end)
{
    double start = bench_cpu();

    if (side->timed)
        return side->timed(side->ctx, first, end);
    side->run(side->ctx, first, end);
    return bench_cpu() - start - clock_cost();
}

/* All rounds of one slice. Who begins changes from round to round: the first
 * one finds its tables evicted by the last. */
static void race_slice(double *seconds, const struct bench_side *sides,
                       size_t count, size_t first, size_t end, unsigned rounds)
{
    double *times = malloc(count * rounds * sizeof(*times));
    size_t i, r;

    if (!times)
        bench_fail("out of memory");
    for (r = 0; r < rounds; r++)
        for (i = 0; i < count; i++) {
            size_t side = (i + r) % count;

            times[side * rounds + r] = run_side(&sides[side], first, end);
        }
    for (i = 0; i < count; i++) {
        qsort(times + i * rounds, rounds, sizeof(*times), by_value);
        seconds[i] += times[i * rounds + rounds / 4];
    }
    free(times);
}

void bench_race(double *seconds, const struct bench_side *sides, size_t count,
                size_t items, unsigned rounds)
{
    size_t s;

    memset(seconds, 0, count * sizeof(*seconds));
    for (s = 0; s < BENCH_SLICES; s++)
        race_slice(seconds, sides, count, items * s / BENCH_SLICES,
                   items * (s + 1) / BENCH_SLICES, rounds);
}

/* Earlier figures stay, unless this run has them anew. */
static void write_figures(const char *path)
{
    json_error_t e;
    json_t *all = json_load_file(path, 0, &e);
    char *temporary = malloc(strlen(path) + 5);

    if (!json_is_object(all)) {
        json_decref(all);
        all = json_object();
    }
    if (!temporary || !all || json_object_update(all, figures))
        bench_fail("out of memory");
    sprintf(temporary, "%s.new", path);
    if (json_dump_file(all, temporary,
                       JSON_INDENT(1) | JSON_SORT_KEYS |
                           JSON_REAL_PRECISION(6)) ||
        rename(temporary, path))
        bench_fail("%s: %s", path, strerror(errno));
    free(temporary);
    json_decref(all);
    printf("\n%zu figures in %s\n", json_object_size(figures), path);
}

static bool is_bench(const char *name)
{
    size_t i;

    for (i = 0; i < BENCHES; i++)
        if (strcmp(name, benches[i].name) == 0)
            return true;
    return false;
}

static bool wanted(const char *name, char **names, int count)
{
    int i;

    for (i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return count == 0;
}

static int usage(const char *culprit)
{
    size_t i;

    fprintf(stderr,
            "policy-bench: unknown argument “%s”\n"
            "policy-bench [--quick] [--out FILE] [NAME...], of:", culprit);
    for (i = 0; i < BENCHES; i++)
        fprintf(stderr, " %s", benches[i].name);
    fputc('\n', stderr);
    return 2;
}

int main(int argc, char **argv)
{
    const char *out = "build/bench.json";
    int i, names = 0;
    size_t b;

    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0)
            bench_quick = true;
        else if (strcmp(argv[i], "--out") == 0 && i + 1 < argc)
            out = argv[++i];
        else if (is_bench(argv[i]))
            argv[1 + names++] = argv[i];
        else
            return usage(argv[i]);
    }
    figures = json_object();
    if (!bench_real_data())
        puts("POLICY_BENCH_DATA is not set: the text is a seeded imitation");
    for (b = 0; b < BENCHES; b++)
        if (wanted(benches[b].name, argv + 1, names))
            benches[b].run();
    write_figures(out);
    json_decref(figures);
    return 0;
}
