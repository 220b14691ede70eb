/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memories, the clauses that write them, and what asks for them.
 *
 * What stands first in a file may ask for what stands last, and a clause may
 * name a rule. So definitions are made before rules are compiled, and clauses
 * wait until all rules are there; whose finding writes is known once equal rules
 * are one.
 */
#include "compile/history_build.h"

#include "base/alloc.h"
#include "base/slice.h"
#include "rule/standing.h"

enum {
    OF_KEY = 1 << POL_KIND_ID | 1 << POL_KIND_ENUM,
    OF_LIST = 1 << POL_KIND_LIST | 1 << POL_KIND_WORDS,
    ALL_TYPES = (int)((UINT32_C(1) << POLICY_TYPE_COUNT) - 1),
    AT_LEAST_MAX = 1000000
};

static pol_reporter *reporter(const pol_origin *from)
{
    return &from->o->build->reporter;
}

static policy_str owner_of(const pol_origin *from)
{
    return from->regulation ? from->regulation->id : from->o->org->config.id;
}

/* "owner" `between` "name", kept. */
policy_str pol_full_id(const pol_origin *from, const char *between,
                          policy_str name)
{
    policy_str owner = owner_of(from);
    size_t len = strlen(between);
    char *s = pol_keep_new(from->o, char, owner.len + len + name.len + 1);

    if (!s)
        return (policy_str){ NULL, 0 };
    memcpy(s, owner.ptr, owner.len);
    memcpy(s + owner.len, between, len);
    memcpy(s + owner.len + len, name.ptr, name.len);
    return (policy_str){ s, owner.len + len + name.len };
}

bool pol_is_plain_id(policy_str id)
{
    for (size_t i = 0; i < id.len; i++)
        if (id.ptr[i] == '/' || (unsigned char)id.ptr[i] <= ' ')
            return false;
    return id.len > 0;
}

/* --- keys */

static bool has_kind(int32_t field, uint32_t types, unsigned kinds)
{
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if ((types >> t & 1) && (kinds >> pol_field_in(t, field)->kind & 1))
            return true;
    return false;
}

/* Of what the field is the id: ANY where types do not agree. */
uint8_t pol_id_kind_of(int32_t field, uint32_t types)
{
    uint8_t kind = POL_ID_ANY;

    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++) {
        const pol_field_use *use = pol_field_in(t, field);

        if (!(types >> t & 1) || use->kind == POL_KIND_NONE)
            continue;
        if (kind != POL_ID_ANY && kind != use->id_kind)
            return POL_ID_ANY;
        kind = (uint8_t)use->id_kind;
    }
    return kind;
}

static bool key_shape(const pol_origin *from, pol_place place)
{
    pol_report(reporter(from), POL_MSG_KEY_SHAPE, place);
    return false;
}

static bool read_part(pol_key_reader *k, const pol_node *n)
{
    const pol_node *name = n;
    bool each = pol_node_is_call(n, "each"), list;
    int32_t field;

    if (each)
        name = n->call.arg_count == 1 ? n->call.args : NULL;
    if (!name || name->kind != POL_NODE_STR || k->key.count == POL_KEY_FIELDS ||
        (each && k->key.count))
        return key_shape(k->from, n->place);
    field = pol_field_need(k->from, name->str, k->types, k->all, name->place);
    if (field < 0)
        return false;
    list = has_kind(field, k->types, OF_LIST);
    if (list != each && !(list && k->any && !k->key.count)) {
        pol_report(reporter(k->from), POL_MSG_KEY_EACH, n->place, name->str);
        return false;
    }
    if (!list && !has_kind(field, k->types, OF_KEY)) {
        pol_report(reporter(k->from), POL_MSG_KEY_FIELD, n->place, name->str);
        return false;
    }
    k->key.fields[k->key.count++] = field;
    return true;
}

/* "field", { "field", "field" }, each "list" */
bool pol_key_read(pol_key_reader *k, const pol_node *n)
{
    bool good = true;

    if (n->kind != POL_NODE_TABLE)
        return read_part(k, n);
    if (n->table.entry_count || !n->table.item_count ||
        n->table.item_count > POL_KEY_FIELDS)
        return key_shape(k->from, n->place);
    for (size_t i = 0; i < n->table.item_count; i++)
        good = read_part(k, &n->table.items[i]) && good;
    return good;
}

/* ORDER ID_KIND */
static const struct { const char *en, *zh; } kind_names[] = {
    { "any id", "任意编号" }, { "a person", "人员" }, { "an account", "账号" },
    { "a conversation", "会话" }, { "a thing", "事物" }, { "a file", "文件" },
    { "a device", "设备" }, { "an app", "应用" }, { "an incident", "事件" },
    { "a report", "举报" }, { "a duty", "履职事项" },
};

