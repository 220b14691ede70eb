/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event as JSON that the reader takes for the same event. Ill-formed bytes
 * of texts become U+FFFD: what is read elsewhere has to be UTF-8.
 */
#include "base/error.h"
#include "base/json.h"
#include "base/slice.h"
#include "base/time.h"
#include "event/event.h"

static void put_list(pol_json_out *o, const pol_value *v)
{
    pol_json_open(o, '[');
    for (size_t i = 0; i < v->list.count; i++)
        pol_json_str(o, v->list.items[i]);
    pol_json_close(o, ']');
}

static void put_time(pol_json_out *o, const pol_value *v)
{
    char text[40];

    pol_json_str(o, (policy_str){ text, pol_time_write(text, v->i, v->offset) });
}

static void put_value(pol_json_out *o, const pol_value *v)
{
    switch (v->kind) {
    case POL_BOOL:
        pol_json_bool(o, v->i != 0);
        break;
    case POL_INT:
        pol_json_num(o, v->i);
        break;
    case POL_STR:
        pol_json_str(o, v->str);
        break;
    case POL_LIST:
        put_list(o, v);
        break;
    case POL_TIME:
        put_time(o, v);
        break;
    default:
        pol_json_null(o);
    }
}

static void put_fields(pol_json_out *o, const policy_event *e)
{
    for (int32_t f = pol_event_next(e, 0); f >= 0;
         f = pol_event_next(e, f + 1)) {
        pol_json_key(o, pol_fields[f].name);
        put_value(o, pol_event_value(e, f));
    }
}

static void put_parts(pol_json_out *o, const policy_event *e)
{
    if (!e->part_count)
        return;
    pol_json_key(o, "parts");
    pol_json_open(o, '[');
    for (size_t i = 0; i < e->part_count; i++) {
        pol_json_open(o, '{');
        pol_json_key(o, "role");
        pol_json_str(o, e->parts[i].role);
        pol_json_key(o, "text");
        pol_json_str(o, e->parts[i].text);
        pol_json_close(o, '}');
    }
    pol_json_close(o, ']');
}

static void put_facts(pol_json_out *o, const policy_event *e)
{
    if (!e->fact_count)
        return;
    pol_json_key(o, "facts");
    pol_json_open(o, '{');
    for (size_t i = 0; i < e->fact_count; i++) {
        pol_json_name(o, e->facts[i].name);
        pol_json_raw(o, e->facts[i].json);
    }
    pol_json_close(o, '}');
}

policy_status policy_event_json(char *buf, size_t cap, size_t *len,
                                const policy_event *e)
{
    pol_json_out o = { NULL, false };
    pol_buf b;

    if (!len)
        return POLICY_EMISUSE;
    *len = 0;
    if (!e || (!buf && cap))
        return POLICY_EMISUSE;
    pol_buf_init_fixed(&b, buf, cap);
    o.buf = &b;
    pol_json_open(&o, '{');
    put_fields(&o, e);
    put_parts(&o, e);
    put_facts(&o, e);
    pol_json_close(&o, '}');
    *len = b.len;
    return POLICY_OK;
}
