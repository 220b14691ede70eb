/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Conventions of the whole library: results, errors, bytes, spans, allocation.
 */
#ifndef POLICY_STATUS_H
#define POLICY_STATUS_H

#include <stddef.h>
#include <stdint.h>
#if !defined POLICY_API
#define POLICY_API /* the build sets the visibility */
#endif
#ifdef __cplusplus
extern "C" {
#endif

typedef struct policy_str { const char *ptr; size_t len; } policy_str;
typedef struct policy_span { uint32_t start, end; } policy_span;

/* How sure a detector is of a find: by its form, and by the words near it.
   ORDER CONFIDENCE */
enum {
    POLICY_CONFIDENCE_NONE = 0, /* of what is no find of a detector */
    POLICY_CONFIDENCE_LOW = 1,
    POLICY_CONFIDENCE_MEDIUM = 2,
    POLICY_CONFIDENCE_HIGH = 3
};

/* An article of a regulation, in the words of its catalogue. */
typedef struct policy_cite { policy_str regulation, title, article; } policy_cite;

typedef int32_t policy_status;
enum {
    POLICY_OK = 0,
    POLICY_ENOMEM = -1,  /* the allocator returned NULL */
    POLICY_ELIMIT = -2,  /* an input is above a field of policy_limits */
    POLICY_EINPUT = -3,  /* an event or record is malformed; see `byte` */
    POLICY_EORG = -4,    /* the bundle has no such organisation */
    POLICY_ERULES = -5,  /* sources do not compile; see the diagnostics */
    POLICY_EIO = -6,     /* a file could not be read */
    POLICY_ESTATE = -7,  /* the host's state store failed */
    POLICY_EMISUSE = -8  /* a broken contract that could be noticed */
};

/* Caller's storage: no allocation, so it can tell of ENOMEM too. */
typedef struct policy_error {
    size_t size;
    policy_status status;
    uint32_t line, column; /* 0 where there is no source */
    uint64_t byte;         /* position in the input, never beyond its end */
    char code[16];         /* stable, such as "json-depth"; for machines */
    char message[232];     /* one line of UTF-8, English, never cut inside a character */
} policy_error;
#define POLICY_ERROR_INIT { sizeof(policy_error), 0, 0, 0, 0, "", "" }

/* realloc as Lua has it: `len` 0 frees and returns NULL; `old` is exact. A
   bundle's must be callable from any thread, a session's from its own. Only
   libyaml, inside build, allocates by malloc; limits on its input bound it. */
typedef struct policy_allocator {
    size_t size;
    void *user;
    void *(*resize)(void *user, void *ptr, size_t old, size_t len);
} policy_allocator;

/* Version of the library that runs, as POLICY_VERSION_NUMBER of version.h. */
POLICY_API uint32_t policy_version(void);
/* Unicode version, fold tables and Lua that are in use. Static. */
POLICY_API const char *policy_build_info(void);

#ifdef __cplusplus
}
#endif

#endif
