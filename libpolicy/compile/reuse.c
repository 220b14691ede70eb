/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a part was made of, and whether it may stay.
 *
 * A part is made of the files of its organisation's folder, of what these name
 * in the libraries, and of the limits. Its `own` is a digest over the first,
 * its `uses` name the second, each with a digest. So whether a predecessor's
 * part may stay is known before anything is parsed; and for an organisation
 * that a `keep` leaves alone, without its folder.
 *
 * The shared lists are none of a part's business but for their names: where
 * they changed it is bound to the new ones, as a copy that borrows all the rest
 * from the first. Sets of ids and hosts are copied into the part: of those the
 * digest counts.
 */
#include "compile/build.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"

/* --- what it is made of ----------------------------------------------------- */

/* By what it is, not by where it lies: a copy elsewhere decides the same. */
static void hash_file(pol_sha256 *h, policy_str name, const pol_source *s)
{
    uint8_t sum[32] = { 0 };

    pol_sha256_field(h, name);
    pol_sources_sum(sum, s);
    pol_sha256_add(h, sum, sizeof(sum));
}

void pol_own_sum(pol_org_build *o)
{
    pol_sha256 h;

    pol_sha256_init(&h);
    hash_file(&h, POL_STR("organisation.yaml"), o->yaml);
    hash_file(&h, POL_STR("rules.lua"), o->lua);
    for (size_t i = 0; i < o->file_count; i++)
        hash_file(&h, o->files[i].name, o->files[i].source);
    pol_sha256_done(&h, o->org->own);
}

void pol_use_add(pol_org_build *o, pol_use_kind kind, policy_str name, bool own,
                 const uint8_t sum[32])
{
    size_t old = o->use_cap;
    pol_use *u;

    for (size_t i = 0; i < o->use_count; i++)
        if (o->uses[i].kind == kind && pol_str_eq(o->uses[i].name, name))
            return;
    if (!pol_grow(&o->build->allocator, (void **)&o->uses, &o->use_cap,
                  o->use_count + 1, sizeof(*o->uses))) {
        o->use_cap = old;
        o->status = POLICY_ENOMEM;
        return;
    }
    u = &o->uses[o->use_count++];
    *u = (pol_use){ .kind = kind, .own = own, .name = pol_keep(o, name) };
    memcpy(u->sum, sum, sizeof(u->sum));
}

/* Zone files are the system's, and change. */
static void hash_zone(pol_sha256 *h, const pol_zone *z)
{
    pol_sha256_add(h, &z->standard, sizeof(z->standard));
    if (z->change_count) {
        pol_sha256_add(h, z->changes, z->change_count * sizeof(*z->changes));
        pol_sha256_add(h, z->offsets, z->change_count * sizeof(*z->offsets));
    }
}

void pol_part_sum(pol_org_build *o)
{
    pol_build *b = o->build;
    pol_org *org = o->org;
    pol_sha256 h;

    pol_sha256_init(&h);
    pol_sha256_add(&h, &b->limits, sizeof(b->limits));
    hash_zone(&h, &org->config.calendar.zone);
    pol_sha256_add(&h, org->own, sizeof(org->own));
    for (size_t i = 0; i < o->use_count; i++) {
        uint8_t kind = (uint8_t)o->uses[i].kind;

        pol_sha256_add(&h, &kind, 1);
        pol_sha256_field(&h, o->uses[i].name);
        pol_sha256_add(&h, o->uses[i].sum, 32);
    }
    pol_sha256_done(&h, org->hash);
}

/* --- what the names stand for now ------------------------------------------- */

const uint8_t *pol_shared_sum(const pol_shared *s, policy_str name,
                              int32_t *number)
{
    static const uint8_t none[32];

    for (size_t i = 0; i < s->list_count; i++)
        if (pol_str_eq(s->lists[i].name, name)) {
            *number = (int32_t)i;
            return s->lists[i].sum;
        }
    *number = -1;
    return none;
}

/* `dir` with a NULL ptr: in the libraries only. */
static policy_status is_unchanged(bool *same, pol_build *b, policy_str dir,
                                  const pol_use *u, pol_sha256 *places)
{
    uint8_t sum[32] = { 0 };
    policy_str place = { "", 0 };
    int32_t number;
    policy_status st = POLICY_OK;

    switch (u->kind) {
    case POL_USE_REGULATION:
        st = pol_regulation_sum(sum, &place, b, dir, u->name);
        pol_sha256_field(places, place);
        break;
    case POL_USE_THEME:
        st = pol_theme_sum(sum, b, dir, u->name);
        break;
    case POL_USE_ZONE:
        st = pol_zone_sum(sum, b, u->name);
        break;
    case POL_USE_LIST: /* there is one of that name */
        pol_shared_sum(b->shared, u->name, &number);
        *same = number >= 0;
        return POLICY_OK;
    case POL_USE_SET:
        memcpy(sum, pol_shared_sum(b->shared, u->name, &number), 32);
        break;
    }
    *same = memcmp(sum, u->sum, 32) == 0;
    return st;
}

