/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the disk and of memory under one roof. Ten thousand organisations
 * are a hundred thousand files: each is found by hash, and a folder of memory
 * is a range of the files in the order of their paths.
 */
#include "compile/sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"
#include "config/order.h"

typedef struct file {
    pol_source source; /* first: what is given out is found again by it */
    bool missing, has_sum;
    uint8_t sum[32];
} file;

/* Files by path: open addressing, at most half full. */
typedef struct table {
    file **slots;
    size_t cap, count;
} table;

/* A folder of the disk that may be read; its path is in `memory`. */
struct root {
    policy_str path;
    bool links; /* links below it are followed */
};

struct pol_sources {
    policy_allocator allocator;
    uint64_t max_bytes;
    pol_arena memory, read; /* of files given, of files read */
    table given, cached;
    struct root *roots;     /* of the disk */
    size_t root_count, root_cap;
    const file **sorted;    /* the given ones by path, in `read`; or NULL */
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
    pol_free(&a, s->given.slots, s->given.cap * sizeof(*s->given.slots));
    pol_free(&a, s->cached.slots, s->cached.cap * sizeof(*s->cached.slots));
    pol_free(&a, s->roots, s->root_cap * sizeof(*s->roots));
    pol_free(&a, s, sizeof(*s));
}

policy_status pol_sources_use_disk(pol_sources *s, policy_str root, bool links)
{
    policy_str copy;

    for (size_t i = 0; i < s->root_count; i++)
        if (pol_str_eq(s->roots[i].path, root) && s->roots[i].links == links)
            return POLICY_OK;
    copy = pol_arena_dup(&s->memory, root);
    if (!copy.ptr || !pol_grow(&s->allocator, (void **)&s->roots, &s->root_cap,
                               s->root_count + 1, sizeof(*s->roots)))
        return POLICY_ENOMEM;
    s->roots[s->root_count++] = (struct root){ copy, links };
    return POLICY_OK;
}

bool pol_sources_uses_disk(const pol_sources *s)
{
    return s->root_count > 0;
}

/* Is the path a root, or below one? */
static bool is_below(const pol_sources *s, policy_str path, bool any)
{
    for (size_t i = 0; i < s->root_count; i++) {
        policy_str root = s->roots[i].path;

        if (!any && s->roots[i].links)
            continue;
        if (pol_str_starts(path, root) && root.len &&
            (path.len == root.len || path.ptr[root.len] == '/' ||
             root.ptr[root.len - 1] == '/'))
            return true;
    }
    return false;
}

static bool is_on_disk(const pol_sources *s, policy_str path)
{
    return is_below(s, path, true);
}

void pol_sources_forget(pol_sources *s)
{
    if (s->cached.count)
        memset(s->cached.slots, 0, s->cached.cap * sizeof(*s->cached.slots));
    s->cached.count = 0;
    s->sorted = NULL;
    pol_arena_reset(&s->read);
}

/* The slot of the path, or the empty one where it belongs. */
static file **slot_of(const table *t, policy_str path)
{
    size_t i = (size_t)pol_hash(path.ptr, path.len, (uintptr_t)t->slots) &
               (t->cap - 1);

    while (t->slots[i] && !pol_str_eq(t->slots[i]->source.path, path))
        i = (i + 1) & (t->cap - 1);
    return &t->slots[i];
}

static file *find(const table *t, policy_str path)
{
    return t->cap ? *slot_of(t, path) : NULL;
}

/* Room for one more. */
static bool reserve(pol_sources *s, table *t)
{
    table larger = { NULL, t->cap ? t->cap * 2 : 64, t->count };

    if ((t->count + 1) * 2 <= t->cap)
        return true;
    larger.slots = pol_calloc(&s->allocator, larger.cap, sizeof(*larger.slots));
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < t->cap; i++)
        if (t->slots[i])
            *slot_of(&larger, t->slots[i]->source.path) = t->slots[i];
    pol_free(&s->allocator, t->slots, t->cap * sizeof(*t->slots));
    *t = larger;
    return true;
}

/* A file of that path, not yet in a table. */
static file *new_file(pol_arena *arena, policy_str path)
{
    file *f = pol_arena_new(arena, file, 1);

    if (!f)
        return NULL;
    f->source.path = pol_arena_dup(arena, path);
    return f->source.path.ptr ? f : NULL;
}

