/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the disk and of memory under one roof.
 */
#include "compile/sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"

typedef struct file {
    pol_source source;
    bool from_memory, missing;
    struct file *next;
} file;

struct pol_sources {
    policy_allocator allocator;
    uint64_t max_bytes;
    bool disk;
    pol_arena memory, read; /* of files given, of files read */
    file *given, *cached;
};

policy_status pol_sources_new(pol_sources **out, const policy_allocator *a,
                              uint64_t max_bytes)
{
    pol_sources *s = pol_calloc(a, 1, sizeof(*s));

    *out = s;
    if (!s)
        return POLICY_ENOMEM;
    s->allocator = *a;
    s->max_bytes = max_bytes;
    pol_arena_init(&s->memory, a, 0);
    pol_arena_init(&s->read, a, 0);
    return POLICY_OK;
}

void pol_sources_free(pol_sources *s)
{
    policy_allocator a;

    if (!s)
        return;
    a = s->allocator;
    pol_arena_fini(&s->memory);
    pol_arena_fini(&s->read);
    pol_free(&a, s, sizeof(*s));
}

void pol_sources_use_disk(pol_sources *s)
{
    s->disk = true;
}

bool pol_sources_uses_disk(const pol_sources *s)
{
    return s->disk;
}

void pol_sources_forget(pol_sources *s)
{
    s->cached = NULL;
    pol_arena_reset(&s->read);
}

static file *find(file *list, policy_str path)
{
    for (; list; list = list->next)
        if (pol_str_eq(list->source.path, path))
            return list;
    return NULL;
}

policy_status pol_sources_put(pol_sources *s, policy_str path, policy_str bytes)
{
    file *f = find(s->given, path);
    policy_str copy = pol_arena_dup(&s->memory, bytes);

    if (!copy.ptr)
        return POLICY_ENOMEM;
    if (!f) {
        f = pol_arena_new(&s->memory, file, 1);
        if (!f)
            return POLICY_ENOMEM;
        f->source.path = pol_arena_dup(&s->memory, path);
        if (!f->source.path.ptr)
            return POLICY_ENOMEM;
        f->from_memory = true;
        f->next = s->given;
        s->given = f;
    }
    f->source.bytes = copy;
    return POLICY_OK;
}

static policy_status io_error(policy_error *err, const char *path)
{
    return pol_error_set(err, POLICY_EIO, "file-unreadable",
                         "%s cannot be read", path);
}

static policy_status slurp(pol_sources *s, FILE *in, const char *path,
                           policy_str *out, policy_error *err)
{
    size_t len = 0, cap = 1 << 14;
    char *at = pol_arena_alloc(&s->read, cap);

    while (at) {
        size_t got = fread(at + len, 1, cap - len, in);
        char *larger;

        len += got;
        if (len > s->max_bytes)
            return pol_error_limit(err, "source_bytes", s->max_bytes);
        if (got == 0) {
            if (ferror(in))
                return io_error(err, path);
            *out = (policy_str){ at, len };
            return POLICY_OK;
        }
        if (len < cap)
            continue;
        larger = pol_arena_alloc(&s->read, cap * 4);
        if (larger)
            memcpy(larger, at, len);
        at = larger;
        cap *= 4;
    }
    return pol_error_oom(err);
}

static policy_status read_disk(pol_sources *s, file *f, policy_error *err)
{
    const char *path = f->source.path.ptr;
    struct stat st;
    policy_status result;
    FILE *in;

    if (stat(path, &st)) {
        f->missing = true;
        return errno == ENOENT || errno == ENOTDIR ? POLICY_OK
                                                   : io_error(err, path);
    }
    if (!S_ISREG(st.st_mode)) {
        f->missing = true;
        return POLICY_OK;
    }
    in = fopen(path, "rb");
    if (!in)
        return io_error(err, path);
    result = slurp(s, in, path, &f->source.bytes, err);
    fclose(in);
    return result;
}