static policy_str kind_name(const pol_origin *from, uint8_t kind)
{
    return pol_str(reporter(from)->zh ? kind_names[kind].zh
                                      : kind_names[kind].en);
}

static policy_str number_name(char buf[24], size_t n)
{
    pol_buf b;

    pol_buf_init_fixed(&b, buf, 24);
    pol_buf_uint(&b, n);
    return (policy_str){ buf, b.len };
}

bool pol_key_suits(const pol_origin *from, const pol_record_def *d,
                   const pol_key_use *key, uint32_t types, bool shorter,
                   pol_place place)
{
    char digits[24];

    if (key->count > d->key_count || (!shorter && key->count < d->key_count)) {
        pol_report(reporter(from), POL_MSG_KEY_LENGTH, place, d->id,
                   number_name(digits, d->key_count));
        return false;
    }
    for (uint8_t i = 0; i < key->count; i++) {
        uint8_t kind = pol_id_kind_of(key->fields[i], types);

        if (kind == POL_ID_ANY || d->key_kinds[i] == POL_ID_ANY ||
            kind == d->key_kinds[i])
            continue;
        pol_report(reporter(from), POL_MSG_KEY_NAMES, place,
                   pol_str(pol_fields[key->fields[i]].name),
                   kind_name(from, kind), d->id,
                   kind_name(from, d->key_kinds[i]));
        return false;
    }
    return true;
}

/* --- definitions */

static const pol_key memory_keys[] = {
    { "clear", POL_IS_TABLE, false },
    { "fields", POL_IS_TABLE | POL_IS_STR, false },
    { "id", POL_IS_STR, true },
    { "keep", POL_IS_STR | POL_IS_CALL, true },
    { "key", POL_IS_STR | POL_IS_TABLE | POL_IS_CALL, true },
    { "set", POL_IS_TABLE, true },
    { "write", POL_IS_STR, false },
};

pol_record_def *pol_record_new(pol_org_build *o)
{
    pol_record_def *d = pol_keep_new(o, pol_record_def, 1);

    if (!d || !pol_grow(&o->build->allocator, (void **)&o->records,
                        &o->record_cap, o->record_count + 1,
                        sizeof(*o->records))) {
        o->status = POLICY_ENOMEM;
        return NULL;
    }
    d->until = -1;
    return d;
}

const pol_record_def *pol_record_find(const pol_org_build *o,
                                         pol_record_kind kind, policy_str id)
{
    for (size_t i = 0; i < o->record_count; i++)
        if (o->records[i]->kind == kind && pol_str_eq(o->records[i]->id, id))
            return o->records[i];
    return NULL;
}

/* A clause, or the clauses of a list. */
const pol_node *pol_clauses_of(const pol_node *n, size_t *count)
{
    if (n->kind == POL_NODE_TABLE && n->table.entry_count == 0) {
        *count = n->table.item_count;
        return n->table.items;
    }
    *count = 1;
    return n;
}

/* Types of what sets it, as far as they are named: what is wrong with them is
 * reported with the clause. Findings of a rule may be of any. */
uint32_t pol_clause_types(const pol_node *set)
{
    uint32_t types = 0;
    size_t count, on_count;
    const pol_node *items = pol_clauses_of(set, &count);

    for (size_t i = 0; i < count; i++) {
        const pol_node *on = pol_node_get(&items[i], "on"), *names = on;

        on_count = 1;
        if (!on)
            return ALL_TYPES;
        if (on->kind == POL_NODE_TABLE) {
            names = on->table.items;
            on_count = on->table.item_count;
        }
        for (size_t j = 0; j < on_count; j++) {
            int32_t t = names[j].kind == POL_NODE_STR ? pol_type_find(names[j].str)
                                                      : -1;

            if (t >= 0)
                types |= UINT32_C(1) << t;
        }
    }
    return types ? types : (uint32_t)ALL_TYPES;
}

static bool read_memory_fields(const pol_origin *from, const pol_node *n,
                               pol_record_def *d)
{
    const pol_node *items;
    size_t count;
    int32_t *fields;
    bool good = true;

    if (!n)
        return true;
    if (!pol_is_list(from, n, "fields") ||
        !pol_node_list(n, &items, &count, reporter(from)))
        return false;
    fields = pol_keep_new(from->o, int32_t, count);
    for (size_t i = 0; fields && i < count; i++) {
        policy_str name;

        fields[i] = -1;
        if (pol_node_str(&items[i], &name, reporter(from)))
            fields[i] = pol_field_need(from, name, d->types, false,
                                       items[i].place);
        good = good && fields[i] >= 0;
        if (fields[i] >= 0 && has_kind(fields[i], d->types, 1 << POL_KIND_TEXT)) {
            pol_report(reporter(from), POL_MSG_MEMORY_TEXT, items[i].place, name);
            good = false;
        }
    }
    d->fields = fields;
    d->field_count = fields ? count : 0;
    return good && fields;
}

