/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regulations and themes: found once a build, and their rules compiled for each
 * organisation with what it set.
 *
 * A parameter's value is looked for, strongest first, in organisation.yaml,
 * regulation.yaml, `use` and the theme; where there is no parameter of that
 * name, it is a choice's.
 */
#include "compile/build.h"

#include <stdio.h>

#include "base/error.h"
#include "base/slice.h"
#include "config/yaml.h"

/* By the files, not the id: an organisation may have its own of that name. */
static pol_catalogue *find(pol_catalogue *list, const pol_source *yaml,
                           const pol_source *lua, policy_str id)
{
    for (; list; list = list->next)
        if (list->yaml == yaml && list->lua == lua && pol_str_eq(list->id, id))
            return list;
    return NULL;
}

/* The first of the organisation's folder (where `dir` has one) and the libraries
 * that has the file. */
static policy_status find_source(pol_build *b, policy_str dir, policy_str name,
                                 const pol_source **out)
{
    policy_status st = POLICY_OK;

    *out = NULL;
    for (size_t i = !dir.ptr; !st && !*out && i < b->library_count + 2; i++) {
        policy_str in = i == 0 ? dir
                        : i <= b->library_count ? b->libraries[i - 1]
                                                : POL_STR("");
        policy_str path;

        path = pol_path_join(&b->arena, in, name);
        if (!path.ptr)
            return pol_error_oom(b->err);
        st = pol_sources_get(out, b->sources, path, b->err);
    }
    return st;
}

/* The nearest of what lies in that folder of `root`. */
static policy_str nearest_in(pol_org_build *o, policy_str root,
                             const char *folder, const char *ending,
                             policy_str name)
{
    pol_build *b = o->build;
    policy_error ignored = POLICY_ERROR_INIT;
    policy_str dir = pol_path_join(&b->arena, root, pol_str(folder)), *own = NULL;
    const policy_str *names = NULL;
    size_t count = 0, n = 0;

    if (!dir.ptr || pol_sources_list(&names, &count, b->sources, dir, &b->arena,
                                     &ignored) == POLICY_ENOMEM ||
        !(own = pol_arena_new(&b->arena, policy_str, count + 1))) {
        o->status = POLICY_ENOMEM;
        return (policy_str){ "", 0 };
    }
    for (size_t i = 0; i < count; i++)
        if (pol_str_ends(names[i], pol_str(ending)))
            own[n++] = (policy_str){ names[i].ptr,
                                     names[i].len - strlen(ending) };
    return pol_nearest(name, own, n);
}

policy_str pol_folder_nearest(pol_org_build *o, const char *folder,
                              const char *ending, policy_str name)
{
    const pol_build *b = o->build;
    policy_str near = nearest_in(o, o->dir, folder, ending, name);

    for (size_t i = 0; !near.len && !o->status && i < b->library_count; i++)
        near = nearest_in(o, b->libraries[i], folder, ending, name);
    if (!near.len && !o->status)
        near = nearest_in(o, POL_STR(""), folder, ending, name);
    return pol_str_eq(near, name) ? (policy_str){ "", 0 } : near;
}

/* "a" "b" "c" as one string of the arena. */
static policy_str concat(pol_build *b, const char *head, policy_str middle,
                         const char *tail)
{
    size_t h = strlen(head), t = strlen(tail);
    char *s = pol_arena_alloc(&b->arena, h + middle.len + t + 1);

    if (!s)
        return (policy_str){ NULL, 0 };
    memcpy(s, head, h);
    memcpy(s + h, middle.ptr, middle.len);
    memcpy(s + h + middle.len, tail, t);
    return (policy_str){ s, h + middle.len + t };
}

/* An id names a folder or a file: nothing that leaves it. */
static bool is_plain_name(policy_str id)
{
    for (size_t i = 0; i < id.len; i++)
        if (id.ptr[i] == '/' || id.ptr[i] == '\\' || id.ptr[i] == '\0')
            return false;
    return id.len > 0 && id.ptr[0] != '.';
}

static policy_status read_regulation(pol_build *b, pol_catalogue *c)
{
    const pol_node *root;
    uint64_t errors = b->reporter.errors;
    policy_status st = pol_yaml_read(&root, c->yaml, &b->arena, &b->limits,
                                     &b->reporter, b->err);

    if (st)
        return st;
    if (pol_regulation_read(&c->regulation, root, &b->arena, &b->reporter))
        return POLICY_OK;
    /* Without a report it is a lack of memory. */
    return b->reporter.errors == errors ? pol_error_oom(b->err) : POLICY_ERULES;
}

