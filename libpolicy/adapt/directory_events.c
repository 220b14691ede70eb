/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory as events, alone or by what differs from one before it. Two
 * arrays in the order of their ids are walked side by side: linear, and always
 * in the same order.
 *
 *                 alone     only now    both, other              only before
 *     staff       listed    join        move (role, department)  leave
 *     leaver      gone      gone        gone                     -
 *     account     listed    register    transfer (holder)        close
 *     group       listed    create      owner, purpose           dissolve
 *
 * What differs in something else is `listed` again. Only staff and leavers are
 * of staff_change; what somebody was or is besides counts as not being there.
 *
 * Invariants:
 *
 * (1) Every event says all that its entry says. Of a difference it says null of
 *     what the entry before said, and of all that is not said where something
 *     begins. So what is remembered then does not depend on what was before the
 *     older directory, and several events of one entry and time may come in any
 *     order.
 * (2) No two events of one time disagree on a record. So whoever moved is
 *     `listed` a millisecond later, to be active again; the accounts that a
 *     person leaves behind are without those that were closed or handed on in
 *     the same directory; and what a leaver gets was not handed on.
 * (3) An account that vanishes together with its holder may well be open still:
 *     nobody says that it was closed, and it stays the leaver's.
 */
#include "adapt/directory.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"
#include "base/time.h"
#include "event/check.h"
#include "event/event.h"

typedef struct feed {
    policy_event *e;
    const policy_directory *now, *since; /* NULL: alone */
    policy_str org, source;
    int64_t time;
    int32_t offset;
    int (*on_event)(void *user, policy_event *e);
    void *user;
    policy_error *err;
    policy_status status; /* the first that is not OK */
    bool stopped;
} feed;

/* --- one event */

static void out_of_arena(feed *f, const pol_arena *arena, size_t len)
{
    if (!f->status)
        f->status = pol_arena_error(arena, len, f->err);
}

/* An empty one is not put. */
static void put(feed *f, int32_t field, policy_str v)
{
    const pol_field_use *u = pol_field_in(f->e->type, field);
    pol_value value = { .kind = POL_STR, .str = v };

    if (!v.len || f->status)
        return;
    f->status = pol_check_str(field, u, v, &f->e->limits, 0, f->err);
    if (u->kind == POL_KIND_ENUM)
        value.word = pol_word_find(v);
    if (!f->status)
        pol_event_put(f->e, field, value);
}

/* What is so, or is so no more (1); `fresh`: whatever was before. */
static void say(feed *f, int32_t field, policy_str now, policy_str before,
                bool fresh)
{
    put(f, field, now);
    if (!now.len && (before.len || fresh))
        pol_event_put(f->e, field, (pol_value){ .kind = POL_NULL });
}

/* `items` live as long as the directory, or in the arena of the record. */
static void put_list(feed *f, int32_t field, const policy_str *items,
                     size_t count)
{
    if (f->status)
        return;
    if (count > f->e->limits.list_items)
        f->status = pol_error_limit(f->err, "list_items",
                                    f->e->limits.list_items);
    else
        pol_event_put(f->e, field,
                      (pol_value){ .kind = POL_LIST, .list = { items, count } });
}

static void begin(feed *f, const char *type, const char *change)
{
    policy_event *e = f->e;

    policy_event_reset(e);
    pol_arena_reset(&e->record);
    pol_event_put(e, POLICY_FIELD_TYPE,
                  (pol_value){ .kind = POL_STR, .str = pol_str(type),
                               .word = pol_word_find(pol_str(type)) });
    put(f, POLICY_FIELD_ORG, f->org);
    put(f, POLICY_FIELD_SOURCE, f->source);
    put(f, POLICY_FIELD_PHASE, POL_STR("done"));
    put(f, POLICY_FIELD_CHANGE, pol_str(change));
    pol_event_put(e, POLICY_FIELD_TIME,
                  (pol_value){ .kind = POL_TIME, .i = f->time,
                               .offset = f->offset });
}

static void digest_value(pol_sha256 *h, const pol_value *v)
{
    char time[40];

    pol_sha256_add(h, &v->kind, 1);
    if (v->kind == POL_STR)
        pol_sha256_field(h, v->str);
    if (v->kind == POL_TIME)
        pol_sha256_field(h, (policy_str){ time, pol_time_write(time, v->i, 0) });
    for (size_t i = 0; v->kind == POL_LIST && i < v->list.count; i++) {
        pol_sha256_add(h, ",", 1);
        pol_sha256_field(h, v->list.items[i]);
    }
    pol_sha256_add(h, ";", 1);
}

/* Of all that the event says, its time with it: whoever is again what he was
 * before is that anew, and no event that came already. */
