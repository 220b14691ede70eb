/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store that comes with the library: everything in memory.
 *
 *   records   key ──► value, version, due, expires     one node, one block
 *   marks     (organisation, source, event) that were applied with changes
 *   orgs      organisation ──► its due records in order, its clock, its floor
 *
 * Applying a decision has three steps. *Check*: every change against what is
 * stored; nothing is allocated. *Prepare*: a new node for each change that
 * keeps a record, the mark, room in the tables. *Commit*: nodes go in and out;
 * nothing in it can fail. So what fails leaves the store as it was.
 *
 * Invariants:
 *
 * (1) `bytes` is what the allocator gave and has not got back; an apply that
 *     would leave it above `max` is refused. While one goes on, what it
 *     replaces and what it plans come on top.
 * (2) A record is in the due order of its organisation iff its `due` is not 0.
 * (3) A record whose `expires` is at or before its organisation's clock, the
 *     latest time of an event applied for it, is absent to every question. Its
 *     block is given back when room is short or when its key is written.
 *     Organisations have clocks of their own: one with a wrong time forgets
 *     its own records and nobody else's.
 * (4) A version never comes twice for a key: a new record's is one more than
 *     the organisation's floor, the greatest version that was ever removed in
 *     it. Otherwise a record removed and made again would look unchanged to
 *     somebody who read the first one.
 *
 * A mark is only kept for decisions that change something: applying one that
 * changes nothing twice is as good as once. Marks are never forgotten, since an
 * event may come again at any time; they count against `max`.
 */
#include <policy/decision.h>

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"
#include "base/sort.h"
#include "state/due_order.h"
#include "state/key.h"
#include "state/keyed.h"

/* For a host that names no maximum: some million records. */
static const uint64_t default_max = (uint64_t)1 << 30;

typedef struct org {
    pol_keyed_node node; /* the key is the organisation */
    pol_due_node *due;
    int64_t clock;
    uint64_t floor;
    char bytes[];
} org;

typedef struct record {
    pol_keyed_node node;
    pol_due_node due;
    org *org;
    const struct mark *by; /* whose event wrote it; marks are never forgotten */
    uint64_t version;
    int64_t expires;
    size_t value_len;
    char bytes[]; /* key, then value */
} record;

typedef struct mark {
    pol_keyed_node node;
    char bytes[];
} mark;

struct policy_memory {
    policy_allocator allocator;
    uint64_t bytes, max;
    pol_keyed records, marks, orgs;
};

/* --- nodes and their bytes */

static void *take(policy_memory *m, size_t head, size_t len)
{
    void *p = NULL;

    if (len <= SIZE_MAX - head)
        p = pol_calloc(&m->allocator, 1, head + len);
    if (p)
        m->bytes += head + len;
    return p;
}

static void give(policy_memory *m, void *p, size_t head, size_t len)
{
    if (!p)
        return;
    pol_free(&m->allocator, p, head + len);
    m->bytes -= head + len;
}

static record *record_of(const pol_keyed_node *n)
{
    return (record *)n; /* the node is its first member */
}

static record *record_of_due(const pol_due_node *n)
{
    return (record *)((char *)(uintptr_t)n - offsetof(record, due));
}

static void free_record(policy_memory *m, record *r)
{
    if (r)
        give(m, r, sizeof(*r), r->node.key.len + r->value_len);
}

static void free_org(policy_memory *m, org *o)
{
    if (o)
        give(m, o, sizeof(*o), o->node.key.len);
}

static void free_mark(policy_memory *m, mark *k)
{
    if (k)
        give(m, k, sizeof(*k), k->node.key.len);
}

/* A copy of `key` as a node's, hashed for its table. */
static void set_key(pol_keyed_node *n, const pol_keyed *t, char *room,
                    policy_str key)
{
    if (key.len)
        memcpy(room, key.ptr, key.len);
    n->key = (policy_str){ room, key.len };
    n->hash = pol_keyed_hash(t, n->key);
}