policy_status pol_sources_get(const pol_source **out, pol_sources *s,
                              policy_str path, policy_error *err)
{
    file *f = find(s->given, path);
    policy_status st;

    *out = NULL;
    if (!f)
        f = find(s->cached, path);
    if (!f) {
        if (!s->disk)
            return POLICY_OK;
        f = pol_arena_new(&s->read, file, 1);
        if (!f)
            return pol_error_oom(err);
        f->source.path = pol_arena_dup(&s->read, path);
        if (!f->source.path.ptr)
            return pol_error_oom(err);
        st = read_disk(s, f, err);
        if (st)
            return st;
        f->next = s->cached;
        s->cached = f;
    }
    if (!f->missing)
        *out = &f->source;
    return POLICY_OK;
}

policy_str pol_path_join(pol_arena *arena, policy_str dir, policy_str name)
{
    size_t slash = dir.len > 0 && dir.ptr[dir.len - 1] != '/';
    char *s = pol_arena_alloc(arena, dir.len + slash + name.len + 1);

    if (!s)
        return (policy_str){ NULL, 0 };
    memcpy(s, dir.ptr, dir.len);
    if (slash)
        s[dir.len] = '/';
    memcpy(s + dir.len + slash, name.ptr, name.len);
    return (policy_str){ s, dir.len + slash + name.len };
}

typedef struct names {
    pol_arena *arena;
    policy_str *at;
    size_t count, cap;
    bool failed;
} names;

static void add_name(names *n, policy_str name)
{
    for (size_t i = 0; i < n->count; i++)
        if (pol_str_eq(n->at[i], name))
            return;
    if (n->count == n->cap) {
        size_t cap = n->cap ? n->cap * 2 : 32;
        policy_str *at = pol_arena_new(n->arena, policy_str, cap);

        if (at && n->count)
            memcpy(at, n->at, n->count * sizeof(*at));
        n->failed = n->failed || !at;
        if (!at)
            return;
        n->at = at;
        n->cap = cap;
    }
    n->at[n->count] = pol_arena_dup(n->arena, name);
    n->failed = n->failed || !n->at[n->count].ptr;
    n->count++;
}

static void list_given(names *n, const pol_sources *s, policy_str dir)
{
    for (const file *f = s->given; f; f = f->next) {
        policy_str rest = f->source.path;
        const char *slash;

        if (dir.len) {
            if (rest.len <= dir.len || !pol_str_starts(rest, dir) ||
                rest.ptr[dir.len] != '/')
                continue;
            rest.ptr += dir.len + 1;
            rest.len -= dir.len + 1;
        }
        slash = memchr(rest.ptr, '/', rest.len);
        if (slash)
            rest.len = (size_t)(slash - rest.ptr);
        add_name(n, rest);
    }
}

static policy_status list_disk(names *n, policy_str dir, policy_error *err)
{
    const char *path = dir.len ? dir.ptr : ".";
    struct dirent *entry;
    DIR *d = opendir(path);

    if (!d)
        return errno == ENOENT || errno == ENOTDIR ? POLICY_OK
                                                   : io_error(err, path);
    while ((entry = readdir(d)))
        if (entry->d_name[0] != '.')
            add_name(n, pol_str(entry->d_name));
    closedir(d);
    return POLICY_OK;
}

static int compare(const void *a, const void *b)
{
    return pol_str_cmp(*(const policy_str *)a, *(const policy_str *)b);
}

policy_status pol_sources_list(const policy_str **out, size_t *count,
                               pol_sources *s, policy_str dir, pol_arena *arena,
                               policy_error *err)
{
    names n = { arena, NULL, 0, 0, false };
    policy_status st = POLICY_OK;

    *out = NULL;
    *count = 0;
    dir = pol_arena_dup(arena, dir); /* with a NUL after it */
    if (!dir.ptr)
        return pol_error_oom(err);
    list_given(&n, s, dir);
    if (s->disk)
        st = list_disk(&n, dir, err);
    if (st)
        return st;
    if (n.failed)
        return pol_error_oom(err);
    if (n.count)
        qsort(n.at, n.count, sizeof(*n.at), compare);
    *out = n.at;
    *count = n.count;
    return POLICY_OK;
}
