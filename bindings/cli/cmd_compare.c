/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy compare: the same events judged by two bundles, each with a memory of
 * its own, and what is not the same: by rule, duty and ladder, by verdict, by
 * person.
 *
 * An event that only one of them takes (of an organisation that the other does
 * not have, say) is refused by the other: that is a change like any other.
 */
#include <stdlib.h>
#include <string.h>

#include "bag.h"
#include "bundle_load.h"
#include "compare_duties.h"
#include "events.h"
#include "evidence.h"
#include "exceptions.h"
#include "lang.h"
#include "table.h"

enum { VERDICTS = 6, REFUSED = VERDICTS, KINDS = VERDICTS + 1, PERSONS_SHOWN = 20 };
/* Of a rule, duty or ladder in its bag; of a person, the last two: events milder and stricter,
 * and the first: no other verdict. */
enum { CAME, WENT, CHANGED };
enum { SAME, MILDER, STRICTER };
/* Of an event's line: the arrays that it has, in the order of differences. */
enum { RULES, DUTIES, LADDERS };

struct compare {
    const struct cli *c;
    policy_session *old;
    policy_memory *memory;   /* of the old */
    policy_state state;
    struct cli_bag rules, duties, ladders, persons, orgs;
    struct cli_exceptions exceptions;
    uint64_t (*matrix)[KINDS][KINDS]; /* one an organisation, as in `orgs` */
    size_t matrix_cap;
    uint64_t changed;
    /* of the event at hand */
    policy_event *event;
    policy_str org, person;
    const policy_decision *before, *after;
    int array;    /* that is open in its line of JSON */
    size_t found; /* in that array */
};

/* --- one event */

/* Behind the event, what its kind says of a difference: "m-1: 张*丰 · 加薇信". */
static void keep_sample(const struct compare *x, struct cli_counted *of,
                        const policy_difference *d)
{
    const policy_finding *f = d->after ? d->after : d->before;
    const policy_duty *duty = d->duty_after ? d->duty_after : d->duty_before;
    const policy_proposal *p =
        d->proposal_after ? d->proposal_after : d->proposal_before;
    struct cli_string s = { NULL, 0, 0 }, words = { NULL, 0, 0 };
    size_t i = 0;

    while (i < CLI_BAG_SAMPLES && of->samples[i])
        i++;
    if (i == CLI_BAG_SAMPLES)
        return;
    cli_string_add(&s, policy_event_id(x->event));
    if (f)
        cli_evidence_add(&words, x->c, x->event, f);
    else if (duty)
        cli_duty_sample(&words, x->c, duty);
    else if (p)
        cli_proposal_sample(&words, x->c, p);
    if (words.len) {
        cli_string_adds(&s, ": ");
        cli_string_add(&s, cli_string_str(&words));
    }
    of->samples[i] = cli_dup(cli_string_c(&s));
    free(words.ptr);
    free(s.ptr);
}

static const char *const effects[] = { "enforced", "shadow", "suppressed" };

static void json_effect(const char *key, const policy_finding *f, int32_t which)
{
    if (!f)
        return;
    printf(",\"%s\":{", key);
    cli_json_member(stdout, true, "effect", cli_str(effects[which]));
    cli_json_member(stdout, false, "verdict",
                    cli_str(policy_verdict_name(f->verdict)));
    if (f->idle && strcmp(f->idle, "mode") != 0)
        cli_json_member(stdout, false, "idle", cli_str(f->idle));
    putchar('}');
}

/* ORDER DIFFERS */
static const char *const differ_names[] = { "effect", "verdict", "severity",
                                            "evidence", "cites", "tell",
                                            "due", "who", "step" };

static void json_differs(uint32_t differs)
{
    bool first = true;

    if (!differs)
        return;
    fputs(",\"differs\":[", stdout);
    for (size_t i = 0; i < sizeof(differ_names) / sizeof(differ_names[0]); i++)
        if (differs >> i & 1) {
            printf("%s\"%s\"", first ? "" : ",", differ_names[i]);
            first = false;
        }
    putchar(']');
}

