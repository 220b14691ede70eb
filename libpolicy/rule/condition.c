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
    case POL_TIME:
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

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* RFC 3986, 3.1. */
static bool is_in_scheme(char c)
{
    c = lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.';
}

/* Where the host begins, behind "https://", "//" or nothing. A "://" in the
 * path of a bare host ends no scheme. */
static size_t authority_start(policy_str url)
{
    size_t scheme = 0, i;

    while (scheme < url.len && is_in_scheme(url.ptr[scheme]))
        scheme++;
    i = scheme = scheme && scheme < url.len && url.ptr[scheme] == ':'
                     ? scheme + 1 : 0;
    while (i < url.len && is_slash(url.ptr[i]))
        i++;
    return i - scheme >= (scheme ? 1 : 2) ? i : 0;
}

/*
 * The host of a URL, or of a bare host with or without port and path. It is
 * the one that a browser would go to: after the last "@", before "/", "?", "#"
 * and the backslash that browsers take for a slash, without the dot of the
 * root. Otherwise "https://bad.example\@good.example" would pass for good.
 */
static policy_str host_of(policy_str url)
{
    size_t start, i;

    url = pol_str_trim(url);
    start = authority_start(url);
    url = (policy_str){ url.ptr + start, url.len - start };
    for (i = 0; i < url.len && !is_slash(url.ptr[i]) && url.ptr[i] != '?' &&
                url.ptr[i] != '#'; i++)
        ;
    url.len = i;
    for (i = url.len; i-- > 0;)
        if (url.ptr[i] == '@') {
            url = (policy_str){ url.ptr + i + 1, url.len - i - 1 };
            break;
        }
    if (url.len && url.ptr[0] == '[') { /* an address with colons of its own */
        url = (policy_str){ url.ptr + 1, url.len - 1 };
        for (i = 0; i < url.len && url.ptr[i] != ']'; i++)
            ;
        url.len = i;
        return url;
    }
    for (i = 0; i < url.len && url.ptr[i] != ':'; i++)
        ;
    url.len = i;
    if (url.len && url.ptr[url.len - 1] == '.')
        url.len--;
    return url;
}

/* As pol_str_cmp; sets of hosts hold lower case. */
static int compare_host(policy_str name, policy_str host)
{
    size_t len = name.len < host.len ? name.len : host.len;

    for (size_t i = 0; i < len; i++) {
        unsigned char a = (unsigned char)name.ptr[i];
        unsigned char b = (unsigned char)lower(host.ptr[i]);

        if (a != b)
            return a < b ? -1 : 1;
    }
    return (name.len > host.len) - (name.len < host.len);
}

