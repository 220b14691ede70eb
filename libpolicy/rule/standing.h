/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library's own memories, which every organisation has: who people are,
 * whose accounts and groups, what was reviewed, restricted, found out.
 */
#ifndef POL_RULE_STANDING_H
#define POL_RULE_STANDING_H

#include "rule/rule.h"

/* ORDER STANDING */
enum {
    POL_STANDING_PEOPLE, POL_STANDING_ACCOUNTS, POL_STANDING_GROUPS,
    POL_STANDING_REVIEWS, POL_STANDING_LEAVERS, POL_STANDING_INCIDENTS,
    POL_STANDING_RESTRICTED, POL_STANDING_VIOLATIONS, POL_STANDING_TRAINED,
    POL_STANDING_COUNT
};
extern const pol_record_def pol_standing[POL_STANDING_COUNT];
/* What a person reads of them, as what is missing. */
extern const struct pol_standing_name {
    const char *zh, *en;
} pol_standing_names[POL_STANDING_COUNT];
/* Clauses that write them, a few to a type; all of types that are rare. */
extern const pol_clause pol_standing_clauses[];
extern const size_t pol_standing_clause_count;

typedef struct pol_attribute_info {
    const char *name;
    pol_id_kind of;      /* of ids of this kind */
    uint8_t memory;      /* POL_STANDING_* that has it, */
    int32_t field;       /* as this field, */
    int32_t type;        /* of which kind it is in events of this type */
} pol_attribute_info;
/* ORDER ATTRIBUTE; the first is none. */
extern const pol_attribute_info pol_attributes[POL_ATTRIBUTE_COUNT];
/* "active", "moving", "left" of what staff_change last said; else empty. */
policy_str pol_person_state(policy_str change);

#endif
