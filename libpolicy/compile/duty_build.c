/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `duty { … }` into a duty, or into one for each department, platform or person
 * of a role: these share all but their record and whom they are asked of.
 */
#include <assert.h>

#include "base/alloc.h"
#include "base/slice.h"
#include "base/sort.h"
#include "compile/history_build.h"
#include "rule/standing.h"
#include "rule/verdict.h"

enum { DAY_MS = 86400000, TIMES_MAX = 1000000 };
_Static_assert(POL_REMINDERS_MAX == 64, "DUTY_REMINDERS says how many");

static const pol_key duty_keys[] = {
    { "attest", POL_IS_TABLE, false },
    { "cites", POL_IS_TABLE | POL_IS_STR, false },
    { "done", POL_IS_TABLE, false },
    { "each", POL_IS_STR, false },
    { "every", POL_IS_STR | POL_IS_CALL, false },
    { "grace", POL_IS_STR | POL_IS_CALL, false },
    { "grain", POL_IS_STR | POL_IS_CALL, false },
    { "id", POL_IS_STR, true },
    { "mode", POL_IS_STR | POL_IS_CALL, false },
    { "once", POL_IS_BOOL, false },
    { "open", POL_IS_TABLE, false },
    { "overdue", POL_IS_TABLE, false },
    { "owner", POL_IS_STR | POL_IS_CALL, false },
    { "period", POL_IS_STR | POL_IS_CALL, false },
    { "reason", POL_IS_STR, false },
    { "remind", POL_IS_TABLE | POL_IS_STR | POL_IS_CALL, false },
    { "renew", POL_IS_BOOL, false },
    { "stop", POL_IS_TABLE, false },
    { "tell", POL_IS_STR | POL_IS_TABLE, false },
    { "tests", POL_IS_TABLE, false },
    { "times", POL_IS_INT | POL_IS_CALL, false },
    { "title", POL_IS_STR | POL_IS_TABLE, true },
    { "unique", POL_IS_STR, false },
    { "within", POL_IS_STR | POL_IS_CALL, false },
};

static const pol_key overdue_keys[] = {
    { "again", POL_IS_STR | POL_IS_CALL, false },
    { "escalate", POL_IS_TABLE, false },
    { "tell", POL_IS_STR | POL_IS_TABLE, false },
    { "verdict", POL_IS_STR | POL_IS_CALL, false },
};

static const pol_key attest_keys[] = {
    { "by", POL_IS_STR | POL_IS_CALL, true },
    { "evidence", POL_IS_BOOL, false },
    { "other_than", POL_IS_STR, false },
};

typedef struct duty_build {
    const pol_origin *from;
    const pol_node *table, *overdue; /* overdue: a table or NULL */
    pol_duty duty;
    pol_key_use key;
    uint32_t open_types; /* 0: it stands */
    policy_str escalated; /* overdue.escalate: the role; empty: none */
    pol_span escalated_within;
} duty_build;

static pol_reporter *reporter(const duty_build *b)
{
    return &b->from->o->build->reporter;
}

static const pol_node *get(const duty_build *b, const char *key)
{
    return pol_node_get(b->table, key);
}

/* Absent: true, and *out as it was. */
static bool read_length(const duty_build *b, const pol_node *n, pol_span *out)
{
    if (!n)
        return true;
    n = pol_param(b->from, n);
    return n && pol_span_read(out, n, reporter(b));
}

static bool read_flag(const duty_build *b, const char *key, bool *out)
{
    const pol_node *n = get(b, key);

    return !n || pol_node_bool(n, out, reporter(b));
}

/* --- when */

static bool only_with(const duty_build *b, const char *key, const char *what,
                      pol_message m)
{
    const pol_node *n = get(b, key);

    if (!n || get(b, what))
        return true;
    pol_report(reporter(b), m, n->place, pol_str(key));
    return false;
}

static bool read_span(duty_build *b, const char *key)
{
    const pol_node *n = pol_param(b->from, get(b, key));

    if (!n || !pol_span_read(&b->duty.within, n, reporter(b)))
        return false;
    if (b->duty.within.count > 0)
        return true;
    pol_report(reporter(b), POL_MSG_DUTY_ZERO, n->place, pol_str(key));
    return false;
}

