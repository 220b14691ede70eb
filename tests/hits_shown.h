/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The evidence of a finding in one line, for tests that compare it.
 */
#ifndef TESTS_HITS_SHOWN_H
#define TESTS_HITS_SHOWN_H

#include "host.h"

/* "text 0-6 own traditional; parts[0] …", of rule o/all. */
static inline void hits_shown(const struct host *h, char *out, size_t cap)
{
    const policy_finding *f = host_finding(h->decision, POLICY_ENFORCED, "o/all");
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; f && i < f->evidence_count && n < cap; i++) {
        const policy_evidence *e = &f->evidence[i];
        policy_str name = e->list.len ? e->list : e->kind;

        n += (size_t)snprintf(out + n, cap - n, "%s%.*s %u-%u %.*s", i ? "; " : "",
                              (int)e->field.len, e->field.ptr, e->span.start,
                              e->span.end, (int)name.len, name.ptr);
        for (size_t k = 0; e->how[k] && n < cap; k++)
            n += (size_t)snprintf(out + n, cap - n, " %s", e->how[k]);
    }
}

#endif
