/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong rules are copies whose condition, match or list of exceptions was built
 * anew without a place, or with another in it; nothing is compiled.
 *
 * Where a test has a past, the wrong rule must have been in it from the start:
 * what it let pass then was written, and what it counted. So a whole
 * organisation stands in, which has other arrays of rules, clauses, duties and
 * ladders and shares all else with the right one. A duty is found through the
 * record that a tick reads, and by clauses that write to it, so its record is
 * copied with it, and they write to that; its key is the same.
 */
#include "evaluate/rule_wrong.h"

#include <string.h>

#include "base/alloc.h"

typedef struct making {
    pol_arena *arena;
    bool starved;
} making;

/* Of what is measured: not by one. */
static int64_t scaled(int64_t n, pol_wrong_change change)
{
    return change == POL_WRONG_HALF    ? n / 2
           : change == POL_WRONG_TWICE ? (n < INT64_MAX / 2 ? n * 2 : INT64_MAX)
           : change == POL_WRONG_LESS  ? n - 1
                                       : n + 1;
}

static void *copy_of(making *x, const void *what, size_t size)
{
    void *copy = pol_arena_alloc(x->arena, size);

    if (copy)
        memcpy(copy, what, size);
    else
        x->starved = true;
    return copy;
}
#define COPY_OF(x, what) copy_of((x), (what), sizeof(*(what)))

static void change_known(making *x, pol_cond *c, const pol_wrong *w)
{
    pol_known *k = COPY_OF(x, c->known);

    if (!k)
        return;
    if (w->part == POL_WRONG_WITHIN)
        k->within.count = scaled(k->within.count, w->change);
    else if (w->part == POL_WRONG_AT_LEAST)
        k->at_least = (uint32_t)scaled(k->at_least, w->change);
    else
        k->other = false;
    c->known = k;
}

static void drop_value(making *x, pol_cond *c, size_t which)
{
    pol_value *kept = pol_arena_new(x->arena, pol_value, c->value_count);
    size_t n = 0;

    if (!kept) {
        x->starved = true;
        return;
    }
    for (size_t i = 0; i < c->value_count; i++)
        if (i != which)
            kept[n++] = c->values[i];
    c->values = kept;
    c->value_count = n;
}

/* The one test that is wrong. */
static void change_test(making *x, pol_cond *c, const pol_wrong *w)
{
    if (w->part == POL_WRONG_VALUE)
        drop_value(x, c, w->ordinal);
    else if (w->part == POL_WRONG_NUMBER)
        c->number = scaled(c->number, w->change);
    else if (w->part == POL_WRONG_WHOLE) {
        pol_cond *kid = COPY_OF(x, c);

        *c = (pol_cond){ .op = POL_COND_NONE, .kids = kid, .kid_count = 1 };
    } else {
        change_known(x, c, w);
    }
}

static const pol_cond *change_cond(making *x, const pol_cond *c,
                                   const pol_cond *twin, const pol_wrong *w,
                                   bool *gone);

/* What is known where the record is as a condition has it. */
static const pol_cond *change_inside(making *x, const pol_cond *c,
                                     const pol_cond *twin, const pol_wrong *w)
{
    bool gone;
    const pol_cond *where = change_cond(x, c->known->where, twin->known->where,
                                        w, &gone);
    pol_cond *copy;
    pol_known *k;

    if (where == c->known->where)
        return c;
    copy = COPY_OF(x, c);
    k = COPY_OF(x, c->known);
    if (!copy || !k)
        return c;
    k->where = gone ? NULL : where;
    copy->known = k;
    return copy;
}

static const pol_cond *change_kids(making *x, const pol_cond *c,
                                   const pol_cond *twin, const pol_wrong *w,
                                   bool *gone)
{
    pol_cond *copy = COPY_OF(x, c);
    pol_cond *kids = pol_arena_new(x->arena, pol_cond, c->kid_count + 1);
    size_t kept = 0;

    if (!copy || !kids) {
        x->starved = true;
        return c;
    }
    for (size_t i = 0; i < c->kid_count; i++) {
        bool none;
        const pol_cond *kid = change_cond(x, &c->kids[i], &twin->kids[i], w, &none);

        if (!none)
            kids[kept++] = *kid;
    }
    *gone = kept == 0;
    copy->kids = kids;
    copy->kid_count = kept;
    return *gone ? NULL : copy;
}

