/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions: tables of `field = test` into a tree over field numbers.
 */
#include "base/slice.h"
#include "compile/build.h"
#include "rule/condition.h"
#include "rule/standing.h"

static pol_reporter *reporter(const pol_origin *from)
{
    return &from->o->build->reporter;
}

static policy_str type_name(uint32_t types)
{
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if (types >> t & 1)
            return pol_str(pol_types[t].name);
    return POL_STR("");
}

/* Types of `types` that have the field. */
static uint32_t types_with(int32_t field, uint32_t types)
{
    uint32_t with = 0;

    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if ((types >> t & 1) && pol_field_in(t, field)->kind != POL_KIND_NONE)
            with |= UINT32_C(1) << t;
    return with;
}

static void report_unknown_field(const pol_origin *from, policy_str name,
                                 uint32_t types, pol_place place)
{
    policy_str names[POLICY_FIELD_COUNT];
    policy_str args[2] = { name, type_name(types) };
    size_t count = 0;

    for (int32_t f = 0; f < POLICY_FIELD_COUNT; f++)
        if (types_with(f, types))
            names[count++] = pol_str(pol_fields[f].name);
    pol_report_hint(reporter(from), POL_MSG_FIELD_UNKNOWN, place,
                    pol_nearest(name, names, count), args, 1);
}

int32_t pol_field_need(const pol_origin *from, policy_str name, uint32_t types,
                       bool all, pol_place place)
{
    int32_t field = pol_field_find(name);
    uint32_t with;

    if (field < 0) {
        report_unknown_field(from, name, types, place);
        return -1;
    }
    with = types_with(field, types);
    if (with == 0 || (all && with != types)) {
        pol_report(reporter(from), POL_MSG_FIELD_NOT_IN_TYPE, place, name,
                   type_name(types & ~with));
        return -1;
    }
    return field;
}

/* A word that the organisation added to an open enumeration. */
static bool is_extra(const pol_origin *from, int32_t field, policy_str word)
{
    const pol_organisation *c = &from->o->org->config;
    const policy_str *words = c->extra_roles;
    size_t count = c->extra_role_count;

    if (field == POLICY_FIELD_GROUP_KIND) {
        words = c->extra_group_kinds;
        count = c->extra_group_kind_count;
    } else if (field != POLICY_FIELD_ACTOR_ROLES && field != POLICY_FIELD_ROLES) {
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (pol_str_eq(words[i], word))
            return true;
    return false;
}

static bool word_value(const pol_origin *from, const pol_node *n, int32_t field,
                       uint32_t types, pol_value *out)
{
    uint16_t word = pol_word_find(n->str);
    policy_str names[256];
    size_t count = 0;

    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++) {
        const pol_field_use *use = pol_field_in(t, field);

        if (!(types >> t & 1))
            continue;
        if (use->kind != POL_KIND_ENUM && use->kind != POL_KIND_WORDS)
            return true; /* free text in this type */
        if (word && pol_field_has_word(use, word)) {
            out->word = word;
            return true;
        }
        for (size_t i = 0; i < use->word_count && count < 256; i++)
            names[count++] = pol_word_name(use->words[i]);
    }
    if (is_extra(from, field, n->str))
        return true;
    pol_report_hint(reporter(from), POL_MSG_WORD_UNKNOWN, n->place,
                    pol_nearest(n->str, names, count),
                    (policy_str[]){ n->str, pol_str(pol_fields[field].name) }, 2);
    return false;
}

static pol_kind kind_in(int32_t field, uint32_t types)
{
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if (types >> t & 1) {
            pol_kind k = pol_field_in(t, field)->kind;

            if (k != POL_KIND_NONE)
                return k;
        }
    return POL_KIND_NONE;
}

static bool wrong_kind(const pol_origin *from, const pol_node *n, int32_t field)
{
    pol_report(reporter(from), POL_MSG_FIELD_KIND, n->place,
               pol_str(pol_fields[field].name),
               pol_node_kind_name(n, reporter(from)->zh));
    return false;
}

