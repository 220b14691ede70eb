/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule's table into a rule: closed keys, scope, trigger, condition,
 * exceptions, outcome; then its own tests.
 */
#include <assert.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "compile/build.h"
#include "rule/verdict.h"

enum {
    DAY_MS = 86400000, HOUR_MS = 3600000,
    RECORD_COST = 100 /* steps: to read a stored value, or to write it */
};

typedef struct rule_build {
    const pol_origin *from;
    const pol_node *table, *over, *adopted; /* strongest last */
    const policy_overruling *overruled; /* all that it cites; or NULL */
    pol_rule rule;
} rule_build;

static const pol_key rule_keys[] = {
    { "brake", POL_IS_TABLE, false },
    { "broad", POL_IS_BOOL | POL_IS_CALL, false },
    { "category", POL_IS_STR, false },
    { "check", POL_IS_FUNC, false },
    { "cites", POL_IS_TABLE | POL_IS_STR, false },
    { "count", POL_IS_TABLE, false },
    { "escalate", POL_IS_TABLE, false },
    { "except", POL_IS_TABLE, false },
    { "fields", POL_IS_TABLE | POL_IS_STR, false },
    { "id", POL_IS_STR, false },
    { "match", POL_IS_CALL, false },
    { "mode", POL_IS_STR | POL_IS_CALL, false },
    { "needs", POL_IS_TABLE | POL_IS_STR, false },
    { "on", POL_IS_TABLE | POL_IS_STR, false },
    { "ratio", POL_IS_NUM | POL_IS_INT | POL_IS_CALL, false },
    { "reads", POL_IS_STR | POL_IS_TABLE, false },
    { "reason", POL_IS_STR, false },
    { "redact", POL_IS_STR, false },
    { "requires", POL_IS_TABLE | POL_IS_CALL, false },
    { "sample", POL_IS_NUM | POL_IS_INT | POL_IS_CALL, false },
    { "severity", POL_IS_INT | POL_IS_CALL, false },
    { "tell", POL_IS_STR | POL_IS_TABLE, false },
    { "tests", POL_IS_TABLE, false },
    { "title", POL_IS_STR | POL_IS_TABLE, false },
    { "verdict", POL_IS_STR | POL_IS_CALL, false },
    { "where", POL_IS_TABLE | POL_IS_CALL, false },
};

static pol_reporter *reporter(const rule_build *b)
{
    return &b->from->o->build->reporter;
}

/* Strongest first: what the organisation set, the `use`, the rule itself. */
static const pol_node *value_of(const rule_build *b, const char *key)
{
    const pol_node *n = b->adopted ? pol_node_get(b->adopted, key) : NULL;

    if (!n && b->over)
        n = pol_node_get(b->over, key);
    if (!n)
        n = pol_node_get(b->table, key);
    return n;
}

static pol_place place_of(const rule_build *b, const char *key)
{
    const pol_node *n = value_of(b, key);

    return n ? n->place : b->from->place;
}

static bool check_keys(const rule_build *b, const pol_node *table)
{
    if (table->table.item_count) {
        pol_report(reporter(b), POL_MSG_RULE_ITEM, table->table.items[0].place);
        return false;
    }
    return pol_node_closed(table, "rule", rule_keys,
                                   sizeof(rule_keys) / sizeof(*rule_keys),
                                   reporter(b));
}

/* A missing key has the place of the rule. */
static const pol_node *need(const rule_build *b, const char *key)
{
    const pol_node *n = value_of(b, key);

    if (!n)
        pol_report(reporter(b), POL_MSG_RULE_LACKS, b->from->place, pol_str(key));
    return n;
}

static bool read_id(rule_build *b, policy_str id_default)
{
    const pol_node *n = b->over && !pol_node_get(b->over, "id")
                            ? NULL : value_of(b, "id");
    policy_str id = id_default;
    policy_str owner = b->from->regulation ? b->from->regulation->id
                                           : b->from->o->org->config.id;
    char *s;

    if (n && !pol_node_str(n, &id, reporter(b)))
        return false;
    if (!id.len) {
        need(b, "id");
        return false;
    }
    for (size_t i = 0; i < id.len; i++)
        if (id.ptr[i] == '/' || (unsigned char)id.ptr[i] <= ' ') {
            pol_report(reporter(b), POL_MSG_RULE_ID, place_of(b, "id"), id);
            return false;
        }
    s = pol_keep_new(b->from->o, char, owner.len + 1 + id.len + 1);
    if (!s)
        return false;
    memcpy(s, owner.ptr, owner.len);
    s[owner.len] = '/';
    memcpy(s + owner.len + 1, id.ptr, id.len);
    b->rule.id = s;
    return true;
}

static const pol_key adopted_keys[] = {
    { "brake", POL_IS_TABLE, false },
    { "except", POL_IS_TABLE, false },
    { "mode", POL_IS_STR, false },
    { "ratio", POL_IS_NUM, false },
    { "sample", POL_IS_NUM, false },
    { "tell", POL_IS_STR | POL_IS_TABLE, false },
};

