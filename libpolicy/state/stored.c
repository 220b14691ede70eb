/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of stored values.
 *
 *   value  = version entry*
 *   entry  = tag sub{0,2} at [until] [due] event source body
 *   tag    = parts of the key | state << 2 | until << 5 | due << 6 | ahead << 7
 *
 * Numbers are LEB128, signed ones folded (0, -1, 1, -2, …); bytes have their
 * length before them. Each number has one form, its shortest; what is absent has
 * no bytes; entries rise. So a value that can be read is the one that would be
 * written, bit for bit, and two stores can be compared by their bytes.
 */
#include "state/stored.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/slice.h"

enum {
    TAG_PARTS = 3, TAG_STATE = 2, TAG_UNTIL = 1 << 5, TAG_DUE = 1 << 6,
    TAG_AHEAD = 1 << 7
};

/* --- numbers */

uint8_t pol_state_byte(pol_state_reader *r)
{
    if (r->at == r->end)
        r->bad = true;
    return r->bad ? 0 : *r->at++;
}

uint64_t pol_state_uint(pol_state_reader *r)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = pol_state_byte(r);

        if (shift == 63 && byte > 1)
            break; /* beyond 64 bits */
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        if (byte == 0 && shift)
            break; /* not its shortest form */
        return r->bad ? 0 : v;
    }
    r->bad = true;
    return 0;
}

