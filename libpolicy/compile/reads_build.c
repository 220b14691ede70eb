/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `reads` of a rule: the memories that its check may look into, each by a key of
 * the event, which is the memory's own where none is named.
 */
#include "compile/history_build.h"

#include "base/slice.h"

static pol_reporter *reporter(const pol_origin *from)
{
    return &from->o->build->reporter;
}

static const pol_key read_keys[] = {
    { "[]", POL_IS_STR, false },
    { "key", POL_IS_STR | POL_IS_TABLE | POL_IS_CALL, false },
};

static bool wrong_shape(const pol_origin *from, pol_place place)
{
    pol_report(reporter(from), POL_MSG_READS_SHAPE, place);
    return false;
}

/* "memory", or { "memory", key = "field" }: where its name stands. NULL: neither. */
static const pol_node *name_of(const pol_origin *from, const pol_node *n)
{
    if (n->kind == POL_NODE_STR)
        return n;
    if (n->kind != POL_NODE_TABLE || n->table.item_count != 1 ||
        n->table.items[0].kind != POL_NODE_STR) {
        wrong_shape(from, n->place);
        return NULL;
    }
    if (!pol_node_closed(n, "reads", read_keys,
                         sizeof(read_keys) / sizeof(*read_keys), reporter(from)))
        return NULL;
    return &n->table.items[0];
}

/* Every type of the rule must have the fields of the memory's own key. */
static bool own_key(const pol_origin *from, const pol_record_def *d,
                    uint32_t types, pol_place place)
{
    for (uint8_t i = 0; i < d->key.count; i++)
        if (pol_field_need(from, pol_str(pol_fields[d->key.fields[i]].name),
                           types, true, place) < 0)
            return false;
    return true;
}

static bool read_one(const pol_origin *from, const pol_node *n, uint32_t types,
                     pol_read *out)
{
    const pol_node *name = name_of(from, n), *key;
    pol_key_reader k = { .from = from, .types = types, .all = true, .any = true };

    if (!name)
        return false;
    out->name = pol_keep(from->o, name->str);
    out->record = pol_memory_need(from, name->str, name->place);
    if (!out->name.ptr || !out->record)
        return false;
    key = n->kind == POL_NODE_TABLE ? pol_node_get(n, "key") : NULL;
    if (key && !pol_key_read(&k, key))
        return false;
    if (!key && !own_key(from, out->record, types, name->place))
        return false;
    out->key = key ? k.key : out->record->key;
    return pol_key_suits(from, out->record, &out->key, types, true,
                         key ? key->place : name->place);
}

static bool is_read_before(const pol_read *reads, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pol_str_eq(reads[i].name, reads[count].name))
            return true;
    return false;
}

bool pol_reads_compile(const pol_origin *from, const pol_node *n, uint32_t types,
                       const pol_read **reads, size_t *count)
{
    bool single = n->kind == POL_NODE_STR;
    const pol_node *items = single ? n : n->table.items;
    pol_read *all;
    bool good = true;

    *count = single ? 1 : n->table.item_count;
    if (!single && (n->table.entry_count || !*count))
        return wrong_shape(from, n->place);
    if (*count > POL_READS_MAX) {
        pol_report(reporter(from), POL_MSG_READS_MANY, n->place, POL_STR("8"));
        return false;
    }
    all = pol_keep_new(from->o, pol_read, *count);
    for (size_t i = 0; all && i < *count; i++) {
        if (!read_one(from, &items[i], types, &all[i])) {
            good = false;
        } else if (is_read_before(all, i)) {
            pol_report(reporter(from), POL_MSG_READS_TWICE, items[i].place,
                       all[i].name);
            good = false;
        }
    }
    *reads = all;
    return good && all;
}
