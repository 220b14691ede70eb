/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hyperscan and Vectorscan have one interface and one set of names: each is
 * loaded at run time into a name space of its own, and called by pointers.
 */
#ifndef TESTS_BENCH_ENGINE_HS_H
#define TESTS_BENCH_ENGINE_HS_H

#include <hs.h>

#include "folded_text.h"

struct hs_api {
    const char *lacks; /* NULL: all is there */
    const char *(*version)(void);
    hs_error_t (*compile_literals)(const char *const *, const unsigned *,
                                   const unsigned *, const size_t *, unsigned,
                                   unsigned, const hs_platform_info_t *,
                                   hs_database_t **, hs_compile_error_t **);
    hs_error_t (*compile_regexes)(const char *const *, const unsigned *,
                                  const unsigned *, unsigned, unsigned,
                                  const hs_platform_info_t *, hs_database_t **,
                                  hs_compile_error_t **);
    hs_error_t (*alloc_scratch)(const hs_database_t *, hs_scratch_t **);
    hs_error_t (*free_scratch)(hs_scratch_t *);
    hs_error_t (*free_database)(hs_database_t *);
    hs_error_t (*database_size)(const hs_database_t *, size_t *);
    hs_error_t (*serialize)(const hs_database_t *, char **, size_t *);
    hs_error_t (*deserialize)(const char *, size_t, hs_database_t **);
    hs_error_t (*scan)(const hs_database_t *, const char *, unsigned, unsigned,
                       hs_scratch_t *, match_event_handler, void *);
};

const struct hs_api *hs_api_hyperscan(void);
/* POLICY_BENCH_VECTORSCAN names its shared object. */
const struct hs_api *hs_api_vectorscan(void);

#endif
