/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy compare: the same events judged by two bundles, each with a memory of
 * its own, and what is not the same: by rule, by verdict, by person.
 *
 * An event that only one of them takes (of an organisation that the other does
 * not have, say) is refused by the other: that is a change like any other.
 */
#include <stdlib.h>
#include <string.h>

#include "bag.h"
#include "bundle_load.h"
#include "events.h"
#include "evidence.h"
#include "exceptions.h"
#include "lang.h"
#include "table.h"

enum { VERDICTS = 6, REFUSED = VERDICTS, KINDS = VERDICTS + 1, PERSONS_SHOWN = 20 };
/* Of a rule in its bag; of a person, the last two: events milder and stricter,
 * and the first: no other verdict. */
enum { CAME, WENT, CHANGED };
enum { SAME, MILDER, STRICTER };

struct compare {
    const struct cli *c;
    policy_session *old;
    policy_memory *memory;   /* of the old */
    policy_state state;
    struct cli_bag rules, persons;
    struct cli_exceptions exceptions;
    uint64_t matrix[KINDS][KINDS], changed;
    /* of the event at hand */
    policy_event *event;
    policy_str person;
    const policy_decision *before, *after;
    size_t found;
};

/* --- one event */

/* "m-1: 张*丰 · 加薇信" */
static void keep_sample(const struct compare *x, struct cli_counted *rule,
                        const policy_finding *f)
{
    struct cli_string s = { NULL, 0, 0 }, words = { NULL, 0, 0 };
    size_t i = 0;

    while (i < CLI_BAG_SAMPLES && rule->samples[i])
        i++;
    if (i == CLI_BAG_SAMPLES)
        return;
    cli_string_add(&s, policy_event_id(x->event));
    if (f)
        cli_evidence_add(&words, x->c, x->event, f);
    if (words.len) {
        cli_string_adds(&s, ": ");
        cli_string_add(&s, cli_string_str(&words));
    }
    rule->samples[i] = cli_dup(cli_string_c(&s));
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
                                            "evidence", "cites", "tell" };

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

static void json_rule(struct compare *x, const policy_difference *d, int kind)
{
    static const char *const kinds[] = { "came", "went", "changed" };

    fputs(x->found ? ",{" : "{", stdout);
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
    cli_json_member(stdout, false, "event", policy_event_id(x->event));
    cli_json_member(stdout, false, "person", x->person);
    cli_json_member(stdout, false, "from", verdict_json(from));
    cli_json_member(stdout, false, "to", verdict_json(to));
    fputs(",\"rules\":[", stdout);
}

static int on_difference(void *user, const policy_difference *d)
{
    struct compare *x = user;
    struct cli_counted *rule = cli_bag_of(&x->rules, cli_str(d->rule));
    bool after = d->after || d->error_after, before = d->before || d->error_before;
    int kind = after && before ? CHANGED : after ? CAME : WENT;

    rule->counts[kind]++;
    keep_sample(x, rule, d->after ? d->after : d->before);
    if (!x->c->table)
        json_rule(x, d, kind);
    x->found++;
    return 0;
}

static int verdict_of(const policy_decision *d)
{
    return d ? (int)policy_decision_verdict(d) : REFUSED;
}

/* Whatever differs; an event with another verdict and the same findings differs,
 * too: by a fact that is lacking. */
static void compare(struct compare *x)
{
    int from = verdict_of(x->before), to = verdict_of(x->after);
    bool both = x->before && x->after;

    x->matrix[from][to]++;
    x->found = 0;
    if (from == to && both &&
        !policy_decision_compare(x->before, x->after, NULL, NULL))
        return;
    x->changed++;
    if (!x->c->table)
        json_head(x, from, to);
    if (both)
        policy_decision_compare(x->before, x->after, on_difference, x);
    if (!x->c->table)
        puts("]}");
    cli_bag_of(&x->persons, x->person)
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

static void verdicts(const struct compare *x)
{
    const struct cli_column columns[] = {
        { cli_text(x->c, CLI_COL_FROM), 8, false, false },
        { cli_text(x->c, CLI_COL_TO), 8, false, false },
        { cli_text(x->c, CLI_COL_EVENTS), 6, true, false },
    };
    struct cli_table t;

    if (x->c->table)
        heading(x->c, CLI_BY_VERDICT);
    cli_table_init(&t, x->c, columns, 3);
    for (int from = 0; from < KINDS; from++)
        for (int to = 0; to < KINDS; to++) {
            if (!x->matrix[from][to])
                continue;
            if (!x->c->table) {
                putchar('{');
                cli_json_member(stdout, true, "is", cli_str("verdict"));
                cli_json_member(stdout, false, "from", verdict_json(from));
                cli_json_member(stdout, false, "to", verdict_json(to));
                cli_json_count(stdout, "events", x->matrix[from][to]);
                puts("}");
                continue;
            }
            cli_table_cell(&t, cli_str(verdict_shown(x->c, from)), NULL);
            cli_table_cell(&t, cli_str(verdict_shown(x->c, to)),
                           from == to ? cli_faint : cli_bold);
            cli_table_number(&t, x->matrix[from][to]);
        }
    if (x->c->table)
        cli_table_flush(&t);
    cli_table_fini(&t);
}

static void rule_json(const struct cli_counted *r)
{
    putchar('{');
    cli_json_member(stdout, true, "is", cli_str("rule"));
    cli_json_member(stdout, false, "rule", cli_str(r->name));
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

/* The samples stand below each other, the rule beside the first. */
static void rule_rows(struct cli_table *t, const struct cli_counted *r)
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
    }
}

static void rules(struct compare *x)
{
    const struct cli_column columns[] = {
        { cli_text(x->c, CLI_COL_CAME), 4, true, false },
        { cli_text(x->c, CLI_COL_WENT), 4, true, false },
        { cli_text(x->c, CLI_COL_CHANGED), 4, true, false },
        { cli_text(x->c, CLI_COL_RULE), 20, false, true },
        { cli_text(x->c, CLI_COL_SAMPLES), 20, false, true },
    };
    struct cli_table t;

    cli_bag_sort(&x->rules);
    if (x->c->table && x->rules.count)
        heading(x->c, CLI_BY_RULE);
    cli_table_init(&t, x->c, columns, 5);
    for (size_t i = 0; i < x->rules.count; i++)
        if (x->c->table)
            rule_rows(&t, &x->rules.all[i]);
        else
            rule_json(&x->rules.all[i]);
    if (x->c->table)
        cli_table_flush(&t);
    cli_table_fini(&t);
}

static void person_json(const struct cli_counted *p)
{
    putchar('{');
    cli_json_member(stdout, true, "is", cli_str("person"));
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
        verdicts(x);
        rules(x);
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
    cli_bag_fini(&x.persons);
    policy_bundle_unref(new);
    policy_bundle_unref(old);
    return status;
}