static bool read_period(duty_build *b)
{
    const pol_node *n = pol_param(b->from, get(b, "period"));
    size_t word;

    if (!n || !pol_node_word(n, pol_period_names, POL_PERIOD_COUNT - 1, &word,
                             reporter(b)))
        return false;
    b->duty.period = (pol_period)(word + 1);
    b->duty.grace = (pol_span){ DAY_MS, POL_SPAN_MS };
    return true;
}

static bool read_when(duty_build *b)
{
    const pol_node *open = get(b, "open"), *within = get(b, "within");
    bool every = get(b, "every"), period = get(b, "period"), once = false;

    if (!read_flag(b, "once", &once))
        return false;
    b->duty.stands = !open;
    if (every && !period && !once && !within) {
        b->duty.recurs = POL_RECURS_EVERY;
        return read_span(b, "every");
    }
    if (period && !every && !once && !within && !open) {
        b->duty.recurs = POL_RECURS_PERIOD;
        return read_period(b);
    }
    if (within && !every && !period && once == !open) {
        b->duty.recurs = once ? POL_RECURS_ONCE : POL_RECURS_NOT;
        return read_span(b, "within");
    }
    pol_report(reporter(b), POL_MSG_DUTY_WHEN, b->from->place);
    return false;
}

static bool read_remind(duty_build *b)
{
    const pol_node *n = get(b, "remind"), *items = n;
    size_t count = 1;
    pol_span *remind;

    if (!n)
        return true;
    if (n->kind == POL_NODE_TABLE) {
        if (!pol_is_list(b->from, n, "remind"))
            return false;
        items = n->table.items;
        count = n->table.item_count;
    }
    if (count > POL_REMINDERS_MAX) {
        pol_report(reporter(b), POL_MSG_DUTY_REMINDERS, n->place, POL_STR("64"));
        return false;
    }
    remind = pol_keep_new(b->from->o, pol_span, count);
    for (size_t i = 0; remind && i < count; i++)
        if (!read_length(b, &items[i], &remind[i]))
            return false;
    if (!remind)
        return false;
    for (size_t i = 0; i < count; i++)
        if (b->duty.recurs != POL_RECURS_PERIOD && b->duty.within.count > 0 &&
            b->duty.within.unit == POL_SPAN_MS &&
            remind[i].unit == POL_SPAN_MS &&
            remind[i].count > b->duty.within.count)
            pol_report(reporter(b), POL_MSG_NEVER_REMINDS, items[i].place);
    b->duty.remind = remind;
    b->duty.remind_count = count;
    return true;
}

/* --- who opens it, and whose it is */

/* Does some event open it only where nothing is known of the key? */
static bool asks_first(const pol_node *clauses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const pol_node *first = pol_node_get(&clauses[i], "first");

        if (first && first->kind == POL_NODE_BOOL && first->boolean)
            return true;
    }
    return false;
}

static bool read_open(duty_build *b)
{
    const pol_node *open = get(b, "open"), *first, *key;
    pol_key_reader k = { .from = b->from };
    size_t count;

    if (!open)
        return true;
    first = pol_clauses_of(open, &count);
    b->open_types = pol_clause_types(open);
    b->duty.once_a_key = asks_first(first, count);
    key = count ? pol_node_get(first, "key") : NULL;
    k.types = count ? pol_clause_types(first) : b->open_types;
    if (key && !pol_key_read(&k, key))
        return false;
    b->key = k.key;
    return true;
}

static bool whose(const duty_build *b, pol_place place)
{
    pol_report(reporter(b), POL_MSG_DUTY_WHOSE, place);
    return false;
}

/* who "field" or who "field.attribute" */
static bool read_who(duty_build *b, const pol_node *call)
{
    const pol_node *name = call->call.arg_count == 1 ? call->call.args : NULL;
    const char *dot;
    policy_str field;

    if (!b->open_types || !name || name->kind != POL_NODE_STR ||
        !pol_node_is_call(call, "who"))
        return whose(b, call->place);
    dot = memchr(name->str.ptr, '.', name->str.len);
    field = (policy_str){ name->str.ptr,
                          dot ? (size_t)(dot - name->str.ptr) : name->str.len };
    b->duty.who = pol_field_need(b->from, field, b->open_types, false,
                                 name->place);
    if (b->duty.who < 0 || !dot)
        return b->duty.who >= 0;
    b->duty.who_attribute = (uint8_t)pol_attribute_need(
        b->from, field, b->duty.who,
        (policy_str){ dot + 1, name->str.len - field.len - 1 }, b->open_types,
        name->place);
    if (b->duty.who_attribute == POL_ATTRIBUTE_NONE)
        return false;
    b->duty.who_key = b->key.count &&
                      pol_id_kind_of(b->key.fields[0], b->open_types) ==
                          (uint8_t)pol_attributes[b->duty.who_attribute].of;
    return true;
}

