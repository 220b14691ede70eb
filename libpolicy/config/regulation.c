/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue of a regulation. What each word may be is the vocabulary of
 * the inventory of regulations; a new word there is a new word here.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/slice.h"
#include "config/calendar.h"
#include "config/order.h"
#include "config/organisation.h"
#include "config/regulation.h"

/* ORDER CLASS */
const char *const pol_class_names[5] = {
    "event", "stateful", "duty", "sanction", "meta"
};
/* ORDER STATUS */
const char *const pol_article_status_names[5] = {
    "rules", "people", "partly", "planned", "meta"
};
/* ORDER PARAM TYPE */
const char *const pol_param_types[6] = {
    "int", "num", "duration", "text", "word", "bool"
};
static const char *const outcomes[] = {
    "allow", "flag", "warn", "redact", "hold", "block", "escalate", "duty",
    "sanction", "none"
};
static const char *const timings[] = {
    "immediate", "prompt", "periodic", "irregular", "monthly", "on_event",
    "before", "on_leaving", "once", "standing"
};
static const char *const themes[] = {
    "purpose", "scope", "principle", "definition", "interpretation", "in_force",
    "amendment", "precedence", "secrets", "privacy", "lawful_use", "truth",
    "decency", "civility", "org_image", "promotion", "work_only", "work_time",
    "quiet_time", "custody", "password", "identity", "provisioning", "leaver",
    "stale_accounts", "links_files", "device_network", "system_integrity",
    "encryption", "right_channel", "review", "takedown", "groups",
    "data_handling", "retention", "backup", "supervision", "roles", "training",
    "reporting", "incident", "cooperation", "service", "ladder", "liability",
    "reward"
};
#define COUNT(words) (sizeof(words) / sizeof((words)[0]))

struct reader {
    pol_regulation *g;
    pol_arena *arena;
    pol_reporter *r;
};

/* One of `words`, as the text it is; NULL: not said. */
static bool read_word(struct reader *y, const pol_node *n,
                      const char *const *words, size_t count, policy_str *out)
{
    size_t index;

    *out = (policy_str){ "", 0 };
    if (!n)
        return true;
    if (!pol_node_word(n, words, count, &index, y->r))
        return false;
    *out = pol_str(words[index]);
    return true;
}

static bool read_themes(struct reader *y, const pol_node *n, pol_article *a)
{
    const pol_node *nodes;
    policy_str *s;
    size_t count, i;
    bool ok = true;

    if (!n)
        return true;
    if (!pol_node_list(n, &nodes, &count, y->r) ||
        !(s = pol_arena_new(y->arena, policy_str, count)))
        return false;
    for (i = 0; i < count; i++)
        ok &= read_word(y, &nodes[i], themes, COUNT(themes), &s[i]);
    a->themes = s;
    a->theme_count = count;
    return ok;
}

static bool read_ref(struct reader *y, const pol_node *n, policy_str *out)
{
    if (!pol_node_str(n, out, y->r))
        return false;
    if (out->len == 0)
        pol_report(y->r, POL_MSG_ITEM_EMPTY, n->place);
    return out->len > 0;
}

/* What class, status, text and note say must go together. */
static bool check_article(struct reader *y, const pol_article *a)
{
    bool ok = true;

    if (!a->text.zh.len && !a->text.en.len) {
        pol_report(y->r, POL_MSG_ARTICLE_TEXT, a->place, a->ref);
        ok = false;
    }
    if (a->status == POL_STATUS_PARTLY && !a->note.len) {
        pol_report(y->r, POL_MSG_ARTICLE_NOTE, a->place, a->ref);
        ok = false;
    }
    /* A demand is not done away with by calling it a preamble. */
    if (a->status == POL_STATUS_META && a->class_ != POL_CLASS_META) {
        pol_report(y->r, POL_MSG_ARTICLE_META, a->place, a->ref,
                   pol_str(pol_class_names[a->class_]));
        ok = false;
    }
    return ok;
}

static bool read_optional(struct reader *y, const pol_node *n, policy_str *out)
{
    *out = (policy_str){ "", 0 };
    return !n || pol_node_str(n, out, y->r);
}

