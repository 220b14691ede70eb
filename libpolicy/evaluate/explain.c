/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why each rule of the event's organisation did or did not fire.
 *
 * A rule that the index does not reach is said so, and judged all the same, so
 * that the answer names what it lacks.
 */
#include "base/error.h"
#include "base/json.h"
#include "base/slice.h"
#include "base/time.h"
#include "evaluate/evaluation.h"
#include "rule/standing.h"
#include "text/pinyin.h"
#include "text/utf8.h"
#include "text/width.h"

/* The most that is shown of a value, or of all words found. */
enum { SHOWN_BYTES = 512 };

typedef struct explaining {
    pol_evaluation v;
    policy_decision *decision; /* of the evaluation */
    policy_decision aside;     /* where asking again counts its costs */
    int (*visit)(void *user, const policy_explanation *x);
    void *user;
} explaining;

static policy_str show(pol_evaluation *v, pol_buf *b)
{
    policy_str s = b->status == POLICY_ENOMEM
                       ? (policy_str){ NULL, 0 }
                       : pol_arena_dup(&v->s->arena, pol_buf_slice(b));

    pol_buf_fini(b);
    if (s.ptr)
        return s;
    v->status = pol_error_oom(v->err);
    return (policy_str){ "", 0 };
}

static void put_value(pol_buf *b, const pol_value *x)
{
    char time[40];

    switch (x->kind) {
    case POL_BOOL:
        pol_buf_text(b, x->i ? "true" : "false");
        break;
    case POL_INT:
        pol_buf_int(b, x->i);
        break;
    case POL_STR:
        pol_buf_str(b, pol_str_cut(x->str, b->max - b->len));
        break;
    case POL_TIME:
        pol_buf_str(b, (policy_str){ time, pol_time_write(time, x->i, x->offset) });
        break;
    case POL_LIST:
        for (size_t i = 0; i < x->list.count; i++) {
            if (i)
                pol_buf_char(b, ' ');
            pol_buf_str(b, x->list.items[i]);
        }
        break;
    default:
        break;
    }
}

/* ORDER COND: what stands before the operands. */
static const char *const cond_words[] = {
    "all", "any", "none", "", "none of ", "all of ", "more than ", "less than ",
    "among ", "outside ", "same as ", "differs from ", "beyond ", "later than ",
    "absent", "present", "empty", "known", "unknown",
};

static bool asks_past(const pol_cond *c)
{
    return c->op == POL_COND_KNOWN || c->op == POL_COND_UNKNOWN;
}

static void put_key(pol_buf *b, const pol_key_use *key)
{
    for (size_t i = 0; i < key->count; i++) {
        if (i)
            pol_buf_text(b, ", ");
        pol_buf_text(b, pol_fields[key->fields[i]].name);
    }
}

/* "known, twice or more, by actor, within 86400 s" */
static void put_known(pol_buf *b, const pol_known *k)
{
    if (k->at_least > 1)
        pol_buf_fmt(b, " %u times", (unsigned)k->at_least);
    if (k->key.count) {
        pol_buf_text(b, " by ");
        put_key(b, &k->key);
    }
    if (k->other)
        pol_buf_text(b, ", another");
    if (k->within)
        pol_buf_fmt(b, ", within %lld s", (long long)(k->within / 1000));
}

static policy_str wanted(pol_evaluation *v, const pol_cond *c)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    pol_buf_text(&b, cond_words[c->op]);
    if (asks_past(c))
        put_known(&b, c->known);
    for (size_t i = 0; i < c->value_count; i++) {
        if (i)
            pol_buf_text(&b, " | ");
        put_value(&b, &c->values[i]);
    }
    if (c->op == POL_COND_MORE || c->op == POL_COND_LESS)
        pol_buf_int(&b, c->number);
    if (c->set)
        pol_buf_str(&b, c->set->name);
    if (c->op >= POL_COND_SAME && c->op <= POL_COND_LATER)
        pol_buf_text(&b, pol_fields[c->other].name);
    return show(v, &b);
}

