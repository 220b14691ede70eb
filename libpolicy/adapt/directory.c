/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory file:
 *
 *     people:
 *       u17: { name: 王芳, kind: staff, roles: [nurse], dept: 内科,
 *              manager: u3, accounts: [a17] }
 *       u3: { kind: staff }
 *     accounts:
 *       a20: { holder: u17, kind: work, dept: 内科, approved_by: u3 }
 *     groups:
 *       wr1: { kind: department, responsible: u17, purpose: 交班,
 *              approved_by: u3 }
 *
 * Each table becomes an array sorted by id, looked into by halving: ids come
 * from people, and no choice of them makes that slow. An account may be named
 * by its holder or by itself, or both where they agree. Whoever is named as
 * manager, holder, responsible or approver has to be among the people.
 */
#include "adapt/directory.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/slice.h"
#include "config/order.h"
#include "config/yaml.h"
#include "event/check.h"

typedef struct loader {
    policy_directory *d;
    pol_reporter reporter;
    policy_error *err;
    policy_status status; /* the first that is not a report */
} loader;

/*
 * Two hundred thousand people of a large hospital group, with accounts: some
 * twelve values each. Not in policy_limits, since no session ever pays for it.
 */
static const uint64_t directory_bytes = (uint64_t)64 << 20;
static const uint64_t directory_nodes = 4000000;

static const char *const account_kinds[] = { "official", "work", "personal",
                                             "club" };

/* The first error, with its place, into policy_error. */
static void take_first(void *user, const policy_diagnostic *d)
{
    loader *l = user;
    policy_str code = pol_str_cut(pol_str(d->code), 15);
    policy_str hint = d->suggestion;
    char name[16] = "";

    if (d->severity != POLICY_ERROR || l->err->status != POLICY_OK)
        return;
    memcpy(name, code.ptr, code.len);
    if (hint.len)
        pol_error_set(l->err, POLICY_EINPUT, name,
                      "%.*s; did you mean “%.*s”?", (int)d->message.len,
                      d->message.ptr, (int)hint.len, hint.ptr);
    else
        pol_error_set(l->err, POLICY_EINPUT, name, "%.*s",
                      (int)d->message.len, d->message.ptr);
    l->err->line = d->line;
    l->err->column = d->column;
}

static void fail_at(loader *l, const pol_place *place, const char *code,
                    const char *what, policy_str id)
{
    policy_str shown = pol_str_cut(id, 60);

    if (l->err->status != POLICY_OK)
        return;
    pol_error_set(l->err, POLICY_EINPUT, code, "“%.*s” %s", (int)shown.len,
                  shown.ptr, what);
    l->err->line = place->line;
    l->err->column = place->column;
}

static void *take(loader *l, size_t count, size_t size)
{
    void *p = pol_arena_array(&l->d->arena, count, size);

    if (!p && l->status == POLICY_OK)
        l->status = pol_arena_error(&l->d->arena, count * size, l->err);
    return p;
}

static policy_str read_id(loader *l, const pol_node *n)
{
    policy_str s = { "", 0 };

    if (!n || !pol_node_str(n, &s, &l->reporter))
        return POL_STR("");
    if (!s.len || s.len > POL_ID_MAX || !pol_id_clean(s))
        fail_at(l, &n->place, "id-bytes",
                "is no id: 1 to 256 bytes without controls", s);
    return s;
}

static policy_str read_text(loader *l, const pol_node *n)
{
    policy_str s = { "", 0 };

    if (n)
        pol_node_str(n, &s, &l->reporter);
    return s.ptr ? s : POL_STR("");
}

static const pol_node *table_of(loader *l, const pol_node *root,
                                const char *name, size_t *count)
{
    const pol_node *n = pol_node_get(root, name);

    *count = n ? n->table.entry_count : 0;
    if (n && n->table.item_count)
        fail_at(l, &n->place, "key-kind", "must be a table of ids, not a list",
                pol_str(name));
    return n;
}

/* A person, who has to be among the people. */
static policy_str read_who(loader *l, const pol_node *table, const char *key,
                           const char *code)
{
    const pol_node *n = pol_node_get(table, key);
    policy_str who = n ? read_id(l, n) : POL_STR("");

    if (who.len && !pol_directory_person(l->d, who))
        fail_at(l, &n->place, code, "is not among the people", who);
    return who;
}

static policy_str read_dept(loader *l, const pol_node *table)
{
    const pol_node *n = pol_node_get(table, "dept");

    return n ? read_id(l, n) : POL_STR("");
}

