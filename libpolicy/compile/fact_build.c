/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts of the host in conditions, and whether `needs` names them. No schema says
 * what a fact is, so what it is compared with does.
 */
#include "base/slice.h"
#include "compile/build.h"

static pol_reporter *reporter(const pol_origin *from)
{
    return &from->o->build->reporter;
}

/* --- tests --- */

enum { PREFIX = 6 }; /* "facts." */

bool pol_is_fact(policy_str name)
{
    return pol_str_starts(name, POL_STR("facts."));
}

static policy_str without_prefix(policy_str name)
{
    return (policy_str){ name.ptr + PREFIX, name.len - PREFIX };
}

bool pol_fact_name(const pol_origin *from, policy_str name, pol_place place,
                   policy_str *out)
{
    if (name.len == PREFIX) {
        pol_report(reporter(from), POL_MSG_FIELD_UNKNOWN, place, name);
        return false;
    }
    *out = pol_keep(from->o, without_prefix(name));
    return out->ptr != NULL;
}

static bool wrong_kind(const pol_origin *from, const pol_entry *e,
                       const pol_node *n)
{
    pol_report(reporter(from), POL_MSG_FIELD_KIND, n->place, e->key,
               pol_node_kind_name(n, reporter(from)->zh));
    return false;
}

/* A plain scalar of YAML is what it reads as: no field says what it should be. */
static bool plain_value(const pol_node *n, pol_value *out)
{
    pol_reporter silent;
    bool yes;

    pol_reporter_init(&silent, NULL, NULL, false, 0);
    if (!n->plain)
        return false;
    if (pol_node_bool(n, &yes, &silent))
        *out = (pol_value){ .kind = POL_BOOL, .i = yes };
    else if (pol_node_int(n, INT64_MIN, INT64_MAX, &out->i, &silent))
        out->kind = POL_INT;
    else
        return false;
    return true;
}

static bool scalar(const pol_origin *from, const pol_entry *e, const pol_node *n,
                   pol_value *out)
{
    n = pol_param(from, n);
    if (!n)
        return false;
    if (plain_value(n, out))
        return true;
    switch (n->kind) {
    case POL_NODE_BOOL:
        *out = (pol_value){ .kind = POL_BOOL, .i = n->boolean };
        return true;
    case POL_NODE_INT:
        *out = (pol_value){ .kind = POL_INT, .i = n->integer };
        return true;
    case POL_NODE_STR:
        *out = (pol_value){ .kind = POL_STR, .str = pol_keep(from->o, n->str) };
        return true;
    default:
        return wrong_kind(from, e, n);
    }
}

/* A scalar, or a list of them. */
static bool operands(const pol_origin *from, const pol_entry *e,
                     const pol_node *n, pol_cond *c)
{
    const pol_node *items;
    size_t count;
    pol_value *values;
    bool good = true;

    if (!pol_operand_items(from, n, e->key, &items, &count))
        return false;
    values = pol_keep_new(from->o, pol_value, count);
    if (!values)
        return false;
    for (size_t i = 0; i < count; i++)
        good = scalar(from, e, &items[i], &values[i]) && good;
    c->values = values;
    c->value_count = count;
    return good;
}

static bool number(const pol_origin *from, const pol_entry *e, const pol_node *n,
                   pol_cond *c)
{
    n = pol_param(from, n);
    if (!n)
        return false;
    if (n->kind != POL_NODE_INT && !n->plain)
        return wrong_kind(from, e, n);
    return pol_node_int(n, INT64_MIN, INT64_MAX, &c->number, reporter(from));
}

static const struct test {
    const char *name;
    pol_cond_op op;
} tests[] = {
    { "none_of", POL_COND_NONE_OF }, { "all_of", POL_COND_ALL_OF },
    { "more_than", POL_COND_MORE },  { "less_than", POL_COND_LESS },
    { "among", POL_COND_AMONG },     { "outside", POL_COND_OUTSIDE },
    { "same", POL_COND_SAME },       { "differs", POL_COND_DIFFERS },
    { "beyond", POL_COND_BEYOND },
};

/* The name that the call takes: of a list, or of a field of the event. */
static bool named(const pol_origin *from, const pol_node *call,
                  const pol_node *arg, uint32_t types, pol_cond *c)
{
    if (arg->kind != POL_NODE_STR) {
        pol_report(reporter(from), POL_MSG_CALL_SHAPE, call->place,
                   call->call.name);
        return false;
    }
    if (c->op == POL_COND_AMONG || c->op == POL_COND_OUTSIDE) {
        pol_org_list *l = pol_list_need(from->o, arg->str, arg->place);

        c->set = l ? pol_list_set(from->o, l, arg->place) : NULL;
        return c->set != NULL;
    }
    c->other = pol_field_need(from, arg->str, types, false, arg->place);
    return c->other >= 0;
}

