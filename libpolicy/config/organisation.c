/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * organisation.yaml: one function a key, driven by one table, so that whatever
 * is wrong under one key does not hide what is wrong under the next.
 */
#include <assert.h>
#include <stddef.h>

#include "base/slice.h"
#include "config/order.h"
#include "config/organisation.h"

/* ORDER MODE */
const char *const pol_mode_names[3] = { "off", "shadow", "enforce" };
/* ORDER KIND */
const char *const pol_organisation_kinds[POL_ORGANISATION_KINDS] = {
    "company", "school", "hospital", "unit", "personal", "miniprogram"
};
/* ORDER LIST KIND */
static const char *const list_kinds[3] = { "terms", "ids", "hosts" };
/* The verdicts in the order of policy/decision.h. */
static const char *const verdicts[6] = {
    "allow", "flag", "warn", "redact", "hold", "block"
};
/* The languages that rules can speak (`tell`). */
static const char *const languages[2] = { "zh", "en" };
/* The values of the event field `platform`; the schema has them too. */
static const char *const platforms[5] = {
    "wechat", "wecom", "weibo", "miniprogram", "other"
};
/* ORDER policy_limits: all of its fields behind `size`. */
static const char *const limit_names[] = {
    "event_bytes", "text_bytes", "list_items", "parts", "json_depth", "facts",
    "source_bytes", "yaml_nodes", "yaml_depth", "terms", "term_bytes",
    "regex_states", "rules", "organisations", "diagnostics", "hits",
    "candidates", "findings", "spans", "explain_entries", "guards",
    "guard_instructions", "event_instructions", "guard_bytes", "lua_bytes",
    "arena_bytes", "entries", "due"
};
enum { LIMITS = sizeof(limit_names) / sizeof(limit_names[0]) };
/* Those that are of the whole process: what reads events, compiles, or serves all
 * organisations of a session, does not know yet, or not only, of this one. */
static const struct { const char *limit, *setter; } shared_limits[] = {
    { "event_bytes", "policy_event_new" }, { "list_items", "policy_event_new" },
    { "json_depth", "policy_event_new" }, { "facts", "policy_event_new" },
    { "source_bytes", "policy_compiler_new" },
    { "yaml_nodes", "policy_compiler_new" },
    { "yaml_depth", "policy_compiler_new" }, { "terms", "policy_compiler_new" },
    { "term_bytes", "policy_compiler_new" }, { "rules", "policy_compiler_new" },
    { "organisations", "policy_compiler_new" },
    { "diagnostics", "policy_compiler_new" },
    { "explain_entries", "policy_session_new" },
    { "lua_bytes", "policy_session_new" },
    { "arena_bytes", "policy_session_new" }
};
_Static_assert(sizeof(policy_limits) == offsetof(policy_limits, event_bytes) +
                                            LIMITS * sizeof(uint64_t),
               "ORDER policy_limits");

/* A week: what stays unsent on a phone without network for longer is told by
 * other means. */
static const int64_t default_late = 7 * INT64_C(86400000);

struct reader {
    pol_organisation *o;
    pol_arena *arena;
    pol_reporter *r;
    const pol_node *root;
    const pol_node *zone, *hours, *calendar;
};

/* Reads one key into the organisation. False: something was wrong. */
typedef bool (*key_reader)(struct reader *y, const pol_node *n);

/* Names in a list: not empty, each once. `words` closes it (NULL: open). */
struct names {
    const policy_str **out;
    size_t *count;
    const char *const *words;
    size_t word_count;
    const char *also; /* names of pol_node_name; NULL: any text */
};

static int compare_names(const void *items, uint32_t a, uint32_t b)
{
    const policy_str *s = items;

    return pol_str_cmp(s[a], s[b]);
}

/* Twice the same is untidy and does no harm. */
static bool warn_twice(struct reader *y, const policy_str *s,
                       const pol_node *nodes, size_t count)
{
    pol_arena_mark here = pol_arena_here(y->arena);
    uint32_t *order = pol_order(s, count, compare_names, y->arena);
    size_t i;

    if (!order)
        return false;
    for (i = 1; i < count; i++)
        if (pol_str_eq(s[order[i - 1]], s[order[i]]))
            pol_report(y->r, POL_MSG_ITEM_TWICE, nodes[order[i]].place,
                       pol_str_cut(s[order[i]], 80));
    pol_arena_rewind(y->arena, here);
    return true;
}

