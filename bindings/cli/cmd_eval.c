/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy eval: a decision for each event. As JSON every decision is a line; as
 * a table only those that found something are rows, one a finding, a duty to
 * which something happened or a proposal, and the summary tells of the others.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle_load.h"
#include "compare_duties.h"
#include "events.h"
#include "evidence.h"
#include "exceptions.h"
#include "table.h"
#include "tally.h"

struct eval {
    const struct cli *c;
    struct cli_table table;
    struct cli_tally tally;
    struct cli_exceptions exceptions;
    uint64_t verdicts[6], errors, aside;
    int32_t worst;
    char *json; /* room for one decision */
    size_t json_cap;
};

static void words_cell(struct eval *x, const policy_event *event,
                       const policy_finding *f)
{
    struct cli_string words = { NULL, 0, 0 };

    cli_evidence_add(&words, x->c, event, f);
    cli_table_cell(&x->table, cli_string_str(&words), cli_bold);
    free(words.ptr);
}

static bool same_str(policy_str a, policy_str b)
{
    return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

/* A rule of the organisation itself cites nothing: its title stands there. */
static void add_local(struct cli_string *out, const struct eval *x,
                      policy_str org, const char *rule)
{
    const struct cli_rule *r = cli_tally_find(&x->tally, org, rule);

    cli_string_adds(out, cli_text(x->c, CLI_LOCAL_RULE));
    if (r && r->info.title.len)
        cli_string_add(out, r->info.title);
    else
        cli_string_adds(out, rule);
}

static void article_cell(struct eval *x, policy_str org, const char *rule,
                         const policy_cite *cites, size_t count)
{
    bool zh = x->c->language == CLI_ZH;
    struct cli_string s = { NULL, 0, 0 };

    for (size_t i = 0; i < count; i++) {
        const policy_cite *cite = &cites[i];
        bool again = i && same_str(cite->regulation, cite[-1].regulation);

        if (i)
            cli_string_adds(&s, again ? (zh ? "、" : ", ") : zh ? "；" : "; ");
        if (!again) {
            cli_string_add(&s, cite->title.len ? cite->title
                                               : cite->regulation);
            cli_string_adds(&s, " ");
        }
        cli_string_add(&s, cite->article);
    }
    if (!count)
        add_local(&s, x, org, rule);
    cli_table_cell(&x->table, cli_string_str(&s), NULL);
    free(s.ptr);
}

/* Verdict and event stand in the first row of a decision only. */
static void head_cells(struct eval *x, const policy_event *event,
                       int32_t verdict, bool first)
{
    const policy_str none = { "", 0 };

    cli_table_cell(&x->table, cli_str(cli_verdict(x->c->language, verdict)),
                   verdict >= 0 && verdict < 6 ? cli_verdict_colour[verdict]
                                               : NULL);
    cli_table_cell(&x->table, first ? policy_event_id(event) : none,
                   cli_faint);
}

static void finding_row(struct eval *x, const policy_event *event,
                        const policy_decision *d, size_t i, bool first)
{
    const policy_finding *f =
        policy_decision_finding(d, POLICY_ENFORCED, i);

    head_cells(x, event, f->verdict, first);
    article_cell(x, policy_decision_organisation(d), f->rule, f->cites,
                 f->cite_count);
    words_cell(x, event, f);
    cli_table_cell(&x->table,
                   policy_decision_tell(d, i,
                                        cli_language_name(x->c->language)),
                   NULL);
}

static void shadow_row(struct eval *x, const policy_event *event,
                       const policy_decision *d, size_t i, bool first)
{
    const policy_finding *f = policy_decision_finding(d, POLICY_SHADOW, i);
    const policy_str none = { "", 0 };

    cli_table_cell(&x->table, cli_str(cli_text(x->c, CLI_SHADOW)), cli_faint);
    cli_table_cell(&x->table, first ? policy_event_id(event) : none,
                   cli_faint);
    article_cell(x, policy_decision_organisation(d), f->rule, f->cites,
                 f->cite_count);
    words_cell(x, event, f);
    cli_table_cell(&x->table, cli_str(cli_text(x->c, CLI_SHADOW_TELL)),
                   cli_faint);
}

static void note_row(struct eval *x, const policy_event *event,
                     int32_t verdict, const char *rule, const char *note,
                     bool first)
{
    const policy_str none = { "", 0 };

    head_cells(x, event, verdict, first);
    cli_table_cell(&x->table, cli_str(rule), NULL);
    cli_table_cell(&x->table, none, NULL);
    cli_table_cell(&x->table, cli_str(note), cli_red);
}

/* What is overdue is a finding, whose row tells it. */
static bool has_finding(const policy_decision *d, const char *rule)
{
    for (size_t i = 0; i < policy_decision_finding_count(d, POLICY_ENFORCED); i++)
        if (!strcmp(policy_decision_finding(d, POLICY_ENFORCED, i)->rule, rule))
            return true;
    return false;
}

static void mark_cells(struct eval *x, const policy_event *event,
                       const char *mark, bool first)
{
    const policy_str none = { "", 0 };

    cli_table_cell(&x->table, cli_str(mark), cli_faint);
    cli_table_cell(&x->table, first ? policy_event_id(event) : none, cli_faint);
}

static void duty_row(struct eval *x, const policy_event *event,
                     const policy_duty *d, bool first)
{
    struct cli_string words = { NULL, 0, 0 };
    char due[CLI_DUE_BYTES], text[CLI_DUE_BYTES + 40];

    mark_cells(x, event, cli_duty_change(x->c->language, d->change), first);
    cli_table_cell(&x->table, d->what.len ? d->what : cli_str(d->rule), NULL);
    cli_duty_sample(&words, x->c, d);
    cli_table_cell(&x->table, cli_string_str(&words), NULL);
    cli_due_text(due, d->due);
    snprintf(text, sizeof(text), cli_text(x->c, CLI_DUE_BY), due);
    cli_table_cell(&x->table, cli_str(text), cli_faint);
    free(words.ptr);
}

static void proposal_row(struct eval *x, const policy_event *event,
                         const policy_decision *d, const policy_proposal *p,
                         bool first)
{
    struct cli_string words = { NULL, 0, 0 };

    mark_cells(x, event, cli_text(x->c, CLI_OUT_PROPOSED), first);
    article_cell(x, policy_decision_organisation(d), p->ladder, p->cites,
                 p->cite_count);
    cli_proposal_sample(&words, x->c, p);
    cli_table_cell(&x->table, cli_string_str(&words), NULL);
    cli_table_cell(&x->table, p->why, NULL);
    free(words.ptr);
}

/* Whether a row was there before; so is it afterwards. */
static bool rest_rows(struct eval *x, const policy_event *event,
                      const policy_decision *d, bool first)
{
    for (size_t i = 0; i < policy_decision_duty_count(d); i++) {
        const policy_duty *duty = policy_decision_duty(d, i);

        if (duty->change == POLICY_DUTY_OVERDUE && has_finding(d, duty->rule))
            continue;
        duty_row(x, event, duty, first);
        first = false;
    }
    for (size_t i = 0; i < policy_decision_proposal_count(d); i++, first = false)
        proposal_row(x, event, d, policy_decision_proposal(d, i), first);
    return first;
}

static bool is_aside(const policy_rule_error *e)
{
    return strcmp(e->code, "guard-put-aside") == 0;
}

static void error_row(struct eval *x, const policy_event *event,
                      const policy_rule_error *e, bool first)
{
    policy_str said = x->c->language == CLI_ZH ? e->message_zh : e->message;
    char text[512];
    int len = said.len > 300 ? 300 : (int)said.len;
    char message[304];

    if (is_aside(e)) {
        note_row(x, event, e->acted_as, e->rule, cli_text(x->c, CLI_PUT_ASIDE),
                 first);
        return;
    }
    memcpy(message, said.ptr, (size_t)len);
    message[len] = 0;
    snprintf(text, sizeof(text), cli_text(x->c, CLI_RULE_ERROR), e->code,
             message);
    note_row(x, event, e->acted_as, e->rule, text, first);
}

static void rows(struct eval *x, struct cli_events *events,
                 const policy_event *event, const policy_decision *d)
{
    size_t enforced = policy_decision_finding_count(d, POLICY_ENFORCED);
    size_t shadow = policy_decision_finding_count(d, POLICY_SHADOW);
    bool first = true;

    if (enforced || shadow || policy_decision_error_count(d) ||
        policy_decision_duty_count(d) || policy_decision_proposal_count(d))
        cli_progress_hide(&events->progress);
    for (size_t i = 0; i < enforced; i++, first = false)
        finding_row(x, event, d, i, first);
    for (size_t i = 0; i < shadow; i++, first = false)
        shadow_row(x, event, d, i, first);
    first = rest_rows(x, event, d, first);
    for (size_t i = 0; i < policy_decision_error_count(d);
         i++, first = false)
        error_row(x, event, policy_decision_error(d, i), first);
    if (policy_event_is_unknown_kind(event) && first) {
        cli_progress_hide(&events->progress);
        note_row(x, event, policy_decision_verdict(d), "",
                 cli_text(x->c, CLI_UNKNOWN_KIND), true);
    }
}

static policy_status json_line(struct eval *x, const policy_decision *d)
{
    uint32_t flags = x->c->clear ? POLICY_JSON_CLEAR : 0;
    size_t len = 0;
    policy_status st = policy_decision_json(x->json, x->json_cap, &len, d,
                                            flags);

    if (!st && len > x->json_cap) {
        x->json_cap = len * 2;
        x->json = cli_realloc(x->json, x->json_cap);
        st = policy_decision_json(x->json, x->json_cap, &len, d, flags);
    }
    if (!st) {
        fwrite(x->json, 1, len, stdout);
        if (!len || x->json[len - 1] != '\n')
            putchar('\n');
    }
    return st;
}

static void count_findings(struct eval *x, const policy_decision *d,
                           int32_t which)
{
    policy_str org = policy_decision_organisation(d);

    for (size_t i = 0; i < policy_decision_finding_count(d, which); i++) {
        const policy_finding *f = policy_decision_finding(d, which, i);
        struct cli_rule *r = cli_tally_find(&x->tally, org, f->rule);

        if (r && !*r->info.verdict)
            r->info.verdict = policy_verdict_name(f->verdict);
        if (r && which == POLICY_ENFORCED)
            r->found++;
        else if (r)
            r->shadow++;
    }
}

static policy_status on_event(void *user, struct cli_events *events,
                              policy_event *event, policy_error *err)
{
    struct eval *x = user;
    const policy_decision *d;
    int32_t verdict;
    policy_status st = policy_session_evaluate(&d, events->session, event,
                                               &events->state, err);

    if (st)
        return st;
    if (x->c->table)
        rows(x, events, event, d);
    else if ((st = json_line(x, d)))
        return st;
    verdict = policy_decision_verdict(d);
    if (verdict >= 0 && verdict < 6)
        x->verdicts[verdict]++;
    if (verdict > x->worst)
        x->worst = verdict;
    x->errors += policy_decision_error_count(d);
    for (size_t i = 0; i < policy_decision_error_count(d); i++)
        x->aside += is_aside(policy_decision_error(d, i));
    count_findings(x, d, POLICY_ENFORCED);
    count_findings(x, d, POLICY_SHADOW);
    cli_exceptions_count(&x->exceptions, d);
    return policy_memory_apply(events->memory, d, err);
}

static void sum_part(FILE *out, const struct cli *c, enum cli_message m,
                     uint64_t n)
{
    if (!n)
        return;
    fputs(c->language == CLI_ZH ? "；" : "; ", out);
    fprintf(out, cli_text(c, m), (unsigned long long)n);
}

/* The one line that is there in either form: on stdout below a table, else on
 * stderr, beside the decisions and not among them. */
static void sum_line(const struct eval *x, const struct cli_events *e)
{
    FILE *out = x->c->table ? stdout : stderr;
    const char *separator = x->c->language == CLI_ZH ? "：" : ": ";

    fprintf(out, cli_text(x->c, CLI_SUM_LINES), (unsigned long long)e->lines,
            (unsigned long long)e->judged);
    for (int32_t v = 5; v >= 0; v--) {
        if (!x->verdicts[v])
            continue;
        fprintf(out, "%s%llu %s", separator,
                (unsigned long long)x->verdicts[v],
                cli_verdict(x->c->language, v));
        separator = x->c->language == CLI_ZH ? "，" : ", ";
    }
    sum_part(out, x->c, CLI_SUM_DIRECTORY, e->feed.events);
    sum_part(out, x->c, CLI_SUM_BAD, e->bad);
    sum_part(out, x->c, CLI_SUM_KINDS, e->unknown_kinds);
    sum_part(out, x->c, CLI_SUM_FIELDS, e->unknown_fields);
    sum_part(out, x->c, CLI_SUM_ERRORS, x->errors);
    sum_part(out, x->c, CLI_SUM_ASIDE, x->aside);
    fputc('\n', out);
}

static void heading(const struct cli *c, enum cli_message m)
{
    printf("\n%s%s%s\n", c->colour_out ? cli_bold : "", cli_text(c, m),
           c->colour_out ? "\033[0m" : "");
}

static void verdict_table(const struct eval *x)
{
    const struct cli_column columns[] = {
        { cli_text(x->c, CLI_COL_VERDICT), 8, false, false },
        { cli_text(x->c, CLI_COL_EVENTS), 6, true, false },
    };
    struct cli_table t;

    heading(x->c, CLI_BY_VERDICT);
    cli_table_init(&t, x->c, columns, 2);
    for (int32_t v = 5; v >= 0; v--) {
        if (!x->verdicts[v])
            continue;
        cli_table_cell(&t, cli_str(cli_verdict(x->c->language, v)),
                       cli_verdict_colour[v]);
        cli_table_number(&t, x->verdicts[v]);
    }
    cli_table_flush(&t);
    cli_table_fini(&t);
}

static void rule_table(struct eval *x)
{
    const struct cli_column columns[] = {
        { cli_text(x->c, CLI_COL_FINDINGS), 6, true, false },
        { cli_text(x->c, CLI_COL_VERDICT), 6, false, false },
        { cli_text(x->c, CLI_COL_RULE), 20, false, true },
        { cli_text(x->c, CLI_COL_TITLE), 20, false, true },
    };
    struct cli_table t;

    heading(x->c, CLI_BY_RULE);
    cli_tally_sort_by_count(&x->tally);
    cli_table_init(&t, x->c, columns, 4);
    for (size_t i = 0; i < x->tally.count; i++) {
        const struct cli_rule *r = &x->tally.rules[i];
        const char *verdict = r->info.verdict;

        if (!r->found && !r->shadow)
            continue;
        for (int32_t v = 0; v < 6; v++)
            if (!strcmp(policy_verdict_name(v), r->info.verdict))
                verdict = cli_verdict(x->c->language, v);
        cli_table_number(&t, r->found + r->shadow);
        cli_table_cell(&t, cli_str(r->found ? verdict
                                            : cli_text(x->c, CLI_SHADOW)),
                       NULL);
        cli_table_cell(&t, cli_str(r->info.id), NULL);
        cli_table_cell(&t, r->info.title, NULL);
    }
    if (!t.cell_count && !t.widths[0])
        puts(cli_text(x->c, CLI_NOTHING_FOUND));
    cli_table_flush(&t);
    cli_table_fini(&t);
}

static void summarise(struct eval *x, const struct cli_events *e)
{
    if (x->c->table) {
        cli_table_flush(&x->table);
        if (e->judged) {
            verdict_table(x);
            rule_table(x);
            cli_exceptions_table(&x->exceptions, x->c);
        }
        putchar('\n');
    }
    sum_line(x, e);
}

static int run(struct eval *x, policy_bundle *bundle)
{
    struct cli_events events;
    int status = cli_events_init(&events, x->c, bundle);

    if (!status) {
        events.on_event = on_event;
        events.user = x;
        status = cli_events_run(&events);
        summarise(x, &events);
        if (!status && x->c->fail_on >= 0 && x->worst >= x->c->fail_on &&
            events.judged)
            status = CLI_FOUND;
    }
    cli_events_fini(&events);
    return status;
}

int cli_eval(const struct cli *c)
{
    const struct cli_column columns[] = {
        { cli_text(c, CLI_COL_VERDICT), 6, false, false },
        { cli_text(c, CLI_COL_EVENT), 6, false, true },
        { cli_text(c, CLI_COL_ARTICLE), 10, false, true },
        { cli_text(c, CLI_COL_WORDS), 8, false, true },
        { cli_text(c, CLI_COL_TELL), 12, false, true },
    };
    struct eval x = { .c = c, .worst = -1 };
    policy_bundle *bundle;
    int status = cli_bundle_load(&bundle, c, false, NULL);

    if (status)
        return status;
    cli_table_init(&x.table, c, columns,
                   sizeof(columns) / sizeof(columns[0]));
    cli_tally_init(&x.tally, bundle, NULL);
    cli_tally_add_duties(&x.tally, bundle, NULL);
    cli_exceptions_init(&x.exceptions, bundle, NULL);
    status = run(&x, bundle);
    cli_exceptions_fini(&x.exceptions);
    cli_tally_fini(&x.tally);
    cli_table_fini(&x.table);
    free(x.json);
    policy_bundle_unref(bundle);
    return status;
}
