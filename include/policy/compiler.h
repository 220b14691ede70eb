/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Sources into a bundle.
 */
#ifndef POLICY_COMPILER_H
#define POLICY_COMPILER_H

#include <policy/bundle.h>
#include <policy/diagnostic.h>
#include <policy/limits.h>
#ifdef __cplusplus
extern "C" {
#endif
/* One thread at a time. */
typedef struct policy_compiler policy_compiler;
typedef struct policy_compiler_options {
    size_t size;
    const policy_allocator *allocator; /* copied; the bundle keeps using it */
    const policy_limits *limits;       /* copied */
    policy_bundle *base;      /* referenced; unchanged organisations are reused */
    const char *language;     /* "zh" or "en" (default), for messages */
    int64_t today;            /* ms since 1970 for ended exceptions; 0: not checked */
    policy_diagnostic_sink on_diagnostic; void *user;
} policy_compiler_options;
#define POLICY_COMPILER_OPTIONS_INIT { sizeof(policy_compiler_options) }

POLICY_API policy_status policy_compiler_new(policy_compiler **out,
    const policy_compiler_options *o, policy_error *err);
POLICY_API void policy_compiler_free(policy_compiler *c);
/* Where `regulations/`, `themes/` and `lists/` are looked for, first match
   wins, after the organisation's own folder. Nothing is searched by default. */
POLICY_API policy_status policy_compiler_add_library(policy_compiler *c,
    const char *path, policy_error *err);
/* An organisation's folder, or a folder of them. */
POLICY_API policy_status policy_compiler_add_path(policy_compiler *c,
    const char *path, policy_error *err);
/* The same from memory: one file of a virtual tree; copied. Never touches the
   disk, so that a bundle can be built in a browser or from a database. */
POLICY_API policy_status policy_compiler_add_file(policy_compiler *c,
    const char *path, policy_str bytes, policy_error *err);
/* All or nothing: POLICY_ERULES and no bundle if any diagnostic is an error,
   after *all* of them were reported. The bundle is owned by the caller. */
POLICY_API policy_status policy_compiler_build(policy_bundle **out,
    policy_compiler *c, policy_error *err);
#ifdef __cplusplus
}
#endif

#endif