static policy_status read_script(pol_build *b, pol_catalogue *c)
{
    if (!c->lua)
        return POLICY_OK;
    return pol_script_load(&c->script, c->lua, &b->arena, &b->limits,
                           &b->allocator, &b->reporter, b->err);
}

static pol_catalogue *new_entry(pol_build *b, pol_catalogue **list, policy_str id)
{
    pol_catalogue *c = pol_arena_new(&b->arena, pol_catalogue, 1);

    if (!c)
        return NULL;
    c->id = pol_arena_dup(&b->arena, id);
    if (!c->id.ptr)
        return NULL;
    c->next = *list;
    *list = c;
    return c;
}

static pol_catalogue *give_up(pol_build *b, policy_status st)
{
    b->status = st;
    return NULL;
}

static policy_str folder_of(const pol_source *yaml)
{
    policy_str dir = yaml->path;

    while (dir.len && dir.ptr[dir.len - 1] != '/')
        dir.len--;
    dir.len -= dir.len > 0;
    return dir;
}

/* The rules that lie beside the catalogue: those of another folder would be of
 * another edition. */
static policy_status find_beside(pol_build *b, const pol_source *yaml,
                                 const pol_source **out)
{
    policy_str path = pol_path_join(&b->arena, folder_of(yaml),
                                    POL_STR("rules.lua"));

    if (!path.ptr)
        return pol_error_oom(b->err);
    return pol_sources_get(out, b->sources, path, b->err);
}

/* The folder's name is how the regulation is adopted, the id how its rules and
 * articles are called: they cannot differ. */
static bool has_its_id(pol_build *b, const pol_catalogue *c)
{
    if (pol_str_eq(c->regulation.id, c->id))
        return true;
    pol_report(&b->reporter, POL_MSG_REGULATION_ID, c->regulation.place,
               c->regulation.id, c->id);
    return false;
}

static policy_status find_regulation(pol_build *b, policy_str dir, policy_str id,
                                     const pol_source **yaml,
                                     const pol_source **lua)
{
    policy_str name = concat(b, "regulations/", id, "/regulation.yaml");
    policy_status st;

    *yaml = *lua = NULL;
    if (!name.ptr)
        return pol_error_oom(b->err);
    if (!is_plain_name(id))
        return POLICY_OK;
    st = find_source(b, dir, name, yaml);
    return st || !*yaml ? st : find_beside(b, *yaml, lua);
}

static policy_status find_theme(pol_build *b, policy_str dir, policy_str id,
                                const pol_source **lua)
{
    policy_str name = concat(b, "themes/", id, ".lua");

    *lua = NULL;
    if (!name.ptr)
        return pol_error_oom(b->err);
    return is_plain_name(id) ? find_source(b, dir, name, lua) : POLICY_OK;
}

/* Of two files, one of which may be missing. */
static void sum_both(uint8_t sum[32], const pol_source *yaml,
                     const pol_source *lua)
{
    uint8_t both[64];
    pol_sha256 h;

    pol_sources_sum(both, yaml);
    pol_sources_sum(both + 32, lua);
    pol_sha256_init(&h);
    pol_sha256_add(&h, both, sizeof(both));
    pol_sha256_done(&h, sum);
}

policy_status pol_regulation_sum(uint8_t sum[32], policy_str *place,
                                 pol_build *b, policy_str dir, policy_str id)
{
    const pol_source *yaml, *lua;
    policy_status st = find_regulation(b, dir, id, &yaml, &lua);

    memset(sum, 0, 32);
    *place = (policy_str){ "", 0 };
    if (st || !yaml)
        return st;
    *place = yaml->path;
    sum_both(sum, yaml, lua);
    return POLICY_OK;
}

policy_status pol_theme_sum(uint8_t sum[32], pol_build *b, policy_str dir,
                            policy_str id)
{
    const pol_source *lua;
    policy_status st = find_theme(b, dir, id, &lua);

    pol_sources_sum(sum, st ? NULL : lua);
    return st;
}