static bool read_keep(const pol_origin *from, const pol_node *n,
                      pol_record_def *d)
{
    n = pol_param(from, n);
    if (!n)
        return false;
    if (n->kind == POL_NODE_STR && pol_str_is(n->str, "forever")) {
        d->keep = INT64_MAX;
        return true;
    }
    return pol_node_duration(n, &d->keep, reporter(from));
}

static bool read_write(const pol_origin *from, const pol_node *n,
                       pol_record_def *d)
{
    static const char *const words[] = { "passed", "always" };
    size_t word = 0;

    if (n && !pol_node_word(n, words, 2, &word, reporter(from)))
        return false;
    d->attempts = word == 1;
    return true;
}

static bool read_memory_id(const pol_origin *from, const pol_node *n,
                           pol_record_def *d)
{
    if (!pol_is_plain_id(n->str)) {
        pol_report(reporter(from), POL_MSG_RULE_ID, n->place, n->str);
        return false;
    }
    d->id = pol_full_id(from, "/", n->str);
    if (!d->id.ptr)
        return false;
    if (pol_record_find(from->o, POL_RECORD_MEMORY, d->id)) {
        pol_report(reporter(from), POL_MSG_MEMORY_TWICE, n->place, n->str);
        return false;
    }
    return true;
}

void pol_record_set_key(pol_record_def *d, const pol_key_use *key)
{
    d->key = *key;
    d->key_count = key->count;
    for (uint8_t i = 0; i < key->count; i++)
        d->key_kinds[i] = pol_id_kind_of(key->fields[i], d->types);
}

/* Clauses of one key, to be compiled once all rules are there. */
void pol_clauses_defer(const pol_origin *from, const pol_node *n,
                       const pol_record_def *d, pol_clause_does does,
                       const pol_only *only)
{
    pol_org_build *o = from->o;
    size_t count;
    const pol_node *items = n ? pol_clauses_of(n, &count) : NULL;

    for (size_t i = 0; items && i < count; i++) {
        if (!pol_grow(&o->build->allocator, (void **)&o->pending,
                      &o->pending_cap, o->pending_count + 1,
                      sizeof(*o->pending))) {
            o->status = POLICY_ENOMEM;
            return;
        }
        o->pending[o->pending_count++] =
            (pol_pending_clause){ *from, &items[i], d, does,
                                  only ? *only : (pol_only){ 0, { "", 0 } } };
    }
}

void pol_memory_define(const pol_origin *from, const pol_node *table)
{
    pol_org_build *o = from->o;
    pol_key_reader k = { .from = from };
    pol_record_def *d;
    bool good;

    if (!pol_node_closed(table, "memory", memory_keys,
                         sizeof(memory_keys) / sizeof(*memory_keys),
                         reporter(from)))
        return;
    d = pol_record_new(o);
    if (!d)
        return;
    d->kind = POL_RECORD_MEMORY;
    k.types = d->types = pol_clause_types(pol_node_get(table, "set"));
    good = read_memory_id(from, pol_node_get(table, "id"), d);
    good = pol_key_read(&k, pol_node_get(table, "key")) && good;
    good = read_memory_fields(from, pol_node_get(table, "fields"), d) && good;
    good = read_keep(from, pol_node_get(table, "keep"), d) && good;
    good = read_write(from, pol_node_get(table, "write"), d) && good;
    if (!good)
        return;
    pol_record_set_key(d, &k.key);
    o->records[o->record_count++] = d;
    pol_clauses_defer(from, pol_node_get(table, "set"), d, POL_CLAUSE_SET, NULL);
    pol_clauses_defer(from, pol_node_get(table, "clear"), d, POL_CLAUSE_CLEAR,
                      NULL);
}

/* --- clauses */

static const pol_key clause_keys[] = {
    { "at", POL_IS_STR, false },
    { "first", POL_IS_BOOL, false },
    { "key", POL_IS_STR | POL_IS_TABLE | POL_IS_CALL, false },
    { "on", POL_IS_STR | POL_IS_TABLE, false },
    { "rule", POL_IS_STR, false },
    { "where", POL_IS_TABLE | POL_IS_CALL, false },
};

static bool read_types(const pol_origin *from, const pol_node *on,
                       uint32_t *types)
{
    const pol_node *items = on;
    size_t count = 1;
    bool good = true;

    if (!pol_is_list(from, on, "on"))
        return false;
    if (on->kind == POL_NODE_TABLE) {
        items = on->table.items;
        count = on->table.item_count;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t type = pol_type_need(from, &items[i]);

        good = good && type >= 0;
        if (type >= 0)
            *types |= UINT32_C(1) << type;
    }
    return good && count;
}

