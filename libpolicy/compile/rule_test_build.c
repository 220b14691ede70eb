/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule's own tests: `hit` and `miss` start from its plain scope (equalities
 * of `where`, the first of a list), over which the text and the fields given
 * are laid; derived fields may be given too. `flags` are not laid: they are of
 * the text, which the test brings itself. `steps` are such events one after
 * another; those of other types than the rule's have only what is given. `state`
 * of a hit or a miss is what went before it: steps that nothing is expected of.
 *
 * A duty and a ladder have steps only. What happens to a duty happens by ticks,
 * so a step without a type is one; for a ladder it is a violation of its
 * regulation.
 */
#include "base/json.h"
#include "base/slice.h"
#include "compile/build.h"
#include "rule/hits.h"
#include "rule/verdict.h"

typedef struct test_build {
    const pol_origin *from;
    const pol_rule *rule;
    const pol_cond *where;   /* whose equalities events of `types` start from, */
    uint32_t types;
    policy_str regulation;   /* and this, where it is not empty */
    int32_t replaced;        /* a verdict that stands for the rule's; -1 */
    pol_test_value *values;
    size_t count;
    const pol_source *kept; /* whose path is `file` */
    policy_str file;
    bool step; /* the test is one of `steps` or of `state`, or */
    bool past; /* it has some */
} test_build;

static pol_reporter *reporter(const test_build *t)
{
    return &t->from->o->build->reporter;
}

static bool is_list_kind(pol_kind k)
{
    return k == POL_KIND_LIST || k == POL_KIND_WORDS;
}

/* A later value of a field replaces an earlier one. */
static void put(test_build *t, int32_t field, pol_value v)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->values[i].field == field) {
            t->values[i].value = v;
            return;
        }
    t->values[t->count++] = (pol_test_value){ field, v };
}

/* A scalar for a field of lists becomes a list of one. */
static bool as_list(test_build *t, pol_value *v)
{
    policy_str *items;

    if (v->kind != POL_STR)
        return true;
    items = pol_keep_new(t->from->o, policy_str, 1);
    if (!items)
        return false;
    items[0] = v->str;
    *v = (pol_value){ .kind = POL_LIST };
    v->list.items = items;
    v->list.count = 1;
    return true;
}

static size_t plain_count(const pol_cond *c)
{
    size_t count = 1;

    for (size_t i = 0; c && i < c->kid_count; i++)
        count += plain_count(&c->kids[i]);
    return count;
}

static bool lay_plain(test_build *t, const pol_cond *c, int32_t type)
{
    pol_value v;

    if (!c)
        return true;
    for (size_t i = 0; c->op == POL_COND_ALL && i < c->kid_count; i++)
        if (!lay_plain(t, &c->kids[i], type))
            return false;
    if (c->op != POL_COND_IS || c->fact.len || c->attribute ||
        c->field == POLICY_FIELD_FLAGS)
        return true;
    v = c->values[0];
    if (is_list_kind(pol_field_in(type, c->field)->kind) && !as_list(t, &v))
        return false;
    if (pol_field_in(type, c->field)->kind != POL_KIND_NONE)
        put(t, c->field, v);
    return true;
}

/* The field that a bare text goes to: `text`, or the first text field that the
 * rule looks at, or that the type has. */
static int32_t text_field(const test_build *t, int32_t type)
{
    int32_t first = -1;

    for (int32_t f = 0; f < POLICY_FIELD_COUNT; f++) {
        pol_event_text text = { .field = f };

        if (pol_field_in(type, f)->kind != POL_KIND_TEXT)
            continue;
        if (t->rule->of == POL_OF_RULE &&
            !pol_scope_covers(&t->rule->fields, &text))
            continue;
        if (f == POLICY_FIELD_TEXT)
            return f;
        if (first < 0)
            first = f;
    }
    return first;
}

static bool list_value(test_build *t, const pol_node *n, int32_t field,
                       int32_t type, pol_value *out)
{
    size_t count = n->table.item_count;
    policy_str *items = pol_keep_new(t->from->o, policy_str, count);
    bool good = items != NULL;

    for (size_t i = 0; items && i < count; i++) {
        pol_value v;

        if (pol_scalar_compile(t->from, &n->table.items[i], field,
                               UINT32_C(1) << type, &v) && v.kind == POL_STR)
            items[i] = v.str;
        else
            good = false;
    }
    *out = (pol_value){ .kind = POL_LIST };
    out->list.items = items;
    out->list.count = count;
    return good;
}

