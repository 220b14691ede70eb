/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: defaults, their reasons, and how a caller's tighten them.
 */
#ifndef POL_BASE_LIMITS_H
#define POL_BASE_LIMITS_H

#include <policy/limits.h>

/* `given` (may be NULL, may be of an older size) with zeros replaced by the
 * defaults. */
policy_limits pol_limits_from(const policy_limits *given);
/* The smaller of both, field by field; zeros of `b` say nothing. */
policy_limits pol_limits_tighten(const policy_limits *a,
                                 const policy_limits *b);

#endif