static void digest(char hex[65], const policy_event *e)
{
    pol_sha256 h;
    uint8_t sum[32];

    pol_sha256_init(&h);
    for (int32_t i = pol_event_next(e, 0); i >= 0; i = pol_event_next(e, i + 1)) {
        pol_sha256_field(&h, pol_str(pol_fields[i].name));
        digest_value(&h, &e->values[i]);
    }
    pol_sha256_done(&h, sum);
    pol_hex(hex, sum);
}

/* "join:u17:5f0c9a7712ab34cd": for people, but for the digits, which tell one
 * from the other where ids are long, too. */
static policy_str event_id(feed *f, policy_str of)
{
    enum { DIGITS = 16 };
    policy_str change = f->e->values[POLICY_FIELD_CHANGE].str;
    size_t len = change.len + DIGITS + 2;
    char hex[65], *id, *at;

    of = pol_str_cut(of, POL_ID_MAX - len);
    id = at = pol_arena_alloc(&f->e->record, len + of.len);
    if (!id) {
        out_of_arena(f, &f->e->record, len + of.len);
        return POL_STR("");
    }
    digest(hex, f->e);
    memcpy(at, change.ptr, change.len);
    at += change.len;
    *at++ = ':';
    memcpy(at, of.ptr, of.len);
    at += of.len;
    *at++ = ':';
    memcpy(at, hex, DIGITS);
    return (policy_str){ id, len + of.len };
}

/* `of`: the id of the entry. */
static void emit(feed *f, policy_str of)
{
    if (f->status || f->stopped)
        return;
    put(f, POLICY_FIELD_ID, event_id(f, of));
    if (f->status)
        return;
    assert(pol_event_check(f->e, NULL) == POLICY_OK);
    f->stopped = f->on_event(f->user, f->e) != 0;
}

/* --- people */

static const pol_person nobody = { .kind = { "", 0 } };

static bool is_staff(const pol_person *p)
{
    return pol_str_is(p->kind, "staff");
}

static bool is_leaver(const pol_person *p)
{
    return pol_str_is(p->kind, "leaver");
}

static void put_roles(feed *f, const pol_person *p)
{
    size_t count;
    const policy_str *roles = pol_person_roles(p, &f->e->record, &count);

    if (roles)
        put_list(f, POLICY_FIELD_ROLES, roles, count);
    else
        out_of_arena(f, &f->e->record, (p->role_count + 1) * sizeof(*roles));
}

/* Did `who` leave this account of theirs behind (2)? */
static bool is_left(const feed *f, const pol_account *a, policy_str who)
{
    const pol_account *now = pol_directory_account(f->now, a->id);

    if (now)
        return !now->holder.len || pol_str_eq(now->holder, who);
    return !pol_directory_person(f->now, who);
}

/* What is theirs now, then what was before and is nobody else's; an account that
 * is in both directories stands there once. */
static void put_accounts(feed *f, policy_str who)
{
    size_t now_count, old_count, count = 0;
    const uint32_t *now = pol_directory_held(f->now, who, &now_count);
    const uint32_t *old = pol_directory_held(f->since, who, &old_count);
    policy_str *ids = pol_arena_new(&f->e->record, policy_str,
                                    now_count + old_count + 1);

    if (!ids) {
        out_of_arena(f, &f->e->record,
                     (now_count + old_count + 1) * sizeof(*ids));
        return;
    }
    for (size_t i = 0; i < now_count; i++)
        ids[count++] = f->now->accounts[now[i]].id;
    for (size_t i = 0; i < old_count; i++) {
        const pol_account *a = &f->since->accounts[old[i]];
        const pol_account *same = pol_directory_account(f->now, a->id);

        if (is_left(f, a, who) && !(same && same->holder.len))
            ids[count++] = a->id;
    }
    put_list(f, POLICY_FIELD_ACCOUNTS, ids, count);
}

/* Roles are those of `now`, but on leaving, those that are lost. */
static void say_person(feed *f, const char *change, const pol_person *now,
                       const pol_person *before)
{
    bool leaves = strcmp(change, "leave") == 0;
    bool fresh = f->since && !is_staff(before) && !is_leaver(before);

    begin(f, "staff_change", change);
    put(f, POLICY_FIELD_PERSON, now->id);
    put_roles(f, leaves ? before : now);
    say(f, POLICY_FIELD_DEPT, now->dept, before->dept, fresh);
    say(f, POLICY_FIELD_MANAGER, now->manager, before->manager, fresh);
    put_accounts(f, now->id);
    emit(f, now->id);
}

