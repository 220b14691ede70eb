/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy explain: for each rule, why it did or did not fire. Rules of which no
 * word occurs are many and tell nothing; they are counted, and shown on demand.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle_load.h"
#include "events.h"
#include "mask.h"
#include "table.h"

enum { NOT_REACHED, TYPE, OFF, HIDDEN };

struct explain {
    const struct cli *c;
    struct cli_column columns[6], view_columns[3];
    struct cli_table table;
    size_t hidden[HIDDEN];
    char *json;
    size_t json_cap;
};

static const struct {
    const char *outcome;
    enum cli_message text;
    int hidden; /* which count, or -1: always shown */
} outcomes[] = {
    { "fired", CLI_OUT_FIRED, -1 },
    { "shadow", CLI_OUT_SHADOW, -1 },
    { "off", CLI_OUT_OFF, OFF },
    { "not-reached", CLI_OUT_NOT_REACHED, NOT_REACHED },
    { "type", CLI_OUT_TYPE, TYPE },
    { "not-yet", CLI_OUT_NOT_YET, -1 },
    { "sample", CLI_OUT_SAMPLE, -1 },
    { "where", CLI_OUT_WHERE, -1 },
    { "match", CLI_OUT_MATCH, -1 },
    { "except", CLI_OUT_EXCEPT, -1 },
    { "check", CLI_OUT_CHECK, -1 },
    { "error", CLI_OUT_ERROR, -1 },
    { "requires", CLI_OUT_REQUIRES, -1 },
    { "count", CLI_OUT_COUNT, -1 },
    { "opened", CLI_DUTY_OPENED, -1 },
    { "done", CLI_DUTY_DONE, -1 },
    { "reminded", CLI_DUTY_REMINDED, -1 },
    { "overdue", CLI_DUTY_OVERDUE, -1 },
    { "retired", CLI_DUTY_RETIRED, -1 },
    { "proposed", CLI_OUT_PROPOSED, -1 },
    { "held", CLI_OUT_HELD, -1 },
    { "unchanged", CLI_OUT_UNCHANGED, -1 },
    { "not-due", CLI_OUT_NOT_DUE, TYPE },
};
enum { OUTCOMES = sizeof(outcomes) / sizeof(outcomes[0]) };

static const char *colour_of(const char *outcome)
{
    if (!strcmp(outcome, "fired") || !strcmp(outcome, "error") ||
        !strcmp(outcome, "overdue"))
        return cli_red;
    return !strcmp(outcome, "shadow") || !strcmp(outcome, "except") ||
                   !strcmp(outcome, "reminded")
               ? cli_yellow : cli_faint;
}

/* What the library says of it has figures, which would be masked. */
static bool is_aside(const policy_explanation *e)
{
    return e->key.len == strlen("guard-put-aside") &&
           !memcmp(e->key.ptr, "guard-put-aside", e->key.len);
}

static policy_str in_language(const struct cli *c, policy_str en, policy_str zh)
{
    return c->language == CLI_ZH && zh.len ? zh : en;
}

static int on_rule(void *user, const policy_explanation *e)
{
    struct explain *x = user;
    const char *text = e->outcome;
    policy_str has = in_language(x->c, e->found, e->found_zh);
    struct cli_string found = { NULL, 0, 0 };

    for (size_t i = 0; i < OUTCOMES; i++) {
        if (strcmp(outcomes[i].outcome, e->outcome) != 0)
            continue;
        if (outcomes[i].hidden >= 0 && !x->c->all) {
            x->hidden[outcomes[i].hidden]++;
            return 0;
        }
        text = cli_text(x->c, outcomes[i].text);
    }
    cli_table_cell(&x->table, cli_str(text), colour_of(e->outcome));
    cli_table_cell(&x->table, cli_str(e->rule), NULL);
    cli_table_cell(&x->table, e->title, NULL);
    cli_table_cell(&x->table, e->key, NULL);
    cli_table_cell(&x->table, in_language(x->c, e->wanted, e->wanted_zh), NULL);
    if (is_aside(e))
        cli_string_add(&found, cli_str(cli_text(x->c, CLI_PUT_ASIDE)));
    else if (e->secret > 1)
        cli_string_add(&found, in_language(x->c, e->masked, e->masked_zh));
    else
        cli_mask_digits(&found, has);
    cli_table_cell(&x->table,
                   x->c->clear && !is_aside(e) ? has : cli_string_str(&found), NULL);
    free(found.ptr);
    return 0;
}

static void tell_hidden(const struct explain *x)
{
    if (!x->hidden[NOT_REACHED] && !x->hidden[TYPE] && !x->hidden[OFF])
        return;
    printf(cli_text(x->c, CLI_EXPLAIN_HIDDEN), x->hidden[NOT_REACHED],
           x->hidden[TYPE], x->hidden[OFF]);
    putchar('\n');
}

