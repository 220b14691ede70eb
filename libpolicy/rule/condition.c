/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions over the fields of one event.
 */
#include "rule/condition.h"

#include "base/slice.h"

bool pol_value_is(const pol_value *v, const pol_value *wanted)
{
    switch (v->kind) {
    case POL_BOOL:
    case POL_INT:
        return v->kind == wanted->kind && v->i == wanted->i;
    case POL_STR:
        if (wanted->kind != POL_STR)
            return false;
        if (v->word && wanted->word)
            return v->word == wanted->word;
        return pol_str_eq(v->str, wanted->str);
    case POL_LIST:
        for (size_t i = 0; wanted->kind == POL_STR && i < v->list.count; i++)
            if (pol_str_eq(v->list.items[i], wanted->str))
                return true;
        return false;
    default:
        return false;
    }
}

static bool is_one_of(const pol_value *v, const pol_cond *c)
{
    for (size_t i = 0; i < c->value_count; i++)
        if (pol_value_is(v, &c->values[i]))
            return true;
    return false;
}

static bool is_all_of(const pol_value *v, const pol_cond *c)
{
    for (size_t i = 0; i < c->value_count; i++)
        if (!pol_value_is(v, &c->values[i]))
            return false;
    return true;
}

/* The host of a URL, or the whole where it is a bare host. */
static policy_str host_of(policy_str url)
{
    size_t i;

    for (i = 0; i + 2 < url.len; i++)
        if (memcmp(url.ptr + i, "://", 3) == 0) {
            url.ptr += i + 3;
            url.len -= i + 3;
            break;
        }
    for (i = 0; i < url.len; i++)
        if (strchr("/?#", url.ptr[i]) && url.ptr[i])
            break;
    url.len = i;
    for (i = url.len; i-- > 0;)
        if (url.ptr[i] == '@') {
            url.ptr += i + 1;
            url.len -= i + 1;
            break;
        }
    for (i = 0; i < url.len; i++)
        if (url.ptr[i] == ':')
            url.len = i;
    return url;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Is `host` the name or below it? Sets of hosts hold lower case. */
static bool host_below(policy_str host, policy_str name)
{
    size_t skip = host.len - name.len;

    if (host.len < name.len ||
        (skip > 0 && host.ptr[skip - 1] != '.'))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (lower(host.ptr[skip + i]) != name.ptr[i])
            return false;
    return true;
}

static bool set_has_host(const pol_idset *set, policy_str url)
{
    policy_str host = host_of(url);

    for (size_t i = 0; i < set->count; i++)
        if (host_below(host, set->items[i]))
            return true;
    return false;
}

static bool set_has(const pol_idset *set, policy_str id)
{
    size_t lo = 0, hi = set->count;

    if (set->hosts)
        return set_has_host(set, id);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = pol_str_cmp(set->items[mid], id);

        if (c == 0)
            return true;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

static bool is_among(const pol_value *v, const pol_idset *set)
{
    if (v->kind == POL_STR)
        return set_has(set, v->str);
    for (size_t i = 0; v->kind == POL_LIST && i < v->list.count; i++)
        if (set_has(set, v->list.items[i]))
            return true;
    return false;
}

static bool list_has(const pol_value *list, policy_str item)
{
    for (size_t i = 0; i < list->list.count; i++)
        if (pol_str_eq(list->list.items[i], item))
            return true;
    return false;
}

static bool goes_beyond(const pol_value *v, const pol_value *other)
{
    if (other->kind != POL_LIST)
        return false;
    if (v->kind == POL_STR)
        return !list_has(other, v->str);
    for (size_t i = 0; v->kind == POL_LIST && i < v->list.count; i++)
        if (!list_has(other, v->list.items[i]))
            return true;
    return false;
}

/* Texts are compared as folded: the units of one are kept aside. */
static bool same_text(pol_view *view, policy_str a, policy_str b)
{
    uint16_t *units;
    size_t count;

    if (pol_str_eq(a, b))
        return true;
    if (view->status) /* of an earlier comparison: must not be forgotten */
        return false;
    view->status = pol_fold(view->scratch, a, NULL);
    if (view->status)
        return false;
    count = view->scratch->count;
    units = pol_arena_new(view->arena, uint16_t, count + 1);
    if (!units) {
        view->status = POLICY_ENOMEM;
        return false;
    }
    memcpy(units, view->scratch->units, count * sizeof(*units));
    view->status = pol_fold(view->scratch, b, NULL);
    return !view->status && view->scratch->count == count &&
           memcmp(view->scratch->units, units, count * sizeof(*units)) == 0;
}

static bool is_same(pol_view *view, const pol_cond *c, const pol_value *v,
                    const pol_value *other)
{
    const pol_field_use *use = pol_field_in(view->event->type, c->field);

    if (v->kind == POL_STR && other->kind == POL_STR &&
        use->kind == POL_KIND_TEXT)
        return same_text(view, v->str, other->str);
    if (v->kind == POL_LIST && other->kind == POL_LIST) {
        return !goes_beyond(v, other) && !goes_beyond(other, v);
    }
    if (v->kind == POL_LIST)
        return pol_value_is(v, other);
    if (other->kind == POL_LIST)
        return pol_value_is(other, v);
    if (v->kind == POL_TIME && other->kind == POL_TIME)
        return v->i == other->i;
    return pol_value_is(v, other);
}

static bool has_value(const pol_value *v)
{
    return v->kind != POL_ABSENT && v->kind != POL_NULL;
}

static bool is_number(const pol_value *v)
{
    return v->kind == POL_INT;
}

static pol_truth truth(bool b)
{
    return b ? POL_TRUE : POL_FALSE;
}

static pol_truth test_pair(const pol_cond *c, pol_view *view, const pol_value *v)
{
    const pol_value *other = pol_view_value(view, c->other);
    bool same;

    if (!has_value(other))
        return POL_UNKNOWN;
    if (c->op == POL_COND_BEYOND)
        return truth(goes_beyond(v, other));
    if (c->op == POL_COND_LATER) {
        if (v->kind != POL_TIME || other->kind != POL_TIME)
            return POL_UNKNOWN;
        return truth(v->i > other->i && v->i - other->i > c->number);
    }
    same = is_same(view, c, v, other);
    if (view->status)
        return POL_UNKNOWN;
    return truth(same == (c->op == POL_COND_SAME));
}

static bool is_empty(const pol_value *v)
{
    return (v->kind == POL_STR && v->str.len == 0) ||
           (v->kind == POL_LIST && v->list.count == 0);
}

static pol_truth test_value(const pol_cond *c, pol_view *view, const pol_value *v)
{
    if (c->op == POL_COND_ABSENT)
        return truth(!has_value(v));
    if (c->op == POL_COND_PRESENT)
        return truth(has_value(v));
    if (!has_value(v))
        return POL_UNKNOWN;
    switch (c->op) {
    case POL_COND_IS:
        return truth(is_one_of(v, c));
    case POL_COND_NONE_OF:
        return truth(!is_one_of(v, c));
    case POL_COND_ALL_OF:
        return truth(is_all_of(v, c));
    case POL_COND_MORE:
        return is_number(v) ? truth(v->i > c->number) : POL_UNKNOWN;
    case POL_COND_LESS:
        return is_number(v) ? truth(v->i < c->number) : POL_UNKNOWN;
    case POL_COND_AMONG:
        return truth(is_among(v, c->set));
    case POL_COND_OUTSIDE:
        return truth(!is_among(v, c->set));
    case POL_COND_EMPTY:
        return truth(is_empty(v));
    default:
        return test_pair(c, view, v);
    }
}

static pol_truth test_leaf(const pol_cond *c, pol_view *view)
{
    pol_value fact;

    if (!c->fact.len)
        return test_value(c, view, pol_view_value(view, c->field));
    fact = pol_view_fact(view, c->fact);
    return test_value(c, view, &fact);
}

/* ALL is false with the first false kid, ANY true with the first true one. */
static pol_truth join(const pol_cond *c, pol_view *view, const pol_cond **stopped)
{
    pol_truth decisive = c->op == POL_COND_ALL ? POL_FALSE : POL_TRUE;
    pol_truth result = c->op == POL_COND_ALL ? POL_TRUE : POL_FALSE;
    const pol_cond *why = NULL;

    for (size_t i = 0; i < c->kid_count; i++) {
        const pol_cond *inner = NULL;
        pol_truth t = pol_cond_eval(&c->kids[i], view, &inner);

        if (t == decisive) {
            result = decisive;
            why = inner;
            break;
        }
        if (t == POL_UNKNOWN)
            result = POL_UNKNOWN;
        if (t != POL_TRUE && !why)
            why = inner;
    }
    if (c->op == POL_COND_NONE) {
        if (result != POL_UNKNOWN)
            result = result == POL_TRUE ? POL_FALSE : POL_TRUE;
        why = c;
    }
    if (result != POL_TRUE && stopped)
        *stopped = why ? why : c;
    return result;
}

pol_truth pol_cond_eval(const pol_cond *c, pol_view *view,
                        const pol_cond **stopped)
{
    pol_truth t;

    if (!c)
        return POL_TRUE;
    if (c->op <= POL_COND_NONE)
        return join(c, view, stopped);
    t = test_leaf(c, view);
    if (t != POL_TRUE && stopped)
        *stopped = c;
    return t;
}