/* By its full id, or as a rule of the same owner. */
static pol_rule *find_rule(const pol_origin *from, policy_str id)
{
    pol_org_build *o = from->o;
    policy_str owner = owner_of(from), part = pol_part_id(from, id);

    if (part.ptr)
        id = part;
    for (size_t i = 0; i < o->rule_count; i++) {
        policy_str full = pol_str(o->rules[i].id);

        if (pol_str_eq(full, id) ||
            (full.len == owner.len + 1 + id.len && pol_str_starts(full, owner) &&
             full.ptr[owner.len] == '/' && pol_str_ends(full, id)))
            return &o->rules[i];
    }
    return NULL;
}

/* What else `rule` could have meant: ids of the same owner, without it. */
static void report_rule(const pol_origin *from, const pol_node *n)
{
    pol_org_build *o = from->o;
    policy_str owner = owner_of(from);
    policy_str *names = pol_arena_new(&o->build->arena, policy_str,
                                      o->rule_count + 1);
    size_t count = 0;

    if (!names) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < o->rule_count; i++) {
        policy_str full = pol_str(o->rules[i].id);

        if (pol_str_starts(full, owner) && full.len > owner.len)
            names[count++] = (policy_str){ full.ptr + owner.len + 1,
                                           full.len - owner.len - 1 };
    }
    pol_report_hint(reporter(from), POL_MSG_CLAUSE_RULE, n->place,
                    pol_nearest(n->str, names, count), &n->str, 1);
}

/* Either `on` or `rule`; *types of the events that write. */
static bool read_who(const pol_pending_clause *p, pol_clause *c, uint32_t *types)
{
    const pol_node *on = pol_node_get(p->node, "on");
    const pol_node *by = pol_node_get(p->node, "rule");
    pol_rule *rule;

    if (!on == !by) {
        pol_report(reporter(&p->from), POL_MSG_CLAUSE_ON, p->node->place);
        return false;
    }
    if (on) {
        bool good = read_types(&p->from, on, types);

        c->types = *types;
        return good;
    }
    rule = find_rule(&p->from, by->str);
    if (!rule) {
        report_rule(&p->from, by);
        return false;
    }
    rule->named = true;
    c->rule = pol_str(rule->id);
    *types = rule->types;
    return true;
}

static bool read_clause_key(const pol_pending_clause *p, uint32_t types,
                            pol_clause *c)
{
    const pol_node *n = pol_node_get(p->node, "key");
    pol_key_reader k = { .from = &p->from, .types = types, .all = true };
    bool shorter = c->does != POL_CLAUSE_SET && c->does != POL_CLAUSE_OPEN;

    c->key = p->record->key;
    if (n && !pol_key_read(&k, n))
        return false;
    if (n)
        c->key = k.key;
    for (uint8_t i = 0; !n && i < c->key.count; i++)
        if (pol_field_need(&p->from,
                           pol_str(pol_fields[c->key.fields[i]].name), types,
                           true, p->node->place) < 0)
            return false;
    return pol_key_suits(&p->from, p->record, &c->key, types, shorter,
                        n ? n->place : p->node->place);
}

static bool read_at(const pol_pending_clause *p, uint32_t types, pol_clause *c)
{
    const pol_node *n = pol_node_get(p->node, "at");

    c->at = POLICY_FIELD_TIME;
    if (!n)
        return true;
    c->at = pol_field_need(&p->from, n->str, types, true, n->place);
    if (c->at >= 0 && !has_kind(c->at, types, 1 << POL_KIND_TIME)) {
        pol_report(reporter(&p->from), POL_MSG_CLAUSE_AT, n->place, n->str);
        return false;
    }
    return c->at >= 0;
}

static bool read_clause(const pol_pending_clause *p, pol_clause *c)
{
    const pol_node *where, *first;
    pol_reporter *r = reporter(&p->from);
    uint64_t errors = r->errors;
    uint32_t types = 0;

    if (p->node->kind != POL_NODE_TABLE) {
        pol_report(r, POL_MSG_CLAUSE_SHAPE, p->node->place);
        return false;
    }
    if (!pol_node_closed(p->node, "clause", clause_keys,
                         sizeof(clause_keys) / sizeof(*clause_keys), r) ||
        !read_who(p, c, &types))
        return false;
    where = pol_node_get(p->node, "where");
    first = pol_node_get(p->node, "first");
    if (where)
        c->where = pol_cond_compile(&p->from, where, types);
    if (first && !pol_node_bool(first, &c->first, r))
        return false;
    return read_clause_key(p, types, c) && read_at(p, types, c) &&
           r->errors == errors;
}