/* The condition with what is wrong with it: itself, where nothing is; *gone:
 * nothing is left of it, and it is NULL. What is wrong is named by its place in
 * `twin`, which is the condition, or was compiled of the same source. */
static const pol_cond *change_cond(making *x, const pol_cond *c,
                                   const pol_cond *twin, const pol_wrong *w,
                                   bool *gone)
{
    pol_cond *copy;

    *gone = twin == w->what && w->change == POL_WRONG_DROP &&
            w->part == POL_WRONG_WHOLE;
    if (*gone)
        return NULL;
    if (twin != w->what && c->op <= POL_COND_NONE)
        return change_kids(x, c, twin, w, gone);
    if (twin != w->what)
        return c->known && c->known->where ? change_inside(x, c, twin, w) : c;
    copy = COPY_OF(x, c);
    if (!copy)
        return c;
    change_test(x, copy, w);
    return copy;
}

/* The same of a match. `near` without one of the two is the other; `at_least`
 * of nothing is gone. */
static const pol_match *change_match(making *x, const pol_match *m,
                                     const pol_wrong *w, bool *gone)
{
    pol_match *copy, *kids;
    size_t kept = 0;

    *gone = m == w->what && w->change == POL_WRONG_DROP &&
            w->part == POL_WRONG_WHOLE;
    if (*gone)
        return NULL;
    if (m->op == POL_MATCH_SIGNAL && m != w->what)
        return m;
    copy = COPY_OF(x, m);
    kids = pol_arena_new(x->arena, pol_match, m->kid_count + 1);
    if (!copy || !kids) {
        x->starved = true;
        return m;
    }
    if (m->op == POL_MATCH_SIGNAL) {
        copy->confidence = 0;
        return copy;
    }
    for (size_t i = 0; i < m->kid_count; i++) {
        bool none;
        const pol_match *kid = change_match(x, &m->kids[i], w, &none);

        if (!none)
            kids[kept++] = *kid;
    }
    *gone = kept == 0;
    copy->kids = kids;
    copy->kid_count = kept;
    if (m->op == POL_MATCH_NEAR &&
        (kept < 2 || (m == w->what && w->change == POL_WRONG_APART)))
        copy->op = POL_MATCH_ALL;
    else if (m == w->what)
        copy->count = (uint32_t)scaled(m->count, w->change);
    return copy;
}

static const pol_cond *cond_without(making *x, const pol_cond *c,
                                    const pol_cond *twin, const pol_wrong *w);

/* The whole exception is dropped, or a test of it is wrong: without its only
 * one it always holds. */
static void change_excepts(making *x, pol_rule *r, const pol_wrong *w)
{
    pol_except *kept = pol_arena_new(x->arena, pol_except, r->except_count);
    const pol_cond always = { .op = POL_COND_ALL };
    size_t n = 0;

    if (!kept) {
        x->starved = true;
        return;
    }
    for (size_t i = 0; i < r->except_count; i++) {
        const pol_except *e = &r->excepts[i];

        if (w->what == e)
            continue;
        kept[n] = *e;
        if (w->except == e)
            kept[n].where = cond_without(x, e->where, e->where, w);
        if (w->except == e && !kept[n].where)
            kept[n].where = COPY_OF(x, &always);
        n++;
    }
    r->excepts = kept;
    r->except_count = n;
}

static void change_count(making *x, pol_rule *r, const pol_wrong *w)
{
    pol_count *copy = COPY_OF(x, r->count);

    if (!copy)
        return;
    if (w->part == POL_WRONG_OVER)
        copy->over = scaled(copy->over, w->change);
    else if (w->part == POL_WRONG_DISTINCT)
        copy->distinct = -1;
    else if (w->part == POL_WRONG_SUM)
        copy->sum = -1;
    else
        copy->more_than = scaled(copy->more_than, w->change);
    r->count = copy;
}

/* One of `fields` is not looked at, or one of `on`. */
static void change_scope(making *x, pol_rule *r, const pol_wrong *w)
{
    size_t role = w->ordinal - POLICY_FIELD_COUNT - 1, n = 0;
    policy_str *roles;

    if (w->part == POL_WRONG_TYPE) {
        r->types &= ~(UINT32_C(1) << w->ordinal);
        return;
    }
    if (w->ordinal < POLICY_FIELD_COUNT) {
        r->fields.mask[w->ordinal / 64] &= ~(UINT64_C(1) << w->ordinal % 64);
        return;
    }
    if (w->ordinal == POLICY_FIELD_COUNT) {
        r->fields.parts = false;
        return;
    }
    roles = pol_arena_new(x->arena, policy_str, r->fields.role_count + 1);
    if (!roles) {
        x->starved = true;
        return;
    }
    for (size_t i = 0; i < r->fields.role_count; i++)
        if (i != role)
            roles[n++] = r->fields.roles[i];
    r->fields.roles = roles;
    r->fields.role_count = n;
}