static bool read_one_name(struct reader *y, const pol_node *n,
                          const struct names *want, policy_str *out)
{
    size_t index;

    if (want->also)
        return pol_node_name(n, want->also, out, y->r);
    if (!pol_node_str(n, out, y->r))
        return false;
    if (want->words)
        return pol_node_word(n, want->words, want->word_count, &index, y->r);
    if (out->len == 0)
        pol_report(y->r, POL_MSG_ITEM_EMPTY, n->place);
    return out->len > 0;
}

static bool read_names(struct reader *y, const pol_node *n,
                       const struct names *want)
{
    const pol_node *nodes;
    policy_str *s;
    size_t count, i;
    bool ok = true;

    if (!pol_node_list(n, &nodes, &count, y->r) ||
        !(s = pol_arena_new(y->arena, policy_str, count)))
        return false;
    for (i = 0; i < count; i++)
        ok &= read_one_name(y, &nodes[i], want, &s[i]);
    if (!ok || !warn_twice(y, s, nodes, count))
        return false;
    *want->out = s;
    *want->count = count;
    return true;
}

/* A table whose keys are the author's own: role names, ids. */
static bool is_open_table(struct reader *y, const pol_node *n, const char *what)
{
    const pol_key any = { "", POL_IS_ANY, false };

    if (n->kind == POL_NODE_TABLE && !n->table.sequence && !n->table.item_count)
        return true;
    /* The closed check has the right message for what is no table of keys. */
    return pol_node_closed(n, what, &any, 1, y->r);
}

/* The value of `k`, or NULL where there is none and where it is of a wrong
 * kind, which the closed check has reported. */
static const pol_node *readable(const pol_node *root, const pol_key *k)
{
    const pol_node *n = pol_node_get(root, k->name);

    return n && pol_node_is(n, k->kinds) ? n : NULL;
}

static bool read_id(struct reader *y, const pol_node *n)
{
    y->o->place = n->place;
    return pol_node_name(n, "-", &y->o->id, y->r);
}

static bool read_name(struct reader *y, const pol_node *n)
{
    return pol_node_str(n, &y->o->name, y->r);
}

static bool read_kind(struct reader *y, const pol_node *n)
{
    size_t index;

    return pol_node_word(n, pol_organisation_kinds, POL_ORGANISATION_KINDS,
                         &index, y->r) &&
           pol_node_str(n, &y->o->kind, y->r);
}

static bool read_languages(struct reader *y, const pol_node *n)
{
    return read_names(y, n, &(struct names){ &y->o->languages,
                      &y->o->language_count, languages, 2, NULL });
}

static bool read_departments(struct reader *y, const pol_node *n)
{
    return read_names(y, n, &(struct names){ &y->o->departments,
                      &y->o->department_count, NULL, 0, NULL });
}

static bool read_platforms(struct reader *y, const pol_node *n)
{
    return read_names(y, n, &(struct names){ &y->o->platforms,
                      &y->o->platform_count, platforms, 5, NULL });
}

static bool read_extra_roles(struct reader *y, const pol_node *n)
{
    return read_names(y, n, &(struct names){ &y->o->extra_roles,
                      &y->o->extra_role_count, NULL, 0, "_-" });
}

static bool read_extra_group_kinds(struct reader *y, const pol_node *n)
{
    return read_names(y, n, &(struct names){ &y->o->extra_group_kinds,
                      &y->o->extra_group_kind_count, NULL, 0, "_-" });
}

static bool read_roles(struct reader *y, const pol_node *n)
{
    pol_role *roles;
    size_t i, count;
    bool ok = true;

    if (!is_open_table(y, n, "roles"))
        return false;
    count = n->table.entry_count;
    if (!(roles = pol_arena_new(y->arena, pol_role, count)))
        return false;
    for (i = 0; i < count; i++) {
        const pol_entry *e = &n->table.entries[i];
        struct names people = { &roles[i].people, &roles[i].people_count,
                                NULL, 0, NULL };

        roles[i].name = e->key;
        if (e->key.len == 0) {
            pol_report(y->r, POL_MSG_ITEM_EMPTY, e->place);
            ok = false;
        }
        ok &= read_names(y, &e->value, &people);
    }
    y->o->roles = roles;
    y->o->role_count = count;
    return ok;
}

