/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RE2, and a text as both of us read it.
 */
#ifndef TESTS_REGEX_RE2_H
#define TESTS_REGEX_RE2_H

#include "base/slice.h"

#include "regex_check.h"
#include "regex_random.h"

void *re2_new(const char *pattern, size_t len);
int re2_find(const void *re, const char *text, size_t len, size_t from,
             size_t *start, size_t *end);
void re2_free(void *re);

struct regex_text {
    pol_folded folded;
    char utf8[4096];       /* of the folded text */
    size_t at[2048];       /* byte of each unit, and of the end */
    size_t len;
};

static inline void regex_text_init(struct regex_text *t, policy_str s)
{
    size_t i, next;

    pol_folded_init(&t->folded, NULL);
    if (pol_fold(&t->folded, s, NULL) != POLICY_OK)
        abort();
    t->len = 0;
    for (i = 0; i < t->folded.count && i < 1000; i = next) {
        uint32_t cp;

        next = i;
        cp = pol_utf16_next(t->folded.units, t->folded.count, &next);
        t->at[i] = t->at[i + 1] = t->len;
        t->len += pol_utf8_put(t->utf8 + t->len, cp);
    }
    t->at[t->folded.count] = t->len;
}

static inline void regex_text_fini(struct regex_text *t)
{
    pol_folded_fini(&t->folded);
}

#endif
