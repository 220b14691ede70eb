/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event from one JSON object, in one pass.
 *
 * What a field may hold depends on the type, and the type may stand anywhere.
 * Writers put it near the front; where it is not known yet when the first field
 * that needs it comes, a copy of the tokenizer runs ahead to look for it. So
 * the pass itself always knows the type, reports errors in the order of the
 * bytes, and pays nothing in the usual case.
 *
 * Duplicate keys: known ones by a bitmap, unknown ones are collected and sorted
 * once at the end, so that a hostile object costs n log n.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/json.h"
#include "base/slice.h"
#include "base/sort.h"
#include "base/time.h"
#include "event/check.h"
#include "event/event.h"

typedef struct reader {
    policy_event *e;
    pol_json json;
    policy_error *err; /* never NULL */
    uint64_t seen[POL_FIELD_WORDS];
    bool seen_parts, seen_facts;
} reader;

static policy_status json_error(const reader *r)
{
    return r->err->status != POLICY_OK ? r->err->status : POLICY_EINPUT;
}

static policy_status fail_kind(reader *r, int32_t f, const pol_field_use *u,
                               const pol_json_token *t)
{
    if (t->kind == POL_JSON_ERROR)
        return json_error(r);
    return pol_check_kind(f, u, t->pos, r->err);
}

/* Digits without fraction or exponent. */
static bool is_integer(policy_str digits)
{
    size_t i;

    for (i = 0; i < digits.len; i++)
        if (digits.ptr[i] != '-' &&
            (digits.ptr[i] < '0' || digits.ptr[i] > '9'))
            return false;
    return true;
}

static void put(reader *r, int32_t f, const pol_json_token *t, pol_value v)
{
    pol_event_put(r->e, f, v);
    r->e->pos[f] = (uint32_t)t->pos;
}

/* A string of any kind, or the digits of an id: checked, in *out. */
static policy_status take_str(reader *r, int32_t f, const pol_field_use *u,
                              const pol_json_token *t)
{
    bool text = u->kind == POL_KIND_TEXT;
    bool id = u->kind == POL_KIND_ID || u->kind == POL_KIND_LIST;

    if (t->kind != POL_JSON_STRING &&
        !(id && t->kind == POL_JSON_NUMBER && is_integer(t->text)))
        return fail_kind(r, f, u, t);
    if (t->ill_formed && !text)
        return pol_error_at(r->err, POLICY_EINPUT, t->pos, "utf-8",
                            "field “%s” is not UTF-8", pol_fields[f].name);
    if (t->lone_surrogate && !text)
        return pol_error_at(r->err, POLICY_EINPUT, t->pos, "surrogate",
                            "field “%s” has half a surrogate pair",
                            pol_fields[f].name);
    r->e->lone_surrogate |= t->lone_surrogate;
    return pol_check_str(f, u, t->text, &r->e->limits, t->pos, r->err);
}

static policy_status read_str(reader *r, int32_t f, const pol_field_use *u,
                              const pol_json_token *t)
{
    pol_value v = { .kind = POL_STR, .str = t->text };
    policy_status st = take_str(r, f, u, t);

    if (st != POLICY_OK)
        return st;
    if (u->kind == POL_KIND_ENUM)
        v.word = pol_word_find(t->text);
    put(r, f, t, v);
    return POLICY_OK;
}

static policy_status read_type(reader *r, int32_t f, const pol_field_use *u,
                               const pol_json_token *t)
{
    policy_str near, v = pol_str_cut(t->text, 60), names[POLICY_TYPE_COUNT];
    size_t i;

    if (t->kind != POL_JSON_STRING)
        return fail_kind(r, f, u, t);
    if (pol_type_find(t->text) >= 0)
        return read_str(r, f, u, t);
    for (i = 0; i < POLICY_TYPE_COUNT; i++)
        names[i] = pol_str(pol_types[i].name);
    near = pol_nearest(t->text, names, POLICY_TYPE_COUNT);
    if (near.len)
        return pol_error_at(r->err, POLICY_EINPUT, t->pos, "type-unknown",
                            "unknown event type “%.*s”; did you mean “%.*s”?",
                            (int)v.len, v.ptr, (int)near.len, near.ptr);
    return pol_error_at(r->err, POLICY_EINPUT, t->pos, "type-unknown",
                        "unknown event type “%.*s”", (int)v.len, v.ptr);
}

static policy_status read_bool(reader *r, int32_t f, const pol_field_use *u,
                               const pol_json_token *t)
{
    if (t->kind != POL_JSON_TRUE && t->kind != POL_JSON_FALSE)
        return fail_kind(r, f, u, t);
    put(r, f, t,
        (pol_value){ .kind = POL_BOOL, .i = t->kind == POL_JSON_TRUE });
    return POLICY_OK;
}

