/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit's XML has no standard. What is written here is what the schema of
 * Jenkins's xUnit plugin allows, with `file` and `line` beside it, which GitLab
 * and others show and the rest skip. TAP is version 14, with YAML diagnostics;
 * strings of JSON are strings of YAML.
 *
 * Neither says how long anything took: the same rules give the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "example_report.h"
#include "table.h"

static char *keep(policy_str s, size_t *len)
{
    char *copy = cli_realloc(NULL, s.len);

    if (s.len)
        memcpy(copy, s.ptr, s.len);
    *len = s.len;
    return copy;
}

static bool begins(policy_str s, const char *with)
{
    size_t len = strlen(with);

    return s.len >= len && !memcmp(s.ptr, with, len);
}

static bool same_rule(const struct cli_example *a, const struct cli_example *b)
{
    return !strcmp(a->organisation, b->organisation) &&
           !strcmp(a->rule, b->rule);
}

/* "steps" where all are as they should be, "step 2: …" where one is not. */
static const char *sort_of(const policy_test_result *r)
{
    return begins(r->expected, "step") ? "steps" : r->hit ? "hit" : "miss";
}

void cli_report_add(struct cli_report *r, const policy_test_result *result)
{
    struct cli_example *e;

    if (r->count == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 128;
        r->examples = cli_realloc(r->examples, r->cap * sizeof(*r->examples));
    }
    e = &r->examples[r->count++];
    *e = (struct cli_example){
        .organisation = result->organisation, .rule = result->rule,
        .file = result->file, .line = result->line,
        .number = 1, .sort = sort_of(result),
        .passed = result->passed, .error = begins(result->got, "error: "),
    };
    if (r->count > 1 && same_rule(e - 1, e))
        e->number = e[-1].number + 1;
    e->text = keep(result->text, &e->text_len);
    e->expected = keep(result->expected, &e->expected_len);
    e->got = keep(result->got, &e->got_len);
}

void cli_report_fini(struct cli_report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->examples[i].text);
        free(r->examples[i].expected);
        free(r->examples[i].got);
    }
    free(r->examples);
    memset(r, 0, sizeof(*r));
}

/* What may be shown, of which nothing is left that XML 1.0 refuses. */
static void xml(policy_str s)
{
    struct cli_string shown = { NULL, 0, 0 };

    cli_string_add(&shown, s);
    for (size_t i = 0; i < shown.len; i++) {
        switch (shown.ptr[i]) {
        case '&': fputs("&amp;", stdout); break;
        case '<': fputs("&lt;", stdout); break;
        case '>': fputs("&gt;", stdout); break;
        case '"': fputs("&quot;", stdout); break;
        default: putchar(shown.ptr[i]);
        }
    }
    free(shown.ptr);
}

static void xml_attribute(const char *name, policy_str value)
{
    printf(" %s=\"", name);
    xml(value);
    putchar('"');
}

static void xml_counts(size_t tests, size_t failures, size_t errors)
{
    printf(" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", tests, failures,
           errors);
}

static void count(const struct cli_report *r, size_t from, size_t to,
                  size_t *failures, size_t *errors)
{
    *failures = *errors = 0;
    for (size_t i = from; i < to; i++) {
        const struct cli_example *e = &r->examples[i];

        *errors += !e->passed && e->error;
        *failures += !e->passed && !e->error;
    }
}

static void xml_reason(const struct cli_example *e)
{
    const char *element = e->error ? "error" : "failure";

    printf("      <%s type=\"%s\" message=\"expected ", element,
           e->error ? "rule" : "example");
    xml((policy_str){ e->expected, e->expected_len });
    fputs(", got ", stdout);
    xml((policy_str){ e->got, e->got_len });
    fputs("\">", stdout);
    xml(e->file);
    printf(":%u: ", e->line);
    xml((policy_str){ e->text, e->text_len });
    printf("</%s>\n    </testcase>\n", element);
}

/* The number keeps two examples of one text apart, and does not change with
 * what stands above the rule. */
static void xml_example(const struct cli_example *e)
{
    fputs("    <testcase", stdout);
    xml_attribute("classname", cli_str(e->rule));
    printf(" name=\"%u %s: ", e->number, e->sort);
    xml((policy_str){ e->text, e->text_len });
    putchar('"');
    xml_attribute("file", e->file);
    printf(" line=\"%u\"", e->line);
    puts(e->passed ? "/>" : ">");
    if (!e->passed)
        xml_reason(e);
}

/* Examples of one organisation stand together. */
static size_t suite_end(const struct cli_report *r, size_t from)
{
    size_t to = from;

    while (to < r->count && !strcmp(r->examples[to].organisation,
                                    r->examples[from].organisation))
        to++;
    return to;
}

static void xml_suite(const struct cli_report *r, size_t from, size_t to)
{
    size_t failures, errors;

    count(r, from, to, &failures, &errors);
    fputs("  <testsuite", stdout);
    xml_attribute("name", cli_str(r->examples[from].organisation));
    xml_counts(to - from, failures, errors);
    puts(" skipped=\"0\">");
    for (size_t i = from; i < to; i++)
        xml_example(&r->examples[i]);
    puts("  </testsuite>");
}

void cli_report_junit(const struct cli_report *r)
{
    size_t failures, errors, to;

    count(r, 0, r->count, &failures, &errors);
    puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    fputs("<testsuites name=\"policy\"", stdout);
    xml_counts(r->count, failures, errors);
    puts(">");
    for (size_t from = 0; from < r->count; from = to) {
        to = suite_end(r, from);
        xml_suite(r, from, to);
    }
    puts("</testsuites>");
}

/* A description ends at " #", unless that is escaped. */
static void tap_text(policy_str s)
{
    struct cli_string shown = { NULL, 0, 0 };

    cli_string_add(&shown, s);
    for (size_t i = 0; i < shown.len; i++) {
        if (shown.ptr[i] == '#' || shown.ptr[i] == '\\')
            putchar('\\');
        putchar(shown.ptr[i]);
    }
    free(shown.ptr);
}

static void tap_member(const char *key, policy_str value)
{
    printf("  %s: ", key);
    cli_json_string(stdout, value);
    putchar('\n');
}

static void tap_diagnostics(const struct cli_example *e)
{
    puts("  ---");
    printf("  severity: %s\n", e->error ? "error" : "fail");
    tap_member("organisation", cli_str(e->organisation));
    tap_member("rule", cli_str(e->rule));
    tap_member("file", e->file);
    printf("  line: %u\n", e->line);
    tap_member("text", (policy_str){ e->text, e->text_len });
    tap_member("expected", (policy_str){ e->expected, e->expected_len });
    tap_member("got", (policy_str){ e->got, e->got_len });
    puts("  ...");
}

void cli_report_tap(const struct cli_report *r)
{
    puts("TAP version 14");
    printf("1..%zu%s\n", r->count, r->count ? "" : " # SKIP no examples");
    for (size_t i = 0; i < r->count; i++) {
        const struct cli_example *e = &r->examples[i];

        printf("%s %zu - ", e->passed ? "ok" : "not ok", i + 1);
        tap_text(cli_str(e->organisation));
        printf(": ");
        tap_text(cli_str(e->rule));
        printf(" %u %s: ", e->number, e->sort);
        tap_text((policy_str){ e->text, e->text_len });
        putchar('\n');
        if (!e->passed)
            tap_diagnostics(e);
    }
}