/* NULL only when out of memory, or a file could not be read: `status` says. */
pol_catalogue *pol_regulation_load(pol_build *b, policy_str dir, policy_str id)
{
    const pol_source *yaml_source, *lua_source;
    pol_catalogue *c;
    policy_status st = find_regulation(b, dir, id, &yaml_source, &lua_source);

    if (st)
        return give_up(b, st);
    c = find(b->regulations, yaml_source, lua_source, id);
    if (c)
        return c;
    c = new_entry(b, &b->regulations, id);
    if (!c)
        return give_up(b, pol_error_oom(b->err));
    c->yaml = yaml_source;
    c->lua = lua_source;
    if (!c->yaml)
        return c;
    st = read_regulation(b, c);
    if (!st)
        st = read_script(b, c);
    if (st && st != POLICY_ERULES)
        return give_up(b, st);
    c->loaded = st == POLICY_OK && has_its_id(b, c);
    st = pol_lint_folder(b, folder_of(c->yaml));
    if (st)
        return give_up(b, st);
    return c;
}

/* `param { "int", 12, min = 2, … }` of a theme as the table that a regulation
 * writes. */
typedef struct definition {
    pol_node table;
    pol_entry entries[6];
} definition;

static void add_entry(definition *d, const char *key, const pol_node *value)
{
    if (value)
        d->entries[d->table.table.entry_count++] = (pol_entry){
            .key = pol_str(key), .place = value->place, .value = *value
        };
}

/* False: it is written otherwise. */
static bool read_definition(definition *d, const pol_node *n)
{
    static const char *const keys[] = { "min", "max", "values", "why" };
    const pol_node *table;

    if (!pol_node_is_call(n, "param") || n->call.arg_count != 1 ||
        n->call.args[0].kind != POL_NODE_TABLE ||
        n->call.args[0].table.item_count != 2)
        return false;
    table = &n->call.args[0];
    d->table = (pol_node){ .kind = POL_NODE_TABLE, .place = n->place };
    d->table.table.entries = d->entries;
    add_entry(d, "type", &table->table.items[0]);
    add_entry(d, "default", &table->table.items[1]);
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        add_entry(d, keys[i], pol_node_get(table, keys[i]));
    return true;
}

static const pol_key definition_keys[] = {
    { "[]", POL_IS_ANY, false },
    { "max", POL_IS_NUM | POL_IS_STR, false },
    { "min", POL_IS_NUM | POL_IS_STR, false },
    { "values", POL_IS_STR | POL_IS_TABLE, false },
    { "why", POL_IS_STR | POL_IS_TABLE, false }, /* that it lacks is told after */
};

static void check_definitions(pol_build *b, const pol_node *params)
{
    for (size_t i = 0; i < params->table.entry_count; i++) {
        const pol_entry *e = &params->table.entries[i];
        definition d;

        pol_entry_name(e, "_-", &b->reporter);
        if (!read_definition(&d, &e->value))
            pol_report(&b->reporter, POL_MSG_PARAM_DEFINE, e->value.place, e->key);
        else if (pol_node_closed(&e->value.call.args[0], "param", definition_keys,
                                 sizeof(definition_keys) /
                                     sizeof(*definition_keys), &b->reporter))
            pol_param_define(&d.table, &b->reporter);
    }
}

/* What a theme's file declares, each theme once. */
static void check_declared(pol_build *b, const pol_node *d)
{
    const pol_node *params;

    if (!pol_node_is_call(d, "theme")) {
        pol_report(&b->reporter, POL_MSG_THEME_ONLY, d->place, d->call.name);
        return;
    }
    params = d->call.arg_count ? pol_node_get(d->call.args, "params") : NULL;
    if (params && params->kind == POL_NODE_TABLE)
        check_definitions(b, params);
}

static pol_catalogue *theme_load(pol_build *b, policy_str dir, policy_str id)
{
    const pol_source *source;
    pol_catalogue *c;
    policy_status st = find_theme(b, dir, id, &source);

    if (st)
        return give_up(b, st);
    c = find(b->themes, NULL, source, id);
    if (c)
        return c;
    c = new_entry(b, &b->themes, id);
    if (!c)
        return give_up(b, pol_error_oom(b->err));
    c->lua = source;
    st = read_script(b, c);
    if (st && st != POLICY_ERULES)
        return give_up(b, st);
    c->loaded = st == POLICY_OK && c->lua;
    for (size_t i = 0; c->loaded && i < c->script.declaration_count; i++)
        check_declared(b, &c->script.declarations[i]);
    return c;
}

