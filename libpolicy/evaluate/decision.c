/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking a decision, and copying it.
 */
#include "evaluate/decision.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"

void *pol_decision_push(pol_arena *arena, void **array, size_t *count,
                        size_t *cap, size_t item)
{
    if (*count == *cap) {
        size_t larger = *cap ? *cap * 2 : 4;
        void *at = pol_arena_array(arena, larger, item);

        if (!at)
            return NULL;
        if (*count)
            memcpy(at, *array, *count * item);
        *array = at;
        *cap = larger;
    }
    return (char *)*array + item * (*count)++;
}

int32_t policy_decision_verdict(const policy_decision *d)
{
    return d->verdict;
}

policy_str policy_decision_organisation(const policy_decision *d)
{
    return d->org;
}

policy_str policy_decision_source(const policy_decision *d)
{
    return d->source;
}

policy_str policy_decision_event(const policy_decision *d)
{
    return d->event;
}

int64_t policy_decision_time(const policy_decision *d)
{
    return d->time;
}

static const pol_finding_list *list_of(const policy_decision *d, int32_t which)
{
    static const pol_finding_list none = { NULL, 0, 0 };

    return which >= 0 && which < POL_FINDING_KINDS ? &d->findings[which] : &none;
}

size_t policy_decision_finding_count(const policy_decision *d, int32_t which)
{
    return list_of(d, which)->count;
}

const policy_finding *policy_decision_finding(const policy_decision *d,
                                              int32_t which, size_t i)
{
    const pol_finding_list *l = list_of(d, which);

    return i < l->count ? &l->at[i].face : NULL;
}

policy_str policy_decision_tell(const policy_decision *d, size_t i,
                                const char *language)
{
    const pol_finding_list *l = &d->findings[POLICY_ENFORCED];
    const pol_finding *f;
    bool zh;

    if (i >= l->count)
        return (policy_str){ "", 0 };
    f = &l->at[i];
    if (!language || (strcmp(language, "zh") != 0 && strcmp(language, "en") != 0))
        language = d->language;
    zh = strcmp(language, "zh") == 0;
    if (zh ? f->tell_zh.len : !f->tell_en.len)
        return f->tell_zh;
    return f->tell_en;
}

size_t policy_decision_error_count(const policy_decision *d)
{
    return d->error_count;
}

const policy_rule_error *policy_decision_error(const policy_decision *d, size_t i)
{
    return i < d->error_count ? &d->errors[i] : NULL;
}

size_t policy_decision_duty_count(const policy_decision *d)
{
    return d->duty_count;
}

const policy_duty *policy_decision_duty(const policy_decision *d, size_t i)
{
    return i < d->duty_count ? &d->duties[i] : NULL;
}

int policy_decision_more(const policy_decision *d)
{
    return d->more;
}

size_t policy_decision_proposal_count(const policy_decision *d)
{
    return d->proposal_count;
}

const policy_proposal *policy_decision_proposal(const policy_decision *d, size_t i)
{
    return i < d->proposal_count ? &d->proposals[i] : NULL;
}

size_t policy_decision_change_count(const policy_decision *d)
{
    return d->change_count;
}

const policy_change *policy_decision_change(const policy_decision *d, size_t i)
{
    return i < d->change_count ? &d->changes[i] : NULL;
}

size_t policy_decision_needed_count(const policy_decision *d)
{
    return d->needed_count;
}

const char *policy_decision_needed(const policy_decision *d, size_t i)
{
    return i < d->needed_count ? d->needed[i] : NULL;
}

size_t policy_decision_flag_count(const policy_decision *d)
{
    return (size_t)__builtin_popcount(d->flags);
}

const char *policy_decision_flag(const policy_decision *d, size_t i)
{
    for (unsigned bit = 0; pol_flag_name(bit).len; bit++)
        if ((d->flags >> bit & 1) && i-- == 0)
            return pol_flag_name(bit).ptr; /* a literal of the schema */
    return NULL;
}

const policy_cost *policy_decision_cost(const policy_decision *d)
{
    return &d->cost;
}

policy_status policy_decision_redacted(policy_str *out, policy_decision *d,
                                       const char *field)
{
    *out = (policy_str){ "", 0 };
    for (size_t i = 0; i < d->text_count; i++)
        if (d->texts[i].masked && pol_str_is(d->texts[i].field, field)) {
            *out = d->texts[i].redacted;
            return POLICY_OK;
        }
    return POLICY_EINPUT;
}

policy_status policy_decision_json(char *buf, size_t cap, size_t *len,
                                   const policy_decision *d, uint32_t flags)
{
    pol_buf b;

    pol_buf_init_fixed(&b, buf, cap);
    pol_decision_write(&b, d, flags);
    *len = b.len;
    return POLICY_OK;
}

/* --- the deep copy */

typedef struct copier {
    pol_arena *arena;
    bool failed;
} copier;

static void *copy_bytes(copier *c, const void *from, size_t count, size_t item)
{
    void *to;

    if (count == 0)
        return NULL;
    to = pol_arena_array(c->arena, count, item);
    if (!to) {
        c->failed = true;
        return NULL;
    }
    memcpy(to, from, count * item);
    return to;
}

static void copy_str(copier *c, policy_str *s)
{
    policy_str to = pol_arena_dup(c->arena, *s);

    c->failed = c->failed || !to.ptr;
    *s = to;
}

static void copy_cstr(copier *c, const char **s)
{
    if (!*s)
        return;
    *s = pol_arena_cstr(c->arena, pol_str(*s));
    c->failed = c->failed || !*s;
}