void pol_clauses_compile(pol_org_build *o)
{
    for (size_t i = 0; i < o->pending_count && !o->status; i++) {
        const pol_pending_clause *p = &o->pending[i];
        pol_clause c = { .does = p->does, .record = p->record,
                         .rule = { "", 0 }, .only = p->only,
                         .spot = pol_spot_of(o, p->node->place) };

        if (!read_clause(p, &c))
            continue;
        if (!pol_grow(&o->build->allocator, (void **)&o->clauses, &o->clause_cap,
                      o->clause_count + 1, sizeof(*o->clauses))) {
            o->status = POLICY_ENOMEM;
            return;
        }
        o->clauses[o->clause_count++] = c;
    }
}

/* --- who writes what */

static bool is_of_event(const pol_clause *c)
{
    return c->rule.len == 0;
}

static void settle_rule(pol_org_build *o, pol_rule *rule,
                        const pol_clause *clauses, size_t count)
{
    const pol_clause **writes;
    size_t n = 0;

    if (!rule->named)
        return;
    writes = pol_keep_new(o, const pol_clause *, count);
    for (size_t i = 0; writes && i < count; i++)
        if (pol_str_is(clauses[i].rule, rule->id))
            writes[n++] = &clauses[i];
    rule->writes = writes;
    rule->write_count = writes ? n : 0;
}

/* The index knows rules: a clause is filed as one of its types and condition. */
static void index_clauses(pol_org_build *o)
{
    pol_org *org = o->org;
    pol_arena *scratch = &o->build->arena;
    pol_rule *stubs = pol_arena_new(scratch, pol_rule, org->clause_count + 1);

    if (!stubs) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < org->clause_count; i++)
        stubs[i] = (pol_rule){ .mode = POL_MODE_ENFORCE, .guard_file = -1,
                               .types = org->clauses[i].types,
                               .where = org->clauses[i].where };
    if (pol_index_build(&org->clause_index, stubs, org->clause_count, 0,
                        &org->arena, scratch))
        o->status = POLICY_ENOMEM;
}

void pol_history_settle(pol_org_build *o, pol_rule *rules, size_t rule_count)
{
    pol_clause *clauses = pol_keep_new(o, pol_clause, o->clause_count);
    const pol_record_def **records = pol_keep_new(o, const pol_record_def *,
                                                  o->record_count);
    size_t n = 0, of_events;

    if (o->status)
        return;
    for (size_t i = 0; i < o->record_count; i++)
        records[i] = o->records[i];
    o->org->records = records;
    o->org->record_count = o->record_count;
    for (size_t i = 0; i < o->clause_count; i++)
        if (is_of_event(&o->clauses[i]))
            clauses[n++] = o->clauses[i];
    of_events = n;
    for (size_t i = 0; i < o->clause_count; i++)
        if (!is_of_event(&o->clauses[i]))
            clauses[n++] = o->clauses[i];
    o->org->clauses = clauses;
    o->org->clause_count = of_events;
    for (size_t i = 0; i < rule_count; i++)
        settle_rule(o, &rules[i], clauses + of_events, n - of_events);
    if (!o->status && of_events)
        index_clauses(o);
}

/* --- known, unknown */

/* Names that would have been right: of the same owner, then the library's. */
static void report_memory(const pol_origin *from, policy_str name,
                          pol_place place)
{
    pol_org_build *o = from->o;
    policy_str owner = owner_of(from), *names;
    size_t count = 0;

    names = pol_arena_new(&o->build->arena, policy_str,
                          o->record_count + POL_STANDING_COUNT);
    if (!names) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < o->record_count; i++) {
        policy_str id = o->records[i]->id;

        if (o->records[i]->kind == POL_RECORD_MEMORY &&
            pol_str_starts(id, owner) && id.len > owner.len)
            names[count++] = (policy_str){ id.ptr + owner.len + 1,
                                           id.len - owner.len - 1 };
    }
    for (size_t i = 0; i < POL_STANDING_COUNT; i++)
        names[count++] = pol_standing[i].id;
    pol_report_hint(reporter(from), POL_MSG_MEMORY_UNKNOWN, place,
                    pol_nearest(name, names, count), &name, 1);
}

/* Duties of the same owner. */
static void report_duty(const pol_origin *from, policy_str name, pol_place place)
{
    pol_org_build *o = from->o;
    policy_str owner = owner_of(from), *names;
    size_t count = 0;

    names = pol_arena_new(&o->build->arena, policy_str, o->record_count + 1);
    if (!names) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < o->record_count; i++) {
        policy_str id = o->records[i]->id;

        if (o->records[i]->kind == POL_RECORD_DUTY &&
            pol_str_starts(id, owner) && id.len > owner.len)
            names[count++] = (policy_str){ id.ptr + owner.len + 1,
                                           id.len - owner.len - 1 };
    }
    pol_report_hint(reporter(from), POL_MSG_DUTY_UNKNOWN, place,
                    pol_nearest(name, names, count), &name, 1);
}