/* The organisation's own words on this rule: by its id without the regulation. */
static const pol_node *adopted(const rule_build *b)
{
    const pol_adoption *a = b->from->adoption;
    const char *slash = strchr(b->rule.id, '/');
    const pol_node *n;

    if (!a || !a->rules || !slash)
        return NULL;
    n = pol_node_get(a->rules, slash + 1);
    if (n && !pol_node_closed(n, "rule", adopted_keys,
                              sizeof(adopted_keys) / sizeof(*adopted_keys),
                              reporter(b)))
        return NULL;
    return n;
}

static bool read_text(rule_build *b, const char *key, bool required, pol_text *out)
{
    const pol_node *n = required ? need(b, key) : value_of(b, key);
    pol_text t = { { "", 0 }, { "", 0 } };

    if (!n)
        return !required;
    if (!pol_node_text(n, &t, reporter(b)))
        return false;
    out->zh = pol_keep(b->from->o, t.zh);
    out->en = pol_keep(b->from->o, t.en);
    return true;
}

static void report_not_adopted(const rule_build *b, policy_str id,
                               pol_place place)
{
    pol_org_build *o = b->from->o;
    const pol_organisation *c = &o->org->config;
    policy_str *names = pol_arena_new(&o->build->arena, policy_str,
                                      c->regulation_count + 1);

    if (!names) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < c->regulation_count; i++)
        names[i] = c->regulations[i].regulation;
    pol_report_hint(reporter(b), POL_MSG_REGULATION_NOT_ADOPTED, place,
                    pol_nearest(id, names, c->regulation_count), &id, 1);
}

static const pol_regulation *adopted_regulation(const rule_build *b,
                                                policy_str id, pol_place place)
{
    pol_org_build *o = b->from->o;
    const pol_organisation *c = &o->org->config;

    for (size_t i = 0; i < c->regulation_count; i++)
        if (pol_str_eq(c->regulations[i].regulation, id)) {
            pol_catalogue *cat = pol_regulation_load(o->build, o->dir, id);

            return cat && cat->loaded ? &cat->regulation : NULL;
        }
    report_not_adopted(b, id, place);
    return NULL;
}

/* "四.1" of this regulation, or "regulation-id/四.1" of an adopted one. */
static bool read_cite(const rule_build *b, const pol_node *n, policy_cite *out)
{
    const pol_regulation *g = b->from->regulation;
    const char *slash;
    policy_str ref, near;

    if (!pol_node_str(n, &ref, reporter(b)))
        return false;
    slash = memchr(ref.ptr, '/', ref.len);
    if (slash) {
        policy_str id = { ref.ptr, (size_t)(slash - ref.ptr) };

        g = adopted_regulation(b, id, n->place);
        if (!g)
            return false;
        ref = (policy_str){ slash + 1, ref.len - id.len - 1 };
    }
    if (!g) {
        pol_report(reporter(b), POL_MSG_CITE_LOCAL, n->place, ref);
        return false;
    }
    if (!pol_regulation_article(g, ref)) {
        near = pol_regulation_nearest(g, ref);
        pol_report_hint(reporter(b), POL_MSG_ARTICLE_UNKNOWN, n->place, near,
                        (policy_str[]){ ref, g->id }, 2);
        return false;
    }
    out->regulation = pol_keep(b->from->o, g->id);
    out->title = pol_keep(b->from->o, g->title.zh);
    out->article = pol_keep(b->from->o, ref);
    return true;
}

bool pol_is_list(const pol_origin *from, const pol_node *n, const char *what)
{
    if (n->kind != POL_NODE_TABLE || n->table.entry_count == 0)
        return true;
    pol_report(&from->o->build->reporter, POL_MSG_LIST_SHAPE,
               n->table.entries[0].place, pol_str(what), n->table.entries[0].key);
    return false;
}

/* One text, or a table of them, as items. */
static const pol_node *items_of(const pol_node *n, size_t *count)
{
    *count = 1;
    if (n->kind != POL_NODE_TABLE)
        return n;
    *count = n->table.item_count;
    return n->table.items;
}

static bool read_cites(rule_build *b)
{
    const pol_node *n = value_of(b, "cites"), *reason = value_of(b, "reason");
    const pol_node *items;
    policy_cite *cites;
    size_t count;
    bool good = true;

    if (reason && !pol_node_str(reason, &b->rule.reason, reporter(b)))
        return false;
    b->rule.reason = pol_keep(b->from->o, b->rule.reason);
    if (!n) {
        if (reason && !b->from->regulation)
            return true;
        pol_report(reporter(b), POL_MSG_RULE_UNCITED, b->from->place);
        return false;
    }
    if (!pol_is_list(b->from, n, "cites"))
        return false;
    items = items_of(n, &count);
    cites = pol_keep_new(b->from->o, policy_cite, count);
    for (size_t i = 0; cites && i < count; i++)
        good = read_cite(b, &items[i], &cites[i]) && good;
    if (count == 0) {
        pol_report(reporter(b), POL_MSG_RULE_UNCITED, n->place);
        return false;
    }
    b->rule.cites = cites;
    b->rule.cite_count = cites ? count : 0;
    if (good && cites)
        b->overruled = pol_cites_overruled(b->from, cites, &b->rule.cite_count,
                                           reason != NULL);
    return good && cites;
}

