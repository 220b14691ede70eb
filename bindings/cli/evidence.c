/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of the event: for people as they were written, masked where they are
 * somebody's number; where a file is written, masked all.
 */
#include <string.h>

#include "evidence.h"
#include "lang.h"
#include "mask.h"

static void add_how(struct cli_string *out, const struct cli *c,
                    const char *const *how)
{
    for (size_t i = 0; how && how[i]; i++) {
        cli_string_adds(out, i ? ", " : " (");
        cli_string_adds(out, cli_reason(c->language, how[i]));
    }
    if (how && how[0])
        cli_string_adds(out, ")");
}

/* The library says "term" for a word that a rule itself names. */
static bool is_detector(policy_str kind)
{
    return kind.len && (kind.len != 4 || memcmp(kind.ptr, "term", 4) != 0);
}

static bool same_place(const policy_evidence *a, const policy_evidence *b)
{
    return a->span.start == b->span.start && a->span.end == b->span.end &&
           a->field.len == b->field.len &&
           !memcmp(a->field.ptr, b->field.ptr, a->field.len);
}

static void add_evidence(struct cli_string *out, const struct cli *c,
                         const policy_event *event, const policy_evidence *v)
{
    char field[256];
    policy_str text, part;

    if (v->field.len >= sizeof(field))
        return;
    memcpy(field, v->field.ptr, v->field.len);
    field[v->field.len] = 0;
    if (policy_event_get_text(&text, event, field) ||
        v->span.end > text.len || v->span.start > v->span.end)
        return;
    part = (policy_str){ text.ptr + v->span.start,
                         v->span.end - v->span.start };
    if (out->len)
        cli_string_adds(out, " · ");
    if (c->clear)
        cli_string_add(out, part);
    else if (!c->table)
        cli_mask_all(out, part);
    else if (is_detector(v->kind))
        cli_mask(out, part);
    else
        cli_mask_digits(out, part);
    add_how(out, c, v->how);
}

void cli_evidence_add(struct cli_string *out, const struct cli *c,
                      const policy_event *event, const policy_finding *f)
{
    for (size_t i = 0; i < f->evidence_count; i++) {
        bool seen = false;

        for (size_t k = 0; k < i && !seen; k++)
            seen = same_place(&f->evidence[i], &f->evidence[k]);
        if (!seen)
            add_evidence(out, c, event, &f->evidence[i]);
    }
}