static bool use_args(const pol_node *d, policy_str *theme, const pol_node **parts)
{
    if (!pol_node_is_call(d, "use") || d->call.arg_count != 2 ||
        d->call.args[0].kind != POL_NODE_STR ||
        d->call.args[1].kind != POL_NODE_TABLE)
        return false;
    *theme = d->call.args[0].str;
    *parts = &d->call.args[1];
    return true;
}

static bool is_own(const pol_org_build *o, const pol_source *s)
{
    return o->dir.len && s && pol_str_starts(s->path, o->dir) &&
           s->path.len > o->dir.len && s->path.ptr[o->dir.len] == '/';
}

static void use_themes(pol_org_build *o, const pol_script_file *script)
{
    for (size_t i = 0; i < script->declaration_count; i++) {
        uint8_t sum[32];
        policy_str theme;
        const pol_node *parts;
        pol_catalogue *c;

        if (!use_args(&script->declarations[i], &theme, &parts))
            continue;
        c = theme_load(o->build, o->dir, theme);
        pol_sources_sum(sum, c ? c->lua : NULL);
        pol_use_add(o, POL_USE_THEME, theme, c && is_own(o, c->lua), sum);
    }
}

void pol_catalogues_use(pol_org_build *o, uint8_t places[32])
{
    const pol_organisation *config = &o->org->config;
    pol_sha256 h;

    pol_sha256_init(&h);
    pol_sha256_field(&h, o->dir);
    for (size_t i = 0; i < config->regulation_count; i++) {
        policy_str id = config->regulations[i].regulation;
        pol_catalogue *c = pol_regulation_load(o->build, o->dir, id);
        uint8_t sum[32] = { 0 };

        if (!c || !c->yaml)
            continue;
        sum_both(sum, c->yaml, c->lua);
        pol_use_add(o, POL_USE_REGULATION, id, is_own(o, c->yaml), sum);
        pol_sha256_field(&h, c->yaml->path);
        use_themes(o, &c->script);
    }
    pol_sha256_done(&h, places);
    use_themes(o, &o->script);
}

/* The value of an entry `params` of YAML: as it stands, or its default. */
static const pol_node *param_entry(const pol_node *params, const char *name)
{
    const pol_node *n = params ? pol_node_get(params, name) : NULL;

    if (n && n->kind == POL_NODE_TABLE && pol_node_get(n, "default"))
        return pol_node_get(n, "default");
    return n;
}

static const pol_node *lookup(const pol_origin *from, const char *name)
{
    const pol_node *n = from->adoption
                            ? param_entry(from->adoption->params, name) : NULL;

    if (!n && from->regulation)
        n = param_entry(from->regulation->params, name);
    if (!n && from->use_params)
        n = pol_node_get(from->use_params, name);
    return n;
}

/* What the organisation sets must fit what the regulation declares. */
static bool suits_regulation(const pol_origin *from, const char *name,
                             const pol_node *value)
{
    const pol_node *declared = from->regulation && from->regulation->params
                                   ? pol_node_get(from->regulation->params, name)
                                   : NULL;

    if (!declared || declared->kind != POL_NODE_TABLE ||
        !pol_node_get(declared, "type"))
        return true;
    return pol_param_check(declared, value, &from->o->build->reporter);
}

static size_t gather_names(policy_str *names, const pol_node *table)
{
    size_t count = table ? table->table.entry_count : 0;

    for (size_t i = 0; names && i < count; i++)
        names[i] = table->table.entries[i].key;
    return count;
}

/* `param` names what has no value: the nearest that has one. */
static void report_unknown(const pol_origin *from, const pol_node *n,
                           policy_str name)
{
    pol_org_build *o = from->o;
    const pol_node *params = from->regulation ? from->regulation->params : NULL;
    size_t count = gather_names(NULL, params) +
                   gather_names(NULL, from->theme_params);
    policy_str *names = pol_arena_new(&o->build->arena, policy_str,
                                      count + o->chosen_count);

    if (!names) {
        o->status = POLICY_ENOMEM;
        return;
    }
    count = gather_names(names, params);
    count += gather_names(names + count, from->theme_params);
    for (size_t i = 0; i < o->chosen_count; i++)
        names[count++] = o->chosen[i].name;
    pol_report_hint(&o->build->reporter, POL_MSG_PARAM_UNKNOWN, n->place,
                    pol_nearest(name, names, count), &name, 1);
}

