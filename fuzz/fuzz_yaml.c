/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML, and what is read from it. The first byte picks the reader and small
 * limits. Held: a tree or at least one error, never both; every place lies
 * inside of the source; depth, nodes and the uniqueness of keys; a second
 * reading gives the same; what was read as an organisation or a regulation
 * without an error keeps what its header promises.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/slice.h"
#include "config/organisation.h"
#include "config/regulation.h"
#include "config/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Also where assertions are compiled out. */
#define HOLD(condition) ((condition) ? (void)0 : abort())

static uint32_t count_cps(policy_str s)
{
    uint32_t count = 0;
    size_t pos = 0;

    while (pos < s.len) {
        pol_str_next(s, &pos);
        count++;
    }
    return count;
}

static void hold_place(policy_str line, uint32_t column, uint32_t length)
{
    HOLD(column >= 1 && length >= 1);
    HOLD(column <= count_cps(line) + 1);
}

static void sink(void *user, const policy_diagnostic *d)
{
    (void)user;
    HOLD(pol_str_ill_formed(d->message) == d->message.len);
    HOLD(d->code && *d->code && strlen(d->code) <= 15);
    if (d->line)
        hold_place(d->source, d->column, d->length);
}

struct walk {
    uint64_t nodes, depth_max;
};

/* Small trees only, since finding the line of a place reads the source. */
static void hold_node_place(const pol_place *p)
{
    if (p->source->bytes.len < 500)
        hold_place(pol_source_line(p->source, p->line), p->column, p->length);
}

static void hold_tree(struct walk *w, const pol_node *n, uint64_t depth)
{
    size_t i, j;

    w->nodes++;
    hold_node_place(&n->place);
    HOLD(n->kind == POL_NODE_NIL || n->kind == POL_NODE_STR ||
         n->kind == POL_NODE_TABLE);
    if (n->kind != POL_NODE_TABLE)
        return;
    HOLD(depth < w->depth_max);
    HOLD(n->table.sequence ? !n->table.entry_count : !n->table.item_count);
    for (i = 0; i < n->table.item_count; i++)
        hold_tree(w, &n->table.items[i], depth + 1);
    for (i = 0; i < n->table.entry_count; i++) {
        const pol_entry *e = &n->table.entries[i];

        w->nodes++;
        hold_node_place(&e->place);
        for (j = 0; j < i && i < 100; j++)
            HOLD(!pol_str_eq(n->table.entries[j].key, e->key));
        hold_tree(w, &e->value, depth + 1);
    }
}

static void hold_same(const pol_node *a, const pol_node *b)
{
    size_t i;

    HOLD(a->kind == b->kind && a->plain == b->plain);
    HOLD(a->place.line == b->place.line && a->place.column == b->place.column);
    if (a->kind == POL_NODE_STR)
        HOLD(pol_str_eq(a->str, b->str));
    if (a->kind != POL_NODE_TABLE)
        return;
    HOLD(a->table.item_count == b->table.item_count);
    HOLD(a->table.entry_count == b->table.entry_count);
    for (i = 0; i < a->table.item_count; i++)
        hold_same(&a->table.items[i], &b->table.items[i]);
    for (i = 0; i < a->table.entry_count; i++) {
        HOLD(pol_str_eq(a->table.entries[i].key, b->table.entries[i].key));
        hold_same(&a->table.entries[i].value, &b->table.entries[i].value);
    }
}

static void read_organisation(const pol_node *root, pol_arena *arena,
                              pol_reporter *r)
{
    uint64_t errors = r->errors;
    pol_organisation o;
    bool ok = pol_organisation_read(&o, root, arena, r);
    size_t i;

    HOLD(ok == (r->errors == errors));
    HOLD(pol_organisation_limits(&o).size == sizeof(policy_limits));
    if (!ok)
        return;
    HOLD(o.id.len >= 1 && o.id.len <= 64);
    HOLD(o.name.ptr && o.calendar.zone.name.len);
    for (i = 1; i < 6; i++)
        HOLD(o.on_error[i] >= -1 && o.on_error[i] <= 5);
    for (i = 0; i < o.choice_count; i++)
        HOLD(o.choices[i].name.len && o.choices[i].value->str.len);
    for (i = 0; i < o.settle_count; i++)
        HOLD(o.settle[i].follow.len && o.settle[i].owner.len &&
             (o.settle[i].why.zh.len || o.settle[i].why.en.len));
    HOLD(!pol_calendar_work_hours(&o.calendar, 0) ||
         pol_calendar_work_day(&o.calendar, 0));
}

static void read_regulation(const pol_node *root, pol_arena *arena,
                            pol_reporter *r)
{
    uint64_t errors = r->errors;
    pol_regulation g;
    bool ok = pol_regulation_read(&g, root, arena, r);
    size_t i, j;

    HOLD(ok == (r->errors == errors));
    for (i = 0; ok && i < g.demand_count; i++) {
        HOLD(g.demands[i].value->str.len && g.demands[i].article);
        for (j = 0; j < i && j < 100; j++)
            HOLD(g.demands[j].article != g.demands[i].article);
    }
    for (i = 0; ok && i < g.article_count; i++) {
        policy_str ref = g.articles[i].ref;
        uint32_t cps = count_cps(ref);

        HOLD(pol_regulation_article(&g, ref) == &g.articles[i]);
        /* The nearest to a name that there is, unless it is too short or too
         * long for a guess. */
        HOLD(cps < 2 || cps > 60 || pol_regulation_nearest(&g, ref).len > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    uint8_t option = size ? data[0] : 0;
    size_t len = size ? size - 1 : 0;
    char *copy = malloc(len ? len : 1);
    pol_source source = { POL_STR("fuzz.yaml"), { copy, len } };
    const pol_node *root, *again;
    pol_reporter r;
    pol_arena arena;
    policy_error err = POLICY_ERROR_INIT;
    policy_status st;

    if (len)
        memcpy(copy, data + 1, len);
    limits.yaml_depth = 3 + (option >> 3) % 8;
    limits.yaml_nodes = option & 4 ? 20 : 2000;
    limits.source_bytes = 100000;
    pol_arena_init(&arena, &pol_malloc_allocator, 0);
    pol_reporter_init(&r, sink, NULL, option & 1, 100);
    st = pol_yaml_read(&root, &source, &arena, &limits, &r, &err);
    HOLD((st == POLICY_OK) == (root != NULL));
    HOLD((st == POLICY_OK) == (r.errors == 0));
    HOLD(st == err.status || st == POLICY_OK);
    if (root) {
        struct walk w = { 0, limits.yaml_depth };

        hold_tree(&w, root, 0);
        HOLD(w.nodes <= limits.yaml_nodes);
        HOLD(root->kind == POL_NODE_TABLE && !root->table.sequence);
        HOLD(pol_yaml_read(&again, &source, &arena, &limits, &r, &err) ==
             POLICY_OK);
        hold_same(root, again);
        if (option & 2)
            read_organisation(root, &arena, &r);
        else
            read_regulation(root, &arena, &r);
    }
    pol_arena_fini(&arena);
    free(copy);
    return 0;
}
