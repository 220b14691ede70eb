/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people say that they did: an attestation fulfils the duty that it names,
 * a review the one to decide.
 */
#include "evaluate/duties_parts.h"

static bool has_person(const pol_evaluation *v, policy_str role,
                       policy_str person)
{
    const pol_organisation *c = &v->org->config;

    for (size_t i = 0; i < c->role_count; i++)
        for (size_t p = 0; pol_str_eq(c->roles[i].name, role) &&
                           p < c->roles[i].people_count; p++)
            if (pol_str_eq(c->roles[i].people[p], person))
                return true;
    return false;
}

static policy_str str_of(const pol_evaluation *v, int32_t field)
{
    const pol_value *x = pol_event_value(v->event, field);

    return x->kind == POL_STR ? x->str : (policy_str){ "", 0 };
}

/* Why it does not count; POL_FAULT_COUNT: it does. */
static pol_fault objection(pol_evaluation *v, const pol_duty *duty,
                             const pol_slot *slot, const pol_owed *o)
{
    policy_str by = str_of(v, POLICY_FIELD_DONE_BY);
    policy_str owner = pol_duty_whose(v, duty, slot, o);

    if (pol_str_is(str_of(v, POLICY_FIELD_RESULT), "fail"))
        return POL_FAULT_ATTEST_FAILED;
    if (duty->by.len && !has_person(v, duty->by, by))
        return POL_FAULT_ATTEST_ROLE;
    if (duty->evidence && !str_of(v, POLICY_FIELD_EVIDENCE).len)
        return POL_FAULT_ATTEST_EVIDENCE;
    if (duty->not_owner && (pol_str_eq(by, owner) || has_person(v, owner, by)))
        return POL_FAULT_ATTEST_OWNER;
    return POL_FAULT_COUNT;
}

/* The duty whose id the attestation names, or begins with; the longest. */
static const pol_duty *named_duty(const pol_evaluation *v, policy_str name)
{
    const pol_duty *found = NULL;

    for (size_t i = 0; i < v->org->duty_count; i++) {
        policy_str id = v->org->duties[i]->record->id;

        if (pol_str_starts(name, id) &&
            (name.len == id.len || name.ptr[id.len] == '/') &&
            (!found || id.len > found->record->id.len))
            found = v->org->duties[i];
    }
    return found;
}

/* Where the attestation's duty would be; NULL: the key lacks, or v->status. */
static pol_slot *named_slot(pol_evaluation *v, const pol_duty *duty,
                            policy_str rest)
{
    const pol_value *subject = pol_event_value(v->event, POLICY_FIELD_SUBJECT);
    policy_str first = { "", 0 };

    if (duty->escalation && rest.len > 1)
        first = (policy_str){ rest.ptr + 1, rest.len - 1 };
    else if (duty->record->key_count && rest.len)
        first = pol_duty_get_part(v, rest);
    else if (duty->record->key_count && subject->kind == POL_STR)
        first = subject->str;
    else if (duty->record->key_count)
        return NULL;
    if (first.ptr && pol_duty_is_shadow(duty))
        first = pol_shadow_first(v, first);
    return v->status ? NULL : pol_history_slot(v, duty->record, first);
}

/* The instance that is named, or the oldest that is open. */
static size_t named_entry(pol_evaluation *v, const pol_duty *duty,
                          const pol_slot *slot, policy_str name, int64_t at)
{
    static const pol_stored_entry all = { .sub_count = 0 };
    bool whole = name.len > duty->record->id.len;
    size_t found = slot->now.count;

    for (size_t i = 0; i < slot->now.count && !v->status; i++) {
        const pol_stored_entry *e = &slot->now.entries[i];

        if (!pol_duty_is_open(v, e, &all, at))
            continue;
        if (whole && pol_str_eq(pol_duty_id(v, duty, slot, e), name))
            return i;
        if (!whole && (found == slot->now.count ||
                       e->at < slot->now.entries[found].at))
            found = i;
    }
    return found;
}

/* What came before fulfilled one; else another would be the oldest now. */
static bool has_attested(pol_evaluation *v, const pol_slot *slot, uint64_t mark)
{
    for (size_t i = 0; i < slot->now.count && !v->status; i++) {
        pol_owed o;

        if (slot->now.entries[i].state != POL_ENTRY_DONE ||
            !pol_duty_read(v, &slot->now.entries[i], &o))
            continue;
        for (size_t k = 0; k < o.mark_count; k++)
            if (o.marks[k] == mark)
                return true;
    }
    return false;
}

/* One of `each`, by the name of all: the subject tells whose. *each: there are
 * such duties. */
static const pol_duty *duty_of_each(const pol_evaluation *v, policy_str name,
                                    bool *each)
{
    policy_str whose = str_of(v, POLICY_FIELD_SUBJECT);

    for (size_t i = 0; i < v->org->duty_count; i++) {
        const pol_duty *d = v->org->duties[i];

        if (!d->siblings || !pol_str_is(name, d->face->id))
            continue;
        *each = true;
        if (pol_str_eq(d->only.value, whose) && !d->record->key_count)
            return d;
    }
    return NULL;
}

