/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drawn five times a second at most, so that the terminal costs nothing.
 */
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

enum { EVERY = 64 }; /* events between two looks at the clock */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void cli_progress_init(struct cli_progress *p, const struct cli *c,
                       FILE *stream)
{
    struct stat st;

    *p = (struct cli_progress){ .c = c, .wanted = isatty(STDERR_FILENO),
                                .part = CLI_PROGRESS_PART,
                                .whole = CLI_PROGRESS };
    if (!fstat(fileno(stream), &st) && S_ISREG(st.st_mode))
        p->total = (uint64_t)st.st_size;
    p->started = now();
    p->drawn = p->started + 0.8; /* the first after a second */
}

void cli_progress_tell(struct cli_progress *p, uint64_t events)
{
    double t;
    unsigned long long rate;

    if (!p->wanted || events % EVERY || (t = now()) - p->drawn < 0.2)
        return;
    rate = (unsigned long long)((double)events / (t - p->started));
    fputs("\r\033[K", stderr);
    if (p->total)
        fprintf(stderr, cli_text(p->c, p->part),
                (int)(100 * (p->read < p->total ? p->read : p->total) / p->total),
                (unsigned long long)events, rate);
    else
        fprintf(stderr, cli_text(p->c, p->whole),
                (unsigned long long)events, rate);
    p->shown = true;
    p->drawn = t;
}

void cli_progress_hide(struct cli_progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}