/* A key of the test itself is misspelt, rather than a field? */
static bool is_own_misspelt(test_build *t, const pol_entry *e)
{
    const policy_str names[] = { POL_STR("expect"), POL_STR("after"),
                                 POL_STR("at"), POL_STR("facts"),
                                 POL_STR("parts"), POL_STR("type"),
                                 POL_STR("verdict") };
    size_t first = t->step ? 0 : t->past ? 1 : 2;
    policy_str near;

    if (pol_field_find(e->key) >= 0)
        return false;
    near = pol_nearest(e->key, names + first,
                       sizeof(names) / sizeof(*names) - first);
    if (near.len)
        pol_report_hint(reporter(t), POL_MSG_UNKNOWN_KEY, e->place, near,
                        (policy_str[]){ POL_STR("tests"), e->key }, 2);
    return near.len > 0;
}

static bool lay_entry(test_build *t, const pol_entry *e, int32_t type)
{
    int32_t field = is_own_misspelt(t, e)
                        ? -1 : pol_field_need(t->from, e->key,
                                              UINT32_C(1) << type, true,
                                              e->place);
    pol_value v;

    if (field < 0)
        return false;
    if (e->value.kind == POL_NODE_TABLE) {
        if (!is_list_kind(pol_field_in(type, field)->kind)) {
            pol_report(reporter(t), POL_MSG_FIELD_KIND, e->value.place, e->key,
                       pol_node_kind_name(&e->value, reporter(t)->zh));
            return false;
        }
        if (!list_value(t, &e->value, field, type, &v))
            return false;
    } else if (!pol_scalar_compile(t->from, &e->value, field,
                                   UINT32_C(1) << type, &v)) {
        return false;
    }
    if (is_list_kind(pol_field_in(type, field)->kind) && !as_list(t, &v))
        return false;
    put(t, field, v);
    return true;
}

static const pol_key part_keys[] = {
    { "role", POL_IS_STR, true },
    { "text", POL_IS_STR, true },
};

static bool read_parts(test_build *t, const pol_node *n, pol_rule_test *out)
{
    pol_part *parts;

    if (n->kind != POL_NODE_TABLE || n->table.entry_count) {
        pol_report(reporter(t), POL_MSG_TEST_SHAPE, n->place);
        return false;
    }
    parts = pol_keep_new(t->from->o, pol_part, n->table.item_count);
    for (size_t i = 0; parts && i < n->table.item_count; i++) {
        const pol_node *p = &n->table.items[i];

        if (!pol_node_closed(p, "parts", part_keys, 2, reporter(t)))
            return false;
        parts[i].role = pol_keep(t->from->o, pol_node_get(p, "role")->str);
        parts[i].text = pol_keep(t->from->o, pol_node_get(p, "text")->str);
    }
    out->parts = parts;
    out->part_count = parts ? n->table.item_count : 0;
    return parts != NULL;
}

/* A scalar of Lua as JSON, in which a byte takes six at the most. */
static policy_str fact_json(test_build *t, const pol_node *n)
{
    size_t max = n->kind == POL_NODE_STR ? n->str.len * 6 + 64 : 64;
    policy_str json = { "", 0 };
    pol_buf buf;

    pol_buf_init(&buf, &t->from->o->build->allocator, max);
    if (n->kind == POL_NODE_BOOL)
        pol_buf_text(&buf, n->boolean ? "true" : "false");
    else if (n->kind == POL_NODE_INT)
        pol_buf_int(&buf, n->integer);
    else if (n->kind == POL_NODE_STR)
        pol_json_str(&(pol_json_out){ &buf, false }, n->str);
    else
        pol_report(reporter(t), POL_MSG_TEST_SHAPE, n->place);
    if (buf.status)
        t->from->o->status = buf.status;
    if (buf.len)
        json = pol_keep(t->from->o, pol_buf_slice(&buf));
    pol_buf_fini(&buf);
    return json;
}

static bool read_facts(test_build *t, const pol_node *n, pol_rule_test *out)
{
    pol_test_fact *facts;

    if (n->kind != POL_NODE_TABLE || n->table.item_count) {
        pol_report(reporter(t), POL_MSG_TEST_SHAPE, n->place);
        return false;
    }
    facts = pol_keep_new(t->from->o, pol_test_fact, n->table.entry_count);
    for (size_t i = 0; facts && i < n->table.entry_count; i++) {
        facts[i].name = pol_keep(t->from->o, n->table.entries[i].key);
        facts[i].json = fact_json(t, &n->table.entries[i].value);
    }
    out->facts = facts;
    out->fact_count = facts ? n->table.entry_count : 0;
    return facts != NULL;
}

