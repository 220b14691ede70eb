/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decision as JSON: the format of docs/decision.md, keys in a fixed order, so
 * that the same input gives the same bytes.
 */
#include "base/hash.h"
#include "base/json.h"
#include "base/slice.h"
#include "base/time.h"
#include "evaluate/decision.h"

typedef struct writer {
    pol_json_out json;
    const policy_decision *d;
    bool clear;
} writer;

static void put(writer *w, const char *key, policy_str value)
{
    pol_json_key(&w->json, key);
    pol_json_str(&w->json, value);
}

static void put_number(writer *w, const char *key, int64_t value)
{
    pol_json_key(&w->json, key);
    pol_json_num(&w->json, value);
}

/* An id of the decision itself: what was decided (the event) by what (the
 * bundle). 128 bits of SHA-256 are enough to name it. */
static void put_id(writer *w)
{
    uint8_t sum[32];
    char hex[65];
    pol_sha256 h;

    pol_sha256_init(&h);
    pol_sha256_field(&h, pol_str(w->d->revision));
    pol_sha256_field(&h, w->d->org);
    pol_sha256_field(&h, w->d->source);
    pol_sha256_field(&h, w->d->event);
    pol_sha256_done(&h, sum);
    pol_hex(hex, sum);
    put(w, "decision", (policy_str){ hex, 32 });
}

static void put_cites(writer *w, const policy_cite *cites, size_t count)
{
    pol_json_key(&w->json, "cites");
    pol_json_open(&w->json, '[');
    for (size_t i = 0; i < count; i++) {
        pol_json_open(&w->json, '{');
        put(w, "regulation", cites[i].regulation);
        put(w, "title", cites[i].title);
        put(w, "article", cites[i].article);
        pol_json_close(&w->json, '}');
    }
    pol_json_close(&w->json, ']');
}

static policy_str words_of(const policy_decision *d, const policy_evidence *e)
{
    for (size_t i = 0; i < d->text_count; i++)
        if (pol_str_eq(d->texts[i].field, e->field))
            return (policy_str){ d->texts[i].text.ptr + e->span.start,
                                 e->span.end - e->span.start };
    return (policy_str){ "", 0 };
}

static void put_span(writer *w, const policy_evidence *e)
{
    pol_json_open(&w->json, '{');
    put(w, "field", e->field);
    pol_json_key(&w->json, "start");
    pol_json_num(&w->json, e->span.start);
    pol_json_key(&w->json, "end");
    pol_json_num(&w->json, e->span.end);
    put(w, e->list.len ? "list" : "kind", e->list.len ? e->list : e->kind);
    if (e->confidence)
        put(w, "confidence", pol_str(policy_confidence_name(e->confidence)));
    if (w->clear)
        put(w, "text", words_of(w->d, e));
    pol_json_key(&w->json, "how");
    pol_json_open(&w->json, '[');
    for (size_t i = 0; e->how[i]; i++)
        pol_json_str(&w->json, pol_str(e->how[i]));
    pol_json_close(&w->json, ']');
    pol_json_close(&w->json, '}');
}

static void put_exception(writer *w, const pol_finding *f)
{
    char date[40];
    size_t len;

    pol_json_key(&w->json, "exception");
    pol_json_open(&w->json, '{');
    put(w, "why", f->why);
    put(w, "owner", f->owner);
    if (f->expires) {
        len = pol_time_write(date, f->expires, 0);
        put(w, "ends", (policy_str){ date, len });
    }
    pol_json_close(&w->json, '}');
}

static void put_tell(writer *w, const pol_finding *f)
{
    if (!f->tell_zh.len && !f->tell_en.len)
        return;
    pol_json_key(&w->json, "tell");
    pol_json_open(&w->json, '{');
    if (f->tell_zh.len)
        put(w, "zh", f->tell_zh);
    if (f->tell_en.len)
        put(w, "en", f->tell_en);
    pol_json_close(&w->json, '}');
}

static void put_finding(writer *w, const pol_finding *f, bool suppressed)
{
    pol_json_open(&w->json, '{');
    put(w, "rule", pol_str(f->face.rule));
    put(w, "mode", pol_str(f->face.mode));
    put(w, "verdict", pol_str(policy_verdict_name(f->face.verdict)));
    pol_json_key(&w->json, "severity");
    pol_json_num(&w->json, f->face.severity);
    put(w, "category", pol_str(f->face.category));
    put_cites(w, f->face.cites, f->face.cite_count);
    pol_json_key(&w->json, "spans");
    pol_json_open(&w->json, '[');
    for (size_t i = 0; i < f->face.evidence_count; i++)
        put_span(w, &f->face.evidence[i]);
    pol_json_close(&w->json, ']');
    if (f->face.note.len)
        put(w, "note", f->face.note);
    if (f->face.missing.len)
        put(w, "missing", f->face.missing);
    if (f->face.limit >= 0) {
        put_number(w, "count", f->face.count);
        put_number(w, "limit", f->face.limit);
    }
    if (f->face.idle && strcmp(f->face.idle, "mode") != 0) /* says it already */
        put(w, "idle", pol_str(f->face.idle));
    if (suppressed)
        put_exception(w, f);
    else
        put_tell(w, f);
    pol_json_close(&w->json, '}');
}

static void put_findings(writer *w, const char *key, int32_t which)
{
    const pol_finding_list *l = &w->d->findings[which];

    pol_json_key(&w->json, key);
    pol_json_open(&w->json, '[');
    for (size_t i = 0; i < l->count; i++)
        put_finding(w, &l->at[i], which == POLICY_SUPPRESSED);
    pol_json_close(&w->json, ']');
}

