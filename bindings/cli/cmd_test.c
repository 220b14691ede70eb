/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy test: the examples that stand in the rules. Those that fail are told
 * with their place, their text, what was expected and what came. Other ways to
 * run them are told apart by their options, and stand in files of their own.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle_load.h"
#include "example_report.h"
#include "example_run.h"
#include "mask.h"
#include "table.h"

/* Of more failing examples the reasons are not looked for: each asks all rules
 * up to its own. */
enum { REASONS_MAX = 1000 };

/* Why a failing example came out as it did. */
struct because {
    bool known;
    char outcome[16]; /* the library's */
    struct cli_string key, wanted, found;
};

struct test {
    const struct cli *c;
    struct cli_report *report; /* where the format wants all at once, or NULL */
    policy_session *other;
    const char *rule;         /* in hand */
    struct because because;
    size_t passed, failed;
};

/* What a rule escalates has its id, and is told of behind it; then the rule is of
 * other types of events. */
static int keep_reason(void *user, const policy_explanation *x)
{
    struct test *t = user;
    struct because *b = &t->because;
    bool zh = t->c->table && t->c->language == CLI_ZH;

    if (strcmp(x->rule, t->rule) != 0)
        return 0;
    b->known = true;
    b->key.len = b->wanted.len = b->found.len = 0;
    snprintf(b->outcome, sizeof(b->outcome), "%s", x->outcome);
    cli_string_add(&b->key, x->key);
    cli_string_add(&b->wanted, zh && x->wanted_zh.len ? x->wanted_zh : x->wanted);
    cli_string_add(&b->found, zh && x->found_zh.len ? x->found_zh : x->found);
    return strcmp(x->outcome, "type") != 0;
}

/* Nothing is known of an event that was refused. What an example, or the step
 * that fails, knew of the past is known here, too. */
static void look(struct test *t, const policy_test_result *r,
                 const policy_event *e)
{
    struct because *b = &t->because;

    b->known = false;
    b->key.len = b->wanted.len = b->found.len = 0;
    t->rule = r->rule;
    if (!r->passed && t->failed < REASONS_MAX)
        policy_session_explain_each(t->other, e, r->state, keep_reason, t,
                                    NULL);
}

static void tell_part(const struct test *t, enum cli_message m, policy_str s)
{
    struct cli_string shown = { NULL, 0, 0 };
    const char *name = cli_text(t->c, m);
    size_t used = cli_width(cli_str(name));

    cli_string_add(&shown, s);
    printf("  %s%*s %.*s\n", name, used < 9 ? (int)(9 - used) : 0, "",
           (int)shown.len, shown.ptr ? shown.ptr : "");
    free(shown.ptr);
}

static const struct {
    const char *word; /* of rule files, and of the library */
    enum cli_message text;
} outcomes[] = {
    { "opened", CLI_TEST_OPENED },     { "done", CLI_TEST_DONE },
    { "reminded", CLI_TEST_REMINDED }, { "overdue", CLI_TEST_OVERDUE },
    { "proposed", CLI_TEST_PROPOSED },
};
enum { OUTCOMES = sizeof(outcomes) / sizeof(outcomes[0]) };

static bool starts(policy_str s, const char *with)
{
    size_t len = strlen(with);

    return s.len >= len && !memcmp(s.ptr, with, len);
}

/* "proposed warning": the word in the language, what stands behind it as it is. */
static void add_outcome(const struct test *t, struct cli_string *out,
                        policy_str s)
{
    for (size_t i = 0; i < OUTCOMES; i++) {
        size_t len = strlen(outcomes[i].word);

        if (!starts(s, outcomes[i].word) || (s.len > len && s.ptr[len] != ' '))
            continue;
        cli_string_adds(out, cli_text(t->c, outcomes[i].text));
        s = (policy_str){ s.ptr + len, s.len - len };
        break;
    }
    cli_string_add(out, s);
}

/* Up to the next ", ". */
static policy_str first_of(policy_str s)
{
    for (size_t i = 0; i + 1 < s.len; i++)
        if (s.ptr[i] == ',' && s.ptr[i + 1] == ' ')
            return (policy_str){ s.ptr, i };
    return s;
}