static void json_rule(const policy_difference *d, int kind)
{
    static const char *const kinds[] = { "came", "went", "changed" };

    putchar('{');
    cli_json_member(stdout, true, "rule", cli_str(d->rule));
    cli_json_member(stdout, false, "change", cli_str(kinds[kind]));
    if (d->error_before || d->error_after)
        cli_json_member(stdout, false, "error",
                        cli_str(d->error_after ? d->error_after->code
                                               : d->error_before->code));
    json_differs(d->differs);
    json_effect("before", d->before, d->which_before);
    json_effect("after", d->after, d->which_after);
    putchar('}');
}

static policy_str verdict_json(int verdict)
{
    return cli_str(verdict == REFUSED ? "refused" : policy_verdict_name(verdict));
}

static void json_head(const struct compare *x, int from, int to)
{
    putchar('{');
    cli_json_member(stdout, true, "is", cli_str("event"));
    cli_json_member(stdout, false, "org", x->org);
    cli_json_member(stdout, false, "event", policy_event_id(x->event));
    cli_json_member(stdout, false, "person", x->person);
    cli_json_member(stdout, false, "from", verdict_json(from));
    cli_json_member(stdout, false, "to", verdict_json(to));
    fputs(",\"rules\":[", stdout);
}

/* Differences come in the order of the arrays. */
static void json_array(struct compare *x, int array)
{
    static const char *const names[] = { "rules", "duties", "ladder" };

    for (; x->array < array; x->array++, x->found = 0)
        printf("],\"%s\":[", names[x->array + 1]);
}

static void json_difference(struct compare *x, const policy_difference *d,
                            int array, int kind)
{
    json_array(x, array);
    if (x->found++)
        putchar(',');
    if (array == RULES)
        json_rule(d, kind);
    else if (array == DUTIES)
        cli_json_duty(d->duty_before, d->duty_after);
    else
        cli_json_proposal(d->proposal_before, d->proposal_after);
}

/* The name of a duty in its bag: "report opened". */
static struct cli_counted *duty_of(struct compare *x, const policy_difference *d)
{
    const policy_duty *duty = d->duty_after ? d->duty_after : d->duty_before;
    struct cli_string s = { NULL, 0, 0 };
    struct cli_counted *out;

    cli_string_adds(&s, d->rule);
    cli_string_adds(&s, " ");
    cli_string_adds(&s, cli_duty_change(x->c->table ? x->c->language : CLI_EN,
                                        duty->change));
    out = cli_bag_of(&x->duties, x->org, cli_string_str(&s));
    free(s.ptr);
    return out;
}

static int on_difference(void *user, const policy_difference *d)
{
    struct compare *x = user;
    bool duty = d->duty_before || d->duty_after;
    bool proposal = d->proposal_before || d->proposal_after;
    int array = duty ? DUTIES : proposal ? LADDERS : RULES;
    struct cli_counted *of =
        duty ? duty_of(x, d)
             : cli_bag_of(proposal ? &x->ladders : &x->rules, x->org,
                          cli_str(d->rule));
    bool after = d->after || d->error_after || d->duty_after || d->proposal_after;
    bool before = d->before || d->error_before || d->duty_before ||
                  d->proposal_before;
    int kind = after && before ? CHANGED : after ? CAME : WENT;

    of->counts[kind]++;
    keep_sample(x, of, d);
    if (!x->c->table)
        json_difference(x, d, array, kind);
    return 0;
}

static int verdict_of(const policy_decision *d)
{
    return d ? (int)policy_decision_verdict(d) : REFUSED;
}

static void count_verdict(struct compare *x, int from, int to)
{
    size_t before = x->orgs.count;
    struct cli_counted *org = cli_bag_of(&x->orgs, x->org, x->org);
    size_t at = (size_t)(org - x->orgs.all);

    if (at == x->matrix_cap) {
        x->matrix_cap = x->matrix_cap ? x->matrix_cap * 2 : 16;
        x->matrix = cli_realloc(x->matrix, x->matrix_cap * sizeof(*x->matrix));
    }
    if (at == before) /* its first event */
        memset(x->matrix[at], 0, sizeof(x->matrix[at]));
    x->matrix[at][from][to]++;
}

/* Whatever differs; an event with another verdict and the same findings differs,
 * too: by a fact that is lacking. */
