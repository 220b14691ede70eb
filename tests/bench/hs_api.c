/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debian's packages of Hyperscan and Vectorscan exclude each other, and their
 * shared objects define the same names. Both are loaded RTLD_LOCAL, so that
 * neither sees the other's: nothing is linked against libhs. `./dev bench`
 * unpacks Vectorscan's package below build/ without installing it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "engine_hs.h"

/* POSIX has dlsym return functions as an object pointer. */
#define LOAD(member, symbol)                                                   \
    do {                                                                       \
        void *p = dlsym(so, symbol);                                           \
                                                                               \
        if (!p)                                                                \
            api->lacks = "the shared object lacks " symbol;                    \
        memcpy(&api->member, &p, sizeof(p));                                   \
    } while (0)

static void load(struct hs_api *api, const char *path)
{
    void *so = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (!so) {
        api->lacks = dlerror();
        return;
    }
    LOAD(version, "hs_version");
    LOAD(compile_literals, "hs_compile_lit_multi");
    LOAD(compile_regexes, "hs_compile_multi");
    LOAD(alloc_scratch, "hs_alloc_scratch");
    LOAD(free_scratch, "hs_free_scratch");
    LOAD(free_database, "hs_free_database");
    LOAD(database_size, "hs_database_size");
    LOAD(serialize, "hs_serialize_database");
    LOAD(deserialize, "hs_deserialize_database");
    LOAD(scan, "hs_scan");
}

const struct hs_api *hs_api_hyperscan(void)
{
    static struct hs_api api;

    if (!api.version && !api.lacks)
        load(&api, "libhs.so.5");
    return &api;
}

const struct hs_api *hs_api_vectorscan(void)
{
    static struct hs_api api;
    const char *path = getenv("POLICY_BENCH_VECTORSCAN");

    if (!path)
        api.lacks = "POLICY_BENCH_VECTORSCAN is not set";
    else if (!api.version && !api.lacks)
        load(&api, path);
    /* An installed package of that name has taken the place of Hyperscan's. */
    if (api.version && hs_api_hyperscan()->version &&
        api.version == hs_api_hyperscan()->version)
        api.lacks = "libhs.so.5 is Vectorscan itself";
    return &api;
}
