/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* nftw, pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "child.h"

enum { SHOWN = 4096 };

static struct child *children;

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* Not asked to end: Rspamd takes a quarter of a minute for that, and what these
 * keep is thrown away. Those that it started are in its group, and become our
 * children when it is gone. */
static void end(struct child *c)
{
    if (c->to)
        fclose(c->to);
    if (c->from)
        fclose(c->from);
    c->to = c->from = NULL;
    if (c->group > 0) {
        kill(-c->group, SIGKILL);
        while (waitpid(-c->group, NULL, 0) > 0)
            ;
    }
    nftw(c->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void end_all(void)
{
    for (; children; children = children->next)
        end(children);
}

void child_init(struct child *c, const char *name)
{
    static int once;

    memset(c, 0, sizeof(*c));
    /* Short: the path of a socket has 108 bytes. */
    snprintf(c->folder, sizeof(c->folder), "/tmp/policy-%s-XXXXXX", name);
    if (!mkdtemp(c->folder))
        bench_fail("%s cannot be made", c->folder);
    if (!once++ && (atexit(end_all) || prctl(PR_SET_CHILD_SUBREAPER, 1)))
        bench_fail("what is started could not be ended");
    c->next = children;
    children = c;
}

FILE *child_file(const struct child *c, const char *name)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", c->folder, name);
    f = fopen(path, "w");
    if (!f)
        bench_fail("%s: %s", path, strerror(errno));
    return f;
}

void child_close(FILE *f)
{
    if (ferror(f) || fclose(f))
        bench_fail("a file cannot be written: %s", strerror(errno));
}

/* In the new process. */
static void become(const struct child *c, const char *const *argv,
                   const char *libraries, int in, int out)
{
    int errors;

    if (setpgid(0, 0) || prctl(PR_SET_PDEATHSIG, SIGTERM) ||
        chdir(c->folder) ||
        (errors = open("errors", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) < 0 ||
        dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(errors, 2) < 0 ||
        setenv("LD_LIBRARY_PATH", libraries, 1))
        _exit(126);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

void child_start(struct child *c, const char *const *argv,
                 const char *libraries)
{
    int in[2], out[2];

    signal(SIGPIPE, SIG_IGN); /* who does not read is noticed by the answer */
    fflush(stdout);
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || (c->pid = fork()) < 0)
        bench_fail("%s: %s", argv[0], strerror(errno));
    if (c->pid == 0)
        become(c, argv, libraries, in[0], out[1]);
    setpgid(c->pid, c->pid); /* whoever is first */
    c->group = c->pid;
    close(in[0]);
    close(out[1]);
    c->to = fdopen(in[1], "w");
    c->from = fdopen(out[0], "r");
    if (!c->to || !c->from)
        bench_fail("%s: %s", argv[0], strerror(errno));
}

void child_show(const struct child *c, const char *name)
{
    char path[128], text[SHOWN];
    size_t len;
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", c->folder, name);
    f = fopen(path, "r");
    if (!f)
        return;
    len = fread(text, 1, sizeof(text), f);
    fwrite(text, 1, len, stderr);
    fclose(f);
}

int child_is_gone(struct child *c)
{
    if (c->pid > 0 && waitpid(c->pid, NULL, WNOHANG) == c->pid)
        c->pid = 0;
    return c->pid <= 0;
}

double child_cpu_of_workers(const struct child *c)
{
    char path[64];
    double seconds = 0;
    long pid;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", c->pid, c->pid);
    f = fopen(path, "r");
    if (!f)
        bench_fail("%s: %s", path, strerror(errno));
    while (fscanf(f, "%ld", &pid) == 1) {
        struct timespec t;
        clockid_t clock;

        if (clock_getcpuclockid((pid_t)pid, &clock) || clock_gettime(clock, &t))
            bench_fail("no clock of process %ld", pid);
        seconds += (double)t.tv_sec + (double)t.tv_nsec / 1e9;
    }
    fclose(f);
    return seconds;
}

void child_fini(struct child *c)
{
    struct child **at = &children;

    while (*at && *at != c)
        at = &(*at)->next;
    if (*at)
        *at = c->next;
    end(c);
}
