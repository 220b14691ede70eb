/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event: values by field number behind a bitmap of what is there, so that a
 * reset clears three words and not a hundred and thirty values. Setters check
 * what they can before the type is known; pol_event_check() looks at the whole.
 */
#include "event/event.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/slice.h"
#include "event/check.h"

#define KIND_BIT(kind) (1u << (kind))

policy_status policy_event_new(policy_event **out, const policy_allocator *a,
                               const policy_limits *l, policy_error *err)
{
    policy_allocator alloc = pol_allocator_or_default(a);
    policy_event *e;

    if (!out)
        return pol_error_set(err, POLICY_EMISUSE, "misuse", "`out` is NULL");
    *out = NULL;
    e = pol_calloc(&alloc, 1, sizeof(*e));
    if (!e)
        return pol_error_oom(err);
    e->allocator = alloc;
    e->limits = pol_limits_from(l);
    e->type = -1;
    pol_arena_init(&e->arena, &alloc, e->limits.arena_bytes);
    pol_arena_init(&e->record, &alloc, e->limits.arena_bytes);
    *out = e;
    return POLICY_OK;
}

void policy_event_free(policy_event *e)
{
    policy_allocator a;

    if (!e)
        return;
    a = e->allocator;
    pol_arena_fini(&e->arena);
    pol_arena_fini(&e->record);
    pol_free(&a, e->parts, e->part_cap * sizeof(*e->parts));
    pol_free(&a, e->facts, e->fact_cap * sizeof(*e->facts));
    pol_free(&a, e->items, e->item_cap * sizeof(*e->items));
    pol_free(&a, e->unknown, e->unknown_cap * sizeof(*e->unknown));
    pol_free(&a, e, sizeof(*e));
}

void policy_event_reset(policy_event *e)
{
    memset(e->present, 0, sizeof(e->present));
    e->type = -1;
    e->part_count = e->fact_count = e->unknown_count = 0;
    e->unknown_fields = 0;
    e->lone_surrogate = e->unknown_kind = e->checked = false;
    pol_arena_reset(&e->arena);
}

policy_status policy_field_find(policy_field *out, const char *name)
{
    int32_t f = pol_field_find(pol_str(name));

    *out = f < 0 ? 0 : (policy_field)f;
    return f < 0 ? POLICY_EINPUT : POLICY_OK;
}

const pol_value *pol_event_value(const policy_event *e, int32_t field)
{
    static const pol_value absent = { .kind = POL_ABSENT };

    if (field < 0 || field >= POLICY_FIELD_COUNT || !pol_event_has(e, field))
        return &absent;
    return &e->values[field];
}

void pol_event_put(policy_event *e, int32_t field, pol_value v)
{
    e->values[field] = v;
    e->pos[field] = 0;
    e->checked = false;
    e->present[field / 64] |= (uint64_t)1 << (field % 64);
    if (field == POLICY_FIELD_TYPE)
        e->type = v.kind == POL_STR ? pol_type_find(v.str) : -1;
}

/* Does `field` in this use take a value of one of `kinds`? */
static bool takes(const pol_field_use *u, unsigned kinds)
{
    return !u->derived && (KIND_BIT(u->kind) & kinds);
}

/*
 * Check `count` strings against the type that is set, or, before it is, against
 * every type: enough that one of them would take the value.
 */
static policy_status check_strs(const policy_event *e, policy_field f,
                                unsigned kinds, const policy_str *v,
                                size_t count)
{
    policy_status worst = POLICY_EINPUT, st;
    int32_t t = e->type < 0 || f == POLICY_FIELD_TYPE ? 0 : e->type;
    int32_t end = e->type < 0 ? POLICY_TYPE_COUNT : t + 1;
    size_t i;

    for (; f < POLICY_FIELD_COUNT && t < end; t++) {
        const pol_field_use *u = pol_field_in(t, (int32_t)f);

        if (!takes(u, kinds))
            continue;
        for (i = 0, st = POLICY_OK; i < count && st == POLICY_OK; i++)
            st = pol_check_str((int32_t)f, u, v[i], &e->limits, 0, NULL);
        if (st == POLICY_OK)
            return POLICY_OK;
        worst = st;
    }
    return worst;
}

