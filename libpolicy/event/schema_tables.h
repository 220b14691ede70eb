/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What schema_tables.c holds and schema.c looks into. Made by libpolicy/event/gen_schema.py of schema.txt; not to be edited.
 *
 * Slots are open hash tables of numbers from 1, zero where there is none; a
 * name stands at its hash or after it, without a gap between.
 */
#ifndef POL_EVENT_SCHEMA_TABLES_H
#define POL_EVENT_SCHEMA_TABLES_H

#include "event/schema.h"

enum {
    POL_SCHEMA_FIELD_SLOTS = 512,
    POL_SCHEMA_TYPE_SLOTS = 128,
    POL_SCHEMA_WORD_SLOTS = 1024,
    POL_SCHEMA_WORD_COUNT = 179,
    POL_SCHEMA_WORDS_MAX = 22 /* of one field */
};

extern const policy_str pol_schema_fields[POLICY_FIELD_COUNT];
extern const policy_str pol_schema_types[POLICY_TYPE_COUNT];
extern const policy_str pol_schema_words[POL_SCHEMA_WORD_COUNT];
extern const pol_field_use pol_schema_uses[];
extern const uint8_t pol_schema_matrix[POLICY_TYPE_COUNT][POLICY_FIELD_COUNT];
extern const uint64_t pol_schema_texts[POLICY_TYPE_COUNT][POL_FIELD_WORDS];
extern const uint8_t pol_schema_field_slots[POL_SCHEMA_FIELD_SLOTS];
extern const uint8_t pol_schema_type_slots[POL_SCHEMA_TYPE_SLOTS];
extern const uint16_t pol_schema_word_slots[POL_SCHEMA_WORD_SLOTS];

#endif
