/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* RE2 from C: regexes one by one, with spans, and as a set, without. */
#ifndef TESTS_BENCH_REGEX_RE2_H
#define TESTS_BENCH_REGEX_RE2_H

#ifdef __cplusplus
extern "C" {
#endif

#include "bench.h"

struct re2_regexes;
typedef void (*on_span)(void *user, uint32_t id, size_t start, size_t end);

/* A pattern that RE2 refuses ends the program. */
struct re2_regexes *re2_regexes_new(const char *const *patterns, size_t count);
void re2_regexes_free(struct re2_regexes *r);
/* Every match of every pattern, those of one from left to right, none of them
 * overlapping. */
void re2_each(struct re2_regexes *r, policy_str line, on_span f, void *user);
/* The ids of the patterns that match, start and end 0. */
void re2_set(struct re2_regexes *r, policy_str line, on_span f, void *user);

#ifdef __cplusplus
}
#endif

#endif
