/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Would the rule see its own examples through a disguise? A hit is judged once
 * as it is written; what is evidence then is disguised, all of it at once, in
 * each of the ways that its term or detector is open to, and the event judged
 * again. A hit that has a past, or is one of steps, is disguised on the state
 * that what went before it left as it is written: judging changes no state, so
 * the past is played once.
 *
 * Of evidence that overlaps the widest is disguised, and alone must be seen
 * again. What an example writes in disguise already is left as it is.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "evaluate/rule_tests.h"
#include "text/evasion.h"

/* Evidence, and what its disguises may be. */
typedef struct piece {
    uint32_t text, start, end;
    uint32_t by;        /* bits: pol_evasion_by */
    uint32_t spellings; /* POL_REASON_* of the term's own */
    uint32_t gaps;      /* POL_GAP_*; 0: whatever the rule of gaps admits */
    bool address;
    uint32_t now_start, now_end; /* disguised; equal: left as it is */
} piece;

/* A text as the test has it, and where it stands in `made` disguised. */
typedef struct text {
    pol_event_text plain;
    size_t at, len;
    bool changed;
} text;

typedef struct evading {
    pol_testing t;
    void (*on_result)(void *user, const policy_evasion *r);
    void *user;
    pol_evader *evader;
    pol_buf made, word; /* all texts, one after the other; a disguised word */
    piece *pieces;
    size_t count, cap;
    text *texts;
    size_t text_count, text_cap;
    int32_t verdict;    /* as it is written */
    const pol_org *org; /* in hand, with its */
    const pol_rule *rule;
} evading;

/* --- what may be done to a hit ----------------------------------------------- */

static const struct {
    pol_evasion_by by;
    uint8_t view;
} views[] = {
    { POL_EVADES_SQUEEZE, POL_VIEW_SQUEEZED },
    { POL_EVADES_SKELETON, POL_VIEW_SKELETON },
    { POL_EVADES_COLLAPSE, POL_VIEW_COLLAPSED },
    { POL_EVADES_PINYIN, POL_VIEW_PINYIN },
    { POL_EVADES_DECODE, POL_VIEW_DECODED },
};

/* What the patterns of a term are open to. */
static void ask_terms(piece *p, const pol_terms *terms, uint32_t list,
                      uint32_t word)
{
    for (size_t i = 0; i < terms->count; i++) {
        const pol_term *t = &terms->at[i];

        if (t->gate || t->allowed || t->list != list || t->word != word)
            continue;
        if (!t->exact && !t->must)
            p->by |= 1u << POL_EVADES_FOLD;
        p->spellings |= t->how;
        p->gaps = pol_term_gaps(t);
        for (size_t v = 0; v < sizeof(views) / sizeof(*views); v++)
            if (!(t->must & ~views[v].view) && views[v].view & t->may)
                p->by |= 1u << views[v].by;
    }
    if (p->spellings)
        p->by |= 1u << POL_EVADES_SPELLING;
}

static void ask_list(piece *p, const pol_org *org, const pol_signal_hit *hit)
{
    const pol_shared *shared = org->shared;

    if (!(hit->word & 1)) {
        ask_terms(p, &org->terms, hit->signal, hit->word >> 1);
        return;
    }
    for (size_t i = 0; i < shared->list_count; i++)
        if (org->shared_signal[i] == (int32_t)hit->signal)
            ask_terms(p, &shared->terms, (uint32_t)i, hit->word >> 1);
}

/* Numbers stand in words too; hosts are found in few dresses. */
static void ask_detector(piece *p, const pol_org *org, uint32_t signal)
{
    p->by = 1u << POL_EVADES_FOLD;
    for (int d = 0; d < POL_DETECTOR_COUNT; d++) {
        if (!(org->detectors >> d & 1) ||
            org->detector_signal[d] != (int32_t)signal)
            continue;
        p->address = POL_DETECT_ADDRESSES >> d & 1;
        if (POL_DETECT_NUMBERS >> d & 1)
            p->by |= 1u << POL_EVADES_NUMERALS;
    }
}

static void ask(piece *p, const pol_org *org, const pol_signal_hit *hit)
{
    switch (org->signals[hit->signal].kind) {
    case POL_SIGNAL_DETECTOR:
        ask_detector(p, org, hit->signal);
        break;
    case POL_SIGNAL_REGEX:
        p->by = 1u << POL_EVADES_FOLD;
        break;
    default:
        ask_list(p, org, hit);
        break;
    }
}

static bool is_open(const piece *p, const pol_evasion *how)
{
    if (!(p->by >> how->by & 1) || (p->address && !how->addresses))
        return false;
    if (how->by == POL_EVADES_SPELLING)
        return p->spellings & how->reason;
    return !how->gap || !p->gaps || p->gaps & how->gap;
}

/* --- the hit as it is written -------------------------------------------------- */

