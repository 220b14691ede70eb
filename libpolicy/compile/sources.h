/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files, from the disk or from memory. Each is read once a build; what is given
 * from memory goes before what the disk holds.
 */
#ifndef POL_COMPILE_SOURCES_H
#define POL_COMPILE_SOURCES_H

#include "base/arena.h"
#include "base/report.h"

typedef struct pol_sources pol_sources;

policy_status pol_sources_new(pol_sources **out, const policy_allocator *a,
                              uint64_t max_bytes);
void pol_sources_free(pol_sources *s);
/* A file from memory; both copied. A second one of a path replaces the first. */
policy_status pol_sources_put(pol_sources *s, policy_str path, policy_str bytes);
/* Forget what was read from the disk; before each build. */
void pol_sources_forget(pol_sources *s);
/* The disk is read at and below these folders (no slash at the end) and nowhere
 * else: a tree from memory never reaches it. A file there that is a symbolic
 * link is refused unless `links`. ENOMEM. */
policy_status pol_sources_use_disk(pol_sources *s, policy_str root,
                                   bool links);
bool pol_sources_uses_disk(const pol_sources *s);

/* *out NULL: there is no such file. EIO, ELIMIT with the path in `err`. */
policy_status pol_sources_get(const pol_source **out, pol_sources *s,
                              policy_str path, policy_error *err);
/* SHA-256 of the bytes of a file that was got, worked out once; zeros for NULL. */
void pol_sources_sum(uint8_t sum[32], const pol_source *source);
/* "a/b" of "a" and "b"; "b" where `dir` is empty. In the arena. */
policy_str pol_path_join(pol_arena *arena, policy_str dir, policy_str name);
/* Names in a folder, sorted, both of memory and of the disk; *count 0 where
 * there is no such folder. */
policy_status pol_sources_list(const policy_str **out, size_t *count,
                               pol_sources *s, policy_str dir, pol_arena *arena,
                               policy_error *err);

#endif