static bool is_expired(const record *r)
{
    return r->expires && r->expires <= r->org->clock;
}

static record *find(const policy_memory *m, policy_str key)
{
    record *r = record_of(pol_keyed_get(&m->records, key));

    return r && !is_expired(r) ? r : NULL;
}

static void drop(policy_memory *m, record *r)
{
    if (r->due.due)
        pol_due_remove(&r->org->due, &r->due);
    pol_keyed_remove(&m->records, &r->node);
    free_record(m, r);
}

/* The record is gone, not followed by a newer one of its key; (4) */
static void forget(policy_memory *m, record *r)
{
    if (r->version > r->org->floor)
        r->org->floor = r->version;
    drop(m, r);
}

static void forget_expired(policy_memory *m)
{
    for (size_t i = 0; i < m->records.cap; i++)
        for (pol_keyed_node *n = m->records.buckets[i], *next; n; n = next) {
            next = n->next;
            if (is_expired(record_of(n)))
                forget(m, record_of(n));
        }
}

/* --- life */

/*
 * The library has no source of randomness. Where this store lies is not known
 * to who chooses keys, and no answer depends on it: nothing walks the tables
 * in their own order but to free or to forget.
 */
static void make_secret(policy_memory *m)
{
    const void *here[2] = { m, &here };
    uint8_t digest[32];
    pol_sha256 s;

    pol_sha256_init(&s);
    pol_sha256_add(&s, here, sizeof(here));
    pol_sha256_done(&s, digest);
    memcpy(m->records.secret, digest, sizeof(m->records.secret));
    memcpy(m->orgs.secret, digest, sizeof(m->orgs.secret));
    memcpy(m->marks.secret, digest + 16, sizeof(m->marks.secret));
}

policy_status policy_memory_new(policy_memory **out, const policy_allocator *a,
                                uint64_t max_bytes, policy_error *err)
{
    policy_allocator alloc = pol_allocator_or_default(a);
    policy_memory *m;

    *out = NULL;
    if (!max_bytes)
        max_bytes = default_max;
    if (max_bytes < sizeof(*m))
        return pol_error_limit(err, "max_bytes", max_bytes);
    m = pol_calloc(&alloc, 1, sizeof(*m));
    if (!m)
        return pol_error_oom(err);
    m->allocator = alloc;
    m->max = max_bytes;
    m->bytes = sizeof(*m);
    make_secret(m);
    *out = m;
    return POLICY_OK;
}

static void free_nodes(policy_memory *m, pol_keyed *t,
                       void (*free_node)(policy_memory *m, pol_keyed_node *n))
{
    for (size_t i = 0; i < t->cap; i++)
        for (pol_keyed_node *n = t->buckets[i], *next; n; n = next) {
            next = n->next;
            free_node(m, n);
        }
    m->bytes -= t->cap * sizeof(*t->buckets);
    pol_keyed_fini(t, &m->allocator);
}

static void free_record_node(policy_memory *m, pol_keyed_node *n)
{
    free_record(m, record_of(n));
}

static void free_org_node(policy_memory *m, pol_keyed_node *n)
{
    free_org(m, (org *)n);
}

static void free_mark_node(policy_memory *m, pol_keyed_node *n)
{
    free_mark(m, (mark *)n);
}

void policy_memory_free(policy_memory *m)
{
    policy_allocator a;

    if (!m)
        return;
    a = m->allocator;
    free_nodes(m, &m->records, free_record_node);
    free_nodes(m, &m->marks, free_mark_node);
    free_nodes(m, &m->orgs, free_org_node);
    assert(m->bytes == sizeof(*m));
    pol_free(&a, m, sizeof(*m));
}

/* --- reading */

