/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engines that terms are matched with, behind one face: what is raced is a
 * loop of calls within the engine's own file, so that the face costs nothing a
 * message. meson.build lists those that there are: a file engine_<name> each.
 */
#ifndef TESTS_BENCH_ENGINE_H
#define TESTS_BENCH_ENGINE_H

#ifdef __cplusplus
extern "C" {
#endif

#include "bench.h"
#include "folded_text.h"

struct engine {
    const char *name;  /* in figures: x_<name> */
    const char *title; /* for people */
    size_t terms_max;  /* hopeless above, in time or memory */
    bool tells_ends;   /* else only which terms are in a line */
    /* NULL, or why it cannot be had on this machine. */
    const char *(*lacks)(void);
    /* On failure the program ends. Both are borrowed until `fini`. */
    void *(*build)(const struct corpus *c, const struct terms *t);
    void (*fini)(void *self);
    /* Add what is found in some lines to the tally: a call a line; one call. */
    void (*single)(void *self, size_t first, size_t end);
    void (*buffer)(void *self, size_t first, size_t end); /* may be NULL */
};

/* What each engine's own structure begins with. */
struct engine_run {
    const struct corpus *c;
    struct tally tally;
    double build_s; /* below 0: not built, but read from the cache */
    size_t bytes;   /* of the compiled form; 0: it does not tell */
};

#define ENGINE(name) extern const struct engine engine_##name;
#include "engine_list.h"
#undef ENGINE
/* Our own, always there. */
extern const struct engine engine_plain;

/* What an engine finds in one line. */
struct tally engine_tally(const struct engine *e, struct engine_run *run,
                          size_t line);

#ifdef __cplusplus
}
#endif

#endif
