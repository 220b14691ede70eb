/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ladders, as they are compiled: what may be done about a violation that was
 * confirmed, step by step. They propose to a person, and do nothing.
 */
#ifndef POL_RULE_LADDER_H
#define POL_RULE_LADDER_H

#include "rule/rule.h"

enum { POL_GRAVITIES = 3 }; /* ORDER GRAVITY: minor, serious, grave */

typedef struct pol_step {
    const char *id, *kind; /* "measure", "authority", "reward" */
    pol_text text;
} pol_step;

typedef struct pol_track {
    const char *id;
    const pol_cond *where;       /* NULL: always */
    const policy_cite *cites;    /* the ladder's, where it has none */
    size_t cite_count;
    const pol_step *steps;       /* one or more */
    size_t step_count;
    uint32_t first[POL_GRAVITIES]; /* by severity: where it begins, from 0 */
    pol_spot spot;
} pol_track;

typedef struct pol_ladder {
    const pol_rule *face;        /* id, title, cites, mode */
    policy_str regulation;       /* whose violations it is for; empty: any */
    const pol_cond *where;       /* NULL: always */
    const pol_track *tracks;
    size_t track_count;
    int64_t over;                /* ms; of earlier violations of the person, each */
    uint32_t raise;              /* raises by so many steps */
    bool also_departments;
    const pol_duty *decide;      /* an escalation, called as the proposal is */
} pol_ladder;

#endif
