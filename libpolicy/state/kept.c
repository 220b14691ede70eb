/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields as bytes: number, kind, value. A field's number is part of the binary
 * interface, so what a rule file keeps today can be read when it keeps others.
 * Of what is carried the kind has a bit more, and time, event and source of who
 * said it stand before the value.
 */
#include "state/kept.h"

#include <string.h>

#include "base/error.h"
#include "base/slice.h"

enum { CARRIED = 0x80 };

int pol_said_cmp(const pol_said *a, const pol_said *b)
{
    int c = pol_str_cmp(a->event, b->event);

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return c ? c : pol_str_cmp(a->source, b->source);
}

const pol_kept_field *pol_kept_find(const pol_kept *k, int32_t field)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->fields[i].field == field)
            return &k->fields[i];
    return NULL;
}

pol_value pol_kept_value(const pol_kept *k, int32_t field)
{
    const pol_kept_field *f = pol_kept_find(k, field);

    return f && f->value.kind > POL_NULL ? f->value
                                         : (pol_value){ .kind = POL_ABSENT };
}

/* Items of a list, each of a byte at least. */
static policy_status read_list(pol_state_reader *r, pol_value *v,
                               pol_arena *arena, policy_error *err)
{
    uint64_t count = pol_state_uint(r);
    policy_str *items;

    if (r->bad || count > (size_t)(r->end - r->at)) {
        r->bad = true;
        return POLICY_OK;
    }
    items = pol_arena_new(arena, policy_str, (size_t)count + 1);
    if (!items)
        return pol_error_oom(err);
    for (size_t i = 0; i < count; i++)
        items[i] = pol_state_bytes(r);
    v->list.items = items;
    v->list.count = (size_t)count;
    return POLICY_OK;
}

/* The kind alone. */
static uint8_t read_kind(pol_state_reader *r, pol_kept_field *f)
{
    uint8_t kind = pol_state_byte(r);

    f->carried = kind & CARRIED;
    if (f->carried) {
        f->said.at = pol_state_int(r);
        f->said.event = pol_state_bytes(r);
        f->said.source = pol_state_bytes(r);
    }
    return kind & (uint8_t)~CARRIED;
}

static policy_status read_value(pol_state_reader *r, pol_kept_field *f,
                                pol_arena *arena, policy_error *err)
{
    pol_value *v = &f->value;

    v->kind = read_kind(r, f);
    switch (v->kind) {
    case POL_NULL:
        return POLICY_OK;
    case POL_BOOL:
        v->i = pol_state_byte(r);
        r->bad = r->bad || v->i > 1;
        return POLICY_OK;
    case POL_INT:
    case POL_TIME:
        v->i = pol_state_int(r);
        return POLICY_OK;
    case POL_STR:
        v->str = pol_state_bytes(r);
        return POLICY_OK;
    case POL_LIST:
        return read_list(r, v, arena, err);
    default:
        r->bad = true;
        return POLICY_OK;
    }
}

policy_status pol_kept_read(pol_kept *out, policy_str body, pol_arena *arena,
                            policy_error *err)
{
    pol_state_reader r = { (const uint8_t *)body.ptr,
                           (const uint8_t *)body.ptr + body.len, false };
    /* Number and kind have a byte each at least. */
    size_t room = body.len / 2 + 1;
    policy_status st = POLICY_OK;

    if (room > POLICY_FIELD_COUNT)
        room = POLICY_FIELD_COUNT;
    out->count = 0;
    out->fields = pol_arena_new(arena, pol_kept_field, room);
    if (!out->fields)
        return pol_error_oom(err);
    for (int32_t last = -1; !st && !r.bad && r.at != r.end;) {
        uint64_t field = pol_state_uint(&r);

        if (field >= POLICY_FIELD_COUNT || (int32_t)field <= last) {
            r.bad = true;
            break;
        }
        if (out->count == room) {
            r.bad = true;
            break;
        }
        last = (int32_t)field;
        out->fields[out->count] = (pol_kept_field){ .field = last };
        st = read_value(&r, &out->fields[out->count++], arena, err);
    }
    if (!st && r.bad)
        st = pol_error_set(err, POLICY_ESTATE, "state-bytes",
                           "a stored field is not what was written");
    return st;
}

static void put_kind(pol_state_writer *w, const pol_kept_field *f)
{
    pol_state_put_byte(w, (uint8_t)(f->value.kind | (f->carried ? CARRIED : 0)));
    if (!f->carried)
        return;
    pol_state_put_int(w, f->said.at);
    pol_state_put_bytes(w, f->said.event);
    pol_state_put_bytes(w, f->said.source);
}

static void put_value(pol_state_writer *w, const pol_kept_field *f)
{
    const pol_value *v = &f->value;

    put_kind(w, f);
    switch (v->kind) {
    case POL_NULL:
        break;
    case POL_BOOL:
        pol_state_put_byte(w, (uint8_t)v->i);
        break;
    case POL_STR:
        pol_state_put_bytes(w, v->str);
        break;
    case POL_LIST:
        pol_state_put_uint(w, v->list.count);
        for (size_t i = 0; i < v->list.count; i++)
            pol_state_put_bytes(w, v->list.items[i]);
        break;
    default:
        pol_state_put_int(w, v->i);
    }
}

static void put_all(pol_state_writer *w, const pol_kept *k)
{
    for (size_t i = 0; i < k->count; i++) {
        pol_state_put_uint(w, (uint64_t)k->fields[i].field);
        put_value(w, &k->fields[i]);
    }
}

policy_str pol_kept_write(const pol_kept *k, pol_arena *arena)
{
    pol_state_writer w = { NULL, 0, 0 };

    put_all(&w, k);
    w = (pol_state_writer){ pol_arena_alloc(arena, w.len), 0, w.len };
    if (!w.to)
        return (policy_str){ NULL, 0 };
    put_all(&w, k);
    return (policy_str){ w.to, w.len };
}
