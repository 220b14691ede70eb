/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a judgement leaves in the decision: findings, duties, errors, facts
 * needed, and the masked texts.
 */
#include "evaluate/evaluation.h"

#include "base/error.h"
#include "base/slice.h"
#include "evaluate/aside.h"
#include "evaluate/brake.h"
#include "evaluate/duties.h"
#include "evaluate/redact.h"
#include "evaluate/tell.h"

static bool failed(pol_evaluation *v)
{
    v->status = pol_error_oom(v->err);
    return false;
}

void pol_record_error(pol_evaluation *v, const char *rule, const char *code,
                      const pol_text *message, int32_t acted_as)
{
    policy_decision *d = v->decision;
    policy_rule_error *e = pol_decision_push(&v->s->arena, (void **)&d->errors,
                                             &d->error_count, &d->error_cap,
                                             sizeof(*e));

    if (!e) {
        failed(v);
        return;
    }
    *e = (policy_rule_error){ .rule = rule, .code = code,
                              .message = message ? message->en : POL_STR(""),
                              .acted_as = acted_as,
                              .message_zh = message ? message->zh : POL_STR("") };
    if (acted_as > d->verdict)
        d->verdict = acted_as;
    if (strncmp(code, "limit-", 6) == 0)
        v->s->counters.limits++;
}

/* Names of the reasons, NULL after the last. */
static const char *const *how_of(pol_evaluation *v, uint32_t reasons)
{
    static const char *const none[] = { NULL };
    const char **how;
    size_t n = 0;

    if (!reasons)
        return none;
    how = pol_arena_array(&v->s->arena, POL_REASON_COUNT + 1, sizeof(*how));
    if (!how) {
        failed(v);
        return none;
    }
    for (int bit = 0; bit < POL_REASON_COUNT; bit++)
        if (reasons >> bit & 1)
            how[n++] = policy_reason_name(1u << bit);
    return how;
}

static policy_str field_name(pol_evaluation *v, uint32_t text)
{
    char buf[24];
    policy_str name = pol_str(pol_event_text_name(&v->texts[text], buf));

    if (v->texts[text].field >= 0)
        return name; /* static */
    name = pol_arena_dup(&v->s->arena, name);
    if (!name.ptr)
        failed(v);
    return name;
}

policy_str pol_signal_kind_shown(const pol_signal *signal)
{
    switch (signal->kind) {
    case POL_SIGNAL_DETECTOR:
        return signal->name;
    case POL_SIGNAL_REGEX:
        return POL_STR("regex");
    case POL_SIGNAL_LIST:
        return POL_STR("");
    default:
        return POL_STR("term");
    }
}

static void fill_evidence(pol_evaluation *v, const pol_signal_hit *h,
                          policy_evidence *e)
{
    const pol_signal *signal = &v->org->signals[h->signal];
    bool list = signal->kind == POL_SIGNAL_LIST;

    e->field = field_name(v, h->text);
    e->span = (policy_span){ h->start, h->end };
    e->list = list ? signal->name : POL_STR("");
    e->kind = pol_signal_kind_shown(signal);
    e->how = how_of(v, h->reasons);
    e->term = list ? (h->word >> 1) + 1 : 0; /* as views.c put them together */
    e->shared = list && h->word & 1;
    e->confidence = h->confidence;
}

/* The marked hits, as far as the event's limit of spans allows. */
static bool record_evidence(pol_evaluation *v, policy_finding *f,
                            int32_t on_error)
{
    policy_session *s = v->s;
    policy_evidence *all;
    size_t count = 0, n = 0;

    for (size_t i = 0; i < v->hits.count; i++)
        count += s->use[i];
    if (v->spans + count > v->limits->spans) {
        count = v->limits->spans - v->spans;
        pol_record_fault(v, f->rule, POL_FAULT_LIMIT_SPANS, on_error);
    }
    v->spans += count;
    all = pol_arena_new(&s->arena, policy_evidence, count + 1);
    if (!all)
        return failed(v);
    for (size_t i = 0; i < v->hits.count && n < count; i++)
        if (s->use[i])
            fill_evidence(v, &v->hits.hits[i], &all[n++]);
    f->evidence = all;
    f->evidence_count = n;
    return !v->status;
}

/* A limit on what is told is none on what is masked. */
static void show_hits(pol_evaluation *v, uint8_t how)
{
    for (size_t i = 0; i < v->hits.count; i++)
        if (v->s->use[i])
            v->shown[i] |= how;
}