/* Is there a type, or is it the one set, where `f` is of one of `kinds`? */
static bool is_kind(const policy_event *e, policy_field f, unsigned kinds)
{
    return check_strs(e, f, kinds, NULL, 0) == POLICY_OK;
}

policy_status policy_event_set_text(policy_event *e, policy_field f,
                                    policy_str v)
{
    unsigned kinds = KIND_BIT(POL_KIND_ID) | KIND_BIT(POL_KIND_TEXT) |
                     KIND_BIT(POL_KIND_ENUM);
    pol_value value = { .kind = POL_STR, .str = v };
    policy_status st = check_strs(e, f, kinds, &v, 1);

    if (st != POLICY_OK)
        return st;
    value.word = pol_word_find(v);
    pol_event_put(e, (int32_t)f, value);
    return POLICY_OK;
}

policy_status policy_event_set_int(policy_event *e, policy_field f, int64_t v)
{
    if (!is_kind(e, f, KIND_BIT(POL_KIND_INT)))
        return POLICY_EINPUT;
    pol_event_put(e, (int32_t)f, (pol_value){ .kind = POL_INT, .i = v });
    return POLICY_OK;
}

policy_status policy_event_set_bool(policy_event *e, policy_field f, int v)
{
    if (!is_kind(e, f, KIND_BIT(POL_KIND_BOOL)))
        return POLICY_EINPUT;
    pol_event_put(e, (int32_t)f, (pol_value){ .kind = POL_BOOL, .i = v != 0 });
    return POLICY_OK;
}

policy_status policy_event_set_list(policy_event *e, policy_field f,
                                    const policy_str *items, size_t count)
{
    pol_value value = { .kind = POL_LIST, .list = { NULL, count } };
    policy_status st;
    policy_str *copy;

    if (count > e->limits.list_items)
        return POLICY_ELIMIT;
    st = check_strs(e, f, KIND_BIT(POL_KIND_LIST) | KIND_BIT(POL_KIND_WORDS),
                    items, count);
    if (st != POLICY_OK)
        return st;
    copy = pol_arena_new(&e->arena, policy_str, count);
    if (!copy)
        return pol_arena_error(&e->arena, count * sizeof(*copy), NULL);
    if (count)
        memcpy(copy, items, count * sizeof(*copy));
    value.list.items = copy;
    pol_event_put(e, (int32_t)f, value);
    return POLICY_OK;
}

policy_status policy_event_set_null(policy_event *e, policy_field f)
{
    if (!is_kind(e, f, ~KIND_BIT(POL_KIND_NONE)))
        return POLICY_EINPUT;
    pol_event_put(e, (int32_t)f, (pol_value){ .kind = POL_NULL });
    return POLICY_OK;
}

policy_status policy_event_set_time(policy_event *e, policy_field f, int64_t ms,
                                    int32_t offset)
{
    if (!is_kind(e, f, KIND_BIT(POL_KIND_TIME)) ||
        !pol_time_in_range(ms, offset))
        return POLICY_EINPUT;
    pol_event_put(e, (int32_t)f,
                  (pol_value){ .kind = POL_TIME, .offset = offset, .i = ms });
    return POLICY_OK;
}

policy_status pol_event_push_part(policy_event *e, policy_str role,
                                  policy_str text, uint64_t pos,
                                  policy_error *err)
{
    if (role.len > POL_ID_MAX || !pol_id_clean(role))
        return pol_error_at(err, POLICY_EINPUT, pos, "part-role",
                            "role of a part must be an id of at most %d "
                            "bytes", POL_ID_MAX);
    if (text.len > e->limits.text_bytes)
        return pol_error_at(err, POLICY_ELIMIT, pos, "limit",
                            "parts[%zu] is above the limit text_bytes (%llu)",
                            e->part_count,
                            (unsigned long long)e->limits.text_bytes);
    if (e->part_count >= e->limits.parts)
        return pol_error_at(err, POLICY_ELIMIT, pos, "limit",
                            "there are more parts than the limit parts (%llu)",
                            (unsigned long long)e->limits.parts);
    if (!pol_grow(&e->allocator, (void **)&e->parts, &e->part_cap,
                  e->part_count + 1, sizeof(*e->parts)))
        return pol_error_oom(err);
    e->parts[e->part_count++] = (pol_part){ role, text, (uint32_t)pos };
    return POLICY_OK;
}