static void compare(struct compare *x)
{
    int from = verdict_of(x->before), to = verdict_of(x->after);
    bool both = x->before && x->after;

    count_verdict(x, from, to);
    x->found = 0;
    x->array = RULES;
    if (from == to && both &&
        !policy_decision_compare(x->before, x->after, NULL, NULL))
        return;
    x->changed++;
    if (!x->c->table)
        json_head(x, from, to);
    if (both)
        policy_decision_compare(x->before, x->after, on_difference, x);
    if (!x->c->table) {
        json_array(x, LADDERS);
        puts("]}");
    }
    cli_bag_of(&x->persons, x->org, x->person)
        ->counts[from == to ? SAME : to > from ? STRICTER : MILDER]++;
}

/* Old and new, each on its own memory. Refused by both: a bad line. */
static policy_status on_event(void *user, struct cli_events *events,
                              policy_event *event, policy_error *err)
{
    struct compare *x = user;
    policy_error unheard = POLICY_ERROR_INIT;
    policy_status before = policy_session_evaluate(&x->before, x->old, event,
                                                   &x->state, &unheard);
    policy_status after = policy_session_evaluate(&x->after, events->session,
                                                  event, &events->state, err);

    if (before && after)
        return after;
    x->event = event;
    x->org = policy_decision_organisation(before ? x->after : x->before);
    x->person = policy_event_actor(event);
    if (!x->c->table)
        cli_progress_hide(&events->progress);
    compare(x);
    if (!before)
        before = policy_memory_apply(x->memory, x->before, err);
    else
        before = POLICY_OK;
    if (!after) {
        cli_exceptions_count(&x->exceptions, x->after);
        after = policy_memory_apply(events->memory, x->after, err);
    } else {
        after = POLICY_OK;
    }
    return before ? before : after;
}

/* --- the sums */

static void heading(const struct cli *c, enum cli_message m)
{
    printf("\n%s%s%s\n", c->colour_out ? cli_bold : "", cli_text(c, m),
           c->colour_out ? "\033[0m" : "");
}

static const char *verdict_shown(const struct cli *c, int verdict)
{
    return verdict == REFUSED ? cli_text(c, CLI_REFUSED)
                              : cli_verdict(c->language, verdict);
}

static void verdict_json_line(const struct cli_counted *org, int from, int to,
                              uint64_t events)
{
    putchar('{');
    cli_json_member(stdout, true, "is", cli_str("verdict"));
    cli_json_member(stdout, false, "org", (policy_str){ org->name, org->name_len });
    cli_json_member(stdout, false, "from", verdict_json(from));
    cli_json_member(stdout, false, "to", verdict_json(to));
    cli_json_count(stdout, "events", events);
    puts("}");
}

static void verdicts_json(const struct compare *x)
{
    for (size_t i = 0; i < x->orgs.count; i++)
        for (int from = 0; from < KINDS; from++)
            for (int to = 0; to < KINDS; to++)
                if (x->matrix[i][from][to])
                    verdict_json_line(&x->orgs.all[i], from, to,
                                      x->matrix[i][from][to]);
}

static void verdicts(const struct compare *x)
{
    const struct cli_column columns[] = {
        { cli_text(x->c, CLI_COL_FROM), 8, false, false },
        { cli_text(x->c, CLI_COL_TO), 8, false, false },
        { cli_text(x->c, CLI_COL_EVENTS), 6, true, false },
    };
    struct cli_table t;

    heading(x->c, CLI_BY_VERDICT);
    cli_table_init(&t, x->c, columns, 3);
    for (int from = 0; from < KINDS; from++)
        for (int to = 0; to < KINDS; to++) {
            uint64_t events = 0;

            for (size_t i = 0; i < x->orgs.count; i++)
                events += x->matrix[i][from][to];
            if (!events)
                continue;
            cli_table_cell(&t, cli_str(verdict_shown(x->c, from)), NULL);
            cli_table_cell(&t, cli_str(verdict_shown(x->c, to)),
                           from == to ? cli_faint : cli_bold);
            cli_table_number(&t, events);
        }
    cli_table_flush(&t);
    cli_table_fini(&t);
}

