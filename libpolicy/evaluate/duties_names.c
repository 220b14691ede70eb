/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an instance is called, whose it is, and what the decision says of it.
 */
#include "evaluate/duties_parts.h"

#include "rule/standing.h"

policy_str pol_shadow_first(pol_evaluation *v, policy_str first)
{
    char *s = pol_arena_alloc(&v->s->arena, first.len + 1);

    if (!s) {
        pol_no_memory(v);
        return first;
    }
    s[0] = '\n'; /* no id begins so */
    if (first.len)
        memcpy(s + 1, first.ptr, first.len);
    return (policy_str){ s, first.len + 1 };
}

size_t pol_duty_put_part(char *to, policy_str part)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0;

    to[n++] = '/';
    if (!part.len)
        to[n++] = '%';
    for (size_t i = 0; i < part.len; i++) {
        unsigned char c = (unsigned char)part.ptr[i];

        if (c == '/' || c == '%' || c < ' ') {
            to[n++] = '%';
            to[n++] = hex[c >> 4];
            to[n++] = hex[c & 15];
        } else {
            to[n++] = (char)c;
        }
    }
    return n;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

policy_str pol_duty_get_part(pol_evaluation *v, policy_str rest)
{
    char *out = pol_arena_alloc(&v->s->arena, rest.len + 1);
    size_t n = 0;

    if (!out) {
        pol_no_memory(v);
        return (policy_str){ NULL, 0 };
    }
    for (size_t i = 1; i < rest.len && rest.ptr[i] != '/'; i++) {
        int high = i + 2 < rest.len ? hex_digit(rest.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(rest.ptr[i + 2]) : -1;

        if (rest.ptr[i] != '%') {
            out[n++] = rest.ptr[i];
        } else if (low >= 0) {
            out[n++] = (char)(high << 4 | low);
            i += 2;
        }
    }
    return (policy_str){ out, n };
}

static bool is_of_shadow(const pol_slot *slot)
{
    return slot->first.len && slot->first.ptr[0] == '\n';
}

static policy_str key_of(const pol_slot *slot)
{
    if (is_of_shadow(slot))
        return (policy_str){ slot->first.ptr + 1, slot->first.len - 1 };
    return slot->first;
}

/* regulation/duty/key/opened */
static policy_str instance_id(pol_evaluation *v, policy_str record,
                              const pol_slot *slot, bool keyed,
                              const pol_stored_entry *e)
{
    policy_str first = key_of(slot);
    size_t len = record.len + 3 * first.len + 2 + 40, n = record.len;
    char *id;

    for (uint8_t i = 0; i < e->sub_count; i++)
        len += 3 * e->sub[i].len + 2;
    id = pol_arena_alloc(&v->s->arena, len);
    if (!id) {
        pol_no_memory(v);
        return (policy_str){ "", 0 };
    }
    memcpy(id, record.ptr, n);
    if (keyed)
        n += pol_duty_put_part(id + n, first);
    for (uint8_t i = 0; i < e->sub_count; i++)
        n += pol_duty_put_part(id + n, e->sub[i]);
    id[n++] = '/';
    n += pol_time_write(id + n, e->at, 0);
    return (policy_str){ id, n };
}

/* regulation/rule/source/event, regulation/duty//escalated/key/opened */
policy_str pol_duty_escalation_id(pol_evaluation *v, policy_str record,
                                  policy_str rest)
{
    char *id = pol_arena_alloc(&v->s->arena, record.len + 1 + rest.len);

    if (!id) {
        pol_no_memory(v);
        return (policy_str){ "", 0 };
    }
    memcpy(id, record.ptr, record.len);
    id[record.len] = '/';
    if (rest.len)
        memcpy(id + record.len + 1, rest.ptr, rest.len);
    return (policy_str){ id, record.len + 1 + rest.len };
}

policy_str pol_duty_id(pol_evaluation *v, const pol_duty *duty,
                       const pol_slot *slot, const pol_stored_entry *e)
{
    if (duty->escalation)
        return pol_duty_escalation_id(v, duty->record->id, slot->first);
    return instance_id(v, duty->record->id, slot, duty->record->key_count > 0,
                       e);
}

static policy_str join(pol_evaluation *v, const pol_value *list)
{
    size_t len = 0, n = 0;
    char *s;

    for (size_t i = 0; i < list->list.count; i++)
        len += list->list.items[i].len + 1;
    s = pol_arena_alloc(&v->s->arena, len + 1);
    if (!s) {
        pol_no_memory(v);
        return (policy_str){ "", 0 };
    }
    for (size_t i = 0; i < list->list.count; i++) {
        policy_str item = list->list.items[i];

        if (n)
            s[n++] = ',';
        if (item.len)
            memcpy(s + n, item.ptr, item.len);
        n += item.len;
    }
    return (policy_str){ s, n };
}

policy_str pol_duty_shown(pol_evaluation *v, const pol_value *x)
{
    if (x->kind == POL_LIST)
        return join(v, x);
    return x->kind == POL_STR ? x->str : (policy_str){ "", 0 };
}

/* Whose it is today; of an account that is opened by this event, whom the event
 * itself names. */
static policy_str holder(pol_evaluation *v, const pol_duty *duty,
                         const pol_slot *slot)
{
    pol_attribute a = (pol_attribute)duty->who_attribute;
    pol_value x = v->view.past->attribute(&v->view, a, key_of(slot));

    if (x.kind <= POL_NULL && pol_field_in(v->event->type,
                                           pol_attributes[a].field)->kind)
        x = *pol_view_value(&v->view, pol_attributes[a].field);
    return pol_duty_shown(v, &x);
}

policy_str pol_duty_whose(pol_evaluation *v, const pol_duty *duty,
                          const pol_slot *slot, const pol_owed *o)
{
    if (duty->who_key)
        return holder(v, duty, slot);
    if (o->who.len)
        return o->who;
    return duty->person.len ? duty->person : duty->role;
}

static policy_duty *push(pol_evaluation *v)
{
    policy_decision *d = v->decision;
    policy_duty *out = pol_decision_push(&v->s->arena, (void **)&d->duties,
                                         &d->duty_count, &d->duty_cap,
                                         sizeof(*out));

    if (!out)
        pol_no_memory(v);
    return out;
}

/* The store's bytes live until it is written; the decisions of a batch live
 * longer. */
static policy_str kept(pol_evaluation *v, policy_str s)
{
    s = pol_arena_dup(&v->s->arena, s);
    if (!s.ptr)
        pol_no_memory(v);
    return s.ptr ? s : (policy_str){ "", 0 };
}

/* In the organisation's first language, where it has one. */
static policy_str title_of(const pol_evaluation *v, const pol_rule *face)
{
    return v->org->english && face->title.en.len ? face->title.en
                                                 : face->title.zh;
}

void pol_duty_say(pol_evaluation *v, const pol_duty *duty, const pol_slot *slot,
                  const pol_stored_entry *e, const pol_owed *o, int32_t change)
{
    bool silent = pol_duty_is_shadow(duty) && !v->s->testing;
    policy_duty *out = silent ? NULL : push(v);

    if (!out)
        return;
    *out = (policy_duty){ .rule = duty->face->id,
                          .what = title_of(v, duty->face),
                          .who = kept(v, pol_duty_whose(v, duty, slot, o)),
                          .due = o->deadline, .change = change };
    out->id = pol_duty_id(v, duty, slot, e);
}

void pol_duty_say_gone(pol_evaluation *v, const pol_slot *slot,
                       const pol_stored_entry *e, const pol_owed *o)
{
    policy_duty *out = is_of_shadow(slot) ? NULL : push(v);

    if (!out)
        return;
    *out = (policy_duty){ .what = { "", 0 }, .who = kept(v, o->who),
                          .due = o->deadline, .change = POLICY_DUTY_RETIRED };
    out->rule = pol_arena_cstr(&v->s->arena, slot->id);
    out->id = o->escalation
                  ? pol_duty_escalation_id(v, slot->id, slot->first)
                  : instance_id(v, slot->id, slot,
                                slot->first.len || e->sub_count, e);
    if (!out->rule)
        pol_no_memory(v);
}
