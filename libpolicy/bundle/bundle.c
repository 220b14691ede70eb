/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lives of a bundle and its parts, and what an auditor may ask.
 */
#include "bundle/layout.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/slice.h"
#include "rule/verdict.h"

static bool last_ref(atomic_uint *refs)
{
    return atomic_fetch_sub_explicit(refs, 1, memory_order_acq_rel) == 1;
}

/* A part stands outside its own arena, which it ends with. */
static void free_part(pol_arena *arena, void *part, size_t len)
{
    policy_allocator a = arena->allocator;

    pol_arena_fini(arena);
    pol_free(&a, part, len);
}

void pol_shared_unref(pol_shared *s)
{
    if (!s || !last_ref(&s->refs))
        return;
    policy_matcher_free(s->terms.matcher);
    free_part(&s->arena, s, sizeof(*s));
}

static void let_go(pol_org *body)
{
    if (!last_ref(&body->holders))
        return;
    policy_matcher_free(body->terms.matcher);
    pol_regex_set_free(body->regexes);
    pol_regex_set_free(body->late_regexes);
    free_part(&body->arena, body, sizeof(*body));
}

/* What binds a copy to its lists is its own, and of its own allocator. */
static void free_copy(pol_org *o, size_t lists)
{
    policy_allocator a = o->arena.allocator;

    pol_free(&a, (void *)o->shared_signal,
             (lists + 1) * sizeof(*o->shared_signal));
    pol_free(&a, o, sizeof(*o));
}

void pol_org_unref(pol_org *o)
{
    pol_org *body;
    size_t lists;

    if (!o || !last_ref(&o->refs))
        return;
    body = o->body;
    lists = o->shared->list_count;
    pol_shared_unref(o->shared); /* a body that is held needs them no more */
    if (body)
        free_copy(o, lists);
    let_go(body ? body : o);
}

policy_bundle *policy_bundle_ref(policy_bundle *b)
{
    atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    return b;
}

/* One more, so that they can begin on a border. */
static size_t seat_room(const policy_bundle *b)
{
    return (b->seat_count + 1) * sizeof(pol_seat);
}

void policy_bundle_unref(policy_bundle *b)
{
    policy_allocator a;

    if (!b || !last_ref(&b->refs))
        return;
    a = b->allocator;
    for (size_t i = 0; b->orgs && i < b->org_count; i++)
        pol_org_unref(b->orgs[i]);
    pol_free(&a, b->orgs, b->org_count * sizeof(*b->orgs));
    pol_free(&a, b->by_id, b->org_count * sizeof(*b->by_id));
    pol_free(&a, b->seat_block, seat_room(b));
    pol_shared_unref(b->shared);
    pol_free(&a, b, sizeof(*b));
}

const char *policy_bundle_revision(const policy_bundle *b)
{
    return b->revision;
}

size_t policy_bundle_organisation_count(const policy_bundle *b)
{
    return b->org_count;
}

const char *policy_bundle_organisation(const policy_bundle *b, size_t i)
{
    return i < b->org_count ? b->orgs[i]->id : NULL;
}

/* --- who is where ------------------------------------------------------------ */

static void take_seat(pol_seat *seat, const pol_org *o, uint32_t number)
{
    const pol_hot hot = pol_matcher_hot(o->terms.matcher);
    size_t len = o->config.id.len;

    seat->org = o;
    memcpy(seat->hot, hot.at, sizeof(seat->hot));
    memcpy(seat->lines, hot.lines, sizeof(seat->lines));
    seat->number = number;
    seat->id_len = (uint8_t)(len > POL_SEAT_ID ? POL_SEAT_ID + 1 : len);
    memcpy(seat->id, o->config.id.ptr, len > POL_SEAT_ID ? POL_SEAT_ID : len);
}

static size_t first_seat(const policy_bundle *b, policy_str id)
{
    return (size_t)pol_hash(id.ptr, id.len, 0) & (b->seat_count - 1);
}

policy_status pol_bundle_seat(policy_bundle *b)
{
    size_t count = 8;

    while (count * 2 < b->org_count * 3)
        count *= 2;
    b->seat_count = count;
    b->seat_block = pol_calloc(&b->allocator, 1, seat_room(b));
    if (!b->seat_block)
        return POLICY_ENOMEM;
    b->seats = (pol_seat *)((char *)b->seat_block +
                            (POL_SEAT - (uintptr_t)b->seat_block % POL_SEAT) %
                                POL_SEAT);
    for (size_t i = 0; i < b->org_count; i++) {
        size_t at = first_seat(b, b->orgs[i]->config.id);

        while (b->seats[at].org)
            at = (at + 1) & (count - 1);
        take_seat(&b->seats[at], b->orgs[i], (uint32_t)i);
    }
    return POLICY_OK;
}

/* Ask for memory that is wanted soon. What does not begin on a border of lines
 * is in one more of them. */
static void expect(const void *at, size_t lines)
{
    for (const char *p = at, *end = p + lines * POL_SEAT; p <= end; p += POL_SEAT)
        __builtin_prefetch(p);
}

static bool has_id(const pol_seat *seat, policy_str id)
{
    if (seat->id_len <= POL_SEAT_ID)
        return pol_str_eq(id, (policy_str){ seat->id, seat->id_len });
    return pol_str_eq(id, seat->org->config.id);
}

const pol_org *pol_bundle_find(const policy_bundle *b, policy_str id,
                               size_t *number)
{
    size_t at = first_seat(b, id);
    const pol_seat *seat = &b->seats[at];

    while (seat->org && !has_id(seat, id)) {
        at = (at + 1) & (b->seat_count - 1);
        seat = &b->seats[at];
    }
    if (!seat->org)
        return NULL;
    expect(seat->org, POL_ORG_HOT / POL_SEAT);
    for (size_t i = 0; i < POL_HOT_RANGES; i++)
        if (seat->lines[i])
            expect(seat->hot[i], seat->lines[i]);
    if (number)
        *number = seat->number;
    return seat->org;
}