/* Only a ladder proposes, and it finds nothing. */
static bool read_expect(test_build *t, const pol_node *n, pol_rule_test *out)
{
    size_t first = t->rule->of == POL_OF_LADDER, word;

    if (!pol_node_word(n, pol_expect_names + first, POL_EXPECT_NAMES - 1, &word,
                       reporter(t)))
        return false;
    out->expect = (pol_expect)(first + word + POL_EXPECT_HIT);
    out->hit = out->expect == POL_EXPECT_HIT;
    return true;
}

/* `state` is a field of some events, too, but never a list. */
static bool is_events(const pol_node *n)
{
    return n && n->kind == POL_NODE_TABLE && n->table.item_count;
}

static const pol_node *earlier_events(const pol_node *table)
{
    const pol_node *n = pol_node_get(table, "state");

    return is_events(n) ? n : NULL;
}

/* Keys of the test itself; all others are fields. */
static bool read_own(test_build *t, const pol_entry *e, pol_rule_test *out,
                     bool *own)
{
    policy_str text;
    size_t word;

    *own = true;
    if (pol_str_is(e->key, "at")) {
        if (!pol_node_str(&e->value, &text, reporter(t)))
            return false;
        out->at = pol_keep(t->from->o, text);
        return true;
    }
    if (pol_str_is(e->key, "verdict")) {
        if (!pol_node_word(&e->value, pol_verdict_names, POL_VERDICT_COUNT, &word,
                           reporter(t)))
            return false;
        out->verdict = (int32_t)word == t->replaced ? t->rule->verdict
                                                    : (int32_t)word;
        return true;
    }
    if ((t->step || t->past) && pol_str_is(e->key, "after"))
        return pol_node_duration(&e->value, &out->after, reporter(t));
    if (pol_str_is(e->key, "state") && is_events(&e->value)) {
        if (t->step)
            pol_report(reporter(t), POL_MSG_TEST_STATE, e->value.place);
        return !t->step;
    }
    if (t->step && pol_str_is(e->key, "expect"))
        return read_expect(t, &e->value, out);
    if (pol_str_is(e->key, "parts"))
        return read_parts(t, &e->value, out);
    if (pol_str_is(e->key, "facts"))
        return read_facts(t, &e->value, out);
    *own = pol_str_is(e->key, "type");
    return true;
}

static bool lay_text(test_build *t, const pol_node *n, pol_rule_test *out)
{
    int32_t field = text_field(t, out->type);
    policy_str text;

    if (!pol_node_str(n, &text, reporter(t)))
        return false;
    if (field < 0) {
        pol_report(reporter(t), POL_MSG_TEST_NO_TEXT, n->place,
                   pol_str(pol_types[out->type].name));
        return false;
    }
    out->shown = pol_keep(t->from->o, text);
    put(t, field, (pol_value){ .kind = POL_STR, .str = out->shown });
    return true;
}

/* --- what is shown of an event without a text: its fields */

static void put_scalar(pol_buf *b, const pol_node *n)
{
    if (n->kind == POL_NODE_STR)
        pol_buf_str(b, n->str);
    else if (n->kind == POL_NODE_INT)
        pol_buf_int(b, n->integer);
    else if (n->kind == POL_NODE_BOOL)
        pol_buf_text(b, n->boolean ? "true" : "false");
}

/* "name = a.zip, links = a b" */
static void put_fields(pol_buf *b, const pol_node *n)
{
    for (size_t i = 0; i < n->table.entry_count; i++) {
        const pol_entry *e = &n->table.entries[i];
        const pol_node *all = e->value.kind == POL_NODE_TABLE
                                  ? e->value.table.items : &e->value;
        size_t count = e->value.kind == POL_NODE_TABLE ? e->value.table.item_count
                                                       : 1;

        if (pol_field_find(e->key) < 0 ||
            (pol_str_is(e->key, "state") && is_events(&e->value)))
            continue;
        if (b->len)
            pol_buf_text(b, ", ");
        pol_buf_str(b, e->key);
        pol_buf_text(b, " =");
        for (size_t k = 0; k < count; k++) {
            pol_buf_char(b, ' ');
            put_scalar(b, &all[k]);
        }
    }
}