static bool read_mode(struct reader *y, const pol_node *n, pol_mode *out)
{
    size_t index;

    if (!pol_node_word(n, pol_mode_names, 3, &index, y->r))
        return false;
    *out = (pol_mode)index;
    return true;
}

/* A share of actors or events, 0 to 1. */
static bool check_share(struct reader *y, const pol_node *n)
{
    double share;

    return !n || pol_node_num(n, 0, 1, &share, y->r);
}

/* rules: { id: { mode, ratio, sample, brake, tell, except } } */
static bool check_override(struct reader *y, const pol_node *n)
{
    static const pol_key keys[] = {
        { "mode", POL_IS_STR, false }, { "ratio", POL_IS_NUM, false },
        { "tell", POL_IS_STR | POL_IS_TABLE, false },
        { "except", POL_IS_TABLE, false }, { "sample", POL_IS_NUM, false },
        { "brake", POL_IS_TABLE, false }
    };
    const pol_node *mode = readable(n, &keys[0]);
    const pol_node *tell = readable(n, &keys[2]);
    const pol_node *except = readable(n, &keys[3]), *items;
    pol_mode m;
    pol_text text;
    size_t count;
    bool ok = pol_node_closed(n, "rules", keys, 6, y->r);

    ok &= !mode || read_mode(y, mode, &m);
    ok &= check_share(y, readable(n, &keys[1]));
    ok &= check_share(y, readable(n, &keys[4]));
    ok &= !tell || pol_node_text(tell, &text, y->r);
    ok &= !except || pol_node_list(except, &items, &count, y->r);
    return ok;
}

/* *out: those that are right. Whoever compiles the rules would tell of the others
 * a second time. */
static bool read_overrides(struct reader *y, const pol_node *n,
                           const pol_node **out)
{
    pol_node *good = pol_arena_new(y->arena, pol_node, 1);
    pol_entry *entries;
    size_t i, count = 0;

    *out = NULL;
    if (!good || !is_open_table(y, n, "rules"))
        return false;
    entries = pol_arena_new(y->arena, pol_entry, n->table.entry_count + 1);
    if (!entries)
        return false;
    for (i = 0; i < n->table.entry_count; i++)
        if (check_override(y, &n->table.entries[i].value))
            entries[count++] = n->table.entries[i];
    *good = *n;
    good->table.entries = entries;
    good->table.entry_count = count;
    *out = good;
    return count == n->table.entry_count;
}

static bool read_adoption_table(struct reader *y, const pol_node *n,
                                pol_adoption *a)
{
    static const pol_key keys[] = {
        { "mode", POL_IS_STR, false }, { "params", POL_IS_TABLE, false },
        { "from", POL_IS_STR, false }, { "rules", POL_IS_TABLE, false }
    };
    const pol_node *mode = readable(n, &keys[0]), *from = readable(n, &keys[2]);
    const pol_node *rules = readable(n, &keys[3]);
    bool ok = pol_node_closed(n, "regulations", keys, 4, y->r);

    a->params = readable(n, &keys[1]);
    ok &= !mode || read_mode(y, mode, &a->mode);
    ok &= !from || pol_node_date(from, &a->from, y->r);
    ok &= !a->params || is_open_table(y, a->params, "params");
    ok &= !rules || read_overrides(y, rules, &a->rules);
    return ok;
}

static bool read_adoption(struct reader *y, const pol_entry *e, pol_adoption *a)
{
    bool ok = pol_entry_name(e, "-", y->r);

    a->regulation = e->key;
    a->place = e->place;
    a->mode = POL_MODE_ENFORCE;
    a->from = INT64_MIN;
    if (e->value.kind == POL_NODE_TABLE)
        return read_adoption_table(y, &e->value, a) && ok;
    return read_mode(y, &e->value, &a->mode) && ok;
}

static bool read_regulations(struct reader *y, const pol_node *n)
{
    pol_adoption *a;
    size_t count, i;
    bool ok = true;

    if (!is_open_table(y, n, "regulations"))
        return false;
    count = n->table.entry_count;
    if (!(a = pol_arena_new(y->arena, pol_adoption, count)))
        return false;
    for (i = 0; i < count; i++)
        ok &= read_adoption(y, &n->table.entries[i], &a[i]);
    y->o->regulations = a;
    y->o->regulation_count = count;
    return ok;
}

