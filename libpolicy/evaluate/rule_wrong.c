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
 * record that a tick reads, so its record is copied with it; clauses go on
 * writing to the right one, whose key is the same.
 */
#include "evaluate/rule_wrong.h"

#include <string.h>

#include "base/alloc.h"

typedef struct making {
    pol_arena *arena;
    bool starved;
} making;

/* The condition without `w->what`, or with its opposite; *gone: nothing is
 * left of it. NULL: no memory, or gone. */
static const pol_cond *change_cond(making *x, const pol_cond *c,
                                   const pol_wrong *w, bool *gone)
{
    pol_cond *copy, *kids;
    size_t count = c->op <= POL_COND_NONE ? c->kid_count : 1, kept = 0;

    *gone = c == w->what && w->change == POL_WRONG_DROP;
    if (*gone)
        return NULL;
    if (c->op > POL_COND_NONE && c != w->what)
        return c;
    copy = pol_arena_new(x->arena, pol_cond, 1);
    kids = pol_arena_new(x->arena, pol_cond, count + 1);
    if (!copy || !kids) {
        x->starved = true;
        return c;
    }
    *copy = *c;
    if (c == w->what) {
        *copy = (pol_cond){ .op = POL_COND_NONE };
        kids[kept++] = *c;
    }
    for (size_t i = 0; c != w->what && i < c->kid_count; i++) {
        bool none;
        const pol_cond *kid = change_cond(x, &c->kids[i], w, &none);

        if (!none)
            kids[kept++] = *kid;
    }
    *gone = kept == 0;
    copy->kids = kids;
    copy->kid_count = kept;
    return copy;
}

/* The same of a match. `near` without one of the two is the other; `at_least`
 * of nothing is gone. */
static const pol_match *change_match(making *x, const pol_match *m,
                                     const pol_wrong *w, bool *gone)
{
    pol_match *copy, *kids;
    size_t kept = 0;

    *gone = m == w->what && w->change == POL_WRONG_DROP;
    if (*gone)
        return NULL;
    if (m->op == POL_MATCH_SIGNAL)
        return m;
    copy = pol_arena_new(x->arena, pol_match, 1);
    kids = pol_arena_new(x->arena, pol_match, m->kid_count + 1);
    if (!copy || !kids) {
        x->starved = true;
        return m;
    }
    for (size_t i = 0; i < m->kid_count; i++) {
        bool none;
        const pol_match *kid = change_match(x, &m->kids[i], w, &none);

        if (!none)
            kids[kept++] = *kid;
    }
    *gone = kept == 0;
    *copy = *m;
    copy->kids = kids;
    copy->kid_count = kept;
    if (m->op == POL_MATCH_NEAR && (kept < 2 || m == w->what))
        copy->op = POL_MATCH_ALL;
    else if (m == w->what)
        copy->count += w->change == POL_WRONG_MORE ? 1u : -1u;
    return copy;
}

static void change_excepts(making *x, pol_rule *r, const pol_except *without)
{
    pol_except *kept = pol_arena_new(x->arena, pol_except, r->except_count);
    size_t n = 0;

    if (!kept) {
        x->starved = true;
        return;
    }
    for (size_t i = 0; i < r->except_count; i++)
        if (&r->excepts[i] != without)
            kept[n++] = r->excepts[i];
    r->excepts = kept;
    r->except_count = n;
}

static void change_count(making *x, pol_rule *r, pol_wrong_change change)
{
    pol_count *copy = pol_arena_new(x->arena, pol_count, 1);

    if (!copy) {
        x->starved = true;
        return;
    }
    *copy = *r->count;
    copy->more_than += change == POL_WRONG_MORE ? 1 : -1;
    r->count = copy;
}

static int32_t other_verdict(int32_t verdict)
{
    return verdict > POLICY_FLAG ? POLICY_FLAG : POLICY_WARN;
}