static policy_status read_int(reader *r, int32_t f, const pol_field_use *u,
                              const pol_json_token *t)
{
    policy_str shown = pol_str_cut(t->text, 60);
    pol_value v = { .kind = POL_INT };

    if (t->kind != POL_JSON_NUMBER)
        return fail_kind(r, f, u, t);
    if (!pol_json_int(t->text, &v.i))
        return pol_error_at(r->err, POLICY_EINPUT, t->pos, "field-int",
                            "field “%s” must be an integer of 64 bits, not "
                            "%.*s", pol_fields[f].name, (int)shown.len, shown.ptr);
    put(r, f, t, v);
    return POLICY_OK;
}

static policy_status read_time(reader *r, int32_t f, const pol_field_use *u,
                               const pol_json_token *t)
{
    policy_str shown = pol_str_cut(t->text, 60);
    pol_value v = { .kind = POL_TIME };
    bool ok;

    if (t->kind == POL_JSON_NUMBER)
        ok = pol_json_int(t->text, &v.i);
    else if (t->kind == POL_JSON_STRING)
        ok = pol_time_read(t->text, &v.i, &v.offset);
    else
        return fail_kind(r, f, u, t);
    if (!ok || !pol_time_in_range(v.i, v.offset))
        return pol_error_at(r->err, POLICY_EINPUT, t->pos, "field-time",
                            "field “%s” is no time: “%.*s”", pol_fields[f].name,
                            (int)shown.len, shown.ptr);
    put(r, f, t, v);
    return POLICY_OK;
}

static policy_status read_list(reader *r, int32_t f, const pol_field_use *u,
                               const pol_json_token *open)
{
    policy_event *e = r->e;
    pol_value v = { .kind = POL_LIST };
    policy_str *items;
    pol_json_token t;
    size_t count = 0;
    policy_status st;

    if (open->kind != POL_JSON_ARRAY)
        return fail_kind(r, f, u, open);
    while (pol_json_next(&r->json, &t) != POL_JSON_ARRAY_END) {
        if (count >= e->limits.list_items)
            return pol_error_at(r->err, POLICY_ELIMIT, t.pos, "limit",
                                "field “%s” has more items than the limit "
                                "list_items (%llu)", pol_fields[f].name,
                                (unsigned long long)e->limits.list_items);
        if ((st = take_str(r, f, u, &t)) != POLICY_OK)
            return st;
        if (!pol_grow(&e->allocator, (void **)&e->items, &e->item_cap,
                      count + 1, sizeof(*e->items)))
            return pol_error_oom(r->err);
        e->items[count++] = t.text;
    }
    items = pol_arena_new(&e->arena, policy_str, count);
    if (!items)
        return pol_arena_error(&e->arena, count * sizeof(*items), r->err);
    if (count)
        memcpy(items, e->items, count * sizeof(*items));
    v.list.items = items;
    v.list.count = count;
    put(r, f, open, v);
    return POLICY_OK;
}

/* Without a name there is nothing to judge. */
static bool may_be_null(int32_t f)
{
    return f != POLICY_FIELD_ID && f != POLICY_FIELD_TYPE &&
           f != POLICY_FIELD_ORG && f != POLICY_FIELD_TIME;
}

static policy_status read_value(reader *r, int32_t f, const pol_field_use *u)
{
    static policy_status (*const readers[])(reader *, int32_t,
                                            const pol_field_use *,
                                            const pol_json_token *) = {
        [POL_KIND_ID] = read_str,     [POL_KIND_TEXT] = read_str,
        [POL_KIND_ENUM] = read_str,   [POL_KIND_BOOL] = read_bool,
        [POL_KIND_INT] = read_int,    [POL_KIND_TIME] = read_time,
        [POL_KIND_LIST] = read_list,  [POL_KIND_WORDS] = read_list
    };
    pol_json_token t;

    if (pol_json_next(&r->json, &t) == POL_JSON_NULL && may_be_null(f)) {
        put(r, f, &t, (pol_value){ .kind = POL_NULL });
        return POLICY_OK;
    }
    if (f == POLICY_FIELD_TYPE)
        return read_type(r, f, u, &t);
    return readers[u->kind](r, f, u, &t);
}

/* Run ahead for the type, from the value that comes next. */
static policy_status find_type(reader *r)
{
    reader ahead = *r;
    const pol_field_use *u = pol_field_in(0, POLICY_FIELD_TYPE);
    pol_json_token t;
    bool found = false;

    do {
        if (!pol_json_skip(&ahead.json, NULL) ||
            pol_json_next(&ahead.json, &t) == POL_JSON_ERROR)
            return json_error(r);
        found = t.kind == POL_JSON_KEY && pol_str_is(t.text, "type");
    } while (t.kind == POL_JSON_KEY && !found);
    if (found)
        return read_value(&ahead, POLICY_FIELD_TYPE, u);
    return pol_error_at(r->err, POLICY_EINPUT, t.pos, "field-missing",
                        "field “type” is required");
}