/* Only what is off may go by what only regulations that are off demand. */
static const pol_node *choice_value(const pol_origin *from, const pol_node *n,
                                    policy_str name)
{
    const pol_chosen *c = pol_chosen_find(from->o, name);

    if (c && (!c->off ||
              (from->adoption && from->adoption->mode == POL_MODE_OFF)))
        return c->value;
    if (c)
        pol_report(&from->o->build->reporter, POL_MSG_CHOICE_UNSET, n->place,
                   name, c->by);
    else
        report_unknown(from, n, name);
    return NULL;
}

/* Of a theme: the default, or NULL where it defines none; *bad: what it has was
 * reported, or the value that was given for it is. */
static const pol_node *theme_value(const pol_origin *from, const char *name,
                                   const pol_node *given, bool *bad)
{
    const pol_node *n = from->theme_params ? pol_node_get(from->theme_params, name)
                                           : NULL;
    definition d;

    *bad = n && !read_definition(&d, n);
    if (!n || *bad)
        return NULL;
    if (!given)
        return &n->call.args[0].table.items[1];
    *bad = !pol_param_check(&d.table, given, &from->o->build->reporter);
    return given;
}

const pol_node *pol_param(const pol_origin *from, const pol_node *n)
{
    const pol_node *value, *of_theme;
    bool bad;

    if (!n || !pol_node_is_call(n, "param"))
        return n;
    if (n->call.arg_count != 1 || n->call.args[0].kind != POL_NODE_STR) {
        pol_report(&from->o->build->reporter, POL_MSG_PARAM_USE, n->place);
        return NULL;
    }
    value = lookup(from, n->call.args[0].str.ptr);
    if (value && !suits_regulation(from, n->call.args[0].str.ptr, value))
        return NULL;
    of_theme = theme_value(from, n->call.args[0].str.ptr, value, &bad);
    if (bad)
        return NULL;
    if (!value)
        value = of_theme;
    return value ? value : choice_value(from, n, n->call.args[0].str);
}

static const pol_node *theme_table(const pol_catalogue *c, policy_str id)
{
    for (size_t i = 0; i < c->script.declaration_count; i++) {
        const pol_node *d = &c->script.declarations[i];
        const pol_node *name;

        if (!pol_node_is_call(d, "theme") || d->call.arg_count != 1 ||
            d->call.args[0].kind != POL_NODE_TABLE)
            continue;
        name = pol_node_get(&d->call.args[0], "id");
        if (name && name->kind == POL_NODE_STR && pol_str_eq(name->str, id))
            return &d->call.args[0];
    }
    return NULL;
}

static const pol_key theme_keys[] = {
    { "id", POL_IS_STR, true },
    { "title", POL_IS_STR | POL_IS_TABLE, true },
    { "params", POL_IS_TABLE, false },
    { "parts", POL_IS_TABLE, true },
};

static void unknown_part(pol_org_build *o, const pol_entry *part,
                         const pol_node *parts)
{
    policy_str *names = pol_arena_new(&o->build->arena, policy_str,
                                      parts->table.entry_count + 1);

    if (!names) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < parts->table.entry_count; i++)
        names[i] = parts->table.entries[i].key;
    pol_report_hint(&o->build->reporter, POL_MSG_PART_UNKNOWN, part->place,
                    pol_nearest(part->key, names, parts->table.entry_count),
                    &part->key, 1);
}

/* "theme-part", which a part is called that says no id where it is used. */
static policy_str part_id(pol_org_build *o, policy_str theme, policy_str part)
{
    policy_str id = concat(o->build, "", theme, "-");

    if (id.ptr)
        id = concat(o->build, id.ptr, part, "");
    if (!id.ptr)
        o->status = POLICY_ENOMEM;
    return id;
}

/* `table` under the entries of `over`, called `id` unless `over` has one; NULL:
 * no memory. */
static const pol_node *lay_over(pol_org_build *o, const pol_node *table,
                                const pol_node *over, policy_str id)
{
    size_t max = table->table.entry_count + over->table.entry_count + 1, n = 0;
    pol_node *out = pol_arena_new(&o->build->arena, pol_node, 1);
    pol_entry *entries = pol_arena_new(&o->build->arena, pol_entry, max);

    if (!out || !entries) {
        o->status = POLICY_ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < over->table.entry_count; i++)
        entries[n++] = over->table.entries[i];
    for (size_t i = 0; i < table->table.entry_count; i++)
        if (!pol_node_get(over, table->table.entries[i].key.ptr) &&
            !pol_str_is(table->table.entries[i].key, "id"))
            entries[n++] = table->table.entries[i];
    if (!pol_node_get(over, "id"))
        entries[n++] = (pol_entry){ .key = POL_STR("id"), .place = over->place,
                                    .value = { .kind = POL_NODE_STR,
                                               .place = over->place,
                                               .str = id } };
    *out = *over;
    out->table.entries = entries;
    out->table.entry_count = n;
    if (!over->table.item_count)
        out->table.items = table->table.items;
    out->table.item_count += over->table.item_count ? 0 : table->table.item_count;
    return out;
}

