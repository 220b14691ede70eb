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
#include "table.h"

struct test {
    const struct cli *c;
    struct cli_report report; /* where the format wants all at once */
    size_t passed, failed;
};

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

/* `file:line: example fails: organisation rule`, and what there is to see. */
static void tell_failure(const struct test *t, const policy_test_result *r)
{
    struct cli_string place = { NULL, 0, 0 };

    cli_test_place(&place, r->file, r->line);
    printf("%s: %s", cli_string_c(&place), t->c->colour_out ? cli_red : "");
    printf(cli_text(t->c, CLI_TEST_FAILED), r->rule);
    printf("%s (%s)\n", t->c->colour_out ? "\033[0m" : "", r->organisation);
    free(place.ptr);
    tell_part(t, CLI_TEST_TEXT, r->text);
    tell_part(t, CLI_TEST_EXPECTED, r->expected);
    tell_part(t, CLI_TEST_GOT, r->got);
}

static void tell_json(const policy_test_result *r)
{
    putchar('{');
    cli_json_member(stdout, true, "organisation", cli_str(r->organisation));
    cli_json_member(stdout, false, "rule", cli_str(r->rule));
    cli_test_place_json(r->file, r->line);
    printf(",\"passed\":%s", r->passed ? "true" : "false");
    cli_json_member(stdout, false, "text", r->text);
    cli_json_member(stdout, false, "expected", r->expected);
    cli_json_member(stdout, false, "got", r->got);
    puts("}");
}

static void on_result(void *user, const policy_test_result *r)
{
    struct test *t = user;

    if (r->passed)
        t->passed++;
    else
        t->failed++;
    if (t->c->format == CLI_FORMAT_JUNIT || t->c->format == CLI_FORMAT_TAP)
        cli_report_add(&t->report, r);
    else if (!t->c->table)
        tell_json(r);
    else if (!r->passed)
        tell_failure(t, r);
}

static void tell_report(const struct test *t)
{
    if (t->c->format == CLI_FORMAT_JUNIT)
        cli_report_junit(&t->report);
    else if (t->c->format == CLI_FORMAT_TAP)
        cli_report_tap(&t->report);
}

static int run_examples(struct cli_test_run *run)
{
    struct test t = { .c = run->c };
    FILE *out = cli_test_sums(run);
    policy_error err = POLICY_ERROR_INIT;
    policy_status st = policy_session_test(run->session, t.c->org, on_result,
                                           &t, &err);

    if (!st) {
        tell_report(&t);
        fprintf(out, cli_text(t.c, CLI_TEST_SUM), t.passed + t.failed,
                t.passed, t.failed);
        fputc('\n', out);
    }
    cli_report_fini(&t.report);
    if (st)
        return cli_fail_error(t.c, t.c->args[0], &err);
    return t.failed ? CLI_FOUND : CLI_DONE;
}

void cli_test_place(struct cli_string *out, policy_str file, uint32_t line)
{
    char number[16];

    cli_string_add(out, file);
    snprintf(number, sizeof(number), ":%u", line);
    cli_string_adds(out, number);
}

void cli_test_place_json(policy_str file, uint32_t line)
{
    cli_json_member(stdout, false, "file", file);
    cli_json_count(stdout, "line", line);
}

/* ORDER TESTING */
static int (*const ways[])(struct cli_test_run *t) = {
    run_examples, cli_test_evade, cli_test_isolated, cli_test_coverage,
    cli_test_mutate,
};

static int run(struct cli_test_run *t, policy_bundle *bundle)
{
    policy_error err = POLICY_ERROR_INIT;
    int status;

    if (policy_session_new(&t->session, bundle, NULL, &err))
        return cli_fail_error(t->c, t->c->args[0], &err);
    status = ways[t->c->testing](t);
    policy_session_free(t->session);
    return status;
}

int cli_test(const struct cli *c)
{
    struct cli_test_run t = { .c = c };
    policy_bundle *bundle;
    int status;

    if (c->testing && c->format > CLI_FORMAT_JSON)
        return cli_fail(c, CLI_TEST_FORMAT);
    if (c->sampled && c->testing != CLI_TEST_MUTATE)
        return cli_fail(c, CLI_TEST_SAMPLE);
    if ((status = cli_bundle_load(&bundle, c, false, NULL)))
        return status;
    status = run(&t, bundle);
    policy_bundle_unref(bundle);
    return status;
}
