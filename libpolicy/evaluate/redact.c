/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Masking of spans, by grapheme.
 */
#include "evaluate/redact.h"

#include <string.h>

#include "text/grapheme.h"
#include "text/width.h"

/* Insertion: there are few spans, and they come nearly in order. */
static void sort_spans(policy_span *s, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && s[j].start < s[j - 1].start; j--) {
            policy_span t = s[j];

            s[j] = s[j - 1];
            s[j - 1] = t;
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
    for (size_t i = 0; i < count; i++) {
        policy_span span = pol_grapheme_cover(text, spans[i]);

        if (span.start < pos)
            span.start = (uint32_t)pos;
        if (span.end <= span.start)
            continue;
        memcpy(to + n, text.ptr + pos, span.start - pos);
        n += span.start - pos;
        n += mask(to + n, text, span);
        pos = span.end;
    }
    memcpy(to + n, text.ptr + pos, text.len - pos);
    *out = (policy_str){ to, n + text.len - pos };
    return POLICY_OK;
}