static policy_status get(void *user, policy_str key, policy_record *out)
{
    const policy_memory *m = user;
    const record *r = find(m, key);

    *out = (policy_record){ { "", 0 }, 0 };
    if (r) {
        out->value = (policy_str){ r->bytes + key.len, r->value_len };
        out->version = r->version;
    }
    return POLICY_OK;
}

/*
 * A cursor is where a walk stood. One whose record is no longer due by `until`
 * has been seen to since, and so has all that came before it: the walk then
 * begins again, which can repeat a key but never miss one.
 */
static const pol_due_node *start(const policy_memory *m, const org *o,
                                 int64_t until, policy_str cursor)
{
    const record *r = cursor.len ? find(m, cursor) : NULL;

    if (!r || r->org != o || !r->due.due || r->due.due > until)
        return pol_due_first(o->due);
    return pol_due_after(o->due, r->due.due, r->due.key);
}

static policy_status due(void *user, policy_str name, int64_t until,
                         policy_str cursor, policy_str *keys, size_t cap,
                         size_t *count)
{
    const policy_memory *m = user;
    const org *o = (const org *)pol_keyed_get(&m->orgs, name);
    const pol_due_node *n = o ? start(m, o, until, cursor) : NULL;

    *count = 0;
    for (; n && n->due <= until && *count < cap;
         n = pol_due_after(o->due, n->due, n->key))
        if (!is_expired(record_of_due(n)))
            keys[(*count)++] = n->key;
    return POLICY_OK;
}

policy_state policy_memory_state(policy_memory *m)
{
    return (policy_state){ sizeof(policy_state), m, get, due };
}

/* --- applying */

typedef struct plan {
    policy_memory *m;
    const policy_decision *d;
    policy_str org_name;
    size_t count;
    policy_str *keys; /* of the changes, in order, to find one that is twice */
    record **records; /* of each change that keeps one, else NULL */
    org *org, *new_org;
    mark *mark;
    policy_error *err;
} plan;

static int compare_keys(const void *a, const void *b)
{
    return pol_str_cmp(*(const policy_str *)a, *(const policy_str *)b);
}

static bool has_key_twice(plan *p)
{
    for (size_t i = 0; i < p->count; i++)
        p->keys[i] = policy_decision_change(p->d, i)->key;
    pol_sort(p->keys, p->count, sizeof(*p->keys), compare_keys);
    for (size_t i = 1; i < p->count; i++)
        if (pol_str_eq(p->keys[i - 1], p->keys[i]))
            return true;
    return false;
}

/* Is the record as the event that the change is made on top of left it? */
static policy_status is_after(bool *out, const plan *p, const policy_change *c,
                              const record *r)
{
    pol_record_key event = { p->org_name, c->after_source, c->after };
    const policy_allocator *a = &p->m->allocator;
    size_t len = pol_record_key_len(&event);
    char *room = pol_alloc(a, len);

    if (!room)
        return pol_error_oom(p->err);
    pol_record_key_write(room, &event);
    *out = r && pol_str_eq(r->by->node.key, (policy_str){ room, len });
    pol_free(a, room, len);
    return POLICY_OK;
}

static policy_status check_after(plan *p, size_t i)
{
    const policy_change *c = policy_decision_change(p->d, i);
    bool after = false;
    policy_status st = is_after(&after, p, c, find(p->m, c->key));

    if (st || after)
        return st;
    return pol_error_set(p->err, POLICY_ESTATE, "state-version",
                         "change %zu was made on top of one that is not the "
                         "record's last",
                         i + 1);
}