static bool need_role(const duty_build *b, policy_str role, pol_place place)
{
    return pol_org_role_need(b->from->o, role, place);
}

static bool is_role_each(const duty_build *b)
{
    const pol_node *each = get(b, "each");

    return each && !pol_str_is(each->str, "departments") &&
           !pol_str_is(each->str, "platforms");
}

static bool read_owner(duty_build *b)
{
    const pol_node *n = get(b, "owner");

    b->duty.who = -1;
    if (!n)
        return is_role_each(b) || whose(b, b->from->place);
    if (n->kind == POL_NODE_CALL && !pol_node_is_call(n, "param"))
        return read_who(b, n);
    n = pol_param(b->from, n);
    if (!n || n->kind != POL_NODE_STR)
        return n ? whose(b, n->place) : false;
    if (!need_role(b, n->str, n->place))
        return false;
    b->duty.role = pol_keep(b->from->o, n->str);
    return true;
}

/* --- what fulfils it */

static bool read_quota(duty_build *b)
{
    const pol_node *times = get(b, "times"), *unique = get(b, "unique");
    uint64_t entries = b->from->o->build->limits.entries;
    int64_t n = 1, max = (int64_t)(entries < TIMES_MAX ? entries : TIMES_MAX);
    uint32_t types;

    b->duty.unique = -1;
    b->duty.times = 1;
    if (times && (!(times = pol_param(b->from, times)) ||
                  !pol_node_int(times, 1, max, &n, reporter(b))))
        return false;
    b->duty.times = (uint64_t)n;
    if (!unique)
        return true;
    types = get(b, "done") ? pol_clause_types(get(b, "done")) : 0;
    b->duty.unique = pol_field_need(b->from, unique->str, types, true,
                                    unique->place);
    return b->duty.unique >= 0;
}

static bool read_attest(duty_build *b)
{
    static const char *const words[] = { "owner" };
    const pol_node *n = get(b, "attest"), *by, *evidence, *other;
    size_t word;

    if (!n)
        return true;
    if (!pol_node_closed(n, "attest", attest_keys,
                         sizeof(attest_keys) / sizeof(*attest_keys),
                         reporter(b)))
        return false;
    by = pol_param(b->from, pol_node_get(n, "by"));
    evidence = pol_node_get(n, "evidence");
    other = pol_node_get(n, "other_than");
    if (!by || !pol_node_str(by, &b->duty.by, reporter(b)) ||
        !need_role(b, b->duty.by, by->place) ||
        (evidence && !pol_node_bool(evidence, &b->duty.evidence, reporter(b))) ||
        (other && !pol_node_word(other, words, 1, &word, reporter(b))))
        return false;
    b->duty.by = pol_keep(b->from->o, b->duty.by);
    b->duty.attested = true;
    b->duty.not_owner = other != NULL;
    return true;
}

/* { to = role, within = span }: nobody's event, so no field names anybody. */
static bool read_escalate(duty_build *b, const pol_node *n)
{
    static const pol_key keys[] = {
        { "to", POL_IS_STR | POL_IS_CALL, true },
        { "within", POL_IS_STR | POL_IS_CALL, false },
    };
    const pol_node *to;

    if (!pol_node_closed(n, "escalate", keys, 2, reporter(b)))
        return false;
    to = pol_param(b->from, pol_node_get(n, "to"));
    if (!to || !pol_node_str(to, &b->escalated, reporter(b)) ||
        !need_role(b, b->escalated, to->place) ||
        !pol_escalate_within(b->from, pol_node_get(n, "within"),
                             &b->escalated_within))
        return false;
    b->escalated = pol_keep(b->from->o, b->escalated);
    return true;
}

