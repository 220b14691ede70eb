/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a rule is brought to people step by step: to a share of them, on a share
 * of events, with a brake on what hits too much.
 */
#ifndef POL_RULE_ROLLOUT_H
#define POL_RULE_ROLLOUT_H

#include "rule/history.h"

/* A share is so many of 2^32 hashes: all of them are one more than a hash's
 * 32 bits can name, none are 0. */
#define POL_SHARE_ALL (UINT64_C(1) << 32)
enum { POL_SHARE_KEY = 16 };

/* A rule that finds something in more than `share` of the events of its types,
 * and in `min` at the least, both within the window of the counters. */
typedef struct pol_brake {
    const pol_count *hits;   /* the rule's own: what it found */
    const pol_count *events; /* of its types; one for all brakes of the
                                organisation with these types and that window */
    uint64_t share;
    int64_t min;
} pol_brake;

/* Of a rule for which one of them is not as it is by default. */
typedef struct pol_rollout {
    uint64_t ratio;          /* share of actors for whom it has an effect */
    uint64_t sample;         /* share of events that it looks at */
    uint8_t actors[POL_SHARE_KEY], events[POL_SHARE_KEY]; /* keys of the two */
    const pol_brake *brake;  /* NULL: none */
} pol_rollout;

/* 0 … 1 */
uint64_t pol_share(double part);
double pol_share_part(uint64_t share);
/* The keys come of organisation and rule alone: so whoever was in stays in when
 * a share grows, in whatever bundle, and two rules choose different people. */
void pol_rollout_keys(pol_rollout *out, policy_str org, policy_str rule);
/* Is what `id` names in the share? */
bool pol_share_has(uint64_t share, const uint8_t key[POL_SHARE_KEY],
                   policy_str id);

#endif