policy_status policy_event_add_part(policy_event *e, policy_str role,
                                    policy_str text)
{
    return pol_event_push_part(e, role, text, 0, NULL);
}

static pol_fact *find_fact(policy_event *e, policy_str name)
{
    size_t i;

    for (i = 0; i < e->fact_count; i++)
        if (pol_str_eq(e->facts[i].name, name))
            return &e->facts[i];
    return NULL;
}

policy_status pol_event_push_fact(policy_event *e, policy_str name,
                                  policy_str json, uint64_t pos,
                                  policy_error *err)
{
    if (!name.len || name.len > POL_ID_MAX || !pol_id_clean(name))
        return pol_error_at(err, POLICY_EINPUT, pos, "fact-name",
                            "name of a fact must be an id of 1 to 256 bytes");
    if (find_fact(e, name))
        return pol_error_at(err, POLICY_EINPUT, pos, "key-twice",
                            "fact “%.*s” is given twice", (int)name.len,
                            name.ptr);
    if (e->fact_count >= e->limits.facts)
        return pol_error_at(err, POLICY_ELIMIT, pos, "limit",
                            "there are more facts than the limit facts (%llu)",
                            (unsigned long long)e->limits.facts);
    if (!pol_grow(&e->allocator, (void **)&e->facts, &e->fact_cap,
                  e->fact_count + 1, sizeof(*e->facts)))
        return pol_error_oom(err);
    e->facts[e->fact_count++] = (pol_fact){ name, json };
    return POLICY_OK;
}

/* One value and nothing after it. */
static policy_status check_json(const policy_event *e, policy_str json)
{
    policy_error err = POLICY_ERROR_INIT;
    pol_json_token t;
    pol_json j;

    if (json.len > e->limits.event_bytes)
        return POLICY_ELIMIT;
    pol_json_init(&j, json, (uint32_t)e->limits.json_depth, NULL, &err);
    if (!pol_json_skip(&j, NULL) || pol_json_next(&j, &t) != POL_JSON_END)
        return err.status ? err.status : POLICY_EINPUT;
    return POLICY_OK;
}

policy_status policy_event_set_fact(policy_event *e, const char *name,
                                    policy_str json)
{
    policy_status st = check_json(e, json);
    pol_fact *old = find_fact(e, pol_str(name));

    if (st != POLICY_OK)
        return st;
    if (!old)
        return pol_event_push_fact(e, pol_str(name), json, 0, NULL);
    old->json = json;
    return POLICY_OK;
}

uint32_t policy_event_unknown_fields(const policy_event *e)
{
    return e->unknown_fields;
}

int policy_event_is_unknown_kind(const policy_event *e)
{
    return e->unknown_kind;
}

static policy_str str_value(const policy_event *e, int32_t field)
{
    const pol_value *v = pol_event_value(e, field);

    return v->kind == POL_STR ? v->str : POL_STR("");
}

policy_str policy_event_type(const policy_event *e)
{
    return pol_str(e->type < 0 ? "" : pol_types[e->type].name);
}

policy_str policy_event_id(const policy_event *e)
{
    return str_value(e, POLICY_FIELD_ID);
}

policy_str policy_event_actor(const policy_event *e)
{
    policy_str actor = str_value(e, POLICY_FIELD_ACTOR);

    return actor.len ? actor : str_value(e, POLICY_FIELD_ACCOUNT);
}

int64_t policy_event_time(const policy_event *e)
{
    const pol_value *v = pol_event_value(e, POLICY_FIELD_TIME);

    return v->kind == POL_TIME ? v->i : INT64_MIN;
}

policy_str policy_event_organisation(const policy_event *e)
{
    return str_value(e, POLICY_FIELD_ORG);
}

/* "parts[12]": the number; -1 for anything else. */
static int64_t part_number(policy_str name)
{
    policy_str prefix = POL_STR("parts[");
    int64_t n;

    if (!pol_str_starts(name, prefix) || !pol_str_ends(name, POL_STR("]")))
        return -1;
    name.ptr += prefix.len;
    name.len -= prefix.len + 1;
    /* One spelling a part: no sign, no leading zero. */
    if (!pol_json_int(name, &n) || name.ptr[0] == '-' ||
        (name.ptr[0] == '0' && name.len > 1))
        return -1;
    return n;
}

