/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The revision of a bundle: equal revisions decide equally. It is a hash over
 * the parts (which are hashes over their sources) and over all that decides
 * beside them: limits, fold tables, the version of the rule language.
 */
#include "base/hash.h"
#include "base/slice.h"
#include "bundle/layout.h"
#include "text/fold_tables.h"

/* Raised with every change of what rules mean. */
static const char rule_language[] = "6";

void pol_bundle_seal(policy_bundle *b)
{
    static const char prefix[] = "sha256:";
    uint8_t sum[32];
    pol_sha256 h;

    pol_sha256_init(&h);
    pol_sha256_field(&h, pol_str(rule_language));
    pol_sha256_field(&h, pol_str(policy_build_info()));
    pol_sha256_field(&h, pol_str(pol_fold_version));
    pol_sha256_add(&h, &b->limits, sizeof(b->limits));
    pol_sha256_add(&h, b->shared->hash, 32);
    for (size_t i = 0; i < b->org_count; i++)
        pol_sha256_add(&h, b->orgs[b->by_id[i]]->hash, 32);
    pol_sha256_done(&h, sum);
    memcpy(b->revision, prefix, sizeof(prefix) - 1);
    pol_hex(b->revision + sizeof(prefix) - 1, sum);
}