/* Hits come by text and start; of those that overlap the widest stays. */
static bool keep_piece(evading *x, const pol_org *org,
                       const pol_signal_hit *hit)
{
    piece *last = x->count ? &x->pieces[x->count - 1] : NULL;
    piece p = { .text = hit->text, .start = hit->start, .end = hit->end };

    if (hit->reasons & ~(uint32_t)POL_REASON_CASE)
        return true;
    ask(&p, org, hit);
    if (last && last->text == p.text && p.start < last->end) {
        if (p.end - p.start > last->end - last->start)
            *last = p;
        return true;
    }
    if (!pol_grow(&x->t.s->allocator, (void **)&x->pieces, &x->cap,
                  x->count + 1, sizeof(*x->pieces)))
        return false;
    x->pieces[x->count++] = p;
    return true;
}

static bool keep_texts(evading *x, const pol_evaluation *v)
{
    if (!pol_grow(&x->t.s->allocator, (void **)&x->texts, &x->text_cap,
                  v->text_count, sizeof(*x->texts)))
        return false;
    x->text_count = v->text_count;
    for (size_t i = 0; i < v->text_count; i++)
        x->texts[i].plain = v->texts[i];
    return true;
}

/* The evidence of the hit, of which there is none where it does not hit. */
static policy_status look(evading *x, const policy_state *before)
{
    pol_evaluation v = { .s = x->t.s, .event = x->t.event, .state = before,
                         .err = x->t.err };
    pol_judgement j;
    policy_status st;

    x->count = 0;
    st = pol_testing_begin(&v);
    if (!st) {
        j = pol_judge(&v, x->rule);
        st = v.status;
    }
    if (st == POLICY_ENOMEM)
        return pol_error_oom(x->t.err);
    if (st || j.outcome != POL_FIRED)
        return POLICY_OK; /* the plain run tells */
    x->verdict = j.verdict;
    if (!keep_texts(x, &v))
        return pol_error_oom(x->t.err);
    for (size_t i = 0; i < v.hits.count; i++)
        if (v.s->use[i] && !keep_piece(x, x->org, &v.hits.hits[i]))
            return pol_error_oom(x->t.err);
    return POLICY_OK;
}

/* --- in disguise --------------------------------------------------------------- */

/* The piece, disguised or not, behind what is made already. */
static policy_status put_piece(evading *x, size_t number, piece *p, text *t,
                               bool *changed)
{
    const pol_evasion *how = &pol_evasions[number];
    policy_str plain = t->plain.text;
    policy_status st = POLICY_OK;
    bool made = false;

    if (is_open(p, how))
        st = pol_evade(x->evader, number, plain, p->start, p->end, &x->word,
                       &made, x->t.err);
    if (made && how->alone)
        pol_buf_char(&x->made, ' ');
    p->now_start = p->now_end = (uint32_t)(x->made.len - t->at);
    if (!made) {
        pol_buf_add(&x->made, plain.ptr + p->start, p->end - p->start);
        return st;
    }
    pol_buf_str(&x->made, pol_buf_slice(&x->word));
    p->now_end = (uint32_t)(x->made.len - t->at);
    if (how->alone)
        pol_buf_char(&x->made, ' ');
    *changed = true;
    return st;
}

static policy_status put_text(evading *x, size_t number, uint32_t which)
{
    text *t = &x->texts[which];
    policy_str plain = t->plain.text;
    policy_status st = POLICY_OK;
    size_t pos = 0;

    t->at = x->made.len;
    t->changed = false;
    for (size_t i = 0; !st && i < x->count; i++) {
        piece *p = &x->pieces[i];

        if (p->text != which)
            continue;
        pol_buf_add(&x->made, plain.ptr + pos, p->start - pos);
        st = put_piece(x, number, p, t, &t->changed);
        pos = p->end;
    }
    pol_buf_add(&x->made, plain.ptr + pos, plain.len - pos);
    t->len = x->made.len - t->at;
    return st;
}

/* *first: the first text that was changed; NULL: nothing is open to it. */
static policy_status disguise(evading *x, size_t number, const text **first)
{
    policy_status st = POLICY_OK;

    *first = NULL;
    pol_buf_reset(&x->made);
    for (size_t i = 0; !st && i < x->text_count; i++) {
        st = put_text(x, number, (uint32_t)i);
        if (x->texts[i].changed && !*first)
            *first = &x->texts[i];
    }
    return !st && x->made.status ? pol_error_oom(x->t.err) : st;
}

static policy_str made_text(const evading *x, const text *t)
{
    return (policy_str){ x->made.ptr + t->at, t->len };
}

/* Disguised, or as they were: they live as long as the bundle. */
static void put_texts(evading *x, bool disguised)
{
    policy_event *e = x->t.event;

    for (size_t i = 0; i < x->text_count; i++) {
        const text *t = &x->texts[i];
        policy_str s = disguised ? made_text(x, t) : t->plain.text;

        if (!t->changed)
            continue;
        if (t->plain.field < 0)
            e->parts[t->plain.part].text = s;
        else
            pol_event_put(e, t->plain.field,
                          (pol_value){ .kind = POL_STR, .str = s });
    }
}