static policy_str found(pol_evaluation *v, const pol_cond *c)
{
    pol_value fact;
    const pol_value *x;
    pol_buf b;

    if (c->op <= POL_COND_NONE)
        return (policy_str){ "", 0 };
    if (asks_past(c))
        return c->op == POL_COND_KNOWN ? POL_STR("unknown") : POL_STR("known");
    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    if (c->attribute) {
        fact = pol_view_attribute(&v->view, c->field, c->attribute);
        x = &fact;
    } else if (c->fact.len) {
        fact = pol_view_fact(&v->view, c->fact);
        x = &fact;
    } else {
        x = pol_view_value(&v->view, c->field);
    }
    if (x->kind == POL_ABSENT || x->kind == POL_NULL)
        pol_buf_text(&b, "absent");
    else
        put_value(&b, x);
    return show(v, &b);
}

static policy_str attribute_name(pol_evaluation *v, const pol_cond *c)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    pol_buf_fmt(&b, "%s.%s", pol_fields[c->field].name,
                pol_attributes[c->attribute].name);
    return show(v, &b);
}

static policy_str key_of(pol_evaluation *v, const pol_cond *c)
{
    if (c->op <= POL_COND_NONE)
        return pol_str(cond_words[c->op]);
    if (asks_past(c))
        return c->known->record->id;
    if (c->attribute)
        return attribute_name(v, c);
    return c->fact.len ? c->fact : pol_str(pol_fields[c->field].name);
}

/* Names of the signals that a match asks for. */
static void put_signals(pol_buf *b, const pol_evaluation *v, const pol_match *m)
{
    if (m->op == POL_MATCH_SIGNAL) {
        if (b->len)
            pol_buf_char(b, ' ');
        pol_buf_str(b, v->org->signals[m->signal].name);
        if (m->confidence)
            pol_buf_fmt(b, " (%s)", policy_confidence_name(m->confidence));
    }
    for (size_t i = 0; i < m->kid_count; i++)
        put_signals(b, v, &m->kids[i]);
}

static policy_str signals_of(pol_evaluation *v, const pol_match *m)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    put_signals(&b, v, m);
    return show(v, &b);
}

/* " [high width separator]": how sure, and how it was disguised. */
static void put_how(pol_buf *b, const pol_signal_hit *h)
{
    const char *sure = policy_confidence_name(h->confidence);
    const char *before = " [";
    uint32_t reasons = h->reasons;

    if (sure)
        pol_buf_fmt(b, "%s%s", before, sure);
    if (sure)
        before = " ";
    for (unsigned bit = 0; bit < POL_REASON_COUNT; bit++) {
        if (!(reasons >> bit & 1))
            continue;
        pol_buf_text(b, before);
        pol_buf_text(b, policy_reason_name(1u << bit));
        before = " ";
    }
    if (sure || reasons)
        pol_buf_char(b, ']');
}

/* The words that the marked hits are. */
static policy_str words_found(pol_evaluation *v)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    for (size_t i = 0; i < v->hits.count; i++) {
        const pol_signal_hit *h = &v->hits.hits[i];

        if (!v->s->use[i])
            continue;
        if (b.len)
            pol_buf_char(&b, ' ');
        pol_buf_str(&b, (policy_str){ v->texts[h->text].text.ptr + h->start,
                                      h->end - h->start });
        put_how(&b, h);
    }
    return show(v, &b);
}

static policy_str time_shown(pol_evaluation *v, int64_t ms)
{
    char time[40];
    int32_t offset = pol_zone_offset(&v->org->config.calendar.zone, ms);
    policy_str s = { time, pol_time_write(time, ms, offset) };

    s = pol_arena_dup(&v->s->arena, s);
    if (s.ptr)
        return s;
    v->status = pol_error_oom(v->err);
    return (policy_str){ "", 0 };
}

static policy_str types_of(pol_evaluation *v, const pol_rule *rule)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++) {
        if (!(rule->types >> t & 1))
            continue;
        if (b.len)
            pol_buf_text(&b, " | ");
        pol_buf_text(&b, pol_types[t].name);
    }
    return show(v, &b);
}

