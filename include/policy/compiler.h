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

/* A detector of the host's own, usable in rules as pii "NAME".

   `find` is given the text as the library reads it, folded, as UTF-8: full-width,
   circled and other digits are 0 to 9 in it, letters are small and without
   marks, what is invisible is gone. So a number is found however it is written;
   its span there leads to the exact bytes of the original. Numbers written in
   words (一三八…) are read as such too where `charset` is "digit" or "alnum", and
   text in codes (%E6, base64) as if it were not.

   It looks for the first find that begins at byte `from` of `text` or later, and
   returns how sure it is, POLICY_CONFIDENCE_LOW to HIGH, with the span in `out`;
   or 0. A span must lie in `text` from `from` on, hold something, cut no
   character, and have at most `max_len` bytes (0: any number). Any other answer
   is an entry in the decision's errors ("detector"), acts as `on_error` for
   severity 3, and ends the detector's work for that event.

   It is asked only where `min_run` characters of `charset` stand in a row:
   "digit", "alnum" (Latin letters and digits), "han", "any". It must be pure,
   linear, safe on all threads, and allocate nothing. */
typedef struct policy_detector {
    size_t size;
    const char *name;    /* 1 to 64 of a-z, 0-9 and, not first, - and _ */
    const char *version; /* goes into the bundle's revision; NULL: "" */
    const char *charset;
    uint32_t min_run, max_len;
    int (*find)(void *user, policy_str text, size_t from, policy_span *out);
    void *user;          /* outlives the bundle */
} policy_detector;
#define POLICY_DETECTOR_INIT { sizeof(policy_detector), NULL, NULL, "any", 0, 0, NULL, NULL }

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
/* Copied, its strings too. EINPUT for a name that is none, that the library has
   or that was added before (`detector-name`), and for an unknown charset; EMISUSE
   without a name or a function; ELIMIT above 64; ENOMEM. */
POLICY_API policy_status policy_compiler_add_detector(policy_compiler *c,
    const policy_detector *d, policy_error *err);
/* All or nothing: POLICY_ERULES and no bundle if any diagnostic is an error,
   after *all* of them were reported; `err` has the first. EIO for what could not
   be read, ELIMIT, ENOMEM; EMISUSE: `keep`, and other detectors than those of
   the base. May be called again, and reads the disk anew. Of
   what is taken over from the base, warnings are not told again. The
   bundle is owned by the caller, free with policy_bundle_unref. */
POLICY_API policy_status policy_compiler_build(policy_bundle **out,
    policy_compiler *c, policy_error *err);
/* The canonical form of a rule file: tokens, comments and line breaks are those of
   `bytes`, the white space is not, so that it means the same, and its own form is
   itself. Writes at most `cap` bytes and no NUL; `*len` is the length needed.
   `path` is for messages. Of the options, allocator, limits, language and
   on_diagnostic count. ERULES, and nothing is written, for what does not load, as
   the diagnostics say; ENOMEM. */
POLICY_API policy_status policy_rules_format(char *buf, size_t cap, size_t *len,
    policy_str bytes, policy_str path, const policy_compiler_options *o,
    policy_error *err);
#ifdef __cplusplus
}
#endif

#endif
