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
/* A folder, copied, where `regulations/`, `themes/` and `lists/` are looked for
   when the bundle is built: first match wins, after the organisation's own
   folder. Every list of the libraries is shared by all organisations. Nothing is
   searched by default. ENOMEM. */
POLICY_API policy_status policy_compiler_add_library(policy_compiler *c,
    const char *path, policy_error *err);
/* An organisation's folder (it holds organisation.yaml), or a folder of them;
   copied, read when the bundle is built. ENOMEM. */
POLICY_API policy_status policy_compiler_add_path(policy_compiler *c,
    const char *path, policy_error *err);
/* The same from memory: one file of a virtual tree; both copied, a second file
   of a path replaces the first. Organisations are folders of the tree; where no
   path and no library was added, `regulations/`, `themes/` and `lists/` at its
   root are the library, and the disk is never touched, so that a bundle can be
   built in a browser or from a database. ENOMEM, ELIMIT (source_bytes). */
POLICY_API policy_status policy_compiler_add_file(policy_compiler *c,
    const char *path, policy_str bytes, policy_error *err);
/* All or nothing: POLICY_ERULES and no bundle if any diagnostic is an error,
   after *all* of them were reported; `err` has the first. EIO for what could not
   be read, ELIMIT, ENOMEM. May be called again, and reads the disk anew. The
   bundle is owned by the caller, free with policy_bundle_unref. */
POLICY_API policy_status policy_compiler_build(policy_bundle **out,
    policy_compiler *c, policy_error *err);
#ifdef __cplusplus
}
#endif

#endif