/* "step 2: " in the language; what is left. */
static policy_str add_step(const struct test *t, struct cli_string *out,
                           policy_str s)
{
    const char *colon = starts(s, "step ") ? memchr(s.ptr, ':', s.len) : NULL;
    char number[24], text[64];

    if (!colon)
        return s;
    snprintf(number, sizeof(number), "%.*s", (int)(colon - s.ptr - 5), s.ptr + 5);
    snprintf(text, sizeof(text), cli_text(t->c, CLI_TEST_STEP), number);
    cli_string_adds(out, text);
    return (policy_str){ colon + 2, s.len - (size_t)(colon + 2 - s.ptr) };
}

/* "step 2: opened, proposed warning" for a person to read. */
static void tell_outcome(const struct test *t, enum cli_message m, policy_str s)
{
    struct cli_string out = { NULL, 0, 0 };

    s = add_step(t, &out, s);
    while (s.len && !starts(s, "error: ")) {
        policy_str one = first_of(s);

        add_outcome(t, &out, one);
        s = (policy_str){ s.ptr + one.len, s.len - one.len };
        if (s.len) {
            cli_string_adds(&out, ", ");
            s = (policy_str){ s.ptr + 2, s.len - 2 };
        }
    }
    cli_string_add(&out, s);
    tell_part(t, m, cli_string_str(&out));
    free(out.ptr);
}

static int tell_view(void *user, const policy_text_view *view)
{
    const struct test *t = user;
    struct cli_string shown = { NULL, 0, 0 };

    cli_string_add(&shown, view->field);
    cli_string_adds(&shown, " (");
    cli_view_add(&shown, t->c, view->view);
    cli_string_adds(&shown, "): ");
    cli_string_add(&shown, view->text);
    tell_part(t, CLI_TEST_VIEW, cli_string_str(&shown));
    free(shown.ptr);
    return 0;
}

/* What stopped the rule, or made it fire; and the texts as it saw them. */
static void tell_reason(struct test *t, const policy_event *e)
{
    struct because *b = &t->because;
    struct cli_string shown = { NULL, 0, 0 };

    if (!b->known)
        return;
    cli_string_add(&shown, cli_string_str(&b->key));
    if (b->wanted.len || b->found.len) {
        cli_string_adds(&shown, cli_text(t->c, CLI_TEST_WANTED));
        cli_string_adds(&shown, b->wanted.len ? cli_string_c(&b->wanted) : "-");
        cli_string_adds(&shown, cli_text(t->c, CLI_TEST_FOUND));
        cli_string_adds(&shown, b->found.len ? cli_string_c(&b->found) : "-");
    }
    tell_part(t, CLI_TEST_BECAUSE, cli_string_str(&shown));
    free(shown.ptr);
    policy_session_views_each(t->other, e, tell_view, t, NULL);
}

/* `file:line: example fails: organisation rule`, and what there is to see. */
static void tell_failure(struct test *t, const policy_test_result *r,
                         const policy_event *e)
{
    struct cli_string place = { NULL, 0, 0 };

    cli_test_place(&place, r->file, r->line, 0);
    printf("%s: %s", cli_string_c(&place), t->c->colour_out ? cli_red : "");
    printf(cli_text(t->c, CLI_TEST_FAILED), r->rule);
    printf("%s (%s)\n", t->c->colour_out ? "\033[0m" : "", r->organisation);
    free(place.ptr);
    tell_part(t, CLI_TEST_TEXT, r->text);
    tell_outcome(t, CLI_TEST_EXPECTED, r->expected);
    tell_outcome(t, CLI_TEST_GOT, r->got);
    tell_reason(t, e);
}

static void tell_json(const struct test *t, const policy_test_result *r)
{
    const struct because *b = &t->because;

    cli_test_begin_json("examples", r->organisation, r->rule);
    cli_test_place_json(r->file, r->line, 0);
    printf(",\"passed\":%s", r->passed ? "true" : "false");
    cli_json_member(stdout, false, "text", r->text);
    cli_json_member(stdout, false, "expected", r->expected);
    cli_json_member(stdout, false, "got", r->got);
    if (b->known) {
        cli_json_member(stdout, false, "outcome", cli_str(b->outcome));
        cli_json_member(stdout, false, "key", cli_string_str(&b->key));
        cli_json_member(stdout, false, "wanted", cli_string_str(&b->wanted));
        cli_json_member(stdout, false, "found", cli_string_str(&b->found));
    }
    puts("}");
}