policy_status policy_event_get_text(policy_str *out, const policy_event *e,
                                    const char *field)
{
    int32_t f = pol_field_find(pol_str(field));
    int64_t part;

    *out = POL_STR("");
    if (f >= 0 && pol_field_in(e->type, f)->kind == POL_KIND_TEXT &&
        pol_event_value(e, f)->kind == POL_STR) {
        *out = e->values[f].str;
        return POLICY_OK;
    }
    part = part_number(pol_str(field));
    if (part < 0 || (uint64_t)part >= e->part_count)
        return POLICY_EINPUT;
    *out = e->parts[part].text;
    return POLICY_OK;
}

size_t pol_event_texts(const policy_event *e, pol_event_text *out, size_t cap)
{
    const uint64_t *texts = pol_fields_of_text(e->type);
    size_t count = 0, i;

    for (i = 0; i < POL_FIELD_WORDS; i++)
        for (uint64_t bits = e->present[i] & texts[i]; bits; bits &= bits - 1) {
            int32_t f = (int32_t)(i * 64) + __builtin_ctzll(bits);

            if (e->values[f].kind != POL_STR)
                continue;
            if (count < cap)
                out[count] = (pol_event_text){ .field = f, .role = POL_STR(""),
                                               .text = e->values[f].str };
            count++;
        }
    for (i = 0; i < e->part_count; i++, count++)
        if (count < cap)
            out[count] = (pol_event_text){ -1, (uint32_t)i, e->parts[i].role,
                                           e->parts[i].text };
    return count;
}

const char *pol_event_text_name(const pol_event_text *t, char buf[24])
{
    if (t->field >= 0)
        return pol_fields[t->field].name;
    snprintf(buf, 24, "parts[%u]", (unsigned)t->part);
    return buf;
}

static bool kind_fits(pol_kind kind, pol_value_kind value)
{
    switch (value) {
    case POL_STR:
        return kind == POL_KIND_ID || kind == POL_KIND_TEXT ||
               kind == POL_KIND_ENUM;
    case POL_LIST:
        return kind == POL_KIND_LIST || kind == POL_KIND_WORDS;
    case POL_BOOL:
        return kind == POL_KIND_BOOL;
    case POL_INT:
        return kind == POL_KIND_INT;
    case POL_TIME:
        return kind == POL_KIND_TIME;
    default:
        return kind != POL_KIND_NONE;
    }
}

static policy_status check_field(const policy_event *e, int32_t f,
                                 policy_error *err)
{
    const pol_field_use *u = pol_field_in(e->type, f);
    const pol_value *v = &e->values[f];
    policy_status st = POLICY_OK;
    size_t i;

    if (u->kind == POL_KIND_NONE)
        return pol_error_at(err, POLICY_EINPUT, e->pos[f], "field-unknown",
                            "type “%s” has no field “%s”",
                            pol_types[e->type].name, pol_fields[f].name);
    if (!kind_fits(u->kind, (pol_value_kind)v->kind))
        return pol_check_kind(f, u, e->pos[f], err);
    if (v->kind == POL_STR && u->kind != POL_KIND_TEXT &&
        !(u->kind == POL_KIND_ENUM && pol_field_has_word(u, v->word)))
        st = pol_check_str(f, u, v->str, &e->limits, e->pos[f], err);
    for (i = 0; v->kind == POL_LIST && u->kind == POL_KIND_WORDS &&
                i < v->list.count && st == POLICY_OK; i++)
        st = pol_check_str(f, u, v->list.items[i], &e->limits, e->pos[f], err);
    return st;
}

policy_status pol_event_check(const policy_event *e, policy_error *err)
{
    static const int32_t required[] = { POLICY_FIELD_ID, POLICY_FIELD_TYPE,
                                        POLICY_FIELD_ORG, POLICY_FIELD_TIME };
    policy_status st;
    size_t i;
    int32_t f;

    if (e->checked)
        return POLICY_OK;
    for (i = 0; i < sizeof(required) / sizeof(required[0]); i++)
        if (pol_event_value(e, required[i])->kind <= POL_NULL)
            return pol_error_at(err, POLICY_EINPUT, 0, "field-missing",
                                "field “%s” is required",
                                pol_fields[required[i]].name);
    for (f = pol_event_next(e, 0); f >= 0; f = pol_event_next(e, f + 1))
        if ((st = check_field(e, f, err)) != POLICY_OK)
            return st;
    return POLICY_OK;
}
