/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the matcher share: terms, and a matcher of them.
 */
#ifndef TESTS_MATCHER_CHECK_H
#define TESTS_MATCHER_CHECK_H

#include "match/pattern_set.h"

#include "harness.h"

struct term {
    const char *text;
    uint32_t id, flags;
};

static inline policy_str str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static inline policy_matcher *matcher_of(const struct term *terms, size_t count)
{
    policy_pattern_set *set;
    policy_matcher *m = NULL;
    size_t i;

    if (policy_pattern_set_new(&set, NULL, NULL))
        return NULL;
    set->whole_of_few = true;
    for (i = 0; i < count; i++)
        CHECK(policy_pattern_set_add(set, str(terms[i].text), terms[i].id,
                                     terms[i].flags, NULL) == POLICY_OK,
              "%s", terms[i].text);
    policy_matcher_build(&m, set, NULL);
    policy_pattern_set_free(set);
    return m;
}

#endif