int32_t pol_type_need(const pol_origin *from, const pol_node *n)
{
    pol_reporter *r = &from->o->build->reporter;
    policy_str names[POLICY_TYPE_COUNT], name;
    int32_t type;

    if (!pol_node_str(n, &name, r))
        return -1;
    type = pol_type_find(name);
    if (type >= 0)
        return type;
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        names[t] = pol_str(pol_types[t].name);
    pol_report_hint(r, POL_MSG_TYPE_UNKNOWN, n->place,
                    pol_nearest(name, names, POLICY_TYPE_COUNT), &name, 1);
    return -1;
}

static bool read_type(const rule_build *b, const pol_node *n, uint32_t *types)
{
    int32_t type = pol_type_need(b->from, n);

    if (type >= 0)
        *types |= UINT32_C(1) << type;
    return type >= 0;
}

static bool read_on(rule_build *b)
{
    const pol_node *n = need(b, "on"), *items;
    size_t count;
    bool good = true;

    if (!n || !pol_is_list(b->from, n, "on"))
        return false;
    items = items_of(n, &count);
    for (size_t i = 0; i < count; i++)
        good = read_type(b, &items[i], &b->rule.types) && good;
    if (count == 0)
        pol_report(reporter(b), POL_MSG_RULE_LACKS, n->place, POL_STR("on"));
    return good && count > 0;
}

/* "text", "title", "parts", "parts.quote" */
static bool read_field(rule_build *b, const pol_node *n, policy_str *roles)
{
    pol_scope *f = &b->rule.fields;
    policy_str name;
    int32_t field;

    if (!pol_node_str(n, &name, reporter(b)))
        return false;
    if (pol_str_is(name, "parts")) {
        f->parts = true;
        return true;
    }
    if (pol_str_starts(name, POL_STR("parts."))) {
        roles[f->role_count++] =
            pol_keep(b->from->o, (policy_str){ name.ptr + 6, name.len - 6 });
        return true;
    }
    field = pol_field_need(b->from, name, b->rule.types, false, n->place);
    if (field < 0)
        return false;
    f->mask[field / 64] |= UINT64_C(1) << (field % 64);
    return true;
}

static bool read_fields(rule_build *b)
{
    const pol_node *n = value_of(b, "fields"), *items;
    policy_str *roles;
    size_t count;
    bool good = true;

    b->rule.fields.all = n == NULL;
    if (!n)
        return true;
    if (!pol_is_list(b->from, n, "fields"))
        return false;
    items = items_of(n, &count);
    roles = pol_keep_new(b->from->o, policy_str, count);
    b->rule.fields.roles = roles;
    for (size_t i = 0; roles && i < count; i++)
        good = read_field(b, &items[i], roles) && good;
    return good && roles;
}

static bool read_words(rule_build *b)
{
    const pol_node *n;
    size_t word;
    int64_t severity = 2;
    bool broad = false;

    n = pol_param(b->from, need(b, "verdict"));
    if (!n || !pol_node_word(n, pol_verdict_names, POL_VERDICT_COUNT, &word,
                             reporter(b)))
        return false;
    b->rule.verdict = (int32_t)word;
    n = pol_param(b->from, value_of(b, "severity"));
    if (n && !pol_node_int(n, 1, 5, &severity, reporter(b)))
        return false;
    b->rule.severity = (int32_t)severity;
    n = pol_param(b->from, value_of(b, "broad"));
    if (n && !pol_node_bool(n, &broad, reporter(b)))
        return false;
    b->rule.broad = broad;
    return true;
}

/* The milder of what the rule says and how its regulation was adopted; but what
 * the organisation says of this rule goes first, and what it says of articles
 * (`settle`) before all. After the cites. */
static bool read_mode(rule_build *b)
{
    const pol_adoption *a = b->from->adoption;
    const pol_node *own = b->adopted ? pol_node_get(b->adopted, "mode") : NULL;
    const pol_node *n = pol_param(b->from, value_of(b, "mode"));
    size_t mode = POL_MODE_ENFORCE;

    if (n && !pol_node_word(n, pol_mode_names, 3, &mode, reporter(b)))
        return false;
    if (!own && a && (size_t)a->mode < mode)
        mode = a->mode;
    if (b->overruled && mode != POL_MODE_OFF) {
        pol_report_overruled(b->from, b->from->place, pol_str(b->rule.id),
                             b->overruled);
        mode = POL_MODE_OFF;
    }
    b->rule.mode = (pol_mode)mode;
    return true;
}

/* What is masked; so far the spans of the match only. */
static bool read_redact(const rule_build *b)
{
    static const char *const words[] = { "match" };
    const pol_node *n = value_of(b, "redact");
    size_t word;

    return !n || pol_node_word(n, words, 1, &word, reporter(b));
}

/* The gate, and how often. */
static bool read_history(rule_build *b)
{
    const pol_node *requires = value_of(b, "requires");
    const pol_node *count = value_of(b, "count");
    uint64_t errors = reporter(b)->errors;

    if (requires)
        b->rule.requires = pol_cond_compile(b->from, requires, b->rule.types);
    if (count)
        b->rule.count = pol_count_compile(b->from, count, b->rule.types,
                                          pol_str(b->rule.id));
    return reporter(b)->errors == errors;
}