static policy_status check(plan *p)
{
    if (has_key_twice(p))
        return pol_error_set(p->err, POLICY_EMISUSE, "state-twice",
                             "the decision changes a record twice");
    for (size_t i = 0; i < p->count; i++) {
        const policy_change *c = policy_decision_change(p->d, i);
        const record *r = find(p->m, c->key);
        uint64_t version = r ? r->version : 0;

        if (!pol_record_key_is_of(c->key, p->org_name))
            return pol_error_set(p->err, POLICY_EMISUSE, "state-key",
                                 "the decision changes a record that is not "
                                 "of its organisation");
        if (c->after.len) {
            policy_status st = check_after(p, i);

            if (st)
                return st;
            continue;
        }
        if (version != c->version)
            return pol_error_set(p->err, POLICY_ESTATE, "state-version",
                                 "change %zu was made for version %llu of its "
                                 "record, which is now %llu",
                                 i + 1, (unsigned long long)c->version,
                                 (unsigned long long)version);
    }
    return POLICY_OK;
}

static bool prepare_org(plan *p)
{
    policy_memory *m = p->m;

    p->org = (org *)pol_keyed_get(&m->orgs, p->org_name);
    if (p->org)
        return true;
    p->new_org = p->org = take(m, sizeof(*p->org), p->org_name.len);
    if (!p->org)
        return false;
    p->org->clock = INT64_MIN;
    set_key(&p->org->node, &m->orgs, p->org->bytes, p->org_name);
    return true;
}

static bool prepare_mark(plan *p, const pol_record_key *event)
{
    size_t len = pol_record_key_len(event);

    p->mark = take(p->m, sizeof(*p->mark), len);
    if (!p->mark)
        return false;
    pol_record_key_write(p->mark->bytes, event);
    p->mark->node.key = (policy_str){ p->mark->bytes, len };
    p->mark->node.hash = pol_keyed_hash(&p->m->marks, p->mark->node.key);
    return true;
}

static bool prepare_record(plan *p, size_t i)
{
    const policy_change *c = policy_decision_change(p->d, i);
    record *r;

    if (c->value.len == 0)
        return true;
    if (c->value.len > SIZE_MAX / 2 || c->key.len > SIZE_MAX / 2)
        return false;
    r = take(p->m, sizeof(*r), c->key.len + c->value.len);
    if (!r)
        return false;
    p->records[i] = r;
    set_key(&r->node, &p->m->records, r->bytes, c->key);
    r->value_len = c->value.len;
    memcpy(r->bytes + c->key.len, c->value.ptr, c->value.len);
    r->expires = c->expires;
    r->org = p->org;
    r->due = (pol_due_node){ .priority = r->node.hash,
                             .due = c->due,
                             .key = r->node.key };
    return true;
}

static bool reserve(policy_memory *m, pol_keyed *t, size_t more)
{
    size_t before = t->cap;

    if (!pol_keyed_reserve(t, &m->allocator, t->count + more))
        return false;
    m->bytes += (t->cap - before) * sizeof(*t->buckets);
    return true;
}

/* What the store holds after the commit; (1) */
static uint64_t bytes_after(const plan *p, const pol_record_key *event)
{
    const policy_memory *m = p->m;
    uint64_t bytes = m->bytes, buckets = 0;
    bool is_new = !pol_keyed_get(&m->orgs, p->org_name);

    bytes += sizeof(mark) + pol_record_key_len(event);
    if (is_new)
        bytes += sizeof(org) + p->org_name.len;
    for (size_t i = 0; i < p->count; i++) {
        const policy_change *c = policy_decision_change(p->d, i);
        const record *old = record_of(pol_keyed_get(&m->records, c->key));

        if (c->value.len)
            bytes += sizeof(record) + c->key.len + c->value.len;
        if (old)
            bytes -= sizeof(record) + old->node.key.len + old->value_len;
    }
    buckets += pol_keyed_room(&m->records, m->records.count + p->count) -
               m->records.cap;
    buckets += pol_keyed_room(&m->marks, m->marks.count + 1) - m->marks.cap;
    buckets += pol_keyed_room(&m->orgs, m->orgs.count + is_new) - m->orgs.cap;
    return bytes + buckets * sizeof(pol_keyed_node *);
}