static bool has_role(const pol_person *p, policy_str role, size_t at)
{
    enum { FEW = 64 }; /* beyond what people have their order counts, too */

    if (at < p->role_count && pol_str_eq(p->roles[at], role))
        return true;
    for (size_t i = 0; p->role_count <= FEW && i < p->role_count; i++)
        if (pol_str_eq(p->roles[i], role))
            return true;
    return false;
}

static bool has_roles_of(const pol_person *p, const pol_person *other)
{
    for (size_t i = 0; i < other->role_count; i++)
        if (!has_role(p, other->roles[i], i))
            return false;
    return true;
}

static bool same_roles(const pol_person *a, const pol_person *b)
{
    return has_roles_of(a, b) && has_roles_of(b, a);
}

/* Staff before and now. */
static void staff_changed(feed *f, const pol_person *now, const pol_person *old)
{
    bool moved = !pol_str_eq(now->dept, old->dept) || !same_roles(now, old);

    if (moved) {
        say_person(f, "move", now, old);
        f->time++; /* (2) */
    }
    if (moved || !pol_str_eq(now->manager, old->manager))
        say_person(f, "listed", now, old);
    f->time -= moved;
}

/* Are there accounts of a leaver's that nobody knew of? */
static bool has_more(const feed *f, policy_str who)
{
    size_t count;
    const uint32_t *held = pol_directory_held(f->now, who, &count);

    for (size_t i = 0; i < count; i++) {
        const pol_account *old =
            pol_directory_account(f->since, f->now->accounts[held[i]].id);

        if (!old || !pol_str_eq(old->holder, who))
            return true;
    }
    return false;
}

/* Leavers, before and now. */
static void leaver_changed(feed *f, const pol_person *now, const pol_person *old)
{
    if (!pol_str_eq(now->dept, old->dept) ||
        !pol_str_eq(now->manager, old->manager) || !same_roles(now, old) ||
        has_more(f, now->id))
        say_person(f, "gone", now, old);
}

static void person_changed(feed *f, const void *before, const void *now)
{
    const pol_person *old = before ? before : &nobody;
    const pol_person *p = now ? now : &nobody;

    if (is_staff(p) && !f->since)
        say_person(f, "listed", p, &nobody);
    else if (is_staff(p) && is_staff(old))
        staff_changed(f, p, old);
    else if (is_staff(p))
        say_person(f, "join", p, old);
    else if (is_staff(old))
        say_person(f, "leave", is_leaver(p) ? p : old, old);
    else if (is_leaver(p) && is_leaver(old))
        leaver_changed(f, p, old);
    else if (is_leaver(p))
        say_person(f, "gone", p, old);
}

/* --- accounts */

static const pol_account no_account = { .id = { "", 0 } };

static void say_account(feed *f, const char *change, const pol_account *now,
                        const pol_account *before)
{
    bool fresh = strcmp(change, "register") == 0;

    begin(f, "account_change", change);
    put(f, POLICY_FIELD_SUBJECT_ACCOUNT, now->id);
    say(f, POLICY_FIELD_ACCOUNT_KIND, now->kind, before->kind, fresh);
    say(f, POLICY_FIELD_HOLDER, now->holder, before->holder, fresh);
    if (!pol_str_eq(now->holder, before->holder))
        put(f, POLICY_FIELD_PREVIOUS_HOLDER, before->holder);
    put(f, POLICY_FIELD_APPROVED_BY, now->approved_by);
    emit(f, now->id);
}

/* Did it vanish together with whoever worked here and had it (3)? */
static bool went_along(const feed *f, const pol_account *old)
{
    const pol_person *was = pol_directory_person(f->since, old->holder);

    return was && (is_staff(was) || is_leaver(was)) &&
           !pol_directory_person(f->now, old->holder);
}

static bool is_handed_on(const feed *f, const pol_account *now,
                         const pol_account *old)
{
    const pol_person *to = pol_directory_person(f->now, now->holder);

    return old->holder.len && to && !is_leaver(to) &&
           !pol_str_eq(now->holder, old->holder);
}

static void account_changed(feed *f, const void *before, const void *now)
{
    const pol_account *old = before, *a = now;

    if (!f->since)
        say_account(f, "listed", a, &no_account);
    else if (!old)
        say_account(f, "register", a, &no_account);
    else if (!a && !went_along(f, old))
        say_account(f, "close", old, &no_account);
    else if (a && is_handed_on(f, a, old))
        say_account(f, "transfer", a, old);
    else if (a && (!pol_str_eq(a->holder, old->holder) ||
                   !pol_str_eq(a->kind, old->kind)))
        say_account(f, "listed", a, old);
}

/* --- groups */

static const pol_group no_group = { .id = { "", 0 } };

