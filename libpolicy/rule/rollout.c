/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shares by keyed hash: nobody can pick an id that stays out without knowing
 * the rule's key, and no two runs or machines disagree.
 */
#include "rule/rollout.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/slice.h"

/* Exact: a product with a power of two loses nothing but what lies below it. */
uint64_t pol_share(double part)
{
    assert(part >= 0 && part <= 1);
    return (uint64_t)(part * (double)POL_SHARE_ALL);
}

double pol_share_part(uint64_t share)
{
    return (double)share / (double)POL_SHARE_ALL;
}

void pol_rollout_keys(pol_rollout *out, policy_str org, policy_str rule)
{
    uint8_t sum[32];
    pol_sha256 h;

    pol_sha256_init(&h);
    pol_sha256_field(&h, POL_STR("rollout"));
    pol_sha256_field(&h, org);
    pol_sha256_field(&h, rule);
    pol_sha256_done(&h, sum);
    memcpy(out->actors, sum, POL_SHARE_KEY);
    memcpy(out->events, sum + POL_SHARE_KEY, POL_SHARE_KEY);
}

bool pol_share_has(uint64_t share, const uint8_t key[POL_SHARE_KEY],
                   policy_str id)
{
    return pol_siphash(key, id.ptr, id.len) >> 32 < share;
}
