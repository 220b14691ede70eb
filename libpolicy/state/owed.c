/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of a duty's entry:
 *
 *   body  = deadline flags [said] reminded who count mark{count}
 *   flags = overdue | escalation << 1
 *
 * in the numbers and bytes of stored.c, of which each has one form.
 */
#include "state/owed.h"

#include <string.h>

#include "base/error.h"

enum { OVERDUE = 1, ESCALATION = 2 };

/* Each mark has a byte at least, so no count promises more than there is. */
static policy_status read_marks(pol_state_reader *r, pol_owed *o,
                                pol_arena *arena, policy_error *err)
{
    uint64_t count = pol_state_uint(r);

    if (r->bad || count > (size_t)(r->end - r->at)) {
        r->bad = true;
        return POLICY_OK;
    }
    o->marks = pol_arena_new(arena, uint64_t, (size_t)count + 1);
    if (!o->marks)
        return pol_error_oom(err);
    for (size_t i = 0; i < count; i++) {
        o->marks[i] = pol_state_uint(r);
        r->bad = r->bad || (i && o->marks[i] <= o->marks[i - 1]);
    }
    o->mark_count = (size_t)count;
    return POLICY_OK;
}

policy_status pol_owed_read(pol_owed *out, policy_str body, pol_arena *arena,
                            policy_error *err)
{
    pol_state_reader r = { (const uint8_t *)body.ptr,
                           (const uint8_t *)body.ptr + body.len, false };
    uint8_t flags;
    policy_status st;

    memset(out, 0, sizeof(*out));
    out->deadline = pol_state_int(&r);
    flags = pol_state_byte(&r);
    out->overdue = flags & OVERDUE;
    out->escalation = flags & ESCALATION;
    if (out->overdue)
        out->said = pol_state_int(&r);
    out->reminded = pol_state_uint(&r);
    out->who = pol_state_bytes(&r);
    st = read_marks(&r, out, arena, err);
    if (!st && (r.bad || flags > (OVERDUE | ESCALATION) || r.at != r.end))
        st = pol_error_set(err, POLICY_ESTATE, "state-bytes",
                           "a stored duty is not what was written");
    return st;
}

static void put_all(pol_state_writer *w, const pol_owed *o)
{
    pol_state_put_int(w, o->deadline);
    pol_state_put_byte(w, (uint8_t)((o->overdue ? OVERDUE : 0) |
                                    (o->escalation ? ESCALATION : 0)));
    if (o->overdue)
        pol_state_put_int(w, o->said);
    pol_state_put_uint(w, o->reminded);
    pol_state_put_bytes(w, o->who);
    pol_state_put_uint(w, o->mark_count);
    for (size_t i = 0; i < o->mark_count; i++)
        pol_state_put_uint(w, o->marks[i]);
}

policy_str pol_owed_write(const pol_owed *o, pol_arena *arena)
{
    pol_state_writer w = { NULL, 0, 0 };

    put_all(&w, o);
    w = (pol_state_writer){ pol_arena_alloc(arena, w.len), 0, w.len };
    if (!w.to)
        return (policy_str){ NULL, 0 };
    put_all(&w, o);
    return (policy_str){ w.to, w.len };
}

bool pol_owed_mark(pol_owed *o, uint64_t mark)
{
    size_t i = o->mark_count;

    while (i > 0 && o->marks[i - 1] > mark)
        i--;
    if (i > 0 && o->marks[i - 1] == mark)
        return false;
    memmove(o->marks + i + 1, o->marks + i,
            (o->mark_count - i) * sizeof(*o->marks));
    o->marks[i] = mark;
    o->mark_count++;
    return true;
}