static void show_fields(test_build *t, const pol_node *n, pol_rule_test *out)
{
    pol_buf b;
    char *bytes;

    pol_buf_init_fixed(&b, NULL, 0);
    put_fields(&b, n);
    if (!b.len)
        return;
    bytes = pol_keep_new(t->from->o, char, b.len);
    if (!bytes)
        return;
    pol_buf_init_fixed(&b, bytes, b.len);
    put_fields(&b, n);
    out->shown = (policy_str){ bytes, b.len };
}

static bool read_table(test_build *t, const pol_node *n, pol_rule_test *out)
{
    bool good = true, own;

    if (n->table.item_count > 1) {
        pol_report(reporter(t), POL_MSG_TEST_SHAPE, n->place);
        return false;
    }
    if (n->table.item_count)
        good = lay_text(t, &n->table.items[0], out);
    for (size_t i = 0; i < n->table.entry_count; i++) {
        const pol_entry *e = &n->table.entries[i];

        good = read_own(t, e, out, &own) && good;
        if (!own)
            good = lay_entry(t, e, out->type) && good;
    }
    if (good && !out->shown.len)
        show_fields(t, n, out);
    return good;
}

/* Where a test stands that is not in the rule's own file, kept once for many. */
static policy_str file_of(test_build *t, const pol_source *source)
{
    if (source == t->from->place.source)
        return (policy_str){ "", 0 };
    if (source != t->kept) {
        t->kept = source;
        t->file = pol_keep(t->from->o, source->path);
    }
    return t->file;
}

/* From `arg`, a text or a table. */
static bool read_event(test_build *t, const pol_node *arg, int32_t type,
                       pol_rule_test *out)
{
    const pol_node *other;
    size_t room = plain_count(t->where) + 3;

    if (arg->kind == POL_NODE_TABLE) {
        room += arg->table.entry_count;
        other = pol_node_get(arg, "type");
        if (other)
            type = pol_type_need(t->from, other);
        if (type < 0)
            return false;
    }
    t->values = pol_keep_new(t->from->o, pol_test_value, room);
    t->count = 0;
    out->type = type;
    out->verdict = -1;
    t->past = !t->step && earlier_events(arg);
    if (!t->values ||
        ((t->types >> type & 1) && !lay_plain(t, t->where, type)))
        return false;
    if ((t->types >> type & 1) && t->regulation.len)
        put(t, POLICY_FIELD_REGULATION,
            (pol_value){ .kind = POL_STR, .str = t->regulation });
    if (!(arg->kind == POL_NODE_STR ? lay_text(t, arg, out)
                                    : read_table(t, arg, out)))
        return false;
    out->values = t->values;
    out->value_count = t->count;
    return true;
}

/* The items of `list`, each an event, into `steps` (NULL: no memory). */
static bool read_events(test_build *t, const pol_node *list, int32_t type,
                        pol_rule_test *steps, unsigned *expected,
                        pol_message shape)
{
    bool good = steps != NULL;

    t->step = true;
    *expected = 0;
    for (size_t i = 0; steps && i < list->table.item_count; i++) {
        const pol_node *item = &list->table.items[i];

        if (item->kind != POL_NODE_TABLE) {
            pol_report(reporter(t), shape, item->place);
            good = false;
            continue;
        }
        steps[i].line = item->place.line;
        steps[i].file = file_of(t, item->place.source);
        good = read_event(t, item, type, &steps[i]) && good;
        *expected |= 1u << steps[i].expect;
    }
    t->step = false;
    return good;
}

/* What went before a hit or a miss. */
static bool read_state(test_build *t, const pol_node *list, int32_t type,
                       pol_rule_test *out)
{
    pol_rule_test *all =
        pol_keep_new(t->from->o, pol_rule_test, list->table.item_count);
    unsigned expected;

    if (!read_events(t, list, type, all, &expected, POL_MSG_TEST_STATE))
        return false;
    if (list->table.entry_count || expected >> POL_EXPECT_HIT) {
        pol_report(reporter(t), POL_MSG_TEST_STATE, list->place);
        return false;
    }
    out->before = all;
    out->before_count = list->table.item_count;
    return true;
}