static bool read_list_use(struct reader *y, const pol_entry *e, pol_list_use *l)
{
    static const pol_key keys[] = {
        { "kind", POL_IS_STR, false }, { "extends", POL_IS_BOOL, false }
    };
    const pol_node *kind = readable(&e->value, &keys[0]);
    const pol_node *extends = readable(&e->value, &keys[1]);
    size_t index;
    bool ok = pol_entry_name(e, "_-", y->r);

    *l = (pol_list_use){ e->key, e->place, -1, true };
    ok &= pol_node_closed(&e->value, "lists", keys, 2, y->r);
    if (kind) {
        ok &= pol_node_word(kind, list_kinds, 3, &index, y->r);
        l->kind = (int32_t)index;
    }
    if (extends)
        ok &= pol_node_bool(extends, &l->extends, y->r);
    return ok;
}

static bool read_lists(struct reader *y, const pol_node *n)
{
    pol_list_use *l;
    size_t count, i;
    bool ok = true;

    if (!is_open_table(y, n, "lists"))
        return false;
    count = n->table.entry_count;
    if (!(l = pol_arena_new(y->arena, pol_list_use, count)))
        return false;
    for (i = 0; i < count; i++)
        ok &= read_list_use(y, &n->table.entries[i], &l[i]);
    y->o->lists = l;
    y->o->list_count = count;
    return ok;
}

/* name: { match: …, context: [ … ] }, or name: match. */
static bool read_pattern(struct reader *y, const pol_entry *e,
                         pol_pattern_use *p)
{
    static const pol_key keys[] = {
        { "match", POL_IS_STR, true },
        { "context", POL_IS_STR | POL_IS_TABLE, false }
    };
    const pol_node *context = NULL;
    policy_str text;
    bool ok = pol_entry_name(e, "_-", y->r);

    *p = (pol_pattern_use){ .name = e->key, .place = e->place,
                            .match = &e->value };
    if (e->value.kind == POL_NODE_TABLE) {
        ok &= pol_node_closed(&e->value, "patterns", keys, 2, y->r);
        p->match = readable(&e->value, &keys[0]);
        context = readable(&e->value, &keys[1]);
    }
    ok &= p->match && pol_node_str(p->match, &text, y->r);
    return (!context || read_names(y, context, &(struct names){ &p->context,
                        &p->context_count, NULL, 0, NULL })) && ok;
}

static bool read_patterns(struct reader *y, const pol_node *n)
{
    pol_pattern_use *p;
    size_t count, i;
    bool ok = true;

    if (!is_open_table(y, n, "patterns"))
        return false;
    count = n->table.entry_count;
    if (!(p = pol_arena_new(y->arena, pol_pattern_use, count)))
        return false;
    for (i = 0; i < count; i++)
        ok &= read_pattern(y, &n->table.entries[i], &p[i]);
    y->o->patterns = p;
    y->o->pattern_count = count;
    return ok;
}

static bool read_choice(struct reader *y, const pol_entry *e, pol_choice *c)
{
    policy_str value;
    bool ok = pol_entry_name(e, "_-", y->r);

    *c = (pol_choice){ e->key, e->place, &e->value };
    return pol_node_said(&e->value, &value, y->r) && ok;
}

static bool read_choices(struct reader *y, const pol_node *n)
{
    pol_choice *c;
    size_t count, i;
    bool ok = true;

    if (!is_open_table(y, n, "choices"))
        return false;
    count = n->table.entry_count;
    if (!(c = pol_arena_new(y->arena, pol_choice, count)))
        return false;
    for (i = 0; i < count; i++)
        ok &= read_choice(y, &n->table.entries[i], &c[i]);
    y->o->choices = c;
    y->o->choice_count = count;
    return ok;
}

/* Each language that is there says something. */
static bool read_why(struct reader *y, const pol_node *n, pol_text *out)
{
    const pol_node *zh = pol_node_get(n, "zh"), *en = pol_node_get(n, "en");
    policy_str said;
    bool ok;

    if (!pol_node_text(n, out, y->r))
        return false;
    if (n->kind == POL_NODE_STR)
        return pol_node_said(n, &said, y->r);
    ok = !zh || pol_node_said(zh, &said, y->r);
    return (!en || pol_node_said(en, &said, y->r)) && ok;
}