/* A list of ids. */
static const policy_str *read_ids(loader *l, const pol_node *n, size_t *count)
{
    policy_str *out;
    size_t i;

    *count = 0;
    if (!n || n->kind != POL_NODE_TABLE)
        return NULL;
    if (n->table.entry_count)
        fail_at(l, &n->place, "key-kind", "must stand in a list",
                n->table.entries[0].key);
    out = take(l, n->table.item_count, sizeof(*out));
    for (i = 0; out && i < n->table.item_count; i++)
        out[i] = read_id(l, &n->table.items[i]);
    *count = out ? n->table.item_count : 0;
    return out;
}

/* One of `words`, as a static text; empty where it is not given. */
static policy_str read_word(loader *l, const pol_node *n,
                            const char *const *words, size_t count)
{
    size_t i = 0;

    if (!n || !pol_node_word(n, words, count, &i, &l->reporter))
        return POL_STR("");
    return pol_str(words[i]);
}

static void read_person(loader *l, pol_person *p, const pol_entry *e)
{
    static const char *const kinds[] = { "staff", "leaver", "pupil", "family",
                                         "customer", "partner", "patient",
                                         "outsider" };
    static const pol_key keys[] = {
        { "name", POL_IS_STR, false },   { "kind", POL_IS_STR, true },
        { "roles", POL_IS_TABLE, false }, { "dept", POL_IS_STR, false },
        { "manager", POL_IS_STR, false }, { "accounts", POL_IS_TABLE, false }
    };
    const pol_node *n = &e->value;

    p->id = e->key;
    if (!pol_node_closed(n, "a person", keys, 6, &l->reporter))
        return;
    p->name = read_text(l, pol_node_get(n, "name"));
    p->dept = read_dept(l, n);
    p->kind = read_word(l, pol_node_get(n, "kind"), kinds, 8);
    p->roles = read_ids(l, pol_node_get(n, "roles"), &p->role_count);
}

static void read_account(loader *l, pol_account *a, const pol_entry *e)
{
    static const pol_key keys[] = { { "holder", POL_IS_STR, false },
                                    { "kind", POL_IS_STR, false },
                                    { "dept", POL_IS_STR, false },
                                    { "approved_by", POL_IS_STR, false } };
    const pol_node *n = &e->value;

    a->id = e->key;
    if (!pol_node_closed(n, "an account", keys, 4, &l->reporter))
        return;
    a->holder = read_who(l, n, "holder", "holder-unknown");
    a->kind = read_word(l, pol_node_get(n, "kind"), account_kinds, 4);
    a->dept = read_dept(l, n);
    a->approved_by = read_who(l, n, "approved_by", "person-unknown");
}

static void read_group(loader *l, pol_group *g, const pol_entry *e)
{
    static const pol_key keys[] = { { "kind", POL_IS_STR, false },
                                    { "responsible", POL_IS_STR, false },
                                    { "purpose", POL_IS_STR, false },
                                    { "approved_by", POL_IS_STR, false } };
    const pol_node *n = &e->value, *kind;

    g->id = e->key;
    if (!pol_node_closed(n, "a group", keys, 4, &l->reporter))
        return;
    /* Open: an organisation may declare kinds; evaluation knows which. */
    kind = pol_node_get(n, "kind");
    g->kind = kind ? read_id(l, kind) : POL_STR("");
    g->responsible = read_who(l, n, "responsible", "person-unknown");
    g->purpose = read_text(l, pol_node_get(n, "purpose"));
    g->approved_by = read_who(l, n, "approved_by", "person-unknown");
}

static int compare_entries(const void *items, uint32_t a, uint32_t b)
{
    const pol_entry *e = items;

    return pol_str_cmp(e[a].key, e[b].key);
}

/* Entries in the order of their ids. */
static const uint32_t *sorted(loader *l, const pol_node *table)
{
    const uint32_t *order = pol_order(table->table.entries,
                                      table->table.entry_count,
                                      compare_entries, &l->d->arena);

    if (!order && l->status == POLICY_OK)
        l->status = pol_error_oom(l->err);
    return order;
}

static void check_key(loader *l, const pol_entry *e)
{
    if (!e->key.len || e->key.len > POL_ID_MAX || !pol_id_clean(e->key))
        fail_at(l, &e->place, "id-bytes",
                "is no id: 1 to 256 bytes without controls", e->key);
}

static void read_people(loader *l, const pol_node *root)
{
    const pol_node *n = table_of(l, root, "people", &l->d->person_count);
    const uint32_t *order = n ? sorted(l, n) : NULL;
    size_t i;

    l->d->people = take(l, l->d->person_count, sizeof(*l->d->people));
    if (!order || !l->d->people)
        l->d->person_count = 0;
    for (i = 0; i < l->d->person_count; i++) {
        check_key(l, &n->table.entries[order[i]]);
        read_person(l, &l->d->people[i], &n->table.entries[order[i]]);
    }
    /* All are there now who may be one. */
    for (i = 0; i < l->d->person_count; i++)
        l->d->people[i].manager =
            read_who(l, &n->table.entries[order[i]].value, "manager",
                     "manager-unknown");
}