static bool read_article(struct reader *y, const pol_node *n, pol_article *a)
{
    static const pol_key keys[] = {
        { "ref", POL_IS_STR, true }, { "class", POL_IS_STR, true },
        { "status", POL_IS_STR, true }, { "zh", POL_IS_STR, false },
        { "en", POL_IS_STR, false }, { "outcome", POL_IS_STR, false },
        { "themes", POL_IS_STR | POL_IS_TABLE, false },
        { "timing", POL_IS_STR, false }, { "note", POL_IS_STR, false }
    };
    size_t class_ = 0, status = 0;
    bool ok;

    a->place = n->place;
    a->ref = (policy_str){ "", 0 };
    if (!pol_node_closed(n, "article", keys, COUNT(keys), y->r))
        return false;
    a->place = pol_node_get(n, "ref")->place;
    ok = read_ref(y, pol_node_get(n, "ref"), &a->ref);
    ok &= pol_node_word(pol_node_get(n, "class"), pol_class_names, 5, &class_,
                        y->r);
    ok &= pol_node_word(pol_node_get(n, "status"), pol_article_status_names, 5,
                        &status, y->r);
    a->class_ = (pol_class)class_;
    a->status = (pol_article_status)status;
    ok &= read_optional(y, pol_node_get(n, "zh"), &a->text.zh);
    ok &= read_optional(y, pol_node_get(n, "en"), &a->text.en);
    ok &= read_optional(y, pol_node_get(n, "note"), &a->note);
    ok &= read_word(y, pol_node_get(n, "outcome"), outcomes, COUNT(outcomes),
                    &a->outcome);
    ok &= read_word(y, pol_node_get(n, "timing"), timings, COUNT(timings),
                    &a->timing);
    ok &= read_themes(y, pol_node_get(n, "themes"), a);
    return ok && check_article(y, a);
}

static int compare_refs(const void *items, uint32_t a, uint32_t b)
{
    const pol_article *articles = items;

    return pol_str_cmp(articles[a].ref, articles[b].ref);
}

static bool check_refs(struct reader *y, const pol_article *a, size_t count)
{
    pol_arena_mark here = pol_arena_here(y->arena);
    uint32_t *order = pol_order(a, count, compare_refs, y->arena);
    size_t i, first = 0;
    bool ok = true;

    if (!order)
        return false;
    for (i = 1; i < count; i++) {
        const pol_article *one = &a[order[first]], *other = &a[order[i]];
        char line[16];
        int len;

        /* An empty one could not be read and is reported. */
        if (!other->ref.len || !pol_str_eq(one->ref, other->ref)) {
            first = i;
            continue;
        }
        len = snprintf(line, sizeof(line), "%u", (unsigned)one->place.line);
        pol_report(y->r, POL_MSG_ARTICLE_TWICE, other->place,
                   pol_str_cut(other->ref, 80),
                   (policy_str){ line, (size_t)len });
        ok = false;
    }
    pol_arena_rewind(y->arena, here);
    return ok;
}

static bool read_articles(struct reader *y, const pol_node *n)
{
    const pol_node *nodes;
    pol_article *a;
    size_t count, i;
    bool ok = true;

    if (!pol_node_list(n, &nodes, &count, y->r) ||
        !(a = pol_arena_new(y->arena, pol_article, count)))
        return false;
    for (i = 0; i < count; i++)
        ok &= read_article(y, &nodes[i], &a[i]);
    y->g->articles = a;
    y->g->article_count = count;
    return check_refs(y, a, count) && ok;
}

/* A table whose keys are the author's own. */
static bool is_open_table(struct reader *y, const pol_node *n, const char *what)
{
    const pol_key any = { "", POL_IS_ANY, false };

    return (n->kind == POL_NODE_TABLE && !n->table.sequence &&
            !n->table.item_count) || pol_node_closed(n, what, &any, 1, y->r);
}