static bool read_settlement(struct reader *y, const pol_entry *e,
                            pol_settlement *s)
{
    static const pol_key keys[] = {
        { "follow", POL_IS_STR, true },
        { "why", POL_IS_STR | POL_IS_TABLE, true },
        { "owner", POL_IS_STR, true }
    };
    const pol_node *follow = readable(&e->value, &keys[0]);
    const pol_node *why = readable(&e->value, &keys[1]);
    const pol_node *owner = readable(&e->value, &keys[2]);
    bool ok = pol_entry_name(e, "_-", y->r);

    *s = (pol_settlement){ .choice = e->key, .place = e->place };
    ok &= pol_node_closed(&e->value, "settle", keys, 3, y->r);
    if (follow) {
        s->follow_place = follow->place;
        ok &= pol_node_name(follow, "-", &s->follow, y->r);
    }
    if (owner) {
        s->owner_place = owner->place;
        ok &= pol_node_said(owner, &s->owner, y->r);
    }
    return (!why || read_why(y, why, &s->why)) && ok;
}

static bool read_settle(struct reader *y, const pol_node *n)
{
    pol_settlement *s;
    size_t count, i;
    bool ok = true;

    if (!is_open_table(y, n, "settle"))
        return false;
    count = n->table.entry_count;
    if (!(s = pol_arena_new(y->arena, pol_settlement, count)))
        return false;
    for (i = 0; i < count; i++)
        ok &= read_settlement(y, &n->table.entries[i], &s[i]);
    y->o->settle = s;
    y->o->settle_count = count;
    return ok;
}

static bool read_verdict(struct reader *y, const pol_node *n, int32_t *out)
{
    size_t index;

    if (!pol_node_word(n, verdicts, 6, &index, y->r))
        return false;
    *out = (int32_t)index;
    return true;
}

/* The severity that a key of `on_error` begins at, or 0. */
static size_t severity_of(policy_str key)
{
    if (pol_str_is(key, "default"))
        return 1;
    return key.len == 1 && *key.ptr >= '1' && *key.ptr <= '5'
               ? (size_t)(*key.ptr - '0') : 0;
}

/* { 1: flag, 3: hold }: from which severity on; in whatever order they stand.
 * `default` is 1. */
static bool read_on_error(struct reader *y, const pol_node *n)
{
    int32_t from[6] = { -1, -1, -1, -1, -1, -1 }, now = -1;
    size_t i;
    bool ok = true;

    if (n->kind != POL_NODE_TABLE) {
        ok = read_verdict(y, n, &from[1]);
    } else if (!is_open_table(y, n, "on_error")) {
        return false;
    } else {
        for (i = 0; i < n->table.entry_count; i++) {
            const pol_entry *e = &n->table.entries[i];
            size_t severity = severity_of(e->key);

            if (!severity) {
                pol_report(y->r, POL_MSG_SEVERITY_KEY, e->place,
                           pol_str_cut(e->key, 80));
                ok = false;
                continue;
            }
            ok &= read_verdict(y, &e->value, &from[severity]);
        }
    }
    for (i = 1; i < 6; i++)
        y->o->on_error[i] = now = from[i] >= 0 ? from[i] : now;
    return ok;
}

static bool read_mask(struct reader *y, const pol_node *n)
{
    static const pol_key keys[] = {
        { "logs", POL_IS_BOOL, false }, { "fields", POL_IS_TABLE, false }
    };
    const pol_node *logs = readable(n, &keys[0]);
    const pol_node *fields = readable(n, &keys[1]);
    const policy_str *names;
    size_t count;
    bool masked, ok = pol_node_closed(n, "mask", keys, 2, y->r);

    y->o->mask = n;
    ok &= !logs || pol_node_bool(logs, &masked, y->r);
    return (!fields || read_names(y, fields, &(struct names){ &names, &count,
                                  NULL, 0, "_" })) && ok;
}

static bool read_retention(struct reader *y, const pol_node *n)
{
    int64_t ms;
    size_t i;
    bool ok = true;

    if (!is_open_table(y, n, "retention"))
        return false;
    y->o->retention = n;
    for (i = 0; i < n->table.entry_count; i++) {
        ok &= pol_entry_name(&n->table.entries[i], "_-", y->r);
        ok &= pol_node_duration(&n->table.entries[i].value, &ms, y->r);
    }
    return ok;
}