static bool set_finds(const pol_idset *set, policy_str id,
                      int (*cmp)(policy_str item, policy_str id))
{
    size_t lo = 0, hi = set->count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = cmp(set->items[mid], id);

        if (c == 0)
            return true;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

/* Is the host in the set, or below a name of it? */
static bool set_has_host(const pol_idset *set, policy_str url)
{
    policy_str host = host_of(url);

    for (;;) {
        const char *dot;

        if (host.len == 0)
            return false;
        if (set_finds(set, host, compare_host))
            return true;
        dot = memchr(host.ptr, '.', host.len);
        if (!dot)
            return false;
        host.len -= (size_t)(dot + 1 - host.ptr);
        host.ptr = dot + 1;
    }
}

static bool set_has(const pol_idset *set, policy_str id)
{
    return set->hosts ? set_has_host(set, id)
                      : set_finds(set, id, pol_str_cmp);
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
    if (count) /* a scratch that never held a unit has no array */
        memcpy(units, view->scratch->units, count * sizeof(*units));
    view->status = pol_fold(view->scratch, b, NULL);
    if (view->status || view->scratch->count != count)
        return false;
    return count == 0 || memcmp(view->scratch->units, units,
                                count * sizeof(*units)) == 0;
}

/* Records keep no text, and their fields need not be of the event's type; a fact
 * is what it is compared with. */
static bool is_text(const pol_view *view, const pol_cond *c)
{
    int32_t field = c->fact.len ? c->other : c->field;

    return !view->record &&
           pol_field_in(view->event->type, field)->kind == POL_KIND_TEXT;
}

static bool is_same(pol_view *view, const pol_cond *c, const pol_value *v,
                    const pol_value *other)
{
    if (v->kind == POL_STR && other->kind == POL_STR && is_text(view, c))
        return same_text(view, v->str, other->str);
    if (v->kind == POL_LIST && other->kind == POL_LIST)
        return !goes_beyond(v, other) && !goes_beyond(other, v);
    if (v->kind == POL_LIST)
        return pol_value_is(v, other);
    if (other->kind == POL_LIST)
        return pol_value_is(other, v);
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

/* By more than so much. */
static bool is_later(const pol_cond *c, const pol_view *view, int64_t ms,
                     int64_t than)
{
    const pol_span span = { c->number, (pol_span_unit)c->unit };

    if (span.unit == POL_SPAN_MS)
        return ms > than && ms - than > span.count;
    return ms > pol_calendar_add(view->calendar, than, span);
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
        return truth(is_later(c, view, v->i, other->i));
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
    if (c->op == POL_COND_EMPTY)
        return truth(is_empty(v));
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
    default:
        return test_pair(c, view, v);
    }
}

/* Without anybody to ask, nothing is known, and not even that. */
static pol_truth test_past(const pol_cond *c, pol_view *view)
{
    pol_truth t = view->past ? view->past->known(view, c->known) : POL_UNKNOWN;

    if (c->op == POL_COND_KNOWN || t == POL_UNKNOWN)
        return t;
    return truth(t == POL_FALSE);
}

static pol_truth test_leaf(const pol_cond *c, pol_view *view)
{
    pol_value v;

    if (c->op == POL_COND_KNOWN || c->op == POL_COND_UNKNOWN)
        return test_past(c, view);
    if (view->record)
        v = pol_kept_value(view->record, c->field);
    else if (c->attribute)
        v = pol_view_attribute(view, c->field, c->attribute);
    else if (c->fact.len)
        v = pol_view_fact(view, c->fact);
    else
        return test_value(c, view, pol_view_value(view, c->field));
    return test_value(c, view, &v);
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

/* --- facts that are still to come --- */

enum { CAN_HOLD = 1, CAN_FAIL = 2 };

typedef struct awaited {
    pol_view *view;
    const policy_str *needs;
    size_t count;
} awaited;

static bool is_awaited(const awaited *a, policy_str fact)
{
    for (size_t i = 0; i < a->count; i++)
        if (pol_str_eq(a->needs[i], fact))
            return pol_view_fact(a->view, fact).kind == POL_ABSENT;
    return false;
}

static unsigned leaf_outlook(const pol_cond *c, const awaited *a)
{
    if (c->fact.len && is_awaited(a, c->fact))
        return CAN_HOLD | CAN_FAIL;
    switch (test_leaf(c, a->view)) {
    case POL_TRUE:
        return CAN_HOLD;
    case POL_FALSE:
        return CAN_FAIL;
    default:
        return 0; /* and no fact will make it either */
    }
}

/* What can become of the condition. A fact that is asked twice counts as two:
 * at worst the host is asked for one that decides nothing. */
static unsigned outlook(const pol_cond *c, const awaited *a)
{
    unsigned every = CAN_HOLD | CAN_FAIL, some = 0;

    if (c->op > POL_COND_NONE)
        return leaf_outlook(c, a);
    for (size_t i = 0; i < c->kid_count; i++) {
        unsigned kid = outlook(&c->kids[i], a);

        every &= kid;
        some |= kid;
    }
    if (c->op == POL_COND_ALL)
        return (every & CAN_HOLD) | (some & CAN_FAIL);
    if (c->op == POL_COND_ANY)
        return (some & CAN_HOLD) | (every & CAN_FAIL);
    return (every & CAN_FAIL ? CAN_HOLD : 0) | (some & CAN_HOLD ? CAN_FAIL : 0);
}

bool pol_cond_awaits(const pol_cond *c, pol_view *view, const policy_str *needs,
                     size_t count)
{
    awaited a = { view, needs, count };

    return count && (outlook(c, &a) & CAN_HOLD);
}
