/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit's XML has no standard. What is written here is what the schema of
 * Jenkins's xUnit plugin allows, with `file` and `line` beside it, which GitLab
 * and others show and the rest skip. TAP is version 14, with YAML diagnostics;
 * strings of JSON are strings of YAML.
 *
 * What an example was not written for is skipped, and not a failure: parts that
 * none reaches. Whether they are too many is a case of its own.
 *
 * Neither says how long anything took: the same rules give the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "example_report.h"
#include "table.h"

static policy_str keep(policy_str s)
{
    char *copy = cli_realloc(NULL, s.len);

    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return (policy_str){ copy, s.len };
}

static bool begins(policy_str s, const char *with)
{
    size_t len = strlen(with);

    return s.len >= len && !memcmp(s.ptr, with, len);
}

static bool same_suite(const struct cli_case *a, const struct cli_case *b)
{
    return !strcmp(a->organisation, b->organisation) && !strcmp(a->way, b->way);
}

void cli_report_add(struct cli_report *r, const struct cli_case *c)
{
    struct cli_case *kept;

    if (r->count == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 128;
        r->cases = cli_realloc(r->cases, r->cap * sizeof(*r->cases));
    }
    kept = &r->cases[r->count++];
    *kept = *c;
    kept->number = 1;
    if (r->count > 1 && same_suite(kept - 1, kept) &&
        !strcmp(kept[-1].rule, kept->rule))
        kept->number = kept[-1].number + 1;
    kept->text = keep(c->text);
    kept->expected = keep(c->expected);
    kept->got = keep(c->got);
    kept->note = keep(c->note);
}

/* "steps" where all are as they should be, "step 2: …" where one is not. */
static const char *sort_of(const policy_test_result *r)
{
    return begins(r->expected, "step") ? "steps" : r->hit ? "hit" : "miss";
}

void cli_report_example(struct cli_report *r, const policy_test_result *result)
{
    struct cli_case c = {
        .way = "", .organisation = result->organisation, .rule = result->rule,
        .file = result->file, .line = result->line, .sort = sort_of(result),
        .end = result->passed                    ? CLI_CASE_PASSED
               : begins(result->got, "error: ") ? CLI_CASE_ERROR
                                                 : CLI_CASE_FAILED,
        .text = result->text, .expected = result->expected, .got = result->got,
        .note = { "", 0 },
    };

    cli_report_add(r, &c);
}

void cli_report_fini(struct cli_report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free((char *)r->cases[i].text.ptr);
        free((char *)r->cases[i].expected.ptr);
        free((char *)r->cases[i].got.ptr);
        free((char *)r->cases[i].note.ptr);
    }
    free(r->cases);
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

struct counts {
    size_t tests, failures, errors, skipped;
};

static void xml_counts(const struct counts *n)
{
    printf(" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", n->tests,
           n->failures, n->errors);
}

static struct counts count(const struct cli_report *r, size_t from, size_t to)
{
    struct counts n = { to - from, 0, 0, 0 };

    for (size_t i = from; i < to; i++) {
        enum cli_case_end end = r->cases[i].end;

        n.errors += end == CLI_CASE_ERROR;
        n.failures += end == CLI_CASE_FAILED;
        n.skipped += end == CLI_CASE_SKIPPED;
    }
    return n;
}

static void xml_reason(const struct cli_case *c)
{
    bool error = c->end == CLI_CASE_ERROR;
    const char *element = error ? "error" : "failure";

    printf("      <%s type=\"%s\" message=\"expected ", element,
           error ? "rule" : *c->way ? c->way : "example");
    xml(c->expected);
    fputs(", got ", stdout);
    xml(c->got);
    fputs("\">", stdout);
    xml(c->file);
    printf(c->column ? ":%u:%u: " : ":%u: ", c->line, c->column);
    xml(c->text);
    printf("</%s>\n", element);
}

static void xml_inside(const struct cli_case *c)
{
    if (c->end == CLI_CASE_SKIPPED) {
        fputs("      <skipped", stdout);
        xml_attribute("message", c->got);
        puts("/>");
    } else if (c->end != CLI_CASE_PASSED) {
        xml_reason(c);
    }
    if (c->note.len) {
        fputs("      <system-out>", stdout);
        xml(c->note);
        puts("</system-out>");
    }
}

/* The number keeps two examples of one text apart, and does not change with
 * what stands above the rule. */
static void xml_case(const struct cli_case *c)
{
    bool inside = c->end != CLI_CASE_PASSED || c->note.len;

    fputs("    <testcase", stdout);
    xml_attribute("classname", cli_str(c->rule));
    printf(" name=\"%u %s: ", c->number, c->sort);
    xml(c->text);
    putchar('"');
    xml_attribute("file", c->file);
    printf(" line=\"%u\"", c->line);
    puts(inside ? ">" : "/>");
    if (!inside)
        return;
    xml_inside(c);
    puts("    </testcase>");
}

/* Cases of one organisation, run one way, stand together. */
static size_t suite_end(const struct cli_report *r, size_t from)
{
    size_t to = from;

    while (to < r->count && same_suite(&r->cases[to], &r->cases[from]))
        to++;
    return to;
}

static void xml_suite(const struct cli_report *r, size_t from, size_t to)
{
    const struct cli_case *first = &r->cases[from];
    struct counts n = count(r, from, to);

    fputs("  <testsuite name=\"", stdout);
    xml(cli_str(first->organisation));
    printf("%s%s\"", *first->way ? " " : "", first->way);
    xml_counts(&n);
    printf(" skipped=\"%zu\">\n", n.skipped);
    for (size_t i = from; i < to; i++)
        xml_case(&r->cases[i]);
    puts("  </testsuite>");
}

void cli_report_junit(const struct cli_report *r)
{
    struct counts n = count(r, 0, r->count);
    size_t to;

    puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    fputs("<testsuites name=\"policy\"", stdout);
    xml_counts(&n);
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

static void tap_diagnostics(const struct cli_case *c)
{
    bool failed = c->end == CLI_CASE_FAILED || c->end == CLI_CASE_ERROR;

    puts("  ---");
    if (failed)
        printf("  severity: %s\n", c->end == CLI_CASE_ERROR ? "error" : "fail");
    tap_member("organisation", cli_str(c->organisation));
    tap_member("rule", cli_str(c->rule));
    tap_member("file", c->file);
    printf("  line: %u\n", c->line);
    if (c->column)
        printf("  column: %u\n", c->column);
    tap_member("text", c->text);
    if (failed) {
        tap_member("expected", c->expected);
        tap_member("got", c->got);
    }
    if (c->note.len)
        tap_member("note", c->note);
    puts("  ...");
}

static void tap_case(const struct cli_case *c, size_t number)
{
    bool failed = c->end == CLI_CASE_FAILED || c->end == CLI_CASE_ERROR;

    printf("%s %zu - ", failed ? "not ok" : "ok", number);
    tap_text(cli_str(c->organisation));
    printf("%s%s: ", *c->way ? " " : "", c->way);
    tap_text(cli_str(c->rule));
    printf(" %u %s: ", c->number, c->sort);
    tap_text(c->text);
    if (c->end == CLI_CASE_SKIPPED) {
        fputs(" # SKIP ", stdout);
        tap_text(c->got);
    }
    putchar('\n');
    if (failed || c->note.len)
        tap_diagnostics(c);
}

void cli_report_tap(const struct cli_report *r)
{
    puts("TAP version 14");
    printf("1..%zu%s\n", r->count, r->count ? "" : " # SKIP no examples");
    for (size_t i = 0; i < r->count; i++)
        tap_case(&r->cases[i], i + 1);
}
