/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time zones, resolved into a list of changes when the bundle is built: the
 * same bundle tells the same hour on every machine, whatever that has installed.
 */
#ifndef POL_CONFIG_ZONE_H
#define POL_CONFIG_ZONE_H

#include "base/arena.h"
#include "base/time.h"

/* Changes of the offset, ascending; before the first: `standard`. */
typedef struct pol_zone {
    policy_str name;
    int32_t standard; /* minutes east of UTC */
    const int64_t *changes; /* ms since 1970 */
    const int32_t *offsets;
    size_t change_count;
} pol_zone;

/* May `name` be looked for below a folder of zone files? Letters, digits, "_",
 * "+", "-" and single inner "/", no leading dot or dash anywhere. */
bool pol_zone_name_ok(policy_str name);
/* "Asia/Shanghai" and a few others without daylight saving are built in, so is
 * "UTC" and "+08:00"; the rest needs `tzif` (RFC 8536, version 2 or later),
 * NULL ptr where the compiler may not read the disk. What is built in needs no
 * file and prefers none. Rules without an end are written out up to 2100.
 * `name` is borrowed. POLICY_EINPUT: unknown or ill-formed; POLICY_ENOMEM. */
policy_status pol_zone_resolve(pol_zone *out, policy_str name, policy_str tzif,
                               pol_arena *arena);
/* The nearest of those built in, for messages; empty where none is near. */
policy_str pol_zone_nearest(policy_str name);
/* Minutes east of UTC at `ms`. */
int32_t pol_zone_offset(const pol_zone *z, int64_t ms);

#endif