/* In which phase is a part compiled? -1: it is none. */
static int part_phase(const pol_node *call)
{
    if (!call || call->kind != POL_NODE_CALL || call->call.arg_count != 1 ||
        call->call.args[0].kind != POL_NODE_TABLE)
        return -1;
    if (pol_node_is_call(call, "duty") || pol_node_is_call(call, "memory"))
        return POL_PHASE_RECORDS;
    return pol_node_is_call(call, "rule") || pol_node_is_call(call, "ladder")
               ? POL_PHASE_RULES : -1;
}

/* Messages name what they are about where its place does not. `id`: NULL after
 * it. A written id has its own length and two quotes; another one was made by a
 * loop, and the lines of that are of many. */
static void be_about(pol_org_build *o, const pol_node *id, pol_place place)
{
    pol_reporter *r = &o->build->reporter;
    size_t cps = 2;

    r->about = (policy_str){ "", 0 };
    if (!id || id->kind != POL_NODE_STR)
        return;
    for (size_t i = 0; i < id->str.len; i++)
        cps += ((unsigned char)id->str.ptr[i] & 0xc0) != 0x80;
    r->about = id->str;
    r->about_at = place;
    r->about_all = id->place.length != cps;
}

/* One part of `use`: the theme's rule, duty, ladder or memory under what is
 * overridden here. */
static void use_part(pol_origin *from, policy_str theme, const pol_node *call,
                     const pol_entry *part)
{
    policy_str id = part_id(from->o, theme, part->key);
    const pol_node *table;

    from->place = part->place;
    if (!id.ptr)
        return;
    if (pol_node_is_call(call, "rule")) {
        pol_rule_compile(from, &call->call.args[0], &part->value, id);
        return;
    }
    table = lay_over(from->o, &call->call.args[0], &part->value, id);
    if (table && pol_node_is_call(call, "duty"))
        pol_duty_define(from, table, &call->call.args[0]);
    else if (table && pol_node_is_call(call, "memory"))
        pol_memory_define(from, table);
    else if (table)
        pol_ladder_define(from, table);
}

policy_str pol_part_id(const pol_origin *from, policy_str name)
{
    const pol_node *part = pol_node_get(from->uses, name.ptr);
    const pol_node *own = pol_node_get(part, "id");

    if (!part || part->kind != POL_NODE_TABLE || pol_str_is(name, "params"))
        return (policy_str){ NULL, 0 };
    return own && own->kind == POL_NODE_STR
               ? own->str : part_id(from->o, from->theme, name);
}

/* What is wrong is told with the rules. */
static void use_parts(pol_origin *from, policy_str theme, const pol_node *parts,
                      const pol_node *uses, pol_declared_phase phase)
{
    pol_org_build *o = from->o;

    from->theme = theme;
    from->uses = uses;
    for (size_t i = 0; !o->status && i < uses->table.entry_count; i++) {
        const pol_entry *part = &uses->table.entries[i];
        const pol_node *call = pol_node_get(parts, part->key.ptr);
        bool table = part->value.kind == POL_NODE_TABLE;
        int when = part_phase(call);

        if (pol_str_is(part->key, "params"))
            continue;
        if (when == (int)phase && table)
            use_part(from, theme, call, part);
        else if (phase == POL_PHASE_RULES && !call)
            unknown_part(o, part, parts);
        else if (phase == POL_PHASE_RULES && (when < 0 || !table))
            pol_report(&o->build->reporter, POL_MSG_PART_NOT_TABLE, part->place,
                       part->key);
    }
}

/* What sets a parameter that is not there would be lost. `known` and `also` are
 * the tables that define them (NULL: none) for what is named `owner`. */