static bool string_value(const pol_origin *from, const pol_node *n,
                         int32_t field, pol_value *out)
{
    if (n->kind != POL_NODE_STR)
        return wrong_kind(from, n, field);
    out->kind = POL_STR;
    out->str = pol_keep(from->o, n->str);
    return true;
}

static bool time_value(const pol_origin *from, const pol_node *n, int32_t field,
                       pol_value *out)
{
    out->kind = POL_TIME;
    if (n->kind == POL_NODE_INT) {
        out->i = n->integer;
        return true;
    }
    if (n->kind == POL_NODE_STR && pol_time_read(n->str, &out->i, &out->offset))
        return true;
    return wrong_kind(from, n, field);
}

bool pol_scalar_compile(const pol_origin *from, const pol_node *n, int32_t field,
                        uint32_t types, pol_value *out)
{
    bool yes;

    *out = (pol_value){ .kind = POL_ABSENT };
    n = pol_param(from, n);
    if (!n)
        return false;
    switch (kind_in(field, types)) {
    case POL_KIND_BOOL:
        if (n->kind != POL_NODE_BOOL && !n->plain)
            return wrong_kind(from, n, field);
        if (!pol_node_bool(n, &yes, reporter(from)))
            return false;
        out->kind = POL_BOOL;
        out->i = yes;
        return true;
    case POL_KIND_INT:
        if (n->kind != POL_NODE_INT && !n->plain)
            return wrong_kind(from, n, field);
        out->kind = POL_INT;
        return pol_node_int(n, INT64_MIN, INT64_MAX, &out->i, reporter(from));
    case POL_KIND_TIME:
        return time_value(from, n, field, out);
    case POL_KIND_ENUM:
    case POL_KIND_WORDS:
        return string_value(from, n, field, out) &&
               word_value(from, n, field, types, out);
    default:
        return string_value(from, n, field, out);
    }
}

bool pol_operand_items(const pol_origin *from, const pol_node *n,
                       policy_str key, const pol_node **items, size_t *count)
{
    *items = n;
    *count = 1;
    if (n->kind != POL_NODE_TABLE)
        return true;
    *items = n->table.items;
    *count = n->table.item_count;
    if (*count && !n->table.entry_count)
        return true;
    pol_report(reporter(from), POL_MSG_VALUES_SHAPE, n->place, key);
    return false;
}

/* A scalar, or a list of them, as the operands of `c`. */
static bool operands(const pol_origin *from, const pol_node *n, uint32_t types,
                     pol_cond *c)
{
    const pol_node *items;
    size_t count;
    pol_value *values;
    bool good = true;

    if (!pol_operand_items(from, n, pol_str(pol_fields[c->field].name), &items,
                           &count))
        return false;
    values = pol_keep_new(from->o, pol_value, count);
    if (!values)
        return false;
    for (size_t i = 0; i < count; i++)
        good = pol_scalar_compile(from, &items[i], c->field, types, &values[i]) &&
               good;
    c->values = values;
    c->value_count = count;
    return good;
}

enum {
    OF_TEXT = 1 << POL_KIND_ID | 1 << POL_KIND_TEXT | 1 << POL_KIND_ENUM,
    OF_LIST = 1 << POL_KIND_LIST | 1 << POL_KIND_WORDS,
    OF_INT = 1 << POL_KIND_INT,
    OF_TIME = 1 << POL_KIND_TIME,
    OF_ANY = 0xffff
};

/* A test that no field of these kinds can pass would be a rule that never
 * fires. ORDER COND */
static const struct test_name {
    const char *name;
    pol_cond_op op;
    uint32_t kinds, other_kinds;
} tests[] = {
    { "none_of", POL_COND_NONE_OF, OF_ANY, OF_ANY },
    { "all_of", POL_COND_ALL_OF, OF_LIST, OF_ANY },
    { "more_than", POL_COND_MORE, OF_INT, OF_ANY },
    { "less_than", POL_COND_LESS, OF_INT, OF_ANY },
    { "among", POL_COND_AMONG, OF_TEXT | OF_LIST, OF_ANY },
    { "outside", POL_COND_OUTSIDE, OF_TEXT | OF_LIST, OF_ANY },
    { "same", POL_COND_SAME, OF_ANY, OF_ANY },
    { "differs", POL_COND_DIFFERS, OF_ANY, OF_ANY },
    { "beyond", POL_COND_BEYOND, OF_TEXT | OF_LIST, OF_LIST },
    { "later", POL_COND_LATER, OF_TIME, OF_TIME },
};