static bool read_overdue(duty_build *b)
{
    const pol_node *n = b->overdue, *again, *escalate;

    if (!n)
        return true;
    if (!pol_node_closed(n, "overdue", overdue_keys,
                         sizeof(overdue_keys) / sizeof(*overdue_keys),
                         reporter(b)))
        return false;
    again = pol_node_get(n, "again");
    escalate = pol_node_get(n, "escalate");
    if (escalate && !read_escalate(b, escalate))
        return false;
    if (!read_length(b, again, &b->duty.again))
        return false;
    if (!again || b->duty.again.count)
        return true;
    pol_report(reporter(b), POL_MSG_DUTY_ZERO, again->place, POL_STR("again"));
    return false;
}

/* --- one, or one for each */

/* What a part of an id may be: no slash, and no line feed, which ends an id in
 * the key of a record. */
static policy_str escaped(pol_org_build *o, policy_str s)
{
    char *out = pol_keep_new(o, char, 3 * s.len + 1);
    size_t n = 0;

    if (!out)
        return (policy_str){ NULL, 0 };
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '/' || s.ptr[i] == '%' || s.ptr[i] == '\n') {
            memcpy(out + n, s.ptr[i] == '/' ? "%2F" : s.ptr[i] == '%' ? "%25"
                                                                    : "%0A", 3);
            n += 3;
        } else {
            out[n++] = s.ptr[i];
        }
    return (policy_str){ out, n };
}

static policy_str suffixed(pol_org_build *o, policy_str id, const char *suffix)
{
    size_t len = strlen(suffix);
    char *s = pol_keep_new(o, char, id.len + len + 1);

    if (!s)
        return (policy_str){ NULL, 0 };
    memcpy(s, id.ptr, id.len);
    memcpy(s + id.len, suffix, len);
    return (policy_str){ s, id.len + len };
}

static policy_str record_id(pol_org_build *o, const char *face,
                            policy_str element)
{
    size_t len = strlen(face);
    char *id;

    if (element.len == 0)
        return pol_str(face);
    element = escaped(o, element);
    id = element.ptr ? pol_keep_new(o, char, len + 1 + element.len + 1) : NULL;
    if (!id)
        return (policy_str){ NULL, 0 };
    memcpy(id, face, len);
    id[len] = '/';
    memcpy(id + len + 1, element.ptr, element.len);
    return (policy_str){ id, len + 1 + element.len };
}

static pol_record_def *add_record(duty_build *b, policy_str element)
{
    pol_org_build *o = b->from->o;
    pol_record_def *d = pol_record_new(o);

    if (!d)
        return NULL;
    d->kind = POL_RECORD_DUTY;
    d->id = record_id(o, b->duty.face->id, element);
    d->types = b->open_types;
    d->keep = INT64_MAX;
    if (!d->id.ptr)
        return NULL;
    if (pol_record_find(o, POL_RECORD_DUTY, d->id)) {
        pol_report(reporter(b), POL_MSG_DUTY_TWICE, get(b, "id")->place, d->id);
        return NULL;
    }
    pol_record_set_key(d, &b->key);
    return d;
}

static void add_duty(pol_org_build *o, const pol_duty *duty)
{
    if (!pol_grow(&o->build->allocator, (void **)&o->duties, &o->duty_cap,
                  o->duty_count + 1, sizeof(*o->duties)) ||
        !pol_grow(&o->build->allocator, (void **)&o->records, &o->record_cap,
                  o->record_count + 1, sizeof(*o->records))) {
        o->status = POLICY_ENOMEM;
        return;
    }
    o->duties[o->duty_count++] = duty;
    o->records[o->record_count++] = duty->record;
}

/* A duty of the role to look at what `face` found; anybody may attest it. */
static pol_duty *add_escalation(pol_org_build *o, policy_str id,
                                const pol_rule *face, policy_str role,
                                pol_span within)
{
    pol_record_def *d = pol_record_new(o);
    pol_duty *duty = pol_keep_new(o, pol_duty, 1);

    if (!d || !duty || !id.ptr) {
        o->status = POLICY_ENOMEM;
        return NULL;
    }
    d->kind = POL_RECORD_DUTY;
    d->id = id;
    d->keep = INT64_MAX;
    d->key_count = 1;
    d->key_kinds[0] = POL_ID_ANY;
    d->duty = duty;
    *duty = (pol_duty){ .record = d, .face = face, .role = role, .who = -1,
                        .within = within, .times = 1, .unique = -1,
                        .attested = true, .by = { "", 0 },
                        .escalation = true };
    add_duty(o, duty);
    return duty;
}