/* Of a duty, the name is "report opened". */
static void json_name(const char *is, const struct cli_counted *r)
{
    const char *behind = strcmp(is, "duty") ? NULL : strrchr(r->name, ' ');
    policy_str name = { r->name, behind ? (size_t)(behind - r->name)
                                        : r->name_len };

    cli_json_member(stdout, false, is, name);
    if (behind)
        cli_json_member(stdout, false, "outcome", cli_str(behind + 1));
}

static void sum_json(const char *is, const struct cli_counted *r)
{
    putchar('{');
    cli_json_member(stdout, true, "is", cli_str(is));
    cli_json_member(stdout, false, "org", (policy_str){ r->org, r->org_len });
    json_name(is, r);
    cli_json_count(stdout, "came", r->counts[CAME]);
    cli_json_count(stdout, "went", r->counts[WENT]);
    cli_json_count(stdout, "changed", r->counts[CHANGED]);
    fputs(",\"samples\":[", stdout);
    for (size_t i = 0; i < CLI_BAG_SAMPLES && r->samples[i]; i++) {
        fputs(i ? "," : "", stdout);
        cli_json_string(stdout, cli_str(r->samples[i]));
    }
    puts("]}");
}

/* The samples stand below each other, the name beside the first. */
static void sum_rows(struct cli_table *t, const struct cli_counted *r, bool orgs)
{
    const policy_str none = { "", 0 };

    for (size_t i = 0; i < CLI_BAG_SAMPLES && r->samples[i]; i++) {
        for (int k = CAME; k <= CHANGED; k++)
            if (i || !r->counts[k])
                cli_table_cell(t, none, NULL);
            else
                cli_table_number(t, r->counts[k]);
        cli_table_cell(t, i ? none : cli_str(r->name), cli_bold);
        cli_table_cell(t, cli_str(r->samples[i]), cli_faint);
        if (orgs)
            cli_table_cell(t, i ? none : (policy_str){ r->org, r->org_len }, NULL);
    }
}

/* Of rules, duties or ladders: `is` in JSON; whose they are where there are
 * several organisations. */
static void sums(struct compare *x, struct cli_bag *of, const char *is,
                 enum cli_message title, enum cli_message column)
{
    const struct cli_column columns[] = {
        { cli_text(x->c, CLI_COL_CAME), 4, true, false },
        { cli_text(x->c, CLI_COL_WENT), 4, true, false },
        { cli_text(x->c, CLI_COL_CHANGED), 4, true, false },
        { cli_text(x->c, column), 20, false, true },
        { cli_text(x->c, CLI_COL_SAMPLES), 20, false, true },
        { cli_text(x->c, CLI_COL_ORG), 10, false, true },
    };
    bool orgs = x->orgs.count > 1;
    struct cli_table t;

    cli_bag_sort(of);
    if (x->c->table && of->count)
        heading(x->c, title);
    cli_table_init(&t, x->c, columns, orgs ? 6 : 5);
    for (size_t i = 0; i < of->count; i++)
        if (x->c->table)
            sum_rows(&t, &of->all[i], orgs);
        else
            sum_json(is, &of->all[i]);
    if (x->c->table)
        cli_table_flush(&t);
    cli_table_fini(&t);
}

static void person_json(const struct cli_counted *p)
{
    putchar('{');
    cli_json_member(stdout, true, "is", cli_str("person"));
    cli_json_member(stdout, false, "org", (policy_str){ p->org, p->org_len });
    cli_json_member(stdout, false, "person",
                    (policy_str){ p->name, p->name_len });
    cli_json_count(stdout, "stricter", p->counts[STRICTER]);
    cli_json_count(stdout, "milder", p->counts[MILDER]);
    cli_json_count(stdout, "same", p->counts[SAME]);
    puts("}");
}