/* ORDER DUTY */
static const char *const duty_changes[] = { "opened", "done", "reminded",
                                            "overdue", "retired" };

static void put_duties(writer *w)
{
    char due[40];

    pol_json_key(&w->json, "duties");
    pol_json_open(&w->json, '[');
    for (size_t i = 0; i < w->d->duty_count; i++) {
        const policy_duty *duty = &w->d->duties[i];

        pol_json_open(&w->json, '{');
        put(w, "id", duty->id);
        put(w, "rule", pol_str(duty->rule));
        put(w, "what", duty->what);
        put(w, "who", duty->who);
        put(w, "due", (policy_str){ due, pol_time_write(due, duty->due, 0) });
        put(w, "change", pol_str(duty_changes[duty->change]));
        pol_json_close(&w->json, '}');
    }
    pol_json_close(&w->json, ']');
}

static void put_proposals(writer *w)
{
    pol_json_key(&w->json, "ladder");
    pol_json_open(&w->json, '[');
    for (size_t i = 0; i < w->d->proposal_count; i++) {
        const policy_proposal *p = &w->d->proposals[i];

        pol_json_open(&w->json, '{');
        put(w, "id", p->id);
        put(w, "ladder", pol_str(p->ladder));
        put(w, "track", pol_str(p->track));
        put(w, "step", pol_str(p->step));
        put(w, "kind", pol_str(p->kind));
        put(w, "person", p->person);
        put(w, "why", p->why);
        put_cites(w, p->cites, p->cite_count);
        pol_json_close(&w->json, '}');
    }
    pol_json_close(&w->json, ']');
}

static void put_errors(writer *w)
{
    pol_json_key(&w->json, "errors");
    pol_json_open(&w->json, '[');
    for (size_t i = 0; i < w->d->error_count; i++) {
        const policy_rule_error *e = &w->d->errors[i];

        pol_json_open(&w->json, '{');
        put(w, "rule", pol_str(e->rule));
        put(w, "code", pol_str(e->code));
        pol_json_key(&w->json, "message");
        pol_json_open(&w->json, '{');
        put(w, "zh", e->message_zh);
        put(w, "en", e->message);
        pol_json_close(&w->json, '}');
        put(w, "acted_as", pol_str(policy_verdict_name(e->acted_as)));
        pol_json_close(&w->json, '}');
    }
    pol_json_close(&w->json, ']');
}

static void put_needed(writer *w)
{
    pol_json_key(&w->json, "facts_needed");
    pol_json_open(&w->json, '[');
    for (size_t i = 0; i < w->d->needed_count; i++)
        pol_json_str(&w->json, pol_str(w->d->needed[i]));
    pol_json_close(&w->json, ']');
}

static void put_flags(writer *w)
{
    pol_json_key(&w->json, "flags");
    pol_json_open(&w->json, '[');
    for (size_t i = 0; i < policy_decision_flag_count(w->d); i++)
        pol_json_str(&w->json, pol_str(policy_decision_flag(w->d, i)));
    pol_json_close(&w->json, ']');
}

static void put_texts(writer *w)
{
    pol_json_key(&w->json, "redacted");
    pol_json_open(&w->json, '[');
    for (size_t i = 0; i < w->d->text_count; i++) {
        const pol_decided_text *t = &w->d->texts[i];

        if (!t->masked)
            continue;
        pol_json_open(&w->json, '{');
        put(w, "field", t->field);
        put(w, "text", t->redacted);
        if (w->clear)
            put(w, "clear", t->text);
        pol_json_close(&w->json, '}');
    }
    pol_json_close(&w->json, ']');
}

static void put_cost(writer *w)
{
    const policy_cost *c = &w->d->cost;
    const struct { const char *key; uint64_t value; } rows[] = {
        { "hits", c->hits }, { "candidates", c->candidates },
        { "guards", c->guards }, { "instructions", c->instructions },
        { "bytes", c->bytes },
    };

    pol_json_key(&w->json, "cost");
    pol_json_open(&w->json, '{');
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        pol_json_key(&w->json, rows[i].key);
        pol_json_num(&w->json, (int64_t)rows[i].value);
    }
    pol_json_close(&w->json, '}');
}

void pol_decision_write(pol_buf *buf, const policy_decision *d, uint32_t flags)
{
    writer w = { { buf, false }, d, d->clear || (flags & POLICY_JSON_CLEAR) };

    pol_json_open(&w.json, '{');
    put_id(&w);
    pol_json_key(&w.json, "event");
    pol_json_open(&w.json, '{');
    put(&w, "source", d->source);
    put(&w, "id", d->event);
    pol_json_close(&w.json, '}');
    put(&w, "org", d->org);
    put(&w, "bundle", pol_str(d->revision));
    put(&w, "verdict", pol_str(policy_verdict_name(d->verdict)));
    put_findings(&w, "findings", POLICY_ENFORCED);
    put_duties(&w);
    put_proposals(&w);
    if (d->more) {
        pol_json_key(&w.json, "more");
        pol_json_bool(&w.json, true);
    }
    put_findings(&w, "shadow", POLICY_SHADOW);
    put_findings(&w, "suppressed", POLICY_SUPPRESSED);
    put_errors(&w);
    put_needed(&w);
    put_flags(&w);
    put_texts(&w);
    /* How many records change: what they hold is nobody's business here. */
    if (d->change_count)
        put_number(&w, "changes", (int64_t)d->change_count);
    put_cost(&w);
    pol_json_close(&w.json, '}');
}
