/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the compiler has to say about sources, and the text of it for people.
 */
#ifndef POLICY_DIAGNOSTIC_H
#define POLICY_DIAGNOSTIC_H

#include <policy/status.h>
#ifdef __cplusplus
extern "C" {
#endif
enum { POLICY_NOTE = 0, POLICY_WARNING = 1, POLICY_ERROR = 2 };

/* Borrowed for the call of the sink. */
typedef struct policy_diagnostic {
    int32_t severity;
    const char *code;      /* stable: "unknown-key", "article-unknown", … */
    policy_str message;    /* in the compiler's language */
    policy_str file;       /* as given to the compiler */
    uint32_t line, column, length; /* length: code points to underline */
    policy_str source;     /* the whole line, without its end */
    policy_str suggestion; /* nearest valid name, or empty */
    policy_str organisation;
    const char *language;  /* of the message: "en" or "zh"; NULL is "en" */
} policy_diagnostic;
typedef void (*policy_diagnostic_sink)(void *user, const policy_diagnostic *d);

/* The text that the command prints: place, message, line, caret (by display
   width), each line with its end; with JSON one object and a line end: severity,
   code, message and, where there are any, file, line, column, length, end (the
   column after the last), source, suggestion, organisation. Writes
   at most `cap` bytes and no NUL; `*len` is the length needed. POLICY_EMISUSE
   for an unknown severity or flag, or without a code. */
enum { POLICY_DIAGNOSTIC_COLOUR = 1, POLICY_DIAGNOSTIC_JSON = 2 };
POLICY_API policy_status policy_diagnostic_format(char *buf, size_t cap,
    size_t *len, const policy_diagnostic *d, uint32_t flags);
#ifdef __cplusplus
}
#endif

#endif
