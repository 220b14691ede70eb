/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grapheme clusters. utf8proc decides on each pair of neighbours, carrying a
 * state from the start of the cluster; ill-formed bytes break on both sides.
 */
#include "text/grapheme.h"

#include <stdbool.h>

#include <utf8proc.h>

#include "text/fold_tables.h"
#include "text/utf8.h"

/* How far back the start of a cluster is looked for: longer ones exist in
 * attacks only, and are then masked from the middle. */
#define BACK_MAX 64

/* Printable ASCII and Han: nearly all that there is, and each a cluster of its
 * own among its like (UAX #29: GCB is Other, and none is pictographic). */
static bool is_plain(uint32_t cp)
{
    return (cp >= 0x20 && cp < 0x7f) || (cp >= 0x3400 && cp <= 0x9fff);
}

size_t pol_grapheme_next(policy_str s, size_t pos)
{
    utf8proc_int32_t state = 0;
    uint32_t cp, next_cp;
    bool ok;

    if (pos >= s.len)
        return s.len;
    pos = pol_utf8_next(s, pos, &cp, &ok);
    while (ok && pos < s.len) {
        size_t next = pol_utf8_next(s, pos, &next_cp, &ok);

        if (!ok || (is_plain(cp) && is_plain(next_cp)) ||
            utf8proc_grapheme_break_stateful(
                (utf8proc_int32_t)cp, (utf8proc_int32_t)next_cp, &state))
            break;
        cp = next_cp;
        pos = next;
    }
    return pos;
}

static bool is_invisible(uint32_t cp)
{
    uint32_t cell = pol_fold_cell(cp);

    return cell & POL_CELL_OTHER &&
           (cell >> POL_CELL_CLASS & 7) == POL_KIND_DELETE;
}

static bool plain_at(policy_str s, size_t pos)
{
    uint32_t cp;
    bool ok;

    if (pos >= s.len)
        return false;
    pol_utf8_next(s, pos, &cp, &ok);
    return ok && is_plain(cp);
}

/* Where clusters certainly break: the start of the text, between two that are
 * plain, or the furthest place that is looked at. */
static size_t safe_start(policy_str s, size_t pos)
{
    bool plain = plain_at(s, pos);

    for (unsigned i = 0; pos > 0 && i < BACK_MAX; i++) {
        size_t prev = pol_utf8_prev(s, pos);
        bool before = plain_at(s, prev);

        if (plain && before)
            break;
        pos = prev;
        plain = before;
        if (s.ptr[pos] == '\n')
            break;
    }
    return pos;
}

/* Every invisible character at `pos` and the marks among them. */
static size_t skip_invisible(policy_str s, size_t pos)
{
    while (pos < s.len) {
        uint32_t cp;
        bool ok;
        size_t next = pol_utf8_next(s, pos, &cp, &ok);
        const utf8proc_property_t *p =
            utf8proc_get_property((utf8proc_int32_t)cp);

        if (!ok || (!is_invisible(cp) && p->category != UTF8PROC_CATEGORY_MN &&
                    p->category != UTF8PROC_CATEGORY_ME &&
                    p->category != UTF8PROC_CATEGORY_MC))
            break;
        pos = next;
    }
    return pos;
}

/* Is there a break at `pos`, between two that are plain or at an end of the text? */
static bool breaks_plainly(policy_str s, size_t pos)
{
    return (pos == 0 || plain_at(s, pol_utf8_prev(s, pos))) &&
           (pos == s.len || plain_at(s, pos));
}

policy_span pol_grapheme_cover(policy_str s, policy_span span)
{
    policy_span out = span;
    size_t pos;

    if (span.start >= span.end || span.end > s.len ||
        (breaks_plainly(s, span.start) && breaks_plainly(s, span.end)))
        return span;
    for (pos = safe_start(s, span.start); pos < span.end;) {
        size_t next = pol_grapheme_next(s, pos);

        if (pos <= span.start && span.start < next)
            out.start = (uint32_t)pos;
        pos = next;
    }
    out.end = (uint32_t)skip_invisible(s, pos);
    return out;
}
