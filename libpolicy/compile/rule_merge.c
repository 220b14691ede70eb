/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Equal rules are one: what two rules look at and decide is hashed, and the
 * citations of the second are united with those of the first. Twenty-one
 * regulations that use one theme cost one rule.
 */

#include "base/alloc.h"
#include "base/slice.h"
#include "base/sort.h"
#include "compile/build.h"

static void add_number(pol_sha256 *h, int64_t v)
{
    pol_sha256_add(h, &v, sizeof(v));
}

static void add_match(pol_sha256 *h, const pol_match *m)
{
    add_number(h, m != NULL);
    if (!m)
        return;
    add_number(h, m->op);
    add_number(h, m->signal);
    add_number(h, m->confidence);
    add_number(h, m->count);
    add_number(h, (int64_t)m->kid_count);
    for (size_t i = 0; i < m->kid_count; i++)
        add_match(h, &m->kids[i]);
}

static void add_value(pol_sha256 *h, const pol_value *v)
{
    add_number(h, v->kind);
    if (v->kind == POL_STR)
        pol_sha256_field(h, v->str);
    else
        add_number(h, v->i);
}

/* Is the counter no other rule's? */
static bool is_own_count(const pol_rule *r)
{
    return pol_str_is(r->count->record->id, r->id);
}

static void add_key(pol_sha256 *h, const pol_key_use *key)
{
    add_number(h, key->count);
    for (uint8_t i = 0; i < key->count; i++)
        add_number(h, key->fields[i]);
}

static void add_cond(pol_sha256 *h, const pol_cond *c);

static void add_known(pol_sha256 *h, const pol_known *k)
{
    add_number(h, k != NULL);
    if (!k)
        return;
    add_number(h, k->record->kind);
    pol_sha256_field(h, k->record->id);
    add_key(h, &k->key);
    add_cond(h, k->where);
    add_number(h, k->within.count);
    add_number(h, k->within.unit);
    add_number(h, k->at_least);
    add_number(h, k->other);
    add_number(h, k->overdue);
    add_number(h, k->each);
}

/* But for whose counter it is: that becomes one. */
static void add_count(pol_sha256 *h, const pol_rule *r)
{
    const pol_count *c = r->count;

    add_number(h, c != NULL);
    if (!c)
        return;
    add_key(h, &c->by);
    add_number(h, c->over);
    add_number(h, c->period);
    add_number(h, c->more_than);
    add_number(h, c->distinct);
    add_number(h, c->sum);
    if (!is_own_count(r))
        pol_sha256_field(h, c->record->id);
}

static void add_reads(pol_sha256 *h, const pol_rule *r)
{
    add_number(h, (int64_t)r->read_count);
    for (size_t i = 0; i < r->read_count; i++) {
        pol_sha256_field(h, r->reads[i].name);
        pol_sha256_field(h, r->reads[i].record->id);
        add_key(h, &r->reads[i].key);
    }
}

static void add_cond(pol_sha256 *h, const pol_cond *c)
{
    add_number(h, c != NULL);
    if (!c)
        return;
    add_number(h, c->op);
    add_number(h, c->field);
    add_number(h, c->other);
    add_number(h, c->attribute);
    add_number(h, c->number);
    add_number(h, c->unit);
    add_known(h, c->known);
    pol_sha256_field(h, c->fact);
    pol_sha256_field(h, c->set ? c->set->name : POL_STR(""));
    add_number(h, (int64_t)c->value_count);
    for (size_t i = 0; i < c->value_count; i++)
        add_value(h, &c->values[i]);
    add_number(h, (int64_t)c->kid_count);
    for (size_t i = 0; i < c->kid_count; i++)
        add_cond(h, &c->kids[i]);
}

static void add_fields(pol_sha256 *h, const pol_scope *f)
{
    add_number(h, f->all);
    add_number(h, f->parts);
    pol_sha256_add(h, f->mask, sizeof(f->mask));
    add_number(h, (int64_t)f->role_count);
    for (size_t i = 0; i < f->role_count; i++)
        pol_sha256_field(h, f->roles[i]);
}

