/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names are strangers', so the table is asked by a hash with a seed that lies in
 * memory where it lies: nobody outside can choose names that all meet.
 */
#include <stdlib.h>
#include <string.h>

#include "bag.h"

static uint64_t hash(uint64_t h, policy_str s)
{
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * UINT64_C(0x100000001b3);
    return (h ^ 0xff) * UINT64_C(0x100000001b3); /* no byte of an id ends one */
}

static bool is(const char *ptr, size_t len, policy_str s)
{
    return len == s.len && (!len || !memcmp(ptr, s.ptr, len));
}

static size_t place_of(const struct cli_bag *b, policy_str org, policy_str name)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ (uintptr_t)b->places;
    size_t at;

    h = hash(hash(h, org), name);
    at = (size_t)(h ^ h >> 32) & (b->place_count - 1);
    while (b->places[at]) {
        const struct cli_counted *n = &b->all[b->places[at] - 1];

        if (is(n->name, n->name_len, name) && is(n->org, n->org_len, org))
            break;
        at = (at + 1) & (b->place_count - 1);
    }
    return at;
}

/* At most half of the places are taken. */
static void grow(struct cli_bag *b)
{
    b->cap = b->cap ? b->cap * 2 : 64;
    b->all = cli_realloc(b->all, b->cap * sizeof(*b->all));
    b->place_count = b->cap * 2;
    b->places = cli_realloc(b->places, b->place_count * sizeof(*b->places));
    memset(b->places, 0, b->place_count * sizeof(*b->places));
    for (size_t i = 0; i < b->count; i++) {
        policy_str org = { b->all[i].org, b->all[i].org_len };
        policy_str name = { b->all[i].name, b->all[i].name_len };

        b->places[place_of(b, org, name)] = i + 1;
    }
}

static char *copy(policy_str s)
{
    char *out = cli_realloc(NULL, s.len + 1);

    if (s.len)
        memcpy(out, s.ptr, s.len);
    out[s.len] = 0;
    return out;
}

struct cli_counted *cli_bag_of(struct cli_bag *b, policy_str org,
                               policy_str name)
{
    struct cli_counted *n;
    size_t at;

    if (b->count == b->cap)
        grow(b);
    at = place_of(b, org, name);
    if (b->places[at])
        return &b->all[b->places[at] - 1];
    b->places[at] = b->count + 1;
    n = &b->all[b->count++];
    *n = (struct cli_counted){ .org = copy(org), .org_len = org.len,
                               .name = copy(name), .name_len = name.len };
    return n;
}

static uint64_t total(const struct cli_counted *n)
{
    return n->counts[0] + n->counts[1] + n->counts[2];
}

static int order(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int compare(const void *pa, const void *pb)
{
    const struct cli_counted *a = pa, *b = pb;
    int names;

    if (total(a) != total(b))
        return total(a) > total(b) ? -1 : 1;
    names = order(a->name, a->name_len, b->name, b->name_len);
    return names ? names : order(a->org, a->org_len, b->org, b->org_len);
}

void cli_bag_sort(struct cli_bag *b)
{
    if (b->count)
        qsort(b->all, b->count, sizeof(*b->all), compare);
}

void cli_bag_fini(struct cli_bag *b)
{
    for (size_t i = 0; i < b->count; i++) {
        for (size_t k = 0; k < CLI_BAG_SAMPLES; k++)
            free(b->all[i].samples[k]);
        free(b->all[i].org);
        free(b->all[i].name);
    }
    free(b->all);
    free(b->places);
    memset(b, 0, sizeof(*b));
}