/* Who audits, approves, interprets, is reported to: texts for people. */
static bool read_roles(struct reader *y, const pol_node *n)
{
    pol_text text;
    size_t i;
    bool ok = true;

    if (!is_open_table(y, n, "roles"))
        return false;
    y->g->roles = n;
    for (i = 0; i < n->table.entry_count; i++)
        ok &= pol_node_text(&n->table.entries[i].value, &text, y->r);
    return ok;
}

/* The bounds as numbers; durations in ms, working time as the least that it can
 * be. */
static bool read_bound(const pol_node *n, pol_param_type type, double *out,
                       pol_reporter *r)
{
    int64_t v;
    pol_span span;

    if (type == POL_PARAM_NUM)
        return pol_node_num(n, -HUGE_VAL, HUGE_VAL, out, r);
    if (type == POL_PARAM_INT) {
        if (!pol_node_int(n, INT64_MIN, INT64_MAX, &v, r))
            return false;
        *out = (double)v;
        return true;
    }
    if (!pol_span_read(&span, n, r))
        return false;
    *out = (double)pol_span_least(span);
    return true;
}

struct shown { char text[40]; };

/* A duration stays one. */
static policy_str as_written(const pol_node *n, struct shown *room)
{
    int len;

    if (n->kind == POL_NODE_STR)
        return n->str;
    len = n->kind == POL_NODE_INT
              ? snprintf(room->text, sizeof(room->text), "%lld",
                         (long long)n->integer)
              : snprintf(room->text, sizeof(room->text), "%g", n->number);
    return (policy_str){ room->text, (size_t)len };
}

static bool check_bounds(const pol_node *param, const pol_node *value,
                         pol_param_type type, pol_reporter *r)
{
    const pol_node *min = pol_node_get(param, "min");
    const pol_node *max = pol_node_get(param, "max");
    double v, low = -HUGE_VAL, high = HUGE_VAL;
    struct shown shown[3];

    if (!read_bound(value, type, &v, r) ||
        (min && !read_bound(min, type, &low, r)) ||
        (max && !read_bound(max, type, &high, r)))
        return false;
    if (low > high) {
        pol_report(r, POL_MSG_PARAM_ORDER, min->place);
        return false;
    }
    if (v >= low && v <= high)
        return true;
    pol_report(r, POL_MSG_VALUE_RANGE, value->place, as_written(value, &shown[0]),
               min ? as_written(min, &shown[1]) : POL_STR("-∞"),
               max ? as_written(max, &shown[2]) : POL_STR("∞"));
    return false;
}

/* The values that a word may have are few; more stand in `values` in vain. */
enum { VALUES_MAX = 64 };

static bool check_values(const pol_node *param, const pol_node *value,
                         pol_reporter *r)
{
    const pol_node *list = pol_node_get(param, "values"), *nodes;
    policy_str names[VALUES_MAX], got, s;
    size_t count, i;

    if (!pol_node_str(value, &got, r))
        return false;
    if (!list)
        return true;
    if (!pol_node_list(list, &nodes, &count, r))
        return false;
    for (i = 0; i < count && i < VALUES_MAX; i++) {
        if (!pol_node_str(&nodes[i], &s, r))
            return false;
        if (pol_str_eq(s, got))
            return true;
        names[i] = s;
    }
    s = pol_nearest(got, names, i);
    pol_report_hint(r, POL_MSG_PARAM_VALUE, value->place, s, &got, 1);
    return false;
}

bool pol_param_check(const pol_node *param, const pol_node *value,
                     pol_reporter *r)
{
    const pol_node *type_node = pol_node_get(param, "type");
    size_t type;
    bool flag;
    pol_text text;

    if (!type_node || !pol_node_word(type_node, pol_param_types, 6, &type, r))
        return false;
    switch ((pol_param_type)type) {
    case POL_PARAM_BOOL:
        return pol_node_bool(value, &flag, r);
    case POL_PARAM_WORD:
        return check_values(param, value, r);
    case POL_PARAM_TEXT:
        return pol_node_text(value, &text, r);
    default:
        return check_bounds(param, value, (pol_param_type)type, r);
    }
}