static bool is_own_limit(struct reader *y, const char *name, const pol_node *n)
{
    for (size_t i = 0; i < sizeof(shared_limits) / sizeof(*shared_limits); i++)
        if (strcmp(shared_limits[i].limit, name) == 0) {
            pol_report(y->r, POL_MSG_LIMIT_SHARED, n->place, pol_str(name),
                       pol_str(shared_limits[i].setter));
            return false;
        }
    return true;
}

static bool read_limits(struct reader *y, const pol_node *n)
{
    pol_key keys[LIMITS];
    int64_t v;
    size_t i;
    bool ok;

    for (i = 0; i < LIMITS; i++)
        keys[i] = (pol_key){ limit_names[i], POL_IS_INT, false };
    ok = pol_node_closed(n, "limits", keys, LIMITS, y->r);
    y->o->limits = n;
    for (i = 0; i < LIMITS; i++) {
        const pol_node *value = readable(n, &keys[i]);

        if (value && !is_own_limit(y, limit_names[i], value))
            ok = false;
        /* Zero would silently mean the default. */
        if (value && !pol_node_int(value, 0, INT64_MAX, &v, y->r)) {
            ok = false;
        } else if (value && v == 0) {
            pol_report(y->r, POL_MSG_LIMIT_ZERO, value->place,
                       pol_str(limit_names[i]));
            ok = false;
        }
    }
    return ok;
}

static bool read_late(struct reader *y, const pol_node *n)
{
    return pol_node_duration(n, &y->o->late, y->r);
}

static bool read_strict(struct reader *y, const pol_node *n)
{
    return pol_node_bool(n, &y->o->strict, y->r);
}

/* These three make one thing, which is read after all keys. */
static bool read_zone(struct reader *y, const pol_node *n)
{
    y->zone = n;
    return true;
}

static bool read_hours(struct reader *y, const pol_node *n)
{
    y->hours = n;
    return true;
}

static bool read_calendar(struct reader *y, const pol_node *n)
{
    y->calendar = n;
    return true;
}