/* Is the field of one of the kinds in any of the types? */
static bool is_of(const pol_origin *from, int32_t field, uint32_t types,
                  uint32_t kinds, const pol_node *call)
{
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if ((types >> t & 1) && (kinds >> pol_field_in(t, field)->kind & 1))
            return true;
    pol_report(reporter(from), POL_MSG_TEST_KIND, call->place, call->call.name,
               pol_str(pol_fields[field].name));
    return false;
}

static bool number_test(const pol_origin *from, const pol_node *arg, pol_cond *c)
{
    arg = pol_param(from, arg);
    if (!arg)
        return false;
    if (arg->kind != POL_NODE_INT && !arg->plain) {
        wrong_kind(from, arg, c->field);
        return false;
    }
    return pol_node_int(arg, INT64_MIN, INT64_MAX, &c->number, reporter(from));
}

static bool set_test(const pol_origin *from, const pol_node *arg, pol_cond *c)
{
    pol_org_list *l = pol_list_need(from->o, arg->str, arg->place);

    c->set = l ? pol_list_set(from->o, l, arg->place) : NULL;
    return c->set != NULL;
}

static bool later_span(const pol_origin *from, const pol_node *n, pol_cond *c)
{
    pol_span span;

    if (!pol_span_read(&span, n, reporter(from)))
        return false;
    c->number = span.count;
    c->unit = (uint8_t)span.unit;
    return true;
}

static bool call_test(const pol_origin *from, const pol_node *call,
                      uint32_t types, const struct test_name *test, pol_cond *c)
{
    const pol_node *args = call->call.args, *span;
    size_t count = call->call.arg_count;
    bool two = c->op == POL_COND_LATER;

    if (!is_of(from, c->field, types, test->kinds, call))
        return false;
    if (count != (size_t)(two ? 2 : 1)) {
        pol_report(reporter(from), POL_MSG_CALL_SHAPE, call->place,
                   call->call.name);
        return false;
    }
    if (c->op == POL_COND_NONE_OF || c->op == POL_COND_ALL_OF)
        return operands(from, &args[0], types, c);
    if (c->op == POL_COND_MORE || c->op == POL_COND_LESS)
        return number_test(from, &args[0], c);
    if (args[0].kind != POL_NODE_STR) {
        pol_report(reporter(from), POL_MSG_CALL_SHAPE, call->place,
                   call->call.name);
        return false;
    }
    if (c->op == POL_COND_AMONG || c->op == POL_COND_OUTSIDE)
        return set_test(from, &args[0], c);
    if (from->asking)
        types = from->asking;
    c->other = pol_field_need(from, args[0].str, types, false, args[0].place);
    if (c->other < 0 ||
        !is_of(from, c->other, types, test->other_kinds, call))
        return false;
    span = two ? pol_param(from, &args[1]) : NULL;
    return !two || (span && later_span(from, span, c));
}

/* `field = value` */
static bool compile_test(const pol_origin *from, const pol_node *n,
                         uint32_t types, pol_cond *c)
{
    c->op = POL_COND_IS;
    n = pol_param(from, n);
    if (!n)
        return false;
    if (n->kind != POL_NODE_CALL)
        return operands(from, n, types, c);
    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
        if (pol_node_is_call(n, tests[i].name)) {
            c->op = tests[i].op;
            return call_test(from, n, types, &tests[i], c);
        }
    pol_report(reporter(from), POL_MSG_NOT_A_TEST, n->place, n->call.name);
    return false;
}

/* The field that a test names: of the event, or of the record. */
static int32_t need_field(const pol_origin *from, policy_str name,
                          uint32_t types, bool all, pol_place place)
{
    return from->record ? pol_record_field_need(from, name, place)
                        : pol_field_need(from, name, types, all, place);
}