static void say_group(feed *f, const char *change, const pol_group *now,
                      const pol_group *before)
{
    bool fresh = strcmp(change, "create") == 0;

    begin(f, "group_change", change);
    put(f, POLICY_FIELD_GROUP, now->id);
    say(f, POLICY_FIELD_GROUP_KIND, now->kind, before->kind, fresh);
    say(f, POLICY_FIELD_PURPOSE, now->purpose, before->purpose, fresh);
    say(f, POLICY_FIELD_RESPONSIBLE, now->responsible, before->responsible,
        fresh);
    put(f, POLICY_FIELD_APPROVED_BY, now->approved_by);
    emit(f, now->id);
}

static void group_differs(feed *f, const pol_group *old, const pol_group *g)
{
    bool owner = !pol_str_eq(g->responsible, old->responsible);
    bool purpose = !pol_str_eq(g->purpose, old->purpose);

    if (owner)
        say_group(f, "owner", g, old);
    if (purpose)
        say_group(f, "purpose", g, old);
    if (!owner && !purpose && !pol_str_eq(g->kind, old->kind))
        say_group(f, "listed", g, old);
}

static void group_changed(feed *f, const void *before, const void *now)
{
    if (!f->since)
        say_group(f, "listed", now, &no_group);
    else if (!before)
        say_group(f, "create", now, &no_group);
    else if (!now)
        say_group(f, "dissolve", before, &no_group);
    else
        group_differs(f, before, now);
}

/* --- side by side */

typedef struct table {
    const void *entries; /* each begins with its id */
    size_t count;
} table;

static const void *entry(table t, size_t size, size_t i)
{
    return i < t.count ? (const char *)t.entries + i * size : NULL;
}

static int compare_ids(const void *a, const void *b)
{
    if (!a || !b)
        return !a - !b;
    return pol_str_cmp(*(const policy_str *)a, *(const policy_str *)b);
}

static void walk(feed *f, table old, table now, size_t size,
                 void (*changed)(feed *f, const void *before, const void *now))
{
    size_t i = 0, j = 0;

    while ((i < old.count || j < now.count) && !f->status && !f->stopped) {
        const void *a = entry(old, size, i), *b = entry(now, size, j);
        int c = compare_ids(a, b);

        changed(f, c <= 0 ? a : NULL, c >= 0 ? b : NULL);
        i += c <= 0;
        j += c >= 0;
    }
}

static void walk_all(feed *f)
{
    static const policy_directory empty = { .person_count = 0 };
    const policy_directory *old = f->since ? f->since : &empty, *now = f->now;

    walk(f, (table){ old->people, old->person_count },
         (table){ now->people, now->person_count }, sizeof(pol_person),
         person_changed);
    walk(f, (table){ old->accounts, old->account_count },
         (table){ now->accounts, now->account_count }, sizeof(pol_account),
         account_changed);
    walk(f, (table){ old->groups, old->group_count },
         (table){ now->groups, now->group_count }, sizeof(pol_group),
         group_changed);
}

static policy_status check_use(const policy_directory *d,
                               const policy_directory_feed *how,
                               const policy_event *e, bool callback,
                               policy_error *err)
{
    if (!d || !e || !callback)
        return pol_error_set(err, POLICY_EMISUSE, "misuse",
                             "`d`, `e` and `on_event` must not be NULL");
    if (!how || how->size < sizeof(*how) || !how->org || !*how->org)
        return pol_error_set(err, POLICY_EMISUSE, "misuse",
                             "the feed needs its size and `org`");
    /* a millisecond may be added */
    if (!pol_time_in_range(how->time, how->offset) ||
        !pol_time_in_range(how->time + 1, how->offset))
        return pol_error_set(err, POLICY_EINPUT, "time-range",
                             "the time is beyond the years 0 to 9999");
    return POLICY_OK;
}

policy_status policy_directory_events(const policy_directory *d,
                                      const policy_directory_feed *how,
                                      policy_event *e,
                                      int (*on_event)(void *user,
                                                      policy_event *e),
                                      void *user, policy_error *err)
{
    policy_error own = POLICY_ERROR_INIT;
    feed f = { .e = e, .now = d, .on_event = on_event, .user = user };

    f.err = err && err->size >= sizeof(*err) ? err : &own;
    f.err->status = POLICY_OK;
    f.status = check_use(d, how, e, on_event != NULL, f.err);
    if (f.status)
        return f.status;
    f.since = how->since;
    f.org = pol_str(how->org);
    f.source = pol_str(how->source ? how->source : "directory");
    f.time = how->time;
    f.offset = how->offset;
    walk_all(&f);
    if (f.status)
        policy_event_reset(e); /* never half an event */
    return f.status;
}