static bool read_rollout(rule_build *b)
{
    const pol_rollout_nodes n = { value_of(b, "ratio"), value_of(b, "sample"),
                                  value_of(b, "brake") };

    return pol_rollout_compile(&b->rule.rollout, b->from, &n, b->rule.types,
                               pol_str(b->rule.id));
}

/* Facts that the host is asked for. */
static bool read_needs(rule_build *b)
{
    const pol_node *n = value_of(b, "needs"), *items;
    policy_str *needs;
    size_t count;

    if (!n)
        return true;
    if (!pol_is_list(b->from, n, "needs"))
        return false;
    items = items_of(n, &count);
    needs = pol_keep_new(b->from->o, policy_str, count);
    for (size_t i = 0; needs && i < count; i++) {
        if (!pol_node_str(&items[i], &needs[i], reporter(b)))
            return false;
        needs[i] = pol_keep(b->from->o, needs[i]);
    }
    b->rule.needs = needs;
    b->rule.need_count = needs ? count : 0;
    return needs != NULL;
}

static bool read_category(rule_build *b, policy_str from_match)
{
    const pol_node *n = value_of(b, "category");
    policy_str name = from_match;
    const pol_category *c;
    policy_str *names;

    if (n && !pol_node_str(n, &name, reporter(b)))
        return false;
    c = pol_category_find(name);
    if (c) {
        b->rule.category = c->name;
        return true;
    }
    if (!n) {
        pol_report(reporter(b), POL_MSG_RULE_LACKS, b->from->place,
                   POL_STR("category"));
        return false;
    }
    names = pol_arena_new(&b->from->o->build->arena, policy_str,
                          pol_category_count);
    if (!names) {
        b->from->o->status = POLICY_ENOMEM;
        return false;
    }
    for (size_t i = 0; i < pol_category_count; i++)
        names[i] = pol_str(pol_categories[i].name);
    pol_report_hint(reporter(b), POL_MSG_CATEGORY_UNKNOWN, n->place,
                    pol_nearest(name, names, pol_category_count),
                    &name, 1);
    return false;
}

static const pol_key escalate_keys[] = {
    { "other_than", POL_IS_STR, false },
    { "to", POL_IS_STR | POL_IS_CALL, true },
    { "within", POL_IS_STR | POL_IS_CALL, false },
};

bool pol_escalate_within(const pol_origin *from, const pol_node *n,
                         pol_span *out)
{
    *out = (pol_span){ HOUR_MS, POL_SPAN_MS };
    if (!n)
        return true;
    n = pol_param(from, n);
    return n && pol_span_read(out, n, &from->o->build->reporter);
}

/* `who "field"`, or `who "field.attribute"`: somebody who has to do with whom
 * the field names. */
static bool read_who(rule_build *b, const pol_node *n)
{
    pol_escalate *e = &b->rule.escalate;
    const char *dot = memchr(n->str.ptr, '.', n->str.len);
    policy_str field = n->str, name = { "", 0 };

    if (dot) {
        field.len = (size_t)(dot - n->str.ptr);
        name = (policy_str){ dot + 1, n->str.len - field.len - 1 };
    }
    e->who = pol_field_need(b->from, field, b->rule.types, false, n->place);
    if (e->who < 0 || !dot)
        return e->who >= 0;
    e->attribute = pol_attribute_need(b->from, field, e->who, name,
                                      b->rule.types, n->place);
    return e->attribute != POL_ATTRIBUTE_NONE;
}

static bool read_escalate(rule_build *b)
{
    const pol_node *n = value_of(b, "escalate"), *to, *other;
    pol_escalate *e = &b->rule.escalate;

    e->who = e->other_than = -1;
    if (!n)
        return true;
    if (!pol_node_closed(n, "escalate", escalate_keys, 3, reporter(b)))
        return false;
    to = pol_param(b->from, pol_node_get(n, "to"));
    other = pol_node_get(n, "other_than");
    if (!to || !pol_escalate_within(b->from, pol_node_get(n, "within"),
                                    &e->within))
        return false;
    if (pol_node_is_call(to, "who") && to->call.arg_count == 1 &&
        to->call.args->kind == POL_NODE_STR) {
        if (!read_who(b, to->call.args))
            return false;
    } else {
        policy_str role;

        if (!pol_node_str(to, &role, reporter(b)))
            return false;
        if (!pol_org_role_need(b->from->o, role, to->place))
            return false;
        e->to = pol_keep(b->from->o, role);
    }
    if (other) {
        e->other_than = pol_field_need(b->from, other->str, b->rule.types, false,
                                       other->place);
        if (e->other_than < 0)
            return false;
    }
    e->set = true;
    return true;
}

static const char *const except_keys[] = { "expires", "owner", "phrase", "why" };

static bool is_except_key(policy_str key)
{
    for (size_t i = 0; i < 4; i++)
        if (pol_str_is(key, except_keys[i]))
            return true;
    return false;
}

