/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the benches share. A figure is a ratio or a rate with a name.
 *
 * Sides of a race run slice by slice in turn, so that a busy machine slows all
 * of them, and are timed by the CPU time of the thread, so that what others do
 * meanwhile does not count. Of the rounds the lower quartile counts, less what
 * reading the clock costs.
 */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <policy/status.h>

/* One file bench_<name>.c each, listed in meson.build. */
void bench_fold(void);
void bench_match(void);
void bench_regex(void);
void bench_eval(void);
void bench_alarms(void);
void bench_growth(void);
void bench_orgs(void);
void bench_guard(void);
void bench_rules(void);

/* ./dev bench --quick: leave out what takes a minute. */
extern bool bench_quick;

/* A heading of the printed table, printf. */
void bench_title(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A remark below it: what is inside the timing. */
void bench_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Print a row and keep it for bench.json. The name is copied. */
void bench_put(double value, const char *name_fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Print a row that is no figure of bench.json. */
void bench_show(double value, const char *unit, const char *name_fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Say why and end the program with failure: wrong results are never timed. */
void bench_fail(const char *fmt, ...)
    __attribute__((format(printf, 1, 2), noreturn));

/* What cannot fail here: end with its message if it did. */
void bench_must(policy_status st, const policy_error *err);

/* What an allocator gave: bytes held now and at most, blocks held, requests. */
struct bench_held {
    uint64_t bytes, peak, blocks, asked;
};
/* malloc, counted in `h`, which must live as long. One thread at a time. */
policy_allocator bench_allocator(struct bench_held *h);
/* MB of the whole process: "VmRSS", now; "VmHWM", at most. 0 where the system
 * does not tell. */
double bench_resident_mb(const char *field);

/* Seconds: CPU time of this thread; wall clock. */
double bench_cpu(void);
double bench_wall(void);

/* splitmix64 */
uint64_t bench_random(uint64_t *seed);

struct bench_lines {
    policy_str *at; /* without the line ends */
    size_t count;
    char *bytes; /* what they point into */
    size_t bytes_len;
};
/* The lines of a file of POLICY_BENCH_DATA (zh.txt, en.txt, sparse_1k.txt …); a
 * seeded imitation where there is none. Free with bench_lines_fini. */
struct bench_lines bench_lines_load(const char *file);
/* The lines of any file. */
struct bench_lines bench_lines_read(const char *path);
void bench_lines_fini(struct bench_lines *l);
/* At most `max` bytes of a line, behind which its end stands; no character is
 * cut in two. */
policy_str bench_cut(policy_str line, size_t max);
/* Is POLICY_BENCH_DATA given? */
bool bench_real_data(void);

struct bench_side {
    /* Work on the items [first, end). */
    void (*run)(void *ctx, size_t first, size_t end);
    void *ctx;
    /* In place of `run`, for work of another process: tells its seconds. */
    double (*timed)(void *ctx, size_t first, size_t end);
};
enum { BENCH_SIDES_MAX = 8, BENCH_SLICES = 12 };
/* Seconds of each side over all items. */
void bench_race(double *seconds, const struct bench_side *sides, size_t count,
                size_t items, unsigned rounds);

#endif