static void read_groups(loader *l, const pol_node *root)
{
    const pol_node *n = table_of(l, root, "groups", &l->d->group_count);
    const uint32_t *order = n ? sorted(l, n) : NULL;
    size_t i;

    l->d->groups = take(l, l->d->group_count, sizeof(*l->d->groups));
    if (!order || !l->d->groups)
        l->d->group_count = 0;
    for (i = 0; i < l->d->group_count; i++) {
        check_key(l, &n->table.entries[order[i]]);
        read_group(l, &l->d->groups[i], &n->table.entries[order[i]]);
    }
}

/* How many accounts there can be: declared ones and those of all holders. */
static size_t most_accounts(const pol_node *people, const pol_node *accounts)
{
    size_t count = accounts ? accounts->table.entry_count : 0, i;

    for (i = 0; people && i < people->table.entry_count; i++) {
        const pol_node *list =
            pol_node_get(&people->table.entries[i].value, "accounts");

        if (list && list->kind == POL_NODE_TABLE)
            count += list->table.item_count;
    }
    return count;
}

typedef struct named_account {
    pol_account account;
    pol_place place;
} named_account;

static int compare_accounts(const void *items, uint32_t a, uint32_t b)
{
    const named_account *x = items;

    return pol_str_cmp(x[a].account.id, x[b].account.id);
}

static int compare_holders(const void *items, uint32_t a, uint32_t b)
{
    const pol_account *x = items;

    return pol_str_cmp(x[a].holder, x[b].holder);
}

/* What one mention of an account says and the other does not. */
static void merge(loader *l, pol_account *into, const named_account *from)
{
    const pol_account *a = &from->account;

    if (into->holder.len && a->holder.len &&
        !pol_str_eq(into->holder, a->holder))
        fail_at(l, &from->place, "holder-twice", "has two holders", a->id);
    if (!into->holder.len)
        into->holder = a->holder;
    if (!into->kind.len)
        into->kind = a->kind;
    if (!into->dept.len)
        into->dept = a->dept;
    if (!into->approved_by.len)
        into->approved_by = a->approved_by;
}

/* Both ways of naming an account into `all`; how many. */
static size_t collect_accounts(loader *l, const pol_node *people,
                               const pol_node *accounts, named_account *all)
{
    size_t count = 0, i, k, ids_count;

    for (i = 0; accounts && i < accounts->table.entry_count; i++) {
        const pol_entry *e = &accounts->table.entries[i];

        check_key(l, e);
        read_account(l, &all[count].account, e);
        all[count++].place = e->place;
    }
    for (i = 0; people && i < people->table.entry_count; i++) {
        const pol_entry *e = &people->table.entries[i];
        const pol_node *list = pol_node_get(&e->value, "accounts");
        const policy_str *ids;

        if (!list)
            continue;
        ids = read_ids(l, list, &ids_count);
        for (k = 0; k < ids_count; k++) {
            all[count].account = (pol_account){
                ids[k], e->key, POL_STR(""), POL_STR(""), POL_STR("")
            };
            all[count++].place = list->table.items[k].place;
        }
    }
    return count;
}

static void read_accounts(loader *l, const pol_node *root)
{
    const pol_node *people = pol_node_get(root, "people");
    const pol_node *accounts = pol_node_get(root, "accounts");
    size_t most = most_accounts(people, accounts), count, i, n = 0;
    named_account *all = take(l, most, sizeof(*all));
    pol_account *out = take(l, most, sizeof(*out));
    const uint32_t *order;

    if (!all || !out)
        return;
    count = collect_accounts(l, people, accounts, all);
    order = pol_order(all, count, compare_accounts, &l->d->arena);
    if (!order) {
        if (l->status == POLICY_OK)
            l->status = pol_error_oom(l->err);
        return;
    }
    for (i = 0; i < count; i++) {
        const named_account *a = &all[order[i]];

        if (n && pol_str_eq(out[n - 1].id, a->account.id))
            merge(l, &out[n - 1], a);
        else
            out[n++] = a->account;
    }
    l->d->accounts = out;
    l->d->account_count = n;
    l->d->by_holder = pol_order(out, n, compare_holders, &l->d->arena);
    if (!l->d->by_holder && l->status == POLICY_OK)
        l->status = pol_error_oom(l->err);
}

static bool check_tables(loader *l, const pol_node *root)
{
    static const pol_key keys[] = { { "people", POL_IS_TABLE, false },
                                    { "accounts", POL_IS_TABLE, false },
                                    { "groups", POL_IS_TABLE, false } };

    return pol_node_closed(root, "a directory", keys, 3, &l->reporter);
}

