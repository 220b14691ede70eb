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
    pol_text text;
    policy_str outcome, timing, note;
    const policy_str *themes; size_t theme_count;
} pol_article;

typedef struct pol_regulation {
    policy_str id, kind, version;
    pol_place place;
    pol_text title;
    int64_t in_force_from;  /* days since 1970, INT64_MIN: not said */
    const pol_node *roles, *params, *demands; /* tables or NULL */
    const pol_article *articles; size_t article_count; /* order of the source */
} pol_regulation;

bool pol_regulation_read(pol_regulation *out, const pol_node *root,
                         pol_arena *arena, pol_reporter *r);
/* NULL where there is none. "四.3" also finds nothing where only "四.3[1]" is. */
const pol_article *pol_regulation_article(const pol_regulation *g, policy_str ref);
/* The nearest reference, for messages. */
policy_str pol_regulation_nearest(const pol_regulation *g, policy_str ref);

#endif
