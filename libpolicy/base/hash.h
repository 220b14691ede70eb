/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes: SHA-256 (FIPS 180-4) for revisions and digests, SipHash-2-4 for what
 * strangers choose the keys of, a quick one for our own tables.
 */
#ifndef POL_BASE_HASH_H
#define POL_BASE_HASH_H

#include <policy/status.h>

typedef struct pol_sha256 {
    uint32_t h[8];
    uint64_t len;
    uint8_t block[64];
} pol_sha256;
void pol_sha256_init(pol_sha256 *s);
void pol_sha256_add(pol_sha256 *s, const void *bytes, size_t len);
/* A length first, then the bytes: fields cannot run together. */
void pol_sha256_field(pol_sha256 *s, policy_str bytes);
void pol_sha256_done(pol_sha256 *s, uint8_t out[32]);
/* 64 lower-case digits and a NUL. */
void pol_hex(char out[65], const uint8_t bytes[32]);

uint64_t pol_siphash(const uint8_t key[16], const void *bytes, size_t len);
/* For tables that only ask and never walk. Where others choose the keys, the
 * seed is what they cannot know: where the table lies. */
uint64_t pol_hash(const void *bytes, size_t len, uint64_t seed);

#endif