/* `field.attribute = test`: a test of what the attribute is. */
static bool attribute_test(const pol_origin *from, const pol_entry *e,
                           size_t dot, uint32_t types, bool all, pol_cond *c)
{
    policy_str name = { e->key.ptr, dot };
    policy_str of = { e->key.ptr + dot + 1, e->key.len - dot - 1 };
    int32_t field = pol_field_need(from, name, types, all, e->place);
    pol_origin inside = *from;
    pol_attribute a;
    bool good;

    if (field < 0)
        return false;
    a = pol_attribute_need(from, name, field, of, types, e->place);
    if (a == POL_ATTRIBUTE_NONE)
        return false;
    inside.asking = types_with(field, types);
    c->field = pol_attributes[a].field;
    good = compile_test(&inside, &e->value,
                        UINT32_C(1) << pol_attributes[a].type, c);
    c->field = field;
    c->attribute = (uint8_t)a;
    return good;
}

/* Types are narrowed to those that have the field where one is enough. */
static bool compile_entry(const pol_origin *from, const pol_entry *e,
                          uint32_t types, bool all, pol_cond *c)
{
    const char *dot = memchr(e->key.ptr, '.', e->key.len);

    c->other = -1;
    c->spot = pol_spot_of(from->o, e->place);
    if (!from->record && pol_is_fact(e->key))
        return pol_fact_test(from, e, types, c);
    if (!from->record && dot)
        return attribute_test(from, e, (size_t)(dot - e->key.ptr), types, all, c);
    c->field = need_field(from, e->key, types, all, e->place);
    if (c->field < 0)
        return false;
    return compile_test(from, &e->value, types_with(c->field, types), c);
}

static bool compile_node(const pol_origin *from, const pol_node *n,
                         uint32_t types, bool all, pol_cond *c);

static bool has_common_value(const pol_cond *a, const pol_cond *b)
{
    for (size_t i = 0; i < a->value_count; i++)
        for (size_t j = 0; j < b->value_count; j++)
            if (pol_value_is(&a->values[i], &b->values[j]))
                return true;
    return false;
}

/* The field that both want to have different values, or -1; a list may well
 * hold both. Looks into `all`, whose conditions hold together. */
static int32_t clash(const pol_cond *a, const pol_cond *b, uint32_t types)
{
    int32_t field = -1;

    for (size_t i = 0; a->op == POL_COND_ALL && field < 0 && i < a->kid_count; i++)
        field = clash(&a->kids[i], b, types);
    for (size_t i = 0; b->op == POL_COND_ALL && field < 0 && i < b->kid_count; i++)
        field = clash(a, &b->kids[i], types);
    if (a->op != POL_COND_IS || b->op != POL_COND_IS || a->fact.len ||
        b->fact.len || a->attribute || b->attribute || a->field != b->field || has_common_value(a, b))
        return field;
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if ((types >> t & 1) &&
            (OF_LIST >> pol_field_in(t, a->field)->kind & 1))
            return field;
    return a->field;
}

/* Kids come as entries first, then items. */
static bool can_hold(const pol_origin *from, const pol_node *n, uint32_t types,
                     const pol_cond *kids)
{
    size_t entries = n->table.entry_count;

    for (size_t i = 1; i < entries + n->table.item_count; i++)
        for (size_t j = 0; j < i; j++) {
            int32_t field = clash(&kids[j], &kids[i], types);

            if (field < 0)
                continue;
            pol_report(reporter(from), POL_MSG_NEVER_HOLDS,
                       i < entries ? n->table.entries[i].place
                                   : n->table.items[i - entries].place,
                       pol_str(pol_fields[field].name));
            return false;
        }
    return true;
}

static bool compile_table(const pol_origin *from, const pol_node *n,
                          uint32_t types, bool all, pol_cond_op op, pol_cond *c)
{
    size_t count = n->table.entry_count + n->table.item_count, k = 0;
    pol_cond *kids = pol_keep_new(from->o, pol_cond, count);
    bool good = kids != NULL;

    for (size_t i = 0; kids && i < n->table.entry_count; i++)
        good = compile_entry(from, &n->table.entries[i], types, all, &kids[k++]) &&
               good;
    for (size_t i = 0; kids && i < n->table.item_count; i++)
        good = compile_node(from, &n->table.items[i], types, all, &kids[k++]) &&
               good;
    if (good && op == POL_COND_ALL)
        good = can_hold(from, n, types, kids);
    if (good && count == 1 && op == POL_COND_ALL) {
        *c = kids[0];
        return true;
    }
    *c = (pol_cond){ .op = op, .other = -1, .kids = kids, .kid_count = k,
                     .spot = pol_spot_of(from->o, n->place) };
    return good;
}