const pol_duty *pol_decision_duty(pol_org_build *o, policy_str id,
                                  const pol_rule *face, policy_str role,
                                  pol_span within)
{
    pol_duty *duty = add_escalation(o, id, face, role, within);

    if (duty) {
        duty->decides = true;
        duty->by = role;
    }
    return duty;
}

void pol_escalations_define(pol_org_build *o, pol_rule *rules, size_t rule_count)
{
    for (size_t i = 0; i < rule_count && !o->status; i++) {
        pol_rule *rule = &rules[i], *face;

        if (!rule->escalate.set || rule->mode != POL_MODE_ENFORCE)
            continue;
        face = pol_keep_new(o, pol_rule, 1);
        if (!face)
            return;
        *face = (pol_rule){ .id = rule->id, .title = rule->title,
                            .category = "duty_overdue", .mode = rule->mode,
                            .verdict = POLICY_FLAG, .severity = rule->severity,
                            .in_force = INT64_MIN, .cites = rule->cites,
                            .cite_count = rule->cite_count,
                            .reason = rule->reason, .guard_file = -1,
                            .on_error = rule->on_error };
        face->escalate.who = face->escalate.other_than = -1;
        rule->escalate.duty = add_escalation(o, pol_str(rule->id), face,
                                             rule->escalate.to,
                                             rule->escalate.within);
    }
}

/* Clauses in the order in which one event does things: what it fulfils first,
 * then what it opens. */
static pol_duty *add_one(duty_build *b, policy_str element, int32_t field)
{
    pol_org_build *o = b->from->o;
    pol_record_def *d = add_record(b, element);
    pol_duty *duty = d ? pol_keep_new(o, pol_duty, 1) : NULL;
    pol_only only = { field, element };

    if (!duty)
        return NULL;
    *duty = b->duty;
    duty->record = d;
    duty->only = only;
    d->duty = duty;
    if (element.len && b->duty.role.len == 0 && b->duty.who < 0)
        duty->person = element;
    if (b->escalated.len)
        duty->escalated = add_escalation(o, suffixed(o, d->id, "//escalated"),
                                         duty->face, b->escalated,
                                         b->escalated_within);
    add_duty(o, duty);
    pol_clauses_defer(b->from, get(b, "done"), d, POL_CLAUSE_DONE, &only);
    pol_clauses_defer(b->from, get(b, "stop"), d, POL_CLAUSE_STOP, &only);
    pol_clauses_defer(b->from, get(b, "open"), d, POL_CLAUSE_OPEN, &only);
    return duty;
}

static const policy_str *elements(const duty_build *b, const pol_node *each,
                                  size_t *count, int32_t *field)
{
    const pol_organisation *c = &b->from->o->org->config;

    if (pol_str_is(each->str, "departments")) {
        *field = POLICY_FIELD_ACTOR_DEPT;
        *count = c->department_count;
        return c->departments;
    }
    if (pol_str_is(each->str, "platforms")) {
        *field = POLICY_FIELD_PLATFORM;
        *count = c->platform_count;
        return c->platforms;
    }
    *field = POLICY_FIELD_ACTOR;
    for (size_t i = 0; i < c->role_count; i++)
        if (pol_str_eq(c->roles[i].name, each->str)) {
            *count = c->roles[i].people_count;
            return c->roles[i].people;
        }
    *count = 0;
    return NULL;
}

static int by_only(const void *pa, const void *pb)
{
    const pol_duty *a = *(pol_duty *const *)pa, *b = *(pol_duty *const *)pb;

    return pol_str_cmp(a->only.value, b->only.value);
}

static void add_each(duty_build *b, const policy_str *all, size_t count,
                     int32_t field)
{
    pol_duty **siblings = pol_keep_new(b->from->o, pol_duty *, count);
    size_t n = 0;

    for (size_t i = 0; siblings && i < count && !b->from->o->status; i++) {
        siblings[n] = add_one(b, all[i], field);
        n += siblings[n] != NULL;
    }
    if (!siblings)
        return;
    pol_sort(siblings, n, sizeof(*siblings), by_only);
    for (size_t i = 0; i < n; i++) {
        siblings[i]->siblings = (const pol_duty *const *)siblings;
        siblings[i]->sibling_count = n;
    }
}