static void read_tables(loader *l, policy_str yaml)
{
    pol_source source = { POL_STR("directory"), yaml };
    policy_limits limits = pol_limits_from(NULL);
    policy_error err = POLICY_ERROR_INIT;
    const pol_node *root = NULL;
    policy_status st;

    limits.source_bytes = directory_bytes;
    limits.yaml_nodes = directory_nodes;
    pol_reporter_init(&l->reporter, take_first, l, false, 1);
    st = pol_yaml_read(&root, &source, &l->d->arena, &limits, &l->reporter,
                       &err);
    if (st == POLICY_ENOMEM || st == POLICY_ELIMIT) {
        *l->err = err;
        l->status = st;
    }
    if (st != POLICY_OK || !check_tables(l, root))
        return;
    read_people(l, root);
    read_accounts(l, root);
    read_groups(l, root);
}

policy_status policy_directory_read(policy_directory **out, policy_str yaml,
                                    const policy_allocator *a,
                                    policy_error *err)
{
    policy_allocator alloc = pol_allocator_or_default(a);
    policy_error own = POLICY_ERROR_INIT;
    loader l = { .status = POLICY_OK };

    *out = NULL;
    l.err = err && err->size >= sizeof(*err) ? err : &own;
    l.err->status = POLICY_OK;
    l.d = pol_calloc(&alloc, 1, sizeof(*l.d));
    if (!l.d)
        return pol_error_oom(l.err);
    pol_arena_init(&l.d->arena, &alloc, 0);
    read_tables(&l, yaml);
    if (l.status == POLICY_OK && l.reporter.errors)
        l.status = POLICY_EINPUT;
    if (l.status == POLICY_OK)
        l.status = l.err->status;
    if (l.status != POLICY_OK) {
        policy_directory_free(l.d);
        return l.status;
    }
    *out = l.d;
    return POLICY_OK;
}

void policy_directory_free(policy_directory *d)
{
    policy_allocator a;

    if (!d)
        return;
    a = d->arena.allocator;
    pol_arena_fini(&d->arena);
    pol_free(&a, d, sizeof(*d));
}

/*
 * Every entry begins with its id. The first of `count` entries of `size` bytes
 * that is not below `id`, if it is the one.
 */
static const void *find(const void *array, size_t count, size_t size,
                        policy_str id)
{
    const char *base = array;
    const policy_str *at;

    while (count > 0) {
        size_t half = count / 2;
        int c;

        at = (const policy_str *)(const void *)(base + half * size);
        c = pol_str_cmp(*at, id);
        if (c == 0)
            return at;
        if (c < 0) {
            base += (half + 1) * size;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return NULL;
}

const pol_person *pol_directory_person(const policy_directory *d,
                                       policy_str id)
{
    return d ? find(d->people, d->person_count, sizeof(*d->people), id) : NULL;
}

const pol_account *pol_directory_account(const policy_directory *d,
                                         policy_str id)
{
    return d ? find(d->accounts, d->account_count, sizeof(*d->accounts), id) :
               NULL;
}

const pol_group *pol_directory_group(const policy_directory *d, policy_str id)
{
    return d ? find(d->groups, d->group_count, sizeof(*d->groups), id) : NULL;
}

/* The first of by_holder whose holder is not below `holder`, or is above it. */
static size_t held_from(const policy_directory *d, policy_str holder, bool above)
{
    size_t low = 0, high = d->account_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = pol_str_cmp(d->accounts[d->by_holder[mid]].holder, holder);

        if (c < 0 || (above && c == 0))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

const uint32_t *pol_directory_held(const policy_directory *d, policy_str holder,
                                   size_t *count)
{
    size_t from;

    *count = 0;
    if (!d || !d->account_count)
        return NULL;
    from = held_from(d, holder, false);
    *count = held_from(d, holder, true) - from;
    return d->by_holder + from;
}

static bool is_role(policy_str kind)
{
    static const char *const also_roles[] = { "staff", "pupil", "family",
                                              "customer", "partner" };

    for (size_t i = 0; i < sizeof(also_roles) / sizeof(also_roles[0]); i++)
        if (pol_str_is(kind, also_roles[i]))
            return true;
    return false;
}

const policy_str *pol_person_roles(const pol_person *p, pol_arena *arena,
                                   size_t *count)
{
    policy_str *roles = pol_arena_new(arena, policy_str, p->role_count + 1);

    *count = 0;
    if (!roles)
        return NULL;
    if (is_role(p->kind))
        roles[(*count)++] = p->kind;
    for (size_t i = 0; i < p->role_count; i++)
        if (!pol_str_eq(p->roles[i], p->kind))
            roles[(*count)++] = p->roles[i];
    return roles;
}