static const struct test_name joins[] = {
    { "all", POL_COND_ALL, 0, 0 }, { "any", POL_COND_ANY, 0, 0 },
    { "none", POL_COND_NONE, 0, 0 },
};

static const struct test_name asks[] = {
    { "absent", POL_COND_ABSENT, 0, 0 }, { "present", POL_COND_PRESENT, 0, 0 },
    { "empty", POL_COND_EMPTY, 0, 0 },
};

static const struct test_name pasts[] = {
    { "known", POL_COND_KNOWN, 0, 0 }, { "unknown", POL_COND_UNKNOWN, 0, 0 },
    { "pending", POL_COND_KNOWN, 0, 0 }, { "overdue", POL_COND_KNOWN, 0, 0 },
};

static bool compile_ask(const pol_origin *from, const pol_node *n,
                        uint32_t types, bool all, pol_cond_op op, pol_cond *c)
{
    const pol_node *arg = n->call.args;

    *c = (pol_cond){ .op = op, .other = -1,
                     .spot = pol_spot_of(from->o, n->place) };
    if (n->call.arg_count != 1 || arg->kind != POL_NODE_STR) {
        pol_report(reporter(from), POL_MSG_CALL_SHAPE, n->place, n->call.name);
        return false;
    }
    if (!from->record && pol_is_fact(arg->str))
        return pol_fact_name(from, arg->str, arg->place, &c->fact);
    c->field = need_field(from, arg->str, types, all, arg->place);
    return c->field >= 0;
}

static bool compile_call(const pol_origin *from, const pol_node *n,
                         uint32_t types, bool all, pol_cond *c)
{
    for (size_t i = 0; i < sizeof(joins) / sizeof(*joins); i++) {
        if (!pol_node_is_call(n, joins[i].name))
            continue;
        if (n->call.arg_count != 1 || n->call.args->kind != POL_NODE_TABLE ||
            n->call.args->table.entry_count + n->call.args->table.item_count ==
                0) {
            pol_report(reporter(from), POL_MSG_CALL_SHAPE, n->place, n->call.name);
            return false;
        }
        return compile_table(from, n->call.args, types,
                             all && joins[i].op != POL_COND_ANY, joins[i].op, c);
    }
    for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++)
        if (pol_node_is_call(n, asks[i].name))
            return compile_ask(from, n, types, all, asks[i].op, c);
    for (size_t i = 0; i < sizeof(pasts) / sizeof(*pasts); i++)
        if (pol_node_is_call(n, pasts[i].name)) {
            *c = (pol_cond){ .op = pasts[i].op, .other = -1,
                             .spot = pol_spot_of(from->o, n->place) };
            c->known = pol_known_compile(from, n, types, all);
            return c->known != NULL;
        }
    pol_report(reporter(from), POL_MSG_NOT_A_CONDITION, n->place, n->call.name);
    return false;
}

static bool compile_node(const pol_origin *from, const pol_node *n,
                         uint32_t types, bool all, pol_cond *c)
{
    if (n->kind == POL_NODE_TABLE)
        return compile_table(from, n, types, all, POL_COND_ALL, c);
    if (n->kind == POL_NODE_CALL)
        return compile_call(from, n, types, all, c);
    pol_report(reporter(from), POL_MSG_NOT_A_CONDITION, n->place,
               pol_node_kind_name(n, reporter(from)->zh));
    return false;
}

const pol_cond *pol_cond_compile(const pol_origin *from, const pol_node *n,
                                 uint32_t types)
{
    pol_cond *c;

    if (!n)
        return NULL;
    c = pol_keep_new(from->o, pol_cond, 1);
    if (!c || !compile_node(from, n, types, true, c))
        return NULL;
    if (c->op <= POL_COND_NONE && c->kid_count == 0)
        return NULL;
    return c;
}