static void copy_cites(copier *c, const policy_cite **cites, size_t count)
{
    policy_cite *to = copy_bytes(c, *cites, count, sizeof(*to));

    for (size_t i = 0; to && i < count; i++) {
        copy_str(c, &to[i].regulation);
        copy_str(c, &to[i].title);
        copy_str(c, &to[i].article);
    }
    *cites = to;
}

static void copy_evidence(copier *c, policy_evidence *e)
{
    size_t count = 1;
    const char **how;

    copy_str(c, &e->field);
    copy_str(c, &e->kind);
    copy_str(c, &e->list);
    while (e->how[count - 1])
        count++;
    how = copy_bytes(c, e->how, count, sizeof(*how));
    for (size_t i = 0; how && i < count; i++)
        copy_cstr(c, &how[i]);
    e->how = how;
}

static void copy_finding(copier *c, pol_finding *f)
{
    policy_evidence *evidence;

    copy_cstr(c, &f->face.rule);
    copy_cstr(c, &f->face.mode);
    copy_cstr(c, &f->face.category);
    copy_cites(c, &f->face.cites, f->face.cite_count);
    evidence = copy_bytes(c, f->face.evidence, f->face.evidence_count,
                          sizeof(*evidence));
    for (size_t i = 0; evidence && i < f->face.evidence_count; i++)
        copy_evidence(c, &evidence[i]);
    f->face.evidence = evidence;
    copy_str(c, &f->face.note);
    copy_str(c, &f->face.missing);
    copy_str(c, &f->title);
    copy_str(c, &f->tell_zh);
    copy_str(c, &f->tell_en);
    copy_str(c, &f->why);
    copy_str(c, &f->owner);
}

static void copy_findings(copier *c, pol_finding_list *l)
{
    l->at = copy_bytes(c, l->at, l->count, sizeof(*l->at));
    l->cap = l->count;
    for (size_t i = 0; l->at && i < l->count; i++)
        copy_finding(c, &l->at[i]);
}

static void copy_proposal(copier *c, policy_proposal *p)
{
    copy_cstr(c, &p->ladder);
    copy_cstr(c, &p->track);
    copy_cstr(c, &p->step);
    copy_cstr(c, &p->kind);
    copy_str(c, &p->id);
    copy_str(c, &p->person);
    copy_str(c, &p->why);
    copy_cites(c, &p->cites, p->cite_count);
}

static void copy_records(copier *c, policy_decision *d)
{
    d->errors = copy_bytes(c, d->errors, d->error_count, sizeof(*d->errors));
    for (size_t i = 0; d->errors && i < d->error_count; i++) {
        copy_cstr(c, &d->errors[i].rule);
        copy_cstr(c, &d->errors[i].code);
        copy_str(c, &d->errors[i].message);
        copy_str(c, &d->errors[i].message_zh);
    }
    d->duties = copy_bytes(c, d->duties, d->duty_count, sizeof(*d->duties));
    for (size_t i = 0; d->duties && i < d->duty_count; i++) {
        copy_cstr(c, &d->duties[i].rule);
        copy_str(c, &d->duties[i].id);
        copy_str(c, &d->duties[i].what);
        copy_str(c, &d->duties[i].who);
    }
    d->proposals = copy_bytes(c, d->proposals, d->proposal_count,
                              sizeof(*d->proposals));
    for (size_t i = 0; d->proposals && i < d->proposal_count; i++)
        copy_proposal(c, &d->proposals[i]);
    d->changes = copy_bytes(c, d->changes, d->change_count, sizeof(*d->changes));
    for (size_t i = 0; d->changes && i < d->change_count; i++) {
        copy_str(c, &d->changes[i].key);
        copy_str(c, &d->changes[i].value);
        copy_str(c, &d->changes[i].after);
        copy_str(c, &d->changes[i].after_source);
    }
    d->needed = copy_bytes(c, d->needed, d->needed_count, sizeof(*d->needed));
    for (size_t i = 0; d->needed && i < d->needed_count; i++)
        copy_cstr(c, &d->needed[i]);
    d->texts = copy_bytes(c, d->texts, d->text_count, sizeof(*d->texts));
    for (size_t i = 0; d->texts && i < d->text_count; i++) {
        copy_str(c, &d->texts[i].field);
        copy_str(c, &d->texts[i].text);
        copy_str(c, &d->texts[i].redacted);
    }
}

policy_status policy_decision_dup(policy_decision **out, const policy_decision *d,
                                  const policy_allocator *a)
{
    policy_allocator alloc = pol_allocator_or_default(a);
    policy_decision *copy;
    pol_arena *arena = pol_alloc(&alloc, sizeof(*arena));
    copier c = { arena, false };

    *out = NULL;
    if (!arena)
        return POLICY_ENOMEM;
    pol_arena_init(arena, &alloc, 0);
    copy = copy_bytes(&c, d, 1, sizeof(*d));
    if (copy) {
        copy->own = arena;
        copy_cstr(&c, &copy->revision);
        copy_str(&c, &copy->org);
        copy_str(&c, &copy->source);
        copy_str(&c, &copy->event);
        copy_cstr(&c, &copy->language);
        for (size_t i = 0; i < POL_FINDING_KINDS; i++)
            copy_findings(&c, &copy->findings[i]);
        copy_records(&c, copy);
    }
    if (c.failed) {
        pol_arena_fini(arena);
        pol_free(&alloc, arena, sizeof(*arena));
        return POLICY_ENOMEM;
    }
    *out = copy;
    return POLICY_OK;
}

void policy_decision_free(policy_decision *d)
{
    policy_allocator a;
    pol_arena *arena;

    if (!d || !d->own)
        return;
    arena = d->own;
    a = arena->allocator;
    pol_arena_fini(arena);
    pol_free(&a, arena, sizeof(*arena));
}