/* Nothing left of it is NULL: always true of `where`, no gate at all. */
static const pol_cond *cond_without(making *x, const pol_cond *c,
                                    const pol_wrong *w)
{
    bool gone = false;
    const pol_cond *left = c ? change_cond(x, c, w, &gone) : NULL;

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
            out->where = cond_without(&x, rule->where, w);
        break;
    case POL_WRONG_REQUIRES:
        out->requires = cond_without(&x, rule->requires, w);
        break;
    case POL_WRONG_EXCEPT:
        change_excepts(&x, out, w->what);
        break;
    case POL_WRONG_COUNT:
        change_count(&x, out, w->change);
        break;
    case POL_WRONG_CHECK:
        out->guard_file = -1;
        break;
    case POL_WRONG_VERDICT:
        out->verdict = other_verdict(rule->verdict);
        break;
    case POL_WRONG_WORD:
    case POL_WRONG_DUTY:
    case POL_WRONG_LADDER:
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

/* Of each instance of the duty that one clause. */
static void drop_clauses(pol_stand_in *x, const pol_rule *face,
                         const pol_clause *which, size_t ordinal)
{
    const pol_record_def *record = NULL;
    size_t seen = 0;

    for (size_t i = 0; i < x->org.clause_count; i++) {
        pol_clause *c = &x->clauses[i];

        if (!c->record->duty || c->record->duty->face != face ||
            c->record->duty->escalation || c->does != which->does)
            continue;
        if (c->record != record)
            seen = 0;
        record = c->record;
        if (seen++ == ordinal)
            c->types = 0;
    }
}

static bool change_duty(pol_stand_in *x, size_t i, const pol_wrong *w,
                        pol_arena *arena)
{
    pol_duty *duty = pol_arena_new(arena, pol_duty, 1);
    pol_record_def *record = pol_arena_new(arena, pol_record_def, 1);
    pol_rule *face = pol_arena_new(arena, pol_rule, 1);

    if (!duty || !record || !face)
        return false;
    *duty = *x->of->duties[i];
    *record = *duty->record;
    *face = *duty->face;
    record->duty = duty;
    duty->record = record;
    duty->face = face;
    if (w->kind == POL_WRONG_VERDICT)
        face->verdict = other_verdict(face->verdict);
    else if (w->part == POL_WRONG_ATTEST)
        duty->attested = false;
    else
        duty->remind_count = 0;
    x->duties[i] = duty;
    return true;
}

static bool change_duties(pol_stand_in *x, const pol_rule *face,
                          const pol_wrong *w, pol_arena *arena)
{
    if (w->kind == POL_WRONG_DUTY && w->part == POL_WRONG_CLAUSE) {
        drop_clauses(x, face, w->what, w->ordinal);
        return true;
    }
    for (size_t i = 0; i < x->org.duty_count; i++)
        if (x->of->duties[i]->face == face && !x->of->duties[i]->escalation &&
            !change_duty(x, i, w, arena))
            return false;
    return true;
}

static bool change_ladder(const pol_ladder **out, const pol_wrong *w,
                          pol_arena *arena)
{
    making m = { arena, false };
    const pol_ladder *old = *out;
    pol_ladder *ladder = pol_arena_new(arena, pol_ladder, 1);
    pol_track *tracks = pol_arena_new(arena, pol_track, old->track_count + 1);
    size_t n = 0;

    if (!ladder || !tracks)
        return false;
    *ladder = *old;
    if (w->kind == POL_WRONG_WHERE)
        ladder->where = cond_without(&m, old->where, w);
    for (size_t i = 0; i < old->track_count; i++) {
        if (&old->tracks[i] == w->what)
            continue;
        tracks[n] = old->tracks[i];
        if (w->kind == POL_WRONG_WHERE)
            tracks[n].where = cond_without(&m, old->tracks[i].where, w);
        n++;
    }
    if (w->kind == POL_WRONG_LADDER && w->part == POL_WRONG_REPEATS)
        ladder->raise = 0;
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