/* One of `each`, by what they share. */
static const pol_record_def *find_each(const pol_org_build *o, policy_str id)
{
    for (size_t i = 0; i < o->duty_count; i++)
        if (o->duties[i]->siblings && pol_str_is(id, o->duties[i]->face->id))
            return o->duties[i]->siblings[0]->record;
    return NULL;
}

/* "duty" of the same owner, or "regulation/duty"; one of `each` goes on with
 * "/department" and the like, or else is the event's own. */
static const pol_record_def *need_duty(const pol_origin *from, policy_str name,
                                       pol_place place, bool *each)
{
    policy_str part = pol_part_id(from, name);
    policy_str ids[] = { name,
                         pol_full_id(from, "/", part.ptr ? part : name) };
    const pol_record_def *d = NULL;

    if (!ids[1].ptr)
        return NULL;
    for (size_t i = 0; !d && i < 2; i++)
        d = pol_record_find(from->o, POL_RECORD_DUTY, ids[i]);
    *each = !d;
    for (size_t i = 0; !d && i < 2; i++)
        d = find_each(from->o, ids[i]);
    if (!d)
        report_duty(from, name, place);
    return d;
}

const pol_record_def *pol_memory_need(const pol_origin *from, policy_str name,
                                      pol_place place)
{
    const pol_record_def *d;
    policy_str id = name, part = pol_part_id(from, name);

    if (!memchr(name.ptr, '/', name.len))
        id = pol_full_id(from, "/", part.ptr ? part : name);
    if (!id.ptr)
        return NULL;
    d = pol_record_find(from->o, POL_RECORD_MEMORY, id);
    for (size_t i = 0; !d && i < POL_STANDING_COUNT; i++)
        if (pol_str_eq(pol_standing[i].id, name))
            d = &pol_standing[i];
    if (!d)
        report_memory(from, name, place);
    return d;
}

static const pol_key known_keys[] = {
    { "[]", POL_IS_STR, false },
    { "at_least", POL_IS_INT | POL_IS_CALL, false },
    { "key", POL_IS_STR | POL_IS_TABLE | POL_IS_CALL, false },
    { "other", POL_IS_BOOL, false },
    { "where", POL_IS_TABLE | POL_IS_CALL, false },
    { "within", POL_IS_STR | POL_IS_CALL, false },
};

static bool read_numbers(const pol_origin *from, const pol_node *table,
                         pol_known *k)
{
    const pol_node *within = pol_node_get(table, "within");
    const pol_node *at_least = pol_node_get(table, "at_least");
    const pol_node *other = pol_node_get(table, "other");
    int64_t n = 1;

    if (within && (!(within = pol_param(from, within)) ||
                   !pol_span_read(&k->within, within, reporter(from))))
        return false;
    if (at_least && (!(at_least = pol_param(from, at_least)) ||
                     !pol_node_int(at_least, 1, AT_LEAST_MAX, &n,
                                   reporter(from))))
        return false;
    k->at_least = (uint32_t)n;
    return !other || pol_node_bool(other, &k->other, reporter(from));
}

/* In `where` names are the record's, operands the event's. */
static bool read_record_where(const pol_origin *from, const pol_node *n,
                              uint32_t types, pol_known *k)
{
    pol_origin inside = *from;
    uint64_t errors = reporter(from)->errors;

    if (!n)
        return true;
    inside.record = k->record;
    inside.asking = types;
    k->where = pol_cond_compile(&inside, n, k->record->types);
    return reporter(from)->errors == errors;
}

static bool has_list(const pol_key_use *key, uint32_t types)
{
    for (uint8_t i = 0; i < key->count; i++)
        for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
            if ((types >> t & 1) && pol_field_in(t, key->fields[i])->kind ==
                                        POL_KIND_LIST)
                return true;
    return false;
}

/* Of a memory; the event makes one key, as long as the record's. */
static void look_at_known(const pol_origin *from, const pol_node *table,
                          uint32_t types, const pol_known *k)
{
    const char *what = k->other ? "other" : "at_least";
    const pol_node *n = pol_node_get(table, what);

    if ((!k->other && k->at_least < 2) || !n || has_list(&k->key, types) ||
        k->record->kind != POL_RECORD_MEMORY ||
        k->key.count < k->record->key_count)
        return;
    pol_report(reporter(from), POL_MSG_NEVER_KNOWN, n->place, k->record->id,
               pol_str(what));
}