static pol_finding *new_finding(pol_evaluation *v, int32_t which,
                                const pol_rule *rule, const pol_judgement *j)
{
    pol_finding_list *l = &v->decision->findings[which];
    /* What has no effect has none by its errors either. */
    int32_t on_error = which == POLICY_ENFORCED ? rule->on_error : POLICY_ALLOW;
    pol_finding *f;

    show_hits(v, which == POLICY_ENFORCED ? POL_SHOWN | POL_SHOWN_MASKED
                                          : POL_SHOWN);
    if (l->count >= v->limits->findings) {
        pol_record_fault(v, rule->id, POL_FAULT_LIMIT_FINDINGS, on_error);
        return NULL;
    }
    f = pol_decision_push(&v->s->arena, (void **)&l->at, &l->count, &l->cap,
                          sizeof(*f));
    if (!f) {
        failed(v);
        return NULL;
    }
    *f = (pol_finding){
        .face = { .rule = rule->id, .mode = pol_mode_names[rule->mode],
                  .category = rule->category, .verdict = j->verdict,
                  .severity = j->severity, .cites = rule->cites,
                  .cite_count = rule->cite_count, .note = j->note,
                  .missing = { "", 0 }, .count = -1, .limit = -1 },
        .title = rule->title.zh,
        .tell_zh = { "", 0 }, .tell_en = { "", 0 },
        .why = { "", 0 }, .owner = { "", 0 },
    };
    return record_evidence(v, &f->face, on_error) ? f : NULL;
}

/* --- escalation: a duty of somebody to look at it */

/* A role's people without the one that is left out, joined by commas; the
 * role's name where that leaves all of them or nobody is named. */
static policy_str people_of(pol_evaluation *v, const pol_escalate *e)
{
    const pol_organisation *c = &v->org->config;
    const pol_value *other = e->other_than < 0
                                 ? NULL : pol_view_value(&v->view, e->other_than);
    policy_str out = { "", 0 };

    if (!other || other->kind != POL_STR)
        return e->to;
    for (size_t i = 0; i < c->role_count; i++) {
        bool left_out = false;

        if (!pol_str_eq(c->roles[i].name, e->to))
            continue;
        for (size_t p = 0; p < c->roles[i].people_count; p++) {
            policy_str person = c->roles[i].people[p];
            char *joined;

            if (pol_str_eq(person, other->str)) {
                left_out = true;
                continue;
            }
            joined = pol_arena_alloc(&v->s->arena, out.len + person.len + 1);
            if (!joined) {
                failed(v);
                return e->to;
            }
            memcpy(joined, out.ptr, out.len);
            if (out.len)
                joined[out.len++] = ',';
            memcpy(joined + out.len, person.ptr, person.len);
            out = (policy_str){ joined, out.len + person.len };
        }
        if (!left_out)
            return e->to;
    }
    return out;
}

static policy_str join(pol_evaluation *v, policy_str a, char sep, policy_str b)
{
    char *s = pol_arena_alloc(&v->s->arena, a.len + b.len + 1);

    if (!s) {
        failed(v);
        return (policy_str){ "", 0 };
    }
    if (a.len)
        memcpy(s, a.ptr, a.len);
    s[a.len] = sep;
    memcpy(s + a.len + 1, b.ptr, b.len);
    return (policy_str){ s, a.len + 1 + b.len };
}

/* An event's id may hold slashes, so the source before it must not: else two
 * events could share a duty. */
static policy_str escaped_source(pol_evaluation *v, policy_str source)
{
    char *out = pol_arena_alloc(&v->s->arena, 3 * source.len + 1);
    size_t n = 0;

    if (!out) {
        failed(v);
        return source;
    }
    for (size_t i = 0; i < source.len; i++)
        if (source.ptr[i] == '/' || source.ptr[i] == '%') {
            memcpy(out + n, source.ptr[i] == '/' ? "%2F" : "%25", 3);
            n += 3;
        } else {
            out[n++] = source.ptr[i];
        }
    return (policy_str){ out, n };
}

static void escalate(pol_evaluation *v, const pol_rule *rule)
{
    const pol_escalate *e = &rule->escalate;
    const policy_decision *d = v->decision;
    pol_value named = { .kind = POL_ABSENT };
    policy_str who;

    if (e->who >= 0)
        named = e->attribute ? pol_view_attribute(&v->view, e->who, e->attribute)
                             : *pol_view_value(&v->view, e->who);
    who = named.kind == POL_STR ? named.str : people_of(v, e);
    if (who.len == 0)
        pol_record_fault(v, rule->id, POL_FAULT_ESCALATE_NOBODY, rule->on_error);
    if (!v->status)
        pol_duty_escalate(v, e->duty,
                          join(v, escaped_source(v, d->source), '/', d->event),
                          who);
}

