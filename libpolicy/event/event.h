/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event as the layers above read it: one value a field, texts, parts, facts.
 */
#ifndef POL_EVENT_EVENT_H
#define POL_EVENT_EVENT_H

#include <stdbool.h>

#include <policy/event.h>

#include "base/arena.h"
#include "event/schema.h"

typedef enum pol_value_kind {
    POL_ABSENT, POL_NULL, POL_BOOL, POL_INT, POL_STR, POL_LIST, POL_TIME
} pol_value_kind;

/*
 * POL_STR serves id, text and enumeration; `word` is the word's number in an
 * enumeration (0: an organisation's own), and means nothing elsewhere. Bytes are
 * borrowed as policy/event.h says.
 */
typedef struct pol_value {
    uint8_t kind;
    uint16_t word;
    int32_t offset; /* POL_TIME: minutes east of UTC, as the sender wrote it */
    union {
        int64_t i; /* POL_BOOL 0 or 1, POL_INT, POL_TIME ms since 1970 */
        policy_str str;
        struct { const policy_str *items; size_t count; } list;
    };
} pol_value;

typedef struct pol_part { policy_str role, text; uint32_t pos; } pol_part;
typedef struct pol_fact { policy_str name, json; } pol_fact;
/* A key that the reader does not know; kept to see that none stands twice. */
typedef struct pol_unknown_key {
    policy_str name;
    uint64_t pos;
} pol_unknown_key;

struct policy_event {
    policy_allocator allocator;
    policy_limits limits;
    pol_arena arena;     /* unescaped strings, lists; dies with each reset */
    pol_arena record;    /* an adapter's: outlives the resets between the events
                            of one record */
    int32_t type;        /* -1: not set */
    /* A field is there if its bit is set; others of `values` are stale. */
    uint64_t present[POL_FIELD_WORDS];
    pol_value values[POLICY_FIELD_COUNT];
    uint32_t pos[POLICY_FIELD_COUNT]; /* byte where the value stands */
    pol_part *parts;
    size_t part_count, part_cap;
    pol_fact *facts;
    size_t fact_count, fact_cap;
    /* Scratch of the reader, kept so that a warm event asks for nothing. */
    policy_str *items;
    size_t item_cap;
    pol_unknown_key *unknown;
    size_t unknown_count, unknown_cap;
    uint32_t unknown_fields;
    bool lone_surrogate; /* some text held one; it became U+FFFD */
    bool unknown_kind;   /* its adapter does not know this kind of record */
    bool checked;        /* by the reader, and nothing was put since */
};

/* Never NULL: a POL_ABSENT value where the field is not there. */
const pol_value *pol_event_value(const policy_event *e, int32_t field);
static inline bool pol_event_has(const policy_event *e, int32_t field)
{
    return e->present[field / 64] >> (field % 64) & 1;
}
/* The first field at or after `field` that is there; -1: none. */
static inline int32_t pol_event_next(const policy_event *e, int32_t field)
{
    size_t i = (size_t)field / 64;
    uint64_t bits;

    if (field >= POLICY_FIELD_COUNT)
        return -1;
    bits = e->present[i] & UINT64_MAX << field % 64;
    while (!bits)
        if (++i == POL_FIELD_WORDS)
            return -1;
        else
            bits = e->present[i];
    return (int32_t)(i * 64) + __builtin_ctzll(bits);
}
/* Derived fields may be set too (tests of rules do). Not checked. */
void pol_event_put(policy_event *e, int32_t field, pol_value v);
/* A text with its role, at byte `pos` of the JSON. ELIMIT, ENOMEM. */
policy_status pol_event_push_part(policy_event *e, policy_str role,
                                  policy_str text, uint64_t pos,
                                  policy_error *err);
/* A fact that is known to be JSON. */
policy_status pol_event_push_fact(policy_event *e, policy_str name,
                                  policy_str json, uint64_t pos,
                                  policy_error *err);
/* Required fields there, kinds and closed words right for the type: what can be
 * checked without an organisation. EINPUT with the field and its byte. */
policy_status pol_event_check(const policy_event *e, policy_error *err);

/* Texts to fold and match: fields of kind text in the schema's order, then the
 * parts. `name` is "text" or "parts[2]", written into `buf` for parts. */
typedef struct pol_event_text {
    int32_t field;  /* -1 for a part */
    uint32_t part;
    policy_str role; /* of a part */
    policy_str text;
} pol_event_text;
size_t pol_event_texts(const policy_event *e, pol_event_text *out, size_t cap);
const char *pol_event_text_name(const pol_event_text *t, char buf[24]);

#endif