/* Bounds are for what has an order, values for words. */
static bool check_belongs(const pol_node *param, size_t type, const char *key,
                          pol_reporter *r)
{
    const pol_node *n = pol_node_get(param, key);
    bool ordered = type <= POL_PARAM_DURATION;
    bool bound = strcmp(key, "values") != 0;

    if (!n || (bound ? ordered : type == POL_PARAM_WORD))
        return true;
    pol_report(r, POL_MSG_PARAM_BOUND, n->place, pol_str(key),
               pol_str(pol_param_types[type]));
    return false;
}

bool pol_param_define(const pol_node *n, pol_reporter *r)
{
    static const pol_key keys[] = {
        { "type", POL_IS_STR, true },
        { "default", POL_IS_BOOL | POL_IS_NUM | POL_IS_STR | POL_IS_TABLE,
          true },
        { "min", POL_IS_NUM | POL_IS_STR, false },
        { "max", POL_IS_NUM | POL_IS_STR, false },
        { "values", POL_IS_STR | POL_IS_TABLE, false },
        { "why", POL_IS_STR | POL_IS_TABLE, true }
    };
    pol_text text;
    size_t type;
    bool ok;

    if (!pol_node_closed(n, "params", keys, COUNT(keys), r) ||
        !pol_node_word(pol_node_get(n, "type"), pol_param_types, 6, &type, r))
        return false;
    ok = pol_node_text(pol_node_get(n, "why"), &text, r);
    ok &= check_belongs(n, type, "min", r);
    ok &= check_belongs(n, type, "max", r);
    ok &= check_belongs(n, type, "values", r);
    return ok && pol_param_check(n, pol_node_get(n, "default"), r);
}

static bool check_param(struct reader *y, const pol_entry *e)
{
    bool named = pol_entry_name(e, "_-", y->r);

    return pol_param_define(&e->value, y->r) && named;
}

static bool read_params(struct reader *y, const pol_node *n)
{
    size_t i;
    bool ok = true;

    if (!is_open_table(y, n, "params"))
        return false;
    y->g->params = n;
    for (i = 0; i < n->table.entry_count; i++)
        ok &= check_param(y, &n->table.entries[i]);
    return ok;
}

static bool read_demand_cite(struct reader *y, const pol_node *n, pol_demand *d)
{
    policy_str ref;

    if (!read_ref(y, n, &ref))
        return false;
    /* Without any articles, that is what is wrong. */
    if (!y->g->articles)
        return true;
    d->article = pol_regulation_article(y->g, ref);
    if (d->article)
        return true;
    pol_report_hint(y->r, POL_MSG_DEMAND_CITE, n->place,
                    pol_regulation_nearest(y->g, ref), &ref, 1);
    return false;
}

static bool read_demand(struct reader *y, const pol_entry *e, pol_demand *d)
{
    static const pol_key keys[] = {
        { "value", POL_IS_STR | POL_IS_BOOL | POL_IS_NUM, true },
        { "cite", POL_IS_STR, true }
    };
    policy_str value;
    bool ok = pol_entry_name(e, "_-", y->r);

    *d = (pol_demand){ .choice = e->key, .place = e->place };
    if (!pol_node_closed(&e->value, "demands", keys, 2, y->r))
        return false;
    d->value = pol_node_get(&e->value, "value");
    ok &= pol_node_said(d->value, &value, y->r);
    return read_demand_cite(y, pol_node_get(&e->value, "cite"), d) && ok;
}

/* An article of two demands would be overruled and in force at once where the
 * organisation follows another regulation in one of them only. */
static bool check_demands(struct reader *y, const pol_demand *d, size_t count)
{
    pol_arena_mark here = pol_arena_here(y->arena);
    const pol_demand **of = pol_arena_new(y->arena, const pol_demand *,
                                          y->g->article_count);
    size_t i;
    bool ok = true;

    if (!of)
        return false;
    for (i = 0; i < count; i++) {
        const pol_demand **first;

        if (!d[i].article)
            continue; /* what it cites is reported */
        first = &of[d[i].article - y->g->articles];
        if (*first) {
            pol_report(y->r, POL_MSG_DEMAND_TWICE, d[i].place,
                       pol_str_cut(d[i].article->ref, 80), (*first)->choice);
            ok = false;
        } else {
            *first = &d[i];
        }
    }
    pol_arena_rewind(y->arena, here);
    return ok;
}

