/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * regulation.yaml as a structure: the catalogue of a regulation, every article
 * by its reference.
 */
#ifndef POL_CONFIG_REGULATION_H
#define POL_CONFIG_REGULATION_H

#include "base/arena.h"
#include "config/node.h"

/* ORDER CLASS: pol_class_names */
typedef enum pol_class {
    POL_CLASS_EVENT, POL_CLASS_STATEFUL, POL_CLASS_DUTY, POL_CLASS_SANCTION,
    POL_CLASS_META
} pol_class;
/* ORDER STATUS: pol_status_names */
typedef enum pol_article_status {
    POL_STATUS_RULES, POL_STATUS_PEOPLE, POL_STATUS_PARTLY, POL_STATUS_PLANNED,
    POL_STATUS_META
} pol_article_status;
extern const char *const pol_class_names[5];
extern const char *const pol_article_status_names[5];

typedef struct pol_article {
    policy_str ref;
    pol_place place;
    pol_class class_;
    pol_article_status status;
    pol_text text;             /* at least one of both */
    policy_str outcome, timing; /* words of the inventory, or empty: not said */
    policy_str note;           /* or empty; never of a `partly` */
    const policy_str *themes; size_t theme_count;
} pol_article;

/* demands: choice -> { value, cite }. What the organisation is to do in one of
 * several ways; each is of an article of its own. */
typedef struct pol_demand {
    policy_str choice;
    pol_place place;
    const pol_node *value;      /* a scalar; the rules that ask say its type */
    const pol_article *article; /* that is cited */
} pol_demand;

typedef struct pol_regulation {
    policy_str id;
    policy_str kind;        /* of pol_organisation_kinds, or empty: not said */
    policy_str version;     /* as written: "1.10" is not "1.1" */
    pol_place place;        /* of the id */
    pol_text title;
    int64_t in_force_from;  /* days since 1970, INT64_MIN: not said */
    /* Tables or NULL, checked. roles: function -> text. params: name ->
     * { type, default, min, max, values, why }, of which the default fits the
     * rest. */
    const pol_node *roles, *params;
    const pol_article *articles; size_t article_count; /* order of the source */
    const pol_demand *demands; size_t demand_count;
} pol_regulation;

/* From the root of regulation.yaml, whose nodes it borrows. Required: id,
 * title, articles. Reports all that is wrong; false if anything was an error, and then
 * what could be read is in *out. False without a report: out of memory. */
bool pol_regulation_read(pol_regulation *out, const pol_node *root,
                         pol_arena *arena, pol_reporter *r);
/* One of the types that a parameter may have: an index of pol_param_types. */
/* ORDER PARAM TYPE */
typedef enum pol_param_type {
    POL_PARAM_INT, POL_PARAM_NUM, POL_PARAM_DURATION, POL_PARAM_TEXT,
    POL_PARAM_WORD, POL_PARAM_BOOL
} pol_param_type;
extern const char *const pol_param_types[6];
/* Is the table { type, default, min, max, values, why } one of a parameter? Reports
 * what is wrong. Serves themes, too. */
bool pol_param_define(const pol_node *param, pol_reporter *r);
/* Does `value` fit the entry `param` (checked) of `params`? Else reports.
 * Serves what an organisation sets, too. */
bool pol_param_check(const pol_node *param, const pol_node *value,
                     pol_reporter *r);

/* NULL where there is none. "四.3" also finds nothing where only "四.3[1]" is. */
const pol_article *pol_regulation_article(const pol_regulation *g,
                                          policy_str ref);
/* The nearest reference, for messages; the one with a part in brackets where
 * only the brackets are missing. Empty where none is near. */
policy_str pol_regulation_nearest(const pol_regulation *g, policy_str ref);

#endif