/* What is left of an exception's table without its own keys: the condition. */
static bool except_where(const rule_build *b, const pol_node *n, pol_except *out)
{
    pol_build *build = b->from->o->build;
    pol_node rest = *n;
    pol_entry *entries = pol_arena_new(&build->arena, pol_entry,
                                       n->table.entry_count + 1);
    size_t count = 0;

    if (!entries) {
        b->from->o->status = POLICY_ENOMEM;
        return false;
    }
    for (size_t i = 0; i < n->table.entry_count; i++)
        if (!is_except_key(n->table.entries[i].key))
            entries[count++] = n->table.entries[i];
    rest.table.entries = entries;
    rest.table.entry_count = count;
    if (count + rest.table.item_count == 0)
        return true;
    out->where = pol_cond_compile(b->from, &rest, b->rule.types);
    return true; /* what is wrong with it was reported */
}

static bool except_phrases(const rule_build *b, const pol_node *n, pol_except *out)
{
    const pol_node *phrase = pol_node_get(n, "phrase"), *items;
    pol_org_build *o = b->from->o;
    uint32_t signal;
    size_t count;
    bool good = true;

    out->phrase_signal = -1;
    if (!phrase)
        return true;
    if (!pol_is_list(b->from, phrase, "phrase"))
        return false;
    items = items_of(phrase, &count);
    signal = pol_org_signal(o, POL_SIGNAL_PHRASE, POL_STR("phrase"), 0);
    for (size_t i = 0; i < count; i++) {
        policy_str text;

        if (!pol_node_str(&items[i], &text, reporter(b))) {
            good = false;
            continue;
        }
        pol_org_term(o, &(pol_word){ .text = text, .list = signal,
                                     .number = (uint32_t)i },
                     items[i].place);
    }
    out->phrase_signal = signal;
    return good && signal != UINT32_MAX;
}

/* Inclusive: to the end of that day in the organisation's zone. */
static bool except_expires(const rule_build *b, const pol_node *n, pol_except *out)
{
    const pol_node *date = pol_node_get(n, "expires");
    policy_str text;
    int64_t days;

    out->expires = INT64_MAX;
    if (!date) {
        pol_report(reporter(b), POL_MSG_EXCEPT_ENDLESS, n->place);
        return true;
    }
    if (!pol_node_str(date, &text, reporter(b)))
        return false;
    if (!pol_date_read(text, &days)) {
        pol_report(reporter(b), POL_MSG_DATE_BAD, date->place, text);
        return false;
    }
    out->expires = (days + 1) * DAY_MS;
    out->expires -= (int64_t)60000 *
                    pol_zone_offset(&b->from->o->org->config.calendar.zone,
                                    out->expires);
    pol_lint_expiry(b->from->o->build, out->expires, text, date->place);
    return true;
}

/* Nobody can be asked of nothing. */
static bool except_said(const rule_build *b, const pol_node *n, const char *key)
{
    if (pol_str_trim(n->str).len)
        return true;
    pol_report(reporter(b), POL_MSG_EXCEPT_BLANK, n->place, pol_str(key));
    return false;
}

static bool read_except(rule_build *b, const pol_node *n, pol_except *out)
{
    const pol_node *why, *owner;

    if (n->kind != POL_NODE_TABLE) {
        pol_report(reporter(b), POL_MSG_EXCEPT_SHAPE, n->place);
        return false;
    }
    out->line = n->place.line;
    out->column = n->place.column;
    out->file = pol_keep(b->from->o, n->place.source->path);
    why = pol_node_get(n, "why");
    owner = pol_node_get(n, "owner");
    if (!why || !owner || !pol_node_str(why, &out->why, reporter(b)) ||
        !pol_node_str(owner, &out->owner, reporter(b))) {
        pol_report(reporter(b), POL_MSG_EXCEPT_SHAPE, n->place);
        return false;
    }
    if (!except_said(b, why, "why") || !except_said(b, owner, "owner"))
        return false;
    out->why = pol_keep(b->from->o, out->why);
    out->owner = pol_keep(b->from->o, out->owner);
    if (!except_expires(b, n, out) || !except_where(b, n, out) ||
        !except_phrases(b, n, out))
        return false;
    if (!out->where && out->phrase_signal < 0) {
        pol_report(reporter(b), POL_MSG_EXCEPT_SHAPE, n->place);
        return false;
    }
    if (out->where && out->phrase_signal >= 0) {
        pol_report(reporter(b), POL_MSG_EXCEPT_BOTH, n->place);
        return false;
    }
    pol_lint_exception(b->from, &b->rule, out, n->place);
    return true;
}

/* Exceptions of the rule and of the organisation's words on it, both. */
static bool read_excepts(rule_build *b)
{
    const pol_node *lists[3] = { pol_node_get(b->table, "except"),
                                 b->over ? pol_node_get(b->over, "except") : NULL,
                                 b->adopted ? pol_node_get(b->adopted, "except")
                                            : NULL };
    pol_except *all;
    size_t count = 0, n = 0;
    bool good = true;

    for (size_t i = 0; i < 3; i++) {
        good = (!lists[i] || pol_is_list(b->from, lists[i], "except")) && good;
        count += lists[i] ? lists[i]->table.item_count : 0;
    }
    all = pol_keep_new(b->from->o, pol_except, count);
    for (size_t i = 0; all && i < 3; i++)
        for (size_t j = 0; lists[i] && j < lists[i]->table.item_count; j++)
            good = read_except(b, &lists[i]->table.items[j], &all[n++]) && good;
    b->rule.excepts = all;
    b->rule.except_count = n;
    return good && all;
}

