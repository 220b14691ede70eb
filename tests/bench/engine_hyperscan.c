/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hyperscan and Vectorscan as matchers of terms: literals, block mode, one id a
 * term, no start of match, the scratch used again.
 *
 * A million terms take them a minute and two gigabytes to compile: what took
 * long is kept, serialized, below build/bench-cache under a hash of the terms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine.h"
#include "engine_hs.h"

struct hs_run {
    struct engine_run run;
    const struct hs_api *api;
    hs_database_t *db;
    hs_scratch_t *s;
};

/* ---- the cache ---- */

enum { KEEP_FROM = 50000, PATH_ROOM = 512 };

static uint64_t hash_bytes(uint64_t h, const char *p, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++)
        h = (h ^ (uint8_t)p[i]) * 0x100000001b3u;
    return h;
}

static void cache_path(char *out, const struct hs_api *api,
                       const struct terms *t)
{
    const char *version = api->version();
    uint64_t h = hash_bytes(0xcbf29ce484222325u, version, strlen(version));
    size_t i;

    for (i = 0; i < t->count; i++)
        h = hash_bytes(h, t->at[i].ptr, t->at[i].len + 1);
    snprintf(out, PATH_ROOM, "%s/build/bench-cache/%s-%zu-%016llx.hs",
             SOURCE_ROOT,
             api == hs_api_hyperscan() ? "hyperscan" : "vectorscan", t->count,
             (unsigned long long)h);
}

/* What does not read back as a database is compiled anew. */
static bool read_cache(struct hs_run *p, const char *path)
{
    FILE *f = fopen(path, "rb");
    char *bytes;
    long len;
    bool ok;

    if (!f)
        return false;
    if (fseek(f, 0, SEEK_END) || (len = ftell(f)) < 0)
        bench_fail("%s: cannot be read", path);
    rewind(f);
    bytes = need(malloc((size_t)len + 1));
    ok = fread(bytes, 1, (size_t)len, f) == (size_t)len &&
         p->api->deserialize(bytes, (size_t)len, &p->db) == HS_SUCCESS;
    free(bytes);
    fclose(f);
    return ok;
}

/* A cache that cannot be written is none: the next run compiles again. */
static void write_cache(const struct hs_run *p, const char *path)
{
    char *bytes, new_path[PATH_ROOM + 8];
    size_t len;
    FILE *f;

    mkdir(SOURCE_ROOT "/build", 0777);
    mkdir(SOURCE_ROOT "/build/bench-cache", 0777);
    snprintf(new_path, sizeof(new_path), "%s.new", path);
    if (p->api->serialize(p->db, &bytes, &len))
        return;
    if ((f = fopen(new_path, "wb"))) {
        bool ok = fwrite(bytes, 1, len, f) == len;

        if (fclose(f) || !ok || rename(new_path, path))
            remove(new_path);
    }
    free(bytes);
}

/* ---- terms ---- */

static void compile(struct hs_run *p, const struct terms *t)
{
    const char **at = need(calloc(t->count, sizeof(*at)));
    size_t *lens = need(calloc(t->count, sizeof(*lens))), i;
    unsigned *ids = need(calloc(t->count, sizeof(*ids)));
    unsigned *flags = need(calloc(t->count, sizeof(*flags)));
    hs_compile_error_t *err;
    double start;

    for (i = 0; i < t->count; i++) {
        at[i] = t->at[i].ptr;
        lens[i] = t->at[i].len;
        ids[i] = (unsigned)i;
    }
    start = bench_cpu();
    if (p->api->compile_literals(at, flags, ids, lens, (unsigned)t->count,
                                 HS_MODE_BLOCK, NULL, &p->db, &err))
        bench_fail("%s: %s", p->api->version(), err->message);
    p->run.build_s = bench_cpu() - start;
    free(at);
    free(lens);
    free(ids);
    free(flags);
}

static void *hs_build(const struct hs_api *api, const struct corpus *c,
                      const struct terms *t)
{
    struct hs_run *p = need(calloc(1, sizeof(*p)));
    char path[PATH_ROOM];

    p->run = (struct engine_run){ .c = c, .build_s = -1 };
    p->api = api;
    cache_path(path, api, t);
    if (t->count < KEEP_FROM || !read_cache(p, path)) {
        compile(p, t);
        if (t->count >= KEEP_FROM)
            write_cache(p, path);
    }
    if (api->alloc_scratch(p->db, &p->s) ||
        api->database_size(p->db, &p->run.bytes))
        bench_fail("%s: no scratch", api->version());
    return p;
}

static void *hyperscan_build(const struct corpus *c, const struct terms *t)
{
    return hs_build(hs_api_hyperscan(), c, t);
}

static void *vectorscan_build(const struct corpus *c, const struct terms *t)
{
    return hs_build(hs_api_vectorscan(), c, t);
}

static void hs_fini(void *self)
{
    struct hs_run *p = self;

    p->api->free_scratch(p->s);
    p->api->free_database(p->db);
    free(p);
}

static int hs_hit(unsigned id, unsigned long long from, unsigned long long to,
                  unsigned flags, void *user)
{
    (void)from;
    (void)flags;
    tally_hit(user, id, to);
    return 0;
}

static void hs_single(void *self, size_t first, size_t end)
{
    struct hs_run *p = self;
    const policy_str *l = p->run.c->utf8_lines;

    for (; first < end; first++)
        p->api->scan(p->db, l[first].ptr, (unsigned)l[first].len, 0, p->s,
                     hs_hit, &p->run.tally);
}

static void hs_buffer(void *self, size_t first, size_t end)
{
    struct hs_run *p = self;
    policy_str all;

    if (first == end)
        return;
    all = corpus_joined_utf8(p->run.c, first, end);
    p->api->scan(p->db, all.ptr, (unsigned)all.len, 0, p->s, hs_hit,
                 &p->run.tally);
}

static const char *hyperscan_lacks(void)
{
    return hs_api_hyperscan()->lacks;
}

static const char *vectorscan_lacks(void)
{
    return hs_api_vectorscan()->lacks;
}

const struct engine engine_hyperscan = {
    "hyperscan", "Hyperscan", SIZE_MAX, true, hyperscan_lacks, hyperscan_build,
    hs_fini, hs_single, hs_buffer
};
const struct engine engine_vectorscan = {
    "vectorscan", "Vectorscan", SIZE_MAX, true, vectorscan_lacks,
    vectorscan_build, hs_fini, hs_single, hs_buffer
};