/* Drop the next value. What is dropped is UTF-8 all the same: only in texts may
 * there be anything else. */
static policy_status skip_value(reader *r, policy_str *raw)
{
    size_t bad;

    if (!pol_json_skip(&r->json, raw))
        return json_error(r);
    bad = pol_str_ill_formed(*raw);
    if (bad == raw->len)
        return POLICY_OK;
    return pol_error_at(r->err, POLICY_EINPUT,
                        (uint64_t)(raw->ptr - r->json.input.ptr) + bad, "utf-8",
                        "value is not UTF-8");
}

static policy_status skip_unknown(reader *r, const pol_json_token *key)
{
    policy_event *e = r->e;
    policy_str raw;

    if (key->ill_formed)
        return pol_error_at(r->err, POLICY_EINPUT, key->pos, "utf-8",
                            "key is not UTF-8");
    if (!pol_grow(&e->allocator, (void **)&e->unknown, &e->unknown_cap,
                  e->unknown_count + 1, sizeof(*e->unknown)))
        return pol_error_oom(r->err);
    e->unknown[e->unknown_count++] =
        (pol_unknown_key){ key->text, key->pos };
    e->unknown_fields++;
    return skip_value(r, &raw);
}

static policy_status fail_twice(reader *r, policy_str key, uint64_t pos)
{
    policy_str v = pol_str_cut(key, 60);

    return pol_error_at(r->err, POLICY_EINPUT, pos, "key-twice",
                        "key “%.*s” stands twice", (int)v.len, v.ptr);
}

/* The members `role` and `text` of one part; others count as unknown. */
static policy_status read_part(reader *r, const pol_json_token *open)
{
    pol_json_token key, v, role = { 0 }, text = { 0 };
    pol_json_token *into;
    policy_status st;
    policy_str raw;

    if (open->kind != POL_JSON_OBJECT)
        return open->kind == POL_JSON_ERROR ? json_error(r) :
            pol_error_at(r->err, POLICY_EINPUT, open->pos, "part-kind",
                         "a part must be an object with “role” and “text”");
    while (pol_json_next(&r->json, &key) == POL_JSON_KEY) {
        into = pol_str_is(key.text, "text") ? &text :
               pol_str_is(key.text, "role") ? &role : NULL;
        if (!into) {
            r->e->unknown_fields++;
            if ((st = skip_value(r, &raw)) != POLICY_OK)
                return st;
            continue;
        }
        if (into->kind)
            return fail_twice(r, key.text, key.pos);
        if (pol_json_next(&r->json, &v) != POL_JSON_STRING)
            return v.kind == POL_JSON_ERROR ? json_error(r) :
                pol_error_at(r->err, POLICY_EINPUT, v.pos, "part-kind",
                             "“%.*s” of a part must be a string",
                             (int)key.text.len, key.text.ptr);
        *into = v;
    }
    if (key.kind == POL_JSON_ERROR)
        return json_error(r);
    if (!text.kind)
        return pol_error_at(r->err, POLICY_EINPUT, open->pos, "part-kind",
                            "a part must have “text”");
    if (role.ill_formed || role.lone_surrogate)
        return pol_error_at(r->err, POLICY_EINPUT, role.pos, "utf-8",
                            "role of a part is not UTF-8");
    r->e->lone_surrogate |= text.lone_surrogate;
    return pol_event_push_part(r->e, role.kind ? role.text : POL_STR(""),
                               text.text, text.pos, r->err);
}

static policy_status read_parts(reader *r)
{
    pol_json_token t;
    policy_status st;

    if (pol_json_next(&r->json, &t) == POL_JSON_NULL)
        return POLICY_OK;
    if (t.kind != POL_JSON_ARRAY)
        return t.kind == POL_JSON_ERROR ? json_error(r) :
            pol_error_at(r->err, POLICY_EINPUT, t.pos, "field-kind",
                         "“parts” must be an array of objects");
    while (pol_json_next(&r->json, &t) != POL_JSON_ARRAY_END)
        if ((st = read_part(r, &t)) != POLICY_OK)
            return st;
    return POLICY_OK;
}