/* --- what became of a rule */

/* Why it has no effect, NULL where it has one. A brake is asked of all that
 * would have one, but for the ratio. */
static const char *idle(pol_evaluation *v, const pol_rule *rule,
                        const pol_judgement *j)
{
    bool braked = rule->mode == POL_MODE_ENFORCE && rule->rollout &&
                  rule->rollout->brake && pol_brake_holds(v, rule);

    if (rule->mode != POL_MODE_ENFORCE)
        return "mode";
    return j->left_out ? "ratio" : braked ? "brake" : NULL;
}

static void record_finding(pol_evaluation *v, const pol_rule *rule,
                           const pol_judgement *j)
{
    const char *why = idle(v, rule, j);
    bool enforce = !why;
    pol_finding *f;

    if (enforce && j->verdict > v->decision->verdict)
        v->decision->verdict = j->verdict;
    if (enforce)
        pol_history_fired(v, rule);
    f = new_finding(v, enforce ? POLICY_ENFORCED : POLICY_SHADOW, rule, j);
    if (!f)
        return;
    f->face.idle = why;
    f->face.missing = pol_missing(v, rule);
    if (rule->count) {
        f->face.count = j->amount;
        f->face.limit = rule->count->more_than;
    }
    f->tell_zh = pol_tell(v, rule, j, rule->tell.zh, true);
    f->tell_en = pol_tell(v, rule, j, rule->tell.en, false);
    if (enforce && rule->escalate.set)
        escalate(v, rule);
}

static void record_suppressed(pol_evaluation *v, const pol_rule *rule,
                              const pol_judgement *j)
{
    pol_finding *f = new_finding(v, POLICY_SUPPRESSED, rule, j);

    if (!f)
        return;
    f->face.exception = (uint32_t)(j->except - rule->excepts) + 1;
    f->why = j->except->why;
    f->owner = j->except->owner;
    f->expires = j->except->expires == INT64_MAX ? 0 : j->except->expires;
}

static void name_need(pol_evaluation *v, policy_str fact)
{
    policy_decision *d = v->decision;
    const char **needed;

    for (size_t i = 0; i < d->needed_count; i++)
        if (pol_str_is(fact, d->needed[i]))
            return;
    needed = pol_decision_push(&v->s->arena, (void **)&d->needed,
                               &d->needed_count, &d->needed_cap, sizeof(*needed));
    if (needed)
        *needed = pol_arena_cstr(&v->s->arena, fact);
    if (!needed || !*needed)
        failed(v);
}

/* All that are lacking, so that the host asks once. */
static void record_needs(pol_evaluation *v, const pol_rule *rule,
                         const pol_judgement *j)
{
    policy_decision *d = v->decision;

    if (pol_bites(rule, j) && rule->on_error > d->verdict)
        d->verdict = rule->on_error;
    for (size_t i = 0; i < rule->need_count && !v->status; i++)
        if (pol_view_fact(&v->view, rule->needs[i]).kind == POL_ABSENT)
            name_need(v, rule->needs[i]);
}

void pol_record(pol_evaluation *v, const pol_rule *rule, const pol_judgement *j)
{
    switch (j->outcome) {
    case POL_FIRED:
        record_finding(v, rule, j);
        break;
    case POL_EXCEPTED:
        record_suppressed(v, rule, j);
        break;
    case POL_NEEDS_FACT:
        record_needs(v, rule, j);
        break;
    case POL_RULE_FAULT:
        pol_record_error(v, rule->id, j->code, j->message,
                         pol_bites(rule, j) ? rule->on_error : POLICY_ALLOW);
        if (j->breached && !v->status)
            pol_aside_note(v, rule);
        break;
    default:
        break;
    }
}

/* --- masked texts */

/* Those of the text's hits that are masked, from *hit on; *any: it has evidence. */
static size_t spans_of(const pol_evaluation *v, uint32_t text, size_t *hit,
                       policy_span *spans, bool *any)
{
    size_t n = 0;

    *any = false;
    for (; *hit < v->hits.count && v->hits.hits[*hit].text == text; ++*hit) {
        const pol_signal_hit *h = &v->hits.hits[*hit];

        *any = *any || v->shown[*hit];
        if (v->shown[*hit] & POL_SHOWN_MASKED)
            spans[n++] = (policy_span){ h->start, h->end };
    }
    return n;
}