static bool read_check(rule_build *b)
{
    const pol_node *n = value_of(b, "check");
    pol_org_build *o = b->from->o;
    size_t i;

    b->rule.guard_file = -1;
    if (!n)
        return true;
    for (i = 0; i < o->guard_count && o->guards[i] != n->place.source; i++)
        ;
    if (i == o->guard_count) {
        if (!pol_grow(&o->build->allocator, (void **)&o->guards, &o->guard_cap,
                      o->guard_count + 1, sizeof(*o->guards))) {
            o->status = POLICY_ENOMEM;
            return false;
        }
        o->guards[o->guard_count++] = n->place.source;
    }
    b->rule.guard_file = (int32_t)i;
    b->rule.guard_function = n->function;
    return true;
}

static bool read_reads(rule_build *b)
{
    const pol_node *n = value_of(b, "reads");

    if (!n)
        return true;
    if (b->rule.guard_file < 0) {
        pol_report(reporter(b), POL_MSG_READS_NO_CHECK, n->place);
        return false;
    }
    return pol_reads_compile(b->from, n, b->rule.types, &b->rule.reads,
                             &b->rule.read_count);
}

/* From when its regulation binds, or binds this organisation: the start of that
 * day in its zone. */
static int64_t in_force(const rule_build *b)
{
    const pol_origin *from = b->from;
    int64_t days = from->regulation ? from->regulation->in_force_from : INT64_MIN;
    int64_t ms;

    if (from->adoption && from->adoption->from > days)
        days = from->adoption->from;
    if (days == INT64_MIN)
        return INT64_MIN;
    ms = days * DAY_MS;
    return ms - (int64_t)60000 *
                    pol_zone_offset(&from->o->org->config.calendar.zone, ms);
}

static int32_t error_verdict(const rule_build *b)
{
    int32_t v = b->from->o->org->config.on_error[b->rule.severity];

    if (v >= 0)
        return v;
    return b->rule.severity >= 3 ? POLICY_HOLD : POLICY_FLAG;
}

static uint64_t match_cost(const pol_match *m)
{
    uint64_t cost = 1;

    for (size_t i = 0; m && i < m->kid_count; i++)
        cost += match_cost(&m->kids[i]);
    return m ? cost : 0;
}

static uint64_t cond_cost(const pol_cond *c)
{
    uint64_t cost = 1 + (c ? c->value_count : 0);

    if (c && c->known)
        cost += RECORD_COST + cond_cost(c->known->where);
    if (c && c->attribute)
        cost += RECORD_COST;
    for (size_t i = 0; c && i < c->kid_count; i++)
        cost += cond_cost(&c->kids[i]);
    return c ? cost : 0;
}

/* Steps at the most when it is a candidate: tests, hits looked at once for each
 * leaf, and the budget of its check. */
static uint64_t static_cost(const rule_build *b)
{
    uint64_t cost = cond_cost(b->rule.where) + match_cost(b->rule.match) +
                    cond_cost(b->rule.requires) +
                    (b->rule.count ? 2 * RECORD_COST : 0) +
                    (b->rule.rollout && b->rule.rollout->brake
                         ? 4 * RECORD_COST : 0);

    for (size_t i = 0; i < b->rule.except_count; i++)
        cost += 1 + cond_cost(b->rule.excepts[i].where);
    if (b->rule.guard_file >= 0)
        cost += b->from->o->build->limits.guard_instructions +
                b->rule.read_count * RECORD_COST;
    return cost;
}

static void check_needs(const rule_build *b)
{
    const pol_node *conditions[] = {
        value_of(b, "where"), value_of(b, "requires"),
        pol_node_get(b->table, "except"),
        b->over ? pol_node_get(b->over, "except") : NULL,
        b->adopted ? pol_node_get(b->adopted, "except") : NULL
    };

    pol_needs_check(b->from, &b->rule, value_of(b, "needs"), conditions, 5);
}

static bool check_trigger(const rule_build *b)
{
    switch (pol_rule_trigger(&b->rule)) {
    case POL_TRIGGER_NONE:
        pol_report(reporter(b), POL_MSG_RULE_NO_TRIGGER, b->from->place,
                   pol_str(b->rule.id));
        return false;
    case POL_TRIGGER_BROAD:
        pol_report(reporter(b), POL_MSG_RULE_BROAD, b->from->place,
                   pol_str(b->rule.id));
        return true;
    default:
        return true;
    }
}

static bool read_scope(rule_build *b, policy_str *category)
{
    const pol_node *where = value_of(b, "where"), *match = value_of(b, "match");
    bool good = read_fields(b);

    if (where) {
        uint64_t errors = reporter(b)->errors;

        b->rule.where = pol_cond_compile(b->from, where, b->rule.types);
        good = good && reporter(b)->errors == errors;
    }
    if (match) {
        b->rule.match = pol_match_compile(b->from, match, b->rule.types, category);
        good = good && b->rule.match;
    }
    return good;
}

