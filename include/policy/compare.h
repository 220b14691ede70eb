/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What two decisions of one event do not agree in: of two bundles, say, that
 * are compared before the second one bites.
 */
#ifndef POLICY_COMPARE_H
#define POLICY_COMPARE_H

#include <policy/decision.h>
#ifdef __cplusplus
extern "C" {
#endif
/* What of a finding, duty or proposal is not the same. ORDER DIFFERS */
enum {
    POLICY_DIFFERS_EFFECT = 1,    /* enforced, shadow or suppressed; or why idle */
    POLICY_DIFFERS_VERDICT = 2,
    POLICY_DIFFERS_SEVERITY = 4,  /* or the category */
    POLICY_DIFFERS_EVIDENCE = 8,  /* where it stands; not by what it was found */
    POLICY_DIFFERS_CITES = 16,
    POLICY_DIFFERS_TELL = 32,     /* to the sender, in some language */
    POLICY_DIFFERS_DUE = 64,      /* of a duty */
    POLICY_DIFFERS_WHO = 128,     /* of a duty: whose it is */
    POLICY_DIFFERS_STEP = 256     /* of a proposal: the step, its kind, or why */
};
/* A rule that found something in one of the decisions or in both, and not the
   same; or that failed in one and not in the other. Or a duty that was opened,
   done … in one of them; or what a ladder proposes: `rule` is then theirs, and
   all that is a rule's is empty. */
typedef struct policy_difference {
    const char *rule;
    const policy_finding *before, *after; /* NULL: none */
    int32_t which_before, which_after;    /* POLICY_ENFORCED, …; -1: none */
    uint32_t differs;                     /* POLICY_DIFFERS_* of a finding in both */
    const policy_rule_error *error_before, *error_after; /* one or none of them */
    const policy_duty *duty_before, *duty_after;
    const policy_proposal *proposal_before, *proposal_after;
} policy_difference;
/* Rules are known by their ids and errors by rule and code, duties by id and what
   became of them, proposals by id; in which order they stand, what they cost and
   which bundle says so differs not. The rules of `before` first, in its order,
   then those that are new, then errors, duties and proposals likewise.
   `visit` (may be NULL) returns non-zero to stop. The number of differences that
   were visited. Both decisions are borrowed for the call. */
POLICY_API size_t policy_decision_compare(const policy_decision *before,
    const policy_decision *after,
    int (*visit)(void *user, const policy_difference *d), void *user);
#ifdef __cplusplus
}
#endif

#endif