static bool is_asked(const pol_org *o, const char *org)
{
    return !org || strcmp(o->id, org) == 0;
}

static policy_rule_info rule_info(const pol_org *o, const pol_rule *rule)
{
    return (policy_rule_info){
        .organisation = o->id,
        .id = rule->id,
        .title = rule->title.zh,
        .category = rule->category,
        .verdict = policy_verdict_name(rule->verdict),
        .mode = pol_mode_names[rule->mode],
        .file = rule->file,
        .line = rule->line,
        .cites = rule->cites,
        .cite_count = rule->cite_count,
        .tests = (uint32_t)rule->test_count,
        .exceptions = (uint32_t)rule->except_count,
        .cost = rule->cost,
    };
}

void policy_bundle_rules(const policy_bundle *b, const char *org,
                         int (*visit)(void *user, const policy_rule_info *r),
                         void *user)
{
    for (size_t i = 0; i < b->org_count; i++) {
        const pol_org *o = b->orgs[i];

        for (size_t j = 0; is_asked(o, org) && j < o->rule_count; j++) {
            policy_rule_info info = rule_info(o, &o->rules[j]);

            if (visit(user, &info))
                return;
        }
    }
}

static policy_duty_info duty_info(const pol_org *o, const pol_rule *face,
                                  const char *kind)
{
    return (policy_duty_info){
        .organisation = o->id,
        .id = face->id,
        .kind = kind,
        .title = face->title.zh,
        .mode = pol_mode_names[face->mode],
        .file = face->file,
        .line = face->line,
        .cites = face->cites,
        .cite_count = face->cite_count,
        .tests = (uint32_t)face->test_count,
    };
}

typedef int (*visit_duty)(void *user, const policy_duty_info *d);

/* Those of `each` have one face, and are neighbours; what a rule or a ladder
 * asks somebody to look at is told of by these. */
static int visit_duties(const pol_org *o, visit_duty visit, void *user)
{
    const pol_rule *last = NULL;
    int stop = 0;

    for (size_t i = 0; !stop && i < o->duty_count; i++) {
        const pol_rule *face = o->duties[i]->face;
        policy_duty_info info = duty_info(o, face, "duty");

        if (o->duties[i]->escalation || face == last)
            continue;
        last = face;
        stop = visit(user, &info);
    }
    return stop;
}

static int visit_ladder(const pol_org *o, const pol_ladder *l, visit_duty visit,
                        void *user)
{
    policy_duty_info info = duty_info(o, l->face, "ladder");
    int stop = visit(user, &info);

    info.tests = 0;
    for (size_t i = 0; !stop && i < l->track_count; i++) {
        if (!l->tracks[i].cite_count)
            continue;
        info.track = l->tracks[i].id;
        info.cites = l->tracks[i].cites;
        info.cite_count = l->tracks[i].cite_count;
        stop = visit(user, &info);
    }
    return stop;
}

void policy_bundle_duties(const policy_bundle *b, const char *org,
                          int (*visit)(void *user, const policy_duty_info *d),
                          void *user)
{
    for (size_t i = 0; i < b->org_count; i++) {
        const pol_org *o = b->orgs[i];

        if (!is_asked(o, org))
            continue;
        if (visit_duties(o, visit, user))
            return;
        for (size_t j = 0; j < o->ladder_count; j++)
            if (visit_ladder(o, o->ladders[j], visit, user))
                return;
    }
}

static int visit_exceptions(const pol_org *o, const pol_rule *rule,
                            int (*visit)(void *user,
                                         const policy_exception_info *e),
                            void *user)
{
    for (size_t i = 0; i < rule->except_count; i++) {
        const pol_except *e = &rule->excepts[i];
        policy_exception_info info = {
            .organisation = o->id,
            .rule = rule->id,
            .number = (uint32_t)i + 1,
            .why = e->why,
            .owner = e->owner,
            .expires = e->expires == INT64_MAX ? 0 : e->expires,
            .file = e->file,
            .line = e->line,
        };
        int stop = visit(user, &info);

        if (stop)
            return stop;
    }
    return 0;
}

void policy_bundle_exceptions(const policy_bundle *b, const char *org,
                              int (*visit)(void *user,
                                           const policy_exception_info *e),
                              void *user)
{
    for (size_t i = 0; i < b->org_count; i++) {
        const pol_org *o = b->orgs[i];

        for (size_t j = 0; is_asked(o, org) && j < o->rule_count; j++)
            if (o->rules[j].mode != POL_MODE_OFF &&
                visit_exceptions(o, &o->rules[j], visit, user))
                return;
    }
}

void policy_bundle_articles(const policy_bundle *b, const char *org,
                            int (*visit)(void *user, const policy_article_info *a),
                            void *user)
{
    for (size_t i = 0; i < b->org_count; i++) {
        const pol_org *o = b->orgs[i];

        for (size_t j = 0; is_asked(o, org) && j < o->article_count; j++) {
            const pol_bundle_article *a = &o->articles[j];
            policy_article_info info = {
                .organisation = o->id,
                .regulation = a->regulation,
                .ref = a->ref,
                .kind = a->kind,
                .status = a->status,
                .title = a->title,
                .zh = a->zh,
                .en = a->en,
                .note = a->note,
                .rules = a->rules,
                .tests = a->tests,
                .overruled = a->overruled,
            };

            if (visit(user, &info))
                return;
        }
    }
}