static bool call_test(const pol_origin *from, const pol_entry *e,
                      const pol_node *call, uint32_t types, pol_cond *c)
{
    const pol_node *arg = call->call.args;

    if (call->call.arg_count != 1) {
        pol_report(reporter(from), POL_MSG_CALL_SHAPE, call->place,
                   call->call.name);
        return false;
    }
    switch (c->op) {
    case POL_COND_NONE_OF:
    case POL_COND_ALL_OF:
        return operands(from, e, arg, c);
    case POL_COND_MORE:
    case POL_COND_LESS:
        return number(from, e, arg, c);
    default:
        return named(from, call, arg, types, c);
    }
}

bool pol_fact_test(const pol_origin *from, const pol_entry *e, uint32_t types,
                   pol_cond *c)
{
    const pol_node *n = pol_param(from, &e->value);

    c->op = POL_COND_IS;
    if (!n || !pol_fact_name(from, e->key, e->place, &c->fact))
        return false;
    if (n->kind != POL_NODE_CALL)
        return operands(from, e, n, c);
    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
        if (pol_node_is_call(n, tests[i].name)) {
            c->op = tests[i].op;
            return call_test(from, e, n, types, c);
        }
    if (pol_node_is_call(n, "later")) /* no fact is a time */
        pol_report(reporter(from), POL_MSG_TEST_KIND, n->place, n->call.name,
                   e->key);
    else
        pol_report(reporter(from), POL_MSG_NOT_A_TEST, n->place, n->call.name);
    return false;
}

/* --- needs --- */

typedef struct asked {
    const pol_origin *from;
    const policy_str *needs;
    size_t need_count;
    policy_str *facts; /* that conditions name; each as often as they do */
    size_t count, cap;
} asked;

static bool has_name(const policy_str *names, size_t count, policy_str name)
{
    for (size_t i = 0; i < count; i++)
        if (pol_str_eq(names[i], name))
            return true;
    return false;
}

static void ask(asked *a, policy_str name, pol_place place)
{
    if (!pol_is_fact(name) || name.len == PREFIX)
        return;
    name = without_prefix(name);
    if (a->count < a->cap)
        a->facts[a->count++] = name;
    if (!has_name(a->needs, a->need_count, name))
        pol_report_hint(reporter(a->from), POL_MSG_FACT_NOT_NEEDED, place,
                        pol_nearest(name, a->needs, a->need_count), &name, 1);
}

/* Conditions, or lists of them. */
static void ask_all(asked *a, const pol_node *n)
{
    if (n->kind == POL_NODE_CALL && n->call.arg_count == 1) {
        const pol_node *arg = n->call.args;

        if (arg->kind == POL_NODE_STR &&
            (pol_node_is_call(n, "absent") || pol_node_is_call(n, "present") ||
             pol_node_is_call(n, "empty")))
            ask(a, arg->str, arg->place);
        else if (pol_node_is_call(n, "all") || pol_node_is_call(n, "any") ||
                 pol_node_is_call(n, "none"))
            ask_all(a, arg);
    }
    if (n->kind != POL_NODE_TABLE)
        return;
    for (size_t i = 0; i < n->table.entry_count; i++)
        ask(a, n->table.entries[i].key, n->table.entries[i].place);
    for (size_t i = 0; i < n->table.item_count; i++)
        ask_all(a, &n->table.items[i]);
}

static size_t count_nodes(const pol_node *n)
{
    size_t count = 1;

    if (n->kind == POL_NODE_CALL)
        for (size_t i = 0; i < n->call.arg_count; i++)
            count += count_nodes(&n->call.args[i]);
    if (n->kind == POL_NODE_TABLE) {
        count += n->table.entry_count;
        for (size_t i = 0; i < n->table.item_count; i++)
            count += count_nodes(&n->table.items[i]);
    }
    return count;
}

static pol_place place_of_need(const pol_node *needs, size_t i)
{
    return needs->kind == POL_NODE_TABLE ? needs->table.items[i].place
                                         : needs->place;
}

void pol_needs_check(const pol_origin *from, const pol_rule *rule,
                     const pol_node *needs, const pol_node *const *conditions,
                     size_t count)
{
    pol_arena *arena = &from->o->build->arena;
    pol_arena_mark here = pol_arena_here(arena);
    asked a = { .from = from, .needs = rule->needs,
                .need_count = rule->need_count };

    for (size_t i = 0; i < count; i++)
        a.cap += conditions[i] ? count_nodes(conditions[i]) : 0;
    a.facts = pol_arena_new(arena, policy_str, a.cap + 1);
    if (!a.facts) {
        from->o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (conditions[i])
            ask_all(&a, conditions[i]);
    /* Nobody knows what a check reads. */
    for (size_t i = 0; rule->guard_file < 0 && i < rule->need_count; i++)
        if (!has_name(a.facts, a.count, rule->needs[i]))
            pol_report_hint(reporter(from), POL_MSG_NEED_IDLE,
                            place_of_need(needs, i),
                            pol_nearest(rule->needs[i], a.facts, a.count),
                            &rule->needs[i], 1);
    pol_arena_rewind(arena, here);
}