const pol_known *pol_known_compile(const pol_origin *from, const pol_node *call,
                                   uint32_t types, bool all)
{
    const pol_node *table = call->call.arg_count == 1 ? call->call.args : NULL;
    pol_key_reader k = { .from = from, .types = types, .all = all,
                         .any = true };
    const pol_node *key;
    pol_known *out;
    bool of_duty;

    if (from->record) {
        pol_report(reporter(from), POL_MSG_KNOWN_NESTED, call->place);
        return NULL;
    }
    if (!table || table->kind != POL_NODE_TABLE || table->table.item_count != 1) {
        pol_report(reporter(from), POL_MSG_KNOWN_SHAPE, call->place,
                   call->call.name);
        return NULL;
    }
    if (!pol_node_closed(table, call->call.name.ptr, known_keys,
                         sizeof(known_keys) / sizeof(*known_keys),
                         reporter(from)))
        return NULL;
    out = pol_keep_new(from->o, pol_known, 1);
    if (!out)
        return NULL;
    out->overdue = pol_node_is_call(call, "overdue");
    of_duty = out->overdue || pol_node_is_call(call, "pending");
    out->record = of_duty ? need_duty(from, table->table.items[0].str,
                                      table->table.items[0].place, &out->each)
                          : pol_memory_need(from, table->table.items[0].str,
                                        table->table.items[0].place);
    if (!out->record)
        return NULL;
    key = pol_node_get(table, "key");
    if (!key && !(of_duty && out->record->key_count == 0)) {
        pol_report(reporter(from), POL_MSG_KNOWN_SHAPE, call->place,
                   call->call.name);
        return NULL;
    }
    if (key && (!pol_key_read(&k, key) ||
                !pol_key_suits(from, out->record, &k.key, types, true,
                              key->place)))
        return NULL;
    out->key = k.key;
    if (!read_numbers(from, table, out) ||
        !read_record_where(from, pol_node_get(table, "where"), types, out))
        return NULL;
    look_at_known(from, table, types, out);
    return out;
}

int32_t pol_record_field_need(const pol_origin *from, policy_str name,
                              pol_place place)
{
    const pol_record_def *d = from->record;
    policy_str names[POLICY_FIELD_COUNT];
    size_t count = 0;

    for (size_t i = 0; i < d->field_count; i++) {
        names[count] = pol_str(pol_fields[d->fields[i]].name);
        if (pol_str_eq(names[count++], name))
            return d->fields[i];
    }
    pol_report_hint(reporter(from), POL_MSG_MEMORY_FIELD, place,
                    pol_nearest(name, names, count),
                    (policy_str[]){ name, d->id }, 2);
    return -1;
}

/* --- field.attribute */

static uint32_t types_with(int32_t field, uint32_t types)
{
    uint32_t with = 0;

    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if ((types >> t & 1) && pol_field_in(t, field)->kind != POL_KIND_NONE)
            with |= UINT32_C(1) << t;
    return with;
}

pol_attribute pol_attribute_need(const pol_origin *from, policy_str field_name,
                                 int32_t field, policy_str name, uint32_t types,
                                 pol_place place)
{
    uint8_t kind = pol_id_kind_of(field, types_with(field, types));
    policy_str names[POL_ATTRIBUTE_COUNT];
    size_t count = 0;

    for (int a = 1; a < POL_ATTRIBUTE_COUNT; a++) {
        if ((uint8_t)pol_attributes[a].of != kind)
            continue;
        names[count] = pol_str(pol_attributes[a].name);
        if (pol_str_eq(names[count++], name))
            return (pol_attribute)a;
    }
    if (count == 0)
        pol_report(reporter(from), POL_MSG_ATTRIBUTE_OF, place, field_name);
    else
        pol_report_hint(reporter(from), POL_MSG_ATTRIBUTE_UNKNOWN, place,
                        pol_nearest(name, names, count),
                        (policy_str[]){ name, kind_name(from, kind) }, 2);
    return POL_ATTRIBUTE_NONE;
}

/* --- count */

static const pol_key count_keys[] = {
    { "by", POL_IS_STR | POL_IS_TABLE | POL_IS_CALL, true },
    { "distinct", POL_IS_STR, false },
    { "id", POL_IS_STR, false },
    { "more_than", POL_IS_INT | POL_IS_CALL, true },
    { "over", POL_IS_STR | POL_IS_CALL, false },
    { "period", POL_IS_STR | POL_IS_CALL, false },
    { "reset", POL_IS_TABLE, false },
    { "sum", POL_IS_STR, false },
};

static bool read_span(const pol_origin *from, const pol_node *table,
                      pol_count *c)
{
    const pol_node *over = pol_node_get(table, "over");
    const pol_node *period = pol_node_get(table, "period");
    size_t word;

    if (!over == !period) {
        pol_report(reporter(from), POL_MSG_COUNT_SPAN, table->place);
        return false;
    }
    if (over) {
        over = pol_param(from, over);
        return over && pol_node_duration(over, &c->over, reporter(from));
    }
    period = pol_param(from, period);
    if (!period || !pol_node_word(period, pol_period_names, POL_PERIOD_COUNT - 1,
                                  &word, reporter(from)))
        return false;
    c->period = (pol_period)(word + 1);
    return true;
}

