/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two decisions of one event, held against each other.
 *
 * Findings stand in the order of the sources, so a rule of the one is looked for
 * where the one before it was found in the other: what two versions of the same
 * rules find is compared in one walk, and only rules that changed places cost
 * another. Findings are limited, so that bounds the worst.
 */
#include <policy/compare.h>

#include "base/slice.h"
#include "evaluate/decision.h"

typedef struct comparing {
    int (*visit)(void *user, const policy_difference *d);
    void *user;
    size_t count;
    bool stopped;
} comparing;

typedef struct found {
    const pol_finding *finding; /* NULL: none */
    int32_t which;
} found;

static void tell(comparing *c, const policy_difference *d)
{
    c->count++;
    if (c->visit && c->visit(c->user, d))
        c->stopped = true;
}

/* In the list, from *hint on and round; *hint: behind what was found. */
static const pol_finding *find_in(const pol_finding_list *l, const char *rule,
                                  size_t *hint)
{
    for (size_t i = 0; i < l->count; i++) {
        size_t at = (*hint + i) % l->count;

        if (strcmp(l->at[at].face.rule, rule) == 0) {
            *hint = at + 1;
            return &l->at[at];
        }
    }
    return NULL;
}

/* A rule finds something once: in the list where it did before, most likely. */
static found find(const policy_decision *d, const char *rule, int32_t likely,
                  size_t hints[POL_FINDING_KINDS])
{
    for (int32_t i = 0; i < POL_FINDING_KINDS; i++) {
        int32_t which = (likely + i) % POL_FINDING_KINDS;
        const pol_finding *f = find_in(&d->findings[which], rule, &hints[which]);

        if (f)
            return (found){ f, which };
    }
    return (found){ NULL, -1 };
}

/* --- what of a finding differs */

static bool same_cites(const policy_cite *a, size_t a_count,
                       const policy_cite *b, size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++)
        if (!pol_str_eq(a[i].regulation, b[i].regulation) ||
            !pol_str_eq(a[i].article, b[i].article))
            return false;
    return true;
}

static bool same_place(const policy_evidence *a, const policy_evidence *b)
{
    return a->span.start == b->span.start && a->span.end == b->span.end &&
           pol_str_eq(a->field, b->field);
}

/* One place may be told by several words: the next that is not the same one. */
static size_t next_place(const policy_finding *f, size_t i)
{
    size_t next = i + 1;

    while (next < f->evidence_count &&
           same_place(&f->evidence[next], &f->evidence[i]))
        next++;
    return next;
}

/* Evidence is ordered by its place in either. */
static bool same_places(const policy_finding *a, const policy_finding *b)
{
    size_t i = 0, j = 0;

    while (i < a->evidence_count && j < b->evidence_count) {
        if (!same_place(&a->evidence[i], &b->evidence[j]))
            return false;
        i = next_place(a, i);
        j = next_place(b, j);
    }
    return i >= a->evidence_count && j >= b->evidence_count;
}

static bool same_idle(const policy_finding *a, const policy_finding *b)
{
    return !a->idle == !b->idle && (!a->idle || strcmp(a->idle, b->idle) == 0);
}

static uint32_t differs(const found *b, const found *a)
{
    const policy_finding *before = &b->finding->face, *after = &a->finding->face;
    uint32_t out = 0;

    if (b->which != a->which || !same_idle(before, after))
        out |= POLICY_DIFFERS_EFFECT;
    if (before->verdict != after->verdict)
        out |= POLICY_DIFFERS_VERDICT;
    if (before->severity != after->severity ||
        strcmp(before->category, after->category) != 0)
        out |= POLICY_DIFFERS_SEVERITY;
    if (!same_places(before, after))
        out |= POLICY_DIFFERS_EVIDENCE;
    if (!same_cites(before->cites, before->cite_count, after->cites,
                    after->cite_count))
        out |= POLICY_DIFFERS_CITES;
    if (!pol_str_eq(b->finding->tell_zh, a->finding->tell_zh) ||
        !pol_str_eq(b->finding->tell_en, a->finding->tell_en))
        out |= POLICY_DIFFERS_TELL;
    return out;
}

/* --- walks */

static policy_difference difference(const char *rule)
{
    return (policy_difference){ .rule = rule, .which_before = -1,
                                .which_after = -1 };
}

static void walk_before(comparing *c, const policy_decision *before,
                        const policy_decision *after)
{
    size_t hints[POL_FINDING_KINDS] = { 0, 0, 0 };

    for (int32_t which = 0; which < POL_FINDING_KINDS; which++)
        for (size_t i = 0; i < before->findings[which].count && !c->stopped; i++) {
            found b = { &before->findings[which].at[i], which };
            found a = find(after, b.finding->face.rule, which, hints);
            policy_difference d = difference(b.finding->face.rule);

            d.before = &b.finding->face;
            d.which_before = which;
            d.differs = a.finding ? differs(&b, &a) : 0;
            d.after = a.finding ? &a.finding->face : NULL;
            d.which_after = a.which;
            if (!a.finding || d.differs)
                tell(c, &d);
        }
}