static bool is_reached(const pol_evaluation *v, size_t number)
{
    return v->s->candidates[number / 64] >> (number % 64) & 1;
}

static void fill_match(pol_evaluation *v, const pol_rule *rule,
                       policy_explanation *x)
{
    x->key = POL_STR("match");
    x->wanted = signals_of(v, rule->match);
    x->found = words_found(v);
}

static policy_str keys_shown(pol_evaluation *v, const pol_key_use *key)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    put_key(&b, key);
    return show(v, &b);
}

static policy_str limit_shown(pol_evaluation *v, const pol_count *c)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    pol_buf_text(&b, "more than ");
    pol_buf_int(&b, c->more_than);
    if (c->period)
        pol_buf_fmt(&b, " in a %s", pol_period_names[c->period - 1]);
    else
        pol_buf_fmt(&b, " in %lld s", (long long)(c->over / 1000));
    return show(v, &b);
}

static policy_str number_shown(pol_evaluation *v, int64_t n)
{
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    pol_buf_int(&b, n);
    return show(v, &b);
}

/* "0.25 of all": the point is no locale's. */
static void fill_share(pol_evaluation *v, const char *key, uint64_t share,
                       policy_explanation *x)
{
    uint64_t millionths = (share * 1000000 + POL_SHARE_ALL / 2) / POL_SHARE_ALL;
    pol_buf b;

    pol_buf_init(&b, &v->s->allocator, SHOWN_BYTES);
    pol_buf_uint(&b, millionths / 1000000);
    pol_buf_char(&b, '.');
    for (uint64_t unit = 100000; unit; unit /= 10)
        pol_buf_char(&b, (char)('0' + millionths / unit % 10));
    pol_buf_text(&b, " of all");
    x->key = pol_str(key);
    x->wanted = show(v, &b);
    x->found = POL_STR("out of it");
}

static void fill_fired(pol_evaluation *v, const pol_rule *rule,
                       const pol_judgement *j, policy_explanation *x)
{
    x->outcome = pol_bites(rule, j) ? "fired" : "shadow";
    if (j->left_out && rule->mode == POL_MODE_ENFORCE) {
        fill_share(v, "ratio", rule->rollout->ratio, x);
        return;
    }
    if (j->missing) {
        x->key = key_of(v, j->missing);
        x->wanted = wanted(v, j->missing);
        x->found = found(v, j->missing);
    } else if (rule->count) {
        x->key = POL_STR("count");
        x->wanted = limit_shown(v, rule->count);
        x->found = number_shown(v, j->amount);
    } else if (rule->match) {
        fill_match(v, rule, x);
    } else {
        x->key = rule->where ? POL_STR("where") : POL_STR("on");
    }
}

static void fill(pol_evaluation *v, const pol_rule *rule,
                 const pol_judgement *j, policy_explanation *x)
{
    switch (j->outcome) {
    case POL_FIRED:
        fill_fired(v, rule, j, x);
        break;
    case POL_NOT_TYPE:
        x->outcome = "type";
        x->key = POL_STR("on");
        x->wanted = types_of(v, rule);
        x->found = pol_str(pol_types[v->event->type].name);
        break;
    case POL_NOT_YET:
        x->outcome = "not-yet";
        x->key = POL_STR("from");
        x->wanted = time_shown(v, rule->in_force);
        x->found = time_shown(v, v->now);
        break;
    case POL_NOT_SAMPLED:
        x->outcome = "sample";
        fill_share(v, "sample", rule->rollout->sample, x);
        break;
    case POL_NOT_WHERE:
        x->outcome = "where";
        x->key = key_of(v, j->stopped);
        x->wanted = wanted(v, j->stopped);
        x->found = found(v, j->stopped);
        break;
    case POL_NOT_MATCH:
        x->outcome = "match";
        fill_match(v, rule, x);
        break;
    case POL_EXCEPTED:
        x->outcome = "except";
        x->key = POL_STR("except");
        x->wanted = j->except->why;
        x->found = j->except->owner;
        break;
    case POL_REQUIRED_MET:
        x->outcome = "requires";
        x->key = POL_STR("requires");
        x->found = POL_STR("true");
        break;
    case POL_COUNTED_FEW:
        x->outcome = "count";
        x->key = keys_shown(v, &rule->count->by);
        x->wanted = limit_shown(v, rule->count);
        x->found = number_shown(v, j->amount);
        break;
    case POL_NEEDS_FACT:
        x->outcome = "error";
        x->key = j->fact;
        x->found = POL_STR("absent");
        break;
    case POL_CHECKED_NO:
        x->outcome = "check";
        x->key = POL_STR("check");
        break;
    case POL_RULE_FAULT:
        x->outcome = "error";
        x->key = pol_str(j->code);
        x->found = j->message;
        break;
    }
}