static int32_t other_verdict(int32_t verdict)
{
    return verdict > POLICY_FLAG ? POLICY_FLAG : POLICY_WARN;
}

/* Nothing left of it is NULL: always true of `where`, no gate at all. */
static const pol_cond *cond_without(making *x, const pol_cond *c,
                                    const pol_cond *twin, const pol_wrong *w)
{
    bool gone = false;
    const pol_cond *left = c ? change_cond(x, c, twin, w, &gone) : NULL;

    return gone ? NULL : left;
}

/* A rule whose whole match is gone never fires. */
static const pol_match *match_without(making *x, const pol_match *m,
                                      const pol_wrong *w)
{
    static const pol_match never = { .op = POL_MATCH_ANY };
    bool gone = false;
    const pol_match *left = change_match(x, m, w, &gone);

    return gone ? &never : left;
}

bool pol_wrong_rule(pol_rule *out, const pol_rule *rule, const pol_wrong *w,
                    pol_arena *arena)
{
    making x = { arena, false };

    *out = *rule;
    switch (w->kind) {
    case POL_WRONG_MATCH:
        out->match = match_without(&x, rule->match, w);
        break;
    case POL_WRONG_WHERE:
        if (rule->of == POL_OF_RULE)
            out->where = cond_without(&x, rule->where, rule->where, w);
        break;
    case POL_WRONG_REQUIRES:
        out->requires = cond_without(&x, rule->requires, rule->requires, w);
        break;
    case POL_WRONG_EXCEPT:
        change_excepts(&x, out, w);
        break;
    case POL_WRONG_COUNT:
        if (!w->clause)
            change_count(&x, out, w);
        break;
    case POL_WRONG_SCOPE:
        change_scope(&x, out, w);
        break;
    case POL_WRONG_CHECK:
        out->guard_file = -1;
        break;
    case POL_WRONG_VERDICT:
        out->verdict = other_verdict(rule->verdict);
        break;
    case POL_WRONG_DUTY:
        out->escalate.set = false;
        break;
    case POL_WRONG_WORD:
    case POL_WRONG_LADDER:
    case POL_WRONG_MEMORY:
        break;
    }
    return !x.starved;
}

/* --- an organisation that has it */

#define GROW(x, a, array, cap, n)                                             \
    pol_grow((a), (void **)&(x)->array, &(x)->cap, (n) + 1, sizeof(*(x)->array))

/* An array of no items may be NULL. */
static void copy_all(void *to, const void *from, size_t count, size_t item)
{
    if (count)
        memcpy(to, from, count * item);
}

bool pol_stand_in_take(pol_stand_in *x, const policy_allocator *a,
                       const pol_org *of)
{
    if (!GROW(x, a, rules, rule_cap, of->rule_count) ||
        !GROW(x, a, clauses, clause_cap, of->clause_count) ||
        !GROW(x, a, duties, duty_cap, of->duty_count) ||
        !GROW(x, a, ladders, ladder_cap, of->ladder_count))
        return false;
    copy_all(x->clauses, of->clauses, of->clause_count, sizeof(*x->clauses));
    copy_all(x->duties, of->duties, of->duty_count, sizeof(*x->duties));
    copy_all(x->ladders, of->ladders, of->ladder_count, sizeof(*x->ladders));
    copy_all(x->rules, of->rules, of->rule_count, sizeof(*x->rules));
    x->of = of;
    memcpy(&x->org, of, sizeof(x->org));
    x->org.rules = x->rules;
    x->org.clauses = x->clauses;
    x->org.duties = x->duties;
    x->org.ladders = x->ladders;
    return true;
}

void pol_stand_in_rule(pol_stand_in *x, const pol_rule *rule,
                       const pol_rule *wrong)
{
    x->rules[rule - x->of->rules] = *wrong;
}

/* --- clauses */

