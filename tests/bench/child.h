/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that a bench starts, each in a folder of its own. They end with the
 * bench, however that ends; folders stay where it was killed.
 */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <stdio.h>
#include <sys/types.h>

struct child {
    pid_t pid, group; /* pid: 0 once it is gone */
    char folder[64];
    FILE *to, *from; /* its standard input and output, by lines */
    struct child *next;
};

/* Make the folder; what cannot be done here and below ends the program. */
void child_init(struct child *c, const char *name);
/* A file in the folder, to be closed by child_close. */
FILE *child_file(const struct child *c, const char *name);
void child_close(FILE *f);
/* Run there, its errors into the file "errors". `libraries` is where its own
 * are looked for. */
void child_start(struct child *c, const char *const *argv,
                 const char *libraries);
/* What such a file begins with, if it is there, for people. */
void child_show(const struct child *c, const char *name);
/* Has it ended by itself? */
int child_is_gone(struct child *c);
/* CPU seconds of the processes that it started. */
double child_cpu_of_workers(const struct child *c);
/* End it and remove the folder. */
void child_fini(struct child *c);

#endif
