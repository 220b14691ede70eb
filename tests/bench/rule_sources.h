/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of rules in the rule language.
 */
#ifndef TESTS_RULE_SOURCES_H
#define TESTS_RULE_SOURCES_H

#include <policy/policy.h>

#include "rule_set.h"

/* All rules in one organisation "o", each with a list of its own. `exact`:
 * terms are found where their bytes are; else as a term is by default, through
 * disguises. `a` NULL: malloc. */
policy_bundle *rule_sources_build(const struct rule_set *s, bool exact,
                                  const policy_allocator *a);
/* Of a rule's id in a finding. */
uint32_t rule_sources_number(const char *id);

#endif
