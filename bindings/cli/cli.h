/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the command share: the options of one run, the exit
 * statuses, and how to say something. A command returns its exit status; it
 * never exits itself, but for memory that has run out.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include <policy/policy.h>

#include "lang.h"

/* Exit statuses; the greater outranks the smaller. */
enum { CLI_DONE = 0, CLI_FOUND = 1, CLI_WRONG = 2 };

enum { CLI_WHEN_AUTO, CLI_WHEN_ALWAYS, CLI_WHEN_NEVER };
/* ORDER FORMAT */
enum { CLI_FORMAT_AUTO, CLI_FORMAT_TABLE, CLI_FORMAT_JSON, CLI_FORMAT_JUNIT,
       CLI_FORMAT_TAP };
/* ORDER TESTING: how the rules' examples are run. */
enum { CLI_TEST_EXAMPLES, CLI_TEST_EVADE, CLI_TEST_ISOLATED,
       CLI_TEST_COVERAGE, CLI_TEST_MUTATE };
enum { CLI_FROM_JSON = 0, CLI_FROM_WECOM = POLICY_ADAPTER_WECOM };
/* Far above what a person types; a shell's pattern may be longer, and is told. */
enum { CLI_PATHS_MAX = 256 };

struct cli {
    const char *command;
    /* what follows the command: DIR, or KIND and DIR, or OLD and
       NEW, or FILE… */
    const char *args[CLI_PATHS_MAX];
    size_t arg_count;

    const char *libraries[CLI_PATHS_MAX];
    size_t library_count;
    const char *inputs[CLI_PATHS_MAX];
    size_t input_count;
    const char *org, *directory;
    int from;
    int32_t fail_on; /* a verdict; -1: none */
    int64_t today;   /* ms since 1970 */
    const char *since; /* an older directory */
    int64_t at;        /* ms since 1970 */
    int32_t at_offset; /* minutes */
    bool at_given;
    bool clear, all, check_only, strict, cost, help;
    bool fail_on_change;
    unsigned testing; /* bits: CLI_TEST_…; 0: the plain examples */
    int min_coverage; /* percent; -1: none */
    bool sampled;     /* one of these was given */
    uint64_t limit, seed;

    int color, format;
    enum cli_language language;
    /* What follows of them: settled once by cli_settle. */
    bool table, colour_out, colour_err;
    bool json_diagnostics; /* on stdout, a line each, instead of stderr */
    size_t width; /* of the terminal, in columns */
};

int cli_check(const struct cli *c);
int cli_compare(const struct cli *c);
int cli_coverage(const struct cli *c);
int cli_directory(const struct cli *c);
int cli_eval(const struct cli *c);
int cli_explain(const struct cli *c);
int cli_fmt(const struct cli *c);
int cli_help(const struct cli *c);
int cli_init(const struct cli *c);
int cli_test(const struct cli *c);
int cli_version(const struct cli *c);

/* The text of the catalogue in the language of this run. */
const char *cli_text(const struct cli *c, enum cli_message m);
/* "policy: error: …" and a new line on stderr; CLI_WRONG, to be returned. */
int cli_fail(const struct cli *c, enum cli_message m, ...);
/* A line without a prefix on stderr. */
void cli_note(const struct cli *c, enum cli_message m, ...);
/* What the library says of a failure that has no place in a source. */
int cli_fail_error(const struct cli *c, const char *subject,
                   const policy_error *err);
/* Place, message, line and caret on stderr, in colour where it is wanted; or as
 * JSON. `hint`: what else may help, or NULL. */
void cli_diagnose(const struct cli *c, const policy_diagnostic *d,
                  const char *hint);

/* Never NULL: a command that has no memory left says so and exits. */
void *cli_realloc(void *ptr, size_t len);
char *cli_dup(const char *s);
char *cli_join(const char *folder, const char *name); /* with a slash between */
bool cli_is_folder(const char *path);
bool cli_is_file(const char *path);

static inline policy_str cli_str(const char *s)
{
    policy_str str = { s ? s : "", 0 };

    while (str.ptr[str.len])
        str.len++;
    return str;
}

/* A JSON string with its quotes; ill-formed bytes become U+FFFD. */
void cli_json_string(FILE *out, policy_str s);
/* `,"key":"value"`; the first of an object has no comma before it. */
void cli_json_member(FILE *out, bool first, const char *key, policy_str value);
void cli_json_count(FILE *out, const char *key, uint64_t value);

#endif
