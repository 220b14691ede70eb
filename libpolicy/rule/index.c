/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building the index, and asking it.
 *
 * A rule is filed under keys of which at least one is there whenever it can
 * hold: the signals of its match (of an `all`, those of one branch), else the
 * values that an indexed field must have, else its event types. Keys are first
 * collected as a flat list, then sorted and cut into postings.
 */
#include "rule/index.h"

#include "base/slice.h"
#include "base/sort.h"

/* ORDER of kinds is the order of the sorted list. */
enum key_kind { KEY_TYPE, KEY_SIGNAL, KEY_FIELD };

typedef struct key {
    uint32_t kind, number, rule; /* number: type, signal or field */
    policy_str value;
} key;

typedef struct keys {
    pol_arena *arena;
    key *at;
    size_t count, cap;
    bool failed;
} keys;

static void add(keys *k, uint32_t kind, uint32_t number, policy_str value,
                uint32_t rule)
{
    if (k->failed)
        return;
    if (k->count == k->cap) {
        size_t cap = k->cap ? k->cap * 2 : 64;
        key *at = pol_arena_new(k->arena, key, cap);

        if (!at) {
            k->failed = true;
            return;
        }
        if (k->count)
            memcpy(at, k->at, k->count * sizeof(*at));
        k->at = at;
        k->cap = cap;
    }
    k->at[k->count++] = (key){ kind, number, rule, value };
}

/* Has the match a positive signal on every way that it can hold? */
static bool has_trigger(const pol_match *m)
{
    switch (m->op) {
    case POL_MATCH_SIGNAL:
        return true;
    case POL_MATCH_NONE:
        return false;
    case POL_MATCH_ANY:
        for (size_t i = 0; i < m->kid_count; i++)
            if (!has_trigger(&m->kids[i]))
                return false;
        return m->kid_count > 0;
    default:
        for (size_t i = 0; i < m->kid_count; i++)
            if (has_trigger(&m->kids[i]))
                return true;
        return false;
    }
}

/* Every signal whose hits `near` and `at_least` count: not those of `none`. */
static void file_signals(keys *k, const pol_match *m, uint32_t rule)
{
    if (m->op == POL_MATCH_SIGNAL)
        add(k, KEY_SIGNAL, m->signal, POL_STR(""), rule);
    for (size_t i = 0; m->op != POL_MATCH_NONE && i < m->kid_count; i++)
        file_signals(k, &m->kids[i], rule);
}

static void file_match(keys *k, const pol_match *m, uint32_t rule)
{
    if (m->op == POL_MATCH_SIGNAL) {
        add(k, KEY_SIGNAL, m->signal, POL_STR(""), rule);
        return;
    }
    for (size_t i = 0; i < m->kid_count; i++) {
        if (!has_trigger(&m->kids[i]))
            continue;
        if (m->op == POL_MATCH_NEAR || m->op == POL_MATCH_AT_LEAST)
            file_signals(k, &m->kids[i], rule);
        else
            file_match(k, &m->kids[i], rule);
        if (m->op != POL_MATCH_ANY)
            return; /* one branch of an `all` is enough */
    }
}

static policy_str key_value(const pol_value *v)
{
    if (v->kind == POL_BOOL)
        return v->i ? POL_STR("true") : POL_STR("false");
    return v->str;
}

static bool is_keyed(const pol_cond *c)
{
    if (c->op != POL_COND_IS || c->fact.len || c->attribute ||
        !pol_fields[c->field].indexed)
        return false;
    for (size_t i = 0; i < c->value_count; i++)
        if (c->values[i].kind != POL_STR && c->values[i].kind != POL_BOOL)
            return false;
    return true;
}

/* Must an indexed field have one of few values wherever the condition holds? */
static bool cond_keyed(const pol_cond *c)
{
    if (!c || c->op == POL_COND_NONE)
        return false;
    if (c->op == POL_COND_ANY) {
        for (size_t i = 0; i < c->kid_count; i++)
            if (!cond_keyed(&c->kids[i]))
                return false;
        return c->kid_count > 0;
    }
    for (size_t i = 0; c->op == POL_COND_ALL && i < c->kid_count; i++)
        if (cond_keyed(&c->kids[i]))
            return true;
    return is_keyed(c);
}

static void file_cond(keys *k, const pol_cond *c, uint32_t rule)
{
    if (c->op == POL_COND_ALL || c->op == POL_COND_ANY) {
        for (size_t i = 0; i < c->kid_count; i++) {
            if (!cond_keyed(&c->kids[i]))
                continue;
            file_cond(k, &c->kids[i], rule);
            if (c->op == POL_COND_ALL)
                return;
        }
        return;
    }
    for (size_t i = 0; i < c->value_count; i++)
        add(k, KEY_FIELD, (uint32_t)c->field, key_value(&c->values[i]), rule);
}

/* A test that asks beyond the event, and can be a trigger: of each type. */
static bool cond_among(const pol_cond *c)
{
    if (!c)
        return false;
    if (c->op == POL_COND_AMONG || c->op == POL_COND_KNOWN)
        return true;
    for (size_t i = 0; c->op == POL_COND_ALL && i < c->kid_count; i++)
        if (cond_among(&c->kids[i]))
            return true;
    return false;
}

static bool all_rare(uint32_t types)
{
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if ((types >> t & 1) && !pol_types[t].rare)
            return false;
    return true;
}