/* `rule` is SIZE_MAX among the clauses of events. */
static const pol_clause *next_clause(const pol_org *org, pol_clause_walk *w)
{
    if (w->rule == SIZE_MAX && w->at < org->clause_count)
        return &org->clauses[w->at++];
    if (w->rule == SIZE_MAX)
        *w = (pol_clause_walk){ 0, 0 };
    for (; w->rule < org->rule_count; w->rule++, w->at = 0)
        if (w->at < org->rules[w->rule].write_count)
            return org->rules[w->rule].writes[w->at++];
    return NULL;
}

const pol_clause *pol_clause_next(const pol_org *org, const pol_record_def *record,
                                  pol_clause_walk *walk)
{
    const pol_clause *c = next_clause(org, walk);

    while (c && record && c->record != record)
        c = next_clause(org, walk);
    return c;
}

static bool same_definition(const pol_record_def *a, const pol_record_def *b)
{
    return a == b || (a->duty && b->duty && !a->duty->escalation &&
                      !b->duty->escalation && a->duty->face == b->duty->face);
}

/* Of an instance of `each`: the clause that was compiled of the same source. */
static const pol_clause *twin_of(const pol_org *org, const pol_clause *c,
                                 const pol_clause *of)
{
    pol_clause_walk own = POL_CLAUSE_WALK_INIT, other = POL_CLAUSE_WALK_INIT;
    const pol_clause *twin = NULL, *at = NULL;

    if (c->record == of->record)
        return c;
    while (at != c) {
        at = pol_clause_next(org, c->record, &own);
        twin = pol_clause_next(org, of->record, &other);
    }
    return twin;
}

/* Dropped, it is of no event. */
static void change_clause(making *x, pol_clause *c, const pol_wrong *w)
{
    if (w->what == w->clause)
        c->types = 0;
    else
        c->where = cond_without(x, c->where, w->clause->where, w);
}

static void change_writes(making *x, pol_rule *rule, size_t which,
                          const pol_wrong *w)
{
    const pol_clause **writes = pol_arena_new(x->arena, const pol_clause *,
                                              rule->write_count);
    pol_clause *copy = COPY_OF(x, rule->writes[which]);
    size_t n = 0;

    if (!writes || !copy) {
        x->starved = true;
        return;
    }
    change_clause(x, copy, w);
    for (size_t i = 0; i < rule->write_count; i++)
        if (i != which || w->what != w->clause)
            writes[n++] = i == which ? copy : rule->writes[i];
    rule->writes = writes;
    rule->write_count = n;
}

bool pol_stand_in_clause(pol_stand_in *x, const pol_wrong *w, pol_arena *arena)
{
    making m = { arena, false };
    pol_clause_walk walk = POL_CLAUSE_WALK_INIT;
    const pol_clause *c;

    while ((c = pol_clause_next(x->of, NULL, &walk)) != NULL) {
        if (!same_definition(c->record, w->clause->record) ||
            twin_of(x->of, c, w->clause) != w->clause)
            continue;
        if (walk.rule == SIZE_MAX)
            change_clause(&m, &x->clauses[walk.at - 1], w);
        else
            change_writes(&m, &x->rules[walk.rule], walk.at - 1, w);
    }
    return !m.starved;
}

/* --- duties and ladders */

static void change_part(pol_duty *duty, pol_rule *face, const pol_wrong *w)
{
    switch (w->part) {
    case POL_WRONG_ATTEST: duty->attested = false; break;
    case POL_WRONG_REMIND: duty->remind_count = 0; break;
    case POL_WRONG_DUE:
        duty->within.count = scaled(duty->within.count, w->change);
        break;
    case POL_WRONG_TIMES:
        duty->times = (uint64_t)scaled((int64_t)duty->times, w->change);
        break;
    case POL_WRONG_UNIQUE: duty->unique = -1; break;
    case POL_WRONG_RENEW: duty->renew = false; break;
    case POL_WRONG_GRACE: duty->grace.count = 0; break;
    case POL_WRONG_AGAIN: duty->again.count = 0; break;
    case POL_WRONG_BY: duty->by = (policy_str){ "", 0 }; break;
    case POL_WRONG_EVIDENCE: duty->evidence = false; break;
    case POL_WRONG_NOT_OWNER: duty->not_owner = false; break;
    case POL_WRONG_ESCALATE: duty->escalated = NULL; break;
    default: face->verdict = other_verdict(face->verdict); break;
    }
}