static void check_params(pol_org_build *o, const pol_node *params,
                         policy_str owner, const pol_node *known,
                         const pol_node *also)
{
    size_t count = gather_names(NULL, known) + gather_names(NULL, also);
    policy_str *names = pol_arena_new(&o->build->arena, policy_str, count + 1);

    if (!names) {
        o->status = POLICY_ENOMEM;
        return;
    }
    gather_names(names + gather_names(names, known), also);
    for (size_t i = 0; i < params->table.entry_count; i++) {
        const pol_entry *e = &params->table.entries[i];
        size_t j = 0;

        while (j < count && !pol_str_eq(names[j], e->key))
            j++;
        if (j == count)
            pol_report_hint(&o->build->reporter, POL_MSG_PARAM_STRAY, e->place,
                            pol_nearest(e->key, names, count),
                            (policy_str[]){ e->key, owner }, 2);
    }
}

/* The duties and memories that parts of a theme are. */
static void compile_use_records(pol_origin *from, const pol_node *d)
{
    const pol_node *uses, *table, *parts;
    pol_catalogue *c;
    policy_str theme;

    if (!use_args(d, &theme, &uses))
        return;
    c = theme_load(from->o->build, from->o->dir, theme);
    table = c && c->loaded ? theme_table(c, theme) : NULL;
    parts = pol_node_get(table, "parts");
    from->theme_params = pol_node_get(table, "params");
    from->use_params = pol_node_get(uses, "params");
    if (!c)
        from->o->status = from->o->build->status;
    else if (parts && parts->kind == POL_NODE_TABLE)
        use_parts(from, theme, parts, uses, POL_PHASE_RECORDS);
}

static void compile_use(pol_origin *from, const pol_node *d)
{
    pol_org_build *o = from->o;
    pol_reporter *r = &o->build->reporter;
    const pol_node *uses, *table, *parts;
    pol_catalogue *c;
    policy_str theme;

    if (!use_args(d, &theme, &uses) || uses->table.item_count) {
        pol_report(r, POL_MSG_USE_SHAPE, d->place);
        return;
    }
    c = theme_load(o->build, o->dir, theme);
    if (!c) {
        o->status = o->build->status;
        return;
    }
    if (c->lua && !c->loaded)
        return; /* what is wrong with it was reported */
    table = theme_table(c, theme);
    if (!table) {
        pol_report_hint(r, POL_MSG_THEME_UNKNOWN, d->place,
                        pol_folder_nearest(o, "themes", ".lua", theme), &theme,
                        1);
        return;
    }
    if (!pol_node_closed(table, "theme", theme_keys,
                         sizeof(theme_keys) / sizeof(*theme_keys), r))
        return;
    parts = pol_node_get(table, "parts");
    from->theme_params = pol_node_get(table, "params");
    from->use_params = pol_node_get(uses, "params");
    if (from->use_params && from->use_params->kind != POL_NODE_TABLE) {
        pol_report(r, POL_MSG_USE_SHAPE, from->use_params->place);
        return;
    }
    pol_choices_clash(from->o, from->adoption, from->theme_params);
    if (from->use_params)
        check_params(from->o, from->use_params, theme, from->theme_params, NULL);
    use_parts(from, theme, parts, uses, POL_PHASE_RULES);
}

/* The parameters of all themes that the script uses, as one table. */
static const pol_node *all_theme_params(pol_org_build *o,
                                        const pol_script_file *script)
{
    pol_build *b = o->build;
    pol_node *all = pol_arena_new(&b->arena, pol_node, 1);
    pol_entry *entries = NULL;
    size_t count = 0, n = 0;

    for (int pass = 0; all && pass < 2; pass++) {
        for (size_t i = 0; i < script->declaration_count; i++) {
            policy_str theme;
            const pol_node *parts, *params;
            pol_catalogue *c;

            if (!use_args(&script->declarations[i], &theme, &parts))
                continue;
            c = theme_load(b, o->dir, theme);
            params = c && c->loaded ? theme_table(c, theme) : NULL;
            params = params ? pol_node_get(params, "params") : NULL;
            if (!params || params->kind != POL_NODE_TABLE)
                continue;
            if (entries && n + params->table.entry_count <= count)
                memcpy(entries + n, params->table.entries,
                       params->table.entry_count * sizeof(*entries));
            n += params->table.entry_count;
        }
        if (pass == 0) {
            count = n;
            n = 0;
            entries = pol_arena_new(&b->arena, pol_entry, count + 1);
            if (!entries)
                break;
        }
    }
    if (!all || !entries) {
        o->status = POLICY_ENOMEM;
        return NULL;
    }
    all->kind = POL_NODE_TABLE;
    all->table.entries = entries;
    all->table.entry_count = count;
    return all;
}

