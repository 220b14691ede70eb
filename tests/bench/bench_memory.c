/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An allocator that counts, and what the system says of the process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

static void *counting(void *user, void *ptr, size_t old, size_t len)
{
    struct bench_held *h = user;

    h->bytes += len - old;
    h->blocks += !ptr && len;
    h->blocks -= ptr && !len;
    if (h->bytes > h->peak)
        h->peak = h->bytes;
    if (len == 0) {
        free(ptr);
        return NULL;
    }
    h->asked++;
    return realloc(ptr, len);
}

policy_allocator bench_allocator(struct bench_held *h)
{
    return (policy_allocator){ sizeof(policy_allocator), h, counting };
}

double bench_resident_mb(const char *field)
{
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    size_t len = strlen(field);
    double kib = 0;

    if (!f)
        return 0;
    while (fgets(line, sizeof(line), f))
        if (strncmp(line, field, len) == 0 && line[len] == ':')
            kib = strtod(line + len + 1, NULL);
    fclose(f);
    return kib * 1024 / 1e6;
}