static bool has_findings(const policy_decision *d)
{
    for (int i = 0; i < POL_FINDING_KINDS; i++)
        if (d->findings[i].count)
            return true;
    return false;
}

static bool has_bit(const uint64_t *bits, uint32_t signal)
{
    return bits[signal / 64] >> signal % 64 & 1;
}

static size_t signal_words(const pol_evaluation *v)
{
    return v->org->signal_count / 64 + 1;
}

/* A bit for each signal that has a masked hit, or one that is not, among those
 * from `from` up to `to`. */
static void mark_signals(const pol_evaluation *v, size_t from, size_t to,
                         bool masked, uint64_t *bits)
{
    memset(bits, 0, signal_words(v) * sizeof(*bits));
    for (size_t i = from; i < to; i++)
        if (!(v->shown[i] & POL_SHOWN_MASKED) == !masked)
            bits[v->hits.hits[i].signal / 64] |=
                UINT64_C(1) << v->hits.hits[i].signal % 64;
}

/* Signals, a bit each. */
typedef struct remask {
    uint64_t *masked; /* have hits in the event that are masked */
    uint64_t *kept;   /* have hits in the text that are not */
} remask;

/* Is a hit in a masked text to be masked, too? One of nothing but asterisks is
 * gone already. One without any arose by what was masked around it, or was
 * judged before: it may be any of those that were kept. */
static bool is_left_over(const remask *m, policy_str text,
                         const pol_signal_hit *h)
{
    uint32_t stars = 0;

    if (!has_bit(m->masked, h->signal))
        return false;
    for (uint32_t i = h->start; i < h->end; i++)
        stars += text.ptr[i] == '*';
    return stars ? stars < h->end - h->start : !has_bit(m->kept, h->signal);
}

/*
 * A mask is a separator like any other: of 机机密密 the masked middle leaves
 * 机****密, which is the term pulled apart. So what was masked is scanned again,
 * as long as there is something to mask. Each round masks one more character at
 * least; a text that needs more rounds than these was made for it, and goes as a
 * whole.
 */
static policy_status mask_again(pol_evaluation *v, uint32_t number,
                                pol_decided_text *t, const remask *m)
{
    enum { ROUNDS_MAX = 8 };
    policy_session *s = v->s;

    for (unsigned round = 0; round <= ROUNDS_MAX; round++) {
        size_t from = pol_gather_again(v, number, t->redacted), n = 0;
        policy_span *spans;

        if (v->status)
            return v->status;
        spans = pol_arena_new(&s->arena, policy_span, s->hit_count - from + 1);
        if (!spans)
            return POLICY_ENOMEM;
        for (size_t i = from; i < s->hit_count; i++) {
            const pol_signal_hit *h = &s->hits[i];
            policy_span span = { h->start, h->end };

            if (is_left_over(m, t->redacted, h))
                spans[n++] = span;
        }
        s->hit_count = from;
        if (!n)
            return POLICY_OK;
        if (round == ROUNDS_MAX) {
            spans[0] = (policy_span){ 0, (uint32_t)t->redacted.len };
            n = 1;
        }
        if (pol_redact(&t->redacted, t->redacted, spans, n, &s->arena))
            return POLICY_ENOMEM;
    }
    return POLICY_OK;
}

void pol_record_texts(pol_evaluation *v)
{
    policy_decision *d = v->decision;
    pol_arena *arena = &v->s->arena;
    policy_span *spans;
    remask m;
    size_t hit = 0, from, count;
    bool any;

    if (!has_findings(d))
        return;
    spans = pol_arena_new(arena, policy_span, v->hits.count + 1);
    d->texts = pol_arena_new(arena, pol_decided_text, v->text_count + 1);
    m.masked = pol_arena_new(arena, uint64_t, signal_words(v));
    m.kept = pol_arena_new(arena, uint64_t, signal_words(v));
    if (!spans || !d->texts || !m.masked || !m.kept) {
        failed(v);
        return;
    }
    mark_signals(v, 0, v->hits.count, true, m.masked);
    for (uint32_t i = 0; !v->status && i < v->text_count; i++) {
        pol_decided_text *t = &d->texts[d->text_count];

        from = hit;
        count = spans_of(v, i, &hit, spans, &any);
        if (!any)
            continue;
        *t = (pol_decided_text){ field_name(v, i), v->texts[i].text, { "", 0 },
                                 count > 0 };
        mark_signals(v, from, hit, false, m.kept);
        if (count && (pol_redact(&t->redacted, t->text, spans, count, arena) ||
                      mask_again(v, i, t, &m))) {
            failed(v);
            return;
        }
        d->text_count++;
    }
}