static void check_adopted_params(pol_org_build *o, const pol_script_file *script,
                                 const pol_regulation *regulation,
                                 const pol_adoption *adoption)
{
    const pol_node *themes;

    if (!adoption || !adoption->params)
        return;
    themes = all_theme_params(o, script);
    if (themes)
        check_params(o, adoption->params, regulation->id, regulation->params,
                     themes);
}

/* The names of its parts, of both `use`, that take the default id. */
static void report_twice(pol_org_build *o, policy_str theme,
                         const pol_node *first, const pol_node *second)
{
    for (size_t i = 0; i < second->table.entry_count; i++) {
        const pol_entry *e = &second->table.entries[i];
        const pol_node *part = pol_node_get(first, e->key.ptr);
        char line[16];

        if (!part || pol_str_is(e->key, "params") || pol_node_get(part, "id") ||
            pol_node_get(&e->value, "id"))
            continue;
        snprintf(line, sizeof(line), "%u", (unsigned)part->place.line);
        pol_report(&o->build->reporter, POL_MSG_PART_TWICE, e->place, e->key,
                   theme, pol_str(line));
    }
}

static void report_theme(pol_org_build *o, const pol_node *d)
{
    const pol_node *id = d->call.arg_count ? pol_node_get(d->call.args, "id")
                                           : NULL;

    pol_report(&o->build->reporter, POL_MSG_THEME_PLACE, d->place,
               id && id->kind == POL_NODE_STR ? id->str : POL_STR("…"));
}

static void check_uses(pol_org_build *o, const pol_script_file *script)
{
    policy_str a, b;
    const pol_node *first, *second;

    for (size_t i = 0; i < script->declaration_count; i++) {
        if (!use_args(&script->declarations[i], &b, &second))
            continue; /* one of 10,000 rules */
        for (size_t j = 0; j < i; j++)
            if (use_args(&script->declarations[j], &a, &first) &&
                pol_str_eq(a, b))
                report_twice(o, a, first, second);
    }
}

static const pol_node *only_table(const pol_node *d)
{
    return d->call.arg_count == 1 && d->call.args[0].kind == POL_NODE_TABLE
               ? d->call.args : NULL;
}

static void compile_record(const pol_origin *from, const pol_node *d)
{
    const pol_node *table = only_table(d);

    if (table && pol_node_is_call(d, "duty"))
        pol_duty_define(from, table, NULL);
    else if (table)
        pol_memory_define(from, table);
    else
        pol_report(&from->o->build->reporter, POL_MSG_DECLARATION, d->place,
                   d->call.name);
}

static bool is_record(const pol_node *d)
{
    return pol_node_is_call(d, "memory") || pol_node_is_call(d, "duty");
}

static void compile_rule(pol_origin *from, const pol_node *d)
{
    const pol_node *table = only_table(d);

    if (pol_node_is_call(d, "use"))
        compile_use(from, d);
    else if (pol_node_is_call(d, "rule") && table)
        pol_rule_compile(from, table, NULL, (policy_str){ "", 0 });
    else if (pol_node_is_call(d, "theme"))
        report_theme(from->o, d);
    else if (pol_node_is_call(d, "ladder") && table)
        pol_ladder_define(from, table);
    else if (!is_record(d))
        pol_report(&from->o->build->reporter, POL_MSG_DECLARATION, d->place,
                   d->call.name);
}

void pol_declarations_compile(pol_org_build *o, const pol_script_file *script,
                              const pol_regulation *regulation,
                              const pol_adoption *adoption,
                              pol_declared_phase phase)
{
    if (phase == POL_PHASE_RULES) {
        check_uses(o, script);
        check_adopted_params(o, script, regulation, adoption);
    }
    for (size_t i = 0; !o->status && i < script->declaration_count; i++) {
        const pol_node *d = &script->declarations[i];
        pol_origin from = { .o = o, .regulation = regulation,
                            .adoption = adoption, .place = d->place };

        be_about(o, d->call.arg_count ? pol_node_get(d->call.args, "id") : NULL,
                 d->place);
        if (phase == POL_PHASE_RULES)
            compile_rule(&from, d);
        else if (pol_node_is_call(d, "use"))
            compile_use_records(&from, d);
        else if (is_record(d))
            compile_record(&from, d);
    }
    be_about(o, NULL, (pol_place){ NULL, 0, 0, 0 });
}