static policy_status read_facts(reader *r)
{
    pol_json_token t;
    policy_status st;
    policy_str raw;

    if (pol_json_next(&r->json, &t) == POL_JSON_NULL)
        return POLICY_OK;
    if (t.kind != POL_JSON_OBJECT)
        return t.kind == POL_JSON_ERROR ? json_error(r) :
            pol_error_at(r->err, POLICY_EINPUT, t.pos, "field-kind",
                         "“facts” must be an object");
    while (pol_json_next(&r->json, &t) == POL_JSON_KEY) {
        if ((st = skip_value(r, &raw)) != POLICY_OK ||
            (st = pol_event_push_fact(r->e, t.text, raw, t.pos, r->err)) !=
                POLICY_OK)
            return st;
    }
    return t.kind == POL_JSON_ERROR ? json_error(r) : POLICY_OK;
}

static policy_status read_known(reader *r, int32_t f, const pol_json_token *key)
{
    uint64_t bit = (uint64_t)1 << (f % 64);
    const pol_field_use *u;
    policy_status st;
    policy_str raw;

    if (r->seen[f / 64] & bit)
        return fail_twice(r, key->text, key->pos);
    r->seen[f / 64] |= bit;
    if (r->e->type < 0 && !pol_fields[f].common &&
        (st = find_type(r)) != POLICY_OK)
        return st;
    u = pol_field_in(r->e->type < 0 ? 0 : r->e->type, f);
    if (u->kind != POL_KIND_NONE && !u->derived)
        return read_value(r, f, u);
    r->e->unknown_fields++;
    return skip_value(r, &raw);
}

static policy_status read_member(reader *r, const pol_json_token *key)
{
    int32_t f = pol_field_find(key->text);
    bool *once;

    if (f >= 0)
        return read_known(r, f, key);
    once = pol_str_is(key->text, "parts") ? &r->seen_parts :
           pol_str_is(key->text, "facts") ? &r->seen_facts : NULL;
    if (!once)
        return skip_unknown(r, key);
    if (*once)
        return fail_twice(r, key->text, key->pos);
    *once = true;
    return once == &r->seen_parts ? read_parts(r) : read_facts(r);
}

static int by_name(const void *pa, const void *pb)
{
    const pol_unknown_key *a = pa, *b = pb;
    int c = pol_str_cmp(a->name, b->name);

    return c ? c : (a->pos > b->pos) - (a->pos < b->pos);
}

static policy_status check_unknown(reader *r)
{
    pol_unknown_key *keys = r->e->unknown;
    size_t count = r->e->unknown_count, i;
    const pol_unknown_key *twice = NULL;

    pol_sort(keys, count, sizeof(*keys), by_name);
    for (i = 1; i < count; i++)
        if (pol_str_eq(keys[i - 1].name, keys[i].name) &&
            (!twice || keys[i].pos < twice->pos))
            twice = &keys[i];
    return twice ? fail_twice(r, twice->name, twice->pos) : POLICY_OK;
}

static policy_status read_object(reader *r, uint64_t *end)
{
    pol_json_token t;
    policy_status st;

    if (pol_json_next(&r->json, &t) != POL_JSON_OBJECT)
        return t.kind == POL_JSON_ERROR ? json_error(r) :
            pol_error_at(r->err, POLICY_EINPUT, t.pos, "event-object",
                         "an event must be a JSON object");
    while (pol_json_next(&r->json, &t) == POL_JSON_KEY)
        if ((st = read_member(r, &t)) != POLICY_OK)
            return st;
    *end = t.pos;
    if (t.kind == POL_JSON_ERROR ||
        pol_json_next(&r->json, &t) != POL_JSON_END)
        return json_error(r);
    return check_unknown(r);
}

static policy_status check_required(reader *r, uint64_t end)
{
    static const int32_t required[] = { POLICY_FIELD_ID, POLICY_FIELD_TYPE,
                                        POLICY_FIELD_ORG, POLICY_FIELD_TIME };
    size_t i;

    for (i = 0; i < sizeof(required) / sizeof(required[0]); i++)
        if (!pol_event_has(r->e, required[i]))
            return pol_error_at(r->err, POLICY_EINPUT, end, "field-missing",
                                "field “%s” is required",
                                pol_fields[required[i]].name);
    return POLICY_OK;
}

policy_status policy_event_read_json(policy_event *e, policy_str json,
                                     policy_error *err)
{
    policy_error own = POLICY_ERROR_INIT;
    reader r = { .e = e };
    policy_status st;
    uint64_t end = 0;

    r.err = err && err->size >= sizeof(*err) ? err : &own;
    r.err->status = POLICY_OK;
    policy_event_reset(e);
    if (json.len > e->limits.event_bytes)
        return pol_error_limit(r.err, "event_bytes", e->limits.event_bytes);
    pol_json_init(&r.json, json, (uint32_t)e->limits.json_depth, &e->arena,
                  r.err);
    st = read_object(&r, &end);
    if (st == POLICY_OK)
        st = check_required(&r, end);
    if (st != POLICY_OK)
        policy_event_reset(e); /* never half an event */
    e->checked = st == POLICY_OK; /* each value as it was read */
    return st;
}
