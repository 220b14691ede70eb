/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names are strangers', so the table is asked by a hash with a seed that lies in
 * memory where it lies: nobody outside can choose names that all meet.
 */
#include <stdlib.h>
#include <string.h>

#include "bag.h"

static size_t place_of(const struct cli_bag *b, policy_str name)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ (uintptr_t)b->places;
    size_t at;

    for (size_t i = 0; i < name.len; i++)
        h = (h ^ (unsigned char)name.ptr[i]) * UINT64_C(0x100000001b3);
    at = (size_t)(h ^ h >> 32) & (b->place_count - 1);
    while (b->places[at]) {
        const struct cli_counted *n = &b->all[b->places[at] - 1];

        if (n->name_len == name.len &&
            (!name.len || !memcmp(n->name, name.ptr, name.len)))
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
        policy_str name = { b->all[i].name, b->all[i].name_len };

        b->places[place_of(b, name)] = i + 1;
    }
}

struct cli_counted *cli_bag_of(struct cli_bag *b, policy_str name)
{
    struct cli_counted *n;
    size_t at;

    if (b->count == b->cap)
        grow(b);
    at = place_of(b, name);
    if (b->places[at])
        return &b->all[b->places[at] - 1];
    b->places[at] = b->count + 1;
    n = &b->all[b->count++];
    *n = (struct cli_counted){ .name = cli_realloc(NULL, name.len + 1),
                               .name_len = name.len };
    if (name.len)
        memcpy(n->name, name.ptr, name.len);
    n->name[name.len] = 0;
    return n;
}

static uint64_t total(const struct cli_counted *n)
{
    return n->counts[0] + n->counts[1] + n->counts[2];
}

static int compare(const void *pa, const void *pb)
{
    const struct cli_counted *a = pa, *b = pb;
    size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
    int order;

    if (total(a) != total(b))
        return total(a) > total(b) ? -1 : 1;
    order = memcmp(a->name, b->name, len);
    return order ? order : (a->name_len > b->name_len) - (a->name_len < b->name_len);
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
        free(b->all[i].name);
    }
    free(b->all);
    free(b->places);
    memset(b, 0, sizeof(*b));
}