static void digest(const pol_rule *r, uint8_t out[32])
{
    pol_sha256 h;

    pol_sha256_init(&h);
    add_number(&h, r->mode);
    add_number(&h, r->verdict);
    add_number(&h, r->severity);
    add_number(&h, r->types);
    add_number(&h, r->in_force);
    pol_sha256_field(&h, pol_str(r->category));
    add_cond(&h, r->where);
    add_cond(&h, r->requires);
    add_count(&h, r);
    add_match(&h, r->match);
    add_fields(&h, &r->fields);
    pol_sha256_field(&h, r->tell.zh);
    pol_sha256_field(&h, r->tell.en);
    add_number(&h, r->guard_file);
    add_number(&h, r->guard_function);
    add_reads(&h, r);
    add_number(&h, (int64_t)r->need_count);
    for (size_t i = 0; i < r->need_count; i++)
        pol_sha256_field(&h, r->needs[i]);
    add_number(&h, r->escalate.set);
    pol_sha256_field(&h, r->escalate.to);
    add_number(&h, r->escalate.who);
    add_number(&h, r->escalate.attribute);
    add_number(&h, r->escalate.other_than);
    add_number(&h, r->escalate.within.count);
    add_number(&h, r->escalate.within.unit);
    pol_sha256_done(&h, out);
}

/* Exceptions belong to one rule, so do whom it is tried on and what its findings
 * write or reset: such a rule stays its own. */
static bool may_merge(const pol_rule *r)
{
    return r->except_count == 0 && r->cite_count > 0 && !r->named &&
           !r->rollout && !(r->count && r->count->resets);
}

/* Whichever of them comes first, the counter is the same. */
static void unite_counts(pol_rule *into, const pol_rule *from)
{
    if (into->count &&
        pol_str_cmp(from->count->record->id, into->count->record->id) < 0)
        into->count = from->count;
}

static bool has_cite(const pol_rule *r, const policy_cite *c)
{
    for (size_t i = 0; i < r->cite_count; i++)
        if (pol_str_eq(r->cites[i].regulation, c->regulation) &&
            pol_str_eq(r->cites[i].article, c->article))
            return true;
    return false;
}

static void unite(pol_org_build *o, pol_rule *into, const pol_rule *from)
{
    policy_cite *cites = pol_keep_new(o, policy_cite,
                                      into->cite_count + from->cite_count);
    size_t count = into->cite_count;

    unite_counts(into, from);
    if (!cites)
        return;
    memcpy(cites, into->cites, count * sizeof(*cites));
    for (size_t i = 0; i < from->cite_count; i++)
        if (!has_cite(into, &from->cites[i]))
            cites[count++] = from->cites[i];
    into->cites = cites;
    into->cite_count = count;
}

typedef struct twin { const uint8_t *digest; size_t rule; } twin;

static int compare(const void *pa, const void *pb)
{
    const twin *a = pa, *b = pb;
    int c = memcmp(a->digest, b->digest, 32);

    return c ? c : (a->rule > b->rule) - (a->rule < b->rule);
}

static void drop(pol_org_build *o, const bool *gone)
{
    size_t kept = 0;

    for (size_t i = 0; i < o->rule_count; i++)
        if (!gone[i])
            o->rules[kept++] = o->rules[i];
    o->rule_count = kept;
}

void pol_rules_merge(pol_org_build *o)
{
    size_t count = o->rule_count;
    pol_arena *a = &o->build->arena;
    uint8_t *digests = pol_arena_new(a, uint8_t, count * 32 + 1);
    twin *twins = pol_arena_new(a, twin, count + 1);
    bool *gone = pol_arena_new(a, bool, count + 1);

    if (!digests || !twins || !gone) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        digest(&o->rules[i], digests + i * 32);
        twins[i] = (twin){ digests + i * 32, i };
    }
    pol_sort(twins, count, sizeof(*twins), compare);
    for (size_t i = 0; i < count;) {
        const uint8_t *same = twins[i].digest;
        pol_rule *into = NULL;

        for (; i < count && memcmp(twins[i].digest, same, 32) == 0; i++) {
            pol_rule *rule = &o->rules[twins[i].rule];

            if (!may_merge(rule))
                continue;
            if (into) {
                unite(o, into, rule);
                gone[twins[i].rule] = true;
            } else {
                into = rule;
            }
        }
    }
    drop(o, gone);
}