/* The decision has asked the brake, which counts. */
static void fill_braked(const explaining *x, const pol_rule *rule,
                        policy_explanation *out)
{
    const pol_finding_list *l = &x->decision->findings[POLICY_SHADOW];
    const policy_decision *d = x->decision;

    for (size_t i = 0; i < l->count; i++) {
        const policy_finding *f = &l->at[i].face;

        if (f->idle && strcmp(f->idle, "brake") == 0 &&
            strcmp(f->rule, rule->id) == 0) {
            out->outcome = "shadow";
            out->key = POL_STR("brake");
            for (size_t j = 0; j < d->error_count; j++)
                if (strcmp(d->errors[j].rule, rule->id) == 0)
                    out->found = d->errors[j].message;
        }
    }
}

static void find_reached(pol_evaluation *v)
{
    size_t words = (v->org->rule_count + 63) / 64;

    memset(v->s->candidates, 0, words * sizeof(uint64_t));
    pol_index_event(&v->org->index, &v->view, v->s->candidates);
    for (size_t i = 0; i < v->hits.count; i++)
        pol_index_signal(&v->org->index, v->hits.hits[i].signal,
                         v->s->candidates);
}

static bool explain_rule(explaining *x, size_t number)
{
    pol_evaluation *v = &x->v;
    const pol_rule *rule = &v->org->rules[number];
    policy_explanation out = { .rule = rule->id, .title = rule->title.zh,
                               .key = { "", 0 }, .wanted = { "", 0 },
                               .found = { "", 0 } };
    pol_judgement j;

    if (rule->mode == POL_MODE_OFF) {
        out.outcome = "off";
        out.key = POL_STR("mode");
    } else {
        x->aside.cost.guards = 0; /* each rule is asked as if alone */
        v->instructions = 0;
        j = pol_judge(v, rule);
        if (v->status)
            return false;
        fill(v, rule, &j, &out);
        if (j.outcome == POL_FIRED && rule->rollout)
            fill_braked(x, rule, &out);
        if (!is_reached(v, number) && j.outcome == POL_NOT_MATCH)
            out.outcome = "not-reached";
    }
    return !v->status && !x->visit(x->user, &out);
}

/* A decision first: it gives the hits, the candidates and what is shown. */
static policy_status explain(explaining *x, policy_session *s,
                             const policy_event *e, const policy_state *state,
                             policy_error *err)
{
    policy_status st;

    pol_arena_reset(&s->arena);
    x->v.s = s;
    x->v.event = e;
    x->v.state = state;
    x->v.err = err;
    st = pol_evaluate_event(&x->v);
    if (st)
        return st;
    x->decision = x->v.decision;
    x->v.decision = &x->aside;
    find_reached(&x->v);
    for (size_t i = 0; i < x->v.org->rule_count; i++) {
        if (i >= s->limits.explain_entries)
            return pol_error_limit(err, "explain_entries",
                                   s->limits.explain_entries);
        if (!explain_rule(x, i))
            break;
    }
    return pol_evaluation_status(&x->v, x->v.status);
}

