/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vocabulary of events: 22 types, their fields, the values of closed
 * enumerations. One table (schema.txt) from which gen_schema.py makes
 * schema_tables.c, include/policy/schema.h and docs/schema.md; reader, checker
 * and documentation read the same.
 *
 * A field is a name; its kind and words may differ from type to type (`change`,
 * `target`), so both are asked for by (type, field).
 */
#ifndef POL_EVENT_SCHEMA_H
#define POL_EVENT_SCHEMA_H

#include <stdbool.h>

#include <policy/schema.h>
#include <policy/status.h>

typedef enum pol_kind {
    POL_KIND_NONE,  /* the type has no such field */
    POL_KIND_ID,    /* bytes without controls, not matched */
    POL_KIND_TEXT,  /* folded and matched */
    POL_KIND_ENUM,  /* one of the words */
    POL_KIND_BOOL,
    POL_KIND_INT,
    POL_KIND_TIME,
    POL_KIND_LIST,  /* of ids */
    POL_KIND_WORDS  /* list of words of an enumeration */
} pol_kind;

/* What an id stands for, so that a person is not compared with a device. */
typedef enum pol_id_kind {
    POL_ID_ANY, POL_ID_PERSON, POL_ID_ACCOUNT, POL_ID_CONVERSATION,
    POL_ID_THING, POL_ID_FILE, POL_ID_DEVICE, POL_ID_APP, POL_ID_INCIDENT,
    POL_ID_REPORT, POL_ID_DUTY
} pol_id_kind;

typedef struct pol_type_info {
    const char *name, *zh, *en;
    bool rare; /* a trigger by itself */
} pol_type_info;

/* A field in one type. */
typedef struct pol_field_use {
    pol_kind kind;
    pol_id_kind id_kind;
    bool open;              /* an organisation may add words */
    bool derived;           /* computed in this type, never read from JSON */
    bool long_id;           /* POL_KIND_ID, LIST: may be as long as a text */
    const uint16_t *words;  /* ids of the words, `word_count` of them */
    size_t word_count;
} pol_field_use;

typedef struct pol_field_info {
    const char *name;
    bool common;   /* every type has it */
    bool derived;  /* in every type; `forwarded` is only in some */
    bool indexed;  /* equality on it is a trigger (rule-language section 4) */
    const char *zh; /* what it is, in a few words */
} pol_field_info;

/* Types and fields are numbered densely; POLICY_TYPE_… and POLICY_FIELD_… of
 * the public header are the numbers. */
extern const pol_type_info pol_types[];    /* POLICY_TYPE_COUNT */
extern const pol_field_info pol_fields[];  /* POLICY_FIELD_COUNT */

/* Words of a set of fields, a bit each. */
enum { POL_FIELD_WORDS = (POLICY_FIELD_COUNT + 63) / 64 };

/* Beside the POLICY_TEXT_* of an event's texts. ORDER FLAG: words of `flags` */
enum {
    POL_FLAG_LONE_SURROGATE = 1 << 10,
    POL_FLAG_UNKNOWN_KIND = 1 << 11
};

/* -1 where there is none. */
int32_t pol_type_find(policy_str name);
int32_t pol_field_find(policy_str name);
const pol_field_use *pol_field_in(int32_t type, int32_t field); /* kind NONE */
/* Those of kind TEXT in the type, POL_FIELD_WORDS words. */
const uint64_t *pol_fields_of_text(int32_t type);
/* Words are numbered from 1 over the whole schema; 0: no word of it. */
uint16_t pol_word_find(policy_str name);
policy_str pol_word_name(uint16_t word);
bool pol_field_has_word(const pol_field_use *u, uint16_t word);
/* For "did you mean": empty where none is near. */
policy_str pol_field_nearest_word(const pol_field_use *u, policy_str name);
/* The word of `1 << bit` in a set of flags; empty behind the last. */
policy_str pol_flag_name(unsigned bit);

#endif