static void persons(struct compare *x)
{
    const struct cli_column columns[] = {
        { cli_text(x->c, CLI_COL_STRICTER), 6, true, false },
        { cli_text(x->c, CLI_COL_MILDER), 6, true, false },
        { cli_text(x->c, CLI_COL_SAME), 6, true, false },
        { cli_text(x->c, CLI_COL_PERSON), 10, false, true },
    };
    struct cli_table t;

    cli_bag_sort(&x->persons);
    if (x->c->table && x->persons.count)
        heading(x->c, CLI_BY_PERSON);
    cli_table_init(&t, x->c, columns, 4);
    for (size_t i = 0; i < x->persons.count; i++) {
        const struct cli_counted *p = &x->persons.all[i];

        if (!x->c->table) {
            person_json(p);
            continue;
        }
        if (i == PERSONS_SHOWN)
            break;
        cli_table_number(&t, p->counts[STRICTER]);
        cli_table_number(&t, p->counts[MILDER]);
        cli_table_number(&t, p->counts[SAME]);
        cli_table_cell(&t, p->name_len ? (policy_str){ p->name, p->name_len }
                                       : cli_str(cli_text(x->c, CLI_NOBODY)),
                       NULL);
    }
    if (x->c->table)
        cli_table_flush(&t);
    cli_table_fini(&t);
    if (x->c->table && x->persons.count > PERSONS_SHOWN) {
        printf(cli_text(x->c, CLI_PERSONS_MORE), x->persons.count - PERSONS_SHOWN);
        putchar('\n');
    }
}

static void summarise(struct compare *x, const struct cli_events *e)
{
    FILE *out = x->c->table ? stdout : stderr;

    if (e->judged) {
        if (x->c->table)
            verdicts(x);
        else
            verdicts_json(x);
        sums(x, &x->rules, "rule", CLI_BY_RULE, CLI_COL_RULE);
        sums(x, &x->duties, "duty", CLI_BY_DUTY, CLI_COL_DUTY);
        sums(x, &x->ladders, "ladder", CLI_BY_LADDER, CLI_COL_LADDER);
        persons(x);
        if (x->c->table)
            cli_exceptions_table(&x->exceptions, x->c);
        else
            cli_exceptions_json(&x->exceptions, x->c);
    }
    if (x->c->table)
        putchar('\n');
    fprintf(out, cli_text(x->c, CLI_COMPARE_SUM), (unsigned long long)e->judged,
            (unsigned long long)x->changed, x->persons.count);
    if (e->bad) {
        fputs(x->c->language == CLI_ZH ? "；" : "; ", out);
        fprintf(out, cli_text(x->c, CLI_SUM_BAD), (unsigned long long)e->bad);
    }
    fputc('\n', out);
}

static int run(struct compare *x, const struct cli *newer, policy_bundle *old,
               policy_bundle *new)
{
    policy_error err = POLICY_ERROR_INIT;
    struct cli_events events;
    int status = cli_events_init(&events, newer, new);

    if (!status && (policy_session_new(&x->old, old, NULL, &err) ||
                    policy_memory_new(&x->memory, NULL, cli_events_memory_max,
                                      &err)))
        status = cli_fail_error(x->c, x->c->args[0], &err);
    if (!status) {
        x->state = policy_memory_state(x->memory);
        events.feed.past[1] = (struct cli_past){ x->old, x->memory };
        events.on_event = on_event;
        events.user = x;
        status = cli_events_run(&events);
        summarise(x, &events);
        if (!status && x->c->fail_on_change && x->changed)
            status = CLI_FOUND;
    }
    policy_session_free(x->old);
    policy_memory_free(x->memory);
    cli_events_fini(&events);
    return status;
}

int cli_compare(const struct cli *c)
{
    struct cli newer = *c;
    struct compare x = { .c = c };
    policy_bundle *old, *new = NULL;
    int status = cli_bundle_load(&old, c, false, NULL);

    newer.args[0] = c->args[1];
    if (!status)
        status = cli_bundle_load(&new, &newer, false, NULL);
    if (!status) {
        cli_exceptions_init(&x.exceptions, new, NULL);
        status = run(&x, &newer, old, new);
    }
    cli_exceptions_fini(&x.exceptions);
    cli_bag_fini(&x.rules);
    cli_bag_fini(&x.duties);
    cli_bag_fini(&x.ladders);
    cli_bag_fini(&x.orgs);
    free(x.matrix);
    cli_bag_fini(&x.persons);
    policy_bundle_unref(new);
    policy_bundle_unref(old);
    return status;
}