policy_status policy_session_explain_each(policy_session *s,
                                          const policy_event *e,
                                          const policy_state *state,
                                          int (*visit)(void *user,
                                                       const policy_explanation *x),
                                          void *user, policy_error *err)
{
    explaining x = { .visit = visit, .user = user };

    return explain(&x, s, e, state, err);
}

/* --- as JSON */

typedef struct explained {
    pol_json_out json;
    const pol_evaluation *v;
    bool clear;
} explained;

/* Are these words of the event's texts? */
static bool is_secret(const explained *e, const policy_explanation *x)
{
    int32_t field = pol_field_find(x->key);

    if (pol_str_is(x->key, "match"))
        return true;
    return strcmp(x->outcome, "where") == 0 && field >= 0 &&
           pol_field_in(e->v->event->type, field)->kind == POL_KIND_TEXT;
}

static void put_found(explained *e, const policy_explanation *x)
{
    char stars[2 * SHOWN_BYTES];
    size_t width = pol_display_width(x->found);

    if (e->clear || e->v->org->clear_logs || !is_secret(e, x)) {
        pol_json_str(&e->json, x->found);
        return;
    }
    width = width < sizeof(stars) ? width : sizeof(stars);
    memset(stars, '*', width);
    pol_json_str(&e->json, (policy_str){ stars, width });
}

static int put_rule(void *user, const policy_explanation *x)
{
    explained *e = user;
    pol_json_out *o = &e->json;

    pol_json_open(o, '{');
    pol_json_key(o, "rule");
    pol_json_str(o, pol_str(x->rule));
    pol_json_key(o, "title");
    pol_json_str(o, x->title);
    pol_json_key(o, "outcome");
    pol_json_str(o, pol_str(x->outcome));
    pol_json_key(o, "key");
    pol_json_str(o, x->key);
    pol_json_key(o, "wanted");
    pol_json_str(o, x->wanted);
    pol_json_key(o, "found");
    put_found(e, x);
    pol_json_close(o, '}');
    return o->buf->status != POLICY_OK;
}

/* --- views */

typedef struct showing {
    pol_evaluation *v;
    policy_str field;
    pol_buf name, text;
    int (*visit)(void *user, const policy_text_view *x);
    void *user;
    bool stopped;
} showing;

/* ORDER VIEW */
static const char *const view_names[] = { "squeezed", "skeleton", "collapsed",
                                          "pinyin", "decoded", "numerals" };

static void put_units(pol_buf *b, const pol_folded *f, bool sounds)
{
    for (size_t pos = 0; pos < f->count;) {
        uint16_t unit = f->units[pos];
        const char *sound =
            sounds ? pol_pinyin_spelling((uint16_t)(unit - POL_PINYIN_UNIT(0)))
                   : "";
        char utf8[4];

        if (unit == POL_UNIT_BREAK) {
            pol_buf_char(b, '|');
            pos++;
        } else if (*sound) {
            pol_buf_fmt(b, "[%s]", sound);
            pos++;
        } else {
            pol_buf_add(b, utf8,
                        pol_utf8_put(utf8, pol_utf16_next(f->units, f->count,
                                                          &pos)));
        }
    }
}

static void show_view(void *user, unsigned views, const pol_folded *f)
{
    showing *x = user;
    policy_text_view view;

    if (x->stopped || x->v->status)
        return;
    pol_buf_reset(&x->name);
    pol_buf_reset(&x->text);
    for (unsigned i = 0; views >> i; i++)
        if (views >> i & 1) {
            if (x->name.len)
                pol_buf_char(&x->name, ' ');
            pol_buf_text(&x->name, view_names[i]);
        }
    if (!views)
        pol_buf_text(&x->name, "folded");
    put_units(&x->text, f, views & POL_VIEW_PINYIN);
    if (x->name.status || x->text.status) {
        x->v->status = pol_error_oom(x->v->err);
        return;
    }
    view = (policy_text_view){ x->field, pol_buf_slice(&x->name),
                               pol_buf_slice(&x->text) };
    x->stopped = x->visit(x->user, &view) != 0;
}