static void walk_after(comparing *c, const policy_decision *before,
                       const policy_decision *after)
{
    size_t hints[POL_FINDING_KINDS] = { 0, 0, 0 };

    for (int32_t which = 0; which < POL_FINDING_KINDS; which++)
        for (size_t i = 0; i < after->findings[which].count && !c->stopped; i++) {
            const policy_finding *f = &after->findings[which].at[i].face;
            policy_difference d = difference(f->rule);

            d.after = f;
            d.which_after = which;
            if (!find(before, f->rule, which, hints).finding)
                tell(c, &d);
        }
}

static bool has_error(const policy_decision *d, const policy_rule_error *e)
{
    for (size_t i = 0; i < d->error_count; i++)
        if (strcmp(d->errors[i].rule, e->rule) == 0 &&
            strcmp(d->errors[i].code, e->code) == 0)
            return true;
    return false;
}

static void walk_errors(comparing *c, const policy_decision *from,
                        const policy_decision *other, bool before)
{
    for (size_t i = 0; i < from->error_count && !c->stopped; i++) {
        const policy_rule_error *e = &from->errors[i];
        policy_difference d = difference(e->rule);

        if (before)
            d.error_before = e;
        else
            d.error_after = e;
        if (!has_error(other, e))
            tell(c, &d);
    }
}

/* --- duties and proposals */

/* Looked for as findings are, and limited as they are. */

static const policy_duty *find_duty(const policy_decision *d,
                                    const policy_duty *like, size_t *hint)
{
    for (size_t i = 0; i < d->duty_count; i++) {
        size_t at = (*hint + i) % d->duty_count;

        if (d->duties[at].change == like->change &&
            pol_str_eq(d->duties[at].id, like->id)) {
            *hint = at + 1;
            return &d->duties[at];
        }
    }
    return NULL;
}

static uint32_t duty_differs(const policy_duty *a, const policy_duty *b)
{
    return (a->due != b->due ? POLICY_DIFFERS_DUE : 0u) |
           (!pol_str_eq(a->who, b->who) ? POLICY_DIFFERS_WHO : 0u);
}

static void walk_duties(comparing *c, const policy_decision *from,
                        const policy_decision *other, bool before)
{
    size_t hint = 0;

    for (size_t i = 0; i < from->duty_count && !c->stopped; i++) {
        const policy_duty *here = &from->duties[i];
        const policy_duty *there = find_duty(other, here, &hint);
        policy_difference d = difference(here->rule);

        d.duty_before = before ? here : there;
        d.duty_after = before ? there : here;
        if (before && there)
            d.differs = duty_differs(here, there);
        if (!there || d.differs)
            tell(c, &d);
    }
}

static const policy_proposal *find_proposal(const policy_decision *d,
                                            policy_str id, size_t *hint)
{
    for (size_t i = 0; i < d->proposal_count; i++) {
        size_t at = (*hint + i) % d->proposal_count;

        if (pol_str_eq(d->proposals[at].id, id)) {
            *hint = at + 1;
            return &d->proposals[at];
        }
    }
    return NULL;
}

static uint32_t proposal_differs(const policy_proposal *a,
                                 const policy_proposal *b)
{
    bool same = strcmp(a->step, b->step) == 0 && strcmp(a->kind, b->kind) == 0 &&
                pol_str_eq(a->why, b->why);

    return (same ? 0u : POLICY_DIFFERS_STEP) |
           (same_cites(a->cites, a->cite_count, b->cites, b->cite_count)
                ? 0u : POLICY_DIFFERS_CITES);
}

static void walk_proposals(comparing *c, const policy_decision *from,
                           const policy_decision *other, bool before)
{
    size_t hint = 0;

    for (size_t i = 0; i < from->proposal_count && !c->stopped; i++) {
        const policy_proposal *here = &from->proposals[i];
        const policy_proposal *there = find_proposal(other, here->id, &hint);
        policy_difference d = difference(here->ladder);

        d.proposal_before = before ? here : there;
        d.proposal_after = before ? there : here;
        if (before && there)
            d.differs = proposal_differs(here, there);
        if (!there || d.differs)
            tell(c, &d);
    }
}

size_t policy_decision_compare(const policy_decision *before,
                               const policy_decision *after,
                               int (*visit)(void *user,
                                            const policy_difference *d),
                               void *user)
{
    comparing c = { .visit = visit, .user = user };

    walk_before(&c, before, after);
    walk_after(&c, before, after);
    walk_errors(&c, before, after, true);
    walk_errors(&c, after, before, false);
    walk_duties(&c, before, after, true);
    walk_duties(&c, after, before, false);
    walk_proposals(&c, before, after, true);
    walk_proposals(&c, after, before, false);
    return c.count;
}