static void insert(table *t, file *f)
{
    *slot_of(t, f->source.path) = f;
    t->count++;
}

policy_status pol_sources_put(pol_sources *s, policy_str path, policy_str bytes)
{
    file *f = find(&s->given, path);
    policy_str copy = pol_arena_dup(&s->memory, bytes);

    if (!copy.ptr)
        return POLICY_ENOMEM;
    if (!f) {
        f = new_file(&s->memory, path);
        if (!f || !reserve(s, &s->given))
            return POLICY_ENOMEM;
        insert(&s->given, f);
        s->sorted = NULL;
    }
    f->source.bytes = copy;
    f->has_sum = false;
    return POLICY_OK;
}

static policy_status io_error(policy_error *err, const char *path)
{
    return pol_error_set(err, POLICY_EIO, "file-unreadable",
                         "%s cannot be read", path);
}

/* `cap` is what is expected, and one more, so that the end is seen. */
static policy_status slurp(pol_sources *s, FILE *in, size_t cap,
                           const char *path, policy_str *out, policy_error *err)
{
    size_t len = 0;
    char *at = pol_arena_alloc(&s->read, cap);

    while (at) {
        size_t got = fread(at + len, 1, cap - len, in);
        char *larger;

        len += got;
        if (len > s->max_bytes)
            return pol_error_set(err, POLICY_ELIMIT, "limit",
                                 "%s is above the limit source_bytes (%llu)",
                                 path, (unsigned long long)s->max_bytes);
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

/* An organisation's own folder may be written by somebody who may not read what
 * the host may: a link there would show it, in the message about it. What the
 * operator named as a library, and the zone files, may link as they like. */
static bool is_link_refused(const pol_sources *s, policy_str path,
                            const struct stat *st)
{
    return S_ISLNK(st->st_mode) && is_below(s, path, false);
}

static policy_status read_disk(pol_sources *s, file *f, policy_error *err)
{
    const char *path = f->source.path.ptr;
    struct stat st;
    size_t cap = 1 << 14;
    policy_status result;
    FILE *in;

    if (lstat(path, &st) || (!is_link_refused(s, f->source.path, &st) &&
                             stat(path, &st))) {
        f->missing = true;
        return errno == ENOENT || errno == ENOTDIR ? POLICY_OK
                                                   : io_error(err, path);
    }
    if (S_ISLNK(st.st_mode))
        return pol_error_set(err, POLICY_EIO, "file-link",
                             "%s is a link, which is not followed here", path);
    if (!S_ISREG(st.st_mode))
        return pol_error_set(err, POLICY_EIO, "file-kind", "%s is no file", path);
    in = fopen(path, "rb");
    if (!in)
        return io_error(err, path);
    if ((uint64_t)st.st_size < s->max_bytes)
        cap = (size_t)st.st_size + 1;
    result = slurp(s, in, cap, path, &f->source.bytes, err);
    fclose(in);
    return result;
}

policy_status pol_sources_get(const pol_source **out, pol_sources *s,
                              policy_str path, policy_error *err)
{
    file *f = find(&s->given, path);
    policy_status st;

    *out = NULL;
    if (!f)
        f = find(&s->cached, path);
    if (!f) {
        if (!is_on_disk(s, path))
            return POLICY_OK;
        f = new_file(&s->read, path);
        if (!f || !reserve(s, &s->cached))
            return pol_error_oom(err);
        st = read_disk(s, f, err);
        if (st)
            return st;
        insert(&s->cached, f);
    }
    if (!f->missing)
        *out = &f->source;
    return POLICY_OK;
}

void pol_sources_sum(uint8_t sum[32], const pol_source *source)
{
    file *f = (file *)source;
    pol_sha256 h;

    memset(sum, 0, 32);
    if (!f)
        return;
    if (!f->has_sum) {
        pol_sha256_init(&h);
        pol_sha256_add(&h, source->bytes.ptr, source->bytes.len);
        pol_sha256_done(&h, f->sum);
        f->has_sum = true;
    }
    memcpy(sum, f->sum, 32);
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
    if (n->failed)
        return;
    if (n->count == n->cap) {
        size_t cap = n->cap ? n->cap * 2 : 32;
        policy_str *at = pol_arena_new(n->arena, policy_str, cap);

        n->failed = !at;
        if (!at)
            return;
        if (n->count)
            memcpy(at, n->at, n->count * sizeof(*at));
        n->at = at;
        n->cap = cap;
    }
    n->at[n->count] = pol_arena_dup(n->arena, name);
    n->failed = !n->at[n->count].ptr;
    n->count++;
}

static int compare_files(const void *items, uint32_t a, uint32_t b)
{
    const file *const *f = items;

    return pol_str_cmp(f[a]->source.path, f[b]->source.path);
}

/* Files may only be given between two builds, so that this is done once. */
static bool sort_given(pol_sources *s)
{
    const file **all, **sorted;
    uint32_t *order;
    size_t n = 0;

    if (s->sorted || !s->given.count)
        return true;
    all = pol_arena_new(&s->read, const file *, s->given.count);
    sorted = pol_arena_new(&s->read, const file *, s->given.count);
    for (size_t i = 0; all && i < s->given.cap; i++)
        if (s->given.slots[i])
            all[n++] = s->given.slots[i];
    order = all ? pol_order(all, n, compare_files, &s->read) : NULL;
    if (!sorted || !order)
        return false;
    for (size_t i = 0; i < n; i++)
        sorted[i] = all[order[i]];
    s->sorted = sorted;
    return true;
}

/* The first given file whose path is not below `path` followed by `after`. */
static size_t lower_bound(const pol_sources *s, policy_str path, char after)
{
    size_t lo = 0, hi = s->given.count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        policy_str at = s->sorted[mid]->source.path;
        policy_str head = pol_str_starts(at, path)
                              ? (policy_str){ at.ptr, path.len } : at;
        int c = pol_str_cmp(head, path);

        if (c == 0)
            c = at.len == path.len ? -1
                : (at.ptr[path.len] > after) - (at.ptr[path.len] < after);
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* One name a file of the folder and one a folder in it, whose files are
 * leapt over. */
static void list_given(names *n, const pol_sources *s, policy_str dir)
{
    size_t skip = dir.len ? dir.len + 1 : 0;
    size_t i = dir.len ? lower_bound(s, dir, '/') : 0;

    while (i < s->given.count) {
        policy_str path = s->sorted[i]->source.path;
        policy_str rest = { path.ptr + skip, path.len - skip };
        const char *slash;

        if (skip && (path.len < skip || !pol_str_starts(path, dir) ||
                     path.ptr[dir.len] != '/'))
            return;
        slash = memchr(rest.ptr, '/', rest.len);
        if (slash)
            rest.len = (size_t)(slash - rest.ptr);
        if (rest.len)
            add_name(n, rest);
        i = slash ? lower_bound(s, (policy_str){ path.ptr, skip + rest.len },
                                '/' + 1)
                  : i + 1;
    }
}

static policy_status list_disk(names *n, policy_str dir, policy_error *err)
{
    struct dirent *entry;
    DIR *d = opendir(dir.ptr);

    if (!d)
        return errno == ENOENT || errno == ENOTDIR ? POLICY_OK
                                                   : io_error(err, dir.ptr);
    for (errno = 0; (entry = readdir(d)); errno = 0)
        if (entry->d_name[0] != '.')
            add_name(n, pol_str(entry->d_name));
    if (errno) {
        closedir(d);
        return io_error(err, dir.ptr);
    }
    closedir(d);
    return POLICY_OK;
}

static int compare_names(const void *items, uint32_t a, uint32_t b)
{
    const policy_str *s = items;

    return pol_str_cmp(s[a], s[b]);
}

/* Sorted, each once. */
static policy_status finish_list(const policy_str **out, size_t *count,
                                 const names *n, policy_error *err)
{
    uint32_t *order = n->count && !n->failed
                          ? pol_order(n->at, n->count, compare_names, n->arena)
                          : NULL;
    policy_str *list = order ? pol_arena_new(n->arena, policy_str, n->count)
                             : NULL;

    if (!n->count && !n->failed)
        return POLICY_OK;
    if (!list)
        return pol_error_oom(err);
    for (size_t i = 0; i < n->count; i++)
        if (i == 0 || !pol_str_eq(list[*count - 1], n->at[order[i]]))
            list[(*count)++] = n->at[order[i]];
    *out = list;
    return POLICY_OK;
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
    if (!dir.ptr || !sort_given(s))
        return pol_error_oom(err);
    list_given(&n, s, dir);
    if (is_on_disk(s, dir))
        st = list_disk(&n, dir, err);
    return st ? st : finish_list(out, count, &n, err);
}
