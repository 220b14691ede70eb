/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML by libyaml into nodes, strictly: one document, no anchors, aliases, tags
 * or duplicate keys, UTF-8 only, bounded nodes and depth; every error with line
 * and column.
 */
#ifndef POL_CONFIG_YAML_H
#define POL_CONFIG_YAML_H

#include <policy/limits.h>

#include "base/arena.h"
#include "config/node.h"

/* The root is a table. ERULES after reporting what is wrong; ENOMEM, ELIMIT. */
policy_status pol_yaml_read(const pol_node **out, const pol_source *source,
                            pol_arena *arena, const policy_limits *limits,
                            pol_reporter *r, policy_error *err);

#endif