pol_trigger pol_rule_trigger(const pol_rule *rule)
{
    if (rule->match && has_trigger(rule->match))
        return POL_TRIGGER_MATCH;
    if (cond_keyed(rule->where))
        return POL_TRIGGER_FIELD;
    if (cond_among(rule->where) || all_rare(rule->types))
        return POL_TRIGGER_TYPE;
    return rule->broad ? POL_TRIGGER_BROAD : POL_TRIGGER_NONE;
}

static void file_rule(keys *k, const pol_rule *rule, uint32_t number)
{
    switch (pol_rule_trigger(rule)) {
    case POL_TRIGGER_MATCH:
        file_match(k, rule->match, number);
        break;
    case POL_TRIGGER_FIELD:
        file_cond(k, rule->where, number);
        break;
    default:
        for (uint32_t t = 0; t < POLICY_TYPE_COUNT; t++)
            if (rule->types >> t & 1)
                add(k, KEY_TYPE, t, POL_STR(""), number);
    }
}

static int compare(const void *pa, const void *pb)
{
    const key *a = pa, *b = pb;
    int c;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    c = pol_str_cmp(a->value, b->value);
    if (c)
        return c;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

static bool same_key(const key *a, const key *b)
{
    return a->kind == b->kind && a->number == b->number &&
           pol_str_eq(a->value, b->value);
}

static void file_posting(pol_index *out, pol_postings *signals,
                         pol_field_key *field_keys, const key *k, pol_postings p)
{
    switch (k->kind) {
    case KEY_TYPE:
        out->types[k->number] = p;
        break;
    case KEY_SIGNAL:
        signals[k->number] = p;
        break;
    default:
        field_keys[out->key_count++] = (pol_field_key){ (int32_t)k->number,
                                                        k->value, p };
    }
}

/* Does a run of keys of one field begin here? */
static bool begins_field(const pol_index *x, size_t i)
{
    return i == 0 || x->keys[i].field != x->keys[i - 1].field;
}

static policy_status collect_fields(pol_index *out, pol_arena *arena)
{
    size_t count = 0;
    int32_t *fields;

    for (size_t i = 0; i < out->key_count; i++)
        count += begins_field(out, i);
    fields = pol_arena_new(arena, int32_t, count + 1);
    if (!fields)
        return POLICY_ENOMEM;
    for (size_t i = 0; i < out->key_count; i++)
        if (begins_field(out, i))
            fields[out->field_count++] = out->keys[i].field;
    out->fields = fields;
    return POLICY_OK;
}

/* How many of the sorted keys are of fields, each once. */
static size_t count_field_keys(const keys *k)
{
    size_t count = 0;

    for (size_t i = 0; i < k->count; i++)
        count += k->at[i].kind != KEY_TYPE && k->at[i].kind != KEY_SIGNAL &&
                 (i == 0 || !same_key(&k->at[i - 1], &k->at[i]));
    return count;
}

policy_status pol_index_build(pol_index *out, const pol_rule *rules, size_t count,
                              size_t signal_count, pol_arena *arena,
                              pol_arena *scratch)
{
    keys k = { scratch, NULL, 0, 0, false };
    pol_postings *signals = pol_arena_new(arena, pol_postings, signal_count + 1);
    pol_field_key *field_keys;
    uint32_t *numbers;

    memset(out, 0, sizeof(*out));
    for (uint32_t i = 0; i < count; i++)
        if (rules[i].mode != POL_MODE_OFF)
            file_rule(&k, &rules[i], i);
    pol_sort(k.at, k.count, sizeof(*k.at), compare);
    numbers = pol_arena_new(arena, uint32_t, k.count + 1);
    field_keys = pol_arena_new(arena, pol_field_key, count_field_keys(&k) + 1);
    if (k.failed || !signals || !numbers || !field_keys)
        return POLICY_ENOMEM;
    out->signals = signals;
    out->signal_count = signal_count;
    out->keys = field_keys;
    for (size_t i = 0, used = 0; i < k.count;) {
        size_t first = i, from = used;

        for (; i < k.count && same_key(&k.at[first], &k.at[i]); i++)
            if (used == from || numbers[used - 1] != k.at[i].rule)
                numbers[used++] = k.at[i].rule;
        file_posting(out, signals, field_keys, &k.at[first],
                     (pol_postings){ numbers + from, (uint32_t)(used - from) });
    }
    return collect_fields(out, arena);
}

static void set_bits(pol_postings p, uint64_t *candidates)
{
    for (uint32_t i = 0; i < p.count; i++)
        candidates[p.rules[i] / 64] |= UINT64_C(1) << (p.rules[i] % 64);
}

static void look_up(const pol_index *x, int32_t field, policy_str value,
                    uint64_t *candidates)
{
    size_t lo = 0, hi = x->key_count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const pol_field_key *k = &x->keys[mid];
        int c = k->field == field ? pol_str_cmp(k->value, value)
                                  : (k->field > field) - (k->field < field);

        if (c == 0) {
            set_bits(k->rules, candidates);
            return;
        }
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
}

void pol_index_event(const pol_index *x, pol_view *view, uint64_t *candidates)
{
    set_bits(x->types[view->event->type], candidates);
    for (size_t i = 0; i < x->field_count; i++) {
        const pol_value *v = pol_view_value(view, x->fields[i]);

        if (v->kind == POL_STR || v->kind == POL_BOOL)
            look_up(x, x->fields[i], key_value(v), candidates);
        for (size_t j = 0; v->kind == POL_LIST && j < v->list.count; j++)
            look_up(x, x->fields[i], v->list.items[j], candidates);
    }
}

void pol_index_signal(const pol_index *x, uint32_t signal, uint64_t *candidates)
{
    if (signal < x->signal_count)
        set_bits(x->signals[signal], candidates);
}