/* NULL where all is as it was. */
static policy_status find_changed(const pol_use **changed, pol_build *b,
                                  const pol_org *old, policy_str dir,
                                  uint8_t places[32])
{
    policy_status st = POLICY_OK;
    bool kept = dir.ptr == NULL, same = true;
    pol_sha256 h;

    *changed = NULL;
    pol_sha256_init(&h);
    pol_sha256_field(&h, dir);
    for (size_t i = 0; !st && !*changed && i < old->use_count; i++) {
        const pol_use *u = &old->uses[i];

        if (kept && (u->own || u->kind == POL_USE_ZONE))
            continue; /* it stays as it is */
        st = is_unchanged(&same, b, dir, u, &h);
        if (!same)
            *changed = u;
    }
    pol_sha256_done(&h, places);
    return st;
}

/* --- binding to other shared lists -------------------------------------------- */

/* Does the organisation's list of that name leave the shared one out? */
static bool stands_alone(const pol_org *org, policy_str list)
{
    for (size_t i = 0; i < org->config.list_count; i++)
        if (pol_str_eq(org->config.lists[i].name, list))
            return !org->config.lists[i].extends;
    return false;
}

void pol_org_link(pol_org *org, int32_t *signals)
{
    const pol_shared *s = org->shared;

    for (size_t i = 0; i < s->list_count; i++)
        signals[i] = -1;
    org->shared_views = 0;
    for (size_t i = 0; i < org->signal_count; i++) {
        const pol_signal *signal = &org->signals[i];
        int32_t list;

        if (signal->kind != POL_SIGNAL_LIST || stands_alone(org, signal->name))
            continue;
        pol_shared_sum(s, signal->name, &list);
        if (list < 0)
            continue;
        signals[list] = (int32_t)i;
        org->shared_views |= s->lists[list].views;
    }
    org->shared_signal = signals;
}

static policy_status bind_again(pol_org **out, pol_build *b, pol_org *old)
{
    pol_org *org = pol_alloc(&b->allocator, sizeof(*org));
    size_t count = b->shared->list_count + 1;
    int32_t *signals = pol_alloc(&b->allocator, count * sizeof(*signals));

    *out = NULL;
    if (!org || !signals) {
        pol_free(&b->allocator, org, sizeof(*org));
        pol_free(&b->allocator, signals, count * sizeof(*signals));
        return pol_error_oom(b->err);
    }
    memcpy((void *)org, (const void *)old, sizeof(*org));
    atomic_init(&org->refs, 1);
    pol_arena_init_tight(&org->arena, &b->allocator); /* nothing is in it */
    org->body = old->body ? old->body : old;
    atomic_fetch_add_explicit(&org->body->holders, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&b->shared->refs, 1, memory_order_relaxed);
    org->shared = b->shared;
    pol_org_link(org, signals);
    *out = org;
    return POLICY_OK;
}

/* The part itself where the shared lists are the same. */
static policy_status take(pol_org **out, pol_build *b, pol_org *old)
{
    if (old->shared != b->shared)
        return bind_again(out, b, old);
    atomic_fetch_add_explicit(&old->refs, 1, memory_order_relaxed);
    *out = old;
    return POLICY_OK;
}

/* --- the predecessor's parts ---------------------------------------------------- */

static size_t slot_of(const pol_build *b, const uint8_t own[32])
{
    uint64_t head;

    memcpy(&head, own, sizeof(head));
    return (size_t)head & (b->by_own_cap - 1);
}

policy_status pol_reuse_begin(pol_build *b)
{
    const policy_bundle *base = b->base;
    size_t cap = 8;

    if (!base || memcmp(&base->limits, &b->limits, sizeof(b->limits)) != 0)
        return POLICY_OK;
    while (cap < base->org_count * 2)
        cap *= 2;
    b->by_own = pol_arena_new(&b->arena, pol_org *, cap);
    if (!b->by_own)
        return pol_error_oom(b->err);
    b->by_own_cap = cap;
    for (size_t i = 0; i < base->org_count; i++) {
        size_t at = slot_of(b, base->orgs[i]->own);

        while (b->by_own[at])
            at = (at + 1) & (cap - 1);
        b->by_own[at] = base->orgs[i];
    }
    return POLICY_OK;
}

policy_status pol_reuse_find(pol_org **out, pol_org_build *o)
{
    pol_build *b = o->build;
    const pol_use *changed;
    uint8_t places[32];
    pol_org *old;
    policy_status st;

    *out = NULL;
    if (!b->by_own)
        return POLICY_OK;
    for (size_t at = slot_of(b, o->org->own);; at = (at + 1) & (b->by_own_cap - 1)) {
        old = b->by_own[at];
        if (!old)
            return POLICY_OK;
        if (memcmp(old->own, o->org->own, 32) == 0)
            break;
    }
    st = find_changed(&changed, b, old, o->dir, places);
    if (st || changed || memcmp(places, old->places, 32) != 0)
        return st;
    return take(out, b, old);
}

policy_status pol_reuse_keep(pol_org **out, pol_build *b, pol_org *old)
{
    const pol_use *changed;
    uint8_t places[32];
    policy_status st = find_changed(&changed, b, old, (policy_str){ NULL, 0 },
                                    places);

    *out = NULL;
    if (st || !changed)
        return st ? st : take(out, b, old);
    b->reporter.organisation = old->config.id;
    pol_report(&b->reporter, POL_MSG_ORGANISATION_STALE, (pol_place){ 0 },
               old->config.id, changed->name);
    b->reporter.organisation = (policy_str){ "", 0 };
    return POLICY_OK;
}