/* --- what became of it ----------------------------------------------------------- */

static bool shows(const evading *x, const pol_finding *f, const piece *p)
{
    char name[24];
    policy_str field =
        pol_str(pol_event_text_name(&x->texts[p->text].plain, name));

    for (size_t i = 0; i < f->face.evidence_count; i++) {
        const policy_evidence *e = &f->face.evidence[i];

        if (e->span.start == p->now_start && e->span.end == p->now_end &&
            pol_str_eq(e->field, field))
            return true;
    }
    return false;
}

/* Fills expected and got where it does not hold. */
static void compare(evading *x, const policy_decision *d, policy_evasion *r)
{
    const pol_finding *f = pol_testing_finding(d, x->rule->id);
    const policy_rule_error *error =
        f ? NULL : pol_testing_error(d, x->rule->id);

    r->expected = POL_STR("hit");
    r->got = f ? POL_STR("hit") : POL_STR("miss");
    r->held = f != NULL;
    if (error)
        r->got = pol_testing_join(&x->t, "error: ", error->message);
    if (!f)
        return;
    if (f->face.verdict != x->verdict) {
        r->held = 0;
        r->expected = pol_testing_join(
            &x->t, "hit, verdict ", pol_str(policy_verdict_name(x->verdict)));
        r->got = pol_testing_join(
            &x->t, "hit, verdict ",
            pol_str(policy_verdict_name(f->face.verdict)));
        return;
    }
    for (size_t i = 0; r->held && i < x->count; i++) {
        const piece *p = &x->pieces[i];
        policy_str all = made_text(x, &x->texts[p->text]);

        if (p->now_start == p->now_end || shows(x, f, p))
            continue;
        r->held = 0;
        r->expected = pol_testing_join(
            &x->t, "hit at ", (policy_str){ all.ptr + p->now_start,
                                            p->now_end - p->now_start });
        r->got = POL_STR("hit elsewhere");
    }
}

static policy_status evade(evading *x, const pol_test_step *step, size_t number)
{
    policy_evasion r = { .organisation = x->org->id, .rule = x->rule->id,
                         .disguise = pol_evasions[number].name,
                         .file = pol_place_file(x->rule, step->test->file),
                         .line = step->test->line };
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;
    const text *first;
    char name[24];
    policy_status st = disguise(x, number, &first);

    if (st || !first)
        return st;
    put_texts(x, true);
    r.field = pol_str(pol_event_text_name(&first->plain, name));
    r.text = made_text(x, first);
    st = policy_session_evaluate(&d, x->t.s, x->t.event, step->state, &err);
    put_texts(x, false);
    if (st == POLICY_ENOMEM)
        return pol_error_oom(x->t.err);
    if (st) {
        r.expected = POL_STR("hit");
        r.got = pol_testing_join(&x->t, "error: ", pol_str(err.message));
    } else {
        compare(x, d, &r);
    }
    x->on_result(x->user, &r);
    return POLICY_OK;
}

static policy_status on_event(void *user, const pol_test_step *step)
{
    evading *x = user;
    policy_status st;

    if (step->test->expect != POL_EXPECT_HIT)
        return POLICY_OK;
    st = look(x, step->state);
    for (size_t n = 0; !st && x->count && n < pol_evasion_count; n++)
        st = evade(x, step, n);
    return st;
}

static policy_status evade_rule(void *user, const pol_org *org,
                                const pol_rule *rule)
{
    evading *x = user;
    pol_test_player player = { on_event, NULL, x };
    policy_status st = POLICY_OK;

    x->org = org;
    x->rule = rule;
    for (size_t i = 0; !st && i < rule->test_count; i++)
        if (rule->tests[i].hit)
            st = pol_testing_play(&x->t, org, rule, &rule->tests[i], &player);
    return st;
}

policy_status policy_session_evade(policy_session *s, const char *org,
                                   void (*on_result)(void *user,
                                                     const policy_evasion *r),
                                   void *user, policy_error *err)
{
    evading x = { .on_result = on_result, .user = user };
    policy_status st = pol_evader_new(&x.evader, &s->allocator, err);

    pol_buf_init(&x.made, &s->allocator, POL_FOLD_MAX);
    pol_buf_init(&x.word, &s->allocator, POL_FOLD_MAX);
    if (!st)
        st = pol_testing_run(&x.t, s, org, evade_rule, &x, err);
    pol_evader_free(x.evader);
    pol_buf_fini(&x.made);
    pol_buf_fini(&x.word);
    pol_free(&s->allocator, x.pieces, x.cap * sizeof(*x.pieces));
    pol_free(&s->allocator, x.texts, x.text_cap * sizeof(*x.texts));
    return st;
}
