/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Masking of spans, by grapheme.
 */
#include "evaluate/redact.h"

#include <assert.h>
#include <string.h>

#include "base/sort.h"
#include "text/grapheme.h"
#include "text/width.h"

static int by_start(const void *pa, const void *pb)
{
    const policy_span *a = pa, *b = pb;

    return (a->start > b->start) - (a->start < b->start);
}

/* Those of an event come in order; those of its mask come as its views found
 * them, and may be ten thousand. */
static void sort_spans(policy_span *s, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (s[i].start < s[i - 1].start) {
            pol_sort(s, count, sizeof(*s), by_start);
            return;
        }
}

static size_t mask(char *out, policy_str text, policy_span span)
{
    size_t n = 0, pos = span.start;

    while (pos < span.end) {
        size_t next = pol_grapheme_next(text, pos);
        size_t width;

        if (next > span.end)
            next = span.end;
        width = pol_display_width((policy_str){ text.ptr + pos, next - pos });
        memset(out + n, '*', width);
        n += width;
        pos = next;
    }
    if (n == 0)
        out[n++] = '*'; /* what has no width leaves a trace all the same */
    return n;
}

/* The clusters of the spans from *i on that overlap or touch: together, since a
 * long term that repeats may have one at every character. */
static policy_span next_cover(policy_str text, const policy_span *spans,
                              size_t count, size_t *i)
{
    policy_span all = spans[(*i)++];

    for (; *i < count && spans[*i].start <= all.end; ++*i)
        if (spans[*i].end > all.end)
            all.end = spans[*i].end;
    return pol_grapheme_cover(text, all);
}

/* Clusters that overlap or touch are masked as one, so that the trace of what
 * has no width does not depend on how they were cut. */
static policy_span next_run(policy_str text, const policy_span *spans,
                            size_t count, size_t *i)
{
    policy_span run = next_cover(text, spans, count, i);

    while (run.end > run.start && *i < count) {
        size_t next = *i;
        policy_span more = next_cover(text, spans, count, &next);

        if (more.start > run.end)
            break;
        if (more.start < run.start)
            run.start = more.start;
        if (more.end > run.end)
            run.end = more.end;
        *i = next;
    }
    return run;
}

policy_status pol_redact(policy_str *out, policy_str text, policy_span *spans,
                         size_t count, pol_arena *arena)
{
    /* A cluster of n bytes has at most n columns but for one of one byte. */
    char *to = pol_arena_alloc(arena, text.len * 2 + 1);
    size_t n = 0, pos = 0;

    *out = (policy_str){ "", 0 };
    if (!to)
        return POLICY_ENOMEM;
    sort_spans(spans, count);
    for (size_t i = 0; i < count;) {
        policy_span run = next_run(text, spans, count, &i);

        /* Clusters longer than is looked back on may be cut differently. */
        if (run.start < pos)
            run.start = (uint32_t)pos;
        if (run.end <= run.start)
            continue;
        assert(run.end <= text.len);
        memcpy(to + n, text.ptr + pos, run.start - pos);
        n += run.start - pos;
        n += mask(to + n, text, run);
        pos = run.end;
    }
    memcpy(to + n, text.ptr + pos, text.len - pos);
    *out = (policy_str){ to, n + text.len - pos };
    return POLICY_OK;
}