/* Nearest to nothing where it is a role that nobody has. */
static void report_each(duty_build *b, const pol_node *each)
{
    static const char *const words[] = { "departments", "platforms" };
    policy_str near = pol_org_role_nearest(b->from->o, each->str, words, 2);

    if (pol_str_eq(near, each->str))
        near = (policy_str){ "", 0 };
    pol_report_hint(reporter(b), POL_MSG_DUTY_EACH, each->place, near,
                    &each->str, 1);
}

static void add_all(duty_build *b)
{
    const pol_node *each = get(b, "each");
    const policy_str *all;
    size_t count = 0;
    int32_t field;

    if (!each) {
        add_one(b, (policy_str){ "", 0 }, 0);
        return;
    }
    all = elements(b, each, &count, &field);
    if (!count)
        report_each(b, each);
    add_each(b, all, count, field);
}

static bool read_duty(duty_build *b)
{
    bool good = read_when(b);

    good = only_with(b, "stop", "open", POL_MSG_DUTY_ONLY_OPEN) && good;
    good = only_with(b, "renew", "open", POL_MSG_DUTY_ONLY_OPEN) && good;
    good = only_with(b, "grain", "open", POL_MSG_DUTY_ONLY_OPEN) && good;
    good = only_with(b, "times", "done", POL_MSG_DUTY_ONLY_DONE) && good;
    good = only_with(b, "unique", "done", POL_MSG_DUTY_ONLY_DONE) && good;
    good = read_open(b) && good;
    good = read_owner(b) && good;
    good = read_remind(b) && good;
    good = read_flag(b, "renew", &b->duty.renew) && good;
    b->duty.grain = (pol_span){ DAY_MS, POL_SPAN_MS };
    good = read_length(b, get(b, "grain"), &b->duty.grain) && good;
    good = read_length(b, get(b, "grace"), &b->duty.grace) && good;
    good = read_quota(b) && good;
    good = read_attest(b) && good;
    b->duty.timer = !get(b, "done") && !b->duty.attested;
    return read_overdue(b) && good;
}

/* What the theme says of being overdue, where its tests stand under another
 * word; else -1. */
static int32_t replaced_verdict(const duty_build *b, const pol_node *theme)
{
    const pol_node *tests = pol_node_get(theme, "tests"), *n;

    if (!tests || tests->table.items != get(b, "tests")->table.items)
        return -1;
    n = pol_node_get(pol_node_get(theme, "overdue"), "verdict");
    if (!n)
        return POLICY_FLAG;
    return n->kind == POL_NODE_STR ? pol_verdict_find(n->str) : -1;
}

void pol_duty_define(const pol_origin *from, const pol_node *table,
                     const pol_node *theme)
{
    duty_build b = { .from = from, .table = table };
    pol_rule *face;
    bool good;

    if (!pol_node_closed(table, "duty", duty_keys,
                         sizeof(duty_keys) / sizeof(*duty_keys), reporter(&b)))
        return;
    face = pol_keep_new(from->o, pol_rule, 1);
    if (!face)
        return;
    b.overdue = pol_node_get(table, "overdue");
    b.duty.face = face;
    good = read_duty(&b);
    good = pol_face_compile(from, table, b.overdue, face) && good;
    if (!good) {
        assert(reporter(&b)->errors || from->o->status || from->o->build->status);
        return;
    }
    face->of = POL_OF_DUTY;
    if (get(&b, "tests"))
        pol_face_tests_compile(from, get(&b, "tests"), face, NULL,
                               replaced_verdict(&b, theme));
    pol_face_lint(from, table, b.overdue, face);
    if (face->mode != POL_MODE_OFF)
        add_all(&b);
}

static int by_id(const void *pa, const void *pb)
{
    const pol_duty *a = *(const pol_duty *const *)pa;
    const pol_duty *b = *(const pol_duty *const *)pb;

    return pol_str_cmp(a->record->id, b->record->id);
}

void pol_duties_settle(pol_org_build *o)
{
    const pol_duty **all = pol_keep_new(o, const pol_duty *, o->duty_count);

    if (!all)
        return;
    if (o->duty_count)
        memcpy(all, o->duties, o->duty_count * sizeof(*all));
    pol_sort(all, o->duty_count, sizeof(*all), by_id);
    o->org->duties = all;
    o->org->duty_count = o->duty_count;
}
