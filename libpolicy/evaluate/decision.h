/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a decision is made of. It holds copies or borrowed slices of everything
 * that is asked of it, so that a deep copy needs neither bundle nor event.
 */
#ifndef POL_EVALUATE_DECISION_H
#define POL_EVALUATE_DECISION_H

#include <stdbool.h>

#include <policy/decision.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "event/schema.h"

enum { POL_FINDING_KINDS = 3 }; /* ORDER FINDING: enforced, shadow, suppressed */

typedef struct pol_finding {
    policy_finding face;
    policy_str title, tell_zh, tell_en;
    policy_str why, owner; /* of the exception that suppressed it */
    int64_t expires;       /* of that exception; 0: never */
} pol_finding;

/* A text with evidence: as it was and, where a finding is enforced, masked. */
typedef struct pol_decided_text {
    policy_str field, text, redacted;
    bool masked;
} pol_decided_text;

typedef struct pol_finding_list {
    pol_finding *at;
    size_t count, cap;
} pol_finding_list;

struct policy_decision {
    pol_arena *own;  /* of a copy; NULL: borrowed from a session */
    const char *revision;
    policy_str org, source, event;
    int64_t time;
    const char *language; /* of the organisation: "zh" or "en" */
    bool clear;           /* the organisation does not want its logs masked */
    uint32_t flags;       /* POLICY_TEXT_* of all texts, and POL_FLAG_* */
    int32_t verdict;
    pol_finding_list findings[POL_FINDING_KINDS];
    policy_rule_error *errors;
    size_t error_count, error_cap;
    policy_duty *duties;
    size_t duty_count, duty_cap;
    policy_proposal *proposals;
    size_t proposal_count, proposal_cap;
    policy_change *changes;
    size_t change_count, change_cap;
    bool more;            /* of a tick: not all that is due was looked at */
    const char **needed;
    size_t needed_count, needed_cap;
    pol_decided_text *texts;
    size_t text_count;
    policy_cost cost;
};

/* Room for one more in an array of the arena; NULL when out of memory. */
void *pol_decision_push(pol_arena *arena, void **array, size_t *count,
                        size_t *cap, size_t item);
/* The decision as JSON; the buffer may be a fixed one. */
void pol_decision_write(pol_buf *buf, const policy_decision *d, uint32_t flags);

#endif
