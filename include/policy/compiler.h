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
    /* Not 0: the organisations of `base` stay in the bundle, without a look at
       their folders, but for those that are added anew or removed. Libraries are
       added as for any build. What an organisation takes from them must be as it
       was, or it must be added too; shared lists of terms may change. The bundle
       is the one that all the sources together would give, with its revision,
       provided that the folders are as they were. */
    int32_t keep;
} policy_compiler_options;
#define POLICY_COMPILER_OPTIONS_INIT { sizeof(policy_compiler_options) }

/* EMISUSE: an unknown language; `keep` without a base, or with other limits than
   those of the base. ENOMEM. */
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
/* With `keep`: leave this organisation of the base out. One of the same id that
   is added is in. POLICY_EORG: the base has none of that id; EMISUSE: nothing is
   kept; ENOMEM. */
POLICY_API policy_status policy_compiler_remove_organisation(policy_compiler *c,
    const char *id, policy_error *err);
/* All or nothing: POLICY_ERULES and no bundle if any diagnostic is an error,
   after *all* of them were reported; `err` has the first. EIO for what could not
   be read, ELIMIT, ENOMEM. May be called again, and reads the disk anew. Of
   what is taken over from the base, warnings are not told again. The
   bundle is owned by the caller, free with policy_bundle_unref. */
POLICY_API policy_status policy_compiler_build(policy_bundle **out,
    policy_compiler *c, policy_error *err);
#ifdef __cplusplus
}
#endif

#endif