static void on_result(void *user, const policy_test_result *r,
                      const policy_event *e, const policy_decision *d)
{
    struct test *t = user;

    (void)d;
    look(t, r, e);

    if (r->passed)
        t->passed++;
    else
        t->failed++;
    if (t->report)
        cli_report_example(t->report, r);
    else if (!t->c->table)
        tell_json(t, r);
    else if (!r->passed)
        tell_failure(t, r, e);
}

static int run_examples(struct cli_test_run *run)
{
    struct test t = { .c = run->c, .other = run->other, .report = run->report };
    FILE *out = cli_test_sums(run);
    policy_error err = POLICY_ERROR_INIT;
    policy_status st = policy_session_test_each(run->session, t.c->org,
                                                on_result, &t, &err);

    if (!st) {
        fprintf(out, cli_text(t.c, CLI_TEST_SUM), t.passed + t.failed,
                t.passed, t.failed);
        fputc('\n', out);
    }
    free(t.because.key.ptr);
    free(t.because.wanted.ptr);
    free(t.because.found.ptr);
    if (st)
        return cli_fail_error(t.c, t.c->args[0], &err);
    return t.failed ? CLI_FOUND : CLI_DONE;
}

/* ORDER TESTING */
static const struct {
    const char *option;
    int (*run)(struct cli_test_run *t);
} ways[] = {
    { "--examples", run_examples },    { "--evade", cli_test_evade },
    { "--isolated", cli_test_isolated }, { "--coverage", cli_test_coverage },
    { "--mutate", cli_test_mutate },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static void count_failed(void *user, const policy_test_result *r)
{
    *(size_t *)user += !r->passed;
}

/* What fails as it is notices nothing, and is disguised in vain: whoever did not
 * ask for the examples themselves is told. */
static void tell_failing(const struct cli_test_run *t)
{
    size_t failed = 0;

    if (!t->c->testing || t->c->testing >> CLI_TEST_EXAMPLES & 1)
        return;
    policy_session_test(t->other, t->c->org, count_failed, &failed, NULL);
    if (failed)
        cli_note(t->c, CLI_TEST_FAILING, failed);
}

/* One after another; the worst is what came of all. */
static int run_ways(struct cli_test_run *t)
{
    unsigned wanted = t->c->testing ? t->c->testing : 1u << CLI_TEST_EXAMPLES;
    bool several = wanted & (wanted - 1);
    int worst = CLI_DONE;

    for (size_t i = 0, seen = 0; i < WAYS && worst <= CLI_FOUND; i++) {
        int status;

        if (!(wanted >> i & 1))
            continue;
        if (several && t->c->table)
            printf("%s%s%s%s\n", seen++ ? "\n" : "",
                   t->c->colour_out ? cli_bold : "", ways[i].option,
                   t->c->colour_out ? "\033[0m" : "");
        status = ways[i].run(t);
        if (status > worst)
            worst = status;
    }
    tell_failing(t);
    return worst;
}

static void tell_report(const struct cli_test_run *t)
{
    if (t->c->format == CLI_FORMAT_JUNIT)
        cli_report_junit(t->report);
    else
        cli_report_tap(t->report);
}

static int run(struct cli_test_run *t, policy_bundle *bundle)
{
    struct cli_report report = { NULL, 0, 0 };
    policy_error err = POLICY_ERROR_INIT;
    int status;

    if (t->c->format == CLI_FORMAT_JUNIT || t->c->format == CLI_FORMAT_TAP)
        t->report = &report;
    if (policy_session_new(&t->session, bundle, NULL, &err) ||
        policy_session_new(&t->other, bundle, NULL, &err))
        status = cli_fail_error(t->c, t->c->args[0], &err);
    else
        status = run_ways(t);
    if (t->report && status <= CLI_FOUND)
        tell_report(t);
    cli_report_fini(&report);
    policy_session_free(t->other);
    policy_session_free(t->session);
    return status;
}

int cli_test(const struct cli *c)
{
    struct cli_test_run t = { .c = c };
    policy_bundle *bundle;
    int status;

    if (c->sampled && !(c->testing >> CLI_TEST_MUTATE & 1))
        return cli_fail(c, CLI_TEST_SAMPLE);
    if ((status = cli_bundle_load(&bundle, c, false, NULL)))
        return status;
    status = run(&t, bundle);
    policy_bundle_unref(bundle);
    return status;
}
