/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proposals: every track that fits proposes the step that severity and what
 * came before lead to. The person decides by a review of the proposal's id,
 * which is that of the duty to decide, too. Of a ladder in shadow it is told what
 * it would have proposed.
 */
#include "evaluate/ladders.h"

#include "base/slice.h"
#include "evaluate/duties.h"
#include "evaluate/evaluation.h"
#include "rule/ladder.h"
#include "rule/standing.h"
#include "state/kept.h"

/* What is tried out says so in a finding in shadow, and asks nobody. */
static bool is_shadow(const pol_evaluation *v, const pol_ladder *l)
{
    return l->face->mode == POL_MODE_SHADOW && !v->s->testing;
}

static void lacks_state(pol_evaluation *v, const pol_ladder *l)
{
    if (!v->status)
        pol_record_fault(v, l->face->id, POL_FAULT_STATE_LADDER,
                         is_shadow(v, l) ? POLICY_ALLOW : l->face->on_error);
}

/* What hangs on the past, where there is none to read, nobody can say. */
static bool is_true(pol_evaluation *v, const pol_ladder *l, const pol_cond *c)
{
    pol_truth t;

    if (!c)
        return true;
    v->history.lacking = false;
    t = pol_cond_eval(c, &v->view, NULL);
    if (t == POL_UNKNOWN && v->history.lacking)
        lacks_state(v, l);
    return t == POL_TRUE;
}

static bool is_merit(const pol_value *x)
{
    return x->kind == POL_BOOL && x->i;
}

/* Is it an earlier one of the sort that is judged now? */
static bool counts(pol_evaluation *v, const pol_ladder *l,
                   const pol_stored_entry *e)
{
    pol_value regulation, merit;
    pol_kept kept;

    if (e->state != POL_ENTRY_SET || e->at > v->now ||
        (uint64_t)v->now - (uint64_t)e->at >= (uint64_t)l->over ||
        (pol_str_eq(e->event, v->decision->event) &&
         pol_str_eq(e->source, v->decision->source)))
        return false;
    v->status = pol_kept_read(&kept, e->body, &v->s->arena, v->err);
    if (v->status)
        return false;
    regulation = pol_kept_value(&kept, POLICY_FIELD_REGULATION);
    merit = pol_kept_value(&kept, POLICY_FIELD_MERIT);
    return is_merit(&merit) ==
               is_merit(pol_event_value(v->event, POLICY_FIELD_MERIT)) &&
           (!l->regulation.len || (regulation.kind == POL_STR &&
                                   pol_str_eq(regulation.str, l->regulation)));
}

/* How many violations of the person went before; false: nobody can say. */
static bool earlier(pol_evaluation *v, const pol_ladder *l, uint32_t *count)
{
    const pol_value *person = pol_event_value(v->event, POLICY_FIELD_PERSON);
    const pol_slot *slot;

    *count = 0;
    if (!l->over || person->kind != POL_STR)
        return true;
    slot = pol_history_slot(v, &pol_standing[POL_STANDING_VIOLATIONS],
                            person->str);
    if (!slot) {
        lacks_state(v, l);
        return false;
    }
    for (size_t i = 0; i < slot->before.count && !v->status; i++)
        *count += counts(v, l, &slot->before.entries[i]);
    return !v->status;
}

/* ORDER GRAVITY; what is not said is minor. */
static uint32_t gravity(const pol_evaluation *v)
{
    const pol_value *x = pol_event_value(v->event, POLICY_FIELD_SEVERITY);

    if (x->kind != POL_STR)
        return 0;
    return pol_str_is(x->str, "grave") ? 2 : pol_str_is(x->str, "serious");
}

static const pol_step *step_of(const pol_evaluation *v, const pol_ladder *l,
                               const pol_track *t, uint32_t before)
{
    uint64_t at = t->first[gravity(v)] + (uint64_t)before * l->raise;

    return &t->steps[at < t->step_count ? at : t->step_count - 1];
}

/* "通报批评（严重程度：serious；此前 1 次）" */
static size_t put_why(char *to, size_t room, const pol_evaluation *v,
                      const pol_step *s, uint32_t before)
{
    const pol_value *severity = pol_event_value(v->event, POLICY_FIELD_SEVERITY);
    bool zh = !v->org->english;
    policy_str text = zh || !s->text.en.len ? s->text.zh : s->text.en;
    pol_buf b;

    pol_buf_init_fixed(&b, to, room);
    pol_buf_str(&b, text.len ? text : pol_str(s->id));
    pol_buf_text(&b, zh ? "（严重程度：" : " (severity: ");
    pol_buf_str(&b, severity->kind == POL_STR ? severity->str
                                              : POL_STR("—"));
    pol_buf_text(&b, zh ? "；此前 " : "; earlier: ");
    pol_buf_uint(&b, before);
    pol_buf_text(&b, zh ? " 次）" : ")");
    return b.len;
}