static bool read_test(test_build *t, const pol_node *n, int32_t type,
                      pol_rule_test *out)
{
    const pol_node *arg = n->call.args;

    if (n->call.arg_count != 1 ||
        (arg->kind != POL_NODE_STR && arg->kind != POL_NODE_TABLE)) {
        pol_report(reporter(t), POL_MSG_TEST_SHAPE, n->place);
        return false;
    }
    out->hit = pol_node_is_call(n, "hit");
    out->expect = out->hit ? POL_EXPECT_HIT : POL_EXPECT_MISS;
    out->line = n->place.line;
    out->file = file_of(t, n->place.source);
    return read_event(t, arg, type, out) &&
           (!earlier_events(arg) || read_state(t, earlier_events(arg), type, out));
}

/* *expected: what some step is to be, a bit each. */
static bool read_steps(test_build *t, const pol_node *n, int32_t type,
                       pol_rule_test *out, unsigned *expected)
{
    const pol_node *list = n->call.arg_count == 1 ? n->call.args : NULL;
    pol_rule_test *steps;
    bool good;

    if (!list || list->kind != POL_NODE_TABLE || list->table.entry_count) {
        pol_report(reporter(t), POL_MSG_STEPS_SHAPE, n->place);
        return false;
    }
    steps = pol_keep_new(t->from->o, pol_rule_test, list->table.item_count);
    good = read_events(t, list, type, steps, expected, POL_MSG_STEPS_SHAPE);
    if (good && !(*expected >> POL_EXPECT_HIT)) {
        pol_report(reporter(t), POL_MSG_STEPS_SHAPE, n->place);
        return false;
    }
    *out = (pol_rule_test){ .hit = *expected >> POL_EXPECT_HIT & 1,
                            .line = n->place.line,
                            .file = file_of(t, n->place.source), .verdict = -1,
                            .shown = POL_STR("steps"), .steps = steps,
                            .step_count = list->table.item_count };
    return good && steps;
}

void pol_rule_tests_compile(const pol_origin *from, const pol_node *tests,
                            pol_rule *rule, uint32_t first_type,
                            int32_t replaced)
{
    test_build t = { .from = from, .rule = rule, .where = rule->where,
                     .types = rule->types, .replaced = replaced };
    pol_rule_test *all = pol_keep_new(from->o, pol_rule_test,
                                      tests->table.item_count);
    unsigned seen = 0; /* POL_EXPECT_*, a bit each */
    size_t n = 0;

    if (!pol_is_list(from, tests, "tests"))
        return;
    for (size_t i = 0; all && i < tests->table.item_count; i++) {
        const pol_node *item = &tests->table.items[i];
        unsigned expected = 1u << (pol_node_is_call(item, "hit")
                                       ? POL_EXPECT_HIT : POL_EXPECT_MISS);
        bool good;

        if (pol_node_is_call(item, "steps")) {
            good = read_steps(&t, item, (int32_t)first_type, &all[n], &expected);
        } else if (pol_node_is_call(item, "hit") ||
                   pol_node_is_call(item, "miss")) {
            good = read_test(&t, item, (int32_t)first_type, &all[n]);
        } else {
            pol_report(reporter(&t), POL_MSG_NOT_A_TEST_CASE, item->place);
            continue;
        }
        n += good;
        seen |= good ? expected : 0;
    }
    rule->tests = all;
    rule->test_count = n;
    if (!(seen >> POL_EXPECT_HIT & 1) || !(seen >> POL_EXPECT_MISS & 1))
        pol_report(reporter(&t), POL_MSG_RULE_UNTESTED, from->place,
                   pol_str(rule->id));
}

void pol_face_tests_compile(const pol_origin *from, const pol_node *tests,
                            pol_rule *face, const pol_ladder *ladder,
                            int32_t replaced)
{
    test_build t = { .from = from, .rule = face, .replaced = replaced };
    int32_t type = ladder ? POLICY_TYPE_VIOLATION : POLICY_TYPE_TICK;
    pol_rule_test *all = pol_keep_new(from->o, pol_rule_test,
                                      tests->table.item_count);
    size_t n = 0;

    if (ladder) {
        t.types = UINT32_C(1) << type;
        t.where = ladder->where;
        t.regulation = ladder->regulation;
    }
    if (!pol_is_list(from, tests, "tests"))
        return;
    for (size_t i = 0; all && i < tests->table.item_count; i++) {
        const pol_node *item = &tests->table.items[i];
        unsigned expected;

        if (pol_node_is_call(item, "steps"))
            n += read_steps(&t, item, type, &all[n], &expected);
        else
            pol_report(reporter(&t), POL_MSG_FACE_TEST, item->place);
    }
    face->tests = all;
    face->test_count = n;
}
