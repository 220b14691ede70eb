/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detectors of the host's own. They are strangers: what they answer is checked,
 * and one that answers rubbish is asked no more.
 */
#ifndef POL_MATCH_HOST_DETECT_H
#define POL_MATCH_HOST_DETECT_H

#include <stdbool.h>

#include <policy/compiler.h>

#include "match/detect.h"

/* What a run may be of. ORDER CHARSET */
typedef enum pol_charset {
    POL_CHARSET_DIGIT, POL_CHARSET_ALNUM, POL_CHARSET_HAN, POL_CHARSET_ANY,
    POL_CHARSET_COUNT
} pol_charset;
extern const char *const pol_charset_names[POL_CHARSET_COUNT];

/* At most so many: a bit each. */
enum { POL_HOST_DETECTORS_MAX = 64 };

typedef struct pol_host_detector {
    policy_str name, version;
    pol_charset charset;
    uint32_t min_run, max_len;
    int (*find)(void *user, policy_str text, size_t from, policy_span *out);
    void *user;
} pol_host_detector;

/* From what the caller gave, whose strings are borrowed. EMISUSE without a name
 * or a function, EINPUT for a name that is none or one of the library's, or a
 * charset that is none. */
policy_status pol_host_detector_read(pol_host_detector *out,
                                     const policy_detector *d,
                                     policy_error *err);

/* A folded text as UTF-8, and the unit at each of its bytes. */
typedef struct pol_plain {
    char *bytes;
    uint32_t *units; /* one more than bytes */
    size_t len, byte_cap, unit_cap;
    const policy_allocator *allocator;
} pol_plain;

/* `a` is borrowed as long as `p` lives. Allocates nothing. */
void pol_plain_init(pol_plain *p, const policy_allocator *a);
void pol_plain_fini(pol_plain *p);
/* Grows, never shrinks. ENOMEM. */
policy_status pol_plain_fill(pol_plain *p, const pol_folded *f,
                             policy_error *err);

/* The characters of the longest run of each charset. */
void pol_charset_runs(const pol_folded *f, uint32_t runs[POL_CHARSET_COUNT]);

/* What is wrong with an answer, in both languages. */
typedef struct pol_host_fault { const char *en, *zh; } pol_host_fault;

/*
 * Every find of `d`, in order; they do not overlap. `on` gets units of the text
 * that `p` was filled with, and returns non-zero to stop. NULL, or what was
 * wrong with the answer after which no more was asked. Static.
 */
const pol_host_fault *pol_host_detect(const pol_host_detector *d,
                                      const pol_plain *p,
                                      int (*on)(void *user,
                                                const pol_detection *d),
                                      void *user);

#endif