static policy_str why(pol_evaluation *v, const pol_step *s, uint32_t before)
{
    size_t len = put_why(NULL, 0, v, s, before);
    char *to = pol_arena_alloc(&v->s->arena, len);

    if (!to) {
        pol_no_memory(v);
        return (policy_str){ "", 0 };
    }
    put_why(to, len, v, s, before);
    return (policy_str){ to, len };
}

/* "track/source/event" and, for a department, "/department". */
static policy_str rest_of(pol_evaluation *v, const pol_track *t,
                          policy_str department)
{
    policy_str parts[4] = { pol_str(t->id), v->decision->source,
                            v->decision->event, department };
    size_t count = department.len ? 4 : 3, len = 0;
    char *s;

    for (size_t i = 0; i < count; i++)
        len += 3 * parts[i].len + 2;
    s = pol_arena_alloc(&v->s->arena, len);
    len = 0;
    for (size_t i = 0; s && i < count; i++)
        len += pol_duty_put_part(s + len, parts[i]);
    if (!s)
        pol_no_memory(v);
    return s ? (policy_str){ s + 1, len - 1 } : (policy_str){ "", 0 };
}

/* "u2: inquiry, 停职检查（严重程度：serious；此前 1 次）" */
static policy_str note_of(pol_evaluation *v, const pol_step *s, policy_str who,
                          policy_str reason)
{
    policy_str parts[] = { who, POL_STR(": "), pol_str(s->id), POL_STR(", "),
                           reason };
    size_t len = 0;
    char *note;

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        len += parts[i].len;
    note = pol_arena_alloc(&v->s->arena, len + 1);
    if (!note) {
        pol_no_memory(v);
        return (policy_str){ "", 0 };
    }
    len = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        memcpy(note + len, parts[i].ptr, parts[i].len);
        len += parts[i].len;
    }
    return (policy_str){ note, len };
}

static void say_in_shadow(pol_evaluation *v, const pol_ladder *l,
                          const pol_step *s, uint32_t before, policy_str who)
{
    pol_judgement j = { .outcome = POL_FIRED, .verdict = l->face->verdict,
                        .severity = l->face->severity };

    j.note = note_of(v, s, who, why(v, s, before));
    if (v->hits.count)
        memset(v->s->use, 0, v->hits.count);
    if (!v->status)
        pol_record(v, l->face, &j);
}

static void propose(pol_evaluation *v, const pol_ladder *l, const pol_track *t,
                    uint32_t before, policy_str person, policy_str department)
{
    const pol_step *s = step_of(v, l, t, before);
    policy_decision *d = v->decision;
    policy_str rest = rest_of(v, t, department);
    policy_proposal *p;

    if (v->status)
        return;
    if (is_shadow(v, l)) {
        say_in_shadow(v, l, s, before, person);
        return;
    }
    p = pol_decision_push(&v->s->arena, (void **)&d->proposals,
                          &d->proposal_count, &d->proposal_cap, sizeof(*p));
    if (!p) {
        pol_no_memory(v);
        return;
    }
    *p = (policy_proposal){ .ladder = l->face->id, .track = t->id, .step = s->id,
                            .kind = s->kind, .person = person,
                            .why = why(v, s, before),
                            .cites = t->cite_count ? t->cites : l->face->cites,
                            .cite_count = t->cite_count ? t->cite_count
                                                        : l->face->cite_count };
    p->id = pol_duty_escalation_id(v, l->decide->record->id, rest);
    if (!v->status)
        pol_duty_escalate(v, l->decide, rest, (policy_str){ "", 0 });
}

static void climb(pol_evaluation *v, const pol_ladder *l)
{
    const pol_value *person = pol_event_value(v->event, POLICY_FIELD_PERSON);
    const pol_value *all = pol_event_value(v->event, POLICY_FIELD_DEPARTMENTS);
    uint32_t before;

    if (!earlier(v, l, &before))
        return;
    for (size_t i = 0; i < l->track_count && !v->status; i++) {
        const pol_track *t = &l->tracks[i];

        if (!is_true(v, l, t->where))
            continue;
        if (person->kind == POL_STR)
            propose(v, l, t, before, person->str, (policy_str){ "", 0 });
        for (size_t k = 0; l->also_departments && all->kind == POL_LIST &&
                           k < all->list.count && !v->status; k++)
            if (all->list.items[k].len)
                propose(v, l, t, before, all->list.items[k], all->list.items[k]);
    }
}

void pol_ladders_propose(pol_evaluation *v)
{
    const pol_value *of = pol_event_value(v->event, POLICY_FIELD_REGULATION);

    for (size_t i = 0; i < v->org->ladder_count && !v->status; i++) {
        const pol_ladder *l = v->org->ladders[i];

        if (v->now < l->face->in_force ||
            (l->regulation.len &&
             (of->kind != POL_STR || !pol_str_eq(of->str, l->regulation))))
            continue;
        if (is_true(v, l, l->where))
            climb(v, l);
    }
}