static int32_t counted_field(const pol_origin *from, const pol_node *n,
                             uint32_t types, unsigned kinds)
{
    int32_t field;

    if (!n)
        return -1;
    field = pol_field_need(from, n->str, types, true, n->place);
    if (field >= 0 && !has_kind(field, types, kinds)) {
        pol_report(reporter(from), POL_MSG_COUNT_FIELD, n->place, n->str);
        return -1;
    }
    return field;
}

static bool read_amount(const pol_origin *from, const pol_node *table,
                        uint32_t types, pol_count *c)
{
    const pol_node *more = pol_param(from, pol_node_get(table, "more_than"));
    const pol_node *distinct = pol_node_get(table, "distinct");
    const pol_node *sum = pol_node_get(table, "sum");
    uint64_t entries = from->o->build->limits.entries;
    char digits[24];

    if (!more || !pol_node_int(more, 0, INT64_MAX, &c->more_than, reporter(from)))
        return false;
    if (distinct && sum) {
        pol_report(reporter(from), POL_MSG_COUNT_WHAT, sum->place);
        return false;
    }
    c->sum = counted_field(from, sum, types, 1 << POL_KIND_INT);
    c->distinct = counted_field(from, distinct, types,
                                OF_KEY | OF_LIST | 1 << POL_KIND_INT |
                                    1 << POL_KIND_BOOL | 1 << POL_KIND_TIME);
    if (distinct && (uint64_t)c->more_than >= entries) {
        pol_report(reporter(from), POL_MSG_COUNT_MANY, more->place,
                   number_name(digits, (size_t)entries));
        return false;
    }
    return (!sum || c->sum >= 0) && (!distinct || c->distinct >= 0);
}

/* Two rules of one counter must count the same, but for the limit. */
static bool same_count(const pol_count *a, const pol_count *b)
{
    return a->over == b->over && a->period == b->period &&
           a->distinct == b->distinct && a->sum == b->sum &&
           a->by.count == b->by.count;
}

static const pol_count *count_of(const pol_org_build *o,
                                 const pol_record_def *record)
{
    for (size_t i = 0; i < o->rule_count; i++)
        if (o->rules[i].count && o->rules[i].count->record == record)
            return o->rules[i].count;
    return NULL;
}

/* The counter: shared by its id, else the rule's own. */
static bool find_counter(const pol_origin *from, const pol_node *id,
                         policy_str rule, uint32_t types, pol_count *c)
{
    pol_org_build *o = from->o;
    policy_str name = id ? pol_full_id(from, "//", id->str) : rule;
    const pol_count *other;
    pol_record_def *d;

    if (id && !pol_is_plain_id(id->str)) {
        pol_report(reporter(from), POL_MSG_RULE_ID, id->place, id->str);
        return false;
    }
    if (!name.ptr)
        return false;
    c->record = pol_record_find(o, POL_RECORD_COUNT, name);
    other = c->record && id ? count_of(o, c->record) : NULL;
    if (other && !same_count(c, other)) {
        pol_report(reporter(from), POL_MSG_COUNT_SHARED, id->place, id->str);
        return false;
    }
    if (c->record)
        return true;
    d = pol_record_new(o);
    if (!d)
        return false;
    d->kind = POL_RECORD_COUNT;
    d->id = name;
    d->types = types;
    d->keep = pol_window_until(&(pol_window_span){ c->over, c->period, NULL }, 0);
    d->attempts = true;
    pol_record_set_key(d, &c->by);
    o->records[o->record_count++] = d;
    c->record = d;
    return true;
}

const pol_count *pol_count_compile(const pol_origin *from, const pol_node *table,
                                   uint32_t types, policy_str rule)
{
    pol_key_reader k = { .from = from, .types = types, .all = true,
                         .any = true };
    pol_count *c;
    bool good;

    if (table->kind != POL_NODE_TABLE ||
        !pol_node_closed(table, "count", count_keys,
                         sizeof(count_keys) / sizeof(*count_keys),
                         reporter(from)))
        return NULL;
    c = pol_keep_new(from->o, pol_count, 1);
    if (!c)
        return NULL;
    c->spot = pol_spot_of(from->o, table->place);
    good = pol_key_read(&k, pol_node_get(table, "by"));
    c->by = k.key;
    good = read_span(from, table, c) && good;
    good = read_amount(from, table, types, c) && good;
    if (!good || !find_counter(from, pol_node_get(table, "id"), rule, types, c))
        return NULL;
    c->resets = pol_node_get(table, "reset") != NULL;
    pol_clauses_defer(from, pol_node_get(table, "reset"), c->record,
                      POL_CLAUSE_RESET, NULL);
    return c;
}