/* After the articles, which it cites. */
static bool read_demands(struct reader *y, const pol_node *n)
{
    pol_demand *d;
    size_t i;
    bool ok = true;

    if (!is_open_table(y, n, "demands"))
        return false;
    d = pol_arena_new(y->arena, pol_demand, n->table.entry_count);
    if (!d)
        return false;
    for (i = 0; i < n->table.entry_count; i++)
        ok &= read_demand(y, &n->table.entries[i], &d[i]);
    y->g->demands = d;
    y->g->demand_count = i;
    return check_demands(y, d, i) && ok;
}

static bool read_id(struct reader *y, const pol_node *n)
{
    y->g->place = n->place;
    return pol_node_name(n, "-", &y->g->id, y->r);
}

static bool read_title(struct reader *y, const pol_node *n)
{
    return pol_node_text(n, &y->g->title, y->r);
}

static bool read_kind(struct reader *y, const pol_node *n)
{
    return read_word(y, n, pol_organisation_kinds, POL_ORGANISATION_KINDS,
                     &y->g->kind);
}

static bool read_version(struct reader *y, const pol_node *n)
{
    return pol_node_str(n, &y->g->version, y->r);
}

static bool read_in_force(struct reader *y, const pol_node *n)
{
    int64_t days;

    if (!pol_node_date(n, &days, y->r))
        return false;
    y->g->in_force_from = days;
    return true;
}

static const struct {
    pol_key key;
    bool (*read)(struct reader *y, const pol_node *n);
} keys[] = {
    { { "id", POL_IS_STR, true }, read_id },
    { { "title", POL_IS_STR | POL_IS_TABLE, true }, read_title },
    { { "kind", POL_IS_STR, false }, read_kind },
    { { "version", POL_IS_STR, false }, read_version },
    { { "in_force_from", POL_IS_STR, false }, read_in_force },
    { { "articles", POL_IS_TABLE, true }, read_articles },
    { { "roles", POL_IS_TABLE, false }, read_roles },
    { { "params", POL_IS_TABLE, false }, read_params },
    { { "demands", POL_IS_TABLE, false }, read_demands }
};

bool pol_regulation_read(pol_regulation *out, const pol_node *root,
                         pol_arena *arena, pol_reporter *r)
{
    struct reader y = { out, arena, r };
    pol_key closed[COUNT(keys)];
    size_t i;
    bool ok;

    *out = (pol_regulation){ .in_force_from = INT64_MIN, .place = root->place };
    out->id = out->kind = out->version = POL_STR("");
    for (i = 0; i < COUNT(keys); i++)
        closed[i] = keys[i].key;
    ok = pol_node_closed(root, "regulation.yaml", closed, COUNT(keys), r);
    for (i = 0; i < COUNT(keys); i++) {
        const pol_node *n = pol_node_get(root, keys[i].key.name);

        if (n && pol_node_is(n, keys[i].key.kinds))
            ok &= keys[i].read(&y, n);
    }
    return ok;
}

const pol_article *pol_regulation_article(const pol_regulation *g,
                                          policy_str ref)
{
    size_t i;

    for (i = 0; i < g->article_count; i++)
        if (pol_str_eq(g->articles[i].ref, ref))
            return &g->articles[i];
    return NULL;
}

policy_str pol_regulation_nearest(const pol_regulation *g, policy_str ref)
{
    policy_str best = { "", 0 };
    size_t i;

    for (i = 0; i < g->article_count; i++) {
        policy_str have = g->articles[i].ref;

        if (have.len > ref.len && have.ptr[ref.len] == '[' &&
            pol_str_starts(have, ref))
            return have;
        /* The first of two that are level: the order is that of the source. */
        best = best.len ? pol_nearest(ref, (policy_str[]){ best, have }, 2)
                        : pol_nearest(ref, &have, 1);
    }
    return best;
}