static void print_head(const struct cli *c, const policy_event *event,
                       const policy_decision *d)
{
    struct cli_string id = { NULL, 0, 0 };
    int32_t verdict = policy_decision_verdict(d);

    cli_string_add(&id, policy_event_id(event));
    if (c->colour_out && verdict >= 0 && verdict < 6)
        fputs(cli_verdict_colour[verdict], stdout);
    printf(cli_text(c, CLI_EXPLAIN_HEAD), cli_string_c(&id),
           cli_verdict(c->language, verdict));
    puts(c->colour_out ? "\033[0m" : "");
    free(id.ptr);
}

/* Words of the sender stand in the views: only where clear ones are wanted. */
static int on_view(void *user, const policy_text_view *view)
{
    struct explain *x = user;
    struct cli_string name = { NULL, 0, 0 };

    cli_view_add(&name, x->c, view->view);
    cli_table_cell(&x->table, view->field, NULL);
    cli_table_cell(&x->table, cli_string_str(&name), NULL);
    cli_table_cell(&x->table, view->text, NULL);
    free(name.ptr);
    return 0;
}

static policy_status print_views(struct explain *x, struct cli_events *events,
                                 const policy_event *event, policy_error *err)
{
    policy_status st;

    if (!x->c->clear) {
        puts(cli_text(x->c, CLI_EXPLAIN_VIEWS));
        return POLICY_OK;
    }
    cli_table_init(&x->table, x->c, x->view_columns, 3);
    st = policy_session_views_each(events->session, event, on_view, x, err);
    cli_table_flush(&x->table);
    cli_table_fini(&x->table);
    return st;
}

static policy_status explain_table(struct explain *x, struct cli_events *events,
                                   const policy_event *event,
                                   policy_error *err)
{
    policy_status st;

    memset(x->hidden, 0, sizeof(x->hidden));
    cli_table_init(&x->table, x->c, x->columns, 6);
    st = policy_session_explain_each(events->session, event, &events->state,
                                     on_rule, x, err);
    cli_table_flush(&x->table);
    cli_table_fini(&x->table);
    if (!st)
        tell_hidden(x);
    return st ? st : print_views(x, events, event, err);
}

static policy_status explain_json(struct explain *x, struct cli_events *events,
                                  const policy_event *event, policy_error *err)
{
    uint32_t flags = x->c->clear ? POLICY_JSON_CLEAR : 0;
    size_t len = 0;
    policy_status st = policy_session_explain(x->json, x->json_cap, &len,
                                              events->session, event,
                                              &events->state, flags, err);

    if (!st && len > x->json_cap) {
        x->json_cap = len;
        x->json = cli_realloc(x->json, x->json_cap);
        st = policy_session_explain(x->json, x->json_cap, &len,
                                    events->session, event, &events->state,
                                    flags, err);
    }
    if (st)
        return st;
    fwrite(x->json, 1, len, stdout);
    if (!len || x->json[len - 1] != '\n')
        putchar('\n');
    return POLICY_OK;
}

/* The explanation comes before what the event changes is applied. The decision
 * is made again for that: explaining may have used its memory. */
static policy_status on_event(void *user, struct cli_events *events,
                              policy_event *event, policy_error *err)
{
    struct explain *x = user;
    const policy_decision *d;
    policy_status st;

    if (x->c->table) {
        if ((st = policy_session_evaluate(&d, events->session, event,
                                          &events->state, err)))
            return st;
        print_head(x->c, event, d);
        st = explain_table(x, events, event, err);
    } else {
        st = explain_json(x, events, event, err);
    }
    if (!st)
        st = policy_session_evaluate(&d, events->session, event,
                                     &events->state, err);
    return st ? st : policy_memory_apply(events->memory, d, err);
}

int cli_explain(const struct cli *c)
{
    struct explain x = { .c = c, .columns = {
        { cli_text(c, CLI_COL_OUTCOME), 8, false, false },
        { cli_text(c, CLI_COL_RULE), 16, false, true },
        { cli_text(c, CLI_COL_TITLE), 16, false, true },
        { cli_text(c, CLI_COL_KEY), 8, false, true },
        { cli_text(c, CLI_COL_WANTED), 10, false, true },
        { cli_text(c, CLI_COL_FOUND), 10, false, true },
    }, .view_columns = {
        { cli_text(c, CLI_COL_FIELD), 8, false, false },
        { cli_text(c, CLI_COL_VIEW), 10, false, false },
        { cli_text(c, CLI_COL_TEXT), 16, false, true },
    } };
    struct cli_events events;
    policy_bundle *bundle;
    int status = cli_bundle_load(&bundle, c, false, NULL);

    if (status)
        return status;
    if (!(status = cli_events_init(&events, c, bundle))) {
        events.on_event = on_event;
        events.user = &x;
        status = cli_events_run(&events);
        if (!status && !events.judged)
            status = cli_fail(c, CLI_NO_EVENT);
    }
    cli_events_fini(&events);
    free(x.json);
    policy_bundle_unref(bundle);
    return status;
}