/* What goes with findings and writes to the one record, to the other. */
static void redirect_writes(making *m, pol_rule *rule,
                            const pol_record_def *from, const pol_record_def *to)
{
    const pol_clause **writes = NULL;

    for (size_t i = 0; i < rule->write_count && !m->starved; i++) {
        pol_clause *copy;

        if (rule->writes[i]->record != from)
            continue;
        if (!writes)
            writes = copy_of(m, rule->writes, rule->write_count * sizeof(*writes));
        copy = COPY_OF(m, rule->writes[i]);
        if (!writes || !copy)
            return;
        copy->record = to;
        writes[i] = copy;
    }
    if (writes)
        rule->writes = writes;
}

static void redirect(making *m, pol_stand_in *x, const pol_record_def *from,
                     const pol_record_def *to)
{
    for (size_t i = 0; i < x->org.clause_count; i++)
        if (x->clauses[i].record == from)
            x->clauses[i].record = to;
    for (size_t i = 0; i < x->org.rule_count; i++)
        redirect_writes(m, &x->rules[i], from, to);
}

static bool change_duty(pol_stand_in *x, size_t i, const pol_wrong *w,
                        pol_arena *arena)
{
    making m = { arena, false };
    const pol_duty *old = x->of->duties[i];
    pol_duty *duty = COPY_OF(&m, old);
    pol_record_def *record = COPY_OF(&m, old->record);
    pol_rule *face = COPY_OF(&m, old->face);

    if (m.starved)
        return false;
    record->duty = duty;
    duty->record = record;
    duty->face = face;
    change_part(duty, face, w);
    x->duties[i] = duty;
    redirect(&m, x, old->record, record);
    return !m.starved;
}

static bool change_duties(pol_stand_in *x, const pol_rule *face,
                          const pol_wrong *w, pol_arena *arena)
{
    for (size_t i = 0; i < x->org.duty_count; i++)
        if (x->of->duties[i]->face == face && !x->of->duties[i]->escalation &&
            !change_duty(x, i, w, arena))
            return false;
    return true;
}

static void change_track(making *x, pol_track *t, const pol_track *old,
                         const pol_wrong *w)
{
    if (w->kind == POL_WRONG_WHERE)
        t->where = cond_without(x, old->where, old->where, w);
    else if (w->part == POL_WRONG_GRAVITY && w->what == old)
        t->first[w->ordinal] = 0;
}

static bool change_ladder(const pol_ladder **out, const pol_wrong *w,
                          pol_arena *arena)
{
    making m = { arena, false };
    const pol_ladder *old = *out;
    pol_ladder *ladder = COPY_OF(&m, old);
    pol_track *tracks = pol_arena_new(arena, pol_track, old->track_count + 1);
    size_t n = 0;

    if (!ladder || !tracks)
        return false;
    for (size_t i = 0; i < old->track_count; i++) {
        if (w->part == POL_WRONG_TRACK && w->what == &old->tracks[i])
            continue;
        tracks[n] = old->tracks[i];
        change_track(&m, &tracks[n++], &old->tracks[i], w);
    }
    if (w->kind == POL_WRONG_WHERE)
        ladder->where = cond_without(&m, old->where, old->where, w);
    else if (w->part == POL_WRONG_REPEATS)
        ladder->raise = 0;
    else if (w->part == POL_WRONG_OVER)
        ladder->over = scaled(ladder->over, w->change);
    else if (w->part == POL_WRONG_ALSO)
        ladder->also_departments = false;
    ladder->tracks = tracks;
    ladder->track_count = n;
    *out = ladder;
    return !m.starved;
}

bool pol_stand_in_face(pol_stand_in *x, const pol_rule *face,
                       const pol_wrong *w, pol_arena *arena)
{
    if (face->of == POL_OF_DUTY)
        return change_duties(x, face, w, arena);
    for (size_t i = 0; i < x->org.ladder_count; i++)
        if (x->of->ladders[i]->face == face)
            return change_ladder(&x->ladders[i], w, arena);
    return true;
}

void pol_stand_in_fini(pol_stand_in *x, const policy_allocator *a)
{
    pol_free(a, x->rules, x->rule_cap * sizeof(*x->rules));
    pol_free(a, x->clauses, x->clause_cap * sizeof(*x->clauses));
    pol_free(a, x->duties, x->duty_cap * sizeof(*x->duties));
    pol_free(a, x->ladders, x->ladder_cap * sizeof(*x->ladders));
}