static policy_status show_text(showing *x, uint32_t text)
{
    char name[24];

    x->field = pol_str(pol_event_text_name(&x->v->texts[text], name));
    pol_show_views(x->v, x->v->texts[text].text, show_view, x);
    return x->v->status;
}

static void showing_init(showing *x, pol_evaluation *v,
                         int (*visit)(void *user, const policy_text_view *x),
                         void *user)
{
    *x = (showing){ .v = v, .visit = visit, .user = user };
    pol_buf_init(&x->name, &v->s->allocator, SHOWN_BYTES);
    pol_buf_init(&x->text, &v->s->allocator, SIZE_MAX / 2);
}

static void showing_fini(showing *x)
{
    pol_buf_fini(&x->name);
    pol_buf_fini(&x->text);
}

policy_status policy_session_views_each(
    policy_session *s, const policy_event *e,
    int (*visit)(void *user, const policy_text_view *x), void *user,
    policy_error *err)
{
    pol_evaluation v = { .s = s, .event = e, .err = err };
    policy_status st;
    showing x;

    pol_arena_reset(&s->arena);
    s->arena.failure = POLICY_OK;
    st = pol_evaluation_begin(&v);
    if (st)
        return pol_evaluation_status(&v, st);
    showing_init(&x, &v, visit, user);
    for (uint32_t i = 0; !st && !x.stopped && i < v.text_count; i++)
        st = show_text(&x, i);
    showing_fini(&x);
    return pol_evaluation_status(&v, st);
}

static int put_view(void *user, const policy_text_view *x)
{
    pol_json_out *o = user;

    pol_json_open(o, '{');
    pol_json_key(o, "view");
    pol_json_str(o, x->view);
    pol_json_key(o, "text");
    pol_json_str(o, x->text);
    pol_json_close(o, '}');
    return o->buf->status != POLICY_OK;
}

/* What the terms were compared with. */
static void put_views(pol_json_out *o, pol_evaluation *v)
{
    showing x;

    showing_init(&x, v, put_view, o);
    pol_json_key(o, "texts");
    pol_json_open(o, '[');
    for (uint32_t i = 0; i < v->text_count; i++) {
        char name[24];

        pol_json_open(o, '{');
        pol_json_key(o, "field");
        pol_json_str(o, pol_str(pol_event_text_name(&v->texts[i], name)));
        pol_json_key(o, "views");
        pol_json_open(o, '[');
        if (show_text(&x, i))
            o->buf->status = POLICY_ENOMEM;
        pol_json_close(o, ']');
        pol_json_close(o, '}');
    }
    pol_json_close(o, ']');
    showing_fini(&x);
}

policy_status policy_session_explain(char *buf, size_t cap, size_t *len,
                                     policy_session *s, const policy_event *e,
                                     const policy_state *state, uint32_t flags,
                                     policy_error *err)
{
    pol_buf b;
    explained out = { { &b, false }, NULL, flags & POLICY_JSON_CLEAR };
    pol_json_out *o = &out.json;
    explaining x = { .visit = put_rule, .user = &out };
    policy_status st;

    *len = 0;
    out.v = &x.v;
    pol_buf_init(&b, &s->allocator, SIZE_MAX / 2);
    pol_json_open(o, '{');
    pol_json_key(o, "rules");
    pol_json_open(o, '[');
    st = explain(&x, s, e, state, err);
    if (!st) {
        pol_json_close(o, ']');
        if (flags & POLICY_JSON_CLEAR)
            put_views(o, &x.v);
        pol_json_key(o, "decision");
        pol_decision_write(&b, x.decision, flags);
        pol_json_close(o, '}');
        st = b.status ? pol_error_oom(err) : POLICY_OK;
    }
    if (!st) {
        *len = b.len;
        if (cap)
            memcpy(buf, b.ptr, b.len < cap ? b.len : cap);
    }
    pol_buf_fini(&b);
    return st;
}
