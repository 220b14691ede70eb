/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value of one record key: all entries of a definition that share their
 * first key, in one order and so in one form. What a host gives back need not
 * be what was written: bytes that are not exactly what pol_stored_write makes
 * are refused, as a whole.
 */
#ifndef POL_STATE_STORED_H
#define POL_STATE_STORED_H

#include <stdbool.h>

#include "base/arena.h"

enum {
    POL_STORED_VERSION = 1,
    POL_SUB_KEYS = 2 /* parts of a key behind the first */
};

/* ORDER ENTRY: what an entry says. */
typedef enum pol_entry_state {
    POL_ENTRY_SET,     /* it is so: a memory, an open duty, a counted window */
    POL_ENTRY_CLEARED, /* it is not; kept so that an older one that comes late
                          does not bring it back */
    POL_ENTRY_DONE, POL_ENTRY_STOPPED, /* a duty that came to its end */
    POL_ENTRY_STATES
} pol_entry_state;

/*
 * Entries are ordered by key, then by time, then by the event that wrote them.
 * A key of fewer parts than its definition has stands before all that it covers;
 * only what is not SET can have such a key.
 */
typedef struct pol_stored_entry {
    policy_str sub[POL_SUB_KEYS];
    uint8_t sub_count;
    uint8_t state;            /* pol_entry_state */
    bool ahead;               /* of the event that wrote it: others may hold
                                 until then */
    int64_t at;               /* ms since 1970: when it took place */
    int64_t until;            /* known no more from then on; INT64_MAX: never */
    int64_t due;              /* 0: none */
    policy_str event, source; /* who wrote it */
    policy_str body;          /* of its kind: fields (kept.h), window (window.h) */
} pol_stored_entry;

typedef struct pol_stored {
    pol_stored_entry *entries;
    size_t count;
} pol_stored;

int pol_stored_cmp(const pol_stored_entry *a, const pol_stored_entry *b);
/* The order of what took place, whatever the key. */
int pol_stored_cmp_times(const pol_stored_entry *a, const pol_stored_entry *b);
/* Is `shorter` the key of `e`, or one above it? */
bool pol_stored_covers(const pol_stored_entry *shorter,
                       const pol_stored_entry *e);
/* When the first of it is due; 0: nothing ever is. */
int64_t pol_stored_due(const pol_stored *s);
/* When nothing of it is known any more; INT64_MAX: never. */
int64_t pol_stored_end(const pol_stored *s);
/* Entries in the arena; their bytes stay in `value`. An empty value has none.
 * ESTATE: no such bytes; ENOMEM. */
policy_status pol_stored_read(pol_stored *out, policy_str value,
                              pol_arena *arena, policy_error *err);
/* The bytes, in the arena; ptr NULL when out of memory. Entries are in order. */
policy_str pol_stored_write(const pol_stored *s, pol_arena *arena);

/* --- numbers and bytes as all bodies are made of them */

/* What is read moves; `bad` sticks. */
typedef struct pol_state_reader {
    const uint8_t *at, *end;
    bool bad;
} pol_state_reader;
uint8_t pol_state_byte(pol_state_reader *r);
uint64_t pol_state_uint(pol_state_reader *r);
int64_t pol_state_int(pol_state_reader *r);
policy_str pol_state_bytes(pol_state_reader *r);

/* Counts what does not fit; `to` NULL: only counts. */
typedef struct pol_state_writer {
    char *to;
    size_t len, cap;
} pol_state_writer;
void pol_state_put_byte(pol_state_writer *w, uint8_t byte);
void pol_state_put_uint(pol_state_writer *w, uint64_t v);
void pol_state_put_int(pol_state_writer *w, int64_t v);
void pol_state_put_bytes(pol_state_writer *w, policy_str s);

#endif