static uint32_t first_type(const rule_build *b)
{
    const pol_node *on = value_of(b, "on");
    size_t count;
    const pol_node *items = items_of(on, &count);

    return (uint32_t)pol_type_find(items->str);
}

static void add_rule(pol_org_build *o, const pol_rule *rule)
{
    if (!pol_grow(&o->build->allocator, (void **)&o->rules, &o->rule_cap,
                  o->rule_count + 1, sizeof(*o->rules))) {
        o->status = POLICY_ENOMEM;
        return;
    }
    o->rules[o->rule_count++] = *rule;
}

/* All parts are read, so that one run reports all that is wrong. */
static bool read_rule(rule_build *b)
{
    policy_str category = { "", 0 };
    bool good = true;

    b->adopted = adopted(b);
    good = read_text(b, "title", true, &b->rule.title) && good;
    good = read_text(b, "tell", false, &b->rule.tell) && good;
    good = read_cites(b) && good;
    good = read_words(b) && good;
    good = read_mode(b) && good;
    good = read_check(b) && good;
    good = read_redact(b) && good;
    good = read_needs(b) && good;
    if (!read_on(b))
        return false;
    good = read_scope(b, &category) && good;
    good = read_history(b) && good;
    good = read_reads(b) && good;
    good = read_rollout(b) && good;
    good = read_category(b, category) && good;
    good = read_escalate(b) && good;
    good = read_excepts(b) && good;
    if (!good || !check_trigger(b))
        return false;
    check_needs(b);
    b->rule.in_force = in_force(b);
    b->rule.on_error = error_verdict(b);
    b->rule.file = pol_keep(b->from->o, b->from->place.source->path);
    b->rule.line = b->from->place.line;
    b->rule.column = b->from->place.column;
    b->rule.length = b->from->place.length;
    b->rule.cost = static_cost(b);
    return true;
}

/* What the theme says where its use says another verdict, and brings no tests;
 * else -1. */
static int32_t replaced_verdict(const rule_build *b)
{
    const pol_node *n = pol_node_get(b->table, "verdict");

    return n && n->kind == POL_NODE_STR && b->over &&
                   pol_node_get(b->over, "verdict") &&
                   !pol_node_get(b->over, "tests")
               ? pol_verdict_find(n->str) : -1;
}

/* --- places in `tell`; ORDER TELL of evaluate/tell.c */

/* What the place needs, where the rule has none of it; else NULL. */
static const char *place_lacks(const pol_rule *r, policy_str place)
{
    if (pol_str_is(place, "count") || pol_str_is(place, "limit"))
        return r->count ? NULL : "count";
    if (pol_str_is(place, "missing"))
        return r->requires ? NULL : "requires";
    if (pol_str_is(place, "due"))
        return r->escalate.set || r->of != POL_OF_RULE ? NULL : "escalate";
    return NULL;
}

static void look_at_place(const rule_build *b, const pol_node *n,
                          policy_str place)
{
    static const char *const words[] = { "article", "count", "due", "limit",
                                         "missing" };
    enum { WORDS = sizeof(words) / sizeof(*words) };
    policy_str names[WORDS], whole = { place.ptr - 1, place.len + 2 };
    const char *lacks;
    bool known = false;

    for (size_t i = 0; i < WORDS; i++) {
        names[i] = pol_str(words[i]);
        known = known || pol_str_eq(place, names[i]);
    }
    lacks = place_lacks(&b->rule, place);
    if (!known)
        pol_report_hint(reporter(b), POL_MSG_TELL_PLACE, n->place,
                        pol_nearest(place, names, WORDS), &whole, 1);
    else if (lacks)
        pol_report(reporter(b), POL_MSG_TELL_IDLE, n->place, whole,
                   pol_str(b->rule.id), pol_str(lacks));
}

/* {word}: small letters and no more, since braces may mean something else. */
static void look_at_text(const rule_build *b, const pol_node *n)
{
    for (size_t i = 0; n->kind == POL_NODE_STR && i < n->str.len; i++) {
        size_t end = i + 1;

        while (n->str.ptr[i] == '{' && end < n->str.len &&
               n->str.ptr[end] >= 'a' && n->str.ptr[end] <= 'z')
            end++;
        if (end > i + 1 && end < n->str.len && n->str.ptr[end] == '}')
            look_at_place(b, n, (policy_str){ n->str.ptr + i + 1, end - i - 1 });
    }
}

static void look_at_tell(const rule_build *b, const pol_node *n)
{
    if (!n)
        return;
    look_at_text(b, n);
    for (size_t i = 0; n->kind == POL_NODE_TABLE && i < n->table.entry_count; i++)
        look_at_text(b, &n->table.entries[i].value);
}