/* "id/…" of the organisation, or of a regulation that it adopted? */
static bool is_ours(const pol_evaluation *v, policy_str name)
{
    const pol_organisation *c = &v->org->config;
    const char *slash = memchr(name.ptr, '/', name.len);
    policy_str owner = { name.ptr, slash ? (size_t)(slash - name.ptr) : 0 };
    bool is = slash && pol_str_eq(owner, c->id);

    for (size_t i = 0; slash && !is && i < c->regulation_count; i++)
        is = pol_str_eq(owner, c->regulations[i].regulation);
    return is;
}

static void refuse(pol_evaluation *v, const pol_duty *duty, pol_fault why)
{
    if (!v->status)
        pol_record_fault(v, duty ? duty->face->id : "", why, POLICY_ALLOW);
}

/* What is no duty of ours may be a training or test, or a rule asks for it. */
static void refuse_unknown(pol_evaluation *v, policy_str name, bool each)
{
    bool test = str_of(v, POLICY_FIELD_RESULT).len > 0;

    if (each)
        refuse(v, NULL, POL_FAULT_ATTEST_EACH);
    else if (!v->org->asks_attested && (!test || is_ours(v, name)))
        refuse(v, NULL, POL_FAULT_ATTEST_UNKNOWN);
}

/* Why no attestation of the duty counts now; POL_FAULT_COUNT: one may. */
static pol_fault unattestable(const pol_evaluation *v, const pol_duty *duty)
{
    if (duty->decides)
        return POL_FAULT_ATTEST_REVIEW;
    if (!duty->attested)
        return POL_FAULT_ATTEST_NOT;
    return v->now < duty->face->in_force ? POL_FAULT_ATTEST_EARLY
                                         : POL_FAULT_COUNT;
}

/* The entry that is named and may still be fulfilled; false after a refusal, on
 * failure, and of an event that did so before. */
static bool find_entry(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                       policy_str name, int64_t at, size_t *i, pol_owed *o)
{
    uint64_t mark = pol_window_hash(v->decision->event, v->decision->source);

    if (!pol_history_reserve(v, slot, 1) || has_attested(v, slot, mark))
        return false;
    *i = named_entry(v, duty, slot, name, at);
    if (v->status)
        return false;
    if (*i == slot->now.count) {
        refuse(v, duty, duty->decides ? POL_FAULT_REVIEW_CLOSED
                                      : POL_FAULT_ATTEST_CLOSED);
        return false;
    }
    if (!pol_duty_read(v, &slot->now.entries[*i], o))
        return false;
    if (!pol_duty_is_settled(v, o))
        return true;
    refuse(v, duty, duty->decides ? POL_FAULT_REVIEW_LATE
                                  : POL_FAULT_ATTEST_LATE);
    return false;
}

static void fulfil(pol_evaluation *v, const pol_duty *duty, pol_slot *slot,
                   size_t i, int64_t at, pol_owed *o)
{
    pol_owed_mark(o, pol_window_hash(v->decision->event, v->decision->source));
    pol_duty_fulfil(v, duty, slot, i, at, o);
}

static void attest(pol_evaluation *v, const pol_duty *duty, policy_str name)
{
    const pol_value *done_at = pol_event_value(v->event, POLICY_FIELD_DONE_AT);
    int64_t at = done_at->kind == POL_TIME ? done_at->i : v->now;
    policy_str id = duty->record->id;
    pol_slot *slot = named_slot(v, duty, (policy_str){ name.ptr + id.len,
                                                       name.len - id.len });
    pol_fault why;
    size_t i;
    pol_owed o;

    if (!slot)
        refuse(v, duty, POL_FAULT_ATTEST_WHICH);
    if (!slot || !find_entry(v, duty, slot, name, at, &i, &o))
        return;
    why = objection(v, duty, slot, &o);
    if (why != POL_FAULT_COUNT)
        refuse(v, duty, why);
    else
        fulfil(v, duty, slot, i, at, &o);
}

void pol_duty_attest(pol_evaluation *v)
{
    policy_str name = str_of(v, POLICY_FIELD_DUTY);
    const pol_duty *duty = named_duty(v, name);
    bool each = false;
    pol_fault why;

    if (!duty) {
        duty = duty_of_each(v, name, &each);
        name = duty ? duty->record->id : name;
    }
    if (!duty) {
        refuse_unknown(v, name, each);
        return;
    }
    why = unattestable(v, duty);
    if (why == POL_FAULT_COUNT)
        attest(v, duty, name);
    else
        refuse(v, duty, why);
}

/* Most reviews are of something else. */
void pol_duty_review(pol_evaluation *v)
{
    policy_str name = str_of(v, POLICY_FIELD_SUBJECT);
    const pol_duty *duty = named_duty(v, name);
    pol_slot *slot;
    size_t i;
    pol_owed o;

    if (!duty || !duty->decides || v->now < duty->face->in_force)
        return;
    slot = named_slot(v, duty,
                      (policy_str){ name.ptr + duty->record->id.len,
                                    name.len - duty->record->id.len });
    if (!slot || !find_entry(v, duty, slot, name, v->now, &i, &o))
        return;
    if (has_person(v, duty->by, str_of(v, POLICY_FIELD_REVIEWER)))
        fulfil(v, duty, slot, i, v->now, &o);
    else
        refuse(v, duty, POL_FAULT_REVIEW_ROLE);
}
