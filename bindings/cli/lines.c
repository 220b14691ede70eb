/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One buffer that holds a whole line and grows up to the maximum; of a line
 * that is longer the rest is read and dropped in pieces of the buffer, so that
 * a gigabyte without a line end costs time and no memory.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"

/* Some hundred lines of a chat archive for each call of the system. */
enum { FIRST = 1 << 16 };

void cli_lines_init(struct cli_lines *l, FILE *stream, size_t max)
{
    memset(l, 0, sizeof(*l));
    l->stream = stream;
    l->max = max;
    l->cap = FIRST;
    l->buffer = cli_realloc(NULL, l->cap);
}

void cli_lines_fini(struct cli_lines *l)
{
    free(l->buffer);
    l->buffer = NULL;
}

/* More bytes behind those that wait; false where there are none. read(2), not
 * fread: a pipe that pauses gives what it has. */
static bool fill(struct cli_lines *l)
{
    ssize_t got;

    if (l->start) {
        memmove(l->buffer, l->buffer + l->start, l->end - l->start);
        l->end -= l->start;
        l->start = 0;
    }
    if (l->end == l->cap) {
        l->cap *= 2;
        l->buffer = cli_realloc(l->buffer, l->cap);
    }
    do
        got = l->ended ? 0
                       : read(fileno(l->stream), l->buffer + l->end,
                              l->cap - l->end);
    while (got < 0 && errno == EINTR);
    if (got <= 0) {
        l->error = got < 0 ? errno : l->error;
        l->ended = true;
        return false;
    }
    l->end += (size_t)got;
    l->bytes += (uint64_t)got;
    return true;
}

/* Drop up to and with the next line end. */
static void skip_rest(struct cli_lines *l)
{
    char *end;

    while (!(end = memchr(l->buffer + l->start, '\n', l->end - l->start))) {
        l->start = l->end;
        if (!fill(l))
            return;
    }
    l->start = (size_t)(end - l->buffer) + 1;
}

/* A line longer than the maximum: its head is kept apart from the buffer that
 * the rest runs through, in the same block behind it. */
static void hand_out_cut(struct cli_lines *l, policy_str *line)
{
    char *head = cli_realloc(NULL, l->max ? l->max : 1);

    memcpy(head, l->buffer + l->start, l->max);
    l->start += l->max;
    skip_rest(l);
    /* What waits moves behind the head, which stays where it is handed out. */
    if (l->cap < l->max + (l->end - l->start)) {
        l->cap = l->max + (l->end - l->start);
        l->buffer = cli_realloc(l->buffer, l->cap);
    }
    memmove(l->buffer + l->max, l->buffer + l->start, l->end - l->start);
    memcpy(l->buffer, head, l->max);
    l->end = l->max + (l->end - l->start);
    l->start = l->max;
    free(head);
    *line = (policy_str){ l->buffer, l->max };
}

bool cli_lines_next(struct cli_lines *l, policy_str *line, bool *cut)
{
    size_t seen = 0, len;
    char *end = NULL;

    *cut = false;
    while (!(end = memchr(l->buffer + l->start + seen, '\n',
                          l->end - l->start - seen))) {
        seen = l->end - l->start;
        if (seen > l->max || !fill(l))
            break;
    }
    len = end ? (size_t)(end - l->buffer) - l->start : l->end - l->start;
    if (!end && !len)
        return false;
    l->number++;
    if (len > l->max) {
        *cut = true;
        hand_out_cut(l, line);
        return true;
    }
    *line = (policy_str){ l->buffer + l->start, len };
    l->start += len + (end ? 1 : 0);
    return true;
}