static const struct {
    pol_key key;
    key_reader read;
} keys[] = {
    { { "id", POL_IS_STR, true }, read_id },
    { { "name", POL_IS_STR, false }, read_name },
    { { "kind", POL_IS_STR, false }, read_kind },
    { { "zone", POL_IS_STR, false }, read_zone },
    { { "hours", POL_IS_TABLE, false }, read_hours },
    { { "calendar", POL_IS_TABLE, false }, read_calendar },
    { { "languages", POL_IS_STR | POL_IS_TABLE, false }, read_languages },
    { { "roles", POL_IS_TABLE, false }, read_roles },
    { { "departments", POL_IS_STR | POL_IS_TABLE, false }, read_departments },
    { { "platforms", POL_IS_STR | POL_IS_TABLE, false }, read_platforms },
    { { "regulations", POL_IS_TABLE, false }, read_regulations },
    { { "choices", POL_IS_TABLE, false }, read_choices },
    { { "settle", POL_IS_TABLE, false }, read_settle },
    { { "lists", POL_IS_TABLE, false }, read_lists },
    { { "patterns", POL_IS_TABLE, false }, read_patterns },
    { { "on_error", POL_IS_STR | POL_IS_TABLE, false }, read_on_error },
    { { "mask", POL_IS_TABLE, false }, read_mask },
    { { "retention", POL_IS_TABLE, false }, read_retention },
    { { "late", POL_IS_STR, false }, read_late },
    { { "limits", POL_IS_TABLE, false }, read_limits },
    { { "strict", POL_IS_BOOL, false }, read_strict },
    { { "actor_roles", POL_IS_STR | POL_IS_TABLE, false }, read_extra_roles },
    { { "group_kinds", POL_IS_STR | POL_IS_TABLE, false },
      read_extra_group_kinds }
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

/* Strict: a term that is left out is not looked for, and only those who asked
 * for that should have to notice. */
static void set_defaults(pol_organisation *o)
{
    static const policy_str chinese[] = { { "zh", 2 } };
    size_t i;

    *o = (pol_organisation){ .languages = chinese, .language_count = 1,
                             .late = default_late, .strict = true };
    o->id = o->name = o->kind = POL_STR("");
    for (i = 0; i < 6; i++)
        o->on_error[i] = -1;
}

static bool read_keys(struct reader *y)
{
    pol_key closed[KEYS];
    size_t i;
    bool ok;

    for (i = 0; i < KEYS; i++)
        closed[i] = keys[i].key;
    ok = pol_node_closed(y->root, "organisation.yaml", closed, KEYS, y->r);
    for (i = 0; i < KEYS; i++) {
        const pol_node *n = readable(y->root, &keys[i].key);

        if (n)
            ok &= keys[i].read(y, n);
    }
    return ok;
}

/* Who may answer for something: roles, departments, people of roles. */
static size_t owner_names(const pol_organisation *o, policy_str *names)
{
    size_t n = 0, i, j;

    for (i = 0; i < o->role_count; i++, n++)
        if (names)
            names[n] = o->roles[i].name;
    for (i = 0; i < o->department_count; i++, n++)
        if (names)
            names[n] = o->departments[i];
    for (i = 0; i < o->role_count; i++)
        for (j = 0; j < o->roles[i].people_count; j++, n++)
            if (names)
                names[n] = o->roles[i].people[j];
    return n;
}

static bool check_owner(struct reader *y, const pol_settlement *s,
                        const policy_str *names, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (pol_str_eq(names[i], s->owner))
            return true;
    pol_report_hint(y->r, POL_MSG_SETTLE_OWNER, s->owner_place,
                    pol_nearest(s->owner, names, count),
                    (policy_str[]){ pol_str_cut(s->owner, 80) }, 1);
    return false;
}

/* When all else could be read: who is misspelt there is not missed here. */
static bool check_owners(struct reader *y)
{
    const pol_organisation *o = y->o;
    pol_arena_mark here = pol_arena_here(y->arena);
    size_t count = owner_names(o, NULL), i;
    policy_str *names;
    bool ok = true;

    if (!o->settle_count)
        return true;
    names = pol_arena_new(y->arena, policy_str, count + 1);
    if (!names)
        return false;
    owner_names(o, names);
    for (i = 0; i < o->settle_count; i++)
        ok &= check_owner(y, &o->settle[i], names, count);
    pol_arena_rewind(y->arena, here);
    return ok;
}

bool pol_organisation_read_zoned(pol_organisation *out, const pol_node *root,
                                 policy_str tzif, pol_arena *arena,
                                 pol_reporter *r)
{
    struct reader y = { .o = out, .arena = arena, .r = r, .root = root };
    bool ok;

    set_defaults(out);
    out->place = root->place;
    ok = read_keys(&y);
    ok &= pol_calendar_read(&out->calendar, y.zone, y.hours, y.calendar, tzif,
                            arena, r);
    ok = ok && check_owners(&y);
    if (out->name.len == 0)
        out->name = out->id;
    return ok;
}

bool pol_organisation_read(pol_organisation *out, const pol_node *root,
                           pol_arena *arena, pol_reporter *r)
{
    return pol_organisation_read_zoned(out, root, (policy_str){ NULL, 0 },
                                       arena, r);
}

policy_str pol_organisation_zone(const pol_node *root)
{
    const pol_node *n = pol_node_get(root, "zone");
    pol_zone zone;

    if (!n || n->kind != POL_NODE_STR || !pol_zone_name_ok(n->str) ||
        pol_zone_resolve(&zone, n->str, (policy_str){ NULL, 0 }, NULL) ==
            POLICY_OK)
        return (policy_str){ "", 0 };
    return n->str;
}

policy_limits pol_organisation_limits(const pol_organisation *o)
{
    policy_limits l = { .size = sizeof(l) };
    pol_reporter silent;
    int64_t v;
    size_t i;

    pol_reporter_init(&silent, NULL, NULL, false, 0);
    for (i = 0; i < LIMITS; i++) {
        const pol_node *n = pol_node_get(o->limits, limit_names[i]);
        uint64_t field;

        if (!n || !pol_node_int(n, 1, INT64_MAX, &v, &silent))
            continue;
        field = (uint64_t)v;
        memcpy((char *)&l + offsetof(policy_limits, event_bytes) +
                   i * sizeof(field), &field, sizeof(field));
    }
    return l;
}