void pol_rule_compile(const pol_origin *from, const pol_node *table,
                      const pol_node *over, policy_str id_default)
{
    rule_build b = { .from = from, .table = table, .over = over };
    const pol_node *tests;

    if (!check_keys(&b, table) || (over && !check_keys(&b, over)) ||
        !read_id(&b, id_default) || !read_rule(&b)) {
        /* A rule is never lost in silence. */
        assert(reporter(&b)->errors || from->o->status || from->o->build->status);
        return;
    }
    pol_lint_rule(from, &b.rule, value_of(&b, "on"), value_of(&b, "where"),
                  value_of(&b, "match"));
    look_at_tell(&b, value_of(&b, "tell"));
    tests = value_of(&b, "tests");
    if (tests)
        pol_rule_tests_compile(from, tests, &b.rule, first_type(&b),
                               replaced_verdict(&b));
    else
        pol_report(reporter(&b), POL_MSG_RULE_UNTESTED, from->place,
                   pol_str(b.rule.id));
    add_rule(from->o, &b.rule);
}

/* --- the face of a duty */

static bool read_face_tell(rule_build *b)
{
    const pol_node *own = b->adopted ? pol_node_get(b->adopted, "tell") : NULL;
    pol_text t = { { "", 0 }, { "", 0 } };

    if (!own && b->over)
        own = pol_node_get(b->over, "tell");
    if (!own)
        return read_text(b, "tell", false, &b->rule.tell);
    if (!pol_node_text(own, &t, reporter(b)))
        return false;
    b->rule.tell.zh = pol_keep(b->from->o, t.zh);
    b->rule.tell.en = pol_keep(b->from->o, t.en);
    return true;
}

static bool read_face_verdict(rule_build *b)
{
    const pol_node *n = b->over ? pol_node_get(b->over, "verdict") : NULL;
    size_t word = POLICY_FLAG;

    n = pol_param(b->from, n);
    if (n && !pol_node_word(n, pol_verdict_names, POL_VERDICT_COUNT, &word,
                            reporter(b)))
        return false;
    b->rule.verdict = (int32_t)word;
    b->rule.severity = 2;
    if (word == POLICY_FLAG || word == POLICY_WARN)
        return true;
    pol_report(reporter(b), POL_MSG_DUTY_VERDICT, n->place,
               pol_str(pol_verdict_names[word]));
    return false;
}

static bool add_face(pol_org_build *o, const pol_rule *rule)
{
    pol_face *face = pol_arena_new(&o->build->arena, pol_face, 1);

    if (!face) {
        o->status = POLICY_ENOMEM;
        return false;
    }
    *face = (pol_face){ rule, o->faces };
    o->faces = face;
    return true;
}

/* What the organisation says of a duty or ladder: the rest would do nothing. */
static void check_face_words(const rule_build *b)
{
    for (size_t i = 0; b->adopted && i < b->adopted->table.entry_count; i++) {
        const pol_entry *e = &b->adopted->table.entries[i];

        if (!pol_str_is(e->key, "mode") && !pol_str_is(e->key, "tell"))
            pol_report(reporter(b), POL_MSG_OVERRIDE_FACE, e->place,
                       pol_str(b->rule.id), e->key);
    }
}

bool pol_face_compile(const pol_origin *from, const pol_node *table,
                      const pol_node *over, pol_rule *out)
{
    rule_build b = { .from = from, .table = table };
    bool good;

    if (!read_id(&b, (policy_str){ "", 0 }))
        return false;
    b.over = over;
    b.adopted = adopted(&b);
    check_face_words(&b);
    good = read_face_verdict(&b);
    good = read_face_tell(&b) && good;
    b.over = NULL;
    good = read_text(&b, "title", true, &b.rule.title) && good;
    good = read_cites(&b) && good;
    good = read_mode(&b) && good;
    b.rule.category = "duty_overdue";
    b.rule.types = UINT32_C(1) << POLICY_TYPE_TICK;
    b.rule.guard_file = -1;
    b.rule.escalate.who = b.rule.escalate.other_than = -1;
    b.rule.in_force = in_force(&b);
    b.rule.on_error = error_verdict(&b);
    b.rule.file = pol_keep(from->o, from->place.source->path);
    b.rule.line = from->place.line;
    b.rule.column = from->place.column;
    b.rule.length = from->place.length;
    *out = b.rule;
    return add_face(from->o, out) && good;
}

void pol_face_lint(const pol_origin *from, const pol_node *table,
                   const pol_node *over, const pol_rule *face)
{
    rule_build b = { .from = from, .table = table, .over = over, .rule = *face };

    look_at_tell(&b, value_of(&b, "tell"));
    if (face->test_count == 0 && face->mode != POL_MODE_OFF)
        pol_report(reporter(&b), POL_MSG_FACE_UNTESTED, from->place,
                   pol_str(face->id));
}

bool pol_cites_compile(const pol_origin *from, const pol_node *table,
                       const policy_cite **cites, size_t *count)
{
    rule_build b = { .from = from, .table = table };
    bool good = read_cites(&b);

    *cites = b.rule.cites;
    *count = b.overruled ? 0 : b.rule.cite_count;
    if (b.overruled)
        pol_report_overruled(from, pol_node_get(table, "cites")->place,
                             pol_node_get(table, "id")->str, b.overruled);
    return good;
}
