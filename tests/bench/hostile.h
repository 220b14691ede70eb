/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that are dear to match. */
#ifndef TESTS_BENCH_HOSTILE_H
#define TESTS_BENCH_HOSTILE_H

#include "folded_text.h"

struct hostile {
    const char *name;
    /* Both are made from a list of terms. `list` NULL: the terms as they are. */
    struct bench_lines (*list)(const struct bench_lines *terms);
    struct bench_lines (*text)(const struct bench_lines *terms);
};

extern const struct hostile hostile_texts[];
extern const size_t hostile_count;

#endif