int64_t pol_state_int(pol_state_reader *r)
{
    uint64_t v = pol_state_uint(r);

    return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

policy_str pol_state_bytes(pol_state_reader *r)
{
    uint64_t len = pol_state_uint(r);
    policy_str s = { (const char *)r->at, 0 };

    if (len > (size_t)(r->end - r->at))
        r->bad = true;
    if (r->bad)
        return (policy_str){ "", 0 };
    s.len = (size_t)len;
    r->at += len;
    return s;
}

void pol_state_put_byte(pol_state_writer *w, uint8_t byte)
{
    if (w->len < w->cap)
        w->to[w->len] = (char)byte;
    w->len++;
}

void pol_state_put_uint(pol_state_writer *w, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        pol_state_put_byte(w, (uint8_t)(v | 0x80));
    pol_state_put_byte(w, (uint8_t)v);
}

void pol_state_put_int(pol_state_writer *w, int64_t v)
{
    pol_state_put_uint(w, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

void pol_state_put_bytes(pol_state_writer *w, policy_str s)
{
    pol_state_put_uint(w, s.len);
    if (s.len && w->len <= w->cap && s.len <= w->cap - w->len)
        memcpy(w->to + w->len, s.ptr, s.len);
    w->len += s.len;
}

/* --- order */

static int cmp_keys(const pol_stored_entry *a, const pol_stored_entry *b)
{
    for (uint8_t i = 0; i < a->sub_count && i < b->sub_count; i++) {
        int c = pol_str_cmp(a->sub[i], b->sub[i]);

        if (c)
            return c;
    }
    return (a->sub_count > b->sub_count) - (a->sub_count < b->sub_count);
}

int pol_stored_cmp_times(const pol_stored_entry *a, const pol_stored_entry *b)
{
    int c = (a->at > b->at) - (a->at < b->at);

    if (!c)
        c = pol_str_cmp(a->event, b->event);
    return c ? c : pol_str_cmp(a->source, b->source);
}

int pol_stored_cmp(const pol_stored_entry *a, const pol_stored_entry *b)
{
    int c = cmp_keys(a, b);

    return c ? c : pol_stored_cmp_times(a, b);
}

bool pol_stored_covers(const pol_stored_entry *shorter,
                       const pol_stored_entry *e)
{
    if (shorter->sub_count > e->sub_count)
        return false;
    for (uint8_t i = 0; i < shorter->sub_count; i++)
        if (!pol_str_eq(shorter->sub[i], e->sub[i]))
            return false;
    return true;
}

int64_t pol_stored_due(const pol_stored *s)
{
    int64_t first = 0;

    for (size_t i = 0; i < s->count; i++) {
        int64_t due = s->entries[i].due;

        if (due && (!first || due < first))
            first = due;
    }
    return first;
}

int64_t pol_stored_end(const pol_stored *s)
{
    int64_t last = INT64_MIN;

    for (size_t i = 0; i < s->count; i++)
        if (s->entries[i].until > last)
            last = s->entries[i].until;
    return last;
}

/* --- reading */

static void read_entry(pol_state_reader *r, pol_stored_entry *e)
{
    uint8_t tag = pol_state_byte(r);

    e->sub_count = tag & TAG_PARTS;
    e->state = (tag & ~(TAG_UNTIL | TAG_DUE | TAG_AHEAD)) >> TAG_STATE;
    e->ahead = tag & TAG_AHEAD;
    if (e->sub_count > POL_SUB_KEYS ||
        e->state >= POL_ENTRY_STATES) {
        r->bad = true;
        return;
    }
    for (uint8_t i = 0; i < e->sub_count; i++)
        e->sub[i] = pol_state_bytes(r);
    e->at = pol_state_int(r);
    e->until = tag & TAG_UNTIL ? pol_state_int(r) : INT64_MAX;
    e->due = tag & TAG_DUE ? pol_state_int(r) : 0;
    if ((tag & TAG_UNTIL && e->until == INT64_MAX) ||
        (tag & TAG_DUE && e->due == 0))
        r->bad = true;
    e->event = pol_state_bytes(r);
    e->source = pol_state_bytes(r);
    e->body = pol_state_bytes(r);
}

static policy_status bad_bytes(policy_error *err)
{
    return pol_error_set(err, POLICY_ESTATE, "state-bytes",
                         "a stored record is not what was written");
}

/* Two passes: how many there are, then all of them. */
static policy_status read_entries(pol_stored *out, pol_state_reader r,
                                  pol_arena *arena, policy_error *err)
{
    pol_state_reader count = r;
    pol_stored_entry skipped;
    size_t n = 0;

    for (; count.at != count.end; n++) {
        read_entry(&count, &skipped);
        if (count.bad)
            return bad_bytes(err);
    }
    out->entries = pol_arena_new(arena, pol_stored_entry, n + 1);
    if (!out->entries)
        return pol_error_oom(err);
    for (size_t i = 0; i < n; i++) {
        read_entry(&r, &out->entries[i]);
        if (i && pol_stored_cmp(&out->entries[i - 1], &out->entries[i]) >= 0)
            return bad_bytes(err);
    }
    out->count = n;
    return POLICY_OK;
}

policy_status pol_stored_read(pol_stored *out, policy_str value,
                              pol_arena *arena, policy_error *err)
{
    pol_state_reader r = { (const uint8_t *)value.ptr,
                           (const uint8_t *)value.ptr + value.len, false };

    memset(out, 0, sizeof(*out));
    if (value.len == 0)
        return POLICY_OK;
    if (pol_state_byte(&r) != POL_STORED_VERSION)
        return bad_bytes(err);
    return read_entries(out, r, arena, err);
}

/* --- writing */

static void put_entry(pol_state_writer *w, const pol_stored_entry *e)
{
    unsigned tag = e->sub_count | (unsigned)e->state << TAG_STATE;

    if (e->until != INT64_MAX)
        tag |= TAG_UNTIL;
    if (e->due)
        tag |= TAG_DUE;
    if (e->ahead)
        tag |= TAG_AHEAD;
    pol_state_put_byte(w, (uint8_t)tag);
    for (uint8_t i = 0; i < e->sub_count; i++)
        pol_state_put_bytes(w, e->sub[i]);
    pol_state_put_int(w, e->at);
    if (e->until != INT64_MAX)
        pol_state_put_int(w, e->until);
    if (e->due)
        pol_state_put_int(w, e->due);
    pol_state_put_bytes(w, e->event);
    pol_state_put_bytes(w, e->source);
    pol_state_put_bytes(w, e->body);
}

static void put_all(pol_state_writer *w, const pol_stored *s)
{
    pol_state_put_byte(w, POL_STORED_VERSION);
    for (size_t i = 0; i < s->count; i++) {
        assert(i == 0 || pol_stored_cmp(&s->entries[i - 1], &s->entries[i]) < 0);
        put_entry(w, &s->entries[i]);
    }
}

policy_str pol_stored_write(const pol_stored *s, pol_arena *arena)
{
    pol_state_writer w = { NULL, 0, 0 };

    put_all(&w, s);
    w = (pol_state_writer){ pol_arena_alloc(arena, w.len), 0, w.len };
    if (!w.to)
        return (policy_str){ NULL, 0 };
    put_all(&w, s);
    return (policy_str){ w.to, w.len };
}
