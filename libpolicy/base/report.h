/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources, places in them, and what is reported about them. The messages stand
 * in a catalogue of two languages (messages.def), by stable code.
 */
#ifndef POL_BASE_REPORT_H
#define POL_BASE_REPORT_H

#include <stdbool.h>

#include <policy/diagnostic.h>

/* A file as given to the compiler. Owned by the compiler. */
typedef struct pol_source {
    policy_str path, bytes;
} pol_source;

/* line 0: no place in the file. column and length count code points. */
typedef struct pol_place {
    const pol_source *source;
    uint32_t line, column, length;
} pol_place;

/* POL_MESSAGE(NAME, "stable-code", severity, "en {0}", "zh {0}") */
typedef enum pol_message {
#define POL_MESSAGE(name, code, severity, en, zh) POL_MSG_##name,
#include "base/messages.def"
#undef POL_MESSAGE
    POL_MESSAGE_COUNT
} pol_message;

/* How often each message came about one source that may have as many mistakes
 * as lines: of each kind the first POL_FEW_MAX are told, the others count, and
 * pol_few_end says how many they were. */
typedef struct pol_few {
    uint64_t count[POL_MESSAGE_COUNT];
    struct pol_few *outer; /* of the source that was read when it began */
} pol_few;
/* As many as somebody mends before looking again. */
enum { POL_FEW_MAX = 20 };

typedef struct pol_reporter {
    policy_diagnostic_sink sink; /* may be NULL */
    void *user;
    bool zh;
    bool lenient;               /* errors are warnings: what they are about is
                                   left out */
    pol_few *few;               /* borrowed; NULL: all are told */
    uint64_t max;               /* diagnostics; beyond it they only count */
    uint64_t errors, warnings, notes;
    uint64_t told[2];           /* warnings and notes; errors: a flood of those
                                   does not hide these */
    policy_str organisation;    /* of what is compiled now */
    /* What is compiled now, and where it stands: a message of its first line, which
     * is that of all that a function gave it, names it; `about_all`: any message. */
    policy_str about;
    pol_place about_at;
    bool about_all;
    policy_str first;           /* code of the first error */
    char first_message[200];    /* "file:line:column: text", for policy_error */
    /* Where the line of the last report begins, since the next one is mostly
     * of a later line. */
    const pol_source *near;
    uint32_t near_line;
    size_t near_byte;
} pol_reporter;

void pol_reporter_init(pol_reporter *r, policy_diagnostic_sink sink, void *user,
                       bool zh, uint64_t max);
/* {0} … {5} of the message are `args`; `suggestion` (may be empty) is the
 * nearest valid name, appended as "did you mean …?" by the formatter. */
void pol_report_hint(pol_reporter *r, pol_message m, pol_place where,
                     policy_str suggestion, const policy_str *args,
                     size_t count);
#define pol_report(r, m, where, ...)                                         \
    pol_report_hint((r), (m), (where), (policy_str){ "", 0 },                \
                    (const policy_str[]){ { "", 0 }, __VA_ARGS__ } + 1,      \
                    sizeof((const policy_str[]){ { "", 0 }, __VA_ARGS__ }) / \
                            sizeof(policy_str) - 1)
/* From here on only the first of each message are told. `f` is borrowed until
 * pol_few_end, which tells in one line each how many more there were. Another
 * source may be read in between: they nest. */
void pol_few_begin(pol_few *f, pol_reporter *r);
void pol_few_end(pol_few *f, pol_reporter *r, const pol_source *source);
/* The byte position as a place: line and column by scanning, for parsers that
 * count bytes. */
pol_place pol_place_at(const pol_source *s, size_t byte, size_t len);
/* The whole line that `line` (from 1) names, without its end. */
policy_str pol_source_line(const pol_source *s, uint32_t line);

#endif
