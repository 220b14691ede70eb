/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * organisation.yaml as a structure: what an organisation is and has adopted.
 */
#ifndef POL_CONFIG_ORGANISATION_H
#define POL_CONFIG_ORGANISATION_H

#include <policy/limits.h>

#include "base/arena.h"
#include "config/calendar.h"
#include "config/node.h"

/* ORDER MODE */
typedef enum pol_mode {
    POL_MODE_OFF, POL_MODE_SHADOW, POL_MODE_ENFORCE
} pol_mode;
extern const char *const pol_mode_names[3];

/* regulations: id -> { mode, params, from, rules }, or id: enforce. */
typedef struct pol_adoption {
    policy_str regulation;
    pol_place place;
    pol_mode mode;
    const pol_node *params; /* table or NULL */
    const pol_node *rules;  /* table or NULL: overrides by rule id, each a table
                               { mode, ratio, sample, brake, tell, except };
                               those that are right, but for what stands in
                               the table `brake` and in the list `except` */
    int64_t from;           /* days since 1970, INT64_MIN: always */
} pol_adoption;

typedef struct pol_role {
    policy_str name;
    const policy_str *people;
    size_t people_count;
} pol_role;

typedef struct pol_list_use { /* lists: name -> { kind, extends } */
    policy_str name;
    pol_place place;
    int32_t kind;   /* ORDER LIST KIND: POL_LIST_TERMS, …, -1 not said */
    bool extends;   /* its own file adds to the shared one (default true) */
} pol_list_use;
enum { POL_LIST_TERMS, POL_LIST_IDS, POL_LIST_HOSTS };

typedef struct pol_pattern_use { /* patterns: name -> { match, context } */
    policy_str name;
    pol_place place;
    const pol_node *match;    /* a text: a regex */
    const policy_str *context; size_t context_count;
} pol_pattern_use;

typedef struct pol_choice { /* choices: name -> value */
    policy_str name;
    pol_place place;
    const pol_node *value;    /* a scalar; the rules that ask say its type */
} pol_choice;

/* settle: choice -> { follow, why, owner }: which of the regulations that
 * disagree is followed, and who answers for it. */
typedef struct pol_settlement {
    policy_str choice;
    pol_place place;
    policy_str follow;        /* a regulation */
    pol_place follow_place;
    pol_text why;
    policy_str owner;         /* a role, a department, or somebody of a role */
    pol_place owner_place;
} pol_settlement;

typedef struct pol_organisation {
    policy_str id;
    policy_str name;              /* the id where it has none */
    policy_str kind;              /* ORDER KIND, or empty: not said */
    pol_place place;              /* of the id */
    pol_calendar calendar;        /* zone, hours, holidays */
    const policy_str *languages; size_t language_count;   /* default zh */
    const policy_str *departments; size_t department_count;
    const policy_str *platforms; size_t platform_count;
    const policy_str *extra_roles; size_t extra_role_count; /* actor_roles */
    const policy_str *extra_group_kinds; size_t extra_group_kind_count;
    const pol_role *roles; size_t role_count;
    const pol_adoption *regulations; size_t regulation_count;
    const pol_list_use *lists; size_t list_count;
    const pol_pattern_use *patterns; size_t pattern_count;
    const pol_choice *choices; size_t choice_count;
    const pol_settlement *settle; size_t settle_count;
    /* Tables or NULL, checked. mask: { logs: bool, fields: list }. retention:
     * name -> duration. limits: name of a field of policy_limits -> number. */
    const pol_node *mask, *retention, *limits;
    int32_t on_error[6];          /* verdict by severity 1..5, -1: not said */
    int64_t late;                 /* ms, default 7 d */
    bool strict;                  /* default true: a bad line of an own list is
                                     an error, and nothing is loaded; false: it
                                     is a warning, and left out */
} pol_organisation;

/* ORDER KIND: of organisations, and whom a regulation was written for. */
enum { POL_ORGANISATION_KINDS = 6 };
extern const char *const pol_organisation_kinds[POL_ORGANISATION_KINDS];

/* From the root of organisation.yaml, whose nodes it borrows. Only the id is
 * required. Reports all that is wrong; false if anything was an error, and then
 * what could be read is in *out. False without a report: out of memory. */
bool pol_organisation_read(pol_organisation *out, const pol_node *root,
                           pol_arena *arena, pol_reporter *r);
/* The same where zone files may be read: `tzif` is the file that
 * pol_organisation_zone names, NULL ptr where there is none. */
bool pol_organisation_read_zoned(pol_organisation *out, const pol_node *root,
                                 policy_str tzif, pol_arena *arena,
                                 pol_reporter *r);
/* A zone that has to be read from a file of that name below a folder of zone
 * files; empty where none is needed or the name could leave the folder. */
policy_str pol_organisation_zone(const pol_node *root);
/* What `limits` sets, zeros elsewhere: for pol_limits_tighten. */
policy_limits pol_organisation_limits(const pol_organisation *o);

#endif