static policy_status prepare(plan *p, const pol_record_key *event)
{
    policy_memory *m = p->m;
    bool ok;

    if (bytes_after(p, event) > m->max)
        forget_expired(m);
    if (bytes_after(p, event) > m->max)
        return pol_error_limit(p->err, "max_bytes", m->max);
    ok = prepare_org(p) && prepare_mark(p, event) &&
         reserve(m, &m->records, p->count) && reserve(m, &m->marks, 1) &&
         reserve(m, &m->orgs, p->new_org != NULL);
    for (size_t i = 0; ok && i < p->count; i++)
        ok = prepare_record(p, i);
    return ok ? POLICY_OK : pol_error_oom(p->err);
}

static void discard(plan *p)
{
    for (size_t i = 0; i < p->count; i++)
        free_record(p->m, p->records[i]);
    free_mark(p->m, p->mark);
    free_org(p->m, p->new_org);
}

static void commit_record(plan *p, size_t i)
{
    const policy_change *c = policy_decision_change(p->d, i);
    policy_memory *m = p->m;
    record *old = record_of(pol_keyed_get(&m->records, c->key));
    record *r = p->records[i];
    bool replaces = old && r && (c->version || c->after.len);
    uint64_t version = replaces ? old->version : 0;

    if (replaces)
        drop(m, old);
    else if (old)
        forget(m, old); /* removed now, or expired before */
    if (!r)
        return;
    r->version = (version ? version : p->org->floor) + 1;
    r->by = p->mark;
    pol_keyed_put(&m->records, &r->node);
    if (r->due.due)
        pol_due_put(&p->org->due, &r->due);
}

static void commit(plan *p)
{
    if (p->new_org)
        pol_keyed_put(&p->m->orgs, &p->new_org->node);
    for (size_t i = 0; i < p->count; i++)
        commit_record(p, i);
    pol_keyed_put(&p->m->marks, &p->mark->node);
}

static void advance_clock(policy_memory *m, policy_str org_name, int64_t time)
{
    org *o = (org *)pol_keyed_get(&m->orgs, org_name);

    if (o && time > o->clock)
        o->clock = time;
}

static policy_status apply_changes(plan *p, const pol_record_key *event)
{
    const policy_allocator *a = &p->m->allocator;
    policy_status st;

    p->keys = pol_calloc(a, p->count, sizeof(*p->keys));
    p->records = pol_calloc(a, p->count, sizeof(*p->records));
    if (!p->keys || !p->records)
        st = pol_error_oom(p->err);
    else if ((st = check(p)) == POLICY_OK &&
             (st = prepare(p, event)) == POLICY_OK)
        commit(p);
    else
        discard(p);
    pol_free(a, p->keys, p->count * sizeof(*p->keys));
    pol_free(a, p->records, p->count * sizeof(*p->records));
    return st;
}

/* Was this event's decision applied? */
static policy_status was_applied(bool *out, const policy_memory *m,
                                 const pol_record_key *event, policy_error *err)
{
    size_t len = pol_record_key_len(event);
    char *room = pol_alloc(&m->allocator, len);

    *out = false;
    if (!room)
        return pol_error_oom(err);
    pol_record_key_write(room, event);
    *out = pol_keyed_get(&m->marks, (policy_str){ room, len }) != NULL;
    pol_free(&m->allocator, room, len);
    return POLICY_OK;
}

policy_status policy_memory_apply(policy_memory *m, const policy_decision *d,
                                  policy_error *err)
{
    plan p = { .m = m,
               .d = d,
               .org_name = policy_decision_organisation(d),
               .count = policy_decision_change_count(d),
               .err = err };
    pol_record_key event = { p.org_name, policy_decision_source(d),
                             policy_decision_event(d) };
    bool applied = false;
    policy_status st = POLICY_OK;

    if (p.count)
        st = was_applied(&applied, m, &event, err);
    if (!st && p.count && !applied)
        st = apply_changes(&p, &event);
    if (!st)
        advance_clock(m, p.org_name, policy_decision_time(d));
    return st;
}
